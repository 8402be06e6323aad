"""The check of management oversight: a few cases each month, seen by somebody who has no part in them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import outside
import pytest
from council import Council
from providers import delegate, refused_once, rejected

from qa_workflow.errors import WrongInput
from qa_workflow.patterns.caseload import drawn_order

CIN, CONTACTS = "oversight_check:cin:2026-01", "oversight_check:contacts:2026-01"
KINDS = ("contacts", "referrals", "assessments", "early_help", "caf", "s47", "cin", "pathway")
CLOSING: dict[str, Any] = {
    "strengths": ["Decisions are signed."],
    "gaps": ["Reasons are short."],
    "recommendations": [],
}
Stand = Callable[[str, str], Council]

_MADE: dict[tuple[str, str], bytes] = {}


def looked_at(*cases: str, oversight: str = "clear") -> list[dict[str, str]]:
    return [{"case": case, "oversight": oversight, "note": "Signed on 4 January"} for case in cases]


def sample_of(council: Council, reference: str) -> list[str]:
    found: list[str] = council.show(reference)["data"]["sample"]
    return found


def take(council: Council, reference: str, state: str) -> None:
    while (stands := council.state(reference)) != state:
        if stands == "due":
            council.fire(reference, "sample", by="cass", references=["K-1", "K-2"])
        elif stands == "sampled":
            cases = looked_at(*sample_of(council, reference))
            council.fire(reference, "check", by="aud1", cases=cases)
        else:
            council.fire(reference, "close", by="cass", **CLOSING)


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """Give a way to have a check in a state on 5 January 2026; what can be drawn was drawn on the first."""
    made: list[Council] = []

    def at(reference: str, state: str) -> Council:
        council = outside.found(tmp_path, "2026-01-01 08:00", codes=("OVER",))
        path = tmp_path / "council.db"
        if (reference, state) in _MADE:
            path.write_bytes(_MADE[reference, state])
        else:
            council.passes()
            take(council, reference, state)
            council.ctx.database.close()
            _MADE[reference, state] = path.read_bytes()
        made.append(council.at("2026-01-05 10:00"))
        return council

    yield at
    for one in made:
        one.ctx.database.close()


# ------------------------------------------------------------------ the way through
@pytest.mark.parametrize("reference", [CIN, CONTACTS])
def test_a_check_goes_from_due_to_closed(stand: Stand, reference: str) -> None:
    council = stand(reference, "closed")
    states = [one["to"] for one in council.history(reference) if one["from"] != one["to"]]
    assert states == ["due", "sampled", "checked", "closed"]
    assert council.show(reference)["lateness"] == "on_time"


def test_each_month_every_kind_of_work_is_looked_at(stand: Stand) -> None:
    council = stand(CONTACTS, "due").at("2026-02-01 08:00")
    council.passes()
    planned = {one["reference"]: one["due_on"] for one in council.listed(process="oversight_check")}
    months = {"2025-12": "2025-12-31", "2026-01": "2026-01-31", "2026-02": "2026-02-28"}
    assert planned == {
        f"oversight_check:{kind}:{month}": due_on
        for kind in KINDS
        for month, due_on in months.items()
    }


@pytest.mark.parametrize(
    ("reference", "state", "trigger", "data", "people"),
    [
        (CONTACTS, "due", "sample", {"references": ["K-1"]}, {"cass"}),
        (CONTACTS, "due", "declare_nil", {}, {"cass"}),
        (
            CONTACTS, "sampled", "check", {"cases": looked_at("K-1")},
            {"aud1", "aud2", "pat", "sam", "iris", "nora", "sid"},
        ),
        (CONTACTS, "checked", "close", CLOSING, {"cass"}),
        (CONTACTS, "sampled", "cancel", {}, {"ada"}),
    ],
)  # fmt: skip
def test_who_may_move_it(
    stand: Stand, reference: str, state: str, trigger: str, data: dict[str, Any], people: set[str]
) -> None:
    assert stand(reference, state).who_may(reference, trigger, **data) == people


# ------------------------------------------------------------------ the sample
@pytest.mark.parametrize(
    ("kind", "population", "size"),
    [
        ("cin", ["C01", "C02", "C03", "C04", "C05", "C06"], 5),
        ("pathway", ["C07", "C08", "C09"], 3),
        ("early_help", ["C10", "C11", "C12"], 3),
    ],
)
def test_cases_are_drawn_where_the_list_names_them(
    stand: Stand, kind: str, population: list[str], size: int
) -> None:
    data = stand(CIN, "sampled").show(f"oversight_check:{kind}:2026-01")["data"]
    assert data["population"] == population
    assert data["sample"] == sorted(drawn_order(population, data["seed"])[:size])
    assert len(data["sample"]) == size


def test_nobody_chooses_cases_that_are_drawn(tmp_path: Path) -> None:
    with outside.standing(tmp_path, "2026-01-05 08:00") as council:
        council.start("oversight_check", "cin:2026-01", by="cass")
        why = refused_once(council, CIN, "sample", by="cass", references=["C01"])
        assert why == "The case list gives these cases: they are drawn, not named."
        council.fire(CIN, "sample", by="cass")
        assert len(sample_of(council, CIN)) == 5


def test_where_no_list_is_known_somebody_names_what_is_looked_at(stand: Stand) -> None:
    council = stand(CONTACTS, "due")
    assert "No list of contacts is known" in refused_once(council, CONTACTS, "sample", by="cass")
    council.at("2026-01-20 08:00").passes()
    assert council.state(CONTACTS) == "due"
    council.fire(CONTACTS, "sample", by="cass", references=["K-2", "K-1", "K-2"])
    assert sample_of(council, CONTACTS) == ["K-2", "K-1"]


def test_an_old_list_of_cases_is_no_basis_for_a_sample(tmp_path: Path) -> None:
    march = "oversight_check:cin:2026-03"
    with outside.standing(tmp_path, "2026-03-01 08:00", codes=("OVER",)) as council:
        council.passes()
        council.passes()
        assert council.state(march) == "due"
        assert outside.blocks(council, march) == [("record_unavailable", None)]
        outside.import_cases(council.at("2026-03-03 09:00"))
        council.passes()
        assert (council.state(march), outside.blocks(council, march)) == ("sampled", [])


def test_references_need_no_list_of_cases(tmp_path: Path) -> None:
    march = "oversight_check:contacts:2026-03"
    with outside.standing(tmp_path, "2026-03-01 08:00", codes=("OVER",)) as council:
        council.passes()
        council.fire(march, "sample", by="cass", references=["K-1"])
        assert council.state(march) == "sampled"


def test_without_any_such_case_it_is_a_nil_return(stand: Stand) -> None:
    council = stand(CONTACTS, "due").at("2026-01-31 12:00")
    outside.import_cases(council, "C07", "C08", "C09")
    council.at("2026-02-01 08:00").passes()
    council.passes()
    assert council.state("oversight_check:pathway:2026-02") == "nil_return"
    assert council.state("oversight_check:cin:2026-02") == "sampled"


def test_a_month_without_such_work_is_a_nil_return_with_its_reason(stand: Stand) -> None:
    council = stand(CONTACTS, "due")
    assert refused_once(council, CONTACTS, "declare_nil", by="cass") == "No reason is given."
    council.fire(CONTACTS, "declare_nil", by="cass", reason="There were none.")
    assert council.state(CONTACTS) == "nil_return"


# ------------------------------------------------------------------ the check
def test_cases_are_checked_together_or_one_by_one(stand: Stand) -> None:
    council = stand(CONTACTS, "sampled")
    council.fire(CONTACTS, "check", by="aud1", cases=looked_at("K-1"))
    assert council.state(CONTACTS) == "sampled"
    council.fire(CONTACTS, "check", by="sid", cases=looked_at("K-2", oversight="missing"))
    assert council.state(CONTACTS) == "checked"
    checks = council.show(CONTACTS)["data"]["checks"]
    assert checks["K-1"] == {"oversight": "clear", "note": "Signed on 4 January", "by": "aud1"}
    assert checks["K-2"]["by"] == "sid"


@pytest.mark.parametrize(
    ("cases", "why"),
    [
        ([], "Nothing is said of any case."),
        (looked_at("K-9"), "Not sampled: K-9."),
        ([{"case": "K-1", "oversight": "unclear"}], "What is unclear or missing is not said: K-1."),
        ([{"case": "K-2", "oversight": "missing"}], "What is unclear or missing is not said: K-2."),
    ],
)
def test_a_check_is_refused(stand: Stand, cases: list[dict[str, str]], why: str) -> None:
    assert why in refused_once(
        stand(CONTACTS, "sampled"), CONTACTS, "check", by="aud1", cases=cases
    )


EARLY = "oversight_check:early_help:2026-01"  # all three cases: C10 and C11 of pat and sam, C12 of lee and sid


@pytest.mark.parametrize(
    ("who", "own"), [("pat", ["C10", "C11"]), ("sam", ["C10", "C11"]), ("sid", ["C12"])]
)
def test_nobody_checks_a_case_that_they_practise_or_supervise(
    stand: Stand, who: str, own: list[str]
) -> None:
    council = stand(CIN, "sampled")
    why = refused_once(council, EARLY, "check", by=who, cases=looked_at(*sample_of(council, EARLY)))
    assert why == f"You practise or supervise {', '.join(own)}, or did so since 05 July 2025."
    others = [case for case in sample_of(council, EARLY) if case not in own]
    council.fire(EARLY, "check", by=who, cases=looked_at(*others))
    assert council.show(EARLY)["data"]["checks"].keys() == set(others)


def test_the_childs_reviewing_officer_may_check(stand: Stand) -> None:
    council = stand(CIN, "sampled")
    council.fire(EARLY, "check", by="iris", cases=looked_at(*sample_of(council, EARLY)))
    assert council.state(EARLY) == "checked"


def test_who_supervised_it_until_lately_does_not_check_it_either(stand: Stand) -> None:
    council = stand(CIN, "sampled").at("2026-01-06 09:00")
    outside.import_cases(council, supervisor="sid")
    for day, refused in (("2026-01-07", True), ("2026-07-05", True), ("2026-07-06", False)):
        council.at(f"{day} 09:00")
        data = {"cases": looked_at("C10")}
        if refused:
            assert "You practise or supervise C10" in council.refusal(
                EARLY, "check", by="sam", **data
            )
        else:
            council.fire(EARLY, "check", by="sam", **data)


def test_a_delegation_does_not_get_round_it(stand: Stand) -> None:
    council = stand(CIN, "sampled")
    delegate(council, "sid", "cass", "team_manager")
    assert "You practise or supervise C12" in refused_once(
        council, EARLY, "check", by="cass", cases=looked_at("C12")
    )


# ------------------------------------------------------------------ the end
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"strengths": []}, "What is working well is not said."),
        ({"gaps": []}, "What could be better is not said."),
        ({"recommendations": None}, "an empty list says that there are none"),
    ],
)
def test_closing_names_strengths_as_well_as_gaps(
    stand: Stand, changed: dict[str, Any], why: str
) -> None:
    council = stand(CONTACTS, "checked")
    assert why in refused_once(council, CONTACTS, "close", by="cass", **{**CLOSING, **changed})


def test_closing_counts_and_recommends(stand: Stand) -> None:
    council = stand(CONTACTS, "sampled")
    found = [*looked_at("K-1"), *looked_at("K-2", oversight="missing")]
    council.fire(CONTACTS, "check", by="aud1", cases=found)
    council.fire(
        CONTACTS,
        "close",
        by="cass",
        **{**CLOSING, "recommendations": [{"what": "Sign each decision"}]},
    )
    shown = council.show(CONTACTS)
    assert shown["data"]["counts"] == {"clear": 1, "unclear": 0, "missing": 1}
    (raised,) = shown["children"]
    assert council.show(raised)["data"]["source"] == CONTACTS


# ------------------------------------------------------------------ dates
@pytest.mark.parametrize(
    ("state", "deadline", "due_on", "ladder"),
    [
        (
            "due",
            "sample_by",
            "2026-01-08",
            ("2026-01-09", "2026-01-15", "2026-01-22", "2026-02-05"),
        ),
        ("sampled", "due", "2026-01-31", ("2026-02-02", "2026-02-06", "2026-02-13", "2026-02-27")),
        ("checked", "due", "2026-01-31", ("2026-02-02", "2026-02-06", "2026-02-13", "2026-02-27")),
    ],
)
def test_a_state_has_its_date_and_climbs_its_ladder(
    stand: Stand, state: str, deadline: str, due_on: str, ladder: tuple[str, ...]
) -> None:
    council = stand(CONTACTS, state)
    assert council.falls(CONTACTS, deadline) == due_on
    council.at(f"{due_on} 23:59").passes()
    assert [one for one in council.levels(CONTACTS, deadline) if one[0].startswith("L")] == []
    council.at("2026-03-31 08:00").passes()
    climbed = [one for one in council.levels(CONTACTS, deadline) if one[0].startswith("L")]
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), ladder, strict=True))
    assert ("overdue_l2", None) in outside.blocks(council, CONTACTS)


def test_it_is_late_from_the_first_minute_of_the_next_month(stand: Stand) -> None:
    council = stand(CONTACTS, "checked")
    assert council.at("2026-01-31 23:59").show(CONTACTS)["late"] is False
    assert council.at("2026-02-01 00:01").show(CONTACTS)["late"] is True


def test_the_service_manager_who_hears_of_it_is_that_of_social_care(stand: Stand) -> None:
    council = stand(CONTACTS, "due").at("2026-01-16 08:00")
    council.passes()
    told = {who for who, subject in council.told(CONTACTS) if "service manager" in subject}
    assert "cass" in told


# ------------------------------------------------------------------ by hand, and what leaves nothing behind
@pytest.mark.parametrize("subject", ["cin", "cin:2026", "cin:2026-13"])
def test_a_check_by_hand_names_the_work_and_the_month(stand: Stand, subject: str) -> None:
    council = stand(CONTACTS, "due")
    with pytest.raises(WrongInput):
        council.start("oversight_check", subject, by="cass")


def test_a_council_whose_calendar_has_no_checks_can_start_one(tmp_path: Path) -> None:
    with outside.standing(tmp_path, "2026-01-05 08:00") as council:
        started = council.start("oversight_check", "cin:2026-01", by="cass")
        assert started.reference == CIN
        council.passes()
        assert (council.state(CIN), council.show(CIN)["due_on"]) == ("sampled", "2026-01-31")
        with pytest.raises(WrongInput, match="which work in which month"):
            council.start("oversight_check", "cin", by="cass")


@pytest.mark.parametrize("state", ["due", "sampled", "checked"])
def test_it_can_be_cancelled_with_a_reason(stand: Stand, state: str) -> None:
    council = stand(CONTACTS, state)
    assert refused_once(council, CONTACTS, "cancel", by="ada") == "No reason is given."
    council.fire(CONTACTS, "cancel", by="ada", reason="The inspectors looked at the same.")
    assert council.state(CONTACTS) == "cancelled"


@pytest.mark.parametrize(
    "data",
    [
        {"cases": [{"case": "K-1", "oversight": "good"}]},
        {"cases": [{"oversight": "clear"}]},
        {"which": 1},
    ],
)
def test_bad_input_leaves_nothing_behind(stand: Stand, data: dict[str, Any]) -> None:
    assert rejected(stand(CONTACTS, "sampled"), CONTACTS, "check", by="aud1", **data)


def test_three_refusals_of_one_kind_block_it(stand: Stand) -> None:
    council = stand(CONTACTS, "sampled")
    for _ in range(3):
        council.refusal(CONTACTS, "check", by="aud1", cases=[])
    assert outside.blocks(council, CONTACTS) == [("refused_three_times", None)]

"""The programme: how far a line of the framework is, complete by itself, or a confirmed nil return (domain 3.6 G0)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import providers
import pytest
import staff
from council import Council
from hands import leaves
from providers import delegate, refused_once, rejected

from qa_workflow.frameworks.reader import shipped_framework
from qa_workflow.patterns.coverage import Covered, checkpoint_of, counts_for, measured, span
from qa_workflow.processes import all_processes

SUP, OBS = "programme:SUP:2026-01", "programme:OBS:2026-01"
SUPERVISED = ("nora", "pat", "pip", "sam")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Council]:
    """Give a council on Monday 12 January 2026, where the programmes of January stand since the 1st."""
    with staff.standing(tmp_path) as council:
        yield council.at("2026-01-12 10:00")


def coverage(council: Council, reference: str = SUP) -> dict[str, Any]:
    found: dict[str, Any] = council.show(reference)["data"]["coverage"]
    return found


def counts(council: Council, reference: str = SUP) -> tuple[int, ...]:
    found = coverage(council, reference)
    return tuple(found[name] for name in ("total", "final", "open", "excused", "ended"))


def supervised(council: Council, *people: str) -> None:
    for person in people:
        staff.supervise(council, person, "recorded", by="sam" if person in {"pat", "pip"} else "cass")  # fmt: skip


# ------------------------------------------------------------------ counting
def test_it_counts_from_its_first_day_whom_it_stands_for(made: Council) -> None:
    assert counts(made) == (4, 0, 4, 0, 0)
    assert coverage(made)["waiting"] == [f"supervision:{one}:2026-01" for one in SUPERVISED]
    assert coverage(made)["counted_on"] == "2026-01-01"
    assert (made.show(SUP)["owner"], made.show(SUP)["due_on"]) == ("cass", "2026-01-31")


def test_it_counts_again_as_soon_as_something_is_final(made: Council) -> None:
    supervised(made, "pat")
    assert counts(made) == (4, 1, 3, 0, 0)
    made.fire("supervision:pip:2026-01", "excuse", by="cass", cause="leave", reason="Away")
    assert counts(made) == (4, 1, 2, 1, 0)
    made.fire("supervision:sam:2026-01", "end", by="ada", reason="Lent to another council")
    assert counts(made) == (4, 1, 1, 1, 1)
    assert coverage(made)["counted_on"] == "2026-01-12"


def test_it_is_complete_when_the_last_is_final(made: Council) -> None:
    supervised(made, *SUPERVISED[:3])
    assert made.state(SUP) == "open"
    made.at("2026-01-31 23:59")
    supervised(made, SUPERVISED[3])
    shown = made.show(SUP)
    assert (shown["state"], shown["lateness"]) == ("complete", "on_time")
    assert made.history(SUP)[-1]["actor"] == "system"


def test_it_counts_every_night_whatever_told_it_nothing(made: Council) -> None:
    staff.supervise(made, "pat", "held")
    made.at("2026-01-12 23:59").passes()
    before = len(made.history(SUP))
    made.at("2026-01-13 00:00").passes()
    assert [one["action"] for one in made.history(SUP)[before:]] == ["count"]
    assert coverage(made)["counted_on"] == "2026-01-13"


def test_after_downtime_it_counts_once(made: Council) -> None:
    made.passes()
    before = len(made.history(SUP))
    made.at("2026-01-20 08:00").passes()
    actions = [one["action"] for one in made.history(SUP)[before:]]
    assert actions.count("count") == 1
    made.at("2026-01-21 00:00").passes()
    assert coverage(made)["counted_on"] == "2026-01-21"


def test_leavers_end_at_night_and_are_counted_as_ended(made: Council) -> None:
    supervised(made, *SUPERVISED[:3])
    leaves(made, "sam", "2026-01-15")
    made.at("2026-01-16 00:00").passes()
    assert made.state("supervision:sam:2026-01") == "ended"
    assert (made.state(SUP), counts(made)) == ("complete", (4, 3, 0, 0, 1))


def test_what_is_only_to_be_acknowledged_is_final_for_the_month(made: Council) -> None:
    supervised(made, *SUPERVISED)
    assert made.state("supervision:pat:2026-01") == "recorded"
    assert made.state(SUP) == "complete"


def test_observation_has_a_measure_for_each_tier(made: Council) -> None:
    for person, by in (("pat", "sam"), ("pip", "sam"), ("sam", "cass"), ("dana", "ada")):
        staff.observe(made, person, "planned", by=by)
    staff.observe(made, "pat", "recorded_on_supervision_record")
    planned = len(staff.of(made, "practice_observation"))
    assert counts(made, OBS) == (planned, 1, planned - 1, 0, 0)
    tiers = coverage(made, OBS)["by_tier"]
    assert set(tiers) == {"social_worker", "team_manager", "service_manager", "ad_people", "director"}  # fmt: skip
    assert sum(one["total"] for one in tiers.values()) == planned
    assert tiers["social_worker"]["final"] == 1
    assert tiers["director"] == {"total": 1, "final": 0, "open": 1, "excused": 0, "ended": 0}


def test_the_line_of_april_counts_objectives_and_nothing_after_them(tmp_path: Path) -> None:
    with staff.standing(tmp_path, "2026-04-01 08:00") as made:
        april = "programme:APO:2026-04"
        total = counts(made, april)[0]
        said = {"agreed_on": "2026-04-01", "agreed_with": "P-1", "objectives": ["One"]}
        made.fire("appraisal:pat:2026-27", "set_objectives", by="sam", **said)
        assert counts(made, april) == (total, 1, total - 1, 0, 0)
        made.at("2026-09-01 08:00").passes()
        assert counts(made, "programme:APM:2026-09") == (total, 0, total, 0, 0)


# ------------------------------------------------------------------ by its owner
def test_nobody_completes_it_while_something_is_open(made: Council) -> None:
    why = refused_once(made, SUP, "complete", by="cass", reason="Enough")
    assert "4 of 4 are still open: supervision:nora:2026-01" in why
    assert "and 1 more" in why


def test_a_nil_return_needs_its_reason_and_stays_open_until_somebody_confirms_it(
    tmp_path: Path,
) -> None:
    with staff.standing(tmp_path, "2026-09-01 08:00", passed=False) as made:
        for person in staff.EVERYBODY - {"sandy", "ada"}:
            leaves(made, person, "2026-08-31")
        for month in ("2026-09", "2026-10", "2026-11", "2026-12"):
            made.at(f"{month}-01 08:00").passes()
            line = f"programme:OBS:{month}"
            if not counts(made, line)[0]:
                break
        assert made.state(line) == "open"
        assert "a nil return needs a reason" in refused_once(made, line, "complete", by="sandy")
        assert made.fire(line, "complete", by="sandy", reason="Nobody's month").closed_at
        assert made.show(line)["data"]["nil_return"] is True


@pytest.mark.parametrize(
    ("trigger", "able"), [("complete", {"cass"}), ("cancel", {"ada"}), ("count", set())]
)
def test_its_owner_completes_it_and_the_system_counts(
    made: Council, trigger: str, able: set[str]
) -> None:
    assert made.who_may(SUP, trigger) == able


def test_every_holder_of_the_leading_role_answers_for_it(made: Council) -> None:
    delegate(made, "cass", "sandy", "sm_csc")
    assert made.who_may(SUP, "complete") == {"cass", "sandy"}


def test_ad_people_answers_where_nobody_holds_the_leading_role(made: Council) -> None:
    leaves(made, "cass", "2026-01-31")
    made.at("2026-02-01 08:00").passes()
    assert made.show("programme:SUP:2026-02")["owner"] == "ada"


def test_ad_people_cancels_a_line_with_a_reason(made: Council) -> None:
    assert "No reason is given" in refused_once(made, SUP, "cancel", by="ada")
    assert made.fire(SUP, "cancel", by="ada", reason="The offices are closed").state == "cancelled"


@pytest.mark.parametrize(("at", "late"), [("2026-01-31 23:59", False), ("2026-02-01 00:01", True)])
def test_it_is_late_when_its_month_is_over(made: Council, at: str, *, late: bool) -> None:
    assert made.at(at).show(SUP)["late"] is late


def test_its_month_climbs_the_standard_ladder(made: Council) -> None:
    made.at("2026-03-02 08:00").passes()
    assert made.levels(SUP) == [
        ("R1", "2026-01-16"), ("R2", "2026-01-28"), ("L0", "2026-02-02"), ("L1", "2026-02-06"),
        ("L2", "2026-02-13"), ("L3", "2026-02-27"),
    ]  # fmt: skip


def test_bad_input_leaves_nothing_behind(made: Council) -> None:
    assert rejected(made, SUP, "complete", by="cass", total=4)


# ------------------------------------------------------------------ which ones count
@pytest.mark.parametrize(
    ("process", "opens_on", "due_between"),
    [
        ("pep", "2026-04-13", ("2026-04-01", "2026-04-30")),
        ("supervision", "2024-02-01", ("2024-02-01", "2024-02-29")),
        ("provider_audit", "2026-06-01", ("2026-01-01", "2026-12-31")),
        ("early_years_audit", "2026-06-01", ("2026-01-01", "2026-12-31")),
        ("appraisal", "2026-04-01", ("2026-04-01", "2027-03-31")),
        ("appraisal", "2026-09-01", ("2026-09-01", "2027-08-31")),
        ("appraisal", "2027-03-01", ("2027-03-01", "2028-02-29")),
    ],
)
def test_what_counts_is_due_in_the_span_of_the_line(
    process: str, opens_on: str, due_between: tuple[str, str]
) -> None:
    found = span(process, date.fromisoformat(opens_on))
    assert tuple(day.isoformat() for day in found) == due_between


@pytest.mark.parametrize(
    ("opens_on", "due_between"),
    [
        ("2026-01-05", ("2025-10-01", "2026-01-31")),
        ("2026-04-13", ("2026-02-01", "2026-04-30")),
        ("2026-06-01", ("2026-05-01", "2026-06-30")),
        ("2026-09-02", ("2026-07-01", "2026-09-30")),
    ],
)
def test_the_four_checkpoints_together_see_every_education_plan(
    opens_on: str, due_between: tuple[str, str]
) -> None:
    found = span("pep", date.fromisoformat(opens_on), (1, 4, 6, 9))
    assert tuple(day.isoformat() for day in found) == due_between


def one(process: str, **known: Any) -> Covered:  # noqa: ANN401 - any field
    given: dict[str, Any] = {
        "reference": f"{process}:X", "process": process, "subject": "X", "state": "open", "is_open": True,
        "is_met": False, "due_on": date(2026, 6, 30),
    }  # fmt: skip
    return Covered(**{**given, **known})


def line(process: str, opens_on: str = "2026-06-01", **said: str) -> dict[str, Any]:
    return {"stands_for": process, "opens_on": opens_on, **said}


def test_an_audit_of_another_year_or_process_does_not_count() -> None:
    audits = line("provider_audit")
    assert counts_for(audits, one("provider_audit"))
    assert counts_for(audits, one("provider_audit", due_on=date(2026, 12, 31)))
    assert not counts_for(audits, one("provider_audit", due_on=date(2027, 6, 30)))
    assert not counts_for(audits, one("early_years_audit"))


def test_audits_that_stand_already_are_counted_by_the_type_of_their_provider(
    tmp_path: Path,
) -> None:
    made = providers.commissioning(tmp_path)
    providers.take_list(made, providers.row())
    types = {"IFA": "ifa, semi_independent", "YSA": "youth_service"}
    made.ctx = replace(
        made.ctx,
        lines=tuple(
            replace(one, data={"types": types[one.code]})
            for one in made.ctx.framework.lines
            if one.code in types
        ),
    )
    made.at("2026-01-01 08:00").passes()
    made.at("2026-06-01 08:00").passes()
    assert counts(made, "programme:IFA:2026-06") == (1, 0, 1, 0, 0)
    assert coverage(made, "programme:IFA:2026-06")["waiting"] == ["provider_audit:P04:2026"]
    assert counts(made, "programme:YSA:2026-06") == (0, 0, 0, 0, 0)
    made.fire("provider_audit:P04:2026", "not_in_scope", by="cora", reason="Not used")
    made.at("2026-06-02 00:00").passes()
    assert counts(made, "programme:IFA:2026-06") == (1, 0, 0, 0, 1)
    assert made.state("programme:IFA:2026-06") == "complete"
    made.ctx.database.close()


def test_a_line_may_stand_for_some_types_of_provider_only() -> None:
    some = line("provider_audit", types="ifa, semi_independent")
    assert counts_for(some, one("provider_audit", kind="ifa"))
    assert counts_for(some, one("provider_audit", kind="semi_independent"))
    assert not counts_for(some, one("provider_audit", kind="youth_service"))
    assert not counts_for(some, one("provider_audit"))


@pytest.mark.parametrize(
    ("known", "place"),
    [
        ({"state": "visited"}, "open"),
        ({"state": "actions_open", "is_met": True}, "final"),
        ({"state": "compliant", "is_open": False}, "final"),
        ({"state": "not_in_scope", "is_open": False, "is_met": True}, "ended"),
        ({"state": "excused", "is_open": False, "is_met": True}, "excused"),
        ({"state": "cancelled", "is_open": False, "is_met": True}, "excused"),
    ],
)
def test_what_is_final_is_what_the_framework_date_asked_for(
    known: dict[str, Any], place: str
) -> None:
    found = measured(line("provider_audit"), [one("provider_audit", **known)])
    assert [name for name in ("final", "open", "excused", "ended") if found[name]] == [place]


@pytest.mark.parametrize(
    ("opens_on", "checkpoint"),
    [("2026-04-01", "objectives"), ("2026-09-01", "mid_year"), ("2027-03-01", "end_year")],
)
def test_the_month_says_which_checkpoint_of_an_appraisal_a_line_means(
    opens_on: str, checkpoint: str
) -> None:
    assert checkpoint_of(date.fromisoformat(opens_on)) == checkpoint


@pytest.mark.parametrize(
    ("data", "known", "counted"),
    [
        ({"done": {"objectives": "2026-04-02"}}, {}, (1, 0, 1)),
        ({"done": {"mid_year": "2026-09-02"}}, {}, (1, 1, 0)),
        ({"done": {"mid_year": "2026-09-02"}}, {"state": "ended", "is_open": False}, (1, 1, 0)),
        ({"skipped": ["mid_year"], "done": {}}, {}, (0, 0, 0)),
        ({"done": {}}, {"state": "ended", "is_open": False, "is_met": True}, (1, 0, 0)),
    ],
)
def test_a_checkpoint_is_final_once_the_appraisal_has_passed_it(
    data: dict[str, Any], known: dict[str, Any], counted: tuple[int, int, int]
) -> None:
    some = [one("appraisal", due_on=date(2027, 3, 31), data=data, **known)]
    found = measured(line("appraisal", "2026-09-01"), some)
    assert (found["total"], found["final"], found["open"]) == counted


def test_early_years_audits_are_measured_by_area() -> None:
    judged: dict[str, Any] = {"report": {"standards": {"leadership": {}, "safeguarding": {}}}}
    some = [
        one("early_years_audit", is_met=True, data=judged),
        one("early_years_audit", reference="early_years_audit:Y", data=judged),
    ]
    found = measured(line("early_years_audit"), some)
    assert found["by_area"] == {"leadership": 1, "management": 0, "safeguarding": 1}
    assert found["waiting"] == ["early_years_audit:Y"]


def test_only_the_first_twenty_that_are_open_are_named() -> None:
    some = [one("pep", reference=f"pep:{number:02}") for number in range(25)]
    found = measured(line("pep"), some)
    assert (found["open"], len(found["waiting"]), found["waiting"][0]) == (25, 20, "pep:00")


# ------------------------------------------------------------------ being told
@pytest.mark.parametrize(
    "process", sorted({line.stands_for for line in shipped_framework().lines if line.stands_for})
)
def test_whatever_a_programme_stands_for_tells_it_at_once(process: str) -> None:
    definition = all_processes()[process]
    assert "programmes" in definition.reads

"""The tender check: safeguarding requirements are looked at by another than whoever commissions."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import meetings
import outside
import pytest
from council import Council
from providers import delegate, refused_once, rejected

from qa_workflow.errors import TransitionRefused

TENDER = "tender_check:2026-02"
MET = {"met": True, "evidence": "DOC-1"}
UNMET = {"met": False, "evidence": "DOC-2"}
BIDS: dict[str, Any] = {"bidders": ["BID-1", "BID-2"], "requirements": ["policy", "recruitment"]}
PASSES: dict[str, Any] = {"requirements": {"policy": MET, "recruitment": MET}}
FALLS_SHORT: dict[str, Any] = {"requirements": {"policy": MET, "recruitment": UNMET}}
CONDITIONS: dict[str, Any] = {
    **FALLS_SHORT,
    "conditions": ["Checks of all staff within four weeks"],
}
FAILS = {**FALLS_SHORT, "reason": "No staff are checked."}
OUTCOMES: dict[str, tuple[str, dict[str, Any]]] = {
    "passed": ("pass", PASSES),
    "conditional": ("set_conditions", CONDITIONS),
    "failed": ("fail", FAILS),
}
Stand = Callable[[str], Council]


def take(council: Council, state: str) -> None:
    """Take the tender on until it stands in *state*: Cora commissions it, Sandy checks it."""
    if state == "notice":
        return
    council.fire(TENDER, "receive", by="cora", **BIDS)
    if state == "submissions":
        return
    council.fire(TENDER, "start_check", by="sandy", bidder="BID-1")
    if state in OUTCOMES:
        trigger, data = OUTCOMES[state]
        council.fire(TENDER, trigger, by="sandy", **data)


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """Give a way to have the tender of February in a state since Monday 2 February 2026."""
    made: list[Council] = []

    def at(state: str) -> Council:
        council = outside.found(tmp_path, "2026-02-02 10:00", codes=("TEND",))
        council.passes()
        take(council, state)
        made.append(council)
        return council

    yield at
    for one in made:
        one.ctx.database.close()


# ------------------------------------------------------------------ what it rests on
def test_a_tender_comes_from_what_the_placement_group_found(stand: Stand) -> None:
    council = stand("notice")
    group = "strategic_placement_group:2026-01"
    meetings.neighbour(council, "strategic_placement_group", "actions_logged", group)
    meetings.neighbour(
        council, "strategic_placement_group", "planned", "strategic_placement_group:2026-04"
    )
    take(council, "submissions")
    shown = council.show(TENDER)
    assert shown["data"]["came_from"] == [group]
    assert ("came_from", group) in [(one["kind"], one["to"]) for one in shown["links"]]


# ------------------------------------------------------------------ the way through
def test_a_bidder_that_meets_everything_is_awarded_the_contract(stand: Stand) -> None:
    council = stand("passed")
    council.fire(TENDER, "record_award", by="cora", award="AW-1")
    shown = council.show(TENDER)
    assert (shown["state"], shown["lateness"]) == ("recorded", "on_time")
    assert (shown["data"]["awarded_to"], shown["data"]["award"]) == ("BID-1", "AW-1")
    assert shown["children"] == []
    states = [one["to"] for one in council.history(TENDER) if one["from"] != one["to"]]
    assert states == ["notice", "submissions", "safeguarding_check", "passed", "recorded"]


def test_each_condition_of_an_award_is_followed_up(stand: Stand) -> None:
    council = stand("conditional")
    council.fire(TENDER, "record_award", by="ada", award="AW-1")
    (condition,) = council.show(TENDER)["children"]
    data = council.show(condition)["data"]
    assert (data["what"], data["proposed_owner"]) == (CONDITIONS["conditions"][0], "cora")
    assert data["source"] == TENDER


def test_after_a_bidder_failed_another_one_can_be_checked(stand: Stand) -> None:
    council = stand("failed")
    assert "BID-1 has been checked already" in refused_once(
        council, TENDER, "check_another", by="sandy", bidder="BID-1"
    )
    council.fire(TENDER, "check_another", by="sandy", bidder="BID-2")
    council.fire(TENDER, "pass", by="sandy", **PASSES)
    council.fire(TENDER, "record_award", by="cora", award="AW-2")
    data = council.show(TENDER)["data"]
    assert data["awarded_to"] == "BID-2"
    assert [(one["bidder"], one["outcome"]) for one in data["checks"]] == [
        ("BID-1", "fail"),
        ("BID-2", "pass"),
    ]


@pytest.mark.parametrize("state", OUTCOMES)
def test_that_nothing_is_awarded_needs_a_reason(stand: Stand, state: str) -> None:
    council = stand(state)
    assert refused_once(council, TENDER, "record_no_award", by="cora") == "No reason is given."
    council.fire(TENDER, "record_no_award", by="cora", reason="Too dear.")
    assert council.show(TENDER)["data"]["awarded_to"] is None
    assert council.state(TENDER) == "recorded"


@pytest.mark.parametrize(
    ("state", "trigger", "data", "people"),
    [
        ("notice", "receive", BIDS, {"cora", "colin"}),
        ("notice", "declare_nil", {}, {"cora", "colin"}),
        (
            "submissions", "start_check", {"bidder": "BID-1"},
            {"sandy", "colin", "aud1", "aud2", "pat", "sam", "iris", "nora"},
        ),
        ("safeguarding_check", "pass", PASSES, {"sandy", "colin", "aud1", "aud2", "pat", "sam", "iris", "nora"}),
        ("passed", "record_award", {}, {"cora", "colin", "ada"}),
        ("safeguarding_check", "withdraw", {}, {"ada"}),
    ],
)  # fmt: skip
def test_who_may_move_it(
    stand: Stand, state: str, trigger: str, data: dict[str, Any], people: set[str]
) -> None:
    assert stand(state).who_may(TENDER, trigger, **data) == people


# ------------------------------------------------------------------ submissions
def test_somebody_has_bid(stand: Stand) -> None:
    assert (
        refused_once(stand("notice"), TENDER, "receive", by="cora")
        == "Nobody is named who has bid."
    )


def test_without_requirements_of_its_own_a_tender_has_the_usual_ones(stand: Stand) -> None:
    council = stand("notice")
    council.fire(TENDER, "receive", by="cora", bidders="BID-1")
    assert council.show(TENDER)["data"]["requirements"] == [
        "safeguarding_policy", "safer_recruitment", "designated_lead", "staff_training", "allegations",
        "information_sharing",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("bidder", "why"), [("BID-9", "BID-9 is no bidder."), ("", "Nobody is no bidder.")]
)
def test_only_a_bidder_is_checked(stand: Stand, bidder: str, why: str) -> None:
    assert why in refused_once(
        stand("submissions"), TENDER, "start_check", by="sandy", bidder=bidder
    )


# ------------------------------------------------------------------ another person checks
@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES.keys())
def test_who_took_the_submissions_in_does_not_check_them(
    tmp_path: Path, outcome: tuple[str, dict[str, Any]]
) -> None:
    with outside.standing(tmp_path, "2026-02-02 10:00", codes=("TEND",)) as council:
        council.passes()
        council.fire(TENDER, "receive", by="colin", **BIDS, commissioner="cora")
        assert "You commission this contract" in refused_once(
            council, TENDER, "start_check", by="colin", bidder="BID-1"
        )
        council.fire(TENDER, "start_check", by="sandy", bidder="BID-1")
        trigger, data = outcome
        assert "You commission this contract" in refused_once(
            council, TENDER, trigger, by="colin", **data
        )


def test_the_commissioner_who_is_named_does_not_check_either(stand: Stand) -> None:
    council = stand("notice")
    council.fire(TENDER, "receive", by="cora", **BIDS, commissioner="colin")
    assert "another person must check it" in refused_once(
        council, TENDER, "start_check", by="colin", bidder="BID-1"
    )


def test_a_delegation_does_not_get_round_it(stand: Stand) -> None:
    council = stand("notice")
    council.fire(TENDER, "receive", by="colin", **BIDS)
    delegate(council, "colin", "mo", "sm_sqa")
    assert "another person must check it" in refused_once(
        council, TENDER, "start_check", by="mo", bidder="BID-1"
    )


def test_who_checked_a_bidder_does_not_award_it_the_contract(stand: Stand) -> None:
    council = stand("submissions")
    council.fire(TENDER, "start_check", by="colin", bidder="BID-1")
    council.fire(TENDER, "pass", by="colin", **PASSES)
    assert "You checked this bidder" in refused_once(
        council, TENDER, "record_award", by="colin", award="AW-1"
    )


# ------------------------------------------------------------------ each requirement
@pytest.mark.parametrize(
    ("trigger", "data", "why"),
    [
        ("pass", {"requirements": {"policy": MET}}, "No judgement with evidence: recruitment"),
        (
            "pass",
            {"requirements": {"policy": MET, "recruitment": {"met": True}}},
            "No judgement with evidence: recruitment",
        ),
        (
            "pass",
            {"requirements": {**PASSES["requirements"], "parking": MET}},
            "Not required: parking",
        ),
        ("pass", FALLS_SHORT, "Not met: recruitment."),
        (
            "set_conditions",
            {**PASSES, "conditions": ["More checks"]},
            "Every requirement is met, so the bidder passes.",
        ),
        ("set_conditions", FALLS_SHORT, "No condition is given."),
        (
            "fail",
            {**PASSES, "reason": "Too far away"},
            "Every requirement is met, so the bidder passes.",
        ),
        ("fail", FALLS_SHORT, "No reason is given."),
        (
            "fail",
            {"requirements": {"policy": UNMET}, "reason": "No policy"},
            "No judgement with evidence: recruitment",
        ),
    ],
)
def test_a_judgement_is_refused(stand: Stand, trigger: str, data: dict[str, Any], why: str) -> None:
    assert why in refused_once(stand("safeguarding_check"), TENDER, trigger, by="sandy", **data)


# ------------------------------------------------------------------ the award
def test_what_failed_is_awarded_nothing(stand: Stand) -> None:
    council = stand("failed")
    why = refused_once(council, TENDER, "record_award", by="ada", award="AW-1")
    assert why == "BID-1 failed the safeguarding check, so nothing can be awarded to it."


def test_an_award_on_conditions_is_for_ad_people(stand: Stand) -> None:
    council = stand("conditional")
    why = refused_once(council, TENDER, "record_award", by="cora", award="AW-1")
    assert why == "An award on conditions is for AD People to make."
    delegate(council, "ada", "cora", "ad_people")
    council.fire(TENDER, "record_award", by="cora", award="AW-1")
    assert council.state(TENDER) == "recorded"


def test_an_award_has_its_reference(stand: Stand) -> None:
    assert (
        refused_once(stand("passed"), TENDER, "record_award", by="cora")
        == "The award's reference is not given."
    )


@pytest.mark.parametrize("state", ["notice", "submissions", "safeguarding_check"])
def test_nothing_is_awarded_before_the_check(stand: Stand, state: str) -> None:
    council = stand(state)
    with pytest.raises(TransitionRefused):
        council.fire(TENDER, "record_award", by="ada", award="AW-1")


# ------------------------------------------------------------------ dates
@pytest.mark.parametrize(
    ("state", "deadline", "due_on", "ladder"),
    [
        (
            "notice",
            "receive_by",
            "2026-02-16",
            ("2026-02-17", "2026-02-23", "2026-03-02", "2026-03-16"),
        ),
        (
            "submissions",
            "due",
            "2026-02-28",
            ("2026-03-02", "2026-03-06", "2026-03-13", "2026-03-27"),
        ),
        (
            "safeguarding_check",
            "due",
            "2026-02-28",
            ("2026-03-02", "2026-03-06", "2026-03-13", "2026-03-27"),
        ),
        (
            "passed",
            "record_passed_by",
            "2026-03-02",
            ("2026-03-03", "2026-03-09", "2026-03-16", "2026-03-30"),
        ),
        (
            "conditional",
            "record_conditional_by",
            "2026-03-02",
            ("2026-03-03", "2026-03-09", "2026-03-16", "2026-03-30"),
        ),
        (
            "failed",
            "record_failed_by",
            "2026-03-02",
            ("2026-03-03", "2026-03-09", "2026-03-16", "2026-03-30"),
        ),
    ],
)
def test_a_state_has_its_date_and_climbs_its_ladder(
    stand: Stand, state: str, deadline: str, due_on: str, ladder: tuple[str, ...]
) -> None:
    council = stand(state)
    assert council.falls(TENDER, deadline) == due_on
    council.at(f"{due_on} 23:59").passes()
    assert [one for one in council.levels(TENDER, deadline) if one[0].startswith("L")] == []
    council.at("2026-04-30 08:00").passes()
    climbed = [one for one in council.levels(TENDER, deadline) if one[0].startswith("L")]
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), ladder, strict=True))
    assert ("overdue_l2", None) in outside.blocks(council, TENDER)


def test_the_check_is_due_on_the_last_of_february_until_midnight(stand: Stand) -> None:
    council = stand("safeguarding_check")
    assert council.at("2026-02-28 23:59").show(TENDER)["late"] is False
    assert council.at("2026-03-01 00:01").show(TENDER)["late"] is True


@pytest.mark.parametrize("state", OUTCOMES)
def test_judging_a_bidder_meets_the_date(stand: Stand, state: str) -> None:
    council = stand(state).at("2026-03-01 08:00")
    assert council.show(TENDER)["lateness"] == "on_time"


def test_in_a_leap_year_it_is_due_on_the_29th(tmp_path: Path) -> None:
    with outside.standing(tmp_path, "2028-02-01 08:00", codes=("TEND",)) as council:
        council.passes()
        assert council.show("tender_check:2028-02")["due_on"] == "2028-02-29"


@pytest.mark.parametrize(
    ("data", "due_on"), [({}, "2026-03-02"), ({"due_on": "2026-02-20"}, "2026-02-20")]
)
def test_another_tender_has_a_month_or_a_date_of_its_own(
    stand: Stand, data: dict[str, Any], due_on: str
) -> None:
    started = stand("notice").start("tender_check", "lot-7", by="cora", **data)
    assert (started.reference, started.due_on) == ("tender_check:lot-7", date.fromisoformat(due_on))


def test_another_tender_is_not_due_in_the_past(stand: Stand) -> None:
    council = stand("notice")
    with pytest.raises(TransitionRefused, match="which is over"):
        council.start("tender_check", "lot-7", by="cora", due_on="2026-02-01")


# ------------------------------------------------------------------ ends, and what leaves nothing behind
def test_a_year_without_a_tender_is_a_nil_return_with_its_reason(stand: Stand) -> None:
    council = stand("notice")
    assert refused_once(council, TENDER, "declare_nil", by="cora") == "No reason is given."
    council.fire(TENDER, "declare_nil", by="cora", reason="All contracts run on.")
    assert council.show(TENDER)["lateness"] == "on_time"
    assert council.state(TENDER) == "nil_return"


@pytest.mark.parametrize("state", ["notice", "submissions", "safeguarding_check"])
def test_a_tender_can_be_withdrawn_with_a_reason(stand: Stand, state: str) -> None:
    council = stand(state)
    assert refused_once(council, TENDER, "withdraw", by="ada") == "No reason is given."
    council.fire(TENDER, "withdraw", by="ada", reason="The service is run by ourselves.")
    assert council.state(TENDER) == "withdrawn"


@pytest.mark.parametrize(
    ("trigger", "by", "data"),
    [
        ("pass", "sandy", {"requirements": {"policy": {"met": "perhaps so"}}}),
        ("pass", "sandy", {"requirements": {}, "grade": "good"}),
        ("start_check", "sandy", {"who": "BID-1"}),
    ],
)
def test_bad_input_leaves_nothing_behind(
    stand: Stand, trigger: str, by: str, data: dict[str, Any]
) -> None:
    state = "submissions" if trigger == "start_check" else "safeguarding_check"
    assert rejected(stand(state), TENDER, trigger, by=by, **data)


def test_three_refusals_of_one_kind_block_it(stand: Stand) -> None:
    council = stand("failed")
    for _ in range(3):
        council.refusal(TENDER, "record_award", by="ada", award="AW-1")
    assert outside.blocks(council, TENDER) == [("refused_three_times", None)]

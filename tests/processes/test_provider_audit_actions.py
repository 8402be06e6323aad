"""What a provider must change: each action is a recommendation, and the provider is compliant when all are closed."""

from collections.abc import Iterator
from pathlib import Path

import providers
import pytest
from council import Council
from hands import sql
from providers import AUDIT, FIRST_ACTION, SECOND_ACTION, Stand, close_actions, row, take_list

from qa_workflow.service import overlays

R1, R2 = "recommendation:R-0001", "recommendation:R-0002"


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """Give a way to have the audit of P04 in a state."""
    with providers.standing(tmp_path) as at:
        yield at


@pytest.fixture
def finalising(stand: Stand) -> Council:
    return stand("finalising").at("2026-06-30 10:00")


@pytest.fixture
def acting(stand: Stand) -> Council:
    """Give a council that finalised the audit with two actions on Tuesday 30 June 2026."""
    return stand("actions_open")


# ------------------------------------------------------------------ the action plan
def test_each_action_is_a_recommendation_of_its_own(acting: Council) -> None:
    assert acting.show(AUDIT)["children"] == [R1, R2]


def test_a_high_action_is_due_in_ten_working_days_and_a_standard_one_in_three_months(
    acting: Council,
) -> None:
    assert [acting.show(one)["due_on"] for one in (R1, R2)] == ["2026-07-14", "2026-09-30"]


def test_three_months_end_with_a_shorter_month(finalising: Council) -> None:
    finalising.at("2026-08-31 10:00").fire(AUDIT, "finalise", by="sandy", actions=[SECOND_ACTION])
    assert finalising.show(R1)["due_on"] == "2026-11-30"


def test_ten_working_days_leave_out_christmas(finalising: Council) -> None:
    finalising.at("2026-12-18 10:00").fire(AUDIT, "finalise", by="sandy", actions=[FIRST_ACTION])
    assert finalising.show(R1)["due_on"] == "2027-01-06"


def test_an_action_knows_what_for_whom_and_where_it_comes_from(acting: Council) -> None:
    data = acting.show(R2)["data"]
    assert {name: data[name] for name in ("what", "for_whom", "difference", "category", "priority")} == {
        "what": "Write a support plan with each child",
        "for_whom": "The children placed with Bright Homes",
        "difference": "Each child has one",
        "category": "system",
        "priority": "standard",
    }  # fmt: skip
    assert (data["source"], data["auditor"], data["raised_on"]) == (AUDIT, "aud1", "2026-06-30")


def test_an_action_belongs_to_the_window_after_its_day(acting: Council) -> None:
    windows = [
        (acting.show(one)["data"]["window_on"], acting.show(one)["data"]["meeting_due_on"])
        for one in (R1, R2)
    ]
    assert windows == [("2026-07-31", "2026-06-30"), ("2027-01-31", "2026-12-31")]


def test_the_provider_is_to_act_and_its_commissioner_sponsors(acting: Council) -> None:
    data = acting.show(R1)["data"]
    assert (data["proposed_owner"], data["sponsor"]) == ("penny", "cora")


@pytest.mark.parametrize("contact", ["", "Somebody Else", "colin"])
def test_without_a_contact_of_the_provider_its_commissioner_is_to_act(
    finalising: Council, contact: str
) -> None:
    sql(finalising, "UPDATE provider SET contact = ?", contact or None)
    finalising.fire(AUDIT, "finalise", by="sandy", actions=[FIRST_ACTION])
    assert finalising.show(R1)["data"]["proposed_owner"] == "cora"


def test_a_commissioner_outside_the_roster_is_not_proposed(finalising: Council) -> None:
    sql(finalising, "UPDATE provider SET contact = NULL, commissioner = 'Max Newcomer'")
    finalising.fire(AUDIT, "finalise", by="sandy", actions=[FIRST_ACTION])
    assert finalising.show(R1)["data"]["proposed_owner"] is None


@pytest.mark.parametrize(
    ("day", "sits"),
    [
        ("2026-06-30", "2026-07-31"),
        ("2026-07-30", "2026-07-31"),
        ("2026-07-31", "2026-10-31"),
        ("2026-11-02", "2027-01-31"),
        ("2027-02-01", "2027-04-30"),
    ],
)
def test_the_actions_go_to_the_next_strategic_placement_group(
    finalising: Council, day: str, sits: str
) -> None:
    finalising.at(f"{day} 10:00").fire(AUDIT, "finalise", by="sandy", actions=[FIRST_ACTION])
    shown = [finalising.show(one)["data"]["reviewed_at_spg_on"] for one in (AUDIT, R1)]
    assert shown == [sits, sits]


def test_the_own_date_is_met_by_finalising(acting: Council) -> None:
    assert acting.at("2026-08-03 08:00").show(AUDIT)["lateness"] == "on_time"


def test_when_every_action_is_closed_the_provider_is_compliant(acting: Council) -> None:
    close_actions(acting)
    moved = acting.history(AUDIT)[-1]
    assert (acting.state(AUDIT), moved["action"], moved["actor"]) == (
        "compliant", "all_actions_closed", "system",
    )  # fmt: skip


def test_while_one_action_is_open_the_audit_waits(acting: Council) -> None:
    acting.fire(R1, "supersede", by="sandy", successor=R2)
    assert acting.state(AUDIT) == "actions_open"


def test_a_concern_that_is_still_open_does_not_hold_the_audit(acting: Council) -> None:
    acting.fire(AUDIT, "raise_immediate_concern", by="cora", case="C01", what="A call")
    close_actions(acting)
    assert acting.state(AUDIT) == "compliant"


def test_an_action_that_is_blocked_blocks_the_audit(acting: Council) -> None:
    overlays.block(
        acting.ctx, R1, actor="sandy", reason="awaiting_provider", note="No answer", now=acting.now
    )
    (block,) = acting.show(AUDIT)["blocked"]
    assert (block["reason"], block["waiting_on"]) == ("waits_on_blocked", R1)


def test_what_no_list_says_yet_may_still_be_corrected(stand: Stand) -> None:
    council = stand("finalising").at("2026-06-30 10:00")
    take_list(council, row(name="Brighter Homes"))
    council.fire(AUDIT, "finalise", by="sandy", actions=[FIRST_ACTION])
    assert council.show(R1)["data"]["for_whom"] == "The children placed with Brighter Homes"

"""What a recommendation is told of its meeting's papers, and what a bank holiday proclaimed late makes of its dates."""

from datetime import date

import pytest
from council import Council
from follow_up import DECEMBER, R1, follow, loaded, meet, raise_by_hand

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.recount import recounted
from qa_workflow.processes.recommendation import PROCESS


# ------------------------------------------------------------------ the papers of the meeting
@pytest.mark.parametrize(
    ("state", "deadline"),
    [("in_progress", "evidence_papers_by"), ("evidence_submitted", "verify_papers_by")],
)
def test_the_day_the_papers_close_stands_among_the_deadlines(
    raised: Council, state: str, deadline: str
) -> None:
    follow(raised.at("2025-11-10 10:00"), state)
    meet(raised, "scheduled")
    assert raised.falls(R1, deadline) == "2025-12-04"


@pytest.mark.parametrize(
    ("state", "deadline"),
    [("in_progress", "evidence_papers_by"), ("evidence_submitted", "verify_papers_by")],
)
def test_two_working_days_before_the_papers_close_owner_and_service_manager_hear_of_it(
    raised: Council, state: str, deadline: str
) -> None:
    follow(raised.at("2025-11-28 10:00"), state)
    meet(raised, "scheduled")
    raised.at("2025-12-02 00:00").later(minutes=-1).passes()
    assert raised.levels(R1, deadline) == []
    raised.at("2025-12-02 00:00").passes()
    assert raised.levels(R1, deadline) == [("R1", "2025-12-02")]
    assert raised.history(R1)[-1]["data"]["told"] == ["pat", "sandy"]


def test_one_raised_once_the_meeting_has_a_date_knows_when_its_papers_close(
    running: Council,
) -> None:
    meet(running, "scheduled")
    raise_by_hand(running)
    assert running.show(R1)["data"]["papers_on"] == "2025-12-04"


def test_one_of_another_window_is_not_told_of_this_meeting(raised: Council) -> None:
    follow(raised, "in_progress")
    raised.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    meet(raised, "scheduled")
    assert raised.show(R1)["data"]["papers_on"] is None


def test_papers_for_a_meeting_that_is_postponed_close_no_more(raised: Council) -> None:
    follow(raised, "in_progress")
    meet(raised, "scheduled")
    raised.fire(DECEMBER, "postpone", by="quinn", reason="The chair is ill")
    names = [one["name"] for one in raised.show(R1)["deadlines"]]
    assert "evidence_papers_by" not in names


# ------------------------------------------------------------------ a bank holiday proclaimed late
def counted_again(council: Council, day: str) -> ProcessInstance:
    """Return the recommendation as it is once *day* is a bank holiday."""
    before = council.ctx.published
    instance = loaded(council, R1)
    found = recounted(
        PROCESS, instance, before=before, after=before.with_holidays({date.fromisoformat(day): "A day of mourning"}),
        cause="Proclaimed", actor="cli:test", now=council.now,
    )  # fmt: skip
    return instance if found is None else found[0].instance


@pytest.mark.parametrize(
    ("priority", "due_on"), [("high", date(2025, 10, 23)), ("immediate", date(2025, 10, 10))]
)
def test_a_high_priority_is_counted_again(running: Council, priority: str, due_on: date) -> None:
    raise_by_hand(running, priority=priority)
    assert counted_again(running, "2025-10-09").due_on == due_on


def test_a_standard_priority_keeps_its_window(running: Council) -> None:
    raise_by_hand(running)
    assert counted_again(running, "2025-10-09").due_on == date(2026, 1, 31)


def test_a_date_set_by_hand_is_not_counted_again(high: Council) -> None:
    high.fire(R1, "assign", by="sandy", category="case_action", due_on="2025-10-20")
    assert counted_again(high, "2025-10-14").due_on == date(2025, 10, 20)


def test_what_was_carried_forward_keeps_its_window(high: Council) -> None:
    follow(high, "in_progress")
    high.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    assert counted_again(high, "2025-10-14").due_on == date(2026, 7, 31)


def test_a_date_that_is_met_is_not_counted_again(high: Council) -> None:
    follow(high, "evidence_submitted")
    assert counted_again(high, "2025-10-14").due_on == date(2025, 10, 22)


def test_the_day_the_papers_close_is_counted_again(raised: Council) -> None:
    follow(raised, "in_progress")
    meet(raised, "scheduled")
    assert counted_again(raised, "2025-12-08").data["papers_on"] == "2025-12-03"

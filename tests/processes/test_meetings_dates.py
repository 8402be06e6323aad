"""By when each step of a meeting is due, who hears when it is not, and what the calendar makes of its dates."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import meetings
import pytest
from council import Council
from follow_up import blocks, loaded
from hands import leaves
from meetings import BOARD

from qa_workflow.engine.recount import recounted
from qa_workflow.processes import all_processes

L = ("L0", "L1", "L2", "L3")

# Planned on Monday 2 March, held on Thursday 26 March; Easter (3 and 6 April) and the clock change lie between.
STATES = [
    ("planned", "schedule_by", "2026-03-10"),
    ("postponed", "schedule_again_by", "2026-03-10"),
    ("agenda_set", "hold_by", "2026-03-26"),
    ("inquorate", "sit_again_by", "2026-03-30"),
    ("held", "minute_by", "2026-04-13"),
    ("minuted", "log_actions_by", "2026-04-13"),
    ("actions_logged", "close_by", "2026-04-13"),
]
LADDERS = {
    "planned": ("2026-03-11", "2026-03-17", "2026-03-24", "2026-04-09"),
    "postponed": ("2026-03-11", "2026-03-17", "2026-03-24", "2026-04-09"),
    "agenda_set": ("2026-03-27", "2026-04-02", "2026-04-13", "2026-04-27"),
    "inquorate": ("2026-03-31", "2026-04-08", "2026-04-15", "2026-04-29"),
    "held": ("2026-04-14", "2026-04-20", "2026-04-27", "2026-05-12"),
    "minuted": ("2026-04-14", "2026-04-20", "2026-04-27", "2026-05-12"),
    "actions_logged": ("2026-04-14", "2026-04-20", "2026-04-27", "2026-05-12"),
}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Council]:
    """Give a council on Monday 2 March 2026 for which no calendar plans anything."""
    with meetings.standing(tmp_path) as council:
        yield council


# ------------------------------------------------------------------ the framework's month
@pytest.mark.parametrize(
    ("state", "late"),
    [("planned", True), ("scheduled", True), ("agenda_set", True), ("postponed", True), ("inquorate", True),
     ("held", False), ("minuted", False), ("actions_logged", False), ("closed", False), ("cancelled", False)],
)  # fmt: skip
def test_the_month_is_met_once_it_is_held_or_cancelled(
    made: Council,
    state: str,
    late: bool,  # noqa: FBT001 - a row of the table
) -> None:
    reference = meetings.at_state(made, state)
    assert made.at("2026-03-31 23:59").show(reference)["late"] is False
    assert made.at("2026-04-01 00:01").show(reference)["late"] is late


@pytest.mark.parametrize(
    "process", ["moving_to_excellence_board", "group_supervision", "senco_network"]
)
def test_whoever_waits_for_a_meeting_hears_that_its_month_is_lost(
    made: Council, process: str
) -> None:
    reference = meetings.begun(made, process)
    made.at("2026-04-30 00:00").passes()
    assert [one for one in made.levels(reference) if one[0] in L] == list(
        zip(L, ("2026-04-01", "2026-04-09", "2026-04-16", "2026-04-30"), strict=True)
    )
    told = {
        one["level"]: one["data"]["told"]
        for one in made.history(reference)
        if one["level"] is not None and one["data"]["deadline"] == "due"
    }
    manager = {"sm_sqa": ["sandy"], "sm_csc": ["cass"], "send_manager": ["max"]}[
        all_processes()[process].service_manager
    ]
    assert (told["L1"], told["L2"], told["L3"]) == (manager, ["ada"], ["dana"])
    assert "overdue_l2" in blocks(made, reference)


# ------------------------------------------------------------------ each state
@pytest.mark.parametrize(("state", "deadline", "due_on"), STATES)
def test_a_state_has_its_day_and_is_late_when_it_is_over(
    made: Council, state: str, deadline: str, due_on: str
) -> None:
    reference = meetings.at_state(made, state)
    assert made.falls(reference, deadline) == due_on
    assert made.at(f"{due_on} 23:59").show(reference)["status"].startswith("In ")
    assert made.later(minutes=2).show(reference)["status"].startswith("Late in")


@pytest.mark.parametrize(("state", "deadline"), [(state, name) for state, name, _ in STATES])
def test_a_late_state_climbs_each_level_on_its_day_and_once(
    made: Council, state: str, deadline: str
) -> None:
    reference = meetings.at_state(made, state)
    for day in LADDERS[state]:
        made.at(f"{day} 00:00").later(minutes=-1).passes()
        made.at(f"{day} 00:00").passes()
        made.passes()
    climbed = [one for one in made.levels(reference, deadline) if one[0] in L]
    assert climbed == list(zip(L, LADDERS[state], strict=True))


@pytest.mark.parametrize(
    ("process", "due_on"),
    [
        ("moving_to_excellence_board", "2026-03-10"),
        ("top_three", "2026-03-13"),
        ("senco_network", "2026-03-16"),
    ],
)
def test_the_date_is_wanted_so_long_before_that_another_can_still_be_found(
    made: Council, process: str, due_on: str
) -> None:
    assert made.falls(meetings.begun(made, process), "schedule_by") == due_on


def test_whoever_puts_it_off_late_has_two_working_days_for_another_date(made: Council) -> None:
    reference = meetings.at_state(made, "agenda_set")
    made.at("2026-04-01 10:00").fire(reference, "postpone", by="quinn", reason="Ill")
    assert made.falls(reference, "schedule_again_by") == "2026-04-07"


def test_papers_close_at_midnight_in_london_in_summer_time(made: Council) -> None:
    reference = meetings.plan(
        made, "moving_to_excellence_board", "2026-06", opens_on="2026-06-01", due_on="2026-06-30"
    )
    made.fire(reference, "schedule", by="quinn", sits_on="2026-06-11")
    made.at("2026-06-05 09:00").passes()
    frozen = made.history(reference)[-1]
    assert (frozen["action"], frozen["at"]) == ("set_agenda", "2026-06-04T23:00:00Z")


def test_where_bank_holidays_are_not_known_its_month_alone_presses(made: Council) -> None:
    full = made.ctx.published
    known = {day: name for day, name in full.holidays.items() if day.year <= 2024}
    made.ctx = replace(made.ctx, published=replace(full, holidays=known, last_year=2024))
    shown = made.show(meetings.begun(made, "moving_to_excellence_board"))
    assert (shown["data"]["schedule_by"], shown["due_on"]) == (None, "2026-03-31")


def test_nobody_who_could_set_a_date_blocks_it(made: Council) -> None:
    meetings.begun(made, "moving_to_excellence_board")
    leaves(made, "quinn", "2026-03-02")
    made.at("2026-03-03 09:00").passes()
    assert blocks(made, BOARD) == ["nobody_home"]


# ------------------------------------------------------------------ a bank holiday proclaimed late
@pytest.mark.parametrize(
    ("state", "key", "day", "on"),
    [
        ("planned", "schedule_by", "2026-03-16", "2026-03-09"),
        ("postponed", "schedule_by", "2026-03-16", "2026-03-09"),
        ("inquorate", "schedule_by", "2026-03-27", "2026-03-31"),
        ("scheduled", "papers_on", "2026-03-23", "2026-03-18"),
        ("scheduled", "sits_on", "2026-03-23", "2026-03-26"),
        ("agenda_set", "papers_on", "2026-03-23", "2026-03-19"),
    ],
)
def test_what_is_still_counted_is_counted_again(
    made: Council, state: str, key: str, day: str, on: str
) -> None:
    reference = meetings.at_state(made, state)
    before, instance = made.ctx.published, loaded(made, reference)
    found = recounted(
        all_processes()[instance.process], instance, before=before,
        after=before.with_holidays({date.fromisoformat(day): "A day of mourning"}),
        cause="Proclaimed", actor="cli:test", now=made.now,
    )  # fmt: skip
    assert (instance if found is None else found[0].instance).data[key] == on


# ------------------------------------------------------------------ begun by hand
def test_one_asked_for_by_hand_is_held_by_the_day_that_was_said(made: Council) -> None:
    started = made.start(
        "learning_event", "neglect", by="quinn", kind="deep_dive", due_on="2026-03-20"
    )
    shown = made.show(started.reference)
    assert (started.reference, shown["due_on"], shown["data"]["opens_on"], shown["data"]["kind"]) == (
        "learning_event:L-0001", "2026-03-20", "2026-03-02", "deep_dive",
    )  # fmt: skip


def test_several_for_one_case_are_numbered(made: Council) -> None:
    started = [
        made.start("adoption_panel_feedback", "C07", by="pia", due_on="2026-03-20").reference
        for _ in range(2)
    ]
    assert started == ["adoption_panel_feedback:C07:1", "adoption_panel_feedback:C07:2"]


def test_one_that_is_called_after_its_day_is_held_by_that_day(made: Council) -> None:
    found = [made.start("top_three", day, by="quinn") for day in ("2026-03-19", "2026-03-02")]
    assert [(one.reference, one.due_on) for one in found] == [
        ("top_three:2026-03-19", date(2026, 3, 19)), ("top_three:2026-03-02", date(2026, 3, 2)),
    ]  # fmt: skip

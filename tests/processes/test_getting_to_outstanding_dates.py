"""By when each step of the meeting is due, who hears when it is not, and what the calendar makes of its dates."""

from dataclasses import replace
from datetime import date

import pytest
from council import Council
from follow_up import (
    DECEMBER,
    JANUARY,
    JUNE,
    SITS_ON,
    blocks,
    loaded,
    meet,
    raise_by_hand,
    standing,
)
from hands import leaves, sql

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.recount import recounted
from qa_workflow.processes.getting_to_outstanding import PROCESS
from qa_workflow.service import enquiries
from qa_workflow.service.changes import Pull

L = ("L0", "L1", "L2", "L3")

# Held on 11 December, minuted on the 12th; Christmas and New Year lie between.
STATES = [
    ("planned", "schedule_by", "2025-12-08"),
    ("agenda_set", "hold_by", "2025-12-11"),
    ("held", "minute_by", "2025-12-29"),
    ("minuted", "close_by", "2026-01-31"),
]
LADDERS = {
    "planned": ("2025-12-09", "2025-12-15", "2025-12-22", "2026-01-08"),
    "agenda_set": ("2025-12-12", "2025-12-18", "2025-12-29", "2026-01-13"),
    "held": ("2025-12-30", "2026-01-06", "2026-01-13", "2026-01-27"),
    "minuted": ("2026-02-02", "2026-02-06", "2026-02-13", "2026-02-27"),
}


def stands(council: Council, state: str) -> Council:
    """Take the meeting of December to *state*."""
    council.at("2025-11-12 10:00")
    if state == "minuted":
        meet(council, "held")
        council.at("2025-12-12 10:00")
    meet(council, state)
    return council


# ------------------------------------------------------------------ planned by the calendar
@pytest.mark.parametrize(
    ("before", "day", "reference", "due_on"),
    [
        ("2025-10-31", "2025-11-03", DECEMBER, "2025-12-31"),
        ("2026-04-29", "2026-04-30", JUNE, "2026-06-30"),
    ],
)
def test_a_meeting_is_planned_twenty_working_days_before_its_month(
    council: Council, before: str, day: str, reference: str, due_on: str
) -> None:
    council.at(f"{before} 23:00").passes()
    assert not standing(council, reference)
    council.at(f"{day} 00:00").passes()
    shown = council.show(reference)
    assert (shown["state"], shown["due_on"], shown["data"]["code"]) == ("planned", due_on, "GTO")


def test_planning_twice_plans_two_meetings_a_year(council: Council) -> None:
    council.at("2026-09-01 08:00").passes()
    council.passes()
    planned = [one["reference"] for one in council.listed(process="getting_to_outstanding")]
    assert planned == [DECEMBER, JUNE]


def test_the_month_opens_on_its_first_day_and_its_window_ends_a_month_later(
    council: Council,
) -> None:
    meet(council.at("2025-11-12 10:00"), "planned")
    data = council.show(DECEMBER)["data"]
    assert (data["opens_on"], data["window_on"]) == ("2025-12-01", "2026-01-31")


# ------------------------------------------------------------------ the framework's month
@pytest.mark.parametrize("state", ["held", "minuted", "closed"])
def test_the_month_is_met_once_the_meeting_is_held(council: Council, state: str) -> None:
    meet(council.at("2025-11-12 10:00"), state)
    assert council.at("2026-01-01 00:01").show(DECEMBER)["late"] is False


@pytest.mark.parametrize("state", ["planned", "scheduled", "agenda_set"])
@pytest.mark.parametrize(
    ("moment", "late"), [("2025-12-31 23:59", False), ("2026-01-01 00:01", True)]
)
def test_a_meeting_that_was_not_held_in_its_month_is_late(
    council: Council,
    state: str,
    moment: str,
    late: bool,  # noqa: FBT001 - a row of the table
) -> None:
    meet(council.at("2025-11-12 10:00"), state)
    assert council.at(moment).show(DECEMBER)["late"] is late


def test_whoever_waits_for_a_meeting_that_was_not_held_hears_of_it(council: Council) -> None:
    meet(council.at("2025-11-12 10:00"), "agenda_set")
    council.at("2026-01-29 00:00").passes()
    told = {
        one["level"]: (one["nominal_on"], one["data"]["told"])
        for one in council.history(DECEMBER)
        if one["level"] is not None and one["data"]["deadline"] == "due"
    }
    assert {level: told[level] for level in L} == {
        "L0": ("2026-01-02", ["ada", "dana"]),
        "L1": ("2026-01-08", ["sandy"]),
        "L2": ("2026-01-15", ["ada"]),
        "L3": ("2026-01-29", ["dana"]),
    }
    assert "overdue_l2" in blocks(council, DECEMBER)


# ------------------------------------------------------------------ each state
@pytest.mark.parametrize(("state", "deadline", "due_on"), STATES)
def test_a_state_has_its_date(council: Council, state: str, deadline: str, due_on: str) -> None:
    assert stands(council, state).falls(DECEMBER, deadline) == due_on


@pytest.mark.parametrize(("state", "due_on"), [(state, day) for state, _, day in STATES])
def test_a_state_is_late_when_its_day_is_over(council: Council, state: str, due_on: str) -> None:
    stands(council, state)
    assert council.at(f"{due_on} 23:59").show(DECEMBER)["status"].startswith("In ")
    assert council.later(minutes=2).show(DECEMBER)["status"].startswith("Late in")


@pytest.mark.parametrize(("state", "deadline"), [(state, name) for state, name, _ in STATES])
def test_a_late_state_climbs_each_level_on_its_day_and_once(
    council: Council, state: str, deadline: str
) -> None:
    stands(council, state)
    for day in LADDERS[state]:
        council.at(f"{day} 00:00").later(minutes=-1).passes()
        council.at(f"{day} 00:00").passes()
        council.passes()
    climbed = [one for one in council.levels(DECEMBER, deadline) if one[0] in L]
    assert climbed == list(zip(L, LADDERS[state], strict=True))


def test_a_date_that_nobody_sets_reaches_ad_people_while_one_can_still_be_found(
    council: Council,
) -> None:
    meet(council.at("2025-11-12 10:00"), "planned")
    council.at("2025-12-22 09:00").passes()
    assert council.history(DECEMBER)[-1]["data"]["told"] == ["ada"]
    council.fire(DECEMBER, "schedule", by="quinn", sits_on="2025-12-31")
    assert blocks(council, DECEMBER) == []


def test_nobody_who_could_set_a_date_blocks_it(council: Council) -> None:
    meet(council.at("2025-11-12 10:00"), "planned")
    leaves(council, "quinn", "2025-11-12")
    council.at("2025-11-13 09:00").passes()
    assert blocks(council, DECEMBER) == ["nobody_home"]


# ------------------------------------------------------------------ dates that follow from others
def test_whoever_postpones_has_two_working_days_for_another_date(council: Council) -> None:
    meet(council.at("2025-11-12 10:00"), "agenda_set")
    council.at("2025-12-12 10:00").fire(DECEMBER, "postpone", by="quinn", reason="Ill")
    assert council.falls(DECEMBER, "schedule_by") == "2025-12-16"


def test_the_second_sitting_has_its_own_dates(council: Council) -> None:
    raise_by_hand(council.at("2025-11-12 10:00"))
    meet(council, "closed")
    falls = [council.falls(JANUARY, name) for name in ("schedule_by", "due", "close_by")]
    assert falls == ["2026-01-09", "2026-01-31", "2026-01-31"]


def test_a_meeting_minuted_late_has_five_working_days_to_close(council: Council) -> None:
    raise_by_hand(council.at("2025-11-12 10:00"))
    meet(council, "closed")
    meet(council, "held", JANUARY)
    council.at("2026-01-29 10:00")
    meet(council, "minuted", JANUARY)
    assert council.falls(JANUARY, "close_by") == "2026-02-05"


def test_papers_close_at_midnight_in_london_in_summer_too(council: Council) -> None:
    council.at("2026-05-05 09:00").passes()
    meet(council, "scheduled", JUNE)
    council.at("2026-06-05 09:00").passes()
    frozen = council.history(JUNE)[-1]
    assert (SITS_ON[JUNE], frozen["action"], frozen["at"]) == (
        "2026-06-11", "set_agenda", "2026-06-04T23:00:00Z",
    )  # fmt: skip


def test_where_bank_holidays_are_not_known_its_month_alone_presses(council: Council) -> None:
    full = council.ctx.published
    known = {day: name for day, name in full.holidays.items() if day.year <= 2024}
    council.ctx = replace(council.ctx, published=replace(full, holidays=known, last_year=2024))
    meet(council.at("2025-11-12 10:00"), "planned")
    shown = council.show(DECEMBER)
    assert (shown["data"]["schedule_by"], shown["due_on"]) == (None, "2025-12-31")


# ------------------------------------------------------------------ days on which the council is closed
def closed(council: Council, *days: str) -> Council:
    """Let the council's offices be closed on *days*, for which no bank holiday stands."""
    for day in days:
        sql(council, "INSERT INTO closure_day VALUES (?, 'local', 'Offices closed')", day)
    return council


def first_day(council: Council, *, wanted: str) -> str | None:
    """Ask for a day that cannot be; return the first that can, as the refusal names it."""
    pull = Pull(reference=DECEMBER, trigger="schedule", actor="quinn", data={"sits_on": wanted})
    answers = enquiries.rehearsal(council.ctx, pull, now=council.now)["guards"]
    return next((one["from"] for one in answers if not one["ok"]), None)


def test_days_off_give_no_time_for_papers(council: Council) -> None:
    meet(closed(council, "2025-12-08").at("2025-11-12 10:00"), "scheduled")
    assert council.show(DECEMBER)["data"]["papers_on"] == "2025-12-03"


@pytest.mark.parametrize(
    ("today", "off", "wanted", "first"),
    [
        ("2025-12-04", ["2025-12-08"], "2025-12-11", "2025-12-12"),
        ("2025-12-08", ["2025-12-08"], "2025-12-15", "2025-12-16"),
        ("2025-11-12", ["2025-12-01"], "2025-11-28", "2025-12-02"),
        ("2025-11-12", ["2025-12-30", "2025-12-31"], "2025-12-30", "2026-01-02"),
        ("2025-12-22", [], "2026-01-02", "2025-12-31"),
    ],
)
def test_the_first_day_that_can_be_is_a_day_on_which_the_council_works(
    council: Council, today: str, off: list[str], wanted: str, first: str
) -> None:
    meet(closed(council, *off).at("2025-11-12 10:00"), "planned")
    assert first_day(council.at(f"{today} 10:00"), wanted=wanted) == first


def test_days_off_leave_less_time_for_a_date(council: Council) -> None:
    meet(closed(council, "2025-12-15", "2025-12-31").at("2025-11-12 10:00"), "planned")
    assert council.falls(DECEMBER, "schedule_by") == "2025-12-04"


def test_days_off_give_no_time_for_another_date(council: Council) -> None:
    meet(closed(council, "2025-12-15").at("2025-11-12 10:00"), "agenda_set")
    council.at("2025-12-12 10:00").fire(DECEMBER, "postpone", by="quinn", reason="Ill")
    assert council.falls(DECEMBER, "schedule_by") == "2025-12-17"


def test_days_off_give_no_time_for_closing(council: Council) -> None:
    raise_by_hand(closed(council, "2026-02-02").at("2025-11-12 10:00"))
    meet(council, "closed")
    meet(council, "held", JANUARY)
    council.at("2026-01-29 10:00")
    meet(council, "minuted", JANUARY)
    assert council.falls(JANUARY, "close_by") == "2026-02-06"


# ------------------------------------------------------------------ a bank holiday proclaimed late
def counted_again(council: Council, reference: str, day: str) -> ProcessInstance:
    """Return the meeting as it is once *day* is a bank holiday."""
    before = council.ctx.published
    instance = loaded(council, reference)
    found = recounted(
        PROCESS, instance, before=before, after=before.with_holidays({date.fromisoformat(day): "A day of mourning"}),
        cause="Proclaimed", actor="cli:test", now=council.now,
    )  # fmt: skip
    return instance if found is None else found[0].instance


@pytest.mark.parametrize(
    ("state", "key", "day", "on"),
    [
        ("planned", "schedule_by", "2025-12-09", "2025-12-05"),
        ("scheduled", "papers_on", "2025-12-08", "2025-12-03"),
        ("scheduled", "sits_on", "2025-12-08", "2025-12-11"),
        ("agenda_set", "papers_on", "2025-12-08", "2025-12-04"),
        ("held", "close_by", "2025-12-15", "2026-01-31"),
    ],
)
def test_what_is_still_counted_is_counted_again(
    council: Council, state: str, key: str, day: str, on: str
) -> None:
    meet(council.at("2025-11-12 10:00"), state)
    assert counted_again(council, DECEMBER, day).data[key] == on


def test_the_days_for_closing_are_counted_again(council: Council) -> None:
    raise_by_hand(council.at("2025-11-12 10:00"))
    meet(council, "closed")
    meet(council, "held", JANUARY)
    council.at("2026-01-29 10:00")
    meet(council, "minuted", JANUARY)
    assert counted_again(council, JANUARY, "2026-02-03").data["close_by"] == "2026-02-06"


def test_papers_that_close_a_day_earlier_freeze_the_agenda_a_day_earlier(council: Council) -> None:
    meet(council.at("2025-11-12 10:00"), "scheduled")
    (timer,) = [
        one for one in counted_again(council, DECEMBER, "2025-12-08").timers
        if one.deadline == "papers_by"
    ]  # fmt: skip
    assert timer.due_at.isoformat() == "2025-12-04T00:00:00+00:00"

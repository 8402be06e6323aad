"""When a deadline falls, whether the own date watches it, and which rung comes next."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories import (
    APPROVE_BY,
    CALENDAR,
    SUBMIT_BY,
    S,
    a_calendar,
    a_definition,
    an_instance,
    london,
)

from qa_workflow.engine.deadlines import (
    Falls,
    is_late,
    level_day,
    next_rung,
    own_date_timer,
    stored_date,
    visit_timer,
    when,
)
from qa_workflow.engine.definition import Deadline, DueRule, InstanceDue, Ladder, OnDate, Within
from qa_workflow.engine.instance import ProcessInstance, Timer
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.errors import BeyondCalendar
from qa_workflow.patterns.ladders import IMMEDIATE_SAFETY, STANDARD, STATUTORY

NOVEMBER_30 = date(2025, 11, 30)
MONDAY = date(2025, 11, 3)


def a_deadline(due: DueRule, **changes: Any) -> Deadline:  # noqa: ANN401 - the fields of a deadline
    return replace(SUBMIT_BY, due=due, **changes)


def falls(
    deadline: Deadline,
    instance: ProcessInstance | None = None,
    *,
    entered_on: date | None = MONDAY,
    calendar: WorkingCalendar = CALENDAR,
) -> Falls:
    found = when(deadline, instance or an_instance(), calendar, entered_on=entered_on)
    assert found is not None
    return found


def rungs(
    ladder: Ladder,
    due_on: date,
    calendar: WorkingCalendar = CALENDAR,
    *,
    after: str | None = None,
    not_before: date | None = None,
) -> list[tuple[str, str]]:
    """Climb *ladder* from the bottom to the top; return (level, due instant) of each rung."""
    found: list[tuple[str, str]] = []
    timer = next_rung(
        "due", ladder, due_on, calendar, epoch=1, fixed=True, after=after, not_before=not_before
    )
    while timer is not None:
        found.append((timer.level, timer.due_at.strftime("%Y-%m-%d %H:%MZ")))
        timer = next_rung("due", ladder, due_on, calendar, epoch=1, fixed=True, after=timer.level)
    return found


# ------------------------------------------------------------------ working days after something
def test_working_days_count_from_the_day_the_state_was_entered() -> None:
    assert falls(a_deadline(Within(5))).due_on == date(2025, 11, 10)


def test_working_days_may_count_from_a_date_in_the_data() -> None:
    submitted = an_instance(data={"submitted_on": "2025-10-30"})
    assert falls(a_deadline(Within(10, since="submitted_on")), submitted).due_on == date(
        2025, 11, 13
    )


def test_working_days_count_from_the_second_date_where_the_first_is_missing() -> None:
    rule = Within(1, since="submitted_on", or_since="opened_on")
    opened = an_instance(data={"opened_on": "2025-10-30"})
    assert falls(a_deadline(rule), opened).due_on == date(2025, 10, 31)


def test_working_days_from_a_date_that_nobody_knows_fall_on_no_day() -> None:
    rule = a_deadline(Within(1, since="submitted_on", or_since="opened_on"))
    assert when(rule, an_instance(), CALENDAR, entered_on=MONDAY) is None


def test_working_days_of_a_state_not_yet_entered_fall_on_no_day() -> None:
    assert when(APPROVE_BY, an_instance(), CALENDAR, entered_on=None) is None


def test_a_number_in_the_data_is_no_date() -> None:
    assert stored_date(an_instance(data={"on": 7}), "on") is None


def test_a_count_comes_with_its_derivation() -> None:
    derived = falls(a_deadline(Within(5))).derivation(CALENDAR)
    assert derived is not None
    assert derived.sentence.startswith(
        "5 working days after Monday 3 November 2025 is Monday 10 November 2025"
    )


def test_a_date_that_was_not_counted_has_no_derivation() -> None:
    own = an_instance(due_on=NOVEMBER_30)
    assert falls(a_deadline(InstanceDue()), own).derivation(CALENDAR) is None


# ------------------------------------------------------------------ local closure days
CLOSED = a_calendar(closures={date(2025, 11, 10): "closed", date(2025, 11, 11): "closed"})


@pytest.mark.parametrize(
    ("ladder", "due_on"),
    [
        (STANDARD, date(2025, 11, 12)),
        (None, date(2025, 11, 12)),
        (STATUTORY, date(2025, 11, 10)),
        (IMMEDIATE_SAFETY, date(2025, 11, 10)),
    ],
)
def test_only_statutory_items_and_concerns_for_safety_ignore_closure_days(
    ladder: Ladder | None, due_on: date
) -> None:
    assert falls(a_deadline(Within(5), ladder=ladder), calendar=CLOSED).due_on == due_on


def test_levels_of_a_standard_ladder_wait_for_the_end_of_a_closure() -> None:
    l0 = STANDARD.levels[2]
    assert level_day(l0, STANDARD, date(2025, 11, 9), CLOSED) == date(2025, 11, 12)


def test_levels_of_a_statutory_ladder_ignore_a_closure() -> None:
    l0 = STATUTORY.levels[3]
    assert level_day(l0, STATUTORY, date(2025, 11, 9), CLOSED) == date(2025, 11, 10)


# ------------------------------------------------------------------ dates in the data, and the own date
def test_a_date_in_the_data_is_taken_as_it_stands() -> None:
    fixed = an_instance(data={"opens_on": "2025-11-15"})
    assert falls(a_deadline(OnDate("opens_on")), fixed).due_on == date(2025, 11, 15)


def test_a_date_that_is_not_in_the_data_falls_on_no_day() -> None:
    assert when(a_deadline(OnDate("opens_on")), an_instance(), CALENDAR, entered_on=MONDAY) is None


def test_a_date_in_the_data_that_equals_the_own_date_is_watched_by_that_one() -> None:
    both = an_instance(data={"window_on": "2025-11-30"}, due_on=NOVEMBER_30)
    assert falls(a_deadline(OnDate("window_on")), both).by_own_date


def test_a_date_in_the_data_that_had_passed_at_entry_is_left_to_the_own_date() -> None:
    late = an_instance(data={"meeting_on": "2025-10-31"}, due_on=NOVEMBER_30)
    found = falls(a_deadline(OnDate("meeting_on", else_own_date=True)), late)
    assert (found.due_on, found.by_own_date) == (NOVEMBER_30, True)


def test_a_date_in_the_data_that_had_passed_keeps_its_ladder_unless_told_otherwise() -> None:
    late = an_instance(data={"meeting_on": "2025-10-31"}, due_on=NOVEMBER_30)
    assert not falls(a_deadline(OnDate("meeting_on")), late).by_own_date


def test_a_date_in_the_data_of_a_state_not_yet_entered_is_shown_as_it_stands() -> None:
    later = an_instance(data={"meeting_on": "2025-10-31"}, due_on=NOVEMBER_30)
    rule = a_deadline(OnDate("meeting_on", else_own_date=True))
    assert falls(rule, later, entered_on=None).due_on == date(2025, 10, 31)


def test_an_own_date_that_is_met_does_not_watch_a_date_in_the_data() -> None:
    met = an_instance(
        data={"window_on": "2025-11-30"}, due_on=NOVEMBER_30, met_at=london("2025-11-01")
    )
    assert not falls(a_deadline(OnDate("window_on")), met).by_own_date


def test_the_own_date_of_an_instance_without_one_falls_on_no_day() -> None:
    assert when(a_deadline(InstanceDue()), an_instance(), CALENDAR, entered_on=MONDAY) is None


def test_a_state_deadline_that_equals_the_own_date_is_watched_by_that_one() -> None:
    assert falls(a_deadline(Within(5)), an_instance(due_on=date(2025, 11, 10))).by_own_date


# ------------------------------------------------------------------ caps
CAPPED = a_deadline(Within(5), capped=True)


def test_a_capped_deadline_never_falls_after_the_own_date() -> None:
    found = falls(CAPPED, an_instance(due_on=date(2025, 11, 6)))
    assert (found.due_on, found.by_own_date) == (date(2025, 11, 6), True)


def test_a_capped_deadline_before_the_own_date_keeps_its_own_day() -> None:
    found = falls(CAPPED, an_instance(due_on=NOVEMBER_30))
    assert (found.due_on, found.by_own_date) == (date(2025, 11, 10), False)


def test_a_cap_holds_for_a_state_entered_on_the_own_date_itself() -> None:
    assert falls(CAPPED, an_instance(due_on=MONDAY)).by_own_date


def test_a_state_entered_after_the_own_date_has_its_own_days_and_ladder() -> None:
    found = falls(CAPPED, an_instance(due_on=date(2025, 11, 2)))
    assert (found.due_on, found.by_own_date) == (date(2025, 11, 10), False)


def test_a_cap_is_shown_for_a_state_not_yet_entered() -> None:
    rule = replace(CAPPED, due=Within(5, since="submitted_on"))
    later = an_instance(data={"submitted_on": "2025-11-28"}, due_on=NOVEMBER_30)
    assert falls(rule, later, entered_on=None).due_on == NOVEMBER_30


def test_an_own_date_that_is_met_caps_nothing() -> None:
    met = an_instance(due_on=date(2025, 11, 6), met_at=london("2025-11-03"))
    assert falls(CAPPED, met).due_on == date(2025, 11, 10)


def test_a_cap_never_shortens_what_time_moves() -> None:
    moving = replace(CAPPED, ladder=None, on_expiry="submit")
    found = falls(moving, an_instance(due_on=date(2025, 11, 6)))
    assert (found.due_on, found.by_own_date) == (date(2025, 11, 10), False)


@pytest.mark.parametrize("due", [Within(5), OnDate("window_on", else_own_date=True)])
def test_what_time_moves_is_never_left_to_the_own_date(due: DueRule) -> None:
    both = an_instance(data={"window_on": "2025-11-10"}, due_on=date(2025, 11, 10))
    assert not falls(a_deadline(due, ladder=None, on_expiry="submit"), both).by_own_date


# ------------------------------------------------------------------ the rungs of a ladder
def test_the_standard_ladder_of_an_audit_due_on_30_november() -> None:
    assert rungs(STANDARD, NOVEMBER_30) == [
        ("R1", "2025-11-14 00:00Z"),
        ("R2", "2025-11-26 00:00Z"),
        ("L0", "2025-12-01 00:00Z"),
        ("L1", "2025-12-05 00:00Z"),
        ("L2", "2025-12-12 00:00Z"),
        ("L3", "2025-12-30 00:00Z"),
    ]


def test_the_statutory_ladder_of_a_decision_due_on_good_friday() -> None:
    assert rungs(STATUTORY, date(2026, 4, 3)) == [
        ("R1", "2026-03-19 00:00Z"),
        ("R2", "2026-03-30 23:00Z"),
        ("R0", "2026-04-02 23:00Z"),
        ("L0", "2026-04-06 23:00Z"),
        ("L1", "2026-04-07 23:00Z"),
        ("L2", "2026-04-08 23:00Z"),
        ("L3", "2026-04-19 23:00Z"),
    ]


@pytest.mark.parametrize(
    ("due_on", "levels"),
    [
        # The clocks go forward on Sunday 29 March 2026 and back on Sunday 25 October 2026.
        (date(2026, 3, 27), ["2026-03-29 23:00Z", "2026-04-06 23:00Z", "2026-04-13 23:00Z"]),
        (date(2026, 10, 23), ["2026-10-26 00:00Z", "2026-10-30 00:00Z", "2026-11-06 00:00Z"]),
    ],
)
def test_a_level_takes_effect_at_midnight_in_london_when_the_clocks_have_changed(
    due_on: date, levels: list[str]
) -> None:
    assert [at for level, at in rungs(STANDARD, due_on) if level in {"L0", "L1", "L2"}] == levels


@pytest.mark.parametrize(
    ("day", "instant"),
    [("2026-03-29", "2026-03-29 00:00"), ("2026-10-25", "2026-10-25 00:00")],
)
def test_a_reminder_on_the_day_of_the_clock_change_comes_at_midnight_in_london(
    day: str, instant: str
) -> None:
    timer = next_rung(
        "due", STATUTORY, date.fromisoformat(day), CALENDAR, epoch=1, fixed=True, after="R2"
    )
    assert timer is not None
    assert timer.due_at == london(instant)


def test_reminders_of_days_past_are_left_out() -> None:
    levels = [level for level, _ in rungs(STANDARD, NOVEMBER_30, not_before=date(2025, 11, 15))]
    assert levels == ["R2", "L0", "L1", "L2", "L3"]


def test_a_reminder_of_today_is_not_past() -> None:
    assert rungs(STANDARD, NOVEMBER_30, not_before=date(2025, 11, 14))[0][0] == "R1"


def test_levels_of_days_past_are_kept() -> None:
    levels = [level for level, _ in rungs(STANDARD, NOVEMBER_30, not_before=date(2026, 6, 1))]
    assert levels == ["L0", "L1", "L2", "L3"]


def test_above_the_top_of_a_ladder_there_is_nothing() -> None:
    assert rungs(STANDARD, NOVEMBER_30, after="L3") == []


def test_a_level_of_another_ladder_leaves_the_whole_ladder() -> None:
    levels = [level for level, _ in rungs(IMMEDIATE_SAFETY, NOVEMBER_30, after="L0")]
    assert levels == ["L2", "L3"]


def test_a_level_beyond_the_calendar_is_not_guessed() -> None:
    until_2025 = a_calendar(until=2025)
    assert [level for level, _ in rungs(STANDARD, date(2025, 12, 16), until_2025)] == [
        "R1",
        "R2",
        "L0",
        "L1",
    ]


def test_reminders_before_the_calendar_begins_do_not_hide_the_levels() -> None:
    assert rungs(STANDARD, date(2025, 1, 2))[0] == ("L0", "2025-01-03 00:00Z")


def test_a_level_beyond_the_calendar_names_the_year_that_is_missing() -> None:
    with pytest.raises(BeyondCalendar, match="2026"):
        level_day(STANDARD.levels[-1], STANDARD, date(2025, 12, 12), a_calendar(until=2025))


# ------------------------------------------------------------------ timers
OWN = a_definition(due_ladder=STANDARD)


def test_the_own_date_is_armed_above_the_level_it_has_reached() -> None:
    reached = an_instance(due_on=NOVEMBER_30, due_level="L1", due_epoch=3)
    timer = own_date_timer(OWN, reached, CALENDAR, not_before=MONDAY)
    assert timer == Timer(
        deadline="due", level="L2", due_at=london("2025-12-12"), epoch=3, fixed=True
    )


def test_an_instance_without_an_own_date_has_no_timer_for_it() -> None:
    assert own_date_timer(OWN, an_instance(), CALENDAR, not_before=MONDAY) is None


def test_an_own_date_without_a_ladder_has_no_timer() -> None:
    dated = an_instance(due_on=NOVEMBER_30)
    assert own_date_timer(a_definition(), dated, CALENDAR, not_before=MONDAY) is None


def timer_of(deadline: Deadline, instance: ProcessInstance | None = None) -> Timer | None:
    one = instance or an_instance(epoch=2)
    return visit_timer(
        OWN, deadline, falls(deadline, one), one, CALENDAR, after=None, not_before=MONDAY
    )


def test_a_visit_is_armed_with_its_first_rung_and_its_epoch() -> None:
    assert timer_of(SUBMIT_BY) == Timer(
        deadline="submit_by", level="R2", due_at=london("2025-11-06"), epoch=2
    )


def test_what_time_moves_expires_at_the_end_of_its_day() -> None:
    timer = timer_of(a_deadline(Within(5), ladder=None, on_expiry="submit"))
    assert timer == Timer(
        deadline="submit_by", level="expiry", due_at=london("2025-11-11"), epoch=2
    )


def test_an_opening_expires_at_the_start_of_its_day() -> None:
    opens = a_deadline(OnDate("opens_on"), ladder=None, on_expiry="submit", at_start=True)
    timer = timer_of(opens, an_instance(data={"opens_on": "2025-11-10"}))
    assert timer is not None
    assert timer.due_at == london("2025-11-10")


def test_what_the_own_date_watches_has_no_second_ladder() -> None:
    assert timer_of(CAPPED, an_instance(due_on=date(2025, 11, 6))) is None


def test_a_deadline_without_ladder_or_move_has_no_timer() -> None:
    assert timer_of(a_deadline(Within(5), ladder=None)) is None


# ------------------------------------------------------------------ late or not
@pytest.mark.parametrize(("now", "late"), [("2025-11-30 23:59", False), ("2025-12-01 00:00", True)])
def test_an_item_is_late_from_midnight_after_its_due_day(now: str, late: bool) -> None:  # noqa: FBT001 - a case
    assert is_late(an_instance(due_on=NOVEMBER_30), london(now)) is late


def test_an_item_met_in_time_is_never_late() -> None:
    met = an_instance(due_on=NOVEMBER_30, met_at=london("2025-11-30 23:59"))
    assert is_late(met, london("2026-03-01")) is False


def test_an_item_met_too_late_stays_late() -> None:
    met = an_instance(due_on=NOVEMBER_30, met_at=london("2025-12-01 00:00"))
    assert is_late(met, london("2026-03-01")) is True


def test_an_item_without_a_date_is_neither_late_nor_in_time() -> None:
    assert is_late(an_instance(state=str(S.REVIEW)), london("2026-03-01")) is None

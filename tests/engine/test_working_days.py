"""Proves how working days are counted, and when a London day begins."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from qa_workflow.engine.working_days import (
    LONDON,
    WorkingCalendar,
    add_months,
    late_from,
    london_date,
    month_end,
    start_of_day,
)
from qa_workflow.errors import BeyondCalendar

GOOD_FRIDAY = date(2026, 4, 3)
EASTER_MONDAY = date(2026, 4, 6)


def a_calendar(
    holidays: Mapping[date, str] | None = None,
    *,
    years: tuple[int, int] = (2012, 2028),
    closures: Mapping[date, str] | None = None,
) -> WorkingCalendar:
    easter = {GOOD_FRIDAY: "Good Friday", EASTER_MONDAY: "Easter Monday"}
    return WorkingCalendar(easter if holidays is None else holidays, *years, closures or {})


def test_the_next_working_day_after_maundy_thursday_is_the_tuesday_after_easter() -> None:
    assert a_calendar().add(date(2026, 4, 2), 1) == date(2026, 4, 7)


def test_the_last_working_day_before_easter_monday_is_maundy_thursday() -> None:
    assert a_calendar().add(EASTER_MONDAY, -1) == date(2026, 4, 2)


@pytest.mark.parametrize("start", [date(2026, 4, 2), GOOD_FRIDAY, date(2026, 4, 4), EASTER_MONDAY])
def test_day_1_is_the_same_whichever_day_of_the_easter_weekend_is_day_0(start: date) -> None:
    assert a_calendar().add(start, 1) == date(2026, 4, 7)
    assert a_calendar().add(start, 5) == date(2026, 4, 13)


def test_counting_back_from_a_weekend_begins_with_the_friday() -> None:
    assert a_calendar().add(date(2026, 5, 17), -1) == date(2026, 5, 15)
    assert a_calendar().add(date(2026, 5, 17), -5) == date(2026, 5, 11)


def test_adding_nothing_stays_where_it_is_even_on_a_sunday() -> None:
    assert a_calendar().add(date(2026, 5, 17), 0) == date(2026, 5, 17)


def test_a_working_day_is_its_own_nearest_and_other_days_have_neighbours() -> None:
    calendar = a_calendar()
    assert calendar.on_or_before(date(2026, 4, 2)) == date(2026, 4, 2)
    assert calendar.on_or_after(date(2026, 4, 2)) == date(2026, 4, 2)
    assert calendar.on_or_before(EASTER_MONDAY) == date(2026, 4, 2)
    assert calendar.on_or_after(GOOD_FRIDAY) == date(2026, 4, 7)


def test_between_leaves_out_its_start_and_takes_in_its_end() -> None:
    calendar = a_calendar()
    assert calendar.between(date(2026, 4, 2), date(2026, 4, 7)) == 1
    assert calendar.between(date(2026, 4, 2), EASTER_MONDAY) == 0
    assert calendar.between(date(2026, 3, 30), date(2026, 4, 29)) == 20


def test_nothing_lies_between_a_day_and_an_earlier_one_even_beyond_the_calendar() -> None:
    assert a_calendar().between(date(2026, 4, 7), date(2026, 4, 7)) == 0
    assert a_calendar().between(date(2031, 4, 7), date(2031, 4, 7)) == 0
    assert a_calendar().between(date(2031, 4, 7), date(2026, 4, 7)) == 0


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 4, 2), None),
        (GOOD_FRIDAY, "Good Friday"),
        (date(2026, 4, 4), "Saturday"),
        (date(2026, 4, 5), "Sunday"),
        (EASTER_MONDAY, "Easter Monday"),
    ],
)
def test_a_day_off_says_why(day: date, why: str | None) -> None:
    assert a_calendar().why_not(day) == why
    assert a_calendar().is_working_day(day) is (why is None)


def test_a_bank_holiday_on_a_weekend_takes_no_working_day_away() -> None:
    boxing_day = date(2026, 12, 26)
    calendar = a_calendar({boxing_day: "Boxing Day"})
    assert calendar.add(date(2026, 12, 25), 1) == date(2026, 12, 28)
    assert calendar.why_not(boxing_day) == "Saturday"


def test_two_bank_holidays_in_a_row_are_both_left_out() -> None:
    jubilee = {date(2022, 6, 2): "Spring bank holiday", date(2022, 6, 3): "Platinum Jubilee"}
    assert a_calendar(jubilee).add(date(2022, 6, 1), 1) == date(2022, 6, 6)


def test_a_holiday_proclaimed_late_moves_the_count_only_in_the_new_calendar() -> None:
    before = a_calendar({})
    after = before.with_holidays({date(2022, 9, 19): "State Funeral"})
    assert before.add(date(2022, 9, 16), 1) == date(2022, 9, 19)
    assert after.add(date(2022, 9, 16), 1) == date(2022, 9, 20)
    assert after.why_not(date(2022, 9, 19)) == "State Funeral"


def test_local_closures_count_as_working_days_unless_asked_for() -> None:
    closed = {date(2025, 12, day): "Guildhall closed" for day in (29, 30, 31)}
    calendar = a_calendar().with_closures(closed)
    friday = date(2025, 12, 26)
    assert calendar.add(friday, 1) == date(2025, 12, 29)
    assert calendar.add(friday, 1, closures=True) == date(2026, 1, 1)
    assert calendar.between(friday, date(2026, 1, 1)) == 4
    assert calendar.between(friday, date(2026, 1, 1), closures=True) == 1
    assert calendar.on_or_before(date(2025, 12, 31), closures=True) == friday
    assert calendar.on_or_after(date(2025, 12, 29), closures=True) == date(2026, 1, 1)
    assert calendar.is_working_day(date(2025, 12, 29))
    assert not calendar.is_working_day(date(2025, 12, 29), closures=True)
    assert calendar.why_not(date(2025, 12, 29)) is None
    assert calendar.why_not(date(2025, 12, 29), closures=True) == "Guildhall closed"


def test_a_proclaimed_holiday_keeps_the_closures_and_a_closure_the_holidays() -> None:
    monday, tuesday = date(2026, 6, 1), date(2026, 6, 2)
    calendar = (
        a_calendar({}).with_closures({monday: "Closed"}).with_holidays({tuesday: "Proclaimed"})
    )
    assert calendar.add(date(2026, 5, 29), 1, closures=True) == date(2026, 6, 3)
    assert calendar.add(date(2026, 5, 29), 1) == monday


def test_holidays_and_closures_added_later_join_the_earlier_ones() -> None:
    calendar = a_calendar().with_holidays({date(2026, 4, 7): "Proclaimed"})
    assert calendar.add(date(2026, 4, 2), 1) == date(2026, 4, 8)
    closed = calendar.with_closures({date(2026, 4, 8): "Closed"})
    closed = closed.with_closures({date(2026, 4, 9): "Closed"})
    assert closed.add(date(2026, 4, 2), 1, closures=True) == date(2026, 4, 10)


def test_a_calendar_does_not_change_when_the_list_it_was_made_from_does() -> None:
    holidays = {GOOD_FRIDAY: "Good Friday"}
    calendar = a_calendar(holidays)
    holidays.clear()
    assert calendar.why_not(GOOD_FRIDAY) == "Good Friday"
    assert {calendar: "usable as a key"}[calendar]


@pytest.mark.parametrize(("day", "year"), [(date(2011, 6, 1), 2011), (date(2029, 6, 1), 2029)])
def test_every_question_about_a_year_without_bank_holidays_is_refused(day: date, year: int) -> None:
    calendar = a_calendar()
    questions = (
        lambda: calendar.is_working_day(day),
        lambda: calendar.why_not(day),
        lambda: calendar.add(day, 0),
        lambda: calendar.add(day, 3),
        lambda: calendar.on_or_before(day),
        lambda: calendar.on_or_after(day),
        lambda: calendar.between(min(day, GOOD_FRIDAY), max(day, GOOD_FRIDAY)),
        lambda: calendar.with_holidays({day: "Proclaimed"}),
    )
    for question in questions:
        with pytest.raises(BeyondCalendar) as refused:
            question()
        assert (refused.value.year, refused.value.first, refused.value.last) == (year, 2012, 2028)


def test_a_count_may_end_on_the_last_known_working_day_but_not_walk_past_it() -> None:
    calendar = a_calendar()
    assert calendar.add(date(2028, 12, 27), 2) == date(2028, 12, 29)
    with pytest.raises(BeyondCalendar, match="2029 cannot be counted"):
        calendar.add(date(2028, 12, 27), 3)
    with pytest.raises(BeyondCalendar, match="2029 cannot be counted"):
        calendar.on_or_after(date(2028, 12, 30))


def test_a_count_back_may_end_on_the_first_known_working_day_but_not_walk_past_it() -> None:
    calendar = a_calendar()
    assert calendar.add(date(2012, 1, 4), -2) == date(2012, 1, 2)
    with pytest.raises(BeyondCalendar, match="2011 cannot be counted"):
        calendar.add(date(2012, 1, 4), -3)
    with pytest.raises(BeyondCalendar, match="2011 cannot be counted"):
        calendar.on_or_before(date(2012, 1, 1))


def test_the_first_and_last_day_of_the_calendar_are_inside_it() -> None:
    calendar = a_calendar()
    assert calendar.why_not(date(2012, 1, 1)) == calendar.why_not(date(2028, 12, 31)) == "Sunday"
    assert calendar.add(date(2012, 1, 1), 1) == date(2012, 1, 2)
    assert calendar.add(date(2028, 12, 31), -1) == date(2028, 12, 29)


def test_an_item_due_on_the_day_clocks_go_forward_is_late_from_2300_utc() -> None:
    assert start_of_day(date(2026, 3, 29)) == datetime(2026, 3, 29, 0, tzinfo=UTC)
    assert late_from(date(2026, 3, 29)) == datetime(2026, 3, 29, 23, tzinfo=UTC)


def test_an_item_due_on_the_day_clocks_go_back_is_late_from_midnight_utc() -> None:
    assert start_of_day(date(2026, 10, 25)) == datetime(2026, 10, 24, 23, tzinfo=UTC)
    assert late_from(date(2026, 10, 25)) == datetime(2026, 10, 26, 0, tzinfo=UTC)


def test_an_instant_is_kept_in_utc() -> None:
    assert late_from(date(2026, 7, 31)).tzinfo is UTC


def test_the_london_date_changes_at_london_midnight() -> None:
    assert london_date(datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)) == date(2026, 6, 30)
    assert london_date(datetime(2026, 6, 30, 23, 0, tzinfo=UTC)) == date(2026, 7, 1)
    assert london_date(datetime(2025, 11, 30, 23, 59, 59, tzinfo=UTC)) == date(2025, 11, 30)
    far_east = timezone(timedelta(hours=14))
    assert london_date(datetime(2026, 1, 2, 9, tzinfo=far_east)) == date(2026, 1, 1)
    assert london_date(datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=LONDON)) == date(2026, 10, 25)


def test_an_instant_without_a_time_zone_has_no_london_date() -> None:
    with pytest.raises(ValueError, match="names no time zone"):
        london_date(datetime(2026, 6, 30, 22))  # noqa: DTZ001 - the naive instant is the point


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 1, 15), -13, date(2024, 12, 15)),
        (date(2026, 10, 31), 2, date(2026, 12, 31)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_months_stop_at_the_end_of_a_shorter_month(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


def test_a_month_ends_on_its_last_calendar_day() -> None:
    assert month_end(2026, 2) == date(2026, 2, 28)
    assert month_end(2028, 2) == date(2028, 2, 29)
    assert month_end(2025, 11) == date(2025, 11, 30)
    assert month_end(2026, 12) == date(2026, 12, 31)

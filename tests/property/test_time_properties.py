"""Proves laws of the working calendar on many dates, beside a walk that knows no shortcuts."""

from datetime import date, timedelta
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from qa_workflow.engine.derivation import WorkingDays, derive
from qa_workflow.engine.working_days import (
    LONDON,
    WorkingCalendar,
    add_months,
    late_from,
    london_date,
    start_of_day,
)
from qa_workflow.frameworks.bank_holidays import published_calendar

ONE_DAY = timedelta(days=1)
CLOSED = {
    date(year, 12, day): "Guildhall closed" for year in range(2012, 2029) for day in (27, 29, 30)
}

# Far enough from both ends of the calendar that no count of up to 250 working days walks out.
inside = st.dates(date(2019, 1, 1), date(2027, 12, 31))
any_day = st.dates(date(1900, 1, 1), date(2200, 12, 31))
counts = st.integers(-250, 250)
untimed = settings(deadline=None)


@lru_cache(maxsize=1)
def a_calendar() -> WorkingCalendar:
    return published_calendar().with_closures(CLOSED)


def is_working(day: date, *, closures: bool) -> bool:
    calendar = published_calendar()
    weekend = day.isoweekday() in {6, 7}
    return not (weekend or day in calendar.holidays or (closures and day in CLOSED))


def walk(day: date, count: int, *, closures: bool) -> date:
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working(day, closures=closures)
    return day


@untimed
@given(day=inside, count=counts, closures=st.booleans())
def test_adding_is_the_same_as_walking_day_by_day(day: date, count: int, *, closures: bool) -> None:
    assert a_calendar().add(day, count, closures=closures) == walk(day, count, closures=closures)


@untimed
@given(start=inside, end=inside, closures=st.booleans())
def test_between_is_the_same_as_counting_day_by_day(
    start: date, end: date, *, closures: bool
) -> None:
    span = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    counted = sum(is_working(day, closures=closures) for day in span)
    assert a_calendar().between(start, end, closures=closures) == counted


@untimed
@given(day=inside, other=inside, count=counts, more=st.integers(0, 20))
def test_a_later_start_or_a_longer_count_never_ends_earlier(
    day: date, other: date, count: int, more: int
) -> None:
    calendar = published_calendar()
    earlier, later = sorted((day, other))
    assert calendar.add(earlier, count) <= calendar.add(later, count)
    assert calendar.add(day, count - more) <= calendar.add(day, count)


@untimed
@given(day=inside, count=counts)
def test_counting_there_and_back_from_a_working_day_returns_to_it(day: date, count: int) -> None:
    calendar = published_calendar()
    start = calendar.on_or_after(day)
    assert calendar.add(calendar.add(start, count), -count) == start


@untimed
@given(day=inside, count=st.integers(1, 250), closures=st.booleans())
def test_between_undoes_adding(day: date, count: int, *, closures: bool) -> None:
    calendar = a_calendar()
    end = calendar.add(day, count, closures=closures)
    assert calendar.between(day, end, closures=closures) == count


@untimed
@given(day=inside, closures=st.booleans())
def test_the_nearest_working_days_enclose_a_day_with_nothing_between(
    day: date, *, closures: bool
) -> None:
    calendar = a_calendar()
    before = calendar.on_or_before(day, closures=closures)
    after = calendar.on_or_after(day, closures=closures)
    assert before <= day <= after
    assert calendar.between(before, after, closures=closures) == (before != after)
    assert (calendar.why_not(day, closures=closures) is None) == (before == after)


@untimed
@given(day=inside, count=counts, closures=st.booleans())
def test_what_is_counted_and_what_is_left_out_make_up_the_whole_span(
    day: date, count: int, *, closures: bool
) -> None:
    found = derive(WorkingDays(count, closures), day, a_calendar())
    assert found.counted is not None
    assert found.counted + len(found.skipped) == abs((found.due_on - day).days)
    listed = [skip.on for skip in found.skipped]
    assert listed == sorted(set(listed))
    assert not any(is_working(on, closures=closures) for on in listed)


@untimed
@given(due_on=any_day)
def test_an_item_is_late_from_london_midnight_of_the_next_day(due_on: date) -> None:
    late = late_from(due_on)
    local = late.astimezone(LONDON)
    assert local.date() == due_on + ONE_DAY
    assert (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    assert london_date(late) == due_on + ONE_DAY
    assert london_date(late - timedelta(microseconds=1)) == due_on
    assert late == start_of_day(due_on + ONE_DAY)


@untimed
@given(day=any_day, months=st.integers(-600, 600))
def test_months_move_by_whole_months_and_only_the_month_end_changes_the_day(
    day: date, months: int
) -> None:
    then = add_months(day, months)
    assert (then.year - day.year) * 12 + then.month - day.month == months
    assert then.day == day.day or (then.day < day.day and (then + ONE_DAY).day == 1)

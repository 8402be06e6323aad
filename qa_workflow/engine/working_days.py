"""Counts working days of England and Wales and says when a London day begins; reads no clock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from qa_workflow.errors import BeyondCalendar

LONDON = ZoneInfo("Europe/London")
SATURDAY = 5
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DECEMBER = 12
# Beyond these a day is a slip of the keyboard (9999-12-31, 0026-03-02), and no calendar reaches there.
FIRST_YEAR, LAST_YEAR = 1900, 2199


@lru_cache(maxsize=8192)
def start_of_day(day: date) -> datetime:
    """Return 00:00 Europe/London of *day* as an aware instant in UTC, right on both clock-change days."""
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)


def late_from(due_on: date) -> datetime:
    """Return the UTC instant from which an item due on *due_on* is late: 00:00 London of the next day."""
    return start_of_day(due_on + timedelta(days=1))


@lru_cache(maxsize=4096)
def london_date(instant: datetime) -> date:
    """Return the Europe/London date at an aware *instant*; raise ValueError for a naive one."""
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} names no time zone, so it has no date in London.")
    return instant.astimezone(LONDON).date()


def month_end(year: int, month: int) -> date:
    """Return the last calendar day of *month* (1 to 12) of *year*."""
    if month == DECEMBER:
        return date(year, month, 31)
    return date(year, month + 1, 1) - timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """Return *day* moved by whole calendar *months*, which may be negative, clamped to the month's end."""
    years, month = divmod(day.month - 1 + months, 12)
    last = month_end(day.year + years, month + 1)
    return last.replace(day=min(day.day, last.day))


class _Tally(NamedTuple):
    days: tuple[date, ...]  # every working day, in order
    before: tuple[
        int, ...
    ]  # per calendar day: how many of them lie before it; one entry more at the end


def _tally(first: date, last: date, off: Collection[date]) -> _Tally:
    days: list[date] = []
    before = [0]
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day.weekday() < SATURDAY and day not in off:
            days.append(day)
        before.append(len(days))
    return _Tally(tuple(days), tuple(before))


@dataclass(frozen=True, slots=True, eq=False)
class WorkingCalendar:
    """Counts days that are neither weekend nor bank holiday, from 1 Jan `first_year` to 31 Dec `last_year`.

    Every day that a question names or needs lies inside these years, or BeyondCalendar names the year
    that is missing. `closures` are local closure days: they count as working days unless a question
    passes `closures=True`, which only non-statutory working-day rules may do. Two calendars are equal
    only if they are the same object.
    """

    holidays: Mapping[date, str] = field(repr=False)
    first_year: int
    last_year: int
    closures: Mapping[date, str] = field(default_factory=dict, repr=False)
    _origin: int = field(init=False, repr=False)
    _length: int = field(init=False, repr=False)
    _public: _Tally = field(init=False, repr=False)
    _local: _Tally = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for day in self.holidays:
            # One proclaimed day is not the list of its year: the rest of that year stays unknown.
            if not self.first_year <= day.year <= self.last_year:
                raise self._beyond(day.year)
        first, last = date(self.first_year, 1, 1), date(self.last_year, 12, 31)
        public = _tally(first, last, self.holidays)
        off = self.holidays.keys() | self.closures.keys()
        self._settle("holidays", MappingProxyType(dict(self.holidays)))
        self._settle("closures", MappingProxyType(dict(self.closures)))
        self._settle("_origin", first.toordinal())
        self._settle("_length", len(public.before) - 1)
        self._settle("_public", public)
        self._settle("_local", _tally(first, last, off) if self.closures else public)

    def is_working_day(self, day: date, *, closures: bool = False) -> bool:
        before = self._counting(closures=closures).before
        offset = self._offset(day)
        return before[offset + 1] > before[offset]

    def why_not(self, day: date, *, closures: bool = False) -> str | None:
        """Return why *day* is no working day ("Sunday", "Good Friday", a closure's name), or None."""
        self._offset(day)
        if day.weekday() >= SATURDAY:
            return WEEKDAYS[day.weekday()]
        if day in self.holidays:
            return self.holidays[day]
        return self.closures.get(day) if closures else None

    def add(self, day: date, working_days: int, *, closures: bool = False) -> date:
        """Return the working day that many after (or, negative, before) *day*, which is day 0 itself."""
        tally = self._counting(closures=closures)
        offset = self._offset(day)
        if working_days > 0:
            return self._nth(tally, tally.before[offset + 1] + working_days - 1)
        if working_days < 0:
            return self._nth(tally, tally.before[offset] + working_days)
        return day

    def on_or_before(self, day: date, *, closures: bool = False) -> date:
        """Return *day* if it is a working day, else the last one before it."""
        tally = self._counting(closures=closures)
        return self._nth(tally, tally.before[self._offset(day) + 1] - 1)

    def on_or_after(self, day: date, *, closures: bool = False) -> date:
        """Return *day* if it is a working day, else the next one after it."""
        tally = self._counting(closures=closures)
        return self._nth(tally, tally.before[self._offset(day)])

    def between(self, start: date, end: date, *, closures: bool = False) -> int:
        """Return how many working days follow *start* up to and including *end*; 0 if *end* is not later."""
        if end <= start:
            return 0
        before = self._counting(closures=closures).before
        return before[self._offset(end) + 1] - before[self._offset(start) + 1]

    def with_holidays(self, extra: Mapping[date, str]) -> "WorkingCalendar":
        """Return a calendar that knows *extra* bank holidays too; raise BeyondCalendar outside its years."""
        return replace(self, holidays={**self.holidays, **extra})

    def with_closures(self, extra: Mapping[date, str]) -> "WorkingCalendar":
        """Return a calendar that knows *extra* local closure days too; those outside its years wait."""
        return replace(self, closures={**self.closures, **extra})

    def _counting(self, *, closures: bool) -> _Tally:
        return self._local if closures else self._public

    def _offset(self, day: date) -> int:
        offset = day.toordinal() - self._origin
        if 0 <= offset < self._length:
            return offset
        raise self._beyond(day.year)

    def _nth(self, tally: _Tally, at: int) -> date:
        if 0 <= at < len(tally.days):
            return tally.days[at]
        raise self._beyond(self.first_year - 1 if at < 0 else self.last_year + 1)

    def _beyond(self, year: int) -> BeyondCalendar:
        return BeyondCalendar(year, first=self.first_year, last=self.last_year)

    def _settle(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

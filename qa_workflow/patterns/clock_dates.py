"""When the next review of a child is due, counted from what really happened last. Pure.

Source: domain 4.2 (the deadlines and their regulations), 4.5 (months clamp to the end of the month and
never roll; statutory working days ignore local closures), A15 (PEPs: once each school term, and the
framework's months January, April, June and September).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum, auto
from math import ceil
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from qa_workflow.engine.derivation import MONTHS, in_words
from qa_workflow.engine.instance import NOTHING
from qa_workflow.engine.terms import Term, is_term_day
from qa_workflow.engine.working_days import WorkingCalendar, add_months, month_end
from qa_workflow.errors import BeyondCalendar

ONE_DAY = timedelta(days=1)
DECEMBER = 12
# A list may date a review some days later than the officer who held it: still the same review.
SAME_REVIEW = timedelta(days=7)


class Turn(StrEnum):
    """Which review of a child is due: the first two have intervals of their own, the later ones share theirs."""

    FIRST = auto()
    SECOND = auto()
    LATER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What dates are counted with: working days, school terms (perhaps none), and what this council has chosen."""

    calendar: WorkingCalendar
    terms: tuple[Term, ...] = ()
    choices: Mapping[str, Any] = NOTHING


@dataclass(frozen=True, slots=True)
class Due:
    """A due day (None beyond the known bank holidays) and the rule that gave it, as an officer reads it."""

    on: date | None
    rule: str


class Intervals(BaseModel):
    """How long a child may wait for the first, the second and every later review of one kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_working_days: int | None = Field(
        default=None, ge=1, description="The first is due so many working days after the start"
    )
    first_months: int | None = Field(
        default=None, ge=1, description="The first is due so many months after the start"
    )
    second_months: int | None = Field(
        default=None, ge=1, description="The second is due so many months after the first"
    )
    later_months: int | None = Field(
        default=None, ge=1, description="Every later one is due so many months after the one before"
    )
    months_choice: str = Field(
        default="",
        description="The choice of the framework file that gives first and later months instead",
    )
    each_term: bool = Field(
        default=False,
        description="After the first, one in each school term instead of every so many months",
    )
    term_months: tuple[int, ...] = Field(
        default=(),
        description="The months (1 to 12) that stand in for the terms where none are known",
    )

    @model_validator(mode="after")
    def _add_up(self) -> Self:
        if (self.first_working_days is None) == (self.first_months is None):
            raise ValueError("give either first_working_days or first_months, and not both")
        if self.each_term == (not self.term_months):
            raise ValueError("each_term and term_months go together")
        if not all(1 <= month <= DECEMBER for month in self.term_months):
            raise ValueError("term_months are months from 1 to 12")
        if self.each_term and (self.later_months or self.second_months):
            raise ValueError("each_term leaves no room for second_months or later_months")
        if self.second_months is not None and self.later_months is None:
            raise ValueError("second_months needs later_months, for those after the second")
        return self

    @property
    def recurs(self) -> bool:
        """Tell whether another one follows the first."""
        return self.each_term or self.later_months is not None

    def after(self, turn: Turn) -> Turn:
        """Return which one comes after *turn*."""
        return Turn.SECOND if turn is Turn.FIRST and self.second_months is not None else Turn.LATER

    def turn_of(self, number: int) -> Turn:
        """Return which turn the review of that *number* (from 1) is."""
        if number == 1:
            return Turn.FIRST
        return self.after(Turn.FIRST) if number == 2 else Turn.LATER  # noqa: PLR2004 - the second

    def months_of(self, turn: Turn, choices: Mapping[str, Any]) -> int | None:
        """Return the months of *turn*, as this council has chosen them where it may; None where it is not months."""
        own = {
            Turn.FIRST: self.first_months,
            Turn.SECOND: self.second_months,
            Turn.LATER: self.later_months,
        }[turn]
        if own is None or not self.months_choice:
            return own
        return int(choices.get(self.months_choice, own))

    # -------------------------------------------------------------- the due day
    def due(self, turn: Turn, counted_from: date, known: Known) -> Due:
        """Return by when *turn* must be held, counted from the day of what came before it (day 0)."""
        since = in_words(counted_from)
        if turn is Turn.FIRST and self.first_working_days is not None:
            rule = f"{self.first_working_days} working days after {since}"
            try:
                return Due(known.calendar.add(counted_from, self.first_working_days), rule)
            except BeyondCalendar:
                return Due(None, rule)
        months = self.months_of(turn, known.choices)
        if months is not None:
            unit = "month" if months == 1 else "months"
            return Due(add_months(counted_from, months), f"{months} {unit} after {since}")
        return self._term_due(counted_from, known)

    def _term_due(self, counted_from: date, known: Known) -> Due:
        # The term that has begun has its own: the next one is that of the term after it.
        coming = [term for term in known.terms if term.first_on > counted_from]
        if coming and any(term.first_on <= counted_from for term in known.terms):
            term = min(coming, key=lambda one: one.first_on)
            return Due(_last_school_day(term, known), f"the last school day of term {term.name}")
        end = self.month_after(counted_from)
        month = MONTHS[end.month - 1]
        return Due(
            end, f"the end of {month}, the framework's next month: no school term of then is known"
        )

    def month_after(self, day: date) -> date:
        """Return the last day of the first of the framework's months that begins after *day*."""
        first = day.replace(day=1)
        while (first := add_months(first, 1)).month not in self.term_months:
            pass
        return month_end(first.year, first.month)

    def period_of(self, due_on: date) -> str:
        """Return the framework's month (`2026-04`) under which one due on *due_on* is counted: that month or the next."""
        before = due_on.replace(day=1) - ONE_DAY
        return f"{self.month_after(before):%Y-%m}"


def _last_school_day(term: Term, known: Known) -> date:
    day = term.last_on
    try:
        while day > term.first_on and not is_term_day((term,), day, known.calendar):
            day -= ONE_DAY
    except BeyondCalendar:
        return term.last_on
    return day


# ------------------------------------------------------------------ what a list says
@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a child's reviews stand: which one is next, from which day it counts, and how that was read."""

    number: int
    turn: Turn
    counted_from: date
    reading: str


def read_list(
    intervals: Intervals,
    *,
    started_on: date,
    last_on: date | None,
    known: Known,
    recorded: Iterable[date] = (),
    last_number: int = 0,
) -> Standing:
    """Return where the reviews of a plan that began on *started_on* stand, by a case list and by our own records.

    *last_on* is the last review of the list: one on or before the start belongs to another plan, or is
    the conference that began this one. *recorded* are the reviews this system has recorded,
    *last_number* the number of the last of them. Where it has recorded none, the list's last review is
    taken for the first if it lies so near the start that it can be (within the time of the first and
    the second), else for a later one: the earlier due day of the two readings.
    """
    held = sorted(day for day in recorded if day > started_on)
    told = last_on if last_on is not None and last_on > started_on else None
    if not held and told is None:
        reading = f"The list has no review since it began on {in_words(started_on)}."
        return _numbered(1, last_number, Turn.FIRST, started_on, reading)
    if not held and told is not None:
        is_first = told <= _second_by(intervals, started_on, known)
        which = "the first" if is_first else "a later one than the first"
        reading = f"The list's last review, of {in_words(told)}, is taken for {which}."
        turn = intervals.after(Turn.FIRST) if is_first else Turn.LATER
        return _numbered(2 if is_first else 3, last_number, turn, told, reading)
    if told is not None and told > held[-1] + SAME_REVIEW:
        held.append(told)
    turn = intervals.turn_of(len(held) + 1)
    reading = f"{len(held)} since {in_words(started_on)}, the last of them on {in_words(held[-1])}."
    return _numbered(len(held) + 1, last_number, turn, held[-1], reading)


def _numbered(number: int, last_number: int, turn: Turn, since: date, reading: str) -> Standing:
    return Standing(
        number=max(number, last_number + 1), turn=turn, counted_from=since, reading=reading
    )


def _first_by(intervals: Intervals, started_on: date, known: Known) -> date:
    due_on = intervals.due(Turn.FIRST, started_on, known).on
    # Only of a start before or after all known bank holidays is that not known: five working days a week.
    return due_on or started_on + timedelta(days=ceil((intervals.first_working_days or 0) * 7 / 5))


def _second_by(intervals: Intervals, started_on: date, known: Known) -> date:
    first_by = _first_by(intervals, started_on, known)
    return intervals.due(intervals.after(Turn.FIRST), first_by, known).on or first_by


def from_then_on(intervals: Intervals, standing: Standing, since: date, known: Known) -> Standing:
    """Return *standing* moved on to the first review due on or after *since*, the first day of planning.

    What fell due earlier is never created (domain 3.0, First day): it is taken as held when it was due.
    """
    found = standing
    while (due_on := _due_on(intervals, found, known)) < since:
        found = replace(
            found, number=found.number + 1, turn=intervals.after(found.turn), counted_from=due_on
        )
    if found is standing:
        return standing
    said = f"{standing.reading} What fell due before planning began on {in_words(since)} is taken as held when due."
    return replace(found, reading=said)


def _due_on(intervals: Intervals, standing: Standing, known: Known) -> date:
    if standing.turn is Turn.FIRST:
        return _first_by(intervals, standing.counted_from, known)
    return intervals.due(standing.turn, standing.counted_from, known).on or date.max

"""Derives due dates from rules, each with the trace by which an officer can check it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, TypeAlias

from qa_workflow.engine.working_days import (
    SATURDAY,
    WEEKDAYS,
    WorkingCalendar,
    add_months,
    late_from,
    month_end,
)
from qa_workflow.errors import BeyondCalendar, WrongInput

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True)
class _Counted:
    """Counts `n` units from day 0, which is the trigger's day; negative `n` counts back."""

    n: int
    unit: ClassVar[str]

    @property
    def amount(self) -> str:
        """Return how much is counted, without direction: "1 week", "20 working days"."""
        return f"{abs(self.n)} {self.unit}" + ("" if abs(self.n) == 1 else "s")

    @property
    def text(self) -> str:
        """Return the rule in words: "20 working days", "5 working days before"."""
        return f"{self.amount} before" if self.n < 0 else self.amount


@dataclass(frozen=True)
class WorkingDays(_Counted):
    """Counts working days of England and Wales; `closures` leaves out local closure days too."""

    closures: bool = False
    unit: ClassVar[str] = "working day"

    @property
    def text(self) -> str:
        """Return the rule in words, saying so if local closure days are not counted."""
        words = super().text
        return f"{words} without local closure days" if self.closures else words


@dataclass(frozen=True)
class Days(_Counted):
    """Counts calendar days; the date is never moved off a weekend or bank holiday."""

    unit: ClassVar[str] = "day"


@dataclass(frozen=True)
class Weeks(_Counted):
    """Counts calendar weeks; the date is never moved off a weekend or bank holiday."""

    unit: ClassVar[str] = "week"


@dataclass(frozen=True)
class Months(_Counted):
    """Counts calendar months, clamped to the month's end; the date is never moved."""

    unit: ClassVar[str] = "month"


@dataclass(frozen=True, slots=True)
class FrameworkMonth:
    """Names a month of the framework's timeline: due on its last calendar day; WrongInput if no month."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= len(MONTHS) and date.min.year <= self.year < date.max.year):
            raise WrongInput(f"{self.year}-{self.month} is not a month. Write it as 2026-08.")

    @property
    def text(self) -> str:
        """Return the rule in words: "month 2026-08"."""
        return f"month {self.year:04}-{self.month:02}"


Rule: TypeAlias = WorkingDays | Days | Weeks | Months | FrameworkMonth


@dataclass(frozen=True, slots=True)
class Skipped:
    """Names a day that a working-day count left out, and why."""

    on: date
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """Holds a due date with everything needed to check it by hand.

    `due_on` drives lateness; `target_on` is the last working day on or before it, None where bank
    holidays are not known; `late_from` is the UTC instant of 00:00 London after `due_on`. `counted` is
    the number of days counted, never negative: working days for a working-day rule, else calendar days,
    and None for a framework month, where nothing is counted. `skipped` is chronological, and empty
    unless working days were counted.
    """

    start: date
    rule: Rule
    due_on: date
    target_on: date | None
    late_from: datetime
    counted: int | None
    skipped: tuple[Skipped, ...]
    sentence: str


def derive(rule: Rule, start: date, calendar: WorkingCalendar) -> Derivation:
    """Return the date of *rule* counted from *start* (day 0, unused by a framework month), with its trace.

    Raises:
        BeyondCalendar: a working-day rule needs a year whose bank holidays are not known.
        WrongInput: the date lies outside the years 1 to 9999.
    """
    start = date(rule.year, rule.month, 1) if isinstance(rule, FrameworkMonth) else start
    try:
        due_on = _due_on(rule, start, calendar)
        late = late_from(due_on)
    except (OverflowError, ValueError) as beyond:
        raise WrongInput(f"{_question(rule, start)} is no date that can be written.") from beyond
    counted: int | None = None if isinstance(rule, FrameworkMonth) else abs((due_on - start).days)
    skipped: tuple[Skipped, ...] = ()
    if isinstance(rule, WorkingDays):
        counted = abs(rule.n)
        skipped = _skipped(rule, start, due_on, calendar)
    target_on, about_target = _target(rule, due_on, calendar)
    statement = _statement(rule, start, due_on)
    return Derivation(
        start=start,
        rule=rule,
        due_on=due_on,
        target_on=target_on,
        late_from=late,
        counted=counted,
        skipped=skipped,
        sentence=f"{statement}{_left_out(skipped, start, due_on)}{about_target}.",
    )


def in_words(day: date, *, year: bool = True) -> str:
    """Return *day* in English whatever the machine's locale: "Monday 30 March 2026"."""
    words = f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
    return f"{words} {day.year}" if year else words


def _due_on(rule: Rule, start: date, calendar: WorkingCalendar) -> date:
    match rule:
        case WorkingDays():
            return calendar.add(start, rule.n, closures=rule.closures)
        case Days():
            return start + timedelta(days=rule.n)
        case Weeks():
            return start + timedelta(weeks=rule.n)
        case Months():
            return add_months(start, rule.n)
        case FrameworkMonth():
            return month_end(rule.year, rule.month)


def _skipped(
    rule: WorkingDays, start: date, due_on: date, calendar: WorkingCalendar
) -> tuple[Skipped, ...]:
    step = 1 if due_on > start else -1
    # Day 0 itself is neither counted nor skipped.
    passed = [start + timedelta(days=step * i) for i in range(1, abs((due_on - start).days) + 1)]
    reasons = ((day, calendar.why_not(day, closures=rule.closures)) for day in sorted(passed))
    return tuple(Skipped(day, why) for day, why in reasons if why is not None)


def _target(rule: Rule, due_on: date, calendar: WorkingCalendar) -> tuple[date | None, str]:
    closures = isinstance(rule, WorkingDays) and rule.closures
    try:
        target_on = calendar.on_or_before(due_on, closures=closures)
    except BeyondCalendar as beyond:
        unknown = f"bank holidays in {beyond.year} are not known"
        return None, f"; {unknown}, so neither is the last working day on or before it"
    if target_on == due_on:
        return due_on, ""
    why = calendar.why_not(due_on, closures=closures)
    last = f"the last working day on or before it is {in_words(target_on)}"
    return target_on, f"; it is not moved ({why}), and {last}"


def _question(rule: Rule, start: date) -> str:
    if isinstance(rule, FrameworkMonth):
        return f"{MONTHS[rule.month - 1]} {rule.year}"
    return f"{rule.amount} {'before' if rule.n < 0 else 'after'} {in_words(start)}"


def _statement(rule: Rule, start: date, due_on: date) -> str:
    if isinstance(rule, FrameworkMonth):
        return f"{_question(rule, start)} ends on {in_words(due_on)}"
    words = f"{_question(rule, start)} is {in_words(due_on)}"
    if isinstance(rule, Months) and due_on.day != start.day:
        words += f" ({MONTHS[due_on.month - 1]} {due_on.year} has no day {start.day})"
    return words


def _left_out(skipped: Sequence[Skipped], start: date, due_on: date) -> str:
    named = [
        f"{in_words(skip.on, year=start.year != due_on.year)} ({skip.why})"
        for skip in skipped
        if skip.on.weekday() < SATURDAY
    ]
    weekend = len(skipped) - len(named)
    if weekend:
        named.append(f"{weekend} weekend day" + ("" if weekend == 1 else "s"))
    if not named:
        return ""
    *others, last = named
    return "; not counted: " + (f"{', '.join(others)} and {last}" if others else last)

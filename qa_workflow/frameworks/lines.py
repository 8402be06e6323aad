"""The framework's calendar: which process each activity opens, in which months, weeks or terms, and until when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from qa_workflow.engine.instance import NOTHING
from qa_workflow.engine.terms import Term, term_window
from qa_workflow.engine.working_days import WorkingCalendar, month_end
from qa_workflow.errors import BeyondCalendar

AUDIT_YEAR_BEGINS = 10  # the audit year runs from October
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
ORDINALS = ("first", "second", "third", "fourth")
LAST_DAY, LAST_WORKING_DAY, LAST_TERM_DAY = (
    "last_day_of_month",
    "last_working_day_of_month",
    "last_term_day_of_month",
)
# A month's rules, then the days of a month on which a meeting sits, then a week's.
MONTH_RULES = (LAST_DAY, LAST_WORKING_DAY, LAST_TERM_DAY)
DAY_RULES = tuple(f"day_{number}" for number in range(1, 29))  # a fixed day of the month
SITTING_RULES = tuple(f"{ordinal}_{day}" for ordinal in ORDINALS for day in WEEKDAYS)
AS_NEEDED = "as_needed"  # no calendar opens it: a person, another process or a list does
_NEAR = timedelta(days=7)  # what is brought back or rolled on lies no further from where it was


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One activity of the framework: which process it opens and when, and by what sentence.

    `every` is "month" (of `months`), "week", "term" (without known terms: of `months`) or "as_needed". `subject` is
    put before the period where several lines open one process; `stands_for` names the process whose
    instances a programme line covers. Validity dates are London dates of the due day, ends included.
    """

    code: str
    process: str
    owner: str
    source: str
    months: tuple[int, ...] = ()
    every: str = "month"
    due: str = LAST_DAY
    part: str | None = None
    subject: str | None = None
    stands_for: str | None = None
    title: str | None = None
    opens_months_before: int = 0
    planned_working_days_before: int = 0
    kind: str = "timeline"
    version: str = ""
    valid_from: date = date.min
    valid_to: date = date.max
    data: Mapping[str, Any] = field(default=NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One instance that the calendar asks for: its period, when it opens and when it is due (London dates)."""

    line: Line
    period: str
    opens_on: date
    due_on: date

    @property
    def reference(self) -> str:
        return f"{self.line.process}:{self.period}"


def items(
    lines: tuple[Line, ...],
    start: date,
    end: date,
    *,
    terms: tuple[Term, ...] = (),
    calendar: WorkingCalendar | None = None,
) -> Iterator[Item]:
    """Yield what falls due between *start* and *end*, both included, by due date, then in the order of the lines.

    Term days and days brought back before a holiday need *calendar*; in a year whose bank holidays are
    not known they stand as if there were none, since better planned by its plain date than never.
    """
    found = [
        item
        for line in lines
        for item in _of_line(line, start, end, terms, calendar)
        if start <= item.due_on <= end and line.valid_from <= item.due_on <= line.valid_to
    ]
    return iter(sorted(found, key=lambda one: one.due_on))


def _of_line(
    line: Line, start: date, end: date, terms: tuple[Term, ...], calendar: WorkingCalendar | None
) -> Iterator[Item]:
    if line.every == "week":
        yield from _weekly(line, start, end, calendar)
        return
    if line.every == "term":
        yield from (
            _item(line, f"{term.last_on:%Y-%m}", term.first_on, term.last_on) for term in terms
        )
    # One month to each side: what has no term day in its month may fall due in another.
    begun = (start.year * 12 + start.month - 2, end.year * 12 + end.month)
    for number in range(max(begun[0], 12), min(begun[1], 12 * 9998) + 1):
        year, month = number // 12, number % 12 + 1
        if month in line.months and not (line.every == "term" and _known(terms, year, month)):
            yield _monthly(line, year, month, terms, calendar)


def _known(terms: tuple[Term, ...], year: int, month: int) -> bool:
    """Tell whether the terms that are known reach over the end of a month; elsewhere its months stand for terms."""
    return bool(terms) and terms[0].first_on <= month_end(year, month) <= month_end(
        terms[-1].last_on.year, terms[-1].last_on.month
    )


# ------------------------------------------------------------------ the rules
def _monthly(
    line: Line, year: int, month: int, terms: tuple[Term, ...], calendar: WorkingCalendar | None
) -> Item:
    begins = _first_of(year, month, -line.opens_months_before)
    last = month_end(year, month)
    if line.due in SITTING_RULES:
        sits_on = _brought_back(_sitting(line.due, year, month), calendar)
        return _item(line, sits_on.isoformat(), begins, sits_on)
    if line.due in DAY_RULES:
        last = date(year, month, int(line.due.removeprefix("day_")))
    period = f"{last:%Y-%m}" if line.part is None else f"{_audit_year(last)}:{line.part}"
    if line.due == LAST_WORKING_DAY:
        return _item(line, period, begins, _brought_back(last, calendar))
    if line.due == LAST_TERM_DAY and calendar is not None:
        try:
            window = term_window(terms, year, month, calendar)
        except BeyondCalendar:
            window = None
        if window is not None:
            return _item(line, period, *window)
    return _item(line, period, begins, last)


def _weekly(line: Line, start: date, end: date, calendar: WorkingCalendar | None) -> Iterator[Item]:
    weekday = WEEKDAYS.index(line.due)
    first = max(start, date.min + 2 * _NEAR)
    monday = first - timedelta(days=first.weekday())
    while monday <= min(end, date.max - 2 * _NEAR) + _NEAR:
        year, week, _ = monday.isocalendar()
        due_on = _brought_back(monday + timedelta(days=weekday), calendar)
        yield _item(line, f"{year}-W{week:02}", min(monday, due_on), due_on)
        monday += _NEAR


def _item(line: Line, period: str, opens_on: date, due_on: date) -> Item:
    named = period if line.subject is None else f"{line.subject}:{period}"
    return Item(line=line, period=named, opens_on=opens_on, due_on=due_on)


def _audit_year(due_on: date) -> str:
    begun = due_on.year if due_on.month >= AUDIT_YEAR_BEGINS else due_on.year - 1
    return f"{begun}-{(begun + 1) % 100:02}"


def _first_of(year: int, month: int, months: int) -> date:
    number = year * 12 + month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _sitting(rule: str, year: int, month: int) -> date:
    ordinal, weekday = rule.split("_")
    first = date(year, month, 1)
    ahead = (WEEKDAYS.index(weekday) - first.weekday()) % 7
    return first + timedelta(days=ahead + 7 * ORDINALS.index(ordinal))


def _brought_back(day: date, calendar: WorkingCalendar | None) -> date:
    """Return *day*, or the working day before it: an update is useless late (domain A23)."""
    if calendar is None:
        return day
    try:
        return calendar.on_or_before(day)
    except BeyondCalendar:
        return day

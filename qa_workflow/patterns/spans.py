"""Which days a report covers, and when something asked for by hand is due. London dates, both ends included.

Readings: domain A16 (Virtual Head, annual and interim), A17 (the IRO report covers the local authority's
year that ended last), A23 (a week). The framework names no day for what is asked for by hand: the end
of the next month is a product default.
"""

from datetime import date, timedelta
from typing import Any

from qa_workflow.engine.definition import Facts, Refusal, guard
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.working_days import add_months, month_end

Span = tuple[date, date]
MARCH, APRIL = 3, 4
DAYS_OF_MARCH = 31


def covered_week(due_on: date) -> Span:
    """Return Monday to Sunday of the week in which *due_on* lies, rolled back to a Thursday or not."""
    monday = due_on - timedelta(days=due_on.weekday())
    return monday, monday + timedelta(days=6)


def covered_months(due_on: date, months: int) -> Span:
    """Return that many whole months, of which the last is the one of *due_on*."""
    first = add_months(due_on.replace(day=1), 1 - months)
    return first, month_end(due_on.year, due_on.month)


def covered_year_to_march(due_on: date) -> Span:
    """Return the local authority's year, 1 April to 31 March, that ended last on *due_on*."""
    ended = date(due_on.year, MARCH, DAYS_OF_MARCH)
    year = due_on.year if ended <= due_on else due_on.year - 1
    return date(year - 1, APRIL, 1), date(year, MARCH, DAYS_OF_MARCH)


def end_of_next_month(day: date) -> date:
    """Return the last day of the month after that of *day*."""
    following = add_months(day, 1)
    return month_end(following.year, following.month)


def next_month_of(months: tuple[int, ...], day: date, over: frozenset[str] = frozenset()) -> date:
    """Return the last day of the first of *months* (1 to 12) from the month of *day* on that is not among *over*.

    *over* holds months as `2026-03`: those whose board has sat already.
    """
    month = day.replace(day=1)
    while month.month not in months or f"{month:%Y-%m}" in over:
        month = add_months(month, 1)
    return month_end(month.year, month.month)


@guard("evidence")
def due_date_is_not_past(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any start with `due_on`
    """Nobody is asked for something by a day that is over."""
    if evidence.due_on is None or evidence.due_on >= facts.today:
        return None
    return Refusal(why=f"It would be due on {in_words(evidence.due_on)}, which is over.")

"""School terms: first and last day as the council's framework file gives them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from qa_workflow.engine.working_days import WorkingCalendar, month_end


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A school term, London dates, both ends included; half-term holidays are not school days."""

    name: str
    first_on: date
    last_on: date
    half_term: tuple[date, date] | None = None

    def holds(self, day: date) -> bool:
        """Tell whether *day* lies in the term, half-term holidays included."""
        return self.first_on <= day <= self.last_on

    def is_off(self, day: date) -> bool:
        """Tell whether *day* lies in the half-term holiday."""
        return self.half_term is not None and self.half_term[0] <= day <= self.half_term[1]


def term_of(terms: Iterable[Term], day: date) -> Term | None:
    """Return the term in which *day* lies; None in the holidays, or where no terms are known."""
    return next((term for term in terms if term.holds(day)), None)


def is_term_day(terms: Iterable[Term], day: date, calendar: WorkingCalendar) -> bool:
    """Tell whether schools are open on *day*: a working day of a term, outside half-term.

    Raises:
        BeyondCalendar: the bank holidays of that year are not known.
    """
    term = term_of(terms, day)
    return term is not None and not term.is_off(day) and calendar.is_working_day(day)


def term_window(
    terms: tuple[Term, ...], year: int, month: int, calendar: WorkingCalendar
) -> tuple[date, date] | None:
    """Return the first and the last term day of a month; the next term day twice where the month has none (domain A15).

    None where the known terms say nothing of that month: whoever asks falls back on the month itself.

    Raises:
        BeyondCalendar: the bank holidays of that year are not known.
    """
    first, last = date(year, month, 1), month_end(year, month)
    days = [
        day
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1))
        if is_term_day(terms, day, calendar)
    ]
    if days:
        return days[0], days[-1]
    coming = next((term for term in terms if term.first_on > last), None)
    if coming is None or coming is terms[0]:
        return None
    day = coming.first_on
    while not is_term_day(terms, day, calendar):
        day += timedelta(days=1)
    return day, day

"""The order of the Top three's list on one day, and why each stands where it stands.

Source: domain 3.6: "immediate safety first; then level, where a block's age in working days counts on the
same 1/5/10/20 ladder and the greater of lateness and block age decides; then statutory before other; then
working days, longest first; then case reference. One row per case."

Of two things with the same stored rank the one that presses longer never stands lower: whoever reads them
in the order of `pressing_at` has them in this order, and can stop early.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import groupby

from qa_workflow.engine.instance import LEVELS, is_reference
from qa_workflow.engine.pressing import Pressing
from qa_workflow.engine.working_days import WorkingCalendar, london_date

# After how many working days each level is reached, by age alone: the standard ladder.
AGES = dict(zip(LEVELS, (1, 5, 10, 20), strict=True))
# What something is for, and nobody's case: a month, a week, a year or a day, also of one kind of thing
# ("contacts:2026-01"); and a theme, a service or a person, which have no number.
_PERIOD = re.compile(r"(.*:)?\d{4}(-(\d\d|W\d\d))*(:.*)?")
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One open instance on the list: what it is about, how urgent it is that day, and for how long."""

    id: int
    reference: str
    case: str | None
    pressing: Pressing
    working_days: int

    @property
    def matter(self) -> str:
        """Return what a row stands for: the case, or where it is about none the instance itself."""
        return self.case or self.reference

    @property
    def order(self) -> tuple[bool, int, bool, int]:
        """Return what it is ranked by, before the case reference: the smaller, the higher it stands."""
        level = self.pressing.level
        return (
            not self.pressing.immediate_safety,
            -1 if level is None else -2 - LEVELS.index(level),
            not self.pressing.statutory,
            -self.working_days,
        )


def case_of(case_id: str | None, subject: str) -> str | None:
    """Return the case that something is about: the imported one, else its subject where that can be a case.

    A child, or a provider, is known by a reference with a number in it. What else something can be about
    is no case: several such things are never one row.
    """
    if case_id is not None:
        return case_id
    is_number = _NUMBER.search(subject) is not None
    is_other = _PERIOD.fullmatch(subject) is not None or is_reference(subject)
    return subject if is_number and not is_other else None


def counted_from(pressing_at: datetime, stuck_at: datetime | None) -> date:
    """Return the London day whose next working day is the first: the day it was due, or was blocked."""
    since = london_date(pressing_at)
    return since - timedelta(days=1) if pressing_at == stuck_at else since


def aged(
    pressing: Pressing, since: date, on: date, calendar: WorkingCalendar
) -> tuple[Pressing, int]:
    """Return how urgent it is on the day *on*, and how many working days it presses; counted from *since*.

    Local closure days give no time, except to what the law or a child's safety dates.

    Raises:
        BeyondCalendar: the days lie where bank holidays are not known.
    """
    closures = not (pressing.statutory or pressing.immediate_safety)
    days = calendar.between(since, on, closures=closures)
    reached = max(
        (level for level, age in AGES.items() if days >= age), default=pressing.level or ""
    )
    level = max(reached, pressing.level or "") or None
    return replace(pressing, level=level), days


def in_turn(rows: Iterable[tuple[datetime, Standing]]) -> Iterator[Standing]:
    """Yield what was read of one rank by the instant since when it presses, in order.

    What is late since a midnight was due on the day before; what was blocked at that very moment was not.
    """
    for _, at_once in groupby(rows, key=lambda row: row[0]):
        yield from sorted((one for _, one in at_once), key=lambda one: one.order)


def in_order(
    streams: Iterable[Iterable[Standing]], *, most: int | None = None, cases: int = 0
) -> Iterator[Standing]:
    """Yield one row for each case, the highest first; a case stands where its highest instance does.

    With *most*, no more rows than that, but for those that it takes to come to so many *cases*. Each stream
    is in order itself (`Standing.order`); no more is read of them than is needed to be certain.
    """
    seen: set[str] = set()
    found = 0

    def is_enough() -> bool:
        return most is not None and len(seen) >= most and found >= cases

    merged = merge(*streams, key=lambda one: one.order)
    for _, equals in groupby(merged, key=lambda one: one.order):
        if is_enough():
            return
        for one in sorted(equals, key=lambda each: (each.matter, each.reference)):
            if one.matter in seen:
                continue
            if is_enough():
                return
            seen.add(one.matter)
            found += one.case is not None
            yield one

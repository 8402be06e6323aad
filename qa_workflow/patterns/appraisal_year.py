"""The year of an appraisal, April to March, and by when each of its checkpoints is done. Pure sums.

Source: framework timeline, April, September and March, read as A28: objectives by 30 April, mid-way by
30 September, end of year by 31 March; "starters after 30 Sep skip mid-year" (domain 3.5 G4).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from qa_workflow.engine.working_days import add_months
from qa_workflow.patterns.coverage import CHECKPOINTS
from qa_workflow.patterns.person_cycle import month_of

OBJECTIVES, MID_YEAR, END_YEAR = CHECKPOINTS
BEGINS = 4  # April
STARTER_MONTHS = (
    1  # so long a starter has to agree objectives: our default, the framework says nothing
)


def year_of(day: date) -> int:
    """Return the calendar year in whose April the year of appraisal of *day* began."""
    return day.year if day.month >= BEGINS else day.year - 1


def year_key(day: date) -> str:
    """Return the year of appraisal of *day* as references have it: `2026-27`."""
    year = year_of(day)
    return f"{year}-{(year + 1) % 100:02}"


def opening(year: int) -> date:
    """Return the first day of the year of appraisal that begins in *year*."""
    return date(year, BEGINS, 1)


def framework_dates(year: int) -> dict[str, date]:
    """Return by when the framework has each checkpoint of the year that begins in *year*."""
    return {
        OBJECTIVES: date(year, 4, 30),
        MID_YEAR: date(year, 9, 30),
        END_YEAR: date(year + 1, 3, 31),
    }


def begins_too_late(year: int, begun_on: date, by: Mapping[str, date] | None = None) -> bool:
    """Tell whether somebody who starts on *begun_on* waits for the next year: in the month of the end-year appraisals."""
    end = (by or framework_dates(year))[END_YEAR]
    return begun_on >= end.replace(day=1)


def dates_of(
    year: int,
    *,
    begun_on: date | None = None,
    since: date = date.min,
    by: Mapping[str, date] | None = None,
) -> dict[str, Any]:
    """Return what an appraisal knows of its year: `period`, `opens_on`, what it `skipped`, the dates of the rest.

    *begun_on* is the first day of somebody who starts in the course of the year: they have a month to agree
    objectives, and no mid-way review if they start after its date. What fell due before *since*, the day
    on which planning began, is skipped: it was done elsewhere (domain 3.0, First day).
    """
    framework = {**framework_dates(year), **(by or {})}
    opens_on, end = opening(year), framework[END_YEAR]
    found = dict(framework)
    skipped = []
    if begun_on is not None and begun_on > opens_on:
        opens_on = begun_on
        agreed = min(add_months(begun_on, STARTER_MONTHS), end)
        found[OBJECTIVES] = max(framework[OBJECTIVES], agreed)
        if begun_on > framework[MID_YEAR]:
            skipped.append(MID_YEAR)
        found[MID_YEAR] = max(framework[MID_YEAR], found[OBJECTIVES])
    skipped += [one for one in (OBJECTIVES, MID_YEAR) if found[one] < since and one not in skipped]
    return {
        "period": year_key(month_of(f"{year}-{BEGINS:02}")),
        "opens_on": opens_on.isoformat(),
        "skipped": skipped,
        **{f"{name}_by": day.isoformat() for name, day in found.items() if name not in skipped},
    }

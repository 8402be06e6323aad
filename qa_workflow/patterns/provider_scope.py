"""Which providers are audited in a year, and by when: pure sums over what the lists say of a provider.

Source: "Commissioned Independent Fostering Agencies and Semi-independent provisions for care leavers are
audited annually", "Audits are also completed on youth services provision" (framework); timeline, June.
Readings: domain A25, A26, 3.4 and 3.6 "Providers".
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from qa_workflow.engine.derivation import MONTHS, in_words
from qa_workflow.engine.working_days import WorkingCalendar, month_end

SEMI_INDEPENDENT = "semi_independent"
WAIVED_AFTER = (
    "03-31"  # a first placement after this day (MM-DD) lets the first audit wait a year (A25)
)
# They place nobody: that one stands on the list without dates says that it is used.
WITHOUT_PLACEMENTS = frozenset({"youth_service", "early_years"})
VISIT_WORKING_DAYS = 20  # the visit is held at least so long before 30 June (domain 3.4)
LATE_START_WORKING_DAYS = 10  # for a step whose day had passed before the audit began: our default
PLACEMENT_GROUP_MONTHS = (1, 4, 7, 10)  # "Strategic Placement Group" in the framework's timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """What the list of providers says of one, and whether an open case names it (London dates).

    `last_placement_on` is the last day a child was placed there; empty with a first day means that one
    still is. Commissioner and contact are person ids where the roster knows them, else the list's text.
    """

    provider_id: str
    name: str
    type: str
    first_placement_on: date | None = None
    last_placement_on: date | None = None
    last_audit_on: date | None = None
    risk_flag: bool = False
    commissioner: str | None = None
    contact: str | None = None
    ofsted_accepted_on: date | None = None
    is_named_by_a_case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAudit:
    """An audit of this system that has an end, or at least a report: for which June, and up to which day it looked.

    `visited_on` and `finalised_on` stand in one that was finalised; `ended_on` alone in one that
    commissioning ended, because nothing was there to audit.
    """

    year: int
    ended_on: date
    visited_on: date | None = None
    finalised_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whether a provider is audited in a year, why, and the 30 June on which an audit of it is due next."""

    is_in: bool
    why: str
    due_on: date | None = None


# ------------------------------------------------------------------ dates
def due_date(year: int) -> date:
    """Return the framework's own date of the audits of *year*: 30 June."""
    return date(year, 6, 30)


def opening(year: int) -> date:
    """Return the day from which the audits of *year* are planned: 1 January, so that 31 March is achievable."""
    return date(year, 1, 1)


def due_year(day: date) -> int:
    """Return the year of the first 30 June that does not lie before *day*."""
    return day.year if day <= due_date(day.year) else day.year + 1


def steps(year: int, begun_on: date, calendar: WorkingCalendar) -> dict[str, date]:
    """Return by when the audit of *year* is planned, has its auditor, and is visited.

    31 March, 30 April, and 20 working days before 30 June. What had passed before the audit began
    (its provider was first known in April) is due ten working days after it began, never after 30 June,
    and no step before the one before it.

    Raises:
        BeyondCalendar: the working days of that year are not known.
    """
    due_on = due_date(year)
    planned_by = date(year, 3, 31)
    if begun_on > planned_by:
        late_start = calendar.add(begun_on, LATE_START_WORKING_DAYS, closures=True)
        planned_by = min(late_start, due_on)
    assigned_by = max(date(year, 4, 30), planned_by)
    last_visit = calendar.add(due_on, -VISIT_WORKING_DAYS, closures=True)
    return {
        "planned_by": planned_by,
        "assigned_by": assigned_by,
        "visit_by": max(last_visit, assigned_by),
    }


def next_placement_group(day: date) -> date:
    """Return the day by which the Strategic Placement Group sits next after *day*: the end of its month."""
    sits = (
        month_end(year, month)
        for year in (day.year, day.year + 1)
        for month in PLACEMENT_GROUP_MONTHS
    )
    return next(one for one in sits if one > day)


# ------------------------------------------------------------------ scope
def scope(
    provider: ProviderFacts,
    year: int,
    audits: Iterable[PastAudit] = (),
    *,
    waived_after: str = WAIVED_AFTER,
) -> Scope:
    """Return whether *provider* is audited by 30 June of *year*; *audits* are those that this system knows of it.

    "one instance per provider with a City child placed at any time since the last audit" (A25). A first
    audit waits a year where the first placement began after 31 March, or another day (MM-DD) that the
    council chooses, unless the provider is flagged.
    """
    known = _for_other_years(audits, year)
    if (done := _done_for(provider, year, known)) is not None:
        return Scope(
            is_in=False, why=f"it was audited on {in_words(done)}", due_on=due_date(done.year + 1)
        )
    if not _was_ever_used(provider):
        return Scope(is_in=False, why="no City child was ever placed there")
    return _first(provider, year, known, waived_after) or _since(provider, year, known)


def _for_other_years(audits: Iterable[PastAudit], year: int) -> tuple[PastAudit, ...]:
    # The year's own audit does not answer whether there is one.
    return tuple(one for one in audits if one.year != year)


def _done_for(provider: ProviderFacts, year: int, audits: tuple[PastAudit, ...]) -> date | None:
    """Return the day of an audit that was made for *year* or a later one; None when there was none."""
    for one in audits:
        if one.year > year and one.visited_on is not None:
            return one.visited_on
    listed = provider.last_audit_on
    if listed is None or listed.year < year:
        return None
    # What the list tells may be an audit of ours, for the June before and finished in January.
    is_ours = any(one.finalised_on is not None and listed <= one.finalised_on for one in audits)
    return None if is_ours else listed


def _was_ever_used(provider: ProviderFacts) -> bool:
    return (
        provider.first_placement_on is not None
        or provider.is_named_by_a_case
        or provider.type in WITHOUT_PLACEMENTS
    )


def _first(
    provider: ProviderFacts, year: int, audits: tuple[PastAudit, ...], waived_after: str
) -> Scope | None:
    """Return why a provider that was never audited waits for another June; None when it does not."""
    begun_on = provider.first_placement_on
    if begun_on is None:
        return None
    if begun_on > due_date(year):
        return Scope(
            is_in=False,
            why=f"the first placement began on {in_words(begun_on)}, after the audits of {year}",
            due_on=due_date(year + 1),
        )
    was_audited = provider.last_audit_on is not None or any(one.finalised_on for one in audits)
    begun_in_time = (begun_on.year, f"{begun_on:%m-%d}") <= (year, waived_after)
    if was_audited or provider.risk_flag or begun_in_time:
        return None
    month, day = (int(part) for part in waived_after.split("-"))
    return Scope(
        is_in=False,
        why=f"the first placement began on {in_words(begun_on)}, after {day} {MONTHS[month - 1]}, "
        "so the first audit waits a year",
        due_on=due_date(year + 1),
    )


def _since(provider: ProviderFacts, year: int, audits: tuple[PastAudit, ...]) -> Scope:
    """Return whether a child was placed there since the last audit, or since commissioning said there was none."""
    since, last = _looked_until(provider, audits), provider.last_placement_on
    if since is None:
        return Scope(is_in=True, why="it was never audited", due_on=due_date(year))
    if provider.is_named_by_a_case or last is None or last > since:
        used = (
            "it was used"
            if provider.type in WITHOUT_PLACEMENTS
            else "a City child was placed there"
        )
        return Scope(is_in=True, why=f"{used} since {in_words(since)}", due_on=due_date(year))
    return Scope(is_in=False, why=f"no City child was placed there since {in_words(since)}")


def _looked_until(provider: ProviderFacts, audits: tuple[PastAudit, ...]) -> date | None:
    days = [one.visited_on or one.ended_on for one in audits]
    if provider.last_audit_on is not None:
        days.append(provider.last_audit_on)
    return max(days, default=None)


def was_in_scope(
    provider: ProviderFacts,
    year: int,
    audits: Iterable[PastAudit] = (),
    *,
    waived_after: str = WAIVED_AFTER,
) -> bool:
    """Tell whether *provider* certainly was in scope by 30 June of *year*, asked after that day.

    The lists say who is placed there now, not since when: a child placed in autumn must not make the
    audit of last June late. So only a first placement, or one that had ended by then, counts.
    """
    known = _for_other_years(audits, year)
    unnamed = replace(provider, is_named_by_a_case=False)
    if not scope(unnamed, year, known, waived_after=waived_after).is_in:
        return False
    last = provider.last_placement_on
    return _looked_until(provider, known) is None or (last is not None and last <= due_date(year))

"""When the regulations let a limit of an EHC needs assessment pass: the grounds, and the days they ask for.

Source: SEND Regulations 2014, reg 5(4) (six weeks), reg 10(4) (sixteen weeks), reg 13(3) (twenty weeks).
Reg 10(4)(a) to (d) and reg 13(3), which refers to them, are V (wording read: legislation.gov.uk, and
educationlawadvice.com, 14 August 2018); of reg 5(4) only (a) was read in full, and (b) to (d) are K.

    (a) advice was asked of the head of a school or post-16 institution within the period from one week
        before it closed for at least four continuous weeks to one week before it opened again;
    (b) the same of whoever answers for special needs at a provider of early years education;
    (c) exceptional personal circumstances affect the child, the parent or the young person;
    (d) child, parent or young person are away from the area for at least four continuous weeks.

The due date does not move. A limit that is excused tells nobody above the service manager when it is
missed, and the assessment counts as late with an excuse.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from qa_workflow.engine.deadlines import OWN_DATE, stored_date
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.instance import ProcessInstance


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of the regulations: how long, which deadline watches it, and which grounds excuse it."""

    weeks: int
    deadline: str
    regulation: str
    grounds: str


LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "6_weeks": Limit(6, "decide_by", "regulation 5(4)", "abcd"),
        "16_weeks": Limit(16, "refuse_by", "regulation 10(4)", "abcd"),
        "20_weeks": Limit(20, OWN_DATE, "regulation 13(3)", "abcd"),
    }
)
FOUR_WEEKS = timedelta(weeks=4)
ONE_WEEK = timedelta(weeks=1)
_DAY = timedelta(days=1)
# Before it is decided to assess, advice is asked for informally: no request of that time is kept here.
UNRECORDED = "6_weeks"


def is_excused(instance: ProcessInstance, deadline: str) -> bool:
    """Tell whether an exception was recorded for the limit that *deadline* watches."""
    return any(
        LIMITS[limit].deadline == deadline
        for one in instance.data.get("exceptions", ())
        for limit in one["limits"]
    )


def last_day(instance: ProcessInstance, limit: str) -> date | None:
    """Return the last day of a limit, counted from the day the request was received."""
    received = stored_date(instance, "started_on")
    return None if received is None else received + timedelta(weeks=LIMITS[limit].weeks)


def faults_of_closure(
    instance: ProcessInstance,
    limits: tuple[str, ...],
    *,
    closed_from: date,
    reopens_on: date,
    asked_on: date,
) -> Iterator[str]:
    """Yield why a closure from *closed_from* to the day before *reopens_on* excuses none of *limits*."""
    if reopens_on - closed_from < FOUR_WEEKS:
        yield "The closure is shorter than four continuous weeks."
    first, last = closed_from - ONE_WEEK, reopens_on - ONE_WEEK
    if not first <= asked_on <= last:
        yield (
            f"Advice was asked for on {in_words(asked_on)}; it must be from one week before the closure "
            f"to one week before it ends: {in_words(first)} to {in_words(last)}."
        )
    recorded = {one["requested_on"] for one in instance.data.get("advice", ())}
    for limit in limits:
        if limit != UNRECORDED and asked_on.isoformat() not in recorded:
            yield f"No request for advice of {in_words(asked_on)} is recorded here: record it first."
            break
    for limit in limits:
        ends_on = last_day(instance, limit)
        if ends_on is not None and asked_on > ends_on:
            yield f"Advice was asked for after the limit of {limit.replace('_', ' ')}, {in_words(ends_on)}."


def faults_of_absence(
    instance: ProcessInstance, limits: tuple[str, ...], *, away_from: date, away_until: date
) -> Iterator[str]:
    """Yield why an absence from *away_from* to *away_until*, both included, does not excuse each of *limits*."""
    received = stored_date(instance, "started_on")
    for limit in limits:
        ends_on = last_day(instance, limit)
        if received is None or ends_on is None:
            continue
        within = min(away_until, ends_on) - max(away_from, received) + _DAY
        if within < FOUR_WEEKS:
            yield (
                f"The absence covers less than four continuous weeks of the {limit.replace('_', ' ')} "
                f"from {in_words(received)} to {in_words(ends_on)}."
            )

"""Plans: the annual review, the phase transfers and the transition of every child with an EHC plan."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from qa_workflow.engine.instance import Spawn
from qa_workflow.engine.working_days import add_months
from qa_workflow.patterns import ehc
from qa_workflow.service.work import Work
from qa_workflow.store import standing
from qa_workflow.store.plan_holders import PlanHolder, find_plan_holders

REVIEW, TRANSFER, TRANSITION = "ehc_review", "phase_transfer", "adult_transition"
CEASED = "ceased"  # the state of a review that ended the plan
REVIEW_MONTHS_AHEAD = 6
# The moves that follow from the school year alone, by the years from Year 9 to the year that they lead into.
# Moves to another school in between (junior, middle) are not known from a list: they are started by hand.
MOVES = {
    "reception": -ehc.RECEPTION_BEFORE_YEAR_9,
    "secondary": -ehc.YEAR_7_BEFORE_YEAR_9,
    "post_16": ehc.YEAR_12_AFTER_YEAR_9,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From when something should stand, and until when it is worth creating (London dates, ends included)."""

    opens_on: date
    due_on: date

    def asks(self, since: date, today: date) -> bool:
        """Tell whether it stands today for a council that plans from *since* on (domain 3.0, First day)."""
        return self.opens_on <= today and since <= self.due_on

    def late(self, today: date) -> dict[str, Any]:
        """Return what an instance says that is created after its first day."""
        return {"created_late": True} if today > self.opens_on else {}


def plan_holder_clocks(work: Work, since: date) -> Iterable[Spawn]:
    """Return what every imported plan asks for by today and is not there yet; *since* is the first day of planning.

    The first review of a plan comes from here, those after it from the review before: a plan that has
    one of whatever number is given no other. Nothing is planned for a plan that has ceased.
    """
    holders = find_plan_holders(work.connection)
    if not holders:
        return
    there = standing.references(work.connection, (REVIEW, TRANSFER, TRANSITION))
    reviewed = {_plan_of(one) for one in there if one.startswith(f"{REVIEW}:")}
    ceased = {
        _plan_of(one) for one in standing.references(work.connection, (REVIEW,), state=CEASED)
    }
    for holder in holders.values():
        if holder.plan_id in ceased:
            continue
        wanted = [*_transfers(holder, since, work.today), *_transition(work, holder, since)]
        if holder.plan_id not in reviewed:
            wanted += _review(holder, since, work.today)
        yield from (spawn for spawn in wanted if spawn.reference not in there)


def _plan_of(reference: str) -> str:
    return reference.removeprefix(f"{REVIEW}:").rpartition(":")[0]


# ------------------------------------------------------------------ the annual review
def _review(holder: PlanHolder, since: date, today: date) -> Iterator[Spawn]:
    begins_on = review_period(holder, since)
    due_on = ehc.review_due(begins_on)
    window = Window(opens_on=add_months(due_on, -REVIEW_MONTHS_AHEAD), due_on=due_on)
    if not window.asks(since, today):
        return
    cycle = review_number(holder, due_on)
    yield _spawn(
        holder,
        REVIEW,
        f"{REVIEW}:{holder.plan_id}:{cycle}",
        f"EHC annual review {cycle} of {holder.plan_id}",
        {"cycle": cycle, "period_from": begins_on.isoformat(), **window.late(today)},
    )


def review_period(holder: PlanHolder, since: date) -> date:
    """Return the day from which the twelve months of the first review count that planning still has to see to.

    That is the last review, or the issue where none was held. A review that fell due before *since* is
    never created: the one of the twelve months after it is.
    """
    begun = holder.last_review_on or holder.issued_on
    years = 0
    while ehc.review_due(add_months(begun, ehc.YEAR * years)) < since:
        years += 1
    return add_months(begun, ehc.YEAR * years)


def review_number(holder: PlanHolder, due_on: date) -> int:
    """Return which review of the plan falls due on *due_on*: in which twelve months since the first issue it lies."""
    number = 1
    while add_months(holder.issued_on, ehc.YEAR * number) < due_on:
        number += 1
    return number


# ------------------------------------------------------------------ phase transfers
def _transfers(holder: PlanHolder, since: date, today: date) -> Iterator[Spawn]:
    if holder.year9_on is None:
        return
    for phase, years in MOVES.items():
        year = holder.year9_on.year + years
        due_on = ehc.transfer_due(phase, year, None).due_on
        window = Window(opens_on=date(year - 1, 9, 1), due_on=due_on)
        # A plan issued after that day was written for the new phase.
        if holder.issued_on <= due_on and window.asks(since, today):
            yield _spawn(
                holder,
                TRANSFER,
                f"{TRANSFER}:{holder.plan_id}:{year}",
                f"Phase transfer of {holder.plan_id} in {year}",
                {"year": year, "phase": phase, **window.late(today)},
            )


# ------------------------------------------------------------------ the way to adulthood
def _transition(work: Work, holder: PlanHolder, since: date) -> Iterator[Spawn]:
    if holder.year9_on is None:
        return
    today, from_year = work.today, work.ctx.framework.choices.transition_from_year
    begins_on = ehc.school_year_on(from_year, holder.year9_on)
    all_adult_on = ehc.all_are_18_on(holder.year9_on)
    window = Window(opens_on=add_months(begins_on, -ehc.YEAR), due_on=all_adult_on)
    if window.asks(since, today) and today < all_adult_on:
        yield _spawn(
            holder,
            TRANSITION,
            f"{TRANSITION}:{holder.plan_id}",
            f"Transition of {holder.plan_id} to adult services",
            window.late(today),
        )


def _spawn(
    holder: PlanHolder, process: str, reference: str, title: str, data: dict[str, Any]
) -> Spawn:
    return Spawn(
        process=process,
        reference=reference,
        subject=holder.plan_id,
        title=title,
        case_id=holder.child_id,
        data=data,
    )

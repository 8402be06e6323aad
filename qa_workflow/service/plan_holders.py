"""Says of every child with an EHC plan what the imported list knows, and which review runs."""

from dataclasses import dataclass
from datetime import date

from qa_workflow.service.context import Context
from qa_workflow.store import reports
from qa_workflow.store.plan_holders import find_plan_holders

REVIEW = "ehc_review"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHolderStanding:
    """A plan of the list; `review` is the reference of its open annual review, if one runs."""

    plan_id: str
    child_id: str
    issued_on: date
    last_review_on: date | None
    ehe: bool
    school_phase: str | None
    year9_on: date | None
    review: str | None


def list_plan_holders(ctx: Context) -> list[PlanHolderStanding]:
    """Return every plan of the list by id; no date of birth is kept, so none is told."""
    with ctx.database.reading() as connection:
        known = find_plan_holders(connection)
        ids = reports.find_ids(connection, reports.Wanted(process=REVIEW))
        running = {one.subject: one.reference for one in reports.related(connection, ids).values()}
    return [
        PlanHolderStanding(
            plan_id=one.plan_id,
            child_id=one.child_id,
            issued_on=one.issued_on,
            last_review_on=one.last_review_on,
            ehe=one.ehe,
            school_phase=one.school_phase,
            year9_on=one.year9_on,
            review=running.get(one.plan_id),
        )
        for one in known.values()
    ]

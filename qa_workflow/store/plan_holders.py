"""Children with EHC plans, as the imports know them; no date of birth is ever kept."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from qa_workflow.store.reference_tables import PlanHolderRow

_PLAN_HOLDER = PlanHolderRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHolder:
    """A child's EHC plan: when it was issued and last reviewed, and the day on which Year 9 starts."""

    plan_id: str
    child_id: str
    issued_on: date
    last_review_on: date | None
    ehe: bool
    school_phase: str | None
    year9_on: date | None
    first_seen_on: date


def find_plan_holders(
    connection: Connection, *, ids: Iterable[str] | None = None, child_id: str | None = None
) -> dict[str, PlanHolder]:
    """Return plans by id, in the order of their ids: all, or those of *ids*, or of one child, or of both."""
    statement = select(_PLAN_HOLDER).order_by(_PLAN_HOLDER.c.plan_id)
    if ids is not None:
        statement = statement.where(_PLAN_HOLDER.c.plan_id.in_(list(ids)))
    if child_id is not None:
        statement = statement.where(_PLAN_HOLDER.c.child_id == child_id)
    return {row["plan_id"]: PlanHolder(**row) for row in connection.execute(statement).mappings()}


def save_plan_holders(connection: Connection, holders: Sequence[PlanHolder]) -> None:
    """Write each plan anew; when it was first seen stays what the first import said."""
    if not holders:
        return
    statement = insert(_PLAN_HOLDER)
    fields = [
        column.name
        for column in _PLAN_HOLDER.columns
        if column.name not in {"plan_id", "first_seen_on"}
    ]
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["plan_id"], set_={name: statement.excluded[name] for name in fields}
        ),
        [asdict(holder) for holder in holders],
    )

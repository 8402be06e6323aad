"""Reads what the imported list of plan holders says of the plan that an instance is about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.service.context import Context
from qa_workflow.store.database import Connection
from qa_workflow.store.plan_holders import PlanHolder, find_plan_holders


def plan_holder(
    _ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each instance when Year 9 starts, and from when twelve months count: None where nobody knows.

    The subject is the plan, or the plan and a number (`K12:3`).
    """
    named = {one.id: (one.subject, one.subject.rpartition(":")[0]) for one in instances}
    wanted = {name for names in named.values() for name in names if name}
    known = find_plan_holders(connection, ids=wanted)
    return {
        number: _told(next((known[name] for name in names if name in known), None))
        for number, names in named.items()
    }


def _told(holder: PlanHolder | None) -> dict[str, Any]:
    if holder is None:
        return {"year9_on": None, "period_from": None}
    return {
        "year9_on": holder.year9_on,
        "period_from": holder.last_review_on or holder.issued_on,
    }

"""Reads what supervision, observation and appraisal of one person know of each other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.patterns.person_cycle import looked_at
from qa_workflow.service.context import Context
from qa_workflow.store import reports
from qa_workflow.store.database import Connection


def own_cycles(
    _ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each instance what there is of the same person that it may know of, by reference."""
    # One that is started by hand has no period yet, and asks nothing at its start.
    wanted = {
        one.id: looked_at(one.process, one.subject, one.data["period"])
        for one in instances
        if "period" in one.data
    }
    there = reports.find_by_reference(
        connection, sorted({name for some in wanted.values() for name in some})
    )
    known = {
        one.reference: one for one in reports.related(connection, list(there.values())).values()
    }
    return {
        number: {"own_cycles": tuple(known[name] for name in sorted(some) if name in known)}
        for number, some in wanted.items()
    }

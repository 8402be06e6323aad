"""Reads the school terms of the council's framework file."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.service.context import Context
from qa_workflow.store.database import Connection


def terms(
    ctx: Context, _connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return the school terms that are known, the same for each instance; none where the council gave none."""
    found = {"terms": ctx.terms}
    return {one.id: found for one in instances}

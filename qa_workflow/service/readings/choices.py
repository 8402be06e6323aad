"""Reads what this council has chosen where law and framework leave a choice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.service.context import Context
from qa_workflow.store.database import Connection


def chosen(
    ctx: Context, _connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return the settings that decide about dates and samples, the same for each instance."""
    found = {
        **ctx.framework.choices.model_dump(),
        "dip_check_percent": ctx.dip_check_percent,
        "strict_period": ctx.strict_period,
        "strict_before": ctx.strict_before,
    }
    return {one.id: found for one in instances}

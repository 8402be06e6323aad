"""The framework's year: what its calendar asks for between two days, each with its dates and its sentence."""

from datetime import date
from typing import Any

from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.errors import BeyondCalendar
from qa_workflow.frameworks.lines import Item
from qa_workflow.service.context import Context
from qa_workflow.service.starting import planned_title


def planned(
    ctx: Context, first: date, last: date, calendar: WorkingCalendar
) -> list[dict[str, Any]]:
    """Return every instance that the planner would open with a due day between *first* and *last*; writes nothing.

    What no process of this program runs is not among them.
    """
    return [
        _item(ctx, one, calendar)
        for one in ctx.items(first, last, calendar)
        if one.line.process in ctx.processes
    ]


def _item(ctx: Context, item: Item, calendar: WorkingCalendar) -> dict[str, Any]:
    try:
        target_on: str | None = calendar.on_or_before(item.due_on).isoformat()
    except BeyondCalendar:
        target_on = None
    process = ctx.processes[item.line.process]
    return {
        "code": item.line.code,
        "process": process.name,
        "reference": item.reference,
        "title": planned_title(item) or f"{process.title} {item.period}",
        "period": item.period,
        "opens_on": item.opens_on.isoformat(),
        "due_on": item.due_on.isoformat(),
        "target_on": target_on,
        "source": item.line.kind,
        "rule": item.line.source,
    }

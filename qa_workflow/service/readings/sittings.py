"""Reads the SEND Panel: its sittings, for what waits for them; and what waits, for the sittings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.working_days import add_months, london_date
from qa_workflow.patterns.sittings import PANEL, Panel
from qa_workflow.service.context import Context
from qa_workflow.store import sittings
from qa_workflow.store.database import Connection

MONTHS_AHEAD = 24  # no item of the panel has a date in law further ahead


def panel(
    ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], now: datetime
) -> dict[int, dict[str, Any]]:
    """Return the panel's sittings and its working days, the same for each instance."""
    first = london_date(now).replace(day=1)
    periods = [f"{add_months(first, ahead):%Y-%m}" for ahead in range(MONTHS_AHEAD)]
    standing, known = sittings.sittings(connection, periods)
    found = {
        "panel": Panel(sittings=standing, periods=known, calendar=ctx.calendar(connection)),
    }
    return {one.id: found for one in instances}


def panel_items(
    ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return what waits for the panel, whichever process it belongs to, the same for each sitting."""
    names = [
        name
        for name, definition in ctx.processes.items()
        if "sittings" in definition.reads and name != PANEL
    ]
    found = {"panel_items": sittings.waiting(connection, names)}
    return {one.id: found for one in instances}

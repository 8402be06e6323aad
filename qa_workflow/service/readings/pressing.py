"""Reads the Top three's list for the meeting whose papers close: as it stands at that moment, said in full."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.working_days import london_date
from qa_workflow.service import packs, ranking, views
from qa_workflow.service.context import Context
from qa_workflow.service.packs import Gather
from qa_workflow.store.database import Connection

KEPT = 200  # rows of the list that a pack keeps; how many there are besides is said


def of_meetings(
    ctx: Context,
    connection: Connection,
    instances: Sequence[ProcessInstance],
    now: datetime,
    *,
    gather: Gather,
) -> dict[int, dict[str, Any]]:
    """Return for each meeting whose papers close, or have closed, the pack as it would be frozen now.

    No meeting stands on its own list. For one that is not at its papers nothing is read.
    """
    today = london_date(now).isoformat()
    asking = [one for one in instances if _is_at_its_papers(one, today)]
    if not asking:
        return {}
    found = ranking.as_it_stands(ctx, connection, now=now)
    size = ctx.framework.choices.top_three_size
    frozen: dict[int, dict[str, Any]] = {}
    for one in asking:
        others = replace(found, rows=[row for row in found.rows if row.id != one.id])
        made = packs.packed(ctx, connection, others, size=size, most=KEPT, gather=gather)
        said = None if made.pack else packs.no_cases(found.on)
        frozen[one.id] = {
            "pressing": packs.summed(made, as_of=views.instant(now.astimezone(UTC)), says=said)
        }
    return frozen


def _is_at_its_papers(meeting: ProcessInstance, today: str) -> bool:
    papers_on = meeting.data.get("papers_on")
    return meeting.state == "scheduled" and papers_on is not None and papers_on <= today

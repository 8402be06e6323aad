"""Reads what recurring meetings may know: the working days, what stands for their agenda, the open cases."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from qa_workflow.engine.definition import Related
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.working_days import london_date
from qa_workflow.patterns.meeting import RecurringMeeting
from qa_workflow.service.context import Context
from qa_workflow.store import cases, follow_up_reports, reports
from qa_workflow.store.database import Connection
from qa_workflow.store.reports import Wanted

BATCH = 500  # instances read at a time: a statement takes only so many values


def meeting(
    ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each meeting its `calendar`, and by reference what is `standing` and `followed_up`.

    Standing is what its shape scrutinises, reviews or rests on, and is open, or ended on or after the
    day on which a meeting of its kind was last held; followed up are open recommendations that came
    from what the shape names.
    """
    calendar = ctx.calendar(connection)
    told: dict[str, dict[str, Any]] = {}
    for process in {one.process for one in instances}:
        shape = ctx.processes[process].shape
        known = shape if isinstance(shape, RecurringMeeting) else None
        told[process] = {
            "calendar": calendar,
            "standing": () if known is None else _standing(connection, known),
            "followed_up": () if known is None else tuple(_followed_up(connection, known)),
        }
    return {one.id: told[one.process] for one in instances}


def _standing(connection: Connection, shape: RecurringMeeting) -> tuple[Related, ...]:
    names = sorted({*shape.scrutinises, *shape.reviews, *shape.rests_on})
    since = _last_held_on(connection, shape.name) if names else ""
    found: list[Related] = []
    for name in names:
        process, _, state = name.partition(":")
        wanted = Wanted(process=process, state=state, include_final=True)
        found += _related(connection, wanted)
    return tuple(
        one
        for one in found
        if one.closed_at is None or london_date(one.closed_at).isoformat() >= since
    )


def _followed_up(connection: Connection, shape: RecurringMeeting) -> Iterator[Related]:
    if not shape.follows_up:
        return
    sources = tuple(f"{name}:" for name in shape.follows_up)
    for one in follow_up_reports.open_recommendations(connection):
        if str(one.data.get("source", "")).startswith(sources):
            yield one


def _last_held_on(connection: Connection, process: str) -> str:
    """Return the day (ISO) on which a meeting of *process* was last held; empty where none was."""
    known = _related(connection, Wanted(process=process, include_final=True))
    return max((one.data.get("held_on") or "" for one in known), default="")


def _related(connection: Connection, wanted: Wanted) -> Iterator[Related]:
    ids = reports.find_ids(connection, wanted)
    for begin in range(0, len(ids), BATCH):
        known = reports.related(connection, ids[begin : begin + BATCH])
        yield from sorted(known.values(), key=lambda one: one.reference)


def open_cases(
    _ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return the ids of the open cases, the same for each instance."""
    found = {"open_cases": frozenset(cases.find_cases(connection, only_open=True))}
    return {one.id: found for one in instances}

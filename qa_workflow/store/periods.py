"""Read-only questions about what runs period after period: what came out of a year, and what came next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, and_, or_, select

from qa_workflow.store.tables import ProcessInstanceRow

_INSTANCE = ProcessInstanceRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a process has come to: a reference and the state it ended or stands in."""

    reference: str
    process: str
    state: str


def results(
    connection: Connection,
    processes: Collection[str],
    *,
    since: datetime,
    standing_in: Sequence[str],
    ended_otherwise_than: Sequence[str],
) -> tuple[Result, ...]:
    """Return what of *processes* ended at *since* or later, or is open in one of *standing_in*, by reference.

    What ended in one of the states *ended_otherwise_than* came to nothing and is left out.
    """
    if not processes:
        return ()
    ended = and_(
        _INSTANCE.c.closed_at >= since, _INSTANCE.c.state.not_in(list(ended_otherwise_than))
    )
    stands = and_(_INSTANCE.c.closed_at.is_(None), _INSTANCE.c.state.in_(list(standing_in)))
    rows = connection.execute(
        select(_INSTANCE.c.reference, _INSTANCE.c.process, _INSTANCE.c.state)
        .where(_INSTANCE.c.process.in_(sorted(processes)), or_(ended, stands))
        .order_by(_INSTANCE.c.reference)
    )
    return tuple(Result(**row) for row in rows.mappings())


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """One instance with a later date than another of its process."""

    reference: str
    state: str
    due_on: date
    data: dict[str, Any]


def due_after(connection: Connection, process: str, day: date) -> tuple[Later, ...]:
    """Return the instances of *process* that are due after *day*, ended ones too, by due date."""
    rows = connection.execute(
        select(_INSTANCE.c.reference, _INSTANCE.c.state, _INSTANCE.c.due_on, _INSTANCE.c.data)
        .where(_INSTANCE.c.process == process, _INSTANCE.c.due_on > day)
        .order_by(_INSTANCE.c.due_on, _INSTANCE.c.reference)
    )
    return tuple(
        Later(
            reference=row.reference, state=row.state, due_on=row.due_on, data=orjson.loads(row.data)
        )
        for row in rows
    )

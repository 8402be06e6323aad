"""Read-only questions of the programmes: what a line of the framework stands for, and which lines are open."""

from collections.abc import Collection, Mapping
from datetime import date

import orjson
from sqlalchemy import Connection, select

from qa_workflow.engine.definition import Related
from qa_workflow.patterns.coverage import PROGRAMME, Covered
from qa_workflow.store.tables import ProcessInstanceRow

_INSTANCE = ProcessInstanceRow.__table__  # type: ignore[attr-defined]
_IS_OPEN = _INSTANCE.c.closed_at.is_(None)
_COVERED = [
    _INSTANCE.c[name]
    for name in ("reference", "process", "subject", "state", "closed_at", "met_at", "due_on", "data")
]  # fmt: skip


def covered(
    connection: Connection, process: str, first: date, last: date, kinds: Mapping[str, str]
) -> tuple[Covered, ...]:
    """Return the instances of *process* due between *first* and *last*, both included, by reference.

    *kinds* gives the type of each provider by its id.
    """
    rows = connection.execute(
        select(*_COVERED)
        .where(_INSTANCE.c.process == process, _INSTANCE.c.due_on.between(first, last))
        .order_by(_INSTANCE.c.reference)
    )
    return tuple(
        Covered(
            reference=row.reference,
            process=row.process,
            subject=row.subject,
            state=row.state,
            is_open=row.closed_at is None,
            is_met=row.met_at is not None,
            due_on=row.due_on,
            kind=kinds.get(row.subject),
            data=orjson.loads(row.data),
        )
        for row in rows
    )


def open_subjects(
    connection: Connection, processes: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """Return (reference, subject) of everything open of *processes*, by reference."""
    rows = connection.execute(
        select(_INSTANCE.c.reference, _INSTANCE.c.subject)
        .where(_IS_OPEN, _INSTANCE.c.process.in_(list(processes)))
        .order_by(_INSTANCE.c.reference)
    )
    return tuple((row.reference, row.subject) for row in rows)


def open_programmes(connection: Connection) -> tuple[Related, ...]:
    """Return every programme that is not complete yet, by reference."""
    rows = connection.execute(
        select(_INSTANCE.c.reference, _INSTANCE.c.subject, _INSTANCE.c.state, _INSTANCE.c.data)
        .where(_IS_OPEN, _INSTANCE.c.process == PROGRAMME)
        .order_by(_INSTANCE.c.reference)
    )
    return tuple(
        Related(
            reference=row.reference,
            process=PROGRAMME,
            subject=row.subject,
            state=row.state,
            is_open=True,
            data=orjson.loads(row.data),
        )
        for row in rows
    )

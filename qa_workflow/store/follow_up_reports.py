"""Read-only questions about the follow-up of recommendations: its meetings, what they review, what a round shares."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Row, or_, select

from qa_workflow.engine.definition import Related
from qa_workflow.patterns.follow_up import MEETING
from qa_workflow.store.tables import ProcessInstanceRow

_INSTANCE = ProcessInstanceRow.__table__  # type: ignore[attr-defined]
_IS_OPEN = _INSTANCE.c.closed_at.is_(None)
_KNOWN = [
    _INSTANCE.c[name]
    for name in ("reference", "process", "subject", "state", "closed_at", "data")
]  # fmt: skip


def _related(row: Row[Any]) -> Related:
    return Related(
        reference=row.reference,
        process=row.process,
        subject=row.subject,
        state=row.state,
        is_open=row.closed_at is None,
        closed_at=row.closed_at,
        data=orjson.loads(row.data),
    )


def meetings(connection: Connection, references: Collection[str]) -> dict[str, Related]:
    """Return by reference the meetings that are not closed, and those of *references* that exist."""
    rows = connection.execute(
        select(*_KNOWN)
        .where(
            _INSTANCE.c.process == MEETING,
            or_(_IS_OPEN, _INSTANCE.c.reference.in_(sorted(references))),
        )
        .order_by(_INSTANCE.c.reference)
    )
    return {row.reference: _related(row) for row in rows}


def open_recommendations(connection: Connection) -> tuple[Related, ...]:
    """Return every recommendation that has not ended, by reference."""
    rows = connection.execute(
        select(*_KNOWN)
        .where(_IS_OPEN, _INSTANCE.c.process == "recommendation")
        .order_by(_INSTANCE.c.reference)
    )
    return tuple(_related(row) for row in rows)


def of_the_same_round(
    connection: Connection, audits: Sequence[int]
) -> Mapping[int, tuple[Related, ...]]:
    """Return, by audit, every recommendation of the audit round to which that audit belongs, ended ones too."""
    audit, round_, sibling = _INSTANCE.alias(), _INSTANCE.alias(), _INSTANCE.alias()
    round_of = {
        row.id: row.parent_id
        for row in connection.execute(
            select(audit.c.id, audit.c.parent_id)
            .join(round_, round_.c.id == audit.c.parent_id)
            .where(audit.c.id.in_(audits), round_.c.process == "case_audit_round")
        )
    }
    found: dict[int, list[Related]] = {}
    rows = connection.execute(
        select(sibling.c.parent_id.label("round_id"), *_KNOWN)
        .join(sibling, sibling.c.id == _INSTANCE.c.parent_id)
        .where(
            sibling.c.parent_id.in_(sorted(set(round_of.values()))),
            _INSTANCE.c.process == "recommendation",
        )
        .order_by(_INSTANCE.c.reference)
    )
    for row in rows:
        found.setdefault(row.round_id, []).append(_related(row))
    return {one: tuple(found.get(number, ())) for one, number in round_of.items()}

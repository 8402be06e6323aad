"""Read-only questions about the follow-up of recommendations: its meetings, what they review, what a round shares."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Row, bindparam, or_, select

from qa_workflow.engine.definition import Related
from qa_workflow.patterns.follow_up import MEETING
from qa_workflow.store.tables import ProcessInstanceRow

_INSTANCE = ProcessInstanceRow.__table__  # type: ignore[attr-defined]
_IS_OPEN = _INSTANCE.c.closed_at.is_(None)
_KNOWN = [
    _INSTANCE.c[name]
    for name in ("reference", "process", "subject", "state", "closed_at", "data")
]  # fmt: skip
# Every step of every recommendation asks these: built once.
_MEETINGS = (
    select(*_KNOWN)
    .where(
        _INSTANCE.c.process == MEETING,
        or_(_IS_OPEN, _INSTANCE.c.reference.in_(bindparam("wanted", expanding=True))),
    )
    .order_by(_INSTANCE.c.reference)
)
_OPEN_RECOMMENDATIONS = (
    select(*_KNOWN)
    .where(_IS_OPEN, _INSTANCE.c.process == "recommendation")
    .order_by(_INSTANCE.c.reference)
)
_AUDIT, _ROUND = _INSTANCE.alias(), _INSTANCE.alias()
_ROUNDS = (
    select(_AUDIT.c.id, _AUDIT.c.parent_id)
    .join(_ROUND, _ROUND.c.id == _AUDIT.c.parent_id)
    .where(
        _AUDIT.c.id.in_(bindparam("wanted", expanding=True)),
        _ROUND.c.process == "case_audit_round",
    )
)
_OF_ROUNDS = (
    select(_AUDIT.c.parent_id.label("round_id"), *_KNOWN)
    .join(_AUDIT, _AUDIT.c.id == _INSTANCE.c.parent_id)
    .where(
        _AUDIT.c.parent_id.in_(bindparam("wanted", expanding=True)),
        _INSTANCE.c.process == "recommendation",
    )
    .order_by(_INSTANCE.c.reference)
)


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
    rows = connection.execute(_MEETINGS, {"wanted": sorted(references)})
    return {row.reference: _related(row) for row in rows}


def open_recommendations(connection: Connection) -> tuple[Related, ...]:
    """Return every recommendation that has not ended, by reference."""
    return tuple(_related(row) for row in connection.execute(_OPEN_RECOMMENDATIONS))


def of_the_same_round(
    connection: Connection, audits: Sequence[int]
) -> Mapping[int, tuple[Related, ...]]:
    """Return, by audit, every recommendation of the audit round to which that audit belongs, ended ones too."""
    round_of = {row.id: row.parent_id for row in connection.execute(_ROUNDS, {"wanted": audits})}
    found: dict[int, list[Related]] = {}
    for row in connection.execute(_OF_ROUNDS, {"wanted": sorted(set(round_of.values()))}):
        found.setdefault(row.round_id, []).append(_related(row))
    return {one: tuple(found.get(number, ())) for one, number in round_of.items()}

"""What happened: the entries of a history, who was told, and whether the chain of their hashes holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, func, select

from qa_workflow.engine.instance import HistoryEntry
from qa_workflow.store.chain import HASHED, link
from qa_workflow.store.columns import to_microseconds
from qa_workflow.store.tables import HistoryEntryRow, ProcessInstanceRow

_INSTANCE = ProcessInstanceRow.__table__  # type: ignore[attr-defined]
_HISTORY = HistoryEntryRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A history entry with its number, its hash and the version of the definition it was made under."""

    seq: int
    hash: str
    definition_version: int
    entry: HistoryEntry


def history_of(connection: Connection, instance_id: int) -> list[Told]:
    """Return everything that ever happened to the instance, in order."""
    rows = connection.execute(
        select(_HISTORY).where(_HISTORY.c.instance_id == instance_id).order_by(_HISTORY.c.seq)
    )
    return [_told(row) for row in rows]


def _told(row: Row[Any]) -> Told:
    return Told(
        seq=row.seq,
        hash=row.hash,
        definition_version=row.definition_version,
        entry=HistoryEntry(
            at=row.at,
            recorded_at=row.recorded_at,
            actor=row.actor,
            role=row.role,
            on_behalf_of=row.on_behalf_of,
            action=row.action,
            before=row.before,
            after=row.after,
            level=row.level,
            nominal_on=row.nominal_on,
            reason=row.reason,
            data=orjson.loads(row.data),
            changes=orjson.loads(row.changes),
        ),
    )


def levels_told(connection: Connection, ids: Sequence[int]) -> dict[int, list[Told]]:
    """Return the ladder entries of each instance, in order: who was told at which level, and when."""
    rows = connection.execute(
        select(_HISTORY)
        .where(_HISTORY.c.instance_id.in_(ids), _HISTORY.c.level.is_not(None))
        .order_by(_HISTORY.c.instance_id, _HISTORY.c.seq)
    )
    found: dict[int, list[Told]] = {}
    for row in rows:
        found.setdefault(row.instance_id, []).append(_told(row))
    return found


def count_moves(
    connection: Connection, ids: Sequence[int], since: datetime
) -> dict[tuple[int, str, str], int]:
    """Return how often each of these instances went from one state to another since then, by (id, from, to)."""
    rows = connection.execute(
        select(_HISTORY.c.instance_id, _HISTORY.c.before, _HISTORY.c.after, func.count())
        .where(
            _HISTORY.c.instance_id.in_(ids),
            _HISTORY.c.at >= since,
            _HISTORY.c.before != _HISTORY.c.after,
        )
        .group_by(_HISTORY.c.instance_id, _HISTORY.c.before, _HISTORY.c.after)
    )
    return {(row[0], row[1], row[2]): int(row[3]) for row in rows}


def last_actor(connection: Connection, instance_id: int) -> str | None:
    """Return who made the last entry of the instance's history."""
    found: str | None = connection.execute(
        select(_HISTORY.c.actor)
        .where(_HISTORY.c.instance_id == instance_id)
        .order_by(_HISTORY.c.seq.desc())
        .limit(1)
    ).scalar()
    return found


def has_submitted(connection: Connection, person_id: str) -> bool:
    """Tell whether the person has ever submitted a case audit here."""
    # Other processes have a trigger of that name too, and theirs are no audits. A join would let the
    # database begin with every audit there ever was; this way it begins with what the person submitted.
    process = (
        select(_INSTANCE.c.process)
        .where(_INSTANCE.c.id == _HISTORY.c.instance_id)
        .scalar_subquery()
    )
    return (
        connection.execute(
            select(_HISTORY.c.seq)
            .where(
                _HISTORY.c.actor == person_id,
                _HISTORY.c.action == "submit",
                process == "case_audit",
            )
            .limit(1)
        ).scalar()
        is not None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLink:
    """The first history entry that does not fit its chain, and why."""

    reference: str
    seq: int
    why: str


def verify_chain(
    connection: Connection, instance_id: int | None = None
) -> tuple[int, BadLink | None]:
    """Check every hash, of one instance or of all; return how many entries were checked and the first bad one.

    A chain is also broken when entries are missing at its end: the instance keeps number and hash of the last.
    """
    checked = 0
    for reference, instance, seq, head in _heads(connection, instance_id):
        previous, expected = "", 1
        rows = connection.execute(
            select(_HISTORY).where(_HISTORY.c.instance_id == instance).order_by(_HISTORY.c.seq)
        )
        for row in rows:
            if row.seq != expected:
                return checked, BadLink(
                    reference=reference, seq=expected, why=f"entry {expected} is missing"
                )
            values = tuple(_as_hashed(getattr(row, name)) for name in HASHED)
            if link(previous, reference, values) != row.hash:
                return checked, BadLink(
                    reference=reference,
                    seq=row.seq,
                    why="the entry was changed: its hash does not fit",
                )
            previous = row.hash
            expected += 1
            checked += 1
        if expected - 1 != seq or previous != head:
            return checked, BadLink(
                reference=reference,
                seq=expected,
                why=f"the history ends early: entry {seq} should be its last",
            )
    return checked, None


def _heads(connection: Connection, instance_id: int | None) -> Iterator[tuple[str, int, int, str]]:
    statement = select(
        _INSTANCE.c.reference, _INSTANCE.c.id, _INSTANCE.c.seq, _INSTANCE.c.head_hash
    ).order_by(_INSTANCE.c.id)
    if instance_id is not None:
        statement = statement.where(_INSTANCE.c.id == instance_id)
    for row in connection.execute(statement).all():
        yield row.reference, row.id, row.seq, row.head_hash


def _as_hashed(value: Any) -> Any:  # noqa: ANN401 - a column of a history entry
    if isinstance(value, datetime):
        return to_microseconds(value)
    return value.isoformat() if isinstance(value, date) else value

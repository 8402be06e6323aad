"""What happened: the entries of a history, who was told, and whether the chain of their hashes holds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, func, select

from qa_workflow.engine.instance import HistoryEntry
from qa_workflow.store.chain import HASHED, misfit
from qa_workflow.store.reference_tables import PersonRow
from qa_workflow.store.tables import HistoryEntryRow, ProcessInstanceRow

_INSTANCE = ProcessInstanceRow.__table__  # type: ignore[attr-defined]
_HISTORY = HistoryEntryRow.__table__  # type: ignore[attr-defined]
_PERSON = PersonRow.__table__  # type: ignore[attr-defined]
_NAMES = ", ".join(f'"{name}"' for name in (*HASHED, "hash"))
_STORED = f"SELECT {_NAMES} FROM history_entry WHERE instance_id = ? ORDER BY seq"  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A history entry with its number, its hash and the version of the definition it was made under."""

    seq: int
    hash: str
    definition_version: int
    entry: HistoryEntry


# Entries are read by the hundred for one page: their statements are built once, and a row is taken apart at once.
_ENTRY = (
    "at", "recorded_at", "actor", "role", "on_behalf_of", "action", "before", "after", "level", "nominal_on", "reason",
)  # fmt: skip
_C = _HISTORY.c
_ENTRIES = select(
    _C.instance_id, _C.seq, _C.hash, _C.definition_version, _C.data, _C.changes, *(_C[name] for name in _ENTRY)
)  # fmt: skip
_OF_ONE = _ENTRIES.where(_C.instance_id == bindparam("wanted")).order_by(_C.seq)
_LEVELS = _ENTRIES.where(
    _C.instance_id.in_(bindparam("wanted", expanding=True)), _C.level.is_not(None)
).order_by(_C.instance_id, _C.seq)


def history_of(connection: Connection, instance_id: int) -> list[Told]:
    """Return everything that ever happened to the instance, in order."""
    return [_told(row) for row in connection.execute(_OF_ONE, {"wanted": instance_id}).all()]


def _told(row: Sequence[Any]) -> Told:
    _, seq, sha256, version, data, changes, *entry = row
    return Told(
        seq=seq,
        hash=sha256,
        definition_version=version,
        entry=HistoryEntry(
            **dict(zip(_ENTRY, entry, strict=True)),
            data=orjson.loads(data),
            changes=orjson.loads(changes),
        ),
    )


def levels_told(connection: Connection, ids: Sequence[int]) -> dict[int, list[Told]]:
    """Return the ladder entries of each instance, in order: who was told at which level, and when."""
    found: dict[int, list[Told]] = {}
    for row in connection.execute(_LEVELS, {"wanted": ids}).all():
        found.setdefault(row[0], []).append(_told(row))
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


# Other processes have a trigger of that name too, and theirs are no audits. A join would let the database
# begin with every audit there ever was; this way it begins with what each person submitted.
_AUDITED = (
    select(_INSTANCE.c.process).where(_INSTANCE.c.id == _HISTORY.c.instance_id).scalar_subquery()
)
_SUBMITTED = select(_PERSON.c.person_id).where(
    _PERSON.c.person_id.in_(bindparam("people", expanding=True)),
    select(_HISTORY.c.seq)
    .where(
        _HISTORY.c.actor == _PERSON.c.person_id,
        _HISTORY.c.action == "submit",
        _AUDITED == "case_audit",
    )
    .exists(),
)


def have_submitted(connection: Connection, people: Iterable[str]) -> frozenset[str]:
    """Return those of *people* who have ever submitted a case audit here; all of them are in the roster."""
    return frozenset(connection.execute(_SUBMITTED, {"people": sorted(people)}).scalars())


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
        rows = connection.exec_driver_sql(_STORED, (instance,)).all()
        bad = misfit(reference, rows, seq=seq, head=head)
        if bad is not None:
            return checked + bad[0] - 1, BadLink(reference=reference, seq=bad[0], why=bad[1])
        checked += len(rows)
    return checked, None


def _heads(connection: Connection, instance_id: int | None) -> Iterator[tuple[str, int, int, str]]:
    statement = select(
        _INSTANCE.c.reference, _INSTANCE.c.id, _INSTANCE.c.seq, _INSTANCE.c.head_hash
    ).order_by(_INSTANCE.c.id)
    if instance_id is not None:
        statement = statement.where(_INSTANCE.c.id == instance_id)
    for row in connection.execute(statement).all():
        yield row.reference, row.id, row.seq, row.head_hash

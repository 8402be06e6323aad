"""What was brought over from one content of a process to another: the changes, each of their steps, and whose turn it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

from qa_workflow.engine.instance import Json
from qa_workflow.store.chain import canonical
from qa_workflow.store.migration_tables import MigrationStepRow, ProcessMigrationRow
from qa_workflow.store.pins import Used

_MIGRATION = ProcessMigrationRow.__table__  # type: ignore[attr-defined]
_STEP = MigrationStepRow.__table__  # type: ignore[attr-defined]
# One range of the index of pins, in its own order: whoever has been brought over is left behind.
_LIVE = """
SELECT entered_at, id FROM process_instance WHERE closed_at IS NULL
AND process = ? AND definition_version = ? AND definition_hash = ? AND state = ?
AND entered_at >= ? AND (entered_at > ? OR id > ?) ORDER BY entered_at, id LIMIT ?
"""
_ENDED_PINS = """
SELECT DISTINCT process, definition_version, definition_hash, state FROM process_instance
WHERE process = ? AND closed_at IS NOT NULL ORDER BY definition_version, definition_hash, state
"""
_ENDED = """
SELECT 0, id FROM process_instance WHERE closed_at IS NOT NULL
AND process = ? AND definition_version = ? AND definition_hash = ? AND state = ?
AND 0 >= ? AND (0 > ? OR id > ?) ORDER BY id LIMIT ?
"""
_COUNT_ENDED = """
SELECT count(*) FROM process_instance WHERE closed_at IS NOT NULL
AND process = ? AND definition_version = ? AND definition_hash = ? AND state = ?
"""
_COUNT_LIVE = _COUNT_ENDED.replace("IS NOT NULL", "IS NULL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A change of a live process, as it is kept."""

    id: int
    process: str
    from_version: int
    from_hash: str
    to_version: int
    to_hash: str
    plan: str
    digest: str
    by: str
    reason: str
    started_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One instance that was brought over: the number of its last entry then, and the way back."""

    instance_id: int
    seq: int
    back: Json


# ------------------------------------------------------------------ whose turn it is
def ended_pins(connection: Connection, process: str) -> list[Used]:
    """Return each (process, version, hash, state) that ended instances of *process* have."""
    return [Used(*row) for row in connection.exec_driver_sql(_ENDED_PINS, (process,))]


def count(connection: Connection, used: Used, *, ended: bool) -> int:
    """Return how many instances, open or *ended*, run by that content in that state."""
    statement = _COUNT_ENDED if ended else _COUNT_LIVE
    return int(connection.exec_driver_sql(statement, tuple(used)).scalar() or 0)


def find_ids(
    connection: Connection,
    used: Used,
    *,
    ended: bool,
    after: tuple[int, int] | None,
    limit: int,
) -> list[tuple[int, int]]:
    """Return up to *limit* instances, open or *ended*, of that content and state as (place, id), in their order.

    *after* is the last one of the page before; None for the first page.
    """
    at, number = (-(2**62), 0) if after is None else after
    statement = _ENDED if ended else _LIVE
    rows = connection.exec_driver_sql(statement, (*used, at, at, number, limit))
    return [(row[0], row[1]) for row in rows]


# ------------------------------------------------------------------ the changes
def begin(connection: Connection, values: Mapping[str, Any]) -> int:
    """Keep that a change begins; return its number."""
    found = connection.execute(insert(_MIGRATION).values(**values)).inserted_primary_key
    return int(found[0])  # type: ignore[index]


def next_number(connection: Connection) -> int:
    """Return the number that the next change will have."""
    return int(connection.execute(select(func.max(_MIGRATION.c.id))).scalar() or 0) + 1


def find(connection: Connection, number: int) -> Kept | None:
    """Return the change of that number, if there is one."""
    row = connection.execute(select(_MIGRATION).where(_MIGRATION.c.id == number)).mappings().first()
    return None if row is None else Kept(**row)


def find_same(connection: Connection, values: Mapping[str, Any]) -> Kept | None:
    """Return the newest change with the same contents and the same plan that was not undone, if there is one."""
    same = ("process", "from_version", "from_hash", "to_version", "to_hash", "digest")
    row = (
        connection.execute(
            select(_MIGRATION)
            .where(
                *(_MIGRATION.c[name] == values[name] for name in same),
                _MIGRATION.c.undone_at.is_(None),
            )
            .order_by(_MIGRATION.c.id.desc())
            .limit(1)
        )
        .mappings()
        .first()
    )
    return None if row is None else Kept(**row)


def finish(connection: Connection, number: int, at: datetime) -> None:
    """Keep that nothing is left to bring over; the first time counts."""
    connection.execute(
        update(_MIGRATION)
        .where(_MIGRATION.c.id == number, _MIGRATION.c.finished_at.is_(None))
        .values(finished_at=at)
    )


def mark_undone(connection: Connection, number: int, at: datetime) -> None:
    """Keep that a change was undone, as far as it could be."""
    connection.execute(update(_MIGRATION).where(_MIGRATION.c.id == number).values(undone_at=at))


# ------------------------------------------------------------------ its steps
def put_steps(connection: Connection, number: int, steps: Sequence[Step]) -> None:
    """Keep the way back of each instance; one that went back and comes again is kept anew."""
    for one in steps:
        told = {"seq": one.seq, "back": canonical(one.back), "undone_at": None}
        connection.execute(
            insert(_STEP)
            .values(migration_id=number, instance_id=one.instance_id, **told)
            .on_conflict_do_update(index_elements=["migration_id", "instance_id"], set_=told)
        )


def step_pages(connection: Connection, number: int, limit: int) -> Iterator[list[int]]:
    """Yield the instances that a change has brought over and that have not gone back, a page at a time."""
    last = 0
    while True:
        page = list(
            connection.execute(
                select(_STEP.c.instance_id)
                .where(
                    _STEP.c.migration_id == number,
                    _STEP.c.undone_at.is_(None),
                    _STEP.c.instance_id > last,
                )
                .order_by(_STEP.c.instance_id)
                .limit(limit)
            ).scalars()
        )
        if not page:
            return
        yield page
        last = page[-1]


def steps_of(connection: Connection, number: int, ids: Sequence[int]) -> dict[int, Step]:
    """Return the steps of a change for these instances, by instance."""
    rows = connection.execute(
        select(_STEP).where(_STEP.c.migration_id == number, _STEP.c.instance_id.in_(ids))
    )
    return {
        row.instance_id: Step(instance_id=row.instance_id, seq=row.seq, back=orjson.loads(row.back))
        for row in rows
    }


def mark_steps_undone(
    connection: Connection, number: int, ids: Sequence[int], at: datetime
) -> None:
    """Keep that these instances have gone back."""
    connection.execute(
        update(_STEP)
        .where(_STEP.c.migration_id == number, _STEP.c.instance_id.in_(ids))
        .values(undone_at=at)
    )

"""Reads the Top three's list from the two columns that every save keeps, and what earlier meetings decided about.

`pressing_rank` and `pressing_at` follow from the instance (engine/pressing.py); `ix_process_instance_pressing`
has them in the order of the list, so that its top costs the same however long it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, text

from qa_workflow.store.columns import from_microseconds, to_microseconds
from qa_workflow.store.tables import BlockRow, ProcessInstanceRow

_INSTANCE = ProcessInstanceRow.__table__  # type: ignore[attr-defined]
_BLOCK = BlockRow.__table__  # type: ignore[attr-defined]

FIRST_PAGE, LARGEST_PAGE, GROWS = 8, 2048, 4
_LISTED = "process_instance WHERE closed_at IS NULL AND pressing_rank IS NOT NULL"
_RANKS = f"""
WITH RECURSIVE found(rank) AS (
  SELECT max(pressing_rank) FROM {_LISTED}
  UNION ALL
  SELECT (SELECT max(pressing_rank) FROM {_LISTED} AND pressing_rank < found.rank)
  FROM found WHERE found.rank IS NOT NULL
)
SELECT rank FROM found WHERE rank IS NOT NULL
"""  # noqa: S608 - our own names
_OF_RANK = """
SELECT id, reference, case_id, subject, pressing_at, stuck_at FROM process_instance
WHERE closed_at IS NULL AND pressing_rank = ? AND pressing_at >= ? AND pressing_at <= ?
  AND (pressing_at > ? OR id > ?)
ORDER BY pressing_at, id LIMIT ?
"""


class Pressed(NamedTuple):
    """What the list needs of one row; `pressing_at` and `stuck_at` in UTC."""

    id: int
    reference: str
    case_id: str | None
    subject: str
    pressing_at: datetime
    stuck_at: datetime | None


def ranks(connection: Connection) -> list[int]:
    """Return the ranks that open instances have, the most urgent first: one look into the index for each."""
    return list(connection.exec_driver_sql(_RANKS).scalars())


def of_rank(connection: Connection, rank: int, until: datetime) -> Iterator[Pressed]:
    """Yield what has this rank and presses by *until*, the longest first, read page by page as it is asked for."""
    last, since, above, size = to_microseconds(until), 0, 0, FIRST_PAGE
    while True:
        page = connection.exec_driver_sql(
            _OF_RANK, (rank, since, last, since, above, size)
        ).fetchall()
        for number, reference, case_id, subject, pressing_at, stuck_at in page:
            yield Pressed(
                id=number,
                reference=reference,
                case_id=case_id,
                subject=subject,
                pressing_at=from_microseconds(pressing_at),
                stuck_at=None if stuck_at is None else from_microseconds(stuck_at),
            )
        if len(page) < size:
            return
        since, above = page[-1][4], page[-1][0]
        size = min(size * GROWS, LARGEST_PAGE)


# ------------------------------------------------------------------ as it was, and as it will be
def ids_blocked_at(connection: Connection, at: datetime) -> list[int]:
    """Return what had a block on it at *at*, by when blocks were put on and taken off again."""
    found = connection.execute(
        select(_BLOCK.c.instance_id)
        .where(
            _BLOCK.c.since <= at,
            (_BLOCK.c.cleared_at.is_(None)) | (_BLOCK.c.cleared_at > at),
        )
        .distinct()
    )
    return list(found.scalars())


def ids_unmet_at(connection: Connection, processes: Sequence[str], at: datetime) -> list[int]:
    """Return what ran by one of *processes* at *at* and had not met its own date."""
    found = connection.execute(
        select(_INSTANCE.c.id).where(
            _INSTANCE.c.process.in_(processes),
            _INSTANCE.c.opened_at <= at,
            (_INSTANCE.c.met_at.is_(None)) | (_INSTANCE.c.met_at > at),
        )
    )
    return list(found.scalars())


def ids_late_by(connection: Connection, at: datetime) -> list[int]:
    """Return what will be late by *at* if nothing moves, and is not on the list yet."""
    found = connection.execute(
        select(_INSTANCE.c.id).where(
            text("closed_at IS NULL"),
            _INSTANCE.c.stuck_at <= at,
            _INSTANCE.c.pressing_rank.is_(None),
        )
    )
    return list(found.scalars())


# ------------------------------------------------------------------ earlier meetings
def ids_held(connection: Connection, process: str, states: Sequence[str], most: int) -> list[int]:
    """Return the last *most* meetings of *process* that stand in one of *states*, the latest planned first."""
    found = connection.execute(
        select(_INSTANCE.c.id)
        .where(_INSTANCE.c.process == process, _INSTANCE.c.state.in_(states))
        .order_by(_INSTANCE.c.id.desc())
        .limit(most)
    )
    return list(found.scalars())


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """When what a meeting decided about met its date, ended, and was blocked (since when, until when)."""

    met_at: datetime | None
    closed_at: datetime | None
    blocks: tuple[tuple[datetime, datetime | None], ...]


def courses(connection: Connection, references: Sequence[str]) -> dict[str, Course]:
    """Return the course of each of these instances; of what is no instance, nothing."""
    rows = connection.execute(
        select(
            _INSTANCE.c.id, _INSTANCE.c.reference, _INSTANCE.c.met_at, _INSTANCE.c.closed_at
        ).where(_INSTANCE.c.reference.in_(references))
    ).all()
    blocks: dict[int, list[tuple[datetime, datetime | None]]] = {}
    for row in connection.execute(
        select(_BLOCK.c.instance_id, _BLOCK.c.since, _BLOCK.c.cleared_at).where(
            _BLOCK.c.instance_id.in_([row.id for row in rows])
        )
    ):
        blocks.setdefault(row.instance_id, []).append((row.since, row.cleared_at))
    return {
        row.reference: Course(
            met_at=row.met_at, closed_at=row.closed_at, blocks=tuple(blocks.get(row.id, ()))
        )
        for row in rows
    }

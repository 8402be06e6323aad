"""Whole records read back, for whoever checks that they add up; and how far the walk over all of them is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, func, insert, select

from qa_workflow.engine.instance import HistoryEntry, Json
from qa_workflow.store.chain import HASHED, canonical, misfit
from qa_workflow.store.columns import date_of, instant_of
from qa_workflow.store.tables import ProcessInstanceRow, TimerRow
from qa_workflow.store.trail_tables import InvariantPassRow

_INSTANCE = ProcessInstanceRow.__table__  # type: ignore[attr-defined]
_TIMER = TimerRow.__table__  # type: ignore[attr-defined]
_PASS = InvariantPassRow.__table__  # type: ignore[attr-defined]

# SQL text: a sample is thousands of entries, and the driver's tuples are several times faster than rows.
_HEADS = "SELECT id, reference, seq, head_hash, next_due_at FROM process_instance WHERE id IN ({})"
_NAMES = ", ".join(f'"{name}"' for name in (*HASHED, "hash"))
_ENTRIES = f"SELECT instance_id, {_NAMES} FROM history_entry WHERE instance_id IN ({{}}) ORDER BY instance_id, seq"  # noqa: S608 - our own names
_FIRED = (
    "SELECT instance_id, deadline, level FROM timer WHERE instance_id IN ({}) AND status = 'fired'"
)
_MESSAGES = 'SELECT instance_id, "to", dedupe_key FROM outbox_message WHERE instance_id IN ({})'


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What was kept of one instance besides its row: entries, levels that fired, messages, and its chain.

    `versions` are those of the definition, entry by entry; `misfit` says why the chain does not hold,
    or why an entry cannot be read; `next_due_at` is what the row says of its first armed timer.
    """

    entries: tuple[HistoryEntry, ...]
    versions: tuple[int, ...]
    misfit: str | None
    next_due_at: datetime | None
    fired: tuple[tuple[str, str], ...]  # deadline, level
    messages: tuple[tuple[str, str], ...]  # to whom, key


def trails_of(connection: Connection, ids: Sequence[int]) -> dict[int, Trail]:
    """Return the trails of *ids* that there are, by id."""

    def rows(statement: str) -> dict[int, list[tuple[Any, ...]]]:
        asked = statement.format(", ".join("?" * len(ids)))
        found: dict[int, list[tuple[Any, ...]]] = {}
        for number, *values in connection.exec_driver_sql(asked, tuple(ids)):
            found.setdefault(number, []).append(tuple(values))
        return found

    if not ids:
        return {}
    entries, fired, messages = rows(_ENTRIES), rows(_FIRED), rows(_MESSAGES)
    return {
        number: _trail(
            head, entries.get(number, []), fired.get(number, ()), messages.get(number, ())
        )
        for number, (head,) in rows(_HEADS).items()
    }


def _trail(
    head: tuple[Any, ...],
    rows: Sequence[tuple[Any, ...]],
    fired: Sequence[tuple[Any, ...]],
    messages: Sequence[tuple[Any, ...]],
) -> Trail:
    reference, seq, head_hash, next_due_at = head
    bad = misfit(reference, rows, seq=seq, head=head_hash)
    why = None if bad is None else f"entry {bad[0]}: {bad[1]}"
    entries: tuple[HistoryEntry, ...] = ()
    try:
        entries = tuple(_entry(row) for row in rows)
    except (ValueError, TypeError) as exc:
        why = why or f"an entry cannot be read ({exc})"
    return Trail(
        entries=entries,
        versions=tuple(row[-2] for row in rows[: len(entries)]),
        misfit=why,
        next_due_at=instant_of(next_due_at),
        fired=tuple((one[0], one[1]) for one in fired),
        messages=tuple((one[0], one[1]) for one in messages),
    )


def _entry(row: Sequence[Any]) -> HistoryEntry:
    fields = dict(zip(HASHED, row, strict=False))
    del fields["seq"], fields["definition_version"]
    fields["at"] = instant_of(fields["at"])
    fields["recorded_at"] = instant_of(fields["recorded_at"])
    fields["nominal_on"] = date_of(fields["nominal_on"])
    for name in ("data", "changes"):
        fields[name] = orjson.loads(fields[name])
    return HistoryEntry(**fields)


# ------------------------------------------------------------------ the walk over all of them
@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a sample: how many, of how many there are, how far the walk over all of them is.

    `checked` counts by invariant; `walked` those that the walk has looked at since `round_at`.
    """

    at: datetime
    sampled: int
    of: int
    round_at: datetime
    walked: int
    cursor: int
    timer_mark: int
    checked: Json
    failures: int
    seconds: float

    @property
    def covered_percent(self) -> float:
        """Return how many percent of all instances the present walk has looked at, since `round_at`."""
        return 100.0 if not self.of else round(min(100 * self.walked / self.of, 100.0), 1)


def last_look(connection: Connection) -> Look | None:
    """Return the last look, if there ever was one."""
    row = connection.execute(select(_PASS).order_by(_PASS.c.id.desc()).limit(1)).mappings().first()
    if row is None:
        return None
    fields = {name: row[name] for name in Look.__slots__}
    return Look(**fields | {"checked": orjson.loads(row["checked"])})


def put_look(connection: Connection, look: Look) -> None:
    """Keep a look."""
    fields = {name: getattr(look, name) for name in Look.__slots__}
    connection.execute(insert(_PASS).values(**fields | {"checked": canonical(look.checked)}))


def count_all(connection: Connection) -> int:
    """Return how many instances there ever were."""
    return int(connection.execute(select(func.count()).select_from(_INSTANCE)).scalar() or 0)


def ids_after(connection: Connection, cursor: int, limit: int) -> list[int]:
    """Return the *limit* instances that were started next after that of the number *cursor*."""
    wanted = select(_INSTANCE.c.id).where(_INSTANCE.c.id > cursor).order_by(_INSTANCE.c.id)
    return list(connection.execute(wanted.limit(limit)).scalars())


def last_timer(connection: Connection) -> int:
    """Return the number of the timer that was armed last."""
    return int(connection.execute(select(func.max(_TIMER.c.id))).scalar() or 0)


def ids_armed_since(connection: Connection, timer_mark: int, limit: int) -> list[int]:
    """Return up to *limit* instances that armed a timer after that of the number *timer_mark*.

    Whatever starts, enters a state with a deadline or climbs a ladder arms one; its number is the key of
    the table, so that what moved lately is found without an index of its own.
    """
    # Each has mostly one or two: twice as many rows name enough.
    newest = (
        select(_TIMER.c.instance_id).where(_TIMER.c.id > timer_mark)
        .order_by(_TIMER.c.id.desc()).limit(2 * limit)
    )  # fmt: skip
    found = connection.execute(newest).scalars()
    return list(dict.fromkeys(found))[:limit]

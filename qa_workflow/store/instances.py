"""Loads instances with their timers and blocks, and saves what one step or a whole batch made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, NoReturn

import orjson
from sqlalchemy import Connection, column, text

from qa_workflow.engine.instance import (
    NOTHING,
    Block,
    HistoryEntry,
    Json,
    Link,
    ProcessInstance,
    Timer,
    Voice,
)
from qa_workflow.errors import DatabaseUnhealthy, InstanceMoved, InstanceNotFound
from qa_workflow.store import links, voices
from qa_workflow.store.chain import canonical, link, stored
from qa_workflow.store.columns import date_of, instant_of, to_microseconds
from qa_workflow.store.tables import HistoryEntryRow, OutboxMessageRow, ProcessInstanceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A rendered message of the outbox; `key` makes it one, however often it is asked for."""

    key: str
    to: str
    channel: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one or more steps made of one instance, ready to be saved."""

    before: ProcessInstance | None
    after: ProcessInstance
    history: tuple[HistoryEntry, ...]
    fired: tuple[Timer, ...] = ()
    messages: tuple[Message, ...] = ()
    links: tuple[Link, ...] = ()
    voices: tuple[Voice, ...] = ()


def _columns(table: Any) -> tuple[str, ...]:  # noqa: ANN401 - a SQLModel class
    return tuple(column.name for column in table.__table__.columns)


INSTANCE_COLUMNS = _columns(ProcessInstanceRow)
HISTORY_COLUMNS = _columns(HistoryEntryRow)
_MESSAGE_COLUMNS = tuple(name for name in _columns(OutboxMessageRow) if name != "id")


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _marks(number: int) -> str:
    return ", ".join("?" * number)


# SQL text beside the tables: the sweep writes tuples through the driver, which is several times
# faster than rows as objects. A test holds the columns against the metadata.
def _insert(table: str, names: tuple[str, ...], otherwise: str = "") -> str:
    return f"INSERT INTO {table} ({_quoted(names)}) VALUES ({_marks(len(names))}){otherwise}"  # noqa: S608 - our own names


def _update(names: Iterable[str]) -> str:
    set_to = ", ".join(f'"{name}" = ?' for name in names)
    return f"UPDATE process_instance SET {set_to} WHERE id = ? AND seq = ?"  # noqa: S608 - our own column names


_INSERT_INSTANCE = _insert("process_instance", INSTANCE_COLUMNS)
# What never changes after the start is not written again.
_LASTING = {"id", "reference", "process", "subject", "opened_at", "parent_id", "case_id"}
_UPDATED = tuple(name for name in INSTANCE_COLUMNS if name not in _LASTING)
_UPDATE_INSTANCE = _update(_UPDATED)
# A level of a ladder changes only these: the sweep after a long week-end writes little else.
_CLIMBED = (
    "version", "seq", "due_level", "visit_level", "next_due_at", "pressing_rank", "pressing_at", "head_hash",
)  # fmt: skip
_CLIMB_INSTANCE = _update(_CLIMBED)
_the_rest = attrgetter(*(name for name in _UPDATED if name not in _CLIMBED))
_INSERT_HISTORY = _insert("history_entry", HISTORY_COLUMNS)
_INSERT_MESSAGE = _insert(
    "outbox_message", _MESSAGE_COLUMNS, " ON CONFLICT (dedupe_key) DO NOTHING"
)
# A level that was lapsed unfired may be armed again (the date moved back); a fired one never.
_ARM_TIMER = """
INSERT INTO timer (instance_id, deadline, epoch, level, due_at, fixed, status)
VALUES (?, ?, ?, ?, ?, ?, 'armed')
ON CONFLICT (instance_id, deadline, epoch, level)
DO UPDATE SET status = 'armed', due_at = excluded.due_at WHERE timer.status = 'lapsed'
"""
_FIRE_TIMER = """
UPDATE timer SET status = 'fired', fired_at = ?
WHERE instance_id = ? AND deadline = ? AND epoch = ? AND level = ? AND status = 'armed'
"""
_LAPSE_TIMER = """
UPDATE timer SET status = 'lapsed'
WHERE instance_id = ? AND deadline = ? AND epoch = ? AND level = ? AND status = 'armed'
"""
_INSERT_BLOCK = """
INSERT INTO block (instance_id, reason, note, since, "by", waiting_on, review_on, cause)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_CLEAR_BLOCK = "UPDATE block SET cleared_at = ? WHERE id = ?"


# ------------------------------------------------------------------ load
class _Question:
    """What is read of some instances. Of one, which every command asks for, the answer is described once."""

    def __init__(self, names: tuple[str, ...], source: str) -> None:
        self._of_many = f"SELECT {_quoted(names)} FROM {source}"  # noqa: S608 - our own names
        self._of_one = text(self._of_many.format(ids=":one")).columns(*map(column, names))

    def rows(self, connection: Connection, ids: Sequence[int]) -> Iterable[Sequence[Any]]:
        if len(ids) == 1:
            return connection.execute(self._of_one, {"one": ids[0]})
        return connection.exec_driver_sql(self._of_many.format(ids=_marks(len(ids))), tuple(ids))


# When it is looked at next follows from its timers, which are read besides.
_LOADED = tuple(name for name in INSTANCE_COLUMNS if name != "next_due_at")
_INSTANCES = _Question(_LOADED, "process_instance WHERE id IN ({ids})")
_TIMERS = _Question(
    ("instance_id", "id", "deadline", "epoch", "level", "due_at", "fixed"),
    "timer WHERE instance_id IN ({ids}) AND status = 'armed' ORDER BY id",
)
_BLOCKS = _Question(
    ("instance_id", "id", "reason", "note", "since", "by", "waiting_on", "review_on", "cause"),
    "block WHERE instance_id IN ({ids}) AND cleared_at IS NULL ORDER BY id",
)


_DATES = ("due_on", "entered_on")
_INSTANTS = ("met_at", "opened_at", "entered_at", "closed_at", "stuck_at", "looping_at", "pressing_at")  # fmt: skip


def load_many(connection: Connection, ids: Sequence[int]) -> dict[int, ProcessInstance]:
    """Return the instances of *ids* with their armed timers and open blocks, by id."""
    if not ids:
        return {}
    timers: dict[int, list[Timer]] = {}
    for row in _TIMERS.rows(connection, ids):
        timers.setdefault(row[0], []).append(
            Timer(
                id=row[1],
                deadline=row[2],
                epoch=row[3],
                level=row[4],
                due_at=instant_of(row[5]),  # type: ignore[arg-type]
                fixed=bool(row[6]),
            )
        )
    blocks: dict[int, list[Block]] = {}
    for row in _BLOCKS.rows(connection, ids):
        blocks.setdefault(row[0], []).append(
            Block(
                id=row[1],
                reason=row[2],
                note=row[3],
                since=instant_of(row[4]),  # type: ignore[arg-type]
                by=row[5],
                waiting_on=row[6],
                review_on=date_of(row[7]),
                cause=row[8],
            )
        )
    found = {}
    for row in _INSTANCES.rows(connection, ids):
        found[row[0]] = _decoded(row, tuple(timers.get(row[0], ())), tuple(blocks.get(row[0], ())))
    return found


def load(connection: Connection, instance_id: int) -> ProcessInstance:
    """Return the instance with its armed timers and open blocks.

    Raises:
        InstanceNotFound: there is none of this id.
        DatabaseUnhealthy: its row is damaged.
    """
    try:
        found = load_many(connection, [instance_id]).get(instance_id)
    except (ValueError, TypeError) as exc:
        raise DatabaseUnhealthy(
            f"Instance {instance_id} cannot be read from the database ({exc}). Restore the last backup."
        ) from exc
    if found is None:
        raise InstanceNotFound(str(instance_id))
    return found


def _decoded(
    row: Sequence[Any], timers: tuple[Timer, ...], blocks: tuple[Block, ...]
) -> ProcessInstance:
    fields = dict(zip(_LOADED, row, strict=True))
    for name in _DATES:
        fields[name] = date_of(fields[name])
    for name in _INSTANTS:
        fields[name] = instant_of(fields[name])
    fields["data"] = orjson.loads(fields["data"])
    refusals = fields["refusals"]
    fields["refusals"] = NOTHING if refusals == "{}" else orjson.loads(refusals)
    fields["timers"] = timers
    fields["blocks"] = blocks
    return ProcessInstance.known(fields)


# ------------------------------------------------------------------ save
def save(
    connection: Connection, changes: Sequence[Change], *, now: datetime
) -> list[ProcessInstance]:
    """Save every change in the transaction of *connection*; return the instances as they now stand.

    Instance, history, timers, blocks, messages, voices and links go together: the caller's transaction
    keeps all of it or nothing.

    Raises:
        InstanceMoved: somebody else saved one of the instances since it was loaded.
    """
    rows = _Rows(to_microseconds(now))
    saved = [rows.take(change) for change in changes]
    rows.write(connection)
    if told := [change for change in changes if change.links or change.voices]:
        _keep_told(connection, told, now)
    return saved


def _keep_told(connection: Connection, told: Sequence[Change], now: datetime) -> None:
    """Keep what the children said, and the links; who made the first entry of a change told them."""
    made = []
    for change in told:
        actor = change.history[0].actor
        instance = change.after.reference
        made += voices.keep(connection, instance, change.voices, actor=actor, now=now)
        made += [(instance, one, actor) for one in change.links]
    links.keep(connection, made, now=now)


class _Rows:
    """The tuples of one save, collected by statement and written with one executemany each."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.inserted: list[tuple[Any, ...]] = []
        self.updated: list[tuple[Any, ...]] = []
        self.climbed: list[tuple[Any, ...]] = []
        self.moved: list[tuple[str, int, int]] = []
        self.history: list[tuple[Any, ...]] = []
        self.fired: list[tuple[Any, ...]] = []
        self.lapsed: list[tuple[Any, ...]] = []
        self.armed: list[tuple[Any, ...]] = []
        self.blocked: list[tuple[Any, ...]] = []
        self.cleared: list[tuple[Any, ...]] = []
        self.messages: list[tuple[Any, ...]] = []

    def take(self, change: Change) -> ProcessInstance:
        before, after = change.before, change.after
        seq = 0 if before is None else before.seq
        head = "" if before is None else before.head_hash
        for entry in change.history:
            seq += 1
            values = stored(entry, seq, after.definition_version)
            head = link(head, after.reference, values)
            self.history.append((after.id, *values, head))
        after = after.altered(seq=seq, head_hash=head)
        if before is None:
            self.inserted.append(_encoded(after))
        else:
            self.moved.append((after.reference, after.id, before.version))
            self._take_update(before, after)
        self._take_timers(before, after, change.fired)
        if before is None or before.blocks is not after.blocks:
            self._take_blocks(before, after)
        for one in change.messages:
            self.messages.append(
                (one.key, after.id, one.to, one.channel, one.subject, one.body, "pending", 0, self.now, self.now, None, None)
            )  # fmt: skip
        return after

    def _take_update(self, before: ProcessInstance, after: ProcessInstance) -> None:
        if _the_rest(before) == _the_rest(after):
            self.climbed.append(
                (
                    after.version, after.seq, after.due_level, after.visit_level, _micro(after.next_due_at),
                    after.pressing_rank, _micro(after.pressing_at), after.head_hash, after.id, before.seq,
                )
            )  # fmt: skip
            return
        values = dict(zip(INSTANCE_COLUMNS, _encoded(after), strict=True))
        self.updated.append((*(values[name] for name in _UPDATED), after.id, before.seq))

    def _take_timers(
        self, before: ProcessInstance | None, after: ProcessInstance, fired: tuple[Timer, ...]
    ) -> None:
        had = () if before is None else before.timers
        kept = set(after.timers)
        gone_by_firing = set(fired)
        for timer in had:
            if timer in kept:
                kept.discard(timer)
            elif timer in gone_by_firing:
                self.fired.append((self.now, after.id, timer.deadline, timer.epoch, timer.level))
            else:
                self.lapsed.append((after.id, timer.deadline, timer.epoch, timer.level))
        for timer in after.timers:
            if timer in kept:
                self.armed.append(_armed(after.id, timer))
        # Climbed through in one pass: armed and fired at once, and kept as proof.
        for timer in fired:
            if timer not in had:
                self.armed.append(_armed(after.id, timer))
                self.fired.append((self.now, after.id, timer.deadline, timer.epoch, timer.level))

    def _take_blocks(self, before: ProcessInstance | None, after: ProcessInstance) -> None:
        had = () if before is None else before.blocks
        self.blocked += [
            (
                after.id, one.reason, one.note, to_microseconds(one.since), one.by, one.waiting_on,
                None if one.review_on is None else one.review_on.isoformat(), one.cause,
            )
            for one in after.blocks
            if one.id is None
        ]  # fmt: skip
        kept = {one.id for one in after.blocks}
        self.cleared += [(self.now, one.id) for one in had if one.id not in kept]

    def write(self, connection: Connection) -> None:
        def many(statement: str, rows: list[tuple[Any, ...]]) -> int:
            # An empty list would run the statement once with nothing: a blank row.
            return connection.exec_driver_sql(statement, rows).rowcount if rows else 0

        many(_INSERT_INSTANCE, self.inserted)
        changed = many(_UPDATE_INSTANCE, self.updated) + many(_CLIMB_INSTANCE, self.climbed)
        if changed != len(self.moved):
            self._name_the_moved(connection)
        many(_INSERT_HISTORY, self.history)
        many(_LAPSE_TIMER, self.lapsed)
        many(_ARM_TIMER, self.armed)
        if many(_FIRE_TIMER, self.fired) != len(self.fired):
            raise RuntimeError("a timer was to fire that is not armed: it has fired before")
        many(_INSERT_BLOCK, self.blocked)
        many(_CLEAR_BLOCK, self.cleared)
        many(_INSERT_MESSAGE, self.messages)

    def _name_the_moved(self, connection: Connection) -> NoReturn:
        mine = {(row[0], row[-1]) for row in self.history}
        # The last one stands for all where nothing tells them apart: the very same change came twice.
        reference, _, expected = self.moved[-1]
        found = expected
        for named, instance_id, version in self.moved:
            row = connection.exec_driver_sql(
                "SELECT version, head_hash FROM process_instance WHERE id = ?", (instance_id,)
            ).one_or_none()
            if row is None or (instance_id, row[1]) not in mine:
                reference, expected, found = named, version, version if row is None else row[0]
                break
        raise InstanceMoved(reference, expected=expected, found=found)


def _armed(instance_id: int, timer: Timer) -> tuple[Any, ...]:
    return (
        instance_id,
        timer.deadline,
        timer.epoch,
        timer.level,
        to_microseconds(timer.due_at),
        int(timer.fixed),
    )


def _encoded(instance: ProcessInstance) -> tuple[Any, ...]:
    one = instance
    return (
        one.id, one.reference, one.process, one.definition_version, one.definition_hash, one.subject, one.title, one.case_id,
        one.team, one.state, one.version, one.seq, one.epoch, one.due_epoch, one.owner, one.owner_role,
        None if one.due_on is None else one.due_on.isoformat(), one.due_level, one.visit_level,
        _micro(one.met_at), to_microseconds(one.opened_at), to_microseconds(one.entered_at),
        one.entered_on.isoformat(), _micro(one.closed_at), _micro(one.stuck_at),
        _micro(one.next_due_at), _micro(one.looping_at), one.pressing_rank, _micro(one.pressing_at), one.parent_id, one.pending,
        _json(one.data), _json(one.refusals), one.head_hash,
    )  # fmt: skip


def _micro(instant: datetime | None) -> int | None:
    return None if instant is None else to_microseconds(instant)


def _json(value: Json) -> str:
    return canonical(value) if value else "{}"

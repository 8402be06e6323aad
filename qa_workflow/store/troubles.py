"""Where something could be stuck, the longest first: one range of one index for each kind of trouble.

What is stuck at a million open instances is asked for a page at a time. So each kind of trouble is a
stream of its own, read in the order of the instant from which it stands, and only as far as somebody
reads on; the streams are merged as they are read. Conditions of partial indices are written out, not
bound: SQLite then sees that they fit. Where a statement must not be answered from another index, the
column stands in an expression (`process || ''`, COALESCE): without statistics SQLite would guess.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from qa_workflow.store.columns import to_microseconds
from qa_workflow.store.pins import Used

FIRST_READ, LONGEST_READ = 64, 1024  # rows of one stream read at a time: more and more
BEGINNING = (-(2**62), "")

LATE, BLOCKED, FAILING, OVERDUE, UNDELIVERED, LOOPING, DRIFTED = range(7)
_OWN = "process_instance AS i"
# By kind: since when, from where, under which condition of its own. `i` is always the instance.
_KINDS: dict[int, tuple[str, str, str]] = {
    LATE: ("i.stuck_at", _OWN, "i.stuck_at <= :now"),
    BLOCKED: (
        "t.since",
        f"block AS t CROSS JOIN {_OWN}",
        "t.cleared_at IS NULL AND i.id = t.instance_id",
    ),
    FAILING: (
        "t.first_at",
        f"incident AS t CROSS JOIN {_OWN}",
        "t.resolved_at IS NULL AND i.id = t.instance_id",
    ),
    OVERDUE: (
        "t.due_at",
        f"timer AS t CROSS JOIN {_OWN}",
        "t.status = 'armed' AND t.due_at < :tolerated AND i.id = t.instance_id",
    ),
    UNDELIVERED: (
        "t.created_at",
        f"outbox_message AS t CROSS JOIN {_OWN}",
        "t.status = 'pending' AND t.error IS NOT NULL AND i.id = t.instance_id",
    ),
    # How long it has gone to and fro is known by its history: not before the window that was counted.
    LOOPING: ("i.looping_at", _OWN, "i.looping_at IS NOT NULL AND i.looping_at > :looped"),
    DRIFTED: (
        "i.entered_at",
        _OWN,
        "i.process = :p AND i.definition_version = :v AND i.definition_hash = :h AND i.state = :s",
    ),
}  # fmt: skip
_BLOCK = "SELECT 1 FROM block AS b WHERE b.instance_id = i.id AND b.cleared_at IS NULL"
_FREE = f"NOT EXISTS ({_BLOCK})"  # what is blocked is of an earlier class than these
_UNSERVED = """
SELECT 1 FROM timer AS o WHERE o.instance_id = i.id AND o.status = 'armed' AND o.due_at < :tolerated
"""
_UNSENT = """
SELECT 1 FROM outbox_message AS o WHERE o.instance_id = i.id AND o.status = 'pending' AND o.error IS NOT NULL
"""
_FAILED = "SELECT 1 FROM incident AS o WHERE o.instance_id = i.id AND o.resolved_at IS NULL"
# What each class of being stuck asks of the instance; the trouble that gives the class must be there.
_OF_CLASS = {
    "S1": f"{_FREE} AND EXISTS ({_UNSERVED})",
    "S2": f"{_FREE} AND COALESCE(i.stuck_at, i.stuck_at) <= :now",
    "S3": f"(i.next_due_at IS NULL OR EXISTS ({_BLOCK} AND b.reason = 'no_way_out'))",
    "S4": f"EXISTS ({_BLOCK})",
    "S5": f"EXISTS ({_FAILED})",
    "S6": f"{_FREE} AND EXISTS ({_UNSENT})",
    "S7": f"EXISTS ({_BLOCK} AND b.reason IN ('owner_inactive', 'nobody_home'))",
    "S9": f"{_FREE} AND COALESCE(i.looping_at, i.looping_at) > :looped",
}


class Place(NamedTuple):
    """A place in the list of what is stuck: since when (microseconds, UTC), and the reference behind it."""

    at: int
    reference: str


class Found(NamedTuple):
    """An instance that could be stuck, not before `at` (microseconds, UTC)."""

    at: int
    reference: str
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Which instances are asked for. `left_to_owner` are people who have left, listed under `owner`."""

    class_: str | None = None
    process: str | None = None
    team: str | None = None
    owner: str | None = None
    left_to_owner: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When it is asked: what is due before `tolerated` is late, what looped after `looped` still does."""

    now: datetime
    tolerated: datetime
    looped: datetime


def find_troubles(
    connection: Connection,
    moment: Moment,
    *,
    narrowed: Narrowed,
    drifted: Sequence[Used],
    after: Place | None = None,
) -> Iterator[Found]:
    """Yield what could be stuck in the order of its place, each instance once, from *after* on.

    *drifted* are the contents and states that this program does not have. The place of what is found
    is the earliest at which it could stand: its own one may lie behind. Read lazily: whoever stops
    reading costs no more.
    """
    given = {name: to_microseconds(getattr(moment, name)) for name in Moment.__slots__}
    begin = Place(*BEGINNING) if after is None else after
    streams = [
        _stream(connection, kind, {**given, **more}, narrowed, drifted, begin, owned)
        for kind, more, owned in _streams(narrowed, drifted)
    ]
    seen: set[int] = set()
    for one in heapq.merge(*streams):
        if one.id not in seen:
            seen.add(one.id)
            yield one


def _streams(
    narrowed: Narrowed, drifted: Sequence[Used]
) -> Iterator[tuple[int, dict[str, Any], str | None]]:
    """Yield each stream as its kind, what it asks besides, and whose index answers it."""
    if narrowed.owner is None:
        yield LATE, {}, None
    else:
        for one in (narrowed.owner, *narrowed.left_to_owner):
            yield LATE, {"mine": one}, "i.owner = :mine"
        yield LATE, {"mine": narrowed.owner}, "i.owner IS NULL AND i.owner_role = :mine"
    for kind in (BLOCKED, FAILING, OVERDUE, UNDELIVERED, LOOPING):
        yield kind, {}, None
    for p, v, h, s in drifted:
        yield DRIFTED, {"p": p, "v": v, "h": h, "s": s}, None


def _stream(
    connection: Connection,
    kind: int,
    given: dict[str, Any],
    narrowed: Narrowed,
    drifted: Sequence[Used],
    begin: Place,
    owned: str | None,
) -> Iterator[Found]:
    """Yield one kind of trouble by its instant and reference, a page of the index at a time."""
    since, source, condition = _KINDS[kind]
    more = _conditions(narrowed, drifted, given, owned)
    statement = (
        f"SELECT {since}, i.reference, i.id FROM {source} WHERE i.closed_at IS NULL AND {condition}"  # noqa: S608 - our own names
        f"{more} AND {since} >= :at AND ({since} > :at OR i.reference > :behind) "
        f"ORDER BY {since}, i.reference LIMIT :many"
    )
    earlier = 0
    if kind == LOOPING:  # it may have begun as much earlier as was counted back
        earlier = given["now"] - given["looped"]
        begin = Place(begin.at, "")
    many = FIRST_READ
    while True:
        asked = {**given, "at": begin.at, "behind": begin.reference, "many": many}
        rows = connection.exec_driver_sql(statement, asked).all()
        for at, reference, number in rows:
            yield Found(at - earlier, reference, number)
        if len(rows) < many:
            return
        begin = Place(rows[-1][0], rows[-1][1])
        many = min(many * 2, LONGEST_READ)


def _conditions(
    narrowed: Narrowed, drifted: Sequence[Used], given: dict[str, Any], owned: str | None
) -> str:
    """Return what is asked of the instance besides its trouble, and put what is compared into *given*."""
    found = []
    if narrowed.process is not None:
        found.append("i.process || '' = :process")
        given["process"] = narrowed.process
    if narrowed.team is not None:
        found.append("i.team || '' = :team")
        given["team"] = narrowed.team
    if owned is not None:
        found.append(owned)
    elif narrowed.owner is not None:
        found.append(_owned(narrowed, given))
    if narrowed.class_ == "S8":
        found.append(_drifted(drifted, given))
    elif narrowed.class_ is not None:
        found.append(_OF_CLASS[narrowed.class_])
    return "".join(f" AND {one}" for one in found)


def _owned(narrowed: Narrowed, given: dict[str, Any]) -> str:
    names = []
    for number, one in enumerate((narrowed.owner, *narrowed.left_to_owner)):
        given[f"owner{number}"] = one
        names.append(f":owner{number}")
    mine = f"i.owner || '' IN ({', '.join(names)})"
    return f"({mine} OR (i.owner IS NULL AND i.owner_role || '' = :owner0))"


def _drifted(drifted: Iterable[Used], given: dict[str, Any]) -> str:
    names = []
    for number, (process, version, sha256, state) in enumerate(drifted):
        given[f"drifted{number}"] = f"{process}@{version}@{sha256}@{state}"
        names.append(f":drifted{number}")
    told = "i.process || '@' || i.definition_version || '@' || i.definition_hash || '@' || i.state"
    return f"{told} IN ({', '.join(names)})" if names else "1 = 0"


# ------------------------------------------------------------------ of one page
class Incident(NamedTuple):
    """The earliest open incident of an instance: since when, which, what, how often, when it is tried again."""

    id: int
    first_at: int
    error: str
    times: int
    next_try_at: int
    fingerprint: str


class Undelivered(NamedTuple):
    """The earliest message about an instance that does not go out: since when, to whom, what about, why, how often tried."""

    created_at: int
    to: str
    subject: str
    channel: str
    error: str
    attempts: int
    others: int = 0


class Moved(NamedTuple):
    """A move of an instance from one state to another, when (microseconds, UTC) and by whom."""

    at: int
    before: str
    after: str
    actor: str


def open_incidents(connection: Connection, ids: Sequence[int]) -> dict[int, Incident]:
    """Return the earliest open incident of each of *ids* that has one."""
    found: dict[int, Incident] = {}
    statement = (
        'SELECT instance_id, id, first_at, error, "count", next_try_at, fingerprint FROM incident '
        "WHERE instance_id IN ({}) AND resolved_at IS NULL ORDER BY first_at, id"
    )
    for number, *rest in _of(connection, statement, ids):
        found.setdefault(number, Incident(*rest))
    return found


def failing_messages(connection: Connection, ids: Sequence[int]) -> dict[int, Undelivered]:
    """Return the earliest message about each of *ids* that was tried and did not go out."""
    found: dict[int, Undelivered] = {}
    statement = (
        'SELECT instance_id, created_at, "to", subject, channel, error, attempts FROM outbox_message '
        "WHERE instance_id IN ({}) AND status = 'pending' AND error IS NOT NULL ORDER BY created_at, id"
    )
    for number, *rest in _of(connection, statement, ids):
        known = found.get(number)
        if known is None:
            found[number] = Undelivered(*rest)
        else:
            found[number] = known._replace(others=known.others + 1)
    return found


def moves_since(
    connection: Connection, since: datetime, ids: Sequence[int]
) -> dict[int, list[Moved]]:
    """Return every move of each of *ids* from one state to another since then, in order."""
    found: dict[int, list[Moved]] = {}
    statement = (
        "SELECT instance_id, at, before, after, actor FROM history_entry WHERE instance_id IN ({}) "
        "AND at >= ? AND before <> after ORDER BY instance_id, seq"
    )
    for number, *rest in _of(connection, statement, ids, to_microseconds(since)):
        found.setdefault(number, []).append(Moved(*rest))
    return found


def earliest_known(connection: Connection, moment: Moment, ids: Sequence[int]) -> dict[int, int]:
    """Return since when (microseconds, UTC) each of *ids* is in trouble, as far as single columns can tell.

    For rows that cannot be read whole: a column that holds no number says nothing.
    """
    parts = [
        "SELECT instance_id, first_at FROM incident WHERE resolved_at IS NULL",
        "SELECT instance_id, since FROM block WHERE cleared_at IS NULL",
        "SELECT instance_id, created_at FROM outbox_message WHERE status = 'pending' AND error IS NOT NULL",
        "SELECT instance_id, due_at FROM timer WHERE status = 'armed'",
    ]
    found: dict[int, int] = {}
    # Since it is late, where it is; where nothing else is known, since it stands where it stands.
    last: dict[int, int] = {}
    now = to_microseconds(moment.now)
    own = "SELECT id, stuck_at, entered_at FROM process_instance WHERE id IN ({})"
    for number, stuck_at, entered_at in _of(connection, own, ids):
        last[number] = entered_at if isinstance(entered_at, int) else 0
        if isinstance(stuck_at, int) and stuck_at <= now:
            found[number] = stuck_at
    for part in parts:
        for number, at in _of(connection, f"{part} AND instance_id IN ({{}})", ids):
            if at < now:
                found[number] = min(found.get(number, at), at)
    return {number: found.get(number, at) for number, at in last.items()}


def _of(
    connection: Connection, statement: str, ids: Sequence[int], *more: object
) -> Iterable[Sequence[Any]]:
    if not ids:
        return []
    marks = ", ".join("?" * len(ids))
    return connection.exec_driver_sql(statement.format(marks), (*ids, *more)).all()


# ------------------------------------------------------------------ what nothing watches
_UNWATCHED = """
SELECT id, entered_at FROM process_instance
WHERE closed_at IS NULL AND next_due_at IS NULL AND entered_at >= ? AND (entered_at > ? OR id > ?)
ORDER BY entered_at, id LIMIT ?
"""


def find_unwatched(
    connection: Connection, *, after: tuple[int, int], limit: int
) -> list[tuple[int, int]]:
    """Return (id, entered at) of up to *limit* open instances that no timer watches, behind *after*.

    In the order in which they came where they stand; *after* is (entered at, id), both as returned.
    """
    at, number = after
    rows = connection.exec_driver_sql(_UNWATCHED, (at, at, number, limit))
    return [(row[0], row[1]) for row in rows]

"""What waits for a person: what they own, what a role of theirs owns, and the blocks that wait on them.

Each is a range of one index, read as far as somebody reads on (see `store/troubles.py`).
"""

import heapq
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

FIRST_READ, LONGEST_READ = 64, 1024
DATED, UNDATED, AWAITED = range(
    3
)  # what is or becomes late, what has no date, what is blocked for them

_MINE = "i.owner = :mine"
_MY_ROLES = "i.owner IS NULL AND i.owner_role = :mine"
_OWN = "process_instance AS i"


class Place(NamedTuple):
    """A place in the list of what waits for somebody: in which part, from when (microseconds, UTC), which."""

    part: int
    at: int
    reference: str


class Found(NamedTuple):
    """An instance that waits for somebody, in its place."""

    part: int
    at: int
    reference: str
    id: int


BEGINNING = Place(DATED, -(2**62), "")


def find_waiting(
    connection: Connection,
    *,
    people: Sequence[str],
    roles: Sequence[str],
    called: Sequence[str],
    after: Place | None = None,
) -> Iterator[Found]:
    """Yield what waits for somebody, the most urgent first, each instance once, from *after* on.

    First what *people* own, or one of *roles* and nobody by name, by when it is or becomes late, what
    has no such date last; then what has an open block that waits on one of *called*, the oldest first.
    """
    after = after or BEGINNING
    owned = [*((_MINE, one) for one in people), *((_MY_ROLES, one) for one in roles)]
    dated = [_stream(connection, DATED, condition, mine, after) for condition, mine in owned]
    undated = [_stream(connection, UNDATED, condition, mine, after) for condition, mine in owned]
    awaited = [_stream(connection, AWAITED, "t.waiting_on = :mine", one, after) for one in called]
    seen: set[int] = set()
    for part in (dated, undated, awaited):
        for one in heapq.merge(*part):
            if one.id not in seen:
                seen.add(one.id)
                yield one


# By part: from when, from where, and under which condition of its own.
_PARTS = {
    DATED: ("i.stuck_at", _OWN, "i.stuck_at IS NOT NULL"),
    UNDATED: ("0", _OWN, "i.stuck_at IS NULL"),
    AWAITED: (
        "t.since",
        f"block AS t CROSS JOIN {_OWN}",
        "t.cleared_at IS NULL AND t.waiting_on IS NOT NULL AND i.id = t.instance_id",
    ),
}


def _stream(
    connection: Connection, part: int, condition: str, mine: str, after: Place
) -> Iterator[Found]:
    if part < after.part:
        return
    since, source, own = _PARTS[part]
    begin = after if part == after.part else Place(part, BEGINNING.at, "")
    ordered = "i.reference" if part == UNDATED else f"{since}, i.reference"
    behind = "i.reference > :behind"
    if part != UNDATED:
        behind = f"{since} >= :at AND ({since} > :at OR {behind})"
    statement = (
        f"SELECT {since}, i.reference, i.id FROM {source} WHERE i.closed_at IS NULL AND {own} "  # noqa: S608 - our own names
        f"AND {condition} AND {behind} ORDER BY {ordered} LIMIT :many"
    )
    many = FIRST_READ
    while True:
        asked = {"mine": mine, "at": begin.at, "behind": begin.reference, "many": many}
        rows = connection.exec_driver_sql(statement, asked).all()
        for at, reference, number in rows:
            yield Found(part, at, reference, number)
        if len(rows) < many:
            return
        begin = Place(part, rows[-1][0], rows[-1][1])
        many = min(many * 2, LONGEST_READ)

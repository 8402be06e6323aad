"""Read-only questions: which instances, what they belong to, what waits for what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    CompoundSelect,
    Connection,
    Row,
    bindparam,
    func,
    select,
    union_all,
)

from qa_workflow.engine.definition import Related
from qa_workflow.store.tables import (
    BlockRow,
    ProcessInstanceRow,
)

_INSTANCE = ProcessInstanceRow.__table__  # type: ignore[attr-defined]
_BLOCK = BlockRow.__table__  # type: ignore[attr-defined]

_IS_OPEN = _INSTANCE.c.closed_at.is_(None)
_HAS_BLOCK = (
    select(_BLOCK.c.id)
    .where(_BLOCK.c.instance_id == _INSTANCE.c.id, _BLOCK.c.cleared_at.is_(None))
    .exists()
)


# ------------------------------------------------------------------ which instances
# What every command and every step of a pass asks is built once: to build a statement takes several
# times as long as to run it.
_OF_REFERENCE = select(_INSTANCE.c.id, _INSTANCE.c.reference).where(
    _INSTANCE.c.reference == bindparam("wanted")
)
_BY_REFERENCE = select(_INSTANCE.c.reference, _INSTANCE.c.id).where(
    _INSTANCE.c.reference.in_(bindparam("wanted", expanding=True))
)


def ids_of_reference(connection: Connection, reference: str) -> list[tuple[int, str]]:
    """Return the instance of that very reference, or else up to six whose reference ends so, or holds it."""

    def found(condition: Any) -> list[tuple[int, str]]:  # noqa: ANN401 - a SQL condition
        rows = connection.execute(
            select(_INSTANCE.c.id, _INSTANCE.c.reference)
            .where(condition)
            .order_by(_INSTANCE.c.reference)
            .limit(6)
        )
        return [(row.id, row.reference) for row in rows]

    exact = connection.execute(_OF_REFERENCE, {"wanted": reference})
    return (
        [(row.id, row.reference) for row in exact]
        or found(_INSTANCE.c.reference.endswith(":" + reference, autoescape=True))
        or found(_INSTANCE.c.reference.contains(reference, autoescape=True))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which instances a person asks for; `after` is the last reference of the page before.

    `left_to_owner` are people who have left and whose open work is listed under `owner`.
    """

    process: str | None = None
    state: str | None = None
    owner: str | None = None
    left_to_owner: tuple[str, ...] = ()
    team: str | None = None
    late_by: datetime | None = None
    include_final: bool = False
    after: str | None = None
    limit: int | None = None


def find_ids(connection: Connection, wanted: Wanted) -> list[int]:
    """Return the ids of the instances asked for, by reference."""
    conditions = []
    if not wanted.include_final:
        conditions.append(_IS_OPEN)
    if wanted.process is not None:
        conditions.append(_INSTANCE.c.process == wanted.process)
    if wanted.state is not None:
        conditions.append(_INSTANCE.c.state == wanted.state)
    if wanted.owner is not None:
        conditions.append(_INSTANCE.c.id.in_(_ids_under(wanted)))
    if wanted.team is not None:
        conditions.append(_INSTANCE.c.team == wanted.team)
    if wanted.late_by is not None:
        conditions += [_IS_OPEN, _INSTANCE.c.stuck_at <= wanted.late_by]
    if wanted.after is not None:
        conditions.append(_INSTANCE.c.reference > wanted.after)
    statement = select(_INSTANCE.c.id).where(*conditions).order_by(_INSTANCE.c.reference)
    if wanted.limit is not None:
        statement = statement.limit(wanted.limit)
    return list(connection.execute(statement).scalars())


def _ids_under(wanted: Wanted) -> CompoundSelect[Any]:
    """Return the question what a person or role owns, and what is left to them."""
    # Searches of one index, joined: an OR over both columns would read every instance.
    mine = select(_INSTANCE.c.id).where(_INSTANCE.c.owner == wanted.owner)
    my_role = select(_INSTANCE.c.id).where(
        _INSTANCE.c.owner.is_(None), _INSTANCE.c.owner_role == wanted.owner
    )
    if not wanted.include_final:
        mine, my_role = mine.where(_IS_OPEN), my_role.where(_IS_OPEN)
    if not wanted.left_to_owner:
        return union_all(mine, my_role)
    left = _INSTANCE.c.owner.in_(wanted.left_to_owner)
    return union_all(mine, my_role, select(_INSTANCE.c.id).where(_IS_OPEN, left))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """What can be said of an instance without reading its data: for rows that cannot be read whole."""

    id: int
    reference: str
    process: str
    definition_version: int
    subject: str
    title: str
    state: str
    owner: str | None
    owner_role: str | None
    team: str | None
    version: int


def bare(connection: Connection, ids: Sequence[int]) -> list[Bare]:
    """Return the plain columns of these instances, by reference."""
    wanted = [_INSTANCE.c[name] for name in Bare.__slots__]
    rows = connection.execute(
        select(*wanted).where(_INSTANCE.c.id.in_(ids)).order_by(_INSTANCE.c.reference)
    )
    return [Bare(**row) for row in rows.mappings()]


def find_by_reference(connection: Connection, references: Sequence[str]) -> dict[str, int]:
    """Return the ids of those of *references* that exist."""
    if not references:
        return {}
    rows = connection.execute(_BY_REFERENCE, {"wanted": references})
    return {row.reference: row.id for row in rows}


def pending_ids(connection: Connection) -> list[int]:
    """Return the instances whose own next move was refused and is tried at every pass."""
    return list(
        connection.execute(
            select(_INSTANCE.c.id).where(_INSTANCE.c.pending.is_not(None)).order_by(_INSTANCE.c.id)
        ).scalars()
    )


def open_ids(connection: Connection) -> list[int]:
    """Return every open instance: for what must look at all of them, such as a calendar that grew."""
    return list(
        connection.execute(
            select(_INSTANCE.c.id).where(_IS_OPEN).order_by(_INSTANCE.c.id)
        ).scalars()
    )


def open_seqs(connection: Connection) -> list[tuple[int, int]]:
    """Return every open instance with the number of its last history entry: whether it has changed."""
    rows = connection.execute(
        select(_INSTANCE.c.id, _INSTANCE.c.seq).where(_IS_OPEN).order_by(_INSTANCE.c.id)
    )
    return [(row[0], row[1]) for row in rows]


def every_id(connection: Connection) -> list[int]:
    """Return every instance there ever was, in the order in which they were started."""
    return list(connection.execute(select(_INSTANCE.c.id).order_by(_INSTANCE.c.id)).scalars())


def ids_owned_by(connection: Connection, people: Sequence[str]) -> list[int]:
    """Return the open instances owned by any of *people*."""
    return list(
        connection.execute(
            select(_INSTANCE.c.id)
            .where(_IS_OPEN, _INSTANCE.c.owner.in_(people))
            .order_by(_INSTANCE.c.id)
        ).scalars()
    )


def owners(connection: Connection) -> list[str]:
    """Return everybody who owns something open."""
    return list(
        connection.execute(
            select(_INSTANCE.c.owner).where(_IS_OPEN, _INSTANCE.c.owner.is_not(None)).distinct()
        ).scalars()
    )


def owning_roles(connection: Connection) -> list[str]:
    """Return every role that owns something open without a named person."""
    return list(
        connection.execute(
            select(_INSTANCE.c.owner_role)
            .where(_IS_OPEN, _INSTANCE.c.owner.is_(None), _INSTANCE.c.owner_role.is_not(None))
            .distinct()
        ).scalars()
    )


def ids_owned_by_roles(connection: Connection, roles: Sequence[str]) -> list[int]:
    """Return the open instances that any of *roles* owns without a named person."""
    return list(
        connection.execute(
            select(_INSTANCE.c.id)
            .where(_IS_OPEN, _INSTANCE.c.owner.is_(None), _INSTANCE.c.owner_role.in_(roles))
            .order_by(_INSTANCE.c.id)
        ).scalars()
    )


def ids_about_case(connection: Connection, case_id: str) -> list[int]:
    """Return every instance about a case, ended ones too, by reference."""
    return list(
        connection.execute(
            select(_INSTANCE.c.id)
            .where(_INSTANCE.c.case_id == case_id)
            .order_by(_INSTANCE.c.reference)
        ).scalars()
    )


def ids_of_cases(connection: Connection, case_ids: Sequence[str]) -> list[int]:
    """Return the open instances about any of these cases."""
    return list(
        connection.execute(
            select(_INSTANCE.c.id)
            .where(_IS_OPEN, _INSTANCE.c.case_id.in_(case_ids))
            .order_by(_INSTANCE.c.id)
        ).scalars()
    )


def ids_blocked_for(connection: Connection, causes: Sequence[str]) -> list[int]:
    """Return the instances with an open block that the engine put on for one of *causes*."""
    return list(
        connection.execute(
            select(_BLOCK.c.instance_id)
            .where(_BLOCK.c.cleared_at.is_(None), _BLOCK.c.cause.in_(causes))
            .distinct()
        ).scalars()
    )


def counts(connection: Connection) -> list[tuple[str, str, int]]:
    """Return how many instances stand in each state of each process."""
    rows = connection.execute(
        select(_INSTANCE.c.process, _INSTANCE.c.state, func.count())
        .group_by(_INSTANCE.c.process, _INSTANCE.c.state)
        .order_by(_INSTANCE.c.process, _INSTANCE.c.state)
    )
    return [(row[0], row[1], int(row[2])) for row in rows]


# ------------------------------------------------------------------ parents and children
_RELATED = (
    _INSTANCE.c.id, _INSTANCE.c.reference, _INSTANCE.c.process, _INSTANCE.c.subject, _INSTANCE.c.state,
    _INSTANCE.c.closed_at, _INSTANCE.c.data, _INSTANCE.c.parent_id, _HAS_BLOCK.label("is_blocked"),
)  # fmt: skip
_CHILDREN = (
    select(*_RELATED)
    .where(_INSTANCE.c.parent_id.in_(bindparam("wanted", expanding=True)))
    .order_by(_INSTANCE.c.reference)
)
_THESE = select(*_RELATED).where(_INSTANCE.c.id.in_(bindparam("wanted", expanding=True)))


def _related(row: Row[Any]) -> Related:
    return Related(
        reference=row.reference,
        process=row.process,
        subject=row.subject,
        state=row.state,
        is_open=row.closed_at is None,
        is_blocked=bool(row.is_blocked),
        closed_at=row.closed_at,
        data=orjson.loads(row.data),
    )


def children_of(connection: Connection, parents: Sequence[int]) -> dict[int, tuple[Related, ...]]:
    """Return the children of each of *parents*, by reference."""
    found: dict[int, list[Related]] = {}
    for row in connection.execute(_CHILDREN, {"wanted": parents}):
        found.setdefault(row.parent_id, []).append(_related(row))
    return {parent: tuple(some) for parent, some in found.items()}


def related(connection: Connection, ids: Sequence[int]) -> dict[int, Related]:
    """Return these instances as a guard of another one sees them."""
    return {row.id: _related(row) for row in connection.execute(_THESE, {"wanted": ids})}

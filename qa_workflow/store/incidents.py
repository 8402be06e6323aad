"""Incidents: the system failed. One row for each instance and kind of failure, counted, with back-off.

Rows of one fingerprint are the same failure on several instances: people see and resolve them as one.
A failure of the daemon's own work, of no instance, is a row without one; `about` says of what.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select, update
from sqlalchemy.dialects.sqlite import insert

from qa_workflow.store.tables import IncidentRow, ProcessInstanceRow

_INCIDENT = IncidentRow.__table__  # type: ignore[attr-defined]
_INSTANCE = ProcessInstanceRow.__table__  # type: ignore[attr-defined]
_IS_OPEN = _INCIDENT.c.resolved_at.is_(None)
INVARIANT = "invariant "  # how the fingerprint of a record that does not add up begins
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A failure on one instance (or on none: `instance_id` is None), as it stands."""

    id: int
    instance_id: int | None
    reference: str
    fingerprint: str
    error: str
    count: int
    first_at: datetime
    last_at: datetime
    next_try_at: datetime
    earlier_id: int | None
    resolved_at: datetime | None
    resolved_by: str | None
    resolved_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The same failure on all its instances, told by the row of the lowest id."""

    first: Incident
    instances: int
    count: int
    first_at: datetime
    last_at: datetime
    next_try_at: datetime


# ------------------------------------------------------------------ count
def record(
    connection: Connection,
    instance_id: int | None,
    fingerprint: str,
    error: str,
    now: datetime,
    *,
    about: str | None = None,
    rests: bool = True,
) -> int:
    """Count a failure; return how often it happened since nobody has resolved it.

    With *rests* the instance is not tried again before one minute, doubling, up to an hour; without,
    nothing waits for it. One that was resolved before names the incident that it comes back from.
    """
    open_one = (
        _INCIDENT.c.instance_id.is_(None)
        if instance_id is None
        else _INCIDENT.c.instance_id == instance_id,
        _INCIDENT.c.fingerprint == fingerprint,
        _IS_OPEN,
    )
    known = connection.execute(
        select(_INCIDENT.c.id, _INCIDENT.c["count"]).where(*open_one)
    ).one_or_none()
    count = 1 if known is None else int(known[1]) + 1
    wait = min(FIRST_WAIT * 2 ** min(count - 1, 10), LONGEST_WAIT) if rests else timedelta()
    if known is None:
        earlier = select(func.max(_INCIDENT.c.id)).where(
            _INCIDENT.c.fingerprint == fingerprint, _INCIDENT.c.resolved_at.is_not(None)
        )
        connection.execute(
            insert(_INCIDENT).values(
                instance_id=instance_id, about=about, fingerprint=fingerprint, error=error, count=1,
                first_at=now, last_at=now, next_try_at=now + wait,
                earlier_id=connection.execute(earlier).scalar(),
            )
        )  # fmt: skip
    else:
        connection.execute(
            update(_INCIDENT)
            .where(_INCIDENT.c.id == known.id)
            .values(count=count, last_at=now, error=error, next_try_at=now + wait)
        )
    return count


# ------------------------------------------------------------------ ask
def _rows() -> Select[Any]:
    reference = func.coalesce(_INSTANCE.c.reference, _INCIDENT.c.about, "")
    named = (_INCIDENT.c[name] for name in Incident.__slots__ if name != "reference")
    return select(*named, reference.label("reference")).join_from(
        _INCIDENT, _INSTANCE, _INSTANCE.c.id == _INCIDENT.c.instance_id, isouter=True
    )


def find_open(connection: Connection) -> list[Incident]:
    """Return the incidents nobody has resolved, one for each instance, the oldest first."""
    rows = connection.execute(_rows().where(_IS_OPEN).order_by(_INCIDENT.c.id))
    return [Incident(**row) for row in rows.mappings()]


def find(connection: Connection, ids: Sequence[int]) -> dict[int, Incident]:
    """Return these incidents, resolved ones too, by id."""
    rows = connection.execute(_rows().where(_INCIDENT.c.id.in_(ids)))
    return {row["id"]: Incident(**row) for row in rows.mappings()}


def find_resolved(connection: Connection) -> list[Incident]:
    """Return the incidents that somebody has resolved, the last resolved first."""
    order = (_INCIDENT.c.resolved_at.desc(), _INCIDENT.c.id)
    rows = connection.execute(_rows().where(_INCIDENT.c.resolved_at.is_not(None)).order_by(*order))
    return [Incident(**row) for row in rows.mappings()]


def of_fingerprint(connection: Connection, fingerprint: str) -> list[Incident]:
    """Return the open incidents of one failure, one for each instance, the oldest first."""
    wanted = _rows().where(_IS_OPEN, _INCIDENT.c.fingerprint == fingerprint)
    rows = connection.execute(wanted.order_by(_INCIDENT.c.id))
    return [Incident(**row) for row in rows.mappings()]


def of_instance(connection: Connection, instance_id: int) -> list[Incident]:
    """Return the open incidents of one instance, the oldest first."""
    wanted = _rows().where(_IS_OPEN, _INCIDENT.c.instance_id == instance_id)
    rows = connection.execute(wanted.order_by(_INCIDENT.c.id))
    return [Incident(**row) for row in rows.mappings()]


def groups(connection: Connection) -> list[Group]:
    """Return the failures nobody has resolved, each with all its instances as one, the oldest first."""
    found = connection.execute(
        select(
            func.min(_INCIDENT.c.id).label("id"),
            func.count().label("instances"),
            func.sum(_INCIDENT.c["count"]).label("times"),
            func.min(_INCIDENT.c.first_at).label("first_at"),
            func.max(_INCIDENT.c.last_at).label("last_at"),
            func.min(_INCIDENT.c.next_try_at).label("next_try_at"),
        )
        .where(_IS_OPEN)
        .group_by(_INCIDENT.c.fingerprint)
        .order_by("id")
    ).all()
    firsts = find(connection, [row.id for row in found])
    return [
        Group(
            first=firsts[row.id],
            instances=row.instances,
            count=int(row.times),
            first_at=row.first_at,
            last_at=row.last_at,
            next_try_at=row.next_try_at,
        )
        for row in found
    ]


def count_open(connection: Connection) -> int:
    """Return how many failures nobody has resolved: one failure on many instances is one."""
    wanted = select(func.count(_INCIDENT.c.fingerprint.distinct())).where(_IS_OPEN)
    return int(connection.execute(wanted).scalar() or 0)


def resting(connection: Connection, now: datetime) -> set[int]:
    """Return the instances that an open incident keeps from being tried before a later instant."""
    rows = connection.execute(
        select(_INCIDENT.c.instance_id).where(_IS_OPEN, _INCIDENT.c.next_try_at > now)
    )
    return {one for one in rows.scalars() if one is not None}


def ids_broken(connection: Connection, limit: int) -> list[int]:
    """Return up to *limit* instances whose record did not add up, the longest unseen first."""
    return list(
        connection.execute(
            select(_INCIDENT.c.instance_id)
            .where(
                _IS_OPEN,
                _INCIDENT.c.instance_id.is_not(None),
                _INCIDENT.c.fingerprint.startswith(INVARIANT),
            )
            .order_by(_INCIDENT.c.last_at, _INCIDENT.c.id)
            .limit(limit)
        ).scalars()
    )


def ids_failing(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Return those of *ids* on which something failed, other than that the record does not add up."""
    wanted = select(_INCIDENT.c.instance_id).where(
        _IS_OPEN, _INCIDENT.c.instance_id.in_(ids), ~_INCIDENT.c.fingerprint.startswith(INVARIANT)
    )
    return set(connection.execute(wanted).scalars())


# ------------------------------------------------------------------ resolve
def resolve(
    connection: Connection, incident_ids: Iterable[int], *, by: str, reason: str, at: datetime
) -> int:
    """Keep who resolved them and why; return how many of them were open."""
    changed = 0
    for one in incident_ids:
        changed += connection.execute(
            update(_INCIDENT)
            .where(_INCIDENT.c.id == one, _IS_OPEN)
            .values(resolved_at=at, resolved_by=by, resolved_reason=reason)
        ).rowcount
    return changed

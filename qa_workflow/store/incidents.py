"""Incidents: the system failed on one instance. One row for each kind of failure, counted, with back-off."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from qa_workflow.store.tables import IncidentRow, ProcessInstanceRow

_INCIDENT = IncidentRow.__table__  # type: ignore[attr-defined]
_INSTANCE = ProcessInstanceRow.__table__  # type: ignore[attr-defined]
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A failure on one instance, as it stands."""

    id: int
    instance_id: int
    reference: str
    fingerprint: str
    error: str
    count: int
    first_at: datetime
    last_at: datetime
    next_try_at: datetime


def record(
    connection: Connection, instance_id: int, fingerprint: str, error: str, now: datetime
) -> int:
    """Count a failure and push the next try: one minute, doubling, up to an hour. Return how often it failed."""
    open_one = (
        _INCIDENT.c.instance_id == instance_id,
        _INCIDENT.c.fingerprint == fingerprint,
        _INCIDENT.c.resolved_at.is_(None),
    )
    known = connection.execute(
        select(_INCIDENT.c.id, _INCIDENT.c["count"]).where(*open_one)
    ).one_or_none()
    count = 1 if known is None else int(known[1]) + 1
    next_try_at = now + min(FIRST_WAIT * 2 ** min(count - 1, 10), LONGEST_WAIT)
    if known is None:
        connection.execute(
            insert(_INCIDENT).values(
                instance_id=instance_id, fingerprint=fingerprint, error=error, count=1,
                first_at=now, last_at=now, next_try_at=next_try_at,
            )
        )  # fmt: skip
    else:
        connection.execute(
            update(_INCIDENT)
            .where(_INCIDENT.c.id == known.id)
            .values(count=count, last_at=now, error=error, next_try_at=next_try_at)
        )
    return count


def find_open(connection: Connection, *, incident_id: int | None = None) -> list[Incident]:
    """Return the incidents nobody has resolved, the oldest first."""
    statement = (
        select(
            _INCIDENT.c.id, _INCIDENT.c.instance_id, _INSTANCE.c.reference, _INCIDENT.c.fingerprint,
            _INCIDENT.c.error, _INCIDENT.c["count"], _INCIDENT.c.first_at, _INCIDENT.c.last_at,
            _INCIDENT.c.next_try_at,
        )
        .join(_INSTANCE, _INSTANCE.c.id == _INCIDENT.c.instance_id)
        .where(_INCIDENT.c.resolved_at.is_(None))
        .order_by(_INCIDENT.c.id)
    )  # fmt: skip
    if incident_id is not None:
        statement = statement.where(_INCIDENT.c.id == incident_id)
    return [Incident(**row) for row in connection.execute(statement).mappings()]


def resting(connection: Connection, now: datetime) -> set[int]:
    """Return the instances that an open incident keeps from being tried before a later instant."""
    return set(
        connection.execute(
            select(_INCIDENT.c.instance_id).where(
                _INCIDENT.c.resolved_at.is_(None), _INCIDENT.c.next_try_at > now
            )
        ).scalars()
    )


def resolve(
    connection: Connection, incident_id: int, *, by: str, reason: str, at: datetime
) -> bool:
    """Keep who resolved it and why; False when it is not open."""
    return (
        connection.execute(
            update(_INCIDENT)
            .where(_INCIDENT.c.id == incident_id, _INCIDENT.c.resolved_at.is_(None))
            .values(resolved_at=at, resolved_by=by, resolved_reason=reason)
        ).rowcount
        == 1
    )

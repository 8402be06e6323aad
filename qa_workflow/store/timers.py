"""Finds what is due, oldest first. A timer's claim is the guarded update of the save, never a lock held here."""

from datetime import datetime

from sqlalchemy import Connection

from qa_workflow.store.columns import instant_of, to_microseconds

# Oldest due first, so that nothing starves; instances whose incident asks for patience are left out
# until their next try, so that one broken instance cannot make the sweep run hot.
_DUE = """
SELECT instance_id FROM timer
WHERE status = 'armed' AND due_at <= ?
  AND NOT EXISTS (
    SELECT 1 FROM incident
    WHERE incident.instance_id = timer.instance_id AND resolved_at IS NULL AND next_try_at > ?
  )
ORDER BY due_at, id LIMIT ?
"""
_NEXT = "SELECT min(due_at) FROM timer WHERE status = 'armed' AND due_at > ?"
_NEXT_TRY = "SELECT min(next_try_at) FROM incident WHERE resolved_at IS NULL AND next_try_at > ?"
_LATE = "SELECT count(*) FROM timer WHERE status = 'armed' AND due_at < ?"


def find_due(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Return the ids of up to *limit* instances with a timer due by *now*, the longest due first."""
    at = to_microseconds(now)
    rows = connection.exec_driver_sql(_DUE, (at, at, limit))
    return list(dict.fromkeys(row[0] for row in rows))


def next_due_at(connection: Connection, now: datetime) -> datetime | None:
    """Return the earliest instant after *now* at which a timer is due or a failed instance is tried again."""
    at = to_microseconds(now)
    found = [
        value
        for statement in (_NEXT, _NEXT_TRY)
        if (value := connection.exec_driver_sql(statement, (at,)).scalar()) is not None
    ]
    return instant_of(min(found)) if found else None


def count_overdue(connection: Connection, before: datetime) -> int:
    """Return how many timers were due before *before* and are still armed: the daemon is late with them."""
    return int(connection.exec_driver_sql(_LATE, (to_microseconds(before),)).scalar() or 0)

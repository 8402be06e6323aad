"""The messages that wait, went out or failed. Written with the change that caused them, delivered afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select, text, update

from qa_workflow.store.tables import OutboxMessageRow

_OUTBOX = OutboxMessageRow.__table__  # type: ignore[attr-defined]
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
TAKEN_FOR = timedelta(minutes=5)
# Written out, not bound: SQLite uses a partial index only when it sees the condition itself.
_IS_PENDING = text("outbox_message.status = 'pending'")
_DUE = (
    select(_OUTBOX.c.id)
    .where(_IS_PENDING, _OUTBOX.c.next_try_at <= bindparam("now"))
    .order_by(_OUTBOX.c.next_try_at)
    .limit(bindparam("limit"))
)
# Asked at every pass: built once.
_TAKE = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id.in_(_DUE.scalar_subquery()))
    .values(next_try_at=bindparam("until"))
    .returning(*_OUTBOX.c)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A message of the outbox as it stands."""

    id: int
    dedupe_key: str
    instance_id: int
    to: str
    channel: str
    subject: str
    body: str
    status: str
    attempts: int
    created_at: datetime
    next_try_at: datetime
    sent_at: datetime | None
    error: str | None


def find_messages(connection: Connection, *, status: str | None = None) -> list[Waiting]:
    """Return messages in the order they were written: those of *status*, or all."""
    statement = select(_OUTBOX).order_by(_OUTBOX.c.id)
    if status is not None:
        statement = statement.where(
            _IS_PENDING if status == "pending" else _OUTBOX.c.status == status
        )
    return [Waiting(**row) for row in connection.execute(statement).mappings()]


def take(connection: Connection, now: datetime, limit: int) -> list[Waiting]:
    """Take up to *limit* messages that wait, for a while during which nobody else takes them.

    Who takes a message and dies with it holds it no longer than that: then it waits again.
    """
    asked = {"now": now, "until": now + TAKEN_FOR, "limit": limit}
    rows = connection.execute(_TAKE, asked).mappings()
    return sorted((Waiting(**row) for row in rows), key=lambda one: one.id)


def mark_sent(connection: Connection, ids: Sequence[int], at: datetime) -> None:
    """Keep that these messages went out at *at*."""
    if ids:
        connection.execute(
            update(_OUTBOX)
            .where(_OUTBOX.c.id.in_(ids), _IS_PENDING)
            .values(status="sent", sent_at=at, attempts=_OUTBOX.c.attempts + 1, error=None)
        )


def mark_failed(connection: Connection, message: Waiting, why: str, at: datetime) -> None:
    """Keep why a message did not go out; it is tried again later and later, up to once an hour."""
    wait = min(FIRST_WAIT * 2 ** min(message.attempts, 10), LONGEST_WAIT)
    connection.execute(
        update(_OUTBOX)
        .where(_OUTBOX.c.id == message.id, _IS_PENDING)
        .values(attempts=message.attempts + 1, next_try_at=at + wait, error=why)
    )


def retry_now(connection: Connection, now: datetime) -> int:
    """Let every waiting message be tried at once; return how many there are."""
    return connection.execute(update(_OUTBOX).where(_IS_PENDING).values(next_try_at=now)).rowcount


def depth(connection: Connection) -> dict[str, int]:
    """Return how many messages wait (`pending`) and how many of those failed at least once (`failed`)."""
    rows = connection.execute(
        select(func.count(), func.count(_OUTBOX.c.error)).where(_IS_PENDING)
    ).one()
    return {"pending": int(rows[0]), "failed": int(rows[1])}

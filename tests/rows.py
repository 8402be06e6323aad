"""Values of the store's tests, made up: an instance, an entry, a change; anything may be said otherwise."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from qa_workflow.engine.instance import Block, HistoryEntry, ProcessInstance, Timer
from qa_workflow.store.database import Database
from qa_workflow.store.instances import Change, save

Dump = Callable[[], list[str]]  # gives everything in the database, as SQL
MORNING = datetime(2025, 10, 1, 8, tzinfo=UTC)


def an_instance(number: int = 1, **said: Any) -> ProcessInstance:  # noqa: ANN401 - any field
    """Return an instance in `raised`, with the armed timer and the open block that *said* gives it."""
    made = ProcessInstance(
        id=number,
        reference=f"recommendation:R-{number:04}",
        process="recommendation",
        definition_version=1,
        subject=f"C{number:02}",
        state="raised",
        opened_at=MORNING,
        entered_at=MORNING,
        entered_on=date(2025, 10, 1),
    )
    return replace(made, **said)


def an_entry(action: str = "start", **said: Any) -> HistoryEntry:  # noqa: ANN401 - any field
    """Return a history entry of `system`."""
    made = HistoryEntry(
        at=MORNING, recorded_at=MORNING, actor="system", action=action, before=None, after="raised"
    )
    return replace(made, **said)


def a_timer(level: str = "L0", *, due_at: datetime = MORNING, **said: Any) -> Timer:  # noqa: ANN401 - any field
    """Return a timer of the deadline `assign_by` on the first visit."""
    return replace(Timer(deadline="assign_by", level=level, due_at=due_at, epoch=1), **said)


def a_block(**said: Any) -> Block:  # noqa: ANN401 - any field
    """Return a block that somebody put on."""
    return replace(Block(reason="funding", note="Money.", since=MORNING, by="sandy"), **said)


def kept(database: Database, *changes: Change, now: datetime = MORNING) -> list[ProcessInstance]:
    """Save *changes* in a transaction of their own; return the instances as they then stand."""
    with database.transaction() as connection:
        return save(connection, changes, now=now)


def begun(database: Database, number: int = 1, **said: Any) -> ProcessInstance:  # noqa: ANN401 - any field
    """Save a new instance with its first entry; return it as it stands."""
    change = Change(before=None, after=an_instance(number, **said), history=(an_entry(),))
    return kept(database, change)[0]

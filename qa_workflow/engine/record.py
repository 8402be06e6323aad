"""How a change becomes a history entry: what differs, in values that can be hashed and folded again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from qa_workflow.engine.instance import NOTHING, Block, HistoryEntry, Json, ProcessInstance
from qa_workflow.engine.people import SYSTEM, Person

# Every field of an instance that a history entry may set. `version` and `seq` follow from the entries.
FOLDED = (
    "state", "owner", "owner_role", "team", "title", "due_on", "due_level", "visit_level", "epoch",
    "due_epoch", "met_at", "closed_at", "entered_at", "entered_on", "pending", "refusals",
)  # fmt: skip


def plain(value: Any) -> Any:  # noqa: ANN401 - any field of an instance
    """Return *value* as JSON has it: dates and instants as ISO 8601 text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return dict(value) if isinstance(value, dict) else value


def plain_block(block: Block) -> Json:
    """Return a block as JSON has it."""
    return {
        "reason": block.reason,
        "note": block.note,
        "since": block.since.astimezone(UTC).isoformat(),
        "by": block.by,
        "waiting_on": block.waiting_on,
        "review_on": plain(block.review_on),
        "cause": block.cause,
    }


def read_block(plain: Json) -> Block:
    """Return the block that *plain* tells of: what `plain_block` was made from."""
    review_on = plain["review_on"]
    return Block(
        reason=plain["reason"],
        note=plain["note"],
        since=datetime.fromisoformat(plain["since"]),
        by=plain["by"],
        waiting_on=plain["waiting_on"],
        review_on=None if review_on is None else date.fromisoformat(review_on),
        cause=plain["cause"],
    )


def changes(before: ProcessInstance | None, after: ProcessInstance) -> Json:
    """Return every folded field that differs between the two, the changed and the lost keys of the data, and the blocks."""
    found: dict[str, Any] = {}
    for name in FOLDED:
        new = getattr(after, name)
        if before is None or getattr(before, name) != new:
            found[name] = dict(new) if name == "refusals" else plain(new)
    old_data = NOTHING if before is None else before.data
    data = {key: value for key, value in after.data.items() if old_data.get(key, _ABSENT) != value}
    if data:
        found["data"] = data
    gone = [key for key in old_data if key not in after.data]
    if gone:
        found["data_gone"] = gone
    if before is None or before.blocks != after.blocks:
        found["blocks"] = [plain_block(block) for block in after.blocks]
    return found


_ABSENT = object()
_INSTANTS = {"met_at", "closed_at", "entered_at"}
_DATES = {"due_on", "entered_on"}


def fold(entries: Iterable[HistoryEntry]) -> Json:
    """Return what the history says an instance is now: its folded fields, its data and its open blocks."""
    found: dict[str, Any] = {"data": {}}
    for entry in entries:
        for name, value in entry.changes.items():
            if name == "data":
                found["data"] = {**found["data"], **value}
            elif name == "data_gone":
                found["data"] = {k: v for k, v in found["data"].items() if k not in value}
            elif value is not None and name in _INSTANTS:
                found[name] = datetime.fromisoformat(value)
            elif value is not None and name in _DATES:
                found[name] = date.fromisoformat(value)
            else:
                found[name] = value
    return found


def written(
    before: ProcessInstance | None,
    after: ProcessInstance,
    *,
    action: str,
    at: datetime,
    now: datetime,
    actor: Person | str | None,
    role: str | None = None,
    reason: str | None = None,
    data: Json = NOTHING,
    **more: Any,  # noqa: ANN401 - the further fields of an entry: level, nominal_on, on_behalf_of
) -> tuple[ProcessInstance, HistoryEntry]:
    """Return *after* with its next `seq`, and the entry that tells how it came about."""
    entry = HistoryEntry(
        at=at,
        recorded_at=now,
        actor=actor_name(actor),
        role=role,
        action=action,
        before=None if before is None else before.state,
        after=after.state,
        reason=reason or None,
        data=data,
        changes=changes(before, after),
        **more,
    )
    return replace(after, seq=after.seq + 1), entry


def actor_name(actor: Person | str | None) -> str:
    """Return who acts, as the history names them: a person's id, a login's name, or `system`."""
    if actor is None:
        return SYSTEM
    return actor if isinstance(actor, str) else actor.person_id

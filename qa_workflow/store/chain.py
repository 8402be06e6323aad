"""The hash chain of a history: each entry's hash covers the entry and the hash before it.

Only integers, strings and null are hashed, as canonical JSON (sorted keys, no spaces, UTF-8), which
the standard library writes byte for byte like the fast writer used here: an inspector needs no more
than `json` and `hashlib` to check it.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

import orjson

from qa_workflow.engine.instance import HistoryEntry, Json
from qa_workflow.store.columns import to_microseconds

FORMAT = 1
# The order in which an entry is stored; all but `instance_id` and `hash` are hashed.
HASHED = (
    "seq", "at", "recorded_at", "actor", "role", "on_behalf_of", "action", "before", "after", "level",
    "nominal_on", "reason", "data", "changes", "definition_version",
)  # fmt: skip


def canonical(value: Json | list[Any]) -> str:
    """Return *value* as canonical JSON: sorted keys, no spaces."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def stored(entry: HistoryEntry, seq: int, definition_version: int) -> tuple[Any, ...]:
    """Return the hashed values of an entry, in the order of `HASHED`."""
    return (
        seq,
        to_microseconds(entry.at),
        to_microseconds(entry.recorded_at),
        entry.actor,
        entry.role,
        entry.on_behalf_of,
        entry.action,
        entry.before,
        entry.after,
        entry.level,
        None if entry.nominal_on is None else entry.nominal_on.isoformat(),
        entry.reason,
        canonical(entry.data) if entry.data else "{}",
        canonical(entry.changes) if entry.changes else "{}",
        definition_version,
    )


def link(previous: str, reference: str, values: tuple[Any, ...]) -> str:
    """Return the hash of an entry of *reference* that follows the entry of hash *previous*."""
    return sha256(orjson.dumps([FORMAT, previous, reference, *values])).hexdigest()


def misfit(
    reference: str, rows: Iterable[Sequence[Any]], *, seq: int, head: str
) -> tuple[int, str] | None:
    """Return the number of the first entry of *reference* that does not fit its chain, and why; None when all fit.

    *rows* are the stored values of each entry in the order of `HASHED` with its hash behind, by number.
    A chain is also broken when entries are missing at its end: *seq* and *head* are those of the last.
    """
    previous, expected = "", 1
    for *values, found in rows:
        if values[0] != expected:
            return expected, f"entry {expected} is missing"
        if link(previous, reference, tuple(values)) != found:
            return expected, "the entry was changed: its hash does not fit"
        previous = found
        expected += 1
    if expected - 1 != seq or previous != head:
        return expected, f"the history ends early: entry {seq} should be its last"
    return None

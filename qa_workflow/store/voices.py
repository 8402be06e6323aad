"""The children's own words: written once, byte for byte, each with its own reference."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import Connection, bindparam, select, text

from qa_workflow.engine.instance import Link, Voice
from qa_workflow.store import numbers
from qa_workflow.store.chain import canonical
from qa_workflow.store.columns import to_microseconds
from qa_workflow.store.links import Made
from qa_workflow.store.trail_tables import VoiceRow

SERIES = "voice:V-"
_REFERENCE = re.compile(r"(?:voice:)?V-([0-9]{1,18})", re.IGNORECASE | re.ASCII)
_VOICE = VoiceRow.__table__  # type: ignore[attr-defined]
_INSERT = """
INSERT INTO voice (number, case_id, words, method, heard_on, instance, recorded_by, recorded_at, digest)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_KNOWN = text("SELECT digest FROM voice WHERE digest IN :digests").bindparams(
    bindparam("digests", expanding=True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVoice:
    """A child's own words as they were given, the instance they are evidence for, and who wrote them down."""

    number: int
    case_id: str
    words: str
    method: str
    heard_on: date
    instance: str
    recorded_by: str
    recorded_at: datetime

    @property
    def reference(self) -> str:
        return reference_of(self.number)


def reference_of(number: int) -> str:
    """Return the reference of the voice of that number, such as `voice:V-0001`."""
    return f"{SERIES}{number:04}"


def number_of(reference: str) -> int | None:
    """Return the number of a voice's reference, `voice:V-0001` or `V-0001`; None when it is none."""
    found = _REFERENCE.fullmatch(reference.strip())
    return None if found is None else int(found[1])


def keep(
    connection: Connection, instance: str, said: Sequence[Voice], *, actor: str, now: datetime
) -> list[Made]:
    """Keep what was *said* and recorded by *instance*; return the links from each new voice to its evidence.

    The same words by the same child, method, day and place are one voice, kept the first time.
    """
    fresh = {_digest(one, one.source or instance): (one, one.source or instance) for one in said}
    if fresh:
        for (known,) in connection.execute(_KNOWN, {"digests": list(fresh)}):
            del fresh[known]
    if not fresh:
        return []
    first = numbers.take(connection, SERIES, len(fresh))
    at = to_microseconds(now)
    rows = [
        (number, one.case_id, one.words, one.method, one.heard_on.isoformat(), evidence, actor, at, digest)
        for number, (digest, (one, evidence)) in enumerate(fresh.items(), start=first)
    ]  # fmt: skip
    connection.exec_driver_sql(_INSERT, rows)
    return [(reference_of(row[0]), Link("evidences", row[5]), actor) for row in rows]


def _digest(one: Voice, evidence: str) -> str:
    told = [evidence, one.case_id, one.method, one.heard_on.isoformat(), one.words]
    return sha256(canonical(told).encode()).hexdigest()


def find(
    connection: Connection, *, case_id: str | None = None, numbers: Iterable[int] | None = None
) -> list[KeptVoice]:
    """Return the voices of a child, or of these numbers, or all, in the order they were recorded."""
    columns = [column for column in _VOICE.columns if column.name != "digest"]
    statement = select(*columns).order_by(_VOICE.c.number)
    if case_id is not None:
        statement = statement.where(_VOICE.c.case_id == case_id)
    if numbers is not None:
        statement = statement.where(_VOICE.c.number.in_(list(numbers)))
    return [KeptVoice(**row) for row in connection.execute(statement).mappings()]

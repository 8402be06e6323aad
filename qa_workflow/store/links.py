"""What came from what: links between references, kept once each and found from either end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, text

from qa_workflow.engine.instance import Link
from qa_workflow.store.columns import instant_of, to_microseconds
from qa_workflow.store.tables import ProcessInstanceRow

_INSERT = """
INSERT INTO link (from_ref, to_ref, kind, at, actor) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (from_ref, to_ref, kind) DO NOTHING
"""
_SELECT = "SELECT from_ref, to_ref, kind, at, actor FROM link WHERE {} IN :refs ORDER BY at, from_ref, to_ref, kind"
_FROM, _TO = (
    text(_SELECT.format(column)).bindparams(bindparam("refs", expanding=True))
    for column in ("from_ref", "to_ref")
)

_INSTANCE = ProcessInstanceRow.__table__  # type: ignore[attr-defined]
_END = [_INSTANCE.c[name] for name in ("reference", "process", "subject", "title", "state")]

Made = tuple[str, Link, str]  # the reference that it leads from, the link, who made it


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLink:
    """A link as it stands: `from_ref` *kind* `to_ref`, since when, and who made it."""

    from_ref: str
    to_ref: str
    kind: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """An instance at the end of a link, as a trail names it."""

    reference: str
    process: str
    subject: str
    title: str
    state: str


def keep(connection: Connection, made: Sequence[Made], *, now: datetime) -> None:
    """Keep the links that are not kept yet; one to nothing, or to itself, is none."""
    at = to_microseconds(now)
    rows = [
        (from_ref, to_ref, one.kind, at, actor)
        for from_ref, one, actor in made
        if (to_ref := one.to.strip()) and to_ref != from_ref
    ]
    if rows:
        connection.exec_driver_sql(_INSERT, rows)


def of(connection: Connection, references: Sequence[str]) -> list[KeptLink]:
    """Return every link that leads from or to one of *references*, each once, the oldest first."""
    if not references:
        return []
    chosen = {"refs": list(references)}
    found = {
        (row[0], row[1], row[2]): KeptLink(
            from_ref=row[0],
            to_ref=row[1],
            kind=row[2],
            at=instant_of(row[3]),  # type: ignore[arg-type]
            actor=row[4],
        )
        for statement in (_FROM, _TO)
        for row in connection.execute(statement, chosen)
    }
    return sorted(found.values(), key=lambda one: (one.at, one.from_ref, one.to_ref, one.kind))


def ends(connection: Connection, references: Sequence[str]) -> dict[str, End]:
    """Return those of *references* that are instances, by reference."""
    rows = connection.execute(select(*_END).where(_INSTANCE.c.reference.in_(references)))
    return {row["reference"]: End(**row) for row in rows.mappings()}

"""What this database knows of its council: settings, closure days, imports, methodologies, daemons, commands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import orjson
from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from qa_workflow.engine.instance import Json
from qa_workflow.store.chain import canonical
from qa_workflow.store.tables import (
    ClosureDayRow,
    CommandRow,
    DaemonPassRow,
    ImportBatchRow,
    MethodologyRow,
    ProcessDefinitionRow,
    SettingRow,
)

_SETTING = SettingRow.__table__  # type: ignore[attr-defined]
_CLOSURE = ClosureDayRow.__table__  # type: ignore[attr-defined]
_IMPORT = ImportBatchRow.__table__  # type: ignore[attr-defined]
_METHODOLOGY = MethodologyRow.__table__  # type: ignore[attr-defined]
_PASS = DaemonPassRow.__table__  # type: ignore[attr-defined]
_COMMAND = CommandRow.__table__  # type: ignore[attr-defined]
_DEFINITION = ProcessDefinitionRow.__table__  # type: ignore[attr-defined]
# Asked in every transaction, or at every step of a pass: built once.
_VALUE = select(_SETTING.c.value).where(_SETTING.c.key == bindparam("wanted"))
_BODIES = select(_METHODOLOGY.c.version, _METHODOLOGY.c.body)
_CLOSURES = select(_CLOSURE.c.kind, _CLOSURE.c.on, _CLOSURE.c.name)


# ------------------------------------------------------------------ settings
def get_setting(connection: Connection, key: str) -> str | None:
    """Return what stands under *key*, if anything does."""
    found: str | None = connection.execute(_VALUE, {"wanted": key}).scalar_one_or_none()
    return found


def put_setting(connection: Connection, key: str, value: str) -> None:
    """Keep *value* under *key*, instead of what stood there."""
    statement = insert(_SETTING).values(key=key, value=value)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={"value": value})
    )


# ------------------------------------------------------------------ closure days
def closure_days(connection: Connection) -> dict[str, dict[date, str]]:
    """Return the closure days with their names by kind: `bank_holiday` (proclaimed late) or `local`."""
    found: dict[str, dict[date, str]] = {"bank_holiday": {}, "local": {}}
    for row in connection.execute(_CLOSURES).all():
        found.setdefault(row.kind, {})[row.on] = row.name
    return found


def put_closure_day(connection: Connection, on: date, kind: str, name: str) -> None:
    """Keep that *on* is a closure day of *kind*; the same day again renames it."""
    statement = insert(_CLOSURE).values(on=on, kind=kind, name=name)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["on", "kind"], set_={"name": name})
    )


# ------------------------------------------------------------------ files taken in
def record_import(
    connection: Connection,
    *,
    kind: str,
    file: str,
    sha256: str,
    as_of: date,
    counts: Mapping[str, int],
    actor: str,
    at: datetime,
) -> None:
    """Keep that a file was accepted, and what it brought."""
    connection.execute(
        insert(_IMPORT).values(
            kind=kind,
            file=file,
            sha256=sha256,
            as_of=as_of,
            counts=canonical(counts),
            actor=actor,
            at=at,
        )
    )


def last_import_on(connection: Connection, kind: str, *, by: date) -> date | None:
    """Return the day as of which the newest list of *kind* speaks, leaving out what lies after *by*."""
    found: date | None = connection.execute(
        select(func.max(_IMPORT.c.as_of)).where(_IMPORT.c.kind == kind, _IMPORT.c.as_of <= by)
    ).scalar()
    return found


# ------------------------------------------------------------------ methodologies
def methodologies(connection: Connection) -> dict[int, Json]:
    """Return every version of the audit tool, by number."""
    return {row.version: orjson.loads(row.body) for row in connection.execute(_BODIES)}


def put_methodology(
    connection: Connection, version: int, body: str, sha256: str, *, at: datetime, by: str
) -> None:
    """Keep a version of the audit tool; a version is written once."""
    connection.execute(
        insert(_METHODOLOGY).values(
            version=version, body=body, sha256=sha256, loaded_at=at, loaded_by=by
        )
    )


# ------------------------------------------------------------------ daemons
@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonPass:
    """The last good pass of a daemon, and how often it promised to pass."""

    daemon: str
    last_pass_at: datetime
    safety_seconds: int


def put_pass(connection: Connection, daemon: str, at: datetime, safety_seconds: int) -> None:
    """Keep that *daemon* made a good pass *at*, and how often it promises to."""
    statement = insert(_PASS).values(daemon=daemon, last_pass_at=at, safety_seconds=safety_seconds)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["daemon"], set_={"last_pass_at": at, "safety_seconds": safety_seconds}
        )
    )


def passes(connection: Connection) -> list[DaemonPass]:
    """Return the last good pass of every daemon that ever ran here."""
    rows = connection.execute(select(_PASS).order_by(_PASS.c.daemon)).mappings()
    return [DaemonPass(**row) for row in rows]


# ------------------------------------------------------------------ commands that may be repeated
def find_command(connection: Connection, key: str) -> tuple[str, str] | None:
    """Return the digest and the reference of the command that came with *key*, if one did."""
    row = connection.execute(
        select(_COMMAND.c.digest, _COMMAND.c.reference).where(_COMMAND.c.idempotency_key == key)
    ).one_or_none()
    return None if row is None else (row.digest, row.reference)


def put_command(
    connection: Connection, key: str, digest: str, reference: str, at: datetime
) -> None:
    """Keep that the command of *key* was carried out on *reference*."""
    connection.execute(
        insert(_COMMAND).values(idempotency_key=key, digest=digest, reference=reference, at=at)
    )


# ------------------------------------------------------------------ definitions
def put_definition(
    connection: Connection, name: str, version: int, sha256: str, *, body: str, at: datetime
) -> None:
    """Keep a content that a version of a process has here, when it is first seen."""
    connection.execute(
        insert(_DEFINITION)
        .values(name=name, version=version, sha256=sha256, body=body, seen_at=at)
        .on_conflict_do_nothing(index_elements=["name", "version", "sha256"])
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """A content that a process had here: `body` is its canonical JSON, empty where it was not kept yet."""

    name: str
    version: int
    sha256: str
    body: str
    seen_at: datetime


def body_of_definition(connection: Connection, name: str, version: int, sha256: str) -> str:
    """Return the body of a content, empty where it was not kept.

    An instance from before contents were kept has no hash: it is taken to run by the first that was.
    """
    known = [
        one
        for one in definitions(connection, name)
        if one.version == version and (one.body if sha256 == "" else one.sha256 == sha256)
    ]
    return known[0].body if known else ""


def definitions(connection: Connection, name: str | None = None) -> list[Pinned]:
    """Return every content that any process, or that of *name*, was ever seen with here, the oldest first."""
    statement = select(_DEFINITION).order_by(_DEFINITION.c.name, _DEFINITION.c.seen_at)
    if name is not None:
        statement = statement.where(_DEFINITION.c.name == name)
    return [Pinned(**row) for row in connection.execute(statement).mappings()]

"""One database is one council. What SQLite and PostgreSQL do differently ends here."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from qa_workflow.errors import DatabaseUnfit, DatabaseUnhealthy, WrongInput

__all__ = ["SCHEMA", "Connection", "Database", "make_file", "sqlite_path"]

SCHEMA = "0005"  # the newest migration; a test holds it against the folder
_BUSY_SECONDS = 30
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # an audit survives a power cut; one fsync for a batch of hundreds
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-16384",
)


class Database:
    """Where everything is remembered: hands out transactions, and says in a sentence what is wrong.

    One that is *thrown_away* afterwards does not wait for the disk: a power cut may damage it.
    """

    def __init__(
        self, url: str, *, busy_seconds: float = _BUSY_SECONDS, thrown_away: bool = False
    ) -> None:
        try:
            self.url = make_url(url)
            self.path = sqlite_path(url)
            connect_args: dict[str, Any] = {"timeout": busy_seconds} if self.is_sqlite else {}
            self.engine: Engine = create_engine(self.url, connect_args=connect_args)
        except (ArgumentError, NoSuchModuleError, ImportError) as exc:
            raise WrongInput(
                f"{url!r} names no database. Write it as sqlite:///path/to/file.db."
            ) from exc
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            if thrown_away:
                event.listen(self.engine, "connect", _wait_for_no_disk)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection in one writing transaction: all of it is kept, or nothing.

        Raises:
            DatabaseUnhealthy: locked, read-only, full or not to be reached.
        """
        with _translated(self), self.engine.begin() as connection:
            if self.is_sqlite:
                # A transaction that reads and then writes must hold the write lock from its first statement:
                # a deferred one fails at once with "database is locked" when somebody else wrote in between.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the database and changes nothing."""
        with _translated(self), self.engine.begin() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection

    def schema_found(self) -> str | None:
        """Return the migration the database stands at; None when it was never initialised."""
        if self.path is not None and not self.path.exists():
            return None
        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.exec_driver_sql(
                "SELECT version_num FROM alembic_version"
            ).scalar()
            return found

    def require_schema(self) -> None:
        """Make sure that this program and the database fit.

        Raises:
            DatabaseUnfit: never initialised, older than this program, or newer.
        """
        found = self.schema_found()
        if found is None:
            raise DatabaseUnfit(
                f"There is no database of qa-workflow at {self}. Make one with `qa-workflow init`."
            )
        if found < SCHEMA:
            raise DatabaseUnfit(
                f"The database at {self} is of an older version ({found}; this program needs {SCHEMA}). "
                "Upgrade it with `qa-workflow init`."
            )
        if found > SCHEMA:
            raise DatabaseUnfit(
                f"The database at {self} is of a newer version ({found}) than this program knows ({SCHEMA}). "
                "Use a newer qa-workflow."
            )

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def __str__(self) -> str:
        return (
            str(self.path)
            if self.path is not None
            else self.url.render_as_string(hide_password=True)
        )


def sqlite_path(url: str) -> Path | None:
    """Return the file of a SQLite URL; None for PostgreSQL or a database in memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))


def make_file(path: Path) -> None:
    """Make the folder and the file, which only this user may read: it holds children's case references."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as exc:
        raise DatabaseUnhealthy(
            f"{path} cannot be made: {exc.strerror}. Choose another place with --database."
        ) from exc


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would be deferred: see `transaction`
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except sqlite3.Error:
        connection.close()
        raise


def _wait_for_no_disk(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA synchronous=OFF")


_SENTENCES = (
    ("locked", "is locked by another program. Wait until that has finished, and try again"),
    ("readonly", "is read-only. Give this user the right to write the file and its folder"),
    ("read-only", "is read-only. Give this user the right to write the file and its folder"),
    ("disk is full", "cannot grow: the disk is full. Make room, and try again"),
    ("disk i/o", "cannot be read or written: the disk reports an error. Look at the disk before anything else"),
    ("unable to open", "cannot be opened. See that the folder exists and that this user may read and write there"),
    ("not a database", "is no database. Name another file with --database"),
    ("malformed", "is damaged. Restore the last backup"),
)  # fmt: skip


@contextmanager
def _translated(database: Database) -> Iterator[None]:
    try:
        yield
    except DBAPIError as exc:
        cause = str(exc.orig).lower()
        if "no such table" in cause:
            raise DatabaseUnfit(
                f"The database {database} is not set up. Set it up with `qa-workflow init`."
            ) from exc
        for sign, sentence in _SENTENCES:
            if sign in cause:
                raise DatabaseUnhealthy(f"The database {database} {sentence}.") from exc
        raise

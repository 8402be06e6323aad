"""A database of the newest schema, on a file, for each test of the store."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from rows import Dump

from qa_workflow.store import migrate
from qa_workflow.store.database import Database


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one database of the newest schema, to be copied: faster than making each anew."""
    path: Path = tmp_path_factory.mktemp("blank") / "store.db"
    made = Database(f"sqlite:///{path}")
    migrate.upgrade(made)
    made.close()
    return path


@pytest.fixture
def database(tmp_path: Path, blank: Path) -> Iterator[Database]:
    shutil.copyfile(blank, tmp_path / "store.db")
    made = Database(f"sqlite:///{tmp_path / 'store.db'}", busy_seconds=0)
    yield made
    made.close()


@pytest.fixture
def dump(database: Database) -> Dump:
    """Give a function that returns everything in the database, as SQL, read past our own code."""

    def everything() -> list[str]:
        with sqlite3.connect(str(database.path)) as plain:
            lines = list(plain.iterdump())
        plain.close()
        return lines

    return everything

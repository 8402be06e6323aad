"""One database is one council: how it is opened, and what is said when something is wrong with it."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from rows import begun

from qa_workflow.errors import DatabaseUnhealthy, WrongInput
from qa_workflow.store import council, migrate
from qa_workflow.store.database import Database


def _setting(database: Database, value: str) -> None:
    with database.transaction() as connection:
        council.put_setting(connection, "key", value)


def _read(database: Database) -> str | None:
    with database.reading() as connection:
        return council.get_setting(connection, "key")


# ------------------------------------------------------------------ how it is opened
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("temp_store", 2)],
)
def test_every_connection_is_set_up_to_survive_a_power_cut(
    database: Database, pragma: str, value: str | int
) -> None:
    with database.reading() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_a_transaction_holds_the_write_lock_before_its_first_statement(database: Database) -> None:
    plain = sqlite3.connect(str(database.path), timeout=0, isolation_level=None)
    with database.transaction(), pytest.raises(sqlite3.OperationalError, match="locked"):
        plain.execute("BEGIN IMMEDIATE")
    plain.close()


def test_a_reader_holds_no_write_lock(database: Database) -> None:
    with database.reading() as connection:
        council.get_setting(connection, "key")
        _setting(database, "written meanwhile")
    assert _read(database) == "written meanwhile"


def test_a_reader_is_not_blocked_by_a_writer(database: Database) -> None:
    _setting(database, "before")
    with database.transaction() as connection:
        council.put_setting(connection, "key", "half done")
        assert _read(database) == "before"


def test_a_reader_sees_one_moment(database: Database) -> None:
    _setting(database, "before")
    with database.reading() as connection:
        council.get_setting(connection, "key")
        _setting(database, "after")
        assert council.get_setting(connection, "key") == "before"


def test_two_writers_queue_up(tmp_path: Path) -> None:
    patient = Database(f"sqlite:///{tmp_path / 'store.db'}", busy_seconds=20)
    migrate.upgrade(patient)

    def count() -> None:
        for _ in range(25):
            with patient.transaction() as connection:
                found = council.get_setting(connection, "key") or "0"
                council.put_setting(connection, "key", str(int(found) + 1))

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = _read(patient)
    patient.close()
    assert found == "75"


def test_what_fails_in_a_transaction_is_not_kept(database: Database) -> None:
    with suppress(ZeroDivisionError), database.transaction() as connection:
        council.put_setting(connection, "key", "never")
        raise ZeroDivisionError
    assert _read(database) is None


# ------------------------------------------------------------------ what is wrong with it
@pytest.fixture
def lock(database: Database) -> Iterator[sqlite3.Connection]:
    other = sqlite3.connect(str(database.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


@pytest.mark.usefixtures("lock")
def test_a_locked_database_is_told_in_a_sentence(database: Database) -> None:
    with pytest.raises(DatabaseUnhealthy) as told:
        _setting(database, "never")
    assert str(told.value) == (
        f"The database {database.path} is locked by another program. "
        "Wait until that has finished, and try again."
    )


def test_a_locked_database_is_not_changed(database: Database, lock: sqlite3.Connection) -> None:
    with pytest.raises(DatabaseUnhealthy):
        _setting(database, "never")
    lock.execute("ROLLBACK")
    assert _read(database) is None


@pytest.mark.usefixtures("lock")
def test_a_locked_database_can_still_be_read(database: Database) -> None:
    assert _read(database) is None


@pytest.fixture
def read_only(database: Database) -> Iterator[Database]:
    _setting(database, "before")
    made = Database(f"sqlite:///file:{database.path}?mode=ro&uri=true", busy_seconds=0)
    yield made
    made.close()


def test_a_read_only_database_is_told_in_a_sentence(read_only: Database) -> None:
    with pytest.raises(
        DatabaseUnhealthy, match=r"is read-only\. Give this user the right to write"
    ):
        _setting(read_only, "never")


def test_a_read_only_database_is_not_changed(database: Database, read_only: Database) -> None:
    with pytest.raises(DatabaseUnhealthy):
        _setting(read_only, "never")
    assert _read(database) == "before"


def _fill(database: Database) -> None:
    with database.transaction() as connection:
        council.put_setting(connection, "key", "half done")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        council.put_setting(connection, "large", "x" * 100_000)


def test_a_full_disk_is_told_in_a_sentence(database: Database) -> None:
    with pytest.raises(
        DatabaseUnhealthy, match=r"cannot grow: the disk is full\. Make room, and try again\."
    ):
        _fill(database)


def test_a_full_disk_changes_nothing(database: Database) -> None:
    with pytest.raises(DatabaseUnhealthy):
        _fill(database)
    assert _read(database) is None


def test_a_file_that_is_no_database_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all, " * 1000)
    with pytest.raises(
        DatabaseUnhealthy, match=r"letter\.txt is no database\. Name another file with --database\."
    ):
        migrate.upgrade(Database(f"sqlite:///{tmp_path / 'letter.txt'}"))


def test_a_file_that_is_no_database_is_not_changed(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all, " * 1000)
    with pytest.raises(DatabaseUnhealthy):
        migrate.upgrade(Database(f"sqlite:///{tmp_path / 'letter.txt'}"))
    assert (tmp_path / "letter.txt").read_text() == "Dear all, " * 1000


def test_a_damaged_database_is_told_in_a_sentence(tmp_path: Path) -> None:
    made = Database(f"sqlite:///{tmp_path / 'store.db'}")
    migrate.upgrade(made)
    for number in range(1, 40):
        begun(made, number)
    made.close()
    content = bytearray((tmp_path / "store.db").read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    (tmp_path / "store.db").write_bytes(content)
    with (
        pytest.raises(DatabaseUnhealthy, match=r"is damaged\. Restore the last backup\."),
        made.reading() as connection,
    ):
        connection.exec_driver_sql("SELECT * FROM process_instance").all()
    made.close()


def test_a_folder_in_place_of_a_database_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnhealthy, match=r"cannot be opened\. See that the folder exists"):
        migrate.upgrade(Database(f"sqlite:///{tmp_path}"))


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        DatabaseUnhealthy, match=r"cannot be made: .* Choose another place with --database"
    ):
        migrate.upgrade(Database(f"sqlite:///{tmp_path / 'file' / 'store.db'}"))


def test_a_fault_of_the_program_is_not_called_a_fault_of_the_database(database: Database) -> None:
    with pytest.raises(Exception, match="syntax error"), database.transaction() as connection:
        connection.exec_driver_sql("SELEKT 1")


# ------------------------------------------------------------------ its name
@pytest.mark.parametrize("url", ["not a url", "nosuch:///file.db", "sqlite+nosuch:///file.db"])
def test_what_names_no_database_is_wrong_input(url: str) -> None:
    with pytest.raises(WrongInput, match=r"Write it as sqlite:///path/to/file\.db"):
        Database(url)


def test_a_database_is_named_by_its_path(tmp_path: Path) -> None:
    assert str(Database(f"sqlite:///{tmp_path / 'store.db'}")) == str(tmp_path / "store.db")


def test_a_database_in_memory_has_no_path() -> None:
    assert Database("sqlite://").path is None

"""The schema: what the migrations make is what the tables say, and a database that does not fit is refused."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from qa_workflow.errors import DatabaseUnfit
from qa_workflow.store import council as store_council
from qa_workflow.store import instances, migrate
from qa_workflow.store.database import SCHEMA, Database
from qa_workflow.store.tables import METADATA, TimerRow


def _schema(path: Path | None) -> list[tuple[str, str]]:
    plain = sqlite3.connect(str(path))
    found = plain.execute("SELECT type, name FROM sqlite_master ORDER BY type, name").fetchall()
    plain.close()
    return found


@pytest.fixture
def empty(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'folder' / 'new.db'}", busy_seconds=0)


# ------------------------------------------------------------------ migrations
def test_the_migrations_make_exactly_what_the_tables_say(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_partial_indices_are_made_with_the_condition_that_the_tables_say(
    database: Database,
) -> None:
    said = {
        index.name: str(index.dialect_options["sqlite"]["where"])
        for table in METADATA.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    with database.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
        )
        made = {row[0]: row[1].split(" WHERE ")[1] for row in rows}
    assert made == said


def test_the_program_names_the_newest_migration() -> None:
    assert migrate.newest() == SCHEMA


def test_every_migration_says_whether_it_runs_before_or_after_the_program() -> None:
    folder = Path(migrate.__file__).parent / "migrations" / "versions"
    assert [
        path.name for path in folder.glob("*.py") if not re.match(r"\d{4}_(pre|post)_", path.name)
    ] == []


def test_the_first_upgrade_makes_folder_and_file(empty: Database) -> None:
    assert migrate.upgrade(empty) is True


def test_the_file_can_be_read_by_its_owner_only(empty: Database) -> None:
    migrate.upgrade(empty)
    assert empty.path is not None
    assert empty.path.stat().st_mode & 0o077 == 0


def test_a_second_upgrade_has_nothing_to_do(database: Database) -> None:
    assert migrate.upgrade(database) is False


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    before = _schema(database.path)
    migrate.upgrade(database)
    assert _schema(database.path) == before


def test_the_way_down_leaves_nothing_of_ours(database: Database) -> None:
    with database.transaction() as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert [name for kind, name in _schema(database.path) if kind == "table"] == ["alembic_version"]


def test_down_and_up_again_makes_the_same(database: Database) -> None:
    before = _schema(database.path)
    with database.transaction() as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    migrate.upgrade(database)
    assert _schema(database.path) == before


def test_a_migration_that_fails_half_way_leaves_nothing_behind(empty: Database) -> None:
    assert empty.path is not None
    empty.path.parent.mkdir()
    plain = sqlite3.connect(str(empty.path))
    plain.execute("CREATE TABLE timer (anything)")  # in the way of the last table made
    plain.commit()
    plain.close()
    with pytest.raises(Exception, match="already exists"):
        migrate.upgrade(empty)
    assert [name for kind, name in _schema(empty.path) if kind == "table"] == ["timer"]


# ------------------------------------------------------------------ a database of an older version
@pytest.fixture
def older(tmp_path: Path) -> Iterator[Database]:
    """Give a database as the first version of the program left it, with something in it."""
    made = Database(f"sqlite:///{tmp_path / 'older.db'}", busy_seconds=0)
    with made.transaction() as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO process_instance (id, reference, process, definition_version, subject, title, state, version, "
            "seq, epoch, due_epoch, opened_at, entered_at, entered_on, data, refusals, head_hash) VALUES "
            "(7, 'recommendation:R-0007', 'recommendation', 1, 'C07', 't', 'raised', 1, 1, 1, 1, 5, 5, '2025-10-01', "
            "'{}', '[]', 'h')"
        )
        connection.exec_driver_sql(
            "INSERT INTO history_entry (instance_id, seq, at, recorded_at, actor, action, data, changes, "
            "definition_version, hash) VALUES (7, 1, 5, 5, 'system', 'start', '{}', '{}', 1, 'h')"
        )
    yield made
    made.close()


def _content(path: Path | None) -> dict[str, list[dict[str, object]]]:
    plain = sqlite3.connect(str(path))
    plain.row_factory = sqlite3.Row
    found = {
        name: [dict(row) for row in plain.execute(f"SELECT * FROM {name}")]  # noqa: S608 - names of our own tables
        for name in METADATA.tables
        if plain.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    }
    plain.close()
    return found


def _as_it_was(
    content: dict[str, list[dict[str, object]]], before: dict[str, list[dict[str, object]]]
) -> dict[str, list[dict[str, object]]]:
    """Return of *content* the columns that there were *before*."""
    return {
        name: [
            {column: row[column] for column in old}
            for row, old in zip(content[name], rows, strict=True)
        ]
        for name, rows in before.items()
    }


def test_an_older_database_is_refused_until_it_is_upgraded(older: Database) -> None:
    with pytest.raises(DatabaseUnfit, match="is of an older version"):
        older.require_schema()


def test_an_older_database_is_upgraded_in_place_without_loss(older: Database) -> None:
    before = _content(older.path)
    assert migrate.upgrade(older) is True
    after = _content(older.path)
    assert len(before["process_instance"]) == len(before["history_entry"]) == 1
    assert _as_it_was(after, before) == before


def test_what_was_armed_before_an_upgrade_is_looked_at_when_its_first_timer_is_due(
    older: Database,
) -> None:
    with older.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO timer (instance_id, deadline, epoch, level, due_at, fixed, status) VALUES "
            "(7, 'due', 1, 'L0', 90, 0, 'armed'), (7, 'due', 1, 'R2', 30, 0, 'fired'), (7, 'other', 1, 'L0', 60, 0, 'armed')"
        )
    migrate.upgrade(older)
    with older.reading() as connection:
        assert connection.exec_driver_sql("SELECT next_due_at FROM process_instance").scalar() == 60


def test_a_definition_that_ran_before_an_upgrade_is_known_by_its_version(older: Database) -> None:
    with older.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO process_definition (name, version, sha256, seen_at) VALUES ('recommendation', 1, 'h', 5)"
        )
    migrate.upgrade(older)
    with older.reading() as connection:
        (known,) = store_council.definitions(connection)
    assert (known.name, known.version, known.sha256, known.body) == ("recommendation", 1, "h", "")


def test_an_older_database_has_after_its_upgrade_all_that_a_new_one_has(
    older: Database, database: Database
) -> None:
    migrate.upgrade(older)
    older.require_schema()
    assert _schema(older.path) == _schema(database.path)


def test_history_is_still_written_once_after_an_upgrade(older: Database) -> None:
    migrate.upgrade(older)
    with pytest.raises(Exception, match="history is written once"), older.transaction() as some:
        some.exec_driver_sql("DELETE FROM history_entry")


# ------------------------------------------------------------------ fit or unfit
def _stamped(database: Database, version: str) -> Database:
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (version,))
    return database


def test_a_database_of_this_schema_fits(database: Database) -> None:
    database.require_schema()


def test_a_missing_database_is_unfit_and_says_how_to_make_one(empty: Database) -> None:
    with pytest.raises(DatabaseUnfit, match="Make one with `qa-workflow init`"):
        empty.require_schema()


def test_asking_for_a_missing_database_makes_no_file(empty: Database) -> None:
    assert empty.schema_found() is None
    assert empty.path is not None
    assert not empty.path.exists()


def test_a_file_without_our_tables_is_unfit(tmp_path: Path) -> None:
    (tmp_path / "other.db").touch()
    with pytest.raises(DatabaseUnfit, match="There is no database of qa-workflow"):
        Database(f"sqlite:///{tmp_path / 'other.db'}").require_schema()


def test_a_newer_database_is_unfit(database: Database) -> None:
    with pytest.raises(DatabaseUnfit, match="newer version"):
        _stamped(database, "9999").require_schema()


def test_a_newer_database_is_not_upgraded(database: Database) -> None:
    with pytest.raises(DatabaseUnfit, match="newer version"):
        migrate.upgrade(_stamped(database, "9999"))


def test_an_older_database_is_unfit_and_says_how_to_upgrade(database: Database) -> None:
    with pytest.raises(DatabaseUnfit, match="Upgrade it with `qa-workflow init`"):
        _stamped(database, "0000").require_schema()


def test_a_version_this_program_never_had_is_not_upgraded(database: Database) -> None:
    with pytest.raises(DatabaseUnfit, match="does not know"):
        migrate.upgrade(_stamped(database, "0000"))


def test_a_database_that_is_not_set_up_is_unfit_when_something_is_asked_of_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "other.db").touch()
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    with pytest.raises(DatabaseUnfit, match="is not set up"), other.reading() as connection:
        connection.exec_driver_sql("SELECT * FROM timer")
    other.close()


# ------------------------------------------------------------------ SQL text beside the tables
_TABLES = {
    name: {column.name for column in table.columns} for name, table in METADATA.tables.items()
}


def test_the_columns_that_are_decoded_are_those_of_the_table() -> None:
    assert set(instances.INSTANCE_COLUMNS) == _TABLES["process_instance"]


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        (instances._INSERT_INSTANCE, "process_instance"),
        (instances._INSERT_HISTORY, "history_entry"),
        (instances._INSERT_MESSAGE, "outbox_message"),
        (instances._ARM_TIMER, "timer"),
        (instances._INSERT_BLOCK, "block"),
    ],
)
def test_a_raw_insert_leaves_out_only_what_may_be_empty(statement: str, table: str) -> None:
    named = {
        name.strip('" ') for name in statement.split("(")[1].split(")", maxsplit=1)[0].split(",")
    }
    given_later = {"timer": {"fired_at"}, "block": {"cleared_at"}}.get(table, set())
    own_number = set() if table in {"process_instance", "history_entry"} else {"id"}
    assert named == _TABLES[table] - given_later - own_number


def test_an_update_of_an_instance_writes_every_column_that_can_change() -> None:
    assert set(instances._UPDATED) | instances._LASTING == _TABLES["process_instance"]


def test_a_timer_without_its_numbers_is_refused_by_the_database(database: Database) -> None:
    with pytest.raises(Exception, match="NOT NULL"), database.transaction() as connection:
        connection.execute(TimerRow.__table__.insert())  # type: ignore[attr-defined]

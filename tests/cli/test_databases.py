"""A database or a configuration that cannot be used: said in a sentence that names it, with its exit code."""

import sqlite3
from pathlib import Path

import pytest
from cli.shell import Shell

from qa_workflow.store import database

NOTE = ("note", "recommendation:R-0001", "--as", "sandy", "Seen.")
WRITES = [
    NOTE,
    ("start", "recommendation", "--subject", "C02"),
    ("fire", "recommendation:R-0001", "assign", "--as", "sandy"),
    ("block", "recommendation:R-0001", "--as", "sandy", "--reason", "other", "--note", "Waits"),
    ("daemon", "--once"),
    ("outbox", "retry"),
    ("people", "import", "people.csv"),
    ("case", "import", "cases.csv"),
]


@pytest.fixture
def working(shell: Shell) -> Shell:
    """Give a council with one recommendation, and files to import."""
    Path("people.csv").write_text("person_id,name,roles\nzoe,Zoe New,auditor\n", "utf-8")
    Path("cases.csv").write_text("case_id,plan_type,opened,closed\n", "utf-8")
    shell.json("start", "recommendation", "--subject", "C01", "--as", "sandy")
    return shell


def test_init_makes_a_database_and_run_again_changes_nothing(nowhere: Shell) -> None:
    assert nowhere.json("init")["changed"] is True
    before = nowhere.dump()
    assert nowhere.json("init")["changed"] is False
    assert "nothing changed" in nowhere.says("init")
    assert nowhere.dump() == before
    assert nowhere.database.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("typed", [("list",), ("status",), ("stuck",), ("daemon", "--once"), NOTE])
def test_a_database_that_was_never_made_is_not_made_by_asking(
    nowhere: Shell, typed: tuple[str, ...]
) -> None:
    error = nowhere.fails(*typed, code=7)
    assert error["code"] == "database_unfit"
    assert "qa-workflow init" in error["message"]
    assert not nowhere.database.exists()


def test_a_file_of_another_program_is_not_taken_for_a_council(nowhere: Shell) -> None:
    with sqlite3.connect(nowhere.database) as plain:
        plain.execute("CREATE TABLE recipe (name TEXT)")
    plain.close()
    assert "qa-workflow init" in nowhere.fails("list", code=7)["message"]


@pytest.mark.parametrize("typed", [("list",), ("init",), NOTE])
def test_a_newer_database_needs_a_newer_program(working: Shell, typed: tuple[str, ...]) -> None:
    working.sql("UPDATE alembic_version SET version_num = '9999'")
    error = working.fails(*typed, code=7)
    assert "newer" in error["message"]


def test_an_older_database_needs_init(working: Shell) -> None:
    working.sql("UPDATE alembic_version SET version_num = '0000'")
    assert "qa-workflow init" in working.fails("list", code=7)["message"]


@pytest.mark.parametrize("typed", WRITES, ids=" ".join)
def test_a_locked_database_is_said_to_be_locked(working: Shell, typed: tuple[str, ...]) -> None:
    another = sqlite3.connect(working.database, isolation_level=None)
    another.execute("BEGIN IMMEDIATE")
    try:
        error = working.fails(*typed, code=4)
    finally:
        another.close()
    assert error["code"] == "database_unhealthy"
    assert "locked" in error["message"]
    assert str(working.database) in error["message"]


def test_a_locked_database_can_still_be_read(working: Shell) -> None:
    another = sqlite3.connect(working.database, isolation_level=None)
    another.execute("BEGIN IMMEDIATE")
    try:
        assert working.json("list")["count"] == 1
    finally:
        another.close()


def test_a_read_only_database_is_said_to_be_read_only(working: Shell) -> None:
    with working.database.open("r+b") as file:  # SQLite's own mark, that root must keep to as well
        file.seek(18)
        file.write(b"\x03")
    error = working.fails(*NOTE, code=4)
    assert "read-only" in error["message"]
    assert str(working.database) in error["message"]


def test_a_full_disk_is_said_to_be_full(working: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    full = (*database._PRAGMAS, "PRAGMA max_page_count=1")
    monkeypatch.setattr(database, "_PRAGMAS", full)
    before = working.dump()
    for _ in range(50):  # until the last page is used up
        result = working.type("note", "R-0001", "--as", "sandy", "x" * 5000)
        if result.exit_code != 0:
            break
        before = working.dump()
    assert result.exit_code == 4
    assert "full" in result.stderr
    assert working.dump() == before


@pytest.mark.parametrize("typed", [("list",), ("init",), NOTE])
def test_a_folder_is_no_database(shell: Shell, typed: tuple[str, ...]) -> None:
    Path("folder").mkdir()
    error = shell.fails(*typed, "--database", "sqlite:///folder", code=4)
    assert "folder" in error["message"]


@pytest.mark.parametrize(
    "content", [b"case_id,plan_type\n" * 100, b"\x00" * 4096, b"SQLite format 3\x00" * 300]
)
def test_a_file_that_is_no_database_is_left_alone(nowhere: Shell, content: bytes) -> None:
    nowhere.database.write_bytes(content)
    assert str(nowhere.database) in nowhere.fails("list", code=4)["message"]
    assert nowhere.database.read_bytes() == content


@pytest.mark.parametrize("url", ["council.db", "", "mysql://here/council", "sqlite", "http://here"])
def test_what_names_no_database_is_wrong_input(shell: Shell, url: str) -> None:
    assert "sqlite:///" in shell.fails("list", "--database", url, code=2)["message"]


# ------------------------------------------------------------------ configuration
@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"colour = 'red'\n", "colour"),
        (b"busy_seconds = \n", "settings.toml"),
        (b"\xff\n", "settings.toml"),
        (b"batch_size = 0\n", "batch_size"),
        (b"batch_size = 'many'\n", "batch_size"),
        (b"[database]\nurl = 'x'\n", "database"),
    ],
)
def test_a_configuration_that_does_not_fit_is_named(
    shell: Shell, content: bytes, named: str
) -> None:
    Path("settings.toml").write_bytes(content)
    assert named in shell.fails("list", "--config", "settings.toml", code=7)["message"]


@pytest.mark.parametrize("file", ["absent.toml", "."])
def test_a_configuration_that_is_not_there_is_named(shell: Shell, file: str) -> None:
    assert file in shell.fails("list", "--config", file, code=7)["message"]


def test_a_setting_in_the_environment_that_does_not_fit_is_named(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_WORKFLOW_BATCH_SIZE", "many")
    assert "batch_size" in shell.fails("list", code=7)["message"]


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("settings.toml").write_text("database_url = 'sqlite:///file.db'\n", "utf-8")
    monkeypatch.delenv("QA_WORKFLOW_DATABASE_URL", raising=False)
    config = ("--config", "settings.toml")
    assert shell.json("case", "list", *config)["count"] == 23
    other = shell.json("init", *config, "--database", "sqlite:///typed.db")
    assert other["database"] == "typed.db"
    assert not Path("file.db").exists()

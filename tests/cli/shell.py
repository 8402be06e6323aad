"""A person at the command line: types commands at a known time, and reads what comes back.

Everything that is imported late is imported here, before a test freezes the clock.
"""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import rich.console
import rich.progress
import rich.table
import typer.testing
from council import london
from freezegun.api import FrozenDateTimeFactory, StepTickTimeFactory, TickingDateTimeFactory
from typer.testing import CliRunner, Result

import qa_workflow.daemon
import qa_workflow.demo
import qa_workflow.web
import qa_workflow.wiring
from qa_workflow.cli import app
from qa_workflow.processes import all_processes

LOADED = (
    qa_workflow.daemon,
    qa_workflow.demo,
    qa_workflow.web,
    qa_workflow.wiring,
    rich.console,
    rich.progress,
    rich.table,
    all_processes(),
)
# The parser's tree of every command is the same each time, and to make it takes longer than most commands.
typer.testing._get_command = cache(typer.testing._get_command)  # type: ignore[attr-defined]
Clock = StepTickTimeFactory | TickingDateTimeFactory | FrozenDateTimeFactory


class Shell:
    """Runs commands on one database file."""

    def __init__(self, database: Path, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    @property
    def url(self) -> str:
        return f"sqlite:///{self.database}"

    def at(self, text: str) -> "Shell":
        """Go to a moment, London time."""
        self.clock.move_to(london(text))
        return self

    # -------------------------------------------------------------- typing
    def type(self, *args: str, typed: str | None = None, url: str | None = None) -> Result:
        """Type a command as it stands; standard input is no terminal."""
        where = {"QA_WORKFLOW_DATABASE_URL": url or self.url, "QA_WORKFLOW_BUSY_SECONDS": "0"}
        return CliRunner().invoke(app, args, input=typed, env=where)

    def says(self, *args: str, code: int = 0) -> str:
        """Type a command that ends with *code*, and return what stands on standard output."""
        result = self.type(*args)
        assert result.exit_code == code, f"{args}: {result.exit_code} {result.stderr}"
        return result.stdout

    def json(self, *args: str, code: int = 0) -> dict[str, Any]:
        """Type a command with --json, and return its object; nothing stands beside it."""
        result = self.type(*args, "--json")
        assert result.exit_code == code, f"{args}: {result.exit_code} {result.stderr}"
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    def fails(self, *args: str, code: int, same: bool = True) -> dict[str, Any]:
        """Type a command that must fail, both ways; return the error that machines are told.

        For people one clear text and no traceback; for machines one object on standard error and
        nothing on standard output. Nothing has changed after either, unless it is not to be the *same*.
        """
        before = self.dump()
        for_people = self.type(*args)
        assert for_people.exit_code == code, f"{args}: {for_people.exit_code} {for_people.stderr}"
        assert for_people.stdout == ""
        assert for_people.stderr.strip()
        assert "Traceback" not in for_people.stderr
        for_machines = self.type(*args, "--json")
        assert for_machines.exit_code == code
        assert for_machines.stdout == ""
        told = json.loads(for_machines.stderr)
        assert list(told) == ["error"]
        error: dict[str, Any] = told["error"]
        assert list(error)[:3] == ["code", "message", "reasons"]
        assert "\n" not in error["message"]
        if same:
            assert self.dump() == before
        return error

    # -------------------------------------------------------------- reading past our own code
    def dump(self) -> list[str]:
        """Return everything in the database, as SQL."""
        if not self.database.is_file():
            return []
        plain = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return list(plain.iterdump())
        except sqlite3.DatabaseError:
            return [self.database.read_bytes().hex()]
        finally:
            plain.close()

    def sql(self, statement: str) -> None:
        """Change the database behind the program's back."""
        with sqlite3.connect(self.database) as plain:
            plain.execute(statement)
        plain.close()


def process(
    *args: str, env: Mapping[str, str] | None = None, python: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run the program as the operating system does."""
    return subprocess.run(
        [sys.executable, *python, "-m", "qa_workflow", *args],
        capture_output=True,
        text=True,
        timeout=25,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **(env or {})},
    )

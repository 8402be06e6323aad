"""`process check` proves the definitions anywhere, and says what the roster leaves undone where there is one."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.shell import Shell

from qa_workflow import processes
from qa_workflow.processes import all_processes

CHECK = ("process", "check")


def warned(shell: Shell, *args: str) -> list[tuple[str, str]]:
    """Return each warning with its process, as machines are told."""
    return [(one["process"], one["warning"]) for one in shell.json(*CHECK, *args)["warnings"]]


# ------------------------------------------------------------------ without a roster
def test_without_a_database_the_definitions_are_proved_and_no_database_is_made(
    nowhere: Shell,
) -> None:
    told = nowhere.type(*CHECK)
    assert (told.exit_code, told.stdout) == (0, "")
    assert told.stderr == f"0 faults in {len(all_processes())} processes.\n"
    assert nowhere.json(*CHECK)["warnings"] == []
    assert sorted(Path().iterdir()) == []


def test_a_database_without_anybody_is_no_roster(nowhere: Shell) -> None:
    nowhere.says("init")
    told = nowhere.type(*CHECK)
    assert told.exit_code == 0
    assert "warning" not in told.stderr
    assert warned(nowhere) == []


@pytest.mark.parametrize(
    "other_version",
    [
        "UPDATE alembic_version SET version_num = '0000'",
        "UPDATE alembic_version SET version_num = '9999'",
    ],
)
def test_a_database_of_another_version_is_left_alone(shell: Shell, other_version: str) -> None:
    assert warned(shell) != []
    shell.sql(other_version)
    assert warned(shell) == []


def test_a_file_that_is_no_council_is_left_alone(nowhere: Shell) -> None:
    with sqlite3.connect(nowhere.database) as plain:
        plain.execute("CREATE TABLE recipe (name TEXT)")
    plain.close()
    before = nowhere.dump()
    assert warned(nowhere) == []
    assert nowhere.dump() == before
    nowhere.database.write_bytes(b"Not a database at all, but a letter. " * 100)
    assert warned(nowhere) == []


# ------------------------------------------------------------------ with a roster
def test_what_the_roster_leaves_undone_is_a_warning_and_no_finding(shell: Shell) -> None:
    shell.sql("DELETE FROM person_role WHERE role LIKE 'send_%'")
    before = shell.dump()
    told = shell.type(*CHECK, "send_panel")
    assert (told.exit_code, told.stdout) == (0, "")
    first, second, *counted = told.stderr.splitlines()
    nobody = "send_panel: warning: Nobody active holds"
    assert first.startswith(f"{nobody} the role send_panel_chair, who pulls open_agenda in")
    assert second.startswith(f"{nobody} any of the roles send_caseworker, send_panel_chair, who")
    assert counted == ["0 faults in 1 process.", "2 warnings by today's roster."]
    assert shell.dump() == before


def test_machines_are_told_the_same_beside_the_faults(shell: Shell) -> None:
    body = shell.json(*CHECK)
    assert list(body) == ["schema", "as_of", "count", "items", "warnings"]
    assert (body["count"], body["items"]) == (0, [])
    assert all(list(one) == ["process", "warning"] for one in body["warnings"])
    said = [line for line in shell.type(*CHECK).stderr.splitlines() if ": warning: " in line]
    assert said == [f"{one['process']}: warning: {one['warning']}" for one in body["warnings"]]


def test_a_process_with_everybody_it_needs_gives_no_warning(shell: Shell) -> None:
    assert warned(shell, "case_audit") == []
    assert "0 warnings by today's roster." in shell.type(*CHECK, "case_audit").stderr


def test_quiet_says_nothing_of_the_roster(shell: Shell) -> None:
    told = shell.type(*CHECK, "send_panel", "--quiet")
    assert (told.exit_code, told.stdout, told.stderr) == (0, "", "")


def test_the_roster_is_read_for_the_london_day_of_asking(shell: Shell) -> None:
    shell.sql("UPDATE person SET active_to = '2025-09-15' WHERE person_id = 'mo'")
    assert warned(shell.at("2025-09-15 23:59"), "case_audit") == []
    ((process, warning),) = warned(shell.at("2025-09-16 00:01"), "case_audit")
    assert (process, "role moderator" in warning) == ("case_audit", True)


def test_one_person_in_two_roles_is_told_until_there_is_a_second(shell: Shell) -> None:
    shell.sql("UPDATE person SET active_to = '2025-09-01' WHERE person_id = 'quinn'")
    people = Path("people.csv")
    people.write_text("person_id,name,roles\nsandy,Sandy Quality,sm_sqa;qa_admin\n", "utf-8")
    shell.says("people", "import", "people.csv")
    ((_, warning),) = warned(shell, "case_audit_round")
    assert warning.startswith(
        "Two people must pull propose_sample (qa_admin) and freeze_sample (sm_sqa), "
        "but only Sandy Quality can: give qa_admin or sm_sqa to a second person."
    )
    people.write_text("person_id,name,roles\nzoe,Zoe New,qa_admin\n", "utf-8")
    shell.says("people", "import", "people.csv")
    assert warned(shell, "case_audit_round") == []


def test_the_help_says_when_the_roster_is_looked_at(nowhere: Shell) -> None:
    told = " ".join(nowhere.says(*CHECK, "--help").split())
    assert "Where the database holds a roster, it also warns" in told
    assert "leave the exit code 0" in told


# ------------------------------------------------------------------ beside faults
@pytest.fixture
def two_processes(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """Give a shell where only two processes are found, which nobody of the roster can finish; one is faulty."""
    folder = Path("found_here").absolute()
    shell.says("process", "list")  # so that everything else is imported already
    folder.mkdir()
    for name in ("sound_one", "faulty_one"):
        source = SOURCE.format(name=name, days=5 if name == "sound_one" else 0)
        (folder / f"{name}.py").write_text(source, "utf-8")
    monkeypatch.delenv("QA_WORKFLOW_FRAMEWORK")  # it opens processes that are not found now
    monkeypatch.setattr(processes, "__path__", [str(folder)])
    all_processes.cache_clear()
    yield shell
    all_processes.cache_clear()
    for name in ("sound_one", "faulty_one", "unread_one"):
        sys.modules.pop(f"{processes.__name__}.{name}", None)


SOURCE = '''"""Ends when finance says so."""

from enum import StrEnum, auto

from qa_workflow.engine.definition import Deadline, ProcessDefinition, Transition, Within
from qa_workflow.patterns import ladders


class Stage(StrEnum):
    """The states."""

    OPEN = auto()
    DONE = auto()


PROCESS = ProcessDefinition(
    name="{name}", title="One", version=1, started_by="person",
    states=Stage, initial=Stage.OPEN, final=frozenset({{Stage.DONE}}),
    transitions=(Transition("finish", Stage.OPEN, Stage.DONE, role="finance"),),
    deadlines=(Deadline(name="by", state=Stage.OPEN, due=Within({days}), ladder=ladders.STANDARD),),
)
'''


def test_faults_come_first_and_a_faulty_process_is_not_measured_by_the_roster(
    two_processes: Shell,
) -> None:
    told = two_processes.type(*CHECK)
    assert told.exit_code == 1
    (fault,) = told.stdout.splitlines()
    assert fault.startswith("faulty_one: Deadline by allows 0 working days")
    assert told.stderr.splitlines() == [
        (
            "sound_one: warning: Nobody active holds the role finance, who pulls finish in state open: "
            "give finance to somebody in the roster."
        ),
        "1 fault in 2 processes.",
        "1 warning by today's roster.",
    ]
    body = json.loads(two_processes.type(*CHECK, "--json").stdout)
    assert ([one["process"] for one in body["items"]], body["count"]) == (["faulty_one"], 1)
    assert [one["process"] for one in body["warnings"]] == ["sound_one"]


def test_where_no_definition_can_be_read_there_is_nothing_to_warn_of(two_processes: Shell) -> None:
    (Path("found_here") / "unread_one.py").write_text("PROCESS = (  # never closed\n", "utf-8")
    body = two_processes.json(*CHECK, code=1)
    assert "SyntaxError" in body["items"][0]["fault"]
    assert body["warnings"] == []

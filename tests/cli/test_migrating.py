"""At the command line: a live process is changed, and what runs by other rules is told."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from cli.shell import Shell
from versions import with_state_renamed

import qa_workflow.wiring
from qa_workflow.engine.definition import ProcessDefinition, Within
from qa_workflow.processes import all_processes

NAME = "recommendation"
MAP = '[states]\nraised = "received"\n\n[deadlines]\nassign_by = "restart"\n'
MIGRATE = ("process", "migrate", NAME, "--from", "1", "--to", "2")
MAPPED = (*MIGRATE, "--map", "map.toml")


@pytest.fixture
def raised(shell: Shell) -> Shell:
    """Give a shell on a council with three recommendations."""
    for subject in ("C01", "C02", "C03"):
        shell.json("start", NAME, "--subject", subject)
    Path("map.toml").write_text(MAP, "utf-8")
    return shell


def version_2() -> ProcessDefinition:
    plain = all_processes()[NAME]
    longer = tuple(
        replace(one, due=Within(6)) if one.name == "assign_by" else one for one in plain.deadlines
    )
    return with_state_renamed(replace(plain, version=2, deadlines=longer), "raised", "received")


@pytest.fixture
def deployed(raised: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Give that shell with a program that has version 2 of the process."""
    real = qa_workflow.wiring.build

    def build(*given: object, **more: object) -> object:
        made = real(*given, **more)  # type: ignore[arg-type]
        return replace(made, processes={**made.processes, NAME: version_2()}, _pins={})

    monkeypatch.setattr(qa_workflow.wiring, "build", build)
    return raised


def state(shell: Shell) -> set[str]:
    return {one["state"] for one in shell.json("list", "--process", NAME)["items"]}


# ------------------------------------------------------------------ migrate
def test_a_rehearsal_tells_everything_and_writes_nothing(deployed: Shell) -> None:
    before = deployed.dump()
    body = deployed.json(*MAPPED, "--dry-run")
    assert deployed.dump() == before
    assert list(body) == [
        "schema", "as_of", "process", "from", "to", "to_hash", "migration", "written", "count", "left",
        "states", "deadlines", "stranded", "refused", "items",
    ]  # fmt: skip
    assert (body["schema"], body["written"], body["count"]) == (
        "qa-workflow/process-migrate/1",
        False,
        3,
    )
    assert body["states"] == [{"from": "raised", "to": "received", "count": 3}]
    assert body["deadlines"] == [
        {
            "was": "assign_by",
            "deadline": "assign_by",
            "policy": "restart",
            "count": 3,
            "changed": 3,
        },
        {"was": "due", "deadline": "due", "policy": "keep", "count": 3, "changed": 0},
    ]
    assert list(body["items"][0]) == [
        "reference", "from", "to", "deadlines", "owner", "late", "blocked", "stranded", "why",
    ]  # fmt: skip
    assert list(body["items"][0]["deadlines"][0]) == [
        "deadline", "was", "policy", "from", "to", "next_from", "next_to", "changed",
    ]  # fmt: skip


def test_people_read_where_everything_lands(deployed: Shell) -> None:
    result = deployed.type(*MAPPED, "--dry-run")
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["raised", "received", "3"] in lines
    assert ["assign_by", "assign_by", "restart", "3", "3"] in lines
    assert [
        "recommendation:R-0001",
        "assign_by",
        "restart",
        "2025-09-17",
        "2025-09-23",
        "R2",
        "2025-09-19",
    ] in lines
    assert (
        "3 open instances go from version 1 of recommendation to version 2. Nothing was written."
        in result.stderr
    )


def test_applied_everything_lands_as_rehearsed_and_the_way_back_is_said(deployed: Shell) -> None:
    would = deployed.json(*MAPPED, "--dry-run")
    done = deployed.json(*MAPPED, "--yes", "--as", "sandy", "--reason", "Named better.")
    assert (done["items"], done["migration"], done["written"], done["left"]) == (
        would["items"],
        1,
        True,
        0,
    )
    assert state(deployed) == {"received"}
    last = deployed.json("history", "R-0001")["items"][-1]
    assert (last["action"], last["actor"], last["reason"]) == ("migrated", "sandy", "Named better.")
    assert deployed.json("history", "verify")["ok"] is True
    undone = deployed.json("process", "migrate", NAME, "--undo", "1", "--yes")
    assert (undone["count"], undone["refused"], undone["written"]) == (3, [], True)
    assert state(deployed) == {"raised"}


def test_without_a_terminal_and_without_yes_it_is_refused(deployed: Shell) -> None:
    assert "3 open instances go" in deployed.fails(*MAPPED, code=2)["message"]
    deployed.json(*MAPPED, "--yes")
    undo = ("process", "migrate", NAME, "--undo", "1")
    assert "3 instances go back to version 1" in deployed.fails(*undo, code=2)["message"]


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_the_count_is_typed(deployed: Shell) -> None:
    assert deployed.type(*MAPPED, typed="2\n").exit_code == 2
    result = deployed.type(*MAPPED, typed="3\n")
    assert result.exit_code == 0
    assert "Migration 1: 3 brought over." in result.stderr
    assert "qa-workflow process migrate recommendation --undo 1" in result.stderr


def test_a_part_of_them_goes_first(deployed: Shell) -> None:
    body = deployed.json(*MAPPED, "--limit", "2", "--yes")
    assert (body["count"], body["left"]) == (2, 1)
    assert "1 are left" not in deployed.type(*MAPPED, "--yes").stderr
    assert state(deployed) == {"received"}


def test_what_stands_in_the_way_is_a_finding_and_nothing_is_applied(deployed: Shell) -> None:
    deployed.sql("UPDATE process_instance SET data = '{' WHERE reference = 'recommendation:R-0002'")
    before = deployed.dump()
    body = deployed.json(*MAPPED, "--yes", code=1)
    assert body["refused"] == [
        {"reference": "recommendation:R-0002", "why": "Its row in the database cannot be read."}
    ]
    assert body["written"] is False
    result = deployed.type(*MAPPED, "--yes")
    assert "recommendation:R-0002: Its row in the database cannot be read." in result.stdout
    assert "1 of 3 cannot be brought over as things stand. Nothing was written." in result.stderr
    assert deployed.dump() == before


def test_faults_of_the_map_are_named_by_line(deployed: Shell) -> None:
    Path("map.toml").write_text('[states]\nraised = "nowhere"\n', "utf-8")
    error = deployed.fails(*MAPPED, "--yes", code=2)
    assert error["code"] == "rejected_file"
    (fault,) = error["rejected"]
    assert (fault["list"], fault["row"], fault["column"]) == ("[states]", 2, "raised")


@pytest.mark.parametrize(
    ("content", "named"),
    [(b"\xff\xfe", "UTF-8"), (b"[states", "no TOML"), (b'states = "x"', "is a section")],
)
def test_a_map_that_cannot_be_read_is_bad_input(
    deployed: Shell, content: bytes, named: str
) -> None:
    Path("map.toml").write_bytes(content)
    assert named in deployed.fails(*MAPPED, "--dry-run", code=2)["message"]


def test_a_map_may_be_json(deployed: Shell) -> None:
    Path("map.json").write_text(json.dumps({"states": {"raised": "received"}}), "utf-8")
    body = deployed.json(*MIGRATE, "--map", "map.json", "--dry-run")
    assert body["states"] == [{"from": "raised", "to": "received", "count": 3}]
    Path("map.json").write_text("[1]", "utf-8")
    assert "holds no sections" in deployed.fails(*MIGRATE, "--map", "map.json", code=2)["message"]
    assert "absent.toml" in deployed.fails(*MIGRATE, "--map", "absent.toml", code=2)["message"]


@pytest.mark.parametrize(
    ("typed", "code", "named"),
    [
        ((), 2, "Say both versions"),
        (("--from", "1"), 2, "Say both versions"),
        (("--from", "1", "--to", "9"), 2, "version 2 of recommendation, not 9"),
        (("--from", "9", "--to", "2"), 2, "3 by 1@"),
        (("--from", "1", "--to", "2", "--as", "nobody", "--map", "map.toml"), 2, "nobody"),
        (("--undo", "7"), 8, "no migration of recommendation '7'"),
    ],
)
def test_what_there_is_not_is_named(
    deployed: Shell, typed: tuple[str, ...], code: int, named: str
) -> None:
    assert named in deployed.fails("process", "migrate", NAME, *typed, code=code)["message"]


def test_what_has_moved_since_does_not_go_back(deployed: Shell) -> None:
    deployed.json(*MAPPED, "--yes")
    deployed.json("note", "R-0002", "--as", "sandy", "Seen.")
    result = deployed.type("process", "migrate", NAME, "--undo", "1", "--yes")
    assert result.exit_code == 1
    assert "recommendation:R-0002: It has moved on since." in result.stdout
    assert "2 went back to version 1" in result.stderr


def test_a_rehearsed_undo_writes_nothing(deployed: Shell) -> None:
    deployed.json(*MAPPED, "--yes")
    before = deployed.dump()
    result = deployed.type("process", "migrate", NAME, "--undo", "1", "--dry-run")
    assert (result.exit_code, deployed.dump() == before) == (0, True)
    assert "3 would go back to version 1. Nothing was written." in result.stderr


# ------------------------------------------------------------------ what runs elsewhere
NOTE = "Note: 3 open instances run by version 1 ("


def test_nobody_moves_what_runs_by_another_version(deployed: Shell) -> None:
    error = deployed.fails("fire", "R-0001", "assign", "--as", "sandy", code=7)
    assert error["code"] == "definition_moved"
    assert "process migrate recommendation --from 1 --to 2" in error["message"]
    typed = ("reassign", "R-0001", "--to", "sam", "--as", "sandy", "--reason", "Leave")
    assert deployed.fails(*typed, code=7)["code"] == "definition_moved"


def test_what_starts_says_what_runs_elsewhere_and_the_command(deployed: Shell) -> None:
    for typed in (("init",), ("daemon", "--once")):
        told = deployed.type(*typed).stderr
        assert NOTE in told
        assert "qa-workflow process migrate recommendation --from 1 --to 2 --dry-run" in told


def test_the_status_counts_them(deployed: Shell) -> None:
    (one,) = deployed.json("status")["drifted"]
    assert list(one) == ["process", "version", "hash", "count", "has", "command", "sentence"]
    assert (one["process"], one["version"], one["count"]) == (NAME, 1, 3)
    assert "3 open instances run by version 1 (" in deployed.says("status")


def test_a_check_before_a_deploy_finds_them(deployed: Shell) -> None:
    assert deployed.json("process", "check")["count"] == 0
    body = deployed.json("process", "check", "--live", code=1)
    assert [one["process"] for one in body["items"]] == [NAME]
    assert deployed.json("process", "check", "case_audit", "--live")["count"] == 0


def test_where_nothing_runs_elsewhere_nothing_is_said(raised: Shell) -> None:
    assert "Note:" not in raised.type("init").stderr
    assert raised.json("status")["drifted"] == []
    assert raised.json("process", "check", "--live")["count"] == 0

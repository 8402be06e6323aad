"""How every command behaves: options anywhere, help with examples, streams, interruption, a quick start."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from cli.shell import Shell, process
from typer.main import get_command
from typer.testing import CliRunner

import qa_workflow
import qa_workflow.cli.session
from qa_workflow.cli import app, session


# ------------------------------------------------------------------ global options
@pytest.mark.parametrize(
    "typed",
    [
        "--json case list",
        "case --json list",
        "case list --json",
        "-q case list --json",
        "case list --json -q",
        "case list -qv --json",
        "case list -v -v --json --quiet",
    ],
)
def test_global_options_stand_before_or_after_the_command(shell: Shell, typed: str) -> None:
    result = shell.type(*typed.split())
    assert json.loads(result.stdout)["count"] == 23
    assert result.stderr == ""


@pytest.mark.parametrize(
    "typed",
    [
        "--database {} case list --json",
        "--database={} case list --json",
        "case list --database {} --json",
        "case list --database={} --json",
        "case --database={} list --json",
    ],
)
def test_the_database_is_named_before_or_after_the_command(shell: Shell, typed: str) -> None:
    result = shell.type(*typed.format(shell.url).split(), url="sqlite:///absent.db")
    assert json.loads(result.stdout)["count"] == 23


def test_what_follows_two_dashes_is_text(shell: Shell) -> None:
    shell.json("start", "recommendation", "--subject", "C01", "--as", "sandy")
    result = shell.type("note", "--as", "sandy", "--", "R-0001", "--json")
    assert result.stdout.startswith("recommendation:R-0001")
    assert shell.json("history", "R-0001")["items"][-1]["reason"] == "--json"


@pytest.mark.parametrize("typed", ["--version", "list --version", "--version nonsense"])
def test_the_version_is_told_anywhere(nowhere: Shell, typed: str) -> None:
    assert nowhere.says(*typed.split()) == f"qa-workflow {qa_workflow.__version__}\n"


# ------------------------------------------------------------------ help
def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - the library's
    yield path
    for name, below in getattr(command, "commands", {}).items():
        if not below.hidden:
            yield from commands(below, (*path, name))


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("path", list(commands(get_command(app))), ids=" ".join)
def test_help_at_every_level_has_an_example_that_can_be_copied(
    path: tuple[str, ...], option: str
) -> None:
    result = CliRunner().invoke(app, [*path, option])
    assert result.exit_code == 0
    lines = [line.strip() for line in result.stdout.splitlines()]
    examples = [line for line in lines if line.startswith("Example: qa-workflow ")]
    assert examples
    assert f"Usage: qa-workflow {' '.join(path)}".strip() in result.stdout
    if path and path[-1] not in {"history", "calendar"}:
        assert any(" ".join(path) in line for line in examples)


@pytest.mark.parametrize(
    "typed",
    [
        "", "people", "case", "plan-holder", "provider", "process", "history", "incident", "outbox",
        "methodology",
    ],
)  # fmt: skip
def test_a_group_without_a_command_shows_its_help_on_standard_error(
    nowhere: Shell, typed: str
) -> None:
    result = nowhere.type(*typed.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Example: qa-workflow" in result.stderr


def test_every_promised_command_is_there() -> None:
    promised = {
        "init", "up", "daemon", "serve", "status", "due", "plan", "calendar", "calendar holidays",
        "process list", "process show", "process check", "process diagram", "process new",
        "calendar add-holiday", "people import", "people list", "people deactivate", "people delegate",
        "plan-holder import", "provider import", "case import", "case list", "case show", "start", "fire",
        "block", "unblock", "reassign", "note", "list", "show", "history", "why", "stuck", "needs-me",
        "incident list", "incident resolve", "outbox list", "outbox retry", "history verify",
    }  # fmt: skip
    assert promised <= {" ".join(path) for path in commands(get_command(app))}


# ------------------------------------------------------------------ completion
def completed(words: str) -> list[str]:
    typed = {
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
        "_QA_WORKFLOW_COMPLETE": "complete_bash",
    }
    code = "import sys; sys.argv = ['qa-workflow']; from qa_workflow.cli import app; app()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **typed},
    )
    return done.stdout.split()


def test_the_shell_completes_commands_and_options() -> None:
    assert "people" in completed("qa-workflow pe")
    assert completed("qa-workflow people i") == ["import"]
    assert completed("qa-workflow list --ov") == ["--overdue"]


def test_the_completion_script_is_shown() -> None:
    shown = process(
        "--show-completion", "bash", env={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    )
    assert shown.returncode == 0
    assert "_QA_WORKFLOW_COMPLETE=complete_bash" in shown.stdout


# ------------------------------------------------------------------ streams
def test_a_reader_that_goes_away_is_no_error() -> None:
    typed = [
        sys.executable,
        "-m",
        "qa_workflow",
        "plan",
        "--from",
        "1990-01-01",
        "--to",
        "2999-12-31",
    ]
    with subprocess.Popen(typed, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        told = running.stderr.read()
        assert (running.wait(20), told) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_output_that_cannot_be_written_is_said() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "qa_workflow", "process", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 4
    assert done.stderr == "The system refuses: No space left on device. Mend that, and try again.\n"


def test_letters_a_terminal_cannot_show_never_break_a_command(shell: Shell) -> None:
    Path("roster.csv").write_text("person_id,name,roles\nzoe,Zoë Ağa 😀,auditor\n", "utf-8")
    shell.json("people", "import", "roster.csv")
    typed = ("people", "list", "--database", shell.url)
    plain = process(*typed, env={"PYTHONIOENCODING": "ascii"})
    assert (plain.returncode, plain.stderr) == (0, "")
    machine = process(*typed, "--json", env={"PYTHONIOENCODING": "ascii"})
    names = {one["person_id"]: one["name"] for one in json.loads(machine.stdout)["items"]}
    assert names["zoe"] == "Zoë Ağa 😀"


def on_a_terminal(*typed: str, env: dict[str, str] | None = None) -> str:
    """Run the program on a terminal of 100 columns, and return everything it printed there."""
    import pty  # noqa: PLC0415 - there is none on Windows

    outer, inner = pty.openpty()
    settings = {"COLUMNS": "100", "TERM": "xterm", **(env or {})}
    done = subprocess.Popen(
        [sys.executable, "-m", "qa_workflow", *typed],
        stdin=inner,
        stdout=inner,
        stderr=inner,
        env={**{key: value for key, value in os.environ.items() if key != "NO_COLOR"}, **settings},
    )
    os.close(inner)
    printed = b""
    try:
        while part := os.read(outer, 4096):
            printed += part
    except OSError:
        pass  # this is how a terminal says that everybody has gone
    os.close(outer)
    assert done.wait(20) == 0, printed
    return printed.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_what_people_wrote_is_no_markup_and_steers_nothing(shell: Shell) -> None:
    shell.json("start", "recommendation", "--subject", "C01", "--as", "sandy")
    shell.json("note", "R-0001", "--as", "sandy", "[/foo] [bold]x :smile: \x1b[2J end")
    typed = ("history", "R-0001", "--database", shell.url)
    drawn = on_a_terminal(*typed)
    assert "\x1b[1m" in drawn
    assert "\x1b[2J" not in drawn
    plain = on_a_terminal(*typed, env={"NO_COLOR": "1"})
    assert "\x1b" not in plain
    assert ":smile:" in plain
    assert "[/foo]" in plain
    assert "\x1b" not in shell.says(*typed)


def test_a_long_reference_is_never_cut_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    session.table(["reference", "why"], [("case_audit:2025-26-A:" + "C" * 60, "words " * 20)])
    drawn = capsys.readouterr().out
    assert drawn.count("C") == 60
    assert "\u2026" not in drawn


def test_a_bar_shows_only_on_a_terminal_and_only_after_a_second(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def shown(*, terminal: bool, patience: float, quiet: bool = False) -> str:
        ctx = typer.Context(get_command(app))
        ctx.obj = session.Options(quiet=quiet)
        monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
        monkeypatch.setattr(session, "PATIENCE", patience)
        with session.working(ctx, "Reading the cases"):
            time.sleep(0.15)
        out, err = capsys.readouterr()
        assert out == ""
        return err

    monkeypatch.setenv("TERM", "xterm")
    assert "Reading the cases" in shown(terminal=True, patience=0)
    assert shown(terminal=True, patience=5) == ""
    assert shown(terminal=False, patience=0) == ""
    assert shown(terminal=True, patience=0, quiet=True) == ""


def test_the_log_of_a_pass_never_stands_on_standard_output(shell: Shell) -> None:
    result = shell.type("daemon", "--once", "--json", "-v")
    assert json.loads(result.stdout)["schema"] == "qa-workflow/daemon-once/1"


# ------------------------------------------------------------------ interruption
def test_ctrl_c_ends_with_130_and_one_sentence(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(qa_workflow.cli.session, "now", interrupted)
    error = shell.fails("list", code=130)
    assert error["code"] == "interrupted"


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
def test_ctrl_c_while_it_waits_for_data_changes_nothing(shell: Shell) -> None:
    shell.json("start", "recommendation", "--subject", "C01", "--as", "sandy")
    before = shell.dump()
    typed = [
        "fire",
        "R-0001",
        "assign",
        "--as",
        "sandy",
        "--data-file",
        "-",
        "--database",
        shell.url,
    ]
    with subprocess.Popen(
        [sys.executable, "-u", "-X", "importtime", "-m", "qa_workflow", *typed],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:  # the last module it needs before it reads the data
            if line.endswith("qa_workflow.service.enquiries\n"):
                break
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "Interrupted. What was not finished was not written." in told
    assert "Traceback" not in told
    assert shell.dump() == before


# ------------------------------------------------------------------ a quick start
HEAVY = {
    "fastapi",
    "uvicorn",
    "apscheduler",
    "alembic",
    "python_calamine",
    "docx",
    "icalendar",
    "rich",
}


@pytest.mark.parametrize(
    ("typed", "never"),
    [
        (["--version"], HEAVY | {"typer", "pydantic", "qa_workflow.cli"}),
        (["list", "--version"], HEAVY | {"sqlmodel", "sqlalchemy", "qa_workflow.service"}),
        (["-h"], HEAVY | {"sqlmodel", "sqlalchemy", "qa_workflow.service"}),
        # structlog, which the services log with, loads rich by itself
        (["due", "--from", "2026-03-30", "--working-days", "20"], HEAVY - {"rich"}),
        (["due", "-h"], HEAVY | {"sqlmodel", "sqlalchemy", "qa_workflow.service"}),
    ],
)
def test_a_command_loads_only_what_it_uses(
    typed: list[str], never: set[str], tmp_path: Path
) -> None:
    assert never & loaded(typed, f"sqlite:///{tmp_path / 'absent.db'}") == set()


@pytest.mark.parametrize(
    "typed",
    [
        ["list"],
        ["show", "R-0001"],
        ["history", "R-0001"],
        ["why", "R-0001"],
        ["stuck"],
        ["needs-me", "--as", "sandy"],
        ["top-three"],
        ["status"],
    ],
    ids=" ".join,
)
def test_a_command_that_only_reads_loads_neither_the_log_nor_what_writes_files(
    shell: Shell, typed: list[str]
) -> None:
    shell.json("start", "recommendation", "--subject", "C01", "--as", "sandy")
    never = HEAVY | {"holidays", "structlog", "docx", "lxml", "icalendar"}
    assert never & loaded(typed, shell.url) == set()


def test_a_process_is_loaded_when_it_is_first_asked_for() -> None:
    code = (
        "import sys; from qa_workflow import wiring\n"
        "known = wiring.processes_of(wiring.chosen_framework(None))\n"
        "assert 'pep' in known and len(known) > 50\n"
        "assert known['recommendation'].name == 'recommendation'\n"
        "print(*(one for one in sys.modules if one.startswith('qa_workflow.processes.')), sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {one.split(".")[2] for one in done.stdout.split()} == {"recommendation"}


def loaded(typed: list[str], url: str) -> set[str]:
    """Run a command in a process of its own; return every module it has loaded at the end."""
    code = (
        "import contextlib, sys; from qa_workflow.__main__ import main\n"
        f"sys.argv = ['qa-workflow', *{typed!r}]\n"
        "with contextlib.suppress(SystemExit): main()\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "QA_WORKFLOW_DATABASE_URL": url},
    )
    assert done.stdout
    return set(done.stderr.split())

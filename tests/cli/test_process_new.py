"""A new process: two files that pass format, lint, types, the proof and their own tests as they are written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cli.shell import Shell

ROOT = Path(__file__).parents[2]
FILES = [
    "qa_workflow/processes/youth_provider_audit.py",
    "tests/processes/test_youth_provider_audit.py",
]


def run(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *args],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a copy of this checkout."""
    leave_out = shutil.ignore_patterns("__pycache__", ".*_cache")
    for name in ("qa_workflow", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=leave_out)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_a_new_process_passes_every_check_as_it_is_written(checkout: Path) -> None:
    made = run(checkout, "qa_workflow", "process", "new", "youth_provider_audit")
    assert made.returncode == 0, made.stderr
    assert made.stdout.split() == FILES
    assert "process check youth_provider_audit" in made.stderr
    for check in (
        ("ruff", "format", "--check", *FILES),
        ("ruff", "check", *FILES),
        ("qa_workflow", "process", "check"),
        ("pytest", "-p", "no:cacheprovider", FILES[1], "tests/processes/test_every_process.py"),
    ):
        done = run(checkout, *check)
        assert done.returncode == 0, f"{check}: {done.stdout} {done.stderr}"
    shown = run(checkout, "qa_workflow", "process", "show", "youth_provider_audit")
    assert "Youth provider audit" in shown.stdout


@pytest.mark.timeout(120)
def test_the_new_files_have_sound_types(checkout: Path) -> None:
    run(checkout, "qa_workflow", "process", "new", "youth_provider_audit")
    done = run(checkout, "mypy", *FILES)
    assert done.returncode == 0, done.stdout


def test_nothing_is_written_over(checkout: Path) -> None:
    again = ("qa_workflow", "process", "new", "recommendation")
    done = run(checkout, *again)
    assert done.returncode == 2
    assert "exists already" in done.stderr
    for name in (
        "qa_workflow/processes/recommendation/__init__.py",
        "tests/processes/test_recommendation.py",
    ):
        assert (checkout / name).read_bytes() == (ROOT / name).read_bytes()


def test_outside_a_checkout_nothing_is_written(nowhere: Shell) -> None:
    before = sorted(Path().rglob("*"))
    assert "checkout" in nowhere.fails("process", "new", "youth_provider_audit", code=2)["message"]
    assert sorted(Path().rglob("*")) == before


@pytest.mark.parametrize(
    "name", ["Audit", "2nd_audit", "an audit", "../audit", "audit_", "_audit", "", "áudit"]
)
def test_a_name_that_is_none_is_refused(nowhere: Shell, name: str) -> None:
    Path("qa_workflow/processes").mkdir(parents=True)
    Path("tests/processes").mkdir(parents=True)
    before = sorted(Path().rglob("*"))
    nowhere.fails("process", "new", name, code=2)
    assert sorted(Path().rglob("*")) == before


def test_a_process_with_faults_is_told_with_every_one_of_them(checkout: Path) -> None:
    run(checkout, "qa_workflow", "process", "new", "youth_provider_audit")
    file = checkout / FILES[0]
    text = file.read_text("utf-8")
    file.write_text(
        text.replace('"sm_sqa"', '"boss"').replace("S.OPEN, S.DONE", "S.DONE, S.OPEN"), "utf-8"
    )
    faulty = run(checkout, "qa_workflow", "process", "check")
    assert faulty.returncode == 1
    assert len(faulty.stdout.splitlines()) >= 2
    assert "boss" in faulty.stdout
    file.write_text("PROCESS = 1\n", "utf-8")
    assert run(checkout, "qa_workflow", "process", "check").returncode == 1
    # Of another length: Python takes its compiled copy for fresh when time (in seconds) and size agree.
    file.write_text("PROCESS = (  # never closed\n", "utf-8")
    broken = run(checkout, "qa_workflow", "process", "check", "--json")
    assert broken.returncode == 1
    assert "SyntaxError" in broken.stdout
    assert "Traceback" not in broken.stderr
    other = run(checkout, "qa_workflow", "process", "list")
    assert other.returncode == 4
    assert "Traceback" not in other.stderr

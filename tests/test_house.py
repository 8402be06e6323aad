"""The house: sizes, names, pins, what is in the wheel, and the one program in two places."""

import ast
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from council import Council

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path for path in (ROOT / "qa_workflow").rglob("*.py") if "versions" not in path.parts
)
DRAWERS = {"utils", "helpers", "common", "core", "base", "misc", "manager", "types"}


def test_no_file_of_the_product_is_over_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert not long, "a file over 400 lines holds two subjects"


def test_no_function_of_the_product_is_over_60_lines() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": size
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (size := (node.end_lineno or node.lineno) - node.lineno + 1) > 60
    }
    assert not long, "a function over 60 lines holds two subjects"


def test_no_file_is_a_drawer() -> None:
    assert not [path for path in SOURCES if path.stem in DRAWERS]


def test_every_pin_has_a_hash_and_no_file_of_requirements_names_an_address() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text("utf-8")
        assert "://" not in text, path.name
        pins = re.findall(r"^[a-zA-Z0-9._-]+==.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
        assert pins
        assert all("--hash=sha256:" in pin for pin in pins), path.name


def test_every_direct_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [re.split(r"[\[<>=!~ ]", one)[0].lower() for one in project["project"]["dependencies"]]
    for name in ("run.txt", "dev.txt"):
        pinned = set(
            re.findall(
                r"^([a-z0-9._-]+)==",
                (ROOT / "requirements" / name).read_text("utf-8"),
                re.MULTILINE,
            )
        )
        assert set(wanted) <= pinned, name


@pytest.mark.timeout(60)
def test_the_wheel_holds_the_package_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"qa_workflow"}
    for needed in ("frameworks/bank_holidays.csv", "frameworks/city_of_london_2019.toml", "frameworks/methodology_1.json",
                   "frameworks/standards.json",
                   "store/migrations/env.py", "py.typed"):  # fmt: skip
        assert f"qa_workflow/{needed}" in names


@pytest.mark.timeout(60)
def test_scheduler_py_is_the_daemon_command(empty_council: Council) -> None:
    url = str(empty_council.ctx.database.url)
    done = subprocess.run(
        [sys.executable, "scheduler.py", "--once", "--json", "--database", url],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["schema"] == "qa-workflow/daemon-once/1"


def test_the_contracts_between_the_rooms_are_kept() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]

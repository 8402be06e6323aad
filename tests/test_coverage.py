"""Nothing of the framework is left as a remark: each of its sixty rows is run by a process that a test holds."""

import runpy
from pathlib import Path

import pytest

from qa_workflow.frameworks.reader import shipped_framework
from qa_workflow.processes import all_processes

ROOT = Path(__file__).parents[1]
MADE = runpy.run_path(str(ROOT / "docs" / "coverage.py"))
ROWS = list(MADE["rows"]())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"row-{row[0]}")
def test_a_row_of_the_framework_is_run_by_a_process_and_held_by_a_test(
    row: tuple[int, str, str, list[tuple[str, str | None]], list[str]],
) -> None:
    number, _, words, runs, tests = row
    asked = next(one.runs for one in shipped_framework().rows if one.number == number)
    assert [process for process, _ in runs] == list(asked)
    assert words
    assert tests, f"no test is about {asked}"


@pytest.mark.parametrize("process", sorted(all_processes()))
def test_a_process_is_held_by_a_test_of_its_own_or_of_its_shape(process: str) -> None:
    assert MADE["tests_of"](process), f"no test names {process}"


def test_no_process_stands_outside_the_framework_without_saying_what_it_carries() -> None:
    named = {name for row in shipped_framework().rows for name in row.runs}
    assert set(all_processes()) - named == {"action"}


def test_the_pages_made_from_the_framework_are_what_it_says() -> None:
    stale = [path.name for path, text in MADE["pages"]().items() if path.read_text("utf-8") != text]
    assert not stale, f"{stale}: run `make docs`"


def test_the_page_counts_ninety_in_the_timeline() -> None:
    page = MADE["COVERAGE"].read_text("utf-8")
    assert "The timeline gives 90 instances" in page

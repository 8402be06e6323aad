"""At the command line: figures beside the activities they inform, taken in whole, shown without small numbers."""

from pathlib import Path
from typing import Any

import pytest
from cli.shell import Shell

HEADER = "indicator,on,value,of,source,activity\n"
PERCENT = "Audits in time,2025-08-31,93.5,%,Monthly dashboard,case_audit_round\n"
NEWER = "Audits in time,2025-09-10,88,%,Monthly dashboard,case_audit_round\n"
MISSING = "Children missing,2025-08-31,3,,Missing list,case_audit_round\n"
REVIEWS = "Reviews in time,31/08/2025,17,20,Case system,CFA\n"


ROUND = "case_audit_round:2025-26:A"


@pytest.fixture
def planned(shell: Shell) -> Shell:
    """Give a shell on a council whose autumn round stands in the calendar."""
    assert shell.json("start", "case_audit_round", "--subject", "2025-26:A")["reference"] == ROUND
    return shell


def write(*rows: str, name: str = "figures.csv") -> str:
    Path(name).write_text("".join(rows), "utf-8")
    return name


def shown(shell: Shell, *args: str) -> list[tuple[Any, ...]]:
    items = shell.json("indicator", "list", *args)["items"]
    return [(one["indicator"], one["on"], one["value"], one["of"]) for one in items]


# ------------------------------------------------------------------ taken in
def test_figures_are_taken_in(shell: Shell) -> None:
    body = shell.json("indicator", "import", write(HEADER, PERCENT, REVIEWS))
    assert body == {
        "schema": "qa-workflow/indicator-import/1", "new": 2, "changed": 0, "unchanged": 0,
        "indicators": {
            "new": [
                "Audits in time of case_audit_round on 2025-08-31", "Reviews in time of CFA on 2025-08-31",
            ],
            "changed": [],
        },
        "written": True,
    }  # fmt: skip


def test_the_same_file_twice_changes_nothing(shell: Shell) -> None:
    file = write(HEADER, PERCENT, MISSING)
    assert shell.says("indicator", "import", file) == "2 new, 0 changed, 0 unchanged\n"
    kept = [line for line in shell.dump() if '"indicator"' in line]
    assert shell.says("indicator", "import", file) == "0 new, 0 changed, 2 unchanged\n"
    assert [line for line in shell.dump() if '"indicator"' in line] == kept


@pytest.mark.parametrize(
    ("was", "now"), [("93.5", "94"), ("%", "percent"), ("Monthly dashboard", "Case system")]
)
def test_a_figure_that_is_known_is_corrected(shell: Shell, was: str, now: str) -> None:
    shell.says("indicator", "import", write(HEADER, PERCENT))
    file = write(HEADER, PERCENT.replace(was, now), name="corrected.csv")
    assert shell.says("indicator", "import", file) == "0 new, 1 changed, 0 unchanged\n"
    (one,) = shell.json("indicator", "list")["items"]
    assert now in (one["value"], one["of"], one["source"])


def test_a_rehearsal_writes_nothing(shell: Shell) -> None:
    before, file = shell.dump(), write(HEADER, PERCENT)
    assert shell.json("indicator", "import", file, "--dry-run")["written"] is False
    assert "new: Audits in time of case_audit_round on 2025-08-31" in shell.says(
        "indicator", "import", file, "--dry-run"
    )
    assert shell.dump() == before


def test_a_header_alone_is_valid(shell: Shell) -> None:
    assert shell.says("indicator", "import", write(HEADER)) == "0 new, 0 changed, 0 unchanged\n"


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        (",2025-08-31,5,,List,CFA\n", "indicator", "this may not be empty"),
        ("I,,5,,List,CFA\n", "on", "this may not be empty"),
        ("I,2025-13-01,5,,List,CFA\n", "on", "there is no such day in the calendar"),
        ("I,2025-09-16,5,,List,CFA\n", "on", "this day lies in the future"),
        ("I,2025-08-31,,,List,CFA\n", "value", "this may not be empty"),
        ("I,2025-08-31,many,,List,CFA\n", "value", "a number such as 17 or 93.5 is needed here"),
        ("I,2025-08-31,1e3,%,List,CFA\n", "value", "a number such as 17 or 93.5 is needed here"),
        ("I,2025-08-31,2.5,,List,CFA\n", "value", "children are counted in whole numbers"),
        ("I,2025-08-31,-1,children,List,CFA\n", "value", "children are counted in whole numbers"),
        ("I,2025-08-31,21,20,List,CFA\n", "value", "there are more here than what they are out of"),
        ("I,2025-08-31,5,,,CFA\n", "source", "this may not be empty"),
        ("I,2025-08-31,5,,List,\n", "activity", "this may not be empty"),
        ("I,2025-08-31,5,,List,ballet\n", "activity", "this is no code of the framework and no process"),
        (PERCENT, "indicator", "this figure of this day stands on row 2 already"),
    ],
)  # fmt: skip
def test_one_bad_row_is_named_and_nothing_is_written(
    shell: Shell, row: str, column: str, why: str
) -> None:
    error = shell.fails("indicator", "import", write(HEADER, PERCENT, row), code=2)
    (fault,) = error["rejected"]
    assert (fault["row"], fault["column"]) == (3, column)
    assert why in fault["why"]


def test_every_bad_row_is_named(shell: Shell) -> None:
    bad = "I,2025-09-16,many,,List,ballet\n"
    error = shell.fails("indicator", "import", write(HEADER, bad, PERCENT, bad), code=2)
    assert [(one["row"], one["column"]) for one in error["rejected"]] == [
        (2, "on"), (2, "value"), (2, "activity"), (4, "on"), (4, "value"), (4, "activity"),
    ]  # fmt: skip


def test_a_file_without_a_column_is_refused(shell: Shell) -> None:
    error = shell.fails("indicator", "import", write("indicator,on,value\n"), code=2)
    assert {"source", "activity"} <= {one["column"] for one in error["rejected"]}


# ------------------------------------------------------------------ shown
@pytest.mark.parametrize(
    ("value", "of", "expected"),
    [
        ("0", "", ("0", None)),
        ("1", "", ("under 5", None)),
        ("4", "Children", ("under 5", "Children")),
        ("5", "children", ("5", "children")),
        ("3", "%", ("3", "%")),
        ("2.5", "days", ("2.5", "days")),
        ("3", "20", ("under 5", "20")),
        ("17", "20", ("not shown", "20")),
        ("10", "20", ("10", "20")),
        ("20", "20", ("20", "20")),
        ("2", "3", ("under 5", "under 5")),
        ("3", "3", ("under 5", "under 5")),
        ("0", "3", ("0", "under 5")),
    ],
)
def test_counts_of_fewer_than_five_children_are_not_shown(
    planned: Shell, value: str, of: str, expected: tuple[str, str | None]
) -> None:
    planned.says("indicator", "import", write(HEADER, f"I,2025-08-31,{value},{of},List,CFA\n"))
    assert shown(planned) == [("I", "2025-08-31", *expected)]
    told = planned.json("show", ROUND)["indicators"]
    assert [(one["value"], one["of"]) for one in told] == [expected]


def test_the_newest_of_each_series_stands_first(shell: Shell) -> None:
    shell.says("indicator", "import", write(HEADER, PERCENT, MISSING, NEWER, REVIEWS))
    assert [one[:2] for one in shown(shell)] == [
        ("Reviews in time", "2025-08-31"),
        ("Audits in time", "2025-09-10"),
        ("Audits in time", "2025-08-31"),
        ("Children missing", "2025-08-31"),
    ]
    lines = shell.says("indicator", "list", "--activity", "CFA").splitlines()
    assert lines[0].split() == ["activity", "indicator", "on", "value", "of", "source"]
    assert len(lines) == 2


def test_an_activity_without_a_figure_is_an_empty_list(shell: Shell) -> None:
    assert shell.json("indicator", "list", "--activity", "case_audit")["items"] == []


def test_an_activity_that_does_not_exist_is_wrong_input(shell: Shell) -> None:
    assert (
        "'ballet' is no code"
        in shell.fails("indicator", "list", "--activity", "ballet", code=2)["message"]
    )


def test_an_instance_carries_the_newest_figures_of_its_code_and_its_process(planned: Shell) -> None:
    planned.says("indicator", "import", write(HEADER, NEWER, PERCENT, MISSING, REVIEWS))
    body = planned.json("show", ROUND)
    assert body["data"]["code"] == "CFA"
    assert body["indicators"] == [
        {
            "indicator": "Reviews in time", "activity": "CFA", "on": "2025-08-31", "value": "not shown",
            "of": "20", "source": "Case system",
        },
        {
            "indicator": "Audits in time", "activity": "case_audit_round", "on": "2025-09-10",
            "value": "88", "of": "%", "source": "Monthly dashboard",
        },
        {
            "indicator": "Children missing", "activity": "case_audit_round", "on": "2025-08-31",
            "value": "under 5", "of": None, "source": "Missing list",
        },
    ]  # fmt: skip
    said = planned.says("show", ROUND)
    assert "What the figures say:" in said
    assert "Monthly dashboard" in said


def test_an_instance_without_figures_says_nothing_of_them(planned: Shell) -> None:
    assert planned.json("show", ROUND)["indicators"] == []
    assert "figures" not in planned.says("show", ROUND)

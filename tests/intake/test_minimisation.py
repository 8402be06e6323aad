"""Nothing that could identify a child leaves the reader, neither in rows nor in what it says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import workbooks
from workbooks import LIST_6, LIST_7, LIST_8, LIST_9, list_6, list_7, list_8, list_9

from qa_workflow.errors import RejectedFile
from qa_workflow.intake.cases import read_cases

NAME, BORN, GENDER, ETHNICITY, POSTCODE = (
    "Canary Childname",
    "09/08/2013",
    "z) Canarygender",
    "z) CANARYETH",
    "ZZ99 9ZZ",
)
AGE = 12.3456
CANARIES = ("Canary", "CANARY", "09/08/2013", "2013", "12.3456", "ZZ99", "Childname")
CHILD: dict[str, workbooks.Value] = {
    "Gender": GENDER,
    "Ethnicity": ETHNICITY,
    "Date of Birth": BORN,
    "Age of Child (Years)": AGE,
    "Placement postcode": POSTCODE,
    "Reason for Closure": NAME,
}
# A row whose cells slipped: what identifies a child stands where dates, ids and statuses are read.
SLIPPED = (
    list_6(NAME, BORN.replace("2013", "13"), **CHILD),
    list_6("1", POSTCODE, **CHILD),
    list_6("2", **CHILD, **{"Case Status": NAME}),
    list_6("3", **CHILD, **{"Date Child Was Last Seen": NAME, "CIN Closure Date": POSTCODE}),
    list_6("4", AGE, **CHILD),
)


def workbook(path: Path, *, header_6: tuple[str, ...] = LIST_6) -> Path:
    sheets: workbooks.Sheets = {
        "List 1": [["Child Unique ID", "Name"], ["1", NAME]],
        "List 6": [[NAME], header_6, list_6("5", **CHILD), *SLIPPED],
        "List 7": [LIST_7, list_7("5", **CHILD), list_7("6", NAME, **CHILD)],
        "List 8": [LIST_8, list_8("5", **CHILD), list_8(BORN, NAME, **CHILD)],
        "List 9": [[*LIST_9, "Name"], [*list_9("5", **CHILD), NAME]],
    }
    return workbooks.xlsx(path, sheets)


def everything_said(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield from (str(error), repr(error), repr(vars(error)))
        error = error.__cause__ or error.__context__


def assert_no_canary(*texts: str) -> None:
    for text in texts:
        assert not [canary for canary in CANARIES if canary in text]


def test_a_workbook_leaves_nothing_of_a_child_in_rows_or_faults(tmp_path: Path) -> None:
    file = read_cases(workbook(tmp_path / "annex.xlsx"))
    assert [case.case_id for case in file.rows] == ["5"]
    assert len({(fault.list_name, fault.row) for fault in file.rejected}) == len(SLIPPED) + 2
    assert_no_canary(repr(file.rows), repr(file.rejected), repr(file.absent_columns))


def test_a_refused_workbook_says_nothing_of_a_child(tmp_path: Path) -> None:
    header = tuple(name.replace("CIN Start Date", NAME) for name in LIST_6)
    with pytest.raises(RejectedFile) as caught:
        read_cases(workbook(tmp_path / "annex.xlsx", header_6=header))
    assert_no_canary(*everything_said(caught.value))


def test_a_csv_leaves_nothing_of_a_child(tmp_path: Path) -> None:
    lines = (
        "case_id,plan_type,opened,closed,name,dob",
        f"1,cin,2025-01-01,,{NAME},{BORN}",
        f"{NAME},cin,2025-01-01,,,",
        f"2,{NAME},{POSTCODE},{AGE},,",
        f"3,cin,2025-01-01,,{NAME},{BORN},{POSTCODE}",
    )
    file = read_cases(workbooks.csv(tmp_path / "cases.csv", *lines))
    assert [case.case_id for case in file.rows] == ["1"]
    assert_no_canary(repr(file))


def test_a_refused_csv_says_nothing_of_a_child(tmp_path: Path) -> None:
    path = workbooks.csv(tmp_path / "cases.csv", f"name,{NAME}", f'"{NAME}')
    with pytest.raises(RejectedFile) as caught:
        read_cases(path)
    assert_no_canary(*everything_said(caught.value))

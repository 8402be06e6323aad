"""Cells whose formula could not be worked out: the reader below takes them for blanks, and they are not."""

import re
import zipfile
from pathlib import Path

import pytest
import workbooks
from workbooks import LIST_6, list_6

from qa_workflow.intake.cases import read_cases
from qa_workflow.intake.workbook import read_sheets

SHEET = "xl/worksheets/sheet1.xml"


def xlsx_with_errors(path: Path, sheets: workbooks.Sheets) -> Path:
    """Make an xlsx as a spreadsheet saves it: every `=NA()` and `=1/0` in it has come out as an error."""
    with zipfile.ZipFile(workbooks.xlsx(path, sheets)) as book:
        sheet = book.read(SHEET).decode()
    for formula, error in (("NA()", "#N/A"), ("1/0", "#DIV/0!")):
        cell = rf'<c r="(\w+)"([^>]*)><f>{re.escape(formula)}</f><v>0</v>'
        sheet = re.sub(cell, rf'<c r="\1"\2 t="e"><f>{formula}</f><v>{error}</v>', sheet)
    return workbooks.with_parts(path, {SHEET: sheet})


def test_the_error_of_a_formula_in_an_xlsx_is_not_read_as_a_blank(tmp_path: Path) -> None:
    sheets: workbooks.Sheets = {"List 6": [["a", "=NA()", "b", "=1/0", "=1+1"], ["", "=NA()"]]}
    assert read_sheets(xlsx_with_errors(tmp_path / "book.xlsx", sheets)) == {
        "List 6": [["a", "#N/A", "b", "#DIV/0!", 0.0], ["", "#N/A"]]
    }


def test_the_error_of_a_formula_in_an_ods_is_not_read_as_a_blank(tmp_path: Path) -> None:
    path = workbooks.ods(tmp_path / "book.ods", {"List 6": [["a", "#N/A", "b"]]})
    with zipfile.ZipFile(path) as book:
        content = book.read("content.xml").decode()
    text = 'office:value-type="string"><text:p>#N/A'
    error = (
        'office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#N/A'
    )
    space = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    content = content.replace(text, error).replace("xmlns:office", f"{space} xmlns:office", 1)
    assert error in content
    assert read_sheets(workbooks.with_parts(path, {"content.xml": content})) == {
        "List 6": [["a", "#N/A", "b"]]
    }


def test_a_text_that_only_looks_like_the_error_of_a_formula_stays(tmp_path: Path) -> None:
    text = '<c t="e"> office:string-value=""'
    path = xlsx_with_errors(tmp_path / "book.xlsx", {"List 6": [[text, "=NA()"]]})
    assert read_sheets(path) == {"List 6": [[text, "#N/A"]]}


@pytest.mark.parametrize("column", ["Child Unique ID", "CIN Closure Date", "Allocated Worker"])
def test_the_error_of_a_formula_sets_its_row_aside_and_is_called_by_its_name(
    tmp_path: Path, column: str
) -> None:
    # A closure date that a look-up could not find would otherwise leave a closed case open.
    rows = [LIST_6, list_6("1", **{column: "=NA()"}), list_6("2")]
    file = read_cases(xlsx_with_errors(tmp_path / "annex.xlsx", {"List 6": rows}))
    assert [(fault.row, fault.column) for fault in file.rejected] == [(2, column)]
    assert "the error of a formula stands here" in file.rejected[0].why
    assert [case.case_id for case in file.rows] == ["2"]

"""What is taken for a workbook, and the one sentence for everything that is not."""

import contextlib
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import workbooks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_workflow.errors import QAWorkflowError, RejectedFile, WrongInput
from qa_workflow.intake.container import OLE_SIGNATURE
from qa_workflow.intake.upload import MAX_BYTES
from qa_workflow.intake.workbook import read_sheets

Maker = Callable[[Path, workbooks.Sheets], Path]
SHEETS: workbooks.Sheets = {"List 6": [["a", 1.0, date(2025, 1, 31)], [], ["", "b"]]}
MAKERS = [(workbooks.xlsx, "xlsx"), (workbooks.xls, "xls"), (workbooks.ods, "ods")]
MANIFEST = "META-INF/manifest.xml"


def refusal(path: Path) -> str:
    with pytest.raises(RejectedFile) as caught:
        read_sheets(path)
    assert len(caught.value.faults) == 1
    return str(caught.value)


@pytest.mark.parametrize(("make", "suffix"), MAKERS)
def test_the_three_kinds_of_workbook_read_alike(tmp_path: Path, make: Maker, suffix: str) -> None:
    path = make(tmp_path / f"book.{suffix}", SHEETS)
    assert read_sheets(path) == {"List 6": [["a", 1.0, date(2025, 1, 31)], [], ["", "b"]]}


@pytest.mark.parametrize(("make", "suffix"), MAKERS)
def test_a_workbook_that_was_cut_off_is_refused(tmp_path: Path, make: Maker, suffix: str) -> None:
    path = make(tmp_path / f"book.{suffix}", SHEETS)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    assert "export" in refusal(path)


def test_only_the_sheets_that_are_asked_for_are_read(tmp_path: Path) -> None:
    path = workbooks.xlsx(tmp_path / "book.xlsx", {"List 6": [["a"]], "List 10": [["b"]]})
    assert read_sheets(path, names=r"^list 6$") == {"List 6": [["a"]]}


def test_an_empty_sheet_has_no_rows(tmp_path: Path) -> None:
    assert read_sheets(workbooks.xlsx(tmp_path / "book.xlsx", {"List 6": []})) == {"List 6": []}


def test_rows_above_the_first_value_count(tmp_path: Path) -> None:
    path = workbooks.xlsx(tmp_path / "book.xlsx", {"List 6": [[], [], ["", "a"]]})
    assert read_sheets(path) == {"List 6": [[], [], ["", "a"]]}


@pytest.mark.parametrize("make", [workbooks.xlsx, workbooks.ods])
def test_two_sheets_of_one_name_are_refused_and_neither_is_lost(
    tmp_path: Path, make: Maker
) -> None:
    path = make(tmp_path / "book", {"List 6": [["a"]], "List 7": [["b"]]})
    with zipfile.ZipFile(path) as book:
        [part] = [name for name in book.namelist() if name in {"xl/workbook.xml", "content.xml"}]
        renamed = book.read(part).replace(b"List 7", b"List 6")
    assert "the very same name" in refusal(workbooks.with_parts(path, {part: renamed}))


def test_a_missing_file_is_wrong_input(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="no file") as caught:
        read_sheets(tmp_path / "nothing.xlsx")
    assert not isinstance(caught.value, RejectedFile)


def test_a_folder_is_wrong_input(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="is a folder"):
        read_sheets(tmp_path)


def test_a_name_that_no_file_can_have_is_wrong_input(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="cannot be read"):
        read_sheets(tmp_path / ("x" * 300))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.touch()
    assert "it is empty" in refusal(path)


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    assert "larger than 50 MB" in refusal(path)


@pytest.mark.parametrize(
    "content",
    [b"PK but no zip", b"<html><table></table></html>", OLE_SIGNATURE + b"\0" * 600],
    ids=["text", "html", "other office file"],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "book.xls"
    path.write_bytes(content)
    assert "not a workbook" in refusal(path)


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    path = workbooks.archive(tmp_path / "book.xlsx", {"word/document.xml": "<w/>"})
    assert "not a workbook" in refusal(path)


def test_a_binary_workbook_is_refused(tmp_path: Path) -> None:
    path = workbooks.archive(tmp_path / "book.xlsx", {"xl/workbook.bin": b"\0"})
    assert "save it as xlsx" in refusal(path)


@pytest.mark.parametrize(
    "part", ["xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml"]
)
def test_a_macro_in_an_xlsx_is_refused(tmp_path: Path, part: str) -> None:
    path = workbooks.with_parts(workbooks.xlsx(tmp_path / "book.xlsx", SHEETS), {part: b"\0"})
    assert "macros" in refusal(path)


def test_a_workbook_that_declares_macros_is_refused(tmp_path: Path) -> None:
    types = "<Types>application/vnd.ms-excel.sheet.macroEnabled.main+xml</Types>"
    path = workbooks.xlsx(tmp_path / "book.xlsx", SHEETS)
    assert "macros" in refusal(workbooks.with_parts(path, {"[Content_Types].xml": types}))


def test_a_macro_workbook_is_refused_by_its_name(tmp_path: Path) -> None:
    assert "macros" in refusal(workbooks.xlsx(tmp_path / "book.xlsm", SHEETS))


@pytest.mark.parametrize("part", ["Basic/Standard/Module1.xml", "Scripts/python/run.py"])
def test_a_script_in_an_ods_is_refused(tmp_path: Path, part: str) -> None:
    assert "macros" in refusal(workbooks.ods(tmp_path / "book.ods", SHEETS, {part: "run"}))


def test_a_macro_in_an_xls_is_refused(tmp_path: Path) -> None:
    path = workbooks.xls(tmp_path / "book.xls", SHEETS)
    path.write_bytes(path.read_bytes() + "_VBA_PROJECT".encode("utf-16-le"))
    assert "macros" in refusal(path)


def test_an_encrypted_xlsx_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(OLE_SIGNATURE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))
    assert "password" in refusal(path)


def test_an_encrypted_ods_is_refused(tmp_path: Path) -> None:
    manifest = {MANIFEST: "<manifest:encryption-data/>"}
    assert "password" in refusal(workbooks.ods(tmp_path / "book.ods", SHEETS, manifest))


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    bomb = {"xl/media/image1.png": b"\0" * (60 * 1024 * 1024)}
    path = workbooks.with_parts(workbooks.xlsx(tmp_path / "book.xlsx", SHEETS), bomb)
    assert path.stat().st_size < 1024 * 1024
    assert "expands" in refusal(path)


def test_a_zip_bomb_far_over_the_limit_is_not_called_damaged(tmp_path: Path) -> None:
    bomb = {"xl/media/image1.png": b"\0" * (80 * 1024 * 1024)}
    path = workbooks.with_parts(workbooks.xlsx(tmp_path / "book.xlsx", SHEETS), bomb)
    assert "expands" in refusal(path)


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    size = 60 * 1024 * 1024
    bomb = {"xl/media/image1.png": b"\0" * size}
    path = workbooks.with_parts(workbooks.xlsx(tmp_path / "book.xlsx", SHEETS), bomb)
    declared, claimed = size.to_bytes(4, "little"), (10).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(declared, claimed))
    assert "expands" in refusal(path)


def test_a_zip_of_thousands_of_entries_is_refused(tmp_path: Path) -> None:
    entries = {f"xl/media/{number}": "" for number in range(5_001)}
    assert "expands" in refusal(workbooks.archive(tmp_path / "book.xlsx", entries))


def test_two_cells_at_the_far_corners_of_a_sheet_do_not_take_the_process_down(
    tmp_path: Path,
) -> None:
    path = workbooks.xlsx(tmp_path / "book.xlsx", {"List 6": [["a"]]})
    far = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        "</sheetData></worksheet>"
    )
    assert "export it again" in refusal(
        workbooks.with_parts(path, {"xl/worksheets/sheet1.xml": far})
    )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    which=st.integers(0, 2),
    damage=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=20),
    kept=st.floats(0.1, 1),
)
def test_a_damaged_workbook_never_raises_anything_of_the_library(
    tmp_path: Path, which: int, damage: list[tuple[float, int]], kept: float
) -> None:
    make, suffix = MAKERS[which]
    path = make(tmp_path / f"book.{suffix}", SHEETS)
    content = bytearray(path.read_bytes())
    for place, value in damage:
        content[int(place * len(content))] = value
    path.write_bytes(bytes(content[: int(len(content) * kept)]))
    with contextlib.suppress(QAWorkflowError):
        read_sheets(path)

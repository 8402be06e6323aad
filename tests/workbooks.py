"""Makes the files that councils send: real xlsx, xls and ods workbooks, and CSVs, all synthetic."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt

Value = str | int | float | bool | date | datetime | None
Rows = Sequence[Sequence[Value]]
Sheets = Mapping[str, Rows]

START = date(2025, 3, 3)
_CHILD = ("Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)")
_ALLOCATED = ("Allocated Team", "Allocated Worker")

LIST_6 = (
    *_CHILD,
    "Does the Child have a Disability",
    "CIN Start Date",
    "Primary Need Code",
    "Date Child Was Last Seen",
    "CIN Closure Date",
    "Reason for Closure",
    "Case Status",
    *_ALLOCATED,
)
LIST_7 = (
    *_CHILD,
    "Does the Child have a Disability",
    "Child Protection Plan Start Date",
    "Initial Category of Abuse",
    "Date of the Last Statutory Visit",
    "Was the Child Seen Alone?",
    "Date of latest review conference",
    "Child Protection Plan End Date",
    *_ALLOCATED,
)
LIST_8 = (
    *_CHILD,
    "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N))",
    "Date Started to be Looked After",
    "Child\u2019s Legal Status",
    "Date of Latest Statutory Review",
    "Date of Last Social Work Visit",
    "Date Ceased to be Looked After",
    "Placement postcode",
    *_ALLOCATED,
)
LIST_9 = (
    *_CHILD,
    *_ALLOCATED,
    "Allocated Personal Advisor",
    "Latest Pathway Plan Review Date",
    "LA in Touch",
    "Latest Date of Contact",
)
# The area SEND inspection's own Annex A, whose first list is another than the one above.
EHC_LIST = (
    "Unique ID",
    "UPN",
    "ULN",
    "Date of birth",
    "Gender",
    "Ethnicity",
    "Date initial EHC plan issued",
    "Date updated EHC plan issued",
    "Date EHC plan last reviewed",
    "SEN primary need",
    "Main education establishment \u2013 URN",
    "Main education establishment \u2013 phase",
    "Subsidiary education establishment \u2013 phase (dual registration)",
    "Elective home education",
    "Suspensions",
    "Permanent exclusions",
    "Absence",
    "Pupil Premium",
    "Known to children\u2019s social care?",
    "Which children\u2019s social care team?",
    "Does the child or young person have a disability?",
)


def ehc_plan(plan_id: Value = "E1001", **others: Value) -> list[Value]:
    return _row(
        EHC_LIST,
        {
            "Unique ID": plan_id,
            "Date of birth": date(2012, 9, 1),
            "Date initial EHC plan issued": date(2020, 3, 2),
            "Date EHC plan last reviewed": date(2025, 2, 27),
            "Main education establishment \u2013 phase": "Secondary",
            "Elective home education": "No",
            **others,
        },
    )


def list_6(case_id: Value = "1001", start: Value = START, **others: Value) -> list[Value]:
    return _row(
        LIST_6,
        {
            "Child Unique ID": case_id,
            "CIN Start Date": start,
            "Case Status": "c) Child in need plan",
            "Allocated Team": "Need Team",
            "Allocated Worker": "Worker Six",
            **others,
        },
    )


def list_7(case_id: Value = "1001", start: Value = START, **others: Value) -> list[Value]:
    return _row(
        LIST_7,
        {
            "Child Unique ID": case_id,
            "Child Protection Plan Start Date": start,
            "Allocated Team": "Protection Team",
            "Allocated Worker": "Worker Seven",
            **others,
        },
    )


def list_8(case_id: Value = "1001", start: Value = START, **others: Value) -> list[Value]:
    return _row(
        LIST_8,
        {
            "Child Unique ID": case_id,
            "Date Started to be Looked After": start,
            "Allocated Team": "Care Team",
            "Allocated Worker": "Worker Eight",
            **others,
        },
    )


def list_9(case_id: Value = "1001", **others: Value) -> list[Value]:
    return _row(
        LIST_9,
        {
            "Child Unique ID": case_id,
            "Allocated Team": "Leaving Team",
            "Allocated Worker": "Worker Nine",
            **others,
        },
    )


def _row(header: Sequence[str], values: Mapping[str, Value]) -> list[Value]:
    return [values.get(name, "") for name in header]


def xlsx(path: Path, sheets: Sheets) -> Path:
    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if isinstance(value, date):
                    sheet.write_datetime(at, column, value, day)
                elif value not in (None, ""):
                    sheet.write(at, column, value)
    book.close()
    return path


def xls(path: Path, sheets: Sheets) -> Path:
    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for at, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if isinstance(value, date):
                    sheet.write(at, column, value, day)
                elif value not in (None, ""):
                    sheet.write(at, column, value)
    book.save(str(path))
    return path


def ods(path: Path, sheets: Sheets, extra: Mapping[str, str] | None = None) -> Path:
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(map(_ods_row, rows))}</table:table>'
        for name, rows in sheets.items()
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        "content.xml": f"<office:document-content {spaces}>{body}</office:document-content>",
        **(extra or {}),
    }
    return archive(path, parts)


def _ods_row(cells: Sequence[Value]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>"


def _ods_cell(value: Value) -> str:
    if value in (None, ""):
        return "<table:table-cell/>"
    if isinstance(value, date):
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
        )
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    text = escape(str(value))
    return (
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    )


def archive(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return path


def with_parts(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """Add or replace entries of a zip, as a macro or a bomb would be added."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as before:
        kept = {name: before.read(name) for name in before.namelist() if name not in parts}
    return archive(path, {**kept, **parts})


def csv(path: Path, *lines: str, encoding: str = "utf-8", end: str = "\r\n") -> Path:
    path.write_bytes("".join(line + end for line in lines).encode(encoding))
    return path

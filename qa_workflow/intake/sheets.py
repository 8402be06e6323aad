"""Runs alone in a process of its own: a workbook on stdin, its wanted sheets as JSON on stdout.

The reader below is native code, and a crafted or damaged workbook can make it panic, abort or ask
for hundreds of gigabytes. Here that ends this process only. It imports nothing of ours.
"""

import io
import json
import re
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

MAX_CELLS = 10_000_000
MAX_MEMORY = 3 * 1024**3
_MACRO_SHEETS = (SheetTypeEnum.MacroSheet, SheetTypeEnum.Vba)
# The error of a formula: a cell of its own type in an xlsx, an empty value beside the error in an ods.
_ERROR_IN_XLSX = re.compile(rb"""(<(?:\w+:)?c\s(?:[^<>]*?\s)?t=)(["'])e\2""")
_ERROR_IN_ODS = re.compile(rb"""<[^<>]*\bcalcext:value-type=["']error["'][^<>]*>""")
_VALUE_IN_ODS = re.compile(rb"""\soffice:string-value=(?:""|'')""")


def main() -> None:
    """Write `{"sheets": {name: rows}}` or `{"fault": kind}`; the pattern of wanted names is the argument."""
    _limit_this_process()
    wanted = re.compile(sys.argv[1], re.IGNORECASE)
    try:
        answer: dict[str, Any] = _read(sys.stdin.buffer.read(), wanted)
    except PasswordError:
        answer = {"fault": "password"}
    except CalamineError:
        answer = {"fault": "damaged"}
    sys.stdout.write(json.dumps(answer))


def _limit_this_process() -> None:
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    # A core dump would write children's data to disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def _read(content: bytes, wanted: re.Pattern[str]) -> dict[str, Any]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(_with_errors_shown(content)))
    if any(sheet.typ in _MACRO_SHEETS for sheet in workbook.sheets_metadata):
        return {"fault": "macros"}
    names = [
        metadata.name
        for metadata in workbook.sheets_metadata
        if metadata.typ is SheetTypeEnum.WorkSheet and wanted.search(metadata.name)
    ]
    # By its name only the first of them could be read, and the other would be lost.
    if len(set(names)) < len(names):
        return {"fault": "same_name"}
    sheets: dict[str, Any] = {}
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.total_height * sheet.total_width > MAX_CELLS:
            return {"fault": "too_large"}
        rows = sheet.to_python(skip_empty_area=False) if sheet.start is not None else []
        sheets[name] = [_plain(row) for row in rows]
    return {"sheets": sheets}


def _with_errors_shown(content: bytes) -> bytes:
    """Turn the errors of formulas in an xlsx or ods into text, such as `#N/A`.

    The reader takes them for blanks, and a blank end makes an open case. In an xls they stay blank.
    """
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as before:
        parts = {
            entry.filename: part
            for entry in before.infolist()
            if (part := _errors_as_text(entry.filename.casefold(), before, entry)) is not None
        }
        if not parts:
            return content
        shown = io.BytesIO()
        with zipfile.ZipFile(shown, "w") as after:
            for entry in before.infolist():
                name = entry.filename
                after.writestr(name, parts[name] if name in parts else before.read(entry))
    return shown.getvalue()


def _errors_as_text(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    """Return the part of the workbook with its errors as text, or None where it holds no error."""
    found = 0
    if name.startswith("xl/worksheets/"):
        part, found = _ERROR_IN_XLSX.subn(rb"\1\2str\2", archive.read(entry))
    elif name == "content.xml":
        part, found = _ERROR_IN_ODS.subn(
            lambda tag: _VALUE_IN_ODS.sub(b"", tag[0]), archive.read(entry)
        )
    return part if found else None


def _plain(row: list[Any]) -> list[Any]:
    while row and row[-1] == "":
        row.pop()
    return [_tagged(cell) for cell in row]


def _tagged(cell: object) -> object:
    if isinstance(cell, datetime):
        return {"datetime": cell.isoformat()}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    if isinstance(cell, time):
        return {"time": cell.isoformat()}
    if isinstance(cell, timedelta):
        return {"seconds": cell.total_seconds()}
    return cell


if __name__ == "__main__":
    main()

"""Runs alone in a process of its own: a workbook on stdin, its wanted sheets as JSON on stdout.

The reader below is native code, and a crafted or damaged workbook can make it panic, abort or ask
for hundreds of gigabytes. Here that ends this process only. It imports nothing of ours.
"""

import io
import json
import re
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

MAX_CELLS = 10_000_000
MAX_MEMORY = 3 * 1024**3
_MACRO_SHEETS = (SheetTypeEnum.MacroSheet, SheetTypeEnum.Vba)


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
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    if any(sheet.typ in _MACRO_SHEETS for sheet in workbook.sheets_metadata):
        return {"fault": "macros"}
    sheets: dict[str, Any] = {}
    for metadata in workbook.sheets_metadata:
        if metadata.typ is not SheetTypeEnum.WorkSheet or not wanted.search(metadata.name):
            continue
        sheet = workbook.get_sheet_by_name(metadata.name)
        if sheet.total_height * sheet.total_width > MAX_CELLS:
            return {"fault": "too_large"}
        rows = sheet.to_python(skip_empty_area=False) if sheet.start is not None else []
        sheets[metadata.name] = [_plain(row) for row in rows]
    return {"sheets": sheets}


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

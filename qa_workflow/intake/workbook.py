"""Opens a workbook that a person sent, and keeps whatever may be wrong with it at arm's length."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from qa_workflow.intake.cells import Cell
from qa_workflow.intake.container import check_container
from qa_workflow.intake.upload import Upload, read_upload

READER = Path(__file__).with_name("sheets.py")
SECONDS_ALLOWED = 120

_FAULTS = {
    "password": "it is protected by a password; save it without one",
    "macros": "it holds macro sheets, which are never taken; save it as a plain xlsx",
    "too_large": "a sheet reaches over millions of cells; clear what lies outside its table",
    "same_name": "two of its sheets have the very same name; rename or remove one",
    "damaged": "it is damaged or not a workbook; export it again as xlsx, xls or ods",
}
_TAGS: dict[str, Callable[[Any], Cell]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "seconds": lambda seconds: timedelta(seconds=seconds),
}


def read_sheets(path: Path, *, names: str = "") -> dict[str, list[list[Cell]]]:
    """Read the sheets whose names match the pattern; row 1 of the sheet is item 0, trailing blanks are cut.

    Raises `WrongInput` where there is no readable file and `RejectedFile`, in one sentence, for all else.
    """
    return sheets_of(read_upload(path), names=names)


def sheets_of(upload: Upload, *, names: str = "") -> dict[str, list[list[Cell]]]:
    """Read the matching sheets of an xlsx, xls or ods, or raise `RejectedFile` with one sentence."""
    check_container(upload)
    answer = _ask_reader(upload.content, names)
    if "sheets" not in answer:
        raise upload.rejected(_FAULTS.get(str(answer.get("fault")), _FAULTS["damaged"]))
    return {
        name: [[_untagged(cell) for cell in row] for row in rows]
        for name, rows in answer["sheets"].items()
    }


def _ask_reader(content: bytes, names: str) -> dict[str, Any]:
    # -P: the reader's own folder must not stand before the standard library.
    command = [sys.executable, "-P", str(READER), names]
    try:
        done = subprocess.run(  # noqa: S603 - our own file, and no shell
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS_ALLOWED,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return {"fault": "damaged"}
    if done.returncode != 0:
        return {"fault": "damaged"}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _untagged(cell: Any) -> Cell:  # noqa: ANN401 - JSON has no narrower type
    if isinstance(cell, dict):
        [(tag, value)] = cell.items()
        return _TAGS[tag](value)
    plain: Cell = cell
    return plain

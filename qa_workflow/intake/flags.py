"""Reads a yes or a no, however a spreadsheet writes it."""

import re

from qa_workflow.intake.cells import is_blank, kind_of
from qa_workflow.intake.rows import Row

_YES = frozenset({"yes", "y", "true", "1", "1.0"})
_NO = frozenset({"no", "n", "false", "0", "0.0"})
# Lists of inspections number their answers: `a) Yes`.
_NUMBERED = re.compile(r"^[a-z]\)\s*")


def read_flag(row: Row, name: str) -> bool:
    """Return whether the field says yes; blank is no, and anything else is a fault of the row."""
    cell = row.cells.get(name, "")
    if is_blank(cell):
        return False
    said = _NUMBERED.sub("", str(cell).strip().casefold())
    if said not in _YES | _NO:
        other = "other text" if isinstance(cell, str) else kind_of(cell)
        row.fault(name, f"yes or no is needed here and {other} stands here")
    return said in _YES

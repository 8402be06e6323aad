"""Reads an answer out of a few: a yes or a no, or one of the words that are known."""

import re
from collections.abc import Collection

from qa_workflow.intake.cells import kind_of, tidied
from qa_workflow.intake.rows import Row

_YES = frozenset({"yes", "y", "true", "1", "1.0"})
_NO = frozenset({"no", "n", "false", "0", "0.0"})
# Lists of inspections number their answers: `a) Yes`.
_NUMBERED = re.compile(r"^[a-z]\)\s*")


def read_flag(row: Row, name: str) -> bool:
    """Return whether the field says yes; blank is no, and anything else is a fault of the row."""
    cell = row.cells.get(name, "")
    said = _NUMBERED.sub("", tidied(str(cell)).casefold())
    if said and said not in _YES | _NO:
        other = "other text" if isinstance(cell, str) else kind_of(cell)
        row.fault(name, f"yes or no is needed here and {other} stands here")
    return said in _YES


def read_choice(row: Row, name: str, *, known: Collection[str], what: str) -> str:
    """Return the known word that the field gives in any case and with any spaces or hyphens.

    A blank and an unknown word are faults of the row, which calls the field *what*, and return as read.
    """
    text = row.text(name, required=True) or ""
    word = "_".join(text.casefold().replace("-", " ").split())
    if text and word not in known:
        row.fault(name, f"{what} is one of " + ", ".join(known))
    return word

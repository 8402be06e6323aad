"""Reads one value of a file: an id, a day, a name. What cannot be read is told by its kind, never quoted."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | datetime | time | timedelta

EARLIEST_YEAR = 1900
MAX_REFERENCE = 64
MAX_TEXT = 200
# From here on a spreadsheet's number no longer keeps every digit, and two ids could become one.
MAX_EXACT_NUMBER = 10**15

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_BRITISH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_TIME_OF_DAY = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?$")
_WHOLE_AS_DECIMAL = re.compile(r"([0-9]+)\.0+")
_NOT_KEPT = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b-\u200f\u2060\ufeff]")


class Unreadable(ValueError):
    """Says what kind of value stands where another was needed, without quoting it."""


def normalised(header: str) -> str:
    """Reduce a header to its letters and digits, so that spelling habits do not matter."""
    decomposed = unicodedata.normalize("NFKD", header).casefold()
    return re.sub(r"[^a-z0-9]", "", decomposed)


def is_blank(cell: Cell) -> bool:
    """Say whether a cell shows nothing."""
    return isinstance(cell, str) and not _tidied(cell)


def read_reference(cell: Cell) -> str | None:
    """Read an id as text, whole numbers without their `.0`, or raise `Unreadable`; None when blank."""
    text = _number_as_text(cell) if isinstance(cell, int | float) else cell
    if not isinstance(text, str):
        raise Unreadable(f"an id is needed here and {kind_of(cell)} stands here; store it as text")
    text = _tidied(text)
    if whole := _WHOLE_AS_DECIMAL.fullmatch(text):
        text = whole[1]
    if len(text) > MAX_REFERENCE:
        raise Unreadable(
            f"an id is needed here and a text of over {MAX_REFERENCE} characters stands here"
        )
    if " " in text or ":" in text or not text.isprintable():
        raise Unreadable(
            "an id is needed here and a text with spaces, colons or hidden signs stands here"
        )
    return text or None


def read_day(cell: Cell) -> date | None:
    """Read a day from a date or from text as dd/mm/yyyy or yyyy-mm-dd, or raise `Unreadable`; None when blank."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, str):
        text = _tidied(cell)
        if not text:
            return None
        cell = _day_from_text(text)
    if not isinstance(cell, date):
        raise Unreadable(
            f"a date is needed here and {kind_of(cell)} stands here; format the column as a date"
        )
    if cell.year < EARLIEST_YEAR:
        raise Unreadable(f"the date lies before {EARLIEST_YEAR}")
    return cell


def read_text(cell: Cell) -> str | None:
    """Read a short text with its spaces tidied, or raise `Unreadable`; None when blank."""
    text = _number_as_text(cell) if isinstance(cell, int | float) else cell
    if not isinstance(text, str):
        raise Unreadable(f"a name is needed here and {kind_of(cell)} stands here")
    text = _tidied(text)
    if len(text) > MAX_TEXT:
        raise Unreadable(
            f"a name is needed here and a text of over {MAX_TEXT} characters stands here"
        )
    return text or None


def kind_of(cell: Cell) -> str:
    """Name the kind of a value, for a sentence that must not quote it."""
    if isinstance(cell, bool):
        return "a yes/no value"
    if isinstance(cell, int | float):
        return "a number"
    if isinstance(cell, date):
        return "a date"
    return "text" if isinstance(cell, str) else "a time of day"


def _tidied(text: str) -> str:
    # Composed form and single plain spaces: the same name must compare equal whoever typed it.
    visible = _NOT_KEPT.sub("", unicodedata.normalize("NFC", text))
    return " ".join(visible.split())


def _number_as_text(cell: float) -> str:
    if isinstance(cell, bool):
        raise Unreadable("a name or id is needed here and a yes/no value stands here")
    if cell != cell or abs(cell) >= MAX_EXACT_NUMBER:  # noqa: PLR0124 - only a NaN differs from itself
        raise Unreadable("the number has more digits than a spreadsheet keeps; store it as text")
    if cell != int(cell):
        raise Unreadable("a name or id is needed here and a number with a fraction stands here")
    return str(int(cell))


def _day_from_text(text: str) -> date:
    text = _TIME_OF_DAY.sub("", text)
    try:
        if iso := _ISO.fullmatch(text):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if british := _BRITISH.fullmatch(text):
            return date(int(british[3]), int(british[2]), int(british[1]))
    except ValueError:
        raise Unreadable("there is no such day in the calendar") from None
    raise Unreadable(
        "a date is needed here, as dd/mm/yyyy or yyyy-mm-dd, and other text stands here"
    )

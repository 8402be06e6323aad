"""Reads one value of a file: an id, a day, a name. What cannot be read is told by its kind, never quoted."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from qa_workflow.engine.working_days import LONDON

Cell = str | int | float | bool | date | datetime | time | timedelta

# No day that is read here is older. Case systems write 1 January 1900 for "no date", and a year typed
# into a column of dates becomes a day of 1905.
EARLIEST_YEAR = 1950
MAX_REFERENCE = 64
MAX_TEXT = 200
# From here on a spreadsheet's number no longer keeps every digit, and two ids could become one.
MAX_EXACT_NUMBER = 10**15

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_BRITISH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_TIME_OF_DAY = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$")
_UTC = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z")
_WHOLE_AS_DECIMAL = re.compile(r"([0-9]+)\.0+")
# How a spreadsheet writes a long number into a CSV: most of its digits are lost.
_SHORTENED = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]+", re.IGNORECASE)
_FORMULA_ERRORS = frozenset(
    {"#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#DIV/0!", "#SPILL!", "#CALC!"}
)
_NOT_KEPT = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u2060\ufeff]")


class Unreadable(ValueError):
    """Says what kind of value stands where another was needed, without quoting it."""


def normalised(header: str) -> str:
    """Reduce a header to its letters and digits, so that spelling habits do not matter."""
    decomposed = unicodedata.normalize("NFKD", header).casefold()
    return re.sub(r"[^a-z0-9]", "", decomposed)


def is_blank(cell: Cell) -> bool:
    """Say whether a cell shows nothing."""
    return isinstance(cell, str) and not tidied(cell)


def tidied(text: str) -> str:
    """Return a text in composed form with single plain spaces, without the signs that show nothing.

    So the same name compares equal whoever typed it.
    """
    visible = unicodedata.normalize("NFC", _NOT_KEPT.sub("", text))
    return " ".join(visible.split())


def read_reference(cell: Cell) -> str | None:
    """Read an id as text, whole numbers without their `.0`, or raise `Unreadable`; None when blank."""
    text = _number_as_text(cell) if isinstance(cell, int | float) else cell
    if not isinstance(text, str):
        raise Unreadable(f"an id is needed here and {kind_of(cell)} stands here; store it as text")
    text = tidied(text)
    if whole := _WHOLE_AS_DECIMAL.fullmatch(text):
        text = whole[1]
    if len(text) > MAX_REFERENCE:
        raise Unreadable(
            f"an id is needed here and a text of over {MAX_REFERENCE} characters stands here"
        )
    _refuse_formula_error(text, "an id")
    if _SHORTENED.fullmatch(text):
        raise Unreadable(
            "an id is needed here and a number that a spreadsheet shortened stands here; store it as text"
        )
    if " " in text or ":" in text or not text.isprintable():
        raise Unreadable(
            "an id is needed here and a text with spaces, colons or hidden signs stands here"
        )
    return text or None


def read_day(cell: Cell) -> date | None:
    """Read a day from a date or from text as dd/mm/yyyy or yyyy-mm-dd, or raise `Unreadable`; None when blank.

    A time of day after it is passed over; one in UTC (with a Z) first becomes the day it is in London.
    """
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, str):
        text = tidied(cell)
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
    text = tidied(text)
    if len(text) > MAX_TEXT:
        raise Unreadable(
            f"a name is needed here and a text of over {MAX_TEXT} characters stands here"
        )
    _refuse_formula_error(text, "a name")
    # A sign that turns the direction of writing would show one name and keep another.
    if not text.isprintable():
        raise Unreadable("a name is needed here and a text with hidden signs stands here")
    return text or None


def read_texts(cell: Cell) -> tuple[str, ...] | None:
    """Read short texts parted by semicolons, each once, or raise `Unreadable`; None when there is none."""
    if not isinstance(cell, str):
        raise Unreadable(f"names are needed here and {kind_of(cell)} stands here")
    return (
        tuple(dict.fromkeys(text for part in cell.split(";") if (text := read_text(part)))) or None
    )


def kind_of(cell: Cell) -> str:
    """Name the kind of a value, for a sentence that must not quote it."""
    if isinstance(cell, bool):
        return "a yes/no value"
    if isinstance(cell, int | float):
        return "a number"
    if isinstance(cell, date):
        return "a date"
    return "text" if isinstance(cell, str) else "a time of day"


def _number_as_text(cell: float) -> str:
    if isinstance(cell, bool):
        raise Unreadable("a name or id is needed here and a yes/no value stands here")
    if cell != cell or abs(cell) >= MAX_EXACT_NUMBER:  # noqa: PLR0124 - only a NaN differs from itself
        raise Unreadable("the number has more digits than a spreadsheet keeps; store it as text")
    if cell != int(cell):
        raise Unreadable("a name or id is needed here and a number with a fraction stands here")
    return str(int(cell))


def _refuse_formula_error(text: str, needed: str) -> None:
    if text.upper() in _FORMULA_ERRORS:
        raise Unreadable(f"{needed} is needed here and the error of a formula stands here")


def _day_from_text(text: str) -> date:
    _refuse_formula_error(text, "a date")
    try:
        if _UTC.fullmatch(text):
            # Midnight of a summer's day in London is the evening before in UTC.
            return datetime.fromisoformat(text).astimezone(LONDON).date()
        text = _TIME_OF_DAY.sub("", text)
        if iso := _ISO.fullmatch(text):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if british := _BRITISH.fullmatch(text):
            return date(int(british[3]), int(british[2]), int(british[1]))
    except (ValueError, OverflowError):
        raise Unreadable("there is no such day in the calendar") from None
    raise Unreadable(
        "a date is needed here, as dd/mm/yyyy or yyyy-mm-dd, and other text stands here"
    )

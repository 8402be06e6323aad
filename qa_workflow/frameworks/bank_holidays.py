"""Reads the bank holidays of England and Wales, as the government published them."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.errors import CalendarFaulty

SHIPPED = "bank_holidays.csv"
COLUMNS = ("on", "name")


def read_bank_holidays(path: Path | None = None) -> dict[date, str]:
    """Return the name of each bank holiday in *path*, or in the shipped list if none is given.

    Raises:
        CalendarFaulty: naming row (the heading is row 1) and column of the first fault.
    """
    source = path if path is not None else files("qa_workflow.frameworks").joinpath(SHIPPED)
    file = source.name
    rows = list(csv.reader(io.StringIO(_text(file, source.read_bytes()), newline="")))
    header = [cell.strip() for cell in rows[0]] if rows else []
    for column in COLUMNS:
        if column not in header:
            raise CalendarFaulty(file, 1, column, "the column is missing")
    found: dict[date, str] = {}
    places: dict[date, int] = {}
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        day, name = _holiday(file, number, header, cells)
        if day in found:
            raise CalendarFaulty(file, number, "on", f"{day} stands in row {places[day]} already")
        found[day] = name
        places[day] = number
    _refuse_gaps(file, places)
    return found


@lru_cache(maxsize=1)
def published_calendar() -> WorkingCalendar:
    """Return the calendar of the shipped list, from its first to its last year; may raise CalendarFaulty."""
    holidays = read_bank_holidays()
    return WorkingCalendar(holidays, min(holidays).year, max(holidays).year)


def _text(file: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise CalendarFaulty(file, row, "name", "this is not UTF-8 text") from error


def _holiday(file: str, row: int, header: list[str], cells: list[str]) -> tuple[date, str]:
    if len(cells) > len(header):
        # A comma in a name that is not quoted: taking the first part would shorten the name unseen.
        raise CalendarFaulty(file, row, "name", "there are more cells than columns")
    values = dict(zip(header, (cell.strip() for cell in cells), strict=False))
    on, name = (values.get(column, "") for column in COLUMNS)
    try:
        day = date.fromisoformat(on)
    except ValueError:
        day = None
    # fromisoformat also reads week dates and dates without hyphens, which nobody means here.
    if day is None or day.isoformat() != on:
        raise CalendarFaulty(file, row, "on", f"{on!r} is not a date written YYYY-MM-DD")
    if not name:
        raise CalendarFaulty(file, row, "name", "the name is empty")
    if not name.isprintable():
        raise CalendarFaulty(
            file, row, "name", "the name runs over its line: a quotation mark is missing"
        )
    return day, name


def _refuse_gaps(file: str, places: Mapping[date, int]) -> None:
    # A year without any entry would pass as a year without bank holidays.
    if not places:
        raise CalendarFaulty(file, 1, "on", "no bank holiday follows")
    days = sorted(places)
    for day, following in pairwise(days):
        if following.year > day.year + 1:
            why = f"there is no bank holiday of {day.year + 1} before it"
            raise CalendarFaulty(file, places[following], "on", why)

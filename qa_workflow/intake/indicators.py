"""Reads a file of figures: how much, how many, how often, for which activity, on which day, from where."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qa_workflow.errors import RejectedFile
from qa_workflow.intake.cells import tidied
from qa_workflow.intake.rows import Row, in_order_of_rows
from qa_workflow.intake.table import read_table
from qa_workflow.intake.upload import read_upload

COLUMNS = ("indicator", "on", "value", "of", "source", "activity")
REQUIRED = tuple(name for name in COLUMNS if name != "of")
# How a figure may be written: no sign of a currency, no thousands, a point before the fraction.
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,15}", re.ASCII)
CHILDREN = "children"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow:
    """Holds one checked line of a file of figures; `value` and `of` as they were written.

    `of` is None or `children` where children are counted, a whole number where the value is so many of
    so many children, and else the unit of the value, such as `%`, `days` or `visits`.
    """

    indicator: str
    on: date
    value: str
    of: str | None
    source: str
    activity: str
    row: int


def counts_children(of: str | None) -> bool:
    """Tell whether a value with this `of` counts children; one that says nothing does, to be on the safe side."""
    return of is None or of.casefold() == CHILDREN or is_whole(of)


def is_whole(text: str) -> bool:
    """Tell whether *text* is a whole number, not negative."""
    return _WHOLE.fullmatch(text) is not None


def read_indicators(
    path: Path, *, today: date, activities: Collection[str]
) -> tuple[IndicatorRow, ...]:
    """Read a CSV of figures whole, or raise `RejectedFile` with every fault; a header alone is valid.

    No figure is of a day after *today*, and each names one of *activities*.
    """
    upload = read_upload(path)
    table = read_table(upload, columns=COLUMNS, required=REQUIRED)
    figures: dict[tuple[str, str, date | None], IndicatorRow] = {}
    faults = list(table.faults)
    for row in table.rows:
        one = _figure(row, today, activities)
        if one is not None:
            first = figures.setdefault((one.indicator, one.activity, one.on), one)
            if first is not one:
                row.fault("indicator", f"this figure of this day stands on row {first.row} already")
        faults += row.faults
    if faults:
        raise RejectedFile(upload.name, in_order_of_rows(faults))
    return tuple(figures.values())


def _figure(row: Row, today: date, activities: Collection[str]) -> IndicatorRow | None:
    indicator = row.text("indicator", required=True)
    on = row.past_day("on", today=today, required=True)
    of = row.text("of")
    value = _value(row, of)
    source = row.text("source", required=True)
    activity = row.text("activity", required=True)
    if activity is not None and activity not in activities:
        row.fault("activity", "this is no code of the framework and no process")
    if row.faults or indicator is None or on is None or source is None or activity is None:
        return None
    return IndicatorRow(
        indicator=indicator, on=on, value=value, of=of, source=source, activity=activity, row=row.number
    )  # fmt: skip


def _value(row: Row, of: str | None) -> str:
    text = tidied(str(row.cells.get("value", "")))
    if not text:
        row.fault("value", "this may not be empty")
    elif _NUMBER.fullmatch(text) is None:
        row.fault("value", "a number such as 17 or 93.5 is needed here")
    elif counts_children(of) and not is_whole(text):
        row.fault(
            "value",
            "children are counted in whole numbers; if this is none of them, say in `of` what it is, e.g. %",
        )
    elif of is not None and is_whole(of) and int(text) > int(of):
        row.fault("value", "there are more here than what they are out of")
    return text

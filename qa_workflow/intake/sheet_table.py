"""Finds the table of a sheet by its header, below whatever titles stand above it."""

from collections.abc import Sequence

from qa_workflow.errors import RejectedFile
from qa_workflow.intake.cells import Cell, is_blank
from qa_workflow.intake.columns import Header, Wanted, header_in
from qa_workflow.intake.table import Table

HEADER_WITHIN = 10

Sheet = Sequence[Sequence[Cell]]


def table_in(
    sheet: Sheet, wanted: Wanted, *, file: str, or_else: str = "give its columns"
) -> Table:
    """Return the rows below the sheet's header; *or_else* is what to do about a sheet that has none.

    Raises:
        RejectedFile: there is no header in the first rows, or a column is missing or stands there twice.
    """
    at, header = _find_header(sheet, wanted)
    if not header.positions:
        why = f"no header row was found in its first {HEADER_WITHIN} rows; {or_else}"
        raise RejectedFile(file, [wanted.fault(why, next(iter(wanted.columns)))])
    if faults := header.faults(wanted, row=at + 1):
        raise RejectedFile(file, faults)
    return Table(
        rows=tuple(
            header.row(number, cells, wanted)
            for number, cells in enumerate(sheet[at + 1 :], start=at + 2)
            if not all(map(is_blank, cells))
        ),
        faults=(),
        absent_columns=header.absent(wanted),
    )


def _find_header(sheet: Sheet, wanted: Wanted) -> tuple[int, Header]:
    # The row that names most of the columns, the first of several: a title may name one in passing.
    fields = wanted.fields
    headers = [header_in(cells, fields) for cells in sheet[:HEADER_WITHIN]]
    return max(enumerate(headers), key=lambda found: len(found[1].positions), default=(0, Header()))

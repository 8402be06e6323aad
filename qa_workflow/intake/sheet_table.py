"""Finds the table of a sheet by its header, in any order of columns, and keeps only what is asked for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from qa_workflow.errors import Fault, RejectedFile
from qa_workflow.intake.cells import Cell, is_blank, normalised
from qa_workflow.intake.rows import Row
from qa_workflow.intake.table import Table

HEADER_WITHIN = 10

Sheet = Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    at: int = 0
    positions: Mapping[str, Sequence[int]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def table_in(
    sheet: Sheet,
    *,
    file: str,
    list_name: str,
    columns: Mapping[str, Sequence[str]],
    required: Collection[str],
) -> Table:
    """Return the rows under the sheet's header, by field; *columns* gives the spellings of each, published first.

    Raises:
        RejectedFile: there is no header in the first rows, or a column is missing or stands there twice.
    """
    fields = {normalised(text): name for name, spellings in columns.items() for text in spellings}
    header = _find_header(sheet, fields)
    faults = _faults_of(header, list_name, columns, required)
    if faults:
        raise RejectedFile(file, faults)
    rows = (
        Row(
            number=number,
            headers=header.texts,
            list_name=list_name,
            cells={
                name: cells[found[0]]
                for name, found in header.positions.items()
                if found[0] < len(cells)
            },
        )
        for number, cells in enumerate(sheet[header.at + 1 :], start=header.at + 2)
        if not all(map(is_blank, cells))
    )
    return Table(rows=tuple(rows), faults=())


def _find_header(sheet: Sheet, fields: Mapping[str, str]) -> _Header:
    best = _Header()
    for at, cells in enumerate(sheet[:HEADER_WITHIN]):
        positions: dict[str, list[int]] = {}
        texts: dict[str, str] = {}
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and (name := fields.get(normalised(cell))):
                positions.setdefault(name, []).append(column)
                texts.setdefault(name, " ".join(cell.split()))
        if len(positions) > len(best.positions):
            best = _Header(at=at, positions=positions, texts=texts)
    return best


def _faults_of(
    header: _Header,
    list_name: str,
    columns: Mapping[str, Sequence[str]],
    required: Collection[str],
) -> list[Fault]:
    if not header.positions:
        why = f"no header row was found in its first {HEADER_WITHIN} rows; give its columns"
        return [Fault(why=why, list_name=list_name)]
    row = header.at + 1
    missing = [
        Fault(why="this column is missing", list_name=list_name, row=row, column=spellings[0])
        for name, spellings in columns.items()
        if name in required and name not in header.positions
    ]
    doubled = [
        Fault(
            why="this column stands there twice; keep one",
            list_name=list_name,
            row=row,
            column=header.texts[name],
        )
        for name, found in header.positions.items()
        if len(found) > 1
    ]
    return missing + doubled

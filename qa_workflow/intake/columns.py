"""Finds the wanted columns of a table by their header, however it is spelt, and keeps nothing else of a row."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from qa_workflow.errors import Fault
from qa_workflow.intake.cells import Cell, normalised, tidied
from qa_workflow.intake.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Says which columns of a list are read: for each field its spellings, the published one first."""

    columns: Mapping[str, Sequence[str]]
    required: Collection[str]
    list_name: str | None = None

    @property
    def fields(self) -> Mapping[str, str]:
        """Every spelling, reduced to its letters and digits, with the field it stands for."""
        return {
            normalised(spelling): name
            for name, spellings in self.columns.items()
            for spelling in spellings
        }

    def fault(self, why: str, name: str, *, row: int | None = None) -> Fault:
        """Return a fault of a whole column, under its published spelling."""
        return Fault(why=why, list_name=self.list_name, row=row, column=self.columns[name][0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Holds where each wanted field stands in the rows of a table, and how the file spells it."""

    positions: Mapping[str, Sequence[int]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    def row(self, number: int, cells: Sequence[Cell], wanted: Wanted) -> Row:
        """Return the wanted cells of a row; *number* is where a person finds it, counted from 1."""
        kept = {
            name: cells[found[0]] for name, found in self.positions.items() if found[0] < len(cells)
        }
        return Row(number=number, headers=self.texts, cells=kept, list_name=wanted.list_name)

    def faults(self, wanted: Wanted, *, row: int | None = None) -> list[Fault]:
        """Return what makes the table useless: columns that are missing, or stand there twice."""
        missing = [
            wanted.fault("this column is missing", name, row=row)
            for name in wanted.columns
            if name in wanted.required and name not in self.positions
        ]
        doubled = [
            Fault(
                why="this column stands there twice; keep one",
                list_name=wanted.list_name,
                row=row,
                column=self.texts[name],
            )
            for name, found in self.positions.items()
            if len(found) > 1
        ]
        return missing + doubled

    def absent(self, wanted: Wanted) -> tuple[Fault, ...]:
        """Return the optional columns that are not there: what they would say is unknown, and not empty."""
        why = "this column is not in the list, so its values are unknown"
        return tuple(
            wanted.fault(why, name) for name in wanted.columns if name not in self.positions
        )


def header_in(cells: Sequence[Cell], fields: Mapping[str, str]) -> Header:
    """Return what of *fields* (see `Wanted.fields`) the cells of one row name as headers."""
    positions: dict[str, list[int]] = {}
    texts: dict[str, str] = {}
    for at, cell in enumerate(cells):
        if isinstance(cell, str) and (name := fields.get(normalised(cell))):
            positions.setdefault(name, []).append(at)
            texts.setdefault(name, tidied(cell))
    return Header(positions=positions, texts=texts)

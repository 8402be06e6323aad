"""Reads one row of a file field by field, and remembers every fault with its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from qa_workflow.errors import Fault
from qa_workflow.intake.cells import Cell, Unreadable, read_day, read_reference, read_text

Value = TypeVar("Value")


@dataclass(slots=True, kw_only=True)
class Row:
    """Holds the kept cells of one row by field; a field that cannot be read is None and leaves a fault."""

    number: int
    headers: Mapping[str, str]
    cells: Mapping[str, Cell] = field(repr=False)
    list_name: str | None = None
    faults: list[Fault] = field(default_factory=list)

    def reference(self, name: str, *, required: bool = False) -> str | None:
        return self._read(name, read_reference, required=required)

    def day(self, name: str, *, required: bool = False) -> date | None:
        return self._read(name, read_day, required=required)

    def text(self, name: str, *, required: bool = False) -> str | None:
        return self._read(name, read_text, required=required)

    def fault(self, name: str, why: str) -> None:
        self.faults.append(
            Fault(
                why=why,
                list_name=self.list_name,
                row=self.number,
                column=self.headers.get(name, name),
            )
        )

    def _read(
        self, name: str, read: Callable[[Cell], Value | None], *, required: bool
    ) -> Value | None:
        try:
            value = read(self.cells.get(name, ""))
        except Unreadable as unreadable:
            self.fault(name, str(unreadable))
            return None
        if value is None and required:
            self.fault(name, "this may not be empty")
        return value

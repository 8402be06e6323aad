"""Reads one row of a file field by field, and remembers every fault with its place."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from qa_workflow.errors import Fault
from qa_workflow.intake.cells import (
    Cell,
    Unreadable,
    read_day,
    read_reference,
    read_text,
    read_texts,
)

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
        """Return the id in a field; None when blank, which is a fault where it is *required*."""
        return self._read(name, read_reference, required=required)

    def day(self, name: str, *, required: bool = False) -> date | None:
        """Return the day in a field; None when blank, which is a fault where it is *required*."""
        return self._read(name, read_day, required=required)

    def past_day(self, name: str, *, today: date, required: bool = False) -> date | None:
        """Return the day in a field, as `day` does; one after *today* leaves a fault."""
        day = self.day(name, required=required)
        if day is not None and day > today:
            self.fault(name, "this day lies in the future")
        return day

    def text(self, name: str, *, required: bool = False) -> str | None:
        """Return the short text in a field; None when blank, which is a fault where it is *required*."""
        return self._read(name, read_text, required=required)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the short texts that semicolons part in a field, each once and in their order."""
        return self._read(name, read_texts, required=False) or ()

    def fault(self, name: str, why: str) -> None:
        """Remember a fault of this row under the header that the file gives to the field."""
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


def in_order_of_rows(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return the faults of one list as a person goes down it; those of one row stay in their order."""
    return tuple(sorted(faults, key=lambda fault: fault.row or 0))

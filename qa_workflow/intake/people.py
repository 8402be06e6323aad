"""Reads the roster: who works here, in which roles, managed by whom."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from qa_workflow.errors import RejectedFile
from qa_workflow.intake.rows import Row, in_order_of_rows
from qa_workflow.intake.table import read_table
from qa_workflow.intake.upload import read_upload

REQUIRED = ("person_id", "name", "roles")
COLUMNS = ("person_id", "name", "email", "roles", "team", "manager", "active_from", "active_to")

# No sign that a mail program reads as the end of this address and the start of another.
_EMAIL = re.compile(r"""[^@\s,;:<>()"]+@[^@\s,;:<>()"]+""")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """Holds one checked line of the roster; `row` is where it stands in the file.

    `absent`: optional columns that the file does not have; what they would say is unknown, not empty.
    They tell of the file and not of the person, so they do not make two lines differ.
    """

    person_id: str
    name: str
    email: str | None
    roles: tuple[str, ...]
    team: str | None
    manager: str | None
    active_from: date | None
    active_to: date | None
    row: int
    absent: frozenset[str] = field(default=frozenset(), compare=False)


def read_people(
    path: Path, known_roles: frozenset[str], known_people: frozenset[str] = frozenset()
) -> tuple[PersonRow, ...]:
    """Read a roster CSV whole, or raise `RejectedFile` with every fault; nobody is taken from a faulty file.

    A manager is somebody of the file, above or below, or of `known_people`. A header alone is valid.
    """
    upload = read_upload(path)
    table = read_table(upload, columns=COLUMNS, required=REQUIRED)
    absent = frozenset(fault.column for fault in table.absent_columns if fault.column)
    read = [(row, _person(row, known_roles, absent)) for row in table.rows]
    people: dict[str, PersonRow] = {}
    for row, person in read:
        if person.person_id:
            first = people.setdefault(person.person_id, person)
            if first is not person:
                row.fault("person_id", f"{person.person_id!r} stands on row {first.row} already")
    circles = _circles(people)
    everybody = people.keys() | known_people
    for row, person in read:
        _check_manager(row, person, everybody)
        if person is people.get(person.person_id) and (circle := circles.get(person.person_id)):
            row.fault("manager", "these manage each other in a circle: " + ", ".join(circle))
    faults = [*table.faults, *(fault for row, _ in read for fault in row.faults)]
    if faults:
        raise RejectedFile(upload.name, in_order_of_rows(faults))
    return tuple(people.values())


def _person(row: Row, known_roles: frozenset[str], absent: frozenset[str]) -> PersonRow:
    person = PersonRow(
        person_id=row.reference("person_id", required=True) or "",
        name=row.text("name", required=True) or "",
        email=row.text("email"),
        roles=_roles(row, known_roles),
        team=row.text("team"),
        manager=row.reference("manager"),
        active_from=row.day("active_from"),
        active_to=row.day("active_to"),
        row=row.number,
        absent=absent,
    )
    if person.email and not _EMAIL.fullmatch(person.email):
        row.fault("email", "this is not an e-mail address")
    if person.active_from and person.active_to and person.active_to < person.active_from:
        row.fault("active_to", "this day lies before active_from")
    return person


def _roles(row: Row, known_roles: frozenset[str]) -> tuple[str, ...]:
    roles = tuple(dict.fromkeys(role.casefold() for role in row.texts("roles")))
    if unknown := [repr(role) for role in roles if role not in known_roles]:
        known = ", ".join(sorted(known_roles))
        row.fault("roles", f"there is no role {' or '.join(unknown)}; the roles are {known}")
    return roles


def _check_manager(row: Row, person: PersonRow, everybody: AbstractSet[str]) -> None:
    manager = person.manager
    if manager is None:
        return
    if manager == person.person_id:
        row.fault("manager", f"{manager!r} cannot be their own manager")
    elif manager not in everybody:
        row.fault("manager", f"there is no person {manager!r} in this file or in the roster")


def _circles(people: Mapping[str, PersonRow]) -> dict[str, list[str]]:
    """Return each circle of several managers once, from and to whoever of it stands first in the file."""
    circles: dict[str, list[str]] = {}
    # Whoever was looked at once is not walked through again: a long chain must not take for ever.
    settled: set[str] = set()
    for start in people:
        chain: dict[str, None] = {}
        at = start
        while at in people and at not in settled and at not in chain:
            chain[at] = None
            at = people[at].manager or ""
        settled.update(chain)
        if at in chain and people[at].manager != at:
            ring = list(chain)[list(chain).index(at) :]
            first = ring.index(min(ring, key=lambda name: people[name].row))
            circles[ring[first]] = [*ring[first:], *ring[: first + 1]]
    return circles

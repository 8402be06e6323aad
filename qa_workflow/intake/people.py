"""Reads the roster: who works here, in which roles, managed by whom."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qa_workflow.errors import RejectedFile
from qa_workflow.intake.rows import Row
from qa_workflow.intake.table import read_table
from qa_workflow.intake.upload import read_upload

REQUIRED = ("person_id", "name", "roles")
COLUMNS = ("person_id", "name", "email", "roles", "team", "manager", "active_from", "active_to")

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """Holds one checked line of the roster; `row` is where it stands in the file."""

    person_id: str
    name: str
    email: str | None
    roles: tuple[str, ...]
    team: str | None
    manager: str | None
    active_from: date | None
    active_to: date | None
    row: int


def read_people(
    path: Path, known_roles: frozenset[str], known_people: frozenset[str] = frozenset()
) -> tuple[PersonRow, ...]:
    """Read a roster CSV whole, or raise `RejectedFile` with every fault; nobody is taken from a faulty file.

    A manager is somebody of the file, above or below, or of `known_people`. A header alone is valid.
    """
    upload = read_upload(path)
    table = read_table(upload, columns=COLUMNS, required=REQUIRED)
    read = [(row, _person(row, known_roles)) for row in table.rows]
    people: dict[str, PersonRow] = {}
    for row, person in read:
        if person.person_id:
            first = people.setdefault(person.person_id, person)
            if first is not person:
                row.fault("person_id", f"{person.person_id!r} stands on row {first.row} already")
    for row, person in read:
        _check_manager(row, person, people, known_people)
    faults = [*table.faults, *(fault for row, _ in read for fault in row.faults)]
    if faults:
        raise RejectedFile(upload.name, sorted(faults, key=lambda fault: fault.row or 0))
    return tuple(people.values())


def _person(row: Row, known_roles: frozenset[str]) -> PersonRow:
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
    )
    if person.email and not _EMAIL.fullmatch(person.email):
        row.fault("email", "this is not an e-mail address")
    if person.active_from and person.active_to and person.active_to < person.active_from:
        row.fault("active_to", "this day lies before active_from")
    return person


def _roles(row: Row, known_roles: frozenset[str]) -> tuple[str, ...]:
    named = [role.strip().casefold() for role in (row.text("roles") or "").split(";")]
    roles = tuple(dict.fromkeys(role for role in named if role))
    for role in roles:
        if role not in known_roles:
            known = ", ".join(sorted(known_roles))
            row.fault("roles", f"there is no role {role!r}; the roles are {known}")
    return roles


def _check_manager(
    row: Row, person: PersonRow, people: Mapping[str, PersonRow], known_people: frozenset[str]
) -> None:
    manager = person.manager
    if manager is None:
        return
    if manager == person.person_id:
        row.fault("manager", f"{manager!r} cannot be their own manager")
    elif manager not in people and manager not in known_people:
        row.fault("manager", f"there is no person {manager!r} in this file or in the roster")
    elif person is people.get(person.person_id) and (circle := _circle(person, people)):
        row.fault("manager", "these manage each other in a circle: " + ", ".join(circle))


def _circle(person: PersonRow, people: Mapping[str, PersonRow]) -> list[str]:
    chain = [person.person_id]
    above = people.get(person.manager or "")
    while above is not None and above.person_id not in chain:
        chain.append(above.person_id)
        above = people.get(above.manager or "")
    # Told once, by the first of the circle to stand in the file, and not by those below it.
    if above is not person or person.row > min(people[name].row for name in chain):
        return []
    return [*chain, person.person_id]

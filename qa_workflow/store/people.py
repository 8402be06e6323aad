"""The roster: people, the roles they hold, and who acts for whom."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from qa_workflow.engine.people import Delegation, Person, Roster
from qa_workflow.store.reference_tables import (
    DelegationRow,
    PersonRoleRow,
    PersonRow,
    RosterStampRow,
)

_PERSON = PersonRow.__table__  # type: ignore[attr-defined]
_ROLE = PersonRoleRow.__table__  # type: ignore[attr-defined]
_DELEGATION = DelegationRow.__table__  # type: ignore[attr-defined]
_STAMP = RosterStampRow.__table__  # type: ignore[attr-defined]
# What the engine knows of a delegation; who recorded it, and when, only the database remembers.
_DELEGATED = [_DELEGATION.c[name] for name in Delegation.__slots__]
# The roster, or its stamp, is read in every transaction: the statements are built once.
_STAMPED = select(_STAMP.c.stamp)
_ROLES = select(_ROLE.c.person_id, _ROLE.c.role)
_PEOPLE = select(_PERSON)
_OF_PERSON = tuple(column.name for column in _PERSON.columns)
_RECORDED = select(*_DELEGATED).order_by(_DELEGATION.c.recorded_at, _DELEGATION.c.id)


def roster_stamp(connection: Connection) -> str | None:
    """Return the stamp of the roster that *connection* sees: the database draws another at every write to it.

    None where there is none: then nothing read earlier may be taken for the roster of today.
    """
    found: str | None = connection.execute(_STAMPED).scalar()
    return found


def load_roster(connection: Connection) -> Roster:
    """Return everybody with their roles, the inactive too, and every delegation, the newest recorded last."""
    roles: dict[str, set[str]] = {}
    for person_id, role in connection.execute(_ROLES).all():
        roles.setdefault(person_id, set()).add(role)
    people = {}
    for row in connection.execute(_PEOPLE).all():
        said = dict(zip(_OF_PERSON, row, strict=True))
        number = said["person_id"]
        people[number] = Person(**said, roles=frozenset(roles.get(number, ())))
    return Roster(
        people, tuple(Delegation(**row) for row in connection.execute(_RECORDED).mappings())
    )


def save_people(connection: Connection, people: Iterable[Person]) -> None:
    """Write each person anew: what a roster says of somebody replaces what was known."""
    people = list(people)
    if not people:
        return
    statement = insert(_PERSON)
    fields = [column.name for column in _PERSON.columns if column.name != "person_id"]
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["person_id"], set_={name: statement.excluded[name] for name in fields}
        ),
        [{name: getattr(one, name) for name in ("person_id", *fields)} for one in people],
    )
    connection.execute(
        delete(_ROLE).where(_ROLE.c.person_id.in_([one.person_id for one in people]))
    )
    roles = [
        {"person_id": one.person_id, "role": role} for one in people for role in sorted(one.roles)
    ]
    if roles:
        connection.execute(insert(_ROLE), roles)


def save_delegation(
    connection: Connection, delegation: Delegation, *, recorded_by: str, recorded_at: datetime
) -> None:
    """Remember that somebody acts for somebody else, beside all that was recorded before."""
    connection.execute(
        insert(_DELEGATION),
        [{**asdict(delegation), "recorded_by": recorded_by, "recorded_at": recorded_at}],
    )


def set_active_to(connection: Connection, person_id: str, day: date | None) -> None:
    """Write the last day on which the person works here; None when no end is known."""
    connection.execute(
        update(_PERSON).where(_PERSON.c.person_id == person_id).values(active_to=day)
    )

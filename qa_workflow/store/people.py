"""The roster: people and the roles they hold."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from qa_workflow.engine.people import Person, Roster
from qa_workflow.store.tables import PersonRoleRow, PersonRow

_PERSON = PersonRow.__table__  # type: ignore[attr-defined]
_ROLE = PersonRoleRow.__table__  # type: ignore[attr-defined]


def load_roster(connection: Connection) -> Roster:
    """Return everybody with their roles, the inactive too."""
    roles: dict[str, set[str]] = {}
    for person_id, role in connection.execute(select(_ROLE.c.person_id, _ROLE.c.role)):
        roles.setdefault(person_id, set()).add(role)
    return Roster(
        {
            row["person_id"]: Person(**row, roles=frozenset(roles.get(row["person_id"], ())))
            for row in connection.execute(select(_PERSON)).mappings()
        }
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

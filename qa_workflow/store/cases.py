"""Cases as the imports know them, and who worked on them from when to when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection, and_, bindparam, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from qa_workflow.engine.people import CaseFacts, Involvement
from qa_workflow.store.reference_tables import CaseAssignmentRow, CaseRecordRow

_CASE = CaseRecordRow.__table__  # type: ignore[attr-defined]
_ASSIGNMENT = CaseAssignmentRow.__table__  # type: ignore[attr-defined]
# What is asked whenever a guard may ask of a case: built once.
_THESE = (
    select(_CASE)
    .where(_CASE.c.case_id.in_(bindparam("wanted", expanding=True)))
    .order_by(_CASE.c.case_id)
)
_INVOLVED = (
    select(*(_ASSIGNMENT.c[name] for name in ("case_id", "person_id", "role", "from_on", "to_on")))
    .where(_ASSIGNMENT.c.case_id.in_(bindparam("wanted", expanding=True)))
    .order_by(_ASSIGNMENT.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """A case of the list: worker, supervisor and IRO as person ids, or as the text the file had."""

    case_id: str
    plan_type: str
    opened_on: date
    closed_on: date | None
    team: str | None
    worker: str | None
    supervisor: str | None
    iro: str | None
    provider_id: str | None
    last_seen_on: date | None
    last_review_on: date | None
    first_seen_on: date
    lists: str
    plan_started_on: date | None = None  # where the plan began on another day than the case opened

    @property
    def plan_since(self) -> date:
        """Return the day on which the present plan began."""
        return self.plan_started_on or self.opened_on


def find_cases(
    connection: Connection,
    *,
    ids: Iterable[str] | None = None,
    provider_id: str | None = None,
    only_open: bool = False,
) -> dict[str, CaseRecord]:
    """Return cases by id: those of *ids*, or all; with *only_open* those that no closing day ends.

    With *provider_id* only those of the children who are placed with that provider.
    """
    statement = select(_CASE).order_by(_CASE.c.case_id)
    if ids is not None:
        statement = statement.where(_CASE.c.case_id.in_(list(ids)))
    if provider_id is not None:
        statement = statement.where(_CASE.c.provider_id == provider_id)
    if only_open:
        statement = statement.where(_CASE.c.closed_on.is_(None))
    return {row["case_id"]: CaseRecord(**row) for row in connection.execute(statement).mappings()}


def open_on(connection: Connection, day: date) -> tuple[str, ...]:
    """Return the cases open at 00:00 London time on *day*: a case counts from its opening day to its closing day."""
    statement = select(_CASE.c.case_id).where(
        _CASE.c.opened_on <= day, or_(_CASE.c.closed_on.is_(None), _CASE.c.closed_on >= day)
    )
    return tuple(connection.execute(statement.order_by(_CASE.c.case_id)).scalars())


def save_cases(connection: Connection, cases: Sequence[CaseRecord]) -> None:
    """Write each case anew."""
    if not cases:
        return
    statement = insert(_CASE)
    fields = [
        column.name for column in _CASE.columns if column.name not in {"case_id", "first_seen_on"}
    ]
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["case_id"], set_={name: statement.excluded[name] for name in fields}
        ),
        [asdict(case) for case in cases],
    )


def case_facts(connection: Connection, ids: Iterable[str]) -> dict[str, CaseFacts]:
    """Return what a guard may know of each case, with everybody who ever worked on it."""
    wanted = {"wanted": list(ids)}
    if not wanted["wanted"]:
        return {}
    involved: dict[str, list[Involvement]] = {}
    for case_id, person, role, from_on, to_on in connection.execute(_INVOLVED, wanted).all():
        involved.setdefault(case_id, []).append(
            Involvement(person_id=person, role=role, from_on=from_on, to_on=to_on)
        )
    return {
        case.case_id: CaseFacts(
            case_id=case.case_id,
            plan_type=case.plan_type,
            team=case.team,
            opened_on=case.opened_on,
            closed_on=case.closed_on,
            practitioner=case.worker,
            supervisor=case.supervisor,
            iro=case.iro,
            involvements=tuple(involved.get(case.case_id, ())),
        )
        for case in connection.execute(_THESE, wanted)
    }


def save_assignments(
    connection: Connection,
    wanted: Mapping[tuple[str, str], str | None],
    *,
    on: date,
    since: Mapping[str, date],
) -> None:
    """Date the changes: for each (case, role) the person who does it now, from *on*.

    Whoever did it before stopped on the day before *on*. The first person known for a case is taken to
    have done it since the day in *since* (the case's opening), because nothing else is known of before.
    """
    keys = {case for case, _ in wanted}
    standing: dict[tuple[str, str], tuple[int, str, date]] = {}
    known: set[tuple[str, str]] = set()
    for row in connection.execute(select(_ASSIGNMENT).where(_ASSIGNMENT.c.case_id.in_(keys))):
        known.add((row.case_id, row.role))
        if row.to_on is None:
            standing[(row.case_id, row.role)] = (row.id, row.person_id, row.from_on)
    fresh = []
    for (case, role), person in wanted.items():
        before = standing.get((case, role))
        if before is not None and before[1] == person:
            continue
        if before is not None:
            ended = max(before[2], date.fromordinal(on.toordinal() - 1))
            connection.execute(
                update(_ASSIGNMENT).where(_ASSIGNMENT.c.id == before[0]).values(to_on=ended)
            )
        if person is not None:
            begun = on if (case, role) in known else min(on, since.get(case, on))
            fresh.append(
                {
                    "case_id": case,
                    "role": role,
                    "person_id": person,
                    "from_on": begun,
                    "to_on": None,
                }
            )
    if fresh:
        connection.execute(insert(_ASSIGNMENT), fresh)


def name_person(connection: Connection, text: str, person_id: str) -> None:
    """Put a person's id where an import only had their name, now that the roster knows them."""
    for column in (_CASE.c.worker, _CASE.c.supervisor, _CASE.c.iro):
        connection.execute(update(_CASE).where(column == text).values({column.name: person_id}))
    connection.execute(
        update(_ASSIGNMENT).where(_ASSIGNMENT.c.person_id == text).values(person_id=person_id)
    )


def names_without_id(connection: Connection) -> set[str]:
    """Return every worker, supervisor and IRO of the cases, as ids or as the text a file had."""
    found: set[str] = set()
    for column in (_CASE.c.worker, _CASE.c.supervisor, _CASE.c.iro, _ASSIGNMENT.c.person_id):
        found.update(
            connection.execute(select(column).where(column.is_not(None)).distinct()).scalars()
        )
    return found


def end_assignments(connection: Connection, cases: Sequence[str], *, on: date) -> None:
    """End every assignment of *cases* on *on*: they are closed."""
    if cases:
        connection.execute(
            update(_ASSIGNMENT)
            .where(and_(_ASSIGNMENT.c.case_id.in_(cases), _ASSIGNMENT.c.to_on.is_(None)))
            .values(to_on=on)
        )

"""Takes a roster into the database, all of it or nothing."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from qa_workflow.engine.people import Person
from qa_workflow.errors import Fault, RejectedFile
from qa_workflow.intake.people import PersonRow, read_people
from qa_workflow.service.context import Context
from qa_workflow.service.names import folded
from qa_workflow.service.work import Work
from qa_workflow.store import cases, council, people


@dataclass(slots=True)
class PeopleImport:
    """What an import of the roster brought."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def import_people(ctx: Context, path: Path, *, now: datetime, actor: str) -> PeopleImport:
    """Read a roster and write everybody in it, all or nothing; who is not in the file stays as they are.

    Raises:
        RejectedFile: any fault in the file, each named; or managers who go round in a circle.
    """
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        known = people.load_roster(connection)  # as it is written, not with what else people fill
        rows = read_people(path, ctx.framework.roles, frozenset(known.people))
        wanted = [_person(row, known.get(row.person_id)) for row in rows]
        _check_circles(path, rows, {**known.people, **{one.person_id: one for one in wanted}})
        report = PeopleImport()
        for person in wanted:
            before = known.get(person.person_id)
            kind = (
                report.new
                if before is None
                else report.unchanged
                if before == person
                else report.changed
            )
            kind.append(person.person_id)
        people.save_people(connection, wanted)
        # Another Work: this one knows the roster as it was.
        report.warnings = _match_texts(
            Work(ctx, connection, now), {one.person_id for one in wanted}
        )
        council.record_import(
            connection,
            kind="people",
            file=path.name,
            sha256="",
            as_of=work.today,
            counts={name: len(getattr(report, name)) for name in ("new", "changed", "unchanged")},
            actor=actor,
            at=now,
        )
    return report


def _person(row: PersonRow, before: Person | None) -> Person:
    told = Person(
        person_id=row.person_id,
        name=row.name,
        email=row.email,
        roles=frozenset(row.roles),
        team=row.team,
        manager=row.manager,
        active_from=row.active_from,
        active_to=row.active_to,
    )
    if before is None:
        return told
    # Of a column that the file does not have, what was known is kept: a roster without `active_to`
    # must not bring back whoever was deactivated.
    return replace(told, **{name: getattr(before, name) for name in row.absent})


def _check_circles(path: Path, rows: Sequence[PersonRow], everybody: dict[str, Person]) -> None:
    settled: set[str] = set()  # a long chain is walked once, and not from everybody in it
    for row in rows:
        chain: dict[str, None] = {}
        at: str | None = row.person_id
        while at is not None and at in everybody and at not in settled and at not in chain:
            chain[at] = None
            at = everybody[at].manager
        settled.update(chain)
        if at is not None and at in chain:
            circle = list(chain)[list(chain).index(at) :]
            # Whoever of the circle stands first in the file is blamed, not who leads to it from outside.
            first = min((one.row, one.person_id) for one in rows if one.person_id in circle)
            turned = circle.index(first[1])
            named = [*circle[turned:], *circle[: turned + 1]]
            why = f"managers go round in a circle: {' > '.join(named)}"
            raise RejectedFile(path.name, [Fault(why=why, row=first[0], column="manager")])


def _match_texts(work: Work, named: AbstractSet[str]) -> list[str]:
    """Let cases that only had the name of one of *named* have their id, so that history and independence hold."""
    known = work.roster.people
    by_name: dict[str, list[str]] = {}
    for person in known.values():
        by_name.setdefault(folded(person.name), []).append(person.person_id)
    warnings = []
    for text in sorted(cases.names_without_id(work.connection) - set(known)):
        fits = by_name.get(folded(text), [])
        if not named & set(fits):
            continue
        if len(fits) > 1:
            warnings.append(f"{text!r} could be {' or '.join(sorted(fits))}; kept as text")
        else:
            cases.name_person(work.connection, text, fits[0])
    worked_on = [
        one.case_id for one in cases.find_cases(work.connection).values() if one.worker in named
    ]
    work.refresh_owners(worked_on)
    return warnings

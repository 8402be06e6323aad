"""Plans: supervision, observation and appraisal of everybody, as far as the framework's calendar has a line for them.

Source: domain 3.5 G4, 3.6 and A19, A28. What is planned of a month stands from its first day, or from the
first day of somebody who starts in it; after downtime it is created late, never skipped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from qa_workflow.engine.derivation import MONTHS
from qa_workflow.engine.instance import Spawn
from qa_workflow.engine.people import Person
from qa_workflow.engine.working_days import london_date
from qa_workflow.frameworks.lines import Item, items
from qa_workflow.patterns.appraisal_year import begins_too_late, dates_of, opening, year_of
from qa_workflow.patterns.coverage import APPRAISAL, OBSERVATION, PROGRAMME, checkpoint_of
from qa_workflow.patterns.person_cycle import (
    PER_PERSON,
    SUPERVISED,
    SUPERVISION,
    is_staff,
    reference,
    tier_of,
)
from qa_workflow.service.work import Work
from qa_workflow.store import council, standing


def person_cycles(work: Work, since: date) -> Iterable[Spawn]:
    """Return what everybody's cycles ask for by today and is not there yet; *since* is the first day of planning.

    A cycle is planned for the months in which the framework's calendar has a programme that stands for it.
    """
    begun = max(since, _planned_until(work), date(1900, 1, 1))
    lines = _lines(work, begun)
    if not lines:
        return []
    people = [one for one in work.roster.people.values() if one.is_active(work.today)]
    wanted = [
        spawn
        for process, plan in ((SUPERVISION, _supervisions), (OBSERVATION, _observations))
        for item in lines.get(process, ())
        if item.opens_on <= work.today and begun <= item.due_on
        for spawn in plan(work, item, people)
    ]
    wanted += _appraisals(work, lines.get(APPRAISAL, ()), people, since, begun)
    there = standing.references(work.connection, PER_PERSON) if wanted else frozenset()
    return [spawn for spawn in wanted if spawn.reference not in there]


def _planned_until(work: Work) -> date:
    """Return the day of the last good pass: what should have stood by then was planned by then."""
    return max(
        (london_date(one.last_pass_at) for one in council.passes(work.connection)),
        default=date.min,
    )


def _lines(work: Work, begun: date) -> dict[str, list[Item]]:
    """Return by process the programmes that stand for it, of every year of appraisal from *begun* to today's."""
    ctx = work.ctx
    lines = tuple(
        line for line in ctx.lines if line.process == PROGRAMME and line.stands_for in PER_PERSON
    )
    first, last = opening(year_of(begun)), opening(year_of(work.today) + 1)
    found: dict[str, list[Item]] = {}
    for item in items(lines, first, last, terms=ctx.terms, calendar=work.calendar):
        found.setdefault(str(item.line.stands_for), []).append(item)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From when something of one person should stand, and until when it is done (London dates, ends included)."""

    opens_on: date
    due_on: date

    def for_person(self, person: Person) -> "Window":
        """Return the window as it is for *person*, who may start in it."""
        begun = max(self.opens_on, person.active_from or date.min)
        return Window(opens_on=begun, due_on=self.due_on)

    @property
    def is_theirs(self) -> bool:
        """Tell whether it was not over before the person came."""
        return self.opens_on <= self.due_on

    def late(self, today: date) -> dict[str, Any]:
        """Return what an instance says that is created after its first day."""
        return {"created_late": True} if today > self.opens_on else {}


# ------------------------------------------------------------------ by month
def _supervisions(work: Work, item: Item, people: Iterable[Person]) -> Iterator[Spawn]:
    roles = _named(item.line.data.get("roles")) or frozenset(SUPERVISED)
    for person in people:
        if person.roles & roles:
            yield from _of_month(work, item, person, SUPERVISION, "Supervision of")


def _observations(work: Work, item: Item, people: Iterable[Person]) -> Iterator[Spawn]:
    times = work.ctx.framework.choices.observations_per_person
    month = item.due_on.month
    for person in people:
        if tier_of(person) is None:
            continue
        if month in months_of(person.person_id, item.line.months, times):
            yield from _of_month(work, item, person, OBSERVATION, "Practice observation of")


def months_of(person_id: str, months: tuple[int, ...], times: int) -> frozenset[int]:
    """Return in which of *months* the person is observed: so many *times*, evenly, the same ones every year.

    The first follows from the person's id alone, so that everybody together are spread over the year and
    nobody's month moves when others come or go.
    """
    first = int.from_bytes(sha256(person_id.encode()).digest()[:8]) % len(months)
    return frozenset(
        months[(first + number * len(months) // times) % len(months)] for number in range(times)
    )


def _of_month(work: Work, item: Item, person: Person, process: str, title: str) -> Iterator[Spawn]:
    window = Window(opens_on=item.opens_on, due_on=item.due_on).for_person(person)
    if not window.is_theirs:
        return
    period = f"{item.due_on:%Y-%m}"
    yield Spawn(
        process=process,
        reference=reference(process, person.person_id, period),
        subject=person.person_id,
        title=f"{title} {person.name}, {MONTHS[item.due_on.month - 1]} {item.due_on.year}",
        team=person.team,
        due_on=item.due_on,
        data={
            "code": item.line.code,
            "period": period,
            "opens_on": item.opens_on.isoformat(),
            **window.late(work.today),
        },
    )


def _named(told: object) -> frozenset[str]:
    """Return the roles that a line of the calendar names ("practitioner, iro"); none where it names nobody."""
    return frozenset(one.strip() for one in str(told or "").split(",") if one.strip())


# ------------------------------------------------------------------ by year
def _appraisals(
    work: Work, lines: Iterable[Item], people: Iterable[Person], since: date, begun: date
) -> Iterator[Spawn]:
    checkpoints: dict[int, dict[str, date]] = {}
    for item in lines:
        found = checkpoints.setdefault(year_of(item.opens_on), {})
        found[checkpoint_of(item.opens_on)] = item.due_on
    for year in range(year_of(begun), year_of(work.today) + 1):
        by = checkpoints.get(year)
        if not by:
            continue
        for person in people:
            if is_staff(person):
                yield from _appraisal(work, person, year, by, since)


def _appraisal(
    work: Work, person: Person, year: int, by: dict[str, date], since: date
) -> Iterator[Spawn]:
    opens_on, first = opening(year), person.active_from
    starts = first if first is not None and first > opens_on else None
    dates = dates_of(year, begun_on=starts, since=since, by=by)
    due_on = date.fromisoformat(dates["end_year_by"])
    window = Window(opens_on=opens_on, due_on=due_on).for_person(person)
    waits = starts is not None and begins_too_late(year, starts, {"end_year": due_on})
    if waits or not window.is_theirs or due_on < since:
        return
    yield Spawn(
        process=APPRAISAL,
        reference=reference(APPRAISAL, person.person_id, dates["period"]),
        subject=person.person_id,
        title=f"Appraisal of {person.name}, {dates['period']}",
        team=person.team,
        due_on=due_on,
        data={**dates, **window.late(work.today)},
    )

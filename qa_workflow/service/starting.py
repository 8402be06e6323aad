"""Starts an instance by hand, and knows what the calendar says of one that it opens."""

import re
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, date, datetime
from typing import Any

from qa_workflow.engine.definition import Asks, ProcessDefinition
from qa_workflow.engine.instance import ProcessInstance, Spawn
from qa_workflow.engine.people import Person
from qa_workflow.engine.working_days import FIRST_YEAR, start_of_day
from qa_workflow.errors import NotPermitted, TransitionRefused, WrongInput
from qa_workflow.frameworks.lines import Item
from qa_workflow.service.context import Context
from qa_workflow.service.input import Data, acting, checked
from qa_workflow.service.work import Work
from qa_workflow.store import cases, instances, reports


def start_process(
    ctx: Context,
    process: str,
    subject: str,
    *,
    now: datetime,
    actor: str,
    as_person: str | None = None,
    on: date | None = None,
    data: Data | None = None,
) -> ProcessInstance:
    """Start an instance whose clock counts from *on* (today by default); the same key twice is one instance.

    Raises:
        WrongInput: no such process, or a day that has not come yet or lies before 1900. UnknownPerson, BadData: see `checked`.
    """
    definition = ctx.processes.get(process)
    if definition is None:
        raise WrongInput(
            f"There is no process {process!r}. There are: {', '.join(sorted(ctx.processes))}."
        )
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        begun = on or work.today
        if begun > work.today:
            raise WrongInput(
                f"{begun.isoformat()} has not come yet: a clock counts from a day in the past."
            )
        if begun.year < FIRST_YEAR:
            raise WrongInput(
                f"{begun.isoformat()} lies before {FIRST_YEAR}, further back than any clock counts."
            )
        who = acting(work, as_person) if as_person is not None else None
        evidence = checked(work, definition.starts_with, data or {}, f"start {process}")
        spawn = _spawn(work, definition, subject, begun, evidence)
        standing = reports.find_by_reference(connection, [spawn.reference])
        if standing:
            return instances.load(connection, standing[spawn.reference])
        at = now if begun == work.today else start_of_day(begun)
        _require_start(work, definition, work.new(0, spawn, at=at), who, evidence)
        outcomes = work.started([spawn], at=at, actor=who or actor)
        number = outcomes[0].instance.id
        return work.apply(outcomes)[number]


def _require_start(
    work: Work,
    definition: ProcessDefinition,
    instance: ProcessInstance,
    person: Person | None,
    evidence: Asks,
) -> None:
    """Refuse a start that is not this person's to make, or that a guard refuses; nothing is kept of it."""
    roster = work.roster
    if definition.start_roles and (
        person is None
        or not any(roster.has_role(person, role, work.today) for role in definition.start_roles)
    ):
        name = person.name if person is not None else "Nobody named with --as"
        raise NotPermitted(name, f"start {definition.name}", definition.start_roles)
    facts = replace(work.facts([instance])[instance.id], actor=person)
    reasons = [why for guard in definition.start_guards if (why := guard(facts, evidence))]
    if reasons:
        raise TransitionRefused(f"start {definition.name}", str(definition.initial), reasons)


def _spawn(
    work: Work, definition: ProcessDefinition, subject: str, begun: date, evidence: Asks
) -> Spawn:
    if not subject.strip():
        raise WrongInput("The subject is empty: name the case, person, provider or period.")
    if not definition.by_hand:
        raise WrongInput(
            f"{definition.name} is not started by hand: {definition.started_by} starts each one."
        )
    case = cases.find_cases(work.connection, ids=[subject]).get(subject)
    data = evidence.model_dump(mode="json", exclude_unset=True)
    item = planned_item(
        work, definition.name, subject, on_a_day_of_its_own=data.get("due_on") is not None
    )
    return Spawn(
        process=definition.name,
        reference=_reference(definition, subject, begun, data),
        numbered=definition.series is not None,
        subject=subject,
        case_id=case.case_id if case is not None else None,
        data={
            **({} if item is None else planned_data(item)),
            **data,
            "started_on": begun.isoformat(),
        },
        due_on=None if item is None else item.due_on,
    )


def _reference(
    definition: ProcessDefinition, subject: str, begun: date, data: dict[str, Any]
) -> str:
    if definition.series is not None:
        return definition.series.format_map({**data, "subject": subject})
    if definition.key is not None:
        return definition.key(subject, begun, data)
    return f"{definition.name}:{subject}"


def planned_item(
    work: Work, process: str, period: str, *, on_a_day_of_its_own: bool = False
) -> Item | None:
    """Return the calendar's item of that process and period; None where the calendar has none such.

    An extra one of a process that the calendar opens is due *on a day of its own*.

    Raises:
        WrongInput: the calendar alone opens this process, and has no such period.
    """
    definition = work.definition(process)
    if process not in {line.process for line in work.ctx.lines}:
        return None
    named = re.search(r"\d{4}", period)
    year = int(named.group()) if named else 0
    if MINYEAR < year < MAXYEAR - 1:
        span = date(year - 1, 1, 1), date(year + 1, 12, 31)
        for item in work.ctx.items(*span, work.calendar):
            if item.line.process == process and item.period == period:
                return item
    if definition.started_by is not None or on_a_day_of_its_own:
        return None  # a person may start one besides those of the calendar
    known = work.ctx.items(date(2026, 1, 1), date(2026, 12, 31), work.calendar)
    example = next(one.period for one in known if one.line.process == process)
    raise WrongInput(
        f"The framework calendar has no {process} of {period!r}; it is written like {example}."
    )


def planned_data(item: Item) -> dict[str, Any]:
    """Return what an instance of the calendar knows from its start: its line, and who leads what it stands for."""
    line = item.line
    led = {} if line.stands_for is None else {"stands_for": line.stands_for, "lead": line.owner}
    return {
        **line.data,
        "code": line.code,
        "period": item.period,
        "opens_on": item.opens_on.isoformat(),
        "framework_version": line.version,
        **led,
    }


def planned_title(item: Item) -> str:
    """Return what an instance of the calendar is called; empty where its process has a name for it."""
    return "" if item.line.title is None else f"{item.line.title} {item.period.rpartition(':')[2]}"

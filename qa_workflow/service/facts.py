"""Gathers what a guard may know, from the database, before anything is decided."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from qa_workflow.engine.definition import Facts
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import Roster
from qa_workflow.engine.working_days import london_date
from qa_workflow.service.context import Context
from qa_workflow.service.readings import (
    Reading,
    case_clocks,
    caseload,
    choices,
    coverage,
    gatherings,
    meetings,
    people,
    periods,
    plans,
    pressing,
    providers,
    rounds,
    sittings,
    terms,
)
from qa_workflow.store import cases, reports
from qa_workflow.store.database import Connection


def _pressing(
    ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], now: datetime
) -> dict[int, dict[str, Any]]:
    """Return the Top three's pack; what its cases may know, for their way out, is gathered here too."""

    def gathered(some: Sequence[ProcessInstance]) -> dict[int, Facts]:
        return gather(ctx, connection, some, roster=ctx.roster(connection), now=now)

    return pressing.of_meetings(ctx, connection, instances, now, gather=gathered)


# What a definition may say that it `reads`, beyond `case` and `children`, and who reads it.
READINGS: Mapping[str, Reading] = MappingProxyType(
    {
        "methodology": rounds.methodology,
        "round": rounds.audit_round,
        "choices": choices.chosen,
        "plan_holder": plans.plan_holder,
        "provider": providers.provider,
        "sittings": sittings.panel,
        "panel_items": sittings.panel_items,
        "meetings": meetings.sittings,
        "follow_up": meetings.follow_up,
        "themes": meetings.themes,
        "terms": terms.terms,
        "case_clocks": case_clocks.of_child,
        "caseload": caseload.caseload,
        "sampled": caseload.sampled,
        "meeting": gatherings.meeting,
        "open_cases": gatherings.open_cases,
        "feeding": periods.feeding,
        "following": periods.following,
        "document": periods.document,
        "coverage": coverage.coverage,
        "programmes": coverage.programmes,
        "people": people.own_cycles,
        "pressing": _pressing,
    }
)


def bare_facts(roster: Roster, instance: ProcessInstance, now: datetime) -> Facts:
    """Return what a ladder needs: the roster and the day. Levels ask no guard."""
    return Facts(roster=roster, today=london_date(now), instance=instance)


def gather(
    ctx: Context,
    connection: Connection,
    instances: Sequence[ProcessInstance],
    *,
    roster: Roster,
    now: datetime,
) -> dict[int, Facts]:
    """Return, by instance, everything its definition says it reads.

    What goes beyond case, parent and children is read when a guard first asks for it, for all of
    *instances* at once: it stands as it does in the transaction of *connection*, which must still be open.
    """
    facts = {one.id: bare_facts(roster, one, now) for one in instances}
    reading: dict[str, list[ProcessInstance]] = {}
    for one in instances:
        definition = ctx.processes.get(one.process)
        for name in definition.reads if definition is not None else ():
            reading.setdefault(name, []).append(one)
    _add_cases(connection, reading.get("case", []), facts)
    _add_children(connection, reading.get("children", []), facts)
    _add_parents(connection, [one for one in instances if one.parent_id is not None], facts)
    asked: dict[int, list[_Asked]] = {}
    for name, some in reading.items():
        if name in READINGS:
            once = _Asked(READINGS[name], ctx, connection, some, now)
            for one in some:
                asked.setdefault(one.id, []).append(once)
    for number, readings in asked.items():
        facts[number] = replace(facts[number], gathered=_Gathered(number, readings))
    return facts


class _Asked:
    """One reading for several instances, made when one of them first needs it."""

    def __init__(
        self,
        read: Reading,
        ctx: Context,
        connection: Connection,
        instances: Sequence[ProcessInstance],
        now: datetime,
    ) -> None:
        self._question = (ctx, connection, instances, now)
        self._read = read
        self._found: Mapping[int, Mapping[str, Any]] | None = None

    def of(self, number: int) -> Mapping[str, Any]:
        """Return what it found for the instance of this number."""
        if self._found is None:
            self._found = self._read(*self._question)
        return self._found.get(number, {})


class _Gathered(Mapping[str, Any]):
    """What the readings of one instance find. Most commands need few of them, and some read every case."""

    def __init__(self, number: int, readings: Sequence[_Asked]) -> None:
        self._number = number
        self._readings = readings

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - each reading has its own values
        for one in self._readings:
            found = one.of(self._number)
            if name in found:
                return found[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for one in self._readings for name in one.of(self._number)))

    def __len__(self) -> int:
        return len(tuple(iter(self)))


def _add_cases(
    connection: Connection, instances: Sequence[ProcessInstance], facts: dict[int, Facts]
) -> None:
    wanted = {one.case_id for one in instances if one.case_id is not None}
    if not wanted:
        return
    known = cases.case_facts(connection, wanted)
    for one in instances:
        facts[one.id] = replace(facts[one.id], case=known.get(one.case_id or ""))


def _add_children(
    connection: Connection, instances: Sequence[ProcessInstance], facts: dict[int, Facts]
) -> None:
    if not instances:
        return
    children = reports.children_of(connection, [one.id for one in instances])
    for one in instances:
        facts[one.id] = replace(facts[one.id], children=children.get(one.id, ()))


def _add_parents(
    connection: Connection, instances: Sequence[ProcessInstance], facts: dict[int, Facts]
) -> None:
    wanted = {one.parent_id for one in instances if one.parent_id is not None}
    if not wanted:
        return
    parents = reports.related(connection, sorted(wanted))
    for one in instances:
        facts[one.id] = replace(facts[one.id], parent=parents.get(one.parent_id or 0))

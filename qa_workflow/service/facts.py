"""Gathers what a guard may know, from the database, before anything is decided."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

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
    providers,
    rounds,
    sittings,
    terms,
)
from qa_workflow.store import cases, reports
from qa_workflow.store.database import Connection

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
    """Return, by instance, everything its definition says it reads."""
    facts = {one.id: bare_facts(roster, one, now) for one in instances}
    reading: dict[str, list[ProcessInstance]] = {}
    for one in instances:
        definition = ctx.processes.get(one.process)
        for name in definition.reads if definition is not None else ():
            reading.setdefault(name, []).append(one)
    _add_cases(connection, reading.get("case", []), facts)
    _add_children(connection, reading.get("children", []), facts)
    _add_parents(connection, [one for one in instances if one.parent_id is not None], facts)
    for name, some in reading.items():
        if name in READINGS:
            for number, found in READINGS[name](ctx, connection, some, now).items():
                known = facts[number]
                facts[number] = replace(known, gathered={**known.gathered, **found})
    return facts


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

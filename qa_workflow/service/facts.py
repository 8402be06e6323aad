"""Gathers what a guard may know, from the database, before anything is decided."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from qa_workflow.engine.definition import Facts
from qa_workflow.engine.instance import NOTHING, ProcessInstance
from qa_workflow.engine.people import Roster
from qa_workflow.engine.working_days import london_date, start_of_day
from qa_workflow.service.context import Context
from qa_workflow.store import cases, council, histories, reports
from qa_workflow.store.database import Connection


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
    for one in reading.get("methodology", []):
        _more(facts, one, _methodology(ctx, connection, one))
    for one in reading.get("round", []):
        _more(facts, one, _round(ctx, connection, one))
    return facts


def _more(facts: dict[int, Facts], instance: ProcessInstance, found: dict[str, Any]) -> None:
    known = facts[instance.id]
    facts[instance.id] = replace(known, gathered={**known.gathered, **found})


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


def _methodology(ctx: Context, connection: Connection, instance: ProcessInstance) -> dict[str, Any]:
    version = instance.data.get("methodology")
    auditor = instance.data.get("auditor")
    return {
        "methodology_body": council.methodologies(connection).get(version or 0, NOTHING),
        "has_submitted_before": auditor is not None
        and histories.has_submitted(connection, auditor),
        "moderation_percent": ctx.moderation_percent,
    }


def _round(ctx: Context, connection: Connection, instance: ProcessInstance) -> dict[str, Any]:
    """Return what the draw of a sample needs: the population, and in spring what the autumn round did."""
    opens_on = date.fromisoformat(instance.data["opens_on"])
    versions = sorted(council.methodologies(connection))
    found: dict[str, Any] = {
        "known_until": ctx.known_until,
        "imported_on": council.last_import_on(connection, "case", by=date.max),
        "methodologies": versions,
        "methodology": versions[-1] if versions else None,
        "seed": ctx.draw_seed(),
        "population": (),
        "audited": frozenset(),
        "closed_since": {},
        "preceding_round": None,
    }
    if instance.state == "scheduled":
        found["population"] = cases.open_on(connection, opens_on)
    stem, _, part = instance.reference.rpartition(":")
    if part != "B":
        return found
    ids = reports.find_by_reference(connection, [f"{stem}:A"])
    for autumn_id in ids.values():
        autumn = reports.related(connection, [autumn_id])[autumn_id]
        found["preceding_round"] = autumn
        sampled_at = start_of_day(opens_on)
        found["audited"] = frozenset(
            audit.subject
            for audit in reports.children_of(connection, [autumn_id]).get(autumn_id, ())
            if audit.process == "case_audit"
            and audit.state == "closed"
            and audit.closed_at is not None
            and audit.closed_at < sampled_at
        )
        before = cases.find_cases(connection, ids=autumn.data.get("population", ()))
        found["closed_since"] = {
            case.case_id: case.closed_on
            for case in before.values()
            if case.closed_on is not None and case.closed_on < opens_on
        }
    return found

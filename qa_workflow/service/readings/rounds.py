"""Reads what audits and their rounds may know: the audit tool, the open cases, what autumn did."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from qa_workflow.engine.instance import NOTHING, ProcessInstance
from qa_workflow.engine.working_days import start_of_day
from qa_workflow.service.context import Context
from qa_workflow.service.readings import periods
from qa_workflow.store import cases, council, histories, reports
from qa_workflow.store.database import Connection

STANDARDS = (
    "practice_standards"  # what auditors use; its updates say what the next round should ask
)


def methodology(
    ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each audit the audit tool of its round, and what decides about moderation."""
    bodies = council.methodologies(connection)
    auditors = {one.data["auditor"] for one in instances if one.data.get("auditor") is not None}
    experienced = histories.have_submitted(connection, auditors) if auditors else frozenset()
    return {
        one.id: {
            "methodology_body": bodies.get(one.data.get("methodology") or 0, NOTHING),
            "has_submitted_before": one.data.get("auditor") in experienced,
            "moderation_percent": ctx.moderation_percent,
        }
        for one in instances
    }


def audit_round(
    ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each round what the draw of its sample needs."""
    return {one.id: _round_of(ctx, connection, one) for one in instances}


def _round_of(ctx: Context, connection: Connection, instance: ProcessInstance) -> dict[str, Any]:
    """Return what the draw of a sample needs: the population, and in spring what the autumn round did."""
    opens_on = date.fromisoformat(instance.data["opens_on"])
    versions = sorted(council.methodologies(connection))
    found: dict[str, Any] = {
        "known_until": ctx.known_until,
        "imported_on": council.last_import_on(connection, "case", by=date.max),
        "methodologies": versions,
        "methodology": versions[-1] if versions else None,
        "seed": ctx.draw_seed(),
        "standards": None,
        "population": (),
        "plan_types": {},
        "audited": frozenset(),
        "selected": frozenset(),
        "closed_since": {},
        "preceding_round": None,
    }
    if instance.state == "scheduled":
        found["standards"] = periods.version_in_force(connection, STANDARDS)
        found["population"] = population = cases.open_on(connection, opens_on)
        found["plan_types"] = {
            case.case_id: case.plan_type
            for case in cases.find_cases(connection, ids=population).values()
        }
    stem, _, part = instance.reference.rpartition(":")
    if part != "B":
        return found
    ids = reports.find_by_reference(connection, [f"{stem}:A"])
    for autumn_id in ids.values():
        autumn = reports.related(connection, [autumn_id])[autumn_id]
        found["preceding_round"] = autumn
        found["selected"] = frozenset(autumn.data.get("sample", ()))
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

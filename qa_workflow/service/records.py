"""What is known of a case and of the audit tool: read-only."""

from datetime import datetime
from typing import Any

from qa_workflow.errors import InstanceNotFound
from qa_workflow.service import views
from qa_workflow.service.context import Context
from qa_workflow.service.enquiries import summaries
from qa_workflow.service.work import Work
from qa_workflow.store import cases, council, reports


def show_case(ctx: Context, reference: str, *, now: datetime) -> dict[str, Any]:
    """Return a case: its dates, who worked on it from when to when, and every process about it.

    Raises:
        InstanceNotFound: no import ever named it.
    """
    with ctx.database.reading() as connection:
        found = cases.find_cases(connection, ids=[reference]).get(reference)
        if found is None:
            raise InstanceNotFound(reference, kind="case")
        facts = cases.case_facts(connection, [reference])[reference]
        work = Work(ctx, connection, now)
        about = summaries(work, reports.ids_about_case(connection, reference))
    return {
        "case": found.case_id,
        "plan_type": found.plan_type,
        "team": found.team,
        "worker": found.worker,
        "supervisor": found.supervisor,
        "iro": found.iro,
        "provider_id": found.provider_id,
        "opened_on": views.day(found.opened_on),
        "closed_on": views.day(found.closed_on),
        "last_seen_on": views.day(found.last_seen_on),
        "last_review_on": views.day(found.last_review_on),
        "involved": [
            {
                "person": one.person_id,
                "role": one.role,
                "from": views.day(one.from_on),
                "to": views.day(one.to_on),
            }
            for one in facts.involvements
        ],
        "instances": about,
    }


def show_methodology(ctx: Context, version: int | None) -> dict[str, Any]:
    """Return a version of the audit tool, the newest if none is named.

    Raises:
        InstanceNotFound: that version was never loaded.
    """
    with ctx.database.reading() as connection:
        known = council.methodologies(connection)
    chosen = version if version is not None else max(known, default=0)
    if chosen not in known:
        raise InstanceNotFound(str(chosen), kind="methodology")
    return dict(known[chosen])

"""Reads the list of open cases for what looks at some or all of them: samples, surveys, audits of others."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.working_days import london_date
from qa_workflow.patterns.caseload import Caseload
from qa_workflow.service.context import Context
from qa_workflow.store import cases, council
from qa_workflow.store.database import Connection


def caseload(
    ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], now: datetime
) -> dict[int, dict[str, Any]]:
    """Return the cases, the same for each instance that is open, and on which day they were last imported."""
    asking = [one.id for one in instances if one.is_open]
    if not asking:
        return {}
    today = london_date(now)
    known = cases.find_cases(connection)
    found = {
        "caseload": Caseload(
            known=frozenset(known),
            open_cases={case: known[case].plan_type for case in cases.open_on(connection, today)},
            seed=ctx.draw_seed(),
        ),
        "imported_on": council.last_import_on(connection, "case", by=date.max),
    }
    return dict.fromkeys(asking, found)


def sampled(
    _ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each instance who works and worked on the cases of its sample, as far as a list knows them."""
    wanted = {case for one in instances for case in one.data.get("sample", ())}
    known = cases.case_facts(connection, wanted) if wanted else {}
    return {
        one.id: {
            "sampled": {case: known[case] for case in one.data.get("sample", ()) if case in known}
        }
        for one in instances
    }

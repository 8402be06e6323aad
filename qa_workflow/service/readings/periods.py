"""Reads what a report or a plan rests on: what fed it, the report after it, the version in force."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from qa_workflow.engine.definition import Related
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.working_days import add_months, london_date, start_of_day
from qa_workflow.service.context import Context
from qa_workflow.store import periods, reports
from qa_workflow.store.database import Connection
from qa_workflow.store.reports import Wanted

# Until it is submitted, what it rests on is gathered; at no other time does anybody ask.
FED_IN = frozenset({"due", "drafting", "returned", "in_review", "draft", "notice"})
COMES_LATE_IN = frozenset({"due", "drafting", "returned"})
# Open, but there to be read: handed in, held, or found and not yet put right.
SHOWN = (
    "submitted", "received", "awaiting_scrutiny", "governance_review", "held", "minuted",
    "actions_logged", "action_plan", "actions_open", "analysed",
)  # fmt: skip
# Ended without anything that could feed a report.
FRUITLESS = ("missed", "cancelled", "withdrawn", "abandoned", "superseded", "ceased", "dropped")
NOT_SAT = frozenset({"planned", "scheduled", "agenda_set", "postponed", "inquorate"})
MONTHS = 12


def feeding(
    _ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each report or document that is being written what fed it in the last twelve months.

    `feeding` holds {reference, process, state} of everything whose process stands under `fed_by` in
    its data ("all of the above -> self-assessment", domain 1.8). `programme:OBS` there means those
    references only that begin so.
    """
    since = start_of_day(add_months(london_date(now), -MONTHS))
    found = {}
    for one in instances:
        wanted = one.data.get("fed_by", ()) if one.state in FED_IN else ()
        results = periods.results(
            connection,
            {name.partition(":")[0] for name in wanted},
            since=since,
            standing_in=SHOWN,
            ended_otherwise_than=FRUITLESS,
        )
        found[one.id] = {
            "feeding": tuple(
                {"reference": other.reference, "process": other.process, "state": other.state}
                for other in results
                if any(f"{other.reference}:".startswith(f"{name}:") for name in wanted)
            )
        }
    return found


def following(
    _ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each report that has not come yet the states of those after it, in the order of their dates.

    A report with a `series` in its data is followed by those of the same series only.
    """
    found: dict[int, dict[str, Any]] = {}
    for one in instances:
        if one.state not in COMES_LATE_IN or one.due_on is None:
            continue
        found[one.id] = {
            "following": tuple(
                later.state
                for later in periods.due_after(connection, one.process, one.due_on)
                if later.data.get("series") == one.data.get("series")
            )
        }
    return found


# ------------------------------------------------------------------ documents
def document(
    _ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each document the version in force, the lines proposed for it, and the months its board has sat.

    `in_force` is what some review of the same document made last ({version, lines, ...}), or None;
    `proposed` the plan lines that were linked to it; `boards` the months (`2026-03`) in which the
    board that scrutinises it has sat or will not sit any more.
    """
    versions = {
        name: _in_force(_every(connection, name)) for name in {one.process for one in instances}
    }
    plans = {one.data["plan_code"] for one in instances if one.data.get("plan_code")}
    linked = _every(connection, "plan_line", state="linked") if plans else ()
    boards = {
        name: _months_over(_every(connection, name))
        for name in {one.data["board"] for one in instances if one.data.get("board")}
    }
    return {
        one.id: {
            "in_force": versions[one.process],
            "proposed": tuple(
                line
                for line in linked
                if one.data.get("plan_code") and line.data.get("plan") == one.data["plan_code"]
            ),
            "boards": boards.get(one.data.get("board", ""), frozenset()),
        }
        for one in instances
    }


def _every(
    connection: Connection, process: str, *, state: str | None = None
) -> tuple[Related, ...]:
    ids = reports.find_ids(connection, Wanted(process=process, state=state, include_final=True))
    return tuple(reports.related(connection, ids).values())


def version_in_force(connection: Connection, process: str) -> dict[str, Any] | None:
    """Return what some review of the document *process* put in force last; None where none ever did."""
    return _in_force(_every(connection, process))


def _in_force(reviews: Iterable[Related]) -> dict[str, Any] | None:
    made = (one.data["in_force"] for one in reviews if one.data.get("in_force"))
    return max(made, key=lambda one: one["version"], default=None)


def _months_over(sittings: Iterable[Related]) -> frozenset[str]:
    return frozenset(
        period
        for one in sittings
        if one.state not in NOT_SAT and (period := _month(one.data)) is not None
    )


def _month(data: Any) -> str | None:  # noqa: ANN401 - an instance's data
    period = data.get("period")
    if not isinstance(period, str):
        return None
    try:
        return f"{date.fromisoformat(f'{period[:7]}-01'):%Y-%m}"
    except ValueError:
        return None

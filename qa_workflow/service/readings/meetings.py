"""Reads what a recommendation and the meeting that signs it off may know of each other, and of their round."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.working_days import london_date
from qa_workflow.patterns.follow_up import first_sitting, next_window
from qa_workflow.service.context import Context
from qa_workflow.store import follow_up_reports
from qa_workflow.store.database import Connection

THEMED_IN = frozenset({"raised", "challenged"})  # the states in which a theme is named or changed


def sittings(
    ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each recommendation, by reference, the meetings it may go to and the one it went to."""
    today = london_date(now)
    months = ctx.framework.choices.follow_up_months
    named = {reference for one in instances for reference in _meetings_of(one, today, months)}
    found = {"meetings": follow_up_reports.meetings(connection, named)}
    return {one.id: found for one in instances}


def _meetings_of(instance: ProcessInstance, today: date, months: tuple[int, ...]) -> set[str]:
    # The window it is in, and the one that it would be carried into or raised in today.
    windows = {next_window(instance.due_on or today, months), next_window(today, months)}
    if standing := instance.data.get("window_on"):
        window = date.fromisoformat(standing)
        windows |= {window, next_window(max(window + timedelta(days=1), today), months)}
    tabled = instance.data.get("meeting")
    return {first_sitting(one) for one in windows} | ({tabled} if tabled else set())


def follow_up(
    ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each meeting the open recommendations it reviews, and the working days it is planned by.

    It reviews what is due in its window, and what an earlier window has left.
    """
    standing = follow_up_reports.open_recommendations(connection)
    calendar = ctx.calendar(connection)
    found = {}
    for one in instances:
        opens_on = date.fromisoformat(one.data["opens_on"])
        window = next_window(opens_on, ctx.framework.choices.follow_up_months).isoformat()
        found[one.id] = {
            "calendar": calendar,
            "recommendations": tuple(
                other for other in standing if other.data.get("window_on", window) <= window
            ),
        }
    return found


def themes(
    _ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each recommendation whose theme may be named now the others of its audit round."""
    asking = {one.id: one for one in instances if one.state in THEMED_IN and one.parent_id}
    audits = sorted({one.parent_id for one in asking.values() if one.parent_id is not None})
    known = follow_up_reports.of_the_same_round(connection, audits) if audits else {}
    return {
        number: {
            "same_round": tuple(
                other
                for other in known.get(one.parent_id or 0, ())
                if other.reference != one.reference
            )
        }
        for number, one in asking.items()
    }

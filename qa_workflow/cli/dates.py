"""The deadline calculator."""

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow.cli import session
from qa_workflow.cli.root import add
from qa_workflow.errors import BeyondCalendar, WrongInput

if TYPE_CHECKING:
    from qa_workflow.engine.definition import Ladder
    from qa_workflow.engine.derivation import Rule
    from qa_workflow.engine.working_days import WorkingCalendar


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    add(app, {"due": due})


# ------------------------------------------------------------------ due
def due(
    ctx: typer.Context,
    start: Annotated[str, typer.Option("--from", help="The day the rule counts from, YYYY-MM-DD")],
    working_days: Annotated[
        int | None, typer.Option(help="So many working days (may be negative)")
    ] = None,
    days: Annotated[int | None, typer.Option(help="So many days")] = None,
    weeks: Annotated[int | None, typer.Option(help="So many weeks")] = None,
    months: Annotated[
        int | None, typer.Option(help="So many months, clamped to the month's end")
    ] = None,
    month: Annotated[
        str | None, typer.Option(help="A framework month, YYYY-MM: due on its last day")
    ] = None,
    ladder: Annotated[
        str | None,
        typer.Option(help="Show who is told when: standard, statutory or immediate_safety"),
    ] = None,
    local_closures: Annotated[  # noqa: FBT002
        bool, typer.Option("--local-closures", help="Leave out the council's own closure days too")
    ] = False,
) -> None:
    """Calculate a deadline, with its derivation.

    Example: qa-workflow due --from 2026-03-30 --working-days 20 --ladder statutory
    """
    from qa_workflow.engine.derivation import derive

    begun = session.day(start, "--from")
    rule = _rule(working_days, days, weeks, months, month, local_closures=local_closures)
    chosen = _ladder(ladder)
    calendar = session.calendar(ctx)
    found = derive(rule, begun, calendar)
    body: dict[str, Any] = {
        "from": begun.isoformat(),
        "rule": rule.text,
        "due_on": found.due_on.isoformat(),
        "target_on": None if found.target_on is None else found.target_on.isoformat(),
        "late_from": found.late_from.isoformat().replace("+00:00", "Z"),
        "counted": found.counted,
        "skipped": [{"on": one.on.isoformat(), "why": one.why} for one in found.skipped],
    }
    if chosen is not None:
        body["ladder"] = _rungs(chosen, found.due_on, calendar)
    body["sentence"] = found.sentence
    if session.options(ctx).json:
        session.print_json("due", body)
        return
    session.say(found.sentence)
    session.say(
        f"Due on {body['due_on']}, target {body['target_on'] or 'not known yet'}, late from {body['late_from']}."
    )
    if chosen is not None:
        session.table(
            ["level", "on"],
            [(one["level"], one["on"] or "not known yet") for one in body["ladder"]],
        )


def _rule(
    working_days: int | None,
    days: int | None,
    weeks: int | None,
    months: int | None,
    month: str | None,
    *,
    local_closures: bool,
) -> "Rule":
    from qa_workflow.engine import derivation

    given: list[derivation.Rule] = []
    if working_days is not None:
        given.append(derivation.WorkingDays(working_days, closures=local_closures))
    if days is not None:
        given.append(derivation.Days(days))
    if weeks is not None:
        given.append(derivation.Weeks(weeks))
    if months is not None:
        given.append(derivation.Months(months))
    if month is not None:
        found = re.fullmatch(r"(\d{4})-(\d{2})", month)
        if found is None:
            raise WrongInput(f"--month {month!r} is no month. Write it as YYYY-MM.")
        given.append(derivation.FrameworkMonth(int(found[1]), int(found[2])))
    if len(given) != 1:
        raise WrongInput(
            "Give exactly one rule: --working-days, --days, --weeks, --months or --month."
        )
    return given[0]


def _ladder(name: str | None) -> "Ladder | None":
    from qa_workflow.patterns.ladders import BY_NAME

    if name is None:
        return None
    if name not in BY_NAME:
        raise WrongInput(f"There is no ladder {name!r}. There are: {', '.join(BY_NAME)}.")
    return BY_NAME[name]


def _rungs(
    ladder: "Ladder", due_on: date, calendar: "WorkingCalendar"
) -> list[dict[str, str | None]]:
    from qa_workflow.engine.deadlines import level_day

    rungs: list[dict[str, str | None]] = []
    for level in ladder.levels:
        try:
            on = level_day(level, ladder, due_on, calendar).isoformat()
        except BeyondCalendar:
            on = None  # armed when the calendar grows
        rungs.append({"level": level.name, "on": on})
    return rungs

"""Dates: the deadline calculator, the framework's plan and calendar, bank holidays."""

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow.cli import session
from qa_workflow.cli.holidays import add_holiday
from qa_workflow.cli.root import Group, add
from qa_workflow.errors import BeyondCalendar, WrongInput

if TYPE_CHECKING:
    from qa_workflow.engine.definition import Ladder
    from qa_workflow.engine.derivation import Rule
    from qa_workflow.engine.working_days import WorkingCalendar
    from qa_workflow.frameworks.reader import Item


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    add(app, {"due": due, "plan": plan})
    calendar = typer.Typer(
        cls=Group,
        invoke_without_command=True,
        subcommand_metavar="[holidays | add-holiday DATE NAME]",
        help="Show the QA year by month, or the bank holidays it counts by; add one that was proclaimed late.\n\n"
        "Example: qa-workflow calendar --year 2026 --month 6\n\n"
        "Example: qa-workflow calendar holidays",
    )
    calendar.callback(cls=Group)(year_view)
    add(calendar, {"holidays": holidays, "add-holiday": add_holiday})
    app.add_typer(calendar, name="calendar")


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
    calendar = _calendar(ctx)
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


def _calendar(ctx: typer.Context) -> "WorkingCalendar":
    """Return the calendar of the database if there is one, else the published one: no database is needed to count."""
    from qa_workflow.frameworks.bank_holidays import published_calendar
    from qa_workflow.service.enquiries import calendar_of

    made = session.opened(ctx, check=False)
    if made.database.path is not None and made.database.schema_found() is None:
        return published_calendar()
    made.database.require_schema()
    return calendar_of(made)


# ------------------------------------------------------------------ plan
def plan(
    ctx: typer.Context,
    start: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD")],
    end: Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD")],
) -> None:
    """Show every instance the planner would open for a span; writes nothing.

    An instance belongs to the span that holds its due date.

    Example: qa-workflow plan --from 2026-01-01 --to 2026-12-31
    """
    first, last = session.day(start, "--from"), session.day(end, "--to")
    if last < first:
        raise WrongInput(f"--to {end} lies before --from {start}.")
    items = _planned(ctx, first, last)
    if session.print_list(ctx, "plan", items, as_of=session.now()):
        return
    session.table(
        ["due", "opens", "code", "reference", "title"],
        [
            (one["due_on"], one["opens_on"], one["code"], one["reference"], one["title"])
            for one in items
        ],
    )
    session.hint(ctx, f"{len(items)} planned.")


def _planned(ctx: typer.Context, first: date, last: date) -> list[dict[str, Any]]:
    from qa_workflow.frameworks.reader import framework_calendar, items
    from qa_workflow.processes import all_processes

    calendar = _calendar(ctx)
    titles = {name: one.title for name, one in all_processes().items()}
    return [_item(one, titles, calendar) for one in items(framework_calendar(), first, last)]


def _item(item: "Item", titles: dict[str, str], calendar: "WorkingCalendar") -> dict[str, Any]:
    try:
        target_on: str | None = calendar.on_or_before(item.due_on).isoformat()
    except BeyondCalendar:
        target_on = None
    return {
        "code": item.line.code,
        "process": item.line.process,
        "reference": item.reference,
        "title": f"{titles.get(item.line.process, item.line.process)} {item.period}",
        "period": item.period,
        "opens_on": item.opens_on.isoformat(),
        "due_on": item.due_on.isoformat(),
        "target_on": target_on,
        "source": item.line.kind,
        "rule": item.line.source,
    }


# ------------------------------------------------------------------ calendar
def year_view(
    ctx: typer.Context,
    year: Annotated[
        int | None, typer.Option(min=1, max=9999, help="The year; this year if none is given")
    ] = None,
    month: Annotated[int | None, typer.Option(min=1, max=12, help="One month of it")] = None,
) -> None:
    """Show the QA year by month."""
    if ctx.invoked_subcommand is not None:
        return
    from qa_workflow.engine.working_days import london_date, month_end

    chosen = london_date(session.now()).year if year is None else year
    first = date(chosen, month or 1, 1)
    last = month_end(chosen, month or 12)
    items = _planned(ctx, first, last)
    if session.print_list(ctx, "calendar", items, as_of=session.now()):
        return
    for number in range(first.month, last.month + 1):
        due_then = [one for one in items if int(one["due_on"][5:7]) == number]
        session.say(f"{date(chosen, number, 1):%B %Y}")
        for one in due_then:
            session.say(f"  {one['due_on']}  {one['title']} ({one['reference']})")
        if not due_then:
            session.say("  nothing is due")


def holidays(ctx: typer.Context) -> None:
    """List the bank holidays and local closure days that are counted by.

    Example: qa-workflow calendar holidays
    """
    calendar = _calendar(ctx)
    items = [
        {"on": on.isoformat(), "name": name, "kind": kind}
        for kind, days in (("bank_holiday", calendar.holidays), ("local", calendar.closures))
        for on, name in sorted(days.items())
    ]
    if session.print_list(ctx, "calendar-holidays", items, as_of=session.now()):
        return
    session.table(["on", "name", "kind"], [(one["on"], one["name"], one["kind"]) for one in items])
    session.hint(ctx, f"Bank holidays are known until 31 December {calendar.last_year}.")

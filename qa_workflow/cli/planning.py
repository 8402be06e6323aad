"""The framework's year on the command line: the plan, the calendar for people, and the days it counts by."""

from datetime import date
from typing import Annotated, Any

import typer

from qa_workflow.cli import session
from qa_workflow.cli.holidays import add_holiday
from qa_workflow.cli.root import Group, add
from qa_workflow.errors import WrongInput


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    add(app, {"plan": plan})
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
    from qa_workflow.service.year import planned

    return planned(session.opened(ctx, check=False), first, last, session.calendar(ctx))


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
    calendar = session.calendar(ctx)
    items = [
        {"on": on.isoformat(), "name": name, "kind": kind}
        for kind, days in (("bank_holiday", calendar.holidays), ("local", calendar.closures))
        for on, name in sorted(days.items())
    ]
    if session.print_list(ctx, "calendar-holidays", items, as_of=session.now()):
        return
    session.table(["on", "name", "kind"], [(one["on"], one["name"], one["kind"]) for one in items])
    session.hint(ctx, f"Bank holidays are known until 31 December {calendar.last_year}.")

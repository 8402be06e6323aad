"""The framework's year on the command line: the plan, the calendar for people, and the days it counts by."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow.cli import session, writing
from qa_workflow.cli.holidays import add_holiday
from qa_workflow.cli.root import Group, add
from qa_workflow.errors import WrongInput

if TYPE_CHECKING:
    from qa_workflow.service.context import Context
    from qa_workflow.service.year import Entry


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    add(app, {"plan": plan})
    calendar = typer.Typer(
        cls=Group,
        invoke_without_command=True,
        subcommand_metavar="[holidays | add-holiday DATE NAME]",
        help="Show the QA year by month, or the bank holidays it counts by; add one that was proclaimed late.\n\n"
        "Example: qa-workflow calendar --year 2026 --month 6\n\n"
        "Example: qa-workflow calendar --year 2026 --ics qa-2026.ics\n\n"
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
    ics: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Write it as an iCalendar file to subscribe to; - for the output"
        ),
    ] = None,
) -> None:
    """Show the QA year by month."""
    if ctx.invoked_subcommand is not None:
        return
    from qa_workflow.engine.working_days import london_date, month_end

    file = None if ics is None else _destination(ctx, ics)
    now = session.now()
    chosen = london_date(now).year if year is None else year
    first, last = date(chosen, month or 1, 1), month_end(chosen, month or 12)
    made = session.opened(ctx, check=False)
    is_kept = made.database.path is None or made.database.schema_found() is not None
    if is_kept:
        made.database.require_schema()
    entries = _entries(made, first, last, now if is_kept else None)
    if ics is not None:
        writing.publish(file, _feed(made, entries, is_kept=is_kept))
    items = [one.as_item() for one in entries]
    if file is not None:
        session.hint(ctx, f"{len(entries)} written to {ics}.")
    if session.print_list(ctx, "calendar", items, as_of=now) or ics is not None:
        return
    for number in range(first.month, last.month + 1):
        begins = date(chosen, number, 1)
        session.say(f"{begins:%B} {chosen}")
        _print_month(entries, first, last, begins, is_kept=is_kept)
    session.hint(ctx, f"{len(entries)} in the calendar.")


def _entries(made: "Context", first: date, last: date, now: datetime | None) -> "list[Entry]":
    from qa_workflow.service import year

    if now is None:
        return year.planned_year(made, first, last)
    return year.year(made, first, last, now=now)


def _print_month(
    entries: "list[Entry]", first: date, last: date, begins: date, *, is_kept: bool
) -> None:
    """Print what stands under one month; how it stands only where a database can tell."""
    rows: list[tuple[str | None, ...]] = []
    for one in entries:
        day = one.day_between(first, last)
        if day is None or day.month != begins.month:
            continue
        told = (one.plan[key] for key in ("due_on", "target_on", "title", "reference"))
        rows.append((*told, *((one.standing(),) if is_kept else ())))
    if not rows:
        session.say("  nothing is due")
        return
    headers = ["due", "target", "title", "reference", "how it stands"]
    session.table(headers if is_kept else headers[:-1], rows)


# ------------------------------------------------------------------ the file to subscribe to
def _feed(made: "Context", entries: "list[Entry]", *, is_kept: bool) -> bytes:
    from qa_workflow.service import year_feed

    return year_feed.year_feed(made, entries) if is_kept else year_feed.plan_feed(made, entries)


def _destination(ctx: typer.Context, name: str) -> Path | None:
    from qa_workflow.delivery.ics import is_calendar

    return writing.destination(
        ctx, name, option="--ics", kind="calendar", example="qa.ics", fits=is_calendar
    )


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

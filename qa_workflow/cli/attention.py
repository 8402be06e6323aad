"""What asks for attention: what is stuck and what would move it, and what waits for one person."""

from typing import Annotated, Any

import typer

from qa_workflow.cli import known, session
from qa_workflow.cli.asking import MANY
from qa_workflow.cli.root import THRESHOLD, add
from qa_workflow.errors import WrongInput

GROUPS = ("process", "state", "owner", "team", "class")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    add(app, {"stuck": stuck, "needs-me": needs_me})


def stuck(
    ctx: typer.Context,
    class_: Annotated[str | None, typer.Option("--class", help="Only this class, e.g. S4")] = None,
    process: Annotated[str | None, typer.Option(help="Only this process")] = None,
    team: Annotated[str | None, typer.Option(help="Only this team")] = None,
    owner: Annotated[str | None, typer.Option(help="Only what this person (or role) owns")] = None,
    min_days: Annotated[int, typer.Option(min=0, help="Stuck at least so many working days")] = 0,
    group_by: Annotated[str | None, typer.Option(help=f"Count by {', '.join(GROUPS)}")] = None,
    fail_on: Annotated[
        int | None,
        typer.Option(min=1, help="Exit 3 when at least so many are stuck; no more are read"),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="So many at a time")] = None,
    after: Annotated[str | None, typer.Option(help="What the page before named as next")] = None,
) -> None:
    """Say what is stuck, why, since when, who was told, who is told next, and what would move it.

    Example: qa-workflow stuck --process case_audit --min-days 5

    Example: qa-workflow stuck --limit 50

    Example: qa-workflow stuck --fail-on 1
    """
    from qa_workflow.service.stuck import CLASSES, Filter, count, grouped, page

    if class_ is not None and class_ not in CLASSES:
        raise WrongInput(f"There is no class {class_!r}. There are: {', '.join(sorted(CLASSES))}.")
    if group_by is not None and group_by not in GROUPS:
        raise WrongInput(f"Cannot group by {group_by!r}. Group by one of: {', '.join(GROUPS)}.")
    if group_by is not None and (limit is not None or after is not None):
        raise WrongInput("Groups count everything: --group-by goes without --limit and --after.")
    now = session.now()
    opened = session.opened(ctx)
    known.require(opened, now, process=process, owner=owner)
    wanted = Filter(
        class_=class_, process=process, team=team, owner=owner, min_days=min_days, after=after,
        limit=None if group_by else _capped(fail_on if limit is None else limit),
    )  # fmt: skip
    if group_by is not None:
        items = grouped(opened, wanted, group_by, now=now)
        found = sum(one["count"] for one in items)
        if not session.print_list(ctx, "stuck", items, as_of=now):
            _print_groups(items, group_by)
    else:
        read = page(opened, wanted, now=now)
        found = len(read.items)
        if fail_on is not None and read.next is not None and found < fail_on:
            found = count(opened, wanted, up_to=min(fail_on, MANY), now=now)
        more = {} if limit is None else {"next": read.next}
        if not session.print_list(ctx, "stuck", read.items, as_of=now, **more):
            _print_stuck(read.items)
            _hint_rest(ctx, len(read.items), following=read.next, in_pages=limit is not None)
    if fail_on is not None and found >= fail_on:
        session.hint(ctx, f"At least {fail_on} are stuck: the threshold of --fail-on is reached.")
        raise typer.Exit(THRESHOLD)


def _capped(limit: int | None) -> int | None:
    return None if limit is None else min(limit, MANY)


def _print_groups(items: list[dict[str, Any]], group_by: str) -> None:
    if not items:
        session.say("Nothing is stuck.")
        return
    rows = [(one[group_by] or f"no {group_by}", one["count"]) for one in items]
    session.table([group_by, "count"], rows)


def _print_stuck(items: list[dict[str, Any]]) -> None:
    if not items:
        session.say("Nothing is stuck.")
        return
    for number, one in enumerate(items):
        if number:
            session.say()
        session.say(f"{one['reference']}  {one['class']}, {_days(one['working_days'])}")
        session.say(f"  {one['why']}")
        if one["repair"] is not None:
            session.say(f"  What moves it: {one['repair']['what']}")
            session.say(f"    {one['repair']['command']}")


def _hint_rest(ctx: typer.Context, shown: int, *, following: str | None, in_pages: bool) -> None:
    """Say how many there are, or how to see more; what --fail-on cut short may be more than was read."""
    if following is None:
        text = f"{shown} stuck."
    else:
        text = f"More: --after {following}" if in_pages else f"At least {shown} stuck."
    if shown:
        session.hint(ctx, text)


def _days(count: int | None) -> str:
    if count is None:
        return "longer than the calendar reaches"
    return f"{count} working day{'' if count == 1 else 's'}"


def needs_me(
    ctx: typer.Context,
    actor: Annotated[str, typer.Option("--as", help="Whom it waits for: an id of the roster")],
    limit: Annotated[int | None, typer.Option(min=1, help="So many at a time")] = None,
    after: Annotated[str | None, typer.Option(help="What the page before named as next")] = None,
) -> None:
    """List what waits for a person, the most urgent first, and what they can do about it.

    Example: qa-workflow needs-me --as sandy

    Example: qa-workflow needs-me --as sandy --limit 20
    """
    from qa_workflow.service.needs import needs_of

    now = session.now()
    found = needs_of(session.opened(ctx), actor, now=now, limit=_capped(limit), after=after)
    more = {} if limit is None else {"next": found.next}
    if session.print_list(ctx, "needs-me", found.items, as_of=now, **more):
        return
    if not found.items:
        session.say("Nothing waits for you.")
        return
    session.table(
        ["reference", "state", "due", "blocked", "what you can do"],
        [
            (
                one["reference"],
                one["state"],
                f"{one['due_on'] or ''}{' late' if one['late'] and not one['final'] else ''}",
                ", ".join(dict.fromkeys(block["reason"] for block in one["blocked"])),
                ", ".join(one["waits_for"]),
            )
            for one in found.items
        ],
    )
    if found.next is not None:
        session.hint(ctx, f"More: --after {found.next}")

"""A bank holiday proclaimed late: lists every date that moves, asks, and then moves them."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow.cli import session

if TYPE_CHECKING:
    from datetime import datetime

    from qa_workflow.service.holidays import HolidayAdded


def add_holiday(
    ctx: typer.Context,
    date: Annotated[str, typer.Argument(metavar="DATE", help="The day, YYYY-MM-DD")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called")],
    local: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--local", help="Only this council closes: dates that law backs stay")
    ] = False,
    dry_run: Annotated[  # noqa: FBT002
        bool, typer.Option("--dry-run", help="List the dates that would move; write nothing")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,  # noqa: FBT002
    as_person: Annotated[
        str | None,
        typer.Option("--as", help="Who enters it: an id of the roster; else your login"),
    ] = None,
) -> None:
    """Add a bank holiday that was proclaimed late, and count every open instance again.

    Dates in working days move, with an entry in the history of each instance. Dates in weeks or months,
    framework months and dates that somebody set stay. What has ended is not touched, and levels that
    have fired stay fired. A day that has passed may be entered too.

    Example: qa-workflow calendar add-holiday 2026-06-15 "A day of thanks" --dry-run

    Example: qa-workflow calendar add-holiday 2026-12-29 "Offices closed" --local --yes
    """
    from qa_workflow.service.holidays import add_holiday as take

    opened, now = session.opened(ctx), session.now()
    add = partial(
        take, opened, session.day(date, "DATE"), name,
        now=now, actor=session.login(), as_person=as_person, local=local,
    )  # fmt: skip
    with session.working(ctx, "Counting the dates again"):
        found = add(dry_run=True)
    done = found.is_known and not found.moves and not found.set_aside
    if not dry_run and not done:
        if not yes and not session.options(ctx).json and session.is_asking():
            _print_moves(found)
        session.confirmed(_question(found), count=found.moved, yes=yes)
        with session.working(ctx, "Moving the dates"):
            found = add()
    if session.options(ctx).json:
        session.print_json("calendar-add-holiday", _body(found, now))
        return
    if dry_run or yes or done:
        _print_moves(found)
    for line in _hints(found):
        session.hint(ctx, line)


def _question(found: "HolidayAdded") -> str:
    count = found.moved
    has = "instance has a date that moves" if count == 1 else "instances have dates that move"
    return f"{count} open {has}."


def _items(found: "HolidayAdded") -> list[dict[str, Any]]:
    return [{"reference": one.reference, **one.move.plain()} for one in found.moves]


def _body(found: "HolidayAdded", now: "datetime") -> dict[str, Any]:
    items = _items(found)
    return {
        "as_of": session.instant(now),
        "on": found.on.isoformat(),
        "name": found.name,
        "kind": found.kind,
        "known": found.is_known,
        "count": len(items),
        "items": items,
        "instances": found.moved,
        "set_aside": found.set_aside,
        "written": found.written,
    }


def _print_moves(found: "HolidayAdded") -> None:
    session.table(
        ["reference", "deadline", "level", "from", "to"],
        [tuple(one.values()) for one in _items(found)],
    )


def _hints(found: "HolidayAdded") -> list[str]:
    lines = []
    if found.is_known and not found.moves and not found.set_aside:
        lines.append(f"{found.on} is {found.name} already. There is nothing to do.")
    elif found.written:
        moved = "instance was" if found.moved == 1 else "instances were"
        lines.append(f"{found.on} is {found.name}. {found.moved} open {moved} counted again.")
    else:
        lines.append(f"{_question(found)} Nothing was written.")
    if found.is_past:
        lines.append(f"{found.on} has passed: what has fired since stays fired.")
    lines += [
        f"Note: {one} cannot be counted and is set aside. Put it right, then give this command again."
        for one in found.set_aside
    ]
    return lines

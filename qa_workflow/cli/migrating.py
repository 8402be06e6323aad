"""Changing a live process: rehearses what a new version makes of what is under way, then applies it, or undoes it."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow.cli import session
from qa_workflow.cli.asking import MANY
from qa_workflow.cli.root import FINDINGS
from qa_workflow.errors import WrongInput

if TYPE_CHECKING:
    from qa_workflow.service.context import Context
    from qa_workflow.service.migrations import Order, Report
    from qa_workflow.service.undoing import Undone

SHOWN = 20  # deadlines, and instances in the way, that people see before they ask for --json

To = Annotated[
    int | None,
    typer.Option("--to", metavar="V", min=1, max=MANY, help="The version this program has"),
]
Undo = Annotated[
    int | None,
    typer.Option("--undo", metavar="ID", min=1, max=MANY, help="Undo the migration of this number"),
]
As = Annotated[
    str | None, typer.Option("--as", help="Who asks: an id of the roster; else your login")
]


def migrate(  # noqa: PLR0917 - one parameter for each option
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `process list` names it")],
    from_version: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="V", help="The version it runs by; or 1@ab12cd, one content"
        ),
    ] = None,
    to_version: To = None,
    map_file: Annotated[
        Path | None,
        typer.Option(
            "--map", metavar="FILE", help="TOML or JSON: new names, and what becomes of deadlines"
        ),
    ] = None,
    dry_run: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--dry-run", help="Rehearse every instance; write nothing")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Bring over so many now, the others later")
    ] = None,
    ended: Annotated[  # noqa: FBT002
        bool, typer.Option("--ended", help="Also what has ended, so that it can be reopened")
    ] = False,
    undo: Undo = None,
    as_person: As = None,
    reason: Annotated[str | None, typer.Option(help="Why, for the history")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,  # noqa: FBT002
) -> None:
    """Bring what is under way over to the version of a process that this program has.

    Every open instance is rehearsed first: where it lands, which of its deadlines change, and whether it
    would be left without a way out. With such findings the exit code is 1 and nothing is applied. Stopped
    half way, the same command goes on with what is left.

    Example: qa-workflow process migrate recommendation --from 1 --to 2 --map map.toml --dry-run

    Example: qa-workflow process migrate recommendation --from 1 --to 2 --map map.toml --as sandy --yes

    Example: qa-workflow process migrate recommendation --undo 3 --reason "Version 2 is withdrawn."
    """
    if undo is not None:
        _undo(ctx, name, undo, as_person=as_person, reason=reason, dry_run=dry_run, yes=yes)
        return
    if from_version is None or to_version is None:
        raise WrongInput(
            "Say both versions: --from V --to V. `qa-workflow process check --live` names them."
        )
    from qa_workflow.service.migrations import MapFile, Order

    order = Order(
        process=name, from_pin=from_version, to_version=to_version, map_file=MapFile(map_file),
        actor=session.login(), as_person=as_person, reason=reason, ended=ended,
    )  # fmt: skip
    _bring_over(ctx, order, dry_run=dry_run, limit=limit, yes=yes)


def _bring_over(
    ctx: typer.Context, order: "Order", *, dry_run: bool, limit: int | None, yes: bool
) -> None:
    """Rehearse, ask, apply where nothing stands against it, and say what was or would be done."""
    from qa_workflow.service.migrations import apply, rehearse

    opened, now = session.opened(ctx), session.now()
    with session.working(ctx, "Rehearsing every instance"):
        found = rehearse(opened, order, now=now)
    if not dry_run and found.is_clean:
        if not yes and not session.options(ctx).json and session.is_asking():
            _print(found)
        count = len(found.items) if limit is None else min(limit, len(found.items))
        if count:
            session.confirmed(_question(found, count), count=count, yes=yes)
        with session.working(ctx, "Bringing them over"):
            found = apply(opened, order, now=now, limit=limit)
    if session.options(ctx).json:
        session.print_json("process-migrate", {"as_of": session.instant(now), **_body(found)})
    else:
        if dry_run or yes or not found.is_clean:
            _print(found)
        session.hint(ctx, _done(found))
    if not found.is_clean:
        raise typer.Exit(FINDINGS)


def _question(found: "Report", count: int) -> str:
    what = "open instance goes" if count == 1 else "open instances go"
    return f"{count} {what} from version {found.from_pin} of {found.process} to version {found.to_version}."


def _done(found: "Report") -> str:
    if not found.is_clean:
        stand = len(found.refused) + len(found.stranded)
        again = "What could be was brought over." if found.written else "Nothing was written."
        return f"{stand} of {len(found.items)} cannot be brought over as things stand. {again}"
    if not found.written:
        return f"{_question(found, len(found.items))} Nothing was written."
    left = f" {found.left} are left: the same command goes on." if found.left else ""
    return (
        f"Migration {found.migration}: {len(found.items)} brought over.{left} "
        f"To undo it: qa-workflow process migrate {found.process} --undo {found.migration}"
    )


# ------------------------------------------------------------------ what is told
def _states(found: "Report") -> list[dict[str, Any]]:
    counted = Counter((one["from"], one["to"]) for one in found.items if one["why"] is None)
    return [
        {"from": old, "to": new, "count": count} for (old, new), count in sorted(counted.items())
    ]


def _deadlines(found: "Report") -> list[dict[str, Any]]:
    counted: Counter[tuple[str, str, str]] = Counter()
    changed: Counter[tuple[str, str, str]] = Counter()
    for item in found.items:
        for one in item["deadlines"]:
            key = (one["was"] or "", one["deadline"], one["policy"])
            counted[key] += 1
            changed[key] += one["changed"]
    return [
        {"was": key[0] or None, "deadline": key[1], "policy": key[2], "count": counted[key], "changed": changed[key]}
        for key in sorted(counted)
    ]  # fmt: skip


def _body(found: "Report") -> dict[str, Any]:
    return {
        "process": found.process,
        "from": found.from_pin,
        "to": found.to_version,
        "to_hash": found.to_hash,
        "migration": found.migration,
        "written": found.written,
        "count": len(found.items),
        "left": found.left,
        "states": _states(found),
        "deadlines": _deadlines(found),
        "stranded": [one["reference"] for one in found.stranded],
        "refused": [{"reference": one["reference"], "why": one["why"]} for one in found.refused],
        "items": found.items,
    }


def _print(found: "Report") -> None:
    session.table(["from", "to", "count"], [tuple(one.values()) for one in _states(found)])
    by_kind = _deadlines(found)
    if by_kind:
        session.say()
        session.table(
            ["deadline before", "deadline", "its date", "instances", "changed"],
            [tuple(one.values()) for one in by_kind],
        )
    moved = [
        (item["reference"], one["deadline"], one["policy"], one["from"], one["to"], _next(one))
        for item in found.items
        for one in item["deadlines"]
        if one["changed"]
    ]
    if moved:
        session.say()
        session.table(
            ["reference", "deadline", "its date", "due before", "due", "next"], moved[:SHOWN]
        )
        if len(moved) > SHOWN:
            session.say(f"... and {len(moved) - SHOWN} more: --json tells all of them.")
    for what, key in (("is late at once", "late"), ("is blocked at once", "blocked")):
        names = [one["reference"] for one in found.items if one[key]]
        if names:
            session.say(f"{_several(names)}: {what}.")
    for one in found.stranded[:SHOWN]:
        session.say(f"{one['reference']}: would be left without a way out in {one['to']}.")
    for one in found.refused[:SHOWN]:
        session.say(f"{one['reference']}: {one['why']}")


def _next(one: dict[str, Any]) -> str:
    rung = one["next_to"]
    return "" if rung is None else f"{rung['level']} {rung['on']}"


def _several(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


# ------------------------------------------------------------------ undo
def _undo(
    ctx: typer.Context,
    name: str,
    number: int,
    *,
    as_person: str | None,
    reason: str | None,
    dry_run: bool,
    yes: bool,
) -> None:
    from qa_workflow.service.undoing import undo

    opened, now = session.opened(ctx), session.now()

    def go(*, only_rehearsed: bool) -> "Undone":
        return undo(
            opened, number, process=name, actor=session.login(), now=now, as_person=as_person,
            reason=reason, dry_run=only_rehearsed,
        )  # fmt: skip

    with session.working(ctx, "Rehearsing the way back"):
        found = go(only_rehearsed=True)
    if not dry_run and found.restored:
        count = len(found.restored)
        what = "instance goes" if count == 1 else "instances go"
        session.confirmed(
            f"{count} {what} back to version {found.to_version} of {name}.", count=count, yes=yes
        )
        with session.working(ctx, "Going back"):
            found = go(only_rehearsed=False)
    _tell_undone(ctx, found)
    if found.refused:
        raise typer.Exit(FINDINGS)


def _tell_undone(ctx: typer.Context, found: "Undone") -> None:
    if session.options(ctx).json:
        session.print_json(
            "process-migrate",
            {
                "as_of": session.instant(session.now()),
                "process": found.process,
                "undone": found.migration,
                "to": found.to_version,
                "written": found.written,
                "count": len(found.restored),
                "restored": found.restored,
                "refused": found.refused,
            },
        )
        return
    for reference in found.restored[:SHOWN]:
        session.say(reference)
    if len(found.restored) > SHOWN:
        session.say(f"... and {len(found.restored) - SHOWN} more.")
    for one in found.refused:
        session.say(f"{one['reference']}: {one['why']}")
    session.hint(
        ctx,
        f"{len(found.restored)} went back to version {found.to_version}, and wait until a program with that version runs."
        if found.written
        else f"{len(found.restored)} would go back to version {found.to_version}. Nothing was written.",
    )


# ------------------------------------------------------------------ what runs elsewhere
def tell_drifts(ctx: typer.Context, opened: "Context") -> None:
    """Say on standard error, one line for each content, what is under way by rules this program does not have."""
    from qa_workflow.service.drifting import find_drifts

    for one in find_drifts(opened):
        session.hint(ctx, f"Note: {one.sentence}")


def live_faults(ctx: typer.Context, name: str | None) -> list[dict[str, Any]]:
    """Return what is under way by rules that this program does not have, as `process check` tells faults."""
    from qa_workflow.service.drifting import find_drifts

    return [
        {"process": one.process, "fault": one.sentence}
        for one in find_drifts(session.opened(ctx))
        if name is None or one.process == name
    ]

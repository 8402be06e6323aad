"""What people ask: list, show, history, why, stuck, is the history whole."""

from typing import Annotated, Any

import typer

from qa_workflow.cli import known, session
from qa_workflow.cli.root import FINDINGS, THRESHOLD, Command, Group, add
from qa_workflow.errors import WrongInput

MANY = 10**9  # more than any council has
GROUPS = ("process", "state", "owner", "team", "class")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    add(app, {"list": list_instances, "show": show, "why": why, "stuck": stuck})
    history = typer.Typer(
        cls=HistoryGroup,
        no_args_is_help=True,
        subcommand_metavar="REF | verify [REF]",
        help="Show everything that ever happened to an instance, or check that nobody changed it.\n\n"
        "Example: qa-workflow history recommendation:R-0001\n\n"
        "Example: qa-workflow history verify",
    )
    history.command("of", cls=Command, hidden=True)(history_of)
    add(history, {"verify": verify})
    app.add_typer(history, name="history")


class HistoryGroup(Group):
    """Lets `history REF` and `history verify [REF]` live side by side."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - as the library has it
        if args and args[0] not in {"verify", "-h", "--help"}:
            args = ["of", *args]
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed


# ------------------------------------------------------------------ many
def list_instances(
    ctx: typer.Context,
    process: Annotated[str | None, typer.Option(help="Only this process")] = None,
    state: Annotated[str | None, typer.Option(help="Only this state")] = None,
    owner: Annotated[str | None, typer.Option(help="Only what this person (or role) owns")] = None,
    team: Annotated[str | None, typer.Option(help="Only this team")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is late")] = False,  # noqa: FBT002
    everything: Annotated[bool, typer.Option("--all", help="What has ended too")] = False,  # noqa: FBT002
    limit: Annotated[int | None, typer.Option(min=1, help="So many at a time")] = None,
    after: Annotated[str | None, typer.Option(help="The last reference of the page before")] = None,
) -> None:
    """List instances; open ones unless --all.

    Example: qa-workflow list --process case_audit --overdue
    """
    from qa_workflow.service.enquiries import Wanted
    from qa_workflow.service.enquiries import list_instances as find

    now = session.now()
    opened = session.opened(ctx)
    known.require(opened, now, process=process, state=state, owner=owner)
    wanted = Wanted(
        process=process,
        state=state,
        owner=owner,
        team=team,
        late_by=now if overdue else None,
        include_final=everything,
        limit=None
        if limit is None
        else min(limit, MANY) + 1,  # one more tells whether there are more
        after=after,
    )
    items = find(opened, wanted, now=now)
    following = {}
    if limit is not None:
        following["next"] = items[limit - 1]["reference"] if len(items) > limit else None
        items = items[:limit]
    if session.print_list(ctx, "list", items, as_of=now, **following):
        return
    session.table(
        ["reference", "state", "owner", "due", "level", "blocked"],
        [
            (
                one["reference"],
                one["state"],
                one["owner"],
                f"{one['due_on'] or ''}{' late' if one['late'] and not one['final'] else ''}",
                one["level"],
                ", ".join(dict.fromkeys(block["reason"] for block in one["blocked"])),
            )
            for one in items
        ],
    )
    if following.get("next"):
        session.hint(ctx, f"More: --after {following['next']}")


# ------------------------------------------------------------------ one
def show(ctx: typer.Context, reference: session.Reference) -> None:
    """Show one instance: where it stands, its deadlines, what can and cannot be done.

    Example: qa-workflow show case_audit:2025-26-A:C07
    """
    from qa_workflow.service.enquiries import show as find

    print_instance(ctx, find(session.opened(ctx), reference, now=session.now()))


def print_instance(ctx: typer.Context, body: dict[str, Any]) -> None:
    """Print an instance as people read it, or as JSON."""
    if session.options(ctx).json:
        session.print_json("show", body)
        return
    session.say(f"{body['reference']}  {body['title']}")
    session.say(body["status"])
    late = ", late" if body["late"] else ""
    due = (
        f"due {body['due_on']} (target {body['target_on']}){late}"
        if body["due_on"]
        else "no date of its own"
    )
    session.say(
        f"Owner {body['owner'] or 'nobody'}; {due}; level {body['level'] or 'none'}; version {body['version']}."
    )
    for block in body["blocked"]:
        waiting = f" Waits on {block['waiting_on']}." if block["waiting_on"] else ""
        session.say(f"Blocked, {block['reason']}: {block['note']}{waiting}")
    if body["deadlines"]:
        session.say()
        session.table(
            ["deadline", "due", "met", "rule"],
            [
                (one["name"], one["due_on"], session.local(one["met_at"])[:10], one["rule"])
                for one in body["deadlines"]
            ],
        )
    by_people = [one for one in body["can"] if one["who"] != ["system"]]
    if by_people:
        session.say("\nCan be done:")
        session.table(
            ["trigger", "leads to", "who"],
            [(one["trigger"], one["to"], " or ".join(one["who"])) for one in by_people],
        )
    if body["cannot"]:
        session.say("\nCannot be done:")
        session.table(
            ["trigger", "why"],
            [
                (one["trigger"], " ".join(why["why"] for why in one["reasons"]))
                for one in body["cannot"]
            ],
        )
    if body["children"]:
        session.say(f"\nBelow it: {', '.join(body['children'])}")
    if body["indicators"]:
        session.say("\nWhat the figures say:")
        session.table(
            ["indicator", "on", "value", "of", "source"],
            [
                (one["indicator"], one["on"], one["value"], one["of"], one["source"])
                for one in body["indicators"]
            ],
        )


def history_of(ctx: typer.Context, reference: session.Reference) -> None:
    """Show everything that ever happened to an instance.

    Example: qa-workflow history recommendation:R-0001
    """
    from qa_workflow.service.enquiries import history as find

    now = session.now()
    _, items = find(session.opened(ctx), reference, now=now)
    if session.print_list(ctx, "history", items, as_of=now):
        return
    session.table(
        ["", "took effect", "recorded", "who", "what", "from", "to", "level", "reason"],
        [
            (
                one["seq"], session.local(one["at"]), session.local(one["recorded_at"]), _who(one), one["action"],
                one["from"], one["to"] if one["to"] != one["from"] else "", one["level"], one["reason"],
            )
            for one in items
        ],
    )  # fmt: skip


def _who(entry: dict[str, Any]) -> str:
    """Return who acted, and for whom where a delegation allowed it."""
    actor: str = entry["actor"]
    return f"{actor} for {entry['on_behalf_of']}" if entry["on_behalf_of"] else actor


def why(ctx: typer.Context, reference: session.Reference) -> None:
    """Say why an instance is not moving, and the shortest way out.

    Example: qa-workflow why C07
    """
    from qa_workflow.service.stuck import why as find

    now = session.now()
    item = find(session.opened(ctx), reference, now=now)
    if session.print_list(ctx, "why", [item], as_of=now):
        return
    session.say(f"{item['reference']} ({item['class'] or 'nothing is wrong'})")
    session.say(item["why"])
    if item["way_out"]:
        session.say("\nThe shortest way to its end:")
        session.table(
            ["", "trigger", "who", "needs"],
            [
                (number, one["trigger"], " or ".join(one["who"]), "; ".join(one["needs"]))
                for number, one in enumerate(item["way_out"], start=1)
            ],
        )


# ------------------------------------------------------------------ stuck
def stuck(
    ctx: typer.Context,
    class_: Annotated[str | None, typer.Option("--class", help="Only this class, e.g. S4")] = None,
    process: Annotated[str | None, typer.Option(help="Only this process")] = None,
    team: Annotated[str | None, typer.Option(help="Only this team")] = None,
    owner: Annotated[str | None, typer.Option(help="Only what this person (or role) owns")] = None,
    min_days: Annotated[int, typer.Option(min=0, help="Stuck at least so many working days")] = 0,
    group_by: Annotated[str | None, typer.Option(help=f"Count by {', '.join(GROUPS)}")] = None,
    fail_on: Annotated[
        int | None, typer.Option(min=1, help="Exit 3 when at least so many are stuck")
    ] = None,
) -> None:
    """Say what is stuck, why, since when, who was told, and what would move it.

    Example: qa-workflow stuck --process case_audit --min-days 5
    """
    from qa_workflow.service.stuck import CLASSES, Filter
    from qa_workflow.service.stuck import stuck as find

    if class_ is not None and class_ not in CLASSES:
        raise WrongInput(f"There is no class {class_!r}. There are: {', '.join(sorted(CLASSES))}.")
    if group_by is not None and group_by not in GROUPS:
        raise WrongInput(f"Cannot group by {group_by!r}. Group by one of: {', '.join(GROUPS)}.")
    now = session.now()
    opened = session.opened(ctx)
    known.require(opened, now, process=process, owner=owner)
    wanted = Filter(class_=class_, process=process, team=team, owner=owner, min_days=min_days)
    items = find(opened, wanted, now=now)
    found = len(items)
    if group_by is not None:
        items = _grouped(items, group_by)
    if not session.print_list(ctx, "stuck", items, as_of=now):
        _print_stuck(ctx, items, group_by)
    if fail_on is not None and found >= fail_on:
        session.hint(ctx, f"{found} are stuck; the threshold of --fail-on is {fail_on}.")
        raise typer.Exit(THRESHOLD)


def _grouped(items: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    counts: dict[Any, int] = {}
    for one in items:
        counts[one[key]] = counts.get(one[key], 0) + 1
    return [
        {key: value, "count": count}
        for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    ]


def _print_stuck(ctx: typer.Context, items: list[dict[str, Any]], group_by: str | None) -> None:
    if not items:
        session.say("Nothing is stuck.")
        return
    if group_by is not None:
        session.table([group_by, "count"], [tuple(one.values()) for one in items])
        return
    for one in items:
        session.say(f"{one['reference']}  {one['class']}, {one['working_days']} working days")
        session.say(f"  {one['why']}")
        if one["way_out"]:
            first = one["way_out"][0]
            needs = f"; needs {'; '.join(first['needs'])}" if first["needs"] else ""
            session.say(
                f"  What moves it: {first['trigger']} by {' or '.join(first['who'])}{needs}"
            )
    session.hint(ctx, f"{len(items)} stuck.")


# ------------------------------------------------------------------ is it whole
def verify(
    ctx: typer.Context,
    reference: Annotated[
        str | None,
        typer.Argument(
            metavar="REF", callback=session.named, help="Only this instance; all if not given"
        ),
    ] = None,
) -> None:
    """Check that the history is whole and unchanged; exit 1 names the first entry that does not fit.

    Example: qa-workflow history verify
    """
    from qa_workflow.service.enquiries import verify_history

    opened = session.opened(ctx)
    with session.working(ctx, "Checking the history"):
        checked, bad = verify_history(opened, reference, now=session.now())
    if session.options(ctx).json:
        first = (
            None if bad is None else {"reference": bad.reference, "seq": bad.seq, "why": bad.why}
        )
        session.print_json(
            "history-verify", {"checked": checked, "ok": bad is None, "first_bad": first}
        )
    elif bad is None:
        session.say(f"{checked} entries, every one fits.")
    else:
        session.say(
            f"{bad.reference}, entry {bad.seq}: {bad.why}. {checked} entries before it fit."
        )
    if bad is not None:
        raise typer.Exit(FINDINGS)

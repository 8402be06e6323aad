"""What people ask: list, show, history, is the history whole."""

from typing import Annotated, Any

import typer

from qa_workflow.cli import known, session
from qa_workflow.cli.root import FINDINGS, Command, Group, add

MANY = 10**9  # more than any council has


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    add(app, {"list": list_instances, "show": show})
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
def show(
    ctx: typer.Context,
    reference: session.Reference,
    as_of: Annotated[
        str | None,
        typer.Option(
            help="As it stood then: a date (its end) or an instant like 2026-03-02T14:30+00:00"
        ),
    ] = None,
) -> None:
    """Show one instance: where it stands, its deadlines, what can and cannot be done.

    Example: qa-workflow show case_audit:2025-26-A:C07

    Example: qa-workflow show case_audit:2025-26-A:C07 --as-of 2025-11-03
    """
    from qa_workflow.service.enquiries import show as find

    opened, now = session.opened(ctx), session.now()
    if as_of is None:
        print_instance(ctx, find(opened, reference, now=now))
        return
    from qa_workflow.service.past import show_as_of

    body = show_as_of(opened, reference, session.moment(as_of, "--as-of", now=now), now=now)
    if not session.options(ctx).json:
        session.say(f"As it stood on {session.local(body['as_of'])}:")
    print_instance(ctx, body)


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
                one["seq"], session.local(one["at"]), session.local(one["recorded_at"]), _who(one), _what(one),
                one["from"], one["to"] if one["to"] != one["from"] else "", one["level"], one["reason"],
            )
            for one in items
        ],
    )  # fmt: skip


def _what(entry: dict[str, Any]) -> str:
    """Return what was done, marked where it was corrected later or corrects something."""
    done: str = entry["action"]
    if entry["corrects"] is not None:
        return f"{done} of {entry['corrects']}"
    later = ", ".join(map(str, entry["corrected_by"]))
    return f"{done} (corrected by {later})" if later else done


def _who(entry: dict[str, Any]) -> str:
    """Return who acted, and for whom where a delegation allowed it."""
    actor: str = entry["actor"]
    return f"{actor} for {entry['on_behalf_of']}" if entry["on_behalf_of"] else actor


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

"""The roster: who works here, who acts for whom, who leaves."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow.cli import session
from qa_workflow.cli.feeding import File
from qa_workflow.cli.root import Group, add

if TYPE_CHECKING:
    from datetime import date

    from qa_workflow.engine.people import Delegation, Roster
    from qa_workflow.service.people_changes import Deactivation

As = Annotated[
    str | None, typer.Option("--as", help="Who records it: an id of the roster; else your login")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    people = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        help="The roster: who works here, in which roles, under whom, and who acts for whom.\n\n"
        "Example: qa-workflow people import people.csv\n\n"
        "Example: qa-workflow people deactivate alex --on 2026-04-01 --dry-run",
    )
    add(
        people,
        {
            "import": import_people,
            "list": list_people,
            "deactivate": deactivate,
            "delegate": delegate,
            "delegations": delegations,
        },
    )
    app.add_typer(people, name="people")


# ------------------------------------------------------------------ the roster
def import_people(ctx: typer.Context, file: File) -> None:
    """Import the roster (CSV), all or nothing. Who is not in the file stays as they are.

    Columns, of which the first two and roles are required; roles are separated by ;
      person_id,name,email,roles,team,manager,active_from,active_to

    Example: qa-workflow people import people.csv
    """
    from qa_workflow.service.people_imports import import_people as take

    opened = session.opened(ctx)
    with session.working(ctx, "Importing the roster"):
        report = take(opened, file, now=session.now(), actor=session.login())
    counts = {kind: len(getattr(report, kind)) for kind in ("new", "changed", "unchanged")}
    if session.options(ctx).json:
        session.print_json("people-import", {**counts, "warnings": report.warnings})
        return
    session.say(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    for warning in report.warnings:
        session.hint(ctx, f"Note: {warning}.")


def list_people(ctx: typer.Context) -> None:
    """List the roster, with who acts for whom today.

    Example: qa-workflow people list
    """
    from qa_workflow.engine.working_days import london_date
    from qa_workflow.service.people_changes import read_roster

    now = session.now()
    today = london_date(now)
    roster = read_roster(session.opened(ctx))
    standing = [one for one in roster.delegations if _counts(roster, one, today)]
    items: list[dict[str, Any]] = [
        {
            "person_id": one.person_id,
            "name": one.name,
            "email": one.email,
            "roles": sorted(one.roles),
            "team": one.team,
            "manager": one.manager,
            "active_from": one.active_from and one.active_from.isoformat(),
            "active_to": one.active_to and one.active_to.isoformat(),
            "active": one.is_active(today),
            "delegations": [
                _delegation(lent)
                for lent in standing
                if one.person_id in {lent.from_person, lent.to_person}
            ],
        }
        for _, one in sorted(roster.people.items())
    ]
    if session.print_list(ctx, "people-list", items, as_of=now):
        return
    session.table(
        ["id", "name", "roles", "team", "manager", "active", "acting"],
        [
            (
                one["person_id"],
                one["name"],
                ";".join(one["roles"]),
                one["team"],
                one["manager"],
                "yes" if one["active"] else "no",
                "; ".join(_in_words(lent, one["person_id"]) for lent in one["delegations"]),
            )
            for one in items
        ],
    )


def _counts(roster: "Roster", lent: "Delegation", today: "date") -> bool:
    """Tell whether a delegation lets somebody act today: both are here, and the giver still holds the role."""
    return roster.stands(lent, today) and roster.active(lent.to_person, today) is not None


def _delegation(one: "Delegation") -> dict[str, Any]:
    return {
        "from": one.from_person,
        "to": one.to_person,
        "role": one.role,
        "from_on": one.from_on.isoformat(),
        "until_on": one.until_on.isoformat(),
    }


def _in_words(lent: dict[str, Any], person_id: str) -> str:
    if lent["to"] == person_id:
        return f"acts as {lent['role']} for {lent['from']} until {lent['until_on']}"
    return f"{lent['to']} acts as {lent['role']} until {lent['until_on']}"


# ------------------------------------------------------------------ who acts for whom
def delegate(
    ctx: typer.Context,
    giver: Annotated[str, typer.Argument(metavar="FROM", help="Who holds the role")],
    taker: Annotated[str, typer.Argument(metavar="TO", help="Who acts in it")],
    role: Annotated[str, typer.Option(help="The role that is lent, e.g. ad_people")],
    start: Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD")],
    end: Annotated[str, typer.Option("--until", help="The last day, YYYY-MM-DD")],
    as_person: As = None,
) -> None:
    """Let one person act in a role for another, from day to day. The history says for whom they acted.

    Nobody passes on what was lent to them. A delegation ends when whoever gave it leaves or loses the
    role. Recording the same one again changes nothing.

    Example: qa-workflow people delegate ada cass --role ad_people --from 2026-08-03 --until 2026-08-21
    """
    from qa_workflow.engine.people import Delegation
    from qa_workflow.service.people_changes import delegate as record

    wanted = Delegation(
        from_person=giver,
        to_person=taker,
        role=role,
        from_on=session.day(start, "--from"),
        until_on=session.day(end, "--until"),
    )
    found = record(
        session.opened(ctx), wanted, now=session.now(), actor=session.login(), as_person=as_person
    )
    if session.options(ctx).json:
        body = {**_delegation(found.delegation), "recorded": found.is_new}
        session.print_json("people-delegate", body)
        return
    was = "" if found.is_new else " That was recorded already."
    session.say(f"{taker} acts as {role} for {giver} from {start} to {end}.{was}")


def delegations(
    ctx: typer.Context,
    everything: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--all", help="Those that have ended too")
    ] = False,
) -> None:
    """List who acts for whom, today and later.

    Example: qa-workflow people delegations --all
    """
    from qa_workflow.engine.working_days import london_date
    from qa_workflow.service.people_changes import read_roster

    now = session.now()
    today = london_date(now)
    roster = read_roster(session.opened(ctx))
    items = [
        {**_delegation(one), "counts": _counts(roster, one, today)}
        for one in sorted(
            roster.delegations, key=lambda one: (one.from_on, one.role, one.to_person)
        )
        if everything or one.until_on >= today
    ]
    if not session.print_list(ctx, "people-delegations", items, as_of=now):
        session.table(
            ["from", "to", "role", "first day", "last day", "counts today"],
            [(*list(one.values())[:-1], "yes" if one["counts"] else "no") for one in items],
        )


# ------------------------------------------------------------------ who leaves
def deactivate(
    ctx: typer.Context,
    person_id: Annotated[str, typer.Argument(metavar="ID", help="Who leaves: an id of the roster")],
    on: Annotated[str, typer.Option("--on", help="The first day they are not here, YYYY-MM-DD")],
    dry_run: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--dry-run", help="Show what would be left behind; write nothing")
    ] = False,
    as_person: As = None,
) -> None:
    """Let somebody be inactive from a day on; their last day is the one before.

    If that day has come, their open work is blocked at once, with every date unchanged, and listed under
    their manager until it is reassigned. If it is still to come, the daemon does that on the day.

    Example: qa-workflow people deactivate alex --on 2026-04-01 --dry-run
    """
    from qa_workflow.service.people_changes import deactivate as leave

    with session.working(ctx, "Looking at the open work"):
        found = leave(
            session.opened(ctx),
            person_id,
            on=session.day(on, "--on"),
            now=session.now(),
            actor=session.login(),
            as_person=as_person,
            dry_run=dry_run,
        )
    if session.options(ctx).json:
        session.print_json("people-deactivate", _leaving(found))
    else:
        _say_leaving(ctx, found, on)


def _leaving(found: "Deactivation") -> dict[str, Any]:
    items = _left(found)
    return {
        "person_id": found.person.person_id,
        "name": found.person.name,
        "active_to": found.last_on.isoformat(),
        "manager": None if found.manager is None else found.manager.person_id,
        "blocked": found.is_blocked,
        "count": len(items),
        "items": items,
        "delegations_ended": [_delegation(one) for one in found.ended],
        "unreadable": list(found.unreadable),
        "written": found.written,
    }


def _left(found: "Deactivation") -> list[dict[str, Any]]:
    return [
        {
            "reference": one.reference,
            "process": one.process,
            "state": one.state,
            "reason": one.reason,
            "note": one.note,
            "listed_under": one.listed_under,
        }
        for one in found.left_behind
    ]


def _say_leaving(ctx: typer.Context, found: "Deactivation", on: str) -> None:
    session.say(
        f"{found.person.name} {'is' if found.written else 'would be'} not active from {on}."
    )
    session.table(
        ["reference", "state", "reason", "listed under"],
        [(one.reference, one.state, one.reason, one.listed_under) for one in found.left_behind],
    )
    for line in _more(found, on):
        session.hint(ctx, line)


def _more(found: "Deactivation", on: str) -> Iterable[str]:
    count = len(found.left_behind)
    if count:
        when = (
            f"on {on} will be" if not found.is_blocked else "are" if found.written else "would be"
        )
        yield f"{count} of them {when} blocked until somebody else has them; no date moves."
        yield "Give each to somebody else: qa-workflow reassign REF --to ID --as ID --reason TEXT"
    for one in found.ended:
        yield f"Ends: {one.to_person} acts as {one.role} for {one.from_person}."
    for reference in found.unreadable:
        yield f"Note: {reference} cannot be read, and was left as it is."
    if not found.written:
        yield "Nothing was written."

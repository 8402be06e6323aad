"""Where the system itself failed: incidents, records that do not add up, messages that did not go out."""

from typing import Annotated, Any

import typer

from qa_workflow.cli import session
from qa_workflow.cli.asking import MANY, print_instance
from qa_workflow.cli.root import FINDINGS, Group, add
from qa_workflow.errors import WrongInput

STATUSES = ("pending", "sent", "failed")
SAMPLE = 500  # records that are looked at where nobody says how many
UNASKED = 20  # instances on which an incident is resolved without asking again


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    incident = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        help="Where the system itself failed.\n\nExample: qa-workflow incident list",
    )
    add(incident, {"list": incidents, "show": incident_shown, "resolve": resolve})
    app.add_typer(incident, name="incident")
    outbox = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        help="The messages: waiting, sent, failed.\n\nExample: qa-workflow outbox list --status failed",
    )
    add(outbox, {"list": messages, "retry": retry})
    app.add_typer(outbox, name="outbox")
    add(app, {"invariants": invariants})


# ------------------------------------------------------------------ incidents
IncidentId = Annotated[
    int, typer.Argument(metavar="ID", min=1, max=MANY, help="As `incident list` shows it")
]


def incidents(
    ctx: typer.Context,
    every: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--all", help="Those that somebody has resolved, too")
    ] = False,
) -> None:
    """List the incidents nobody has resolved; the same failure on many instances is one.

    Example: qa-workflow incident list --all
    """
    from qa_workflow.service.incidents import open_incidents, resolved_incidents

    opened = session.opened(ctx)
    items = [*open_incidents(opened), *(resolved_incidents(opened) if every else ())]
    if not session.print_list(ctx, "incident-list", items, as_of=session.now()):
        session.table(
            ["id", "reference", "instances", "count", "last", "next try", "error", "how it stands"],
            [
                (
                    one["id"],
                    one["reference"],
                    one["instances"],
                    one["count"],
                    session.local(one["last_at"]),
                    session.local(one["next_try_at"]),
                    one["error"],
                    _standing(one),
                )
                for one in items
            ],
        )


def _standing(one: dict[str, Any]) -> str:
    """Say in words how an incident stands: resolved by whom, come back, or quiet since when."""
    if one["resolved_at"] is not None:
        when = session.local(one["resolved_at"])
        return f"Resolved {when} by {one['resolved_by']}: {one['resolved_reason']}"
    quiet = one["quiet_since"]
    told = f"Has not happened again since {session.local(quiet)}." if quiet else ""
    return " ".join(part for part in (one["came_back"], told) if part) or "open"


def incident_shown(ctx: typer.Context, incident_id: IncidentId) -> None:
    """Show an incident with every instance that it stands open on.

    Example: qa-workflow incident show 3
    """
    from qa_workflow.service.incidents import show_incident

    _print_incident(ctx, show_incident(session.opened(ctx), incident_id))


def _print_incident(ctx: typer.Context, body: dict[str, Any]) -> None:
    if session.options(ctx).json:
        session.print_json("incident-show", body)
        return
    session.say(f"Incident {body['id']}: {body['error']}")
    session.say(
        f"Happened {body['count']} times, first {session.local(body['first_at'])}, last {session.local(body['last_at'])}."
    )
    session.say(_standing(body))
    session.say(f"Its kind: {body['fingerprint']}")
    session.table(
        ["id", "reference", "count", "last", "next try"],
        [
            (
                one["id"],
                one["reference"],
                one["count"],
                session.local(one["last_at"]),
                session.local(one["next_try_at"]),
            )
            for one in body["of"]
        ],
    )


def resolve(
    ctx: typer.Context,
    incident_id: IncidentId,
    actor: Annotated[str, typer.Option("--as", help="Who acts: an id of the roster")],
    reason: Annotated[str, typer.Option(help="What was put right")],
    only_this: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--only-this", help="On this one instance, not on all that failed so")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,  # noqa: FBT002
) -> None:
    """Resolve an incident on all its instances: they are tried again at the next pass.

    Example: qa-workflow incident resolve 3 --as sandy --reason "The provider's dates were mended"
    """
    from qa_workflow.service.enquiries import show as find
    from qa_workflow.service.incidents import require_reason, resolve_incident, show_incident

    require_reason(reason)  # before anybody looks whether there is such an incident
    opened = session.opened(ctx)
    count = 1 if only_this else len(show_incident(opened, incident_id)["of"])
    if count > UNASKED:
        what = f"Incident {incident_id} stands open on {count} instances, and is resolved on all of them."
        session.confirmed(what, count=count, yes=yes)
    done = resolve_incident(
        opened, incident_id, actor=actor, reason=reason, now=session.now(), only_this=only_this
    )
    if len(done.references) == 1 and not done.unreadable:
        print_instance(ctx, find(opened, done.references[0], now=session.now()))
        return
    body = {
        "id": incident_id,
        "reference": done.reference,
        "resolved": list(done.references),
        "unreadable": list(done.unreadable),
    }
    if session.options(ctx).json:
        session.print_json("incident-resolve", body)
        return
    what = f"on {len(done.references)} instances" if done.references else f"({done.reference})"
    session.say(f"Incident {incident_id} is resolved {what}: tried again at the next pass.")
    if done.unreadable:
        session.say(f"Still open, their rows cannot be read: {', '.join(done.unreadable)}.")


# ------------------------------------------------------------------ do the records add up
def invariants(
    ctx: typer.Context,
    every: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--all", help="Every record there is, not a sample")
    ] = False,
    sample: Annotated[
        int | None,
        typer.Option(
            min=1, max=MANY, help=f"So many, the longest unseen first; {SAMPLE} if not said"
        ),
    ] = None,
) -> None:
    """Check that the records add up, as the daemon does every hour; exit 1 names what does not.

    Nothing is changed: what the daemon finds becomes an incident, what this command finds is shown.

    Example: qa-workflow invariants --all
    """
    from qa_workflow.service.invariants import examine

    if every and sample is not None:
        raise WrongInput("Say --all or --sample N, not both.")
    opened = session.opened(ctx)
    with session.working(ctx, "Checking the records"):
        found = examine(opened, now=session.now(), sample=None if every else sample or SAMPLE)
    if session.options(ctx).json:
        session.print_json("invariants", found)
    else:
        session.table(
            ["", "what must hold", "failures"],
            [(one["invariant"], one["holds"], one["failures"]) for one in found["invariants"]],
        )
        session.say(f"{found['checked']} of {found['of']} records checked.")
        for one in found["items"]:
            session.say(f"{one['reference']}: {one['why']}")
    if not found["ok"]:
        raise typer.Exit(FINDINGS)


# ------------------------------------------------------------------ messages
def messages(
    ctx: typer.Context,
    status: Annotated[str | None, typer.Option(help="Only pending, sent or failed")] = None,
) -> None:
    """List the messages.

    Example: qa-workflow outbox list --status failed
    """
    from qa_workflow.service.enquiries import messages as find

    if status is not None and status not in STATUSES:
        raise WrongInput(f"There is no status {status!r}. There are: {', '.join(STATUSES)}.")
    items = find(session.opened(ctx), status=status)
    if not session.print_list(ctx, "outbox-list", items, as_of=session.now()):
        session.table(
            ["status", "to", "created", "subject", "error"],
            [
                (
                    one["status"],
                    one["to"],
                    session.local(one["created_at"]),
                    one["subject"],
                    one["error"],
                )
                for one in items
            ],
        )


def retry(ctx: typer.Context) -> None:
    """Let every waiting message be tried at the next pass.

    Example: qa-workflow outbox retry
    """
    from qa_workflow.service.sweeps import retry_outbox

    count = retry_outbox(session.opened(ctx), now=session.now())
    if session.options(ctx).json:
        session.print_json("outbox-retry", {"waiting": count})
    else:
        session.say(f"{count} messages are tried again at the next pass.")

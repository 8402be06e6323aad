"""Where the system itself failed: incidents, and messages that did not go out."""

from typing import Annotated

import typer

from qa_workflow.cli import session
from qa_workflow.cli.asking import MANY, print_instance
from qa_workflow.cli.root import Group, add
from qa_workflow.errors import WrongInput

STATUSES = ("pending", "sent", "failed")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    incident = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        help="Where the system failed on an instance.\n\nExample: qa-workflow incident list",
    )
    add(incident, {"list": incidents, "resolve": resolve})
    app.add_typer(incident, name="incident")
    outbox = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        help="The messages: waiting, sent, failed.\n\nExample: qa-workflow outbox list --status failed",
    )
    add(outbox, {"list": messages, "retry": retry})
    app.add_typer(outbox, name="outbox")


def incidents(ctx: typer.Context) -> None:
    """List the incidents nobody has resolved.

    Example: qa-workflow incident list
    """
    from qa_workflow.service.enquiries import open_incidents

    items = open_incidents(session.opened(ctx))
    if not session.print_list(ctx, "incident-list", items, as_of=session.now()):
        session.table(
            ["id", "reference", "count", "last", "next try", "error"],
            [
                (
                    one["id"],
                    one["reference"],
                    one["count"],
                    session.local(one["last_at"]),
                    session.local(one["next_try_at"]),
                    one["error"],
                )
                for one in items
            ],
        )


def resolve(
    ctx: typer.Context,
    incident_id: Annotated[
        int, typer.Argument(metavar="ID", min=1, max=MANY, help="As `incident list` shows it")
    ],
    actor: Annotated[str, typer.Option("--as", help="Who acts: an id of the roster")],
    reason: Annotated[str, typer.Option(help="What was put right")],
) -> None:
    """Resolve an incident: the instance is tried again at the next pass.

    Example: qa-workflow incident resolve 3 --as sandy --reason "The provider's dates were mended"
    """
    from qa_workflow.service.enquiries import show as find
    from qa_workflow.service.overlays import resolve_incident

    opened = session.opened(ctx)
    instance = resolve_incident(opened, incident_id, actor=actor, reason=reason, now=session.now())
    print_instance(ctx, find(opened, instance.reference, now=session.now()))


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

"""What people do: start, fire, block, unblock, reassign, note."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow.cli import session
from qa_workflow.cli.asking import print_instance
from qa_workflow.cli.root import add

if TYPE_CHECKING:
    from qa_workflow.service.context import Context

As = Annotated[str, typer.Option("--as", help="Who acts: an id of the roster")]
Data = Annotated[
    list[str] | None, typer.Option("--data", help="key=value, repeated; a value may be JSON")
]
DataFile = Annotated[
    Path | None, typer.Option(help="A JSON object with the data; - reads standard input")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    some = (start, fire, block, unblock, reassign, note)
    add(app, {command.__name__: command for command in some})


def start(
    ctx: typer.Context,
    process: Annotated[str, typer.Argument(metavar="PROCESS", help="As `process list` names it")],
    subject: Annotated[str, typer.Option(help="What it is about: a case, a person, a period")],
    as_person: Annotated[
        str | None, typer.Option("--as", help="Who acts: an id of the roster")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(help="The day the clock counts from, YYYY-MM-DD; today if not given"),
    ] = None,
    data: Data = None,
    data_file: DataFile = None,
) -> None:
    """Start a process instance; the same key twice is one instance.

    Example: qa-workflow start recommendation --subject C07 --as sandy --data what="Write the plan"
    """
    from qa_workflow.service.starting import start_process

    opened = session.opened(ctx)
    instance = start_process(
        opened,
        process,
        subject,
        now=session.now(),
        actor=session.login(),
        as_person=as_person,
        on=session.optional_day(on, "--on"),
        data=session.evidence(data or [], data_file, None),
    )
    _show(ctx, opened, instance.reference)


def fire(
    ctx: typer.Context,
    reference: session.Reference,
    trigger: Annotated[str, typer.Argument(metavar="TRIGGER", help="As `process show` names it")],
    actor: As,
    data: Data = None,
    data_file: DataFile = None,
    reason: Annotated[str | None, typer.Option(help="Why: the same as reason in the data")] = None,
    if_version: Annotated[
        int | None, typer.Option(help="Only if it still stands at this version")
    ] = None,
    idempotency_key: Annotated[
        str | None, typer.Option(help="A repeat with this key is harmless")
    ] = None,
    dry_run: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--dry-run", help="Show every guard's answer; change nothing")
    ] = False,
) -> None:
    """Pull a trigger. `qa-workflow process show NAME` says what each trigger asks for.

    Example: qa-workflow fire case_audit:2025-26-A:C07 allocate --as quinn --data auditor=alex
    """
    from qa_workflow.service.changes import Pull, fire_trigger
    from qa_workflow.service.enquiries import rehearsal

    opened = session.opened(ctx)
    pull = Pull(
        reference=reference,
        trigger=trigger,
        actor=actor,
        data=session.evidence(data or [], data_file, reason),
        if_version=if_version,
        idempotency_key=idempotency_key,
    )
    if dry_run:
        _print_rehearsal(ctx, rehearsal(opened, pull, now=session.now()))
        return
    _show(ctx, opened, fire_trigger(opened, pull, now=session.now()).reference)


def _print_rehearsal(ctx: typer.Context, body: dict[str, Any]) -> None:
    if session.options(ctx).json:
        session.print_json("fire-dry-run", body)
        return
    session.say(f"It would lead to {body['to']}.")
    session.table(
        ["guard", "answer", "why", "who"],
        [
            (one["guard"], "ok" if one["ok"] else "refuses", one["why"], one["who"])
            for one in body["guards"]
        ],
    )


def block(
    ctx: typer.Context,
    reference: session.Reference,
    actor: As,
    reason: Annotated[str, typer.Option(help="A reason code, e.g. awaiting_family")],
    note: Annotated[str, typer.Option(help="What would unblock it")],
    waiting_on: Annotated[str | None, typer.Option(help="Who or what it waits for")] = None,
    review_on: Annotated[str | None, typer.Option(help="When to look again, YYYY-MM-DD")] = None,
) -> None:
    """Say that an instance cannot move on, and why. A block stops no clock.

    Example: qa-workflow block recommendation:R-0001 --as sandy --reason awaiting_provider --note "Waits for the report"
    """
    from qa_workflow.service import overlays

    opened = session.opened(ctx)
    instance = overlays.block(
        opened,
        reference,
        actor=actor,
        reason=reason,
        note=note,
        now=session.now(),
        waiting_on=waiting_on,
        review_on=session.likely_day(review_on, "--review-on"),
    )
    _show(ctx, opened, instance.reference)


def unblock(
    ctx: typer.Context,
    reference: session.Reference,
    actor: As,
    note: Annotated[str, typer.Option(help="What has changed")],
) -> None:
    """Take every block off an instance.

    Example: qa-workflow unblock recommendation:R-0001 --as sandy --note "The report has come"
    """
    from qa_workflow.service import overlays

    opened = session.opened(ctx)
    instance = overlays.unblock(opened, reference, actor=actor, note=note, now=session.now())
    _show(ctx, opened, instance.reference)


def reassign(
    ctx: typer.Context,
    reference: session.Reference,
    to: Annotated[str, typer.Option(help="Who takes over: an id of the roster")],
    actor: As,
    reason: Annotated[str, typer.Option(help="Why")],
) -> None:
    """Give an instance to another person, who must pass the same guards as the first.

    Example: qa-workflow reassign case_audit:2025-26-A:C07 --to billie --as sandy --reason "Alex is ill"
    """
    from qa_workflow.service import overlays

    opened = session.opened(ctx)
    instance = overlays.reassign(
        opened, reference, to=to, actor=actor, reason=reason, now=session.now()
    )
    _show(ctx, opened, instance.reference)


def note(
    ctx: typer.Context,
    reference: session.Reference,
    actor: As,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is to be kept")],
) -> None:
    """Write a note into an instance's history.

    Example: qa-workflow note recommendation:R-0001 --as pat "The family was away until Monday."
    """
    from qa_workflow.service import overlays

    opened = session.opened(ctx)
    instance = overlays.add_note(opened, reference, actor=actor, text=text, now=session.now())
    _show(ctx, opened, instance.reference)


def _show(ctx: typer.Context, opened: "Context", reference: str) -> None:
    """Print what the instance is now; with --quiet where it stands, and no more."""
    from qa_workflow.service.enquiries import show

    body = show(opened, reference, now=session.now())
    if session.options(ctx).quiet and not session.options(ctx).json:
        session.say(f"{body['reference']}  {body['status']}")
        return
    print_instance(ctx, body)

"""What feeds what: links both ways, the children's own voices, and the figures beside the activities."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow.cli import session
from qa_workflow.cli.feeding import File
from qa_workflow.cli.root import Group, add
from qa_workflow.cli.subjects import DryRun

if TYPE_CHECKING:
    from qa_workflow.service.indicators import IndicatorImport

KINDS = ("new", "changed", "unchanged")
Voice = Annotated[
    str,
    typer.Argument(metavar="REF", callback=session.named, help="The voice, e.g. voice:V-0001"),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    add(app, {"links": links})
    voice = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        help="The children's own words, verbatim, and what they are evidence for.\n\n"
        "Example: qa-workflow voice list --case C07",
    )
    add(voice, {"list": list_voices, "show": show_voice})
    app.add_typer(voice, name="voice")
    indicator = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        help="Figures beside the activities they inform: how much, how many, how often.\n\n"
        "Example: qa-workflow indicator import indicators.csv --dry-run",
    )
    add(indicator, {"import": import_indicators, "list": list_indicators})
    app.add_typer(indicator, name="indicator")


# ------------------------------------------------------------------ links
def links(ctx: typer.Context, reference: session.Reference) -> None:
    """Show what led to something and what it led to: from a plan line back to the child's voice that started it.

    A voice is named by its reference only; `voice show` gives its words.

    Example: qa-workflow links plan_line:2025-26-A:purposeful-plans

    Example: qa-workflow links voice:V-0001
    """
    from qa_workflow.service.trails import trail

    body = trail(session.opened(ctx), reference, now=session.now())
    if session.options(ctx).json:
        session.print_json("links", body)
        return
    session.say(f"{body['reference']}  {body['title'] or ''}".rstrip())
    _print_trail("\nWhat led to it:", body["upstream"])
    _print_trail("\nWhat it led to:", body["downstream"])
    if not body["upstream"] and not body["downstream"]:
        session.say("No link leads to it or from it.")
    if not body["complete"]:
        session.hint(ctx, "There is more; begin at one of these to see it.")


def _print_trail(heading: str, items: list[dict[str, Any]]) -> None:
    if not items:
        return
    session.say(heading)
    session.table(
        ["steps", "reference", "state", "link", "of", "title"],
        [
            (one["steps"], one["reference"], one["state"], one["link"].replace("_", " "), one["via"], one["title"])
            for one in items
        ],
    )  # fmt: skip


# ------------------------------------------------------------------ voices
def list_voices(
    ctx: typer.Context,
    case: Annotated[str | None, typer.Option(help="Only this child's, e.g. C07")] = None,
) -> None:
    """List the children's voices: whose, how and when they were heard, and what they are evidence for.

    Example: qa-workflow voice list --case C07
    """
    from qa_workflow.service.trails import list_voices as find

    items = find(session.opened(ctx), case_id=case)
    if not session.print_list(ctx, "voice-list", items, as_of=session.now()):
        session.table(
            ["voice", "case", "heard", "method", "evidence for"],
            [
                (one["reference"], one["case"], one["heard_on"], one["method"], one["evidences"])
                for one in items
            ],
        )


def show_voice(ctx: typer.Context, reference: Voice) -> None:
    """Show a child's own words, whole and as they were given.

    Example: qa-workflow voice show voice:V-0001
    """
    from qa_workflow.service.trails import show_voice as find

    body = find(session.opened(ctx), reference, now=session.now())
    if session.options(ctx).json:
        session.print_json("voice-show", body)
        return
    session.say(f"{body['reference']}  {body['case']}, {body['heard_on']}, {body['method']}")
    session.say(f"Evidence for {body['evidences']}; written down by {body['recorded_by']}.\n")
    session.say(body["words"])


# ------------------------------------------------------------------ indicators
def import_indicators(
    ctx: typer.Context,
    file: File,
    dry_run: DryRun = False,  # noqa: FBT002 - an option
) -> None:
    """Import figures (CSV), all or nothing. The same file twice changes nothing; a known figure is corrected.

    Columns, of which only `of` may be empty:
      indicator,on,value,of,source,activity

    `activity` is a code of the framework's calendar or the name of a process. `of` says what the value
    is: a unit (%, days, visits); a whole number where the value is so many of so many children; empty
    or "children" where it counts children. Counts of children under five are never shown.

    Example: qa-workflow indicator import indicators.csv --dry-run
    """
    from qa_workflow.service.indicators import import_indicators as take

    opened = session.opened(ctx)
    with session.working(ctx, "Importing the figures"):
        report = take(opened, file, now=session.now(), actor=session.login(), dry_run=dry_run)
    _print_report(ctx, report, dry_run=dry_run)


def _print_report(ctx: typer.Context, report: "IndicatorImport", *, dry_run: bool) -> None:
    if session.options(ctx).json:
        counts = {kind: len(getattr(report, kind)) for kind in KINDS}
        figures = {kind: getattr(report, kind) for kind in KINDS if kind != "unchanged"}
        session.print_json(
            "indicator-import", {**counts, "indicators": figures, "written": report.written}
        )
        return
    session.say(", ".join(f"{len(getattr(report, kind))} {kind}" for kind in KINDS))
    for kind in ("new", "changed"):
        if dry_run and getattr(report, kind):
            session.say(f"{kind}: {', '.join(getattr(report, kind))}")


def list_indicators(
    ctx: typer.Context,
    activity: Annotated[
        str | None, typer.Option(help="Only this activity: a code or a process, e.g. EHE")
    ] = None,
) -> None:
    """List the figures, the newest of each series first; counts of children under five are not shown.

    Example: qa-workflow indicator list --activity EHE
    """
    from qa_workflow.service.indicators import list_indicators as find

    items = find(session.opened(ctx), activity=activity)
    if not session.print_list(ctx, "indicator-list", items, as_of=session.now()):
        session.table(
            ["activity", "indicator", "on", "value", "of", "source"],
            [
                (
                    one["activity"],
                    one["indicator"],
                    one["on"],
                    one["value"],
                    one["of"],
                    one["source"],
                )
                for one in items
            ],
        )

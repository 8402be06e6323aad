"""What is fed in: the open cases, another version of the audit tool."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow.cli import session
from qa_workflow.cli.root import BAD_INPUT, Group, add, tell

if TYPE_CHECKING:
    from qa_workflow.service.case_imports import CaseImport

File = Annotated[Path, typer.Argument(metavar="FILE", help="The file to read")]
KINDS = ("new", "changed", "closed", "reopened", "unchanged")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    case = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        help="The open cases, as the case system exports them.\n\n"
        "Example: qa-workflow case import annex-a.xlsx --dry-run",
    )
    add(case, {"import": import_cases, "list": list_cases, "show": show_case})
    app.add_typer(case, name="case")
    methodology = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        help="The audit tool: its sections, questions, grades and reason codes.\n\n"
        "Example: qa-workflow methodology show",
    )
    add(methodology, {"load": load_methodology, "show": show_methodology})
    app.add_typer(methodology, name="methodology")


# ------------------------------------------------------------------ cases
def import_cases(
    ctx: typer.Context,
    file: File,
    as_of: Annotated[
        str | None, typer.Option(help="The day the list speaks of, YYYY-MM-DD; today if not given")
    ] = None,
    dry_run: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--dry-run", help="Show what would change; write nothing")
    ] = False,
    accept_rejected: Annotated[  # noqa: FBT002
        bool, typer.Option("--accept-rejected", help="Import the rest when rows are rejected")
    ] = False,
    yes: Annotated[  # noqa: FBT002
        bool,
        typer.Option(
            "--yes", help="Do not ask when more than a fifth of the open cases would close"
        ),
    ] = False,
) -> None:
    """Import the open cases: an Annex A workbook (xlsx, xls, ods; lists 6 to 9) or a CSV.

    Names, dates of birth and everything else that could identify a child are dropped as the file is read.
    With a rejected row nothing is written.

    A CSV has these columns, of which the first four are required:
      case_id,plan_type,opened,closed,team,worker,supervisor,iro,provider_id,last_seen,last_review

    Example: qa-workflow case import annex-a.xlsx --dry-run
    """
    from qa_workflow.service.case_imports import import_cases as take

    opened = session.opened(ctx)
    day = session.optional_day(as_of, "--as-of")
    read = partial(
        take, opened, file,
        now=session.now(), actor=session.login(), as_of=day, accept_rejected=accept_rejected,
    )  # fmt: skip
    with session.working(ctx, "Reading the cases"):
        report = read(dry_run=True)
    refused = bool(report.rejected) and not accept_rejected
    if not dry_run and not refused:
        if report.closes_many:
            count = len(report.closed)
            what = f"{count} of {report.open_before} open cases would close."
            session.confirmed(what, count=count, yes=yes)
        with session.working(ctx, "Importing the cases"):
            report = read()
    _print_import(ctx, report, dry_run=dry_run)
    if refused:
        rows = len(report.rejected)
        message = (
            f"{rows} {'fault was' if rows == 1 else 'faults were'} found in {file.name}, so nothing was written. "
            "Mend the rows, or import the rest with --accept-rejected."
        )
        tell("rejected_rows", message, as_json=session.options(ctx).json)
        raise typer.Exit(BAD_INPUT)


def _print_import(ctx: typer.Context, report: "CaseImport", *, dry_run: bool) -> None:
    rejected = [
        {"list": one.list_name, "row": one.row, "column": one.column, "why": one.why}
        for one in report.rejected
    ]
    counts: dict[str, Any] = {kind: len(getattr(report, kind)) for kind in KINDS}
    if session.options(ctx).json:
        cases = {kind: sorted(getattr(report, kind)) for kind in KINDS if kind != "unchanged"}
        session.print_json(
            "case-import",
            {
                **counts,
                "rejected": rejected,
                "cases": cases,
                "warnings": report.warnings,
                "written": report.written,
            },
        )
        return
    session.say(
        ", ".join(f"{count} {kind}" for kind, count in counts.items())
        + f", {len(rejected)} rejected"
    )
    for kind in ("new", "changed", "closed", "reopened"):
        if dry_run and getattr(report, kind):
            session.say(f"{kind}: {', '.join(sorted(getattr(report, kind)))}")
    if rejected:
        session.table(
            ["list", "row", "column", "why"],
            [(one["list"], one["row"], one["column"], one["why"]) for one in rejected],
        )
    for warning in report.warnings:
        session.hint(ctx, f"Note: {warning}.")


def list_cases(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Closed cases too")] = False,  # noqa: FBT002
) -> None:
    """List the open cases.

    Example: qa-workflow case list --all
    """
    from qa_workflow.service.enquiries import list_cases as find

    items = [
        {
            "case": one.case_id,
            "plan_type": one.plan_type,
            "team": one.team,
            "worker": one.worker,
            "opened_on": one.opened_on.isoformat(),
            "closed_on": one.closed_on and one.closed_on.isoformat(),
        }
        for one in find(session.opened(ctx), include_closed=everything)
    ]
    if not session.print_list(ctx, "case-list", items, as_of=session.now()):
        session.table(
            ["case", "plan", "team", "worker", "opened", "closed"],
            [tuple(one.values()) for one in items],
        )


def show_case(
    ctx: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REF", help="The case, e.g. C07")],
) -> None:
    """Show a case: its dates, who works on it, and every process about it.

    Example: qa-workflow case show C07
    """
    from qa_workflow.service.records import show_case as find

    body = find(session.opened(ctx), reference, now=session.now())
    if session.options(ctx).json:
        session.print_json("case-show", body)
        return
    for key, value in body.items():
        if key not in {"involved", "instances"}:
            session.say(f"{key.replace('_', ' ')}: {value if value is not None else '-'}")
    session.table(
        ["who", "as", "from", "to"],
        [(one["person"], one["role"], one["from"], one["to"]) for one in body["involved"]],
    )
    session.table(
        ["reference", "state", "owner", "due"],
        [
            (one["reference"], one["state"], one["owner"], one["due_on"])
            for one in body["instances"]
        ],
    )


# ------------------------------------------------------------------ the audit tool
def load_methodology(ctx: typer.Context, file: File) -> None:
    """Load another version of the audit tool (JSON). Rounds opened from now on use it.

    Example: qa-workflow methodology load methodology-2.json
    """
    from qa_workflow.service.installation import load_methodology as load

    version = load(session.opened(ctx), file, now=session.now(), actor=session.login())
    if session.options(ctx).json:
        session.print_json("methodology-load", {"version": version})
    else:
        session.say(f"Methodology {version} is loaded.")


def show_methodology(
    ctx: typer.Context,
    version: Annotated[
        int | None, typer.Argument(metavar="VERSION", help="The newest if not given")
    ] = None,
) -> None:
    """Show the audit tool: what `submit` has to answer.

    Example: qa-workflow methodology show --json
    """
    from qa_workflow.service.records import show_methodology as find

    body = find(session.opened(ctx), version)
    if session.options(ctx).json:
        session.print_json("methodology-show", body)
        return
    session.say(f"Methodology {body['version']}: {body.get('title', '')}")
    for section in body["sections"]:
        session.say(f"{section['key']}: {section.get('title', '')}")
        for question in section["questions"]:
            session.say(f"  {question['key']}: {question.get('text', '')}")
    for name in ("grades", "no_voice_reasons", "not_auditable_reasons"):
        session.say(f"{name.replace('_', ' ')}: {', '.join(body[name])}")

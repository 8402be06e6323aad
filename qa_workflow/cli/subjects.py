"""What else the council's lists say: children with EHC plans, and the providers it buys from."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow.cli import session
from qa_workflow.cli.feeding import File
from qa_workflow.cli.root import BAD_INPUT, Group, add, tell

if TYPE_CHECKING:
    from qa_workflow.service.plan_holder_imports import PlanHolderImport
    from qa_workflow.service.provider_imports import ProviderImport

KINDS = ("new", "changed", "unchanged")
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    holders = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        help="Children with EHC plans: whose review, phase transfer and move to adult services is due when.\n\n"
        "Example: qa-workflow plan-holder import area-send.xlsx --dry-run",
    )
    add(holders, {"import": import_plan_holders, "list": list_plan_holders})
    app.add_typer(holders, name="plan-holder")
    providers = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        help="Providers: fostering agencies, semi-independent accommodation, youth services, Early Years settings.\n\n"
        "Example: qa-workflow provider import providers.csv --dry-run",
    )
    add(providers, {"import": import_providers, "list": list_providers})
    app.add_typer(providers, name="provider")


# ------------------------------------------------------------------ children with EHC plans
def import_plan_holders(
    ctx: typer.Context,
    file: File,
    dry_run: DryRun = False,  # noqa: FBT002 - an option
    accept_rejected: Annotated[  # noqa: FBT002
        bool, typer.Option("--accept-rejected", help="Import the rest when rows are rejected")
    ] = False,
) -> None:
    """Import the children with EHC plans: an area SEND workbook (xlsx, xls, ods; its List 1) or a CSV.

    Of a date of birth only the start of Year 9 is kept; names are dropped as the file is read. With a
    rejected row nothing is written. A plan that is not in the file stays as it is.

    A CSV has these columns, of which only the last may be absent:
      child_id,plan_id,born_on,issued_on,last_review_on,ehe,school_phase

    Example: qa-workflow plan-holder import area-send.xlsx --dry-run
    """
    from qa_workflow.service.plan_holder_imports import import_plan_holders as take

    opened = session.opened(ctx)
    with session.working(ctx, "Importing the plans"):
        report = take(
            opened,
            file,
            now=session.now(),
            actor=session.login(),
            dry_run=dry_run,
            accept_rejected=accept_rejected,
        )
    rejected = [
        {"list": one.list_name, "row": one.row, "column": one.column, "why": one.why}
        for one in report.rejected
    ]
    counts: dict[str, Any] = {kind: len(getattr(report, kind)) for kind in KINDS}
    body = {**counts, "rejected": rejected, "plans": _named(report)}
    _print_report(ctx, "plan-holder-import", report, body)
    if rejected and not accept_rejected:
        rows = len(rejected)
        message = (
            f"{rows} {'fault was' if rows == 1 else 'faults were'} found in {file.name}, so nothing was written. "
            "Mend the rows, or import the rest with --accept-rejected."
        )
        tell("rejected_rows", message, as_json=session.options(ctx).json)
        raise typer.Exit(BAD_INPUT)


def list_plan_holders(ctx: typer.Context) -> None:
    """List the children with EHC plans.

    Example: qa-workflow plan-holder list
    """
    from qa_workflow.service.plan_holders import list_plan_holders as find

    items = [
        {
            "plan": one.plan_id,
            "child": one.child_id,
            "issued_on": one.issued_on.isoformat(),
            "last_review_on": one.last_review_on and one.last_review_on.isoformat(),
            "school_phase": one.school_phase,
            "year9_on": one.year9_on and one.year9_on.isoformat(),
            "ehe": one.ehe,
            "review": one.review,
        }
        for one in find(session.opened(ctx))
    ]
    if not session.print_list(ctx, "plan-holder-list", items, as_of=session.now()):
        session.table(
            [
                "plan",
                "child",
                "issued",
                "last review",
                "phase",
                "Year 9 from",
                "EHE",
                "open review",
            ],
            [
                (*list(one.values())[:6], "yes" if one["ehe"] else "no", one["review"])
                for one in items
            ],
        )


# ------------------------------------------------------------------ providers
def import_providers(
    ctx: typer.Context,
    file: File,
    dry_run: DryRun = False,  # noqa: FBT002 - an option
) -> None:
    """Import the providers (CSV), all or nothing. Who is not in the file stays as they are.

    Columns, of which the first three are required; type is one of ifa, semi_independent, youth_service,
    early_years:
      provider_id,name,type,first_placement_on,last_placement_on,last_audit_on,risk_flag,commissioner,contact,ofsted_accepted_on

    Example: qa-workflow provider import providers.csv --dry-run
    """
    from qa_workflow.service.provider_imports import import_providers as take

    opened = session.opened(ctx)
    with session.working(ctx, "Importing the providers"):
        report = take(opened, file, now=session.now(), actor=session.login(), dry_run=dry_run)
    counts: dict[str, Any] = {kind: len(getattr(report, kind)) for kind in KINDS}
    body = {**counts, "rejected": [], "providers": _named(report), "in_scope": report.in_scope}
    _print_report(ctx, "provider-import", report, body)


def list_providers(ctx: typer.Context) -> None:
    """List the providers: who is placed there, whether an audit is due by the next 30 June, and why.

    Example: qa-workflow provider list
    """
    from qa_workflow.service.provider_imports import list_providers as find

    now = session.now()
    items: list[dict[str, Any]] = [
        {
            "provider": one.provider_id,
            "name": one.name,
            "type": one.type,
            "commissioner": one.commissioner,
            "placed": list(one.placed),
            "in_scope": one.in_scope,
            "why": one.why,
            "due_on": one.due_on and one.due_on.isoformat(),
            "audit": one.audit,
            "suspension": one.suspension,
        }
        for one in find(session.opened(ctx), now=now)
    ]
    if not session.print_list(ctx, "provider-list", items, as_of=now):
        session.table(
            ["provider", "name", "type", "placed", "scope", "due", "audit", "suspended"],
            [
                (
                    one["provider"],
                    one["name"],
                    one["type"],
                    ", ".join(one["placed"]),
                    f"{'in' if one['in_scope'] else 'not in'} scope: {one['why']}",
                    one["due_on"],
                    one["audit"],
                    one["suspension"],
                )
                for one in items
            ],
        )


# ------------------------------------------------------------------ what an import brought
def _named(report: "PlanHolderImport | ProviderImport") -> dict[str, list[str]]:
    return {kind: sorted(getattr(report, kind)) for kind in ("new", "changed")}


def _print_report(
    ctx: typer.Context,
    name: str,
    report: "PlanHolderImport | ProviderImport",
    body: dict[str, Any],
) -> None:
    if session.options(ctx).json:
        more = {"warnings": report.warnings, "written": report.written}
        session.print_json(name, {**body, **more})
        return
    session.say(
        ", ".join(f"{body[kind]} {kind}" for kind in KINDS) + f", {len(body['rejected'])} rejected"
    )
    if not report.written:
        for kind, named in _named(report).items():
            if named:
                session.say(f"{kind}: {', '.join(named)}")
    if body["rejected"]:
        session.table(
            ["list", "row", "column", "why"],
            [(one["list"], one["row"], one["column"], one["why"]) for one in body["rejected"]],
        )
    for sentence in body.get("in_scope", ()):
        session.hint(ctx, f"{sentence}.")
    for warning in report.warnings:
        session.hint(ctx, f"Note: {warning}.")

"""The council's framework file on the command line: checked before it counts, and shown."""

from pathlib import Path
from typing import Annotated, Any

import typer

from qa_workflow.cli import session
from qa_workflow.cli.root import Group, add

FINDINGS = 1
AS_NEEDED = "as_needed"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        help="Check a council's framework file, and show the one that counts.\n\n"
        "Example: qa-workflow framework check our-framework.toml",
    )
    add(group, {"check": check, "show": show})
    app.add_typer(group, name="framework")


def check(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The framework as a TOML file")],
) -> None:
    """Check a framework file: every fault with its line; exit code 1 when there is one.

    Example: qa-workflow framework check our-framework.toml
    """
    from qa_workflow.errors import FrameworkFaulty
    from qa_workflow.frameworks.reader import framework_file
    from qa_workflow.processes import all_processes

    faults: tuple[tuple[int, str], ...] = ()
    lines = 0
    try:
        found = framework_file(file, all_processes())
        lines = len(found.lines) + len(found.as_needed)
    except FrameworkFaulty as exc:
        faults = exc.faults
    items = [{"file": file.name, "line": line, "fault": what} for line, what in faults]
    if not session.print_list(ctx, "framework-check", items, as_of=session.now()):
        for one in items:
            session.say(f"{one['file']}, line {one['line']}: {one['fault']}.")
        session.hint(
            ctx,
            f"{len(items)} to put right."
            if items
            else f"{file.name} can be run: {lines} activities.",
        )
    if items:
        raise typer.Exit(FINDINGS)


def show(ctx: typer.Context) -> None:
    """Show the framework that counts: its lines, and what was chosen where its words leave a choice.

    Example: qa-workflow framework show --json
    """
    made = session.opened(ctx, check=False)
    framework = made.framework
    items = [
        {
            "code": line.code,
            "process": line.process,
            "owner": line.owner,
            "every": line.every,
            "months": list(line.months),
            "due": line.due,
            "source": line.kind,
            "words": line.source,
        }
        for line in (*framework.lines, *framework.as_needed)
    ]
    choices = framework.choices.model_dump(mode="json")
    if session.print_list(
        ctx,
        "framework",
        items,
        as_of=session.now(),
        council=framework.council,
        title=framework.title,
        version=framework.version,
        choices=choices,
    ):
        return
    session.say(f"{framework.council}: {framework.title} ({framework.version})")
    session.table(
        ["code", "process", "owner", "when", "due"],
        [
            (
                one["code"],
                one["process"],
                one["owner"],
                _when(one),
                "" if one["every"] == AS_NEEDED else one["due"],
            )
            for one in items
        ],
    )
    session.say()
    session.table(["choice", "here"], [(name, _words(value)) for name, value in choices.items()])


def _when(one: dict[str, Any]) -> str:
    if one["every"] == "month":
        return " ".join(map(str, one["months"]))
    return str(one["every"]).replace("_", " ")


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

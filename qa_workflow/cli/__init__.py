"""The command line: `qa-workflow`. Each command asks the service; none touches the store."""

from pathlib import Path
from typing import Annotated

import typer

from qa_workflow import __version__
from qa_workflow.cli import (
    asking,
    attention,
    dates,
    definitions,
    doing,
    explaining,
    feeding,
    framework,
    packing,
    people,
    planning,
    repairing,
    running,
    simulating,
    subjects,
    tracing,
    troubles,
)
from qa_workflow.cli.root import Root
from qa_workflow.cli.session import Options

app = typer.Typer(
    name="qa-workflow",
    cls=Root,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    help="Runs a council's quality-assurance framework: what is due, what is late, what is stuck and why.\n\n"
    "First:\n"
    "  qa-workflow init\n"
    "  qa-workflow people import people.csv\n"
    "  qa-workflow case import annex-a.xlsx\n"
    "  qa-workflow daemon\n\n"
    "Example: qa-workflow stuck --process case_audit --min-days 5\n\n"
    "The options below may stand before or after any command.",
)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"qa-workflow {__version__}")
        raise typer.Exit


@app.callback()
def _global(
    ctx: typer.Context,
    database: Annotated[
        str | None,
        typer.Option(help="The database, e.g. sqlite:///qa.db (QA_WORKFLOW_DATABASE_URL)"),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="A TOML file with settings")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for machines")] = False,  # noqa: FBT002
    quiet: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("-q", "--quiet", help="Only errors besides what was asked")
    ] = False,
    verbose: Annotated[
        int,
        typer.Option(
            "-v", "--verbose", count=True, show_default=False, help="More detail in the log"
        ),
    ] = 0,
    version: Annotated[  # noqa: ARG001, FBT002 - it ends the program before; as the library has it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version")
    ] = False,
) -> None:
    ctx.obj = Options(database=database, config=config, json=json, quiet=quiet, verbose=verbose)


for module in (
    *(running, dates, planning, framework, definitions),
    *(
        people,
        feeding,
        subjects,
        doing,
        repairing,
        asking,
        attention,
        explaining,
        packing,
        tracing,
        troubles,
        simulating,
    ),
):
    module.register(app)

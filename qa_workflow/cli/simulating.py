"""A council's year before it goes live: simulate, with a bar on the terminal and a summary by activity."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow.cli import session
from qa_workflow.cli.root import FINDINGS, add
from qa_workflow.errors import WrongInput

if TYPE_CHECKING:
    from qa_workflow.service.context import Context
    from qa_workflow.simulation.year import Span


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    add(app, {"simulate": simulate})


def simulate(
    ctx: typer.Context,
    year: Annotated[
        int | None, typer.Option(min=2000, max=9998, help="The year; this year if none is given")
    ] = None,
    seed: Annotated[
        int, typer.Option(help="What decides the year: the same seed, the same year")
    ] = 7,
    start: Annotated[
        str | None, typer.Option("--from", help="First day, YYYY-MM-DD; else 1 January")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Last day, YYYY-MM-DD; else 31 December")
    ] = None,
    framework: Annotated[
        Path | None, typer.Option(help="The council's framework file; else what is configured")
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep the database in this new file, to look at it afterwards"),
    ] = None,
) -> None:
    """Let an invented council live a year of the framework, on a database that is thrown away.

    Sixty cases and more, some fifty people, twelve providers, thirty plan holders; some are slow or
    forget, dispute, go on leave or leave for good. The daemon's own pass runs each morning. At the end
    stands what became of every activity, what is late and who was told of it. Exit 1 when something
    that must hold does not: an incident, something late that nobody was told of, an activity not planned.

    Example: qa-workflow simulate --year 2026 --seed 7
    Example: qa-workflow simulate --framework our-framework.toml --keep year.db
    """
    from qa_workflow import log
    from qa_workflow.simulation.year import simulate as live

    span = _span(year, start, end)
    given = session.options(ctx)
    log.configure(verbose=given.verbose, quiet=given.verbose == 0)
    with tempfile.TemporaryDirectory(prefix="qa-workflow-simulate-") as folder:
        opened = _opened(ctx, Path(folder), framework, keep)
        with _days(ctx, span) as lived:
            body = live(opened, span, seed=seed, folder=Path(folder), lived=lived)
        opened.database.close()
    if given.json:
        session.print_json("simulate", body)
    else:
        _say(body)
        if keep is not None:
            session.hint(ctx, f"Look around: qa-workflow stuck --database sqlite:///{keep}")
    if not body["ok"]:
        raise typer.Exit(FINDINGS)


def _span(year: int | None, start: str | None, end: str | None) -> "Span":
    from qa_workflow.engine.working_days import london_date
    from qa_workflow.simulation.year import Span

    first = session.optional_day(start, "--from")
    chosen = year or (first or london_date(session.now())).year
    first = first or date(chosen, 1, 1)
    last = session.optional_day(end, "--to") or date(chosen, 12, 31)
    if year is not None and {first.year, last.year} != {year}:
        raise WrongInput(f"{first} to {last} is no part of {year}.")
    return Span(first=first, last=last)


def _opened(
    ctx: typer.Context, folder: Path, framework: Path | None, keep: Path | None
) -> "Context":
    """Return a context on a database of its own, whichever the settings name."""
    from qa_workflow.service.scenes import on_thrown_away
    from qa_workflow.settings import read_settings
    from qa_workflow.wiring import build

    given = session.options(ctx)
    if given.database is not None:
        raise WrongInput(
            "A simulated year has a database of its own, so --database is not for it. "
            "Keep that one with --keep FILE."
        )
    if keep is not None and keep.exists():
        raise WrongInput(f"{keep} exists already. Name a new file with --keep.")
    path = folder / "year.db" if keep is None else keep
    read = read_settings(given.config, database_url=f"sqlite:///{path}", framework=framework)
    made = on_thrown_away(build(read))
    ctx.call_on_close(made.database.close)
    return made


# ------------------------------------------------------------------ printing
@contextmanager
def _days(ctx: typer.Context, span: "Span") -> Iterator[Any]:
    """Give what is told of each day: on a terminal a bar moves on, elsewhere nothing is said."""
    with session.counting(ctx, "Living the year", total=span.days) as moved:
        yield lambda now: moved(f"{now:%d %B}")


def _say(body: dict[str, Any]) -> None:
    planned, narrative, acts = body["planned"], body["narrative"], body["acts"]
    session.say(
        f"A SYNTHETIC council from {body['from']} to {body['to']}, seed {body['seed']}: nobody in it exists."
    )
    session.say(
        ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in body["council"].items())
    )
    session.say()
    session.table(
        ["activity", "started", "in time", "late", "open", "open, late", "blocked", "refused"],
        [
            (
                *(one["process"], one["started"], one["in_time"], one["ended_late"], one["open"]),
                *(one["open_late"], one["blocked"], one["refused"]),
            )
            for one in body["activities"]
        ],
    )
    session.say()
    _say_late(body["late"])
    session.say(
        f"{acts['done']} acts, {acts['refused']} refused, {acts['disputed']} disputes, "
        f"{acts['declined']} declined, {acts['reassigned']} reassigned; "
        f"{body['messages']['written']} messages; {body['incidents']} incidents"
    )
    session.say(
        f"planned: {planned['planned']} of {planned['asked']} of the timeline, "
        f"{narrative['planned']} of {narrative['asked']} of the narrative"
    )
    for one in body["checks"]:
        session.say(f"{'holds' if one['ok'] else 'FAILS'}: {one['check']}")
        for why in one["why"]:
            session.say(f"  {why}")


def _say_late(late: list[dict[str, Any]]) -> None:
    """Say what is late by activity and level: how many, since when at the longest, and who was told."""
    if not late:
        session.say("Nothing is late at the end.")
        return
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in late:
        rows.setdefault((one["process"], one["level"] or ""), []).append(one)
    session.say("Late at the end, and who was told (--json names each):")
    session.table(
        ["activity", "level", "late", "longest since", "told"],
        [
            (
                *(process, level, len(some), min(one["since"] for one in some)),
                ", ".join(dict.fromkeys(who for one in some for who in one["told"])),
            )
            for (process, level), some in sorted(rows.items())
        ],
    )
    session.say()

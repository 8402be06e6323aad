"""Process definitions: which there are, what they say, whether they are sound, and how to begin a new one."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow.cli import migrating, session
from qa_workflow.cli.root import FINDINGS, Group, add
from qa_workflow.errors import DatabaseUnfit, DatabaseUnhealthy, DefinitionFaulty, WrongInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa_workflow.engine.definition import ProcessDefinition
    from qa_workflow.engine.people import Roster


Name = Annotated[str, typer.Argument(metavar="NAME", help="As `process list` names it")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    process = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        help="Process definitions: list, show, check, draw, change a live one, begin a new one.\n\n"
        "Example: qa-workflow process show case_audit",
    )
    add(
        process,
        {
            "list": list_processes,
            "show": show,
            "check": check,
            "diagram": diagram,
            "migrate": migrating.migrate,
            "new": new,
        },
    )
    app.add_typer(process, name="process")


def _definition(ctx: typer.Context, name: str) -> "ProcessDefinition":
    """Return the process of that name, shipped or the council's own."""
    return _named(session.opened(ctx, check=False).processes, name)


def _named(known: "Mapping[str, ProcessDefinition]", name: str) -> "ProcessDefinition":
    if name not in known:
        raise WrongInput(f"There is no process {name!r}. There are: {', '.join(known)}.")
    return known[name]


def list_processes(ctx: typer.Context) -> None:
    """List every process.

    Example: qa-workflow process list
    """
    items = [
        {"name": one.name, "title": one.title, "version": one.version, "about": one.about}
        for one in session.opened(ctx, check=False).processes.values()
    ]
    if not session.print_list(ctx, "process-list", items, as_of=session.now()):
        session.table(
            ["name", "version", "title"],
            [(one["name"], one["version"], one["title"]) for one in items],
        )


def show(ctx: typer.Context, name: Name) -> None:
    """Show a process: states, owners, deadlines, and what each trigger asks for (JSON Schema with --json).

    Example: qa-workflow process show case_audit
    """
    from qa_workflow.engine.diagram import as_text
    from qa_workflow.service.views import asked

    definition = _definition(ctx, name)
    if session.options(ctx).json:
        session.print_json("process-show", _body(definition))
        return
    session.say(as_text(definition))
    for trigger in definition.triggers:
        move = next(one for one in definition.transitions if one.trigger == trigger)
        fields = asked(move.asks).get("properties", {})
        needed = [
            f"{key} ({field.get('title', key)})" for key, field in fields.items() if key != "reason"
        ]
        if needed:
            session.say(f"{trigger} asks for: {', '.join(needed)}")


def _body(definition: "ProcessDefinition") -> dict[str, Any]:
    from qa_workflow.engine.diagram import owner_in_words, rule_in_words
    from qa_workflow.service.views import asked

    return {
        "name": definition.name,
        "title": definition.title,
        "version": definition.version,
        "initial": str(definition.initial),
        "final": sorted(map(str, definition.final)),
        "states": [
            {
                "state": str(state),
                "owner": owner_in_words(definition, str(state)),
                "deadlines": [
                    {"name": one.name, "rule": rule_in_words(one)}
                    for one in definition.deadlines_of(str(state))
                ],
            }
            for state in definition.states
        ],
        "triggers": [
            {
                "trigger": move.trigger,
                "from": source,
                "to": str(move.dest) if move.dest is not None else source,
                "who": list(move.roles),
                "asks": asked(move.asks),
            }
            for move in definition.transitions
            for source in move.sources
        ],
    }


def check(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Only this process; all if not given")
    ] = None,
    live: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--live", help="Also look for what runs by rules this program lacks")
    ] = False,
) -> None:
    """Prove every definition, or one; exit 1 with every fault.

    With --live, open instances that run by another version or content of a process than this program
    has are faults too: look before you deploy, and bring them over with `process migrate`.

    Where the database holds a roster, it also warns of what nobody there can do today: a role without
    anybody active, or one person where two must look. Warnings go to standard error (with --json to the
    key `warnings`) and leave the exit code 0. Without a database only the definitions are looked at.

    Example: qa-workflow process check
    """
    items, sound, checked = _faults(name)
    items += migrating.live_faults(ctx, name) if live else []
    warnings = _warnings(ctx, sound)
    if not session.print_list(
        ctx, "process-check", items, as_of=session.now(), warnings=warnings or []
    ):
        for one in items:
            session.say(f"{one['process']}: {one['fault']}")
        for one in warnings or []:
            session.hint(ctx, f"{one['process']}: warning: {one['warning']}")
        session.hint(ctx, f"{_counted(len(items), 'fault')} in {_counted(checked, 'process')}.")
        if warnings is not None:
            session.hint(ctx, f"{_counted(len(warnings), 'warning')} by today's roster.")
    if items:
        raise typer.Exit(FINDINGS)


def _counted(number: int, what: str) -> str:
    many = f"{what}es" if what.endswith("s") else f"{what}s"
    return f"{number} {what if number == 1 else many}"


def _faults(name: str | None) -> tuple[list[dict[str, Any]], list["ProcessDefinition"], int]:
    """Return every fault, the processes without one, and how many were looked at.

    What cannot be read at all is a fault too.
    """
    from qa_workflow.engine.checks import problems
    from qa_workflow.processes import all_processes

    try:
        known = all_processes()
    except DefinitionFaulty as exc:
        return [{"process": exc.process, "fault": one} for one in exc.problems], [], 1
    except Exception as exc:  # noqa: BLE001 - whatever is wrong in a process somebody is just writing
        fault = f"a definition cannot be read: {type(exc).__name__}: {exc}"
        return [{"process": name or "processes", "fault": fault}], [], 1
    chosen = list(known.values()) if name is None else [_named(known, name)]
    found = {one.name: problems(one, known_processes=frozenset(known)) for one in chosen}
    items = [
        {"process": process, "fault": fault}
        for process, faults in found.items()
        for fault in faults
    ]
    return items, [one for one in chosen if not found[one.name]], len(chosen)


def _warnings(
    ctx: typer.Context, sound: Sequence["ProcessDefinition"]
) -> list[dict[str, Any]] | None:
    """Return what the roster leaves undone in definitions without faults; None where no roster is looked at."""
    from qa_workflow.engine.satisfiable import warnings
    from qa_workflow.engine.working_days import london_date

    # Without definitions that can be read, no database can be opened either.
    roster = _roster(ctx) if sound else None
    if roster is None or not roster.people:
        return None
    today = london_date(session.now())
    return [
        {"process": one.name, "warning": warning}
        for one in sound
        for warning in warnings(one, roster, today)
    ]


def _roster(ctx: typer.Context) -> "Roster | None":
    """Return the roster of the database; None where there is no database that this program can read."""
    from qa_workflow.service.work import Work

    made = session.opened(ctx, check=False)
    try:
        made.database.require_schema()
        with made.database.reading() as connection:
            return Work(made, connection, session.now()).roster
    except (DatabaseUnfit, DatabaseUnhealthy):
        return None  # a definition is as sound without: whoever writes one may have no council


def diagram(
    ctx: typer.Context,
    name: Name,
    form: Annotated[
        str, typer.Option("--format", help="text or mermaid (svg comes with the console)")
    ] = "text",
) -> None:
    """Draw a process.

    Example: qa-workflow process diagram case_audit --format mermaid
    """
    from qa_workflow.engine.diagram import as_text, mermaid

    definition = _definition(ctx, name)
    forms = {"text": as_text, "mermaid": mermaid}
    if form not in forms:
        raise WrongInput(f"There is no format {form!r} yet. There are: {', '.join(forms)}.")
    drawn = forms[form](definition)
    if session.options(ctx).json:
        session.print_json("process-diagram", {"name": name, "format": form, "diagram": drawn})
    else:
        session.say(drawn)


# ------------------------------------------------------------------ new
_PROCESS = '''"""{title}: what it is for, in one sentence.

Source: the framework's own words.
"""

from enum import StrEnum, auto

from qa_workflow.engine.definition import Deadline, ProcessDefinition, Transition, Within
from qa_workflow.patterns import ladders
from qa_workflow.patterns.guards import reason_is_given


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    OPEN = auto()
    DONE = auto()


S = Stage
PROCESS = ProcessDefinition(
    name="{name}",
    title="{title}",
    version=1,
    about="What it is for, in one sentence.",
    started_by="person",  # remove this once the framework file has a line for it
    states=Stage,
    initial=S.OPEN,
    final=frozenset({{S.DONE}}),
    transitions=(Transition("finish", S.OPEN, S.DONE, (reason_is_given,), "sm_sqa"),),
    deadlines=(Deadline(name="finish_by", state=S.OPEN, due=Within(10), ladder=ladders.STANDARD),),
)
'''

_TEST = '''"""{title}, told as an officer would tell it."""

import pytest
from council import Council

from qa_workflow.errors import TransitionRefused
from qa_workflow.service.starting import start_process

NAME = "{name}"


def begin(council: Council) -> str:
    """Start one, and return its reference."""
    begun = start_process(council.ctx, NAME, "2027", now=council.now, actor="cli:test")
    return begun.reference


def test_it_is_finished_with_a_reason(council: Council) -> None:
    done = council.fire(begin(council), "finish", by="sandy", reason="Seen and done.")
    assert done.state == "done"


def test_it_is_not_finished_without_a_reason(council: Council) -> None:
    reference = begin(council)
    with pytest.raises(TransitionRefused, match="No reason is given"):
        council.fire(reference, "finish", by="sandy")


def test_ten_working_days_without_an_end_are_late(council: Council) -> None:
    reference = begin(council.at("2025-09-15 08:00"))
    council.at("2025-09-30 08:00").passes()
    assert council.levels(reference, "finish_by")[-1] == ("L0", "2025-09-30")
'''


def new(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Written like youth_provider_audit")],
) -> None:
    """Begin a new process: one file and one test that already pass. Run it in a checkout.

    Example: qa-workflow process new youth_provider_audit
    """
    if re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) is None:
        raise WrongInput(f"{name!r} is no name for a process. Write it like youth_provider_audit.")
    processes, tests = Path("qa_workflow/processes"), Path("tests/processes")
    if not processes.is_dir() or not tests.is_dir():
        raise WrongInput(
            "This folder is no checkout of qa-workflow. Go to the folder that holds qa_workflow and tests."
        )
    title = name.replace("_", " ").capitalize()
    written = {processes / f"{name}.py": _PROCESS, tests / f"test_{name}.py": _TEST}
    for path in (*written, processes / name):
        if path.exists():
            raise WrongInput(f"{path} exists already; nothing was changed.")
    for path, text in written.items():
        path.write_text(text.format(name=name, title=title), "utf-8")
    if session.options(ctx).json:
        session.print_json("process-new", {"name": name, "files": list(map(str, written))})
        return
    for path in written:
        session.say(str(path))
    session.hint(
        ctx,
        f"Next: edit the two files, then `qa-workflow process check {name}` and `make test`. "
        "See docs/how-to/add-a-process.md.",
    )

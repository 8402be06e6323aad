"""Repairs: what an operator does to an instance that no trigger can put right. Each is kept with who and why."""

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow.cli import known, session
from qa_workflow.cli.root import REFUSED, Group, add
from qa_workflow.errors import WrongInput

if TYPE_CHECKING:
    from datetime import datetime

    from qa_workflow.service.context import Context
    from qa_workflow.service.repairs import Repair, Repaired

CAP = 100  # instances that one command repairs, unless the person says otherwise

Data = Annotated[
    list[str] | None, typer.Option("--data", help="key=value, repeated; a value may be JSON")
]
To = Annotated[str | None, typer.Option("--to", help="The day, YYYY-MM-DD")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    repair = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        help="Put right what no trigger can: each with a reason, kept in the history, which is never edited.\n\n"
        "Name one instance, or say which with the filters of `list`: then there is a preview, a question "
        "and a cap.\n\n"
        "Example: qa-workflow repair retry recommendation:R-0001 --as sandy --reason 'The disk was full' --dry-run",
    )
    add(repair, {verb: _command(verb, asks) for verb, asks in _VERBS.items()})
    app.add_typer(repair, name="repair")


# ------------------------------------------------------------------ the verbs: what each asks for besides
def retry() -> dict[str, Any]:
    """Try again now what failed or waits: due timers and the move that waits, whatever an incident says.

    Where nothing fails any more, the incidents of the instance are resolved with your reason.

    Example: qa-workflow repair retry recommendation:R-0001 --as sandy --reason "The disk was full"

    Example: qa-workflow repair retry --class S5 --as sandy --reason "The disk was full" --dry-run
    """
    return {}


def skip_timer(
    named: Annotated[
        str | None, typer.Argument(metavar="DEADLINE[:LEVEL]", help="As `show` names the deadline")
    ] = None,
    deadline: Annotated[
        str | None, typer.Option(help="The same, where no instance is named")
    ] = None,
) -> dict[str, Any]:
    """Let the next timer of a deadline lapse: it tells nobody and moves nothing; the next rung follows.

    Never of a date that the law sets or that a child's safety hangs on, nor where nothing else would press.

    Example: qa-workflow repair skip-timer recommendation:R-0001 due:R2 --as sandy --reason "He is away and knows"
    """
    name, _, level = _one_of(named, deadline, "DEADLINE").partition(":")
    return {"deadline": name, "level": level or None}


def set_state(
    named: Annotated[
        str | None, typer.Argument(metavar="STATE", help="As `process show` names it")
    ] = None,
    into: Annotated[
        str | None, typer.Option("--into", help="The same, where no instance is named")
    ] = None,
    trigger: Annotated[
        str | None, typer.Option(help="The trigger of the move that this stands for")
    ] = None,
) -> dict[str, Any]:
    """Put an instance into a state, and name the move that this stands for.

    Owner and deadlines are made as that move would. No guard is asked, and nothing that the move brings
    besides is done. Some processes want two people: the second gives the same command.

    Example: qa-workflow repair set-state case_audit:2025-26-A:C07 feedback --trigger release --as sandy --reason "Released on paper on 3 March" --dry-run
    """
    if trigger is None:
        raise WrongInput("No --trigger is given: name the move that this stands for.")
    return {"state": _one_of(named, into, "STATE"), "trigger": trigger}


def amend(data: Data = None) -> dict[str, Any]:
    """Put right what is stored in the data; deadlines that count from a changed date move with it.

    Example: qa-workflow repair amend recommendation:R-0001 --data priority=high --as sandy --reason "Mistyped"
    """
    return {"data": session.evidence(data or [], None, None)}


def rederive() -> dict[str, Any]:
    """Count every deadline again, under today's calendar and definition; what has fired stays fired.

    Example: qa-workflow repair rederive --process recommendation --as sandy --reason "The closure day was wrong"
    """
    return {}


def reschedule(to: To = None) -> dict[str, Any]:
    """Put right the framework's own date of an instance. Never a date that the law sets.

    Example: qa-workflow repair reschedule recommendation:R-0001 --to 2026-06-30 --as ada --reason "The meeting is in June"
    """
    return {"to": session.likely_day(to, "--to")}


def extend(to: To = None) -> dict[str, Any]:
    """Give an instance more time, once; a second time is for AD People. Never a date that the law sets.

    Example: qa-workflow repair extend recommendation:R-0001 --to 2026-01-30 --as sandy --reason "Training is in January"
    """
    return {"to": session.likely_day(to, "--to")}


def cancel() -> dict[str, Any]:
    """End an instance that nobody needs any more, where its process has no way out that you may take.

    Some processes want two people: the second gives the same command.

    Example: qa-workflow repair cancel intake:complaint:4 --as ada --reason "Entered twice"
    """
    return {}


def reopen(to: To = None) -> dict[str, Any]:
    """Open an ended instance again where it ended from, for as long again as that state gives.

    Where its own date has passed, say with --to by when it is due now; a date that the law sets stays.
    What it started when it ended is not undone.

    Example: qa-workflow repair reopen case_audit:2025-26-A:C07 --as ada --reason "Closed by mistake"

    Example: qa-workflow repair reopen case_audit:2025-26-A:C07 --to 2026-06-30 --as ada --reason "Closed by mistake"
    """
    return {"to": session.likely_day(to, "--to")}


def correct(
    entry: Annotated[
        int | None, typer.Option(min=1, help="The number of the entry, as `history` shows it")
    ] = None,
    data: Data = None,
) -> dict[str, Any]:
    """Say what was wrong in an entry of the history: the entry stays, and yours points at it.

    For whoever made the entry, and for those who may repair.

    Example: qa-workflow repair correct case_audit:2025-26-A:C07 --entry 4 --as alex --reason "It was 3 March, not 3 May" --data held_on=2026-03-03
    """
    if entry is None:
        raise WrongInput("No --entry is given: name its number, as `history` shows it.")
    return {"entry": entry, "data": session.evidence(data or [], None, None)}


def attach(
    evidence: Annotated[
        str | None, typer.Option(help="An instance, a voice, or a document as document:NUMBER")
    ] = None,
) -> dict[str, Any]:
    """Attach evidence to an instance: a link to it, and an entry.

    Example: qa-workflow repair attach recommendation:R-0001 --evidence document:EDRM-4711 --as pat --reason "The signed plan"
    """
    if evidence is None:
        raise WrongInput("No --evidence is given: name what is attached by its reference.")
    return {"evidence": evidence}


def _one_of(argument: str | None, option: str | None, what: str) -> str:
    if (argument is None) == (option is None):
        raise WrongInput(f"Name one {what}: after the reference, or as an option without one.")
    return argument if argument is not None else str(option)


_VERBS: dict[str, Callable[..., dict[str, Any]]] = {
    "retry": retry,
    "skip-timer": skip_timer,
    "set-state": set_state,
    "amend": amend,
    "rederive": rederive,
    "reschedule": reschedule,
    "extend": extend,
    "cancel": cancel,
    "reopen": reopen,
    "correct": correct,
    "attach": attach,
}


# ------------------------------------------------------------------ what they share
def _shared(
    *,
    actor: Annotated[str, typer.Option("--as", help="Who acts: an id of the roster")],
    reason: Annotated[str, typer.Option(help="Why: kept in the history")],
    process: Annotated[str | None, typer.Option(help="Every one of this process")] = None,
    state: Annotated[str | None, typer.Option(help="Every one in this state")] = None,
    owner: Annotated[str | None, typer.Option(help="What this person (or role) owns")] = None,
    team: Annotated[str | None, typer.Option(help="What this team owns")] = None,
    class_: Annotated[str | None, typer.Option("--class", help="What is stuck so, e.g. S5")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="What is late")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many")] = None,
    cap: Annotated[int, typer.Option(min=1, help="Refuse to repair more than so many")] = CAP,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen; change nothing")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,
) -> None:
    """Hold the options that every verb takes: its signature is theirs."""


def _command(verb: str, asks: Callable[..., dict[str, Any]]) -> Callable[..., None]:
    """Return the command of one verb: the reference, what it asks for itself, and what all of them share."""
    own = inspect.signature(asks).parameters
    shared = inspect.signature(_shared).parameters

    def command(ctx: typer.Context, reference: str | None = None, **given: Any) -> None:  # noqa: ANN401 - its own options
        fields = asks(**{name: given.pop(name) for name in own})
        _run(ctx, verb, reference, fields, **given)

    named = Annotated[
        str | None,
        typer.Argument(
            metavar="REF",
            callback=session.named,
            help="One instance; or say which with the filters",
        ),
    ]
    first = [
        inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
        inspect.Parameter(
            "reference", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=named
        ),
    ]
    rest = [
        one.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for one in (*own.values(), *shared.values())
    ]
    command.__doc__ = asks.__doc__
    command.__signature__ = inspect.Signature([*first, *rest])  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in (*first, *rest)}
    return command


def _run(
    ctx: typer.Context,
    verb: str,
    reference: str | None,
    fields: dict[str, Any],
    **shared: Any,  # noqa: ANN401 - the options of `_shared`
) -> None:
    from qa_workflow.service.repairs import Repair, repair

    asked = Repair(verb=verb, actor=shared["actor"], reason=shared["reason"], **fields)
    filters = ("process", "state", "owner", "team", "class_", "overdue")
    is_many = any(shared[name] for name in filters)
    if is_many == (reference is not None):
        raise WrongInput(
            "Name one instance, or say which with --process, --state, --owner, --team, --class or --overdue: one of both."
        )
    opened, now = session.opened(ctx), session.now()
    dry_run: bool = shared["dry_run"]
    if reference is not None:
        found = [repair(opened, reference, asked, now=now, dry_run=dry_run)]
    else:
        found = _many(ctx, opened, asked, now, shared)
    _print(ctx, verb, found, now, dry_run=dry_run)
    if not all(one.ok for one in found):
        raise typer.Exit(REFUSED)


def _many(
    ctx: typer.Context, opened: "Context", asked: "Repair", now: "datetime", shared: dict[str, Any]
) -> "list[Repaired]":
    from qa_workflow.service.repairs import chosen, repair_many
    from qa_workflow.service.stuck import CLASSES

    if asked.verb == "correct":
        raise WrongInput(
            "An entry is corrected one by one: each history is its own. Name the instance."
        )
    class_, cap = shared["class_"], shared["cap"]
    if class_ is not None and class_ not in CLASSES:
        raise WrongInput(f"There is no class {class_!r}. There are: {', '.join(sorted(CLASSES))}.")
    wanted = _wanted(opened, now, shared)
    references = chosen(opened, wanted, class_=class_, ended=asked.verb == "reopen", now=now)
    if len(references) > cap:
        raise WrongInput(
            f"{len(references)} instances fit, and one command repairs at most {cap}. "
            "Say more exactly which, take the first with --limit, or raise --cap."
        )
    with session.working(ctx, "Trying it out"):
        found = repair_many(opened, references, asked, now=now, dry_run=True)
    if shared["dry_run"] or not found:
        return found
    if not shared["yes"] and not session.options(ctx).json and session.is_asking():
        _print_table(found)
    refused = sum(not one.ok for one in found)
    session.confirmed(
        f"{len(found)} {'instance' if len(found) == 1 else 'instances'} to {asked.verb}, of which {refused} would be refused.",
        count=len(found),
        yes=shared["yes"],
    )
    with session.working(ctx, "Repairing"):
        return repair_many(opened, references, asked, now=now)


def _wanted(opened: "Context", now: "datetime", shared: dict[str, Any]) -> Any:  # noqa: ANN401 - a Wanted
    from qa_workflow.service.enquiries import Wanted

    process, state, owner = shared["process"], shared["state"], shared["owner"]
    known.require(opened, now, process=process, state=state, owner=owner)
    return Wanted(
        process=process,
        state=state,
        owner=owner,
        team=shared["team"],
        late_by=now if shared["overdue"] else None,
        limit=shared["limit"],
    )


# ------------------------------------------------------------------ printing
def _print(
    ctx: typer.Context, verb: str, found: "list[Repaired]", now: "datetime", *, dry_run: bool
) -> None:
    items = [one.plain() for one in found]
    if session.print_list(ctx, f"repair-{verb}", items, as_of=now, dry_run=dry_run):
        return
    if not found:
        session.hint(ctx, "Nothing fits.")
        return
    if len(found) == 1:
        _print_one(found[0])
    else:
        _print_table(found)
    refused = sum(not one.ok for one in found)
    done = len(found) - refused
    were = "could be" if dry_run else "was" if done == 1 else "were"
    said = f"{done} {were} done, {refused} refused."
    session.hint(ctx, f"{said} Nothing was written." if dry_run else said)


def _print_one(one: "Repaired") -> None:
    session.say(f"{one.reference}  {one.why}")
    if one.before is not None and one.after is not None:
        changed = [name for name in one.before if one.before[name] != one.after[name]]
        if changed:
            session.table(
                ["", "before", "after"],
                [
                    (name.replace("_", " "), _cell(one.before[name]), _cell(one.after[name]))
                    for name in changed
                ],
            )
    if one.moves:
        session.say()
        session.table(
            ["deadline", "level", "from", "to"],
            [tuple(move.plain().values()) for move in one.moves],
        )


def _cell(value: Any) -> Any:  # noqa: ANN401 - a value of the view
    return ", ".join(value) if isinstance(value, list) else value


def _print_table(found: "list[Repaired]") -> None:
    session.table(
        ["reference", "", "what"],
        [(one.reference, "done" if one.ok else "refused", one.why) for one in found],
    )

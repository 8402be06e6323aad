"""What moves what is stuck: the act that fits its class, in a sentence, and the command that does it."""

import shlex
from collections.abc import Callable, Mapping, Sequence

from qa_workflow.delivery.messages import day_in_words
from qa_workflow.engine.instance import Block
from qa_workflow.engine.overlay import PENDING
from qa_workflow.engine.people import SYSTEM, Person
from qa_workflow.engine.ways import moves_now
from qa_workflow.engine.working_days import london_date
from qa_workflow.service.stuck.finding import Damaged
from qa_workflow.service.stuck.judging import Asked
from qa_workflow.service.stuck.naming import names_of
from qa_workflow.service.views import View
from qa_workflow.service.ways import next_possible

YOU = "YOUR_ID"  # what stands in capitals is still to be filled in
SHORT = 8


def repair_of(asked: Asked, way_out: Sequence[View]) -> View | None:
    """Return what moves the instance and the command for it; None where nothing is wrong.

    Where somebody has to repair something, that comes first; else it is the next step of *way_out*.
    """
    act = _ACTS.get(asked.class_ or "")
    return None if act is None else act(asked, way_out)


def repair_of_damaged(damaged: Damaged) -> View:
    """Return what mends a row that cannot be read."""
    if damaged.incident is None:
        return _act(
            "Put its row back from the last backup; history verify names what does not fit.",
            "history", "verify", damaged.bare.reference,
        )  # fmt: skip
    return _act(
        f"Put its row back from the last backup; then resolve incident {damaged.incident.id}.",
        *_resolving(damaged.incident.id),
    )


def _act(what: str, *words: str) -> View:
    return {"what": what, "command": shlex.join(("qa-workflow", *words))}


def _resolving(number: int) -> tuple[str, ...]:
    return "incident", "resolve", str(number), "--as", YOU, "--reason", "WHAT WAS PUT RIGHT"


# ------------------------------------------------------------------ by class
def _failing(asked: Asked, _way_out: Sequence[View]) -> View:
    number = 0 if asked.incident is None else asked.incident.id
    return _act(
        f"Put right what the error names, then resolve incident {number}: it is tried again at the next pass.",
        *_resolving(number),
    )


def _dead_end(asked: Asked, way_out: Sequence[View]) -> View:
    one = asked.instance.reference
    missing = _missing_roles(asked)
    if missing:
        return _named(asked, missing)
    if not way_out:
        return _act(
            "No step leads to an end: an operator cancels it, saying why.",
            "repair", "cancel", one, "--as", YOU, "--reason", "WHY",
        )  # fmt: skip
    step = way_out[0]
    to = step["to"].replace("_", " ")
    return _act(
        f"An operator sets it to {to}, saying why, in place of {_words(step['trigger'])}; "
        "or cancels it (repair cancel).",
        "repair", "set-state", one, step["to"], "--trigger", step["trigger"], "--as", YOU, "--reason", "WHY",
    )  # fmt: skip


def _missing_roles(asked: Asked) -> tuple[str, ...]:
    """Return the roles that nobody active holds, where they alone keep it from moving."""
    known = asked.definition
    if known is None or asked.facts is None:
        return ()
    moves = moves_now(known, asked.instance, asked.facts)
    return next((one.roles for one in moves if not one.refusals and not one.is_held), ())


def _named(asked: Asked, roles: Sequence[str]) -> View:
    posts = " or ".join(names_of(asked.work).of(role) for role in roles)
    return _act(
        f"Name somebody as {posts} in the list of people, and import it.",
        "people",
        "import",
        "FILE",
    )


def _drifted(asked: Asked, _way_out: Sequence[View]) -> View:
    one, known = asked.instance, asked.definition
    if known is None:
        return _act(
            f"Run a program that has the process {one.process}; this one has those of the list.",
            "process", "list",
        )  # fmt: skip
    pin = asked.work.ctx.pin(one.process)
    if pin.holds(
        one
    ):  # its state alone is unknown: the rules are the same, so nothing is to be taken over
        return _act(
            "An operator sets it to the state it should stand in, naming the step that leads there.",
            "repair", "set-state", one.reference, "STATE", "--trigger", "TRIGGER", "--as", YOU, "--reason", "WHY",
        )  # fmt: skip
    begun = f"{one.definition_version}"
    if one.definition_version == pin.version:
        begun = f"{begun}@{one.definition_hash[:SHORT]}"
    words = ["process", "migrate", one.process, "--from", begun, "--to", str(pin.version)]
    what = "An operator takes it, with all that began under the same rules, over to those that this program has"
    if not asked.known_state:
        words += ["--map", "FILE"]
        what = f"{what}; the map says which state {_words(one.state)} becomes"
    return _act(
        f"{what}. Rehearse it first with --dry-run.", *words, "--as", YOU, "--reason", "WHY"
    )


def _nobody_home(asked: Asked, _way_out: Sequence[View]) -> View:
    block, work = asked.absent, asked.work
    role = None if block is None else block.waiting_on
    if block is not None and block.reason == "owner_inactive":
        if asked.follows_the_lists:
            return _in_place_of_the_owner(asked)
        manager = work.roster.manager_of(role, work.today)
        by = _reassigner(asked) if manager is None else manager
        name = "Somebody" if by is None else by.name
        return _act(
            f"{name} gives it to another person, saying why.",
            "reassign", asked.instance.reference, "--to", "PERSON_ID", "--as", YOU if by is None else by.person_id,
            "--reason", "WHY",
        )  # fmt: skip
    return _named(asked, () if role is None else (role,))


def _in_place_of_the_owner(asked: Asked) -> View:
    """Return what somebody else can do; where nobody can do anything, what the lists should say."""
    known, facts = asked.definition, asked.facts
    if known is not None and facts is not None:
        step = next_possible(asked.work, known, asked.instance, facts)
        if step is not None:
            return _next_step(asked, [step])
    return _act(
        f"Whose it is follows from the lists: name another {_words(asked.instance.owner_role or '')} "
        "in the list of people or of cases, and import it.",
        "people", "import", "FILE",
    )  # fmt: skip


def _reassigner(asked: Asked) -> Person | None:
    known = asked.definition
    if known is None:
        return None
    holders = asked.work.roster.holders(known.service_manager, asked.work.today)
    return holders[0] if holders else None


def _blocked(asked: Asked, way_out: Sequence[View]) -> View:
    block = asked.first_block
    below = next((one for one in asked.instance.blocks if one.reason == "waits_on_blocked"), None)
    if below is not None and below.waiting_on and _only_the_system_moves(way_out):
        return _act(
            f"What it waits for has to move first: {below.waiting_on}.", "why", below.waiting_on
        )
    if asked.loop is not None and block.reason == "disagreement" and way_out:
        return _next_step(asked, way_out)
    if block.cause == PENDING:
        return _held_up(asked, block)
    # What the engine has put on goes when what it is about goes on: the next step is what moves it.
    if block.by == SYSTEM and way_out:
        return _next_step(asked, way_out)
    return _unblocking(asked, block)


def _held_up(asked: Asked, block: Block) -> View:
    """Say what lets the system's own move go on: it is tried at every pass."""
    held = f"Put right what holds it up: {block.note.rstrip('.')}. It then goes on by itself at the next pass."
    if block.reason == "record_unavailable":
        return _act(held, "case", "import", "FILE")
    return _act(held, "why", asked.instance.reference)


def _only_the_system_moves(way_out: Sequence[View]) -> bool:
    return not way_out or way_out[0]["command"] is None


def _unblocking(asked: Asked, block: Block) -> View:
    names, roster = names_of(asked.work), asked.work.roster
    by = roster.active(block.by, asked.work.today)
    who = "somebody" if by is None else by.name
    waits = "What it waits for is settled"
    if block.waiting_on:
        waits = f"{names.of(block.waiting_on)} does what is waited for"
    then = f"{waits}; then {who} takes" if block.waiting_on != block.by else f"{waits} and takes"
    return _act(
        f"{then} the block off, saying what has changed.",
        "unblock", asked.instance.reference, "--as", YOU if by is None else by.person_id, "--note", "WHAT HAS CHANGED",
    )  # fmt: skip


def _late_engine(_asked: Asked, _way_out: Sequence[View]) -> View:
    return _act(
        "Start the daemon (qa-workflow daemon), or let it make one pass now.", "daemon", "--once"
    )


def _undelivered(asked: Asked, _way_out: Sequence[View]) -> View:
    found = asked.message
    to = "" if found is None else names_of(asked.work).of(found.to)
    channel = "" if found is None else found.channel
    role = "" if found is None or not found.to.startswith("role:") else found.to[len("role:") :]
    if role and not asked.work.roster.holders(role, asked.work.today):
        return _named(asked, (role,))
    return _act(
        f"Put right how {to} is reached (the address in the list of people, or the channel {channel}); "
        "then let the messages be tried again.",
        "outbox", "retry",
    )  # fmt: skip


def _next_step(asked: Asked, way_out: Sequence[View]) -> View:
    if not way_out:
        return _dead_end(asked, way_out)
    step = way_out[0]
    needs = (
        f"; needs {'; '.join(one.rstrip('.') for one in step['needs'])}" if step["needs"] else ""
    )
    by_itself = f", or by itself on {step['by_itself_on']}" if step.get("by_itself_on") else ""
    people = " or ".join(step["people"])
    # What only the system does has no command: who asks why is told what it waits for.
    command = step["command"] or shlex.join(("qa-workflow", "why", asked.instance.reference))
    return {"what": f"{_words(step['trigger'])} by {people}{by_itself}{needs}.", "command": command}


def _to_and_fro(asked: Asked, _way_out: Sequence[View]) -> View:
    loop = asked.loop
    people = "" if loop is None else names_of(asked.work).listed(loop.people)
    since = "" if loop is None else f" since {day_in_words(london_date(loop.since))}"
    return _act(
        f"Bring {people} to one table about what has gone to and fro{since}; where they do not agree, "
        "this puts it before the Top three.",
        "block", asked.instance.reference, "--reason", "disagreement", "--note", "WHAT THEY DISAGREE ABOUT",
        "--as", YOU,
    )  # fmt: skip


_ACTS: Mapping[str, Callable[[Asked, Sequence[View]], View]] = {
    "S5": _failing,
    "S3": _dead_end,
    "S8": _drifted,
    "S7": _nobody_home,
    "S4": _blocked,
    "S1": _late_engine,
    "S6": _undelivered,
    "S2": _next_step,
    "S9": _to_and_fro,
}


def _words(name: str) -> str:
    return name.replace("_", " ")

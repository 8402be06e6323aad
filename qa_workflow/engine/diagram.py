"""Draws a process definition: as Mermaid for a page, as plain text for a terminal. Same in, same out."""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import wrap

from qa_workflow.engine.definition import (
    After,
    Dated,
    Deadline,
    DueRule,
    InstanceDue,
    Ladder,
    OnDate,
    PlainRule,
    ProcessDefinition,
    Transition,
)
from qa_workflow.engine.derivation import MONTHS

WIDTH = 96
OWN_DATE_IN_WORDS = "on the instance's own date"
_EVERY_OPEN_STATE = "any open state"
_IN = "    "


# ------------------------------------------------------------------ words
def rule_in_words(deadline: Deadline) -> str:
    """Return when *deadline* falls and what happens then, as an officer would say it."""
    parts = [
        _versions(deadline.due) + (", at the latest on the own date" if deadline.capped else "")
    ]
    if deadline.on_expiry is not None:
        moment = "as that day begins" if deadline.at_start else "when that day is over"
        parts.append(f"{deadline.on_expiry} follows by itself {moment}")
    elif deadline.ladder is not None:
        parts.append(_ladder(deadline.ladder))
    return "; ".join(parts)


def owner_in_words(definition: ProcessDefinition, state: str) -> str:
    """Return who owns *state*: a role, whoever owned the state before, or nobody once it is final."""
    if state in definition.final:
        return "nobody"
    move = definition.owning_transition(state)
    if move is not None:
        return next(iter(move.roles), "nobody")
    return "as before" if state != definition.initial else definition.owner_role or "nobody"


def _versions(rule: DueRule) -> str:
    if not isinstance(rule, Dated):
        return _falls(rule)
    first, *later = rule.versions
    since = [
        f"from {day.day} {MONTHS[day.month - 1]} {day.year} {_falls(one)}" for day, one in later
    ]
    return ", ".join([_falls(first[1]), *since])


def _falls(rule: PlainRule) -> str:
    if isinstance(rule, InstanceDue):
        return OWN_DATE_IN_WORDS
    if isinstance(rule, After):
        start = f"the date {rule.since}" if rule.since is not None else "the state was entered"
        return f"{rule.rule.amount} {'before' if rule.rule.n < 0 else 'after'} {start}"
    if isinstance(rule, OnDate):
        later = " (once that has passed, on the own date)" if rule.else_own_date else ""
        return f"on the date {rule.key}{later}"
    number = f"{rule.working_days} working day{'' if rule.working_days == 1 else 's'}"
    start = f"the date {rule.since}" if rule.since is not None else "the state was entered"
    instead = f" (until then, after the date {rule.or_since})" if rule.or_since is not None else ""
    return f"{number} after {start}{instead}"


def _ladder(ladder: Ladder) -> str:
    return f"{ladder.name} {'reminder' if ladder.is_reminder_only else 'ladder'}"


def _who(move: Transition) -> str:
    return " or ".join(move.roles) or "nobody"


def _pulled(moves: Iterable[Transition]) -> str:
    """Say which triggers *moves* have and who pulls them, each of those named once."""
    by_who: dict[str, dict[str, None]] = {}
    for move in moves:
        by_who.setdefault(_who(move), {})[move.trigger] = None
    return ", ".join(f"{' / '.join(triggers)} ({who})" for who, triggers in by_who.items())


# ------------------------------------------------------------------ what is drawn
@dataclass(frozen=True, slots=True)
class _WayOut:
    """The exceptional moves that leave the same states for the same state: drawn once."""

    sources: tuple[str, ...]
    dest: str
    moves: tuple[Transition, ...]


def _states(definition: ProcessDefinition) -> tuple[str, ...]:
    return tuple(str(state) for state in definition.states)


def _dest(move: Transition, state: str) -> str:
    return state if move.dest is None else str(move.dest)


def _is_shared(move: Transition) -> bool:
    return move.exceptional and move.dest is not None and len(move.sources) > 1


def _ways_out(definition: ProcessDefinition) -> tuple[_WayOut, ...]:
    grouped: dict[tuple[tuple[str, ...], str], list[Transition]] = {}
    for move in definition.transitions:
        if _is_shared(move):
            grouped.setdefault((move.sources, str(move.dest)), []).append(move)
    return tuple(_WayOut(sources, dest, tuple(moves)) for (sources, dest), moves in grouped.items())


def _from(definition: ProcessDefinition, sources: tuple[str, ...]) -> str:
    still_open = {state for state in _states(definition) if state not in definition.final}
    return _EVERY_OPEN_STATE if set(sources) == still_open else ", ".join(sources)


def _staying(definition: ProcessDefinition, state: str) -> list[Transition]:
    return [
        move
        for move in definition.leaving(state)
        if _dest(move, state) == state and not _is_shared(move)
    ]


# ------------------------------------------------------------------ Mermaid
def mermaid(definition: ProcessDefinition) -> str:
    """Return *definition* as the text of a Mermaid state diagram, exceptional ways out drawn once each."""
    lines = ["stateDiagram-v2", f"{_IN}[*] --> {definition.initial}"]
    for state in _states(definition):
        lines += _box(definition, state)
    for state in _states(definition):
        lines += _arrows(definition, state)
    lines += _shared_arrows(definition)
    lines += [f"{_IN}{state} --> [*]" for state in _states(definition) if state in definition.final]
    for state in _states(definition):
        if staying := _staying(definition, state):
            lines += [
                f"{_IN}note right of {state}",
                f"{_IN * 2}stays here: {_pulled(staying)}",
                f"{_IN}end note",
            ]
    return "\n".join(lines) + "\n"


def _box(definition: ProcessDefinition, state: str) -> list[str]:
    # Mermaid ends a description at `;`.
    said = [
        rule_in_words(deadline).replace(";", ",") for deadline in definition.deadlines_of(state)
    ]
    return [f"{_IN}{state} : {line}" for line in (state, *said)]


def _arrows(definition: ProcessDefinition, state: str) -> list[str]:
    by_dest: dict[str, list[Transition]] = {}
    for move in definition.leaving(state):
        if not _is_shared(move) and _dest(move, state) != state:
            by_dest.setdefault(_dest(move, state), []).append(move)
    return [f"{_IN}{state} --> {dest} : {_pulled(moves)}" for dest, moves in by_dest.items()]


def _shared_arrows(definition: ProcessDefinition) -> list[str]:
    lines: list[str] = []
    boxes: dict[tuple[str, ...], str] = {}
    for way in _ways_out(definition):
        box = boxes.get(way.sources)
        if box is None:
            # No state has two underscores in a row, so this name is free.
            box = boxes[way.sources] = f"from__{len(boxes) + 1}"
            lines.append(f'{_IN}state "from {_from(definition, way.sources)}" as {box}')
        lines.append(f"{_IN}{box} --> {way.dest} : {_pulled(way.moves)}")
    return lines


# ------------------------------------------------------------------ plain text
def as_text(definition: ProcessDefinition) -> str:
    """Return *definition* as a plain-text picture for a terminal: states in order, owners, deadlines, triggers."""
    lines = _hung(f"{definition.title} ({definition.name}, version {definition.version})")
    lines += wrap(definition.about, WIDTH)
    lines += ["", *_frame(definition)]
    for state in _states(definition):
        lines += ["", *_paragraph(definition, state)]
    if ways := _ways_out(definition):
        lines += ["", "Exceptional ways out"]
        for way in ways:
            source = _from(definition, way.sources)
            for move in way.moves:
                lines += _hung(f"{move.trigger} ({_who(move)}) -> {way.dest}, from {source}", "  ")
    return "\n".join(lines) + "\n"


def _frame(definition: ProcessDefinition) -> list[str]:
    ends = [state for state in _states(definition) if state in definition.final]
    lines = _hung(f"Begins in {definition.initial}; ends in {', '.join(ends)}.")
    if definition.due_ladder is not None:
        source = f"; {definition.due_source}" if definition.due_source else ""
        lines += _hung(f"The instance's own date: {_ladder(definition.due_ladder)}{source}.")
    return lines


def _paragraph(definition: ProcessDefinition, state: str) -> list[str]:
    final = state in definition.final
    lines = [f"{state} (end)" if final else f"{state} (owner: {owner_in_words(definition, state)})"]
    for deadline in definition.deadlines_of(state):
        lines += _hung(f"deadline {deadline.name}: {rule_in_words(deadline)}", "  ")
    for move in definition.leaving(state):
        if not _is_shared(move):
            dest = _dest(move, state)
            way = ", stays here" if dest == state else f" -> {dest}"
            lines += _hung(f"{move.trigger} ({_who(move)}){way}", "  ")
    return lines


def _hung(text: str, indent: str = "") -> list[str]:
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + _IN)

"""Small questions about a definition: its states, its open states, the ways into one."""

from collections.abc import Iterable, Iterator

from qa_workflow.engine.definition import (
    ProcessDefinition,
    Transition,
)

Faults = Iterator[str]


def known_states(definition: ProcessDefinition) -> tuple[str, ...]:
    """Return every state, in order."""
    return tuple(str(state) for state in definition.states)


def open_states(definition: ProcessDefinition) -> tuple[str, ...]:
    """Return the states that are not final, in order."""
    return tuple(state for state in known_states(definition) if state not in definition.final)


def listed(names: Iterable[str]) -> str:
    """Return names as a sentence lists them."""
    return ", ".join(names) or "none"


def called(move: Transition) -> str:
    """Return how a fault names a transition."""
    return f"Trigger {move.trigger} (from {listed(move.sources)})"


def leaves(move: Transition, state: str) -> bool:
    """Tell whether the move leads out of *state*."""
    return move.dest is not None and str(move.dest) != state


def ways_into(definition: ProcessDefinition, state: str) -> Iterator[tuple[str, Transition]]:
    """Yield each state and move by which *state* is entered."""
    for move in definition.transitions:
        if move.dest is not None and str(move.dest) == state:
            yield from ((source, move) for source in move.sources if source != state)

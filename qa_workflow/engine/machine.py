"""The only import of `transitions`: one machine per definition, bound to no model, shared by all."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import cast

from transitions import EventData, Machine, MachineError

from qa_workflow.engine.definition import Asks, Facts, ProcessDefinition, Transition
from qa_workflow.errors import Refusal, TransitionRefused, UnknownTrigger

NOT_OFFERED = "offered_in_this_state"


class _Cursor:
    """What the machine moves: a state, the material of the guards, and what they answered."""

    __slots__ = ("allowed", "evidence", "facts", "move", "refusals", "state")

    def __init__(
        self, state: str, facts: Facts, evidence: Asks, allowed: Sequence[Transition] | None
    ) -> None:
        self.state = state
        self.facts = facts
        self.evidence = evidence
        self.allowed = allowed
        self.move: Transition | None = None
        self.refusals: list[Refusal] = []


def next_move(
    definition: ProcessDefinition,
    state: str,
    trigger: str,
    facts: Facts,
    evidence: Asks,
    *,
    allowed: Sequence[Transition] | None = None,
) -> Transition:
    """Return the transition that *trigger* makes from *state*, one of *allowed* where those are named.

    Raises:
        UnknownTrigger: the definition has no such trigger.
        TransitionRefused: it is not offered in this state, or guards refuse, with every reason.
    """
    event = _machine(definition).events.get(trigger)
    if event is None:
        raise UnknownTrigger(trigger, definition.name, definition.triggers)
    # The library wants plain strings, not members of an Enum.
    cursor = _Cursor(str(state), facts, evidence, allowed)
    try:
        moved = event.trigger(cursor)
    except MachineError as exc:
        raise TransitionRefused(trigger, state, (not_offered(definition, state, trigger),)) from exc
    if not moved or cursor.move is None:
        raise TransitionRefused(trigger, state, tuple(cursor.refusals))
    return cursor.move


def not_offered(definition: ProcessDefinition, state: str, trigger: str) -> Refusal:
    """Say in which states *trigger* is offered, since *state* is none of them."""
    where = [
        source
        for move in definition.transitions
        if move.trigger == trigger
        for source in move.sources
    ]
    return Refusal(
        why=f"{trigger} is not offered in state {state}; it is offered in {', '.join(dict.fromkeys(where))}.",
        guard=NOT_OFFERED,
    )


@cache
def _machine(definition: ProcessDefinition) -> Machine:
    # Built once and bound to no model: a Machine holds no instance, so every thread may share it.
    machine = Machine(
        model=None,
        states=[str(state) for state in definition.states],
        initial=str(definition.initial),
        auto_transitions=False,
        send_event=True,
    )
    for move in definition.transitions:
        for source in move.sources:
            machine.add_transition(
                move.trigger,
                source,
                None if move.dest is None else str(move.dest),
                conditions=_all_hold(move),
            )
    return machine


def _all_hold(move: Transition) -> Callable[[EventData], bool]:
    # One condition for all guards: the library stops at the first that fails, and people want every reason.
    def hold(event: EventData) -> bool:
        cursor = cast("_Cursor", event.model)
        if cursor.allowed is not None and not any(move is one for one in cursor.allowed):
            return False
        if move.chosen is not None and not move.chosen(cursor.facts, cursor.evidence):
            return False
        refusals = [
            refusal
            for guard in move.guards
            if (refusal := guard(cursor.facts, cursor.evidence)) is not None
        ]
        cursor.refusals.extend(refusals)
        if not refusals:
            cursor.move = move
        return not refusals

    return hold

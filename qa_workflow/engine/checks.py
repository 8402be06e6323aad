"""Proves a process definition before anything runs on it: every fault at once, each as a sentence.

The heart is rule 3 of the design: nothing can be silently stuck. Every state that is not final has an
owner, a way on, a way out that no facts can close, and a deadline whose ladder ends in a named role.
What depends on the data of an instance (a date that a key should hold, a move that an effect asks for)
cannot be known here; what depends on the roster is for `satisfiable`.
"""

import re
from collections.abc import Callable, Iterable

from qa_workflow.engine.deadline_checks import DEADLINE_CHECKS
from qa_workflow.engine.deadlines import OWN_DATE
from qa_workflow.engine.definition import (
    Guard,
    ProcessDefinition,
    Transition,
)
from qa_workflow.engine.graph import (
    Faults,
    called,
    known_states,
    leaves,
    listed,
    open_states,
    ways_into,
)
from qa_workflow.engine.overlay import COMPUTED, GIVEN
from qa_workflow.engine.people import SYSTEM

BY_HAND = "person"  # what `started_by` says where no other process starts this one

_SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def problems(
    definition: ProcessDefinition, *, known_processes: frozenset[str] | None = None
) -> tuple[str, ...]:
    """Return every fault of *definition* as a sentence that says what to do; empty when there is none.

    With *known_processes*, the process that starts this one must be among them.
    """
    found = [fault for check in _CHECKS for fault in check(definition)]
    if known_processes is not None:
        found += _starter(definition, known_processes)
    return tuple(dict.fromkeys(found))


# ------------------------------------------------------------------ names
def _names(definition: ProcessDefinition) -> Faults:
    named = {
        "process": (definition.name,),
        "trigger": definition.triggers,
        "deadline": tuple(deadline.name for deadline in definition.deadlines),
        "relation": tuple(definition.relations),
    }
    for kind, names in named.items():
        for name in names:
            if not _SNAKE_CASE.fullmatch(name):
                yield (
                    f"The name of {kind} {name!r} is not snake_case: use lower-case letters and digits, "
                    "with single underscores between words."
                )


def _state_names(definition: ProcessDefinition) -> Faults:
    for name, state in definition.states.__members__.items():
        if str(state) != name.lower():
            yield (
                f"State {name} has the value {str(state)!r}: give it auto(), "
                f"so that it is called {name.lower()!r} everywhere."
            )
        elif not _SNAKE_CASE.fullmatch(str(state)):
            yield (
                f"The name of state {str(state)!r} is not snake_case: use single underscores between words."
            )


def _deadline_names(definition: ProcessDefinition) -> Faults:
    names = [deadline.name for deadline in definition.deadlines]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield f"{names.count(name)} deadlines are called {name}: give each a name of its own."
        if name == OWN_DATE:
            yield (
                f"A deadline is called {OWN_DATE!r}, which is the name of the instance's own date: "
                "give it another name."
            )


# ------------------------------------------------------------------ states and moves
def _unknown_states(definition: ProcessDefinition) -> Faults:
    known = set(known_states(definition))
    remedy = f"correct it, or add it to the states ({listed(known_states(definition))})."
    if str(definition.initial) not in known:
        yield f"The initial state {definition.initial} is not a state: {remedy}"
    for state in sorted(str(state) for state in definition.final):
        if state not in known:
            yield f"The final state {state} is not a state: {remedy}"
    for state in sorted(str(state) for state in definition.waits_for_children_in):
        if state not in known:
            yield f"waits_for_children_in names {state}, which is not a state: {remedy}"
    for move in definition.transitions:
        for source in move.sources:
            if source not in known:
                yield f"Trigger {move.trigger} starts from {source}, which is not a state: {remedy}"
        if move.dest is not None and str(move.dest) not in known:
            yield f"{called(move)} leads to {move.dest}, which is not a state: {remedy}"


def _ends(definition: ProcessDefinition) -> Faults:
    if not definition.final:
        yield "The process has no final state, so that no instance can ever end: name at least one."
    if definition.initial in definition.final:
        yield (
            f"The initial state {definition.initial} is final, so that an instance would end before it "
            "begins: begin in another state."
        )
    for state in known_states(definition):
        if state not in definition.final:
            continue
        for move in definition.leaving(state):
            if leaves(move, state) and not move.reopens:
                yield (
                    f"Final state {state} can be left by {move.trigger}: mark that move `reopens`, "
                    "or take it out."
                )


def _unreachable(definition: ProcessDefinition) -> Faults:
    if str(definition.initial) not in known_states(definition):
        return
    reached = _closure([str(definition.initial)], lambda state: _next_states(definition, state))
    for state in known_states(definition):
        if state not in reached:
            yield (
                f"State {state} cannot be reached from {definition.initial}: "
                "add a transition that leads to it, or take the state out."
            )


def _traps(definition: ProcessDefinition) -> Faults:
    ending = _closure(
        [str(state) for state in definition.final],
        lambda state: [source for source, move in ways_into(definition, state)],
    )
    for state in open_states(definition):
        if definition.leaving(state) and state not in ending:
            yield (
                f"State {state} is a trap: no final state can be reached from it. "
                "Add a transition that leads on to an end."
            )


def _next_states(definition: ProcessDefinition, state: str) -> list[str]:
    return [str(move.dest) for move in definition.leaving(state) if move.dest is not None]


def _closure(start: Iterable[str], following: Callable[[str], Iterable[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += following(state)
    return reached


def _no_way_on(definition: ProcessDefinition) -> Faults:
    for state in open_states(definition):
        moves = definition.leaving(state)
        if not moves:
            yield (
                f"State {state} is not final and no transition leaves it: "
                "add one, or name it among the final states."
            )
        elif all(move.exceptional for move in moves if leaves(move, state)):
            yield (
                f"State {state} has no ordinary way on: what leaves it is exceptional. "
                "Add the move that is made when all goes well."
            )


def _dead_ends(definition: ProcessDefinition) -> Faults:
    """Find the states that facts alone can close for ever: whoever acts, and whatever they bring.

    An exceptional move that only the system makes is no way out: it waits for something elsewhere.
    """
    for state in open_states(definition):
        ways = [
            move
            for move in definition.leaving(state)
            if leaves(move, state) and not (move.exceptional and move.is_system)
        ]
        closed = {guard.name for move in ways for guard in move.guards if _reads_facts_only(guard)}
        if closed and not any(_is_sure(definition, state, move) for move in ways):
            yield (
                f"State {state} is a dead end while facts refuse every way out of it "
                f"({listed(dict.fromkeys(move.trigger for move in ways))}; guards {listed(sorted(closed))}): "
                "add a move that a person can always make, such as withdraw with a reason, "
                "or let the guards read who acts or what was sent."
            )


def _is_sure(definition: ProcessDefinition, state: str, move: Transition) -> bool:
    # Where `chosen` picks among several moves, it may be facts that pick: then each of them must lead out.
    ways = [
        one
        for one in definition.leaving(state)
        if one is move or (move.chosen is not None and one.trigger == move.trigger)
    ]
    return all(leaves(one, state) and not any(map(_reads_facts_only, one.guards)) for one in ways)


def _reads_facts_only(guard: Guard) -> bool:
    # What reads the actor or the evidence can be satisfied by another person or another answer.
    return not guard.reads & {"actor", "evidence"}


def _ambiguous(definition: ProcessDefinition) -> Faults:
    for state in known_states(definition):
        for trigger in dict.fromkeys(move.trigger for move in definition.leaving(state)):
            choices = [move.chosen for move in definition.leaving(state) if move.trigger == trigger]
            # A move without `chosen` beside others would be made whenever those are refused.
            if len(choices) > 1 and (None in choices or len(set(choices)) < len(choices)):
                yield (
                    f"Trigger {trigger} has {len(choices)} transitions from {state} that nothing tells apart: "
                    "give each its own `chosen`, or another trigger."
                )


def _asked_differently(definition: ProcessDefinition) -> Faults:
    for trigger in definition.triggers:
        forms = {move.asks for move in definition.transitions if move.trigger == trigger}
        if len(forms) > 1:
            yield (
                f"Trigger {trigger} asks for different things "
                f"({listed(sorted(form.__name__ for form in forms))}), but one trigger has one form: "
                "use one Asks for all its transitions."
            )


# ------------------------------------------------------------------ who acts, who owns
def _roles(definition: ProcessDefinition) -> Faults:
    for move in definition.transitions:
        if not move.roles:
            yield f"{called(move)} is for nobody: name a role."
        for role in move.roles:
            if role not in definition.roles and role != SYSTEM and role not in definition.relations:
                yield (
                    f"{called(move)} is for {role}, which is neither a role, nor {SYSTEM!r}, "
                    "nor a relation of the process: correct it, or add the relation."
                )
    named = {"service_manager": definition.service_manager, "owner_role": definition.owner_role}
    for field, held in named.items():
        if held is not None and held not in definition.roles:
            yield f"{field} is {held}, which is not a role: name one that a roster may hold."


def _reassignment(definition: ProcessDefinition) -> Faults:
    terms = definition.reassignment
    if terms is None:
        return
    for state in sorted(str(state) for state in terms.states):
        if state not in known_states(definition):
            yield f"Reassignment is allowed in {state}, which is not a state: correct it."
        elif state in definition.final:
            yield f"Reassignment is allowed in {state}, which is final: take that state out."
    if not terms.roles:
        yield "Reassignment is decided by nobody: name a role."
    for role in terms.roles:
        if role not in definition.roles and role not in definition.relations:
            yield (
                f"Reassignment is decided by {role}, which is neither a role nor a relation of the process: "
                "correct it."
            )


def _ownerless(definition: ProcessDefinition) -> Faults:
    # Where no person moves a state on, the owner before stays: so it is the lack of one that travels.
    unowned = _closure(
        [state for state in open_states(definition) if _begins_without_owner(definition, state)],
        lambda state: [
            other
            for other in _next_states(definition, state)
            if definition.owning_transition(other) is None
        ],
    )
    for state in open_states(definition):
        if state in unowned:
            yield (
                f"State {state} has no owner: let a person make one of its ordinary moves (name that person's "
                "role first), or give the process an owner_role."
            )


def _begins_without_owner(definition: ProcessDefinition, state: str) -> bool:
    move = definition.owning_transition(state)
    if move is None:
        return state == definition.initial and definition.owner_role is None
    return move.roles[:1] in ((), (SYSTEM,))


def _left_to_the_system(definition: ProcessDefinition) -> Faults:
    for state in open_states(definition):
        moves = [move for move in definition.leaving(state) if not move.exceptional]
        onward = [move for move in moves if leaves(move, state)]
        if not onward or not all(move.is_system for move in onward):
            continue
        if not _system_is_moved(definition, state, moves):
            yield (
                f"Only the system can leave state {state} (by {listed(move.trigger for move in onward)}), "
                "and nothing makes it: add a deadline with on_expiry, let the effect of each move into the state "
                "ask for it in `then`, or list the state in waits_for_children_in."
            )


def _system_is_moved(
    definition: ProcessDefinition, state: str, moves: Iterable[Transition]
) -> bool:
    # What an effect asks for (`then`, a signal, a child that answers) is known only when it runs;
    # where there is no effect, it is certain that nothing follows.
    if state in definition.waits_for_children_in:
        return True
    if any(deadline.on_expiry is not None for deadline in definition.deadlines_of(state)):
        return True
    if any(move.effect is not None for move in moves if not leaves(move, state)):
        return True
    entries = [move.effect for _, move in ways_into(definition, state)]
    # What starts the process is no move: an instance that begins with waiting needs a date to wait for.
    return state != definition.initial and bool(entries) and None not in entries


def _apart_from(definition: ProcessDefinition) -> Faults:
    moves = [(called(move), move.guards) for move in definition.transitions]
    if definition.reassignment is not None:
        moves.append(("Reassignment", definition.reassignment.guards))
    for name, guards in moves:
        for guard in guards:
            for trigger in guard.apart_from:
                if trigger not in definition.triggers:
                    yield (
                        f"{name} asks by {guard.name} for another person than who pulled {trigger}, "
                        f"which is no trigger: name one of {listed(definition.triggers)}."
                    )


def _reason_codes(definition: ProcessDefinition) -> Faults:
    for move in definition.transitions:
        guards = [guard.name for guard in move.guards]
        for name, code in move.if_refused.items():
            if name not in guards:
                yield (
                    f"{called(move)} says what happens if {name} refuses, which is no guard of it: "
                    f"name one of its guards ({listed(guards)})."
                )
            if code not in GIVEN and code not in COMPUTED:
                yield (
                    f"{called(move)} blocks with {code} if {name} refuses, which is no reason code: "
                    f"use one of {listed(GIVEN)}."
                )


# ------------------------------------------------------------------ other processes
def _starter(definition: ProcessDefinition, known_processes: frozenset[str]) -> Faults:
    starter = definition.started_by
    if starter is not None and starter != BY_HAND and starter not in known_processes:
        yield (
            f"The process is started by {starter}, which is no process: "
            f"correct it ({listed(sorted(known_processes))}, or {BY_HAND})."
        )


_CHECKS: tuple[Callable[[ProcessDefinition], Faults], ...] = (
    _names,
    _state_names,
    _unknown_states,
    _ends,
    _unreachable,
    _no_way_on,
    _dead_ends,
    _traps,
    _ambiguous,
    _asked_differently,
    _roles,
    _reassignment,
    _ownerless,
    _left_to_the_system,
    _apart_from,
    _reason_codes,
    _deadline_names,
    *DEADLINE_CHECKS,
)

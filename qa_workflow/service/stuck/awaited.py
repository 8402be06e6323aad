"""What a state waits for, in words made from its own trigger: `submit_evidence` is "the evidence to be submitted"."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from qa_workflow.engine.definition import Facts, ProcessDefinition, Transition
from qa_workflow.engine.instance import EXPIRY, ProcessInstance
from qa_workflow.engine.ways import moves_now

# English, not processes: what does not end in -ed, ...
_IRREGULAR: Mapping[str, str] = MappingProxyType(
    {
        "draw": "drawn", "find": "found", "give": "given", "hear": "heard", "hold": "held", "make": "made",
        "meet": "met", "plan": "planned", "put": "put", "read": "read", "say": "said", "see": "seen",
        "send": "sent", "set": "set", "submit": "submitted", "take": "taken", "tell": "told", "write": "written",
        "uphold": "upheld", "refer": "referred", "transfer": "transferred", "log": "logged",
    }
)  # fmt: skip
# ... what belongs to the verb rather than naming a thing, ...
_PARTICLES = frozenset(
    {"off", "back", "out", "up", "on", "over", "safe", "again", "forward", "for", "to", "with"}
)
# ... and what is no act of whoever is waited for, but said otherwise.
_OTHERWISE: Mapping[str, str] = MappingProxyType({"decide": "a decision", "representations": "representations"})  # fmt: skip
_ACTS = frozenset({"responds", "comments", "answers"})  # what somebody outside does


def awaited(trigger: str) -> str:
    """Return what a trigger is waited for as: "the evidence to be submitted", "to be assigned"."""
    first, *rest = trigger.split("_")
    for word in (first, *rest[:1]):
        if word in _OTHERWISE:
            return _OTHERWISE[word]
    if rest == ["in"]:
        return f"the {first} to come in"
    if rest[:1] and rest[0] in _ACTS:
        return f"the {first} to {rest[0].removesuffix('s')}"
    done = _participle(first)
    if not rest:
        return f"to be {done}"
    if rest[0] in _PARTICLES or rest[0].endswith("ly"):
        return f"to be {done} {' '.join(rest)}"
    return f"the {' '.join(rest)} to be {done}"


def _participle(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ied"
    return f"{verb}ed"


def awaited_move(
    definition: ProcessDefinition, instance: ProcessInstance, facts: Facts
) -> Transition | None:
    """Return the move of a person that the state waits for: its normal one; None where the system moves it.

    What stays in the state, such as another booking, is not waited for while another move leads on
    that no guard refuses as things stand.
    """
    state = instance.state
    move = definition.owning_transition(state)
    if move is None or _leads_on(move, state):
        return move
    onward = {
        (one.trigger, str(one.dest)): one
        for one in definition.leaving(state)
        if _leads_on(one, state) and not (one.is_system or one.exceptional or one.adverse)
    }
    if not onward:
        return move
    now = moves_now(definition, instance, facts)
    free = (one for one in now if not one.refusals and (one.trigger, one.to) in onward)
    first = next(free, None)
    return move if first is None else onward[first.trigger, first.to]


def _leads_on(move: Transition, state: str) -> bool:
    return move.dest is not None and str(move.dest) != state


def waiting_for(definition: ProcessDefinition, instance: ProcessInstance, facts: Facts) -> str:
    """Return what the instance waits for in its state, without saying whom."""
    move = awaited_move(definition, instance, facts)
    if move is not None:
        return awaited(move.trigger)
    below = Counter(child.process for child in facts.children if child.is_open)
    if instance.state in definition.waits_for_children_in and below:
        told = [f"{count} {_many(process, count)}" for process, count in sorted(below.items())]
        return f"{' and '.join(told)} to end"
    moves = [one for one in definition.leaving(instance.state) if one.is_system]
    if not moves:
        return "somebody to take it on"
    ending = {one.on_expiry for one in definition.deadlines_of(instance.state) if one.on_expiry}
    timed = any(timer.level == EXPIRY for timer in instance.timers)
    chosen = next((one for one in moves if timed and one.trigger in ending), moves[0])
    return f"the system ({chosen.trigger.replace('_', ' ')})"


def _many(process: str, count: int) -> str:
    plain = process.replace("_", " ")
    if count == 1:
        return plain
    return f"{plain[:-1]}ies" if plain.endswith("y") else f"{plain}s"

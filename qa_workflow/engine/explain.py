"""What can be done, what cannot and why, and the shortest way out. Asks the guards; changes nothing."""

from collections import deque
from dataclasses import dataclass, replace

from qa_workflow.engine.definition import Asks, Facts, Guard, ProcessDefinition, Transition
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.permits import acting_for, permitted_moves, who_may
from qa_workflow.errors import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A trigger of the present state: where it leads, who may pull it, what it asks for, why it is refused."""

    trigger: str
    to: str
    who: tuple[str, ...]
    asks: type[Asks]
    reasons: tuple[Refusal, ...] = ()
    asked_later: tuple[str, ...] = ()


def explain(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    facts: Facts,
    evidence: Asks | None = None,
) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
    """Return what can and what cannot be done now.

    Only guards for which there is material are asked: without a person or evidence the others are
    named in `asked_later`. `can` is every transition whose askable guards pass; `cannot` the rest,
    each with all its reasons.
    """
    facts = replace(facts, instance=instance)
    can: list[Option] = []
    cannot: list[Option] = []
    for move in definition.leaving(instance.state):
        asked = [guard for guard in move.guards if _askable(guard, facts, evidence)]
        reasons = tuple(
            refusal for guard in asked if (refusal := guard(facts, evidence or Asks())) is not None
        )
        option = Option(
            trigger=move.trigger,
            to=str(move.dest) if move.dest is not None else instance.state,
            who=who_may(definition, instance, (move,), facts),
            asks=move.asks,
            reasons=reasons,
            asked_later=tuple(guard.name for guard in move.guards if guard not in asked),
        )
        (cannot if reasons else can).append(option)
    return tuple(can), tuple(cannot)


def _askable(guard: Guard, facts: Facts, evidence: Asks | None) -> bool:
    return (facts.actor is not None or "actor" not in guard.reads) and (
        evidence is not None or "evidence" not in guard.reads
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one guard said to a rehearsal."""

    guard: str
    refusal: Refusal | None


def rehearse(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    trigger: str,
    facts: Facts,
    evidence: Asks,
) -> tuple[str, tuple[Answer, ...]]:
    """Return where *trigger* would lead and what every guard says, changing nothing.

    Raises:
        UnknownTrigger, NotPermitted, TransitionRefused (not offered in this state, or no way chosen).
    """
    facts = replace(facts, instance=instance)
    move = permitted_moves(definition, instance, trigger, facts, evidence)[0]
    facts = replace(facts, on_behalf_of=acting_for(definition, instance, move, facts))
    answers = tuple(
        Answer(guard=guard.name, refusal=guard(facts, evidence)) for guard in move.guards
    )
    return (str(move.dest) if move.dest is not None else instance.state), answers


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """One step of the shortest way to an end: the trigger, who pulls it, what it needs."""

    trigger: str
    who: tuple[str, ...]
    needs: tuple[str, ...]


def way_out(
    definition: ProcessDefinition, instance: ProcessInstance, facts: Facts
) -> tuple[WayOut, ...]:
    """Return the fewest steps from the present state to an end in the normal way; an exceptional one if need be."""
    if instance.state in definition.final:
        return ()
    facts = replace(facts, instance=instance)
    path = _shortest(definition, instance.state, exceptional=False) or _shortest(
        definition, instance.state, exceptional=True
    )
    steps = []
    for number, move in enumerate(path):
        reasons = (
            [
                refusal.why
                for guard in move.guards
                if _askable(guard, facts, None) and (refusal := guard(facts, Asks())) is not None
            ]
            if number == 0
            else []
        )
        asked = [
            field.title or name
            for name, field in move.asks.model_fields.items()
            if name != "reason" or any(guard.name == "reason_is_given" for guard in move.guards)
        ]
        steps.append(
            WayOut(
                trigger=move.trigger,
                who=who_may(definition, instance, (move,), facts),
                needs=(*reasons, *asked),
            )
        )
    return tuple(steps)


def _shortest(
    definition: ProcessDefinition, state: str, *, exceptional: bool
) -> tuple[Transition, ...]:
    queue: deque[tuple[str, tuple[Transition, ...]]] = deque([(state, ())])
    seen = {state}
    while queue:
        here, path = queue.popleft()
        for move in definition.leaving(here):
            if move.dest is None or (move.exceptional and not exceptional):
                continue
            there = str(move.dest)
            if there in definition.final:
                return (*path, move)
            if there not in seen:
                seen.add(there)
                queue.append((there, (*path, move)))
    return ()

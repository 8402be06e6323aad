"""What can be done, what cannot, and why. Asks the guards; changes nothing."""

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


def open_moves(
    definition: ProcessDefinition, instance: ProcessInstance, facts: Facts
) -> tuple[Transition, ...]:
    """Return the moves of the present state that no guard refuses for which there is material, as in `explain`.

    Whose they are is not asked.
    """
    facts = replace(facts, instance=instance)
    empty = Asks()
    return tuple(
        move
        for move in definition.leaving(instance.state)
        if all(
            guard(facts, empty) is None
            for guard in move.guards
            if _askable(guard, facts, evidence=None)
        )
    )


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

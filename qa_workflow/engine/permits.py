"""Who may pull a trigger: by a role of their own, or because they are the one whom a relation means."""

from collections.abc import Sequence

from qa_workflow.engine.definition import Asks, Facts, ProcessDefinition, Transition
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.machine import not_offered
from qa_workflow.engine.people import SYSTEM
from qa_workflow.errors import NotPermitted, Refusal, TransitionRefused, UnknownTrigger

NOT_CHOSEN = "says_which_way"


def permitted_moves(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    trigger: str,
    facts: Facts,
    evidence: Asks,
) -> tuple[Transition, ...]:
    """Return the moves of *trigger* that *evidence* chooses and the actor of *facts* may make now.

    Raises:
        UnknownTrigger, NotPermitted, TransitionRefused (not offered in this state, or none is chosen).
    """
    if trigger not in definition.triggers:
        raise UnknownTrigger(trigger, definition.name, definition.triggers)
    offered = [move for move in definition.leaving(instance.state) if move.trigger == trigger]
    if not offered:
        reason = not_offered(definition, instance.state, trigger)
        raise TransitionRefused(trigger, instance.state, (reason,))
    if all(role_of(definition, instance, move, facts) is None for move in offered):
        raise _not_permitted(definition, instance, trigger, offered, facts)
    # Of several ways, each may be for other people: what counts is the one that was chosen.
    chosen = [move for move in offered if move.chosen is None or move.chosen(facts, evidence)]
    if not chosen:
        why = f"What was sent does not say which way {trigger} goes."
        raise TransitionRefused(trigger, instance.state, (Refusal(why=why, guard=NOT_CHOSEN),))
    allowed = [move for move in chosen if role_of(definition, instance, move, facts) is not None]
    if not allowed:
        raise _not_permitted(definition, instance, trigger, chosen, facts)
    return tuple(allowed)


def role_of(
    definition: ProcessDefinition, instance: ProcessInstance, move: Transition, facts: Facts
) -> str | None:
    """Return the role in which the actor of *facts* may make *move*; None when they may not.

    Where nobody acts, it is the system.
    """
    actor = facts.actor
    if actor is None:
        return SYSTEM if SYSTEM in move.roles else None
    for role in move.roles:
        relation = definition.relations.get(role)
        if relation is None:
            if facts.roster.has_role(actor, role, facts.today):
                return role
        elif actor.person_id in relation(instance, facts):
            return role
    return None


def acting_for(
    definition: ProcessDefinition, instance: ProcessInstance, move: Transition, facts: Facts
) -> str | None:
    """Return for whom the actor of *facts* makes *move*, where a delegation and no role of their own allows it."""
    role = role_of(definition, instance, move, facts)
    if facts.actor is None or role is None or role in definition.relations:
        return None
    if role in facts.actor.roles:
        return None
    return facts.roster.acts_for(facts.actor, role, facts.today)


def who_may(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    moves: Sequence[Transition],
    facts: Facts,
) -> tuple[str, ...]:
    """Return who may make *moves*: a role, with the named person where the role means one here."""
    found: dict[str, None] = {}
    for move in moves:
        for role in move.roles:
            relation = definition.relations.get(role)
            named = relation(instance, facts) if relation is not None else ()
            people = [person.name for one in named if (person := facts.roster.get(one)) is not None]
            if relation is not None and not people and len(move.roles) > 1:
                continue  # it means nobody here, and others may
            found[f"{role} ({', '.join(people)})" if people else role] = None
    return tuple(found)


def _not_permitted(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    trigger: str,
    moves: Sequence[Transition],
    facts: Facts,
) -> NotPermitted:
    who = facts.actor.name if facts.actor is not None else "The system"
    return NotPermitted(who, trigger, who_may(definition, instance, moves, facts))

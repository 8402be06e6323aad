"""Pulling a trigger: the move and its effects, the system moves that follow, and what a refusal leaves behind."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import ValidationError

from qa_workflow.engine.definition import Asks, Effects, Facts, ProcessDefinition, Step, Transition
from qa_workflow.engine.instance import Block, Outcome, ProcessInstance
from qa_workflow.engine.machine import next_move
from qa_workflow.engine.overlay import (
    PENDING,
    affected,
    review_date,
    told_parent,
    with_block,
    without,
)
from qa_workflow.engine.people import SYSTEM, Person
from qa_workflow.engine.permits import acting_for, permitted_moves, role_of
from qa_workflow.engine.record import written
from qa_workflow.engine.visits import enter, redated, shifted
from qa_workflow.engine.working_days import WorkingCalendar, london_date, start_of_day
from qa_workflow.errors import Refusal, TransitionRefused

# The same trigger, refused by the same guard, on one visit (domain 3.0 g).
REFUSALS_BEFORE_BLOCK = 3
# System moves after one event; more than this is a definition that runs in circles.
MAX_FOLLOWING = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Fire:
    """A person, or with `actor=None` the system, pulls a trigger. `at` is when it takes effect (UTC)."""

    trigger: str
    actor: Person | None = None
    evidence: Asks = field(default_factory=Asks)
    on_behalf_of: str | None = None
    at: datetime | None = None
    reason: str | None = None


def fire(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    event: Fire,
    *,
    facts: Facts,
    now: datetime,
    calendar: WorkingCalendar,
) -> Outcome:
    """Return the Outcome of the one move that *event* makes; what follows from it is in `then`.

    Raises:
        UnknownTrigger, NotPermitted, TransitionRefused: see `advance`.
    """
    event = _in_its_form(definition, event)
    facts = replace(facts, instance=instance, actor=event.actor)
    allowed = permitted_moves(definition, instance, event.trigger, facts, event.evidence)
    facts = replace(facts, on_behalf_of=acting_for(definition, instance, allowed[0], facts))
    move = next_move(
        definition, instance.state, event.trigger, facts, event.evidence, allowed=allowed
    )
    role = None if event.actor is None else role_of(definition, instance, move, facts)
    step = Step(
        before=instance,
        facts=facts,
        evidence=event.evidence,
        at=event.at or now,
        today=london_date(event.at or now),
        calendar=calendar,
        actor=SYSTEM if event.actor is None else event.actor.person_id,
    )
    effects = move.effect(step) if move.effect is not None else Effects()
    after = _met_then(_moved(definition, move, effects, step), effects, step)
    after = affected(after, effects, now=now, calendar=calendar)
    after, entry = written(
        instance,
        replace(after, version=instance.version + 1),
        action=event.trigger,
        at=step.at,
        now=now,
        actor=event.actor,
        role=role,
        reason=event.reason or event.evidence.reason,
        data=event.evidence.model_dump(mode="json", exclude_unset=True, exclude={"reason"}),
        on_behalf_of=event.on_behalf_of or facts.on_behalf_of,
    )
    return Outcome(
        before=instance,
        instance=after,
        history=(entry,),
        notices=effects.notices,
        spawned=effects.spawn,
        signals=(*effects.signals, *told_parent(instance, after)),
        then=effects.then,
        links=effects.links,
        voices=effects.voices,
    )


def _in_its_form(definition: ProcessDefinition, event: Fire) -> Fire:
    """Return *event* with the empty form of its trigger, where it came with none.

    What expires by itself sends nothing: its guards and effects find their fields all the same.
    """
    asks = next((one.asks for one in definition.transitions if one.trigger == event.trigger), Asks)
    if asks is Asks or type(event.evidence) is not Asks:
        return event
    try:
        return replace(event, evidence=asks(**event.evidence.model_dump(exclude_unset=True)))
    except ValidationError:
        return event  # a form that cannot be empty is not for the system


def _moved(
    definition: ProcessDefinition, move: Transition, effects: Effects, step: Step
) -> ProcessInstance:
    """Return the instance with the effects of *move* on it, and on a new visit if it leads elsewhere."""
    before, at, calendar = step.before, step.at, step.calendar
    owner = effects.owner or before.owner
    after = replace(before, data={**before.data, **effects.data}, owner=owner)
    if effects.due_on is not None and effects.due_on != before.due_on:
        after = redated(definition, after, effects.due_on, at=at, calendar=calendar)
    if move.dest is not None and str(move.dest) != before.state:
        facts = replace(step.facts, instance=after)
        after = enter(definition, after, str(move.dest), facts=facts, at=at, calendar=calendar)
        # Whom the move names owns the new state, whatever its role.
        return after if effects.owner is None else replace(after, owner=effects.owner)
    if before.pending == move.trigger:
        after = without(replace(after, pending=None), (PENDING,))
    return shifted(definition, before, after, at=at, calendar=calendar)


def _met_then(after: ProcessInstance, effects: Effects, step: Step) -> ProcessInstance:
    """Return *after* with its own date met on the day that *effects* name, where this very step met it."""
    newly = step.before.met_at is None and after.met_at is not None
    if not newly or effects.met_on is None or effects.met_on >= step.today:
        return after
    return replace(after, met_at=start_of_day(effects.met_on))


# ------------------------------------------------------------------ what the system does by itself
def following(
    definition: ProcessDefinition,
    outcome: Outcome,
    *,
    facts: Facts,
    now: datetime,
    calendar: WorkingCalendar,
) -> Outcome:
    """Make the system moves that an effect asked for, one after another, each as its own entry."""
    for _ in range(MAX_FOLLOWING):
        if not outcome.then:
            break
        trigger, *rest = outcome.then
        at = outcome.history[-1].at if outcome.history else now
        step = system_move(
            definition, outcome.instance, trigger, at=at, facts=facts, now=now, calendar=calendar
        )
        outcome = replace(outcome.followed_by(step), then=(*step.then, *rest))
    if outcome.then:
        raise RuntimeError(
            f"{definition.name}: more than {MAX_FOLLOWING} system moves follow from one event"
        )
    return outcome


def system_move(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    trigger: str,
    *,
    at: datetime,
    facts: Facts,
    now: datetime,
    calendar: WorkingCalendar,
) -> Outcome:
    """Make a system move; a refusal leaves it pending and the instance blocked, never lost."""
    try:
        return fire(
            definition,
            instance,
            Fire(trigger=trigger, at=at),
            facts=facts,
            now=now,
            calendar=calendar,
        )
    except TransitionRefused as refused:
        return _pending(definition, instance, trigger, refused.reasons, now=now, calendar=calendar)


def _pending(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    trigger: str,
    reasons: tuple[Refusal, ...],
    *,
    now: datetime,
    calendar: WorkingCalendar,
) -> Outcome:
    moves = [one for one in definition.leaving(instance.state) if one.trigger == trigger]
    codes = [
        move.if_refused[one.guard]
        for move in moves
        for one in reasons
        if one.guard in move.if_refused
    ]
    note = " ".join(reason.why for reason in reasons)
    after = with_block(
        replace(instance, pending=trigger),
        Block(
            reason=next(iter(codes), "other"),
            note=note,
            since=now,
            by=SYSTEM,
            review_on=review_date(now, calendar),
            cause=PENDING,
        ),
    )
    after, entry = written(
        instance,
        replace(after, version=instance.version + 1),
        action="waits",
        at=now,
        now=now,
        actor=None,
        reason=note,
        data={"trigger": trigger},
    )
    return Outcome(
        before=instance, instance=after, history=(entry,), signals=told_parent(instance, after)
    )

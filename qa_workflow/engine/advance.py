"""The centre: pure functions that say what an event makes of an instance.

Same arguments, same Outcome: no clock, no randomness, no logging, no input or output.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from qa_workflow.engine.definition import Asks, Effects, Facts, ProcessDefinition, Step
from qa_workflow.engine.escalate import escalate
from qa_workflow.engine.firing import Fire, fire, following, system_move
from qa_workflow.engine.instance import EXPIRY, HistoryEntry, Json, Outcome, ProcessInstance, Timer
from qa_workflow.engine.overlay import affected, told_parent
from qa_workflow.engine.people import Person
from qa_workflow.engine.record import actor_name, written
from qa_workflow.engine.visits import armed, judged, owned, with_own_date
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.errors import TransitionRefused, UnknownTrigger

__all__ = [
    "Fire", "TimerDue", "advance", "catch_up", "evidence_of", "noted", "retry_pending", "start",
]  # fmt: skip

# Timers that one instance may have due in one pass; more than this is time that moves in circles.
MAX_DUE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerDue:
    """The daemon found a timer whose moment has come."""

    timer: Timer


def start(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    *,
    facts: Facts,
    now: datetime,
    calendar: WorkingCalendar,
    actor: Person | str | None = None,
    data: Json | None = None,
) -> Outcome:
    """Return the Outcome of a new instance: its first visit began at `instance.entered_at`.

    *instance* comes with its identity, dates and data; owner, timers and first history are made here.
    """
    begun = replace(instance, owner_role=instance.owner_role or definition.owner_role)
    effects = Effects()
    if definition.on_start is not None:
        effects = definition.on_start(
            Step(
                before=begun,
                facts=replace(facts, instance=begun),
                evidence=Asks(),
                at=instance.entered_at,
                today=instance.entered_on,
                calendar=calendar,
                actor=actor_name(actor),
            )
        )
        begun = replace(
            begun, data={**begun.data, **effects.data}, due_on=begun.due_on or effects.due_on
        )
    named = effects.owner or begun.owner
    begun = owned(definition, begun, replace(facts, instance=begun))
    begun = begun if named is None else replace(begun, owner=named)
    begun = judged(definition, begun, at=instance.entered_at, calendar=calendar)
    if begun.met_at is None:
        begun = with_own_date(definition, begun, at=now, calendar=calendar)
    # A clock may count from a day in the past; what is armed is armed now, without yesterday's reminders.
    begun = armed(definition, begun, at=now, calendar=calendar)
    begun = affected(begun, effects, now=now, calendar=calendar)
    begun, entry = written(
        None, begun, action="start", at=instance.entered_at, now=now, actor=actor, data=data or {}
    )
    outcome = Outcome(
        before=None,
        instance=begun,
        history=(entry,),
        notices=effects.notices,
        spawned=effects.spawn,
        signals=(*effects.signals, *told_parent(None, begun)),
        then=effects.then,
        links=effects.links,
        voices=effects.voices,
    )
    return following(definition, outcome, facts=facts, now=now, calendar=calendar)


def advance(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    event: Fire | TimerDue,
    *,
    facts: Facts,
    now: datetime,
    calendar: WorkingCalendar,
) -> Outcome:
    """Return the Outcome of *event* at *now*, with every system move that follows from it.

    Raises:
        UnknownTrigger: the process has no such trigger.
        NotPermitted: the person who acts holds no role that may pull it.
        TransitionRefused: it is not offered in this state, or guards refuse; with every reason.
    """
    if facts.instance is not instance:
        facts = replace(facts, instance=instance)
    if isinstance(event, Fire):
        outcome = fire(definition, instance, event, facts=facts, now=now, calendar=calendar)
    else:
        outcome = _timer_due(
            definition, instance, event.timer, facts=facts, now=now, calendar=calendar
        )
    return following(definition, outcome, facts=facts, now=now, calendar=calendar)


def catch_up(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    *,
    facts: Facts,
    now: datetime,
    calendar: WorkingCalendar,
) -> Outcome:
    """Return the Outcome of everything due for the instance by *now*, each thing once and in its order.

    After downtime nothing is skipped: every level passed becomes its own history entry with its
    nominal date. A level or move that ends the instance or leaves the state ends what came after it.
    """
    whole = Outcome(before=instance, instance=instance)
    while due := [timer for timer in whole.instance.timers if timer.due_at <= now]:
        if len(whole.fired) == MAX_DUE:
            raise RuntimeError(f"{instance.reference}: more than {MAX_DUE} timers due in one pass")
        timer = min(due, key=lambda one: (one.due_at, one.level != EXPIRY, one.deadline))
        step = advance(
            definition,
            whole.instance,
            TimerDue(timer=timer),
            facts=facts,
            now=now,
            calendar=calendar,
        )
        whole = whole.followed_by(step) if whole.fired else step
    return whole


def retry_pending(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    *,
    facts: Facts,
    now: datetime,
    calendar: WorkingCalendar,
) -> Outcome | None:
    """Return the Outcome of trying the pending system move again at *now*; None when it is still refused.

    It takes effect when it really happens: only mere downtime keeps a nominal instant.
    """
    if instance.pending is None:
        return None
    facts = replace(facts, instance=instance)
    try:
        outcome = fire(
            definition,
            instance,
            Fire(trigger=instance.pending),
            facts=facts,
            now=now,
            calendar=calendar,
        )
    except TransitionRefused:
        return None
    return following(definition, outcome, facts=facts, now=now, calendar=calendar)


# ------------------------------------------------------------------ a timer
def _timer_due(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    timer: Timer,
    *,
    facts: Facts,
    now: datetime,
    calendar: WorkingCalendar,
) -> Outcome:
    current = instance.due_epoch if timer.fixed else instance.epoch
    stale = timer.epoch != current or timer not in instance.timers or not instance.is_open
    if not stale and timer.level != EXPIRY:
        return escalate(definition, instance, timer, facts=facts, now=now, calendar=calendar)
    spent = replace(instance, timers=tuple(one for one in instance.timers if one != timer))
    nothing = Outcome(before=instance, instance=spent, fired=(timer,))
    if stale:
        return nothing  # it was left, or met, in time
    expiring = (
        one for one in definition.deadlines_of(instance.state) if one.name == timer.deadline
    )
    trigger = next((one.on_expiry for one in expiring), None)
    if trigger is None:
        return nothing  # the definition changed under the timer
    step = system_move(
        definition, spent, trigger, at=timer.due_at, facts=facts, now=now, calendar=calendar
    )
    return replace(step, before=instance, fired=(timer,))


def noted(
    instance: ProcessInstance, *, text: str, actor: Person | str, now: datetime
) -> tuple[ProcessInstance, HistoryEntry]:
    """Return the instance with a note in its history; a note changes nothing else, also after the end."""
    return written(instance, instance, action="note", at=now, now=now, actor=actor, reason=text)


def evidence_of(definition: ProcessDefinition, trigger: str) -> type[Asks]:
    """Return what *trigger* asks for; UnknownTrigger when there is none of that name."""
    for move in definition.transitions:
        if move.trigger == trigger:
            return move.asks
    raise UnknownTrigger(trigger, definition.name, definition.triggers)

"""Entering a state: a new visit, its owner, its timers, and what the own date makes of it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from qa_workflow.engine.deadlines import (
    Falls,
    falls_on,
    own_date_timer,
    skipped,
    visit_timer,
    when,
)
from qa_workflow.engine.definition import Deadline, Facts, ProcessDefinition
from qa_workflow.engine.instance import (
    EXPIRY,
    NOTHING,
    Outcome,
    ProcessInstance,
    Timer,
)
from qa_workflow.engine.kept_rules import without_kept
from qa_workflow.engine.overlay import (
    NO_WAY_OUT,
    OWN_DATE_MET,
    PENDING,
    PEOPLE,
    VISIT,
    faulty,
    told_parent,
    waiting,
    without,
)
from qa_workflow.engine.people import ROLES, SYSTEM
from qa_workflow.engine.record import written
from qa_workflow.engine.working_days import WorkingCalendar, late_from, london_date
from qa_workflow.errors import BeyondCalendar


def enter(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    state: str,
    *,
    facts: Facts,
    at: datetime,
    calendar: WorkingCalendar,
) -> ProcessInstance:
    """Return the instance on a new visit of *state*, which began at *at*.

    The deadlines of the visit count from that London date; timers of the visit before are gone, so
    that none of them can fire for a second attempt. Blocks that stood for the old visit are gone too.
    """
    final = definition.ends(state)
    watched = (deadline.name for deadline in definition.deadlines_of(instance.state))
    entered = replace(
        instance,
        data=without_kept(instance.data),
        state=state,
        epoch=instance.epoch + 1,
        entered_at=at,
        entered_on=london_date(at),
        visit_level=None,
        refusals=NOTHING,
        pending=None,
        closed_at=at if final else None,
        timers=tuple(timer for timer in instance.timers if timer.fixed),
        blocks=()
        if final
        else without(instance, (VISIT, PENDING, PEOPLE, NO_WAY_OUT, *watched)).blocks,
    )
    entered = owned(definition, entered, facts)
    entered = judged(definition, entered, at=at, calendar=calendar)
    if final:
        return replace(entered, stuck_at=None)
    # A child may have been blocked before the state began that waits for it.
    entered = waiting(definition, entered, facts.children, now=at, calendar=calendar)
    return armed(definition, entered, at=at, calendar=calendar)


def owned(
    definition: ProcessDefinition, instance: ProcessInstance, facts: Facts
) -> ProcessInstance:
    """Return the instance with the owner of its present state.

    The owner is the named person if there is one, else everybody who holds the role of the state's
    first trigger that a person pulls; in states that only the system leaves, the owner before stays.
    Where a relation that is no role means nobody here, the trigger's next role owns it: the child's own
    reviewing officer, else every one.
    """
    move = definition.owning_transition(instance.state)
    if move is None or (definition.keeps_owner and instance.owner is not None):
        return instance
    for role in (one for one in move.roles if one != SYSTEM):
        relation = definition.relations.get(role)
        if relation is None:
            return replace(instance, owner=None, owner_role=role)
        named = relation(instance, replace(facts, instance=instance))
        if named or role in ROLES:
            return replace(instance, owner=named[0] if named else None, owner_role=role)
    return replace(instance, owner=None, owner_role=move.roles[0])


def judged(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    *,
    at: datetime,
    calendar: WorkingCalendar,
) -> ProcessInstance:
    """Return the instance with its own date met, or watched again, as its present state says."""
    ended = definition.ends(instance.state)
    met = ended or definition.due_met(definition, instance.state, instance.data)
    if met and instance.met_at is None:
        return replace(
            without(instance, (OWN_DATE_MET,)),
            met_at=at,
            timers=tuple(timer for timer in instance.timers if not timer.fixed),
        )
    if not met and instance.met_at is not None:
        return with_own_date(definition, replace(instance, met_at=None), at=at, calendar=calendar)
    return instance


def with_own_date(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    *,
    at: datetime,
    calendar: WorkingCalendar,
) -> ProcessInstance:
    """Return the instance with the timer of its own date armed above the level it has reached."""
    others = tuple(timer for timer in instance.timers if not timer.fixed)
    timer = own_date_timer(definition, instance, calendar, not_before=london_date(at))
    return replace(instance, timers=others if timer is None else (*others, timer))


def redated(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    due_on: date,
    *,
    at: datetime,
    calendar: WorkingCalendar,
) -> ProcessInstance:
    """Return the instance with another own date: a new epoch, whose levels can be climbed anew."""
    fresh = replace(
        without(instance, (OWN_DATE_MET,)),
        due_on=due_on,
        due_epoch=instance.due_epoch + 1,
        due_level=None,
    )
    if fresh.met_at is not None:
        return fresh
    fresh = with_own_date(definition, fresh, at=at, calendar=calendar)
    done = spent(definition, instance, calendar)
    return armed(definition, fresh, at=at, calendar=calendar, done=done)


def spent(
    definition: ProcessDefinition, instance: ProcessInstance, calendar: WorkingCalendar
) -> set[str]:
    """Return the deadlines of the present state that watch for themselves and have nothing more to fire."""
    waits = {one.deadline for one in instance.timers if not one.fixed}
    return {
        deadline.name
        for deadline in definition.deadlines_of(instance.state)
        if deadline.name not in waits
        and (falls := falls_on(deadline, instance, calendar)) is not None
        and not (falls.by_own_date and definition.due_ladder is not None)
    }


def armed(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    *,
    at: datetime,
    calendar: WorkingCalendar,
    anew: Collection[str] = (),
    done: Collection[str] = (),
) -> ProcessInstance:
    """Return the instance with the timer that each deadline of its state lacks, and from when it is late.

    What is armed stays, unless the own date watches it now; the deadlines of *anew* climb from their
    first rung, whatever level the visit has reached, and those of *done*, or skipped, climb no more. One that
    needs a year without bank-holiday data is not guessed: the instance is blocked `system_fault`, and
    the note names the year.
    """
    own = instance.due_on if instance.met_at is None else None
    late_at = [] if own is None else [late_from(own)]
    timers = list(instance.timers)
    faults: list[str] = []
    done = {*done, *(skipped(instance) - set(anew))}
    for deadline in definition.deadlines_of(instance.state):
        try:
            falls = when(deadline, instance, calendar, entered_on=instance.entered_on)
        except BeyondCalendar as exc:
            faults.append(str(exc))
            continue
        if falls is None:
            continue
        if definition.due_ladder is None:
            falls = replace(falls, by_own_date=False)  # nobody else would hear of it
        if deadline.ladder is not None and not deadline.ladder.is_reminder_only:
            late_at.append(late_from(falls.due_on))
        standing = [one for one in timers if not one.fixed and one.deadline == deadline.name]
        if falls.by_own_date and deadline.on_expiry is None:
            timers = [one for one in timers if one not in standing]
        elif not standing and deadline.name not in done:
            climbed = None if deadline.name in anew else instance.visit_level
            timers += _next_timers(
                definition, deadline, falls, instance, climbed, at=at, calendar=calendar
            )
    found = replace(instance, timers=tuple(timers), stuck_at=min(late_at, default=None))
    return faulty(found, faults, at=at, calendar=calendar)


def _next_timers(
    definition: ProcessDefinition,
    deadline: Deadline,
    falls: Falls,
    instance: ProcessInstance,
    climbed: str | None,
    *,
    at: datetime,
    calendar: WorkingCalendar,
) -> tuple[Timer, ...]:
    if deadline.on_expiry is not None and deadline.on_expiry == instance.pending:
        return ()  # its time has come already; the move waits
    timer = visit_timer(
        definition, deadline, falls, instance, calendar,
        after=climbed, not_before=london_date(at),
    )  # fmt: skip
    return () if timer is None else (timer,)


def shifted(
    definition: ProcessDefinition,
    before: ProcessInstance,
    after: ProcessInstance,
    *,
    at: datetime,
    calendar: WorkingCalendar,
) -> ProcessInstance:
    """Return *after*, still on the visit of *before*, with the deadlines watched whose dates have moved.

    What an effect wrote may move a date that a deadline of this state counts from: a meeting is
    rebooked, another advice is asked for. Such a deadline begins its ladder anew, under a new epoch;
    the others keep their timers. What is excused now loses the rungs that it no longer climbs.
    """
    moved = {
        deadline.name
        for deadline in definition.deadlines_of(after.state)
        if _day(deadline, before, calendar) != _day(deadline, after, calendar)
    }
    kept = tuple(one for one in after.timers if _still_climbed(definition, after, one))
    if not moved:
        return after if len(kept) == len(after.timers) else replace(after, timers=kept)
    done = spent(definition, before, calendar) - moved
    after = _waits_no_more(definition, after, moved)
    epoch = after.epoch + 1
    watched = {
        deadline.name
        for deadline in definition.deadlines_of(after.state)
        if deadline.ladder is not None and not deadline.ladder.is_reminder_only
    }
    fresh = replace(
        after,
        epoch=epoch,
        timers=tuple(
            one if one.fixed else replace(one, epoch=epoch, id=None)
            for one in kept
            if one.fixed or one.deadline not in moved
        ),
    )
    if watched and watched <= moved:  # nothing of this visit is late any more
        blocks = tuple(
            one for one in fresh.blocks if (one.reason, one.cause) != ("overdue_l2", VISIT)
        )
        fresh = replace(fresh, visit_level=None, blocks=blocks)
    fresh = without(fresh, moved)  # what a rung of theirs has blocked
    return armed(definition, fresh, at=at, calendar=calendar, anew=moved, done=done)


def _waits_no_more(
    definition: ProcessDefinition, instance: ProcessInstance, moved: Collection[str]
) -> ProcessInstance:
    """Return the instance free of the move that waits since its time had come, where that time has moved."""
    timed = {one.deadline for one in instance.timers}
    waited = {
        deadline.on_expiry
        for deadline in definition.deadlines_of(instance.state)
        if deadline.name in moved and deadline.name not in timed
    }
    if instance.pending is None or instance.pending not in waited:
        return instance
    return without(replace(instance, pending=None), (PENDING,))


def _day(deadline: Deadline, instance: ProcessInstance, calendar: WorkingCalendar) -> date | None:
    falls = falls_on(deadline, instance, calendar)
    if falls is None or (falls.by_own_date and deadline.on_expiry is None):
        return None  # the own date has an epoch of its own
    return falls.due_on


def _still_climbed(definition: ProcessDefinition, instance: ProcessInstance, timer: Timer) -> bool:
    if timer.level == EXPIRY:
        return True
    standard = definition.due_ladder
    if not timer.fixed:
        named = (
            one for one in definition.deadlines_of(instance.state) if one.name == timer.deadline
        )
        standard = next((one.ladder for one in named), None)
    ladder = definition.ladder(instance, timer.deadline, standard)
    return ladder is not None and any(level.name == timer.level for level in ladder.levels)


def rearm(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    *,
    now: datetime,
    calendar: WorkingCalendar,
) -> Outcome | None:
    """Return the Outcome of arming what could not be counted before; None when nothing was missing.

    A deadline has either a timer or nothing more to fire. Where bank holidays were unknown it has
    neither, and the instance may be blocked `system_fault`.
    """
    if not instance.is_open:
        return None
    after = instance
    if instance.met_at is None and not any(timer.fixed for timer in instance.timers):
        after = with_own_date(definition, after, at=now, calendar=calendar)
    after = armed(definition, after, at=now, calendar=calendar)
    if set(after.timers) == set(instance.timers) and after.blocks == instance.blocks:
        return None
    after, entry = written(
        instance,
        replace(after, version=instance.version + 1),
        action="rearmed",
        at=now,
        now=now,
        actor=None,
        reason="Bank holidays of another year have become known.",
    )
    signals = told_parent(instance, after)
    return Outcome(before=instance, instance=after, history=(entry,), signals=signals)


def follow_owner(
    definition: ProcessDefinition, instance: ProcessInstance, facts: Facts, *, now: datetime
) -> Outcome | None:
    """Return the Outcome of the owner having changed with the facts (whom the case names); None when not.

    Only a person whom the case names is followed: somebody allocated or assigned by hand stays.
    """
    move = definition.owning_transition(instance.state)
    if not instance.is_open or move is None or definition.keeps_owner:
        return None
    if move.roles[0] not in definition.relations:
        return None
    after = owned(definition, instance, facts)
    if after.owner == instance.owner:
        return None
    after, entry = written(
        instance,
        replace(after, version=instance.version + 1),
        action="reassign",
        at=now,
        now=now,
        actor=None,
        reason="The case names another person now.",
        data={"from": instance.owner, "to": after.owner},
    )
    return Outcome(before=instance, instance=after, history=(entry,))

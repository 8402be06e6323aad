"""Counts again what working days make, once a bank holiday or a closure day has become known.

Source: "Statutory working-day: recomputed when the bank-holiday calendar changes, with a log entry"
(domain 3.0). Dates in weeks, months or fixed days never move; levels already fired stay fired;
finished instances are never touched.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from qa_workflow.engine.deadlines import (
    OWN_DATE,
    Falls,
    next_rung,
    target_basis,
    visit_timer,
    when,
)
from qa_workflow.engine.definition import Deadline, Effects, Ladder, ProcessDefinition
from qa_workflow.engine.instance import EXPIRY, Outcome, ProcessInstance, Timer
from qa_workflow.engine.overlay import told_parent
from qa_workflow.engine.record import written
from qa_workflow.engine.visits import armed
from qa_workflow.engine.working_days import WorkingCalendar, late_from, london_date, start_of_day
from qa_workflow.errors import BeyondCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A date of an instance that has moved: a deadline's, or (with `level`) the day of its next rung."""

    deadline: str
    level: str | None
    from_on: date
    to_on: date


def recounted(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    *,
    before: WorkingCalendar,
    after: WorkingCalendar,
    cause: str,
    actor: str,
    now: datetime,
) -> tuple[Outcome, tuple[Move, ...]] | None:
    """Return what *after* instead of *before* makes of an open instance, with every date that moves.

    None when nothing moves, or the instance has ended. One history entry tells all of it, with its
    *cause*. Epochs stay: what has fired stays fired, and what comes next keeps its place on the ladder.
    """
    if not instance.is_open:
        return None
    effects = Effects() if definition.recount is None else definition.recount(instance, after)
    fresh = replace(
        instance,
        data={**instance.data, **effects.data} if effects.data else instance.data,
        due_on=effects.due_on or instance.due_on,
    )
    moves = _moved_dates(definition, instance, fresh, before, after)
    timers = tuple(
        timer
        for one in instance.timers
        if (timer := _again(definition, fresh, one, after, today=london_date(now))) is not None
    )
    if set(timers) == set(instance.timers) and not moves and fresh.data == instance.data:
        return None
    moves += _moved_rungs(instance.timers, timers)
    fresh = armed(definition, replace(fresh, timers=timers), at=now, calendar=after)
    fresh, entry = written(
        instance,
        replace(fresh, version=instance.version + 1),
        action="recounted",
        at=now,
        now=now,
        actor=actor,
        reason=cause,
        data={
            "moves": [
                {
                    "deadline": one.deadline,
                    "level": one.level,
                    "from": one.from_on.isoformat(),
                    "to": one.to_on.isoformat(),
                }
                for one in moves
            ]
        },
    )
    outcome = Outcome(
        before=instance, instance=fresh, history=(entry,), signals=told_parent(instance, fresh)
    )
    return outcome, moves


def _moved_dates(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    fresh: ProcessInstance,
    before: WorkingCalendar,
    after: WorkingCalendar,
) -> tuple[Move, ...]:
    found = []
    if instance.due_on is not None and fresh.due_on is not None and fresh.due_on != instance.due_on:
        found.append(
            Move(deadline=OWN_DATE, level=None, from_on=instance.due_on, to_on=fresh.due_on)
        )
    for deadline in definition.deadlines_of(instance.state):
        was, now = _falls(deadline, instance, before), _falls(deadline, fresh, after)
        if was is not None and now is not None and was.due_on != now.due_on:
            found.append(
                Move(deadline=deadline.name, level=None, from_on=was.due_on, to_on=now.due_on)
            )
    return tuple(found)


def _falls(
    deadline: Deadline, instance: ProcessInstance, calendar: WorkingCalendar
) -> Falls | None:
    try:
        return when(deadline, instance, calendar, entered_on=instance.entered_on)
    except BeyondCalendar:
        return None


def _again(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    timer: Timer,
    calendar: WorkingCalendar,
    *,
    today: date,
) -> Timer | None:
    """Return *timer* at its new instant: the same rung, or the next one where a reminder's day is past."""
    if timer.fixed:
        ladder = definition.ladder(instance, OWN_DATE, definition.due_ladder)
        due_on, target = instance.due_on, target_basis(instance)
    else:
        deadline = next(
            one for one in definition.deadlines_of(instance.state) if one.name == timer.deadline
        )
        falls = _falls(deadline, instance, calendar)
        if falls is None:
            return timer
        if timer.level == EXPIRY:
            return visit_timer(
                definition, deadline, falls, instance, calendar, after=None, not_before=today
            )
        ladder, due_on, target = (
            definition.ladder(instance, deadline.name, deadline.ladder), falls.due_on, None
        )  # fmt: skip
    if ladder is None or due_on is None:
        return timer
    found = next_rung(
        timer.deadline, ladder, due_on, calendar,
        epoch=timer.epoch, fixed=timer.fixed, after=_below(ladder, timer.level), not_before=today,
        target=target,
    )  # fmt: skip
    return timer if found is not None and found.due_at == timer.due_at else found


def _below(ladder: Ladder, level: str) -> str | None:
    names = [one.name for one in ladder.levels]
    at = names.index(level) if level in names else 0
    return names[at - 1] if at else None


def _moved_rungs(before: tuple[Timer, ...], after: tuple[Timer, ...]) -> tuple[Move, ...]:
    was = {(one.deadline, one.level): one for one in before}
    found = []
    for timer in after:
        old = was.get((timer.deadline, timer.level))
        if old is not None and old.due_at != timer.due_at:
            found.append(
                Move(
                    deadline=timer.deadline,
                    level=timer.level,
                    from_on=_day_of(old),
                    to_on=_day_of(timer),
                )
            )
    return tuple(found)


def _day_of(timer: Timer) -> date:
    """Return the London day of a timer: for an expiry at the end of a day, that day."""
    day = london_date(timer.due_at)
    if timer.level == EXPIRY and timer.due_at == start_of_day(day):
        earlier = date.fromordinal(day.toordinal() - 1)
        return earlier if late_from(earlier) == timer.due_at else day
    return day

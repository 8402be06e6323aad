"""Counts again what working days make, once a bank holiday or a closure day has become known.

Source: "Statutory working-day: recomputed when the bank-holiday calendar changes, with a log entry"
(domain 3.0). Dates in weeks, months or fixed days never move; levels already fired stay fired;
finished instances are never touched.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from qa_workflow.engine.deadlines import (
    OWN_DATE,
    falls_on,
    level_day,
    next_rung,
    stored_date,
    target_basis,
    visit_timer,
    when,
)
from qa_workflow.engine.definition import Effects, Ladder, ProcessDefinition
from qa_workflow.engine.instance import EXPIRY, Json, Outcome, ProcessInstance, Timer
from qa_workflow.engine.overlay import told_parent
from qa_workflow.engine.record import written
from qa_workflow.engine.visits import armed, spent
from qa_workflow.engine.working_days import WorkingCalendar, london_date, start_of_day
from qa_workflow.errors import BeyondCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A date of an instance that has moved: a deadline's or a stored one, or (with `level`) that of its next rung."""

    deadline: str
    level: str | None
    from_on: date
    to_on: date

    def plain(self) -> Json:
        """Return the move as JSON has it."""
        return {
            "deadline": self.deadline,
            "level": self.level,
            "from": self.from_on.isoformat(),
            "to": self.to_on.isoformat(),
        }


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
    fresh = _counted(definition, instance, after)
    moves = _moved_dates(definition, instance, fresh, before, after)
    timers = tuple(
        timer
        for one in instance.timers
        if (timer := _again(definition, fresh, one, after, now=now)) is not None
    )
    if set(timers) == set(instance.timers) and not moves and fresh.data == instance.data:
        return None
    moves += _moved_rungs(instance.timers, timers)
    # What has climbed its whole ladder before is not armed anew, however late its date is now.
    done = spent(definition, instance, before)
    fresh = armed(definition, replace(fresh, timers=timers), at=now, calendar=after, done=done)
    fresh, entry = written(
        instance,
        replace(fresh, version=instance.version + 1),
        action="recounted",
        at=now,
        now=now,
        actor=actor,
        reason=cause,
        data={"moves": [one.plain() for one in moves]},
    )
    outcome = Outcome(
        before=instance, instance=fresh, history=(entry,), signals=told_parent(instance, fresh)
    )
    return outcome, moves


def _counted(
    definition: ProcessDefinition, instance: ProcessInstance, calendar: WorkingCalendar
) -> ProcessInstance:
    """Return the instance with what its process says that working days make otherwise; a date that is met stays."""
    if definition.recount is None:
        return instance
    effects: Effects = definition.recount(instance, calendar)
    due_on = effects.due_on if instance.met_at is None else None
    return replace(
        instance,
        data={**instance.data, **effects.data} if effects.data else instance.data,
        due_on=due_on or instance.due_on,
    )


# ------------------------------------------------------------------ what moves
def _moved_dates(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    fresh: ProcessInstance,
    before: WorkingCalendar,
    after: WorkingCalendar,
) -> tuple[Move, ...]:
    # What the process stores is a date of the instance too: by when its sample freezes, its papers close.
    days = {
        key: (_day(instance, key), _day(fresh, key))
        for key, value in fresh.data.items()
        if instance.data.get(key) != value
    }
    days[OWN_DATE] = (instance.due_on, fresh.due_on)
    for deadline in definition.deadlines_of(instance.state):
        was, now = falls_on(deadline, instance, before), falls_on(deadline, fresh, after)
        if was is not None and now is not None:
            days[deadline.name] = (was.due_on, now.due_on)
    return tuple(
        Move(deadline=name, level=None, from_on=was_on, to_on=now_on)
        for name, (was_on, now_on) in days.items()
        if was_on is not None and now_on is not None and was_on != now_on
    )


def _day(instance: ProcessInstance, key: str) -> date | None:
    try:
        return stored_date(instance, key)
    except ValueError:
        return None  # any other text


def _moved_rungs(before: tuple[Timer, ...], after: tuple[Timer, ...]) -> tuple[Move, ...]:
    # An expiry falls with its deadline, which is told already.
    was = {(one.deadline, one.level): one for one in before if one.level != EXPIRY}
    return tuple(
        Move(
            deadline=timer.deadline,
            level=timer.level,
            from_on=london_date(old.due_at),
            to_on=london_date(timer.due_at),
        )
        for timer in after
        if (old := was.get((timer.deadline, timer.level))) is not None
        and old.due_at != timer.due_at
    )


# ------------------------------------------------------------------ one timer
def _again(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    timer: Timer,
    calendar: WorkingCalendar,
    *,
    now: datetime,
) -> Timer | None:
    """Return *timer* at its new instant, or that of the next rung; None beyond the calendar.

    What the definition no longer has, or has no date, stays as it is.
    """
    if timer.fixed:
        ladder = definition.ladder(instance, OWN_DATE, definition.due_ladder)
        return _same_rung(
            timer, ladder, instance.due_on, calendar, now=now, target=target_basis(instance)
        )
    named = (one for one in definition.deadlines_of(instance.state) if one.name == timer.deadline)
    deadline = next(named, None)
    if deadline is None:
        return timer
    try:
        falls = when(deadline, instance, calendar, entered_on=instance.entered_on)
    except BeyondCalendar:
        return None  # not guessed: the instance is blocked until the year is known
    if falls is None:
        return timer
    if timer.level == EXPIRY and deadline.on_expiry is not None:
        return visit_timer(
            definition, deadline, falls, instance, calendar, after=None, not_before=falls.due_on
        )
    ladder = definition.ladder(instance, deadline.name, deadline.ladder)
    return _same_rung(timer, ladder, falls.due_on, calendar, now=now)


def _same_rung(
    timer: Timer,
    ladder: Ladder | None,
    due_on: date | None,
    calendar: WorkingCalendar,
    *,
    now: datetime,
    target: date | None = None,
) -> Timer | None:
    """Return the timer of the same rung on its new day; of the next one, where a reminder's day is now past."""
    levels = () if ladder is None else ladder.levels
    level = next((one for one in levels if one.name == timer.level), None)
    if ladder is None or level is None or due_on is None:
        return timer
    try:
        due_at = start_of_day(level_day(level, ladder, due_on, calendar, target=target))
    except BeyondCalendar:
        return None  # armed when the calendar grows
    today = london_date(now)
    # A reminder whose day has come fires, also when nobody was there to fire it; one whose new day
    # has passed before it could is left out, as at any other arming (domain 3.0).
    passed = level.name.startswith("R") and timer.due_at > now and due_at < start_of_day(today)
    if not passed:
        return timer if due_at == timer.due_at else replace(timer, due_at=due_at)
    return next_rung(
        timer.deadline, ladder, due_on, calendar,
        epoch=timer.epoch, fixed=timer.fixed, after=level.name, not_before=today, target=target,
    )  # fmt: skip

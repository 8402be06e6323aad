"""Who was told at which level of the ladder, and who is told next and when."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from qa_workflow.engine.deadlines import OWN_DATE, next_rung, when
from qa_workflow.engine.definition import EscalationLevel, Facts, Ladder, ProcessDefinition
from qa_workflow.engine.escalate import audience
from qa_workflow.engine.instance import EXPIRY, LEVELS, ProcessInstance, Timer
from qa_workflow.engine.working_days import london_date
from qa_workflow.errors import BeyondCalendar
from qa_workflow.service.work import Work
from qa_workflow.store.histories import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The next level of a ladder: which, whom it tells (person ids, `role:…` where nobody holds it), on which day."""

    level: str
    to: tuple[str, ...]
    on: date


def next_level(
    work: Work, definition: ProcessDefinition, instance: ProcessInstance, facts: Facts
) -> Next | None:
    """Return the next L level that will fire, also where a reminder stands before it; None when none is known."""
    rungs: list[tuple[Timer, Ladder]] = []
    for timer in instance.timers:
        with suppress(BeyondCalendar):  # what cannot be counted yet is not guessed
            ladder, due_on = _watched(work, definition, instance, timer)
            if ladder is None or due_on is None:
                continue
            rung: Timer | None = timer
            if timer.level not in LEVELS:
                rung = next_rung(
                    timer.deadline, ladder, due_on, work.calendar,
                    epoch=timer.epoch, fixed=timer.fixed, after=timer.level, not_before=date.max,
                )  # fmt: skip
            if rung is not None:
                rungs.append((rung, ladder))
    if not rungs:
        return None
    rung, ladder = min(rungs, key=lambda one: one[0].due_at)
    level = next((one for one in ladder.levels if one.name == rung.level), None)
    if level is None:
        return None
    return Next(
        level=level.name,
        to=told_by(level, definition, instance, facts),
        on=london_date(rung.due_at),
    )


def told_by(
    level: EscalationLevel, definition: ProcessDefinition, instance: ProcessInstance, facts: Facts
) -> tuple[str, ...]:
    """Return whom a level would tell today."""
    return audience(instance, level.tell, facts, definition)[0]


def level_of(
    work: Work, definition: ProcessDefinition, instance: ProcessInstance, timer: Timer
) -> EscalationLevel | None:
    """Return the level that *timer* fires; None for an expiry, or where its deadline is no longer known."""
    with suppress(BeyondCalendar):
        ladder, _ = _watched(work, definition, instance, timer)
        levels = () if ladder is None else ladder.levels
        return next((one for one in levels if one.name == timer.level), None)
    return None


def _watched(
    work: Work, definition: ProcessDefinition, instance: ProcessInstance, timer: Timer
) -> tuple[Ladder | None, date | None]:
    if timer.fixed:
        return definition.ladder(instance, OWN_DATE, definition.due_ladder), instance.due_on
    for deadline in definition.deadlines_of(instance.state):
        if deadline.name == timer.deadline and timer.level != EXPIRY:
            falls = when(deadline, instance, work.calendar, entered_on=instance.entered_on)
            ladder = definition.ladder(instance, deadline.name, deadline.ladder)
            return ladder, None if falls is None else falls.due_on
    return None, None


def last_climb(instance: ProcessInstance, told: Iterable[Told]) -> list[Told]:
    """Return the L levels that were told about what is late now, by their days.

    Those of a visit or a date that is done are left out. Several deadlines may press at once: each climbs
    its own ladder, and begins again only where its own levels do.
    """
    climbs: dict[str, list[Told]] = {}
    for one in told:
        level = one.entry.level or ""
        if level not in LEVELS or not one.entry.data.get("told") or not _stands(instance, one):
            continue
        climb = climbs.setdefault(str(one.entry.data.get("deadline")), [])
        if climb and level <= (climb[-1].entry.level or ""):
            climb.clear()
        climb.append(one)
    return sorted((one for climb in climbs.values() for one in climb), key=_by_day)


def told_on(told: Told) -> date:
    """Return the day that a level is told of: its nominal one, else that on which it was recorded (London)."""
    return told.entry.nominal_on or london_date(told.entry.recorded_at)


def _by_day(told: Told) -> tuple[date, int]:
    return told_on(told), told.seq


def _stands(instance: ProcessInstance, told: Told) -> bool:
    if told.entry.data.get("deadline") == OWN_DATE:
        due_on = None if instance.due_on is None else instance.due_on.isoformat()
        return instance.met_at is None and told.entry.data.get("due_on") == due_on
    return told.entry.recorded_at >= instance.entered_at

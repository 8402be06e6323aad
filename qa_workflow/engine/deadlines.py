"""When a deadline falls, which rung of its ladder comes next, and when. Dates are London dates."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from qa_workflow.engine.definition import (
    After,
    Deadline,
    EscalationLevel,
    Ladder,
    OnDate,
    ProcessDefinition,
    Within,
)
from qa_workflow.engine.derivation import Derivation, Rule, WorkingDays, derive
from qa_workflow.engine.instance import EXPIRY, LEVELS, ProcessInstance, Timer
from qa_workflow.engine.kept_rules import as_kept
from qa_workflow.engine.working_days import WorkingCalendar, late_from, start_of_day
from qa_workflow.errors import BeyondCalendar

OWN_DATE = "due"  # the name of the instance's own deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Falls:
    """When a deadline falls, and how that was found. `by_own_date`: `due` watches it, no second ladder."""

    due_on: date
    by_own_date: bool
    text: str
    counted_from: date | None = None
    rule: Rule | None = None

    def derivation(self, calendar: WorkingCalendar) -> Derivation | None:
        """Return the trace of the count, where there was one."""
        if self.counted_from is None or self.rule is None:
            return None
        return derive(self.rule, self.counted_from, calendar)


def stored_date(instance: ProcessInstance, key: str) -> date | None:
    """Return the date that stands in the instance's data under *key*."""
    value = instance.data.get(key)
    return date.fromisoformat(value) if isinstance(value, str) else None


def when(
    deadline: Deadline,
    instance: ProcessInstance,
    calendar: WorkingCalendar,
    *,
    entered_on: date | None,
) -> Falls | None:
    """Return when *deadline* falls for a visit that began on *entered_on*; None if that cannot be known yet.

    Raises:
        BeyondCalendar: working days would have to be counted in a year without bank-holiday data.
    """
    deadline, restarted_on = as_kept(deadline, instance)
    if restarted_on is None:
        return _when(deadline, instance, calendar, entered_on)
    falls = _when(deadline, instance, calendar, restarted_on)
    if falls is None:
        return None
    return replace(falls, text=falls.text.replace("the state was entered", "it was restarted"))


def _when(
    deadline: Deadline,
    instance: ProcessInstance,
    calendar: WorkingCalendar,
    entered_on: date | None,
) -> Falls | None:
    # An own date that is met watches nothing any more: later states then need a ladder of their own.
    # What moves the instance is never shortened by it, nor left to it.
    watches = instance.met_at is None and deadline.on_expiry is None
    own = instance.due_on if watches else None
    # The rule in force when the state was entered; of a state not entered yet, that of the present one.
    rule = deadline.rule(entered_on or instance.entered_on)
    if isinstance(rule, OnDate):
        return _on_date(rule, instance, own, entered_on)
    if isinstance(rule, Within):
        return _within(deadline, rule, instance, calendar, own, entered_on)
    if isinstance(rule, After):
        return _after(rule, instance, calendar, own, entered_on)
    if instance.due_on is None:
        return None
    return Falls(due_on=instance.due_on, by_own_date=True, text="the own date")


def falls_on(
    deadline: Deadline, instance: ProcessInstance, calendar: WorkingCalendar
) -> Falls | None:
    """Return when *deadline* falls on the present visit; None where that is not known, or beyond the calendar."""
    try:
        return when(deadline, instance, calendar, entered_on=instance.entered_on)
    except BeyondCalendar:
        return None


def _on_date(
    rule: OnDate, instance: ProcessInstance, own: date | None, entered_on: date | None
) -> Falls | None:
    fixed = stored_date(instance, rule.key)
    if fixed is None:
        return None
    passed = rule.else_own_date and entered_on is not None and entered_on > fixed
    if own is not None and (own == fixed or passed):
        return Falls(due_on=own, by_own_date=True, text="the own date")
    return Falls(due_on=fixed, by_own_date=False, text=f"a fixed date ({rule.key})")


def _within(
    deadline: Deadline,
    rule: Within,
    instance: ProcessInstance,
    calendar: WorkingCalendar,
    own: date | None,
    entered_on: date | None,
) -> Falls | None:
    start = entered_on if rule.since is None else stored_date(instance, rule.since)
    if start is None and rule.or_since is not None:
        start = stored_date(instance, rule.or_since)
    if start is None:
        return None
    closures = deadline.ladder is None or deadline.ladder.counts_closures
    due_on = calendar.add(start, rule.working_days, closures=closures)
    in_time = own is not None and (entered_on is None or entered_on <= own)
    if own is not None and deadline.capped and in_time and due_on >= own:
        return Falls(due_on=own, by_own_date=True, text="capped by the own date")
    return Falls(
        due_on=due_on,
        by_own_date=due_on == own,
        text=f"{rule.working_days} working days after {rule.since or 'the state was entered'}",
        counted_from=start,
        rule=WorkingDays(rule.working_days, closures=closures),
    )


def _after(
    rule: After,
    instance: ProcessInstance,
    calendar: WorkingCalendar,
    own: date | None,
    entered_on: date | None,
) -> Falls | None:
    start = entered_on if rule.since is None else stored_date(instance, rule.since)
    if start is None:
        return None
    due_on = derive(rule.rule, start, calendar).due_on
    return Falls(
        due_on=due_on,
        by_own_date=due_on == own,
        text=f"{rule.rule.text} after {rule.since or 'the state was entered'}",
        counted_from=start,
        rule=rule.rule,
    )


TARGET_BY = (
    "target_by"  # in the data: the last day by the strict reading of the law, where that is earlier
)


def target_basis(instance: ProcessInstance) -> date | None:
    """Return the day that the instance aims at: its own date, or the strict one of the law (domain 3.6, SEND)."""
    strict = stored_date(instance, TARGET_BY)
    if instance.due_on is None or strict is None:
        return instance.due_on
    return min(strict, instance.due_on)


def level_day(
    level: EscalationLevel,
    ladder: Ladder,
    due_on: date,
    calendar: WorkingCalendar,
    *,
    target: date | None = None,
) -> date:
    """Return the London day at whose 00:00 *level* takes effect. Reminders count from *target* if there is one.

    Raises:
        BeyondCalendar: the day lies where bank holidays are not known.
    """
    if level.after is None:
        return due_on
    start = calendar.on_or_before(target or due_on) if level.after < 0 else due_on
    return calendar.add(start, level.after, closures=ladder.counts_closures)


def next_rung(
    name: str,
    ladder: Ladder,
    due_on: date,
    calendar: WorkingCalendar,
    *,
    epoch: int,
    fixed: bool,
    after: str | None = None,
    not_before: date | None = None,
    target: date | None = None,
) -> Timer | None:
    """Return the timer of the first rung above *after*; None above the top or beyond the calendar.

    Reminders whose day lies before *not_before* are left out (a reminder whose day is past when the
    deadline is armed is not armed); the L levels never are.
    """
    levels = ladder.levels
    if after is not None:
        names = [level.name for level in levels]
        # An excused ladder may end below the level that was reached before it was excused.
        levels = (
            levels[names.index(after) + 1 :]
            if after in names
            else tuple(
                one
                for one in levels
                if after not in LEVELS or (one.name in LEVELS and one.name > after)
            )
        )
    for level in levels:
        is_reminder = level.name.startswith("R")
        try:
            day = level_day(level, ladder, due_on, calendar, target=target)
        except BeyondCalendar:
            if is_reminder:
                continue  # the L levels may still be known: they count from the due day itself
            return None  # armed when the calendar grows
        if is_reminder and not_before is not None and day < not_before:
            continue
        return Timer(
            deadline=name, level=level.name, due_at=start_of_day(day), epoch=epoch, fixed=fixed
        )
    return None


def own_date_timer(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    calendar: WorkingCalendar,
    *,
    not_before: date,
) -> Timer | None:
    """Return the next timer of the instance's own date, above the level it has already reached."""
    ladder = definition.ladder(instance, OWN_DATE, definition.due_ladder)
    if ladder is None or instance.due_on is None:
        return None
    return next_rung(
        OWN_DATE,
        ladder,
        instance.due_on,
        calendar,
        epoch=instance.due_epoch,
        fixed=True,
        after=instance.due_level,
        not_before=not_before,
        target=target_basis(instance),
    )


def visit_timer(
    definition: ProcessDefinition,
    deadline: Deadline,
    falls: Falls,
    instance: ProcessInstance,
    calendar: WorkingCalendar,
    *,
    after: str | None,
    not_before: date,
) -> Timer | None:
    """Return the next timer of a deadline of the present state; None where the own date watches it.

    *after* is the level that the visit has reached, *not_before* the day on which it is armed.
    """
    if deadline.on_expiry is not None:
        return Timer(
            deadline=deadline.name,
            level=EXPIRY,
            due_at=start_of_day(falls.due_on) if deadline.at_start else late_from(falls.due_on),
            epoch=instance.epoch,
        )
    ladder = definition.ladder(instance, deadline.name, deadline.ladder)
    if falls.by_own_date or ladder is None:
        return None
    return next_rung(
        deadline.name,
        ladder,
        falls.due_on,
        calendar,
        epoch=instance.epoch,
        fixed=False,
        after=after,
        not_before=not_before,
    )


_SKIPPED = "skipped/"  # among what is counted on a visit: a deadline that an operator has let lapse


def with_skipped(instance: ProcessInstance, deadline: str) -> ProcessInstance:
    """Return the instance with *deadline* let lapse for the rest of this visit: nothing arms it again."""
    return replace(instance, refusals={**instance.refusals, f"{_SKIPPED}{deadline}": 1})


def skipped(instance: ProcessInstance) -> set[str]:
    """Return the deadlines of this visit that an operator has let lapse for good."""
    return {key.removeprefix(_SKIPPED) for key in instance.refusals if key.startswith(_SKIPPED)}


def is_late(instance: ProcessInstance, now: datetime) -> bool | None:
    """Tell whether the own date was or is missed at *now*; None where there is no own date."""
    if instance.due_on is None:
        return None
    return (instance.met_at or now) >= late_from(instance.due_on)

"""Climbing a ladder: one level, its history entry, who is told, and the timer of the next level."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from qa_workflow.engine.deadlines import OWN_DATE, next_rung, target_basis, when
from qa_workflow.engine.definition import (
    EscalationLevel,
    Facts,
    Ladder,
    ProcessDefinition,
)
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.instance import (
    LEVELS,
    Block,
    HistoryEntry,
    Notice,
    Outcome,
    ProcessInstance,
    Timer,
)
from qa_workflow.engine.overlay import (
    NOBODY,
    OWN_DATE_MET,
    PEOPLE,
    VISIT,
    review_date,
    told_parent,
    with_block,
)
from qa_workflow.engine.people import SYSTEM
from qa_workflow.engine.record import plain_block
from qa_workflow.engine.working_days import WorkingCalendar, london_date


def escalate(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    timer: Timer,
    *,
    facts: Facts,
    now: datetime,
    calendar: WorkingCalendar,
) -> Outcome:
    """Return the Outcome of one level of a ladder, effective at its nominal instant, recorded at *now*."""
    ladder, due_on = _watched(definition, instance, timer, calendar)
    level = (
        next((one for one in ladder.levels if one.name == timer.level), None) if ladder else None
    )
    others = tuple(one for one in instance.timers if one != timer)
    if ladder is None or level is None or due_on is None:
        # The definition changed under the timer: nothing to tell, and the timer must not stay.
        nothing = replace(instance, timers=others)
        if ladder is not None and due_on is not None:  # but what comes above it on the ladder does
            later = london_date(timer.due_at) + timedelta(days=1)  # reminders before it have been
            above = _above(timer, ladder, due_on, instance, calendar, not_before=later)
            nothing = replace(instance, timers=others if above is None else (*others, above))
        return Outcome(before=instance, instance=nothing, fired=(timer,))
    told, unheard = audience(instance, level.tell, facts, definition)
    following = _above(timer, ladder, due_on, instance, calendar)
    after = instance.altered(
        due_level=level.name if timer.fixed else instance.due_level,
        visit_level=instance.visit_level
        if timer.fixed
        else _higher(instance.visit_level, level.name),
        timers=others if following is None else (*others, following),
        version=instance.version + 1,
        seq=instance.seq + 1,
    )
    if level.blocks or unheard:
        after = _blocked(after, timer, level, unheard, due_on=due_on, now=now, calendar=calendar)
    entry = HistoryEntry(
        at=timer.due_at,
        recorded_at=now,
        actor=SYSTEM,
        action="reminded" if level.name.startswith("R") else "escalated",
        before=instance.state,
        after=instance.state,
        level=level.name,
        nominal_on=london_date(timer.due_at),
        data={"deadline": timer.deadline, "due_on": due_on.isoformat(), "told": list(told)},
        changes=_level_changes(instance, after),
    )
    return Outcome(
        before=instance,
        instance=after,
        history=(entry,),
        fired=(timer,),
        notices=tuple(_notice(person, timer, level, due_on) for person in told),
        signals=told_parent(instance, after),
    )


def _above(
    timer: Timer,
    ladder: Ladder,
    due_on: date,
    instance: ProcessInstance,
    calendar: WorkingCalendar,
    *,
    not_before: date | None = None,
) -> Timer | None:
    return next_rung(
        timer.deadline,
        ladder,
        due_on,
        calendar,
        epoch=timer.epoch,
        fixed=timer.fixed,
        after=timer.level,
        not_before=not_before,
        target=target_basis(instance) if timer.fixed else None,
    )


def is_rung(definition: ProcessDefinition, instance: ProcessInstance, timer: Timer) -> bool:
    """Tell whether *timer* is a rung of a ladder that the instance climbs by *definition* in its state."""
    if timer.fixed:
        ladder = definition.ladder(instance, OWN_DATE, definition.due_ladder)
    else:
        named = (
            one for one in definition.deadlines_of(instance.state) if one.name == timer.deadline
        )
        deadline = next(named, None)
        if deadline is None:
            return False
        ladder = definition.ladder(instance, deadline.name, deadline.ladder)
    return ladder is not None and any(one.name == timer.level for one in ladder.levels)


def _notice(to: str, timer: Timer, level: EscalationLevel, due_on: date) -> Notice:
    return Notice(
        to=to,
        template="reminder" if level.name.startswith("R") else "escalation",
        key=f"{timer.deadline}:{timer.epoch}:{level.name}",
        level=level.name,
        deadline=timer.deadline,
        nominal_on=london_date(timer.due_at),
        due_on=due_on,
    )


def _watched(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    timer: Timer,
    calendar: WorkingCalendar,
) -> tuple[Ladder | None, date | None]:
    """Return the ladder that *timer* is a rung of, and the day that its deadline fell due."""
    if timer.fixed:
        return definition.ladder(instance, OWN_DATE, definition.due_ladder), instance.due_on
    for deadline in definition.deadlines_of(instance.state):
        if deadline.name == timer.deadline:
            falls = when(deadline, instance, calendar, entered_on=instance.entered_on)
            ladder = definition.ladder(instance, deadline.name, deadline.ladder)
            return ladder, falls.due_on if falls else None
    return None, None


def audience(
    instance: ProcessInstance, names: tuple[str, ...], facts: Facts, definition: ProcessDefinition
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return whom *names* mean here (person ids, `role:…` where nobody holds it), and the roles nobody holds.

    `owner`, `line_manager` and `service_manager` are worked out from the instance and the roster;
    every other name is a role.
    """
    roster, today = facts.roster, facts.today
    told: dict[str, None] = {}
    unheard: list[str] = []
    owner = roster.active(instance.owner, today)
    owners = (
        (owner,) if owner is not None
        else roster.holders(instance.owner_role, today) if instance.owner_role and not instance.owner
        else ()
    )  # fmt: skip
    for name in names:
        if name == "owner" and (owners or instance.owner):
            told.update((person.person_id, None) for person in owners)
            continue
        if name == "line_manager":
            above = owners or (roster.get(instance.owner),)
            for person in above:
                manager = roster.active(person.manager, today) if person is not None else None
                if manager is not None:
                    told[manager.person_id] = None
            continue
        role = _role_meant(name, instance, definition)
        holders = roster.holders(role, today)
        told.update((person.person_id, None) for person in holders)
        if not holders:
            told[f"role:{role}"] = None
            unheard.append(role)
    return tuple(told), tuple(unheard)


def _role_meant(name: str, instance: ProcessInstance, definition: ProcessDefinition) -> str:
    if name == "service_manager":
        return definition.service_manager
    if name == "owner":
        return instance.owner_role or definition.owner_role or definition.service_manager
    return name


def _blocked(
    after: ProcessInstance,
    timer: Timer,
    level: EscalationLevel,
    unheard: tuple[str, ...],
    *,
    due_on: date,
    now: datetime,
    calendar: WorkingCalendar,
) -> ProcessInstance:
    if level.blocks:
        cause = OWN_DATE_MET if timer.fixed else VISIT
        after = with_block(
            after,
            Block(
                reason=level.reason or "overdue_l2",
                note=_overdue(timer, due_on),
                since=timer.due_at,
                by=SYSTEM,
                review_on=review_date(now, calendar),
                cause=cause if level.reason is None else timer.deadline,
            ),
        )
    for role in unheard:
        after = with_block(
            after,
            Block(
                reason=NOBODY,
                note=f"Nobody active holds the role {role}, so nobody could be told.",
                since=now,
                by=SYSTEM,
                waiting_on=role,
                review_on=review_date(now, calendar),
                cause=PEOPLE,
            ),
        )
    return after


def _overdue(timer: Timer, due_on: date) -> str:
    """Say what was missed: "Overdue: it was due on Wednesday 29 April 2026 (advice).", as `advice_by` is."""
    what = "" if timer.fixed else f" ({timer.deadline.partition('_by')[0].replace('_', ' ')})"
    return f"Overdue: it was due on {in_words(due_on)}{what}."


def _higher(reached: str | None, level: str) -> str:
    # A state may have several ladders, and its visit is as late as the highest of them says.
    if reached is not None and reached in LEVELS and (level not in LEVELS or level < reached):
        return reached
    return level


def _level_changes(before: ProcessInstance, after: ProcessInstance) -> dict[str, object]:
    # The general comparison of `record.changes`, cut down to what a level can change: this is the
    # path that runs for every instance on the morning after a long week-end.
    found: dict[str, object] = {}
    if before.due_level != after.due_level:
        found["due_level"] = after.due_level
    if before.visit_level != after.visit_level:
        found["visit_level"] = after.visit_level
    if before.blocks != after.blocks:
        found["blocks"] = [plain_block(block) for block in after.blocks]
    return found

"""Blocks: put on, taken off, and put on by the engine itself. A block stops no clock and no person."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from qa_workflow.engine.definition import Effects, ProcessDefinition, Related
from qa_workflow.engine.instance import Block, Outcome, ProcessInstance, Signal
from qa_workflow.engine.people import SYSTEM, Person, Roster
from qa_workflow.engine.record import actor_name, written
from qa_workflow.engine.working_days import WorkingCalendar, london_date
from qa_workflow.errors import BeyondCalendar, Refusal, TransitionRefused

# What a person may give as a reason (domain 3.0) ...
GIVEN = (
    "awaiting_provider", "awaiting_partner_agency", "awaiting_family", "awaiting_court", "no_placement",
    "funding", "staff_absence", "record_unavailable", "disagreement", "system_fault", "other",
)  # fmt: skip
# ... and what the engine adds by itself.
COMPUTED = (
    "overdue_l2", "owner_inactive", "nobody_home", "waits_on_blocked", "no_way_out",
    "refused_three_times", "system_fault", "second_carry_forward", "no_evidence_twice",
    "no_sitting_before_statutory_date", "panel_inquorate", "provider_closed",
)  # fmt: skip
REVIEW_WORKING_DAYS = 5  # a block without a review date gets this one: a product default

# A cause says when the engine may take its own block off again.
VISIT = "visit"  # the state was left
OWN_DATE_MET = "due"  # the own date was met or moved
PEOPLE = "people"  # somebody holds the role, or the owner is active, again
CHILDREN = "children"  # no open child is blocked any more
PENDING = "pending"  # the system's own move succeeded
NOBODY = "nobody_home"
FAULT = "system_fault"
NO_WAY_OUT = "no_way_out"  # its reason too: nothing can move it; gone when something can


def with_block(instance: ProcessInstance, block: Block) -> ProcessInstance:
    """Return the instance with *block* on it; the same reason of one cause, for one role, stands only once."""
    if any(_same(one, block) for one in instance.blocks):
        return instance
    return replace(instance, blocks=(*instance.blocks, block))


def _same(one: Block, other: Block) -> bool:
    return (one.reason, one.cause, one.waiting_on) == (other.reason, other.cause, other.waiting_on)


def without(instance: ProcessInstance, causes: Iterable[str]) -> ProcessInstance:
    """Return the instance without the blocks that the engine put on for one of *causes*."""
    gone = set(causes)
    kept = tuple(block for block in instance.blocks if block.cause not in gone)
    return instance if len(kept) == len(instance.blocks) else replace(instance, blocks=kept)


def affected(
    instance: ProcessInstance, effects: Effects, *, now: datetime, calendar: WorkingCalendar
) -> ProcessInstance:
    """Return the instance without the blocks that *effects* clear, and with those that they put on."""
    after = without(instance, effects.clears)
    for hold in effects.holds if instance.is_open else ():
        after = with_block(
            after,
            Block(
                reason=hold.reason, note=hold.note, since=now, by=SYSTEM, waiting_on=hold.waiting_on,
                review_on=review_date(now, calendar), cause=hold.cause,
            ),
        )  # fmt: skip
    return after


def review_date(now: datetime, calendar: WorkingCalendar) -> date | None:
    """Return the default day on which a block is looked at again; None beyond the calendar."""
    try:
        return calendar.add(london_date(now), REVIEW_WORKING_DAYS)
    except BeyondCalendar:
        return None


def block(
    instance: ProcessInstance,
    *,
    reason: str,
    note: str,
    actor: Person | str,
    now: datetime,
    calendar: WorkingCalendar,
    waiting_on: str | None = None,
    review_on: date | None = None,
) -> Outcome:
    """Return the Outcome of a person putting a block on, with its reason, note and review date.

    Raises:
        TransitionRefused: the instance has ended.
    """
    if not instance.is_open:
        raise TransitionRefused(
            "block",
            instance.state,
            (
                Refusal(
                    why=f"{instance.reference} has ended, so nothing can block it.", guard="is_open"
                ),
            ),
        )
    put = Block(
        reason=reason,
        note=note,
        since=now,
        by=actor_name(actor),
        waiting_on=waiting_on,
        review_on=review_on or review_date(now, calendar),
    )
    after = replace(instance, blocks=(*instance.blocks, put), version=instance.version + 1)
    after, entry = written(
        instance,
        after,
        action="block",
        at=now,
        now=now,
        actor=actor,
        reason=note,
        data={"reason": reason},
    )
    return Outcome(
        before=instance, instance=after, history=(entry,), signals=told_parent(instance, after)
    )


def unblock(instance: ProcessInstance, *, note: str, actor: Person | str, now: datetime) -> Outcome:
    """Return the Outcome of a person taking every block off that a person or the engine has put on.

    Raises:
        TransitionRefused: nothing blocks the instance.
    """
    if not instance.blocks:
        raise TransitionRefused(
            "unblock",
            instance.state,
            (Refusal(why=f"Nothing blocks {instance.reference}.", guard="is_blocked"),),
        )
    after = replace(instance, blocks=(), version=instance.version + 1)
    after, entry = written(
        instance, after, action="unblock", at=now, now=now, actor=actor, reason=note,
        data={"reasons": [one.reason for one in instance.blocks]},
    )  # fmt: skip
    return Outcome(
        before=instance, instance=after, history=(entry,), signals=told_parent(instance, after)
    )


WAITS_CHANGED = (
    "@waits_changed"  # not a trigger of any definition: asks a parent to look at its children again
)


def told_parent(before: ProcessInstance | None, after: ProcessInstance) -> tuple[Signal, ...]:
    """Return the signal that tells a parent, if whether *after* is blocked has changed."""
    was = before is not None and bool(before.blocks)
    return (
        (Signal(WAITS_CHANGED),)
        if after.parent_id is not None and was != bool(after.blocks)
        else ()
    )


def waiting(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    children: Iterable[Related],
    *,
    now: datetime,
    calendar: WorkingCalendar,
) -> ProcessInstance:
    """Return the instance blocked, or no longer, for the blocked children that its state waits for.

    Where others are blocked than before, the block names those of now; it stands since it was put on.
    """
    stuck = sorted(child.reference for child in children if child.is_open and child.is_blocked)
    if instance.state not in definition.waits_for_children_in or not stuck:
        return without(instance, (CHILDREN,))
    note = (
        f"Waits for {stuck[0]}, which is itself blocked."
        if len(stuck) == 1
        else f"Waits for {len(stuck)} others that are themselves blocked, {stuck[0]} first."
    )
    standing = next((one for one in instance.blocks if one.cause == CHILDREN), None)
    if standing is not None and (standing.note, standing.waiting_on) == (note, stuck[0]):
        return instance
    put = Block(
        reason="waits_on_blocked",
        note=note,
        since=now if standing is None else standing.since,
        by=SYSTEM,
        waiting_on=stuck[0],
        review_on=review_date(now, calendar) if standing is None else standing.review_on,
        cause=CHILDREN,
    )
    return with_block(without(instance, (CHILDREN,)), put)


def review_waits(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    children: Iterable[Related],
    *,
    now: datetime,
    calendar: WorkingCalendar,
) -> Outcome | None:
    """Return the Outcome of looking at what the instance waits for; None when nothing changes.

    An instance that waits for others is itself blocked while one of those is blocked (domain 3.0 d).
    """
    after = waiting(definition, instance, children, now=now, calendar=calendar)
    if after is instance:
        return None
    return reviewed(instance, after, now=now)


def review_people(
    instance: ProcessInstance, roster: Roster, *, now: datetime, calendar: WorkingCalendar
) -> Outcome | None:
    """Return the Outcome of looking whether anybody is there to move the instance; None when nothing changes.

    An inactive owner blocks it `owner_inactive`, an owning role without a holder `nobody_home`; both
    blocks, and that of a level nobody could be told, go when somebody is there again.
    """
    if not instance.is_open:
        return None
    today = london_date(now)
    missing = nobody_there(instance, roster, today)
    kept = [
        one
        for one in instance.blocks
        if one.cause != PEOPLE
        or (missing is not None and (one.reason, one.waiting_on) == missing[:2])
        or (one.reason == NOBODY and one.waiting_on and not roster.holders(one.waiting_on, today))
    ]
    after = replace(instance, blocks=tuple(kept))
    if missing is not None:
        reason, waiting_on, note = missing
        after = with_block(
            after,
            Block(
                reason=reason, note=note, since=now, by=SYSTEM, waiting_on=waiting_on,
                review_on=review_date(now, calendar), cause=PEOPLE,
            ),
        )  # fmt: skip
    return None if after.blocks == instance.blocks else reviewed(instance, after, now=now)


def nobody_there(
    instance: ProcessInstance, roster: Roster, today: date
) -> tuple[str, str, str] | None:
    """Return why nobody is there to move the instance on *today*: reason, who is missing, and a sentence."""
    owner, role = instance.owner, instance.owner_role
    if owner is not None:
        if roster.active(owner, today) is None:
            return "owner_inactive", owner, _left_behind(owner, roster, today)
    elif role is not None and not roster.holders(role, today):
        return NOBODY, role, f"Nobody active holds the role {role} that owns this state."
    return None


def _left_behind(owner: str, roster: Roster, today: date) -> str:
    """Say whose work it was, and who should give it to somebody else."""
    person, manager = roster.get(owner), roster.manager_of(owner, today)
    name = owner if person is None else person.name
    successor = "Somebody" if manager is None else manager.name
    return f"{name} owns it and is not active. {successor} should give it to another person (reassign)."


def reviewed(instance: ProcessInstance, after: ProcessInstance, *, now: datetime) -> Outcome:
    """Return the Outcome of the engine having put blocks on the instance, or taken its own ones off."""
    fresh = [one for one in after.blocks if one not in instance.blocks]
    after, entry = written(
        instance,
        replace(after, version=instance.version + 1),
        action="blocked" if fresh else "unblocked",
        at=now,
        now=now,
        actor=None,
        reason=" ".join(one.note for one in fresh),
    )
    return Outcome(
        before=instance, instance=after, history=(entry,), signals=told_parent(instance, after)
    )


def faulty(
    instance: ProcessInstance, faults: Sequence[str], *, at: datetime, calendar: WorkingCalendar
) -> ProcessInstance:
    """Return the instance blocked for what could not be counted, or free of that block when all could."""
    standing = next(
        (one for one in instance.blocks if one.reason == FAULT and one.cause == VISIT), None
    )
    if standing is not None and standing.note in faults:
        return instance
    free = replace(instance, blocks=tuple(one for one in instance.blocks if one is not standing))
    if not faults:
        return instance if standing is None else free
    return with_block(
        free,
        Block(
            reason=FAULT,
            note=faults[0],
            since=at if standing is None else standing.since,
            by=SYSTEM,
            review_on=review_date(at, calendar),
            cause=VISIT,
        ),
    )

"""What a guard's refusal leaves behind: an entry in the history, and at the third of its kind a block."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from qa_workflow.engine.definition import Facts, ProcessDefinition, Transition
from qa_workflow.engine.escalate import audience
from qa_workflow.engine.firing import Fire
from qa_workflow.engine.instance import (
    LEVELS,
    Block,
    HistoryEntry,
    Notice,
    Outcome,
    ProcessInstance,
)
from qa_workflow.engine.overlay import VISIT, review_date, told_parent, with_block
from qa_workflow.engine.people import SYSTEM
from qa_workflow.engine.permits import acting_for, role_of
from qa_workflow.engine.record import plain_block, written
from qa_workflow.engine.working_days import WorkingCalendar, london_date
from qa_workflow.errors import Refusal, TransitionRefused

# The same trigger, refused by the same guard, on one visit (domain 3.0 g).
REFUSALS_BEFORE_BLOCK = 3
TOLD_AT_ONCE = "L2"  # the level that a refusal with an immediate effect records


def refused(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    event: Fire,
    refusal: TransitionRefused,
    *,
    facts: Facts,
    now: datetime,
    calendar: WorkingCalendar,
) -> Outcome:
    """Return the Outcome of a guard's refusal: a history entry, and at the third a block.

    Version, state, deadlines and timers do not move (domain 3.6). Where the move names a reason
    code for the guard, the block stands at once and L2 is recorded and told that day; while that block
    stands, the same refusal adds only its entry. What has ended is never blocked.
    """
    guards = sorted({reason.guard for reason in refusal.reasons})
    counted = dict(instance.refusals)
    for name in guards:
        key = f"{event.trigger}/{name}"
        counted[key] = counted.get(key, 0) + 1
    after = replace(instance, refusals=counted)
    worst = max((counted[f"{event.trigger}/{name}"] for name in guards), default=0)
    if worst >= REFUSALS_BEFORE_BLOCK and instance.is_open:
        after = with_block(
            after,
            Block(
                reason="refused_three_times",
                note=f"{event.trigger} was refused three times: {refusal}",
                since=now,
                by=SYSTEM,
                review_on=review_date(now, calendar),
                cause=VISIT,
            ),
        )
    after, entry = written(
        instance,
        after,
        action="refused",
        at=now,
        now=now,
        actor=event.actor,
        reason=str(refusal),
        data={"trigger": event.trigger, "guards": guards},
        on_behalf_of=_tried_for(definition, instance, event, facts),
    )
    outcome = Outcome(before=instance, instance=after, history=(entry,))
    grave = _grave(definition, instance, event.trigger, refusal.reasons)
    # Nothing blocks what has ended, so there is nobody to press.
    if (
        instance.is_open
        and grave is not None
        and not any(one.reason == grave[0] for one in instance.blocks)
    ):
        outcome = _raised(definition, outcome, *grave, facts=facts, now=now, calendar=calendar)
    return replace(outcome, signals=told_parent(instance, outcome.instance))


def _tried_for(
    definition: ProcessDefinition, instance: ProcessInstance, event: Fire, facts: Facts
) -> str | None:
    """Return for whom the person tried it, where a delegation let them try."""
    facts = replace(facts, instance=instance, actor=event.actor)
    tried = (
        move
        for move in definition.leaving(instance.state)
        if move.trigger == event.trigger and role_of(definition, instance, move, facts) is not None
    )
    move = next(tried, None)
    return None if move is None else acting_for(definition, instance, move, facts)


def _grave(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    trigger: str,
    reasons: Iterable[Refusal],
) -> tuple[str, str] | None:
    """Return the reason code and sentence of a refusal that has an immediate effect."""
    moves: list[Transition] = [
        move
        for move in definition.leaving(instance.state)
        if move.trigger == trigger and SYSTEM not in move.roles  # the system's own move only waits
    ]
    return next(
        (
            (move.if_refused[reason.guard], reason.why)
            for reason in reasons
            for move in moves
            if reason.guard in move.if_refused
        ),
        None,
    )


def _raised(
    definition: ProcessDefinition,
    refusal: Outcome,
    code: str,
    why: str,
    *,
    facts: Facts,
    now: datetime,
    calendar: WorkingCalendar,
) -> Outcome:
    """Return the refusal with its block, and with L2 recorded and told as of today."""
    before = refusal.instance
    told, _ = audience(before, ("ad_people",), facts, definition)
    reached = max(before.visit_level or "", TOLD_AT_ONCE) if before.visit_level in LEVELS else ""
    blocked = with_block(
        before,
        Block(
            reason=code, note=why, since=now, by=SYSTEM,
            review_on=review_date(now, calendar), cause=VISIT,
        ),
    )  # fmt: skip
    after = replace(blocked, visit_level=reached or TOLD_AT_ONCE, seq=before.seq + 1)
    today = london_date(now)
    entry = HistoryEntry(
        at=now,
        recorded_at=now,
        actor=SYSTEM,
        action="escalated",
        before=before.state,
        after=before.state,
        level=TOLD_AT_ONCE,
        nominal_on=today,
        reason=why,
        data={"deadline": code, "due_on": today.isoformat(), "told": list(told)},
        changes={
            "visit_level": after.visit_level,
            "blocks": [plain_block(block) for block in after.blocks],
        },
    )
    notices = tuple(
        Notice(
            to=person, template="escalation", key=f"{code}:{before.epoch}:{TOLD_AT_ONCE}",
            level=TOLD_AT_ONCE, deadline=code, nominal_on=today, due_on=today,
        )
        for person in told
    )  # fmt: skip
    return replace(refusal, instance=after, history=(*refusal.history, entry), notices=notices)

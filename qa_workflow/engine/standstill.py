"""Whether anything can move an instance at all, and the block that stands while nothing can.

Source: blocked is what has "no legal event available to any active person" (domain 3.0 e).
"""

from collections.abc import Sequence
from datetime import datetime

from qa_workflow.engine.definition import Facts, ProcessDefinition
from qa_workflow.engine.instance import Block, Outcome, ProcessInstance
from qa_workflow.engine.overlay import NO_WAY_OUT, review_date, reviewed, with_block, without
from qa_workflow.engine.people import SYSTEM
from qa_workflow.engine.steps import Judge, Judged
from qa_workflow.engine.working_days import WorkingCalendar

NAMED = 3  # moves whose refusals are told; of more, how many


def could_stand_still(definition: ProcessDefinition, instance: ProcessInstance) -> bool:
    """Tell whether nothing of its own will move the instance: no timer, nothing pending, no children waited for."""
    return (
        instance.is_open
        and not instance.timers
        and instance.pending is None
        and instance.state in {str(one) for one in definition.states}
        and instance.state not in definition.waits_for_children_in
    )


def standstill(
    definition: ProcessDefinition, instance: ProcessInstance, facts: Facts
) -> str | None:
    """Return in a sentence why nothing can move the instance; None while something can.

    Something can while a timer will, while it waits for its children, or while for any move no guard
    refuses as things stand and somebody active could make it.
    """
    if not could_stand_still(definition, instance):
        return None
    looked_at = []
    for step in Judge(definition, instance, facts).offered(instance.state):
        if step.is_held and not step.refusals:
            return None
        looked_at.append(step)
    return (
        f"Nothing can move it out of {instance.state.replace('_', ' ')}; {_looked_at(looked_at)}."
    )


def _looked_at(steps: Sequence[Judged]) -> str:
    if not steps:
        return "no step leads on from here"
    told = [f"{one.move.trigger.replace('_', ' ')} ({_why(one)})" for one in steps[:NAMED]]
    more = f", and {len(steps) - NAMED} more" if len(steps) > NAMED else ""
    return f"looked at: {', '.join(told)}{more}"


def _why(step: Judged) -> str:
    if step.refusals:
        return step.refusals[0].why.rstrip(".")
    roles = " or ".join(role.replace("_", " ") for role in step.move.roles if role != SYSTEM)
    return f"nobody who is active is there for it: {roles}"


def review_way_out(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    facts: Facts,
    *,
    now: datetime,
    calendar: WorkingCalendar,
) -> Outcome | None:
    """Return the Outcome of looking whether anything can move the instance; None when nothing changes.

    What nothing can move is blocked `no_way_out`; the block goes as soon as something can. A block that
    stands is left as it is, whatever is refused meanwhile.
    """
    stands = any(one.cause == NO_WAY_OUT for one in instance.blocks)
    why = standstill(definition, instance, facts)
    if stands == (why is not None):
        return None
    if why is None:
        return reviewed(instance, without(instance, (NO_WAY_OUT,)), now=now)
    block = Block(
        reason=NO_WAY_OUT,
        note=why,
        since=now,
        by=SYSTEM,
        review_on=review_date(now, calendar),
        cause=NO_WAY_OUT,
    )
    return reviewed(instance, with_block(instance, block), now=now)

"""Whether anything will ever look at an instance again: what stands without a clock stands still in silence."""

from datetime import date, datetime, timedelta

from qa_workflow.engine.deadlines import when
from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.errors import BeyondCalendar

LADDER_DAYS = timedelta(days=35)  # twenty working days, the longest ladder, and some


def is_unwatched(
    definition: ProcessDefinition | None,
    instance: ProcessInstance,
    calendar: WorkingCalendar,
    now: datetime,
) -> bool:
    """Tell whether nothing will ever look at an open instance again, and nobody has been told of it.

    A date that lies beyond the known bank holidays is armed as soon as they are known.
    """
    return (
        instance.is_open
        and not instance.timers
        and not instance.blocks
        and instance.pending is None
        and not stands_late(instance, now)
        and not _lies_beyond(definition, instance, calendar)
    )


def stands_late(instance: ProcessInstance, now: datetime) -> bool:
    """Tell whether an open instance is late at *now*."""
    return instance.is_open and instance.stuck_at is not None and instance.stuck_at <= now


def _lies_beyond(
    definition: ProcessDefinition | None, instance: ProcessInstance, calendar: WorkingCalendar
) -> bool:
    """Tell whether a date of an instance lies where working days cannot be counted yet, or its ladder does."""
    horizon = date(calendar.last_year, 12, 31) - LADDER_DAYS
    if instance.due_on is not None and instance.met_at is None and instance.due_on > horizon:
        return True
    for deadline in definition.deadlines_of(instance.state) if definition is not None else ():
        try:
            falls = when(deadline, instance, calendar, entered_on=instance.entered_on)
        except BeyondCalendar:
            return True
        if falls is not None and falls.due_on > horizon:
            return True
    return False

"""Which dates of an instance a repair has moved, or would move: what is printed before and after."""

from dataclasses import dataclass
from datetime import date

from qa_workflow.engine.deadlines import OWN_DATE, falls_on
from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.engine.instance import Json, ProcessInstance
from qa_workflow.engine.working_days import WorkingCalendar, london_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A date of an instance before and after a repair: of a deadline, or (with `level`) of what is armed for it."""

    deadline: str
    level: str | None
    from_on: date | None
    to_on: date | None

    def plain(self) -> Json:
        """Return the move as JSON has it."""
        return {
            "deadline": self.deadline,
            "level": self.level,
            "from": None if self.from_on is None else self.from_on.isoformat(),
            "to": None if self.to_on is None else self.to_on.isoformat(),
        }


def moved(
    definition: ProcessDefinition,
    before: ProcessInstance,
    after: ProcessInstance,
    calendar: WorkingCalendar,
) -> tuple[Moved, ...]:
    """Return every date that stands otherwise *after*; what is new has no `from_on`, what is gone no `to_on`."""
    was, now = _dates(definition, before, calendar), _dates(definition, after, calendar)
    return tuple(
        Moved(
            deadline=name, level=level, from_on=was.get((name, level)), to_on=now.get((name, level))
        )
        for name, level in dict.fromkeys((*was, *now))
        if was.get((name, level)) != now.get((name, level))
    )


def _dates(
    definition: ProcessDefinition, instance: ProcessInstance, calendar: WorkingCalendar
) -> dict[tuple[str, str | None], date]:
    found: dict[tuple[str, str | None], date] = {}
    if not instance.is_open:
        return found
    if instance.due_on is not None and instance.met_at is None:
        found[OWN_DATE, None] = instance.due_on
    for deadline in definition.deadlines_of(instance.state):
        if (falls := falls_on(deadline, instance, calendar)) is not None:
            found[deadline.name, None] = falls.due_on
    for timer in instance.timers:
        found[timer.deadline, timer.level] = london_date(timer.due_at)
    return found

"""What every group of officers of the synthetic council shares: the day, the dice, and how an act is told."""

import random
from datetime import date, datetime, time, timedelta
from typing import Any

from qa_workflow.engine.working_days import LONDON
from qa_workflow.service import enquiries
from qa_workflow.service.context import Context

View = dict[str, Any]
Act = tuple[str, str, dict[str, Any]]  # trigger, who pulls it, what they say
WEDNESDAY = 2


def morning(day: date) -> datetime:
    """Return nine o'clock of *day*, London time."""
    return datetime.combine(day, time(9), LONDON)


def wednesday_from(day: date) -> date:
    """Return the first Wednesday that does not lie before *day*: the day for meetings."""
    return day + timedelta(days=(WEDNESDAY - day.weekday()) % 7)


class Officers:
    """Officers of one subject. What they do in a state stands in a method `<process>_<state>`.

    It takes the instance as a list shows it, and returns an act, or None where today nobody acts.
    Each group rolls dice of its own, so that a change in one story leaves the others as they were.
    """

    def __init__(self, ctx: Context, chance: random.Random) -> None:
        self.ctx = ctx
        self.chance = chance
        self.today = date.min
        self.placed: dict[str, list[str]] = {}  # cases by provider, as the list of this month says
        self._known: dict[str, tuple[int, dict[str, Any]]] = {}  # by reference: version and data

    def act(self, view: View) -> Act | None:
        """Return what somebody of this group does about *view* today."""
        does = getattr(self, f"{view['process']}_{view['state']}", None)
        found: Act | None = None if does is None else does(view)
        return found

    def begin(self, now: datetime) -> None:
        """Start what these officers start by hand today; most days nothing."""

    def sometimes(self, share: float) -> bool:
        """Tell whether it happens today, as it does on this share of days."""
        return self.chance.random() < share

    def data(self, view: View) -> dict[str, Any]:
        """Return all that the instance knows; it is asked again only once the instance has changed."""
        reference, version = view["reference"], view["version"]
        if self._known.get(reference, (0, {}))[0] != version:
            shown = enquiries.show(self.ctx, reference, now=morning(self.today))
            self._known[reference] = (version, shown["data"])
        return self._known[reference][1]

    def days_left(self, view: View) -> int:
        """Return the days until the instance's own date; negative after it."""
        return (date.fromisoformat(view["due_on"]) - self.today).days

    def days_since(self, told: str | None) -> int:
        """Return the days since the ISO date *told*; -1 where there is none yet."""
        return -1 if not told else (self.today - date.fromisoformat(told)).days

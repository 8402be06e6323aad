"""When it is somebody's turn: how long each person takes for what they have to do, as the seed decides."""

import random
from datetime import date

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.errors import BeyondCalendar
from qa_workflow.simulation.people import Pace, Staff

NEVER = date.max
TOLD_ABOVE = ("L2", "L3")  # levels at which AD People and the Director press for it
TRIES = 3  # refused so often, somebody leaves it lying for longer
AGAIN_AFTER, LATER_AFTER = 5, 15  # working days after a refusal
URGENT_DAYS = 4  # what is due so soon after it began is about a child's safety

# Pace: the chances of ever doing it late, and of never doing it, and the working days of each.
_LATE = {Pace.PROMPT: 0.02, Pace.SLOW: 0.15, Pace.FORGETFUL: 0.25}
_NEVER = {Pace.PROMPT: 0.0, Pace.SLOW: 0.0, Pace.FORGETFUL: 0.12}
_DAYS = {Pace.PROMPT: (0, 0, 0, 0, 0, 0, 1, 1), Pace.SLOW: tuple(range(8)), Pace.FORGETFUL: tuple(range(6))}  # fmt: skip
_LATE_DAYS = (8, 35)
_PRESSED_IN_VAIN = 0.25
_PRESSED_DAYS = (1, 4)


class Turns:
    """Remembers, for each thing that waits for a person, the day on which they will do it."""

    def __init__(self, staff: Staff, calendar: WorkingCalendar, seed: int) -> None:
        self.staff = staff
        self.calendar = calendar
        self.seed = seed
        self._on: dict[str, date] = {}
        self._refused: dict[str, int] = {}

    def comes_on(self, instance: ProcessInstance, trigger: str, who: str, today: date) -> date:
        """Return the working day on which *who* pulls *trigger*: drawn once, and again when somebody presses."""
        key = f"{instance.reference}|{instance.epoch}|{trigger}|{who}"
        found = self._on.get(key)
        if found is None:
            found = self._on[key] = self._drawn(key, self._pace(instance, who), today)
        if found > today and instance.level in TOLD_ABOVE:
            key += "|pressed"
            if key not in self._on:
                self._on[key] = self._pressed(key, today)
            found = min(found, self._on[key])
        return found

    def done(self, instance: ProcessInstance, trigger: str, who: str) -> None:
        """Forget the turn: what is to be done next in the same state is another thing."""
        key = f"{instance.reference}|{instance.epoch}|{trigger}|{who}"
        self._on.pop(key, None)
        self._on.pop(f"{key}|pressed", None)

    def refused(self, instance: ProcessInstance, trigger: str, who: str, today: date) -> None:
        """Let somebody who was refused try again a week later; whoever was refused often waits longer."""
        key = f"{instance.reference}|{instance.epoch}|{trigger}|{who}"
        self._refused[key] = self._refused.get(key, 0) + 1
        wait = AGAIN_AFTER if self._refused[key] < TRIES else LATER_AFTER
        self._on[key] = self._on[f"{key}|pressed"] = self._after(today, wait)

    def _pace(self, instance: ProcessInstance, who: str) -> Pace:
        """Return how fast somebody is; where a child may not be safe, everybody is prompt."""
        due_on = instance.due_on
        if due_on is not None and (due_on - instance.entered_on).days <= URGENT_DAYS:
            return Pace.PROMPT
        return self.staff.pace.get(who, Pace.PROMPT)

    def _drawn(self, key: str, pace: Pace, today: date) -> date:
        chance = random.Random(f"{self.seed}:{key}")  # noqa: S311 - a story, not a secret
        rolled = chance.random()
        if rolled < _NEVER[pace]:
            return NEVER
        if rolled < _NEVER[pace] + _LATE[pace]:
            return self._after(today, chance.randint(*_LATE_DAYS))
        return self._after(today, chance.choice(_DAYS[pace]))

    def _pressed(self, key: str, today: date) -> date:
        chance = random.Random(f"{self.seed}:{key}")  # noqa: S311 - the same
        if chance.random() < _PRESSED_IN_VAIN:
            return NEVER
        return self._after(today, chance.randint(*_PRESSED_DAYS))

    def _after(self, today: date, working_days: int) -> date:
        try:
            return self.calendar.add(today, working_days)
        except BeyondCalendar:
            return NEVER

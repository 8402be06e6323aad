"""What an officer of the simulated council sees of one instance on one day, and how an act is told."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qa_workflow.engine.instance import Json
from qa_workflow.engine.people import Roster

Move = tuple[str, str, dict[str, Any]]  # trigger, person id of who pulls it, what they say


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One open instance on one London day, with everybody who could act and the dice of its officers."""

    reference: str
    process: str
    state: str
    subject: str
    case_id: str | None
    owner: str | None
    due_on: date | None
    entered_on: date
    data: Json
    today: date
    roster: Roster
    chance: random.Random

    def holder(self, role: str, *but: str | None) -> str | None:
        """Return the person who does what *role* does here: the first active holder by id who is not among *but*."""
        found = (one.person_id for one in self.roster.holders(role, self.today))
        return next((one for one in found if one not in but), None)

    def acts(self, trigger: str, by: str | None, **data: Any) -> Move | None:  # noqa: ANN401 - any data
        """Return the act of pulling *trigger*; None where there is nobody to do it."""
        return None if by is None else (trigger, by, data)

    def sometimes(self, share: float) -> bool:
        """Tell whether it happens today, as it does on this share of days."""
        return self.chance.random() < share

    def days_in_state(self) -> int:
        return (self.today - self.entered_on).days


Script = Callable[[Scene], Move | None]
Scripts = Mapping[str, Mapping[str, Script]]  # process, state, and what is done there

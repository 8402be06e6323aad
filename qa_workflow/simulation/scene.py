"""What an officer of the simulated council sees of one instance on one day, and how an act is told.

A module of `simulation/officers` tells what is done about its processes:

    SCRIPTS: Scripts = {"dip_check": {"due": confirm}}     in which state, by which function
    starts: Starts                                         optional: what is begun by hand today

A script says what somebody would do today, or None. Whether that person is prompt or slow, on leave
or gone, is not its business: the days of the simulation decide that (`days.py`).
"""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from qa_workflow.engine.instance import NOTHING, Json
from qa_workflow.engine.people import Roster

Move = tuple[str, str, dict[str, Any]]  # trigger, person id of who pulls it, what they say
WEDNESDAY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """One London day as every officer sees it: who is there, who is on leave, which child lives where.

    `placed` holds the open cases by provider, as the newest list says; `states` every open instance's
    state by its reference, so that what waits for a meeting sees whether that was held; `choices` what
    the council has chosen where its framework can be read in two ways.
    """

    today: date
    roster: Roster
    chance: random.Random
    away: frozenset[str] = frozenset()
    placed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    choices: Json = NOTHING

    def holder(self, role: str, *but: str | None) -> str | None:
        """Return the person who does what *role* does here: the first active holder by id who is not among *but*.

        Whoever is on leave comes last, after those who stand in for them.
        """
        found = [
            one.person_id
            for one in self.roster.holders(role, self.today)
            if one.person_id not in but
        ]
        return next((one for one in found if one not in self.away), found[0] if found else None)

    def holders(self, role: str, *but: str | None) -> list[str]:
        """Return everybody active in *role* who is not on leave and not among *but*, by id."""
        return [
            one.person_id
            for one in self.roster.holders(role, self.today)
            if one.person_id not in but and one.person_id not in self.away
        ]

    def sometimes(self, share: float) -> bool:
        """Tell whether it happens today, as it does on this share of days."""
        return self.chance.random() < share

    def days_since(self, told: str | None) -> int:
        """Return the days since the ISO date *told*; -1 where there is none yet, or it lies ahead."""
        return -1 if not told else (self.today - date.fromisoformat(told)).days

    def wednesday_from(self, day: date) -> str:
        """Return the first Wednesday that lies neither before *day* nor before today, as an ISO date."""
        first = max(day, self.today)
        return (first + timedelta(days=(WEDNESDAY - first.weekday()) % 7)).isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene(Morning):
    """One open instance on one London day, with everybody who could act and the dice of its officers."""

    reference: str
    process: str
    state: str
    subject: str
    case_id: str | None
    owner: str | None
    due_on: date | None
    entered_on: date
    data: Json = NOTHING

    def acts(self, trigger: str, by: str | None, **data: Any) -> Move | None:  # noqa: ANN401 - any data
        """Return the act of pulling *trigger*; None where there is nobody to do it."""
        return None if by is None else (trigger, by, data)

    def days_in_state(self) -> int:
        return (self.today - self.entered_on).days

    def days_left(self) -> int:
        """Return the days until the instance's own date, negative after it; very many where it has none."""
        return 10_000 if self.due_on is None else (self.due_on - self.today).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Something that somebody begins by hand today."""

    process: str
    subject: str
    by: str
    data: Json = NOTHING


Script = Callable[[Scene], Move | None]
Scripts = Mapping[str, Mapping[str, Script]]  # process, state, and what is done there
Starts = Callable[[Morning], Iterable[Start]]

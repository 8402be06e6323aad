"""Where an instance stands in the list of the Top three, as far as the instance itself can tell.

Source: "Ranking: immediate safety first; then level, where a block's age in working days counts on the
same 1/5/10/20 ladder and the greater of lateness and block age decides; then statutory before other;
then working days, longest first; then case reference. [...] In the list: whatever is blocked" (domain 3.6).
"""

from dataclasses import dataclass
from datetime import datetime

from qa_workflow.engine.definition import Ladder, ProcessDefinition
from qa_workflow.engine.instance import LEVELS, ProcessInstance

IMMEDIATE_SAFETY = (
    "immediate_safety"  # the name of the ladder that a concern for a child's safety climbs
)
_SAFETY, _LEVEL = (
    100,
    10,
)  # what a rank is made of; the last digit says whether the law sets the date


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressing:
    """How urgent what is in the list is: for a child's safety, the level reached, whether by law."""

    immediate_safety: bool
    level: str | None
    statutory: bool

    @property
    def rank(self) -> int:
        """Return it as one number, the more urgent the higher: what the list is read in the order of."""
        reached = 0 if self.level is None else LEVELS.index(self.level) + 1
        return _SAFETY * self.immediate_safety + _LEVEL * reached + self.statutory


def read_rank(rank: int) -> Pressing:
    """Return what a stored rank says."""
    reached = rank % _SAFETY // _LEVEL
    return Pressing(
        immediate_safety=rank >= _SAFETY,
        level=None if reached == 0 else LEVELS[reached - 1],
        statutory=bool(rank % _LEVEL),
    )


def pressing(definition: ProcessDefinition, instance: ProcessInstance) -> Pressing | None:
    """Return how urgent the instance is; None where it is not in the list.

    In it is whatever is blocked, and an immediate concern from the day on which it is late: since when
    is `pressing_at`, which may lie ahead.
    """
    if not instance.is_open:
        return None
    watched = [ladder for ladder in _ladders(definition, instance) if not ladder.is_reminder_only]
    safety = instance.met_at is None and any(one.name == IMMEDIATE_SAFETY for one in watched)
    if not instance.blocks and not (safety and instance.stuck_at is not None):
        return None
    return Pressing(
        immediate_safety=safety,
        level=instance.level,
        statutory=any(one.statutory for one in watched),
    )


def pressing_at(instance: ProcessInstance) -> datetime | None:
    """Return since when it is late or blocked (UTC), whichever came first; it may lie ahead."""
    return min(
        (one for one in (instance.stuck_at, *(block.since for block in instance.blocks)) if one),
        default=None,
    )


def _ladders(definition: ProcessDefinition, instance: ProcessInstance) -> list[Ladder]:
    own = definition.due_ladder if instance.due_on is not None and instance.met_at is None else None
    of_state = [one.ladder for one in definition.deadlines_of(instance.state)]
    return [one for one in (own, *of_state) if one is not None]


def placed(definition: ProcessDefinition, instance: ProcessInstance) -> ProcessInstance:
    """Return the instance with its place in the list."""
    found = pressing(definition, instance)
    rank = None if found is None else found.rank
    since = None if found is None else pressing_at(instance)
    if (rank, since) == (instance.pressing_rank, instance.pressing_at):
        return instance
    return instance.altered(pressing_rank=rank, pressing_at=since)

"""Action: somebody said at a meeting, or in a report, that they would do it; was it done?

Source: domain 3.5 G2, "every action is an instance". The framework names no time for it: the day is
the one that was agreed, and who is told when it has passed is the product's default.
"""

from enum import StrEnum, auto

from pydantic import Field

from qa_workflow.engine.definition import (
    Asks,
    Effects,
    Facts,
    PersonId,
    ProcessDefinition,
    Reassignment,
    Refusal,
    Step,
    Transition,
    guard,
)
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.patterns import ladders
from qa_workflow.patterns.guards import reason_is_given, text_is_given


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    OPEN = auto()
    DONE = auto()
    DROPPED = auto()


S = Stage


class Doing(Asks):
    """What was done, and where that can be seen."""

    what_was_done: str = Field(
        default="", title="What was done", description="By reference, without names"
    )
    evidence_reference: str = Field(
        default="", title="Where the proof is", description="A reference, never the document itself"
    )


class NewOwner(Asks):
    """Who takes the action over."""

    owner: PersonId = Field(title="New owner")


@guard("actor")
def dropped_by_another_than_the_owner(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Nobody lets go of what they themselves had promised, nor does whoever acts for them."""
    if facts.instance.data.get("owner") not in facts.eyes:
        return None
    return Refusal(
        why="The action is yours, so another person must decide to drop it.", who="sm_sqa"
    )


def the_owner(instance: ProcessInstance, _facts: Facts) -> tuple[str, ...]:
    """The person who said that they would do it."""
    owner = instance.data.get("owner")
    return (owner,) if owner else ()


def the_chair(_instance: ProcessInstance, facts: Facts) -> tuple[str, ...]:
    """Whoever chaired the meeting at which it was agreed."""
    chair = None if facts.parent is None else facts.parent.data.get("chair")
    return (chair,) if chair else ()


def done(step: Step) -> Effects:
    """Keep what was done, where the proof is, and when."""
    evidence: Doing = step.evidence
    return Effects(
        data={
            "what_was_done": evidence.what_was_done,
            "evidence_reference": evidence.evidence_reference,
            "done_by": step.actor,
            "done_on": step.today.isoformat(),
        }
    )


def dropped(step: Step) -> Effects:
    """Keep why it is no longer wanted, and who said so."""
    return Effects(data={"why_dropped": step.evidence.reason, "dropped_by": step.actor})


PROCESS = ProcessDefinition(
    name="action",
    title="Action",
    version=1,
    about="What a meeting or a report agreed: its owner says what was done and where the proof is.",
    reference_hint="action:A-0001",
    started_by="moving_to_excellence_board",
    by_hand=False,
    states=Stage,
    initial=S.OPEN,
    final=frozenset({S.DONE, S.DROPPED}),
    relations={"owner": the_owner, "chair": the_chair},
    keeps_owner=True,
    reassignment=Reassignment(
        key="owner",
        states=frozenset({S.OPEN}),
        asks=NewOwner,
        roles=("sm_sqa",),
    ),
    due_ladder=ladders.STANDARD,
    due_source="the day that was agreed",
    transitions=(
        Transition(
            "complete", S.OPEN, S.DONE,
            (
                text_is_given("what_was_done", "It is not said what was done.", "owner"),
                text_is_given("evidence_reference", "It is not said where the proof is.", "owner"),
            ),
            "owner", asks=Doing, effect=done,
        ),
        Transition(
            "drop", S.OPEN, S.DROPPED, (dropped_by_another_than_the_owner, reason_is_given),
            ("chair", "sm_sqa", "ad_people"), effect=dropped, exceptional=True,
        ),
    ),
    deadlines=(),
)  # fmt: skip

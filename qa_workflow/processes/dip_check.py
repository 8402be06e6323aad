"""Dip check: three months after a recommendation was signed off, does the change still hold?

Source: "the proper focus of quality assurance will be on outcomes" (framework, principles); domain 3.2
and 3.6, closing the loop. The three months are a product default, counted in calendar months.
"""

from enum import StrEnum, auto

from pydantic import Field

from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Effects,
    Facts,
    InstanceDue,
    ProcessDefinition,
    Refusal,
    Step,
    Transition,
    Within,
    guard,
)
from qa_workflow.engine.instance import Json
from qa_workflow.patterns import ladders
from qa_workflow.patterns.guards import reason_is_given, text_is_given

INVOLVED = ("owner", "verified_by", "verified_for")


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    DUE = auto()
    SUSTAINED = auto()
    NOT_SUSTAINED = auto()
    REOPENED = auto()
    ACCEPTED = auto()


S = Stage


class Finding(Asks):
    """What the check found."""

    what: str = Field(default="", title="What was found", description="By reference, without names")


@guard("actor")
def checked_by_another(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Whoever checks neither owned the recommendation nor verified it, and acts for nobody who did."""
    recommendation = facts.parent
    if recommendation is None or not facts.eyes & {
        recommendation.data.get(key) for key in INVOLVED
    }:
        return None
    return Refusal(
        why="You owned or verified this recommendation, so another auditor must check it.",
        who="auditor",
    )


@guard("actor")
def accepted_by_another_than_the_owner(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Nobody accepts for their own recommendation that the change did not last."""
    if facts.parent is None or facts.parent.data.get("owner") not in facts.eyes:
        return None
    return Refusal(why="You own the recommendation, so another must accept this.", who="sm_sqa")


def found(step: Step) -> Effects:
    """Keep who checked, when, and what was found."""
    return Effects(
        data={
            "checked_by": step.actor,
            "checked_on": step.today.isoformat(),
            "found": step.evidence.what or step.evidence.reason,
        }
    )


def date_is_met(_definition: ProcessDefinition, state: str, _data: Json) -> bool:
    """Say that the date is met once somebody has looked; what follows from a lapse has its own date."""
    return state != S.DUE


_BY_ANOTHER = (checked_by_another,)

PROCESS = ProcessDefinition(
    name="dip_check",
    title="Dip check of a signed-off recommendation",
    version=1,
    about="Three months after signing off, an auditor looks whether the change has lasted; if not, it is reopened.",
    reference_hint="dip_check:R-0001",
    started_by="recommendation",
    by_hand=False,
    states=Stage,
    initial=S.DUE,
    final=frozenset({S.SUSTAINED, S.REOPENED, S.ACCEPTED}),
    due_ladder=ladders.STANDARD,
    due_met=date_is_met,
    due_source="product default: three months after signing off (domain 3.6)",
    transitions=(
        Transition(
            "confirm", S.DUE, S.SUSTAINED,
            (*_BY_ANOTHER, text_is_given("what", "It is not said what still holds.", "auditor")),
            "auditor", asks=Finding, effect=found,
        ),
        Transition(
            "find_lapsed", S.DUE, S.NOT_SUSTAINED, (*_BY_ANOTHER, reason_is_given), "auditor",
            asks=Finding, effect=found, adverse=True,
        ),
        # sm_sqa decides: either the recommendation is reopened, and that tells this check ...
        Transition("reopen", S.NOT_SUSTAINED, S.REOPENED),
        # ... or the lapse is accepted, and why.
        Transition(
            "accept", S.NOT_SUSTAINED, S.ACCEPTED, (accepted_by_another_than_the_owner, reason_is_given), "sm_sqa", adverse=True,
        ),
    ),
    deadlines=(
        Deadline(name="check_by", state=S.DUE, due=InstanceDue(), source="product default"),
        Deadline(
            name="decide_by", state=S.NOT_SUSTAINED, due=Within(5), ladder=ladders.STANDARD,
            source="product default",
        ),
    ),
)  # fmt: skip

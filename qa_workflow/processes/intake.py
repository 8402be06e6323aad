"""Intake: what others say about our practice is heard, considered, and leads to a recommendation or a reason for none.

Source: "Complaints and compliments", "feedback from staff, professionals, service users" and "learning reviews, serious
case reviews, evaluations and inspections", "evaluation of training" (framework, sources of quality assurance); domain
3.6: `intake:<kind>:<n>`, due twenty working days after it was received.
"""

from contextlib import suppress
from datetime import date
from enum import StrEnum, auto
from typing import Literal

from pydantic import Field

from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Effects,
    Facts,
    Hold,
    InstanceDue,
    ProcessDefinition,
    Refusal,
    Step,
    Transition,
    Within,
    guard,
)
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.errors import BeyondCalendar
from qa_workflow.patterns import ladders
from qa_workflow.patterns.guards import not_in_the_future, reason_is_given, text_is_given
from qa_workflow.patterns.raising import Recommended, raise_recommendations
from qa_workflow.patterns.texts import Texts

DUE_WORKING_DAYS = 20
CONSIDER_WORKING_DAYS = 10
UNCOUNTED = "uncounted"  # the cause of the block of a date that cannot be counted yet

Kind = Literal[
    "complaint", "compliment", "feedback", "learning_review", "serious_case_review", "inspection",
    "training_evaluation",
]  # fmt: skip


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    RECEIVED = auto()
    CONSIDERED = auto()
    RECOMMENDATION_RAISED = auto()
    NO_ACTION = auto()


S = Stage


# ------------------------------------------------------------------ what is asked for
class Received(Asks):
    """What was received: of which kind, when, from whom, and what it says."""

    kind: Kind = Field(title="Kind")
    received_on: date | None = Field(default=None, title="Received on")
    from_whom: str = Field(
        default="", title="From whom", description="A parent, a partner, staff ...: no names"
    )
    summary: str = Field(default="", title="What it says", description="Without names")


class Consideration(Asks):
    """What it tells about our practice."""

    learning: str = Field(default="", title="What it tells about our practice")
    strengths: Texts = Field(default=(), title="What is working well and why")
    gaps: Texts = Field(default=(), title="What we need to do better")


class Raising(Asks):
    """What must change because of it."""

    recommendations: tuple[Recommended, ...] = Field(default=(), title="Recommendations")


# ------------------------------------------------------------------ what must hold
@guard("evidence")
def received_on_is_a_day_that_has_come(facts: Facts, evidence: Received) -> Refusal | None:
    """What has been received has a day, and that day has come."""
    if evidence.received_on is None:
        return Refusal(
            why="The day on which it was received is not given.", who="whoever took it in"
        )
    return not_in_the_future(evidence.received_on, facts, "The day on which it was received")


@guard("evidence")
def something_is_recommended(_facts: Facts, evidence: Raising) -> Refusal | None:
    """Raising a recommendation names at least one; with none it is no action, which has a reason."""
    if evidence.recommendations:
        return None
    return Refusal(why="No recommendation is given.", who="sm_sqa (or take_no_action)")


# ------------------------------------------------------------------ what the moves bring about
def count_days(step: Step) -> Effects:
    """Give it twenty working days from the day it was received."""
    try:
        return Effects(due_on=_due(step.before, step.calendar))
    except BeyondCalendar as exc:
        return Effects(holds=(Hold(reason="system_fault", note=str(exc), cause=UNCOUNTED),))


def _due(instance: ProcessInstance, calendar: WorkingCalendar) -> date:
    received_on = date.fromisoformat(instance.data["received_on"])
    return calendar.add(received_on, DUE_WORKING_DAYS, closures=True)


def recount(instance: ProcessInstance, calendar: WorkingCalendar) -> Effects:
    """Count the twenty working days again."""
    with suppress(BeyondCalendar):
        return Effects(due_on=_due(instance, calendar))
    return Effects()


def consider(step: Step) -> Effects:
    """Keep what it tells about practice, strengths as well as gaps; a date that could not be counted is tried again."""
    evidence: Consideration = step.evidence
    counted = count_days(step) if step.before.due_on is None else Effects()
    return Effects(
        data={
            "learning": evidence.learning,
            "strengths": list(evidence.strengths),
            "gaps": list(evidence.gaps),
            "considered_by": step.actor,
        },
        due_on=counted.due_on,
        holds=counted.holds,
        clears=() if counted.due_on is None else (UNCOUNTED,),
    )


def raise_them(step: Step) -> Effects:
    """Follow up what must change as recommendations."""
    evidence: Raising = step.evidence
    also = {"intake": step.before.data["kind"]}
    return Effects(
        data={"feeds": ["service_improvement_plan"]},
        spawn=raise_recommendations(step, evidence.recommendations, also=also),
    )


PROCESS = ProcessDefinition(
    name="intake",
    title="Intake of feedback and learning",
    version=1,
    about="A complaint, compliment, review or inspection is considered and leads to a recommendation or a reason why not.",
    reference_hint="intake:complaint:1",
    started_by="person",
    series="intake:{kind}:",
    starts_with=Received,
    start_guards=(
        received_on_is_a_day_that_has_come,
        text_is_given("from_whom", "From whom it came is not said.", "whoever took it in"),
        text_is_given("summary", "What it says is not given.", "whoever took it in"),
    ),
    states=Stage,
    initial=S.RECEIVED,
    final=frozenset({S.RECOMMENDATION_RAISED, S.NO_ACTION}),
    on_start=count_days,
    recount=recount,
    due_ladder=ladders.STANDARD,
    due_source="product default: twenty working days (domain 3.6)",
    transitions=(
        Transition(
            "consider", S.RECEIVED, S.CONSIDERED,
            (text_is_given("learning", "What it tells about our practice is not said.", "sm_sqa"),), "sm_sqa",
            asks=Consideration, effect=consider,
        ),
        Transition(
            "raise_recommendation", S.CONSIDERED, S.RECOMMENDATION_RAISED, (something_is_recommended,), "sm_sqa",
            asks=Raising, effect=raise_them,
        ),
        Transition("take_no_action", S.CONSIDERED, S.NO_ACTION, (reason_is_given,), "sm_sqa", adverse=True),
    ),
    deadlines=(
        Deadline(
            name="consider_by", state=S.RECEIVED, due=Within(CONSIDER_WORKING_DAYS, since="received_on"),
            ladder=ladders.STANDARD, capped=True, source="product default",
        ),
        Deadline(name="answer_by", state=S.CONSIDERED, due=InstanceDue(), source="product default (domain 3.6)"),
    ),
)  # fmt: skip

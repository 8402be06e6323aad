"""Proposed plan line: three recommendations of one audit round bear the same theme, so a plan should say so.

Source: "Service Improvement Plan and Workforce Development Plans are scrutinised and signed off" (framework,
audit cycle page), which audits feed; domain 3.2: "link required or declined with reason". The framework
gives no time for it: ten working days, and the standard ladder, are product defaults.
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
    Link,
    ProcessDefinition,
    Refusal,
    Step,
    Transition,
    Within,
    guard,
)
from qa_workflow.engine.instance import ProcessInstance, Signal
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.errors import BeyondCalendar
from qa_workflow.patterns import ladders
from qa_workflow.patterns.guards import reason_is_given, text_is_given

DECIDE_WORKING_DAYS = 10


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    PROPOSED = auto()
    LINKED = auto()
    DECLINED = auto()


S = Stage


class Linking(Asks):
    """Which line of which plan takes the theme up."""

    plan: Literal["SIP", "WDP"] | None = Field(
        default=None,
        title="Plan",
        description="SIP: Service Improvement Plan; WDP: Workforce Development Plan",
    )
    line: str = Field(default="", title="Line", description="The line of the plan, by its number")


class Addition(Asks):
    """Another recommendation of the round with this theme."""

    recommendation: str = Field(title="Recommendation")


@guard("evidence")
def plan_is_named(_facts: Facts, evidence: Linking) -> Refusal | None:
    """A link names the plan."""
    if evidence.plan is not None:
        return None
    return Refusal(why="It is not said which plan: SIP or WDP.", who="sm_sqa")


@guard("evidence")
def recommendation_is_not_listed(facts: Facts, evidence: Addition) -> Refusal | None:
    """A recommendation stands on the line once."""
    if evidence.recommendation not in facts.instance.data["recommendations"]:
        return None
    return Refusal(why=f"{evidence.recommendation} is listed already.")


def _told(step: Step, recommendations: tuple[str, ...]) -> tuple[Signal, ...]:
    told = {"plan_line": step.before.reference}
    return tuple(Signal("join_plan_line", to=one, data=told) for one in recommendations)


def _due_on(proposed_on: date, calendar: WorkingCalendar) -> date | None:
    """Return by when it is decided; None beyond the calendar: `decide_by` then blocks it and names the year."""
    with suppress(BeyondCalendar):
        return calendar.add(proposed_on, DECIDE_WORKING_DAYS, closures=True)
    return None


def propose(step: Step) -> Effects:
    """Ask for a decision in ten working days, and tell each recommendation which line takes its theme up."""
    recommendations = tuple(step.before.data["recommendations"])
    return Effects(
        due_on=_due_on(step.today, step.calendar),
        signals=_told(step, recommendations),
        links=tuple(Link("came_from", one) for one in recommendations),
    )


def add(step: Step) -> Effects:
    """List another recommendation with this theme."""
    evidence: Addition = step.evidence
    listed = [*step.before.data["recommendations"], evidence.recommendation]
    return Effects(
        data={"recommendations": listed},
        signals=_told(step, (evidence.recommendation,)),
        links=(Link("came_from", evidence.recommendation),),
    )


def link(step: Step) -> Effects:
    """Keep which line of which plan it became, and who said so."""
    evidence: Linking = step.evidence
    return Effects(data={"plan": evidence.plan, "line": evidence.line, "decided_by": step.actor})


def decline(step: Step) -> Effects:
    """Keep why no plan takes it up, and who said so."""
    return Effects(data={"why_declined": step.evidence.reason, "decided_by": step.actor})


def recount(instance: ProcessInstance, calendar: WorkingCalendar) -> Effects:
    """Count the ten working days again."""
    return Effects(due_on=_due_on(instance.entered_on, calendar))


PROCESS = ProcessDefinition(
    name="plan_line",
    title="Proposed plan line",
    version=1,
    about="A theme of three recommendations of one round becomes a line of a plan, or somebody says why not.",
    reference_hint="plan_line:2025-26-A:purposeful-plans",
    started_by="recommendation",
    by_hand=False,
    states=Stage,
    initial=S.PROPOSED,
    final=frozenset({S.LINKED, S.DECLINED}),
    on_start=propose,
    recount=recount,
    due_ladder=ladders.STANDARD,
    due_source="product default: ten working days after the third recommendation",
    transitions=(
        Transition(
            "link", S.PROPOSED, S.LINKED,
            (plan_is_named, text_is_given("line", "The line of the plan is not named.", "sm_sqa")),
            "sm_sqa", asks=Linking, effect=link,
        ),
        Transition("decline", S.PROPOSED, S.DECLINED, (reason_is_given,), "sm_sqa", effect=decline, adverse=True),
        Transition(
            "add_recommendation", S.PROPOSED, None, (recommendation_is_not_listed,), asks=Addition, effect=add,
        ),
    ),
    deadlines=(
        Deadline(
            name="decide_by", state=S.PROPOSED, due=Within(DECIDE_WORKING_DAYS), ladder=ladders.STANDARD,
            source="product default",
        ),
    ),
)  # fmt: skip

"""Immediate concern: an auditor saw that a child may not be safe; somebody above must answer at once.

Source: "are they safe and protected from harm" (framework, principles); domain 3.0 and 3.1b.
"""

from contextlib import suppress
from enum import StrEnum, auto

from pydantic import Field

from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Effects,
    Facts,
    ProcessDefinition,
    Refusal,
    Step,
    Transition,
    Within,
    guard,
)
from qa_workflow.engine.instance import Json, Notice, ProcessInstance
from qa_workflow.engine.people import ids
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.errors import BeyondCalendar
from qa_workflow.patterns import ladders
from qa_workflow.patterns.guards import text_is_given

ABOVE = ("sm_csc", "sm_sqa", "ad_people", "director")  # "team manager of the case, or above"


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    RAISED = auto()
    ACKNOWLEDGED = auto()
    MADE_SAFE = auto()


S = Stage


class Safety(Asks):
    """What was done so that the child is safe."""

    what: str = Field(default="", title="What was done", description="By reference, without names")


class Raising(Asks):
    """What was seen."""

    what: str = Field(default="", title="What was seen", description="By reference, without names")


@guard("actor")
def made_safe_by_another(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Somebody else than the practitioner says that the child is safe."""
    if facts.case is None or facts.case.practitioner not in facts.eyes:
        return None
    return Refusal(
        why="You are the practitioner of this case, so another person must say so.",
        who="team_manager",
    )


def team_manager_or_above(instance: ProcessInstance, facts: Facts) -> tuple[str, ...]:
    """The case's supervisor, everybody above them and above the practitioner, and the service's managers."""
    case, roster, today = facts.case, facts.roster, facts.today
    found: dict[str, None] = {}
    if case is not None:
        if roster.active(case.supervisor, today) is not None and case.supervisor is not None:
            found[case.supervisor] = None
        for start in (case.practitioner, case.supervisor):
            found |= dict.fromkeys(
                one.person_id for one in roster.managers_above(start) if one.is_active(today)
            )
    if not found:
        found |= dict.fromkeys(
            one.person_id
            for one in roster.holders("team_manager", today)
            if instance.team is None or one.team in (None, instance.team)
        )
    for role in ABOVE:
        found |= dict.fromkeys(ids(roster.holders(role, today)))
    return tuple(found)


def tell_at_once(step: Step) -> Effects:
    """Tell practitioner, team manager and the QA service manager the same day; due the next working day."""
    case, roster, today = step.facts.case, step.facts.roster, step.today
    told: dict[str, None] = {}
    if (
        case is not None
        and case.practitioner
        and roster.active(case.practitioner, today) is not None
    ):
        told[case.practitioner] = None
    if managers := team_manager_or_above(step.before, step.facts):
        told[managers[0]] = None
    told |= dict.fromkeys(ids(roster.holders("sm_sqa", today)) or ("role:sm_sqa",))
    try:
        due_on = step.calendar.add(today, 1)
    except BeyondCalendar:
        due_on = None  # `acknowledge_by` then blocks the concern and names the year
    return Effects(
        due_on=due_on,
        notices=tuple(
            Notice(to=person, template="immediate_concern", key="raised", due_on=due_on)
            for person in told
        ),
    )


def date_is_met(_definition: ProcessDefinition, state: str, _data: Json) -> bool:
    """Say that the date is met once somebody has acknowledged the concern."""
    return state in {S.ACKNOWLEDGED, S.MADE_SAFE}


def recount(instance: ProcessInstance, calendar: WorkingCalendar) -> Effects:
    """Count again the working day that there is to acknowledge; once acknowledged, the date stays as it was."""
    if instance.state != S.RAISED or instance.due_on is None:
        return Effects()
    with suppress(BeyondCalendar):
        return Effects(due_on=calendar.add(instance.entered_on, 1))
    return Effects()


PROCESS = ProcessDefinition(
    name="immediate_concern",
    title="Immediate concern for a child's safety",
    version=1,
    about="Raised by an auditor; acknowledged within one working day; made safe by another than the practitioner.",
    reference_hint="immediate_concern:C07:1",
    started_by="case_audit",
    series="immediate_concern:{subject}:",
    starts_with=Raising,
    states=Stage,
    initial=S.RAISED,
    final=frozenset({S.MADE_SAFE}),
    set_state_by_two=True,
    reads=frozenset({"case"}),
    relations={"team_manager": team_manager_or_above},
    service_manager="sm_csc",
    on_start=tell_at_once,
    recount=recount,
    due_ladder=ladders.IMMEDIATE_SAFETY,
    due_met=date_is_met,
    due_source="product default: acknowledged within one working day",
    transitions=(
        Transition("acknowledge", S.RAISED, S.ACKNOWLEDGED, role="team_manager"),
        Transition(
            "make_safe", S.ACKNOWLEDGED, S.MADE_SAFE,
            (text_is_given("what", "What was done is not said.", "team_manager"), made_safe_by_another),
            "team_manager", asks=Safety,
        ),
    ),
    deadlines=(
        Deadline(name="acknowledge_by", state=S.RAISED, due=Within(1), ladder=ladders.IMMEDIATE_SAFETY),
        Deadline(name="make_safe_by", state=S.ACKNOWLEDGED, due=Within(5), ladder=ladders.IMMEDIATE_SAFETY),
    ),
)  # fmt: skip

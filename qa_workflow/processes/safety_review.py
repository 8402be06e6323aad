"""Safety review: new placements with a provider are suspended; is this child, who lives there, safe?

Source: "every placed child gets a safety review task" (domain 3.4), `safety_review:<case>:<n>`, "practitioner
of the case", "due the next working day" (domain 3.6); "are they safe and protected from harm" (framework,
principles). It climbs the ladder of immediate safety, because what it asks is the same question as an
immediate concern: AD People after one working day, the Director after two.
"""

from datetime import date
from enum import StrEnum, auto

from pydantic import Field

from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Effects,
    Facts,
    PersonId,
    ProcessDefinition,
    Reassignment,
    Refusal,
    Step,
    Transition,
    Within,
    guard,
)
from qa_workflow.engine.instance import Notice, ProcessInstance, Spawn
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.errors import BeyondCalendar
from qa_workflow.patterns import ladders
from qa_workflow.patterns.case_people import managers_of, practitioner_of
from qa_workflow.patterns.guards import text_is_given

WORKING_DAYS = 1  # "due the next working day"
SEES_CHILDREN = frozenset({"practitioner", "team_manager", "sm_csc"})


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    DUE = auto()
    REVIEWED = auto()


S = Stage


class Finding(Asks):
    """What was found, and whether the child is safe."""

    found: str = Field(
        default="", title="What was found", description="By reference, without names"
    )
    is_safe: bool | None = Field(default=None, title="The child is safe")


class Raising(Asks):
    """Why this child's safety is looked at."""

    why: str = Field(default="", title="Why", description="By reference, without names")


class Reviewer(Asks):
    """Who sees the child instead of the practitioner."""

    reviewer: PersonId = Field(title="Who sees the child")


@guard("evidence")
def safety_is_answered(_facts: Facts, evidence: Finding) -> Refusal | None:
    """A review says yes or no: the child is safe, or is not."""
    if evidence.is_safe is not None:
        return None
    return Refusal(why="Whether the child is safe is not said.", who="practitioner")


@guard("evidence")
def reviewer_has_a_role_with_children(facts: Facts, evidence: Reviewer) -> Refusal | None:
    """Whoever sees the child instead is an active social worker or manages some."""
    person = facts.roster.active(evidence.reviewer, facts.today)
    if person is not None and person.roles & SEES_CHILDREN:
        return None
    return Refusal(
        why=f"{evidence.reviewer} is no active practitioner or manager of practitioners.",
        who="sm_csc",
    )


def who_reviews(instance: ProcessInstance, facts: Facts) -> tuple[str, ...]:
    """Whoever was named instead; else the case's practitioner of today; else whoever manages the case."""
    named = facts.roster.active(instance.data.get("reviewer"), facts.today)
    if named is not None:
        return (named.person_id,)
    practitioner = practitioner_of(facts.case, facts.roster, facts.today)
    if practitioner is not None:
        return (practitioner,)
    return managers_of(facts.case, facts.roster, facts.today, instance.team)


def begin(step: Step) -> Effects:
    """Give the day, and tell whoever reviews and whoever manages the case, the same day."""
    due_on = _due(step.today, step.calendar)
    managers = managers_of(step.facts.case, step.facts.roster, step.today, step.before.team)
    told = (*who_reviews(step.before, step.facts)[:1], *managers[:1])
    return Effects(
        data={"counted_from": step.today.isoformat()},
        due_on=due_on,
        notices=tuple(
            Notice(
                to=person, template="note", key="begin", due_on=due_on,
                text="The child must be seen, and it must be said whether they are safe.",
            )
            for person in dict.fromkeys(told)
        ),
    )  # fmt: skip


def _due(counted_from: date, calendar: WorkingCalendar) -> date | None:
    try:
        return calendar.add(counted_from, WORKING_DAYS)
    except BeyondCalendar:
        return None  # `review_by` then blocks the review and names the year


def recount(instance: ProcessInstance, calendar: WorkingCalendar) -> Effects:
    """Count the next working day again."""
    return Effects(due_on=_due(date.fromisoformat(instance.data["counted_from"]), calendar))


def review(step: Step) -> Effects:
    """Keep what was found; a child who is not safe is an immediate concern at once."""
    evidence: Finding = step.evidence
    before = step.before
    concern = Spawn(
        process="immediate_concern",
        reference=f"immediate_concern:{before.subject}:",
        numbered=True,
        subject=before.subject,
        case_id=before.case_id,
        title=f"Immediate concern about {before.subject}",
        data={"what": evidence.found, "raised_by": step.actor, "source": before.reference},
    )
    return Effects(
        data={
            "found": evidence.found,
            "is_safe": evidence.is_safe,
            "reviewed_by": step.actor,
            "reviewed_on": step.today.isoformat(),
        },
        spawn=() if evidence.is_safe else (concern,),
    )


PROCESS = ProcessDefinition(
    name="safety_review",
    title="Safety review of a placed child",
    version=1,
    about="When new placements with a provider are suspended, somebody sees each child placed there by the next working day.",
    reference_hint="safety_review:C07:1",
    started_by="provider_suspension",
    series="safety_review:{subject}:",
    starts_with=Raising,
    states=Stage,
    initial=S.DUE,
    final=frozenset({S.REVIEWED}),
    set_state_by_two=True,
    reads=frozenset({"case"}),
    relations={"practitioner": who_reviews},
    service_manager="sm_csc",
    reassignment=Reassignment(
        key="reviewer",
        states=frozenset({S.DUE}),
        asks=Reviewer,
        guards=(reviewer_has_a_role_with_children,),
        roles=("sm_csc",),
    ),
    on_start=begin,
    recount=recount,
    due_ladder=ladders.IMMEDIATE_SAFETY,
    due_source="domain 3.6: due the next working day",
    transitions=(
        Transition(
            "review", S.DUE, S.REVIEWED,
            (text_is_given("found", "What was found is not said.", "practitioner"), safety_is_answered),
            "practitioner", asks=Finding, effect=review,
        ),
    ),
    deadlines=(
        Deadline(
            name="review_by", state=S.DUE, due=Within(WORKING_DAYS), ladder=ladders.IMMEDIATE_SAFETY,
            source="domain 3.6",
        ),
    ),
)  # fmt: skip

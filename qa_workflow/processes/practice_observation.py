"""G4, practice observation: somebody watches a colleague at work, says what was good, and puts it on the record.

Source: "Direct Observation of Staff across all levels is carried out throughout the year, the data from these
observations will be on each individual's supervision record and support their learning and development
record", "from DLT, SMT, Line Managers and frontline staff" (framework); domain 3.5 G4 and A19.
"""

from datetime import date
from enum import StrEnum, auto

from pydantic import Field

from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Effects,
    Facts,
    InstanceDue,
    Link,
    PersonId,
    ProcessDefinition,
    Refusal,
    Step,
    Transition,
    guard,
)
from qa_workflow.engine.instance import ProcessInstance, Signal
from qa_workflow.patterns import ladders, person_cycle
from qa_workflow.patterns.coverage import counted_again
from qa_workflow.patterns.guards import reason_is_given, text_is_given
from qa_workflow.patterns.person_cycle import SERVICE_MANAGERS, day_is_right, done_by_another

NOT_HELD = frozenset({"excused", "ended"})  # supervisions that have no record


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    PLANNED = auto()
    OBSERVED = auto()
    FEEDBACK_GIVEN = auto()
    RECORDED_ON_SUPERVISION_RECORD = auto()
    CANCELLED = auto()
    ENDED = auto()


S = Stage
OPEN = (S.PLANNED, S.OBSERVED, S.FEEDBACK_GIVEN)
# "from DLT, SMT, Line Managers": who records an observation, beside the person's own manager.
OBSERVING = (
    "line_manager", "team_manager", "sm_csc", "sm_sqa", "senior_manager", "ad_people", "director",
)  # fmt: skip


# ------------------------------------------------------------------ what is asked
class Observation(Asks):
    """Who watched, when, and what work."""

    observed_on: date | None = Field(default=None, title="Observed on")
    observer: PersonId | None = Field(
        default=None, title="Observer", description="You, if nobody else is named"
    )
    what: str = Field(
        default="", title="What was observed", description="By reference, without names"
    )


class Feedback(Asks):
    """What the observer said: strengths as well as what could be better."""

    feedback_on: date | None = Field(default=None, title="Feedback given on")
    strengths: tuple[str, ...] = Field(default=(), title="What works well and why")
    development: tuple[str, ...] = Field(default=(), title="What could be better")


class Recording(Asks):
    """On which supervision record it stands."""

    supervision: str = Field(
        default="", title="Supervision", description="Such as supervision:pat:2026-01"
    )
    record_reference: str = Field(
        default="",
        title="Reference of the record",
        description="For somebody who has no supervision here",
    )


# ------------------------------------------------------------------ who, guards
def the_observer(instance: ProcessInstance, facts: Facts) -> tuple[str, ...]:
    """Whoever observed, if they still work here; else the person's manager."""
    observer = facts.roster.active(instance.data.get("observer"), facts.today)
    if observer is not None:
        return (observer.person_id,)
    return person_cycle.line_manager(instance, facts)


@guard("evidence")
def observation_was_made_in_its_month_or_later(
    facts: Facts, evidence: Observation
) -> Refusal | None:
    """An observation of a month is made in it, or after it; not before, and not in the future."""
    return day_is_right(
        facts, evidence.observed_on, "the observation", not_before=facts.instance.data["opens_on"]
    )


@guard("evidence")
def observer_is_another_person_here(facts: Facts, evidence: Observation) -> Refusal | None:
    """Nobody observes themselves, and the observer works here."""
    if evidence.observer is None:
        return None  # it is who acts: `done_by_another` looks at them
    if evidence.observer == facts.instance.subject:
        return Refusal(why="The observer is the person who was observed.", who="line_manager")
    if facts.roster.active(evidence.observer, facts.today) is None:
        return Refusal(why=f"{evidence.observer} does not work here today.", who="line_manager")
    return None


@guard("evidence")
def feedback_was_given_after_the_observation(facts: Facts, evidence: Feedback) -> Refusal | None:
    """Feedback follows the observation, and is not in the future."""
    return day_is_right(
        facts, evidence.feedback_on, "the feedback", not_before=facts.instance.data["observed_on"]
    )


@guard("evidence")
def supervision_record_is_named(facts: Facts, evidence: Recording) -> Refusal | None:
    """It stands on a supervision record of the person; who has none here names the record itself."""
    person = facts.instance.subject
    records = [one.reference for one in person_cycle.known(facts) if one.state not in NOT_HELD]
    if evidence.supervision in records:
        return None
    if evidence.supervision:
        return Refusal(
            why=f"{evidence.supervision} is no supervision of {person} that has a record.",
            who="supervisor",
        )
    if records:
        return Refusal(
            why=f"On which supervision record it stands is not said; the latest is {records[-1]}.",
            who="observer",
        )
    if evidence.record_reference:
        return None
    return Refusal(
        why=f"{person} has no supervision here: name the record on which it stands.", who="observer"
    )


# ------------------------------------------------------------------ effects
def begin(step: Step) -> Effects:
    """Give it its month and the tier of the person, and tell the programme that it stands."""
    found = person_cycle.of_the_month(step)
    tier = person_cycle.tier_of(step.facts.roster.get(step.before.subject))
    return Effects(
        data={**found.data, "tier": tier}, due_on=found.due_on, signals=counted_again(step)
    )


def observe(step: Step) -> Effects:
    """Keep who observed, when and what."""
    evidence: Observation = step.evidence
    return Effects(
        data={
            "observer": evidence.observer or step.actor,
            "observed_on": None
            if evidence.observed_on is None
            else evidence.observed_on.isoformat(),
            "what": evidence.what,
            "entered_by": step.actor,
        }
    )


def give_feedback(step: Step) -> Effects:
    """Keep what was said, and when."""
    return Effects(data=step.evidence.model_dump(mode="json", exclude={"reason"}))


def record(step: Step) -> Effects:
    """Put it on the supervision record: the two know of each other from then on."""
    evidence: Recording = step.evidence
    before = step.before
    kept = {
        "supervision": evidence.supervision or None,
        "record_reference": evidence.record_reference or None,
        "recorded_by": step.actor,
    }
    if not evidence.supervision:
        return Effects(data=kept, signals=counted_again(step))
    told = Signal(
        "add_observation", to=evidence.supervision, data={"observation": before.reference}
    )
    return Effects(
        data=kept,
        links=(Link("feeds", evidence.supervision),),
        signals=(told, *counted_again(step)),
    )


def cancel(step: Step) -> Effects:
    """Keep who decided that it does not take place."""
    return Effects(data={"cancelled_by": step.actor}, signals=counted_again(step))


PROCESS = ProcessDefinition(
    name=person_cycle.OBSERVATION,
    title="Practice observation of",
    version=1,
    about="One person's practice is observed by another, who gives feedback and puts it on the supervision record.",
    reference_hint="practice_observation:pat:2026-01",
    started_by="person",
    key=lambda subject, day, _data: person_cycle.reference(person_cycle.OBSERVATION, subject, f"{day:%Y-%m}"),
    start_guards=(person_cycle.person_is_here,),
    states=Stage,
    initial=S.PLANNED,
    final=frozenset({S.RECORDED_ON_SUPERVISION_RECORD, S.CANCELLED, S.ENDED}),
    reads=frozenset({"people", "programmes"}),
    relations={"line_manager": person_cycle.line_manager, "observer": the_observer},
    reassignment=person_cycle.in_place_of_the_manager(S.PLANNED),
    on_start=begin,
    due_ladder=ladders.STANDARD,
    due_source="Framework, every month: Practice Observation across all the tiers",
    transitions=(
        Transition(
            "observe", S.PLANNED, S.OBSERVED,
            (observation_was_made_in_its_month_or_later, observer_is_another_person_here, done_by_another),
            OBSERVING, asks=Observation, effect=observe,
        ),
        Transition(
            "give_feedback", S.OBSERVED, S.FEEDBACK_GIVEN,
            (
                feedback_was_given_after_the_observation,
                text_is_given("strengths", "What works well is not said.", "observer"),
                text_is_given("development", "What could be better is not said.", "observer"),
            ),
            "observer", asks=Feedback, effect=give_feedback,
        ),
        Transition(
            "record", S.FEEDBACK_GIVEN, S.RECORDED_ON_SUPERVISION_RECORD, (supervision_record_is_named,),
            "observer", asks=Recording, effect=record,
        ),
        Transition(
            "cancel", OPEN, S.CANCELLED, (reason_is_given, done_by_another), (*SERVICE_MANAGERS, "ad_people"),
            effect=cancel, exceptional=True,
        ),
        person_cycle.ending(OPEN, S.ENDED, "line_manager"),
    ),
    deadlines=(
        Deadline(name="observe_by", state=S.PLANNED, due=InstanceDue()),
        Deadline(name="give_feedback_by", state=S.OBSERVED, due=InstanceDue()),
        Deadline(name="record_by", state=S.FEEDBACK_GIVEN, due=InstanceDue()),
    ),
)  # fmt: skip

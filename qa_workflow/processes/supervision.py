"""G4, reflective supervision: every practitioner sits down with whoever supervises them, every month.

Source: "Monthly reflective supervision", "individual supervision" (framework, timeline and narrative);
domain 3.5 G4; at least monthly and uninterrupted for an hour and a half: the LGA's standards for employers of
social workers (domain R21). What is reflected on stays in the record; here stands its reference.
"""

from datetime import date
from enum import StrEnum, auto
from typing import Literal

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
from qa_workflow.patterns import ladders, person_cycle
from qa_workflow.patterns.coverage import counted_again
from qa_workflow.patterns.guards import reason_is_given, text_is_given
from qa_workflow.patterns.person_cycle import SERVICE_MANAGERS, day_is_right, done_by_another

UNINTERRUPTED_MINUTES = 90  # "1.5 h uninterrupted" (LGA)
ACKNOWLEDGE_WORKING_DAYS = 5  # product default


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    DUE = auto()
    HELD = auto()
    RECORDED = auto()
    ACKNOWLEDGED = auto()
    EXCUSED = auto()
    ENDED = auto()


S = Stage
OPEN = (S.DUE, S.HELD, S.RECORDED)


# ------------------------------------------------------------------ what is asked
class Meeting(Asks):
    """When supervision was held, and how long nobody interrupted it."""

    held_on: date | None = Field(default=None, title="Held on")
    minutes: int | None = Field(default=None, ge=1, le=600, title="Minutes")
    uninterrupted: bool | None = Field(default=None, title="Without interruption")


class Record(Asks):
    """Where the record stands, and what was reflected on."""

    record_reference: str = Field(default="", title="Reference of the supervision record")
    reflections: str = Field(
        default="", title="What was reflected on", description="Without names of children"
    )
    learning: str = Field(
        default="", title="What was learned", description="How learning shows in practice"
    )
    cases: tuple[str, ...] = Field(
        default=(), title="Cases discussed", description="By reference, such as C07"
    )


class Answer(Asks):
    """What the supervisee adds to the record."""

    answer: str = Field(default="", title="What you add", description="Nothing, if you agree")


class Excuse(Asks):
    """Why there is no supervision this month."""

    cause: Literal["leave", "sickness", "other"] | None = Field(
        default=None, title="Leave, sickness or other"
    )


class Observed(Asks):
    """Which observation of the person's practice stands on this record."""

    observation: str = Field(title="Observation")


# ------------------------------------------------------------------ guards
@guard("evidence")
def meeting_was_held_in_its_month_or_later(facts: Facts, evidence: Meeting) -> Refusal | None:
    """Supervision of a month is held in it, or after it; not before, and not in the future."""
    return day_is_right(
        facts, evidence.held_on, "supervision", not_before=facts.instance.data["opens_on"]
    )


@guard("evidence")
def length_is_said(_facts: Facts, evidence: Meeting) -> Refusal | None:
    """How long it was, and whether somebody interrupted it, is part of the standard."""
    if evidence.minutes is not None and evidence.uninterrupted is not None:
        return None
    return Refusal(
        why="How many minutes it took, and whether it was interrupted, is not said.",
        who="supervisor",
    )


@guard("evidence")
def shorter_meeting_has_a_reason(_facts: Facts, evidence: Meeting) -> Refusal | None:
    """What falls short of an uninterrupted hour and a half needs a reason."""
    if evidence.minutes is None or evidence.uninterrupted is None:
        return None  # `length_is_said` says so
    if meets_standard(evidence) or evidence.reason:
        return None
    return Refusal(
        why=f"The standard is {UNINTERRUPTED_MINUTES} minutes without interruption: say why it was not met.",
        who="supervisor",
    )


def meets_standard(evidence: Meeting) -> bool:
    """Tell whether it was long enough, and nobody interrupted it."""
    return bool(evidence.uninterrupted) and (evidence.minutes or 0) >= UNINTERRUPTED_MINUTES


@guard("evidence")
def cause_is_given(_facts: Facts, evidence: Excuse) -> Refusal | None:
    """Leave, sickness or another cause excuses from supervision."""
    if evidence.cause is not None:
        return None
    return Refusal(
        why="Whether it is leave, sickness or another cause is not said.", who="sm_csc or sm_sqa"
    )


@guard("actor")
def second_excuse_in_a_row_is_for_ad_people(facts: Facts, _evidence: Excuse) -> Refusal | None:
    """Nobody goes two months without supervision unless AD People says so."""
    if not any(one.state == S.EXCUSED for one in person_cycle.known(facts)):
        return None
    if facts.actor is None or facts.acts_as("ad_people"):
        return None
    return Refusal(
        why=f"{facts.instance.subject} was excused last month too: a second time is for AD People.",
        who="ad_people",
    )


# ------------------------------------------------------------------ effects
def begin(step: Step) -> Effects:
    """Give it its month, and tell the programme that it stands."""
    found = person_cycle.of_the_month(step)
    return Effects(data=found.data, due_on=found.due_on, signals=counted_again(step))


def hold(step: Step) -> Effects:
    """Keep when it was held and how long, and by whom."""
    evidence: Meeting = step.evidence
    return Effects(
        data={
            "held_on": None if evidence.held_on is None else evidence.held_on.isoformat(),
            "held_by": step.actor,
            "minutes": evidence.minutes,
            "uninterrupted": evidence.uninterrupted,
            "meets_standard": meets_standard(evidence),
        }
    )


def record(step: Step) -> Effects:
    """Keep where the record stands: with it, the month's supervision is done."""
    return Effects(
        data={
            **step.evidence.model_dump(mode="json", exclude={"reason"}),
            "recorded_by": step.actor,
            "recorded_on": step.today.isoformat(),
        },
        signals=counted_again(step),
    )


def acknowledge(step: Step) -> Effects:
    """Keep that the supervisee has seen the record, and what they add."""
    return Effects(data={"answer": step.evidence.answer, "acknowledged_on": step.today.isoformat()})


def excuse(step: Step) -> Effects:
    """Keep who excused it and why."""
    return Effects(
        data={"excused_by": step.actor, "cause": step.evidence.cause}, signals=counted_again(step)
    )


def add_observation(step: Step) -> Effects:
    """Keep which observation stands on this record: the data "will be on each individual's supervision record"."""
    kept = [*step.before.data.get("observations", ()), step.evidence.observation]
    return Effects(data={"observations": list(dict.fromkeys(kept))})


def date_is_met(_definition: ProcessDefinition, state: str, _data: Json) -> bool:
    """Say that the month's date is met by the record; to acknowledge it there are days of its own."""
    return state not in {S.DUE, S.HELD}


PROCESS = ProcessDefinition(
    name=person_cycle.SUPERVISION,
    title="Supervision of",
    version=1,
    about="Reflective supervision of one person in one month: held, recorded by the supervisor, acknowledged.",
    reference_hint="supervision:pat:2026-01",
    started_by="person",
    key=lambda subject, day, _data: person_cycle.reference(person_cycle.SUPERVISION, subject, f"{day:%Y-%m}"),
    start_guards=(person_cycle.person_is_here,),
    states=Stage,
    initial=S.DUE,
    final=frozenset({S.ACKNOWLEDGED, S.EXCUSED, S.ENDED}),
    reads=frozenset({"people", "programmes"}),
    relations={"supervisor": person_cycle.line_manager, "supervisee": person_cycle.the_person},
    service_manager="sm_csc",
    reassignment=person_cycle.in_place_of_the_manager(S.DUE, S.HELD),
    on_start=begin,
    due_ladder=ladders.STANDARD,
    due_met=date_is_met,
    due_source="Framework, every month: Monthly reflective supervision",
    transitions=(
        Transition(
            "hold", S.DUE, S.HELD,
            (meeting_was_held_in_its_month_or_later, length_is_said, shorter_meeting_has_a_reason),
            "supervisor", asks=Meeting, effect=hold,
        ),
        Transition(
            "record", S.HELD, S.RECORDED,
            (
                text_is_given("record_reference", "Where the record stands is not said.", "supervisor"),
                text_is_given("reflections", "What was reflected on is not said.", "supervisor"),
            ),
            "supervisor", asks=Record, effect=record,
        ),
        Transition("acknowledge", S.RECORDED, S.ACKNOWLEDGED, role="supervisee", asks=Answer, effect=acknowledge),
        Transition(
            "excuse", S.DUE, S.EXCUSED,
            (cause_is_given, reason_is_given, done_by_another, second_excuse_in_a_row_is_for_ad_people),
            (*SERVICE_MANAGERS, "ad_people"), asks=Excuse, effect=excuse, exceptional=True,
            if_refused={"second_excuse_in_a_row_is_for_ad_people": "staff_absence"},
        ),
        person_cycle.ending(OPEN, S.ENDED, "supervisor"),
        # What an observation tells it, once it stands on this record.
        Transition("add_observation", OPEN, None, asks=Observed, effect=add_observation),
    ),
    deadlines=(
        Deadline(name="hold_by", state=S.DUE, due=InstanceDue()),
        Deadline(name="record_by", state=S.HELD, due=InstanceDue()),
        Deadline(
            name="acknowledge_by", state=S.RECORDED, due=Within(ACKNOWLEDGE_WORKING_DAYS), ladder=ladders.STANDARD,
            source="product default",
        ),
    ),
)  # fmt: skip

"""G4, appraisal: one person's year from April to March, with its three checkpoints.

Source: "Appraisal and objectives for coming year" (April), "Appraisal mid-way review" (September), "End of
Year Appraisals" (March), "Measuring integration of learning into Practice within appraisal and supervision"
(framework); domain 3.5 G4, read as A28: one machine, objectives by 30 April, mid-way by 30 September, end of
year by 31 March. Who starts after 30 September skips the mid-way review.
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
    OnDate,
    ProcessDefinition,
    Refusal,
    Step,
    Transition,
    guard,
)
from qa_workflow.patterns import ladders, person_cycle
from qa_workflow.patterns.appraisal_year import dates_of, year_key, year_of
from qa_workflow.patterns.coverage import counted_again
from qa_workflow.patterns.guards import text_is_given
from qa_workflow.patterns.person_cycle import day_is_right, done_by_another

RECORDED = frozenset({"recorded_on_supervision_record"})  # an observation that has a record


class Stage(StrEnum):
    """The states, in the order an officer meets them: each is left when its checkpoint is done."""

    OBJECTIVES = auto()
    MID_YEAR = auto()
    END_YEAR = auto()
    CLOSED = auto()
    ENDED = auto()


S = Stage
OPEN = (S.OBJECTIVES, S.MID_YEAR, S.END_YEAR)


# ------------------------------------------------------------------ what is asked
class Objectives(Asks):
    """What the person sets out to reach this year, agreed by both."""

    agreed_on: date | None = Field(default=None, title="Agreed on")
    agreed_with: str = Field(
        default="", title="Where both agreed", description="Reference of what both have signed"
    )
    objectives: tuple[str, ...] = Field(default=(), title="Objectives")


class Review(Asks):
    """What has been reached, how learning shows in practice, agreed by both."""

    agreed_on: date | None = Field(default=None, title="Agreed on")
    agreed_with: str = Field(
        default="", title="Where both agreed", description="Reference of what both have signed"
    )
    progress: str = Field(default="", title="What was reached of the objectives")
    learning: str = Field(default="", title="How learning shows in practice")
    needs: tuple[str, ...] = Field(
        default=(), title="What to learn next", description="For the Workforce Development Plan"
    )


# ------------------------------------------------------------------ guards
@guard("evidence")
def agreement_is_dated(facts: Facts, evidence: Objectives | Review) -> Refusal | None:
    """Both agreed on a day that is not in the future; a review is agreed in its year, objectives may be before it."""
    first = None if facts.instance.state == S.OBJECTIVES else facts.instance.data["opens_on"]
    return day_is_right(facts, evidence.agreed_on, "the agreement", not_before=first)


BY_BOTH = (
    done_by_another,
    agreement_is_dated,
    text_is_given("agreed_with", "Where both have agreed to it is not said.", "appraiser"),
)
REVIEWED = (
    *BY_BOTH,
    text_is_given("progress", "What was reached of the objectives is not said.", "appraiser"),
    text_is_given("learning", "How learning shows in practice is not said.", "appraiser"),
)


def has_a_mid_year(facts: Facts, _evidence: Asks) -> bool:
    """Tell whether the person has a mid-way review this year."""
    return S.MID_YEAR not in facts.instance.data["skipped"]


def skips_mid_year(facts: Facts, evidence: Asks) -> bool:
    """Tell whether the person started too late for a mid-way review, or it was due before planning began."""
    return not has_a_mid_year(facts, evidence)


# ------------------------------------------------------------------ effects
def begin(step: Step) -> Effects:
    """Give the year its dates, unless the plan has; what it skips is left at once."""
    data = step.before.data
    given = data if "end_year_by" in data else dates_of(year_of(step.today), begun_on=step.today)
    return Effects(
        data={**given, "done": {}},
        due_on=date.fromisoformat(given["end_year_by"]),
        then=("skip",) if S.OBJECTIVES in given["skipped"] else (),
        signals=counted_again(step),
    )


def _done(step: Step) -> Effects:
    """Keep what was agreed at this checkpoint, and what practice it was drawn from."""
    before, checkpoint = step.before, step.before.state
    drawn_on = [one.reference for one in person_cycle.known(step.facts) if one.state in RECORDED]
    kept = {**step.evidence.model_dump(mode="json", exclude={"reason"}), "by": step.actor}
    return Effects(
        data={
            checkpoint: {**kept, "drawn_on": drawn_on},
            "done": {**before.data["done"], checkpoint: step.today.isoformat()},
        },
        links=(
            *(Link("follows", one) for one in drawn_on),
            # The Workforce Development Plan rests on the year's programmes: so it finds what people must learn.
            *(Link("feeds", one) for one in step.facts.gathered.get("programmes", ())),
        ),
        signals=counted_again(step),
    )


PROCESS = ProcessDefinition(
    name=person_cycle.APPRAISAL,
    title="Appraisal of",
    version=1,
    about="One person's year from April to March: objectives, mid-way review and end of year, agreed by both.",
    reference_hint="appraisal:pat:2026-27",
    started_by="person",
    key=lambda subject, day, _data: person_cycle.reference(person_cycle.APPRAISAL, subject, year_key(day)),
    start_guards=(person_cycle.person_is_here,),
    states=Stage,
    initial=S.OBJECTIVES,
    final=frozenset({S.CLOSED, S.ENDED}),
    reads=frozenset({"people", "programmes"}),
    relations={"appraiser": person_cycle.line_manager},
    service_manager="sm_csc",
    reassignment=person_cycle.in_place_of_the_manager(*OPEN),
    on_start=begin,
    due_ladder=ladders.STANDARD,
    due_source="Framework, March: End of Year Appraisals (domain A28)",
    transitions=(
        Transition(
            "set_objectives", S.OBJECTIVES, S.MID_YEAR,
            (*BY_BOTH, text_is_given("objectives", "No objective is named.", "appraiser")),
            "appraiser", asks=Objectives, effect=_done, chosen=has_a_mid_year,
        ),
        Transition(
            "set_objectives", S.OBJECTIVES, S.END_YEAR,
            (*BY_BOTH, text_is_given("objectives", "No objective is named.", "appraiser")),
            "appraiser", asks=Objectives, effect=_done, chosen=skips_mid_year,
        ),
        Transition("review_mid_year", S.MID_YEAR, S.END_YEAR, REVIEWED, "appraiser", asks=Review, effect=_done),
        Transition("review_end_year", S.END_YEAR, S.CLOSED, REVIEWED, "appraiser", asks=Review, effect=_done),
        # What fell due before planning began was done elsewhere.
        Transition("skip", S.OBJECTIVES, S.MID_YEAR, chosen=has_a_mid_year, adverse=True),
        Transition("skip", S.OBJECTIVES, S.END_YEAR, chosen=skips_mid_year, adverse=True),
        person_cycle.ending(OPEN, S.ENDED, "appraiser"),
    ),
    deadlines=(
        Deadline(
            name="set_objectives_by", state=S.OBJECTIVES, due=OnDate("objectives_by"), ladder=ladders.STANDARD,
            source="Framework, April (domain A28)",
        ),
        Deadline(
            name="review_mid_year_by", state=S.MID_YEAR, due=OnDate("mid_year_by"), ladder=ladders.STANDARD,
            source="Framework, September (domain A28)",
        ),
        Deadline(name="review_end_year_by", state=S.END_YEAR, due=InstanceDue()),
    ),
)  # fmt: skip

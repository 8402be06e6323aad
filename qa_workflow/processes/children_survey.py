"""Survey of children: every young person open to the team is asked, and told what changed because of the answers.

Source: "Action for Children Survey completed with all young people open to the Children and Families Team."
(framework timeline, April); "represented in their entirety, and not interpreted" (The Voice of Children);
domain 3.5 G8. Analysis and sharing back have twenty working days each: product defaults.

Who is invited is every case open on the day the survey opens. Each answers, declines, or there is a reason why
they could not be asked. The counts of the analysis are whole for the team; `published` is what may leave it,
with the numbers of so few children hidden that somebody might know them.
"""

from collections import Counter
from enum import StrEnum, auto
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

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
from qa_workflow.patterns.caseload import Caseload, open_cases_are_fresh
from qa_workflow.patterns.guards import reason_is_given, text_is_given
from qa_workflow.patterns.openings import BEGINS_ON, begin
from qa_workflow.patterns.raising import Recommended, raise_recommendations
from qa_workflow.patterns.suppression import suppressed_table
from qa_workflow.patterns.texts import Texts
from qa_workflow.patterns.voice import View, misheard, voices

OPEN_WORKING_DAYS = 5
ANALYSE_WORKING_DAYS = 20
SHARE_WORKING_DAYS = 20
OUTCOMES = ("answered", "declined", "unable")


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    PREPARED = auto()
    OPEN = auto()
    CLOSED = auto()
    ANALYSED = auto()
    SHARED_BACK = auto()
    CANCELLED = auto()


S = Stage


# ------------------------------------------------------------------ what is asked for
Outcome = Literal["answered", "declined", "unable"]


class Answer(Asks):
    """How one invited child was reached; their words stay theirs, whole."""

    case: str = Field(min_length=1, title="Case")
    outcome: Outcome = Field(title="Answered, declined or unable")
    views: tuple[View, ...] = Field(default=(), title="The child's own words")


class OneOfMany(BaseModel):
    """The same of one child among several."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    case: str = Field(min_length=1, title="Case")
    outcome: Outcome = Field(title="Answered, declined or unable")
    reason: str = Field(default="", title="Why the child could not be asked")
    views: tuple[View, ...] = Field(default=(), title="The child's own words")


class Answers(Asks):
    """What came back of several children at once."""

    answers: tuple[OneOfMany, ...] = Field(min_length=1, title="Answers")


class Analysis(Asks):
    """What the answers say together; the counts are added."""

    strengths: Texts = Field(default=(), title="What is working well and why")
    gaps: Texts = Field(default=(), title="What we need to do better")
    recommendations: tuple[Recommended, ...] = Field(default=(), title="Recommendations")


class Change(BaseModel):
    """One thing that children said, and what was done about it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    you_said: str = Field(default="", title="You said")
    we_did: str = Field(default="", title="We did")


class SharingBack(Asks):
    """What children were told, how and when: "you said, we did"."""

    changes: tuple[Change, ...] = Field(default=(), title="You said, we did")
    told_by: str = Field(default="", title="How children were told")


# ------------------------------------------------------------------ what must hold
def told(evidence: Asks) -> tuple[Answer | OneOfMany, ...]:
    """Return what is recorded, of one child or of several."""
    if isinstance(evidence, Answers):
        return evidence.answers
    return (evidence,) if isinstance(evidence, Answer) else ()


@guard("evidence")
def children_were_invited(facts: Facts, evidence: Asks) -> Refusal | None:
    """Only a child who was open when the survey opened answers it."""
    invited = facts.instance.data["invited"]
    strange = [one.case for one in told(evidence) if one.case not in invited]
    if not strange:
        return None
    return Refusal(why=f"Not open when the survey opened, so not invited: {', '.join(strange)}.")


@guard("evidence")
def answers_have_their_words_or_reason(facts: Facts, evidence: Asks) -> Refusal | None:
    """Words are the child's own, with method and day, of one who answered; one who could not be asked has a reason."""
    return next((found for one in told(evidence) if (found := _at_fault(one, facts))), None)


def _at_fault(one: Answer | OneOfMany, facts: Facts) -> Refusal | None:
    if one.outcome == "unable" and not one.reason:
        return Refusal(why=f"Why {one.case} could not be asked is not said.")
    if one.views and one.outcome != "answered":
        return Refusal(why=f"{one.case} has not answered, so there are no words to record.")
    heard = (
        misheard(
            view,
            facts,
            who="whoever heard the child",
            incomplete=f"{one.case}: each view needs the words, the method and the date.",
            heard=f"The day {one.case} was heard",
        )
        for view in one.views
    )
    return next((found for found in heard if found is not None), None)


@guard()
def every_child_is_accounted_for(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Each invited child has answered, declined, or could not be asked for a reason that is given."""
    missing = unaccounted(facts.instance.data)
    if not missing:
        return None
    return Refusal(
        why=f"Neither answered, declined nor unable: {', '.join(missing)}.",
        who="qa_admin (record_answer)",
    )


def unaccounted(data: Json) -> list[str]:
    """Return the invited cases of which nothing is recorded yet, in their order."""
    answers = data.get("answers", {})
    return [case for case in data.get("invited", ()) if case not in answers]


@guard("evidence")
def what_changed_is_said(_facts: Facts, evidence: SharingBack) -> Refusal | None:
    """At least one thing that children said, each with what was done about it."""
    if evidence.changes and all(one.you_said and one.we_did for one in evidence.changes):
        return None
    return Refusal(
        why="Children are told what changed: at least one 'you said' with its 'we did', and none without.",
        who="sm_sqa",
    )


# ------------------------------------------------------------------ what the moves bring about
def invite(step: Step) -> Effects:
    """Invite every case that is open on this day."""
    caseload: Caseload = step.facts.gathered["caseload"]
    return Effects(
        data={
            "opened_on": step.today.isoformat(),
            "invited": sorted(caseload.open_cases),
            "answers": {},
        }
    )


def record(step: Step) -> Effects:
    """Keep what came of each invitation; the children's words go among the voices, whole."""
    found = told(step.evidence)
    answers = {
        one.case: {
            "outcome": one.outcome,
            "reason": one.reason,
            "on": step.today.isoformat(),
            "by": step.actor,
        }
        for one in found
    }
    return Effects(
        data={"answers": {**step.before.data["answers"], **answers}},
        voices=tuple(said for one in found for said in voices(step, one.views, case_id=one.case)),
    )


def analyse(step: Step) -> Effects:
    """Count the answers, for the team and for what leaves it, and raise what must change."""
    evidence: Analysis = step.evidence
    data = step.before.data
    came = Counter(one["outcome"] for one in data["answers"].values())
    counts = {one: came[one] for one in OUTCOMES}
    shown = suppressed_table(counts)
    return Effects(
        data={
            "counts": {"invited": len(data["invited"]), **counts},
            "published": {"invited": shown.total, **shown.parts},
            "strengths": list(evidence.strengths),
            "gaps": list(evidence.gaps),
            "analysed_by": step.actor,
        },
        spawn=raise_recommendations(step, evidence.recommendations),
    )


def share(step: Step) -> Effects:
    """Keep what children were told."""
    evidence: SharingBack = step.evidence
    return Effects(
        data={
            "changes": [one.model_dump() for one in evidence.changes],
            "told_by": evidence.told_by,
            "shared_on": step.today.isoformat(),
            "feeds": ["service_improvement_plan"],
        }
    )


def date_is_met(_definition: ProcessDefinition, state: str, _data: Json) -> bool:
    """Say that the framework's date is met once the survey is complete: analysis and sharing have their own days."""
    return state in {S.CLOSED, S.ANALYSED, S.SHARED_BACK, S.CANCELLED}


_HEARD = (children_were_invited, answers_have_their_words_or_reason)
_RECORDERS = ("qa_admin", "sm_sqa", "practitioner")

PROCESS = ProcessDefinition(
    name="children_survey",
    title="Survey of children",
    version=1,
    about="Every open child is asked; each answers, declines or cannot be asked; all are told what changed.",
    reference_hint="children_survey:2026-04",
    states=Stage,
    initial=S.PREPARED,
    final=frozenset({S.SHARED_BACK, S.CANCELLED}),
    reads=frozenset({"caseload"}),
    on_start=begin,
    due_ladder=ladders.STANDARD,
    due_met=date_is_met,
    due_source='Framework timeline, April: "Action for Children Survey completed with all young people open"',
    transitions=(
        Transition("open", S.PREPARED, S.OPEN, (open_cases_are_fresh,), "sm_sqa", effect=invite),
        Transition("close", S.OPEN, S.CLOSED, (every_child_is_accounted_for,), "sm_sqa"),
        Transition("record_answer", S.OPEN, None, _HEARD, _RECORDERS, asks=Answer, effect=record),
        Transition("record_answers", S.OPEN, None, _HEARD, _RECORDERS, asks=Answers, effect=record),
        Transition(
            "analyse", S.CLOSED, S.ANALYSED,
            (
                text_is_given("strengths", "What is working well is not said.", "sm_sqa"),
                text_is_given("gaps", "What could be better is not said.", "sm_sqa"),
            ),
            "sm_sqa", asks=Analysis, effect=analyse,
        ),
        Transition(
            "share_back", S.ANALYSED, S.SHARED_BACK,
            (what_changed_is_said, text_is_given("told_by", "How children were told is not said.", "sm_sqa")),
            "sm_sqa", asks=SharingBack, effect=share,
        ),
        Transition(
            "cancel", (S.PREPARED, S.OPEN, S.CLOSED, S.ANALYSED), S.CANCELLED, (reason_is_given,), "ad_people",
            exceptional=True,
        ),
    ),
    deadlines=(
        Deadline(
            name="open_by", state=S.PREPARED, due=Within(OPEN_WORKING_DAYS, since=BEGINS_ON), ladder=ladders.STANDARD,
            capped=True, source="product default",
        ),
        Deadline(name="answers_by", state=S.OPEN, due=InstanceDue(), source="Framework timeline, April"),
        Deadline(
            name="analyse_by", state=S.CLOSED, due=Within(ANALYSE_WORKING_DAYS), ladder=ladders.STANDARD,
            source="product default",
        ),
        Deadline(
            name="share_by", state=S.ANALYSED, due=Within(SHARE_WORKING_DAYS), ladder=ladders.STANDARD,
            source="product default",
        ),
    ),
)  # fmt: skip

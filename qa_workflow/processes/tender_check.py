"""Tender check: no contract is awarded before somebody else than its commissioner has looked at its safeguarding.

Source: "Annual Tendering Process, QA of Safeguarding requirements." (framework timeline, February); domain 3.5 G9:
"checker is not the commissioner; award event refused without pass/conditional + ad_people". The framework names no
requirements: the usual ones below are ours, and each tender may name its own.

One bidder is checked at a time. A bidder that fails can be followed by another one; a conditional award is for AD
People to make, and each condition is then followed up as a recommendation.
"""

from datetime import date
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

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
    Within,
    guard,
)
from qa_workflow.engine.instance import Json, ProcessInstance
from qa_workflow.engine.working_days import add_months
from qa_workflow.patterns import ladders
from qa_workflow.patterns.guards import decided_by_another, reason_is_given, text_is_given
from qa_workflow.patterns.openings import BEGINS_ON, begin
from qa_workflow.patterns.raising import Recommended, raise_recommendations
from qa_workflow.patterns.spans import due_date_is_not_past
from qa_workflow.patterns.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterable

SUBMIT_WORKING_DAYS = 10
RECORD_WORKING_DAYS = 20
# What the group that reviews quality and value of placements has found tells what to ask of bidders (domain 1.8).
FED_BY = ("strategic_placement_group",)
USUAL = (
    "safeguarding_policy", "safer_recruitment", "designated_lead", "staff_training", "allegations",
    "information_sharing",
)  # fmt: skip


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    NOTICE = auto()
    SUBMISSIONS = auto()
    SAFEGUARDING_CHECK = auto()
    PASSED = auto()
    CONDITIONAL = auto()
    FAILED = auto()
    RECORDED = auto()
    NIL_RETURN = auto()
    WITHDRAWN = auto()


S = Stage


# ------------------------------------------------------------------ what is asked for
class Notice(Asks):
    """A tender besides that of the calendar."""

    due_on: date | None = Field(
        default=None, title="Due on", description="A month from now if not said"
    )


class Submissions(Asks):
    """Who has bid, what is required of them, and whose contract it will be."""

    bidders: Texts = Field(default=(), title="Bidders")
    requirements: Texts = Field(
        default=(), title="Safeguarding requirements", description="Without any, the usual ones"
    )
    commissioner: PersonId | None = Field(
        default=None, title="Commissioner", description="Whoever records it, if nobody is named"
    )


class Bidder(Asks):
    """Whose submission is checked."""

    bidder: str = Field(default="", title="Bidder")


class Requirement(BaseModel):
    """Whether one requirement is met, and by what evidence."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    met: bool | None = Field(default=None, title="Met")
    evidence: str = Field(default="", title="Evidence")


class Check(Asks):
    """What the check found, requirement by requirement; conditions for what is not met."""

    requirements: dict[str, Requirement] = Field(default_factory=dict, title="Requirements by key")
    conditions: Texts = Field(default=(), title="Conditions")


class Award(Asks):
    """The award, by its reference."""

    award: str = Field(default="", title="Reference of the award")


# ------------------------------------------------------------------ what must hold
@guard("evidence")
def bidder_has_submitted(facts: Facts, evidence: Bidder) -> Refusal | None:
    """The bidder is one of those who submitted, and has not been checked before."""
    data = facts.instance.data
    if evidence.bidder not in data["bidders"]:
        return Refusal(
            why=f"{evidence.bidder or 'Nobody'} is no bidder. There are: {', '.join(data['bidders'])}."
        )
    if any(one["bidder"] == evidence.bidder for one in data.get("checks", ())):
        return Refusal(why=f"{evidence.bidder} has been checked already.")
    return None


@guard("actor", apart_from=("receive",))
def checked_by_another_than_the_commissioner(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Four eyes on the person: who checks neither commissions the contract nor took the submissions in."""
    data = facts.instance.data
    if not facts.eyes & {data.get("commissioner"), data.get("received_by")}:
        return None
    return Refusal(
        why="You commission this contract, so another person must check it.", who="another sm_sqa"
    )


@guard("evidence")
def every_requirement_is_judged(facts: Facts, evidence: Check) -> Refusal | None:
    """Each requirement is met or not, on evidence, and no other is judged."""
    asked: Iterable[str] = facts.instance.data["requirements"]
    unjudged = [one for one in asked if not _is_judged(evidence.requirements.get(one))]
    unknown = sorted(set(evidence.requirements) - set(asked))
    problems = [
        f"{what}: {', '.join(keys)}"
        for what, keys in (("no judgement with evidence", unjudged), ("not required", unknown))
        if keys
    ]
    if not problems:
        return None
    told = "; ".join(problems)
    return Refusal(why=f"{told[0].upper()}{told[1:]}.", who="the checker")


def _is_judged(one: Requirement | None) -> bool:
    return one is not None and one.met is not None and bool(one.evidence)


@guard("evidence")
def every_requirement_is_met(_facts: Facts, evidence: Check) -> Refusal | None:
    """A bidder passes only where every requirement is met."""
    unmet = _unmet(evidence)
    return Refusal(why=f"Not met: {', '.join(unmet)}.", who="the checker") if unmet else None


@guard("evidence")
def something_is_not_met(_facts: Facts, evidence: Check) -> Refusal | None:
    """Conditions, and a failure, stand on a requirement that is not met."""
    if _unmet(evidence):
        return None
    return Refusal(why="Every requirement is met, so the bidder passes.", who="the checker")


def _unmet(evidence: Check) -> list[str]:
    return [key for key, one in evidence.requirements.items() if one.met is False]


@guard()
def check_was_passed(facts: Facts, _evidence: Asks) -> Refusal | None:
    """A bidder that failed the safeguarding check is awarded nothing."""
    if facts.instance.state in {S.PASSED, S.CONDITIONAL}:
        return None
    return Refusal(
        why=f"{facts.instance.data['bidder']} failed the safeguarding check, so nothing can be awarded to it.",
        who="commissioning (check_another, or record_no_award)",
    )


@guard("actor")
def conditions_are_accepted_by_ad_people(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Only AD People, or who acts for them, awards on conditions."""
    if facts.instance.state != S.CONDITIONAL or facts.acts_as("ad_people"):
        return None
    return Refusal(why="An award on conditions is for AD People to make.", who="ad_people")


# ------------------------------------------------------------------ what the moves bring about
def give_notice(step: Step) -> Effects:
    """Give a tender that the calendar does not open its own date, or a month."""
    given = step.before.data.get("due_on")
    due_on = date.fromisoformat(given) if given else add_months(step.today, 1)
    return Effects(data={**begin(step).data, "fed_by": list(FED_BY)}, due_on=due_on)


def receive(step: Step) -> Effects:
    """Keep who has bid, what is required, whose contract it will be, and what was learned of placements before."""
    evidence: Submissions = step.evidence
    fed = [one["reference"] for one in step.facts.gathered.get("feeding", ())]
    return Effects(
        data={
            "came_from": fed,
            "bidders": list(dict.fromkeys(evidence.bidders)),
            "requirements": list(dict.fromkeys(evidence.requirements)) or list(USUAL),
            "commissioner": evidence.commissioner or step.actor,
            "received_by": step.actor,
        },
        links=tuple(Link("came_from", one) for one in fed),
    )


def start_check(step: Step) -> Effects:
    """Keep whose submission is checked now."""
    return Effects(data={"bidder": step.evidence.bidder})


def judge(step: Step, outcome: str, also: Json) -> Effects:
    """Keep what was found about the bidder, who found it, and what came before."""
    evidence: Check = step.evidence
    data = step.before.data
    found = {key: one.model_dump() for key, one in evidence.requirements.items()}
    check = {"bidder": data["bidder"], "outcome": outcome, "requirements": found}
    return Effects(
        data={
            "checks": [*data.get("checks", ()), check],
            "checked_by": step.actor,
            "checked_on": step.today.isoformat(),
            "outcome": outcome,
            **also,
        }
    )


def pass_bidder(step: Step) -> Effects:
    """Keep that every requirement is met."""
    return judge(step, "pass", {"conditions": []})


def set_conditions(step: Step) -> Effects:
    """Keep on which conditions the bidder could be awarded the contract."""
    return judge(step, "conditional", {"conditions": list(step.evidence.conditions)})


def fail_bidder(step: Step) -> Effects:
    """Keep that the bidder failed, and why."""
    return judge(step, "fail", {"conditions": [], "why_failed": step.evidence.reason})


def award(step: Step) -> Effects:
    """Keep the award; each condition is followed up as a recommendation, owned by the commissioner."""
    data = step.before.data
    conditions = [
        Recommended(
            what=condition,
            for_whom=f"The children and young people whom {data['bidder']} will work with",
            difference="They are as safe as the contract asks",
            category="system",
        )
        for condition in data["conditions"]
    ]
    return Effects(
        data={
            "awarded_to": data["bidder"],
            "award": step.evidence.award,
            "recorded_on": step.today.isoformat(),
            "feeds": ["strategic_placement_group"],
        },
        spawn=raise_recommendations(step, conditions, owner=data["commissioner"]),
    )


def no_award(step: Step) -> Effects:
    """Keep that nothing was awarded, and why."""
    data: dict[str, Any] = {"awarded_to": None, "why_not_awarded": step.evidence.reason}
    return Effects(data={**data, "recorded_on": step.today.isoformat()})


def the_commissioner(instance: ProcessInstance, _facts: Facts) -> tuple[str, ...]:
    """Whose contract it will be."""
    commissioner = instance.data.get("commissioner")
    return (commissioner,) if commissioner else ()


def date_is_met(definition: ProcessDefinition, state: str, _data: Json) -> bool:
    """Say that the framework's date is met once a bidder's safeguarding is judged: the award has its own days."""
    return state in {S.PASSED, S.CONDITIONAL, S.FAILED} or state in definition.final


_CHECKER = ("sm_sqa", "auditor")
_BY_ANOTHER = (checked_by_another_than_the_commissioner, every_requirement_is_judged)
_JUDGED = (S.PASSED, S.CONDITIONAL, S.FAILED)
_AWARDING = ("commissioner", "commissioning", "ad_people")

PROCESS = ProcessDefinition(
    name="tender_check",
    title="Safeguarding check of a tender",
    version=1,
    about="Before a contract is awarded, another than its commissioner checks that safeguarding requirements are met.",
    reference_hint="tender_check:2026-02",
    states=Stage,
    initial=S.NOTICE,
    final=frozenset({S.RECORDED, S.NIL_RETURN, S.WITHDRAWN}),
    set_state_by_two=True,
    reads=frozenset({"feeding"}),
    relations={"commissioner": the_commissioner},
    started_by="person",
    starts_with=Notice,
    start_guards=(due_date_is_not_past,),
    on_start=give_notice,
    due_ladder=ladders.STANDARD,
    due_met=date_is_met,
    due_source='Framework timeline, February: "Annual Tendering Process, QA of Safeguarding requirements"',
    transitions=(
        Transition(
            "receive", S.NOTICE, S.SUBMISSIONS,
            (text_is_given("bidders", "Nobody is named who has bid.", "commissioning"),), "commissioning",
            asks=Submissions, effect=receive,
        ),
        Transition("declare_nil", S.NOTICE, S.NIL_RETURN, (reason_is_given,), "commissioning", adverse=True),
        Transition(
            "start_check", S.SUBMISSIONS, S.SAFEGUARDING_CHECK,
            (bidder_has_submitted, checked_by_another_than_the_commissioner), _CHECKER,
            asks=Bidder, effect=start_check,
        ),
        Transition(
            "pass", S.SAFEGUARDING_CHECK, S.PASSED, (*_BY_ANOTHER, every_requirement_is_met), _CHECKER,
            asks=Check, effect=pass_bidder,
        ),
        Transition(
            "set_conditions", S.SAFEGUARDING_CHECK, S.CONDITIONAL,
            (
                *_BY_ANOTHER,
                something_is_not_met,
                text_is_given("conditions", "No condition is given.", "the checker"),
            ),
            _CHECKER, asks=Check, effect=set_conditions,
        ),
        Transition(
            "fail", S.SAFEGUARDING_CHECK, S.FAILED, (*_BY_ANOTHER, something_is_not_met, reason_is_given), _CHECKER,
            asks=Check, effect=fail_bidder, adverse=True,
        ),
        Transition(
            "record_award", _JUDGED, S.RECORDED,
            (
                check_was_passed,
                conditions_are_accepted_by_ad_people,
                decided_by_another(
                    "checked_by", "checked this bidder", "commissioning", apart_from=("pass", "set_conditions")
                ),
                text_is_given("award", "The award's reference is not given.", "commissioning"),
            ),
            _AWARDING, asks=Award, effect=award,
        ),
        Transition("record_no_award", _JUDGED, S.RECORDED, (reason_is_given,), _AWARDING, effect=no_award, adverse=True),
        Transition(
            "check_another", S.FAILED, S.SAFEGUARDING_CHECK,
            (bidder_has_submitted, checked_by_another_than_the_commissioner), _CHECKER,
            asks=Bidder, effect=start_check,
        ),
        Transition(
            "withdraw", (S.NOTICE, S.SUBMISSIONS, S.SAFEGUARDING_CHECK), S.WITHDRAWN, (reason_is_given,), "ad_people",
            exceptional=True,
        ),
    ),
    deadlines=(
        Deadline(
            name="receive_by", state=S.NOTICE, due=Within(SUBMIT_WORKING_DAYS, since=BEGINS_ON),
            ladder=ladders.STANDARD, capped=True, source="product default",
        ),
        Deadline(name="check_by", state=S.SUBMISSIONS, due=InstanceDue(), source="Framework timeline, February"),
        Deadline(name="judge_by", state=S.SAFEGUARDING_CHECK, due=InstanceDue(), source="Framework timeline, February"),
        *(
            Deadline(
                name=f"record_{state}_by", state=state, due=Within(RECORD_WORKING_DAYS), ladder=ladders.STANDARD,
                source="product default",
            )
            for state in _JUDGED
        ),
    ),
)  # fmt: skip

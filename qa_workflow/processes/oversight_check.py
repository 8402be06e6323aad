"""Oversight check: each month a few cases are looked at for one thing, whether a manager's oversight is clear.

Source: "Clear management oversight of contacts, referrals, assessments, Early Help, CAF process, s47 investigations,
Child in Need Process and Pathway Plans" (framework, monitoring); domain 3.5 G10, a small case audit without a round.
Monthly, and five cases at a time, are product defaults. Where a kind of work is a plan type of the case list, the
system draws the cases by a stored seed; of the others no list is known, and somebody names the references.
"""

import re
from datetime import date
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Effects,
    Facts,
    InstanceDue,
    OnDate,
    ProcessDefinition,
    Refusal,
    Step,
    Transition,
    Within,
    guard,
)
from qa_workflow.engine.instance import Json, ProcessInstance
from qa_workflow.engine.working_days import add_months, month_end
from qa_workflow.errors import WrongInput
from qa_workflow.patterns import ladders
from qa_workflow.patterns.caseload import Caseload, drawn_order, open_cases_are_fresh
from qa_workflow.patterns.guards import reason_is_given, text_is_given
from qa_workflow.patterns.openings import BEGINS_ON, begin, opening_day
from qa_workflow.patterns.raising import (
    Recommended,
    raise_recommendations,
    recommendations_are_said,
)
from qa_workflow.patterns.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa_workflow.engine.people import CaseFacts

SAMPLE_SIZE = 5
SAMPLE_WORKING_DAYS = 5
# Whoever practised or supervised in these months is no outsider, as in a case audit (domain 3.6).
INVOLVED_MONTHS = 6
SUBJECT = re.compile(r"[a-z][a-z0-9_]*:\d{4}-(0[1-9]|1[0-2])")
# The kinds of work whose cases the list names; of contacts, referrals, assessments, CAF and s47 it knows nothing.
PLAN_TYPES = {"early_help": "early_help", "cin": "cin", "pathway": "care_leaver"}


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    DUE = auto()
    SAMPLED = auto()
    CHECKED = auto()
    CLOSED = auto()
    NIL_RETURN = auto()
    CANCELLED = auto()


S = Stage


# ------------------------------------------------------------------ what is asked for
class Sampling(Asks):
    """What is looked at, where no list of it is known."""

    references: Texts = Field(
        default=(),
        title="References",
        description="Of contacts, referrals ...; nothing where the case list gives the cases",
    )


class Oversight(BaseModel):
    """What one case shows of a manager's oversight."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    case: str = Field(min_length=1, title="Case or reference")
    oversight: Literal["clear", "unclear", "missing"] = Field(title="Management oversight")
    note: str = Field(default="", title="What shows it", description="By reference, without names")


class Check(Asks):
    """What the cases show; those that somebody else must look at can follow later."""

    cases: tuple[Oversight, ...] = Field(default=(), title="Cases")


class Closing(Asks):
    """What the month's check says: strengths as well as gaps, and what must change."""

    strengths: Texts = Field(default=(), title="What is working well and why")
    gaps: Texts = Field(default=(), title="What we need to do better")
    recommendations: tuple[Recommended, ...] | None = Field(
        default=None, title="Recommendations", description="An empty list says: none"
    )


# ------------------------------------------------------------------ which work, which month
def kind_of(instance: ProcessInstance) -> str:
    """Return what work is looked at: the middle of `oversight_check:cin:2026-04`."""
    return instance.reference.split(":")[1]


def reference_of(subject: str, _day: date, _data: Json) -> str:
    """Name a check started by hand by the work and the month.

    Raises:
        WrongInput: the subject does not say both.
    """
    if not SUBJECT.fullmatch(subject):
        raise WrongInput(f"{subject!r} does not say which work in which month: write cin:2026-04.")
    return f"oversight_check:{subject}"


# ------------------------------------------------------------------ what must hold
def is_drawn(facts: Facts, _evidence: Asks) -> bool:
    """Tell whether the case list names the cases of this work."""
    return kind_of(facts.instance) in PLAN_TYPES


def is_named(facts: Facts, evidence: Asks) -> bool:
    """Tell whether somebody has to name the references, since no list of this work is known."""
    return not is_drawn(facts, evidence)


@guard("actor", "evidence")
def nobody_has_chosen_the_cases(facts: Facts, evidence: Sampling) -> Refusal | None:
    """Where the case list names the cases they are drawn, so that nobody chooses them."""
    if facts.actor is None or not evidence.references:
        return None
    return Refusal(why="The case list gives these cases: they are drawn, not named.", who="sm_csc")


@guard("evidence")
def references_are_named(facts: Facts, evidence: Sampling) -> Refusal | None:
    """Where no list is known, somebody names what is looked at."""
    if evidence.references:
        return None
    return Refusal(
        why=f"No list of {kind_of(facts.instance)} is known: name the references, or declare_nil.",
        who="sm_csc",
    )


@guard()
def nothing_is_sampled(facts: Facts, _evidence: Asks) -> Refusal | None:
    """A nil return has nothing to look at."""
    sample = facts.instance.data.get("sample", ())
    return Refusal(why=f"To be looked at: {', '.join(sample)}.") if sample else None


@guard("evidence")
def cases_are_of_the_sample(facts: Facts, evidence: Check) -> Refusal | None:
    """Something is said, and only of what was sampled."""
    sample = facts.instance.data["sample"]
    if not evidence.cases:
        return Refusal(why=f"Nothing is said of any case. Sampled: {', '.join(sample)}.")
    unknown = sorted({one.case for one in evidence.cases} - set(sample))
    if not unknown:
        return None
    return Refusal(why=f"Not sampled: {', '.join(unknown)}. Sampled: {', '.join(sample)}.")


@guard("evidence")
def what_is_not_clear_has_a_note(_facts: Facts, evidence: Check) -> Refusal | None:
    """Oversight that is unclear or missing is described."""
    mute = [one.case for one in evidence.cases if one.oversight != "clear" and not one.note]
    if not mute:
        return None
    return Refusal(why=f"What is unclear or missing is not said: {', '.join(mute)}.")


@guard("actor", "evidence")
def checked_by_an_outsider(facts: Facts, evidence: Check) -> Refusal | None:
    """Nobody checks the oversight of a case that they practise or supervise, or did in the last six months."""
    known: Mapping[str, CaseFacts] = facts.gathered["sampled"]
    since = add_months(facts.today, -INVOLVED_MONTHS)
    own = sorted(
        {
            one.case
            for one in evidence.cases
            if one.case in known
            and any(_works_on(known[one.case], who, since, facts.today) for who in facts.eyes)
        }
    )
    if not own:
        return None
    return Refusal(
        why=f"You practise or supervise {', '.join(own)}, or did so since {since:%d %B %Y}.",
        who="another auditor or team manager",
    )


def _works_on(case: "CaseFacts", person: str, since: date, today: date) -> bool:
    return person in {case.practitioner, case.supervisor} or any(
        one.person_id == person
        and one.role in {"practitioner", "supervisor"}
        and one.touches(since, today)
        for one in case.involvements
    )


def completes(facts: Facts, evidence: Check) -> bool:
    """Tell whether, with what is sent, something is said of every case of the sample."""
    said = {*facts.instance.data.get("checks", {}), *(one.case for one in evidence.cases)}
    return said >= set(facts.instance.data["sample"])


def leaves_some(facts: Facts, evidence: Check) -> bool:
    """Tell whether some case of the sample is still to be looked at."""
    return not completes(facts, evidence)


# ------------------------------------------------------------------ what the moves bring about
def plan(step: Step) -> Effects:
    """Give it the last day of its month; where the case list names the cases, they are drawn when it opens."""
    kind, month = step.before.reference.split(":")[1:]
    first = date.fromisoformat(f"{month}-01")
    drawn = {"draw_on": opening_day(step).isoformat()} if kind in PLAN_TYPES else {}
    return Effects(
        data={"kind": kind, "month": month, **begin(step).data, **drawn},
        due_on=month_end(first.year, first.month),
    )


def draw(step: Step) -> Effects:
    """Draw a few open cases of the plan type by a seed that is kept; without any it is a nil return."""
    caseload: Caseload = step.facts.gathered["caseload"]
    population = caseload.of_plan(PLAN_TYPES[kind_of(step.before)])
    drawn = sorted(drawn_order(population, caseload.seed)[:SAMPLE_SIZE])
    return Effects(
        data={
            "sampled_on": step.facts.today.isoformat(),
            "seed": caseload.seed,
            "population": population,
            "sample": drawn,
        },
        then=() if drawn else ("declare_nil",),
    )


def name(step: Step) -> Effects:
    """Keep the references that were named."""
    return Effects(data={"sample": list(dict.fromkeys(step.evidence.references))})


def check(step: Step) -> Effects:
    """Keep what each case shows, and who looked."""
    evidence: Check = step.evidence
    told = {
        one.case: {"oversight": one.oversight, "note": one.note, "by": step.actor}
        for one in evidence.cases
    }
    return Effects(data={"checks": {**step.before.data.get("checks", {}), **told}})


def close(step: Step) -> Effects:
    """Keep what the check says, and raise what must change."""
    evidence: Closing = step.evidence
    told = [one["oversight"] for one in step.before.data["checks"].values()]
    return Effects(
        data={
            "counts": {kind: told.count(kind) for kind in ("clear", "unclear", "missing")},
            "strengths": list(evidence.strengths),
            "gaps": list(evidence.gaps),
        },
        spawn=raise_recommendations(step, evidence.recommendations or ()),
    )


_CHECKERS = ("auditor", "team_manager")
_CHECKED = (cases_are_of_the_sample, what_is_not_clear_has_a_note, checked_by_an_outsider)

PROCESS = ProcessDefinition(
    name="oversight_check",
    title="Check of management oversight",
    version=1,
    about="Each month a few cases of one kind of work are looked at: is a manager's oversight clear on them.",
    reference_hint="oversight_check:cin:2026-04",
    key=reference_of,
    states=Stage,
    initial=S.DUE,
    final=frozenset({S.CLOSED, S.NIL_RETURN, S.CANCELLED}),
    reads=frozenset({"caseload", "sampled"}),
    service_manager="sm_csc",
    on_start=plan,
    due_ladder=ladders.STANDARD,
    due_source="product default: monthly (domain 3.5 G10)",
    transitions=(
        Transition(
            "sample", S.DUE, S.SAMPLED, (open_cases_are_fresh, nobody_has_chosen_the_cases), ("sm_csc", "system"),
            asks=Sampling, effect=draw, chosen=is_drawn, if_refused={"open_cases_are_fresh": "record_unavailable"},
        ),
        Transition(
            "sample", S.DUE, S.SAMPLED, (references_are_named,), "sm_csc",
            asks=Sampling, effect=name, chosen=is_named,
        ),
        Transition("declare_nil", S.DUE, S.NIL_RETURN, (reason_is_given,), "sm_csc", adverse=True),
        Transition("declare_nil", S.SAMPLED, S.NIL_RETURN, (nothing_is_sampled,), adverse=True),
        Transition("check", S.SAMPLED, S.CHECKED, _CHECKED, _CHECKERS, asks=Check, effect=check, chosen=completes),
        Transition("check", S.SAMPLED, None, _CHECKED, _CHECKERS, asks=Check, effect=check, chosen=leaves_some),
        Transition(
            "close", S.CHECKED, S.CLOSED,
            (
                text_is_given("strengths", "What is working well is not said.", "sm_csc"),
                text_is_given("gaps", "What could be better is not said.", "sm_csc"),
                recommendations_are_said,
            ),
            "sm_csc", asks=Closing, effect=close,
        ),
        Transition(
            "cancel", (S.DUE, S.SAMPLED, S.CHECKED), S.CANCELLED, (reason_is_given,), "ad_people", exceptional=True,
        ),
    ),
    deadlines=(
        Deadline(
            name="draws", state=S.DUE, due=OnDate("draw_on"), on_expiry="sample", at_start=True,
            source="product default: as the month opens",
        ),
        Deadline(
            name="sample_by", state=S.DUE, due=Within(SAMPLE_WORKING_DAYS, since=BEGINS_ON),
            ladder=ladders.STANDARD, capped=True, source="product default",
        ),
        Deadline(name="check_by", state=S.SAMPLED, due=InstanceDue(), source="product default (domain 3.5 G10)"),
        Deadline(name="close_by", state=S.CHECKED, due=InstanceDue(), source="product default (domain 3.5 G10)"),
    ),
)  # fmt: skip

"""Recommendation follow-up: an audit said something must change; did it, and for whom?

Source: "evidence of recommendations being progressed from case file audits. Reviewed and signed off in
getting to "outstanding" meeting chaired by AD People" (framework, audit cycle page); domain 3.2.
"""

from enum import StrEnum, auto

from qa_workflow.engine.definition import (
    Deadline,
    Facts,
    InstanceDue,
    OnDate,
    ProcessDefinition,
    Reassignment,
    Transition,
    Within,
)
from qa_workflow.engine.instance import Json, ProcessInstance
from qa_workflow.engine.people import ids
from qa_workflow.patterns import ladders
from qa_workflow.patterns.guards import decided_by_another, reason_is_given, text_is_given
from qa_workflow.processes.recommendation.asks import (
    Assignment,
    Impact,
    NewOwner,
    Raising,
    Succession,
)
from qa_workflow.processes.recommendation.effects import (
    assign,
    carry,
    prepare,
    resume,
    show_evidence,
    signed,
    succeed,
    verified,
)
from qa_workflow.processes.recommendation.guards import (
    decided_by_another_than_the_owner,
    due_date_is_inside_the_window,
    evidence_is_shown,
    high_priority_is_for_ad_people,
    is_a_case_action,
    is_specific,
    not_carried_forward_before,
    owner_is_a_person,
)


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    RAISED = auto()
    ASSIGNED = auto()
    CHALLENGED = auto()
    IN_PROGRESS = auto()
    EVIDENCE_SUBMITTED = auto()
    VERIFIED = auto()
    TABLED = auto()
    CARRIED_FORWARD = auto()
    SIGNED_OFF = auto()
    WITHDRAWN = auto()
    SUPERSEDED = auto()
    CLOSED_CASE_ENDED = auto()


S = Stage
OPEN = (
    S.RAISED, S.ASSIGNED, S.CHALLENGED, S.IN_PROGRESS, S.EVIDENCE_SUBMITTED, S.VERIFIED, S.TABLED, S.CARRIED_FORWARD,
)  # fmt: skip


def the_owner(instance: ProcessInstance, _facts: Facts) -> tuple[str, ...]:
    """The person who owns this recommendation."""
    owner = instance.data.get("owner")
    return (owner,) if owner else ()


def the_auditor(instance: ProcessInstance, _facts: Facts) -> tuple[str, ...]:
    """Whoever audited the case that it came from."""
    auditor = instance.data.get("auditor")
    return (auditor,) if auditor else ()


def director_instead(_instance: ProcessInstance, facts: Facts) -> tuple[str, ...]:
    """The directors, where AD People owns the recommendation and so cannot sign it off."""
    if facts.owner is None or "ad_people" not in facts.owner.roles:
        return ()
    return ids(facts.roster.holders("director", facts.today))


def date_is_met(definition: ProcessDefinition, state: str, data: Json) -> bool:
    """Say that a high priority is met by evidence, a standard one by signing off inside its window."""
    shown = state in {S.EVIDENCE_SUBMITTED, S.VERIFIED, S.TABLED}
    return state in definition.final or (shown and data.get("priority") in {"high", "immediate"})


_BY_ANOTHER = (decided_by_another_than_the_owner,)
_ON_A_CHALLENGE = (*_BY_ANOTHER, high_priority_is_for_ad_people)
_SQA_OR_AD = ("sm_sqa", "ad_people")

PROCESS = ProcessDefinition(
    name="recommendation",
    title="Recommendation follow-up",
    version=1,
    about="Assigned, acted on, evidenced with what changed for the child, verified by another, signed off by AD People.",
    reference_hint="recommendation:R-0001",
    started_by="case_audit",
    series="recommendation:R-",
    starts_with=Raising,
    states=Stage,
    initial=S.RAISED,
    final=frozenset({S.SIGNED_OFF, S.WITHDRAWN, S.SUPERSEDED, S.CLOSED_CASE_ENDED}),
    reads=frozenset({"case"}),
    relations={"owner": the_owner, "auditor": the_auditor, "director_instead": director_instead},
    keeps_owner=True,
    reassignment=Reassignment(
        key="owner",
        states=frozenset(OPEN) - {S.RAISED},
        asks=NewOwner,
        guards=(owner_is_a_person,),
        roles=("sm_sqa",),
    ),
    on_start=prepare,
    due_ladder=ladders.STANDARD,
    due_met=date_is_met,
    due_source="Framework: December/January and June/July (domain A2)",
    transitions=(
        Transition(
            "assign", S.RAISED, S.ASSIGNED, (is_specific, owner_is_a_person, due_date_is_inside_the_window),
            "sm_sqa", asks=Assignment, effect=assign,
        ),
        Transition("accept", S.ASSIGNED, S.IN_PROGRESS, role="owner"),
        Transition("challenge", S.ASSIGNED, S.CHALLENGED, (reason_is_given,), "owner"),
        Transition("uphold", S.CHALLENGED, S.ASSIGNED, (*_ON_A_CHALLENGE, reason_is_given), _SQA_OR_AD),
        Transition(
            "amend", S.CHALLENGED, S.ASSIGNED,
            (*_ON_A_CHALLENGE, owner_is_a_person, due_date_is_inside_the_window), _SQA_OR_AD,
            asks=Assignment, effect=assign,
        ),
        Transition(
            "withdraw", S.CHALLENGED, S.WITHDRAWN,
            (*_ON_A_CHALLENGE, reason_is_given), _SQA_OR_AD, exceptional=True,
        ),
        Transition(
            "submit_evidence", S.IN_PROGRESS, S.EVIDENCE_SUBMITTED,
            (
                evidence_is_shown,
                text_is_given("impact_for_child", "What changed for the child is not stated.", "owner"),
            ),
            "owner", asks=Impact, effect=show_evidence,
        ),
        Transition("verify", S.EVIDENCE_SUBMITTED, S.VERIFIED, _BY_ANOTHER, ("sm_sqa", "auditor"), effect=verified),
        Transition(
            "reject", S.EVIDENCE_SUBMITTED, S.IN_PROGRESS, (*_BY_ANOTHER, reason_is_given), ("sm_sqa", "auditor"),
        ),
        Transition("table", S.VERIFIED, S.TABLED, role=("qa_admin", "system")),
        Transition(
            "sign_off", S.TABLED, S.SIGNED_OFF,
            (*_BY_ANOTHER, decided_by_another("verified_by", "verified the evidence", "ad_people")),
            ("ad_people", "director_instead"), effect=signed,
        ),
        Transition("not_satisfied", S.TABLED, S.IN_PROGRESS, (reason_is_given,), "ad_people"),
        Transition(
            "carry_forward", (S.IN_PROGRESS, S.EVIDENCE_SUBMITTED, S.VERIFIED, S.TABLED), S.CARRIED_FORWARD,
            (not_carried_forward_before, reason_is_given), "ad_people", effect=carry, exceptional=True,
        ),
        Transition("resume", S.CARRIED_FORWARD, S.IN_PROGRESS, effect=resume),
        Transition(
            "supersede", OPEN, S.SUPERSEDED,
            (text_is_given("successor", "The recommendation that takes its place is not named.", "sm_sqa"),),
            "sm_sqa", asks=Succession, effect=succeed, exceptional=True,
        ),
        Transition(
            "case_ended", OPEN, S.CLOSED_CASE_ENDED, (is_a_case_action, reason_is_given), "sm_sqa", exceptional=True,
        ),
        Transition("reopen", S.SIGNED_OFF, S.IN_PROGRESS, (reason_is_given,), "sm_sqa", effect=resume, reopens=True),
    ),
    deadlines=(
        Deadline(name="assign_by", state=S.RAISED, due=Within(2), ladder=ladders.STANDARD),
        Deadline(name="accept_by", state=S.ASSIGNED, due=Within(5), ladder=ladders.STANDARD),
        Deadline(name="decide_by", state=S.CHALLENGED, due=Within(5), ladder=ladders.STANDARD),
        Deadline(name="evidence_by", state=S.IN_PROGRESS, due=InstanceDue(), source="Framework window"),
        Deadline(name="verify_by", state=S.EVIDENCE_SUBMITTED, due=Within(5), ladder=ladders.STANDARD),
        Deadline(
            name="table_by", state=S.VERIFIED, due=OnDate("meeting_due_on", else_own_date=True),
            ladder=ladders.STANDARD, source="Framework: December, June",
        ),
        Deadline(
            name="sign_off_by", state=S.TABLED, due=OnDate("window_on"), ladder=ladders.STANDARD,
            source="Framework: 31 January, 31 July (domain A2)",
        ),
        Deadline(name="resume_by", state=S.CARRIED_FORWARD, due=Within(1), ladder=ladders.STANDARD),
    ),
)  # fmt: skip

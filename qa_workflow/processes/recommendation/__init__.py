"""Recommendation follow-up: an audit said something must change; did it, and for whom?

Source: "evidence of recommendations being progressed from case file audits. Reviewed and signed off in
getting to "outstanding" meeting chaired by AD People" (framework, audit cycle page); domain 3.2.
"""

from enum import StrEnum, auto

from qa_workflow.engine.definition import (
    Deadline,
    EscalationLevel,
    Facts,
    InstanceDue,
    Ladder,
    OnDate,
    ProcessDefinition,
    Reassignment,
    Transition,
    Within,
)
from qa_workflow.engine.instance import Json, ProcessInstance
from qa_workflow.engine.people import ids
from qa_workflow.patterns import ladders
from qa_workflow.patterns.guards import reason_is_given, text_is_given
from qa_workflow.processes.recommendation.asks import (
    Assignment,
    Cutoff,
    ExpectedSitting,
    Impact,
    NewOwner,
    PlanLine,
    Raising,
    Succession,
    Tabling,
)
from qa_workflow.processes.recommendation.effects import (
    assign,
    carry,
    end,
    expect,
    join_line,
    miss_cutoff,
    prepare,
    recount,
    reopen,
    resume,
    show_evidence,
    signed,
    succeed,
    table,
    tell_what_raised_it,
    untable,
    verified,
)
from qa_workflow.processes.recommendation.guards import (
    a_carry_forward_is_left,
    a_dip_check_has_failed,
    decided_by_another_than_the_owner,
    decided_by_another_than_the_verifier,
    due_date_is_inside_the_window,
    evidence_is_complete,
    evidence_is_shown,
    evidence_was_missing,
    high_priority_is_for_ad_people,
    is_a_case_action,
    is_specific,
    is_tabled_there,
    meeting_is_held,
    meeting_is_taking_papers,
    owner_is_a_person,
    owner_is_not_the_verifier,
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
BEFORE_TABLED = OPEN[:6]

# "Challenged > 10 wd" blocks (domain 3.2), beside the ladder of the decision itself.
UNSETTLED = Ladder("unsettled", (EscalationLevel("L2", 1, ("ad_people",), blocks=True),))
# Papers close five working days before the meeting: its owner, and whoever verifies, hear two days before.
PAPERS = Ladder("papers", (EscalationLevel("R1", -2, ("owner", "service_manager")),))


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
    """Say that a high priority, or a date before the window's end, is met by evidence; the window's end by signing off."""
    shown = state in {S.EVIDENCE_SUBMITTED, S.VERIFIED, S.TABLED}
    for_evidence = data.get("priority") in {"high", "immediate"} or data.get("met_by") == "evidence"
    return state in definition.final or (shown and for_evidence)


_BY_ANOTHER = (decided_by_another_than_the_owner,)
_ON_A_CHALLENGE = (*_BY_ANOTHER, high_priority_is_for_ad_people)
_SQA_OR_AD = ("sm_sqa", "ad_people")
# AD People or the recorded delegate; the Director first, who may be that delegate and signs as Director.
_CHAIR = ("director_instead", "ad_people")
_BY_THE_CHAIR = (meeting_is_held, *_BY_ANOTHER, decided_by_another_than_the_verifier)

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
    tells_at_end=tell_what_raised_it,
    reads=frozenset({"case", "children", "choices", "meetings", "themes"}),
    relations={"owner": the_owner, "auditor": the_auditor, "director_instead": director_instead},
    keeps_owner=True,
    reassignment=Reassignment(
        key="owner",
        states=frozenset(OPEN) - {S.RAISED},
        asks=NewOwner,
        guards=(owner_is_a_person, owner_is_not_the_verifier),
        roles=("sm_sqa",),
    ),
    on_start=prepare,
    recount=recount,
    due_ladder=ladders.STANDARD,
    due_met=date_is_met,
    due_source="Framework: December/January and June/July (domain A2)",
    transitions=(
        Transition(
            "assign", S.RAISED, S.ASSIGNED, (is_specific, owner_is_a_person, due_date_is_inside_the_window),
            "sm_sqa", asks=Assignment, effect=assign,
        ),
        Transition("accept", S.ASSIGNED, S.IN_PROGRESS, role="owner"),
        Transition("challenge", S.ASSIGNED, S.CHALLENGED, (reason_is_given,), "owner", adverse=True),
        Transition("uphold", S.CHALLENGED, S.ASSIGNED, (*_ON_A_CHALLENGE, reason_is_given), _SQA_OR_AD, adverse=True),
        Transition(
            "amend", S.CHALLENGED, S.ASSIGNED,
            (*_ON_A_CHALLENGE, owner_is_a_person, due_date_is_inside_the_window), _SQA_OR_AD,
            asks=Assignment, effect=assign,
        ),
        Transition(
            "withdraw", S.CHALLENGED, S.WITHDRAWN,
            (*_ON_A_CHALLENGE, reason_is_given), _SQA_OR_AD, effect=end, exceptional=True,
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
            "reject", S.EVIDENCE_SUBMITTED, S.IN_PROGRESS, (*_BY_ANOTHER, reason_is_given), ("sm_sqa", "auditor"), adverse=True,
        ),
        Transition(
            "table", S.VERIFIED, S.TABLED, (meeting_is_taking_papers,), ("qa_admin", "system"),
            asks=Tabling, effect=table,
        ),
        Transition("untable", S.TABLED, S.VERIFIED, (is_tabled_there,), asks=Tabling, effect=untable),
        Transition(
            "sign_off", S.TABLED, S.SIGNED_OFF, (*_BY_THE_CHAIR, evidence_is_complete), _CHAIR, effect=signed,
        ),
        Transition(
            "not_satisfied", S.TABLED, S.IN_PROGRESS, (*_BY_THE_CHAIR, reason_is_given), _CHAIR, effect=untable, adverse=True,
        ),
        Transition(
            "carry_forward", (S.IN_PROGRESS, S.EVIDENCE_SUBMITTED, S.VERIFIED, S.TABLED), S.CARRIED_FORWARD,
            (a_carry_forward_is_left, reason_is_given), "ad_people", effect=carry, exceptional=True,
            if_refused={"a_carry_forward_is_left": "second_carry_forward"},
        ),
        Transition("resume", S.CARRIED_FORWARD, S.IN_PROGRESS, effect=resume),
        Transition(
            "supersede", OPEN, S.SUPERSEDED,
            (text_is_given("successor", "The recommendation that takes its place is not named.", "sm_sqa"),),
            "sm_sqa", asks=Succession, effect=succeed, exceptional=True,
        ),
        Transition(
            "case_ended", OPEN, S.CLOSED_CASE_ENDED, (is_a_case_action, reason_is_given), "sm_sqa",
            effect=end, exceptional=True,
        ),
        Transition(
            "reopen", S.SIGNED_OFF, S.IN_PROGRESS, (a_dip_check_has_failed, reason_is_given), "sm_sqa",
            effect=reopen, reopens=True,
        ),
        # What the meeting tells it, and what a line of a plan does.
        Transition("expect_sitting", BEFORE_TABLED, None, asks=ExpectedSitting, effect=expect),
        Transition("miss_cutoff", BEFORE_TABLED, None, (evidence_was_missing,), asks=Cutoff, effect=miss_cutoff),
        Transition("join_plan_line", OPEN, None, asks=PlanLine, effect=join_line),
    ),
    deadlines=(
        Deadline(name="assign_by", state=S.RAISED, due=Within(2), ladder=ladders.STANDARD),
        Deadline(name="accept_by", state=S.ASSIGNED, due=Within(5), ladder=ladders.STANDARD),
        Deadline(name="decide_by", state=S.CHALLENGED, due=Within(5), ladder=ladders.STANDARD),
        Deadline(name="challenge_settled_by", state=S.CHALLENGED, due=Within(10), ladder=UNSETTLED),
        Deadline(name="evidence_by", state=S.IN_PROGRESS, due=InstanceDue(), source="Framework window"),
        Deadline(name="evidence_papers_by", state=S.IN_PROGRESS, due=OnDate("papers_on"), ladder=PAPERS),
        Deadline(name="verify_by", state=S.EVIDENCE_SUBMITTED, due=Within(5), ladder=ladders.STANDARD),
        Deadline(name="verify_papers_by", state=S.EVIDENCE_SUBMITTED, due=OnDate("papers_on"), ladder=PAPERS),
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

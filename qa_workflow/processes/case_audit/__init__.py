"""Case audit: one child's case looked at by somebody independent, with the child's own words, to an agreed end.

Source: "Independent Audits", "... and feedback", "not interpreted or given from a third person
perspective", "restorative ... working with staff" (framework). Readings: domain A7, A8, 3.1b, 3.6.
"""

from enum import StrEnum, auto

from qa_workflow.engine.definition import (
    Deadline,
    Facts,
    InstanceDue,
    ProcessDefinition,
    Reassignment,
    Transition,
    Within,
)
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.patterns import ladders
from qa_workflow.patterns.guards import reason_is_given, text_is_given
from qa_workflow.processes.case_audit.asks import (
    Auditor,
    Concern,
    Feedback,
    Grade,
    Resolution,
    Submission,
)
from qa_workflow.processes.case_audit.effects import (
    agree,
    allocate,
    approve_no_voice,
    change_grade,
    close,
    decline,
    dispute,
    end,
    raise_concern,
    record_feedback,
    resolve,
    respond,
    submit,
    tell_the_round,
)
from qa_workflow.processes.case_audit.guards import (
    acts_for_no_own_audit,
    approved_reason_is_of_the_methodology,
    audit_was_independent,
    auditor_is_active,
    auditor_is_independent,
    both_were_there_or_why_not,
    conversation_was_held,
    every_section_is_answered,
    family_was_asked_or_why_not,
    grade_is_of_the_scale,
    moderator_is_independent,
    no_conflict_was_declared,
    recommendations_are_said,
    released_by_another,
    resolver_is_no_party,
    unauditable_reason_is_known,
    voice_is_the_childs_own,
)


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    SELECTED = auto()
    ALLOCATED = auto()
    IN_PROGRESS = auto()
    SUBMITTED = auto()
    MODERATION = auto()
    FEEDBACK = auto()
    PRACTITIONER_RESPONSE = auto()
    DISPUTED = auto()
    AGREED = auto()
    CLOSED = auto()
    NOT_AUDITABLE = auto()
    WITHDRAWN = auto()


S = Stage
OPEN = (
    S.SELECTED, S.ALLOCATED, S.IN_PROGRESS, S.SUBMITTED, S.MODERATION, S.FEEDBACK,
    S.PRACTITIONER_RESPONSE, S.DISPUTED, S.AGREED,
)  # fmt: skip


def the_auditor(instance: ProcessInstance, _facts: Facts) -> tuple[str, ...]:
    """In an audit `auditor` is the allocated auditor and nobody else."""
    auditor = instance.data.get("auditor")
    return (auditor,) if auditor else ()


def the_practitioner(_instance: ProcessInstance, facts: Facts) -> tuple[str, ...]:
    """The case's practitioner of today, if the roster knows them: nobody else can answer."""
    practitioner = facts.roster.get(facts.case.practitioner) if facts.case is not None else None
    return (practitioner.person_id,) if practitioner is not None else ()


def to_agreed(_facts: Facts, evidence: Resolution) -> bool:
    """Tell whether the dispute ends in agreement."""
    return evidence.to == "agreed"


def to_in_progress(_facts: Facts, evidence: Resolution) -> bool:
    """Tell whether the dispute ends in auditing again."""
    return evidence.to == "in_progress"


_INDEPENDENCE = (auditor_is_active, auditor_is_independent, no_conflict_was_declared)

PROCESS = ProcessDefinition(
    name="case_audit",
    title="Case audit",
    version=1,
    about="One child's case audited by somebody independent, moderated, fed back and answered.",
    reference_hint="case_audit:2025-26-A:C07",
    started_by="case_audit_round",
    by_hand=False,
    states=Stage,
    initial=S.SELECTED,
    final=frozenset({S.CLOSED, S.NOT_AUDITABLE, S.WITHDRAWN}),
    tells_at_end=tell_the_round,
    reads=frozenset({"case", "methodology", "choices"}),
    relations={"auditor": the_auditor, "practitioner": the_practitioner},
    reassignment=Reassignment(
        key="auditor",
        states=frozenset({S.ALLOCATED, S.IN_PROGRESS, S.FEEDBACK}),
        asks=Auditor,
        guards=_INDEPENDENCE,
        roles=("sm_sqa", "qa_admin"),
    ),
    due_ladder=ladders.STANDARD,
    due_source="Framework timeline, through the round (domain A1)",
    transitions=(
        Transition(
            "allocate", S.SELECTED, S.ALLOCATED, _INDEPENDENCE, ("sm_sqa", "qa_admin"), asks=Auditor, effect=allocate,
        ),
        Transition("start", S.ALLOCATED, S.IN_PROGRESS, role="auditor"),
        Transition("decline", S.ALLOCATED, S.SELECTED, (reason_is_given,), "auditor", effect=decline, adverse=True),
        Transition(
            "submit", S.IN_PROGRESS, S.SUBMITTED,
            (
                every_section_is_answered,
                text_is_given("strengths", "No strengths are given.", "the auditor"),
                text_is_given("improvements", "No improvements are given.", "the auditor"),
                voice_is_the_childs_own,
                text_is_given("outcome", "What difference was made for the child is not answered.", "the auditor"),
                grade_is_of_the_scale,
                recommendations_are_said,
                audit_was_independent,
            ),
            "auditor", asks=Submission, effect=submit,
        ),
        Transition(
            "approve_no_voice", S.IN_PROGRESS, None,
            (approved_reason_is_of_the_methodology, acts_for_no_own_audit), "sm_sqa", effect=approve_no_voice,
        ),
        Transition(
            "raise_immediate_concern", S.IN_PROGRESS, None, (), "auditor", asks=Concern, effect=raise_concern,
        ),
        Transition("release", S.SUBMITTED, S.FEEDBACK, (released_by_another,), "sm_sqa"),
        Transition("request_moderation", S.SUBMITTED, S.MODERATION, (), ("sm_sqa", "system")),
        Transition("agree", S.MODERATION, S.FEEDBACK, (moderator_is_independent,), "moderator", effect=agree),
        Transition(
            "change_grade", S.MODERATION, S.FEEDBACK,
            (moderator_is_independent, grade_is_of_the_scale, reason_is_given), "moderator",
            asks=Grade, effect=change_grade, adverse=True,
        ),
        Transition(
            "return", S.MODERATION, S.IN_PROGRESS, (moderator_is_independent, reason_is_given), "moderator", adverse=True,
        ),
        Transition(
            "record_feedback", S.FEEDBACK, S.PRACTITIONER_RESPONSE,
            (conversation_was_held, both_were_there_or_why_not, family_was_asked_or_why_not), "auditor",
            asks=Feedback, effect=record_feedback,
        ),
        Transition("accept", S.PRACTITIONER_RESPONSE, S.AGREED, (), "practitioner", effect=respond("accepted")),
        Transition(
            "dispute", S.PRACTITIONER_RESPONSE, S.DISPUTED, (reason_is_given,), "practitioner", effect=dispute, adverse=True,
        ),
        Transition("no_response", S.PRACTITIONER_RESPONSE, S.AGREED, effect=respond("no response")),
        Transition(
            "resolve", S.DISPUTED, S.AGREED, (resolver_is_no_party, reason_is_given), ("sm_sqa", "ad_people"),
            asks=Resolution, effect=resolve, chosen=to_agreed,
        ),
        Transition(
            "resolve", S.DISPUTED, S.IN_PROGRESS, (resolver_is_no_party, reason_is_given), ("sm_sqa", "ad_people"),
            asks=Resolution, effect=resolve, chosen=to_in_progress,
        ),
        Transition("close", S.AGREED, S.CLOSED, effect=close),
        Transition(
            "mark_unauditable", OPEN, S.NOT_AUDITABLE, (unauditable_reason_is_known,), "sm_sqa",
            effect=end, exceptional=True,
        ),
        Transition("withdraw", OPEN, S.WITHDRAWN, (reason_is_given,), "sm_sqa", effect=end, exceptional=True),
        Transition("supersede", OPEN, S.WITHDRAWN, effect=end, exceptional=True),
        Transition("remove_from_sample", OPEN, S.WITHDRAWN, effect=end, exceptional=True),
    ),
    deadlines=(
        Deadline(name="allocate_by", state=S.SELECTED, due=Within(5), ladder=ladders.STANDARD, capped=True),
        Deadline(name="start_by", state=S.ALLOCATED, due=Within(5), ladder=ladders.STANDARD, capped=True),
        Deadline(name="submit_by", state=S.IN_PROGRESS, due=InstanceDue()),
        Deadline(
            name="finish_soon", state=S.IN_PROGRESS, due=Within(15, since="allocated_on"), ladder=ladders.NUDGE,
        ),
        Deadline(name="release_by", state=S.SUBMITTED, due=Within(5), ladder=ladders.STANDARD, capped=True),
        Deadline(name="moderate_by", state=S.MODERATION, due=Within(5), ladder=ladders.STANDARD, capped=True),
        Deadline(
            name="feed_back_by", state=S.FEEDBACK, due=Within(10, since="submitted_on"),
            ladder=ladders.STANDARD, capped=True,
        ),
        Deadline(name="respond_by", state=S.PRACTITIONER_RESPONSE, due=Within(5), on_expiry="no_response"),
        Deadline(name="resolve_by", state=S.DISPUTED, due=Within(5), ladder=ladders.STANDARD, capped=True),
        Deadline(name="close_by", state=S.AGREED, due=Within(1), ladder=ladders.STANDARD, capped=True),
    ),
)  # fmt: skip

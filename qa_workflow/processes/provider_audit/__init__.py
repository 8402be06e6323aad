"""Provider audit: once a year somebody goes, sees, hears every child placed there, and says what must change.

Source: "Commissioned Independent Fostering Agencies and Semi-independent provisions for care leavers are
audited annually. Checks are made regarding how they meet national minimum standards in respect of IFA's
and standards of care in supporting young people towards independent living in relation to care leavers"
(framework); timeline, June. Readings: domain A25, A26, A30, 3.4, 3.6 "Providers", 4.3.
"""

from datetime import date
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
from qa_workflow.patterns import ladders
from qa_workflow.patterns.coverage import counted
from qa_workflow.patterns.guards import reason_is_given, text_is_given
from qa_workflow.patterns.provider_scope import due_year
from qa_workflow.patterns.setting_audit import (
    contact_person,
    every_standard_is_judged,
    provider_is_known,
)
from qa_workflow.processes.provider_audit.asks import (
    Auditor,
    Booking,
    Comments,
    Concern,
    EvidenceRequest,
    Finalisation,
    Report,
    SuppliedEvidence,
    Visit,
)
from qa_workflow.processes.provider_audit.effects import (
    assign,
    book,
    comment,
    confirm_first,
    confirm_second,
    finalise,
    go_ahead,
    plan,
    propose_suspension,
    raise_concern,
    recount,
    report,
    request,
    send,
    silence,
    supply,
    visit,
)
from qa_workflow.processes.provider_audit.guards import (
    CONFIRMING,
    actions_are_said,
    audit_was_independent,
    auditor_is_active,
    auditor_is_independent,
    confirmed_by_another_in_the_other_role,
    every_child_was_heard_or_has_a_reason,
    finalised_by_another_than_the_auditor,
    findings_have_an_answer,
    going_ahead_early_has_a_reason,
    has_actions,
    has_no_actions,
    is_first_confirmation,
    is_second_confirmation,
    named_children_are_placed_there,
    no_action_is_open,
    no_child_is_placed_there,
    provider_is_in_scope,
    something_has_come_in,
    visit_was_held,
    what_came_was_asked_for,
    what_is_asked_for_is_of_the_list,
    what_is_not_met_has_an_action,
)

PROVIDER_WORKING_DAYS = 10  # the provider's time for evidence, and for comments on the draft
DRAFT_WORKING_DAYS = 10  # "visit + 10 wd"


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    PLANNED = auto()
    SCOPED = auto()
    ASSIGNED = auto()
    EVIDENCE_REQUESTED = auto()
    VISIT_BOOKED = auto()
    VISITED = auto()
    REPORT_DRAFT = auto()
    WITH_PROVIDER = auto()
    FINALISING = auto()
    ACTIONS_OPEN = auto()
    COMPLIANT = auto()
    EXITED = auto()
    NOT_IN_SCOPE = auto()


S = Stage
OPEN = (
    S.PLANNED, S.SCOPED, S.ASSIGNED, S.EVIDENCE_REQUESTED, S.VISIT_BOOKED, S.VISITED, S.REPORT_DRAFT,
    S.WITH_PROVIDER, S.FINALISING, S.ACTIONS_OPEN,
)  # fmt: skip
FINAL = frozenset({S.COMPLIANT, S.EXITED, S.NOT_IN_SCOPE})


def the_auditor(instance: ProcessInstance, _facts: Facts) -> tuple[str, ...]:
    """In an audit `auditor` is the assigned auditor and nobody else."""
    auditor = instance.data.get("auditor")
    return (auditor,) if auditor else ()


def the_contact(_instance: ProcessInstance, facts: Facts) -> tuple[str, ...]:
    """Whoever speaks for the provider, if the roster has them."""
    contact = contact_person(facts)
    return () if contact is None else (contact,)


def date_is_met(_definition: ProcessDefinition, state: str, _data: Json) -> bool:
    """Say that 30 June is met once the audit is finalised: the actions have days of their own."""
    return state == S.ACTIONS_OPEN or state in FINAL


def reference_of(provider: str, day: date, _data: Json) -> str:
    """Name an audit started by hand by its provider and the year of the 30 June it is due."""
    return f"provider_audit:{provider}:{due_year(day)}"


_INDEPENDENCE = (auditor_is_active, auditor_is_independent)
_IN_SCOPE = (provider_is_known, provider_is_in_scope)
_FINALISED = (
    finalised_by_another_than_the_auditor,
    actions_are_said,
    what_is_not_met_has_an_action,
    findings_have_an_answer,
)

PROCESS = counted(ProcessDefinition(
    name="provider_audit",
    title="Annual provider audit",
    version=1,
    about="A provider audited once a year by 30 June: scope, evidence, visit, report, and the actions that follow.",
    reference_hint="provider_audit:P04:2026 (the year of the 30 June it is due)",
    started_by="person",
    key=reference_of,
    states=Stage,
    initial=S.PLANNED,
    final=FINAL,
    set_state_by_two=True,
    reads=frozenset({"provider", "children", "choices"}),
    relations={"auditor": the_auditor, "contact": the_contact},
    reassignment=Reassignment(
        key="auditor",
        states=frozenset(
            {S.ASSIGNED, S.EVIDENCE_REQUESTED, S.VISIT_BOOKED, S.VISITED, S.REPORT_DRAFT, S.WITH_PROVIDER}
        ),
        asks=Auditor,
        guards=_INDEPENDENCE,
        roles=("sm_sqa",),
    ),
    waits_for_children_in=frozenset({S.ACTIONS_OPEN}),
    on_start=plan,
    recount=recount,
    due_ladder=ladders.STANDARD,
    due_met=date_is_met,
    due_source='Framework timeline, June: "Annual audit on Independent Fostering Agencies and Semi-Independent accommodation"',
    transitions=(
        Transition(
            "confirm_scope", S.PLANNED, None, _IN_SCOPE, CONFIRMING,
            effect=confirm_first, chosen=is_first_confirmation,
        ),
        Transition(
            "confirm_scope", S.PLANNED, S.SCOPED, (*_IN_SCOPE, confirmed_by_another_in_the_other_role), CONFIRMING,
            effect=confirm_second, chosen=is_second_confirmation,
        ),
        Transition("assign_auditor", S.SCOPED, S.ASSIGNED, _INDEPENDENCE, "sm_sqa", asks=Auditor, effect=assign),
        Transition(
            "request_evidence", S.ASSIGNED, S.EVIDENCE_REQUESTED, (what_is_asked_for_is_of_the_list,), "auditor",
            asks=EvidenceRequest, effect=request,
        ),
        Transition(
            "evidence_in", S.EVIDENCE_REQUESTED, S.VISIT_BOOKED, (something_has_come_in, what_came_was_asked_for),
            "auditor", asks=SuppliedEvidence, effect=supply,
        ),
        Transition(
            "evidence_late", S.EVIDENCE_REQUESTED, S.VISIT_BOOKED, (going_ahead_early_has_a_reason,),
            ("auditor", "system"), effect=go_ahead, adverse=True,
        ),
        Transition(
            "record_visit", S.VISIT_BOOKED, S.VISITED,
            (
                visit_was_held,
                text_is_given("premises_seen", "Which premises were seen is not said.", "the auditor"),
                text_is_given("staff_spoken_to", "To which staff the auditor spoke is not said.", "the auditor"),
                named_children_are_placed_there,
                every_child_was_heard_or_has_a_reason,
            ),
            "auditor", asks=Visit, effect=visit,
        ),
        Transition("book_visit", S.VISIT_BOOKED, None, (), "auditor", asks=Booking, effect=book),
        Transition(
            "evidence_in", S.VISIT_BOOKED, None, (something_has_come_in, what_came_was_asked_for),
            "auditor", asks=SuppliedEvidence, effect=supply,
        ),
        Transition(
            "submit_report", S.VISITED, S.REPORT_DRAFT, (every_standard_is_judged, audit_was_independent), "auditor",
            asks=Report, effect=report,
        ),
        Transition("send_for_accuracy", S.REPORT_DRAFT, S.WITH_PROVIDER, (), ("auditor", "sm_sqa"), effect=send),
        Transition(
            "provider_comments", S.WITH_PROVIDER, S.FINALISING,
            (text_is_given("comments", "What the provider says is not given.", "the auditor or the provider"),),
            ("auditor", "sm_sqa", "contact"), asks=Comments, effect=comment,
        ),
        Transition("no_comments", S.WITH_PROVIDER, S.FINALISING, effect=silence),
        Transition(
            "finalise", S.FINALISING, S.ACTIONS_OPEN, _FINALISED, "sm_sqa",
            asks=Finalisation, effect=finalise, chosen=has_actions,
        ),
        Transition(
            "finalise", S.FINALISING, S.COMPLIANT, _FINALISED, "sm_sqa",
            asks=Finalisation, effect=finalise, chosen=has_no_actions,
        ),
        Transition("all_actions_closed", S.ACTIONS_OPEN, S.COMPLIANT, (no_action_is_open,)),
        Transition(
            "raise_immediate_concern", OPEN, None, (), ("auditor", "sm_sqa", "commissioning"),
            asks=Concern, effect=raise_concern, exceptional=True,
        ),
        Transition(
            "propose_suspension", OPEN, None, (reason_is_given,), "commissioning",
            effect=propose_suspension, exceptional=True,
        ),
        Transition(
            "exit", OPEN, S.EXITED, (no_child_is_placed_there, reason_is_given), "commissioning",
            exceptional=True, if_refused={"no_child_is_placed_there": "provider_closed"},
        ),
        Transition("not_in_scope", OPEN, S.NOT_IN_SCOPE, (reason_is_given,), "commissioning", exceptional=True),
    ),
    deadlines=(
        Deadline(
            name="plan_by", state=S.PLANNED, due=OnDate("planned_by"), ladder=ladders.STANDARD,
            source="product default: 31 March, so that June is achievable (domain 3.4)",
        ),
        Deadline(
            name="assign_by", state=S.SCOPED, due=OnDate("assigned_by"), ladder=ladders.STANDARD,
            source="product default: 30 April (domain 3.4)",
        ),
        Deadline(
            name="request_by", state=S.ASSIGNED, due=OnDate("visit_by"), ladder=ladders.STANDARD,
            source="product default: an audit not yet visited then has missed its visit",
        ),
        Deadline(
            name="evidence_by", state=S.EVIDENCE_REQUESTED, due=Within(PROVIDER_WORKING_DAYS),
            on_expiry="evidence_late", source="product default (domain 3.4)",
        ),
        Deadline(
            name="visit_by", state=S.VISIT_BOOKED, due=OnDate("visit_by"), ladder=ladders.STANDARD,
            source="product default: 20 working days before 30 June (domain 3.6)",
        ),
        Deadline(
            name="draft_by", state=S.VISITED, due=Within(DRAFT_WORKING_DAYS, since="visited_on"),
            ladder=ladders.STANDARD, capped=True, source="product default (domain 3.4)",
        ),
        Deadline(name="send_by", state=S.REPORT_DRAFT, due=InstanceDue()),
        Deadline(
            name="comment_by", state=S.WITH_PROVIDER, due=Within(PROVIDER_WORKING_DAYS),
            on_expiry="no_comments", source="product default (domain 3.4)",
        ),
        Deadline(name="finalise_by", state=S.FINALISING, due=InstanceDue(), source="Framework timeline, June"),
        Deadline(
            name="actions_by", state=S.ACTIONS_OPEN, due=OnDate("actions_by"), ladder=ladders.STANDARD,
            source="Framework: the window in which the last action is signed off (domain A2)",
        ),
    ),
))  # fmt: skip

"""Audit round: half of the open cases each autumn, and in spring every case not yet audited.

Source: "In October/November Audits are completed on half of the cases open to the Children and
Families team", "In April/ May audits are completed on those cases that were not audited in the
October using the same methodology" (framework, audit cycle page). Readings: domain A1 to A8, 3.1a.
"""

from enum import StrEnum, auto

from qa_workflow.engine.definition import (
    Deadline,
    InstanceDue,
    OnDate,
    ProcessDefinition,
    Transition,
    Within,
)
from qa_workflow.engine.instance import Json
from qa_workflow.patterns import ladders
from qa_workflow.patterns.caseload import open_cases_are_fresh
from qa_workflow.patterns.guards import decided_by_another, reason_is_given, text_is_given
from qa_workflow.processes.case_audit_round.asks import (
    Amendment,
    Methodology,
    Proposal,
    Report,
    SignOff,
)
from qa_workflow.processes.case_audit_round.effects import (
    FREEZE_WORKING_DAYS,
    abandon,
    amend,
    close_report,
    draw,
    freeze,
    override,
    plan,
    propose,
    recount,
    report,
    use,
)
from qa_workflow.processes.case_audit_round.guards import (
    an_audit_is_allocated,
    another_draw_has_a_reason,
    calendar_covers_the_round,
    methodology_is_loaded,
    methodology_is_the_same,
    no_audit_is_open,
    nothing_is_left_to_audit,
    plans_are_linked,
    recommendations_are_listed,
    removed_case_is_sampled,
    replacement_is_unsampled,
    sample_is_what_the_framework_asks,
    sample_was_proposed,
)


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    SCHEDULED = auto()
    SAMPLING = auto()
    SAMPLE_FROZEN = auto()
    IN_PROGRESS = auto()
    REPORTING = auto()
    GOVERNANCE_REVIEW = auto()
    SIGNED_OFF = auto()
    NIL_RETURN = auto()
    ABANDONED = auto()


S = Stage
OPEN = (S.SCHEDULED, S.SAMPLING, S.SAMPLE_FROZEN, S.IN_PROGRESS, S.REPORTING, S.GOVERNANCE_REVIEW)


def date_is_met(_definition: ProcessDefinition, state: str, _data: Json) -> bool:
    """Say that the framework date is met once every audit is done: report and governance have their own dates."""
    return state in {S.REPORTING, S.GOVERNANCE_REVIEW, S.SIGNED_OFF, S.NIL_RETURN, S.ABANDONED}


PROCESS = ProcessDefinition(
    name="case_audit_round",
    title="Case audit round",
    version=1,
    about="Half of the open cases each autumn; in spring every case without a completed audit of the autumn.",
    reference_hint="case_audit_round:2025-26:A (the audit year runs from October; A autumn, B spring)",
    states=Stage,
    initial=S.SCHEDULED,
    final=frozenset({S.SIGNED_OFF, S.NIL_RETURN, S.ABANDONED}),
    owner_role="sm_sqa",
    reads=frozenset({"children", "round", "choices"}),
    waits_for_children_in=frozenset({S.IN_PROGRESS}),
    on_start=plan,
    recount=recount,
    due_ladder=ladders.STANDARD,
    due_met=date_is_met,
    due_source='Framework timeline, November and May: "Independent Audits completed on half of cases open"',
    transitions=(
        Transition(
            "open", S.SCHEDULED, S.SAMPLING, (calendar_covers_the_round, open_cases_are_fresh),
            effect=draw,
            if_refused={
                "calendar_covers_the_round": "system_fault",
                "open_cases_are_fresh": "record_unavailable",
            },
        ),
        Transition("declare_nil", S.SAMPLING, S.NIL_RETURN, (nothing_is_left_to_audit,), adverse=True),
        Transition(
            "propose_sample", S.SAMPLING, None, (another_draw_has_a_reason,), "qa_admin",
            asks=Proposal, effect=propose,
        ),
        Transition(
            "use_methodology", S.SAMPLING, None, (methodology_is_loaded,), ("sm_sqa", "ad_people"),
            asks=Methodology, effect=use,
        ),
        Transition("override_methodology", S.SAMPLING, None, (reason_is_given,), "ad_people", effect=override),
        Transition(
            "freeze_sample", S.SAMPLING, S.SAMPLE_FROZEN,
            (
                sample_was_proposed,
                decided_by_another(
                    "proposed_by", "proposed this sample", "sm_sqa", apart_from=("propose_sample",)
                ),
                sample_is_what_the_framework_asks,
                methodology_is_the_same,
            ),
            "sm_sqa", effect=freeze,
        ),
        Transition(
            "amend_sample", S.SAMPLE_FROZEN, None,
            (removed_case_is_sampled, replacement_is_unsampled, reason_is_given), "sm_sqa",
            asks=Amendment, effect=amend,
        ),
        Transition("start", S.SAMPLE_FROZEN, S.IN_PROGRESS, (an_audit_is_allocated,)),
        Transition("all_done", (S.IN_PROGRESS, S.SAMPLE_FROZEN), S.REPORTING, (no_audit_is_open,)),
        Transition(
            "submit_report", S.REPORTING, S.GOVERNANCE_REVIEW,
            (
                text_is_given("strengths", "The report names no strengths.", "sm_sqa"),
                text_is_given("gaps", "The report names no gaps.", "sm_sqa"),
                text_is_given("themes", "The report names no themes.", "sm_sqa"),
                recommendations_are_listed,
            ),
            "sm_sqa", asks=Report, effect=report,
        ),
        Transition(
            "sign_off", S.GOVERNANCE_REVIEW, S.SIGNED_OFF,
            (
                decided_by_another("report_by", "wrote the report", "ad_people", apart_from=("submit_report",)),
                plans_are_linked,
            ),
            "ad_people", asks=SignOff, effect=close_report,
        ),
        Transition("return", S.GOVERNANCE_REVIEW, S.REPORTING, (reason_is_given,), "ad_people", adverse=True),
        Transition(
            "abandon", OPEN, S.ABANDONED, (reason_is_given,), "ad_people", effect=abandon, exceptional=True,
        ),
    ),
    deadlines=(
        Deadline(
            name="opens", state=S.SCHEDULED, due=OnDate("opens_on"), on_expiry="open", at_start=True,
            source="Framework: October/November, April/May (domain A1)",
        ),
        Deadline(
            name="freeze_by", state=S.SAMPLING, due=Within(FREEZE_WORKING_DAYS, or_since="opens_on"),
            ladder=ladders.STANDARD, source="product default",
        ),
        Deadline(
            name="allocate_by", state=S.SAMPLE_FROZEN, due=Within(5, or_since="freeze_by"),
            ladder=ladders.STANDARD, source="product default",
        ),
        Deadline(name="audits_by", state=S.IN_PROGRESS, due=InstanceDue(), source="Framework timeline"),
        Deadline(
            name="report_by", state=S.REPORTING, due=Within(10), ladder=ladders.STANDARD, source="product default",
        ),
        Deadline(
            name="sign_off_by", state=S.GOVERNANCE_REVIEW, due=OnDate("governance_due_on"),
            ladder=ladders.STANDARD, source="Framework calendar: next Moving to Excellence Board (domain A10)",
        ),
    ),
)  # fmt: skip

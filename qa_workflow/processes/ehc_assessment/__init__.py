"""EHC needs assessment: from the request to the final plan in twenty weeks, or to a decision not to go on.

Source: the SEND Panel reviews "the quality of Education, Health and Care (EHC) Plans" (framework); the
dates are law: SEND Regulations 2014 reg 5(1) six weeks to decide, reg 8 six weeks for advice, reg 10(1)
sixteen weeks to refuse a plan, reg 13(1) at least fifteen days for the family, reg 13(2) twenty weeks for
the final plan (domain 3.3b, 3.6, 4.1). Day 0 is the day the request was received, or the day the
authority became responsible for the child. None of these dates moves off a weekend or a bank holiday.

In `requested` it is an item of the SEND Panel: see `patterns.sittings`.
"""

from dataclasses import replace
from datetime import date
from enum import StrEnum, auto

from qa_workflow.engine.definition import (
    After,
    Deadline,
    EscalationLevel,
    InstanceDue,
    Ladder,
    OnDate,
    ProcessDefinition,
    Transition,
    Weeks,
)
from qa_workflow.engine.instance import Json
from qa_workflow.patterns import ladders
from qa_workflow.patterns.guards import decided_by_another, reason_is_given, text_is_given
from qa_workflow.patterns.sittings import CHAIR, ITEM_READS, panel_moves, told_it_is_gone
from qa_workflow.processes.ehc_assessment.asks import (
    Advice,
    AdviceRequest,
    Appeal,
    Draft,
    Exemption,
    FinalPlan,
    Heard,
    Letter,
    Mediation,
    PanelAdvice,
    Representation,
)
from qa_workflow.processes.ehc_assessment.effects import (
    advice_in,
    begin,
    decide_plan,
    decide_to_assess,
    decline,
    issue,
    keep_panel_advice,
    record_appeal,
    record_exception,
    record_mediation,
    record_representation,
    record_view,
    refuse,
    request_advice,
    send_draft,
    withdraw,
)
from qa_workflow.processes.ehc_assessment.exceptions import LIMITS, is_excused
from qa_workflow.processes.ehc_assessment.guards import (
    CASEWORKER,
    MANAGER,
    absence_covers_four_weeks,
    advice_was_asked_for,
    advice_was_not_asked_for_before,
    advice_was_requested,
    appeal_was_registered,
    changes_are_of_the_family_or_the_placement,
    changes_are_stated,
    closure_covers_the_request,
    decided_by_who_may_decide,
    draft_was_served,
    family_was_told,
    ground_is_of_the_regulation,
    letter_was_sent,
    mediation_day_is_given,
    panel_is_advisory,
    representation_is_told,
    representation_was_received,
    view_is_verbatim_or_its_absence_has_a_reason,
    views_are_recorded,
)


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    REQUESTED = auto()
    ASSESSING = auto()
    DRAFTING = auto()
    DRAFT_WITH_FAMILY = auto()
    FINALISING = auto()
    PLAN_ISSUED = auto()
    DECLINED = auto()
    REFUSED = auto()
    WITHDRAWN = auto()


S = Stage
OPEN = (S.REQUESTED, S.ASSESSING, S.DRAFTING, S.DRAFT_WITH_FAMILY, S.FINALISING)
APPEALABLE = (S.DECLINED, S.REFUSED, S.PLAN_ISSUED)
AUTHORISED = (MANAGER, CHAIR)  # "the authorised officer is send_manager, else send_panel_chair"


def _blocking(level: EscalationLevel) -> EscalationLevel:
    """Return a rung of advice: missing at six weeks it blocks, and what it blocks goes when the advice comes."""
    if level.name == "L0":
        return replace(level, blocks=True, reason="awaiting_partner_agency")
    return replace(level, reason="overdue_l2") if level.blocks else level


ADVICE = Ladder("advice", tuple(_blocking(one) for one in ladders.STATUTORY.levels), statutory=True)


def key(subject: str, day: date, _data: Json) -> str:
    """Return the reference of the assessment of one child, asked for on one day."""
    return f"ehc_assessment:{subject}:{day.isoformat()}"


PROCESS = ProcessDefinition(
    name="ehc_assessment",
    title="EHC needs assessment",
    version=1,
    about="Decided within six weeks, refused within sixteen or issued as a final plan within twenty.",
    reference_hint="ehc_assessment:K12:2026-03-30 (the child, and the day the request was received)",
    started_by="person",
    key=key,
    states=Stage,
    initial=S.REQUESTED,
    final=frozenset({S.PLAN_ISSUED, S.DECLINED, S.REFUSED, S.WITHDRAWN}),
    tells_at_end=told_it_is_gone,
    set_state_by_two=True,
    service_manager=MANAGER,
    reads=ITEM_READS | {"choices"},
    on_start=begin,
    due_ladder=ladders.STATUTORY,
    due_source="SEND Regulations 2014 reg 13(2): the final plan within twenty weeks of the request",
    excused=is_excused,
    transitions=(
        Transition(
            "panel_decide_assess", S.REQUESTED, S.ASSESSING, (decided_by_who_may_decide, letter_was_sent),
            (CHAIR, MANAGER),
            asks=Letter, effect=decide_to_assess,
        ),
        Transition(
            "panel_decline", S.REQUESTED, S.DECLINED, (decided_by_who_may_decide, reason_is_given, letter_was_sent),
            (CHAIR, MANAGER), asks=Letter, effect=decline, adverse=True,
        ),
        Transition(
            "record_panel_advice", S.REQUESTED, None,
            (panel_is_advisory, text_is_given("advice", "What the panel advises is not said.", CHAIR)), CHAIR,
            asks=PanelAdvice, effect=keep_panel_advice,
        ),
        *panel_moves(S.REQUESTED),
        Transition(
            "request_advice", S.ASSESSING, None,
            (
                text_is_given("from_whom", "Whom the advice is asked of is not said.", CASEWORKER),
                advice_was_requested,
                advice_was_not_asked_for_before,
            ),
            CASEWORKER, asks=AdviceRequest, effect=request_advice,
        ),
        Transition(
            "advice_in", S.ASSESSING, None, (advice_was_asked_for,), CASEWORKER, asks=Advice, effect=advice_in,
        ),
        Transition(
            "decide_plan", S.ASSESSING, S.DRAFTING, (decided_by_who_may_decide,), AUTHORISED, effect=decide_plan,
        ),
        Transition(
            "decide_no_plan", S.ASSESSING, S.REFUSED,
            (decided_by_who_may_decide, reason_is_given, letter_was_sent), AUTHORISED,
            asks=Letter, effect=refuse, adverse=True,
        ),
        Transition(
            "send_draft", S.DRAFTING, S.DRAFT_WITH_FAMILY, (draft_was_served,), CASEWORKER,
            asks=Draft, effect=send_draft,
        ),
        Transition("window_closed", S.DRAFT_WITH_FAMILY, S.FINALISING),
        Transition(
            "issue_final", S.FINALISING, S.PLAN_ISSUED,
            (
                text_is_given("plan", "The reference of the final plan is not given.", MANAGER),
                views_are_recorded,
                changes_are_stated,
                changes_are_of_the_family_or_the_placement,
                decided_by_another("drafted_by", "drafted this plan", MANAGER, apart_from=("send_draft",)),
            ),
            AUTHORISED, asks=FinalPlan, effect=issue,
        ),
        # A letter of the last day may be opened on the next.
        Transition(
            "representations", (S.DRAFT_WITH_FAMILY, S.FINALISING), None,
            (representation_is_told, representation_was_received), CASEWORKER,
            asks=Representation, effect=record_representation,
        ),
        Transition(
            "record_view", OPEN, None, (view_is_verbatim_or_its_absence_has_a_reason,), CASEWORKER,
            asks=Heard, effect=record_view,
        ),
        Transition(
            "record_exception", OPEN, None,
            (
                ground_is_of_the_regulation,
                reason_is_given,
                family_was_told,
                closure_covers_the_request,
                absence_covers_four_weeks,
            ),
            MANAGER, asks=Exemption, effect=record_exception,
        ),
        Transition("withdraw", OPEN, S.WITHDRAWN, (reason_is_given,), MANAGER, effect=withdraw, exceptional=True),
        Transition(
            "record_mediation", APPEALABLE, None, (mediation_day_is_given,), CASEWORKER,
            asks=Mediation, effect=record_mediation,
        ),
        Transition(
            "record_appeal", APPEALABLE, None, (appeal_was_registered,), CASEWORKER,
            asks=Appeal, effect=record_appeal,
        ),
    ),
    deadlines=(
        Deadline(
            name="decide_by", state=S.REQUESTED, due=After(Weeks(LIMITS["6_weeks"].weeks), since="started_on"),
            ladder=ladders.STATUTORY, source="SEND Regulations 2014 reg 5(1)",
        ),
        Deadline(
            name="refuse_by", state=S.ASSESSING, due=After(Weeks(LIMITS["16_weeks"].weeks), since="started_on"),
            ladder=ladders.STATUTORY, source="SEND Regulations 2014 reg 10(1)",
        ),
        Deadline(
            name="advice_by", state=S.ASSESSING, due=OnDate("advice_due_on"), ladder=ADVICE,
            source="SEND Regulations 2014 reg 8(1): the earliest advice outstanding",
        ),
        Deadline(
            name="draft_by", state=S.DRAFTING, due=After(Weeks(16), since="started_on"), ladder=ladders.STANDARD,
            source="practice: fourteen to sixteen weeks, so that the family has its days before the twentieth",
        ),
        Deadline(
            name="family_by", state=S.DRAFT_WITH_FAMILY, due=OnDate("family_until"), on_expiry="window_closed",
            source="SEND Regulations 2014 reg 13(1): fifteen days, beginning with the day of serving",
        ),
        Deadline(
            name="final_by", state=S.FINALISING, due=InstanceDue(), source="SEND Regulations 2014 reg 13(2)",
        ),
    ),
)  # fmt: skip

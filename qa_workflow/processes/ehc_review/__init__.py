"""Annual review of an EHC plan: from the invitation to the decision, the final plan, and the review after it.

Source: "SEND Panel; Reviews and Monitors ... annual reviews of EHC Plans" (framework, panels). The dates are
law: a review in every twelve months (Children and Families Act 2014 s.44), report, decision, notice and
final plan (SEND Regulations 2014 regs 20 to 22); readings in domain 3.3c, 3.6 and 4.1.
"""

from enum import StrEnum, auto

from qa_workflow.engine.definition import (
    After,
    Days,
    Deadline,
    OnDate,
    ProcessDefinition,
    Transition,
    Weeks,
)
from qa_workflow.engine.instance import Json
from qa_workflow.patterns import ladders
from qa_workflow.patterns.ehc import (
    ADVICE_BEFORE_MEETING,
    DECISION_AFTER_MEETING,
    REPORT_AFTER_MEETING,
    SILENCE,
)
from qa_workflow.patterns.ehc_acts import numbered_key
from qa_workflow.patterns.guards import reason_is_given, text_is_given
from qa_workflow.processes.ehc_review.asks import (
    Amending,
    Appeal,
    Booking,
    Circulation,
    Issue,
    Mediation,
    Meeting,
    NoAmendment,
    Outcome,
    Quality,
    Report,
    Response,
    Sending,
    Starting,
)
from qa_workflow.processes.ehc_review.effects import (
    allow_appeal,
    amend,
    answer,
    book,
    cease,
    check_quality,
    circulate,
    hold,
    issue,
    keep_unamended,
    leave,
    lodge,
    lose_appeal,
    maintain,
    mediate,
    prepare,
    report,
)
from qa_workflow.processes.ehc_review.guards import (
    adult_services_are_named,
    adulthood_was_considered,
    advice_was_out_in_time,
    advice_was_sent,
    amendments_are_attached,
    an_appeal_is_open,
    answer_was_given,
    appeal_has_ended,
    appeal_was_lodged,
    decided_by_another_than_the_author,
    decision_was_sent,
    family_was_told,
    mediation_has_a_day,
    meeting_has_a_day,
    meeting_was_held,
    no_appeal_is_open,
    notice_was_served,
    parent_was_invited,
    plan_ends,
    plan_goes_on,
    plan_was_issued,
    reasons_are_given,
    report_was_sent,
    review_date_is_known,
    school_year_is_known,
    views_are_their_own,
)


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    SCHEDULED = auto()
    ADVICE_REQUESTED = auto()
    READY = auto()
    HELD = auto()
    REPORTED = auto()
    AMENDING = auto()
    FINALISING = auto()
    CEASING = auto()
    CONCLUDED = auto()
    CEASED = auto()
    WITHDRAWN = auto()


S = Stage
BEFORE_DECISION = (S.SCHEDULED, S.ADVICE_REQUESTED, S.READY, S.HELD, S.REPORTED)
AFTER_DECISION = (S.AMENDING, S.FINALISING, S.CEASING)
# "The authorised officer is send_manager, else send_panel_chair" (domain 3.6).
AUTHORISED = ("send_manager", "send_panel_chair")


def date_is_met(definition: ProcessDefinition, state: str, _data: Json) -> bool:
    """Say that the twelve months are met by a decision; what follows has dates of its own."""
    return state in AFTER_DECISION or state in definition.final


PROCESS = ProcessDefinition(
    name="ehc_review",
    title="EHC annual review",
    version=1,
    about="Every EHC plan is reviewed within twelve months: meeting, report, decision, final plan, next review.",
    reference_hint="ehc_review:K12:3 (the plan, and which review of it)",
    key=numbered_key("ehc_review", "cycle", "K12:3"),
    started_by="person",
    starts_with=Starting,
    start_guards=(review_date_is_known,),
    on_start=prepare,
    states=Stage,
    initial=S.SCHEDULED,
    final=frozenset({S.CONCLUDED, S.CEASED, S.WITHDRAWN}),
    set_state_by_two=True,
    reads=frozenset({"plan_holder", "choices"}),
    service_manager="send_manager",
    due_ladder=ladders.STATUTORY,
    due_met=date_is_met,
    due_source="Children and Families Act 2014 s.44: reviewed in every period of twelve months",
    transitions=(
        Transition(
            "invite", S.SCHEDULED, S.ADVICE_REQUESTED, (meeting_has_a_day,), "send_caseworker",
            asks=Booking, effect=book,
        ),
        Transition(
            "circulate", S.ADVICE_REQUESTED, S.READY, (advice_was_sent, advice_was_out_in_time), "send_caseworker",
            asks=Circulation, effect=circulate,
        ),
        Transition(
            "hold_meeting", S.READY, S.HELD, (meeting_was_held, views_are_their_own, parent_was_invited),
            "send_caseworker", asks=Meeting, effect=hold,
        ),
        Transition(
            "rebook", (S.ADVICE_REQUESTED, S.READY), None, (meeting_has_a_day,), "send_caseworker",
            asks=Booking, effect=book,
        ),
        Transition(
            "send_report", S.HELD, S.REPORTED,
            (report_was_sent, school_year_is_known, adulthood_was_considered, adult_services_are_named),
            "send_caseworker", asks=Report, effect=report,
        ),
        Transition(
            "decide_maintain", S.REPORTED, S.CONCLUDED,
            (decided_by_another_than_the_author, decision_was_sent), AUTHORISED, asks=Sending, effect=maintain,
        ),
        Transition(
            "decide_amend", S.REPORTED, S.AMENDING,
            (decided_by_another_than_the_author, amendments_are_attached, notice_was_served), AUTHORISED,
            asks=Amending, effect=amend,
        ),
        Transition(
            "decide_cease", S.REPORTED, S.CEASING,
            (decided_by_another_than_the_author, reason_is_given, decision_was_sent), AUTHORISED,
            asks=Sending, effect=cease, adverse=True,
        ),
        Transition(
            "family_responds", S.AMENDING, S.FINALISING, (answer_was_given,), "send_caseworker",
            asks=Response, effect=answer,
        ),
        Transition("window_closed", S.AMENDING, S.FINALISING),
        Transition(
            "issue_final_amended", S.FINALISING, S.CONCLUDED, (plan_was_issued,), AUTHORISED,
            asks=Issue, effect=issue,
        ),
        Transition(
            "decide_not_to_amend", S.FINALISING, S.CONCLUDED, (reasons_are_given, family_was_told), AUTHORISED,
            asks=NoAmendment, effect=keep_unamended, adverse=True,
        ),
        # An answer after the fifteen days is still an answer.
        Transition(
            "family_responds", S.FINALISING, None, (answer_was_given,), "send_caseworker", asks=Response, effect=answer,
        ),
        Transition(
            "record_appeal", S.CEASING, None, (appeal_was_lodged,), "send_caseworker", asks=Appeal, effect=lodge,
        ),
        Transition(
            "record_mediation", S.CEASING, None, (mediation_has_a_day,), "send_caseworker",
            asks=Mediation, effect=mediate,
        ),
        Transition(
            "end_appeal", S.CEASING, None, (an_appeal_is_open, appeal_has_ended), "send_caseworker",
            asks=Outcome, effect=lose_appeal, chosen=plan_ends,
        ),
        Transition(
            "end_appeal", S.CEASING, S.CONCLUDED, (an_appeal_is_open, appeal_has_ended), "send_caseworker",
            asks=Outcome, effect=allow_appeal, chosen=plan_goes_on,
        ),
        Transition(
            "appeal_window", S.CEASING, S.CEASED, (no_appeal_is_open,),
            if_refused={"no_appeal_is_open": "awaiting_court"},
        ),
        # The panel looks when it sits, also after the decision: it never stops one.
        Transition(
            "panel_quality_check", (S.REPORTED, *AFTER_DECISION, S.CONCLUDED, S.CEASED), None,
            (text_is_given("finding", "What the panel found is not said.", "send_panel_chair"),),
            "send_panel_chair", asks=Quality, effect=check_quality, exceptional=True,
        ),
        Transition(
            "withdraw", (*BEFORE_DECISION, *AFTER_DECISION), S.WITHDRAWN, (reason_is_given,), "send_manager",
            effect=leave, exceptional=True,
        ),
    ),
    deadlines=(
        Deadline(
            name="invite_by", state=S.SCHEDULED, due=OnDate("invite_by"), ladder=ladders.STANDARD,
            source="product default: six weeks for advice and two to read it before the last day for the meeting",
        ),
        Deadline(
            name="advice_by", state=S.ADVICE_REQUESTED, due=After(Weeks(6)), ladder=SILENCE,
            source="domain 3.3c: advice missing after six weeks blocks",
        ),
        Deadline(
            name="circulate_by", state=S.ADVICE_REQUESTED, due=After(Days(-ADVICE_BEFORE_MEETING), "meeting_on"),
            ladder=ladders.STATUTORY, source="SEND Regulations 2014 reg 20(4)",
        ),
        Deadline(
            name="meeting_by", state=S.READY, due=OnDate("meeting_by"), ladder=ladders.STANDARD,
            source="domain 3.3c: four weeks before the review is due, so that the decision falls inside the year",
        ),
        Deadline(
            name="report_by", state=S.HELD, due=After(Days(REPORT_AFTER_MEETING), "meeting_on"),
            ladder=ladders.STATUTORY, source="SEND Regulations 2014 regs 20, 21: two weeks after the meeting",
        ),
        Deadline(
            name="decide_by", state=S.REPORTED, due=After(Days(DECISION_AFTER_MEETING), "meeting_on"),
            ladder=ladders.STATUTORY, source="SEND Regulations 2014 regs 20, 21: four weeks after the meeting",
        ),
        Deadline(
            name="responses_until", state=S.AMENDING, due=OnDate("last_response_on"), on_expiry="window_closed",
            source="SEND Regulations 2014 reg 22(2)(c): fifteen days beginning with the day of the notice",
        ),
        Deadline(
            name="final_by", state=S.FINALISING, due=OnDate("final_by"), ladder=ladders.STATUTORY,
            source="SEND Regulations 2014 reg 22(3): eight weeks from the notice; Devon: twelve from the meeting",
        ),
        Deadline(
            name="appeal_until", state=S.CEASING, due=OnDate("appeal_until"), on_expiry="appeal_window",
            source="two months from the decision, or one from a mediation certificate, whichever is later",
        ),
        Deadline(
            name="mediation_by", state=S.CEASING, due=OnDate("mediation_by"), ladder=ladders.STATUTORY,
            source="thirty days after mediation was asked for",
        ),
    ),
)  # fmt: skip

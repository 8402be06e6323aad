"""SEND Panel: a sitting each month, its agenda, its quorum, its decisions; and decisions out of cycle.

Source: "SEND Panel; Reviews and Monitors SEND process including the quality of Education, Health and
Care (EHC) Plans, annual reviews of EHC Plans, and the transition of children and young people 14 years
to adult services" (framework; timeline, every month). Readings: domain 3.3a, 3.6 SEND, A20. Papers
five working days before and decisions within five after are product defaults (Dorset, Surrey: a week).

Two kinds of instance share the definition. A sitting (`send_panel:2026-05`; one that replaces a
cancelled sitting is `send_panel:2026-05-x1`) runs from `planned` to `closed`. A decision out of cycle
(`send_panel:2026-06-x1`, of the month of the item's statutory date) waits in `decision_due` for one
item that no sitting reaches in time: see `patterns.sittings` for what items and sittings tell each other.
"""

from enum import StrEnum, auto

from qa_workflow.engine.definition import (
    Deadline,
    InstanceDue,
    Ladder,
    OnDate,
    ProcessDefinition,
    Transition,
    Within,
)
from qa_workflow.engine.instance import Json, ProcessInstance
from qa_workflow.patterns import ladders
from qa_workflow.patterns.guards import decided_by_another, text_is_given
from qa_workflow.patterns.sittings import CHAIR, PANEL, PanelItem
from qa_workflow.processes.send_panel.asks import (
    Attendance,
    Cancellation,
    Held,
    Minutes,
    Sent,
    SittingDate,
)
from qa_workflow.processes.send_panel.effects import (
    approve,
    call_out_of_cycle,
    cancel,
    close,
    count_again,
    declare_inquorate,
    drop,
    finish,
    hold,
    issue,
    mark_decided,
    open_agenda,
    plan,
    reopen,
    reschedule,
    send,
    set_date,
    take,
)
from qa_workflow.processes.send_panel.guards import (
    another_date_is_given,
    date_is_a_working_day,
    date_is_given,
    date_is_inside_the_month,
    date_is_inside_the_month_or_explained,
    decisions_were_not_sent_before,
    decisions_were_sent_or_none_were_made,
    not_reached_are_on_the_agenda,
    panel_is_quorate,
    panel_was_inquorate,
    papers_day_has_come,
    replacement_is_in_the_month_or_a_reason_is_given,
    sent_day_is_after_the_sitting,
    sitting_day_has_come,
)


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    PLANNED = auto()
    AGENDA_OPEN = auto()
    PAPERS_ISSUED = auto()
    HELD = auto()
    MINUTES_APPROVED = auto()
    CLOSED = auto()
    INQUORATE = auto()
    RESCHEDULED = auto()
    DECISION_DUE = auto()
    CANCELLED = auto()


S = Stage
TO_COME = (S.PLANNED, S.AGENDA_OPEN, S.PAPERS_ISSUED, S.INQUORATE)
SAT = (S.HELD, S.MINUTES_APPROVED)


def date_is_met(_definition: ProcessDefinition, state: str, _data: Json) -> bool:
    """Say that the framework's date is met once the panel has sat; minutes and letters have their own dates."""
    return state in {S.HELD, S.MINUTES_APPROVED, S.CLOSED, S.CANCELLED}


def ladder_of(instance: ProcessInstance, _deadline: str, ladder: Ladder) -> Ladder:
    """Let a decision out of cycle climb as its item's date in law does; a sitting climbs the ordinary ladder."""
    return ladders.STATUTORY if "item" in instance.data else ladder


_DAY = (date_is_inside_the_month, date_is_a_working_day)

PROCESS = ProcessDefinition(
    name=PANEL,
    title="SEND Panel",
    version=1,
    about="One sitting a month with education, health and social care; what cannot wait is decided out of cycle.",
    reference_hint="send_panel:2026-05; out of cycle send_panel:2026-06-x1",
    states=Stage,
    initial=S.PLANNED,
    final=frozenset({S.CLOSED, S.CANCELLED}),
    set_state_by_two=True,
    owner_role=CHAIR,
    service_manager="send_manager",
    starts_with=SittingDate,
    start_guards=_DAY,
    reads=frozenset({"sittings", "panel_items"}),
    on_start=plan,
    due_ladder=ladders.STANDARD,
    due_met=date_is_met,
    due_source='Framework timeline, every month: "SEND Panel"; out of cycle: the item\'s date in law',
    ladder_of=ladder_of,
    recount=count_again,
    transitions=(
        Transition(
            "open_agenda", S.PLANNED, S.AGENDA_OPEN, (date_is_given, *_DAY), CHAIR,
            asks=SittingDate, effect=open_agenda,
        ),
        Transition("issue_papers", S.AGENDA_OPEN, S.PAPERS_ISSUED, (papers_day_has_come,), (CHAIR, "system"), effect=issue),
        Transition(
            "hold", S.PAPERS_ISSUED, S.HELD,
            (sitting_day_has_come, panel_is_quorate, not_reached_are_on_the_agenda), CHAIR,
            asks=Held, effect=hold,
        ),
        Transition(
            "declare_inquorate", S.PAPERS_ISSUED, S.INQUORATE, (panel_was_inquorate,), CHAIR,
            asks=Attendance, effect=declare_inquorate,
        ),
        Transition(
            "reschedule", S.INQUORATE, S.RESCHEDULED,
            (another_date_is_given, date_is_inside_the_month_or_explained, date_is_a_working_day), CHAIR,
            asks=SittingDate, effect=reschedule,
        ),
        Transition("reopen_agenda", S.RESCHEDULED, S.AGENDA_OPEN, effect=reopen),
        Transition(
            "approve_minutes", S.HELD, S.MINUTES_APPROVED,
            (
                text_is_given("reference", "Where the minutes are is not said.", CHAIR),
                decided_by_another("minutes_by", "took these minutes", CHAIR),
                decisions_were_sent_or_none_were_made,
            ),
            CHAIR, asks=Minutes, effect=approve,
        ),
        Transition("close", S.MINUTES_APPROVED, S.CLOSED, role=CHAIR, effect=close),
        Transition(
            "set_date", (S.PLANNED, S.AGENDA_OPEN), None, (another_date_is_given, *_DAY), CHAIR,
            asks=SittingDate, effect=set_date,
        ),
        Transition(
            "send_decisions", S.HELD, None, (decisions_were_not_sent_before, sent_day_is_after_the_sitting),
            ("send_caseworker", CHAIR), asks=Sent, effect=send,
        ),
        Transition(
            "cancel", TO_COME, S.CANCELLED, (replacement_is_in_the_month_or_a_reason_is_given,), CHAIR,
            asks=Cancellation, effect=cancel, exceptional=True,
        ),
        Transition("take_item", TO_COME, None, asks=PanelItem, effect=take),
        Transition("drop_item", TO_COME, None, asks=PanelItem, effect=drop),
        Transition(
            "item_decided", (*TO_COME, *SAT), None, asks=PanelItem, effect=mark_decided,
        ),
        Transition("call_out_of_cycle", S.PLANNED, S.DECISION_DUE, effect=call_out_of_cycle, adverse=True),
        Transition("item_decided", S.DECISION_DUE, S.CLOSED, asks=PanelItem, effect=finish),
        Transition("call_off", S.DECISION_DUE, S.CANCELLED, exceptional=True),
    ),
    deadlines=(
        Deadline(
            name="agenda_by", state=S.PLANNED, due=OnDate("papers_on"), ladder=ladders.STANDARD,
            source="product default: before the papers go out",
        ),
        Deadline(
            name="papers_by", state=S.AGENDA_OPEN, due=OnDate("papers_on"), on_expiry="issue_papers",
            source="product default: five working days before the sitting",
        ),
        Deadline(name="held_by", state=S.PAPERS_ISSUED, due=InstanceDue(), source="Framework timeline: every month"),
        Deadline(
            name="reschedule_by", state=S.INQUORATE, due=Within(5), ladder=ladders.STANDARD, source="product default",
        ),
        Deadline(
            name="decisions_by", state=S.HELD, due=Within(5, since="decisions_from"), ladder=ladders.STANDARD,
            source="product default (Surrey: within two weeks)",
        ),
        Deadline(
            name="minutes_by", state=S.HELD, due=Within(10, since="held_on"), ladder=ladders.STANDARD,
            source="product default",
        ),
        Deadline(
            name="close_by", state=S.MINUTES_APPROVED, due=Within(5), ladder=ladders.STANDARD, source="product default",
        ),
        Deadline(name="decide_by", state=S.DECISION_DUE, due=InstanceDue(), source="the item's date in law"),
    ),
)  # fmt: skip

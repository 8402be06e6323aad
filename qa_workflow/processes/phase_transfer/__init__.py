"""Phase transfer: before a child moves to the next school or college, the final plan names the placement.

Source: SEND Regulations 2014 reg 18, a clock of its own beside the annual review (domain 3.3c, 3.6, 4.1);
"SEND Panel; Reviews and Monitors SEND process" (framework, panels).
"""

from enum import StrEnum, auto

from qa_workflow.engine.definition import (
    Deadline,
    InstanceDue,
    OnDate,
    ProcessDefinition,
    Transition,
)
from qa_workflow.patterns import ladders
from qa_workflow.patterns.coverage import counted
from qa_workflow.patterns.ehc_acts import numbered_key
from qa_workflow.patterns.guards import reason_is_given
from qa_workflow.processes.phase_transfer.asks import (
    Meeting,
    Notice,
    Placement,
    Response,
    Starting,
)
from qa_workflow.processes.phase_transfer.effects import answer, hold, name, prepare, serve
from qa_workflow.processes.phase_transfer.guards import (
    amendments_are_attached,
    answer_was_given,
    family_has_had_its_say,
    meeting_was_held,
    move_is_known,
    notice_was_served,
    placement_is_named,
    plan_was_issued,
)


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    PLANNED = auto()
    MEETING_HELD = auto()
    NOTICE_SERVED = auto()
    PLACEMENT_NAMED = auto()
    NOT_NEEDED = auto()
    WITHDRAWN = auto()


S = Stage
OPEN = (S.PLANNED, S.MEETING_HELD, S.NOTICE_SERVED)
# "The authorised officer is send_manager, else send_panel_chair" (domain 3.6).
AUTHORISED = ("send_manager", "send_panel_chair")

PROCESS = counted(ProcessDefinition(
    name="phase_transfer",
    title="Phase transfer",
    version=1,
    about="The final plan names the next placement by 15 February, 31 March, or five months before the move.",
    reference_hint="phase_transfer:K12:2026 (the plan, and the year of the move)",
    key=numbered_key("phase_transfer", "year", "K12:2026"),
    started_by="person",
    starts_with=Starting,
    start_guards=(move_is_known,),
    on_start=prepare,
    states=Stage,
    initial=S.PLANNED,
    final=frozenset({S.PLACEMENT_NAMED, S.NOT_NEEDED, S.WITHDRAWN}),
    set_state_by_two=True,
    reads=frozenset({"choices"}),
    service_manager="send_manager",
    due_ladder=ladders.STATUTORY,
    due_source="SEND Regulations 2014 reg 18: 15 February, 31 March, or five months before the move",
    transitions=(
        Transition(
            "hold_meeting", S.PLANNED, S.MEETING_HELD, (meeting_was_held,), "send_caseworker",
            asks=Meeting, effect=hold,
        ),
        Transition(
            "serve_notice", S.MEETING_HELD, S.NOTICE_SERVED, (amendments_are_attached, notice_was_served),
            AUTHORISED, asks=Notice, effect=serve,
        ),
        Transition(
            "family_responds", S.NOTICE_SERVED, None, (answer_was_given,), "send_caseworker",
            asks=Response, effect=answer,
        ),
        Transition(
            "name_placement", S.NOTICE_SERVED, S.PLACEMENT_NAMED,
            (placement_is_named, plan_was_issued, family_has_had_its_say), AUTHORISED,
            asks=Placement, effect=name,
        ),
        Transition("not_needed", OPEN, S.NOT_NEEDED, (reason_is_given,), "send_manager", exceptional=True),
        Transition("withdraw", OPEN, S.WITHDRAWN, (reason_is_given,), "send_manager", exceptional=True),
    ),
    deadlines=(
        Deadline(
            name="meeting_by", state=S.PLANNED, due=OnDate("meeting_by"), ladder=ladders.STATUTORY,
            source="domain 3.3c: twelve weeks before the date in law",
        ),
        Deadline(
            name="notice_by", state=S.MEETING_HELD, due=OnDate("notice_by"), ladder=ladders.STATUTORY,
            source="domain 3.3c: eight weeks before the date in law",
        ),
        Deadline(
            name="final_by", state=S.NOTICE_SERVED, due=OnDate("final_by"), ladder=ladders.STATUTORY,
            source="SEND Regulations 2014 reg 22(3): eight weeks from the notice; Devon: twelve from the meeting",
        ),
        Deadline(name="placement_by", state=S.NOTICE_SERVED, due=InstanceDue(), source="reg 18"),
    ),
))  # fmt: skip

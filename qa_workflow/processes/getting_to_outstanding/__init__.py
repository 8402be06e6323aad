"""Getting to Outstanding meeting: AD People looks at what came of the recommendations, and signs them off.

Source: "Reviewed and signed off in getting to "outstanding" meeting chaired by AD People" (framework,
audit cycle page); "Getting to Outstanding Meetings; reviewing progress made on recommendations from
independent audits" (timeline, June and December). "Meetings" is plural: what is left unsigned goes to
a second sitting in July or January. Readings: domain A2, A10, 3.5 G2 and 3.6.
"""

from enum import StrEnum, auto

from qa_workflow.engine.definition import (
    Deadline,
    OnDate,
    ProcessDefinition,
    Transition,
    Within,
)
from qa_workflow.engine.instance import Json
from qa_workflow.patterns import ladders
from qa_workflow.patterns.guards import reason_is_given, text_is_given
from qa_workflow.processes.getting_to_outstanding.asks import (
    Attendance,
    LatePaper,
    Minutes,
    Sitting,
)
from qa_workflow.processes.getting_to_outstanding.days import DAYS
from qa_workflow.processes.getting_to_outstanding.effects import (
    close,
    hold,
    minute,
    plan,
    postpone,
    recount,
    schedule,
    set_agenda,
    take_late_paper,
)


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    PLANNED = auto()
    SCHEDULED = auto()
    AGENDA_SET = auto()
    HELD = auto()
    MINUTED = auto()
    CLOSED = auto()


S = Stage


def date_is_met(_definition: ProcessDefinition, state: str, _data: Json) -> bool:
    """Say that the framework's month is met once the meeting is held; minutes and closing have their own dates."""
    return state in {S.HELD, S.MINUTED, S.CLOSED}


PROCESS = ProcessDefinition(
    name="getting_to_outstanding",
    title="Getting to Outstanding meeting",
    version=1,
    about="Twice a year AD People signs off what was verified by five working days before; the rest sits again.",
    reference_hint="getting_to_outstanding:2025-12 (the month in which it sits)",
    states=Stage,
    initial=S.PLANNED,
    final=frozenset({S.CLOSED}),
    reads=frozenset({"follow_up", "choices"}),
    on_start=plan,
    recount=recount,
    due_ladder=ladders.STANDARD,
    due_met=date_is_met,
    due_source='Framework timeline, June and December: "Getting to Outstanding Meetings" (domain A2)',
    transitions=(
        Transition(
            "schedule", S.PLANNED, S.SCHEDULED, DAYS.date_guards(), "qa_admin", asks=Sitting, effect=schedule,
        ),
        Transition(
            "set_agenda", S.SCHEDULED, S.AGENDA_SET, (DAYS.papers_day_guard(),), ("qa_admin", "system"),
            effect=set_agenda,
        ),
        Transition(
            "hold", S.AGENDA_SET, S.HELD, (DAYS.sitting_day_guard(),), "ad_people", asks=Attendance, effect=hold,
        ),
        Transition(
            "postpone", (S.SCHEDULED, S.AGENDA_SET), S.PLANNED, (reason_is_given,), "qa_admin", effect=postpone,
        ),
        Transition("take_late_paper", (S.AGENDA_SET, S.HELD), None, asks=LatePaper, effect=take_late_paper),
        Transition(
            "minute", S.HELD, S.MINUTED,
            (text_is_given("minutes_reference", "It is not said where the minutes are.", "qa_admin"),),
            "qa_admin", asks=Minutes, effect=minute,
        ),
        Transition("close", S.MINUTED, S.CLOSED, role="ad_people", effect=close),
    ),
    deadlines=(
        Deadline(
            name="schedule_by", state=S.PLANNED, due=OnDate("schedule_by"), ladder=ladders.STANDARD,
            source="product default: AD People hears while a day that leaves five for papers can be found",
        ),
        Deadline(
            name="papers_by", state=S.SCHEDULED, due=OnDate("papers_on"), on_expiry="set_agenda",
            source="product default: five working days before the meeting (domain 3.2)",
        ),
        Deadline(
            name="hold_by", state=S.AGENDA_SET, due=OnDate("sits_on"), ladder=ladders.STANDARD,
            source="the day that was set",
        ),
        Deadline(
            name="minute_by", state=S.HELD, due=Within(10), ladder=ladders.STANDARD, source="product default",
        ),
        Deadline(
            name="close_by", state=S.MINUTED, due=OnDate("close_by"), ladder=ladders.STANDARD,
            source="Framework: 31 January, 31 July (domain A2)",
        ),
    ),
)  # fmt: skip

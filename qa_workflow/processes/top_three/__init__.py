"""Top three: the cases whose plan is blocked, before a senior manager, until each has a way on.

Source: ""Top three" meeting with Senior Manager, which looks at cases where there may be block in moving
plans for child and young people." (framework). Cadence and "three" are read as domain A14: monthly, the
three highest-ranked blocked cases. The pack is made by the system two working days before the meeting and
frozen (3.5 G2): it stands in the data with the list behind it, and nothing that happens later changes it.
Each of the three leaves with an action, its owner and its day, or is accepted as it is with a reason. AD
People may attend; a service manager chairs (A13).

It is a recurring meeting like any other. What differs: its agenda comes from the ranking, on the first
moment of the day on which papers would close; an item can be swapped, with a reason; and it closes only
when each item is decided.
"""

from dataclasses import replace

from qa_workflow.engine.definition import Deadline, ProcessDefinition, Transition
from qa_workflow.patterns.guards import reason_is_given
from qa_workflow.patterns.meeting import RecurringMeeting, Stage
from qa_workflow.patterns.meeting.asks import Closing, OfDecisions, form
from qa_workflow.processes.top_three import asks, effects, guards

_MEETING = RecurringMeeting(
    name="top_three",
    title="Top three meeting",
    about="The three highest-ranked blocked cases each leave with an action, or are accepted with a reason.",
    source='Framework: "cases where there may be block in moving plans"; monthly is a product default (domain A14)',
    chair="senior_manager",
    papers_working_days=2,
    most_items=3,
    most_items_choice="top_three_size",
    decides_each_item=True,
    service_manager="sm_csc",
    reference_hint="top_three:2026-01-15 (the day by which it sits)",
)


def _with_pack(shared: ProcessDefinition) -> ProcessDefinition:
    """Return the shared meeting with the pack as its agenda, and with nothing undecided at its end."""
    return replace(
        shared,
        reads=shared.reads | {"pressing", "children"},
        transitions=(
            *(_adapted(one) for one in shared.transitions),
            Transition(
                "swap_item", Stage.AGENDA_SET, None, (guards.swap_is_between_agenda_and_list, reason_is_given),
                _MEETING.chair, asks=asks.Swap, effect=effects.swap, exceptional=True,
            ),
        ),
        deadlines=tuple(_generated_in_time(one) for one in shared.deadlines),
    )  # fmt: skip


def _adapted(move: Transition) -> Transition:
    if move.trigger == "set_agenda":
        checked = (*move.guards, guards.items_are_of_the_list_or_explained)
        return replace(move, guards=checked, effect=effects.freeze)
    if move.trigger == "close" and move.effect is not None:
        return replace(
            move,
            guards=(*move.guards, guards.every_item_has_its_decision),
            asks=form(Closing, OfDecisions),
            effect=effects.closing(move.effect),
        )
    return move


def _generated_in_time(deadline: Deadline) -> Deadline:
    """Let the pack be made as the day of the papers begins: nobody brings it anything."""
    if deadline.name != "papers_by":
        return deadline
    source = "domain 3.5 G2: the pack is generated two working days before the meeting"
    return replace(deadline, at_start=True, source=source)


PROCESS = _with_pack(_MEETING.process())

"""Panel view: the SEND Panel sees every child on the way to adulthood at least once a year.

Source: "SEND Panel; Reviews and Monitors ... the transition of children and young people 14 years to adult
services" (framework, panels); domain 3.3c: "Panel sees every 14+ child at least once a year".
"""

from datetime import date
from enum import StrEnum, auto

from pydantic import Field

from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Effects,
    Facts,
    InstanceDue,
    ProcessDefinition,
    Refusal,
    Step,
    Transition,
    guard,
)
from qa_workflow.engine.instance import Signal
from qa_workflow.engine.working_days import add_months
from qa_workflow.patterns import ladders
from qa_workflow.patterns.ehc_acts import day_told, happened
from qa_workflow.patterns.sittings import (
    CHAIR,
    ITEM_READS,
    NOT_HELD,
    Panel,
    decided,
    panel_moves,
    table,
    taken_off,
    together,
    told_it_is_gone,
)

TABLED_MONTHS_BEFORE = 2  # on the agenda from then on, so that a second sitting can take it


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    DUE = auto()
    SEEN = auto()
    ENDED = auto()


S = Stage


class Seeing(Asks):
    """At which sitting the panel saw the child."""

    sitting: str = Field(
        default="",
        title="Sitting",
        description="If not the one whose agenda names it: its reference",
    )
    seen_on: date | None = Field(default=None, title="Day of the sitting, if not today")


@guard("evidence")
def sitting_is_named(facts: Facts, evidence: Seeing) -> Refusal | None:
    """The panel saw the child at a named sitting: the one that took the item, or another one."""
    if evidence.sitting or facts.instance.data.get("sitting"):
        return None
    return Refusal(
        why="No sitting has taken this on its agenda: name the one that saw the child.", who=CHAIR
    )


@guard("evidence")
def sitting_was_held(facts: Facts, evidence: Seeing) -> Refusal | None:
    """Nobody is seen at a sitting that has not sat."""
    named = evidence.sitting or facts.instance.data.get("sitting")
    panel: Panel = facts.gathered["panel"]
    to_come = {one.reference for one in panel.sittings if one.state in NOT_HELD}
    if named not in to_come:
        return None
    return Refusal(why=f"{named} has not sat yet.", who=CHAIR)


def bring(step: Step) -> Effects:
    """Bring the child before the first sitting of the last two months before it is due."""
    due_on = step.before.due_on
    if due_on is None:
        return Effects()
    return table(step, statutory_on=due_on, received_on=add_months(due_on, -TABLED_MONTHS_BEFORE))


def see(step: Step) -> Effects:
    """Keep when and where the child was seen; the transition, while it is open, plans the next view."""
    seen_on = day_told(step, "seen_on").isoformat()
    seen = {"seen_at": step.evidence.sitting or step.before.data["sitting"], "seen_on": seen_on}
    year = int(step.before.reference.rpartition(":")[2])
    told = Signal("panel_saw", data={"seen_on": seen_on, "year": year})
    return together(decided(step), Effects(data=seen, signals=(told,)))


PROCESS = ProcessDefinition(
    name="panel_view",
    title="Panel view",
    version=1,
    about="The SEND Panel sees each child on the way to adulthood at least once a year.",
    reference_hint="panel_view:K12:2026 (started by the child's transition)",
    started_by="adult_transition",
    by_hand=False,
    on_start=bring,
    states=Stage,
    initial=S.DUE,
    final=frozenset({S.SEEN, S.ENDED}),
    tells_at_end=told_it_is_gone,
    reads=ITEM_READS,
    service_manager="send_manager",
    due_ladder=ladders.STANDARD,
    due_source='Framework: "the transition of children and young people 14 years"; domain 3.3c: once a year',
    transitions=(
        Transition(
            "see", S.DUE, S.SEEN,
            (sitting_is_named, sitting_was_held, happened("seen_on", "The day of the sitting")), CHAIR,
            asks=Seeing, effect=see,
        ),
        Transition("end", S.DUE, S.ENDED, effect=taken_off, adverse=True),
        *panel_moves(S.DUE),
    ),
    deadlines=(Deadline(name="see_by", state=S.DUE, due=InstanceDue(), source="domain 3.3c"),),
)  # fmt: skip

"""Quality check of an annual review: the SEND Panel looks at it when it next sits, and decides nothing.

Source: "SEND Panel; Reviews and Monitors SEND process including the quality of ... annual reviews of EHC
Plans" (framework, panels); domain 3.3c. The panel sees every review from Year 9 and a fifth of the others.
It is an instance of its own, so that a review that has ended keeps its place on the agenda, and no
review ever waits for the panel.
"""

from enum import StrEnum, auto

from pydantic import Field

from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Effects,
    InstanceDue,
    ProcessDefinition,
    Step,
    Transition,
)
from qa_workflow.patterns import ladders
from qa_workflow.patterns.guards import reason_is_given, text_is_given
from qa_workflow.patterns.sittings import (
    CHAIR,
    ITEM_READS,
    decided,
    panel_moves,
    table,
    taken_off,
    together,
    told_it_is_gone,
)


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    DUE = auto()
    CHECKED = auto()
    NOT_CHECKED = auto()


S = Stage


class Finding(Asks):
    """What the panel found."""

    finding: str = Field(default="", title="Quality of the review")


def bring(step: Step) -> Effects:
    """Bring the review before the next sitting that still takes papers."""
    due_on = step.before.due_on
    return Effects() if due_on is None else table(step, statutory_on=due_on)


def check(step: Step) -> Effects:
    """Keep what the panel found, and tell its sitting."""
    found = {"finding": step.evidence.finding, "checked_on": step.today.isoformat()}
    return together(decided(step), Effects(data=found))


PROCESS = ProcessDefinition(
    name="ehc_review_check",
    title="Quality check of an annual review",
    version=1,
    about="The SEND Panel looks at the quality of annual reviews: every one from Year 9, a fifth of the others.",
    reference_hint="ehc_review_check:K12:3 (started by the report of that review)",
    started_by="ehc_review",
    by_hand=False,
    on_start=bring,
    states=Stage,
    initial=S.DUE,
    final=frozenset({S.CHECKED, S.NOT_CHECKED}),
    tells_at_end=told_it_is_gone,
    reads=ITEM_READS,
    service_manager="send_manager",
    due_ladder=ladders.STANDARD,
    due_source="product default: three months after the report",
    transitions=(
        Transition(
            "check", S.DUE, S.CHECKED,
            (text_is_given("finding", "What the panel found is not said.", CHAIR),), (CHAIR, "system"),
            asks=Finding, effect=check,
        ),
        Transition("skip", S.DUE, S.NOT_CHECKED, (reason_is_given,), (CHAIR, "system"), effect=taken_off, exceptional=True),
        *panel_moves(S.DUE),
    ),
    deadlines=(Deadline(name="check_by", state=S.DUE, due=InstanceDue(), source="product default"),),
)  # fmt: skip

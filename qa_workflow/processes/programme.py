"""G0, the programme instance: the framework's line for work that is done per child, person, provider or setting.

Source: the timeline's lines for supervision, observation, appraisals, PEPs and the audits of providers and
Early Years settings; domain 3.6: "`open` -> `complete` (system, when everything it stands for is final, or by
its owner as a confirmed nil return)". It opens on the first day of its month, is due on the last (A31), and
shows coverage, for observation per tier (A19). "Senior managers have a line of sight over frontline practice".

The calendar gives it `code`, `period` (`SUP:2026-01`), `opens_on`, `lead` (the role that answers for it),
`stands_for` (the process that it covers) and, where only some providers count, `types` ("ifa, semi_independent").
Its own data: `coverage` (total, final, open, excused, ended, `waiting`, `by_tier` or `by_area`, `counted_on`).
"""

from datetime import timedelta
from enum import StrEnum, auto
from typing import Any

from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Effects,
    Facts,
    InstanceDue,
    OnDate,
    ProcessDefinition,
    Refusal,
    Step,
    Transition,
    guard,
)
from qa_workflow.engine.instance import ProcessInstance, Signal
from qa_workflow.engine.people import ids
from qa_workflow.patterns import ladders
from qa_workflow.patterns.coverage import COUNT, is_complete
from qa_workflow.patterns.guards import reason_is_given

NAMED = 3  # so many that are open fit in a sentence


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    OPEN = auto()
    COMPLETE = auto()
    CANCELLED = auto()


S = Stage


def the_lead(instance: ProcessInstance, facts: Facts) -> tuple[str, ...]:
    """Everybody who holds the role that answers for this line; AD People where nobody does."""
    roster, today = facts.roster, facts.today
    held = roster.holders(instance.data.get("lead", ""), today)
    return ids(held or roster.holders("ad_people", today))


def coverage_of(facts: Facts) -> dict[str, Any]:
    """Return how far what it stands for has come, as the database knows it now."""
    found: dict[str, Any] = facts.gathered["coverage"]
    return found


def everything_is_final(facts: Facts, _evidence: Asks) -> bool:
    """Tell whether there was something to do, and all of it is done."""
    return is_complete(coverage_of(facts))


def something_is_open(facts: Facts, evidence: Asks) -> bool:
    """Tell whether something is still to be done, or there is nothing at all yet."""
    return not everything_is_final(facts, evidence)


@guard()
def nothing_is_open(facts: Facts, _evidence: Asks) -> Refusal | None:
    """A line is complete only when nothing that it stands for is open."""
    found = coverage_of(facts)
    if not found["open"]:
        return None
    named = ", ".join(found["waiting"][:NAMED])
    more = f" and {found['open'] - NAMED} more" if found["open"] > NAMED else ""
    return Refusal(
        why=f"{found['open']} of {found['total']} are still open: {named}{more}.",
        who="whoever owns them",
    )


@guard("evidence")
def nil_return_has_a_reason(facts: Facts, evidence: Asks) -> Refusal | None:
    """Where there was nothing to do at all, whoever confirms it says why."""
    if coverage_of(facts)["total"] or evidence.reason:
        return None
    return Refusal(
        why="There was nothing to do in this period: a nil return needs a reason.", who="lead"
    )


def begin(step: Step) -> Effects:
    """Count as soon as everything that is planned with it stands, and from then on every night."""
    return Effects(
        data={
            "coverage": coverage_of(step.facts),
            "months": step.facts.gathered["months"],
            **_again(step),
        },
        signals=(Signal(COUNT, to=step.before.reference),),
    )


def count(step: Step) -> Effects:
    """Keep how far it has come, and end what is about people who have left."""
    left: tuple[str, ...] = step.facts.gathered["left"]
    reason = f"{step.before.reference}: the person has left"
    return Effects(
        data={
            "coverage": {**coverage_of(step.facts), "counted_on": step.facts.today.isoformat()},
            **_again(step),
        },
        signals=tuple(Signal("end", to=one, data={"reason": reason}) for one in left),
    )


def _again(step: Step) -> dict[str, str]:
    # From the day it really is: after downtime one count is enough.
    return {"count_on": (step.facts.today + timedelta(days=1)).isoformat()}


def complete(step: Step) -> Effects:
    """Keep who confirmed that it is complete, and whether there was nothing to do."""
    found = coverage_of(step.facts)
    return Effects(
        data={
            "coverage": {**found, "counted_on": step.today.isoformat()},
            "confirmed_by": step.actor,
            "nil_return": not found["total"],
        }
    )


PROCESS = ProcessDefinition(
    name="programme",
    title="Programme",
    version=1,
    about="A line of the framework's calendar for work that each person, child, provider or setting has: how far it is.",
    reference_hint="programme:SUP:2026-01",
    states=Stage,
    initial=S.OPEN,
    final=frozenset({S.COMPLETE, S.CANCELLED}),
    reads=frozenset({"coverage"}),
    relations={"lead": the_lead},
    on_start=begin,
    due_ladder=ladders.STANDARD,
    due_source="Framework: the month of the timeline (domain A31)",
    transitions=(
        Transition(COUNT, S.OPEN, S.COMPLETE, effect=count, chosen=everything_is_final),
        Transition(COUNT, S.OPEN, None, effect=count, chosen=something_is_open),
        Transition(
            "complete", S.OPEN, S.COMPLETE, (nothing_is_open, nil_return_has_a_reason), "lead", effect=complete,
        ),
        Transition("cancel", S.OPEN, S.CANCELLED, (reason_is_given,), "ad_people", exceptional=True),
    ),
    deadlines=(
        Deadline(name="complete_by", state=S.OPEN, due=InstanceDue()),
        Deadline(
            name="counted_every_night", state=S.OPEN, due=OnDate("count_on"), on_expiry=COUNT, at_start=True,
        ),
    ),
)  # fmt: skip

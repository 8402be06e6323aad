"""An operator at work on a run of the tiny process: asks for a repair as the service does, and keeps what comes of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from factories import Run

from qa_workflow.engine.instance import Outcome
from qa_workflow.engine.record import fold
from qa_workflow.engine.repairs import Order, permitted, refused_entry
from qa_workflow.errors import TransitionRefused


def an_order(run: Run, verb: str, *, by: str = "sandy", reason: str = "Put right.") -> Order:
    """Return the order of a person of the tiny roster; NotPermitted where they may not."""
    facts = run.facts(actor=run.roster.people[by])
    role, giver = permitted(run.definition, run.instance, verb, facts)
    return Order(
        verb=verb,
        definition=run.definition,
        instance=run.instance,
        facts=replace(facts, on_behalf_of=giver),
        role=role,
        reason=reason,
        now=run.now,
        calendar=run.calendar,
    )


def repairs(run: Run, verb: str, decide: Callable[[Order], Outcome], **who: str) -> Outcome:
    """Do a repair, keep it, and make sure that the history still gives the instance."""
    outcome = run.took(decide(an_order(run, verb, **who)))
    found = fold(run.history)
    assert (found["state"], dict(found["data"])) == (run.instance.state, dict(run.instance.data))
    assert len(run.history) == run.instance.seq
    return outcome


def refusal(run: Run, verb: str, decide: Callable[[Order], Outcome], **who: str) -> tuple[str, str]:
    """Ask for a repair that is refused; return guard and sentence. Nothing but the attempt is kept."""
    order = an_order(run, verb, **who)
    before = run.instance
    try:
        decide(order)
    except TransitionRefused as refused:
        run.took(refused_entry(order, refused))
        assert replace(run.instance, seq=before.seq) == before
        (why,) = refused.reasons
        return why.guard, why.why
    raise AssertionError(f"{verb} was not refused")


def last(run: Run) -> dict[str, Any]:
    """Return the last entry as (action, who, role, for whom, reason, data)."""
    one = run.history[-1]
    return {
        "action": one.action, "actor": one.actor, "role": one.role, "for": one.on_behalf_of,
        "reason": one.reason, "data": dict(one.data), "from": one.before, "to": one.after,
    }  # fmt: skip

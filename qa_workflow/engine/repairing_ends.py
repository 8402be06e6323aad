"""Repairs of an end: an instance that nobody needs is cancelled, one that ended too soon is opened again.

Where the definition wants two people for a state set by hand it wants them for a cancellation too: one
person with a bare reason does not end what the law asks for. A reopened instance is never told late for
the months in which it was closed, unless the law sets its date. Source: engine notes 4.11; `cancel` of
domain 3.0.
"""

from collections.abc import Iterable
from datetime import date
from typing import NoReturn

from qa_workflow.engine.definition import CANCELLED, Asks, ProcessDefinition, Refusal, Transition
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.instance import HistoryEntry, Outcome, ProcessInstance
from qa_workflow.engine.permits import role_of
from qa_workflow.engine.repairing_dates import is_own_date_fixed, require_to_come
from qa_workflow.engine.repairs import (
    Order,
    by_two,
    edge,
    put,
    refuse,
    require_open,
    roles_for,
    words,
)
from qa_workflow.engine.visits import enter, redated
from qa_workflow.engine.ways import moves_now


# ------------------------------------------------------------------ cancel
def cancel(order: Order, history: Iterable[HistoryEntry]) -> Outcome:
    """Return the Outcome of ending the instance as `cancelled`: nobody needs it any more.

    Every process has this end besides its own. Its timers and blocks go, its own date counts as met by
    ending, and its parent hears of it. Where the definition wants two people for a state set by hand, the
    first one's word is a proposal here too.

    Raises:
        TransitionRefused: it has ended, the process has a way out of its own that this person may take,
            or the proposal is their own.
    """
    require_open(order)
    one, definition = order.instance, order.definition
    way = next(
        (move for move in ways_out(definition, one.state) if _may(order, move)),
        None,
    )
    if way is not None:
        refuse(
            order, "has_no_way_out_of_its_own",
            f"{definition.title} has a way out of its own: {way.trigger}, which leads to {words(str(way.dest))}. "
            f"Use that: {_command(order, way)}",
        )  # fmt: skip
    replaced = edge("cancel", one.state, CANCELLED)
    if not definition.set_state_by_two:
        return put(order, CANCELLED, {"edge": replaced})
    return by_two(order, CANCELLED, "cancel", replaced, list(history))


def ways_out(definition: ProcessDefinition, state: str) -> tuple[Transition, ...]:
    """Return the moves by which a person ends the process from *state* out of the ordinary: withdraw and the like."""
    return tuple(
        move
        for move in definition.leaving(state)
        if move.exceptional
        and move.dest is not None
        and definition.ends(str(move.dest))
        and not move.is_system
    )


def _may(order: Order, move: Transition) -> bool:
    return role_of(order.definition, order.instance, move, order.facts) is not None


def _command(order: Order, move: Transition) -> str:
    """Return what this person types to make *move*; what stands in capitals is still to be filled in."""
    actor = order.facts.actor
    who = "YOUR_ID" if actor is None else actor.person_id
    ways = moves_now(order.definition, order.instance, order.facts)
    found = next((one.demanded for one in ways if one.trigger == move.trigger), ())
    wanted = "".join(f" --data {name}={name.upper()}" for name in found if name != "reason")
    return f"qa-workflow fire {order.instance.reference} {move.trigger} --as {who} --reason WHY{wanted}"


# ------------------------------------------------------------------ reopen
def reopen(order: Order, history: Iterable[HistoryEntry], to: date | None = None) -> Outcome:
    """Return the Outcome of an ended instance standing again where it ended from, on a new visit from today.

    What counts from entering that state counts from today. An own date that has passed is replaced by
    *to* (a London date), so that nobody is told of levels of the time in which it was closed; one that the
    law sets, or a child's safety hangs on, stays and goes on climbing, as does one that is still to come.
    What it started when it ended, and what others made of that, stays as it is.

    Raises:
        TransitionRefused: it has not ended, its process reopens it by a move that is this person's, the
            state it ended from is no longer part of the definition, or *to* is wanted or is out of place.
    """
    one, definition = order.instance, order.definition
    if one.is_open:
        refuse(order, "has_ended", f"{one.reference} has not ended, so there is nothing to reopen.")
    _require_no_move_of_its_own(order)
    ending, state = _ended_from(order, history)
    back: dict[str, object] = {
        "edge": {
            **edge(ending.action, one.state, state),
            "undoes": edge(ending.action, state, one.state),
        }
    }
    at, calendar = order.now, order.calendar
    stands = enter(definition, one, state, facts=order.facts, at=at, calendar=calendar)
    due_on = _new_date(order, stands, to)
    if due_on is None:
        return put(order, state, back)
    moved = {
        "from": None if one.due_on is None else one.due_on.isoformat(),
        "to": due_on.isoformat(),
    }
    fresh = redated(definition, one, due_on, at=at, calendar=calendar)
    return put(order, state, {**back, **moved}, standing=fresh)


def _require_no_move_of_its_own(order: Order) -> None:
    """Leave it to the process where this person may pull its own move; else the repair goes on."""
    one, definition = order.instance, order.definition
    own = next((move for move in definition.leaving(one.state) if move.reopens), None)
    if own is None or not _may(order, own):
        return
    why = _refusal_to(order, own)
    if why is None:
        refuse(
            order, "is_not_reopened_by_its_process",
            f"{definition.title} has a move for this: {own.trigger}. Use that: {_command(order, own)}",
        )  # fmt: skip
    others = [role for role in roles_for(definition, order.verb) if role not in own.roles]
    refuse(
        order, "is_not_reopened_by_its_process",
        f"{definition.title} has a move for this: {own.trigger}. It is refused today: {why.why}",
        who=why.who or " or ".join(others), from_on=why.from_on,
    )  # fmt: skip


def _refusal_to(order: Order, move: Transition) -> Refusal | None:
    """Return why *move* is refused to this person whatever they say with it; None where it is not."""
    asked = (guard(order.facts, Asks()) for guard in move.guards if "evidence" not in guard.reads)
    return next((one for one in asked if one is not None), None)


def _ended_from(order: Order, history: Iterable[HistoryEntry]) -> tuple[HistoryEntry, str]:
    """Return the entry by which it ended, and the state that it ended from."""
    one, definition = order.instance, order.definition
    ending = next(
        (told for told in reversed(list(history)) if told.changes.get("closed_at") is not None),
        None,
    )
    state = None if ending is None else ending.before
    if ending is None or state is None:
        refuse(
            order, "ended_from_a_state", f"{one.reference} ended as it began: there is no state to go back to."
        )  # fmt: skip
    if definition.ends(state) or state not in set(definition.states):
        refuse(
            order, "ended_from_a_state_of_the_definition",
            f"{one.reference} ended from {words(state)}, which {definition.name} no longer has.",
        )  # fmt: skip
    return ending, state


def _new_date(order: Order, stands: ProcessInstance, to: date | None) -> date | None:
    """Return the new own date; None where the one it has stays. *stands* is how it would stand with that."""
    due_on = None if stands.met_at is not None else stands.due_on
    fixed = is_own_date_fixed(order.definition, order.instance)
    is_over = due_on is not None and due_on < order.today and not fixed
    if is_over and to is not None:
        require_to_come(order, to)
    elif to is not None:
        _refuse_a_date(order, due_on, fixed=fixed)
    elif is_over and due_on is not None:
        refuse(
            order, "has_a_date_to_come",
            f"It was due on {in_words(due_on)}, which has passed. Say by when it is due now: add --to YYYY-MM-DD.",
        )  # fmt: skip
    return to


def _refuse_a_date(order: Order, due_on: date | None, *, fixed: bool) -> NoReturn:
    """Refuse a new date where the one that it has stays."""
    if due_on is None:
        why = "It has no date of its own to meet any more, so none is moved."
    elif fixed:
        why = f"It is due on {in_words(due_on)} by law or for a child's safety: that date is never moved."
    else:
        why = f"It is due on {in_words(due_on)}, which is still to come and stays; repair reschedule moves it."
    refuse(order, "has_a_date_that_has_passed", f"{why} Reopen it without --to.")

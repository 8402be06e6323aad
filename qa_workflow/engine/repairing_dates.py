"""Repairs of dates: a timer is let lapse, the own date moved, every deadline counted again.

A date that the law sets, or that a child's immediate safety hangs on, is never moved or skipped.
Source: "`extend` (non-statutory only; service manager; reason; max 1 without AD)" (domain 3.0); "Fixed
dates move only by `extend` (non-statutory), `reschedule` or a changed bank-holiday calendar" (3.6).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from qa_workflow.engine.deadlines import OWN_DATE, falls_on, next_rung, target_basis, with_skipped
from qa_workflow.engine.definition import Deadline, Ladder, ProcessDefinition
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.instance import EXPIRY, HistoryEntry, Outcome, ProcessInstance, Timer
from qa_workflow.engine.pressing import IMMEDIATE_SAFETY
from qa_workflow.engine.recount import recounted
from qa_workflow.engine.repairs import Order, refuse, require_open, told
from qa_workflow.engine.visits import armed, redated, shifted, with_own_date

EXTENDED = "repair_extend"


# ------------------------------------------------------------------ skip a timer
def skip_timer(order: Order, deadline: str, level: str | None = None) -> Outcome:
    """Return the Outcome of letting the armed timer of *deadline* lapse: it fires nothing, and that is told.

    Of a ladder the next rung is armed instead; a move that would have happened by itself is skipped
    for the rest of this visit.

    Raises:
        TransitionRefused: it is not armed, the law or a child's safety forbids it, or nothing else
            would press the instance.
    """
    require_open(order)
    one = order.instance
    timer = _armed(order, deadline, level)
    ladder, due_on = _watched(order, timer)
    _require_movable(order, _ladders_of(order, timer, ladder), "skipped")
    following = None
    if timer.level != EXPIRY and ladder is not None and due_on is not None:
        following = next_rung(
            timer.deadline, ladder, due_on, order.calendar,
            epoch=timer.epoch, fixed=timer.fixed, after=timer.level, not_before=order.today,
            target=target_basis(one) if timer.fixed else None,
        )  # fmt: skip
    others = tuple(each for each in one.timers if each != timer)
    after = replace(one, timers=others if following is None else (*others, following))
    if following is None and not timer.fixed:
        after = with_skipped(after, timer.deadline)
    if not after.blocks and not any(_presses(order, each) for each in after.timers):
        refuse(
            order, "leaves_somebody_watching",
            f"Nothing else would press {one.reference}: nobody would hear of it any more. "
            "Cancel it if nobody needs it, or move its date.",
        )  # fmt: skip
    move = next((each.on_expiry for each in _named(order, timer)), None)
    skipped = {"deadline": timer.deadline, "level": timer.level, "due_at": timer.due_at.isoformat()}
    return told(order, after, skipped | ({"move": move} if timer.level == EXPIRY else {}))


def _armed(order: Order, deadline: str, level: str | None) -> Timer:
    timers = order.instance.timers
    fits = [one for one in timers if one.deadline == deadline and level in (None, one.level)]
    if not fits:
        known = ", ".join(f"{one.deadline}:{one.level}" for one in timers)
        asked = deadline if level is None else f"{deadline}:{level}"
        refuse(
            order, "is_armed",
            f"No timer {asked} is armed. " + (f"Armed are: {known}." if known else "None is armed at all."),
        )  # fmt: skip
    return fits[0]


def _named(order: Order, timer: Timer) -> Iterable[Deadline]:
    if timer.fixed:
        return ()
    of_state = order.definition.deadlines_of(order.instance.state)
    return (one for one in of_state if one.name == timer.deadline)


def _watched(order: Order, timer: Timer) -> tuple[Ladder | None, date | None]:
    """Return the ladder that *timer* is a rung of, and the day that its deadline falls."""
    definition, one = order.definition, order.instance
    if timer.fixed:
        return definition.ladder(one, OWN_DATE, definition.due_ladder), one.due_on
    for deadline in _named(order, timer):
        falls = falls_on(deadline, one, order.calendar)
        ladder = definition.ladder(one, deadline.name, deadline.ladder)
        return ladder, None if falls is None else falls.due_on
    return None, None


def _ladders_of(order: Order, timer: Timer, ladder: Ladder | None) -> tuple[Ladder | None, ...]:
    # What happens by itself belongs to the date of the whole: where the law sets that, it sets this.
    if timer.level == EXPIRY:
        return (ladder, order.definition.due_ladder)
    return (ladder,)


def _presses(order: Order, timer: Timer) -> bool:
    ladder, _ = _watched(order, timer)
    return timer.level == EXPIRY or (ladder is not None and not ladder.is_reminder_only)


def _require_movable(order: Order, ladders: Iterable[Ladder | None], what: str) -> None:
    for ladder in ladders:
        if ladder is None:
            continue
        if ladder.name == IMMEDIATE_SAFETY:
            refuse(
                order, "is_not_for_immediate_safety",
                f"A child's immediate safety hangs on this date: it is never {what}.",
            )  # fmt: skip
        if ladder.statutory:
            refuse(
                order, "is_not_set_by_law",
                f"The law sets this date, so it is never {what}. If it cannot be met, say why in a note; "
                "it escalates until it is done.",
            )  # fmt: skip


# ------------------------------------------------------------------ the own date
def extend(order: Order, to: date, history: Iterable[HistoryEntry]) -> Outcome:
    """Return the Outcome of giving the instance more time: a later own date, whose ladder begins anew.

    Raises:
        TransitionRefused: no own date to move, not later, set by law, or a second time without AD People.
    """
    due_on = _own_date(order)
    if to <= due_on:
        refuse(
            order, "is_later",
            f"It is due on {in_words(due_on)}; an extension gives more time, and {in_words(to)} does not.",
        )  # fmt: skip
    before = sum(one.action == EXTENDED for one in history)
    if before and not order.facts.acts_as("ad_people"):
        times = "once" if before == 1 else f"{before} times"
        refuse(
            order, "was_not_extended_before",
            f"It was extended {times} already, and a further extension is for AD People.", who="ad_people",
        )  # fmt: skip
    return _redated(order, due_on, to)


def reschedule(order: Order, to: date) -> Outcome:
    """Return the Outcome of putting right the framework's date: earlier or later, not in the past.

    Raises:
        TransitionRefused: no own date to move, the same day, a day that has passed, or set by law.
    """
    due_on = _own_date(order)
    if to == due_on:
        refuse(order, "is_another_day", f"It is due on {in_words(due_on)} already.")
    return _redated(order, due_on, to)


def _own_date(order: Order) -> date:
    require_open(order)
    one, definition = order.instance, order.definition
    if one.due_on is None:
        refuse(order, "has_a_date_of_its_own", f"{one.reference} has no date of its own to move.")
    if one.met_at is not None:
        refuse(order, "is_not_met_yet", "Its own date is met already, so there is nothing to move.")
    _require_movable(order, (definition.ladder(one, OWN_DATE, definition.due_ladder),), "moved")
    return one.due_on


def require_to_come(order: Order, to: date) -> None:
    """Make sure that *to* is today (London) or later; TransitionRefused when it is not."""
    if to < order.today:
        refuse(
            order,
            "is_not_in_the_past",
            f"{in_words(to)} has passed. Choose a day that is still to come.",
        )


def is_own_date_fixed(definition: ProcessDefinition, instance: ProcessInstance) -> bool:
    """Tell whether the law sets its own date, or a child's immediate safety hangs on it: then it is never moved."""
    ladder = definition.ladder(instance, OWN_DATE, definition.due_ladder)
    return ladder is not None and (ladder.statutory or ladder.name == IMMEDIATE_SAFETY)


def _redated(order: Order, due_on: date, to: date) -> Outcome:
    require_to_come(order, to)
    one = order.instance
    definition, at, calendar = order.definition, order.now, order.calendar
    after = redated(definition, one, to, at=at, calendar=calendar)
    # What is capped by it moves with it.
    after = shifted(definition, one, after, at=at, calendar=calendar)
    return told(order, after, {"from": due_on.isoformat(), "to": to.isoformat()})


# ------------------------------------------------------------------ count again
def rederive(order: Order) -> Outcome:
    """Return the Outcome of counting every deadline again, under today's calendar and definition.

    Levels that have fired stay fired. What should be armed and is not, is armed. Where everything
    stands as it should, the Outcome tells nothing.

    Raises:
        TransitionRefused: it has ended.
    """
    require_open(order)
    one = order.instance
    counted = recounted(
        order.definition, one,
        before=order.calendar, after=order.calendar, cause="", actor="", now=order.now,
    )  # fmt: skip
    fresh = (
        one if counted is None else replace(counted[0].instance, seq=one.seq, version=one.version)
    )
    fresh = _rearmed(order, fresh)
    stored = {key: value for key, value in fresh.data.items() if one.data.get(key) != value}
    same = set(fresh.timers) == set(one.timers) and fresh.blocks == one.blocks
    if same and not stored and (fresh.due_on, fresh.stuck_at) == (one.due_on, one.stuck_at):
        return Outcome(before=one, instance=one)
    moves = () if counted is None else counted[1]
    return told(order, fresh, {"moves": [move.plain() for move in moves]})


def _rearmed(order: Order, fresh: ProcessInstance) -> ProcessInstance:
    if fresh.met_at is None and not any(timer.fixed for timer in fresh.timers):
        fresh = with_own_date(order.definition, fresh, at=order.now, calendar=order.calendar)
    return armed(order.definition, fresh, at=order.now, calendar=order.calendar)

"""Proves the deadlines and ladders of a definition: every open state is watched, and somebody named hears of it."""

import re
from collections.abc import Callable
from itertools import pairwise

from qa_workflow.engine.definition import (
    Deadline,
    EscalationLevel,
    InstanceDue,
    Ladder,
    OnDate,
    ProcessDefinition,
    Within,
)
from qa_workflow.engine.graph import (
    Faults,
    known_states,
    leaves,
    listed,
    open_states,
)
from qa_workflow.engine.instance import LEVELS, NOTHING
from qa_workflow.engine.overlay import COMPUTED, GIVEN
from qa_workflow.engine.people import SYSTEM

AUDIENCES = frozenset({"owner", "line_manager", "service_manager"})  # worked out, not roles
_REMINDER = re.compile(r"R\d+")


def _deadline_states(definition: ProcessDefinition) -> Faults:
    for deadline in definition.deadlines:
        if str(deadline.state) not in known_states(definition):
            yield f"Deadline {deadline.name} is for {deadline.state}, which is not a state: correct it."
        elif deadline.state in definition.final:
            yield (
                f"Deadline {deadline.name} is for {deadline.state}, which is final, "
                "so that nothing is left to do: take it out."
            )


def _rules(definition: ProcessDefinition) -> Faults:
    for deadline in definition.deadlines:
        name = deadline.name
        for rule in deadline.rules:
            if isinstance(rule, Within) and rule.working_days <= 0:
                yield (
                    f"Deadline {name} allows {rule.working_days} working days: "
                    "give at least 1, so that somebody can act in time."
                )
        if definition.due_ladder is None and (
            deadline.capped
            or any(isinstance(rule, InstanceDue) for rule in deadline.rules)
            or any(isinstance(rule, OnDate) and rule.else_own_date for rule in deadline.rules)
        ):
            yield (
                f"Deadline {name} relies on the instance's own date, which nobody watches: "
                "give the process a due_ladder."
            )


def _unheard(definition: ProcessDefinition) -> Faults:
    for deadline in definition.deadlines:
        name = deadline.name
        if deadline.on_expiry is not None:
            if deadline.ladder is not None:
                yield (
                    f"Deadline {name} has both on_expiry and a ladder, which would never be climbed: "
                    "keep one of them."
                )
            if deadline.capped:
                yield (
                    f"Deadline {name} is capped, but a cap never shortens a move that time makes: "
                    "take `capped` out."
                )
        elif isinstance(deadline.due, InstanceDue):
            if deadline.ladder not in (None, definition.due_ladder):
                yield (
                    f"Deadline {name} falls on the instance's own date, so that its own ladder would never "
                    "be climbed: take the ladder out; due_ladder is the one."
                )
        elif deadline.ladder is None:
            yield (
                f"Nobody hears of deadline {name}: give it a ladder, or a move that happens on_expiry."
            )


def _expiries(definition: ProcessDefinition) -> Faults:
    for deadline in definition.deadlines:
        if deadline.on_expiry is None or str(deadline.state) not in known_states(definition):
            continue
        state, trigger = str(deadline.state), deadline.on_expiry
        offered = [move for move in definition.leaving(state) if move.trigger == trigger]
        if not offered:
            yield (
                f"Deadline {deadline.name} pulls {trigger} when it expires, which is not offered in {state}: "
                "name a trigger of that state."
            )
        elif not any(SYSTEM in move.roles for move in offered):
            yield (
                f"Deadline {deadline.name} pulls {trigger} when it expires, which is no move of the system in "
                f"{state}: allow it to {SYSTEM!r}."
            )
        elif not any(leaves(move, state) for move in offered):
            yield (
                f"Deadline {deadline.name} pulls {trigger} when it expires, which does not leave {state}, "
                "so that nobody would watch it from then on: name a move that leads out."
            )


def _unwatched(definition: ProcessDefinition) -> Faults:
    for state in open_states(definition):
        deadlines = list(definition.deadlines_of(state))
        if any(_presses(deadline) for deadline in deadlines) or _own_date_presses(
            definition, state
        ):
            continue
        reminders = [one.name for one in deadlines if one.ladder and one.ladder.is_reminder_only]
        own = [one.name for one in deadlines if isinstance(one.due, InstanceDue)]
        if reminders:
            yield (
                f"State {state} is watched by reminders only ({listed(reminders)}): "
                "give it a deadline whose ladder ends in a named role."
            )
        elif not deadlines and definition.due_ladder is None:
            yield (
                f"State {state} has no deadline, so that nobody would hear that it is stuck: "
                "give it one, or the process a due_ladder."
            )
        elif definition.due_ladder is not None and len(own) == len(deadlines):
            yield (
                f"State {state} is watched by the instance's own date only, which does not press there "
                "(due_met says it is met, or due_ladder only reminds): give the state a deadline of its own."
            )


def _presses(deadline: Deadline) -> bool:
    if deadline.on_expiry is not None:
        return True
    if isinstance(deadline.due, InstanceDue) or deadline.ladder is None:
        return False
    return not deadline.ladder.is_reminder_only


def _own_date_presses(definition: ProcessDefinition, state: str) -> bool:
    if definition.due_ladder is None or definition.due_ladder.is_reminder_only:
        return False
    try:
        return not definition.due_met(definition, state, NOTHING)
    except LookupError:
        return True  # it depends on data that only an instance has


# ------------------------------------------------------------------ ladders
def _ladders(definition: ProcessDefinition) -> Faults:
    own = [definition.due_ladder] if definition.due_ladder is not None else []
    used = [deadline.ladder for deadline in definition.deadlines if deadline.ladder is not None]
    for ladder in dict.fromkeys([*own, *used]):
        if not ladder.levels:
            yield f"Ladder {ladder.name} has no levels: add whom it tells, and when."
            continue
        yield from _climb(ladder)
        yield from _audience(ladder, definition.roles)
        yield from _top(ladder, definition.roles)


def _climb(ladder: Ladder) -> Faults:
    for level in ladder.levels:
        if level.name not in LEVELS and not _REMINDER.fullmatch(level.name):
            yield (
                f"Ladder {ladder.name} has a level {level.name}: call it one of {listed(LEVELS)}, "
                "or R and a number for a reminder."
            )
        elif level.name in LEVELS and _day(level) <= 0:
            yield (
                f"Level {level.name} of ladder {ladder.name} comes before anything is late: "
                "let it fall at least 1 working day after the due day."
            )
        if level.reason is not None and level.reason not in (*GIVEN, *COMPUTED):
            yield (
                f"Level {level.name} of ladder {ladder.name} blocks with {level.reason}, which is no reason "
                f"code: use one of {listed(GIVEN)}."
            )
    for lower, higher in pairwise(ladder.levels):
        if _day(higher) <= _day(lower):
            yield (
                f"Ladder {ladder.name} does not climb: {higher.name} comes no later than {lower.name}. "
                "Let each level fall on a later day than the one before."
            )
        if lower.name in LEVELS and not lower.name < higher.name <= LEVELS[-1]:
            yield (
                f"Ladder {ladder.name} names {higher.name} after {lower.name}: "
                f"write reminders first, then {listed(LEVELS)} in this order."
            )
    names = [level.name for level in ladder.levels]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield f"Ladder {ladder.name} has {names.count(name)} levels called {name}: name each once."


def _day(level: EscalationLevel) -> int:
    return 0 if level.after is None else level.after


def _audience(ladder: Ladder, roles: frozenset[str]) -> Faults:
    for level in ladder.levels:
        if not level.tell:
            yield f"Level {level.name} of ladder {ladder.name} tells nobody: name a role."
        for name in level.tell:
            if name not in roles and name not in AUDIENCES:
                yield (
                    f"Level {level.name} of ladder {ladder.name} tells {name}, which is nobody: "
                    f"name a role, or one of {listed(sorted(AUDIENCES))}."
                )


def _top(ladder: Ladder, roles: frozenset[str]) -> Faults:
    top = ladder.levels[-1]
    if not ladder.is_reminder_only and not roles.intersection(top.tell):
        yield (
            f"Ladder {ladder.name} does not end in a named role: its last level {top.name} tells "
            f"{listed(top.tell)}, which may be nobody. Add a level that tells a role, such as the director."
        )


DEADLINE_CHECKS: tuple[Callable[[ProcessDefinition], Faults], ...] = (
    _deadline_states,
    _rules,
    _unheard,
    _expiries,
    _unwatched,
    _ladders,
)

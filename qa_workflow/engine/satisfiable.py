"""Says where a roster has too few people for a definition: a role nobody holds, two pairs of eyes that are one.

Nothing here is a fault of the definition: the process is sound, and some of its moves cannot be made on a day.
Whom a relation means (the owner, the auditor of a case) only an instance knows, so it is nobody here.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from qa_workflow.engine.definition import ProcessDefinition, Transition
from qa_workflow.engine.graph import listed, open_states
from qa_workflow.engine.people import SYSTEM, Roster

NAMED = 3  # so many triggers fit in a sentence; `process show` names them all

Roles = tuple[str, ...]


def warnings(definition: ProcessDefinition, roster: Roster, today: date) -> tuple[str, ...]:
    """Return what *roster* has too few people for on *today* (London), as sentences that say what to do.

    No role is missed where a relation may act instead; four eyes are judged by the roles alone.
    """
    return (*_unheld(definition, roster, today), *_one_pair_of_eyes(definition, roster, today))


def _roles(definition: ProcessDefinition, *moves: Transition) -> Roles:
    known = (role for move in moves for role in move.roles)
    return tuple(dict.fromkeys(one for one in known if one not in {SYSTEM, *definition.relations}))


def _relations(definition: ProcessDefinition, *moves: Transition) -> Roles:
    known = (role for move in moves for role in move.roles)
    return tuple(dict.fromkeys(one for one in known if one in definition.relations))


# ------------------------------------------------------------------ a role nobody holds
def _unheld(definition: ProcessDefinition, roster: Roster, today: date) -> Iterator[str]:
    pulled: dict[
        Roles, dict[str, str]
    ] = {}  # by roles: each trigger, with the first state it is for
    for state in open_states(definition):
        for move in definition.leaving(state):
            roles = _roles(definition, move)
            if not roles or _relations(definition, move):
                continue
            if not any(roster.holders(role, today) for role in roles):
                pulled.setdefault(roles, {}).setdefault(move.trigger, state)
    for roles, moves in pulled.items():
        named = [f"{trigger} in state {state}" for trigger, state in list(moves.items())[:NAMED]]
        more = f" and {len(moves) - NAMED} more" if len(moves) > NAMED else ""
        held = "the role" if len(roles) == 1 else "any of the roles"
        pull = "who pulls" if len(roles) == 1 else "who pull"
        yield (
            f"Nobody active holds {held} {listed(roles)}, {pull} {listed(named)}{more}: "
            f"give {' or '.join(roles)} to somebody in the roster."
        )


# ------------------------------------------------------------------ four eyes
def _one_pair_of_eyes(definition: ProcessDefinition, roster: Roster, today: date) -> Iterator[str]:
    # What somebody is lent for a while makes no second pair of eyes: the lender looks through it too.
    own = replace(roster, delegations=())
    for trigger, seconds in _four_eyes(definition):
        firsts = tuple(move for move in definition.transitions if move.trigger == trigger)
        if any(SYSTEM in move.roles for move in (*firsts, *seconds)):
            continue  # the system is another than every person
        before, after = _roles(definition, *firsts), _roles(definition, *seconds)
        able = _able(own, before, today)
        if len(able) != 1 or able != _able(own, after, today):
            continue
        name = own.people[next(iter(able))].name
        others = _relations(definition, *firsts, *seconds)
        unless = f", unless {' or '.join(others)} is somebody else" if others else ""
        yield (
            f"Two people must pull {_both(trigger, before, seconds, after)} but only {name} can{unless}: "
            f"give {' or '.join(dict.fromkeys((*before, *after)))} to a second person. "
            f"Whoever acts for {name} by delegation does not count as one."
        )


def _four_eyes(definition: ProcessDefinition) -> Iterator[tuple[str, tuple[Transition, ...]]]:
    """Yield each trigger that another person must have pulled, with the moves of the same people that ask for it."""
    asking: dict[tuple[str, Roles], list[Transition]] = {}
    for move in definition.transitions:
        for trigger in dict.fromkeys(one for guard in move.guards for one in guard.apart_from):
            asking.setdefault((trigger, move.roles), []).append(move)
    for (trigger, _), moves in asking.items():
        yield trigger, tuple(moves)


def _both(first: str, before: Roles, seconds: tuple[Transition, ...], after: Roles) -> str:
    triggers = listed(dict.fromkeys(move.trigger for move in seconds))
    if triggers == first:
        return f"{first} ({listed(before)}), one after the other,"
    return f"{first} ({listed(before)}) and {triggers} ({listed(after)}),"


def _able(roster: Roster, roles: Roles, today: date) -> frozenset[str]:
    return frozenset(one.person_id for role in roles for one in roster.holders(role, today))

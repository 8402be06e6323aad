"""What a definition says, as one text: what instances are pinned to, and what two contents are compared by.

The rules only: states, moves, guards, roles, deadlines and ladders. What is told about them (titles,
sources, help) may change without a new content; how a guard of the same name decides is the program's
version, not the definition's.
"""

import json
from hashlib import sha256
from typing import Any

from qa_workflow.engine.definition import Deadline, ProcessDefinition, Transition
from qa_workflow.engine.instance import Json


def content(definition: ProcessDefinition) -> Json:
    """Return the rules of *definition* as JSON has them, the ladders of the council in their place."""
    return {
        "name": definition.name,
        "version": definition.version,
        "initial": str(definition.initial),
        "final": sorted(str(state) for state in definition.final),
        "states": [str(state) for state in definition.states],
        "moves": [_move(one) for one in definition.transitions],
        "deadlines": [_deadline(one) for one in definition.deadlines],
        "due_ladder": repr(definition.due_ladder),
    }


def body_of(definition: ProcessDefinition) -> str:
    """Return the content as canonical JSON: sorted keys, no spaces."""
    return json.dumps(
        content(definition), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def hash_of(body: str) -> str:
    """Return the SHA-256 of a content, in hexadecimal digits."""
    return sha256(body.encode()).hexdigest()


def edges(body: str) -> frozenset[tuple[str, str, str]]:
    """Return every (trigger, from, to) that a content allows; a move that stays leads to where it began."""
    known: Any = json.loads(body)
    return frozenset(
        (move["trigger"], source, move["to"] or source)
        for move in known["moves"]
        for source in move["from"]
    )


def moves_of(body: str, trigger: str, state: str) -> list[Json]:
    """Return what a content says of *trigger* in *state*: where it leads, its guards, who may pull it."""
    known: Any = json.loads(body)
    return [
        {key: value for key, value in move.items() if key != "from"}
        for move in known["moves"]
        if move["trigger"] == trigger and state in move["from"]
    ]


def _move(one: Transition) -> Json:
    return {
        "trigger": one.trigger,
        "from": list(one.sources),
        "to": None if one.dest is None else str(one.dest),
        "guards": [guard.name for guard in one.guards],
        "roles": list(one.roles),
    }


def _deadline(one: Deadline) -> Json:
    return {
        "name": one.name,
        "state": str(one.state),
        "due": repr(one.due),
        "ladder": repr(one.ladder),
        "on_expiry": one.on_expiry,
        "capped": one.capped,
        "at_start": one.at_start,
    }

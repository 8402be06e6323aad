"""What a content said that this program no longer has: its states, triggers, deadlines and ladders, read back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from qa_workflow.engine.definition import Deadline, Ladder
from qa_workflow.engine.rule_text import read_rule


@dataclass(frozen=True, kw_only=True)
class Former:
    """The content that an instance was started under, as far as it was kept.

    Where `is_known` is false, contents were not kept yet when the instance began: then nothing is known
    of its rules but what its timers say. `deadlines` holds None for one whose rule cannot be read.
    """

    version: int
    sha256: str = ""
    is_known: bool = False
    states: frozenset[str] = frozenset()
    triggers: frozenset[str] = frozenset()
    named: Mapping[str, str] = field(
        default_factory=dict
    )  # the state of each deadline, by its name
    deadlines: Mapping[str, Deadline | None] = field(default_factory=dict)
    due_ladder: Ladder | None = None

    def in_state(self, state: str) -> tuple[str, ...]:
        """Return the names of the deadlines that pressed in *state*."""
        return tuple(name for name, where in self.named.items() if where == state)


def former(version: int, sha256: str, body: str) -> Former:
    """Return what *body* (canonical JSON, as `engine/content.py` writes it) says; empty where nothing was kept."""
    if not body:
        return Former(version=version, sha256=sha256)
    told: Any = json.loads(body)
    return Former(
        version=version,
        sha256=sha256,
        is_known=True,
        states=frozenset(told["states"]),
        triggers=frozenset(one["trigger"] for one in told["moves"]),
        named={one["name"]: one["state"] for one in told["deadlines"]},
        deadlines={one["name"]: _deadline(one) for one in told["deadlines"]},
        due_ladder=_ladder(told["due_ladder"]),
    )


def _deadline(told: Mapping[str, Any]) -> Deadline | None:
    try:
        due = read_rule(told["due"])
    except ValueError:
        return None  # its words came from a version that had others
    plain = Deadline(
        name=told["name"], state=told["state"], due=due, ladder=_ladder(told["ladder"])
    )
    return replace(
        plain, on_expiry=told["on_expiry"], at_start=told["at_start"], capped=told["capped"]
    )


def _ladder(text: str) -> Ladder | None:
    try:
        found = read_rule(text)
    except ValueError:
        return None
    return found if isinstance(found, Ladder) else None

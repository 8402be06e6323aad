"""Where the moves of a definition lead, and what each costs at the least, whatever its guards say. Kept by definition."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from qa_workflow.engine.definition import Asks, ProcessDefinition, Transition

KNOWN = 256  # definitions whose roads are kept: more than a program has


class Cost(NamedTuple):
    """What a way costs. The first number that differs decides."""

    gives_up: int
    nobody_can: int
    refused: int
    steps: int
    missing: int

    def plus(self, other: "Cost") -> "Cost":
        """Return the cost of this way with *other* behind it."""
        return Cost(
            self.gives_up + other.gives_up,
            self.nobody_can + other.nobody_can,
            self.refused + other.refused,
            self.steps + other.steps,
            self.missing + other.missing,
        )


NOTHING = Cost(0, 0, 0, 0, 0)


@cache
def required(asks: type[Asks]) -> tuple[str, ...]:
    """Return the fields that a form cannot do without."""
    return tuple(name for name, field in asks.model_fields.items() if field.is_required())


def gives_up(move: Transition) -> bool:
    """Tell whether *move* gives something up or decides against somebody."""
    return move.exceptional or move.adverse


@dataclass(frozen=True, slots=True)
class Road:
    """A move from one state to another: its place in the definition, and what it costs if no guard says a word."""

    number: int
    to: str
    least: Cost


@dataclass(frozen=True, slots=True)
class Roads:
    """All roads of a definition, by the state they leave; and from each state the least that an end costs.

    `offered` are all moves of a state by their place in the definition, those that stay in it too. A state from which no road leads to an end is not in `to_an_end`. A way never costs less than these
    say: guards and people who are not there only add to it.
    """

    offered: dict[str, tuple[int, ...]]
    leaving: dict[str, tuple[Road, ...]]
    to_an_end: dict[str, Cost]


@lru_cache(maxsize=KNOWN)
def roads_of(definition: ProcessDefinition) -> Roads:
    """Return the roads of *definition*, found once for each."""
    offered: dict[str, list[int]] = {}
    leaving: dict[str, list[Road]] = {}
    for number, move in enumerate(definition.transitions):
        least = Cost(int(gives_up(move)), 0, 0, 1, len(required(move.asks)))
        for source in move.sources:
            offered.setdefault(source, []).append(number)
            if move.dest is not None and str(move.dest) != source:
                leaving.setdefault(source, []).append(Road(number, str(move.dest), least))
    return Roads(
        {state: tuple(some) for state, some in offered.items()},
        {state: tuple(some) for state, some in leaving.items()},
        _least(definition, leaving),
    )


def _least(definition: ProcessDefinition, leaving: dict[str, list[Road]]) -> dict[str, Cost]:
    """Return from each state the least that an end costs: better ways are looked for until there are none."""
    found = {str(state): NOTHING for state in definition.final}
    is_better = True
    while is_better:
        is_better = False
        for state, roads in leaving.items():
            for road in roads:
                if road.to in found:
                    cost = road.least.plus(found[road.to])
                    if state not in found or cost < found[state]:
                        found[state], is_better = cost, True
    return found

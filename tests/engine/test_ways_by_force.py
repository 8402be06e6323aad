"""The shortest way out of every process is the one that trying every way finds, whatever the guards say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from factories import CALENDAR, a_person, a_roster, an_instance, some_facts

from qa_workflow.engine.definition import Asks, Facts, Guard, ProcessDefinition, Transition
from qa_workflow.engine.graph import open_states
from qa_workflow.engine.people import ROLES, Roster
from qa_workflow.engine.ways import GIVES_UP, WayOut, way_out
from qa_workflow.errors import Refusal
from qa_workflow.processes import all_processes

EVERY = all_processes()
every_process = pytest.mark.parametrize("process", EVERY.values(), ids=EVERY.keys())


# ------------------------------------------------------------------ against brute force
Score = tuple[int, ...]
Way = tuple[int, ...]


class Noting:
    """An empty form that notes what is read of it."""

    def __init__(self, form: Asks, noted: list[str]) -> None:
        self.__dict__.update(form=form, noted=noted)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any field
        self.noted.append(name)
        return getattr(self.form, name)


def full_roster() -> Roster:
    return a_roster(*(a_person(role, role) for role in sorted(ROLES)))


def found_in(
    process: ProcessDefinition, state: str, roster: Roster, *, calm: bool = False
) -> tuple[WayOut, ...]:
    """Return the way out of an instance made by hand; *calm*: without what its guards say."""
    moves = process.transitions
    if calm:
        moves = tuple(replace(one, guards=(), chosen=None) for one in moves)
    instance = an_instance(state=state, process=process.name)
    facts = some_facts(instance, roster=roster)
    return way_out(replace(process, transitions=moves), instance, facts, calendar=CALENDAR)


def every_way(process: ProcessDefinition, state: str) -> Iterator[Way]:
    """Yield every way from *state* to an end that visits no state twice, as the places of its moves."""

    def onward(here: str, way: Way, seen: frozenset[str]) -> Iterator[Way]:
        if here in process.final:
            yield way
            return
        for place, move in enumerate(process.transitions):
            there = None if move.dest is None else str(move.dest)
            if here in move.sources and there is not None and there not in seen:
                yield from onward(there, (*way, place), seen | {there})

    yield from onward(state, (), frozenset({state}))


def weighed(process: ProcessDefinition, place: int, here: str, now: str, roster: Roster) -> Score:
    """Weigh one step in plain words: gives up, nobody can, refused, one step, how much is missing."""
    move = process.transitions[place]
    facts = some_facts(an_instance(state=here, process=process.name), roster=roster)
    refusals: list[Refusal] = []
    wanted = {name for name, field in move.asks.model_fields.items() if field.is_required()}
    for guard in move.guards:
        noted: list[str] = []
        try:
            said = guard(facts, Noting(move.asks.model_construct(), noted))
        except Exception:  # noqa: BLE001, S112 - such a guard is asked later
            continue
        fields = [name for name in noted if name in move.asks.model_fields]
        if said is None:
            continue
        if guard.reads == {"facts"} or (not fields and "actor" not in guard.reads):
            refusals.append(said)  # it is sure without a person, and before it looks at the form
        else:
            wanted |= set(fields)
    refusals += not_chosen(process, move, facts)
    mended = [one.who or one.from_on for one in refusals]
    nobody_can = not all(mended) or not anybody(process, move, facts, is_first=here == now)
    return (
        int(move.exceptional or move.adverse),
        int(nobody_can),
        int(any(one.from_on is None for one in refusals)),
        1,
        len(refusals) + len(wanted),
    )


def not_chosen(process: ProcessDefinition, move: Transition, facts: Facts) -> list[Refusal]:
    noted: list[str] = []
    try:
        goes = move.chosen is None or move.chosen(facts, Noting(move.asks.model_construct(), noted))
    except Exception:  # noqa: BLE001 - it is not known which way it goes
        return []
    if goes or noted:
        return []
    state = facts.instance.state
    stays = [one for one in process.leaving(state) if one.trigger == move.trigger and not one.dest]
    again = stays and not move.is_system
    return [Refusal(why="Elsewhere.", who="whoever did it" if again else None)]


def anybody(process: ProcessDefinition, move: Transition, facts: Facts, *, is_first: bool) -> bool:
    for role in move.roles:
        if role == "system":
            return True
        if role not in process.relations:
            if facts.roster.holders(role, facts.today):
                return True
            continue
        if not is_first:
            return True
        try:
            meant = process.relations[role](facts.instance, facts)
        except Exception:  # noqa: BLE001 - it means nobody yet
            meant = ()
        if any(facts.roster.active(one, facts.today) for one in meant):
            return True
    return False


def best_by_force(process: ProcessDefinition, state: str, roster: Roster) -> Way:
    """Return the best of all ways, each weighed by itself."""
    weights: dict[tuple[int, str], Score] = {}

    def weight(place: int, here: str) -> Score:
        if (place, here) not in weights:
            weights[place, here] = weighed(process, place, here, state, roster)
        return weights[place, here]

    def score(way: Way) -> Score:
        here = state
        whole: Score = (0, 0, 0, 0, 0)
        for place in way:
            whole = tuple(map(sum, zip(whole, weight(place, here), strict=True)))
            here = str(process.transitions[place].dest)
        return whole

    return min(every_way(process, state), key=lambda way: (score(way), way), default=())


def as_searched(
    process: ProcessDefinition, state: str, roster: Roster
) -> list[tuple[str, str, str]]:
    return [(one.source, one.trigger, one.to) for one in found_in(process, state, roster)]


def as_forced(process: ProcessDefinition, state: str, roster: Roster) -> list[tuple[str, str, str]]:
    here, told = state, []
    for place in best_by_force(process, state, roster):
        move = process.transitions[place]
        told.append((here, move.trigger, str(move.dest)))
        here = str(move.dest)
    return told


# ------------------------------------------------------------------ what holds for every process
@every_process
def test_a_decision_against_somebody_is_never_advised_while_another_way_leads_to_an_end(
    process: ProcessDefinition,
) -> None:
    for state in open_states(process):
        way = found_in(process, state, full_roster(), calm=True)
        gives_up = [one.trigger for one in way if one.last_resort == GIVES_UP]
        if gives_up:
            kept = tuple(one for one in process.transitions if not (one.exceptional or one.adverse))
            assert found_in(replace(process, transitions=kept), state, full_roster()) == ()


def test_declining_a_child_is_never_the_advice() -> None:
    way = found_in(EVERY["ehc_assessment"], "requested", full_roster())
    assert way[0].trigger == "panel_decide_assess"
    assert "panel_decline" not in {one.trigger for one in way}


@every_process
def test_the_search_finds_what_trying_every_way_finds(process: ProcessDefinition) -> None:
    for state in open_states(process):
        assert as_searched(process, state, full_roster()) == as_forced(
            process, state, full_roster()
        )


def unruly(process: ProcessDefinition, random: Random) -> ProcessDefinition:
    """Return the process with guards that answer by lot: each its own answer for each state."""
    moves = []
    for move in process.transitions:
        guards = tuple(
            by_lot(f"guard_{number}_is_kind", random) for number in range(random.randint(0, 2))
        )
        adverse = move.adverse if random.random() < 0.8 else not move.adverse
        moves.append(replace(move, guards=guards, adverse=adverse))
    return replace(process, transitions=tuple(moves))


def by_lot(name: str, random: Random) -> Guard:
    """Return a guard with one answer a state: nothing, a refusal of each kind, what it cannot say, or a field."""
    seed = random.random()
    reads = random.choice(
        [{"facts"}, {"facts"}, {"facts"}, {"facts", "evidence"}, {"facts", "actor"}]
    )

    def check(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any form
        lot = Random(f"{seed} {facts.instance.state}").randint(0, 6)  # noqa: S311 - a lot, no secret
        if lot == 0:
            return Refusal(why="For no reason.")
        if lot == 1:
            return Refusal(why="Somebody can mend it.", who="sm_sqa")
        if lot == 2:
            return Refusal(why="Its day will come.", from_on=date(2026, 1, 5))
        if lot == 3:
            raise KeyError(name)
        if lot == 4 and "evidence" in reads:
            return None if evidence.reason else Refusal(why="No reason is given.")
        return None

    return Guard(name, check, frozenset(reads))


@every_process
def test_the_search_goes_round_refusals_as_trying_every_way_does(
    process: ProcessDefinition,
) -> None:
    random = Random(process.name)  # noqa: S311 - a lot, no secret
    for _ in range(25):
        drawn = unruly(process, random)
        roles = sorted(ROLES)
        there = a_roster(
            *(a_person(role, role) for role in random.sample(roles, len(roles) * 3 // 4))
        )
        state = random.choice(open_states(process))
        assert as_searched(drawn, state, there) == as_forced(drawn, state, there)

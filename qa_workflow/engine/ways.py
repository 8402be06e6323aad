"""The shortest way out: from the present state to an end, found with the guards' own answers. Changes nothing."""

from heapq import heappop, heappush

from qa_workflow.engine.definition import Facts, ProcessDefinition
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.roads import NOTHING, Cost, roads_of
from qa_workflow.engine.steps import GIVES_UP, NOBODY_CAN, Judge, WayOut
from qa_workflow.engine.working_days import WorkingCalendar

__all__ = ["GIVES_UP", "NOBODY_CAN", "WayOut", "moves_now", "way_out"]

# The least that it costs up to an end; its moves by their place in the definition; where it leads; where its
# last move begins; what it costs so far, without its last move where that is not judged yet; whether it is.
_Way = tuple[Cost, tuple[int, ...], str, str, Cost, bool]


def way_out(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    facts: Facts,
    *,
    calendar: WorkingCalendar | None = None,
) -> tuple[WayOut, ...]:
    """Return the best steps from the present state to an end; none where it has ended or nothing leads there.

    Of all ways it is the one with, in this order: (a) the fewest steps that give up or decide
    against somebody (`exceptional`, `adverse`): what ends a thing on its merits is no advice for
    ending it; (b) the fewest that nobody can make as things stand: a guard refuses for a reason
    that nobody can supply and no day mends, or nobody active holds the role; then the fewest that a
    guard refuses until somebody does something elsewhere; (c) the fewest steps; (d) the fewest
    things missing; (e) what the definition names first. Where every way has one of (a) or (b), the
    best is given all the same and its steps say `last_resort`.

    A guard is asked once for each state it stands in, about the facts of today. It is certain of
    the first step; for a later one it says what would be missing if the instance stood there now,
    and where it cannot answer that, it is named in `asked_later`. *calendar* finds the day on which
    a later step is made by itself.
    """
    judge, roads = Judge(definition, instance, facts), roads_of(definition)
    if instance.state not in roads.to_an_end:
        return ()
    # No way costs less than is said of it here: the best comes first, and of the others hardly a guard is asked.
    ways: list[_Way] = [(roads.to_an_end[instance.state], (), instance.state, "", NOTHING, True)]
    left: set[str] = set()
    while ways:
        _, path, state, source, cost, is_judged = heappop(ways)
        if state in left:
            continue
        if not is_judged:
            cost = cost.plus(judge.step(path[-1], source).cost)
            heappush(ways, (cost.plus(roads.to_an_end[state]), path, state, source, cost, True))
            continue
        if state in definition.final:
            return judge.told(path, calendar)
        left.add(state)
        for road in roads.leaving.get(state, ()):
            if road.to in roads.to_an_end and road.to not in left:
                least = cost.plus(road.least).plus(roads.to_an_end[road.to])
                heappush(ways, (least, (*path, road.number), road.to, state, cost, False))
    return ()


def moves_now(
    definition: ProcessDefinition, instance: ProcessInstance, facts: Facts
) -> tuple[WayOut, ...]:
    """Return every move of the present state, those that stay in it too, as the definition names them."""
    judge = Judge(definition, instance, facts)
    return tuple(judge.told_step(step, None) for step in judge.offered(instance.state))

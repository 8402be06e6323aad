"""Is it stuck, in which class, and since when: judged of one instance at a time, of facts gathered for many."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from qa_workflow.engine.definition import Facts, ProcessDefinition
from qa_workflow.engine.instance import Block, ProcessInstance, Timer
from qa_workflow.engine.overlay import NO_WAY_OUT
from qa_workflow.engine.standstill import could_stand_still, standstill
from qa_workflow.service.work import LOOP_WINDOW, MAX_SAME_MOVES, Work
from qa_workflow.store import troubles
from qa_workflow.store.columns import from_microseconds
from qa_workflow.store.pins import Used
from qa_workflow.store.troubles import Incident, Moment, Moved, Undelivered

NOBODY = frozenset({"owner_inactive", "nobody_home"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """The same move made again and again: from where to where, how often, since when, and who made it or undid it."""

    before: str
    after: str
    count: int
    since: datetime
    people: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One instance, with everything that the question "is it stuck?" is judged by."""

    work: Work
    instance: ProcessInstance
    incident: Incident | None = None
    message: Undelivered | None = None
    loop: Loop | None = None
    facts: Facts | None = None

    @property
    def definition(self) -> ProcessDefinition | None:
        return self.work.ctx.processes.get(self.instance.process)

    @property
    def known_state(self) -> bool:
        """Tell whether this program has the process and its state."""
        known = self.definition
        return known is not None and self.instance.state in {str(one) for one in known.states}

    @cached_property
    def drifted(self) -> bool:
        one = self.instance
        return not self.known_state or not self.work.ctx.pin(one.process).holds(one)

    @property
    def unserved(self) -> Timer | None:
        """Return the first timer that is due and was not fired, and that nobody could have fired a moment ago."""
        tolerated = moment_of(self.work).tolerated
        if self.instance.entered_at >= tolerated:
            return None  # a reminder of this morning that was armed a minute ago is not late yet
        due = (timer for timer in self.instance.timers if timer.due_at < tolerated)
        return min(due, key=lambda timer: timer.due_at, default=None)

    @property
    def follows_the_lists(self) -> bool:
        """Tell whether the lists say whose it is, such as a case's practitioner: nobody gives that away by hand."""
        one, known = self.instance, self.definition
        if known is None or one.owner_role not in known.relations:
            return False
        return known.reassignment is None or one.state not in known.reassignment.states

    @property
    def absent(self) -> Block | None:
        """Return the block that says that nobody is there."""
        return next((one for one in self.instance.blocks if one.reason in NOBODY), None)

    @property
    def first_block(self) -> Block:
        return min(self.instance.blocks, key=lambda one: one.since)

    @cached_property
    def dead_end(self) -> str | None:
        """Return in a sentence why nothing can move it: as it stands now, else as the last pass found it."""
        known, one = self.definition, self.instance
        if known is not None and not self.drifted:
            if self.facts is not None:
                return standstill(known, one, self.facts)
            if not could_stand_still(known, one):
                return None
        return next((block.note for block in one.blocks if block.cause == NO_WAY_OUT), None)

    @property
    def is_late(self) -> bool:
        return self.instance.stuck_at is not None and self.instance.stuck_at <= self.work.now

    @cached_property
    def class_(self) -> str | None:
        """Return the first class that fits; None when nothing is wrong."""
        if not self.instance.is_open:
            return None
        return next((class_ for class_, fits in JUDGES.items() if fits(self)), None)

    @cached_property
    def since(self) -> datetime | None:
        """Return since when (UTC) it has been stuck in any way: the earliest of its troubles."""
        if self.class_ is None:
            return None
        one, late = self.instance, self.instance.stuck_at
        found = [block.since for block in one.blocks]
        if late is not None and self.is_late:
            found.append(late)
        if self.incident is not None:
            found.append(from_microseconds(self.incident.first_at))
        if self.message is not None:
            found.append(from_microseconds(self.message.created_at))
        if (timer := self.unserved) is not None:
            found.append(timer.due_at)
        if self.loop is not None:
            found.append(self.loop.since)
        if self.drifted:
            found.append(one.entered_at)
        # Only a dead end that no pass has found yet stands in no list: since it stands where it stands.
        return min(found, default=one.entered_at)


# One class for each instance: the first that fits, in this order.
JUDGES: Mapping[str, Callable[[Asked], bool]] = {
    "S5": lambda one: one.incident is not None,
    "S3": lambda one: one.dead_end is not None,
    "S8": lambda one: one.drifted,
    "S7": lambda one: one.absent is not None,
    "S4": lambda one: bool(one.instance.blocks),
    "S1": lambda one: one.unserved is not None,
    "S6": lambda one: one.message is not None,
    "S2": lambda one: one.is_late,
    "S9": lambda one: one.loop is not None,
}


def moment_of(work: Work) -> Moment:
    """Return the instants that what is stuck is judged by."""
    return Moment(
        now=work.now,
        tolerated=work.now - timedelta(seconds=work.ctx.safety_seconds),
        looped=work.now - LOOP_WINDOW,
    )


def is_strange(work: Work, used: Used) -> bool:
    """Tell whether this program lacks what open instances run by: process, version, content or state."""
    known = work.ctx.processes.get(used.process)
    if known is None or used.state not in {str(one) for one in known.states}:
        return True
    if used.version != known.version:
        return True
    return used.sha256 not in ("", work.ctx.pin(used.process).sha256)


def judge(
    work: Work, instances: Sequence[ProcessInstance], known: Mapping[int, Facts] | None = None
) -> list[Asked]:
    """Return what is to be judged of each of *instances*, with everything it is judged by.

    Guards are asked only where nothing but a guard keeps the instance from being at a dead end, so
    only there facts are gathered, unless they are *known* already.
    """
    ids = [one.id for one in instances]
    failing = troubles.open_incidents(work.connection, ids)
    undelivered = troubles.failing_messages(work.connection, ids)
    loops = _loops(work, instances)
    facts = dict(known or {})
    doubtful = [one for one in instances if one.id not in facts and _could_stand_still(work, one)]
    if doubtful:
        facts |= work.facts(doubtful)
    return [
        Asked(
            work=work,
            instance=one,
            incident=failing.get(one.id),
            message=undelivered.get(one.id),
            loop=loops.get(one.id),
            facts=facts.get(one.id),
        )
        for one in instances
    ]


def _could_stand_still(work: Work, instance: ProcessInstance) -> bool:
    known = work.ctx.processes.get(instance.process)
    return known is not None and could_stand_still(known, instance)


def _loops(work: Work, instances: Sequence[ProcessInstance]) -> dict[int, Loop]:
    """Return the to and fro of each instance that was sent so lately and still stands in it."""
    looped = moment_of(work).looped
    lately = {
        one.id: (one, one.looping_at)
        for one in instances
        if one.looping_at is not None and one.looping_at > looped
    }
    if not lately:
        return {}
    earliest = min(at for _, at in lately.values()) - LOOP_WINDOW
    moves = troubles.moves_since(work.connection, earliest, sorted(lately))
    found = {}
    for number, (one, at) in lately.items():
        counted = [
            move for move in moves.get(number, []) if from_microseconds(move.at) >= at - LOOP_WINDOW
        ]
        loop = _loop(work, one, counted)
        if loop is not None:
            found[number] = loop
    return found


def _loop(work: Work, instance: ProcessInstance, moves: Sequence[Moved]) -> Loop | None:
    """Return the move that was made too often, of two the one that leads back; None where it is left behind."""
    counts = Counter((one.before, one.after) for one in moves)
    often = [
        move for move, count in counts.items() if count > MAX_SAME_MOVES and instance.state in move
    ]
    if not often:
        return None
    definition = work.ctx.processes.get(instance.process)
    order = [] if definition is None else [str(one) for one in definition.states]

    def back(move: tuple[str, str]) -> tuple[bool, int]:
        leads_back = all(one in order for one in move) and order.index(move[1]) < order.index(
            move[0]
        )
        return leads_back, counts[move]

    before, after = max(often, key=back)
    made = [one for one in moves if {one.before, one.after} == {before, after}]
    return Loop(
        before=before,
        after=after,
        count=counts[before, after],
        since=from_microseconds(next(o.at for o in made if (o.before, o.after) == (before, after))),
        people=tuple(dict.fromkeys(one.actor for one in made)),
    )

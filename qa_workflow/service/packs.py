"""What the Top three's pack says: each case with what ranked it, who was told of it and the way out.

Source: "cases where there may be block in moving plans" (framework); domain 3.6: the reasons are printed.
It is the one view of the pack: what a meeting freezes, what the command line prints, what Word gets.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from qa_workflow.delivery.messages import day_in_words
from qa_workflow.engine.deadlines import falls_on
from qa_workflow.engine.definition import Facts, ProcessDefinition
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.ranking import Standing, counted_from
from qa_workflow.engine.ways import way_out
from qa_workflow.engine.working_days import WorkingCalendar, london_date
from qa_workflow.service import views
from qa_workflow.service.context import Context
from qa_workflow.service.earlier_packs import EarlierPacks, unblocking
from qa_workflow.service.ranking import Ranking, loaded
from qa_workflow.service.views import View
from qa_workflow.store import histories
from qa_workflow.store.database import Connection
from qa_workflow.store.histories import Told

READING = "pressing"  # what a process reads that looks at this list itself
CONCERN = "immediate_concern"

# Gathers what guards may know, for many instances; given by the caller, since readings are part of it.
Gather = Callable[[Sequence[ProcessInstance]], Mapping[int, Facts]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A pack: its cases, the list behind it from the top, how much more there is, and the earlier decisions."""

    pack: list[View]
    full: list[View]
    more: int
    previous: list[View]
    unblocking: View


def packed(
    ctx: Context,
    connection: Connection,
    ranking: Ranking,
    *,
    size: int,
    most: int | None = None,
    gather: Gather,
) -> Packed:
    """Return the pack of *ranking*: its first *size* cases whole, and up to *most* of the list (all of it without).

    The list holds whatever is blocked; the meeting looks at cases, so a late report has no place in the
    pack. *gather* gives the facts for the way out of the cases in it.
    """
    on_list = ranking.rows if most is None else ranking.rows[:most]
    numbered = list(enumerate(ranking.rows, start=1))
    chosen = [(place, one) for place, one in numbered if one.case is not None][:size]
    shown = {one.id: one for one in (*on_list, *(one for _, one in chosen))}
    past = EarlierPacks(ctx, connection, at=ranking.at)
    known = loaded(connection, [number for number in shown if number not in ranking.stood])
    known |= {number: ranking.stood[number] for number in shown if number in ranking.stood}
    said = _Said(ctx, connection, ranking, known, past)
    whole = said.in_full([one for _, one in chosen], gather)
    pack = {
        one.id: {**said.row(place, one), **more}
        for (place, one), more in zip(chosen, whole, strict=True)
    }
    full = [pack.get(one.id) or said.row(place, one) for place, one in numbered[: len(on_list)]]
    return Packed(
        pack=list(pack.values()),
        full=full,
        more=len(ranking.rows) - len(on_list),
        previous=past.decisions,
        unblocking=unblocking(past.decisions),
    )


# ------------------------------------------------------------------ one row of the list
class _Said:
    """Says of each row what it is, why it stands there, and what would move it."""

    def __init__(
        self,
        ctx: Context,
        connection: Connection,
        ranking: Ranking,
        known: Mapping[int, ProcessInstance],
        past: EarlierPacks,
    ) -> None:
        self._ctx = ctx
        self._connection = connection
        self._ranking = ranking
        self._known = known
        self._past = past
        self._roster = ctx.roster(connection)
        self._calendar = ctx.calendar(connection)

    def row(self, place: int, one: Standing) -> View:
        instance = self._known.get(one.id)
        row: View = {
            "rank": place,
            "case": one.case,
            "reference": one.reference,
            "title": None,
            "state": None,
            "owner": None,
            "why": views.DAMAGED,
            "immediate_safety": one.pressing.immediate_safety,
            "level": one.pressing.level,
            "statutory": one.pressing.statutory,
            "working_days": one.working_days,
            "reasons": [],
            "previous_packs": self._past.packs_with(one.matter),
            "repeat": False,
            "blocked": [],
        }
        if instance is not None:
            because = _Because(one, instance, self._ranking, self._calendar)
            row |= {
                "title": instance.title,
                "state": instance.state,
                "owner": instance.owner or instance.owner_role,
                "why": because.sentence(self._name(instance)),
                "reasons": because.reasons(self._ctx.processes.get(instance.process)),
                "blocked": [views.blocked(each) for each in instance.blocks],
            }
        return {**row, "repeat": self._past.is_repeated(row)}

    def _name(self, instance: ProcessInstance) -> str:
        person = self._roster.get(instance.owner)
        if person is not None:
            return person.name
        return instance.owner or (instance.owner_role or "nobody").replace("_", " ")

    def in_full(self, some: Sequence[Standing], gather: Gather) -> list[View]:
        """Return of each who was told of it and the shortest way out."""
        told = histories.levels_told(self._connection, [one.id for one in some])
        standing = [self._known[one.id] for one in some if one.id in self._known]
        # A Top three meeting that is late itself would ask for this very list.
        asked = [one for one in standing if READING not in self._reads(one)]
        facts = gather(asked) if asked else {}
        return [
            {
                "told": [_told(each) for each in told.get(one.id, ()) if self._was_told(each)],
                "way_out": self._way_out(one.id, facts.get(one.id)),
            }
            for one in some
        ]

    def _reads(self, instance: ProcessInstance) -> frozenset[str]:
        definition = self._ctx.processes.get(instance.process)
        return frozenset() if definition is None else definition.reads

    def _was_told(self, one: Told) -> bool:
        return bool(one.entry.data.get("told")) and one.entry.recorded_at <= self._ranking.at

    def _way_out(self, number: int, facts: Facts | None) -> list[View]:
        instance = self._known.get(number)
        definition = None if instance is None else self._ctx.processes.get(instance.process)
        if instance is None or definition is None or facts is None or not instance.is_open:
            return []
        facts = replace(facts, instance=instance)
        return [
            {
                "trigger": step.trigger,
                "who": list(step.who),
                "needs": list(step.needs),
                "from": views.day(step.from_on),
                "by_itself_on": views.day(step.by_itself_on),
                "last_resort": step.last_resort,
            }
            for step in way_out(definition, instance, facts, calendar=self._calendar)
        ]


def _told(one: Told) -> View:
    return {
        "level": one.entry.level,
        "to": one.entry.data["told"],
        "at": views.instant(one.entry.recorded_at),
    }


class _Because:
    """Why one instance stands where it stands: what it is late by, what blocks it, and which of them decided."""

    def __init__(
        self,
        one: Standing,
        instance: ProcessInstance,
        ranking: Ranking,
        calendar: WorkingCalendar,
    ) -> None:
        self._one = one
        self._instance = instance
        self._calendar = calendar
        is_late = instance.stuck_at is not None and instance.stuck_at <= ranking.at
        self._due_on = None
        if is_late and instance.stuck_at is not None:
            self._due_on = counted_from(instance.stuck_at, instance.stuck_at)
        self._block = min(instance.blocks, key=lambda block: block.since, default=None)
        closures = not (one.pressing.statutory or one.pressing.immediate_safety)
        late = self._due_on
        self._late = -1 if late is None else calendar.between(late, ranking.on, closures=closures)
        since = None if self._block is None else london_date(self._block.since)
        blocked = -1 if since is None else calendar.between(since, ranking.on, closures=closures)
        self._by_block = blocked > self._late

    def sentence(self, owner: str) -> str:
        """Return in one sentence what keeps it, as a manager reads it."""
        where = views.within(self._instance)
        if self._by_block and self._block is not None:
            waiting = f", waiting on {self._block.waiting_on}" if self._block.waiting_on else ""
            day = day_in_words(london_date(self._block.since))
            return f"Blocked {where} since {day}, {self._blocking()}{waiting}."
        due = "" if self._due_on is None else f", due {day_in_words(self._due_on)}"
        return f"Late {where}{due}; waits for {owner}."

    def reasons(self, definition: ProcessDefinition | None) -> list[str]:
        """Return what ranked it, in the order in which it counts."""
        one, days = self._one, _working_days(self._one.working_days)
        found = []
        if one.pressing.immediate_safety:
            found.append(self._for_safety())
        by_block = self._by_block and self._block is not None
        if one.pressing.level is not None and by_block:
            found.append(f"Level {one.pressing.level}: blocked {days} ({self._blocking()}).")
        elif one.pressing.level is not None:
            found.append(f"Level {one.pressing.level}: overdue.")
        if one.pressing.statutory:
            found.append(self._by_law(definition))
        if one.pressing.level is None and by_block and self._block is not None:
            day = day_in_words(london_date(self._block.since))
            found.append(f"Blocked since {day} ({self._blocking()}).")
        elif not by_block:
            found.append(f"{days} late.")
        return found

    def _for_safety(self) -> str:
        if self._instance.process == CONCERN:
            day = day_in_words(london_date(self._instance.opened_at))
            return f"For a child's safety: raised on {day} and not acknowledged."
        day = day_in_words(self._due_on or london_date(self._instance.opened_at))
        return f"For a child's safety: due {day} and not done."

    def _by_law(self, definition: ProcessDefinition | None) -> str:
        due_on = None if definition is None else self._first_by_law(definition)
        return "A date set by law" + ("." if due_on is None else f": due {day_in_words(due_on)}.")

    def _first_by_law(self, definition: ProcessDefinition) -> date | None:
        instance, own = self._instance, definition.due_ladder
        found = [
            falls.due_on
            for one in definition.deadlines_of(instance.state)
            if one.ladder is not None and one.ladder.statutory
            if (falls := falls_on(one, instance, self._calendar)) is not None
        ]
        is_own = own is not None and own.statutory and instance.met_at is None
        if is_own and instance.due_on is not None:
            found.append(instance.due_on)
        return min(found, default=None)

    def _blocking(self) -> str:
        block = self._block
        return "" if block is None else f"{block.reason}: {block.note.rstrip('.')}"


def _working_days(number: int) -> str:
    return f"{number} working day{'' if number == 1 else 's'}"


# ------------------------------------------------------------------ the whole
def no_cases(on: date) -> str:
    """Return what is said where the list is empty."""
    return f"No cases are blocked as of {day_in_words(on)}."


def summed(pack: Packed, **more: Any) -> View:  # noqa: ANN401 - what else is said of the pack
    """Return the pack as one view, with *more* beside it."""
    return {
        "pack": pack.pack,
        "full": pack.full,
        "more": pack.more,
        "previous": pack.previous,
        "unblocking": pack.unblocking,
        **more,
    }

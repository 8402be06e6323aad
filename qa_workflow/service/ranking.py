"""The Top three's whole list: as it stands, as it stood at the end of a day, and as it will stand if nothing moves.

Source: domain 3.6, Top three; the order itself is engine/ranking.py. As it stands is read from an index,
no further than is asked for. As it stood is folded from the histories of what could have been on it: what
had been recorded by then counts, by the definitions of today. As it will stand lets every ladder climb to
that day and every block age; nobody does anything meanwhile.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from qa_workflow.engine.deadlines import OWN_DATE, falls_on, level_day
from qa_workflow.engine.definition import Ladder, ProcessDefinition
from qa_workflow.engine.instance import LEVELS, Block, ProcessInstance
from qa_workflow.engine.past import as_it_stood, watched_then
from qa_workflow.engine.people import SYSTEM
from qa_workflow.engine.pressing import IMMEDIATE_SAFETY, Pressing, placed, read_rank
from qa_workflow.engine.ranking import Standing, aged, case_of, counted_from, in_order, in_turn
from qa_workflow.engine.working_days import WorkingCalendar, london_date, start_of_day
from qa_workflow.errors import BeyondCalendar
from qa_workflow.service.context import Context
from qa_workflow.store import histories, instances, pressing
from qa_workflow.store.database import Connection
from qa_workflow.store.pressing import Pressed

BATCH = 500  # instances loaded at a time: a statement takes only so many values
OVERDUE = "overdue_l2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The list at one instant (UTC): its rows from the top, and how those stood that stand otherwise now."""

    rows: list[Standing]
    at: datetime
    stood: Mapping[int, ProcessInstance] = field(default_factory=dict)

    @property
    def on(self) -> date:
        """Return the London day of the list, to which its working days are counted."""
        return london_date(self.at)


def as_it_stands(
    ctx: Context,
    connection: Connection,
    *,
    now: datetime,
    most: int | None = None,
    cases: int = 0,
) -> Ranking:
    """Return the list at this moment; with *most*, so much of it as holds so many rows and so many *cases*."""
    calendar, today = ctx.calendar(connection), london_date(now)
    streams = [
        in_turn(_standings(pressing.of_rank(connection, rank, now), rank, today, calendar))
        for rank in pressing.ranks(connection)
    ]
    return Ranking(rows=list(in_order(streams, most=most, cases=cases)), at=now)


def on_the_day(ctx: Context, connection: Connection, day: date, *, now: datetime) -> Ranking:
    """Return the list at the end of a London *day*: as it stood then, as it stands, or as it will stand."""
    today = london_date(now)
    if day == today:
        return as_it_stands(ctx, connection, now=now)
    end = start_of_day(day + timedelta(days=1)) - timedelta(microseconds=1)
    found = _then(ctx, connection, end) if day < today else _ahead(ctx, connection, day, end)
    calendar = ctx.calendar(connection)
    known = {one.id: one for one in found}
    streams = [
        in_turn(_standings([_pressed(one)], one.pressing_rank or 0, day, calendar))
        for one in found
        if one.pressing_at is not None and one.pressing_at <= end
    ]
    return Ranking(rows=list(in_order(streams)), at=end, stood=known)


def _standings(
    rows: Iterable[Pressed], rank: int, on: date, calendar: WorkingCalendar
) -> Iterator[tuple[datetime, Standing]]:
    told = read_rank(rank)
    known: dict[date, tuple[Pressing, int]] = {}  # many of one rank press since the same day
    for row in rows:
        since = counted_from(row.pressing_at, row.stuck_at)
        if since not in known:
            known[since] = aged(told, since, on, calendar)
        reached, days = known[since]
        standing = Standing(
            id=row.id,
            reference=row.reference,
            case=case_of(row.case_id, row.subject),
            pressing=reached,
            working_days=days,
        )
        yield row.pressing_at, standing


def _pressed(one: ProcessInstance) -> Pressed:
    since = one.pressing_at or one.entered_at
    return Pressed(one.id, one.reference, one.case_id, one.subject, since, one.stuck_at)


def loaded(connection: Connection, ids: Iterable[int]) -> dict[int, ProcessInstance]:
    """Return these instances; what cannot be read is left out, and is no reason to hide the others."""
    wanted = list(ids)
    found: dict[int, ProcessInstance] = {}
    for begin in range(0, len(wanted), BATCH):
        batch = wanted[begin : begin + BATCH]
        try:
            found |= instances.load_many(connection, batch)
        except (ValueError, TypeError):
            if len(batch) > 1:
                for one in batch:
                    found |= loaded(connection, [one])
    return found


def _known(ctx: Context, one: ProcessInstance) -> ProcessDefinition | None:
    definition = ctx.processes.get(one.process)
    fits = definition is not None and one.state in {str(state) for state in definition.states}
    return definition if fits else None


# ------------------------------------------------------------------ as it stood
def _then(ctx: Context, connection: Connection, at: datetime) -> list[ProcessInstance]:
    calendar = ctx.calendar(connection)
    urgent = sorted(name for name, one in ctx.processes.items() if _is_for_safety(one))
    ids = {
        *pressing.ids_blocked_at(connection, at),
        *pressing.ids_unmet_at(connection, urgent, at),
    }
    found = []
    for number, one in loaded(connection, sorted(ids)).items():
        told = [entry.entry for entry in histories.history_of(connection, number)]
        stood = as_it_stood(told, at, of=one)
        definition = None if stood is None else _known(ctx, stood)
        if stood is None or definition is None:
            continue
        stood = placed(definition, watched_then(definition, stood, calendar))
        if stood.pressing_rank is not None:
            found.append(stood)
    return found


def _is_for_safety(definition: ProcessDefinition) -> bool:
    ladders = (definition.due_ladder, *(one.ladder for one in definition.deadlines))
    return any(one is not None and one.name == IMMEDIATE_SAFETY for one in ladders)


# ------------------------------------------------------------------ as it will stand
def _ahead(ctx: Context, connection: Connection, day: date, end: datetime) -> list[ProcessInstance]:
    calendar = ctx.calendar(connection)
    ids = set(pressing.ids_late_by(connection, end))
    for rank in pressing.ranks(connection):
        ids.update(row.id for row in pressing.of_rank(connection, rank, end))
    found = []
    for one in loaded(connection, sorted(ids)).values():
        definition = _known(ctx, one)
        climbed = one if definition is None else climbed_to(definition, one, day, calendar)
        if climbed.pressing_rank is not None:
            found.append(climbed)
    return found


def climbed_to(
    definition: ProcessDefinition, instance: ProcessInstance, day: date, calendar: WorkingCalendar
) -> ProcessInstance:
    """Return the instance as its ladders will have left it by the end of *day*, if nobody does anything."""
    level, blocked_on = instance.due_level if instance.due_level in LEVELS else None, None
    for ladder, due_on in _watched(definition, instance, calendar):
        for rung in ladder.levels:
            if rung.name not in LEVELS:
                continue
            try:
                falls = level_day(rung, ladder, due_on, calendar)
            except BeyondCalendar:
                break  # what cannot be counted yet is not guessed
            if falls > day:
                break
            level = max(level or "", rung.name)
            if rung.blocks:
                blocked_on = min(blocked_on or falls, falls)
    blocks = instance.blocks
    if blocked_on is not None and not any(one.reason == OVERDUE for one in blocks):
        note = "Overdue by then, if nothing moves."
        since = start_of_day(blocked_on)
        blocks = (*blocks, Block(reason=OVERDUE, note=note, since=since, by=SYSTEM))
    return placed(definition, instance.altered(due_level=level, blocks=blocks))


def _watched(
    definition: ProcessDefinition, instance: ProcessInstance, calendar: WorkingCalendar
) -> Iterator[tuple[Ladder, date]]:
    own = definition.ladder(instance, OWN_DATE, definition.due_ladder)
    if own is not None and instance.due_on is not None and instance.met_at is None:
        yield own, instance.due_on
    for deadline in definition.deadlines_of(instance.state):
        ladder = definition.ladder(instance, deadline.name, deadline.ladder)
        falls = falls_on(deadline, instance, calendar)
        if ladder is None or falls is None:
            continue
        if not falls.by_own_date or definition.due_ladder is None:
            yield ladder, falls.due_on

"""The QA year as a calendar file: which events it has, what each says, and how subscribers learn of changes.

An event stands on the day its meeting sits, else on its due day. Its words name references, posts, officers
and the framework's sentences; never a case, a child, or anything that people wrote.
"""

import secrets
from collections.abc import Iterable, Sequence
from hashlib import sha256

from qa_workflow.delivery.ics import DayEvent, rendered
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.people import Roster
from qa_workflow.service.context import Context
from qa_workflow.service.installation import is_synthetic
from qa_workflow.service.year import CALLED_OFF, MISSED, Entry
from qa_workflow.store import council, histories
from qa_workflow.store.database import Connection
from qa_workflow.store.histories import Told

CALENDAR_ID = "calendar_id"
_PLANNED = 0  # the SEQUENCE of what is not begun


def plan_feed(ctx: Context, entries: Iterable[Entry]) -> bytes:
    """Return the plan as a calendar where there is no database: the same at each call, for the same framework."""
    identity = sha256(ctx.framework.name.encode()).hexdigest()[:16]
    nobody = Roster()
    events = [
        _event(ctx, one, f"{one.plan['reference']}@{identity}", nobody, ()) for one in entries
    ]
    return rendered(_name(ctx), ctx.framework.title, events)


def year_feed(ctx: Context, entries: Sequence[Entry]) -> bytes:
    """Return *entries* as a calendar; of an unchanged database the very same bytes each time.

    The first call gives this database the name that its events carry for ever.
    """
    identity = _identity(ctx)
    name = f"{_name(ctx)} (synthetic)" if is_synthetic(ctx) else _name(ctx)
    with ctx.database.reading() as connection:
        roster = ctx.roster(connection)
        events = [
            _event(
                ctx, one, f"{one.plan['reference']}@{identity}", roster, _history(connection, one)
            )
            for one in entries
        ]
    return rendered(name, ctx.framework.title, events)


def _identity(ctx: Context) -> str:
    """Return what tells this installation's events from all others: drawn once, and kept with the rest."""
    with ctx.database.reading() as connection:
        known = council.get_setting(connection, CALENDAR_ID)
    if known is not None:
        return known
    with ctx.database.transaction() as connection:
        known = council.get_setting(connection, CALENDAR_ID)  # perhaps drawn meanwhile
        if known is None:
            known = secrets.token_hex(8)
            council.put_setting(connection, CALENDAR_ID, known)
    return known


def _name(ctx: Context) -> str:
    return f"{ctx.framework.council}: QA calendar"


def _history(connection: Connection, entry: Entry) -> Sequence[Told]:
    """Return what happened to it up to the moment of which *entry* speaks."""
    instance = entry.instance
    if instance is None:
        return ()
    return [
        told for told in histories.history_of(connection, instance.id) if told.seq <= instance.seq
    ]


# ------------------------------------------------------------------ one event
def _event(
    ctx: Context, entry: Entry, uid: str, roster: Roster, history: Sequence[Told]
) -> DayEvent:
    code = entry.plan["code"]
    return DayEvent(
        uid=uid,
        on=entry.days[0],
        summary=_summary(entry),
        description="\n".join(_lines(ctx, entry, roster)),
        categories=() if code is None else (code,),
        sequence=_sequence(history),
        is_cancelled=entry.is_called_off,
        changed_at=history[-1].entry.recorded_at if history else None,
    )


def _summary(entry: Entry) -> str:
    title: str = entry.plan["title"]
    if entry.is_called_off:
        return f"Cancelled: {title}"  # for clients that do not show a STATUS
    if entry.closed_on is not None:
        return f"{'Missed' if entry.state == MISSED else 'Done'}: {title}"
    return title if entry.sits_on is not None else f"Due: {title}"


def _lines(ctx: Context, entry: Entry, roster: Roster) -> Iterable[str]:
    """Yield what is said of it. Nothing here may depend on the hour: a file changes when the database does."""
    yield f"Reference: {entry.plan['reference']}"
    if entry.owner:
        yield f"Owner: {_who(ctx, entry.owner, roster)}"
    if entry.sits_on is not None:
        yield f"Sits on: {in_words(entry.sits_on)}"
    if entry.due_on is not None:
        yield f"Due: {in_words(entry.due_on)}"
    target_on = entry.target_on
    if target_on is not None and target_on != entry.due_on:
        yield f"Last working day: {in_words(target_on)}"
    if entry.planned_on not in {None, entry.due_on}:
        yield f"As planned: {in_words(entry.planned_on)}"
    yield f"State: {'not begun' if entry.state is None else entry.state.replace('_', ' ')}"
    if entry.closed_on is not None:
        yield f"Ended on: {in_words(entry.closed_on)}"
    elif entry.level is not None:
        yield f"Overdue: level {entry.level}"
    if entry.plan["rule"]:
        yield f"Framework: {entry.plan['rule']}"


def _who(ctx: Context, owner: str, roster: Roster) -> str:
    person = roster.get(owner)
    if person is not None:
        return person.name
    return ctx.framework.role_titles.get(owner) or owner.replace("_", " ")


def _sequence(history: Iterable[Told]) -> int:
    """Return how often its day or its standing changed, from the plan on: it only ever grows."""
    sequence, before = _PLANNED, None
    due_on = sits_on = None
    for told in history:
        changes = told.entry.changes
        due_on = changes.get("due_on", due_on)
        sits_on = changes.get("data", {}).get("sits_on", sits_on)
        now = (sits_on or due_on, told.entry.after in CALLED_OFF)
        if now != before:
            sequence, before = sequence + 1, now
    return sequence

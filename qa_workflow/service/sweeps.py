"""What the daemon asks for: plan ahead, fire what is due, deliver. Plain functions, each one bounded pass."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

import structlog

from qa_workflow.engine import overlay
from qa_workflow.engine.advance import retry_pending
from qa_workflow.engine.instance import EXPIRY, Outcome, ProcessInstance
from qa_workflow.engine.people import Roster
from qa_workflow.engine.visits import rearm
from qa_workflow.engine.working_days import london_date
from qa_workflow.errors import DatabaseUnhealthy, DeliveryFailed
from qa_workflow.service.context import Context
from qa_workflow.service.drifting import caught_up
from qa_workflow.service.incidents import is_told, set_aside, step_failed
from qa_workflow.service.work import Work
from qa_workflow.store import council, incidents, instances, outbox, reports, timers
from qa_workflow.store.database import Connection

CALENDAR_UNTIL = "calendar_until"
READS_THE_LIST = "pressing"
MESSAGES = 500  # taken from the outbox at a time
_log = structlog.get_logger()


@dataclass(slots=True)
class Sweep:
    """What one pass did."""

    planned: int = 0
    opened: int = 0
    fired: int = 0
    escalated: int = 0
    messages: int = 0
    delivered: int = 0
    incidents: int = 0
    failures: Counter[str] = field(default_factory=Counter)  # by fingerprint

    def add(self, outcomes: Sequence[Outcome]) -> None:
        """Count what these outcomes did."""
        for outcome in outcomes:
            self.fired += len(outcome.fired)
            self.escalated += sum(entry.action == "escalated" for entry in outcome.history)
            self.opened += sum(entry.action == "open" for entry in outcome.history)
            self.messages += len({notice.to for notice in outcome.notices})


# ------------------------------------------------------------------ many instances, one transaction
Decide = Callable[[Work, Sequence[int]], list[Outcome]]


def in_batches(
    ctx: Context, ids: Sequence[int], decide: Decide, *, now: datetime, sweep: Sweep
) -> int:
    """Decide for *ids* in batches of one transaction each, and save; return how many instances changed.

    If one instance fails, its batch is done again one by one: only that one is set aside and becomes
    an incident, and the others go on.
    """
    changed = 0
    for begin in range(0, len(ids), ctx.batch_size):
        batch = ids[begin : begin + ctx.batch_size]
        done = _tried(ctx, batch, decide, now=now, sweep=sweep)
        if done is None and len(batch) > 1:
            done = sum(_tried(ctx, [one], decide, now=now, sweep=sweep) or 0 for one in batch)
        changed += done or 0
    return changed


@contextmanager
def _not_collecting() -> Iterator[None]:
    """Let the cyclic collector rest for one batch: its frozen values hold no cycles to find."""
    resting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if resting:
            gc.enable()


def _tried(
    ctx: Context, ids: Sequence[int], decide: Decide, *, now: datetime, sweep: Sweep
) -> int | None:
    """Decide and save in one transaction; None, and an incident for a single instance, when that fails."""
    try:
        with _not_collecting(), ctx.database.transaction() as connection:
            work = Work(ctx, connection, now)
            outcomes = decide(work, ids)
            work.apply(outcomes)
    except DatabaseUnhealthy:
        raise
    except Exception as exc:  # noqa: BLE001 - one broken instance must not stop the others: it becomes an incident
        if len(ids) == 1:
            _set_aside(ctx, ids[0], exc, step=decide.__name__.strip("_"), now=now, sweep=sweep)
        return None
    sweep.add(outcomes)
    _tell_log(outcomes, now)
    return len(outcomes)


def _set_aside(
    ctx: Context, instance_id: int, exc: Exception, *, step: str, now: datetime, sweep: Sweep
) -> None:
    with ctx.database.transaction() as connection:
        kind, count = set_aside(connection, instance_id, exc, step=step, now=now)
    sweep.incidents += 1
    sweep.failures[kind] += 1
    # The same failure of a thousand instances, or of one a thousand times, is a dozen lines in the log.
    if is_told(count) and is_told(sweep.failures[kind]):
        _log.error(
            "incident",
            instance_id=instance_id,
            error=kind,
            count=count,
            instances=sweep.failures[kind],
            exc_info=exc,
        )


def _tell_log(outcomes: Sequence[Outcome], now: datetime) -> None:
    log = _log.bind()  # once for the batch: binding costs more than a line that is filtered out
    for outcome in outcomes:
        for entry in outcome.history:
            log.info(
                "instance_moved",
                instance=outcome.instance.reference,
                process=outcome.instance.process,
                action=entry.action,
                level=entry.level,
                late_by_seconds=int((now - entry.at).total_seconds()),
            )


# ------------------------------------------------------------------ fire
def run_due_timers(ctx: Context, *, now: datetime, sweep: Sweep) -> None:
    """Fire everything due by *now*, oldest first, in batches, until nothing is due."""
    while run_due_batch(ctx, now=now, limit=ctx.batch_size, sweep=sweep):
        pass


def run_due_batch(ctx: Context, *, now: datetime, limit: int, sweep: Sweep) -> int:
    """Fire what is due for up to *limit* instances; return how many there were."""
    with ctx.database.reading() as connection:
        ids = timers.find_due(connection, now, limit)
    in_batches(ctx, ids, fire_due, now=now, sweep=sweep)
    return len(ids)


def fire_due(work: Work, ids: Sequence[int]) -> list[Outcome]:
    """Decide everything due for *ids*, each instance's timers in their order."""
    loaded = _list_last(work, instances.load_many(work.connection, ids))
    movers = [one for one in loaded.values() if _moves(one, work.now)]
    gathered = work.facts(movers) if movers else {}
    outcomes = []
    for one in loaded.values():
        outcome = caught_up(work, one, gathered.get(one.id) or work.bare(one))
        if outcome.fired:
            outcomes.append(outcome)
    return outcomes


def _list_last(work: Work, due: dict[int, ProcessInstance]) -> dict[int, ProcessInstance]:
    """Return *due* without what would freeze the Top three's list, as long as something else is due.

    Levels of that very moment put things on the list: they are told first. What is left out stays due.
    """
    others = {
        number: one
        for number, one in due.items()
        if not (_moves(one, work.now) and READS_THE_LIST in work.definition(one.process).reads)
    }
    return others or due


def _moves(instance: ProcessInstance, now: datetime) -> bool:
    """Tell whether a due timer moves the instance, so that guards and effects need all their facts."""
    return any(timer.level == EXPIRY and timer.due_at <= now for timer in instance.timers)


# ------------------------------------------------------------------ try again, look again
def retry_waiting(ctx: Context, *, now: datetime, sweep: Sweep) -> None:
    """Try again every move of the system's own that a guard refused when its time came."""
    with ctx.database.reading() as connection:
        waiting = _without_resting(connection, reports.pending_ids(connection), now)
    # Most are still refused, and that is found without a write. One may open what the next one waits for.
    while waiting and (ready := _ready(ctx, waiting, now=now)):
        for one in ready:
            in_batches(ctx, [one], _retried, now=now, sweep=sweep)
        waiting = [one for one in waiting if one not in ready]


def _ready(ctx: Context, ids: Sequence[int], *, now: datetime) -> list[int]:
    """Return those of *ids* whose waiting move is refused no longer, or fails: that is told where it is made."""
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        try:
            return [outcome.instance.id for outcome in _retried(work, ids)]
        except Exception:  # noqa: BLE001 - which one it is shows when each is tried by itself
            return list(ids)


def _retried(work: Work, ids: Sequence[int]) -> list[Outcome]:
    loaded = instances.load_many(work.connection, ids)
    facts = work.facts(list(loaded.values()))
    tried = (
        retry_pending(
            work.definition_for(one),
            one,
            facts=facts[one.id],
            now=work.now,
            calendar=work.calendar,
        )
        for one in loaded.values()
    )
    return [outcome for outcome in tried if outcome is not None]


def review_people(ctx: Context, *, now: datetime, sweep: Sweep) -> None:
    """Block what nobody can move: its owner is inactive, or its role has no holder; and unblock what somebody can."""
    with ctx.database.reading() as connection:
        roster = ctx.roster(connection)
        today = london_date(now)
        gone = [one for one in reports.owners(connection) if roster.active(one, today) is None]
        empty = [one for one in reports.owning_roles(connection) if not roster.holders(one, today)]
        ids = {
            *reports.ids_owned_by(connection, gone),
            *reports.ids_owned_by_roles(connection, empty),
            *reports.ids_blocked_for(connection, ["people"]),
        }
        wanted = _without_resting(connection, sorted(ids), now)
    in_batches(ctx, wanted, _people_reviewed, now=now, sweep=sweep)


def _people_reviewed(work: Work, ids: Sequence[int]) -> list[Outcome]:
    reviewed = (
        overlay.review_people(one, work.roster, now=work.now, calendar=work.calendar)
        for one in instances.load_many(work.connection, ids).values()
    )
    return [outcome for outcome in reviewed if outcome is not None]


def _without_resting(connection: Connection, ids: Sequence[int], now: datetime) -> list[int]:
    """Return *ids* without those whose incident asks for patience: one broken instance makes no hot loop."""
    resting = incidents.resting(connection, now)
    return [one for one in ids if one not in resting]


def review_calendar(ctx: Context, *, now: datetime, sweep: Sweep) -> int:
    """Arm what could not be counted before, when bank holidays of another year have become known.

    Return how many instances were armed anew. Levels already fired stay fired.
    """
    known = ctx.known_until.isoformat()
    with ctx.database.reading() as connection:
        if council.get_setting(connection, CALENDAR_UNTIL) == known:
            return 0
        ids = reports.open_ids(connection)
    armed = in_batches(ctx, ids, _rearmed, now=now, sweep=sweep)
    with ctx.database.transaction() as connection:
        council.put_setting(connection, CALENDAR_UNTIL, known)
    return armed


def _rearmed(work: Work, ids: Sequence[int]) -> list[Outcome]:
    armed = (
        rearm(work.definition(one.process), one, now=work.now, calendar=work.calendar)
        for one in instances.load_many(work.connection, ids).values()
        if one.process in work.ctx.processes and not work.has_moved(one)
    )
    return [outcome for outcome in armed if outcome is not None]


# ------------------------------------------------------------------ deliver
def deliver_outbox(ctx: Context, *, now: datetime, sweep: Sweep) -> None:
    """Hand over what was committed and waits; what does not go out stays, and is tried again later.

    A message to a role goes to nobody yet: it waits until somebody holds the role, and is then
    addressed to them.
    """
    today = london_date(now)
    while True:
        with ctx.database.transaction() as connection:
            taken = outbox.take(connection, now, MESSAGES)
            roster = ctx.roster(connection) if taken else Roster()
        if not taken:
            return
        broken: list[Exception] = []
        faults = [(message, _sent(ctx, message, roster, today, broken)) for message in taken]
        with ctx.database.transaction() as connection:
            outbox.mark_sent(
                connection, [message.id for message, why in faults if why is None], now
            )
            for message, why in faults:
                if why is not None:
                    outbox.mark_failed(connection, message, why, now)
        sweep.delivered += sum(why is None for _, why in faults)
        if broken:  # the messages wait; that the way out itself is broken is said once
            step_failed(ctx, "deliver_outbox", broken[0], now=now)


def _sent(
    ctx: Context, message: outbox.Waiting, roster: Roster, today: date, broken: list[Exception]
) -> str | None:
    """Hand one message over; return why it did not go out, if so. *broken* collects what is no mere refusal."""
    channel = ctx.channels.get(message.channel)
    if channel is None:
        return f"this program has no channel {message.channel!r}"
    addressed = {message.to: message.dedupe_key}
    if message.to.startswith("role:"):
        role = message.to.removeprefix("role:")
        addressed = {
            one.person_id: f"{message.dedupe_key}|{one.person_id}"
            for one in roster.holders(role, today)
        }
        if not addressed:
            return f"nobody active holds the role {role}"
    try:
        for to, key in addressed.items():
            channel.send(key=key, to=to, subject=message.subject, body=message.body)
    except DeliveryFailed as exc:
        return str(exc)
    except Exception as exc:  # noqa: BLE001 - a broken way out must not keep the others from going out
        broken.append(exc)
        return f"{message.channel}: {exc}"
    return None


def retry_outbox(ctx: Context, *, now: datetime) -> int:
    """Let every waiting message be tried at the next pass; return how many there are."""
    with ctx.database.transaction() as connection:
        return outbox.retry_now(connection, now)


# ------------------------------------------------------------------ the alarm
def next_due_at(ctx: Context, *, now: datetime) -> datetime | None:
    """Return the next instant at which something is due; None when nothing is."""
    with ctx.database.reading() as connection:
        return timers.next_due_at(connection, now)


def note_pass(ctx: Context, *, now: datetime) -> None:
    """Keep that this daemon has made a good pass."""
    with ctx.database.transaction() as connection:
        council.put_pass(connection, ctx.daemon_name, now, ctx.safety_seconds)

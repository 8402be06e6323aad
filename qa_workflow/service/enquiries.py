"""What can be asked: one instance, many, what happened, how the whole stands. Nothing here writes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from qa_workflow.engine.explain import Answer
from qa_workflow.engine.instance import HistoryEntry, ProcessInstance
from qa_workflow.engine.people import Person
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.service import trails, views
from qa_workflow.service.changes import Pull, rehearse_trigger
from qa_workflow.service.context import Context
from qa_workflow.service.drifting import drifts, withheld
from qa_workflow.service.indicators import beside
from qa_workflow.service.input import find
from qa_workflow.service.views import View
from qa_workflow.service.work import Work
from qa_workflow.store import (
    audit,
    cases,
    council,
    histories,
    incidents,
    instances,
    outbox,
    reports,
    timers,
)
from qa_workflow.store.cases import CaseRecord
from qa_workflow.store.histories import BadLink
from qa_workflow.store.reports import Wanted

__all__ = [
    "BadLink",
    "CaseRecord",
    "Wanted",
    "calendar_of",
    "health",
    "history",
    "is_healthy",
    "list_cases",
    "list_instances",
    "list_people",
    "messages",
    "readable",
    "rehearsal",
    "show",
    "show_in",
    "status",
    "summaries",
    "verify_history",
    "visits",
    "visits_in",
]  # fmt: skip

PAGE = 500  # instances loaded at a time
UNHEALTHY_AFTER = 3  # safety intervals without a good pass


def show(ctx: Context, reference: str, *, now: datetime) -> View:
    """Return everything about one instance."""
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        return show_in(work, find(work, reference))


def show_in(work: Work, instance: ProcessInstance) -> View:
    """Return everything about *instance*, asked inside a transaction."""
    facts = work.facts([instance])[instance.id]
    children = reports.children_of(work.connection, [instance.id]).get(instance.id, ())
    shown = views.whole(
        work.definition(instance.process),
        instance,
        facts,
        now=work.now,
        calendar=work.calendar,
        left_at=visits(work, instance),
        parent=None if facts.parent is None else facts.parent.reference,
        children=[child.reference for child in children],
    )
    return {
        **withheld(work, instance, shown),
        "links": trails.links_of(work, instance),
        "indicators": beside(work, instance),
    }


def visits(work: Work, instance: ProcessInstance) -> dict[str, tuple[datetime, datetime | None]]:
    """Return for each state the instance was in when its last visit began, and when it was left."""
    return visits_in(one.entry for one in histories.history_of(work.connection, instance.id))


def visits_in(
    entries: Iterable[HistoryEntry],
) -> dict[str, tuple[datetime, datetime | None]]:
    """Return for each state that *entries* tell of when its last visit began, and when it was left."""
    found: dict[str, tuple[datetime, datetime | None]] = {}
    for entry in entries:
        if entry.after is None or entry.after == entry.before:
            continue
        if entry.before is not None and entry.before in found:
            found[entry.before] = (found[entry.before][0], entry.at)
        found[entry.after] = (entry.at, None)
    return found


def list_instances(ctx: Context, wanted: Wanted, *, now: datetime) -> list[View]:
    """Return the instances asked for, by reference, as a list shows them.

    Under a manager stands too what people own who have left, until it is given to somebody else.
    """
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        if wanted.owner is not None:
            left = work.roster.left_to(wanted.owner, work.today)
            wanted = replace(wanted, left_to_owner=left)
        ids = reports.find_ids(connection, wanted)
        return summaries(work, ids)


def summaries(work: Work, ids: Sequence[int]) -> list[View]:
    """Return these instances as a list shows them, in the order of *ids*."""
    found = []
    for begin in range(0, len(ids), PAGE):
        page = ids[begin : begin + PAGE]
        loaded, unreadable = readable(work, page)
        parents = reports.related(
            work.connection, [one.parent_id for one in loaded.values() if one.parent_id is not None]
        )
        found += [views.unreadable(one) for one in unreadable]
        for number in page:
            if number not in loaded:
                continue
            one = loaded[number]
            parent = parents.get(one.parent_id or 0)
            found.append(
                views.summary(
                    work.ctx.processes.get(one.process),
                    one,
                    now=work.now,
                    calendar=work.calendar,
                    parent=None if parent is None else parent.reference,
                )
            )
    return found


def readable(
    work: Work, ids: Sequence[int]
) -> tuple[dict[int, ProcessInstance], list[reports.Bare]]:
    """Return the instances that can be read, and the plain columns of those whose row is damaged.

    One damaged row must not hide the others from whoever looks for it.
    """
    try:
        return instances.load_many(work.connection, ids), []
    except (ValueError, TypeError):
        if len(ids) == 1:
            return {}, reports.bare(work.connection, ids)
    loaded: dict[int, ProcessInstance] = {}
    damaged: list[reports.Bare] = []
    for one in ids:
        found, unreadable = readable(work, [one])
        loaded |= found
        damaged += unreadable
    return loaded, damaged


def history(ctx: Context, reference: str, *, now: datetime) -> tuple[str, list[View]]:
    """Return the reference and everything that ever happened to the instance, in order.

    An entry that was corrected stays as it was, and names those that correct it.
    """
    with ctx.database.reading() as connection:
        instance = find(Work(ctx, connection, now), reference)
        told = histories.history_of(connection, instance.id)
    items = [views.history_item(one) for one in told]
    for item in items:
        if item["corrects"] is not None:
            items[item["corrects"] - 1]["corrected_by"].append(item["seq"])
    return instance.reference, items


def verify_history(
    ctx: Context, reference: str | None, *, now: datetime
) -> tuple[int, BadLink | None]:
    """Check the hash chain of one instance or of all; return how many entries fit and the first that does not."""
    with ctx.database.reading() as connection:
        number = None if reference is None else find(Work(ctx, connection, now), reference).id
        return histories.verify_chain(connection, number)


def rehearsal(ctx: Context, pull: Pull, *, now: datetime) -> View:
    """Return where a trigger would lead and what every guard says."""
    to, answers = rehearse_trigger(ctx, pull, now=now)
    return {"to": to, "guards": [_answer(one) for one in answers]}


def _answer(one: Answer) -> View:
    refusal = one.refusal
    return {
        "guard": one.guard,
        "ok": refusal is None,
        "why": None if refusal is None else refusal.why,
        "who": None if refusal is None else refusal.who,
        "from": None if refusal is None else views.day(refusal.from_on),
    }


def messages(ctx: Context, *, status: str | None = None) -> list[View]:
    """Return the messages of the outbox, the oldest first; `failed` are those that wait for another try."""
    with ctx.database.reading() as connection:
        wanted = "pending" if status == "failed" else status
        found = outbox.find_messages(connection, status=wanted)
    shown = [
        {
            "dedupe_key": one.dedupe_key,
            "to": one.to,
            "channel": one.channel,
            "subject": one.subject,
            "body": one.body,
            "status": "failed" if one.status == "pending" and one.error else one.status,
            "attempts": one.attempts,
            "created_at": views.instant(one.created_at),
            "sent_at": views.instant(one.sent_at),
            "error": one.error,
        }
        for one in found
    ]
    return shown if status is None else [one for one in shown if one["status"] == status]


def status(ctx: Context, *, now: datetime) -> View:
    """Return how the whole stands: counts, daemons, what is due next, how far the calendar reaches, the outbox."""
    with ctx.database.reading() as connection:
        overdue = timers.count_overdue(connection, now - timedelta(seconds=ctx.safety_seconds))
        return {
            "as_of": views.instant(now),
            "counts": [
                {"process": process, "state": state, "count": count}
                for process, state, count in reports.counts(connection)
            ],
            "daemons": [
                {
                    "daemon": one.daemon,
                    "last_pass_at": views.instant(one.last_pass_at),
                    "healthy": is_healthy(one, now),
                }
                for one in council.passes(connection)
            ],
            "next_due_at": views.instant(timers.next_due_at(connection, now)),
            "timers_overdue": overdue,
            "bank_holidays_until": ctx.known_until.isoformat(),
            "open_incidents": incidents.count_open(connection),
            "invariants": _looked(audit.last_look(connection)),
            "drifted": [one.plain() for one in drifts(ctx, connection)],
            "outbox": outbox.depth(connection),
            "synthetic": council.get_setting(connection, "synthetic") == "yes",
        }


def _looked(look: audit.Look | None) -> View | None:
    """Return what the last look at whether the records add up came to; None before the first."""
    if look is None:
        return None
    return {
        "last_at": views.instant(look.at),
        "sampled": look.sampled,
        "of": look.of,
        "covered_percent": look.covered_percent,
        "covered_since": views.instant(look.round_at),
        "failures": look.failures,
    }


def is_healthy(one: council.DaemonPass, now: datetime) -> bool:
    """Tell whether a daemon has made a good pass within three of its safety intervals."""
    return now - one.last_pass_at <= timedelta(seconds=UNHEALTHY_AFTER * one.safety_seconds)


def health(ctx: Context, *, now: datetime) -> tuple[bool, datetime | None]:
    """Tell whether any daemon passed in time, and when the last good pass was."""
    with ctx.database.reading() as connection:
        passes = council.passes(connection)
    last = max((one.last_pass_at for one in passes), default=None)
    return any(is_healthy(one, now) for one in passes), last


def calendar_of(ctx: Context) -> WorkingCalendar:
    """Return the calendar that this database counts by."""
    with ctx.database.reading() as connection:
        return ctx.calendar(connection)


def list_people(ctx: Context) -> list[Person]:
    """Return everybody of the roster, by id."""
    with ctx.database.reading() as connection:
        roster = ctx.roster(connection)
    return sorted(roster.people.values(), key=lambda one: one.person_id)


def list_cases(ctx: Context, *, include_closed: bool = False) -> list[CaseRecord]:
    """Return the open cases, or all, by reference."""
    with ctx.database.reading() as connection:
        return list(cases.find_cases(connection, only_open=not include_closed).values())

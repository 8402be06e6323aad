"""Brings what is under way over to the rules that this program has: rehearsed, resumable, and with a way back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from qa_workflow.engine.definition import Facts, ProcessDefinition
from qa_workflow.engine.former import Former
from qa_workflow.engine.instance import Outcome, ProcessInstance
from qa_workflow.engine.migrating import Change, Migrated, is_stranded, migrated, way_back
from qa_workflow.engine.migration_plan import faults_of
from qa_workflow.engine.people import Person
from qa_workflow.errors import WrongInput
from qa_workflow.frameworks.migration_map import MapFile
from qa_workflow.service.context import Context, Pin
from qa_workflow.service.drifting import is_elsewhere
from qa_workflow.service.enquiries import readable
from qa_workflow.service.input import acting
from qa_workflow.service.pinned import former_of
from qa_workflow.service.singly import apply_or_set_aside
from qa_workflow.service.views import DAMAGED, View
from qa_workflow.service.work import Work
from qa_workflow.store import council, instances, pins
from qa_workflow.store import process_migrations as kept
from qa_workflow.store.chain import canonical
from qa_workflow.store.database import Connection
from qa_workflow.store.pins import Used
from qa_workflow.store.process_migrations import Step

__all__ = ["MapFile", "Order", "Report", "RolledBack", "apply", "in_words", "rehearse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an operator asks for: which process, from which content (`1` or `1@ab12cd`) to which version, by which map.

    With `ended`, what has ended under that content is brought over too, so that it can be reopened.
    """

    process: str
    from_pin: str
    to_version: int
    map_file: MapFile
    actor: str
    as_person: str | None = None
    reason: str | None = None
    ended: bool = False


@dataclass(slots=True, kw_only=True)
class Report:
    """Where every instance lands, what becomes of its deadlines, and what stands in the way. One item each."""

    process: str
    from_pin: str
    to_version: int
    to_hash: str
    items: list[View] = field(default_factory=list)
    written: bool = False
    migration: int | None = None
    left: int = 0

    @property
    def refused(self) -> list[View]:
        """Return the items of what cannot be brought over."""
        return [one for one in self.items if one["why"] is not None]

    @property
    def stranded(self) -> list[View]:
        """Return the items of what would be left without a way out."""
        return [one for one in self.items if one["stranded"]]

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing stands in the way."""
        return not self.refused and not self.stranded


@dataclass(frozen=True, kw_only=True)
class _Prepared:
    """An order held against the database: who asks, for what, and whose turn it is."""

    definition: ProcessDefinition
    pin: Pin
    actor: Person | str
    reason: str
    sources: tuple[Used, ...]
    formers: Mapping[tuple[int, str], Former]
    values: Mapping[str, Any]
    number: int

    @property
    def change(self) -> Callable[[MapFile], Change]:
        return lambda told: Change(
            number=self.number, definition=self.definition, sha256=self.pin.sha256,
            plan=told.plan, actor=self.actor, reason=self.reason,
        )  # fmt: skip


class RolledBack(Exception):
    """Everything was rehearsed; nothing of it is kept."""


# ------------------------------------------------------------------ what is asked for
def _prepared(work: Work, order: Order) -> _Prepared:
    """Return the order held against this program and what is under way.

    Raises:
        WrongInput: an unknown process, a version that this program does not have or nothing runs by,
            or a map with faults (RejectedFile: each with its place).
        UnknownPerson: who asks is not in the roster, or not active today.
    """
    ctx, connection = work.ctx, work.connection
    if order.process not in ctx.processes:
        raise WrongInput(
            f"There is no process {order.process!r}. There are: {', '.join(ctx.processes)}."
        )
    definition, pin = ctx.processes[order.process], ctx.pin(order.process)
    if order.to_version != pin.version:
        raise WrongInput(
            f"This program has version {pin.version} of {order.process}, not {order.to_version}: "
            "what is under way can only be brought to that."
        )
    version, prefix = _read_pin(order.from_pin)
    values = {
        "process": order.process, "from_version": version, "from_hash": prefix,
        "to_version": pin.version, "to_hash": pin.sha256,
        "plan": canonical(order.map_file.plan.plain()),
        "digest": sha256(canonical(order.map_file.plan.plain()).encode()).hexdigest(),
    }  # fmt: skip
    same = kept.find_same(connection, values)
    sources = _sources(work, order, version, prefix)
    if not sources and same is None:
        raise WrongInput(_nothing_there(work, order))
    known = {(one.version, one.sha256) for one in sources}
    formers = {key: former_of(connection, order.process, *key) for key in known}
    standing: dict[str, int] = {}
    for one in sources:
        here = kept.count(connection, one, ended=False)
        if here:
            standing[one.state] = standing.get(one.state, 0) + here
    plan = order.map_file.plan
    if sources:
        order.map_file.require(faults_of(plan, definition, list(formers.values()), standing))
    actor = order.actor if order.as_person is None else acting(work, order.as_person)
    reason = (order.reason or "").strip()
    return _Prepared(
        definition=definition,
        pin=pin,
        actor=actor,
        reason=reason or f"Version {version} of the process became version {pin.version}.",
        sources=sources,
        formers=formers,
        values=values,
        number=kept.next_number(connection) if same is None else same.id,
    )


LONGEST_VERSION = 9  # digits: more than any process will ever have


def _read_pin(text: str) -> tuple[int, str]:
    number, _, prefix = text.strip().partition("@")
    if not number.isdecimal() or len(number) > LONGEST_VERSION:
        raise WrongInput(
            f"{text!r} names no content. Write the version, or version and hash like 1@ab12cd."
        )
    return int(number), prefix.strip().lower()


def _sources(work: Work, order: Order, version: int, prefix: str) -> tuple[Used, ...]:
    """Return the contents and states whose instances are meant: those of the version that this program does not have."""
    found = [one for one in pins.in_use(work.connection) if is_elsewhere(work.ctx, one)]
    if order.ended:
        pin = work.ctx.pin(order.process)
        found += [
            one
            for one in kept.ended_pins(work.connection, order.process)
            if (one.version, one.sha256) not in ((pin.version, ""), (pin.version, pin.sha256))
        ]
    return tuple(
        dict.fromkeys(
            one
            for one in found
            if (one.process, one.version) == (order.process, version)
            and one.sha256.startswith(prefix)
        )
    )


def _nothing_there(work: Work, order: Order) -> str:
    counted: dict[str, int] = {}
    for one in pins.in_use(work.connection):
        if one.process == order.process:
            told = f"{one.version}@{one.sha256[:8]}" if one.sha256 else str(one.version)
            counted[told] = counted.get(told, 0) + kept.count(work.connection, one, ended=False)
    there = ", ".join(f"{count} by {told}" for told, count in counted.items()) or "none"
    pin = work.ctx.pin(order.process)
    return (
        f"Nothing open runs by {order.from_pin} of {order.process} that has to be brought over. "
        f"What is open: {there}. This program has {pin.version}@{pin.sha256[:8]}."
    )


# ------------------------------------------------------------------ rehearse, apply
def rehearse(ctx: Context, order: Order, *, now: datetime) -> Report:
    """Return where every instance would land: all that `apply` does is done, and nothing of it is kept.

    Raises:
        WrongInput, RejectedFile, UnknownPerson: see `_prepared`.
    """
    with ctx.database.reading() as connection:
        prepared = _prepared(Work(ctx, connection, now), order)
    report = _report(order, prepared)
    for used, ids in _pages(ctx, prepared, order):
        report.items += _batch(ctx, order, prepared, used, ids, now=now, keep=False)
    report.left = len(report.items)
    return report


def apply(ctx: Context, order: Order, *, now: datetime, limit: int | None = None) -> Report:
    """Bring every instance over, or *limit* of them: each with one entry of its own, a batch in one transaction.

    What cannot be brought over, or would be left without a way out, stays as it is and is named. Stopped
    anywhere, the same order goes on with what is left.

    Raises:
        WrongInput, RejectedFile, UnknownPerson: see `_prepared`; nothing was changed then.
    """
    with ctx.database.transaction() as connection:
        prepared = _prepared(Work(ctx, connection, now), order)
        if kept.find(connection, prepared.number) is None:
            by = prepared.actor if isinstance(prepared.actor, str) else prepared.actor.person_id
            kept.begin(
                connection,
                {**prepared.values, "by": by, "reason": prepared.reason, "started_at": now},
            )
        pin = prepared.pin
        council.put_definition(connection, pin.name, pin.version, pin.sha256, body=pin.body, at=now)
    report = _report(order, prepared)
    report.written, report.migration = True, prepared.number
    for used, ids in _pages(ctx, prepared, order):
        wanted = ids if limit is None else ids[: limit - len(report.items)]
        if not wanted:
            break
        report.items += _batch(ctx, order, prepared, used, wanted, now=now, keep=True)
    with ctx.database.transaction() as connection:
        report.left = sum(
            kept.count(connection, used, ended=ended)
            for used in prepared.sources
            for ended in _kinds(order)
        )
        if report.left == 0:
            kept.finish(connection, prepared.number, now)
    return report


def _report(order: Order, prepared: _Prepared) -> Report:
    return Report(
        process=order.process,
        from_pin=order.from_pin,
        to_version=prepared.pin.version,
        to_hash=prepared.pin.sha256,
    )


def _kinds(order: Order) -> tuple[bool, ...]:
    return (False, True) if order.ended else (False,)


def _pages(ctx: Context, prepared: _Prepared, order: Order) -> Iterator[tuple[Used, list[int]]]:
    """Yield whose turn it is, a batch of one content and state at a time."""
    for used in prepared.sources:
        for ended in _kinds(order):
            after: tuple[int, int] | None = None
            while True:
                with ctx.database.reading() as connection:
                    page = kept.find_ids(
                        connection, used, ended=ended, after=after, limit=ctx.batch_size
                    )
                if not page:
                    break
                yield used, [number for _, number in page]
                after = page[-1]


def _batch(
    ctx: Context,
    order: Order,
    prepared: _Prepared,
    used: Used,
    ids: Sequence[int],
    *,
    now: datetime,
    keep: bool,
) -> list[View]:
    """Bring these instances over in one transaction, and return one item each; without *keep* it is rolled back."""
    items: dict[int, View] = {}
    with suppress(RolledBack), ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        loaded, damaged = readable(work, ids)
        items |= {one.id: _refused(one.reference, one.state, DAMAGED) for one in damaged}
        outcomes: list[Outcome] = []
        change, former = (
            prepared.change(order.map_file),
            prepared.formers[used.version, used.sha256],
        )
        gathered = _gathered(work, loaded)
        for number, one in loaded.items():
            try:
                facts = gathered[number] if gathered else work.facts([one])[number]
                made = migrated(change, former, one, facts=facts, now=now, calendar=work.calendar)
                items[number] = _item(prepared.definition, made, facts, now)
            except Exception as exc:  # noqa: BLE001 - whatever is wrong with one keeps no other from being brought over
                items[number] = _refused(one.reference, one.state, in_words(exc))
                continue
            if not items[number]["stranded"]:
                outcomes.append(made.outcome)
        for outcome, fault in apply_or_set_aside(work, outcomes):
            one = outcome.instance
            items[one.id] = _refused(one.reference, loaded[one.id].state, in_words(fault))
        if not keep:
            raise RolledBack
        _keep_steps(connection, prepared.number, loaded, items)
    return [items[number] for number in ids if number in items]


def _gathered(work: Work, loaded: Mapping[int, ProcessInstance]) -> dict[int, Facts]:
    """Return the facts of all of them; nothing where one of them cannot be asked about."""
    try:
        return work.facts(list(loaded.values()))
    except (ValueError, TypeError, LookupError):
        return {}


def _keep_steps(
    connection: Connection,
    number: int,
    before: Mapping[int, ProcessInstance],
    items: Mapping[int, View],
) -> None:
    done = [one for one in before if items[one]["why"] is None and not items[one]["stranded"]]
    standing = instances.load_many(connection, done)
    steps = [
        Step(instance_id=one, seq=after.seq, back=way_back(before[one], after))
        for one, after in standing.items()
    ]
    kept.put_steps(connection, number, steps)


def _item(definition: ProcessDefinition, made: Migrated, facts: Facts, now: datetime) -> View:
    before, after = made.outcome.before, made.outcome.instance
    assert before is not None  # noqa: S101 - a migration begins nothing

    def late(one: ProcessInstance) -> bool:
        return one.stuck_at is not None and one.stuck_at <= now

    return {
        "reference": before.reference,
        "from": before.state,
        "to": after.state,
        "deadlines": [{**one.plain(), "changed": one.is_changed} for one in made.deadlines],
        "owner": after.owner or after.owner_role,
        "late": late(after) and not late(before),
        "blocked": bool(after.blocks) and not before.blocks,
        "stranded": is_stranded(definition, after, facts),
        "why": None,
    }


def _refused(reference: str, state: str, why: str) -> View:
    return {
        "reference": reference, "from": state, "to": None, "deadlines": [], "owner": None,
        "late": False, "blocked": False, "stranded": False, "why": why,
    }  # fmt: skip


def in_words(exc: Exception) -> str:
    """Return what is wrong with one instance, as its report says it."""
    text = str(exc).strip()
    if isinstance(exc, ValueError) and text:
        return text
    return f"{type(exc).__name__}: {text}" if text else type(exc).__name__

"""Brings an open instance from the content it was started under to the one that this program has, and back.

A migration is no move: the visit goes on, in a state that may have another name. Nothing is spawned and
nobody is told; what is left undone is told by the ladders afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from qa_workflow.engine.carrying import Carried, Carrier
from qa_workflow.engine.deadlines import OWN_DATE
from qa_workflow.engine.definition import Facts, ProcessDefinition
from qa_workflow.engine.explain import explain
from qa_workflow.engine.former import Former
from qa_workflow.engine.instance import (
    Block,
    HistoryEntry,
    Json,
    Outcome,
    ProcessInstance,
    Timer,
)
from qa_workflow.engine.migration_plan import Plan
from qa_workflow.engine.overlay import told_parent, waiting
from qa_workflow.engine.people import Person
from qa_workflow.engine.record import changes, fold, plain_block, read_block, written
from qa_workflow.engine.visits import judged, owned
from qa_workflow.engine.ways import way_out
from qa_workflow.engine.working_days import WorkingCalendar

MIGRATED, UNDONE = "migrated", "migration_undone"
_SKIPPED = (
    "skipped"  # a refusal's count begins with its trigger; that of a skipped deadline with this
)


class NoPlaceForIt(ValueError):
    """An instance cannot be brought over; the sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From what to what, by which plan, who asks for it and why: what all instances of a migration share."""

    number: int
    definition: ProcessDefinition
    sha256: str
    plan: Plan
    actor: Person | str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What a migration makes of one instance: the Outcome to save, and what became of its deadlines."""

    outcome: Outcome
    deadlines: tuple[Carried, ...]


def migrated(
    change: Change,
    former: Former,
    instance: ProcessInstance,
    *,
    facts: Facts,
    now: datetime,
    calendar: WorkingCalendar,
) -> Migrated:
    """Return what *change* makes of an instance that was started under *former*.

    One entry tells all of it: both contents, both states, every deadline with its policy and days.

    Raises:
        NoPlaceForIt: its state, its data or the move that it waits for have no place in the new content.
    """
    definition = change.definition
    moved = replace(
        _placed(change, instance),
        definition_version=definition.version,
        definition_hash=change.sha256,
        version=instance.version + 1,
    )
    deadlines: tuple[Carried, ...] = ()
    if instance.is_open:
        moved = _redated(change.plan, definition, moved, calendar)
        carrier = Carrier(definition, former, change.plan, now=now, calendar=calendar)
        moved = judged(definition, moved, at=now, calendar=calendar)
        moved, deadlines = carrier.carried(instance, moved)
        moved = _owned(definition, moved, facts)
        moved = waiting(definition, moved, facts.children, now=now, calendar=calendar)
    after, entry = written(
        instance,
        moved,
        action=MIGRATED,
        at=now,
        now=now,
        actor=change.actor,
        reason=change.reason,
        data={
            "migration": change.number,
            "from": {"version": instance.definition_version, "hash": instance.definition_hash},
            "to": {"version": definition.version, "hash": change.sha256},
            "deadlines": [one.plain() for one in deadlines],
        },
    )
    outcome = Outcome(
        before=instance, instance=after, history=(entry,), signals=told_parent(instance, after)
    )
    return Migrated(outcome=outcome, deadlines=deadlines)


# ------------------------------------------------------------------ where it goes on
def _placed(change: Change, instance: ProcessInstance) -> ProcessInstance:
    """Return the instance in its new state, with its data, its waiting move and its counts renamed."""
    plan, definition = change.plan, change.definition
    state = plan.state(instance.state)
    here = f"version {definition.version} of {definition.name}"
    if state not in set(definition.states) and not (
        definition.ends(state) and not instance.is_open
    ):
        raise NoPlaceForIt(f"It stands in {instance.state}, and {here} has no state {state}.")
    if definition.ends(state) == instance.is_open:
        what = "is an end" if instance.is_open else "is no end"
        raise NoPlaceForIt(
            f"It stands in {instance.state} and would go to {state}, which {what} in {here}. "
            "A migration ends nothing and begins nothing again."
        )
    pending = instance.pending
    if pending is not None:
        pending = plan.triggers.get(pending, pending)
        if not any(one.trigger == pending for one in definition.leaving(state)):
            raise NoPlaceForIt(
                f"Its own move {instance.pending} waits to be made, and {here} has no {pending} in {state}. "
                "Say under [triggers] what that is called now."
            )
    return replace(
        instance,
        state=state,
        data=_renamed(plan.data, instance.data),
        pending=pending,
        refusals=_counts(plan, definition, instance.refusals),
    )


def _renamed(keys: Mapping[str, str], data: Json) -> Json:
    clash = next(
        (to for old, to in keys.items() if old in data and to in data and to not in keys), None
    )
    if clash is not None:
        raise NoPlaceForIt(f"Its data have {clash} already: nothing can be renamed to that.")
    return {keys.get(name, name): value for name, value in data.items()}


def _counts(
    plan: Plan, definition: ProcessDefinition, refusals: Mapping[str, int]
) -> dict[str, int]:
    """Return how often which guard refused which trigger, by their new names; what is gone is forgotten."""
    found = {}
    for key, count in refusals.items():
        first, _, rest = key.partition("/")
        if first == _SKIPPED:
            found[f"{first}/{plan.renamed(rest)}"] = count
        elif (trigger := plan.triggers.get(first, first)) in definition.triggers:
            found[f"{trigger}/{rest}"] = count
    return found


def _redated(
    plan: Plan, definition: ProcessDefinition, instance: ProcessInstance, calendar: WorkingCalendar
) -> ProcessInstance:
    """Return the instance with its own date, and what it stores of working days, counted again where asked for."""
    said = plan.deadlines.get(OWN_DATE)
    if said is None or said.policy != "rederive" or definition.recount is None:
        return instance
    effects = definition.recount(instance, calendar)
    due_on = effects.due_on if instance.met_at is None else None
    return replace(
        instance, data={**instance.data, **effects.data}, due_on=due_on or instance.due_on
    )


def _owned(
    definition: ProcessDefinition, instance: ProcessInstance, facts: Facts
) -> ProcessInstance:
    """Return the instance with its owner, or a new one where the state is no longer for that role."""
    move = definition.owning_transition(instance.state)
    if move is None or instance.owner_role in move.roles:
        return instance
    return owned(definition, instance, replace(facts, instance=instance))


# ------------------------------------------------------------------ and then
def is_stranded(definition: ProcessDefinition, instance: ProcessInstance, facts: Facts) -> bool:
    """Tell whether an open instance has no way out: no way to an end at all, or nothing that could move it now.

    Asked are the guards of *definition* itself, about *instance* as it would stand.
    """
    if not instance.is_open:
        return False
    facts = replace(facts, instance=instance)
    if not way_out(definition, instance, facts):
        return True
    if instance.timers or instance.pending is not None:
        return False
    can, _ = explain(definition, instance, facts)
    return not can


# ------------------------------------------------------------------ the way back
def way_back(before: ProcessInstance, after: ProcessInstance) -> Json:
    """Return, as JSON has it, what makes of *after* the instance that it was *before*."""
    return {
        "changes": changes(after, before),
        "version": before.definition_version,
        "hash": before.definition_hash,
        "stuck_at": None if before.stuck_at is None else before.stuck_at.isoformat(),
        "timers": [
            {
                "deadline": one.deadline, "level": one.level, "due_at": one.due_at.isoformat(),
                "epoch": one.epoch, "fixed": one.fixed,
            }
            for one in before.timers
        ],
    }  # fmt: skip


def undone(
    instance: ProcessInstance,
    back: Json,
    *,
    number: int,
    actor: Person | str,
    reason: str,
    now: datetime,
) -> Outcome:
    """Return the Outcome of going *back* to before migration *number*: state, data, deadlines, blocks and pin."""
    told: Json = back["changes"]
    found: dict[str, Any] = dict(fold((_entry(told, now),)))
    gone = set(told.get("data_gone", ()))
    data = {key: value for key, value in instance.data.items() if key not in gone}
    found["data"] = {**data, **found["data"]}
    if "blocks" in found:
        found["blocks"] = tuple(_block(instance, one) for one in found["blocks"])
    restored = replace(
        instance,
        **found,
        definition_version=back["version"],
        definition_hash=back["hash"],
        stuck_at=None if back["stuck_at"] is None else datetime.fromisoformat(back["stuck_at"]),
        timers=tuple(
            Timer(**{**one, "due_at": datetime.fromisoformat(one["due_at"])})
            for one in back["timers"]
        ),
        version=instance.version + 1,
    )
    after, entry = written(
        instance,
        restored,
        action=UNDONE,
        at=now,
        now=now,
        actor=actor,
        reason=reason,
        data={
            "migration": number,
            "from": {"version": instance.definition_version, "hash": instance.definition_hash},
            "to": {"version": back["version"], "hash": back["hash"]},
        },
    )
    signals = told_parent(instance, after)
    return Outcome(before=instance, instance=after, history=(entry,), signals=signals)


def _entry(told: Json, now: datetime) -> HistoryEntry:
    return HistoryEntry(
        at=now, recorded_at=now, actor="", action=UNDONE, before=None, after=None, changes=told
    )


def _block(instance: ProcessInstance, told: Json) -> Block:
    """Return a block as it was; the one that still stands, where it does."""
    standing = next((one for one in instance.blocks if plain_block(one) == told), None)
    if standing is not None:
        return standing
    return read_block(told)

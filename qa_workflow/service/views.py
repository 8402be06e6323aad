"""What is shown of an instance: the one shape that command line and console give to people and machines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from qa_workflow.engine.deadlines import OWN_DATE, Falls, is_late, target_basis, when
from qa_workflow.engine.definition import Asks, Facts, ProcessDefinition
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.diagram import rule_in_words
from qa_workflow.engine.explain import Option, explain
from qa_workflow.engine.instance import Block, ProcessInstance
from qa_workflow.engine.kept_rules import as_kept
from qa_workflow.engine.working_days import WorkingCalendar, late_from, london_date
from qa_workflow.errors import BeyondCalendar, Refusal
from qa_workflow.store.histories import Told
from qa_workflow.store.reports import Bare

View = dict[str, Any]
CORRECTED = "repair_correct"  # what the history calls an entry that says what was wrong in another
DAMAGED = "Its row in the database cannot be read."


def instant(value: datetime | None) -> str | None:
    """Return an instant as ISO 8601 in UTC with Z."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def day(value: date | None) -> str | None:
    """Return a date as YYYY-MM-DD."""
    return None if value is None else value.isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What people are told about an instance; it never drives a decision."""

    code: str
    sentence: str


def describe(
    definition: ProcessDefinition | None, instance: ProcessInstance, now: datetime
) -> Status:
    """Return where the instance stands, in a word and a sentence."""
    state = instance.state.replace("_", " ")
    if not instance.is_open:
        return Status(code="ended", sentence=f"Ended: {state}.")
    if definition is None or instance.state not in set(definition.states):
        return Status(code="drifted", sentence="Its definition is not part of this program.")
    if instance.definition_version != definition.version:
        had, has = instance.definition_version, definition.version
        return Status(
            code="drifted",
            sentence=f"Runs by version {had} of its process; this program has version {has}.",
        )
    owner = instance.owner or instance.owner_role or "nobody"
    where = within(instance)
    if instance.blocks:
        return Status(code="blocked", sentence=f"Blocked {where}: {instance.blocks[0].note}")
    if instance.stuck_at is not None and instance.stuck_at <= now:
        return Status(code="late", sentence=f"Late {where}; waits for {owner}.")
    return Status(code="open", sentence=f"I{where[1:]}; waits for {owner}.")


def within(instance: ProcessInstance) -> str:
    """Return the state as a sentence has it: "in sampling", and "in progress", not "in in progress"."""
    state = instance.state.replace("_", " ")
    return state if state.startswith("in ") else f"in {state}"


def summary(
    definition: ProcessDefinition | None,
    instance: ProcessInstance,
    *,
    now: datetime,
    calendar: WorkingCalendar,
    parent: str | None,
) -> View:
    """Return an instance as a list shows it."""
    late = is_late(instance, now)
    return {
        "reference": instance.reference,
        "process": instance.process,
        "title": instance.title,
        "subject": instance.subject,
        "state": instance.state,
        "status": describe(definition, instance, now).sentence,
        "final": not instance.is_open,
        "owner": instance.owner or instance.owner_role,
        "team": instance.team,
        "version": instance.version,
        "definition_version": instance.definition_version,
        "opened_at": instant(instance.opened_at),
        "due_on": day(instance.due_on),
        "target_on": day(_target(target_basis(instance), calendar)),
        "late": late,
        "lateness": _lateness(definition, instance, late),
        "level": instance.level,
        "blocked": [blocked(one) for one in instance.blocks],
        "parent": parent,
    }


def unreadable(one: Bare) -> View:
    """Return an instance whose row is damaged as a list shows it: what is known, and that it is damaged."""
    return {
        "reference": one.reference,
        "process": one.process,
        "title": one.title,
        "subject": one.subject,
        "state": one.state,
        "status": DAMAGED,
        "final": False,
        "owner": one.owner or one.owner_role,
        "team": one.team,
        "version": one.version,
        "definition_version": one.definition_version,
        **dict.fromkeys(("opened_at", "due_on", "target_on", "late", "lateness", "level")),
        "blocked": [],
        "parent": None,
    }


def blocked(block: Block) -> View:
    """Return a block as it is shown."""
    return {
        "reason": block.reason,
        "note": block.note,
        "since": instant(block.since),
        "waiting_on": block.waiting_on,
        "review_on": day(block.review_on),
    }


def _lateness(
    definition: ProcessDefinition | None,
    instance: ProcessInstance,
    late: bool | None,  # noqa: FBT001 - it is the fact itself
) -> str | None:
    if late is None:
        return None
    if not late:
        return "on_time"
    if definition is None:
        return "late"
    if definition.is_excused(instance, OWN_DATE):
        return "late_excused"
    ladder = definition.ladder(instance, OWN_DATE, definition.due_ladder)
    return "late_unexcused" if ladder is not None and ladder.statutory else "late"


def _target(due_on: date | None, calendar: WorkingCalendar) -> date | None:
    if due_on is None:
        return None
    try:
        return calendar.on_or_before(due_on)
    except BeyondCalendar:
        return None


def whole(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    facts: Facts,
    *,
    now: datetime,
    calendar: WorkingCalendar,
    left_at: dict[str, tuple[datetime, datetime | None]],
    parent: str | None,
    children: Sequence[str],
) -> View:
    """Return everything about one instance: what it is, its deadlines, what can and cannot be done, its data."""
    can, cannot = explain(definition, instance, facts)
    return {
        **summary(definition, instance, now=now, calendar=calendar, parent=parent),
        "deadlines": deadlines(definition, instance, calendar=calendar, left_at=left_at),
        "can": [option(one) for one in can],
        "cannot": [
            {"trigger": one.trigger, "to": one.to, "reasons": [reason(why) for why in one.reasons]}
            for one in cannot
        ],
        "children": list(children),
        "data": dict(instance.data),
    }


def option(one: Option) -> View:
    """Return a trigger that can be pulled: where it leads, who may, what it asks for."""
    return {"trigger": one.trigger, "to": one.to, "who": list(one.who), "asks": asked(one.asks)}


@cache
def asked(asks: type[Asks]) -> View:
    """Return what a trigger asks for, as JSON Schema; made once for each form, and only read."""
    schema = asks.model_json_schema()
    if asks is Asks:  # nothing of its own: its docstring speaks to developers
        schema.pop("description", None)
        schema["title"] = "Nothing but a reason"
    return schema


def reason(refusal: Refusal) -> View:
    """Return why something is refused."""
    return {
        "guard": refusal.guard,
        "why": refusal.why,
        "who": refusal.who,
        "from": day(refusal.from_on),
    }


def deadlines(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    *,
    calendar: WorkingCalendar,
    left_at: dict[str, tuple[datetime, datetime | None]],
) -> list[View]:
    """Return every deadline computable now, later states' included, each with how it was found.

    *left_at* holds for each state visited when its last visit began and when it was left.
    """
    found = []
    if instance.due_on is not None:
        found.append(
            _deadline(
                OWN_DATE,
                instance.due_on,
                calendar,
                met_at=instance.met_at,
                rule=definition.due_source or "the own date",
                derivation=f"Fixed from the start: {in_words(instance.due_on)}.",
            )
        )
    for deadline in definition.deadlines:
        begun = left_at.get(deadline.state)
        entered_on = None if begun is None else london_date(begun[0])
        if deadline.state == instance.state:
            entered_on = instance.entered_on
        try:
            falls = when(deadline, instance, calendar, entered_on=entered_on)
        except BeyondCalendar:
            continue
        if falls is None:
            continue
        found.append(
            _deadline(
                deadline.name,
                falls.due_on,
                calendar,
                met_at=None if begun is None or deadline.state == instance.state else begun[1],
                rule=rule_in_words(replace(deadline, due=as_kept(deadline, instance)[0].due)),
                derivation=_derivation(falls, calendar),
            )
        )
    return found


def _derivation(falls: Falls, calendar: WorkingCalendar) -> str:
    derived = falls.derivation(calendar)
    if derived is not None:
        return derived.sentence
    return f"{falls.text[0].upper()}{falls.text[1:]}: {in_words(falls.due_on)}."


def _deadline(
    name: str,
    due_on: date,
    calendar: WorkingCalendar,
    *,
    met_at: datetime | None,
    rule: str,
    derivation: str,
) -> View:
    return {
        "name": name,
        "due_on": day(due_on),
        "target_on": day(_target(due_on, calendar)),
        "late_from": instant(late_from(due_on)),
        "met_at": instant(met_at),
        "rule": rule,
        "derivation": derivation,
    }


def history_item(told: Told) -> View:
    """Return a history entry as it is shown."""
    entry = told.entry
    return {
        "seq": told.seq,
        "at": instant(entry.at),
        "recorded_at": instant(entry.recorded_at),
        "actor": entry.actor,
        "on_behalf_of": entry.on_behalf_of,
        "action": entry.action,
        "from": entry.before,
        "to": entry.after,
        "level": entry.level,
        "nominal_on": day(entry.nominal_on),
        "reason": entry.reason,
        "data": dict(entry.data),
        "definition_version": told.definition_version,
        "hash": told.hash,
        "corrects": entry.data["entry"] if entry.action == CORRECTED else None,
        "corrected_by": [],
    }

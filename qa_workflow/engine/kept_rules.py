"""The rule that one visit goes on under, where the definition has another by now.

A migration decides for each deadline whether its date stays, is counted again, or counts from today. What
does not follow from the definition stands in the instance's data under `kept_rules`, by the deadline's
name, until the state is left:

    {"due": "Within(...)", "capped": false, "closures": true}    the rule before the migration (`keep`)
    {"from": "2026-01-05", "instead_of": "2025-12-01"}           counted from that day (`restart`)
"""

from dataclasses import replace
from datetime import date
from typing import Any

from qa_workflow.engine.definition import After, Dated, Deadline, Ladder, PlainRule, Within
from qa_workflow.engine.instance import Json, ProcessInstance
from qa_workflow.engine.rule_text import read_rule

KEPT = "kept_rules"
_OFFICE_CLOSES = Ladder("counted", ())
_LAW_DOES_NOT = Ladder("counted", (), closures=False)


def kept_terms(instance: ProcessInstance) -> Json:
    """Return what the present visit keeps, by the name of the deadline; empty in most instances."""
    found: Json = instance.data.get(KEPT) or {}
    return found


def without_kept(data: Json) -> Json:
    """Return *data* as they are on the next visit, which keeps nothing."""
    return data if KEPT not in data else {k: v for k, v in data.items() if k != KEPT}


def as_kept(deadline: Deadline, instance: ProcessInstance) -> tuple[Deadline, date | None]:
    """Return *deadline* as the present visit has it, and the day it counts from where a migration set one.

    A deadline that nothing is kept of is as the definition says. Where the date that a restarted one
    would count from has moved since, that move counts.
    """
    terms = kept_terms(instance).get(deadline.name)
    if terms is None:
        return deadline, None
    if "due" in terms:
        return _as_before(deadline, terms), None
    rule = deadline.rule(date.fromisoformat(terms["from"]))
    since = since_of(rule)
    if since is not None and instance.data.get(since) != terms["instead_of"]:
        return deadline, None
    return replace(deadline, due=from_entry(rule)), date.fromisoformat(terms["from"])


def _as_before(deadline: Deadline, terms: Json) -> Deadline:
    # Of a ladder only whether it counts the council's closure days has to do with the date.
    ladder = _OFFICE_CLOSES if terms["closures"] else _LAW_DOES_NOT
    return replace(deadline, due=read_rule(terms["due"]), capped=terms["capped"], ladder=ladder)


def terms_of(deadline: Deadline) -> dict[str, Any]:
    """Return what keeps *deadline* as it is, also under a definition that has another rule for it."""
    closures = deadline.ladder is None or deadline.ladder.counts_closures
    return {"due": repr(deadline.due), "capped": deadline.capped, "closures": closures}


def restart_terms(deadline: Deadline, instance: ProcessInstance, today: date) -> dict[str, Any]:
    """Return what makes *deadline* count from *today*.

    Raises:
        ValueError: its rule counts nothing: it is a date.
    """
    rule = deadline.rule(today)
    if not counts(rule):
        raise ValueError(f"{deadline.name} is a date and counts from nothing")
    since = since_of(rule)
    return {
        "from": today.isoformat(),
        "instead_of": None if since is None else instance.data.get(since),
    }


def counts(rule: PlainRule) -> bool:
    """Tell whether *rule* counts from a day, so that it can count from another."""
    return isinstance(rule, Within | After)


def since_of(rule: PlainRule) -> str | None:
    """Return the key of the data that *rule* counts from; None where it counts from the state's entry."""
    return rule.since if isinstance(rule, Within | After) else None


def from_entry(rule: PlainRule) -> PlainRule:
    """Return *rule* counting from the state's entry."""
    if isinstance(rule, Within):
        return replace(rule, since=None, or_since=None)
    return replace(rule, since=None) if isinstance(rule, After) else rule


def renamed(rule: PlainRule | Dated, keys: Json) -> PlainRule | Dated:
    """Return *rule* reading its date under the new name, where *keys* of the data are renamed."""
    if isinstance(rule, Dated):
        return Dated(tuple((day, renamed(one, keys)) for day, one in rule.versions))  # type: ignore[misc]
    reads = {name: getattr(rule, name, None) for name in ("since", "or_since", "key")}
    changed = {name: keys[key] for name, key in reads.items() if key is not None and key in keys}
    return replace(rule, **changed) if changed else rule

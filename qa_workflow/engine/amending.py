"""Repairs of what is stored: data put right, an entry corrected. The old value and the old entry stay to be read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import ValidationError, create_model
from pydantic.fields import FieldInfo

from qa_workflow.engine.definition import Asks, ProcessDefinition
from qa_workflow.engine.instance import HistoryEntry, Json, Outcome, ProcessInstance
from qa_workflow.engine.people import Person
from qa_workflow.engine.repairs import Order, refuse, roles_for, told
from qa_workflow.engine.visits import shifted
from qa_workflow.errors import NotPermitted


def amendable(definition: ProcessDefinition, instance: ProcessInstance) -> frozenset[str]:
    """Return the keys of the data that may be put right: those that stand there, and those its forms ask for."""
    asked = {key for form in _forms(definition) for key in form.model_fields}
    return frozenset({*instance.data, *asked} - {"reason"}) | ({"reason"} & set(instance.data))


def form_for(
    definition: ProcessDefinition, instance: ProcessInstance, keys: Iterable[str]
) -> type[Asks]:
    """Return a form that asks for *keys* as the form did that first asked for them.

    What no form asks for keeps the kind of value that stands there: a day stays a day, a list a list.
    """
    fields: dict[str, Any] = {}
    for key in keys:
        found = _field(definition, instance, key)
        if found is None:
            fields[key] = (_kind(instance.data.get(key)), ...)
        else:
            fields[key] = (found.annotation, found)
    return create_model("Amendment", __base__=Asks, **fields)


def _forms(definition: ProcessDefinition) -> Iterator[type[Asks]]:
    yield definition.starts_with
    for move in definition.transitions:
        yield move.asks


def _field(definition: ProcessDefinition, instance: ProcessInstance, key: str) -> FieldInfo | None:
    """Return the field of the form that takes what stands under *key* now; else of the first that asks for it."""
    asking = [form for form in _forms(definition) if key in form.model_fields]
    if key in instance.data:
        for form in asking:
            if _takes(form, key, instance.data[key]):
                return form.model_fields[key]
        return None if key == "reason" else next((form.model_fields[key] for form in asking), None)
    return next((form.model_fields[key] for form in asking), None)


def _takes(form: type[Asks], key: str, value: object) -> bool:
    field = form.model_fields[key]
    alone: Any = create_model("One", __base__=Asks, **{key: (field.annotation, field)})  # type: ignore[call-overload]
    try:
        alone.model_validate({key: value})
    except ValidationError:
        return False
    return True


class _Kinds(Asks):
    """The kinds of value that may stand in the data without a form that asks for them."""

    day: date
    text: str
    switch: bool
    whole: int
    number: float
    several: list[Any]
    named: dict[str, Any]
    anything: Any


def _kind(value: object) -> Any:  # noqa: ANN401 - a type, or anything where nothing stands
    return _Kinds.model_fields[_kind_of(value)].annotation


def _kind_of(value: object) -> str:
    if isinstance(value, str):
        try:
            date.fromisoformat(value)
        except ValueError:
            return "text"
        return "day"
    if isinstance(value, bool):
        return "switch"
    kinds = ((int, "whole"), (float, "number"), (Sequence, "several"), (Mapping, "named"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "anything")


# ------------------------------------------------------------------ amend
def amend(order: Order, given: Json) -> Outcome:
    """Return the Outcome of the data put right; a deadline that counts from a changed date is armed anew.

    The entry holds each old and new value whole.

    Raises:
        TransitionRefused: a value says who acted, or who it is allocated to, or nothing would change.
    """
    after, amended = _amended(order, given)
    return told(order, after, {"amended": amended})


def _amended(order: Order, given: Json) -> tuple[ProcessInstance, Mapping[str, Json]]:
    one, definition = order.instance, order.definition
    for key in given:
        _require_no_claim(order, key)
    changed = {key: value for key, value in given.items() if one.data.get(key, _NONE) != value}
    if not changed:
        refuse(order, "changes_something", "What is stored says so already: nothing would change.")
    after = replace(one, data={**one.data, **changed})
    if one.is_open:
        after = shifted(definition, one, after, at=order.now, calendar=order.calendar)
    return after, {key: {"from": one.data.get(key), "to": value} for key, value in changed.items()}


_NONE = object()


def _require_no_claim(order: Order, key: str) -> None:
    """Refuse to say who did something: guards ask the data whether two different people have looked."""
    one, definition = order.instance, order.definition
    rule = definition.reassignment
    if rule is not None and key == rule.key:
        refuse(
            order, "is_no_allocation",
            f"Whom it is allocated to is changed by reassign, which asks whether they may: "
            f"qa-workflow reassign {one.reference} --to PERSON_ID --as YOUR_ID --reason WHY",
        )  # fmt: skip
    if key == "due_on":
        refuse(
            order,
            "is_not_its_own_date",
            "Its own date is moved by extend or reschedule: "
            f"qa-workflow repair extend {one.reference} --to YYYY-MM-DD --as YOUR_ID --reason WHY",
        )
    asked = any(key in form.model_fields for form in _forms(definition))
    value = one.data.get(key)
    if not asked and isinstance(value, str) and order.facts.roster.get(value) is not None:
        refuse(
            order, "is_no_claim_of_who_acted",
            f"{key} says who acted. That follows from the history and is not amended: correct the entry instead.",
        )  # fmt: skip


# ------------------------------------------------------------------ correct
def may_correct(
    definition: ProcessDefinition, entry: HistoryEntry, actor: Person, *, repairs: bool
) -> None:
    """Make sure that the person may correct *entry*: they made it, it was made for them, or they may repair.

    Raises:
        NotPermitted: none of these.
    """
    if repairs or actor.person_id in {entry.actor, entry.on_behalf_of}:
        return
    raise NotPermitted(
        actor.name, "correct this entry", ("whoever made it", *roles_for(definition, "correct"))
    )


def correct(order: Order, seq: int, entry: HistoryEntry, given: Json, *, repairs: bool) -> Outcome:
    """Return the Outcome of saying what was wrong in entry *seq*: a compensating entry that points at it.

    Data may be put right with it: any by whoever may repair, else only what that entry itself had set.

    Raises:
        TransitionRefused: other data than the entry's, or as for `amend`.
    """
    corrected: dict[str, Any] = {"entry": seq, "action": entry.action}
    if not given:
        return told(order, order.instance, corrected)
    others = sorted(set(given) - set(entry.changes.get("data", ())))
    if others and not repairs:
        refuse(
            order, "corrects_what_the_entry_set",
            f"Entry {seq} did not set {', '.join(others)}. Whoever may repair can put that right.",
            who=" or ".join(roles_for(order.definition, "correct")),
        )  # fmt: skip
    after, amended = _amended(order, given)
    return told(order, after, {**corrected, "amended": amended})

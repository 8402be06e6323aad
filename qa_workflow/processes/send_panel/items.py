"""The items on a sitting's agenda, as they stand in its data: `[{item, statutory_on, decided_on}]`."""

from datetime import date
from typing import Any

from qa_workflow.engine.instance import Json


def items(data: Json) -> list[dict[str, Any]]:
    """Return every item of the agenda, in the order in which they came."""
    return [dict(one) for one in data.get("items", ())]


def open_items(data: Json) -> tuple[str, ...]:
    """Return the references of the items that are not decided yet."""
    return tuple(one["item"] for one in items(data) if one["decided_on"] is None)


def without(data: Json, references: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the agenda without *references*."""
    return [one for one in items(data) if one["item"] not in references]


def with_item(data: Json, reference: str, statutory_on: date | None) -> list[dict[str, Any]]:
    """Return the agenda with an item, in its old place if it stands there already."""
    fresh = {
        "item": reference,
        "statutory_on": None if statutory_on is None else statutory_on.isoformat(),
        "decided_on": None,
    }
    known = items(data)
    if reference in [one["item"] for one in known]:
        return [fresh if one["item"] == reference else one for one in known]
    return [*known, fresh]


def decided(data: Json, reference: str, day: date) -> list[dict[str, Any]]:
    """Return the agenda with an item marked as decided on *day*."""
    return [
        {**one, "decided_on": day.isoformat()} if one["item"] == reference else one
        for one in items(data)
    ]

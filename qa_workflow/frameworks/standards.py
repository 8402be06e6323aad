"""The standards by which a provider is audited: sets of them as data, chosen by type and day of the audit."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from qa_workflow.errors import BadData, WrongInput

SHIPPED = "standards.json"
_TEXTS = ("key", "provider_type", "title", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """One standard of a set."""

    key: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardSet:
    """The standards of one type of provider from a day on; `local` ones are the council's own to write anew."""

    key: str
    provider_type: str
    valid_from: date
    title: str
    source: str
    local: bool
    standards: tuple[Standard, ...]


def standards_for(
    provider_type: str, on: date, *, sets: Sequence[StandardSet] | None = None
) -> StandardSet:
    """Return the newest set for providers of this type that is valid on *on*, the day of the audit.

    Raises:
        WrongInput: there is no such type, or its first set is valid from a later day only.
    """
    known = shipped_standards() if sets is None else sets
    of_type = [one for one in known if one.provider_type == provider_type]
    if not of_type:
        types = ", ".join(dict.fromkeys(one.provider_type for one in known))
        raise WrongInput(
            f"There are no standards for a provider of type {provider_type!r}. There are for: {types}."
        )
    valid = [one for one in of_type if one.valid_from <= on]
    if not valid:
        first = min(one.valid_from for one in of_type)
        raise WrongInput(
            f"There are no standards for a provider of type {provider_type!r} on {on}: the first are valid from {first}."
        )
    return max(valid, key=lambda one: one.valid_from)


@cache
def shipped_standards() -> tuple[StandardSet, ...]:
    """Return the sets that ship with the program."""
    text = (resources.files("qa_workflow.frameworks") / SHIPPED).read_text("utf-8")
    return check_standards(text, SHIPPED)


def check_standards(text: str, file: str) -> tuple[StandardSet, ...]:
    """Return the sets of standards that *text* holds, in their order.

    Raises:
        BadData: it is no JSON, or something in it is missing or doubled; every fault is named by its place.
    """
    try:
        body = json.loads(text)
    except ValueError as exc:
        raise BadData(file, {"file": f"is no JSON ({exc})"}) from exc
    sets = body.get("sets") if isinstance(body, dict) else None
    if not isinstance(sets, list) or not sets:
        raise BadData(file, {"sets": "is a list of at least one set"})
    problems: dict[str, str] = {}
    for number, one in enumerate(sets, start=1):
        problems |= _faults_of(one, f"sets[{number}]")
    if not problems:
        problems = _doubled(sets)
    if problems:
        raise BadData(file, problems)
    return tuple(_set(one) for one in sets)


def _faults_of(one: object, place: str) -> dict[str, str]:
    if not isinstance(one, dict):
        return {place: "is no object"}
    problems = {
        f"{place}.{name}": "is a text that is not empty"
        for name in _TEXTS
        if not _is_text(one.get(name))
    }
    if _day(one.get("valid_from")) is None:
        problems[f"{place}.valid_from"] = "is a date written YYYY-MM-DD"
    if not isinstance(one.get("local"), bool):
        problems[f"{place}.local"] = "is true or false"
    return problems | _faulty_standards(one.get("standards"), f"{place}.standards")


def _faulty_standards(standards: object, place: str) -> dict[str, str]:
    if not isinstance(standards, list) or not standards:
        return {place: "is a list of at least one standard"}
    problems = {
        f"{place}[{number}]": "needs a key and a title"
        for number, one in enumerate(standards, start=1)
        if not isinstance(one, dict)
        or not _is_text(one.get("key"))
        or not _is_text(one.get("title"))
    }
    if not problems and len({one["key"] for one in standards}) != len(standards):
        problems[place] = "two standards have one key"
    return problems


def _doubled(sets: Sequence[dict[str, Any]]) -> dict[str, str]:
    problems: dict[str, str] = {}
    keys: set[str] = set()
    starts: set[tuple[str, str]] = set()
    for number, one in enumerate(sets, start=1):
        start = (one["provider_type"], one["valid_from"])
        if one["key"] in keys:
            problems[f"sets[{number}].key"] = "another set has this key"
        if start in starts:
            why = "another set for this type is valid from this day"
            problems[f"sets[{number}].valid_from"] = why
        keys.add(one["key"])
        starts.add(start)
    return problems


def _set(one: dict[str, Any]) -> StandardSet:
    return StandardSet(
        key=one["key"],
        provider_type=one["provider_type"],
        valid_from=date.fromisoformat(one["valid_from"]),
        title=one["title"],
        source=one["source"],
        local=one["local"],
        standards=tuple(
            Standard(key=standard["key"], title=standard["title"]) for standard in one["standards"]
        ),
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _day(value: object) -> date | None:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    # fromisoformat also reads week dates and dates without hyphens, which nobody means here.
    return day if day is not None and day.isoformat() == value else None

"""The operator's question: what is stuck, why, since when, who was told, who is told next, and what would move it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from types import MappingProxyType
from typing import Any

from qa_workflow.service.context import Context
from qa_workflow.service.stuck.finding import Damaged, Filter, Stuck, find_stuck
from qa_workflow.service.stuck.items import item_of, items_of
from qa_workflow.service.views import View
from qa_workflow.service.work import Work

__all__ = ["CLASSES", "GROUPS", "Filter", "Page", "count", "grouped", "item_of", "page", "stuck"]

# One class for each instance: the first that fits, in this order (engine notes 4.8, command line).
CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "S5": "failing: an incident is open",
        "S3": "no way out: nothing can move it",
        "S8": "drift: it runs by other rules than this program has",
        "S7": "nobody home: its owner is inactive or its role empty",
        "S4": "blocked",
        "S1": "late engine: a timer is due and was not fired",
        "S6": "undelivered: a message about it does not go out",
        "S2": "late without a block",
        "S9": "ping-pong: sent to and fro between the same states",
    }
)
GROUPS = ("process", "state", "owner", "team", "class")
PAGE = 256  # items made at a time, where all are asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of what is stuck; `next` is what the following one begins behind, None where there is none."""

    items: list[View]
    next: str | None


def page(ctx: Context, wanted: Filter, *, now: datetime) -> Page:
    """Return one item for each stuck instance, the longest stuck first, then by reference.

    With a limit no more is read than so many need.

    Raises:
        WrongInput: `after` is no place in this list.
    """
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        found = find_stuck(work, wanted)
        items: list[View] = []
        last = None
        left = wanted.limit
        while some := list(islice(found, PAGE if left is None else min(left, PAGE))):
            items += items_of(work, some)
            last = some[-1].cursor
            left = None if left is None else left - len(some)
        following = None if wanted.limit is None else next(found, None)
    return Page(items=items, next=None if following is None else last)


def stuck(ctx: Context, wanted: Filter, *, now: datetime) -> list[View]:
    """Return one item for each stuck instance, the longest stuck first, then by reference."""
    return page(ctx, wanted, now=now).items


def count(ctx: Context, wanted: Filter, *, up_to: int, now: datetime) -> int:
    """Return how many are stuck, counting no further than *up_to*; the limit of *wanted* does not matter."""
    with ctx.database.reading() as connection:
        found = find_stuck(Work(ctx, connection, now), replace(wanted, limit=up_to, after=None))
        return sum(1 for _ in islice(found, up_to))


def grouped(ctx: Context, wanted: Filter, key: str, *, now: datetime) -> list[View]:
    """Return how many are stuck by *key*, one of GROUPS, the most first; nothing else is worked out."""
    counts: dict[Any, int] = {}
    with ctx.database.reading() as connection:
        for one in find_stuck(Work(ctx, connection, now), wanted):
            value = _value(one, key)
            counts[value] = counts.get(value, 0) + 1
    return [
        {key: value, "count": count}
        for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    ]


def _value(one: Stuck, key: str) -> str | None:
    if key == "class":
        return one.class_
    what = one.what.bare if isinstance(one.what, Damaged) else one.what.instance
    if key == "owner":
        return what.owner or what.owner_role
    found: str | None = getattr(what, key)
    return found

"""The advice that an assessment asks for, as it stands in its data: one entry for each request.

`[{from_whom, requested_on, due_on, received_on}]`; each is due six weeks after it was asked for
(SEND Regulations 2014 reg 8).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from qa_workflow.engine.instance import Json

ADVICE_TIME = timedelta(weeks=6)


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def requests(data: Json) -> list[dict[str, Any]]:
    """Return every request, in the order in which they were recorded."""
    return [dict(one) for one in data.get("advice", ())]


def outstanding(data: Json, from_whom: str) -> dict[str, Any] | None:
    """Return the request that *from_whom* has not answered yet, if there is one."""
    return next(
        (
            one
            for one in requests(data)
            if one["received_on"] is None and _same(one["from_whom"], from_whom)
        ),
        None,
    )


def asked(data: Json, from_whom: str, day: date) -> list[dict[str, Any]]:
    """Return the requests with another one of *day*."""
    fresh = {
        "from_whom": from_whom,
        "requested_on": day.isoformat(),
        "due_on": (day + ADVICE_TIME).isoformat(),
        "received_on": None,
    }
    return [*requests(data), fresh]


def answered(data: Json, from_whom: str, day: date) -> list[dict[str, Any]]:
    """Return the requests with the outstanding one of *from_whom* answered on *day*."""
    known = requests(data)
    for one in known:
        if one["received_on"] is None and _same(one["from_whom"], from_whom):
            one["received_on"] = day.isoformat()
            break
    return known


def first_due(known: Sequence[Json]) -> str | None:
    """Return the day by which the earliest outstanding advice is due; None when nothing is outstanding."""
    return min((one["due_on"] for one in known if one["received_on"] is None), default=None)

"""Read-only questions about the SEND Panel: its sittings, and what waits for them."""

from collections.abc import Sequence
from datetime import date

import orjson
from sqlalchemy import Connection, bindparam, or_, select

from qa_workflow.patterns.sittings import PANEL, Judgement, Sitting, Waiting
from qa_workflow.store.tables import ProcessInstanceRow

_INSTANCE = ProcessInstanceRow.__table__  # type: ignore[attr-defined]
_IS_OPEN = _INSTANCE.c.closed_at.is_(None)
# Everything that waits for the panel asks these at each of its steps: built once.
_SITTINGS = select(
    _INSTANCE.c.reference, _INSTANCE.c.state, _INSTANCE.c.closed_at, _INSTANCE.c.data
).where(
    _INSTANCE.c.process == PANEL,
    or_(_IS_OPEN, _INSTANCE.c.reference.in_(bindparam("wanted", expanding=True))),
)
_WAITING = (
    select(_INSTANCE.c.reference, _INSTANCE.c.data)
    .where(_IS_OPEN, _INSTANCE.c.process.in_(bindparam("wanted", expanding=True)))
    .order_by(_INSTANCE.c.reference)
)


def sittings(
    connection: Connection, periods: Sequence[str]
) -> tuple[tuple[Sitting, ...], frozenset[str]]:
    """Return the sittings that are not over, and which of *periods* (`2026-05`) have one in whatever state."""
    monthly = {f"{PANEL}:{period}": period for period in periods}
    rows = connection.execute(_SITTINGS, {"wanted": list(monthly)}).all()
    known = frozenset(monthly[row.reference] for row in rows if row.reference in monthly)
    found = []
    for row in rows:
        data = orjson.loads(row.data)
        if row.closed_at is not None or "item" in data:  # a decision out of cycle is no sitting
            continue
        sits_on = data.get("sits_on")
        found.append(
            Sitting(
                reference=row.reference,
                state=row.state,
                period=data["period"],
                sits_on=None if sits_on is None else date.fromisoformat(sits_on),
            )
        )
    return tuple(found), known


def waiting(connection: Connection, processes: Sequence[str]) -> tuple[Waiting, ...]:
    """Return what of *processes* waits for the panel, by reference, with where each stands."""
    found = []
    for row in connection.execute(_WAITING, {"wanted": list(processes)}):
        data = orjson.loads(row.data)
        if data.get("panel_statutory_on") is None:
            continue
        sitting_on = data["sitting_on"]
        found.append(
            Waiting(
                reference=row.reference,
                received_on=date.fromisoformat(data["panel_received_on"]),
                statutory_on=date.fromisoformat(data["panel_statutory_on"]),
                judged=Judgement(
                    data["sitting"],
                    None if sitting_on is None else date.fromisoformat(sitting_on),
                    data["panel_trouble"],
                ),
            )
        )
    return tuple(found)

"""Figures from the council's own systems: series by activity, each figure with its source and its day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from qa_workflow.store.trail_tables import IndicatorRow

_INDICATOR = IndicatorRow.__table__  # type: ignore[attr-defined]
_KEY = ("indicator", "activity", "on")
Key = tuple[str, str, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One figure: what it counts, for which activity, on which day, out of what, and who says so."""

    indicator: str
    activity: str
    on: date
    value: str
    of: str | None
    source: str

    @property
    def key(self) -> Key:
        return (self.indicator, self.activity, self.on)


_FIELDS = [_INDICATOR.c[name] for name in (*_KEY, "value", "of", "source")]
_ORDER = (_INDICATOR.c.activity, _INDICATOR.c.indicator, _INDICATOR.c.on)


def find(connection: Connection, *, activities: Iterable[str] | None = None) -> list[Indicator]:
    """Return the figures of these activities, or all: by activity and indicator, the oldest first."""
    statement = select(*_FIELDS).order_by(*_ORDER)
    if activities is not None:
        statement = statement.where(_INDICATOR.c.activity.in_(list(activities)))
    return [Indicator(**row) for row in connection.execute(statement).mappings()]


def save(
    connection: Connection, figures: Sequence[Indicator], *, actor: str, now: datetime
) -> None:
    """Write each figure; one that is known under its key is corrected."""
    if not figures:
        return
    statement = insert(_INDICATOR)
    others = [column.name for column in _INDICATOR.columns if column.name not in _KEY]
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(_KEY), set_={name: statement.excluded[name] for name in others}
        ),
        [
            {
                "indicator": one.indicator,
                "activity": one.activity,
                "on": one.on,
                "value": one.value,
                "of": one.of,
                "source": one.source,
                "imported_by": actor,
                "imported_at": now,
            }
            for one in figures
        ],
    )

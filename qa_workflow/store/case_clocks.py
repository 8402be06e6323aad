"""Which clocks children have: the open ones, and everything there ever was of some children."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, select

from qa_workflow.engine.instance import Json
from qa_workflow.store.reference_tables import CaseRecordRow
from qa_workflow.store.tables import ProcessInstanceRow

_INSTANCE = ProcessInstanceRow.__table__  # type: ignore[attr-defined]
_CASE = CaseRecordRow.__table__  # type: ignore[attr-defined]
_IS_OPEN = _INSTANCE.c.closed_at.is_(None)
_AT_ONCE = 500  # children asked for at a time: a statement takes only so many values


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock of a child, open or ended, with what it knows."""

    id: int
    reference: str
    process: str
    subject: str
    state: str
    is_open: bool
    data: Json

    @property
    def number(self) -> int:
        """Return which one of the child it is; 0 for one that is named by its day."""
        tail = self.reference.rpartition(":")[2]
        return int(tail) if tail.isdecimal() else 0


def open_cases(connection: Connection, plan_types: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return (case, plan type) of every open case of *plan_types*, by case."""
    rows = connection.execute(
        select(_CASE.c.case_id, _CASE.c.plan_type)
        .where(_CASE.c.closed_on.is_(None), _CASE.c.plan_type.in_(sorted(plan_types)))
        .order_by(_CASE.c.case_id)
    )
    return tuple((row.case_id, row.plan_type) for row in rows)


def with_open_clock(
    connection: Connection, processes: Collection[str]
) -> frozenset[tuple[str, str]]:
    """Return (process, subject) of every open clock of *processes*."""
    rows = connection.execute(
        select(_INSTANCE.c.process, _INSTANCE.c.subject).where(
            _INSTANCE.c.process.in_(sorted(processes)), _IS_OPEN
        )
    )
    return frozenset((row.process, row.subject) for row in rows)


def clocks_of(
    connection: Connection,
    processes: Collection[str],
    subjects: Sequence[str],
    *,
    only_open: bool = False,
) -> Iterator[Clock]:
    """Yield the clocks of *processes* about *subjects*, by subject and in the order in which they were started."""
    wanted = (
        select(
            *(_INSTANCE.c[name] for name in ("id", "reference", "process", "subject", "state")),
            _INSTANCE.c.closed_at,
            _INSTANCE.c.data,
        )
        .where(_INSTANCE.c.process.in_(sorted(processes)))
        .order_by(_INSTANCE.c.subject, _INSTANCE.c.id)
    )
    if only_open:
        wanted = wanted.where(_IS_OPEN)
    for begin in range(0, len(subjects), _AT_ONCE):
        some = list(subjects[begin : begin + _AT_ONCE])
        for row in connection.execute(wanted.where(_INSTANCE.c.subject.in_(some))):
            yield Clock(
                id=row.id,
                reference=row.reference,
                process=row.process,
                subject=row.subject,
                state=row.state,
                is_open=row.closed_at is None,
                data=orjson.loads(row.data),
            )

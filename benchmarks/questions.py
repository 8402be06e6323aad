"""What operators and managers ask, through the service; and beside each the same core as bare SQL.

The SQL is what somebody would write by hand who knows every index: the rows that the answer cannot do
without, and nothing of what makes them an answer (no sentence, no way out, no lateness in working days).
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from benchmarks.half_year import NOW
from qa_workflow.service.context import Context
from qa_workflow.service.enquiries import Wanted, list_instances, status
from qa_workflow.service.needs import needs_of
from qa_workflow.service.stuck import Filter, page
from qa_workflow.service.top_three import top_three
from qa_workflow.service.why import why
from qa_workflow.store.columns import to_microseconds

PAGE = 50
GOAL = 5.0  # milliseconds at a million open instances
_AT = to_microseconds(NOW)
_LOOPS_SINCE = to_microseconds(NOW - timedelta(days=60))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something asked: of the product, and of the bare database. `about` says what is drawn to ask it about."""

    name: str
    product: Callable[[Context, str], object]
    raw: Callable[[sqlite3.Connection, str], object]
    about: str = "instance"
    goal: float | None = None


# ------------------------------------------------------------------ bare SQL
_STUCK = f"""
WITH trouble (id, since) AS (
  SELECT * FROM (SELECT id, stuck_at FROM process_instance WHERE closed_at IS NULL AND stuck_at <= {_AT} ORDER BY stuck_at LIMIT {PAGE})
  UNION ALL SELECT * FROM (SELECT instance_id, since FROM block WHERE cleared_at IS NULL ORDER BY since LIMIT {PAGE})
  UNION ALL SELECT * FROM (SELECT instance_id, first_at FROM incident WHERE resolved_at IS NULL ORDER BY first_at LIMIT {PAGE})
  UNION ALL SELECT * FROM (SELECT instance_id, created_at FROM outbox_message WHERE status = 'pending' AND error IS NOT NULL ORDER BY created_at LIMIT {PAGE})
  UNION ALL SELECT * FROM (SELECT instance_id, due_at FROM timer WHERE status = 'armed' AND due_at < {_AT} ORDER BY due_at LIMIT {PAGE})
  UNION ALL SELECT * FROM (SELECT id, looping_at FROM process_instance WHERE closed_at IS NULL AND looping_at IS NOT NULL AND looping_at > {_LOOPS_SINCE} ORDER BY looping_at LIMIT {PAGE})
)
SELECT id FROM trouble GROUP BY id ORDER BY min(since) LIMIT {PAGE}
"""
_WHOLE = (
    "SELECT * FROM process_instance WHERE id IN ({})",
    "SELECT * FROM timer WHERE instance_id IN ({}) AND status = 'armed'",
    "SELECT * FROM block WHERE instance_id IN ({}) AND cleared_at IS NULL",
    "SELECT * FROM history_entry WHERE instance_id IN ({}) AND level IS NOT NULL",
)


def _whole(db: sqlite3.Connection, ids: Sequence[int], parts: int = len(_WHOLE)) -> list[Any]:
    marks = ", ".join("?" * len(ids))
    return [db.execute(asked.format(marks), ids).fetchall() for asked in _WHOLE[:parts]]


def _raw_stuck(db: sqlite3.Connection, _about: str) -> object:
    return _whole(db, [row[0] for row in db.execute(_STUCK)])


def _raw_why(db: sqlite3.Connection, reference: str) -> object:
    found = db.execute(
        "SELECT id, case_id FROM process_instance WHERE reference = ?", (reference,)
    ).fetchone()
    case = db.execute("SELECT * FROM case_record WHERE case_id = ?", found[1:]).fetchall()
    return _whole(db, found[:1]), case


def _raw_top_three(db: sqlite3.Connection, _about: str) -> object:
    """Read the ranks from the highest down, and within each the longest first, until there are three."""
    listed = "process_instance WHERE closed_at IS NULL AND pressing_rank IS NOT NULL"
    rank = 1_000
    found: list[int] = []
    while len(found) < 3:  # noqa: PLR2004 - that is what it is called
        (rank,) = db.execute(
            f"SELECT max(pressing_rank) FROM {listed} AND pressing_rank < ?", (rank,)
        ).fetchone()
        if rank is None:
            break
        within = f"SELECT id FROM {listed} AND pressing_rank = ? AND pressing_at <= {_AT} ORDER BY pressing_at LIMIT 3"
        found += [row[0] for row in db.execute(within, (rank,))]
    return _whole(db, found[:3])


def _raw_needs_me(db: sqlite3.Connection, person: str) -> object:
    open_ones = "SELECT id, stuck_at FROM process_instance WHERE closed_at IS NULL AND"
    by_date = f"stuck_at IS NOT NULL ORDER BY stuck_at LIMIT {PAGE}"
    found = db.execute(f"{open_ones} owner = ? AND {by_date}", (person,)).fetchall()
    for (role,) in db.execute("SELECT role FROM person_role WHERE person_id = ?", (person,)):
        asked = f"{open_ones} owner IS NULL AND owner_role = ? AND {by_date}"
        found += db.execute(asked, (role,)).fetchall()
    first = sorted(found, key=lambda row: row[1])[:PAGE]
    return _whole(db, [row[0] for row in first], parts=3)


def _raw_status(db: sqlite3.Connection, _about: str) -> object:
    counts = "SELECT process, state, count(*) FROM process_instance GROUP BY process, state"
    waiting = "SELECT count(*), count(error) FROM outbox_message WHERE status = 'pending'"
    return db.execute(counts).fetchall(), db.execute(waiting).fetchall()


def _raw_list(db: sqlite3.Connection, person: str) -> object:
    asked = f"SELECT id FROM process_instance WHERE closed_at IS NULL AND owner = ? ORDER BY reference LIMIT {PAGE}"
    return _whole(db, [row[0] for row in db.execute(asked, (person,))], parts=3)


# ------------------------------------------------------------------ through the service
def _stuck(ctx: Context, _about: str) -> object:
    return page(ctx, Filter(limit=PAGE), now=NOW)


def _top_three(ctx: Context, _about: str) -> object:
    return top_three(ctx, now=NOW, most=0)


def _needs_me(ctx: Context, person: str) -> object:
    return needs_of(ctx, person, now=NOW, limit=PAGE)


def _why(ctx: Context, reference: str) -> object:
    return why(ctx, reference, now=NOW)


def _status(ctx: Context, _about: str) -> object:
    return status(ctx, now=NOW)


def _list(ctx: Context, person: str) -> object:
    return list_instances(ctx, Wanted(owner=person, limit=PAGE), now=NOW)


QUESTIONS = (
    Question(name=f"stuck --limit {PAGE}", product=_stuck, raw=_raw_stuck, goal=GOAL),
    Question(name="why REF", product=_why, raw=_raw_why, goal=GOAL),
    Question(name="top-three", product=_top_three, raw=_raw_top_three, goal=GOAL),
    Question(
        name=f"needs-me --limit {PAGE}",
        product=_needs_me,
        raw=_raw_needs_me,
        about="person",
        goal=GOAL,
    ),
    Question(name=f"list --owner --limit {PAGE}", product=_list, raw=_raw_list, about="person"),
    Question(name="status", product=_status, raw=_raw_status),
)

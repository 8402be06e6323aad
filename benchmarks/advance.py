"""How fast due timers advance, beside raw sqlite3 writing the same rows: ratios of one run, medians.

    python benchmarks/advance.py [--open 50000] [--due 5000] [--repeat 5]

The product's real path (service, engine with `transitions`, store, hash chain, timers, outbox) fires a
level for each due instance on SQLite with synchronous=FULL. The raw contender opens a copy of the same
database with the same settings and writes, with executemany in batches of the same size, exactly the rows
that the product wrote. Contenders take turns; every run checks that each due instance advanced once.
"""

import argparse
import shutil
import sqlite3
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import structlog

from qa_workflow import wiring
from qa_workflow.engine.instance import ProcessInstance, Timer
from qa_workflow.engine.people import Person
from qa_workflow.engine.record import written
from qa_workflow.engine.working_days import start_of_day
from qa_workflow.service import installation
from qa_workflow.service.context import Context
from qa_workflow.service.sweeps import Sweep, run_due_timers
from qa_workflow.settings import Settings
from qa_workflow.store import instances, people
from qa_workflow.store.instances import Change

DUE_ON = date(2027, 1, 31)
FIRST_LEVEL = date(2027, 2, 1)
BEFORE = datetime(2026, 12, 1, 9, tzinfo=UTC)
AFTER = datetime(2027, 2, 1, 9, tzinfo=UTC)
PEOPLE = 40


def build(folder: Path, open_count: int, due_count: int) -> Path:
    """Make a database of *open_count* open recommendations, *due_count* of them overdue on 1 February 2027."""
    path = folder / "built.db"
    ctx = wiring.build(Settings(database_url=f"sqlite:///{path}"))
    installation.initialise(ctx, now=BEFORE)
    with ctx.database.transaction() as connection:
        people.save_people(connection, _roster())
        connection.exec_driver_sql(
            "INSERT INTO numbering (series, last) VALUES ('instance', ?)", (open_count,)
        )
    step = open_count // due_count
    for begin in range(0, open_count, 1000):
        with ctx.database.transaction() as connection:
            changes = [
                _opened(number, due=number % step == 0)
                for number in range(begin, min(begin + 1000, open_count))
            ]
            instances.save(connection, changes, now=BEFORE)
    with ctx.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    ctx.database.close()
    return path


def _roster() -> list[Person]:
    roles = {0: "director", 1: "ad_people", 2: "sm_sqa", 3: "team_manager"}
    return [
        Person(
            person_id=f"p{number}",
            name=f"Person {number}",
            roles=frozenset({roles.get(number, "practitioner")}),
            manager="p3" if number > len(roles) - 1 else None,
        )
        for number in range(PEOPLE)
    ]


def _opened(number: int, *, due: bool) -> Change:
    due_on, first = (DUE_ON, FIRST_LEVEL) if due else (date(2028, 1, 31), date(2028, 2, 1))
    owner = f"p{4 + number % (PEOPLE - 4)}"
    made = ProcessInstance(
        id=number + 1,
        reference=f"recommendation:R-{number + 1:06}",
        process="recommendation",
        definition_version=1,
        subject=f"C{number:06}",
        case_id=f"C{number:06}",
        title="Say in the plan what is to change, and by when",
        team=f"Team {number % 12}",
        state="in_progress",
        opened_at=BEFORE,
        entered_at=BEFORE,
        entered_on=BEFORE.date(),
        owner=owner,
        owner_role="owner",
        due_on=due_on,
        stuck_at=start_of_day(first),
        data={
            "owner": owner,
            "priority": "standard",
            "window_on": due_on.isoformat(),
            "what": "a plan with dates",
        },
        timers=(
            Timer(deadline="due", level="L0", due_at=start_of_day(first), epoch=1, fixed=True),
        ),
    )
    after, entry = written(
        None, replace(made, seq=0), action="start", at=BEFORE, now=BEFORE, actor=None
    )
    return Change(before=None, after=after, history=(entry,))


def product(path: Path) -> float:
    """Advance everything due through the product; return the seconds it took."""
    ctx = _context(path)
    sweep = Sweep()
    begun = time.perf_counter()
    run_due_timers(ctx, now=AFTER, sweep=sweep)
    seconds = time.perf_counter() - begun
    ctx.database.close()
    return seconds


def _context(path: Path) -> Context:
    return wiring.build(Settings(database_url=f"sqlite:///{path}"))


def rows_written(
    before: Path, after: Path, batch: int
) -> list[list[tuple[str, list[tuple[Any, ...]]]]]:
    """Return what the product wrote, as the statements of each batch."""
    db = sqlite3.connect(after)
    db.execute("ATTACH ? AS was", (str(before),))

    def columns(table: str) -> list[str]:
        return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]

    def insert(table: str, where: str) -> tuple[str, list[tuple[Any, ...]]]:
        names = ", ".join(f'"{name}"' for name in columns(table))
        marks = ", ".join("?" * len(columns(table)))
        rows = db.execute(f"SELECT {names} FROM {table} WHERE {where}").fetchall()
        return f"INSERT INTO {table} ({names}) VALUES ({marks})", rows

    history = insert("history_entry", "seq > 1")
    armed = insert("timer", "id > (SELECT max(id) FROM was.timer)")
    messages = insert("outbox_message", "1")
    moved = db.execute(
        "SELECT version, seq, due_level, visit_level, head_hash, id, seq - 1 FROM process_instance WHERE seq > 1 ORDER BY id"
    ).fetchall()
    fired = db.execute(
        "SELECT fired_at, instance_id, deadline, epoch, level FROM timer WHERE status = 'fired' ORDER BY instance_id"
    ).fetchall()
    db.close()
    of_instance = {"history": 0, "armed": 1, "messages": 2}
    batches = []
    for begin in range(0, len(moved), batch):
        ids = {row[5] for row in moved[begin : begin + batch]}
        batches.append(
            [
                (
                    "UPDATE process_instance SET version = ?, seq = ?, due_level = ?, visit_level = ?, head_hash = ? WHERE id = ? AND seq = ?",
                    moved[begin : begin + batch],
                ),
                (history[0], [row for row in history[1] if row[of_instance["history"]] in ids]),
                (armed[0], [row for row in armed[1] if row[of_instance["armed"]] in ids]),
                (
                    "UPDATE timer SET status = 'fired', fired_at = ? WHERE instance_id = ? AND deadline = ? AND epoch = ? AND level = ? AND status = 'armed'",
                    [row for row in fired if row[1] in ids],
                ),
                (messages[0], [row for row in messages[1] if row[of_instance["messages"]] in ids]),
            ]
        )
    return batches


def raw(path: Path, batches: list[list[tuple[str, list[tuple[Any, ...]]]]]) -> float:
    """Write the same rows with the driver alone; return the seconds it took."""
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "temp_store=MEMORY",
        "cache_size=-16384",
    ):
        db.execute(f"PRAGMA {pragma}")
    begun = time.perf_counter()
    for statements in batches:
        db.execute("BEGIN IMMEDIATE")
        for statement, rows in statements:
            db.executemany(statement, rows)
        db.execute("COMMIT")
    seconds = time.perf_counter() - begun
    db.close()
    return seconds


def check(path: Path, due_count: int) -> None:
    """Make sure that each due instance advanced exactly once."""
    db = sqlite3.connect(path)
    advanced, entries = db.execute(
        "SELECT count(DISTINCT instance_id), count(*) FROM history_entry WHERE action = 'escalated'"
    ).fetchone()
    db.close()
    if (advanced, entries) != (due_count, due_count):
        raise SystemExit(f"{advanced} instances and {entries} entries advanced, not {due_count}")


def main() -> None:
    """Run the contenders in turn and print the medians and their ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--open", type=int, default=50_000)
    options.add_argument("--due", type=int, default=5_000)
    options.add_argument("--repeat", type=int, default=5)
    given = options.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        built = build(folder, given.open, given.due)
        work = folder / "work.db"
        batch = _context(built).batch_size
        batches: list[list[tuple[str, list[tuple[Any, ...]]]]] = []
        ours, theirs = [], []
        for turn in range(given.repeat + 1):  # the first turn warms up and is not counted
            _copy(built, work)
            seconds = product(work)
            check(work, given.due)
            batches = batches or rows_written(built, work, batch)
            _copy(built, work)
            raw_seconds = raw(work, batches)
            check(work, given.due)
            if turn:
                ours.append(seconds)
                theirs.append(raw_seconds)
    mine, limit = statistics.median(ours), statistics.median(theirs)
    print(
        f"{given.due} due of {given.open} open, batches of {batch}, SQLite FULL, median of {given.repeat}"
    )
    print(f"product: {given.due / mine:8.0f} instances/s ({mine / given.due * 1e6:.0f} us each)")
    print(f"raw:     {given.due / limit:8.0f} instances/s ({limit / given.due * 1e6:.0f} us each)")
    print(f"advance: {100 * limit / mine:.0f} % of raw sqlite3")


def _copy(built: Path, work: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{work}{suffix}").unlink(missing_ok=True)
    shutil.copy(built, work)


if __name__ == "__main__":
    main()

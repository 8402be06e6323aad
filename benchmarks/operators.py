"""What an operator waits for, at 10,000, 100,000 and 1,000,000 open instances: ratios of one run.

    python -m benchmarks.operators [--sizes 10000,100000,1000000] [--repeat 200] [--keep FOLDER]

The databases are made of a half-year that was really lived (see `large_council`). Each question is asked
through the service, as the command line and the console ask it, in one process that is warm; beside it the
bare SQL that answers its core. Questions and sizes take turns. Where a question has a goal, it is for the
median at the largest size. `--keep` leaves the databases in a folder and takes them from there again.
"""

import argparse
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import event

from benchmarks import half_year, large_council, record
from benchmarks.questions import QUESTIONS, Question
from qa_workflow import wiring
from qa_workflow.service import enquiries
from qa_workflow.service.context import Context
from qa_workflow.settings import Settings

SIZES = (10_000, 100_000, 1_000_000)
DRAWN = 200  # instances, and people, that questions are asked about
CHECKED = 20  # histories whose hashes are looked at
_PRAGMAS = ("journal_mode=WAL", "temp_store=MEMORY", "cache_size=-16384")
# A table that grows with the instances must not be read from end to end for a page of them.
_GROWING = ("process_instance", "timer", "block", "history_entry", "outbox_message", "case_record")
Asked = tuple[str, int, str]  # question, size, by whom: product or raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """One database, opened for the product and for bare SQL, and what questions are asked about."""

    size: int
    ctx: Context
    raw: sqlite3.Connection
    about: dict[str, list[str]]
    megabytes: float
    counts: dict[str, int]
    seconds: float


# ------------------------------------------------------------------ the databases
@contextmanager
def councils(folder: Path, sizes: Sequence[int]) -> Iterator[list[Council]]:
    """Give a council of each of *sizes*, made in *folder* unless it is there from an earlier run."""
    lived = folder / "lived.db"
    if not lived.exists():
        print("Living a half-year ...", file=sys.stderr)
        half_year.live(lived)
    elif half_year.is_outdated(lived):
        raise SystemExit(f"{folder} holds databases of another schema: remove them")
    made = [_council(lived, folder / f"{size}.db", size) for size in sizes]
    yield made
    for one in made:
        one.raw.close()
        one.ctx.database.close()


def _council(lived: Path, path: Path, size: int) -> Council:
    begun = time.perf_counter()
    if not path.exists():
        large_council.build(lived, path, size)
    seconds = time.perf_counter() - begun
    raw = sqlite3.connect(path, isolation_level=None)
    for pragma in _PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")
    ctx = wiring.build(Settings(database_url=f"sqlite:///{path}"))
    made = Council(
        size=size,
        ctx=ctx,
        raw=raw,
        about={"instance": _instances(raw), "person": _people(raw)},
        megabytes=round(path.stat().st_size / 1e6, 1),
        counts=large_council.counted(raw),
        seconds=round(seconds, 1),
    )
    _check(made)
    print(f"{size}: {seconds:.0f} s, {made.megabytes:.0f} MB, {made.counts}", file=sys.stderr)
    return made


def _instances(db: sqlite3.Connection) -> list[str]:
    """Draw open instances, each as likely as any other."""
    dice = random.Random(1)  # noqa: S311 - a draw that every run makes alike
    last = db.execute("SELECT max(id) FROM process_instance").fetchone()[0]
    asked = "SELECT reference FROM process_instance WHERE id >= ? AND closed_at IS NULL LIMIT 1"
    return [db.execute(asked, (dice.randint(1, last - 1000),)).fetchone()[0] for _ in range(DRAWN)]


def _people(db: sqlite3.Connection) -> list[str]:
    """Draw people who work here and own something open."""
    asked = """
        SELECT person_id FROM person
        WHERE (active_from IS NULL OR active_from <= '2026-06-30') AND (active_to IS NULL OR active_to >= '2026-06-30')
          AND EXISTS (SELECT 1 FROM process_instance WHERE closed_at IS NULL AND owner = person_id)
        ORDER BY person_id
    """
    working = [row[0] for row in db.execute(asked)]
    return random.Random(2).choices(working, k=DRAWN)  # noqa: S311 - the same


def _check(council: Council) -> None:
    """Make sure that there is what was asked for, and that the copies are whole."""
    if council.counts["open"] != council.size:
        raise SystemExit(f"{council.counts['open']} instances are open, not {council.size}")
    for reference in council.about["instance"][:CHECKED]:
        _, bad = enquiries.verify_history(council.ctx, reference, now=half_year.NOW)
        if bad is not None:
            raise SystemExit(f"{bad.reference}, entry {bad.seq}: {bad.why}")


# ------------------------------------------------------------------ how long
def measured(
    made: Sequence[Council], questions: Sequence[Question], repeat: int
) -> dict[Asked, list[float]]:
    """Return how many milliseconds each answer took; the first three of each are not counted."""
    found: dict[Asked, list[float]] = {}
    for turn in range(-3, repeat):
        for question in questions:
            for council in made:
                subject = council.about[question.about][turn % DRAWN]
                for by, took in (
                    ("product", _took(question.product, council.ctx, subject)),
                    ("raw", _took(question.raw, council.raw, subject)),
                ):
                    if turn >= 0:
                        found.setdefault((question.name, council.size, by), []).append(took)
    return found


def _took(ask: Callable[..., object], *given: object) -> float:
    begun = time.perf_counter()
    ask(*given)
    return (time.perf_counter() - begun) * 1e3


def _p99(some: Sequence[float]) -> float:
    return sorted(some)[min(len(some) - 1, round(0.99 * len(some)))]


# ------------------------------------------------------------------ how it is found
def scans(council: Council, question: Question) -> list[str]:
    """Return the steps of SQLite's plans that read a growing table, or its whole index, from end to end."""
    seen: list[tuple[str, Any]] = []

    def hear(_c: object, _cursor: object, statement: str, given: object, *_more: object) -> None:
        seen.append((statement, given))

    engine = council.ctx.database.engine
    event.listen(engine, "before_cursor_execute", hear)
    question.product(council.ctx, council.about[question.about][0])
    event.remove(engine, "before_cursor_execute", hear)
    found = []
    with council.ctx.database.reading() as connection:
        for statement, given in seen:
            if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
                continue
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
            found += [
                step[3]
                for step in plan
                if step[3].startswith("SCAN") and step[3].split()[1] in _GROWING
            ]
    return list(dict.fromkeys(found))


# ------------------------------------------------------------------ what was found
def figures(
    made: Sequence[Council], questions: Sequence[Question], took: dict[Asked, list[float]]
) -> list[dict[str, Any]]:
    """Return one entry for each question: its times by size, and the ratios."""
    small, large = made[0].size, made[-1].size
    found = []
    for question in questions:
        times = {
            by: {
                str(one.size): {
                    "p50": round(statistics.median(took[question.name, one.size, by]), 3),
                    "p99": round(_p99(took[question.name, one.size, by]), 3),
                }
                for one in made
            }
            for by in ("product", "raw")
        }
        product, raw = times["product"], times["raw"]
        at_most = product[str(large)]["p50"]
        found.append(
            {
                "question": question.name,
                "goal_ms": question.goal,
                "met": None if question.goal is None else at_most <= question.goal,
                "ms": times,
                "to_raw": round(at_most / raw[str(large)]["p50"], 1),
                "growth": round(at_most / product[str(small)]["p50"], 2),
                "growth_of_raw": round(raw[str(large)]["p50"] / raw[str(small)]["p50"], 2),
                "scans": scans(made[-1], question),
            }
        )
    return found


def shown(made: Sequence[Council], found: Sequence[dict[str, Any]]) -> str:
    """Return the figures as the table that people read."""
    sizes = [str(one.size) for one in made]
    headers = [
        "p50 / p99, ms", *(f"{int(size):,} open" for size in sizes), "bare SQL there", "of bare SQL", "growth", "goal",
    ]  # fmt: skip
    rows = []
    for one in found:
        product, raw = one["ms"]["product"], one["ms"]["raw"][sizes[-1]]
        goal = "" if one["goal_ms"] is None else f"<= {one['goal_ms']:g}: "
        rows.append(
            [
                f"`{one['question']}`",
                *(f"{product[size]['p50']:.2f} / {product[size]['p99']:.2f}" for size in sizes),
                f"{raw['p50']:.2f} / {raw['p99']:.2f}",
                f"x {one['to_raw']}",
                f"x {one['growth']}",
                goal + {True: "met", False: "**missed**", None: ""}[one["met"]],
            ]
        )
    ends = [f"`{one['question']}`: {step}" for one in found for step in one["scans"]]
    read = "Read from end to end: " + ("nothing." if not ends else "; ".join(ends) + ".")
    last = made[-1]
    stand = ", ".join(f"{count:,} {name}" for name, count in last.counts.items())
    return f"{record.table(headers, rows)}\n\n{read}\n\nThe largest ({last.megabytes:,.0f} MB): {stand}."


def main() -> None:
    """Make the councils, ask in turn, print the table and keep it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", default=",".join(map(str, SIZES)))
    options.add_argument("--repeat", type=int, default=200)
    options.add_argument("--keep", type=Path)
    options.add_argument("--only", help="Only questions whose name begins so; nothing is recorded")
    given = options.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    sizes = [int(size) for size in given.sizes.split(",")]
    asked = [one for one in QUESTIONS if one.name.startswith(given.only or "")]
    with tempfile.TemporaryDirectory() as name:
        folder = given.keep or Path(name)
        folder.mkdir(exist_ok=True)
        with councils(folder, sizes) as made:
            found = figures(made, asked, measured(made, asked, given.repeat))
            text = shown(made, found)
            built = [
                {"open": one.size, "megabytes": one.megabytes, "seconds": one.seconds, "holds": one.counts}
                for one in made
            ]  # fmt: skip
    print(text)
    if given.only is None:
        record.keep("operators", {"repeat": given.repeat, "built": built, "questions": found}, text)


if __name__ == "__main__":
    main()

"""A year of the simulated council, lived once; and some weeks of one in which nobody does anything."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from freezegun import freeze_time

from qa_workflow import clock, wiring
from qa_workflow.engine.working_days import london_date
from qa_workflow.service.context import Context
from qa_workflow.service.scenes import on_thrown_away
from qa_workflow.settings import Settings
from qa_workflow.simulation.scripts import Parts
from qa_workflow.simulation.year import Span, simulate

YEAR = Span(first=date(2026, 1, 1), last=date(2026, 12, 31))
WEEKS = Span(first=date(2026, 1, 1), last=date(2026, 2, 6))
SEED = 7
KEPT = date(
    2026, 7, 8
)  # a Wednesday on which the operators' stories begin: a copy is kept of this morning


@dataclass(frozen=True, kw_only=True)
class Lived:
    """A span that was lived: its report, its database, and what the clock said each morning.

    `kept` is a copy of the database as it was on the morning of KEPT, before the pass; none where the span ended before.
    """

    report: dict[str, Any]
    ctx: Context
    mornings: Sequence[datetime] = ()
    kept: Path

    def ask(self, statement: str, *given: object) -> list[tuple[Any, ...]]:
        """Read past our own code."""
        with self.ctx.database.reading() as connection:
            found = connection.exec_driver_sql(statement, given)
            return [tuple(row) for row in found]


def copy(database: Path, to: Path) -> None:
    """Copy a database that may be in use."""
    with closing(sqlite3.connect(database)) as plain, closing(sqlite3.connect(to)) as other:
        plain.backup(other)


def live(
    folder: Path,
    span: Span,
    *,
    seed: int = SEED,
    parts: Parts | None = None,
    framework: Path | None = None,
) -> Lived:
    """Live *span* under a frozen clock, which moves on to each morning's pass."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    url = f"sqlite:///{folder / 'year.db'}"
    ctx = on_thrown_away(wiring.build(Settings(database_url=url, framework=framework)))
    mornings: list[datetime] = []
    kept = folder / "kept.db"
    with freeze_time("2026-01-01", ignore=["_pytest.timing"]) as frozen:

        def lived(now: datetime) -> None:
            frozen.move_to(now)
            mornings.append(clock.now())
            if london_date(now) == KEPT:
                copy(folder / "year.db", kept)

        report = simulate(ctx, span, seed=seed, folder=folder, parts=parts, lived=lived)
    return Lived(report=json.loads(json.dumps(report)), ctx=ctx, mornings=mornings, kept=kept)


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Live the whole of 2026, once."""
    return live(tmp_path_factory.mktemp("year"), YEAR)


@pytest.fixture(scope="session")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Live the first five weeks of it in a council in which nobody ever does anything."""
    return live(tmp_path_factory.mktemp("idle"), WEEKS, parts=Parts(scripts={}))

"""The seed decides the year: the same seed the same year, another seed another one."""

from datetime import date
from pathlib import Path

import pytest
from simulation.conftest import live

from qa_workflow import wiring
from qa_workflow.errors import WrongInput
from qa_workflow.service.scenes import on_thrown_away
from qa_workflow.settings import Settings
from qa_workflow.simulation.people import staff
from qa_workflow.simulation.year import Span, simulate

pytestmark = pytest.mark.timeout(60)

DAYS = Span(first=date(2026, 1, 1), last=date(2026, 1, 14))
TOLD = "SELECT instance_id, seq, hash FROM history_entry ORDER BY instance_id, seq"


def test_the_same_seed_lives_the_same_days_and_another_seed_other_ones(tmp_path: Path) -> None:
    lived = {}
    for name, seed in (("once", 7), ("again", 7), ("other", 8)):
        folder = tmp_path / name
        folder.mkdir()
        lived[name] = live(folder, DAYS, seed=seed)
    told = {name: one.ask(TOLD) for name, one in lived.items()}
    assert lived["once"].report == lived["again"].report
    assert told["once"] == told["again"]
    assert lived["once"].report["acts"]["done"] > 0
    assert told["once"] != told["other"]


def test_another_seed_makes_other_people_slow_and_away() -> None:
    assert staff(2026, 7) == staff(2026, 7)
    assert staff(2026, 7).leave != staff(2026, 8).leave
    assert staff(2026, 7).leavers != staff(2026, 8).leavers


def test_a_councils_own_role_has_somebody_too() -> None:
    assert "guardian" in {row[2] for row in staff(2026, 7, {"guardian", "auditor"}).rows}


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (date(2026, 3, 1), date(2026, 2, 28), "lies before"),
        (date(2026, 12, 1), date(2027, 1, 31), "not of one year"),
        (date(2096, 1, 1), date(2096, 12, 31), "Bank holidays are known"),
        (date(1990, 1, 1), date(1990, 12, 31), "Bank holidays are known"),
    ],
)
def test_a_span_that_cannot_be_lived_is_refused(
    tmp_path: Path, first: date, last: date, why: str
) -> None:
    path = tmp_path / "year.db"
    ctx = wiring.build(Settings(database_url=f"sqlite:///{path}"))
    with pytest.raises(WrongInput, match=why):
        simulate(ctx, Span(first=first, last=last), seed=7, folder=tmp_path)
    assert not path.exists()


def test_what_is_thrown_away_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    kept = wiring.build(Settings(database_url=f"sqlite:///{tmp_path / 'year.db'}"))
    for ctx, waits in ((kept, 2), (on_thrown_away(kept), 0)):
        with ctx.database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == waits
        ctx.database.close()

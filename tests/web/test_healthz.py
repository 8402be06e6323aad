"""`/healthz`: what a watchdog asks to know whether the daemon is alive."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from council import Council
from fastapi.testclient import TestClient

from qa_workflow import clock, wiring
from qa_workflow.service import sweeps
from qa_workflow.settings import Settings
from qa_workflow.store.database import Database
from qa_workflow.web import make_app

Get = Callable[[], httpx2.Response]


@pytest.fixture
def get(empty_council: Council) -> Get:
    client = TestClient(make_app(empty_council.ctx))
    return lambda: client.get("/healthz")


def _passed(council: Council, **ago: int) -> str:
    """Note a good pass that was made that long *ago*; return its instant as it is shown."""
    at = clock.now() - timedelta(**ago)
    sweeps.note_pass(council.ctx, now=at)
    return at.isoformat().replace("+00:00", "Z")


def test_after_a_pass_in_time_it_is_healthy_and_says_when_that_was(
    empty_council: Council, get: Get
) -> None:
    at = _passed(empty_council, seconds=5)
    found = get()
    assert (found.status_code, found.json()) == (200, {"healthy": True, "last_pass_at": at})


def test_when_a_pass_is_overdue_it_is_unhealthy_and_says_when_the_last_was(
    empty_council: Council, get: Get
) -> None:
    at = _passed(empty_council, minutes=10)
    found = get()
    assert (found.status_code, found.json()) == (503, {"healthy": False, "last_pass_at": at})


def test_when_there_never_was_a_pass_it_is_unhealthy(get: Get) -> None:
    found = get()
    assert (found.status_code, found.json()) == (503, {"healthy": False, "last_pass_at": None})


def _answer(path: Path) -> httpx2.Response:
    ctx = wiring.build(Settings(database_url=f"sqlite:///{path}"))
    try:
        return TestClient(make_app(ctx)).get("/healthz")
    finally:
        ctx.database.close()


def test_when_the_database_is_ill_it_is_unhealthy_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all, " * 1000)
    found = _answer(tmp_path / "letter.txt")
    assert (found.status_code, "is no database" in found.json()["why"]) == (503, True)


def test_when_the_database_is_not_set_up_it_is_unhealthy_and_says_why(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path / 'new.db'}").close()
    found = _answer(tmp_path / "new.db")
    assert (found.status_code, "is not set up" in found.json()["why"]) == (503, True)


def test_nobody_keeps_an_old_answer(get: Get) -> None:
    assert get().headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/"])
def test_nothing_else_is_served(empty_council: Council, path: str) -> None:
    assert TestClient(make_app(empty_council.ctx)).get(path).status_code == 404

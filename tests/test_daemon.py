"""The daemon in real time: it passes at once, wakes when told, and stops cleanly. Nothing here is frozen."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum, auto
from typing import Any

import pytest
import structlog
from council import Council
from fakes import RecordingChannel

from qa_workflow import clock
from qa_workflow.daemon import Daemon, StopAsked, on_signals
from qa_workflow.engine.definition import Deadline, ProcessDefinition, Transition, Within
from qa_workflow.engine.working_days import london_date
from qa_workflow.patterns import ladders
from qa_workflow.service import enquiries, starting

PATIENCE = 20  # seconds that a loaded machine may need; nothing waits that long when it works


class Stage(StrEnum):
    """Open until somebody finishes it."""

    OPEN = auto()
    DONE = auto()


TASK = ProcessDefinition(
    name="task", title="Task", version=1, states=Stage, initial=Stage.OPEN, final=frozenset({Stage.DONE}),
    transitions=(Transition("finish", Stage.OPEN, Stage.DONE, role="sm_sqa"),),
    deadlines=(Deadline(name="by", state=Stage.OPEN, due=Within(1), ladder=ladders.IMMEDIATE_SAFETY),),
)  # fmt: skip


@pytest.fixture
def council_of_today(council: Council) -> Council:
    """Give a council on the real clock, with one process, whose things can be started a month late."""
    council.now = clock.now()
    calendar = replace(
        council.ctx.published, last_year=max(council.ctx.published.last_year, council.now.year + 1)
    )
    council.ctx = replace(
        council.ctx, processes={"task": TASK}, lines=(), published=calendar, safety_seconds=3600,
        channels={"log": RecordingChannel()},
    )  # fmt: skip
    return council


def _channel(council: Council) -> RecordingChannel:
    channel = council.ctx.channels["log"]
    assert isinstance(channel, RecordingChannel)
    return channel


def _late(council: Council, subject: str) -> str:
    """Start something that has been late for weeks, so that a pass has people to tell."""
    begun = london_date(clock.now() - timedelta(days=40))
    return starting.start_process(
        council.ctx, "task", subject, now=clock.now(), actor="cli:test", on=begun
    ).reference


def _told(council: Council, subject: str) -> threading.Event:
    """Return what is set once somebody was told about the task of *subject*."""
    told = threading.Event()
    before = _channel(council).on_send

    def listen(message: Any) -> None:  # noqa: ANN401 - a message
        before(message)
        if f"task:{subject} " in message.body:
            told.set()

    _channel(council).on_send = listen
    return told


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    """Give what is logged meanwhile."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with structlog.testing.capture_logs() as found:
        yield found


@pytest.fixture
def daemon(council_of_today: Council) -> Iterator[Daemon]:
    made = Daemon(council_of_today.ctx)
    yield made
    made.stop()


# ------------------------------------------------------------------ in real time
def test_it_passes_at_once_wakes_when_nudged_and_stops(
    council_of_today: Council, daemon: Daemon
) -> None:
    first, second = _told(council_of_today, "first"), _told(council_of_today, "second")
    _late(council_of_today, "first")
    daemon.start()
    assert first.wait(PATIENCE), "the first pass did not come"
    _late(council_of_today, "second")
    while (
        not second.is_set()
    ):  # the first pass may still be under way, and set the alarm after the nudge
        daemon.nudge(clock.now())
        assert second.wait(PATIENCE), "the nudge did not wake it"
    daemon.stop()
    assert daemon.stopped.is_set()


def test_stopping_twice_is_allowed(daemon: Daemon) -> None:
    daemon.start()
    daemon.stop()
    daemon.stop()
    assert not daemon._scheduler.running


def test_a_daemon_that_never_began_can_be_stopped(daemon: Daemon) -> None:
    daemon.stop()
    assert daemon.stopped.is_set()


# ------------------------------------------------------------------ the alarm
def test_an_alarm_is_pulled_forward_and_never_pushed_back(daemon: Daemon) -> None:
    now = clock.now()
    daemon._scheduler.start(paused=True)
    daemon._scheduler.add_job(
        daemon.tick, "interval", hours=1, id="pass", next_run_time=now + timedelta(hours=1)
    )
    wanted = [timedelta(minutes=30), timedelta(minutes=45), timedelta(minutes=10)]
    set_for = []
    for one in wanted:
        daemon.nudge(now + one)
        set_for.append(daemon._scheduler.get_job("pass").next_run_time - now)
    assert set_for == [timedelta(minutes=30), timedelta(minutes=30), timedelta(minutes=10)]


def test_an_alarm_is_not_set_in_the_past(daemon: Daemon) -> None:
    daemon._scheduler.start(paused=True)
    daemon._scheduler.add_job(daemon.tick, "interval", hours=1, id="pass")
    before = clock.now()
    daemon.nudge(before - timedelta(days=1))
    assert daemon._scheduler.get_job("pass").next_run_time >= before


def test_a_nudge_without_an_instant_changes_nothing(daemon: Daemon) -> None:
    daemon.nudge(None)
    assert daemon._scheduler.get_job("pass") is None


def test_what_goes_wrong_with_the_alarm_is_logged(daemon: Daemon, logged: list[Any]) -> None:
    daemon._trouble("missed")
    assert logged == [{"event": "alarm_trouble", "what": "missed", "log_level": "warning"}]


# ------------------------------------------------------------------ a tick
def test_a_wake_during_a_pass_is_not_lost(council_of_today: Council, daemon: Daemon) -> None:
    woken = threading.Event()

    def wake(_message: object) -> None:
        if not woken.is_set():
            woken.set()
            _late(council_of_today, "second")
            daemon.tick()  # comes back at once: a pass is under way

    _channel(council_of_today).on_send = wake
    _late(council_of_today, "first")
    daemon.tick()
    assert council_of_today.show("task:second")["level"] == "L3"


def test_a_tick_survives_a_database_that_is_not_set_up(
    council_of_today: Council, logged: list[Any]
) -> None:
    with council_of_today.ctx.database.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE timer")
    Daemon(council_of_today.ctx).tick()
    assert {"event": "pass_failed", "log_level": "error"}.items() <= logged[-1].items()


def test_a_tick_survives_a_fault_of_the_program(
    council_of_today: Council, logged: list[Any]
) -> None:
    broken = replace(council_of_today.ctx, processes=None)
    Daemon(replace(broken, lines=(1,))).tick()
    assert {"event": "pass_failed", "log_level": "error"}.items() <= logged[-1].items()


def test_a_tick_after_the_stop_does_nothing(council_of_today: Council, daemon: Daemon) -> None:
    daemon.stop()
    daemon.tick()
    assert enquiries.health(council_of_today.ctx, now=clock.now()) == (False, None)


def test_a_good_tick_leaves_the_time_of_its_pass(council_of_today: Council, daemon: Daemon) -> None:
    daemon.tick()
    assert enquiries.health(council_of_today.ctx, now=clock.now())[0]


# ------------------------------------------------------------------ signals
@pytest.fixture
def _signals_as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_signals_as_before")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_and_the_second_would_end_the_program(number: signal.Signals) -> None:
    asked = threading.Event()
    on_signals(asked.set)
    signal.raise_signal(number)
    assert (asked.is_set(), signal.getsignal(number)) == (True, signal.SIG_DFL)


def test_a_signal_at_any_moment_of_the_wait_ends_it() -> None:
    before = signal.getsignal(signal.SIGALRM)
    try:
        for moment in range(200):
            asked = StopAsked()
            signal.signal(signal.SIGALRM, lambda *_, asked=asked: asked.set())
            signal.setitimer(signal.ITIMER_REAL, (5 + moment % 60) / 1_000_000)
            assert asked.wait(PATIENCE)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_nobody_having_asked_the_wait_ends_by_itself() -> None:
    assert not StopAsked().wait(0.001)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_running_program_stops_cleanly(council: Council, number: signal.Signals) -> None:
    program = (
        "from qa_workflow import daemon, log, wiring\n"
        "from qa_workflow.settings import Settings\n"
        "log.configure()\n"
        "daemon.run(wiring.build(Settings()))\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "QA_WORKFLOW_DATABASE_URL": f"sqlite:///{council.ctx.database.path}"},
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stderr is not None
    heard = next((line for line in child.stderr if "daemon_ready" in line), "")
    child.send_signal(number)
    rest = child.stderr.read()
    code = child.wait(PATIENCE)
    child.stderr.close()
    assert (code, "daemon_ready" in heard, "daemon_stopped" in rest) == (0, True, True)

"""The daemon: an alarm that wakes at the earliest due instant, and passes (`service/passes.py`).

Deadlines live in the `timer` table. APScheduler is only an alarm clock: one in-memory job, pulled
forward to the next due instant, with a safety poll behind it (docs/decisions/0003).
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from types import FrameType

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from qa_workflow import clock
from qa_workflow.errors import QAWorkflowError
from qa_workflow.service.context import Context
from qa_workflow.service.drifting import find_drifts
from qa_workflow.service.passes import one_pass

LOOK_AGAIN = 0.2  # seconds
_log = structlog.get_logger()


class Daemon:
    """Passes at once, then whenever something is due, and at least every safety interval, until stopped."""

    def __init__(self, ctx: Context, *, now: Callable[[], datetime] = clock.now) -> None:
        self.ctx = ctx
        self.now = now
        self.stopped = threading.Event()
        self._again = threading.Event()
        self._busy = threading.Lock()
        self._modify = threading.Lock()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(2)},
            # Two instances behind the busy lock: with one, a wake during a pass would be lost.
            # No grace time: APScheduler's default drops a run that is one second late.
            job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None},
        )
        self._scheduler.add_listener(
            self._trouble, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES
        )

    def start(self) -> None:
        """Begin; the first pass, at once, is the catch-up after downtime."""
        self._scheduler.add_job(
            self.tick,
            IntervalTrigger(seconds=self.ctx.safety_seconds, timezone=UTC),
            id="pass",
            next_run_time=self.now(),
        )
        self._scheduler.start()
        for one in find_drifts(self.ctx):
            _log.warning("definition_moved", **one.plain())
        _log.info(
            "daemon_started", daemon=self.ctx.daemon_name, safety_seconds=self.ctx.safety_seconds
        )

    def stop(self) -> None:
        """Let the batch under way finish, then stop. Safe to call from a signal handler's aftermath, twice too."""
        if self.stopped.is_set():
            return
        self.stopped.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        _log.info("daemon_stopped", daemon=self.ctx.daemon_name)

    def nudge(self, due: datetime | None) -> None:
        """Pull the alarm forward to *due*; it is never pushed back."""
        if due is None or self.stopped.is_set():
            return
        with self._modify:
            job = self._scheduler.get_job("pass")
            due = max(due, self.now())
            if job is not None and (job.next_run_time is None or due < job.next_run_time):
                self._scheduler.modify_job("pass", next_run_time=due)

    def tick(self) -> None:
        """Pass until nobody has asked for another pass meanwhile, then set the alarm. Never raises."""
        self._again.set()
        following: datetime | None = None
        while (
            self._again.is_set()
            and not self.stopped.is_set()
            and self._busy.acquire(blocking=False)
        ):
            try:
                self._again.clear()
                following = self._passed()
            finally:
                self._busy.release()
        self.nudge(following)

    def _passed(self) -> datetime | None:
        try:
            done = one_pass(self.ctx, self.now(), stopping=self.stopped.is_set)
        except QAWorkflowError as exc:
            _log.error("pass_failed", error=str(exc))
            return None
        except Exception:  # noqa: BLE001 - the alarm must outlive whatever fails; the next pass tries again
            _log.exception("pass_failed")
            return None
        _log.info(
            "pass_made",
            planned=done.sweep.planned,
            opened=done.sweep.opened,
            fired=done.sweep.fired,
            escalated=done.sweep.escalated,
            delivered=done.sweep.delivered,
            incidents=done.sweep.incidents,
            next_due_at=done.next_due_at.isoformat() if done.next_due_at else None,
            seconds=done.seconds,
        )
        return done.next_due_at

    def _trouble(self, event: object) -> None:
        _log.warning("alarm_trouble", what=str(event))


class StopAsked:
    """Whether the program was asked to stop. A signal handler may ask while the program waits for it.

    A `threading.Event` will not do: its lock may be held by the very thread that the signal interrupts,
    which then waits for itself for ever. `SimpleQueue.put` may be interrupted by itself.
    """

    def __init__(self) -> None:
        self._asked: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Ask the program to stop."""
        self._asked.put(None)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until somebody asks, *seconds* at the most; tell whether somebody did.

        It looks again and again: a signal that comes just before a wait begins does not interrupt it.
        """
        ends_at = None if seconds is None else time.monotonic() + seconds
        while True:
            left = LOOK_AGAIN if ends_at is None else min(ends_at - time.monotonic(), LOOK_AGAIN)
            with suppress(Empty):
                self._asked.get(timeout=max(left, 0))
                return True
            if left <= 0:
                return False


def on_signals(stop: Callable[[], None]) -> None:
    """Call *stop* once at SIGINT or SIGTERM; a second signal ends the program at once."""

    def handle(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)


def run(ctx: Context) -> None:
    """Run until SIGINT or SIGTERM; the batch under way is finished."""
    asked = StopAsked()
    on_signals(asked.set)
    daemon = Daemon(ctx)
    daemon.start()
    _log.info("daemon_ready", pid=os.getpid())
    asked.wait()
    daemon.stop()

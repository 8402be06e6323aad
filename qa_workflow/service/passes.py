"""One complete pass, read like a timetable: what the daemon does each time it wakes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from qa_workflow.errors import DatabaseUnhealthy
from qa_workflow.service import planner, sweeps
from qa_workflow.service.context import Context
from qa_workflow.service.sweeps import Sweep

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one complete pass did, when the next instant is due, and how long it took."""

    sweep: Sweep
    next_due_at: datetime | None
    seconds: float


def one_pass(ctx: Context, now: datetime, *, stopping: Callable[[], bool] = lambda: False) -> Pass:
    """Do everything due by *now*, read like a timetable; a stop asked for meanwhile ends it after a batch.

    Plan what the framework calendar asks for; arm what a longer calendar allows; look whether owners are
    still there; try again what a guard held up; fire openings, expiries, reminders and ladder levels,
    oldest first, until nothing is due; deliver what was committed; keep that the pass was good.

    Raises:
        Exception: the first that a step ended with; the steps after it were made all the same.
    """
    begun = time.perf_counter()
    sweep = Sweep()

    def run_due_timers(ctx: Context, *, now: datetime, sweep: Sweep) -> None:
        while not stopping() and sweeps.run_due_batch(
            ctx, now=now, limit=ctx.batch_size, sweep=sweep
        ):
            pass

    failed: list[Exception] = []
    for step in (
        planner.plan_ahead,
        sweeps.review_calendar,
        sweeps.review_people,
        sweeps.retry_waiting,
        run_due_timers,
        sweeps.deliver_outbox,
    ):
        try:
            step(ctx, now=now, sweep=sweep)
        except DatabaseUnhealthy:
            raise
        except Exception as exc:  # noqa: BLE001 - what cannot be planned must not keep deadlines from firing
            _log.error("step_failed", step=step.__name__, error=str(exc), exc_info=exc)
            failed.append(exc)
    if failed:
        raise failed[0]
    sweeps.note_pass(ctx, now=now)
    return Pass(
        sweep=sweep,
        next_due_at=sweeps.next_due_at(ctx, now=now),
        seconds=round(time.perf_counter() - begun, 3),
    )

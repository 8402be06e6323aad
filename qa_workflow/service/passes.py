"""One complete pass, read like a timetable: what the daemon does each time it wakes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from qa_workflow.errors import DatabaseUnhealthy
from qa_workflow.service import invariants, planner, standstills, sweeps
from qa_workflow.service.context import Context
from qa_workflow.service.incidents import step_failed
from qa_workflow.service.sweeps import Sweep


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
    oldest first, until nothing is due; block what nothing can move; deliver what was committed; once an
    hour, look whether a sample of the records adds up; keep that the pass was good. A step that fails is
    an incident of its own.

    Raises:
        Exception: the first that a step ended with; the steps after it were made all the same.
    """
    begun = time.perf_counter()
    sweep = Sweep()
    asked = False

    def stopped() -> bool:
        nonlocal asked
        asked = asked or stopping()
        return asked

    def run_due_timers(ctx: Context, *, now: datetime, sweep: Sweep) -> None:
        while not stopped() and sweeps.run_due_batch(
            ctx, now=now, limit=ctx.batch_size, sweep=sweep
        ):
            pass

    def look_at_records(ctx: Context, *, now: datetime, sweep: Sweep) -> None:
        if not stopped():  # what is due and was left for the next pass would be called late
            invariants.look_at_records(ctx, now=now, sweep=sweep)

    failed: list[Exception] = []
    for step in (
        planner.plan_ahead,
        sweeps.review_calendar,
        sweeps.review_people,
        sweeps.retry_waiting,
        run_due_timers,
        standstills.review_ways_out,
        sweeps.deliver_outbox,
        look_at_records,
    ):
        try:
            step(ctx, now=now, sweep=sweep)
        except DatabaseUnhealthy:
            raise
        except Exception as exc:  # noqa: BLE001 - what cannot be planned must not keep deadlines from firing
            failed.append(exc)
            step_failed(ctx, step.__name__, exc, now=now)
    if failed:
        raise failed[0]
    sweeps.note_pass(ctx, now=now)
    return Pass(
        sweep=sweep,
        next_due_at=sweeps.next_due_at(ctx, now=now),
        seconds=round(time.perf_counter() - begun, 3),
    )

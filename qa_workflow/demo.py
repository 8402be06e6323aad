"""The synthetic council of `up --demo`: the simulated council, lived from a 1 September to today, seeded.

Nobody and nothing in it exists. It goes only into an empty database, which it marks as synthetic.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from qa_workflow.engine.working_days import london_date
from qa_workflow.service import enquiries, installation
from qa_workflow.service.context import Context
from qa_workflow.service.passes import one_pass
from qa_workflow.service.scenes import on_thrown_away
from qa_workflow.simulation.days import PASS_AT, at
from qa_workflow.simulation.year import settled

SEED = 13
MONTHS_BACK = 6  # the story is at least this long


def begins_on(today: date) -> date:
    """Return the last 1 September that lies at least six months back."""
    latest = today - timedelta(days=MONTHS_BACK * 31)
    return date(latest.year if latest >= date(latest.year, 9, 1) else latest.year - 1, 9, 1)


def play(ctx: Context, *, now: datetime, tell: Callable[[str], None]) -> None:
    """Fill an empty database with the synthetic council's story up to *now*; one already filled is left alone.

    Raises:
        DatabaseUnfit: the database holds a real council's work.
    """
    today = london_date(now)
    begun = begins_on(today)
    installation.initialise(ctx, now=at(begun, PASS_AT), planning_from=begun)
    if installation.is_synthetic(ctx) and enquiries.list_people(ctx):
        tell(f"{ctx.database} holds the synthetic council already.")
        return
    installation.mark_synthetic(ctx)
    tell(
        f"Playing a synthetic council from {begun.isoformat()} to {today.isoformat()}: nobody in it exists."
    )
    # Whatever a power cut would take of it is played again.
    quick = on_thrown_away(ctx)
    with TemporaryDirectory() as folder:
        days = settled(quick, begun, seed=SEED, folder=Path(folder))
        for day in _days(begun, today):
            days.live(day)
            if day.day == 1:
                tell(f"  {day:%B %Y}")
    quick.database.close()
    one_pass(ctx, now)


def _days(start: date, end: date) -> Iterator[date]:
    day = start
    while day < end:
        yield day
        day += timedelta(days=1)

"""The synthetic council: invented people and cases, whose year is played through the service, seeded.

Nobody and nothing in it exists. It goes only into an empty database, which it marks as synthetic.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from qa_workflow.demo.officers import morning
from qa_workflow.demo.story import SEED, Story
from qa_workflow.engine.working_days import london_date
from qa_workflow.service import enquiries, installation
from qa_workflow.service.context import Context
from qa_workflow.service.passes import one_pass

__all__ = ["MONTHS_BACK", "SEED", "begins_on", "play"]

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
    installation.initialise(ctx, now=morning(begun), planning_from=begun)
    if installation.is_synthetic(ctx) and enquiries.list_people(ctx):
        tell(f"{ctx.database} holds the synthetic council already.")
        return
    installation.mark_synthetic(ctx)
    tell(
        f"Playing a synthetic council from {begun.isoformat()} to {today.isoformat()}: nobody in it exists."
    )
    seeds = random.Random(SEED)  # noqa: S311 - a story, not a secret
    ctx = replace(ctx, draw_seed=lambda: f"{seeds.getrandbits(64):016x}")
    with TemporaryDirectory() as folder:
        story = Story(ctx, Path(folder))
        for day in _days(begun, today):
            story.live(day)
            if day.day == 1:
                tell(f"  {day:%B %Y}")
    one_pass(ctx, now)


def _days(start: date, end: date) -> Iterator[date]:
    day = start
    while day < end:
        yield day
        day += timedelta(days=1)

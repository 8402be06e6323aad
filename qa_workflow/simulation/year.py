"""A council's year on a throw-away database, from the first pass to the last: the same seed, the same year."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from qa_workflow.errors import WrongInput
from qa_workflow.service import enquiries, installation
from qa_workflow.service.context import Context
from qa_workflow.service.invariants import examine
from qa_workflow.service.passes import one_pass
from qa_workflow.service.planner import plan_ahead
from qa_workflow.service.scenes import asked_for, lives
from qa_workflow.service.sweeps import Sweep
from qa_workflow.simulation.days import PASS_AT, Days, at
from qa_workflow.simulation.lists import PLAN_HOLDERS, PROVIDERS, Lists
from qa_workflow.simulation.people import staff
from qa_workflow.simulation.report import Evidence, report
from qa_workflow.simulation.scripts import Parts, every_part

EVENING = time(18)
SAMPLE = 20  # records that a morning looks at; in the end all of them are


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From which day to which day a council lives (London dates, both included)."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def simulate(
    ctx: Context,
    span: Span,
    *,
    seed: int,
    folder: Path,
    parts: Parts | None = None,
    lived: Callable[[datetime], None] = lambda _now: None,
) -> dict[str, Any]:
    """Live *span* on the empty database of *ctx* and return its report; lists are written into *folder*.

    Planning begins on the first day. *parts* is what people do: every part there is, unless given. *lived* hears the instant of each morning's pass before it is made.

    Raises:
        WrongInput: the span ends before it begins, leaves its year, or lies beyond the known bank holidays.
    """
    _check(ctx, span)
    days = settled(ctx, span.first, seed=seed, folder=folder, parts=parts)
    for number in range(span.days):
        day = span.first + timedelta(days=number)
        lived(at(day, PASS_AT))
        days.live(day)
    return {
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "seed": seed,
        "council": {
            "people": len(days.staff.rows),
            "cases": days.lists.numbered,
            "providers": len(PROVIDERS),
            "plan_holders": PLAN_HOLDERS,
        },
        **_report(days.ctx, span, days),
    }


def settled(
    ctx: Context, first: date, *, seed: int, folder: Path, parts: Parts | None = None
) -> Days:
    """Return an invented council on the empty database of *ctx*, ready to live from *first* on; marked synthetic.

    Planning begins on *first*; lists are written into *folder*.
    """
    dice = random.Random(f"{seed}:samples")  # noqa: S311 - a story, not a secret
    ctx = replace(ctx, draw_seed=lambda: f"{dice.getrandbits(64):016x}", sample=SAMPLE)
    installation.initialise(ctx, now=at(first, PASS_AT), planning_from=first)
    installation.mark_synthetic(ctx)
    people = staff(first.year, seed, ctx.framework.roles)
    return Days(
        ctx,
        staff=people,
        lists=Lists(ctx, people, seed, folder),
        parts=every_part() if parts is None else parts,
        calendar=enquiries.calendar_of(ctx),
        seed=seed,
    )


def _report(ctx: Context, span: Span, days: Days) -> dict[str, Any]:
    now = at(span.last, EVENING)
    one_pass(ctx, now)  # what the last acts brought about is told, too
    again = Sweep()
    plan_ahead(ctx, now=now, sweep=again)
    broken = examine(ctx, now=now)["items"]
    return report(
        Evidence(
            whole=lives(ctx),
            asked=asked_for(ctx, span.first, span.last),
            processes=ctx.processes,
            calendar=days.calendar,
            tally=days.tally,
            now=now,
            planned_twice=again.planned,
            broken=[(one["invariant"], f"{one['reference']}: {one['why']}") for one in broken],
        )
    )


def _check(ctx: Context, span: Span) -> None:
    if span.days < 1:
        raise WrongInput(f"--to {span.last} lies before --from {span.first}.")
    if span.first.year != span.last.year:
        raise WrongInput(f"{span.first} and {span.last} are not of one year.")
    first, last = ctx.published.first_year, ctx.published.last_year
    if not first <= span.first.year <= last:
        raise WrongInput(f"Bank holidays are known from {first} to {last}: choose a year of these.")

"""Blocks what nothing can move, and takes the block off as soon as something can."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from qa_workflow.engine.instance import Outcome
from qa_workflow.engine.overlay import NO_WAY_OUT
from qa_workflow.engine.standstill import could_stand_still, review_way_out
from qa_workflow.service.context import Context
from qa_workflow.service.sweeps import Sweep, in_batches
from qa_workflow.service.work import Work
from qa_workflow.store import council, incidents, instances, reports, troubles

ROUND = "ways_out_round"  # the setting that says how far the present round has come
APART = timedelta(hours=1)
_FIRST, _DONE = (-(2**62), 0), "done"


@dataclass(frozen=True, slots=True)
class _Round:
    """A round over what no timer watches: when it began, and behind what it goes on; None when it is done."""

    begun: datetime
    after: tuple[int, int] | None

    def __str__(self) -> str:
        at = _DONE if self.after is None else f"{self.after[0]} {self.after[1]}"
        return f"{self.begun.isoformat()} {at}"


def review_ways_out(ctx: Context, *, now: datetime, sweep: Sweep) -> None:
    """Look whether anything can move what no timer watches: a batch at a pass, each instance once an hour.

    What nothing can move is blocked `no_way_out`, and what was so is free again as soon as something
    can (domain 3.0 e). `stuck` does not wait for this: it judges what it shows.
    """
    with ctx.database.reading() as connection:
        standing = _read(council.get_setting(connection, ROUND))
        if standing is not None and standing.after is None and now - standing.begun < APART:
            return
        begins = standing is None or standing.after is None
        after = _FIRST if standing is None or standing.after is None else standing.after
        page = troubles.find_unwatched(connection, after=after, limit=ctx.batch_size)
        blocked = reports.ids_blocked_for(connection, [NO_WAY_OUT]) if begins else []
        resting = incidents.resting(connection, now)
    wanted = list(dict.fromkeys([*(one for one, _ in page), *blocked]))
    if begins and not wanted:
        return  # nothing to look at, and so nothing to write down either
    in_batches(ctx, [one for one in wanted if one not in resting], _reviewed, now=now, sweep=sweep)
    begun = now if begins or standing is None else standing.begun
    more = (page[-1][1], page[-1][0]) if len(page) == ctx.batch_size else None
    with ctx.database.transaction() as connection:
        council.put_setting(connection, ROUND, str(_Round(begun, more)))


def _read(text: str | None) -> _Round | None:
    if text is None:
        return None
    begun, *at = text.split()
    return _Round(
        datetime.fromisoformat(begun), None if at == [_DONE] else (int(at[0]), int(at[1]))
    )


def _reviewed(work: Work, ids: Sequence[int]) -> list[Outcome]:
    known = [
        one
        for one in instances.load_many(work.connection, ids).values()
        if one.is_open and one.process in work.ctx.processes and not work.has_moved(one)
    ]
    asked = [one for one in known if could_stand_still(work.definition(one.process), one)]
    facts = work.facts(asked) if asked else {}
    found = (
        review_way_out(
            work.definition(one.process),
            one,
            facts.get(one.id) or work.bare(one),
            now=work.now,
            calendar=work.calendar,
        )
        for one in known
    )
    return [outcome for outcome in found if outcome is not None]

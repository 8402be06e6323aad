"""The Top three's pack as people ask for it: as it would be today, on another day, or as a meeting froze it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from qa_workflow.engine.definition import Facts
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.ranking import counted_from
from qa_workflow.engine.working_days import london_date
from qa_workflow.errors import BeyondCalendar, WrongInput
from qa_workflow.service import packs, ranking, views
from qa_workflow.service.context import Context
from qa_workflow.service.earlier_packs import MEETING, decisions_at
from qa_workflow.service.input import find
from qa_workflow.service.packs import no_cases
from qa_workflow.service.ranking import Ranking
from qa_workflow.service.views import View
from qa_workflow.service.whom import POSTS
from qa_workflow.service.work import Work
from qa_workflow.store.database import Connection

__all__ = ["nearly_blocked", "no_cases", "pack_of", "titles", "top_three"]

CHAIR = "senior_manager"
CLOSEST = 5  # how many are named that are next to be blocked, where nothing is


def top_three(
    ctx: Context, *, now: datetime, day: date | None = None, most: int | None = None
) -> View:
    """Return the pack as it would be now, or at the end of a London *day*; with *most*, so many rows of the list.

    Of a day that has passed: as it stood when that day ended, by what had been recorded then and by the
    definitions of today; the way out is that of today's people and neighbours, and whether an action of an
    earlier meeting is done is told as of today too. Of a day to come: as it will stand if nothing moves.
    """
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        size = ctx.framework.choices.top_three_size
        if day is None or day == work.today:
            found = ranking.as_it_stands(ctx, connection, now=now, most=most, cases=size)
        else:
            found = ranking.on_the_day(ctx, connection, day, now=now)
        return _told(work, found, most)


def _told(work: Work, found: Ranking, most: int | None) -> View:
    def gathered(some: Sequence[ProcessInstance]) -> Mapping[int, Facts]:
        return work.facts(some)

    size = work.ctx.framework.choices.top_three_size
    pack = packs.packed(work.ctx, work.connection, found, size=size, most=most, gather=gathered)
    body = packs.summed(pack)
    if most is not None:  # of what was not read it is not known how much there is
        body |= {"more": None}
    return {
        "as_of": views.instant(found.at.astimezone(UTC)),
        "on": found.on.isoformat(),
        "meeting": None,
        "sits_on": None,
        "chair": None,
        "frozen_at": None,
        **body,
        "decisions": [],
        "says": None if pack.pack else no_cases(found.on),
    }


# ------------------------------------------------------------------ of a meeting
def pack_of(ctx: Context, reference: str, *, now: datetime) -> View:
    """Return the pack that a meeting froze, and what it decided since; before that, the pack as it would be now.

    Raises:
        InstanceNotFound: no instance has this reference, or several fit it.
        WrongInput: it is no Top three meeting.
    """
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        meeting = find(work, reference)
        if meeting.process != MEETING:
            raise WrongInput(f"{meeting.reference} is no Top three meeting.")
        data = meeting.data
        told = {
            "meeting": meeting.reference,
            "sits_on": data.get("sits_on"),
            "chair": _chair(work, meeting),
        }
        if data.get("frozen_at") is None:
            found = ranking.as_it_stands(ctx, connection, now=now)
            rows = [one for one in found.rows if one.id != meeting.id]
            return {**_told(work, replace(found, rows=rows), None), **told}
        frozen_at = data["frozen_at"]
        return {
            "as_of": frozen_at,
            "on": london_date(datetime.fromisoformat(frozen_at)).isoformat(),
            **told,
            "frozen_at": frozen_at,
            "pack": data["pack"],
            "full": data["ranked"],
            "more": data["ranked_besides"],
            "previous": data["previous"],
            "unblocking": data["unblocking"],
            "decisions": _decisions(work, meeting),
            "agenda": data["agenda"],
            "swaps": data["swaps"],
            "late_items": data["late_items"],
            "says": data["pack_says"],
        }


def _chair(work: Work, meeting: ProcessInstance) -> str | None:
    """Return who chaired it, else the one person who holds the post; by name where the roster has one."""
    chaired: str | None = meeting.data.get("chair")
    if chaired is not None:
        person = work.roster.get(chaired)
        return chaired if person is None else person.name
    holders = work.roster.holders(CHAIR, work.today)
    return holders[0].name if len(holders) == 1 else None


def _decisions(work: Work, meeting: ProcessInstance) -> list[View]:
    if not meeting.data.get("held_on"):
        return []
    return decisions_at(work.ctx, work.connection, meeting.id, at=work.now)


# ------------------------------------------------------------------ where nothing is blocked
def nearly_blocked(ctx: Context, *, now: datetime, within: int = 30) -> list[View]:
    """Return what will be the first to come onto the list if nothing moves, in so many days at most.

    One item each: `{"reference", "title", "owner", "on", "due_on"}`; `on` is the London day of the block.
    """
    with ctx.database.reading() as connection:
        return _nearly(ctx, connection, now, timedelta(days=within))


def _nearly(ctx: Context, connection: Connection, now: datetime, within: timedelta) -> list[View]:
    try:
        found = ranking.on_the_day(ctx, connection, london_date(now + within), now=now)
    except BeyondCalendar:
        return []  # what cannot be counted yet is not foretold
    rows = []
    for one in found.stood.values():
        since = min((block.since for block in one.blocks), default=one.stuck_at)
        if since is None or since <= now:
            continue
        due_on = None if one.stuck_at is None else counted_from(one.stuck_at, one.stuck_at)
        rows.append((since, one.reference, one, due_on))
    return [
        {
            "reference": reference,
            "title": one.title,
            "owner": one.owner or one.owner_role,
            "on": london_date(since).isoformat(),
            "due_on": views.day(due_on),
        }
        for since, reference, one, due_on in sorted(rows, key=lambda row: row[:2])[:CLOSEST]
    ]


def titles(ctx: Context) -> dict[str, str]:
    """Return what people and posts are called, by person id and by role: as the pack is printed with."""
    with ctx.database.reading() as connection:
        people = {one.person_id: one.name for one in ctx.roster(connection).people.values()}
    return {**POSTS, **ctx.framework.role_titles, **people}

"""What is stuck, the longest first, a page at a time: candidates from the store, judged as they are read."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from qa_workflow.engine.working_days import london_date
from qa_workflow.errors import BeyondCalendar, WrongInput
from qa_workflow.service.enquiries import readable
from qa_workflow.service.stuck.judging import Asked, is_strange, judge, moment_of
from qa_workflow.service.work import Work
from qa_workflow.store import pins, troubles
from qa_workflow.store.columns import from_microseconds, to_microseconds
from qa_workflow.store.reports import Bare
from qa_workflow.store.troubles import Found, Incident, Narrowed, Place

FEWEST, MOST = 16, 256  # candidates judged at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which of what is stuck a person asks for. `after` is the cursor of the page before, as it was given."""

    class_: str | None = None
    process: str | None = None
    team: str | None = None
    owner: str | None = None
    min_days: int = 0
    after: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """An instance whose row cannot be read: what is known of it, and of its failure if there is an incident."""

    bare: Bare
    incident: Incident | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """One stuck instance in its place: its class, since when (UTC), and how many working days that is."""

    place: Place
    class_: str
    since: datetime
    working_days: int | None
    what: Asked | Damaged

    @property
    def cursor(self) -> str:
        """Return what the next page begins behind, as people type it."""
        return f"{self.since.isoformat().replace('+00:00', 'Z')},{self.place.reference}"


def place_of(cursor: str) -> Place:
    """Return the place that a cursor means; WrongInput when it is none."""
    at, comma, reference = cursor.partition(",")
    try:
        if comma and reference:
            return Place(to_microseconds(datetime.fromisoformat(at)), reference)
    except ValueError:
        pass
    raise WrongInput(
        f"{cursor!r} is no place in this list. Give --after what the page before named as next."
    )


def find_stuck(work: Work, wanted: Filter) -> Iterator[Stuck]:
    """Yield what is stuck, the longest first, then by reference; whoever stops reading costs no more.

    A candidate's own place may lie behind the one at which it was found. So it waits until whatever
    could still be found lies behind it too.
    """
    after = None if wanted.after is None else place_of(wanted.after)
    strange = [one for one in pins.in_use(work.connection) if is_strange(work, one)]
    candidates = troubles.find_troubles(
        work.connection, moment_of(work), narrowed=_narrowed(work, wanted), drifted=strange, after=after,
    )  # fmt: skip
    size = FEWEST if wanted.limit is None else max(FEWEST, wanted.limit + 1)
    waiting: list[tuple[Place, int, Stuck]] = []
    while page := list(islice(candidates, min(size, MOST))):
        for one in _judged(work, page):
            if wanted.class_ in (None, one.class_) and (after is None or one.place > after):
                heapq.heappush(waiting, (one.place, len(waiting), one))
        reached = Place(page[-1].at, page[-1].reference)
        while waiting and waiting[0][0] <= reached:
            found = heapq.heappop(waiting)[2]
            if _too_short(found, wanted):
                return
            yield found
        size *= 2
    while waiting:
        found = heapq.heappop(waiting)[2]
        if _too_short(found, wanted):
            return
        yield found


def _too_short(one: Stuck, wanted: Filter) -> bool:
    """Tell whether this one, and so whatever comes behind it, has not been stuck for long enough."""
    return (one.working_days or 0) < wanted.min_days


def _narrowed(work: Work, wanted: Filter) -> Narrowed:
    # Under a manager stands too what people own who have left.
    left = work.roster.left_to(wanted.owner, work.today) if wanted.owner is not None else ()
    return Narrowed(
        class_=wanted.class_,
        process=wanted.process,
        team=wanted.team,
        owner=wanted.owner,
        left_to_owner=left,
    )


def _judged(work: Work, page: list[Found]) -> Iterator[Stuck]:
    loaded, damaged = readable(work, [one.id for one in page])
    for asked in judge(work, list(loaded.values())):
        if asked.class_ is not None and asked.since is not None:
            yield stuck_of(work, asked.class_, asked.since, asked.instance.reference, asked)
    if damaged:
        yield from unreadable(work, damaged)


def unreadable(work: Work, damaged: list[Bare]) -> Iterator[Stuck]:
    """Yield what is known of instances whose rows cannot be read: the system fails on each."""
    ids = [one.id for one in damaged]
    since = troubles.earliest_known(work.connection, moment_of(work), ids)
    failing = troubles.open_incidents(work.connection, ids)
    for one in damaged:
        what = Damaged(bare=one, incident=failing.get(one.id))
        yield stuck_of(work, "S5", from_microseconds(since[one.id]), one.reference, what)


def stuck_of(
    work: Work, class_: str, since: datetime, reference: str, what: Asked | Damaged
) -> Stuck:
    """Return what is stuck in its place."""
    return Stuck(
        place=Place(to_microseconds(since), reference),
        class_=class_,
        since=since,
        working_days=working_days(work, since),
        what=what,
    )


def working_days(work: Work, since: datetime) -> int | None:
    """Return the working days up to today, the day of *since* included; None beyond the calendar."""
    begun = london_date(since) - timedelta(days=1)
    try:
        return work.calendar.between(begun, work.today)
    except BeyondCalendar:
        return None

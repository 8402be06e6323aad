"""The Top three's earlier meetings: which cases their packs had, what was decided, whether it was done and helped.

Source: domain 3.5 G2: each of the three leaves with a decision; "a case that appears in two consecutive
packs with no change is marked "repeat" and copied to AD People". Two packs are compared by what they say.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from statistics import median

from qa_workflow.engine.definition import Related
from qa_workflow.engine.working_days import WorkingCalendar, london_date, start_of_day
from qa_workflow.service import views
from qa_workflow.service.context import Context
from qa_workflow.service.views import View
from qa_workflow.store import pressing, reports
from qa_workflow.store.database import Connection
from qa_workflow.store.pressing import Course

MEETING = "top_three"
HELD = ("held", "minuted", "actions_logged", "closed")
MEETINGS_BACK = 12  # earlier meetings that a pack tells of: a year of them


class EarlierPacks:
    """The last meetings held by the London day of *at*: their packs, what was decided, and what had come of it."""

    def __init__(self, ctx: Context, connection: Connection, *, at: datetime) -> None:
        on = london_date(at).isoformat()
        ids = pressing.ids_held(connection, MEETING, HELD, MEETINGS_BACK)
        known = reports.related(connection, ids).items()
        held = {number: one for number, one in known if _held_on(one) <= on}
        self._meetings = sorted(held.values(), key=_held_on, reverse=True)
        self._packs = {
            one.reference: {_matter(entry): entry for entry in one.data.get("pack") or ()}
            for one in self._meetings
        }
        decided = _decided(connection, held, ctx.calendar(connection), at)
        self.decisions = sorted(decided, key=lambda one: str(one["sat_on"]), reverse=True)

    def packs_with(self, matter: str) -> list[str]:
        """Return the meetings whose pack had this case, the earliest first."""
        return [name for name, some in reversed(self._packs.items()) if matter in some]

    def is_repeated(self, row: View) -> bool:
        """Tell whether the last held meeting had this in its pack, and nothing has changed since."""
        if not self._meetings:
            return False
        last = self._meetings[0].reference
        before = self._packs[last].get(_matter(row))
        if before is None or _condition(before) != _condition(row):
            return False
        return not any(
            one["done"] for one in self.decisions
            if (one["meeting"], one["reference"]) == (last, row["reference"])
        )  # fmt: skip


def decisions_at(ctx: Context, connection: Connection, number: int, *, at: datetime) -> list[View]:
    """Return what the held meeting of this id decided about each thing on its agenda, and what had come of it by *at*."""
    return _decided(connection, reports.related(connection, [number]), ctx.calendar(connection), at)


def _decided(
    connection: Connection,
    meetings: Mapping[int, Related],
    calendar: WorkingCalendar,
    at: datetime,
) -> list[View]:
    if not meetings:
        return []
    children = reports.children_of(connection, list(meetings))
    named = {item for one in meetings.values() for item in one.data.get("agenda") or ()}
    courses = pressing.courses(connection, sorted(named)) if named else {}
    return [
        _with_course(said, meeting, courses.get(said["reference"]), calendar, at)
        for number, meeting in meetings.items()
        for said in decisions_of(meeting, children.get(number, ()))
    ]


def _held_on(meeting: Related) -> str:
    return str(meeting.data.get("held_on") or "9999")


def _matter(entry: View) -> str:
    return str(entry["case"] or entry["reference"])


def _condition(entry: View) -> tuple[object, ...]:
    blocks = sorted((one["reason"], one["since"]) for one in entry["blocked"])
    return entry["reference"], entry["state"], blocks


def decisions_of(meeting: Related, actions: Iterable[Related]) -> list[View]:
    """Return for each thing on the agenda of *meeting* what was decided: actions, an acceptance, or nothing yet."""
    cases = {one["reference"]: one["case"] for one in meeting.data.get("ranked") or ()}
    accepted = {one["reference"]: one["reason"] for one in meeting.data.get("accepted") or ()}
    about: dict[str, list[Related]] = {}
    for one in actions:
        about.setdefault(str(one.data.get("about")), []).append(one)
    found = []
    for item in meeting.data.get("agenda") or ():
        nothing: View = {
            "meeting": meeting.reference,
            "sat_on": meeting.data.get("held_on"),
            "case": cases.get(item),
            "reference": item,
            **dict.fromkeys(("decision", "action", "what", "owner", "due_on", "done")),
        }
        said = [{**nothing, **_as_action(one)} for one in about.get(item, ())]
        if not said and item in accepted:
            said = [{**nothing, "decision": "accepted", "what": accepted[item]}]
        found += said or [nothing]
    return found


def _as_action(action: Related) -> View:
    return {
        "decision": "action",
        "action": action.reference,
        "what": action.data.get("what"),
        "owner": action.data.get("owner"),
        "due_on": action.data.get("due_on"),
        "done": action.state == "done",
    }


def _with_course(
    said: View,
    meeting: Related,
    course: Course | None,
    calendar: WorkingCalendar,
    at: datetime,
) -> View:
    held_on = date.fromisoformat(_held_on(meeting))
    frozen_at = meeting.data.get("frozen_at")
    # What moved between the papers and the meeting moved because it was to come there: no day later.
    since = held_on if frozen_at is None else london_date(datetime.fromisoformat(frozen_at))
    on = None if course is None else unblocked_on(course, since=since, at=at)
    days = None if on is None else calendar.between(held_on, on)
    return {**said, "unblocked_on": views.day(on), "days_to_unblocking": days}


def unblocked_on(course: Course, *, since: date, at: datetime) -> date | None:
    """Return the London day, not before *since*, on which it was last unblocked, or else met its date or ended.

    None while a block that stood then still stands, and where nothing of it had happened by *at* (UTC).
    """
    begun = start_of_day(since)
    until = start_of_day(since + timedelta(days=1))
    standing = [block for block in course.blocks if block[0] < until]
    if any(cleared is None or cleared > at for _, cleared in standing):
        return None
    cleared = [one for _, one in course.blocks if one is not None and begun <= one <= at]
    ended = [one for one in (course.met_at, course.closed_at) if one is not None]
    moments = [max(cleared)] if cleared else [one for one in ended if begun <= one <= at]
    return london_date(min(moments)) if moments else None


def unblocking(decisions: Iterable[View]) -> View:
    """Return how many decisions were taken, how many led to an unblocked case, and after how many working days."""
    taken = [one for one in decisions if one["decision"] is not None]
    days = [one["days_to_unblocking"] for one in taken if one["days_to_unblocking"] is not None]
    return {
        "decisions": len(taken),
        "unblocked": len(days),
        "median_days": median(days) if days else None,
        "longest_days": max(days, default=None),
    }

"""A calendar that people subscribe to, as RFC 5545 has it: what stands in it goes in, bytes come out.

Everything is a whole day and leaves the reader free (`TRANSP:TRANSPARENT`): it is due then, or a meeting
sits then. What changed keeps its UID and comes with a higher SEQUENCE; what will not take place stays in
the file with `STATUS:CANCELLED`, since nobody who subscribes learns of what is merely left out. No alarms:
reminders are this system's own. The same events give the same bytes, whenever they are written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import icalendar

PRODUCT = "-//qa-workflow//QA calendar//EN"
REFRESH = timedelta(hours=12)  # how often a client should look again
# RFC 5545 asks every event for an instant. What is only planned was never changed: it has this one.
NEVER_CHANGED = datetime(2000, 1, 1, tzinfo=UTC)
# No text may hold control characters (RFC 5545, 3.1); a line's end is escaped by the library.
_CONTROL = {code: None for code in (*range(32), 127) if chr(code) != "\n"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEvent:
    """One whole day of the calendar (a London date).

    `uid` names it for ever; `sequence` grows with every change of its day and when it is cancelled;
    `changed_at` (UTC) is when anything about it was last written, None for what is only planned.
    """

    uid: str
    on: date
    summary: str
    description: str
    categories: tuple[str, ...] = ()
    sequence: int = 0
    is_cancelled: bool = False
    changed_at: datetime | None = None


def rendered(name: str, about: str, events: Iterable[DayEvent]) -> bytes:
    """Return the calendar called *name* in UTF-8, its events by day: folded, escaped, with CRLF at each line's end."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _text(name))  # RFC 7986; older clients read the X- names
    calendar.add("x-wr-calname", _text(name))
    calendar.add("x-wr-caldesc", _text(about))
    calendar.add("x-wr-timezone", "Europe/London")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(REFRESH))
    for event in sorted(events, key=lambda one: (one.on, one.uid)):
        calendar.add_component(_component(event))
    content: bytes = calendar.to_ical()
    return content


def is_calendar(content: bytes) -> bool:
    """Tell whether *content* begins as a calendar does; an empty file may become one."""
    begun = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    return not begun or begun.upper().startswith(b"BEGIN:VCALENDAR")


def _component(event: DayEvent) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", _text(event.uid))
    made.add("dtstamp", event.changed_at or NEVER_CHANGED)
    if event.changed_at is not None:
        made.add("last-modified", event.changed_at)
    made.add("sequence", event.sequence)
    made.add("dtstart", event.on)
    if event.on < date.max:  # without an end it lasts its one day all the same
        made.add("dtend", event.on + timedelta(days=1))
    made.add("summary", _text(event.summary.replace("\n", " ")))
    made.add("description", _text(event.description))
    if event.categories:
        made.add("categories", [_text(one) for one in event.categories])
    made.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT")
    return made


def _text(value: str) -> str:
    return value.translate(_CONTROL)

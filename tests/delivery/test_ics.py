"""The calendar file: RFC 5545 to the letter, in UTF-8, and the same bytes for the same events."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest

from qa_workflow.delivery.ics import DayEvent, is_calendar, rendered

EVENT = DayEvent(
    uid="send_panel:2026-06@0123456789abcdef",
    on=date(2026, 6, 30),
    summary="SEND Panel 2026-06",
    description="Reference: send_panel:2026-06\nState: planned",
    categories=("SENDP",),
    sequence=2,
    changed_at=datetime(2026, 6, 1, 8, 30, 15, 999, tzinfo=UTC),
)


def text(*events: DayEvent, name: str = "Łódź: QA calendar") -> str:
    return rendered(name, "The framework", events).decode("utf-8")


def unfolded(*events: DayEvent) -> list[str]:
    """Return the lines as RFC 5545, 3.1 puts them together again, without our library."""
    return text(*events).replace("\r\n ", "").splitlines()


def read(*events: DayEvent) -> Mapping[str, Any]:
    """Return the one event as a client reads it back."""
    found: Mapping[str, Any] = icalendar.Calendar.from_ical(text(*events)).walk("VEVENT")[0]
    return found


def test_an_event_is_written_line_by_line_as_the_standard_has_it() -> None:
    lines = text(EVENT).split("\r\n")
    begin, end = lines.index("BEGIN:VEVENT"), lines.index("END:VEVENT")
    assert sorted(lines[begin + 1 : end]) == [
        "CATEGORIES:SENDP",
        r"DESCRIPTION:Reference: send_panel:2026-06\nState: planned",
        "DTEND;VALUE=DATE:20260701",
        "DTSTAMP:20260601T083015Z",
        "DTSTART;VALUE=DATE:20260630",
        "LAST-MODIFIED:20260601T083015Z",
        "SEQUENCE:2",
        "STATUS:CONFIRMED",
        "SUMMARY:SEND Panel 2026-06",
        "TRANSP:TRANSPARENT",
        "UID:send_panel:2026-06@0123456789abcdef",
    ]


def test_the_calendar_says_what_it_is_and_how_often_to_look() -> None:
    head = text(EVENT).partition("BEGIN:VEVENT")[0].split("\r\n")
    assert head[0] == "BEGIN:VCALENDAR"
    assert set(head[1:-1]) == {
        "VERSION:2.0",
        "PRODID:-//qa-workflow//QA calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:Łódź: QA calendar",
        "X-WR-CALNAME:Łódź: QA calendar",
        "X-WR-CALDESC:The framework",
        "X-WR-TIMEZONE:Europe/London",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    }


def test_a_calendar_without_events_is_still_a_calendar() -> None:
    assert text().endswith("PT12H\r\nX-WR-TIMEZONE:Europe/London\r\nEND:VCALENDAR\r\n")
    assert icalendar.Calendar.from_ical(text()).walk("VEVENT") == []


def test_no_line_is_longer_than_75_octets_and_no_letter_is_torn_apart() -> None:
    long = replace(EVENT, summary="Gałązka, zażółć; " * 20, description="ł" * 400)
    content = rendered("x", "y", [long])
    assert max(map(len, content.split(b"\r\n"))) <= 75
    for line in content.split(b"\r\n"):
        line.decode("utf-8")
    assert read(long)["summary"] == "Gałązka, zażółć; " * 20
    assert read(long)["description"] == "ł" * 400


def test_every_line_ends_with_carriage_return_and_line_feed() -> None:
    content = text(EVENT)
    assert content.count("\n") == content.count("\r\n") == len(content.splitlines())


@pytest.mark.parametrize(
    ("said", "escaped"),
    [
        ("Łucja, Zoë; and Ægir", r"Łucja\, Zoë\; and Ægir"),
        ("one\ntwo", r"one\ntwo"),
        (r"C:\papers", r"C:\\papers"),
        ("END:VEVENT\nBEGIN:VEVENT", r"END:VEVENT\nBEGIN:VEVENT"),
    ],
)
def test_what_would_break_the_file_is_escaped(said: str, escaped: str) -> None:
    event = replace(EVENT, description=said)
    assert f"DESCRIPTION:{escaped}" in unfolded(event)
    assert read(event)["description"] == said
    assert len(icalendar.Calendar.from_ical(text(event)).walk("VEVENT")) == 1


def test_a_summary_is_one_line_and_control_characters_are_left_out() -> None:
    event = replace(EVENT, summary="SEND\nPanel\x07\r\x00", description="a\x1b[2Jb")
    assert read(event)["summary"] == "SEND Panel"
    assert read(event)["description"] == "a[2Jb"
    assert read(replace(EVENT, categories=("A,B",)))["categories"].cats == ["A,B"]


def test_what_will_not_take_place_stays_as_cancelled() -> None:
    event = read(replace(EVENT, is_cancelled=True))
    assert (event["status"], event["uid"]) == ("CANCELLED", EVENT.uid)


def test_what_was_never_changed_has_a_stamp_of_its_own_and_no_last_change() -> None:
    event = read(replace(EVENT, changed_at=None, sequence=0))
    assert event["dtstamp"].dt == datetime(2000, 1, 1, tzinfo=UTC)
    assert "last-modified" not in event
    assert event["sequence"] == 0


def test_the_day_ends_where_the_next_begins_over_a_leap_day_and_a_clock_change() -> None:
    for on, ends in (
        (date(2024, 2, 28), date(2024, 2, 29)),
        (date(2026, 3, 29), date(2026, 3, 30)),
    ):
        event = read(replace(EVENT, on=on))
        assert (event["dtstart"].dt, event["dtend"].dt) == (on, ends)


def test_the_last_day_there_is_has_no_end_and_lasts_a_day() -> None:
    event = read(replace(EVENT, on=date.max))
    assert event["dtstart"].dt == date.max
    assert "dtend" not in event


def test_events_stand_by_day_however_they_came_and_give_the_same_bytes() -> None:
    others = [
        EVENT,
        replace(EVENT, uid="b@x", on=date(2026, 1, 1)),
        replace(EVENT, uid="a@x", on=date(2026, 1, 1)),
    ]
    assert text(*others) == text(*reversed(others))
    uids = [line for line in unfolded(*others) if line.startswith("UID:")]
    assert uids == ["UID:a@x", "UID:b@x", f"UID:{EVENT.uid}"]


def test_no_event_rings_an_alarm() -> None:
    assert "VALARM" not in text(EVENT)


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0", True),
        (b"\xef\xbb\xbfbegin:vcalendar\n", True),
        (b"", True),
        (b" \n", True),
        (b"person_id,name\npat,Pat", False),
        (b"BEGIN:VCARD\r\n", False),
    ],
)
def test_a_calendar_is_known_by_how_it_begins(content: bytes, *, is_one: bool) -> None:
    assert is_calendar(content) is is_one

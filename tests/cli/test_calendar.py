"""`calendar`: the QA year for people and machines, and the file that calendars subscribe to."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import icalendar
import pytest
from cli.shell import Shell
from council import AUTUMN

DECEMBER = "getting_to_outstanding:2025-12"
PANEL = "send_panel:2025-09"
PLAN_KEYS = [
    "code", "process", "reference", "title", "period", "opens_on", "due_on", "target_on", "source", "rule",
]  # fmt: skip
STANDING_KEYS = ["sits_on", "state", "late", "level", "closed_on"]
Export = Callable[..., dict[str, Any]]


def read(content: bytes) -> list[Any]:
    """Return the events of a calendar as a client reads them."""
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


@pytest.fixture
def planned(shell: Shell) -> Shell:
    """Give a shell on 10 November 2025, after a pass: the meeting of December is planned."""
    shell.at("2025-11-10 09:00").json("daemon", "--once")
    return shell


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """Give a way to write the year 2025 to one file and read it as a client does: events by reference."""

    def exported(shell: Shell) -> dict[str, Any]:
        file = tmp_path / "qa.ics"
        assert shell.says("calendar", "--year", "2025", "--ics", str(file)) == ""
        events = read(file.read_bytes())
        found = {one["uid"].rpartition("@")[0]: one for one in events}
        assert len(found) == len(events)
        return found

    return exported


def beside(folder: Path) -> list[Path]:
    """Return what was left beside the calendar."""
    return list(folder.glob(".qa.ics*"))


# ------------------------------------------------------------------ for people and machines
def test_each_month_lists_what_is_due_and_how_it_stands(planned: Shell) -> None:
    lines = planned.says("calendar", "--year", "2025").splitlines()
    months = [line for line in lines if line.endswith(" 2025")]
    assert (len(months), months[0], months[-1]) == (12, "January 2025", "December 2025")
    december = next(line for line in lines if DECEMBER in line).split()
    assert december[:2] == ["2025-12-31", "2025-12-31"]
    assert december[-1] == "planned"
    assert "how it stands" in lines[lines.index("December 2025") + 1]


def test_a_month_without_anything_says_so(planned: Shell) -> None:
    told = planned.says("calendar", "--year", "1999", "--month", "2")
    assert told == "February 1999\n  nothing is due\n"


def test_a_month_alone_is_one_of_this_year(planned: Shell) -> None:
    assert planned.says("calendar", "--month", "11").startswith("November 2025\n")
    assert planned.json("calendar", "--month", "11") == planned.json(
        "calendar", "--year", "2025", "--month", "11"
    )
    planned.at("2026-01-01 00:01")
    assert planned.says("calendar", "--month", "1").startswith("January 2026\n")


def test_machines_get_the_plan_with_how_it_stands(planned: Shell) -> None:
    body = planned.json("calendar", "--year", "2025")
    plan = planned.json("plan", "--from", "2025-01-01", "--to", "2025-12-31")
    assert body["schema"] == "qa-workflow/calendar/1"
    assert [list(one) for one in body["items"]] == [PLAN_KEYS + STANDING_KEYS] * plan["count"]
    assert [{key: one[key] for key in PLAN_KEYS} for one in body["items"]] == plan["items"]
    states = {one["reference"]: one["state"] for one in body["items"]}
    assert (states[DECEMBER], states["send_panel:2025-01"]) == ("planned", None)


def test_what_was_set_late_or_ended_is_shown(auditing: Shell) -> None:
    auditing.json("fire", AUTUMN, "abandon", "--as", "ada", "--reason", "Made by mistake.")
    told = auditing.says("calendar", "--year", "2025", "--month", "11")
    assert f"{AUTUMN}" in told
    assert "abandoned on 2025-10-08" in told
    auditing.at("2025-11-03 09:00").json("daemon", "--once")
    late = auditing.says("calendar", "--year", "2025", "--month", "10")
    assert "planned, late" in late


def test_without_a_database_there_is_the_plan_and_nothing_of_how_it_stands(nowhere: Shell) -> None:
    told = nowhere.says("calendar", "--year", "2026", "--month", "6")
    assert "getting_to_outstanding:2026-06" in told
    assert "how it stands" not in told
    assert {one["state"] for one in nowhere.json("calendar", "--year", "2026")["items"]} == {None}
    assert not nowhere.database.exists()


def test_a_database_of_another_version_is_not_guessed_at(shell: Shell) -> None:
    shell.sql("UPDATE alembic_version SET version_num = '9999'")
    assert "newer version" in shell.fails("calendar", code=7)["message"]


# ------------------------------------------------------------------ what subscribers see
def test_a_meeting_that_is_moved_moves_in_the_calendar_of_who_subscribed(
    planned: Shell, export: Export
) -> None:
    told = [export(planned)[DECEMBER]]
    for words in (
        ("schedule", "--data", "sits_on=2025-12-11"),
        ("postpone", "--reason", "Ice on the roads"),
        ("schedule", "--data", "sits_on=2025-12-17"),
    ):
        planned.json("fire", DECEMBER, *words, "--as", "quinn")
        told.append(export(planned)[DECEMBER])
    assert len({one["uid"] for one in told}) == 1
    days = [one["dtstart"].dt.isoformat() for one in told]
    assert days == ["2025-12-31", "2025-12-11", "2025-12-31", "2025-12-17"]
    assert [one["sequence"] for one in told] == [1, 2, 3, 4]


def test_a_meeting_that_is_cancelled_is_cancelled_for_who_subscribed(
    planned: Shell, export: Export
) -> None:
    planned.at("2025-11-12 09:00")
    reference = "send_panel:2025-12"
    before = export(planned)
    planned.json("fire", reference, "cancel", "--as", "chris", "--reason", "Nothing to decide")
    after = export(planned)
    assert (before[reference]["status"], after[reference]["status"]) == ("CONFIRMED", "CANCELLED")
    assert before[reference]["uid"] == after[reference]["uid"]
    assert after[reference]["sequence"] > before[reference]["sequence"]
    assert before.keys() == after.keys()
    others = [one for one in before if one != reference]
    assert [after[one].to_ical() for one in others] == [before[one].to_ical() for one in others]


def test_two_files_of_an_unchanged_database_are_the_same(planned: Shell, tmp_path: Path) -> None:
    planned.says("calendar", "--ics", str(tmp_path / "a.ics"))
    planned.at("2025-12-24 18:00").says("calendar", "--ics", str(tmp_path / "b.ics"))
    assert (tmp_path / "a.ics").read_bytes() == (tmp_path / "b.ics").read_bytes()


def test_the_file_holds_the_span_that_was_asked_for(planned: Shell) -> None:
    one = planned.says("calendar", "--year", "2026", "--month", "6", "--ics", "-")
    assert {event["dtstart"].dt.month for event in read(one.encode())} == {6}


KHAL = """\
[calendars]
[[qa]]
path = {0}/khal
[locale]
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
timeformat = %H:%M
local_timezone = Europe/London
default_timezone = Europe/London
[sqlite]
path = {0}/khal.sqlite
"""


def test_a_calendar_program_follows_a_meeting_that_is_moved_and_one_that_is_cancelled(
    planned: Shell, tmp_path: Path
) -> None:
    (tmp_path / "khal").mkdir()
    (tmp_path / "khal.conf").write_text(KHAL.format(tmp_path), "utf-8")

    def khal(*words: str) -> str:
        done = subprocess.run(
            [Path(sys.executable).with_name("khal"), "-c", str(tmp_path / "khal.conf"), *words],
            capture_output=True, text=True, check=True, timeout=25, env={**os.environ, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        return done.stdout

    def seen() -> set[str]:
        planned.says("calendar", "--year", "2025", "--month", "12", "--ics", "qa.ics")
        khal("import", "--batch", "qa.ics")
        lines = ("--format", "{start-date} {title}{status}", "--day-format", "")
        return {
            " ".join(one.split()) for one in khal("list", *lines, "2025-12-01", "31d").splitlines()
        }

    meeting, panel = "Getting to Outstanding meeting 2025-12", "SEND Panel 2025-12"
    assert {f"2025-12-31 Due: {one}CONFIRMED" for one in (meeting, panel)} <= seen()
    planned.json("fire", DECEMBER, "schedule", "--data", "sits_on=2025-12-11", "--as", "quinn")
    planned.json("fire", "send_panel:2025-12", "cancel", "--as", "chris", "--reason", "No items")
    told = seen() - {""}
    assert told == {
        f"2025-12-11 {meeting}CONFIRMED", f"2025-12-31 Cancelled: {panel}CANCELLED",
    }  # fmt: skip


# ------------------------------------------------------------------ writing the file
def test_a_dash_is_standard_output_byte_for_byte(planned: Shell, tmp_path: Path) -> None:
    planned.says("calendar", "--ics", str(tmp_path / "qa.ics"))
    printed = planned.type("calendar", "--ics", "-")
    assert printed.stdout_bytes == (tmp_path / "qa.ics").read_bytes()
    assert printed.stderr == ""


def test_a_file_is_written_quietly_and_the_list_still_speaks_json(
    planned: Shell, tmp_path: Path
) -> None:
    result = planned.type("calendar", "--year", "2025", "--ics", "qa.ics")
    count = planned.json("calendar", "--year", "2025", "--ics", "qa.ics")["count"]
    assert (result.stdout, result.stderr) == ("", f"{count} written to qa.ics.\n")
    assert beside(tmp_path) == []


def test_an_earlier_calendar_is_replaced_and_keeps_who_may_read_it(
    planned: Shell, tmp_path: Path
) -> None:
    file, link = tmp_path / "qa.ics", tmp_path / "link.ics"
    file.write_bytes(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    file.chmod(0o640)
    link.symlink_to(file)
    planned.says("calendar", "--ics", str(link))
    assert b"BEGIN:VEVENT" in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()
    assert beside(tmp_path) == []


def test_what_is_no_calendar_is_never_written_over(planned: Shell, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("person_id,name\n", "utf-8")
    error = planned.fails("calendar", "--ics", str(file), code=2)
    assert "is no calendar, so it is left alone" in error["message"]
    assert file.read_text("utf-8") == "person_id,name\n"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (".", "is a folder"),
        ("nowhere/qa.ics", "There is no folder"),
        ("council.db/qa.ics", "There is no folder"),
        ("", "names no file"),
        ("  ", "names no file"),
        ("x" * 300, "File name too long"),
        ("/dev/null", "is no calendar"),
    ],
)
def test_a_file_that_cannot_be_written_is_told_in_a_sentence(
    planned: Shell, name: str, said: str
) -> None:
    error = planned.fails("calendar", "--ics", name, code=2)
    assert error["code"] == "bad_input"
    assert said in error["message"]


def test_a_write_that_fails_leaves_the_earlier_file_and_nothing_beside_it(
    planned: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned.says("calendar", "--ics", "qa.ics")
    before = (tmp_path / "qa.ics").read_bytes()

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    planned.sql("UPDATE setting SET value = 'other' WHERE key = 'calendar_id'")
    error = planned.fails("calendar", "--ics", "qa.ics", code=2)
    assert "No space left on device" in error["message"]
    assert (tmp_path / "qa.ics").read_bytes() == before
    assert beside(tmp_path) == []


def test_json_and_the_calendar_do_not_both_fit_on_standard_output(shell: Shell) -> None:
    result = shell.type("calendar", "--ics", "-", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "both ask for standard output" in result.stderr


def test_without_a_database_the_plan_is_a_calendar_too(nowhere: Shell, export: Export) -> None:
    found = export(nowhere)
    assert found["getting_to_outstanding:2025-12"]["sequence"] == 0
    assert export(nowhere) == found
    assert not nowhere.database.exists()

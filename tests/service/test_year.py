"""The QA year: the plan, how each part of it stands, what stands besides, and what subscribers learn of changes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import council as council_module
import icalendar
import pytest
from council import Council
from follow_up import DECEMBER, JANUARY, meet, raise_by_hand
from hands import NO_JSON, sql

from qa_workflow.processes import all_processes
from qa_workflow.service import installation, year, year_feed
from qa_workflow.service.year import Entry

PANEL = "send_panel:2025-12"
FIRST, LAST = date(2025, 9, 1), date(2026, 3, 31)
PEOPLE = (
    ("max", "Max Manager", "send_manager", "", "ada"),
    ("chris", "Zofia Łęcka", "send_panel_chair", "", "max"),
)


@pytest.fixture
def council(tmp_path: Path) -> Iterator[Council]:
    """Give the council on 24 November 2025, its meeting of December, three sittings and the weekly updates planned."""
    folder = tmp_path / "council"
    folder.mkdir()
    made = council_module.found(
        folder, "2025-11-03 08:00", peopled=True, codes=("GTO", "SENDP", "EHEW")
    )
    made.import_people(PEOPLE)
    made.at("2025-11-24 09:00").passes()
    yield made
    made.ctx.database.close()


def entries(council: Council, first: date = FIRST, last: date = LAST) -> dict[str, Entry]:
    found = year.year(council.ctx, first, last, now=council.now)
    return {one.plan["reference"]: one for one in found}


def item(council: Council, reference: str) -> dict[str, Any]:
    return entries(council)[reference].as_item()


def feed(council: Council) -> bytes:
    return year_feed.year_feed(council.ctx, list(entries(council).values()))


def events(council: Council) -> list[Any]:
    """Return every event as a client reads it."""
    return list(icalendar.Calendar.from_ical(feed(council)).walk("VEVENT"))


def event(council: Council, reference: str) -> Any:  # noqa: ANN401 - what the library reads
    """Return one event as a client reads it; there is exactly one of its UID."""
    found = [one for one in events(council) if one["uid"].startswith(f"{reference}@")]
    assert len(found) == 1
    return found[0]


def on(one: Any) -> str:  # noqa: ANN401 - what the library reads
    day: str = one["dtstart"].dt.isoformat()
    return day


# ------------------------------------------------------------------ how it stands
def test_the_year_has_every_item_of_the_plan_with_its_keys_and_in_its_order(
    council: Council,
) -> None:
    plan = year.planned(council.ctx, FIRST, LAST, council.ctx.published)
    found = [one.as_item() for one in entries(council).values()]
    assert [{key: one[key] for key in plan[0]} for one in found] == plan
    assert list(found[0])[len(plan[0]) :] == ["sits_on", "state", "late", "level", "closed_on"]


def test_what_is_not_begun_says_nothing_of_a_state(council: Council) -> None:
    found = item(council, "send_panel:2026-03")
    assert [found[key] for key in ("state", "late", "level", "closed_on")] == [None] * 4
    assert entries(council)["send_panel:2026-03"].standing() == "not begun"


def test_what_fell_due_before_planning_began_says_so(council: Council) -> None:
    assert entries(council)["send_panel:2025-10"].standing() == "before planning began"
    for since, said in (("2026-03-31", "not begun"), ("2026-04-01", "before planning began")):
        sql(council, "UPDATE setting SET value = ? WHERE key = 'planning_from'", since)
        assert entries(council)["send_panel:2026-03"].standing() == said


def test_what_is_done_says_on_which_day(council: Council) -> None:
    meet(council, "closed")
    assert item(council, DECEMBER)["closed_on"] == "2025-12-11"
    assert item(council, DECEMBER)["late"] is False
    assert entries(council)[DECEMBER].standing() == "done on 2025-12-11 (closed)"


def test_what_is_late_says_so_from_the_morning_after_its_day(council: Council) -> None:
    council.at("2025-12-31 23:59")
    assert item(council, DECEMBER)["late"] is False
    council.at("2026-01-01 00:01")
    assert item(council, DECEMBER)["late"] is True
    council.at("2026-02-20 09:00").passes()
    assert entries(council)[DECEMBER].standing() == "planned, late, L3, blocked"
    assert "\nOverdue: level L3\n" in event(council, DECEMBER)["description"]


def test_what_was_done_too_late_says_that_it_was(council: Council) -> None:
    council.at("2026-02-02 09:00").fire(DECEMBER, "schedule", by="quinn", sits_on="2026-02-12")
    council.at("2026-02-12 09:00").passes()
    council.fire(DECEMBER, "hold", by="ada", attendees=["sandy"])
    council.fire(DECEMBER, "minute", by="quinn", minutes_reference="MIN-1")
    council.fire(DECEMBER, "close", by="ada")
    assert entries(council)[DECEMBER].standing() == "done late on 2026-02-12 (closed)"


def test_what_is_called_off_stays_and_says_so(council: Council) -> None:
    council.fire(PANEL, "cancel", by="chris", reason="Nothing to decide")
    assert entries(council)[PANEL].is_called_off
    assert entries(council)[PANEL].standing() == "cancelled on 2025-11-24"


def test_an_instance_speaks_for_its_own_date(council: Council) -> None:
    sql(
        council,
        "UPDATE process_instance SET due_on = '2026-01-31' WHERE reference = ?",
        DECEMBER,
    )
    found = item(council, DECEMBER)
    assert (found["due_on"], found["target_on"]) == ("2026-01-31", "2026-01-30")
    assert "\nAs planned: Wednesday 31 December 2025\n" in event(council, DECEMBER)["description"]
    assert DECEMBER in entries(council, date(2025, 12, 1), date(2025, 12, 31))
    assert DECEMBER in entries(council, date(2026, 1, 1), date(2026, 1, 31))
    assert DECEMBER not in entries(council, date(2026, 2, 1), date(2026, 2, 28))


def test_a_meeting_that_sits_elsewhere_is_seen_there_too(council: Council) -> None:
    council.at("2026-01-05 09:00").fire(DECEMBER, "schedule", by="quinn", sits_on="2026-01-20")
    january = entries(council, date(2026, 1, 1), date(2026, 1, 31))
    assert january[DECEMBER].day_between(date(2026, 1, 1), date(2026, 1, 31)) == date(2026, 1, 20)
    assert "sits on 2026-01-20" in january[DECEMBER].standing()


def test_a_damaged_row_hides_nothing_and_keeps_its_state(council: Council) -> None:
    sql(council, NO_JSON, PANEL)
    found = entries(council)
    assert found[PANEL].as_item()["state"] == "planned"
    assert found[DECEMBER].state == "planned"


@pytest.mark.parametrize(("number", "count"), [(1, 0), (9999, 52)])
def test_the_first_and_the_last_year_there_are_break_nothing(
    council: Council, number: int, count: int
) -> None:
    found = entries(council, date(number, 1, 1), date(number, 12, 31))
    assert len(found) == count
    assert year_feed.year_feed(council.ctx, list(found.values()))


# ------------------------------------------------------------------ what stands besides
def test_every_process_that_is_named_is_one() -> None:
    assert set(year.ALSO_BEGUN_BY_HAND) <= set(all_processes())


def test_a_second_sitting_stands_besides_the_plan(council: Council) -> None:
    raise_by_hand(council)
    meet(council, "closed")
    found = item(council, JANUARY)
    assert (found["source"], found["code"], found["due_on"]) == ("ad_hoc", "GTO", "2026-01-31")
    assert found["title"] == "Getting to Outstanding meeting 2026-01, second sitting"
    assert found["period"] == "2026-01"


def test_a_sitting_in_place_of_a_cancelled_one_stands_besides_the_plan(council: Council) -> None:
    council.fire(
        PANEL, "cancel", by="chris", replacement_on="2025-12-16", reason="The chair is ill"
    )
    found = entries(council)
    assert found[PANEL].is_called_off
    assert found[f"{PANEL}-x1"].plan["source"] == "ad_hoc"
    assert found[f"{PANEL}-x1"].sits_on == date(2025, 12, 16)


def test_what_people_begin_for_the_whole_service_stands_besides_the_plan(council: Council) -> None:
    council.start("learning_event", "neglect", by="quinn", due_on="2026-01-30", kind="deep_dive")
    found = item(council, "learning_event:L-0001")
    assert (found["title"], found["code"]) == ("Learning event L-0001", None)
    assert "neglect" not in str(found).replace(found["rule"], "")


@pytest.mark.parametrize("subject", ["C01", "K12"])
def test_what_is_about_a_child_is_in_no_calendar(council: Council, subject: str) -> None:
    sql(
        council,
        "INSERT INTO plan_holder (plan_id, child_id, issued_on, ehe, first_seen_on) "
        "VALUES ('E12', 'K12', '2020-01-01', 0, '2025-11-03')",
    )
    council.start("learning_event", subject, by="quinn", due_on="2026-01-30", kind="deep_dive")
    sql(council, "UPDATE process_instance SET case_id = NULL WHERE process = 'learning_event'")
    assert "learning_event:L-0001" not in entries(council)


def test_what_has_a_case_is_in_no_calendar_whatever_its_subject(council: Council) -> None:
    council.start("learning_event", "neglect", by="quinn", due_on="2026-01-30", kind="deep_dive")
    assert "learning_event:L-0001" in entries(council)
    sql(council, "UPDATE process_instance SET case_id = 'C01' WHERE process = 'learning_event'")
    assert "learning_event:L-0001" not in entries(council)


def test_the_hundreds_about_one_child_or_person_are_in_no_calendar(council: Council) -> None:
    reference = raise_by_hand(council)
    council.start("supervision", "pat", by="sam")
    found = entries(council)
    assert council.show(reference)["due_on"] is not None
    assert {one.plan["process"] for one in found.values()} == {
        "getting_to_outstanding", "send_panel", "ehe_weekly_update",
    }  # fmt: skip


def test_a_decision_out_of_cycle_names_a_child_and_is_in_no_calendar(council: Council) -> None:
    council.fire(
        PANEL, "cancel", by="chris", replacement_on="2025-12-16", reason="The chair is ill"
    )
    sql(
        council,
        "UPDATE process_instance SET parent_id = 1, title = 'On K12' WHERE reference = ?",
        f"{PANEL}-x1",
    )
    assert f"{PANEL}-x1" not in entries(council)


# ------------------------------------------------------------------ the file
def test_two_files_of_an_unchanged_database_are_the_same_bytes(council: Council) -> None:
    before = feed(council)
    council.at("2026-02-27 18:00")  # the hour alone changes nothing
    assert feed(council) == before


def test_the_file_has_everything_once_and_every_client_can_read_it(council: Council) -> None:
    uids = [one["uid"] for one in events(council)]
    assert len(uids) == len(set(uids)) == len(entries(council))
    assert len({one.rpartition("@")[2] for one in uids}) == 1
    calendar = icalendar.Calendar.from_ical(feed(council))
    assert calendar["x-wr-calname"] == "City of London: QA calendar"


def test_two_councils_have_different_uids_for_the_same_thing(
    council: Council, empty_council: Council
) -> None:
    reference = "case_audit_round:2025-26:A"
    mine = {one["uid"].rpartition("@")[2] for one in events(council)}
    theirs = {one["uid"].rpartition("@")[2] for one in events(empty_council)}
    assert len(mine) == len(theirs) == 1
    assert mine != theirs
    assert event(empty_council, reference)["sequence"] == 0


def test_a_made_up_council_is_marked_as_such(empty_council: Council) -> None:
    installation.mark_synthetic(empty_council.ctx)
    assert b"X-WR-CALNAME:City of London: QA calendar (synthetic)" in feed(empty_council)


def test_an_event_says_what_whose_when_and_by_which_sentence(council: Council) -> None:
    found = event(council, "ehe_weekly_update:2025-W52")
    assert found["summary"] == "Due: EHE weekly update 2025-W52"
    assert found["categories"].cats == ["EHEW"]
    meeting = event(council, DECEMBER)
    assert meeting["description"].split("\n") == [
        f"Reference: {DECEMBER}",
        "Owner: qa admin",
        "Due: Wednesday 31 December 2025",
        "State: planned",
        f"Framework: {item(council, DECEMBER)['rule']}",
    ]
    assert (
        "Last working day: Friday 30 January 2026"
        in event(council, "send_panel:2026-01")["description"]
    )


def test_an_owner_is_named_as_people_know_them(council: Council) -> None:
    council.reassign(DECEMBER, to="quinn", by="ada")
    assert "Owner: Quinn Admin" in event(council, DECEMBER)["description"]
    assert "Owner: send panel chair" in event(council, "send_panel:2026-03")["description"]


def test_setting_moving_and_taking_back_a_day_moves_the_same_event(council: Council) -> None:
    told = [event(council, DECEMBER)]
    council.fire(DECEMBER, "schedule", by="quinn", sits_on="2025-12-11")
    told.append(event(council, DECEMBER))
    council.later(hours=1).fire(DECEMBER, "postpone", by="quinn", reason="Śnieg, C01 is unwell")
    told.append(event(council, DECEMBER))
    council.later(hours=1).fire(DECEMBER, "schedule", by="quinn", sits_on="2025-12-17")
    told.append(event(council, DECEMBER))
    assert len({one["uid"] for one in told}) == 1
    assert [on(one) for one in told] == ["2025-12-31", "2025-12-11", "2025-12-31", "2025-12-17"]
    assert [one["sequence"] for one in told] == [1, 2, 3, 4]
    stamps = [one["last-modified"].dt for one in told]
    assert stamps == sorted(stamps)
    assert stamps[-1] == datetime(2025, 11, 24, 11, tzinfo=UTC)
    assert [one["status"] for one in told] == ["CONFIRMED"] * 4
    assert told[-1]["summary"] == "Getting to Outstanding meeting 2025-12"
    assert (
        "Sits on: Wednesday 17 December 2025\nDue: Wednesday 31 December 2025"
        in told[-1]["description"]
    )
    assert "unwell" not in str(told)


def test_what_changes_neither_day_nor_standing_leaves_the_sequence(council: Council) -> None:
    council.fire(DECEMBER, "schedule", by="quinn", sits_on="2025-12-11")
    before = event(council, DECEMBER)
    council.later(hours=1).reassign(DECEMBER, to="quinn", by="ada")
    after = event(council, DECEMBER)
    assert after["sequence"] == before["sequence"] == 2
    assert after["last-modified"].dt > before["last-modified"].dt


def test_beginning_raises_the_sequence_over_that_of_the_plan(council: Council) -> None:
    reference = "send_panel:2026-03"
    planned = event(council, reference)
    council.at("2026-02-27 09:00").passes()
    begun = event(council, reference)
    assert (planned["sequence"], begun["sequence"]) == (0, 1)
    assert (on(planned), planned["uid"]) == (on(begun), begun["uid"])


def test_a_cancelled_sitting_stays_on_its_day_for_subscribers_to_see(council: Council) -> None:
    council.fire(PANEL, "open_agenda", by="chris", sits_on="2025-12-09")
    before = event(council, PANEL)
    council.fire(PANEL, "cancel", by="chris", reason="Nothing to decide")
    after = event(council, PANEL)
    assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")
    assert after["sequence"] == before["sequence"] + 1
    assert (on(after), after["uid"]) == ("2025-12-09", before["uid"])
    assert after["summary"] == "Cancelled: SEND Panel 2025-12"


def test_what_is_done_is_no_cancellation(council: Council) -> None:
    meet(council, "closed")
    done = event(council, DECEMBER)
    assert (done["status"], done["summary"]) == (
        "CONFIRMED", "Done: Getting to Outstanding meeting 2025-12",
    )  # fmt: skip
    assert "Ended on: Thursday 11 December 2025" in done["description"]


def test_what_was_moved_out_of_the_year_is_still_told_to_who_subscribed_to_it(
    council: Council,
) -> None:
    council.at("2026-01-05 09:00").fire(DECEMBER, "schedule", by="quinn", sits_on="2026-01-20")
    some = year.year(council.ctx, date(2025, 1, 1), date(2025, 12, 31), now=council.now)
    content = year_feed.year_feed(council.ctx, some).decode()
    assert f"UID:{DECEMBER}" in content
    assert "DTSTART;VALUE=DATE:20260120" in content


def test_no_child_no_case_and_nothing_that_people_wrote_is_in_the_file(council: Council) -> None:
    raise_by_hand(council, "C01")
    council.fire(DECEMBER, "schedule", by="quinn", sits_on="2025-12-11")
    council.fire(DECEMBER, "postpone", by="quinn", reason="Ola is unwell")
    content = feed(council).decode().replace("\r\n ", "")
    assert not [word for word in ("C01", "Ola", "unwell", "R-0001") if word in content]


def test_the_plan_alone_is_a_calendar_that_never_changes(council: Council) -> None:
    some = year.planned_year(council.ctx, FIRST, LAST)
    content = year_feed.plan_feed(council.ctx, some)
    assert content == year_feed.plan_feed(council.ctx, some)
    found = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert len(found) == len(some) > 20
    assert {one["sequence"] for one in found} == {0}
    other = replace(council.ctx, framework=replace(council.ctx.framework, name="saltmarsh"))
    assert year_feed.plan_feed(other, some) != content


def test_asking_how_the_year_stands_writes_nothing(council: Council) -> None:
    before = sql(council, "SELECT count(*), max(seq) FROM history_entry")
    settings = sql(council, "SELECT * FROM setting ORDER BY key")
    entries(council)
    assert sql(council, "SELECT count(*), max(seq) FROM history_entry") == before
    assert sql(council, "SELECT * FROM setting ORDER BY key") == settings
    feed(council)
    grown = {key for key, _ in sql(council, "SELECT * FROM setting")} - {key for key, _ in settings}
    assert grown == {"calendar_id"}

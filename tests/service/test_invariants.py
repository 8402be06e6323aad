"""The invariants in production: whatever does not add up is found, named and left as it is."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from council import Council
from follow_up import follow, raise_by_hand
from forging import rewrite
from hands import NO_JSON, raised, sql

from qa_workflow.service import enquiries, incidents
from qa_workflow.service.invariants import examine, look_at_records
from qa_workflow.service.stuck import Filter, stuck
from qa_workflow.service.sweeps import Sweep
from qa_workflow.store.audit import Look

LATE, DONE, FRESH = (f"recommendation:R-000{number}" for number in (2, 4, 5))


@pytest.fixture
def lived(three: Council) -> Council:
    """Give a council with three late recommendations, one that is verified, and a fresh one."""
    raise_by_hand(three, "C04")
    three.at("2025-10-06 09:00").passes()
    follow(three.at("2025-10-08 10:00"), "verified", DONE, verifier="sandy")
    raised(three, "C05")
    three.passes()
    return three


def look(council: Council) -> Look | None:
    """Let an hour pass and look at the records once."""
    council.later(hours=1)
    return look_at_records(council.ctx, now=council.now, sweep=Sweep())


def found(council: Council) -> list[tuple[str, str, str]]:
    """Return what a look finds, as incidents show it: the instance, the invariant, the sentence."""
    look(council)
    return [
        (one["reference"], one["fingerprint"].split()[1], one["error"])
        for one in incidents.open_incidents(council.ctx)
    ]


def broken(council: Council, statement: str, *values: object) -> list[tuple[str, str, str]]:
    sql(council, statement, *values)
    return found(council)


# ------------------------------------------------------------------ a healthy council
def test_a_healthy_council_keeps_every_invariant(lived: Council) -> None:
    assert found(lived) == []
    told = examine(lived.ctx, now=lived.now)
    assert (told["ok"], told["items"]) == (True, [])
    assert told["checked"] == told["of"] > 3


def test_what_began_before_contents_were_kept_is_judged_by_its_version(lived: Council) -> None:
    assert broken(lived, "UPDATE process_instance SET definition_hash = ''") == []


# ------------------------------------------------------------------ I1: the history tells the row
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("owner = 'mo'", "the history says that owner is nothing, its row says mo (I1)."),
        ("due_on = '2026-01-05'", "the history says that due on is 2026-01-31"),
        ("state = 'tabled'", "the history says that state is raised, its row says tabled (I1)."),
        ("visit_level = 'L2'", "the history says that visit level is L0, its row says L2 (I1)."),
        ("epoch = 9", "the history says that epoch is 1, its row says 9 (I1)."),
        ("definition_version = 9", "the history says that version of its rules is 1, its row says 9 (I1)."),
        ("data = json_set(data, '$.priority', 'low')", "the history says that data priority is standard"),
        ("refusals = '{\"fly/x\": 2}'", "the history says that refusals fly/x is nothing"),
        ("next_due_at = NULL", "its row says nothing (I1)."),
    ],
)  # fmt: skip
def test_a_row_that_says_otherwise_than_its_history_is_found(
    lived: Council, change: str, says: str
) -> None:
    items = broken(lived, f"UPDATE process_instance SET {change} WHERE reference = ?", LATE)  # noqa: S608 - the test's own words
    named = [why for reference, name, why in items if (reference, name) == (LATE, "I1")]
    assert len(named) == 1
    assert "Its record does not add up: " in named[0]
    assert says in named[0]


def test_a_block_that_the_history_does_not_know_is_found(lived: Council) -> None:
    put = "INSERT INTO block (instance_id, reason, note, since, \"by\") SELECT id, 'other', '', 0, 'x' FROM process_instance WHERE reference = ?"
    assert [(name, why) for _, name, why in broken(lived, put, LATE)] == [
        (
            "I1",
            "Its record does not add up: the history says that open blocks is none, its row says other (I1).",
        )
    ]


def test_a_row_that_cannot_be_read_is_found(lived: Council) -> None:
    assert broken(lived, NO_JSON, LATE) == [(LATE, "I1", "Its row cannot be read (I1).")]


# ------------------------------------------------------------------ I2: the history is whole
def test_an_entry_that_was_changed_is_found(lived: Council) -> None:
    sql(lived, "DROP TRIGGER history_entry_no_update")
    change = "UPDATE history_entry SET actor = 'mo' WHERE seq = 1 AND instance_id = (SELECT id FROM process_instance WHERE reference = ?)"
    assert broken(lived, change, LATE) == [
        (
            LATE,
            "I2",
            "Its history was changed after it was written: entry 1: the entry was changed: its hash does not fit (I2).",
        )
    ]


def test_an_entry_that_is_missing_at_the_end_is_found(lived: Council) -> None:
    sql(lived, "DROP TRIGGER history_entry_no_delete")
    gone = "DELETE FROM history_entry WHERE seq > 1 AND instance_id = (SELECT id FROM process_instance WHERE reference = ?)"
    assert "I2" in {name for _, name, _ in broken(lived, gone, LATE)}


def test_an_entry_that_cannot_be_read_is_found_and_nothing_else_is_guessed(lived: Council) -> None:
    rewrite(lived, LATE, "SET changes = '{' WHERE seq = 1")
    ((reference, name, why),) = found(lived)
    assert (reference, name) == (LATE, "I2")
    assert "an entry cannot be read" in why


# ------------------------------------------------------------------ I3, I4: clocks
def test_a_level_told_more_often_than_its_clock_fired_is_found(lived: Council) -> None:
    again = "UPDATE timer SET status = 'lapsed' WHERE status = 'fired' AND level = 'L0' AND instance_id = (SELECT id FROM process_instance WHERE reference = ?)"
    assert broken(lived, again, LATE) == [
        (
            LATE,
            "I3",
            "Level L0 of assign_by was told 1 times, but its clock came to that only 0 times (I3).",
        )
    ]


def overdue(council: Council, since: datetime) -> None:
    at = int(since.timestamp()) * 1_000_000
    mine = "(SELECT id FROM process_instance WHERE reference = ?)"
    sql(
        council,
        f"UPDATE timer SET due_at = ? WHERE status = 'armed' AND instance_id = {mine}",  # noqa: S608
        at,
        LATE,
    )
    sql(council, "UPDATE process_instance SET next_due_at = ? WHERE reference = ?", at, LATE)


def test_what_was_due_a_while_ago_and_was_not_done_is_found(lived: Council) -> None:
    overdue(lived, lived.now)
    items = found(lived)
    assert {(reference, name) for reference, name, _ in items} == {(LATE, "I4")}
    assert items[0][2].endswith("was due at 2025-10-08 09:00 UTC, and nothing happened (I4).")


def test_what_is_due_only_now_is_not_late_yet(lived: Council) -> None:
    overdue(lived, lived.now + timedelta(hours=1) - timedelta(seconds=89))
    assert found(lived) == []


def test_what_an_incident_keeps_from_being_tried_is_not_late(lived: Council) -> None:
    overdue(lived, lived.now)
    at = int((lived.now + timedelta(hours=2)).timestamp()) * 1_000_000
    sql(
        lived,
        "INSERT INTO incident (instance_id, fingerprint, error, count, first_at, last_at, next_try_at) "
        "SELECT id, 'f', 'x', 1, 0, 0, ? FROM process_instance WHERE reference = ?",
        at, LATE,
    )  # fmt: skip
    assert examine(lived.ctx, now=lived.now + timedelta(hours=1))["items"] == []


# ------------------------------------------------------------------ I5: moves
def test_a_move_that_its_rules_do_not_allow_is_found(lived: Council) -> None:
    rewrite(lived, DONE, "SET action = 'fly' WHERE action = 'accept'")
    assert found(lived) == [
        (
            DONE,
            "I5",
            "fly took it from assigned to in_progress, which version 1 of its rules does not allow (I5).",
        )
    ]


def test_a_jump_from_one_state_to_another_without_an_entry_is_found(lived: Council) -> None:
    rewrite(lived, DONE, "SET before = 'raised', after = 'raised' WHERE action = 'accept'")
    assert {name for _, name, _ in found(lived)} == {"I5"}
    assert "jumps from raised to in_progress without a move" in str(
        incidents.open_incidents(lived.ctx)
    )


@pytest.mark.parametrize("action", ["repair_set_state", "migrated"])
def test_a_repair_and_a_migration_may_go_where_no_move_leads(lived: Council, action: str) -> None:
    rewrite(lived, DONE, "SET action = ? WHERE action = 'accept'", action)
    assert found(lived) == []


def test_of_a_content_that_was_not_kept_no_move_is_called_wrong(lived: Council) -> None:
    rewrite(lived, DONE, "SET action = 'fly' WHERE action = 'accept'")
    assert broken(lived, "UPDATE process_definition SET body = ''") == []


# ------------------------------------------------------------------ I6: messages
def test_a_level_that_was_told_without_a_message_is_found(lived: Council) -> None:
    gone = "DELETE FROM outbox_message WHERE \"to\" = 'sandy' AND instance_id = (SELECT id FROM process_instance WHERE reference = ?)"
    items = broken(lived, gone, LATE)
    assert {(reference, name) for reference, name, _ in items} == {(LATE, "I6")}
    assert (
        "The history says that sandy was told of level L0 of assign_by, and no message was written (I6)."
        in [why for _, _, why in items]
    )


# ------------------------------------------------------------------ I7: clocks of what stands open
def unwatched(council: Council, more: str = "") -> None:
    mine = "(SELECT id FROM process_instance WHERE reference = ?)"
    sql(
        council,
        f"UPDATE timer SET status = 'lapsed' WHERE status = 'armed' AND instance_id = {mine}",  # noqa: S608
        FRESH,
    )
    sql(council, f"UPDATE process_instance SET next_due_at = NULL{more} WHERE reference = ?", FRESH)  # noqa: S608


def test_what_stands_open_without_a_clock_is_found(lived: Council) -> None:
    unwatched(lived)
    assert found(lived) == [
        (
            FRESH,
            "I7",
            "Nothing watches it: it is raised, no clock is set, and nobody would ever be told (I7).",
        )
    ]


def test_what_ended_needs_no_clock(lived: Council) -> None:
    unwatched(lived, ", closed_at = opened_at")
    assert "I7" not in {name for _, name, _ in found(lived)}


# ------------------------------------------------------------------ I9: four eyes
@pytest.mark.parametrize(
    "same", ["SET actor = 'pat'", "SET on_behalf_of = 'pat'"], ids=["in person", "by delegation"]
)
def test_one_person_on_both_sides_is_found_also_behind_a_delegation(
    lived: Council, same: str
) -> None:
    rewrite(lived, DONE, f"{same} WHERE action = 'verify'")
    assert found(lived) == [
        (DONE, "I9", "pat acted twice where two people must: accept and verify (I9).")
    ]


# ------------------------------------------------------------------ I10: versions
@pytest.mark.parametrize("by", ["+ 1", "- 1"])
def test_a_version_that_did_not_grow_by_one_is_found(lived: Council, by: str) -> None:
    items = broken(
        lived,
        f"UPDATE process_instance SET version = version {by} WHERE reference = ?",  # noqa: S608
        DONE,
    )
    assert [(reference, name) for reference, name, _ in items] == [(DONE, "I10")]


def test_notes_refusals_and_resolved_incidents_are_no_change_of_version(lived: Council) -> None:
    broken(lived, "UPDATE process_instance SET title = 'X' WHERE reference = ?", LATE)
    (item,) = incidents.open_incidents(lived.ctx)
    lived.refusal(DONE, "sign_off", by="ada")
    sql(lived, "UPDATE process_instance SET title = 'Recommendation C02' WHERE reference = ?", LATE)
    incidents.resolve_incident(
        lived.ctx, item["id"], actor="sandy", reason="The title was mended.", now=lived.now
    )
    assert [name for _, name, _ in found(lived) if name == "I10"] == []


# ------------------------------------------------------------------ what a finding does, and does not
def test_a_finding_shows_as_failing_in_what_is_stuck(lived: Council) -> None:
    broken(lived, "UPDATE process_instance SET title = 'X' WHERE reference = ?", LATE)
    item = next(
        one for one in stuck(lived.ctx, Filter(), now=lived.now) if one["reference"] == LATE
    )
    assert item["class"] == "S5"
    assert item["why"].startswith("Its record does not add up: the history says that title is ")


def test_a_look_never_touches_what_it_looks_at(lived: Council) -> None:
    tables = ("process_instance", "history_entry", "timer", "block", "outbox_message")
    sql(lived, "UPDATE process_instance SET owner = 'mo' WHERE reference = ?", LATE)
    before = [sql(lived, f"SELECT * FROM {one}") for one in tables]  # noqa: S608
    assert len(found(lived)) == 1
    assert [sql(lived, f"SELECT * FROM {one}") for one in tables] == before  # noqa: S608


def test_the_deadlines_of_what_does_not_add_up_go_on(lived: Council) -> None:
    broken(lived, "UPDATE process_instance SET title = 'X' WHERE reference = ?", LATE)
    lived.at("2025-10-10 00:30").passes()
    assert lived.show(LATE)["level"] == "L1"


def test_the_same_finding_hour_after_hour_is_one_incident(lived: Council) -> None:
    sql(lived, "UPDATE process_instance SET title = 'X' WHERE reference = ?", LATE)
    for _ in range(3):
        look(lived)
    (item,) = incidents.open_incidents(lived.ctx)
    assert (item["count"], item["instances"], item["quiet_since"]) == (3, 1, None)


def test_what_adds_up_again_is_said_to_be_quiet_and_waits_for_a_person(lived: Council) -> None:
    broken(lived, "UPDATE process_instance SET epoch = 9 WHERE reference = ?", LATE)
    broken(lived, "UPDATE process_instance SET epoch = 1 WHERE reference = ?", LATE)
    (item,) = incidents.open_incidents(lived.ctx)
    assert item["quiet_since"] == item["last_at"]


def test_what_fails_already_is_not_reported_again(lived: Council) -> None:
    sql(lived, NO_JSON, LATE)
    lived.at("2025-10-10 00:30").passes()
    assert [one["fingerprint"].split()[0] for one in incidents.open_incidents(lived.ctx)] == [
        "JSONDecodeError"
    ]


# ------------------------------------------------------------------ how far it looks
def test_a_pass_looks_once_an_hour(lived: Council) -> None:
    first = look(lived)
    assert first is not None
    lived.later(minutes=59)
    assert look_at_records(lived.ctx, now=lived.now, sweep=Sweep()) is None
    assert look(lived) is not None


def test_a_clock_that_was_put_back_does_not_keep_it_from_looking(lived: Council) -> None:
    look(lived)
    lived.later(hours=-30)
    assert look_at_records(lived.ctx, now=lived.now, sweep=Sweep()) is not None


def test_in_time_a_small_sample_covers_every_record(lived: Council) -> None:
    lived.ctx = replace(lived.ctx, sample=2)
    percents, whole = [], len(sql(lived, "SELECT id FROM process_instance"))
    for _ in range(whole + 2):
        seen = look(lived)
        assert seen is not None
        assert 1 <= seen.sampled <= 2
        percents.append(seen.covered_percent)
        if seen.covered_percent == 100:
            break
    assert percents[-1] == 100
    assert percents == sorted(percents)
    again = look(lived)
    assert again is not None
    assert again.covered_percent < 100
    assert again.round_at == again.at


def test_what_moved_since_the_last_look_is_looked_at_first(lived: Council) -> None:
    lived.ctx = replace(lived.ctx, sample=4)
    look(lived)
    fresh = raised(lived, "C06")
    raised(lived, "C07")
    lived.passes()
    sql(lived, "UPDATE process_instance SET title = 'X' WHERE reference = ?", fresh)
    assert [reference for reference, _, _ in found(lived)] == [fresh]


def test_the_status_says_how_far_it_looked(lived: Council) -> None:
    fresh = replace(lived.ctx)
    sql(lived, "DELETE FROM invariant_pass")
    assert enquiries.status(fresh, now=lived.now)["invariants"] is None
    broken(lived, "UPDATE process_instance SET title = 'X' WHERE reference = ?", LATE)
    told = enquiries.status(fresh, now=lived.now)["invariants"]
    count = len(sql(lived, "SELECT id FROM process_instance"))
    assert (told["sampled"], told["of"], told["covered_percent"], told["failures"]) == (
        count, count, 100.0, 1,
    )  # fmt: skip
    assert told["last_at"] == told["covered_since"] == "2025-10-08T10:00:00Z"


def test_to_examine_writes_nothing(lived: Council) -> None:
    sql(lived, "UPDATE process_instance SET title = 'X' WHERE reference = ?", LATE)
    told = examine(lived.ctx, now=lived.now)
    assert [(one["invariant"], one["reference"]) for one in told["items"]] == [("I1", LATE)]
    assert incidents.open_incidents(lived.ctx) == []


def test_a_sample_asked_for_goes_on_where_the_last_look_ended(lived: Council) -> None:
    lived.ctx = replace(lived.ctx, sample=2)
    sql(lived, "DELETE FROM invariant_pass")
    look(lived)
    told = examine(lived.ctx, now=lived.now, sample=1)
    assert told["checked"] == 1

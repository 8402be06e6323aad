"""Messages go out once, and what does not go out is tried again."""

from collections import Counter
from dataclasses import replace

import pytest
from council import Council
from hands import REC, recording, sql

from qa_workflow.service import enquiries, sweeps, why


def test_a_message_goes_out_once(three: Council) -> None:
    channel = recording(three)
    three.at("2025-10-06 09:00").passes()
    three.later(hours=1).passes()
    assert set(Counter((one.key, one.to) for one in channel.sent).values()) == {1}


def test_a_message_that_fails_waits_and_goes_out_later(three: Council) -> None:
    channel = recording(three)
    channel.broken = {"ada"}
    three.at("2025-10-06 09:00").passes()
    channel.broken = set()
    three.later(minutes=1).passes()
    assert len(channel.to("ada")) == 3


def test_a_message_that_fails_does_not_keep_the_others_from_going_out(three: Council) -> None:
    channel = recording(three)
    channel.broken = {"ada"}
    three.at("2025-10-06 09:00").passes()
    assert len(channel.to("sandy")) == 3


def test_a_message_that_failed_is_not_tried_before_its_time(three: Council) -> None:
    channel = recording(three)
    channel.broken = {"ada"}
    three.at("2025-10-06 09:00").passes()
    channel.broken = set()
    three.later(seconds=59).passes()
    assert channel.to("ada") == []


def test_a_message_that_failed_says_why(three: Council) -> None:
    recording(three).broken = {"ada"}
    three.at("2025-10-06 09:00").passes()
    failed = enquiries.messages(three.ctx, status="failed")
    assert {(one["to"], one["attempts"], one["error"]) for one in failed} == {
        ("ada", 1, "recording: ada cannot be reached")
    }


def test_a_fault_in_the_channel_itself_fails_the_message_and_not_the_pass(three: Council) -> None:
    recording(three).crashes = {"ada"}
    done = three.at("2025-10-06 09:00").passes().sweep
    assert done.messages - done.delivered == 3


def test_a_channel_that_this_program_does_not_have_fails_the_message_and_not_the_pass(
    three: Council,
) -> None:
    three.ctx = replace(three.ctx, default_channel="pigeon")
    three.at("2025-10-06 09:00").passes()
    assert {one["error"] for one in enquiries.messages(three.ctx, status="failed")} == {
        "this program has no channel 'pigeon'"
    }


def test_waiting_messages_can_be_tried_at_once(three: Council) -> None:
    channel = recording(three)
    channel.broken = {"ada"}
    three.at("2025-10-06 09:00").passes()
    channel.broken = set()
    assert sweeps.retry_outbox(three.ctx, now=three.now) == 3
    three.passes()
    assert len(channel.to("ada")) == 3


def test_a_message_to_a_role_nobody_holds_waits_for_somebody(three: Council) -> None:
    channel = recording(three)
    sql(three, "DELETE FROM person_role WHERE role = 'director'")
    three.at("2025-10-31 09:00").passes()
    assert [one.to for one in channel.sent if one.to in {"dana", "role:director"}] == []


def test_a_message_to_a_role_is_delivered_once_somebody_holds_it(three: Council) -> None:
    channel = recording(three)
    sql(three, "DELETE FROM person_role WHERE role = 'director'")
    three.at("2025-10-31 09:00").passes()
    sql(three, "INSERT INTO person_role VALUES ('cass', 'director')")
    three.later(hours=1).passes()
    assert len(channel.to("cass")) == 3


def test_each_holder_of_a_role_gets_a_message_with_a_key_of_its_own(three: Council) -> None:
    channel = recording(three)
    sql(three, "DELETE FROM person_role WHERE role = 'director'")
    three.at("2025-10-31 09:00").passes()
    sql(three, "INSERT INTO person_role VALUES ('cass', 'director'), ('dana', 'director')")
    three.later(hours=1).passes()
    keys = [one.key for one in (*channel.to("cass"), *channel.to("dana"))]
    assert (len(keys), len(set(keys))) == (6, 6)


def test_more_messages_than_are_taken_at_a_time_go_out_in_one_pass(
    three: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "MESSAGES", 2)
    done = three.at("2025-10-06 09:00").passes().sweep
    assert done.delivered == done.messages > 4


def test_every_message_names_the_reference_it_is_about(three: Council) -> None:
    channel = recording(three)
    three.at("2025-10-06 09:00").passes()
    assert all(one.key.split("|")[0] in one.body for one in channel.sent)


def test_what_is_stuck_only_because_a_message_fails_is_undelivered(three: Council) -> None:
    recording(three).broken = {"sandy"}
    three.at("2025-10-01 10:00").passes()
    assert why.why(three.ctx, REC, now=three.now)["class"] == "S6"

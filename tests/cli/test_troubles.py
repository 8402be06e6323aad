"""Where the system itself fails: incidents, messages that do not go out, a definition this program does not have."""

import socket

import pytest
from cli.shell import Shell
from council import AUTUMN

SANDY = ("--as", "sandy")


@pytest.fixture
def failing(auditing: Shell) -> Shell:
    """Give a council with one open incident on its first instance."""
    auditing.sql(
        "INSERT INTO incident (instance_id, fingerprint, error, count, first_at, last_at, next_try_at) "
        "SELECT id, 'f', 'The dates of the provider are missing', 3, opened_at, opened_at, opened_at "
        "FROM process_instance WHERE process = 'case_audit_round'"
    )
    return auditing


@pytest.fixture
def undelivered(auditing: Shell) -> Shell:
    """Give a council with one message that failed."""
    auditing.at("2025-10-24 09:00").json("daemon", "--once")
    auditing.sql(
        "UPDATE outbox_message SET status = 'pending', error = 'No such address', sent_at = NULL, "
        "next_try_at = 4102444800000000 WHERE id = (SELECT min(id) FROM outbox_message)"
    )
    return auditing


def test_an_incident_is_listed_until_somebody_resolves_it(failing: Shell) -> None:
    (item,) = failing.json("incident", "list")["items"]
    assert item["reference"] == AUTUMN
    assert list(item)[:4] == ["id", "reference", "error", "count"]
    assert "The dates of the provider" in failing.says("incident", "list")
    assert failing.json("why", AUTUMN)["items"][0]["class"] == "S5"
    number = str(item["id"])
    shown = failing.json("incident", "resolve", number, *SANDY, "--reason", "The dates are there")
    assert shown["reference"] == AUTUMN
    assert failing.json("incident", "list")["items"] == []
    failing.fails("incident", "resolve", number, *SANDY, "--reason", "Again", code=8)


def test_a_failed_message_is_listed_and_tried_again(undelivered: Shell) -> None:
    (failed,) = undelivered.json("outbox", "list", "--status", "failed")["items"]
    assert (failed["status"], failed["sent_at"]) == ("failed", None)
    assert undelivered.json("status")["outbox"]["failed"] == 1
    assert "No such address" in undelivered.says("outbox", "list")
    assert undelivered.json("outbox", "retry")["waiting"] == 1
    assert undelivered.json("daemon", "--once")["delivered"] == 1
    assert undelivered.json("outbox", "list", "--status", "failed")["items"] == []


def test_what_this_program_has_no_definition_of_can_be_listed_but_not_moved(
    auditing: Shell,
) -> None:
    auditing.json("start", "recommendation", "--subject", "C01", *SANDY)
    auditing.sql("UPDATE process_instance SET process = 'gone' WHERE process = 'recommendation'")
    assert auditing.json("list", "--process", "gone")["count"] == 1
    (drifted,) = auditing.json("stuck", "--class", "S8")["items"]
    assert drifted["process"] == "gone"
    error = auditing.fails("fire", "R-0001", "assign", *SANDY, code=7)
    assert error["code"] == "definition_faulty"
    assert "gone" in error["message"]


def test_a_state_this_program_does_not_have_can_still_be_asked_for(auditing: Shell) -> None:
    auditing.json("start", "recommendation", "--subject", "C01", *SANDY)
    auditing.sql("UPDATE process_instance SET state = 'limbo' WHERE process = 'recommendation'")
    assert auditing.json("list", "--state", "limbo")["count"] == 1


def test_the_owner_who_left_the_roster_can_still_be_asked_for(auditing: Shell) -> None:
    auditing.sql(
        "UPDATE process_instance SET owner = 'oldtimer' WHERE process = 'case_audit_round'"
    )
    assert auditing.json("list", "--owner", "oldtimer")["count"] == 1
    assert auditing.json("stuck", "--owner", "oldtimer")["schema"] == "qa-workflow/stuck/1"


def test_a_port_that_another_program_has_is_named(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as another:
        port = str(another.getsockname()[1])
        error = shell.fails("serve", "--port", port, code=2)
    assert port in error["message"]
    assert "--port" in error["message"]

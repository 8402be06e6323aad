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


def test_an_incident_is_shown_with_its_instances_and_who_resolved_it(failing: Shell) -> None:
    number = str(failing.json("incident", "list")["items"][0]["id"])
    shown = failing.json("incident", "show", number)
    assert (shown["schema"], shown["instances"]) == ("qa-workflow/incident-show/1", 1)
    assert [one["reference"] for one in shown["of"]] == [AUTUMN]
    assert "Happened 3 times" in failing.says("incident", "show", number)
    failing.json("incident", "resolve", number, *SANDY, "--reason", "The dates are there")
    assert failing.json("incident", "list")["items"] == []
    (item,) = failing.json("incident", "list", "--all")["items"]
    assert (item["resolved_by"], item["resolved_reason"]) == ("sandy", "The dates are there")
    assert "by sandy: The dates are there" in failing.says("incident", "list", "--all")
    assert "by sandy" in failing.says("incident", "show", number)
    failing.fails("incident", "show", "99", code=8)


@pytest.fixture
def widespread(auditing: Shell) -> Shell:
    """Give a council in which the same failure stands open on every instance there is."""
    for number in range(1, 6):
        auditing.json("start", "recommendation", "--subject", f"C{number:02}", *SANDY)
    auditing.sql(
        "INSERT INTO incident (instance_id, fingerprint, error, count, first_at, last_at, next_try_at) "
        "SELECT id, 'f', 'The dates are missing', 2, opened_at, opened_at, opened_at FROM process_instance"
    )
    return auditing


def test_the_same_failure_of_many_is_one_and_resolved_only_when_somebody_confirms_it(
    widespread: Shell,
) -> None:
    (item,) = widespread.json("incident", "list")["items"]
    assert item["instances"] > 20
    assert item["count"] == 2 * item["instances"]
    typed = ("incident", "resolve", str(item["id"]), *SANDY, "--reason", "Mended")
    error = widespread.fails(*typed, code=2)
    assert f"{item['instances']} instances" in error["message"]
    done = widespread.json(*typed, "--yes")
    assert done["schema"] == "qa-workflow/incident-resolve/1"
    assert len(done["resolved"]) == item["instances"]
    assert done["unreadable"] == []
    assert widespread.json("incident", "list")["items"] == []


def test_one_of_many_is_resolved_alone_without_asking(widespread: Shell) -> None:
    (item,) = widespread.json("incident", "list")["items"]
    typed = ("incident", "resolve", str(item["id"]), *SANDY, "--reason", "Mended", "--only-this")
    assert widespread.json(*typed)["reference"] == item["reference"]
    (left,) = widespread.json("incident", "list")["items"]
    assert left["instances"] == item["instances"] - 1


def test_many_are_resolved_in_words(widespread: Shell) -> None:
    told = widespread.says("incident", "resolve", "1", *SANDY, "--reason", "Mended", "--yes")
    assert "tried again at the next pass" in told


def test_a_failing_step_is_listed_and_resolved_too(auditing: Shell) -> None:
    auditing.sql(
        "INSERT INTO incident (about, fingerprint, error, count, first_at, last_at, next_try_at) "
        "VALUES ('planning ahead', 'f', 'No such line', 2, 0, 0, 0)"
    )
    (item,) = auditing.json("incident", "list")["items"]
    assert (item["reference"], item["instances"]) == ("planning ahead", 1)
    typed = ("incident", "resolve", str(item["id"]), *SANDY, "--reason", "A new release")
    assert auditing.json(*typed)["resolved"] == []
    assert auditing.json("status")["open_incidents"] == 0


# ------------------------------------------------------------------ do the records add up
def test_healthy_records_add_up(auditing: Shell) -> None:
    auditing.json("daemon", "--once")
    body = auditing.json("invariants", "--all")
    assert list(body) == ["schema", "checked", "of", "ok", "seconds", "invariants", "items"]
    assert body["checked"] == body["of"]
    assert [one["invariant"] for one in body["invariants"]] == [f"I{one}" for one in range(1, 11)]
    assert auditing.json("invariants", "--sample", "3")["checked"] == 3
    assert "records checked" in auditing.says("invariants")


def test_what_does_not_add_up_is_named_and_ends_with_one(auditing: Shell) -> None:
    auditing.json("daemon", "--once")
    auditing.sql("UPDATE process_instance SET title = 'X' WHERE process = 'case_audit_round'")
    before = auditing.dump()
    body = auditing.json("invariants", "--all", code=1)
    assert auditing.dump() == before
    assert (body["ok"], [one["reference"] for one in body["items"]]) == (False, [AUTUMN])
    assert "title" in body["items"][0]["why"]
    assert f"{AUTUMN}: Its record does not add up" in auditing.says("invariants", "--all", code=1)


def test_the_status_says_how_far_the_daemon_has_checked_the_records(auditing: Shell) -> None:
    auditing.json("daemon", "--once")
    looked = auditing.json("status")["invariants"]
    assert list(looked) == [
        "last_at", "sampled", "of", "covered_percent", "covered_since", "failures",
    ]  # fmt: skip
    assert "0 things did not add up" in auditing.says("status")


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

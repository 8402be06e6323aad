"""At the command line: who acts for whom, who leaves, and under whom what they leave behind is listed."""

from typing import Any

import pytest
from cli.shell import Shell

LENDS = ("people", "delegate", "ada", "cass", "--role", "ad_people")
OCTOBER = ("--from", "2025-10-06", "--until", "2025-10-10")
LEAVES = ("people", "deactivate", "aud1", "--on")
LENT = {
    "from": "ada", "to": "cass", "role": "ad_people", "from_on": "2025-10-06", "until_on": "2025-10-10",
}  # fmt: skip


@pytest.fixture
def at_work(auditing: Shell, audit: str) -> Shell:
    """Give a shell on 8 October 2025, where `aud1` has one audit."""
    auditing.json("fire", audit, "allocate", "--as", "quinn", "--data", "auditor=aud1")
    return auditing


def blocked(shell: Shell, audit: str) -> list[str]:
    return [one["reason"] for one in shell.json("show", audit)["blocked"]]


def person(shell: Shell, person_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one for one in shell.json("people", "list")["items"] if one["person_id"] == person_id
    )
    return found


# ------------------------------------------------------------------ delegate
def test_a_delegation_is_recorded_and_said_in_a_sentence(shell: Shell) -> None:
    assert shell.says(*LENDS, *OCTOBER) == (
        "cass acts as ad_people for ada from 2025-10-06 to 2025-10-10.\n"
    )


def test_a_delegation_is_answered_to_machines(shell: Shell) -> None:
    assert shell.json(*LENDS, *OCTOBER) == {
        "schema": "qa-workflow/people-delegate/1", **LENT, "recorded": True,
    }  # fmt: skip
    assert shell.json(*LENDS, *OCTOBER)["recorded"] is False


def test_the_same_delegation_again_changes_nothing(shell: Shell) -> None:
    shell.says(*LENDS, *OCTOBER)
    before = shell.dump()
    assert "recorded already" in shell.says(*LENDS, *OCTOBER)
    assert shell.dump() == before


@pytest.mark.parametrize(
    ("typed", "code", "named"),
    [
        ((*LENDS[:2], "zoe", "cass", *LENDS[4:], *OCTOBER), "unknown_person", "'zoe'"),
        ((*LENDS[:3], "zoe", *LENDS[4:], *OCTOBER), "unknown_person", "'zoe'"),
        ((*LENDS, *OCTOBER, "--as", "zoe"), "unknown_person", "'zoe'"),
        ((*LENDS[:5], "boss", *OCTOBER), "bad_input", "There is no role 'boss'"),
        ((*LENDS[:5], "director", *OCTOBER), "bad_input", "does not hold the role director"),
        ((*LENDS[:3], "ada", *LENDS[4:], *OCTOBER), "bad_input", "cannot act for themselves"),
        ((*LENDS, *OCTOBER[:3], "2025-10-05"), "bad_input", "lies before"),
        ((*LENDS, "--from", "2025-09-01", "--until", "2025-09-14"), "bad_input", "has passed"),
        ((*LENDS, "--from", "soon", "--until", "2025-10-10"), "bad_input", "YYYY-MM-DD"),
        (LENDS, "usage", "--from"),
    ],
)
def test_a_delegation_that_cannot_be_is_bad_input(
    shell: Shell, typed: tuple[str, ...], code: str, named: str
) -> None:
    error = shell.fails(*typed, code=2)
    assert (error["code"], named in error["message"]) == (code, True)


def test_a_delegate_acts_and_the_history_says_for_whom(auditing: Shell) -> None:
    auditing.says(*LENDS, *OCTOBER)
    auditing.json(
        "fire", "case_audit_round:2025-26:A", "abandon", "--as", "cass", "--reason", "No."
    )
    last = auditing.json("history", "case_audit_round:2025-26:A")["items"][-1]
    assert (last["actor"], last["on_behalf_of"]) == ("cass", "ada")


# ------------------------------------------------------------------ who acts today
def test_the_roster_shows_who_acts_today(shell: Shell) -> None:
    shell.says(*LENDS, *OCTOBER)
    assert person(shell, "cass")["delegations"] == []
    shell.at("2025-10-06 08:00")
    assert [person(shell, one)["delegations"] for one in ("ada", "cass", "sandy")] == [
        [LENT], [LENT], [],
    ]  # fmt: skip


def test_the_roster_keeps_the_keys_that_were_promised(shell: Shell) -> None:
    assert list(person(shell, "ada"))[:9] == [
        "person_id", "name", "email", "roles", "team", "manager", "active_from", "active_to", "active",
    ]  # fmt: skip


def test_people_read_who_acts_for_whom(shell: Shell) -> None:
    shell.says(*LENDS, *OCTOBER)
    said = shell.at("2025-10-06 08:00").says("people", "list")
    assert "acts as ad_people for ada until 2025-10-10" in said
    assert "cass acts as ad_people until 2025-10-10" in said


def test_delegations_are_listed_until_they_have_ended(shell: Shell) -> None:
    shell.says(*LENDS, *OCTOBER)
    (one,) = shell.json("people", "delegations")["items"]
    assert one == {**LENT, "counts": False}
    assert shell.at("2025-10-10 23:00").json("people", "delegations")["items"][0]["counts"] is True
    assert shell.at("2025-10-11 00:01").json("people", "delegations")["items"] == []
    assert shell.json("people", "delegations", "--all")["count"] == 1


def test_a_delegation_of_somebody_who_has_left_counts_no_more(shell: Shell) -> None:
    shell.says(*LENDS, *OCTOBER)
    shell.at("2025-10-06 08:00").says("people", "deactivate", "ada", "--on", "2025-10-06")
    assert shell.json("people", "delegations")["items"][0]["counts"] is False
    assert person(shell, "cass")["delegations"] == []


def test_a_delegation_to_somebody_who_has_left_counts_no_more(shell: Shell) -> None:
    shell.says(*LENDS, *OCTOBER)
    shell.at("2025-10-06 08:00").says("people", "deactivate", "cass", "--on", "2025-10-06")
    assert shell.json("people", "delegations")["items"][0]["counts"] is False
    assert person(shell, "ada")["delegations"] == []


def test_delegations_are_read_in_the_order_of_their_days(shell: Shell) -> None:
    shell.says(*LENDS, *OCTOBER)
    shell.says(*LENDS, "--from", "2025-09-16", "--until", "2025-09-19")
    found = [one["from_on"] for one in shell.json("people", "delegations")["items"]]
    assert found == ["2025-09-16", "2025-10-06"]
    said = shell.says("people", "delegations").splitlines()
    assert said[0].split("  ")[0] == "from"
    assert "2025-09-16" in said[1]


# ------------------------------------------------------------------ deactivate
def test_what_a_leaver_leaves_behind_is_blocked_and_listed(at_work: Shell, audit: str) -> None:
    body = at_work.json(*LEAVES, "2025-10-08")
    note = (
        "Alex Auditor owns it and is not active. "
        "Sandy Quality should give it to another person (reassign)."
    )
    assert body == {
        "schema": "qa-workflow/people-deactivate/1",
        "person_id": "aud1", "name": "Alex Auditor", "active_to": "2025-10-07", "manager": "sandy",
        "blocked": True,
        "count": 1,
        "items": [
            {
                "reference": audit, "process": "case_audit", "state": "allocated",
                "reason": "owner_inactive", "note": note, "listed_under": "sandy",
            }
        ],
        "delegations_ended": [], "unreadable": [], "written": True,
    }  # fmt: skip
    assert blocked(at_work, audit) == ["owner_inactive"]
    assert person(at_work, "aud1")["active"] is False


def test_people_read_what_is_left_behind_and_what_to_do(at_work: Shell, audit: str) -> None:
    result = at_work.type(*LEAVES, "2025-10-08")
    lines = result.stdout.splitlines()
    assert lines[0] == "Alex Auditor is not active from 2025-10-08."
    assert lines[1].split() == ["reference", "state", "reason", "listed", "under"]
    assert lines[2].split() == [audit, "allocated", "owner_inactive", "sandy"]
    assert "1 of them are blocked until somebody else has them; no date moves." in result.stderr
    assert "qa-workflow reassign REF --to ID" in result.stderr


def test_a_rehearsal_of_leaving_writes_nothing(at_work: Shell) -> None:
    before = at_work.dump()
    body = at_work.json(*LEAVES, "2025-10-08", "--dry-run")
    assert (body["count"], body["written"]) == (1, False)
    result = at_work.type(*LEAVES, "2025-10-08", "--dry-run")
    assert result.stdout.startswith("Alex Auditor would be not active from 2025-10-08.")
    assert "Nothing was written." in result.stderr
    assert at_work.dump() == before


def test_a_day_to_come_blocks_nothing_yet(at_work: Shell, audit: str) -> None:
    result = at_work.type(*LEAVES, "2025-10-13")
    assert "on 2025-10-13 will be blocked" in result.stderr
    assert blocked(at_work, audit) == []
    at_work.at("2025-10-13 00:01").type("daemon", "--once")
    assert blocked(at_work, audit) == ["owner_inactive"]


def test_delegations_that_end_are_told(at_work: Shell) -> None:
    at_work.says(*LENDS, *OCTOBER)
    result = at_work.type("people", "deactivate", "ada", "--on", "2025-10-08")
    assert "Ends: cass acts as ad_people for ada." in result.stderr


def test_what_cannot_be_read_is_named(at_work: Shell, audit: str) -> None:
    at_work.sql(f"UPDATE process_instance SET data = '{{' WHERE reference = '{audit}'")  # noqa: S608 - our own reference
    result = at_work.type(*LEAVES, "2025-10-08")
    assert f"Note: {audit} cannot be read, and was left as it is." in result.stderr


def test_the_open_work_of_a_leaver_is_listed_under_the_manager(at_work: Shell, audit: str) -> None:
    at_work.says(*LEAVES, "2025-10-08")
    for asked in ("list", "stuck"):
        assert audit in [
            one["reference"] for one in at_work.json(asked, "--owner", "sandy")["items"]
        ]
    assert audit in at_work.says("list", "--owner", "sandy")


def test_giving_the_work_to_another_takes_its_block_off(at_work: Shell, audit: str) -> None:
    at_work.says(*LEAVES, "2025-10-08")
    at_work.json("reassign", audit, "--to", "aud2", "--as", "sandy", "--reason", "Alex has left.")
    assert blocked(at_work, audit) == []


@pytest.mark.parametrize(
    ("typed", "code", "named"),
    [
        (("people", "deactivate", "zoe", "--on", "2025-10-08"), "unknown_person", "'zoe'"),
        ((*LEAVES, "tomorrow"), "bad_input", "YYYY-MM-DD"),
        ((*LEAVES, "2025-10-08", "--as", "zoe"), "unknown_person", "'zoe'"),
        (("people", "deactivate", "aud1"), "usage", "--on"),
    ],
)
def test_whoever_cannot_leave_is_bad_input(
    shell: Shell, typed: tuple[str, ...], code: str, named: str
) -> None:
    error = shell.fails(*typed, code=2)
    assert (error["code"], named in error["message"]) == (code, True)


def test_nobody_leaves_twice(shell: Shell) -> None:
    shell.says(*LEAVES, "2025-09-15")
    assert "is not active any more" in shell.fails(*LEAVES, "2025-10-08", code=2)["message"]


def test_nobody_leaves_before_they_have_begun(shell: Shell) -> None:
    shell.sql("UPDATE person SET active_from = '2025-10-01' WHERE person_id = 'aud1'")
    assert "begins on" in shell.fails(*LEAVES, "2025-10-01", code=2)["message"]


def test_a_leaver_acts_no_more(at_work: Shell, audit: str) -> None:
    at_work.says(*LEAVES, "2025-10-08")
    error = at_work.fails("fire", audit, "start", "--as", "aud1", code=2)
    assert "is not active today" in error["message"]

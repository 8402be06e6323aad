"""Lists: complete, filtered, paged so that the pages join to the whole."""

from pathlib import Path

import pytest
from cli.shell import Shell
from council import AUTUMN


def references(shell: Shell, *typed: str) -> list[str]:
    return [one["reference"] for one in shell.json("list", *typed)["items"]]


@pytest.fixture
def late(auditing: Shell) -> Shell:
    """Give a council in which twelve audits were not allocated in time."""
    auditing.at("2025-10-24 09:00").json("daemon", "--once")
    return auditing


def test_without_a_limit_a_list_is_complete(auditing: Shell) -> None:
    body = auditing.json("list")
    assert body["count"] == 17
    assert "next" not in body
    assert references(auditing) == sorted(references(auditing))


@pytest.mark.parametrize("limit", [1, 4, 6, 12, 13, 14])
def test_the_pages_join_to_the_whole(auditing: Shell, limit: int) -> None:
    everything = references(auditing)
    found: list[str] = []
    cursor = None
    pages = 0
    while True:
        body = auditing.json(
            "list", "--limit", str(limit), *(("--after", cursor) if cursor else ())
        )
        found += [one["reference"] for one in body["items"]]
        pages += 1
        cursor = body["next"]
        if cursor is None:
            break
        assert body["count"] == limit
        assert cursor == found[-1]
    assert found == everything
    assert pages == -(-len(everything) // limit)


def test_a_page_is_not_moved_by_what_ends_before_it(auditing: Shell) -> None:
    first = auditing.json("list", "--limit", "5")
    rest = references(auditing)[5:]
    auditing.json("fire", AUTUMN, "abandon", "--as", "ada", "--reason", "Made by mistake.")
    following = references(auditing, "--limit", "100", "--after", first["next"])
    assert [one for one in following if one in rest] == [one for one in rest if one in following]


def test_any_positive_limit_will_do(auditing: Shell) -> None:
    assert auditing.json("list", "--limit", str(10**30))["count"] == 17


def test_people_are_told_how_to_see_more(auditing: Shell) -> None:
    result = auditing.type("list", "--limit", "2")
    cursor = references(auditing)[1]
    assert result.stderr == f"More: --after {cursor}\n"
    assert auditing.type("list", "--limit", "2", "-q").stderr == ""
    assert auditing.type("list", "--limit", "17").stderr == ""


def test_a_cursor_that_is_no_reference_only_says_where_to_begin(auditing: Shell) -> None:
    assert references(auditing, "--after", "case_audit_", "--process", "case_audit_round") == [
        AUTUMN
    ]
    assert references(auditing, "--after", "zzz") == []


def test_filters_narrow_a_list_together(auditing: Shell) -> None:
    audits = references(auditing, "--process", "case_audit")
    assert len(audits) == 12
    auditing.json("fire", audits[0], "allocate", "--as", "quinn", "--data", "auditor=aud1")
    assert references(auditing, "--owner", "aud1") == [audits[0]]
    assert references(auditing, "--state", "allocated") == [audits[0]]
    assert references(auditing, "--state", "selected", "--process", "case_audit") == audits[1:]
    assert references(auditing, "--team", "North") == audits
    assert references(auditing, "--team", "South") == []
    assert references(auditing, "--owner", "sm_sqa") == [*audits[1:], AUTUMN]
    assert references(auditing, "--owner", "finance") == []  # a role of the list that nobody holds


def test_overdue_shows_what_is_late(late: Shell) -> None:
    assert references(late, "--overdue", "--process", "case_audit") == references(
        late, "--process", "case_audit"
    )


def test_what_has_ended_is_listed_only_when_all_is_asked_for(auditing: Shell) -> None:
    auditing.json("fire", AUTUMN, "abandon", "--as", "ada", "--reason", "Made by mistake.")
    assert AUTUMN not in references(auditing)
    assert AUTUMN in references(auditing, "--all")


# ------------------------------------------------------------------ what people read
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("status", ["last pass", "bank holidays known until 2028-12-31"]),
        ("list", ["reference", AUTUMN]),
        ("show 2025-26:A", ["Owner", "deadline", "allocate_by", "Can be done:", "Below it:"]),
        ("why 2025-26:A", ["2025-26:A"]),
        ("history 2025-26:A", ["took effect", "freeze_sample", "2025-10-01 00:00"]),
        ("history verify", ["every one fits"]),
        ("people list", ["Sandy Quality", "sm_sqa"]),
        ("case list", ["C01", "cin"]),
        ("case show C01", ["plan type: cin", "practitioner"]),
        ("plan --from 2025-10-01 --to 2026-09-30", ["CFA", AUTUMN]),
        ("calendar --year 2025 --month 11", ["November 2025", AUTUMN]),
        ("calendar", ["January 2025", "December 2025"]),
        ("calendar holidays", ["2025-12-25", "bank_holiday"]),
        ("process list", ["case_audit_round"]),
        ("process show case_audit", ["submit", "asks for"]),
        ("process diagram recommendation", ["raised"]),
        ("process diagram recommendation --format mermaid", ["stateDiagram-v2"]),
        ("methodology show", ["grades", "outstanding"]),
        ("incident list", ["id"]),
        ("outbox list", ["status", "subject"]),
        ("outbox retry", ["0 messages"]),
        ("due --from 2026-03-30 --working-days 20 --ladder statutory", ["Due on 2026-04-29", "L3"]),
        ("daemon --once", ["opened 0", "next due at"]),
    ],
)  # fmt: skip
def test_people_get_plain_aligned_text(auditing: Shell, typed: str, words: list[str]) -> None:
    if typed == "daemon --once":
        auditing.json("daemon", "--once")
    told = auditing.says(*typed.split())
    assert [word for word in words if word not in told] == []
    assert "\x1b" not in told


def test_a_process_of_the_councils_own_is_listed_and_shown(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Path(__file__).parents[1] / "frameworks" / "saltmarsh.toml"
    monkeypatch.setenv("QA_WORKFLOW_FRAMEWORK", str(own))
    names = {one["name"] for one in shell.json("process", "list")["items"]}
    assert {"missing_children_report", "case_audit"} <= names
    assert shell.json("process", "show", "missing_children_report")["initial"] == "due"

"""`stuck` and `needs-me` on the command line: pages, thresholds, groups, and commands that are ready to be typed."""

import shlex

import pytest
from cli.shell import Shell

REPAIR = {"what", "command"}


@pytest.fixture
def late(auditing: Shell) -> Shell:
    """Give a council in which twelve audits were not allocated in time."""
    auditing.at("2025-10-24 09:00").json("daemon", "--once")
    return auditing


# ------------------------------------------------------------------ how much is too much
def test_the_threshold_makes_the_exit_code_3(late: Shell) -> None:
    found = late.json("stuck")["count"]
    assert found >= 12
    late.json("stuck", "--fail-on", str(found + 1))
    assert late.json("stuck", "--fail-on", str(found), code=3)["count"] == found
    result = late.type("stuck", "--fail-on", "1")
    assert result.exit_code == 3
    assert "At least 1 are stuck: the threshold of --fail-on is reached." in result.stderr


def test_with_a_threshold_alone_no_more_is_shown_than_reaches_it(late: Shell) -> None:
    body = late.json("stuck", "--fail-on", "2", code=3)
    assert body["items"] == late.json("stuck")["items"][:2]
    assert "next" not in body


@pytest.mark.parametrize("limit", [1, 2, 11, 100])
def test_a_threshold_beyond_the_page_is_counted_all_the_same(late: Shell, limit: int) -> None:
    body = late.json("stuck", "--fail-on", "12", "--limit", str(limit), code=3)
    everything = late.json("stuck")["items"]
    assert body["items"] == everything[:limit]
    late.json("stuck", "--fail-on", str(len(everything) + 1), "--limit", str(limit))


def test_nothing_stuck_never_reaches_the_threshold(shell: Shell) -> None:
    assert shell.says("stuck", "--fail-on", "1") == "Nothing is stuck.\n"
    assert shell.says("stuck", "--group-by", "class") == "Nothing is stuck.\n"


def test_the_threshold_counts_what_was_asked_for(late: Shell) -> None:
    late.json("stuck", "--process", "recommendation", "--fail-on", "1")
    late.json("stuck", "--team", "South", "--fail-on", "1")
    late.json("stuck", "--min-days", "999", "--fail-on", "1")
    late.json("stuck", "--process", "case_audit", "--fail-on", "12", code=3)
    late.json("stuck", "--group-by", "process", "--fail-on", "12", code=3)


# ------------------------------------------------------------------ pages, classes, groups
@pytest.mark.parametrize("limit", [1, 5, 12, 100, 10**30])
def test_the_pages_join_to_the_whole(late: Shell, limit: int) -> None:
    everything = late.json("stuck")
    assert "next" not in everything
    found, cursor = [], None
    while True:
        body = late.json("stuck", "--limit", str(limit), *(("--after", cursor) if cursor else ()))
        found += body["items"]
        cursor = body["next"]
        if cursor is None:
            break
        assert body["count"] == limit
    assert found == everything["items"]


def test_people_are_told_how_to_see_more(late: Shell) -> None:
    cursor = late.json("stuck", "--limit", "2")["next"]
    assert late.type("stuck", "--limit", "2").stderr == f"More: --after {cursor}\n"
    assert late.type("stuck", "--limit", "2", "-q").stderr == ""
    assert late.type("stuck", "--limit", "100").stderr.endswith(" stuck.\n")


def test_groups_go_without_pages(late: Shell) -> None:
    late.fails("stuck", "--group-by", "class", "--limit", "3", code=2)
    late.fails("stuck", "--group-by", "class", "--after", "2025-10-01T00:00:00Z,x:y", code=2)


def test_a_cursor_that_is_none_is_bad_input(late: Shell) -> None:
    assert "is no place in this list" in late.fails("stuck", "--after", "C07", code=2)["message"]
    error = late.fails("needs-me", "--as", "sandy", "--after", "C07", code=2)
    assert "is no place in this list" in error["message"]


def test_where_a_threshold_cuts_the_list_it_says_that_there_may_be_more(late: Shell) -> None:
    found = late.json("stuck")["count"]
    assert late.type("stuck", "--fail-on", "2").stderr.splitlines()[0] == "At least 2 stuck."
    assert late.type("stuck", "--fail-on", str(found)).stderr.startswith(f"{found} stuck.\n")


def test_classes_are_told_apart(late: Shell) -> None:
    everything = late.json("stuck")["items"]
    for class_ in {one["class"] for one in everything}:
        items = late.json("stuck", "--class", class_)["items"]
        assert items == [one for one in everything if one["class"] == class_]
    assert late.json("stuck", "--class", "S9")["items"] == []


def test_stuck_can_be_counted_in_groups(late: Shell) -> None:
    everything = late.json("stuck")["items"]
    for by in ("process", "state", "owner", "team", "class"):
        groups = late.json("stuck", "--group-by", by)["items"]
        assert sum(one["count"] for one in groups) == len(everything)
        assert all(list(one) == [by, "count"] for one in groups)
    assert late.says("stuck", "--group-by", "process").startswith("process")


def test_what_has_no_team_is_counted_as_such(late: Shell) -> None:
    groups = {
        one["team"]: one["count"] for one in late.json("stuck", "--group-by", "team")["items"]
    }
    told = late.says("stuck", "--group-by", "team").splitlines()[1:]
    assert {tuple(line.rsplit(maxsplit=1)) for line in told} == {
        (team or "no team", str(count)) for team, count in groups.items()
    }
    assert None in groups


# ------------------------------------------------------------------ what people read
def test_people_read_why_and_what_moves_it(late: Shell) -> None:
    told = late.says("stuck", "--process", "case_audit")
    assert "Waiting to be allocated by Sandy Quality or Quinn Admin since 8 October 2025" in told
    assert "; told: " in told
    assert "; next: " in told
    assert "  What moves it: allocate by Sandy Quality or Quinn Admin" in told
    assert "    qa-workflow fire case_audit:2025-26-A:" in told


def test_one_working_day_is_one(auditing: Shell) -> None:
    auditing.at("2025-10-16 09:00").json("daemon", "--once")
    told = auditing.says("stuck", "--process", "case_audit")
    assert "S2, 1 working day\n" in told


def test_every_item_says_what_moves_it_and_every_command_is_one(late: Shell) -> None:
    for one in late.json("stuck")["items"]:
        assert set(one["repair"]) == REPAIR
        words = shlex.split(one["repair"]["command"])
        assert words[0] == "qa-workflow"
        assert late.type(words[1], "--help").exit_code == 0


def test_the_printed_command_moves_it(late: Shell) -> None:
    (one,) = late.json("stuck", "--process", "case_audit", "--limit", "1")["items"]
    words = shlex.split(one["repair"]["command"])[1:]
    filled = ["sandy" if word == "YOUR_ID" else word.replace("PERSON_ID", "aud1") for word in words]
    late.json(*filled)
    after = {item["reference"] for item in late.json("stuck", "--process", "case_audit")["items"]}
    assert one["reference"] not in after


# ------------------------------------------------------------------ what needs me
def test_what_waits_for_somebody_is_listed_the_most_urgent_first(late: Shell) -> None:
    body = late.json("needs-me", "--as", "sandy")
    assert list(body) == ["schema", "as_of", "count", "items"]
    assert body["schema"] == "qa-workflow/needs-me/1"
    audits = [one for one in body["items"] if one["process"] == "case_audit"]
    assert len(audits) == 12
    assert all("allocate" in one["waits_for"] for one in audits)
    listed = {one["reference"]: one for one in late.json("list")["items"]}
    for one in body["items"]:
        assert {key: one[key] for key in one if key != "waits_for"} == listed[one["reference"]]


@pytest.mark.parametrize("limit", [1, 5, 100])
def test_the_pages_of_what_needs_me_join_to_the_whole(late: Shell, limit: int) -> None:
    found, cursor = [], None
    while True:
        typed = ("--limit", str(limit), *(("--after", cursor) if cursor else ()))
        body = late.json("needs-me", "--as", "sandy", *typed)
        found += body["items"]
        cursor = body["next"]
        if cursor is None:
            break
    assert found == late.json("needs-me", "--as", "sandy")["items"]


def test_people_read_what_they_can_do(late: Shell) -> None:
    result = late.type("needs-me", "--as", "sandy", "--limit", "3")
    assert result.stdout.startswith("reference")
    assert "allocate" in result.stdout
    assert result.stderr.startswith("More: --after dated,")


def test_nothing_may_wait_for_somebody(late: Shell) -> None:
    assert late.says("needs-me", "--as", "iris") == "Nothing waits for you.\n"
    assert late.json("needs-me", "--as", "iris")["items"] == []


def test_whom_it_waits_for_must_exist(late: Shell) -> None:
    late.fails("needs-me", "--as", "nobody", code=2)
    late.fails("needs-me", code=2)

"""At the command line: the Top three's pack for machines, for people and as a Word document."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import top_three
from cli.shell import Shell
from council import london
from docx import Document
from freezegun import freeze_time
from top_three import C101, C102, C104, C105, FULL, MEETING, NOW, PACK, references

ENTRY = [
    "rank", "case", "reference", "title", "state", "owner", "why", "immediate_safety", "level", "statutory",
    "working_days", "reasons", "previous_packs", "repeat", "blocked",
]  # fmt: skip
BODY = [
    "schema", "as_of", "on", "meeting", "sits_on", "chair", "frozen_at", "pack", "full", "more", "previous",
    "unblocking", "decisions", "says",
]  # fmt: skip


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """Give a shell on the council of the worked example, on Monday 12 January 2026."""
    with (
        freeze_time(london(NOW), ignore=["_pytest"]) as clock,
        top_three.example(tmp_path) as made,
    ):
        top_three.meets(made, "2026-01-16", due_on="2026-01-30")
        made.ctx.database.close()
        yield Shell(tmp_path / "council.db", clock)


@pytest.fixture
def packed(shell: Shell) -> Shell:
    """Give it on Wednesday 14 January, the pack frozen."""
    with top_three.there(shell.database.parent, "2026-01-14 00:00") as made:
        shell.at("2026-01-14 00:00")
        made.passes()
    return shell.at("2026-01-14 09:00")


# ------------------------------------------------------------------ for machines
def test_machines_are_told_the_pack_and_the_list(shell: Shell) -> None:
    body = shell.json("top-three")
    assert list(body) == BODY
    assert body["schema"] == "qa-workflow/top-three/1"
    assert body["as_of"] == "2026-01-12T09:00:00Z"
    assert references(body["pack"]) == PACK
    assert references(body["full"]) == FULL
    assert list(body["full"][-1]) == ENTRY
    assert list(body["pack"][0]) == [*ENTRY, "told", "way_out"]
    assert body["pack"] == body["full"][:3]


def test_a_limit_cuts_the_list_and_never_the_pack(shell: Shell) -> None:
    body = shell.json("top-three", "--limit", "1")
    assert (references(body["full"]), references(body["pack"])) == (FULL[:1], PACK)
    assert body["more"] is None


@pytest.mark.parametrize(
    ("day", "first"), [("2025-12-05", C105), ("2026-01-12", C104), ("2026-01-20", C104)]
)
def test_another_day_can_be_asked_for(shell: Shell, day: str, first: str) -> None:
    body = shell.json("top-three", "--as-of", day)
    assert (body["on"], body["pack"][0]["reference"]) == (day, first)


def test_the_frozen_pack_is_asked_for_by_its_meeting(packed: Shell) -> None:
    packed.says("unblock", C105, "--as", "cass", "--note", "It is free")
    assert references(packed.json("top-three")["pack"]) == [C104, C102, C101]
    body = packed.json("top-three", "--meeting", MEETING)
    assert references(body["pack"]) == PACK
    assert (body["sits_on"], body["frozen_at"]) == ("2026-01-16", "2026-01-14T00:00:00Z")


# ------------------------------------------------------------------ for people
def test_people_read_each_case_with_its_reasons_then_the_list(shell: Shell) -> None:
    said = shell.says("top-three")
    lines = said.splitlines()
    assert lines[0] == "Top three as of 12 January 2026"
    assert "2. C-105: Action C-105" in lines
    assert "   Blocked in open since 1 December 2025, no_placement: No placement is free." in lines
    assert "   - Level L3: blocked 27 working days (no_placement: No placement is free)." in lines
    assert "   What moves it: complete, by owner (Pat Practitioner)" in said
    assert "The full list:" in lines
    assert [line.split()[0] for line in lines[-5:]] == ["1", "2", "3", "4", "5"]


def test_people_read_when_the_pack_was_frozen_and_what_was_swapped(packed: Shell) -> None:
    packed.says(
        "fire", MEETING, "swap_item", "--as", "sean", "--data", f"take_out={C105}",
        "--data", f"bring_in={C101}", "--reason", "It moved",
    )  # fmt: skip
    lines = packed.says("top-three", "--meeting", MEETING).splitlines()
    assert lines[:3] == [
        f"{MEETING}: sits 16 January 2026; chair: Sean Senior",
        "Frozen 2026-01-14 00:00; nothing in it changed after that.",
        f"Swapped 14 January 2026: {C101} for {C105}. It moved",
    ]


def test_before_it_is_frozen_that_is_said(shell: Shell) -> None:
    lines = shell.says("top-three", "--meeting", MEETING).splitlines()
    assert lines[1] == "Its pack is not made yet: this is how it would be now."


def test_earlier_decisions_stand_below_with_the_days_they_took(packed: Shell) -> None:
    packed.at("2026-01-16 10:00").says("fire", MEETING, "hold", "--as", "sean")
    packed.says("fire", MEETING, "minute", "--as", "quinn", "--data", "minutes_reference=MIN-1")
    actions = ", ".join(
        f'{{"what": "Ring", "owner": "cass", "due_on": "2026-01-30", "about": "{one}"}}'
        for one in PACK
    )
    packed.says("fire", MEETING, "log_actions", "--as", "quinn", "--data", f"actions=[{actions}]")
    packed.at("2026-01-20 10:00").says("unblock", C105, "--as", "cass", "--note", "It is free")
    said = packed.says("top-three")
    assert "Decisions of earlier meetings:" in said
    assert said.splitlines()[-1] == (
        "Of 3 decisions 1 led to an unblocked case; from decision to unblocking "
        "2 working days in the middle, 2 at the longest."
    )
    assert "   Again: it was in the last pack, and nothing has changed since." in said
    assert "What this meeting decided:" in packed.says("top-three", "--meeting", MEETING)


def test_where_nothing_is_blocked_that_is_said_and_what_comes_next(shell: Shell) -> None:
    said = shell.says("top-three", "--as-of", "2025-11-22").splitlines()
    assert said[:2] == [
        "Top three as of 22 November 2025",
        "No cases are blocked as of 22 November 2025.",
    ]


def test_the_closest_to_being_blocked_are_named(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "another"
    folder.mkdir()
    with top_three.standing(folder, "2025-12-01 09:00") as made:
        top_three.begin(made, "action:A-0106", due_on="2025-12-05")
    other = Shell(folder / "council.db", shell.clock).at("2025-12-02 09:00")
    lines = other.says("top-three").splitlines()
    assert lines[1] == "No cases are blocked as of 2 December 2025."
    assert lines[3] == "Closest to being blocked, if nothing moves:"
    assert lines[5].split()[:3] == ["2025-12-19", "2025-12-05", "action:A-0106"]


# ------------------------------------------------------------------ as a Word document
def test_the_pack_is_written_as_a_word_document(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "pack.docx"
    result = shell.type("top-three", "--docx", str(file))
    assert (result.stdout, result.stderr) == ("", f"The pack is written to {file}.\n")
    paragraphs = [one.text for one in Document(str(file)).paragraphs]
    assert paragraphs[0] == "Top three pack as of 12 January 2026"
    assert "1. Case C-104" in paragraphs
    assert "Owner: Sam Supervisor" in paragraphs


def test_the_frozen_pack_is_the_same_file_whenever_it_is_written(
    packed: Shell, tmp_path: Path
) -> None:
    for name in ("a.docx", "b.docx"):
        packed.says("top-three", "--meeting", MEETING, "--docx", str(tmp_path / name))
        packed.at("2026-01-15 09:00")
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    title = Document(str(tmp_path / "a.docx")).core_properties.title
    assert title == "Top three pack for the meeting on 16 January 2026"


def test_it_can_go_to_standard_output(shell: Shell) -> None:
    content = shell.type("top-three", "--docx", "-").stdout_bytes
    assert Document(io.BytesIO(content)).tables


def test_a_pack_is_written_anew_over_an_older_one_and_over_nothing_else(
    shell: Shell, tmp_path: Path
) -> None:
    file, letter = tmp_path / "pack.docx", tmp_path / "letter.txt"
    for _ in range(2):
        shell.says("top-three", "--docx", str(file))
    letter.write_text("Dear all", "utf-8")
    error = shell.fails("top-three", "--docx", str(letter), code=2)
    assert (
        error["message"] == f"{letter} is no Word document, so it is left alone. Name another file."
    )
    assert letter.read_text("utf-8") == "Dear all"


# ------------------------------------------------------------------ wrong usage
@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--as-of", "yesterday"), 2),
        (("--as-of", "2026-01-12", "--meeting", MEETING), 2),
        (("--meeting", "top_three:2031-01"), 8),
        (("--meeting", C102), 2),
        (("--meeting", ""), 2),
        (("--docx", ""), 2),
        (("--as-of", "2190-01-01"), 2),
    ],
)
def test_what_cannot_be_answered_is_told(shell: Shell, args: tuple[str, ...], code: int) -> None:
    shell.fails("top-three", *args, code=code)


def test_json_and_word_do_not_share_the_output(shell: Shell) -> None:
    assert shell.type("top-three", "--docx", "-", "--json").exit_code == 2

"""The Top three's list: the worked example, one row for each case, and the list of other days."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import top_three
from council import Council
from hands import NO_JSON, sql
from meetings import begin
from top_three import C101, C102, C103, C104, C105, C106, FULL, NOW, PACK, pack, references

from qa_workflow.engine.instance import Spawn
from qa_workflow.service.overlays import block

View = dict[str, object]


@pytest.fixture
def example(tmp_path: Path) -> Iterator[Council]:
    """Give the council of the worked example, on Monday 12 January 2026."""
    with top_three.example(tmp_path) as made:
        yield made


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Council]:
    """Give a council in which nothing has begun, on Monday 17 November 2025."""
    with top_three.standing(tmp_path) as made:
        yield made


# ------------------------------------------------------------------ the worked example
def test_the_worked_example_comes_out_exactly(example: Council) -> None:
    found = pack(example)
    assert references(found["pack"]) == PACK
    assert references(found["full"]) == FULL
    assert [one["case"] for one in found["full"]] == ["C-104", "C-105", "C-102", "C-101", "C-103"]
    assert [one["rank"] for one in found["full"]] == [1, 2, 3, 4, 5]


def test_what_is_late_but_not_blocked_is_not_on_the_list(example: Council) -> None:
    assert example.levels(C106)[-1] == ("L1", "2026-01-08")
    assert C106 not in references(pack(example)["full"])


def test_it_is_counted_in_working_days_and_levels(example: Council) -> None:
    counted = {
        one["reference"]: (one["level"], one["working_days"], one["statutory"], one["immediate_safety"])
        for one in pack(example)["full"]
    }  # fmt: skip
    assert counted == {
        C101: ("L2", 17, False, False), C102: ("L2", 6, True, False), C103: ("L2", 13, False, False),
        C104: ("L2", 1, False, True), C105: ("L3", 27, False, False),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("reference", "reasons"),
    [
        (
            C104,
            [
                "For a child's safety: raised on 8 January 2026 and not acknowledged.",
                "Level L2: overdue.",
                "1 working day late.",
            ],
        ),
        (C105, ["Level L3: blocked 27 working days (no_placement: No placement is free)."]),
        (
            C102,
            [
                "Level L2: overdue.",
                "A date set by law: due 2 January 2026.",
                "6 working days late.",
            ],
        ),
        (C101, ["Level L2: overdue.", "17 working days late."]),
    ],
)
def test_the_reasons_are_printed_in_the_order_in_which_they_count(
    example: Council, reference: str, reasons: list[str]
) -> None:
    (found,) = [one for one in pack(example)["full"] if one["reference"] == reference]
    assert found["reasons"] == reasons


def test_each_says_in_a_sentence_what_keeps_it(example: Council) -> None:
    said = {one["reference"]: one["why"] for one in pack(example)["full"]}
    assert said[C101] == "Late in raised, due 15 December 2025; waits for Cass Care."
    assert (
        said[C105] == "Blocked in open since 1 December 2025, no_placement: No placement is free."
    )


def test_the_three_say_who_was_told_and_what_moves_them(example: Council) -> None:
    first = pack(example)["pack"][0]
    assert first["told"] == [{"level": "L2", "to": ["ada"], "at": "2026-01-12T00:00:00Z"}]
    assert [step["trigger"] for step in first["way_out"]] == ["acknowledge", "make_safe"]


@pytest.mark.parametrize("most", [1, 2, 3, 4, 9])
def test_asked_for_its_top_it_gives_the_same_top(example: Council, most: int) -> None:
    found = pack(example, most=most)
    assert references(found["full"]) == FULL[:most]
    assert references(found["pack"]) == PACK


@pytest.mark.parametrize(("most", "listed"), [(None, 3), (1, 1), (2, 2)])
def test_what_is_no_case_is_on_the_list_and_not_in_the_pack(
    bare: Council, most: int | None, listed: int
) -> None:
    bare.at("2025-12-01 09:00")
    about = {"what": "Write it", "owner": "pat", "about": None, "due_on": "2026-06-30"}
    report = Spawn(
        process="action", reference="action:A-0900", subject="2025-12", owner="pat", data=about
    )
    begin(bare, report)
    top_three.block(bare, "action:A-0900", "The figures are not there")
    bare.at("2025-12-08 09:00")
    for reference in (C105, C106):
        top_three.begin(bare, reference, due_on="2026-06-30")
        top_three.block(bare, reference, "No placement is free")
    found = pack(bare.at("2025-12-10 09:00"), most=most)
    assert references(found["full"]) == ["action:A-0900", C105, C106][:listed]
    assert [(one["reference"], one["rank"]) for one in found["pack"]] == [(C105, 2), (C106, 3)]
    assert found["says"] is None


def test_where_no_case_is_blocked_it_says_so_whatever_else_is(bare: Council) -> None:
    about = {"what": "Write it", "owner": "pat", "about": None, "due_on": "2026-06-30"}
    begin(
        bare,
        Spawn(
            process="action", reference="action:A-0900", subject="2025-12", owner="pat", data=about
        ),
    )
    top_three.block(bare, "action:A-0900", "The figures are not there")
    found = pack(bare)
    assert (found["pack"], references(found["full"])) == ([], ["action:A-0900"])
    assert found["says"] == "No cases are blocked as of 17 November 2025."


# ------------------------------------------------------------------ on the list, and off it
@pytest.mark.parametrize(
    ("moment", "on_it"), [("2026-01-09 23:59", False), ("2026-01-10 00:01", True)]
)
def test_a_concern_is_on_the_list_from_the_day_after_its_due_day(
    bare: Council, moment: str, *, on_it: bool
) -> None:
    bare.at("2026-01-08 10:00").start("immediate_concern", "C-104", by="aud1", what="REF-1")
    assert references(pack(bare.at(moment))["full"]) == ([C104] if on_it else [])


def test_an_acknowledged_concern_is_no_longer_on_it(example: Council) -> None:
    example.fire(C104, "acknowledge", by="sam")
    assert references(pack(example)["full"]) == FULL[1:]


@pytest.mark.parametrize(
    ("day", "level"),
    [
        ("2025-12-01", None), ("2025-12-02", "L0"), ("2025-12-05", "L0"), ("2025-12-08", "L1"),
        ("2025-12-12", "L1"), ("2025-12-15", "L2"), ("2025-12-30", "L2"), ("2025-12-31", "L3"),
    ],
)  # fmt: skip
def test_the_age_of_a_block_climbs_the_standard_ladder(
    bare: Council, day: str, level: str | None
) -> None:
    bare.at("2025-12-01 09:00")
    top_three.begin(bare, C105, due_on="2026-06-30")
    top_three.block(bare, C105, "No placement is free")
    (found,) = pack(bare.at(f"{day} 12:00"))["full"]
    assert found["level"] == level


def test_a_block_of_today_says_since_when(bare: Council) -> None:
    top_three.begin(bare, C105, due_on="2026-06-30")
    top_three.block(bare, C105, "No placement is free")
    (found,) = pack(bare)["full"]
    assert found["reasons"] == [
        "Blocked since 17 November 2025 (no_placement: No placement is free)."
    ]


def test_one_row_stands_for_a_case_the_highest_of_its_own(example: Council) -> None:
    example.at("2025-12-01 10:00")
    top_three.begin(example, "action:A-9105", due_on="2026-06-30")
    top_three.block(example, "action:A-9105", "Nobody pays", "funding")
    example.at(NOW)
    assert references(pack(example)["full"]) == FULL
    top_three.unblock(example, C105)
    assert references(pack(example)["full"])[1] == "action:A-9105"


def blocked(council: Council, process: str, reference: str, subject: str) -> None:
    """Let something be blocked today that is about no imported case."""
    begin(
        council,
        Spawn(process=process, reference=reference, subject=subject, owner="pat", data={"owner": "pat"}),
    )  # fmt: skip
    block(
        council.ctx, reference, actor="cass", reason="funding", note="Nobody pays", now=council.now
    )


@pytest.mark.parametrize(
    "subject",
    ["2025-11", "2026-W14", "2025-26:A", "contacts:2026-01", "2026-01-15", "neglect", "ada", "action:A-7"],
)  # fmt: skip
def test_what_is_about_no_child_is_nobodys_case_and_hides_no_other(
    bare: Council, subject: str
) -> None:
    for name in ("A-1", "A-2"):
        blocked(bare, "action", f"action:{name}", subject)
    found = [(one["case"], one["reference"]) for one in pack(bare)["full"]]
    assert found == [(None, "action:A-1"), (None, "action:A-2")]


def test_a_child_who_was_not_imported_is_a_case_by_its_reference(bare: Council) -> None:
    for name in ("A-1", "A-2"):
        blocked(bare, "action", f"action:{name}", "K12")
    found = [(one["case"], one["reference"]) for one in pack(bare)["full"]]
    assert found == [("K12", "action:A-1")]


def test_equals_stand_in_the_order_of_their_cases(bare: Council) -> None:
    for number in (3, 1, 2):
        blocked(bare, "action", f"action:A-{9 - number}", f"K{number}")
    assert [one["case"] for one in pack(bare)["full"]] == ["K1", "K2", "K3"]


def test_a_row_that_cannot_be_read_hides_no_other(example: Council) -> None:
    sql(example, NO_JSON, C105)
    found = pack(example)
    assert references(found["full"]) == FULL
    assert (found["pack"][1]["state"], found["pack"][1]["way_out"]) == (None, [])


def test_where_nothing_is_blocked_that_is_said(bare: Council) -> None:
    found = pack(bare.at("2025-11-22 09:00"))
    assert (found["pack"], found["full"]) == ([], [])
    assert found["says"] == "No cases are blocked as of 22 November 2025."


# ------------------------------------------------------------------ another day
@pytest.mark.parametrize(
    ("day", "on_it"),
    [
        ("2025-11-30", []),
        ("2025-12-01", [C105]),
        ("2025-12-30", [C105]),
        ("2026-01-05", [C105, C101]),
        ("2026-01-07", [C105, C102, C101, C103]),
        ("2026-01-08", [C105, C102, C101, C103]),
        ("2026-01-10", [C104, C105, C102, C101, C103]),
        ("2026-01-11", [C104, C105, C102, C101, C103]),
    ],
)
def test_of_a_day_that_has_passed_it_is_the_list_as_it_stood_when_the_day_ended(
    example: Council, day: str, on_it: list[str]
) -> None:
    example.fire(C104, "acknowledge", by="sam")
    top_three.unblock(example, C105)
    assert references(pack(example.later(days=30), day)["full"]) == on_it


def test_as_it_stood_it_counts_to_that_day(example: Council) -> None:
    found = pack(example.later(days=30), "2026-01-12")
    assert references(found["full"]) == FULL
    counted = [(one["level"], one["working_days"]) for one in found["full"]]
    assert counted == [("L2", 1), ("L3", 27), ("L2", 6), ("L2", 17), ("L2", 13)]
    assert found["as_of"] == "2026-01-12T23:59:59.999999Z"


def test_what_was_recorded_later_was_not_on_it_then(example: Council) -> None:
    # The pass of 5 January recorded a level of 31 December.
    assert ("L2", "2025-12-31") in example.levels(C101)
    assert C101 not in references(pack(example, "2026-01-04")["full"])


def test_of_today_it_is_the_list_as_it_stands(example: Council) -> None:
    assert pack(example, "2026-01-12") == pack(example)


def test_of_a_day_to_come_it_is_the_list_if_nothing_moves(example: Council) -> None:
    found = pack(example, "2026-01-14")
    counted = {one["reference"]: (one["level"], one["working_days"]) for one in found["full"]}
    assert counted[C104] == ("L3", 3)
    assert counted[C102] == ("L2", 8)
    assert counted[C105] == ("L3", 29)


@pytest.mark.parametrize(
    ("day", "on_it"), [("2026-01-14", False), ("2026-01-15", True), ("2026-01-29", True)]
)
def test_what_will_be_blocked_by_then_is_on_it(example: Council, day: str, *, on_it: bool) -> None:
    # C-106 was due on 31 December: ten working days later is Thursday 15 January.
    found = {one["reference"]: one for one in pack(example, day)["full"]}
    assert (C106 in found) is on_it
    if on_it:
        assert found[C106]["level"] == {"2026-01-15": "L2", "2026-01-29": "L3"}[day]


def test_a_look_ahead_is_what_then_comes_about(example: Council) -> None:
    foreseen = pack(example, "2026-02-02")
    example.at("2026-02-02 00:00").passes()
    comes = pack(example.at("2026-02-02 12:00"))
    shown = [(one["reference"], one["level"], one["working_days"]) for one in comes["full"]]
    expected = [(one["reference"], one["level"], one["working_days"]) for one in foreseen["full"]]
    assert shown == expected

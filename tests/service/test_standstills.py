"""What nothing can move is blocked, by itself, and free again as soon as something can; without hot loops or churn."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum, auto
from typing import Any

import pytest
from council import AUTUMN, Council
from hands import sql

from qa_workflow.engine.definition import Asks, Facts, ProcessDefinition, Refusal, Transition, guard
from qa_workflow.engine.overlay import NO_WAY_OUT
from qa_workflow.service import standstills, starting

DOOR = "trap:x"


class Trap(StrEnum):
    """A door that its guard may keep closed."""

    CLOSED_DOOR = auto()
    OUT = auto()


@guard()
def is_opened(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Refuse until 3 September."""
    if facts.today.day < 3:
        return Refusal(why="The door is closed until the 3rd.", who="sm_sqa")
    return None


TRAP = ProcessDefinition(
    name="trap", title="Trap", version=1, states=Trap, initial=Trap.CLOSED_DOOR, final=frozenset({Trap.OUT}),
    transitions=(Transition("leave", Trap.CLOSED_DOOR, Trap.OUT, (is_opened,), "sm_sqa"),), deadlines=(),
)  # fmt: skip


def _trapped(council: Council, **changes: Any) -> Council:  # noqa: ANN401 - any field
    council.ctx = replace(council.ctx, processes={"trap": replace(TRAP, **changes)}, lines=())
    starting.start_process(council.ctx, "trap", "x", now=council.now, actor="cli:test")
    return council


@pytest.fixture
def trapped(council: Council) -> Council:
    """Give the council with one thing that nothing can move before 3 September."""
    return _trapped(council)


def _blocks(council: Council, reference: str = DOOR) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = council.show(reference)["blocked"]
    return found


def test_what_nothing_can_move_is_blocked_with_what_was_looked_at(trapped: Council) -> None:
    trapped.passes()
    (block,) = _blocks(trapped)
    assert (block["reason"], block["note"], block["waiting_on"]) == (
        "no_way_out",
        "Nothing can move it out of closed door; looked at: leave (The door is closed until the 3rd).",
        None,
    )
    assert block["review_on"] == "2025-09-08"
    entry = trapped.history(DOOR)[-1]
    assert (entry["action"], entry["actor"], entry["reason"]) == (
        "blocked",
        "system",
        block["note"],
    )


def test_the_block_goes_as_soon_as_something_can_move_it(trapped: Council) -> None:
    trapped.passes()
    trapped.at("2025-09-03 09:00").passes()
    assert _blocks(trapped) == []
    assert trapped.history(DOOR)[-1]["action"] == "unblocked"


def test_the_block_goes_with_the_state_that_was_left(trapped: Council) -> None:
    trapped.passes()
    trapped.at("2025-09-03 09:00")
    assert trapped.fire(DOOR, "leave", by="sandy").blocks == ()


def test_a_door_that_opens_is_not_blocked(council: Council) -> None:
    opened = _trapped(council, transitions=(replace(TRAP.transitions[0], guards=()),))
    opened.passes()
    assert _blocks(opened) == []


def test_a_door_for_which_nobody_active_has_the_role_is_blocked_until_somebody_has(
    council: Council,
) -> None:
    _trapped(council, transitions=(replace(TRAP.transitions[0], guards=(), role="finance"),))
    council.passes()
    notes = {one["note"] for one in _blocks(council) if one["reason"] == "no_way_out"}
    assert notes == {
        "Nothing can move it out of closed door; looked at: leave (nobody who is active is there for it: finance)."
    }
    sql(council, "INSERT INTO person_role (person_id, role) VALUES ('quinn', 'finance')")
    council.later(hours=1).passes()
    assert _blocks(council) == []


def test_of_many_ways_three_are_told(council: Council) -> None:
    ways = tuple(replace(TRAP.transitions[0], trigger=f"leave_{one}") for one in "abcde")
    _trapped(council, transitions=ways).passes()
    (block,) = _blocks(council)
    assert block["note"].endswith("leave c (The door is closed until the 3rd), and 2 more.")


def test_what_a_timer_watches_is_not_looked_at(trapped: Council) -> None:
    sql(trapped, "UPDATE process_instance SET next_due_at = 1")
    trapped.passes()
    assert _blocks(trapped) == []


def test_what_waits_for_its_children_is_at_no_standstill(council: Council) -> None:
    council.open_autumn_round()
    audits = [one["reference"] for one in council.listed(process="case_audit")]
    council.at("2025-10-09 09:00").fire(audits[0], "allocate", by="quinn", auditor="aud1")
    sql(council, "UPDATE timer SET status = 'lapsed'")
    sql(council, "UPDATE process_instance SET next_due_at = NULL")
    council.passes()
    assert "no_way_out" not in {one["reason"] for one in _blocks(council, AUTUMN)}


def test_a_pass_that_finds_nothing_new_changes_nothing(trapped: Council) -> None:
    trapped.passes()
    before = trapped.show(DOOR)["version"], len(trapped.history(DOOR))
    for _ in range(3):
        trapped.later(hours=2).passes()
    assert (trapped.show(DOOR)["version"], len(trapped.history(DOOR))) == before


def test_where_everything_is_watched_nothing_is_even_written_down(council: Council) -> None:
    council.passes()
    assert sql(council, "SELECT 1 FROM setting WHERE key = ?", standstills.ROUND) == []


def test_a_round_is_made_once_an_hour(council: Council) -> None:
    _trapped(council).passes()
    sql(council, "UPDATE block SET cleared_at = 1")
    council.later(minutes=59).passes()
    assert _blocks(council) == []
    council.later(minutes=1).passes()
    assert [one["reason"] for one in _blocks(council)] == ["no_way_out"]


def test_a_round_goes_on_where_the_pass_before_stopped(council: Council) -> None:
    _trapped(council)
    for name in "abcd":
        starting.start_process(council.ctx, "trap", name, now=council.now, actor="cli:test")
    council.ctx = replace(council.ctx, batch_size=2)
    blocked = []
    for _ in range(4):
        council.passes()
        blocked.append(len(sql(council, "SELECT 1 FROM block WHERE cause = ?", NO_WAY_OUT)))
    assert blocked == [2, 4, 5, 5]


def test_what_runs_by_other_rules_is_left_alone(trapped: Council) -> None:
    sql(trapped, "UPDATE process_instance SET definition_version = 7")
    trapped.passes()
    assert _blocks(trapped) == []


def test_one_that_cannot_be_judged_does_not_keep_the_others_from_it(trapped: Council) -> None:
    starting.start_process(trapped.ctx, "trap", "y", now=trapped.now, actor="cli:test")
    sql(trapped, "UPDATE process_instance SET data = '{' WHERE reference = ?", DOOR)
    trapped.passes()
    assert [one["reason"] for one in _blocks(trapped, "trap:y")] == ["no_way_out"]

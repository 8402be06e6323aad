"""Repairs of an end on the real database: what two people must want, and what is told once it is open again."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from council import Council
from hands import REC
from mending import is_whole, refusal, repair

from qa_workflow.service.invariants import examine

SETTING: dict[str, Any] = {"state": "acknowledged", "trigger": "acknowledge"}


@pytest.fixture
def concern(allocated: tuple[Council, str]) -> tuple[Council, str]:
    """Give an immediate concern that was raised from an audit: a process that decides about a child."""
    council, audit = allocated
    council.fire(audit, "start", by="aud1")
    council.fire(audit, "raise_immediate_concern", by="aud1", what="See visit note 104")
    (reference,) = [one["reference"] for one in council.listed(process="immediate_concern")]
    return council, reference


# ------------------------------------------------------------------ two people
def test_the_two_of_a_process_that_decides_about_a_child_are_two_people(
    concern: tuple[Council, str],
) -> None:
    council, reference = concern
    first = repair(council, "set-state", reference, by="cass", **SETTING)
    assert first.why.startswith("Proposed. Nothing has moved")
    assert "lapsed" not in first.why
    assert council.state(reference) == "raised"
    assert "Cass Care has proposed this already" in refusal(
        council, "set-state", reference, by="cass", **SETTING
    )
    assert repair(council, "set-state", reference, by="ada", **SETTING).ok
    assert council.state(reference) == "acknowledged"
    assert is_whole(council)


def test_one_person_alone_does_not_cancel_what_is_about_a_child(
    concern: tuple[Council, str],
) -> None:
    council, reference = concern
    first = repair(council, "cancel", reference, by="ada")
    assert first.why.startswith("Proposed. Nothing has moved: another person must give the same")
    assert council.state(reference) == "raised"
    assert "Ada People has proposed this already" in refusal(council, "cancel", reference, by="ada")
    assert repair(council, "cancel", reference, by="cass").ok
    assert council.state(reference) == "cancelled"
    assert examine(council.ctx, now=council.now)["items"] == []


def test_whoever_would_cancel_hears_of_the_ways_out_that_others_have(three: Council) -> None:
    by_two = replace(three.ctx.processes["recommendation"], set_state_by_two=True)
    three.ctx = replace(three.ctx, processes={**three.ctx.processes, "recommendation": by_two})
    said = repair(three, "cancel", by="ada").why
    assert said.startswith("Proposed. Nothing has moved")
    assert "The process has a way out of its own: supersede, for " in said
    assert three.state(REC) == "raised"


def test_another_proposal_lapses_and_whoever_replaces_it_is_told(
    concern: tuple[Council, str],
) -> None:
    council, reference = concern
    repair(council, "set-state", reference, by="cass", **SETTING)
    said = repair(council, "cancel", reference, by="ada").why
    assert said.count("What Cass Care proposed (acknowledged, by acknowledge) has lapsed.") == 1
    again = repair(council, "set-state", reference, by="cass", **SETTING).why
    assert "What Ada People proposed (cancelled, by cancel) has lapsed." in again
    assert council.state(reference) == "raised"


# ------------------------------------------------------------------ open again
def test_what_is_opened_again_after_its_date_wants_another_and_tells_nobody_of_the_months_between(
    three: Council,
) -> None:
    repair(three, "cancel", by="ada")
    three.at("2026-06-01 09:00")
    assert "Say by when it is due now: add --to YYYY-MM-DD" in refusal(three, "reopen", by="ada")
    done = repair(three, "reopen", by="ada", to=date(2026, 6, 30))
    assert "It is due on Tuesday 30 June 2026 now, with a ladder of its own." in done.why
    assert three.show(REC)["due_on"] == "2026-06-30"
    three.at("2026-06-02 09:00").passes()
    assert three.levels(REC, "due") == []
    assert is_whole(three)


def test_what_is_opened_again_before_its_date_keeps_it(three: Council) -> None:
    due_on = three.show(REC)["due_on"]
    repair(three, "cancel", by="ada")
    done = repair(three, "reopen", by="ada")
    assert done.why.startswith("Open again in raised. It is due on ")
    assert ", as before. What counts from entering that state counts from today." in done.why
    assert three.show(REC)["due_on"] == due_on


# ------------------------------------------------------------------ refused
@pytest.mark.parametrize(
    ("verb", "more"),
    [
        ("retry", {}),
        ("skip-timer", {"deadline": "nothing"}),
        ("set-state", {"state": "raised", "trigger": "accept"}),
        ("amend", {"data": {"priority": "standard"}}),
        ("reschedule", {"to": date(2025, 1, 1)}),
        ("extend", {"to": date(2025, 1, 1)}),
        ("cancel", {}),
        ("reopen", {}),
        ("attach", {"evidence": REC}),
    ],
)
def test_a_refused_repair_leaves_a_record_that_adds_up(
    three: Council, verb: str, more: dict[str, Any]
) -> None:
    three.passes()
    refusal(three, verb, **more)
    assert examine(three.ctx, now=three.now)["items"] == []

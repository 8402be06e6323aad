"""What is told after it happened counts from its own day; what has no person of its own is everybody's."""

from dataclasses import replace
from datetime import date

import pytest
from factories import APPROVE, SUBMIT, S, a_definition, a_run, effects, london, with_moves

from qa_workflow.engine.definition import ProcessDefinition, Transition
from qa_workflow.engine.instance import Json, ProcessInstance
from qa_workflow.engine.people import SYSTEM
from qa_workflow.patterns.ladders import STANDARD


def met_in_review(definition: ProcessDefinition, state: str, _data: Json) -> bool:
    return state == S.REVIEW or state in definition.final


def submitted_on(met_on: date | None) -> ProcessDefinition:
    move = replace(SUBMIT, effect=effects(met_on=met_on))
    return with_moves(move, due_ladder=STANDARD, due_met=met_in_review)


@pytest.mark.parametrize(
    ("met_on", "met_at"),
    [
        (None, "2025-12-02 09:00"),
        (date(2025, 11, 28), "2025-11-28 00:00"),
        (date(2025, 12, 2), "2025-12-02 09:00"),  # today: at the moment it was told
        (date(2025, 12, 3), "2025-12-02 09:00"),
    ],
)
def test_a_date_is_met_on_the_day_that_the_effect_names(met_on: date | None, met_at: str) -> None:
    run = a_run(submitted_on(met_on), due_on="2025-11-30")
    run.fire("submit", by="aud", at="2025-12-02 09:00")
    assert run.instance.met_at == london(met_at)


def test_a_date_that_was_met_before_keeps_its_day() -> None:
    late = replace(APPROVE, effect=effects(met_on=date(2025, 11, 1)))
    definition = with_moves(late, due_ladder=STANDARD, due_met=met_in_review)
    run = a_run(definition, due_on="2025-11-30")
    run.fire("submit", by="aud", at="2025-11-28 09:00")
    run.fire("approve", by="sandy", at="2025-12-04 09:00")
    assert run.instance.met_at == london("2025-11-28 09:00")


def test_a_move_that_does_not_meet_the_date_does_not_date_it() -> None:
    definition = replace(submitted_on(date(2025, 11, 28)), due_met=a_definition().due_met)
    run = a_run(definition, due_on="2025-11-30")
    run.fire("submit", by="aud", at="2025-12-02 09:00")
    assert run.instance.met_at is None


# ------------------------------------------------------------------ the next role
def own(instance: ProcessInstance, _facts: object) -> tuple[str, ...]:
    found = instance.data.get("own")
    return (found,) if found else ()


def shared(*roles: str) -> ProcessDefinition:
    move = Transition("submit", S.DRAFT, S.REVIEW, role=roles)
    return with_moves(move, relations={"own_auditor": own, "moderator": own})


@pytest.mark.parametrize(
    ("roles", "data", "owner", "role"),
    [
        (("own_auditor", "auditor"), {"own": "bea"}, "bea", "own_auditor"),
        (("own_auditor", "auditor"), {}, None, "auditor"),
        (("own_auditor", SYSTEM, "auditor"), {}, None, "auditor"),
        (("own_auditor", SYSTEM), {}, None, "own_auditor"),
        (("moderator", "auditor"), {}, None, "moderator"),  # a role that people hold stays its own
    ],
)
def test_where_a_relation_means_nobody_the_next_role_owns_it(
    roles: tuple[str, ...], data: dict[str, str], owner: str | None, role: str
) -> None:
    run = a_run(shared(*roles), data=data)
    assert (run.instance.owner, run.instance.owner_role) == (owner, role)

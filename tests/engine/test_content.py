"""What a definition is pinned by: the same rules give the same text, other rules another one."""

from dataclasses import replace

import pytest

from qa_workflow.engine.content import body_of, edges, hash_of
from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.patterns import ladders
from qa_workflow.processes import all_processes

AUDIT = all_processes()["case_audit"]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(AUDIT, version=2), id="the version"),
        pytest.param(replace(AUDIT, transitions=AUDIT.transitions[1:]), id="a move"),
        pytest.param(replace(AUDIT, deadlines=AUDIT.deadlines[1:]), id="a deadline"),
        pytest.param(replace(AUDIT, due_ladder=ladders.STATUTORY), id="the ladder of its own date"),
        pytest.param(
            replace(AUDIT, deadlines=tuple(replace(one, ladder=None) for one in AUDIT.deadlines)),
            id="the ladders of its states",
        ),
        pytest.param(
            replace(
                AUDIT,
                transitions=(
                    replace(AUDIT.transitions[0], role="director"), *AUDIT.transitions[1:],
                ),
            ),
            id="who may pull a trigger",
        ),
        pytest.param(
            replace(
                AUDIT,
                transitions=tuple(replace(one, guards=()) for one in AUDIT.transitions),
            ),
            id="the guards",
        ),
    ],
)  # fmt: skip
def test_another_rule_is_another_content(changed: ProcessDefinition) -> None:
    assert hash_of(body_of(changed)) != hash_of(body_of(AUDIT))


def test_what_is_told_about_the_rules_is_no_content() -> None:
    assert body_of(replace(AUDIT, title="Another title", about="Other words")) == body_of(AUDIT)


@pytest.mark.parametrize("name", sorted(all_processes()))
def test_a_content_is_the_same_in_every_run(name: str) -> None:
    assert " at 0x" not in body_of(all_processes()[name])


@pytest.mark.parametrize("name", sorted(all_processes()))
def test_a_content_tells_every_edge_of_its_definition(name: str) -> None:
    definition = all_processes()[name]
    assert edges(body_of(definition)) == {
        (move.trigger, source, source if move.dest is None else str(move.dest))
        for move in definition.transitions
        for source in move.sources
    }

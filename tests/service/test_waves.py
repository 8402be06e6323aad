"""What follows from one event, for others too: all of it in one transaction, or nothing."""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum, auto
from typing import Any

import pytest
from council import AUTUMN, Council
from pydantic import Field, ValidationError

from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Effects,
    ProcessDefinition,
    Step,
    Transition,
    Within,
)
from qa_workflow.engine.instance import Notice, Signal, Spawn
from qa_workflow.errors import DefinitionFaulty
from qa_workflow.patterns import ladders
from qa_workflow.service import overlays, starting


class Stage(StrEnum):
    """Two states are enough to spawn and to signal."""

    OPEN = auto()
    DONE = auto()


def a_process(
    name: str, effects: Mapping[str, Effects] | None = None, **said: object
) -> ProcessDefinition:
    """Return a process `open` -> `done` by `finish`; `effects` by trigger, of `go` (stays) and `finish`."""
    made = effects or {}

    def of(trigger: str) -> Effects:
        return made.get(trigger, Effects())

    return replace(
        ProcessDefinition(
            name=name,
            title=name.title(),
            version=1,
            states=Stage,
            initial=Stage.OPEN,
            final=frozenset({Stage.DONE}),
            transitions=(
                Transition(
                    "finish",
                    Stage.OPEN,
                    Stage.DONE,
                    role=("sm_sqa", "system"),
                    effect=lambda _: of("finish"),
                ),
                Transition(
                    "go", Stage.OPEN, None, role=("sm_sqa", "system"), effect=lambda _: of("go")
                ),
            ),
            deadlines=(
                Deadline(name="by", state=Stage.OPEN, due=Within(5), ladder=ladders.STANDARD),
            ),
        ),
        **said,  # type: ignore[arg-type]
    )


def _running(council: Council, *processes: ProcessDefinition) -> None:
    council.ctx = replace(council.ctx, processes={one.name: one for one in processes}, lines=())


def _start(council: Council, process: str, subject: str = "x") -> str:
    return starting.start_process(
        council.ctx, process, subject, now=council.now, actor="cli:test"
    ).reference


def _dump(council: Council) -> list[str]:
    plain = sqlite3.connect(str(council.ctx.database.path))
    lines = list(plain.iterdump())
    plain.close()
    return lines


def _child(reference: str = "child:x", process: str = "child", **said: object) -> Spawn:
    return replace(Spawn(process=process, reference=reference, subject="x"), **said)  # type: ignore[arg-type]


# ------------------------------------------------------------------ spawned
def test_what_a_step_spawns_stands_with_it(council: Council) -> None:
    _running(
        council, a_process("parent", {"finish": Effects(spawn=(_child(),))}), a_process("child")
    )
    council.fire(_start(council, "parent"), "finish", by="sandy")
    assert council.show("child:x")["parent"] == "parent:x"


def test_what_a_start_spawns_stands_with_it(council: Council) -> None:
    def both(_step: Step) -> Effects:
        return Effects(spawn=(_child(),))

    _running(council, a_process("parent", on_start=both), a_process("child"))
    _start(council, "parent")
    assert council.show("child:x")["state"] == "open"


def test_what_is_spawned_spawns_in_its_turn(council: Council) -> None:
    def another(_step: Step) -> Effects:
        return Effects(spawn=(_child("grandchild:x", "grandchild"),))

    parent = a_process("parent", {"go": Effects(spawn=(_child(),))})
    _running(council, parent, a_process("child", on_start=another), a_process("grandchild"))
    council.fire(_start(council, "parent"), "go", by="sandy")
    assert council.show("grandchild:x")["parent"] == "child:x"


def test_what_already_stands_under_a_key_is_left_as_it_is(council: Council) -> None:
    _running(
        council,
        a_process("parent", {"go": Effects(spawn=(_child(), _child()))}),
        a_process("child"),
    )
    parent = _start(council, "parent")
    council.fire(parent, "go", by="sandy")
    council.fire(parent, "go", by="sandy")
    assert len(council.listed(process="child")) == 1


def test_what_is_no_child_has_no_parent(council: Council) -> None:
    spawn = _child(
        is_child=False, owner="pat", title="A title", team="South", due_on=date(2026, 1, 2)
    )
    _running(council, a_process("parent", {"go": Effects(spawn=(spawn,))}), a_process("child"))
    council.fire(_start(council, "parent"), "go", by="sandy")
    shown = council.show("child:x")
    assert (shown["parent"], shown["title"], shown["team"], shown["due_on"]) == (
        None,
        "A title",
        "South",
        "2026-01-02",
    )


@pytest.mark.parametrize(
    "spawn",
    [
        pytest.param(_child("other:x", "unheard_of"), id="of a process this program does not have"),
        pytest.param(_child("other:x", "broken"), id="that fails when it starts"),
    ],
)
def test_a_spawn_that_fails_takes_everything_with_it(council: Council, spawn: Spawn) -> None:
    def burst(_step: Step) -> Effects:
        raise ZeroDivisionError

    told = Notice(to="sandy", template="escalation", key="k")
    effects = Effects(spawn=(_child(), spawn), data={"half": "done"}, notices=(told,))
    _running(
        council,
        a_process("parent", {"finish": effects}),
        a_process("child"),
        a_process("broken", on_start=burst),
    )
    reference = _start(council, "parent")
    before = _dump(council)
    with pytest.raises((DefinitionFaulty, ZeroDivisionError)):
        council.fire(reference, "finish", by="sandy")
    assert _dump(council) == before


def test_spawns_without_end_are_stopped_and_nothing_is_kept(council: Council) -> None:
    def another(step: Step) -> Effects:
        return Effects(spawn=(_child(f"{step.before.reference}x", "endless"),))

    _running(council, a_process("endless", on_start=another))
    before = _dump(council)
    with pytest.raises(RuntimeError, match="more than 6 waves follow"):
        _start(council, "endless")
    assert _dump(council) == before


# ------------------------------------------------------------------ signalled
def test_a_signal_moves_the_parent_in_the_same_step(council: Council) -> None:
    child = a_process("child", {"finish": Effects(signals=(Signal("finish"),))})
    _running(council, a_process("parent", {"go": Effects(spawn=(_child(),))}), child)
    council.fire(_start(council, "parent"), "go", by="sandy")
    council.fire("child:x", "finish", by="sandy")
    assert council.show("parent:x")["state"] == "done"


def test_a_signal_finds_another_instance_by_its_reference(council: Council) -> None:
    told = a_process("told")
    _running(
        council,
        a_process(
            "telling", {"go": Effects(signals=(Signal("finish", to="told:y", reason="So."),))}
        ),
        told,
    )
    _start(council, "told", "y")
    council.fire(_start(council, "telling"), "go", by="sandy")
    assert council.history("told:y")[-1]["reason"] == "So."


@pytest.mark.parametrize(
    ("trigger", "to"),
    [
        ("finish", "nobody:z"),
        ("unheard_of", "told:y"),
        ("for_people", "told:y"),
        ("finish", "parent"),
    ],
)
def test_a_signal_that_is_not_allowed_where_it_arrives_changes_nothing(
    council: Council, trigger: str, to: str
) -> None:
    told = a_process("told")
    told = replace(
        told,
        transitions=(*told.transitions, Transition("for_people", Stage.OPEN, None, role="sm_sqa")),
    )
    _running(
        council, a_process("telling", {"go": Effects(signals=(Signal(trigger, to=to),))}), told
    )
    _start(council, "told", "y")
    council.fire(_start(council, "telling"), "go", by="sandy")
    assert [entry["action"] for entry in council.history("told:y")] == ["start"]


def test_a_signal_to_what_has_ended_changes_nothing(council: Council) -> None:
    telling = a_process("telling", {"go": Effects(signals=(Signal("finish", to="told:y"),))})
    _running(council, telling, a_process("told"))
    council.fire(_start(council, "told", "y"), "finish", by="sandy")
    council.fire(_start(council, "telling"), "go", by="sandy")
    assert [entry["action"] for entry in council.history("told:y")] == ["start", "finish"]


# ------------------------------------------------------------------ what a signal says
class Answer(Asks):
    """What the other one is told."""

    grade: str = Field(default="", title="Grade")
    on: date | None = Field(default=None, title="On")


def _listening(name: str = "told", dest: Stage | None = None) -> ProcessDefinition:
    """Return a process that writes down what `hear` says."""

    def written(step: Step) -> Effects:
        heard = step.evidence.model_dump(mode="json", exclude_unset=True)
        return Effects(data={"heard": [*step.before.data.get("heard", []), heard]})

    plain = a_process(name)
    hear = Transition("hear", Stage.OPEN, dest, role="system", asks=Answer, effect=written)
    return replace(plain, transitions=(*plain.transitions, hear))


def _says(*signals: Signal) -> ProcessDefinition:
    return a_process("telling", {"go": Effects(signals=signals)})


def _hear(**data: object) -> Signal:
    return Signal("hear", to="told:y", reason="It was decided.", data=data)


def _heard(council: Council, *signals: Signal, dest: Stage | None = None) -> list[dict[str, Any]]:
    """Let `telling` say *signals* to `told:y`, and return what its history then says of them."""
    _running(council, _says(*signals), _listening(dest=dest))
    _start(council, "told", "y")
    council.fire(_start(council, "telling"), "go", by="sandy")
    return council.history("told:y")[1:]


def test_what_a_signal_says_reaches_the_effect_in_its_own_types(council: Council) -> None:
    _heard(council, _hear(grade="good", on="2026-02-28"))
    assert council.show("told:y")["data"]["heard"] == [{"grade": "good", "on": "2026-02-28"}]


def test_what_a_signal_says_stands_in_the_history_as_the_systems(council: Council) -> None:
    (entry,) = _heard(council, _hear(grade="good"))
    assert (entry["actor"], entry["action"], entry["reason"], entry["data"]) == (
        "system",
        "hear",
        "It was decided.",
        {"grade": "good"},
    )


def test_a_signal_that_says_nothing_asks_for_nothing(council: Council) -> None:
    (entry,) = _heard(council, _hear())
    assert (entry["data"], council.show("told:y")["data"]["heard"]) == ({}, [{}])


def test_two_signals_of_one_trigger_that_say_different_things_both_arrive(council: Council) -> None:
    entries = _heard(council, _hear(grade="good"), _hear(grade="poor"))
    assert [entry["data"]["grade"] for entry in entries] == ["good", "poor"]


def test_the_same_told_twice_in_one_step_is_told_once(council: Council) -> None:
    said = ({"grade": "good", "on": "2026-02-28"}, {"on": "2026-02-28", "grade": "good"})
    assert len(_heard(council, *(_hear(**one) for one in said))) == 1


def test_what_is_said_after_the_end_is_not_heard(council: Council) -> None:
    entries = _heard(council, _hear(grade="good"), _hear(grade="poor"), dest=Stage.DONE)
    assert [entry["data"]["grade"] for entry in entries] == ["good"]


def test_children_who_say_different_things_in_one_step_are_both_heard(council: Council) -> None:
    def telling(name: str, grade: str) -> ProcessDefinition:
        said = Signal("hear", data={"grade": grade})
        return a_process(name, on_start=lambda _: Effects(signals=(said,)))

    spawn = (_child("one:x", "one"), _child("two:x", "two"))
    parent = replace(_listening("parent"), on_start=lambda _: Effects(spawn=spawn))
    _running(council, parent, telling("one", "good"), telling("two", "poor"))
    _start(council, "parent")
    assert [one["grade"] for one in council.show("parent:x")["data"]["heard"]] == ["good", "poor"]


@pytest.mark.parametrize(
    "data", [{"colour": "red"}, {"on": "yesterday"}], ids=["unasked", "no date"]
)
def test_a_signal_that_says_what_is_not_asked_for_takes_everything_with_it(
    council: Council, data: dict[str, str]
) -> None:
    _running(council, _says(_hear(**data)), _listening())
    _start(council, "told", "y")
    reference = _start(council, "telling")
    before = _dump(council)
    with pytest.raises(ValidationError):
        council.fire(reference, "go", by="sandy")
    assert _dump(council) == before


# ------------------------------------------------------------------ waiting for others
def test_a_round_waits_for_a_blocked_audit_from_the_same_step_on(council: Council) -> None:
    audit = f"case_audit:2025-26-A:{council.open_autumn_round()[0]}"
    council.fire(audit, "allocate", by="quinn", auditor="aud1")
    overlays.block(council.ctx, audit, actor="sandy", reason="other", note="No.", now=council.now)
    assert [one["waiting_on"] for one in council.show(AUTUMN)["blocked"]] == [audit]


def test_a_round_no_longer_waits_once_its_audit_is_unblocked(council: Council) -> None:
    audit = f"case_audit:2025-26-A:{council.open_autumn_round()[0]}"
    council.fire(audit, "allocate", by="quinn", auditor="aud1")
    overlays.block(council.ctx, audit, actor="sandy", reason="other", note="No.", now=council.now)
    overlays.unblock(council.ctx, audit, actor="sandy", note="Yes.", now=council.now)
    assert council.show(AUTUMN)["blocked"] == []

"""What officers do is found by itself, and fits the processes that it is about."""

from types import ModuleType

import pytest

from qa_workflow.errors import DefinitionFaulty
from qa_workflow.processes import all_processes
from qa_workflow.simulation.scene import Move, Scene
from qa_workflow.simulation.scripts import every_part, parts_of

EVERY = every_part().scripts
KNOWN = all_processes()


def nobody(_scene: Scene) -> Move | None:
    return None


def module(name: str, *processes: str) -> ModuleType:
    made = ModuleType(f"officers.{name}")
    made.__dict__["SCRIPTS"] = {one: {"due": nobody} for one in processes}
    return made


def test_two_modules_that_speak_for_one_process_are_named() -> None:
    both = [module("quality", "dip_check", "case_audit"), module("later", "dip_check")]
    with pytest.raises(DefinitionFaulty, match=r"dip_check.*quality and later both"):
        parts_of(both)


def test_a_module_without_scripts_lends_words_only() -> None:
    found = parts_of([ModuleType("officers.words"), module("quality", "dip_check")])
    assert set(found.scripts) == {"dip_check"}
    assert found.starts == ()


@pytest.mark.parametrize("process", sorted(EVERY))
def test_a_script_is_of_an_open_state_of_a_process_that_there_is(process: str) -> None:
    definition = KNOWN[process]
    states = {str(one) for one in definition.states} - {str(one) for one in definition.final}
    assert set(EVERY[process]) <= states


@pytest.mark.parametrize("process", sorted(KNOWN))
def test_somebody_acts_in_every_process(process: str) -> None:
    assert EVERY.get(process), f"no module of simulation/officers has a script for {process}"

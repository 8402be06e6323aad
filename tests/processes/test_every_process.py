"""What holds for every process that is found, whoever wrote it and whatever it is for."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa_workflow import processes
from qa_workflow.engine.checks import problems
from qa_workflow.engine.definition import Asks, Guard, ProcessDefinition
from qa_workflow.errors import DefinitionFaulty
from qa_workflow.frameworks.reader import shipped_framework
from qa_workflow.patterns import ladders
from qa_workflow.processes import all_processes

EVERY = all_processes()
FOLDER = Path(processes.__file__).parent
every_process = pytest.mark.parametrize("process", EVERY.values(), ids=EVERY.keys())


def asks_of(process: ProcessDefinition) -> Iterator[type[Asks]]:
    yield process.starts_with
    yield from (move.asks for move in process.transitions)
    if process.reassignment is not None:
        yield process.reassignment.asks


def guards_of(process: ProcessDefinition) -> Iterator[Guard]:
    for move in process.transitions:
        yield from move.guards
    if process.reassignment is not None:
        yield from process.reassignment.guards


def fields_without_title(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        for name, field in schema.get("properties", {}).items():
            if not field.get("title", "").strip():
                yield name
        for part in schema.values():
            yield from fields_without_title(part)


# ------------------------------------------------------------------ the definition
@every_process
def test_a_process_has_no_faults(process: ProcessDefinition) -> None:
    assert problems(process, known_processes=frozenset(EVERY)) == ()


@every_process
def test_a_process_is_called_like_its_file(process: ProcessDefinition) -> None:
    assert (FOLDER / f"{process.name}.py").is_file() or (FOLDER / process.name).is_dir()


def test_every_file_of_the_folder_is_a_process() -> None:
    files = {path.stem for path in FOLDER.iterdir() if not path.name.startswith("_")}
    assert files == set(EVERY)


@every_process
def test_a_process_stands_in_the_calendar_or_says_who_starts_it(process: ProcessDefinition) -> None:
    planned = {line.process for line in shipped_framework().lines}
    assert process.name in planned or process.started_by is not None


def test_the_calendar_opens_only_processes_that_there_are() -> None:
    assert {line.process for line in shipped_framework().lines} <= set(EVERY)


@every_process
def test_what_is_asked_for_has_a_title(process: ProcessDefinition) -> None:
    untitled = {
        f"{asks.__name__}.{name}"
        for asks in asks_of(process)
        for name in fields_without_title(asks.model_json_schema())
    }
    assert untitled == set()


@every_process
def test_a_guard_is_named_by_a_claim(process: ProcessDefinition) -> None:
    # "voice_is_the_childs_own": words, one of them a verb that says what holds.
    verb = re.compile(r"(^|_)(is|are|was|were|has|have|covers|by|for|before|acts)(_|$)")
    vague = [one.name for one in guards_of(process) if not verb.search(one.name)]
    assert vague == []


@every_process
def test_a_guard_says_in_a_sentence_what_it_claims(process: ProcessDefinition) -> None:
    mute = [one.name for one in guards_of(process) if not (one.check.__doc__ or "x.").endswith(".")]
    assert mute == []


@every_process
def test_a_process_says_in_one_sentence_what_it_is_about(process: ProcessDefinition) -> None:
    assert process.about.endswith(".")


@every_process
def test_a_process_says_where_its_date_comes_from(process: ProcessDefinition) -> None:
    assert process.due_source or process.due_ladder is None


# ------------------------------------------------------------------ the ladders
def test_the_ladder_climbs_on_working_days_one_five_ten_and_twenty() -> None:
    days = {level.name: level.after for level in ladders.STANDARD.levels}
    assert days == {"R1": -10, "R2": -2, "L0": 1, "L1": 5, "L2": 10, "L3": 20}


def test_each_level_tells_the_next_above() -> None:
    told = {level.name: level.tell for level in ladders.STANDARD.levels}
    assert told == {
        "R1": ("owner",),
        "R2": ("owner",),
        "L0": ("owner", "line_manager"),
        "L1": ("service_manager",),
        "L2": ("ad_people",),
        "L3": ("director",),
    }


def test_what_law_backs_climbs_on_working_days_one_two_three_and_ten() -> None:
    days = {level.name: level.after for level in ladders.STATUTORY.levels}
    assert days == {"R1": -10, "R2": -2, "R0": None, "L0": 1, "L1": 2, "L2": 3, "L3": 10}


def test_a_concern_for_safety_reaches_ad_people_after_one_day_and_the_director_after_two() -> None:
    climbed = [(one.name, one.after, one.tell) for one in ladders.IMMEDIATE_SAFETY.levels]
    assert climbed == [("L2", 1, ("ad_people",)), ("L3", 2, ("director",))]


@pytest.mark.parametrize("name", ladders.BY_NAME)
def test_level_two_blocks_on_every_ladder(name: str) -> None:
    assert [one.name for one in ladders.BY_NAME[name].levels if one.blocks] == ["L2"]


@pytest.mark.parametrize("name", ["statutory", "immediate_safety"])
def test_closing_the_offices_stops_no_ladder_of_law_or_safety(name: str) -> None:
    assert not ladders.BY_NAME[name].counts_closures


# ------------------------------------------------------------------ a stray file
@pytest.fixture
def another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let processes be found in an empty folder besides their own."""
    monkeypatch.setattr(processes, "__path__", [str(tmp_path)])
    all_processes.cache_clear()
    yield tmp_path
    all_processes.cache_clear()
    for name in ("stray", "misnamed"):
        sys.modules.pop(f"{processes.__name__}.{name}", None)


def test_a_file_without_a_process_is_refused(another_folder: Path) -> None:
    (another_folder / "stray.py").write_text('"""Holds nothing."""\n', "utf-8")
    with pytest.raises(DefinitionFaulty, match=r"processes/stray\.py holds no PROCESS"):
        all_processes()


def test_a_process_of_another_name_than_its_file_is_refused(another_folder: Path) -> None:
    source = "from qa_workflow.processes.case_audit import PROCESS\n"
    (another_folder / "misnamed.py").write_text(source, "utf-8")
    with pytest.raises(DefinitionFaulty, match="is called misnamed"):
        all_processes()


def test_a_file_that_begins_with_an_underscore_is_no_process(another_folder: Path) -> None:
    (another_folder / "_notes.py").write_text('"""Not looked at."""\n', "utf-8")
    assert all_processes() == {}

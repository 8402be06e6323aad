"""The audit tool as a file: what version 1 holds, and what is wrong with a faulty one."""

import json
from pathlib import Path
from typing import Any

import pytest

from qa_workflow.errors import BadData, WrongInput
from qa_workflow.frameworks.methodology import (
    check_methodology,
    read_methodology,
    shipped_methodology,
)


def a_methodology(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - anything a file may hold
    return {**json.loads(shipped_methodology().body), **changes}


def faults_of(body: object) -> dict[str, str]:
    text = body if isinstance(body, str) else json.dumps(body)
    with pytest.raises(BadData) as raised:
        check_methodology(text, "tool.json")
    return raised.value.problems


def test_version_one_of_the_audit_tool_ships() -> None:
    assert shipped_methodology().version == 1


def test_its_grades_are_ofsteds_four_words_from_best_to_worst() -> None:
    grades = json.loads(shipped_methodology().body)["grades"]
    assert grades == ["outstanding", "good", "requires_improvement", "inadequate"]


def test_its_reasons_for_no_voice_hold_an_infant_who_cannot_speak() -> None:
    assert "pre_verbal_infant" in json.loads(shipped_methodology().body)["no_voice_reasons"]


def test_it_holds_the_three_reasons_why_a_case_is_not_auditable() -> None:
    reasons = json.loads(shipped_methodology().body)["not_auditable_reasons"]
    assert reasons == ["closed_before_audit", "record_restricted", "duplicate"]


def test_the_same_tool_written_otherwise_has_the_same_hash() -> None:
    body = a_methodology()
    turned = json.dumps(dict(reversed(body.items())), indent=4)
    assert check_methodology(turned, "tool.json").sha256 == shipped_methodology().sha256


def test_another_tool_has_another_hash() -> None:
    other = json.dumps(a_methodology(title="Another"))
    assert check_methodology(other, "tool.json").sha256 != shipped_methodology().sha256


def test_a_tool_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "tool.json"
    file.write_text(json.dumps(a_methodology(version=2)), "utf-8")
    assert read_methodology(file).version == 2


def test_a_file_that_is_not_there_is_wrong_input(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="cannot be read: No such file"):
        read_methodology(tmp_path / "tool.json")


def test_a_file_that_is_no_text_is_wrong_input(tmp_path: Path) -> None:
    file = tmp_path / "tool.json"
    file.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(WrongInput, match="is no text file"):
        read_methodology(file)


def test_a_file_that_is_no_json_says_so() -> None:
    assert faults_of("{")["file"].startswith("is no JSON")


def test_a_file_that_holds_a_list_is_no_tool() -> None:
    assert faults_of([]) == {"file": "holds no object"}


@pytest.mark.parametrize("version", [0, -1, "1", 1.5, True, None])
def test_a_version_is_a_whole_number_from_one(version: object) -> None:
    assert faults_of(a_methodology(version=version)) == {"version": "is a whole number from 1"}


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("grades", ["good"], "is a list of at least 2 texts"),
        ("grades", "good", "is a list of at least 2 texts"),
        ("grades", ["good", ""], "is a list of at least 2 texts"),
        ("grades", ["good", 2], "is a list of at least 2 texts"),
        ("grades", ["good", "good"], "holds something twice"),
        ("no_voice_reasons", [], "is a list of at least 1 texts"),
        ("not_auditable_reasons", None, "is a list of at least 1 texts"),
    ],
)
def test_a_faulty_list_is_named(name: str, value: object, fault: str) -> None:
    assert faults_of(a_methodology(**{name: value})) == {name: fault}


QUESTION = {"key": "q", "text": "?"}


@pytest.mark.parametrize(
    ("sections", "faults"),
    [
        ([], {"sections": "is a list of at least one section"}),
        ("safety", {"sections": "is a list of at least one section"}),
        (["safety"], {"sections[1]": "needs a key"}),
        ([{"key": "", "questions": [QUESTION]}], {"sections[1]": "needs a key"}),
        ([{"key": 7, "questions": [QUESTION]}], {"sections[1]": "needs a key"}),
        ([{"key": "a", "questions": []}], {"sections[1]": "needs at least one question"}),
        ([{"key": "a"}], {"sections[1]": "needs at least one question"}),
        (
            [{"key": "a", "questions": [QUESTION, QUESTION]}],
            {"sections[1]": "each question needs a key of its own"},
        ),
        (
            [{"key": "a", "questions": ["?"]}],
            {"sections[1]": "each question needs a key of its own"},
        ),
        (
            [{"key": "a", "questions": [QUESTION]}, {"key": "a", "questions": [QUESTION]}],
            {"sections": "two sections have one key"},
        ),
    ],
)
def test_a_faulty_section_is_named_by_its_place(sections: object, faults: dict[str, str]) -> None:
    assert faults_of(a_methodology(sections=sections)) == faults


def test_every_fault_is_named_at_once() -> None:
    assert set(faults_of(a_methodology(version=0, grades=[], sections=[]))) == {
        "version",
        "grades",
        "sections",
    }

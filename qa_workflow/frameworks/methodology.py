"""The audit tool as a versioned file: sections, questions, grades and reason codes, checked before it is kept."""

import json
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

from qa_workflow.errors import BadData, WrongInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Methodology:
    """A version of the audit tool, as it is stored."""

    version: int
    body: str
    sha256: str


def shipped_methodology() -> Methodology:
    """Return version 1 of the audit tool, which ships with the program."""
    text = (resources.files("qa_workflow.frameworks") / "methodology_1.json").read_text("utf-8")
    return check_methodology(text, "methodology_1.json")


def read_methodology(path: Path) -> Methodology:
    """Return the methodology of a file.

    Raises:
        WrongInput: the file cannot be read. BadData: something in it is missing or doubled.
    """
    try:
        return check_methodology(path.read_text("utf-8"), path.name)
    except OSError as exc:
        raise WrongInput(f"{path} cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise WrongInput(f"{path} is no text file. Give the methodology as JSON.") from exc


def check_methodology(text: str, file: str) -> Methodology:
    """Return the methodology that *text* holds.

    Raises:
        BadData: it is no JSON, or sections, questions, grades or reason codes are missing or doubled.
    """
    try:
        body = json.loads(text)
    except ValueError as exc:
        raise BadData(file, {"file": f"is no JSON ({exc})"}) from exc
    if not isinstance(body, dict):
        raise BadData(file, {"file": "holds no object"})
    problems: dict[str, str] = {}
    if (
        not isinstance(body.get("version"), int)
        or isinstance(body.get("version"), bool)
        or body["version"] < 1
    ):
        problems["version"] = "is a whole number from 1"
    problems |= _faulty_lists(body)
    problems |= _faulty_sections(body.get("sections"))
    if problems:
        raise BadData(file, problems)
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Methodology(
        version=body["version"], body=canonical, sha256=sha256(canonical.encode()).hexdigest()
    )


def _faulty_lists(body: dict[str, Any]) -> dict[str, str]:
    problems = {}
    for name, least in (("grades", 2), ("no_voice_reasons", 1), ("not_auditable_reasons", 1)):
        found = body.get(name)
        if (
            not isinstance(found, list)
            or len(found) < least
            or not all(isinstance(one, str) and one for one in found)
        ):
            problems[name] = f"is a list of at least {least} texts"
        elif len(set(found)) != len(found):
            problems[name] = "holds something twice"
    return problems


def _faulty_sections(sections: object) -> dict[str, str]:
    if not isinstance(sections, list) or not sections:
        return {"sections": "is a list of at least one section"}
    problems = {}
    keys: list[object] = []
    for number, section in enumerate(sections, start=1):
        place = f"sections[{number}]"
        if (
            not isinstance(section, dict)
            or not isinstance(section.get("key"), str)
            or not section["key"]
        ):
            problems[place] = "needs a key"
            continue
        keys.append(section["key"])
        questions = section.get("questions")
        if not isinstance(questions, list) or not questions:
            problems[place] = "needs at least one question"
            continue
        asked = [one.get("key") if isinstance(one, dict) else None for one in questions]
        if not all(isinstance(one, str) and one for one in asked) or len(set(asked)) != len(asked):
            problems[place] = "each question needs a key of its own"
    if len(set(keys)) != len(keys):
        problems["sections"] = "two sections have one key"
    return problems

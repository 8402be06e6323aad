"""Every ambiguity of the framework stands in the table, and each place it names is there to be changed."""

import pytest
from pydantic import ValidationError

from qa_workflow.errors import FrameworkFaulty
from qa_workflow.frameworks.ambiguities import AMBIGUITIES, CHOICE, FIXED, LINE
from qa_workflow.frameworks.choices import Choices
from qa_workflow.frameworks.form import FrameworkForm
from qa_workflow.frameworks.reader import read_framework, shipped_framework
from qa_workflow.processes import all_processes

FILE = """\
[framework]
council = "A"
title = "B"
version = "1"
valid_from = 2020-01-01
[choices]
{choice}
[[activity]]
code = "{code}"
process = "{process}"
months = {months}
owner = "ad_people"
words = "They meet."
"""


def sources(field: str) -> set[str]:
    """Return the numbers of the ambiguities that a choice says it settles."""
    extra = Choices.model_fields[field].json_schema_extra
    assert isinstance(extra, dict)
    return {part for part in str(extra["source"]).split(", ") if part.startswith("A")}


# ------------------------------------------------------------------ the table
def test_all_forty_one_stand_there_in_their_order() -> None:
    assert [one.number for one in AMBIGUITIES] == [f"A{number}" for number in range(1, 42)]


def test_each_place_is_one_that_there_is() -> None:
    tables = FrameworkForm.model_fields
    places = {
        *(f"{CHOICE}: {name}" for name in Choices.model_fields),
        *(f"{LINE}: {line.code}" for line in shipped_framework().lines),
        *(shape.format(name) for name in tables for shape in ("[{}]", "[[{}]]")),
    }
    for one in AMBIGUITIES:
        fixed = {f"{FIXED}: {why}" for why in one.named(FIXED) if why}
        assert one.where, one.number
        assert set(one.where) <= places | fixed, one.number
        assert one.default.endswith("."), one.number


def test_whatever_a_choice_settles_names_that_choice() -> None:
    said = {(one.number, name) for one in AMBIGUITIES for name in one.named(CHOICE)}
    assert said == {(number, name) for name in Choices.model_fields for number in sources(name)}


# ------------------------------------------------------------------ choices that cannot be
@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"follow_up_months": [12, 1]}, "two months follow one another"),
        ({"follow_up_months": [3, 4]}, "two months follow one another"),
        ({"follow_up_months": []}, "at least 1 item"),
        ({"scrutiny_months": []}, "at least 1 item"),
        ({"first_audit_waived_after": "02-30"}, "02-30 is no day of a year"),
        ({"sample_percent": 0}, "greater than or equal to 1"),
        ({"transition_from_year": 12}, "less than or equal to 11"),
    ],
)
def test_a_choice_that_cannot_be_is_no_choice(choice: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Choices.model_validate(choice)


@pytest.mark.parametrize(
    ("choice", "process", "months", "said"),
    [
        ("follow_up_months = [3, 9]", "getting_to_outstanding", [6, 12], "2, 8"),
        ("follow_up_months = [1, 7]", "getting_to_outstanding", [12], "6"),
        ("scrutiny_months = [3, 5]", "moving_to_excellence_board", [3, 6, 9, 12], "5"),
    ],
)
def test_a_month_without_the_meeting_it_counts_on_is_a_fault(
    choice: str, process: str, months: list[int], said: str
) -> None:
    text = FILE.format(choice=choice, code="MEET", process=process, months=months)
    with pytest.raises(FrameworkFaulty) as raised:
        read_framework(text, "ours.toml", set(all_processes()))
    key = choice.split(maxsplit=1)[0]
    told = f"choices.{key}: activity MEET opens no {process} in month {said}"
    assert list(raised.value.faults) == [(7, told)]


def test_months_with_their_meetings_are_no_fault() -> None:
    text = FILE.format(
        choice="follow_up_months = [1, 3]", code="GTO", process="getting_to_outstanding", months=[2, 12]
    )  # fmt: skip
    assert read_framework(text, "ours.toml", set(all_processes())).choices.follow_up_months == (
        1,
        3,
    )

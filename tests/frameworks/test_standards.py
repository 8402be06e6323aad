"""The standards by which providers are audited: which set on which day, and what is wrong with a faulty file."""

import json
from datetime import date
from importlib import resources
from typing import Any

import pytest

from qa_workflow.errors import BadData, WrongInput
from qa_workflow.frameworks.standards import (
    Standard,
    StandardSet,
    check_standards,
    shipped_standards,
    standards_for,
)
from qa_workflow.intake.providers import PROVIDER_TYPES

AUDIT = date(2026, 6, 1)


def keys(found: StandardSet) -> list[str]:
    return [one.key for one in found.standards]


# ------------------------------------------------------------------ what ships
@pytest.mark.parametrize("provider_type", PROVIDER_TYPES)
def test_every_type_of_provider_that_can_be_imported_has_standards(provider_type: str) -> None:
    assert standards_for(provider_type, AUDIT).provider_type == provider_type


def test_there_are_standards_for_no_type_that_cannot_be_imported() -> None:
    assert {one.provider_type for one in shipped_standards()} == set(PROVIDER_TYPES)


def test_fostering_agencies_have_the_31_national_minimum_standards_of_2011() -> None:
    found = standards_for("ifa", AUDIT)
    assert keys(found) == [f"nms_{number}" for number in range(1, 32)]
    assert (found.standards[3].title, found.standards[30].title) == (
        "Safeguarding children",
        "Placement plan and review",
    )


def test_supported_accommodation_has_four_quality_standards() -> None:
    assert keys(standards_for("semi_independent", AUDIT)) == [
        "leadership_and_management",
        "protection",
        "accommodation",
        "support",
    ]


def test_early_years_settings_have_the_three_areas_of_the_framework() -> None:
    titles = [one.title for one in standards_for("early_years", AUDIT).standards]
    assert titles == ["Leadership", "Management", "Safeguarding"]


def test_only_the_sets_that_nobody_published_are_the_councils_own() -> None:
    local = {one.key for one in shipped_standards() if one.local}
    assert local == {"semi_independent_2019", "youth_service_2019"}


def test_every_set_says_where_it_comes_from() -> None:
    assert all(
        "Framework" in one.source or "Regulations 2023" in one.source for one in shipped_standards()
    )


# ------------------------------------------------------------------ which set on which day
@pytest.mark.parametrize(
    ("provider_type", "on", "key"),
    [
        ("semi_independent", "2023-10-27", "semi_independent_2019"),
        ("semi_independent", "2023-10-28", "supported_accommodation_2023"),
        ("semi_independent", "2019-01-01", "semi_independent_2019"),
        ("ifa", "2011-04-01", "fostering_2011"),
        ("ifa", "2023-10-28", "fostering_2011"),
    ],
)
def test_the_day_of_the_audit_chooses_the_set(provider_type: str, on: str, key: str) -> None:
    assert standards_for(provider_type, date.fromisoformat(on)).key == key


def test_before_the_first_set_there_is_none() -> None:
    with pytest.raises(WrongInput, match="on 2011-03-31: the first are valid from 2011-04-01"):
        standards_for("ifa", date(2011, 3, 31))


def test_an_unknown_type_is_answered_with_the_types_there_are() -> None:
    with pytest.raises(WrongInput, match=r"type 'hotel'\. There are for: ifa, semi_independent, "):
        standards_for("hotel", AUDIT)


def test_the_newest_valid_set_is_chosen_wherever_it_stands_in_the_file() -> None:
    given = [a_set(key=f"of_{year}", valid_from=f"{year}-01-01") for year in (2024, 2022, 2023)]
    sets = check_standards(json.dumps({"sets": given}), "own.json")
    assert standards_for("ifa", date(2023, 12, 31), sets=sets).key == "of_2023"


# ------------------------------------------------------------------ a file of sets
def a_set(**said: Any) -> dict[str, Any]:  # noqa: ANN401 - anything a file may hold
    made = {
        "key": "own", "provider_type": "ifa", "valid_from": "2026-01-01", "title": "Our own", "source": "Us",
        "local": True, "standards": [{"key": "a", "title": "A"}],
    }  # fmt: skip
    return {**made, **said}


def faults_of(body: object) -> dict[str, str]:
    text = body if isinstance(body, str) else json.dumps(body)
    with pytest.raises(BadData) as raised:
        check_standards(text, "own.json")
    return raised.value.problems


def test_a_set_is_read_as_it_is_written() -> None:
    assert check_standards(json.dumps({"sets": [a_set()]}), "own.json") == (
        StandardSet(
            key="own",
            provider_type="ifa",
            valid_from=date(2026, 1, 1),
            title="Our own",
            source="Us",
            local=True,
            standards=(Standard(key="a", title="A"),),
        ),
    )


def test_the_shipped_file_has_no_more_than_what_is_read() -> None:
    text = (resources.files("qa_workflow.frameworks") / "standards.json").read_text("utf-8")
    assert all(set(one) == set(StandardSet.__slots__) for one in json.loads(text)["sets"])


def test_a_file_that_is_no_json_says_so() -> None:
    assert faults_of("{")["file"].startswith("is no JSON")


@pytest.mark.parametrize("body", [[], {}, {"sets": []}, {"sets": "many"}])
def test_a_file_without_sets_says_so(body: object) -> None:
    assert faults_of(body) == {"sets": "is a list of at least one set"}


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({"key": ""}, {"sets[1].key": "is a text that is not empty"}),
        ({"provider_type": 7}, {"sets[1].provider_type": "is a text that is not empty"}),
        ({"title": " "}, {"sets[1].title": "is a text that is not empty"}),
        ({"source": None}, {"sets[1].source": "is a text that is not empty"}),
        ({"valid_from": "2026-13-01"}, {"sets[1].valid_from": "is a date written YYYY-MM-DD"}),
        ({"valid_from": "20260101"}, {"sets[1].valid_from": "is a date written YYYY-MM-DD"}),
        ({"valid_from": 2026}, {"sets[1].valid_from": "is a date written YYYY-MM-DD"}),
        ({"local": "yes"}, {"sets[1].local": "is true or false"}),
        ({"standards": []}, {"sets[1].standards": "is a list of at least one standard"}),
        ({"standards": "a"}, {"sets[1].standards": "is a list of at least one standard"}),
        ({"standards": ["a"]}, {"sets[1].standards[1]": "needs a key and a title"}),
        ({"standards": [{"key": "a"}]}, {"sets[1].standards[1]": "needs a key and a title"}),
        ({"standards": [{"title": "A"}]}, {"sets[1].standards[1]": "needs a key and a title"}),
        (
            {"standards": [{"key": "a", "title": "A"}, {"key": "a", "title": "B"}]},
            {"sets[1].standards": "two standards have one key"},
        ),
    ],
)
def test_a_fault_of_a_set_is_named_by_its_place(
    said: dict[str, Any], faults: dict[str, str]
) -> None:
    assert faults_of({"sets": [a_set(**said)]}) == faults


def test_a_set_that_is_no_object_is_named() -> None:
    assert faults_of({"sets": [a_set(), "own"]}) == {"sets[2]": "is no object"}


def test_two_sets_cannot_have_one_key() -> None:
    sets = [a_set(), a_set(valid_from="2027-01-01")]
    assert faults_of({"sets": sets}) == {"sets[2].key": "another set has this key"}


def test_two_sets_for_a_type_cannot_be_valid_from_one_day() -> None:
    assert faults_of({"sets": [a_set(), a_set(key="other")]}) == {
        "sets[2].valid_from": "another set for this type is valid from this day"
    }


def test_sets_for_two_types_may_be_valid_from_one_day() -> None:
    sets = [a_set(), a_set(key="other", provider_type="early_years")]
    assert len(check_standards(json.dumps({"sets": sets}), "own.json")) == 2


def test_every_fault_is_named_at_once() -> None:
    sets = [a_set(key="", standards=[]), a_set(valid_from="soon", local=None)]
    assert set(faults_of({"sets": sets})) == {
        "sets[1].key", "sets[1].standards", "sets[2].valid_from", "sets[2].local",
    }  # fmt: skip

"""The framework's calendar and audit tool as files: what they open and when, and what is wrong with a faulty one."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qa_workflow.errors import BadData, CalendarFaulty, WrongInput
from qa_workflow.frameworks.reader import (
    check_methodology,
    framework_calendar,
    items,
    read_calendar,
    read_methodology,
    shipped_methodology,
)

HEADER = (
    "code,process,months,due,owner,source,part,opens_months_before,planned_working_days_before,kind"
)
LINE = "CFA,case_audit_round,11,last_day_of_month,sm_sqa,Framework,A,1,20,timeline"


def calendar_with(**cells: str) -> str:
    row = dict(zip(HEADER.split(","), LINE.split(","), strict=True)) | cells
    return f"{HEADER}\n{','.join(row.values())}\n"


ROUNDS = tuple(line for line in framework_calendar() if line.process == "case_audit_round")


# ------------------------------------------------------------------ the calendar
@pytest.mark.parametrize(
    ("part", "month", "opens_before", "planned_before"), [("A", 11, 1, 20), ("B", 5, 1, 20)]
)
def test_the_shipped_calendar_opens_two_audit_rounds_a_year(
    part: str, month: int, opens_before: int, planned_before: int
) -> None:
    line = next(line for line in framework_calendar() if line.part == part)
    assert (line.months, line.opens_months_before, line.planned_working_days_before) == (
        (month,),
        opens_before,
        planned_before,
    )


def test_the_shipped_calendar_opens_a_panel_each_month_and_a_meeting_twice_a_year() -> None:
    others = tuple(line for line in framework_calendar() if line not in ROUNDS)
    found = [item.reference for item in items(others, date(2026, 5, 1), date(2026, 6, 30))]
    assert found == [
        "send_panel:2026-05",
        "send_panel:2026-06",
        "getting_to_outstanding:2026-06",
    ]
    assert len(list(items(others, date(2026, 1, 1), date(2026, 12, 31)))) == 12 + 2


def test_every_shipped_line_quotes_the_framework() -> None:
    assert all("Framework" in line.source for line in framework_calendar())


def test_an_audit_year_runs_from_october_to_september() -> None:
    found = items(ROUNDS, date(2025, 10, 1), date(2026, 9, 30))
    assert [(item.reference, item.opens_on, item.due_on) for item in found] == [
        ("case_audit_round:2025-26:A", date(2025, 10, 1), date(2025, 11, 30)),
        ("case_audit_round:2025-26:B", date(2026, 4, 1), date(2026, 5, 31)),
    ]


def test_an_item_belongs_to_the_span_that_holds_its_due_date() -> None:
    inside = [item.period for item in items(ROUNDS, date(2025, 11, 30), date(2025, 11, 30))]
    outside = list(items(ROUNDS, date(2025, 12, 1), date(2026, 5, 30)))
    assert (inside, outside) == (["2025-26:A"], [])


def test_the_turn_of_a_century_is_written_with_two_digits() -> None:
    found = items(ROUNDS, date(2099, 10, 1), date(2099, 12, 31))
    assert [item.period for item in found] == ["2099-00:A"]


def test_a_line_without_part_is_called_by_its_month() -> None:
    lines = read_calendar(calendar_with(part="", months="2", opens_months_before="0"))
    found = [
        (item.reference, item.opens_on, item.due_on)
        for item in items(lines, date(2028, 1, 1), date(2028, 12, 31))
    ]
    assert found == [("case_audit_round:2028-02", date(2028, 2, 1), date(2028, 2, 29))]


def test_a_line_may_open_in_the_year_before() -> None:
    lines = read_calendar(calendar_with(part="", months="1", opens_months_before="2"))
    found = [item.opens_on for item in items(lines, date(2026, 1, 1), date(2026, 12, 31))]
    assert found == [date(2025, 11, 1)]


def test_a_line_of_several_months_opens_in_each() -> None:
    lines = read_calendar(calendar_with(part="", months="3; 6 ;9"))
    found = [item.due_on.month for item in items(lines, date(2026, 1, 1), date(2026, 12, 31))]
    assert found == [3, 6, 9]


def test_what_a_line_leaves_out_has_a_default() -> None:
    (line,) = read_calendar(
        "code,process,months,due,owner,source\nX,y,1,last_day_of_month,sm_sqa,z\n"
    )
    assert (line.part, line.opens_months_before, line.planned_working_days_before, line.kind) == (
        None,
        0,
        0,
        "timeline",
    )


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"code": ""}, "row 2, column 'code': the cell is empty"),
        ({"months": "13"}, "row 2, column 'months': '13' are no months"),
        ({"months": "0"}, "row 2, column 'months': '0' are no months"),
        ({"months": "May"}, "row 2, column 'months': 'May' are no months"),
        ({"months": "1;;2"}, "row 2, column 'months': '1;;2' are no months"),
        ({"months": "²"}, "row 2, column 'months': '²' are no months"),
        ({"due": "soon"}, "row 2, column 'due': 'soon' is no rule; known: last_day_of_month"),
        ({"owner": "boss"}, "row 2, column 'owner': 'boss' is no role"),
        (
            {"opens_months_before": "one"},
            "row 2, column 'opens_months_before': 'one' is no whole number",
        ),
        (
            {"planned_working_days_before": "²"},
            "row 2, column 'planned_working_days_before': '²' is no whole number",
        ),
    ],
)
def test_a_faulty_cell_is_named_by_row_and_column(cells: dict[str, str], fault: str) -> None:
    with pytest.raises(CalendarFaulty) as raised:
        read_calendar(calendar_with(**cells))
    assert fault in str(raised.value)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(CalendarFaulty, match="row 1, column 'source': the column is missing"):
        read_calendar("code,process,months,due,owner\n")


def test_an_empty_file_is_no_calendar() -> None:
    with pytest.raises(CalendarFaulty, match="row 1, column 'code': the column is missing"):
        read_calendar("")


# ------------------------------------------------------------------ the audit tool
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

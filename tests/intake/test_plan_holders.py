"""Children with EHC plans: from the area SEND workbook or a CSV, and nothing that could identify a child."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import workbooks
from hypothesis import given
from hypothesis import strategies as st
from workbooks import EHC_LIST, ehc_plan

from qa_workflow.errors import Fault, RejectedFile, WrongInput
from qa_workflow.intake.plan_holders import (
    PlanHolderFile,
    PlanHolderRow,
    read_plan_holders,
    start_of_year_9,
)

TODAY = date(2026, 3, 1)
HEADER = "child_id,plan_id,born_on,issued_on,last_review_on,ehe,school_phase"
LINE = "C01,E01,2012-09-01,2020-03-02,2025-02-27,no,Secondary"


def read_csv(tmp_path: Path, *lines: str) -> PlanHolderFile:
    return read_plan_holders(workbooks.csv(tmp_path / "plans.csv", *lines), today=TODAY)


def read_list(tmp_path: Path, *rows: list[workbooks.Value], name: str = "List_1") -> PlanHolderFile:
    path = workbooks.xlsx(tmp_path / "send.xlsx", {name: [EHC_LIST, *rows]})
    return read_plan_holders(path, today=TODAY)


def refusal(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(RejectedFile) as caught:
        read_plan_holders(path, today=TODAY)
    return caught.value.faults


def places(found: tuple[Fault, ...]) -> list[tuple[str | None, int | None, str | None]]:
    return [(fault.list_name, fault.row, fault.column) for fault in found]


# ------------------------------------------------------------------ Year 9
@pytest.mark.parametrize(
    ("born", "starts"),
    [
        ("2012-08-31", "2025-09-01"),
        ("2012-09-01", "2026-09-01"),
        ("2013-08-31", "2026-09-01"),
        ("2013-09-01", "2027-09-01"),
        ("2012-02-29", "2025-09-01"),
        ("2012-12-31", "2026-09-01"),
        ("2013-01-01", "2026-09-01"),
    ],
)
def test_year_9_starts_for_those_born_from_september_to_august(born: str, starts: str) -> None:
    assert start_of_year_9(date.fromisoformat(born)) == date.fromisoformat(starts)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2040, 1, 1)))
def test_every_child_turns_14_in_the_course_of_year_9(born: date) -> None:
    starts = start_of_year_9(born)
    turned = (born.month, born.day)
    age = starts.year - born.year - (turned > (starts.month, starts.day))
    assert (starts.month, starts.day) == (9, 1)
    assert age == (14 if turned == (9, 1) else 13)


# ------------------------------------------------------------------ what reaches the plan
def test_every_column_of_a_csv_reaches_the_plan(tmp_path: Path) -> None:
    file = read_csv(tmp_path, HEADER, LINE)
    assert (file.kind, file.file, file.rejected, file.rejected_plans) == (
        "csv", "plans.csv", (), frozenset(),
    )  # fmt: skip
    assert file.rows == (
        PlanHolderRow(
            child_id="C01",
            plan_id="E01",
            issued_on=date(2020, 3, 2),
            updated_on=None,
            last_review_on=date(2025, 2, 27),
            ehe=False,
            school_phase="Secondary",
            year9_on=date(2026, 9, 1),
        ),
    )


def test_what_is_kept_of_the_workbook_reaches_the_plan(tmp_path: Path) -> None:
    updated: workbooks.Value = date(2024, 4, 1)
    said = {"Date updated EHC plan issued": updated, "Elective home education": "Yes"}
    file = read_list(tmp_path, ehc_plan("E01", **said))
    assert (file.kind, file.file, file.rejected) == ("annex_a", "send.xlsx", ())
    assert file.rows == (
        PlanHolderRow(
            child_id="E01",
            plan_id="E01",
            issued_on=date(2020, 3, 2),
            updated_on=date(2024, 4, 1),
            last_review_on=date(2025, 2, 27),
            ehe=True,
            school_phase="Secondary",
            year9_on=date(2026, 9, 1),
        ),
    )


def test_a_plan_never_reviewed_has_no_review(tmp_path: Path) -> None:
    [from_csv] = read_csv(tmp_path, HEADER, "C01,E01,2012-09-01,2025-10-01,,,").rows
    [from_list] = read_list(tmp_path, ehc_plan(**{"Date EHC plan last reviewed": ""})).rows
    assert (from_csv.last_review_on, from_list.last_review_on) == (None, None)


@pytest.mark.parametrize(
    ("written", "ehe"),
    [(True, True), (False, False), (1, True), (0, False), ("Y", True), ("a) Yes", True), ("", False)],
)  # fmt: skip
def test_elective_home_education_may_be_written_as_spreadsheets_write_it(
    tmp_path: Path, written: workbooks.Value, *, ehe: bool
) -> None:
    [plan] = read_list(tmp_path, ehc_plan(**{"Elective home education": written})).rows
    assert plan.ehe is ehe


def test_a_child_may_have_two_plans(tmp_path: Path) -> None:
    file = read_csv(tmp_path, HEADER, LINE, LINE.replace("E01", "E02"))
    assert [(plan.child_id, plan.plan_id) for plan in file.rows] == [("C01", "E01"), ("C01", "E02")]


def test_a_header_alone_is_a_list_of_nobody(tmp_path: Path) -> None:
    assert read_csv(tmp_path, HEADER).rows == read_list(tmp_path).rows == ()


def test_the_school_phase_may_be_left_out(tmp_path: Path) -> None:
    header = HEADER.removesuffix(",school_phase")
    assert read_csv(tmp_path, header, LINE.removesuffix(",Secondary")).rows[0].school_phase is None


def test_columns_that_are_not_there_are_told_of(tmp_path: Path) -> None:
    header = [name for name in EHC_LIST if not name.startswith("Date updated")]
    path = workbooks.xlsx(tmp_path / "send.xlsx", {"List_1": [header]})
    absent = read_plan_holders(path, today=TODAY).absent_columns
    assert places(absent) == [("List_1", None, "Date updated EHC plan issued")]
    absent = read_csv(tmp_path, HEADER.removesuffix(",school_phase")).absent_columns
    assert places(absent) == [("CSV", None, "school_phase")]
    assert read_csv(tmp_path, HEADER).absent_columns == read_list(tmp_path).absent_columns == ()


def test_the_same_bytes_have_the_same_fingerprint(tmp_path: Path) -> None:
    assert read_csv(tmp_path, HEADER).sha256 == read_csv(tmp_path, HEADER).sha256
    assert read_csv(tmp_path, HEADER).sha256 != read_csv(tmp_path, HEADER, LINE).sha256


# ------------------------------------------------------------------ how the list is found
@pytest.mark.parametrize("name", ["List_1", "List 1", "LIST 01", "Annex A List 1", "List 1 - EHCP"])
def test_the_list_is_found_however_its_sheet_is_called(tmp_path: Path, name: str) -> None:
    assert len(read_list(tmp_path, ehc_plan(), name=name).rows) == 1


def test_the_other_lists_stay_unread(tmp_path: Path) -> None:
    sheets: workbooks.Sheets = {
        "List_1": [EHC_LIST, ehc_plan("E01")],
        "List_2": [EHC_LIST, ehc_plan("E02")],
        "List_10": [EHC_LIST, ehc_plan("E10")],
    }
    file = read_plan_holders(workbooks.xlsx(tmp_path / "send.xlsx", sheets), today=TODAY)
    assert [plan.plan_id for plan in file.rows] == ["E01"]


@pytest.mark.parametrize(
    ("make", "name"),
    [(workbooks.xlsx, "send.xlsx"), (workbooks.ods, "send.ods"), (workbooks.xls, "send.xls"), (workbooks.xlsx, "send")],
)  # fmt: skip
def test_a_workbook_is_told_by_its_content(tmp_path: Path, make: Any, name: str) -> None:  # noqa: ANN401 - a maker of workbooks
    path = make(tmp_path / name, {"List_1": [EHC_LIST, ehc_plan("E01")]})
    assert read_plan_holders(path, today=TODAY).rows[0].plan_id == "E01"


def test_columns_may_stand_in_any_order_below_a_title(tmp_path: Path) -> None:
    rows: workbooks.Rows = [["Children with EHC plans"], [], EHC_LIST[::-1], ehc_plan("E01")[::-1]]
    path = workbooks.xlsx(tmp_path / "send.xlsx", {"List_1": rows})
    [plan] = read_plan_holders(path, today=TODAY).rows
    assert (plan.plan_id, plan.issued_on) == ("E01", date(2020, 3, 2))


@pytest.mark.parametrize(
    ("published", "spelling"),
    [
        ("Unique ID", "unique_id"),
        ("Date of birth", "DOB"),
        ("Date initial EHC plan issued", "Date initial plan issued"),
        ("Date EHC plan last reviewed", "Date last reviewed"),
        ("Main education establishment \u2013 phase", "Main education establishment - Phase"),
        ("Main education establishment \u2013 phase", "Main establishment phase"),
        ("Elective home education", "ELECTIVE HOME\nEDUCATION"),
    ],
)
def test_headers_may_be_spelt_otherwise(tmp_path: Path, published: str, spelling: str) -> None:
    header = [spelling if name == published else name for name in EHC_LIST]
    path = workbooks.xlsx(tmp_path / "send.xlsx", {"List_1": [header, ehc_plan("E01")]})
    [plan] = read_plan_holders(path, today=TODAY).rows
    assert (plan.plan_id, plan.school_phase, plan.ehe) == ("E01", "Secondary", False)


@pytest.mark.parametrize(
    "column",
    [
        "Unique ID", "Date of birth", "Date initial EHC plan issued", "Date EHC plan last reviewed",
        "Elective home education",
    ],
)  # fmt: skip
def test_a_list_without_a_column_that_is_needed_is_refused(tmp_path: Path, column: str) -> None:
    header = ["" if name == column else name for name in EHC_LIST]
    path = workbooks.xlsx(tmp_path / "send.xlsx", {"List_1": [["Title"], header, ehc_plan()]})
    assert places(refusal(path)) == [("List_1", 2, column)]


@pytest.mark.parametrize("column", HEADER.split(",")[:-1])
def test_a_csv_without_a_column_that_is_needed_is_refused(tmp_path: Path, column: str) -> None:
    path = workbooks.csv(tmp_path / "plans.csv", HEADER.replace(column, "x"), LINE)
    assert places(refusal(path)) == [("CSV", None, column)]


def test_a_list_with_a_column_twice_is_refused(tmp_path: Path) -> None:
    rows: workbooks.Rows = [[*EHC_LIST, "date of  birth"], ehc_plan()]
    path = workbooks.xlsx(tmp_path / "send.xlsx", {"List_1": rows})
    assert places(refusal(path)) == [("List_1", 1, "Date of birth")]


def test_a_header_is_not_looked_for_below_the_tenth_row(tmp_path: Path) -> None:
    rows: workbooks.Rows = [["Title"], *([[]] * 9), EHC_LIST, ehc_plan()]
    [fault] = refusal(workbooks.xlsx(tmp_path / "send.xlsx", {"List_1": rows}))
    assert "no header row was found in its first 10 rows" in fault.why
    assert (fault.column, fault.why.rpartition("; ")[2]) == ("Unique ID", "give its columns")


def test_a_workbook_without_the_list_is_refused(tmp_path: Path) -> None:
    [fault] = refusal(workbooks.xlsx(tmp_path / "send.xlsx", {"List_2": [EHC_LIST, ehc_plan()]}))
    assert "it has no sheet List_1" in fault.why


def test_a_workbook_with_the_list_twice_is_refused(tmp_path: Path) -> None:
    sheets = {"List_1": [EHC_LIST], "List 1": [EHC_LIST]}
    [fault] = refusal(workbooks.xlsx(tmp_path / "send.xlsx", sheets))
    assert "two of its sheets" in fault.why


def test_a_csv_called_a_workbook_is_refused_as_one(tmp_path: Path) -> None:
    [fault] = refusal(workbooks.csv(tmp_path / "plans.xlsx", HEADER, LINE))
    assert "it is not a workbook" in fault.why


def test_a_file_that_is_not_there_is_wrong_input(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="There is no file"):
        read_plan_holders(tmp_path / "plans.csv", today=TODAY)


# ------------------------------------------------------------------ rows set aside
@pytest.mark.parametrize(
    ("line", "column"),
    [
        (",E9,2012-09-01,2020-03-02,,,", "child_id"),
        ("C9,,2012-09-01,2020-03-02,,,", "plan_id"),
        ("C9,E 9,2012-09-01,2020-03-02,,,", "plan_id"),
        ("C9,E9,,2020-03-02,,,", "born_on"),
        ("C9,E9,2012-13-01,2020-03-02,,,", "born_on"),
        ("C9,E9,2026-03-02,,,,", "born_on"),
        ("C9,E9,2012-09-01,,,,", "issued_on"),
        ("C9,E9,2012-09-01,2026-03-02,,,", "issued_on"),
        ("C9,E9,2012-09-01,2012-08-31,,,", "issued_on"),
        ("C9,E9,2012-09-01,2020-03-02,2020-03-01,,", "last_review_on"),
        ("C9,E9,2012-09-01,2020-03-02,2026-03-02,,", "last_review_on"),
        ("C9,E9,2012-09-01,2020-03-02,soon,,", "last_review_on"),
        ("C9,E9,2012-09-01,2020-03-02,,perhaps,", "ehe"),
        ("C9,E01,2012-09-01,2020-03-02,,,", "plan_id"),
        ("C9,E9,2012-09-01,2020-03-02,,,Primary,surplus", None),
    ],
)
def test_a_faulty_row_of_a_csv_is_set_aside_with_its_place(
    tmp_path: Path, line: str, column: str | None
) -> None:
    file = read_csv(tmp_path, HEADER, LINE, line, LINE.replace("E01", "E02"))
    assert ("CSV", 3, column) in places(file.rejected)
    assert {fault.row for fault in file.rejected} == {3}
    assert [plan.plan_id for plan in file.rows] == ["E01", "E02"]


@pytest.mark.parametrize(
    ("said", "column"),
    [
        ({"Unique ID": ""}, "Unique ID"),
        ({"Unique ID": "E01"}, "Unique ID"),
        ({"Date of birth": ""}, "Date of birth"),
        ({"Date of birth": 41518}, "Date of birth"),
        (
            {"Date initial EHC plan issued": date(2026, 3, 2), "Date EHC plan last reviewed": ""},
            "Date initial EHC plan issued",
        ),
        ({"Date updated EHC plan issued": "soon"}, "Date updated EHC plan issued"),
        ({"Date EHC plan last reviewed": date(2019, 1, 1)}, "Date EHC plan last reviewed"),
        ({"Elective home education": date(2019, 1, 1)}, "Elective home education"),
    ],
)
def test_a_faulty_row_of_the_list_is_set_aside_with_its_place(
    tmp_path: Path, said: dict[str, workbooks.Value], column: str
) -> None:
    file = read_list(tmp_path, ehc_plan("E01"), [], ehc_plan("E9", **said), ehc_plan("E02"))
    assert places(file.rejected) == [("List_1", 4, column)]
    assert [plan.plan_id for plan in file.rows] == ["E01", "E02"]


@pytest.mark.parametrize(
    ("born", "issued", "taken"),
    [
        ("1999-03-03", "2024-03-02", True), ("1999-03-03", "2024-03-03", False),
        ("2000-02-29", "2025-02-28", True), ("2000-02-29", "2025-03-01", False),
    ],
)  # fmt: skip
def test_a_plan_is_issued_only_to_somebody_under_25(
    tmp_path: Path, born: str, issued: str, *, taken: bool
) -> None:
    file = read_csv(tmp_path, HEADER, f"C9,E9,{born},{issued},,,")
    assert places(file.rejected) == ([] if taken else [("CSV", 2, "born_on")])


def test_a_plan_that_stands_twice_is_named_with_its_first_row(tmp_path: Path) -> None:
    [fault] = read_csv(tmp_path, HEADER, LINE, LINE).rejected
    assert fault.why == "this plan stands on row 2 already"


def test_the_plans_of_rejected_rows_are_named_for_they_are_in_the_file(tmp_path: Path) -> None:
    file = read_csv(tmp_path, HEADER, "C9,E9,,2020-03-02,,,", "C8,,2012-09-01,2020-03-02,,,")
    assert file.rows == ()
    assert file.rejected_plans == {"E9"}


@pytest.mark.parametrize("day", ["2026-03-01", "2020-03-02"])
def test_today_is_not_the_future_and_a_review_may_be_held_on_the_day_of_issue(
    tmp_path: Path, day: str
) -> None:
    assert read_csv(tmp_path, HEADER, f"C9,E9,2012-09-01,2020-03-02,{day},,").rejected == ()


# ------------------------------------------------------------------ nothing that identifies a child
CANARIES = ("Canary", "Z999888777", "8887776665", "2013", "1304", "Canaryteam")
CHILD: dict[str, workbooks.Value] = {
    "UPN": "Z999888777",
    "ULN": "8887776665",
    "Date of birth": date(2013, 4, 13),
    "Gender": "Canarygender",
    "Ethnicity": "Canaryethnicity",
    "SEN primary need": "Canaryneed",
    "Which children\u2019s social care team?": "Canaryteam",
}


def assert_no_canary(*texts: str) -> None:
    for text in texts:
        assert not [canary for canary in CANARIES if canary in text]


def test_the_list_leaves_nothing_of_a_child_in_rows_or_faults(tmp_path: Path) -> None:
    rows: workbooks.Rows = [
        ["Canary Childname"],
        [*EHC_LIST, "Name"],
        [*ehc_plan("E01", **CHILD), "Canary Childname"],
        # Cells that slipped: what identifies a child stands where dates, ids and answers are read.
        ehc_plan("Canary Childname", **CHILD),
        ehc_plan("E02", **{**CHILD, "Date of birth": "Canary 13.04.2013"}),
        ehc_plan("E03", **CHILD, **{"Elective home education": "Canary Childname"}),
        ehc_plan("E04", **CHILD, **{"Date EHC plan last reviewed": date(2013, 4, 13)}),
    ]
    path = workbooks.xlsx(tmp_path / "send.xlsx", {"List_1": rows})
    file = read_plan_holders(path, today=TODAY)
    assert [plan.plan_id for plan in file.rows] == ["E01"]
    assert len({fault.row for fault in file.rejected}) == 4
    assert_no_canary(repr(replace(file, sha256="")))  # a hash may hold any four digits


def test_a_refused_list_says_nothing_of_a_child(tmp_path: Path) -> None:
    rows = [["Canary Childname" if name == "Unique ID" else name for name in EHC_LIST]]
    path = workbooks.xlsx(tmp_path / "send.xlsx", {"List_1": [*rows, ehc_plan(**CHILD)]})
    with pytest.raises(RejectedFile) as caught:
        read_plan_holders(path, today=TODAY)
    assert_no_canary(str(caught.value), repr(caught.value), repr(vars(caught.value)))


def test_a_csv_leaves_nothing_of_a_child(tmp_path: Path) -> None:
    lines = (
        HEADER + ",name,upn",
        "C01,E01,13/04/2013,2020-03-02,,no,Primary,Canary Childname,Z999888777",
        "Canary Childname,E02,13/04/2013,2020-03-02,,no,Primary,,",
        "C03,E03,13/04/2013,2020-03-02,,Canary Childname,Primary,,",
    )
    file = read_csv(tmp_path, *lines)
    assert [plan.plan_id for plan in file.rows] == ["E01"]
    assert_no_canary(repr(file))

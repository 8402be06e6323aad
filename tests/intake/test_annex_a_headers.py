"""Where the header stands, how councils spell it, and what a list may not lack."""

from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest
import workbooks
from workbooks import LIST_6, LIST_7, LIST_8, LIST_9, START, list_6, list_7, list_8, list_9

from qa_workflow.errors import RejectedFile
from qa_workflow.intake.cases import CaseRow, read_cases

SEEN = date(2026, 1, 20)
SSD_6 = (
    *("ChildUniqueID", "Gender", "Ethnicity", "DateOfBirth", "Age", "HasDisability"),
    *("CINStartDate", "PrimaryNeedCode", "DateChildLastSeen", "CINClosureDate"),
    *("ReasonForClosure", "CaseStatus", "AllocatedTeam", "AllocatedWorker"),
)
SSD_7 = (
    *("ChildUniqueID", "ChildProtectionPlanStartDate", "ChildProtectionPlanEndDate"),
    *("DateOfLastStatutoryVisit", "DateOfLatestReviewConf"),
)
SSD_8 = (
    *("ChildUniqueID", "LoookedAfterStartDate", "CeasedLookedAfterDate"),
    *("LastSocialWorkVisitDate", "LatestStatutoryReviewDate"),
)
SSD_9 = ("ChildUniqueID", "AllocatedPersonalAdvisor", "LatestPathwayPlan", "LatestContact")


def read(tmp_path: Path, sheets: workbooks.Sheets) -> tuple[CaseRow, ...]:
    file = read_cases(workbooks.xlsx(tmp_path / "annex.xlsx", sheets))
    assert file.rejected == ()
    return file.rows


def refusal(tmp_path: Path, sheets: workbooks.Sheets) -> RejectedFile:
    with pytest.raises(RejectedFile) as caught:
        read_cases(workbooks.xlsx(tmp_path / "annex.xlsx", sheets))
    return caught.value


@pytest.mark.parametrize(
    ("make", "suffix"),
    [(workbooks.xlsx, "xlsx"), (workbooks.xls, "xls"), (workbooks.ods, "ods")],
)
def test_the_three_kinds_of_workbook_tell_the_same_cases(
    tmp_path: Path, make: Callable[[Path, workbooks.Sheets], Path], suffix: str
) -> None:
    row = list_6(12598894, **{"Date Child Was Last Seen": SEEN})
    file = read_cases(make(tmp_path / f"annex.{suffix}", {"List 6": [LIST_6, row]}))
    assert file.kind == "annex_a"
    assert file.present == {"List 6"}
    assert file.rows == (
        CaseRow(
            case_id="12598894",
            plan_type="cin",
            is_open=True,
            opened_on=START,
            closed_on=None,
            team="Need Team",
            worker="Worker Six",
            supervisor=None,
            iro=None,
            provider_id=None,
            last_seen_on=SEEN,
            last_review_on=None,
            lists=frozenset({"List 6"}),
            plan_started_on=START,
        ),
    )


@pytest.mark.parametrize(
    "name", ["List 6", "List_6", "list6", "LIST 06", " List 6 - Children in need", "AA_6_children"]
)
def test_a_list_is_known_under_the_names_councils_give_it(tmp_path: Path, name: str) -> None:
    assert len(read(tmp_path, {name: [LIST_6, list_6()]})) == 1


@pytest.mark.parametrize("name", ["List 60", "List 10", "Checklist 6", "Sheet6"])
def test_another_sheet_is_no_list(tmp_path: Path, name: str) -> None:
    assert "none of the sheets" in str(refusal(tmp_path, {name: [LIST_6, list_6()]}))


def test_title_rows_above_the_header_are_passed_over(tmp_path: Path) -> None:
    titles = [["A synthetic council"], [], ["List 6: Children in need"], ["Case status"]]
    assert len(read(tmp_path, {"List 6": [*titles, LIST_6, list_6()]})) == 1


def test_a_header_below_the_tenth_row_is_not_looked_for(tmp_path: Path) -> None:
    error = refusal(tmp_path, {"List 6": [["title"]] * 10 + [list(LIST_6), list_6()]})
    assert [(fault.list_name, fault.column) for fault in error.faults] == [
        ("List 6", "Child Unique ID")
    ]


def test_a_list_without_a_header_may_also_be_taken_out(tmp_path: Path) -> None:
    [fault] = refusal(tmp_path, {"List 6": [["title"]], "List 9": [LIST_9]}).faults
    assert fault.why.endswith("in its first 10 rows; give its columns, or remove the sheet")


def test_the_header_of_a_list_is_shown_without_signs_that_could_disturb_a_screen(
    tmp_path: Path,
) -> None:
    header = [name.replace("CIN Start", "CIN\u200b Sta\u00adrt") for name in LIST_6]
    path = workbooks.xlsx(tmp_path / "annex.xlsx", {"List 6": [header, list_6(start="soon")]})
    assert [fault.column for fault in read_cases(path).rejected] == ["CIN Start Date"]


def test_spelling_brackets_quotes_and_case_of_a_header_do_not_matter(tmp_path: Path) -> None:
    header = [f"  \u2018{name.upper()}\u2019)) " for name in LIST_8]
    [case] = read(tmp_path, {"List 8": [header, list_8()]})
    assert (case.plan_type, case.opened_on, case.worker) == ("cla", START, "Worker Eight")


def test_the_order_of_columns_does_not_matter(tmp_path: Path) -> None:
    [case] = read(tmp_path, {"List 7": [LIST_7[::-1], list_7()[::-1]]})
    assert (case.case_id, case.plan_type, case.opened_on) == ("1001", "cp", START)


def test_the_headers_of_a_dataset_extract_are_known(tmp_path: Path) -> None:
    row = list_6(**{"Date Child Was Last Seen": SEEN})
    [case] = read(tmp_path, {"List 6": [SSD_6, row]})
    assert (case.opened_on, case.last_seen_on, case.worker) == (START, SEEN, "Worker Six")


@pytest.mark.parametrize(("number", "header"), [(7, SSD_7), (8, SSD_8)])
def test_a_dataset_extract_of_the_other_lists_is_known(
    tmp_path: Path, number: int, header: tuple[str, ...]
) -> None:
    row = ("1001", START, "", SEEN, SEEN)
    [case] = read(tmp_path, {f"List {number}": [header, row]})
    assert (case.opened_on, case.last_seen_on, case.last_review_on) == (START, SEEN, SEEN)


def test_a_dataset_extract_of_care_leavers_is_known(tmp_path: Path) -> None:
    [case] = read(tmp_path, {"List 9": [SSD_9, ("1001", "Advisor One", SEEN, SEEN)]})
    assert (case.worker, case.last_seen_on, case.last_review_on) == ("Advisor One", SEEN, SEEN)


def test_a_worker_of_a_care_leaver_stands_before_the_advisor(tmp_path: Path) -> None:
    row = list_9(**{"Allocated Personal Advisor": "Advisor One"})
    [case] = read(tmp_path, {"List 9": [LIST_9, row]})
    assert case.worker == "Worker Nine"


@pytest.mark.parametrize("missing", ["Child Unique ID", "CIN Start Date", "Case Status"])
def test_a_list_without_a_required_column_refuses_the_whole_file(
    tmp_path: Path, missing: str
) -> None:
    header = [name if name != missing else "Something else" for name in LIST_6]
    error = refusal(tmp_path, {"List 6": [["title"], header, list_6()], "List 9": [LIST_9]})
    assert [(fault.list_name, fault.row, fault.column) for fault in error.faults] == [
        ("List 6", 2, missing)
    ]


def test_every_missing_column_of_every_list_is_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, {"List 7": [["Child Unique ID"]], "List 8": [["Child Unique ID"]]})
    assert {(fault.list_name, fault.column) for fault in error.faults} == {
        ("List 7", "Child Protection Plan Start Date"),
        ("List 7", "Child Protection Plan End Date"),
        ("List 8", "Date Started to be Looked After"),
        ("List 8", "Date Ceased to be Looked After"),
    }


def test_a_column_that_stands_twice_refuses_the_file(tmp_path: Path) -> None:
    error = refusal(tmp_path, {"List 9": [[*LIST_9, "allocated worker"]]})
    assert [fault.column for fault in error.faults] == ["Allocated Worker"]


def test_two_sheets_of_one_list_refuse_the_file(tmp_path: Path) -> None:
    error = refusal(tmp_path, {"List 6": [LIST_6], "List_6": [LIST_6]})
    assert [fault.list_name for fault in error.faults] == ["List 6"]


def test_an_optional_column_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    path = workbooks.xlsx(tmp_path / "annex.xlsx", {"List 9": [["Child Unique ID"], ["1001"]]})
    file = read_cases(path)
    assert {fault.column for fault in file.absent_columns} >= {"Allocated Worker", "Allocated Team"}
    assert [case.worker for case in file.rows] == [None]


def test_a_header_alone_is_a_list_without_cases(tmp_path: Path) -> None:
    path = workbooks.xlsx(tmp_path / "annex.xlsx", {"List 8": [LIST_8]})
    assert read_cases(path).rows == ()
    assert read_cases(path).present == {"List 8"}


@pytest.mark.parametrize(
    "day",
    [
        START,
        datetime.combine(START, time(14, 30)),
        "03/03/2025",
        "3/3/2025",
        "2025-03-03",
        " 03/03/2025\u00a0",
        "03/03/2025 00:00:00",
    ],
)
def test_a_day_is_read_however_it_is_written(tmp_path: Path, day: workbooks.Value) -> None:
    [case] = read(tmp_path, {"List 6": [LIST_6, list_6(start=day)]})
    assert case.opened_on == START


@pytest.mark.parametrize(
    ("written", "case_id"),
    [(12598894.0, "12598894"), ("12598894.0", "12598894"), ("00123", "00123"), (" C-7 ", "C-7")],
)
def test_an_id_is_read_however_it_is_stored(
    tmp_path: Path, written: workbooks.Value, case_id: str
) -> None:
    [case] = read(tmp_path, {"List 6": [LIST_6, list_6(written)]})
    assert case.case_id == case_id


def test_spaces_in_a_name_are_tidied(tmp_path: Path) -> None:
    row = list_6(**{"Allocated Worker": " Worker\u00a0\u00a0Si\u200bx\n"})
    [case] = read(tmp_path, {"List 6": [LIST_6, row]})
    assert case.worker == "Worker Six"


def test_blank_rows_are_passed_over(tmp_path: Path) -> None:
    sheet = [LIST_6, [" "], [], list_6(), ["", "\u00a0"]]
    assert len(read(tmp_path, {"List 6": sheet})) == 1

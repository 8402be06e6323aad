"""How the rows of several lists become cases, and which rows are set aside."""

from datetime import date
from pathlib import Path

import pytest
import workbooks
from workbooks import LIST_6, LIST_7, LIST_8, LIST_9, list_6, list_7, list_8, list_9

from qa_workflow.intake.cases import CaseFile, CaseRow, read_cases

EARLY, START, LATER, END = (
    date(2024, 1, 8),
    date(2025, 3, 3),
    date(2025, 9, 1),
    date(2026, 2, 2),
)
CLOSED: workbooks.Value = "e) Closed episode"
HEADERS = {6: LIST_6, 7: LIST_7, 8: LIST_8, 9: LIST_9}


def read_file(tmp_path: Path, lists: dict[int, list[list[workbooks.Value]]]) -> CaseFile:
    sheets = {f"List {number}": [HEADERS[number], *rows] for number, rows in lists.items()}
    return read_cases(workbooks.xlsx(tmp_path / "annex.xlsx", sheets))


def one_case(tmp_path: Path, lists: dict[int, list[list[workbooks.Value]]]) -> CaseRow:
    file = read_file(tmp_path, lists)
    assert file.rejected == ()
    [case] = file.rows
    return case


def places(file: CaseFile) -> list[tuple[str | None, int | None, str | None]]:
    return [(fault.list_name, fault.row, fault.column) for fault in file.rejected]


def test_a_child_in_need_and_looked_after_is_one_looked_after_case(tmp_path: Path) -> None:
    case = one_case(tmp_path, {6: [list_6(start=EARLY)], 8: [list_8(1001.0, START)]})
    assert (case.plan_type, case.is_open, case.opened_on) == ("cla", True, EARLY)
    assert (case.team, case.worker) == ("Care Team", "Worker Eight")
    assert case.lists == {"List 6", "List 8"}


def test_the_plan_starts_with_its_own_list_whenever_the_case_opened(tmp_path: Path) -> None:
    case = one_case(tmp_path, {6: [list_6(start=EARLY)], 8: [list_8(start=START)]})
    assert (case.opened_on, case.plan_started_on) == (EARLY, START)


def test_only_reviews_of_the_plan_count(tmp_path: Path) -> None:
    conference = list_7(start=EARLY, **{"Date of latest review conference": LATER})
    care = list_8(start=START, **{"Date of Latest Statutory Review": START})
    assert one_case(tmp_path, {7: [conference], 8: [care]}).last_review_on == START
    assert one_case(tmp_path, {7: [conference], 8: [list_8(start=START)]}).last_review_on is None


def test_protection_stands_above_need(tmp_path: Path) -> None:
    assert one_case(tmp_path, {6: [list_6()], 7: [list_7()]}).plan_type == "cp"


def test_care_stands_above_protection(tmp_path: Path) -> None:
    assert one_case(tmp_path, {7: [list_7()], 8: [list_8()]}).plan_type == "cla"


def test_a_list_where_the_child_is_closed_gives_neither_plan_nor_start_nor_worker(
    tmp_path: Path,
) -> None:
    ended = list_8(start=EARLY, **{"Date Ceased to be Looked After": START})
    case = one_case(tmp_path, {6: [list_6(start=LATER)], 8: [ended]})
    assert (case.plan_type, case.opened_on, case.worker) == ("cin", LATER, "Worker Six")
    assert case.lists == {"List 6", "List 8"}


def test_closed_everywhere_is_closed_at_the_latest_end(tmp_path: Path) -> None:
    ended: dict[str, workbooks.Value] = {"CIN Closure Date": END, "Case Status": CLOSED}
    need = list_6(start=EARLY, **ended)
    protection = list_7(start=START, **{"Child Protection Plan End Date": LATER})
    case = one_case(tmp_path, {6: [need], 7: [protection]})
    assert (case.plan_type, case.is_open) == ("cp", False)
    assert (case.opened_on, case.closed_on) == (EARLY, END)


def test_a_reopened_episode_is_open_from_its_own_start(tmp_path: Path) -> None:
    ended: dict[str, workbooks.Value] = {"CIN Closure Date": START, "Case Status": CLOSED}
    before = list_6(start=EARLY, **ended)
    case = one_case(tmp_path, {6: [before, list_6(start=LATER)]})
    assert (case.is_open, case.opened_on, case.closed_on) == (True, LATER, None)


def test_two_open_episodes_of_need_count_from_the_first(tmp_path: Path) -> None:
    case = one_case(tmp_path, {6: [list_6(start=LATER), list_6(start=EARLY)]})
    assert case.opened_on == EARLY


def test_the_same_row_twice_is_one_case(tmp_path: Path) -> None:
    assert one_case(tmp_path, {8: [list_8(), list_8()]}).opened_on == START


def test_a_care_leaver_alone_has_no_start(tmp_path: Path) -> None:
    case = one_case(tmp_path, {9: [list_9()]})
    assert (case.plan_type, case.is_open, case.opened_on) == ("care_leaver", True, None)


def test_a_care_leaver_on_another_list_has_its_plan(tmp_path: Path) -> None:
    case = one_case(tmp_path, {6: [list_6()], 9: [list_9()]})
    assert (case.plan_type, case.opened_on) == ("cin", START)


def test_a_care_leaver_whose_care_has_ceased_is_open_as_care_leaver(tmp_path: Path) -> None:
    ended = list_8(**{"Date Ceased to be Looked After": END})
    case = one_case(tmp_path, {8: [ended], 9: [list_9()]})
    assert (case.plan_type, case.is_open, case.opened_on) == ("care_leaver", True, None)


@pytest.mark.parametrize("status", ["e) Closed episode", "E", "Closed episode", "e - closed"])
def test_a_closed_status_without_a_date_closes_on_an_unknown_day(
    tmp_path: Path, status: str
) -> None:
    case = one_case(tmp_path, {6: [list_6(**{"Case Status": status})]})
    assert (case.is_open, case.closed_on) == (False, None)


def test_a_closure_date_closes_whatever_the_status_says(tmp_path: Path) -> None:
    case = one_case(tmp_path, {6: [list_6(**{"CIN Closure Date": END})]})
    assert (case.is_open, case.closed_on) == (False, END)


def test_an_undated_end_after_every_known_end_leaves_the_day_unknown(tmp_path: Path) -> None:
    dated = list_6(start=EARLY, **{"CIN Closure Date": START})
    undated = list_6(start=LATER, **{"Case Status": CLOSED})
    assert one_case(tmp_path, {6: [dated, undated]}).closed_on is None


def test_an_undated_end_before_a_known_end_does_not_hide_it(tmp_path: Path) -> None:
    undated = list_6(start=EARLY, **{"Case Status": CLOSED})
    dated = list_7(start=START, **{"Child Protection Plan End Date": END})
    assert one_case(tmp_path, {6: [undated], 7: [dated]}).closed_on == END


@pytest.mark.parametrize(
    ("status", "plan_type"),
    [("a) Looked after child", "cla"), ("b) Child Protection plan", "cp"),
     ("c) Child in need plan", "cin"), ("d) Open assessment", "cin"), ("", "cin")],
)  # fmt: skip
def test_the_status_speaks_for_a_list_that_is_absent(
    tmp_path: Path, status: str, plan_type: str
) -> None:
    row = list_6(**{"Case Status": status})
    assert one_case(tmp_path, {6: [row]}).plan_type == plan_type
    present = {6: [row], 7: [list_7("other")], 8: [list_8("other-2")]}
    assert read_file(tmp_path, present).rows[0].plan_type == "cin"


def test_lists_that_are_absent_are_not_present(tmp_path: Path) -> None:
    assert read_file(tmp_path, {6: [list_6()], 9: []}).present == {"List 6", "List 9"}


def test_seen_and_reviewed_are_the_latest_of_all_lists(tmp_path: Path) -> None:
    need = list_6(**{"Date Child Was Last Seen": END})
    care = list_8(
        **{"Date of Last Social Work Visit": LATER, "Date of Latest Statutory Review": LATER}
    )
    case = one_case(tmp_path, {6: [need], 8: [care]})
    assert (case.last_seen_on, case.last_review_on) == (END, LATER)


def test_team_and_worker_fall_back_together_when_the_strongest_list_names_nobody(
    tmp_path: Path,
) -> None:
    care = list_8(**{"Allocated Team": "", "Allocated Worker": ""})
    case = one_case(tmp_path, {6: [list_6()], 8: [care]})
    assert (case.plan_type, case.team, case.worker) == ("cla", "Need Team", "Worker Six")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (list_6(""), "Child Unique ID"),
        (list_6("two words"), "Child Unique ID"),
        (list_6(1.5), "Child Unique ID"),
        (list_6(1e15), "Child Unique ID"),
        (list_6(date(2025, 1, 1)), "Child Unique ID"),
        (list_6(start=""), "CIN Start Date"),
        (list_6(start="soon"), "CIN Start Date"),
        (list_6(start="31/02/2025"), "CIN Start Date"),
        (list_6(start="01/01/0205"), "CIN Start Date"),
        (list_6(start=45000), "CIN Start Date"),
        (list_6(**{"Date Child Was Last Seen": "not seen"}), "Date Child Was Last Seen"),
        (list_6(**{"CIN Closure Date": EARLY}), "CIN Closure Date"),
        (list_6(**{"Case Status": "f) Something"}), "Case Status"),
        (list_6(**{"Allocated Worker": "x" * 201}), "Allocated Worker"),
        (list_6(**{"Allocated Team": True}), "Allocated Team"),
    ],
)
def test_a_faulty_row_is_set_aside_with_its_place_and_the_others_are_read(
    tmp_path: Path, row: list[workbooks.Value], column: str
) -> None:
    file = read_file(tmp_path, {6: [list_6("1"), [], row, list_6("2")]})
    assert places(file) == [("List 6", 4, column)]
    assert [case.case_id for case in file.rows] == ["1", "2"]


def test_a_fault_names_the_column_as_the_file_wrote_it(tmp_path: Path) -> None:
    header = [name.replace("CIN Start Date", "CIN  start DATE") for name in LIST_6]
    path = workbooks.xlsx(
        tmp_path / "annex.xlsx", {"List 6": [["title"], header, list_6(start="soon")]}
    )
    assert places(read_cases(path)) == [("List 6", 3, "CIN start DATE")]


def test_every_fault_of_a_row_is_told(tmp_path: Path) -> None:
    file = read_file(tmp_path, {6: [list_6("", "soon")]})
    assert [fault.column for fault in file.rejected] == ["Child Unique ID", "CIN Start Date"]


def test_a_case_with_a_rejected_row_is_not_missing_from_the_file(tmp_path: Path) -> None:
    file = read_file(tmp_path, {6: [list_6("7", "soon"), list_6("", "soon")]})
    assert file.rows == ()
    assert file.rejected_cases == {"7"}


def test_two_open_rows_that_contradict_each_other_reject_the_later(tmp_path: Path) -> None:
    file = read_file(tmp_path, {8: [list_8(start=EARLY), list_8(start=START)]})
    assert places(file) == [("List 8", 3, "Child Unique ID")]
    assert "row 2" in file.rejected[0].why
    assert [case.opened_on for case in file.rows] == [EARLY]

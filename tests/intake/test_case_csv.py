"""The plain CSV of the whole caseload."""

import contextlib
from datetime import date
from pathlib import Path

import pytest
import workbooks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_workflow.errors import QAWorkflowError, RejectedFile
from qa_workflow.intake.cases import CaseFile, CaseRow, read_cases

HEADER = (
    "case_id,plan_type,opened,closed,team,worker,supervisor,iro,provider_id,last_seen,last_review"
)
SHORT = "case_id,plan_type,opened,closed"


def read(tmp_path: Path, *lines: str, encoding: str = "utf-8", end: str = "\r\n") -> CaseFile:
    return read_cases(workbooks.csv(tmp_path / "cases.csv", *lines, encoding=encoding, end=end))


def refusal(tmp_path: Path, content: bytes, name: str = "cases.csv") -> RejectedFile:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RejectedFile) as caught:
        read_cases(path)
    return caught.value


def test_every_column_reaches_the_case(tmp_path: Path) -> None:
    line = "00123,CP,2025-03-03,,North,Worker One,Manager One,Officer One,P04,01/02/2026,2026-01-05"
    file = read(tmp_path, HEADER, line)
    assert file.kind == "csv"
    assert file.present == {"CSV"}
    assert file.rejected == ()
    assert file.rows == (
        CaseRow(
            case_id="00123",
            plan_type="cp",
            is_open=True,
            opened_on=date(2025, 3, 3),
            closed_on=None,
            team="North",
            worker="Worker One",
            supervisor="Manager One",
            iro="Officer One",
            provider_id="P04",
            last_seen_on=date(2026, 2, 1),
            last_review_on=date(2026, 1, 5),
            lists=frozenset({"CSV"}),
        ),
    )


def test_a_plan_may_start_after_the_case_opened_but_not_before(tmp_path: Path) -> None:
    header = f"{SHORT},plan_started"
    [case] = read(tmp_path, header, "C1,cla,2025-03-03,,2026-03-30").rows
    assert case.plan_started_on == date(2026, 3, 30)
    (fault,) = read(tmp_path, header, "C1,cla,2025-03-03,,2025-03-02").rejected
    assert (fault.column, fault.why) == ("plan_started", "the plan starts before the case opens")


def test_a_file_that_does_not_date_plans_lacks_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER).absent_columns == ()


def test_a_header_alone_is_a_caseload_of_nobody(tmp_path: Path) -> None:
    file = read(tmp_path, SHORT)
    assert file.rows == ()
    assert file.rejected == ()
    assert file.present == {"CSV"}


def test_the_same_bytes_have_the_same_fingerprint(tmp_path: Path) -> None:
    assert read(tmp_path, SHORT).sha256 == read(tmp_path, SHORT).sha256
    assert read(tmp_path, SHORT).sha256 != read(tmp_path, HEADER).sha256


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_accents_survive_every_usual_encoding(tmp_path: Path, encoding: str, end: str) -> None:
    lines = (SHORT + ",worker", "1,cin,2025-01-01,,Zoë Éxample")
    [case] = read(tmp_path, *lines, encoding=encoding, end=end).rows
    assert case.worker == "Zoë Éxample"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_tolerated(tmp_path: Path, delimiter: str) -> None:
    lines = [line.replace(",", delimiter) for line in (SHORT, "1,cin,2025-01-01,2025-02-01")]
    [case] = read(tmp_path, *lines).rows
    assert (case.is_open, case.closed_on) == (False, date(2025, 2, 1))


def test_unknown_columns_are_dropped_and_order_does_not_matter(tmp_path: Path) -> None:
    file = read(tmp_path, "name,Closed,Opened,Plan Type,Case ID", "Canary,,2025-01-01,Early Help,1")
    assert [case.plan_type for case in file.rows] == ["early_help"]
    assert "Canary" not in repr(file)


def test_ids_lose_only_the_decimals_of_a_spreadsheet(tmp_path: Path) -> None:
    file = read(tmp_path, SHORT, "12598894.0,cin,2025-01-01,", "007,cin,2025-01-01,")
    assert [case.case_id for case in file.rows] == ["12598894", "007"]


def test_a_case_that_stands_twice_is_rejected_with_the_first_row(tmp_path: Path) -> None:
    file = read(tmp_path, SHORT, "1,cin,2025-01-01,", "", "1.0,cp,2025-01-01,")
    [fault] = file.rejected
    assert (fault.list_name, fault.row, fault.column) == ("CSV", 4, "case_id")
    assert "row 2" in fault.why
    assert [case.plan_type for case in file.rows] == ["cin"]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (",cin,2025-01-01,", "case_id"),
        ("9,,2025-01-01,", "plan_type"),
        ("9,other,2025-01-01,", "plan_type"),
        ("9,cin,,", "opened"),
        ("9,cin,2025-13-01,", "opened"),
        ("9,cin,2025-01-01,2024-12-31", "closed"),
        ("9,cin,2025-01-01,,North,one too many", None),
    ],
)
def test_a_faulty_row_is_set_aside_with_its_place(
    tmp_path: Path, line: str, column: str | None
) -> None:
    file = read(tmp_path, SHORT, "1,cin,2025-01-01,", line, "2,cin,2025-01-01,,,")
    assert [(fault.row, fault.column) for fault in file.rejected] == [(3, column)]
    assert [case.case_id for case in file.rows] == ["1", "2"]


def test_faults_are_told_in_the_order_of_their_rows_whatever_their_kind(tmp_path: Path) -> None:
    wide = "9,cin,2025-01-01,,one,too many"
    file = read(tmp_path, SHORT, "1,cin,soon,", wide, "2,cin,soon,2024-13-01", wide)
    assert [fault.row for fault in file.rejected] == [2, 3, 4, 4, 5]


@pytest.mark.parametrize("column", SHORT.split(","))
def test_each_of_the_first_four_columns_is_required(tmp_path: Path, column: str) -> None:
    error = refusal(tmp_path, SHORT.replace(column, "x").encode())
    assert [fault.column for fault in error.faults] == [column]


def test_a_column_that_stands_twice_refuses_the_file(tmp_path: Path) -> None:
    assert [fault.column for fault in refusal(tmp_path, f"{SHORT},Closed".encode()).faults] == [
        "closed"
    ]


def test_an_optional_column_that_is_not_there_is_unknown_and_not_empty(tmp_path: Path) -> None:
    file = read(tmp_path, SHORT + ",worker,supervisor", "1,cin,2025-01-01,,One,Two")
    assert [(fault.list_name, fault.column) for fault in file.absent_columns] == [
        ("CSV", name) for name in ("team", "iro", "provider_id", "last_seen", "last_review")
    ]
    assert read(tmp_path, HEADER).absent_columns == ()


def test_a_supervisor_who_is_not_given_is_not_unknown_but_the_workers_manager(
    tmp_path: Path,
) -> None:
    header = HEADER.replace(",supervisor", "")
    assert read(tmp_path, header).absent_columns == ()


def test_a_value_of_enormous_length_is_not_only_called_a_quotation_mark(tmp_path: Path) -> None:
    content = f"{SHORT}\n1,cin,2025-01-01,\n2,{'x' * 131_073},,".encode()
    [fault] = refusal(tmp_path, content).faults
    assert (fault.row, "a value has over 131072 characters" in fault.why) == (3, True)


def test_the_header_of_a_csv_is_shown_without_signs_that_could_disturb_a_screen(
    tmp_path: Path,
) -> None:
    [fault] = read(tmp_path, SHORT.replace("opened", "\x1bOpe\u200bned"), "1,cin,,").rejected
    assert fault.column == "Opened"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\r\n \r\n", "empty"),
        (SHORT.encode("utf-16"), "CSV UTF-8"),
        (SHORT.encode() + b"\n\x81\xff", "CSV UTF-8"),
        (SHORT.encode() + b'\n1,"cin,2025-01-01,', "row 2"),
    ],
)
def test_what_is_no_csv_is_refused_in_a_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    assert says in str(refusal(tmp_path, content))


def test_a_csv_that_calls_itself_a_workbook_is_refused_as_such(tmp_path: Path) -> None:
    assert "not a workbook" in str(refusal(tmp_path, SHORT.encode(), "cases.xlsx"))


def test_a_workbook_that_calls_itself_a_csv_is_read_by_its_content(tmp_path: Path) -> None:
    sheets = {"List 9": [workbooks.LIST_9, workbooks.list_9()]}
    made = workbooks.xlsx(tmp_path / "annex.xlsx", sheets)
    assert read_cases(made.rename(tmp_path / "annex.csv")).kind == "annex_a"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400), start=st.sampled_from([b"", b"PK\x03\x04", SHORT.encode()]))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes, start: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(start + content)
    with contextlib.suppress(QAWorkflowError):
        read_cases(path)


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["1", "1.0", "cin", "CLA", "2025-01-01", "31/02/2025", "0000-00-00", '"', "é"]),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, max_size=12), max_size=6))
def test_any_csv_text_is_read_or_refused(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "any.csv"
    text = "\n".join([HEADER, *(",".join(row) for row in rows)])
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        file = read_cases(path)
    except QAWorkflowError:
        return
    assert len({case.case_id for case in file.rows}) == len(file.rows)

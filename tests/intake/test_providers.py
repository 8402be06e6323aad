"""The list of providers: taken whole or not at all."""

from datetime import date
from pathlib import Path

import pytest
import workbooks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_workflow.errors import Fault, QAWorkflowError, RejectedFile, WrongInput
from qa_workflow.intake.providers import PROVIDER_TYPES, ProviderRow, read_providers

TODAY = date(2026, 3, 1)
HEADER = "provider_id,name,type,first_placement_on,last_placement_on,last_audit_on,risk_flag,commissioner"
WHOLE = HEADER + ",contact,ofsted_accepted_on"


def read(tmp_path: Path, *lines: str) -> tuple[ProviderRow, ...]:
    return read_providers(workbooks.csv(tmp_path / "providers.csv", *lines), today=TODAY)


def faults(tmp_path: Path, *lines: str) -> tuple[Fault, ...]:
    with pytest.raises(RejectedFile) as caught:
        read(tmp_path, *lines)
    return caught.value.faults


def places(found: tuple[Fault, ...]) -> list[tuple[int | None, str | None]]:
    return [(fault.row, fault.column) for fault in found]


def test_every_column_reaches_the_provider(tmp_path: Path) -> None:
    line = "P01,North Care,IFA,2024-05-01,30/06/2026,2025-06-20,Yes,Com One,Contact One,27/10/2023"
    [provider] = read(tmp_path, WHOLE, line)
    assert provider == ProviderRow(
        provider_id="P01",
        name="North Care",
        type="ifa",
        first_placement_on=date(2024, 5, 1),
        last_placement_on=date(2026, 6, 30),
        last_audit_on=date(2025, 6, 20),
        risk_flag=True,
        commissioner="Com One",
        contact="Contact One",
        ofsted_accepted_on=date(2023, 10, 27),
        row=2,
    )


def test_only_three_columns_are_needed(tmp_path: Path) -> None:
    [provider] = read(tmp_path, "type,name,provider_id", "ifa,North Care,P01")
    assert provider == ProviderRow(
        provider_id="P01", name="North Care", type="ifa", first_placement_on=None, last_placement_on=None,
        last_audit_on=None, risk_flag=False, commissioner=None, contact=None, ofsted_accepted_on=None, row=2,
    )  # fmt: skip


def test_the_documented_columns_are_enough(tmp_path: Path) -> None:
    [provider] = read(tmp_path, HEADER, "P01,North Care,ifa,,,,,")
    assert (provider.contact, provider.ofsted_accepted_on) == (None, None)


def test_a_column_that_is_not_there_is_absent_and_not_empty(tmp_path: Path) -> None:
    [provider] = read(tmp_path, "type,name,provider_id,risk_flag", "ifa,North Care,P01,")
    assert provider.absent == {
        "first_placement_on", "last_placement_on", "last_audit_on", "commissioner", "contact",
        "ofsted_accepted_on",
    }  # fmt: skip
    assert read(tmp_path, WHOLE, "P01,North Care,ifa,,,,,,,")[0].absent == frozenset()


def test_a_header_alone_is_a_list_of_no_providers(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER) == ()


@pytest.mark.parametrize("column", ["provider_id", "name", "type"])
def test_each_required_column_is_required(tmp_path: Path, column: str) -> None:
    assert places(faults(tmp_path, HEADER.replace(column, "x", 1))) == [(None, column)]


@pytest.mark.parametrize("known", PROVIDER_TYPES)
def test_every_type_is_read_as_it_is_documented(tmp_path: Path, known: str) -> None:
    assert read(tmp_path, HEADER, f"P01,One,{known},,,,,")[0].type == known


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Semi-Independent", "semi_independent"), ("semi independent", "semi_independent"),
        ("YOUTH  SERVICE", "youth_service"), ("Early-years", "early_years"),
    ],
)  # fmt: skip
def test_a_type_may_be_written_as_people_write_it(tmp_path: Path, written: str, meant: str) -> None:
    assert read(tmp_path, HEADER, f"P01,One,{written},,,,,")[0].type == meant


def test_an_unknown_type_is_answered_with_the_types_there_are(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, HEADER, "P01,One,hotel,,,,,")
    assert (fault.row, fault.column) == (2, "type")
    assert fault.why.endswith("ifa, semi_independent, youth_service, early_years")


@pytest.mark.parametrize(
    ("written", "flag"),
    [
        ("yes", True), ("Y", True), ("TRUE", True), ("1", True), ("a) Yes", True), (" yes ", True),
        ("no", False), ("N", False), ("False", False), ("0", False), ("b) No", False), ("", False), (" ", False),
        ("\u200bYes\u00ad", True), ("b)\u00a0No\u200b", False), ("\u200b", False),
    ],
)  # fmt: skip
def test_a_risk_flag_may_be_written_as_people_write_it(
    tmp_path: Path, written: str, *, flag: bool
) -> None:
    assert read(tmp_path, HEADER, f"P01,One,ifa,,,,{written},")[0].risk_flag is flag


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (",One,ifa,,,,,", "provider_id"),
        ("P 1,One,ifa,,,,,", "provider_id"),
        ("P01,,ifa,,,,,", "name"),
        ("P01,One,,,,,,", "type"),
        ("P01,One,ifa,soon,,,,", "first_placement_on"),
        ("P01,One,ifa,2026-03-02,,,,", "first_placement_on"),
        ("P01,One,ifa,,2025-01-01,,,", "last_placement_on"),
        ("P01,One,ifa,2025-01-02,2025-01-01,,,", "last_placement_on"),
        ("P01,One,ifa,,,2025-13-01,,", "last_audit_on"),
        ("P01,One,ifa,,,2026-03-02,,", "last_audit_on"),
        ("P01,One,ifa,,,,perhaps,", "risk_flag"),
        ("P01,One,ifa,,,,2,", "risk_flag"),
        ("P01,One,ifa,,,,,,,2026-03-02", "ofsted_accepted_on"),
        ("P01,One,ifa,,,,,,,,surplus", None),
    ],
)
def test_a_fault_has_its_place(tmp_path: Path, line: str, column: str | None) -> None:
    assert places(faults(tmp_path, WHOLE, "P00,Zero,ifa", line)) == [(3, column)]


@pytest.mark.parametrize(
    "line",
    [
        "P01,One,ifa,2026-03-01,2026-03-01,2026-03-01,,",
        "P01,One,ifa,2026-03-01,2027-01-01,,,",
    ],
)
def test_today_is_not_the_future_and_a_placement_may_be_planned_to_end(
    tmp_path: Path, line: str
) -> None:
    assert len(read(tmp_path, HEADER, line)) == 1


def test_a_first_placement_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    found = faults(tmp_path, HEADER, "P01,One,ifa,soon,2025-01-01,,,")
    assert places(found) == [(2, "first_placement_on")]


def test_a_provider_that_stands_twice_is_named_with_its_first_row(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, HEADER, "P01,One,ifa,,,,,", "", "P01,Two,ifa,,,,,")
    assert (fault.row, fault.column) == (4, "provider_id")
    assert fault.why == "'P01' stands on row 2 already"


def test_every_fault_of_the_file_is_told_at_once_and_nothing_is_taken(tmp_path: Path) -> None:
    lines = (",One,hotel,,,,perhaps,", "P01,,ifa,,,,,", "P02,Fine,ifa,,,,,")
    assert places(faults(tmp_path, HEADER, *lines)) == [
        (2, "provider_id"), (2, "type"), (2, "risk_flag"), (3, "name"),
    ]  # fmt: skip


def test_unknown_columns_are_dropped(tmp_path: Path) -> None:
    providers = read(tmp_path, HEADER + ",child", "P01,One,ifa,,,,,,Canary Childname")
    assert "Canary" not in repr(providers)


def test_a_workbook_is_no_list_of_providers(tmp_path: Path) -> None:
    path = workbooks.xlsx(tmp_path / "providers.xlsx", {"Sheet1": [HEADER.split(",")]})
    with pytest.raises(RejectedFile, match="CSV"):
        read_providers(path, today=TODAY)


def test_a_file_that_is_not_there_is_wrong_input(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="There is no file"):
        read_providers(tmp_path / "providers.csv", today=TODAY)


DAYS = st.sampled_from(["", "2025-01-01", "2026-03-01", "2026-03-02", "soon"])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["", "P1", "P2"]), st.sampled_from(["ifa", "x"]), DAYS, DAYS)
    )
)
def test_whatever_is_taken_can_be_relied_on(
    tmp_path: Path, rows: list[tuple[str, str, str, str]]
) -> None:
    lines = [f"{name},One,{kind},{first},{last},,," for name, kind, first, last in rows]
    try:
        taken = read(tmp_path, HEADER, *lines)
    except QAWorkflowError:
        return
    assert len({one.provider_id for one in taken}) == len(taken) == len(rows)
    for one in taken:
        assert one.type in PROVIDER_TYPES
        assert one.last_placement_on is None or (
            one.first_placement_on is not None
            and one.first_placement_on <= min(TODAY, one.last_placement_on)
        )

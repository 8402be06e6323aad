"""A list of children with EHC plans comes in: what is new, what has changed, and what somebody should look at."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import reviews
from council import Council
from hands import sql

from qa_workflow.errors import RejectedFile, WrongInput
from qa_workflow.service.plan_holder_imports import PlanHolderImport, import_plan_holders
from qa_workflow.store.plan_holders import PlanHolder, find_plan_holders

K12 = "C12,K12,2012-10-05,2022-11-18,2024-11-29,no,secondary"
K13 = "C13,K13,2015-01-20,2024-02-29,,no,primary"
BAD = "C14,K14,2010-03-02,,2025-06-02,yes,secondary"  # no day of issue


@pytest.fixture(scope="session")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = reviews.send_council(tmp_path_factory.mktemp("send"))
    made.ctx.database.close()
    return made.folder


@pytest.fixture
def made(_folder: Path, tmp_path: Path) -> Iterator[Council]:
    """Give a SEND council on 2 June 2025, which is the day its planning began."""
    council = reviews.copy_of(_folder, tmp_path, reviews.FIRST_DAY)
    yield council
    council.ctx.database.close()


def take_in(council: Council, *rows: str, **options: bool) -> PlanHolderImport:
    path = reviews.plan_holders_csv(council, *rows)
    return import_plan_holders(council.ctx, path, now=council.now, actor="cli:test", **options)


def known(council: Council) -> dict[str, PlanHolder]:
    with council.ctx.database.reading() as connection:
        return find_plan_holders(connection)


def imports(council: Council) -> list[tuple[Any, ...]]:
    return sql(council, "SELECT kind, counts, actor FROM import_batch WHERE kind = 'plan_holder'")


# ------------------------------------------------------------------ what it brings
def test_a_first_list_is_all_new(made: Council) -> None:
    report = take_in(made, K12, K13)
    assert (report.new, report.changed, report.unchanged, report.written) == (
        ["K12", "K13"], [], [], True,
    )  # fmt: skip


def test_the_same_list_twice_changes_nothing(made: Council) -> None:
    take_in(made, K12, K13)
    before = known(made)
    report = take_in(made.at("2025-06-09 08:00"), K12, K13)
    assert (report.new, report.changed, report.unchanged) == ([], [], ["K12", "K13"])
    assert known(made) == before


def test_a_later_review_changes_a_plan(made: Council) -> None:
    take_in(made, K12, K13)
    report = take_in(made, K12.replace("2024-11-29", "2025-05-30"), K13)
    assert (report.changed, report.unchanged) == (["K12"], ["K13"])
    assert known(made)["K12"].last_review_on == date(2025, 5, 30)


def test_no_date_of_birth_is_kept(made: Council) -> None:
    take_in(made, K12)
    assert "2012-10-05" not in str(sql(made, "SELECT * FROM plan_holder"))
    assert known(made)["K12"].year9_on == date(2026, 9, 1)


def test_a_plan_is_first_seen_once(made: Council) -> None:
    take_in(made, K12)
    take_in(made.at("2025-09-01 08:00"), K12.replace(",no,", ",yes,"))
    assert (known(made)["K12"].first_seen_on, known(made)["K12"].ehe) == (
        date(2025, 6, 2),
        True,
    )


def test_a_list_without_the_school_phase_keeps_it(made: Council) -> None:
    take_in(made, K12)
    report = take_in(made, K12.replace("secondary", ""))
    assert (report.unchanged, known(made)["K12"].school_phase) == (["K12"], "secondary")


def test_a_list_with_its_header_alone_is_valid(made: Council) -> None:
    assert take_in(made) == PlanHolderImport(written=True)


def test_the_list_as_the_area_send_inspection_asks_for_it_is_taken_too(made: Council) -> None:
    # Its reader is proved elsewhere; here only that the service takes any file of that reader.
    with pytest.raises(WrongInput):
        import_plan_holders(made.ctx, made.folder / "none.xlsx", now=made.now, actor="cli:test")


# ------------------------------------------------------------------ recorded
def test_an_import_is_recorded_with_what_it_brought(made: Council) -> None:
    take_in(made, K12, K13)
    assert imports(made) == [
        ("plan_holder", '{"changed":0,"new":2,"rejected":0,"unchanged":0}', "cli:test")
    ]


def test_an_import_that_changes_nothing_is_recorded_too(made: Council) -> None:
    take_in(made, K12)
    take_in(made, K12)
    assert len(imports(made)) == 2


# ------------------------------------------------------------------ nothing written
def test_a_rehearsal_writes_nothing(made: Council) -> None:
    report = take_in(made, K12, dry_run=True)
    assert (report.new, report.written, known(made), imports(made)) == (["K12"], False, {}, [])


def test_with_a_rejected_row_nothing_is_written(made: Council) -> None:
    report = take_in(made, K12, BAD)
    assert (report.new, report.written, known(made), imports(made)) == (["K12"], False, {}, [])
    (fault,) = report.rejected
    assert (fault.row, fault.column) == (3, "issued_on")


def test_the_rest_is_written_when_somebody_accepts_that(made: Council) -> None:
    report = take_in(made, K12, BAD, accept_rejected=True)
    assert (report.written, list(known(made))) == (True, ["K12"])
    assert '"rejected":1' in imports(made)[0][1]


def test_a_file_that_cannot_be_read_leaves_everything_as_it_is(made: Council) -> None:
    take_in(made, K12)
    path = made.folder / "other.csv"
    path.write_text("name,school\nA,B\n", "utf-8")
    with pytest.raises(RejectedFile):
        import_plan_holders(made.ctx, path, now=made.now, actor="cli:test")
    assert list(known(made)) == ["K12"]


# ------------------------------------------------------------------ what somebody should look at
def test_an_ordinary_list_warns_of_nothing(made: Council) -> None:
    assert take_in(made, K12).warnings == []


def test_a_plan_that_the_list_leaves_out_stays_and_is_named(made: Council) -> None:
    take_in(made, K12, "C15,K15,2012-10-05,2022-11-18,2024-11-29,no,")
    report = take_in(made, K12)
    assert (list(known(made)), report.warnings) == (
        ["K12", "K15"], ["not in this file, and left as they are: K15"],
    )  # fmt: skip


def test_of_many_plans_left_out_a_few_are_named(made: Council) -> None:
    take_in(made, *(f"C{n},P{n},2012-10-05,2022-11-18,2024-11-29,no," for n in range(1, 9)))
    assert take_in(made).warnings == [
        "not in this file, and left as they are: P1, P2, P3, P4, P5 and 3 more"
    ]


def test_a_plan_in_a_rejected_row_is_not_left_out(made: Council) -> None:
    take_in(made, BAD.replace(",,2025-06-02", ",2024-06-02,2025-06-02"))
    assert take_in(made, BAD).warnings == []


def test_a_review_that_the_list_leaves_out_is_kept(made: Council) -> None:
    take_in(made, K12)
    report = take_in(made, K12.replace("2024-11-29", ""))
    assert (report.unchanged, known(made)["K12"].last_review_on) == (
        ["K12"],
        date(2024, 11, 29),
    )


def test_a_review_that_a_changed_row_leaves_out_is_kept_and_said(made: Council) -> None:
    take_in(made, K12)
    report = take_in(made, K12.replace("2024-11-29,no", ",yes"))
    assert report.warnings == ["K12: the file names no review; that of 29 November 2024 is kept"]


def test_another_year_9_is_said(made: Council) -> None:
    take_in(made, K12)
    report = take_in(made, K12.replace("2012-10-05", "2012-08-05"))
    (warning,) = report.warnings
    assert warning == (
        "K12: Year 9 starts on 01 September 2025, not on 01 September 2026: "
        "look at its transition and its phase transfers"
    )


@pytest.mark.parametrize(
    ("last_review_on", "warnings"),
    [
        ("2024-06-02", 0),  # due on the first day of planning
        ("2024-06-01", 1),
        ("2020-01-15", 1),
    ],
)
def test_a_review_that_was_due_before_planning_began_is_said(
    made: Council, last_review_on: str, warnings: int
) -> None:
    report = take_in(made, f"C12,K12,2012-10-05,2018-11-18,{last_review_on},no,")
    assert len(report.warnings) == warnings


def test_it_is_said_how_such_a_review_begins(made: Council) -> None:
    (warning,) = take_in(made, K12.replace("2024-11-29", "2024-05-01")).warnings
    assert warning == (
        "K12: its review was due on 01 May 2025, before planning began on 02 June 2025: "
        "if it was not held, start it by hand"
    )

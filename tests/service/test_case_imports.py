"""Cases come in from files: what is new, changed, closed or reopened, and never twice."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from council import AUTUMN, Council, submission
from workbooks import LIST_6, LIST_7, LIST_8, list_6, list_7, list_8, xlsx

from qa_workflow.errors import RejectedFile, WrongInput
from qa_workflow.service import case_imports, enquiries
from qa_workflow.service.case_imports import CaseImport
from qa_workflow.store import cases
from qa_workflow.store import council as store_council
from qa_workflow.store.cases import CaseRecord

HEADER = (
    "case_id,plan_type,opened,closed,team,worker,supervisor,iro,provider_id,last_seen,last_review"
)
ONE = "C01,cin,2025-01-06,,North,pat,sam,iris,,,"
TWO = "C02,cp,2025-02-03,,North,pat,,,,,"


@pytest.fixture
def staffed(empty_council: Council) -> Council:
    """Give a council with a roster and no case."""
    empty_council.import_people()
    return empty_council


def _take(council: Council, *lines: str, as_of: str | None = None, **options: bool) -> CaseImport:
    path = council.folder / "list.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
    return _file(council, path, as_of=as_of, **options)


def _file(council: Council, path: Path, *, as_of: str | None = None, **options: bool) -> CaseImport:
    day = None if as_of is None else date.fromisoformat(as_of)
    return case_imports.import_cases(
        council.ctx, path, now=council.now, actor="cli:test", as_of=day, **options
    )


def _known(council: Council, case_id: str = "C01") -> CaseRecord:
    (found,) = (
        one
        for one in enquiries.list_cases(council.ctx, include_closed=True)
        if one.case_id == case_id
    )
    return found


def _involved(
    council: Council, case_id: str = "C01", role: str = "practitioner"
) -> list[tuple[str, str, str | None]]:
    with council.ctx.database.reading() as connection:
        return [
            (one.person_id, str(one.from_on), None if one.to_on is None else str(one.to_on))
            for one in cases.case_facts(connection, [case_id])[case_id].involvements
            if one.role == role
        ]


def _fresh(council: Council) -> date | None:
    with council.ctx.database.reading() as connection:
        return store_council.last_import_on(connection, "case", by=date.max)


def _kinds(report: CaseImport) -> dict[str, list[str]]:
    named = ("new", "changed", "closed", "reopened", "unchanged")
    return {name: getattr(report, name) for name in named if getattr(report, name)}


# ------------------------------------------------------------------ what a list brings
def test_a_case_seen_for_the_first_time_is_new(staffed: Council) -> None:
    assert _kinds(_take(staffed, ONE, TWO)) == {"new": ["C01", "C02"]}


def test_a_case_told_otherwise_has_changed(staffed: Council) -> None:
    _take(staffed, ONE)
    assert _kinds(_take(staffed, ONE.replace("North", "South"))) == {"changed": ["C01"]}


def test_a_case_with_a_closing_day_is_closed(staffed: Council) -> None:
    _take(staffed, ONE)
    assert _kinds(_take(staffed, ONE.replace("06,,", "06,2025-08-29,"))) == {"closed": ["C01"]}


def test_a_case_that_is_no_longer_on_the_list_is_closed_on_the_day_of_the_list(
    staffed: Council,
) -> None:
    _take(staffed, ONE, TWO, as_of="2025-08-01")
    assert _kinds(_take(staffed, TWO, as_of="2025-08-29")) == {
        "closed": ["C01"],
        "unchanged": ["C02"],
    }
    assert _known(staffed).closed_on == date(2025, 8, 29)


def test_a_case_that_comes_back_is_reopened(staffed: Council) -> None:
    _take(staffed, ONE, TWO)
    _take(staffed, TWO)
    assert _kinds(_take(staffed, ONE, TWO)) == {"reopened": ["C01"], "unchanged": ["C02"]}


def test_a_reopened_case_has_no_closing_day(staffed: Council) -> None:
    _take(staffed, ONE, TWO)
    _take(staffed, TWO)
    _take(staffed, ONE, TWO)
    assert _known(staffed).closed_on is None


def test_a_list_with_a_header_alone_closes_everything(staffed: Council) -> None:
    _take(staffed, ONE, TWO)
    assert _kinds(_take(staffed)) == {"closed": ["C01", "C02"]}


def test_a_case_closed_long_ago_stays_as_it_is(staffed: Council) -> None:
    closed = ONE.replace("06,,", "06,2025-08-29,")
    _take(staffed, closed)
    assert _kinds(_take(staffed, closed)) == {"unchanged": ["C01"]}


def test_closed_cases_are_listed_only_when_asked_for(staffed: Council) -> None:
    _take(staffed, ONE.replace("06,,", "06,2025-08-29,"), TWO)
    listed = [
        [one.case_id for one in enquiries.list_cases(staffed.ctx, include_closed=every)]
        for every in (False, True)
    ]
    assert listed == [["C02"], ["C01", "C02"]]


# ------------------------------------------------------------------ the same again
def test_the_same_file_twice_changes_nothing(staffed: Council) -> None:
    _take(staffed, ONE, TWO)
    assert _kinds(_take(staffed, ONE, TWO)) == {"unchanged": ["C01", "C02"]}


def test_the_same_file_twice_renews_the_freshness_of_the_list(staffed: Council) -> None:
    _take(staffed, ONE)
    staffed.later(days=30)
    _take(staffed, ONE)
    assert _fresh(staffed) == date(2025, 10, 1)


def test_a_dry_run_says_the_same_and_writes_nothing(staffed: Council) -> None:
    report = _take(staffed, ONE, dry_run=True)
    assert (_kinds(report), report.written, enquiries.list_cases(staffed.ctx), _fresh(staffed)) == (
        {"new": ["C01"]}, False, [], None,
    )  # fmt: skip


# ------------------------------------------------------------------ in the order of their days
def test_a_list_older_than_one_already_taken_is_refused(staffed: Council) -> None:
    _take(staffed, ONE, as_of="2025-08-29")
    with pytest.raises(WrongInput, match="Import lists in the order of their dates"):
        _take(staffed, ONE, as_of="2025-08-28")


def test_two_lists_of_one_day_are_taken(staffed: Council) -> None:
    _take(staffed, ONE, as_of="2025-08-29")
    assert _kinds(_take(staffed, ONE, TWO, as_of="2025-08-29")) == {
        "new": ["C02"],
        "unchanged": ["C01"],
    }


def test_a_list_of_tomorrow_is_refused(staffed: Council) -> None:
    with pytest.raises(WrongInput, match="--as-of 2025-09-02 has not come yet"):
        _take(staffed, ONE, as_of="2025-09-02")


@pytest.mark.parametrize(
    "line",
    [
        "C01,cin,2025-09-02,,,,,,,,",
        "C01,cin,2025-01-06,2025-09-02,,,,,,,",
        "C01,cin,2025-01-06,,,,,,,2025-09-02,",
        "C01,cin,2025-01-06,,,,,,,,2025-09-02",
    ],
    ids=["opened", "closed", "last_seen", "last_review"],
)
def test_a_row_that_speaks_of_a_day_after_the_list_is_rejected(staffed: Council, line: str) -> None:
    (fault,) = _take(staffed, line).rejected
    assert "after the day of the list (2025-09-01)" in fault.why


@pytest.mark.parametrize("column", ["last_seen", "last_review"])
def test_the_day_of_the_list_itself_is_no_future(staffed: Council, column: str) -> None:
    dates = {"last_seen": "2025-09-01,", "last_review": ",2025-09-01"}[column]
    assert _take(staffed, f"C01,cin,2025-01-06,,,,,,,{dates}").rejected == ()


def test_a_case_that_was_seen_after_the_day_of_the_list_keeps_what_was_known(
    staffed: Council,
) -> None:
    _take(staffed, ONE, TWO)
    late = ONE.replace("iris,,,", "iris,,2025-09-02,").replace("North", "South")
    report = _take(staffed, late, TWO, accept_rejected=True)
    assert ([one.column for one in report.rejected], _known(staffed).team) == (
        ["last_seen"],
        "North",
    )


# ------------------------------------------------------------------ rejected rows
BAD = "C03,nonsense,2025-01-06,,,,,,,,"


def test_with_a_rejected_row_nothing_is_written(staffed: Council) -> None:
    report = _take(staffed, ONE, BAD)
    assert (len(report.rejected), report.written, enquiries.list_cases(staffed.ctx), _fresh(staffed)) == (
        1, False, [], None,
    )  # fmt: skip


def test_with_rejected_rows_accepted_the_rest_is_written(staffed: Council) -> None:
    report = _take(staffed, ONE, BAD, accept_rejected=True)
    assert (report.written, [one.case_id for one in enquiries.list_cases(staffed.ctx)]) == (
        True,
        ["C01"],
    )


def test_two_rejected_rows_of_one_case_name_that_case(staffed: Council) -> None:
    _take(staffed, ONE, TWO, BAD.replace("nonsense", "cin"))
    report = _take(staffed, ONE, BAD, BAD, accept_rejected=True)
    assert (report.closed, [one for one in report.warnings if "names no case" in one]) == (
        ["C02"],
        [],
    )


def test_a_row_that_does_not_fit_the_header_could_be_of_any_case(staffed: Council) -> None:
    _take(staffed, ONE, TWO)
    report = _take(staffed, ONE, "C02" + "," * 12 + "x", accept_rejected=True)
    assert (report.closed, any("names no case" in one for one in report.warnings)) == ([], True)


def test_a_case_whose_row_is_rejected_is_not_closed_for_being_missing(staffed: Council) -> None:
    _take(staffed, ONE, "C03,cin,2025-01-06,,,,,,,,")
    assert _kinds(_take(staffed, ONE, BAD, accept_rejected=True)) == {"unchanged": ["C01"]}


def test_a_file_without_its_columns_is_not_taken_at_all(staffed: Council) -> None:
    (staffed.folder / "list.csv").write_text("name\nSomebody\n")
    with pytest.raises(RejectedFile):
        _file(staffed, staffed.folder / "list.csv")


# ------------------------------------------------------------------ a large closure
@pytest.mark.parametrize(("left", "many"), [(20, False), (19, True)])
def test_closing_more_than_a_fifth_of_the_open_cases_is_pointed_out(
    staffed: Council, left: int, *, many: bool
) -> None:
    lines = [f"C{number:02},cin,2025-01-06,,,,,,,," for number in range(1, 26)]
    _take(staffed, *lines)
    assert _take(staffed, *lines[:left], dry_run=True).closes_many is many


def test_a_first_import_closes_nothing(staffed: Council) -> None:
    assert not _take(staffed, ONE).closes_many


# ------------------------------------------------------------------ who works on it
def test_a_worker_is_matched_by_id_or_by_name(staffed: Council) -> None:
    _take(staffed, ONE, ONE.replace("C01", "C02").replace(",pat,", ",PAT  practitioner,"))
    assert [_known(staffed, case).worker for case in ("C01", "C02")] == ["pat", "pat"]


def test_a_worker_the_roster_does_not_know_is_kept_as_text_and_warned_of(staffed: Council) -> None:
    report = _take(staffed, ONE.replace(",pat,", ",Lee Newcomer,"))
    assert (_known(staffed).worker, report.warnings) == (
        "Lee Newcomer", ["'Lee Newcomer' is not in the roster; kept as text"],
    )  # fmt: skip


def test_a_name_that_two_people_bear_means_neither(staffed: Council) -> None:
    staffed.import_people([("pat2", "Pat Practitioner", "practitioner", "", "")])
    report = _take(staffed, ONE.replace(",pat,", ",Pat Practitioner,"))
    assert (_known(staffed).worker, len(report.warnings)) == ("Pat Practitioner", 1)


def test_the_supervisor_is_the_files(staffed: Council) -> None:
    _take(staffed, ONE.replace(",sam,", ",cass,"))
    assert _known(staffed).supervisor == "cass"


def test_without_one_in_the_file_the_supervisor_is_the_workers_manager(staffed: Council) -> None:
    _take(staffed, TWO)
    assert _known(staffed, "C02").supervisor == "sam"


def test_a_worker_outside_the_roster_has_no_supervisor(staffed: Council) -> None:
    _take(staffed, TWO.replace(",pat,", ",Lee Newcomer,"))
    assert _known(staffed, "C02").supervisor is None


def test_the_practitioner_history_is_dated_by_the_imports(staffed: Council) -> None:
    _take(staffed, ONE, as_of="2025-06-02")
    _take(staffed, ONE.replace(",pat,", ",iris,"), as_of="2025-08-04")
    assert _involved(staffed) == [("pat", "2025-01-06", "2025-08-03"), ("iris", "2025-08-04", None)]


def test_supervisors_and_reviewers_have_their_history_too(staffed: Council) -> None:
    _take(staffed, ONE, as_of="2025-06-02")
    _take(staffed, ONE.replace(",sam,iris,", ",cass,,"), as_of="2025-08-04")
    assert (_involved(staffed, role="supervisor"), _involved(staffed, role="iro")) == (
        [("sam", "2025-01-06", "2025-08-03"), ("cass", "2025-08-04", None)], [("iris", "2025-01-06", "2025-08-03")],
    )  # fmt: skip


def test_work_on_a_case_ends_when_it_closes(staffed: Council) -> None:
    _take(staffed, ONE, as_of="2025-06-02")
    _take(staffed, ONE.replace("06,,", "06,2025-08-01,"), as_of="2025-08-04")
    assert _involved(staffed) == [("pat", "2025-01-06", "2025-08-01")]


def test_a_case_first_seen_closed_had_a_worker_all_the_same(staffed: Council) -> None:
    _take(staffed, ONE.replace("06,,", "06,2025-08-01,"))
    assert _involved(staffed) == [("pat", "2025-01-06", "2025-08-01")]


def test_a_case_that_comes_back_has_a_second_spell(staffed: Council) -> None:
    _take(staffed, ONE, as_of="2025-06-02")
    _take(staffed, as_of="2025-07-01")
    _take(staffed, ONE, as_of="2025-08-01")
    assert _involved(staffed) == [("pat", "2025-01-06", "2025-07-01"), ("pat", "2025-08-01", None)]


@pytest.mark.parametrize(
    ("after", "since"),
    [
        ("C01,cla,2025-01-06,,,,,,,,", "2025-08-04"),  # the first list that shows the plan
        ("C01,cla,2025-07-28,,,,,,,,", "2025-07-28"),
        ("C01,cin,2025-01-06,,,,,,,,", "2025-01-06"),
        ("C01,cin,2025-02-03,,,,,,,,", "2025-02-03"),
    ],
)
def test_a_plan_counts_from_the_day_that_the_list_gives_or_that_it_first_shows_it(
    staffed: Council, after: str, since: str
) -> None:
    _take(staffed, ONE, as_of="2025-06-02")
    _take(staffed, after, as_of="2025-08-04")
    assert str(_known(staffed).plan_since) == since
    _take(staffed, after, as_of="2025-08-05")
    assert str(_known(staffed).plan_since) == since


def test_a_review_of_the_plan_before_is_not_kept_for_the_next(staffed: Council) -> None:
    _take(staffed, "C01,cp,2025-01-06,,,,,,,,2025-05-06", as_of="2025-06-02")
    _take(staffed, "C01,cp,2025-01-06,,,,,,,,", as_of="2025-06-03")
    assert _known(staffed).last_review_on == date(2025, 5, 6)
    _take(staffed, "C01,cla,2025-07-07,,,,,,,,", as_of="2025-08-04")
    assert _known(staffed).last_review_on is None


def test_a_case_keeps_the_day_it_was_first_seen(staffed: Council) -> None:
    _take(staffed, ONE, as_of="2025-06-02")
    _take(staffed, ONE.replace("North", "South"), as_of="2025-08-01")
    assert _known(staffed).first_seen_on == date(2025, 6, 2)


# ------------------------------------------------------------------ workbooks
def _book(council: Council, **sheets: list[list[Any]]) -> Path:
    headers = {"6": LIST_6, "7": LIST_7, "8": LIST_8}
    content = {
        f"List {number[1:]}": [headers[number[1:]], *rows] for number, rows in sheets.items()
    }
    return xlsx(council.folder / "annex_a.xlsx", content)


def test_a_list_that_is_absent_closes_nothing(staffed: Council) -> None:
    _file(staffed, _book(staffed, l6=[list_6("1001")], l7=[list_7("1002")]))
    report = _file(staffed, _book(staffed, l6=[list_6("1001")]))
    assert _kinds(report) == {"unchanged": ["1001"]}


def test_a_list_that_is_there_closes_what_it_no_longer_names(staffed: Council) -> None:
    _file(staffed, _book(staffed, l6=[list_6("1001")], l7=[list_7("1002")]))
    report = _file(staffed, _book(staffed, l6=[list_6("1001")], l7=[]))
    assert _kinds(report) == {"closed": ["1002"], "unchanged": ["1001"]}


def test_a_looked_after_child_counts_from_becoming_looked_after_not_from_being_in_need(
    staffed: Council,
) -> None:
    need, care = list_6("1001", date(2024, 1, 8)), list_8("1001", date(2025, 8, 4))
    _file(staffed, _book(staffed, l6=[need], l8=[care]))
    known = _known(staffed, "1001")
    assert (known.opened_on, known.plan_since) == (date(2024, 1, 8), date(2025, 8, 4))
    report = _file(staffed, _book(staffed, l6=[need], l8=[care]))
    assert _kinds(report) == {"unchanged": ["1001"]}


def test_a_rejected_row_of_a_workbook_without_an_id_closes_nothing(staffed: Council) -> None:
    _file(staffed, _book(staffed, l6=[list_6("1001"), list_6("1002")]))
    report = _file(staffed, _book(staffed, l6=[list_6("1001"), list_6(None)]), accept_rejected=True)
    assert (report.closed, any("names no case" in one for one in report.warnings)) == ([], True)


def test_a_case_on_two_lists_is_closed_only_when_both_are_there(staffed: Council) -> None:
    _file(staffed, _book(staffed, l6=[list_6("1001"), list_6("1002")], l7=[list_7("1002")]))
    report = _file(staffed, _book(staffed, l7=[]))
    assert _kinds(report) == {}


def test_a_case_with_a_bad_row_on_one_list_is_left_as_it_was_on_all(staffed: Council) -> None:
    _file(staffed, _book(staffed, l6=[list_6("1001")], l7=[list_7("1002")]))
    bad = _book(staffed, l6=[list_6("1001", start="some day")], l7=[list_7("1001"), list_7("1002")])
    assert _kinds(_file(staffed, bad, accept_rejected=True)) == {"unchanged": ["1002"]}


def test_a_case_known_from_a_csv_is_closed_by_the_list_of_its_plan(staffed: Council) -> None:
    _take(staffed, ONE, TWO)
    report = _file(staffed, _book(staffed, l6=[list_6("1001")]))
    assert _kinds(report) == {"new": ["1001"], "closed": ["C01"]}


def test_a_workbook_does_not_forget_what_it_cannot_say(staffed: Council) -> None:
    _take(staffed, "1001,cin,2025-03-03,,Need Team,pat,sam,iris,P04,,")
    _file(staffed, _book(staffed, l6=[list_6("1001")]))
    assert (_known(staffed, "1001").iro, _known(staffed, "1001").provider_id) == ("iris", "P04")


def test_a_column_that_is_absent_keeps_what_was_known_and_is_warned_of(staffed: Council) -> None:
    _file(staffed, _book(staffed, l8=[list_8("1003", **{"Allocated Worker": "Pat Practitioner"})]))
    narrow = [
        [value for name, value in zip(LIST_8, row, strict=True) if name != "Allocated Worker"]
        for row in (LIST_8, list_8("1003"))
    ]
    report = _file(staffed, xlsx(staffed.folder / "narrow.xlsx", {"List 8": narrow}))
    assert _known(staffed, "1003").worker == "pat"
    assert any("what was known before is kept" in warning for warning in report.warnings)


def test_a_case_that_closes_without_a_day_closes_on_the_day_of_the_list(staffed: Council) -> None:
    _file(staffed, _book(staffed, l6=[list_6("1001")]), as_of="2025-08-01")
    _file(
        staffed,
        _book(staffed, l6=[list_6("1001", **{"Case Status": "e) Closed episode"})]),
        as_of="2025-08-29",
    )
    assert _known(staffed, "1001").closed_on == date(2025, 8, 29)


def test_a_case_that_closed_without_a_day_keeps_the_day_it_was_given(staffed: Council) -> None:
    closed = [list_6("1001", **{"Case Status": "e) Closed episode"})]
    _file(staffed, _book(staffed, l6=closed), as_of="2025-08-01")
    report = _file(staffed, _book(staffed, l6=closed), as_of="2025-08-29")
    assert _kinds(report) == {"unchanged": ["1001"]}


# ------------------------------------------------------------------ what follows
def test_what_waits_for_a_cases_practitioner_follows_the_case(council: Council) -> None:
    audit = _waiting_for_the_practitioner(council)
    council.import_cases({f"C{number:02}": "aud2" for number in range(1, 24)})
    assert council.show(audit)["owner"] == "aud2"


def test_what_has_drifted_does_not_keep_a_list_from_being_taken(council: Council) -> None:
    audit = _waiting_for_the_practitioner(council)
    with council.ctx.database.transaction() as connection:
        connection.exec_driver_sql(
            "UPDATE process_instance SET process = 'gone' WHERE reference = ?", (audit,)
        )
    report = council.import_cases({f"C{number:02}": "aud2" for number in range(1, 24)})
    assert report.written


def _waiting_for_the_practitioner(council: Council) -> str:
    audit = f"case_audit:2025-26-A:{council.open_autumn_round()[0]}"
    council.at("2025-10-09 09:00").fire(audit, "allocate", by="quinn", auditor="aud1")
    council.fire(audit, "start", by="aud1")
    council.fire(audit, "submit", by="aud1", **submission(heard_on="2025-10-09"))
    if council.show(audit)["state"] == "moderation":
        council.fire(audit, "agree", by="mo")
    else:
        council.fire(audit, "release", by="sandy")
    council.fire(
        audit, "record_feedback", by="aud1", held_on="2025-10-09", attendees=["pat", "sam"]
    )
    return audit


def test_the_population_of_a_round_is_what_the_list_says_of_its_day(council: Council) -> None:
    council.open_autumn_round()
    assert len(council.show(AUTUMN)["data"]["population"]) == 23


def test_a_rejected_row_that_names_no_case_closes_no_case_for_being_missing(
    council: Council,
) -> None:
    path = council.folder / "cases.csv"
    header = "case_id,plan_type,opened,closed,team,worker,supervisor,iro"
    path.write_text(f"{header}\n,cin,2025-01-06,,North,pat,sam,iris\n", "utf-8")
    report = case_imports.import_cases(
        council.ctx, path, now=council.now, actor="cli:test", accept_rejected=True
    )
    assert (report.closed, len(report.rejected)) == ([], 1)
    assert any("no case is closed" in warning for warning in report.warnings)

"""The roster comes in whole or not at all; who is named only by name is found later."""

from datetime import date

import pytest
from council import ROSTER, Council, submission

from qa_workflow.errors import Fault, RejectedFile
from qa_workflow.service import enquiries
from qa_workflow.service.people_imports import PeopleImport, import_people
from qa_workflow.store import cases

Row = tuple[str, str, str, str, str]


def _case(council: Council, case_id: str = "C01") -> dict[str, str | None]:
    (found,) = (one for one in enquiries.list_cases(council.ctx) if one.case_id == case_id)
    return {"worker": found.worker, "supervisor": found.supervisor, "iro": found.iro}


def _import(council: Council, *rows: Row) -> PeopleImport:
    return council.import_people(rows)


def test_a_first_roster_is_all_new(empty_council: Council) -> None:
    assert empty_council.import_people().new == [row[0] for row in ROSTER]


def test_the_same_roster_twice_changes_nothing(council: Council) -> None:
    again = council.import_people()
    assert (again.new, again.changed, len(again.unchanged)) == ([], [], len(ROSTER))


def test_whoever_the_file_describes_otherwise_has_changed(council: Council) -> None:
    assert _import(
        council, ("pat", "Pat Practitioner", "practitioner", "South", "sam")
    ).changed == ["pat"]


def test_whoever_is_not_in_the_file_stays(council: Council) -> None:
    _import(council, ("new", "New One", "auditor", "QA", "sandy"))
    assert len(enquiries.list_people(council.ctx)) == len(ROSTER) + 1


def test_a_roster_without_a_column_leaves_what_was_known_of_it(council: Council) -> None:
    path = council.folder / "roster.csv"
    head = "person_id,name,roles,team,manager,email,active_to\n"
    path.write_text(f"{head}lea,Lea,auditor,QA,sandy,lea@example.org,2025-08-31\n", "utf-8")
    import_people(council.ctx, path, now=council.now, actor="cli:test")
    path.write_text("person_id,name,roles\nlea,Lea Auditor,auditor\n", "utf-8")
    assert import_people(council.ctx, path, now=council.now, actor="cli:test").changed == ["lea"]
    (lea,) = (one for one in enquiries.list_people(council.ctx) if one.person_id == "lea")
    assert (lea.name, lea.email, lea.manager) == ("Lea Auditor", "lea@example.org", "sandy")
    assert lea.active_to == date(2025, 8, 31), "nobody comes back because a column is missing"


def test_people_are_listed_by_id(council: Council) -> None:
    ids = [one.person_id for one in enquiries.list_people(council.ctx)]
    assert ids == sorted(ids)


def test_a_manager_may_stand_later_in_the_file(empty_council: Council) -> None:
    rows = (("a", "A", "auditor", "", "b"), ("b", "B", "sm_sqa", "", ""))
    assert _import(empty_council, *rows).new == ["a", "b"]


def test_a_file_with_a_header_alone_is_valid(council: Council) -> None:
    assert _import(council) == PeopleImport()


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(("x", "X", "wizard", "", ""), id="a role that does not exist"),
        pytest.param(("x", "X", "auditor", "", "nobody"), id="a manager who does not exist"),
        pytest.param(("x", "", "auditor", "", ""), id="nobody's name"),
    ],
)
def test_with_one_bad_row_nobody_is_taken(council: Council, row: Row) -> None:
    before = enquiries.list_people(council.ctx)
    with pytest.raises(RejectedFile):
        _import(council, ("new", "New One", "auditor", "QA", "sandy"), row)
    assert enquiries.list_people(council.ctx) == before


def test_a_circle_of_managers_that_closes_through_the_database_is_refused(council: Council) -> None:
    # sandy reports to ada, ada to dana: dana reporting to sandy would close the circle.
    with pytest.raises(RejectedFile) as told:
        _import(council, ("dana", "Dana Director", "director", "", "sandy"))
    assert told.value.faults == (
        Fault(
            why="managers go round in a circle: dana > sandy > ada > dana", row=2, column="manager"
        ),
    )


def test_a_row_that_leads_to_somebody_elses_circle_is_not_blamed(council: Council) -> None:
    with pytest.raises(RejectedFile) as told:
        _import(
            council,
            ("new", "New", "auditor", "", "dana"),
            ("dana", "Dana Director", "director", "", "sandy"),
        )
    assert [fault.row for fault in told.value.faults] == [3]


def test_after_a_circle_nothing_has_changed(council: Council) -> None:
    before = enquiries.list_people(council.ctx)
    with pytest.raises(RejectedFile):
        _import(council, ("dana", "Dana Director", "director", "", "sandy"))
    assert enquiries.list_people(council.ctx) == before


# ------------------------------------------------------------------ named by name only
LEE = ("lee", "Lee Newcomer", "practitioner;auditor", "North", "sam")


def test_a_worker_the_roster_comes_to_know_is_matched_by_name(council: Council) -> None:
    council.import_cases({"C01": "lee  NEWCOMER"})
    _import(council, LEE)
    assert _case(council)["worker"] == "lee"


def test_a_worker_matched_later_was_involved_all_the_time(council: Council) -> None:
    council.import_cases({"C01": "Lee Newcomer"}, supervisor="Sue Visor")
    _import(council, LEE, ("sue", "Sue Visor", "team_manager", "", ""))
    with council.ctx.database.reading() as connection:
        found = cases.case_facts(connection, ["C01"])["C01"].involvements
    assert {(one.person_id, one.role) for one in found if one.to_on is None} == {
        ("lee", "practitioner"), ("sue", "supervisor"), ("iris", "iro"),
    }  # fmt: skip


def test_a_name_of_two_people_is_kept_as_text_and_warned_of(council: Council) -> None:
    council.import_cases({"C01": "Lee Newcomer"})
    report = _import(council, LEE, ("lee2", "Lee Newcomer", "practitioner", "South", "sam"))
    assert (report.warnings, _case(council)["worker"]) == (
        ["'Lee Newcomer' could be lee or lee2; kept as text"], "Lee Newcomer",
    )  # fmt: skip


def test_a_name_that_somebody_else_of_the_roster_bears_is_kept_as_text(council: Council) -> None:
    council.import_cases({"C01": "Lee Newcomer"})
    _import(council, ("other", "Someone Else", "practitioner", "", ""))
    _import(council, LEE, ("lee2", "Lee Newcomer", "practitioner", "South", "sam"))
    report = _import(council, LEE)
    assert (report.warnings, _case(council)["worker"]) == (
        ["'Lee Newcomer' could be lee or lee2; kept as text"], "Lee Newcomer",
    )  # fmt: skip


def test_the_same_name_written_in_two_ways_is_matched_both_times(council: Council) -> None:
    council.import_cases({"C01": "Lee Newcomer", "C02": "LEE NEWCOMER"})
    _import(council, LEE)
    assert [_case(council, case)["worker"] for case in ("C01", "C02")] == ["lee", "lee"]


def test_what_waits_for_a_practitioner_is_theirs_as_soon_as_the_roster_knows_them(
    council: Council,
) -> None:
    council.import_cases(dict.fromkeys([f"C{number:02}" for number in range(1, 5)], "Lee Newcomer"))
    audit = f"case_audit:2025-26-A:{council.open_autumn_round()[0]}"
    council.at("2025-10-09 09:00").fire(audit, "allocate", by="quinn", auditor="aud1")
    council.fire(audit, "start", by="aud1")
    _until_response(council, audit)
    _import(council, LEE)
    assert council.show(audit)["owner"] == "lee"


def _until_response(council: Council, audit: str) -> None:
    council.fire(audit, "submit", by="aud1", **submission(heard_on="2025-10-09"))
    if council.show(audit)["state"] == "moderation":
        council.fire(audit, "agree", by="mo")
    else:
        council.fire(audit, "release", by="sandy")
    council.fire(
        audit,
        "record_feedback",
        by="aud1",
        held_on="2025-10-09",
        attendees=["sam"],
        absent_reason="Ill.",
    )

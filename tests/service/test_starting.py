"""Starting an instance by hand: once for each business key, from the day its clock counts."""

from datetime import date
from typing import Any

import pytest
from council import AUTUMN, SPRING, Council

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.errors import BadData, UnknownPerson, WrongInput
from qa_workflow.service import starting


def start(
    council: Council,
    process: str = "recommendation",
    subject: str = "C01",
    **said: Any,  # noqa: ANN401 - any option
) -> ProcessInstance:
    return starting.start_process(
        council.ctx, process, subject, now=council.now, actor="cli:test", **said
    )


def test_the_same_business_key_twice_is_one_instance(council: Council) -> None:
    first = start(council, "case_audit_round", "2025-26:A")
    council.later(days=1)
    assert start(council, "case_audit_round", "2025-26:A") == first


def test_the_same_business_key_twice_writes_nothing_the_second_time(council: Council) -> None:
    start(council, "case_audit_round", "2025-26:A")
    start(council, "case_audit_round", "2025-26:A")
    assert [entry["action"] for entry in council.history(AUTUMN)] == ["start"]


def test_what_the_planner_created_is_what_a_start_by_hand_answers_with(council: Council) -> None:
    council.passes()
    assert start(council, "case_audit_round", "2025-26:A").reference == AUTUMN
    assert len(council.listed()) == 1


def test_numbered_processes_count_up(council: Council) -> None:
    assert [start(council).reference for _ in range(2)] == [
        "recommendation:R-0001",
        "recommendation:R-0002",
    ]


def test_numbers_of_a_subject_count_for_that_subject(council: Council) -> None:
    started = [
        start(council, "immediate_concern", subject).reference for subject in ("C01", "C02", "C01")
    ]
    assert started == [
        "immediate_concern:C01:1",
        "immediate_concern:C02:1",
        "immediate_concern:C01:2",
    ]


def test_an_instance_about_a_known_case_belongs_to_its_team(council: Council) -> None:
    started = start(council)
    assert (started.case_id, started.team) == ("C01", "North")


def test_a_subject_that_was_never_imported_can_be_started(council: Council) -> None:
    started = start(council, subject="X99")
    assert (started.subject, started.case_id, started.team) == ("X99", None, None)


def test_the_clock_counts_from_the_day_given(council: Council) -> None:
    started = start(council, on=date(2025, 8, 25))
    assert (started.entered_on, started.data["started_on"]) == (date(2025, 8, 25), "2025-08-25")


def test_an_instance_started_today_begins_at_this_instant(council: Council) -> None:
    assert start(council).opened_at == council.now


def test_a_day_that_has_not_come_is_refused(council: Council) -> None:
    with pytest.raises(WrongInput, match="has not come yet"):
        start(council, on=date(2025, 9, 2))


def test_the_calendar_gives_a_planned_instance_its_date(council: Council) -> None:
    assert start(council, "case_audit_round", "2025-26:B").due_on == date(2026, 5, 31)


@pytest.mark.parametrize("period", ["2025-26:C", "nonsense", "0001-02:A", "9998-99:A", "9999-00:A"])
def test_a_period_the_calendar_does_not_have_is_refused_with_one_it_has(
    council: Council, period: str
) -> None:
    with pytest.raises(WrongInput, match="it is written like 202"):
        start(council, "case_audit_round", period)


def test_an_unknown_process_is_refused_with_those_there_are(council: Council) -> None:
    with pytest.raises(WrongInput, match=r"There is no process 'audit'\. There are: case_audit, "):
        start(council, "audit")


def test_what_a_parent_starts_is_not_started_by_hand(council: Council) -> None:
    with pytest.raises(
        WrongInput, match="case_audit is not started by hand: case_audit_round starts each one"
    ):
        start(council, "case_audit")


def test_a_start_without_a_subject_is_refused(council: Council) -> None:
    with pytest.raises(WrongInput, match="The subject is empty"):
        start(council, subject="  ")


def test_a_start_names_the_person_it_was_made_for(council: Council) -> None:
    assert council.history(start(council, as_person="sandy").reference)[0]["actor"] == "sandy"


def test_without_a_person_a_start_names_the_login(council: Council) -> None:
    assert council.history(start(council).reference)[0]["actor"] == "cli:test"


def test_nobody_unknown_starts_anything(council: Council) -> None:
    with pytest.raises(UnknownPerson, match="'nobody' is not in the roster"):
        start(council, as_person="nobody")


def test_data_that_is_not_asked_for_is_refused(council: Council) -> None:
    with pytest.raises(BadData, match="colour: is not asked for here"):
        start(council, data={"colour": "red"})


def test_a_person_named_in_the_data_must_be_known(council: Council) -> None:
    with pytest.raises(UnknownPerson, match="'nobody' is not in the roster"):
        start(council, data={"proposed_owner": "nobody"})


def test_a_start_that_is_refused_leaves_nothing(council: Council) -> None:
    with pytest.raises(BadData):
        start(council, data={"priority": "whenever"})
    assert council.listed(include_final=True) == []


def test_a_start_that_is_refused_uses_up_no_number(council: Council) -> None:
    with pytest.raises(BadData):
        start(council, data={"priority": "whenever"})
    assert start(council).reference == "recommendation:R-0001"


def test_the_spring_round_is_not_the_autumn_round(council: Council) -> None:
    start(council, "case_audit_round", "2025-26:A")
    assert start(council, "case_audit_round", "2025-26:B").reference == SPRING

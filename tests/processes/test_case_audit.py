"""One case audit on its way: who moves it, by when, and who hears of it when nobody does."""

from typing import Any

import pytest
from council import Council, submission

from qa_workflow.engine.definition import Within
from qa_workflow.errors import NotPermitted, WrongInput
from qa_workflow.processes.case_audit import PROCESS

OPEN = (
    "selected",
    "allocated",
    "in_progress",
    "submitted",
    "moderation",
    "feedback",
    "practitioner_response",
    "disputed",
)


# ------------------------------------------------------------------ the way through
def test_an_audit_goes_from_selected_to_closed(running: Council, audit: str) -> None:
    running.close_audit(audit)
    moves = [one["to"] for one in running.history(audit)]
    assert moves == [
        "selected",
        "allocated",
        "in_progress",
        "submitted",
        "feedback",
        "practitioner_response",
        "agreed",
        "closed",
    ]


@pytest.mark.parametrize("state", OPEN)
def test_an_audit_can_stand_in_every_open_state(running: Council, audit: str, state: str) -> None:
    running.take(audit, state)
    assert running.state(audit) == state


def test_an_audit_is_not_started_by_hand(running: Council) -> None:
    with pytest.raises(WrongInput, match="case_audit_round starts each one"):
        running.start("case_audit", "C01", by="sandy")


def test_declining_gives_an_audit_back(running: Council, audit: str) -> None:
    running.take(audit, "allocated")
    running.fire(audit, "decline", by="aud1", reason="I know the family")
    assert running.state(audit) == "selected"


def test_an_audit_that_was_declined_has_no_auditor(running: Council, audit: str) -> None:
    running.take(audit, "allocated")
    running.fire(audit, "decline", by="aud1", reason="I know the family")
    assert running.show(audit)["data"]["auditor"] is None


def test_declining_needs_a_reason(running: Council, audit: str) -> None:
    running.take(audit, "allocated")
    assert running.refusal(audit, "decline", by="aud1") == "No reason is given."


# ------------------------------------------------------------------ who may
@pytest.mark.parametrize(
    ("state", "trigger", "data", "people"),
    [
        ("selected", "allocate", {"auditor": "aud1"}, {"quinn", "sandy"}),
        ("allocated", "start", {}, {"aud1"}),
        ("allocated", "decline", {}, {"aud1"}),
        ("in_progress", "submit", {}, {"aud1"}),
        ("in_progress", "raise_immediate_concern", {"what": "Not seen for weeks"}, {"aud1"}),
        ("in_progress", "approve_no_voice", {}, {"sandy"}),
        ("submitted", "release", {}, {"sandy"}),
        ("submitted", "request_moderation", {}, {"sandy"}),
        ("moderation", "agree", {}, {"mo"}),
        ("moderation", "change_grade", {"grade": "good"}, {"mo"}),
        ("moderation", "return", {}, {"mo"}),
        ("feedback", "record_feedback", {}, {"aud1"}),
        ("practitioner_response", "accept", {}, {"pat"}),
        ("practitioner_response", "dispute", {}, {"pat"}),
        ("practitioner_response", "no_response", {}, set()),
        ("disputed", "resolve", {"to": "agreed"}, {"sandy", "ada"}),
        ("disputed", "resolve", {"to": "in_progress"}, {"sandy", "ada"}),
        ("selected", "supersede", {}, set()),
        ("selected", "remove_from_sample", {}, set()),
        *((state, "mark_unauditable", {}, {"sandy"}) for state in OPEN),
        *((state, "withdraw", {}, {"sandy"}) for state in OPEN),
    ],
)
def test_a_trigger_is_for_these_people_and_nobody_else(
    running: Council, audit: str, state: str, trigger: str, data: dict[str, Any], people: set[str]
) -> None:
    running.take(audit, state)
    assert running.who_may(audit, trigger, **data) == people


def test_another_auditor_may_not_submit(running: Council, audit: str) -> None:
    running.take(audit, "in_progress")
    with pytest.raises(NotPermitted, match=r"that is for auditor \(Alex Auditor\)"):
        running.fire(audit, "submit", by="aud2", **submission())


@pytest.mark.parametrize(
    ("state", "owner"),
    [
        ("selected", "sm_sqa"),
        ("allocated", "aud1"),
        ("in_progress", "aud1"),
        ("submitted", "sm_sqa"),
        ("moderation", "moderator"),
        ("feedback", "aud1"),
        ("practitioner_response", "pat"),
        ("disputed", "sm_sqa"),
    ],
)
def test_each_state_has_its_owner(running: Council, audit: str, state: str, owner: str) -> None:
    running.take(audit, state)
    assert running.show(audit)["owner"] == owner


# ------------------------------------------------------------------ deadlines of the states
# Each state entered on Monday 13 October 2025; an audit is selected since Wednesday 8 October.
DEADLINES = [
    ("selected", "allocate_by", "2025-10-15"),
    ("allocated", "start_by", "2025-10-20"),
    ("submitted", "release_by", "2025-10-20"),
    ("moderation", "moderate_by", "2025-10-20"),
    ("feedback", "feed_back_by", "2025-10-27"),
    ("practitioner_response", "respond_by", "2025-10-20"),
    ("disputed", "resolve_by", "2025-10-20"),
]
LADDERS = {
    "2025-10-15": ("2025-10-16", "2025-10-22", "2025-10-29", "2025-11-12"),
    "2025-10-20": ("2025-10-21", "2025-10-27", "2025-11-03", "2025-11-17"),
    "2025-10-27": ("2025-10-28", "2025-11-03", "2025-11-10", "2025-11-24"),
}
LADDERED = [one for one in DEADLINES if one[1] != "respond_by"]
DATES = [(state, due_on) for state, _, due_on in LADDERED]


@pytest.mark.parametrize(("state", "deadline", "due_on"), DEADLINES)
def test_a_state_has_so_many_working_days(
    running: Council, audit: str, state: str, deadline: str, due_on: str
) -> None:
    running.at("2025-10-13 10:00").take(audit, state)
    assert running.falls(audit, deadline) == due_on


@pytest.mark.parametrize(("state", "due_on"), DATES)
def test_a_state_is_not_late_one_minute_before_midnight(
    running: Council, audit: str, state: str, due_on: str
) -> None:
    running.at("2025-10-13 10:00").take(audit, state)
    running.at(f"{due_on} 23:59").passes()
    assert running.show(audit)["status"].startswith("In ")


@pytest.mark.parametrize(("state", "due_on"), DATES)
def test_a_state_is_late_one_minute_after_midnight(
    running: Council, audit: str, state: str, due_on: str
) -> None:
    running.at("2025-10-13 10:00").take(audit, state)
    running.at(f"{due_on} 23:59").later(minutes=2)
    assert running.show(audit)["status"].startswith("Late in")


@pytest.mark.parametrize(("state", "deadline", "due_on"), LADDERED)
def test_a_late_state_climbs_each_level_on_its_day_and_once(
    running: Council, audit: str, state: str, deadline: str, due_on: str
) -> None:
    running.at("2025-10-13 10:00").take(audit, state)
    for day in LADDERS[due_on]:
        running.at(f"{day} 00:00").later(minutes=-1).passes()
        running.at(f"{day} 00:00").passes()
        running.passes()
    climbed = [one for one in running.levels(audit, deadline) if one[0].startswith("L")]
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), LADDERS[due_on], strict=True))


def test_an_agreed_audit_is_closed_within_one_working_day() -> None:
    close_by = next(one for one in PROCESS.deadlines if one.name == "close_by")
    assert (close_by.state, close_by.due) == ("agreed", Within(1))


def test_leaving_a_state_ends_its_ladder(running: Council, audit: str) -> None:
    running.at("2025-10-13 10:00").take(audit, "allocated")
    running.at("2025-10-20 10:00").fire(audit, "start", by="aud1")
    running.at("2025-11-20 10:00").passes()
    assert [one for one in running.levels(audit, "start_by") if one[0].startswith("L")] == []


def test_a_second_visit_counts_anew(running: Council, audit: str) -> None:
    running.take(audit, "allocated")
    running.at("2025-10-13 10:00").fire(audit, "decline", by="aud1", reason="conflict")
    assert running.falls(audit, "allocate_by") == "2025-10-20"


def test_the_auditor_is_reminded_fifteen_working_days_after_allocation(
    running: Council, audit: str
) -> None:
    running.at("2025-10-13 10:00").take(audit, "in_progress")
    running.at("2025-11-03 08:00").passes()
    assert running.levels(audit, "finish_soon") == [("R1", "2025-11-03")]


def test_the_reminder_after_fifteen_days_makes_nothing_late(running: Council, audit: str) -> None:
    running.at("2025-10-13 10:00").take(audit, "in_progress")
    running.at("2025-11-04 08:00").passes()
    assert running.show(audit)["status"].startswith("In progress")


# ------------------------------------------------------------------ the round's date
def test_an_audit_is_due_with_its_round(running: Council, audit: str) -> None:
    shown = running.show(audit)
    assert (shown["due_on"], shown["target_on"]) == ("2025-11-30", "2025-11-28")


@pytest.mark.parametrize(
    ("level", "day", "people"),
    [
        ("R1", "2025-11-14", ["aud1"]),
        ("R2", "2025-11-26", ["aud1"]),
        ("L0", "2025-12-01", ["aud1", "sandy"]),
        ("L1", "2025-12-05", ["sandy"]),
        ("L2", "2025-12-12", ["ada"]),
        ("L3", "2025-12-30", ["dana"]),
    ],
)
def test_a_level_tells_these_people(
    running: Council, audit: str, level: str, day: str, people: list[str]
) -> None:
    running.take(audit, "in_progress")
    running.at(f"{day} 08:00").passes()
    told = next(
        one
        for one in running.history(audit)
        if one["level"] == level and one["data"]["deadline"] == "due"
    )
    assert (told["nominal_on"], told["data"]["told"]) == (day, people)


def test_an_audit_is_blocked_at_level_two(running: Council, audit: str) -> None:
    running.take(audit, "in_progress")
    running.at("2025-12-12 00:00").passes()
    assert [one["reason"] for one in running.show(audit)["blocked"]] == ["overdue_l2"]


def test_lateness_stops_nobody_from_finishing(running: Council, audit: str) -> None:
    running.take(audit, "in_progress")
    running.at("2025-12-30 10:00").passes()
    running.take(audit, "closed")
    assert running.show(audit)["lateness"] == "late"


# ------------------------------------------------------------------ the cap
CAPPED = [
    ("submitted", "release_by", "2025-12-08"),
    ("moderation", "moderate_by", "2025-12-08"),
    ("feedback", "feed_back_by", "2025-12-15"),
    ("disputed", "resolve_by", "2025-12-08"),
]


@pytest.mark.parametrize(("state", "deadline"), [one[:2] for one in CAPPED])
def test_no_deadline_of_a_state_falls_after_the_date_of_the_round(
    running: Council, audit: str, state: str, deadline: str
) -> None:
    running.at("2025-11-30 23:59").take(audit, state)
    assert running.falls(audit, deadline) == "2025-11-30"


@pytest.mark.parametrize(("state", "deadline", "uncapped"), CAPPED)
def test_a_state_entered_after_the_date_of_the_round_has_its_full_days(
    running: Council, audit: str, state: str, deadline: str, uncapped: str
) -> None:
    running.at("2025-12-01 00:00").take(audit, state)
    assert running.falls(audit, deadline) == uncapped


def test_a_capped_deadline_has_no_second_ladder(running: Council, audit: str) -> None:
    running.at("2025-11-27 10:00").take(audit, "submitted")
    running.at("2025-12-30 08:00").passes()
    assert running.levels(audit, "release_by") == []

"""Plans and standards with versions: reviewed when the framework says, scrutinised by another, never without a version."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import meetings
import pytest
import reports
from council import SPRING, Council, narrowed
from follow_up import blocks, entries, lend
from reports import DRAFTS, LINE, begin, document, review, spawn

from qa_workflow.errors import BadData
from qa_workflow.service import holidays

SIP = "service_improvement_plan:2026-01"
STANDARDS = "practice_standards:2026-02"
MINUTE = {"minute_reference": "MEB 2026-03 item 4"}
WRITERS = {
    "service_improvement_plan": {"sandy", "uma", "cass"},
    "workforce_development_plan": {"sandy", "uma", "cass"},
    "practice_standards": {"sandy", "uma", "cass"},
    "multi_agency_action_plan": {"sandy", "uma", "cass"},
    "send_action_plan": {"max"},
}
# By process: a period that begins with the year 2026, and when its review is due.
DATES = {
    "service_improvement_plan": ("2026-01", "2026-01-31"),
    "workforce_development_plan": ("2026-04", "2026-04-30"),
    "practice_standards": ("2026-02", "2026-02-28"),
    "multi_agency_action_plan": ("2026-01", "2026-02-03"),  # twenty working days
    "send_action_plan": ("2026-04", "2026-04-30"),
}


@pytest.fixture(scope="module", autouse=True)
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    reports.found(tmp_path_factory.mktemp("documents"), "2026-01-06 08:00").ctx.database.close()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Council]:
    """Give the council on Tuesday 6 January 2026, with everybody who writes and approves plans."""
    with reports.standing(tmp_path, "2026-01-06 08:00") as council:
        yield council


@pytest.fixture
def drafted(made: Council) -> Council:
    """Give the same council where Sandy drafts the Service Improvement Plan of January."""
    begin(made, "service_improvement_plan", "2026-01")
    review(made, SIP, "draft")
    return made


@pytest.fixture
def awaiting(drafted: Council) -> Council:
    """Give the same council where it awaits the Moving to Excellence Board of March."""
    review(drafted, SIP, "awaiting_scrutiny")
    return drafted


def test_what_the_standards_ask_of_the_methodology_reaches_the_next_round(made: Council) -> None:
    begin(made, "practice_standards", "2026-02")
    review(made, STANDARDS, "approved")
    made.at("2026-03-20 09:00").import_cases(["C01", "C02"])
    made.passes()
    made.ctx = narrowed(replace(made.ctx, lines=made.ctx.framework.lines), {"CFA"})
    made.at("2026-04-01 08:00").passes()
    kept = made.show(SPRING)["data"]["practice_standards"]
    assert (kept["review"], kept["version"]) == (STANDARDS, 1)
    assert kept["methodology_note"]
    assert STANDARDS in str(made.show(SPRING)["links"])


def sits(council: Council, period: str, state: str) -> None:
    """Let the Moving to Excellence Board of a month stand in a state, past its own rules."""
    reference = f"moving_to_excellence_board:{period}"
    spawn(council, "moving_to_excellence_board", reference, data={"period": period, "opens_on": f"{period}-01"})  # fmt: skip
    reports.stands(council, reference, state)


# ------------------------------------------------------------------ the road
@pytest.mark.parametrize("process", DRAFTS)
def test_a_document_goes_from_review_to_scrutiny_and_is_approved_as_a_new_version(
    made: Council, process: str
) -> None:
    period, due_on = DATES[process]
    reference = begin(made, process, period)
    assert made.show(reference)["due_on"] == due_on
    able = {}
    for state, trigger in (
        ("current", "review"),
        ("in_review", "draft"),
        ("draft", "submit"),
        ("awaiting_scrutiny", "approve"),
    ):
        review(made, reference, state)
        able[trigger] = made.who_may(reference, trigger)
    review(made, reference, "approved")
    assert able == {
        **dict.fromkeys(("review", "draft", "submit"), WRITERS[process]),
        "approve": {"ada", "uma"},
    }
    data = made.show(reference)["data"]
    made_by = (data["in_force"]["version"], data["in_force"]["approved_by"], data["in_force"]["authors"])  # fmt: skip
    assert (data["version"], made_by) == (1, (1, "ada", [DRAFTS[process]]))


def test_each_review_begins_with_the_version_in_force_and_makes_the_next(awaiting: Council) -> None:
    review(awaiting, SIP, "approved")
    second = begin(awaiting.at("2026-04-01 08:00"), "service_improvement_plan", "2026-04")
    data = awaiting.show(second)["data"]
    assert (data["version"], data["lines"], data["document_in_force"]) == (
        1, awaiting.show(SIP)["data"]["lines"], "SharePoint Plans/4",
    )  # fmt: skip
    review(awaiting, second, "approved")
    assert awaiting.show(second)["data"]["in_force"]["version"] == 2
    assert awaiting.show(SIP)["data"]["in_force"]["version"] == 1


def test_a_review_that_began_before_another_ended_makes_the_version_after_it(
    awaiting: Council,
) -> None:
    second = begin(awaiting, "service_improvement_plan", "2026-04")
    review(awaiting, SIP, "approved")
    review(awaiting, second, "in_review")
    assert awaiting.show(second)["data"]["lines"] == awaiting.show(SIP)["data"]["lines"]
    review(awaiting, second, "approved")
    assert awaiting.show(second)["data"]["version"] == 2


# ------------------------------------------------------------------ its date, and the board's
@pytest.mark.parametrize(
    ("moment", "lateness"), [("2026-01-31 23:59", "on_time"), ("2026-02-01 00:01", "late")]
)
def test_an_update_that_goes_to_scrutiny_is_in_time_to_the_last_minute(
    drafted: Council, moment: str, lateness: str
) -> None:
    review(drafted.at(moment), SIP, "awaiting_scrutiny")
    drafted.at("2026-03-30 08:00").passes()
    assert drafted.show(SIP)["lateness"] == lateness
    assert not [one for one in drafted.levels(SIP) if one[0].startswith("L")]


@pytest.mark.parametrize(
    ("moment", "lateness"), [("2026-02-28 23:59", "on_time"), ("2026-03-01 00:01", "late")]
)
def test_no_change_confirmed_in_the_last_minute_is_in_time_too(
    made: Council, moment: str, lateness: str
) -> None:
    begin(made, "practice_standards", "2026-02")
    review(made, STANDARDS, "in_review")
    made.at(moment).fire(STANDARDS, "confirm_no_change", by="ada", reason="Nothing has changed")
    assert made.show(STANDARDS)["lateness"] == lateness


def test_a_review_that_does_not_come_climbs_the_ladder(drafted: Council) -> None:
    drafted.at("2026-03-02 08:00").passes()
    assert drafted.levels(SIP) == [
        ("R1", "2026-01-16"), ("R2", "2026-01-28"), ("L0", "2026-02-02"), ("L1", "2026-02-06"),
        ("L2", "2026-02-13"), ("L3", "2026-02-27"),
    ]  # fmt: skip
    assert blocks(drafted, SIP) == ["overdue_l2"]


@pytest.mark.parametrize(
    ("submitted_on", "scrutiny_on"),
    [
        ("2026-01-30", "2026-03-31"),
        ("2026-03-31", "2026-03-31"),
        ("2026-04-01", "2026-06-30"),
        ("2026-07-31", "2026-09-30"),
        ("2026-10-30", "2026-12-31"),
    ],
)
def test_it_awaits_the_board_of_the_next_of_march_june_september_and_december(
    drafted: Council, submitted_on: str, scrutiny_on: str
) -> None:
    review(drafted.at(f"{submitted_on} 12:00"), SIP, "awaiting_scrutiny")
    assert drafted.falls(SIP, "scrutinise_by") == scrutiny_on


@pytest.mark.parametrize(
    ("state", "scrutiny_on"),
    [
        ("planned", "2026-03-31"),
        ("scheduled", "2026-03-31"),
        ("agenda_set", "2026-03-31"),
        ("held", "2026-06-30"),
        ("closed", "2026-06-30"),
        ("cancelled", "2026-06-30"),
    ],
)
def test_a_board_that_has_sat_already_is_not_waited_for(
    drafted: Council, state: str, scrutiny_on: str
) -> None:
    sits(drafted, "2026-03", state)
    review(drafted.at("2026-03-20 12:00"), SIP, "awaiting_scrutiny")
    assert drafted.falls(SIP, "scrutinise_by") == scrutiny_on


def test_scrutiny_climbs_a_ladder_of_its_own(awaiting: Council) -> None:
    awaiting.at("2026-03-31 23:59").passes()
    assert not [one for one in awaiting.levels(SIP, "scrutinise_by") if one[0].startswith("L")]
    awaiting.at("2026-05-01 08:00").passes()
    assert awaiting.levels(SIP, "scrutinise_by") == [
        ("R1", "2026-03-17"), ("R2", "2026-03-27"), ("L0", "2026-04-01"), ("L1", "2026-04-09"),
        ("L2", "2026-04-16"), ("L3", "2026-04-30"),
    ]  # fmt: skip
    assert awaiting.show(SIP)["lateness"] == "on_time"


def test_where_no_board_sits_approval_has_ten_working_days(made: Council) -> None:
    begin(made, "practice_standards", "2026-02")
    review(made, STANDARDS, "awaiting_scrutiny")
    assert made.falls(STANDARDS, "approve_by") == "2026-01-20"
    made.at("2026-01-21 00:01").passes()
    assert made.levels(STANDARDS, "approve_by")[-1] == ("L0", "2026-01-21")
    made.fire(STANDARDS, "approve", by="ada")  # and no minute is asked for
    assert made.state(STANDARDS) == "approved"


# ------------------------------------------------------------------ scrutiny
def test_the_board_names_the_minute(awaiting: Council) -> None:
    assert "where the decision is minuted" in awaiting.refusal(SIP, "approve", by="ada")
    assert entries(awaiting, SIP)[-1] == ("refused", "awaiting_scrutiny")


@pytest.mark.parametrize("hand", ["review", "draft", "submit"])
def test_nobody_decides_about_what_they_wrote(made: Council, hand: str) -> None:
    begin(made, "service_improvement_plan", "2026-01")
    for step in ("review", "draft", "submit"):
        own = {**LINE, "came_from": [], "voice": [], "own_initiative": True}
        given = document("service_improvement_plan", lines=[own]) if step == "submit" else {}
        made.fire(SIP, step, by="uma" if step == hand else "sandy", **given)
    for trigger, data in (
        ("approve", MINUTE),
        ("return", {"reason": "No"}),
        ("confirm_no_change", {"reason": "No"}),
    ):
        refused = made.refusal(SIP, trigger, by="uma", **data)
        assert "You wrote this, so another must decide" in refused


def test_whoever_acts_for_ad_people_has_not_written_it_either(awaiting: Council) -> None:
    lend(awaiting, to="sandy", from_on="2026-01-01", until_on="2026-12-31")
    assert "You wrote this" in awaiting.refusal(SIP, "approve", by="sandy", **MINUTE)


def test_what_goes_back_is_drafted_again_within_ten_working_days(awaiting: Council) -> None:
    assert "No reason is given." in awaiting.refusal(SIP, "return", by="ada")
    awaiting.at("2026-03-27 10:00").fire(SIP, "return", by="ada", reason="Line 1 has no end")
    assert awaiting.falls(SIP, "resubmit_by") == "2026-04-14"  # over Easter
    awaiting.at("2026-04-15 00:01").passes()
    assert awaiting.levels(SIP, "resubmit_by")[-1] == ("L0", "2026-04-15")
    review(awaiting, SIP, "awaiting_scrutiny")
    shown = awaiting.show(SIP)
    assert (shown["lateness"], shown["data"]["submitted_on"], shown["data"]["scrutiny_on"]) == (
        "on_time", "2026-01-06", "2026-06-30",
    )  # fmt: skip


# ------------------------------------------------------------------ no change
@pytest.mark.parametrize("state", ["in_review", "awaiting_scrutiny"])
def test_another_confirms_with_a_reason_that_nothing_changes(made: Council, state: str) -> None:
    reference = begin(made, "practice_standards", "2026-02")
    review(made, reference, state)
    assert made.who_may(reference, "confirm_no_change") == {"ada", "uma"}
    assert "No reason is given." in made.refusal(reference, "confirm_no_change", by="ada")
    made.fire(reference, "confirm_no_change", by="ada", reason="Nothing has been learned since")
    shown = made.show(reference)
    assert (shown["state"], shown["data"]["version"], shown["data"]["confirmed_by"]) == (
        "no_change_confirmed", 0, "ada",
    )  # fmt: skip


# ------------------------------------------------------------------ what an audit asks for
def audit_asks(council: Council, **given: Any) -> str:  # noqa: ANN401 - any part of a Spawn
    data = {"source": "multi_agency_audit:2026-01", "period": "2026-01"}
    return spawn(council, "multi_agency_action_plan", "multi_agency_action_plan:2026-01", data=data, **given)  # fmt: skip


def test_an_audit_asks_for_its_plan_within_twenty_working_days(made: Council) -> None:
    shown = made.show(audit_asks(made.at("2026-03-27 10:00")))
    assert (shown["state"], shown["due_on"]) == ("current", "2026-04-28")  # over Easter
    source = {"kind": "came_from", "to": "multi_agency_audit:2026-01"}
    assert any(source.items() <= one.items() for one in shown["links"])


def test_an_audit_may_set_another_day_for_its_plan(made: Council) -> None:
    assert made.show(audit_asks(made, due_on=date(2026, 1, 30)))["due_on"] == "2026-01-30"


def test_its_days_are_counted_again_when_a_holiday_is_proclaimed(made: Council) -> None:
    reference = audit_asks(made)
    standards = begin(made, "practice_standards", "2026-02")
    added = holidays.add_holiday(
        made.ctx, date(2026, 1, 19), "A day of mourning", now=made.now, actor="t"
    )
    assert added.set_aside == []
    assert made.show(reference)["due_on"] == "2026-02-04"
    assert made.show(standards)["due_on"] == "2026-02-28"


def test_beyond_the_known_bank_holidays_nothing_is_guessed(made: Council) -> None:
    last = made.ctx.known_until
    reference = audit_asks(made.at(f"{last.isoformat()} 10:00"))
    assert made.show(reference)["due_on"] is None
    assert blocks(made, reference) == ["system_fault"]


def test_a_plan_by_hand_is_due_at_the_end_of_the_next_month_or_when_it_was_said(
    made: Council,
) -> None:
    made.ctx = reports.with_process(made.ctx, reports.OWN_PLAN.process())
    assert made.show(begin(made, "fostering_plan", "a"))["due_on"] == "2026-02-28"
    assert made.show(begin(made, "fostering_plan", "b", due_on="2026-01-06"))["due_on"] == "2026-01-06"  # fmt: skip
    with pytest.raises(BadData):
        begin(made, "fostering_plan", "c", due_on="soon")


@pytest.mark.parametrize(
    ("process", "period", "author"),
    [("workforce_development_plan", "2026-04", "cass"), ("practice_standards", "2026-02", "sandy")],
)
def test_what_training_was_worth_comes_to_the_plan_and_to_the_standards(
    made: Council, process: str, period: str, author: str
) -> None:
    for kind in ("training_evaluation", "complaint"):
        meetings.neighbour(
            made, "intake", "no_action", f"intake:{kind}:1", closed_at="2026-01-05 12:00"
        )
    reference = begin(made, process, period)
    for step in ("review", "draft"):
        made.fire(reference, step, by=author)
    assert made.show(reference)["data"]["came_from"] == ["intake:training_evaluation:1"]

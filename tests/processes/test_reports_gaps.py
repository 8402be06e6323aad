"""Reports that never came, reports asked for by hand, what a report rests on, and a council's own reports."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import meetings
import pytest
import reports
from council import Council
from follow_up import entries, lend
from pydantic import ValidationError
from reports import begin, follow, report, spawn

from qa_workflow.engine.checks import problems
from qa_workflow.errors import BadData, NotPermitted, TransitionRefused
from qa_workflow.patterns.report import RecurringReport
from qa_workflow.patterns.spans import covered_year_to_march

MONTHLY = "ehe_monthly_report"
JULY, AUGUST, SEPTEMBER = (f"{MONTHLY}:2026-{month}" for month in ("07", "08", "09"))
GAP = {"reason": "Nobody was in post in July"}
SELF = "self_assessment:2026-10"


@pytest.fixture(scope="module", autouse=True)
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    reports.found(tmp_path_factory.mktemp("reports"), "2026-07-01 08:00").ctx.database.close()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Council]:
    """Give the council on 3 August 2026, when the EHE report of July has not come and that of August is due."""
    with reports.standing(tmp_path, "2026-07-01 08:00") as council:
        begin(council, MONTHLY, "2026-07")
        begin(council.at("2026-08-03 08:00"), MONTHLY, "2026-08")
        yield council


# ------------------------------------------------------------------ a gap
@pytest.mark.parametrize("state", ["received", "noted", "nil_return"])
def test_a_report_is_missed_once_the_next_one_has_been_received(made: Council, state: str) -> None:
    follow(made, AUGUST, state)
    made.fire(JULY, "miss", by="ellie", **GAP)
    shown = made.show(JULY)
    assert (shown["state"], shown["late"], shown["data"]["gap_accepted_by"], shown["data"]["why_missed"]) == (
        "missed", True, "ellie", GAP["reason"],
    )  # fmt: skip


@pytest.mark.parametrize("state", ["due", "drafting", "submitted", "returned"])
def test_until_then_it_can_still_come(made: Council, state: str) -> None:
    follow(made, AUGUST, state)
    refused = made.refusal(JULY, "miss", by="ellie", **GAP)
    assert "The report of the next period has not been received yet" in refused
    assert entries(made, JULY)[-1] == ("refused", "due")


def test_actions_on_the_next_one_say_too_that_it_came(made: Council) -> None:
    follow(made, AUGUST, "received")
    action = {"what": "Visit", "owner": "edie", "due_on": "2026-09-01"}
    made.fire(AUGUST, "raise_actions", by="sonia", actions=[action])
    made.fire(JULY, "miss", by="ada", **GAP)
    assert made.state(JULY) == "missed"


def test_a_next_one_that_was_missed_itself_is_passed_over(made: Council) -> None:
    begin(made.at("2026-09-01 08:00"), MONTHLY, "2026-09")
    follow(made, SEPTEMBER, "received")
    assert "has not been received" in made.refusal(JULY, "miss", by="ellie", **GAP)
    made.fire(AUGUST, "miss", by="ellie", **GAP)
    made.fire(JULY, "miss", by="ellie", **GAP)
    assert made.state(JULY) == "missed"


def test_a_report_after_the_next_one_says_nothing(made: Council) -> None:
    begin(made.at("2026-09-01 08:00"), MONTHLY, "2026-09")
    follow(made, SEPTEMBER, "noted")
    assert "has not been received" in made.refusal(JULY, "miss", by="ellie", **GAP)


def test_without_a_next_one_nothing_is_missed(made: Council) -> None:
    follow(made, JULY, "drafting")
    assert "has not been received" in made.refusal(AUGUST, "miss", by="ellie", **GAP)


def test_a_report_that_went_back_can_be_missed_too(made: Council) -> None:
    follow(made, JULY, "returned")
    follow(made, AUGUST, "noted")
    made.fire(JULY, "miss", by="ellie", **GAP)
    assert made.state(JULY) == "missed"


def test_a_service_manager_or_ad_people_accepts_a_gap_and_says_why(made: Council) -> None:
    follow(made, AUGUST, "noted")
    assert made.who_may(JULY, "miss") == {"ellie", "ada", "uma"}
    assert "No reason is given." in made.refusal(JULY, "miss", by="ellie")


def test_whoever_was_to_write_the_report_does_not_accept_that_it_is_missing(made: Council) -> None:
    assert "The report was yours to write" in _gap_of_the_assessment(made, by="uma")
    # Sandy writes it; whoever acts for AD People while Sandy's hat is on is no other person.
    lend(made, to="sandy", from_on="2026-07-01", until_on="2027-12-31")
    assert "The report was yours to write" in made.refusal(SELF, "miss", by="sandy", **GAP)
    made.fire(SELF, "miss", by="ada", **GAP)
    assert made.state(SELF) == "missed"


def _gap_of_the_assessment(made: Council, *, by: str) -> str:
    begin(made, "self_assessment", "2026-10")
    following = begin(made.at("2027-10-01 08:00"), "self_assessment", "2027-10")
    follow(made, following, "noted")
    return made.refusal(SELF, "miss", by=by, **GAP)


def test_whoever_drafted_it_does_not_accept_the_gap_whatever_they_are_now(made: Council) -> None:
    made.fire(JULY, "draft", by="una")
    made.import_people([("una", "Una Hats", "ey_lead", "", "ada")])
    follow(made, AUGUST, "noted")
    assert "The report was yours to write" in made.refusal(JULY, "miss", by="una", **GAP)


# ------------------------------------------------------------------ by hand
def test_a_report_asked_for_by_hand_has_the_date_and_the_days_that_were_said(made: Council) -> None:
    given = {"due_on": "2026-08-14", "covers_from": "2025-09-01", "covers_to": "2026-08-31"}
    shown = made.show(begin(made, "annual_report", "fostering-2026", series="fostering", **given))
    assert shown["due_on"] == "2026-08-14"
    assert (shown["data"]["covers_from"], shown["data"]["covers_to"]) == ("2025-09-01", "2026-08-31")  # fmt: skip


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"due_on": "2026-08-02"}, "It would be due on Sunday 2 August 2026, which is over."),
        ({"covers_from": "2026-08-02"}, "from which day to which"),
        ({"covers_to": "2026-08-02"}, "from which day to which"),
        ({"covers_from": "2026-08-02", "covers_to": "2026-08-01"}, "the first day first"),
    ],
)
def test_days_that_cannot_be_are_refused_at_the_start(
    made: Council, given: dict[str, str], why: str
) -> None:
    with pytest.raises(TransitionRefused, match=why):
        begin(made, "annual_report", "fostering-2026", **given)


def test_a_report_may_be_due_today_and_cover_one_day(made: Council) -> None:
    day = {"covers_from": "2026-08-03", "covers_to": "2026-08-03"}
    reference = begin(made, "annual_report", "fostering-2026", due_on="2026-08-03", **day)
    assert made.show(reference)["due_on"] == "2026-08-03"


def test_a_report_by_hand_is_followed_by_those_of_its_own_series_only(made: Council) -> None:
    first = begin(made, "annual_report", "a-2026", series="fostering")
    other = begin(made, "annual_report", "b-2027", series="adoption", due_on="2027-08-31")
    follow(made, other, "noted")
    assert "has not been received" in made.refusal(first, "miss", by="ada", **GAP)
    following = begin(made, "annual_report", "a-2027", series="fostering", due_on="2027-08-31")
    follow(made, following, "noted")
    made.fire(first, "miss", by="ada", **GAP)
    assert made.state(first) == "missed"


def test_an_unknown_start_is_bad_input(made: Council) -> None:
    with pytest.raises(BadData, match="is not asked for here"):
        begin(made, "annual_report", "a-2026", children="Ann")
    assert made.listed(process="annual_report") == []


@pytest.mark.parametrize(
    ("due_on", "ends"), [("2026-03-31", "2026-03-31"), ("2026-03-30", "2025-03-31")]
)
def test_the_year_to_march_is_the_one_that_has_ended(due_on: str, ends: str) -> None:
    begins_on, ends_on = covered_year_to_march(date.fromisoformat(due_on))
    assert (begins_on.isoformat(), ends_on.isoformat()) == (f"{ends_on.year - 1}-04-01", ends)


# ------------------------------------------------------------------ what feeds it
def test_the_self_assessment_lists_what_the_year_has_brought_and_is_linked_to_it(
    made: Council,
) -> None:
    reference = begin(made, "self_assessment", "2026-10")
    begin(made, "iro_annual_report", "2026-08")
    follow(made, AUGUST, "submitted")
    follow(made, JULY, "nil_return")
    follow(made, begin(made, "ehe_weekly_update", "2026-W32"), "noted")  # feeds the monthly report
    plan = begin(made, "service_improvement_plan", "2026-10")
    reports.review(made, plan, "awaiting_scrutiny")
    follow(made, reference, "submitted")
    assert made.show(reference)["data"]["came_from"] == [JULY, AUGUST, plan]
    back = {"kind": "came_from", "from": reference, "to": AUGUST}
    assert any(back.items() <= one.items() for one in made.show(AUGUST)["links"])


@pytest.mark.parametrize(
    ("ended_at", "counts"), [("2026-08-28 00:00", True), ("2026-08-27 23:59", False)]
)
def test_it_rests_on_what_ended_in_the_twelve_months_before(
    made: Council, ended_at: str, *, counts: bool
) -> None:
    follow(made.at(ended_at), AUGUST, "noted")
    reference = begin(made.at("2027-08-28 10:00"), "self_assessment", "2027-10")
    follow(made, reference, "submitted")
    assert (AUGUST in made.show(reference)["data"]["came_from"]) is counts


def test_a_gap_feeds_nothing(made: Council) -> None:
    follow(made, AUGUST, "noted")
    made.fire(JULY, "miss", by="ellie", **GAP)
    follow(made, begin(made, "self_assessment", "2026-10"), "submitted")
    assert made.show(SELF)["data"]["came_from"] == [AUGUST]


@pytest.mark.parametrize(
    ("process", "state", "feeds"),
    [
        ("strategic_placement_group", "actions_logged", True),
        ("thematic_audit", "action_plan", True),
        ("provider_audit", "actions_open", True),
        ("children_survey", "analysed", True),
        ("thematic_audit", "returns_in", False),
        ("strategic_placement_group", "agenda_set", False),
    ],
)
def test_what_was_found_feeds_it_before_everything_is_put_right(
    made: Council, process: str, state: str, *, feeds: bool
) -> None:
    other = meetings.neighbour(made, process, state, f"{process}:2026-x")
    reference = begin(made, "self_assessment", "2026-10")
    follow(made, reference, "drafting")
    assert (other in made.show(reference)["data"]["came_from"]) is feeds


def test_one_activity_of_the_programme_feeds_where_it_is_named(made: Council) -> None:
    for name in ("OBS", "PEP", "OBSX"):
        spawn(made, "annual_report", f"annual_report:{name}:2026", due_on=None)
        follow(made, f"annual_report:{name}:2026", "noted")
    shape = RecurringReport(**{**PARAMETERS, "fed_by": ("annual_report:OBS",)}).process()
    made.ctx = reports.with_process(made.ctx, shape)
    reference = begin(made, "fostering_report", "2026")
    made.fire(reference, "draft", by="sandy")
    assert made.show(reference)["data"]["came_from"] == ["annual_report:OBS:2026"]


# ------------------------------------------------------------------ a council's own report
PARAMETERS: dict[str, Any] = {
    "name": "fostering_report",
    "title": "Fostering report",
    "about": "What the year in fostering was like.",
    "source": "our own rule",
    "author": "sm_sqa",
    "receiver": "ad_people",
    "started_by": "person",
}


def test_a_report_of_a_councils_own_has_no_faults() -> None:
    assert problems(RecurringReport(**PARAMETERS).process()) == ()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"name": "Fostering report"}, "name"),
        ({"about": "No sentence"}, "about"),
        ({"receiver": "sm_sqa"}, "nobody receives their own report"),
        ({"sections": ("a", "a")}, "needs a name of its own"),
        ({"sections": ("a", "")}, "needs a name of its own"),
        ({"counted": True}, "but there are no sections"),
        ({"interim_months": (13,)}, "months from 1 to 12"),
        ({"interim_months": (12,), "covers": "week"}, "go with covers = 'months' only"),
        ({"covers": "fortnight"}, "covers"),
        ({"covers_months": 0}, "covers_months"),
        ({"receive_working_days": 0}, "receive_working_days"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        RecurringReport(**{**PARAMETERS, **changed})


def test_its_days_are_the_councils_own(made: Council) -> None:
    days = {"receive_working_days": 2, "redraft_working_days": 3, "note_working_days": 4}
    made.ctx = reports.with_process(made.ctx, RecurringReport(**PARAMETERS, **days).process())
    reference = begin(made, "fostering_report", "2026")
    made.fire(reference, "draft", by="sandy")
    made.fire(reference, "submit", by="sandy", **report(made, "fostering_report"))
    assert made.falls(reference, "receive_by") == "2026-08-05"
    made.fire(reference, "return", by="ada", reason="Say more")
    assert made.falls(reference, "redraft_by") == "2026-08-06"
    made.fire(reference, "draft", by="sandy")
    made.fire(reference, "submit", by="sandy", **report(made, "fostering_report"))
    with pytest.raises(NotPermitted):
        made.fire(reference, "receive", by="edie")
    made.fire(reference, "receive", by="ada")
    assert made.falls(reference, "note_by") == "2026-08-07"

"""Reports that come again and again: written by one person, received by another, and never silently left out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reports
from council import Council
from follow_up import blocks, entries, lend
from hands import leaves
from reports import EHE, WRITES, begin, follow, report

from qa_workflow.errors import BadData, UnknownPerson

MONTHLY = "ehe_monthly_report"
AUGUST = f"{MONTHLY}:2026-08"
ACTION = {"what": "Visit the three families", "owner": "edie", "due_on": "2026-09-11"}
WRITERS = {
    MONTHLY: {"edie", "una"},
    "ehe_weekly_update": {"edie", "una"},
    "virtual_head_report": {"vic"},
    "iro_annual_report": {"iris"},
    "send_board_report": {"max"},
    "self_assessment": {"sandy", "uma"},
    "annual_report": {"sandy", "uma", "cass", "ellie", "max", "vic", "iris"},
    "skills_analysis": {"cass"},
}
RECEIVERS = {
    MONTHLY: {"sonia", "una"},
    "send_board_report": {"dana"},
    "self_assessment": {"dana"},
}
# By process: a period, when it is due, and what it covers.
DATES = [
    (MONTHLY, "2026-08", "2026-08-31", "2026-08-01", "2026-08-31"),  # a bank holiday, not moved
    ("ehe_weekly_update", "2026-W15", "2026-04-10", "2026-04-06", "2026-04-12"),
    ("ehe_weekly_update", "2026-W14", "2026-04-02", "2026-03-30", "2026-04-05"),  # Good Friday
    ("ehe_weekly_update", "2026-W53", "2026-12-31", "2026-12-28", "2027-01-03"),  # New Year's Day
    ("virtual_head_report", "2026-06", "2026-06-30", "2025-07-01", "2026-06-30"),  # annual
    ("virtual_head_report", "2026-12", "2026-12-31", "2026-07-01", "2026-12-31"),  # interim
    ("iro_annual_report", "2026-08", "2026-08-31", "2025-04-01", "2026-03-31"),
    ("send_board_report", "2026-07", "2026-07-31", "2026-04-01", "2026-07-31"),
    ("self_assessment", "2026-10", "2026-10-31", "2025-11-01", "2026-10-31"),
    ("skills_analysis", "2024-02", "2024-02-29", "2023-03-01", "2024-02-29"),
    ("annual_report", "private-fostering-2026", "2026-09-30", "2025-10-01", "2026-09-30"),
]
PERIODS = {process: period for process, period, *_ in DATES}


@pytest.fixture(scope="module", autouse=True)
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    reports.found(tmp_path_factory.mktemp("reports"), "2026-08-03 08:00").ctx.database.close()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Council]:
    """Give the council on Monday 3 August 2026, with everybody who writes and receives reports."""
    with reports.standing(tmp_path, "2026-08-03 08:00") as council:
        yield council


@pytest.fixture
def drafting(made: Council) -> Council:
    """Give the same council where Edie drafts the EHE report of August."""
    begin(made, MONTHLY, "2026-08")
    follow(made, AUGUST, "drafting")
    return made


@pytest.fixture
def submitted(drafting: Council) -> Council:
    """Give the same council on Friday 28 August 2026, when Edie has submitted it."""
    follow(drafting.at("2026-08-28 10:00"), AUGUST, "submitted")
    return drafting


# ------------------------------------------------------------------ the road
@pytest.mark.parametrize("process", WRITES)
def test_a_report_goes_from_its_author_to_its_receiver_and_is_noted(
    made: Council, process: str
) -> None:
    author, receiver = WRITES[process]
    reference = begin(made, process, PERIODS[process])
    seen = []
    for trigger, by in (
        ("draft", author),
        ("submit", author),
        ("receive", receiver),
        ("note", receiver),
    ):
        seen.append((trigger, made.who_may(reference, trigger)))
        data = report(made, process) if trigger == "submit" else {}
        made.fire(reference, trigger, by=by, **data)
    assert made.state(reference) == "noted"
    receivers = RECEIVERS.get(process, {"ada", "uma"})
    assert seen == [
        ("draft", WRITERS[process]),
        ("submit", WRITERS[process]),
        ("receive", receivers),
        ("note", receivers),
    ]


@pytest.mark.parametrize(("process", "period", "due_on", "begins", "ends"), DATES)
def test_a_report_has_its_date_and_says_what_it_covers(
    made: Council, process: str, period: str, due_on: str, begins: str, ends: str
) -> None:
    shown = made.show(begin(made, process, period))
    data = shown["data"]
    assert (shown["due_on"], data["covers_from"], data["covers_to"]) == (due_on, begins, ends)


@pytest.mark.parametrize(("period", "kind"), [("2026-06", "annual"), ("2026-12", "interim")])
def test_the_virtual_head_reports_for_the_year_in_june_and_for_the_half_year_in_december(
    made: Council, period: str, kind: str
) -> None:
    assert made.show(begin(made, "virtual_head_report", period))["data"]["kind"] == kind


def test_a_report_says_for_which_bodies_it_is(made: Council) -> None:
    for process, bodies in {
        MONTHLY: ["Children's Senior Management Team"],
        "iro_annual_report": ["Corporate Parenting Board"],
        "send_board_report": ["Members Safeguarding Sub Group", "Health & Wellbeing Board"],
        "self_assessment": ["Ofsted"],
    }.items():
        assert made.show(begin(made, process, PERIODS[process]))["data"]["goes_to"] == bodies


def test_the_calendar_opens_the_monthly_report_on_the_first_of_its_month(tmp_path: Path) -> None:
    with reports.standing(tmp_path, "2026-08-03 08:00", "EHE") as council:
        council.passes()
        shown = council.show(AUGUST)
        assert (shown["state"], shown["due_on"], shown["owner"]) == (
            "due", "2026-08-31", "ehe_officer",
        )  # fmt: skip
        council.at("2026-09-01 00:00").passes()
        assert council.state(f"{MONTHLY}:2026-09") == "due"


# ------------------------------------------------------------------ its date
def test_a_report_that_does_not_come_climbs_the_ladder(made: Council) -> None:
    begin(made, MONTHLY, "2026-08")
    made.at("2026-09-28 08:00").passes()
    assert made.levels(AUGUST) == [
        ("R1", "2026-08-14"), ("R2", "2026-08-26"), ("L0", "2026-09-01"), ("L1", "2026-09-07"),
        ("L2", "2026-09-14"), ("L3", "2026-09-28"),
    ]  # fmt: skip
    assert blocks(made, AUGUST) == ["overdue_l2"]
    assert {person for person, _ in made.told(AUGUST)} == {"edie", "una", "ellie", "ada", "uma", "dana"}  # fmt: skip


LAST_MINUTE = pytest.mark.parametrize(
    ("moment", "lateness"),
    [("2026-08-31 23:59", "on_time"), ("2026-09-01 00:01", "late")],
)


@LAST_MINUTE
def test_a_report_submitted_in_the_last_minute_of_its_date_is_in_time(
    drafting: Council, moment: str, lateness: str
) -> None:
    follow(drafting.at(moment), AUGUST, "submitted")
    assert drafting.show(AUGUST)["lateness"] == lateness
    drafting.at("2026-10-30 08:00").passes()
    assert [level for level in drafting.levels(AUGUST) if not level[0].startswith("R")] == []


@LAST_MINUTE
def test_a_nil_return_meets_the_date_too(drafting: Council, moment: str, lateness: str) -> None:
    drafting.at(moment).fire(AUGUST, "nil_return", by="edie", data_on="2026-08-31", reason="None")
    assert drafting.show(AUGUST)["lateness"] == lateness


def test_receipt_has_five_working_days(submitted: Council) -> None:
    assert submitted.falls(AUGUST, "receive_by") == "2026-09-07"  # over the bank holiday
    submitted.at("2026-09-07 23:59").passes()
    assert [
        one for one in submitted.levels(AUGUST, "receive_by") if not one[0].startswith("R")
    ] == []
    submitted.at("2026-10-05 08:00").passes()
    assert submitted.levels(AUGUST, "receive_by")[-4:] == [
        ("L0", "2026-09-08"), ("L1", "2026-09-14"), ("L2", "2026-09-21"), ("L3", "2026-10-05"),
    ]  # fmt: skip
    assert submitted.show(AUGUST)["late"] is False


def test_a_received_report_is_answered_within_ten_working_days(submitted: Council) -> None:
    follow(submitted, AUGUST, "received")
    assert submitted.falls(AUGUST, "note_by") == "2026-09-14"
    submitted.at("2026-09-15 00:01").passes()
    assert submitted.levels(AUGUST, "note_by")[-1] == ("L0", "2026-09-15")


# ------------------------------------------------------------------ what a report holds
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"data_on": None}, "It is not said of which day the figures are."),
        ({"data_on": "2026-08-04"}, "The data date is 04 August 2026, which has not come yet."),
        ({"sections": {EHE[0]: {"count": 3}}}, f"Missing, or without its count: {EHE[1]}."),
        ({"sections": {}}, f"Missing, or without its count: {EHE[0]}; {EHE[1]}."),
        (
            {"sections": {EHE[0]: {"count": 3}, EHE[1]: {"note": "None known"}}},
            f"Missing, or without its count: {EHE[1]}.",
        ),
        (
            {"sections": {EHE[0]: {"count": 1, "references": ["K1", "K2"]}, EHE[1]: {"count": 0}}},
            f"{EHE[0]}: 2 cases are listed, but 1 are counted.",
        ),
        ({"report_reference": " "}, "It is not said where the report is."),
    ],
)
def test_a_report_that_is_not_whole_is_refused(
    drafting: Council, changed: dict[str, Any], why: str
) -> None:
    before = drafting.show(AUGUST)
    assert why in drafting.refusal(
        AUGUST, "submit", by="edie", **report(drafting, MONTHLY, **changed)
    )
    after = drafting.show(AUGUST)
    assert {**after, "data": None} == {**before, "data": None}
    assert entries(drafting, AUGUST)[-1] == ("refused", "drafting")


def test_a_report_of_words_takes_a_note_for_a_section_and_refuses_an_empty_one(
    made: Council,
) -> None:
    reference = begin(made, "self_assessment", "2026-10")
    follow(made, reference, "drafting")
    first, *others = reports.SECTIONS["self_assessment"]
    told = {name: {"note": "Audits show it."} for name in others}
    refused = made.refusal(
        reference,
        "submit",
        by="sandy",
        **report(made, "self_assessment", sections={**told, first: {}}),
    )
    assert f"Missing, or without a word: {first}." in refused
    made.fire(
        reference,
        "submit",
        by="sandy",
        **report(made, "self_assessment", sections={**told, first: {"note": "It is good."}}),
    )
    assert made.state(reference) == "submitted"


def test_a_child_may_stand_in_both_sections(drafting: Council) -> None:
    both = {"count": 1, "references": ["K12"]}
    drafting.fire(
        AUGUST, "submit", by="edie", **report(drafting, MONTHLY, sections=dict.fromkeys(EHE, both))
    )
    kept = drafting.show(AUGUST)["data"]["sections"]
    assert [kept[name]["references"] for name in EHE] == [["K12"], ["K12"]]


def test_what_is_shown_of_a_report_hides_numbers_under_five(drafting: Council) -> None:
    counts = {EHE[0]: {"count": 4}, EHE[1]: {"count": 0}, "new this month": {"count": 5}}
    drafting.fire(AUGUST, "submit", by="edie", **report(drafting, MONTHLY, sections=counts))
    data = drafting.show(AUGUST)["data"]
    assert data["shown"] == {EHE[0]: "under 5", EHE[1]: 0, "new this month": 5}
    assert data["sections"][EHE[0]]["count"] == 4


@pytest.mark.parametrize(
    "changed",
    [
        {"data_on": "yesterday"},
        {"sections": {EHE[0]: {"count": -1}}},
        {"sections": {EHE[0]: {"children": "Ann"}}},
        {"names": ["Ann"]},
    ],
)
def test_what_cannot_be_read_is_bad_input_and_leaves_no_trace(
    drafting: Council, changed: dict[str, Any]
) -> None:
    before = drafting.history(AUGUST)
    with pytest.raises(BadData):
        drafting.fire(AUGUST, "submit", by="edie", **report(drafting, MONTHLY, **changed))
    assert drafting.history(AUGUST) == before


def test_three_refusals_of_one_guard_block_the_report(drafting: Council) -> None:
    for _ in range(3):
        drafting.refusal(
            AUGUST, "submit", by="edie", **report(drafting, MONTHLY, report_reference="")
        )
    assert blocks(drafting, AUGUST) == ["refused_three_times"]


# ------------------------------------------------------------------ a nil return
@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"reason": "No EHE children this month"}, "of which day the figures are"),
        ({"data_on": "2026-08-04", "reason": "None"}, "has not come yet"),
        ({"data_on": "2026-08-03"}, "No reason is given."),
    ],
)
def test_a_nil_return_says_as_of_when_and_why(
    drafting: Council, given: dict[str, Any], why: str
) -> None:
    assert why in drafting.refusal(AUGUST, "nil_return", by="edie", **given)


def test_nothing_to_report_is_a_report_of_its_author_that_the_receiver_hears_of(
    made: Council,
) -> None:
    begin(made, MONTHLY, "2026-08")
    assert made.who_may(AUGUST, "nil_return") == {"edie", "una"}
    follow(made, AUGUST, "nil_return")
    shown = made.show(AUGUST)
    assert (shown["final"], shown["data"]["data_on"], shown["data"]["why_nil"]) == (
        True, "2026-08-03", "No EHE children.",
    )  # fmt: skip
    assert {person for person, _ in made.told(AUGUST)} == {"sonia", "una"}


# ------------------------------------------------------------------ four eyes
@pytest.mark.parametrize("trigger", ["receive", "return"])
def test_nobody_receives_or_returns_their_own_report(made: Council, trigger: str) -> None:
    begin(made, MONTHLY, "2026-08")
    made.fire(AUGUST, "draft", by="una")
    made.fire(AUGUST, "submit", by="edie", **report(made, MONTHLY))
    assert "You wrote this report" in made.refusal(AUGUST, trigger, by="una", reason="Fine")


def test_nobody_answers_their_own_report(submitted: Council) -> None:
    submitted.fire(AUGUST, "return", by="sonia", reason="August is missing")
    submitted.fire(AUGUST, "draft", by="una")
    follow(submitted, AUGUST, "received")
    for trigger, data in (("note", {}), ("raise_actions", {"actions": [ACTION]})):
        assert "You wrote this report" in submitted.refusal(AUGUST, trigger, by="una", **data)


def test_whoever_acts_for_the_receiver_has_not_written_it_either(submitted: Council) -> None:
    lend(
        submitted,
        to="edie",
        role="senior_manager",
        giver="sonia",
        from_on="2026-08-01",
        until_on="2026-12-31",
    )
    assert "You wrote this report" in submitted.refusal(AUGUST, "receive", by="edie")
    lend(
        submitted,
        to="ellie",
        role="senior_manager",
        giver="una",
        from_on="2026-08-01",
        until_on="2026-12-31",
    )
    submitted.fire(AUGUST, "receive", by="ellie")
    assert submitted.state(AUGUST) == "received"


# ------------------------------------------------------------------ a return
def test_a_report_that_goes_back_comes_again_within_five_working_days(submitted: Council) -> None:
    assert "No reason is given." in submitted.refusal(AUGUST, "return", by="sonia")
    submitted.at("2026-09-01 10:00")
    follow(submitted, AUGUST, "returned")
    assert submitted.falls(AUGUST, "redraft_by") == "2026-09-08"
    submitted.at("2026-09-03 10:00").fire(AUGUST, "draft", by="edie")
    assert submitted.falls(AUGUST, "resubmit_by") == "2026-09-08"
    submitted.at("2026-09-09 00:01").passes()
    assert submitted.levels(AUGUST, "resubmit_by")[-1] == ("L0", "2026-09-09")
    follow(submitted, AUGUST, "submitted")
    shown = submitted.show(AUGUST)
    assert (shown["late"], shown["data"]["submitted_on"]) == (False, "2026-08-28")
    assert [one["by"] for one in shown["data"]["returns"]] == ["sonia"]


# ------------------------------------------------------------------ actions
def test_each_action_becomes_an_instance_of_its_own(submitted: Council) -> None:
    follow(submitted, AUGUST, "received")
    submitted.fire(
        AUGUST, "raise_actions", by="sonia", actions=[ACTION, {**ACTION, "owner": "una"}]
    )
    shown = submitted.show(AUGUST)
    assert (shown["state"], shown["children"]) == ("actions_raised", ["action:A-0001", "action:A-0002"])  # fmt: skip
    action = submitted.show("action:A-0002")
    assert (action["owner"], action["due_on"], action["data"]["source"]) == (
        "una", "2026-09-11", AUGUST,
    )  # fmt: skip


def test_actions_are_named_and_owned_by_people_who_are_here(submitted: Council) -> None:
    follow(submitted, AUGUST, "received")
    assert "No action is named." in submitted.refusal(AUGUST, "raise_actions", by="sonia")
    leaves(submitted, "edie", "2026-08-27")
    refused = submitted.refusal(AUGUST, "raise_actions", by="sonia", actions=[ACTION])
    assert "edie does not work here today" in refused
    past = {**ACTION, "owner": "una", "due_on": "2026-08-27"}
    assert "which is over" in submitted.refusal(AUGUST, "raise_actions", by="sonia", actions=[past])
    with pytest.raises(UnknownPerson):
        submitted.fire(AUGUST, "raise_actions", by="sonia", actions=[{**ACTION, "owner": "nobody"}])

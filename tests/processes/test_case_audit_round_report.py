"""The report of an audit round, governance's signature, and the other ways a round ends."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from council import AUTUMN, Council

from qa_workflow.errors import NotPermitted

Copy = Callable[[Path, str], Council]
REPORT: dict[str, Any] = {
    "strengths": ["Children are seen."],
    "gaps": ["Plans lack dates."],
    "themes": ["Timeliness"],
    "recommendations": ["A template for plans"],
}


def audits(council: Council) -> list[str]:
    found: list[str] = council.show(AUTUMN)["children"]
    return found


def finish_audits(council: Council) -> None:
    """Close one audit and take the others out, so that the round goes on to its report."""
    first, *others = audits(council)
    council.close_audit(first)
    for reference in others:
        council.fire(
            reference, "withdraw", by="sandy", reason="The case moved to another authority"
        )


@pytest.fixture(scope="module")
def _reporting(frozen_folder: Path, new_copy: Copy) -> Path:
    made = new_copy(frozen_folder, "2025-11-20 10:00")
    finish_audits(made)
    made.ctx.database.close()
    return made.folder


@pytest.fixture
def reporting(copy_of: Copy, _reporting: Path) -> Council:
    """Give a round whose last audit ended on 20 November 2025."""
    return copy_of(_reporting, "2025-11-20 10:00")


@pytest.fixture
def governed(reporting: Council) -> Council:
    """Give a round whose report went to governance on 1 December 2025."""
    reporting.at("2025-12-01 10:00").fire(AUTUMN, "submit_report", by="sandy", **REPORT)
    return reporting


# ------------------------------------------------------------------ the report
def test_only_the_service_manager_reports(reporting: Council) -> None:
    assert reporting.who_may(AUTUMN, "submit_report", **REPORT) == {"sandy"}


@pytest.mark.parametrize(
    ("part", "refusal"),
    [
        ("strengths", "The report names no strengths."),
        ("gaps", "The report names no gaps."),
        ("themes", "The report names no themes."),
        (
            "recommendations",
            "The report lists no recommendations; an empty list says that there are none.",
        ),
    ],
)
def test_a_report_is_refused_while_a_part_is_missing(
    reporting: Council, part: str, refusal: str
) -> None:
    report = {name: value for name, value in REPORT.items() if name != part}
    assert reporting.refusal(AUTUMN, "submit_report", by="sandy", **report) == refusal


def test_blank_words_are_no_strengths(reporting: Council) -> None:
    report = {**REPORT, "strengths": ["  "]}
    refusal = reporting.refusal(AUTUMN, "submit_report", by="sandy", **report)
    assert refusal == "The report names no strengths."


def test_a_report_may_say_that_there_are_no_recommendations(reporting: Council) -> None:
    reporting.fire(AUTUMN, "submit_report", by="sandy", **{**REPORT, "recommendations": []})
    assert reporting.state(AUTUMN) == "governance_review"


def test_one_text_is_a_list_of_one(reporting: Council) -> None:
    report = {**REPORT, "themes": "Timeliness"}
    reporting.fire(AUTUMN, "submit_report", by="sandy", **report)
    assert reporting.show(AUTUMN)["data"]["report"]["themes"] == ["Timeliness"]


def test_a_report_counts_its_audits_by_how_they_ended(governed: Council) -> None:
    counts = governed.show(AUTUMN)["data"]["report"]["counts"]
    assert counts == {"closed": 1, "withdrawn": 11}


def test_a_report_counts_the_grades_of_closed_audits(governed: Council) -> None:
    assert governed.show(AUTUMN)["data"]["report"]["grades"] == {"good": 1}


def test_a_report_says_in_how_many_closed_audits_the_child_was_heard(running: Council) -> None:
    heard, unheard, ungraded, *others = [
        one for one in audits(running) if running.state(one) == "selected"
    ]
    running.at("2025-10-20 09:00").close_audit(heard)
    running.take(unheard, "in_progress")
    running.fire(unheard, "approve_no_voice", by="sandy", reason="child_declined")
    running.take(unheard, "closed", voice=[], no_voice_reason="child_declined")
    running.take(ungraded, "closed", grade=None)
    for reference in others:
        running.fire(reference, "withdraw", by="sandy", reason="moved")
    running.fire(AUTUMN, "submit_report", by="sandy", **REPORT)
    report = running.show(AUTUMN)["data"]["report"]
    assert (report["voice_heard"], report["voice_percent"], report["grades"]) == (
        4,
        80,
        {"good": 4},
    )


def test_a_report_without_a_closed_audit_covers_no_voice(frozen: Council) -> None:
    for reference in audits(frozen):
        frozen.fire(reference, "withdraw", by="sandy", reason="moved")
    frozen.fire(AUTUMN, "submit_report", by="sandy", **REPORT)
    assert frozen.show(AUTUMN)["data"]["report"]["voice_percent"] == 0


def test_the_report_is_due_ten_working_days_after_the_last_audit(reporting: Council) -> None:
    assert reporting.falls(AUTUMN, "report_by") == "2025-12-04"


def test_a_report_is_not_late_on_its_last_evening(reporting: Council) -> None:
    assert reporting.at("2025-12-04 23:59").show(AUTUMN)["status"].startswith("In reporting")


def test_a_report_is_late_a_minute_after_midnight(reporting: Council) -> None:
    assert reporting.at("2025-12-05 00:01").show(AUTUMN)["status"].startswith("Late in reporting")


def test_a_late_report_climbs_a_ladder_of_its_own(reporting: Council) -> None:
    for day in ("2025-12-05", "2025-12-11", "2025-12-18", "2026-01-06"):
        reporting.at(f"{day} 00:00").passes()
    climbed = [one for one in reporting.levels(AUTUMN, "report_by") if one[0].startswith("L")]
    assert climbed == [
        ("L0", "2025-12-05"),
        ("L1", "2025-12-11"),
        ("L2", "2025-12-18"),
        ("L3", "2026-01-06"),
    ]


# ------------------------------------------------------------------ governance
def test_governance_signs_off_by_the_end_of_december(governed: Council) -> None:
    assert governed.falls(AUTUMN, "sign_off_by") == "2025-12-31"


def test_the_governance_date_does_not_move_when_the_report_is_late(reporting: Council) -> None:
    reporting.at("2026-01-20 10:00").fire(AUTUMN, "submit_report", by="sandy", **REPORT)
    assert reporting.falls(AUTUMN, "sign_off_by") == "2025-12-31"


def test_a_late_signature_climbs_its_ladder(governed: Council) -> None:
    for day in ("2026-01-02", "2026-01-08", "2026-01-15", "2026-01-29"):
        governed.at(f"{day} 00:00").passes()
    climbed = [one for one in governed.levels(AUTUMN, "sign_off_by") if one[0].startswith("L")]
    assert climbed == [
        ("L0", "2026-01-02"),
        ("L1", "2026-01-08"),
        ("L2", "2026-01-15"),
        ("L3", "2026-01-29"),
    ]


def test_only_ad_people_signs_off_a_round(governed: Council) -> None:
    assert governed.who_may(AUTUMN, "sign_off", no_change=True) == {"ada"}


def test_a_signature_links_the_report_to_a_plan(governed: Council) -> None:
    governed.fire(AUTUMN, "sign_off", by="ada", links=["SIP-12"])
    assert governed.show(AUTUMN)["data"]["links"] == ["SIP-12"]


def test_a_signature_may_say_that_the_plans_need_no_change(governed: Council) -> None:
    governed.fire(AUTUMN, "sign_off", by="ada", no_change=True)
    assert governed.state(AUTUMN) == "signed_off"


def test_a_signature_without_link_or_no_change_is_refused(governed: Council) -> None:
    refusal = governed.refusal(AUTUMN, "sign_off", by="ada")
    assert refusal.startswith("Neither a line of the Service Improvement Plan")


def test_whoever_wrote_the_report_does_not_sign_it_off(reporting: Council) -> None:
    both = ("ada", "Ada People", "ad_people;sm_sqa", "", "dana")
    reporting.import_people([both])
    reporting.fire(AUTUMN, "submit_report", by="ada", **REPORT)
    refusal = reporting.refusal(AUTUMN, "sign_off", by="ada", no_change=True)
    assert refusal == "You wrote the report, so another person must decide."


def test_governance_returns_a_report_with_a_reason(governed: Council) -> None:
    governed.fire(AUTUMN, "return", by="ada", reason="The themes are too broad")
    assert governed.state(AUTUMN) == "reporting"


def test_governance_returns_no_report_without_a_reason(governed: Council) -> None:
    assert governed.refusal(AUTUMN, "return", by="ada") == "No reason is given."


def test_only_ad_people_returns_a_report(governed: Council) -> None:
    assert governed.who_may(AUTUMN, "return", reason="Too broad") == {"ada"}


def test_each_state_of_a_round_has_its_owner(frozen: Council) -> None:
    owners = [frozen.show(AUTUMN)["owner"]]
    finish_audits(frozen.at("2025-11-20 10:00"))
    owners.append(frozen.show(AUTUMN)["owner"])
    frozen.fire(AUTUMN, "submit_report", by="sandy", **REPORT)
    owners.append(frozen.show(AUTUMN)["owner"])
    assert owners == ["sm_sqa", "sm_sqa", "ad_people"]


# ------------------------------------------------------------------ the other ends
def test_a_round_is_abandoned_by_ad_people_alone(frozen: Council) -> None:
    assert frozen.who_may(AUTUMN, "abandon", reason="Inspection") == {"ada"}


def test_a_round_is_not_abandoned_without_a_reason(frozen: Council) -> None:
    assert frozen.refusal(AUTUMN, "abandon", by="ada") == "No reason is given."


@pytest.mark.parametrize(
    "until", ["2025-09-03 08:00", "2025-10-01 08:00"], ids=["scheduled", "sampling"]
)
def test_a_round_is_abandoned_before_its_sample_freezes(council: Council, until: str) -> None:
    council.at("2025-09-03 08:00").passes()
    council.at(until).passes()
    council.fire(AUTUMN, "abandon", by="ada", reason="Inspection")
    assert council.state(AUTUMN) == "abandoned"


@pytest.mark.parametrize(
    "state", ["sample_frozen", "in_progress", "reporting", "governance_review"]
)
def test_a_round_is_abandoned_from_any_open_state(frozen: Council, state: str) -> None:
    if state == "in_progress":
        frozen.fire(audits(frozen)[0], "allocate", by="quinn", auditor="aud1")
    if state in {"reporting", "governance_review"}:
        finish_audits(frozen)
    if state == "governance_review":
        frozen.fire(AUTUMN, "submit_report", by="sandy", **REPORT)
    assert frozen.state(AUTUMN) == state
    frozen.fire(AUTUMN, "abandon", by="ada", reason="Inspection")
    assert frozen.state(AUTUMN) == "abandoned"


@pytest.mark.parametrize("end", ["signed_off", "abandoned"])
def test_nothing_leaves_the_end_of_a_round(governed: Council, end: str) -> None:
    if end == "signed_off":
        governed.fire(AUTUMN, "sign_off", by="ada", no_change=True)
    else:
        governed.fire(AUTUMN, "abandon", by="ada", reason="Inspection")
    assert governed.show(AUTUMN)["can"] == []


def test_the_open_audits_of_an_abandoned_round_end_and_the_closed_ones_stay(
    frozen: Council,
) -> None:
    first, *others = frozen.listed(process="case_audit")
    frozen.at("2025-10-09 10:00").close_audit(first["reference"])
    frozen.fire(AUTUMN, "abandon", by="ada", reason="The tool was wrong.")
    assert frozen.state(first["reference"]) == "closed"
    assert {frozen.state(one["reference"]) for one in others} == {"withdrawn"}
    assert "The tool was wrong." in frozen.history(others[0]["reference"])[-1]["reason"]


def test_an_abandoned_round_has_met_its_date(frozen: Council) -> None:
    frozen.fire(AUTUMN, "abandon", by="ada", reason="Inspection")
    frozen.at("2025-12-30 08:00").passes()
    assert frozen.levels(AUTUMN) == []


def test_a_round_is_abandoned_by_no_service_manager(frozen: Council) -> None:
    with pytest.raises(NotPermitted, match="that is for ad_people"):
        frozen.fire(AUTUMN, "abandon", by="sandy", reason="Inspection")

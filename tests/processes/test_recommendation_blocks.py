"""What blocks a recommendation: a challenge nobody settles, papers missed twice, an owner who left, an unknown year."""

from dataclasses import replace
from datetime import date

import pytest
from council import Council
from follow_up import DECEMBER, EVIDENCE, JANUARY, R1, blocks, follow, meet, raise_by_hand
from hands import leaves

from qa_workflow.engine.instance import Spawn
from qa_workflow.frameworks.bank_holidays import published_calendar
from qa_workflow.service import overlays
from qa_workflow.service.work import Work


# ------------------------------------------------------------------ a challenge nobody settles
@pytest.fixture
def challenged(raised: Council) -> Council:
    """Give the council where the owner challenged the recommendation on Monday 13 October 2025."""
    follow(raised.at("2025-10-13 10:00"), "challenged")
    return raised


def test_a_challenge_is_settled_within_ten_working_days(challenged: Council) -> None:
    assert challenged.falls(R1, "challenge_settled_by") == "2025-10-27"


@pytest.mark.parametrize(
    ("moment", "blocked"), [("2025-10-27 23:59", []), ("2025-10-28 00:01", ["overdue_l2"])]
)
def test_a_challenge_older_than_ten_working_days_blocks(
    challenged: Council, moment: str, blocked: list[str]
) -> None:
    challenged.at(moment).passes()
    assert blocks(challenged) == blocked


def test_ad_people_is_told_of_it(challenged: Council) -> None:
    challenged.at("2025-10-28 00:00").passes()
    told = [
        (one["level"], one["data"]["told"])
        for one in challenged.history(R1)
        if one["data"].get("deadline") == "challenge_settled_by"
    ]
    assert told == [("L2", ["ada"])]


def test_a_challenge_that_is_decided_blocks_no_more(challenged: Council) -> None:
    challenged.at("2025-10-28 09:00").passes()
    challenged.fire(R1, "uphold", by="sandy", reason="Looked at it with Pat")
    assert blocks(challenged) == []


def test_the_decision_itself_keeps_its_own_ladder(challenged: Council) -> None:
    challenged.at("2025-11-03 09:00").passes()
    assert challenged.levels(R1, "decide_by")[-3:] == [
        ("L0", "2025-10-21"),
        ("L1", "2025-10-27"),
        ("L2", "2025-11-03"),
    ]


# ------------------------------------------------------------------ papers missed
def missed(council: Council) -> list[str]:
    """Return the days of the papers that the recommendation missed."""
    return [one["papers_on"] for one in council.show(R1)["data"].get("missed_cutoffs", ())]


WITHOUT = ("raised", "assigned", "challenged", "in_progress")


@pytest.mark.parametrize("state", WITHOUT)
def test_whoever_has_no_evidence_when_the_papers_close_is_told(raised: Council, state: str) -> None:
    follow(raised, state)
    meet(raised, "agenda_set")
    assert (raised.state(R1), missed(raised)) == (state, ["2025-12-04"])
    assert "no_evidence_twice" not in blocks(raised)


@pytest.mark.parametrize("state", WITHOUT)
def test_whoever_misses_the_papers_of_two_meetings_is_blocked(raised: Council, state: str) -> None:
    follow(raised, state)
    meet(raised, "closed")
    meet(raised, "agenda_set", JANUARY)
    (block,) = [one for one in raised.show(R1)["blocked"] if one["reason"] == "no_evidence_twice"]
    assert block["note"] == (
        "No evidence when the papers closed on Thursday 4 December 2025 and Thursday 8 January 2026."
    )
    assert missed(raised) == ["2025-12-04", "2026-01-08"]


def test_evidence_that_nobody_has_verified_misses_no_papers(raised: Council) -> None:
    follow(raised, "evidence_submitted")
    meet(raised, "agenda_set")
    assert missed(raised) == []


def test_what_the_papers_missed_is_one_entry_of_the_system(raised: Council) -> None:
    follow(raised, "in_progress")
    meet(raised, "agenda_set")
    entry = next(one for one in raised.history(R1) if one["action"] == "miss_cutoff")
    assert (entry["actor"], entry["data"]) == (
        "system", {"meeting": DECEMBER, "papers_on": "2025-12-04"},
    )  # fmt: skip


def test_one_raised_after_the_papers_closed_has_missed_none(running: Council) -> None:
    meet(running, "scheduled")
    raise_by_hand(running.at("2025-12-05 09:00"))
    running.passes()
    assert missed(running) == []


@pytest.mark.parametrize(
    ("day", "papers"), [("2025-12-04 23:59", []), ("2025-12-05 00:01", ["2025-12-04"])]
)
def test_after_downtime_it_counts_when_the_evidence_came(
    raised: Council, day: str, papers: list[str]
) -> None:
    follow(raised, "in_progress")
    meet(raised, "scheduled")
    raised.at(day).fire(R1, "submit_evidence", by="pat", **EVIDENCE)
    raised.at("2025-12-08 09:00").passes()  # the daemon was down
    assert (missed(raised), blocks(raised)) == (papers, [])


def test_evidence_takes_the_block_off(raised: Council) -> None:
    follow(raised, "in_progress")
    meet(raised, "closed")
    meet(raised, "agenda_set", JANUARY)
    raised.fire(R1, "submit_evidence", by="pat", **EVIDENCE)
    assert blocks(raised) == []


def test_another_window_takes_the_block_off(raised: Council) -> None:
    follow(raised, "in_progress")
    meet(raised, "closed")
    meet(raised, "agenda_set", JANUARY)
    raised.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    assert blocks(raised) == []


def test_the_papers_of_a_meeting_that_was_postponed_count_as_other_papers(
    raised: Council,
) -> None:
    follow(raised, "in_progress")
    meet(raised, "agenda_set")
    raised.at("2025-12-09 09:00").fire(DECEMBER, "postpone", by="quinn", reason="The chair is ill")
    raised.fire(DECEMBER, "schedule", by="quinn", sits_on="2025-12-18")
    raised.at("2025-12-12 00:00").passes()
    assert (missed(raised), blocks(raised)) == (["2025-12-04", "2025-12-11"], ["no_evidence_twice"])


def test_the_same_papers_are_missed_once(raised: Council) -> None:
    follow(raised, "in_progress")
    meet(raised, "scheduled")
    raised.at("2025-12-04 12:00").fire(DECEMBER, "set_agenda", by="quinn")
    raised.fire(DECEMBER, "postpone", by="quinn", reason="A mistake")
    raised.fire(DECEMBER, "schedule", by="quinn", sits_on="2025-12-11")
    raised.at("2025-12-05 00:00").passes()
    assert missed(raised) == ["2025-12-04"]


# ------------------------------------------------------------------ people and partners
def test_an_owner_who_has_left_blocks(raised: Council) -> None:
    follow(raised, "in_progress")
    leaves(raised, "pat", "2025-10-31")
    raised.at("2025-11-03 09:00").passes()
    assert blocks(raised) == ["owner_inactive"]


@pytest.mark.parametrize(
    "reason", ["awaiting_partner_agency", "awaiting_provider", "awaiting_court"]
)
def test_somebody_says_whom_it_waits_for_and_its_clock_goes_on(
    raised: Council, reason: str
) -> None:
    follow(raised, "in_progress")
    overlays.block(raised.ctx, R1, actor="pat", reason=reason, note="An answer", now=raised.now)
    raised.at("2026-02-02 09:00").passes()
    assert (blocks(raised), raised.show(R1)["level"]) == ([reason], "L0")


# ------------------------------------------------------------------ a year without bank holidays
@pytest.fixture
def unknown(running: Council) -> Council:
    """Give the council on Thursday 18 December 2025, when no bank holiday of 2026 is known."""
    full = running.ctx.published
    known = {day: name for day, name in full.holidays.items() if day.year <= 2025}
    running.ctx = replace(running.ctx, published=replace(full, holidays=known, last_year=2025))
    return running.at("2025-12-18 10:00")


def test_what_cannot_be_counted_is_raised_all_the_same_and_blocked(unknown: Council) -> None:
    raise_by_hand(unknown, priority="high")
    (block,) = unknown.show(R1)["blocked"]
    assert (unknown.state(R1), unknown.show(R1)["due_on"]) == ("raised", "2026-01-31")
    assert block["reason"] == "system_fault"
    assert "2026" in block["note"]


def test_a_standard_priority_needs_no_counting(unknown: Council) -> None:
    raise_by_hand(unknown)
    assert blocks(unknown) == []


def test_one_of_an_audit_that_cannot_be_counted_is_blocked_too(
    unknown: Council, audit: str
) -> None:
    unknown.close_audit(audit, recommendations=[{"what": "See the child", "priority": "high"}])
    assert blocks(unknown) == ["system_fault"]


def test_it_is_counted_when_it_is_assigned_and_the_year_is_known(unknown: Council) -> None:
    raise_by_hand(unknown, priority="high")
    unknown.ctx = replace(unknown.ctx, published=published_calendar())
    unknown.fire(R1, "assign", by="sandy")
    assert (unknown.show(R1)["due_on"], blocks(unknown)) == ("2026-01-06", [])


def test_it_stays_blocked_while_the_year_is_not_known(unknown: Council) -> None:
    raise_by_hand(unknown, priority="high")
    unknown.fire(R1, "assign", by="sandy")
    assert (unknown.show(R1)["due_on"], blocks(unknown)) == ("2026-01-31", ["system_fault"])


def test_a_date_given_by_hand_takes_that_block_off(unknown: Council) -> None:
    raise_by_hand(unknown, priority="high")
    unknown.fire(R1, "assign", by="sandy", due_on="2025-12-31")
    assert (unknown.show(R1)["due_on"], blocks(unknown)) == ("2025-12-31", [])


# ------------------------------------------------------------------ with a window of its own
def test_what_another_process_has_dated_keeps_its_dates(running: Council) -> None:
    action = Spawn(
        process="recommendation",
        reference="recommendation:R-",
        numbered=True,
        subject="P04",
        due_on=date(2026, 9, 30),
        data={
            "what": "Check every new carer",
            "sponsor": "cass",
            "source": "provider_audit:P04:2026",
            "priority": "standard",
            "raised_on": "2026-06-30",
            "window_on": "2027-01-31",
            "meeting_due_on": "2026-12-31",
        },
    )
    running.at("2026-06-30 10:00")
    with running.ctx.database.transaction() as connection:
        work = Work(running.ctx, connection, running.now)
        work.apply(work.started([action]))
    shown = running.show(R1)
    assert shown["due_on"] == "2026-09-30"
    assert {**shown["data"], **action.data} == shown["data"]

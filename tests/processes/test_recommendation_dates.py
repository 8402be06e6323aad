"""By when a recommendation moves, which window it belongs to, its one carry-forward, and its other ends."""

from datetime import date

import pytest
from council import Council
from follow_up import (
    GIVEN,
    R1,
    STATES,
    follow,
    raise_by_hand,
)

from qa_workflow.engine.definition import Within
from qa_workflow.patterns.follow_up import meeting_due, next_window
from qa_workflow.processes.recommendation import PROCESS

AUDITED = {**GIVEN, "owner": "pat"}  # what an audit says of a recommendation
CARRIED_FROM = STATES[3:]


# ------------------------------------------------------------------ deadlines of the states
# Raised since Wednesday 8 October 2025, tabled since Friday 5 December; the others entered on Monday 13 October.
DEADLINES = [
    ("raised", "assign_by", "2025-10-10"),
    ("assigned", "accept_by", "2025-10-20"),
    ("challenged", "decide_by", "2025-10-20"),
    ("in_progress", "evidence_by", "2026-01-31"),
    ("evidence_submitted", "verify_by", "2025-10-20"),
    ("verified", "table_by", "2025-12-31"),
    ("tabled", "sign_off_by", "2026-01-31"),
]
LADDERS = {
    "2025-10-10": ("2025-10-13", "2025-10-17", "2025-10-24", "2025-11-07"),
    "2025-10-20": ("2025-10-21", "2025-10-27", "2025-11-03", "2025-11-17"),
    "2025-12-31": ("2026-01-02", "2026-01-08", "2026-01-15", "2026-01-29"),
    "2026-01-31": ("2026-02-02", "2026-02-06", "2026-02-13", "2026-02-27"),
}
DATES = [(state, due_on) for state, _, due_on in DEADLINES]
WATCHED_BY = {"in_progress": "due", "tabled": "due"}  # the own date, which has one ladder


@pytest.mark.parametrize(("state", "deadline", "due_on"), DEADLINES)
def test_a_state_has_its_date(raised: Council, state: str, deadline: str, due_on: str) -> None:
    follow(raised.at("2025-10-13 10:00"), state)
    assert raised.falls(R1, deadline) == due_on


def stands(council: Council, state: str) -> None:
    """Let the recommendation stand in *state* since the day of the table above."""
    follow(council if state == "raised" else council.at("2025-10-13 10:00"), state)


@pytest.mark.parametrize(("state", "due_on"), DATES)
def test_a_state_is_not_late_one_minute_before_midnight(
    raised: Council, state: str, due_on: str
) -> None:
    stands(raised, state)
    assert raised.at(f"{due_on} 23:59").show(R1)["status"].startswith("In ")


@pytest.mark.parametrize(("state", "due_on"), DATES)
def test_a_state_is_late_one_minute_after_midnight(
    raised: Council, state: str, due_on: str
) -> None:
    stands(raised, state)
    raised.at(f"{due_on} 23:59").later(minutes=2)
    assert raised.show(R1)["status"].startswith("Late in")


@pytest.mark.parametrize(("state", "deadline", "due_on"), DEADLINES)
def test_a_late_state_climbs_each_level_on_its_day_and_once(
    raised: Council, state: str, deadline: str, due_on: str
) -> None:
    stands(raised, state)
    for day in LADDERS[due_on]:
        raised.at(f"{day} 00:00").later(minutes=-1).passes()
        raised.at(f"{day} 00:00").passes()
        raised.passes()
    watched = raised.levels(R1, WATCHED_BY.get(state, deadline))
    climbed = [one for one in watched if one[0].startswith("L")]
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), LADDERS[due_on], strict=True))


def test_what_is_carried_forward_is_taken_up_within_one_working_day() -> None:
    resume_by = next(one for one in PROCESS.deadlines if one.name == "resume_by")
    assert (resume_by.state, resume_by.due) == ("carried_forward", Within(1))


def test_late_evidence_climbs_the_ladder_to_the_director(raised: Council) -> None:
    follow(raised.at("2025-10-13 10:00"), "in_progress")
    raised.at("2026-02-27 08:00").passes()
    told = {
        one["level"]: one["data"]["told"]
        for one in raised.history(R1)
        if one["level"] is not None and one["data"]["deadline"] == "due"
    }
    assert told == {
        "R1": ["pat"],
        "R2": ["pat"],
        "L0": ["pat", "sam"],
        "L1": ["sandy"],
        "L2": ["ada"],
        "L3": ["dana"],
    }


# ------------------------------------------------------------------ windows
@pytest.mark.parametrize(
    ("day", "window", "meeting"),
    [
        (date(2025, 11, 30), date(2026, 1, 31), date(2025, 12, 31)),
        (date(2026, 1, 31), date(2026, 1, 31), date(2025, 12, 31)),
        (date(2026, 2, 1), date(2026, 7, 31), date(2026, 6, 30)),
        (date(2026, 7, 31), date(2026, 7, 31), date(2026, 6, 30)),
        (date(2026, 8, 1), date(2027, 1, 31), date(2026, 12, 31)),
    ],
)
def test_a_window_ends_in_january_or_july_after_a_meeting_in_december_or_june(
    day: date, window: date, meeting: date
) -> None:
    assert (next_window(day, (1, 7)), meeting_due(next_window(day, (1, 7)))) == (window, meeting)


def test_a_recommendation_raised_after_its_window_takes_the_next(
    running: Council, audit: str
) -> None:
    running.at("2026-02-02 10:00").close_audit(audit, recommendations=[AUDITED])
    assert running.show(R1)["due_on"] == "2026-07-31"


def test_one_raised_by_hand_takes_the_next_window(running: Council) -> None:
    running.start("recommendation", "C01", by="sandy", what="Write the plan")
    assert running.show(R1)["due_on"] == "2026-01-31"


@pytest.mark.parametrize(
    ("wanted", "due_on"), [("2025-12-01", "2025-12-01"), ("2026-05-01", "2026-01-31")]
)
def test_one_raised_by_hand_has_the_date_it_is_given_up_to_the_end_of_the_window(
    running: Council, wanted: str, due_on: str
) -> None:
    running.start("recommendation", "C01", by="sandy", what="Write the plan", due_on=wanted)
    assert running.show(R1)["due_on"] == due_on


@pytest.mark.parametrize(
    ("priority", "due_on"), [("high", "2025-10-22"), ("immediate", "2025-10-09")]
)
def test_a_high_priority_counts_working_days(running: Council, priority: str, due_on: str) -> None:
    running.start("recommendation", "C01", by="sandy", what="See the child", priority=priority)
    assert running.show(R1)["due_on"] == due_on


def test_a_high_priority_is_met_by_evidence(high: Council) -> None:
    follow(high.at("2025-10-22 10:00"), "evidence_submitted")
    assert high.at("2025-11-20 10:00").show(R1)["late"] is False


def test_a_high_priority_is_not_met_by_evidence_that_was_rejected(high: Council) -> None:
    follow(high.at("2025-10-22 10:00"), "evidence_submitted")
    high.fire(R1, "reject", by="aud1", reason="Of another child")
    assert high.at("2025-11-20 10:00").show(R1)["late"] is True


def test_a_standard_priority_is_met_by_its_signature_only(raised: Council) -> None:
    follow(raised.at("2025-10-22 10:00"), "tabled")
    assert raised.at("2026-02-01 00:00").show(R1)["late"] is True


def test_a_date_before_the_end_of_the_window_is_for_the_evidence(running: Council) -> None:
    raise_by_hand(running, due_on="2025-11-14")
    follow(running.at("2025-11-14 10:00"), "evidence_submitted")
    assert running.at("2025-11-20 10:00").show(R1)["late"] is False


def test_a_date_before_the_end_of_the_window_is_late_without_evidence(running: Council) -> None:
    raise_by_hand(running, due_on="2025-11-14")
    follow(running, "in_progress")
    assert running.at("2025-11-15 00:00").show(R1)["late"] is True


def test_a_date_given_when_it_is_assigned_is_for_the_evidence_too(raised: Council) -> None:
    raised.fire(R1, "assign", by="sandy", category="case_action", due_on="2025-11-14")
    follow(raised.at("2025-11-14 10:00"), "evidence_submitted")
    assert raised.at("2025-11-20 10:00").show(R1)["late"] is False


def test_what_met_its_date_by_evidence_still_waits_for_its_signature(running: Council) -> None:
    raise_by_hand(running, due_on="2025-11-14")
    follow(running, "tabled", verifier="sandy")
    running.at("2026-02-06 08:00").passes()
    climbed = [one for one in running.levels(R1, "sign_off_by") if one[0].startswith("L")]
    assert climbed == [("L0", "2026-02-02"), ("L1", "2026-02-06")]


def test_a_date_in_july_ends_at_midnight_in_london(running: Council) -> None:
    running.at("2026-03-02 10:00")
    raise_by_hand(running)
    late_from = running.show(R1)["deadlines"][0]["late_from"]
    assert late_from == "2026-07-31T23:00:00Z"


def test_five_working_days_go_round_easter(running: Council) -> None:
    running.at("2026-03-02 10:00")
    raise_by_hand(running)
    follow(running.at("2026-03-30 10:00"), "evidence_submitted", verifier="sandy")
    assert running.falls(R1, "verify_by") == "2026-04-08"


def test_beyond_the_known_bank_holidays_a_high_priority_falls_to_its_window(
    running: Council, audit: str
) -> None:
    year = running.ctx.known_until.year
    running.at(f"{year}-12-30 10:00")
    running.close_audit(audit, recommendations=[{**AUDITED, "priority": "high"}])
    assert running.show(R1)["due_on"] == f"{year + 1}-01-31"


# ------------------------------------------------------------------ carried forward
@pytest.mark.parametrize("state", CARRIED_FROM)
def test_what_is_carried_forward_goes_on(raised: Council, state: str) -> None:
    follow(raised.at("2025-12-01 10:00"), state)
    raised.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    assert raised.state(R1) == "in_progress"


@pytest.mark.parametrize("state", CARRIED_FROM)
def test_what_is_carried_forward_is_due_in_the_next_window(raised: Council, state: str) -> None:
    follow(raised.at("2025-12-01 10:00"), state)
    raised.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    assert raised.show(R1)["due_on"] == "2026-07-31"


def test_the_next_window_has_the_next_meeting(raised: Council) -> None:
    follow(raised.at("2025-12-12 10:00"), "in_progress")
    raised.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    assert raised.show(R1)["data"]["meeting_due_on"] == "2026-06-30"


def test_what_is_carried_forward_long_after_its_window_is_due_in_one_that_lies_ahead(
    raised: Council,
) -> None:
    follow(raised.at("2026-09-01 10:00"), "in_progress")
    raised.fire(R1, "carry_forward", by="ada", reason="Forgotten")
    assert raised.show(R1)["due_on"] == "2027-01-31"


def test_a_late_recommendation_carried_forward_climbs_anew(raised: Council) -> None:
    follow(raised.at("2026-02-03 10:00"), "in_progress")
    raised.passes()
    raised.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    raised.at("2026-08-03 08:00").passes()
    climbed = [one for one in raised.levels(R1) if one[0] == "L0"]
    assert climbed == [("L0", "2026-02-02"), ("L0", "2026-08-03")]


def test_carrying_forward_needs_a_reason(raised: Council) -> None:
    follow(raised, "in_progress")
    assert raised.refusal(R1, "carry_forward", by="ada") == "No reason is given."


def test_nothing_is_carried_forward_twice(raised: Council) -> None:
    follow(raised.at("2025-12-12 10:00"), "in_progress")
    raised.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    refusal = raised.refusal(R1, "carry_forward", by="ada", reason="It still is")
    assert refusal == "It was carried forward once already; a second time is not allowed."


# ------------------------------------------------------------------ the other ends
@pytest.mark.parametrize("state", STATES)
def test_another_recommendation_takes_its_place_from_every_open_state(
    raised: Council, state: str
) -> None:
    follow(raised.at("2025-10-13 10:00"), state)
    raised.fire(R1, "supersede", by="sandy", successor="recommendation:R-0002")
    assert raised.state(R1) == "superseded"


def test_the_successor_is_kept(raised: Council) -> None:
    raised.fire(R1, "supersede", by="sandy", successor="recommendation:R-0002")
    assert raised.show(R1)["data"]["successor"] == "recommendation:R-0002"


def test_nothing_is_superseded_without_a_successor(raised: Council) -> None:
    refusal = raised.refusal(R1, "supersede", by="sandy")
    assert refusal == "The recommendation that takes its place is not named."


@pytest.mark.parametrize("state", STATES[1:])
def test_a_case_action_ends_with_its_case(raised: Council, state: str) -> None:
    follow(raised.at("2025-10-13 10:00"), state)
    raised.fire(R1, "case_ended", by="sandy", reason="The case closed")
    assert raised.state(R1) == "closed_case_ended"


@pytest.mark.parametrize("category", ["practice_theme", "system"])
def test_a_theme_does_not_end_with_a_case(raised: Council, category: str) -> None:
    raised.fire(R1, "assign", by="sandy", category=category)
    refusal = raised.refusal(R1, "case_ended", by="sandy", reason="The case closed")
    assert refusal == "A practice theme or a system matter does not end with the case."


def test_ending_with_the_case_needs_a_reason(raised: Council) -> None:
    follow(raised, "assigned")
    assert raised.refusal(R1, "case_ended", by="sandy") == "No reason is given."


@pytest.mark.parametrize(
    ("trigger", "data"), [("supersede", {"successor": R1}), ("case_ended", {"reason": "closed"})]
)
def test_nothing_leaves_these_ends(raised: Council, trigger: str, data: dict[str, str]) -> None:
    follow(raised, "assigned")
    raised.fire(R1, trigger, by="sandy", **data)
    assert raised.show(R1)["can"] == []

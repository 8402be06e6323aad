"""An EHC needs assessment from the request to the final plan: who moves it, what it needs, by when."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import send
from council import Council

from qa_workflow.engine.checks import problems
from qa_workflow.errors import BadData, NotPermitted, WrongInput
from qa_workflow.patterns import ladders
from qa_workflow.processes.ehc_assessment import ADVICE, PROCESS
from qa_workflow.service import overlays

# Received on Friday 20 February 2026: six weeks end on Good Friday, sixteen on Friday 12 June,
# twenty on Friday 10 July.
K12 = "ehc_assessment:K12:2026-02-20"
OPEN = ("requested", "assessing", "drafting", "draft_with_family", "finalising")
SERVED_BEFORE = (
    "The day on which the draft was served is 19 February 2026, "
    "before the request was received on 20 February 2026."
)
RECEIVED_BEFORE = (
    "The day on which it was received is 22 February 2026, "
    "before the draft was served on 23 February 2026."
)
ENDS = ("plan_issued", "declined", "refused", "withdrawn")


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Council]:
    """Give a council on Monday 23 February 2026 in which a request of Friday 20 February was entered."""
    with send.standing(tmp_path, "2026-02-20 08:00", send.ask_in_february) as made:
        yield made


def follow(council: Council, state: str) -> None:
    """Take the assessment on in the ordinary way until it stands in *state*."""
    if state == "withdrawn":
        council.fire(K12, "withdraw", by="max", reason="They moved away")
    elif state == "declined":
        council.fire(K12, "panel_decline", by="chris", reason="The school meets the need")
    elif state == "refused":
        send.follow(council, K12, "assessing")
        council.fire(K12, "decide_no_plan", by="max", reason="Support without a plan is enough")
    else:
        send.follow(council, K12, state)


def data(council: Council) -> dict[str, Any]:
    found: dict[str, Any] = council.show(K12)["data"]
    return found


# ------------------------------------------------------------------ the start
def test_a_definition_without_faults() -> None:
    assert problems(PROCESS) == ()


def test_a_request_is_named_by_child_and_day(asked: Council) -> None:
    shown = asked.show(K12)
    assert (shown["subject"], shown["state"], shown["due_on"], shown["owner"]) == (
        "K12", "requested", "2026-07-10", "send_panel_chair",
    )  # fmt: skip


def test_a_request_entered_twice_is_one(asked: Council) -> None:
    before = asked.history(K12)
    assert send.request(asked, "K12", "2026-02-20") == K12
    assert asked.history(K12) == before


def test_a_request_of_another_day_is_another_assessment(asked: Council) -> None:
    assert send.request(asked, "K12", "2026-02-23") == "ehc_assessment:K12:2026-02-23"


def test_a_request_of_tomorrow_is_not_entered(asked: Council) -> None:
    with pytest.raises(WrongInput, match="has not come yet"):
        send.request(asked, "K13", "2026-02-24")


def test_a_request_takes_no_data(asked: Council) -> None:
    with pytest.raises(BadData):
        asked.start("ehc_assessment", "K13", by="kit", due_on="2026-12-31")


def test_every_date_in_law_is_shown_from_the_start(asked: Council) -> None:
    found = {one["name"]: one["due_on"] for one in asked.show(K12)["deadlines"]}
    assert found == {
        "due": "2026-07-10",
        "decide_by": "2026-04-03",
        "refuse_by": "2026-06-12",
        "draft_by": "2026-06-12",
        "final_by": "2026-07-10",
    }


@pytest.mark.parametrize(
    ("received", "decide", "refuse", "final"),
    [
        ("2024-02-29", "2024-04-11", "2024-06-20", "2024-07-18"),  # a leap day
        ("2023-03-01", "2023-04-12", "2023-06-21", "2023-07-19"),
        ("2025-11-14", "2025-12-26", "2026-03-06", "2026-04-03"),  # Boxing Day, Good Friday
        ("2026-02-15", "2026-03-29", "2026-06-07", "2026-07-05"),  # the clocks go forward
        ("2025-09-13", "2025-10-25", "2026-01-03", "2026-01-31"),
        ("2025-09-14", "2025-10-26", "2026-01-04", "2026-02-01"),  # the clocks go back
    ],
)
def test_no_date_in_law_moves_off_a_weekend_or_a_holiday(
    tmp_path: Path, received: str, decide: str, refuse: str, final: str
) -> None:
    with send.standing(tmp_path, "2023-01-02 08:00") as made:
        reference = send.request(made.at(f"{received} 23:59"), "K12", received)
        found = [made.falls(reference, one) for one in ("decide_by", "refuse_by", "due")]
    assert found == [decide, refuse, final]


def test_a_date_on_a_holiday_is_aimed_at_on_the_working_day_before(asked: Council) -> None:
    found = next(one for one in asked.show(K12)["deadlines"] if one["name"] == "decide_by")
    assert (found["target_on"], found["late_from"]) == ("2026-04-02", "2026-04-03T23:00:00Z")


# ------------------------------------------------------------------ the way through
def test_an_assessment_goes_from_the_request_to_the_final_plan(asked: Council) -> None:
    send.follow(asked, K12, "plan_issued")
    moves = [one["to"] for one in asked.history(K12) if one["from"] != one["to"]]
    assert moves == [*OPEN, "plan_issued"]


@pytest.mark.parametrize("state", [*OPEN, *ENDS])
def test_an_assessment_can_stand_in_every_state(asked: Council, state: str) -> None:
    follow(asked, state)
    assert (asked.state(K12), asked.show(K12)["final"]) == (state, state in ENDS)


@pytest.mark.parametrize(
    ("state", "trigger", "given", "people"),
    [
        ("requested", "panel_decide_assess", {}, {"chris", "max"}),
        ("requested", "panel_decline", {}, {"chris", "max"}),
        ("requested", "move_to_next_sitting", {}, set()),
        ("requested", "follow_sitting", {}, set()),
        ("assessing", "request_advice", {}, {"kit", "kim"}),
        ("assessing", "advice_in", {}, {"kit", "kim"}),
        ("assessing", "decide_plan", {}, {"max", "chris"}),
        ("assessing", "decide_no_plan", {}, {"max", "chris"}),
        ("drafting", "send_draft", {}, {"kit", "kim"}),
        ("draft_with_family", "representations", {}, {"kit", "kim"}),
        ("draft_with_family", "window_closed", {}, set()),
        ("finalising", "representations", {}, {"kit", "kim"}),
        ("finalising", "issue_final", {}, {"max", "chris"}),
        *((state, "record_view", {"whose": "child"}, {"kit", "kim"}) for state in OPEN),
        *((state, "record_exception", {}, {"max"}) for state in OPEN),
        *((state, "withdraw", {}, {"max"}) for state in OPEN),
        *((state, "record_mediation", {}, {"kit", "kim"}) for state in ENDS[:3]),
        *((state, "record_appeal", {}, {"kit", "kim"}) for state in ENDS[:3]),
    ],
)
def test_a_trigger_is_for_these_people_and_nobody_else(
    asked: Council, state: str, trigger: str, given: dict[str, Any], people: set[str]
) -> None:
    follow(asked, state)
    assert asked.who_may(K12, trigger, **given) == people


@pytest.mark.parametrize(
    ("state", "owner"),
    [
        ("requested", "send_panel_chair"),
        ("assessing", "send_caseworker"),
        ("drafting", "send_caseworker"),
        ("draft_with_family", "send_caseworker"),
        ("finalising", "send_manager"),
    ],
)
def test_a_state_belongs_to_whoever_moves_it(asked: Council, state: str, owner: str) -> None:
    follow(asked, state)
    assert asked.show(K12)["owner"] == owner


def test_a_caseworker_does_not_decide(asked: Council) -> None:
    with pytest.raises(NotPermitted):
        asked.fire(K12, "panel_decide_assess", by="kit")


# ------------------------------------------------------------------ the six-week decision
@pytest.mark.parametrize("by", ["chris", "max"])
def test_chair_or_authorised_officer_decides_to_assess(asked: Council, by: str) -> None:
    asked.fire(K12, "panel_decide_assess", by=by, letter_on="2026-02-23")
    assert (asked.state(K12), data(asked)["assess_letter_on"]) == ("assessing", "2026-02-23")


def test_a_request_is_declined_with_a_reason(asked: Council) -> None:
    assert asked.refusal(K12, "panel_decline", by="chris") == "No reason is given."


@pytest.mark.parametrize(
    ("state", "trigger", "by"),
    [
        ("requested", "panel_decide_assess", "chris"),
        ("requested", "panel_decline", "chris"),
        ("assessing", "decide_no_plan", "max"),
    ],
)
@pytest.mark.parametrize(
    ("letter_on", "why"),
    [
        ("2026-02-24", "The date of the letter is 24 February 2026, which has not come yet."),
        (
            "2026-02-19",
            "The date of the letter is 19 February 2026, before the request was received on 20 February 2026.",
        ),
    ],
)
def test_a_letter_is_dated_between_the_request_and_today(
    asked: Council, state: str, trigger: str, by: str, letter_on: str, why: str
) -> None:
    follow(asked, state)
    assert asked.refusal(K12, trigger, by=by, letter_on=letter_on, reason="Enough support") == why


@pytest.mark.parametrize("at", ["2026-04-03 23:59", "2026-02-23 09:01"])
def test_a_decision_on_the_last_day_is_never_late(asked: Council, at: str) -> None:
    asked.at(at).passes()
    asked.fire(K12, "panel_decide_assess", by="chris")
    asked.at("2026-04-30 08:00").passes()
    assert [one for one in asked.levels(K12, "decide_by") if one[0].startswith("L")] == []


def test_the_last_minute_of_the_last_day_is_not_late_and_the_next_is(asked: Council) -> None:
    assert asked.at("2026-04-03 23:59").show(K12)["status"].startswith("In ")
    assert asked.later(minutes=2).show(K12)["status"].startswith("Late in")


# ------------------------------------------------------------------ dates and ladders
FRIDAY_12_JUNE = ("2026-06-15", "2026-06-16", "2026-06-17", "2026-06-26")
LADDERS = [
    ("requested", "decide_by", ("2026-04-07", "2026-04-08", "2026-04-09", "2026-04-20")),
    ("assessing", "refuse_by", FRIDAY_12_JUNE),
    ("drafting", "draft_by", ("2026-06-15", "2026-06-19", "2026-06-26", "2026-07-10")),
    ("finalising", "due", ("2026-07-13", "2026-07-14", "2026-07-15", "2026-07-24")),
]


@pytest.mark.parametrize(("state", "deadline", "days"), LADDERS)
def test_a_late_state_climbs_each_level_on_its_day_and_once(
    asked: Council, state: str, deadline: str, days: tuple[str, ...]
) -> None:
    follow(asked, state)
    for day in days:
        asked.at(f"{day} 00:00").later(minutes=-1).passes()
        asked.at(f"{day} 00:00").passes()
        asked.passes()
    climbed = [one for one in asked.levels(K12, deadline) if one[0].startswith("L")]
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), days, strict=True))


def test_what_is_late_by_law_is_told_up_to_the_director(asked: Council) -> None:
    follow(asked, "assessing")
    asked.at("2026-06-26 08:00").passes()
    told = {
        one["level"]: one["data"]["told"]
        for one in asked.history(K12)
        if one["level"] is not None and one["data"]["deadline"] == "refuse_by"
    }
    assert told == {
        "R1": ["kim", "kit"],
        "R2": ["kim", "kit"],
        "R0": ["kim", "kit"],
        "L0": ["kim", "kit", "max"],
        "L1": ["max"],
        "L2": ["ada"],
        "L3": ["dana"],
    }


@pytest.mark.parametrize(
    ("state", "due_on"),
    [("assessing", "2026-06-12"), ("drafting", "2026-06-12"), ("finalising", "2026-07-10")],
)
def test_a_state_is_late_from_midnight_after_its_day(
    asked: Council, state: str, due_on: str
) -> None:
    follow(asked, state)
    assert asked.at(f"{due_on} 23:59").show(K12)["status"].startswith("In ")
    assert asked.later(minutes=2).show(K12)["status"].startswith("Late in")


def test_the_draft_is_aimed_at_two_weeks_before_its_last_day(asked: Council) -> None:
    follow(asked, "drafting")
    asked.at("2026-05-29 08:00").passes()
    assert asked.levels(K12, "draft_by") == [
        ("R1", "2026-05-29")
    ]  # fourteen weeks after the request


def test_the_whole_climbs_the_statutory_ladder() -> None:
    assert PROCESS.due_ladder is ladders.STATUTORY


def test_closing_the_offices_moves_no_rung_of_advice() -> None:
    assert not ADVICE.counts_closures


@pytest.mark.parametrize(
    ("state", "lateness"), [("finalising", "late_unexcused"), ("plan_issued", "on_time")]
)
def test_lateness_speaks_of_the_twenty_weeks(asked: Council, state: str, lateness: str) -> None:
    follow(asked, state)
    assert asked.at("2026-07-11 00:01").show(K12)["lateness"] == lateness


def test_a_final_plan_in_the_last_minute_is_on_time(asked: Council) -> None:
    follow(asked, "finalising")
    send.hear(asked, K12)
    asked.at("2026-07-10 23:59").passes()
    asked.fire(K12, "issue_final", by="max", **send.FINAL)
    shown = asked.at("2026-08-01 08:00").show(K12)
    assert (shown["late"], shown["lateness"], shown["blocked"]) == (False, "on_time", [])
    assert [one for one in asked.levels(K12) if one[0].startswith("L")] == []


def test_a_final_plan_a_minute_later_is_late_and_still_issued(asked: Council) -> None:
    follow(asked, "finalising")
    send.hear(asked, K12)
    asked.at("2026-07-11 00:01").passes()
    asked.fire(K12, "issue_final", by="max", **send.FINAL)
    assert (asked.state(K12), asked.show(K12)["lateness"]) == ("plan_issued", "late_unexcused")


def test_what_is_blocked_late_is_decided_all_the_same(asked: Council) -> None:
    asked.at("2026-04-09 00:01").passes()
    assert [one["reason"] for one in asked.show(K12)["blocked"]] == ["overdue_l2"]
    asked.fire(K12, "panel_decide_assess", by="max")
    assert (asked.state(K12), asked.show(K12)["blocked"]) == ("assessing", [])


# ------------------------------------------------------------------ the family's fifteen days
@pytest.mark.parametrize(
    ("at", "state"), [("2026-03-09 23:59", "draft_with_family"), ("2026-03-10 00:01", "finalising")]
)
def test_the_day_of_serving_is_the_first_of_fifteen(asked: Council, at: str, state: str) -> None:
    follow(asked, "drafting")
    asked.fire(K12, "send_draft", by="kit", served_on="2026-02-23")
    assert (data(asked)["family_until"], asked.falls(K12, "family_by")) == (
        "2026-03-09",
        "2026-03-09",
    )
    asked.at(at).passes()
    assert asked.state(K12) == state


@pytest.mark.parametrize(
    ("served", "until", "begins"),
    [
        ("2026-03-16", "2026-03-30", "2026-03-30T23:00:00Z"),  # the clocks go forward between
        ("2026-10-12", "2026-10-26", "2026-10-27T00:00:00Z"),  # the clocks go back between
        ("2026-12-14", "2026-12-28", "2026-12-29T00:00:00Z"),  # Christmas counts
        ("2028-02-15", "2028-02-29", "2028-03-01T00:00:00Z"),
    ],
)
def test_the_fifteen_days_are_calendar_days_in_london(
    tmp_path: Path, served: str, until: str, begins: str
) -> None:
    with send.standing(tmp_path, "2026-01-02 08:00") as made:
        reference = send.request(made.at(f"{served} 09:00"), "K12", served)
        send.follow(made, reference, "draft_with_family")
        assert made.falls(reference, "family_by") == until
        made.later(days=15).passes()
        closed = next(one for one in made.history(reference) if one["action"] == "window_closed")
    assert closed["at"] == begins


def test_a_draft_served_long_ago_leaves_the_family_no_more_days(asked: Council) -> None:
    follow(asked, "drafting")
    asked.at("2026-03-10 09:00").fire(K12, "send_draft", by="kit", served_on="2026-02-23")
    assert asked.state(K12) == "finalising"


@pytest.mark.parametrize(
    ("served_on", "why"),
    [
        (
            "2026-02-24",
            "The day on which the draft was served is 24 February 2026, which has not come yet.",
        ),
        (
            "2026-02-19",
            SERVED_BEFORE,
        ),
    ],
)
def test_a_draft_is_served_between_the_request_and_today(
    asked: Council, served_on: str, why: str
) -> None:
    follow(asked, "drafting")
    assert asked.refusal(K12, "send_draft", by="kit", served_on=served_on) == why


@pytest.mark.parametrize("state", ["draft_with_family", "finalising"])
def test_the_family_says_what_should_be_different(asked: Council, state: str) -> None:
    follow(asked, state)
    if state == "draft_with_family":
        asked.at("2026-03-09 10:00")
    asked.fire(K12, "representations", by="kit", what="School S4", received_on="2026-03-09")
    assert [one["what"] for one in data(asked)["representations"]] == ["School S4"]
    assert asked.state(K12) == state


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "What the family asks for is not said."),
        (
            {"what": "S4", "received_on": "2026-02-22"},
            RECEIVED_BEFORE,
        ),
        (
            {"what": "S4", "received_on": "2026-02-24"},
            "The day on which it was received is 24 February 2026, which has not come yet.",
        ),
    ],
)
def test_representations_follow_the_draft(asked: Council, given: dict[str, str], why: str) -> None:
    follow(asked, "draft_with_family")
    assert asked.refusal(K12, "representations", by="kit", **given) == why


# ------------------------------------------------------------------ blocked
@pytest.mark.parametrize("reason", ["no_placement", "awaiting_family"])
def test_somebody_may_say_what_holds_it_up_and_no_clock_stops(asked: Council, reason: str) -> None:
    follow(asked, "finalising")
    overlays.block(
        asked.ctx, K12, actor="kit", reason=reason, note="No school agrees", now=asked.now
    )
    asked.at("2026-07-13 00:01").passes()
    shown = asked.show(K12)
    assert (shown["blocked"][0]["reason"], shown["level"]) == (reason, "L0")


def test_three_refusals_by_one_guard_block_it(asked: Council) -> None:
    for _ in range(3):
        asked.refusal(K12, "panel_decline", by="chris")
    assert [one["reason"] for one in asked.show(K12)["blocked"]] == ["refused_three_times"]


def test_a_refusal_is_kept_and_moves_nothing(asked: Council) -> None:
    before = asked.show(K12)
    asked.refusal(K12, "panel_decline", by="chris")
    entry = asked.history(K12)[-1]
    assert (entry["action"], entry["from"], entry["to"], entry["data"]) == (
        "refused", "requested", "requested",
        {"trigger": "panel_decline", "guards": ["reason_is_given"]},
    )  # fmt: skip
    assert asked.show(K12) == before


@pytest.mark.parametrize(
    ("state", "trigger", "by", "given"),
    [
        ("requested", "panel_decide_assess", "chris", {"letter_on": "soon"}),
        ("requested", "panel_decline", "chris", {"because": "x"}),
        ("requested", "record_view", "kit", {"whose": "teacher"}),
        ("requested", "record_exception", "max", {"limits": 6}),
        ("assessing", "request_advice", "kit", {"from_whom": ["a"]}),
        ("drafting", "send_draft", "kit", {"served_on": "31 February"}),
        ("finalising", "issue_final", "max", {"changes": [{"because": "placement"}]}),
        ("finalising", "issue_final", "max", {"changes": [{"what": "x", "why": "y"}]}),
        ("plan_issued", "record_mediation", "kit", {"certificate": "x"}),
    ],
)
def test_what_cannot_be_read_leaves_no_trace(
    asked: Council, state: str, trigger: str, by: str, given: dict[str, Any]
) -> None:
    follow(asked, state)
    before = asked.history(K12)
    with pytest.raises(BadData):
        asked.fire(K12, trigger, by=by, **given)
    assert asked.history(K12) == before


# ------------------------------------------------------------------ the ends
@pytest.mark.parametrize("state", OPEN)
def test_a_request_is_withdrawn_from_every_open_state_with_a_reason(
    asked: Council, state: str
) -> None:
    follow(asked, state)
    assert asked.refusal(K12, "withdraw", by="max") == "No reason is given."
    asked.fire(K12, "withdraw", by="max", reason="They moved away")
    assert asked.state(K12) == "withdrawn"


def test_a_plan_is_refused_with_a_reason(asked: Council) -> None:
    follow(asked, "assessing")
    assert asked.refusal(K12, "decide_no_plan", by="max") == "No reason is given."


@pytest.mark.parametrize("state", ENDS)
def test_an_ended_assessment_is_watched_no_more(asked: Council, state: str) -> None:
    follow(asked, state)
    before = len(asked.history(K12))
    asked.at("2026-09-01 08:00").passes()
    assert len(asked.history(K12)) == before


@pytest.mark.parametrize("state", ENDS[:3])
def test_the_family_may_appeal_for_two_months_from_the_letter(asked: Council, state: str) -> None:
    follow(asked, state)
    assert data(asked)["appeal_until"] == ("2026-05-10" if state == "plan_issued" else "2026-04-23")


def test_the_two_months_count_from_the_date_of_the_letter(asked: Council) -> None:
    asked.at("2026-03-05 09:00")
    asked.fire(K12, "panel_decline", by="chris", reason="Enough support", letter_on="2026-02-28")
    assert data(asked)["appeal_until"] == "2026-04-28"


def test_two_months_end_with_a_shorter_month(tmp_path: Path) -> None:
    with send.standing(tmp_path, "2025-12-01 08:00") as made:
        reference = send.request(made.at("2025-12-31 09:00"), "K12", "2025-12-31")
        made.fire(reference, "panel_decline", by="chris", reason="Enough support")
        assert made.show(reference)["data"]["appeal_until"] == "2026-02-28"


@pytest.mark.parametrize(
    ("certificate_on", "until"),
    [("2026-03-23", "2026-04-23"), ("2026-03-24", "2026-04-24"), ("2026-03-02", "2026-04-23")],
)
def test_a_certificate_gives_one_more_month_if_that_is_later(
    asked: Council, certificate_on: str, until: str
) -> None:
    follow(asked, "declined")
    asked.at("2026-04-01 09:00")
    asked.fire(K12, "record_mediation", by="kit", certificate_on=certificate_on)
    assert (data(asked)["appeal_until"], asked.state(K12)) == (until, "declined")


def test_a_mediation_meeting_is_within_thirty_days(asked: Council) -> None:
    follow(asked, "declined")
    asked.fire(K12, "record_mediation", by="kit", requested_on="2026-02-23")
    asked.at("2026-03-20 09:00").fire(
        K12, "record_mediation", by="kit", certificate_on="2026-03-20"
    )
    assert data(asked)["mediation"] == {
        "requested_on": "2026-02-23",
        "meeting_by": "2026-03-25",
        "certificate_on": "2026-03-20",
    }


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "Say when mediation was asked for, or the date of the certificate."),
        ({"requested_on": "2026-02-22"}, "The decision was sent on Monday 23 February 2026."),
        ({"certificate_on": "2026-02-24"}, "That day is 24 February 2026, which has not come yet."),
    ],
)
def test_mediation_comes_after_the_decision(
    asked: Council, given: dict[str, str], why: str
) -> None:
    follow(asked, "declined")
    assert asked.refusal(K12, "record_mediation", by="kit", **given) == why


@pytest.mark.parametrize("state", ENDS[:3])
def test_an_appeal_is_recorded_and_ends_nothing(asked: Council, state: str) -> None:
    follow(asked, state)
    send.pull(asked, K12, "record_appeal", "kit", {"reference": "EH/12"})
    assert data(asked)["appeal"] == {"registered_on": asked.today, "reference": "EH/12"}
    assert asked.state(K12) == state


def test_an_appeal_comes_after_the_decision(asked: Council) -> None:
    follow(asked, "declined")
    why = asked.refusal(K12, "record_appeal", by="kit", registered_on="2026-02-22")
    assert why == (
        "The day of the appeal is 22 February 2026, before the decision was sent on 23 February 2026."
    )


@pytest.mark.parametrize("trigger", ["record_mediation", "record_appeal"])
def test_nobody_appeals_against_a_withdrawal(asked: Council, trigger: str) -> None:
    follow(asked, "withdrawn")
    assert "is not offered" in asked.refusal(K12, trigger, by="kit")


def test_the_key_is_made_of_child_and_day() -> None:
    assert PROCESS.key is not None
    assert PROCESS.key("K12", date(2026, 3, 30), {}) == "ehc_assessment:K12:2026-03-30"

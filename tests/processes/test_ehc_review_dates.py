"""By when an annual review moves: law in calendar days that never roll, and who hears when nobody does."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import reviews
from council import Council, london
from reviews import CEASE, K12, MAINTAIN, NEXT, begin, data, follow

from qa_workflow.patterns import ehc
from qa_workflow.store import council as council_store


@pytest.fixture(scope="session")
def _bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = reviews.send_council(tmp_path_factory.mktemp("send"))
    made.ctx.database.close()
    return made.folder


@pytest.fixture
def bare(_bare: Path, tmp_path: Path) -> Iterator[Council]:
    """Give a SEND council on 2 June 2025, without any review."""
    council = reviews.copy_of(_bare, tmp_path, reviews.FIRST_DAY)
    yield council
    council.ctx.database.close()


@pytest.fixture
def made(bare: Council) -> Council:
    """Give the same council with the third review of K12, due on 2 December 2025."""
    begin(bare)
    return bare


@pytest.fixture
def strict(_bare: Path, tmp_path: Path) -> Iterator[Council]:
    """Give a council that counts the twelve months of s.44 strictly."""
    council = reviews.copy_of(_bare, tmp_path, reviews.FIRST_DAY, strict_period=True)
    yield council
    council.ctx.database.close()


# ------------------------------------------------------------------ the worked example
def test_the_annual_review_chain(made: Council) -> None:
    follow(made, "ready")
    asked = [made.falls(K12, name) for name in ("circulate_by", "report_by", "decide_by")]
    follow(made, "amending")
    windows = [made.falls(K12, name) for name in ("responses_until", "final_by")]
    follow(made, "concluded")
    assert (asked, windows) == (
        ["2025-10-21", "2025-11-18", "2025-12-02"],
        ["2025-12-11", "2026-01-22"],
    )
    assert (made.show(NEXT)["due_on"], made.falls(NEXT, "meeting_by")) == (
        "2026-11-27",
        "2026-10-30",
    )


def test_without_an_answer_the_plan_is_finalised_from_the_sixteenth_day_on(made: Council) -> None:
    follow(made, "amending")
    made.at("2025-12-11 23:59").passes()
    before = made.state(K12)
    made.at("2025-12-12 00:00").passes()
    assert (before, made.state(K12)) == ("amending", "finalising")


def test_the_window_closes_at_its_moment_also_after_a_quiet_christmas(made: Council) -> None:
    follow(made, "amending")
    made.at("2026-01-05 09:00").passes()
    moved = made.history(K12)[-1]
    assert (moved["action"], moved["at"]) == ("window_closed", "2025-12-12T00:00:00Z")


def test_the_next_review_counts_from_the_notice_and_not_from_the_meeting(made: Council) -> None:
    follow(made, "concluded")
    assert data(made, "period_from", "previous", reference=NEXT) == ("2025-11-27", K12)


# ------------------------------------------------------------------ twelve months
@pytest.mark.parametrize(
    ("since", "due_on", "strict_on"),
    [
        (date(2025, 11, 27), date(2026, 11, 27), date(2026, 11, 26)),
        (date(2024, 2, 29), date(2025, 2, 28), date(2025, 2, 28)),
        (date(2024, 3, 1), date(2025, 3, 1), date(2025, 2, 28)),
        (date(2023, 2, 28), date(2024, 2, 28), date(2024, 2, 27)),
        (date(2023, 3, 1), date(2024, 3, 1), date(2024, 2, 29)),
        (date(2025, 12, 31), date(2026, 12, 31), date(2026, 12, 30)),
        (date(2025, 1, 1), date(2026, 1, 1), date(2025, 12, 31)),
    ],
)
def test_twelve_months_end_on_the_same_day_next_year_or_strictly_the_day_before(
    since: date, due_on: date, strict_on: date
) -> None:
    assert (ehc.review_due(since), ehc.strict_review_due(since)) == (due_on, strict_on)


def test_a_date_given_by_hand_aims_at_the_day_before(made: Council) -> None:
    shown = made.show(K12)
    assert (shown["due_on"], shown["target_on"]) == ("2025-12-02", "2025-12-01")


def test_where_the_strict_day_is_no_working_day_the_aim_lies_before_it(bare: Council) -> None:
    shown = bare.show(begin(bare, review_due="2026-04-07"))  # the day after Easter Monday
    assert (shown["due_on"], shown["target_on"]) == ("2026-04-07", "2026-04-02")


def test_reminders_count_from_the_strict_day(bare: Council) -> None:
    reference = begin(bare, review_due="2026-04-07")
    bare.at("2026-04-07 08:00").passes()
    assert bare.levels(reference) == [
        ("R1", "2026-03-19"),
        ("R2", "2026-03-31"),
        ("R0", "2026-04-07"),
    ]


def test_the_next_review_aims_at_the_strict_day(made: Council) -> None:
    follow(made, "concluded")
    assert made.show(NEXT)["data"]["target_by"] == "2026-11-26"


def test_read_strictly_the_next_review_is_due_the_day_before(strict: Council) -> None:
    begin(strict)
    follow(strict, "concluded")
    assert data(strict, "review_due", "target_by", "meeting_by", reference=NEXT) == (
        "2026-11-26", "2026-11-26", "2026-10-29",
    )  # fmt: skip


def test_read_strictly_a_date_given_by_hand_is_the_strict_one(strict: Council) -> None:
    assert data(strict, "review_due", "target_by", reference=begin(strict)) == (
        "2025-12-02", "2025-12-02",
    )  # fmt: skip


@pytest.mark.parametrize("read", ["bare", "strict"])
def test_a_decision_of_29_february_is_reviewed_by_28_february(
    read: str, request: pytest.FixtureRequest
) -> None:
    council: Council = request.getfixturevalue(read)
    reference = begin(council, "K14", cycle=1, review_due="2028-03-28")
    late = {"reason": "At short notice"}
    for at, trigger, by, given in (
        ("2028-01-10 10:00", "invite", "kit", {"meeting_on": "2028-02-10"}),
        ("2028-02-09 10:00", "circulate", "kit", late),
        ("2028-02-10 10:00", "hold_meeting", "kit", {**reviews.HEARD, "held_on": "2028-02-10"}),
        ("2028-02-20 10:00", "send_report", "kit", reviews.YOUNGER),
        ("2028-02-29 10:00", "decide_maintain", "max", {}),
    ):
        council.at(at).fire(reference, trigger, by=by, **given)
    shown = council.show("ehc_review:K14:2")
    assert (shown["due_on"], shown["data"]["target_by"]) == ("2029-02-28", "2029-02-28")


# ------------------------------------------------------------------ what counts from what
@pytest.mark.parametrize(
    ("notice_on", "final_by"),
    [("2025-11-27", "2026-01-22"), ("2025-12-02", "2026-01-27"), ("2025-12-03", "2026-01-27")],
)
def test_the_final_plan_follows_the_notice_by_eight_weeks_and_the_meeting_by_twelve_at_most(
    made: Council, notice_on: str, final_by: str
) -> None:
    follow(made, "reported")
    made.at("2025-12-08 10:00").fire(
        K12, "decide_amend", by="max", amendments=reviews.AMENDMENTS, notice_on=notice_on
    )
    assert made.falls(K12, "final_by") == final_by


def test_a_plan_without_a_known_meeting_has_eight_weeks_from_the_notice() -> None:
    assert ehc.final_plan_by(date(2025, 12, 20), None) == date(2026, 2, 14)


@pytest.mark.parametrize(
    ("held_on", "dates"),
    [
        ("2025-11-04", ["2025-11-18", "2025-12-02"]),
        ("2025-12-11", ["2025-12-25", "2026-01-08"]),  # Christmas Day: not moved
        ("2026-03-22", ["2026-04-05", "2026-04-19"]),  # across the clock change to Easter Sunday
    ],
)
def test_report_and_decision_count_from_the_day_on_which_the_meeting_was_held(
    made: Council, held_on: str, dates: list[str]
) -> None:
    follow(made, "ready")
    made.at("2026-04-21 10:00").fire(
        K12, "hold_meeting", by="kit", **{**reviews.HEARD, "held_on": held_on}
    )
    assert [made.falls(K12, name) for name in ("report_by", "decide_by")] == dates


def test_a_rebooked_meeting_moves_the_dates_that_count_from_it(made: Council) -> None:
    follow(made, "advice_requested")
    made.fire(K12, "rebook", by="kit", meeting_on="2025-11-11")
    moved = [made.falls(K12, name) for name in ("circulate_by", "report_by", "decide_by")]
    assert moved == ["2025-10-28", "2025-11-25", "2025-12-09"]


def test_a_rebooked_meeting_moves_neither_the_date_of_the_review_nor_its_last_day(
    made: Council,
) -> None:
    follow(made, "advice_requested")
    made.fire(K12, "rebook", by="kit", meeting_on="2026-01-15")
    assert (made.show(K12)["due_on"], made.falls(K12, "meeting_by")) == ("2025-12-02", "2025-11-04")


def test_advice_that_was_late_is_no_longer_once_the_meeting_is_rebooked(made: Council) -> None:
    follow(made, "advice_requested")
    made.at("2025-10-23 08:00").passes()
    late = made.levels(K12, "circulate_by")[-2:]
    made.fire(K12, "rebook", by="kit", meeting_on="2025-11-25")
    made.at("2025-11-12 08:00").passes()
    again = [one for one in made.levels(K12, "circulate_by") if one[0] == "L0"]
    assert (late, again) == (
        [("L0", "2025-10-22"), ("L1", "2025-10-23")],
        [("L0", "2025-10-22"), ("L0", "2025-11-12")],
    )


@pytest.mark.parametrize(
    ("started", "review_due", "invite_by"),
    [
        ("2025-06-02 08:00", "2025-12-02", "2025-09-09"),
        ("2025-06-02 08:00", "2025-09-08", "2025-06-16"),
        ("2025-06-02 08:00", "2025-07-01", "2025-06-16"),
    ],
)
def test_people_are_invited_twelve_weeks_before_the_review_is_due_or_two_weeks_from_the_start(
    bare: Council, started: str, review_due: str, invite_by: str
) -> None:
    assert bare.at(started).falls(begin(bare, review_due=review_due), "invite_by") == invite_by


# ------------------------------------------------------------------ one minute before and after midnight
# (state, the deadline that watches it, the day it falls on, L0 to L3)
STATES: list[tuple[str, str, str, tuple[str, ...]]] = [
    ("scheduled", "invite_by", "2025-09-09", ("2025-09-10", "2025-09-16", "2025-09-23", "2025-10-07")),
    ("advice_requested", "circulate_by", "2025-10-21", ("2025-10-22", "2025-10-23", "2025-10-24", "2025-11-04")),
    ("ready", "meeting_by", "2025-11-04", ("2025-11-05", "2025-11-11", "2025-11-18", "2025-12-02")),
    ("held", "report_by", "2025-11-18", ("2025-11-19", "2025-11-20", "2025-11-21", "2025-12-02")),
    # The decision is due on the day on which the review is: one ladder watches both.
    ("reported", "due", "2025-12-02", ("2025-12-03", "2025-12-04", "2025-12-05", "2025-12-16")),
    ("finalising", "final_by", "2026-01-22", ("2026-01-23", "2026-01-26", "2026-01-27", "2026-02-05")),
]  # fmt: skip


@pytest.mark.parametrize(("state", "deadline", "due_on", "_levels"), STATES)
def test_a_state_has_its_date(
    made: Council, state: str, deadline: str, due_on: str, _levels: object
) -> None:
    follow(made, state)
    assert made.falls(K12, deadline) == due_on


FIRST_LATE = [
    ("advice_requested", "2025-10-01") if state == "advice_requested" else (state, due_on)
    for state, _, due_on, _ in STATES
]  # six weeks without advice are over before the advice has to go out


@pytest.mark.parametrize(("state", "due_on"), FIRST_LATE)
def test_a_state_is_late_from_midnight_on_and_not_before(
    made: Council, state: str, due_on: str
) -> None:
    follow(made, state)
    before = made.at(f"{due_on} 23:59").show(K12)["status"]
    after = made.later(minutes=2).show(K12)["status"]
    assert (before[:3], after[:4]) == ("In ", "Late")


@pytest.mark.parametrize(("state", "deadline", "due_on", "levels"), STATES)
def test_a_late_state_climbs_each_level_on_its_day_and_once(
    made: Council, state: str, deadline: str, due_on: str, levels: tuple[str, ...]
) -> None:
    follow(made, state)
    assert made.now < london(f"{due_on} 23:59")
    for day in levels:
        made.at(f"{day} 00:00").later(minutes=-1).passes()
        made.at(f"{day} 00:00").passes()
        made.passes()
    climbed = [one for one in made.levels(K12, deadline) if one[0].startswith("L")]
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), levels, strict=True))


@pytest.mark.parametrize(("state", "_deadline", "_due_on", "levels"), STATES)
def test_level_two_blocks(
    made: Council, state: str, _deadline: str, _due_on: str, levels: tuple[str, ...]
) -> None:
    follow(made, state)
    made.at(f"{levels[2]} 08:00").passes()
    assert "overdue_l2" in [one["reason"] for one in made.show(K12)["blocked"]]


def test_a_late_decision_climbs_to_the_director(made: Council) -> None:
    follow(made, "reported")
    made.at("2025-12-16 08:00").passes()
    told = {
        one["level"]: one["data"]["told"]
        for one in made.history(K12)
        if one["level"] is not None and one["data"]["deadline"] == "due"
    }
    assert told == {
        "R1": ["max"], "R2": ["max"], "R0": ["max"], "L0": ["max", "ada"],
        "L1": ["max"], "L2": ["ada"], "L3": ["dana"],
    }  # fmt: skip


# ------------------------------------------------------------------ the decision and the twelve months
@pytest.mark.parametrize(
    ("review_due", "decide_by", "watched_by"),
    [("2026-01-30", "2025-12-02", "decide_by"), ("2025-11-28", "2025-12-02", "due")],
)
def test_the_earlier_of_four_weeks_and_twelve_months_is_heard_of_first(
    bare: Council, review_due: str, decide_by: str, watched_by: str
) -> None:
    begin(bare, review_due=review_due)
    follow(bare, "reported")
    bare.at("2025-12-05 08:00").passes()
    levels = {name: bare.levels(K12, name) for name in ("due", "decide_by")}
    assert bare.falls(K12, "decide_by") == decide_by
    assert [one for one in levels[watched_by] if one[0] == "L1"] != []


def test_the_twelve_months_are_met_by_a_decision_on_the_last_day(made: Council) -> None:
    follow(made, "concluded", reported=("2025-12-02 23:59", "decide_maintain", "max", {}))
    assert made.at("2026-06-01 08:00").show(K12)["lateness"] == "on_time"


@pytest.mark.parametrize("step", [MAINTAIN, CEASE, reviews.WAY["reported"]])
def test_a_decision_a_minute_later_is_late_for_ever(made: Council, step: reviews.Step) -> None:
    follow(made, "reported")
    made.at("2025-12-03 00:01").fire(K12, step[1], by="max", **step[3])
    assert made.show(K12)["lateness"] == "late_unexcused"


@pytest.mark.parametrize("state", ["amending", "finalising", "ceasing"])
def test_a_review_that_was_decided_in_time_is_not_late_while_its_plan_is_finished(
    made: Council, state: str
) -> None:
    follow(made, state)
    assert made.at("2025-12-05 08:00").show(K12)["late"] is False


def test_a_review_without_its_decision_is_overdue_in_whatever_state(made: Council) -> None:
    made.at("2025-12-05 08:00").passes()
    assert [one for one in made.levels(K12) if one[0].startswith("L")] == [
        ("L0", "2025-12-03"), ("L1", "2025-12-04"), ("L2", "2025-12-05"),
    ]  # fmt: skip


# ------------------------------------------------------------------ advice
def test_advice_that_is_missing_after_six_weeks_blocks_on_the_next_working_day(
    made: Council,
) -> None:
    begin(made, "K15", cycle=1, review_due="2026-01-31")
    reference = "ehc_review:K15:1"
    made.at("2025-08-20 10:00").fire(reference, "invite", by="kit", meeting_on="2025-12-10")
    falls = made.falls(reference, "advice_by")
    made.at("2025-10-01 23:59").passes()
    before = made.show(reference)["blocked"]
    made.at("2025-10-02 00:00").passes()
    after = [one["reason"] for one in made.show(reference)["blocked"]]
    assert (falls, before, after) == ("2025-10-01", [], ["awaiting_partner_agency"])


def test_the_block_goes_once_the_advice_is_out(made: Council) -> None:
    follow(made, "advice_requested")
    made.at("2025-10-02 08:00").passes()
    blocked = bool(made.show(K12)["blocked"])
    made.fire(K12, "circulate", by="kit")
    assert (blocked, made.show(K12)["blocked"]) == (True, [])


def test_missing_advice_is_told_to_owner_manager_ad_people_and_at_last_the_director(
    made: Council,
) -> None:
    follow(made, "advice_requested")
    made.at("2025-10-29 08:00").passes()
    told = {
        one["level"]: (one["nominal_on"], one["data"]["told"])
        for one in made.history(K12)
        if one["level"] is not None and one["data"]["deadline"] == "advice_by"
    }
    assert told == {
        "R2": ("2025-09-29", ["kim", "kit"]),
        "L2": ("2025-10-02", ["kim", "kit", "max", "ada"]),
        "L3": ("2025-10-29", ["dana"]),
    }


# ------------------------------------------------------------------ clock changes
@pytest.mark.parametrize(
    ("due_on", "late_from"),
    [
        ("2026-03-28", "2026-03-29T00:00:00Z"),
        ("2026-03-29", "2026-03-29T23:00:00Z"),
        ("2025-10-25", "2025-10-25T23:00:00Z"),
        ("2025-10-26", "2025-10-27T00:00:00Z"),
    ],
)
def test_a_day_ends_at_midnight_in_london_also_when_the_clocks_change(
    bare: Council, due_on: str, late_from: str
) -> None:
    shown = bare.show(begin(bare, review_due=due_on))
    (own,) = [one for one in shown["deadlines"] if one["name"] == "due"]
    assert own["late_from"] == late_from


def test_a_proclaimed_holiday_moves_no_date_of_a_review(made: Council) -> None:
    follow(made, "ready")
    before = [(one["name"], one["due_on"]) for one in made.show(K12)["deadlines"]]
    with made.ctx.database.transaction() as connection:
        council_store.put_closure_day(connection, date(2025, 11, 18), "bank_holiday", "Coronation")
    assert [(one["name"], one["due_on"]) for one in made.show(K12)["deadlines"]] == before

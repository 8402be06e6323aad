"""A phase transfer: the final plan names the next placement in time, counted back to meeting and notice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reviews
from council import Council, london

from qa_workflow.errors import BadData, TransitionRefused, WrongInput
from qa_workflow.patterns import ehc
from qa_workflow.service import overlays

K12 = "phase_transfer:K12:2026"
OPEN = ("planned", "meeting_held", "notice_served")
CASEWORK, AUTHORISED = {"kit", "kim"}, {"max", "chris"}

# By state: on which day which trigger is pulled, by whom, with what.
WAY: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "planned": ("2025-11-10 16:00", "hold_meeting", "kit", {"held_on": "2025-11-10"}),
    "meeting_held": ("2025-12-01 10:00", "serve_notice", "max", {"amendments": ["section-i-v2"]}),
    "notice_served": ("2026-01-12 10:00", "name_placement", "max", {"placement": "URN 100001"}),
}


@pytest.fixture(scope="session")
def _bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = reviews.send_council(tmp_path_factory.mktemp("send"), "2025-09-01 08:00")
    made.ctx.database.close()
    return made.folder


@pytest.fixture
def bare(_bare: Path, tmp_path: Path) -> Iterator[Council]:
    """Give a SEND council on 1 September 2025."""
    council = reviews.copy_of(_bare, tmp_path, "2025-09-01 08:00")
    yield council
    council.ctx.database.close()


@pytest.fixture
def made(bare: Council) -> Council:
    """Give the same council where K12 moves to secondary school in 2026."""
    begin(bare)
    return bare


@pytest.fixture
def strict(_bare: Path, tmp_path: Path) -> Iterator[Council]:
    """Give a council that reads "before" 15 February and 31 March strictly."""
    council = reviews.copy_of(_bare, tmp_path, "2025-09-01 08:00", strict_before=True)
    yield council
    council.ctx.database.close()


def begin(council: Council, subject: str = "K12", **data: Any) -> str:  # noqa: ANN401 - any data
    given = {"year": 2026, "phase": "secondary", **data}
    said = {name: value for name, value in given.items() if value is not None}
    return council.start("phase_transfer", subject, by="kit", **said).reference


def follow(council: Council, state: str, reference: str = K12) -> None:
    """Take a transfer on, each step on its day, until it stands in *state*."""
    while (standing := council.state(reference)) != state:
        at, trigger, by, data = WAY[standing]
        if council.now < london(at):
            council.at(at)
        council.fire(reference, trigger, by=by, **data)


# ------------------------------------------------------------------ started
def test_a_transfer_is_named_by_plan_and_year(bare: Council) -> None:
    assert begin(bare) == K12


def test_plan_and_year_may_be_the_subject(bare: Council) -> None:
    assert begin(bare, "K12:2026", year=None) == K12
    assert bare.show(K12)["data"]["plan"] == "K12"


def test_a_transfer_without_its_year_is_not_started(bare: Council) -> None:
    with pytest.raises(
        WrongInput, match="Say which one it is: --data year=…, or K12:2026 as subject"
    ):
        begin(bare, year=None)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"phase": None}, "Say what the child moves into: phase is one of reception, junior, middle, "),
        ({"phase": "between_post_16"}, "A move between post-16 places is planned from its day: moves_on is not given."),
    ],
)  # fmt: skip
def test_a_transfer_says_which_move_it_is(bare: Council, given: dict[str, Any], why: str) -> None:
    with pytest.raises(TransitionRefused) as refused:
        begin(bare, **given)
    assert str(refused.value).startswith(why)


@pytest.mark.parametrize("given", [{"phase": "university"}, {"year": 26}, {"pupil": "K"}])
def test_a_start_that_cannot_be_read_starts_nothing(bare: Council, given: dict[str, Any]) -> None:
    with pytest.raises(BadData):
        begin(bare, **given)
    assert bare.listed(process="phase_transfer") == []


# ------------------------------------------------------------------ the dates in law
FEBRUARY, MARCH = "2026-02-15", "2026-03-31"
DATES = [
    ("reception", FEBRUARY, "2026-02-14"),
    ("junior", FEBRUARY, "2026-02-14"),
    ("middle", FEBRUARY, "2026-02-14"),
    ("secondary", FEBRUARY, "2026-02-14"),
    ("post_16", MARCH, "2026-03-30"),
]


@pytest.mark.parametrize(("phase", "due_on", "strict_on"), DATES)
def test_each_move_has_its_date_in_law(
    bare: Council, phase: str, due_on: str, strict_on: str
) -> None:
    shown = bare.show(begin(bare, phase=phase))
    assert (shown["due_on"], shown["data"]["target_by"]) == (due_on, strict_on)


@pytest.mark.parametrize(("phase", "_due_on", "strict_on"), DATES)
def test_before_read_strictly_is_a_day_earlier(
    strict: Council, phase: str, _due_on: str, strict_on: str
) -> None:
    shown = strict.show(begin(strict, phase=phase))
    assert (shown["due_on"], shown["data"]["target_by"]) == (strict_on, strict_on)


@pytest.mark.parametrize(
    ("moves_on", "due_on"),
    [("2026-09-01", "2026-04-01"), ("2026-07-31", "2026-02-28"), ("2028-07-31", "2028-02-29")],
)
def test_a_move_between_post_16_places_is_settled_five_months_before(
    bare: Council, moves_on: str, due_on: str
) -> None:
    reference = begin(bare, phase="between_post_16", moves_on=moves_on, year=int(moves_on[:4]))
    shown = bare.show(reference)
    assert (shown["due_on"], shown["data"]["target_by"]) == (due_on, due_on)


def test_a_move_between_post_16_places_without_its_day_has_no_date() -> None:
    with pytest.raises(ValueError, match="counts from the day of the move"):
        ehc.transfer_due("between_post_16", 2026, None)


def test_15_february_2026_is_a_sunday_and_stays_one(made: Council) -> None:
    shown = made.show(K12)
    assert (shown["due_on"], shown["target_on"]) == ("2026-02-15", "2026-02-13")


@pytest.mark.parametrize(
    ("phase", "meeting_by", "notice_by"),
    [("secondary", "2025-11-23", "2025-12-21"), ("post_16", "2026-01-06", "2026-02-03")],
)
def test_meeting_and_notice_are_counted_back_by_twelve_and_eight_weeks(
    bare: Council, phase: str, meeting_by: str, notice_by: str
) -> None:
    reference = begin(bare, phase=phase)
    found = [bare.falls(reference, name) for name in ("meeting_by", "notice_by")]
    assert found == [meeting_by, notice_by]


def test_read_strictly_they_are_counted_back_from_the_strict_day(strict: Council) -> None:
    begin(strict)
    assert [strict.falls(K12, name) for name in ("meeting_by", "notice_by")] == [
        "2025-11-22", "2025-12-20",
    ]  # fmt: skip


def test_the_final_plan_follows_its_notice_by_eight_weeks(made: Council) -> None:
    follow(made, "notice_served")
    assert (made.falls(K12, "final_by"), made.falls(K12, "placement_by")) == (
        "2026-01-26", "2026-02-15",
    )  # fmt: skip


# ------------------------------------------------------------------ the way through
def test_a_transfer_goes_from_planned_to_a_named_placement(made: Council) -> None:
    follow(made, "placement_named")
    assert [one["to"] for one in made.history(K12)] == [
        "planned", "meeting_held", "notice_served", "placement_named",
    ]  # fmt: skip


def test_the_placement_and_its_day_are_kept(made: Council) -> None:
    follow(made, "placement_named")
    found = made.show(K12)["data"]
    assert (found["placement"], found["final_issued_on"], found["issued_by"]) == (
        "URN 100001", "2026-01-12", "max",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "trigger", "people"),
    [
        ("planned", "hold_meeting", CASEWORK),
        ("meeting_held", "serve_notice", AUTHORISED),
        ("notice_served", "family_responds", CASEWORK),
        ("notice_served", "name_placement", AUTHORISED),
        *((state, trigger, {"max"}) for state in OPEN for trigger in ("not_needed", "withdraw")),
    ],
)
def test_a_trigger_is_for_these_people_and_nobody_else(
    made: Council, state: str, trigger: str, people: set[str]
) -> None:
    follow(made, state)
    assert made.who_may(K12, trigger) == people


@pytest.mark.parametrize(
    ("state", "owner"),
    [
        ("planned", "send_caseworker"),
        ("meeting_held", "send_manager"),
        ("notice_served", "send_caseworker"),
    ],
)
def test_every_state_has_an_owner(made: Council, state: str, owner: str) -> None:
    follow(made, state)
    assert made.show(K12)["owner"] == owner


# ------------------------------------------------------------------ what each step needs
@pytest.mark.parametrize(
    ("held_on", "why"),
    [
        (None, "The day of the meeting is not given."),
        ("2025-11-11", "The day of the meeting is 11 November 2025, which has not come yet."),
    ],
)
def test_a_meeting_was_held_on_a_day(made: Council, held_on: str | None, why: str) -> None:
    refusal = made.at("2025-11-10 16:00").refusal(K12, "hold_meeting", by="kit", held_on=held_on)
    assert refusal == why


def test_the_annual_review_whose_meeting_it_was_is_kept(made: Council) -> None:
    made.at("2025-11-10 16:00").fire(
        K12, "hold_meeting", by="kit", held_on="2025-11-10", review="ehc_review:K12:3"
    )
    assert made.show(K12)["data"]["review"] == "ehc_review:K12:3"


@pytest.mark.parametrize("amendments", [[], [""]])
def test_a_notice_goes_with_its_amendments(made: Council, amendments: list[str]) -> None:
    follow(made, "meeting_held")
    assert made.refusal(K12, "serve_notice", by="max", amendments=amendments) == (
        "The proposed amendments are not attached: they go to the family in one notice."
    )


@pytest.mark.parametrize(
    ("notice_on", "why"),
    [
        ("2025-11-09", "The day of the notice is 09 November 2025, before the meeting on 10 November 2025."),
        ("2025-12-02", "The day of the notice is 02 December 2025, which has not come yet."),
    ],
)  # fmt: skip
def test_a_notice_is_served_between_the_meeting_and_today(
    made: Council, notice_on: str, why: str
) -> None:
    follow(made, "meeting_held")
    made.at("2025-12-01 10:00")
    refusal = made.refusal(K12, "serve_notice", by="max", amendments=["A"], notice_on=notice_on)
    assert refusal == why


@pytest.mark.parametrize("placement", ["", "  "])
def test_only_a_plan_that_names_a_placement_completes_the_transfer(
    made: Council, placement: str
) -> None:
    follow(made, "notice_served")
    refusal = made.at("2026-01-12 10:00").refusal(
        K12, "name_placement", by="max", placement=placement
    )
    assert refusal == (
        "The plan names no placement: only a final plan that names one completes the transfer, "
        "and a later annual review does not."
    )


def test_an_annual_review_later_in_the_year_does_not_complete_the_transfer(made: Council) -> None:
    reviews.begin(made)
    reviews.follow(made, "concluded")
    assert (made.state(K12), made.at("2026-02-16 00:00").show(K12)["late"]) == ("planned", True)


@pytest.mark.parametrize("at", ["2025-12-02 10:00", "2025-12-15 23:59"])
def test_the_placement_waits_for_the_familys_fifteen_days(made: Council, at: str) -> None:
    follow(made, "notice_served")
    refusal = made.at(at).refusal(K12, "name_placement", by="max", placement="URN 100001")
    assert refusal == "The family may answer until 15 December 2025 and has not yet."


def test_from_the_sixteenth_day_on_the_placement_is_named_without_an_answer(made: Council) -> None:
    follow(made, "notice_served")
    made.at("2025-12-16 00:00").fire(K12, "name_placement", by="max", placement="URN 100001")
    assert made.state(K12) == "placement_named"


def test_a_plan_issued_inside_the_fifteen_days_is_refused_also_when_it_is_told_later(
    made: Council,
) -> None:
    follow(made, "notice_served")
    refusal = made.at("2026-01-12 10:00").refusal(
        K12, "name_placement", by="max", placement="URN 100001", issued_on="2025-12-15"
    )
    assert refusal == "The family may answer until 15 December 2025 and has not yet."


def test_an_answer_ends_the_wait(made: Council) -> None:
    follow(made, "notice_served")
    made.at("2025-12-03 10:00").fire(K12, "family_responds", by="kit", response="D-80")
    made.fire(K12, "name_placement", by="max", placement="URN 100001")
    assert (made.state(K12), made.show(K12)["data"]["response"]) == ("placement_named", "D-80")


@pytest.mark.parametrize(
    ("trigger", "field", "by", "what"),
    [
        ("family_responds", "responded_on", "kit", "The day of the answer"),
        ("name_placement", "issued_on", "max", "The day of the final plan"),
    ],
)
def test_what_follows_the_notice_is_not_dated_before_it_nor_tomorrow(
    made: Council, trigger: str, field: str, by: str, what: str
) -> None:
    follow(made, "notice_served")
    made.at("2026-01-12 10:00")
    given = {"placement": "URN 100001"} if trigger == "name_placement" else {}
    late = made.refusal(K12, trigger, by=by, **given, **{field: "2026-01-13"})
    early = made.refusal(K12, trigger, by=by, **given, **{field: "2025-11-30"})
    assert late == f"{what} is 13 January 2026, which has not come yet."
    assert early.startswith(f"{what} is 30 November 2025, before the notice on 01 December 2025.")


# ------------------------------------------------------------------ one minute before and after midnight
STATES = [
    ("planned", "meeting_by", "2025-11-23", ("2025-11-24", "2025-11-25", "2025-11-26", "2025-12-05")),
    ("meeting_held", "notice_by", "2025-12-21", ("2025-12-22", "2025-12-23", "2025-12-24", "2026-01-07")),
    ("notice_served", "final_by", "2026-01-26", ("2026-01-27", "2026-01-28", "2026-01-29", "2026-02-09")),
]  # fmt: skip


@pytest.mark.parametrize(("state", "_deadline", "due_on", "_levels"), STATES)
def test_a_state_is_late_from_midnight_on_and_not_before(
    made: Council, state: str, _deadline: str, due_on: str, _levels: object
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
    for day in (due_on, *levels):
        made.at(f"{day} 00:00").later(minutes=-1).passes()
        made.at(f"{day} 00:00").passes()
        made.passes()
    climbed = [one for one in made.levels(K12, deadline) if one[0].startswith("L")]
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), levels, strict=True))
    assert "overdue_l2" in [one["reason"] for one in made.show(K12)["blocked"]]


def test_the_date_in_law_climbs_its_own_ladder_with_reminders_from_the_strict_day(
    made: Council,
) -> None:
    follow(made, "notice_served")
    made.at("2026-02-27 08:00").passes()
    assert made.levels(K12) == [
        ("R1", "2026-01-30"), ("R2", "2026-02-11"), ("R0", "2026-02-15"),
        ("L0", "2026-02-16"), ("L1", "2026-02-17"), ("L2", "2026-02-18"), ("L3", "2026-02-27"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "lateness"), [("2026-02-15 23:59", "on_time"), ("2026-02-16 00:01", "late_unexcused")]
)
def test_the_date_in_law_is_met_by_the_named_placement_alone(
    made: Council, at: str, lateness: str
) -> None:
    follow(made, "notice_served")
    made.at(at).fire(K12, "name_placement", by="max", placement="URN 100001")
    assert made.show(K12)["lateness"] == lateness


# ------------------------------------------------------------------ other ends, blocked, bad input
@pytest.mark.parametrize("state", OPEN)
@pytest.mark.parametrize(
    ("trigger", "end"), [("not_needed", "not_needed"), ("withdraw", "withdrawn")]
)
def test_a_transfer_ends_otherwise_with_a_reason_from_every_open_state(
    made: Council, state: str, trigger: str, end: str
) -> None:
    follow(made, state)
    assert made.refusal(K12, trigger, by="max") == "No reason is given."
    made.fire(K12, trigger, by="max", reason="The school takes children to 16")
    assert (made.state(K12), made.show(K12)["can"]) == (end, [])


def test_a_placement_that_nobody_agrees_to_is_a_reason_to_block(made: Council) -> None:
    follow(made, "notice_served")
    overlays.block(
        made.ctx, K12, actor="kit", reason="no_placement", note="Three schools have said no", now=made.now
    )  # fmt: skip
    made.at("2026-02-16 08:00").passes()
    assert "no_placement" in [one["reason"] for one in made.show(K12)["blocked"]]
    assert made.show(K12)["late"] is True  # a block stops no clock


@pytest.mark.parametrize(
    ("state", "trigger", "by", "given"),
    [
        ("planned", "hold_meeting", "kit", {"held_on": "in November"}),
        ("meeting_held", "serve_notice", "max", {"amendments": 1}),
        ("notice_served", "name_placement", "max", {"school": "URN 100001"}),
    ],
)
def test_what_cannot_be_read_changes_nothing(
    made: Council, state: str, trigger: str, by: str, given: dict[str, Any]
) -> None:
    follow(made, state)
    before = (made.show(K12), made.history(K12))
    with pytest.raises(BadData):
        made.fire(K12, trigger, by=by, **given)
    assert (made.show(K12), made.history(K12)) == before


def test_a_refusal_changes_nothing_but_is_written_down_once(made: Council) -> None:
    follow(made, "meeting_held")
    before, told = made.show(K12), made.history(K12)
    made.refusal(K12, "serve_notice", by="max")
    assert made.show(K12) == before
    assert [one["action"] for one in made.history(K12)[len(told) :]] == ["refused"]


def test_the_third_refusal_of_one_kind_blocks(made: Council) -> None:
    follow(made, "meeting_held")
    for _ in range(3):
        made.refusal(K12, "serve_notice", by="max")
    assert [one["reason"] for one in made.show(K12)["blocked"]] == ["refused_three_times"]

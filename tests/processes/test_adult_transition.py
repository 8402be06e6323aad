"""The way to adult services: from 1 September of Year 9 to the day adult services take over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import reviews
from council import Council, london

from qa_workflow.engine.working_days import add_months
from qa_workflow.errors import BadData, TransitionRefused
from qa_workflow.patterns import ehc
from qa_workflow.processes.adult_transition import PROCESS
from qa_workflow.store import council as council_store

K12 = "adult_transition:K12"
BEGUN = (
    "planning_started",
    "adult_services_notified",
    "adult_needs_assessment_decided",
    "plan_agreed",
)
OPEN = ("not_due", *BEGUN)

# By state: on which day which trigger is pulled, by whom, with what.
WAY: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "planning_started": ("2026-06-01 10:00", "notify_adult_services", "kit", {"service": "Learning disability team"}),
    "adult_services_notified": ("2028-10-02 10:00", "decide_assessment", "kit", {"outcome": "Eligible needs"}),
    "adult_needs_assessment_decided": ("2029-03-01 10:00", "agree_plan", "kit", {"plan": "AP-12"}),
    "plan_agreed": ("2029-12-03 10:00", "transfer", "kit", {}),
}  # fmt: skip


@pytest.fixture(scope="session")
def _bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = reviews.send_council(tmp_path_factory.mktemp("send"), "2025-05-01 08:00")
    made.ctx.database.close()
    return made.folder


@pytest.fixture
def bare(_bare: Path, tmp_path: Path) -> Iterator[Council]:
    """Give a SEND council on 1 May 2025."""
    council = reviews.copy_of(_bare, tmp_path, "2025-05-01 08:00")
    yield council
    council.ctx.database.close()


@pytest.fixture
def made(bare: Council) -> Council:
    """Give the same council where K12 begins Year 9 on 1 September 2025."""
    begin(bare)
    return bare


def begin(council: Council, subject: str = "K12", **data: Any) -> str:  # noqa: ANN401 - any data
    given = {"year9_on": "2025-09-01", **data}
    said = {name: value for name, value in given.items() if value is not None}
    return council.start("adult_transition", subject, by="kit", **said).reference


def follow(council: Council, state: str) -> None:
    """Take the transition on, each step on its day, until it stands in *state*; the panel is left aside."""
    while (standing := council.state(K12)) != state:
        if standing == "not_due":
            council.at("2025-09-01 00:00").passes()
            continue
        at, trigger, by, data = WAY[standing]
        if council.now < london(at):
            council.at(at)
        council.fire(K12, trigger, by=by, **data)


@pytest.fixture
def older(bare: Council) -> Council:
    """Give the same council in January 2026 where K12 began Year 9 in 2022, and adult services named a worker."""
    bare.at("2026-01-12 10:00")
    begin(bare, year9_on="2022-09-01")
    bare.fire(K12, "notify_adult_services", by="kit", service="Adults")
    bare.fire(K12, "name_worker", by="kit", worker="ASC-7")
    return bare


# ------------------------------------------------------------------ dates without a date of birth
def test_every_date_follows_from_the_first_day_of_year_9(made: Council) -> None:
    found = made.show(K12)
    dates = {
        name: found["data"][name] for name in ("notify_by", "decide_by", "plan_by", "transfer_by")
    }
    assert (found["due_on"], dates) == (
        "2029-03-01",
        {
            "notify_by": "2026-08-31",
            "decide_by": "2029-03-01",
            "plan_by": "2029-09-01",
            "transfer_by": "2030-08-31",
        },
    )


@pytest.mark.parametrize(
    "born_on", [date(2011, 9, 1), date(2012, 2, 29), date(2012, 8, 31), date(2011, 12, 25)]
)
def test_the_assessment_is_due_six_months_before_18_or_earlier_for_everybody_of_the_cohort(
    born_on: date,
) -> None:
    begins_on = date(2025, 9, 1)
    turns_18 = (
        date(born_on.year + 18, 3, 1)
        if born_on.day == 29
        else born_on.replace(year=born_on.year + 18)
    )
    assert add_months(ehc.assessment_by(begins_on), 6) <= turns_18 <= ehc.all_are_18_on(begins_on)


def test_the_oldest_of_the_cohort_turn_18_on_the_day_the_dates_assume() -> None:
    assert ehc.first_is_18_on(date(2025, 9, 1)) == date(2029, 9, 1)


def test_the_true_date_may_be_given(bare: Council) -> None:
    begin(bare, decide_by_on="2029-08-14")
    found = bare.show(K12)
    assert (found["due_on"], found["data"]["plan_by"]) == ("2029-08-14", "2030-02-14")


@pytest.mark.parametrize("day", ["2029-03-01", "2030-02-28"])
def test_a_true_date_of_the_cohort_is_taken(bare: Council, day: str) -> None:
    begin(bare, decide_by_on=day)
    assert bare.show(K12)["due_on"] == day


@pytest.mark.parametrize("day", ["2029-02-28", "2030-03-01"])
def test_a_true_date_of_another_cohort_is_refused(bare: Council, day: str) -> None:
    with pytest.raises(
        TransitionRefused, match="that lies in the twelve months from 01 March 2029"
    ):
        begin(bare, decide_by_on=day)


@pytest.mark.parametrize(
    ("year9_on", "why"),
    [
        (None, "No import knows when this child's Year 9 starts, and year9_on is not given."),
        ("2025-09-02", "A school year starts on 1 September."),
        ("2025-08-01", "A school year starts on 1 September."),
    ],
)
def test_a_transition_knows_its_school_year(bare: Council, year9_on: str | None, why: str) -> None:
    with pytest.raises(TransitionRefused) as refused:
        begin(bare, year9_on=year9_on)
    assert str(refused.value) == why


def test_a_start_that_cannot_be_read_starts_nothing(bare: Council) -> None:
    with pytest.raises(BadData):
        begin(bare, born_on="2011-09-01")
    assert bare.listed(process="adult_transition") == []


# ------------------------------------------------------------------ the way through
def test_planning_starts_by_itself_as_year_9_begins(made: Council) -> None:
    made.at("2025-08-31 23:59").passes()
    before = made.state(K12)
    made.at("2025-09-01 00:00").passes()
    assert (before, made.state(K12)) == ("not_due", "planning_started")


def test_a_transition_started_inside_year_9_begins_at_once(bare: Council) -> None:
    bare.at("2026-01-12 10:00")
    begin(bare)
    assert bare.state(K12) == "planning_started"


def test_a_transition_started_on_the_first_day_begins_at_once(bare: Council) -> None:
    bare.at("2025-09-01 10:00")
    begin(bare)
    assert bare.state(K12) == "planning_started"


def test_a_transition_goes_from_not_due_to_transferred(made: Council) -> None:
    follow(made, "transferred")
    assert [one["to"] for one in made.history(K12)] == ["not_due", *BEGUN, "transferred"]


def test_what_each_step_says_is_kept(made: Council) -> None:
    follow(made, "transferred")
    found = made.show(K12)["data"]
    names = (
        "service",
        "notified_on",
        "assessment",
        "decided_on",
        "adult_plan",
        "agreed_on",
        "transferred_on",
    )
    assert [found[name] for name in names] == [
        "Learning disability team", "2026-06-01", "Eligible needs", "2028-10-02", "AP-12", "2029-03-01",
        "2029-12-03",
    ]  # fmt: skip


CASEWORK = {"kit", "kim"}


@pytest.mark.parametrize(
    ("state", "trigger", "given", "people"),
    [
        ("not_due", "start_planning", {}, set()),
        ("planning_started", "notify_adult_services", {}, CASEWORK),
        ("adult_services_notified", "name_worker", {}, CASEWORK),
        ("adult_services_notified", "decide_assessment", {}, CASEWORK),
        ("adult_services_notified", "find_not_eligible", {}, {"max"}),
        ("adult_needs_assessment_decided", "find_not_eligible", {}, {"max"}),
        ("adult_needs_assessment_decided", "agree_plan", {}, CASEWORK),
        ("plan_agreed", "transfer", {}, CASEWORK),
        ("planning_started", "panel_saw", {"seen_on": "2025-09-01", "year": 2025}, set()),
        *((state, trigger, {}, {"max"}) for state in OPEN for trigger in ("move_away", "withdraw")),
    ],
)
def test_a_trigger_is_for_these_people_and_nobody_else(
    made: Council, state: str, trigger: str, given: dict[str, Any], people: set[str]
) -> None:
    follow(made, state)
    assert made.who_may(K12, trigger, **given) == people


@pytest.mark.parametrize("state", OPEN)
def test_the_caseworker_owns_every_open_state(made: Council, state: str) -> None:
    follow(made, state)
    assert made.show(K12)["owner"] == "send_caseworker"


# ------------------------------------------------------------------ what each step needs
@pytest.mark.parametrize(
    ("state", "trigger", "why"),
    [
        ("planning_started", "notify_adult_services", "Which adult service was told is not said."),
        ("adult_services_notified", "name_worker", "No worker is named."),
        ("adult_services_notified", "decide_assessment", "What was decided is not said."),
    ],
)
def test_a_step_says_what_it_is_about(made: Council, state: str, trigger: str, why: str) -> None:
    follow(made, state)
    assert made.refusal(K12, trigger, by="kit") == why


@pytest.mark.parametrize(
    ("state", "field", "what", "before"),
    [
        ("planning_started", "notified_on", "The day on which adult services were told", ""),
        (
            "adult_services_notified", "decided_on", "The day of the decision",
            "adult services were told on 01 June 2026",
        ),
        ("adult_needs_assessment_decided", "agreed_on", "The day of the plan", "the decision on 02 October 2028"),
        ("plan_agreed", "transferred_on", "The day of the transfer", "the plan was agreed on 01 March 2029"),
    ],
)  # fmt: skip
def test_steps_are_told_in_their_order_and_not_before_they_happen(
    made: Council, state: str, field: str, what: str, before: str
) -> None:
    follow(made, state)
    at, trigger, by, given = WAY[state]
    made.at(at)
    late = made.refusal(K12, trigger, by=by, **{**given, field: "2031-01-01"})
    assert late == f"{what} is 01 January 2031, which has not come yet."
    if before:
        early = made.refusal(K12, trigger, by=by, **{**given, field: "2025-09-02"})
        assert early.endswith(f"{what} is 02 September 2025, before {before}.")


@pytest.mark.parametrize(
    ("at", "given"),
    [("2029-08-31 23:59", {}), ("2029-10-01 10:00", {"transferred_on": "2029-08-31"})],
)
def test_nobody_is_transferred_before_anybody_of_the_cohort_is_18(
    made: Council, at: str, given: dict[str, str]
) -> None:
    follow(made, "plan_agreed")
    refusal = made.at(at).refusal(K12, "transfer", by="kit", **given)
    assert refusal == "The young person cannot be 18 before 01 September 2029."


def test_from_that_day_on_a_transfer_is_possible(made: Council) -> None:
    follow(made, "plan_agreed")
    made.at("2029-09-01 00:01").fire(K12, "transfer", by="kit")
    assert made.state(K12) == "transferred"


def test_with_the_true_date_the_true_birthday_counts(bare: Council) -> None:
    begin(bare, decide_by_on="2029-08-14")
    follow(bare, "plan_agreed")
    refusal = bare.at("2030-02-13 10:00").refusal(K12, "transfer", by="kit")
    bare.at("2030-02-14 10:00").fire(K12, "transfer", by="kit")
    assert refusal == "The young person cannot be 18 before 14 February 2030."


# ------------------------------------------------------------------ adult services that keep silent
@pytest.fixture
def notified(made: Council) -> Council:
    """Give the same council where adult services were told on Friday 27 March 2026: Easter and a clock change follow."""
    follow(made, "planning_started")
    made.at("2026-03-27 10:00").fire(K12, "notify_adult_services", by="kit", service="Adults")
    return made


def test_a_worker_is_named_within_twenty_working_days(notified: Council) -> None:
    assert notified.falls(K12, "worker_by") == "2026-04-28"


def test_without_a_worker_it_is_blocked_on_the_next_working_day(notified: Council) -> None:
    notified.at("2026-04-28 23:59").passes()
    before = notified.show(K12)["blocked"]
    notified.at("2026-04-29 00:00").passes()
    after = [one["reason"] for one in notified.show(K12)["blocked"]]
    assert (before, after) == ([], ["awaiting_partner_agency"])


def test_the_silence_is_told_up_to_the_director(notified: Council) -> None:
    notified.at("2026-05-28 08:00").passes()
    told = {
        one["level"]: (one["nominal_on"], one["data"]["told"])
        for one in notified.history(K12)
        if one["level"] is not None and one["data"]["deadline"] == "worker_by"
    }
    assert told == {
        "R2": ("2026-04-24", ["kim", "kit"]),
        "L2": ("2026-04-29", ["kim", "kit", "max", "ada"]),
        "L3": ("2026-05-28", ["dana"]),
    }


def test_a_named_worker_ends_the_block_and_the_wait(notified: Council) -> None:
    notified.at("2026-04-29 08:00").passes()
    notified.fire(K12, "name_worker", by="kit", worker="ASC-7")
    notified.at("2026-06-30 08:00").passes()
    found = notified.show(K12)
    assert (found["state"], found["blocked"], found["data"]["worker"]) == (
        "adult_services_notified", [], "ASC-7",
    )  # fmt: skip
    assert [one[0] for one in notified.levels(K12, "worker_by")] == ["R2", "L2"]


def test_a_worker_named_in_time_lets_nobody_hear_of_it(notified: Council) -> None:
    notified.at("2026-04-20 08:00").fire(K12, "name_worker", by="kit", worker="ASC-7")
    notified.at("2026-06-30 08:00").passes()
    assert notified.levels(K12, "worker_by") == []


def test_a_notification_told_later_counts_from_its_own_day(made: Council) -> None:
    follow(made, "planning_started")
    made.at("2026-04-09 10:00").fire(
        K12, "notify_adult_services", by="kit", service="Adults", notified_on="2026-03-27"
    )
    assert made.falls(K12, "worker_by") == "2026-04-28"


def test_a_holiday_proclaimed_late_gives_adult_services_a_day_more(notified: Council) -> None:
    with notified.ctx.database.transaction() as connection:
        council_store.put_closure_day(connection, date(2026, 4, 17), "bank_holiday", "Jubilee")
    assert notified.falls(K12, "worker_by") == "2026-04-29"


def test_nothing_counted_in_working_days_is_stored(notified: Council) -> None:
    assert PROCESS.recount is None
    assert "2026-04-28" not in str(notified.show(K12)["data"])


# ------------------------------------------------------------------ one minute before and after midnight
@pytest.mark.parametrize(
    ("state", "due_on"),
    [
        ("planning_started", "2026-08-31"),
        ("adult_needs_assessment_decided", "2029-09-01"),
        ("plan_agreed", "2030-08-31"),
    ],
)
def test_a_state_is_late_from_midnight_on_and_not_before(
    made: Council, state: str, due_on: str
) -> None:
    follow(made, state)
    before = made.at(f"{due_on} 23:59").show(K12)["status"]
    after = made.later(minutes=2).show(K12)["status"]
    assert (before[:3], after[:4]) == ("In ", "Late")


def climbs(council: Council, deadline: str, levels: tuple[str, ...]) -> list[tuple[str, str]]:
    """Let every level come on its day, with a pass a minute before and two at midnight, and return them all."""
    for day in levels:
        council.at(f"{day} 00:00").later(minutes=-1).passes()
        council.at(f"{day} 00:00").passes()
        council.passes()
    return [one for one in council.levels(K12, deadline) if one[0].startswith("L")]


def test_a_late_notification_climbs_each_level_on_its_day_and_once(made: Council) -> None:
    follow(made, "planning_started")
    levels = ("2026-09-01", "2026-09-07", "2026-09-14", "2026-09-28")
    climbed = climbs(made, "notify_by", levels)
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), levels, strict=True))


def test_a_late_plan_climbs_each_level_on_its_day_and_once(older: Council) -> None:
    older.fire(K12, "decide_assessment", by="kit", outcome="Eligible needs")
    levels = ("2026-09-02", "2026-09-08", "2026-09-15", "2026-09-29")
    climbed = climbs(older, "plan_by", levels)
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), levels, strict=True))


def test_a_late_transfer_climbs_each_level_on_its_day_and_once(older: Council) -> None:
    older.fire(K12, "decide_assessment", by="kit", outcome="Eligible needs")
    older.fire(K12, "agree_plan", by="kit")
    levels = ("2027-09-01", "2027-09-07", "2027-09-14", "2027-09-28")
    climbed = climbs(older, "transfer_by", levels)
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), levels, strict=True))


def test_the_assessment_climbs_the_ladder_of_the_own_date(older: Council) -> None:
    older.at("2026-03-27 08:00").passes()
    assert older.levels(K12) == [
        ("R1", "2026-02-13"), ("R2", "2026-02-25"),
        ("L0", "2026-03-02"), ("L1", "2026-03-06"), ("L2", "2026-03-13"), ("L3", "2026-03-27"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "lateness"), [("2026-03-01 23:59", "on_time"), ("2026-03-02 00:01", "late")]
)
def test_the_own_date_is_met_by_the_decision(older: Council, at: str, lateness: str) -> None:
    older.at(at).fire(K12, "decide_assessment", by="kit", outcome="Eligible needs")
    assert older.show(K12)["lateness"] == lateness


def test_a_date_beyond_the_known_bank_holidays_is_kept_and_no_level_is_guessed(
    bare: Council,
) -> None:
    full = bare.ctx.published
    known = {day: name for day, name in full.holidays.items() if day.year <= 2026}
    bare.ctx = replace(bare.ctx, published=replace(full, holidays=known, last_year=2026))
    begin(bare)
    follow(bare, "adult_services_notified")
    bare.at("2029-04-02 08:00").passes()
    assert (bare.show(K12)["due_on"], bare.show(K12)["late"], bare.levels(K12)) == (
        "2029-03-01", True, [],
    )  # fmt: skip


# ------------------------------------------------------------------ other ends, bad input
@pytest.mark.parametrize(
    ("state", "trigger", "end"),
    [
        *((state, "move_away", "moved_away") for state in OPEN),
        *((state, "withdraw", "withdrawn") for state in OPEN),
        ("adult_services_notified", "find_not_eligible", "not_eligible"),
        ("adult_needs_assessment_decided", "find_not_eligible", "not_eligible"),
    ],
)
def test_a_transition_ends_otherwise_with_a_reason(
    made: Council, state: str, trigger: str, end: str
) -> None:
    follow(made, state)
    assert made.refusal(K12, trigger, by="max") == "No reason is given."
    made.fire(K12, trigger, by="max", reason="Moved to Camden")
    assert (made.state(K12), made.show(K12)["can"]) == (end, [])


@pytest.mark.parametrize(
    ("state", "trigger", "given"),
    [
        ("planning_started", "notify_adult_services", {"notified_on": "June"}),
        ("adult_services_notified", "name_worker", {"worker": "ASC-7", "name": "A. Person"}),
        ("plan_agreed", "transfer", {"transferred_on": 2029.5}),
    ],
)
def test_what_cannot_be_read_changes_nothing(
    made: Council, state: str, trigger: str, given: dict[str, Any]
) -> None:
    follow(made, state)
    before = (made.show(K12), made.history(K12))
    with pytest.raises(BadData):
        made.fire(K12, trigger, by="kit", **given)
    assert (made.show(K12), made.history(K12)) == before


def test_a_refusal_changes_nothing_but_is_written_down_once(made: Council) -> None:
    follow(made, "planning_started")
    before, told = made.show(K12), made.history(K12)
    made.refusal(K12, "notify_adult_services", by="kit")
    assert made.show(K12) == before
    assert [one["action"] for one in made.history(K12)[len(told) :]] == ["refused"]


def test_the_third_refusal_of_one_kind_blocks(made: Council) -> None:
    follow(made, "planning_started")
    for _ in range(3):
        made.refusal(K12, "notify_adult_services", by="kit")
    assert [one["reason"] for one in made.show(K12)["blocked"]] == ["refused_three_times"]

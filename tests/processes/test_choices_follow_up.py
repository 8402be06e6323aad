"""What a council chooses about follow-up and scrutiny: windows, board months, carrying forward (A2, A10, A11, A29, A38)."""

from pathlib import Path

import providers
import pytest
import reports
from choosing import choose, meets_in
from council import AUTUMN, SPRING, Council
from follow_up import JANUARY, R1, R2, blocks, follow, raise_by_hand, standing

FEBRUARY, MARCH, DECEMBER = (
    f"getting_to_outstanding:{period}" for period in ("2026-02", "2026-03", "2025-12")
)
THREE_NINE = {"follow_up_months": (3, 9)}
CLOSED = {"reason": "The school was closed"}


# ------------------------------------------------------------------ A2: the windows
@pytest.mark.parametrize(
    ("months", "window", "meeting"),
    [
        ((1, 7), "2026-01-31", "2025-12-31"),
        ((3, 9), "2026-03-31", "2026-02-28"),
        ((11, 5), "2025-11-30", "2025-10-31"),
        ((7,), "2026-07-31", "2026-06-30"),
    ],
)
def test_a_recommendation_is_signed_off_in_a_month_that_the_council_chooses(
    running: Council, audit: str, months: tuple[int, ...], window: str, meeting: str
) -> None:
    choose(running, follow_up_months=months)
    by_hand = raise_by_hand(running)
    running.close_audit(audit, recommendations=[{"what": "Write the plan with the child"}])
    for reference in (by_hand, R2):
        shown = running.show(reference)
        data = shown["data"]
        assert (shown["due_on"], data["window_on"], data["meeting_due_on"]) == (
            window, window, meeting,
        )  # fmt: skip


def february(council: Council) -> None:
    """Let the meeting of February be planned, dated, frozen, held and minuted by the 18th."""
    meets_in(choose(council, **THREE_NINE), "GTO", 2, 8)
    council.at("2026-01-15 09:00").passes()
    council.fire(FEBRUARY, "schedule", by="quinn", sits_on="2026-02-18")
    council.at("2026-02-12 00:01").passes()
    council.at("2026-02-18 10:00").fire(FEBRUARY, "hold", by="ada")
    council.fire(FEBRUARY, "minute", by="quinn", minutes_reference="MIN-7")


def test_a_meeting_of_february_leaves_the_rest_to_a_second_sitting_in_march(
    running: Council,
) -> None:
    choose(running, **THREE_NINE)
    for reference in (raise_by_hand(running), raise_by_hand(running)):
        follow(running, "in_progress", reference)
    running.fire(R2, "carry_forward", by="ada", **CLOSED)
    february(running)
    papers = [running.show(one)["data"]["papers_on"] for one in (R1, R2)]
    assert papers == ["2026-02-11", None]  # the other one is of the window of September
    assert not standing(running, DECEMBER)
    assert running.falls(FEBRUARY, "close_by") == "2026-03-31"
    running.fire(FEBRUARY, "close", by="ada")
    assert running.show(MARCH)["due_on"] == "2026-03-31"


def test_what_is_raised_once_a_chosen_meeting_is_closed_has_a_second_sitting(
    running: Council,
) -> None:
    february(running)
    running.fire(FEBRUARY, "close", by="ada")
    assert not standing(running, MARCH)
    raise_by_hand(running.at("2026-02-20 10:00"))
    assert standing(running, MARCH)


def test_a_chosen_meeting_reviews_what_is_due_in_its_own_window(running: Council) -> None:
    meets_in(choose(running, follow_up_months=(2, 8)), "GTO", 1, 7)
    follow(running, "in_progress", raise_by_hand(running))
    running.at("2025-12-10 09:00").passes()
    running.fire(JANUARY, "schedule", by="quinn", sits_on="2026-01-21")
    assert running.show(R1)["data"]["papers_on"] == "2026-01-14"


def test_what_is_raised_after_a_chosen_meeting_has_the_second_sitting_before_it(
    running: Council,
) -> None:
    choose(running.at("2026-03-02 09:00"), **THREE_NINE)
    assert running.show(raise_by_hand(running))["due_on"] == "2026-03-31"
    assert standing(running, MARCH)


def test_what_is_carried_forward_goes_into_the_next_chosen_window(running: Council) -> None:
    choose(running, **THREE_NINE)
    follow(running, "in_progress", raise_by_hand(running))
    running.fire(R1, "carry_forward", by="ada", **CLOSED)
    shown = running.show(R1)
    assert (shown["due_on"], shown["data"]["meeting_due_on"]) == ("2026-09-30", "2026-08-31")


def test_the_actions_of_a_provider_are_followed_up_in_a_chosen_window(tmp_path: Path) -> None:
    with providers.standing(tmp_path) as stand:
        council = choose(stand("finalising"), **THREE_NINE).at("2026-06-30 10:00")
        council.fire(providers.AUDIT, "finalise", by="sandy", actions=[providers.SECOND_ACTION])
        assert council.show(R1)["due_on"] == "2026-09-30"
        assert council.show(providers.AUDIT)["data"]["actions_by"] == "2026-09-30"
        assert council.show(R1)["data"]["window_on"] == "2026-09-30"


# ------------------------------------------------------------------ A38: carried forward
def carried(council: Council, times: int) -> Council:
    follow(council, "in_progress", raise_by_hand(council))
    for _ in range(times):
        council.fire(R1, "carry_forward", by="ada", **CLOSED)
    return council


@pytest.mark.parametrize(
    ("allowed", "why"),
    [
        (0, "Nothing is carried forward here."),
        (1, "It was carried forward once already; a second time is not allowed."),
        (2, "It was carried forward twice already; a third time is not allowed."),
        (3, "It was carried forward 3 times already; a further time is not allowed."),
    ],
)
def test_a_recommendation_is_carried_forward_as_often_as_the_council_allows(
    running: Council, allowed: int, why: str
) -> None:
    carried(choose(running, carry_forwards=allowed), allowed)
    assert running.refusal(R1, "carry_forward", by="ada", **CLOSED) == why
    assert blocks(running) == ["second_carry_forward"]


# ------------------------------------------------------------------ A10, A11: the board
@pytest.mark.parametrize(
    ("months", "autumn", "spring"),
    [
        ((3, 6, 9, 12), "2025-12-31", "2026-06-30"),
        ((2, 5, 8, 11), "2026-02-28", "2026-08-31"),
        ((7,), "2026-07-31", "2026-07-31"),
    ],
)
def test_governance_signs_an_audit_report_off_in_a_month_of_its_board(
    council: Council, months: tuple[int, ...], autumn: str, spring: str
) -> None:
    choose(council, scrutiny_months=months)
    council.at("2025-09-03 08:00").passes()
    council.at("2026-03-04 08:00").passes()
    found = [council.show(one)["data"]["governance_due_on"] for one in (AUTUMN, SPRING)]
    assert found == [autumn, spring]


@pytest.mark.parametrize(
    ("months", "by"), [((3, 6, 9, 12), "2026-03-31"), ((2, 5, 8, 11), "2026-02-28")]
)
def test_a_plan_awaits_the_next_board_that_the_council_has(
    tmp_path: Path, months: tuple[int, ...], by: str
) -> None:
    with reports.standing(tmp_path, "2026-01-06 08:00") as council:
        choose(council, scrutiny_months=months)
        plan = reports.begin(council, "service_improvement_plan", "2026-01")
        reports.review(council, plan, "awaiting_scrutiny")
        assert council.falls(plan, "scrutinise_by") == by


# ------------------------------------------------------------------ A29: urgent versions
STANDARDS = "practice_standards:2026-02"


@pytest.mark.parametrize(
    ("counts", "state", "levels"), [(False, "current", ["L0", "L1"]), (True, "approved", [])]
)
def test_an_urgent_version_stands_for_the_review_where_the_council_says_so(
    tmp_path: Path, *, counts: bool, state: str, levels: list[str]
) -> None:
    with reports.standing(tmp_path, "2026-01-06 08:00") as council:
        choose(council, urgent_satisfies_review=counts)
        reports.begin(council, "practice_standards", "2026-02")
        council.fire(STANDARDS, "urgent_update", by="sandy", **reports.URGENT)
        council.fire(STANDARDS, "approve_urgent_update", by="ada", minute_reference="MEB 1")
        assert council.state(STANDARDS) == state
        assert council.show(STANDARDS)["data"]["in_force"]["version"] == 1
        council.at("2026-03-09 08:00").passes()
        assert [one for one, _ in council.levels(STANDARDS) if one.startswith("L")] == levels


def test_a_review_that_has_begun_goes_on_whatever_is_urgent(tmp_path: Path) -> None:
    with reports.standing(tmp_path, "2026-01-06 08:00") as council:
        choose(council, urgent_satisfies_review=True)
        reports.begin(council, "practice_standards", "2026-02")
        council.fire(STANDARDS, "urgent_update", by="sandy", **reports.URGENT)
        council.fire(STANDARDS, "review", by="cass")
        council.fire(STANDARDS, "approve_urgent_update", by="ada", minute_reference="MEB 1")
        assert council.state(STANDARDS) == "in_review"

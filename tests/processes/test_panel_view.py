"""The SEND Panel sees each child on the way to adulthood at least once a year, while the transition is open."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reviews
import send
from council import Council

from qa_workflow.errors import BadData, WrongInput

TRANSITION = "adult_transition:K12"
FIRST = "panel_view:K12:2025"
SECOND = "panel_view:K12:2026"


@pytest.fixture(scope="session")
def _started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = reviews.send_council(tmp_path_factory.mktemp("send"), "2025-08-01 08:00")
    made.start("adult_transition", "K12", by="kit", year9_on="2025-09-01")
    made.at("2025-09-01 00:00").passes()
    made.ctx.database.close()
    return made.folder


@pytest.fixture
def made(_started: Path, tmp_path: Path) -> Iterator[Council]:
    """Give a council where the transition of K12 began on 1 September 2025."""
    council = reviews.copy_of(_started, tmp_path, "2025-09-01 08:00")
    yield council
    council.ctx.database.close()


def views(council: Council) -> list[tuple[str, str, str]]:
    """Return every view with its state and the day it is due."""
    found = council.listed(process="panel_view", include_final=True)
    return [(one["reference"], one["state"], one["due_on"]) for one in found]


def see(council: Council, reference: str, at: str, **data: Any) -> None:  # noqa: ANN401 - any data
    council.at(at).fire(reference, "see", by="chris", **{"sitting": "send_panel:2026-03", **data})


# ------------------------------------------------------------------ from year to year
def test_the_first_view_is_due_twelve_months_after_planning_started(made: Council) -> None:
    assert views(made) == [(FIRST, "due", "2026-09-01")]


def test_before_year_9_there_is_nothing_to_see(made: Council) -> None:
    made.start("adult_transition", "K13", by="kit", year9_on="2026-09-01")
    assert views(made) == [(FIRST, "due", "2026-09-01")]


def test_the_next_view_is_due_twelve_months_after_the_child_was_seen(made: Council) -> None:
    see(made, FIRST, "2026-03-18 12:00")
    assert views(made) == [(FIRST, "seen", "2026-09-01"), (SECOND, "due", "2027-03-18")]


def test_it_counts_from_the_day_of_the_sitting_and_not_from_the_day_it_was_told(
    made: Council,
) -> None:
    see(made, FIRST, "2026-03-25 12:00", seen_on="2026-03-18")
    assert views(made)[1] == (SECOND, "due", "2027-03-18")


def test_a_child_seen_twice_in_one_year_has_two_views(made: Council) -> None:
    see(made, FIRST, "2025-10-15 12:00")
    see(made, SECOND, "2025-11-19 12:00")
    assert views(made)[2] == ("panel_view:K12:2027", "due", "2026-11-19")


def test_a_child_seen_years_late_has_the_view_of_that_year(made: Council) -> None:
    see(made, FIRST, "2028-01-19 12:00")
    assert views(made)[1] == ("panel_view:K12:2028", "due", "2029-01-19")


def test_where_and_when_the_child_was_seen_is_kept(made: Council) -> None:
    see(made, FIRST, "2026-03-25 12:00", seen_on="2026-03-18")
    found = made.show(FIRST)["data"]
    assert (found["seen_at"], found["seen_on"]) == ("send_panel:2026-03", "2026-03-18")


def test_the_views_belong_to_the_transition(made: Council) -> None:
    see(made, FIRST, "2026-03-18 12:00")
    assert made.show(TRANSITION)["children"] == [FIRST, SECOND]


# ------------------------------------------------------------------ until the transition ends
@pytest.mark.parametrize("trigger", ["move_away", "withdraw"])
def test_a_view_ends_with_the_transition(made: Council, trigger: str) -> None:
    made.fire(TRANSITION, trigger, by="max", reason="Moved to Camden")
    assert views(made) == [(FIRST, "ended", "2026-09-01")]


def test_a_view_ends_when_adult_services_find_no_eligible_needs(made: Council) -> None:
    made.fire(TRANSITION, "notify_adult_services", by="kit", service="Adults")
    made.fire(TRANSITION, "find_not_eligible", by="max", reason="No eligible needs")
    assert views(made) == [(FIRST, "ended", "2026-09-01")]


def test_a_view_ends_when_adult_services_take_over(made: Council) -> None:
    made.fire(TRANSITION, "notify_adult_services", by="kit", service="Adults")
    made.fire(TRANSITION, "decide_assessment", by="kit", outcome="Eligible needs")
    made.fire(TRANSITION, "agree_plan", by="kit")
    see(made, FIRST, "2029-06-20 12:00")
    made.at("2029-12-03 10:00").fire(TRANSITION, "transfer", by="kit")
    assert [state for _, state, _ in views(made)] == ["seen", "ended"]


def test_why_a_view_ended_stands_in_its_history(made: Council) -> None:
    made.fire(TRANSITION, "move_away", by="max", reason="Moved to Camden")
    assert made.history(FIRST)[-1]["reason"] == "adult_transition:K12 has ended."


# ------------------------------------------------------------------ who, and what is needed
def test_only_the_chair_says_that_the_panel_saw_a_child(made: Council) -> None:
    assert (made.who_may(FIRST, "see"), made.who_may(FIRST, "end")) == ({"chris"}, set())


def test_the_chair_owns_it(made: Council) -> None:
    assert made.show(FIRST)["owner"] == "send_panel_chair"


def test_a_sitting_is_named_where_none_has_taken_it(made: Council) -> None:
    assert made.refusal(FIRST, "see", by="chris") == (
        "No sitting has taken this on its agenda: name the one that saw the child."
    )


def test_nobody_is_seen_tomorrow(made: Council) -> None:
    refusal = made.at("2026-03-18 12:00").refusal(
        FIRST, "see", by="chris", sitting="send_panel:2026-02", seen_on="2026-03-19"
    )
    assert refusal == "The day of the sitting is 19 March 2026, which has not come yet."


def test_nobody_is_seen_at_a_sitting_that_has_not_sat(made: Council) -> None:
    made.at("2026-03-18 12:00").passes()
    refusal = made.refusal(FIRST, "see", by="chris", sitting="send_panel:2026-04")
    assert refusal == "send_panel:2026-04 has not sat yet."


def test_nobody_starts_a_view_by_hand(made: Council) -> None:
    with pytest.raises(WrongInput, match="adult_transition starts each one"):
        made.start("panel_view", "K13", by="chris")


def test_what_cannot_be_read_changes_nothing(made: Council) -> None:
    before = (made.show(FIRST), made.history(FIRST))
    with pytest.raises(BadData):
        made.fire(FIRST, "see", by="chris", sitting="send_panel:2026-03", seen="yes")
    assert (made.show(FIRST), made.history(FIRST)) == before


def test_the_third_refusal_of_one_kind_blocks(made: Council) -> None:
    for _ in range(3):
        made.refusal(FIRST, "see", by="chris")
    assert [one["action"] for one in made.history(FIRST)][-3:] == ["refused"] * 3
    assert [one["reason"] for one in made.show(FIRST)["blocked"]] == ["refused_three_times"]


# ------------------------------------------------------------------ on the agenda
def test_a_view_comes_to_the_first_sitting_of_its_last_two_months(made: Council) -> None:
    made.at("2026-06-25 08:00").passes()
    found = made.show(FIRST)["data"]
    agenda = [one["item"] for one in made.show("send_panel:2026-07")["data"]["items"]]
    assert (found["sitting"], agenda) == ("send_panel:2026-07", [FIRST])


def test_before_that_it_stands_on_no_agenda(made: Council) -> None:
    made.at("2026-03-18 12:00").passes()
    assert (made.show(FIRST)["data"]["sitting"], made.show(FIRST)["blocked"]) == (None, [])


def test_the_sitting_that_took_it_need_not_be_named(made: Council) -> None:
    panel = "send_panel:2026-07"
    made.at("2026-06-25 08:00").passes()
    made.fire(panel, "open_agenda", by="chris", sits_on="2026-07-15")
    made.at("2026-07-08 08:00").passes()
    made.at("2026-07-15 17:00").passes()
    made.fire(panel, "hold", by="chris", members=list(send.QUORUM))
    made.fire(FIRST, "see", by="chris")
    (item,) = made.show(panel)["data"]["items"]
    assert (made.show(FIRST)["data"]["seen_at"], item["decided_on"]) == (panel, "2026-07-15")


def test_a_child_the_panel_did_not_reach_comes_to_the_next_sitting(made: Council) -> None:
    panel = "send_panel:2026-07"
    made.at("2026-06-25 08:00").passes()
    made.fire(panel, "open_agenda", by="chris", sits_on="2026-07-15")
    made.at("2026-07-15 17:00").passes()
    made.fire(panel, "hold", by="chris", members=list(send.QUORUM), not_reached=[FIRST])
    assert made.show(FIRST)["data"]["sitting"] == "send_panel:2026-08"


def test_an_ended_view_leaves_the_agenda(made: Council) -> None:
    made.at("2026-06-25 08:00").passes()
    made.fire(TRANSITION, "move_away", by="max", reason="Moved to Camden")
    assert made.show("send_panel:2026-07")["data"]["items"] == []


# ------------------------------------------------------------------ one minute before and after midnight
@pytest.mark.parametrize(
    ("at", "sentence"), [("2026-09-01 23:59", "In due"), ("2026-09-02 00:01", "Late in due")]
)
def test_a_view_is_late_from_midnight_on_and_not_before(
    made: Council, at: str, sentence: str
) -> None:
    assert made.at(at).show(FIRST)["status"].startswith(sentence)


def test_a_late_view_climbs_each_level_on_its_day(made: Council) -> None:
    made.at("2026-09-29 08:00").passes()
    assert made.levels(FIRST) == [
        ("R1", "2026-08-17"), ("R2", "2026-08-27"),
        ("L0", "2026-09-02"), ("L1", "2026-09-08"), ("L2", "2026-09-15"), ("L3", "2026-09-29"),
    ]  # fmt: skip

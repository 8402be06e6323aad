"""Three children with EHC plans, from the list that names them to the end of everything it asks for.

Told day by day as an officer would: across 29 February 2024, two Easters, both clock changes and Christmas.
Kit and Kim do the casework, Max signs, Chris chairs the panel; the daemon passes now and then, at eight.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import reviews
import send
from council import Council, london
from reviews import VIEWS

from qa_workflow.service import enquiries
from qa_workflow.service.plan_holder_imports import import_plan_holders

# K1 is four; K6 moves to secondary school in 2024; K9 begins Year 9 in September 2023; all were reviewed before.
LIST = (
    "C1,K1,2018-10-05,2023-08-29,,no,primary",
    "C6,K6,2012-10-05,2021-03-01,2023-02-28,no,primary",
    "C9,K9,2010-03-02,2019-06-14,2023-03-01,no,secondary",
)
HEARD = {"views": [{**VIEWS[0], "heard_on": "2023-09-20"}], "parent_invited": True}
ADULT = {"adulthood": "Travel training", "adult_services": ["Adult social care"]}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Council]:
    """Give a SEND council whose planning begins on Friday 1 September 2023, with the list of its plans."""
    council = reviews.send_council(tmp_path, "2023-09-01 08:00")
    path = reviews.plan_holders_csv(council, *LIST)
    import_plan_holders(council.ctx, path, now=council.now, actor="cli:test")
    council.passes()
    yield council
    council.ctx.database.close()


def mornings(council: Council, until: str) -> None:
    """Let the daemon pass at eight on the first of each month up to *until*, and on that day."""
    day, last = council.now.date(), date.fromisoformat(until)
    while (day := day + timedelta(days=1)) <= last:
        if day.day == 1 or day == last:
            council.at(f"{day.isoformat()} 08:00").passes()


def does(council: Council, at: str, reference: str, trigger: str, by: str, **data: Any) -> None:  # noqa: ANN401 - any data
    """Let the mornings pass up to the day of *at*, and somebody do something then."""
    mornings(council, at[:10])
    council.at(at)
    council.fire(reference, trigger, by=by, **data)


def sits(council: Council, day: str, view: str) -> None:
    """Let the panel of a month sit on *day* and see the child of *view*, who stands on its agenda by then."""
    panel = f"send_panel:{day[:7]}"
    mornings(council, f"{day[:7]}-01")
    council.fire(panel, "open_agenda", by="chris", sits_on=day)
    mornings(council, day)
    council.at(f"{day} 17:00").fire(panel, "hold", by="chris", members=list(send.QUORUM))
    assert view in [one["item"] for one in council.show(panel)["data"]["items"]]
    council.fire(view, "see", by="chris")


def of_plan(council: Council, plan: str) -> dict[str, str]:
    """Return everything about a plan, ended things too, with its state."""
    found = council.listed(include_final=True)
    return {one["reference"]: one["state"] for one in found if one["subject"] == plan}


def late(council: Council, plan: str) -> list[str]:
    """Return what of a plan was told late: the references with their L levels."""
    return [
        f"{reference} {entry['level']}"
        for reference in of_plan(council, plan)
        for entry in council.history(reference)
        if (entry["level"] or "").startswith("L")
    ]


def test_the_list_brings_what_each_child_asks_for(made: Council) -> None:
    assert [of_plan(made, plan) for plan in ("K1", "K6", "K9")] == [
        {},
        {"ehc_review:K6:3": "scheduled", "phase_transfer:K6:2024": "planned"},
        {
            "ehc_review:K9:5": "scheduled",
            "adult_transition:K9": "planning_started",
            "panel_view:K9:2023": "due",
        },
    ]


def test_a_first_review_falls_on_leap_day_and_the_next_on_the_28th(made: Council) -> None:
    k1 = "ehc_review:K1:1"
    mornings(made, "2024-02-28")
    before = of_plan(made, "K1")
    mornings(made, "2024-02-29")
    assert (before, of_plan(made, "K1")) == (
        {},
        {k1: "scheduled"},
    )  # six months before 29 August 2024
    does(
        made, "2024-03-01 10:00", k1, "invite", "kit", meeting_on="2024-04-02"
    )  # the day after Easter Monday
    does(made, "2024-03-18 10:00", k1, "circulate", "kit")
    does(made, "2024-04-02 16:00", k1, "hold_meeting", "kit", held_on="2024-04-02", **HEARD)
    does(made, "2024-04-16 10:00", k1, "send_report", "kit")
    does(made, "2024-04-30 23:59", k1, "decide_maintain", "max")
    assert made.show("ehc_review:K1:2")["due_on"] == "2025-04-30"
    assert late(made, "K1") == []


def test_a_child_moves_to_secondary_school_over_christmas(made: Council) -> None:
    move, review = "phase_transfer:K6:2024", "ehc_review:K6:3"
    assert (made.show(move)["due_on"], made.falls(move, "meeting_by")) == (
        "2024-02-15",
        "2023-11-23",
    )
    does(made, "2023-09-25 10:00", review, "invite", "kit", meeting_on="2023-11-20")
    does(made, "2023-10-30 10:00", review, "circulate", "kit")  # the day after the clocks went back
    does(made, "2023-11-20 16:00", review, "hold_meeting", "kit", held_on="2023-11-20", **HEARD)
    does(made, "2023-11-20 16:30", move, "hold_meeting", "kit", held_on="2023-11-20", review=review)
    does(made, "2023-12-01 10:00", review, "send_report", "kit")
    does(made, "2023-12-15 10:00", review, "decide_maintain", "max")
    does(made, "2023-12-15 10:30", move, "serve_notice", "max", amendments=["section-i-v2"])
    refusal = made.at("2023-12-29 10:00").refusal(
        move, "name_placement", by="max", placement="URN 100001"
    )
    assert refusal == "The family may answer until 29 December 2023 and has not yet."
    does(made, "2024-02-08 10:00", move, "name_placement", "max", placement="URN 100001")
    assert of_plan(made, "K6") == {
        review: "concluded", "ehc_review:K6:4": "scheduled", move: "placement_named",
    }  # fmt: skip
    assert (made.show(move)["lateness"], made.show("ehc_review:K6:4")["due_on"]) == (
        "on_time",
        "2024-12-15",
    )


def test_a_decision_on_leap_day_is_followed_by_a_plan_and_a_review_of_the_28th(
    made: Council,
) -> None:
    review = "ehc_review:K9:5"
    does(made, "2023-12-04 10:00", review, "invite", "kit", meeting_on="2024-02-01")
    does(made, "2024-01-15 10:00", review, "circulate", "kit", circulated_on="2024-01-12")
    does(made, "2024-02-01 16:00", review, "hold_meeting", "kit", held_on="2024-02-01", **HEARD)
    assert made.refusal(review, "send_report", by="kit").startswith(
        "The child was in Year 9 or above"
    )
    does(made, "2024-02-15 10:00", review, "send_report", "kit", **ADULT)
    does(made, "2024-02-29 10:00", review, "decide_amend", "max", amendments=["section-e-v3"])
    assert [made.falls(review, name) for name in ("responses_until", "final_by")] == [
        "2024-03-14", "2024-04-25",
    ]  # fmt: skip
    mornings(made, "2024-03-14")
    made.at("2024-03-15 00:00").passes()
    assert made.state(review) == "finalising"
    does(made, "2024-04-25 23:59", review, "issue_final_amended", "max")
    shown = made.show("ehc_review:K9:6")
    assert (shown["due_on"], shown["data"]["target_by"]) == ("2025-02-28", "2025-02-28")
    assert late(made, "K9") == []


def test_a_young_person_goes_all_the_way_to_adult_services(made: Council) -> None:
    way, review = "adult_transition:K9", "ehc_review:K9:5"
    made.fire(review, "withdraw", by="max", reason="Told in another story")
    does(
        made, "2024-03-25 10:00", way, "notify_adult_services", "kit", service="Adults"
    )  # Easter week
    assert made.falls(way, "worker_by") == "2024-04-24"
    mornings(made, "2024-04-25")
    assert [one["reason"] for one in made.show(way)["blocked"]] == ["awaiting_partner_agency"]
    made.fire(way, "name_worker", by="kit", worker="ASC-7")
    assert made.show(way)["blocked"] == []
    sits(made, "2024-07-17", "panel_view:K9:2023")
    sits(made, "2025-05-28", "panel_view:K9:2024")
    sits(made, "2026-04-29", "panel_view:K9:2025")
    does(made, "2027-02-26 10:00", way, "decide_assessment", "kit", outcome="Eligible needs")
    sits(made, "2027-03-17", "panel_view:K9:2026")
    does(made, "2027-08-31 10:00", way, "agree_plan", "kit", plan="AP-9")
    does(made, "2028-03-02 10:00", way, "transfer", "kit")  # her eighteenth birthday
    assert {
        one: state for one, state in of_plan(made, "K9").items() if one.startswith(("panel", way))
    } == {
        way: "transferred",
        "panel_view:K9:2023": "seen",
        "panel_view:K9:2024": "seen",
        "panel_view:K9:2025": "seen",
        "panel_view:K9:2026": "seen",
        "panel_view:K9:2027": "ended",
    }
    assert [one for one in late(made, "K9") if one.startswith((way, "panel"))] == [f"{way} L2"]


def test_nobody_moves_a_finger_and_everybody_hears_once(made: Council) -> None:
    mornings(made, "2024-03-31")  # Easter Sunday, and the clocks go forward
    review = "ehc_review:K6:3"
    assert made.levels(review) == [
        ("R1", "2024-02-13"), ("R2", "2024-02-23"), ("R0", "2024-02-28"),
        ("L0", "2024-02-29"), ("L1", "2024-03-01"), ("L2", "2024-03-04"), ("L3", "2024-03-13"),
    ]  # fmt: skip
    assert made.levels("phase_transfer:K6:2024")[-4:] == [
        ("L0", "2024-02-16"), ("L1", "2024-02-19"), ("L2", "2024-02-20"), ("L3", "2024-02-29"),
    ]  # fmt: skip


def test_the_history_of_every_child_holds(made: Council) -> None:
    mornings(made, "2024-03-04")
    made.at("2024-03-31 02:30").passes()
    checked, bad = enquiries.verify_history(made.ctx, None, now=made.now)
    assert (checked > 0, bad) == (True, None)
    assert made.now == london("2024-03-31 02:30")

"""What waits for the SEND Panel: which sitting takes it, what moves it on, and what is decided out of cycle."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import send
from council import Council

from qa_workflow.service import enquiries

MAY, JUNE, JULY = "send_panel:2026-05", "send_panel:2026-06", "send_panel:2026-07"
X1, X2 = "send_panel:2026-06-x1", "send_panel:2026-06-x2"
NO_SITTING, INQUORATE = "no_sitting_before_statutory_date", "panel_inquorate"
HELD = {"members": list(send.QUORUM)}
IN_WORDS = (
    "No sitting of the panel falls on or before the statutory date, Friday 26 June 2026: "
    "the next one counts on Wednesday 1 July 2026."
)


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Council]:
    """Give a council whose panel sits on Wednesday 20 May and Wednesday 1 July 2026; June's sitting was cancelled."""
    with send.standing(tmp_path, "2026-05-01 08:00", _date_sittings) as made:
        yield made


def _date_sittings(made: Council) -> None:
    made.passes()
    send.date_sitting(made, "2026-05", "2026-05-20")
    made.fire(JUNE, "cancel", by="chris", reason="1 July takes its place")
    made.fire(JULY, "set_date", by="chris", sits_on="2026-07-01")


@pytest.fixture
def monthly(tmp_path: Path) -> Iterator[Council]:
    """Give a council on 1 May 2026 whose sittings of May, June and July are planned, without a date."""
    with send.standing(tmp_path, "2026-05-01 08:00", Council.passes) as made:
        yield made


def data(council: Council, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = council.show(reference)["data"]
    return found


def agenda(council: Council, sitting: str) -> list[str]:
    return [one["item"] for one in data(council, sitting)["items"]]


def reasons(council: Council, reference: str) -> list[str]:
    return [one["reason"] for one in council.show(reference)["blocked"]]


def missed(council: Council, child: str = "K12") -> str:
    """Enter a request of Friday 15 May 2026, which no sitting decides by Friday 26 June; return its reference."""
    return send.request(council.at("2026-05-15 10:00"), child, "2026-05-15")


# ------------------------------------------------------------------ which sitting
def test_a_request_stands_on_the_agenda_of_its_sitting(panel: Council) -> None:
    reference = send.request(panel.at("2026-05-13 17:00"), "K12", "2026-05-13")
    assert (data(panel, reference)["sitting"], data(panel, reference)["sitting_on"]) == (
        MAY, "2026-05-20",
    )  # fmt: skip
    assert data(panel, MAY)["items"] == [
        {"item": reference, "statutory_on": "2026-06-24", "decided_on": None}
    ]


def test_a_request_in_time_is_not_blocked_and_needs_nobody_else(panel: Council) -> None:
    reference = send.request(panel.at("2026-05-13 17:00"), "K12", "2026-05-13")
    assert (reasons(panel, reference), panel.show(reference)["children"]) == ([], [])


def test_papers_issued_on_the_papers_day_still_take_what_comes_that_day(panel: Council) -> None:
    panel.at("2026-05-13 09:00").fire(MAY, "issue_papers", by="chris")
    reference = send.request(panel.at("2026-05-13 17:00"), "K12", "2026-05-13")
    assert agenda(panel, MAY) == [reference]


def test_a_request_after_the_papers_day_goes_to_the_next_sitting(panel: Council) -> None:
    reference = missed(panel)
    assert (agenda(panel, MAY), agenda(panel, JULY)) == ([], [reference])


def test_without_a_date_a_sitting_counts_as_on_the_last_day_of_its_month(monthly: Council) -> None:
    reference = missed(monthly)
    assert data(monthly, reference)["sitting_on"] == "2026-05-31"


def test_a_sitting_on_the_statutory_date_is_in_time(panel: Council) -> None:
    reference = send.request(panel.at("2026-05-20 10:00"), "K12", "2026-05-20")
    assert (data(panel, reference)["sitting_on"], reasons(panel, reference)) == ("2026-07-01", [])


def test_before_any_sitting_is_planned_a_request_is_not_reported(tmp_path: Path) -> None:
    with send.standing(tmp_path, "2026-05-01 08:00") as made:
        reference = send.request(made, "K12", "2026-05-01")
        assert (data(made, reference)["sitting"], reasons(made, reference)) == (None, [])


def test_a_sitting_that_is_planned_takes_what_waits_without_one(tmp_path: Path) -> None:
    with send.standing(tmp_path, "2026-05-01 08:00") as made:
        reference = send.request(made, "K12", "2026-05-01")
        made.passes()
        assert (data(made, reference)["sitting"], agenda(made, MAY)) == (MAY, [reference])


def test_two_requests_of_one_day_stand_on_one_agenda(panel: Council) -> None:
    wanted = [send.request(panel, child, "2026-05-01") for child in ("K12", "K13")]
    assert agenda(panel, MAY) == wanted


# ------------------------------------------------------------------ the panel misses the law
def test_a_request_that_no_sitting_reaches_in_time_is_blocked_at_once(panel: Council) -> None:
    (block,) = panel.show(missed(panel))["blocked"]
    assert (block["reason"], block["note"], block["waiting_on"], block["since"]) == (
        NO_SITTING,
        IN_WORDS,
        "send_panel_chair",
        "2026-05-15T09:00:00Z",
    )


def test_the_chair_is_asked_for_a_decision_out_of_cycle_at_once(panel: Council) -> None:
    reference = missed(panel)
    shown = panel.show(X1)
    assert (shown["state"], shown["due_on"], shown["owner"], shown["subject"], shown["parent"]) == (
        "decision_due", "2026-06-26", "send_panel_chair", "K12", reference,
    )  # fmt: skip
    panel.passes()
    assert panel.told(X1) == [("chris", f"Note: Out-of-cycle decision on {reference}")]


def test_a_role_nobody_holds_is_asked_too(tmp_path: Path) -> None:
    with send.standing(tmp_path, "2026-05-01 08:00") as made:
        made.import_people([("chris", "Chris Chair", "senco", "SEND", "ada")])
        made.start("send_panel", "2026-05", by="chris", sits_on="2026-05-20")
        missed(made)
        assert [to for to, _ in made.told(X1)] == ["role:send_panel_chair"]


def test_a_decision_out_of_cycle_climbs_as_the_law_does(panel: Council) -> None:
    missed(panel)
    days = ("2026-06-29", "2026-06-30", "2026-07-01", "2026-07-10")
    for day in days:
        panel.at(f"{day} 00:00").later(minutes=-1).passes()
        panel.at(f"{day} 00:00").passes()
    climbed = [one for one in panel.levels(X1) if one[0].startswith("L")]
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), days, strict=True))
    assert panel.show(X1)["lateness"] == "late_unexcused"


def test_the_request_itself_climbs_on_the_same_days(panel: Council) -> None:
    reference = missed(panel)
    panel.at("2026-07-10 08:00").passes()
    climbed = [one for one in panel.levels(reference, "decide_by") if one[0].startswith("L")]
    assert climbed == [
        ("L0", "2026-06-29"), ("L1", "2026-06-30"), ("L2", "2026-07-01"), ("L3", "2026-07-10"),
    ]  # fmt: skip


@pytest.mark.parametrize(("at", "late"), [("2026-06-26 23:59", False), ("2026-06-27 00:01", True)])
def test_a_decision_out_of_cycle_is_late_from_midnight(
    panel: Council,
    at: str,
    late: bool,  # noqa: FBT001 - the fact itself
) -> None:
    missed(panel)
    assert panel.at(at).show(X1)["late"] is late


def test_a_decision_out_of_cycle_ends_by_itself_when_the_request_is_decided(panel: Council) -> None:
    reference = missed(panel)
    panel.at("2026-06-25 10:00").fire(reference, "panel_decide_assess", by="chris")
    assert (panel.state(X1), panel.show(X1)["lateness"]) == ("closed", "on_time")
    assert data(panel, X1)["decided_on"] == "2026-06-25"
    assert (reasons(panel, reference), agenda(panel, JULY)) == ([], [reference])
    assert data(panel, JULY)["items"][0]["decided_on"] == "2026-06-25"


@pytest.mark.parametrize(
    ("trigger", "by", "given"),
    [
        ("panel_decline", "max", {"reason": "Met by the school"}),
        ("panel_decide_assess", "max", {}),
    ],
)
def test_the_authorised_officer_decides_out_of_cycle_too(
    panel: Council, trigger: str, by: str, given: dict[str, str]
) -> None:
    panel.fire(missed(panel), trigger, by=by, **given)
    assert panel.state(X1) == "closed"


def test_a_request_that_is_withdrawn_leaves_panel_and_chair_alone(panel: Council) -> None:
    reference = missed(panel)
    panel.fire(reference, "withdraw", by="max", reason="Moved away")
    assert (panel.state(X1), agenda(panel, JULY)) == ("cancelled", [])


def test_nobody_ends_a_decision_out_of_cycle_by_hand(panel: Council) -> None:
    missed(panel)
    assert panel.show(X1)["can"] == [
        one for one in panel.show(X1)["can"] if one["who"] == ["system"]
    ]


def test_each_request_has_a_decision_of_its_own(panel: Council) -> None:
    missed(panel)
    other = missed(panel, "K13")
    assert (panel.show(X2)["parent"], panel.show(X2)["data"]["item"]) == (other, other)


def test_the_decision_is_of_the_month_of_the_statutory_date(panel: Council) -> None:
    panel.fire(JULY, "set_date", by="chris", sits_on="2026-07-31")
    reference = send.request(panel.at("2026-06-02 10:00"), "K12", "2026-06-02")
    assert panel.show(reference)["children"] == ["send_panel:2026-07-x1"]


# ------------------------------------------------------------------ a date is set, changed or taken away
def test_a_sitting_in_time_takes_the_request_over(monthly: Council) -> None:
    send.date_sitting(monthly, "2026-05", "2026-05-20")
    reference = missed(monthly)
    assert (reasons(monthly, reference), data(monthly, reference)["sitting"]) == (
        [NO_SITTING],
        JUNE,
    )
    monthly.at("2026-05-18 09:00").fire(JUNE, "set_date", by="chris", sits_on="2026-06-17")
    assert reasons(monthly, reference) == []
    assert (monthly.state(X1), monthly.history(X1)[-1]["reason"]) == (
        "cancelled", "A sitting in time takes the item.",
    )  # fmt: skip
    assert data(monthly, reference)["sitting_on"] == "2026-06-17"


def test_a_sitting_dated_in_time_takes_the_request_from_a_later_one(panel: Council) -> None:
    reference = missed(panel)
    panel.fire(MAY, "cancel", by="chris", replacement_on="2026-05-29")
    found = (data(panel, reference)["sitting"], agenda(panel, JULY), panel.state(X1))
    assert found == (f"{MAY}-x1", [], "cancelled")


def test_a_sitting_that_moves_behind_the_statutory_date_leaves_the_request_in_trouble(
    monthly: Council,
) -> None:
    send.date_sitting(monthly, "2026-05", "2026-05-20")
    send.date_sitting(monthly, "2026-06", "2026-06-17")
    reference = missed(monthly)
    assert reasons(monthly, reference) == []
    monthly.at("2026-05-18 09:00").fire(JUNE, "set_date", by="chris", sits_on="2026-06-29")
    assert (reasons(monthly, reference), monthly.state(X1)) == ([NO_SITTING], "decision_due")


def test_a_request_in_trouble_twice_has_a_second_decision(monthly: Council) -> None:
    send.date_sitting(monthly, "2026-05", "2026-05-20")
    missed(monthly)
    for day in ("2026-06-17", "2026-06-29"):
        monthly.at("2026-05-18 09:00").fire(JUNE, "set_date", by="chris", sits_on=day)
    assert (monthly.state(X1), monthly.state(X2)) == ("cancelled", "decision_due")


def test_a_sitting_that_moves_nearer_leaves_what_came_after_its_papers_day(
    monthly: Council,
) -> None:
    monthly.fire(MAY, "set_date", by="chris", sits_on="2026-05-29")
    reference = missed(monthly)
    monthly.fire(MAY, "set_date", by="chris", sits_on="2026-05-20")
    assert (agenda(monthly, MAY), agenda(monthly, JUNE)) == ([], [reference])


def test_a_new_date_in_time_changes_only_the_day(panel: Council) -> None:
    reference = send.request(panel, "K12", "2026-05-01")
    panel.fire(MAY, "set_date", by="chris", sits_on="2026-05-27")
    assert (data(panel, reference)["sitting_on"], agenda(panel, MAY)) == ("2026-05-27", [reference])


def test_requests_that_stay_where_they_are_hear_nothing(panel: Council) -> None:
    reference = send.request(panel, "K12", "2026-05-01")
    before = panel.history(reference)
    panel.fire(JULY, "set_date", by="chris", sits_on="2026-07-08")
    assert panel.history(reference) == before


def test_the_requests_of_a_cancelled_sitting_move_to_the_next(panel: Council) -> None:
    reference = send.request(panel, "K12", "2026-05-01")
    panel.fire(MAY, "cancel", by="chris", reason="Nobody can come")
    moved = panel.history(reference)[-1]
    assert (moved["action"], moved["reason"]) == ("move_to_next_sitting", f"{MAY} was cancelled.")
    assert (data(panel, reference)["sitting"], reasons(panel, reference)) == (JULY, [NO_SITTING])


def test_the_requests_of_a_cancelled_sitting_go_to_the_one_in_its_place(panel: Council) -> None:
    reference = send.request(panel, "K12", "2026-05-01")
    panel.fire(MAY, "cancel", by="chris", replacement_on="2026-05-27")
    assert (data(panel, reference)["sitting"], agenda(panel, f"{MAY}-x1"), reasons(panel, reference)) == (
        f"{MAY}-x1", [reference], [],
    )  # fmt: skip


# ------------------------------------------------------------------ held
def test_what_was_not_reached_moves_on_with_its_own_clock(panel: Council) -> None:
    panel.fire(JULY, "set_date", by="chris", sits_on="2026-07-22")
    reached, left = (send.request(panel, child, "2026-05-13") for child in _on_13_may(panel))
    due = [panel.falls(left, name) for name in ("decide_by", "due")]
    panel.at("2026-05-14 00:01").passes()
    panel.at("2026-05-20 14:00").fire(MAY, "hold", by="chris", **HELD, not_reached=[left])
    assert (agenda(panel, MAY), agenda(panel, JULY)) == ([reached], [left])
    assert [panel.falls(left, name) for name in ("decide_by", "due")] == due
    assert data(panel, MAY)["not_reached"] == [left]
    assert panel.history(left)[-1]["reason"] == f"Not reached by {MAY}."


def _on_13_may(council: Council) -> tuple[str, str]:
    council.at("2026-05-13 10:00")
    return "K12", "K13"


def test_what_was_not_reached_and_cannot_wait_is_decided_out_of_cycle_at_once(
    panel: Council,
) -> None:
    left = send.request(panel.at("2026-05-13 10:00"), "K12", "2026-05-13")
    panel.at("2026-05-14 00:01").passes()
    panel.at("2026-05-20 14:00").fire(MAY, "hold", by="chris", **HELD, not_reached=[left])
    assert (reasons(panel, left), panel.show(X1)["due_on"]) == ([NO_SITTING], "2026-06-24")


def test_what_was_reached_waits_for_its_decision_and_is_not_moved(panel: Council) -> None:
    reference = send.request(panel, "K12", "2026-05-01")
    panel.at("2026-05-14 00:01").passes()
    panel.at("2026-05-20 14:00").fire(MAY, "hold", by="chris", **HELD)
    panel.fire(JULY, "set_date", by="chris", sits_on="2026-07-08")
    assert (data(panel, reference)["sitting"], reasons(panel, reference)) == (MAY, [])


def test_a_decision_after_the_sitting_is_marked_on_its_agenda(panel: Council) -> None:
    reference = send.request(panel, "K12", "2026-05-01")
    panel.at("2026-05-14 00:01").passes()
    panel.at("2026-05-20 14:00").fire(MAY, "hold", by="chris", **HELD)
    panel.at("2026-05-21 10:00").fire(reference, "panel_decide_assess", by="chris")
    assert data(panel, MAY)["items"][0]["decided_on"] == "2026-05-21"


def test_what_is_decided_already_cannot_be_left_out(panel: Council) -> None:
    reference = send.request(panel, "K12", "2026-05-01")
    panel.fire(reference, "panel_decide_assess", by="chris")
    panel.at("2026-05-20 14:00").passes()
    why = panel.refusal(MAY, "hold", by="chris", **HELD, not_reached=[reference])
    assert why == f"Not waiting on this sitting's agenda: {reference}."


def test_what_is_undecided_when_a_sitting_closes_moves_to_the_next(panel: Council) -> None:
    panel.fire(JULY, "set_date", by="chris", sits_on="2026-07-31")
    reference = send.request(panel, "K12", "2026-05-01")
    decided = send.request(panel, "K13", "2026-05-01")
    panel.at("2026-05-14 00:01").passes()
    panel.at("2026-05-20 14:00").fire(MAY, "hold", by="chris", **HELD)
    panel.fire(decided, "panel_decide_assess", by="chris")
    panel.fire(MAY, "send_decisions", by="kit")
    send.pull(panel, MAY, "approve_minutes", "chris", {"reference": "M-5"})
    panel.fire(MAY, "close", by="chris")
    assert (agenda(panel, MAY), agenda(panel, JULY)) == ([decided], [reference])
    assert (data(panel, MAY)["undecided"], reasons(panel, reference)) == ([reference], [NO_SITTING])
    assert panel.history(reference)[-1]["reason"] == f"Not decided by {MAY}."


# ------------------------------------------------------------------ inquorate
def inquorate(council: Council, at: str) -> None:
    council.at("2026-05-14 00:01").passes()
    council.at(at).fire(MAY, "declare_inquorate", by="chris", reason="Health did not come")


def test_a_request_near_its_date_does_not_wait_for_an_inquorate_panel(panel: Council) -> None:
    # The ten working days before Thursday 4 June 2026 begin with Wednesday 20 May.
    reference = send.request(panel, "K12", "2026-04-23")
    inquorate(panel, "2026-05-20 14:00")
    (block,) = panel.show(reference)["blocked"]
    assert (block["reason"], block["note"]) == (
        INQUORATE, "The panel was inquorate, and the statutory date is Thursday 4 June 2026.",
    )  # fmt: skip
    assert (panel.state(X1), panel.show(X1)["due_on"]) == ("decision_due", "2026-06-04")


def test_a_request_eleven_working_days_before_its_date_waits_for_the_new_day(
    panel: Council,
) -> None:
    reference = send.request(panel, "K12", "2026-04-24")
    inquorate(panel, "2026-05-20 14:00")
    assert (reasons(panel, reference), data(panel, reference)["sitting"]) == ([], MAY)
    assert data(panel, reference)["sitting_on"] == "2026-05-31"


def test_a_new_day_in_time_frees_the_requests_of_an_inquorate_panel(panel: Council) -> None:
    reference = send.request(panel, "K12", "2026-04-23")
    inquorate(panel, "2026-05-20 14:00")
    panel.fire(MAY, "reschedule", by="chris", sits_on="2026-05-28")
    assert (reasons(panel, reference), panel.state(X1)) == ([], "cancelled")
    assert (data(panel, reference)["sitting_on"], agenda(panel, MAY)) == ("2026-05-28", [reference])


def test_a_new_day_too_late_leaves_the_decision_with_the_chair(panel: Council) -> None:
    reference = send.request(panel, "K12", "2026-04-16")
    inquorate(panel, "2026-05-20 14:00")
    panel.fire(MAY, "reschedule", by="chris", sits_on="2026-05-29")
    found = (reasons(panel, reference), panel.state("send_panel:2026-05-x1"))
    assert found == ([NO_SITTING], "decision_due")


def test_an_inquorate_panel_that_is_cancelled_hands_its_requests_on(panel: Council) -> None:
    reference = send.request(panel, "K12", "2026-04-23")
    inquorate(panel, "2026-05-20 14:00")
    panel.fire(MAY, "cancel", by="chris", reason="No other day")
    assert (reasons(panel, reference), data(panel, reference)["sitting"]) == ([NO_SITTING], JULY)
    assert panel.state(X1) == "decision_due"


# ------------------------------------------------------------------ what belongs to nobody
def test_a_decided_request_is_no_item_any_more(panel: Council) -> None:
    reference = send.request(panel, "K12", "2026-05-01")
    panel.fire(reference, "panel_decide_assess", by="chris")
    before = panel.history(reference)
    panel.fire(MAY, "cancel", by="chris", reason="Nobody can come")
    assert panel.history(reference) == before


def test_the_history_of_all_of_it_holds_together(panel: Council) -> None:
    missed(panel)
    panel.fire(MAY, "cancel", by="chris", replacement_on="2026-05-29")
    assert enquiries.verify_history(panel.ctx, None, now=panel.now)[1] is None

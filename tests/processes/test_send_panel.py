"""A sitting of the SEND Panel from planned to closed: who moves it, what it needs, who hears when nobody does."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import send
from council import Council

from qa_workflow.engine.checks import problems
from qa_workflow.engine.definition import Effects
from qa_workflow.engine.recount import recounted
from qa_workflow.errors import BadData, TransitionRefused, UnknownPerson, WrongInput
from qa_workflow.patterns import ladders
from qa_workflow.processes.send_panel import PROCESS
from qa_workflow.processes.send_panel.effects import count_again
from qa_workflow.store import instances, reports

MAY = "send_panel:2026-05"
AGENDA = {"sits_on": "2026-05-20"}
HELD = {"members": [dict(one) for one in send.QUORUM]}
INQUORATE = {"members": [send.EDUCATION, {**send.HEALTH, "present": False}, send.SOCIAL_CARE]}
MINUTES = {"reference": "M-2026-05"}
IN_JUNE = (
    "Wednesday 3 June 2026 is not in the sitting's month, 2026-05. "
    "If there is no other way, say why."
)
WAY = ("planned", "agenda_open", "papers_issued", "held", "minutes_approved", "closed")


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Council]:
    """Give a council on Friday 1 May 2026 whose sittings of May, June and July are planned, without a date."""
    with send.standing(tmp_path, "2026-05-01 08:00", Council.passes) as made:
        yield made


def follow(council: Council, state: str) -> None:
    """Take the sitting of May on in the ordinary way, each step on its day, until it stands in *state*."""
    if state in {"inquorate", "cancelled"}:
        follow(council, "papers_issued")
        council.at("2026-05-20 14:00")
        if state == "inquorate":
            council.fire(MAY, "declare_inquorate", by="chris", **INQUORATE)
        else:
            council.fire(MAY, "cancel", by="chris", reason="Nobody can come")
        return
    steps: dict[str, tuple[str, str, str, dict[str, Any]]] = {
        "planned": ("2026-05-04 09:00", "open_agenda", "chris", AGENDA),
        "agenda_open": ("2026-05-13 16:00", "issue_papers", "chris", {}),
        "papers_issued": ("2026-05-20 14:00", "hold", "chris", HELD),
        "held": ("2026-05-28 09:00", "approve_minutes", "chris", MINUTES),
        "minutes_approved": ("2026-05-29 09:00", "close", "chris", {}),
    }
    while (standing := council.state(MAY)) != state:
        at, trigger, by, data = steps[standing]
        send.pull(council.at(at), MAY, trigger, by, data)


# ------------------------------------------------------------------ planned by the calendar
def test_a_definition_without_faults() -> None:
    assert problems(PROCESS) == ()


def test_every_month_has_its_sitting_long_before(panel: Council) -> None:
    planned = {one["reference"]: one["due_on"] for one in panel.listed(process="send_panel")}
    assert planned == {
        "send_panel:2026-05": "2026-05-31",
        "send_panel:2026-06": "2026-06-30",
        "send_panel:2026-07": "2026-07-31",
    }


@pytest.mark.parametrize(("day", "standing"), [("2026-05-07", 3), ("2026-05-08", 4)])
def test_a_sitting_is_planned_sixty_working_days_before_its_month(
    panel: Council, day: str, standing: int
) -> None:
    panel.at(f"{day} 08:00").passes()
    assert len(panel.listed(process="send_panel")) == standing


def test_a_sitting_started_by_hand_is_left_by_the_planner(tmp_path: Path) -> None:
    with send.standing(tmp_path, "2026-05-01 08:00") as made:
        reference = send.start_sitting(made, "2026-07", "2026-07-01")
        made.passes()
        shown = made.show(reference)
    assert (reference, shown["due_on"], shown["data"]["sits_on"], shown["data"]["papers_on"]) == (
        "send_panel:2026-07", "2026-07-31", "2026-07-01", "2026-06-24",
    )  # fmt: skip


def test_a_sitting_is_started_by_hand_without_a_date(tmp_path: Path) -> None:
    with send.standing(tmp_path, "2026-05-01 08:00") as made:
        reference = send.start_sitting(made, "2026-05")
        assert made.show(reference)["data"]["sits_on"] is None


@pytest.mark.parametrize(
    ("sits_on", "why"),
    [
        ("2026-07-01", "Wednesday 1 July 2026 is not in the sitting's month, 2026-05."),
        ("2026-05-25", "Monday 25 May 2026 is no working day (Spring bank holiday)."),
    ],
)
def test_a_sitting_is_not_started_on_a_day_that_cannot_be(
    tmp_path: Path, sits_on: str, why: str
) -> None:
    with (
        send.standing(tmp_path, "2026-05-01 08:00") as made,
        pytest.raises(TransitionRefused) as refused,
    ):
        send.start_sitting(made, "2026-05", sits_on)
    assert str(refused.value) == why


@pytest.mark.parametrize("subject", ["2026-13", "2026-05-x1", "May"])
def test_a_sitting_is_started_only_for_a_month(panel: Council, subject: str) -> None:
    with pytest.raises(WrongInput):
        panel.start("send_panel", subject, by="chris")


# ------------------------------------------------------------------ the way through
def test_a_sitting_goes_from_planned_to_closed(panel: Council) -> None:
    follow(panel, "closed")
    moves = [one["to"] for one in panel.history(MAY) if one["from"] != one["to"]]
    assert moves == list(WAY)


@pytest.mark.parametrize(
    ("state", "trigger", "people"),
    [
        ("planned", "open_agenda", {"chris"}),
        ("planned", "set_date", {"chris"}),
        ("agenda_open", "set_date", {"chris"}),
        ("agenda_open", "issue_papers", {"chris"}),
        ("papers_issued", "hold", {"chris"}),
        ("papers_issued", "declare_inquorate", {"chris"}),
        ("inquorate", "reschedule", {"chris"}),
        ("held", "approve_minutes", {"chris"}),
        ("held", "send_decisions", {"chris", "kit", "kim"}),
        ("minutes_approved", "close", {"chris"}),
        *((state, "cancel", {"chris"}) for state in ("planned", "agenda_open", "papers_issued")),
        ("inquorate", "cancel", {"chris"}),
        ("planned", "take_item", set()),
        ("planned", "drop_item", set()),
        ("held", "item_decided", set()),
        ("planned", "call_out_of_cycle", set()),
    ],
)
def test_a_trigger_is_for_these_people_and_nobody_else(
    panel: Council, state: str, trigger: str, people: set[str]
) -> None:
    follow(panel, state)
    data = {"item": "x"} if "item" in trigger else {}
    assert panel.who_may(MAY, trigger, **data) == people


@pytest.mark.parametrize("state", WAY[:-1])
def test_the_chair_owns_every_state(panel: Council, state: str) -> None:
    follow(panel, state)
    assert panel.show(MAY)["owner"] == "send_panel_chair"


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_nothing_leaves_the_ends(panel: Council, state: str) -> None:
    follow(panel, state)
    assert (panel.show(MAY)["final"], panel.show(MAY)["can"]) == (True, [])


# ------------------------------------------------------------------ the date
def test_opening_the_agenda_sets_date_and_papers_day(panel: Council) -> None:
    follow(panel, "agenda_open")
    data = panel.show(MAY)["data"]
    assert (data["sits_on"], data["papers_on"]) == ("2026-05-20", "2026-05-13")


def test_an_agenda_is_opened_for_the_date_set_before(panel: Council) -> None:
    panel.fire(MAY, "set_date", by="chris", sits_on="2026-05-27")
    panel.fire(MAY, "open_agenda", by="chris")
    assert panel.show(MAY)["data"]["sits_on"] == "2026-05-27"


def test_an_agenda_without_a_date_is_not_opened(panel: Council) -> None:
    assert panel.refusal(MAY, "open_agenda", by="chris") == "No date is given for the sitting."


def test_a_date_is_not_set_without_a_date(panel: Council) -> None:
    follow(panel, "agenda_open")
    assert panel.refusal(MAY, "set_date", by="chris") == "No date is given for the sitting."


@pytest.mark.parametrize("trigger", ["open_agenda", "set_date"])
@pytest.mark.parametrize(
    ("sits_on", "why"),
    [
        ("2026-04-30", "Thursday 30 April 2026 is not in the sitting's month, 2026-05."),
        ("2026-06-01", "Monday 1 June 2026 is not in the sitting's month, 2026-05."),
        ("2026-05-31", "Sunday 31 May 2026 is no working day (Sunday)."),
        ("2026-05-04", "Monday 4 May 2026 is no working day (Early May bank holiday)."),
    ],
)
def test_the_panel_sits_on_a_working_day_of_its_month(
    panel: Council, trigger: str, sits_on: str, why: str
) -> None:
    assert panel.refusal(MAY, trigger, by="chris", sits_on=sits_on) == why


@pytest.mark.parametrize("sits_on", ["2026-05-01", "2026-05-29"])
def test_the_panel_may_sit_on_the_first_and_last_working_day_of_its_month(
    panel: Council, sits_on: str
) -> None:
    panel.fire(MAY, "open_agenda", by="chris", sits_on=sits_on)
    assert panel.show(MAY)["data"]["sits_on"] == sits_on


def test_beyond_the_known_bank_holidays_no_date_is_set(tmp_path: Path) -> None:
    with send.standing(tmp_path, "2026-05-01 08:00") as made:
        year = made.ctx.known_until.year + 1
        with pytest.raises(TransitionRefused, match="Bank holidays are known"):
            send.start_sitting(made, f"{year}-05", f"{year}-05-16")


def test_a_new_date_moves_the_papers_day(panel: Council) -> None:
    follow(panel, "agenda_open")
    panel.fire(MAY, "set_date", by="chris", sits_on="2026-05-27")
    panel.at("2026-05-14 00:01").passes()
    assert (panel.state(MAY), panel.falls(MAY, "papers_by")) == ("agenda_open", "2026-05-19")


@pytest.mark.parametrize(
    ("state", "papers_on"), [("agenda_open", "2026-05-12"), ("papers_issued", "2026-05-13")]
)
def test_a_bank_holiday_proclaimed_late_moves_the_papers_day_while_it_is_to_come(
    panel: Council, state: str, papers_on: str
) -> None:
    follow(panel, state)
    with panel.ctx.database.reading() as connection:
        number = reports.find_by_reference(connection, [MAY])[MAY]
        sitting = instances.load(connection, number)
    longer = panel.ctx.published.with_holidays({date(2026, 5, 19): "A royal wedding"})
    found = recounted(
        PROCESS, sitting, before=panel.ctx.published, after=longer,
        cause="A royal wedding", actor="cli:test", now=panel.now,
    )  # fmt: skip
    data = sitting.data if found is None else found[0].instance.data
    assert data["papers_on"] == papers_on


def test_a_sitting_without_a_date_has_nothing_to_count_again(panel: Council) -> None:
    with panel.ctx.database.reading() as connection:
        number = reports.find_by_reference(connection, [MAY])[MAY]
        sitting = instances.load(connection, number)
    assert count_again(sitting, panel.ctx.published) == Effects()


# ------------------------------------------------------------------ papers
@pytest.mark.parametrize(
    ("at", "state"), [("2026-05-13 23:59", "agenda_open"), ("2026-05-14 00:01", "papers_issued")]
)
def test_papers_go_out_by_themselves_when_the_papers_day_is_over(
    panel: Council, at: str, state: str
) -> None:
    follow(panel, "agenda_open")
    panel.at(at).passes()
    assert panel.state(MAY) == state


def test_papers_that_go_out_late_count_from_the_night_of_the_papers_day(panel: Council) -> None:
    follow(panel, "agenda_open")
    panel.at("2026-05-18 09:00").passes()
    moved = next(one for one in panel.history(MAY) if one["action"] == "issue_papers")
    assert (moved["at"], moved["recorded_at"]) == ("2026-05-13T23:00:00Z", "2026-05-18T08:00:00Z")


def test_the_chair_issues_papers_on_the_papers_day_and_not_before(panel: Council) -> None:
    follow(panel, "agenda_open")
    why = panel.at("2026-05-12 09:00").refusal(MAY, "issue_papers", by="chris")
    assert why == "Items are taken until Wednesday 13 May 2026, the papers day."
    panel.at("2026-05-13 09:00").fire(MAY, "issue_papers", by="chris")
    assert panel.show(MAY)["data"]["papers_issued_on"] == "2026-05-13"


@pytest.mark.parametrize(
    ("at", "state"), [("2026-05-13 09:00", "agenda_open"), ("2026-05-14 09:00", "papers_issued")]
)
def test_an_agenda_opened_after_its_papers_day_has_its_papers_out_at_once(
    panel: Council, at: str, state: str
) -> None:
    panel.at(at).fire(MAY, "open_agenda", by="chris", **AGENDA)
    assert panel.state(MAY) == state


def test_a_date_that_comes_too_near_sends_the_papers_out_at_once(panel: Council) -> None:
    panel.fire(MAY, "open_agenda", by="chris", sits_on="2026-05-29")
    panel.at("2026-05-14 09:00").fire(MAY, "set_date", by="chris", **AGENDA)
    assert panel.state(MAY) == "papers_issued"


# ------------------------------------------------------------------ held
def test_a_sitting_is_not_held_before_its_day(panel: Council) -> None:
    follow(panel, "papers_issued")
    why = panel.at("2026-05-19 23:59").refusal(MAY, "hold", by="chris", **HELD)
    assert why == "The panel sits on Wednesday 20 May 2026."


def test_a_sitting_is_held_at_the_first_minute_of_its_day(panel: Council) -> None:
    follow(panel, "papers_issued")
    panel.at("2026-05-20 00:00").fire(MAY, "hold", by="chris", **HELD)
    assert panel.show(MAY)["data"]["held_on"] == "2026-05-20"


def test_a_sitting_recorded_late_was_held_on_its_day(panel: Council) -> None:
    follow(panel, "papers_issued")
    panel.at("2026-05-26 09:00").fire(MAY, "hold", by="chris", **HELD)
    assert panel.falls(MAY, "decisions_by") == "2026-05-28"


@pytest.mark.parametrize(
    ("absent", "named"),
    [(0, "education"), (1, "health"), (2, "social care")],
)
@pytest.mark.parametrize("how", ["not there", "not named"])
def test_without_one_agency_the_panel_is_not_quorate(
    panel: Council, absent: int, named: str, how: str
) -> None:
    follow(panel, "papers_issued")
    members: list[dict[str, Any]] = [dict(one) for one in send.QUORUM]
    if how == "not named":
        del members[absent]
    else:
        members[absent]["present"] = False
    why = panel.at("2026-05-20 14:00").refusal(MAY, "hold", by="chris", members=members)
    assert why == f"Nobody was there for {named}: the panel was inquorate."


def test_who_was_there_is_kept(panel: Council) -> None:
    follow(panel, "held")
    assert panel.show(MAY)["data"]["members"] == [
        {"agency": "education", "person": "eddie", "present": True},
        {"agency": "health", "person": None, "present": True},
        {"agency": "social_care", "person": "cass", "present": True},
    ]


def test_what_is_not_on_the_agenda_was_not_left_out(panel: Council) -> None:
    follow(panel, "papers_issued")
    panel.at("2026-05-20 14:00")
    why = panel.refusal(MAY, "hold", by="chris", **HELD, not_reached=["ehc_assessment:K1"])
    assert why == "Not waiting on this sitting's agenda: ehc_assessment:K1."


# ------------------------------------------------------------------ decisions and minutes
def test_decisions_are_due_five_and_minutes_ten_working_days_after_the_sitting(
    panel: Council,
) -> None:
    follow(panel, "held")
    falls = (panel.falls(MAY, "decisions_by"), panel.falls(MAY, "minutes_by"))
    assert falls == ("2026-05-28", "2026-06-04")  # Monday 25 May is a bank holiday


def test_decisions_that_were_sent_are_not_chased(panel: Council) -> None:
    follow(panel, "held")
    panel.at("2026-05-27 09:00").fire(MAY, "send_decisions", by="kit", sent_on="2026-05-26")
    panel.at("2026-06-01 09:00").passes()
    assert panel.levels(MAY, "decisions_by") == []
    assert panel.show(MAY)["data"]["decisions_sent_on"] == "2026-05-26"


@pytest.mark.parametrize(
    ("sent_on", "why"),
    [
        ("2026-05-19", "The panel sat on Wednesday 20 May 2026, after that day."),
        (
            "2026-05-22",
            "The day on which they were sent is 22 May 2026, which has not come yet.",
        ),
    ],
)
def test_decisions_are_sent_after_the_sitting_and_not_in_the_future(
    panel: Council, sent_on: str, why: str
) -> None:
    follow(panel, "held")
    panel.at("2026-05-21 09:00")
    assert panel.refusal(MAY, "send_decisions", by="kit", sent_on=sent_on) == why


def test_decisions_may_be_sent_on_the_day_of_the_sitting(panel: Council) -> None:
    follow(panel, "held")
    panel.fire(MAY, "send_decisions", by="kit", sent_on="2026-05-20")
    assert panel.show(MAY)["data"]["decisions_sent_on"] == "2026-05-20"


def test_decisions_are_sent_once(panel: Council) -> None:
    follow(panel, "held")
    panel.fire(MAY, "send_decisions", by="kit")
    why = panel.refusal(MAY, "send_decisions", by="kit")
    assert why == "The decisions were sent on Wednesday 20 May 2026."


def test_minutes_need_a_reference(panel: Council) -> None:
    follow(panel, "held")
    why = panel.refusal(MAY, "approve_minutes", by="chris")
    assert why == "Where the minutes are is not said."


def test_whoever_takes_the_minutes_does_not_approve_them(panel: Council) -> None:
    follow(panel, "papers_issued")
    panel.at("2026-05-20 14:00").fire(MAY, "hold", by="chris", **HELD, minutes_by="chris")
    with pytest.raises(TransitionRefused) as refused:
        send.pull(panel, MAY, "approve_minutes", "chris", MINUTES)
    assert str(refused.value) == "You took these minutes, so another person must decide."


def test_minutes_that_another_person_took_are_approved(panel: Council) -> None:
    follow(panel, "papers_issued")
    panel.at("2026-05-20 14:00").fire(MAY, "hold", by="chris", **HELD, minutes_by="kit")
    send.pull(panel, MAY, "approve_minutes", "chris", MINUTES)
    data = panel.show(MAY)["data"]
    assert (data["minutes"], data["minutes_approved_by"]) == ("M-2026-05", "chris")


def test_minutes_wait_for_the_decisions_to_be_sent(panel: Council) -> None:
    send.request(panel, "K12", "2026-05-01")
    follow(panel, "held")
    with pytest.raises(TransitionRefused) as refused:
        send.pull(panel, MAY, "approve_minutes", "chris", MINUTES)
    assert str(refused.value) == (
        "The decisions have not been sent: send them first, or say why there are none to send."
    )
    panel.fire(MAY, "send_decisions", by="kit")
    send.pull(panel, MAY, "approve_minutes", "chris", MINUTES)
    assert panel.state(MAY) == "minutes_approved"


def test_minutes_are_approved_without_decisions_for_a_reason(panel: Council) -> None:
    send.request(panel, "K12", "2026-05-01")
    follow(panel, "held")
    send.pull(panel, MAY, "approve_minutes", "chris", {**MINUTES, "reason": "Sent by the school"})
    assert panel.state(MAY) == "minutes_approved"


# ------------------------------------------------------------------ inquorate
def test_a_quorate_panel_is_not_declared_inquorate(panel: Council) -> None:
    follow(panel, "papers_issued")
    panel.at("2026-05-20 14:00")
    why = panel.refusal(MAY, "declare_inquorate", by="chris", **HELD)
    assert why == "Education, health and social care were all there."


def test_the_chair_says_who_was_there_or_why_the_panel_could_not_sit(panel: Council) -> None:
    follow(panel, "papers_issued")
    panel.at("2026-05-20 14:00")
    why = panel.refusal(MAY, "declare_inquorate", by="chris")
    assert why == "Say who was there, or why the panel could not sit."
    panel.fire(MAY, "declare_inquorate", by="chris", reason="Health cannot come")
    assert panel.state(MAY) == "inquorate"


def test_an_inquorate_sitting_is_rescheduled_and_its_agenda_opens_again(panel: Council) -> None:
    follow(panel, "inquorate")
    panel.fire(MAY, "reschedule", by="chris", sits_on="2026-05-28")
    entered = [one["to"] for one in panel.history(MAY) if one["from"] != one["to"]][-3:]
    assert entered == ["inquorate", "rescheduled", "agenda_open"]
    assert panel.show(MAY)["data"]["papers_on"] == "2026-05-20"


def test_a_sitting_rescheduled_within_five_working_days_has_its_papers_out(panel: Council) -> None:
    follow(panel, "inquorate")
    panel.fire(MAY, "reschedule", by="chris", sits_on="2026-05-21")
    panel.at("2026-05-21 10:00").fire(MAY, "hold", by="chris", **HELD)
    assert panel.show(MAY)["data"]["held_on"] == "2026-05-21"


def test_what_was_inquorate_is_kept(panel: Council) -> None:
    follow(panel, "inquorate")
    (missed,) = panel.show(MAY)["data"]["inquorate"]
    there = [one["agency"] for one in missed["members"] if one["present"]]
    assert (missed["sits_on"], there) == ("2026-05-20", ["education", "social_care"])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({}, "No date is given for the sitting."),
        ({"sits_on": "2026-05-30"}, "Saturday 30 May 2026 is no working day (Saturday)."),
        ({"sits_on": "2026-06-03"}, IN_JUNE),
    ],
)
def test_an_inquorate_sitting_gets_a_working_day_of_its_month(
    panel: Council, data: dict[str, Any], why: str
) -> None:
    follow(panel, "inquorate")
    assert panel.refusal(MAY, "reschedule", by="chris", **data) == why


def test_an_inquorate_sitting_may_leave_its_month_for_a_reason_and_is_late_then(
    panel: Council,
) -> None:
    follow(panel, "inquorate")
    panel.fire(MAY, "reschedule", by="chris", sits_on="2026-06-03", reason="No room in May")
    panel.at("2026-06-03 14:00").passes()
    panel.fire(MAY, "hold", by="chris", **HELD)
    assert panel.show(MAY)["lateness"] == "late"


# ------------------------------------------------------------------ cancelled
@pytest.mark.parametrize("state", ["planned", "agenda_open", "papers_issued", "inquorate"])
def test_a_sitting_to_come_is_cancelled_with_a_reason(panel: Council, state: str) -> None:
    follow(panel, state)
    panel.fire(MAY, "cancel", by="chris", reason="1 June takes its place")
    assert panel.state(MAY) == "cancelled"


@pytest.mark.parametrize("state", ["held", "minutes_approved"])
def test_a_sitting_that_sat_is_not_cancelled(panel: Council, state: str) -> None:
    follow(panel, state)
    assert "is not offered" in panel.refusal(MAY, "cancel", by="chris", reason="x")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({}, "Name another day of the same month, or say why the panel does not sit."),
        (
            {"replacement_on": "2026-06-01", "reason": "x"},
            "Monday 1 June 2026 is not in the sitting's month, 2026-05.",
        ),
        ({"replacement_on": "2026-05-30"}, "Saturday 30 May 2026 is no working day (Saturday)."),
    ],
)
def test_a_cancelled_sitting_is_replaced_in_its_month_or_explained(
    panel: Council, data: dict[str, Any], why: str
) -> None:
    assert panel.refusal(MAY, "cancel", by="chris", **data) == why


def test_a_replacement_is_a_sitting_of_its_own_due_in_the_same_month(panel: Council) -> None:
    panel.fire(MAY, "cancel", by="chris", replacement_on="2026-05-27")
    shown = panel.show(f"{MAY}-x1")
    assert (shown["state"], shown["due_on"], shown["data"]["sits_on"], shown["data"]["replaces"]) == (
        "planned", "2026-05-31", "2026-05-27", MAY,
    )  # fmt: skip


def test_a_replacement_runs_like_any_sitting(panel: Council) -> None:
    panel.fire(MAY, "cancel", by="chris", replacement_on="2026-05-27")
    again = f"{MAY}-x1"
    panel.fire(again, "open_agenda", by="chris")
    panel.at("2026-05-20 00:01").passes()
    panel.at("2026-05-27 14:00").fire(again, "hold", by="chris", **HELD)
    assert panel.show(again)["lateness"] == "on_time"


# ------------------------------------------------------------------ dates and ladders
LADDERS = {
    "2026-05-13": ("2026-05-14", "2026-05-20", "2026-05-28", "2026-06-11"),
    "2026-05-28": ("2026-05-29", "2026-06-04", "2026-06-11", "2026-06-25"),
    "2026-05-31": ("2026-06-01", "2026-06-05", "2026-06-12", "2026-06-26"),
    "2026-06-04": ("2026-06-05", "2026-06-11", "2026-06-18", "2026-07-02"),
}
DEADLINES = [
    ("planned", "due", "2026-05-31"),
    ("papers_issued", "due", "2026-05-31"),
    ("inquorate", "reschedule_by", "2026-05-28"),
    ("held", "decisions_by", "2026-05-28"),
    ("held", "minutes_by", "2026-06-04"),
    ("minutes_approved", "close_by", "2026-06-04"),
]


@pytest.mark.parametrize(("state", "deadline", "due_on"), DEADLINES)
def test_a_state_has_its_date(panel: Council, state: str, deadline: str, due_on: str) -> None:
    follow(panel, state)
    assert panel.falls(MAY, deadline) == due_on


@pytest.mark.parametrize(
    ("state", "due_on"),
    [
        ("planned", "2026-05-31"),
        ("papers_issued", "2026-05-31"),
        ("inquorate", "2026-05-28"),
        ("held", "2026-05-28"),
        ("minutes_approved", "2026-06-04"),
    ],
)
def test_a_state_is_late_from_midnight_after_its_day(
    panel: Council, state: str, due_on: str
) -> None:
    follow(panel, state)
    assert panel.at(f"{due_on} 23:59").show(MAY)["status"].startswith("In ")
    assert panel.later(minutes=2).show(MAY)["status"].startswith("Late in")


@pytest.mark.parametrize(("state", "deadline", "due_on"), DEADLINES)
def test_a_late_state_climbs_each_level_on_its_day_and_once(
    panel: Council, state: str, deadline: str, due_on: str
) -> None:
    follow(panel, state)
    for day in LADDERS[due_on]:
        panel.at(f"{day} 00:00").later(minutes=-1).passes()
        panel.at(f"{day} 00:00").passes()
        panel.passes()
    climbed = [one for one in panel.levels(MAY, deadline) if one[0].startswith("L")]
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), LADDERS[due_on], strict=True))


def test_an_agenda_that_nobody_opens_is_chased_from_the_papers_day(panel: Council) -> None:
    panel.fire(MAY, "set_date", by="chris", **AGENDA)
    panel.at("2026-05-14 00:01").passes()
    assert panel.levels(MAY, "agenda_by")[-1] == ("L0", "2026-05-14")
    assert panel.falls(MAY, "agenda_by") == "2026-05-13"


def test_a_late_sitting_is_told_up_to_the_director(panel: Council) -> None:
    panel.at("2026-06-26 08:00").passes()
    told = {
        one["level"]: one["data"]["told"]
        for one in panel.history(MAY)
        if one["level"] is not None and one["data"]["deadline"] == "due"
    }
    assert told == {
        "R1": ["chris"],
        "R2": ["chris"],
        "L0": ["chris", "ada"],
        "L1": ["max"],
        "L2": ["ada"],
        "L3": ["dana"],
    }


def test_a_sitting_climbs_the_ordinary_ladder() -> None:
    assert PROCESS.due_ladder is ladders.STANDARD


@pytest.mark.parametrize("state", ["held", "minutes_approved", "closed"])
def test_a_sitting_that_sat_in_its_month_is_on_time(panel: Council, state: str) -> None:
    follow(panel, state)
    assert panel.at("2026-07-01 08:00").show(MAY)["lateness"] == "on_time"


def test_a_sitting_at_a_minute_to_midnight_of_the_month_is_on_time(panel: Council) -> None:
    panel.fire(MAY, "open_agenda", by="chris", sits_on="2026-05-29")
    panel.at("2026-05-23 00:01").passes()
    panel.at("2026-05-31 23:59").fire(MAY, "hold", by="chris", **HELD)
    assert panel.show(MAY)["lateness"] == "on_time"


# ------------------------------------------------------------------ refused, blocked, bad input
def test_a_refusal_is_kept_and_moves_nothing(panel: Council) -> None:
    follow(panel, "papers_issued")
    before = panel.show(MAY)
    panel.refusal(MAY, "hold", by="chris", **HELD)
    after, (refused,) = panel.show(MAY), panel.history(MAY)[-1:]
    assert (refused["action"], refused["from"], refused["to"]) == (
        "refused", "papers_issued", "papers_issued",
    )  # fmt: skip
    assert refused["data"] == {"trigger": "hold", "guards": ["sitting_day_has_come"]}
    assert {**after, "data": 0} == {**before, "data": 0}


def test_three_refusals_by_one_guard_block_the_sitting(panel: Council) -> None:
    follow(panel, "papers_issued")
    for _ in range(3):
        panel.refusal(MAY, "hold", by="chris", **HELD)
    assert [one["reason"] for one in panel.show(MAY)["blocked"]] == ["refused_three_times"]


def test_a_late_sitting_is_blocked_and_free_again_once_it_sat(panel: Council) -> None:
    follow(panel, "papers_issued")
    panel.at("2026-06-12 00:01").passes()
    assert [one["reason"] for one in panel.show(MAY)["blocked"]] == ["overdue_l2"]
    panel.fire(MAY, "hold", by="chris", **HELD)
    assert panel.show(MAY)["blocked"] == []


def test_without_a_chair_nobody_is_there_to_move_it(panel: Council) -> None:
    panel.import_people([("chris", "Chris Chair", "senco", "SEND", "ada")])
    panel.passes()
    assert [one["reason"] for one in panel.show(MAY)["blocked"]] == ["nobody_home"]


@pytest.mark.parametrize(
    ("state", "trigger", "data"),
    [
        ("planned", "open_agenda", {"sits_on": "20 May"}),
        ("planned", "open_agenda", {"day": "2026-05-20"}),
        ("papers_issued", "hold", {"members": [{"agency": "police"}]}),
        ("papers_issued", "hold", {"members": [{"agency": "health", "name": "Dr N"}]}),
        ("papers_issued", "hold", {"not_reached": 1}),
        ("held", "send_decisions", {"sent_on": "yesterday"}),
        ("planned", "cancel", {"replacement_on": "soon"}),
    ],
)
def test_what_cannot_be_read_leaves_no_trace(
    panel: Council, state: str, trigger: str, data: dict[str, Any]
) -> None:
    follow(panel, state)
    before = panel.history(MAY)
    with pytest.raises(BadData):
        panel.fire(MAY, trigger, by="chris", **data)
    assert panel.history(MAY) == before


@pytest.mark.parametrize(
    "data",
    [{"members": [{"agency": "health", "person": "nobody"}]}, {"minutes_by": "nobody"}],
)
def test_somebody_who_is_not_in_the_roster_was_not_there(
    panel: Council, data: dict[str, Any]
) -> None:
    follow(panel, "papers_issued")
    with pytest.raises(UnknownPerson):
        panel.fire(MAY, "hold", by="chris", **data)

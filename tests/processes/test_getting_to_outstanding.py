"""The meeting that signs recommendations off: its date, its agenda, who chairs it, and what it leaves for a second sitting."""

from typing import Any

import pytest
from council import Council
from follow_up import (
    DECEMBER,
    EVIDENCE,
    JANUARY,
    JUNE,
    R1,
    R2,
    R3,
    blocks,
    entries,
    follow,
    lend,
    loaded,
    meet,
    raise_by_hand,
    standing,
)
from hands import sql

from qa_workflow.errors import BadData, NotPermitted, UnknownPerson
from qa_workflow.service import enquiries
from qa_workflow.service.changes import Pull


@pytest.fixture
def meeting(council: Council) -> Council:
    """Give the council on Wednesday 12 November 2025, whose meeting of December is planned."""
    council.at("2025-11-12 10:00")
    meet(council, "planned")
    return council


def verified(council: Council, *, on: str, count: int = 1) -> list[str]:
    """Raise recommendations by hand and have them verified at a moment; return their references."""
    found = [raise_by_hand(council, f"C{number:02}") for number in range(1, count + 1)]
    for one in found:
        follow(council, "evidence_submitted", one)
    council.at(on)
    for one in found:
        council.fire(one, "verify", by="sandy")
    return found


def agenda(council: Council, reference: str = DECEMBER) -> list[str]:
    items: list[str] = council.show(reference)["data"]["items"]
    return items


def refused(council: Council, trigger: str, **data: Any) -> list[tuple[str, str | None]]:  # noqa: ANN401 - any data
    """Pull a trigger of the meeting as whoever may; return why it is refused, and from when it would not be."""
    before = council.show(DECEMBER)
    by = {"hold": "ada", "close": "ada"}.get(trigger, "quinn")
    council.refusal(DECEMBER, trigger, by=by, **data)
    after = council.show(DECEMBER)
    unmoved = ("state", "version", "deadlines", "data")
    assert [after[name] for name in unmoved] == [before[name] for name in unmoved]
    pull = Pull(reference=DECEMBER, trigger=trigger, actor=by, data=data)
    answers = enquiries.rehearsal(council.ctx, pull, now=council.now)["guards"]
    return [(one["why"], one["from"]) for one in answers if not one["ok"]]


# ------------------------------------------------------------------ the way through
def test_a_meeting_is_planned_scheduled_frozen_held_minuted_and_closed(meeting: Council) -> None:
    meet(meeting, "closed")
    assert entries(meeting, DECEMBER) == [
        ("start", "planned"),
        ("schedule", "scheduled"),
        ("set_agenda", "agenda_set"),
        ("hold", "held"),
        ("minute", "minuted"),
        ("close", "closed"),
    ]


def test_nothing_moves_a_closed_meeting(meeting: Council) -> None:
    meet(meeting, "closed")
    shown = meeting.show(DECEMBER)
    assert (shown["final"], shown["can"], loaded(meeting, DECEMBER).timers) == (True, [], ())


@pytest.mark.parametrize(
    ("state", "trigger", "data", "people"),
    [
        ("planned", "schedule", {"sits_on": "2025-12-11"}, {"quinn"}),
        ("scheduled", "set_agenda", {}, {"quinn"}),
        ("scheduled", "postpone", {}, {"quinn"}),
        ("agenda_set", "postpone", {}, {"quinn"}),
        ("agenda_set", "hold", {}, {"ada"}),
        ("held", "minute", {}, {"quinn"}),
        ("minuted", "close", {}, {"ada"}),
        ("agenda_set", "take_late_paper", {"item": R1}, set()),
        ("held", "take_late_paper", {"item": R1}, set()),
    ],
)
def test_a_trigger_is_for_these_people_and_nobody_else(
    meeting: Council, state: str, trigger: str, data: dict[str, Any], people: set[str]
) -> None:
    meet(meeting, state)
    assert meeting.who_may(DECEMBER, trigger, **data) == people


@pytest.mark.parametrize(
    ("state", "owner"),
    [
        ("planned", "qa_admin"),
        ("scheduled", "qa_admin"),
        ("agenda_set", "ad_people"),
        ("held", "qa_admin"),
        ("minuted", "ad_people"),
    ],
)
def test_a_state_waits_for_whoever_moves_it(meeting: Council, state: str, owner: str) -> None:
    meet(meeting, state)
    assert meeting.show(DECEMBER)["owner"] == owner


# ------------------------------------------------------------------ a date
def test_the_day_and_that_of_its_papers_are_kept(meeting: Council) -> None:
    meet(meeting, "scheduled")
    data = meeting.show(DECEMBER)["data"]
    assert (data["sits_on"], data["papers_on"]) == ("2025-12-11", "2025-12-04")


@pytest.mark.parametrize("day", ["2025-12-01", "2025-12-31"])
def test_it_sits_on_any_working_day_of_its_month(meeting: Council, day: str) -> None:
    meeting.fire(DECEMBER, "schedule", by="quinn", sits_on=day)
    assert meeting.state(DECEMBER) == "scheduled"


@pytest.mark.parametrize("day", ["2025-11-28", "2026-01-02"])
def test_it_does_not_sit_outside_its_month(meeting: Council, day: str) -> None:
    ((why, from_on),) = refused(meeting, "schedule", sits_on=day)
    assert why.endswith(
        "does not lie in the meeting's month, which ends on Wednesday 31 December 2025."
    )
    assert from_on == "2025-12-01"


@pytest.mark.parametrize(
    ("day", "why", "from_on"),
    [
        ("2025-12-13", "Saturday 13 December 2025 is no working day: Saturday.", "2025-12-15"),
        ("2025-12-25", "Thursday 25 December 2025 is no working day: Christmas Day.", "2025-12-29"),
    ],
)
def test_it_does_not_sit_on_a_day_off(meeting: Council, day: str, why: str, from_on: str) -> None:
    assert refused(meeting, "schedule", sits_on=day) == [(why, from_on)]


def test_it_does_not_sit_on_a_day_on_which_the_council_is_closed(meeting: Council) -> None:
    sql(
        meeting,
        "INSERT INTO closure_day VALUES ('2025-12-30', 'local', 'Offices closed')",
    )
    ((why, _),) = refused(meeting, "schedule", sits_on="2025-12-30")
    assert why == "Tuesday 30 December 2025 is no working day: Offices closed."


@pytest.mark.parametrize(
    ("today", "day", "papers"),
    [
        ("2025-12-04 23:59", "2025-12-11", "2025-12-04"),
        ("2025-12-06 12:00", "2025-12-15", "2025-12-08"),  # a Saturday
        ("2025-12-22 09:00", "2025-12-31", "2025-12-22"),  # round Christmas
    ],
)
def test_a_date_leaves_five_working_days_for_papers(
    meeting: Council, today: str, day: str, papers: str
) -> None:
    meeting.at(today).fire(DECEMBER, "schedule", by="quinn", sits_on=day)
    assert meeting.show(DECEMBER)["data"]["papers_on"] == papers


@pytest.mark.parametrize(
    ("today", "day", "closed", "from_on"),
    [
        ("2025-12-05 00:01", "2025-12-11", "Thursday 4 December 2025", "2025-12-12"),
        ("2025-12-06 12:00", "2025-12-12", "Friday 5 December 2025", "2025-12-15"),
    ],
)
def test_a_date_that_leaves_fewer_is_refused(
    meeting: Council, today: str, day: str, closed: str, from_on: str
) -> None:
    meeting.at(today)
    ((why, first),) = refused(meeting, "schedule", sits_on=day)
    assert (why.endswith(f"would have closed on {closed}."), first) == (True, from_on)


def test_once_its_month_is_lost_a_later_day_is_better_than_none(meeting: Council) -> None:
    meeting.at("2025-12-23 09:00").fire(DECEMBER, "schedule", by="quinn", sits_on="2026-01-08")
    shown = meeting.at("2026-01-01 00:01").show(DECEMBER)
    assert (shown["state"], shown["late"]) == ("scheduled", True)


def test_that_later_day_leaves_five_working_days_too(meeting: Council) -> None:
    ((why, from_on),) = refused(meeting.at("2025-12-23 09:00"), "schedule", sits_on="2025-12-31")
    assert (why.startswith("Papers for Wednesday 31 December 2025"), from_on) == (
        True,
        "2026-01-02",
    )


def test_a_year_whose_bank_holidays_are_not_known_is_refused(meeting: Council) -> None:
    reasons = refused(meeting, "schedule", sits_on="2150-12-11")
    assert any("2150" in why for why, _ in reasons)


@pytest.mark.parametrize("data", [{}, {"sits_on": "soon"}, {"sits_on": "2025-12-11", "room": "4"}])
def test_bad_input_changes_and_logs_nothing(meeting: Council, data: dict[str, str]) -> None:
    before = meeting.show(DECEMBER), meeting.history(DECEMBER)
    with pytest.raises(BadData):
        meeting.fire(DECEMBER, "schedule", by="quinn", **data)
    assert (meeting.show(DECEMBER), meeting.history(DECEMBER)) == before


def test_three_refusals_of_one_kind_block_it(meeting: Council) -> None:
    for _ in range(3):
        meeting.refusal(DECEMBER, "schedule", by="quinn", sits_on="2025-12-13")
    assert [one["action"] for one in meeting.history(DECEMBER)] == ["start", *["refused"] * 3]
    assert blocks(meeting, DECEMBER) == ["refused_three_times"]


# ------------------------------------------------------------------ postponed
@pytest.mark.parametrize("state", ["scheduled", "agenda_set"])
def test_a_meeting_is_postponed_and_gets_another_date(meeting: Council, state: str) -> None:
    meet(meeting, state)
    meeting.fire(DECEMBER, "postpone", by="quinn", reason="The chair is ill")
    data = meeting.show(DECEMBER)["data"]
    assert (meeting.state(DECEMBER), data["sits_on"], data["papers_on"], data["postponed"]) == (
        "planned", None, None, [{"sits_on": "2025-12-11", "why": "The chair is ill"}],
    )  # fmt: skip
    meeting.fire(DECEMBER, "schedule", by="quinn", sits_on="2025-12-18")
    assert meeting.show(DECEMBER)["data"]["papers_on"] == "2025-12-11"


def test_postponing_needs_a_reason(meeting: Council) -> None:
    meet(meeting, "scheduled")
    assert refused(meeting, "postpone") == [("No reason is given.", None)]


def test_what_was_tabled_is_verified_again_when_it_is_postponed(meeting: Council) -> None:
    verified(meeting, on="2025-12-01 10:00")
    meet(meeting, "agenda_set")
    meeting.fire(DECEMBER, "postpone", by="quinn", reason="The chair is ill")
    shown = meeting.show(R1)
    assert (shown["state"], shown["data"]["meeting"], agenda(meeting)) == ("verified", None, [])
    assert meeting.history(R1)[-2]["reason"] == "The meeting is postponed: The chair is ill"


def test_it_is_tabled_again_at_the_other_date(meeting: Council) -> None:
    verified(meeting, on="2025-12-01 10:00")
    meet(meeting, "agenda_set")
    meeting.fire(DECEMBER, "postpone", by="quinn", reason="The chair is ill")
    meeting.fire(DECEMBER, "schedule", by="quinn", sits_on="2025-12-18")
    meeting.at("2025-12-12 00:00").passes()
    assert (meeting.state(R1), agenda(meeting)) == ("tabled", [R1])


# ------------------------------------------------------------------ the agenda
def test_the_agenda_is_set_when_the_papers_day_is_over(meeting: Council) -> None:
    meet(meeting, "scheduled")
    meeting.at("2025-12-04 23:59").passes()
    assert meeting.state(DECEMBER) == "scheduled"
    meeting.at("2025-12-05 00:00").passes()
    assert meeting.state(DECEMBER) == "agenda_set"


def test_what_was_verified_on_the_papers_day_is_on_it(meeting: Council) -> None:
    meet(meeting, "scheduled")
    verified(meeting, on="2025-12-04 23:59")
    meeting.at("2025-12-05 00:00").passes()
    assert (agenda(meeting), meeting.state(R1), meeting.show(R1)["data"]["meeting"]) == (
        [R1], "tabled", DECEMBER,
    )  # fmt: skip


def test_after_downtime_the_agenda_holds_what_was_verified_in_time(meeting: Council) -> None:
    meet(meeting, "scheduled")
    verified(meeting, on="2025-12-04 10:00")
    second = raise_by_hand(meeting, "C02")
    follow(meeting, "verified", second, verifier="sandy")
    third = raise_by_hand(meeting.at("2025-12-05 10:00"), "C03")
    follow(meeting, "verified", third, verifier="sandy")
    meeting.at("2025-12-08 09:00").passes()  # the daemon was down
    assert (agenda(meeting), meeting.state(R3)) == ([R1, R2], "verified")
    frozen = meeting.history(DECEMBER)[-1]
    assert (frozen["at"], frozen["recorded_at"]) == (
        "2025-12-05T00:00:00Z", "2025-12-08T09:00:00Z",
    )  # fmt: skip


@pytest.mark.parametrize("state", ["raised", "assigned", "in_progress", "evidence_submitted"])
def test_what_is_not_verified_is_not_on_it(meeting: Council, state: str) -> None:
    follow(meeting, state, raise_by_hand(meeting))
    meet(meeting, "agenda_set")
    assert (agenda(meeting), meeting.state(R1)) == ([], state)


def test_what_belongs_to_a_later_window_is_not_on_it(meeting: Council) -> None:
    follow(meeting, "in_progress", raise_by_hand(meeting))
    meeting.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    meeting.fire(R1, "submit_evidence", by="pat", **EVIDENCE)
    meeting.fire(R1, "verify", by="sandy")
    meet(meeting, "agenda_set")
    assert (agenda(meeting), meeting.state(R1)) == ([], "verified")


def test_what_an_earlier_window_has_left_is_on_the_next_agenda(meeting: Council) -> None:
    follow(meeting, "in_progress", raise_by_hand(meeting))
    meet(meeting, "closed")
    meet(meeting, "closed", JANUARY)
    meeting.fire(R1, "submit_evidence", by="pat", **EVIDENCE)
    meeting.fire(R1, "verify", by="sandy")
    meeting.at("2026-05-01 09:00").passes()
    assert meeting.show(R1)["data"]["meeting_due_on"] == "2026-06-30"
    meet(meeting, "agenda_set", JUNE)
    assert (agenda(meeting, JUNE), meeting.show(R1)["late"]) == ([R1], True)


def test_the_agenda_is_set_by_hand_on_the_papers_day(meeting: Council) -> None:
    meet(meeting, "scheduled")
    verified(meeting, on="2025-12-04 10:00")
    meeting.fire(DECEMBER, "set_agenda", by="quinn")
    assert agenda(meeting) == [R1]


def test_the_agenda_is_not_set_by_hand_before_the_papers_day(meeting: Council) -> None:
    meet(meeting, "scheduled")
    meeting.at("2025-12-03 23:59")
    assert refused(meeting, "set_agenda") == [
        ("Papers come in until Thursday 4 December 2025.", "2025-12-04")
    ]


# ------------------------------------------------------------------ the sitting
def test_the_chair_holds_it_and_says_who_was_there(meeting: Council) -> None:
    meet(meeting, "agenda_set")
    meeting.at("2025-12-11 00:00").fire(DECEMBER, "hold", by="ada", attendees=["sandy", "ada"])
    data = meeting.show(DECEMBER)["data"]
    assert (data["chair"], data["attendees"], data["held_on"]) == (
        "ada", ["ada", "sandy"], "2025-12-11",
    )  # fmt: skip
    assert "chaired_for" not in data


def test_it_is_not_held_before_its_day(meeting: Council) -> None:
    meet(meeting, "agenda_set")
    meeting.at("2025-12-10 23:59")
    assert refused(meeting, "hold") == [
        ("The meeting sits on Thursday 11 December 2025.", "2025-12-11")
    ]


def test_a_recorded_delegate_chairs_it_and_for_whom_is_kept(meeting: Council) -> None:
    lend(meeting, to="cass")
    meet(meeting, "agenda_set")
    meeting.at("2025-12-11 10:00").fire(DECEMBER, "hold", by="cass")
    data = meeting.show(DECEMBER)["data"]
    assert (data["chair"], data["chaired_for"]) == ("cass", "ada")
    assert meeting.history(DECEMBER)[-1]["on_behalf_of"] == "ada"


@pytest.mark.parametrize("person", ["sandy", "dana", "cass"])
def test_nobody_else_chairs_it(meeting: Council, person: str) -> None:
    lend(meeting, to="cass", until_on="2025-12-10")
    meet(meeting, "agenda_set")
    with pytest.raises(NotPermitted):
        meeting.at("2025-12-11 10:00").fire(DECEMBER, "hold", by=person)


def test_somebody_who_is_in_no_roster_was_not_there(meeting: Council) -> None:
    meet(meeting, "agenda_set")
    before = meeting.history(DECEMBER)
    with pytest.raises(UnknownPerson):
        meeting.at("2025-12-11 10:00").fire(DECEMBER, "hold", by="ada", attendees=["nobody"])
    assert meeting.history(DECEMBER) == before


def test_the_minutes_are_referred_to(meeting: Council) -> None:
    meet(meeting, "held")
    assert refused(meeting, "minute") == [("It is not said where the minutes are.", None)]
    meeting.fire(DECEMBER, "minute", by="quinn", minutes_reference="MIN-7")
    assert meeting.show(DECEMBER)["data"]["minutes_reference"] == "MIN-7"


# ------------------------------------------------------------------ closed, and the second sitting
def test_what_the_meeting_did_not_reach_is_verified_again(meeting: Council) -> None:
    verified(meeting, on="2025-12-01 10:00", count=2)
    meet(meeting, "held")
    meeting.fire(R1, "sign_off", by="ada")
    meet(meeting, "closed")
    assert (meeting.state(R1), meeting.state(R2)) == ("signed_off", "verified")
    told = next(one for one in reversed(meeting.history(R2)) if one["action"] == "untable")
    assert told["reason"] == "The meeting did not reach it."


def test_the_agenda_of_a_closed_meeting_stays_as_it_was(meeting: Council) -> None:
    verified(meeting, on="2025-12-01 10:00", count=2)
    meet(meeting, "closed")
    assert agenda(meeting) == [R1, R2]


@pytest.mark.parametrize("state", ["raised", "in_progress", "evidence_submitted", "verified"])
def test_if_anything_is_unsigned_there_is_a_second_sitting(meeting: Council, state: str) -> None:
    follow(meeting, state, raise_by_hand(meeting), verifier="sandy")
    meet(meeting, "closed")
    shown = meeting.show(JANUARY)
    assert (shown["state"], shown["due_on"], shown["data"]["period"]) == (
        "planned", "2026-01-31", "2026-01",
    )  # fmt: skip


def test_if_all_is_signed_there_is_none(meeting: Council) -> None:
    verified(meeting, on="2025-12-01 10:00")
    meet(meeting, "held")
    meeting.fire(R1, "sign_off", by="ada")
    meet(meeting, "closed")
    assert not standing(meeting, JANUARY)


@pytest.mark.parametrize(
    ("trigger", "data"),
    [("supersede", {"successor": R2}), ("case_ended", {"reason": "The case closed"})],
)
def test_what_ended_otherwise_asks_for_no_second_sitting(
    meeting: Council, trigger: str, data: dict[str, str]
) -> None:
    follow(meeting, "in_progress", raise_by_hand(meeting))
    meeting.fire(R1, trigger, by="sandy", **data)
    meet(meeting, "closed")
    assert not standing(meeting, JANUARY)


def test_what_was_carried_forward_asks_for_no_second_sitting(meeting: Council) -> None:
    follow(meeting, "in_progress", raise_by_hand(meeting))
    meeting.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    meet(meeting, "closed")
    assert not standing(meeting, JANUARY)


def test_the_second_sitting_tables_what_the_first_has_left(meeting: Council) -> None:
    verified(meeting, on="2025-12-01 10:00")
    meet(meeting, "closed")
    meet(meeting, "agenda_set", JANUARY)
    assert (agenda(meeting, JANUARY), meeting.show(R1)["data"]["meeting"]) == ([R1], JANUARY)


def test_what_waits_for_the_second_sitting_is_not_late_for_the_first(meeting: Council) -> None:
    verified(meeting, on="2025-12-01 10:00")
    meet(meeting, "closed")
    meeting.at("2026-01-09 09:00").passes()
    assert (meeting.falls(R1, "table_by"), meeting.show(R1)["level"]) == ("2026-01-31", None)


@pytest.mark.parametrize("day", ["2025-12-31", "2026-02-02"])
def test_the_second_sitting_sits_in_january(meeting: Council, day: str) -> None:
    raise_by_hand(meeting)
    meet(meeting, "closed")
    refusal = meeting.refusal(JANUARY, "schedule", by="quinn", sits_on=day)
    assert refusal.endswith(
        "does not lie in the meeting's month, which ends on Saturday 31 January 2026."
    )


def test_there_is_no_third_sitting(meeting: Council) -> None:
    raise_by_hand(meeting)
    meet(meeting, "closed")
    meet(meeting, "closed", JANUARY)
    held = [
        one["reference"]
        for one in meeting.listed(process="getting_to_outstanding", include_final=True)
    ]
    assert held == [DECEMBER, JANUARY]


def test_june_is_followed_by_july(council: Council) -> None:
    raise_by_hand(council.at("2026-03-02 10:00"))
    council.at("2026-05-01 09:00").passes()
    meet(council, "closed", JUNE)
    assert council.show("getting_to_outstanding:2026-07")["due_on"] == "2026-07-31"

"""What every recurring meeting shares: its road, who acts, its date inside its span, its agenda, its actions, its ends."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import meetings
import pytest
from council import Council
from follow_up import blocks, lend
from hands import leaves
from meetings import BOARD, KINDS, PAPERS_ON, ROAD

from qa_workflow.engine.checks import problems
from qa_workflow.errors import BadData, UnknownPerson
from qa_workflow.patterns.meeting import RecurringMeeting

every_kind = pytest.mark.parametrize("process", KINDS)
WAITING = ("planned", "postponed", "inquorate")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Council]:
    """Give a council on Monday 2 March 2026 for which no calendar plans anything."""
    with meetings.standing(tmp_path) as council:
        yield council


@pytest.fixture
def board(made: Council) -> Council:
    """Give it with the Moving to Excellence Board of March planned."""
    meetings.plan(made, "moving_to_excellence_board")
    return made


# ------------------------------------------------------------------ the road
@every_kind
def test_a_meeting_is_dated_prepared_held_minuted_followed_up_and_closed(
    made: Council, process: str
) -> None:
    reference = meetings.begun(made, process)
    meetings.take(made, reference, "closed")
    went = [one["to"] for one in made.history(reference) if one["level"] is None]
    shown = made.show(reference)
    assert tuple(went) == ROAD
    assert (shown["final"], shown["lateness"], shown["data"]["held_on"]) == (
        True,
        "on_time",
        meetings.SITS_ON,
    )


@every_kind
def test_a_meeting_is_chaired_by_its_chair_and_prepared_by_its_organiser(
    made: Council, process: str
) -> None:
    kind, reference = KINDS[process], meetings.begun(made, process)
    assert kind.organiser in made.who_may(reference, "schedule", sits_on=meetings.SITS_ON)
    meetings.take(made, reference, "agenda_set")
    others = {"ada", "dana", "max", "sean", "vic", "pia", "sam", "cass", "sandy"} - {kind.chair}
    chairs = made.at(f"{meetings.SITS_ON} 11:00").who_may(reference, "hold")
    assert kind.chair in chairs
    assert chairs & others <= {"cass", "sandy"}  # of several roles that may chair


@pytest.mark.parametrize(
    ("state", "trigger", "who"),
    [
        ("planned", "schedule", {"quinn"}),
        ("scheduled", "set_agenda", {"quinn"}),
        ("scheduled", "postpone", {"quinn"}),
        ("agenda_set", "postpone", {"quinn"}),
        ("agenda_set", "add_late_item", {"quinn", "ada"}),
        ("agenda_set", "hold", {"ada"}),
        ("agenda_set", "declare_inquorate", {"ada"}),
        ("held", "minute", {"quinn"}),
        ("minuted", "log_actions", {"quinn"}),
        ("actions_logged", "close", {"ada"}),
        ("postponed", "schedule", {"quinn"}),
        ("inquorate", "schedule", {"quinn"}),
        *((state, "cancel", {"ada"}) for state in (*WAITING, "scheduled", "agenda_set")),
    ],
)
def test_each_step_is_for_whom_it_is_for(
    made: Council, state: str, trigger: str, who: set[str]
) -> None:
    reference = meetings.at_state(made, state)
    said = {"schedule": {"sits_on": meetings.SITS_ON}, "add_late_item": {"item": "C07"}}
    assert made.who_may(reference, trigger, **said.get(trigger, {})) == who


@pytest.mark.parametrize("state", ["held", "minuted", "actions_logged"])
def test_what_was_held_is_not_cancelled_or_put_off(made: Council, state: str) -> None:
    reference = meetings.at_state(made, state)
    offered = {one["trigger"] for one in made.show(reference)["can"]}
    assert not offered & {"cancel", "postpone", "declare_inquorate"}


# ------------------------------------------------------------------ the day
@pytest.mark.parametrize(
    ("sits_on", "why"),
    [
        ("2026-03-28", "Saturday 28 March 2026 is no working day: Saturday."),
        (
            "2026-04-02",
            "Thursday 2 April 2026 does not lie in the meeting's period, which ends on Tuesday 31 March 2026.",
        ),
        (
            "2026-03-06",
            "Papers for Friday 6 March 2026 would have closed on Friday 27 February 2026.",
        ),
    ],
)
def test_a_day_that_cannot_be_is_refused(board: Council, sits_on: str, why: str) -> None:
    assert board.refusal(BOARD, "schedule", by="quinn", sits_on=sits_on) == why


def test_good_friday_is_no_day_for_a_meeting(made: Council) -> None:
    reference = meetings.plan(
        made, "strategic_placement_group", "2026-04", opens_on="2026-04-01", due_on="2026-04-30"
    )
    why = made.refusal(reference, "schedule", by="quinn", sits_on="2026-04-03")
    assert why == "Friday 3 April 2026 is no working day: Good Friday."


def test_a_year_without_known_bank_holidays_is_refused(board: Council) -> None:
    year = board.ctx.published.last_year + 1
    assert str(year) in board.refusal(BOARD, "schedule", by="quinn", sits_on=f"{year}-03-26")


@pytest.mark.parametrize("sits_on", ["2026-03-09", "2026-03-31"])
def test_the_first_day_with_time_for_papers_and_the_last_of_the_period_can_be(
    board: Council, sits_on: str
) -> None:
    board.fire(BOARD, "schedule", by="quinn", sits_on=sits_on)
    assert board.show(BOARD)["data"]["sits_on"] == sits_on


def test_before_its_period_it_does_not_sit(made: Council) -> None:
    reference = meetings.plan(
        made, "moving_to_excellence_board", "2026-06", opens_on="2026-06-01", due_on="2026-06-30"
    )
    assert "does not lie in the meeting's period" in made.refusal(
        reference, "schedule", by="quinn", sits_on="2026-05-29"
    )


def test_once_its_period_is_lost_any_later_day_is_better_than_none(board: Council) -> None:
    board.at("2026-03-25 09:00").fire(BOARD, "schedule", by="quinn", sits_on="2026-04-09")
    assert board.at("2026-04-01 00:01").show(BOARD)["late"] is True


@pytest.mark.parametrize(
    ("only", "day", "can"),
    [
        ("2026-03-19", "2026-03-19", True),
        ("2026-03-19", "2026-03-18", False),
        ("2026-03-21", "2026-03-20", True),
        ("2026-03-21", "2026-03-23", False),
    ],
)
def test_a_meeting_for_one_day_sits_on_it_or_on_the_working_day_before(
    made: Council,
    only: str,
    day: str,
    can: bool,  # noqa: FBT001 - a row of the table
) -> None:
    reference = meetings.plan(made, "top_three", only, opens_on=only, due_on=only)
    if can:
        made.fire(reference, "schedule", by="quinn", sits_on=day)
        assert made.at("2026-03-22 09:00").show(reference)["data"]["sits_on"] == day
    else:
        assert "does not lie" in made.refusal(reference, "schedule", by="quinn", sits_on=day)


# ------------------------------------------------------------------ papers and the agenda
@pytest.mark.parametrize(
    ("process", "papers"), [(name, kind.papers) for name, kind in KINDS.items()]
)
def test_the_agenda_is_frozen_by_itself_when_the_papers_day_is_over(
    made: Council, process: str, papers: int
) -> None:
    reference = meetings.at_state(made, "scheduled", process)
    assert made.show(reference)["data"]["papers_on"] == PAPERS_ON[papers]
    opens = {5: "2026-03-20", 2: "2026-03-25", 1: "2026-03-26", 0: "2026-03-26"}[papers]
    if process == "top_three":
        opens = PAPERS_ON[
            papers
        ]  # its pack is made two working days before it: nobody brings papers
    made.at(f"{opens} 00:00").later(minutes=-1).passes()
    assert made.state(reference) == "scheduled"
    made.at(f"{opens} 00:00").passes()
    assert made.state(reference) == "agenda_set"


def test_the_agenda_is_not_set_before_the_papers_day(board: Council) -> None:
    meetings.take(board, BOARD, "scheduled")
    why = board.at("2026-03-18 23:59").refusal(BOARD, "set_agenda", by="quinn")
    assert why == "Papers come in until Thursday 19 March 2026."
    board.at("2026-03-19 00:00").fire(BOARD, "set_agenda", by="quinn", items=["thematic_audit:1"])
    assert board.show(BOARD)["data"]["agenda"] == ["thematic_audit:1"]


def test_a_late_item_comes_with_a_reason_and_once(made: Council) -> None:
    reference = meetings.at_state(made, "agenda_set")
    assert made.refusal(reference, "add_late_item", by="ada", item="C07") == "No reason is given."
    made.fire(reference, "add_late_item", by="ada", item="C07", reason="Blocked since yesterday")
    data = made.show(reference)["data"]
    assert (data["agenda"], data["late_items"]) == (
        ["C07"],
        [{"reference": "C07", "why": "Blocked since yesterday"}],
    )
    again = made.refusal(reference, "add_late_item", by="ada", item="C07", reason="Again")
    assert again == "C07 is on the agenda already."


# ------------------------------------------------------------------ the sitting
def test_it_is_not_held_before_its_day(made: Council) -> None:
    reference = meetings.at_state(made, "agenda_set")
    for trigger in ("hold", "declare_inquorate"):
        why = made.at("2026-03-25 23:59").refusal(reference, trigger, by="ada", reason="Early")
        assert why == "The meeting sits on Thursday 26 March 2026."
    made.at("2026-03-26 00:00").fire(reference, "hold", by="ada")
    assert made.state(reference) == "held"


def test_who_was_there_is_kept_and_the_chair_is_one_of_them(made: Council) -> None:
    reference = meetings.at_state(made, "agenda_set")
    said = {"attendees": ["sandy", "ada"], "apologies": ["cass"], "others": ["School governor"]}
    meetings.step(made, reference, **said)
    data = made.show(reference)["data"]
    assert (data["chair"], data["attendees"], data["apologies"], data["others"]) == (
        "ada", ["ada", "sandy"], ["cass"], ["School governor"],
    )  # fmt: skip


@pytest.mark.parametrize("both", ["sandy", "ada"])
def test_nobody_is_both_there_and_away(made: Council, both: str) -> None:
    reference = meetings.at_state(made, "agenda_set")
    made.at("2026-03-26 11:00")
    why = made.refusal(reference, "hold", by="ada", attendees=["sandy"], apologies=[both])
    assert why == f"Said to be there and to have sent apologies: {both}."


def test_a_recorded_delegate_chairs_and_it_is_said_for_whom(made: Council) -> None:
    reference = meetings.at_state(made, "agenda_set")
    lend(made, to="cass", from_on="2026-03-26", until_on="2026-03-26")
    assert made.at("2026-03-25 11:00").who_may(reference, "hold") == {"ada"}
    made.at("2026-03-26 11:00").fire(reference, "hold", by="cass")
    data = made.show(reference)["data"]
    assert (data["chair"], data["chaired_for"]) == ("cass", "ada")


# ------------------------------------------------------------------ put off, inquorate, cancelled
@pytest.mark.parametrize(
    ("state", "trigger", "by"),
    [
        ("scheduled", "postpone", "quinn"),
        ("agenda_set", "postpone", "quinn"),
        ("agenda_set", "declare_inquorate", "ada"),
    ],
)
def test_a_meeting_that_does_not_take_place_says_why_and_sits_again(
    made: Council, state: str, trigger: str, by: str
) -> None:
    reference = meetings.at_state(made, state)
    made.at("2026-03-26 11:00")
    assert made.refusal(reference, trigger, by=by) == "No reason is given."
    made.fire(reference, trigger, by=by, reason="The chair is ill")
    shown = made.show(reference)
    kept = {"postpone": "postponed", "declare_inquorate": "inquorate"}[trigger]
    assert (shown["state"], shown["data"]["sits_on"], shown["data"]["agenda"]) == (kept, None, [])
    assert shown["data"][kept] == [{"sits_on": "2026-03-26", "why": "The chair is ill"}]
    made.fire(reference, "schedule", by="quinn", sits_on="2026-04-08")
    meetings.take(made, reference, "closed")
    assert made.show(reference)["lateness"] == "late"


def test_each_time_it_was_put_off_is_kept(made: Council) -> None:
    reference = meetings.at_state(made, "postponed")
    meetings.step(made, reference, sits_on="2026-03-30")
    made.fire(reference, "postpone", by="quinn", reason="The room is flooded")
    assert [one["sits_on"] for one in made.show(reference)["data"]["postponed"]] == [
        "2026-03-26", "2026-03-30",
    ]  # fmt: skip


def test_a_meeting_postponed_early_sits_inside_its_period_still(made: Council) -> None:
    reference = meetings.at_state(made, "postponed")
    assert "does not lie" in made.refusal(reference, "schedule", by="quinn", sits_on="2026-04-08")
    made.fire(reference, "schedule", by="quinn", sits_on="2026-03-30")
    meetings.take(made, reference, "held")
    assert made.show(reference)["lateness"] == "on_time"


@pytest.mark.parametrize("state", [*WAITING, "scheduled", "agenda_set"])
def test_the_chair_cancels_with_a_reason(made: Council, state: str) -> None:
    reference = meetings.at_state(made, state)
    assert made.refusal(reference, "cancel", by="ada") == "No reason is given."
    made.fire(reference, "cancel", by="ada", reason="Nothing awaits scrutiny")
    shown = made.show(reference)
    assert (shown["state"], shown["final"], shown["data"]["why_cancelled"], shown["data"]["cancelled_by"]) == (
        "cancelled", True, "Nothing awaits scrutiny", "ada",
    )  # fmt: skip


# ------------------------------------------------------------------ minutes and actions
def test_the_minutes_are_kept_by_reference(made: Council) -> None:
    reference = meetings.at_state(made, "held")
    assert made.refusal(reference, "minute", by="quinn") == "It is not said where the minutes are."
    made.fire(reference, "minute", by="quinn", minutes_reference="MIN-1")
    assert made.show(reference)["data"]["minutes_reference"] == "MIN-1"


ITEM = {"what": "Ask the school", "owner": "pat", "due_on": "2026-04-10"}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "No action is named, and it is not said that there are none."),
        (
            {"actions": [ITEM], "no_actions": True},
            "Actions are named, and it is said that there are none.",
        ),
        (
            {"actions": [{**ITEM, "owner": "aud2"}]},
            "aud2 does not work here today, so cannot own an action.",
        ),
        (
            {"actions": [{**ITEM, "due_on": "2026-03-25"}]},
            "An action is due on Wednesday 25 March 2026, which is over.",
        ),
    ],
)
def test_actions_are_named_or_denied_and_can_be_done(
    made: Council, said: dict[str, Any], why: str
) -> None:
    reference = meetings.at_state(made, "minuted")
    leaves(made, "aud2", "2026-03-02")
    assert made.refusal(reference, "log_actions", by="quinn", **said) == why


def test_each_action_is_an_instance_before_the_meeting_closes(made: Council) -> None:
    reference = meetings.at_state(made, "minuted")
    about = {
        **ITEM,
        "what": "Move the review",
        "owner": "cass",
        "due_on": "2026-03-26",
        "about": "C07",
    }
    made.fire(reference, "log_actions", by="quinn", actions=[ITEM, about])
    assert made.show(reference)["children"] == ["action:A-0001", "action:A-0002"]
    second = made.show("action:A-0002")
    assert (second["subject"], second["owner"], second["data"]["about"]) == ("C07", "cass", "C07")
    assert made.show("action:A-0001")["subject"] == "2026-03"
    made.fire(reference, "close", by="ada")
    assert made.state("action:A-0001") == "open"


# ------------------------------------------------------------------ what cannot be
@pytest.mark.parametrize(
    ("state", "trigger", "said", "error"),
    [
        ("planned", "schedule", {}, BadData),
        ("planned", "schedule", {"sits_on": "soon"}, BadData),
        ("planned", "schedule", {"sits_on": "2026-03-26", "room": "1"}, BadData),
        ("minuted", "log_actions", {"actions": [{**ITEM, "owner": "nobody"}]}, UnknownPerson),
        ("minuted", "log_actions", {"actions": [{**ITEM, "what": " "}]}, BadData),
        ("minuted", "log_actions", {"accepted": []}, BadData),
    ],
)
def test_bad_input_changes_nothing(
    made: Council, state: str, trigger: str, said: dict[str, Any], error: type[Exception]
) -> None:
    reference = meetings.at_state(made, state)
    before = made.show(reference), made.history(reference)
    with pytest.raises(error):
        made.fire(reference, trigger, by="quinn", **said)
    assert (made.show(reference), made.history(reference)) == before


def test_a_refusal_is_kept_once_and_changes_nothing_else(board: Council) -> None:
    before = board.show(BOARD)
    board.refusal(BOARD, "schedule", by="quinn", sits_on="2026-03-28")
    after, refused = board.show(BOARD), board.history(BOARD)[-1]
    assert (refused["action"], refused["data"]["guards"]) == (
        "refused", ["sitting_is_on_a_known_working_day"],
    )  # fmt: skip
    assert {**after, "as_of": None} == {**before, "as_of": None}


def test_three_refusals_block_it_until_it_moves(board: Council) -> None:
    for _ in range(3):
        board.refusal(BOARD, "schedule", by="quinn", sits_on="2026-03-28")
    assert blocks(board, BOARD) == ["refused_three_times"]
    meetings.step(board, BOARD)
    assert blocks(board, BOARD) == []


# ------------------------------------------------------------------ a council's own meeting
OWN: dict[str, Any] = {
    "name": "practice_forum",
    "title": "Practice forum",
    "about": "Practitioners meet twice a year.",
    "source": "The council's own",
    "chair": "sm_csc",
}


def test_a_council_makes_a_meeting_of_plain_data() -> None:
    made = RecurringMeeting.model_validate(
        {**OWN, "must_attend": ["practitioner"], "kinds": ["open", "closed"]}
    )
    definition = made.process()
    assert (problems(definition), definition.name, made.chair) == (
        (),
        "practice_forum",
        ("sm_csc",),
    )


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"name": "Practice forum"}, "name"),
        ({"about": "No full stop"}, "about"),
        ({"chair": []}, "chair"),
        ({"papers_working_days": -1}, "papers_working_days"),
        ({"scrutinises": ["service_improvement_plan"]}, "scrutinises"),
        ({"colour": "blue"}, "colour"),
        ({"decides_each_item": True, "reviews": ["send_panel:closed"]}, "decides each item"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        RecurringMeeting.model_validate({**OWN, **changed})

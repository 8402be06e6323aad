"""Supervision: every month, uninterrupted, recorded by the supervisor, seen by the supervisee (domain 3.5 G4)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import staff
from council import Council
from hands import leaves
from providers import delegate, refused_once, rejected

PAT = "supervision:pat:2026-01"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Council]:
    """Give a council on Monday 12 January 2026, where January's supervisions stand since the 1st."""
    with staff.standing(tmp_path) as council:
        yield council.at("2026-01-12 10:00")


def test_a_supervision_is_held_recorded_and_acknowledged(made: Council) -> None:
    for trigger, by, data, state in (
        ("hold", "sam", staff.MEETING, "held"),
        ("record", "sam", {**staff.RECORD, "cases": ["C07"], "learning": "Draw with the child"}, "recorded"),
        ("acknowledge", "pat", {"answer": "And the visit to C07"}, "acknowledged"),
    ):  # fmt: skip
        assert made.fire(PAT, trigger, by=by, **data).state == state
    shown = made.show(PAT)
    assert shown["final"]
    assert shown["due_on"] == "2026-01-31"
    wanted = {
        "held_on": "2026-01-12", "held_by": "sam", "minutes": 90, "meets_standard": True,
        "record_reference": "S-101", "cases": ["C07"], "learning": "Draw with the child",
        "recorded_on": "2026-01-12", "answer": "And the visit to C07",
    }  # fmt: skip
    assert {key: shown["data"][key] for key in wanted} == wanted


@pytest.mark.parametrize(
    ("state", "trigger", "able"),
    [
        ("due", "hold", {"sam"}),
        ("due", "excuse", {"cass", "sandy", "ada"}),
        ("due", "end", {"sam", "cass", "sandy", "ada"}),
        ("held", "record", {"sam"}),
        ("recorded", "acknowledge", {"pat"}),
        ("recorded", "end", {"sam", "cass", "sandy", "ada"}),
    ],
)
def test_only_those_whose_part_it_is_pull_a_trigger(
    made: Council, state: str, trigger: str, able: set[str]
) -> None:
    staff.supervise(made, "pat", state)
    assert made.who_may(PAT, trigger) == able


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"held_on": None}, "The day of supervision is not said"),
        ({"held_on": "2026-01-13"}, "Tuesday 13 January 2026, which has not come yet"),
        ({"held_on": "2025-12-31"}, "which is before Thursday 1 January 2026"),
        ({"minutes": None}, "How many minutes it took"),
        ({"uninterrupted": None}, "whether it was interrupted, is not said"),
        ({"minutes": 89}, "The standard is 90 minutes without interruption"),
        ({"uninterrupted": False}, "say why it was not met"),
    ],
)
def test_a_meeting_short_of_the_standard_or_of_its_day_is_refused(
    made: Council, data: dict[str, Any], why: str
) -> None:
    assert why in refused_once(made, PAT, "hold", by="sam", **{**staff.MEETING, **data})


@pytest.mark.parametrize("short", [{"minutes": 89}, {"uninterrupted": False}])
def test_with_a_reason_a_shorter_meeting_counts_and_says_so(
    made: Council, short: dict[str, Any]
) -> None:
    made.fire(PAT, "hold", by="sam", **{**staff.MEETING, **short}, reason="A child was missing")
    assert made.show(PAT)["data"]["meets_standard"] is False


@pytest.mark.parametrize(
    ("missing", "why"),
    [("record_reference", "Where the record stands"), ("reflections", "What was reflected on")],
)
def test_a_record_says_where_it_stands_and_what_was_reflected_on(
    made: Council, missing: str, why: str
) -> None:
    staff.supervise(made, "pat", "held")
    assert why in refused_once(made, PAT, "record", by="sam", **{**staff.RECORD, missing: " "})


@pytest.mark.parametrize(
    "data", [{"minutes": 0}, {"minutes": 601}, {"held_on": "soon"}, {"place": "office"}]
)
def test_bad_input_leaves_nothing_behind(made: Council, data: dict[str, Any]) -> None:
    assert rejected(made, PAT, "hold", by="sam", **{**staff.MEETING, **data})


def test_three_refusals_by_one_guard_block_it(made: Council) -> None:
    for _ in range(3):
        made.refusal(PAT, "hold", by="sam", **{**staff.MEETING, "minutes": 30})
    assert [one["reason"] for one in made.show(PAT)["blocked"]] == ["refused_three_times"]


# ------------------------------------------------------------------ dates
@pytest.mark.parametrize(("at", "late"), [("2026-01-31 23:59", False), ("2026-02-01 00:01", True)])
@pytest.mark.parametrize("state", ["due", "held"])
def test_it_is_late_when_the_month_is_over_without_a_record(
    made: Council, state: str, at: str, *, late: bool
) -> None:
    staff.supervise(made, "pat", state)
    assert made.at(at).show(PAT)["late"] is late


def test_a_record_on_the_last_minute_of_the_month_is_in_time(made: Council) -> None:
    staff.supervise(made, "pat", "held")
    staff.supervise(made.at("2026-01-31 23:59"), "pat", "recorded")
    shown = made.at("2026-02-05 12:00").show(PAT)
    assert (shown["late"], shown["lateness"]) == (False, "on_time")


def test_the_month_climbs_the_standard_ladder(made: Council) -> None:
    # 31 January 2026 is a Saturday: reminders count from Friday 30, levels from the due day itself.
    made.at("2026-03-02 08:00").passes()
    assert made.levels(PAT) == [
        ("R1", "2026-01-16"), ("R2", "2026-01-28"), ("L0", "2026-02-02"), ("L1", "2026-02-06"),
        ("L2", "2026-02-13"), ("L3", "2026-02-27"),
    ]  # fmt: skip
    told = {entry["level"]: entry["data"]["told"] for entry in made.history(PAT) if entry["level"]}
    assert (told["R1"], told["L0"], told["L1"]) == (["sam"], ["sam", "cass"], ["cass"])
    assert [one["reason"] for one in made.show(PAT)["blocked"]] == ["overdue_l2"]


def test_the_supervisee_has_five_working_days_over_easter_to_acknowledge(made: Council) -> None:
    # Recorded on Thursday 2 April 2026; Good Friday and Easter Monday do not count.
    made.at("2026-04-02 10:00").passes()
    april = staff.supervise(made, "pat", "recorded", month="2026-04")
    assert made.falls(april, "acknowledge_by") == "2026-04-13"
    made.at("2026-04-13 23:59").passes()
    assert "L0" not in dict(made.levels(april, "acknowledge_by"))
    made.at("2026-04-14 00:01").passes()
    assert made.levels(april, "acknowledge_by")[-1] == ("L0", "2026-04-14")
    assert made.show(april)["status"].startswith("Late")
    made.fire(april, "acknowledge", by="pat")
    assert made.show(april)["lateness"] == "on_time"  # the month's own date was met


# ------------------------------------------------------------------ excused
def test_leave_and_sickness_excuse_by_a_service_manager(made: Council) -> None:
    made.fire(PAT, "excuse", by="cass", cause="sickness", reason="Away since 5 January")
    shown = made.show(PAT)
    assert (shown["state"], shown["late"]) == ("excused", False)
    assert (shown["data"]["excused_by"], shown["data"]["cause"]) == ("cass", "sickness")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"reason": "Away"}, "leave, sickness or another cause is not said"),
        ({"cause": "leave"}, "No reason is given"),
    ],
)
def test_an_excuse_names_its_cause_and_reason(
    made: Council, data: dict[str, Any], why: str
) -> None:
    assert why in refused_once(made, PAT, "excuse", by="cass", **data)


def test_nobody_excuses_themselves_not_even_by_delegation(made: Council) -> None:
    delegate(made, "sandy", "sam", "sm_sqa")
    said = {"cause": "leave", "reason": "Away"}
    why = refused_once(made, "supervision:sam:2026-01", "excuse", by="sam", **said)
    assert "It is about you" in why
    assert made.fire(PAT, "excuse", by="sam", **said).state == "excused"


def test_a_second_excuse_in_a_row_is_for_ad_people_who_hear_of_it_at_once(made: Council) -> None:
    said = {"cause": "sickness", "reason": "Still away"}
    made.fire(PAT, "excuse", by="cass", **said)
    made.at("2026-02-02 09:00").passes()
    february = "supervision:pat:2026-02"
    assert "a second time is for AD People" in made.refusal(february, "excuse", by="cass", **said)
    shown = made.show(february)
    assert ([one["reason"] for one in shown["blocked"]], shown["level"]) == (
        ["staff_absence"],
        "L2",
    )
    assert ("ada", "2026-02-02") in [
        (person, entry["nominal_on"])
        for entry in made.history(february)
        if entry["level"] == "L2"
        for person in entry["data"]["told"]
    ]
    assert made.fire(february, "excuse", by="ada", **said).state == "excused"


def test_an_excuse_after_a_month_with_supervision_is_not_the_second(made: Council) -> None:
    said = {"cause": "leave", "reason": "Away"}
    made.fire(PAT, "excuse", by="cass", **said)
    made.at("2026-03-02 09:00").passes()
    staff.supervise(made, "pat", "acknowledged", month="2026-02")
    assert made.fire("supervision:pat:2026-03", "excuse", by="cass", **said).state == "excused"


# ------------------------------------------------------------------ people change
def test_it_falls_to_the_nearest_active_manager(made: Council) -> None:
    leaves(made, "sam", "2026-01-11")
    made.passes()
    may = next(one["who"] for one in made.show(PAT)["can"] if one["trigger"] == "hold")
    assert may == ["supervisor (Cass Care)"]
    assert [one["reason"] for one in made.show(PAT)["blocked"]] == ["owner_inactive"]
    assert made.fire(PAT, "hold", by="cass", **staff.MEETING).owner == "cass"
    assert made.show(PAT)["blocked"] == []


def test_who_has_no_manager_is_supervised_by_the_service_manager(made: Council) -> None:
    assert made.who_may("supervision:nora:2026-01", "hold") == {"cass"}


def test_a_service_manager_names_somebody_else_while_the_manager_is_away(made: Council) -> None:
    made.reassign(PAT, to="sandy", by="cass", reason="Sam is ill")
    assert made.who_may(PAT, "hold") == {"sandy"}
    assert made.show(PAT)["owner"] == "sandy"


def test_nobody_becomes_their_own_supervisor(made: Council) -> None:
    with pytest.raises(Exception, match="Nobody is their own manager"):
        made.reassign(PAT, to="pat", by="cass")


def test_it_ends_by_itself_the_night_after_somebody_has_left(made: Council) -> None:
    leaves(made, "pat", "2026-01-20")
    made.at("2026-01-20 23:59").passes()
    assert made.state(PAT) == "due"
    made.at("2026-01-21 00:00").passes()
    assert made.state(PAT) == "ended"
    assert made.history(PAT)[-1]["reason"].endswith("the person has left")
    assert made.state("supervision:pip:2026-01") == "due"


@pytest.mark.parametrize("state", ["due", "held", "recorded"])
def test_a_manager_ends_it_for_whoever_has_left(made: Council, state: str) -> None:
    staff.supervise(made, "pat", state)
    assert "works here" in refused_once(made, PAT, "end", by="sam", reason="Gone")
    leaves(made, "pat", "2026-01-11")
    assert "No reason is given" in refused_once(made, PAT, "end", by="sam")
    assert made.fire(PAT, "end", by="sam", reason="Gone").state == "ended"


def test_ad_people_may_end_it_for_somebody_who_is_here(made: Council) -> None:
    assert made.fire(PAT, "end", by="ada", reason="Lent to another council").state == "ended"


def test_one_is_started_by_hand_for_somebody_whose_role_has_none_planned(made: Council) -> None:
    started = made.start("supervision", "iris", by="sandy")
    assert (started.reference, str(started.due_on)) == ("supervision:iris:2026-01", "2026-01-31")
    assert started.owner == "sandy"


def test_none_is_started_for_a_stranger(made: Council) -> None:
    with pytest.raises(Exception, match="nobody does not work here today"):
        made.start("supervision", "nobody", by="sandy")

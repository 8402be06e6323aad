"""When the regulations let a limit pass: the grounds, the days they ask for, and what an excuse changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import send
from council import Council

from qa_workflow.processes.ehc_assessment.exceptions import LIMITS

# Received on Friday 17 April 2026: six weeks end on 29 May, sixteen on 7 August, twenty on 4 September.
# The school is closed from Wednesday 22 July and opens again on Wednesday 2 September.
K12 = "ehc_assessment:K12:2026-04-17"
SUMMER = {
    "ground": "a",
    "limits": ["16_weeks", "20_weeks"],
    "closed_from": "2026-07-22",
    "reopens_on": "2026-09-02",
    "advice_requested_on": "2026-07-17",
    "family_told_on": "2026-07-20",
    "reason": "The head teacher could not answer before the holidays",
}
AWAY = {
    "ground": "d",
    "limits": ["20_weeks"],
    "absent_from": "2026-06-01",
    "absent_until": "2026-06-28",
    "family_told_on": "2026-07-20",
    "reason": "With grandparents abroad",
}
ILL = {
    "ground": "c",
    "limits": ["6_weeks"],
    "family_told_on": "2026-07-20",
    "reason": "The mother is in hospital",
}


@pytest.fixture
def summer(tmp_path: Path) -> Iterator[Council]:
    """Give a council on Monday 20 July 2026 that asked the school for advice on Friday 17 July."""
    with send.standing(tmp_path, "2026-04-17 08:00", _ask_in_july) as made:
        yield made.at("2026-07-20 10:00")


def _ask_in_july(made: Council) -> None:
    made.passes()
    send.request(made, "K12", "2026-04-17")
    made.at("2026-05-28 10:00").fire(K12, "panel_decide_assess", by="chris")
    made.at("2026-07-17 10:00").fire(K12, "request_advice", by="kit", from_whom="School S1")


def excuse(council: Council, given: dict[str, Any], **changed: Any) -> None:  # noqa: ANN401 - any field
    council.fire(K12, "record_exception", by="max", **{**given, **changed})


def refusal(council: Council, given: dict[str, Any], **changed: Any) -> str:  # noqa: ANN401 - any field
    return council.refusal(K12, "record_exception", by="max", **{**given, **changed})


def climbed(council: Council, deadline: str) -> list[str]:
    return [one for one, _ in council.levels(K12, deadline) if one.startswith("L")]


# ------------------------------------------------------------------ what an excuse changes
def test_an_excused_limit_keeps_its_date(summer: Council) -> None:
    before = {one["name"]: one["due_on"] for one in summer.show(K12)["deadlines"]}
    excuse(summer, SUMMER)
    assert {one["name"]: one["due_on"] for one in summer.show(K12)["deadlines"]} == before


def test_an_excused_limit_tells_nobody_above_the_service_manager(summer: Council) -> None:
    excuse(summer, SUMMER)
    summer.at("2026-09-30 08:00").passes()
    assert (climbed(summer, "refuse_by"), climbed(summer, "due")) == (["L0", "L1"], ["L0", "L1"])


def test_an_excused_limit_climbs_on_the_same_days(summer: Council) -> None:
    excuse(summer, SUMMER)
    summer.at("2026-09-30 08:00").passes()
    assert summer.levels(K12)[-2:] == [("L0", "2026-09-07"), ("L1", "2026-09-08")]


def test_an_excused_assessment_is_late_with_an_excuse(summer: Council) -> None:
    excuse(summer, SUMMER)
    assert summer.at("2026-09-04 23:59").show(K12)["lateness"] == "on_time"
    assert summer.at("2026-09-05 00:01").show(K12)["lateness"] == "late_excused"


def test_an_assessment_without_an_exception_is_late_without_an_excuse(summer: Council) -> None:
    assert summer.at("2026-09-05 00:01").show(K12)["lateness"] == "late_unexcused"


def test_an_excused_final_plan_is_still_reported_as_late_with_an_excuse(summer: Council) -> None:
    excuse(summer, SUMMER)
    summer.at("2026-09-14 10:00")
    send.follow(summer, K12, "plan_issued")
    assert summer.show(K12)["lateness"] == "late_excused"


def test_only_the_limits_that_are_named_are_excused(summer: Council) -> None:
    excuse(summer, SUMMER, limits=["16_weeks"])
    summer.at("2026-09-30 08:00").passes()
    assert (climbed(summer, "refuse_by"), climbed(summer, "due")) == (
        ["L0", "L1"], ["L0", "L1", "L2", "L3"],
    )  # fmt: skip


def test_the_six_weeks_are_excused_while_it_is_decided(tmp_path: Path) -> None:
    with send.standing(tmp_path, "2026-04-17 08:00") as made:
        send.request(made, "K12", "2026-04-17")
        excuse(made, ILL, family_told_on="2026-04-17")
        made.at("2026-06-30 08:00").passes()
        assert climbed(made, "decide_by") == ["L0", "L1"]


def test_an_exception_recorded_late_stops_what_has_not_fired_yet(summer: Council) -> None:
    summer.at("2026-08-11 08:00").passes()  # L1 of the sixteen weeks
    assert climbed(summer, "refuse_by") == ["L0", "L1"]
    excuse(summer, SUMMER)
    summer.at("2026-08-31 08:00").passes()
    assert climbed(summer, "refuse_by") == ["L0", "L1"]


def test_an_exception_is_kept_with_who_recorded_it(summer: Council) -> None:
    excuse(summer, SUMMER)
    (found,) = summer.show(K12)["data"]["exceptions"]
    assert found == {**SUMMER, "recorded_by": "max", "recorded_on": "2026-07-20"}


def test_several_exceptions_stand_beside_each_other(summer: Council) -> None:
    excuse(summer, SUMMER, limits=["16_weeks"])
    excuse(summer, AWAY)
    summer.at("2026-09-30 08:00").passes()
    assert (climbed(summer, "refuse_by"), climbed(summer, "due")) == (["L0", "L1"], ["L0", "L1"])


# ------------------------------------------------------------------ which grounds
@pytest.mark.parametrize("ground", ["", "e", "ab", "A", "staff were ill"])
def test_any_other_ground_is_refused(summer: Council, ground: str) -> None:
    why = refusal(summer, SUMMER, ground=ground)
    assert why.startswith(
        f"{ground or 'No ground'!r} is no ground of regulation 10(4) or regulation 13(3)"
    )


@pytest.mark.parametrize("limits", [[], ["8_weeks"], ["16_weeks", "next year"]])
def test_an_exception_is_for_limits_of_the_law(summer: Council, limits: list[str]) -> None:
    assert "Name the limits it is for: 6_weeks, 16_weeks, 20_weeks." in refusal(
        summer, ILL, limits=limits
    )


@pytest.mark.parametrize(
    ("limit", "regulation"),
    [
        ("6_weeks", "regulation 5(4)"),
        ("16_weeks", "regulation 10(4)"),
        ("20_weeks", "regulation 13(3)"),
    ],
)
def test_each_limit_has_the_grounds_of_its_own_regulation(limit: str, regulation: str) -> None:
    assert (LIMITS[limit].regulation, LIMITS[limit].grounds) == (regulation, "abcd")


def test_an_exception_needs_a_reason(summer: Council) -> None:
    assert refusal(summer, ILL, reason="") == "No reason is given."


@pytest.mark.parametrize(
    ("told_on", "why"),
    [
        (None, "The day on which the family was told is not given."),
        (
            "2026-07-21",
            "The day on which the family was told is 21 July 2026, which has not come yet.",
        ),
    ],
)
def test_the_family_is_told(summer: Council, told_on: str | None, why: str) -> None:
    assert refusal(summer, ILL, family_told_on=told_on) == why


# ------------------------------------------------------------------ (a) and (b): closed for four weeks
@pytest.mark.parametrize("ground", ["a", "b"])
def test_a_closure_of_four_weeks_excuses(summer: Council, ground: str) -> None:
    excuse(summer, SUMMER, ground=ground)
    assert summer.show(K12)["data"]["exceptions"][0]["ground"] == ground


@pytest.mark.parametrize(
    ("reopens_on", "is_long_enough"),
    [("2026-08-18", "short"), ("2026-08-19", "long")],
)
def test_the_closure_lasts_four_continuous_weeks(
    summer: Council, reopens_on: str, is_long_enough: str
) -> None:
    if is_long_enough == "long":
        excuse(summer, SUMMER, reopens_on=reopens_on)
    else:
        why = refusal(summer, SUMMER, reopens_on=reopens_on)
        assert why == "The closure is shorter than four continuous weeks."


@pytest.mark.parametrize(
    ("asked_on", "is_inside"),
    [("2026-07-14", False), ("2026-07-15", True), ("2026-08-26", True), ("2026-08-27", False)],
)
def test_advice_is_asked_for_from_a_week_before_the_closure_to_a_week_before_its_end(
    summer: Council,
    asked_on: str,
    is_inside: bool,  # noqa: FBT001 - the fact itself
) -> None:
    summer.at("2026-08-28 10:00")
    summer.fire(K12, "request_advice", by="kit", from_whom="School S2", requested_on=asked_on)
    if is_inside:
        excuse(summer, SUMMER, advice_requested_on=asked_on, limits=["20_weeks"])
    else:
        why = refusal(summer, SUMMER, advice_requested_on=asked_on, limits=["20_weeks"])
        assert why.endswith(
            "it must be from one week before the closure to one week before it ends: "
            "Wednesday 15 July 2026 to Wednesday 26 August 2026."
        )


@pytest.mark.parametrize("missing", ["closed_from", "reopens_on", "advice_requested_on"])
@pytest.mark.parametrize("ground", ["a", "b"])
def test_a_closure_is_told_with_its_days(summer: Council, missing: str, ground: str) -> None:
    assert refusal(summer, SUMMER, ground=ground, **{missing: None}) == (
        "Say from when it was closed, when it opens again, and when advice was asked for."
    )


def test_a_request_for_advice_that_is_not_recorded_here_excuses_nothing(summer: Council) -> None:
    assert refusal(summer, SUMMER, advice_requested_on="2026-07-16") == (
        "No request for advice of Thursday 16 July 2026 is recorded here: record it first."
    )


def test_a_request_for_advice_of_tomorrow_excuses_nothing(summer: Council) -> None:
    assert refusal(summer, SUMMER, advice_requested_on="2026-07-21").endswith(
        "is 21 July 2026, which has not come yet."
    )


def test_advice_asked_for_after_a_limit_does_not_excuse_it(summer: Council) -> None:
    summer.at("2026-08-12 10:00")
    summer.fire(K12, "request_advice", by="kit", from_whom="School S2", requested_on="2026-08-10")
    assert refusal(summer, SUMMER, advice_requested_on="2026-08-10") == (
        "Advice was asked for after the limit of 16 weeks, Friday 7 August 2026."
    )
    excuse(summer, SUMMER, advice_requested_on="2026-08-10", limits=["20_weeks"])


def test_before_the_decision_no_request_for_advice_is_kept_so_its_day_is_told(
    tmp_path: Path,
) -> None:
    with send.standing(tmp_path, "2026-07-01 08:00") as made:
        reference = send.request(made, "K14", "2026-07-01")
        made.at("2026-07-20 10:00").fire(
            reference, "record_exception", by="max", **{**SUMMER, "limits": ["6_weeks"]}
        )
        made.at("2026-09-30 08:00").passes()
        levels = [one for one, _ in made.levels(reference, "decide_by") if one.startswith("L")]
    assert levels == ["L0", "L1"]


# ------------------------------------------------------------------ (d): away for four weeks
@pytest.mark.parametrize(
    ("away_from", "away_until", "is_long_enough"),
    [
        ("2026-06-01", "2026-06-28", True),
        ("2026-06-01", "2026-06-27", False),
        ("2026-04-17", "2026-05-14", True),
        ("2026-04-16", "2026-05-13", False),  # a day of it lies before the request
        ("2026-08-08", "2026-09-30", True),  # the last four weeks of the twenty
        ("2026-08-09", "2026-09-30", False),
        ("2026-06-28", "2026-06-01", False),
    ],
)
def test_an_absence_covers_four_weeks_of_the_limit(
    summer: Council,
    away_from: str,
    away_until: str,
    is_long_enough: bool,  # noqa: FBT001 - the fact itself
) -> None:
    days = {"absent_from": away_from, "absent_until": away_until}
    if is_long_enough:
        excuse(summer, AWAY, **days)
    else:
        assert refusal(summer, AWAY, **days) == (
            "The absence covers less than four continuous weeks of the 20 weeks "
            "from Friday 17 April 2026 to Friday 4 September 2026."
        )


def test_an_absence_must_cover_four_weeks_of_each_limit_it_is_for(summer: Council) -> None:
    assert refusal(summer, AWAY, limits=["6_weeks", "20_weeks"]) == (
        "The absence covers less than four continuous weeks of the 6 weeks "
        "from Friday 17 April 2026 to Friday 29 May 2026."
    )


@pytest.mark.parametrize("missing", ["absent_from", "absent_until"])
def test_an_absence_is_told_with_its_days(summer: Council, missing: str) -> None:
    assert refusal(summer, AWAY, **{missing: None}) == "Say from when until when they were away."


def test_exceptional_personal_circumstances_ask_for_no_days(summer: Council) -> None:
    excuse(summer, ILL)
    assert summer.show(K12)["data"]["exceptions"][0]["ground"] == "c"


def test_the_grounds_have_their_own_days_only(summer: Council) -> None:
    excuse(summer, AWAY, closed_from="2026-07-22")
    assert summer.show(K12)["data"]["exceptions"][0]["ground"] == "d"

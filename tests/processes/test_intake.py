"""Intake: what others say about our practice is considered, and answered with a recommendation or a reason."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import outside
import pytest
from council import Council
from providers import refused_once, rejected

from qa_workflow.errors import BadData, TransitionRefused
from qa_workflow.service import holidays

KINDS = (
    "complaint", "compliment", "feedback", "learning_review", "serious_case_review", "inspection",
    "training_evaluation",
)  # fmt: skip
GIVEN: dict[str, Any] = {
    "kind": "complaint",
    "received_on": "2026-03-30",
    "from_whom": "A parent",
    "summary": "Nobody said when the next visit is.",
}
COMPLAINT = "intake:complaint:1"
LEARNT = {"learning": "Families hear of visits too late."}


@pytest.fixture
def council(tmp_path: Path) -> Iterator[Council]:
    """Give a council on Tuesday 31 March 2026, the week before Easter."""
    with outside.standing(tmp_path, "2026-03-31 10:00") as made:
        yield made


@pytest.fixture
def received(council: Council) -> Council:
    assert council.start("intake", "C01", by="quinn", **GIVEN).reference == COMPLAINT
    return council


@pytest.fixture
def considered(received: Council) -> Council:
    received.fire(COMPLAINT, "consider", by="sandy", **LEARNT)
    return received


# ------------------------------------------------------------------ the way through
def test_what_must_change_is_recommended(considered: Council) -> None:
    considered.fire(
        COMPLAINT,
        "raise_recommendation",
        by="sandy",
        recommendations=[{"what": "Say the next date"}],
    )
    shown = considered.show(COMPLAINT)
    assert (shown["state"], shown["lateness"]) == ("recommendation_raised", "on_time")
    (raised,) = shown["children"]
    data = considered.show(raised)["data"]
    assert (data["source"], data["intake"]) == (COMPLAINT, "complaint")
    assert shown["data"]["feeds"] == ["service_improvement_plan"]


def test_that_nothing_is_done_has_a_reason(considered: Council) -> None:
    assert (
        refused_once(considered, COMPLAINT, "take_no_action", by="sandy") == "No reason is given."
    )
    considered.fire(COMPLAINT, "take_no_action", by="sandy", reason="The date was said twice.")
    assert considered.state(COMPLAINT) == "no_action"


def test_strengths_are_kept_as_well_as_gaps(received: Council) -> None:
    received.fire(
        COMPLAINT,
        "consider",
        by="sandy",
        **LEARNT,
        strengths="They were polite.",
        gaps=["Late letters"],
    )
    data = received.show(COMPLAINT)["data"]
    assert (data["strengths"], data["gaps"]) == (["They were polite."], ["Late letters"])


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_numbered_by_itself(received: Council, kind: str) -> None:
    first = 2 if kind == "complaint" else 1
    for number in (first, first + 1):
        started = received.start("intake", "service", by="quinn", **{**GIVEN, "kind": kind})
        assert started.reference == f"intake:{kind}:{number}"


@pytest.mark.parametrize("trigger", ["consider"])
def test_the_quality_assurance_manager_considers_it(received: Council, trigger: str) -> None:
    assert received.who_may(COMPLAINT, trigger) == {"sandy", "colin"}


@pytest.mark.parametrize("trigger", ["raise_recommendation", "take_no_action"])
def test_the_quality_assurance_manager_answers_it(considered: Council, trigger: str) -> None:
    assert considered.who_may(COMPLAINT, trigger) == {"sandy", "colin"}


# ------------------------------------------------------------------ what must hold
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"received_on": None}, "The day on which it was received is not given."),
        ({"received_on": "2026-04-01"}, "which has not come yet"),
        ({"from_whom": ""}, "From whom it came is not said."),
        ({"summary": " "}, "What it says is not given."),
    ],
)
def test_a_start_is_refused(council: Council, changed: dict[str, Any], why: str) -> None:
    with pytest.raises(TransitionRefused, match=why):
        council.start("intake", "C01", by="quinn", **{**GIVEN, **changed})
    assert not outside.stands(council, COMPLAINT)


@pytest.mark.parametrize(
    "changed", [{"kind": "rumour"}, {"kind": None}, {"who": "x"}, {"received_on": "lately"}]
)
def test_bad_input_starts_nothing(council: Council, changed: dict[str, Any]) -> None:
    with pytest.raises(BadData):
        council.start("intake", "C01", by="quinn", **{**GIVEN, **changed})
    assert not outside.stands(council, COMPLAINT)


def test_considering_says_what_it_tells(received: Council) -> None:
    why = refused_once(received, COMPLAINT, "consider", by="sandy", gaps=["Late letters"])
    assert why == "What it tells about our practice is not said."


def test_raising_a_recommendation_names_one(considered: Council) -> None:
    assert "No recommendation is given." in refused_once(
        considered, COMPLAINT, "raise_recommendation", by="sandy"
    )


def test_bad_input_leaves_nothing_behind(considered: Council) -> None:
    assert rejected(
        considered, COMPLAINT, "raise_recommendation", by="sandy", recommendations=["Say it"]
    )


def test_three_refusals_of_one_kind_block_it(received: Council) -> None:
    for _ in range(3):
        received.refusal(COMPLAINT, "consider", by="sandy")
    assert outside.blocks(received, COMPLAINT) == [("refused_three_times", None)]


# ------------------------------------------------------------------ dates
# Received on Monday 30 March: Good Friday and Easter Monday are no working days.
def test_it_is_answered_within_twenty_working_days_of_its_receipt(received: Council) -> None:
    assert received.show(COMPLAINT)["due_on"] == "2026-04-29"
    assert received.falls(COMPLAINT, "consider_by") == "2026-04-15"
    assert received.at("2026-04-29 23:59").show(COMPLAINT)["late"] is False
    assert received.at("2026-04-30 00:01").show(COMPLAINT)["late"] is True


def test_what_was_received_long_ago_is_late_at_once(council: Council) -> None:
    started = council.start(
        "intake", "service", by="quinn", **{**GIVEN, "received_on": "2026-01-05"}
    )
    assert started.due_on == date(2026, 2, 2)
    council.passes()
    assert council.levels(started.reference)[-1] == ("L3", "2026-03-02")


@pytest.mark.parametrize(
    ("deadline", "ladder"),
    [
        ("consider_by", ("2026-04-16", "2026-04-22", "2026-04-29", "2026-05-14")),
        ("due", ("2026-04-30", "2026-05-07", "2026-05-14", "2026-05-29")),
    ],
)
def test_it_climbs_its_ladders(received: Council, deadline: str, ladder: tuple[str, ...]) -> None:
    received.at("2026-06-30 08:00").passes()
    climbed = [one for one in received.levels(COMPLAINT, deadline) if one[0].startswith("L")]
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), ladder, strict=True))
    assert ("overdue_l2", None) in outside.blocks(received, COMPLAINT)


def test_a_proclaimed_holiday_moves_the_date(received: Council) -> None:
    holidays.add_holiday(
        received.ctx, date(2026, 4, 20), "A day of thanks", now=received.now, actor="cli:test"
    )
    assert received.show(COMPLAINT)["due_on"] == "2026-04-30"


def test_an_answer_that_comes_after_a_proclaimed_holiday_keeps_its_date(
    considered: Council,
) -> None:
    considered.fire(COMPLAINT, "take_no_action", by="sandy", reason="Seen.")
    holidays.add_holiday(
        considered.ctx, date(2026, 4, 20), "A day of thanks", now=considered.now, actor="cli:test"
    )
    assert considered.show(COMPLAINT)["due_on"] == "2026-04-29"


def test_a_date_that_cannot_be_counted_is_not_guessed(tmp_path: Path) -> None:
    with outside.standing(tmp_path, "2026-03-31 10:00") as council:
        last = council.ctx.published.last_year
        council.at(f"{last}-12-20 10:00")
        started = council.start(
            "intake", "service", by="quinn", **{**GIVEN, "received_on": f"{last}-12-19"}
        )
        assert started.due_on is None
        waits = council.show(COMPLAINT)["blocked"]
        assert {one["reason"] for one in waits} == {"system_fault"}
        council.later(hours=1).fire(COMPLAINT, "consider", by="sandy", **LEARNT)
        still = council.show(COMPLAINT)["blocked"]
        assert [one["since"] for one in still] == [waits[0]["since"]]
        council.fire(COMPLAINT, "take_no_action", by="sandy", reason="Seen.")
        assert council.state(COMPLAINT) == "no_action"

"""The survey of children: everybody who is open is asked, and told what changed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import outside
import pytest
from council import Council
from outside import CASES
from providers import refused_once, rejected

SURVEY = "children_survey:2026-04"
CHANGES = [{"you_said": "Tell us before.", "we_did": "Each plan says when it changes."}]
ANALYSIS: dict[str, Any] = {"strengths": ["They know us."], "gaps": ["Changes surprise."]}
SHARED: dict[str, Any] = {"changes": CHANGES, "told_by": "A letter"}
VIEW = {"words": " I want  to know before.", "method": "app", "heard_on": "2026-04-02"}
Stand = Callable[[str], Council]
STATES = ("prepared", "open", "closed", "analysed")

_MADE: dict[str, bytes] = {}


def everybody(outcome: str = "declined") -> list[dict[str, str]]:
    return [{"case": case, "outcome": outcome} for case in CASES]


def take(council: Council, state: str) -> None:
    steps: dict[str, tuple[str, dict[str, Any]]] = {
        "prepared": ("open", {}),
        "open": ("close", {}),
        "closed": ("analyse", ANALYSIS),
        "analysed": ("share_back", SHARED),
    }
    while (stands := council.state(SURVEY)) != state:
        if stands == "open":
            council.fire(SURVEY, "record_answers", by="quinn", answers=everybody())
        trigger, data = steps[stands]
        council.fire(SURVEY, trigger, by="sandy", **data)


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """Give a way to have the survey in a state since Thursday 2 April 2026; the list of cases is of 1 April."""
    made: list[Council] = []

    def at(state: str) -> Council:
        council = outside.found(tmp_path, "2026-04-01 08:00", codes=("AFC",))
        path = tmp_path / "council.db"
        if state in _MADE:
            path.write_bytes(_MADE[state])
        else:
            outside.import_cases(council)
            council.passes()
            take(council.at("2026-04-02 10:00"), state)
            council.ctx.database.close()
            _MADE[state] = path.read_bytes()
        made.append(council.at("2026-04-02 10:00"))
        return council

    yield at
    for one in made:
        one.ctx.database.close()


# ------------------------------------------------------------------ the way through
def test_a_survey_goes_from_prepared_to_shared_back(stand: Stand) -> None:
    council = stand("shared_back")
    states = [one["to"] for one in council.history(SURVEY) if one["from"] != one["to"]]
    assert states == ["prepared", "open", "closed", "analysed", "shared_back"]
    shown = council.show(SURVEY)
    assert (shown["due_on"], shown["lateness"]) == ("2026-04-30", "on_time")
    assert shown["data"]["changes"] == CHANGES
    assert shown["data"]["feeds"] == ["service_improvement_plan"]


@pytest.mark.parametrize(
    ("state", "trigger", "data", "people"),
    [
        ("prepared", "open", {}, {"sandy", "colin"}),
        (
            "open", "record_answer", {"case": "C01", "outcome": "declined"},
            {"quinn", "sandy", "colin", "pat", "lee"},
        ),
        (
            "open", "record_answers", {"answers": [{"case": "C01", "outcome": "declined"}]},
            {"quinn", "sandy", "colin", "pat", "lee"},
        ),
        ("open", "close", {}, {"sandy", "colin"}),
        ("closed", "analyse", ANALYSIS, {"sandy", "colin"}),
        ("analysed", "share_back", SHARED, {"sandy", "colin"}),
        ("open", "cancel", {}, {"ada"}),
    ],
)  # fmt: skip
def test_who_may_move_it(
    stand: Stand, state: str, trigger: str, data: dict[str, Any], people: set[str]
) -> None:
    assert stand(state).who_may(SURVEY, trigger, **data) == people


# ------------------------------------------------------------------ who is invited
def test_every_case_that_is_open_on_the_day_is_invited(stand: Stand) -> None:
    council = stand("prepared")
    outside.import_cases(council.at("2026-04-01 12:00"), "C03")
    council.at("2026-04-07 09:00").fire(SURVEY, "open", by="sandy")
    data = council.show(SURVEY)["data"]
    assert data["invited"] == sorted(CASES.keys() - {"C03"})
    assert data["opened_on"] == "2026-04-07"


def test_who_closes_later_stays_invited(stand: Stand) -> None:
    council = stand("open").at("2026-04-10 09:00")
    outside.import_cases(council, "C03")
    council.fire(
        SURVEY,
        "record_answer",
        by="quinn",
        case="C03",
        outcome="unable",
        reason="The case has closed.",
    )
    assert council.show(SURVEY)["data"]["answers"]["C03"]["reason"] == "The case has closed."


def test_a_list_of_cases_that_is_older_than_45_days_invites_nobody(stand: Stand) -> None:
    council = stand("prepared").at("2026-05-17 09:00")
    why = refused_once(council, SURVEY, "open", by="sandy")
    assert why == "The last list of open cases is of 01 April 2026, more than 45 days ago."
    council.at("2026-05-16 09:00").fire(SURVEY, "open", by="sandy")
    assert council.state(SURVEY) == "open"


# ------------------------------------------------------------------ answers
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (
            {"case": "C99", "outcome": "answered"},
            "Not open when the survey opened, so not invited: C99.",
        ),
        ({"case": "C01", "outcome": "unable"}, "Why C01 could not be asked is not said."),
        ({"case": "C01", "outcome": "declined", "views": [VIEW]}, "there are no words to record"),
        (
            {"case": "C01", "outcome": "answered", "views": [{**VIEW, "method": ""}]},
            "C01: each view needs",
        ),
        (
            {"case": "C01", "outcome": "answered", "views": [{**VIEW, "heard_on": "2026-04-03"}]},
            "has not come yet",
        ),
    ],
)
def test_an_answer_is_refused(stand: Stand, data: dict[str, Any], why: str) -> None:
    council = stand("open")
    assert why in refused_once(council, SURVEY, "record_answer", by="quinn", **data)
    given = {**data, "reason": ""}
    assert why in refused_once(council, SURVEY, "record_answers", by="quinn", answers=[given])


def test_a_childs_words_are_kept_whole_and_nowhere_else(stand: Stand) -> None:
    council = stand("open")
    council.fire(SURVEY, "record_answer", by="quinn", case="C01", outcome="answered", views=[VIEW])
    assert outside.words_of(council, "C01") == [" I want  to know before."]
    answer = {"outcome": "answered", "reason": "", "on": "2026-04-02", "by": "quinn"}
    assert council.show(SURVEY)["data"]["answers"] == {"C01": answer}


def test_a_child_may_answer_after_all(stand: Stand) -> None:
    council = stand("open")
    for outcome in ("declined", "answered"):
        council.fire(SURVEY, "record_answer", by="quinn", case="C01", outcome=outcome)
    assert council.show(SURVEY)["data"]["answers"]["C01"]["outcome"] == "answered"


def test_it_closes_only_once_every_child_is_accounted_for(stand: Stand) -> None:
    council = stand("open")
    council.fire(SURVEY, "record_answers", by="quinn", answers=everybody()[:-2])
    why = refused_once(council, SURVEY, "close", by="sandy")
    assert why == "Neither answered, declined nor unable: C11, C12."
    council.fire(SURVEY, "record_answers", by="quinn", answers=everybody()[-2:])
    council.fire(SURVEY, "close", by="sandy")
    assert council.state(SURVEY) == "closed"


# ------------------------------------------------------------------ what comes of it
def test_numbers_that_are_small_stay_in_the_team(stand: Stand) -> None:
    council = stand("open")
    council.fire(SURVEY, "record_answers", by="quinn", answers=everybody("answered"))
    council.fire(SURVEY, "record_answer", by="quinn", case="C05", outcome="unable", reason="Abroad")
    council.fire(SURVEY, "close", by="sandy")
    council.fire(SURVEY, "analyse", by="sandy", **ANALYSIS)
    data = council.show(SURVEY)["data"]
    assert data["counts"] == {"invited": 12, "answered": 11, "declined": 0, "unable": 1}
    assert data["published"] == {
        "invited": 12,
        "answered": "not shown",
        "declined": 0,
        "unable": "under 5",
    }


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        ("strengths", "What is working well is not said."),
        ("gaps", "What could be better is not said."),
    ],
)
def test_the_analysis_names_strengths_as_well_as_gaps(stand: Stand, missing: str, why: str) -> None:
    council = stand("closed")
    assert refused_once(council, SURVEY, "analyse", by="sandy", **{**ANALYSIS, missing: []}) == why


def test_what_must_change_is_recommended(stand: Stand) -> None:
    council = stand("closed")
    council.fire(
        SURVEY,
        "analyse",
        by="sandy",
        **ANALYSIS,
        recommendations=[{"what": "Tell children before"}],
    )
    (raised,) = council.show(SURVEY)["children"]
    assert council.show(raised)["data"]["source"] == SURVEY


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"changes": []}, "at least one 'you said' with its 'we did'"),
        ({"changes": [*CHANGES, {"you_said": "More trips"}]}, "and none without"),
        ({"told_by": ""}, "How children were told is not said."),
    ],
)
def test_children_are_told_what_changed(stand: Stand, data: dict[str, Any], why: str) -> None:
    assert why in refused_once(
        stand("analysed"), SURVEY, "share_back", by="sandy", **{**SHARED, **data}
    )


# ------------------------------------------------------------------ dates
# Prepared since 1 April, in every other state since Thursday 2 April 2026; Easter takes Friday and Monday.
@pytest.mark.parametrize(
    ("state", "deadline", "due_on", "ladder"),
    [
        (
            "prepared",
            "open_by",
            "2026-04-10",
            ("2026-04-13", "2026-04-17", "2026-04-24", "2026-05-11"),
        ),
        ("open", "due", "2026-04-30", ("2026-05-01", "2026-05-08", "2026-05-15", "2026-06-01")),
        (
            "closed",
            "analyse_by",
            "2026-05-05",
            ("2026-05-06", "2026-05-12", "2026-05-19", "2026-06-03"),
        ),
        (
            "analysed",
            "share_by",
            "2026-05-05",
            ("2026-05-06", "2026-05-12", "2026-05-19", "2026-06-03"),
        ),
    ],
)
def test_a_state_has_its_date_and_climbs_its_ladder(
    stand: Stand, state: str, deadline: str, due_on: str, ladder: tuple[str, ...]
) -> None:
    council = stand(state)
    assert council.falls(SURVEY, deadline) == due_on
    council.at(f"{due_on} 23:59").passes()
    assert [one for one in council.levels(SURVEY, deadline) if one[0].startswith("L")] == []
    council.at("2026-06-30 08:00").passes()
    climbed = [one for one in council.levels(SURVEY, deadline) if one[0].startswith("L")]
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), ladder, strict=True))
    assert ("overdue_l2", None) in outside.blocks(council, SURVEY)


def test_closing_meets_the_framework_date_until_midnight(stand: Stand) -> None:
    council = stand("open")
    assert council.at("2026-04-30 23:59").show(SURVEY)["late"] is False
    council.fire(SURVEY, "record_answers", by="quinn", answers=everybody())
    council.fire(SURVEY, "close", by="sandy")
    assert council.at("2026-05-31 08:00").show(SURVEY)["lateness"] == "on_time"


def test_it_is_late_a_minute_after_the_last_of_april(stand: Stand) -> None:
    assert stand("open").at("2026-05-01 00:01").show(SURVEY)["late"] is True


# ------------------------------------------------------------------ ends, and what leaves nothing behind
@pytest.mark.parametrize("state", STATES)
def test_it_can_be_cancelled_with_a_reason(stand: Stand, state: str) -> None:
    council = stand(state)
    assert refused_once(council, SURVEY, "cancel", by="ada") == "No reason is given."
    council.fire(SURVEY, "cancel", by="ada", reason="Another survey asks the same.")
    assert council.state(SURVEY) == "cancelled"


@pytest.mark.parametrize(
    "data",
    [
        {"case": "C01", "outcome": "perhaps"},
        {"case": "C01"},
        {"case": "C01", "outcome": "declined", "x": 1},
    ],
)
def test_bad_input_leaves_nothing_behind(stand: Stand, data: dict[str, Any]) -> None:
    assert rejected(stand("open"), SURVEY, "record_answer", by="quinn", **data)


def test_three_refusals_of_one_kind_block_it(stand: Stand) -> None:
    council = stand("open")
    for _ in range(3):
        council.refusal(SURVEY, "close", by="sandy")
    assert outside.blocks(council, SURVEY) == [("refused_three_times", None)]

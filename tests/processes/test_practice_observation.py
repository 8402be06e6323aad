"""Practice observation: by another person, with strengths, on the supervision record (domain 3.5 G4, A19)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import staff
from council import Council
from hands import leaves
from providers import delegate, refused_once, rejected

PAT = "practice_observation:pat:2026-01"
JANUARY = "supervision:pat:2026-01"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Council]:
    """Give a council on Monday 12 January 2026; observations are started by hand where none is planned."""
    with staff.standing(tmp_path) as council:
        yield council.at("2026-01-12 10:00")


def test_an_observation_is_made_told_and_put_on_the_supervision_record(made: Council) -> None:
    staff.observe(made, "pat", "planned")
    for trigger, data, state in (
        ("observe", staff.WATCHED, "observed"),
        ("give_feedback", staff.FEEDBACK, "feedback_given"),
        ("record", {"supervision": JANUARY}, "recorded_on_supervision_record"),
    ):
        assert made.fire(PAT, trigger, by="sam", **data).state == state
    shown = made.show(PAT)
    assert shown["final"]
    wanted = {
        "tier": "social_worker", "observer": "sam", "observed_on": "2026-01-12", "strengths": ["Listens"],
        "development": ["Says when"], "supervision": JANUARY,
    }  # fmt: skip
    assert {key: shown["data"][key] for key in wanted} == wanted


def links(council: Council, reference: str) -> set[tuple[str, str, str]]:
    return {(one["kind"], one["from"], one["to"]) for one in council.show(reference)["links"]}


def test_the_two_know_of_each_other(made: Council) -> None:
    staff.observe(made, "pat", "recorded_on_supervision_record")
    assert made.show(JANUARY)["data"]["observations"] == [PAT]
    for one in (PAT, JANUARY):
        assert ("feeds", PAT, JANUARY) in links(made, one)


def test_it_stands_on_a_record_that_is_acknowledged_already_too(made: Council) -> None:
    staff.supervise(made, "pat", "acknowledged")
    staff.observe(made, "pat", "recorded_on_supervision_record")
    assert ("feeds", PAT, JANUARY) in links(made, JANUARY)


@pytest.mark.parametrize(
    ("state", "trigger", "able"),
    [
        ("planned", "observe", {"sam", "cass", "sandy", "senga", "ada", "dana"}),
        ("observed", "give_feedback", {"cass"}),
        ("feedback_given", "record", {"cass"}),
        ("planned", "cancel", {"cass", "sandy", "ada"}),
        ("feedback_given", "cancel", {"cass", "sandy", "ada"}),
        ("observed", "end", {"sam", "cass", "sandy", "ada"}),
    ],
)
def test_only_those_whose_part_it_is_pull_a_trigger(
    made: Council, state: str, trigger: str, able: set[str]
) -> None:
    staff.observe(made, "pat", state, by="cass")
    assert made.who_may(PAT, trigger) == able


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"observed_on": None}, "The day of the observation is not said"),
        ({"observed_on": "2026-01-13"}, "which has not come yet"),
        ({"observed_on": "2025-12-31"}, "which is before Thursday 1 January 2026"),
        ({"observer": "pat"}, "The observer is the person who was observed"),
    ],
)
def test_an_observation_has_a_day_and_another_observer(
    made: Council, data: dict[str, Any], why: str
) -> None:
    staff.observe(made, "pat", "planned")
    assert why in refused_once(made, PAT, "observe", by="sam", **{**staff.WATCHED, **data})


def test_an_observer_works_here(made: Council) -> None:
    staff.observe(made, "pat", "planned")
    leaves(made, "aud1", "2026-01-11")
    why = refused_once(made, PAT, "observe", by="sam", **staff.WATCHED, observer="aud1")
    assert "aud1 does not work here today" in why


def test_nobody_records_an_observation_of_themselves(made: Council) -> None:
    mine = staff.observe(made, "sam", "planned", by="cass")
    assert "It is about you" in refused_once(made, mine, "observe", by="sam", **staff.WATCHED)
    assert made.fire(mine, "observe", by="cass", **staff.WATCHED).state == "observed"


def test_a_colleague_may_observe_and_gives_the_feedback(made: Council) -> None:
    staff.observe(made, "pat", "planned")
    made.fire(PAT, "observe", by="sam", **staff.WATCHED, observer="pip")
    assert made.who_may(PAT, "give_feedback") == {"pip"}
    leaves(made, "pip", "2026-01-11")
    assert made.fire(PAT, "give_feedback", by="sam", **staff.FEEDBACK).state == "feedback_given"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"strengths": []}, "What works well is not said"),
        ({"development": []}, "What could be better is not said"),
        ({"feedback_on": None}, "The day of the feedback is not said"),
        ({"feedback_on": "2026-01-13"}, "which has not come yet"),
        ({"feedback_on": "2026-01-11"}, "which is before Monday 12 January 2026"),
    ],
)
def test_feedback_has_strengths_as_well_as_development_and_a_day(
    made: Council, data: dict[str, Any], why: str
) -> None:
    staff.observe(made, "pat", "observed")
    assert why in refused_once(made, PAT, "give_feedback", by="sam", **{**staff.FEEDBACK, **data})


# ------------------------------------------------------------------ the record
@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({}, "the latest is supervision:pat:2026-01"),
        ({"record_reference": "L-7"}, "On which supervision record it stands is not said"),
        ({"supervision": "supervision:pip:2026-01"}, "is no supervision of pat"),
        ({"supervision": "supervision:pat:2026-09"}, "is no supervision of pat"),
    ],
)
def test_it_stands_on_a_supervision_record_of_the_same_person(
    made: Council, data: dict[str, Any], why: str
) -> None:
    staff.observe(made, "pat", "feedback_given")
    assert why in refused_once(made, PAT, "record", by="sam", **data)


def test_a_supervision_that_was_excused_has_no_record(made: Council) -> None:
    staff.observe(made, "pat", "feedback_given")
    made.fire(JANUARY, "excuse", by="cass", cause="leave", reason="Away")
    why = refused_once(made, PAT, "record", by="sam", supervision=JANUARY)
    assert "no supervision of pat that has a record" in why
    assert made.fire(PAT, "record", by="sam", record_reference="L-7").closed_at


def test_who_has_no_supervision_here_names_the_record_itself(made: Council) -> None:
    director = staff.observe(made, "dana", "feedback_given", by="ada")
    why = refused_once(made, director, "record", by="ada")
    assert "name the record on which it stands" in why
    assert made.fire(director, "record", by="ada", record_reference="L-7").closed_at


def test_the_director_is_observed_by_ad_people(made: Council) -> None:
    director = staff.observe(made, "dana", "planned", by="ada")
    assert (made.show(director)["owner"], made.show(director)["data"]["tier"]) == (
        "ada",
        "director",
    )


# ------------------------------------------------------------------ ways out, and dates
def test_a_service_manager_cancels_it_with_a_reason(made: Council) -> None:
    staff.observe(made, "pat", "observed")
    assert "No reason is given" in refused_once(made, PAT, "cancel", by="cass")
    assert made.fire(PAT, "cancel", by="cass", reason="Long illness").state == "cancelled"


def test_nobody_cancels_their_own(made: Council) -> None:
    mine = staff.observe(made, "cass", "planned", by="ada")
    assert "It is about you" in refused_once(made, mine, "cancel", by="cass", reason="Busy")


def test_nobody_cancels_it_for_the_one_who_is_observed(made: Council) -> None:
    delegate(made, "cass", "sam", "sm_csc")
    mine = staff.observe(made, "cass", "planned", by="ada")
    assert "It is about you" in refused_once(made, mine, "cancel", by="sam", reason="Busy")


@pytest.mark.parametrize("state", ["planned", "observed", "feedback_given"])
def test_it_ends_by_itself_for_whoever_has_left(made: Council, state: str) -> None:
    staff.observe(made, "pat", state)
    leaves(made, "pat", "2026-01-12")
    made.at("2026-01-13 00:00").passes()
    assert made.state(PAT) == "ended"


@pytest.mark.parametrize("state", ["planned", "observed", "feedback_given"])
@pytest.mark.parametrize(("at", "late"), [("2026-01-31 23:59", False), ("2026-02-01 00:01", True)])
def test_it_is_late_until_it_stands_on_the_record(
    made: Council, state: str, at: str, *, late: bool
) -> None:
    staff.observe(made, "pat", state)
    assert made.at(at).show(PAT)["late"] is late


def test_it_climbs_the_standard_ladder(made: Council) -> None:
    staff.observe(made, "pat", "observed")
    made.at("2026-03-02 08:00").passes()
    levels = [("L0", "2026-02-02"), ("L1", "2026-02-06"), ("L2", "2026-02-13"), ("L3", "2026-02-27")]  # fmt: skip
    assert made.levels(PAT)[-4:] == levels


@pytest.mark.parametrize("data", [{"observer": "nobody"}, {"observed_on": "soon"}, {"grade": "A"}])
def test_bad_input_leaves_nothing_behind(made: Council, data: dict[str, Any]) -> None:
    staff.observe(made, "pat", "planned")
    assert rejected(made, PAT, "observe", by="sam", **{**staff.WATCHED, **data})


def test_three_refusals_by_one_guard_block_it(made: Council) -> None:
    staff.observe(made, "pat", "planned")
    for _ in range(3):
        made.refusal(PAT, "observe", by="sam")
    assert [one["reason"] for one in made.show(PAT)["blocked"]] == ["refused_three_times"]

"""An action: its owner says what was done and where the proof is, or another lets it go with a reason."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import meetings
import pytest
from council import Council
from follow_up import blocks, lend
from hands import leaves

from qa_workflow.errors import BadData, NotPermitted, UnknownPerson, WrongInput

ACTION = "action:A-0001"
DONE = {"what_was_done": "The list was sent.", "evidence_reference": "NOTE-12"}
L = ("L0", "L1", "L2", "L3")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Council]:
    """Give a council whose board agreed on Thursday 26 March 2026 what Pat does by Thursday 2 April."""
    with meetings.standing(tmp_path) as council:
        meetings.take(council, meetings.plan(council, "moving_to_excellence_board"), "minuted")
        agreed = {"what": "Send the list of late plans", "owner": "pat", "due_on": "2026-04-02"}
        council.fire(meetings.BOARD, "log_actions", by="quinn", actions=[agreed])
        yield council


def test_what_was_agreed_is_an_action_of_its_owner(made: Council) -> None:
    shown = made.show(ACTION)
    assert (shown["state"], shown["owner"], shown["due_on"], shown["title"]) == (
        "open", "pat", "2026-04-02", "Send the list of late plans",
    )  # fmt: skip
    assert (shown["parent"], shown["data"]["source"], shown["data"]["agreed_on"]) == (
        meetings.BOARD, meetings.BOARD, "2026-03-26",
    )  # fmt: skip


def test_its_owner_completes_it_with_the_proof(made: Council) -> None:
    made.fire(ACTION, "complete", by="pat", **DONE)
    shown = made.show(ACTION)
    kept = {key: shown["data"][key] for key in (*DONE, "done_by", "done_on")}
    assert (shown["state"], shown["lateness"]) == ("done", "on_time")
    assert kept == {**DONE, "done_by": "pat", "done_on": "2026-03-26"}


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        ("what_was_done", "It is not said what was done."),
        ("evidence_reference", "It is not said where the proof is."),
    ],
)
def test_it_is_not_done_without_saying_what_and_where(
    made: Council, missing: str, why: str
) -> None:
    assert made.refusal(ACTION, "complete", by="pat", **{**DONE, missing: " "}) == why


def test_only_its_owner_completes_it(made: Council) -> None:
    assert made.who_may(ACTION, "complete", **DONE) == {"pat"}


def test_chair_quality_and_ad_people_may_drop_it(made: Council) -> None:
    assert made.who_may(ACTION, "drop", reason="Overtaken") == {"ada", "sandy"}


@pytest.mark.parametrize("by", ["ada", "sandy"])
def test_it_is_dropped_with_a_reason(made: Council, by: str) -> None:
    assert made.refusal(ACTION, "drop", by=by) == "No reason is given."
    made.fire(ACTION, "drop", by=by, reason="The list is public now")
    shown = made.show(ACTION)
    assert (shown["state"], shown["final"], shown["data"]["why_dropped"]) == (
        "dropped", True, "The list is public now",
    )  # fmt: skip


def test_whoever_chaired_may_drop_it_without_any_other_office(tmp_path: Path) -> None:
    with meetings.standing(tmp_path) as council:
        meetings.take(council, meetings.plan(council, "senco_network"), "minuted")
        agreed = {"what": "Share the form", "owner": "sena", "due_on": "2026-05-01"}
        council.fire("senco_network:2026-03", "log_actions", by="quinn", actions=[agreed])
        assert council.who_may(ACTION, "drop", reason="Overtaken") == {"max", "ada", "sandy"}


def test_nobody_drops_what_they_had_promised_nor_does_who_acts_for_them(made: Council) -> None:
    made.reassign(ACTION, to="ada", by="sandy")
    lend(made, to="cass", from_on="2026-03-01", until_on="2026-03-31")
    for by in ("ada", "cass"):
        assert "another person must decide" in made.refusal(ACTION, "drop", by=by, reason="No time")


# ------------------------------------------------------------------ another owner
def test_another_takes_it_over(made: Council) -> None:
    made.reassign(ACTION, to="cass", by="sandy")
    shown = made.show(ACTION)
    assert (shown["owner"], shown["data"]["owner"]) == ("cass", "cass")
    assert made.who_may(ACTION, "complete", **DONE) == {"cass"}


def test_only_who_works_here_takes_it_over(made: Council) -> None:
    leaves(made, "cass", "2026-03-01")
    with pytest.raises(UnknownPerson, match="is not active today"):
        made.reassign(ACTION, to="cass", by="sandy")


def test_a_colleague_does_not_give_it_away(made: Council) -> None:
    with pytest.raises(NotPermitted):
        made.reassign(ACTION, to="cass", by="aud1")


def test_it_is_blocked_when_its_owner_leaves(made: Council) -> None:
    leaves(made, "pat", "2026-03-26")
    made.at("2026-03-27 00:01").passes()
    assert blocks(made, ACTION) == ["owner_inactive"]


# ------------------------------------------------------------------ its day
@pytest.mark.parametrize(
    ("moment", "late"), [("2026-04-02 23:59", False), ("2026-04-03 00:01", True)]
)
def test_it_is_late_when_its_day_is_over(made: Council, moment: str, late: bool) -> None:  # noqa: FBT001 - a row of the table
    assert made.at(moment).show(ACTION)["late"] is late


def test_a_late_action_climbs_the_standard_ladder_over_easter(made: Council) -> None:
    days = ("2026-04-07", "2026-04-13", "2026-04-20", "2026-05-05")
    for day in days:
        made.at(f"{day} 00:00").later(minutes=-1).passes()
        made.at(f"{day} 00:00").passes()
        made.passes()
    assert [one for one in made.levels(ACTION) if one[0] in L] == list(zip(L, days, strict=True))
    assert "overdue_l2" in blocks(made, ACTION)


# ------------------------------------------------------------------ what cannot be
def test_nobody_starts_one_by_hand(made: Council) -> None:
    with pytest.raises(WrongInput, match="not started by hand"):
        made.start("action", "C01", by="sandy")


@pytest.mark.parametrize("said", [{"proof": "here"}, {"what_was_done": 7}])
def test_bad_input_changes_nothing(made: Council, said: dict[str, Any]) -> None:
    before = made.show(ACTION), made.history(ACTION)
    with pytest.raises(BadData):
        made.fire(ACTION, "complete", by="pat", **said)
    assert (made.show(ACTION), made.history(ACTION)) == before


def test_three_refusals_block_it_and_each_is_kept(made: Council) -> None:
    before = made.show(ACTION)
    for _ in range(3):
        made.refusal(ACTION, "complete", by="pat")
    refused = [one for one in made.history(ACTION) if one["action"] == "refused"]
    assert (len(refused), made.show(ACTION)["state"], blocks(made, ACTION)) == (
        3, before["state"], ["refused_three_times"],
    )  # fmt: skip

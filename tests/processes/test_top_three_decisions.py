"""After the Top three: what comes back unchanged is marked and copied, and what decisions led to is measured."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import top_three
from council import Council
from hands import leaves
from top_three import C102, C104, C105, DECIDED, MEETING, PACK, data, taken

from qa_workflow.service import enquiries


@pytest.fixture
def packed(tmp_path: Path) -> Iterator[Council]:
    """Give the council of the worked example on Wednesday 14 January 2026, the pack of Friday's meeting frozen."""
    with top_three.example(tmp_path) as council:
        top_three.meets(council, "2026-01-16", due_on="2026-01-30")
        council.at("2026-01-14 00:00").passes()
        yield council.at("2026-01-14 09:00")


@pytest.fixture
def minuted(packed: Council) -> Council:
    """Give it after the meeting, its minutes written."""
    return taken(packed, "minuted")


# ------------------------------------------------------------------ the next meeting
NEXT = "top_three:2026-02"


def closed(council: Council, **said: Any) -> Council:  # noqa: ANN401 - what log_actions takes
    """Close the meeting of January, and give February one that sits on Friday the 20th."""
    council.fire(MEETING, "log_actions", by="quinn", **(said or DECIDED))
    council.fire(MEETING, "close", by="sean")
    council.at("2026-02-02 09:00")
    top_three.meets(council, "2026-02-20", "2026-02", due_on="2026-02-27")
    return council


def next_pack(council: Council) -> list[dict[str, Any]]:
    council.at("2026-02-18 00:00").passes()
    found: list[dict[str, Any]] = data(council, NEXT)["pack"]
    return found


def copies(council: Council) -> list[str]:
    return [to for to, subject in council.told(NEXT) if subject.startswith("Blocked and unchanged")]


def test_what_comes_back_without_change_is_marked_and_copied_to_ad_people(
    minuted: Council,
) -> None:
    found = next_pack(closed(minuted))
    # The level of an overdue one rises, and its block stands.
    assert {one["reference"]: one["repeat"] for one in found}[C105] is True
    assert copies(minuted) == ["ada"]
    minuted.later(minutes=5).passes()
    assert copies(minuted) == ["ada"]
    assert {tuple(one["previous_packs"]) for one in found if one["case"] in {"C-104", "C-105", "C-102"}} == {(MEETING,)}  # fmt: skip


def test_only_what_did_not_change_is_named_in_the_copy(minuted: Council) -> None:
    _blocked_anew(closed(minuted))
    next_pack(minuted)
    (body,) = [
        one["body"]
        for one in enquiries.messages(minuted.ctx)
        if one["subject"].startswith("Blocked and unchanged")
    ]
    assert body.splitlines() == [
        "In the pack again, and nothing has changed since the last meeting: C-104, C-102.",
        f"The pack: qa-workflow top-three --meeting {NEXT}",
    ]


def test_where_nothing_comes_back_nobody_gets_a_copy(packed: Council) -> None:
    assert not [one for one in packed.told(MEETING) if one[1].startswith("Blocked and unchanged")]


def test_nobody_who_is_ad_people_gets_it_by_the_role(minuted: Council) -> None:
    closed(minuted)
    leaves(minuted, "ada", "2026-02-03")
    next_pack(minuted)
    assert copies(minuted) == ["role:ad_people"]


def _done(council: Council) -> None:
    said = {"what_was_done": "Rung", "evidence_reference": "NOTE-1"}
    council.fire("action:A-0002", "complete", by="cass", **said)


def _blocked_anew(council: Council) -> None:
    top_three.unblock(council, C105)
    top_three.block(council, C105, "Still none", "no_placement")


@pytest.mark.parametrize("change", [_done, _blocked_anew])
def test_with_a_change_it_is_no_repeat(minuted: Council, change: Any) -> None:  # noqa: ANN401 - one of the two
    closed(minuted)
    change(minuted)
    top_three.pack(minuted.at("2026-02-17 09:00"))
    found = {one["reference"]: one for one in top_three.pack(minuted)["full"]}
    assert found[C105]["repeat"] is False
    assert found[C105]["previous_packs"] == [MEETING]


def test_another_state_is_a_change(minuted: Council) -> None:
    closed(minuted)
    before = {one["reference"]: one["repeat"] for one in top_three.pack(minuted)["full"]}
    minuted.fire(C104, "acknowledge", by="sam")
    after = {one["reference"]: one["repeat"] for one in top_three.pack(minuted)["full"]}
    assert (before[C104], after.get(C104, False)) == (True, False)


def test_a_meeting_that_was_not_held_has_had_nothing(packed: Council) -> None:
    packed.fire(MEETING, "cancel", by="sean", reason="The chair left")
    found = top_three.pack(packed.at("2026-02-02 09:00"))
    assert [(one["repeat"], one["previous_packs"]) for one in found["pack"]] == [(False, [])] * 3
    assert found["previous"] == []


# ------------------------------------------------------------------ what came of it
def decisions(council: Council) -> dict[str, dict[str, Any]]:
    return {one["reference"]: one for one in top_three.pack(council)["previous"]}


def test_the_next_pack_says_whether_decisions_were_done(minuted: Council) -> None:
    _done(closed(minuted))
    found = decisions(minuted)
    assert list(found) == PACK
    assert found[C105] == {
        "meeting": MEETING, "sat_on": "2026-01-16", "case": "C-105", "reference": C105,
        "decision": "action", "action": "action:A-0002", "what": "Ring the agency", "owner": "cass",
        "due_on": "2026-01-30", "done": True, "unblocked_on": None, "days_to_unblocking": None,
    }  # fmt: skip
    assert (found[C104]["done"], found[C102]["done"]) == (False, None)
    assert (found[C102]["decision"], found[C102]["what"]) == (
        "accepted",
        "The court decides in March",
    )


@pytest.mark.parametrize(
    ("moment", "days"), [("2026-01-16 15:00", 0), ("2026-01-18 10:00", 0), ("2026-01-30 23:59", 10)]
)
def test_the_days_from_decision_to_unblocking_are_working_days(
    minuted: Council, moment: str, days: int
) -> None:
    minuted.fire(MEETING, "log_actions", by="quinn", **DECIDED)
    top_three.unblock(minuted.at(moment), C105)
    found = decisions(minuted.at("2026-02-02 09:00"))[C105]
    assert (found["unblocked_on"], found["days_to_unblocking"]) == (moment[:10], days)


def test_what_moved_between_papers_and_meeting_took_no_day(packed: Council) -> None:
    top_three.unblock(packed.at("2026-01-15 10:00"), C105)
    taken(packed, "minuted").fire(MEETING, "log_actions", by="quinn", **DECIDED)
    found = decisions(packed.at("2026-01-20 09:00"))[C105]
    assert (found["unblocked_on"], found["days_to_unblocking"]) == ("2026-01-15", 0)


def test_what_is_blocked_anew_was_unblocked_all_the_same(minuted: Council) -> None:
    minuted.fire(MEETING, "log_actions", by="quinn", **DECIDED)
    top_three.unblock(minuted.at("2026-01-20 10:00"), C105)
    top_three.block(minuted.at("2026-01-22 10:00"), C105, "Gone again")
    assert decisions(minuted)[C105]["days_to_unblocking"] == 2


def test_as_of_an_earlier_day_it_was_not_unblocked_yet(minuted: Council) -> None:
    minuted.fire(MEETING, "log_actions", by="quinn", **DECIDED)
    top_three.unblock(minuted.at("2026-01-20 10:00"), C105)
    then, now = (
        {one["reference"]: one["unblocked_on"] for one in top_three.pack(minuted, day)["previous"]}
        for day in ("2026-01-19", "2026-01-20")
    )
    assert (then[C105], now[C105]) == (None, "2026-01-20")


def test_as_of_a_day_before_it_no_meeting_had_been_held(minuted: Council) -> None:
    assert top_three.pack(minuted, "2026-01-15")["previous"] == []


def test_what_ends_is_unblocked(minuted: Council) -> None:
    minuted.fire(MEETING, "log_actions", by="quinn", **DECIDED)
    said = {"what_was_done": "Found", "evidence_reference": "NOTE-2"}
    minuted.at("2026-01-21 10:00").fire(C105, "complete", by="pat", **said)
    assert decisions(minuted)[C105]["days_to_unblocking"] == 3


def test_how_long_it_took_is_summed_up(minuted: Council) -> None:
    minuted.fire(MEETING, "log_actions", by="quinn", **DECIDED)
    top_three.unblock(minuted.at("2026-01-20 10:00"), C105)
    minuted.at("2026-01-23 10:00").fire(C104, "acknowledge", by="sam")
    assert top_three.pack(minuted)["unblocking"] == {
        "decisions": 3, "unblocked": 2, "median_days": 3.5, "longest_days": 5,
    }  # fmt: skip

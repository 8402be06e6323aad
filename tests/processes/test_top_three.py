"""The Top three as a process: its pack is made in time and frozen, and nothing leaves it without a decision."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import top_three
from choosing import choose
from council import Council
from hands import sql
from top_three import (
    C101,
    C102,
    C103,
    C104,
    C105,
    DECIDED,
    FULL,
    MEETING,
    PACK,
    accepted,
    action,
    data,
    references,
    taken,
)  # fmt: skip

from qa_workflow.service.top_three import pack_of

FROZEN = ("pack", "ranked", "ranked_besides", "frozen_at", "previous", "unblocking", "pack_says")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Council]:
    """Give the council of the worked example with a meeting that sits on Friday 16 January 2026."""
    with top_three.example(tmp_path) as council:
        top_three.meets(council, "2026-01-16", due_on="2026-01-30")
        yield council


@pytest.fixture
def packed(made: Council) -> Council:
    """Give it on Wednesday 14 January, its pack just frozen."""
    made.at("2026-01-14 00:00").passes()
    return made.at("2026-01-14 09:00")


@pytest.fixture
def minuted(packed: Council) -> Council:
    """Give it after the meeting, its minutes written."""
    return taken(packed, "minuted")


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Council]:
    """Give a council in which nothing is blocked, with a meeting that sits on Friday 19 December 2025."""
    with top_three.standing(tmp_path, "2025-12-01 09:00") as council:
        top_three.meets(council, "2025-12-19", "2025-12", due_on="2025-12-31")
        yield council


def frozen(council: Council, reference: str = MEETING) -> dict[str, Any]:
    return {key: data(council, reference)[key] for key in FROZEN}


# ------------------------------------------------------------------ the pack
def test_the_pack_is_made_as_the_second_working_day_before_the_meeting_begins(
    made: Council,
) -> None:
    made.at("2026-01-13 23:59").passes()
    assert made.state(MEETING) == "scheduled"
    made.at("2026-01-14 00:00").passes()
    (entry,) = [one for one in made.history(MEETING) if one["action"] == "set_agenda"]
    assert (entry["actor"], entry["at"]) == ("system", "2026-01-14T00:00:00Z")


def test_its_agenda_is_what_stands_highest_on_the_list(packed: Council) -> None:
    kept = data(packed)
    assert kept["agenda"] == PACK == references(kept["pack"])
    assert references(kept["ranked"]) == FULL
    assert (kept["ranked_besides"], kept["frozen_at"]) == (0, "2026-01-14T00:00:00Z")


def test_the_frozen_pack_is_the_pack_of_that_moment(made: Council) -> None:
    made.at("2026-01-14 00:00").passes()
    now = top_three.pack(made)
    assert (data(made)["pack"], data(made)["ranked"]) == (now["pack"], now["full"])


def test_what_is_told_at_that_very_midnight_is_on_the_list(bare: Council) -> None:
    # Due on 3 December, ten working days late on the 17th, on which the pack is made.
    top_three.begin(bare, C103, due_on="2025-12-03")
    bare.at("2025-12-17 00:00").passes()
    assert data(bare, "top_three:2025-12")["agenda"] == [C103]


@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_council_says_how_many_it_takes(made: Council, size: int) -> None:
    choose(made, top_three_size=size)
    made.at("2026-01-14 00:00").passes()
    assert data(made)["agenda"] == FULL[:size] == references(data(made)["pack"])


def test_no_meeting_stands_on_its_own_list(bare: Council) -> None:
    reference = "top_three:2025-12"
    top_three.block(bare, reference, "The room is gone", "other")
    bare.at("2025-12-17 00:00").passes()
    assert data(bare, reference)["ranked"] == []
    assert references(top_three.pack(bare)["full"]) == [reference]


# ------------------------------------------------------------------ frozen
def test_nothing_that_happens_later_changes_the_pack(packed: Council) -> None:
    before = frozen(packed)
    top_three.unblock(packed, C105)
    packed.fire(C104, "acknowledge", by="sam")
    packed.fire(MEETING, "swap_item", by="sean", take_out=C105, bring_in=C101, reason="It moved")
    for state in ("held", "minuted"):
        assert frozen(taken(packed, state)) == before
    said = [action(C104), action(C101), action(C102)]
    packed.fire(MEETING, "log_actions", by="quinn", actions=said)
    packed.fire(MEETING, "close", by="sean")
    assert frozen(packed) == before


def test_a_late_item_does_not_change_the_pack(made: Council) -> None:
    choose(made, top_three_size=5)
    top_three.unblock(made, C105)
    made.at("2026-01-14 00:00").passes()
    before = frozen(made)
    made.fire(MEETING, "add_late_item", by="sean", item="C-106", reason="Worse since Monday")
    assert frozen(made) == before
    assert data(made)["agenda"][-1] == "C-106"


def test_put_off_it_gets_a_new_pack_and_the_old_one_stays_in_the_history(packed: Council) -> None:
    before = frozen(packed)
    packed.fire(MEETING, "postpone", by="quinn", reason="The chair is ill")
    assert frozen(packed) == before
    assert data(packed)["agenda"] == []
    top_three.unblock(packed, C105)
    packed.fire(MEETING, "schedule", by="quinn", sits_on="2026-01-23")
    packed.at("2026-01-21 00:00").passes()
    assert data(packed)["agenda"][:2] == [C104, C102]
    assert data(packed)["frozen_at"] == "2026-01-21T00:00:00Z"
    packs = [
        references(one["data"]["pack"]) if "pack" in one["data"] else None
        for one in packed.history(MEETING)
        if one["action"] == "set_agenda"
    ]
    assert len(packs) == 2


# ------------------------------------------------------------------ by hand
def test_the_organiser_takes_the_same_pack(made: Council) -> None:
    made.at("2026-01-13 23:59")
    assert "Papers come in until" in made.refusal(MEETING, "set_agenda", by="quinn")
    made.at("2026-01-14 00:01").fire(MEETING, "set_agenda", by="quinn")
    assert data(made)["agenda"] == PACK
    assert made.show(MEETING)["state"] == "agenda_set"


def test_what_is_brought_by_hand_is_of_the_list_or_it_is_said_why(made: Council) -> None:
    made.at("2026-01-14 00:01")
    why = made.refusal(MEETING, "set_agenda", by="quinn", items=["C-101", "C-106"])
    assert why == "Not on the ranked list, and it is not said why it comes: C-106."
    made.fire(MEETING, "set_agenda", by="quinn", items=["C-101", C103])
    assert data(made)["agenda"] == [C101, C103]
    assert references(data(made)["pack"]) == PACK


def test_who_sets_the_agenda_holds_and_closes(packed: Council) -> None:
    for trigger, data_ in (
        ("swap_item", {"take_out": C105, "bring_in": C101, "reason": "It moved"}),
        ("hold", {}),
        ("cancel", {"reason": "Nothing is blocked"}),
    ):
        assert packed.who_may(MEETING, trigger, **data_) == {"sean"}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"take_out": C101, "bring_in": C103}, f"{C101} is not on the agenda."),
        ({"take_out": C105, "bring_in": "C-106"}, "C-106 is not on the ranked list of this meeting."),
        ({"take_out": C105, "bring_in": "C-102"}, f"{C102} is on the agenda already."),
    ],
)  # fmt: skip
def test_a_swap_is_between_the_agenda_and_the_list(
    packed: Council, said: dict[str, str], why: str
) -> None:
    assert packed.refusal(MEETING, "swap_item", by="sean", reason="It moved", **said) == why


def test_a_swap_says_why_and_is_kept(packed: Council) -> None:
    said = {"take_out": C105, "bring_in": "C-101"}
    assert packed.refusal(MEETING, "swap_item", by="sean", **said) == "No reason is given."
    packed.fire(MEETING, "swap_item", by="sean", reason="It moved", **said)
    kept = data(packed)
    assert kept["agenda"] == [C104, C101, C102]
    assert kept["swaps"] == [
        {"out": C105, "in": C101, "why": "It moved", "by": "sean", "on": "2026-01-14"}
    ]


# ------------------------------------------------------------------ nothing is blocked
def test_where_nothing_is_blocked_the_pack_is_empty_and_says_so(bare: Council) -> None:
    reference = "top_three:2025-12"
    bare.at("2025-12-17 00:00").passes()
    kept = data(bare, reference)
    assert (kept["pack"], kept["agenda"]) == ([], [])
    assert kept["pack_says"] == "No cases are blocked as of 17 December 2025."
    taken(bare, "minuted", reference)
    bare.fire(reference, "log_actions", by="quinn", no_actions=True)
    bare.fire(reference, "close", by="sean")
    assert bare.state(reference) == "closed"


def test_an_empty_one_may_be_cancelled_by_its_chair(bare: Council) -> None:
    reference = "top_three:2025-12"
    bare.at("2025-12-17 00:00").passes()
    bare.fire(reference, "cancel", by="sean", reason="No case is blocked")
    assert bare.state(reference) == "cancelled"


# ------------------------------------------------------------------ decisions
def test_each_of_the_three_is_decided(minuted: Council) -> None:
    why = minuted.refusal(MEETING, "log_actions", by="quinn", actions=[action(C104)])
    assert why == f"Neither an action nor an acceptance for: {C105}, {C102}."
    minuted.fire(MEETING, "log_actions", by="quinn", **DECIDED)
    assert minuted.show(MEETING)["children"] == ["action:A-0001", "action:A-0002"]
    minuted.fire(MEETING, "close", by="sean")


def test_an_action_is_an_instance_that_leads_back_to_the_meeting(minuted: Council) -> None:
    minuted.fire(MEETING, "log_actions", by="quinn", **DECIDED)
    shown = minuted.show("action:A-0001")
    assert (shown["parent"], shown["owner"], shown["due_on"]) == (MEETING, "cass", "2026-01-30")
    assert (shown["data"]["about"], shown["data"]["source"]) == (C104, MEETING)


def undecided(council: Council) -> None:
    """Let the actions be logged while one item has neither action nor acceptance: a repair did it."""
    council.fire(MEETING, "log_actions", by="quinn", **DECIDED)
    sql(
        council,
        "UPDATE process_instance SET data = json_remove(data, '$.accepted') WHERE reference = ?",
        MEETING,
    )


def test_it_does_not_close_before_each_is_decided(minuted: Council) -> None:
    undecided(minuted)
    why = minuted.refusal(MEETING, "close", by="sean")
    assert why == f"Neither an action nor an acceptance for: {C102}."
    strange = minuted.refusal(MEETING, "close", by="sean", accepted=[accepted(C101)])
    assert strange == f"Not on the agenda: {C101}."


def test_what_is_left_is_accepted_by_the_chair_at_the_end(minuted: Council) -> None:
    undecided(minuted)
    minuted.fire(MEETING, "close", by="sean", accepted=[accepted(C102)])
    assert (minuted.state(MEETING), data(minuted)["accepted"]) == ("closed", [accepted(C102)])


# ------------------------------------------------------------------ asked for by its meeting
def test_the_pack_of_a_meeting_is_the_frozen_one_with_its_decisions(minuted: Council) -> None:
    minuted.fire(MEETING, "log_actions", by="quinn", **DECIDED)
    top_three.unblock(minuted.at("2026-01-20 10:00"), C105)
    found = pack_of(minuted.ctx, MEETING, now=minuted.now)
    assert (references(found["pack"]), references(found["full"])) == (PACK, FULL)
    assert (found["sits_on"], found["chair"], found["frozen_at"]) == (
        "2026-01-16", "Sean Senior", "2026-01-14T00:00:00Z",
    )  # fmt: skip
    assert [one["days_to_unblocking"] for one in found["decisions"]] == [None, 2, None]


def test_before_it_is_frozen_it_is_the_pack_of_now(made: Council) -> None:
    found = pack_of(made.ctx, MEETING, now=made.now)
    assert (references(found["pack"]), found["frozen_at"]) == (PACK, None)
    assert (found["sits_on"], found["meeting"]) == ("2026-01-16", MEETING)

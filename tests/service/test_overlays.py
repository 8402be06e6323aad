"""Blocks, notes and owners: what stands beside the state."""

from datetime import date
from typing import Any

import pytest
from council import AUTUMN, ROSTER, Council

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.errors import NotPermitted, TransitionRefused, UnknownPerson, WrongInput
from qa_workflow.service import overlays, starting

REC = "recommendation:R-0001"


@pytest.fixture
def raised(council: Council) -> Council:
    """Give the council with one recommendation, raised on 1 October 2025."""
    council.at("2025-10-01 09:00")
    starting.start_process(council.ctx, "recommendation", "C01", now=council.now, actor="cli:test")
    return council


def _block(council: Council, reference: str = REC, **said: Any) -> ProcessInstance:  # noqa: ANN401 - any option
    given = {"actor": "sandy", "reason": "funding", "note": "The panel decides.", **said}
    return overlays.block(council.ctx, reference, now=council.now, **given)


def _unblock(council: Council, note: str = "Decided.") -> ProcessInstance:
    return overlays.unblock(council.ctx, REC, actor="sandy", note=note, now=council.now)


def _reassign(
    council: Council, reference: str, to: str, *, by: str, reason: str = "Leave."
) -> ProcessInstance:
    return overlays.reassign(
        council.ctx, reference, to=to, actor=by, reason=reason, now=council.now
    )


def _ended(council: Council) -> Council:
    council.fire(REC, "supersede", by="sandy", successor="recommendation:R-0002")
    return council


# ------------------------------------------------------------------ blocks
def test_a_block_stands_with_everything_that_was_said(raised: Council) -> None:
    _block(raised, waiting_on="Housing", review_on=date(2025, 10, 20))
    assert raised.show(REC)["blocked"] == [
        {
            "reason": "funding", "note": "The panel decides.", "since": "2025-10-01T08:00:00Z",
            "waiting_on": "Housing", "review_on": "2025-10-20",
        }
    ]  # fmt: skip


def test_a_block_without_a_review_date_is_looked_at_after_five_working_days(
    raised: Council,
) -> None:
    _block(raised)
    assert raised.show(REC)["blocked"][0]["review_on"] == "2025-10-08"


def test_a_block_moves_neither_state_nor_deadlines(raised: Council) -> None:
    before = raised.show(REC)
    _block(raised)
    after = raised.show(REC)
    assert [after[key] for key in ("state", "deadlines", "due_on")] == [
        before[key] for key in ("state", "deadlines", "due_on")
    ]


def test_a_blocked_instance_still_climbs_its_ladder(raised: Council) -> None:
    _block(raised)
    raised.at("2025-10-06 09:00").passes()
    assert raised.show(REC)["level"] == "L0"


def test_two_blocks_stand_side_by_side(raised: Council) -> None:
    _block(raised)
    _block(raised, reason="awaiting_family", note="They are away.")
    assert len(raised.show(REC)["blocked"]) == 2


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"reason": "weather"}, "'weather' is no reason code. There are: awaiting_provider, "),
        ({"reason": "overdue_l2"}, "is no reason code"),
        ({"note": "  "}, "The note is empty: say what would unblock it"),
        ({"review_on": date(2025, 9, 30)}, "The review date 2025-09-30 lies in the past"),
    ],
)
def test_a_block_that_says_too_little_is_refused(
    raised: Council, said: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(WrongInput, match=sentence):
        _block(raised, **said)


def test_a_block_to_be_looked_at_today_is_allowed(raised: Council) -> None:
    assert _block(raised, review_on=date(2025, 10, 1)).blocks[0].review_on == date(2025, 10, 1)


def test_nothing_blocks_what_has_ended(raised: Council) -> None:
    with pytest.raises(TransitionRefused, match="has ended, so nothing can block it"):
        _block(_ended(raised))


def test_unblocking_takes_every_block_off(raised: Council) -> None:
    _block(raised)
    _block(raised, reason="awaiting_family")
    assert _unblock(raised).blocks == ()


def test_unblocking_keeps_in_the_history_what_was_taken_off_and_why(raised: Council) -> None:
    _block(raised)
    _unblock(raised)
    entry = raised.history(REC)[-1]
    assert (entry["action"], entry["reason"], entry["data"]) == (
        "unblock",
        "Decided.",
        {"reasons": ["funding"]},
    )


def test_what_nothing_blocks_cannot_be_unblocked(raised: Council) -> None:
    with pytest.raises(TransitionRefused, match="Nothing blocks"):
        _unblock(raised)


def test_unblocking_needs_a_note(raised: Council) -> None:
    _block(raised)
    with pytest.raises(WrongInput, match="say what has changed"):
        _unblock(raised, note=" ")


# ------------------------------------------------------------------ notes
def test_a_note_stands_in_the_history_and_changes_nothing_else(raised: Council) -> None:
    before = raised.show(REC)
    overlays.add_note(raised.ctx, REC, actor="pat", text=" Spoke to the school. ", now=raised.now)
    entry = raised.history(REC)[-1]
    assert (entry["action"], entry["actor"], entry["reason"], raised.show(REC)) == (
        "note", "pat", "Spoke to the school.", before,
    )  # fmt: skip


def test_a_note_can_be_written_after_the_end(raised: Council) -> None:
    overlays.add_note(_ended(raised).ctx, REC, actor="pat", text="Filed.", now=raised.now)
    assert raised.history(REC)[-1]["action"] == "note"


def test_an_empty_note_is_refused(raised: Council) -> None:
    with pytest.raises(WrongInput, match="The note is empty"):
        overlays.add_note(raised.ctx, REC, actor="pat", text="", now=raised.now)


# ------------------------------------------------------------------ owners
def test_another_auditor_takes_over(allocated: tuple[Council, str]) -> None:
    council, reference = allocated
    _reassign(council, reference, "aud2", by="quinn")
    shown = council.show(reference)
    assert (shown["owner"], shown["data"]["auditor"]) == ("aud2", "aud2")


def test_a_handover_keeps_who_had_it_and_who_has_it(allocated: tuple[Council, str]) -> None:
    council, reference = allocated
    _reassign(council, reference, "aud2", by="quinn")
    entry = council.history(reference)[-1]
    assert (entry["action"], entry["reason"], entry["data"]) == (
        "reassign", "Leave.", {"from": "aud1", "to": "aud2"},
    )  # fmt: skip


def test_a_handover_moves_no_deadline(allocated: tuple[Council, str]) -> None:
    council, reference = allocated
    before = council.show(reference)["deadlines"]
    _reassign(council.later(days=1), reference, "aud2", by="quinn")
    assert council.show(reference)["deadlines"] == before


@pytest.mark.parametrize(
    ("successor", "why"),
    [
        ("pat", "practised on"),
        ("sam", "supervised"),
        ("iris", "reviewed"),
        ("ada", "is not an active auditor"),
    ],
)
def test_a_successor_passes_the_same_four_eyes_guards_as_the_first(
    allocated: tuple[Council, str], successor: str, why: str
) -> None:
    council, reference = allocated
    with pytest.raises(TransitionRefused, match=why):
        _reassign(council, reference, successor, by="quinn")


def test_a_handover_that_a_guard_refused_is_kept_in_the_history(
    allocated: tuple[Council, str],
) -> None:
    council, reference = allocated
    with pytest.raises(TransitionRefused):
        _reassign(council, reference, "pat", by="quinn")
    entry = council.history(reference)[-1]
    assert (entry["action"], entry["data"]["trigger"], council.show(reference)["owner"]) == (
        "refused", "reassign", "aud1",
    )  # fmt: skip


def test_whoever_declined_an_audit_is_not_given_it_by_handover(
    allocated: tuple[Council, str],
) -> None:
    council, reference = allocated
    council.fire(reference, "decline", by="aud1", reason="A friend of the family.")
    council.fire(reference, "allocate", by="quinn", auditor="aud2")
    with pytest.raises(TransitionRefused, match="aud1 has declined"):
        _reassign(council, reference, "aud1", by="quinn")


@pytest.mark.parametrize("manager", ["sandy", "ada"])
def test_the_service_manager_and_ad_people_may_hand_over(
    allocated: tuple[Council, str], manager: str
) -> None:
    council, reference = allocated
    assert _reassign(council, reference, "aud2", by=manager).owner == "aud2"


def test_the_owners_own_manager_may_hand_over(council: Council) -> None:
    council.import_people(
        [
            *ROSTER,
            ("lead", "Lead Auditor", "auditor", "QA", "sandy"),
            ("aud3", "Third", "auditor", "QA", "lead"),
        ]
    )
    reference = f"case_audit:2025-26-A:{council.open_autumn_round()[0]}"
    council.fire(reference, "allocate", by="quinn", auditor="aud3")
    assert _reassign(council, reference, "aud2", by="lead").owner == "aud2"


def test_nobody_else_may_hand_over(allocated: tuple[Council, str]) -> None:
    council, reference = allocated
    with pytest.raises(NotPermitted, match="Pat Practitioner may not reassign"):
        _reassign(council, reference, "aud2", by="pat")


def test_a_handover_to_somebody_unknown_is_refused(allocated: tuple[Council, str]) -> None:
    council, reference = allocated
    with pytest.raises(UnknownPerson):
        _reassign(council, reference, "nobody", by="quinn")


def test_a_handover_needs_a_reason(allocated: tuple[Council, str]) -> None:
    council, reference = allocated
    with pytest.raises(WrongInput, match="The reason is empty"):
        _reassign(council, reference, "aud2", by="quinn", reason="")


def test_what_has_ended_is_handed_to_nobody(raised: Council) -> None:
    with pytest.raises(TransitionRefused, match="has ended"):
        _reassign(_ended(raised), REC, "sandy", by="sandy")


def test_what_a_role_owns_can_be_given_to_one_of_its_holders(raised: Council) -> None:
    assert _reassign(raised, REC, "sandy", by="ada").owner == "sandy"


def test_what_a_role_owns_is_given_to_nobody_without_the_role(raised: Council) -> None:
    with pytest.raises(TransitionRefused, match="Pat Practitioner does not hold the role sm_sqa"):
        _reassign(raised, REC, "pat", by="ada")


def test_what_a_process_without_handovers_of_its_own_owns_is_handed_over_by_its_service_manager(
    council: Council,
) -> None:
    council.at("2025-09-03 08:00").passes()
    assert _reassign(council, AUTUMN, "sandy", by="sandy").owner == "sandy"

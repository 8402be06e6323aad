"""What a refusal leaves behind: an entry always, a block at the third, and block and L2 at once where it is grave.

Source: domain 3.0 (g) and 3.6: "a second one is refused, and this refusal alone has an immediate effect".
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories import (
    REMARK,
    REOPEN,
    SUBMIT,
    Run,
    a_block,
    a_guard,
    a_run,
    london,
    with_moves,
    without_role,
)

from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.engine.instance import HistoryEntry
from qa_workflow.engine.record import fold, plain_block

CODE = "second_carry_forward"
WHY = "It was carried forward once before."
GRAVE = a_guard("was_not_carried_before", why=WHY)


def grave(**changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields of a transition
    """Return the tiny process in which a refused `submit` has an immediate effect."""
    plain = replace(SUBMIT, guards=(GRAVE,), if_refused={GRAVE.name: CODE})
    return with_moves(replace(plain, **changes))


def refused_once(definition: ProcessDefinition | None = None, at: str = "2025-11-05 09:00") -> Run:
    run = a_run(definition or grave(), due_on="2025-11-30")
    run.at(at).is_refused("submit", by="aud")
    return run


def escalated(run: Run) -> list[HistoryEntry]:
    return [entry for entry in run.history if entry.action == "escalated"]


# ------------------------------------------------------------------ a refusal with an immediate effect
def test_a_grave_refusal_blocks_at_once_with_its_code_and_the_guards_sentence() -> None:
    run = refused_once()
    (block,) = run.instance.blocks
    assert (block.reason, block.note, block.by, block.cause) == (CODE, WHY, "system", "visit")
    assert (block.since, block.review_on) == (london("2025-11-05 09:00"), date(2025, 11, 12))


def test_a_grave_refusal_records_l2_of_that_day_and_tells_ad_people() -> None:
    run = refused_once()
    (entry,) = escalated(run)
    assert (entry.level, entry.nominal_on, entry.actor, entry.reason) == (
        "L2",
        date(2025, 11, 5),
        "system",
        WHY,
    )
    assert entry.data == {"deadline": CODE, "due_on": "2025-11-05", "told": ["ada"]}
    assert (run.instance.visit_level, run.instance.level) == ("L2", "L2")


@pytest.mark.parametrize(
    ("at", "day"),
    [
        pytest.param("2026-05-05 23:59", date(2026, 5, 5), id="a minute before midnight"),
        pytest.param("2026-05-06 00:01", date(2026, 5, 6), id="a minute after it, still 5 May UTC"),
    ],
)
def test_the_day_of_a_grave_refusal_is_the_london_day(at: str, day: date) -> None:
    run = a_run(grave(), now="2026-05-01 09:00")
    run.at(at).is_refused("submit", by="aud")
    assert escalated(run)[0].nominal_on == day


def test_a_grave_refusal_notifies_ad_people_once() -> None:
    run = refused_once()
    (notice,) = run.notices
    assert (notice.to, notice.template, notice.level, notice.nominal_on) == (
        "ada",
        "escalation",
        "L2",
        date(2025, 11, 5),
    )


def test_the_refusal_itself_is_told_before_what_it_brings() -> None:
    run = refused_once()
    assert run.actions == ["start", "refused", "escalated"]
    refusal = run.history[1]
    assert (refusal.actor, refusal.before, refusal.after, refusal.reason) == (
        "aud",
        "draft",
        "draft",
        WHY,
    )
    assert refusal.data == {"trigger": "submit", "guards": [GRAVE.name]}


def test_a_second_grave_refusal_adds_nothing_but_its_entry() -> None:
    run = refused_once()
    told, blocks = len(run.notices), run.instance.blocks
    run.at("2025-11-06 09:00").is_refused("submit", by="bea")
    assert run.actions == ["start", "refused", "escalated", "refused"]
    assert (len(run.notices), run.instance.blocks) == (told, blocks)


def test_a_grave_refusal_moves_neither_version_nor_state_nor_dates_nor_timers() -> None:
    run = a_run(grave(), due_on="2025-11-30")
    before = run.instance
    run.at("2025-11-05 09:00").is_refused("submit", by="aud")
    moved = {name for name in vars(before) if getattr(before, name) != getattr(run.instance, name)}
    assert moved == {"seq", "refusals", "visit_level", "blocks"}
    assert run.instance.seq == before.seq + 2


def test_the_ladder_goes_on_after_a_grave_refusal_and_fires_each_rung_on_its_day() -> None:
    run = refused_once()
    run.passes("2025-12-10 09:00")
    assert [one for one in run.levels if one[0] == "submit_by"] == [
        ("submit_by", "R2", "2025-11-06"),
        ("submit_by", "L0", "2025-11-11"),
        ("submit_by", "L1", "2025-11-17"),
        ("submit_by", "L2", "2025-11-24"),
        ("submit_by", "L3", "2025-12-08"),
    ]


def test_a_lower_rung_after_a_grave_refusal_does_not_lower_the_level() -> None:
    run = refused_once()
    run.passes("2025-11-12 09:00")
    assert (run.levels[-1][1], run.instance.visit_level) == ("L0", "L2")


def test_a_grave_refusal_does_not_lower_the_level_that_was_reached() -> None:
    run = a_run(grave())
    run.passes("2025-12-09 09:00")
    run.is_refused("submit", by="aud")
    assert run.instance.visit_level == "L3"
    assert escalated(run)[-1].changes["visit_level"] == "L3"


def test_the_block_of_a_grave_refusal_goes_with_the_visit() -> None:
    run = refused_once(with_moves(replace(SUBMIT, guards=(GRAVE,), if_refused={GRAVE.name: CODE})))
    run.definition = with_moves(SUBMIT)
    run.fire("submit", by="aud")
    assert (run.reasons, run.instance.level) == ([], None)


def test_once_the_block_is_gone_a_grave_refusal_has_its_effect_again() -> None:
    run = refused_once()
    run.instance = replace(run.instance, blocks=())
    run.at("2025-11-07 09:00").is_refused("submit", by="aud")
    assert ([entry.nominal_on for entry in escalated(run)], run.reasons) == (
        [date(2025, 11, 5), date(2025, 11, 7)],
        [CODE],
    )


def test_a_block_of_another_reason_does_not_hide_a_grave_refusal() -> None:
    run = a_run(grave(), blocks=(a_block(),))
    run.is_refused("submit", by="aud")
    assert run.reasons == ["other", CODE]


def test_the_history_gives_a_gravely_refused_instance_again() -> None:
    run = refused_once()
    found = fold(run.history)
    assert (found["visit_level"], found["refusals"], found["blocks"]) == (
        "L2",
        {f"submit/{GRAVE.name}": 1},
        [plain_block(block) for block in run.instance.blocks],
    )


def test_a_parent_hears_that_a_grave_refusal_has_blocked_its_child() -> None:
    run = a_run(grave(), parent_id=7)
    assert [one.trigger for one in run.is_refused("submit", by="aud").signals] == ["@waits_changed"]
    assert run.is_refused("submit", by="aud").signals == ()


def test_ad_people_who_is_away_is_told_through_the_role() -> None:
    run = a_run(grave(), roster=without_role("ad_people"))
    run.is_refused("submit", by="aud")
    assert [notice.to for notice in run.notices] == ["role:ad_people"]


# ------------------------------------------------------------------ what is not grave
def test_a_refusal_without_a_code_of_its_own_only_leaves_an_entry() -> None:
    run = refused_once(grave(if_refused={}))
    assert (run.actions, run.reasons, run.notices) == (["start", "refused"], [], [])


def test_a_refusal_by_another_guard_than_the_one_with_a_code_is_not_grave() -> None:
    run = refused_once(grave(guards=(a_guard("another"),)))
    assert (run.actions, run.reasons) == (["start", "refused"], [])


def test_a_move_that_the_system_may_make_too_is_never_grave() -> None:
    run = refused_once(grave(role=("auditor", "system")))
    assert (run.actions, run.reasons, run.instance.level) == (["start", "refused"], [], None)


def test_another_trigger_refused_by_the_same_guard_is_not_grave() -> None:
    remark = replace(REMARK, guards=(GRAVE,))
    plain = replace(SUBMIT, guards=(GRAVE,), if_refused={GRAVE.name: CODE})
    run = a_run(with_moves(plain, remark))
    run.is_refused("remark", by="aud")
    assert run.reasons == []


def test_nothing_blocks_what_has_ended_however_grave_the_refusal() -> None:
    reopen = replace(REOPEN, guards=(GRAVE,), if_refused={GRAVE.name: CODE})
    run = a_run(with_moves(reopen))
    run.fire("submit", by="aud")
    run.fire("approve", by="sandy")
    for _ in range(3):
        run.is_refused("reopen", by="sandy")
    assert (run.actions[3:], run.reasons, run.instance.level) == (["refused"] * 3, [], None)


# ------------------------------------------------------------------ three times
PLAIN = with_moves(replace(SUBMIT, guards=(a_guard("never"),)))


def test_the_third_refusal_blocks_with_a_review_date() -> None:
    run = a_run(PLAIN).at("2026-04-01 09:00")
    for _ in range(3):
        run.is_refused("submit", by="aud")
    (block,) = run.instance.blocks
    # Five working days from 1 April 2026 cross Good Friday and Easter Monday.
    assert (block.reason, block.review_on) == ("refused_three_times", date(2026, 4, 10))
    assert block.note == "submit was refused three times: Never."


def test_refusals_of_an_earlier_visit_do_not_count() -> None:
    run = a_run(PLAIN)
    for _ in range(2):
        run.is_refused("submit", by="aud")
    run.definition = with_moves(SUBMIT)
    run.fire("submit", by="aud")
    run.fire("send_back", by="sandy")
    run.definition = PLAIN
    run.is_refused("submit", by="aud")
    assert (run.reasons, run.instance.refusals) == ([], {"submit/never": 1})


def test_three_grave_refusals_leave_both_blocks() -> None:
    run = a_run(grave())
    for _ in range(3):
        run.is_refused("submit", by="aud")
    assert run.reasons == [CODE, "refused_three_times"]
    assert len(escalated(run)) == 1

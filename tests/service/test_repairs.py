"""Repairs on the real database: what stays, what a dry run leaves, and what a refusal leaves."""

from datetime import date
from typing import Any

import pytest
from council import AUTUMN, Council
from hands import REC, sql
from mending import asked, is_whole, refusal, repair, stored

from qa_workflow.errors import (
    BadData,
    InstanceNotFound,
    NotPermitted,
    TransitionRefused,
    UnknownPerson,
    WrongInput,
)
from qa_workflow.service import repairs
from qa_workflow.service.incidents import open_incidents
from qa_workflow.service.stuck import Filter, stuck
from qa_workflow.store.reports import Wanted

PLAN = {
    "owner": "pat", "what": "Write it", "for_whom": "Her", "difference": "She knows",
    "category": "case_action",
}  # fmt: skip


def classes(council: Council) -> dict[str, str]:
    items = stuck(council.ctx, Filter(), now=council.now)
    return {one["reference"]: one["class"] for one in items}


# ------------------------------------------------------------------ every verb
VERBS: dict[str, dict[str, Any]] = {
    "skip-timer": {"deadline": "assign_by", "level": "R2"},
    "set-state": {"state": "in_progress", "trigger": "accept"},
    "amend": {"data": {"what": "Write it with her"}},
    "reschedule": {"to": date(2026, 3, 31)},
    "extend": {"to": date(2026, 3, 31)},
    "cancel": {"by": "ada"},
    "correct": {"entry": 1, "data": {"what": "Write it with her"}},
    "attach": {"evidence": "document:EDRM-4711"},
}


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_dry_run_says_what_would_happen_and_changes_nothing(three: Council, verb: str) -> None:
    before = stored(three)
    rehearsed = repair(three, verb, dry_run=True, **VERBS[verb])
    assert stored(three) == before
    assert repair(three, verb, **VERBS[verb]) == rehearsed
    assert rehearsed.ok
    assert stored(three) != before


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_repair_is_one_entry_with_who_and_why_and_the_chain_holds(
    three: Council, verb: str
) -> None:
    before, version = three.history(REC), three.show(REC)["version"]
    repair(three, verb, reason=" It was wrong. ", **VERBS[verb])
    *kept, told = three.history(REC)
    assert [one["hash"] for one in kept] == [one["hash"] for one in before]
    assert (told["actor"], told["reason"]) == (VERBS[verb].get("by", "sandy"), "It was wrong.")
    assert three.show(REC)["version"] == version + 1
    assert is_whole(three)


@pytest.mark.parametrize("verb", sorted({*VERBS, "retry", "rederive", "reopen"}))
def test_a_repair_without_a_reason_is_none(three: Council, verb: str) -> None:
    before = stored(three)
    with pytest.raises(WrongInput, match="The reason is empty"):
        repair(three, verb, reason="  ", **VERBS.get(verb, {}))
    assert stored(three) == before


def test_who_may_not_leaves_no_trace(three: Council) -> None:
    before = stored(three)
    with pytest.raises(NotPermitted, match="sm_sqa or ad_people"):
        repair(three, "cancel", by="pat")
    with pytest.raises(UnknownPerson):
        repair(three, "cancel", by="nobody")
    with pytest.raises(InstanceNotFound):
        repair(three, "cancel", "recommendation:R-0009", by="ada")
    assert stored(three) == before


def test_bad_input_leaves_no_trace(three: Council) -> None:
    before = stored(three)
    wrong: tuple[tuple[str, dict[str, Any]], ...] = (
        ("set-state", {"state": "elsewhere", "trigger": "accept"}),
        ("amend", {"data": {}}),
        ("amend", {"data": {"colour": "red"}}),
        ("amend", {"data": {"priority": "purple"}}),
        ("amend", {"data": {"due_on": "9999-12-31"}}),
        ("correct", {"entry": 9}),
        ("attach", {"evidence": "a phone call"}),
        ("extend", {}),
    )
    for verb, more in wrong:
        with pytest.raises(WrongInput):
            repair(three, verb, **more)
    with pytest.raises(InstanceNotFound):
        repair(three, "attach", evidence="voice:V-0009")
    with pytest.raises(InstanceNotFound):
        repair(three, "attach", evidence="case_audit:none")
    with pytest.raises(BadData, match="neither stands there nor is asked for"):
        repair(three, "amend", data={"colour": "red"})
    assert stored(three) == before


# ------------------------------------------------------------------ each of them
def test_more_time_is_seen_everywhere(three: Council) -> None:
    done = repair(three, "extend", to=date(2026, 3, 31))
    assert ("due", None, date(2026, 3, 31)) in {
        (one.deadline, one.level, one.to_on) for one in done.moves
    }
    assert three.show(REC)["due_on"] == "2026-03-31"
    assert "for AD People" in refusal(three, "extend", to=date(2026, 4, 30))


def test_what_is_cancelled_is_an_end_wherever_it_is_asked_for(three: Council) -> None:
    repair(three, "cancel", by="ada")
    shown = three.show(REC)
    assert (shown["state"], shown["final"], shown["status"]) == (
        "cancelled",
        True,
        "Ended: cancelled.",
    )
    assert (shown["can"], shown["cannot"], shown["level"]) == ([], [], None)
    assert REC not in {one["reference"] for one in three.listed()}
    assert [one["reference"] for one in three.listed(state="cancelled", include_final=True)] == [
        REC
    ]
    three.at("2026-03-02 09:00").passes()
    assert REC not in classes(three)
    assert three.levels(REC, "assign_by") == []
    assert "is not offered" in _refused(three, "assign")
    assert repair(three, "reopen", by="ada", to=date(2026, 3, 31)).ok
    assert three.state(REC) == "raised"


def _refused(council: Council, trigger: str) -> str:
    with pytest.raises(TransitionRefused) as refused:
        council.fire(REC, trigger, by="sandy")
    return str(refused.value)


def test_a_way_out_of_its_own_is_named_to_whom_it_is_for(three: Council) -> None:
    why = refusal(three, "cancel")
    assert (
        "qa-workflow fire recommendation:R-0001 supersede --as sandy --reason WHY --data successor=SUCCESSOR"
        in why
    )


def test_a_round_hears_that_its_last_audit_was_cancelled(council: Council) -> None:
    sample = council.open_autumn_round()
    council.at("2025-10-09 09:00")
    for case in sample:
        assert council.state(AUTUMN) != "reporting"
        repair(council, "cancel", f"case_audit:2025-26-A:{case}", by="ada")
    assert council.state(AUTUMN) == "reporting"


def test_an_entry_and_what_corrects_it_stand_side_by_side_and_marked(three: Council) -> None:
    repair(three, "correct", entry=1, reason="It was raised on Tuesday.")
    first, told = three.history(REC)
    assert (first["corrected_by"], told["corrects"], told["corrected_by"]) == ([2], 1, [])
    assert first["corrects"] is None


def test_who_made_an_entry_may_correct_it_and_nobody_else(three: Council) -> None:
    three.fire(REC, "assign", by="sandy", **PLAN)
    three.fire(REC, "accept", by="pat")
    assert repair(three, "correct", by="pat", entry=3).ok
    with pytest.raises(NotPermitted, match="whoever made it"):
        repair(three, "correct", by="aud1", entry=3)


def test_evidence_is_linked_once_and_leads_to_what_it_evidences(three: Council) -> None:
    repair(three, "attach", by="pat", evidence="recommendation:R-0002")
    (link,) = [one for one in three.show(REC)["links"] if one["kind"] == "evidences"]
    assert (link["from"], link["to"], link["by"]) == ("recommendation:R-0002", REC, "pat")
    assert three.history(REC)[-1]["action"] == "attach_evidence"
    assert "is attached" in refusal(three, "attach", evidence="R-0002")
    assert "no evidence of itself" in refusal(three, "attach", evidence="R-0001")


# ------------------------------------------------------------------ try again
@pytest.fixture
def failing(three: Council) -> Council:
    """Give three recommendations that are late, the first of which fails in the daemon's pass."""
    kept = sql(three, "SELECT data FROM process_instance WHERE reference = ?", REC)[0][0]
    sql(three, "CREATE TABLE kept AS SELECT ? AS data", kept)
    _set_data(three, '{"target_by": "some day"}')
    sql(three, "UPDATE timer SET due_at = 0 WHERE deadline = 'due' AND instance_id = 1")
    three.at("2025-10-06 09:00").passes()
    assert classes(three)[REC] == "S5"
    return three


def _set_data(council: Council, data: str) -> None:
    sql(council, "UPDATE process_instance SET data = ? WHERE reference = ?", data, REC)


def test_what_fails_again_is_counted_and_said(failing: Council) -> None:
    done = repair(failing, "retry")
    assert not done.ok
    assert "It failed again" in done.why
    (incident,) = open_incidents(failing.ctx)
    assert incident["count"] == 2
    assert [one["action"] for one in failing.history(REC)] == ["start", "repair_retry"]


def test_a_dry_run_of_what_fails_counts_nothing(failing: Council) -> None:
    before = stored(failing)
    assert not repair(failing, "retry", dry_run=True).ok
    assert stored(failing) == before


def test_what_was_mended_runs_at_once_and_its_incident_is_resolved(failing: Council) -> None:
    _set_data(failing, sql(failing, "SELECT data FROM kept")[0][0])
    done = repair(failing, "retry", by="quinn", reason="The date was mended.")
    assert done.ok
    assert "L0 of assign_by was told" in done.why
    assert "1 incident resolved" in done.why
    assert open_incidents(failing.ctx) == []
    assert classes(failing).get(REC) != "S5"
    assert is_whole(failing)


def test_what_the_daemon_has_left_lying_is_fired_at_once(three: Council) -> None:
    three.at("2025-10-06 09:00")
    assert classes(three)[REC] == "S1"
    assert repair(three, "retry").ok
    assert three.show(REC)["level"] == "L0"
    assert classes(three).get(REC) != "S1"


def test_where_nothing_failed_there_is_nothing_to_try_again(three: Council) -> None:
    three.passes()
    assert "nothing to try again" in refusal(three, "retry")


def test_a_state_that_is_gone_is_set_by_hand_and_no_longer_drifts(three: Council) -> None:
    sql(three, "UPDATE process_instance SET state = 'elsewhere' WHERE reference = ?", REC)
    assert classes(three)[REC] == "S8"
    repair(three, "set-state", state="in_progress", trigger="accept")
    assert REC not in classes(three)


# ------------------------------------------------------------------ many
def chosen(council: Council, **wanted: Any) -> list[str]:  # noqa: ANN401 - any filter
    class_, ended = wanted.pop("class_", None), wanted.pop("ended", False)
    return repairs.chosen(
        council.ctx, Wanted(**wanted), class_=class_, ended=ended, now=council.now
    )


def test_many_are_chosen_as_a_list_finds_them(three: Council) -> None:
    assert chosen(three, process="recommendation") == [
        f"recommendation:R-000{n}" for n in (1, 2, 3)
    ]
    assert chosen(three, process="recommendation", limit=2) == [
        "recommendation:R-0001", "recommendation:R-0002",
    ]  # fmt: skip
    repair(three, "cancel", by="ada")
    assert len(chosen(three, process="recommendation")) == 2
    assert chosen(three, process="recommendation", ended=True) == [REC]


def test_many_are_chosen_by_how_they_are_stuck(failing: Council) -> None:
    assert chosen(failing, class_="S5") == [REC]


def test_one_that_is_refused_stops_none_of_the_others(three: Council) -> None:
    repair(three, "extend", "R-0002", to=date(2026, 2, 27))
    found = repairs.repair_many(
        three.ctx, chosen(three, process="recommendation"), asked("extend", to=date(2026, 3, 31)),
        now=three.now,
    )  # fmt: skip
    assert [(one.reference[-1], one.ok) for one in found] == [
        ("1", True),
        ("2", False),
        ("3", True),
    ]
    assert "for AD People" in found[1].why
    assert [three.show(f"R-000{n}")["due_on"] for n in (1, 2, 3)] == [
        "2026-03-31", "2026-02-27", "2026-03-31",
    ]  # fmt: skip


def test_a_dry_run_of_many_changes_none(three: Council) -> None:
    before = stored(three)
    found = repairs.repair_many(
        three.ctx, chosen(three), asked("cancel", by="ada"), now=three.now, dry_run=True
    )
    assert len(found) >= 3
    assert stored(three) == before


def test_nobody_repairs_many_without_a_reason_or_a_name(three: Council) -> None:
    for wrong in (asked("cancel", by="nobody"), asked("cancel", reason=" ")):
        with pytest.raises(WrongInput):
            repairs.repair_many(three.ctx, [REC], wrong, now=three.now)

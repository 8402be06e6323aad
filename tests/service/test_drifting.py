"""Instances whose rules this program no longer has: nobody moves them by others, and nothing due is lost."""

from dataclasses import replace
from typing import Any

import pytest
from council import AUTUMN, Council
from follow_up import R1, raise_by_hand
from versions import applied, changed, deploys, dumped, with_state_renamed

from qa_workflow.engine.definition import Deadline, Transition, Within
from qa_workflow.errors import DefinitionMoved
from qa_workflow.service import enquiries, holidays, overlays
from qa_workflow.service.changes import Pull
from qa_workflow.service.drifting import find_drifts
from qa_workflow.service.incidents import open_incidents
from qa_workflow.store import histories, instances, reports

ASSIGNED: dict[str, Any] = {"category": "case_action", "owner": "pat"}


@pytest.fixture
def drifted(council: Council) -> Council:
    """Give the council with one recommendation, raised on 1 October 2025, and a program with version 2 of the process."""
    raise_by_hand(council.at("2025-10-01 09:00"))
    deploys(council, changed(council, "recommendation"))
    return council


def incidents_of(council: Council) -> list[str]:
    return [one["error"] for one in open_incidents(council.ctx)]


# ------------------------------------------------------------------ people
def test_nobody_moves_it_by_rules_it_was_not_started_under(drifted: Council) -> None:
    before = dumped(drifted)
    with pytest.raises(DefinitionMoved) as told:
        drifted.fire(R1, "assign", by="sandy", **ASSIGNED)
    with pytest.raises(DefinitionMoved):
        overlays.reassign(
            drifted.ctx, R1, to="sam", actor="sandy", reason="Leave.", now=drifted.now
        )
    with pytest.raises(DefinitionMoved):
        enquiries.rehearsal(
            drifted.ctx,
            Pull(reference=R1, trigger="assign", actor="sandy", data=ASSIGNED),
            now=drifted.now,
        )
    assert dumped(drifted) == before
    error = told.value
    assert str(error).startswith(f"{R1} runs by version 1 (")
    assert "and this program has version 2 (" in str(error)
    assert "Nothing was changed." in str(error)
    assert error.command == "qa-workflow process migrate recommendation --from 1 --to 2"
    assert error.command in str(error)


def test_a_state_that_is_gone_is_named(council: Council) -> None:
    raise_by_hand(council)
    renamed = with_state_renamed(
        changed(council, "recommendation", version=1), "raised", "received"
    )
    deploys(council, renamed)
    with pytest.raises(DefinitionMoved, match="stands in raised, and this program has version 1"):
        council.fire(R1, "assign", by="sandy", **ASSIGNED)


def test_it_is_shown_with_nothing_to_do_and_why(drifted: Council) -> None:
    shown = drifted.show(R1)
    assert shown["can"] == []
    (why,) = {reason["why"] for one in shown["cannot"] for reason in one["reasons"]}
    assert "process migrate recommendation --from 1 --to 2" in why
    assert "assign" in {one["trigger"] for one in shown["cannot"]}
    assert shown["status"] == "Runs by version 1 of its process; this program has version 2."


def test_notes_and_blocks_are_still_written(drifted: Council) -> None:
    overlays.add_note(
        drifted.ctx, R1, actor="sandy", text="Waits for the new version.", now=drifted.now
    )
    overlays.block(
        drifted.ctx, R1, actor="sandy", reason="other", note="Waits for it.", now=drifted.now
    )
    assert [one["reason"] for one in drifted.show(R1)["blocked"]] == ["other"]


def test_another_content_of_the_same_version_goes_on_working(council: Council) -> None:
    raise_by_hand(council)
    longer = tuple(
        replace(one, due=Within(9)) for one in council.ctx.processes["recommendation"].deadlines
    )
    deploys(council, changed(council, "recommendation", version=1, deadlines=longer))
    assert council.fire(R1, "assign", by="sandy", **ASSIGNED).state == "assigned"
    (one,) = find_drifts(council.ctx)
    assert (one.process, one.version, one.count) == ("recommendation", 1, 1)
    assert one.command == "qa-workflow process migrate recommendation --from 1 --to 1"


# ------------------------------------------------------------------ what falls due
def test_people_still_hear_of_what_is_late(drifted: Council) -> None:
    drifted.at("2025-10-20 08:00").passes()
    assert drifted.levels(R1, "assign_by") == [
        ("R2", "2025-10-01"), ("L0", "2025-10-06"), ("L1", "2025-10-10"), ("L2", "2025-10-17"),
    ]  # fmt: skip
    assert incidents_of(drifted) == []


def closing(council: Council, *, version: int = 1) -> None:
    """Let the first state of a recommendation end by itself after three working days."""
    name = "recommendation"
    plain = council.ctx.processes[name]
    lapse = Transition("lapse", "raised", "withdrawn", role="system", exceptional=True)
    lapses = Deadline(name="lapses", state="raised", due=Within(3), on_expiry="lapse")
    if "lapse" in plain.triggers:
        deploys(council, replace(plain, version=version))
        return
    moves, deadlines = (*plain.transitions, lapse), (*plain.deadlines, lapses)
    deploys(council, replace(plain, version=version, transitions=moves, deadlines=deadlines))


def test_what_would_move_it_is_set_aside_while_its_ladder_goes_on(council: Council) -> None:
    closing(council)
    raise_by_hand(council.at("2025-10-01 09:00"))
    closing(council, version=2)
    council.at("2025-10-14 08:00").passes()
    assert council.state(R1) == "raised"
    assert [level for level, _ in council.levels(R1, "assign_by")] == ["R2", "L0", "L1"]
    (error,) = incidents_of(council)
    assert "runs by version 1" in error
    council.at("2025-10-20 08:00").passes()
    assert council.levels(R1, "assign_by")[-1] == ("L2", "2025-10-17")
    assert len(incidents_of(council)) == 1
    applied(council, "recommendation")
    council.at("2025-10-21 08:00").passes()
    assert council.state(R1) == "withdrawn"
    with council.ctx.database.reading() as connection:
        assert histories.verify_chain(connection)[1] is None


def test_a_rung_that_the_new_version_lacks_is_set_aside_and_not_lost(council: Council) -> None:
    raise_by_hand(council.at("2025-10-01 09:00"))
    plain = council.ctx.processes["recommendation"]
    bare = tuple(one for one in plain.deadlines if one.name != "assign_by")
    deploys(council, changed(council, "recommendation", deadlines=bare))
    council.at("2025-10-14 08:00").passes()
    assert "runs by version 1" in incidents_of(council)[0]
    with council.ctx.database.reading() as connection:
        number = reports.find_by_reference(connection, [R1])[R1]
        assert [one.level for one in instances.load(connection, number).timers]


def test_a_move_that_waits_is_not_tried_by_other_rules(drifted: Council) -> None:
    with drifted.ctx.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE process_instance SET pending = 'resume'")
    drifted.later(minutes=1).passes()
    assert "runs by version 1" in incidents_of(drifted)[0]


def test_a_holiday_is_not_counted_by_other_rules(drifted: Council) -> None:
    day = drifted.now.date().replace(month=10, day=13)
    found = holidays.add_holiday(
        drifted.ctx, day, "A day of thanks", now=drifted.now, actor="cli:test"
    )
    assert R1 in found.set_aside


# ------------------------------------------------------------------ what others tell it
def allocates(council: Council) -> None:
    """Allocate an audit: the first of a round begins the round."""
    (first, *_) = (one["reference"] for one in council.listed(process="case_audit"))
    council.fire(first, "allocate", by="quinn", auditor="aud1")


def test_what_another_tells_it_counts_where_both_versions_say_the_same(council: Council) -> None:
    council.open_autumn_round()
    deploys(council, changed(council, "case_audit_round"))
    allocates(council)
    assert council.state(AUTUMN) == "in_progress"


def test_what_another_tells_it_is_never_lost(council: Council) -> None:
    council.open_autumn_round()
    plain = council.ctx.processes["case_audit_round"]
    moves = tuple(
        replace(one, role=("system", "sm_sqa")) if one.dest == "in_progress" else one
        for one in plain.transitions
    )
    deploys(council, changed(council, "case_audit_round", transitions=moves))
    before = dumped(council)
    with pytest.raises(DefinitionMoved, match="process migrate case_audit_round --from 1 --to 2"):
        allocates(council)
    assert dumped(council) == before
    applied(council, "case_audit_round")
    allocates(council)
    assert council.state(AUTUMN) == "in_progress"


# ------------------------------------------------------------------ how many there are
def test_what_runs_elsewhere_is_counted_and_the_command_is_said(drifted: Council) -> None:
    raise_by_hand(drifted)
    raise_by_hand(drifted, "C03")
    (one,) = find_drifts(drifted.ctx)
    assert (one.count, one.version, one.has and one.has[0]) == (1, 1, 2)
    assert one.sentence.startswith("1 open instance runs by version 1 (")
    assert one.sentence.endswith(
        "qa-workflow process migrate recommendation --from 1 --to 2 --dry-run"
    )
    (told,) = enquiries.status(drifted.ctx, now=drifted.now)["drifted"]
    assert (told["process"], told["version"], told["hash"], told["count"]) == (
        "recommendation", 1, one.sha256, 1,
    )  # fmt: skip
    applied(drifted, "recommendation")
    assert find_drifts(drifted.ctx) == []


def test_a_process_that_this_program_lacks_is_counted_without_a_command(council: Council) -> None:
    raise_by_hand(council)
    known = {name: one for name, one in council.ctx.processes.items() if name != "recommendation"}
    council.ctx = replace(council.ctx, processes=known, _pins={})
    (one,) = find_drifts(council.ctx)
    assert (one.has, one.command) == (None, None)
    assert one.sentence.endswith("and this program has no such process.")

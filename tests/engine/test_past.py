"""An instance as it stood at an instant that has passed, by what its history had told by then."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from factories import (
    CALENDAR,
    REMARK,
    SUBMIT,
    Run,
    a_definition,
    a_guard,
    a_run,
    effects,
    london,
    with_moves,
)
from operators import refusal

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.overlay import block, unblock
from qa_workflow.engine.past import as_it_stood, watched_then
from qa_workflow.engine.repairs import refuse

TINY = a_definition()


def stood(run: Run, at: str) -> ProcessInstance:
    found = as_it_stood(run.history, london(at), of=run.instance)
    assert found is not None
    return found


def test_before_its_start_there_is_nothing() -> None:
    run = a_run()
    begun = run.history[0].recorded_at
    assert as_it_stood(run.history, begun - timedelta(microseconds=1), of=run.instance) is None
    assert as_it_stood(run.history, begun, of=run.instance) is not None


def test_what_happened_later_is_not_known_yet() -> None:
    run = a_run(
        with_moves(replace(SUBMIT, effect=effects(data={"plan": "new"}))), data={"plan": "old"}
    )
    run.fire("submit", by="aud", at="2025-11-05 10:00")
    then, now = stood(run, "2025-11-05 09:59"), stood(run, "2025-11-05 10:00")
    assert (then.state, then.data, then.version) == ("draft", {"plan": "old"}, 1)
    assert (now.state, now.data, now.version) == ("review", {"plan": "new"}, 2)


def test_a_level_counts_from_when_it_was_written_not_from_its_nominal_day() -> None:
    run = a_run()
    run.passes("2025-11-20 09:00")
    assert run.history[1].at < london("2025-11-19")
    assert stood(run, "2025-11-19").level is None
    assert stood(run, "2025-11-20 09:00").level == run.instance.level == "L1"


def test_blocks_are_back_with_their_dates_and_gone_when_they_were_gone() -> None:
    run = a_run().at("2025-11-04 09:00")
    actor = run.roster.people["aud"]
    on = block(
        run.instance, reason="funding", note="Wait.", actor=actor, now=run.now, calendar=CALENDAR
    )
    run.took(on)
    put = run.instance.blocks
    run.at("2025-11-06 09:00").took(
        unblock(run.instance, note="Go on.", actor=actor, now=london("2025-11-06 09:00"))
    )
    assert stood(run, "2025-11-05").blocks == put
    assert stood(run, "2025-11-07").blocks == ()


def test_a_refusal_and_a_note_leave_the_version_where_it_was() -> None:
    run = a_run(with_moves(replace(SUBMIT, guards=(a_guard(),), if_refused={"never": "other"})))
    run.is_refused("submit", by="aud")
    found = stood(run, "2025-11-04")
    assert [one.action for one in run.history] == ["start", "refused", "escalated"]
    assert (found.version, found.seq, found.refusals) == (1, 3, {"submit/never": 1})
    assert found.version == run.instance.version


def test_a_trigger_called_note_is_a_change_and_a_refused_repair_is_none() -> None:
    run = a_run(with_moves(replace(REMARK, trigger="note")))
    run.fire("note", by="aud", at="2025-11-04 09:00")
    refusal(run, "retry", partial(refuse, guard="never", why="Never."))
    assert (stood(run, "2025-11-05").version, run.instance.version) == (2, 2)


def test_no_timer_is_rebuilt_but_from_when_it_was_late_is_counted() -> None:
    run = a_run()
    run.fire("submit", by="aud", at="2025-11-05 10:00")
    then = stood(run, "2025-11-04")
    assert (then.timers, then.stuck_at) == ((), None)
    assert watched_then(TINY, then, CALENDAR).stuck_at == london("2025-11-11")


def test_what_had_ended_was_late_for_nothing() -> None:
    run = a_run()
    run.fire("cancel", by="sandy", at="2025-11-05 10:00")
    assert watched_then(TINY, stood(run, "2025-11-06"), CALENDAR).stuck_at is None


def test_a_state_that_the_definition_does_not_have_says_nothing_of_lateness() -> None:
    run = a_run()
    drifted = replace(stood(run, "2025-11-04"), state="elsewhere")
    assert watched_then(TINY, drifted, CALENDAR) == drifted

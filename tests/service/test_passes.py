"""A pass: everything due, each thing once, also after downtime and with two passes at once."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from council import AUTUMN, Council, london
from fakes import RecordingChannel
from hands import REC, raised, recording

from qa_workflow import wiring
from qa_workflow.engine.definition import Effects, Step
from qa_workflow.errors import DatabaseUnhealthy
from qa_workflow.service import enquiries, incidents, passes, sweeps
from qa_workflow.service.sweeps import Sweep
from qa_workflow.settings import Settings


# ------------------------------------------------------------------ after downtime
@pytest.fixture
def slept(council: Council) -> tuple[Council, RecordingChannel]:
    """Give a council whose daemon slept from 1 October to 10 November 2025, over a whole ladder, and woke."""
    channel = recording(council)
    council.at("2025-10-01 09:00")
    raised(council)
    council.at("2025-11-10 09:00").passes()
    return council, channel


def test_every_level_slept_through_is_its_own_entry_with_its_own_day(
    slept: tuple[Council, RecordingChannel],
) -> None:
    assert slept[0].levels(REC, "assign_by") == [
        ("R2", "2025-10-01"), ("L0", "2025-10-06"), ("L1", "2025-10-10"), ("L2", "2025-10-17"), ("L3", "2025-10-31"),
    ]  # fmt: skip


def test_an_entry_made_late_says_when_it_took_effect_and_when_it_was_written(
    slept: tuple[Council, RecordingChannel],
) -> None:
    entries = [entry for entry in slept[0].history(REC) if entry["level"] == "L2"]
    assert [(one["at"], one["recorded_at"]) for one in entries] == [
        ("2025-10-16T23:00:00Z", "2025-11-10T09:00:00Z")
    ]


def test_each_person_gets_one_message_about_all_that_was_slept_through(
    slept: tuple[Council, RecordingChannel],
) -> None:
    assert Counter(one.to for one in slept[1].sent if REC in one.body) == {
        "sandy": 1,
        "ada": 1,
        "dana": 1,
    }


def test_the_one_message_names_every_level_in_order(
    slept: tuple[Council, RecordingChannel],
) -> None:
    (message,) = (one for one in slept[1].to("sandy") if REC in one.body)
    assert [line.split(":")[0] for line in message.body.splitlines() if line[1:2].isdigit()] == [
        "R2",
        "L0",
        "L1",
    ]


def test_a_second_pass_finds_nothing_left_to_catch_up(
    slept: tuple[Council, RecordingChannel],
) -> None:
    council, _ = slept
    assert council.passes().sweep == Sweep()


def test_the_automatic_block_counts_from_the_day_it_should_have_come(
    slept: tuple[Council, RecordingChannel],
) -> None:
    (block,) = slept[0].show(REC)["blocked"]
    assert (block["reason"], block["since"]) == ("overdue_l2", "2025-10-16T23:00:00Z")


def test_a_pass_a_day_tells_the_same_levels_as_one_pass_after_all(council: Council) -> None:
    council.at("2025-10-01 09:00")
    raised(council)
    for _ in range(40):
        council.later(days=1).passes()
    awake = council.levels(REC, "assign_by")
    assert awake[-1] == ("L3", "2025-10-31")
    assert [level for level, _ in awake] == ["R2", "L0", "L1", "L2", "L3"]


def test_a_pass_counts_what_it_did(council: Council) -> None:
    council.at("2025-10-01 09:00")
    raised(council)
    council.at("2025-10-20 09:00")
    done = council.passes().sweep
    assert (done.planned, done.fired, done.escalated, done.messages, done.delivered) == (
        1,
        5,
        3,
        2,
        2,
    )


# ------------------------------------------------------------------ two at once
@pytest.fixture
def twin(three: Council) -> Iterator[Council]:
    """Give a second council object, with connections of its own, on the same file as `three`."""
    url = f"sqlite:///{three.ctx.database.path}"
    made = Council(
        wiring.build(Settings(database_url=url, daemon_name="second")), three.folder, three.now
    )
    yield made
    made.ctx.database.close()


def _at_once(*councils: Council) -> None:
    barrier = threading.Barrier(len(councils))
    failed: list[BaseException] = []

    def run(one: Council) -> None:
        barrier.wait()
        try:
            one.passes()
        except BaseException as exc:  # noqa: BLE001 - a thread's failure must reach the test
            failed.append(exc)

    threads = [threading.Thread(target=run, args=(one,)) for one in councils]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_two_passes_at_once_fire_nothing_twice(three: Council, twin: Council) -> None:
    for day in ("2025-10-06", "2025-10-10", "2025-10-17", "2025-10-31"):
        _at_once(three.at(f"{day} 09:00"), twin.at(f"{day} 09:00"))
    told = [three.levels(f"R-000{number}", "assign_by") for number in (1, 2, 3)]
    assert [[level for level, _ in one] for one in told] == [["R2", "L0", "L1", "L2", "L3"]] * 3


def test_two_passes_at_once_send_nothing_twice(three: Council, twin: Council) -> None:
    sent = [
        *_twice_recorded(three, twin, "2025-10-06 09:00"),
        *_twice_recorded(three, twin, "2025-10-20 09:00"),
    ]
    assert [key for key, number in Counter(sent).items() if number > 1] == []


def _twice_recorded(one: Council, other: Council, at: str) -> list[tuple[str, str]]:
    channels = [recording(one), recording(other)]
    _at_once(one.at(at), other.at(at))
    return [(message.key, message.to) for channel in channels for message in channel.sent]


def test_two_passes_at_once_plan_nothing_twice(three: Council, twin: Council) -> None:
    _at_once(three, twin)
    assert [one["reference"] for one in three.listed(process="case_audit_round")] == [AUTUMN]


def test_two_passes_at_once_leave_no_incident(three: Council, twin: Council) -> None:
    _at_once(three.at("2025-10-20 09:00"), twin.at("2025-10-20 09:00"))
    assert incidents.open_incidents(three.ctx) == []


# ------------------------------------------------------------------ what fails in a pass
@pytest.fixture
def unplannable(three: Council) -> Council:
    """Give the three, in a program whose audit rounds cannot be started."""

    def burst(_step: Step) -> Effects:
        raise ZeroDivisionError

    rounds = replace(three.ctx.processes["case_audit_round"], on_start=burst)
    three.ctx = replace(three.ctx, processes={**three.ctx.processes, rounds.name: rounds})
    return three


def test_what_cannot_be_planned_does_not_keep_deadlines_from_firing(unplannable: Council) -> None:
    with pytest.raises(ZeroDivisionError):
        unplannable.at("2025-10-06 09:00").passes()
    assert unplannable.show(REC)["level"] == "L0"


def test_a_pass_in_which_a_step_failed_is_no_good_pass(unplannable: Council) -> None:
    with pytest.raises(ZeroDivisionError):
        unplannable.at("2025-10-06 09:00").passes()
    assert enquiries.health(unplannable.ctx, now=unplannable.now) == (False, None)


def test_an_ill_database_ends_the_pass(three: Council) -> None:
    impatient = wiring.build(
        Settings(database_url=f"sqlite:///{three.ctx.database.path}", busy_seconds=0)
    )
    with three.ctx.database.transaction(), pytest.raises(DatabaseUnhealthy, match="locked"):
        passes.one_pass(impatient, london("2025-10-06 09:00"))
    impatient.database.close()


def test_an_ill_database_is_no_incident_of_an_instance(three: Council) -> None:
    impatient = wiring.build(
        Settings(database_url=f"sqlite:///{three.ctx.database.path}", busy_seconds=0)
    )
    with three.ctx.database.transaction(), pytest.raises(DatabaseUnhealthy, match="locked"):
        sweeps.run_due_timers(impatient, now=london("2025-10-06 09:00"), sweep=Sweep())
    impatient.database.close()
    assert incidents.open_incidents(three.ctx) == []


def test_a_stop_asked_for_ends_the_pass_after_a_batch(three: Council) -> None:
    three.ctx = replace(three.ctx, batch_size=1)
    answers = iter([False, True])
    passes.one_pass(three.ctx, london("2025-10-06 09:00"), stopping=lambda: next(answers))
    assert [three.show(f"R-000{number}")["level"] for number in (1, 2, 3)] == ["L0", None, None]

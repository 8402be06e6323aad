"""One broken instance: set aside, counted, tried again later and later, and put right by a person."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
import structlog
from council import Council, london
from hands import NO_DAY, NO_JSON, NO_PROCESS, sql

from qa_workflow.engine.definition import Effects, Step
from qa_workflow.errors import DatabaseUnhealthy, InstanceNotFound, NotPermitted, WrongInput
from qa_workflow.service import enquiries, incidents, sweeps, views
from qa_workflow.service.stuck import Filter, stuck
from qa_workflow.service.sweeps import Sweep


# ------------------------------------------------------------------ one broken instance
@pytest.fixture(params=[NO_JSON, NO_PROCESS, NO_DAY], ids=["data", "process", "day"])
def broken(three: Council, request: pytest.FixtureRequest) -> Council:
    """Give the same, with the second one broken in the database, on the morning when all three are late."""
    sql(three, request.param, "recommendation:R-0002")
    return three.at("2025-10-06 09:00")


def test_the_others_go_on_where_one_is_broken(broken: Council) -> None:
    broken.passes()
    assert [broken.show(f"R-000{number}")["level"] for number in (1, 3)] == ["L0", "L0"]


def test_what_is_broken_becomes_an_incident(broken: Council) -> None:
    broken.passes()
    assert [one["reference"] for one in incidents.open_incidents(broken.ctx)] == [
        "recommendation:R-0002"
    ]


def test_a_pass_with_a_broken_instance_says_so(broken: Council) -> None:
    assert broken.passes().sweep.incidents == 1


def test_a_pass_with_a_broken_instance_is_a_good_pass(broken: Council) -> None:
    broken.passes()
    assert enquiries.health(broken.ctx, now=broken.now)[0]


def test_what_is_broken_is_left_as_it_was(broken: Council) -> None:
    before = sql(broken, "SELECT * FROM process_instance WHERE reference = 'recommendation:R-0002'")
    broken.passes()
    assert (
        sql(broken, "SELECT * FROM process_instance WHERE reference = 'recommendation:R-0002'")
        == before
    )


def test_what_is_broken_is_not_tried_again_at_once(broken: Council) -> None:
    broken.passes()
    assert broken.later(seconds=30).passes().sweep.incidents == 0


def test_the_alarm_is_set_for_the_next_try(broken: Council) -> None:
    assert broken.passes().next_due_at == broken.now + timedelta(minutes=1)


def test_a_thousand_failing_passes_make_one_incident_and_no_storm_in_the_log(
    three: Council,
) -> None:
    sql(three, NO_JSON, "recommendation:R-0002")
    three.at("2025-10-06 09:00")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with structlog.testing.capture_logs() as told:
        for _ in range(1000):
            sweeps.run_due_timers(three.later(hours=1).ctx, now=three.now, sweep=Sweep())
    (incident,) = incidents.open_incidents(three.ctx)
    assert (incident["count"], incident["instances"]) == (1000, 1)
    assert incident["first_at"] == "2025-10-06T09:00:00Z"
    assert incident["last_at"] == views.instant(three.now)
    assert sql(three, "SELECT count(*) FROM incident") == [(1,)]
    counts = [one["count"] for one in told if one["event"] == "incident"]
    assert counts == [2**power for power in range(10)]


def test_a_broken_instance_is_tried_again_later_and_later_up_to_an_hour(three: Council) -> None:
    sql(three, NO_JSON, "recommendation:R-0002")
    three.at("2025-10-06 09:00")
    tried = [
        minute
        for minute in range(300)
        if sweeps_at(three, three.now + timedelta(minutes=minute)).incidents
    ]
    waits = [later - earlier for earlier, later in pairwise(tried)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def sweeps_at(council: Council, now: datetime) -> Sweep:
    """Fire what is due at *now*; return what was done."""
    sweep = Sweep()
    sweeps.run_due_timers(council.ctx, now=now, sweep=sweep)
    return sweep


# ------------------------------------------------------------------ put right
@pytest.fixture
def incident(three: Council) -> Council:
    """Give the council with an incident on the second of three, which has been put right since."""
    sql(
        three,
        "UPDATE process_instance SET entered_on = 'some day' WHERE reference = 'recommendation:R-0002'",
    )
    three.at("2025-10-06 09:00").passes()
    sql(
        three,
        "UPDATE process_instance SET entered_on = '2025-10-01' WHERE reference = 'recommendation:R-0002'",
    )
    return three


def _resolve(council: Council, number: int = 1, reason: str = "The row was put right.") -> None:
    incidents.resolve_incident(council.ctx, number, actor="quinn", reason=reason, now=council.now)


def test_an_instance_whose_incident_was_resolved_goes_on_at_the_next_pass(
    incident: Council,
) -> None:
    _resolve(incident)
    incident.passes()
    assert incident.show("R-0002")["level"] == "L0"


def test_who_resolved_an_incident_and_why_stands_in_the_history(incident: Council) -> None:
    _resolve(incident)
    entry = incident.history("R-0002")[-1]
    assert (entry["action"], entry["actor"], entry["reason"], entry["data"]) == (
        "resolve_incident", "quinn", "The row was put right.", {"incident": 1},
    )  # fmt: skip


def test_a_resolved_incident_is_no_longer_open(incident: Council) -> None:
    _resolve(incident)
    assert incidents.open_incidents(incident.ctx) == []


def test_an_incident_that_does_not_exist_cannot_be_resolved(incident: Council) -> None:
    with pytest.raises(InstanceNotFound, match="There is no open incident '7'"):
        _resolve(incident, 7)


def test_resolving_an_incident_needs_a_reason(incident: Council) -> None:
    with pytest.raises(WrongInput, match="say what was put right"):
        _resolve(incident, reason=" ")


# ------------------------------------------------------------------ what is the same failure
SECOND, THIRD = "recommendation:R-0002", "recommendation:R-0003"
NO_SUCH_DAY = "UPDATE process_instance SET entered_on = ? WHERE reference = ?"


@pytest.fixture
def two_broken(three: Council) -> Council:
    """Give the three of which two cannot be read for the same cause, after a pass over them."""
    sql(three, NO_SUCH_DAY, "some day 17", SECOND)
    sql(three, NO_SUCH_DAY, "some day 18", THIRD)
    three.at("2025-10-06 09:00").passes()
    return three


def mended(council: Council) -> Council:
    for one in (SECOND, THIRD):
        sql(council, NO_SUCH_DAY, "2025-10-01", one)
    return council


def test_the_same_failure_of_two_instances_is_shown_as_one(two_broken: Council) -> None:
    (item,) = incidents.open_incidents(two_broken.ctx)
    assert (item["id"], item["reference"], item["instances"], item["count"]) == (1, SECOND, 2, 2)
    assert enquiries.status(two_broken.ctx, now=two_broken.now)["open_incidents"] == 1


def test_an_incident_shows_each_of_its_instances(two_broken: Council) -> None:
    shown = incidents.show_incident(two_broken.ctx, 2)
    assert shown["id"] == 1
    assert [(one["id"], one["reference"], one["count"]) for one in shown["of"]] == [
        (1, SECOND, 1), (2, THIRD, 1),
    ]  # fmt: skip


def test_what_was_never_an_incident_cannot_be_shown(three: Council) -> None:
    with pytest.raises(InstanceNotFound, match="There is no incident '7'"):
        incidents.show_incident(three.ctx, 7)


def test_what_tells_failures_apart_is_their_kind_and_place_not_their_numbers() -> None:
    def failing(said: str) -> Exception:
        try:
            views.instant(said)  # type: ignore[arg-type]
        except AttributeError as exc:
            exc.args = (said,)
            return exc
        raise AssertionError

    def kind(said: str, state: str = "raised") -> str:
        return incidents.fingerprint(
            failing(said), step="fire_due", process="recommendation", state=state
        )

    assert kind("No date 2025-10-01 on recommendation:R-0002, case C07") == (
        "AttributeError | recommendation | raised | fire_due | service.views:instant | No date # on #, case #"
    )
    assert kind("No 17 of 18") == kind("No 3 of 4")
    assert kind("No name") != kind("No date")
    assert kind("x", "raised") != kind("x", "tabled")


def test_one_state_or_another_is_another_failure(three: Council) -> None:
    sql(three, NO_SUCH_DAY, "some day", SECOND)
    sql(three, NO_SUCH_DAY, "some day", THIRD)
    sql(three, "UPDATE process_instance SET state = 'assigned' WHERE reference = ?", THIRD)
    three.at("2025-10-06 09:00").passes()
    assert [one["instances"] for one in incidents.open_incidents(three.ctx)] == [1, 1]


# ------------------------------------------------------------------ resolved together, or one alone
def test_to_resolve_an_incident_resolves_it_on_all_its_instances(two_broken: Council) -> None:
    done = incidents.resolve_incident(
        mended(two_broken).ctx, 2, actor="quinn", reason="Mended.", now=two_broken.now
    )
    assert done.references == (SECOND, THIRD)
    for number, one in enumerate(done.references, start=1):
        entry = two_broken.history(one)[-1]
        assert (entry["action"], entry["reason"], entry["data"]) == (
            "resolve_incident", "Mended.", {"incident": number},
        )  # fmt: skip
    two_broken.passes()
    assert [two_broken.show(one)["level"] for one in done.references] == ["L0", "L0"]
    assert incidents.open_incidents(two_broken.ctx) == []


def test_only_one_of_its_instances_can_be_resolved(two_broken: Council) -> None:
    done = incidents.resolve_incident(
        mended(two_broken).ctx, 2, actor="quinn", reason="Mended.", now=two_broken.now, only_this=True,
    )  # fmt: skip
    assert done.references == (THIRD,)
    (item,) = incidents.open_incidents(two_broken.ctx)
    assert (item["reference"], item["instances"]) == (SECOND, 1)


def test_what_still_cannot_be_read_stays_open(two_broken: Council) -> None:
    sql(two_broken, NO_SUCH_DAY, "2025-10-01", SECOND)
    done = incidents.resolve_incident(
        two_broken.ctx, 1, actor="quinn", reason="Mended.", now=two_broken.now
    )
    assert (done.references, done.unreadable) == ((SECOND,), (THIRD,))
    assert [one["reference"] for one in incidents.open_incidents(two_broken.ctx)] == [THIRD]


def test_somebody_who_looks_after_nothing_of_it_resolves_no_incident(incident: Council) -> None:
    with pytest.raises(NotPermitted, match="qa_admin or sm_sqa or ad_people"):
        incidents.resolve_incident(
            incident.ctx, 1, actor="pat", reason="It is gone.", now=incident.now
        )
    assert len(incidents.open_incidents(incident.ctx)) == 1


def test_where_nothing_can_be_read_nothing_is_resolved(two_broken: Council) -> None:
    with pytest.raises(DatabaseUnhealthy, match="cannot be read"):
        incidents.resolve_incident(
            two_broken.ctx, 1, actor="quinn", reason="Mended.", now=two_broken.now, only_this=True
        )
    assert incidents.open_incidents(two_broken.ctx)[0]["instances"] == 2


def test_a_failure_that_comes_back_says_who_had_resolved_it(two_broken: Council) -> None:
    incidents.resolve_incident(
        mended(two_broken).ctx, 1, actor="sandy", reason="Put right.", now=two_broken.now
    )
    sql(two_broken, NO_SUCH_DAY, "some day 17", SECOND)
    two_broken.at("2025-11-03 09:00").passes()
    (item,) = incidents.open_incidents(two_broken.ctx)
    assert item["count"] == 1
    assert item["came_back"] == (
        "Came back; resolved on 6 October 2025 by Sandy Quality: Put right."
    )
    resolved = incidents.resolved_incidents(two_broken.ctx)
    assert [(one["id"], one["resolved_by"], one["resolved_reason"]) for one in resolved] == [
        (1, "sandy", "Put right."), (2, "sandy", "Put right."),
    ]  # fmt: skip


def test_what_was_tried_again_and_held_is_said_to_be_quiet(two_broken: Council) -> None:
    (item,) = incidents.open_incidents(two_broken.ctx)
    assert item["quiet_since"] is None
    mended(two_broken).later(minutes=1).passes()
    two_broken.later(minutes=1).passes()
    (item,) = incidents.open_incidents(two_broken.ctx)
    assert item["quiet_since"] == item["last_at"] == "2025-10-06T08:00:00Z"


# ------------------------------------------------------------------ failures of no instance
@pytest.fixture
def unplannable(three: Council) -> Council:
    """Give the three, in a program whose audit rounds cannot be started, a month before one is."""

    def burst(_step: Step) -> Effects:
        raise ZeroDivisionError("division by zero in round 17")

    rounds = replace(three.ctx.processes["case_audit_round"], on_start=burst)
    three.ctx = replace(three.ctx, processes={**three.ctx.processes, rounds.name: rounds})
    return three.at("2025-10-06 09:00")


def fails(council: Council) -> None:
    with pytest.raises(ZeroDivisionError):
        council.passes()


def test_a_step_that_fails_pass_after_pass_is_one_incident_of_its_own(unplannable: Council) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with structlog.testing.capture_logs() as told:
        for _ in range(5):
            fails(unplannable.later(minutes=1))
    (item,) = incidents.open_incidents(unplannable.ctx)
    assert (item["reference"], item["count"], item["instances"]) == ("planning ahead", 5, 1)
    assert item["error"] == "division by zero in round 17"
    assert [one["count"] for one in told if one["event"] == "step_failed"] == [1, 2, 4]
    assert enquiries.status(unplannable.ctx, now=unplannable.now)["open_incidents"] == 1


def test_a_failing_step_keeps_no_deadline_waiting_and_sets_no_alarm(unplannable: Council) -> None:
    fails(unplannable)
    assert unplannable.show("R-0001")["level"] == "L0"
    assert sweeps.next_due_at(unplannable.ctx, now=unplannable.now) == london("2025-10-10 00:00")


def test_a_failing_step_is_in_no_list_of_stuck_instances(unplannable: Council) -> None:
    fails(unplannable)
    assert {one["class"] for one in stuck(unplannable.ctx, Filter(), now=unplannable.now)} <= {"S2"}


def test_a_person_resolves_a_failing_step_too(unplannable: Council) -> None:
    fails(unplannable)
    done = incidents.resolve_incident(
        unplannable.ctx, 1, actor="sandy", reason="A new release.", now=unplannable.now
    )
    assert (done.reference, done.references) == ("planning ahead", ())
    assert incidents.open_incidents(unplannable.ctx) == []
    fails(unplannable)
    (item,) = incidents.open_incidents(unplannable.ctx)
    assert item["came_back"] is not None


def test_a_broken_channel_is_one_incident_however_many_messages_wait(three: Council) -> None:
    class Broken:
        def send(self, **_message: str) -> None:
            raise ZeroDivisionError("no such server 17")

    three.ctx = replace(three.ctx, channels={"log": Broken()})
    three.at("2025-10-06 09:00").passes()
    (item,) = incidents.open_incidents(three.ctx)
    assert (item["reference"], item["count"]) == ("delivering messages", 1)
    assert enquiries.status(three.ctx, now=three.now)["outbox"]["failed"] >= 3

"""One broken instance: set aside, counted, tried again later and later, and put right by a person."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from council import Council
from hands import NO_DAY, NO_JSON, NO_PROCESS, sql

from qa_workflow.errors import InstanceNotFound, WrongInput
from qa_workflow.service import enquiries, overlays, sweeps
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
    assert [one["reference"] for one in enquiries.open_incidents(broken.ctx)] == [
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


def test_a_hundred_failing_passes_make_one_incident(three: Council) -> None:
    sql(three, NO_JSON, "recommendation:R-0002")
    three.at("2025-10-06 09:00")
    for _ in range(100):
        sweeps.run_due_timers(three.later(hours=1).ctx, now=three.now, sweep=Sweep())
    (incident,) = enquiries.open_incidents(three.ctx)
    assert incident["count"] == 100


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
    overlays.resolve_incident(council.ctx, number, actor="quinn", reason=reason, now=council.now)


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
    assert enquiries.open_incidents(incident.ctx) == []


def test_an_incident_that_does_not_exist_cannot_be_resolved(incident: Council) -> None:
    with pytest.raises(InstanceNotFound, match="There is no open incident '7'"):
        _resolve(incident, 7)


def test_resolving_an_incident_needs_a_reason(incident: Council) -> None:
    with pytest.raises(WrongInput, match="say what was put right"):
        _resolve(incident, reason=" ")

"""What can be asked: one, many, what happened, how the whole stands."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from council import AUTUMN, Council
from fakes import RecordingChannel

from qa_workflow.service import enquiries, incidents, overlays, starting, sweeps
from qa_workflow.service.enquiries import Wanted
from qa_workflow.service.sweeps import Sweep
from qa_workflow.store import council as store_council

REC = "recommendation:R-0001"


@pytest.fixture
def busy(council: Council) -> Council:
    """Give two recommendations of two teams, one ended and one late, and a round."""
    council.at("2025-10-01 09:00")
    for subject in ("C01", "X99"):
        starting.start_process(
            council.ctx, "recommendation", subject, now=council.now, actor="cli:test"
        )
    council.fire("R-0002", "supersede", by="sandy", successor=REC)
    council.at("2025-10-06 09:00").passes()
    return council


def _listed(council: Council, **wanted: Any) -> list[str]:  # noqa: ANN401 - any filter
    return [
        one["reference"]
        for one in enquiries.list_instances(council.ctx, Wanted(**wanted), now=council.now)
    ]


# ------------------------------------------------------------------ many
def test_open_instances_are_listed_by_reference(busy: Council) -> None:
    assert _listed(busy) == [AUTUMN, REC]


def test_ended_instances_are_listed_when_asked_for(busy: Council) -> None:
    assert _listed(busy, include_final=True) == [AUTUMN, REC, "recommendation:R-0002"]


def test_an_owner_is_a_person_or_a_role(busy: Council) -> None:
    overlays.reassign(busy.ctx, REC, to="sandy", actor="ada", reason="So.", now=busy.now)
    assert (_listed(busy, owner="sandy"), _listed(busy, owner="qa_admin")) == ([REC], [AUTUMN])


def test_an_owner_is_found_among_ended_instances_too(busy: Council) -> None:
    assert "recommendation:R-0002" in _listed(busy, owner="sm_sqa", include_final=True)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"process": "recommendation"}, [REC]), ({"state": "raised"}, [REC]), ({"team": "North"}, [REC]),
        ({"process": "recommendation", "state": "superseded", "include_final": True}, ["recommendation:R-0002"]),
        ({"owner": "nobody"}, []),
    ],
)  # fmt: skip
def test_a_list_is_narrowed_by_what_is_asked_for(
    busy: Council, wanted: dict[str, object], found: list[str]
) -> None:
    assert _listed(busy, **wanted) == found


def test_a_list_of_what_is_late_leaves_out_what_is_not(busy: Council) -> None:
    assert _listed(busy, late_by=busy.now) == [REC]


def test_a_list_is_read_page_by_page_without_gap_or_repeat(busy: Council) -> None:
    pages: list[str] = []
    after = None
    while page := _listed(busy, include_final=True, limit=1, after=after):
        pages += page
        after = page[-1]
    assert pages == _listed(busy, include_final=True)


def test_a_long_list_is_complete(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enquiries, "PAGE", 5)
    council.open_autumn_round()
    assert len(_listed(council)) == 13


def test_a_listed_audit_names_its_round(council: Council) -> None:
    council.open_autumn_round()
    assert {one["parent"] for one in council.listed(process="case_audit")} == {AUTUMN}


def test_what_has_drifted_is_listed_and_says_so(busy: Council) -> None:
    with busy.ctx.database.transaction() as connection:
        connection.exec_driver_sql(
            "UPDATE process_instance SET process = 'gone' WHERE reference = ?", (REC,)
        )
    (one,) = busy.listed(process="gone")
    assert one["status"] == "Its definition is not part of this program."


# ------------------------------------------------------------------ one
def test_one_shows_its_parent_and_its_children(council: Council) -> None:
    sample = council.open_autumn_round()
    assert council.show(AUTUMN)["children"] == [f"case_audit:2025-26-A:{case}" for case in sample]


def test_one_shows_when_a_deadline_that_was_kept_was_met(council: Council) -> None:
    council.open_autumn_round()
    (freeze,) = (one for one in council.show(AUTUMN)["deadlines"] if one["name"] == "freeze_by")
    assert freeze["met_at"] == "2025-10-08T08:00:00Z"


def test_a_state_visited_twice_shows_the_last_visit(council: Council) -> None:
    council.at("2025-10-01 09:00")
    starting.start_process(council.ctx, "recommendation", "C01", now=council.now, actor="cli:test")
    told = {
        "owner": "pat", "due_on": "2026-01-31", "what": "w", "for_whom": "f", "difference": "d",
        "category": "case_action",
    }  # fmt: skip
    council.fire(REC, "assign", by="sandy", **told)
    council.fire(REC, "accept", by="pat")
    shown = {"evidence": [{"reference": "M-1"}], "impact_for_child": "Safer."}
    council.at("2025-10-02 09:00").fire(REC, "submit_evidence", by="pat", **shown)
    council.at("2025-10-03 09:00").fire(REC, "reject", by="sandy", reason="More.")
    council.at("2025-10-06 09:00").fire(REC, "submit_evidence", by="pat", **shown)
    council.at("2025-10-07 09:00").fire(REC, "verify", by="sandy")
    (verify,) = (one for one in council.show(REC)["deadlines"] if one["name"] == "verify_by")
    assert (verify["due_on"], verify["met_at"]) == ("2025-10-13", "2025-10-07T08:00:00Z")


def test_what_happened_is_told_in_order(busy: Council) -> None:
    reference, entries = enquiries.history(busy.ctx, "R-0001", now=busy.now)
    assert (reference, [entry["seq"] for entry in entries]) == (REC, [1, 2, 3])


def test_the_calendar_of_a_database_knows_its_own_closure_days(council: Council) -> None:
    with council.ctx.database.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO closure_day VALUES ('2025-10-10', 'bank_holiday', 'Proclaimed')"
        )
        connection.exec_driver_sql(
            "INSERT INTO closure_day VALUES ('2025-10-09', 'local', 'Closed')"
        )
    calendar = enquiries.calendar_of(council.ctx)
    counted = [calendar.add(date(2025, 10, 8), 1, closures=closures) for closures in (False, True)]
    assert counted == [date(2025, 10, 9), date(2025, 10, 13)]


def test_the_same_closure_days_are_the_same_calendar(council: Council) -> None:
    with council.ctx.database.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO closure_day VALUES ('2025-10-10', 'bank_holiday', 'Proclaimed')"
        )
    assert enquiries.calendar_of(council.ctx) is enquiries.calendar_of(council.ctx)


def test_calendars_of_the_past_are_not_kept_for_ever(council: Council) -> None:
    for day in range(1, 20):
        with council.ctx.database.transaction() as connection:
            store_council.put_closure_day(connection, date(2026, 3, day), "local", "Closed")
        enquiries.calendar_of(council.ctx)
    assert len(council.ctx._calendars) <= 8


# ------------------------------------------------------------------ messages and incidents
def test_messages_are_told_apart_by_what_became_of_them(busy: Council) -> None:
    busy.ctx = replace(busy.ctx, channels={"log": RecordingChannel(broken={"ada"})})
    busy.at("2025-10-17 09:00").passes()
    statuses = {
        status: len(enquiries.messages(busy.ctx, status=status))
        for status in ("pending", "failed", "sent")
    }
    assert statuses["pending"] == 0
    assert statuses["failed"] == 1
    assert sum(statuses.values()) == len(enquiries.messages(busy.ctx))


def test_a_message_shows_when_it_went_out(busy: Council) -> None:
    assert {one["sent_at"] for one in enquiries.messages(busy.ctx, status="sent")} == {
        "2025-10-06T08:00:00Z"
    }


def test_an_incident_shows_when_it_is_tried_again(busy: Council) -> None:
    with busy.ctx.database.transaction() as connection:
        connection.exec_driver_sql(
            "UPDATE process_instance SET data = '{' WHERE reference = ?", (REC,)
        )
    busy.at("2025-10-10 09:00").passes()
    (incident,) = incidents.open_incidents(busy.ctx)
    assert (incident["reference"], incident["count"], incident["next_try_at"]) == (
        REC,
        1,
        "2025-10-10T08:01:00Z",
    )


# ------------------------------------------------------------------ how the whole stands
def test_the_status_counts_by_process_and_state(busy: Council) -> None:
    assert enquiries.status(busy.ctx, now=busy.now)["counts"] == [
        {"process": "case_audit_round", "state": "sampling", "count": 1},
        {"process": "recommendation", "state": "raised", "count": 1},
        {"process": "recommendation", "state": "superseded", "count": 1},
    ]


def test_the_status_says_what_is_due_next(busy: Council) -> None:
    assert enquiries.status(busy.ctx, now=busy.now)["next_due_at"] == "2025-10-08T23:00:00Z"


def test_the_status_says_how_far_the_calendar_reaches(busy: Council) -> None:
    known = enquiries.status(busy.ctx, now=busy.now)["bank_holidays_until"]
    assert known == busy.ctx.known_until.isoformat()


def test_the_status_counts_timers_that_should_have_fired(busy: Council) -> None:
    busy.at("2025-10-17 09:00")
    assert enquiries.status(busy.ctx, now=busy.now)["timers_overdue"] > 0


def test_the_status_knows_each_daemon(busy: Council) -> None:
    busy.ctx = replace(busy.ctx, daemon_name="second")
    busy.later(minutes=5).passes()
    assert enquiries.status(busy.ctx, now=busy.now)["daemons"] == [
        {"daemon": "daemon", "last_pass_at": "2025-10-06T08:00:00Z", "healthy": False},
        {"daemon": "second", "last_pass_at": "2025-10-06T08:05:00Z", "healthy": True},
    ]


# ------------------------------------------------------------------ healthy
def test_before_the_first_pass_nothing_is_healthy(council: Council) -> None:
    assert enquiries.health(council.ctx, now=council.now) == (False, None)


@pytest.mark.parametrize(("seconds", "healthy"), [(0, True), (90, True), (91, False)])
def test_three_safety_intervals_without_a_pass_are_unhealthy(
    council: Council, seconds: int, *, healthy: bool
) -> None:
    council.passes()
    now = council.now + timedelta(seconds=seconds)
    assert enquiries.health(council.ctx, now=now) == (healthy, council.now)


def test_one_healthy_daemon_is_enough(council: Council) -> None:
    council.passes()
    council.ctx = replace(council.ctx, daemon_name="second")
    council.later(minutes=5).passes()
    assert enquiries.health(council.ctx, now=council.now) == (True, council.now)


def test_the_next_due_instant_is_told_without_a_pass(busy: Council) -> None:
    assert sweeps.next_due_at(busy.ctx, now=busy.now) == busy.passes().next_due_at


def test_a_sweep_starts_with_nothing_done() -> None:
    assert not any(getattr(Sweep(), name) for name in Sweep.__slots__)

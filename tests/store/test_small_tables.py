"""Timers that are due, numbers, settings, incidents, the outbox, people and cases as the store keeps them."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from rows import MORNING, a_timer, an_entry, begun, kept
from sqlalchemy.exc import IntegrityError

from qa_workflow.engine.people import Person
from qa_workflow.store import cases, council, incidents, numbers, outbox, people, timers
from qa_workflow.store.cases import CaseRecord
from qa_workflow.store.database import Database
from qa_workflow.store.instances import Change, Message

HOUR = timedelta(hours=1)


# ------------------------------------------------------------------ due
def _due(database: Database, now: datetime = MORNING, limit: int = 10) -> list[int]:
    with database.reading() as connection:
        return timers.find_due(connection, now, limit)


def _next(database: Database, now: datetime = MORNING) -> datetime | None:
    with database.reading() as connection:
        return timers.next_due_at(connection, now)


def _fails(database: Database, number: int, now: datetime, error: str = "KeyError: 'x'") -> int:
    with database.transaction() as connection:
        return incidents.record(connection, number, error, error, now)


def test_what_is_longest_due_comes_first(database: Database) -> None:
    begun(database, 1, timers=(a_timer(due_at=MORNING - HOUR),))
    begun(database, 2, timers=(a_timer(due_at=MORNING - 3 * HOUR),))
    begun(database, 3, timers=(a_timer(due_at=MORNING - 2 * HOUR),))
    assert _due(database) == [2, 3, 1]


def test_an_instance_with_two_timers_due_is_found_once(database: Database) -> None:
    begun(database, 1, timers=(a_timer("L0"), a_timer("L1")))
    assert _due(database) == [1]


def test_what_is_due_at_this_very_instant_is_due(database: Database) -> None:
    begun(database, timers=(a_timer(due_at=MORNING),))
    assert _due(database) == [1]


def test_what_is_due_a_microsecond_later_is_not_due(database: Database) -> None:
    begun(database, timers=(a_timer(due_at=MORNING + timedelta(microseconds=1)),))
    assert _due(database) == []


def test_no_more_is_found_than_was_asked_for(database: Database) -> None:
    for number in (1, 2, 3):
        begun(database, number, timers=(a_timer(),))
    assert _due(database, limit=2) == [1, 2]


def test_an_instance_whose_incident_asks_for_patience_is_left_out(database: Database) -> None:
    begun(database, 1, timers=(a_timer(),))
    begun(database, 2, timers=(a_timer(),))
    _fails(database, 1, MORNING)
    assert _due(database) == [2]


def test_an_instance_that_failed_is_found_again_after_its_wait(database: Database) -> None:
    begun(database, timers=(a_timer(),))
    _fails(database, 1, MORNING)
    assert _due(database, MORNING + timedelta(minutes=1)) == [1]


def test_the_next_due_instant_lies_after_now(database: Database) -> None:
    begun(
        database,
        timers=(a_timer("L0", due_at=MORNING - HOUR), a_timer("L1", due_at=MORNING + HOUR)),
    )
    assert _next(database) == MORNING + HOUR


def test_the_next_try_of_a_failed_instance_is_a_next_due_instant(database: Database) -> None:
    begun(database, timers=(a_timer(),))
    _fails(database, 1, MORNING)
    assert _next(database) == MORNING + timedelta(minutes=1)


def test_with_nothing_armed_nothing_is_due_next(database: Database) -> None:
    assert _next(database) is None


def test_timers_that_should_have_fired_are_counted(database: Database) -> None:
    begun(database, timers=(a_timer("L0", due_at=MORNING - HOUR), a_timer("L1", due_at=MORNING)))
    with database.reading() as connection:
        assert timers.count_overdue(connection, MORNING) == 1


# ------------------------------------------------------------------ numbers
def test_two_connections_are_never_given_the_same_number(database: Database) -> None:
    other = Database(f"sqlite:///{database.path}")
    given: list[int] = []
    for place in (database, other, other, database):
        with place.transaction() as connection:
            given.append(numbers.take(connection, "recommendation:R-"))
    other.close()
    assert given == [1, 2, 3, 4]


def test_each_series_counts_by_itself(database: Database) -> None:
    with database.transaction() as connection:
        numbers.take(connection, "recommendation:R-")
        assert numbers.take(connection, "instance") == 1


def test_several_numbers_are_taken_at_once(database: Database) -> None:
    with database.transaction() as connection:
        assert [numbers.take(connection, "instance", 5), numbers.take(connection, "instance")] == [
            1,
            6,
        ]


def test_a_number_of_a_transaction_that_failed_is_given_again(database: Database) -> None:
    with suppress(ZeroDivisionError), database.transaction() as connection:
        numbers.take(connection, "instance")
        raise ZeroDivisionError
    with database.transaction() as connection:
        assert numbers.take(connection, "instance") == 1


# ------------------------------------------------------------------ incidents
def test_many_broken_ones_that_are_longest_due_take_nobodys_place(database: Database) -> None:
    for number in range(1, 9):
        begun(database, number, timers=(a_timer(due_at=MORNING - (10 - number) * HOUR),))
    for number in range(1, 6):
        _fails(database, number, MORNING)
    assert _due(database, limit=2) == [6, 7]
    assert _next(database) == MORNING + timedelta(minutes=1)


def test_the_wait_after_a_failure_doubles_up_to_an_hour(database: Database) -> None:
    begun(database)
    waits = []
    for _ in range(9):
        _fails(database, 1, MORNING)
        with database.reading() as connection:
            waits.append(
                (incidents.find_open(connection)[0].next_try_at - MORNING) // timedelta(minutes=1)
            )
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_thousand_failures_of_one_kind_are_one_incident(database: Database) -> None:
    begun(database)
    with database.transaction() as connection:
        for _ in range(1000):
            incidents.record(connection, 1, "KeyError: 'x'", "x", MORNING)
        (found,) = incidents.find_open(connection)
    assert found.count == 1000


def test_another_kind_of_failure_is_another_incident(database: Database) -> None:
    begun(database)
    _fails(database, 1, MORNING)
    _fails(database, 1, MORNING, "TypeError: y")
    with database.reading() as connection:
        assert len(incidents.find_open(connection)) == 2


def test_a_failure_after_its_incident_was_resolved_is_a_new_incident(database: Database) -> None:
    begun(database)
    _fails(database, 1, MORNING)
    with database.transaction() as connection:
        incidents.resolve(connection, [1], by="sandy", reason="put right", at=MORNING)
    assert _fails(database, 1, MORNING) == 1


def test_a_failure_that_comes_back_names_the_incident_it_comes_back_from(
    database: Database,
) -> None:
    begun(database)
    _fails(database, 1, MORNING)
    with database.transaction() as connection:
        incidents.resolve(connection, [1], by="sandy", reason="put right", at=MORNING)
    _fails(database, 1, MORNING)
    with database.reading() as connection:
        assert [(one.id, one.earlier_id) for one in incidents.find_open(connection)] == [(2, 1)]


def test_the_same_failure_of_a_thousand_instances_is_one_group(database: Database) -> None:
    begun(database)
    with database.transaction() as connection:
        for number in range(1, 1001):
            incidents.record(connection, number, "KeyError", "x", MORNING + number * HOUR)
    with database.reading() as connection:
        (group,) = incidents.groups(connection)
        assert incidents.count_open(connection) == 1
    assert (group.first.id, group.instances, group.count) == (1, 1000, 1000)
    assert (group.first_at, group.last_at) == (MORNING + HOUR, MORNING + 1000 * HOUR)


def test_a_failure_of_no_instance_is_one_incident_too(database: Database) -> None:
    with database.transaction() as connection:
        counts = [
            incidents.record(connection, None, "f", "x", MORNING, about="planning", rests=False)
            for _ in range(3)
        ]
        (found,) = incidents.find_open(connection)
    assert counts == [1, 2, 3]
    assert (found.instance_id, found.reference, found.next_try_at) == (None, "planning", MORNING)


def test_a_failure_of_no_instance_cannot_stand_open_twice(database: Database) -> None:
    with database.transaction() as connection:
        incidents.record(connection, None, "f", "x", MORNING)
    again = "INSERT INTO incident (fingerprint, error, count, first_at, last_at, next_try_at) VALUES ('f', 'x', 1, 0, 0, 0)"
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.exec_driver_sql(again)


def test_what_does_not_rest_is_found_due_as_before(database: Database) -> None:
    begun(database, 1, timers=(a_timer(due_at=MORNING - HOUR),))
    with database.transaction() as connection:
        incidents.record(connection, 1, "f", "x", MORNING, rests=False)
    assert _due(database) == [1]


def test_an_incident_is_resolved_once(database: Database) -> None:
    begun(database)
    _fails(database, 1, MORNING)
    with database.transaction() as connection:
        done = [
            incidents.resolve(connection, [1], by="sandy", reason="so", at=MORNING)
            for _ in range(2)
        ]
    assert done == [1, 0]


# ------------------------------------------------------------------ the outbox
@pytest.fixture
def message(database: Database) -> None:
    seen = begun(database)
    told = Message(key="due:1:L0", to="sam", channel="log", subject="Overdue", body="…")
    kept(database, Change(before=seen, after=seen, history=(an_entry("note"),), messages=(told,)))


def _take(database: Database, now: datetime = MORNING) -> list[str]:
    with database.transaction() as connection:
        return [one.dedupe_key for one in outbox.take(connection, now, 10)]


@pytest.mark.usefixtures("message")
def test_a_message_that_was_taken_is_taken_by_nobody_else(database: Database) -> None:
    assert [_take(database), _take(database)] == [["due:1:L0"], []]


@pytest.mark.usefixtures("message")
def test_a_message_whose_sender_died_waits_again(database: Database) -> None:
    _take(database)
    assert _take(database, MORNING + timedelta(minutes=5)) == ["due:1:L0"]


@pytest.mark.usefixtures("message")
def test_a_message_that_went_out_is_not_marked_as_failed(database: Database) -> None:
    with database.transaction() as connection:
        (taken,) = outbox.take(connection, MORNING, 10)
        outbox.mark_sent(connection, [taken.id], MORNING)
        outbox.mark_failed(connection, taken, "too late", MORNING)
        (found,) = outbox.find_messages(connection)
    assert (found.status, found.error) == ("sent", None)


@pytest.mark.usefixtures("message")
def test_a_message_that_does_not_go_out_waits_longer_each_time_up_to_an_hour(
    database: Database,
) -> None:
    waits = []
    for _ in range(8):
        with database.transaction() as connection:
            (waiting,) = outbox.find_messages(connection, status="pending")
            outbox.mark_failed(connection, waiting, "down", MORNING)
            (waiting,) = outbox.find_messages(connection)
            waits.append((waiting.next_try_at - MORNING) // timedelta(minutes=1))
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.usefixtures("message")
def test_every_waiting_message_can_be_tried_at_once(database: Database) -> None:
    _take(database)
    with database.transaction() as connection:
        assert outbox.retry_now(connection, MORNING) == 1
    assert _take(database) == ["due:1:L0"]


@pytest.mark.usefixtures("message")
def test_the_depth_of_the_outbox_tells_what_failed_from_what_waits(database: Database) -> None:
    with database.transaction() as connection:
        outbox.mark_failed(connection, outbox.find_messages(connection)[0], "down", MORNING)
        assert outbox.depth(connection) == {"pending": 1, "failed": 1}


def test_of_no_messages_none_is_marked_as_sent(database: Database) -> None:
    with database.transaction() as connection:
        outbox.mark_sent(connection, [], MORNING)
        assert outbox.depth(connection) == {"pending": 0, "failed": 0}


# ------------------------------------------------------------------ what the database knows of its council
def test_a_setting_is_replaced(database: Database) -> None:
    with database.transaction() as connection:
        council.put_setting(connection, "key", "old")
        council.put_setting(connection, "key", "new")
        assert council.get_setting(connection, "key") == "new"


def test_closure_days_of_one_kind_are_not_those_of_another(database: Database) -> None:
    with database.transaction() as connection:
        council.put_closure_day(connection, date(2026, 6, 1), "bank_holiday", "Proclaimed")
        council.put_closure_day(connection, date(2026, 12, 29), "local", "Closed")
        assert council.closure_days(connection)["local"] == {date(2026, 12, 29): "Closed"}


def test_a_closure_day_given_again_is_renamed(database: Database) -> None:
    with database.transaction() as connection:
        for name in ("Proclamation", "Proclaimed"):
            council.put_closure_day(connection, date(2026, 6, 1), "bank_holiday", name)
        assert council.closure_days(connection)["bank_holiday"] == {date(2026, 6, 1): "Proclaimed"}


def test_a_version_of_the_audit_tool_is_written_once(database: Database) -> None:
    def load(body: str) -> None:
        with database.transaction() as connection:
            council.put_methodology(connection, 1, body, "x", at=MORNING, by="quinn")

    load("{}")
    with pytest.raises(IntegrityError):
        load('{"sections":[]}')


def test_every_content_seen_of_a_version_stays(database: Database) -> None:
    with database.transaction() as connection:
        for content in ("first", "second", "first"):
            council.put_definition(
                connection, "case_audit", 1, content, body=f"{content} body", at=MORNING
            )
        found = council.definitions(connection, "case_audit")
        assert [(one.version, one.sha256, one.body) for one in found] == [
            (1, "first", "first body"),
            (1, "second", "second body"),
        ]
        assert council.definitions(connection, "dip_check") == []


# ------------------------------------------------------------------ people and cases
def test_what_a_roster_says_of_somebody_replaces_what_was_known(database: Database) -> None:
    with database.transaction() as connection:
        people.save_people(
            connection, [Person(person_id="pat", name="Pat", roles=frozenset({"auditor", "iro"}))]
        )
        newer = Person(
            person_id="pat", name="Pat P", roles=frozenset({"iro"}), active_to=date(2026, 1, 1)
        )
        people.save_people(connection, [newer])
        assert people.load_roster(connection).get("pat") == newer


@pytest.mark.parametrize("save", [people.save_people, cases.save_cases])
def test_of_nothing_nothing_is_saved(database: Database, save: Callable[..., None]) -> None:
    with database.transaction() as connection:
        save(connection, [])
        assert people.load_roster(connection).people == {}


def _case(**said: date) -> CaseRecord:
    return CaseRecord(
        case_id="C01", plan_type="cin", opened_on=said.get("opened_on", date(2025, 1, 6)),
        closed_on=said.get("closed_on"), team=None, worker=None, supervisor=None, iro=None, provider_id=None,
        last_seen_on=None, last_review_on=None, first_seen_on=date(2025, 9, 1), lists="CSV",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("opened", "closed", "is_open"),
    [
        ("2025-10-01", None, True), ("2025-10-02", None, False), ("2025-01-06", "2025-10-01", True),
        ("2025-01-06", "2025-09-30", False),
    ],
)  # fmt: skip
def test_a_case_counts_from_its_opening_day_to_its_closing_day(
    database: Database, opened: str, closed: str | None, *, is_open: bool
) -> None:
    said = {"opened_on": date.fromisoformat(opened)}
    if closed is not None:
        said["closed_on"] = date.fromisoformat(closed)
    with database.transaction() as connection:
        cases.save_cases(connection, [_case(**said)])
        assert cases.open_on(connection, date(2025, 10, 1)) == (("C01",) if is_open else ())


def test_only_the_first_import_says_when_a_case_was_first_seen(database: Database) -> None:
    later = CaseRecord(
        **{
            **{name: getattr(_case(), name) for name in CaseRecord.__slots__},
            "first_seen_on": date(2026, 1, 1),
        }
    )
    with database.transaction() as connection:
        cases.save_cases(connection, [_case()])
        cases.save_cases(connection, [later])
        assert cases.find_cases(connection)["C01"].first_seen_on == date(2025, 9, 1)


def _assigned(database: Database, person: str | None, on: str) -> None:
    with database.transaction() as connection:
        cases.save_assignments(
            connection,
            {("C01", "practitioner"): person},
            on=date.fromisoformat(on),
            since={"C01": date(2025, 1, 6)},
        )


def _involved(database: Database) -> list[tuple[str, str, str | None]]:
    with database.transaction() as connection:
        cases.save_cases(connection, [_case()])
        return [
            (
                one.person_id,
                one.from_on.isoformat(),
                None if one.to_on is None else one.to_on.isoformat(),
            )
            for one in cases.case_facts(connection, ["C01"])["C01"].involvements
        ]


def test_the_first_worker_known_is_taken_to_have_worked_since_the_case_opened(
    database: Database,
) -> None:
    _assigned(database, "pat", "2025-09-01")
    assert _involved(database) == [("pat", "2025-01-06", None)]


def test_whoever_hands_over_stopped_the_day_before(database: Database) -> None:
    _assigned(database, "pat", "2025-09-01")
    _assigned(database, "lee", "2025-10-01")
    assert _involved(database) == [("pat", "2025-01-06", "2025-09-30"), ("lee", "2025-10-01", None)]


def test_whoever_goes_on_is_not_written_again(database: Database) -> None:
    _assigned(database, "pat", "2025-09-01")
    _assigned(database, "pat", "2025-10-01")
    assert _involved(database) == [("pat", "2025-01-06", None)]


def test_a_case_nobody_works_on_any_more_has_nobody(database: Database) -> None:
    _assigned(database, "pat", "2025-09-01")
    _assigned(database, None, "2025-10-01")
    assert _involved(database) == [("pat", "2025-01-06", "2025-09-30")]


def test_whoever_comes_back_has_two_spells(database: Database) -> None:
    for person, on in (("pat", "2025-09-01"), ("lee", "2025-10-01"), ("pat", "2025-11-01")):
        _assigned(database, person, on)
    assert [one[:2] for one in _involved(database)] == [
        ("pat", "2025-01-06"), ("lee", "2025-10-01"), ("pat", "2025-11-01"),
    ]  # fmt: skip


def test_ending_no_case_ends_nothing(database: Database) -> None:
    _assigned(database, "pat", "2025-09-01")
    with database.transaction() as connection:
        cases.end_assignments(connection, [], on=date(2025, 9, 2))
    assert _involved(database) == [("pat", "2025-01-06", None)]

"""Questions that are asked at every pass use their index: SQLite's own plan says so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from qa_workflow.store import (
    case_clocks,
    histories,
    incidents,
    instances,
    outbox,
    pins,
    pressing,
    reports,
    timers,
    troubles,
    waiting,
)
from qa_workflow.store.database import Database
from qa_workflow.store.pins import Used
from qa_workflow.store.reports import Wanted
from qa_workflow.store.troubles import Moment, Narrowed

NOW = datetime(2025, 10, 1, tzinfo=UTC)
Asked = Callable[[Connection], object]


def _explained(database: Database, connection: Connection, ask: Asked) -> list[str]:
    """Ask a question; return SQLite's plan of each of its statements."""
    seen: list[tuple[str, Any]] = []

    def keep(
        _connection: object, _cursor: object, statement: str, parameters: object, *_more: object
    ) -> None:
        seen.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", keep)
    ask(connection)
    event.remove(database.engine, "before_cursor_execute", keep)
    return [
        "; ".join(
            row[3]
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        )
        for statement, parameters in seen
    ]


@pytest.fixture
def plans(database: Database) -> Callable[[Asked], list[str]]:
    """Give a function that asks a question of a filled database and returns SQLite's plans."""

    def explained(ask: Asked) -> list[str]:
        with database.transaction() as connection:
            _fill(connection)
            return _explained(database, connection, ask)

    return explained


def _fill(connection: Connection) -> None:
    # As many rows as a council has, with statistics: a plan for an empty table says nothing.
    # ruff: noqa: S608 - SQL made of our own words
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
    connection.exec_driver_sql(
        "INSERT INTO process_instance (id, reference, process, definition_version, definition_hash, subject, title, state, version, "
        "seq, epoch, due_epoch, owner, opened_at, entered_at, entered_on, closed_at, stuck_at, parent_id, case_id, "
        f"data, refusals, head_hash) {many} SELECT i, 'p:' || i, iif(i % 2, 'case_audit', 'p'), 1, 'x', 's', 't', 'open', 1, 1, 1, 1, "
        "'o' || (i % 50), 0, 0, '2025-01-01', iif(i % 5, 1, NULL), i, i % 40, 'C' || (i % 90), '{}', '{}', 'h' FROM n"
    )
    connection.exec_driver_sql(
        "INSERT INTO history_entry (instance_id, seq, at, recorded_at, actor, action, data, changes, "
        f"definition_version, hash) {many} SELECT i, 1, 0, 0, 'a' || (i % 50), iif(i % 3, 'start', 'submit'), "
        "'{}', '{}', 1, 'h' FROM n"
    )
    connection.exec_driver_sql(
        f"INSERT INTO timer (instance_id, deadline, epoch, level, due_at, fixed, status) {many} "
        "SELECT i, 'd', 1, 'L0', i, 0, iif(i % 10, 'fired', 'armed') FROM n"
    )
    connection.exec_driver_sql(
        'INSERT INTO block (instance_id, reason, note, since, "by", cleared_at) '
        f"{many} SELECT i, 'r', 'n', 0, 'b', iif(i % 10, 1, NULL) FROM n"
    )
    connection.exec_driver_sql(
        'INSERT INTO outbox_message (dedupe_key, instance_id, "to", channel, subject, body, status, attempts, '
        f"created_at, next_try_at) {many} SELECT i, i, 'a', 'log', 's', 'b', iif(i % 10, 'sent', 'pending'), 0, 0, 0 FROM n"
    )
    connection.exec_driver_sql("ANALYZE")


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        pytest.param(lambda c: timers.find_due(c, NOW, 250), "ix_timer_due", id="what is due"),
        pytest.param(lambda c: timers.next_due_at(c, NOW), "ix_timer_due", id="what is due next"),
        pytest.param(lambda c: timers.count_overdue(c, NOW), "ix_timer_due", id="how many are overdue"),
        pytest.param(lambda c: outbox.take(c, NOW, 500), "ix_outbox_message_pending", id="what waits to go out"),
        pytest.param(outbox.depth, "ix_outbox_message_pending", id="how much waits to go out"),
        pytest.param(lambda c: incidents.resting(c, NOW), "ix_incident_first", id="what rests"),
        pytest.param(lambda c: reports.find_ids(c, Wanted(owner="o1")), "ix_process_instance_owner", id="list by owner"),
        pytest.param(lambda c: reports.find_ids(c, Wanted(late_by=NOW)), "ix_process_instance_stuck_at", id="what is late"),
        pytest.param(reports.pending_ids, "ix_process_instance_pending", id="what waits for a guard"),
        pytest.param(lambda c: reports.children_of(c, [1]), "ix_process_instance_parent", id="children"),
        pytest.param(lambda c: reports.ids_of_cases(c, ["C1"]), "ix_process_instance_case", id="about a case"),
        pytest.param(lambda c: reports.ids_owned_by(c, ["o1"]), "ix_process_instance_owner", id="owned by somebody"),
        pytest.param(
            lambda c: reports.find_by_reference(c, ["p:1"]), "uq_process_instance_reference", id="by reference"
        ),
        pytest.param(lambda c: reports.ids_blocked_for(c, ["people"]), "ix_block_open", id="blocked for a cause"),
        pytest.param(lambda c: histories.have_submitted(c, ["aud1"]), "ix_history_entry_submitted", id="has submitted"),
        pytest.param(lambda c: pressing.ids_held(c, "p", ["open"], 12), "ix_process_instance_state", id="held before"),
        pytest.param(lambda c: pressing.ids_late_by(c, NOW), "ix_process_instance_stuck_at", id="late by a day"),
        pytest.param(lambda c: pressing.courses(c, ["p:1"]), "uq_process_instance_reference", id="what came of it"),
    ],
)  # fmt: skip
def test_a_question_asked_often_uses_its_index(
    plans: Callable[[Asked], list[str]], ask: Asked, index: str
) -> None:
    assert any(index in plan for plan in plans(ask))


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda c: timers.find_due(c, NOW, 250), id="what is due"),
        pytest.param(lambda c: timers.next_due_at(c, NOW), id="what is due next"),
        pytest.param(lambda c: outbox.take(c, NOW, 500), id="what waits to go out"),
        pytest.param(lambda c: instances.load_many(c, [1, 2, 3]), id="load"),
        pytest.param(lambda c: histories.history_of(c, 1), id="history"),
        pytest.param(lambda c: histories.have_submitted(c, ["a7", "a8"]), id="has submitted"),
    ],
)
def test_what_every_pass_asks_reads_no_table_from_end_to_end(
    plans: Callable[[Asked], list[str]], ask: Asked
) -> None:
    scanned = [
        plan
        for plan in plans(ask)
        for step in plan.split("; ")
        if step.startswith("SCAN") and "USING" not in step
    ]
    assert scanned == []


@pytest.mark.parametrize("filled", [True, False])
def test_whether_somebody_submitted_begins_with_their_own_submissions(
    database: Database, *, filled: bool
) -> None:
    # Without statistics too: a plan may rest on them, and no database in use has any.
    with database.transaction() as connection:
        if filled:
            _fill(connection)
        (plan,) = _explained(
            database, connection, lambda c: histories.have_submitted(c, ["a7", "a8"])
        )
    assert [step.split(" USING ")[1] for step in plan.split("; ") if " USING " in step] == [
        "COVERING INDEX sqlite_autoindex_person_1 (person_id=?)",
        "INDEX ix_history_entry_submitted (actor=?)",
        "INTEGER PRIMARY KEY (rowid=?)",
    ]


MOMENT = Moment(now=NOW, tolerated=NOW, looped=NOW - timedelta(days=60))
DRIFTED = (Used("case_audit", 1, "x", "open"),)
STREAMS = [
    "ix_process_instance_stuck_at", "ix_block_since", "ix_incident_first", "ix_timer_due",
    "ix_outbox_message_failing", "ix_process_instance_looping", "ix_process_instance_pin",
]  # fmt: skip
NARROWED = [
    Narrowed(), Narrowed(process="case_audit"), Narrowed(team="North"), *(Narrowed(class_=f"S{one}") for one in range(1, 10)),
]  # fmt: skip


def _unsorted_but_for_ties(plan: str) -> bool:
    """Tell that rows come in the order of the index: only what shares one instant is sorted, by reference."""
    return "USE TEMP B-TREE FOR ORDER BY" not in plan


@pytest.mark.parametrize("filled", [True, False])
@pytest.mark.parametrize("narrowed", NARROWED, ids=str)
def test_each_stream_of_what_is_stuck_is_a_range_of_its_own_index(
    database: Database, narrowed: Narrowed, *, filled: bool
) -> None:
    # Without statistics too: no database in use has any.
    with database.transaction() as connection:
        if filled:
            _fill(connection)
        found = _explained(
            database, connection,
            lambda c: list(troubles.find_troubles(c, MOMENT, narrowed=narrowed, drifted=DRIFTED)),
        )  # fmt: skip
    first = list(
        {
            index: plan
            for plan in reversed(found)
            for index in STREAMS
            if index in plan.split("; ")[0]
        }
    )
    assert sorted(first) == sorted(STREAMS)
    assert all(_unsorted_but_for_ties(plan) for plan in found)
    assert all(plan.startswith("SEARCH") for plan in found)


@pytest.mark.parametrize("filled", [True, False])
def test_what_is_stuck_with_one_person_is_looked_up_by_owner_and_by_role(
    database: Database, *, filled: bool
) -> None:
    with database.transaction() as connection:
        if filled:
            _fill(connection)
        narrowed = Narrowed(owner="o1", left_to_owner=("o2",))
        late = _explained(
            database, connection,
            lambda c: list(troubles.find_troubles(c, MOMENT, narrowed=narrowed, drifted=())),
        )[:3]  # fmt: skip
    told = [plan.split(" USING INDEX ")[1].split(" (")[0] for plan in late]
    assert told == ["ix_process_instance_owner"] * 2 + ["ix_process_instance_role"]
    assert all(_unsorted_but_for_ties(plan) for plan in late)


def test_what_waits_for_somebody_is_looked_up_by_owner_by_role_and_by_block(
    database: Database,
) -> None:
    with database.transaction() as connection:
        found = _explained(
            database, connection,
            lambda c: list(waiting.find_waiting(c, people=["o1"], roles=["finance"], called=["o1"])),
        )  # fmt: skip
    told = [plan.split(" USING INDEX ")[1].split(" (")[0] for plan in found]
    assert told == [
        "ix_process_instance_owner", "ix_process_instance_role", "ix_process_instance_owner",
        "ix_process_instance_role", "ix_block_waiting",
    ]  # fmt: skip
    assert [_unsorted_but_for_ties(plan) for plan in found] == [True, True, False, False, True]


@pytest.mark.parametrize("filled", [True, False])
def test_the_contents_in_use_are_found_by_leaps(database: Database, *, filled: bool) -> None:
    with database.transaction() as connection:
        if filled:
            _fill(connection)
        (plan,) = _explained(database, connection, pins.in_use)
    leaps = [
        step
        for step in plan.split("; ")
        if "SEARCH i USING" in step and "ix_process_instance_pin" in step
    ]
    assert [step.split(" (")[1] for step in leaps] == [
        "process=? AND definition_version=? AND definition_hash=? AND state>?)",
        "process=? AND definition_version=? AND definition_hash>?)",
        "process=? AND definition_version>?)",
        "process>?)",
    ]
    # The one scan of the index is for its first entry alone.
    scans = [step for step in plan.split("; ") if step.startswith("SCAN i")]
    assert len(scans) == 1
    assert "ix_process_instance_pin" in scans[0]


@pytest.mark.parametrize("filled", [True, False])
def test_what_nothing_watches_is_read_in_the_order_of_its_index(
    database: Database, *, filled: bool
) -> None:
    with database.transaction() as connection:
        if filled:
            _fill(connection)
        (plan,) = _explained(
            database, connection, lambda c: troubles.find_unwatched(c, after=(0, 0), limit=9)
        )
    assert "ix_process_instance_unwatched" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("filled", [True, False])
def test_the_top_of_the_top_threes_list_is_read_in_the_order_of_its_index(
    database: Database, *, filled: bool
) -> None:
    # Without statistics too; and nothing is sorted: what is read is what is printed.
    with database.transaction() as connection:
        if filled:
            _fill(connection)
        (ranks,) = _explained(database, connection, pressing.ranks)
        (page,) = _explained(
            database, connection, lambda c: next(pressing.of_rank(c, 31, NOW), None)
        )
    by_rank = "ix_process_instance_pressing (pressing_rank>?"
    assert [step.split(" INDEX ")[1] for step in ranks.split("; ") if " INDEX " in step] == [
        f"{by_rank})",
        f"{by_rank} AND pressing_rank<?)",
    ]
    assert page == (
        "SEARCH process_instance USING INDEX ix_process_instance_pressing "
        "(pressing_rank=? AND pressing_at>? AND pressing_at<?)"
    )


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        pytest.param(
            lambda c: list(case_clocks.clocks_of(c, ["cla_review", "pep"], ["C1", "C2"])),
            "process_instance USING INDEX ix_process_instance_subject (subject=? AND process=?)",
            id="the clocks of a child",
        ),
        pytest.param(
            lambda c: pressing.courses(c, ["p:1"]),
            "block USING INDEX ix_block_instance (instance_id=?)",
            id="every block there was",
        ),
        pytest.param(
            lambda c: instances.load_many(c, [1, 2]),
            "block USING INDEX ix_block_",
            id="the open blocks",
        ),
    ],
)
def test_without_statistics_too_what_is_asked_of_one_thing_reads_that_thing_alone(
    database: Database, ask: Asked, index: str
) -> None:
    with database.transaction() as connection:
        _fill(connection)
        for table in ("sqlite_stat1", "sqlite_stat4"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
        connection.exec_driver_sql("ANALYZE sqlite_schema")  # it forgets what it had read of them
        plans = _explained(database, connection, ask)
    assert any(index in plan for plan in plans)
    assert not [plan for plan in plans if "SCAN" in plan]

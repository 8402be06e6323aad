"""Questions that are asked at every pass use their index: SQLite's own plan says so."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event

from qa_workflow.store import histories, incidents, instances, outbox, reports, timers
from qa_workflow.store.database import Database
from qa_workflow.store.reports import Wanted

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
        pytest.param(lambda c: histories.has_submitted(c, "aud1"), "ix_history_entry_submitted", id="has submitted"),
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
        pytest.param(lambda c: histories.has_submitted(c, "a7"), id="has submitted"),
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
        (plan,) = _explained(database, connection, lambda c: histories.has_submitted(c, "a7"))
    assert [step.split(" USING ")[1] for step in plan.split("; ") if " USING " in step] == [
        "INDEX ix_history_entry_submitted (actor=?)",
        "INTEGER PRIMARY KEY (rowid=?)",
    ]


@pytest.mark.parametrize(
    ("part", "index"),
    list(enumerate(
        [
            "ix_process_instance_stuck_at", "ix_block_open", "uq_incident_open", "ix_timer_due",
            "ix_outbox_message_pending", "uq_timer_level",
        ]
    )),
)  # fmt: skip
def test_each_part_of_what_is_stuck_uses_its_index(
    plans: Callable[[Asked], list[str]], part: int, index: str
) -> None:
    assert index in plans(lambda connection: reports.ids_stuck(connection, NOW))[part]

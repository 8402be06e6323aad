"""The rows of the Top three's list, read page by page in the order of their index."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from sqlalchemy import Connection

from qa_workflow.store import pressing
from qa_workflow.store.columns import to_microseconds
from qa_workflow.store.database import Database

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def put(
    connection: Connection, number: int, rank: int | None, at: datetime, *, closed: bool = False
) -> None:
    """Let one instance stand on the list."""
    connection.exec_driver_sql(
        "INSERT INTO process_instance (id, reference, process, definition_version, definition_hash, subject, title, "
        "state, version, seq, epoch, due_epoch, opened_at, entered_at, entered_on, closed_at, pressing_rank, "
        "pressing_at, data, refusals, head_hash) VALUES (?, ?, 'p', 1, '', 's', 't', 'open', 1, 1, 1, 1, 0, 0, "
        "'2026-01-01', ?, ?, ?, '{}', '{}', 'h')",
        (number, f"p:{number}", 1 if closed else None, rank, to_microseconds(at)),
    )


def test_the_ranks_are_those_of_what_is_open_the_highest_first(database: Database) -> None:
    with database.transaction() as connection:
        for number, rank in enumerate((31, 130, 31, 0, None, 40)):
            put(connection, number, rank, NOW)
        put(connection, 9, 141, NOW, closed=True)
        assert pressing.ranks(connection) == [130, 40, 31, 0]


@pytest.mark.parametrize("together", [1, 7, 50, 1000])
def test_every_row_of_a_rank_comes_once_and_the_longest_first(
    database: Database, together: int
) -> None:
    with database.transaction() as connection:
        for number in range(200):
            put(connection, 999 - number, 31, NOW - HOUR * (number // together))
        put(connection, 1000, 31, NOW + HOUR)
        put(connection, 1001, 30, NOW)
        found = list(pressing.of_rank(connection, 31, NOW))
    assert len(found) == len({one.id for one in found}) == 200
    assert [(one.pressing_at, one.id) for one in found] == sorted(
        (one.pressing_at, one.id) for one in found
    )


def test_what_presses_from_a_moment_on_is_there_at_that_moment(database: Database) -> None:
    with database.transaction() as connection:
        put(connection, 1, 131, NOW)
        assert [one.id for one in pressing.of_rank(connection, 131, NOW)] == [1]
        before = NOW - timedelta(microseconds=1)
        assert list(pressing.of_rank(connection, 131, before)) == []


def test_no_more_is_read_than_is_asked_for(database: Database) -> None:
    with database.transaction() as connection:
        for number in range(200):
            put(connection, number, 31, NOW - HOUR * number)
        first = islice(pressing.of_rank(connection, 31, NOW), pressing.FIRST_PAGE)
        assert [one.id for one in first] == list(range(199, 199 - pressing.FIRST_PAGE, -1))

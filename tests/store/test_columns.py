"""Instants: refused when naive, given back in UTC, and no column that could forget it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import DateTime, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import StatementError

from qa_workflow.store import council
from qa_workflow.store.columns import AwareDateTime, from_microseconds, instant_of, to_microseconds
from qa_workflow.store.database import Database
from qa_workflow.store.tables import METADATA

POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


def test_an_instant_without_a_time_zone_is_refused(database: Database) -> None:
    naive = datetime(2025, 10, 1, 8)  # noqa: DTZ001 - that is the point
    with (
        pytest.raises(StatementError, match="has no time zone"),
        database.transaction() as connection,
    ):
        council.put_pass(connection, "daemon", naive, 30)


def test_an_instant_given_in_another_zone_comes_back_in_utc(database: Database) -> None:
    elsewhere = datetime(2025, 10, 1, 10, tzinfo=timezone(timedelta(hours=2)))
    with database.transaction() as connection:
        council.put_pass(connection, "daemon", elsewhere, 30)
    with database.reading() as connection:
        found = connection.execute(
            select(METADATA.tables["daemon_pass"].c.last_pass_at)
        ).scalar_one()
    assert (found, found.tzinfo) == (datetime(2025, 10, 1, 8, tzinfo=UTC), UTC)


@given(st.datetimes(timezones=st.just(UTC)))
def test_no_microsecond_of_any_instant_is_lost(instant: datetime) -> None:
    assert from_microseconds(to_microseconds(instant)) == instant


def test_no_column_of_any_table_is_a_plain_datetime() -> None:
    plain = [
        f"{table.name}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.columns
        if isinstance(column.type, DateTime)
    ]
    assert plain == []


def test_every_column_that_is_an_instant_by_name_is_one_by_type() -> None:
    named = {
        f"{table.name}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.columns
        if column.name == "at" or column.name.endswith("_at")
    }
    typed = {
        f"{table.name}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.columns
        if isinstance(column.type, AwareDateTime)
    }
    assert typed - {"block.since"} == named


def test_postgresql_keeps_instants_with_their_zone() -> None:
    assert AwareDateTime().compile(POSTGRESQL) == "TIMESTAMP WITH TIME ZONE"


def test_postgresql_is_given_the_instant_in_utc() -> None:
    elsewhere = datetime(2025, 10, 1, 10, tzinfo=timezone(timedelta(hours=2)))
    given_to_driver = AwareDateTime().process_bind_param(elsewhere, POSTGRESQL)
    assert given_to_driver.isoformat() == "2025-10-01T08:00:00+00:00"


def test_what_postgresql_gives_back_is_turned_to_utc() -> None:
    local = datetime(2025, 10, 1, 9, tzinfo=timezone(timedelta(hours=1)))
    assert instant_of(local) == datetime(2025, 10, 1, 8, tzinfo=UTC)

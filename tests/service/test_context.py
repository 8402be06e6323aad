"""The roster is read once and kept for as long as it stands: whoever changes it, and however, nobody sees an old one."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from council import Council
from sqlalchemy import Connection, event

from qa_workflow.engine.people import Delegation, Person, Roster
from qa_workflow.service.context import MAX_ROSTERS, Context
from qa_workflow.store import people
from qa_workflow.store.database import Database

NEW = Person(person_id="new", name="Nora New", roles=frozenset({"auditor"}))
LENT = Delegation(
    from_person="sandy", to_person="aud1", role="sm_sqa", from_on=date(2025, 11, 1), until_on=date(2025, 11, 30),
)  # fmt: skip
# What anybody may do who has the file open, past every service.
BY_HAND = (
    "INSERT INTO person (person_id, name) VALUES ('raw', 'Raw')",
    "UPDATE person SET name = 'Somebody Else' WHERE person_id = 'sandy'",
    "UPDATE person SET active_to = '2025-01-01' WHERE person_id = 'sandy'",
    "DELETE FROM person WHERE person_id = 'sandy'",
    "DELETE FROM person",
    "INSERT INTO person_role (person_id, role) VALUES ('sandy', 'vsh')",
    "UPDATE person_role SET role = 'vsh' WHERE person_id = 'sandy'",
    "DELETE FROM person_role WHERE person_id = 'sandy'",
    "INSERT OR REPLACE INTO person (person_id, name) VALUES ('sandy', 'Another')",
    (
        "INSERT INTO delegation (from_person, to_person, role, from_on, until_on, recorded_by, recorded_at) "
        "VALUES ('sandy', 'aud1', 'sm_sqa', '2025-11-01', '2025-11-30', 'sandy', 0)"
    ),
)


class Undone(Exception):
    """Takes a transaction back."""


def take_back(ctx: Context) -> Roster:
    """Write somebody new, read the roster, and take both back; return what was read."""
    with suppress(Undone), ctx.database.transaction() as connection:
        people.save_people(connection, [NEW])
        roster = ctx.roster(connection)
        raise Undone
    return roster


def reads(ctx: Context, connection: Connection) -> int:
    """Return how many statements it takes to know the roster."""
    seen: list[str] = []

    def hear(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(ctx.database.engine, "before_cursor_execute", hear)
    ctx.roster(connection)
    event.remove(ctx.database.engine, "before_cursor_execute", hear)
    return len(seen)


def true_of(ctx: Context) -> bool:
    """Tell whether the roster that is given is the one that stands in the tables."""
    with ctx.database.reading() as connection:
        read = people.load_roster(connection).filled(ctx.framework.filled_by)
        return ctx.roster(connection) == read


@pytest.fixture
def ctx(council: Council) -> Context:
    """Give a context that knows the roster already."""
    known: Context = council.ctx
    with known.database.reading() as connection:
        known.roster(connection)
    return known


# ------------------------------------------------------------------ kept
def test_a_roster_that_stands_is_read_by_its_stamp_alone(ctx: Context) -> None:
    with ctx.database.reading() as first:
        kept = ctx.roster(first)
    with ctx.database.reading() as second:
        assert reads(ctx, second) == 1
        assert ctx.roster(second) is kept


def test_no_more_rosters_are_kept_than_are_needed(ctx: Context) -> None:
    for number in range(3 * MAX_ROSTERS):
        with ctx.database.transaction() as connection:
            people.save_people(connection, [replace(NEW, name=f"Nora {number}")])
            ctx.roster(connection)
    assert len(ctx._rosters) <= MAX_ROSTERS


# ------------------------------------------------------------------ never old
def test_a_person_who_was_added_is_seen(ctx: Context) -> None:
    with ctx.database.transaction() as connection:
        people.save_people(connection, [NEW])
    with ctx.database.reading() as connection:
        assert ctx.roster(connection).get("new") == NEW


def test_what_a_transaction_writes_itself_is_seen_by_it(ctx: Context) -> None:
    with ctx.database.transaction() as connection:
        people.save_people(connection, [NEW])
        assert ctx.roster(connection).get("new") == NEW


def test_a_delegation_is_seen(ctx: Context) -> None:
    with ctx.database.transaction() as connection:
        people.save_delegation(
            connection, LENT, recorded_by="sandy", recorded_at=datetime(2025, 11, 1, tzinfo=UTC)
        )
    with ctx.database.reading() as connection:
        assert LENT in ctx.roster(connection).delegations


@pytest.mark.parametrize("statement", BY_HAND)
def test_whatever_is_written_past_every_service_is_seen(ctx: Context, statement: str) -> None:
    with ctx.database.reading() as connection:
        before = ctx.roster(connection)
    elsewhere = Database(ctx.database.url.render_as_string(hide_password=False))
    with elsewhere.transaction() as connection:
        connection.exec_driver_sql(statement)
    elsewhere.close()
    with ctx.database.reading() as connection:
        assert ctx.roster(connection) != before
    assert true_of(ctx)


@pytest.mark.parametrize("table", ["person", "person_role", "delegation"])
@pytest.mark.parametrize("verb", ["update", "delete", "insert"])
def test_every_write_to_the_roster_draws_another_stamp(ctx: Context, table: str, verb: str) -> None:
    said = {
        "insert": f"INSERT INTO {table} SELECT * FROM kept",  # noqa: S608 - our own tables
        "update": f"UPDATE {table} SET rowid = rowid",  # noqa: S608
        "delete": f"DELETE FROM {table}",  # noqa: S608
    }
    with ctx.database.transaction() as connection:
        connection.exec_driver_sql(BY_HAND[-1])
        connection.exec_driver_sql(f"CREATE TEMP TABLE kept AS SELECT * FROM {table}")  # noqa: S608
        if verb == "insert":
            connection.exec_driver_sql(said["delete"])
        before = people.roster_stamp(connection)
        connection.exec_driver_sql(said[verb])
        assert people.roster_stamp(connection) != before
        connection.exec_driver_sql("DROP TABLE kept")


# ------------------------------------------------------------------ taken back
def test_a_roster_that_was_taken_back_is_forgotten(ctx: Context) -> None:
    with ctx.database.reading() as connection:
        before = ctx.roster(connection)
    assert take_back(ctx).get("new") == NEW
    with ctx.database.reading() as connection:
        assert ctx.roster(connection) == before


def test_what_was_taken_back_is_not_taken_for_what_is_written_next(ctx: Context) -> None:
    take_back(ctx)
    other = replace(NEW, person_id="other")
    with ctx.database.transaction() as connection:  # as many writes as were taken back
        people.save_people(connection, [other])
        roster = ctx.roster(connection)
    assert (roster.get("new"), roster.get("other")) == (None, other)
    assert true_of(ctx)


def test_what_is_written_between_two_statements_is_not_kept_under_the_stamp_before(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As on a database where each statement sees a moment of its own.
    stamps = iter(["before", "behind"])
    monkeypatch.setattr(people, "roster_stamp", lambda _connection: next(stamps))
    ctx._rosters.clear()
    with ctx.database.reading() as connection:
        ctx.roster(connection)
    assert ctx._rosters == {}


def test_without_a_stamp_nothing_is_kept(ctx: Context) -> None:
    with ctx.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM roster_stamp")
    ctx._rosters.clear()
    with ctx.database.transaction() as connection:
        people.save_people(connection, [NEW])
        ctx.roster(connection)
        people.save_people(connection, [replace(NEW, name="Nora Newer")])
    assert true_of(ctx)
    assert ctx._rosters == {}


# ------------------------------------------------------------------ several at once
def test_several_threads_see_the_roster_of_their_own_moment(ctx: Context) -> None:
    def write(number: int) -> bool:
        one = Person(person_id=f"p{number}", name="P", roles=frozenset({"auditor"}))
        with ctx.database.transaction() as connection:
            people.save_people(connection, [one])
            is_seen = ctx.roster(connection).get(one.person_id) == one
        return is_seen and true_of(ctx)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(write, range(12)))


# ------------------------------------------------------------------ by whose framework
def test_another_framework_fills_its_roles_in_its_own_roster(ctx: Context) -> None:
    there = replace(ctx, framework=replace(ctx.framework, filled_by={"vsh": ("sm_sqa",)}))
    with ctx.database.reading() as connection:
        assert "vsh" in there.roster(connection).people["sandy"].roles
        assert "vsh" not in ctx.roster(connection).people["sandy"].roles

"""Links between references: each kept once, found from either end, saved with what made them or not at all."""

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from rows import MORNING, Dump, an_entry, an_instance, begun, kept
from sqlalchemy import event

from qa_workflow.engine.instance import Link, is_reference
from qa_workflow.errors import InstanceMoved
from qa_workflow.store import links, migrate
from qa_workflow.store.database import Database
from qa_workflow.store.instances import Change

R1 = "recommendation:R-0001"
AUDIT = "case_audit:2025-26-A:C07"
LATER = datetime(2026, 1, 6, 8, tzinfo=UTC)
FROM_AUDIT = Link("came_from", AUDIT)


def found(database: Database, *references: str) -> list[tuple[str, str, str]]:
    with database.reading() as connection:
        return [(one.from_ref, one.kind, one.to_ref) for one in links.of(connection, references)]


def linked(database: Database, *some: Link, now: datetime = MORNING, **said: Any) -> None:  # noqa: ANN401 - any field
    change = Change(before=None, after=an_instance(**said), history=(an_entry(),), links=some)
    kept(database, change, now=now)


# ------------------------------------------------------------------ kept
def test_a_link_is_found_from_either_end(database: Database) -> None:
    linked(database, FROM_AUDIT)
    assert found(database, R1) == found(database, AUDIT) == [(R1, "came_from", AUDIT)]
    assert found(database, R1, AUDIT) == [(R1, "came_from", AUDIT)]
    assert found(database, "case_audit:2025-26-A:C08") == found(database) == []


def test_who_made_a_link_and_when_is_kept(database: Database) -> None:
    change = Change(
        before=None,
        after=an_instance(),
        history=(an_entry(actor="pat"), an_entry("close")),
        links=(FROM_AUDIT,),
    )
    kept(database, change, now=LATER)
    with database.reading() as connection:
        (one,) = links.of(connection, [R1])
    assert (one.actor, one.at) == ("pat", LATER)


def test_the_same_link_is_kept_once_and_as_it_was_first_made(database: Database) -> None:
    linked(database, FROM_AUDIT, FROM_AUDIT)
    with database.transaction() as connection:
        links.keep(connection, [(R1, FROM_AUDIT, "sandy")], now=LATER)
    with database.reading() as connection:
        assert [(one.actor, one.at) for one in links.of(connection, [R1])] == [("system", MORNING)]


def test_links_of_another_kind_or_the_other_way_stand_beside_it(database: Database) -> None:
    linked(database, FROM_AUDIT, Link("follows", AUDIT))
    with database.transaction() as connection:
        links.keep(connection, [(AUDIT, Link("came_from", R1), "sandy")], now=MORNING)
    assert len(found(database, R1)) == 3


@pytest.mark.parametrize("to", ["", "  ", R1, f" {R1} "])
def test_a_link_to_nothing_or_to_itself_is_none(database: Database, dump: Dump, to: str) -> None:
    linked(database, Link("feeds", to))
    assert found(database, R1) == []
    assert not any("INSERT INTO" in line and '"link"' in line for line in dump())


def test_a_link_of_no_known_kind_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="'likes' is no kind of link: came_from, follows, feeds"):
        Link("likes", AUDIT)  # type: ignore[arg-type]


def test_a_change_that_is_not_saved_leaves_no_link(database: Database) -> None:
    stale = an_instance()
    begun(database)
    change = Change(before=stale, after=stale, history=(an_entry("note"),), links=(FROM_AUDIT,))
    with pytest.raises(InstanceMoved):
        kept(database, change)
    assert found(database, R1) == []


def test_what_makes_no_link_asks_nothing_of_the_links(database: Database) -> None:
    said: list[str] = []
    event.listen(
        database.engine, "before_cursor_execute", lambda *args: said.append(str(args[2]).lower())
    )
    begun(database)
    assert said
    assert not any(" link" in one or " voice" in one for one in said)


def test_what_stands_at_the_ends_is_named(database: Database) -> None:
    linked(database, FROM_AUDIT, title="Write the plan with the child")
    with database.reading() as connection:
        ends = links.ends(connection, [R1, AUDIT])
    assert ends == {
        R1: links.End(
            reference=R1,
            process="recommendation",
            subject="C01",
            title="Write the plan with the child",
            state="raised",
        )
    }


@pytest.mark.parametrize(
    "text", [R1, AUDIT, "voice:V-0001", "plan_line:2025-26-A:ziele-für-kinder"]
)
def test_references_are_told_from_words(text: str) -> None:
    assert is_reference(text)


@pytest.mark.parametrize("text", ["", "SIP-12", "a phone call", "from: the school", "R-0001", ":x"])
def test_words_are_told_from_references(text: str) -> None:
    assert not is_reference(text)


# ------------------------------------------------------------------ a database of an older version
def test_what_stood_below_another_before_links_were_kept_came_from_it(tmp_path: Any) -> None:  # noqa: ANN401
    made = Database(f"sqlite:///{tmp_path / 'older.db'}", busy_seconds=0)
    columns = (
        "reference, process, definition_version, subject, title, state, version, seq, epoch, due_epoch, "
        "opened_at, entered_at, entered_on, data, refusals, head_hash, id, parent_id"
    )
    with made.transaction() as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for reference, number, parent in ((AUDIT, 1, "NULL"), (R1, 2, "1")):
            connection.exec_driver_sql(
                f"INSERT INTO process_instance ({columns}) VALUES ('{reference}', 'p', 1, 'C07', 't', 's', "  # noqa: S608
                f"1, 1, 1, 1, 5, 5, '2025-10-01', '{{}}', '{{}}', 'h', {number}, {parent})"
            )
    migrate.upgrade(made)
    assert found(made, R1, AUDIT) == [(R1, "came_from", AUDIT)]
    made.close()

"""The children's own words in the database: byte for byte, once, for good, each with a reference of its own."""

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rows import MORNING, an_entry, an_instance, begun, kept
from sqlalchemy.exc import DatabaseError

from qa_workflow.engine.instance import Voice
from qa_workflow.errors import InstanceMoved
from qa_workflow.store import links, voices
from qa_workflow.store.database import Database
from qa_workflow.store.instances import Change
from qa_workflow.store.voices import KeptVoice

R1 = "recommendation:R-0001"
HEARD_ON = date(2025, 9, 30)
LATER = datetime(2026, 1, 6, 8, tzinfo=UTC)


def a_voice(words: str = "I like it here", **said: str) -> Voice:
    made = Voice(case_id="C07", words=words, method="app", heard_on=HEARD_ON)
    return replace(made, **said)  # type: ignore[arg-type]


def record(database: Database, *some: Voice, number: int = 1, actor: str = "pat") -> None:
    """Let the start of an instance record what children said."""
    kept(
        database,
        Change(
            before=None, after=an_instance(number), history=(an_entry(actor=actor),), voices=some
        ),
    )


def found(database: Database, case_id: str | None = None) -> list[KeptVoice]:
    with database.reading() as connection:
        return voices.find(connection, case_id=case_id)


def traced(database: Database, reference: str) -> list[tuple[str, str, str]]:
    with database.reading() as connection:
        return [(one.from_ref, one.kind, one.to_ref) for one in links.of(connection, [reference])]


# ------------------------------------------------------------------ kept
def test_a_voice_is_kept_with_all_that_is_known_of_it(database: Database) -> None:
    record(database, a_voice())
    assert found(database) == [
        KeptVoice(
            number=1, case_id="C07", words="I like it here", method="app", heard_on=HEARD_ON,
            instance=R1, recorded_by="pat", recorded_at=MORNING,
        )
    ]  # fmt: skip


def test_a_voice_has_its_own_reference_and_is_evidence_for_what_recorded_it(
    database: Database,
) -> None:
    record(database, a_voice())
    assert traced(database, R1) == [("voice:V-0001", "evidences", R1)]


def test_a_voice_may_be_evidence_for_something_else(database: Database) -> None:
    record(database, a_voice(source="case_audit:2025-26-A:C07"))
    assert found(database)[0].instance == "case_audit:2025-26-A:C07"
    assert traced(database, "voice:V-0001") == [
        ("voice:V-0001", "evidences", "case_audit:2025-26-A:C07")
    ]


@given(words=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_words_come_back_byte_for_byte(database: Database, words: str) -> None:
    with database.engine.connect() as connection, connection.begin() as transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        voices.keep(connection, R1, [a_voice(words)], actor="pat", now=MORNING)
        (kept_one,) = voices.find(connection)
        assert kept_one.words.encode() == words.encode()
        transaction.rollback()


def test_voices_are_numbered_in_the_order_they_were_said(database: Database) -> None:
    record(database, a_voice("First"), a_voice("Second", case_id="C08"))
    record(database, a_voice("Third"), number=2)
    assert [(one.reference, one.words) for one in found(database)] == [
        ("voice:V-0001", "First"), ("voice:V-0002", "Second"), ("voice:V-0003", "Third"),
    ]  # fmt: skip
    assert [one.words for one in found(database, "C07")] == ["First", "Third"]
    assert found(database, "C09") == []


def test_the_same_words_in_the_same_place_are_one_voice(database: Database) -> None:
    record(database, a_voice(), a_voice())
    with database.transaction() as connection:
        assert voices.keep(connection, R1, [a_voice()], actor="sandy", now=LATER) == []
        (fresh,) = voices.keep(connection, R1, [a_voice(), a_voice("No")], actor="sandy", now=LATER)
    assert [(one.number, one.recorded_by) for one in found(database)] == [(1, "pat"), (2, "sandy")]
    assert fresh[0] == "voice:V-0002"  # what is known already takes no number


@pytest.mark.parametrize(
    "other",
    [
        a_voice("I like it here "),
        a_voice("i like it here"),
        a_voice(method="drawing"),
        a_voice(case_id="C08"),
        a_voice(source="case_audit:2025-26-A:C07"),
        Voice(case_id="C07", words="I like it here", method="app", heard_on=date(2025, 9, 29)),
    ],
)
def test_what_differs_in_anything_is_another_voice(database: Database, other: Voice) -> None:
    record(database, a_voice(), other)
    assert len(found(database)) == 2


def test_a_change_that_is_not_saved_leaves_no_voice(database: Database) -> None:
    stale = an_instance()
    begun(database)
    change = Change(before=stale, after=stale, history=(an_entry("note"),), voices=(a_voice(),))
    with pytest.raises(InstanceMoved):
        kept(database, change)
    assert found(database) == []
    assert traced(database, R1) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE voice SET words = 'He is happy'", "DELETE FROM voice"]
)
def test_the_database_itself_refuses_to_change_or_remove_a_voice(
    database: Database, statement: str
) -> None:
    record(database, a_voice())
    with (
        pytest.raises(DatabaseError, match="a voice is written once"),
        database.transaction() as connection,
    ):
        connection.exec_driver_sql(statement)
    with (
        sqlite3.connect(str(database.path)) as plain,
        pytest.raises(sqlite3.IntegrityError, match="a voice is written once"),
    ):
        plain.execute(statement)
    plain.close()
    assert found(database)[0].words == "I like it here"


# ------------------------------------------------------------------ references
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("voice:V-0001", 1), ("V-0001", 1), ("v-12", 12), (" voice:V-10000 ", 10000),
        ("voice:V-", None), ("voice:1", None), ("recommendation:R-0001", None), ("", None),
        (f"V-{'9' * 19}", None), ("V-٣", None),
    ],
)  # fmt: skip
def test_the_reference_of_a_voice_is_known_by_its_form(text: str, number: int | None) -> None:
    assert voices.number_of(text) == number


def test_a_reference_has_at_least_four_figures() -> None:
    assert [voices.reference_of(number) for number in (7, 12345)] == [
        "voice:V-0007",
        "voice:V-12345",
    ]

"""The history is written once, every entry is tied to the one before, and tampering shows."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from council import AUTUMN, Council, found
from hypothesis import given
from hypothesis import strategies as st
from rows import an_entry, an_instance, begun, kept
from sqlalchemy.exc import DatabaseError

from qa_workflow import wiring
from qa_workflow.engine.people import Person
from qa_workflow.engine.record import FOLDED, fold, plain_block
from qa_workflow.service import enquiries
from qa_workflow.settings import Settings
from qa_workflow.store import histories, instances, people, reports
from qa_workflow.store.chain import canonical
from qa_workflow.store.database import Database
from qa_workflow.store.instances import Change

AUDIT = "case_audit:2025-26-A:C01"


# ------------------------------------------------------------------ written once
@pytest.mark.parametrize(
    "statement", ["UPDATE history_entry SET reason = 'another'", "DELETE FROM history_entry"]
)
def test_the_database_itself_refuses_to_rewrite_history(database: Database, statement: str) -> None:
    begun(database)
    with (
        pytest.raises(DatabaseError, match="history is written once"),
        database.transaction() as connection,
    ):
        connection.exec_driver_sql(statement)


def test_not_even_another_program_can_rewrite_history(database: Database) -> None:
    begun(database)
    plain = sqlite3.connect(str(database.path))
    with pytest.raises(sqlite3.IntegrityError, match="history is written once"):
        plain.execute("UPDATE history_entry SET actor = 'nobody'")
    plain.close()


# ------------------------------------------------------------------ the chain
@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Council:
    """Tell a story with many hands, once: a round opens, its sample is frozen, one audit goes to its end."""
    made = found(tmp_path_factory.mktemp("told"))
    made.import_people()
    made.import_cases([f"C{number:02}" for number in range(1, 5)])
    sample = made.open_autumn_round()
    made.at("2025-10-09 09:00")
    made.close_audit(f"case_audit:2025-26-A:{sample[0]}")
    made.at("2026-01-20 09:00").passes()
    made.ctx.database.close()
    return made


@pytest.fixture
def story(told: Council, tmp_path: Path) -> Iterator[Council]:
    """Give a copy of the story, to be tampered with."""
    shutil.copyfile(str(told.ctx.database.path), tmp_path / "council.db")
    ctx = wiring.build(Settings(database_url=f"sqlite:///{tmp_path / 'council.db'}"))
    yield Council(ctx, tmp_path, told.now)
    ctx.database.close()


def _verified(council: Council) -> tuple[int, str | None, int | None, str]:
    checked, bad = enquiries.verify_history(council.ctx, None, now=council.now)
    return (checked, None, None, "") if bad is None else (checked, bad.reference, bad.seq, bad.why)


def _plain(council: Council) -> sqlite3.Connection:
    return sqlite3.connect(str(council.ctx.database.path))


def test_a_whole_story_verifies(story: Council) -> None:
    plain = _plain(story)
    (number,) = plain.execute("SELECT count(*) FROM history_entry").fetchone()
    plain.close()
    assert _verified(story) == (number, None, None, "")


def test_the_chain_of_one_instance_verifies_by_itself(story: Council) -> None:
    checked, bad = enquiries.verify_history(story.ctx, AUTUMN, now=story.now)
    assert (checked, bad) == (len(story.history(AUTUMN)), None)


def test_an_inspector_needs_only_json_and_hashlib_to_verify_the_chain(story: Council) -> None:
    plain = _plain(story)
    plain.row_factory = sqlite3.Row
    broken = []
    for instance in plain.execute(
        "SELECT id, reference, head_hash FROM process_instance"
    ).fetchall():
        previous = ""
        for row in plain.execute(
            "SELECT seq, at, recorded_at, actor, role, on_behalf_of, action, before, after, level, nominal_on, "
            "reason, data, changes, definition_version, hash FROM history_entry WHERE instance_id = ? ORDER BY seq",
            (instance["id"],),
        ):
            hashed = [1, previous, instance["reference"], *tuple(row)[:-1]]
            text = json.dumps(hashed, separators=(",", ":"), ensure_ascii=False)
            previous = hashlib.sha256(text.encode()).hexdigest()
            if previous != row["hash"]:
                broken.append((instance["reference"], row["seq"]))
        if previous != instance["head_hash"]:
            broken.append((instance["reference"], "head"))
    plain.close()
    assert broken == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=12,
    )
)
def test_the_standard_library_writes_canonical_json_byte_for_byte(value: Any) -> None:  # noqa: ANN401 - any JSON
    assert canonical(value) == json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


# ------------------------------------------------------------------ tampering
def _tamper(council: Council, statement: str, reference: str = AUTUMN) -> None:
    plain = _plain(council)
    plain.executescript(
        "DROP TRIGGER history_entry_no_update; DROP TRIGGER history_entry_no_delete"
    )
    changed = plain.execute(
        statement  # noqa: S608 - tampering
        + " AND instance_id = (SELECT id FROM process_instance WHERE reference = ?)",
        (reference,),
    )
    assert changed.rowcount == 1
    plain.commit()
    plain.close()


@pytest.mark.parametrize(
    "edit",
    [
        "actor = 'nobody'", "at = at - 1", "recorded_at = recorded_at + 1", "action = 'other'",
        "before = 'other'", "after = 'other'", "reason = 'other'", "data = '{\"a\":1}'", "changes = '{}'",
        "role = 'other'", "on_behalf_of = 'other'", "level = 'L3'", "nominal_on = '2025-01-01'",
        "definition_version = 9", "hash = 'other'",
    ],
)  # fmt: skip
def test_an_entry_that_was_edited_is_named(story: Council, edit: str) -> None:
    _tamper(story, f"UPDATE history_entry SET {edit} WHERE seq = 3")  # noqa: S608 - tampering
    assert _verified(story)[1:3] == (AUTUMN, 3)


def test_an_entry_removed_from_the_middle_is_named(story: Council) -> None:
    _tamper(story, "DELETE FROM history_entry WHERE seq = 2")
    assert _verified(story)[1:] == (AUTUMN, 2, "entry 2 is missing")


def test_an_entry_removed_from_the_end_is_missed(story: Council) -> None:
    last = len(story.history(AUTUMN))
    _tamper(story, f"DELETE FROM history_entry WHERE seq = {last}")  # noqa: S608 - tampering
    assert _verified(story)[1:] == (
        AUTUMN,
        last,
        f"the history ends early: entry {last} should be its last",
    )


def test_entries_moved_from_one_instance_to_another_do_not_fit(story: Council) -> None:
    plain = _plain(story)
    plain.executescript("DROP TRIGGER history_entry_no_update")
    swap = "UPDATE history_entry SET instance_id = ? WHERE instance_id = ? AND seq = 1"
    for new, old in ((-1, 2), (2, 3), (3, -1)):
        plain.execute(swap, (new, old))
    plain.commit()
    plain.close()
    assert _verified(story)[2] == 1


def test_what_stands_before_the_first_bad_entry_is_counted_as_checked(story: Council) -> None:
    _tamper(story, "UPDATE history_entry SET actor = 'nobody' WHERE seq = 3")
    checked, bad = enquiries.verify_history(story.ctx, AUTUMN, now=story.now)
    assert (checked, bad is not None) == (2, True)


# ------------------------------------------------------------------ folding
def test_the_history_folded_is_the_instance_for_every_instance_of_a_story(story: Council) -> None:
    differ = []
    with story.ctx.database.reading() as connection:
        for number in reports.find_ids(connection, reports.Wanted(include_final=True)):
            one = instances.load(connection, number)
            folded = fold(told.entry for told in histories.history_of(connection, number))
            differ += [
                (one.reference, name, folded.get(name), getattr(one, name))
                for name in FOLDED
                if folded.get(name) != getattr(one, name)
            ]
            if folded["data"] != one.data:
                differ.append((one.reference, "data", folded["data"], one.data))
            if folded.get("blocks", []) != [plain_block(block) for block in one.blocks]:
                differ.append((one.reference, "blocks", folded.get("blocks"), one.blocks))
    assert differ == []


def test_the_number_of_the_last_entry_stands_on_every_instance(story: Council) -> None:
    plain = _plain(story)
    differing = plain.execute(
        "SELECT reference FROM process_instance WHERE seq <> "
        "(SELECT count(*) FROM history_entry WHERE instance_id = process_instance.id)"
    ).fetchall()
    plain.close()
    assert differing == []


# ------------------------------------------------------------------ questions to the history
def _who_submitted(database: Database, *asked: str) -> set[str]:
    with database.transaction() as connection:
        people.save_people(
            connection,
            [
                Person(person_id=one, name=one, roles=frozenset())
                for one in ("aud1", "aud2", "aud3")
            ],
        )
        return set(histories.have_submitted(connection, asked or ("aud1", "aud2")))


def _submits(database: Database, number: int, process: str, who: str = "aud1") -> None:
    entry = an_entry("submit", actor=who)
    kept(
        database, Change(before=None, after=an_instance(number, process=process), history=(entry,))
    )


def test_nobody_has_submitted_before_the_first_submission(database: Database) -> None:
    assert _who_submitted(database) == set()


def test_whoever_submitted_an_audit_once_has_submitted(database: Database) -> None:
    _submits(database, 1, "case_audit")
    assert _who_submitted(database) == {"aud1"}


def test_what_was_submitted_in_another_process_is_no_audit(database: Database) -> None:
    _submits(database, 1, "recommendation")
    assert _who_submitted(database) == set()


def test_an_audit_counts_beside_what_was_submitted_in_another_process(database: Database) -> None:
    _submits(database, 1, "recommendation")
    _submits(database, 2, "case_audit")
    assert _who_submitted(database) == {"aud1"}


def test_what_somebody_else_submitted_does_not_count(database: Database) -> None:
    _submits(database, 1, "case_audit")
    assert _who_submitted(database, "aud2") == set()


def test_several_people_are_asked_about_at_once(database: Database) -> None:
    for number, who in enumerate(("aud1", "aud2", "aud3", "aud1"), start=1):
        _submits(database, number, "case_audit", who)
    assert _who_submitted(database, "aud1", "aud3") == {"aud1", "aud3"}


def test_the_last_actor_of_an_instance_without_history_is_nobody(database: Database) -> None:
    with database.reading() as connection:
        assert histories.last_actor(connection, 1) is None

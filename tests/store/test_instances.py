"""Saving an instance: nothing lost, nothing half, nobody overwritten."""

import string
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rows import MORNING, Dump, a_block, a_timer, an_entry, an_instance, begun, kept
from sqlalchemy.exc import DatabaseError, IntegrityError

from qa_workflow.engine.instance import Block, ProcessInstance, Timer
from qa_workflow.errors import InstanceMoved, InstanceNotFound
from qa_workflow.store import histories, instances, migrate, outbox
from qa_workflow.store.database import Database
from qa_workflow.store.instances import Change, Message

# ------------------------------------------------------------------ any instance at all
_text = st.text(max_size=12)
_word = st.text(string.ascii_lowercase + "_", min_size=1, max_size=8)
_maybe = st.none() | _text
_instant = st.datetimes(timezones=st.just(UTC))
_whole = st.integers(min_value=-(2**53), max_value=2**53)
_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | _whole | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=6,
)
_timers = st.lists(
    st.builds(
        Timer,
        deadline=_word, level=st.sampled_from(["R1", "L0", "L1", "expiry"]), due_at=_instant,
        epoch=st.integers(0, 3), fixed=st.booleans(),
    ),
    max_size=4, unique_by=lambda one: (one.deadline, one.epoch, one.level),
).map(tuple)  # fmt: skip
_blocks = st.lists(
    st.builds(
        Block,
        reason=_word, note=_text, since=_instant, by=_word, waiting_on=_maybe,
        review_on=st.none() | st.dates(), cause=st.none() | _word,
    ),
    max_size=3,
).map(tuple)  # fmt: skip
_FIELDS = {
        "definition_version": st.integers(1, 9), "subject": _text, "state": _word, "title": _text,
        "case_id": _maybe, "team": _maybe, "version": st.integers(1, 99), "epoch": st.integers(1, 9),
        "due_epoch": st.integers(1, 9), "owner": _maybe, "owner_role": _maybe,
        "due_on": st.none() | st.dates(), "due_level": st.none() | _word, "visit_level": st.none() | _word,
        "met_at": st.none() | _instant, "opened_at": _instant, "entered_at": _instant,
        "entered_on": st.dates(), "closed_at": st.none() | _instant, "stuck_at": st.none() | _instant,
        "parent_id": st.none() | st.integers(1, 99), "pending": st.none() | _word,
        "data": st.dictionaries(_text, _json, max_size=4),
        "refusals": st.dictionaries(_word, st.integers(1, 3), max_size=2),
        "timers": _timers, "blocks": _blocks,
}  # fmt: skip
_said = st.fixed_dictionaries(_FIELDS)
_LASTING = ("subject", "opened_at", "case_id", "parent_id")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("instances")
    made = Database(f"sqlite:///{folder / 'store.db'}", busy_seconds=0)
    migrate.upgrade(made)
    yield made
    made.close()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(said=_said)
def test_any_instance_saved_and_loaded_is_the_same(shared: Database, said: dict[str, Any]) -> None:
    instance = an_instance(**said)
    with shared.engine.connect() as connection, connection.begin() as transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        instances.save(connection, [Change(before=None, after=instance, history=())], now=MORNING)
        assert instances.load(connection, 1) == instance
        transaction.rollback()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=_said, then=_said, changed=st.sets(st.sampled_from(sorted(_FIELDS))), data=st.data())
def test_any_change_saved_and_loaded_is_the_same(
    shared: Database,
    first: dict[str, Any],
    then: dict[str, Any],
    changed: set[str],
    data: st.DataObject,
) -> None:
    with shared.engine.connect() as connection, connection.begin() as transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        instances.save(
            connection, [Change(before=None, after=an_instance(**first), history=())], now=MORNING
        )
        before = instances.load(connection, 1)
        stays = data.draw(st.sets(st.sampled_from(before.blocks))) if before.blocks else set()
        blocks = tuple(one for one in before.blocks if one in stays)
        after = replace(
            before, **{name: then[name] for name in changed - {*_LASTING, "timers", "blocks"}}
        )
        if "timers" in changed:
            after = replace(after, timers=tuple(_other(one) for one in then["timers"]))
        if "blocks" in changed:
            after = replace(after, blocks=(*blocks, *then["blocks"]))
        change = Change(before=before, after=after, history=(an_entry("note"),))
        (standing,) = instances.save(connection, [change], now=MORNING)
        found = instances.load(connection, 1)
        transaction.rollback()
    assert _sorted(found) == _sorted(standing)


def _other(timer: Timer) -> Timer:
    # A deadline of its own, so that no timer of the first save has fired or stands under its key.
    return replace(timer, deadline=f"then_{timer.deadline}")


def _sorted(instance: ProcessInstance) -> ProcessInstance:
    return replace(
        instance, timers=tuple(sorted(instance.timers, key=repr)), blocks=tuple(instance.blocks)
    )


def test_an_instance_that_is_not_there_cannot_be_loaded(database: Database) -> None:
    with database.reading() as connection, pytest.raises(InstanceNotFound, match="There is no"):
        instances.load(connection, 99)


def test_of_no_ids_no_instance_is_loaded(database: Database) -> None:
    with database.reading() as connection:
        assert instances.load_many(connection, []) == {}


# ------------------------------------------------------------------ somebody else was quicker
def _moved(instance: ProcessInstance, state: str = "assigned", **said: Any) -> Change:  # noqa: ANN401 - any field
    return Change(
        before=instance,
        after=replace(instance, state=state, version=instance.version + 1, **said),
        history=(an_entry("assign", before=instance.state, after=state),),
    )


def test_whoever_saves_second_is_told_which_instance_has_moved(database: Database) -> None:
    seen = begun(database)
    kept(database, _moved(seen))
    with pytest.raises(
        InstanceMoved, match=r"recommendation:R-0001 meanwhile: it is now at version 2, not 1"
    ):
        kept(database, _moved(seen, "withdrawn"))


def test_whoever_saves_second_writes_nothing(database: Database, dump: Dump) -> None:
    seen = begun(database)
    kept(database, _moved(seen))
    before = dump()
    with pytest.raises(InstanceMoved):
        kept(database, _moved(seen, "withdrawn", timers=(a_timer(),)))
    assert dump() == before


def test_in_a_batch_the_one_that_has_moved_is_named(database: Database) -> None:
    seen = [begun(database, number) for number in (1, 2, 3)]
    kept(database, _moved(seen[1]))
    with pytest.raises(InstanceMoved, match="R-0002"):
        kept(database, *(_moved(one, "withdrawn") for one in seen))


def test_in_a_batch_with_one_that_has_moved_nothing_is_kept(database: Database, dump: Dump) -> None:
    seen = [begun(database, number) for number in (1, 2, 3)]
    kept(database, _moved(seen[1]))
    before = dump()
    with pytest.raises(InstanceMoved):
        kept(database, *(_moved(one, "withdrawn") for one in seen))
    assert dump() == before


def test_a_ladder_level_that_comes_second_is_refused_as_well(database: Database) -> None:
    seen = begun(database)
    climbed = Change(
        before=seen,
        after=replace(seen, visit_level="L0", version=2),
        history=(an_entry("escalated"),),
    )
    kept(database, climbed)
    with pytest.raises(InstanceMoved, match="R-0001"):
        kept(database, climbed)


# ------------------------------------------------------------------ all or nothing
def _everything(seen: ProcessInstance) -> Change:
    return Change(
        before=seen,
        after=replace(
            seen,
            state="assigned",
            timers=(*(one for one in seen.timers if one.level == "L1"), a_timer("L2")),
            blocks=(a_block(note="Another."),),
        ),
        history=(an_entry("assign"),),
        fired=(a_timer("L0"),),
        messages=(Message(key="k", to="sam", channel="log", subject="s", body="b"),),
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ON process_instance",
        "INSERT ON history_entry",
        "INSERT ON timer",
        "UPDATE ON timer",
        "INSERT ON block",
        "UPDATE ON block",
        "INSERT ON outbox_message",
    ],
)
def test_when_one_statement_fails_nothing_is_kept(
    database: Database, dump: Dump, statement: str
) -> None:
    begun(database, timers=(a_timer("L0"), a_timer("L1")), blocks=(a_block(),))
    with database.transaction() as connection:
        seen = instances.load(connection, 1)
        connection.exec_driver_sql(
            f"CREATE TRIGGER broken BEFORE {statement} BEGIN SELECT RAISE(ABORT, 'the disk burns'); END"
        )
    before = dump()
    with pytest.raises(DatabaseError, match="the disk burns"):
        kept(database, _everything(seen))
    assert dump() == before


def test_with_nothing_in_the_way_the_same_change_is_kept_whole(database: Database) -> None:
    begun(database, timers=(a_timer("L0"), a_timer("L1")), blocks=(a_block(),))
    with database.transaction() as connection:
        change = _everything(instances.load(connection, 1))
        instances.save(connection, [change], now=MORNING)
        found = instances.load(connection, 1)
        messages = outbox.find_messages(connection)
        told = histories.history_of(connection, 1)
    assert (
        found.state,
        [one.level for one in found.timers],
        [one.note for one in found.blocks],
        [one.dedupe_key for one in messages],
        [one.entry.action for one in told],
    ) == ("assigned", ["L1", "L2"], ["Another."], ["k"], ["start", "assign"])


# ------------------------------------------------------------------ timers
def _statuses(database: Database) -> list[tuple[str, str]]:
    with database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT level, status FROM timer ORDER BY level")
        return [(row[0], row[1]) for row in rows]


def _with_timers(
    instance: ProcessInstance, *timers: Timer, fired: tuple[Timer, ...] = ()
) -> Change:
    return Change(
        before=instance,
        after=replace(instance, timers=timers),
        history=(an_entry("note"),),
        fired=fired,
    )


def test_the_database_refuses_the_same_level_twice(database: Database) -> None:
    begun(database, timers=(a_timer("L0"),))
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO timer (instance_id, deadline, epoch, level, due_at, fixed, status) "
            "VALUES (1, 'assign_by', 1, 'L0', 0, 0, 'armed')"
        )


def test_a_level_armed_twice_stands_once(database: Database) -> None:
    seen = begun(database, timers=(a_timer("L0"),))
    unaware = replace(seen, timers=())
    kept(database, _with_timers(unaware, a_timer("L0")))
    assert _statuses(database) == [("L0", "armed")]


def test_a_level_that_has_fired_cannot_fire_again(database: Database, dump: Dump) -> None:
    seen = begun(database, timers=(a_timer("L0"),))
    (seen,) = kept(database, _with_timers(seen, fired=(a_timer("L0"),)))
    before = dump()
    with pytest.raises(RuntimeError, match="fired before"):
        kept(database, _with_timers(seen, fired=(a_timer("L0"),)))
    assert dump() == before


def test_a_level_that_has_fired_is_not_armed_again(database: Database) -> None:
    seen = begun(database, timers=(a_timer("L0"),))
    (seen,) = kept(database, _with_timers(seen, fired=(a_timer("L0"),)))
    kept(database, _with_timers(seen, a_timer("L0")))
    assert _statuses(database) == [("L0", "fired")]


def test_a_level_that_lapsed_can_be_armed_again_for_another_day(database: Database) -> None:
    seen = begun(database, timers=(a_timer("L0"),))
    (seen,) = kept(database, _with_timers(seen))
    assert _statuses(database) == [("L0", "lapsed")]
    later = datetime(2026, 1, 5, tzinfo=UTC)
    kept(database, _with_timers(seen, a_timer("L0", due_at=later)))
    with database.reading() as connection:
        assert [one.due_at for one in instances.load(connection, 1).timers] == [later]


def test_a_level_climbed_through_in_one_pass_stands_as_fired(database: Database) -> None:
    seen = begun(database, timers=(a_timer("L0"),))
    climbed = (a_timer("L0"), a_timer("L1"))
    kept(database, _with_timers(seen, a_timer("L2"), fired=climbed))
    assert _statuses(database) == [("L0", "fired"), ("L1", "fired"), ("L2", "armed")]


# ------------------------------------------------------------------ blocks and messages
def test_two_blocks_that_say_the_same_are_two_blocks(database: Database) -> None:
    seen = begun(database, blocks=(a_block(), a_block()))
    with database.reading() as connection:
        assert instances.load(connection, seen.id).blocks == (a_block(), a_block())


def test_a_message_of_the_same_key_is_written_once(database: Database) -> None:
    seen = begun(database)
    for _ in range(2):
        message = Message(key="due:1:L0", to="sam", channel="log", subject="Overdue", body="…")
        change = Change(before=seen, after=seen, history=(an_entry("note"),), messages=(message,))
        (seen,) = kept(database, change)
    with database.reading() as connection:
        assert len(outbox.find_messages(connection)) == 1


def test_a_date_of_the_instance_is_stored_as_people_write_it(database: Database) -> None:
    begun(database, due_on=date(2025, 11, 30))
    with database.reading() as connection:
        found = connection.exec_driver_sql("SELECT due_on FROM process_instance").scalar_one()
    assert found == "2025-11-30"

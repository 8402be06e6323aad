"""A live process is changed: rehearsed, applied, stopped half way and gone on with, undone."""

from dataclasses import replace
from typing import Any

import pytest
from council import AUTUMN, Council
from follow_up import raise_by_hand
from versions import (
    an_order,
    applied,
    changed,
    deploys,
    dumped,
    rehearsed,
    with_state_renamed,
)

from qa_workflow.engine.definition import ProcessDefinition, Within
from qa_workflow.engine.record import FOLDED, fold
from qa_workflow.errors import InstanceNotFound, RejectedFile, WrongInput
from qa_workflow.patterns.ladders import IMMEDIATE_SAFETY
from qa_workflow.service import migrations, undoing
from qa_workflow.service.undoing import Undone
from qa_workflow.store import histories, instances, reports
from qa_workflow.store import process_migrations as kept

RAISED = '[states]\nraised = "received"\n'


def received(council: Council, **changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields
    """Return version 2 of the recommendation, whose first state is called `received`."""
    return with_state_renamed(changed(council, "recommendation", **changes), "raised", "received")


@pytest.fixture
def many(council: Council) -> Council:
    """Give a council with twelve recommendations raised on 1 October 2025, in batches of five."""
    council.at("2025-10-01 09:00")
    for number in range(1, 13):
        raise_by_hand(council, f"C{number:02}")
    council.ctx = replace(council.ctx, batch_size=5)
    return council


def standing(council: Council, reference: str) -> Any:  # noqa: ANN401 - a ProcessInstance
    with council.ctx.database.reading() as connection:
        number = reports.find_by_reference(connection, [reference])[reference]
        return instances.load(connection, number)


def pins(council: Council, name: str) -> dict[int, int]:
    found: dict[int, int] = {}
    for one in council.listed(process=name):
        found[one["definition_version"]] = found.get(one["definition_version"], 0) + 1
    return found


def everything_adds_up(council: Council) -> bool:
    """Tell whether every chain holds and every history gives its instance again."""
    with council.ctx.database.reading() as connection:
        _, bad = histories.verify_chain(connection)
        for number in reports.every_id(connection):
            one = instances.load(connection, number)
            told = [each.entry for each in histories.history_of(connection, number)]
            found = fold(told)
            if any(found.get(name) != getattr(one, name) for name in FOLDED):
                return False
            if found["data"] != one.data:
                return False
    return bad is None


def undo(council: Council, number: int = 1, **more: Any) -> Undone:  # noqa: ANN401 - what is asked for
    told = {"process": "recommendation", "actor": "cli:test", "now": council.now, **more}
    return undoing.undo(council.ctx, number, **told)


# ------------------------------------------------------------------ rehearse and apply
def test_every_open_instance_is_rehearsed_and_nothing_is_changed(many: Council) -> None:
    deploys(many, received(many))
    before = dumped(many)
    report = rehearsed(many, "recommendation", RAISED)
    assert dumped(many) == before
    assert {(one["from"], one["to"]) for one in report.items} == {("raised", "received")}
    assert (len(report.items), report.written, report.migration, report.is_clean) == (
        12,
        False,
        None,
        True,
    )


def test_what_is_rehearsed_is_what_is_applied(many: Council) -> None:
    many.at("2025-10-20 08:00").passes()
    new = received(many)
    longer = tuple(
        replace(one, due=Within(90)) if one.state == "received" else one for one in new.deadlines
    )
    deploys(many, replace(new, deadlines=longer))
    would = rehearsed(many, "recommendation", RAISED)
    done = applied(many, "recommendation", RAISED)
    assert done.items == would.items
    assert any(one["changed"] for item in done.items for one in item["deadlines"])
    for item in done.items:
        shown = many.show(item["reference"])
        assert (shown["state"], shown["definition_version"]) == ("received", 2)
        days = {one["name"]: one["due_on"] for one in shown["deadlines"]}
        assert all(days[one["deadline"]] == one["to"] for one in item["deadlines"])
    assert (done.migration, done.left) == (1, 0)
    assert everything_adds_up(many)


def test_each_instance_has_one_entry_more_and_goes_on_by_the_new_rules(many: Council) -> None:
    deploys(many, received(many))
    applied(many, "recommendation", RAISED, as_person="sandy", reason="Named as people name it.")
    entry = many.history("R-0001")[-1]
    assert (entry["action"], entry["actor"], entry["reason"]) == (
        "migrated",
        "sandy",
        "Named as people name it.",
    )
    assert (entry["from"], entry["to"], entry["definition_version"]) == ("raised", "received", 2)
    assert [one["action"] for one in many.history("R-0001")].count("migrated") == 1
    moved = many.fire("R-0001", "assign", by="sandy", **ASSIGNED)
    assert (moved.state, moved.definition_version) == ("assigned", 2)


ASSIGNED: dict[str, Any] = {"category": "case_action", "owner": "pat"}


def test_an_instance_that_was_brought_over_is_no_longer_in_the_way(many: Council) -> None:
    deploys(many, received(many))
    applied(many, "recommendation", RAISED)
    with pytest.raises(WrongInput, match="to be brought over") as told:
        rehearsed(many, "recommendation", RAISED, from_pin="7")
    assert "12 by 2@" in str(told.value)


# ------------------------------------------------------------------ stopped half way
def test_a_part_of_them_may_go_first_and_the_same_order_goes_on(many: Council) -> None:
    deploys(many, received(many))
    first = applied(many, "recommendation", RAISED, limit=7)
    assert (len(first.items), first.left, pins(many, "recommendation")) == (7, 5, {1: 5, 2: 7})
    rest = applied(many, "recommendation", RAISED)
    assert (len(rest.items), rest.left, rest.migration) == (5, 0, first.migration)
    assert pins(many, "recommendation") == {2: 12}
    everyone = {one["reference"] for one in (*first.items, *rest.items)}
    assert len(everyone) == 12
    assert everything_adds_up(many)


def test_killed_between_two_batches_the_same_order_goes_on_with_the_rest(
    many: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploys(many, received(many))
    real, calls = kept.put_steps, []

    def killed(*given: Any) -> None:  # noqa: ANN401 - what it is given
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*given)

    monkeypatch.setattr(kept, "put_steps", killed)
    with pytest.raises(KeyboardInterrupt):
        applied(many, "recommendation", RAISED)
    monkeypatch.undo()
    assert pins(many, "recommendation") == {1: 7, 2: 5}
    done = applied(many, "recommendation", RAISED)
    assert (len(done.items), done.migration, pins(many, "recommendation")) == (7, 1, {2: 12})
    with many.ctx.database.reading() as connection:
        one = kept.find(connection, 1)
        assert sum(len(page) for page in kept.step_pages(connection, 1, 5)) == 12
        assert kept.find(connection, 2) is None
    assert one is not None
    assert one.finished_at is not None


def test_killed_at_the_very_end_the_same_order_only_closes_it(many: Council) -> None:
    deploys(many, received(many))
    applied(many, "recommendation", RAISED)
    with many.ctx.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE process_migration SET finished_at = NULL")
    again = applied(many, "recommendation", RAISED)
    assert (again.items, again.migration) == ([], 1)
    with many.ctx.database.reading() as connection:
        one = kept.find(connection, 1)
    assert one is not None
    assert one.finished_at is not None


def test_one_that_cannot_be_brought_over_keeps_no_other_from_it(many: Council) -> None:
    deploys(many, received(many))
    with many.ctx.database.transaction() as connection:
        connection.exec_driver_sql(
            "UPDATE process_instance SET data = '{' WHERE reference = 'recommendation:R-0003'"
        )
    would = rehearsed(many, "recommendation", RAISED)
    assert [one["reference"] for one in would.refused] == ["recommendation:R-0003"]
    done = applied(many, "recommendation", RAISED)
    assert done.items == would.items
    assert (len(done.items) - len(done.refused), done.left) == (11, 1)
    with many.ctx.database.transaction() as connection:
        connection.exec_driver_sql(
            "UPDATE process_instance SET data = '{}' WHERE reference = 'recommendation:R-0003'"
        )
    assert len(applied(many, "recommendation", RAISED).items) == 1


# ------------------------------------------------------------------ without a way out
def test_what_would_be_left_without_a_way_out_is_named_and_stays(many: Council) -> None:
    new = received(many)
    dead = tuple(one for one in new.transitions if "received" not in one.sources)
    deploys(many, replace(new, transitions=dead))
    report = rehearsed(many, "recommendation", RAISED)
    assert (len(report.stranded), report.is_clean) == (12, False)
    done = applied(many, "recommendation", RAISED)
    assert (len(done.stranded), pins(many, "recommendation")) == (12, {1: 12})


def test_what_is_late_at_once_is_named(many: Council) -> None:
    new = received(many)
    sooner = tuple(replace(one, due=Within(0)) for one in new.deadlines if one.state == "received")
    deploys(
        many,
        replace(new, deadlines=sooner + tuple(o for o in new.deadlines if o.state != "received")),
    )
    many.at("2025-10-02 09:00")
    report = rehearsed(many, "recommendation", RAISED)
    assert all(one["late"] for one in report.items)


# ------------------------------------------------------------------ and back
def test_undone_everything_stands_as_before(many: Council) -> None:
    many.at("2025-10-20 08:00").passes()
    before = {
        f"recommendation:R-{number:04}": standing(many, f"recommendation:R-{number:04}")
        for number in range(1, 13)
    }
    new = received(many)
    deploys(
        many, replace(new, deadlines=tuple(replace(one, due=Within(30)) for one in new.deadlines))
    )
    applied(many, "recommendation", RAISED)
    done = undo(many, reason="Withdrawn.")
    assert (sorted(done.restored), done.refused) == (sorted(before), [])
    for reference, was in before.items():
        now = standing(many, reference)
        assert now.altered(
            version=was.version, seq=was.seq, head_hash=was.head_hash,
            pressing_rank=was.pressing_rank, pressing_at=was.pressing_at,
        ) == was  # fmt: skip
    last = many.history("R-0001")[-1]
    assert (last["action"], last["reason"], last["definition_version"]) == (
        "migration_undone",
        "Withdrawn.",
        1,
    )
    assert everything_adds_up(many)
    with many.ctx.database.reading() as connection:
        one = kept.find(connection, 1)
    assert one is not None
    assert one.undone_at == many.now


def test_a_rehearsed_undo_changes_nothing(many: Council) -> None:
    deploys(many, received(many))
    applied(many, "recommendation", RAISED)
    before = dumped(many)
    would = undo(many, dry_run=True)
    assert (len(would.restored), would.written, dumped(many) == before) == (12, False, True)
    assert undo(many).restored == would.restored


def test_what_has_moved_since_stays_and_is_named(many: Council) -> None:
    deploys(many, received(many))
    applied(many, "recommendation", RAISED)
    many.fire("R-0001", "assign", by="sandy", **ASSIGNED)
    done = undo(many)
    assert done.refused == [{"reference": "recommendation:R-0001", "why": "It has moved on since."}]
    assert pins(many, "recommendation") == {1: 11, 2: 1}


def test_what_went_back_can_come_over_again(many: Council) -> None:
    deploys(many, received(many))
    applied(many, "recommendation", RAISED)
    undo(many)
    again = applied(many, "recommendation", RAISED)
    assert (again.migration, len(again.items), again.left) == (2, 12, 0)
    with pytest.raises(WrongInput, match="Nothing of migration 1 is left"):
        undo(many)
    assert len(undo(many, 2).restored) == 12
    assert everything_adds_up(many)


def test_only_a_migration_of_that_process_is_undone(many: Council) -> None:
    deploys(many, received(many))
    applied(many, "recommendation", RAISED)
    with pytest.raises(InstanceNotFound, match="no migration of recommendation '9'"):
        undo(many, 9)
    with pytest.raises(InstanceNotFound, match="no migration of case_audit '1'"):
        undo(many, process="case_audit")


# ------------------------------------------------------------------ within one version
def test_another_content_of_the_same_version_is_brought_over_too(many: Council) -> None:
    council_changed = tuple(
        replace(one, ladder=IMMEDIATE_SAFETY)
        for one in many.ctx.processes["recommendation"].deadlines
    )
    deploys(many, changed(many, "recommendation", version=1, deadlines=council_changed))
    report = rehearsed(many, "recommendation", to=1)
    assert len(report.items) == 12
    assert {each["policy"] for item in report.items for each in item["deadlines"]} <= {
        "rederive",
        "keep",
    }
    with pytest.raises(WrongInput, match="12 by 1@"):
        rehearsed(many, "recommendation", from_pin="1@zz", to=1)
    sha256 = standing(many, "recommendation:R-0001").definition_hash
    assert len(rehearsed(many, "recommendation", from_pin=f"1@{sha256[:6]}", to=1).items) == 12
    applied(many, "recommendation", to=1)
    with pytest.raises(WrongInput, match="to be brought over"):
        rehearsed(many, "recommendation", from_pin="3", to=1)
    assert everything_adds_up(many)


# ------------------------------------------------------------------ what cannot be asked for
def test_faults_of_a_map_are_named_all_at_once_with_their_lines(many: Council) -> None:
    deploys(many, received(many))
    said = (
        '[states]\nraised = "nowhere"\nnever = "received"\n\n[deadlines]\nmade_up = "keep"\n'
        'due = "restart"\n\n[triggers]\nassign = "hand_over"\n'
    )
    before = dumped(many)
    with pytest.raises(RejectedFile) as told:
        rehearsed(many, "recommendation", said)
    assert dumped(many) == before
    named = [(one.list_name, one.row, one.column) for one in told.value.faults]
    assert named == [
        ("[states]", 2, "raised"), ("[states]", 3, "never"), ("[deadlines]", 6, "made_up"),
        ("[deadlines]", 7, "due"), ("[triggers]", 10, "assign"),
    ]  # fmt: skip


def test_a_state_that_the_new_version_lacks_must_be_mapped(many: Council) -> None:
    deploys(many, received(many))
    with pytest.raises(RejectedFile, match="12 instances stand in 'raised', which version 2 lacks"):
        rehearsed(many, "recommendation")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('[colours]\na = "b"\n', "there is no section 'colours'"),
        ("states = 3\n", "is a section of names"),
        ("[states]\nraised = 3\n", "is the new name, as text"),
        ('[deadlines]\ndue = "freeze"\n', "'freeze' is none of keep, rederive, restart"),
        ("[deadlines]\ndue = 3\n", "is one of keep, rederive, restart"),
        ('[deadlines]\ndue = {policy = "keep", colour = 1}\n', "has no 'colour'"),
        ("[deadlines]\ndue = {to = 1}\n", "to is the new name"),
        ('[data]\na = "c"\nb = "c"\n', "'c' is what becomes of 'a' already"),
        ('[data]\nkept_rules = "c"\n', "is written by migrations themselves"),
        ('[deadlines]\ndue = {to = "other"}\n', "can be kept or re-derived"),
    ],
)
def test_a_map_that_says_what_cannot_be_is_refused(many: Council, said: str, why: str) -> None:
    deploys(many, changed(many, "recommendation"))
    with pytest.raises(RejectedFile, match=why):
        rehearsed(many, "recommendation", said)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"name": "nope"}, "There is no process 'nope'"),
        ({"to": 3}, "This program has version 2 of recommendation, not 3"),
        ({"from_pin": "9"}, "Nothing open runs by 9 of recommendation"),
        ({"from_pin": "one"}, "names no content"),
    ],
)
def test_versions_that_there_are_not_are_named_with_those_there_are(
    many: Council, asked: dict[str, Any], why: str
) -> None:
    deploys(many, changed(many, "recommendation"))
    name = asked.pop("name", "recommendation")
    with pytest.raises(WrongInput, match=why):
        migrations.rehearse(many.ctx, an_order(many, name, **asked), now=many.now)


# ------------------------------------------------------------------ what has ended
def test_what_has_ended_stays_unless_it_is_asked_for(many: Council) -> None:
    ended = many.fire("R-0001", "supersede", by="sandy", successor="recommendation:R-0002")
    assert not ended.is_open
    deploys(many, received(many))
    assert len(applied(many, "recommendation", RAISED).items) == 11
    assert standing(many, "recommendation:R-0001").definition_version == 1
    report = applied(many, "recommendation", RAISED, ended=True)
    assert [one["reference"] for one in report.items] == ["recommendation:R-0001"]
    after = standing(many, "recommendation:R-0001")
    assert (after.definition_version, after.state, after.closed_at) == (
        2,
        ended.state,
        ended.closed_at,
    )
    assert everything_adds_up(many)


# ------------------------------------------------------------------ processes of many kinds
def test_four_processes_of_different_kinds_are_changed_at_once(council: Council) -> None:
    sample = council.open_autumn_round()
    council.at("2025-10-09 09:00")
    for case in sample[:3]:
        council.fire(f"case_audit:2025-26-A:{case}", "allocate", by="quinn", auditor="aud1")
    audit = f"case_audit:2025-26-A:{sample[0]}"
    council.fire(audit, "start", by="aud1")
    council.fire(
        audit, "raise_immediate_concern", by="aud1", what="A bruise nobody has asked about."
    )
    raise_by_hand(council)
    council.at("2025-10-21 08:00").passes()
    names = ("case_audit", "case_audit_round", "recommendation", "immediate_concern")
    deploys(council, *(changed(council, name) for name in names))
    for name in names:
        would = rehearsed(council, name)
        done = applied(council, name)
        assert (would.is_clean, done.items) == (True, would.items), name
        assert not [one for item in done.items for one in item["deadlines"] if one["changed"]]
        assert set(pins(council, name)) == {2}
    assert council.state(AUTUMN) == "in_progress"
    assert everything_adds_up(council)
    council.at("2026-01-20 08:00").passes()
    assert everything_adds_up(council)

"""A history entry says what changed, so that the history alone gives the instance again."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from factories import ROSTER, SUBMIT, a_block, a_run, an_instance, effects, london, with_moves

from qa_workflow.engine.instance import NOTHING, ProcessInstance
from qa_workflow.engine.record import (
    FOLDED,
    actor_name,
    changes,
    fold,
    plain,
    plain_block,
    written,
)

AT = london("2025-11-03 09:00")


def note(before: ProcessInstance | None, after: ProcessInstance, **more: Any) -> Any:  # noqa: ANN401 - a pair
    return written(before, after, action="note", at=AT, now=AT, actor="aud", **more)


def test_what_did_not_change_is_not_written() -> None:
    assert changes(an_instance(), an_instance()) == {}


def test_a_first_entry_holds_every_folded_field() -> None:
    assert set(FOLDED) <= set(changes(None, an_instance()))


def test_everything_that_can_change_and_does_not_follow_from_the_entries_is_folded() -> None:
    lasting = {
        "id",
        "reference",
        "process",
        "subject",
        "case_id",
        "parent_id",
    }
    following = {
        "opened_at", "version", "seq", "stuck_at", "head_hash", "looping_at", "pressing_rank", "pressing_at",
    }  # fmt: skip
    pinned = {"definition_version", "definition_hash"}  # stand beside each entry, and in `migrated`
    written_apart = {"data", "blocks", "timers"} | pinned
    names = {field.name for field in fields(ProcessInstance)}
    assert set(FOLDED) == names - lasting - following - written_apart


def test_dates_and_instants_are_written_as_text() -> None:
    after = an_instance(due_on=date(2025, 11, 30), met_at=AT)
    assert changes(an_instance(), after) == {
        "due_on": "2025-11-30",
        "met_at": "2025-11-03T09:00:00+00:00",
    }


def test_only_the_keys_of_the_data_that_changed_are_written() -> None:
    before = an_instance(data={"kept": 1, "changed": 1, "emptied": 1})
    after = an_instance(data={"kept": 1, "changed": 2, "emptied": None, "new": [3]})
    assert changes(before, after) == {"data": {"changed": 2, "emptied": None, "new": [3]}}


def test_blocks_are_written_whole_when_one_of_them_changes() -> None:
    block = a_block(review_on=date(2025, 11, 10), waiting_on="bea", cause="people")
    assert changes(an_instance(), an_instance(blocks=(block,)))["blocks"] == [
        {
            "reason": "other",
            "note": "Wait.",
            "since": "2025-11-04T00:00:00+00:00",
            "by": "aud",
            "waiting_on": "bea",
            "review_on": "2025-11-10",
            "cause": "people",
        }
    ]


def test_the_last_block_that_goes_leaves_an_empty_list() -> None:
    assert changes(an_instance(blocks=(a_block(),)), an_instance()) == {"blocks": []}


def test_refusals_are_written_as_a_plain_mapping() -> None:
    assert changes(an_instance(), an_instance(refusals={"submit/never": 1})) == {
        "refusals": {"submit/never": 1}
    }


def test_plain_copies_a_mapping_and_leaves_the_rest() -> None:
    given = {"a": 1}
    assert (plain(given), plain(given) is given, plain(7)) == (given, False, 7)


def test_what_is_written_has_the_next_number() -> None:
    after, _ = note(an_instance(seq=4), an_instance(seq=4))
    assert after.seq == 5


def test_an_entry_of_a_start_comes_from_no_state() -> None:
    _, entry = note(None, an_instance())
    assert (entry.before, entry.after) == (None, "draft")


def test_an_empty_reason_is_no_reason() -> None:
    _, entry = note(an_instance(), an_instance(), reason="")
    assert entry.reason is None


def test_the_actor_is_a_person_a_login_or_the_system() -> None:
    assert [actor_name(one) for one in (ROSTER.people["aud"], "cli:quinn", None)] == [
        "aud",
        "cli:quinn",
        "system",
    ]


def test_the_history_gives_the_folded_fields_again() -> None:
    run = a_run(due_on="2025-11-30")
    run.passes("2025-12-15 09:00")
    run.fire("submit", by="aud")
    found = fold(run.history)
    assert {name: found[name] for name in FOLDED} == {
        name: getattr(run.instance, name) for name in FOLDED
    }


def test_the_history_gives_the_data_again() -> None:
    run = a_run(
        with_moves(replace(SUBMIT, effect=effects(data={"seen": True}))), data={"auditor": "aud"}
    )
    run.fire("submit", by="aud")
    assert fold(run.history)["data"] == {"auditor": "aud", "seen": True}


def test_the_history_gives_the_open_blocks_again() -> None:
    run = a_run()
    run.passes("2025-11-25 09:00")
    assert fold(run.history)["blocks"] == [plain_block(one) for one in run.instance.blocks]


def test_no_history_says_nothing() -> None:
    assert fold(()) == {"data": {}}


def test_the_default_of_a_mapping_stays_empty() -> None:
    with pytest.raises(TypeError, match="stays empty"):
        NOTHING["key"] = 1  # type: ignore[index]

"""Repairs of what is stored: data put right by the form that asked for it, and entries corrected beside the old ones."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from factories import Run, a_run, with_moves
from operators import an_order, last, refusal, repairs
from pydantic import Field, ValidationError

from qa_workflow.engine import amending as engine
from qa_workflow.engine.amending import amendable, form_for, may_correct
from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    OnDate,
    PersonId,
    Reassignment,
    Transition,
)
from qa_workflow.errors import NotPermitted
from qa_workflow.patterns.ladders import STANDARD


class Booking(Asks):
    """When it is held, and who comes."""

    held_on: date | None = Field(default=None, title="Held on")
    guest: PersonId | None = Field(default=None, title="Guest")
    seats: int = Field(default=1, ge=1, title="Seats")


class Start(Asks):
    """What it begins with."""

    seats: str = Field(default="", title="Seats, in words")


BOOK = Transition("remark", "draft", None, role="auditor", asks=Booking)
HELD_BY = Deadline(name="held_by", state="draft", due=OnDate("held_on"), ladder=STANDARD)
MEETING = with_moves(BOOK, deadlines=(HELD_BY,), starts_with=Start)
DATA = {
    "held_on": "2025-12-01",
    "step": 3,
    "list": ["a"],
    "table": {"a": 1},
    "open": True,
    "by": "aud",
}


@pytest.fixture
def run() -> Run:
    """Give a run with something in its data, of which a deadline counts."""
    return a_run(MEETING, data=DATA)


def amended(**given: Any) -> partial[Any]:  # noqa: ANN401 - any values
    return partial(engine.amend, given=given)


def read(run: Run, **given: Any) -> Any:  # noqa: ANN401 - any values
    form = form_for(run.definition, run.instance, given)
    return form.model_validate(given).model_dump(mode="json", exclude_unset=True)


# ------------------------------------------------------------------ how it is read
def test_what_stands_there_or_is_asked_for_can_be_amended(run: Run) -> None:
    assert amendable(MEETING, run.instance) == {*DATA, "guest", "seats"}


def test_a_value_is_read_as_the_form_that_asked_for_it_would(run: Run) -> None:
    assert read(run, held_on="2025-12-05", guest="bea") == {"held_on": "2025-12-05", "guest": "bea"}
    for wrong in ({"held_on": "soon"}, {"guest": ""}):
        with pytest.raises(ValidationError):
            read(run, **wrong)


def test_of_two_forms_the_one_that_fits_what_stands_there_reads_it(run: Run) -> None:
    assert read(run, seats="three") == {"seats": "three"}
    run.instance = replace(run.instance, data={"seats": 2})
    assert read(run, seats="4") == {"seats": 4}
    with pytest.raises(ValidationError):
        read(run, seats="0")


def test_what_no_form_asks_for_keeps_its_kind(run: Run) -> None:
    run.instance = replace(
        run.instance, data={**DATA, "day": "2025-12-01", "word": "so", "none": None}
    )
    given = {
        "step": "4", "list": ["b"], "table": {"b": 2}, "open": "false", "day": "2025-12-02",
        "word": "2025", "none": "now",
    }  # fmt: skip
    assert read(run, **given) == {
        "step": 4, "list": ["b"], "table": {"b": 2}, "open": False, "day": "2025-12-02",
        "word": "2025", "none": "now",
    }  # fmt: skip
    for wrong in ({"step": "x"}, {"list": "b"}, {"table": "b"}, {"open": "x"}, {"day": "x"}):
        with pytest.raises(ValidationError):
            read(run, **wrong)


# ------------------------------------------------------------------ amend
def test_the_entry_holds_the_old_and_the_new_value_whole(run: Run) -> None:
    repairs(run, "amend", amended(list=["b", "c"], step=3))
    assert run.instance.data["list"] == ["b", "c"]
    assert last(run)["data"] == {"amended": {"list": {"from": ["a"], "to": ["b", "c"]}}}


def test_a_deadline_that_counts_from_a_changed_date_is_armed_anew(run: Run) -> None:
    assert run.armed == [("held_by", "R1", "2025-11-17")]
    repairs(run, "amend", amended(held_on="2025-12-15"))
    assert run.armed == [("held_by", "R1", "2025-12-01")]
    assert run.instance.epoch == 2


def test_what_says_so_already_is_not_amended(run: Run) -> None:
    assert refusal(run, "amend", amended(step=3))[0] == "changes_something"


def test_who_acted_is_not_amended(run: Run) -> None:
    assert refusal(run, "amend", amended(by="bea"))[0] == "is_no_claim_of_who_acted"


def test_a_person_whom_a_form_asks_for_can_be_amended(run: Run) -> None:
    run.fire("remark", by="aud")
    run.instance = replace(run.instance, data={**DATA, "guest": "aud"})
    outcome = engine.amend(an_order(run, "amend"), {"guest": "bea"})
    assert outcome.instance.data["guest"] == "bea"


def test_its_own_date_is_not_amended(run: Run) -> None:
    guard, why = refusal(run, "amend", amended(due_on="2026-01-30"))
    assert (guard, "repair extend tiny:1" in why) == ("is_not_its_own_date", True)


def test_whom_it_is_allocated_to_is_changed_by_reassign(run: Run) -> None:
    rule = Reassignment(key="guest", states=frozenset({"draft"}), asks=Booking)
    run.definition = replace(MEETING, reassignment=rule)
    guard, why = refusal(run, "amend", amended(guest="bea"))
    assert (guard, "qa-workflow reassign tiny:1" in why) == ("is_no_allocation", True)


def test_what_has_ended_can_be_put_right_and_stays_ended(run: Run) -> None:
    run.fire("cancel", by="sandy")
    repairs(run, "amend", amended(held_on="2025-12-15"))
    assert (run.armed, run.instance.is_open) == ([], False)


# ------------------------------------------------------------------ correct
def corrected(run: Run, seq: int, *, entitled: bool = True, **given: Any) -> partial[Any]:  # noqa: ANN401 - any values
    return partial(
        engine.correct, seq=seq, entry=run.history[seq - 1], given=given, repairs=entitled
    )


def test_an_entry_stays_and_another_says_what_was_wrong(run: Run) -> None:
    run.fire("remark", by="aud", evidence=Booking(seats=2))
    told = list(run.history)
    repairs(run, "correct", corrected(run, 2), reason="It was on Tuesday.")
    assert run.history[:-1] == told
    assert (last(run)["data"], last(run)["reason"]) == (
        {"entry": 2, "action": "remark"}, "It was on Tuesday.",
    )  # fmt: skip
    assert run.instance.version == 3


def test_data_are_put_right_with_it(run: Run) -> None:
    repairs(run, "correct", corrected(run, 1, held_on="2025-12-15"))
    assert last(run)["data"]["amended"] == {"held_on": {"from": "2025-12-01", "to": "2025-12-15"}}
    assert run.armed == [("held_by", "R1", "2025-12-01")]


def test_who_may_not_repair_puts_right_only_what_the_entry_had_set(run: Run) -> None:
    run.fire("remark", by="aud")
    guard, why = refusal(run, "correct", corrected(run, 2, entitled=False, step=4))
    assert (guard, "did not set step" in why) == ("corrects_what_the_entry_set", True)
    repairs(run, "correct", corrected(run, 1, entitled=False, step=4))
    assert run.instance.data["step"] == 4


def test_who_may_repair_puts_right_any_data_with_it(run: Run) -> None:
    run.fire("remark", by="aud")
    repairs(run, "correct", corrected(run, 2, step=4))
    assert run.instance.data["step"] == 4


def test_an_entry_is_for_whoever_made_it_or_may_repair(run: Run) -> None:
    run.fire("remark", by="aud")
    entry, people = run.history[1], run.roster.people
    may_correct(MEETING, entry, people["aud"], repairs=False)
    may_correct(MEETING, entry, people["sandy"], repairs=True)
    may_correct(MEETING, replace(entry, on_behalf_of="bea"), people["bea"], repairs=False)
    with pytest.raises(NotPermitted, match="whoever made it or sm_sqa or ad_people"):
        may_correct(MEETING, entry, people["bea"], repairs=False)

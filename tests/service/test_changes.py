"""Pulling a trigger: what is kept, what is refused and how it is told, and what a rehearsal leaves alone."""

import sqlite3
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from council import Council

from qa_workflow.errors import (
    BadData,
    InstanceMoved,
    InstanceNotFound,
    NotPermitted,
    QAWorkflowError,
    TransitionRefused,
    UnknownPerson,
    UnknownTrigger,
    WrongInput,
)
from qa_workflow.service import changes, enquiries, starting
from qa_workflow.service.changes import Pull

REC = "recommendation:R-0001"
ASSIGNED = {
    "owner": "pat", "due_on": "2026-01-31", "what": "Write the plan again", "for_whom": "the child",
    "difference": "Knows who does what", "category": "case_action",
}  # fmt: skip


@pytest.fixture
def raised(council: Council) -> Council:
    """Give the council with one recommendation, raised on 1 October 2025."""
    council.at("2025-10-01 09:00")
    starting.start_process(council.ctx, "recommendation", "C01", now=council.now, actor="cli:test")
    return council


def _dump(council: Council) -> list[str]:
    plain = sqlite3.connect(str(council.ctx.database.path))
    lines = list(plain.iterdump())
    plain.close()
    return lines


def _pull(trigger: str = "assign", actor: str = "sandy", reference: str = REC, **said: Any) -> Pull:  # noqa: ANN401 - any option
    data = said.pop("data", ASSIGNED if trigger == "assign" else {})
    return Pull(reference=reference, trigger=trigger, actor=actor, data=data, **said)


# ------------------------------------------------------------------ done
def test_a_trigger_moves_the_instance(raised: Council) -> None:
    assert raised.fire(REC, "assign", by="sandy", **ASSIGNED).state == "assigned"


def test_what_was_sent_stands_in_the_history_with_who_sent_it(raised: Council) -> None:
    raised.fire(REC, "assign", by="sandy", **ASSIGNED)
    entry = raised.history(REC)[-1]
    assert (entry["actor"], entry["action"], entry["data"]["owner"]) == ("sandy", "assign", "pat")


@pytest.mark.parametrize("short", ["R-0001", "recommendation:R-0001", "0001", "R-0"])
def test_a_shorter_reference_that_is_unique_is_enough(raised: Council, short: str) -> None:
    assert raised.fire(short, "assign", by="sandy", **ASSIGNED).reference == REC


def test_a_shorter_reference_that_is_not_unique_is_answered_with_what_it_fits(
    raised: Council,
) -> None:
    starting.start_process(raised.ctx, "recommendation", "C02", now=raised.now, actor="cli:test")
    with pytest.raises(
        InstanceNotFound, match=r"fits more than one .*R-0001, recommendation:R-0002"
    ):
        raised.show("R-000")


def test_a_whole_reference_is_meant_even_where_a_longer_one_holds_it(raised: Council) -> None:
    for _ in range(11):
        starting.start_process(
            raised.ctx, "immediate_concern", "C01", now=raised.now, actor="cli:test"
        )
    assert raised.show("immediate_concern:C01:1")["reference"] == "immediate_concern:C01:1"


@pytest.mark.parametrize("wild", ["%", "_", "R-____"])
def test_a_wild_card_of_the_database_is_no_wild_card_here(raised: Council, wild: str) -> None:
    with pytest.raises(InstanceNotFound):
        raised.show(wild)


# ------------------------------------------------------------------ refused by a guard
def _refused(council: Council, times: int = 1) -> TransitionRefused:
    for _ in range(times):
        with pytest.raises(TransitionRefused) as told:
            council.fire(REC, "assign", by="sandy", **{**ASSIGNED, "what": ""})
    return told.value


def test_a_guards_refusal_is_kept_in_the_history(raised: Council) -> None:
    refusal = _refused(raised)
    entry = raised.history(REC)[-1]
    assert (entry["action"], entry["from"], entry["to"], entry["reason"], entry["data"]) == (
        "refused", "raised", "raised", str(refusal), {"trigger": "assign", "guards": ["is_specific"]},
    )  # fmt: skip


def test_a_guards_refusal_moves_nothing_else(raised: Council) -> None:
    before = raised.show(REC)
    _refused(raised)
    assert raised.show(REC) == before


def test_every_reason_is_told_at_once(raised: Council) -> None:
    with pytest.raises(TransitionRefused) as told:
        raised.fire(REC, "assign", by="sandy", owner="pat", due_on="2030-01-01")
    assert len(told.value.reasons) > 1


def test_two_refusals_block_nothing(raised: Council) -> None:
    _refused(raised, times=2)
    assert raised.show(REC)["blocked"] == []


def test_the_third_refusal_by_the_same_guard_blocks(raised: Council) -> None:
    _refused(raised, times=3)
    assert [one["reason"] for one in raised.show(REC)["blocked"]] == ["refused_three_times"]


def test_the_fourth_refusal_adds_no_second_block(raised: Council) -> None:
    _refused(raised, times=4)
    assert len(raised.show(REC)["blocked"]) == 1


# ------------------------------------------------------------------ not even asked
@pytest.mark.parametrize(
    ("pull", "error"),
    [
        pytest.param(_pull("explode"), UnknownTrigger, id="a trigger that does not exist"),
        pytest.param(_pull(actor="nobody"), UnknownPerson, id="a person who does not exist"),
        pytest.param(_pull(data={"colour": "red"}), BadData, id="data nobody asked for"),
        pytest.param(_pull(data={"due_on": "soon"}), BadData, id="a date that cannot be read"),
        pytest.param(_pull(data={"owner": "nobody"}), UnknownPerson, id="a person in the data who does not exist"),
        pytest.param(_pull(actor="pat"), NotPermitted, id="a person without the role"),
        pytest.param(_pull("accept", "pat"), QAWorkflowError, id="a trigger not offered in this state"),
        pytest.param(_pull(if_version=7), InstanceMoved, id="another version than the one seen"),
        pytest.param(_pull(reference="R-9999"), InstanceNotFound, id="an instance that does not exist"),
    ],
)  # fmt: skip
def test_what_is_no_decision_of_a_guard_leaves_no_trace(
    raised: Council, pull: Pull, error: type[Exception]
) -> None:
    before = _dump(raised)
    with pytest.raises(error):
        changes.fire_trigger(raised.ctx, pull, now=raised.now)
    assert _dump(raised) == before


def test_somebody_who_has_left_cannot_act(raised: Council) -> None:
    person = raised.ctx.database.path
    plain = sqlite3.connect(str(person))
    plain.execute("UPDATE person SET active_to = '2025-09-30' WHERE person_id = 'sandy'")
    plain.commit()
    plain.close()
    with pytest.raises(UnknownPerson, match="'sandy' is not active today"):
        raised.fire(REC, "assign", by="sandy", **ASSIGNED)


def test_every_fault_of_the_data_is_named(raised: Council) -> None:
    with pytest.raises(BadData) as told:
        raised.fire(REC, "assign", by="sandy", colour="red", due_on="soon")
    assert set(told.value.problems) == {"colour", "due_on"}


@pytest.mark.parametrize("day", ["9999-12-31", "2200-01-01", "1899-12-31", "0001-01-01"])
def test_a_day_that_no_calendar_reaches_is_bad_input(raised: Council, day: str) -> None:
    with pytest.raises(BadData) as caught:
        raised.fire(REC, "assign", by="sandy", **{**ASSIGNED, "due_on": day})
    assert list(caught.value.problems) == ["due_on"]
    assert "is not one from 1900 to 2199" in caught.value.problems["due_on"]
    assert [entry["action"] for entry in raised.history(REC)] == ["start"]


def test_a_field_that_is_missing_is_called_missing(council: Council) -> None:
    audit = f"case_audit:2025-26-A:{council.open_autumn_round()[0]}"
    with pytest.raises(BadData, match="auditor: is missing"):
        council.fire(audit, "allocate", by="quinn")


# ------------------------------------------------------------------ somebody else was quicker
def test_whoever_saw_an_older_version_is_told_who_moved_it(raised: Council) -> None:
    raised.fire(REC, "assign", by="sandy", **ASSIGNED)
    with pytest.raises(
        InstanceMoved,
        match=r"Sandy Quality changed recommendation:R-0001 meanwhile: .* version 2, not 1",
    ):
        changes.fire_trigger(raised.ctx, _pull("accept", "pat", if_version=1), now=raised.now)


def test_where_the_system_moved_it_the_system_is_named(raised: Council) -> None:
    raised.at("2025-10-06 09:00").passes()
    with pytest.raises(InstanceMoved, match="system changed"):
        changes.fire_trigger(raised.ctx, _pull(if_version=1), now=raised.now)


def test_whoever_saw_the_present_version_may_go_on(raised: Council) -> None:
    moved = changes.fire_trigger(raised.ctx, _pull(if_version=1), now=raised.now)
    assert moved.version == 2


# ------------------------------------------------------------------ once only
def test_a_command_repeated_with_its_key_changes_nothing(raised: Council) -> None:
    pull = _pull(idempotency_key="K1")
    changes.fire_trigger(raised.ctx, pull, now=raised.now)
    before = _dump(raised)
    changes.fire_trigger(raised.ctx, pull, now=raised.now)
    assert _dump(raised) == before


def test_a_command_repeated_with_its_key_answers_with_the_instance_of_today(
    raised: Council,
) -> None:
    pull = _pull(idempotency_key="K1")
    changes.fire_trigger(raised.ctx, pull, now=raised.now)
    raised.fire(REC, "accept", by="pat")
    assert changes.fire_trigger(raised.ctx, pull, now=raised.now).state == "in_progress"


def test_the_key_of_another_command_is_refused(raised: Council) -> None:
    changes.fire_trigger(raised.ctx, _pull(idempotency_key="K1"), now=raised.now)
    with pytest.raises(
        WrongInput, match="'K1' was used for another command on recommendation:R-0001"
    ):
        changes.fire_trigger(
            raised.ctx, _pull("accept", "pat", idempotency_key="K1"), now=raised.now
        )


def test_the_key_of_a_command_that_was_refused_can_be_used_again(raised: Council) -> None:
    bad = _pull(data={**ASSIGNED, "what": ""}, idempotency_key="K1")
    with pytest.raises(TransitionRefused):
        changes.fire_trigger(raised.ctx, bad, now=raised.now)
    good = replace(bad, data=ASSIGNED)
    assert changes.fire_trigger(raised.ctx, good, now=raised.now).state == "assigned"


# ------------------------------------------------------------------ rehearsed
def test_a_rehearsal_says_where_it_would_lead(raised: Council) -> None:
    assert enquiries.rehearsal(raised.ctx, _pull(), now=raised.now)["to"] == "assigned"


def test_a_rehearsal_shows_every_guards_answer(raised: Council) -> None:
    answers = enquiries.rehearsal(raised.ctx, _pull(data={**ASSIGNED, "what": ""}), now=raised.now)[
        "guards"
    ]
    assert {one["guard"]: one["ok"] for one in answers} == {
        "is_specific": False, "owner_is_a_person": True, "due_date_is_inside_the_window": True,
    }  # fmt: skip


def test_a_guard_that_refuses_in_a_rehearsal_says_why(raised: Council) -> None:
    answers = enquiries.rehearsal(raised.ctx, _pull(data={**ASSIGNED, "what": ""}), now=raised.now)[
        "guards"
    ]
    (refusing,) = (one for one in answers if not one["ok"])
    assert refusing["why"]


@pytest.mark.parametrize("data", [ASSIGNED, {}])
def test_a_rehearsal_changes_nothing(raised: Council, data: dict[str, Any]) -> None:
    before = _dump(raised)
    enquiries.rehearsal(raised.ctx, _pull(data=data), now=raised.now)
    assert _dump(raised) == before


def test_a_rehearsal_of_a_trigger_not_offered_is_refused_like_the_trigger(raised: Council) -> None:
    with pytest.raises(QAWorkflowError):
        enquiries.rehearsal(raised.ctx, _pull("accept", "pat"), now=raised.now)


def test_a_day_in_the_evidence_is_kept_as_a_date(raised: Council) -> None:
    raised.fire(REC, "assign", by="sandy", **{**ASSIGNED, "due_on": date(2026, 1, 30)})
    assert raised.show(REC)["due_on"] == "2026-01-30"

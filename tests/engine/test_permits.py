"""Who may pull a trigger is decided on the person: by their roles, or by a relation to this instance."""

from dataclasses import replace
from typing import Any

import pytest
from factories import (
    ROSTER,
    SUBMIT,
    S,
    a_definition,
    a_guard,
    a_run,
    an_instance,
    some_facts,
    with_moves,
)

from qa_workflow.engine.definition import Asks, Facts
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.permits import NOT_CHOSEN, permitted_moves, role_of, who_may
from qa_workflow.errors import NotPermitted, TransitionRefused, UnknownTrigger


class Answer(Asks):
    """Which way to go."""

    agrees: bool | None = None


def the_auditor(instance: ProcessInstance, _facts: Facts) -> tuple[str, ...]:
    auditor = instance.data.get("auditor")
    return (auditor,) if auditor else ()


RELATED = a_definition(relations={"auditor": the_auditor})
OF_BEA = an_instance(data={"auditor": "bea"})
AGREES = replace(SUBMIT, asks=Answer, chosen=lambda _facts, sent: sent.agrees is True)
DIFFERS = replace(
    AGREES, dest=S.DONE, role="sm_sqa", chosen=lambda _facts, sent: sent.agrees is False
)
TWO_WAYS = with_moves(AGREES, DIFFERS)


def acting(person_id: str, **more: Any) -> Facts:  # noqa: ANN401 - the fields of Facts
    return some_facts(actor=ROSTER.people[person_id], **more)


def test_whoever_holds_the_role_may() -> None:
    assert permitted_moves(a_definition(), an_instance(), "submit", acting("aud"), Asks()) == (
        SUBMIT,
    )


def test_whoever_holds_another_role_may_not() -> None:
    with pytest.raises(NotPermitted, match="Sandy may not submit: that is for auditor"):
        permitted_moves(a_definition(), an_instance(), "submit", acting("sandy"), Asks())


def test_the_system_makes_no_move_of_a_person() -> None:
    with pytest.raises(NotPermitted, match="The system may not submit"):
        permitted_moves(a_definition(), an_instance(), "submit", some_facts(), Asks())


def test_a_person_makes_no_move_of_the_system() -> None:
    definition = with_moves(replace(SUBMIT, role="system"))
    with pytest.raises(NotPermitted, match="Aud may not submit: that is for system"):
        permitted_moves(definition, an_instance(), "submit", acting("aud"), Asks())


def test_a_move_of_a_role_and_the_system_is_for_both() -> None:
    move = replace(SUBMIT, role=("sm_sqa", "system"))
    assert [
        role_of(a_definition(), an_instance(), move, facts)
        for facts in (acting("sandy"), some_facts(), acting("aud"))
    ] == ["sm_sqa", "system", None]


def test_a_role_that_is_a_relation_is_for_the_one_it_means() -> None:
    assert role_of(RELATED, OF_BEA, SUBMIT, acting("bea")) == "auditor"


def test_a_role_that_is_a_relation_is_for_nobody_else_who_holds_it() -> None:
    with pytest.raises(NotPermitted, match=r"Aud may not submit: that is for auditor \(Bea\)"):
        permitted_moves(RELATED, OF_BEA, "submit", acting("aud"), Asks())


def test_who_may_names_the_person_whom_a_relation_means() -> None:
    assert who_may(
        RELATED, OF_BEA, (replace(SUBMIT, role=("auditor", "sm_sqa")),), some_facts()
    ) == (
        "auditor (Bea)",
        "sm_sqa",
    )


def test_who_may_names_the_role_where_a_relation_means_nobody_known() -> None:
    stranger = an_instance(data={"auditor": "gone"})
    assert who_may(RELATED, stranger, (SUBMIT,), some_facts()) == ("auditor",)


def test_an_unknown_trigger_names_those_that_there_are() -> None:
    with pytest.raises(UnknownTrigger, match="It has: submit, remark, approve"):
        permitted_moves(a_definition(), an_instance(), "fly", acting("aud"), Asks())


def test_that_a_trigger_is_not_offered_is_said_before_who_may_pull_it() -> None:
    with pytest.raises(TransitionRefused, match="approve is not offered in state draft"):
        permitted_moves(a_definition(), an_instance(), "approve", acting("aud"), Asks())


def test_the_chosen_way_is_the_one_that_must_be_permitted() -> None:
    with pytest.raises(NotPermitted, match="Aud may not submit: that is for sm_sqa"):
        permitted_moves(TWO_WAYS, an_instance(), "submit", acting("aud"), Answer(agrees=False))


def test_nobody_makes_a_move_of_others_by_what_they_send() -> None:
    run = a_run(TWO_WAYS)
    with pytest.raises(NotPermitted):
        run.fire("submit", by="aud", evidence=Answer(agrees=False))


def test_whoever_may_go_no_way_is_not_asked_which() -> None:
    with pytest.raises(NotPermitted, match="Ada may not submit: that is for auditor or sm_sqa"):
        permitted_moves(TWO_WAYS, an_instance(), "submit", acting("ada"), Answer())


def test_what_chooses_no_way_is_refused_with_a_reason() -> None:
    with pytest.raises(TransitionRefused, match="does not say which way submit goes") as refused:
        permitted_moves(TWO_WAYS, an_instance(), "submit", acting("aud"), Answer())
    assert [reason.guard for reason in refused.value.reasons] == [NOT_CHOSEN]


def test_a_guard_is_not_asked_of_somebody_who_may_not() -> None:
    run = a_run(with_moves(replace(SUBMIT, guards=(a_guard(),))))
    with pytest.raises(NotPermitted):
        run.fire("submit", by="sandy")

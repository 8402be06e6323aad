"""Who may pull a trigger is decided on the person: by their roles, or by a relation to this instance."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories import (
    APPROVE,
    ROSTER,
    SUBMIT,
    Run,
    S,
    a_definition,
    a_guard,
    a_person,
    a_run,
    an_instance,
    london,
    some_facts,
    with_moves,
)

from qa_workflow.engine.definition import Asks, Facts
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import Delegation, Roster
from qa_workflow.engine.permits import NOT_CHOSEN, acting_for, permitted_moves, role_of, who_may
from qa_workflow.errors import NotPermitted, TransitionRefused, UnknownTrigger
from qa_workflow.patterns.guards import decided_by_another


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


# ------------------------------------------------------------------ acting for somebody
FIRST, LAST = date(2025, 11, 3), date(2025, 11, 7)
LENT = Delegation(from_person="sandy", to_person="bea", role="sm_sqa", from_on=FIRST, until_on=LAST)
LENDING = replace(ROSTER, delegations=(LENT,))
IN_REVIEW = an_instance(state=str(S.REVIEW))


def in_review(roster: Roster = LENDING, **changes: Any) -> Run:  # noqa: ANN401 - the fields of a definition
    run = a_run(a_definition(**changes), roster=roster)
    run.fire("submit", by="aud", at="2025-11-03 10:00")
    return run


@pytest.mark.parametrize("at", ["2025-11-03 00:01", "2025-11-07 23:59"])
def test_a_delegate_may_what_the_role_may_within_the_dates(at: str) -> None:
    facts = acting("bea", roster=LENDING, now=london(at))
    assert role_of(a_definition(), IN_REVIEW, APPROVE, facts) == "sm_sqa"
    assert acting_for(a_definition(), IN_REVIEW, APPROVE, facts) == "sandy"


@pytest.mark.parametrize("at", ["2025-11-02 23:59", "2025-11-08 00:01"])
def test_a_delegate_may_nothing_of_it_outside_the_dates(at: str) -> None:
    facts = acting("bea", roster=LENDING, now=london(at))
    assert role_of(a_definition(), IN_REVIEW, APPROVE, facts) is None
    assert acting_for(a_definition(), IN_REVIEW, APPROVE, facts) is None
    with pytest.raises(NotPermitted, match="Bea may not approve: that is for sm_sqa"):
        permitted_moves(a_definition(), IN_REVIEW, "approve", facts, Asks())


def test_what_a_delegate_does_is_told_of_both() -> None:
    run = in_review()
    run.fire("approve", by="bea", at="2025-11-07 23:59")
    entry = run.history[-1]
    assert (entry.actor, entry.role, entry.on_behalf_of) == ("bea", "sm_sqa", "sandy")


def test_what_a_delegate_is_refused_is_told_of_both() -> None:
    refusing = with_moves(replace(APPROVE, guards=(a_guard("report_is_there"),)))
    run = in_review(transitions=refusing.transitions)
    run.at("2025-11-05 09:00").is_refused("approve", by="bea")
    assert (run.history[-1].actor, run.history[-1].on_behalf_of) == ("bea", "sandy")
    run.is_refused("approve", by="sandy")
    assert (run.history[-1].actor, run.history[-1].on_behalf_of) == ("sandy", None)


def test_what_somebody_does_in_their_own_role_is_told_of_them_alone() -> None:
    run = in_review()
    run.fire("approve", by="sandy")
    assert (run.history[-1].actor, run.history[-1].on_behalf_of) == ("sandy", None)


def test_whoever_holds_the_role_acts_for_nobody_though_it_was_lent_to_them_too() -> None:
    both = replace(LENT, to_person="cal")
    roster = Roster({**ROSTER.people, "cal": a_person("cal", "sm_sqa")}, (both,))
    run = in_review(roster)
    run.fire("approve", by="cal", at="2025-11-05 09:00")
    assert run.history[-1].on_behalf_of is None


def test_a_delegate_who_acts_in_a_role_of_their_own_acts_for_nobody() -> None:
    run = a_run(roster=LENDING)
    run.fire("submit", by="bea")
    assert run.history[-1].on_behalf_of is None


def test_a_relation_is_not_lent_with_a_role() -> None:
    lent = replace(LENT, from_person="aud", to_person="sandy", role="auditor")
    roster = replace(ROSTER, delegations=(lent,))
    of_aud = an_instance(data={"auditor": "aud"})
    facts = acting("sandy", roster=roster)
    assert role_of(RELATED, of_aud, SUBMIT, facts) is None
    assert acting_for(RELATED, of_aud, SUBMIT, facts) is None


def test_whom_a_relation_means_acts_for_nobody_though_a_role_of_that_name_was_lent_to_them() -> (
    None
):
    lent = replace(LENT, from_person="aud", to_person="sandy", role="auditor")
    facts = acting("sandy", roster=replace(ROSTER, delegations=(lent,)))
    of_sandy = an_instance(data={"auditor": "sandy"})
    assert role_of(RELATED, of_sandy, SUBMIT, facts) == "auditor"
    assert acting_for(RELATED, of_sandy, SUBMIT, facts) is None


def test_the_system_acts_for_nobody() -> None:
    move = replace(SUBMIT, role="system")
    assert acting_for(a_definition(), an_instance(), move, some_facts(roster=LENDING)) is None


# ------------------------------------------------------------------ four eyes
EYES = decided_by_another("report_by", "wrote the report", "another manager")


@pytest.mark.parametrize(
    ("actor", "behind", "eyes"),
    [(None, None, ()), ("bea", None, ("bea",)), ("bea", "sandy", ("bea", "sandy"))],
)
def test_who_looks_is_who_acts_and_whom_they_act_for(
    actor: str | None, behind: str | None, eyes: tuple[str, ...]
) -> None:
    person = None if actor is None else ROSTER.people[actor]
    assert some_facts(actor=person, on_behalf_of=behind).eyes == frozenset(eyes)


@pytest.mark.parametrize("role", ["auditor", "sm_sqa", "director"])
def test_somebody_acts_as_what_they_hold_and_what_was_lent_to_them(role: str) -> None:
    assert acting("bea", roster=LENDING).acts_as(role) is (role != "director")


def test_nobody_acts_as_nothing() -> None:
    assert not some_facts(roster=LENDING).acts_as("sm_sqa")


@pytest.mark.parametrize(
    ("wrote", "decides", "may"),
    [
        pytest.param("sandy", "sandy", False, id="themselves"),
        pytest.param("sandy", "bea", False, id="their delegate"),
        pytest.param("bea", "bea", False, id="the delegate what they wrote themselves"),
        pytest.param("bea", "sandy", True, id="whoever lent the role, of the delegate's work"),
        pytest.param("aud", "bea", True, id="the delegate of somebody else"),
    ],
)
def test_nobody_decides_on_their_own_work_and_no_delegate_does_it_for_them(
    wrote: str,
    decides: str,
    may: bool,  # noqa: FBT001 - a case
) -> None:
    definition = with_moves(replace(APPROVE, guards=(EYES,)))
    run = a_run(definition, roster=LENDING, data={"report_by": wrote})
    run.fire("submit", by="aud")
    if may:
        run.fire("approve", by=decides)
        assert run.instance.state == S.DONE
    else:
        refusal = run.is_refused("approve", by=decides).history[-1]
        assert refusal.reason == "You wrote the report, so another person must decide."


def test_whoever_decides_in_a_role_of_their_own_decides_for_themselves() -> None:
    roster = Roster({**ROSTER.people, "bea": a_person("bea", "sm_sqa")}, (LENT,))
    run = a_run(
        with_moves(replace(APPROVE, guards=(EYES,))), roster=roster, data={"report_by": "sandy"}
    )
    run.fire("submit", by="aud")
    run.fire("approve", by="bea", at="2025-11-05 09:00")
    assert (run.instance.state, run.history[-1].on_behalf_of) == (S.DONE, None)

"""What a definition can say of itself, and what its forms and facts know."""

import pytest
from factories import APPROVE, CANCEL, ROSTER, SUBMIT, S, a_definition, an_instance, some_facts
from pydantic import ValidationError

from qa_workflow.engine.definition import Asks, Ladder, PersonId, guard
from qa_workflow.errors import Refusal
from qa_workflow.patterns.ladders import IMMEDIATE_SAFETY, NUDGE, STANDARD, STATUTORY


class Allocation(Asks):
    """Who does it."""

    auditor: PersonId


def test_a_form_takes_a_person_of_the_roster() -> None:
    known = {"people": ROSTER.people}
    assert Allocation.model_validate({"auditor": "aud"}, context=known).auditor == "aud"


def test_a_form_refuses_somebody_who_is_not_in_the_roster() -> None:
    with pytest.raises(ValidationError, match="gone is not in the roster"):
        Allocation.model_validate({"auditor": "gone"}, context={"people": ROSTER.people})


def test_a_form_without_a_roster_takes_anybody() -> None:
    assert Allocation.model_validate({"auditor": "gone"}).auditor == "gone"


def test_a_form_refuses_what_it_does_not_ask_for() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Asks.model_validate({"grade": "good"})


def test_the_owner_among_the_facts_is_the_person_of_the_roster() -> None:
    facts = some_facts(an_instance(owner="aud"))
    assert facts.owner is ROSTER.people["aud"]


def test_a_guard_is_named_like_its_function_and_says_what_it_reads() -> None:
    @guard("actor")
    def somebody_acts(_facts: object, _evidence: object) -> Refusal | None:
        return Refusal(why="Nobody acts.")

    assert somebody_acts.name == "somebody_acts"
    assert somebody_acts.reads == {"facts", "actor"}


def test_a_refusal_bears_the_name_of_its_guard() -> None:
    @guard()
    def never(_facts: object, _evidence: object) -> Refusal | None:
        return Refusal(why="Never.", who="nobody")

    assert never(some_facts(), Asks()) == Refusal(why="Never.", who="nobody", guard="never")


def test_a_guard_that_holds_answers_nothing() -> None:
    @guard()
    def always(_facts: object, _evidence: object) -> Refusal | None:
        return None

    assert always(some_facts(), Asks()) is None


def test_triggers_are_named_once_in_the_order_they_are_written() -> None:
    definition = a_definition(transitions=(SUBMIT, APPROVE, SUBMIT))
    assert definition.triggers == ("submit", "approve")


def test_a_state_is_left_by_the_moves_that_start_from_it() -> None:
    assert [move.trigger for move in a_definition().leaving("review")] == [
        "approve",
        "send_back",
        "cancel",
    ]


def test_a_state_that_is_unknown_is_left_by_nothing() -> None:
    assert a_definition().leaving("elsewhere") == ()


def test_a_move_may_start_from_several_states() -> None:
    assert (CANCEL.sources, SUBMIT.sources) == (("draft", "review"), ("draft",))


def test_the_deadlines_of_a_state_are_its_own() -> None:
    assert [one.name for one in a_definition().deadlines_of(S.REVIEW)] == ["approve_by"]


@pytest.mark.parametrize(
    ("ladder", "counts", "reminds_only"),
    [
        (STANDARD, True, False),
        (STATUTORY, False, False),
        (IMMEDIATE_SAFETY, False, False),
        (NUDGE, True, True),
    ],
)
def test_a_ladder_says_whether_it_counts_closures_and_only_reminds(
    ladder: Ladder,
    counts: bool,  # noqa: FBT001 - a case
    reminds_only: bool,  # noqa: FBT001 - a case
) -> None:
    assert (ladder.counts_closures, ladder.is_reminder_only) == (counts, reminds_only)

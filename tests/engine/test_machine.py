"""A trigger makes one move, or is refused with every reason at once."""

from dataclasses import replace

import pytest
from factories import APPROVE, SUBMIT, S, a_definition, a_guard, some_facts, with_moves

from qa_workflow.engine.definition import Asks
from qa_workflow.engine.machine import NOT_OFFERED, next_move
from qa_workflow.errors import TransitionRefused, UnknownTrigger


class Size(Asks):
    """Which way to go."""

    big: bool = False


BIG = replace(SUBMIT, chosen=lambda _facts, sent: sent.big, asks=Size)
SMALL = replace(BIG, dest=S.DONE, chosen=lambda _facts, sent: not sent.big)


def test_a_trigger_makes_the_move_of_the_present_state() -> None:
    assert next_move(a_definition(), "draft", "submit", some_facts(), Asks()) is SUBMIT


def test_a_member_of_the_states_is_as_good_as_its_text() -> None:
    assert next_move(a_definition(), S.REVIEW, "approve", some_facts(), Asks()) is APPROVE


def test_a_move_without_destination_is_a_move_too() -> None:
    move = next_move(a_definition(), "draft", "remark", some_facts(), Asks())
    assert (move.trigger, move.dest) == ("remark", None)


def test_every_guard_that_refuses_is_heard_at_once() -> None:
    guarded = replace(SUBMIT, guards=(a_guard("first"), a_guard("second")))
    with pytest.raises(TransitionRefused) as refused:
        next_move(with_moves(guarded), "draft", "submit", some_facts(), Asks())
    assert [reason.guard for reason in refused.value.reasons] == ["first", "second"]


def test_a_refusal_is_told_in_the_words_of_its_guards() -> None:
    guarded = replace(SUBMIT, guards=(a_guard(why="No child was seen."), a_guard(why="No date.")))
    with pytest.raises(TransitionRefused, match=r"^No child was seen\. No date\.$"):
        next_move(with_moves(guarded), "draft", "submit", some_facts(), Asks())


def test_what_was_sent_chooses_among_the_moves_of_one_trigger() -> None:
    definition = with_moves(BIG, SMALL)
    assert next_move(definition, "draft", "submit", some_facts(), Size(big=False)) is SMALL


def test_a_move_that_was_not_chosen_refuses_nothing() -> None:
    definition = with_moves(replace(BIG, guards=(a_guard("big_is_fine"),)), SMALL)
    assert next_move(definition, "draft", "submit", some_facts(), Size(big=False)) is SMALL


def test_where_the_allowed_moves_are_named_no_other_is_made() -> None:
    with pytest.raises(TransitionRefused):
        next_move(a_definition(), "draft", "submit", some_facts(), Asks(), allowed=[APPROVE])


def test_a_trigger_that_the_process_does_not_have_is_unknown() -> None:
    with pytest.raises(UnknownTrigger, match="tiny has no trigger 'fly'"):
        next_move(a_definition(), "draft", "fly", some_facts(), Asks())


def test_a_trigger_of_another_state_says_where_it_is_offered() -> None:
    with pytest.raises(
        TransitionRefused, match=r"approve is not offered in state draft.*review"
    ) as refused:
        next_move(a_definition(), "draft", "approve", some_facts(), Asks())
    assert [reason.guard for reason in refused.value.reasons] == [NOT_OFFERED]

"""What a state waits for, in words made from its trigger; and every reason code in words."""

import pytest

from qa_workflow.delivery.reasons import REASONS, reason_in_words
from qa_workflow.engine.overlay import COMPUTED, GIVEN
from qa_workflow.processes import all_processes
from qa_workflow.service.stuck.awaited import awaited


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        ("submit_evidence", "the evidence to be submitted"), ("assign", "to be assigned"),
        ("notify_adult_services", "the adult services to be notified"), ("hold", "to be held"),
        ("sign_off", "to be signed off"), ("review_jointly", "to be reviewed jointly"), ("table", "to be tabled"),
        ("make_safe", "to be made safe"), ("evidence_in", "the evidence to come in"), ("uphold", "to be upheld"),
        ("family_responds", "the family to respond"), ("panel_decide_assess", "a decision"),
        ("decide_maintain", "a decision"), ("representations", "representations"), ("lift", "to be lifted"),
    ],
)  # fmt: skip
def test_a_trigger_is_waited_for_in_words(trigger: str, words: str) -> None:
    assert awaited(trigger) == words


def test_no_process_is_waited_for_in_code() -> None:
    owning = {
        move.trigger
        for one in all_processes().values()
        for state in one.states
        if (move := one.owning_transition(str(state))) is not None
    }
    assert len(owning) > 80
    assert [one for one in owning if "_" in awaited(one) or not awaited(one).strip()] == []


def test_every_reason_code_has_its_words() -> None:
    assert set(REASONS) == {*GIVEN, *COMPUTED}
    assert reason_in_words("of_another_program") == "of another program"

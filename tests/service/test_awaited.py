"""What a state waits for, in words made from its trigger; and every reason code in words."""

from dataclasses import replace
from enum import StrEnum, auto

import pytest
from council import Council

from qa_workflow.delivery.reasons import REASONS, reason_in_words
from qa_workflow.engine.definition import (
    Asks,
    Effects,
    Facts,
    ProcessDefinition,
    Refusal,
    Transition,
    guard,
)
from qa_workflow.engine.overlay import COMPUTED, GIVEN
from qa_workflow.processes import all_processes
from qa_workflow.service import starting
from qa_workflow.service.stuck.awaited import awaited
from qa_workflow.service.why import why


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


# ------------------------------------------------------------------ what stays, and what leads on
class Visit(StrEnum):
    """A visit that is booked, perhaps again, and then held."""

    BOOKED = auto()
    HELD = auto()
    CEASED = auto()


@guard()
def room_was_found(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Nothing is held before it has a room."""
    return None if facts.instance.data.get("room") else Refusal(why="It has no room.")


BOOK = Transition("book", Visit.BOOKED, None, (), "sm_sqa")
HOLD = Transition("hold", Visit.BOOKED, Visit.HELD, (), "sm_sqa")
CEASE = Transition("cease", Visit.BOOKED, Visit.CEASED, (), "ad_people", adverse=True)
VISIT = ProcessDefinition(
    name="visit", title="Visit", version=1, states=Visit, initial=Visit.BOOKED,
    final=frozenset({Visit.HELD, Visit.CEASED}), transitions=(BOOK, HOLD, CEASE), deadlines=(),
    relations={"owner": lambda instance, _facts: (instance.owner,) if instance.owner else ()},
)  # fmt: skip


def waits(council: Council, definition: ProcessDefinition) -> str:
    """Return what a visit that was just begun waits for, from "waiting" up to "since"."""
    council.ctx = replace(council.ctx, processes={"visit": definition}, lines=())
    starting.start_process(council.ctx, "visit", "x", now=council.now, actor="cli:test")
    said: str = why(council.ctx, "visit:x", now=council.now)["why"]
    return said.removeprefix("Nothing is wrong: ").partition(" since ")[0]


def test_what_stays_in_the_state_is_not_waited_for_while_another_move_leads_on(
    council: Council,
) -> None:
    assert waits(council, VISIT) == "waiting to be held by Sandy Quality"


@pytest.mark.parametrize(
    "onward",
    [
        pytest.param((replace(HOLD, guards=(room_was_found,)), CEASE), id="a guard refuses it"),
        pytest.param((CEASE,), id="it decides against somebody"),
        pytest.param((replace(HOLD, exceptional=True),), id="it is no normal way"),
        pytest.param((replace(HOLD, role="system"), CEASE), id="the system makes it"),
    ],
)
def test_what_stays_is_waited_for_where_nothing_else_leads_on(
    council: Council, onward: tuple[Transition, ...]
) -> None:
    only = replace(VISIT, transitions=(BOOK, *onward))
    assert waits(council, only) == "waiting to be booked by Sandy Quality"


def test_whoever_makes_the_move_that_leads_on_is_waited_for(council: Council) -> None:
    by_another = replace(VISIT, transitions=(BOOK, replace(HOLD, role="ad_people"), CEASE))
    assert waits(council, by_another) == "waiting to be held by Ada People"


@pytest.mark.parametrize(
    ("role", "who"), [(("owner", "ad_people"), "Alex Auditor"), ("ad_people", "Ada People")]
)
def test_the_owner_is_waited_for_only_where_the_move_is_theirs(
    council: Council, role: str | tuple[str, ...], who: str
) -> None:
    owned = replace(
        VISIT, transitions=(replace(BOOK, role="owner"), replace(HOLD, role=role), CEASE),
        on_start=lambda _step: Effects(owner="aud1"),
    )  # fmt: skip
    assert waits(council, owned) == f"waiting to be held by {who}"

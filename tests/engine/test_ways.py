"""The shortest way out, found with the guards' own answers: which way, what it needs, from when, who."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories import (
    APPROVE,
    CALENDAR,
    CANCEL,
    MOVES,
    REMARK,
    REOPEN,
    ROSTER,
    SEND_BACK,
    SUBMIT,
    S,
    a_definition,
    a_guard,
    a_timer,
    an_instance,
    london,
    some_facts,
    unless,
    with_moves,
)
from pydantic import Field

from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Facts,
    Guard,
    OnDate,
    ProcessDefinition,
    Transition,
    Within,
)
from qa_workflow.engine.instance import EXPIRY, ProcessInstance
from qa_workflow.engine.people import Delegation, Roster
from qa_workflow.engine.ways import GIVES_UP, NOBODY_CAN, WayOut, moves_now, way_out
from qa_workflow.errors import Refusal
from qa_workflow.patterns.guards import reason_is_given, text_is_given
from qa_workflow.processes import all_processes

EVERY = all_processes()
every_process = pytest.mark.parametrize("process", EVERY.values(), ids=EVERY.keys())
IN_REVIEW = an_instance(state="review")
FINISH = replace(SUBMIT, trigger="finish", dest=S.DONE)


class Finding(Asks):
    """What was found."""

    grade: str = Field(default="", title="The grade")
    words: str = ""
    agrees: bool | None = None


def steps(
    definition: ProcessDefinition,
    instance: ProcessInstance | None = None,
    **more: Any,  # noqa: ANN401 - the fields of Facts
) -> tuple[WayOut, ...]:
    return way_out(definition, instance or an_instance(), some_facts(**more), calendar=CALENDAR)


def triggers(found: tuple[WayOut, ...]) -> list[str]:
    return [one.trigger for one in found]


def refusing(**said: Any) -> Guard:  # noqa: ANN401 - the fields of a refusal
    """Return a guard that always refuses with exactly this."""
    refusal = Refusal(**{"why": "It is not so.", **said})
    return Guard("never", lambda _facts, _evidence: refusal, frozenset({"facts"}))


# ------------------------------------------------------------------ which way
def test_the_way_out_is_the_fewest_steps_to_an_end() -> None:
    assert [(one.trigger, one.source, one.to, one.who) for one in steps(a_definition())] == [
        ("submit", "draft", "review", ("auditor",)),
        ("approve", "review", "done", ("sm_sqa",)),
    ]


def test_the_way_out_takes_no_detour() -> None:
    assert triggers(steps(a_definition(transitions=(*MOVES, FINISH)))) == ["finish"]


def test_the_way_out_begins_in_the_present_state() -> None:
    assert triggers(steps(a_definition(), IN_REVIEW)) == ["approve"]


def test_a_move_that_stays_is_no_step() -> None:
    assert "remark" not in triggers(steps(a_definition(transitions=(REMARK, *MOVES))))


def test_where_there_is_no_way_out_none_is_shown() -> None:
    assert steps(a_definition(transitions=(SUBMIT, SEND_BACK))) == ()


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_what_has_ended_needs_no_way_out(state: str) -> None:
    definition = a_definition(transitions=(*MOVES, REOPEN))
    assert steps(definition, an_instance(state=state)) == ()


def test_of_two_ways_alike_the_one_named_first_is_taken() -> None:
    again = replace(APPROVE, trigger="approve_too")
    assert triggers(steps(a_definition(transitions=(again, *MOVES)), IN_REVIEW)) == ["approve_too"]
    assert triggers(steps(a_definition(transitions=(*MOVES, again)), IN_REVIEW)) == ["approve"]


def test_of_two_ways_as_long_the_one_that_misses_less_is_taken() -> None:
    asking = replace(APPROVE, trigger="asks", guards=(reason_is_given,))
    assert triggers(steps(a_definition(transitions=(asking, *MOVES)), IN_REVIEW)) == ["approve"]


# ------------------------------------------------------------------ (a) nothing is given up
def test_a_longer_way_goes_before_one_that_gives_up() -> None:
    assert CANCEL in a_definition().leaving("draft")
    assert triggers(steps(a_definition())) == ["submit", "approve"]


def test_a_longer_way_goes_before_one_that_decides_against_somebody() -> None:
    decline = replace(FINISH, trigger="decline", adverse=True)
    assert triggers(steps(a_definition(transitions=(decline, *MOVES)))) == ["submit", "approve"]


def test_even_a_way_that_nobody_can_go_goes_before_one_that_gives_up() -> None:
    closed = replace(APPROVE, guards=(refusing(),))
    assert triggers(steps(with_moves(closed), IN_REVIEW)) == ["approve"]


@pytest.mark.parametrize("kind", ["exceptional", "adverse"])
def test_what_gives_up_is_the_last_resort(kind: str) -> None:
    flag: dict[str, Any] = {kind: True}
    only = replace(FINISH, **flag)
    (step,) = steps(a_definition(transitions=(only,)))
    assert (step.trigger, step.last_resort) == ("finish", GIVES_UP)


def test_an_ordinary_step_is_no_last_resort() -> None:
    assert {one.last_resort for one in steps(a_definition())} == {None}


# ------------------------------------------------------------------ (b) what nobody can do
def test_a_longer_way_goes_before_one_that_nobody_can_mend() -> None:
    closed = replace(FINISH, guards=(refusing(),))
    assert triggers(steps(a_definition(transitions=(closed, *MOVES)))) == ["submit", "approve"]


def test_a_longer_way_goes_before_one_for_whose_role_nobody_is_there() -> None:
    lonely = replace(FINISH, role="moderator")
    assert triggers(steps(a_definition(transitions=(lonely, *MOVES)))) == ["submit", "approve"]


@pytest.mark.parametrize("closed", [{"guards": (refusing(),)}, {"role": "moderator"}])
def test_where_nothing_else_leads_to_an_end_it_is_said_that_nobody_can(
    closed: dict[str, Any],
) -> None:
    (step,) = steps(with_moves(replace(APPROVE, **closed)), IN_REVIEW)
    assert (step.trigger, step.last_resort) == ("approve", NOBODY_CAN)


@pytest.mark.parametrize("said", [{"who": "sm_sqa"}, {"from_on": date(2026, 1, 5)}])
def test_what_somebody_or_a_day_mends_is_no_last_resort(said: dict[str, Any]) -> None:
    (step,) = steps(with_moves(replace(APPROVE, guards=(refusing(**said),))), IN_REVIEW)
    assert step.last_resort is None


def test_a_longer_way_goes_before_one_that_is_refused_until_somebody_does_something_else() -> None:
    waits = replace(FINISH, guards=(refusing(who="sm_sqa"),))
    assert triggers(steps(a_definition(transitions=(waits, *MOVES)))) == ["submit", "approve"]


def test_a_way_that_only_waits_for_its_day_is_not_gone_round() -> None:
    waits = replace(FINISH, guards=(refusing(from_on=date(2026, 1, 5)),))
    assert triggers(steps(a_definition(transitions=(waits, *MOVES)))) == ["finish"]


def test_somebody_who_acts_by_delegation_is_there() -> None:
    sandy = ROSTER.people["sandy"]
    asked, november = replace(sandy, roles=frozenset({"sm_sqa"})), date(2025, 11, 1)
    away = {**ROSTER.people, "sandy": replace(asked, active_to=date(2025, 10, 31))}
    lent = Delegation(
        from_person="sandy", to_person="aud", role="sm_sqa", from_on=november, until_on=date(2025, 11, 30),
    )  # fmt: skip
    here = Roster({**ROSTER.people, "sandy": asked}, (lent,))
    assert steps(a_definition(), IN_REVIEW, roster=here)[0].is_held is True
    assert steps(a_definition(), IN_REVIEW, roster=Roster(away, (lent,)))[0].is_held is False


def related(*meant: str) -> ProcessDefinition:
    move = replace(SUBMIT, role="reviewer")
    review = replace(APPROVE, role="reviewer")
    return with_moves(move, review, relations={"reviewer": lambda _instance, _facts: meant})


def test_a_first_step_for_whom_a_relation_means_nobody_cannot_be_made() -> None:
    assert [one.last_resort for one in steps(related())] == [NOBODY_CAN, None]


def test_whom_a_relation_means_is_there() -> None:
    assert [one.last_resort for one in steps(related("aud"))] == [None, None]


def test_a_relation_that_counts_on_a_later_visit_breaks_nothing() -> None:
    definition = with_moves(
        replace(APPROVE, role="reviewer"),
        relations={"reviewer": lambda instance, _facts: (instance.data["reviewer"],)},
    )
    (_, second) = steps(definition)
    assert (second.who, second.last_resort) == (("reviewer",), None)


# ------------------------------------------------------------------ what a step needs
def test_the_first_step_needs_what_its_guards_miss() -> None:
    guard = a_guard(why="No child was seen.")
    first = steps(with_moves(replace(SUBMIT, guards=(guard,))))[0]
    assert first.needs == ("No child was seen.",)


def test_a_later_step_needs_what_its_guards_would_miss_today() -> None:
    (_, second) = steps(with_moves(replace(APPROVE, guards=(unless("report"),))))
    assert second.needs == ("There is no report.",)


def test_a_guard_of_a_later_step_sees_the_instance_in_that_state() -> None:
    def check(facts: Facts, _evidence: Asks) -> Refusal | None:
        return None if facts.instance.state == "review" else Refusal(why="It is not in review.")

    guard = Guard("is_in_review", check, frozenset({"facts"}))
    (_, second) = steps(with_moves(replace(APPROVE, guards=(guard,))))
    assert second.needs == ()


def test_a_guard_that_counts_on_an_earlier_step_is_asked_later() -> None:
    guard = Guard(
        "report_has_a_day", lambda facts, _sent: facts.instance.data["day"], frozenset({"facts"})
    )
    (_, second) = steps(with_moves(replace(APPROVE, guards=(guard,))))
    assert (second.needs, second.asked_later) == ((), ("report_has_a_day",))


@pytest.mark.parametrize("reads", ["actor", "evidence"])
def test_a_guard_that_has_nothing_to_say_yet_is_asked_later(reads: str) -> None:
    passes = Guard("it_is_so", lambda _facts, _evidence: None, frozenset({"facts", reads}))
    (step,) = steps(with_moves(replace(APPROVE, guards=(passes,))), IN_REVIEW)
    assert (step.needs, step.asked_later) == ((), ("it_is_so",))


def test_a_guard_that_reads_the_person_is_not_believed_without_one() -> None:
    (step,) = steps(with_moves(replace(APPROVE, guards=(a_guard("never", "actor"),))), IN_REVIEW)
    assert (step.needs, step.asked_later) == ((), ("never",))


def test_a_guard_that_refuses_before_it_reads_the_form_is_believed() -> None:
    guard = a_guard("never", "evidence", why="The person has left.")
    (step,) = steps(with_moves(replace(APPROVE, guards=(guard,))), IN_REVIEW)
    assert step.needs == ("The person has left.",)


def test_a_step_needs_the_fields_that_a_guard_demands_by_title_or_name() -> None:
    guards = (text_is_given("grade", "No grade."), text_is_given("words", "No words."))
    first = steps(with_moves(replace(SUBMIT, asks=Finding, guards=guards)))[0]
    assert (first.needs, first.demanded) == (("The grade", "words"), ("grade", "words"))


def test_a_step_does_not_need_what_its_form_leaves_open() -> None:
    assert steps(with_moves(replace(SUBMIT, asks=Finding)))[0].needs == ()


def test_a_step_needs_what_its_form_cannot_do_without() -> None:
    class Naming(Asks):
        auditor: str = Field(title="The auditor")

    assert steps(with_moves(replace(SUBMIT, asks=Naming)))[0].needs == ("The auditor",)


def test_a_step_needs_a_reason_where_a_guard_demands_one() -> None:
    assert steps(with_moves(replace(SUBMIT, guards=(reason_is_given,))))[0].needs == ("Reason",)


def test_two_guards_of_one_name_both_have_their_say() -> None:
    guards = (refusing(why="Not this.", who="sm_sqa"), refusing(why="Nor that.", who="sm_sqa"))
    assert steps(with_moves(replace(SUBMIT, guards=guards)))[0].needs == ("Not this.", "Nor that.")


def test_what_two_guards_demand_is_needed_once() -> None:
    twice = (reason_is_given, text_is_given("reason", "No reason."))
    assert steps(with_moves(replace(SUBMIT, guards=twice)))[0].needs == ("Reason",)


def test_refusals_come_before_fields() -> None:
    guards = (reason_is_given, refusing(why="Not yet.", who="sm_sqa"))
    assert steps(with_moves(replace(SUBMIT, guards=guards)))[0].needs == ("Not yet.", "Reason")


def test_a_guard_is_asked_once_for_each_state() -> None:
    asked: list[str] = []

    def check(facts: Facts, _evidence: Asks) -> Refusal | None:
        asked.append(facts.instance.state)
        return None

    guard = Guard("it_is_so", check, frozenset({"facts"}))
    everywhere = (replace(one, guards=(guard,)) for one in MOVES)
    steps(a_definition(transitions=tuple(everywhere)))
    assert sorted(asked) == ["draft", "review"]


# ------------------------------------------------------------------ from which day
def test_a_step_says_from_which_day_every_guard_would_let_it_pass() -> None:
    guards = (refusing(from_on=date(2026, 1, 5)), refusing(from_on=date(2026, 2, 2)))
    (step,) = steps(with_moves(replace(APPROVE, guards=guards)), IN_REVIEW)
    assert step.from_on == date(2026, 2, 2)


def test_a_step_that_no_day_holds_up_has_no_day() -> None:
    assert {one.from_on for one in steps(a_definition())} == {None}


# ------------------------------------------------------------------ what the system does by itself
def by_the_system(**changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields of a deadline
    lapse = Transition("lapse", S.REVIEW, S.DONE)
    ends: dict[str, Any] = {
        "name": "lapses",
        "state": S.REVIEW,
        "due": Within(5),
        "on_expiry": "lapse",
        **changes,
    }
    return a_definition(transitions=(SUBMIT, lapse), deadlines=(Deadline(**ends),))


def test_a_step_of_the_system_says_on_which_day_its_timer_makes_it() -> None:
    timer = a_timer(deadline="lapses", level=EXPIRY, due_at=london("2025-11-11"))
    (step,) = steps(by_the_system(), replace(IN_REVIEW, timers=(timer,)))
    assert (step.who, step.by_itself_on) == (("system",), date(2025, 11, 11))


def test_the_timer_of_a_ladder_makes_no_step() -> None:
    timer = a_timer(deadline="lapses", level="L0", due_at=london("2025-11-11"))
    (step,) = steps(by_the_system(), replace(IN_REVIEW, timers=(timer,)))
    assert step.by_itself_on is None


@pytest.mark.parametrize(("at_start", "on"), [(False, 12), (True, 11)])
def test_a_later_step_of_the_system_says_its_day_where_it_is_fixed(at_start: bool, on: int) -> None:  # noqa: FBT001 - a case
    definition = by_the_system(due=OnDate("lapses_on"), at_start=at_start)
    (_, second) = steps(definition, an_instance(data={"lapses_on": "2025-11-11"}))
    assert second.by_itself_on == date(2025, 11, on)


def test_a_later_step_whose_day_is_past_is_made_today_at_the_earliest() -> None:
    definition = by_the_system(due=OnDate("lapses_on"))
    (_, second) = steps(definition, an_instance(data={"lapses_on": "2025-10-01"}))
    assert second.by_itself_on == date(2025, 11, 3)


def test_a_later_step_that_counts_from_a_day_to_come_has_no_day_yet() -> None:
    (_, second) = steps(by_the_system())
    assert second.by_itself_on is None


# ------------------------------------------------------------------ several ways of one trigger
def chosen_by(check: Callable[[Facts, Any], bool], *more: Transition) -> ProcessDefinition:
    return a_definition(transitions=(replace(FINISH, chosen=check), *more, *MOVES))


def test_a_way_that_is_chosen_whatever_is_sent_is_open() -> None:
    assert triggers(steps(chosen_by(lambda _facts, _sent: True))) == ["finish"]


def test_a_way_that_what_is_sent_decides_is_open() -> None:
    assert triggers(steps(chosen_by(lambda _facts, sent: bool(sent.reason)))) == ["finish"]


def test_a_way_that_is_not_chosen_whatever_is_sent_is_gone_round() -> None:
    found = steps(chosen_by(lambda _facts, _sent: False))
    assert triggers(found) == ["submit", "approve"]


def test_a_way_that_is_not_chosen_yet_because_the_trigger_stays_says_so() -> None:
    twice = replace(FINISH, chosen=lambda _facts, _sent: False)
    definition = a_definition(transitions=(twice, replace(FINISH, dest=None)))
    (step,) = steps(definition)
    assert (step.needs, step.last_resort) == (
        ("It takes more than one: the next finish does not lead to done yet.",),
        None,
    )


def test_a_way_that_the_system_does_not_take_today_cannot_be_pulled_once_more() -> None:
    counts = Transition("count", S.DRAFT, S.DONE, chosen=lambda _facts, _sent: False)
    (step,) = steps(a_definition(transitions=(counts, replace(counts, dest=None))))
    assert (step.needs, step.last_resort) == (
        ("As things stand, count does not lead to done.",),
        NOBODY_CAN,
    )


def test_the_way_out_is_the_same_whoever_asks() -> None:
    guard = Guard(
        "asked_by_sandy",
        lambda facts, _sent: None if facts.actor else Refusal(why="Who asks?"),
        frozenset({"facts"}),
    )
    definition = with_moves(replace(SUBMIT, guards=(guard,)))
    assert steps(definition, actor=ROSTER.people["sandy"]) == steps(definition)


# ------------------------------------------------------------------ every move of the present state
def test_every_move_of_the_state_is_told_those_that_stay_too() -> None:
    found = moves_now(a_definition(), an_instance(), some_facts())
    assert [(one.trigger, one.to) for one in found] == [
        ("submit", "review"), ("remark", "draft"), ("cancel", "cancelled"),
    ]  # fmt: skip

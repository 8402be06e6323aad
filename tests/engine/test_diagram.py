"""A process is drawn whole: every state and every trigger, in words that people use."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from qa_workflow.engine.definition import Deadline, InstanceDue, OnDate, ProcessDefinition, Within
from qa_workflow.engine.diagram import as_text, mermaid, owner_in_words, rule_in_words
from qa_workflow.patterns.ladders import NUDGE, STANDARD
from qa_workflow.processes import all_processes

PROCESSES = all_processes()
every_process = pytest.mark.parametrize("process", PROCESSES.values(), ids=list(PROCESSES))
EVERY_PICTURE = (mermaid, as_text)
ARROW = " --> "


def a_deadline(**changes: Any) -> Deadline:  # noqa: ANN401 - the fields of a deadline
    return replace(Deadline(name="act_by", state="open", due=Within(5), ladder=STANDARD), **changes)


# ------------------------------------------------------------------ every process
@every_process
def test_every_state_and_every_trigger_is_in_both_pictures(process: ProcessDefinition) -> None:
    for picture in EVERY_PICTURE:
        words = set(picture(process).replace(",", " ").replace(";", " ").split())
        assert {str(state) for state in process.states} <= words
        assert set(process.triggers) <= words


@every_process
def test_the_same_process_gives_the_same_picture(process: ProcessDefinition) -> None:
    shuffled = replace(process, final=frozenset(sorted(process.final, reverse=True)))
    for picture in EVERY_PICTURE:
        assert picture(shuffled) == picture(process)


@every_process
def test_no_line_of_the_text_is_wider_than_a_terminal(process: ProcessDefinition) -> None:
    lines = as_text(process).splitlines()
    assert max(map(len, lines)) <= 100
    assert lines == [line.rstrip() for line in lines]


@every_process
def test_the_states_come_in_the_order_an_officer_meets_them(process: ProcessDefinition) -> None:
    heads = [line.split(" (")[0] for line in as_text(process).splitlines() if " (" in line]
    states = [str(state) for state in process.states]
    assert [head for head in heads if head in states] == states


@every_process
def test_one_arrow_joins_two_states(process: ProcessDefinition) -> None:
    arrows = Counter(
        line.split(" : ")[0].strip() for line in mermaid(process).splitlines() if ARROW in line
    )
    assert set(arrows.values()) == {1}


@every_process
def test_the_picture_begins_and_ends_where_the_process_does(process: ProcessDefinition) -> None:
    lines = [line.strip() for line in mermaid(process).splitlines()]
    assert lines[0] == "stateDiagram-v2"
    assert f"[*] --> {process.initial}" in lines
    ends = {line.removesuffix(" --> [*]") for line in lines if line.endswith(" --> [*]")}
    assert ends == {str(state) for state in process.final}


@every_process
def test_every_arrow_joins_what_is_drawn(process: ProcessDefinition) -> None:
    lines = [line.strip() for line in mermaid(process).splitlines()]
    drawn = {str(state) for state in process.states} | {"[*]"}
    drawn |= {line.rsplit(" as ", 1)[1] for line in lines if line.startswith('state "')}
    for line in lines:
        if ARROW in line:
            assert set(line.split(" : ")[0].split(ARROW)) <= drawn


@every_process
def test_no_label_holds_what_mermaid_reads_as_its_end(process: ProcessDefinition) -> None:
    for line in mermaid(process).splitlines():
        _, colon, label = line.partition(" : ")
        if colon:
            assert not {";", ":"} & set(label)


# ------------------------------------------------------------------ what is drawn how
def test_an_exceptional_way_out_is_drawn_once_for_all_states() -> None:
    drawn = mermaid(PROCESSES["case_audit"])
    assert drawn.count("withdraw (") == 1
    assert 'state "from any open state" as from__1' in drawn
    assert "from__1 --> withdrawn : withdraw (sm_sqa), supersede / remove_from_sample (system)" in drawn  # fmt: skip


def test_an_exceptional_way_out_of_some_states_names_them() -> None:
    process = PROCESSES["recommendation"]
    assert 'state "from in_progress, evidence_submitted, verified, tabled" as' in mermaid(process)
    assert "  carry_forward (ad_people) -> carried_forward, from in_progress" in as_text(process)
    assert "  supersede (sm_sqa) -> superseded, from any open state\n" in as_text(process)


def test_triggers_between_the_same_states_share_an_arrow() -> None:
    assert "moderation --> feedback : agree / change_grade (moderator)\n" in mermaid(PROCESSES["case_audit"])  # fmt: skip


def test_a_trigger_that_stays_is_a_note() -> None:
    process = PROCESSES["case_audit_round"]
    assert "note right of sample_frozen\n        stays here: amend_sample (sm_sqa)\n" in mermaid(process)  # fmt: skip
    assert "\n  amend_sample (sm_sqa), stays here\n" in as_text(process)


def test_the_text_says_who_owns_by_when_and_what_they_can_do() -> None:
    text = as_text(PROCESSES["case_audit"])
    assert (
        "\nin_progress (owner: auditor)\n"
        "  deadline submit_by: on the instance's own date\n"
        "  deadline finish_soon: 15 working days after the date allocated_on; nudge reminder\n"
        "  submit (auditor) -> submitted\n"
    ) in text
    assert "\nclosed (end)\n" in text


def test_a_process_without_an_own_date_or_exceptions_says_nothing_of_them() -> None:
    whole = PROCESSES["case_audit_round"]
    moves = tuple(move for move in whole.transitions if not move.exceptional)
    text = as_text(replace(whole, transitions=moves, due_ladder=None))
    assert "The instance's own date" not in text
    assert "Exceptional ways out" not in text


def test_an_own_date_without_a_source_is_shown_with_its_ladder() -> None:
    whole = replace(PROCESSES["recommendation"], due_source="")
    assert "The instance's own date: standard ladder.\n" in as_text(whole)


# ------------------------------------------------------------------ words
@pytest.mark.parametrize(
    ("deadline", "words"),
    [
        (a_deadline(), "5 working days after the state was entered; standard ladder"),
        (a_deadline(due=Within(1)), "1 working day after the state was entered; standard ladder"),
        (
            a_deadline(due=Within(10, since="submitted_on"), capped=True),
            "10 working days after the date submitted_on, at the latest on the own date; standard ladder",
        ),
        (
            a_deadline(due=Within(5, or_since="opens_on"), ladder=NUDGE),
            "5 working days after the state was entered (until then, after the date opens_on); nudge reminder",
        ),
        (a_deadline(due=InstanceDue(), ladder=None), "on the instance's own date"),
        (a_deadline(due=OnDate("window_on")), "on the date window_on; standard ladder"),
        (
            a_deadline(due=OnDate("meeting_on", else_own_date=True)),
            "on the date meeting_on (once that has passed, on the own date); standard ladder",
        ),
        (
            a_deadline(ladder=None, on_expiry="no_response"),
            "5 working days after the state was entered; no_response follows by itself when that day is over",
        ),
        (
            a_deadline(due=OnDate("opens_on"), ladder=None, on_expiry="open", at_start=True),
            "on the date opens_on; open follows by itself as that day begins",
        ),
    ],
)
def test_a_deadline_is_told_in_words(deadline: Deadline, words: str) -> None:
    assert rule_in_words(deadline) == words


@pytest.mark.parametrize(
    ("process", "state", "owner"),
    [
        ("case_audit", "in_progress", "auditor"),
        ("case_audit", "agreed", "as before"),
        ("case_audit", "closed", "nobody"),
        ("case_audit_round", "scheduled", "sm_sqa"),
        ("case_audit_round", "in_progress", "as before"),
    ],
)
def test_the_owner_of_a_state_is_told_in_words(process: str, state: str, owner: str) -> None:
    assert owner_in_words(PROCESSES[process], state) == owner


def test_a_first_state_that_nobody_owns_says_so() -> None:
    nobody = replace(PROCESSES["case_audit_round"], owner_role=None)
    assert owner_in_words(nobody, "scheduled") == "nobody"

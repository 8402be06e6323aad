"""A recommendation from raised to verified: who moves it, what it needs, who decides on a challenge."""

from typing import Any

import pytest
from council import Council
from follow_up import EVIDENCE, GIVEN, R1, STATES, blocks, follow, lend, raise_by_hand

from qa_workflow.errors import BadData, TransitionRefused, UnknownPerson
from qa_workflow.service import people_imports


# ------------------------------------------------------------------ the way through
def test_a_recommendation_goes_from_raised_to_signed_off(raised: Council) -> None:
    follow(raised.at("2025-10-13 10:00"), "signed_off")
    moves = [one["to"] for one in raised.history(R1) if one["from"] != one["to"]]
    assert moves == [state for state in (*STATES, "signed_off") if state != "challenged"]


@pytest.mark.parametrize("state", STATES)
def test_a_recommendation_can_stand_in_every_open_state(raised: Council, state: str) -> None:
    follow(raised.at("2025-10-13 10:00"), state)
    assert raised.state(R1) == state


@pytest.mark.parametrize(
    ("state", "trigger", "data", "people"),
    [
        ("raised", "assign", {}, {"sandy"}),
        ("assigned", "accept", {}, {"pat"}),
        ("assigned", "challenge", {}, {"pat"}),
        ("challenged", "uphold", {}, {"sandy", "ada"}),
        ("challenged", "amend", {}, {"sandy", "ada"}),
        ("challenged", "withdraw", {}, {"sandy", "ada"}),
        ("in_progress", "submit_evidence", {}, {"pat"}),
        ("evidence_submitted", "verify", {}, {"sandy", "aud1"}),
        ("evidence_submitted", "reject", {}, {"sandy", "aud1"}),
        ("verified", "table", {}, {"quinn"}),
        ("tabled", "sign_off", {}, {"ada"}),
        ("tabled", "not_satisfied", {}, {"ada"}),
        ("signed_off", "reopen", {}, {"sandy"}),
        *((state, "carry_forward", {}, {"ada"}) for state in STATES[3:]),
        *((state, "supersede", {}, {"sandy"}) for state in STATES),
        *((state, "case_ended", {}, {"sandy"}) for state in STATES),
    ],
)
def test_a_trigger_is_for_these_people_and_nobody_else(
    raised: Council, state: str, trigger: str, data: dict[str, Any], people: set[str]
) -> None:
    follow(raised.at("2025-10-13 10:00"), state)
    assert raised.who_may(R1, trigger, **data) == people


@pytest.mark.parametrize("state", STATES[1:])
def test_the_named_owner_stays_the_owner(raised: Council, state: str) -> None:
    follow(raised.at("2025-10-13 10:00"), state)
    assert raised.show(R1)["owner"] == "pat"


# ------------------------------------------------------------------ assigned
@pytest.mark.parametrize("missing", ["what", "for_whom", "difference", "category"])
def test_a_recommendation_is_assigned_once_it_is_specific(running: Council, missing: str) -> None:
    unsaid: dict[str, Any] = {missing: None if missing == "category" else ""}
    raise_by_hand(running, "C01", **unsaid)
    assert running.refusal(R1, "assign", by="sandy") == f"Not said: {missing}."


def test_what_was_missing_is_said_when_it_is_assigned(running: Council) -> None:
    running.start("recommendation", "C01", by="sandy")
    running.fire(R1, "assign", by="sandy", **GIVEN, owner="pat")
    assert running.show(R1)["data"]["what"] == "Write the plan with the child"


def test_the_proposed_owner_is_the_owner_where_no_other_is_named(raised: Council) -> None:
    raised.fire(R1, "assign", by="sandy", category="case_action")
    assert raised.show(R1)["owner"] == "pat"


def test_another_than_the_proposed_owner_may_be_named(raised: Council) -> None:
    raised.fire(R1, "assign", by="sandy", category="case_action", owner="sam")
    assert raised.show(R1)["owner"] == "sam"


def test_somebody_must_own_it(running: Council) -> None:
    raise_by_hand(running, proposed_owner=None)
    assert running.refusal(R1, "assign", by="sandy") == "Nobody is named as owner."


def test_a_team_cannot_own_it(running: Council, audit: str) -> None:
    running.take(audit, "practitioner_response", recommendations=[{**GIVEN, "owner": None}])
    running.import_cases(dict.fromkeys([f"C{one:02}" for one in range(1, 24)], "Team North"))
    running.at("2025-10-16 00:00").passes()  # nobody can answer for a team: the audit closes
    refusal = running.refusal(R1, "assign", by="sandy", category="system")
    assert refusal == "Team North is not an active person of the roster, so cannot own it."


@pytest.mark.parametrize("due_on", ["2025-10-12", "2026-02-01"])
def test_its_date_lies_between_today_and_the_end_of_the_window(
    raised: Council, due_on: str
) -> None:
    raised.at("2025-10-13 10:00")
    refusal = raised.refusal(R1, "assign", by="sandy", category="case_action", due_on=due_on)
    assert refusal.endswith("does not lie between today and 31 January 2026.")


@pytest.mark.parametrize("due_on", ["2025-10-13", "2026-01-31"])
def test_a_date_inside_the_window_is_taken(raised: Council, due_on: str) -> None:
    raised.at("2025-10-13 10:00")
    raised.fire(R1, "assign", by="sandy", category="case_action", due_on=due_on)
    assert raised.show(R1)["due_on"] == due_on


def test_a_high_priority_gets_no_later_date(high: Council) -> None:
    refusal = high.refusal(R1, "assign", by="sandy", category="case_action", due_on="2025-10-23")
    assert refusal.endswith("does not lie between today and 22 October 2025.")


def test_a_recommendation_taken_over_belongs_to_its_new_owner(raised: Council) -> None:
    follow(raised.at("2025-10-13 10:00"), "in_progress")
    raised.reassign(R1, to="sam", by="sandy")
    assert raised.who_may(R1, "submit_evidence") == {"sam"}


# ------------------------------------------------------------------ challenged
@pytest.fixture
def challenged(raised: Council) -> Council:
    """Give the same council where the owner challenged the recommendation on 13 October 2025."""
    follow(raised.at("2025-10-13 10:00"), "challenged")
    return raised


def test_a_challenge_needs_a_reason(raised: Council) -> None:
    follow(raised, "assigned")
    assert raised.refusal(R1, "challenge", by="pat") == "No reason is given."


@pytest.mark.parametrize(
    ("trigger", "state"), [("uphold", "assigned"), ("amend", "assigned"), ("withdraw", "withdrawn")]
)
def test_a_challenge_is_decided(challenged: Council, trigger: str, state: str) -> None:
    challenged.fire(R1, trigger, by="sandy", reason="Looked at it with Pat")
    assert challenged.state(R1) == state


@pytest.mark.parametrize("trigger", ["uphold", "withdraw"])
def test_deciding_on_a_challenge_needs_a_reason(challenged: Council, trigger: str) -> None:
    assert challenged.refusal(R1, trigger, by="sandy") == "No reason is given."


@pytest.mark.parametrize("trigger", ["uphold", "amend", "withdraw"])
def test_whoever_owns_it_does_not_decide_on_their_challenge(raised: Council, trigger: str) -> None:
    follow(raised, "challenged", owner="sandy")
    refusal = raised.refusal(R1, trigger, by="sandy", reason="I was right")
    assert refusal == "You own this recommendation, so someone else must decide."


@pytest.mark.parametrize("trigger", ["uphold", "amend", "withdraw"])
def test_a_challenge_to_a_high_priority_is_for_ad_people(high: Council, trigger: str) -> None:
    follow(high, "challenged")
    refusal = high.refusal(R1, trigger, by="sandy", reason="Looked at it")
    assert refusal == "The priority is high, so AD People must decide."


@pytest.mark.parametrize(
    ("trigger", "state"), [("uphold", "assigned"), ("amend", "assigned"), ("withdraw", "withdrawn")]
)
def test_ad_people_decides_on_a_challenge_to_a_high_priority(
    high: Council, trigger: str, state: str
) -> None:
    follow(high, "challenged")
    high.fire(R1, trigger, by="ada", reason="Looked at it")
    assert high.state(R1) == state


def test_amending_may_name_another_owner(challenged: Council) -> None:
    challenged.fire(R1, "amend", by="sandy", owner="sam", reason="Sam's team")
    assert challenged.show(R1)["owner"] == "sam"


def test_amending_keeps_the_owner_where_no_other_is_named(raised: Council) -> None:
    follow(raised, "challenged", owner="sam")  # Pat was proposed
    raised.fire(R1, "amend", by="sandy", what="Write a shorter plan", reason="Agreed with Sam")
    assert raised.show(R1)["owner"] == "sam"


def test_amending_keeps_the_date_inside_the_window(challenged: Council) -> None:
    refusal = challenged.refusal(R1, "amend", by="sandy", due_on="2026-02-01", reason="Later")
    assert refusal.endswith("does not lie between today and 31 January 2026.")


def test_amending_gives_it_to_somebody_who_works_here(challenged: Council) -> None:
    file = challenged.folder / "left.csv"
    file.write_text(
        "person_id,name,roles,team,manager,active_to\nzed,Zed Gone,practitioner,,sam,2025-10-01\n",
        "utf-8",
    )
    people_imports.import_people(challenged.ctx, file, now=challenged.now, actor="cli:test")
    refusal = challenged.refusal(R1, "amend", by="sandy", owner="zed", reason="Zed knows her")
    assert refusal == "zed is not an active person of the roster, so cannot own it."


# ------------------------------------------------------------------ evidence
@pytest.fixture
def working(raised: Council) -> Council:
    """Give the same council where the owner accepted on 13 October 2025."""
    follow(raised.at("2025-10-13 10:00"), "in_progress")
    return raised


def test_evidence_without_impact_for_the_child_is_refused(working: Council) -> None:
    refusal = working.refusal(R1, "submit_evidence", by="pat", record_reference="M-104")
    assert refusal == "What changed for the child is not stated."


def test_impact_without_evidence_is_refused(working: Council) -> None:
    refusal = working.refusal(R1, "submit_evidence", by="pat", impact_for_child="She knows")
    assert refusal == "No evidence is referred to."


def test_evidence_is_not_dated_tomorrow(working: Council) -> None:
    given = {**EVIDENCE, "evidence": [{"reference": "M-104", "dated_on": "2025-10-14"}]}
    refusal = working.refusal(R1, "submit_evidence", by="pat", **given)
    assert refusal == "The date of M-104 is 14 October 2025, which has not come yet."


def test_evidence_and_impact_are_submitted(working: Council) -> None:
    working.fire(R1, "submit_evidence", by="pat", **EVIDENCE)
    assert working.show(R1)["data"]["evidence"] == [
        {"reference": "M-104", "document_hash": None, "dated_on": "2025-10-08"}
    ]


def test_one_reference_alone_is_evidence(working: Council) -> None:
    given = {"record_reference": "M-105", "impact_for_child": "She knows"}
    working.fire(R1, "submit_evidence", by="pat", **given)
    assert [one["reference"] for one in working.show(R1)["data"]["evidence"]] == ["M-105"]


@pytest.fixture
def shown(working: Council) -> Council:
    """Give the same council where the owner has submitted evidence."""
    working.fire(R1, "submit_evidence", by="pat", **EVIDENCE)
    return working


@pytest.mark.parametrize("person", ["sandy", "aud1"])
def test_the_service_manager_or_the_auditor_verifies(shown: Council, person: str) -> None:
    shown.fire(R1, "verify", by=person)
    assert shown.show(R1)["data"]["verified_by"] == person


def test_evidence_that_does_not_convince_is_rejected(shown: Council) -> None:
    shown.fire(R1, "reject", by="aud1", reason="The note is of another child")
    assert shown.state(R1) == "in_progress"


def test_rejecting_needs_a_reason(shown: Council) -> None:
    assert shown.refusal(R1, "reject", by="aud1") == "No reason is given."


@pytest.mark.parametrize("trigger", ["verify", "reject"])
def test_the_owner_cannot_judge_their_own_evidence(raised: Council, trigger: str) -> None:
    follow(raised.at("2025-10-13 10:00"), "evidence_submitted", owner="sandy")
    refusal = raised.refusal(R1, trigger, by="sandy", reason="It is good")
    assert refusal == "You own this recommendation, so someone else must decide."


def test_whoever_acts_for_the_owner_cannot_verify(raised: Council) -> None:
    lend(raised, to="quinn", role="sm_sqa", giver="sandy", from_on="2025-10-01")
    follow(raised.at("2025-10-13 10:00"), "evidence_submitted", owner="sandy")
    refusal = raised.refusal(R1, "verify", by="quinn")
    assert refusal == "You act for the owner of this recommendation, so someone else must decide."


def test_who_verified_for_whom_is_kept_with_the_day(shown: Council) -> None:
    lend(shown, to="quinn", role="sm_sqa", giver="sandy", from_on="2025-10-01")
    shown.at("2025-10-14 10:00").fire(R1, "verify", by="quinn")
    data = shown.show(R1)["data"]
    assert [data[name] for name in ("verified_by", "verified_for", "verified_on")] == [
        "quinn", "sandy", "2025-10-14",
    ]  # fmt: skip


@pytest.mark.parametrize("person", ["quinn", "sandy"])
def test_whoever_verified_or_had_it_verified_does_not_become_the_owner(
    shown: Council, person: str
) -> None:
    lend(shown, to="quinn", role="sm_sqa", giver="sandy", from_on="2025-10-01")
    shown.fire(R1, "verify", by="quinn")
    with pytest.raises(TransitionRefused) as refused:
        shown.reassign(R1, to=person, by="ada")
    assert (
        str(refused.value) == f"{person} verified the evidence, so cannot own the recommendation."
    )


def test_somebody_else_takes_a_verified_recommendation_over(shown: Council) -> None:
    shown.fire(R1, "verify", by="aud1")
    shown.reassign(R1, to="sam", by="sandy")
    assert shown.show(R1)["owner"] == "sam"


def test_new_evidence_waits_for_a_verifier_of_its_own(shown: Council) -> None:
    shown.fire(R1, "verify", by="aud1")
    shown.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    shown.fire(R1, "submit_evidence", by="pat", **EVIDENCE)
    assert shown.show(R1)["data"]["verified_by"] is None


# ------------------------------------------------------------------ what is sent
NONSENSE: list[tuple[str, str, str, dict[str, Any]]] = [
    ("raised", "assign", "sandy", {"category": "colour"}),
    ("raised", "assign", "sandy", {"due_on": "soon"}),
    ("raised", "assign", "sandy", {"theme": "x" * 101}),
    ("raised", "assign", "sandy", {"colour": "red"}),
    ("in_progress", "submit_evidence", "pat", {"evidence": [{"dated_on": "2025-10-10"}]}),
    ("tabled", "sign_off", "ada", {"signature": "Ada"}),
]


@pytest.mark.parametrize(("state", "trigger", "by", "data"), NONSENSE)
def test_bad_input_changes_and_logs_nothing(
    raised: Council, state: str, trigger: str, by: str, data: dict[str, Any]
) -> None:
    follow(raised.at("2025-10-13 10:00"), state)
    before = raised.show(R1), raised.history(R1)
    with pytest.raises(BadData):
        raised.fire(R1, trigger, by=by, **data)
    assert (raised.show(R1), raised.history(R1)) == before


def test_an_owner_who_is_in_no_roster_is_bad_input(raised: Council) -> None:
    before = raised.history(R1)
    with pytest.raises(UnknownPerson):
        raised.fire(R1, "assign", by="sandy", owner="nobody")
    assert raised.history(R1) == before


def test_a_refusal_is_one_entry_and_moves_nothing(raised: Council) -> None:
    follow(raised.at("2025-10-13 10:00"), "in_progress")
    before, told = raised.show(R1), len(raised.history(R1))
    raised.refusal(R1, "submit_evidence", by="pat", record_reference="M-104")
    after = raised.history(R1)
    assert [one["action"] for one in after[told:]] == ["refused"]
    assert (raised.show(R1)["version"], raised.show(R1)["deadlines"]) == (
        before["version"], before["deadlines"],
    )  # fmt: skip


def test_three_refusals_of_one_kind_block_it(raised: Council) -> None:
    follow(raised.at("2025-10-13 10:00"), "in_progress")
    for _ in range(3):
        raised.refusal(R1, "submit_evidence", by="pat", record_reference="M-104")
    assert blocks(raised) == ["refused_three_times"]

"""A recommendation from raised to signed off: who moves it, what it needs, who hears when nobody does."""

from typing import Any

import pytest
from council import Council

from qa_workflow.service import people_imports

R1 = "recommendation:R-0001"
GIVEN = {
    "what": "Write the plan with the child",
    "for_whom": "The child of this case",
    "difference": "She knows what happens next",
    "owner": "pat",
}
EVIDENCE = {
    "evidence": [{"reference": "M-104", "dated_on": "2025-10-10"}],
    "impact_for_child": "She does",
}
OPEN = (
    "raised",
    "assigned",
    "challenged",
    "in_progress",
    "evidence_submitted",
    "verified",
    "tabled",
)


def follow(council: Council, state: str, reference: str = R1, *, owner: str = "pat") -> None:
    """Take a recommendation on in the ordinary way until it stands in *state*."""
    steps: dict[str, tuple[str, str, dict[str, Any]]] = {
        "raised": ("assign", "sandy", {"category": "case_action", "owner": owner}),
        "assigned": ("accept", owner, {}),
        "in_progress": ("submit_evidence", owner, EVIDENCE),
        "evidence_submitted": ("verify", "aud1", {}),
        "verified": ("table", "quinn", {}),
        "tabled": ("sign_off", "dana" if owner == "ada" else "ada", {}),
    }
    if state == "challenged":
        steps["assigned"] = ("challenge", owner, {"reason": "Not for this team"})
    while (standing := council.state(reference)) != state:
        trigger, by, data = steps[standing]
        council.fire(reference, trigger, by=by, **data)


# ------------------------------------------------------------------ the way through
def test_a_recommendation_goes_from_raised_to_signed_off(raised: Council) -> None:
    follow(raised.at("2025-10-13 10:00"), "signed_off")
    assert [one["to"] for one in raised.history(R1)] == [
        "raised",
        "assigned",
        "in_progress",
        "evidence_submitted",
        "verified",
        "tabled",
        "signed_off",
    ]


@pytest.mark.parametrize("state", OPEN)
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
        *((state, "carry_forward", {}, {"ada"}) for state in OPEN[3:]),
        *((state, "supersede", {}, {"sandy"}) for state in OPEN),
        *((state, "case_ended", {}, {"sandy"}) for state in OPEN),
    ],
)
def test_a_trigger_is_for_these_people_and_nobody_else(
    raised: Council, state: str, trigger: str, data: dict[str, Any], people: set[str]
) -> None:
    follow(raised.at("2025-10-13 10:00"), state)
    assert raised.who_may(R1, trigger, **data) == people


@pytest.mark.parametrize("state", OPEN[1:])
def test_the_named_owner_stays_the_owner(raised: Council, state: str) -> None:
    follow(raised.at("2025-10-13 10:00"), state)
    assert raised.show(R1)["owner"] == "pat"


# ------------------------------------------------------------------ assigned
@pytest.mark.parametrize("missing", ["what", "for_whom", "difference", "category"])
def test_a_recommendation_is_assigned_once_it_is_specific(running: Council, missing: str) -> None:
    said = {**GIVEN, "category": "system"}
    data = {name: said[name] for name in ("what", "for_whom", "difference", "category")}
    running.start(
        "recommendation",
        "C01",
        by="sandy",
        **{**data, missing: None if missing == "category" else ""},
    )
    refusal = running.refusal(R1, "assign", by="sandy", owner="pat")
    assert refusal == f"Not said: {missing}."


def test_what_was_missing_is_said_when_it_is_assigned(running: Council) -> None:
    running.start("recommendation", "C01", by="sandy")
    running.fire(R1, "assign", by="sandy", **{**GIVEN, "category": "system"})
    assert running.show(R1)["data"]["what"] == "Write the plan with the child"


def test_the_proposed_owner_is_the_owner_where_no_other_is_named(raised: Council) -> None:
    raised.fire(R1, "assign", by="sandy", category="case_action")
    assert raised.show(R1)["owner"] == "pat"


def test_another_than_the_proposed_owner_may_be_named(raised: Council) -> None:
    raised.fire(R1, "assign", by="sandy", category="case_action", owner="sam")
    assert raised.show(R1)["owner"] == "sam"


def test_somebody_must_own_it(running: Council) -> None:
    said = {name: value for name, value in GIVEN.items() if name != "owner"}
    running.start("recommendation", "C01", by="sandy", **said, category="system")
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
        {"reference": "M-104", "document_hash": None, "dated_on": "2025-10-10"}
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


# ------------------------------------------------------------------ signed off
@pytest.fixture
def tabled(raised: Council) -> Council:
    """Give the same council where the recommendation lies before AD People."""
    follow(raised.at("2025-10-13 10:00"), "tabled")
    return raised


def test_a_signature_is_kept_with_its_day(tabled: Council) -> None:
    tabled.fire(R1, "sign_off", by="ada")
    data = tabled.show(R1)["data"]
    assert (data["signed_off_by"], data["signed_off_on"]) == ("ada", "2025-10-13")


def test_whoever_verified_does_not_sign_off(raised: Council) -> None:
    raised.import_people([("ada", "Ada People", "ad_people;sm_sqa", "", "dana")])
    follow(raised.at("2025-10-13 10:00"), "evidence_submitted")
    raised.fire(R1, "verify", by="ada")
    raised.fire(R1, "table", by="quinn")
    refusal = raised.refusal(R1, "sign_off", by="ada")
    assert refusal == "You verified the evidence, so another person must decide."


def test_ad_people_does_not_sign_off_what_they_own(raised: Council) -> None:
    follow(raised.at("2025-10-13 10:00"), "tabled", owner="ada")
    refusal = raised.refusal(R1, "sign_off", by="ada")
    assert refusal == "You own this recommendation, so someone else must decide."


def test_the_director_signs_off_what_ad_people_owns(raised: Council) -> None:
    follow(raised.at("2025-10-13 10:00"), "tabled", owner="ada")
    assert raised.who_may(R1, "sign_off") == {"ada", "dana"}


def test_what_does_not_satisfy_goes_back_to_its_owner(tabled: Council) -> None:
    tabled.fire(R1, "not_satisfied", by="ada", reason="Too thin")
    assert tabled.state(R1) == "in_progress"


def test_ad_people_says_why_it_does_not_satisfy(tabled: Council) -> None:
    assert tabled.refusal(R1, "not_satisfied", by="ada") == "No reason is given."


def test_what_does_not_satisfy_keeps_its_date(tabled: Council) -> None:
    tabled.fire(R1, "not_satisfied", by="ada", reason="Too thin")
    assert tabled.show(R1)["due_on"] == "2026-01-31"


def test_a_signed_recommendation_holds_no_timers(tabled: Council) -> None:
    tabled.fire(R1, "sign_off", by="ada")
    tabled.at("2026-03-01 08:00").passes()
    assert tabled.levels(R1) == []

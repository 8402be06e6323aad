"""How an audit ends in agreement: the conversation, the practitioner's answer, a dispute, and what closing brings."""

from typing import Any

import pytest
from council import AUTUMN, Council, submission

from qa_workflow.errors import TransitionRefused

HIGH = {"what": "See the child alone", "priority": "high"}


def fed_back(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any data
    given = {"held_on": "2025-10-13", "attendees": ["pat", "sam"], **changed}
    return {name: value for name, value in given.items() if value is not None}


@pytest.fixture
def talking(running: Council, audit: str) -> Council:
    """Give a council on Monday 13 October 2025 where an audit waits for its conversation."""
    running.at("2025-10-13 10:00").take(audit, "feedback")
    return running


@pytest.fixture
def answering(talking: Council, audit: str) -> Council:
    """Give the same council where the audit waits for the practitioner's answer."""
    talking.take(audit, "practitioner_response")
    return talking


@pytest.fixture
def disputed(answering: Council, audit: str) -> Council:
    """Give the same council where the practitioner disputes the audit."""
    answering.fire(audit, "dispute", by="pat", reason="The visit of 3 October is missing")
    return answering


# ------------------------------------------------------------------ the conversation
def test_a_conversation_with_practitioner_and_manager_is_feedback(
    talking: Council, audit: str
) -> None:
    talking.fire(audit, "record_feedback", by="aud1", **fed_back())
    assert talking.state(audit) == "practitioner_response"


@pytest.mark.parametrize(
    ("attendees", "refusal"),
    [
        ([], "The practitioner and the manager took no part: say why."),
        (["pat"], "The manager took no part: say why."),
        (["sam"], "The practitioner took no part: say why."),
    ],
)
def test_a_conversation_without_one_of_them_needs_a_reason(
    talking: Council, audit: str, attendees: list[str], refusal: str
) -> None:
    given = fed_back(attendees=attendees)
    assert talking.refusal(audit, "record_feedback", by="aud1", **given) == refusal


def test_a_reason_stands_for_whoever_was_absent(talking: Council, audit: str) -> None:
    given = fed_back(attendees=["pat"], absent_reason="Sam was ill")
    talking.fire(audit, "record_feedback", by="aud1", **given)
    assert talking.show(audit)["data"]["feedback"]["absent_reason"] == "Sam was ill"


def test_the_line_manager_may_come_in_the_supervisors_place(talking: Council, audit: str) -> None:
    talking.import_people([("lee", "Lee Manager", "team_manager", "North", "cass")])
    talking.import_people([("pat", "Pat Practitioner", "practitioner", "North", "lee")])
    given = fed_back(attendees=["pat", "lee"])
    talking.fire(audit, "record_feedback", by="aud1", **given)
    assert talking.state(audit) == "practitioner_response"


def test_a_conversation_has_a_day(talking: Council, audit: str) -> None:
    given = fed_back(held_on=None)
    refusal = talking.refusal(audit, "record_feedback", by="aud1", **given)
    assert refusal == "The day of the conversation is missing."


def test_a_conversation_was_not_held_tomorrow(talking: Council, audit: str) -> None:
    given = fed_back(held_on="2025-10-14")
    refusal = talking.refusal(audit, "record_feedback", by="aud1", **given)
    assert refusal == "The day of the conversation is 14 October 2025, which has not come yet."


def test_no_audit_closes_without_a_conversation(talking: Council, audit: str) -> None:
    assert {one["trigger"] for one in talking.show(audit)["can"]} == {
        "record_feedback",
        "mark_unauditable",
        "withdraw",
        "supersede",
        "remove_from_sample",
    }


# ------------------------------------------------------------------ the practitioner's answer
def test_accepting_closes_the_audit(answering: Council, audit: str) -> None:
    answering.fire(audit, "accept", by="pat")
    assert answering.state(audit) == "closed"


def test_the_answer_is_kept(answering: Council, audit: str) -> None:
    answering.fire(audit, "accept", by="pat")
    assert answering.show(audit)["data"]["practitioner_response"] == "accepted"


def test_a_dispute_needs_a_reason(answering: Council, audit: str) -> None:
    assert answering.refusal(audit, "dispute", by="pat") == "No reason is given."


def test_the_practitioner_of_today_answers(answering: Council, audit: str) -> None:
    answering.import_people([("kim", "Kim Worker", "practitioner", "North", "sam")])
    cases = dict.fromkeys(answering.show(AUTUMN)["data"]["population"], "kim")
    answering.import_cases(cases)
    assert answering.who_may(audit, "accept") == {"kim"}


def test_a_practitioner_whom_the_roster_does_not_know_cannot_answer(
    answering: Council, audit: str
) -> None:
    cases = dict.fromkeys(answering.show(AUTUMN)["data"]["population"], "Agency Worker")
    answering.import_cases(cases)
    assert answering.who_may(audit, "accept") == set()


def test_five_working_days_are_the_practitioners(answering: Council, audit: str) -> None:
    answering.at("2025-10-20 23:59").passes()
    assert answering.state(audit) == "practitioner_response"


def test_no_answer_after_five_working_days_closes_the_audit(answering: Council, audit: str) -> None:
    answering.at("2025-10-21 00:00").passes()
    assert answering.state(audit) == "closed"


def test_no_answer_is_kept_as_no_answer(answering: Council, audit: str) -> None:
    answering.at("2025-10-21 00:00").passes()
    assert answering.show(audit)["data"]["practitioner_response"] == "no response"


def test_no_answer_takes_effect_when_it_was_due_and_is_recorded_when_it_ran(
    answering: Council, audit: str
) -> None:
    answering.at("2025-10-23 09:00").passes()
    entry = next(one for one in answering.history(audit) if one["action"] == "no_response")
    assert (entry["at"], entry["recorded_at"]) == ("2025-10-20T23:00:00Z", "2025-10-23T08:00:00Z")


def test_the_date_of_the_round_does_not_shorten_the_practitioners_days(
    running: Council, audit: str
) -> None:
    running.at("2025-11-28 10:00").take(audit, "practitioner_response")
    assert running.falls(audit, "respond_by") == "2025-12-05"


def test_the_practitioner_still_answers_after_the_date_of_the_round(
    running: Council, audit: str
) -> None:
    running.at("2025-11-28 10:00").take(audit, "practitioner_response")
    running.at("2025-12-05 23:59").passes()
    assert running.state(audit) == "practitioner_response"


# ------------------------------------------------------------------ a dispute
def test_a_dispute_resolved_in_agreement_closes_the_audit(disputed: Council, audit: str) -> None:
    disputed.fire(audit, "resolve", by="sandy", to="agreed", reason="Both looked at the record")
    assert disputed.state(audit) == "closed"


def test_a_dispute_may_send_the_audit_back(disputed: Council, audit: str) -> None:
    disputed.fire(audit, "resolve", by="sandy", to="in_progress", reason="The visit counts")
    assert disputed.state(audit) == "in_progress"


@pytest.mark.parametrize("to", ["agreed", "in_progress"])
def test_resolving_needs_a_reason(disputed: Council, audit: str, to: str) -> None:
    assert disputed.refusal(audit, "resolve", by="sandy", to=to) == "No reason is given."


def test_ad_people_resolves_nothing_that_the_service_manager_can(
    disputed: Council, audit: str
) -> None:
    refusal = disputed.refusal(audit, "resolve", by="ada", to="agreed", reason="Enough")
    assert refusal == "The Safeguarding and QA Service Manager resolves this dispute."


def audited_by_sandy(council: Council, audit: str) -> None:
    council.import_people([("sandy", "Sandy Quality", "sm_sqa;auditor", "QA", "ada")])
    council.at("2025-10-13 10:00").take(audit, "disputed", auditor="sandy")


@pytest.mark.parametrize("to", ["agreed", "in_progress"])
def test_a_service_manager_who_audited_does_not_resolve(
    running: Council, audit: str, to: str
) -> None:
    audited_by_sandy(running, audit)
    refusal = running.refusal(audit, "resolve", by="sandy", to=to, reason="I was right")
    assert refusal == "You are a party to this dispute, so another person must resolve it."


def test_ad_people_resolves_where_the_service_manager_audited(running: Council, audit: str) -> None:
    audited_by_sandy(running, audit)
    running.fire(audit, "resolve", by="ada", to="agreed", reason="Both looked at the record")
    assert running.state(audit) == "closed"


def test_the_practitioner_does_not_resolve_their_own_dispute(disputed: Council, audit: str) -> None:
    disputed.import_people([("pat", "Pat Practitioner", "practitioner;sm_sqa", "North", "sam")])
    refusal = disputed.refusal(audit, "resolve", by="pat", to="agreed", reason="I was right")
    assert refusal == "You are a party to this dispute, so another person must resolve it."


# ------------------------------------------------------------------ what closing brings
def test_each_recommendation_of_a_closed_audit_is_an_instance(running: Council, audit: str) -> None:
    given = [{"what": "Write the plan"}, HIGH]
    running.close_audit(audit, recommendations=given)
    titles = [one["title"] for one in running.listed(process="recommendation")]
    assert titles == ["Write the plan", "See the child alone"]


def test_an_audit_without_recommendations_brings_none(running: Council, audit: str) -> None:
    running.close_audit(audit)
    assert running.listed(process="recommendation") == []


def test_a_recommendation_waits_to_be_assigned_with_a_proposed_owner(
    running: Council, audit: str
) -> None:
    running.close_audit(audit, recommendations=[{"what": "Write the plan", "owner": "sam"}])
    shown = running.show("recommendation:R-0001")
    assert (shown["state"], shown["data"]["proposed_owner"]) == ("raised", "sam")


def test_the_practitioner_is_proposed_where_no_owner_was_named(
    running: Council, audit: str
) -> None:
    running.close_audit(audit, recommendations=[{"what": "Write the plan"}])
    assert running.show("recommendation:R-0001")["data"]["proposed_owner"] == "pat"


@pytest.mark.parametrize(
    ("given", "due_on"),
    [
        ({}, "2026-01-31"),
        ({"due_on": "2025-12-15"}, "2025-12-15"),
        ({"due_on": "2026-05-01"}, "2026-01-31"),
        ({"due_on": "2025-09-01"}, "2025-10-08"),
        ({"priority": "high"}, "2025-10-22"),
        ({"priority": "immediate"}, "2025-10-09"),
    ],
)
def test_a_recommendation_has_a_due_date(
    running: Council, audit: str, given: dict[str, str], due_on: str
) -> None:
    running.close_audit(audit, recommendations=[{"what": "Write the plan", **given}])
    assert running.show("recommendation:R-0001")["due_on"] == due_on


def test_a_disputed_audit_that_is_submitted_again_brings_its_recommendations_once(
    disputed: Council, audit: str
) -> None:
    disputed.fire(audit, "resolve", by="sandy", to="in_progress", reason="The visit counts")
    given = submission(recommendations=[{"what": "Write the plan"}])
    disputed.fire(audit, "submit", by="aud1", **given)
    disputed.take(audit, "closed")
    assert len(disputed.listed(process="recommendation")) == 1


# ------------------------------------------------------------------ an inadequate audit
@pytest.fixture
def inadequate(running: Council, audit: str) -> Council:
    """Give a council where an audit was closed as inadequate on 20 November 2025."""
    running.at("2025-11-20 10:00").close_audit(audit, grade="inadequate")
    return running


def again(audit: str, times: int = 1) -> str:
    return audit.replace("-A:", f"-A{'-re' * times}:")


def test_an_inadequate_audit_brings_a_recommendation_of_high_priority(inadequate: Council) -> None:
    shown = inadequate.show("recommendation:R-0001")
    assert (shown["data"]["priority"], shown["due_on"]) == ("high", "2025-12-04")


def test_an_inadequate_audit_is_done_again_within_three_months(
    inadequate: Council, audit: str
) -> None:
    shown = inadequate.show(again(audit))
    assert (shown["state"], shown["due_on"]) == ("selected", "2026-02-20")


def test_a_grade_that_moderation_made_inadequate_counts_too(running: Council, audit: str) -> None:
    running.at("2025-11-20 10:00").take(audit, "moderation")
    running.fire(audit, "change_grade", by="mo", grade="inadequate", reason="Not seen")
    running.take(audit, "closed")
    assert running.state(again(audit)) == "selected"


def test_an_adequate_audit_is_not_done_again(running: Council, audit: str) -> None:
    running.close_audit(audit, grade="requires_improvement")
    assert again(audit) not in running.show(audit)["children"]


def test_whoever_worked_on_the_case_does_not_audit_it_again_either(
    inadequate: Council, audit: str
) -> None:
    refusal = inadequate.refusal(again(audit), "allocate", by="quinn", auditor="pat")
    assert "inside the audit period" in refusal


def test_an_audit_again_does_not_keep_its_round_open(inadequate: Council) -> None:
    for reference in inadequate.show(AUTUMN)["children"]:
        if inadequate.state(reference) == "selected":
            inadequate.fire(reference, "withdraw", by="sandy", reason="moved")
    assert inadequate.state(AUTUMN) == "reporting"


def test_an_audit_again_that_is_inadequate_too_brings_a_third(
    inadequate: Council, audit: str
) -> None:
    inadequate.at("2026-02-10 10:00").close_audit(again(audit), grade="inadequate")
    assert inadequate.show(again(audit, times=2))["due_on"] == "2026-05-10"


def test_the_practitioners_answer_is_not_given_to_somebody_who_could_not_give_it(
    answering: Council, audit: str
) -> None:
    before = answering.show(audit)["version"]
    with pytest.raises(TransitionRefused, match="it waits for the practitioner, and who that is"):
        answering.reassign(audit, to="aud2", by="sam")
    assert answering.show(audit)["version"] == before
    assert answering.history(audit)[-1]["action"] == "refused"

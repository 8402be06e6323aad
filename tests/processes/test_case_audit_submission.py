"""What an audit must say before it is submitted: every answer, the child's own words, recommendations or none."""

from typing import Any

import pytest
from council import Council, answers, submission

from qa_workflow.errors import BadData, UnknownPerson


@pytest.fixture
def auditing(running: Council, audit: str) -> Council:
    """Give a council on 20 November 2025 where Alex audits a case."""
    running.take(audit, "in_progress")
    return running.at("2025-11-20 10:00")


def test_a_complete_audit_is_submitted(auditing: Council, audit: str) -> None:
    auditing.fire(audit, "submit", by="aud1", **submission())
    assert auditing.state(audit) == "submitted"


# ------------------------------------------------------------------ every part of it
@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_a_question_without_an_answer_is_named(
    auditing: Council, audit: str, nothing: str | None
) -> None:
    given: dict[str, Any] = answers()
    given["safety"]["plan_reduces_risk"] = nothing
    refusal = auditing.refusal(audit, "submit", by="aud1", **submission(answers=given))
    assert refusal == "Methodology 1: not answered: safety.plan_reduces_risk."


def test_no_is_an_answer(auditing: Council, audit: str) -> None:
    given: dict[str, Any] = answers()
    given["safety"]["plan_reduces_risk"] = False
    auditing.fire(audit, "submit", by="aud1", **submission(answers=given))
    assert auditing.state(audit) == "submitted"


def test_a_section_without_answers_is_named(auditing: Council, audit: str) -> None:
    given = answers()
    del given["difference"]
    refusal = auditing.refusal(audit, "submit", by="aud1", **submission(answers=given))
    assert refusal == "Methodology 1: not answered: difference.better_off."


def test_an_answer_that_nobody_asked_for_is_named(auditing: Council, audit: str) -> None:
    given = {**answers(), "weather": {"sunny": "yes"}}
    refusal = auditing.refusal(audit, "submit", by="aud1", **submission(answers=given))
    assert refusal == "Methodology 1: not asked: weather.sunny."


@pytest.mark.parametrize(
    ("part", "empty", "refusal"),
    [
        ("strengths", [], "No strengths are given."),
        ("strengths", [" "], "No strengths are given."),
        ("improvements", [], "No improvements are given."),
        ("outcome", "", "What difference was made for the child is not answered."),
        (
            "recommendations",
            None,
            "Recommendations are not given; an empty list says that there are none.",
        ),
        (
            "grade",
            "fine",
            "'fine' is no grade of the scale: outstanding, good, requires_improvement, inadequate.",
        ),
    ],
)
def test_an_audit_is_refused_while_a_part_is_missing(
    auditing: Council, audit: str, part: str, empty: object, refusal: str
) -> None:
    given = {**submission(), part: empty}
    assert auditing.refusal(audit, "submit", by="aud1", **given) == refusal


def test_an_empty_list_says_that_there_are_no_recommendations(
    auditing: Council, audit: str
) -> None:
    auditing.fire(audit, "submit", by="aud1", **submission(recommendations=[]))
    assert auditing.state(audit) == "submitted"


def test_an_audit_need_not_be_graded(auditing: Council, audit: str) -> None:
    auditing.fire(audit, "submit", by="aud1", **submission(grade=None))
    assert auditing.show(audit)["data"]["grade"] is None


def test_every_missing_part_is_named_at_once(auditing: Council, audit: str) -> None:
    refusal = auditing.refusal(audit, "submit", by="aud1")
    assert refusal.count(".") > 5


def test_a_refused_submission_is_kept_in_the_history(auditing: Council, audit: str) -> None:
    auditing.refusal(audit, "submit", by="aud1", **submission(outcome=""))
    assert auditing.history(audit)[-1]["action"] == "refused"


def test_a_key_that_nobody_knows_is_bad_input(auditing: Council, audit: str) -> None:
    with pytest.raises(BadData, match="colour: is not asked for here"):
        auditing.fire(audit, "submit", by="aud1", **submission(), colour="blue")


def test_a_date_that_cannot_be_read_is_bad_input(auditing: Council, audit: str) -> None:
    voice = [{"words": "I am happy", "method": "app", "heard_on": "last week"}]
    with pytest.raises(BadData, match=r"voice\.0\.heard_on"):
        auditing.fire(audit, "submit", by="aud1", **submission(voice=voice))


def test_an_owner_whom_nobody_knows_is_bad_input(auditing: Council, audit: str) -> None:
    given = submission(recommendations=[{"what": "Write the plan", "owner": "nobody"}])
    with pytest.raises(UnknownPerson):
        auditing.fire(audit, "submit", by="aud1", **given)


# ------------------------------------------------------------------ the child's voice
def test_a_professionals_account_does_not_stand_for_the_childs_words(
    auditing: Council, audit: str
) -> None:
    given = submission(voice=[], professional_view="Social worker says he is happy")
    refusal = auditing.refusal(audit, "submit", by="aud1", **given)
    assert refusal.startswith("The child's own words are missing. A professional's account")


def test_the_childs_words_with_method_and_date_are_accepted(auditing: Council, audit: str) -> None:
    voice = [{"words": "I like it here", "method": "app", "heard_on": "2025-11-12"}]
    auditing.fire(audit, "submit", by="aud1", **submission(voice=voice))
    assert auditing.state(audit) == "submitted"


@pytest.mark.parametrize("missing", ["words", "method", "heard_on"])
def test_words_without_method_or_date_are_refused(
    auditing: Council, audit: str, missing: str
) -> None:
    voice = {"words": "I like it here", "method": "app", "heard_on": "2025-11-12"}
    del voice[missing]
    refusal = auditing.refusal(audit, "submit", by="aud1", **submission(voice=[voice]))
    assert refusal == "Each entry of the child's voice needs the words, the method and the date."


def test_one_incomplete_entry_among_several_is_refused(auditing: Council, audit: str) -> None:
    voice = [{"words": "I like it", "method": "app", "heard_on": "2025-11-12"}, {"words": "Yes"}]
    refusal = auditing.refusal(audit, "submit", by="aud1", **submission(voice=voice))
    assert refusal == "Each entry of the child's voice needs the words, the method and the date."


def test_a_child_was_not_heard_tomorrow(auditing: Council, audit: str) -> None:
    voice = [{"words": "I like it here", "method": "app", "heard_on": "2025-11-21"}]
    refusal = auditing.refusal(audit, "submit", by="aud1", **submission(voice=voice))
    assert refusal == "The day the child was heard is 21 November 2025, which has not come yet."


def test_a_reason_for_no_voice_counts_once_the_service_manager_approves_it(
    auditing: Council, audit: str
) -> None:
    auditing.fire(audit, "approve_no_voice", by="sandy", reason="pre_verbal_infant")
    given = submission(voice=[], no_voice_reason="pre_verbal_infant")
    auditing.fire(audit, "submit", by="aud1", **given)
    assert auditing.state(audit) == "submitted"


def test_a_reason_for_no_voice_without_approval_is_refused(auditing: Council, audit: str) -> None:
    given = submission(voice=[], no_voice_reason="pre_verbal_infant")
    refusal = auditing.refusal(audit, "submit", by="aud1", **given)
    assert refusal.startswith("sm_sqa has not approved 'pre_verbal_infant'")


def test_approval_of_one_reason_covers_no_other(auditing: Council, audit: str) -> None:
    auditing.fire(audit, "approve_no_voice", by="sandy", reason="pre_verbal_infant")
    given = submission(voice=[], no_voice_reason="child_declined")
    refusal = auditing.refusal(audit, "submit", by="aud1", **given)
    assert refusal.startswith("sm_sqa has not approved 'child_declined'")


def test_approval_without_a_reason_in_the_submission_is_not_enough(
    auditing: Council, audit: str
) -> None:
    auditing.fire(audit, "approve_no_voice", by="sandy", reason="pre_verbal_infant")
    refusal = auditing.refusal(audit, "submit", by="aud1", **submission(voice=[]))
    assert refusal.startswith("The child's own words are missing.")


def test_a_reason_that_the_methodology_does_not_know_is_refused(
    auditing: Council, audit: str
) -> None:
    given = submission(voice=[], no_voice_reason="no_time")
    refusal = auditing.refusal(audit, "submit", by="aud1", **given)
    assert refusal.startswith("'no_time' is no reason code of the methodology: pre_verbal_infant,")


def test_only_a_reason_code_is_approved(auditing: Council, audit: str) -> None:
    refusal = auditing.refusal(audit, "approve_no_voice", by="sandy", reason="no time")
    assert refusal.startswith("Give one of the methodology's reason codes as reason:")


def test_approving_leaves_the_audit_where_it_is(auditing: Council, audit: str) -> None:
    auditing.fire(audit, "approve_no_voice", by="sandy", reason="pre_verbal_infant")
    assert auditing.state(audit) == "in_progress"


def test_nobody_approves_for_an_audit_of_their_own(running: Council, audit: str) -> None:
    running.import_people([("sandy", "Sandy Quality", "sm_sqa;auditor", "QA", "ada")])
    running.take(audit, "in_progress", auditor="sandy")
    refusal = running.refusal(audit, "approve_no_voice", by="sandy", reason="child_declined")
    assert refusal == "You audit this case, so another person must approve."


def test_the_childs_words_and_the_professionals_view_are_kept_apart(
    auditing: Council, audit: str
) -> None:
    given = submission(professional_view="She seems settled")
    auditing.fire(audit, "submit", by="aud1", **given)
    kept = auditing.show(audit)["data"]["submission"]
    assert (kept["voice"][0]["words"], kept["professional_view"]) == (
        "I like it when she comes to football.",
        "She seems settled",
    )

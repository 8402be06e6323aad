"""A delegate of a party to an audit is no second pair of eyes; the delegate of anybody else is."""

from datetime import date

import pytest
from council import AUTUMN, Council, submission
from hands import sql

from qa_workflow.engine.people import Delegation
from qa_workflow.service import people_changes

# Sandy manages quality assurance and may audit too; Mo moderates and may audit too.
PEOPLE = (
    ("sandy", "Sandy Quality", "sm_sqa;auditor", "QA", "ada"),
    ("mo", "Mo Moderator", "moderator;auditor", "QA", "sandy"),
    ("dell", "Dell Deputy", "senior_manager", "", "ada"),
)


@pytest.fixture
def lent(running: Council) -> Council:
    """Give the running council where Dell acts for Sandy and for Mo until the end of October 2025."""
    running.import_people(PEOPLE)
    for giver, role in (("sandy", "sm_sqa"), ("mo", "moderator")):
        delegation = Delegation(
            from_person=giver, to_person="dell", role=role,
            from_on=date(2025, 10, 8), until_on=date(2025, 10, 31),
        )  # fmt: skip
        people_changes.delegate(running.ctx, delegation, now=running.now, actor="cli:test")
    return running


def experienced(council: Council, audit: str, auditor: str) -> None:
    """Let somebody submit another audit first: the first one of an auditor always goes to moderation."""
    other = next(
        one
        for one in council.show(AUTUMN)["children"]
        if one != audit and council.state(one) == "selected"
    )
    council.take(other, "in_progress", auditor=auditor)
    council.fire(other, "submit", by=auditor, **submission(heard_on="2025-10-08"))


def disputed_with_sandy(council: Council, audit: str) -> None:
    """Let the practitioner dispute an audit that Sandy made."""
    council.take(audit, "disputed", auditor="sandy")


# ------------------------------------------------------------------ a deputy who is nobody's party
def test_a_delegate_releases_the_audit_of_another(lent: Council, audit: str) -> None:
    lent.take(audit, "submitted")
    lent.fire(audit, "release", by="dell")
    last = lent.history(audit)[-1]
    assert (last["actor"], last["on_behalf_of"], lent.state(audit)) == ("dell", "sandy", "feedback")


def test_a_delegate_moderates_the_audit_of_another(lent: Council, audit: str) -> None:
    lent.take(audit, "moderation")
    lent.fire(audit, "agree", by="dell")
    assert lent.history(audit)[-1]["on_behalf_of"] == "mo"


def test_a_delegate_resolves_a_dispute_of_others(lent: Council, audit: str) -> None:
    lent.take(audit, "disputed")
    lent.fire(audit, "resolve", by="dell", to="agreed", reason="Both looked at the record")
    assert lent.state(audit) == "closed"


# ------------------------------------------------------------------ a deputy of a party
def test_a_delegate_does_not_release_what_the_lender_audited(lent: Council, audit: str) -> None:
    experienced(lent, audit, "sandy")
    lent.take(audit, "submitted", auditor="sandy")
    assert lent.refusal(audit, "release", by="dell") == (
        "You audited this case, so another person must release it."
    )


def test_a_delegate_does_not_approve_for_the_lender_that_no_child_was_heard(
    lent: Council, audit: str
) -> None:
    lent.take(audit, "in_progress", auditor="sandy")
    refusal = lent.refusal(audit, "approve_no_voice", by="dell", reason="pre_verbal_infant")
    assert refusal == "You audit this case, so another person must approve."


def test_a_delegate_does_not_moderate_what_the_lender_audited(lent: Council, audit: str) -> None:
    lent.take(audit, "in_progress", auditor="mo")
    lent.fire(audit, "submit", by="mo", **submission(heard_on="2025-10-08"))
    assert lent.state(audit) == "moderation"
    assert lent.refusal(audit, "agree", by="dell") == (
        "You audited this case, so another moderator must decide."
    )


def test_a_delegate_does_not_resolve_a_dispute_with_the_lender(lent: Council, audit: str) -> None:
    disputed_with_sandy(lent, audit)
    refusal = lent.refusal(audit, "resolve", by="dell", to="agreed", reason="Enough")
    assert refusal == "You are a party to this dispute, so another person must resolve it."


def test_ad_people_resolves_where_only_a_delegate_of_the_party_is_left(
    lent: Council, audit: str
) -> None:
    disputed_with_sandy(lent, audit)
    lent.fire(audit, "resolve", by="ada", to="agreed", reason="Both looked at the record")
    assert lent.state(audit) == "closed"


def test_who_holds_the_role_too_resolves_though_lent_it_by_the_party(
    lent: Council, audit: str
) -> None:
    disputed_with_sandy(lent, audit)
    sql(lent, "INSERT INTO person_role VALUES ('dell', 'sm_sqa')")
    refusal = lent.refusal(audit, "resolve", by="ada", to="agreed", reason="Enough")
    assert refusal == "The Safeguarding and QA Service Manager resolves this dispute."
    lent.fire(audit, "resolve", by="dell", to="agreed", reason="Both looked at the record")
    assert lent.state(audit) == "closed"

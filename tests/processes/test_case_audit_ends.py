"""How a case audit ends otherwise than closed, and what blocks it on its way."""

import pytest
from council import AUTUMN, Council, submission

from qa_workflow.errors import TransitionRefused
from qa_workflow.service import people_imports

OPEN = (
    "selected",
    "allocated",
    "in_progress",
    "submitted",
    "moderation",
    "feedback",
    "practitioner_response",
    "disputed",
)


# ------------------------------------------------------------------ the other ends
@pytest.mark.parametrize("state", OPEN)
def test_an_audit_is_withdrawn_from_every_open_state(
    running: Council, audit: str, state: str
) -> None:
    running.take(audit, state)
    running.fire(audit, "withdraw", by="sandy", reason="Transferred to another authority")
    assert running.state(audit) == "withdrawn"


@pytest.mark.parametrize("state", OPEN)
def test_a_case_is_not_auditable_from_every_open_state(
    running: Council, audit: str, state: str
) -> None:
    running.take(audit, state)
    running.fire(audit, "mark_unauditable", by="sandy", reason="record_restricted")
    assert running.state(audit) == "not_auditable"


@pytest.mark.parametrize(
    "reason",
    ["closed_before_audit", "record restricted", "Duplicate", "duplicate: the same child as C02"],
)
def test_a_known_reason_makes_a_case_not_auditable(
    running: Council, audit: str, reason: str
) -> None:
    running.fire(audit, "mark_unauditable", by="sandy", reason=reason)
    assert running.state(audit) == "not_auditable"


@pytest.mark.parametrize("reason", ["too busy", ""])
def test_no_other_reason_makes_a_case_not_auditable(
    running: Council, audit: str, reason: str
) -> None:
    refusal = running.refusal(audit, "mark_unauditable", by="sandy", reason=reason)
    assert refusal.startswith(
        "Begin the reason with one of: closed_before_audit, record_restricted, duplicate"
    )


def test_an_audit_is_not_withdrawn_without_a_reason(running: Council, audit: str) -> None:
    assert running.refusal(audit, "withdraw", by="sandy") == "No reason is given."


@pytest.mark.parametrize("end", ["closed", "not_auditable", "withdrawn"])
def test_nothing_leaves_the_end_of_an_audit(running: Council, audit: str, end: str) -> None:
    if end == "closed":
        running.close_audit(audit)
    elif end == "withdrawn":
        running.fire(audit, "withdraw", by="sandy", reason="moved")
    else:
        running.fire(audit, "mark_unauditable", by="sandy", reason="duplicate")
    assert running.show(audit)["can"] == []


def test_an_audit_that_has_ended_meets_its_date(running: Council, audit: str) -> None:
    running.fire(audit, "withdraw", by="sandy", reason="moved")
    running.at("2025-12-30 08:00").passes()
    assert running.levels(audit) == []


# ------------------------------------------------------------------ blocked
def leave(council: Council, person_id: str, on: str) -> None:
    """Let the roster say that somebody's last day was *on*."""
    file = council.folder / "leaver.csv"
    file.write_text(
        f"person_id,name,roles,team,manager,active_to\n{person_id},Alex Auditor,auditor,QA,sandy,{on}\n",
        "utf-8",
    )
    people_imports.import_people(council.ctx, file, now=council.now, actor="cli:test")


def test_an_audit_whose_auditor_left_is_blocked(running: Council, audit: str) -> None:
    running.take(audit, "in_progress")
    leave(running, "aud1", "2025-10-10")
    running.at("2025-10-11 00:00").passes()
    assert [one["reason"] for one in running.show(audit)["blocked"]] == ["owner_inactive"]


def test_giving_it_to_another_auditor_takes_the_block_off(running: Council, audit: str) -> None:
    running.take(audit, "in_progress")
    leave(running, "aud1", "2025-10-10")
    running.at("2025-10-13 09:00").passes()
    running.reassign(audit, to="aud2", by="sandy", reason="Alex left")
    assert running.show(audit)["blocked"] == []


def test_a_dispute_that_nobody_resolves_is_blocked(running: Council, audit: str) -> None:
    running.at("2025-10-13 10:00").take(audit, "disputed")
    running.at("2025-11-03 00:00").passes()
    assert [one["reason"] for one in running.show(audit)["blocked"]] == ["overdue_l2"]


def test_resolving_a_late_dispute_takes_the_block_off(running: Council, audit: str) -> None:
    running.at("2025-10-13 10:00").take(audit, "disputed")
    running.at("2025-11-03 10:00").passes()
    running.fire(audit, "resolve", by="sandy", to="in_progress", reason="Look at the visits again")
    assert running.show(audit)["blocked"] == []


def test_only_a_closed_audit_counts_in_the_report_of_its_round(running: Council) -> None:
    waiting = [one for one in running.show(AUTUMN)["children"] if running.state(one) == "selected"]
    for reference in waiting:
        running.fire(reference, "mark_unauditable", by="sandy", reason="duplicate")
    report = {"strengths": ["a"], "gaps": ["b"], "themes": ["c"], "recommendations": []}
    running.fire(AUTUMN, "submit_report", by="sandy", **report)
    counts = running.show(AUTUMN)["data"]["report"]["counts"]
    assert counts == {"closed": 2, "not_auditable": 10}


def test_a_trigger_of_another_state_is_refused(running: Council, audit: str) -> None:
    with pytest.raises(TransitionRefused, match="submit is not offered in state selected"):
        running.fire(audit, "submit", by="aud1", **submission())

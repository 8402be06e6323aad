"""The end of a provider audit: the provider's comments, another person's decision, actions; and the ways out of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import providers
import pytest
from council import Council
from hands import leaves, sql
from providers import (
    AUDIT,
    FIRST_ACTION,
    Stand,
    place,
    refused_once,
    rejected,
    report,
    said_to,
    visit,
)

from qa_workflow.service import overlays

R1, R2 = "recommendation:R-0001", "recommendation:R-0002"
NONE: dict[str, Any] = {"actions": []}


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """Give a way to have the audit of P04 in a state."""
    with providers.standing(tmp_path) as at:
        yield at


@pytest.fixture
def sent(stand: Stand) -> Council:
    """Give a council that sent the draft to the provider on Friday 12 June 2026."""
    return stand("with_provider")


@pytest.fixture
def finalising(stand: Stand) -> Council:
    return stand("finalising").at("2026-06-30 10:00")


@pytest.fixture
def acting(stand: Stand) -> Council:
    """Give a council that finalised the audit with two actions on Tuesday 30 June 2026."""
    return stand("actions_open")


# ------------------------------------------------------------------ the draft and the provider
def test_the_draft_goes_to_the_providers_contact(stand: Stand) -> None:
    council = stand("report_draft")
    before = len(council.told(AUDIT))
    council.fire(AUDIT, "send_for_accuracy", by="aud1")
    assert [person for person, _ in council.told(AUDIT)[before:]] == ["penny"]


def test_the_providers_comments_are_kept_with_who_wrote_them_down(sent: Council) -> None:
    sent.fire(AUDIT, "provider_comments", by="penny", comments="The address is out of date.")
    assert sent.show(AUDIT)["data"]["provider_comments"] == {
        "by": "penny",
        "comments": "The address is out of date.",
    }


def test_comments_say_something(sent: Council) -> None:
    why = refused_once(sent, AUDIT, "provider_comments", by="aud1", comments=" ")
    assert why == "What the provider says is not given."


def test_on_its_last_evening_the_provider_may_still_comment(sent: Council) -> None:
    sent.at("2026-06-26 23:59").passes()
    assert sent.state(AUDIT) == "with_provider"


def test_after_ten_working_days_silence_is_taken_for_no_comments(sent: Council) -> None:
    sent.at("2026-06-27 00:01").passes()
    moved = next(one for one in sent.history(AUDIT) if one["action"] == "no_comments")
    assert (moved["actor"], moved["to"], moved["at"]) == (
        "system", "finalising", "2026-06-26T23:00:00Z",
    )  # fmt: skip
    assert sent.show(AUDIT)["data"]["provider_comments"] is None


def test_a_cap_does_not_shorten_the_providers_ten_days(stand: Stand) -> None:
    council = stand("report_draft").at("2026-06-24 10:00")
    council.fire(AUDIT, "send_for_accuracy", by="aud1")
    council.at("2026-07-08 23:59").passes()
    assert (council.falls(AUDIT, "comment_by"), council.state(AUDIT)) == (
        "2026-07-08", "with_provider",
    )  # fmt: skip


# ------------------------------------------------------------------ finalised
def test_an_audit_without_actions_ends_compliant(finalising: Council) -> None:
    finalising.fire(AUDIT, "finalise", by="sandy", **NONE)
    shown = finalising.show(AUDIT)
    assert (shown["state"], shown["final"], shown["lateness"]) == ("compliant", True, "on_time")


def test_the_outcome_is_that_of_the_report_unless_another_is_said(finalising: Council) -> None:
    finalising.fire(AUDIT, "finalise", by="sandy", **NONE)
    assert finalising.show(AUDIT)["data"]["outcome"] == "A good place to live."


def test_another_outcome_may_be_said(finalising: Council) -> None:
    finalising.fire(AUDIT, "finalise", by="sandy", outcome="Good enough.", **NONE)
    assert finalising.show(AUDIT)["data"]["outcome"] == "Good enough."


def test_that_there_are_no_actions_is_said_with_an_empty_list(finalising: Council) -> None:
    why = refused_once(finalising, AUDIT, "finalise", by="sandy")
    assert why == "Actions are not given; an empty list says that there are none."


def test_the_auditor_does_not_finalise(finalising: Council) -> None:
    finalising.import_people([("aud1", "Alex Auditor", "auditor;sm_sqa", "QA", "sandy")])
    why = refused_once(finalising, AUDIT, "finalise", by="aud1", **NONE)
    assert why == "You audited this provider, so another person must finalise."


def test_nobody_finalises_for_the_auditor(finalising: Council) -> None:
    finalising.import_people([("aud1", "Alex Auditor", "auditor;sm_sqa", "QA", "sandy")])
    providers.delegate(finalising, "aud1", "quinn", "sm_sqa")
    assert "another person" in refused_once(finalising, AUDIT, "finalise", by="quinn", **NONE)


@pytest.mark.parametrize("part", ["visited_by", "report_by"])
def test_whoever_visited_or_wrote_the_report_does_not_finalise(
    finalising: Council, part: str
) -> None:
    sql(
        finalising,
        f"UPDATE process_instance SET data = json_set(data, '$.{part}', 'sasha') WHERE reference = ?",  # noqa: S608
        AUDIT,
    )
    assert "another person" in refused_once(finalising, AUDIT, "finalise", by="sasha", **NONE)


def test_a_delegate_of_quality_assurance_finalises(finalising: Council) -> None:
    providers.delegate(finalising, "sandy", "quinn", "sm_sqa")
    finalising.fire(AUDIT, "finalise", by="quinn", **NONE)
    assert finalising.history(AUDIT)[-1]["on_behalf_of"] == "sandy"


def test_a_provider_is_not_compliant_while_a_standard_is_not_met(stand: Stand) -> None:
    council = stand("visited").at("2026-06-12 09:00")
    council.fire(
        AUDIT, "submit_report", by="aud1", **report(protection="not_met", support="partly")
    )
    council.fire(AUDIT, "send_for_accuracy", by="aud1")
    council.fire(AUDIT, "provider_comments", by="aud1", comments="None")
    why = refused_once(council, AUDIT, "finalise", by="sandy", **NONE)
    assert why == "Not met, and no action says what changes: protection."
    council.fire(AUDIT, "finalise", by="sandy", actions=[FIRST_ACTION])
    assert council.state(AUDIT) == "actions_open"


@pytest.fixture
def unaccepted(stand: Stand) -> Council:
    """Give a council about to finalise an audit that found no accepted application to Ofsted."""
    council = stand("visit_booked").at("2026-05-29 16:00")
    sql(council, "UPDATE provider SET ofsted_accepted_on = NULL")
    council.fire(AUDIT, "record_visit", by="aud1", **visit())
    council.fire(AUDIT, "submit_report", by="aud1", **report())
    council.fire(AUDIT, "send_for_accuracy", by="aud1")
    council.fire(AUDIT, "provider_comments", by="aud1", comments="None")
    return council


@pytest.mark.parametrize("answers", [{}, {"no_accepted_ofsted_application": "  "}])
def test_what_the_law_makes_grave_is_answered(unaccepted: Council, answers: dict[str, str]) -> None:
    why = refused_once(unaccepted, AUDIT, "finalise", by="sandy", answers=answers, **NONE)
    assert why == (
        "Not answered: On Friday 29 May 2026 Ofsted had accepted no application to operate supported "
        "accommodation (no_accepted_ofsted_application)."
    )


def test_the_answer_is_kept_beside_the_finding(unaccepted: Council) -> None:
    answer = {"no_accepted_ofsted_application": "Both children move on 5 June"}
    unaccepted.fire(AUDIT, "finalise", by="sandy", answers=answer, **NONE)
    found = unaccepted.show(AUDIT)["data"]["findings"][-1]
    assert (unaccepted.state(AUDIT), found["answer"]) == (
        "compliant", "Both children move on 5 June",
    )  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        {"actions": [{"priority": "high"}]},
        {"actions": [{"what": ""}]},
        {"actions": [{"what": "Train", "priority": "urgent"}]},
        {"actions": "none"},
        {"actions": [], "grade": "good"},
    ],
)
def test_an_action_says_what_and_how_soon(finalising: Council, data: dict[str, Any]) -> None:
    assert "finalise" in rejected(finalising, AUDIT, "finalise", by="sandy", **data)


# ------------------------------------------------------------------ other ends
@pytest.mark.parametrize("state", providers.STATES)
def test_commissioning_says_from_any_open_state_that_it_is_not_in_scope(
    stand: Stand, state: str
) -> None:
    council = stand(state)
    council.fire(AUDIT, "not_in_scope", by="cora", reason="The list was wrong")
    shown = council.show(AUDIT)
    assert (shown["state"], shown["final"]) == ("not_in_scope", True)


@pytest.mark.parametrize("state", providers.STATES)
def test_commissioning_says_from_any_open_state_that_the_provider_is_no_longer_used(
    stand: Stand, state: str
) -> None:
    council = stand(state)
    place(council, {"C01": "", "C02": "", "C03": ""})
    council.fire(AUDIT, "exit", by="cora", reason="Contract ended")
    shown = council.show(AUDIT)
    assert (shown["state"], shown["final"]) == ("exited", True)


@pytest.mark.parametrize("trigger", ["exit", "not_in_scope"])
def test_both_need_a_reason(stand: Stand, trigger: str) -> None:
    council = stand("scoped")
    place(council, {"C01": "", "C02": "", "C03": ""})
    assert refused_once(council, AUDIT, trigger, by="cora") == "No reason is given."


def test_a_provider_is_not_left_while_children_live_there(stand: Stand) -> None:
    council = stand("visited")
    why = council.refusal(AUDIT, "exit", by="cora", reason="Closed by Ofsted")
    assert why == "C01, C02 are still placed with P04 by the case list."


def test_nor_while_one_child_does(stand: Stand) -> None:
    council = stand("visited")
    place(council, {"C01": "P04", "C02": "", "C03": ""})
    why = council.refusal(AUDIT, "exit", by="cora", reason="Closed by Ofsted")
    assert why == "C01 is still placed with P04 by the case list."


def test_trying_to_says_at_once_that_a_closed_provider_still_has_a_child(stand: Stand) -> None:
    council = stand("visited")
    council.refusal(AUDIT, "exit", by="cora", reason="Closed by Ofsted")
    shown = council.show(AUDIT)
    assert ([one["reason"] for one in shown["blocked"]], shown["level"]) == (
        ["provider_closed"], "L2",
    )  # fmt: skip
    assert council.told(AUDIT)[-1][0] == "ada"


def test_once_the_children_have_moved_the_provider_is_left(stand: Stand) -> None:
    council = stand("visited")
    council.refusal(AUDIT, "exit", by="cora", reason="Closed by Ofsted")
    place(council, {"C01": "", "C02": "", "C03": ""})
    council.fire(AUDIT, "exit", by="cora", reason="Closed by Ofsted")
    assert (council.state(AUDIT), council.show(AUDIT)["blocked"]) == ("exited", [])


@pytest.mark.parametrize("state", ["compliant", "exited", "not_in_scope"])
def test_an_end_is_an_end(finalising: Council, state: str) -> None:
    if state == "compliant":
        finalising.fire(AUDIT, "finalise", by="sandy", **NONE)
    else:
        place(finalising, {"C01": "", "C02": "", "C03": ""})
        trigger = {"exited": "exit"}.get(state, state)
        finalising.fire(AUDIT, trigger, by="cora", reason="Contract ended")
    assert (finalising.state(AUDIT), finalising.show(AUDIT)["can"]) == (state, [])


# ------------------------------------------------------------------ at any time
@pytest.mark.parametrize("state", providers.STATES)
def test_a_concern_is_raised_at_any_time_and_leaves_the_audit_where_it_is(
    stand: Stand, state: str
) -> None:
    council = stand(state)
    council.fire(AUDIT, "raise_immediate_concern", by="cora", case="C02", what="See note 104")
    concern = council.show("immediate_concern:C02:1")
    assert (council.state(AUDIT), concern["data"]["what"], concern["parent"]) == (
        state, "See note 104", AUDIT,
    )  # fmt: skip


def test_a_second_concern_about_a_child_is_counted(acting: Council) -> None:
    for _ in range(2):
        acting.fire(AUDIT, "raise_immediate_concern", by="aud1", case="C02", what="See note 104")
    assert acting.state("immediate_concern:C02:2") == "raised"


def test_a_concern_about_a_child_on_no_list_is_raised_all_the_same(acting: Council) -> None:
    acting.fire(AUDIT, "raise_immediate_concern", by="aud1", case="X99", what="A call")
    assert acting.state("immediate_concern:X99:1") == "raised"


@pytest.mark.parametrize(
    "data", [{"case": "C02"}, {"what": "A call"}, {"case": "", "what": "A call"}]
)
def test_a_concern_says_about_whom_and_what(acting: Council, data: dict[str, str]) -> None:
    assert "raise_immediate_concern" in rejected(
        acting, AUDIT, "raise_immediate_concern", by="aud1", **data
    )


@pytest.mark.parametrize("state", providers.STATES)
def test_commissioning_proposes_a_suspension_at_any_time(stand: Stand, state: str) -> None:
    council = stand(state)
    before = len(council.told(AUDIT))
    council.fire(AUDIT, "propose_suspension", by="cora", reason="Two allegations in a week")
    (proposal,) = council.show(AUDIT)["data"]["suspension_proposed"]
    assert (council.state(AUDIT), proposal["by"], proposal["why"]) == (
        state, "cora", "Two allegations in a week",
    )  # fmt: skip
    assert [person for person, _ in council.told(AUDIT)[before:]] == ["ada"]


def test_ad_people_reads_what_is_proposed_and_where_the_reason_stands(acting: Council) -> None:
    acting.fire(AUDIT, "propose_suspension", by="cora", reason="Two allegations in a week")
    assert (
        "Commissioning proposes to suspend new placements with P04; its history says why."
        in said_to(acting, "ada", AUDIT)
    )


def test_a_second_proposal_is_told_again(acting: Council) -> None:
    before = len(acting.told(AUDIT))
    for why in ("Two allegations", "A third one"):
        acting.fire(AUDIT, "propose_suspension", by="cora", reason=why)
    assert [person for person, _ in acting.told(AUDIT)[before:]] == ["ada", "ada"]


def test_a_suspension_is_not_proposed_without_a_reason(acting: Council) -> None:
    assert refused_once(acting, AUDIT, "propose_suspension", by="cora") == "No reason is given."


def test_where_nobody_is_ad_people_the_role_is_told(acting: Council) -> None:
    leaves(acting, "ada", "2026-06-29")
    acting.fire(AUDIT, "propose_suspension", by="cora", reason="Two allegations")
    assert acting.told(AUDIT)[-1][0] == "role:ad_people"


# ------------------------------------------------------------------ blocked
@pytest.mark.parametrize(
    ("reason", "note"),
    [
        ("awaiting_provider", "The provider refuses access"),
        ("other", "In Northumberland: cannot be visited before July"),
        ("disagreement", "The contract is in dispute"),
    ],
)
def test_an_audit_that_cannot_go_on_is_blocked_and_still_climbs(
    stand: Stand, reason: str, note: str
) -> None:
    council = stand("visit_booked").at("2026-05-01 10:00")
    overlays.block(council.ctx, AUDIT, actor="aud1", reason=reason, note=note, now=council.now)
    council.at("2026-06-03 08:00").passes()
    shown = council.show(AUDIT)
    assert (shown["blocked"][0]["reason"], shown["blocked"][0]["note"]) == (reason, note)
    assert council.levels(AUDIT, "visit_by")[-1] == ("L0", "2026-06-03")


def test_an_auditor_who_leaves_blocks_the_audit(stand: Stand) -> None:
    council = stand("visit_booked")
    leaves(council, "aud1", "2026-04-30")
    council.at("2026-05-01 08:00").passes()
    assert [one["reason"] for one in council.show(AUDIT)["blocked"]] == ["owner_inactive"]

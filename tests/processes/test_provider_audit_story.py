"""A home's year, as the officers tell it: a Christmas suspension, an audit over Easter, actions, and compliant."""

from collections.abc import Iterator
from pathlib import Path

import providers
import pytest
from council import Council
from providers import (
    AUDIT,
    FIRST_ACTION,
    SECOND_ACTION,
    children,
    close_actions,
    place,
    report,
    row,
    take_list,
    visit,
)

from qa_workflow.service import enquiries, overlays
from qa_workflow.service.provider_imports import list_providers

SUSPENSION = "provider_suspension:P04:1"


@pytest.fixture
def council(tmp_path: Path) -> Iterator[Council]:
    """Give a council with everybody and three cases, and no provider yet, on Monday 15 December 2025."""
    made = providers.commissioning(tmp_path)
    yield made
    made.ctx.database.close()


def tell(council: Council) -> None:
    """Commissioning imports its list, quality assurance the caseload: two children live at P04."""
    told = take_list(council, row("P04"), row("P05", "ifa", name="Kind Carers", first=""))
    assert (told.new, [one.split()[0] for one in told.in_scope]) == (["P04", "P05"], ["P04"])
    place(council, providers.PLACED)


def suspend_over_christmas(council: Council) -> None:
    """Two allegations: Ada suspends on Monday 22 December; both children are seen, one is not safe."""
    council.at("2025-12-22 16:00").start(
        "provider_suspension", "P04", by="ada", reason="Two allegations", proposed_by="cora"
    )
    first, second = council.show(SUSPENSION)["children"]
    assert {council.show(one)["due_on"] for one in (first, second)} == {"2025-12-23"}
    council.at("2025-12-23 15:00").fire(
        first, "review", by="pat", found="Seen at home; see note 311", is_safe=True
    )
    council.at("2025-12-24 00:01").passes()  # Lee has not gone yet: Ada hears on Christmas Eve
    assert council.levels(second) == [("L2", "2025-12-24")]
    council.at("2025-12-24 11:00").fire(
        second, "review", by="lee", found="Alone at night; see note 312", is_safe=False
    )
    concern = "immediate_concern:C02:1"
    assert council.show(concern)["due_on"] == "2025-12-29"  # over Christmas and a weekend
    council.at("2025-12-29 09:00").fire(concern, "acknowledge", by="sam")
    council.fire(concern, "make_safe", by="sam", what="A waking night worker since 24 December")
    assert council.falls(SUSPENSION, "review_by") == "2026-01-22"
    council.at("2026-01-20 10:00").fire(SUSPENSION, "lift", by="ada", reason="All staff changed")
    assert (council.state(SUSPENSION), council.levels(SUSPENSION, "review_by")) == ("lifted", [])


def audit_over_easter(council: Council) -> None:
    """Two people confirm the scope; the home does not send its papers; the auditor goes all the same."""
    council.at("2026-03-02 10:00").passes()
    council.fire(AUDIT, "confirm_scope", by="cora")
    council.at("2026-03-03 10:00").fire(AUDIT, "confirm_scope", by="sandy")
    council.at("2026-03-10 10:00").fire(AUDIT, "assign_auditor", by="sandy", auditor="aud1")
    council.at("2026-03-24 10:00").fire(AUDIT, "request_evidence", by="aud1")
    for moment in ("2026-03-29 03:00", "2026-04-06 12:00", "2026-04-09 23:59"):
        council.at(
            moment
        ).passes()  # the clocks have changed, Easter has gone by: the home still has time
        assert council.state(AUDIT) == "evidence_requested"
    council.at("2026-04-10 08:00").passes()
    assert (
        council.history(AUDIT)[-1]["at"] == "2026-04-09T23:00:00Z"
    )  # midnight, British summer time
    council.fire(AUDIT, "book_visit", by="aud1", visit_on="2026-05-12")
    council.at("2026-05-12 16:00")
    told = [
        *children("C01", heard_on="2026-05-12"),
        {"case": "C02", "no_view_reason": "Asked twice, did not want to talk to us"},
    ]
    council.fire(AUDIT, "record_visit", by="aud1", **visit(visited_on="2026-05-12", children=told))
    assert (
        council.falls(AUDIT, "draft_by") == "2026-05-27"
    )  # the bank holiday of 25 May lies between


def report_and_finalise(council: Council) -> None:
    """The draft goes to the home, which answers; Sandy, who did not audit, asks for two things."""
    council.at("2026-05-26 10:00").fire(
        AUDIT, "submit_report", by="aud1", **report(protection="not_met", support="partly")
    )
    council.fire(AUDIT, "send_for_accuracy", by="aud1")
    assert council.falls(AUDIT, "comment_by") == "2026-06-09"
    council.at("2026-06-05 10:00").fire(
        AUDIT, "provider_comments", by="penny", comments="The night worker is in post now."
    )
    council.at("2026-06-12 10:00").fire(
        AUDIT, "finalise", by="sandy", actions=[FIRST_ACTION, SECOND_ACTION]
    )
    shown = council.show(AUDIT)
    assert (shown["state"], shown["lateness"], shown["data"]["reviewed_at_spg_on"]) == (
        "actions_open", "on_time", "2026-07-31",
    )  # fmt: skip
    assert [council.show(one)["due_on"] for one in shown["children"]] == [
        "2026-06-26",
        "2026-09-12",
    ]


def test_a_home_from_the_import_to_compliant(council: Council) -> None:
    tell(council)
    suspend_over_christmas(council)
    audit_over_easter(council)
    report_and_finalise(council)
    close_actions(council)
    assert (council.state(AUDIT), council.show(AUDIT)["final"]) == ("compliant", True)
    (home, agency) = list_providers(council.at("2026-09-01 10:00").ctx, now=council.now)
    assert (home.scope, home.audit, home.suspension, f"{home.due_on}") == (
        "in scope", None, None, "2027-06-30",
    )  # fmt: skip
    assert (agency.scope, agency.why) == ("not in scope", "no City child was ever placed there")
    council.at("2027-01-01 08:00").passes()
    assert council.state("provider_audit:P04:2027") == "planned"
    checked, broken = enquiries.verify_history(council.ctx, None, now=council.now)
    assert (checked > 0, broken) == (True, None)


def test_a_home_that_lets_nobody_in(council: Council) -> None:
    tell(council)
    audit_over_easter_until_booked(council)
    overlays.block(
        council.ctx, AUDIT, actor="aud1", reason="awaiting_provider", note="Refuses access",
        now=council.now,
    )  # fmt: skip
    council.fire(AUDIT, "propose_suspension", by="cora", reason="Refuses access")
    council.at("2026-07-14 08:00").passes()
    shown = council.show(AUDIT)
    assert {one["reason"] for one in shown["blocked"]} == {"awaiting_provider", "overdue_l2"}
    assert (shown["late"], shown["level"]) == (True, "L3")  # the visit was due on 2 June
    assert council.refusal(AUDIT, "exit", by="cora", reason="Contract ended").startswith("C01, C02")
    place(council, {"C01": "", "C02": "", "C03": ""})
    council.fire(AUDIT, "exit", by="cora", reason="Contract ended, both children have moved")
    assert (council.state(AUDIT), council.show(AUDIT)["lateness"]) == ("exited", "late")


def audit_over_easter_until_booked(council: Council) -> None:
    council.at("2026-03-02 10:00").passes()
    for person in ("cora", "sandy"):
        council.fire(AUDIT, "confirm_scope", by=person)
    council.fire(AUDIT, "assign_auditor", by="sandy", auditor="aud1")
    council.fire(AUDIT, "request_evidence", by="aud1")
    council.fire(AUDIT, "evidence_late", by="aud1", reason="The home says it will send nothing")

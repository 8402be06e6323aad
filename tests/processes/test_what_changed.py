"""Every recommendation that closes says what changed for the child, or why nothing did; and where it leads."""

from typing import Any

import pytest
from council import Council
from follow_up import DECEMBER, R1, follow, raise_by_hand

CHECK = "dip_check:R-0001"


def what_changed(council: Council) -> tuple[Any, Any]:
    data = council.show(R1)["data"]
    return data.get("what_changed"), data.get("why_nothing_changed")


def links(council: Council, reference: str) -> list[tuple[str, str]]:
    return [
        (one["kind"], one["to"])
        for one in council.show(reference)["links"]
        if one["from"] == reference
    ]


def test_what_is_signed_off_says_what_changed_for_the_child(held: Council) -> None:
    assert what_changed(held) == (None, None)
    held.fire(R1, "sign_off", by="ada")
    assert what_changed(held) == ("She does", None)


def test_a_change_that_did_not_last_is_not_told_as_one(held: Council) -> None:
    held.fire(R1, "sign_off", by="ada")
    held.at("2026-03-10 10:00").fire(CHECK, "find_lapsed", by="aud2", reason="No plan since May")
    held.fire(R1, "reopen", by="sandy", reason="The plan lapsed")
    assert what_changed(held) == (None, None)


def test_what_is_withdrawn_says_why_nothing_changed(raised: Council) -> None:
    follow(raised, "challenged")
    raised.fire(R1, "withdraw", by="sandy", reason="The audit read another child's file")
    assert what_changed(raised) == (None, "The audit read another child's file")


def test_what_ends_with_its_case_says_why_nothing_changed(raised: Council) -> None:
    follow(raised, "assigned")
    raised.fire(R1, "case_ended", by="sandy", reason="The family moved to Leeds")
    assert what_changed(raised) == (None, "The family moved to Leeds")


@pytest.mark.parametrize(
    ("reason", "why"),
    [("", "recommendation:R-0002 takes its place."), ("Both ask the same", "Both ask the same")],
)
def test_what_is_superseded_says_why_nothing_changed(
    raised: Council, reason: str, why: str
) -> None:
    successor = raise_by_hand(raised, "C02")
    raised.fire(R1, "supersede", by="sandy", successor=successor, reason=reason)
    assert what_changed(raised) == (None, why)


@pytest.mark.parametrize("trigger", ["withdraw", "case_ended"])
def test_nothing_ends_unchanged_without_a_reason(raised: Council, trigger: str) -> None:
    follow(raised, "assigned")
    raised.fire(R1, "challenge", by="pat", reason="Not for this team")
    before = raised.show(R1)
    assert "No reason is given." in raised.refusal(R1, trigger, by="sandy")
    assert raised.show(R1)["data"] == before["data"]


# ------------------------------------------------------------------ where it leads
def test_a_recommendation_came_from_its_audit_and_feeds_its_meeting(tabled: Council) -> None:
    audit = tabled.show(R1)["data"]["source"]
    assert links(tabled, R1) == [("came_from", audit), ("feeds", DECEMBER)]


def test_a_dip_check_follows_its_recommendation(held: Council) -> None:
    held.fire(R1, "sign_off", by="ada")
    assert links(held, CHECK) == [("follows", R1)]


def test_the_moves_that_link_nothing_leave_the_links_alone(raised: Council) -> None:
    before = links(raised, R1)
    follow(raised, "in_progress")
    assert links(raised, R1) == before
    assert len(before) == 1

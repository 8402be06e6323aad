"""Signed off only by AD People, only in a held meeting, only by another than owner and verifier; and opened again."""

import pytest
from council import Council
from follow_up import (
    DECEMBER,
    EVIDENCE,
    GIVEN,
    JANUARY,
    JUNE,
    R1,
    blocks,
    entries,
    follow,
    lend,
    meet,
    raise_by_hand,
    standing,
)
from hands import sql

from qa_workflow.errors import NotPermitted

NOT_HELD = "The Getting to Outstanding meeting of Thursday 11 December 2025 has not been held."


def reasons(council: Council, trigger: str) -> list[tuple[str, str | None]]:
    """Return why *trigger* cannot be pulled, as anybody sees it, with from when it could be."""
    found = [one["reasons"] for one in council.show(R1)["cannot"] if one["trigger"] == trigger]
    return [(why["why"], why["from"]) for some in found for why in some]


# ------------------------------------------------------------------ worked example
def test_the_service_manager_does_not_sign_off(held: Council) -> None:
    with pytest.raises(NotPermitted):
        held.fire(R1, "sign_off", by="sandy")
    assert held.state(R1) == "tabled"


@pytest.mark.parametrize("trigger", ["sign_off", "not_satisfied"])
def test_nothing_is_decided_before_the_meeting_is_held(tabled: Council, trigger: str) -> None:
    tabled.at("2025-12-10 10:00")
    assert tabled.refusal(R1, trigger, by="ada", reason="Too thin") == NOT_HELD


@pytest.mark.parametrize("trigger", ["sign_off", "not_satisfied"])
def test_whoever_asks_is_told_from_when_it_can_be_decided(tabled: Council, trigger: str) -> None:
    assert reasons(tabled, trigger) == [(NOT_HELD, "2025-12-11")]


def test_ad_people_signs_off_in_the_meeting_that_was_held(held: Council) -> None:
    held.fire(R1, "sign_off", by="ada")
    data = held.show(R1)["data"]
    assert [data[name] for name in ("signed_off_by", "signed_off_for", "signed_off_on", "meeting")] == [
        "ada", None, "2025-12-11", DECEMBER,
    ]  # fmt: skip


def test_ad_people_still_signs_off_once_the_meeting_is_minuted(held: Council) -> None:
    meet(held, "minuted")
    held.at("2026-01-14 10:00").fire(R1, "sign_off", by="ada")
    assert held.state(R1) == "signed_off"


def test_nothing_is_signed_off_in_a_closed_meeting(held: Council) -> None:
    meet(held, "closed")
    refusal = held.refusal(R1, "sign_off", by="ada")
    assert refusal.startswith("sign_off is not offered in state verified")


# ------------------------------------------------------------------ the delegate
@pytest.mark.parametrize("day", ["2025-12-11", "2025-12-31"])
def test_the_recorded_delegate_signs_off_within_the_dates(held: Council, day: str) -> None:
    lend(held, to="cass", from_on="2025-12-11", until_on="2025-12-31")
    held.at(f"{day} 23:00").fire(R1, "sign_off", by="cass")
    last = held.history(R1)[-1]
    assert (last["actor"], last["on_behalf_of"], last["to"]) == ("cass", "ada", "signed_off")


def test_for_whom_a_delegate_signed_off_is_kept(held: Council) -> None:
    lend(held, to="cass")
    held.fire(R1, "sign_off", by="cass")
    data = held.show(R1)["data"]
    assert (data["signed_off_by"], data["signed_off_for"]) == ("cass", "ada")


@pytest.mark.parametrize(
    ("from_on", "until_on"), [("2025-12-12", "2025-12-31"), ("2025-12-01", "2025-12-10")]
)
def test_a_delegate_does_not_sign_off_outside_the_dates(
    held: Council, from_on: str, until_on: str
) -> None:
    lend(held, to="cass", from_on=from_on, until_on=until_on)
    with pytest.raises(NotPermitted):
        held.fire(R1, "sign_off", by="cass")


@pytest.mark.parametrize("role", ["sm_sqa", "director"])
def test_whoever_was_lent_another_role_does_not_sign_off(held: Council, role: str) -> None:
    lend(held, to="cass", role=role, giver="sandy" if role == "sm_sqa" else "dana")
    with pytest.raises(NotPermitted):
        held.fire(R1, "sign_off", by="cass")


# ------------------------------------------------------------------ four eyes
def test_whoever_verified_does_not_sign_off(raised: Council) -> None:
    raised.import_people([("ada", "Ada People", "ad_people;sm_sqa", "", "dana")])
    follow(raised.at("2025-10-13 10:00"), "tabled", verifier="ada")
    meet(raised, "held")
    refusal = raised.refusal(R1, "sign_off", by="ada")
    assert refusal == "You verified the evidence, so another person must decide."


def test_a_delegate_who_verified_does_not_sign_off(raised: Council) -> None:
    follow(raised.at("2025-10-13 10:00"), "tabled", verifier="sandy")
    lend(raised, to="sandy")
    meet(raised, "held")
    refusal = raised.refusal(R1, "sign_off", by="sandy")
    assert refusal == "You verified the evidence, so another person must decide."


def test_ad_people_does_not_sign_off_what_was_verified_for_them(raised: Council) -> None:
    raised.import_people([("ada", "Ada People", "ad_people;sm_sqa", "", "dana")])
    lend(raised, to="quinn", role="sm_sqa", from_on="2025-10-01")
    follow(raised.at("2025-10-13 10:00"), "tabled", verifier="quinn")
    meet(raised, "held")
    refusal = raised.refusal(R1, "sign_off", by="ada")
    assert refusal == "You verified the evidence, so another person must decide."


@pytest.mark.parametrize("trigger", ["sign_off", "not_satisfied"])
def test_ad_people_does_not_decide_on_what_they_own(raised: Council, trigger: str) -> None:
    follow(raised.at("2025-10-13 10:00"), "tabled", owner="ada")
    meet(raised, "held")
    refusal = raised.refusal(R1, trigger, by="ada", reason="I was right")
    assert refusal == "You own this recommendation, so someone else must decide."


@pytest.mark.parametrize("trigger", ["sign_off", "not_satisfied"])
def test_nor_does_their_delegate(raised: Council, trigger: str) -> None:
    follow(raised.at("2025-10-13 10:00"), "tabled", owner="ada")
    lend(raised, to="cass")
    meet(raised, "held")
    refusal = raised.refusal(R1, trigger, by="cass", reason="She was right")
    assert refusal == "You act for the owner of this recommendation, so someone else must decide."


def test_a_delegate_does_not_sign_off_what_they_own(raised: Council) -> None:
    follow(raised.at("2025-10-13 10:00"), "tabled", owner="cass")
    lend(raised, to="cass")
    meet(raised, "held")
    refusal = raised.refusal(R1, "sign_off", by="cass")
    assert refusal == "You own this recommendation, so someone else must decide."


def test_the_director_signs_off_what_ad_people_owns(raised: Council) -> None:
    follow(raised.at("2025-10-13 10:00"), "tabled", owner="ada")
    meet(raised, "held")
    assert raised.who_may(R1, "sign_off") == {"ada", "dana"}
    raised.fire(R1, "sign_off", by="dana")
    assert raised.state(R1) == "signed_off"


def test_the_director_signs_off_so_even_as_the_delegate_of_ad_people(raised: Council) -> None:
    follow(raised.at("2025-10-13 10:00"), "tabled", owner="ada")
    lend(raised, to="dana")
    meet(raised, "held")
    raised.fire(R1, "sign_off", by="dana")
    assert raised.history(R1)[-1]["on_behalf_of"] is None


def test_the_director_does_not_sign_off_what_somebody_else_owns(held: Council) -> None:
    with pytest.raises(NotPermitted):
        held.fire(R1, "sign_off", by="dana")


def test_four_eyes_hold_again_when_it_was_taken_over_meanwhile(held: Council) -> None:
    held.reassign(R1, to="ada", by="sandy")
    refusal = held.refusal(R1, "sign_off", by="ada")
    assert refusal == "You own this recommendation, so someone else must decide."


# ------------------------------------------------------------------ complete
@pytest.mark.parametrize("missing", ["evidence", "impact_for_child"])
def test_nothing_is_signed_off_without_evidence_and_impact(held: Council, missing: str) -> None:
    empty = "[]" if missing == "evidence" else '""'
    statement = "UPDATE process_instance SET data = json_set(data, ?, json(?)) WHERE reference = ?"
    sql(held, statement, f"$.{missing}", empty, R1)
    refusal = held.refusal(R1, "sign_off", by="ada")
    assert refusal == "Evidence, or what changed for the child, is missing."


# ------------------------------------------------------------------ not satisfied
def test_what_does_not_satisfy_goes_back_to_its_owner_with_its_date(held: Council) -> None:
    held.fire(R1, "not_satisfied", by="ada", reason="Too thin")
    shown = held.show(R1)
    assert (shown["state"], shown["owner"], shown["due_on"], shown["data"]["meeting"]) == (
        "in_progress", "pat", "2026-01-31", None,
    )  # fmt: skip


def test_ad_people_says_why_it_does_not_satisfy(held: Council) -> None:
    assert held.refusal(R1, "not_satisfied", by="ada") == "No reason is given."


def test_a_delegate_too_may_find_that_it_does_not_satisfy(held: Council) -> None:
    lend(held, to="cass")
    held.fire(R1, "not_satisfied", by="cass", reason="Too thin")
    assert held.history(R1)[-1]["on_behalf_of"] == "ada"


def test_what_did_not_satisfy_can_be_tabled_again_at_the_same_meeting(held: Council) -> None:
    held.fire(R1, "not_satisfied", by="ada", reason="Too thin")
    held.fire(R1, "submit_evidence", by="pat", **EVIDENCE)
    held.fire(R1, "verify", by="aud1")
    held.fire(R1, "table", by="quinn", meeting=DECEMBER)
    assert held.show(DECEMBER)["data"]["items"] == [R1]


# ------------------------------------------------------------------ tabled by hand
@pytest.fixture
def late(raised: Council) -> Council:
    """Give the council on 8 December 2025: the agenda is set, and the recommendation was verified after it."""
    follow(raised.at("2025-10-13 10:00"), "evidence_submitted")
    meet(raised, "agenda_set")
    raised.at("2025-12-08 10:00").fire(R1, "verify", by="aud1")
    return raised


@pytest.mark.parametrize("state", ["agenda_set", "held"])
@pytest.mark.parametrize("named", [{}, {"meeting": DECEMBER}])
def test_a_late_paper_is_tabled_by_hand_until_the_meeting_is_minuted(
    late: Council, state: str, named: dict[str, str]
) -> None:
    meet(late, state)
    late.fire(R1, "table", by="quinn", **named)
    data = late.show(DECEMBER)["data"]
    assert (late.show(R1)["data"]["meeting"], data["items"], data["late_papers"]) == (
        DECEMBER, [R1], [R1],
    )  # fmt: skip


def test_a_late_paper_is_signed_off_like_the_others(late: Council) -> None:
    late.fire(R1, "table", by="quinn")
    meet(late, "held")
    late.fire(R1, "sign_off", by="ada")
    assert late.state(R1) == "signed_off"


@pytest.mark.parametrize("state", ["minuted", "closed"])
def test_no_late_paper_is_taken_after_the_minutes(late: Council, state: str) -> None:
    meet(late, state)
    refusal = late.refusal(R1, "table", by="quinn", meeting=DECEMBER)
    assert refusal == f"{DECEMBER} is over."


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (None, "No meeting is planned for it yet."),
        ("planned", f"{DECEMBER} has no date yet."),
        (
            "scheduled",
            "What is verified by Thursday 4 December 2025 is tabled by itself when that day is over.",
        ),
    ],
)
def test_nothing_is_tabled_by_hand_before_the_agenda_is_set(
    raised: Council, state: str | None, why: str
) -> None:
    follow(raised.at("2025-10-13 10:00"), "verified")
    if state is not None:
        meet(raised, state)
    assert raised.refusal(R1, "table", by="quinn") == why


def test_nothing_is_tabled_at_a_meeting_that_there_is_not(late: Council) -> None:
    refusal = late.refusal(R1, "table", by="quinn", meeting="getting_to_outstanding:1999-12")
    assert refusal == "There is no open meeting getting_to_outstanding:1999-12."


def test_nothing_is_tabled_at_a_meeting_of_an_earlier_window(late: Council) -> None:
    late.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    late.fire(R1, "submit_evidence", by="pat", **EVIDENCE)
    late.fire(R1, "verify", by="aud1")
    refusal = late.refusal(R1, "table", by="quinn", meeting=DECEMBER)
    assert refusal == f"{DECEMBER} ends its window before this recommendation is due."


# ------------------------------------------------------------------ the end, and no end
def test_a_signed_recommendation_holds_no_timers(held: Council) -> None:
    held.fire(R1, "sign_off", by="ada")
    held.at("2026-03-01 08:00").passes()
    after = [one["nominal_on"] for one in held.history(R1) if one["level"] is not None]
    assert [day for day in after if day > "2025-12-11"] == []


@pytest.fixture
def signed(held: Council) -> Council:
    """Give the council in March 2026, three months after AD People signed off."""
    held.fire(R1, "sign_off", by="ada")
    return held.at("2026-03-11 10:00")


def lapse(council: Council, check: str = "dip_check:R-0001") -> None:
    council.fire(check, "find_lapsed", by="aud2", reason="The last two plans say nothing")


def test_what_is_signed_off_is_not_opened_again_without_a_failed_check(signed: Council) -> None:
    refusal = signed.refusal(R1, "reopen", by="sandy", reason="I have doubts")
    assert refusal == "No dip check has found that the change did not last."


def test_a_check_that_was_passed_opens_nothing_again(signed: Council) -> None:
    signed.fire("dip_check:R-0001", "confirm", by="aud2", what="Every plan since says by when")
    refusal = signed.refusal(R1, "reopen", by="sandy", reason="I have doubts")
    assert refusal == "No dip check has found that the change did not last."


def test_a_failed_check_lets_the_service_manager_open_it_again_for_the_next_window(
    signed: Council,
) -> None:
    lapse(signed)
    signed.fire(R1, "reopen", by="sandy", reason="It has not held")
    shown = signed.show(R1)
    assert (shown["state"], shown["due_on"], shown["data"]["meeting_due_on"]) == (
        "in_progress", "2026-07-31", "2026-06-30",
    )  # fmt: skip


def test_the_check_knows_that_it_was_opened_again(signed: Council) -> None:
    lapse(signed)
    signed.fire(R1, "reopen", by="sandy", reason="It has not held")
    assert signed.state("dip_check:R-0001") == "reopened"


def test_opening_again_needs_a_reason(signed: Council) -> None:
    lapse(signed)
    assert signed.refusal(R1, "reopen", by="sandy") == "No reason is given."


def test_a_lapse_that_was_accepted_opens_nothing_again(signed: Council) -> None:
    lapse(signed)
    signed.fire("dip_check:R-0001", "accept", by="sandy", reason="The family has moved")
    refusal = signed.refusal(R1, "reopen", by="sandy", reason="I have doubts")
    assert refusal == "No dip check has found that the change did not last."


def test_what_is_opened_again_is_watched_again(signed: Council) -> None:
    lapse(signed)
    signed.fire(R1, "reopen", by="sandy", reason="It has not held")
    signed.at("2026-08-03 08:00").passes()
    assert ("L0", "2026-08-03") in signed.levels(R1)


# ------------------------------------------------------------------ raised between two sittings
def test_one_raised_after_the_december_meeting_closed_has_a_second_sitting(held: Council) -> None:
    held.fire(R1, "sign_off", by="ada")
    meet(held, "closed")
    assert not standing(held, JANUARY)
    raise_by_hand(held.at("2025-12-19 10:00"), what=GIVEN["what"])
    assert held.show(JANUARY)["due_on"] == "2026-01-31"


def test_a_council_that_begins_in_january_sits_in_january(running: Council) -> None:
    raise_by_hand(running.at("2026-01-05 10:00"))
    assert (standing(running, DECEMBER), running.show(JANUARY)["due_on"]) == (False, "2026-01-31")


def test_one_raised_before_the_december_meeting_waits_for_it(running: Council) -> None:
    raise_by_hand(running.at("2025-12-31 10:00"))
    assert not standing(running, JANUARY)


def test_one_carried_into_a_window_without_a_meeting_ahead_has_a_second_sitting(
    raised: Council,
) -> None:
    follow(raised.at("2026-07-10 10:00"), "in_progress")
    raised.fire(R1, "carry_forward", by="ada", reason="Forgotten")
    assert raised.show("getting_to_outstanding:2026-07")["due_on"] == "2026-07-31"


# ------------------------------------------------------------------ carried forward twice
def test_a_second_carry_forward_is_refused_and_blocks_at_once(held: Council) -> None:
    held.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    refusal = held.at("2026-03-30 10:00").refusal(R1, "carry_forward", by="ada", reason="It is")
    assert refusal == "It was carried forward once already; a second time is not allowed."
    assert (blocks(held), held.levels(R1, "second_carry_forward"), held.show(R1)["level"]) == (
        ["second_carry_forward"], [("L2", "2026-03-30")], "L2",
    )  # fmt: skip


def test_ad_people_is_told_of_a_second_carry_forward(held: Council) -> None:
    held.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    held.refusal(R1, "carry_forward", by="ada", reason="It still is")
    assert held.history(R1)[-1]["data"]["told"] == ["ada"]


def test_a_second_carry_forward_moves_nothing(held: Council) -> None:
    held.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    before = held.show(R1)
    held.refusal(R1, "carry_forward", by="ada", reason="It still is")
    after = held.show(R1)
    assert [after[name] for name in ("state", "version", "due_on", "deadlines")] == [
        before[name] for name in ("state", "version", "due_on", "deadlines")
    ]


def test_what_is_carried_forward_leaves_the_agenda(tabled: Council) -> None:
    tabled.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    assert tabled.show(R1)["data"]["meeting"] is None
    assert entries(tabled)[-2:] == [("carry_forward", "carried_forward"), ("resume", "in_progress")]


def test_a_meeting_that_gets_its_date_takes_nothing_off_what_was_refused(held: Council) -> None:
    held.fire(R1, "carry_forward", by="ada", reason="The school was closed")
    held.refusal(R1, "carry_forward", by="ada", reason="It still is")
    held.at("2026-05-05 10:00").passes()
    meet(held, "scheduled", JUNE)
    assert (blocks(held), held.show(R1)["level"]) == (["second_carry_forward"], "L2")

"""Three months after signing off somebody else looks again: the change has lasted, or it is opened again, or accepted."""

from dataclasses import replace

import pytest
from council import Council
from follow_up import (
    DECEMBER,
    EVIDENCE,
    JUNE,
    R1,
    blocks,
    entries,
    follow,
    lend,
    loaded,
    meet,
    raise_by_hand,
    standing,
)

from qa_workflow.errors import BadData, WrongInput

CHECK = "dip_check:R-0001"
LASTS = {"what": "Every plan since says by when"}
LAPSED = {"reason": "The last two plans say nothing"}


@pytest.fixture
def signed(held: Council) -> Council:
    """Give the council on Thursday 11 December 2025, when AD People has signed off what Pat owned and Alex verified."""
    held.fire(R1, "sign_off", by="ada")
    return held


# ------------------------------------------------------------------ what it comes from
def test_signing_off_starts_a_check_that_belongs_to_the_recommendation(signed: Council) -> None:
    shown = signed.show(CHECK)
    assert (shown["state"], shown["parent"], shown["owner"], shown["data"]["recommendation"]) == (
        "due", R1, "auditor", R1,
    )  # fmt: skip
    assert signed.show(R1)["children"] == [CHECK]


@pytest.mark.parametrize(
    ("signed_on", "due_on"),
    [
        ("2025-12-11", "2026-03-11"),
        ("2025-12-31", "2026-03-31"),
        ("2026-01-31", "2026-04-30"),  # clamped, and no working day asked for
        ("2025-12-29", "2026-03-29"),  # a Sunday, on which the clocks change
    ],
)
def test_it_is_due_three_calendar_months_later(held: Council, signed_on: str, due_on: str) -> None:
    held.at(f"{signed_on} 11:00").fire(R1, "sign_off", by="ada")
    assert held.show(CHECK)["due_on"] == due_on


def test_three_months_after_the_end_of_november_is_the_leap_day(council: Council) -> None:
    raise_by_hand(council.at("2025-11-12 10:00"))
    follow(council, "tabled", verifier="sandy")
    meet(council, "held")
    council.at("2027-11-30 10:00").fire(R1, "sign_off", by="ada")  # signed very late
    assert council.show(CHECK)["due_on"] == "2028-02-29"


def test_a_fraction_of_what_is_signed_off_may_be_drawn(held: Council) -> None:
    held.ctx = replace(held.ctx, dip_check_percent=0)
    held.fire(R1, "sign_off", by="ada")
    assert not standing(held, CHECK)


# The draw goes by the sha256 of the reference: R-0001 lies at 69.1, R-0002 at 50.7 of a hundred.
@pytest.mark.parametrize(
    ("percent", "drawn"),
    [
        (100, ["dip_check:R-0001", "dip_check:R-0002"]),
        (70, ["dip_check:R-0001", "dip_check:R-0002"]),
        (69, ["dip_check:R-0002"]),
        (50, []),
    ],
)
def test_the_draw_can_be_done_again(council: Council, percent: int, drawn: list[str]) -> None:
    council.ctx = replace(council.ctx, dip_check_percent=percent)
    council.at("2025-11-12 10:00")
    for number in (1, 2):
        follow(council, "verified", raise_by_hand(council, f"C0{number}"), verifier="sandy")
    meet(council, "held")
    for number in (1, 2):
        council.fire(f"recommendation:R-000{number}", "sign_off", by="ada")
    assert [one["reference"] for one in council.listed(process="dip_check")] == drawn


def test_nobody_starts_one_by_hand(council: Council) -> None:
    with pytest.raises(WrongInput, match="recommendation starts each one"):
        council.start("dip_check", "R-0001", by="sandy")


# ------------------------------------------------------------------ the check
def test_what_lasts_is_confirmed_with_what_was_found(signed: Council) -> None:
    signed.at("2026-03-11 10:00").fire(CHECK, "confirm", by="aud2", **LASTS)
    shown = signed.show(CHECK)
    assert [shown["data"][name] for name in ("checked_by", "checked_on", "found")] == [
        "aud2", "2026-03-11", "Every plan since says by when",
    ]  # fmt: skip
    assert (shown["state"], shown["final"], shown["can"]) == ("sustained", True, [])


def test_confirming_says_what_was_found(signed: Council) -> None:
    assert signed.refusal(CHECK, "confirm", by="aud2") == "It is not said what still holds."


def test_a_lapse_has_a_reason(signed: Council) -> None:
    assert signed.refusal(CHECK, "find_lapsed", by="aud2") == "No reason is given."
    signed.fire(CHECK, "find_lapsed", by="aud2", **LAPSED)
    assert signed.show(CHECK)["data"]["found"] == "The last two plans say nothing"


@pytest.mark.parametrize(
    ("state", "trigger", "people"),
    [
        ("due", "confirm", {"pat", "sam", "iris", "aud1", "aud2"}),
        ("due", "find_lapsed", {"pat", "sam", "iris", "aud1", "aud2"}),
        ("not_sustained", "accept", {"sandy"}),
        ("not_sustained", "reopen", set()),
    ],
)
def test_a_trigger_is_for_these_people_and_nobody_else(
    signed: Council, state: str, trigger: str, people: set[str]
) -> None:
    if state == "not_sustained":
        signed.fire(CHECK, "find_lapsed", by="aud2", **LAPSED)
    assert signed.who_may(CHECK, trigger) == people


@pytest.mark.parametrize("trigger", ["confirm", "find_lapsed"])
@pytest.mark.parametrize("person", ["pat", "aud1"])
def test_whoever_owned_or_verified_it_does_not_check_it(
    signed: Council, trigger: str, person: str
) -> None:
    refusal = signed.refusal(CHECK, trigger, by=person, **LASTS, **LAPSED)
    assert refusal == (
        "You owned or verified this recommendation, so another auditor must check it."
    )


@pytest.mark.parametrize("giver", ["pat", "aud1"])
def test_nor_does_whoever_acts_for_them(signed: Council, giver: str) -> None:
    lend(signed, to="quinn", role="auditor", giver=giver)
    refusal = signed.refusal(CHECK, "confirm", by="quinn", **LASTS)
    assert refusal.startswith("You owned or verified this recommendation")


def test_nor_does_the_one_it_was_verified_for(raised: Council) -> None:
    raised.import_people([("sandy", "Sandy Quality", "sm_sqa;auditor", "QA", "ada")])
    lend(raised, to="quinn", role="sm_sqa", giver="sandy", from_on="2025-10-01")
    follow(raised.at("2025-10-13 10:00"), "signed_off", verifier="quinn")
    refusal = raised.refusal(CHECK, "confirm", by="sandy", **LASTS)
    assert refusal.startswith("You owned or verified this recommendation")


def test_bad_input_changes_and_logs_nothing(signed: Council) -> None:
    before = signed.show(CHECK), signed.history(CHECK)
    with pytest.raises(BadData):
        signed.fire(CHECK, "confirm", by="aud2", colour="red")
    assert (signed.show(CHECK), signed.history(CHECK)) == before


def test_three_refusals_of_one_kind_block_it(signed: Council) -> None:
    for _ in range(3):
        signed.refusal(CHECK, "confirm", by="aud2")
    assert (entries(signed, CHECK)[1:], blocks(signed, CHECK)) == (
        [("refused", "due")] * 3, ["refused_three_times"],
    )  # fmt: skip


# ------------------------------------------------------------------ in time
@pytest.mark.parametrize(
    ("moment", "late"), [("2026-03-11 23:59", False), ("2026-03-12 00:01", True)]
)
def test_it_is_late_when_three_months_are_over(
    signed: Council,
    moment: str,
    late: bool,  # noqa: FBT001 - a row of the table
) -> None:
    assert signed.at(moment).show(CHECK)["late"] is late


def test_a_check_that_nobody_makes_climbs_to_the_director(signed: Council) -> None:
    signed.at("2026-04-10 00:00").passes()
    told = {
        one["level"]: (one["nominal_on"], one["data"]["told"]) for one in signed.history(CHECK)[1:]
    }
    assert {level: told[level] for level in ("L1", "L2", "L3")} == {
        "L1": ("2026-03-18", ["sandy"]),
        "L2": ("2026-03-25", ["ada"]),
        "L3": ("2026-04-10", ["dana"]),  # round Easter
    }
    assert (told["L0"][0], blocks(signed, CHECK)) == ("2026-03-12", ["overdue_l2"])


def test_its_date_is_met_by_looking(signed: Council) -> None:
    signed.at("2026-03-11 10:00").fire(CHECK, "find_lapsed", by="aud2", **LAPSED)
    assert signed.at("2026-05-01 10:00").show(CHECK)["late"] is False


@pytest.mark.parametrize(
    ("moment", "levels"), [("2026-03-18 23:59", []), ("2026-03-19 00:00", ["L0"])]
)
def test_what_did_not_last_is_decided_within_five_working_days(
    signed: Council, moment: str, levels: list[str]
) -> None:
    signed.at("2026-03-11 10:00").fire(CHECK, "find_lapsed", by="aud2", **LAPSED)
    signed.at(moment).passes()
    climbed = [one[0] for one in signed.levels(CHECK, "decide_by") if one[0].startswith("L")]
    assert climbed == levels


# ------------------------------------------------------------------ what follows from a lapse
@pytest.fixture
def lapsed(signed: Council) -> Council:
    """Give the council on 11 March 2026, when the check found that the change has not lasted."""
    signed.at("2026-03-11 10:00").fire(CHECK, "find_lapsed", by="aud2", **LAPSED)
    return signed


def test_the_service_manager_opens_the_recommendation_again(lapsed: Council) -> None:
    lapsed.fire(R1, "reopen", by="sandy", reason="It has not held")
    assert (lapsed.state(CHECK), lapsed.show(CHECK)["final"]) == ("reopened", True)
    assert (lapsed.state(R1), lapsed.show(R1)["due_on"]) == ("in_progress", "2026-07-31")


def test_or_accepts_it_with_a_reason(lapsed: Council) -> None:
    assert lapsed.refusal(CHECK, "accept", by="sandy") == "No reason is given."
    lapsed.fire(CHECK, "accept", by="sandy", reason="The family has moved away")
    assert (lapsed.state(CHECK), lapsed.state(R1)) == ("accepted", "signed_off")
    assert loaded(lapsed, CHECK).timers == ()


def test_nobody_accepts_it_for_their_own_recommendation(raised: Council) -> None:
    follow(raised.at("2025-10-13 10:00"), "signed_off", owner="sandy")
    raised.fire(CHECK, "find_lapsed", by="aud2", **LAPSED)
    refusal = raised.refusal(CHECK, "accept", by="sandy", reason="It is enough")
    assert refusal == "You own the recommendation, so another must accept this."


def test_what_was_opened_again_and_signed_off_again_is_checked_again(lapsed: Council) -> None:
    lapsed.fire(R1, "reopen", by="sandy", reason="It has not held")
    lapsed.at("2026-05-01 09:00").passes()
    lapsed.fire(R1, "submit_evidence", by="pat", **EVIDENCE)
    lapsed.fire(R1, "verify", by="aud1")
    meet(lapsed, "held", JUNE)
    lapsed.fire(R1, "sign_off", by="ada")
    again = f"{CHECK}-2"
    assert (lapsed.show(again)["due_on"], lapsed.show(R1)["children"]) == (
        "2026-09-11", [CHECK, again],
    )  # fmt: skip
    assert DECEMBER not in lapsed.show(R1)["data"].values()

"""New placements with a provider are suspended, and the suspension is lifted: by AD People alone, both times."""

from collections.abc import Iterator
from pathlib import Path

import providers
import pytest
from council import Council
from hands import leaves
from providers import AUDIT, place, refused_once, rejected, row, said_to, take_list

from qa_workflow.errors import BadData, NotPermitted, TransitionRefused, UnknownPerson
from qa_workflow.service import overlays

S1 = "provider_suspension:P04:1"
WHY = "Two allegations in a week"


@pytest.fixture
def council(tmp_path: Path) -> Iterator[Council]:
    """Give a council where C01 and C02 live with P04, on the morning of Monday 2 March 2026."""
    made = providers.audit_in(tmp_path, "planned")
    yield made.at("2026-03-02 10:00")
    made.ctx.database.close()


@pytest.fixture
def suspended(council: Council) -> Council:
    council.start("provider_suspension", "P04", by="ada", reason=WHY, proposed_by="cora")
    return council


# ------------------------------------------------------------------ suspended
def test_ad_people_suspends(suspended: Council) -> None:
    shown = suspended.show(S1)
    assert (shown["state"], shown["owner"], shown["data"]["reason"], shown["data"]["proposed_by"]) == (
        "suspended", "ad_people", WHY, "cora",
    )  # fmt: skip


@pytest.mark.parametrize("person", ["cora", "sandy", "dana", "cass", "pat"])
def test_nobody_else_suspends(council: Council, person: str) -> None:
    with pytest.raises(NotPermitted):
        council.start("provider_suspension", "P04", by=person, reason=WHY)


def test_the_recorded_delegate_of_ad_people_suspends(council: Council) -> None:
    providers.delegate(council, "ada", "dana", "ad_people")
    council.start("provider_suspension", "P04", by="dana", reason=WHY)
    assert council.state(S1) == "suspended"


def test_nobody_suspends_without_a_reason(council: Council) -> None:
    with pytest.raises(TransitionRefused, match="No reason is given"):
        council.start("provider_suspension", "P04", by="ada")


def test_a_refused_suspension_leaves_nothing(council: Council) -> None:
    with pytest.raises(TransitionRefused):
        council.start("provider_suspension", "P04", by="ada")
    assert council.listed(process="provider_suspension", include_final=True) == []


def test_who_proposed_it_need_not_be_said(council: Council) -> None:
    council.start("provider_suspension", "P04", by="ada", reason=WHY)
    assert "proposed_by" not in council.show(S1)["data"]


def test_who_proposed_it_is_somebody_of_the_roster(council: Council) -> None:
    with pytest.raises(UnknownPerson):
        council.start("provider_suspension", "P04", by="ada", reason=WHY, proposed_by="nobody")


def test_nothing_else_is_asked_for(council: Council) -> None:
    with pytest.raises(BadData):
        council.start("provider_suspension", "P04", by="ada", reason=WHY, until="2026-04-01")


def test_a_provider_that_nobody_knows_is_not_suspended(council: Council) -> None:
    with pytest.raises(TransitionRefused, match="No list of providers names P99"):
        council.start("provider_suspension", "P99", by="ada", reason=WHY)


def test_a_provider_that_only_the_case_list_names_is_suspended(council: Council) -> None:
    place(council, {**providers.PLACED, "C03": "P77"})
    council.start("provider_suspension", "P77", by="ada", reason=WHY)
    assert council.show("provider_suspension:P77:1")["children"] == ["safety_review:C03:1"]


def test_a_second_suspension_while_one_stands_is_refused(suspended: Council) -> None:
    with pytest.raises(
        TransitionRefused, match="P04 is suspended already: provider_suspension:P04:1"
    ):
        suspended.start("provider_suspension", "P04", by="ada", reason=WHY)


def test_another_provider_is_suspended_meanwhile(suspended: Council) -> None:
    take_list(suspended, row("P05"))
    suspended.start("provider_suspension", "P05", by="ada", reason=WHY)
    assert suspended.state("provider_suspension:P05:1") == "suspended"


def test_after_it_was_lifted_the_provider_is_suspended_again(suspended: Council) -> None:
    suspended.fire(S1, "lift", by="ada", reason="All staff have changed")
    suspended.start("provider_suspension", "P04", by="ada", reason="Again")
    assert suspended.state("provider_suspension:P04:2") == "suspended"


@pytest.mark.parametrize("state", providers.STATES)
def test_it_is_possible_whatever_the_audit_does(tmp_path: Path, state: str) -> None:
    council = providers.audit_in(tmp_path, state)
    council.start("provider_suspension", "P04", by="ada", reason=WHY)
    assert (council.state(S1), council.state(AUDIT)) == ("suspended", state)
    council.ctx.database.close()


# ------------------------------------------------------------------ who hears, and who looks
def test_practitioners_managers_and_commissioning_are_told(suspended: Council) -> None:
    assert {person for person, _ in suspended.told(S1)} == {"pat", "lee", "sam", "cora", "colin"}


def test_they_are_told_what_it_means(suspended: Council) -> None:
    assert "No child may be newly placed with P04." in said_to(suspended, "cora", S1)
    suspended.fire(S1, "lift", by="ada", reason="All staff have changed")
    assert "Children may be placed with P04 again." in said_to(suspended, "pat", S1)


def test_no_message_repeats_what_somebody_wrote_freely(suspended: Council) -> None:
    suspended.fire(S1, "lift", by="ada", reason="All staff have changed")
    said = said_to(suspended, "pat", S1) + said_to(suspended, "pat", "safety_review:C01:1")
    assert WHY not in said
    assert "All staff" not in said


def test_where_a_practitioner_has_left_the_manager_is_told(council: Council) -> None:
    leaves(council, "pat", "2026-03-01")
    council.start("provider_suspension", "P04", by="ada", reason=WHY)
    assert {person for person, _ in council.told(S1)} == {"lee", "sam", "cora", "colin"}


def test_where_nobody_commissions_the_role_is_told(council: Council) -> None:
    for person in ("cora", "colin"):
        leaves(council, person, "2026-03-01")
    council.start("provider_suspension", "P04", by="ada", reason=WHY)
    assert "role:commissioning" in {person for person, _ in council.told(S1)}


def test_without_a_child_there_only_commissioning_is_told(council: Council) -> None:
    place(council, {"C01": "", "C02": "", "C03": ""})
    council.start("provider_suspension", "P04", by="ada", reason=WHY)
    assert {person for person, _ in council.told(S1)} == {"cora", "colin"}
    assert council.show(S1)["children"] == []


def test_each_child_placed_there_gets_a_safety_review(suspended: Council) -> None:
    assert suspended.show(S1)["children"] == ["safety_review:C01:1", "safety_review:C02:1"]


def test_a_closed_case_gets_none(council: Council) -> None:
    place(council, {"C02": "P04", "C03": ""})
    council.start("provider_suspension", "P04", by="ada", reason=WHY)
    assert council.show(S1)["children"] == ["safety_review:C02:1"]


def test_a_second_suspension_looks_at_each_child_again(suspended: Council) -> None:
    suspended.fire(S1, "lift", by="ada", reason="All staff have changed")
    suspended.start("provider_suspension", "P04", by="ada", reason="Again")
    again = suspended.show("provider_suspension:P04:2")["children"]
    assert again == ["safety_review:C01:2", "safety_review:C02:2"]


def test_a_review_knows_of_which_provider_and_why(suspended: Council) -> None:
    data = suspended.show("safety_review:C01:1")["data"]
    assert (data["provider"], data["source"], data["why"]) == ("P04", S1, WHY)


def test_a_review_that_is_blocked_blocks_the_suspension(suspended: Council) -> None:
    overlays.block(
        suspended.ctx, "safety_review:C01:1", actor="pat", reason="awaiting_provider",
        note="No access", now=suspended.now,
    )  # fmt: skip
    (block,) = suspended.show(S1)["blocked"]
    assert (block["reason"], block["waiting_on"]) == ("waits_on_blocked", "safety_review:C01:1")


# ------------------------------------------------------------------ looked at again, and lifted
def test_ad_people_lifts(suspended: Council) -> None:
    suspended.at("2026-03-20 10:00").fire(S1, "lift", by="ada", reason="All staff have changed")
    shown = suspended.show(S1)
    assert (shown["state"], shown["final"]) == ("lifted", True)
    assert (shown["data"]["lifted_by"], shown["data"]["lifted_on"]) == ("ada", "2026-03-20")
    assert suspended.history(S1)[-1]["reason"] == "All staff have changed"


@pytest.mark.parametrize("trigger", ["lift", "uphold"])
def test_nobody_else_decides_about_it(suspended: Council, trigger: str) -> None:
    assert suspended.who_may(S1, trigger) == {"ada"}


@pytest.mark.parametrize("trigger", ["lift", "uphold"])
def test_the_recorded_delegate_decides_too(suspended: Council, trigger: str) -> None:
    providers.delegate(suspended, "ada", "dana", "ad_people")
    suspended.fire(S1, trigger, by="dana", reason="Seen")
    assert suspended.history(S1)[-1]["on_behalf_of"] == "ada"


@pytest.mark.parametrize("trigger", ["lift", "uphold"])
def test_a_decision_needs_a_reason(suspended: Council, trigger: str) -> None:
    assert refused_once(suspended, S1, trigger, by="ada") == "No reason is given."


def test_what_nobody_asks_for_is_bad_input(suspended: Council) -> None:
    assert "when" in rejected(suspended, S1, "lift", by="ada", when="now")


def test_whoever_was_told_of_it_is_told_that_it_ended(suspended: Council) -> None:
    before = len(suspended.told(S1))
    suspended.fire(S1, "lift", by="ada", reason="All staff have changed")
    told = {person for person, _ in suspended.told(S1)[before:]}
    assert told == {"pat", "lee", "sam", "cora", "colin"}


# 20 working days after Monday 2 March 2026, before Easter: Monday 30 March.
def test_it_is_looked_at_again_after_twenty_working_days(suspended: Council) -> None:
    assert suspended.falls(S1, "review_by") == "2026-03-30"


def test_it_is_not_late_on_that_evening(suspended: Council) -> None:
    assert suspended.at("2026-03-30 23:59").show(S1)["status"].startswith("In ")


def test_it_is_late_a_minute_after_midnight(suspended: Council) -> None:
    assert suspended.at("2026-03-31 00:01").show(S1)["status"].startswith("Late ")


def test_a_suspension_that_nobody_looks_at_climbs(suspended: Council) -> None:
    suspended.fire("safety_review:C01:1", "review", by="pat", found="Seen", is_safe=True)
    suspended.fire("safety_review:C02:1", "review", by="lee", found="Seen", is_safe=True)
    suspended.at("2026-04-29 00:01").passes()
    assert suspended.levels(S1, "review_by") == [
        ("R1", "2026-03-16"), ("R2", "2026-03-26"),
        ("L0", "2026-03-31"), ("L1", "2026-04-08"), ("L2", "2026-04-15"), ("L3", "2026-04-29"),
    ]  # fmt: skip


def test_upholding_it_gives_it_twenty_more(suspended: Council) -> None:
    suspended.at("2026-03-26 10:00").fire(
        S1, "uphold", by="ada", reason="Two staff are still there"
    )
    assert (suspended.state(S1), suspended.falls(S1, "review_by")) == ("suspended", "2026-04-27")
    (looked_at,) = suspended.show(S1)["data"]["reviews"]
    assert looked_at == {"by": "ada", "why": "Two staff are still there", "on": "2026-03-26"}


def test_over_christmas_the_days_off_do_not_count(council: Council) -> None:
    council.at("2026-12-22 16:00").start("provider_suspension", "P04", by="ada", reason=WHY)
    assert council.falls(S1, "review_by") == "2027-01-22"
    assert council.show("safety_review:C01:1")["due_on"] == "2026-12-23"
    council.at("2026-12-23 10:00").fire(
        "safety_review:C01:1", "review", by="pat", found="Seen at home", is_safe=True
    )
    council.at("2026-12-29 00:01").passes()
    assert council.levels("safety_review:C02:1") == [("L2", "2026-12-24"), ("L3", "2026-12-29")]

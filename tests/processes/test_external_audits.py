"""Audits that others lead: multi-agency, peer, Section 11 and thematic, on one machine."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import outside
import pytest
from council import Council
from outside import AUDITS, FINDINGS, MULTI, PARTNERS, PEER, SECTION_11, SELECTED, THEMATIC, begun
from providers import refused_once, rejected
from pydantic import ValidationError

from qa_workflow.errors import BadData, TransitionRefused, WrongInput
from qa_workflow.patterns.external_audit import ExternalAudit
from qa_workflow.service import starting

Stand = Callable[[str, str], Council]
every_audit = pytest.mark.parametrize(
    "reference", AUDITS, ids=[one.split(":")[0] for one in AUDITS]
)
OPEN = ("announced", "begun", "returns_in", "joint_review", "findings", "action_plan")


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """Give a way to have an audit in a state since 5 January 2026; `begun` is where its returns are awaited."""
    made: list[Council] = []

    def at(reference: str, state: str) -> Council:
        standing = begun(reference) if state == "begun" else state
        made.append(outside.audit_in(tmp_path, reference, standing))
        return made[-1]

    yield at
    for one in made:
        one.ctx.database.close()


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[Council]:
    """Give a council of January 2026 in which no audit has been announced."""
    with outside.standing(tmp_path, "2026-01-05 10:00") as made:
        yield made


# ------------------------------------------------------------------ the way through
@every_audit
def test_an_audit_goes_from_announced_to_closed(stand: Stand, reference: str) -> None:
    council = stand(reference, "closed")
    states = [one["to"] for one in council.history(reference) if one["from"] != one["to"]]
    assert states == [
        "announced", begun(reference), "returns_in", "joint_review", "findings", "action_plan", "closed",
    ]  # fmt: skip
    assert council.show(reference)["lateness"] == "on_time"


@pytest.mark.parametrize(
    ("at", "reference", "due_on"),
    [
        ("2026-01-01", MULTI, "2026-01-31"),
        ("2026-09-01", "multi_agency_audit:2026-09", "2026-09-30"),
    ],
)
def test_twice_a_year_a_multi_agency_audit_is_announced(
    tmp_path: Path, at: str, reference: str, due_on: str
) -> None:
    with outside.standing(tmp_path, f"{at} 08:00", codes=("MAA",)) as council:
        council.passes()
        assert council.show(reference)["due_on"] == due_on


@every_audit
def test_it_says_who_leads_it_and_whose_returns_are_awaited(stand: Stand, reference: str) -> None:
    data = stand(reference, "announced").show(reference)["data"]
    inside = reference == THEMATIC
    led_by = (
        "Safeguarding and Quality Assurance Service"
        if inside
        else "City and Hackney Safeguarding Children Partnership"
    )
    assert data["body"] == led_by
    assert tuple(data["partners"]) == (
        ("Children and Families Team", "Early Help Service") if inside else PARTNERS
    )
    assert data["feeds"] == ["service_improvement_plan"]


WHO = [
    ("announced", "select_cases", {"sandy", "colin"}),
    ("begun", "record_return", {"sandy", "colin", "quinn"}),
    ("begun", "receive_returns", {"sandy", "colin", "quinn"}),
    ("returns_in", "review_jointly", {"sandy", "colin"}),
    ("joint_review", "record_findings", {"sandy", "colin"}),
    ("findings", "plan_actions", {"sandy", "colin"}),
    ("action_plan", "close", {"sandy", "colin"}),
    ("announced", "withdraw", {"sandy", "colin", "ada"}),
]


@pytest.mark.parametrize(("state", "trigger", "people"), WHO)
def test_who_may_move_an_audit(stand: Stand, state: str, trigger: str, people: set[str]) -> None:
    data = {"partner": "Health"} if trigger == "record_return" else {}
    assert stand(MULTI, state).who_may(MULTI, trigger, **data) == people


# ------------------------------------------------------------------ cases, or a tool
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"cases": []}, "No case is named."),
        ({"cases": ["C01", "C02", "C99"]}, "No list of cases has C99."),
        ({"cases": ["C01", "C02", "C02"]}, "Named more than once: C02."),
        ({"cases": ["C01", "C02"]}, "3 cases are selected, not 2"),
        ({"theme": ""}, "The theme is not given."),
    ],
)
def test_the_selection_is_refused(stand: Stand, changed: dict[str, Any], why: str) -> None:
    council = stand(MULTI, "announced")
    assert why in refused_once(
        council, MULTI, "select_cases", by="sandy", **{**SELECTED, **changed}
    )


def test_another_number_of_cases_needs_a_reason(stand: Stand) -> None:
    council = stand(MULTI, "announced")
    council.fire(
        MULTI, "select_cases", by="sandy", cases=["C01"], theme="neglect", reason="Only one fits."
    )
    assert council.show(MULTI)["data"]["number_reason"] == "Only one fits."


def test_a_case_that_has_closed_may_be_selected(stand: Stand) -> None:
    council = stand(MULTI, "announced")
    outside.import_cases(council, "C07")
    council.fire(MULTI, "select_cases", by="sandy", **SELECTED)
    assert council.show(MULTI)["data"]["cases"] == ["C01", "C02", "C07"]


def test_a_peer_audit_takes_any_number_of_cases_and_needs_no_theme(stand: Stand) -> None:
    council = stand(PEER, "announced")
    council.fire(PEER, "select_cases", by="sandy", cases="C05")
    assert council.show(PEER)["data"]["cases"] == ["C05"]


@pytest.mark.parametrize("reference", [SECTION_11, THEMATIC])
def test_a_tool_that_is_issued_is_named(stand: Stand, reference: str) -> None:
    council = stand(reference, "announced")
    assert (
        refused_once(council, reference, "issue_tool", by="sandy")
        == "Which tool was issued is not said."
    )


@pytest.mark.parametrize("missing", ["hypothesis", "theme"])
def test_a_thematic_audit_explores_a_hypothesis_about_a_theme(quiet: Council, missing: str) -> None:
    with pytest.raises(TransitionRefused, match=f"The {missing} is not given"):
        quiet.start("thematic_audit", "neglect", by="sandy", **{**outside.THEME, missing: ""})
    assert not outside.stands(quiet, THEMATIC)


# ------------------------------------------------------------------ what partners send back
@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"partner": "Fire", "returned_on": "2026-01-05"}, "Fire is no partner here."),
        ({"partner": "Health"}, "Neither the day of the return nor a reason for none is given."),
        ({"partner": "Health", "returned_on": "2026-01-06"}, "has not come yet"),
    ],
)
def test_a_return_is_refused(stand: Stand, data: dict[str, Any], why: str) -> None:
    assert why in refused_once(stand(MULTI, "begun"), MULTI, "record_return", by="quinn", **data)


def test_returns_are_not_in_while_a_partner_is_silent(stand: Stand) -> None:
    council = stand(MULTI, "begun")
    outside.return_all(council, MULTI, "Health", "Police")
    why = refused_once(council, MULTI, "receive_returns", by="quinn")
    assert (
        why
        == "Neither a return nor a reason for none: Health, Police. Say either with record_return."
    )


def test_the_last_return_brings_all_of_them_in(stand: Stand) -> None:
    council = stand(MULTI, "begun")
    outside.return_all(council, MULTI, "Police")
    assert council.state(MULTI) == "cases_selected"
    council.fire(
        MULTI,
        "record_return",
        by="quinn",
        partner="Police",
        reason="The children are unknown to it.",
    )
    assert council.state(MULTI) == "returns_in"
    assert council.show(MULTI)["data"]["returns"]["Police"] == {
        "returned_on": None, "reason": "The children are unknown to it.", "by": "quinn",
    }  # fmt: skip


# Selected on Monday 5 January, or a tool issued; a multi-agency audit gives seven working days, the others twenty.
@pytest.mark.parametrize(("reference", "last"), [(MULTI, "2026-01-14"), (SECTION_11, "2026-02-02")])
def test_a_partner_that_keeps_silent_blocks_the_audit(
    stand: Stand, reference: str, last: str
) -> None:
    council = stand(reference, "begun")
    outside.return_all(council, reference, "Health", "Police")
    council.at(f"{last} 23:59").passes()
    assert (council.state(reference), outside.blocks(council, reference)) == (begun(reference), [])
    council.later(minutes=2).passes()
    assert council.state(reference) == "returns_overdue"
    silent = [("awaiting_partner_agency", "Health"), ("awaiting_partner_agency", "Police")]
    assert outside.blocks(council, reference) == silent
    council.fire(reference, "record_return", by="quinn", partner="Health", returned_on=last)
    assert outside.blocks(council, reference) == silent[1:]
    council.fire(reference, "record_return", by="quinn", partner="Police", returned_on=last)
    assert (council.state(reference), outside.blocks(council, reference)) == ("returns_in", [])


def test_who_has_returned_in_time_blocks_nothing(stand: Stand) -> None:
    council = stand(MULTI, "returns_in")
    council.at("2026-01-16 08:00").passes()
    assert (council.state(MULTI), outside.blocks(council, MULTI)) == ("returns_in", [])


# ------------------------------------------------------------------ findings and actions
def test_a_joint_review_that_is_told_of_has_begun(stand: Stand) -> None:
    council = stand(MULTI, "returns_in")
    why = refused_once(council, MULTI, "review_jointly", by="sandy", reviewed_on="2026-01-06")
    assert "has not come yet" in why


VIEW = {
    "case": "C01",
    "words": "They  all talk about me. ",
    "method": "app",
    "heard_on": "2026-01-05",
}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"strengths": []}, "The findings name no strengths."),
        ({"gaps": [""]}, "The findings name no gaps."),
        ({"learning": []}, "What is learnt is not said."),
        (
            {"views": [{**VIEW, "words": " "}]},
            "C01: each view needs the words, the method and the date.",
        ),
        (
            {"views": [{**VIEW, "heard_on": "2026-01-06"}]},
            "The day C01 was heard is 06 January 2026",
        ),
        ({"views": [{**VIEW, "case": "C04"}]}, "C04 is no case of this audit."),
    ],
)
def test_findings_are_refused(stand: Stand, changed: dict[str, Any], why: str) -> None:
    council = stand(MULTI, "joint_review")
    assert why in refused_once(
        council, MULTI, "record_findings", by="sandy", **{**FINDINGS, **changed}
    )


def test_a_childs_words_are_kept_whole_and_apart_from_the_findings(stand: Stand) -> None:
    council = stand(MULTI, "joint_review")
    council.fire(MULTI, "record_findings", by="sandy", **FINDINGS, views=[VIEW])
    assert outside.words_of(council, "C01") == ["They  all talk about me. "]
    assert council.show(MULTI)["data"]["findings"] == FINDINGS


@every_audit
def test_the_findings_meet_the_date(stand: Stand, reference: str) -> None:
    council = stand(reference, "findings").at("2026-04-30 08:00")
    council.passes()
    assert council.levels(reference) == []
    assert council.show(reference)["lateness"] == "on_time"


def test_an_action_plan_says_its_actions_or_that_there_are_none(stand: Stand) -> None:
    council = stand(MULTI, "findings")
    assert "an empty list says that there are none" in refused_once(
        council, MULTI, "plan_actions", by="sandy"
    )


def test_each_action_of_the_council_is_followed_up_as_a_recommendation(stand: Stand) -> None:
    council = stand(MULTI, "findings")
    actions = [
        {"what": "Ask fathers", "owner": "pat"},
        {"what": "Share the chronology", "priority": "high"},
    ]
    council.fire(MULTI, "plan_actions", by="sandy", recommendations=actions)
    first, second = council.show(MULTI)["children"]
    assert council.show(first)["due_on"] == "2026-01-31"
    assert council.show(first)["data"]["proposed_owner"] == "pat"
    assert council.show(second)["due_on"] == "2026-01-19"  # ten working days
    assert {council.show(one)["data"]["source"] for one in (first, second)} == {MULTI}
    assert council.show(MULTI)["data"]["actions"] == 2


def test_the_learning_of_a_multi_agency_audit_is_picked_up_in_an_action_plan(stand: Stand) -> None:
    council = stand(MULTI, "action_plan")
    plan = council.show("multi_agency_action_plan:2026-01")
    assert plan["data"]["source"] == MULTI
    assert MULTI in {one["to"] for one in plan["links"]}


@pytest.mark.parametrize("reference", [PEER, SECTION_11, THEMATIC])
def test_the_other_audits_start_no_such_plan(stand: Stand, reference: str) -> None:
    council = stand(reference, "action_plan")
    assert not council.listed(process="multi_agency_action_plan")


# ------------------------------------------------------------------ dates of the states
# Each state since Monday 5 January 2026. The own date, 31 January, watches what would fall on it or later.
DATES = [
    (MULTI, "announced", "select_by", "2026-01-08"),
    (MULTI, "returns_in", "review_by", "2026-01-08"),
    (MULTI, "joint_review", "findings_by", "2026-01-12"),
    (MULTI, "findings", "actions_by", "2026-02-02"),
    (MULTI, "action_plan", "close_by", "2026-02-02"),
    (SECTION_11, "announced", "select_by", "2026-01-15"),
    (SECTION_11, "returns_in", "review_by", "2026-01-19"),
    (SECTION_11, "joint_review", "findings_by", "2026-01-19"),
]
LADDERS = {
    "2026-01-08": ("2026-01-09", "2026-01-15", "2026-01-22", "2026-02-05"),
    "2026-01-12": ("2026-01-13", "2026-01-19", "2026-01-26", "2026-02-09"),
    "2026-01-15": ("2026-01-16", "2026-01-22", "2026-01-29", "2026-02-12"),
    "2026-01-19": ("2026-01-20", "2026-01-26", "2026-02-02", "2026-02-16"),
    "2026-02-02": ("2026-02-03", "2026-02-09", "2026-02-16", "2026-03-02"),
}


@pytest.mark.parametrize(("reference", "state", "deadline", "due_on"), DATES)
def test_a_state_has_its_date_and_climbs_its_ladder(
    stand: Stand, reference: str, state: str, deadline: str, due_on: str
) -> None:
    council = stand(reference, state)
    assert council.falls(reference, deadline) == due_on
    council.at(f"{due_on} 23:59").passes()
    assert [one for one in council.levels(reference, deadline) if one[0].startswith("L")] == []
    council.at("2026-03-31 08:00").passes()
    climbed = [one for one in council.levels(reference, deadline) if one[0].startswith("L")]
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), LADDERS[due_on], strict=True))


def test_what_is_overdue_from_partners_is_chased_within_three_days(stand: Stand) -> None:
    council = stand(MULTI, "begun")
    council.at("2026-01-15 00:00").passes()
    assert council.falls(MULTI, "chase_by") == "2026-01-20"


def test_the_framework_date_is_late_from_the_day_after_and_blocks_after_ten_days(
    stand: Stand,
) -> None:
    council = stand(MULTI, "joint_review")
    assert not council.at("2026-01-31 23:59").show(MULTI)["late"]
    assert council.later(minutes=2).show(MULTI)["late"]
    council.at("2026-03-31 08:00").passes()
    assert council.levels(MULTI)[-4:] == [
        ("L0", "2026-02-02"), ("L1", "2026-02-06"), ("L2", "2026-02-13"), ("L3", "2026-02-27"),
    ]  # fmt: skip
    assert ("overdue_l2", None) in outside.blocks(council, MULTI)


def test_one_that_is_created_late_has_its_days_for_the_selection_from_then_on(
    tmp_path: Path,
) -> None:
    with outside.standing(tmp_path, "2026-01-20 08:00", codes=("MAA",)) as council:
        council.passes()
        assert council.show(MULTI)["data"]["created_late"] is True
        assert council.falls(MULTI, "select_by") == "2026-01-27"


# ------------------------------------------------------------------ by hand, and again
@pytest.mark.parametrize(
    ("data", "due_on"),
    [
        ({}, "2026-04-05"),
        ({"launched_on": "2025-11-30"}, "2026-02-28"),
        ({"due_on": "2026-02-20"}, "2026-02-20"),
    ],
)
def test_one_that_is_announced_by_hand_has_three_months_or_a_date_of_its_own(
    quiet: Council, data: dict[str, Any], due_on: str
) -> None:
    assert quiet.start("peer_audit", "camden", by="sandy", **data).due_on == date.fromisoformat(
        due_on
    )


def test_no_audit_is_due_before_it_begins(quiet: Council) -> None:
    with pytest.raises(TransitionRefused, match="before it begins on Sunday 1 February 2026"):
        quiet.start(
            "peer_audit", "camden", by="sandy", launched_on="2026-02-01", due_on="2026-01-31"
        )


@pytest.mark.parametrize(
    ("launched_on", "again_on"), [("2026-01-20", "2028-01-20"), ("2024-02-29", "2026-02-28")]
)
def test_a_section_11_audit_comes_again_two_years_after_its_launch(
    quiet: Council, launched_on: str, again_on: str
) -> None:
    reference = quiet.start(
        "section_11_audit", "city", by="sandy", launched_on=launched_on
    ).reference
    assert reference == f"section_11_audit:{launched_on[:4]}"
    quiet.fire(reference, "withdraw", by="ada", reason="The partnership called it off.")
    following = quiet.show(f"section_11_audit:{again_on[:4]}")
    assert following["data"]["opens_on"] == again_on
    assert following["state"] == "announced"


def test_the_next_section_11_audit_follows_from_the_end_of_this_one(stand: Stand) -> None:
    council = stand(SECTION_11, "closed")
    following = council.show("section_11_audit:2028")
    assert (following["data"]["opens_on"], following["due_on"]) == ("2028-01-01", "2028-04-01")
    assert ("follows", SECTION_11) in {(one["kind"], one["to"]) for one in following["links"]}


def test_a_council_may_choose_another_interval(quiet: Council) -> None:
    choices = quiet.ctx.framework.choices.model_copy(update={"section_11_months": 12})
    quiet.ctx = replace(quiet.ctx, framework=replace(quiet.ctx.framework, choices=choices))
    quiet.start("section_11_audit", "2026", by="sandy")
    quiet.fire(SECTION_11, "withdraw", by="ada", reason="No")
    assert quiet.show("section_11_audit:2027")["data"]["opens_on"] == "2027-01-05"


@pytest.mark.parametrize("reference", [MULTI, PEER, THEMATIC])
def test_no_other_audit_announces_the_next_one(stand: Stand, reference: str) -> None:
    council = stand(reference, "closed")
    assert council.listed(process=reference.split(":", maxsplit=1)[0]) == []


def test_a_section_11_audit_is_named_by_the_year_of_its_launch(quiet: Council) -> None:
    with pytest.raises(WrongInput, match="launched in 2026, but the subject says 2027"):
        quiet.start("section_11_audit", "2027", by="sandy")
    on = date(2025, 11, 3)
    started = starting.start_process(
        quiet.ctx, "section_11_audit", "2025", now=quiet.now, actor="cli:x", on=on
    )
    assert (started.reference, started.data["opens_on"]) == ("section_11_audit:2025", "2025-11-03")


# ------------------------------------------------------------------ ends, and what leaves nothing behind
@pytest.mark.parametrize("state", OPEN)
def test_an_audit_can_be_withdrawn_with_a_reason(stand: Stand, state: str) -> None:
    council = stand(PEER, state)
    assert refused_once(council, PEER, "withdraw", by="ada") == "No reason is given."
    council.fire(PEER, "withdraw", by="ada", reason="The peers cannot come.")
    assert council.show(PEER)["final"]


def test_three_refusals_of_one_kind_block_it(stand: Stand) -> None:
    council = stand(MULTI, "begun")
    for _ in range(3):
        council.refusal(MULTI, "receive_returns", by="quinn")
    assert outside.blocks(council, MULTI) == [("refused_three_times", None)]


@pytest.mark.parametrize(
    ("state", "trigger", "data"),
    [
        ("announced", "select_cases", {"cases": ["C01"], "which": "all"}),
        ("begun", "record_return", {"partner": "Health", "returned_on": "soon"}),
        ("findings", "plan_actions", {"recommendations": [{"what": "Ask", "owner": "nobody"}]}),
    ],
)
def test_bad_input_leaves_nothing_behind(
    stand: Stand, state: str, trigger: str, data: dict[str, Any]
) -> None:
    assert rejected(stand(MULTI, state), MULTI, trigger, by="sandy", **data)


def test_a_start_with_bad_data_starts_nothing(quiet: Council) -> None:
    with pytest.raises(BadData):
        quiet.start("peer_audit", "camden", by="sandy", due_on="soon")
    assert not outside.stands(quiet, PEER)


# ------------------------------------------------------------------ a council's own audit
GIVEN: dict[str, Any] = {
    "name": "own_audit", "title": "Own", "about": "Our own.", "source": "Ours", "looks_at": "tool",
}  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"looks_at": "people"},
        {"partners": []},
        {"cases_each": -1},
        {"return_days": 0},
        {"colour": "red"},
    ],
)
def test_wrong_parameters_fail_before_anything_runs(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ExternalAudit.model_validate({**GIVEN, **changed})


def test_plain_parameters_make_a_process() -> None:
    assert (
        ExternalAudit.model_validate({**GIVEN, "partners": ["Schools"]}).process().name
        == "own_audit"
    )

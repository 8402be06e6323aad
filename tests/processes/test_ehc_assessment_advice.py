"""Advice, voices and the final plan of an EHC needs assessment: who was asked, who was heard, what may change."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import send
from council import Council

from qa_workflow.engine.checks import problems
from qa_workflow.processes.ehc_assessment import ADVICE, PROCESS

K12 = "ehc_assessment:K12:2026-02-20"
EP, NHS = "Educational psychology", "Community paediatrics"


@pytest.fixture
def assessing(tmp_path: Path) -> Iterator[Council]:
    """Give a council that decided on Monday 23 February 2026 to assess K12, asked for on the Friday before."""
    with send.standing(tmp_path, "2026-02-20 08:00", send.assess_in_february) as made:
        yield made


@pytest.fixture
def finalising(assessing: Council) -> Council:
    """Give the same council after the family's days, on Tuesday 10 March 2026; Kit drafted, Max signs."""
    send.follow(assessing, K12, "finalising")
    return assessing


def data(council: Council) -> dict[str, Any]:
    found: dict[str, Any] = council.show(K12)["data"]
    return found


def ask(council: Council, body: str, on: str | None = None) -> None:
    given = {} if on is None else {"requested_on": on}
    council.fire(K12, "request_advice", by="kit", from_whom=body, **given)


def reasons(council: Council) -> list[str]:
    return [one["reason"] for one in council.show(K12)["blocked"]]


# ------------------------------------------------------------------ six weeks each
@pytest.mark.parametrize(
    ("asked_on", "due_on"),
    [("2026-02-23", "2026-04-06"), ("2026-02-20", "2026-04-03")],  # Easter Monday, Good Friday
)
def test_advice_is_due_six_weeks_after_it_was_asked_for(
    assessing: Council, asked_on: str, due_on: str
) -> None:
    ask(assessing, EP, asked_on)
    assert data(assessing)["advice"] == [
        {"from_whom": EP, "requested_on": asked_on, "due_on": due_on, "received_on": None}
    ]
    assert assessing.falls(K12, "advice_by") == due_on


def test_advice_is_asked_for_today_unless_a_day_is_given(assessing: Council) -> None:
    ask(assessing, EP)
    assert data(assessing)["advice"][0]["requested_on"] == "2026-02-23"


def test_nothing_is_due_before_anything_is_asked_for(assessing: Council) -> None:
    names = [one["name"] for one in assessing.show(K12)["deadlines"]]
    assert "advice_by" not in names


def test_the_earliest_outstanding_advice_is_watched(assessing: Council) -> None:
    ask(assessing, EP)
    ask(assessing.at("2026-03-02 09:00"), NHS)
    assert assessing.falls(K12, "advice_by") == "2026-04-06"
    ask(assessing, "School S1", "2026-02-20")
    assert assessing.falls(K12, "advice_by") == "2026-04-03"


def test_advice_that_came_hands_the_watch_to_the_next(assessing: Council) -> None:
    ask(assessing, EP)
    ask(assessing.at("2026-03-02 09:00"), NHS)
    assessing.at("2026-03-20 09:00").fire(K12, "advice_in", by="kim", from_whom=EP)
    assert data(assessing)["advice"][0]["received_on"] == "2026-03-20"
    assert assessing.falls(K12, "advice_by") == "2026-04-13"


def test_when_all_advice_is_in_nothing_is_watched(assessing: Council) -> None:
    ask(assessing, EP)
    assessing.at("2026-03-20 09:00").fire(K12, "advice_in", by="kim", from_whom=EP)
    assessing.at("2026-05-01 09:00").passes()
    assert assessing.levels(K12, "advice_by") == []


def test_a_body_is_known_however_its_name_is_spaced_and_cased(assessing: Council) -> None:
    ask(assessing, EP)
    assessing.fire(K12, "advice_in", by="kit", from_whom="educational  PSYCHOLOGY")
    assert data(assessing)["advice_due_on"] is None


def test_a_body_may_be_asked_again_after_it_answered(assessing: Council) -> None:
    ask(assessing, EP)
    assessing.fire(K12, "advice_in", by="kit", from_whom=EP)
    ask(assessing, EP)
    assessing.at("2026-03-02 09:00").fire(K12, "advice_in", by="kit", from_whom=EP)
    assert [one["received_on"] for one in data(assessing)["advice"]] == ["2026-02-23", "2026-03-02"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "Whom the advice is asked of is not said."),
        (
            {"from_whom": NHS, "requested_on": "2026-02-24"},
            "The day on which advice was asked for is 24 February 2026, which has not come yet.",
        ),
        (
            {"from_whom": "educational psychology"},
            "Educational psychology was asked on Monday 23 February 2026 and has not answered yet.",
        ),
    ],
)
def test_a_request_for_advice_that_cannot_be(
    assessing: Council, given: dict[str, str], why: str
) -> None:
    ask(assessing, EP)
    assert assessing.refusal(K12, "request_advice", by="kit", **given) == why


def test_advice_is_not_asked_for_before_the_request(assessing: Council) -> None:
    why = assessing.refusal(
        K12, "request_advice", by="kit", from_whom=EP, requested_on="2026-02-19"
    )
    assert why.endswith("before the request was received on 20 February 2026.")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"from_whom": NHS}, "No advice of Community paediatrics is outstanding."),
        ({}, "No advice of a body that is not named is outstanding."),
        (
            {"from_whom": EP, "received_on": "2026-02-22"},
            "Advice cannot come before it was asked for, on Monday 23 February 2026.",
        ),
        (
            {"from_whom": EP, "received_on": "2026-02-24"},
            "The day on which it came is 24 February 2026, which has not come yet.",
        ),
    ],
)
def test_advice_that_cannot_have_come(assessing: Council, given: dict[str, str], why: str) -> None:
    ask(assessing, EP)
    assert assessing.refusal(K12, "advice_in", by="kit", **given) == why


def test_advice_may_come_on_the_day_it_was_asked_for(assessing: Council) -> None:
    ask(assessing, EP)
    assessing.fire(K12, "advice_in", by="kit", from_whom=EP, received_on="2026-02-23")
    assert data(assessing)["advice"][0]["received_on"] == "2026-02-23"


# ------------------------------------------------------------------ missing at six weeks
@pytest.mark.parametrize(
    ("at", "blocked"), [("2026-04-06 23:59", []), ("2026-04-07 00:01", ["awaiting_partner_agency"])]
)
def test_advice_missing_at_six_weeks_blocks_the_assessment(
    assessing: Council, at: str, blocked: list[str]
) -> None:
    ask(assessing, EP)
    assessing.at(at).passes()
    assert reasons(assessing) == blocked


def test_missing_advice_climbs_as_the_law_does(assessing: Council) -> None:
    ask(assessing, EP)
    days = ("2026-04-07", "2026-04-08", "2026-04-09", "2026-04-20")
    for day in days:
        assessing.at(f"{day} 00:00").later(minutes=-1).passes()
        assessing.at(f"{day} 00:00").passes()
    climbed = [one for one in assessing.levels(K12, "advice_by") if one[0].startswith("L")]
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), days, strict=True))
    assert reasons(assessing) == ["awaiting_partner_agency", "overdue_l2"]


def test_what_missing_advice_blocked_is_free_once_it_comes(assessing: Council) -> None:
    ask(assessing, EP)
    assessing.at("2026-04-09 00:01").passes()
    assessing.fire(K12, "advice_in", by="kit", from_whom=EP)
    assert reasons(assessing) == []


def test_the_next_advice_climbs_from_its_own_first_level(assessing: Council) -> None:
    ask(assessing, EP)
    ask(assessing.at("2026-03-02 09:00"), NHS)
    assessing.at("2026-04-09 00:01").passes()
    assessing.fire(K12, "advice_in", by="kit", from_whom=EP)
    assessing.at("2026-04-14 00:01").passes()
    assert assessing.levels(K12, "advice_by")[-1] == ("L0", "2026-04-14")
    assert reasons(assessing) == ["awaiting_partner_agency"]


def test_late_advice_of_another_body_keeps_the_assessment_blocked(assessing: Council) -> None:
    for body in (EP, NHS):
        ask(assessing, body)
    assessing.at("2026-04-07 00:01").passes()
    assessing.fire(K12, "advice_in", by="kit", from_whom=EP)
    assessing.passes()
    assert reasons(assessing) == ["awaiting_partner_agency"]


def test_missing_advice_takes_nothing_from_the_sixteen_weeks(assessing: Council) -> None:
    ask(assessing, EP, "2026-02-20")
    assessing.at("2026-06-17 00:01").passes()
    assessing.fire(K12, "advice_in", by="kit", from_whom=EP)
    assert reasons(assessing) == ["overdue_l2"]  # of the sixteen weeks, since 17 June
    assert [one[0] for one in assessing.levels(K12, "refuse_by")[-3:]] == ["L0", "L1", "L2"]


def test_deciding_frees_what_missing_advice_blocked(assessing: Council) -> None:
    ask(assessing, EP)
    assessing.at("2026-04-07 00:01").passes()
    assessing.fire(K12, "decide_plan", by="max")
    assert (assessing.state(K12), reasons(assessing)) == ("drafting", [])


def test_a_rung_blocks_with_a_known_reason() -> None:
    levels = tuple(
        replace(one, reason="no_idea") if one.name == "L0" else one for one in ADVICE.levels
    )
    faulty = replace(
        PROCESS,
        deadlines=tuple(
            replace(one, ladder=replace(ADVICE, levels=levels)) if one.name == "advice_by" else one
            for one in PROCESS.deadlines
        ),
    )
    (fault,) = problems(faulty)
    assert fault.startswith(
        "Level L0 of ladder advice blocks with no_idea, which is no reason code"
    )


# ------------------------------------------------------------------ voices
WORDS = {"words": "I want to stay with Noor.", "method": "drawing", "heard_on": "2026-02-23"}


def test_words_are_kept_whole_with_method_and_date(assessing: Council) -> None:
    assessing.fire(K12, "record_view", by="kit", whose="child", **WORDS)
    assert data(assessing)["views"] == {"child": [WORDS]}


def test_words_of_another_day_are_added(assessing: Council) -> None:
    assessing.fire(K12, "record_view", by="kit", whose="child", **WORDS)
    later = {**WORDS, "words": "And my own desk."}
    assessing.fire(K12, "record_view", by="kim", whose="child", **later)
    assert data(assessing)["views"]["child"] == [WORDS, later]


@pytest.mark.parametrize("missing", ["method", "heard_on"])
def test_words_need_method_and_date(assessing: Council, missing: str) -> None:
    given = {name: said for name, said in WORDS.items() if name != missing}
    why = assessing.refusal(K12, "record_view", by="kit", whose="child", **given)
    assert why == "Words need the method by which they were given, and the date."


def test_words_of_tomorrow_are_refused(assessing: Council) -> None:
    given = {**WORDS, "heard_on": "2026-02-24"}
    why = assessing.refusal(K12, "record_view", by="kit", whose="child", **given)
    assert why == "The day on which it was said is 24 February 2026, which has not come yet."


def test_a_professionals_account_is_nobodys_words(assessing: Council) -> None:
    why = assessing.refusal(
        K12, "record_view", by="kit", whose="child", professional_view="He says he is happy"
    )
    assert "A professional's account does not stand for them." in why


def test_a_professionals_account_stands_apart(assessing: Council) -> None:
    assessing.fire(
        K12, "record_view", by="kit", whose="child", **WORDS, professional_view="He was at ease"
    )
    assert data(assessing)["professional_views"] == [
        {"whose": "child", "account": "He was at ease", "by": "kit"}
    ]


def test_no_words_need_a_reason(assessing: Council) -> None:
    assessing.fire(K12, "record_view", by="kit", whose="child", reason="Not speaking yet")
    assert data(assessing)["no_views"] == {"child": "Not speaking yet"}


# ------------------------------------------------------------------ the final plan
def issue(council: Council, *, by: str = "max", **changed: Any) -> None:  # noqa: ANN401 - any field
    council.fire(K12, "issue_final", by=by, **{**send.FINAL, **changed})


def refusal(council: Council, *, by: str = "max", **changed: Any) -> str:  # noqa: ANN401 - any field
    return council.refusal(K12, "issue_final", by=by, **{**send.FINAL, **changed})


@pytest.mark.parametrize(
    ("heard", "missing"),
    [((), "the child and the parents"), ((0,), "the parents"), ((1,), "the child")],
)
def test_nobody_issues_a_plan_without_the_views(
    finalising: Council, heard: tuple[int, ...], missing: str
) -> None:
    for which in heard:
        view = send.VIEWS[which]
        finalising.fire(K12, "record_view", by="kit", heard_on="2026-03-09", **view)
    assert refusal(finalising) == (
        f"The views of {missing} are not recorded, nor why there are none."
    )


def test_a_reason_stands_for_views_that_are_not_there(finalising: Council) -> None:
    for whose in ("child", "parents"):
        finalising.fire(K12, "record_view", by="kit", whose=whose, reason="In hospital")
    issue(finalising)
    assert finalising.state(K12) == "plan_issued"


def test_views_recorded_early_count(assessing: Council) -> None:
    send.hear(assessing, K12)
    send.follow(assessing, K12, "finalising")
    issue(assessing)
    assert assessing.state(K12) == "plan_issued"


@pytest.fixture
def heard(finalising: Council) -> Council:
    """Give the same council with the views of child and parents recorded."""
    send.hear(finalising, K12)
    return finalising


def test_what_was_issued_is_kept(heard: Council) -> None:
    issue(heard)
    found = {
        name: data(heard)[name]
        for name in ("plan", "placement", "changes", "signed_by", "issued_on", "decision_letter_on")
    }
    assert found == {
        "plan": "EHCP-12",
        "placement": "School S4",
        "changes": [],
        "signed_by": "max",
        "issued_on": "2026-03-10",
        "decision_letter_on": "2026-03-10",
    }


def test_the_plan_has_a_reference(heard: Council) -> None:
    assert refusal(heard, plan="") == "The reference of the final plan is not given."


def test_whoever_signs_says_what_differs(heard: Council) -> None:
    why = refusal(heard, changes=None)
    assert why == "Say what differs from the draft; an empty list says that nothing does."


@pytest.mark.parametrize("because", ["funding", "", "panel"])
def test_nothing_but_representations_and_placement_changes_a_draft(
    heard: Council, because: str
) -> None:
    changes = [
        {"what": "Section I", "because": "placement"},
        {"what": "Section F: ten hours, not twelve", "because": because},
    ]
    assert refusal(heard, changes=changes) == (
        "Only representations of the family and the named placement change a draft, not: "
        "Section F: ten hours, not twelve. For anything else a new draft goes to the family."
    )


def test_a_change_because_of_the_placement_names_it(heard: Council) -> None:
    changes = [{"what": "Section I", "because": "placement"}]
    assert refusal(heard, changes=changes, placement="") == (
        "The placement that changed the plan is not named."
    )
    issue(heard, changes=changes)
    assert heard.state(K12) == "plan_issued"


def test_a_change_because_of_a_representation_needs_one(heard: Council) -> None:
    changes = [{"what": "Section F", "because": "representation"}]
    assert refusal(heard, changes=changes) == "No representation of the family is recorded."
    heard.fire(K12, "representations", by="kit", what="Twelve hours")
    issue(heard, changes=changes)
    assert data(heard)["changes"] == changes


def test_a_plan_may_name_no_placement(heard: Council) -> None:
    issue(heard, placement="")
    assert heard.state(K12) == "plan_issued"


def test_whoever_drafted_does_not_sign(tmp_path: Path) -> None:
    with send.standing(tmp_path, "2026-02-20 08:00") as made:
        made.import_people(
            [("kit", "Kit Caseworker", "send_caseworker;send_manager", "SEND", "max")]
        )
        send.request(made, "K12", "2026-02-20")
        send.follow(made, K12, "finalising")
        send.hear(made, K12)
        assert refusal(made, by="kit") == "You drafted this plan, so another person must decide."
        issue(made)
        assert made.show(K12)["data"]["signed_by"] == "max"


def test_the_chair_may_sign(heard: Council) -> None:
    issue(heard, by="chris")
    assert data(heard)["signed_by"] == "chris"

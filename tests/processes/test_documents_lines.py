"""The lines of a plan, each traced to what it came from; and versions that cannot wait for the review."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reports
from council import Council
from follow_up import blocks, entries
from hands import leaves
from pydantic import ValidationError
from reports import LINE, URGENT, begin, document, review, spawn

from qa_workflow.engine.checks import problems
from qa_workflow.errors import BadData, TransitionRefused, UnknownPerson, WrongInput
from qa_workflow.patterns.document import VersionedDocument

SIP = "service_improvement_plan:2026-01"
STANDARDS = "practice_standards:2026-02"
PROPOSAL = "plan_line:2025-26-A:purposeful-plans"
OWN = {**LINE, "came_from": [], "own_initiative": True}


@pytest.fixture(scope="module", autouse=True)
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    reports.found(tmp_path_factory.mktemp("documents"), "2026-01-06 08:00").ctx.database.close()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Council]:
    """Give the council on Tuesday 6 January 2026, where the standards of February stand in force."""
    with reports.standing(tmp_path, "2026-01-06 08:00") as council:
        begin(council, "practice_standards", "2026-02")
        yield council


@pytest.fixture
def drafted(made: Council) -> Council:
    """Give the same council where Sandy drafts the Service Improvement Plan of January."""
    begin(made, "service_improvement_plan", "2026-01")
    review(made, SIP, "draft")
    return made


def lines(*some: dict[str, Any]) -> dict[str, Any]:
    return document("service_improvement_plan", lines=list(some))


def propose(council: Council, plan: str = "SIP", line: str = "7") -> None:
    """Let Sandy link a theme of three recommendations to a line of a plan."""
    data = {"theme": "purposeful plans", "recommendations": ["recommendation:R-0001"]}
    spawn(council, "plan_line", PROPOSAL, data=data)
    council.fire(PROPOSAL, "link", by="sandy", plan=plan, line=line)


# ------------------------------------------------------------------ lines
@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (lines(), "The plan has no line yet."),
        (lines(LINE, LINE), "Two lines have the number 1."),
        (lines({**LINE, "what": ""}), "Not said: line 1: what."),
        (lines({**LINE, "owner": None, "due_on": None}), "Not said: line 1: owner, due_on."),
        (lines(LINE, {**LINE, "number": "2", "rag": None}), "Not said: line 2: rag."),
        (lines({**LINE, "came_from": []}), "It is not said what line 1 came from"),
        ({**lines(LINE), "document_reference": ""}, "It is not said where the document is."),
    ],
)
def test_a_plan_that_is_not_whole_is_refused(
    drafted: Council, sent: dict[str, Any], why: str
) -> None:
    before = drafted.show(SIP)
    assert why in drafted.refusal(SIP, "submit", by="sandy", **sent)
    after = drafted.show(SIP)
    assert (after["version"], after["data"], after["deadlines"]) == (
        before["version"], before["data"], before["deadlines"],
    )  # fmt: skip
    assert entries(drafted, SIP)[-1] == ("refused", "draft")


def test_what_was_drafted_need_not_be_said_again(made: Council) -> None:
    begin(made, "service_improvement_plan", "2026-01")
    review(made, SIP, "in_review")
    made.fire(SIP, "draft", by="sandy", **lines(LINE))
    made.fire(SIP, "submit", by="sandy")
    data = made.show(SIP)["data"]
    assert (data["lines"][0]["owner"], data["document_reference"]) == ("sam", "SharePoint Plans/4")


def test_a_line_of_the_services_own_initiative_needs_no_source(drafted: Council) -> None:
    drafted.fire(SIP, "submit", by="sandy", **lines(OWN))
    assert drafted.state(SIP) == "awaiting_scrutiny"


def test_whoever_has_left_owns_no_open_line(drafted: Council) -> None:
    leaves(drafted, "sam", "2026-01-05")
    assert "sam does not work here today" in drafted.refusal(SIP, "submit", by="sandy", **lines(LINE))  # fmt: skip
    drafted.fire(SIP, "submit", by="sandy", **lines({**LINE, "rag": "done"}))
    assert drafted.state(SIP) == "awaiting_scrutiny"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"rag": "purple"}, BadData),
        ({"came_from": ["the audit"]}, BadData),
        ({"number": ""}, BadData),
        ({"child": "Ann"}, BadData),
        ({"owner": "nobody"}, UnknownPerson),
    ],
)
def test_a_line_that_cannot_be_read_is_bad_input(
    drafted: Council, changed: dict[str, Any], error: type[Exception]
) -> None:
    before = drafted.history(SIP)
    with pytest.raises(error):
        drafted.fire(SIP, "submit", by="sandy", **lines({**LINE, **changed}))
    assert drafted.history(SIP) == before


def test_a_line_is_linked_to_what_it_came_from_and_to_the_childs_voice_both_ways(
    drafted: Council,
) -> None:
    review(drafted, SIP, "awaiting_scrutiny")
    links = [(one["kind"], one["to"]) for one in drafted.show(SIP)["links"]]
    assert links == [("came_from", LINE["came_from"][0]), ("came_from", LINE["voice"][0])]
    shown = drafted.show(SIP)["data"]["lines"][0]
    assert (shown["owner"], shown["due_on"], shown["rag"]) == ("sam", "2026-06-30", "amber")


@pytest.mark.parametrize(
    ("named", "missing"),
    [
        ({"came_from": ["recommendation:R-0099"]}, "recommendation:R-0099"),
        ({"came_from": ["case_audit:2025-26-A:C99"]}, "case_audit:2025-26-A:C99"),
        ({"voice": ["voice:V-0099"]}, "voice:V-0099"),
    ],
)
def test_a_line_cannot_come_from_what_there_is_not(
    drafted: Council, named: dict[str, list[str]], missing: str
) -> None:
    before = drafted.history(SIP)
    with pytest.raises(WrongInput, match=f"There is no {missing}: name what it came from"):
        drafted.fire(SIP, "submit", by="sandy", **lines({**LINE, **named}))
    assert drafted.history(SIP) == before


def test_what_is_kept_elsewhere_may_be_named_as_a_source(drafted: Council) -> None:
    outside = lines({**LINE, "came_from": ["letter:2026/17"]})
    drafted.fire(SIP, "submit", by="sandy", **outside)
    assert drafted.state(SIP) == "awaiting_scrutiny"


def test_three_refusals_of_one_guard_block_the_plan(drafted: Council) -> None:
    for _ in range(3):
        drafted.refusal(SIP, "submit", by="sandy", **lines())
    assert blocks(drafted, SIP) == ["refused_three_times"]


# ------------------------------------------------------------------ the line before
def test_an_open_line_of_the_version_in_force_is_kept_or_it_is_said_why_not(
    drafted: Council,
) -> None:
    review(drafted, SIP, "approved", lines=[LINE, {**LINE, "number": "2", "rag": "done"}])
    second = begin(drafted.at("2026-04-01 08:00"), "service_improvement_plan", "2026-04")
    review(drafted, second, "draft")
    other = {**LINE, "number": "3"}
    refused = drafted.refusal(second, "submit", by="sandy", **lines(other))
    assert "Left out without being done: line 1." in refused
    dropped = [{"number": "1", "reason": "The team it was for is gone"}]
    drafted.fire(second, "submit", by="sandy", **lines(other), dropped=dropped)
    assert drafted.show(second)["data"]["dropped"] == dropped


# ------------------------------------------------------------------ proposals
def test_a_proposal_linked_to_the_plan_stands_on_it_before_it_is_submitted(
    drafted: Council,
) -> None:
    propose(drafted)
    refused = drafted.refusal(SIP, "submit", by="sandy", **lines(LINE))
    assert f"Linked to this plan, but on no line of it: {PROPOSAL}." in refused
    drafted.fire(SIP, "submit", by="sandy", **lines({**LINE, "came_from": [PROPOSAL]}))
    assert drafted.show(SIP)["data"]["proposals"] == [
        {
            "plan_line": PROPOSAL,
            "line": "7",
            "theme": "purposeful plans",
            "recommendations": ["recommendation:R-0001"],
        }
    ]


def test_the_line_whose_number_was_named_takes_the_proposal_up_by_itself(drafted: Council) -> None:
    propose(drafted)
    drafted.fire(SIP, "submit", by="sandy", **lines({**LINE, "number": "7", "came_from": []}))
    assert drafted.show(SIP)["data"]["lines"][0]["came_from"] == [PROPOSAL]
    assert PROPOSAL in [one["to"] for one in drafted.show(SIP)["links"]]


def test_a_proposal_for_another_plan_is_not_waited_for(drafted: Council) -> None:
    propose(drafted, plan="WDP")
    review(drafted, SIP, "approved")
    assert drafted.show(SIP)["data"]["proposals"] == []


def test_a_plan_does_not_stay_as_it_is_while_a_proposal_waits(made: Council) -> None:
    begin(made, "service_improvement_plan", "2026-01")
    review(made, SIP, "in_review")
    propose(made)
    refused = made.refusal(SIP, "confirm_no_change", by="ada", reason="Nothing new")
    assert f"The plan cannot stay as it is: {PROPOSAL} was linked to it." in refused


def test_a_proposal_that_an_approved_version_took_up_is_settled(drafted: Council) -> None:
    propose(drafted)
    review(drafted, SIP, "approved", lines=[{**LINE, "came_from": [PROPOSAL], "rag": "done"}])
    second = begin(drafted.at("2026-04-01 08:00"), "service_improvement_plan", "2026-04")
    review(drafted, second, "approved", lines=[{**LINE, "number": "2"}])
    assert drafted.show(second)["data"]["version"] == 2


# ------------------------------------------------------------------ standards
def test_the_standards_say_what_the_audit_tool_takes_from_them(made: Council) -> None:
    review(made, STANDARDS, "draft")
    sent = document("practice_standards", methodology_note="")
    assert "what the audit tool of the next round takes" in made.refusal(STANDARDS, "submit", by="sandy", **sent)  # fmt: skip
    review(made, STANDARDS, "approved")
    data = made.show(STANDARDS)["data"]
    assert (data["methodology_note"], data["feeds"]) == (
        "Ask for the chronology in every audit.", ["case_audit_round", "self_assessment"],
    )  # fmt: skip


# ------------------------------------------------------------------ what cannot wait
def test_an_urgent_version_is_approved_by_another_and_leaves_the_review_due(made: Council) -> None:
    assert made.who_may(STANDARDS, "urgent_update") == {"sandy", "uma", "cass"}
    assert made.who_may(STANDARDS, "approve_urgent_update") == {"ada", "uma"}
    for version in (1, 2, 3):
        made.fire(STANDARDS, "urgent_update", by="uma", **URGENT)
        assert "You wrote this version" in made.refusal(
            STANDARDS, "approve_urgent_update", by="uma"
        )
        made.fire(STANDARDS, "approve_urgent_update", by="ada")
        assert made.show(STANDARDS)["data"]["version"] == version
    shown = made.show(STANDARDS)
    assert (shown["state"], shown["data"]["document_in_force"]) == ("current", "SharePoint Standards/9a")  # fmt: skip
    assert [one["version"] for one in shown["data"]["urgent_versions"]] == [1, 2, 3]
    made.at("2026-03-02 00:01").passes()
    assert made.levels(STANDARDS)[-1] == ("L0", "2026-03-02")
    review(made, STANDARDS, "approved")
    assert made.show(STANDARDS)["data"]["in_force"]["version"] == 4


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        ("reason", "No reason is given."),
        ("what_changes", "It is not said what changes."),
        ("document_reference", "It is not said where the document is."),
    ],
)
def test_an_urgent_version_says_what_changes_why_and_where_it_is(
    made: Council, missing: str, why: str
) -> None:
    assert why in made.refusal(STANDARDS, "urgent_update", by="sandy", **{**URGENT, missing: ""})


def test_one_urgent_version_waits_at_a_time_and_not_longer_than_two_working_days(
    made: Council,
) -> None:
    made.at("2026-01-09 12:00").fire(STANDARDS, "urgent_update", by="sandy", **URGENT)
    assert "Another urgent version waits" in made.refusal(STANDARDS, "urgent_update", by="cass", **URGENT)  # fmt: skip
    assert made.falls(STANDARDS, "approve_urgent_by_current") == "2026-01-13"
    made.at("2026-01-14 00:01").passes()
    assert made.levels(STANDARDS, "approve_urgent_by_current")[-1] == ("L0", "2026-01-14")
    made.fire(STANDARDS, "return_urgent_update", by="ada", reason="It can wait")
    assert [one for one in made.show(STANDARDS)["deadlines"] if "urgent" in one["name"]] == []
    refused = made.refusal(STANDARDS, "approve_urgent_update", by="ada")
    assert "No urgent version waits for approval." in refused
    assert made.show(STANDARDS)["data"]["version"] == 0


def test_an_urgent_version_goes_back_with_a_reason_by_another(made: Council) -> None:
    made.fire(STANDARDS, "urgent_update", by="uma", **URGENT)
    assert "No reason is given." in made.refusal(STANDARDS, "return_urgent_update", by="ada")
    refused = made.refusal(STANDARDS, "return_urgent_update", by="uma", reason="No")
    assert "You wrote this version" in refused


@pytest.mark.parametrize("trigger", ["approve", "confirm_no_change"])
def test_no_review_ends_while_an_urgent_version_waits(made: Council, trigger: str) -> None:
    made.fire(STANDARDS, "urgent_update", by="sandy", **URGENT)
    review(made, STANDARDS, "awaiting_scrutiny")
    assert "Another urgent version waits" in made.refusal(STANDARDS, trigger, by="ada", reason="Ok")
    made.fire(STANDARDS, "approve_urgent_update", by="ada")
    made.fire(STANDARDS, trigger, by="ada", reason="Ok")
    assert made.show(STANDARDS)["final"]


def test_an_urgent_update_is_of_the_version_in_force_and_not_of_a_draft(drafted: Council) -> None:
    with pytest.raises(TransitionRefused, match="it is offered in current"):
        drafted.fire(SIP, "urgent_update", by="sandy", **URGENT)


def test_lines_of_an_urgent_version_are_whole_and_kept_or_stay_as_they_are(
    drafted: Council,
) -> None:
    review(drafted, SIP, "approved")
    second = begin(drafted.at("2026-04-01 08:00"), "service_improvement_plan", "2026-04")
    propose(drafted)  # which may wait for the review
    for sent, why in (
        ([{**LINE, "owner": None}], "Not said: line 1: owner."),
        ([{**LINE, "number": "2"}], "Left out without being done: line 1."),
    ):
        assert why in drafted.refusal(second, "urgent_update", by="sandy", **URGENT, lines=sent)
    both = [LINE, {**OWN, "number": "2"}]
    for more in ({"lines": both}, {}):
        drafted.fire(second, "urgent_update", by="sandy", **URGENT, **more)
        drafted.fire(second, "approve_urgent_update", by="ada")
        data = drafted.show(second)["data"]
        assert [one["number"] for one in data["in_force"]["lines"]] == ["1", "2"]
        assert data["lines"] == data["in_force"]["lines"]
    assert data["version"] == 3


def test_an_urgent_version_approved_meanwhile_does_not_overwrite_the_draft(
    drafted: Council,
) -> None:
    review(drafted, SIP, "approved")
    second = begin(drafted.at("2026-04-01 08:00"), "service_improvement_plan", "2026-04")
    urgent = [LINE, {**OWN, "number": "2"}]
    drafted.fire(second, "urgent_update", by="sandy", **URGENT, lines=urgent)
    review(drafted, second, "in_review")
    drafted.fire(second, "draft", by="cass", **lines({**LINE, "rag": "green"}))
    drafted.fire(second, "approve_urgent_update", by="ada")
    assert [one["rag"] for one in drafted.show(second)["data"]["lines"]] == ["green"]
    refused = drafted.refusal(second, "submit", by="cass")  # what it lost of the urgent version
    assert "Left out without being done: line 2." in refused


# ------------------------------------------------------------------ a council's own document
def test_a_document_of_a_councils_own_has_no_faults() -> None:
    assert problems(reports.OWN_PLAN.process()) == ()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"author": "ad_people"}, "nobody approves their own document"),
        ({"scrutiny_months": (0,)}, "months from 1 to 12"),
        ({"board": "moving_to_excellence_board"}, "name the scrutiny_months too"),
        ({"plan_code": "SIP"}, "set has_lines"),
        ({"about": "No sentence"}, "about"),
        ({"approve_working_days": 0}, "approve_working_days"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        VersionedDocument(**{**reports.OWN_PLAN.model_dump(), **changed})

"""The child's own voice: what counts as one, what never does, and that nobody touches the words."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import Field, ValidationError

from qa_workflow.engine.definition import Asks, Facts, Refusal, Step, Voice
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import Roster
from qa_workflow.frameworks.bank_holidays import published_calendar
from qa_workflow.patterns.voice import View, views_are_the_childs_own, voices

TODAY = date(2025, 10, 8)
WHOLE = {"words": "I like it here", "method": "app", "heard_on": "2025-10-08"}
# Spaces at the ends, quotation marks, an emoji of several signs, lines, a tab: all of it is the child's.
VERBATIM = "  \"me'n'Mum\" \n\r\n said, “no”!\t👩‍👧 é e\u0301 \\n %s {x} "


class Meeting(Asks):
    """Something at which a child was heard."""

    views: tuple[View, ...] = Field(default=(), title="Views")
    no_views_reason: str = Field(default="", title="Why there are none")
    professional_view: str = Field(default="", title="A professional's account")


@pytest.fixture
def facts() -> Facts:
    moment = datetime(2025, 10, 8, 9, tzinfo=UTC)
    instance = ProcessInstance(
        id=1, reference="a:1", process="a", definition_version=1, subject="C07", state="open",
        opened_at=moment, entered_at=moment, entered_on=TODAY,
    )  # fmt: skip
    return Facts(roster=Roster({}), today=TODAY, instance=instance)


# ------------------------------------------------------------------ the guard
GUARD = views_are_the_childs_own(who="the chair")


def said(facts: Facts, **sent: Any) -> str | None:  # noqa: ANN401 - any field
    refusal = GUARD(facts, Meeting.model_validate(sent))
    assert refusal is None or (refusal.who or refusal.from_on)
    return None if refusal is None else refusal.why


@pytest.mark.parametrize(
    "sent",
    [
        {"views": [WHOLE]},
        {"views": [WHOLE, {**WHOLE, "heard_on": "2025-01-02"}]},
        {"no_views_reason": "Two months old"},
    ],
)
def test_words_with_method_and_day_or_a_reason_are_enough(facts: Facts, sent: Any) -> None:  # noqa: ANN401
    assert said(facts, **sent) is None


@pytest.mark.parametrize("sent", [{}, {"professional_view": "She is happy"}, {"views": []}])
def test_a_professionals_account_is_no_voice(facts: Facts, sent: Any) -> None:  # noqa: ANN401
    refusal = said(facts, **sent)
    assert refusal is not None
    assert "A professional's account does not stand for them" in refusal


@pytest.mark.parametrize(
    "lacking",
    [{"words": ""}, {"words": " \n "}, {"method": ""}, {"method": " "}, {"heard_on": None}],
)
@pytest.mark.parametrize("before", [[], [WHOLE]])
def test_every_view_needs_words_method_and_day(
    facts: Facts,
    lacking: dict[str, Any],
    before: list[Any],
) -> None:
    refusal = said(facts, views=[*before, {**WHOLE, **lacking}], no_views_reason="Asleep")
    assert refusal == "Each view needs the words, the method and the date."


def test_nobody_was_heard_tomorrow(facts: Facts) -> None:
    refusal = GUARD(
        facts, Meeting(views=(View.model_validate({**WHOLE, "heard_on": "2025-10-09"}),))
    )
    assert refusal is not None
    assert refusal.from_on == date(2025, 10, 9)


def test_a_reason_may_need_somebodys_approval(facts: Facts) -> None:
    guard = views_are_the_childs_own(
        who="the chair", approved=lambda _facts, _evidence: Refusal(why="Nobody approved it.")
    )
    refusal = guard(facts, Meeting(no_views_reason="Two months old"))
    assert refusal is not None
    assert refusal.why == "Nobody approved it."
    assert guard(facts, Meeting(views=(View.model_validate(WHOLE),))) is None


@pytest.mark.parametrize("changed", [{"heard_on": "last week"}, {"view": "He was sad"}])
def test_what_cannot_be_read_is_bad_input(changed: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        View.model_validate({**WHOLE, **changed})


def test_the_words_are_not_touched() -> None:
    view = View.model_validate({**WHOLE, "words": VERBATIM, "method": " drawing "})
    assert (view.words, view.method) == (VERBATIM, "drawing")


# ------------------------------------------------------------------ what is kept
def step(facts: Facts, **of_the_instance: str) -> Step:
    return Step(
        before=replace(facts.instance, **of_the_instance),  # type: ignore[arg-type]
        facts=facts, evidence=Asks(), at=facts.instance.opened_at, today=TODAY,
        calendar=published_calendar(), actor="pat",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("instance", "named", "child"),
    [
        ({"case_id": "C08", "subject": "P04"}, None, "C08"),
        ({"case_id": "C08", "subject": "P04"}, "C09", "C09"),
        ({"subject": "K12"}, None, "K12"),
    ],
)
def test_a_voice_is_the_cases_the_named_childs_or_the_subjects(
    facts: Facts, instance: dict[str, str], named: str | None, child: str
) -> None:
    (one,) = voices(step(facts, **instance), [View.model_validate(WHOLE)], case_id=named)
    assert one == Voice(case_id=child, words="I like it here", method="app", heard_on=TODAY)


def test_what_is_no_whole_view_is_no_voice(facts: Facts) -> None:
    some = [View(), View(words="Yes", method="app"), View.model_validate(WHOLE)]
    kept = voices(step(facts), some, source="case_audit:2025-26-A:C07")
    assert [(one.words, one.source) for one in kept] == [
        ("I like it here", "case_audit:2025-26-A:C07")
    ]

"""The figures of a round's report: all of the framework's questions, and what of them may leave the team."""

from typing import Any

import pytest
from council import AUTUMN, Council

from qa_workflow.engine.definition import Related
from qa_workflow.processes.case_audit_round.findings import figures, leaving_the_team

REPORT: dict[str, Any] = {
    "strengths": ["Seen"],
    "gaps": ["Dates"],
    "themes": ["Time"],
    "recommendations": [],
}


def audit(
    state: str = "closed", *, heard: bool = True, grade: str | None = "good", concerns: int = 0
) -> Related:
    voice = [{"words": "I like it"}] if heard else []
    return Related(
        reference="case_audit:2025-26-A:C01", process="case_audit", subject="C01", state=state, is_open=False,
        data={"submission": {"voice": voice}, "grade": grade, "concerns_raised": concerns},
    )  # fmt: skip


# ------------------------------------------------------------------ as they are
def test_every_figure_that_the_framework_asks_for_is_counted() -> None:
    some = [
        audit(), audit(heard=False, grade="inadequate", concerns=2), audit(grade=None),
        audit("withdrawn", concerns=1), audit("not_auditable", heard=False),
    ]  # fmt: skip
    assert figures(some) == {
        "counts": {"closed": 3, "not_auditable": 1, "withdrawn": 1},
        "grades": {"good": 1, "inadequate": 1},
        "voice_heard": 2,
        "voice_percent": 67,
        "immediate_concerns": 3,
    }


def test_a_round_without_an_audit_counts_nothing() -> None:
    assert figures([]) == {
        "counts": {}, "grades": {}, "voice_heard": 0, "voice_percent": 0, "immediate_concerns": 0,
    }  # fmt: skip
    assert leaving_the_team(figures([])) == figures([])


def test_the_report_of_a_round_holds_figures_and_findings(frozen: Council) -> None:
    first, *others = frozen.show(AUTUMN)["children"]
    frozen.fire(first, "allocate", by="quinn", auditor="aud1")
    frozen.fire(first, "start", by="aud1")
    for what in ("See visit note 104", "See visit note 105"):
        frozen.fire(first, "raise_immediate_concern", by="aud1", what=what)
    frozen.take(first, "closed")
    for one in others:
        frozen.fire(one, "withdraw", by="sandy", reason="The case moved to another authority")
    frozen.fire(AUTUMN, "submit_report", by="sandy", **REPORT)
    report = frozen.show(AUTUMN)["data"]["report"]
    assert report == {
        "counts": {"closed": 1, "withdrawn": 11}, "grades": {"good": 1},
        "voice_heard": 1, "voice_percent": 100, "immediate_concerns": 2,
        "shown": {
            "counts": {"closed": "under 5", "withdrawn": "not shown"}, "grades": {"good": "under 5"},
            "voice_heard": "under 5", "voice_percent": "not shown", "immediate_concerns": "under 5",
        },
        **REPORT,
    }  # fmt: skip


# ------------------------------------------------------------------ as they may leave the team
def shown(*some: Related) -> dict[str, Any]:
    return leaving_the_team(figures(some))


def test_large_figures_leave_the_team_as_they_are() -> None:
    some = [*[audit()] * 12, *[audit(heard=False, grade="outstanding", concerns=1)] * 8]
    assert shown(*some) == figures(some)


def test_a_small_figure_takes_the_next_one_with_it() -> None:
    some = [*[audit()] * 12, *[audit(grade="outstanding")] * 6, *[audit(grade="inadequate")] * 2]
    found = shown(*some)
    assert found["counts"] == {"closed": 20}
    assert found["grades"] == {"good": 12, "outstanding": "not shown", "inadequate": "under 5"}
    assert (found["voice_heard"], found["voice_percent"]) == (20, 100)


def test_an_ungraded_few_cannot_be_worked_out_from_the_grades() -> None:
    found = shown(*[audit()] * 12, *[audit(grade="outstanding")] * 6, *[audit(grade=None)] * 2)
    assert found["grades"] == {"good": 12, "outstanding": "not shown"}


@pytest.mark.parametrize(
    ("unheard", "share"), [(0, 100), (1, "not shown"), (4, "not shown"), (5, 75)]
)
def test_a_few_unheard_children_cannot_be_worked_out_from_the_rest(
    unheard: int, share: int | str
) -> None:
    found = shown(*[audit()] * (20 - unheard), *[audit(heard=False)] * unheard)
    assert found["voice_percent"] == share
    assert found["voice_heard"] == ("not shown" if share == "not shown" else 20 - unheard)


def test_where_the_completed_are_hidden_nothing_that_adds_up_to_them_is_shown() -> None:
    found = shown(*[audit()] * 6, *[audit(heard=False, grade="inadequate")] * 5, audit("withdrawn"))
    assert found["counts"] == {"closed": "not shown", "withdrawn": "under 5"}
    assert found["grades"] == {"good": "not shown", "inadequate": "not shown"}
    assert (found["voice_heard"], found["voice_percent"]) == ("not shown", "not shown")


@pytest.mark.parametrize(("heard", "share"), [(True, 100), (False, 0)])
def test_all_or_none_heard_gives_no_number_away(*, heard: bool, share: int) -> None:
    found = shown(*[audit(heard=heard)] * 11, audit("withdrawn"))
    assert found["voice_percent"] == share
    assert found["voice_heard"] == (0 if share == 0 else "not shown")

"""A theme that three recommendations of one audit round share becomes a line of a plan, or somebody says why not."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from council import AUTUMN, Council
from follow_up import GIVEN, R1, R2, R3, R4, R5, blocks, entries, loaded, raise_by_hand, standing
from hands import sql

from qa_workflow.engine.recount import recounted
from qa_workflow.errors import BadData, WrongInput
from qa_workflow.processes.plan_line import PROCESS
from qa_workflow.processes.recommendation.themes import slug

LINE = "plan_line:2025-26-A:purposeful-plans"
THEME = "purposeful plans"
ALL = (R1, R2, R3, R4, R5)


@pytest.fixture(scope="session")
def _audited(_running: Path, new_copy: Any) -> Path:  # noqa: ANN401 - a way to copy a council
    made = new_copy(_running, "2025-10-13 10:00")
    for reference in made.show(AUTUMN)["children"][:5]:
        made.close_audit(reference, recommendations=[{**GIVEN, "owner": "pat"}])
    made.ctx.database.close()
    folder: Path = made.folder
    return folder


@pytest.fixture
def audited(copy_of: Any, _audited: Path) -> Council:  # noqa: ANN401 - a way to copy a council
    """Give the council on Tuesday 14 October 2025: five audits of the round closed, each with a recommendation."""
    made: Council = copy_of(_audited, "2025-10-14 10:00")
    return made


def bear(council: Council, *references: str, theme: str = THEME) -> None:
    """Let recommendations bear a theme from their assignment on."""
    for one in references:
        council.fire(one, "assign", by="sandy", theme=theme)


def listed(council: Council) -> list[str]:
    found: list[str] = council.show(LINE)["data"]["recommendations"]
    return found


@pytest.fixture
def proposed(audited: Council) -> Council:
    """Give the same council where the first three recommendations bear one theme."""
    bear(audited, R1, R2, R3)
    return audited


# ------------------------------------------------------------------ proposed
def test_two_of_a_theme_propose_nothing(audited: Council) -> None:
    bear(audited, R1, R2)
    assert not standing(audited, LINE)


def test_the_third_of_a_theme_proposes_a_line(proposed: Council) -> None:
    shown = proposed.show(LINE)
    assert shown["parent"] is None
    assert (shown["state"], shown["owner"], shown["subject"], shown["data"]) == (
        "proposed",
        "sm_sqa",
        "2025-26-A",
        {"round": "2025-26-A", "theme": THEME, "recommendations": [R1, R2, R3]},
    )


def test_each_recommendation_knows_its_line(proposed: Council) -> None:
    assert [proposed.show(one)["data"].get("plan_line") for one in (R1, R2, R3, R4)] == [
        LINE, LINE, LINE, None,
    ]  # fmt: skip


def test_case_and_spaces_make_no_other_theme(audited: Council) -> None:
    bear(audited, R1)
    bear(audited, R2, theme="  PURPOSEFUL   Plans ")
    bear(audited, R3, theme="Purposeful\tplans")
    assert listed(audited) == [R1, R2, R3]


@pytest.mark.parametrize(
    ("theme", "word"),
    [
        ("Purposeful plans", "purposeful-plans"),
        ("  STRASSE ", "strasse"),
        ("Straße", "strasse"),
        ("Fathers' voices & views", "fathers-voices-views"),
        ("...", ""),
    ],
)
def test_a_theme_is_the_words_of_it(theme: str, word: str) -> None:
    assert slug(theme) == word


def test_other_themes_do_not_count(audited: Council) -> None:
    bear(audited, R1, R2)
    bear(audited, R3, theme="chronologies")
    bear(audited, R4, theme="")
    bear(audited, R5, theme="...")
    assert audited.listed(process="plan_line") == []


def test_what_was_withdrawn_bears_no_theme_any_more(audited: Council) -> None:
    bear(audited, R1, R2)
    audited.fire(R1, "challenge", by="pat", reason="Not for this team")
    audited.fire(R1, "withdraw", by="sandy", reason="True")
    audited.fire(R2, "supersede", by="sandy", successor=R4)
    bear(audited, R3, R4)
    assert not standing(audited, LINE)


def test_what_has_ended_with_its_case_still_bears_its_theme(audited: Council) -> None:
    bear(audited, R1, R2)
    audited.fire(R1, "case_ended", by="sandy", reason="The case closed")
    bear(audited, R3)
    assert listed(audited) == [R1, R2, R3]


def test_recommendations_of_no_round_propose_nothing(running: Council) -> None:
    for number in range(1, 4):
        reference = raise_by_hand(running, f"C0{number}", theme=THEME)
        running.fire(reference, "assign", by="sandy")
    assert running.listed(process="plan_line") == []


def test_amending_may_give_a_theme_too(audited: Council) -> None:
    bear(audited, R1, R2)
    bear(audited, R3, theme="chronologies")
    audited.fire(R3, "challenge", by="pat", reason="It is about the plan")
    audited.fire(R3, "amend", by="sandy", theme=THEME)
    assert listed(audited) == [R1, R2, R3]


def test_a_fourth_and_a_fifth_are_added(proposed: Council) -> None:
    bear(proposed, R4)
    bear(proposed, R5, theme="Purposeful Plans")
    assert listed(proposed) == list(ALL)
    assert [proposed.show(one)["data"]["plan_line"] for one in (R4, R5)] == [LINE, LINE]
    assert entries(proposed, LINE) == [
        ("start", "proposed"),
        ("add_recommendation", "proposed"),
        ("add_recommendation", "proposed"),
    ]


def test_a_recommendation_stands_on_the_line_once(proposed: Council) -> None:
    proposed.fire(R3, "challenge", by="pat", reason="Not for this team")
    proposed.fire(R3, "amend", by="sandy", owner="sam")
    assert listed(proposed) == [R1, R2, R3]


def test_what_comes_after_the_decision_is_not_added(proposed: Council) -> None:
    proposed.fire(LINE, "decline", by="sandy", reason="It is in the training plan")
    bear(proposed, R4)
    assert (listed(proposed), proposed.show(R4)["data"].get("plan_line")) == ([R1, R2, R3], None)


def test_nobody_starts_one_by_hand(council: Council) -> None:
    with pytest.raises(WrongInput, match="recommendation starts each one"):
        council.start("plan_line", "2025-26-A", by="sandy")


# ------------------------------------------------------------------ decided
@pytest.mark.parametrize("plan", ["SIP", "WDP"])
def test_a_line_is_linked_to_a_plan(proposed: Council, plan: str) -> None:
    proposed.fire(LINE, "link", by="sandy", plan=plan, line="4.2")
    shown = proposed.show(LINE)
    assert [shown["data"][name] for name in ("plan", "line", "decided_by")] == [
        plan,
        "4.2",
        "sandy",
    ]
    assert (shown["state"], shown["final"], shown["can"]) == ("linked", True, [])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"line": "4.2"}, "It is not said which plan: SIP or WDP."),
        ({"plan": "SIP"}, "The line of the plan is not named."),
    ],
)
def test_a_link_names_plan_and_line(proposed: Council, data: dict[str, str], why: str) -> None:
    assert proposed.refusal(LINE, "link", by="sandy", **data) == why


def test_a_line_is_declined_with_a_reason(proposed: Council) -> None:
    assert proposed.refusal(LINE, "decline", by="sandy") == "No reason is given."
    proposed.fire(LINE, "decline", by="sandy", reason="It is in the training plan")
    shown = proposed.show(LINE)
    assert [shown["data"][name] for name in ("why_declined", "decided_by")] == [
        "It is in the training plan", "sandy",
    ]  # fmt: skip
    assert (shown["state"], loaded(proposed, LINE).timers) == ("declined", ())


@pytest.mark.parametrize(
    ("trigger", "data", "people"),
    [
        ("link", {}, {"sandy"}),
        ("decline", {}, {"sandy"}),
        ("add_recommendation", {"recommendation": R4}, set()),
    ],
)
def test_a_trigger_is_for_these_people_and_nobody_else(
    proposed: Council, trigger: str, data: dict[str, str], people: set[str]
) -> None:
    assert proposed.who_may(LINE, trigger, **data) == people


def test_another_plan_than_the_two_is_bad_input(proposed: Council) -> None:
    before = proposed.show(LINE), proposed.history(LINE)
    with pytest.raises(BadData):
        proposed.fire(LINE, "link", by="sandy", plan="XYZ", line="4.2")
    assert (proposed.show(LINE), proposed.history(LINE)) == before


def test_three_refusals_of_one_kind_block_it(proposed: Council) -> None:
    for _ in range(3):
        proposed.refusal(LINE, "decline", by="sandy")
    assert (entries(proposed, LINE)[1:], blocks(proposed, LINE)) == (
        [("refused", "proposed")] * 3, ["refused_three_times"],
    )  # fmt: skip


def test_days_on_which_the_council_is_closed_give_no_time_to_decide(audited: Council) -> None:
    sql(audited, "INSERT INTO closure_day VALUES ('2025-10-15', 'local', 'Offices closed')")
    bear(audited, R1, R2, R3)
    assert audited.show(LINE)["due_on"] == "2025-10-29"


# ------------------------------------------------------------------ in time
@pytest.mark.parametrize(
    ("moment", "late"), [("2025-10-28 23:59", False), ("2025-10-29 00:01", True)]
)
def test_it_is_decided_within_ten_working_days(
    proposed: Council,
    moment: str,
    late: bool,  # noqa: FBT001 - a row of the table
) -> None:
    shown = proposed.at(moment).show(LINE)
    assert (shown["due_on"], shown["late"]) == ("2025-10-28", late)


def test_a_line_that_nobody_decides_climbs_to_the_director(proposed: Council) -> None:
    proposed.at("2025-11-25 00:00").passes()
    climbed = [one for one in proposed.levels(LINE) if one[0].startswith("L")]
    assert climbed == [
        ("L0", "2025-10-29"), ("L1", "2025-11-04"), ("L2", "2025-11-11"), ("L3", "2025-11-25"),
    ]  # fmt: skip
    assert blocks(proposed, LINE) == ["overdue_l2"]


def test_its_days_are_counted_again_when_a_bank_holiday_is_proclaimed(proposed: Council) -> None:
    before = proposed.ctx.published
    found = recounted(
        PROCESS, loaded(proposed, LINE), before=before, after=before.with_holidays({date(2025, 10, 20): "Mourning"}),
        cause="Proclaimed", actor="cli:test", now=proposed.now,
    )  # fmt: skip
    assert found is not None
    assert found[0].instance.due_on == date(2025, 10, 29)


def test_beyond_the_known_bank_holidays_it_is_proposed_and_blocked(audited: Council) -> None:
    year = audited.ctx.known_until.year
    bear(audited.at(f"{year}-12-27 10:00"), R1, R2, R3)
    (block,) = audited.show(LINE)["blocked"]
    assert (audited.show(LINE)["due_on"], block["reason"]) == (None, "system_fault")
    assert str(year + 1) in block["note"]

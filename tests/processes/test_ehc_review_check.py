"""The SEND Panel looks at the quality of reviews: of which ones, at which sitting, and never in anybody's way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reviews
import send
from council import Council
from reviews import K12, MAINTAIN, begin, data, follow

from qa_workflow.processes.ehc_review.effects import is_drawn

CHECK = "ehc_review_check:K12:3"
OF_YEAR_9 = {
    "school_year": 9,
    "adulthood": "Travel training",
    "adult_services": ["Adult social care"],
}
REPORT = ("2025-11-17 10:00", "send_report", "kit", OF_YEAR_9)


@pytest.fixture(scope="session")
def _held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = reviews.send_council(tmp_path_factory.mktemp("send"))
    begin(made)
    follow(made, "held")
    made.at("2025-11-03 08:00").passes()  # the sittings of these months are planned
    made.ctx.database.close()
    return made.folder


@pytest.fixture
def held(_held: Path, tmp_path: Path) -> Iterator[Council]:
    """Give a council where the meeting of a review was held on 4 November 2025."""
    council = reviews.copy_of(_held, tmp_path, "2025-11-04 17:00")
    yield council
    council.ctx.database.close()


@pytest.fixture
def made(held: Council) -> Council:
    """Give the same council where the report was sent on 17 November 2025, of a child in Year 9."""
    follow(held, "reported", held=REPORT)
    return held


def checks(council: Council) -> list[str]:
    return [one["reference"] for one in council.listed(process="ehc_review_check")]


# ------------------------------------------------------------------ which reviews
def test_the_panel_looks_at_every_review_from_year_9(made: Council) -> None:
    assert (data(made, "quality_check"), checks(made)) == ((True,), [CHECK])


def test_of_the_others_it_looks_at_a_fifth() -> None:
    drawn = [number for number in range(5000) if is_drawn(f"ehc_review:K{number}:1")]
    assert 900 < len(drawn) < 1100


def test_the_draw_is_the_same_every_time() -> None:
    assert [number for number in range(20) if is_drawn(f"ehc_review:K{number}:1")] == [
        7,
        9,
        10,
        11,
        14,
        19,
    ]


def test_a_review_below_year_9_that_is_not_drawn_is_not_looked_at(held: Council) -> None:
    follow(held, "reported")
    assert (is_drawn(K12), data(held, "quality_check"), checks(held)) == (False, (False,), [])


def test_a_review_below_year_9_that_is_drawn_is_looked_at(held: Council) -> None:
    plan = next(f"K{number}" for number in range(100, 200) if is_drawn(f"ehc_review:K{number}:3"))
    reference = begin(held, plan)
    late = ("2025-11-04 17:00", "circulate", "kit", {"reason": "At short notice"})
    follow(held, "reported", reference, advice_requested=late)
    assert checks(held) == [f"ehc_review_check:{plan}:3"]


# ------------------------------------------------------------------ at a sitting
def test_the_check_is_on_the_agenda_of_the_next_sitting_that_takes_papers(made: Council) -> None:
    sitting = made.show(CHECK)["data"]["sitting"]
    assert (sitting, [one["item"] for one in made.show(sitting)["data"]["items"]]) == (
        "send_panel:2025-11", [CHECK],
    )  # fmt: skip


def test_the_check_is_due_three_months_after_the_report(made: Council) -> None:
    assert made.show(CHECK)["due_on"] == "2026-02-17"


def test_the_check_belongs_to_its_review(made: Council) -> None:
    assert made.show(CHECK)["parent"] == K12


@pytest.mark.parametrize(("reference", "trigger"), [(K12, "panel_quality_check"), (CHECK, "check")])
def test_the_chair_records_what_the_panel_found(
    made: Council, reference: str, trigger: str
) -> None:
    made.at("2025-11-26 12:00").fire(reference, trigger, by="chris", finding="Clear and specific.")
    assert (made.state(CHECK), data(made, "finding", "checked_on", reference=CHECK)) == (
        "checked", ("Clear and specific.", "2025-11-26"),
    )  # fmt: skip


def test_what_the_panel_found_stands_in_the_review(made: Council) -> None:
    made.at("2025-11-26 12:00").fire(K12, "panel_quality_check", by="chris", finding="Clear.")
    assert data(made, "quality") == ({"finding": "Clear.", "by": "chris", "on": "2025-11-26"},)


@pytest.mark.parametrize(("reference", "trigger"), [(K12, "panel_quality_check"), (CHECK, "check")])
def test_a_finding_is_said(made: Council, reference: str, trigger: str) -> None:
    assert made.refusal(reference, trigger, by="chris") == "What the panel found is not said."


@pytest.mark.parametrize("trigger", ["check", "skip"])
def test_a_check_is_for_the_chair_alone(made: Council, trigger: str) -> None:
    assert made.who_may(CHECK, trigger) == {"chris"}


def test_a_sitting_hears_that_it_has_looked(made: Council) -> None:
    made.fire(CHECK, "check", by="chris", finding="Clear.")
    (item,) = made.show("send_panel:2025-11")["data"]["items"]
    assert item["decided_on"] == "2025-11-17"


def test_the_panel_may_look_at_a_review_that_was_not_drawn(held: Council) -> None:
    follow(held, "reported")
    held.fire(K12, "panel_quality_check", by="chris", finding="Thin.")
    assert (held.state(K12), data(held, "quality")[0]["finding"]) == ("reported", "Thin.")


# ------------------------------------------------------------------ in nobody's way
def test_a_decision_does_not_wait_for_the_panel(made: Council) -> None:
    follow(made, "concluded", reported=MAINTAIN)
    assert (made.state(CHECK), made.show(K12)["late"]) == ("due", False)


@pytest.mark.parametrize("state", ["amending", "finalising", "concluded", "ceasing"])
def test_the_panel_looks_also_after_the_decision(made: Council, state: str) -> None:
    follow(made, state)
    made.fire(K12, "panel_quality_check", by="chris", finding="Clear.")
    assert (made.state(K12), made.state(CHECK)) == (state, "checked")


def test_looking_moves_no_date(made: Council) -> None:
    before = made.show(K12)["deadlines"]
    made.fire(K12, "panel_quality_check", by="chris", finding="Clear.")
    assert made.show(K12)["deadlines"] == before


def test_what_the_panel_does_not_reach_it_takes_at_the_next_sitting(made: Council) -> None:
    panel = "send_panel:2025-11"
    made.at("2025-11-17 11:00").fire(panel, "open_agenda", by="chris", sits_on="2025-11-26")
    made.at("2025-11-19 08:00").passes()
    made.fire(panel, "issue_papers", by="chris")
    made.at("2025-11-26 17:00").fire(
        panel, "hold", by="chris", members=list(send.QUORUM), not_reached=[CHECK]
    )
    assert data(made, "sitting", "panel_trouble", reference=CHECK) == ("send_panel:2025-12", None)


def test_a_check_that_is_left_out_says_why(made: Council) -> None:
    assert made.refusal(CHECK, "skip", by="chris") == "No reason is given."
    made.fire(CHECK, "skip", by="chris", reason="Seen with the plan of her sister")
    assert made.state(CHECK) == "not_checked"


def test_a_review_that_is_withdrawn_takes_its_check_along(made: Council) -> None:
    made.fire(K12, "withdraw", by="max", reason="Moved away")
    assert (made.state(CHECK), made.show("send_panel:2025-11")["data"]["items"]) == (
        "not_checked", [],
    )  # fmt: skip


@pytest.mark.parametrize(("at", "late"), [("2026-02-17 23:59", False), ("2026-02-18 00:01", True)])
def test_a_check_is_late_after_its_three_months(made: Council, at: str, late: Any) -> None:  # noqa: ANN401 - yes or no
    assert made.at(at).show(CHECK)["late"] is late


def test_a_late_check_climbs_the_ordinary_ladder(made: Council) -> None:
    made.at("2026-03-17 08:00").passes()
    assert [one for one in made.levels(CHECK) if one[0].startswith("L")] == [
        ("L0", "2026-02-18"), ("L1", "2026-02-24"), ("L2", "2026-03-03"), ("L3", "2026-03-17"),
    ]  # fmt: skip

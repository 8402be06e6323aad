"""What a council chooses about the SEND Panel, the way to adulthood and the Top three (A14, A20, A21, A41)."""

from collections.abc import Iterator
from pathlib import Path

import meetings
import pytest
import reviews
import send
from choosing import choose
from council import Council
from meetings import TOP

CHILD = "ehc_assessment:K12:2026-02-20"
TRANSITION = "adult_transition:K12"
ADVICE = "Assess: the school has tried all it can."


# ------------------------------------------------------------------ A14: the Top three
@pytest.mark.parametrize("size", [1, 3, 5])
def test_the_top_three_takes_as_many_cases_as_the_council_says(tmp_path: Path, size: int) -> None:
    with meetings.standing(tmp_path) as council:
        choose(council, top_three_size=size)
        meetings.at_state(council, "scheduled", "top_three")
        council.at("2026-03-24 09:00")
        cases = [f"C{number:02}" for number in range(1, size + 2)]
        why = "They cannot wait"
        refusal = council.refusal(TOP, "set_agenda", by="quinn", items=cases, reason=why)
        assert refusal == f"The meeting takes at most {size} items."
        council.fire(TOP, "set_agenda", by="quinn", items=cases[:size], reason=why)
        assert council.show(TOP)["data"]["agenda"] == cases[:size]


# ------------------------------------------------------------------ A20, A41: who decides
@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Council]:
    """Give a council on Monday 23 February 2026 in which a request of Friday 20 February was entered."""
    with send.standing(tmp_path, "2026-02-20 08:00", send.ask_in_february) as made:
        yield made


def test_a_panel_that_advises_leaves_the_request_to_the_send_manager(asked: Council) -> None:
    choose(asked, panel_decides=False)
    why = "The SEND Panel advises here, and the SEND manager decides."
    for trigger in ("panel_decide_assess", "panel_decline"):
        assert asked.refusal(CHILD, trigger, by="chris", reason="The school meets the need") == why
        asked.later(days=1)
    no_words = asked.refusal(CHILD, "record_panel_advice", by="chris")
    assert no_words == "What the panel advises is not said."
    asked.fire(CHILD, "record_panel_advice", by="chris", advice=ADVICE)
    (advice,) = asked.show(CHILD)["data"]["panel_advice"]
    assert (advice["advice"], advice["by"], advice["on"]) == (ADVICE, "chris", "2026-02-25")
    asked.fire(CHILD, "panel_decide_assess", by="max")
    assert asked.state(CHILD) == "assessing"


@pytest.mark.parametrize("trigger", ["decide_plan", "decide_no_plan"])
def test_neither_does_the_chair_of_such_a_panel_decide_about_the_plan(
    asked: Council, trigger: str
) -> None:
    asked.fire(CHILD, "panel_decide_assess", by="chris")
    choose(asked, panel_decides=False)
    refusal = asked.refusal(CHILD, trigger, by="chris", reason="Support is enough")
    assert refusal == "The SEND Panel advises here, and the SEND manager decides."
    asked.fire(CHILD, trigger, by="max", reason="Support is enough")


def test_a_panel_that_decides_advises_nobody(asked: Council) -> None:
    refusal = asked.refusal(CHILD, "record_panel_advice", by="chris", advice=ADVICE)
    assert refusal == "The SEND Panel decides here, and advises nobody."
    asked.fire(CHILD, "panel_decide_assess", by="chris")
    assert asked.state(CHILD) == "assessing"


# ------------------------------------------------------------------ A21: from which year
@pytest.fixture(scope="module")
def _bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = reviews.send_council(tmp_path_factory.mktemp("send"), "2025-05-01 08:00")
    made.ctx.database.close()
    return made.folder


@pytest.fixture
def bare(_bare: Path, tmp_path: Path) -> Iterator[Council]:
    """Give a SEND council on 1 May 2025."""
    council = reviews.copy_of(_bare, tmp_path, "2025-05-01 08:00")
    yield council
    council.ctx.database.close()


@pytest.mark.parametrize(
    ("year", "begins_on", "notify_by"),
    [
        (8, "2024-09-01", "2025-08-31"),
        (9, "2025-09-01", "2026-08-31"),
        (11, "2027-09-01", "2028-08-31"),
    ],
)
def test_a_transition_begins_in_the_school_year_that_the_council_chooses(
    bare: Council, year: int, begins_on: str, notify_by: str
) -> None:
    choose(bare, transition_from_year=year)
    bare.start("adult_transition", "K12", by="kit", year9_on="2025-09-01")
    shown = bare.show(TRANSITION)
    assert (shown["data"]["begins_on"], shown["data"]["notify_by"]) == (begins_on, notify_by)
    assert shown["due_on"] == "2029-03-01"  # six months before anybody of the cohort is 18
    assert shown["state"] == ("planning_started" if year == 8 else "not_due")
    bare.at(f"{begins_on if year > 8 else '2025-05-02'} 00:01").passes()
    assert bare.state(TRANSITION) == "planning_started"


@pytest.mark.parametrize(
    ("year", "school_year", "applies"),
    [(9, 8, False), (8, 8, True), (8, 7, False), (11, 9, True), (11, 8, False)],
)
def test_a_review_prepares_for_adulthood_from_an_earlier_year_by_choice_and_never_a_later_one(
    bare: Council, *, year: int, school_year: int, applies: bool
) -> None:
    choose(bare, transition_from_year=year)
    reviews.begin(bare)
    reviews.follow(bare, "held")
    bare.at("2025-11-17 10:00")
    if applies:
        refusal = bare.refusal(reviews.K12, "send_report", by="kit", school_year=school_year)
        assert f"The child was in Year {min(year, 9)} or above" in refusal
    else:
        bare.fire(reviews.K12, "send_report", by="kit", school_year=school_year)
        assert reviews.data(bare, "pfa_required") == (False,)

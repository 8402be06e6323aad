"""The Top three of every month of the simulated year: packed, frozen, held, decided and followed up."""

from datetime import date, datetime
from typing import Any

import pytest
from simulation.conftest import Lived

from qa_workflow.engine.working_days import LONDON, london_date
from qa_workflow.frameworks.bank_holidays import published_calendar
from qa_workflow.service import enquiries
from qa_workflow.service.top_three import pack_of
from qa_workflow.simulation.people import STAND_INS

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("year")]

CALENDAR = published_calendar()
EVENING = datetime(2026, 12, 31, 18, 5, tzinfo=LONDON)
MONTHS = range(1, 13)
COPIED = "SELECT \"to\" FROM outbox_message WHERE dedupe_key LIKE '%repeat 2026-%'"
Shown = dict[str, Any]


def shown(year: Lived, reference: str) -> Shown:
    """Return an instance as people are shown it on the last evening."""
    found: Shown = enquiries.show(year.ctx, reference, now=EVENING)
    return found


def meeting_of(year: Lived, month: int) -> Shown:
    """Return the one meeting of a month."""
    ((reference,),) = year.ask(
        "SELECT reference FROM process_instance WHERE process = 'top_three' AND reference LIKE ?",
        f"top_three:2026-{month:02}-%",
    )
    return shown(year, str(reference))


def pack_for(year: Lived, month: int) -> Shown:
    """Return the pack that the meeting of a month froze, with what was decided there."""
    found: Shown = pack_of(year.ctx, meeting_of(year, month)["reference"], now=EVENING)
    return found


@pytest.mark.parametrize("month", MONTHS)
def test_the_pack_of_each_month_was_frozen_two_working_days_before_it_sat(
    year: Lived, month: int
) -> None:
    found = pack_for(year, month)
    sits_on = date.fromisoformat(found["sits_on"])
    assert london_date(datetime.fromisoformat(found["frozen_at"])) == CALENDAR.add(sits_on, -2)


@pytest.mark.parametrize("month", MONTHS)
def test_the_meeting_of_each_month_was_held_and_closed(year: Lived, month: int) -> None:
    found = meeting_of(year, month)
    assert found["state"] == "closed"
    assert date.fromisoformat(found["data"]["held_on"]) >= date.fromisoformat(
        found["data"]["sits_on"]
    )


@pytest.mark.parametrize("month", MONTHS)
def test_each_of_the_three_left_with_an_action_or_was_accepted(year: Lived, month: int) -> None:
    found = pack_for(year, month)
    decided = {one["reference"]: one["decision"] for one in found["decisions"]}
    assert [one["reference"] for one in found["pack"]] == found["agenda"] == list(decided)
    assert set(decided.values()) <= {"action", "accepted"}


@pytest.mark.parametrize("month", MONTHS)
def test_every_action_was_done_or_stands_open_with_its_ladder(year: Lived, month: int) -> None:
    for one in pack_for(year, month)["decisions"]:
        if one["decision"] == "action":
            action = shown(year, one["action"])
            assert action["state"] == ("done" if one["done"] else "open")
            assert one["owner"]
            assert one["due_on"]
            if not one["done"]:
                ((watched,),) = year.ask(
                    "SELECT next_due_at FROM process_instance WHERE reference = ?", one["action"]
                )
                assert watched is not None


@pytest.mark.parametrize("month", MONTHS)
def test_the_next_pack_told_what_became_of_every_earlier_decision(year: Lived, month: int) -> None:
    earlier = [one for before in range(1, month) for one in pack_for(year, before)["decisions"]]
    told = {(one["meeting"], one["reference"]) for one in pack_for(year, month)["previous"]}
    assert {(one["meeting"], one["reference"]) for one in earlier} <= told


def test_most_months_had_three_cases_to_bring(year: Lived) -> None:
    sizes = [len(pack_for(year, month)["pack"]) for month in MONTHS]
    assert max(sizes) == 3
    assert sum(size == 3 for size in sizes) >= 9


def test_both_kinds_of_decision_were_taken(year: Lived) -> None:
    kinds = [one["decision"] for month in MONTHS for one in pack_for(year, month)["decisions"]]
    assert kinds.count("action") > kinds.count("accepted") > 0


def test_days_from_decision_to_unblocking_are_measured(year: Lived) -> None:
    told = pack_for(year, 12)["unblocking"]
    assert told["decisions"] >= told["unblocked"] > 10
    assert 0 <= told["median_days"] <= told["longest_days"]


def test_what_came_back_unchanged_was_marked_and_copied_to_ad_people(year: Lived) -> None:
    repeated = [month for month in MONTHS for one in pack_for(year, month)["pack"] if one["repeat"]]
    copies = year.ask(COPIED)
    assert repeated
    # To AD People, or to whoever stands in for them that day.
    assert {who for (who,) in copies} <= {"ada", STAND_INS["ada"]}
    assert len(copies) >= len(set(repeated))

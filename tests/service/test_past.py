"""An instance as it stood, on the real database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from council import AUTUMN, Council, london
from hands import REC

from qa_workflow.errors import InstanceNotFound, WrongInput
from qa_workflow.service.past import show_as_of

PLAN = {
    "owner": "pat", "what": "Write it", "for_whom": "Her", "difference": "She knows",
    "category": "case_action",
}  # fmt: skip


@pytest.fixture
def moved(three: Council) -> Council:
    """Give a recommendation that was raised on 1 October 2025, late on the 6th and assigned on the 8th."""
    three.at("2025-10-06 09:00").passes()
    three.at("2025-10-08 09:00").fire(REC, "assign", by="sandy", **PLAN)
    return three.at("2025-12-01 09:00")


def test_it_stands_as_it_stood(moved: Council) -> None:
    then = show_as_of(moved.ctx, REC, london("2025-10-07 12:00"), now=moved.now)
    assert (then["state"], then["level"], then["version"]) == ("raised", "L0", 3)
    assert then["status"].startswith("Late in raised")
    assert (then["can"], then["cannot"], then["as_of"]) == ([], [], "2025-10-07T11:00:00Z")
    assert "what" not in then["data"]
    assert {one["name"]: one["due_on"] for one in then["deadlines"]}["assign_by"] == "2025-10-03"


def test_a_level_that_was_told_late_was_not_known_before(moved: Council) -> None:
    assert show_as_of(moved.ctx, REC, london("2025-10-06 08:59"), now=moved.now)["level"] is None


def test_now_it_stands_as_it_is_shown(moved: Council) -> None:
    shown, then = moved.show(REC), show_as_of(moved.ctx, REC, moved.now, now=moved.now)
    apart = {"can", "cannot", "indicators", "as_of"}
    assert {k: v for k, v in then.items() if k not in apart} == {
        k: v for k, v in shown.items() if k not in apart
    }


def test_before_its_start_it_is_not_found_and_that_is_said(moved: Council) -> None:
    with pytest.raises(InstanceNotFound, match="had not started at 08:59 on 1 October 2025"):
        show_as_of(moved.ctx, REC, london("2025-10-01 08:59"), now=moved.now)


def test_how_it_stands_tomorrow_is_not_known(moved: Council) -> None:
    with pytest.raises(WrongInput, match="has not come yet"):
        show_as_of(moved.ctx, REC, moved.now + timedelta(seconds=1), now=moved.now)


def test_by_rules_that_this_program_no_longer_has_nothing_is_counted(moved: Council) -> None:
    newer = replace(moved.ctx.processes["recommendation"], version=2)
    ctx = replace(moved.ctx, processes={**moved.ctx.processes, "recommendation": newer})
    then = show_as_of(ctx, REC, london("2025-10-07 12:00"), now=moved.now)
    assert (then["deadlines"], then["definition_version"], then["state"]) == ([], 1, "raised")


def test_a_round_had_no_audits_before_they_were_started(council: Council) -> None:
    council.open_autumn_round()
    before = datetime(2025, 10, 5, tzinfo=UTC)
    assert show_as_of(council.ctx, AUTUMN, before, now=council.now)["children"] == []
    assert len(show_as_of(council.ctx, AUTUMN, council.now, now=council.now)["children"]) == 12

"""What needs me: what a person owns, what their roles own, and what is blocked for them, the most urgent first."""

from typing import Any

import pytest
from council import Council
from hands import leaves, raised, sql

from qa_workflow.errors import UnknownPerson, WrongInput
from qa_workflow.service import needs, overlays

REC = "recommendation:R-000{}"
GIVEN = {
    "what": "Write the plan with the child", "for_whom": "the child", "difference": "The child knows what comes next",
    "category": "case_action",
}  # fmt: skip


@pytest.fixture
def busy(council: Council) -> Council:
    """Give three recommendations: one with `pat`, one with `sm_sqa` for a day longer, one blocked for Finance."""
    council.at("2025-10-01 09:00")
    for subject in ("C01", "C02"):
        raised(council, subject)
    council.fire(REC.format(1), "assign", by="sandy", **GIVEN, owner="pat")
    council.at("2025-10-02 09:00")
    raised(council, "C03")
    overlays.block(
        council.ctx, REC.format(3), actor="sandy", reason="funding", note="No.", waiting_on="pat", now=council.now
    )  # fmt: skip
    return council


def _needs(council: Council, who: str, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - limit, after
    return needs.needs_of(council.ctx, who, now=council.now, **more).items


def _named(council: Council, who: str) -> list[str]:
    return [one["reference"] for one in _needs(council, who)]


def test_the_roles_of_a_person_own_what_nobody_owns_by_name_by_when_it_becomes_late(
    busy: Council,
) -> None:
    assert _named(busy, "sandy") == [REC.format(2), REC.format(3)]
    sql(busy, "UPDATE process_instance SET stuck_at = 1 WHERE reference = ?", REC.format(3))
    assert _named(busy, "sandy") == [REC.format(3), REC.format(2)]


def test_what_a_person_owns_comes_before_what_is_blocked_for_them(busy: Council) -> None:
    assert _named(busy, "pat") == [REC.format(1), REC.format(3)]


def test_what_has_no_date_comes_after_what_has_one(busy: Council) -> None:
    sql(busy, "UPDATE process_instance SET stuck_at = NULL WHERE reference = ?", REC.format(2))
    assert _named(busy, "sandy") == [REC.format(3), REC.format(2)]


def test_each_says_what_the_person_can_do(busy: Council) -> None:
    can = {one["reference"]: one["waits_for"] for one in _needs(busy, "pat")}
    assert {"accept", "challenge"} <= set(can[REC.format(1)])
    assert can[REC.format(3)] == ["unblock"]
    assert "assign" in _needs(busy, "sandy")[0]["waits_for"]


def test_what_guards_refuse_is_not_offered(busy: Council) -> None:
    (mine,) = (one for one in _needs(busy, "pat") if one["reference"] == REC.format(1))
    assert "submit_evidence" not in mine["waits_for"]


def test_an_item_holds_what_a_list_holds(busy: Council) -> None:
    (listed,) = (one for one in busy.listed() if one["reference"] == REC.format(1))
    (mine,) = (one for one in _needs(busy, "pat") if one["reference"] == REC.format(1))
    assert {key: value for key, value in mine.items() if key != "waits_for"} == listed


@pytest.mark.parametrize("called", ["pat", "Pat Practitioner", "practitioner"])
def test_a_block_may_wait_by_id_by_name_or_by_role(busy: Council, called: str) -> None:
    sql(busy, "UPDATE block SET waiting_on = ?", called)
    assert REC.format(3) in _named(busy, "pat")


def test_a_block_that_was_taken_off_waits_for_nobody(busy: Council) -> None:
    overlays.unblock(busy.ctx, REC.format(3), actor="sandy", note="Done.", now=busy.now)
    assert _named(busy, "pat") == [REC.format(1)]


def test_what_is_owned_and_blocked_for_the_same_person_stands_once(busy: Council) -> None:
    sql(busy, "UPDATE block SET waiting_on = 'sandy'")
    assert _named(busy, "sandy") == [REC.format(2), REC.format(3)]


def test_a_managers_list_holds_what_a_leaver_left_behind(busy: Council) -> None:
    leaves(busy, "pat", "2025-10-01")
    (left,) = (one for one in _needs(busy, "sam") if one["reference"] == REC.format(1))
    assert "reassign" in left["waits_for"]


def test_what_has_ended_waits_for_nobody(busy: Council) -> None:
    busy.fire(REC.format(2), "supersede", by="sandy", successor=REC.format(1))
    assert REC.format(2) not in _named(busy, "sandy")


def test_nothing_may_wait_for_somebody(busy: Council) -> None:
    assert _needs(busy, "iris") == []


def test_somebody_unknown_is_bad_input(busy: Council) -> None:
    with pytest.raises(UnknownPerson):
        _needs(busy, "nobody")


@pytest.mark.parametrize("who", ["sandy", "pat"])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_the_pages_join_to_the_whole(busy: Council, who: str, limit: int) -> None:
    sql(busy, "UPDATE process_instance SET stuck_at = NULL WHERE reference = ?", REC.format(2))
    for subject in ("C04", "C05", "C06"):
        raised(busy, subject)
    sql(busy, "UPDATE process_instance SET stuck_at = NULL WHERE subject = 'C06'")
    found, after = [], None
    while True:
        page = needs.needs_of(busy.ctx, who, now=busy.now, limit=limit, after=after)
        found += page.items
        after = page.next
        if after is None:
            break
        assert len(page.items) == limit
    assert found == _needs(busy, who)


@pytest.mark.parametrize(
    "cursor", ["", "x", "dated", "dated,soon,a:b", "late,2025-10-01T00:00:00Z,a:b", "undated,,"]
)
def test_what_is_no_place_in_the_list_is_bad_input(busy: Council, cursor: str) -> None:
    with pytest.raises(WrongInput, match="is no place in this list"):
        _needs(busy, "sandy", after=cursor)


def test_a_damaged_row_does_not_hide_the_others(busy: Council) -> None:
    sql(busy, "UPDATE process_instance SET data = '{' WHERE reference = ?", REC.format(2))
    found = _needs(busy, "sandy")
    assert [one["reference"] for one in found] == [REC.format(2), REC.format(3)]
    assert (found[0]["status"], found[0]["waits_for"]) == (
        "Its row in the database cannot be read.",
        [],
    )

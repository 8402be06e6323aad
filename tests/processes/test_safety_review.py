"""A child lives with a provider whose new placements are suspended: who sees them, by when, and what if not safe."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import providers
import pytest
from council import Council
from hands import leaves, sql
from providers import place, refused_once, rejected, said_to

from qa_workflow.engine.recount import recounted
from qa_workflow.errors import TransitionRefused
from qa_workflow.frameworks.bank_holidays import published_calendar
from qa_workflow.processes.safety_review import PROCESS
from qa_workflow.store import instances, reports
from qa_workflow.store.council import put_closure_day

R1 = "safety_review:C01:1"
SAFE: dict[str, Any] = {"found": "Seen at home; see visit note 311", "is_safe": True}


def suspend(council: Council, day: str) -> Council:
    council.at(day).start("provider_suspension", "P04", by="ada", reason="Two allegations")
    return council


@pytest.fixture
def council(tmp_path: Path) -> Iterator[Council]:
    """Give a council where C01 and C02 live with P04."""
    made = providers.audit_in(tmp_path, "planned")
    yield made
    made.ctx.database.close()


@pytest.fixture
def due(council: Council) -> Council:
    """Give the same council, which suspended P04 on Thursday 5 March 2026 at ten."""
    return suspend(council, "2026-03-05 10:00")


# ------------------------------------------------------------------ who
def test_the_practitioner_of_the_case_owns_it(due: Council) -> None:
    assert [due.show(f"safety_review:{case}:1")["owner"] for case in ("C01", "C02")] == [
        "pat",
        "lee",
    ]


def test_nobody_but_the_practitioner_reviews(due: Council) -> None:
    assert due.who_may(R1, "review", **SAFE) == {"pat"}


def test_practitioner_and_manager_are_told_the_same_day(due: Council) -> None:
    assert {person for person, _ in due.told(R1)} == {"pat", "sam"}


def test_they_are_told_what_to_do_and_by_when(due: Council) -> None:
    assert (
        "due 6 March 2026. The child must be seen, and it must be said whether they are safe."
        in (said_to(due, "pat", R1))
    )


def test_when_the_case_has_another_practitioner_the_review_is_theirs(due: Council) -> None:
    place(due, providers.PLACED, workers={**providers.WORKERS, "C01": "lee"})
    assert (due.show(R1)["owner"], due.who_may(R1, "review", **SAFE)) == ("lee", {"lee"})


def test_where_the_roster_does_not_know_the_practitioner_the_manager_reviews(
    council: Council,
) -> None:
    place(council, providers.PLACED, workers={**providers.WORKERS, "C01": "Lou Agency"})
    suspend(council, "2026-03-05 10:00")
    assert council.show(R1)["owner"] == "sam"
    assert council.who_may(R1, "review", **SAFE) == {
        "sam", "cass", "sandy", "sasha", "ada", "dana",
    }  # fmt: skip
    council.fire(R1, "review", by="sam", **SAFE)
    assert council.state(R1) == "reviewed"


def test_then_the_manager_alone_is_told(council: Council) -> None:
    place(council, providers.PLACED, workers={**providers.WORKERS, "C01": "Lou Agency"})
    suspend(council, "2026-03-05 10:00")
    assert [person for person, _ in council.told(R1)] == ["sam"]


def test_the_manager_is_the_supervisor_of_the_case_and_not_any_of_the_team(
    council: Council,
) -> None:
    council.import_people([("abe", "Abe Manager", "team_manager", "North", "cass")])
    place(council, providers.PLACED, workers={**providers.WORKERS, "C01": "Lou Agency"})
    suspend(council, "2026-03-05 10:00")
    assert (council.show(R1)["owner"], "abe" in council.who_may(R1, "review", **SAFE)) == (
        "sam", False,
    )  # fmt: skip


def test_where_the_practitioner_has_left_the_manager_reviews(council: Council) -> None:
    leaves(council, "pat", "2026-03-04")
    suspend(council, "2026-03-05 10:00")
    assert council.show(R1)["owner"] == "sam"


def test_where_nobody_manages_the_case_a_manager_of_its_team_reviews(council: Council) -> None:
    council.import_people([("abe", "Abe Manager", "team_manager", "South", "cass")])
    sql(council, "UPDATE case_record SET worker = 'Lou Agency', supervisor = NULL")
    suspend(council, "2026-03-05 10:00")
    assert (council.show(R1)["owner"], "abe" in council.who_may(R1, "review", **SAFE)) == (
        "sam", False,
    )  # fmt: skip


def test_another_may_see_the_child_instead(due: Council) -> None:
    due.reassign(R1, to="sam", by="cass")
    assert (due.show(R1)["owner"], due.who_may(R1, "review", **SAFE)) == ("sam", {"sam"})
    due.fire(R1, "review", by="sam", **SAFE)
    assert due.show(R1)["data"]["reviewed_by"] == "sam"


def test_who_has_no_role_with_children_does_not(due: Council) -> None:
    with pytest.raises(TransitionRefused, match="quinn is no active practitioner"):
        due.reassign(R1, to="quinn", by="cass")


def test_one_may_be_started_by_hand(council: Council) -> None:
    council.at("2026-03-05 10:00").start("safety_review", "C03", by="cass", why="Moved in today")
    assert (council.show("safety_review:C03:1")["owner"], council.show("safety_review:C03:1")["due_on"]) == (
        "pat", "2026-03-06",
    )  # fmt: skip


# ------------------------------------------------------------------ what
def test_a_child_who_is_safe_ends_it(due: Council) -> None:
    due.fire(R1, "review", by="pat", **SAFE)
    shown = due.show(R1)
    assert (shown["state"], shown["final"], shown["lateness"]) == ("reviewed", True, "on_time")
    assert {name: shown["data"][name] for name in ("found", "is_safe", "reviewed_by", "reviewed_on")} == {
        "found": "Seen at home; see visit note 311", "is_safe": True,
        "reviewed_by": "pat", "reviewed_on": "2026-03-05",
    }  # fmt: skip
    assert shown["children"] == []


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"is_safe": True}, "What was found is not said."),
        ({"found": " ", "is_safe": True}, "What was found is not said."),
        ({"found": "Seen"}, "Whether the child is safe is not said."),
    ],
)
def test_it_is_said_what_was_found_and_whether_the_child_is_safe(
    due: Council, data: dict[str, Any], why: str
) -> None:
    assert refused_once(due, R1, "review", by="pat", **data) == why


@pytest.mark.parametrize(
    "data", [{**SAFE, "is_safe": "perhaps"}, {**SAFE, "mood": "good"}, {**SAFE, "found": 3}]
)
def test_anything_else_is_bad_input(due: Council, data: dict[str, Any]) -> None:
    assert "review" in rejected(due, R1, "review", by="pat", **data)


def test_a_child_who_is_not_safe_is_an_immediate_concern(due: Council) -> None:
    due.fire(R1, "review", by="pat", found="Alone all night; see note 312", is_safe=False)
    concern = due.show("immediate_concern:C01:1")
    assert (due.state(R1), concern["state"], concern["parent"]) == ("reviewed", "raised", R1)
    assert (concern["data"]["what"], concern["data"]["source"], concern["data"]["raised_by"]) == (
        "Alone all night; see note 312", R1, "pat",
    )  # fmt: skip


def test_three_refusals_by_one_guard_block_it(due: Council) -> None:
    for _ in range(3):
        due.refusal(R1, "review", by="pat", found="Seen")
    assert [one["reason"] for one in due.show(R1)["blocked"]] == ["refused_three_times"]


# ------------------------------------------------------------------ by when
@pytest.mark.parametrize(
    ("day", "due_on"),
    [
        ("2026-03-05 10:00", "2026-03-06"),
        ("2026-03-06 16:00", "2026-03-09"),
        ("2026-03-28 10:00", "2026-03-30"),
        ("2026-04-02 16:00", "2026-04-07"),
        ("2026-12-24 16:00", "2026-12-29"),
        ("2028-02-28 16:00", "2028-02-29"),
    ],
    ids=["Thursday", "Friday", "before the clocks change", "Easter", "Christmas", "leap day"],
)
def test_it_is_due_the_next_working_day(council: Council, day: str, due_on: str) -> None:
    assert suspend(council, day).show(R1)["due_on"] == due_on


def test_one_date_watches_over_it(due: Council) -> None:
    assert due.falls(R1, "review_by") == due.falls(R1, "due")


def test_it_is_not_late_a_minute_before_midnight(due: Council) -> None:
    assert due.at("2026-03-06 23:59").show(R1)["late"] is False


def test_it_is_late_a_minute_after(due: Council) -> None:
    assert due.at("2026-03-07 00:01").show(R1)["late"] is True


def test_it_reaches_ad_people_after_one_working_day_and_the_director_after_two(
    due: Council,
) -> None:
    for day in ("2026-03-08", "2026-03-09", "2026-03-10", "2026-03-20"):
        due.at(f"{day} 00:01").passes()
        due.passes()
    assert due.levels(R1) == [("L2", "2026-03-09"), ("L3", "2026-03-10")]


@pytest.mark.parametrize(("day", "person"), [("2026-03-09", "ada"), ("2026-03-10", "dana")])
def test_a_level_tells_that_person(due: Council, day: str, person: str) -> None:
    due.at(f"{day} 00:01").passes()
    assert due.told(R1)[-1][0] == person


def test_unanswered_it_is_blocked_and_can_still_be_answered(due: Council) -> None:
    due.at("2026-03-09 08:00").passes()
    blocked = [one["reason"] for one in due.show(R1)["blocked"]]
    due.fire(R1, "review", by="pat", **SAFE)
    assert (blocked, due.show(R1)["lateness"]) == (["overdue_l2"], "late")


def test_closing_the_offices_moves_no_review(council: Council) -> None:
    with council.ctx.database.transaction() as connection:
        put_closure_day(connection, date(2026, 3, 6), "local", "Guildhall closed")
    assert suspend(council, "2026-03-05 10:00").show(R1)["due_on"] == "2026-03-06"


def test_a_bank_holiday_proclaimed_that_day_moves_it(due: Council) -> None:
    before = published_calendar()
    after = before.with_holidays({date(2026, 3, 6): "Day of mourning"})
    with due.ctx.database.reading() as connection:
        number = reports.find_by_reference(connection, [R1])[R1]
        found = recounted(
            PROCESS, instances.load(connection, number), before=before, after=after,
            cause="Day of mourning", actor="cli:test", now=due.now,
        )  # fmt: skip
    assert found is not None
    assert found[0].instance.due_on == date(2026, 3, 9)


def test_beyond_the_known_bank_holidays_it_is_blocked_and_names_the_year(council: Council) -> None:
    short = replace(
        council.ctx.published,
        last_year=2026,
        holidays={d: n for d, n in council.ctx.published.holidays.items() if d.year <= 2026},
    )
    council.ctx = replace(council.ctx, published=short)
    suspend(council, "2026-12-31 10:00")
    (block,) = council.show(R1)["blocked"]
    assert (block["reason"], "2027" in block["note"]) == ("system_fault", True)

"""By when a child's next review is due: each interval of domain 4.2 on real dates, and what a list is read as."""

from datetime import date
from typing import Any

import pytest
from clocks import TERMS
from pydantic import ValidationError

from qa_workflow.frameworks.bank_holidays import published_calendar
from qa_workflow.patterns.case_clock import CaseClock
from qa_workflow.patterns.clock_dates import (
    Intervals,
    Known,
    Standing,
    Turn,
    from_then_on,
    read_list,
)
from qa_workflow.processes import (
    cin_review,
    cla_review,
    core_group,
    cp_conference,
    initial_cp_conference,
    pathway_plan_review,
    pep,
    social_work_assessment,
)

CALENDAR = published_calendar()
KNOWN = Known(calendar=CALENDAR)
IN_TERMS = Known(calendar=CALENDAR, terms=TERMS)


def shape(module: Any) -> CaseClock:  # noqa: ANN401 - a module with a PROCESS
    found = module.PROCESS.shape
    assert isinstance(found, CaseClock)
    return found


CLA, CP, PEP = shape(cla_review), shape(cp_conference), shape(pep)


def day(text: str) -> date:
    return date.fromisoformat(text)


def due(clock: CaseClock, turn: Turn, since: str, known: Known = KNOWN) -> str:
    return str(clock.due(turn, day(since), known).on)


# ------------------------------------------------------------------ the intervals
@pytest.mark.parametrize(
    ("clock", "turn", "since", "expected"),
    [
        (cla_review, Turn.FIRST, "2026-03-30", "2026-04-29"),  # Good Friday and Easter Monday
        (cla_review, Turn.FIRST, "2025-12-20", "2026-01-21"),  # a Saturday; Christmas, New Year
        (cla_review, Turn.FIRST, "2025-12-21", "2026-01-21"),  # the Sunday after it counts alike
        (cla_review, Turn.FIRST, "2025-12-22", "2026-01-22"),
        (cla_review, Turn.FIRST, "2024-02-29", "2024-03-28"),
        (cla_review, Turn.SECOND, "2025-11-30", "2026-02-28"),
        (cla_review, Turn.SECOND, "2023-11-29", "2024-02-29"),
        (cla_review, Turn.SECOND, "2026-01-03", "2026-04-03"),  # Good Friday: the law does not roll
        (cla_review, Turn.LATER, "2025-08-31", "2026-02-28"),
        (cla_review, Turn.LATER, "2023-08-31", "2024-02-29"),
        (cla_review, Turn.LATER, "2024-02-29", "2024-08-29"),
        (cp_conference, Turn.FIRST, "2025-12-31", "2026-03-31"),
        (cp_conference, Turn.LATER, "2025-08-31", "2026-02-28"),
        (initial_cp_conference, Turn.FIRST, "2026-03-30", "2026-04-22"),
        (initial_cp_conference, Turn.FIRST, "2025-12-20", "2026-01-14"),
        (core_group, Turn.FIRST, "2026-03-30", "2026-04-15"),
        (core_group, Turn.FIRST, "2025-12-20", "2026-01-07"),
        (social_work_assessment, Turn.FIRST, "2026-03-30", "2026-06-05"),  # and both May holidays
        (pep, Turn.FIRST, "2026-03-30", "2026-04-15"),
        (pathway_plan_review, Turn.FIRST, "2025-08-31", "2026-02-28"),
        (pathway_plan_review, Turn.LATER, "2026-03-30", "2026-09-30"),
        (cin_review, Turn.FIRST, "2025-08-31", "2026-02-28"),
        (cin_review, Turn.LATER, "2026-03-30", "2026-09-30"),
    ],
)  # fmt: skip
def test_each_interval_counts_from_the_day_of_what_came_before(
    clock: Any,  # noqa: ANN401 - a module
    turn: Turn,
    since: str,
    expected: str,
) -> None:
    assert due(shape(clock), turn, since) == expected


@pytest.mark.parametrize("since", ["2026-01-01", "2026-01-30", "2026-01-31"])
def test_months_clamp_to_the_end_of_the_month(since: str) -> None:
    assert due(CP, Turn.FIRST, since) == {"2026-01-01": "2026-04-01"}.get(since, "2026-04-30")


def test_closing_the_offices_moves_no_date_of_the_law() -> None:
    closed = CALENDAR.with_closures({day("2025-12-29"): "closed", day("2025-12-30"): "closed"})
    assert due(CLA, Turn.FIRST, "2025-12-20", Known(calendar=closed)) == "2026-01-21"


def test_what_lies_beyond_the_known_bank_holidays_is_not_guessed() -> None:
    last = date(CALENDAR.last_year, 12, 20)
    assert CLA.due(Turn.FIRST, last, KNOWN).on is None


@pytest.mark.parametrize("turn", [Turn.FIRST, Turn.LATER])
def test_a_council_may_choose_the_months_of_a_child_in_need(turn: Turn) -> None:
    chosen = Known(calendar=CALENDAR, choices={"cin_review_months": 3})
    assert due(shape(cin_review), turn, "2025-11-30", chosen) == "2026-02-28"


def test_nobody_chooses_the_months_of_the_law() -> None:
    chosen = Known(calendar=CALENDAR, choices={"cin_review_months": 3, "": 1})
    assert due(CP, Turn.LATER, "2025-08-31", chosen) == "2026-02-28"


@pytest.mark.parametrize(
    ("clock", "turns"),
    [(cla_review, ["first", "second", "later", "later"]), (cp_conference, ["first", "later", "later", "later"])],
)  # fmt: skip
def test_the_turn_follows_from_the_number(clock: Any, turns: list[str]) -> None:  # noqa: ANN401
    one = shape(clock)
    assert [str(one.turn_of(number)) for number in range(1, 5)] == turns
    assert [str(one.after(Turn(turn))) for turn in turns[:-1]] == turns[1:]


# ------------------------------------------------------------------ PEPs and terms
@pytest.mark.parametrize(
    ("held_on", "expected"),
    [
        ("2025-09-02", "2026-03-27"),  # in the autumn term: by the end of the spring term
        ("2025-12-19", "2026-03-27"),
        ("2025-12-24", "2026-03-27"),  # in the holidays: by the end of the term that comes
        ("2026-01-05", "2026-07-17"),  # the term ends on a Saturday, school on the Friday
        ("2026-04-02", "2026-07-17"),
        ("2026-07-18", "2026-12-18"),
        ("2026-09-02", "2027-01-31"),  # no later term is known
        ("2025-08-20", "2025-09-30"),  # nor any of then
    ],
)
def test_a_pep_is_due_by_the_last_school_day_of_the_next_term(held_on: str, expected: str) -> None:
    assert due(PEP, Turn.LATER, held_on, IN_TERMS) == expected


@pytest.mark.parametrize(
    ("held_on", "expected"),
    [
        ("2026-01-01", "2026-04-30"), ("2026-01-31", "2026-04-30"), ("2026-02-01", "2026-04-30"),
        ("2026-04-14", "2026-06-30"), ("2026-06-30", "2026-09-30"), ("2026-09-30", "2027-01-31"),
        ("2025-12-31", "2026-01-31"),
    ],
)  # fmt: skip
def test_without_terms_a_pep_is_due_by_the_end_of_the_frameworks_next_month(
    held_on: str, expected: str
) -> None:
    assert due(PEP, Turn.LATER, held_on) == expected


@pytest.mark.parametrize(
    ("due_on", "period"),
    [("2026-01-31", "2026-01"), ("2026-03-27", "2026-04"), ("2026-07-17", "2026-09"), ("2026-12-18", "2027-01")],
)  # fmt: skip
def test_a_pep_counts_for_the_frameworks_month_it_falls_in_or_the_next(
    due_on: str, period: str
) -> None:
    assert PEP.period_of(day(due_on)) == period


def test_how_a_pep_was_dated_is_said() -> None:
    told = [PEP.due(Turn.LATER, day("2026-01-20"), known).rule for known in (IN_TERMS, KNOWN)]
    assert told == [
        "the last school day of term Summer 2026",
        "the end of April, the framework's next month: no school term of then is known",
    ]


# ------------------------------------------------------------------ what a list is read as
def read(clock: Intervals, since: str, last: str | None, *, recorded: tuple[str, ...] = (), last_number: int = 0) -> tuple[int, str, str]:  # fmt: skip
    found = read_list(
        clock,
        started_on=day(since),
        last_on=None if last is None else day(last),
        known=KNOWN,
        recorded=[day(one) for one in recorded],
        last_number=last_number,
    )
    return found.number, str(found.turn), found.counted_from.isoformat()


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, (1, "first", "2026-03-30")),
        ("2026-03-30", (1, "first", "2026-03-30")),
        ("2026-03-12", (1, "first", "2026-03-30")),  # of another plan before
        ("2026-03-31", (2, "second", "2026-03-31")),
        ("2026-07-29", (2, "second", "2026-07-29")),  # 20 working days and three months
        ("2026-07-30", (3, "later", "2026-07-30")),
    ],
)
def test_a_review_so_near_the_start_that_it_can_be_the_first_is_taken_for_it(
    last: str | None, expected: tuple[int, str, str]
) -> None:
    assert read(CLA, "2026-03-30", last) == expected


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("2026-03-30", (1, "first", "2026-03-30")),  # the initial conference began the plan
        ("2026-06-30", (2, "later", "2026-06-30")),
        ("2026-12-30", (2, "later", "2026-12-30")),
        ("2026-12-31", (3, "later", "2026-12-31")),
    ],
)
def test_a_conference_on_the_list_is_read_alike(last: str, expected: tuple[int, str, str]) -> None:
    assert read(CP, "2026-03-30", last) == expected


@pytest.mark.parametrize(
    ("recorded", "last", "expected"),
    [
        (("2026-04-20",), None, (6, "second", "2026-04-20")),
        (
            ("2026-04-20",),
            "2026-04-27",
            (6, "second", "2026-04-20"),
        ),  # dated otherwise: the same one
        (("2026-04-20",), "2026-04-28", (6, "later", "2026-04-28")),
        (("2026-07-01", "2026-04-20"), "2026-04-20", (6, "later", "2026-07-01")),
        (("2026-03-12",), None, (6, "first", "2026-03-30")),  # of the time before
    ],
)
def test_what_this_system_has_recorded_is_counted(
    recorded: tuple[str, ...], last: str | None, expected: tuple[int, str, str]
) -> None:
    assert read(CLA, "2026-03-30", last, recorded=recorded, last_number=5) == expected


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (None, "The list has no review since it began on Monday 30 March 2026."),
        ("2026-04-20", "The list's last review, of Monday 20 April 2026, is taken for the first."),
        ("2026-09-01", "The list's last review, of Tuesday 1 September 2026, is taken for a later one than the first."),
    ],
)  # fmt: skip
def test_how_the_list_was_read_is_said(last: str | None, words: str) -> None:
    found = read_list(
        CLA, started_on=day("2026-03-30"), last_on=None if last is None else day(last), known=KNOWN
    )
    assert found.reading == words


# ------------------------------------------------------------------ the first day of planning
def standing(turn: Turn, since: str) -> Standing:
    return Standing(number=1, turn=turn, counted_from=day(since), reading="So it stood.")


@pytest.mark.parametrize(
    ("turn", "since", "planning", "expected"),
    [
        (Turn.FIRST, "2026-03-30", "2026-04-29", (1, "first", "2026-03-30")),
        (Turn.FIRST, "2026-03-30", "2026-04-30", (2, "second", "2026-04-29")),
        (Turn.FIRST, "2026-03-30", "2026-07-29", (2, "second", "2026-04-29")),
        (Turn.FIRST, "2026-03-30", "2026-07-30", (3, "later", "2026-07-29")),
        (Turn.LATER, "2025-01-01", "2025-07-01", (1, "later", "2025-01-01")),
        (Turn.LATER, "2025-01-01", "2025-07-02", (2, "later", "2025-07-01")),
        (Turn.LATER, "2023-08-31", "2024-09-01", (3, "later", "2024-08-29")),
    ],
)
def test_what_fell_due_before_planning_began_is_taken_as_held_when_due(
    turn: Turn, since: str, planning: str, expected: tuple[int, str, str]
) -> None:
    found = from_then_on(CLA, standing(turn, since), day(planning), KNOWN)
    assert (found.number, str(found.turn), found.counted_from.isoformat()) == expected
    assert ("before planning began" in found.reading) == (expected[0] > 1)


def test_a_child_looked_after_since_before_all_known_bank_holidays_is_moved_on_too() -> None:
    begun = date(CALENDAR.first_year - 3, 5, 4)
    found = from_then_on(CLA, standing(Turn.FIRST, begun.isoformat()), day("2026-01-05"), KNOWN)
    assert found.turn == Turn.LATER
    assert str(CLA.due(found.turn, found.counted_from, KNOWN).on) >= "2026-01-05"


def test_a_child_who_comes_after_the_known_bank_holidays_stays_the_first() -> None:
    begun = standing(Turn.FIRST, f"{CALENDAR.last_year}-12-20")
    assert from_then_on(CLA, begun, day("2026-01-05"), KNOWN) is begun


# ------------------------------------------------------------------ parameters that do not fit
PLAIN: dict[str, Any] = {
    "name": "own_review", "title": "Own review", "about": "A council's own.", "source": "our policy",
    "owner": "iro", "first_months": 2,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"first_working_days": 5}, "either first_working_days or first_months"),
        ({"first_months": None}, "either first_working_days or first_months"),
        ({"first_months": 0}, "greater than or equal to 1"),
        ({"each_term": True}, "each_term and term_months go together"),
        ({"term_months": [1]}, "each_term and term_months go together"),
        ({"each_term": True, "term_months": [13]}, "months from 1 to 12"),
        ({"each_term": True, "term_months": [1], "later_months": 3}, "leaves no room"),
        ({"second_months": 3}, "second_months needs later_months"),
        ({"plan_type": "cla"}, "must recur"),
        ({"keyed_by": "day", "later_months": 3}, "what recurs is numbered"),
        ({"about": "No full stop"}, "pattern"),
        ({"name": "Own review"}, "pattern"),
        ({"plan_type": "fostered", "later_months": 3}, "early_help"),
        ({"every": 3}, "Extra inputs"),
    ],
)
def test_parameters_that_do_not_fit_are_named(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        CaseClock.model_validate({**PLAIN, **changed})


def test_a_council_may_add_a_clock_of_its_own() -> None:
    made = CaseClock.model_validate({**PLAIN, "later_months": 3, "plan_type": "early_help"})
    assert made.process().name == "own_review"

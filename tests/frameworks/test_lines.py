"""What the shipped calendar opens, and when: the ninety of the timeline, the narrative, and every rule of a date."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_workflow.engine.terms import Term
from qa_workflow.frameworks.bank_holidays import published_calendar
from qa_workflow.frameworks.lines import Item, Line, items
from qa_workflow.frameworks.reader import shipped_framework

CALENDAR = published_calendar()
LINES = shipped_framework().lines
TIMELINE = tuple(line for line in LINES if line.kind == "timeline")
# The framework's timeline, code by code: how often a year (domain 1.1).
A_YEAR = {
    "SUP": 12, "SENDP": 12, "EHE": 12, "OBS": 12, "GSUP": 7, "SIP": 4, "PEP": 4, "SPG": 4, "MEB": 4, "MAA": 2,
    "PSTD": 2, "CFA": 2, "GTO": 2, "TEND": 1, "VSHT": 1, "APE": 1, "APO": 1, "AFC": 1, "VHR": 1, "EYA": 1,
    "IFA": 1, "IRO": 1, "APM": 1, "OFS": 1,
}  # fmt: skip
TERMS = (
    Term(name="Spring", first_on=date(2026, 1, 5), last_on=date(2026, 3, 27)),
    Term(
        name="Summer",
        first_on=date(2026, 4, 13),
        last_on=date(2026, 7, 17),
        half_term=(date(2026, 5, 25), date(2026, 5, 29)),
    ),
    Term(name="Autumn", first_on=date(2026, 9, 2), last_on=date(2026, 12, 18)),
)


def line(**changes: Any) -> Line:  # noqa: ANN401 - any field
    plain = Line(
        code="X", process="p", owner="sm_sqa", source="The framework says so.", months=(6,)
    )
    return replace(plain, **changes)


def of_year(year: int, *lines: Line, terms: tuple[Term, ...] = ()) -> list[Item]:
    span = date(year, 1, 1), date(year, 12, 31)
    return list(items(lines, *span, terms=terms, calendar=CALENDAR))


def the_one(found: list[Item]) -> tuple[str, date, date]:
    (item,) = found
    return item.period, item.opens_on, item.due_on


# ------------------------------------------------------------------ the ninety
def test_the_timeline_of_2026_gives_ninety_instances() -> None:
    assert len(of_year(2026, *TIMELINE)) == 90


def test_each_activity_of_the_timeline_comes_as_often_as_the_framework_says() -> None:
    assert Counter(item.line.code for item in of_year(2026, *TIMELINE)) == A_YEAR


def test_each_month_of_2026_has_as_many_as_the_framework_says() -> None:
    by_month = Counter(item.due_on.month for item in of_year(2026, *TIMELINE))
    assert [by_month[month] for month in range(1, 13)] == [8, 6, 7, 9, 5, 11, 7, 6, 10, 8, 6, 7]


@pytest.mark.parametrize("year", [2024, 2025, 2027, 2028])
def test_every_year_has_the_same_ninety(year: int) -> None:
    assert len(of_year(year, *TIMELINE)) == 90


def test_no_two_instances_of_a_year_have_one_reference() -> None:
    found = Counter(item.reference for item in of_year(2026, *LINES))
    assert [reference for reference, count in found.items() if count > 1] == []


def test_every_line_quotes_the_framework() -> None:
    assert all(len(one.source) > 20 for one in LINES)


def test_the_narrative_is_marked() -> None:
    narrative = {one.code for one in LINES if one.kind == "narrative"}
    assert narrative >= {"EHEW", "TOP3", "SENDB", "SENCO", "WDP", "YSA", "PHT", "VHRI"}
    assert not narrative & A_YEAR.keys()


def test_group_supervision_runs_from_june_to_december() -> None:
    months = [one.due_on.month for one in of_year(2026, *TIMELINE) if one.line.code == "GSUP"]
    assert months == [6, 7, 8, 9, 10, 11, 12]


@given(
    start=st.dates(date(2024, 1, 1), date(2027, 6, 1)),
    days=st.integers(0, 500),
    cut=st.integers(0, 500),
)
def test_a_span_in_two_parts_asks_for_what_the_whole_asks_for(
    start: date, days: int, cut: int
) -> None:
    end = start + timedelta(days=days)
    middle = min(start + timedelta(days=cut), end)
    whole = list(items(LINES, start, end, terms=TERMS, calendar=CALENDAR))
    parts = [
        *items(LINES, start, middle, terms=TERMS, calendar=CALENDAR),
        *items(LINES, middle + timedelta(days=1), end, terms=TERMS, calendar=CALENDAR),
    ]
    assert sorted(one.reference for one in whole) == sorted(one.reference for one in parts)


# ------------------------------------------------------------------ months
def test_a_month_item_opens_on_the_first_and_is_due_on_the_last_day() -> None:
    assert the_one(of_year(2028, line(months=(2,)))) == (
        "2028-02",
        date(2028, 2, 1),
        date(2028, 2, 29),
    )


def test_the_august_report_is_due_on_the_bank_holiday_itself() -> None:
    assert of_year(2026, line(months=(8,)))[0].due_on == date(2026, 8, 31)


def test_a_council_may_have_its_months_end_on_the_last_working_day() -> None:
    found = the_one(of_year(2026, line(months=(5,), due="last_working_day_of_month")))
    assert found == ("2026-05", date(2026, 5, 1), date(2026, 5, 29))


def test_an_audit_year_runs_from_october_to_september() -> None:
    rounds = (
        line(process="case_audit_round", months=(11,), part="A", opens_months_before=1),
        line(process="case_audit_round", months=(5,), part="B", opens_months_before=1),
    )
    found = items(rounds, date(2025, 10, 1), date(2026, 9, 30))
    assert [(item.reference, item.opens_on, item.due_on) for item in found] == [
        ("case_audit_round:2025-26:A", date(2025, 10, 1), date(2025, 11, 30)),
        ("case_audit_round:2025-26:B", date(2026, 4, 1), date(2026, 5, 31)),
    ]


def test_the_turn_of_a_century_is_written_with_two_digits() -> None:
    found = items((line(months=(11,), part="A"),), date(2099, 10, 1), date(2099, 12, 31))
    assert [item.period for item in found] == ["2099-00:A"]


def test_an_item_belongs_to_the_span_that_holds_its_due_date() -> None:
    one = line(months=(11,), opens_months_before=1)
    inside = list(items((one,), date(2025, 11, 30), date(2025, 11, 30)))
    outside = list(items((one,), date(2025, 12, 1), date(2026, 11, 29)))
    assert ([item.period for item in inside], outside) == (["2025-11"], [])


def test_a_line_may_open_in_the_year_before() -> None:
    assert of_year(2026, line(months=(1,), opens_months_before=2))[0].opens_on == date(2025, 11, 1)


def test_several_lines_of_one_process_are_told_apart_by_their_subject() -> None:
    found = of_year(2026, line(process="programme", subject="SUP"))
    assert [item.reference for item in found] == ["programme:SUP:2026-06"]


def test_a_line_counts_within_its_validity() -> None:
    one = line(months=(1, 6, 12), valid_from=date(2026, 2, 1), valid_to=date(2026, 6, 30))
    assert [item.period for item in of_year(2026, one)] == ["2026-06"]


def test_a_line_may_fall_due_on_a_fixed_day_of_its_month() -> None:
    found = the_one(of_year(2026, line(months=(2,), due="day_15")))
    assert found == ("2026-02", date(2026, 2, 1), date(2026, 2, 15))


# ------------------------------------------------------------------ weeks and days
def test_the_weekly_update_is_due_on_friday() -> None:
    weekly = line(every="week", months=(), due="friday")
    found = list(items((weekly,), date(2026, 6, 1), date(2026, 6, 14), calendar=CALENDAR))
    assert [(one.period, one.opens_on, one.due_on) for one in found] == [
        ("2026-W23", date(2026, 6, 1), date(2026, 6, 5)),
        ("2026-W24", date(2026, 6, 8), date(2026, 6, 12)),
    ]


@pytest.mark.parametrize(
    ("friday", "brought_back_to"),
    [
        (date(2026, 4, 3), date(2026, 4, 2)),  # Good Friday
        (date(2026, 12, 25), date(2026, 12, 24)),  # Christmas Day
        (
            date(2027, 1, 1),
            date(2026, 12, 31),
        ),  # New Year's Day: the update of the last week of 2026
    ],
)
def test_a_weekly_update_comes_on_the_working_day_before_a_holiday(
    friday: date, brought_back_to: date
) -> None:
    weekly = line(every="week", months=(), due="friday")
    around = friday - timedelta(days=3), friday
    (found,) = items((weekly,), *around, calendar=CALENDAR)
    assert found.due_on == brought_back_to


def test_every_week_of_a_year_has_its_update_once() -> None:
    weeks = [one.period for one in of_year(2026, line(every="week", months=(), due="friday"))]
    assert len(weeks) == len(set(weeks)) == 53
    assert (weeks[0], weeks[13], weeks[-1]) == ("2026-W01", "2026-W14", "2026-W53")


def test_the_top_three_meets_on_the_third_thursday_and_is_called_by_its_day() -> None:
    found = [one.reference for one in of_year(2026, *LINES) if one.line.code == "TOP3"]
    assert found[0] == "top_three:2026-01-15"
    assert len(found) == 12


def test_a_sitting_on_a_holiday_is_brought_back() -> None:
    found = the_one(of_year(2026, line(months=(4,), due="first_friday")))
    assert found == ("2026-04-02", date(2026, 4, 1), date(2026, 4, 2))


def test_beyond_the_known_holidays_a_week_ends_on_its_friday() -> None:
    weekly = line(every="week", months=(), due="friday")
    far = date(CALENDAR.last_year + 1, 6, 1)
    found = list(items((weekly,), far, far + timedelta(days=20), calendar=CALENDAR))
    assert {one.due_on.weekday() for one in found} == {4}


# ------------------------------------------------------------------ school terms
def test_without_term_dates_a_pep_checkpoint_is_due_on_the_last_day_of_its_month() -> None:
    found = [one.due_on for one in of_year(2026, *LINES) if one.line.code == "PEP"]
    assert found == [date(2026, 1, 31), date(2026, 4, 30), date(2026, 6, 30), date(2026, 9, 30)]


@pytest.mark.parametrize(
    ("month", "opens_on", "due_on"),
    [
        (1, date(2026, 1, 5), date(2026, 1, 30)),  # term begins on the 5th, the 31st is a Saturday
        (4, date(2026, 4, 13), date(2026, 4, 30)),  # most of April is holiday
        (6, date(2026, 6, 1), date(2026, 6, 30)),
        (7, date(2026, 7, 1), date(2026, 7, 17)),
        (8, date(2026, 9, 2), date(2026, 9, 2)),  # no term day in August: the next one
    ],
)
def test_a_pep_checkpoint_opens_and_ends_on_term_days(
    month: int, opens_on: date, due_on: date
) -> None:
    pep = line(months=(month,), due="last_term_day_of_month")
    assert the_one(of_year(2026, pep, terms=TERMS)) == (f"2026-{month:02}", opens_on, due_on)


def test_half_term_is_no_term_time() -> None:
    short = (replace(TERMS[1], half_term=(date(2026, 4, 20), date(2026, 4, 30))),)
    pep = line(months=(4,), due="last_term_day_of_month")
    assert the_one(of_year(2026, pep, terms=short))[2] == date(2026, 4, 17)


def test_what_is_done_once_a_term_is_due_on_its_last_day() -> None:
    termly = line(every="term", months=(4, 7, 12))
    assert [
        (one.period, one.opens_on, one.due_on) for one in of_year(2026, termly, terms=TERMS)
    ] == [
        ("2026-03", date(2026, 1, 5), date(2026, 3, 27)),
        ("2026-07", date(2026, 4, 13), date(2026, 7, 17)),
        ("2026-12", date(2026, 9, 2), date(2026, 12, 18)),
    ]


def test_where_no_terms_are_known_a_terms_months_stand_for_them() -> None:
    termly = line(every="term", months=(4, 7, 12))
    found = [one.due_on for one in of_year(2027, termly, terms=TERMS)]
    assert found == [date(2027, 4, 30), date(2027, 7, 31), date(2027, 12, 31)]


@pytest.mark.parametrize("year", [2025, 2027])
def test_terms_say_nothing_of_a_year_for_which_none_are_known(year: int) -> None:
    pep = line(months=(4,), due="last_term_day_of_month")
    assert of_year(year, pep, terms=TERMS)[0].due_on == date(year, 4, 30)

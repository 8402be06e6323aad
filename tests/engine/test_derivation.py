"""Proves the dates of the framework and of the law on real days, and that each shows its working."""

from datetime import UTC, date, datetime, timedelta

import pytest

from qa_workflow.engine.derivation import (
    Days,
    Derivation,
    FrameworkMonth,
    Months,
    Rule,
    Skipped,
    Weeks,
    WorkingDays,
    derive,
    in_words,
)
from qa_workflow.engine.working_days import late_from
from qa_workflow.errors import BeyondCalendar, WrongInput
from qa_workflow.frameworks.bank_holidays import published_calendar

STANDARD = (1, 5, 10, 20)
STATUTORY = (1, 2, 3, 10)


def derived(rule: Rule, start: date) -> Derivation:
    return derive(rule, start, published_calendar())


def due(rule: Rule, start: date) -> date:
    return derived(rule, start).due_on


def month(year: int, number: int) -> Derivation:
    return derived(FrameworkMonth(year, number), date(year, number, 1))


def ladder(due_on: date, steps: tuple[int, ...] = STANDARD) -> list[date]:
    return [published_calendar().add(due_on, step) for step in steps]


def reminders(target_on: date | None) -> list[date]:
    assert target_on is not None
    return [published_calendar().add(target_on, -step) for step in (10, 2)]


def days_late(due_on: date, today: date) -> int:
    return published_calendar().between(due_on, today)


def test_a_first_review_steps_over_easter() -> None:
    review = derived(WorkingDays(20), date(2026, 3, 30))
    assert review.due_on == review.target_on == date(2026, 4, 29)
    assert review.late_from == datetime(2026, 4, 29, 23, tzinfo=UTC)
    assert review.counted == 20
    assert review.sentence == (
        "20 working days after Monday 30 March 2026 is Wednesday 29 April 2026; not counted: "
        "Friday 3 April (Good Friday), Monday 6 April (Easter Monday) and 8 weekend days."
    )


def test_a_child_looked_after_from_a_saturday_before_christmas_is_counted_from_monday() -> None:
    review = derived(WorkingDays(20), date(2025, 12, 20))
    assert review.due_on == date(2026, 1, 21)
    holidays = [skip.on for skip in review.skipped if skip.why not in {"Saturday", "Sunday"}]
    assert holidays == [date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1)]
    assert review.skipped[0] == Skipped(date(2025, 12, 21), "Sunday")
    assert due(WorkingDays(1), date(2025, 12, 20)) == date(2025, 12, 22)
    assert "Thursday 25 December 2025 (Christmas Day)" in review.sentence


def test_a_request_on_a_leap_day_has_its_three_dates() -> None:
    request = date(2024, 2, 29)
    assert due(Weeks(6), request) == date(2024, 4, 11)
    assert due(Weeks(16), request) == date(2024, 6, 20)
    assert due(Weeks(20), request) == date(2024, 7, 18)


def test_a_statutory_date_on_good_friday_does_not_move() -> None:
    decision = derived(Weeks(6), date(2026, 2, 20))
    assert decision.due_on == date(2026, 4, 3)
    assert decision.target_on == date(2026, 4, 2)
    assert decision.late_from == datetime(2026, 4, 3, 23, tzinfo=UTC)
    assert decision.counted == 42
    assert decision.skipped == ()
    assert ladder(decision.due_on, STATUTORY) == [
        date(2026, 4, 7),
        date(2026, 4, 8),
        date(2026, 4, 9),
        date(2026, 4, 20),
    ]
    assert decision.sentence == (
        "6 weeks after Friday 20 February 2026 is Friday 3 April 2026; it is not moved (Good Friday), "
        "and the last working day on or before it is Thursday 2 April 2026."
    )


def test_an_annual_review_runs_from_meeting_to_notice_to_plan_to_next_review() -> None:
    meeting, notice = date(2025, 11, 4), date(2025, 11, 27)
    assert due(Weeks(2), meeting) == date(2025, 11, 18)
    assert due(Weeks(4), meeting) == date(2025, 12, 2)
    # 15 days beginning with the day of service: that day is day 1.
    assert due(Days(15 - 1), notice) == date(2025, 12, 11)
    assert due(Days(15), notice) == date(2025, 12, 12)
    assert due(Weeks(8), notice) == date(2026, 1, 22)
    assert due(Weeks(12), meeting) == date(2026, 1, 27)
    next_review = due(Months(12), notice)
    assert next_review == date(2026, 11, 27)
    assert due(Weeks(-4), next_review) == date(2026, 10, 30)


def test_a_panel_on_20_may_takes_papers_until_13_may_and_one_on_1_july_is_too_late() -> None:
    assert due(WorkingDays(-5), date(2026, 5, 20)) == date(2026, 5, 13)
    decision = due(Weeks(6), date(2026, 5, 15))
    assert decision == date(2026, 6, 26) < date(2026, 7, 1)
    assert ladder(decision, STATUTORY) == [
        date(2026, 6, 29),
        date(2026, 6, 30),
        date(2026, 7, 1),
        date(2026, 7, 10),
    ]


def test_the_autumn_round_is_frozen_allocated_and_due_on_its_days() -> None:
    opening = date(2025, 10, 1)
    assert due(WorkingDays(5), opening) == date(2025, 10, 8)
    assert due(WorkingDays(10), opening) == date(2025, 10, 15)
    november = month(2025, 11)
    assert november.due_on == date(2025, 11, 30)
    assert november.target_on == date(2025, 11, 28)
    assert reminders(november.target_on) == [date(2025, 11, 14), date(2025, 11, 26)]


def test_the_spring_round_steps_over_easter_and_is_planned_on_4_march() -> None:
    opening = date(2026, 4, 1)
    assert due(WorkingDays(5), opening) == date(2026, 4, 10)
    assert due(WorkingDays(10), opening) == date(2026, 4, 17)
    assert due(WorkingDays(-20), opening) == date(2026, 3, 4)
    may = month(2026, 5)
    assert (may.due_on, may.target_on) == (date(2026, 5, 31), date(2026, 5, 29))


def test_an_audit_left_open_in_november_climbs_the_ladder_over_christmas() -> None:
    november = month(2025, 11)
    assert november.late_from == datetime(2025, 12, 1, tzinfo=UTC)
    assert ladder(november.due_on) == [
        date(2025, 12, 1),
        date(2025, 12, 5),
        date(2025, 12, 12),
        date(2025, 12, 30),
    ]


def test_recommendations_of_both_rounds_have_their_windows_and_ladders() -> None:
    january, july = month(2026, 1), month(2026, 7)
    assert (january.due_on, january.target_on) == (date(2026, 1, 31), date(2026, 1, 30))
    assert ladder(january.due_on) == [
        date(2026, 2, 2),
        date(2026, 2, 6),
        date(2026, 2, 13),
        date(2026, 2, 27),
    ]
    assert july.due_on == july.target_on == date(2026, 7, 31)
    assert ladder(july.due_on) == [
        date(2026, 8, 3),
        date(2026, 8, 7),
        date(2026, 8, 14),
        date(2026, 8, 28),
    ]


def test_papers_for_getting_to_outstanding_close_five_working_days_before() -> None:
    assert due(WorkingDays(-5), date(2025, 12, 11)) == date(2025, 12, 4)


def test_a_provider_visit_leads_to_draft_comments_and_actions() -> None:
    draft = due(WorkingDays(10), date(2026, 5, 29))
    assert draft == date(2026, 6, 12)
    assert due(WorkingDays(10), draft) == date(2026, 6, 26)
    june = month(2026, 6)
    assert june.due_on == june.target_on == date(2026, 6, 30)
    assert ladder(june.due_on) == [
        date(2026, 7, 1),
        date(2026, 7, 7),
        date(2026, 7, 14),
        date(2026, 7, 28),
    ]
    assert due(WorkingDays(10), june.due_on) == date(2026, 7, 14)
    assert due(Months(3), june.due_on) == date(2026, 9, 30)


def test_the_august_home_education_report_is_due_on_the_bank_holiday_itself() -> None:
    august = month(2026, 8)
    assert (august.start, august.due_on) == (date(2026, 8, 1), date(2026, 8, 31))
    assert august.target_on == date(2026, 8, 28)
    assert august.late_from == datetime(2026, 8, 31, 23, tzinfo=UTC)
    assert reminders(august.target_on) == [date(2026, 8, 14), date(2026, 8, 26)]
    assert ladder(august.due_on) == [
        date(2026, 9, 1),
        date(2026, 9, 7),
        date(2026, 9, 14),
        date(2026, 9, 28),
    ]
    assert august.counted is None
    assert august.sentence == (
        "August 2026 ends on Monday 31 August 2026; it is not moved (Summer bank holiday), "
        "and the last working day on or before it is Friday 28 August 2026."
    )


@pytest.mark.parametrize(
    ("due_on", "late"),
    [
        (date(2025, 12, 15), 17),
        (date(2026, 1, 2), 6),
        (date(2025, 12, 19), 13),
        (date(2026, 1, 9), 1),
        (date(2025, 12, 1), 27),
        (date(2025, 12, 31), 7),
    ],
)
def test_the_top_three_of_12_january_count_working_days_late(due_on: date, late: int) -> None:
    assert days_late(due_on, date(2026, 1, 12)) == late


def test_an_immediate_concern_of_thursday_is_due_on_friday() -> None:
    assert due(WorkingDays(1), date(2026, 1, 8)) == date(2026, 1, 9)


def test_a_month_rule_names_the_month_whatever_day_it_is_asked_from() -> None:
    asked_late = derived(FrameworkMonth(2026, 2), date(2025, 7, 9))
    assert asked_late == derived(FrameworkMonth(2026, 2), date(2030, 1, 1))
    assert asked_late.start == date(2026, 2, 1)


def test_a_shorter_month_says_why_the_day_changed() -> None:
    visit = derived(Months(6), date(2025, 8, 31))
    assert visit.due_on == date(2026, 2, 28)
    assert "28 February 2026 (February 2026 has no day 31)" in visit.sentence


def test_days_left_out_are_listed_in_order_with_their_reasons_forwards_and_back() -> None:
    easter = (
        Skipped(date(2026, 4, 3), "Good Friday"),
        Skipped(date(2026, 4, 4), "Saturday"),
        Skipped(date(2026, 4, 5), "Sunday"),
        Skipped(date(2026, 4, 6), "Easter Monday"),
    )
    forwards = derived(WorkingDays(1), date(2026, 4, 2))
    back = derived(WorkingDays(-1), date(2026, 4, 7))
    assert forwards.skipped == back.skipped == easter
    assert back.counted == 1
    assert back.sentence == (
        "1 working day before Tuesday 7 April 2026 is Thursday 2 April 2026; not counted: "
        "Friday 3 April (Good Friday), Monday 6 April (Easter Monday) and 2 weekend days."
    )


def test_day_0_is_neither_counted_nor_left_out() -> None:
    from_saturday = derived(WorkingDays(1), date(2026, 5, 16))
    assert from_saturday.skipped == (Skipped(date(2026, 5, 17), "Sunday"),)
    assert from_saturday.sentence.endswith("; not counted: 1 weekend day.")
    assert derived(WorkingDays(0), date(2026, 5, 16)).skipped == ()


def test_local_closures_are_left_out_by_name_and_only_when_the_rule_says_so() -> None:
    closed = {date(2025, 12, 29): "Guildhall closed"}
    calendar = published_calendar().with_closures(closed)
    christmas_eve = date(2025, 12, 24)
    assert derive(WorkingDays(1), christmas_eve, calendar).due_on == date(2025, 12, 29)
    local = derive(WorkingDays(1, closures=True), christmas_eve, calendar)
    assert local.due_on == date(2025, 12, 30)
    assert Skipped(date(2025, 12, 29), "Guildhall closed") in local.skipped
    assert derive(Days(5), christmas_eve, calendar).target_on == date(2025, 12, 29)
    closure = derive(WorkingDays(0, closures=True), date(2025, 12, 29), calendar)
    assert closure.target_on == christmas_eve


@pytest.mark.parametrize("rule", [Weeks(6), Days(42), Months(1), FrameworkMonth(2029, 2)])
def test_calendar_dates_need_no_bank_holidays_but_then_name_no_target(rule: Rule) -> None:
    derivation = derived(rule, date(2029, 1, 15))
    assert derivation.due_on.year == 2029
    assert derivation.target_on is None
    assert derivation.late_from == late_from(derivation.due_on)
    assert "bank holidays in 2029 are not known" in derivation.sentence


@pytest.mark.parametrize(
    ("start", "n", "year"),
    [
        (date(2028, 12, 20), 20, 2029),
        (date(2029, 1, 15), 1, 2029),
        (date(2029, 1, 15), 0, 2029),
        (date(2012, 1, 10), -20, 2011),
    ],
)
def test_working_days_of_a_year_without_bank_holidays_are_never_guessed(
    start: date, n: int, year: int
) -> None:
    with pytest.raises(BeyondCalendar) as refused:
        derived(WorkingDays(n), start)
    assert refused.value.year == year


@pytest.mark.parametrize("rule", [Days(10**12), Days(-(10**6)), Weeks(10**6), Months(10**6)])
def test_a_date_nobody_can_write_is_refused(rule: Rule) -> None:
    with pytest.raises(WrongInput, match="is no date that can be written"):
        derived(rule, date(2026, 1, 1))


def test_the_last_day_of_all_has_no_midnight_after_it() -> None:
    with pytest.raises(WrongInput):
        derived(Days(1), date.max - timedelta(days=1))


@pytest.mark.parametrize(("year", "number"), [(2026, 0), (2026, 13), (0, 5), (9999, 12)])
def test_a_month_that_does_not_exist_is_refused(year: int, number: int) -> None:
    with pytest.raises(WrongInput, match="is not a month"):
        FrameworkMonth(year, number)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (WorkingDays(20), "20 working days"),
        (WorkingDays(1), "1 working day"),
        (WorkingDays(-5), "5 working days before"),
        (WorkingDays(10, closures=True), "10 working days without local closure days"),
        (Days(42), "42 days"),
        (Weeks(1), "1 week"),
        (Weeks(-4), "4 weeks before"),
        (Months(3), "3 months"),
        (FrameworkMonth(2026, 8), "month 2026-08"),
    ],
)
def test_every_rule_reads_as_words(rule: Rule, text: str) -> None:
    assert rule.text == text


def test_rules_of_different_units_are_different_rules() -> None:
    assert len({Days(1), Weeks(1), Months(1), WorkingDays(1), WorkingDays(1, closures=True)}) == 5


def test_a_day_is_written_out_in_english() -> None:
    assert in_words(date(2026, 3, 30)) == "Monday 30 March 2026"
    assert in_words(date(2026, 12, 6), year=False) == "Sunday 6 December"

"""Proves the shipped bank holidays against the published list, a second source and a frozen table."""

import json
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import holidays as second_source
import pytest

from qa_workflow.errors import CalendarFaulty
from qa_workflow.frameworks import make_bank_holidays
from qa_workflow.frameworks.bank_holidays import published_calendar, read_bank_holidays

# Weekdays are part of the table, so that a slip of a day shows.
TABLE = """
2019: Tue 1 Jan, Fri 19 Apr, Mon 22 Apr, Mon 6 May, Mon 27 May, Mon 26 Aug, Wed 25 Dec, Thu 26 Dec
2020: Wed 1 Jan, Fri 10 Apr, Mon 13 Apr, Fri 8 May, Mon 25 May, Mon 31 Aug, Fri 25 Dec, Mon 28 Dec
2021: Fri 1 Jan, Fri 2 Apr, Mon 5 Apr, Mon 3 May, Mon 31 May, Mon 30 Aug, Mon 27 Dec, Tue 28 Dec
2022: Mon 3 Jan, Fri 15 Apr, Mon 18 Apr, Mon 2 May, Thu 2 Jun, Fri 3 Jun, Mon 29 Aug, Mon 19 Sep, Mon 26 Dec, Tue 27 Dec
2023: Mon 2 Jan, Fri 7 Apr, Mon 10 Apr, Mon 1 May, Mon 8 May, Mon 29 May, Mon 28 Aug, Mon 25 Dec, Tue 26 Dec
2024: Mon 1 Jan, Fri 29 Mar, Mon 1 Apr, Mon 6 May, Mon 27 May, Mon 26 Aug, Wed 25 Dec, Thu 26 Dec
2025: Wed 1 Jan, Fri 18 Apr, Mon 21 Apr, Mon 5 May, Mon 26 May, Mon 25 Aug, Thu 25 Dec, Fri 26 Dec
2026: Thu 1 Jan, Fri 3 Apr, Mon 6 Apr, Mon 4 May, Mon 25 May, Mon 31 Aug, Fri 25 Dec, Mon 28 Dec
2027: Fri 1 Jan, Fri 26 Mar, Mon 29 Mar, Mon 3 May, Mon 31 May, Mon 30 Aug, Mon 27 Dec, Tue 28 Dec
2028: Mon 3 Jan, Fri 14 Apr, Mon 17 Apr, Mon 1 May, Mon 29 May, Mon 28 Aug, Mon 25 Dec, Tue 26 Dec
"""
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
YEARS = range(2019, 2029)


def tabled() -> set[date]:
    found = set()
    for line in TABLE.strip().splitlines():
        year, entries = line.split(": ")
        for entry in entries.split(", "):
            weekday, day, month = entry.split()
            on = date(int(year), MONTHS.index(month) + 1, int(day))
            assert DAYS[on.weekday()] == weekday
            found.add(on)
    return found


def second_opinion() -> set[date]:
    england = second_source.country_holidays("GB", subdiv="ENG", years=YEARS)
    return {day for day in england if day.weekday() < 5}


def a_file(folder: Path, text: str) -> Path:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_the_shipped_list_is_the_governments_to_the_letter() -> None:
    published = files("govuk_bank_holidays").joinpath("bank-holidays.json").read_text("utf-8")
    events = json.loads(published)["england-and-wales"]["events"]
    assert len(events) == 140
    assert {date.fromisoformat(event["date"]): event["title"] for event in events} == (
        read_bank_holidays()
    )


def test_making_the_list_again_gives_the_shipped_bytes(tmp_path: Path) -> None:
    again = tmp_path / "again.csv"
    make_bank_holidays.main(again)
    assert again.read_bytes() == make_bank_holidays.SHIPPED.read_bytes()


def test_the_list_of_2019_to_2028_is_the_table_of_the_worked_examples() -> None:
    assert {day for day in read_bank_holidays() if day.year in YEARS} == tabled()


def test_a_second_source_agrees_on_every_weekday_of_2019_to_2028() -> None:
    assert {day for day in read_bank_holidays() if day.year in YEARS} == second_opinion()


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2012, 6, 5), (2020, 5, 8), (2022, 6, 2), (2022, 6, 3), (2022, 9, 19), (2023, 5, 8)],
)
def test_days_moved_or_proclaimed_by_the_crown_are_in_the_list(
    year: int, month: int, day: int
) -> None:
    assert date(year, month, day) in read_bank_holidays()


def test_days_that_moved_away_are_ordinary_again() -> None:
    for day in (date(2020, 5, 4), date(2022, 5, 30), date(2012, 5, 28)):
        assert published_calendar().is_working_day(day)


def test_the_calendar_covers_the_years_of_the_list_and_is_read_once() -> None:
    calendar = published_calendar()
    assert (calendar.first_year, calendar.last_year) == (2012, 2028)
    assert calendar is published_calendar()


@pytest.mark.parametrize("count", [1, 2, 3, 5, 10, 15, 20, 45, 100])
def test_counts_from_every_day_of_2019_to_2028_agree_with_a_second_source(count: int) -> None:
    calendar, off = published_calendar(), second_opinion()
    every = [date(2019, 1, 1) + timedelta(days=n) for n in range(3653)]
    assert every[-1] == date(2028, 12, 31)
    working = [day for day in every if day.weekday() < 5 and day not in off]
    following = 0
    for day in every:
        while following < len(working) and working[following] <= day:
            following += 1
        if following + count > len(working):
            break
        end = working[following + count - 1]
        assert calendar.add(day, count) == end
        assert calendar.between(day, end) == count
        assert calendar.add(end, -count) <= day


@pytest.mark.parametrize(
    ("text", "row", "column", "why"),
    [
        ("", 1, "on", "missing"),
        ("name\nNew Year\n", 1, "on", "missing"),
        ("on\n2026-01-01\n", 1, "name", "missing"),
        ("on,name\n", 1, "on", "no bank holiday"),
        ("on,name\n2026-01-01,New Year\n2026-02-30,Never\n", 3, "on", "YYYY-MM-DD"),
        ("on,name\n01/01/2026,New Year\n", 2, "on", "YYYY-MM-DD"),
        ("on,name\n20260101,New Year\n", 2, "on", "YYYY-MM-DD"),
        ("on,name\n2026-W01-4,New Year\n", 2, "on", "YYYY-MM-DD"),
        ("on,name\n,New Year\n", 2, "on", "YYYY-MM-DD"),
        ("on,name\n2026-01-01,  \n", 2, "name", "empty"),
        ("on,name\n2026-01-01\n", 2, "name", "empty"),
        ("on,name\n2026-01-01,A,B\n", 2, "name", "more cells"),
        ('on,name\n2026-01-01,"A\n2026-04-03,B\n', 2, "name", "quotation mark"),
        ("on,name\n2026-01-01,A\n\n2026-01-01,B\n", 4, "on", "row 2 already"),
        ("on,name\n2026-01-01,A\n2028-01-03,B\n", 3, "on", "2027"),
    ],
)
def test_a_fault_is_named_by_row_and_column(
    tmp_path: Path, text: str, row: int, column: str, why: str
) -> None:
    with pytest.raises(CalendarFaulty, match=why) as fault:
        read_bank_holidays(a_file(tmp_path, text))
    assert (fault.value.file, fault.value.row, fault.value.column) == ("list.csv", row, column)


def test_a_name_saved_in_an_old_encoding_is_named_by_its_row(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"on,name\n2026-01-01,New Year\x92s Day\n")
    with pytest.raises(CalendarFaulty, match="UTF-8") as fault:
        read_bank_holidays(path)
    assert (fault.value.row, fault.value.column) == (2, "name")


def test_a_list_saved_by_a_spreadsheet_reads_the_same(tmp_path: Path) -> None:
    saved = a_file(tmp_path, "\ufeffname,on\r\nGood Friday,2026-04-03\r\n,\r\n")
    assert read_bank_holidays(saved) == {date(2026, 4, 3): "Good Friday"}

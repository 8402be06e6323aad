"""One value of a file: what is read of it, and what a spreadsheet may have done to it on its way."""

from datetime import date

import pytest

from qa_workflow.intake.cells import (
    Unreadable,
    is_blank,
    read_day,
    read_reference,
    read_text,
    read_texts,
)

FORMULA_ERRORS = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#n/a"]


# ------------------------------------------------------------------ ids
@pytest.mark.parametrize("written", ["1.25989E+11", "1E+07", "1.2e+15"])
def test_a_long_number_that_a_spreadsheet_shortened_is_no_id(written: str) -> None:
    with pytest.raises(Unreadable, match="a number that a spreadsheet shortened stands here"):
        read_reference(written)


@pytest.mark.parametrize("written", ["1E07", "E+07", "12E+07", "1.2E+", "C-1E+07"])
def test_an_id_that_only_looks_a_little_like_a_shortened_number_is_an_id(written: str) -> None:
    assert read_reference(written) == written


@pytest.mark.parametrize("written", FORMULA_ERRORS)
def test_the_error_of_a_formula_is_no_id_no_name_and_no_day(written: str) -> None:
    for read in (read_reference, read_text, read_day):
        with pytest.raises(Unreadable, match="the error of a formula stands here"):
            read(written)


# ------------------------------------------------------------------ names
def test_signs_that_show_nothing_do_not_make_two_names_of_one() -> None:
    assert read_text("Wor\u00adker\u200b  Zo\u00eb") == read_text("Worker Zoe\u200d\u0308")
    assert read_text("Worker Zo\u00eb") == "Worker Zo\u00eb"


@pytest.mark.parametrize("sign", ["\u202e", "\u202d", "\u2066", "\u2069", "\ue000"])
def test_a_name_that_would_show_otherwise_than_it_is_kept_is_refused(sign: str) -> None:
    with pytest.raises(Unreadable, match="a text with hidden signs stands here"):
        read_text(f"Worker{sign} One")


def test_several_names_are_read_each_once_and_each_as_one_is() -> None:
    assert read_texts("b; a ;;b;\u200b;c c") == ("b", "a", "c c")
    assert read_texts(" ; ") is None
    with pytest.raises(Unreadable, match="over 200 characters"):
        read_texts("a;" + "b" * 201)
    with pytest.raises(Unreadable, match="a number stands here"):
        read_texts(1.0)


def test_a_soft_hyphen_alone_is_blank() -> None:
    assert is_blank(" \u00ad\u200b")


# ------------------------------------------------------------------ days
@pytest.mark.parametrize(
    ("written", "day"),
    [
        # Clocks go forward on 29 March 2026 at 01:00 UTC and back on 25 October.
        ("2026-03-28T23:30:00Z", "2026-03-28"),
        ("2026-03-29T22:59:59Z", "2026-03-29"),
        ("2026-03-29T23:00:00Z", "2026-03-30"),
        ("2026-06-30 23:00:00.000Z", "2026-07-01"),
        ("2026-10-24T23:00Z", "2026-10-25"),
        ("2026-10-25T23:00Z", "2026-10-25"),
        ("2025-12-31T23:59Z", "2025-12-31"),
    ],
)
def test_an_instant_in_utc_is_the_day_it_is_in_london(written: str, day: str) -> None:
    assert read_day(written) == date.fromisoformat(day)


def test_a_time_of_day_without_a_zone_leaves_the_day_as_it_stands() -> None:
    assert read_day("2026-06-30T23:30:00") == read_day("30/06/2026 23:30") == date(2026, 6, 30)


@pytest.mark.parametrize("written", ["2026-06-31T10:00Z", "0001-01-01T00:00Z", "2026-06-30T24:01Z"])
def test_an_instant_that_never_was_is_told_as_such(written: str) -> None:
    with pytest.raises(Unreadable):
        read_day(written)


@pytest.mark.parametrize(
    "placeholder", ["1900-01-01", "01/01/1900", date(1905, 7, 17), date(1949, 12, 31)]
)
def test_a_placeholder_for_no_date_is_no_day(placeholder: str | date) -> None:
    with pytest.raises(Unreadable, match="the date lies before 1950"):
        read_day(placeholder)
    assert read_day("1950-01-01") == date(1950, 1, 1)

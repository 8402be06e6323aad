"""Who there is, on which day, and who stands above whom."""

from datetime import date

import pytest
from factories import ROSTER, a_person, a_roster

from qa_workflow.engine.people import CaseFacts, Involvement, Roster, ids

NOVEMBER = date(2025, 11, 3)
LEAVER = a_person("lea", "auditor", active_from=date(2025, 9, 1), active_to=date(2025, 11, 20))


@pytest.mark.parametrize(
    ("day", "is_there"),
    [
        (date(2025, 8, 31), False),
        (date(2025, 9, 1), True),
        (date(2025, 11, 20), True),
        (date(2025, 11, 21), False),
    ],
)
def test_a_person_is_active_on_the_first_and_the_last_day(day: date, is_there: bool) -> None:  # noqa: FBT001 - a case
    assert LEAVER.is_active(day) is is_there


def test_a_person_without_dates_is_always_active() -> None:
    assert ROSTER.people["aud"].is_active(date(1999, 1, 1))


def test_a_leaver_is_known_and_not_active() -> None:
    roster = a_roster(LEAVER)
    assert (roster.get("lea"), roster.active("lea", date(2025, 12, 1))) == (LEAVER, None)


def test_nobody_is_no_person() -> None:
    assert (ROSTER.get(None), ROSTER.active(None, NOVEMBER), Roster().get("aud")) == (
        None,
        None,
        None,
    )


def test_the_holders_of_a_role_are_the_active_ones_by_id() -> None:
    roster = a_roster(a_person("zoe", "auditor"), LEAVER, a_person("amy", "auditor"))
    assert ids(roster.holders("auditor", date(2025, 12, 1))) == ("amy", "zoe")


def test_a_role_that_nobody_holds_has_no_holders() -> None:
    assert ROSTER.holders("vsh", NOVEMBER) == ()


def test_the_managers_above_somebody_come_from_the_nearest_to_the_top() -> None:
    assert ids(ROSTER.managers_above("aud")) == ("tess", "sandy", "ada", "dana")


def test_managers_in_a_circle_come_once() -> None:
    circle = a_roster(a_person("amy", manager="bob"), a_person("bob", manager="amy"))
    assert ids(circle.managers_above("amy")) == ("bob",)


def test_a_manager_who_is_not_in_the_roster_ends_the_line() -> None:
    assert ids(a_roster(a_person("amy", manager="gone")).managers_above("amy")) == ()


def test_nobody_stands_above_nobody() -> None:
    assert ids(ROSTER.managers_above(None)) == ()


WORKED = Involvement(
    person_id="pat", role="practitioner", from_on=date(2025, 3, 1), to_on=date(2025, 11, 20)
)


@pytest.mark.parametrize(
    ("start", "end", "touches"),
    [
        (date(2025, 11, 20), date(2025, 11, 30), True),
        (date(2025, 11, 21), date(2025, 11, 30), False),
        (date(2025, 1, 1), date(2025, 3, 1), True),
        (date(2025, 1, 1), date(2025, 2, 28), False),
    ],
)
def test_an_involvement_touches_a_period_that_shares_one_day(
    start: date,
    end: date,
    touches: bool,  # noqa: FBT001 - a case
) -> None:
    assert WORKED.touches(start, end) is touches


def test_an_involvement_without_an_end_still_lasts() -> None:
    lasting = Involvement(person_id="pat", role="iro", from_on=date(2025, 3, 1))
    assert lasting.touches(date(2030, 1, 1), date(2030, 1, 2))


def test_a_case_finds_the_involvement_of_the_person_asked_for() -> None:
    case = CaseFacts(
        case_id="C07",
        involvements=(
            Involvement(person_id="sam", role="supervisor", from_on=date(2025, 1, 1)),
            WORKED,
        ),
    )
    assert case.involved("pat", NOVEMBER, NOVEMBER) is WORKED


def test_a_case_finds_no_involvement_outside_the_period() -> None:
    case = CaseFacts(case_id="C07", involvements=(WORKED,))
    assert case.involved("pat", date(2025, 12, 1), date(2025, 12, 31)) is None

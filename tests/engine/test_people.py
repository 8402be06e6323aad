"""Who there is, on which day, and who stands above whom."""

from dataclasses import replace
from datetime import date

import pytest
from factories import ROSTER, a_person, a_roster

from qa_workflow.engine.people import CaseFacts, Delegation, Involvement, Person, Roster, ids

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


# ------------------------------------------------------------------ acting for somebody
HALF_TERM = Delegation(
    from_person="ada",
    to_person="sandy",
    role="ad_people",
    from_on=date(2026, 10, 24),
    until_on=date(2026, 10, 25),
)
BEFORE, FIRST, LAST, AFTER = (date(2026, 10, day) for day in (23, 24, 25, 26))


def lending(*delegations: Delegation, **changes: Person) -> Roster:
    """Return the tiny roster with *delegations*, and with *changes* of its people by their ids."""
    return Roster({**ROSTER.people, **changes}, delegations)


SANDY = ROSTER.people["sandy"]


@pytest.mark.parametrize(
    ("day", "giver"), [(BEFORE, None), (FIRST, "ada"), (LAST, "ada"), (AFTER, None)]
)
def test_somebody_acts_for_another_on_the_first_and_the_last_day(
    day: date, giver: str | None
) -> None:
    roster = lending(HALF_TERM)
    assert roster.acts_for(SANDY, "ad_people", day) == giver
    assert roster.has_role(SANDY, "ad_people", day) is (giver is not None)
    assert ("sandy" in ids(roster.holders("ad_people", day))) is (giver is not None)


def test_whoever_holds_a_role_comes_before_whoever_acts_in_it() -> None:
    assert ids(lending(HALF_TERM).holders("ad_people", FIRST)) == ("ada", "sandy")


def test_several_who_act_in_a_role_come_by_id_and_each_once() -> None:
    other = replace(HALF_TERM, to_person="bea")
    roster = lending(HALF_TERM, other, replace(HALF_TERM, from_on=BEFORE))
    assert ids(roster.holders("ad_people", FIRST)) == ("ada", "bea", "sandy")


def test_whoever_holds_the_role_and_acts_in_it_too_comes_once() -> None:
    both = replace(HALF_TERM, from_person="aud", to_person="bea", role="auditor")
    assert ids(lending(both).holders("auditor", FIRST)) == ("aud", "bea")


def test_a_delegation_is_for_its_role_and_its_person_only() -> None:
    roster = lending(HALF_TERM)
    assert roster.acts_for(SANDY, "director", FIRST) is None
    assert roster.acts_for(ROSTER.people["tess"], "ad_people", FIRST) is None
    assert not roster.has_role(ROSTER.people["tess"], "ad_people", FIRST)


def test_a_role_of_ones_own_needs_no_delegation() -> None:
    assert lending().has_role(SANDY, "sm_sqa", BEFORE)
    assert lending().acts_for(SANDY, "sm_sqa", BEFORE) is None


@pytest.mark.parametrize(
    "ada",
    [
        pytest.param(a_person("ada", "ad_people", active_to=BEFORE), id="who has left"),
        pytest.param(a_person("ada", "ad_people", active_from=AFTER), id="who is not there yet"),
        pytest.param(a_person("ada", "iro"), id="who no longer holds the role"),
    ],
)
def test_a_delegation_ends_with_whoever_gave_it(ada: Person) -> None:
    roster = lending(HALF_TERM, ada=ada)
    assert roster.acts_for(SANDY, "ad_people", FIRST) is None
    assert roster.holders("ad_people", FIRST) == ()


def test_a_delegation_of_somebody_unknown_counts_for_nothing() -> None:
    unknown = replace(HALF_TERM, from_person="gone")
    assert lending(unknown).acts_for(SANDY, "ad_people", FIRST) is None


@pytest.mark.parametrize("until", [BEFORE, FIRST])
def test_whoever_gave_it_may_leave_within_it_and_it_ends_that_day(until: date) -> None:
    roster = lending(HALF_TERM, ada=a_person("ada", "ad_people", active_to=until))
    assert roster.has_role(SANDY, "ad_people", FIRST) is (until == FIRST)


def test_a_delegate_who_is_not_there_holds_nothing() -> None:
    away = a_person("sandy", "sm_sqa", active_to=BEFORE)
    assert ids(lending(HALF_TERM, sandy=away).holders("ad_people", FIRST)) == ("ada",)


def test_a_delegate_who_is_not_in_the_roster_holds_nothing() -> None:
    assert ids(lending(replace(HALF_TERM, to_person="gone")).holders("ad_people", FIRST)) == (
        "ada",
    )


def test_nobody_passes_on_what_was_only_lent_to_them() -> None:
    passed_on = replace(HALF_TERM, from_person="sandy", to_person="tess")
    roster = lending(HALF_TERM, passed_on)
    assert not roster.has_role(ROSTER.people["tess"], "ad_people", FIRST)
    assert ids(roster.holders("ad_people", FIRST)) == ("ada", "sandy")


def test_the_first_delegation_that_stands_says_for_whom_somebody_acts() -> None:
    over = replace(HALF_TERM, from_person="dana", until_on=BEFORE)
    cal = a_person("cal", "ad_people")
    roster = lending(over, replace(HALF_TERM, from_person="cal"), HALF_TERM, cal=cal)
    assert roster.acts_for(SANDY, "ad_people", FIRST) == "cal"

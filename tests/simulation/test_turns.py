"""How long people of the simulated council take: prompt, slow or forgetful, pressed, refused, or in a hurry."""

from datetime import UTC, date, datetime
from statistics import mean

import pytest

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.frameworks.bank_holidays import published_calendar
from qa_workflow.simulation.people import Pace, Staff
from qa_workflow.simulation.turns import NEVER, Turns

TODAY = date(2026, 6, 1)
CALENDAR = published_calendar()
STAFF = Staff(rows=(), leave={}, pace={"pam": Pace.PROMPT, "sid": Pace.SLOW, "flo": Pace.FORGETFUL})


@pytest.fixture
def turns() -> Turns:
    return Turns(STAFF, CALENDAR, 7)


def instance(
    number: int = 1, *, level: str | None = None, due_on: date | None = None
) -> ProcessInstance:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    return ProcessInstance(
        id=number, reference=f"dip_check:R-{number:04}", process="dip_check", definition_version=1,
        subject="R", state="due", opened_at=at, entered_at=at, entered_on=TODAY,
        due_on=due_on, visit_level=level,
    )  # fmt: skip


def waits(turns: Turns, who: str, **about: date) -> list[int]:
    """Return how many working days *who* takes for each of three hundred things; -1 for never."""
    days = [
        turns.comes_on(instance(number, due_on=about.get("due_on")), "confirm", who, TODAY)
        for number in range(300)
    ]
    return [-1 if day == NEVER else CALENDAR.between(TODAY, day) for day in days]


def test_a_turn_is_drawn_once(turns: Turns) -> None:
    first = turns.comes_on(instance(), "confirm", "sid", TODAY)
    assert turns.comes_on(instance(), "confirm", "sid", date(2026, 6, 2)) == first


def test_the_prompt_are_sooner_than_the_slow_and_only_the_forgetful_never_come(
    turns: Turns,
) -> None:
    prompt, slow, forgetful = (waits(turns, who) for who in ("pam", "sid", "flo"))
    assert mean(prompt) < 2 < mean(slow)
    assert -1 not in {*prompt, *slow}
    assert 10 < forgetful.count(-1) < 80


def test_where_a_child_may_not_be_safe_everybody_is_prompt(turns: Turns) -> None:
    assert -1 not in waits(turns, "flo", due_on=date(2026, 6, 2))
    assert -1 in waits(Turns(STAFF, CALENDAR, 7), "flo", due_on=date(2026, 6, 30))


def test_pressed_by_ad_people_most_of_the_forgetful_come_after_all(turns: Turns) -> None:
    forgotten = [
        number
        for number in range(300)
        if turns.comes_on(instance(number), "confirm", "flo", TODAY) == NEVER
    ]
    pressed = [
        turns.comes_on(instance(number, level="L2"), "confirm", "flo", TODAY)
        for number in forgotten
    ]
    assert 0 < pressed.count(NEVER) < len(pressed) / 2
    assert max(day for day in pressed if day != NEVER) <= date(2026, 6, 5)


def test_whoever_was_refused_comes_again_a_week_later_and_the_third_time_much_later(
    turns: Turns,
) -> None:
    found = []
    for _ in range(3):
        turns.refused(instance(), "confirm", "pam", TODAY)
        found.append(turns.comes_on(instance(), "confirm", "pam", TODAY))
    assert found == [date(2026, 6, 8), date(2026, 6, 8), date(2026, 6, 22)]


def test_what_is_done_is_forgotten_so_that_the_next_thing_has_a_turn_of_its_own(
    turns: Turns,
) -> None:
    turns.refused(instance(), "confirm", "pam", TODAY)
    turns.done(instance(), "confirm", "pam")
    assert turns.comes_on(instance(), "confirm", "pam", TODAY) < date(2026, 6, 8)


def test_beyond_the_known_bank_holidays_nobody_comes(turns: Turns) -> None:
    last = date(CALENDAR.last_year, 12, 31)
    turns.refused(instance(), "confirm", "pam", last)
    assert turns.comes_on(instance(), "confirm", "pam", last) == NEVER

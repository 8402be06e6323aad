"""However many are blocked, the list read rank by rank is the list that a plain sort by the settled key gives."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from qa_workflow.engine.instance import LEVELS
from qa_workflow.engine.pressing import Pressing, read_rank
from qa_workflow.engine.ranking import Standing, aged, counted_from, in_order, in_turn
from qa_workflow.engine.working_days import late_from, start_of_day
from qa_workflow.frameworks.bank_holidays import published_calendar

CALENDAR = published_calendar().with_closures(
    {date(2025, 12, 29): "Closed", date(2025, 12, 30): "Closed"}
)
TODAY = date(2026, 1, 12)
LADDER = {"L0": 1, "L1": 5, "L2": 10, "L3": 20}


def plain_key(one: tuple[int, Pressing, str, date]) -> tuple[bool, int, bool, int, str, int]:
    """Return the key of domain 3.6, word for word."""
    number, pressing, case, since = one
    days = sum(
        CALENDAR.is_working_day(
            since + timedelta(days=n),
            closures=not (pressing.statutory or pressing.immediate_safety),
        )
        for n in range(1, (TODAY - since).days + 1)
    )
    by_age = max((LEVELS.index(level) for level, age in LADDER.items() if days >= age), default=-1)
    fired = -1 if pressing.level is None else LEVELS.index(pressing.level)
    return (
        not pressing.immediate_safety, -max(by_age, fired), not pressing.statutory, -days, case, number,
    )  # fmt: skip


pressings = st.builds(
    Pressing,
    immediate_safety=st.booleans(),
    level=st.sampled_from([None, *LEVELS]),
    statutory=st.booleans(),
)
days = st.dates(date(2025, 11, 20), TODAY)
# A late one presses from midnight after its due day, a blocked one from any moment of a day.
instants = st.one_of(
    st.builds(lambda day: (late_from(day), True), days),
    st.builds(
        lambda day, minutes: (start_of_day(day) + timedelta(minutes=minutes), False),
        days,
        st.sampled_from([0, 1, 600, 1439]),
    ),
)
listed = st.lists(st.tuples(pressings, st.sampled_from("ABCDEFGH"), instants), max_size=25)


def read(rows: list[tuple[Pressing, str, tuple[datetime, bool]]]) -> list[list[Standing]]:
    """Return the rows as they are read: for each stored rank in the order of its instants."""
    streams: dict[int, list[tuple[datetime, Standing]]] = defaultdict(list)
    for number, (pressing, case, (at, is_late)) in enumerate(rows):
        reached, counted = aged(
            read_rank(pressing.rank), counted_from(at, at if is_late else None), TODAY, CALENDAR
        )
        standing = Standing(
            id=number, reference=f"{number:03}", case=case, pressing=reached, working_days=counted
        )
        streams[pressing.rank].append((at, standing))
    return [list(in_turn(sorted(some, key=lambda each: each[0]))) for some in streams.values()]


@settings(max_examples=200, deadline=None)
@given(listed, st.one_of(st.none(), st.integers(1, 9)))
def test_the_order_is_that_of_a_plain_sort(
    rows: list[tuple[Pressing, str, tuple[datetime, bool]]], most: int | None
) -> None:
    plain = []
    for number, (pressing, case, (at, is_late)) in enumerate(rows):
        day = at.astimezone(UTC).date()  # no summer time in these months
        plain.append((number, pressing, case, day - timedelta(days=1) if is_late else day))
    expected: list[str] = []
    seen: set[str] = set()
    for number, _, case, _ in sorted(plain, key=plain_key):
        if case not in seen:
            seen.add(case)
            expected.append(f"{number:03}")
    found = [one.reference for one in in_order(read(rows), most=most)]
    assert found == expected[:most]

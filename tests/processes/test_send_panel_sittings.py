"""Which sitting takes an item: the pure rule, on real dates, without a database."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from council import london
from factories import a_child, an_instance, some_facts
from hypothesis import given
from hypothesis import strategies as st

from qa_workflow.engine.definition import Effects, Hold, Related, Step
from qa_workflow.engine.instance import Notice, Signal, Spawn
from qa_workflow.engine.working_days import add_months
from qa_workflow.frameworks.bank_holidays import published_calendar
from qa_workflow.patterns.sittings import (
    Judgement,
    Panel,
    Sitting,
    Waiting,
    affected,
    decided,
    judge,
    panel_moves,
    papers_day,
    table,
    taken_off,
    together,
)

MAY, JUNE, JULY = "send_panel:2026-05", "send_panel:2026-06", "send_panel:2026-07"
NO_SITTING = "no_sitting_before_statutory_date"
EVERY_MONTH = tuple(f"2026-{month:02}" for month in range(1, 13))


def a_sitting(period: str, sits_on: str | None = None, state: str = "agenda_open") -> Sitting:
    day = None if sits_on is None else date.fromisoformat(sits_on)
    return Sitting(reference=f"send_panel:{period}", state=state, period=period, sits_on=day)


def a_panel(*sittings: Sitting, planned: tuple[str, ...] = EVERY_MONTH) -> Panel:
    return Panel(sittings=sittings, periods=frozenset(planned), calendar=published_calendar())


def judged(
    panel: Panel,
    received: str,
    *,
    statutory: str | None = None,
    today: str | None = None,
    standing: str | None = None,
) -> Judgement:
    day = date.fromisoformat(received)
    last = day + timedelta(weeks=6) if statutory is None else date.fromisoformat(statutory)
    return judge(
        panel,
        received_on=day,
        statutory_on=last,
        today=day if today is None else date.fromisoformat(today),
        standing=standing,
    )


BOTH = a_panel(a_sitting("2026-05", "2026-05-20"), a_sitting("2026-07", "2026-07-01"))


# ------------------------------------------------------------------ the papers day
@pytest.mark.parametrize(
    ("sits_on", "papers_on"),
    [
        ("2026-05-20", "2026-05-13"),
        ("2026-05-31", "2026-05-22"),  # a Sunday; the bank holiday of Monday 25 May lies between
        ("2026-04-08", "2026-03-30"),  # Good Friday and Easter Monday lie between
        ("2026-01-06", "2025-12-29"),
        ("2026-03-31", "2026-03-24"),  # across the clock change of 29 March
        ("2026-10-28", "2026-10-21"),  # across the clock change of 25 October
    ],
)
def test_papers_close_five_working_days_before(sits_on: str, papers_on: str) -> None:
    found = papers_day(date.fromisoformat(sits_on), published_calendar())
    assert found.isoformat() == papers_on


def test_papers_close_earlier_when_the_offices_are_closed() -> None:
    closed = published_calendar().with_closures({date(2026, 5, 18): "Guildhall closed"})
    assert papers_day(date(2026, 5, 20), closed) == date(2026, 5, 12)


def test_where_bank_holidays_are_not_known_a_sitting_takes_items_to_its_day() -> None:
    day = date(published_calendar().last_year + 1, 3, 31)
    assert papers_day(day, published_calendar()) == day


# ------------------------------------------------------------------ which one
def test_an_item_of_the_papers_day_goes_to_that_sitting() -> None:
    assert judged(BOTH, "2026-05-13") == Judgement(MAY, date(2026, 5, 20), None)


def test_an_item_of_the_day_after_goes_to_the_next_sitting() -> None:
    assert judged(BOTH, "2026-05-14").sitting == JULY


def test_an_item_entered_late_goes_by_the_day_it_was_received() -> None:
    assert judged(BOTH, "2026-05-13", today="2026-05-15").sitting == MAY


def test_an_item_received_in_winter_and_entered_in_june_goes_to_the_next_sitting() -> None:
    assert judged(BOTH, "2026-02-02", today="2026-06-02").sitting == JULY


def test_the_panel_that_misses_the_law_is_reported() -> None:
    assert judged(BOTH, "2026-05-15") == Judgement(JULY, date(2026, 7, 1), NO_SITTING)


def test_a_sitting_on_the_statutory_date_is_in_time() -> None:
    assert judged(BOTH, "2026-05-15", statutory="2026-07-01").trouble is None


def test_a_sitting_on_the_day_after_the_statutory_date_is_not_in_time() -> None:
    assert judged(BOTH, "2026-05-15", statutory="2026-06-30").trouble == NO_SITTING


def test_a_sitting_without_a_date_counts_as_on_the_last_day_of_its_month() -> None:
    panel = a_panel(a_sitting("2026-05", state="planned"))
    assert judged(panel, "2026-05-15") == Judgement(MAY, date(2026, 5, 31), None)


def test_a_sitting_without_a_date_in_february_of_a_leap_year_counts_as_on_the_29th() -> None:
    assert a_sitting("2024-02").counts_on == date(2024, 2, 29)


def test_a_sitting_without_a_date_closes_its_papers_before_the_last_day() -> None:
    panel = a_panel(a_sitting("2026-05", state="planned"), a_sitting("2026-06", state="planned"))
    assert [judged(panel, day).sitting for day in ("2026-05-22", "2026-05-23")] == [MAY, JUNE]


@pytest.mark.parametrize("state", ["held", "minutes_approved"])
def test_a_sitting_that_was_held_takes_nothing_more(state: str) -> None:
    panel = a_panel(a_sitting("2026-05", "2026-05-20", state), a_sitting("2026-07", "2026-07-01"))
    assert judged(panel, "2026-05-04").sitting == JULY


def test_a_sitting_whose_day_is_past_takes_nothing_more() -> None:
    assert judged(BOTH, "2026-05-04", today="2026-05-21").sitting == JULY


def test_a_sitting_of_today_still_takes_what_came_before_its_papers_closed() -> None:
    assert judged(BOTH, "2026-05-04", today="2026-05-20").sitting == MAY


def test_an_item_stays_with_its_sitting_until_that_is_recorded() -> None:
    assert judged(BOTH, "2026-05-04", today="2026-05-21", standing=MAY).sitting == MAY


def test_of_two_sittings_on_one_day_the_monthly_one_takes_the_item() -> None:
    twin = Sitting(
        reference=f"{MAY}-x1", state="planned", period="2026-05", sits_on=date(2026, 5, 20)
    )
    panel = a_panel(twin, a_sitting("2026-05", "2026-05-20"))
    assert judged(panel, "2026-05-04").sitting == MAY


# ------------------------------------------------------------------ no sitting at all
def test_without_any_sitting_an_item_has_none_and_is_reported() -> None:
    assert judged(a_panel(), "2026-05-15") == Judgement(None, None, NO_SITTING)


def test_a_month_that_is_not_planned_yet_counts_by_its_last_day() -> None:
    assert judged(a_panel(planned=()), "2026-05-15") == Judgement(None, None, None)


def test_a_month_that_is_not_planned_yet_is_too_late_by_its_last_day() -> None:
    panel = a_panel(a_sitting("2026-05", "2026-05-20"), planned=("2026-05",))
    assert judged(panel, "2026-05-15").trouble == NO_SITTING


def test_a_month_that_is_not_planned_yet_is_in_time_on_its_last_day() -> None:
    panel = a_panel(a_sitting("2026-05", "2026-05-20"), planned=("2026-05",))
    assert judged(panel, "2026-05-19").trouble is None


@pytest.mark.parametrize(
    ("received", "trouble"), [("2026-05-22", None), ("2026-05-23", NO_SITTING)]
)
def test_a_month_that_is_not_planned_yet_closes_its_papers_too(
    received: str, trouble: str | None
) -> None:
    found = judged(a_panel(planned=()), received, statutory="2026-06-10")
    assert found == Judgement(None, None, trouble)


def test_an_item_with_a_date_far_ahead_waits_for_its_month() -> None:
    panel = a_panel(a_sitting("2026-05", "2026-05-20"), planned=("2026-05", "2026-06"))
    assert judged(panel, "2026-05-15", statutory="2027-05-15") == Judgement(None, None, None)


# ------------------------------------------------------------------ inquorate
def inquorate() -> Panel:
    return a_panel(a_sitting("2026-05", state="inquorate"), a_sitting("2026-06", "2026-06-17"))


def test_ten_working_days_before_its_date_an_item_cannot_wait_for_an_inquorate_panel() -> None:
    found = judged(inquorate(), "2026-05-01", today="2026-05-20", statutory="2026-06-04")
    assert found == Judgement(MAY, date(2026, 5, 31), "panel_inquorate")


def test_eleven_working_days_before_its_date_an_item_waits_for_the_new_day() -> None:
    found = judged(inquorate(), "2026-05-01", today="2026-05-20", statutory="2026-06-05")
    assert found == Judgement(MAY, date(2026, 5, 31), None)


def test_an_item_of_another_sitting_is_not_touched_by_an_inquorate_one() -> None:
    found = judged(inquorate(), "2026-06-02", today="2026-06-02", statutory="2026-06-17")
    assert found == Judgement(JUNE, date(2026, 6, 17), None)


def test_beyond_the_known_bank_holidays_an_inquorate_panel_is_judged_by_its_month() -> None:
    year = published_calendar().last_year
    panel = a_panel(a_sitting(f"{year}-12", state="inquorate"))
    found = judged(panel, f"{year}-12-01", today=f"{year}-12-20", statutory=f"{year + 1}-01-05")
    assert found.trouble is None


# ------------------------------------------------------------------ who is told
def waiting(reference: str, received: str, **given: str) -> Waiting:
    return Waiting(
        reference=reference,
        received_on=date.fromisoformat(received),
        statutory_on=date.fromisoformat(received) + timedelta(weeks=6),
        judged=judged(BOTH, received, **given),
    )


def test_only_items_that_are_judged_otherwise_are_told() -> None:
    items = [waiting("ehc:1", "2026-05-04"), waiting("ehc:2", "2026-05-15")]
    with_june = BOTH.knowing(a_sitting("2026-06", "2026-06-17"))
    assert affected(with_june, items, date(2026, 5, 18)) == ("ehc:2",)


def test_nobody_is_told_when_nothing_changes() -> None:
    items = [waiting("ehc:1", "2026-05-04"), waiting("ehc:2", "2026-05-15")]
    assert affected(BOTH, items, date(2026, 5, 18)) == ()


def test_what_a_sitting_has_reached_is_left_alone() -> None:
    items = [waiting("ehc:1", "2026-05-04")]
    held = BOTH.knowing(a_sitting("2026-05", "2026-05-20", "held"))
    assert affected(held, items, date(2026, 5, 21)) == ()


def test_an_item_is_told_of_another_day_of_its_own_sitting() -> None:
    items = [waiting("ehc:1", "2026-05-04")]
    moved = BOTH.knowing(a_sitting("2026-05", "2026-05-27"))
    assert affected(moved, items, date(2026, 5, 18)) == ("ehc:1",)


def test_a_panel_knows_a_sitting_and_its_month_once() -> None:
    panel = (
        a_panel(planned=())
        .knowing(a_sitting("2026-05"))
        .knowing(a_sitting("2026-05", state="held"))
    )
    assert ([one.state for one in panel.sittings], panel.periods) == (
        ["held"],
        frozenset({"2026-05"}),
    )


# ------------------------------------------------------------------ what an item does
REFERENCE = "item:1"
TROUBLE = {
    "sitting": JULY,
    "sitting_on": "2026-07-01",
    "panel_received_on": "2026-05-15",
    "panel_statutory_on": "2026-06-26",
    "panel_trouble": NO_SITTING,
    "out_of_cycle_on": "2026-06-26",
}
DECISION = a_child("send_panel:2026-06-x1", process="send_panel")
LAST = date(2026, 6, 26)


def a_step(panel: Panel = BOTH, *children: Related, **data: str | None) -> Step:
    """Return a step of an item, on Friday 15 May 2026."""
    now = london("2026-05-15 10:00")
    item = an_instance(reference=REFERENCE, subject="K12", case_id="K12", team="SEND", data=data)
    facts = some_facts(item, now=now, gathered={"panel": panel}, children=children)
    return Step(
        before=item, facts=facts, evidence=None, at=now, today=date(2026, 5, 15),
        calendar=published_calendar(), actor="system",
    )  # fmt: skip


def told(effects: Effects) -> list[tuple[str, str]]:
    return [(one.trigger, one.to) for one in effects.signals]


def test_an_item_that_is_tabled_tells_its_sitting_its_date() -> None:
    (signal,) = table(a_step(), statutory_on=LAST).signals
    assert signal == Signal(
        "take_item", to=JULY, data={"item": REFERENCE, "statutory_on": "2026-06-26"}
    )


def test_an_item_is_received_on_the_day_it_is_tabled_unless_another_is_given() -> None:
    today = table(a_step(), statutory_on=LAST)
    earlier = table(a_step(), statutory_on=LAST, received_on=date(2026, 5, 13))
    assert (today.data["panel_received_on"], today.data["sitting"]) == ("2026-05-15", JULY)
    assert (earlier.data["panel_received_on"], earlier.data["sitting"]) == ("2026-05-13", MAY)


def test_an_item_in_trouble_is_held_and_asks_for_a_decision() -> None:
    found = table(a_step(), statutory_on=LAST)
    (spawn,) = found.spawn
    assert found.data == TROUBLE
    assert [(one.reason, one.cause) for one in found.holds] == [(NO_SITTING, NO_SITTING)]
    assert spawn == Spawn(
        process="send_panel", reference="send_panel:2026-06-x", numbered=True, subject="K12",
        title="Out-of-cycle decision on item:1", case_id="K12", team="SEND", due_on=LAST,
        data={"item": REFERENCE, "statutory_on": "2026-06-26", "period": "2026-06"},
    )  # fmt: skip


def test_an_item_without_any_sitting_tells_none() -> None:
    found = table(a_step(a_panel()), statutory_on=LAST)
    assert (told(found), found.data["sitting"], found.data["sitting_on"]) == ([], None, None)
    assert found.holds[0].note == (
        "No sitting of the panel falls on or before the statutory date, Friday 26 June 2026."
    )


def test_an_item_that_is_tabled_again_as_it_was_tells_nobody() -> None:
    found = table(a_step(BOTH, DECISION, **TROUBLE), statutory_on=LAST)
    assert (told(found), found.spawn) == ([], ())


def test_an_item_with_another_date_in_law_tells_its_sitting_and_has_another_decision() -> None:
    found = table(a_step(BOTH, DECISION, **TROUBLE), statutory_on=date(2026, 6, 25))
    assert told(found) == [("take_item", JULY), ("call_off", DECISION.reference)]
    assert [one.due_on for one in found.spawn] == [date(2026, 6, 25)]


def test_an_item_that_changes_its_sitting_leaves_the_other() -> None:
    june = BOTH.knowing(a_sitting("2026-06", "2026-06-17"))
    found = table(a_step(june, DECISION, **TROUBLE), statutory_on=LAST)
    assert told(found) == [
        ("take_item", JUNE), ("drop_item", JULY), ("call_off", DECISION.reference),
    ]  # fmt: skip
    assert (found.clears, found.holds, found.data["out_of_cycle_on"]) == (
        (NO_SITTING, "panel_inquorate"), (), None,
    )  # fmt: skip


def test_an_item_that_loses_its_only_sitting_leaves_it() -> None:
    found = table(a_step(a_panel(), DECISION, **TROUBLE), statutory_on=LAST)
    assert (told(found), found.spawn) == ([("drop_item", JULY)], ())


def test_one_trouble_takes_the_place_of_another() -> None:
    panel = a_panel(a_sitting("2026-06", state="inquorate"))
    found = table(a_step(panel, DECISION, **TROUBLE), statutory_on=date(2026, 5, 29))
    assert ([one.reason for one in found.holds], found.clears) == (
        ["panel_inquorate"], (NO_SITTING,),
    )  # fmt: skip


def test_only_open_decisions_of_the_panel_are_called_off() -> None:
    june = BOTH.knowing(a_sitting("2026-06", "2026-06-17"))
    others = (
        a_child("send_panel:2026-06-x2", process="send_panel", is_open=False),
        a_child("review:1"),
    )
    found = table(a_step(june, *others, **TROUBLE), statutory_on=LAST)
    assert told(found) == [("take_item", JUNE), ("drop_item", JULY)]


def test_a_decided_item_tells_its_sitting_and_the_decision_out_of_cycle() -> None:
    found = decided(a_step(BOTH, DECISION, **TROUBLE))
    assert [(one.trigger, one.to, one.data) for one in found.signals] == [
        ("item_decided", JULY, {"item": REFERENCE}),
        ("item_decided", DECISION.reference, {"item": REFERENCE}),
    ]
    assert found.clears == (NO_SITTING, "panel_inquorate")
    assert found.data == {
        "panel_statutory_on": None, "panel_trouble": None, "out_of_cycle_on": None,
    }  # fmt: skip


def test_an_item_that_is_taken_off_leaves_its_sitting_and_calls_the_decision_off() -> None:
    found = taken_off(a_step(BOTH, DECISION, **TROUBLE))
    assert told(found) == [("drop_item", JULY), ("call_off", DECISION.reference)]
    assert found.signals[1].reason == "The item was taken off the panel."


@pytest.mark.parametrize("end", [decided, taken_off])
def test_an_item_without_a_sitting_ends_all_the_same(end: Callable[[Step], Effects]) -> None:
    found = end(a_step(BOTH, **{**TROUBLE, "sitting": None}))
    assert (told(found), found.data["panel_statutory_on"]) == ([], None)


@pytest.mark.parametrize("end", [decided, taken_off])
@pytest.mark.parametrize("data", [{}, {**TROUBLE, "panel_statutory_on": None}])
def test_what_does_not_wait_for_the_panel_has_nothing_to_tell(
    end: Callable[[Step], Effects], data: dict[str, str | None]
) -> None:
    assert end(a_step(BOTH, DECISION, **data)) == Effects()


@pytest.mark.parametrize("trigger", ["move_to_next_sitting", "follow_sitting"])
def test_an_item_follows_the_panel_by_moves_of_the_system_that_stay(trigger: str) -> None:
    move = next(one for one in panel_moves("due", "booked") if one.trigger == trigger)
    assert (move.sources, move.dest, move.is_system) == (("due", "booked"), None, True)
    assert move.effect is not None
    june = BOTH.knowing(a_sitting("2026-06", "2026-06-17"))
    assert move.effect(a_step(june, **TROUBLE)).data["sitting"] == JUNE
    assert move.effect(a_step(june, sitting=MAY)) == Effects()


# ------------------------------------------------------------------ on many dates
days = st.dates(date(2024, 1, 1), date(2027, 6, 30))


@given(received=days, gap=st.integers(0, 60), at=st.integers(1, 28))
def test_an_item_never_goes_to_a_sitting_whose_papers_closed_before_it_came(
    received: date, gap: int, at: int
) -> None:
    months = [f"{add_months(received, ahead):%Y-%m}" for ahead in range(5)]
    sittings = (a_sitting(one, f"{one}-{at:02}") for one in months)
    panel = a_panel(*sittings, planned=tuple(months))
    found = judge(
        panel,
        received_on=received,
        statutory_on=received + timedelta(days=gap),
        today=received,
    )
    papers = {one.reference: papers_day(one.counts_on, panel.calendar) for one in panel.sittings}
    taking = sorted(one.counts_on for one in panel.sittings if papers[one.reference] >= received)
    assert found.sitting is not None
    assert papers[found.sitting] >= received
    assert found.sits_on == taking[0]
    assert (found.trouble is None) == (taking[0] <= received + timedelta(days=gap))


# ------------------------------------------------------------------ several effects as one
def test_effects_are_joined_and_the_later_value_counts() -> None:
    one = Effects(
        data={"a": 1, "b": 1}, owner="kit", due_on=date(2026, 5, 1), clears=("x",), then=("go",),
        signals=(Signal("tell"),), holds=(Hold(reason="other", note="first"),),
    )  # fmt: skip
    other = Effects(
        data={"b": 2}, due_on=date(2026, 5, 2), clears=("y",),
        spawn=(Spawn(process="p", reference="p:1", subject="1"),),
        notices=(Notice(to="kit", template="note", key="k"),),
    )  # fmt: skip
    assert together(one, other) == Effects(
        data={"a": 1, "b": 2}, owner="kit", due_on=date(2026, 5, 2), clears=("x", "y"), then=("go",),
        signals=one.signals, holds=one.holds, spawn=other.spawn, notices=other.notices,
    )  # fmt: skip

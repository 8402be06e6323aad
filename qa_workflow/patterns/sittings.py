"""Which sitting of the SEND Panel takes an item, and what items and sittings tell each other.

Source: "SEND Panel; Reviews and Monitors SEND process" (framework), monthly; "a multi-agency panel";
domain 3.3a, 3.6 and A20: the panel is monthly, but the law's date does not wait for it.

An *item* is an instance of any process that waits for the panel: a request for an assessment, an
annual review, a transition. Its process

- says `reads=ITEM_READS | ...` (the sittings, and its children: out-of-cycle decisions are children);
- has `*panel_moves(STATE, ...)` among its transitions, for the states in which it waits: the system's
  `move_to_next_sitting` (it was not reached, or its sitting was cancelled) and `follow_sitting` (a
  sitting was planned, dated, moved or was inquorate). Both stay in their state;
- returns `table(step, statutory_on=..., received_on=...)`, joined with what else it does, from the
  effect by which it becomes ready for the panel (often `on_start`);
- returns `decided(step)` from every effect that decides it, and `taken_off(step)` from one that ends
  it without a decision (withdrawn), both joined likewise. Both are harmless when it is not waiting.

Joined: `together(table(step, ...), Effects(data=...))`.

What then stands in the item's data: `sitting` (the reference of the sitting that takes it, or None),
`sitting_on` (the day that sitting counts on), `panel_received_on`, `panel_statutory_on` (None once it
no longer waits), `panel_trouble` and `out_of_cycle_on`. All of it is written by this module alone.

How a sitting is chosen: the first one, not yet held, whose papers day is not before the day on which
the item was received. A sitting without a date counts as on the last day of its month. A sitting on
the statutory date is in time. A month for which no sitting is planned yet counts as the framework
asks: one on its last day; so an item with a date far ahead is not reported before its month is there.

If none is in time, or the item's sitting was inquorate and its statutory date is at most 10 working
days away, the item is blocked at once (`no_sitting_before_statutory_date`, `panel_inquorate`) and an
out-of-cycle decision is asked of the chair: `send_panel:<month of the statutory date>-x<n>`, a child
of the item, due on the statutory date. It ends by itself: closed when the item is decided, cancelled
when a sitting in time appears or the item is taken off.

The sitting hears `take_item` and `drop_item` {item, statutory_on}, and `item_decided` {item}.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import Field

from qa_workflow.engine.definition import Asks, Effects, Hold, Step, Transition
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.instance import Json, Signal, Spawn
from qa_workflow.engine.working_days import WorkingCalendar, add_months, month_end
from qa_workflow.errors import BeyondCalendar

PANEL = "send_panel"
CHAIR = "send_panel_chair"
ITEM_READS = frozenset({"sittings", "children"})
NOT_HELD = frozenset({"planned", "agenda_open", "papers_issued", "inquorate", "rescheduled"})
INQUORATE = "inquorate"

PAPERS_WORKING_DAYS = 5  # papers go out this long before the sitting (Dorset, Surrey: a week)
SOON_WORKING_DAYS = 10  # an inquorate panel is an item's trouble when its date is this near
NO_SITTING = "no_sitting_before_statutory_date"
PANEL_INQUORATE = "panel_inquorate"
TROUBLES = (NO_SITTING, PANEL_INQUORATE)  # each is a reason code, and the cause of its own block


class PanelItem(Asks):
    """Which item a sitting is told about."""

    item: str = Field(title="Item", description="The reference of the instance")
    statutory_on: date | None = Field(default=None, title="Its statutory date")


# ------------------------------------------------------------------ what is known
@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A sitting of the panel; without `sits_on` its date is not set yet."""

    reference: str
    state: str
    period: str
    sits_on: date | None = None

    @property
    def counts_on(self) -> date:
        """Return its date; where none is set the last day of its month, by which the framework wants it held."""
        if self.sits_on is not None:
            return self.sits_on
        return month_end(int(self.period[:4]), int(self.period[5:7]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An item that waits for the panel, with the judgement that stands in its data."""

    reference: str
    received_on: date
    statutory_on: date
    judged: "Judgement"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Which sitting takes an item, on which day that counts, and the trouble with it (a reason code) if any."""

    sitting: str | None
    sits_on: date | None
    trouble: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The sittings that are not over, the months that have one in whatever state, and the working days."""

    sittings: tuple[Sitting, ...]
    periods: frozenset[str]
    calendar: WorkingCalendar

    def knowing(self, sitting: Sitting) -> "Panel":
        """Return the panel as it is when *sitting* stands like this."""
        others = tuple(one for one in self.sittings if one.reference != sitting.reference)
        return replace(self, sittings=(*others, sitting), periods=self.periods | {sitting.period})


def papers_day(sits_on: date, calendar: WorkingCalendar) -> date:
    """Return the last day on which a sitting takes items: five working days before it, the office being open.

    Where bank holidays are not known yet, that cannot be counted, and the sitting takes items to its last day.
    """
    try:
        return calendar.add(sits_on, -PAPERS_WORKING_DAYS, closures=True)
    except BeyondCalendar:
        return sits_on


# ------------------------------------------------------------------ which sitting
def judge(
    panel: Panel, *, received_on: date, statutory_on: date, today: date, standing: str | None = None
) -> Judgement:
    """Return which sitting takes an item received on *received_on* whose date in law is *statutory_on*.

    *standing* is the sitting that has it now: it keeps it while it is not recorded as held, even
    when its day has passed.
    """
    open_to_it = [
        one
        for one in panel.sittings
        if one.state in NOT_HELD
        and received_on <= papers_day(one.counts_on, panel.calendar)
        and (today <= one.counts_on or one.reference == standing)
    ]
    first = min(open_to_it, key=lambda one: (one.counts_on, one.reference), default=None)
    trouble = None
    if first is not None and first.state == INQUORATE and _is_soon(panel, today, statutory_on):
        trouble = PANEL_INQUORATE
    elif first is None or statutory_on < first.counts_on:
        in_time = _a_month_to_come_is_in_time(panel, received_on, statutory_on, today)
        trouble = None if in_time else NO_SITTING
    if first is None:
        return Judgement(None, None, trouble)
    return Judgement(first.reference, first.counts_on, trouble)


def _is_soon(panel: Panel, today: date, statutory_on: date) -> bool:
    try:
        return panel.calendar.between(today, statutory_on) <= SOON_WORKING_DAYS
    except BeyondCalendar:
        return False


def _a_month_to_come_is_in_time(
    panel: Panel, received_on: date, statutory_on: date, today: date
) -> bool:
    """Tell whether a month without a planned sitting could take the item by its last day, and in time."""
    last = month_end(today.year, today.month)
    while last <= statutory_on:
        planned = f"{last:%Y-%m}" in panel.periods
        if not planned and received_on <= papers_day(last, panel.calendar):
            return True
        following = add_months(last, 1)
        last = month_end(following.year, following.month)
    return False


def affected(panel: Panel, waiting: Iterable[Waiting], today: date) -> tuple[str, ...]:
    """Return the items that *panel*, as it now is, judges otherwise than stands in their data.

    What a sitting has reached waits for its decision and is left alone.
    """
    reached = {one.reference for one in panel.sittings if one.state not in NOT_HELD}
    return tuple(
        item.reference
        for item in waiting
        if item.judged.sitting not in reached
        and item.judged
        != judge(
            panel,
            received_on=item.received_on,
            statutory_on=item.statutory_on,
            today=today,
            standing=item.judged.sitting,
        )
    )


# ------------------------------------------------------------------ what an item does
def table(step: Step, *, statutory_on: date, received_on: date | None = None) -> Effects:
    """Bring the item of *step* before the panel: received today, or on *received_on*, due by *statutory_on*."""
    received = received_on or step.today
    before = step.before.data
    standing = before.get("sitting")
    found = judge(
        step.facts.gathered["panel"],
        received_on=received,
        statutory_on=statutory_on,
        today=step.facts.today,
        standing=standing,
    )
    day = statutory_on.isoformat()
    asked, wanted = before.get("out_of_cycle_on"), day if found.trouble else None
    told = {"item": step.before.reference, "statutory_on": day}
    signals: list[Signal] = []
    if found.sitting is not None and (
        found.sitting != standing or before.get("panel_statutory_on") != day
    ):
        signals.append(Signal("take_item", to=found.sitting, data=told))
    if standing is not None and standing != found.sitting:
        signals.append(Signal("drop_item", to=standing, data=told))
    if asked != wanted:
        signals += _called_off(step, "A sitting in time takes the item.")
    return Effects(
        data={
            "sitting": found.sitting,
            "sitting_on": None if found.sits_on is None else found.sits_on.isoformat(),
            "panel_received_on": received.isoformat(),
            "panel_statutory_on": day,
            "panel_trouble": found.trouble,
            "out_of_cycle_on": wanted,
        },
        holds=() if found.trouble is None else (_hold(found, statutory_on),),
        clears=tuple(one for one in TROUBLES if one != found.trouble),
        signals=tuple(signals),
        spawn=() if wanted in (None, asked) else (_out_of_cycle(step, statutory_on),),
    )


def _hold(found: Judgement, statutory_on: date) -> Hold:
    day = in_words(statutory_on)
    if found.trouble == PANEL_INQUORATE:
        note = f"The panel was inquorate, and the statutory date is {day}."
    elif found.sits_on is None:
        note = f"No sitting of the panel falls on or before the statutory date, {day}."
    else:
        note = (
            f"No sitting of the panel falls on or before the statutory date, {day}: "
            f"the next one counts on {in_words(found.sits_on)}."
        )
    trouble = str(found.trouble)
    return Hold(reason=trouble, note=note, waiting_on=CHAIR, cause=trouble)


def _out_of_cycle(step: Step, statutory_on: date) -> Spawn:
    item = step.before
    return Spawn(
        process=PANEL,
        reference=f"{PANEL}:{statutory_on:%Y-%m}-x",
        numbered=True,
        subject=item.subject,
        title=f"Out-of-cycle decision on {item.reference}",
        case_id=item.case_id,
        team=item.team,
        due_on=statutory_on,
        data={
            "item": item.reference,
            "statutory_on": statutory_on.isoformat(),
            "period": f"{statutory_on:%Y-%m}",
        },
    )


def decided(step: Step) -> Effects:
    """Tell the sitting, and the chair's out-of-cycle decision, that the item of *step* is decided."""
    return _over(step, "item_decided", _closed(step))


def taken_off(step: Step) -> Effects:
    """Take the item of *step* from the panel undecided: it was withdrawn."""
    return _over(step, "drop_item", _called_off(step, "The item was taken off the panel."))


def told_it_is_gone(step: Step) -> tuple[Signal, ...]:
    """Return what takes an item from the panel that no move of its own has ended: an operator has."""
    return taken_off(step).signals


def _over(step: Step, trigger: str, out_of_cycle: list[Signal]) -> Effects:
    before = step.before.data
    if before.get("panel_statutory_on") is None:
        return Effects()
    told = {"item": step.before.reference}
    sitting = before.get("sitting")
    signals = [] if sitting is None else [Signal(trigger, to=sitting, data=told)]
    return Effects(
        data={"panel_statutory_on": None, "panel_trouble": None, "out_of_cycle_on": None},
        clears=TROUBLES,
        signals=(*signals, *out_of_cycle),
    )


def _open_decisions(step: Step) -> list[str]:
    return [one.reference for one in step.facts.children if one.process == PANEL and one.is_open]


def _closed(step: Step) -> list[Signal]:
    told = {"item": step.before.reference}
    return [Signal("item_decided", to=one, data=told) for one in _open_decisions(step)]


def _called_off(step: Step, why: str) -> list[Signal]:
    return [Signal("call_off", to=one, reason=why) for one in _open_decisions(step)]


def _judged_anew(step: Step) -> Effects:
    data = step.before.data
    if data.get("panel_statutory_on") is None:
        return Effects()
    return table(
        step,
        statutory_on=date.fromisoformat(data["panel_statutory_on"]),
        received_on=date.fromisoformat(data["panel_received_on"]),
    )


def panel_moves(*states: str) -> tuple[Transition, ...]:
    """Return the system's moves by which an item that waits in *states* follows the panel's calendar."""
    return tuple(
        Transition(trigger, states, None, effect=_judged_anew)
        for trigger in ("move_to_next_sitting", "follow_sitting")
    )


def together(*effects: Effects) -> Effects:
    """Return several effects as one: of two values for one thing the later counts."""

    def joined(name: str) -> tuple[Any, ...]:
        return tuple(value for one in effects for value in getattr(one, name))

    def last(name: str) -> Any:  # noqa: ANN401 - whatever stands there
        said = (getattr(one, name) for one in reversed(effects))
        return next((value for value in said if value is not None), None)

    several = ("holds", "clears", "spawn", "signals", "notices", "then", "links", "voices")
    once = ("owner", "due_on", "met_on")
    found: dict[str, Any] = {name: joined(name) for name in several}
    found |= {name: last(name) for name in once}
    data: Json = {key: value for one in effects for key, value in one.data.items()}
    return Effects(data=data, **found)

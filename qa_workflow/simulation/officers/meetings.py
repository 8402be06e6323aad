"""What people do about meetings: find a day, chair, write up, agree an action now and then, and do it."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from qa_workflow.patterns.meeting import RecurringMeeting
from qa_workflow.processes import all_processes
from qa_workflow.simulation.scene import Morning, Move, Scene, Script, Start

DAY = timedelta(days=1)
WEDNESDAY = 2
NO_MEETINGS = {(12, 24), (12, 25), (12, 26), (12, 28), (1, 1)}  # month and day, in whatever year
AHEAD = timedelta(days=10)  # enough for papers that close five working days before
TO_ACT = timedelta(weeks=4)
BEFORE_THE_DAY = timedelta(days=5)
AWAITS_SCRUTINY = frozenset({"awaiting_scrutiny", "governance_review"})
# Month and day on which somebody thinks of a learning event, and of which kind.
EVENTS = {(2, 10): "development_day", (6, 9): "deep_dive", (10, 13): "challenge_event"}
PANEL_DAYS = ((3, 17), (9, 15))  # and on which the Adoption and Permanency Panel saw a case
IN_SIX_WEEKS = timedelta(weeks=6)


MEETINGS: Mapping[str, RecurringMeeting] = MappingProxyType(
    {
        name: process.shape
        for name, process in all_processes().items()
        if isinstance(process.shape, RecurringMeeting)
    }
)


def _holder(scene: Scene, roles: Iterable[str]) -> str | None:
    """Return whoever does what the first of *roles* does that anybody holds."""
    return next((one for role in roles if (one := scene.holder(role)) is not None), None)


def _shape(scene: Scene) -> RecurringMeeting:
    """Return who runs this kind of meeting, who comes, and what is said there."""
    return MEETINGS[scene.process]


# ------------------------------------------------------------------ the day
def _sits_on(scene: Scene) -> date:
    """Return a Wednesday in the middle of the span, or the last that it has; later where it has none left."""
    opens_on = date.fromisoformat(scene.data["opens_on"])
    soonest = scene.today + AHEAD
    wanted = _next(WEDNESDAY, max(soonest, opens_on + AHEAD))
    if scene.due_on is not None and soonest <= scene.due_on < wanted:
        wanted = scene.due_on
        while wanted.weekday() > WEDNESDAY + 1:  # not on a weekend, nor on a bank holiday Friday
            wanted -= DAY
    while (wanted.month, wanted.day) in NO_MEETINGS:
        wanted -= DAY
    return wanted


def _next(weekday: int, day: date) -> date:
    return day + (weekday - day.weekday()) % 7 * DAY


def _schedule(scene: Scene) -> Move | None:
    by = _holder(scene, _shape(scene).organiser)
    return scene.acts("schedule", by, sits_on=_sits_on(scene).isoformat())


# ------------------------------------------------------------------ the meeting
def _hold(scene: Scene) -> Move | None:
    if scene.today < date.fromisoformat(scene.data["sits_on"]):
        return None
    shape = _shape(scene)
    there = {scene.holder(role) for role in (*shape.must_answer, *shape.must_attend)}
    said: dict[str, object] = {"attendees": sorted(one for one in there if one is not None)}
    if vacant := [role for role in shape.must_answer if scene.holder(role) is None]:
        said["vacant"] = vacant
    if shape.rests_on:
        said["why_without"] = "What is there is talked over as it stands."
    return scene.acts("hold", _holder(scene, shape.chair), **said)


def _minute(scene: Scene) -> Move | None:
    if scene.days_in_state() < 1:
        return None
    shape = _shape(scene)
    said: dict[str, object] = {"minutes_reference": f"MIN-{scene.reference}"}
    if shape.topics:
        said["covered"] = dict.fromkeys(shape.topics, "Looked at; see the minutes.")
    if shape.live_cases:
        said |= _case_talk(scene)
    return scene.acts("minute", _holder(scene, shape.organiser), **said)


def _case_talk(scene: Scene) -> dict[str, object]:
    cases = sorted(case for some in scene.placed.values() for case in some)
    if not cases:
        return {"why_no_case": "The team looked back on one that has closed."}
    case = scene.chance.choice(cases)
    return {"cases": [{"case": case, "learning_reference": f"LEARN-{case}"}]}


def _log_actions(scene: Scene) -> Move | None:
    by = _holder(scene, _shape(scene).organiser)
    owner = scene.holder("sm_csc")
    agenda = scene.data.get("agenda", []) if _shape(scene).decides_each_item else []
    if owner is None or not (agenda or scene.sometimes(0.5)):
        return scene.acts("log_actions", by, no_actions=True)
    # What an action of the last meeting did not move is accepted as it is, until something changes.
    again = {one["reference"] for one in scene.data.get("pack", ()) if one["repeat"]}
    accepted = [
        {"reference": one, "reason": "What could be done was agreed last month."}
        for one in agenda
        if one in again
    ]
    due_on = (scene.today + TO_ACT).isoformat()
    actions = [
        {"what": "Find out what stands in the way", "owner": owner, "due_on": due_on, "about": one}
        for one in agenda or [""]
        if one not in again
    ]
    said: dict[str, object] = {"accepted": accepted} if accepted else {}
    said |= {"actions": actions} if actions else {"no_actions": True}
    return scene.acts("log_actions", by, **said)


def _close(scene: Scene) -> Move | None:
    left = [
        one
        for one in scene.data.get("for_scrutiny", ())
        if scene.states.get(one) in AWAITS_SCRUTINY
    ]
    if left and scene.days_in_state() < BEFORE_THE_DAY.days:
        return None  # whoever approves or returns has some days for it
    carried = [{"reference": one, "reason": "It was not reached."} for one in left]
    by = _holder(scene, _shape(scene).chair)
    return scene.acts("close", by, carried=carried) if carried else scene.acts("close", by)


# ------------------------------------------------------------------ actions
def _complete(scene: Scene) -> Move | None:
    if scene.due_on is None or scene.today < scene.due_on - BEFORE_THE_DAY:
        return None
    return scene.acts(
        "complete",
        scene.owner,
        what_was_done="It was done as agreed.",
        evidence_reference=f"NOTE-{scene.reference}",
    )


_MEETING: Mapping[str, Script] = MappingProxyType(
    {
        "planned": _schedule,
        "postponed": _schedule,
        "inquorate": _schedule,
        "agenda_set": _hold,
        "held": _minute,
        "minuted": _log_actions,
        "actions_logged": _close,
    }
)
SCRIPTS: Mapping[str, Mapping[str, Script]] = MappingProxyType(
    {**dict.fromkeys(MEETINGS, _MEETING), "action": {"open": _complete}}
)


def starts(morning: Morning) -> Iterable[Start]:
    """Begin by hand what no calendar asks for: a learning event now and then, the feedback of the adoption panel."""
    day = (morning.today.month, morning.today.day)
    due_on = (morning.today + IN_SIX_WEEKS).isoformat()
    organiser, panel = morning.holder("qa_admin"), morning.holder("ap_panel_chair")
    if day in EVENTS and organiser is not None:
        said = {"kind": EVENTS[day], "due_on": due_on}
        yield Start(process="learning_event", subject="purposeful plans", by=organiser, data=said)
    cases = sorted(case for some in morning.placed.values() for case in some)
    if day in PANEL_DAYS and panel is not None and cases:
        said = {"due_on": due_on}
        yield Start(process="adoption_panel_feedback", subject=cases[0], by=panel, data=said)

"""What the triggers of a recurring meeting bring about: dates, an agenda, a record, and actions of their own."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from qa_workflow.engine.definition import Effects, Link, Related, Step
from qa_workflow.engine.instance import ProcessInstance, is_reference
from qa_workflow.engine.working_days import WorkingCalendar, month_end
from qa_workflow.errors import BeyondCalendar
from qa_workflow.patterns.actions import action_spawns
from qa_workflow.patterns.meeting.guards import day_of, stands_in
from qa_workflow.patterns.meeting_days import MeetingDays

Effect = Callable[[Step], Effects]
AWAITS_A_DATE = frozenset({"planned", "postponed", "inquorate"})
_NO_DATE: Mapping[str, Any] = {
    "sits_on": None, "papers_on": None, "agenda": [], "for_scrutiny": [], "late_items": [],
}  # fmt: skip


# ------------------------------------------------------------------ dates
def plan(days: MeetingDays) -> Effect:
    """Return the effect of the start: its span, by when it is held, and by when its date is set."""

    def planned(step: Step) -> Effects:
        before = step.before
        opens_on = date.fromisoformat(before.data.get("opens_on") or step.today.isoformat())
        due_on = before.due_on or _asked_for(before) or month_end(opens_on.year, opens_on.month)
        by = days.schedule_by(due_on, step.today, step.calendar)
        return Effects(
            due_on=due_on,
            data={"opens_on": opens_on.isoformat(), "schedule_by": by, **_NO_DATE},
        )

    return planned


def _asked_for(meeting: ProcessInstance) -> date | None:
    wanted = meeting.data.get("due_on")
    return date.fromisoformat(wanted) if wanted else day_of(meeting.subject)


def _by(
    days: MeetingDays, meeting: ProcessInstance, since: date, calendar: WorkingCalendar
) -> str | None:
    return None if meeting.due_on is None else days.schedule_by(meeting.due_on, since, calendar)


def schedule(days: MeetingDays) -> Effect:
    """Return the effect of setting the date: when it sits, and when its papers close."""

    def scheduled(step: Step) -> Effects:
        sits_on: date = step.evidence.sits_on
        return Effects(
            data={
                "sits_on": sits_on.isoformat(),
                "papers_on": days.papers_day(sits_on, step.calendar).isoformat(),
            }
        )

    return scheduled


def put_off(days: MeetingDays, kept_as: str) -> Effect:
    """Return the effect of taking the date back: the reason is kept under *kept_as*, and a new date is asked for."""

    def taken_back(step: Step) -> Effects:
        data = step.before.data
        told = {"sits_on": data["sits_on"], "why": step.evidence.reason}
        return Effects(
            data={
                **_NO_DATE,
                kept_as: [*data.get(kept_as, ()), told],
                "schedule_by": _by(days, step.before, step.today, step.calendar),
            }
        )

    return taken_back


def cancel(step: Step) -> Effects:
    """Keep why there is no meeting, and who said so."""
    return Effects(data={"why_cancelled": step.evidence.reason, "cancelled_by": step.actor})


def recount(days: MeetingDays) -> Callable[[ProcessInstance, WorkingCalendar], Effects]:
    """Return what is counted again: by when the date is set, and when papers close. The day it sits stands."""

    def counted(instance: ProcessInstance, calendar: WorkingCalendar) -> Effects:
        if instance.state in AWAITS_A_DATE:
            by = _by(days, instance, instance.entered_on, calendar)
            return Effects(data={"schedule_by": by})
        if instance.state == "scheduled":
            with suppress(BeyondCalendar):
                sits_on = date.fromisoformat(instance.data["sits_on"])
                return Effects(data={"papers_on": days.papers_day(sits_on, calendar).isoformat()})
        return Effects()

    return counted


# ------------------------------------------------------------------ the agenda
def _awaiting(step: Step, scrutinises: tuple[str, ...]) -> set[str]:
    standing: tuple[Related, ...] = step.facts.gathered["standing"]
    return {one.reference for one in standing if stands_in(one, scrutinises)}


def set_agenda(scrutinises: tuple[str, ...], reviews: tuple[str, ...]) -> Effect:
    """Return the effect of freezing the agenda: what awaits scrutiny, what is looked at, and what was asked for."""

    def frozen(step: Step) -> Effects:
        standing: tuple[Related, ...] = step.facts.gathered["standing"]
        followed: tuple[Related, ...] = step.facts.gathered["followed_up"]
        brought = [one.reference for one in standing if stands_in(one, scrutinises)]
        looked_at = [one.reference for one in standing if stands_in(one, reviews)]
        agenda = (
            *brought, *looked_at, *(one.reference for one in followed), *getattr(step.evidence, "items", ()),
        )  # fmt: skip
        return Effects(
            data={
                "agenda": list(dict.fromkeys(agenda)),
                "for_scrutiny": brought,
                "agenda_set_on": step.today.isoformat(),
            }
        )

    return frozen


def add_late_item(scrutinises: tuple[str, ...]) -> Effect:
    """Return the effect of taking a late item: it is on the agenda, and why it came late is kept."""

    def taken(step: Step) -> Effects:
        data, item = step.before.data, step.evidence.item
        late = {"reference": item, "why": step.evidence.reason}
        return Effects(
            data={
                "agenda": [*data["agenda"], item],
                "late_items": [*data["late_items"], late],
                "for_scrutiny": [*data["for_scrutiny"], *({item} & _awaiting(step, scrutinises))],
            }
        )

    return taken


# ------------------------------------------------------------------ the meeting and after it
def hold(step: Step) -> Effects:
    """Keep who chaired, for whom, who was there and who was not; the meeting follows up what was on its agenda."""
    evidence = step.evidence
    held: dict[str, Any] = {
        "held_on": step.today.isoformat(),
        "chair": step.actor,
        "attendees": list(dict.fromkeys((step.actor, *evidence.attendees))),
        "apologies": list(dict.fromkeys(evidence.apologies)),
        "others": list(evidence.others),
    }
    if step.facts.on_behalf_of is not None:
        held["chaired_for"] = step.facts.on_behalf_of
    for key in ("vacant", "why_without"):
        if said := getattr(evidence, key, None):
            held[key] = list(said) if isinstance(said, tuple) else said
    agenda: list[str] = step.before.data.get("agenda", [])
    # An item said in words, or by a child's case, is on the agenda, but is nothing that a trail could lead to.
    followed = tuple(Link("follows", item) for item in agenda if is_reference(item))
    return Effects(data=held, links=followed)


def minute(step: Step) -> Effects:
    """Keep where the minutes are, what came of each topic, and which live cases were discussed."""
    said = step.evidence.model_dump(mode="json", exclude={"reason"}, exclude_defaults=True)
    return Effects(data=said)


def log_actions(step: Step) -> Effects:
    """Make each action an instance of its own; keep what was accepted as it is."""
    evidence = step.evidence
    kept: dict[str, Any] = {"actions_agreed": len(evidence.actions)}
    if accepted := getattr(evidence, "accepted", ()):
        kept["accepted"] = [one.model_dump(mode="json") for one in accepted]
    return Effects(data=kept, spawn=action_spawns(step, evidence.actions))


def close(scrutinises: tuple[str, ...]) -> Effect:
    """Return the effect of closing: of what is carried on, that which still awaits scrutiny is kept, with its reason."""

    def closed(step: Step) -> Effects:
        waiting = _awaiting(step, scrutinises)
        carried = [
            one.model_dump(mode="json")
            for one in getattr(step.evidence, "carried", ())
            if one.reference in waiting
        ]
        return Effects(data={"carried": carried} if carried else {})

    return closed


def receive_letter(step: Step) -> Effects:
    """Keep the date of the letter and where it is."""
    return Effects(data=step.evidence.model_dump(mode="json", exclude={"reason"}))

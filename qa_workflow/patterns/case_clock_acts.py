"""What the moves of a case clock bring about: its dates, its record, the one after it. See `patterns.case_clock`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field

from qa_workflow.engine.definition import Effects, ProcessDefinition, Step
from qa_workflow.engine.instance import Json, ProcessInstance, Spawn
from qa_workflow.engine.people import SYSTEM
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.patterns.case_clock_rules import (
    BEFORE,
    CLOCKS,
    Booking,
    Holding,
    Record,
    Seen,
    Stage,
)
from qa_workflow.patterns.clock_dates import Intervals, Known, Turn
from qa_workflow.patterns.shape import Shape
from qa_workflow.patterns.voice import voices

S = Stage
CASE_LIST = "case list"  # who recorded or ceased it, where the list said so


@dataclass(frozen=True, slots=True)
class OfChild:
    """Which clocks of one kind a child has: the open one, and the highest number there ever was."""

    open: str | None = None
    last: int = 0


class ClockActs(Shape, Intervals):
    """A clock with a name: it can count its dates and start the one after it."""

    leads_to: tuple[str, ...] = Field(
        default=(), description="The clocks that start on the day it was held, if it goes on"
    )

    # -------------------------------------------------------------- dates
    def _counted(self, step: Step, turn: Turn, counted_from: date) -> Effects:
        gathered = step.facts.gathered
        known = Known(
            calendar=step.calendar, terms=tuple(gathered.get("terms", ())), choices=gathered
        )
        due = self.due(turn, counted_from, known)
        return Effects(
            due_on=due.on,
            data={
                "turn": str(turn),
                "counted_from": counted_from.isoformat(),
                "rule": due.rule,
                # Under the key of its turn, so that `deadlines` shows how the date was counted.
                f"{turn}_from": counted_from.isoformat(),
                **self._period(due.on),
            },
        )

    def _period(self, due_on: date | None) -> Mapping[str, str]:
        return {"period": self.period_of(due_on)} if self.each_term and due_on is not None else {}

    def begin(self, step: Step) -> Effects:
        """Say which one it is, and by when it must be held."""
        data = step.before.data
        number = data.get("number", 1)
        counted = self._counted(
            step,
            Turn(data.get("turn") or self.turn_of(number)),
            _day(data, "counted_from") or _day(data, "started_on") or step.today,
        )
        return Effects(
            due_on=counted.due_on,
            data={"number": number, "source": data.get("source", "person"), **counted.data},
        )

    def recount(self, instance: ProcessInstance, calendar: WorkingCalendar) -> Effects:
        """Count the working days of the first one again; months and terms never move."""
        data = instance.data
        counts = data["turn"] == Turn.FIRST and self.first_working_days is not None
        if not counts or instance.met_at is not None:
            return Effects()
        due = self.due(
            Turn.FIRST, date.fromisoformat(data["counted_from"]), Known(calendar=calendar)
        )
        return Effects(due_on=due.on, data=self._period(due.on))

    # -------------------------------------------------------------- what each move brings
    def hold(self, step: Step) -> Effects:
        """Keep when it was held and by whom, and the child's words; the date is met on the day it was held."""
        evidence: Holding = step.evidence
        due_on = step.before.due_on
        return Effects(
            data={
                "held_on": evidence.held_on.isoformat(),
                "held_by": evidence.held_by or step.actor,
                "held_late": due_on is not None and evidence.held_on > due_on,
                **_heard(evidence),
            },
            met_on=evidence.held_on,
            voices=voices(step, evidence.views),
        )

    def record(self, step: Step) -> Effects:
        """Keep that it is recorded, and start the next one from the day it was held."""
        evidence: Record = step.evidence
        held_on = date.fromisoformat(step.before.data["held_on"])
        told = {} if evidence.goes_on is None else {"goes_on": evidence.goes_on}
        return Effects(
            data={
                "recorded_on": step.today.isoformat(),
                "recorded_by": step.actor,
                **told,
                **_heard(evidence),
            },
            voices=voices(step, evidence.views),
            spawn=(
                *self._next(step.before, held_on),
                *(self._what_follows(step, held_on) if evidence.goes_on else ()),
            ),
        )

    def see_review(self, step: Step) -> Effects:
        """Keep what the case list says was held, and start the next one from that day.

        What an officer had recorded as held keeps its own day: the list then tells of one after it.
        """
        seen: Seen = step.evidence
        told = {} if step.before.state == S.HELD else _held_by_list(step.before, seen.held_on)
        return Effects(
            data={
                **told,
                "recorded_on": step.today.isoformat(),
                "recorded_by": CASE_LIST,
                "list_of": seen.as_of.isoformat(),
            },
            met_on=seen.held_on,
            spawn=self._next(step.before, seen.held_on),
        )

    def see_start(self, step: Step) -> Effects:
        """Count the first one from the start that the case list gives now."""
        return self._counted(step, Turn.FIRST, step.evidence.started_on)

    def _next(self, before: ProcessInstance, held_on: date) -> tuple[Spawn, ...]:
        if not self.recurs:
            return ()
        turn = self.after(Turn(before.data["turn"]))
        return (self.spawn(before, before.data["number"] + 1, turn, held_on),)

    def spawn(self, before: ProcessInstance, number: int, turn: Turn, held_on: date) -> Spawn:
        """Return the clock after *before*, which was held on *held_on*."""
        return Spawn(
            process=self.name,
            reference=f"{self.name}:{before.subject}:{number}",
            subject=before.subject,
            title=f"{self.title} {number} of {before.subject}",
            case_id=before.case_id,
            team=before.team,
            data={
                "number": number,
                "turn": str(turn),
                "counted_from": held_on.isoformat(),
                "source": before.reference,
            },
            is_child=False,
            link="follows",
        )

    def _what_follows(self, step: Step, held_on: date) -> tuple[Spawn, ...]:
        before, standing = step.before, step.facts.gathered.get(CLOCKS, {})
        found = []
        for process in self.leads_to:
            of_child: OfChild = standing.get(process, OfChild())
            if of_child.open is not None:
                continue  # the list has brought it already
            found.append(
                Spawn(
                    process=process,
                    reference=f"{process}:{before.subject}:{of_child.last + 1}",
                    subject=before.subject,
                    case_id=before.case_id,
                    team=before.team,
                    data={
                        "number": of_child.last + 1,
                        "turn": str(Turn.FIRST),
                        "counted_from": held_on.isoformat(),
                        "source": before.reference,
                    },
                    is_child=False,
                    link="follows",
                )
            )
        return tuple(found)


# ------------------------------------------------------------------ what each move brings, whatever the clock
def it_is_over(_definition: ProcessDefinition, state: str, _data: Json) -> bool:
    """Say that the date is met once it was held: its record has days of its own."""
    return state not in BEFORE


def book(step: Step) -> Effects:
    """Keep the day it is booked for, and whether that is after it is due."""
    evidence: Booking = step.evidence
    due_on = step.before.due_on
    return Effects(
        data={
            "planned_on": evidence.planned_on.isoformat(),
            "booked_late": due_on is not None and evidence.planned_on > due_on,
            "booked_by": step.actor,
        }
    )


def check_quality(step: Step) -> Effects:
    """Keep what was found and by whom, for whoever held it."""
    found = {"by": step.actor, "on": step.today.isoformat(), "feedback": step.evidence.feedback}
    return Effects(data={"quality_check": found})


def cease(step: Step) -> Effects:
    """Keep why nothing more is due; where the system says so, the case list does."""
    return Effects(
        data={
            "ceased_on": step.today.isoformat(),
            "ceased_because": step.evidence.because,
            "ceased_by": CASE_LIST if step.actor == SYSTEM else step.actor,
        }
    )


def _heard(evidence: Holding | Record) -> dict[str, Any]:
    """Return how and when the child was heard. The words themselves stand once, in the child's voice."""
    if evidence.views:
        return {"heard": [one.model_dump(mode="json", exclude={"words"}) for one in evidence.views]}
    return {"no_views_reason": evidence.no_views_reason} if evidence.no_views_reason else {}


def _held_by_list(before: ProcessInstance, held_on: date) -> dict[str, Any]:
    late = before.due_on is not None and held_on > before.due_on
    return {"held_on": held_on.isoformat(), "held_by": None, "held_late": late}


def _day(data: Json, key: str) -> date | None:
    return date.fromisoformat(data[key]) if data.get(key) else None

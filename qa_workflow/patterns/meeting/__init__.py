"""Recurring meeting: its date is set inside its span, its agenda is frozen, and it ends with actions of their own.

Source: domain 3.5 G2 and 3.6. The road is `planned`, `scheduled`, `agenda_set`, `held`, `minuted`,
`actions_logged`, `closed`; a date is taken back by `postpone` (organiser) or `declare_inquorate`
(chair, at the sitting) and set again; `cancel` (chair) ends it with a reason. The framework's month is
met once the meeting is held; minutes, actions and closing have ten working days each, a product default.

What differs from meeting to meeting is plain data:

    PROCESS = RecurringMeeting(name="senco_network", title="SENCO network", chair="send_manager", ...).process()
"""

from enum import StrEnum, auto
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Guard,
    OnDate,
    ProcessDefinition,
    Transition,
    Within,
)
from qa_workflow.engine.instance import Json
from qa_workflow.patterns import ladders
from qa_workflow.patterns.actions import ACTIONS_ARE_SOUND
from qa_workflow.patterns.guards import reason_is_given, text_is_given
from qa_workflow.patterns.meeting import asks, effects, guards
from qa_workflow.patterns.meeting_days import MeetingDays
from qa_workflow.patterns.shape import Shape

AFTERWARDS_WORKING_DAYS = 10  # for the minutes, for the actions and for closing, each


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    PLANNED = auto()
    SCHEDULED = auto()
    AGENDA_SET = auto()
    HELD = auto()
    MINUTED = auto()
    ACTIONS_LOGGED = auto()
    CLOSED = auto()
    POSTPONED = auto()
    INQUORATE = auto()
    CANCELLED = auto()


S = Stage
_AWAITS_A_DATE = (S.PLANNED, S.POSTPONED, S.INQUORATE)
_MET = frozenset({S.HELD, S.MINUTED, S.ACTIONS_LOGGED, S.CLOSED, S.CANCELLED})


def date_is_met(_definition: ProcessDefinition, state: str, _data: Json) -> bool:
    """Say that the framework's month is met once the meeting is held, or cancelled with a reason."""
    return state in _MET


# ------------------------------------------------------------------ what differs
def _several(given: Any) -> Any:  # noqa: ANN401 - what a file holds, still to be checked
    return (given,) if isinstance(given, str) else given


Roles = Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]
Standing = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*:[a-z][a-z0-9_]*$")]  # process:state


class RecurringMeeting(Shape):
    """A meeting, panel, board or network as plain data: who chairs it, who attends, what it looks at."""

    chair: Roles = Field(
        description="The role that chairs it, or any of several; a delegate may act"
    )
    organiser: Roles = Field(
        default=("qa_admin",),
        description="The role that sets date and agenda and writes the minutes",
    )
    must_answer: tuple[str, ...] = Field(
        default=(),
        description="Roles of which somebody must be recorded as present or with apologies",
    )
    must_attend: tuple[str, ...] = Field(
        default=(), description="Roles of which somebody must be there; else it is inquorate"
    )
    papers_working_days: int = Field(
        default=5,
        ge=0,
        le=20,
        description="How many working days before the meeting its agenda is frozen",
    )
    scrutinises: tuple[Standing, ...] = Field(
        default=(),
        description="What it approves or returns, as process:state; it closes only with an answer to each",
    )
    reviews: tuple[Standing, ...] = Field(
        default=(),
        description="What it looks at, as process:state: all that is open, and what ended since it last met",
    )
    follows_up: tuple[str, ...] = Field(
        default=(), description="Processes whose open recommendations it looks at"
    )
    rests_on: tuple[Standing, ...] = Field(
        default=(),
        description="What must stand in one of these (process:state) in the meeting's year, or it is said why not",
    )
    most_items: int = Field(
        default=0, ge=0, description="How many items it takes at most; 0: any number"
    )
    most_items_choice: str = Field(
        default="", description="The choice of the council that says another number"
    )
    decides_each_item: bool = Field(
        default=False,
        description="Each item leaves with an action about it, or is accepted with a reason",
    )
    topics: tuple[str, ...] = Field(
        default=(),
        description="What the minutes must say something about, in the framework's words",
    )
    live_cases: bool = Field(
        default=False, description="At least one open case is discussed, or it is said why none"
    )
    answered_by_letter: bool = Field(
        default=False, description="A letter may come afterwards, whose date and place are kept"
    )
    kinds: tuple[str, ...] = Field(
        default=(), description="Of which kinds it may be, named at the start"
    )
    started_by: str | None = Field(
        default=None, description="`person` where no line of the framework calendar opens it"
    )
    series: str | None = Field(
        default=None,
        description="How several for one subject are numbered, after the name: `{subject}:` gives name:C07:1",
    )
    service_manager: str = Field(default="sm_sqa", description="The role that hears at L1")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.decides_each_item and (self.scrutinises or self.reviews or self.follows_up):
            raise ValueError(
                f"{self.name} decides each item, so its items are named by hand: "
                "leave scrutinises, reviews and follows_up empty"
            )
        if self.most_items_choice and not self.most_items:
            raise ValueError("most_items_choice changes a number: say most_items too")
        return self

    # -------------------------------------------------------------- the definition
    @property
    def days(self) -> MeetingDays:
        """Return how it is dated."""
        return MeetingDays(
            papers_working_days=self.papers_working_days,
            organiser=" or ".join(self.organiser),
            chair=" or ".join(self.chair),
        )

    def process(self) -> ProcessDefinition:
        """Return the process that these parameters describe."""
        starts_with = asks.form(asks.AdHoc, asks.of_kinds(self.kinds) if self.kinds else None)
        start_guards: tuple[Guard, ...] = (guards.due_date_is_known,)
        if self.kinds:
            start_guards = (*start_guards, guards.kind_is_one_of(self.kinds))
        return ProcessDefinition(
            name=self.name,
            title=self.title,
            version=1,
            about=self.about,
            reference_hint=self.reference_hint
            or f"{self.name}:2026-03 (the month in which it sits)",
            states=Stage,
            initial=S.PLANNED,
            final=frozenset({S.CLOSED, S.CANCELLED}),
            reads=frozenset(
                {
                    "meeting",
                    *(("open_cases",) if self.live_cases else ()),
                    *(("choices",) if self.most_items_choice else ()),
                }
            ),
            shape=self,
            started_by=self.started_by,
            series=None if self.series is None else f"{self.name}:{self.series}",
            starts_with=starts_with,
            start_guards=start_guards,
            on_start=effects.plan(self.days),
            recount=effects.recount(self.days),
            service_manager=self.service_manager,
            due_ladder=ladders.STANDARD,
            due_met=date_is_met,
            due_source=self.source,
            transitions=(*self._before_it(), *self._at_it(), *self._after_it()),
            deadlines=self._deadlines(),
        )

    # -------------------------------------------------------------- the moves
    def _before_it(self) -> tuple[Transition, ...]:
        room: tuple[Guard, ...] = ()
        if self.most_items:
            most, choice = self.most_items, self.most_items_choice
            room = (guards.agenda_has_room(most, choice, self.days.organiser),)
        gathered = effects.set_agenda(self.scrutinises, self.reviews)
        return (
            Transition(
                "schedule", _AWAITS_A_DATE, S.SCHEDULED, self.days.date_guards(), self.organiser,
                asks=asks.Sitting, effect=effects.schedule(self.days),
            ),
            Transition(
                "set_agenda", S.SCHEDULED, S.AGENDA_SET, (self.days.papers_day_guard(), *room),
                (*self.organiser, "system"), asks=asks.Agenda, effect=gathered,
            ),
            Transition(
                "add_late_item", S.AGENDA_SET, None, (guards.item_is_not_listed_yet, *room, reason_is_given),
                tuple(dict.fromkeys((*self.organiser, *self.chair))),
                asks=asks.LateItem, effect=effects.add_late_item(self.scrutinises), exceptional=True,
            ),
            Transition(
                "postpone", (S.SCHEDULED, S.AGENDA_SET), S.POSTPONED, (reason_is_given,), self.organiser,
                effect=effects.put_off(self.days, "postponed"), exceptional=True,
            ),
            Transition(
                "cancel", (*_AWAITS_A_DATE, S.SCHEDULED, S.AGENDA_SET), S.CANCELLED, (reason_is_given,), self.chair,
                effect=effects.cancel, exceptional=True,
            ),
        )  # fmt: skip

    def _at_it(self) -> tuple[Transition, ...]:
        come = self.days.sitting_day_guard()
        who: list[Guard] = [guards.nobody_is_both_there_and_away]
        if self.must_answer:
            who.append(guards.roles_have_answered(self.must_answer))
        if self.must_attend:
            who.append(guards.roles_are_there(self.must_attend))
        if self.rests_on:
            who.append(guards.ground_is_laid(self.rests_on))
        attendance = asks.form(
            asks.Attendance,
            asks.OfRoles if self.must_answer else None,
            asks.OfGround if self.rests_on else None,
        )
        return (
            Transition(
                "hold", S.AGENDA_SET, S.HELD, (come, *who), self.chair, asks=attendance, effect=effects.hold,
            ),
            Transition(
                "declare_inquorate", S.AGENDA_SET, S.INQUORATE, (come, reason_is_given), self.chair,
                effect=effects.put_off(self.days, "inquorate"), exceptional=True,
            ),
        )  # fmt: skip

    def _after_it(self) -> tuple[Transition, ...]:
        organiser = self.days.organiser
        said: list[Guard] = [
            text_is_given("minutes_reference", "It is not said where the minutes are.", organiser)
        ]
        if self.topics:
            said.append(guards.topics_are_covered(self.topics, organiser))
        if self.live_cases:
            said.append(guards.live_cases_were_discussed)
        agreed: tuple[Guard, ...] = (guards.actions_are_said(organiser), *ACTIONS_ARE_SOUND)
        if self.decides_each_item:
            agreed = (*agreed, guards.every_item_is_decided)
        answered: tuple[Guard, ...] = ()
        if self.scrutinises:
            answered = (guards.scrutiny_has_ended(self.scrutinises, self.days.chair),)
        letter = Transition(
            "receive_letter", (S.HELD, S.MINUTED, S.ACTIONS_LOGGED), None, (guards.letter_is_dated_and_kept,),
            self.organiser, asks=asks.Letter, effect=effects.receive_letter, exceptional=True,
        )  # fmt: skip
        return (
            Transition(
                "minute", S.HELD, S.MINUTED, tuple(said), self.organiser, asks=self._minutes(),
                effect=effects.minute,
            ),
            Transition(
                "log_actions", S.MINUTED, S.ACTIONS_LOGGED, agreed, self.organiser,
                asks=asks.form(asks.Actions, asks.OfDecisions if self.decides_each_item else None),
                effect=effects.log_actions,
            ),
            Transition(
                "close", S.ACTIONS_LOGGED, S.CLOSED, answered, self.chair,
                asks=asks.form(asks.Closing, asks.OfScrutiny if self.scrutinises else None),
                effect=effects.close(self.scrutinises),
            ),
            *((letter,) if self.answered_by_letter else ()),
        )  # fmt: skip

    def _minutes(self) -> type[Asks]:
        return asks.form(
            asks.Minutes,
            asks.OfTopics if self.topics else None,
            asks.OfLiveCases if self.live_cases else None,
        )

    # -------------------------------------------------------------- the deadlines
    def _deadlines(self) -> tuple[Deadline, ...]:
        dated = (
            "product default: AD People hears while a day that leaves time for papers can be found"
        )
        names = {
            S.PLANNED: "schedule_by",
            S.POSTPONED: "schedule_again_by",
            S.INQUORATE: "sit_again_by",
        }
        after = {S.HELD: "minute_by", S.MINUTED: "log_actions_by", S.ACTIONS_LOGGED: "close_by"}
        return (
            *(
                Deadline(name=name, state=state, due=OnDate("schedule_by"), ladder=ladders.STANDARD, source=dated)
                for state, name in names.items()
            ),
            Deadline(
                name="papers_by", state=S.SCHEDULED, due=OnDate("papers_on"), on_expiry="set_agenda",
                at_start=self.papers_working_days == 0,
                source="domain 3.5 G2: the agenda is frozen some working days before the meeting",
            ),
            Deadline(
                name="hold_by", state=S.AGENDA_SET, due=OnDate("sits_on"), ladder=ladders.STANDARD,
                source="the day that was set",
            ),
            *(
                Deadline(
                    name=name, state=state, due=Within(AFTERWARDS_WORKING_DAYS), ladder=ladders.STANDARD,
                    source="product default",
                )
                for state, name in after.items()
            ),
        )  # fmt: skip

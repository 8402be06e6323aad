"""G6, the case clock: by when a child's next review must be held, counted from what really happened last.

Source: "Independent Reviewing Officer (IRO) at Child Looked After Review and Child Protection Conference",
"The IRO Service involved in the reviewing of Pathway Plans", "Clear management oversight on the review of
Child in Need case", "All PEP's are updated within term time and overseen by Virtual Head" (framework);
domain 3.5 G6 and 3.6. Reviews belong to the case system: here they are watched and escalated, never decided.

    due -> booked -> held -> recorded (and the next one starts), or ceased

The case list speaks too: a newer review on it records the open clock (`see_review`), another start of the
plan moves the first one (`see_start`), a closed case or another plan ends it (`cease`). In the data:
`number`, `turn`, `counted_from`, `rule`, `source` from the start (`reading` where a list was read, `period`
of a PEP: the framework's month); `planned_on`, `booked_late`; `held_on`, `held_by`, `held_late`, `heard`
(method and day of each view) or `no_views_reason`; `quality_check`; `recorded_on`, `recorded_by` (a person
or "case list"); `ceased_on`, `ceased_because`, `ceased_by`.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from qa_workflow.engine.definition import (
    After,
    Asks,
    Deadline,
    Months,
    OnDate,
    ProcessDefinition,
    Reassignment,
    Transition,
    Within,
)
from qa_workflow.engine.instance import Json
from qa_workflow.engine.people import SYSTEM
from qa_workflow.patterns import ladders
from qa_workflow.patterns.case_clock_acts import ClockActs, book, cease, check_quality, it_is_over
from qa_workflow.patterns.case_clock_rules import (
    BEFORE,
    CLOCKS,
    OPEN,
    TAKEN_BY,
    Booking,
    ByHand,
    Ceasing,
    Holding,
    QualityCheck,
    Record,
    Restart,
    Seen,
    Stage,
    Taker,
    actors,
    child_was_heard,
    it_was_held,
    late_booking_has_a_reason,
    may_be_unneeded,
    no_other_is_open,
    outcome_is_said,
    planned_day_is_to_come,
    quality_was_checked,
    reviewer_is_independent_of_the_case,
    successor_has_the_role,
    successor_is_independent_of_the_case,
    told_views_are_complete,
)
from qa_workflow.patterns.clock_dates import Turn
from qa_workflow.patterns.guards import decided_by_another, reason_is_given, text_is_given

S = Stage
PlanType = Literal["cin", "cp", "cla", "care_leaver", "early_help"]


class CaseClock(ClockActs):
    """A review, conference or plan of one child with a date. What it says of itself is data: a council may add its own."""

    owner: str = Field(
        description="The role that sees to it: of iro, team_manager and practitioner the case's own, of others everybody"
    )
    also_by: tuple[str, ...] = Field(
        default=(), description="Further roles that may book it and record it as held"
    )
    service_manager: str = Field(
        default="sm_csc", description="The role that hears of lateness and may cease it"
    )
    ladder: Literal["standard", "statutory"] = Field(
        default="statutory",
        description="How lateness climbs: statutory where the law gives the date",
    )
    plan_type: PlanType | None = Field(
        default=None,
        description="Every open case of this plan has one; without it each is started by hand",
    )
    list_tells_last: bool = Field(
        default=True, description="The last review of the case list is one of these"
    )
    keyed_by: Literal["number", "day"] = Field(
        default="number",
        description="The end of its reference: its number, or the day it counts from",
    )
    independent: bool = Field(
        default=False, description="Whoever reviews stands outside the line management of the case"
    )
    quality_check_by: str = Field(
        default="", description="The role that checks the quality of each one before it is recorded"
    )
    unneeded: str = Field(
        default="",
        description="Which children are owed none; empty where every child of the plan is",
    )
    record_working_days: int = Field(
        default=10, ge=1, description="Working days to write the record"
    )
    started_by: str = Field(default="person", description="'person', or the process that starts it")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.plan_type is not None and not self.recurs:
            raise ValueError(
                "what every case of a plan has must recur: give later_months or each_term"
            )
        if self.keyed_by == "day" and self.recurs:
            raise ValueError("what recurs is numbered: keyed_by = 'day' is for what happens once")
        return self

    # -------------------------------------------------------------- the process
    def process(self) -> ProcessDefinition:
        """Return the definition of the process that runs this clock."""
        ladder = ladders.BY_NAME[self.ladder]
        hint = "C07:1" if self.keyed_by == "number" else "C07:2026-03-30"
        owners, _ = actors((self.owner,))
        guards = (successor_has_the_role(self.owner), *self._independence(successor=True))
        _, relations = actors((self.owner, *self.also_by))
        return ProcessDefinition(
            name=self.name,
            title=self.title,
            version=1,
            about=self.about,
            reference_hint=self.reference_hint or f"{self.name}:{hint}",
            key=self._key(),
            started_by=self.started_by,
            starts_with=ByHand if self.keyed_by == "number" else Asks,
            start_guards=(no_other_is_open(self.name),) if self.keyed_by == "number" else (),
            on_start=self.begin,
            recount=self.recount,
            states=Stage,
            initial=S.DUE,
            final=frozenset({S.RECORDED, S.CEASED}),
            reads=frozenset({"case", "choices", "terms", CLOCKS}),
            relations=relations,
            service_manager=self.service_manager,
            reassignment=Reassignment(
                key=TAKEN_BY, states=frozenset(OPEN), asks=Taker, guards=guards, roles=(self.service_manager,)
            ),
            due_ladder=ladder,
            due_met=it_is_over,
            due_source=self.source,
            transitions=(*self._meeting(), *self._writing(owners), *self._by_the_list()),
            deadlines=self._deadlines(),
            shape=self,
        )  # fmt: skip

    def _key(self) -> Callable[[str, date, Json], str]:
        if self.keyed_by == "day":
            return lambda subject, day, _data: f"{self.name}:{subject}:{day.isoformat()}"
        return lambda subject, _day, data: f"{self.name}:{subject}:{data.get('number', 1)}"

    def _independence(self, *, successor: bool = False) -> tuple[Any, ...]:
        if not self.independent:
            return ()
        return (
            successor_is_independent_of_the_case
            if successor
            else reviewer_is_independent_of_the_case,
        )

    def _meeting(self) -> tuple[Transition, ...]:
        roles, _ = actors((self.owner, *self.also_by))
        booked = (*self._independence(), planned_day_is_to_come, late_booking_has_a_reason)
        held = (*self._independence(), it_was_held, told_views_are_complete)
        return (
            Transition("book", S.DUE, S.BOOKED, booked, roles, asks=Booking, effect=book),
            Transition("book", S.BOOKED, None, booked, roles, asks=Booking, effect=book),
            Transition("hold", BEFORE, S.HELD, held, roles, asks=Holding, effect=self.hold),
        )

    def _writing(self, owners: tuple[str, ...]) -> tuple[Transition, ...]:
        guards: tuple[Any, ...] = (*self._independence(), child_was_heard, told_views_are_complete)
        check: tuple[Transition, ...] = ()
        if self.leads_to:
            guards = (*guards, outcome_is_said)
        if by := self.quality_check_by:
            guards = (*guards, quality_was_checked(by))
            by_another = decided_by_another(
                "held_by", "held it", f"another {by}", apart_from=("hold",)
            )
            said = text_is_given("feedback", "What was found is not said.", by)
            check = (
                Transition(
                    "quality_check",
                    S.HELD,
                    None,
                    (said, by_another),
                    by,
                    asks=QualityCheck,
                    effect=check_quality,
                ),
            )
        ceased = tuple(dict.fromkeys((*owners, self.service_manager, SYSTEM)))
        return (
            Transition("record", S.HELD, S.RECORDED, guards, owners, asks=Record, effect=self.record),
            *check,
            Transition(
                "cease", OPEN, S.CEASED, (reason_is_given, may_be_unneeded(self.unneeded)), ceased,
                asks=Ceasing, effect=cease, exceptional=True,
            ),
        )  # fmt: skip

    def _by_the_list(self) -> tuple[Transition, ...]:
        return (
            Transition(
                "see_review", OPEN, S.RECORDED, asks=Seen, effect=self.see_review, exceptional=True
            ),
            Transition(
                "see_start", BEFORE, None, asks=Restart, effect=self.see_start, exceptional=True
            ),
        )

    def _deadlines(self) -> tuple[Deadline, ...]:
        ladder = ladders.BY_NAME[self.ladder]
        counted: list[Deadline] = []
        if self.first_working_days is not None:
            within = Within(self.first_working_days, since="first_from")
            counted.append(
                Deadline(
                    name="first_by", state=S.DUE, due=within, ladder=ladder, source=self.source
                )
            )
        for turn in Turn:
            months = self.months_of(turn, {})
            if months is not None and not self.months_choice:
                rule = After(Months(months), since=f"{turn}_from")
                counted.append(
                    Deadline(
                        name=f"{turn}_by", state=S.DUE, due=rule, ladder=ladder, source=self.source
                    )
                )
        return (
            *counted,
            Deadline(
                name="meeting_on", state=S.BOOKED, due=OnDate("planned_on"), ladder=ladders.NUDGE,
                source="product default: a reminder on the day it is booked for",
            ),
            Deadline(
                name="record_by", state=S.HELD, due=Within(self.record_working_days), ladder=ladders.STANDARD,
                source="product default",
            ),
        )  # fmt: skip

"""G5, the versioned document: reviewed when the framework says, scrutinised by another, never without a version.

Source: "Update Service Improvement Plan. (quarterly basis)", "Practice Standards updated (although urgent
updates will be completed on an ad hoc basis", "Reports on Audits, Service Improvement Plan and Workforce
Development Plans are scrutinised and signed off within governance arrangements" (framework); domain 3.5
G5, A11, A29. An instance is one review of the document: `service_improvement_plan:2026-01`. Its own date
is met by `awaiting_scrutiny` (the update is in time) or `no_change_confirmed`; the board that scrutinises
it has a date of its own, the end of the next month in which it sits (the choice `scrutiny_months`).

A plan is a list of lines, and each line links back to what it came from: closing the loop. What was
proposed for the plan and linked to it (a `plan_line`) must stand on it, and no open line is lost.

In the data: `version` in force as this review knows it, `lines`, `dropped`, `document_reference`,
`authors`, `submitted_on`, `scrutiny_on`, `came_from`; `urgent_versions`, and `urgent_draft` while one
waits for approval; `in_force`, what this review made: {version, lines, document_reference, ...}.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Any, Self

from pydantic import Field, model_validator

from qa_workflow.engine.definition import (
    Deadline,
    Effects,
    Link,
    OnDate,
    ProcessDefinition,
    Step,
    Transition,
    Within,
)
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.errors import BeyondCalendar
from qa_workflow.patterns import ladders
from qa_workflow.patterns.document_acts import (
    approve,
    approve_urgently,
    ask_urgently,
    confirm,
    date_is_met,
    day_in,
    draft,
    drafted,
    give_back,
    in_force_now,
    return_urgently,
    review,
    review_is_still_due,
    stands_for_the_review,
    traces,
)
from qa_workflow.patterns.document_rules import (
    OPEN,
    PLAN_IS_WHOLE,
    Decision,
    DocumentStart,
    Drafting,
    Line,
    Stage,
    Urgent,
    an_urgent_version_is_waiting,
    approver_is_not_the_author,
    lines_that_were_sent_are_whole,
    no_other_urgent_version_is_waiting,
    no_proposal_is_waiting,
    urgent_version_is_anothers,
    what_the_audit_tool_takes_is_given,
    where_it_is_is_given,
)
from qa_workflow.patterns.guards import reason_is_given, text_is_given
from qa_workflow.patterns.shape import Shape
from qa_workflow.patterns.spans import due_date_is_not_past, end_of_next_month, next_month_of

S = Stage


class VersionedDocument(Shape):
    """A plan or standard that is reviewed again and again. What it says of itself is data: a council may add its own."""

    author: str = Field(description="The role that reviews and writes it, and owns it until then")
    also_by: tuple[str, ...] = Field(default=(), description="Further roles that may write it")
    approver: str = Field(
        default="ad_people", description="The role that approves it: the board's chair"
    )
    board: str = Field(
        default="",
        description="The process of the board that scrutinises it, so that one that has sat is known",
    )
    scrutiny_months: tuple[int, ...] = Field(
        default=(),
        description="The months (1 to 12) in which that board sits; none: approval has working days. Where "
        "`board` is named, the council's choice of the same name counts",
    )
    approve_working_days: int = Field(
        default=10, ge=1, description="Working days for approval where no board sits"
    )
    has_lines: bool = Field(
        default=False, description="It is a plan: a list of lines with owner, date and RAG"
    )
    plan_code: str = Field(default="", description="What proposed lines call this plan: SIP, WDP")
    feeds_methodology: bool = Field(
        default=False, description="It is said what the audit tool of the next round takes from it"
    )
    feeds: tuple[str, ...] = Field(default=(), description="The processes that take it up")
    fed_by: tuple[str, ...] = Field(
        default=(), description="The processes whose results of the last twelve months it rests on"
    )
    due_working_days: int = Field(
        default=0,
        ge=0,
        description="Working days from its start, where an audit asks for it; 0: none",
    )
    redraft_working_days: int = Field(default=10, ge=1, description="Working days after a return")
    urgent_working_days: int = Field(
        default=2, ge=1, description="Working days for the approval of an urgent version"
    )
    service_manager: str = Field(
        default="sm_sqa", description="The role that hears of lateness first"
    )
    started_by: str | None = Field(
        default=None, description="'person' or a process, where no line of the calendar opens it"
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.author == self.approver:
            raise ValueError(
                "author and approver are the same role: nobody approves their own document"
            )
        if not all(1 <= month <= 12 for month in self.scrutiny_months):  # noqa: PLR2004 - twelve months
            raise ValueError("scrutiny_months are months from 1 to 12")
        if self.board and not self.scrutiny_months:
            raise ValueError("board names who scrutinises it: name the scrutiny_months too")
        if self.plan_code and not self.has_lines:
            raise ValueError("plan_code is for a plan: set has_lines")
        return self

    @property
    def authors(self) -> tuple[str, ...]:
        """Return every role that may write it; the first one owns it."""
        return tuple(dict.fromkeys((self.author, *self.also_by)))

    # -------------------------------------------------------------- effects
    def begin(self, step: Step) -> Effects:
        """Take over the version in force, and set the date where nobody else has."""
        before, in_force = step.before, in_force_now(step)
        kept: dict[str, Any] = {
            "version": in_force.get("version", 0),
            "lines": list(in_force.get("lines", ())),
            "document_in_force": in_force.get("document_reference"),
            "urgent_versions": [],
            "feeds": list(self.feeds),
            "fed_by": list(self.fed_by),
            "plan_code": self.plan_code or None,
            "board": self.board or None,
        }
        due_on = before.due_on or day_in(before.data, "due_on")
        if due_on is None and self.due_working_days:
            kept["counted_from"] = step.today.isoformat()
            due_on = self._counted(step.today, step.calendar)
        elif due_on is None:
            due_on = end_of_next_month(step.today)
        return Effects(data=kept, due_on=due_on)

    def _counted(self, day: date, calendar: WorkingCalendar) -> date | None:
        """Return its date; None beyond the calendar: `write_by` then blocks it and names the year."""
        with suppress(BeyondCalendar):
            return calendar.add(day, self.due_working_days, closures=True)
        return None

    def recount(self, instance: ProcessInstance, calendar: WorkingCalendar) -> Effects:
        """Count the working days from its start again, where they made its date."""
        begun = day_in(instance.data, "counted_from")
        return Effects() if begun is None else Effects(due_on=self._counted(begun, calendar))

    def submit(self, step: Step) -> Effects:
        """Keep the document as it goes to scrutiny, when that is, and link it to all that it came from."""
        kept = drafted(step)
        boards = step.facts.gathered.get("boards", frozenset())
        if self.scrutiny_months:
            gathered = step.facts.gathered
            months = gathered["scrutiny_months"] if self.board else self.scrutiny_months
            kept["scrutiny_on"] = next_month_of(months, step.today, boards).isoformat()
        data = {
            **kept,
            "submitted_on": step.before.data.get("submitted_on") or step.today.isoformat(),
            "submitted_by": step.actor,
        }
        lines = tuple(Line.model_validate(one) for one in kept["lines"])
        return Effects(
            data=data,
            links=(*traces(lines), *(Link("came_from", one) for one in kept["came_from"])),
        )

    # -------------------------------------------------------------- the process
    def process(self) -> ProcessDefinition:
        """Return the definition of the process that runs the reviews of this document."""
        return ProcessDefinition(
            name=self.name,
            title=self.title,
            version=1,
            about=self.about,
            reference_hint=self.reference_hint or f"{self.name}:2026-01",
            started_by=self.started_by,
            starts_with=DocumentStart,
            start_guards=(due_date_is_not_past,),
            states=Stage,
            initial=S.CURRENT,
            final=frozenset({S.APPROVED, S.NO_CHANGE_CONFIRMED}),
            reads=frozenset({"feeding", "document", "choices"}),
            service_manager=self.service_manager,
            on_start=self.begin,
            recount=self.recount,
            due_ladder=ladders.STANDARD,
            due_met=date_is_met,
            due_source=self.source,
            transitions=(*self._writing(), *self._approving(), *self._urgent()),
            deadlines=tuple(self._deadlines()),
        )

    def _writing(self) -> tuple[Transition, ...]:
        is_whole = (
            where_it_is_is_given,
            *(PLAN_IS_WHOLE if self.has_lines else ()),
            *((what_the_audit_tool_takes_is_given,) if self.feeds_methodology else ()),
        )
        return (
            Transition("review", S.CURRENT, S.IN_REVIEW, role=self.authors, effect=review),
            Transition("draft", S.IN_REVIEW, S.DRAFT, role=self.authors, asks=Drafting, effect=draft),
            Transition(
                "submit", S.DRAFT, S.AWAITING_SCRUTINY, is_whole, self.authors, asks=Drafting, effect=self.submit,
            ),
        )  # fmt: skip

    def _approving(self) -> tuple[Transition, ...]:
        by_another = approver_is_not_the_author(self.approver)
        minuted = text_is_given(
            "minute_reference", "It is not said where the decision is minuted.", self.approver
        )
        return (
            Transition(
                "approve", S.AWAITING_SCRUTINY, S.APPROVED,
                (by_another, no_other_urgent_version_is_waiting, *((minuted,) if self.scrutiny_months else ())),
                self.approver, asks=Decision, effect=approve,
            ),
            Transition(
                "return", S.AWAITING_SCRUTINY, S.DRAFT, (by_another, reason_is_given), self.approver,
                effect=give_back, adverse=True,
            ),
            Transition(
                "confirm_no_change", (S.IN_REVIEW, S.AWAITING_SCRUTINY), S.NO_CHANGE_CONFIRMED,
                (by_another, no_proposal_is_waiting, no_other_urgent_version_is_waiting, reason_is_given), self.approver, asks=Decision,
                effect=confirm, adverse=True,
            ),
        )  # fmt: skip

    def _urgent(self) -> tuple[Transition, ...]:
        another = urgent_version_is_anothers(self.approver)
        return (
            Transition(
                "urgent_update", S.CURRENT, None,
                (
                    no_other_urgent_version_is_waiting,
                    reason_is_given,
                    text_is_given("what_changes", "It is not said what changes.", self.author),
                    text_is_given("document_reference", "It is not said where the document is.", self.author),
                    *((lines_that_were_sent_are_whole,) if self.has_lines else ()),
                ),
                self.authors, asks=Urgent, effect=ask_urgently,
            ),
            # A review that nobody has begun may be done with by it (domain A29).
            Transition(
                "approve_urgent_update", S.CURRENT, None, (an_urgent_version_is_waiting, another), self.approver,
                asks=Decision, effect=approve_urgently, chosen=review_is_still_due,
            ),
            Transition(
                "approve_urgent_update", S.CURRENT, S.APPROVED, (an_urgent_version_is_waiting, another), self.approver,
                asks=Decision, effect=approve_urgently, chosen=stands_for_the_review,
            ),
            Transition(
                "approve_urgent_update", OPEN[1:], None, (an_urgent_version_is_waiting, another), self.approver,
                asks=Decision, effect=approve_urgently,
            ),
            Transition(
                "return_urgent_update", OPEN, None, (an_urgent_version_is_waiting, another, reason_is_given),
                self.approver, effect=return_urgently, adverse=True,
            ),
        )  # fmt: skip

    def _deadlines(self) -> Iterable[Deadline]:
        def within(name: str, state: S, days: int, since: str | None = None) -> Deadline:
            return Deadline(
                name=name, state=state, due=Within(days, since=since), ladder=ladders.STANDARD,
                source="product default",
            )  # fmt: skip

        if self.due_working_days:
            yield within("write_by", S.CURRENT, self.due_working_days, since="counted_from")
        yield within("resubmit_by", S.DRAFT, self.redraft_working_days, since="returned_on")
        if self.scrutiny_months:
            yield Deadline(
                name="scrutinise_by", state=S.AWAITING_SCRUTINY, due=OnDate("scrutiny_on"), ladder=ladders.STANDARD,
                source="Framework: signed off within governance arrangements, at the next board (domain A11)",
            )  # fmt: skip
        else:
            yield within("approve_by", S.AWAITING_SCRUTINY, self.approve_working_days)
        for state in OPEN:
            name = f"approve_urgent_by_{state}"
            yield within(name, state, self.urgent_working_days, since="urgent_asked_on")

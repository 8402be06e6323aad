"""G1, the recurring report: written by one person, received by another, and never silently left out.

Source: "Monthly reports to the Children's Senior Management Team", "Virtual Head produces and annual and
interim report", "Annual reports" (framework, reports and updates); domain 3.5 G1 and 3.6: the framework's
date is met by `submitted` or `nil_return`, receipt has five working days. An explicit nil return is a
report too; a report that never came is `missed` only once the next one is there and a service manager
has accepted the gap. A section holds a count, a note and references: never a name.

In the data of an instance, beside what the calendar gave it (`code`, `period`, `opens_on`): from its
start `covers_from`, `covers_to`, `kind`, `goes_to`, and by process `feeds` and `fed_by`; from its
submission `data_on`, `sections`, `shown` (their counts as whoever does not work on those cases may see
them), `report_reference`, `submitted_on`, `authors`, and `came_from`: the references that fed it, linked too.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from qa_workflow.engine.definition import (
    Deadline,
    Effects,
    Link,
    ProcessDefinition,
    Step,
    Transition,
    Within,
)
from qa_workflow.engine.instance import Json, Notice
from qa_workflow.engine.people import ids
from qa_workflow.patterns import ladders
from qa_workflow.patterns.actions import ACTIONS_ARE_SOUND, action_spawns
from qa_workflow.patterns.guards import reason_is_given, text_is_given
from qa_workflow.patterns.report_rules import (
    Acting,
    NilReturn,
    ReportStart,
    Stage,
    Submission,
    asked_sections_are_all_there,
    at_least_one_action_is_named,
    data_date_is_given,
    each_count_covers_its_references,
    gap_is_accepted_by_another,
    is_not_the_author,
    next_report_was_received,
    period_is_in_order,
)
from qa_workflow.patterns.shape import Shape
from qa_workflow.patterns.spans import (
    Span,
    covered_months,
    covered_week,
    covered_year_to_march,
    due_date_is_not_past,
    end_of_next_month,
)
from qa_workflow.patterns.suppression import suppressed

S = Stage
DONE = frozenset({S.NOTED, S.ACTIONS_RAISED, S.NIL_RETURN, S.MISSED})


class RecurringReport(Shape):
    """A report that somebody writes again and again. What it says of itself is data: a council may add its own."""

    author: str = Field(description="The role that writes it and owns it until it is submitted")
    also_by: tuple[str, ...] = Field(default=(), description="Further roles that may write it")
    receiver: str = Field(description="The role that receives it, notes it or raises actions")
    goes_to: tuple[str, ...] = Field(default=(), description="The bodies it is for, by their names")
    sections: tuple[str, ...] = Field(default=(), description="The sections that must all be there")
    counted: bool = Field(default=False, description="Each of these sections carries a count")
    covers: Literal["week", "months", "year_to_march"] = Field(
        default="months",
        description="What it covers: the week it is due in, whole months up to the one it is due in, "
        "or the last year from 1 April to 31 March",
    )
    covers_months: int = Field(
        default=1, ge=1, le=24, description="How many months, if it covers months"
    )
    interim_months: tuple[int, ...] = Field(
        default=(), description="Due in one of these months (1 to 12) it is interim, else annual"
    )
    interim_covers_months: int = Field(
        default=6, ge=1, le=24, description="How many months it then covers"
    )
    feeds: tuple[str, ...] = Field(default=(), description="The processes that take it up")
    fed_by: tuple[str, ...] = Field(
        default=(), description="The processes whose results of the last twelve months it rests on"
    )
    service_manager: str = Field(
        default="sm_sqa", description="The role that hears of lateness and may accept a gap"
    )
    receive_working_days: int = Field(default=5, ge=1, description="Working days for its receipt")
    redraft_working_days: int = Field(default=5, ge=1, description="Working days after a return")
    note_working_days: int = Field(
        default=10, ge=1, description="Working days to note it or raise actions"
    )
    started_by: str | None = Field(
        default=None, description="'person' or a process, where no line of the calendar opens it"
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.author == self.receiver:
            raise ValueError(
                "author and receiver are the same role: nobody receives their own report"
            )
        if len(set(self.sections)) != len(self.sections) or not all(self.sections):
            raise ValueError("each of the sections needs a name of its own")
        if self.counted and not self.sections:
            raise ValueError("counted says that sections carry a count, but there are no sections")
        if not all(1 <= month <= 12 for month in self.interim_months):  # noqa: PLR2004 - twelve months
            raise ValueError("interim_months are months from 1 to 12")
        if self.interim_months and self.covers != "months":
            raise ValueError("interim_months go with covers = 'months' only")
        return self

    @property
    def authors(self) -> tuple[str, ...]:
        """Return every role that may write it; the first one owns it."""
        return tuple(dict.fromkeys((self.author, *self.also_by)))

    # -------------------------------------------------------------- effects
    def begin(self, step: Step) -> Effects:
        """Say what the report covers and for whom it is; one asked for by hand is due when it was said, or next month."""
        data = step.before.data
        due_on = step.before.due_on or _day(data, "due_on") or end_of_next_month(step.today)
        begins, ends = _day(data, "covers_from"), _day(data, "covers_to")
        if begins is None or ends is None:
            begins, ends = self._covered(due_on)
        return Effects(
            due_on=due_on,
            data={
                "covers_from": begins.isoformat(),
                "covers_to": ends.isoformat(),
                "goes_to": list(self.goes_to),
                "feeds": list(self.feeds),
                "fed_by": list(self.fed_by),
                **({"kind": self._kind(due_on)} if self.interim_months else {}),
            },
        )

    def _kind(self, due_on: date) -> str:
        return "interim" if due_on.month in self.interim_months else "annual"

    def _covered(self, due_on: date) -> Span:
        if self.covers == "week":
            return covered_week(due_on)
        if self.covers == "year_to_march":
            return covered_year_to_march(due_on)
        interim = due_on.month in self.interim_months
        return covered_months(due_on, self.interim_covers_months if interim else self.covers_months)

    def return_nothing(self, step: Step) -> Effects:
        """Keep the nil return, and tell whoever would have received a report: no state of theirs will come."""
        kept = {"data_on": step.evidence.data_on.isoformat(), "why_nil": step.evidence.reason}
        text = f"There was nothing to report: {step.evidence.reason}"
        receivers = ids(step.facts.roster.holders(self.receiver, step.today))
        return Effects(
            data={**kept, **_written(step), "submitted_on": step.today.isoformat()},
            notices=tuple(
                Notice(to=one, template="note", key="nil_return", text=text) for one in receivers
            ),
        )

    # -------------------------------------------------------------- the process
    def process(self) -> ProcessDefinition:
        """Return the definition of the process that runs this report."""
        return ProcessDefinition(
            name=self.name,
            title=self.title,
            version=1,
            about=self.about,
            reference_hint=self.reference_hint or f"{self.name}:2026-06",
            started_by=self.started_by,
            starts_with=ReportStart,
            start_guards=(due_date_is_not_past, period_is_in_order),
            states=Stage,
            initial=S.DUE,
            final=DONE,
            reads=frozenset({"feeding", "following"}),
            service_manager=self.service_manager,
            on_start=self.begin,
            due_ladder=ladders.STANDARD,
            due_met=date_is_met,
            due_source=self.source,
            transitions=(*self._writing(), *self._receiving()),
            deadlines=self._deadlines(),
        )

    def _writing(self) -> tuple[Transition, ...]:
        report_is_whole = (
            data_date_is_given,
            asked_sections_are_all_there(self.sections, counted=self.counted),
            each_count_covers_its_references,
            text_is_given("report_reference", "It is not said where the report is.", self.author),
        )
        acceptors = tuple(dict.fromkeys((self.service_manager, "ad_people")))
        return (
            Transition("draft", (S.DUE, S.RETURNED), S.DRAFTING, role=self.authors, effect=draft),
            Transition(
                "submit", S.DRAFTING, S.SUBMITTED, report_is_whole, self.authors, asks=Submission, effect=submit,
            ),
            Transition(
                "nil_return", (S.DUE, S.DRAFTING), S.NIL_RETURN, (data_date_is_given, reason_is_given),
                self.authors, asks=NilReturn, effect=self.return_nothing, adverse=True,
            ),
            Transition(
                "miss", (S.DUE, S.DRAFTING, S.RETURNED), S.MISSED,
                (next_report_was_received, gap_is_accepted_by_another(self.authors, acceptors), reason_is_given),
                acceptors, effect=accept_gap, exceptional=True,
            ),
        )  # fmt: skip

    def _receiving(self) -> tuple[Transition, ...]:
        by_another = is_not_the_author(self.receiver)
        return (
            Transition("receive", S.SUBMITTED, S.RECEIVED, (by_another,), self.receiver, effect=receive),
            Transition(
                "return", S.SUBMITTED, S.RETURNED, (by_another, reason_is_given), self.receiver, effect=give_back, adverse=True,
            ),
            Transition("note", S.RECEIVED, S.NOTED, (by_another,), self.receiver, effect=note),
            Transition(
                "raise_actions", S.RECEIVED, S.ACTIONS_RAISED,
                (by_another, at_least_one_action_is_named, *ACTIONS_ARE_SOUND),
                self.receiver, asks=Acting, effect=raise_actions,
            ),
        )  # fmt: skip

    def _deadlines(self) -> tuple[Deadline, ...]:
        def within(name: str, state: S, days: int, since: str | None = None) -> Deadline:
            return Deadline(
                name=name, state=state, due=Within(days, since=since), ladder=ladders.STANDARD,
                source="product default",
            )  # fmt: skip

        return (
            within("receive_by", S.SUBMITTED, self.receive_working_days),
            within("note_by", S.RECEIVED, self.note_working_days),
            within("redraft_by", S.RETURNED, self.redraft_working_days),
            within("resubmit_by", S.DRAFTING, self.redraft_working_days, since="returned_on"),
        )


# ------------------------------------------------------------------ what each move brings
def date_is_met(_definition: ProcessDefinition, state: str, data: Json) -> bool:
    """Say that the framework's date is met by the first submission or nil return; a return has days of its own."""
    return state in {S.SUBMITTED, S.RECEIVED} or bool(data.get("submitted_on"))


def draft(step: Step) -> Effects:
    """Keep who writes it, and show what it rests on."""
    return Effects(data={**_written(step), "came_from": _fed(step)})


def submit(step: Step) -> Effects:
    """Keep the report as it was submitted, with what fed it."""
    evidence: Submission = step.evidence
    given = evidence.model_dump(mode="json", exclude={"reason"})
    fed = _fed(step)
    return Effects(
        data={
            **given,
            **_written(step),
            "shown": {
                name: suppressed(one.count)
                for name, one in evidence.sections.items()
                if one.count is not None
            },
            "came_from": fed,
            "submitted_on": step.before.data.get("submitted_on") or step.today.isoformat(),
            "submitted_by": step.actor,
        },
        links=tuple(Link("came_from", one) for one in fed),
    )


def give_back(step: Step) -> Effects:
    """Keep why it goes back, and count its days anew."""
    on = step.today.isoformat()
    told = {"on": on, "by": step.actor, "reason": step.evidence.reason}
    return Effects(
        data={"returned_on": on, "returns": [*step.before.data.get("returns", ()), told]}
    )


def receive(step: Step) -> Effects:
    """Keep who received it, and when."""
    return Effects(data={"received_by": step.actor, "received_on": step.today.isoformat()})


def note(step: Step) -> Effects:
    """Keep who noted it, and what they said of it."""
    return Effects(data={"noted_by": step.actor, "comment": step.evidence.reason})


def raise_actions(step: Step) -> Effects:
    """Make an instance of each action."""
    evidence: Acting = step.evidence
    return Effects(
        data={"noted_by": step.actor, "comment": evidence.reason},
        spawn=action_spawns(step, evidence.actions),
    )


def accept_gap(step: Step) -> Effects:
    """Keep who accepted that there is no report of this period, and why."""
    return Effects(data={"gap_accepted_by": step.actor, "why_missed": step.evidence.reason})


def _fed(step: Step) -> list[str]:
    return [one["reference"] for one in step.facts.gathered.get("feeding", ())]


def _written(step: Step) -> Mapping[str, Any]:
    return {"authors": sorted({*step.before.data.get("authors", ()), *step.facts.eyes})}


def _day(data: Json, key: str) -> date | None:
    return date.fromisoformat(data[key]) if data.get(key) else None

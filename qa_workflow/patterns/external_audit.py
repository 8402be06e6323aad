"""G7, the externally led audit: others lead it, the council takes part, and its own actions are followed up.

Sources: "Multi-Agency audits are carried out bi-annually through the City and Hackney Safeguarding Children
Board", "Section 11 audits and Peer Audits are co-ordinated through the Multi-Agency safeg[u]arding
arrangements", "Thematic audits carried out to explore hypotheses and emerging themes" (framework, audits);
domain 3.5 G7: "each City action becomes a recommendation (3.2). Blocked most often by partner non-return."

Announced; then cases are selected, or a tool is issued; then each partner returns. What has not come back on
its day stands in `returns_overdue`, blocked `awaiting_partner_agency` once for each silent partner, until the
return or a reason for none is there. The framework's date is met by the findings; the action plan and the end
have days of their own.

In the data: `body`, `partners`, `feeds`, `opens_on` and `begins_on` (later, where it is created late) from the
start; `cases` and `theme`, or `tool`; `returns` by partner; `findings` {strengths, gaps, learning}; `actions`
(how many became recommendations).
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Literal, cast

from pydantic import Field

from qa_workflow.engine.definition import (
    Deadline,
    Effects,
    Guard,
    ProcessDefinition,
    Step,
    Transition,
    Within,
)
from qa_workflow.engine.instance import Json, Spawn
from qa_workflow.engine.working_days import add_months
from qa_workflow.errors import WrongInput
from qa_workflow.patterns import ladders
from qa_workflow.patterns.external_audit_rules import (
    ActionPlan,
    Announcement,
    Findings,
    JointReview,
    Return,
    Selection,
    Tool,
    cases_are_known,
    end_is_not_before_the_launch,
    every_partner_has_returned,
    find,
    issue,
    name_the_silent,
    number_of_cases_is,
    partner_is_one_of_them,
    record,
    return_has_its_day_or_a_reason,
    review,
    review_has_begun,
    select,
    theme_is_given,
    views_are_the_childrens_own,
)
from qa_workflow.patterns.guards import reason_is_given, text_is_given
from qa_workflow.patterns.openings import BEGINS_ON
from qa_workflow.patterns.raising import raise_recommendations, recommendations_are_said
from qa_workflow.patterns.shape import Shape

ANNOUNCED, CASES_SELECTED, TOOL_ISSUED = "announced", "cases_selected", "tool_issued"
RETURNS_OVERDUE, RETURNS_IN, JOINT_REVIEW = "returns_overdue", "returns_in", "joint_review"
FINDINGS, ACTION_PLAN, CLOSED, WITHDRAWN = "findings", "action_plan", "closed", "withdrawn"
MET = frozenset({FINDINGS, ACTION_PLAN, CLOSED, WITHDRAWN})


def date_is_met(_definition: ProcessDefinition, state: str, _data: Json) -> bool:
    """Say that the framework's date is met by the findings: what follows from them has days of its own."""
    return state in MET


class ExternalAudit(Shape):
    """The parameters of an audit that others lead; all of them plain data."""

    looks_at: Literal["cases", "tool"] = Field(
        description="cases: the partners look at selected cases; tool: each answers a tool"
    )
    body: str = Field(
        default="City and Hackney Safeguarding Children Partnership",
        description="Who leads it; the framework's Safeguarding Children Board was renamed (domain A34)",
    )
    partners: tuple[str, ...] = Field(
        default=("Social Care", "Education", "Health", "Police"),
        min_length=1,
        description="From whom a return is awaited",
    )
    cases_each: int = Field(
        default=0, ge=0, description="How many cases of this council are selected; 0: any number"
    )
    themed: bool = Field(default=False, description="Whether the selected cases need a theme")
    announced_with: tuple[Literal["hypothesis", "theme"], ...] = Field(
        default=(), description="What must be said when it is announced"
    )
    in_calendar: bool = Field(
        default=False, description="Whether a line of the framework calendar opens it"
    )
    months: int = Field(
        default=3, ge=1, description="Calendar months until it is due, where no date is given"
    )
    again_months: int = Field(
        default=0, ge=0, description="Months from one launch to the next; 0: there is no next one"
    )
    again_choice: str = Field(
        default="", description="The council's choice that may say otherwise than again_months"
    )
    plan_process: str = Field(
        default="", description="The process of the action plan that the audit starts, if any"
    )
    feeds: tuple[str, ...] = Field(
        default=("service_improvement_plan",), description="Which plans its learning feeds"
    )
    owner: str = Field(default="sm_sqa", description="The role that answers for it")
    recorder: str = Field(default="qa_admin", description="The role that records returns besides")
    select_days: int = Field(default=10, ge=1, description="Working days from opening to selection")
    return_days: int = Field(default=20, ge=1, description="Working days for the partners' returns")
    review_days: int = Field(default=10, ge=1, description="Working days to the joint review")
    findings_days: int = Field(default=10, ge=1, description="Working days for the findings")
    action_days: int = Field(default=20, ge=1, description="Working days for the action plan")
    close_days: int = Field(default=20, ge=1, description="Working days from plan to end")

    @property
    def begun(self) -> str:
        """Return the state in which the partners' returns are awaited."""
        return CASES_SELECTED if self.looks_at == "cases" else TOOL_ISSUED

    def process(self) -> ProcessDefinition:
        """Return the process that these parameters make."""
        states = (
            ANNOUNCED, self.begun, RETURNS_OVERDUE, RETURNS_IN, JOINT_REVIEW, FINDINGS, ACTION_PLAN, CLOSED, WITHDRAWN,
        )  # fmt: skip
        reads = {"caseload"} if self.looks_at == "cases" else set()
        if self.again_choice:
            reads.add("choices")
        return ProcessDefinition(
            name=self.name,
            title=self.title,
            version=1,
            about=self.about,
            reference_hint=self.reference_hint,
            started_by=None if self.in_calendar else "person",
            starts_with=Announcement,
            start_guards=(end_is_not_before_the_launch, *map(_said, self.announced_with)),
            key=self._reference if self.again_months else None,
            states=cast("type[StrEnum]", StrEnum("Stage", {one.upper(): one for one in states})),
            initial=ANNOUNCED,
            final=frozenset({CLOSED, WITHDRAWN}),
            reads=frozenset(reads),
            on_start=self._announce,
            due_ladder=ladders.STANDARD,
            due_met=date_is_met,
            due_source=self.source,
            transitions=(*self._up_to_returns(states), *self._from_returns()),
            deadlines=self._deadlines(),
        )

    # -------------------------------------------------------------- moves
    def _up_to_returns(self, states: tuple[str, ...]) -> tuple[Transition, ...]:
        recorders = (self.owner, self.recorder)
        waiting = (self.begun, RETURNS_OVERDUE)
        if self.looks_at == "cases":
            begin = Transition(
                "select_cases", ANNOUNCED, CASES_SELECTED, self._selection(), self.owner,
                asks=Selection, effect=select,
            )  # fmt: skip
        else:
            begin = Transition(
                "issue_tool", ANNOUNCED, TOOL_ISSUED,
                (text_is_given("tool", "Which tool was issued is not said.", self.owner),), self.owner,
                asks=Tool, effect=issue,
            )  # fmt: skip
        return (
            begin,
            Transition(
                "record_return", waiting, None, (partner_is_one_of_them, return_has_its_day_or_a_reason),
                recorders, asks=Return, effect=record,
            ),
            Transition(
                "receive_returns", waiting, RETURNS_IN, (every_partner_has_returned,), (*recorders, "system"),
            ),
            Transition("returns_late", self.begun, RETURNS_OVERDUE, effect=name_the_silent),
            Transition(
                "withdraw", states[: states.index(CLOSED)], WITHDRAWN, (reason_is_given,),
                ("ad_people", self.owner), effect=self._end, exceptional=True,
            ),
        )  # fmt: skip

    def _selection(self) -> tuple[Guard, ...]:
        guards: tuple[Guard, ...] = (cases_are_known,)
        if self.cases_each:
            guards = (*guards, number_of_cases_is(self.cases_each))
        return (*guards, theme_is_given) if self.themed else guards

    def _from_returns(self) -> tuple[Transition, ...]:
        return (
            Transition(
                "review_jointly", RETURNS_IN, JOINT_REVIEW, (review_has_begun,), self.owner,
                asks=JointReview, effect=review,
            ),
            Transition(
                "record_findings", JOINT_REVIEW, FINDINGS,
                (
                    text_is_given("strengths", "The findings name no strengths.", self.owner),
                    text_is_given("gaps", "The findings name no gaps.", self.owner),
                    text_is_given("learning", "What is learnt is not said.", self.owner),
                    views_are_the_childrens_own,
                ),
                self.owner, asks=Findings, effect=find,
            ),
            Transition(
                "plan_actions", FINDINGS, ACTION_PLAN, (recommendations_are_said,), self.owner,
                asks=ActionPlan, effect=self._plan,
            ),
            Transition("close", ACTION_PLAN, CLOSED, role=self.owner, effect=self._end),
        )  # fmt: skip

    def _deadlines(self) -> tuple[Deadline, ...]:
        default = "product default"
        return (
            Deadline(
                name="select_by", state=ANNOUNCED, due=Within(self.select_days, since=BEGINS_ON),
                ladder=ladders.STANDARD, capped=True, source=default,
            ),
            Deadline(
                name="returns_by", state=self.begun, due=Within(self.return_days), on_expiry="returns_late",
                source=default,
            ),
            Deadline(
                name="chase_by", state=RETURNS_OVERDUE, due=Within(self.review_days), ladder=ladders.STANDARD,
                capped=True, source=default,
            ),
            Deadline(
                name="review_by", state=RETURNS_IN, due=Within(self.review_days), ladder=ladders.STANDARD,
                capped=True, source=default,
            ),
            Deadline(
                name="findings_by", state=JOINT_REVIEW, due=Within(self.findings_days), ladder=ladders.STANDARD,
                capped=True, source=default,
            ),
            Deadline(
                name="actions_by", state=FINDINGS, due=Within(self.action_days), ladder=ladders.STANDARD,
                source=default,
            ),
            Deadline(
                name="close_by", state=ACTION_PLAN, due=Within(self.close_days), ladder=ladders.STANDARD,
                source=default,
            ),
        )  # fmt: skip

    # -------------------------------------------------------------- start and end
    def _reference(self, subject: str, day: date, data: Json) -> str:
        """Name it by the year of its launch, which the subject may repeat."""
        year = str(_opening(data, day).year)
        if subject.isdecimal() and subject != year:
            raise WrongInput(
                f"It is launched in {year}, but the subject says {subject}: which is it?"
            )
        return f"{self.name}:{year}"

    def _announce(self, step: Step) -> Effects:
        """Keep who leads it and whose returns are awaited; without a date of its own it is due in some months."""
        data = step.before.data
        opens_on = _opening(data, step.today)
        given = data.get("due_on")
        due_on = date.fromisoformat(given) if given else add_months(opens_on, self.months)
        return Effects(
            data={
                "opens_on": opens_on.isoformat(),
                BEGINS_ON: max(opens_on, step.today).isoformat(),
                "body": self.body,
                "partners": list(self.partners),
                "feeds": list(self.feeds),
            },
            due_on=due_on,
        )

    def _plan(self, step: Step) -> Effects:
        """Follow each action of the council up as a recommendation, and start the partnership's plan of this period."""
        evidence: ActionPlan = step.evidence
        raised = raise_recommendations(step, evidence.recommendations or ())
        period = str(step.before.data.get("period") or step.before.subject)
        plans: tuple[Spawn, ...] = ()
        if self.plan_process:
            plan = Spawn(
                process=self.plan_process,
                reference=f"{self.plan_process}:{period}",
                subject=period,
                data={"source": step.before.reference, "period": period},
                is_child=False,
            )
            plans = (plan,)
        return Effects(data={"actions": len(raised)}, spawn=(*raised, *plans))

    def _end(self, step: Step) -> Effects:
        """Announce the next one, so many months after this one's launch, where there is a next one."""
        chosen = step.facts.gathered.get(self.again_choice, self.again_months)
        if not chosen:
            return Effects()
        launched_on = add_months(_opening(step.before.data, step.today), int(chosen))
        following = Spawn(
            process=self.name,
            reference=f"{self.name}:{launched_on.year}",
            subject=str(launched_on.year),
            data={"launched_on": launched_on.isoformat(), "source": step.before.reference},
            is_child=False,
            link="follows",
        )
        return Effects(spawn=(following,))


def _opening(data: Mapping[str, Any], day: date) -> date:
    given = data.get("opens_on") or data.get("launched_on")
    return date.fromisoformat(given) if given else day


def _said(field: str) -> Guard:
    return text_is_given(field, f"The {field} is not given.", "whoever announces it")

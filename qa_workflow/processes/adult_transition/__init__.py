"""Transition to adult services: begins on 1 September of Year 9, ends when adult services have taken over.

Source: "the transition of children and young people 14 years to adult services" (framework, SEND Panel), read
as the start of Year 9, in which every child turns 14 (domain A21, 3.3c); a council may choose another year. Its figures are product defaults.
"""

from enum import StrEnum, auto

from qa_workflow.engine.definition import (
    Deadline,
    InstanceDue,
    OnDate,
    ProcessDefinition,
    Transition,
    Within,
)
from qa_workflow.engine.instance import Json
from qa_workflow.patterns import ladders
from qa_workflow.patterns.ehc import SILENCE
from qa_workflow.patterns.guards import reason_is_given
from qa_workflow.processes.adult_transition.asks import (
    Assessment,
    Notification,
    PanelSaw,
    Plan,
    Starting,
    Transfer,
    Worker,
)
from qa_workflow.processes.adult_transition.effects import (
    agree,
    begin,
    decide,
    end,
    name_worker,
    notify,
    prepare,
    transfer,
    view_again,
)
from qa_workflow.processes.adult_transition.guards import (
    adult_services_were_told,
    assessment_was_decided,
    outcome_is_said,
    plan_was_agreed,
    service_is_named,
    transfer_was_made,
    true_date_is_of_the_cohort,
    worker_is_named,
    year_9_is_known,
    young_person_is_18,
)


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    NOT_DUE = auto()
    PLANNING_STARTED = auto()
    ADULT_SERVICES_NOTIFIED = auto()
    ADULT_NEEDS_ASSESSMENT_DECIDED = auto()
    PLAN_AGREED = auto()
    TRANSFERRED = auto()
    NOT_ELIGIBLE = auto()
    MOVED_AWAY = auto()
    WITHDRAWN = auto()


S = Stage
BEGUN = (
    S.PLANNING_STARTED,
    S.ADULT_SERVICES_NOTIFIED,
    S.ADULT_NEEDS_ASSESSMENT_DECIDED,
    S.PLAN_AGREED,
)
OPEN = (S.NOT_DUE, *BEGUN)
WORKER_WORKING_DAYS = 20


def date_is_met(definition: ProcessDefinition, state: str, _data: Json) -> bool:
    """Say that the date is met by the decision on adult needs: plan and transfer have dates of their own."""
    decided = {S.ADULT_NEEDS_ASSESSMENT_DECIDED, S.PLAN_AGREED}
    return state in decided or state in definition.final


PROCESS = ProcessDefinition(
    name="adult_transition",
    title="Transition to adult services",
    version=1,
    about="From Year 9 on: adult services are told, decide on adult needs, agree a plan, and take over at 18.",
    reference_hint="adult_transition:K12 (the plan)",
    started_by="person",
    starts_with=Starting,
    start_guards=(year_9_is_known, true_date_is_of_the_cohort),
    on_start=prepare,
    states=Stage,
    initial=S.NOT_DUE,
    final=frozenset({S.TRANSFERRED, S.NOT_ELIGIBLE, S.MOVED_AWAY, S.WITHDRAWN}),
    set_state_by_two=True,
    owner_role="send_caseworker",
    reads=frozenset({"plan_holder", "children", "choices"}),
    service_manager="send_manager",
    due_ladder=ladders.STANDARD,
    due_met=date_is_met,
    due_source="product default: six months before anybody of the cohort turns 18",
    transitions=(
        Transition("start_planning", S.NOT_DUE, S.PLANNING_STARTED, effect=begin),
        Transition(
            "notify_adult_services", S.PLANNING_STARTED, S.ADULT_SERVICES_NOTIFIED,
            (service_is_named, adult_services_were_told), "send_caseworker", asks=Notification, effect=notify,
        ),
        Transition(
            "decide_assessment", S.ADULT_SERVICES_NOTIFIED, S.ADULT_NEEDS_ASSESSMENT_DECIDED,
            (outcome_is_said, assessment_was_decided), "send_caseworker", asks=Assessment, effect=decide,
        ),
        Transition(
            "name_worker", S.ADULT_SERVICES_NOTIFIED, None, (worker_is_named,), "send_caseworker",
            asks=Worker, effect=name_worker,
        ),
        Transition(
            "agree_plan", S.ADULT_NEEDS_ASSESSMENT_DECIDED, S.PLAN_AGREED, (plan_was_agreed,), "send_caseworker",
            asks=Plan, effect=agree,
        ),
        Transition(
            "transfer", S.PLAN_AGREED, S.TRANSFERRED, (young_person_is_18, transfer_was_made), "send_caseworker",
            asks=Transfer, effect=transfer,
        ),
        Transition(
            "find_not_eligible", (S.ADULT_SERVICES_NOTIFIED, S.ADULT_NEEDS_ASSESSMENT_DECIDED), S.NOT_ELIGIBLE,
            (reason_is_given,), "send_manager", effect=end, exceptional=True,
        ),
        Transition("move_away", OPEN, S.MOVED_AWAY, (reason_is_given,), "send_manager", effect=end, exceptional=True),
        Transition("withdraw", OPEN, S.WITHDRAWN, (reason_is_given,), "send_manager", effect=end, exceptional=True),
        Transition("panel_saw", BEGUN, None, asks=PanelSaw, effect=view_again),
    ),
    deadlines=(
        Deadline(
            name="begins", state=S.NOT_DUE, due=OnDate("begins_on"), on_expiry="start_planning", at_start=True,
            source='Framework: "14 years", read as 1 September of Year 9 (domain A21)',
        ),
        Deadline(
            name="notify_by", state=S.PLANNING_STARTED, due=OnDate("notify_by"), ladder=ladders.STANDARD,
            source="domain 3.3c: inside the review cycle of Year 9, by 31 August",
        ),
        Deadline(
            name="worker_by", state=S.ADULT_SERVICES_NOTIFIED,
            due=Within(WORKER_WORKING_DAYS, since="worker_awaited_since"), ladder=SILENCE,
            source="domain 3.3c: adult services name a worker within 20 working days",
        ),
        Deadline(name="decide_by", state=S.ADULT_SERVICES_NOTIFIED, due=InstanceDue(), source="product default"),
        Deadline(
            name="plan_by", state=S.ADULT_NEEDS_ASSESSMENT_DECIDED, due=OnDate("plan_by"), ladder=ladders.STANDARD,
            source="product default: before anybody of the cohort turns 18",
        ),
        Deadline(
            name="transfer_by", state=S.PLAN_AGREED, due=OnDate("transfer_by"), ladder=ladders.STANDARD,
            source="product default: by the end of the school year in which everybody of the cohort turns 18",
        ),
    ),
)  # fmt: skip

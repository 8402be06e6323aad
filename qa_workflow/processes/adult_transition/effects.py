"""What the triggers of a transition bring about: its dates, without a date of birth, and its panel views."""

from datetime import date
from typing import TYPE_CHECKING

from qa_workflow.engine.definition import Effects, Step
from qa_workflow.engine.instance import ProcessInstance, Signal, Spawn
from qa_workflow.engine.working_days import add_months
from qa_workflow.patterns import ehc
from qa_workflow.patterns.ehc_acts import day_told, stored_day
from qa_workflow.processes.adult_transition.guards import known_year_9

if TYPE_CHECKING:
    from qa_workflow.processes.adult_transition.asks import Assessment, Notification, PanelSaw, Plan

VIEW = "panel_view"


def prepare(step: Step) -> Effects:
    """Compute every date from the 1 September on which Year 9 starts; what has begun already begins at once.

    Planning begins on that day, or in the school year that the council chooses (domain A21).
    What was created late has two weeks for each step whose day would be over.
    """
    data = step.before.data
    year9_on = known_year_9(step.facts, stored_day(data, "year9_on"))
    if year9_on is None:
        raise ValueError(f"{step.before.reference} is started without the year of the child")
    begins_on = ehc.school_year_on(step.facts.gathered["transition_from_year"], year9_on)
    decide_by = stored_day(data, "decide_by_on") or ehc.assessment_by(year9_on)
    earliest = step.today + ehc.CATCH_UP if data.get("created_late") else date.min
    return Effects(
        data={
            "plan": step.before.subject,
            "year9_on": year9_on.isoformat(),
            "begins_on": begins_on.isoformat(),
            "notify_by": max(ehc.end_of_school_year(begins_on), earliest).isoformat(),
            "decide_by": decide_by.isoformat(),
            "plan_by": max(_is_18_from(decide_by), earliest).isoformat(),
            "transfer_by": ehc.all_are_18_on(year9_on).isoformat(),
        },
        due_on=max(decide_by, earliest),
        then=("start_planning",) if begins_on <= step.today else (),
    )


def _is_18_from(decide_by: date) -> date:
    return add_months(decide_by, ehc.ASSESSMENT_MONTHS_BEFORE_18)


# ------------------------------------------------------------------ the panel's yearly view
def begin(step: Step) -> Effects:
    """Start the first of the yearly views of the SEND Panel."""
    return Effects(spawn=(_view(step.before, step.today.year, step.today),))


def view_again(step: Step) -> Effects:
    """Start the next view, due twelve months after the panel saw the young person."""
    evidence: PanelSaw = step.evidence
    year = max(evidence.year + 1, evidence.seen_on.year)  # two sightings in one year are two views
    return Effects(spawn=(_view(step.before, year, evidence.seen_on),))


def _view(transition: ProcessInstance, year: int, since: date) -> Spawn:
    plan = transition.data["plan"]
    return Spawn(
        process=VIEW,
        reference=f"{VIEW}:{plan}:{year}",
        subject=plan,
        title=f"Panel view of {plan}",
        case_id=transition.case_id,
        team=transition.team,
        due_on=add_months(since, ehc.YEAR),
    )


def _ended_views(step: Step) -> tuple[Signal, ...]:
    why = f"{step.before.reference} has ended."
    return tuple(
        Signal("end", to=one.reference, reason=why)
        for one in step.facts.children
        if one.process == VIEW and one.is_open
    )


def end(step: Step) -> Effects:
    """End the panel's views with the transition."""
    return Effects(signals=_ended_views(step))


# ------------------------------------------------------------------ the steps
def notify(step: Step) -> Effects:
    """Keep which adult service was told, and when: from then on a worker is awaited."""
    evidence: Notification = step.evidence
    notified_on = day_told(step, "notified_on").isoformat()
    return Effects(
        data={
            "service": evidence.service,
            "notified_on": notified_on,
            "worker_awaited_since": notified_on,
        }
    )


def name_worker(step: Step) -> Effects:
    """Keep whom adult services named; nobody waits for them any more."""
    named = {"worker": step.evidence.worker, "worker_named_on": step.today.isoformat()}
    return Effects(data={**named, "worker_awaited_since": None})


def decide(step: Step) -> Effects:
    """Keep what adult services decided."""
    evidence: Assessment = step.evidence
    decided_on = day_told(step, "decided_on").isoformat()
    return Effects(data={"assessment": evidence.outcome, "decided_on": decided_on})


def agree(step: Step) -> Effects:
    """Keep the plan for adult life."""
    evidence: Plan = step.evidence
    agreed_on = day_told(step, "agreed_on").isoformat()
    return Effects(data={"adult_plan": evidence.plan, "agreed_on": agreed_on})


def transfer(step: Step) -> Effects:
    """Keep when adult services took over, and end the panel's views."""
    transferred_on = day_told(step, "transferred_on").isoformat()
    return Effects(data={"transferred_on": transferred_on}, signals=_ended_views(step))

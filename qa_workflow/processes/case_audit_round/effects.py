"""What the triggers of an audit round bring about: the draw, the audits, the report."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from qa_workflow.engine.definition import Effects, Link, Step
from qa_workflow.engine.instance import ProcessInstance, Signal, Spawn, is_reference
from qa_workflow.engine.working_days import WorkingCalendar, add_months
from qa_workflow.errors import BeyondCalendar
from qa_workflow.patterns.spans import next_month_of
from qa_workflow.processes.case_audit_round.findings import figures, leaving_the_team
from qa_workflow.processes.case_audit_round.sample import (
    AUTUMN,
    SPRING,
    audits_of,
    draw_sample,
    part_of,
    year_of,
)

if TYPE_CHECKING:
    from qa_workflow.processes.case_audit_round.asks import Amendment, Proposal, Report

FREEZE_WORKING_DAYS = 5
AUDIT_PERIOD_MONTHS = 6  # independence is judged from this long before the opening


def plan(step: Step) -> Effects:
    """Compute what is fixed from the start: by when the sample freezes and governance signs off."""
    months: tuple[int, ...] = step.facts.gathered["scrutiny_months"]
    governance_due_on = _governance_due(step.before, months).isoformat()
    return Effects(
        data={"governance_due_on": governance_due_on, **_freeze_by(step.before, step.calendar)}
    )


def _freeze_by(instance: ProcessInstance, calendar: WorkingCalendar) -> dict[str, str]:
    opens_on = date.fromisoformat(instance.data["opens_on"])
    with suppress(BeyondCalendar):  # the opening itself is refused then, with the year named
        freeze_by = calendar.add(opens_on, FREEZE_WORKING_DAYS, closures=True)
        return {"freeze_by": freeze_by.isoformat()}
    return {}


def recount(instance: ProcessInstance, calendar: WorkingCalendar) -> Effects:
    """Count again by when the sample freezes, as long as it is not frozen; month dates are no working days."""
    if instance.data.get("frozen_on"):
        return Effects()
    return Effects(data=_freeze_by(instance, calendar))


def _governance_due(instance: ProcessInstance, months: tuple[int, ...]) -> date:
    # The next Moving to Excellence Board month after the audits: December, or June (domain A10).
    year = int(year_of(instance)[:4])
    after_it = date(year, 12, 1) if part_of(instance) == AUTUMN else date(year + 1, 6, 1)
    return next_month_of(months, after_it)


def draw(step: Step) -> Effects:
    """Draw the sample: population, exclusions with their reasons, seed and methodology version."""
    gathered = step.facts.gathered
    closed: dict[str, date] = gathered["closed_since"]
    population = sorted(gathered["population"])
    excluded = [
        {"case": case, "why": why}
        for case in population
        if (why := _why_left_out(case, gathered)) is not None
    ]
    excluded += [
        {"case": case, "why": f"closed to the service on {closed_on.isoformat()}"}
        for case, closed_on in sorted(closed.items())
    ]
    seed = gathered["seed"]
    drawn_from: dict[str, Any] = {
        "population": population,
        "excluded": excluded,
        "sample_percent": gathered["sample_percent"],
    }
    if gathered["sample_by_plan_type"]:
        drawn_from["plan_types"] = dict(gathered["plan_types"])
    sample = draw_sample(step.before, drawn_from, seed)
    standards = _standards(gathered["standards"])
    return Effects(
        data={
            "practice_standards": standards,
            "sampling_date": step.before.data["opens_on"],
            "seed": seed,
            "sample": sample,
            "methodology": gathered["methodology"],
            **drawn_from,
        },
        links=() if standards is None else (Link("came_from", standards["review"]),),
        then=() if sample else ("declare_nil",),
    )


def _standards(in_force: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return which Practice Standards this round audits by, and what their last review asks of the methodology.

    Source: "practice standards (Feb/Sep) --> methodology of next round" (domain 1.8).
    """
    if in_force is None:
        return None
    return {name: in_force.get(name) for name in ("review", "version", "methodology_note")}


def _why_left_out(case: str, gathered: Mapping[str, Any]) -> str | None:
    """Return why an open case is not audited; None where it may be (domain A3, A6)."""
    plan_type = gathered["plan_types"][case]
    if plan_type not in gathered["audited_plan_types"]:
        return f"cases of the plan type {plan_type} are not audited here"
    if gathered["spring_takes"] == "not_selected":
        return "sampled in the autumn round" if case in gathered["selected"] else None
    return "audited in the autumn round" if case in gathered["audited"] else None


def propose(step: Step) -> Effects:
    """Propose the drawn sample, or the one that another seed draws."""
    evidence: Proposal = step.evidence
    data: dict[str, Any] = {"proposed_by": step.actor}
    if evidence.seed is not None:
        data |= {
            "seed": evidence.seed,
            "sample": draw_sample(step.before, step.before.data, evidence.seed),
        }
    return Effects(data=data)


def use(step: Step) -> Effects:
    """Keep which version of the audit tool this round uses."""
    return Effects(data={"methodology": step.evidence.version})


def override(step: Step) -> Effects:
    """Keep who allowed another methodology than the autumn's, and why."""
    return Effects(data={"methodology_override": {"by": step.actor, "why": step.evidence.reason}})


def _audit(round_: ProcessInstance, case: str) -> Spawn:
    name = f"{year_of(round_)}-{part_of(round_)}"
    opens_on = date.fromisoformat(round_.data["opens_on"])
    return Spawn(
        process="case_audit",
        reference=f"case_audit:{name}:{case}",
        subject=case,
        title=f"Case audit of {case}",
        case_id=case,
        due_on=round_.due_on,
        data={
            "round": name,
            "round_seed": round_.data["seed"],
            "methodology": round_.data["methodology"],
            "period_from": add_months(opens_on, -AUDIT_PERIOD_MONTHS).isoformat(),
        },
    )


def freeze(step: Step) -> Effects:
    """Freeze the list: one audit for each case; in spring, autumn audits still open are superseded."""
    round_ = step.before
    superseded: tuple[Signal, ...] = ()
    if part_of(round_) == SPRING:
        autumn = f"{year_of(round_)}-{AUTUMN}"
        superseded = tuple(
            Signal(
                "supersede",
                to=f"case_audit:{autumn}:{case}",
                reason=f"Superseded by {round_.reference}.",
            )
            for case in round_.data["sample"]
        )
    return Effects(
        data={"frozen_by": step.actor, "frozen_on": step.today.isoformat()},
        spawn=tuple(_audit(round_, case) for case in round_.data["sample"]),
        signals=superseded,
    )


def amend(step: Step) -> Effects:
    """Take a case out, with its reason kept, and another in where one is named."""
    evidence: Amendment = step.evidence
    data = step.before.data
    sample = [case for case in data["sample"] if case != evidence.remove]
    if evidence.replacement is not None:
        sample.append(evidence.replacement)
    removed = [*data.get("removed", ()), {"case": evidence.remove, "why": evidence.reason}]
    reference = _audit(step.before, evidence.remove).reference
    return Effects(
        data={"sample": sorted(sample), "removed": removed},
        spawn=() if evidence.replacement is None else (_audit(step.before, evidence.replacement),),
        signals=(Signal("remove_from_sample", to=reference, reason=evidence.reason),),
    )


def report(step: Step) -> Effects:
    """Keep the report with the figures that the audits give, and as `shown` those that may leave the team."""
    evidence: Report = step.evidence
    found = figures(audits_of(step.facts))
    return Effects(
        data={
            "report_by": step.actor,
            "report": {
                **found,
                "shown": leaving_the_team(found),
                "strengths": list(evidence.strengths),
                "gaps": list(evidence.gaps),
                "themes": list(evidence.themes),
                "recommendations": list(evidence.recommendations or ()),
            },
        }
    )


def close_report(step: Step) -> Effects:
    """Keep the plan lines that take the report up, or that none is needed."""
    taken_up: tuple[str, ...] = step.evidence.links
    return Effects(
        data={"links": list(taken_up), "no_change": step.evidence.no_change},
        links=tuple(Link("feeds", one) for one in taken_up if is_reference(one)),
    )


def abandon(step: Step) -> Effects:
    """End the audits that are still open; those that are closed still count."""
    round_ = step.before
    why = f"{round_.reference} was abandoned: {step.evidence.reason}"
    return Effects(
        signals=tuple(
            Signal("remove_from_sample", to=_audit(round_, case).reference, reason=why)
            for case in round_.data.get("sample", ())
        )
    )

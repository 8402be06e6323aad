"""What the triggers of a provider audit bring about: dates, findings, concerns, and the action plan."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from qa_workflow.engine.definition import Effects, Facts, Hold, Step
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.instance import Notice, ProcessInstance, Spawn
from qa_workflow.engine.people import ids
from qa_workflow.engine.working_days import WorkingCalendar, add_months
from qa_workflow.errors import BeyondCalendar
from qa_workflow.patterns.follow_up import HIGH_WORKING_DAYS, next_window
from qa_workflow.patterns.provider_scope import due_date, due_year, next_placement_group, steps
from qa_workflow.patterns.raising import Recommended, immediate_concern, recommendation
from qa_workflow.patterns.setting_audit import contact_person, provider_of, standards_on
from qa_workflow.patterns.voice import voices
from qa_workflow.processes.provider_audit.findings import (
    NOT_ACCEPTED,
    children_too_young,
    findings_of_visit,
    missing_evidence,
    usual_evidence,
)
from qa_workflow.processes.provider_audit.guards import (
    CONFIRMING,
    confirming_roles,
)

if TYPE_CHECKING:
    from qa_workflow.processes.provider_audit.asks import (
        Action,
        Comments,
        Concern,
        EvidenceRequest,
        Finalisation,
        Report,
        SuppliedEvidence,
        Visit,
    )
    from qa_workflow.processes.provider_audit.findings import Finding

STANDARD_ACTION_MONTHS = 3  # "high 10 wd; standard 3 months" (domain 3.4)


# ------------------------------------------------------------------ dates
def plan(step: Step) -> Effects:
    """Keep the year, and by when the audit is planned, assigned and visited."""
    year = step.before.data.get("year") or due_year(step.today)
    kept = {"year": year, "begun_on": step.today.isoformat()}
    found = _paced(year, step.today, step.calendar)
    return Effects(data={**kept, **found.data}, due_on=due_date(year), holds=found.holds)


def _paced(year: int, begun_on: date, calendar: WorkingCalendar) -> Effects:
    try:
        found = steps(year, begun_on, calendar)
    except BeyondCalendar as exc:  # not guessed: counted again when the scope is confirmed
        return Effects(holds=(Hold(reason="system_fault", note=str(exc)),))
    return Effects(data={name: day.isoformat() for name, day in found.items()})


def recount(instance: ProcessInstance, calendar: WorkingCalendar) -> Effects:
    """Count again by when it is planned and visited; what has been visited stays as it was."""
    data = instance.data
    if data.get("visited_on"):
        return Effects()
    return Effects(data=_paced(data["year"], date.fromisoformat(data["begun_on"]), calendar).data)


# ------------------------------------------------------------------ telling
def _told(facts: Facts, role: str, key: str, text: str) -> tuple[Notice, ...]:
    people = ids(facts.roster.holders(role, facts.today)) or (f"role:{role}",)
    return tuple(Notice(to=person, template="note", key=key, text=text) for person in people)


def _told_contact(step: Step, key: str, text: str) -> tuple[Notice, ...]:
    contact = contact_person(step.facts)
    return () if contact is None else (Notice(to=contact, template="note", key=key, text=text),)


# ------------------------------------------------------------------ up to the visit
def confirm_first(step: Step) -> Effects:
    """Keep who confirmed for which role, and tell the other."""
    roles = sorted(confirming_roles(step.facts))
    waits_for = [role for role in CONFIRMING if roles != [role]]
    return Effects(
        data={
            "scope_confirmed": {
                "by": step.actor,
                "roles": roles,
                "eyes": sorted(step.facts.eyes),
                "on": step.today.isoformat(),
            }
        },
        notices=tuple(
            notice
            for role in waits_for
            for notice in _told(
                step.facts, role, "confirm_scope", "The scope waits for your confirmation."
            )
            if notice.to not in step.facts.eyes
        ),
    )


def confirm_second(step: Step) -> Effects:
    """Keep that both confirmed, the type, and the standards of the day it is due; the visit's day decides in the end."""
    data = step.before.data
    provider = provider_of(step.facts)
    chosen = standards_on(step.facts, due_date(data["year"]))
    paced = (
        Effects()
        if "visit_by" in data
        else _paced(data["year"], date.fromisoformat(data["begun_on"]), step.calendar)
    )
    return Effects(
        data={
            "scope_confirmed_by": [data["scope_confirmed"]["by"], step.actor],
            "provider_type": None if provider is None else provider.type,
            "standards": {"key": chosen["key"], "title": chosen["title"]},
            **paced.data,
        },
        holds=paced.holds,
    )


def assign(step: Step) -> Effects:
    """Keep the auditor."""
    return Effects(data={"auditor": step.evidence.auditor, "assigned_on": step.today.isoformat()})


def request(step: Step) -> Effects:
    """Keep what the provider is asked for, from which day; tell its contact, if the roster has one."""
    evidence: EvidenceRequest = step.evidence
    usual = usual_evidence(step.before.data["provider_type"], step.today)
    return Effects(
        data={
            "evidence_asked": list(dict.fromkeys(evidence.items)) or list(usual),
            "evidence_requested_on": step.today.isoformat(),
        },
        notices=_told_contact(
            step, "request_evidence", "Evidence is asked for within ten working days."
        ),
    )


def supply(step: Step) -> Effects:
    """Keep what came in; what did not is a finding, which stays when it comes in later."""
    evidence: SuppliedEvidence = step.evidence
    data = step.before.data
    kept = [*data.get("evidence", ()), *(one.model_dump(mode="json") for one in evidence.items)]
    came = {one["item"] for one in kept}
    if "findings" not in data:
        return Effects(
            data={
                "evidence": kept,
                "findings": missing_evidence(data["evidence_asked"], came, step.today),
            }
        )
    return Effects(
        data={"evidence": kept, "findings": _supplied_later(data["findings"], came, step.today)}
    )


def _supplied_later(findings: Iterable["Finding"], came: set[str], on: date) -> list["Finding"]:
    return [
        {**one, "supplied_on": on.isoformat()}
        if one["key"].removeprefix("evidence:") in came and "supplied_on" not in one
        else one
        for one in findings
    ]


def go_ahead(step: Step) -> Effects:
    """Let the visit go ahead: everything that was asked for and did not come is a finding."""
    asked = step.before.data["evidence_asked"]
    # The system goes ahead at the end of the last day, which is the first moment of the next one.
    last_day = step.today if step.facts.actor is not None else step.today - timedelta(days=1)
    return Effects(data={"evidence": [], "findings": missing_evidence(asked, (), last_day)})


def book(step: Step) -> Effects:
    """Keep the day agreed for the visit."""
    return Effects(data={"visit_on": step.evidence.visit_on.isoformat()})


# ------------------------------------------------------------------ the visit
def visit(step: Step) -> Effects:
    """Keep the visit and its standards; a child too young, or a home without registration, raises the alarm."""
    evidence: Visit = step.evidence
    provider = provider_of(step.facts)
    visited_on = evidence.visited_on
    if provider is None or visited_on is None:  # the guards have seen to both
        return Effects()
    chosen = standards_on(step.facts, visited_on)
    findings = findings_of_visit(provider, evidence, visited_on)
    what = f"A child under 16 was met in semi-independent provision on {in_words(visited_on)}; see {step.before.reference}"
    return Effects(
        data={
            "visited_on": visited_on.isoformat(),
            "visited_by": step.actor,
            "visit": evidence.model_dump(mode="json", exclude={"reason", "visited_on"}),
            "provider_type": provider.type,
            "standards": {"key": chosen["key"], "title": chosen["title"]},
            "findings": [*step.before.data.get("findings", ()), *findings],
        },
        spawn=tuple(
            immediate_concern(step, case, what)
            for case in children_too_young(provider, evidence, visited_on)
        ),
        notices=tuple(
            notice
            for one in findings
            if one["key"] == NOT_ACCEPTED
            for role in ("sm_sqa", "commissioning")
            for notice in _told(step.facts, role, NOT_ACCEPTED, f"{one['what']}.")
        ),
        voices=tuple(
            said
            for child in evidence.children
            for said in voices(step, child.views, case_id=child.case)
        ),
    )


def raise_concern(step: Step) -> Effects:
    """Start an immediate concern for the child who was named."""
    evidence: Concern = step.evidence
    return Effects(spawn=(immediate_concern(step, evidence.case, evidence.what),))


# ------------------------------------------------------------------ the report and its end
def report(step: Step) -> Effects:
    """Keep the report and who wrote it."""
    evidence: Report = step.evidence
    return Effects(
        data={
            "report": evidence.model_dump(mode="json", exclude={"reason"}),
            "report_by": step.actor,
            "report_on": step.today.isoformat(),
        }
    )


def send(step: Step) -> Effects:
    """Keep when the draft went to the provider, and tell its contact, if the roster has one."""
    text = "The draft waits for your comments on its accuracy, for ten working days."
    return Effects(
        data={"sent_on": step.today.isoformat()},
        notices=_told_contact(step, "send_for_accuracy", text),
    )


def comment(step: Step) -> Effects:
    """Keep what the provider said, and who wrote it down."""
    evidence: Comments = step.evidence
    return Effects(data={"provider_comments": {"by": step.actor, "comments": evidence.comments}})


def silence(_step: Step) -> Effects:
    """Keep that the provider said nothing in its ten working days."""
    return Effects(data={"provider_comments": None})


def propose_suspension(step: Step) -> Effects:
    """Keep that commissioning proposes to suspend new placements, and tell AD People, who alone decide."""
    proposal = {"by": step.actor, "why": step.evidence.reason, "on": step.today.isoformat()}
    key = f"propose_suspension:{step.before.version}"  # a second proposal is told again
    text = f"Commissioning proposes to suspend new placements with {step.before.subject}; its history says why."
    return Effects(
        data={"suspension_proposed": [*step.before.data.get("suspension_proposed", ()), proposal]},
        notices=_told(step.facts, "ad_people", key, text),
    )


def finalise(step: Step) -> Effects:
    """Keep the end of the audit, and make each action a recommendation of its own."""
    evidence: Finalisation = step.evidence
    data = step.before.data
    actions = [_action(step, one) for one in evidence.actions or ()]
    findings = [
        {**one, "answer": evidence.answers[one["key"]]} if one["key"] in evidence.answers else one
        for one in data.get("findings", ())
    ]
    kept: dict[str, Any] = {
        "finalised_by": step.actor,
        "finalised_on": step.today.isoformat(),
        "findings": findings,
        "outcome": evidence.outcome or data["report"]["outcome"],
    }
    if actions:
        months: tuple[int, ...] = step.facts.gathered["follow_up_months"]
        last = max(one.due_on for one in actions if one.due_on is not None)
        kept |= {
            "reviewed_at_spg_on": next_placement_group(step.today).isoformat(),
            # An action is signed off in the follow-up window after its day: only then are all closed.
            "actions_by": next_window(last, months).isoformat(),
        }
    return Effects(data=kept, spawn=tuple(actions))


def _action(step: Step, given: "Action") -> Spawn:
    before, provider = step.before, provider_of(step.facts)
    name = before.subject if provider is None else provider.name
    commissioner = None if provider is None else provider.commissioner
    known = step.facts.roster.get(commissioner)
    sponsor = None if known is None else known.person_id
    wanted = Recommended(
        what=given.what,
        for_whom=given.for_whom or f"The children placed with {name}",
        difference=given.difference,
        owner=contact_person(step.facts) or sponsor,
        priority=given.priority,
        category="system",
    )
    return recommendation(
        step,
        wanted,
        due_on=_action_due(given.priority, step.today, step.calendar),
        also={
            "standard": given.standard,
            "sponsor": sponsor,
            "auditor": before.data.get("auditor"),
            "reviewed_at_spg_on": next_placement_group(step.today).isoformat(),
        },
    )


def _action_due(priority: str, raised_on: date, calendar: WorkingCalendar) -> date:
    if priority == "high":
        try:
            return calendar.add(raised_on, HIGH_WORKING_DAYS, closures=True)
        except BeyondCalendar:
            pass  # its working days cannot be counted: it keeps the standard day, which needs none
    return add_months(raised_on, STANDARD_ACTION_MONTHS)

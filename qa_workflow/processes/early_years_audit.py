"""Early Years audit: each setting is visited once a year, and its leadership, management and safeguarding are judged.

Source: "Annual audits of Early Years Settings, reviewing Leadership, Management and Safeguarding, this is usually
completed in the summer term." (framework, audits); timeline, June. Due 30 June; the choice `early_years_due` moves it
to the last day of the summer term (domain A24). The three areas stand in `frameworks/standards.json`.

A leaner road than that of providers who look after children (domain 3.4): no scope to confirm, no papers to wait for.
What the same audit asks in both is one (`patterns/setting_audit.py`): the auditor does not manage the contract, every
area is judged on evidence, another person finalises, and each action is followed up as a recommendation.
"""

from datetime import date
from enum import StrEnum, auto

from pydantic import Field

from qa_workflow.engine.definition import (
    After,
    Asks,
    Days,
    Deadline,
    Effects,
    Facts,
    InstanceDue,
    PersonId,
    ProcessDefinition,
    Reassignment,
    Refusal,
    Step,
    Transition,
    Within,
    guard,
)
from qa_workflow.engine.instance import Json, ProcessInstance
from qa_workflow.patterns import ladders
from qa_workflow.patterns.coverage import counted
from qa_workflow.patterns.guards import not_in_the_future, reason_is_given, text_is_given
from qa_workflow.patterns.openings import BEGINS_ON
from qa_workflow.patterns.raising import (
    Recommended,
    immediate_concern,
    raise_recommendations,
    recommendations_are_said,
)
from qa_workflow.patterns.setting_audit import (
    Judged,
    contact_person,
    every_standard_is_judged,
    provider_is_known,
    provider_of,
    setting_due,
    setting_opening,
    standards_on,
    unmet_standards,
)
from qa_workflow.patterns.texts import Texts

EARLY_YEARS = "early_years"
ASSIGN_WORKING_DAYS = 10
VISIT_BEFORE = Days(-28)  # so that four weeks are left for the report and its end
REPORT_WORKING_DAYS = 10


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    PLANNED = auto()
    ASSIGNED = auto()
    VISITED = auto()
    REPORT_DRAFT = auto()
    FINALISED = auto()
    EXITED = auto()


S = Stage
OPEN = (S.PLANNED, S.ASSIGNED, S.VISITED, S.REPORT_DRAFT)


# ------------------------------------------------------------------ what is asked for
class Auditor(Asks):
    """Who audits the setting."""

    auditor: PersonId = Field(title="Auditor")


class Visit(Asks):
    """The visit, and nothing that names a child."""

    visited_on: date | None = Field(default=None, title="Day of the visit")
    staff_spoken_to: Texts = Field(
        default=(), title="Staff spoken to", description="By their posts"
    )
    notes: str = Field(default="", title="What was seen")


class Report(Asks):
    """The report: leadership, management and safeguarding, each judged on evidence."""

    standards: dict[str, Judged] = Field(default_factory=dict, title="Judgements by area")
    strengths: Texts = Field(default=(), title="What is working well and why")
    gaps: Texts = Field(default=(), title="What we need to do better")


class Finalisation(Asks):
    """What the setting must change; each is followed up as a recommendation."""

    recommendations: tuple[Recommended, ...] | None = Field(
        default=None, title="Actions", description="An empty list says: none"
    )


class Concern(Asks):
    """A child may not be safe: which child, and what was seen."""

    case: str = Field(min_length=1, title="Case")
    what: str = Field(
        min_length=1, title="What was seen", description="By reference, without names"
    )


# ------------------------------------------------------------------ what must hold
@guard()
def setting_is_of_early_years(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Other providers have an audit of their own."""
    provider = provider_of(facts)
    if provider is None or provider.type == EARLY_YEARS:
        return None  # `provider_is_known` says what is missing
    return Refusal(
        why=f"{facts.instance.subject} is of type {provider.type}, and so is audited by provider_audit.",
        who="ey_lead (exit)",
    )


@guard("evidence")
def auditor_is_active(facts: Facts, evidence: Auditor) -> Refusal | None:
    """Only somebody who works here audits: an auditor, or somebody of Early Years."""
    person = facts.roster.active(evidence.auditor, facts.today)
    if person is not None and person.roles & {"auditor", "ey_lead"}:
        return None
    return Refusal(why=f"{evidence.auditor} is not an active auditor.", who="ey_lead")


@guard("evidence")
def auditor_is_independent(facts: Facts, evidence: Auditor) -> Refusal | None:
    """The auditor neither manages the setting's contract nor speaks for the setting."""
    return _dependence(facts, evidence.auditor)


@guard()
def audit_was_independent(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Independence is looked at again at the report: the contract may have another manager since."""
    return _dependence(facts, facts.instance.data["auditor"])


def _dependence(facts: Facts, person_id: str) -> Refusal | None:
    provider = provider_of(facts)
    if provider is None or person_id not in {provider.commissioner, provider.contact}:
        return None
    person = facts.roster.get(person_id)
    name = person_id if person is None else person.name
    what = "manages the contract of" if person_id == provider.commissioner else "speaks for"
    return Refusal(
        why=f"{name} {what} {facts.instance.subject}, so cannot audit it.",
        who="ey_lead (another auditor)",
    )


@guard("evidence")
def visit_was_held(facts: Facts, evidence: Visit) -> Refusal | None:
    """A visit has a day, of the audit's own year, and that day has come."""
    if evidence.visited_on is None:
        return Refusal(why="The day of the visit is not said.", who="the auditor")
    year = facts.instance.data["year"]
    if evidence.visited_on < date(year, 1, 1):
        return Refusal(why=f"That day lies before the audits of {year}.", who="the auditor")
    return not_in_the_future(evidence.visited_on, facts, "The day of the visit")


@guard("evidence")
def each_area_is_met_or_not(_facts: Facts, evidence: Report) -> Refusal | None:
    """Leadership, management and safeguarding apply to every setting."""
    left_out = [key for key, one in evidence.standards.items() if one.judgement == "not_applicable"]
    if not left_out:
        return None
    return Refusal(
        why=f"Met, partly or not: every area applies to every setting ({', '.join(left_out)}).",
        who="the auditor",
    )


@guard("actor", apart_from=("submit_report",))
def finalised_by_another_than_the_auditor(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Four eyes on the person: whoever finalises neither audited nor wrote the report, nor acts for who did."""
    data = facts.instance.data
    if not facts.eyes & {data.get("auditor"), data.get("visited_by"), data.get("report_by")}:
        return None
    return Refusal(why="You audited this setting, so another person must finalise.", who="ey_lead")


@guard("evidence")
def what_is_not_met_has_an_action(facts: Facts, evidence: Finalisation) -> Refusal | None:
    """An area that is not met is not left as it is."""
    unmet = unmet_standards(facts.instance.data["report"])
    if not unmet or evidence.recommendations:
        return None
    return Refusal(
        why=f"Not met, and no action says what changes: {', '.join(unmet)}.", who="ey_lead"
    )


# ------------------------------------------------------------------ what the moves bring about
def plan(step: Step) -> Effects:
    """Keep the year, from when to when its window is open, and by when it is due."""
    gathered, data = step.facts.gathered, step.before.data
    year = data.get("year") or step.today.year
    terms = gathered["terms"]
    opens_on = setting_opening(year, terms)
    due_on = setting_due(year, gathered["early_years_due"], terms)
    return Effects(
        data={
            "year": year,
            "opens_on": opens_on.isoformat(),
            BEGINS_ON: max(opens_on, step.today).isoformat(),
            "window_ends_on": due_on.isoformat(),
        },
        due_on=due_on,
    )


def assign(step: Step) -> Effects:
    """Keep the auditor."""
    return Effects(data={"auditor": step.evidence.auditor, "assigned_on": step.today.isoformat()})


def visit(step: Step) -> Effects:
    """Keep the visit, and the areas that are judged by its day."""
    evidence: Visit = step.evidence
    visited_on = evidence.visited_on or step.today
    chosen = standards_on(step.facts, visited_on)
    return Effects(
        data={
            "visited_on": visited_on.isoformat(),
            "visited_by": step.actor,
            "visit": evidence.model_dump(mode="json", include={"staff_spoken_to", "notes"}),
            "standards": {"key": chosen["key"], "title": chosen["title"]},
        }
    )


def report(step: Step) -> Effects:
    """Keep the report and who wrote it."""
    return Effects(
        data={
            "report": step.evidence.model_dump(mode="json", exclude={"reason"}),
            "report_by": step.actor,
        }
    )


def finalise(step: Step) -> Effects:
    """Keep the end of the audit, and follow each action up as a recommendation of the setting."""
    evidence: Finalisation = step.evidence
    provider = provider_of(step.facts)
    commissioner = None if provider is None else provider.commissioner
    known = step.facts.roster.get(commissioner)
    owner = contact_person(step.facts) or (None if known is None else known.person_id)
    return Effects(
        data={"finalised_by": step.actor, "finalised_on": step.today.isoformat()},
        spawn=raise_recommendations(
            step,
            evidence.recommendations or (),
            owner=owner,
            also={"auditor": step.before.data["auditor"]},
        ),
    )


def raise_concern(step: Step) -> Effects:
    """Start an immediate concern for the child who was named."""
    evidence: Concern = step.evidence
    return Effects(spawn=(immediate_concern(step, evidence.case, evidence.what),))


def the_auditor(instance: ProcessInstance, _facts: Facts) -> tuple[str, ...]:
    """In an audit `auditor` is the assigned auditor and nobody else."""
    auditor = instance.data.get("auditor")
    return (auditor,) if auditor else ()


def reference_of(setting: str, day: date, _data: Json) -> str:
    """Name an audit started by hand by its setting and its year."""
    return f"early_years_audit:{setting}:{day.year}"


_INDEPENDENCE = (auditor_is_active, auditor_is_independent)

PROCESS = counted(ProcessDefinition(
    name="early_years_audit",
    title="Early Years audit",
    version=1,
    about="Each setting is visited once a year; its leadership, management and safeguarding are judged on evidence.",
    reference_hint="early_years_audit:P07:2026",
    started_by="person",
    key=reference_of,
    states=Stage,
    initial=S.PLANNED,
    final=frozenset({S.FINALISED, S.EXITED}),
    set_state_by_two=True,
    reads=frozenset({"provider", "terms", "choices"}),
    relations={"auditor": the_auditor},
    service_manager="ey_lead",
    reassignment=Reassignment(
        key="auditor",
        states=frozenset({S.ASSIGNED, S.VISITED}),
        asks=Auditor,
        guards=_INDEPENDENCE,
        roles=("ey_lead",),
    ),
    on_start=plan,
    due_ladder=ladders.STANDARD,
    due_source='Framework timeline, June: "Audits completed in Early Years settings"',
    transitions=(
        Transition(
            "assign_auditor", S.PLANNED, S.ASSIGNED,
            (provider_is_known, setting_is_of_early_years, *_INDEPENDENCE), "ey_lead", asks=Auditor, effect=assign,
        ),
        Transition(
            "record_visit", S.ASSIGNED, S.VISITED,
            (
                visit_was_held,
                text_is_given("staff_spoken_to", "To which staff the auditor spoke is not said.", "the auditor"),
            ),
            "auditor", asks=Visit, effect=visit,
        ),
        Transition(
            "submit_report", S.VISITED, S.REPORT_DRAFT,
            (
                every_standard_is_judged,
                each_area_is_met_or_not,
                text_is_given("strengths", "What is working well is not said.", "the auditor"),
                audit_was_independent,
            ),
            "auditor", asks=Report, effect=report,
        ),
        Transition(
            "finalise", S.REPORT_DRAFT, S.FINALISED,
            (finalised_by_another_than_the_auditor, recommendations_are_said, what_is_not_met_has_an_action),
            "ey_lead", asks=Finalisation, effect=finalise,
        ),
        Transition("return", S.REPORT_DRAFT, S.VISITED, (reason_is_given,), "ey_lead", adverse=True),
        Transition(
            "raise_immediate_concern", OPEN, None, (), ("auditor", "ey_lead"), asks=Concern, effect=raise_concern,
            exceptional=True,
        ),
        Transition("exit", OPEN, S.EXITED, (reason_is_given,), "ey_lead", exceptional=True),
    ),
    deadlines=(
        Deadline(
            name="assign_by", state=S.PLANNED, due=Within(ASSIGN_WORKING_DAYS, since=BEGINS_ON),
            ladder=ladders.STANDARD, capped=True, source="product default",
        ),
        Deadline(
            name="visit_by", state=S.ASSIGNED, due=After(VISIT_BEFORE, since="window_ends_on"),
            ladder=ladders.STANDARD, source="product default: four weeks before it is due",
        ),
        Deadline(
            name="report_by", state=S.VISITED, due=Within(REPORT_WORKING_DAYS, since="visited_on"),
            ladder=ladders.STANDARD, capped=True, source="product default (domain 3.4)",
        ),
        Deadline(name="finalise_by", state=S.REPORT_DRAFT, due=InstanceDue(), source="Framework timeline, June"),
    ),
))  # fmt: skip

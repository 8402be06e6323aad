"""What must hold in a case audit: independence, every question answered, the child's own words."""

from datetime import date
from typing import TYPE_CHECKING, Any

from qa_workflow.engine.definition import Asks, Facts, Refusal, guard
from qa_workflow.engine.people import CaseFacts, Person
from qa_workflow.patterns.guards import not_in_the_future
from qa_workflow.patterns.voice import views_are_the_childs_own
from qa_workflow.processes.case_audit.asks import Auditor, Feedback, Submission

if TYPE_CHECKING:
    from collections.abc import Iterable


@guard("evidence")
def auditor_is_active(facts: Facts, evidence: Auditor) -> Refusal | None:
    """Only somebody who works here and holds the role audits."""
    person = facts.roster.active(evidence.auditor, facts.today)
    if person is not None and "auditor" in person.roles:
        return None
    return Refusal(why=f"{evidence.auditor} is not an active auditor.", who="sm_sqa or qa_admin")


@guard("evidence")
def auditor_is_independent(facts: Facts, evidence: Auditor) -> Refusal | None:
    """Whoever practised, supervised or reviewed the case in the audit period is not "independent"."""
    return _dependence(facts, evidence.auditor, "Another auditor must be found.")


@guard()
def audit_was_independent(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Independence is looked at again at submission: the audit period ends only then."""
    auditor = facts.instance.data.get("auditor")
    return (
        None
        if auditor is None
        else _dependence(facts, auditor, "The audit must go to another auditor.")
    )


def _dependence(facts: Facts, person_id: str, remedy: str) -> Refusal | None:
    case = _case(facts)
    period_from = date.fromisoformat(facts.instance.data["period_from"])
    name = person.name if (person := facts.roster.get(person_id)) else person_id
    # Whose cases they are may be read more narrowly, but never without the practitioner (domain A7).
    roles = {"practitioner", *facts.gathered["independent_of"]}
    found = case.involved(person_id, period_from, facts.today, roles)
    managed = _practitioners(facts, period_from) if "supervisor" in roles else set()
    if found is None and person_id in _managers(facts, managed):
        return Refusal(
            why=f"{name} manages a practitioner of {case.case_id}, so the audit would not be independent. {remedy}",
            who="sm_sqa or qa_admin",
        )
    if found is None:
        return None
    doing = {"practitioner": "practised on", "supervisor": "supervised", "iro": "reviewed"}[
        found.role
    ]
    since = (
        f"since {found.from_on:%d %B %Y}"
        if found.to_on is None
        else f"until {found.to_on:%d %B %Y}"
    )
    return Refusal(
        why=f"{name} {doing} {case.case_id} {since}, inside the audit period, so the audit would not be independent. {remedy}",
        who="sm_sqa or qa_admin",
    )


def _case(facts: Facts) -> CaseFacts:
    # Nobody is known to have worked on a case that no list holds any more.
    return facts.case or CaseFacts(case_id=facts.instance.subject)


def _practitioners(facts: Facts, period_from: date) -> set[str | None]:
    # "also tested against the case's practitioner history inside the audit period" (domain 3.1b)
    case = _case(facts)
    return {case.practitioner} | {
        one.person_id
        for one in case.involvements
        if one.role == "practitioner" and one.touches(period_from, facts.today)
    }


def _managers(facts: Facts, people: set[str | None]) -> set[str]:
    # "not that practitioner's line manager/supervisor for the case" (domain A7)
    known = (facts.roster.get(one) for one in people)
    return {person.manager for person in known if person is not None and person.manager}


def _line_above(facts: Facts) -> set[str]:
    return _managers(facts, {_case(facts).practitioner})


def _auditors(facts: Facts) -> set[str]:
    # Whoever submitted the audit stays a party to it, also after somebody else took it over.
    data = facts.instance.data
    return {data[key] for key in ("auditor", "submitted_by") if data.get(key)}


@guard("evidence")
def no_conflict_was_declared(facts: Facts, evidence: Auditor) -> Refusal | None:
    """Whoever has declined this audit is not given it again."""
    declined = [
        one for one in facts.instance.data.get("declined", ()) if one["by"] == evidence.auditor
    ]
    if not declined:
        return None
    return Refusal(
        why=f"{evidence.auditor} has declined this audit: {declined[-1]['why']}",
        who="sm_sqa or qa_admin",
    )


@guard("evidence")
def every_section_is_answered(facts: Facts, evidence: Submission) -> Refusal | None:
    """Every question of the methodology has an answer, and no other is answered."""
    asked = {
        (section["key"], question["key"])
        for section in facts.gathered["methodology_body"]["sections"]
        for question in section["questions"]
    }
    given = {
        (section, question)
        for section, answers in evidence.answers.items()
        for question, answer in answers.items()
        if answer not in (None, "")
    }
    problems = []
    if missing := sorted(asked - given):
        problems.append("not answered: " + ", ".join(".".join(one) for one in missing))
    if unknown := sorted(given - asked):
        problems.append("not asked: " + ", ".join(".".join(one) for one in unknown))
    if not problems:
        return None
    version = facts.instance.data.get("methodology")
    return Refusal(why=f"Methodology {version}: {'; '.join(problems)}.", who="the auditor")


def _no_voice_is_approved(facts: Facts, evidence: Submission) -> Refusal | None:
    """The reason stands in the methodology, and the service manager has approved it for this child."""
    known: Iterable[str] = facts.gathered["methodology_body"]["no_voice_reasons"]
    if str(evidence.no_voice_reason) not in known:
        return Refusal(
            why=f"{evidence.no_voice_reason!r} is no reason code of the methodology: {', '.join(known)}.",
            who="the auditor",
        )
    approved = facts.instance.data.get("no_voice_approved")
    if approved is None or approved["reason"] != evidence.no_voice_reason:
        return Refusal(
            why=f"sm_sqa has not approved {evidence.no_voice_reason!r} as the reason why the child was not heard.",
            who="sm_sqa (approve_no_voice)",
        )
    return None


voice_is_the_childs_own = views_are_the_childs_own(
    "voice",
    instead="no_voice_reason",
    who="the auditor",
    name="voice_is_the_childs_own",
    missing="The child's own words are missing. A professional's account does not stand for them: "
    "give the words, the method and the date, or a reason code that sm_sqa approves.",
    incomplete="Each entry of the child's voice needs the words, the method and the date.",
    heard="The day the child was heard",
    approved=_no_voice_is_approved,
)


@guard("evidence")
def grade_is_of_the_scale(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Submission or Grade
    """A grade is optional; where there is one, it is of the methodology's scale, and the council grades at all."""
    scale: list[str] = facts.gathered["methodology_body"]["grades"]
    if evidence.grade is None:
        return None
    if not facts.gathered["graded"]:
        return Refusal(why="Audits bear no grade here: leave it out.")
    if evidence.grade in scale:
        return None
    return Refusal(why=f"{evidence.grade!r} is no grade of the scale: {', '.join(scale)}.")


@guard("evidence")
def recommendations_are_said(_facts: Facts, evidence: Submission) -> Refusal | None:
    """Recommendations, or an empty list that says there are none."""
    if evidence.recommendations is not None:
        return None
    return Refusal(
        why="Recommendations are not given; an empty list says that there are none.",
        who="the auditor",
    )


@guard("actor", apart_from=("start", "submit"))
def acts_for_no_own_audit(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Nobody approves for their own audit that the child was not heard."""
    if not facts.eyes & _auditors(facts):
        return None
    return Refusal(why="You audit this case, so another person must approve.", who="another sm_sqa")


@guard("evidence")
def approved_reason_is_of_the_methodology(facts: Facts, evidence: Asks) -> Refusal | None:
    """Only a reason code of the methodology can stand for a child's words."""
    known: list[str] = facts.gathered["methodology_body"]["no_voice_reasons"]
    if evidence.reason in known:
        return None
    return Refusal(
        why=f"Give one of the methodology's reason codes as reason: {', '.join(known)}.",
        who="sm_sqa",
    )


@guard("actor", apart_from=("submit",))
def moderator_is_independent(facts: Facts, _evidence: Asks) -> Refusal | None:
    """The moderator is not the auditor, the practitioner or the supervisor."""
    case = _case(facts)
    parties: dict[str | None, str] = {
        **dict.fromkeys(_auditors(facts), "audited"),
        case.practitioner: "practise on",
        case.supervisor: "supervise",
        **dict.fromkeys(_line_above(facts), "supervise"),
    }
    found = sorted(one for one in facts.eyes if one in parties)
    if not found:
        return None
    return Refusal(
        why=f"You {parties[found[0]]} this case, so another moderator must decide.",
        who="another moderator",
    )


@guard("actor", apart_from=("submit",))
def released_by_another(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Whoever audited does not release their own audit."""
    if not facts.eyes & _auditors(facts):
        return None
    return Refusal(
        why="You audited this case, so another person must release it.", who="another sm_sqa"
    )


@guard("evidence")
def conversation_was_held(facts: Facts, evidence: Feedback) -> Refusal | None:
    """Feedback is a conversation that took place."""
    if evidence.held_on is None:
        return Refusal(why="The day of the conversation is missing.", who="the auditor")
    return not_in_the_future(evidence.held_on, facts, "The day of the conversation")


@guard("evidence")
def both_were_there_or_why_not(facts: Facts, evidence: Feedback) -> Refusal | None:
    """Practitioner and manager took part, or it is said why not."""
    if evidence.absent_reason:
        return None
    case = _case(facts)
    managers = _line_above(facts) | ({case.supervisor} if case.supervisor else set())
    missing = []
    if case.practitioner not in evidence.attendees:
        missing.append("the practitioner")
    if managers and not managers.intersection(evidence.attendees):
        missing.append("the manager")
    if not missing:
        return None
    return Refusal(
        why=f"{' and '.join(missing).capitalize()} took no part: say why.", who="the auditor"
    )


@guard("evidence")
def family_was_asked_or_why_not(facts: Facts, evidence: Feedback) -> Refusal | None:
    """Where the council wants it, feedback has what child and family say, or why they were not asked (domain A8)."""
    if not facts.gathered["family_feedback_required"]:
        return None
    if evidence.family_feedback or evidence.no_family_feedback_reason:
        return None
    return Refusal(
        why="What child and family say is missing, and it is not said why they were not asked.",
        who="the auditor",
    )


@guard("actor", apart_from=("submit", "dispute"))
def resolver_is_no_party(facts: Facts, _evidence: Asks) -> Refusal | None:
    """A dispute is resolved by neither party; by AD People only where the service manager is one."""
    parties = {*_auditors(facts), _case(facts).practitioner}
    if facts.eyes & parties:
        return Refusal(
            why="You are a party to this dispute, so another person must resolve it.",
            who="ad_people",
        )
    holders = facts.roster.holders("sm_sqa", facts.today)
    impartial = [one for one in holders if not _eyes_of(one, facts) & parties]
    if facts.actor is None or facts.acts_as("sm_sqa") or not impartial:
        return None
    return Refusal(
        why="The Safeguarding and QA Service Manager resolves this dispute.", who="sm_sqa"
    )


def _eyes_of(manager: Person, facts: Facts) -> set[str | None]:
    # A delegate of a party is no way round the party.
    if "sm_sqa" in manager.roles:
        return {manager.person_id}
    return {manager.person_id, facts.roster.acts_for(manager, "sm_sqa", facts.today)}


@guard("evidence")
def unauditable_reason_is_known(facts: Facts, evidence: Asks) -> Refusal | None:
    """A case drops out only for one of the methodology's reasons."""
    known: list[str] = facts.gathered["methodology_body"]["not_auditable_reasons"]
    code = evidence.reason.split(":")[0].strip().lower().replace(" ", "_")
    if code in known:
        return None
    return Refusal(
        why=f"Begin the reason with one of: {', '.join(known)} (then a colon and your words, if you like).",
        who="sm_sqa",
    )

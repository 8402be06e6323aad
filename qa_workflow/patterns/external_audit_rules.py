"""What an externally led audit asks for, what must hold in it, and what its moves bring about."""

from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field

from qa_workflow.engine.definition import Asks, Effects, Facts, Guard, Hold, Refusal, Step, guard
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.instance import Json
from qa_workflow.patterns.guards import not_in_the_future
from qa_workflow.patterns.raising import Recommended
from qa_workflow.patterns.texts import Texts
from qa_workflow.patterns.voice import View, misheard, voices

if TYPE_CHECKING:
    from qa_workflow.patterns.caseload import Caseload


# ------------------------------------------------------------------ what is asked for
class Announcement(Asks):
    """An audit that the calendar does not open: from when, until when, and what it wants to know."""

    launched_on: date | None = Field(
        default=None, title="Launched on", description="By the partnership; today if not said"
    )
    due_on: date | None = Field(default=None, title="Findings due on")
    hypothesis: str = Field(default="", title="The hypothesis to explore")
    theme: str = Field(default="", title="The emerging theme")


class Selection(Asks):
    """The cases that every partner looks at, and the theme they are looked at for."""

    cases: Texts = Field(default=(), title="Cases")
    theme: str = Field(default="", title="Theme")


class Tool(Asks):
    """The tool that goes out to everybody."""

    tool: str = Field(default="", title="Which tool", description="A reference, with its version")


class Return(Asks):
    """One partner's return; with a reason instead of a day, one that will not come."""

    partner: str = Field(min_length=1, title="Partner")
    returned_on: date | None = Field(default=None, title="Returned on")


class JointReview(Asks):
    """The partners look at the returns together."""

    reviewed_on: date | None = Field(default=None, title="Began on")


class ChildsView(View):
    """A view, and whose it is."""

    case: str = Field(min_length=1, title="Case")


class Findings(Asks):
    """What the audit found: what works, what does not, and what is learnt."""

    strengths: Texts = Field(default=(), title="What is working well and why")
    gaps: Texts = Field(default=(), title="What we need to do better")
    learning: Texts = Field(default=(), title="Learning")
    views: tuple[ChildsView, ...] = Field(default=(), title="The children's own views")


class ActionPlan(Asks):
    """The council's own actions; each is followed up as a recommendation."""

    recommendations: tuple[Recommended, ...] | None = Field(
        default=None, title="Actions of the council", description="An empty list says: none"
    )


# ------------------------------------------------------------------ the start
@guard("evidence")
def end_is_not_before_the_launch(facts: Facts, evidence: Announcement) -> Refusal | None:
    """An audit is not due before it begins."""
    begins_on = evidence.launched_on or facts.today
    if evidence.due_on is None or evidence.due_on >= begins_on:
        return None
    return Refusal(why=f"It would be due before it begins on {in_words(begins_on)}.")


# ------------------------------------------------------------------ the cases
@guard("evidence")
def cases_are_known(facts: Facts, evidence: Selection) -> Refusal | None:
    """At least one case, each of them one that the case lists know, and named once."""
    known: Caseload = facts.gathered["caseload"]
    if not evidence.cases:
        return Refusal(why="No case is named.", who="the partnership")
    if unknown := sorted(set(evidence.cases) - known.known):
        return Refusal(
            why=f"No list of cases has {', '.join(unknown)}.", who="qa_admin (case import)"
        )
    if twice := sorted({one for one in evidence.cases if evidence.cases.count(one) > 1}):
        return Refusal(why=f"Named more than once: {', '.join(twice)}.")
    return None


def number_of_cases_is(wanted: int) -> Guard:
    """Make a guard: so many cases are selected, or somebody says why another number."""

    def agreed(_facts: Facts, evidence: Selection) -> Refusal | None:
        if len(evidence.cases) == wanted or evidence.reason:
            return None
        return Refusal(
            why=f"{wanted} cases are selected, not {len(evidence.cases)}; another number needs a reason.",
            who="the partnership",
        )

    return Guard("number_of_cases_is_agreed", agreed, frozenset({"facts", "evidence"}))


@guard("evidence")
def theme_is_given(facts: Facts, evidence: Selection) -> Refusal | None:
    """The cases are looked at for a theme."""
    if evidence.theme or facts.instance.data.get("theme"):
        return None
    return Refusal(why="The theme is not given.", who="the partnership")


# ------------------------------------------------------------------ the returns
def missing_returns(data: Json) -> tuple[str, ...]:
    """Return the partners from whom neither a return nor a reason is there, in their order."""
    returned = data.get("returns", {})
    return tuple(one for one in data.get("partners", ()) if one not in returned)


@guard("evidence")
def partner_is_one_of_them(facts: Facts, evidence: Return) -> Refusal | None:
    """A return comes from a partner of this audit."""
    partners = facts.instance.data["partners"]
    if evidence.partner in partners:
        return None
    return Refusal(why=f"{evidence.partner} is no partner here. There are: {', '.join(partners)}.")


@guard("evidence")
def return_has_its_day_or_a_reason(facts: Facts, evidence: Return) -> Refusal | None:
    """A return came on a day that is not in the future; where none will come, somebody says why."""
    if evidence.returned_on is None:
        if evidence.reason:
            return None
        return Refusal(why="Neither the day of the return nor a reason for none is given.")
    return not_in_the_future(evidence.returned_on, facts, f"The return of {evidence.partner}")


@guard()
def every_partner_has_returned(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Each partner has returned, or there is a reason why not."""
    missing = missing_returns(facts.instance.data)
    if not missing:
        return None
    return Refusal(
        why=f"Neither a return nor a reason for none: {', '.join(missing)}. Say either with record_return.",
        who=", ".join(missing),
    )


# ------------------------------------------------------------------ the review and its findings
@guard("evidence")
def review_has_begun(facts: Facts, evidence: JointReview) -> Refusal | None:
    """A joint review that is told of has begun."""
    return not_in_the_future(evidence.reviewed_on, facts, "The joint review")


@guard("evidence")
def views_are_the_childrens_own(facts: Facts, evidence: Findings) -> Refusal | None:
    """A child's view is their own words with method and day, and of a case of this audit."""
    cases = facts.instance.data.get("cases")
    for view in evidence.views:
        if cases is not None and view.case not in cases:
            return Refusal(why=f"{view.case} is no case of this audit.")
        found = misheard(
            view, facts, who="whoever heard the child",
            incomplete=f"{view.case}: each view needs the words, the method and the date.",
            heard=f"The day {view.case} was heard",
        )  # fmt: skip
        if found is not None:
            return found
    return None


# ------------------------------------------------------------------ what the moves bring about
def select(step: Step) -> Effects:
    """Keep the cases, and the theme they are looked at for."""
    evidence: Selection = step.evidence
    data = step.before.data
    return Effects(
        data={
            "cases": list(evidence.cases),
            "theme": evidence.theme or data.get("theme", ""),
            "number_reason": evidence.reason or None,
        }
    )


def issue(step: Step) -> Effects:
    """Keep which tool went out, and when."""
    return Effects(data={"tool": step.evidence.tool, "issued_on": step.today.isoformat()})


def record(step: Step) -> Effects:
    """Keep one partner's return, or why there is none; the last one brings all of them in."""
    evidence: Return = step.evidence
    returned = None if evidence.returned_on is None else evidence.returned_on.isoformat()
    returns = {
        **step.before.data.get("returns", {}),
        evidence.partner: {"returned_on": returned, "reason": evidence.reason, "by": step.actor},
    }
    missing = missing_returns({**step.before.data, "returns": returns})
    return Effects(
        data={"returns": returns},
        clears=(_cause(evidence.partner),),
        then=() if missing else ("receive_returns",),
    )


def name_the_silent(step: Step) -> Effects:
    """Block the audit once for each partner that has neither returned nor given a reason."""
    return Effects(
        holds=tuple(
            Hold(
                reason="awaiting_partner_agency",
                note=f"{partner} has not returned.",
                waiting_on=partner,
                cause=_cause(partner),
            )
            for partner in missing_returns(step.before.data)
        )
    )


def _cause(partner: str) -> str:
    return f"return of {partner}"


def review(step: Step) -> Effects:
    """Keep on which day the joint review began."""
    told: date = step.evidence.reviewed_on or step.today
    return Effects(data={"reviewed_on": told.isoformat()})


def find(step: Step) -> Effects:
    """Keep what was found, and the children's own words apart from it."""
    evidence: Findings = step.evidence
    return Effects(
        data={
            "findings": evidence.model_dump(mode="json", include={"strengths", "gaps", "learning"}),
            "found_on": step.today.isoformat(),
        },
        voices=tuple(
            said for view in evidence.views for said in voices(step, (view,), case_id=view.case)
        ),
    )

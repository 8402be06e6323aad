"""What a versioned document asks for, and what must hold in it: see `patterns.document`."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum, auto
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qa_workflow.engine.definition import Asks, Facts, Guard, PersonId, Refusal, Related, guard
from qa_workflow.engine.instance import Json


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    CURRENT = auto()
    IN_REVIEW = auto()
    DRAFT = auto()
    AWAITING_SCRUTINY = auto()
    APPROVED = auto()
    NO_CHANGE_CONFIRMED = auto()


S = Stage
OPEN = (S.CURRENT, S.IN_REVIEW, S.DRAFT, S.AWAITING_SCRUTINY)
WROTE = ("review", "draft", "submit")  # the triggers that make somebody its author
Reference = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*:\S+$")]


# ------------------------------------------------------------------ what is asked for
class DocumentStart(Asks):
    """What a review asked for by hand, or by an audit, begins with; one of the calendar knows its date."""

    due_on: date | None = Field(
        default=None, title="Due on", description="By default the last day of the next month"
    )
    source: str = Field(default="", title="What it comes from", description="A reference")
    period: str = Field(default="", title="Period")


class Line(BaseModel):
    """One line of a plan: what somebody does by when, how that stands, and what it came from."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    number: str = Field(min_length=1, title="Number")
    what: str = Field(default="", title="What", description="Without names of children")
    owner: PersonId | None = Field(default=None, title="Who does it")
    due_on: date | None = Field(default=None, title="By when")
    rag: Literal["red", "amber", "green", "done"] | None = Field(
        default=None, title="How it stands", description="red, amber, green or done"
    )
    came_from: tuple[Reference, ...] = Field(
        default=(), title="Came from", description="References: recommendation:R-0001"
    )
    voice: tuple[Reference, ...] = Field(
        default=(), title="A child's voice", description="Where it is recorded, never the words"
    )
    own_initiative: bool = Field(
        default=False, title="Own initiative", description="It came from no audit, review or report"
    )


class Dropped(BaseModel):
    """A line of the version in force that is not done and is left out all the same."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    number: str = Field(min_length=1, title="Number")
    reason: str = Field(min_length=1, title="Why")


class Drafting(Asks):
    """The document as it is drafted or submitted. What is not said again stays as it was drafted."""

    lines: tuple[Line, ...] | None = Field(default=None, title="Lines")
    dropped: tuple[Dropped, ...] | None = Field(default=None, title="Lines left out")
    document_reference: str = Field(
        default="", title="Where the document is", description="A reference, never the document"
    )
    methodology_note: str = Field(
        default="",
        title="For the audit tool",
        description="What the next audit round takes from it",
    )


class Urgent(Asks):
    """A version that cannot wait for the review: what changes, why now, and where it is."""

    what_changes: str = Field(default="", title="What changes")
    document_reference: str = Field(default="", title="Where the document is")
    lines: tuple[Line, ...] | None = Field(default=None, title="Lines")
    dropped: tuple[Dropped, ...] | None = Field(default=None, title="Lines left out")


class Decision(Asks):
    """What the board decided, and where that is minuted."""

    minute_reference: str = Field(default="", title="Where it is minuted")


# ------------------------------------------------------------------ lines, as they stand
def lines_of(evidence: Any, data: Json) -> tuple[Line, ...]:  # noqa: ANN401 - any Asks with lines
    """Return the lines that were sent, or those that stand in the data where none were."""
    if evidence.lines is not None:
        return tuple(evidence.lines)
    return tuple(Line.model_validate(one) for one in data.get("lines", ()))


def dropped_of(evidence: Any, data: Json) -> tuple[Dropped, ...]:  # noqa: ANN401 - any Asks with lines
    """Return the lines that are left out, with why."""
    if evidence.dropped is not None:
        return tuple(evidence.dropped)
    return tuple(Dropped.model_validate(one) for one in data.get("dropped", ()))


def completed(lines: Iterable[Line], proposed: Iterable[Related]) -> tuple[Line, ...]:
    """Return *lines* with the proposals that were linked to them by number among what they came from."""
    by_number: dict[str, list[str]] = {}
    for one in proposed:
        by_number.setdefault(str(one.data.get("line", "")).strip(), []).append(one.reference)
    return tuple(
        one.model_copy(
            update={
                "came_from": tuple(dict.fromkeys((*one.came_from, *by_number.get(one.number, ()))))
            }
        )
        for one in lines
    )


def _standing(facts: Facts, evidence: Any) -> tuple[Line, ...]:  # noqa: ANN401 - any Asks with lines
    return completed(lines_of(evidence, facts.instance.data), facts.gathered.get("proposed", ()))


def _in_force(facts: Facts) -> Sequence[Json]:
    found: Sequence[Json] = (facts.gathered.get("in_force") or {}).get("lines", ())
    return found


def waiting_proposals(facts: Facts) -> tuple[Related, ...]:
    """Return the proposals linked to this plan that the version in force does not take up yet."""
    taken_up = {source for line in _in_force(facts) for source in line.get("came_from", ())}
    return tuple(one for one in facts.gathered.get("proposed", ()) if one.reference not in taken_up)


# ------------------------------------------------------------------ what must hold in a plan
@guard("evidence")
def lines_are_there(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any Asks with lines
    """A plan has at least one line, and each line a number of its own."""
    numbers = [one.number for one in _standing(facts, evidence)]
    if not numbers:
        return Refusal(why="The plan has no line yet.", who="its author")
    twice = sorted({one for one in numbers if numbers.count(one) > 1})
    if twice:
        return Refusal(why=f"Two lines have the number {', '.join(twice)}.", who="its author")
    return None


@guard("evidence")
def each_line_has_owner_date_and_rag(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any Asks with lines
    """Each line shows what is to be done, by whom, by when and how it stands (domain 3.5 G5)."""
    wanted = ("what", "owner", "due_on", "rag")
    lacking = [
        f"line {one.number}: {', '.join(missing)}"
        for one in _standing(facts, evidence)
        if (missing := [name for name in wanted if not getattr(one, name)])
    ]
    if not lacking:
        return None
    return Refusal(why=f"Not said: {'; '.join(lacking)}.", who="its author")


@guard("evidence")
def each_line_owner_is_here(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any Asks with lines
    """Whoever owns a line that is not done works here today."""
    for one in _standing(facts, evidence):
        if one.owner and one.rag != "done" and facts.roster.active(one.owner, facts.today) is None:
            return Refusal(
                why=f"Line {one.number}: {one.owner} does not work here today, so cannot own it.",
                who="its author",
            )
    return None


@guard("evidence")
def each_line_is_traced(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any Asks with lines
    """Each line links back to what it came from, or is said to be of the service's own initiative (domain 3.5 G5)."""
    untraced = [
        one.number
        for one in _standing(facts, evidence)
        if not one.came_from and not one.own_initiative
    ]
    if not untraced:
        return None
    return Refusal(
        why=f"It is not said what line {', '.join(untraced)} came from: name the recommendation, audit "
        "or report, or say that it is of our own initiative.",
        who="its author",
    )


@guard("evidence")
def each_proposal_is_taken_up(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any Asks with lines
    """What was proposed for this plan, and linked to it, stands on one of its lines."""
    named = {source for one in _standing(facts, evidence) for source in one.came_from}
    left_out = [one.reference for one in waiting_proposals(facts) if one.reference not in named]
    if not left_out:
        return None
    return Refusal(
        why=f"Linked to this plan, but on no line of it: {', '.join(left_out)}.", who="its author"
    )


@guard("evidence")
def open_lines_are_carried_on(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any Asks with lines
    """A line of the version in force that is not done stays on the plan, or it is said why not."""
    kept = {one.number for one in _standing(facts, evidence)}
    explained = {one.number for one in dropped_of(evidence, facts.instance.data)}
    lost = [
        str(one["number"])
        for one in _in_force(facts)
        if one.get("rag") != "done" and one["number"] not in kept | explained
    ]
    if not lost:
        return None
    return Refusal(
        why=f"Left out without being done: line {', '.join(lost)}. Keep it, or say why it is dropped.",
        who="its author",
    )


PLAN_IS_WHOLE = (
    lines_are_there,
    each_line_has_owner_date_and_rag,
    each_line_owner_is_here,
    each_line_is_traced,
    each_proposal_is_taken_up,
    open_lines_are_carried_on,
)


@guard("evidence")
def lines_that_were_sent_are_whole(facts: Facts, evidence: Urgent) -> Refusal | None:
    """Where an urgent version changes lines, they are whole; proposals may wait for the review."""
    if evidence.lines is None:
        return None
    told = (one(facts, evidence) for one in PLAN_IS_WHOLE if one is not each_proposal_is_taken_up)
    return next((refusal for refusal in told if refusal is not None), None)


@guard()
def no_proposal_is_waiting(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Nothing is left as it is while a proposal that was linked to it waits for its line."""
    waiting = [one.reference for one in waiting_proposals(facts)]
    if not waiting:
        return None
    return Refusal(
        why=f"The plan cannot stay as it is: {', '.join(waiting)} was linked to it.",
        who="its author",
    )


@guard("evidence")
def where_it_is_is_given(facts: Facts, evidence: Drafting) -> Refusal | None:
    """It is said where the document is, now or when it was drafted."""
    if evidence.document_reference or facts.instance.data.get("document_reference"):
        return None
    return Refusal(why="It is not said where the document is.", who="its author")


@guard("evidence")
def what_the_audit_tool_takes_is_given(facts: Facts, evidence: Drafting) -> Refusal | None:
    """Standards feed the methodology of the next round: it is said what that takes from them (domain 1.8)."""
    if evidence.methodology_note or facts.instance.data.get("methodology_note"):
        return None
    return Refusal(
        why="It is not said what the audit tool of the next round takes from it; nothing is an answer too.",
        who="its author",
    )


# ------------------------------------------------------------------ who approves
def approver_is_not_the_author(approver: str) -> Guard:
    """Make a guard: whoever approves neither wrote the document nor acts for somebody who did."""

    def another(facts: Facts, _evidence: Asks) -> Refusal | None:
        if facts.eyes.isdisjoint(facts.instance.data.get("authors", ())):
            return None
        return Refusal(why="You wrote this, so another must decide about it.", who=approver)

    return Guard("approver_is_not_the_author", another, frozenset({"facts", "actor"}), WROTE)


# ------------------------------------------------------------------ urgent versions
@guard()
def no_other_urgent_version_is_waiting(facts: Facts, _evidence: Asks) -> Refusal | None:
    """One urgent version waits for its approval at a time."""
    if not facts.instance.data.get("urgent_draft"):
        return None
    return Refusal(why="Another urgent version waits for its approval.", who="its approver")


@guard()
def an_urgent_version_is_waiting(facts: Facts, _evidence: Asks) -> Refusal | None:
    """There is an urgent version to decide about."""
    if facts.instance.data.get("urgent_draft"):
        return None
    return Refusal(why="No urgent version waits for approval.", who="its author")


def urgent_version_is_anothers(approver: str) -> Guard:
    """Make a guard: whoever approves an urgent version has not asked for it, nor acts for who has."""

    def another(facts: Facts, _evidence: Asks) -> Refusal | None:
        asked = (facts.instance.data.get("urgent_draft") or {}).get("authors", ())
        if facts.eyes.isdisjoint(asked):
            return None
        return Refusal(why="You wrote this version, so another must approve it.", who=approver)

    return Guard(
        "urgent_version_is_anothers", another, frozenset({"facts", "actor"}), ("urgent_update",)
    )

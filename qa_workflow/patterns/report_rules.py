"""What a recurring report asks for, and what must hold in it: see `patterns.report`."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum, auto

from pydantic import BaseModel, ConfigDict, Field

from qa_workflow.engine.definition import Asks, Facts, Guard, Refusal, guard
from qa_workflow.patterns.actions import ActionItem
from qa_workflow.patterns.guards import not_in_the_future


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    DUE = auto()
    DRAFTING = auto()
    SUBMITTED = auto()
    RETURNED = auto()
    RECEIVED = auto()
    NOTED = auto()
    ACTIONS_RAISED = auto()
    NIL_RETURN = auto()
    MISSED = auto()


S = Stage
# What a report of the next period has become when it answers for itself (domain 3.5 G1).
ANSWERED = frozenset(map(str, (S.RECEIVED, S.NOTED, S.ACTIONS_RAISED, S.NIL_RETURN)))
WROTE = ("draft", "submit")  # the triggers that make somebody its author


# ------------------------------------------------------------------ what is asked for
class ReportStart(Asks):
    """What a report asked for by hand begins with; one that the calendar opens knows all of it."""

    series: str = Field(
        default="",
        title="Which report",
        description="What its next one is called too: private fostering",
    )
    due_on: date | None = Field(
        default=None, title="Due on", description="By default the last day of the next month"
    )
    covers_from: date | None = Field(default=None, title="Covers from")
    covers_to: date | None = Field(default=None, title="Covers to")


class Section(BaseModel):
    """One section: a count, a note, references. Never a name."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    count: int | None = Field(default=None, ge=0, title="How many")
    note: str = Field(default="", title="What is to be said", description="Without names")
    references: tuple[str, ...] = Field(
        default=(), title="Case references", description="The same child may stand in two sections"
    )


class Submission(Asks):
    """The report: the day its figures are of, its sections, and where the whole of it is."""

    data_on: date | None = Field(
        default=None, title="Data date", description="The day on which the figures were true"
    )
    sections: dict[str, Section] = Field(
        default_factory=dict,
        title="Sections",
        description="By their names, as the report asks for them",
    )
    report_reference: str = Field(
        default="", title="Where the report is", description="A reference, never the report itself"
    )


class NilReturn(Asks):
    """There is nothing to report: who says so, as of which day, and why."""

    data_on: date | None = Field(
        default=None, title="Data date", description="The day on which there was nothing to report"
    )


class Acting(Asks):
    """What the receiver wants done about the report."""

    actions: tuple[ActionItem, ...] = Field(default=(), title="Actions")


# ------------------------------------------------------------------ the start
@guard("evidence")
def period_is_in_order(_facts: Facts, evidence: ReportStart) -> Refusal | None:
    """What a report covers is said with both its days, the first one first."""
    begins, ends = evidence.covers_from, evidence.covers_to
    if begins is None and ends is None:
        return None
    if begins is not None and ends is not None and begins <= ends:
        return None
    return Refusal(why="Say from which day to which the report covers, the first day first.")


# ------------------------------------------------------------------ the report
@guard("evidence")
def data_date_is_given(facts: Facts, evidence: Submission | NilReturn) -> Refusal | None:
    """A report carries the date of its data, a nil return too (domain 3.5 G1)."""
    if evidence.data_on is None:
        return Refusal(why="It is not said of which day the figures are.", who="its author")
    return not_in_the_future(evidence.data_on, facts, "The data date")


def asked_sections_are_all_there(asked: tuple[str, ...], *, counted: bool) -> Guard:
    """Make a guard: each section of *asked* is there, with its count where sections are *counted*, else with words."""

    def all_there(_facts: Facts, evidence: Submission) -> Refusal | None:
        missing = [name for name in asked if not _says_something(name, evidence.sections, counted)]
        if not missing:
            return None
        lacks = "without its count" if counted else "without a word"
        return Refusal(why=f"Missing, or {lacks}: {'; '.join(missing)}.", who="its author")

    return Guard("asked_sections_are_all_there", all_there, frozenset({"facts", "evidence"}))


def _says_something(name: str, given: Mapping[str, Section], counted: bool) -> bool:  # noqa: FBT001 - of one report
    section = given.get(name)
    if section is None:
        return False
    return section.count is not None or (not counted and bool(section.note))


@guard("evidence")
def each_count_covers_its_references(_facts: Facts, evidence: Submission) -> Refusal | None:
    """No section lists more cases than it counts."""
    for name, section in evidence.sections.items():
        listed = len(set(section.references))
        if section.count is not None and section.count < listed:
            return Refusal(
                why=f"{name}: {listed} cases are listed, but {section.count} are counted.",
                who="its author",
            )
    return None


# ------------------------------------------------------------------ the receiver
def is_not_the_author(receiver: str) -> Guard:
    """Make a guard: whoever receives the report has not written it, nor acts for somebody who has."""

    def another(facts: Facts, _evidence: Asks) -> Refusal | None:
        if facts.eyes.isdisjoint(facts.instance.data.get("authors", ())):
            return None
        return Refusal(why="You wrote this report, so another must receive it.", who=receiver)

    return Guard("receiver_is_not_the_author", another, frozenset({"facts", "actor"}), WROTE)


@guard("evidence")
def at_least_one_action_is_named(_facts: Facts, evidence: Acting) -> Refusal | None:
    """Where nothing is to be done, the report is noted instead."""
    if evidence.actions:
        return None
    return Refusal(why="No action is named. Where there is none to raise, note the report.")


# ------------------------------------------------------------------ a gap
@guard()
def next_report_was_received(facts: Facts, _evidence: Asks) -> Refusal | None:
    """A report counts as missed only once the next one that was not missed itself has been received."""
    following = (one for one in facts.gathered.get("following", ()) if one != S.MISSED)
    if next(following, None) in ANSWERED:
        return None
    return Refusal(
        why="The report of the next period has not been received yet, so this one can still come.",
        who="its author",
    )


def gap_is_accepted_by_another(authors: tuple[str, ...], acceptors: tuple[str, ...]) -> Guard:
    """Make a guard: whoever accepts the gap neither wrote the report nor was the one to write it."""

    def by_another(facts: Facts, _evidence: Asks) -> Refusal | None:
        wrote = facts.instance.data.get("authors", ())
        people = [facts.roster.get(one) for one in facts.eyes]
        could = any(one is not None and not one.roles.isdisjoint(authors) for one in people)
        if facts.eyes.isdisjoint(wrote) and not could:
            return None
        return Refusal(
            why="The report was yours to write, so another must accept that it is missing.",
            who=" or ".join(acceptors),
        )

    return Guard(
        "gap_is_accepted_by_another", by_another, frozenset({"facts", "actor"}), ("draft",)
    )

"""What the moves of a versioned document bring: see `patterns.document`."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from qa_workflow.engine.definition import Effects, Facts, Link, ProcessDefinition, Step
from qa_workflow.engine.instance import NOTHING, Json
from qa_workflow.patterns.document_rules import (
    Decision,
    Drafting,
    Line,
    Stage,
    Urgent,
    completed,
    dropped_of,
    lines_of,
)

S = Stage


def in_force_now(step: Step) -> Json:
    """Return the version of this document that some review made last; nothing where there is none yet."""
    found: Json = step.facts.gathered.get("in_force") or NOTHING
    return found


# ------------------------------------------------------------------ what each move brings
def date_is_met(_definition: ProcessDefinition, state: str, data: Json) -> bool:
    """Say that the review's date is met once the document was submitted: scrutiny and a return have their own days."""
    return state == S.AWAITING_SCRUTINY or bool(data.get("submitted_on"))


def _authors(step: Step) -> list[str]:
    return sorted({*step.before.data.get("authors", ()), *step.facts.eyes})


def review(step: Step) -> Effects:
    """Keep who reviews it, from now on one of its authors, and begin from the version in force today."""
    in_force = in_force_now(step)
    return Effects(
        data={
            "authors": _authors(step),
            "reviewed_on": step.today.isoformat(),
            "version": in_force.get("version", 0),
            "lines": list(in_force.get("lines", ())),
        }
    )


def draft(step: Step) -> Effects:
    """Keep what was drafted, with what it rests on and what was proposed for it."""
    return Effects(data=drafted(step))


def drafted(step: Step) -> dict[str, Any]:
    """Return the document as it stands with what was sent: lines know the proposals linked to them."""
    evidence: Drafting = step.evidence
    data = step.before.data
    proposed = step.facts.gathered.get("proposed", ())
    lines = completed(lines_of(evidence, data), proposed)
    return {
        "authors": _authors(step),
        "lines": [one.model_dump(mode="json") for one in lines],
        "dropped": [one.model_dump(mode="json") for one in dropped_of(evidence, data)],
        "document_reference": evidence.document_reference or data.get("document_reference"),
        "methodology_note": evidence.methodology_note or data.get("methodology_note"),
        "came_from": fed(step),
        "proposals": [
            {
                "plan_line": one.reference,
                "line": one.data.get("line"),
                "theme": one.data.get("theme"),
                "recommendations": one.data.get("recommendations", []),
            }
            for one in proposed
        ],
    }


def fed(step: Step) -> list[str]:
    """Return the references that fed it in the last twelve months."""
    return [one["reference"] for one in step.facts.gathered.get("feeding", ())]


def traces(lines: Iterable[Line]) -> tuple[Link, ...]:
    """Return the links to all that *lines* came from, and to where the children's voices are recorded."""
    named = (reference for one in lines for reference in (*one.came_from, *one.voice))
    return tuple(Link("came_from", one) for one in dict.fromkeys(named))


def _next_version(step: Step) -> int:
    # Another review of the same document may have made a version since this one began.
    return 1 + int(in_force_now(step).get("version", 0))


def _decided(step: Step, version: int, made: Json) -> dict[str, Any]:
    decision: Decision = step.evidence
    return {
        "version": version,
        "in_force": {
            "version": version,
            "lines": made.get("lines", []),
            "document_reference": made.get("document_reference"),
            "methodology_note": made.get("methodology_note"),
            "authors": made.get("authors", []),
            "approved_by": step.actor,
            "approved_on": step.today.isoformat(),
            "minute_reference": decision.minute_reference or None,
            "review": step.before.reference,
        },
    }


def approve(step: Step) -> Effects:
    """Put the new version in force, with the minute that says so."""
    return Effects(data=_decided(step, _next_version(step), step.before.data))


def give_back(step: Step) -> Effects:
    """Keep why it goes back, and count its days anew."""
    on = step.today.isoformat()
    told = {"on": on, "by": step.actor, "reason": step.evidence.reason}
    return Effects(
        data={"returned_on": on, "returns": [*step.before.data.get("returns", ()), told]}
    )


def confirm(step: Step) -> Effects:
    """Keep why the version in force stays as it is, and who confirmed it."""
    decision: Decision = step.evidence
    return Effects(
        data={
            "why_no_change": decision.reason,
            "confirmed_by": step.actor,
            "minute_reference": decision.minute_reference or None,
        }
    )


# ------------------------------------------------------------------ urgent versions (domain A29)
def ask_urgently(step: Step) -> Effects:
    """Keep the urgent version until another approves it; the version in force stays."""
    evidence: Urgent = step.evidence
    on = step.today.isoformat()
    lines = lines_of(evidence, in_force_now(step))
    return Effects(
        data={
            "urgent_asked_on": on,
            "urgent_draft": {
                "asked_on": on,
                "authors": sorted(step.facts.eyes),
                "what_changes": evidence.what_changes,
                "reason": evidence.reason,
                "document_reference": evidence.document_reference,
                "lines": [one.model_dump(mode="json") for one in lines],
            },
        },
        links=traces(lines),
    )


def stands_for_the_review(facts: Facts, _evidence: Decision) -> bool:
    """Tell whether the council lets an urgent version count as the scheduled review."""
    return bool(facts.gathered["urgent_satisfies_review"])


def review_is_still_due(facts: Facts, evidence: Decision) -> bool:
    """Tell whether the scheduled review is to be done all the same: the literal reading."""
    return not stands_for_the_review(facts, evidence)


def approve_urgently(step: Step) -> Effects:
    """Put the urgent version in force at once; the scheduled review is still to be done, or done with by choice."""
    data = step.before.data
    made, version = data["urgent_draft"], _next_version(step)
    told = {key: value for key, value in made.items() if key != "lines"}
    approved = {
        "version": version,
        "approved_by": step.actor,
        "approved_on": step.today.isoformat(),
    }
    # A draft that has begun meanwhile is not overwritten: what it lost of this version is asked for.
    lines = {"lines": made["lines"]} if step.before.state == S.CURRENT else {}
    return Effects(
        data={
            **_decided(step, version, made),
            **lines,
            **_no_urgent_draft(),
            "document_in_force": made["document_reference"],
            "urgent_versions": [*data["urgent_versions"], {**told, **approved}],
        }
    )


def return_urgently(_step: Step) -> Effects:
    """Let the urgent version go; the history keeps it and why."""
    return Effects(data=_no_urgent_draft())


def _no_urgent_draft() -> dict[str, Any]:
    return {"urgent_draft": None, "urgent_asked_on": None}


def day_in(data: Json, key: str) -> date | None:
    """Return the date that stands under *key*; None where there is none."""
    return date.fromisoformat(data[key]) if data.get(key) else None

"""What the Top three brings about beyond what every meeting does: a pack that is frozen, and no decision lost."""

from typing import Any

from qa_workflow.engine.definition import Effects, Step
from qa_workflow.engine.instance import Notice
from qa_workflow.engine.people import ids
from qa_workflow.patterns.meeting.effects import Effect
from qa_workflow.processes.top_three.guards import on_the_list

COPIED_TO = "ad_people"


def freeze(step: Step) -> Effects:
    """Freeze the pack: its cases, the list behind it, what came of earlier decisions; the agenda follows from it.

    What comes back without change is copied to AD People, once for each day on which the meeting was to sit.
    """
    found: dict[str, Any] = dict(step.facts.gathered["pressing"])
    rows = found["full"]
    named = [on_the_list(one, rows) or one for one in getattr(step.evidence, "items", ())]
    agenda = list(dict.fromkeys(named or (one["reference"] for one in found["pack"])))
    frozen = {
        "agenda": agenda,
        "for_scrutiny": [],
        "agenda_set_on": step.today.isoformat(),
        "pack": found["pack"],
        "ranked": rows,
        "ranked_besides": found["more"],
        "frozen_at": found["as_of"],
        "previous": found["previous"],
        "unblocking": found["unblocking"],
        "pack_says": found["says"],
        "why_these": step.evidence.reason or None if named else None,
        "swaps": [],
    }
    return Effects(data=frozen, notices=_copies(step, found["pack"]))


def _copies(step: Step, pack: list[dict[str, Any]]) -> tuple[Notice, ...]:
    again = [one["case"] or one["reference"] for one in pack if one["repeat"]]
    if not again:
        return ()
    roster, today = step.facts.roster, step.today
    text = f"In the pack again, and nothing has changed since the last meeting: {', '.join(again)}."
    return tuple(
        Notice(
            to=person,
            template="top_three_repeat",
            key=f"repeat {step.before.data['sits_on']}",
            text=text,
        )
        for person in ids(roster.holders(COPIED_TO, today)) or (f"role:{COPIED_TO}",)
    )


def swap(step: Step) -> Effects:
    """Let another one of the list take an item's place; the frozen pack stands, and beside it why."""
    data, evidence = step.before.data, step.evidence
    coming = on_the_list(evidence.bring_in, data["ranked"]) or evidence.bring_in
    told = {
        "out": evidence.take_out,
        "in": coming,
        "why": evidence.reason,
        "by": step.actor,
        "on": step.today.isoformat(),
    }
    return Effects(
        data={
            "agenda": [coming if one == evidence.take_out else one for one in data["agenda"]],
            "swaps": [*data.get("swaps", ()), told],
        }
    )


def closing(effect: Effect) -> Effect:
    """Return the effect of closing that keeps, besides what *effect* does, what is accepted at the very end."""

    def closed(step: Step) -> Effects:
        data = effect(step).data
        late = [one.model_dump(mode="json") for one in step.evidence.accepted]
        if not late:
            return Effects(data=data)
        return Effects(data={**data, "accepted": [*step.before.data.get("accepted", ()), *late]})

    return closed

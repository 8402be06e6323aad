"""How a recommendation gets to its meeting, in the ordinary way: what stories of follow-up share.

    follow(council, "tabled")              the recommendation, however far; the clock goes on with it
    meet(council, "held")                  the meeting of December 2025, however far
    lend(council, to="cass")               Cass acts for AD People in December

Papers close on Thursday 4 December 2025, the meeting sits on Thursday 11 December 2025.
"""

from datetime import date
from typing import Any

from council import Council, london

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import Delegation
from qa_workflow.store import instances, people, reports

R1, R2, R3, R4, R5 = (f"recommendation:R-000{number}" for number in range(1, 6))
DECEMBER = "getting_to_outstanding:2025-12"
JANUARY = "getting_to_outstanding:2026-01"
JUNE = "getting_to_outstanding:2026-06"
JULY = "getting_to_outstanding:2026-07"
SITS_ON = {DECEMBER: "2025-12-11", JANUARY: "2026-01-15", JUNE: "2026-06-11", JULY: "2026-07-09"}
FROZEN_AT = {
    DECEMBER: "2025-12-05 00:00", JANUARY: "2026-01-09 00:00", JUNE: "2026-06-05 00:00", JULY: "2026-07-03 00:00",
}  # fmt: skip

GIVEN = {
    "what": "Write the plan with the child",
    "for_whom": "The child of this case",
    "difference": "She knows what happens next",
    "category": "case_action",
}
EVIDENCE = {
    "evidence": [{"reference": "M-104", "dated_on": "2025-10-08"}],
    "impact_for_child": "She does",
}
STATES = (
    "raised", "assigned", "challenged", "in_progress", "evidence_submitted", "verified", "tabled",
)  # fmt: skip


def until(council: Council, moment: str) -> None:
    """Let the clock stand at *moment*, unless it stands later already."""
    council.now = max(council.now, london(moment))


def meet(council: Council, state: str, reference: str = DECEMBER) -> None:
    """Take a meeting on in the ordinary way until it stands in *state*, starting the one of December if need be."""
    if reference == DECEMBER and not standing(council, reference):
        council.start("getting_to_outstanding", "2025-12", by="quinn")
    while (stands := council.state(reference)) != state:
        if stands == "planned":
            council.fire(reference, "schedule", by="quinn", sits_on=SITS_ON[reference])
        elif stands == "scheduled":
            until(council, FROZEN_AT[reference])
            council.passes()
        elif stands == "agenda_set":
            until(council, f"{SITS_ON[reference]} 10:00")
            council.fire(reference, "hold", by="ada", attendees=["sandy", "quinn"])
        elif stands == "held":
            council.fire(reference, "minute", by="quinn", minutes_reference="MIN-7")
        else:
            council.fire(reference, "close", by="ada")


def follow(
    council: Council, state: str, reference: str = R1, *, owner: str = "pat", verifier: str = "aud1"
) -> None:
    """Take a recommendation on in the ordinary way until it stands in *state*, at the meeting of December."""
    steps: dict[str, tuple[str, str, dict[str, Any]]] = {
        "raised": ("assign", "sandy", {"category": "case_action", "owner": owner}),
        "assigned": ("accept", owner, {}),
        "in_progress": ("submit_evidence", owner, EVIDENCE),
        "evidence_submitted": ("verify", verifier, {}),
        "tabled": ("sign_off", "dana" if owner == "ada" else "ada", {}),
    }
    if state == "challenged":
        steps["assigned"] = ("challenge", owner, {"reason": "Not for this team"})
    while (stands := council.state(reference)) != state:
        if stands == "verified":
            meet(council, "agenda_set")
            continue
        if stands == "tabled":
            meet(council, "held")
        trigger, by, data = steps[stands]
        council.fire(reference, trigger, by=by, **data)


def raise_by_hand(council: Council, subject: str = "C01", **changed: Any) -> str:  # noqa: ANN401 - any field
    """Raise a recommendation by hand that says everything, for Pat; return its reference."""
    given: dict[str, Any] = {**GIVEN, "proposed_owner": "pat", **changed}
    return council.start("recommendation", subject, by="sandy", **given).reference


def standing(council: Council, reference: str) -> bool:
    """Tell whether there is an instance of that reference."""
    with council.ctx.database.reading() as connection:
        return bool(reports.find_by_reference(connection, [reference]))


def loaded(council: Council, reference: str) -> ProcessInstance:
    """Return an instance as the store has it."""
    with council.ctx.database.reading() as connection:
        number = reports.find_by_reference(connection, [reference])[reference]
        return instances.load(connection, number)


def lend(
    council: Council,
    *,
    to: str,
    role: str = "ad_people",
    giver: str = "ada",
    from_on: str = "2025-12-01",
    until_on: str = "2025-12-31",
) -> None:
    """Record that somebody acts in a role for somebody who holds it."""
    lent = Delegation(
        from_person=giver,
        to_person=to,
        role=role,
        from_on=date.fromisoformat(from_on),
        until_on=date.fromisoformat(until_on),
    )
    with council.ctx.database.transaction() as connection:
        people.save_delegation(connection, lent, recorded_by=giver, recorded_at=council.now)


def blocks(council: Council, reference: str = R1) -> list[str]:
    """Return the reason codes that block an instance."""
    return [one["reason"] for one in council.show(reference)["blocked"]]


def entries(council: Council, reference: str = R1) -> list[tuple[str, str]]:
    """Return what happened to an instance, without its ladders, as (action, state after it)."""
    return [
        (one["action"], one["to"]) for one in council.history(reference) if one["level"] is None
    ]

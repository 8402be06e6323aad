"""What must hold at the Top three: nobody chooses its cases freely, and none leaves it without a decision."""

from collections.abc import Iterable, Mapping
from typing import Any

from qa_workflow.engine.definition import Facts, Refusal, guard

Rows = Iterable[Mapping[str, Any]]


def on_the_list(item: str, rows: Rows) -> str | None:
    """Return the reference under which *item*, itself a reference or a case, stands on the list; None if it does not."""
    return next((row["reference"] for row in rows if item in (row["reference"], row["case"])), None)


@guard("evidence")
def items_are_of_the_list_or_explained(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Agenda, or nothing from the system
    """The ranking says what comes to the meeting; whoever brings something else says why."""
    if getattr(evidence, "reason", ""):
        return None
    rows = facts.gathered.get("pressing", {}).get("full", ())
    strange = [one for one in getattr(evidence, "items", ()) if on_the_list(one, rows) is None]
    if not strange:
        return None
    return Refusal(
        why=f"Not on the ranked list, and it is not said why it comes: {', '.join(strange)}.",
        who="qa_admin (reason)",
    )


@guard("evidence")
def swap_is_between_agenda_and_list(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Swap
    """What goes is on the agenda; what comes is on the list that was frozen, and not on the agenda yet."""
    data = facts.instance.data
    agenda = data.get("agenda", ())
    if evidence.take_out not in agenda:
        return Refusal(why=f"{evidence.take_out} is not on the agenda.", who="chair")
    wanted = on_the_list(evidence.bring_in, data.get("ranked", ()))
    if wanted is None:
        return Refusal(
            why=f"{evidence.bring_in} is not on the ranked list of this meeting.", who="chair"
        )
    if wanted in agenda:
        return Refusal(why=f"{wanted} is on the agenda already.", who="chair")
    return None


@guard("evidence")
def every_item_has_its_decision(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Closing with OfDecisions
    """Whatever happened since the actions were logged: each item has an action of its own, or is accepted, and why."""
    data = facts.instance.data
    agenda = data.get("agenda", ())
    strange = [one.reference for one in evidence.accepted if one.reference not in agenda]
    if strange:
        return Refusal(why=f"Not on the agenda: {', '.join(strange)}.", who="chair")
    decided = {one.data.get("about") for one in facts.children if one.process == "action"}
    decided |= {one["reference"] for one in data.get("accepted", ())}
    decided |= {one.reference for one in evidence.accepted}
    left = [one for one in agenda if one not in decided]
    if not left:
        return None
    return Refusal(
        why=f"Neither an action nor an acceptance for: {', '.join(left)}.", who="chair (accepted)"
    )

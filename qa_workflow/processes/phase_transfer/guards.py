"""What must hold in a phase transfer: which move it is, what was attached, and that the family had its say."""

from datetime import timedelta

from qa_workflow.engine.definition import Facts, Refusal, guard
from qa_workflow.patterns.ehc import LATER_TRANSFER, PHASES, last_response_on
from qa_workflow.patterns.ehc_acts import happened, stored_day
from qa_workflow.patterns.guards import text_is_given
from qa_workflow.processes.phase_transfer.asks import Notice, Placement, Starting

_MEETING = ("meeting_on", "the meeting")
_NOTICE = ("notice_on", "the notice")
meeting_was_held = happened("held_on", "The day of the meeting", required=True)
notice_was_served = happened("notice_on", "The day of the notice", not_before=_MEETING)
answer_was_given = happened("responded_on", "The day of the answer", not_before=_NOTICE)
plan_was_issued = happened("issued_on", "The day of the final plan", not_before=_NOTICE)
placement_is_named = text_is_given(
    "placement",
    "The plan names no placement: only a final plan that names one completes the transfer, "
    "and a later annual review does not.",
    "send_manager",
)


@guard("evidence")
def move_is_known(_facts: Facts, evidence: Starting) -> Refusal | None:
    """The law has another date for each kind of move; one between post-16 places counts from its day."""
    if evidence.phase is None:
        return Refusal(
            why=f"Say what the child moves into: phase is one of {', '.join(PHASES)}.",
            who="send_caseworker",
        )
    if PHASES[evidence.phase] == LATER_TRANSFER and evidence.moves_on is None:
        return Refusal(
            why="A move between post-16 places is planned from its day: moves_on is not given.",
            who="send_caseworker",
        )
    return None


@guard("evidence")
def amendments_are_attached(_facts: Facts, evidence: Notice) -> Refusal | None:
    """Notice and proposed amendments go together (R (L, M, P) v Devon [2022] EWHC 493)."""
    if any(evidence.amendments):
        return None
    return Refusal(
        why="The proposed amendments are not attached: they go to the family in one notice.",
        who="send_caseworker",
    )


@guard("evidence")
def family_has_had_its_say(facts: Facts, evidence: Placement) -> Refusal | None:
    """The family has answered, or its fifteen days, beginning with the day of the notice, are over."""
    data = facts.instance.data
    notice_on = stored_day(data, "notice_on")
    if notice_on is None or data.get("responded_on"):
        return None
    from_on = last_response_on(notice_on) + timedelta(days=1)
    if (evidence.issued_on or facts.today) >= from_on:
        return None
    return Refusal(
        why=f"The family may answer until {last_response_on(notice_on):%d %B %Y} and has not yet.",
        who="send_caseworker (family_responds)",
        from_on=from_on,
    )

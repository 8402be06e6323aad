"""What must hold in an annual review: who was heard, what was attached, who decides, and in which order."""

from datetime import date, timedelta

from qa_workflow.engine.definition import Asks, Facts, Refusal, guard
from qa_workflow.patterns.ehc import ADVICE_BEFORE_MEETING, YEAR_9, school_year_on
from qa_workflow.patterns.ehc_acts import happened, stored_day
from qa_workflow.patterns.guards import not_in_the_future
from qa_workflow.patterns.voice import views_are_the_childs_own
from qa_workflow.processes.ehc_review.asks import (
    Amending,
    Booking,
    Circulation,
    Mediation,
    Meeting,
    NoAmendment,
    Outcome,
    Report,
    Starting,
)

_MEETING = ("meeting_on", "the meeting")
_DECISION = ("decision_sent_on", "the decision was sent")
meeting_was_held = happened("held_on", "The day of the meeting", required=True)
report_was_sent = happened("sent_on", "The day on which the report was sent", not_before=_MEETING)
decision_was_sent = happened("sent_on", "The day of the decision", not_before=_MEETING)
notice_was_served = happened("notice_on", "The day of the notice", not_before=_MEETING)
answer_was_given = happened("responded_on", "The day of the answer", not_before=_DECISION)
plan_was_issued = happened("issued_on", "The day of the final plan", not_before=_DECISION)
family_was_told = happened("sent_on", "The day on which the family was told", not_before=_DECISION)
appeal_was_lodged = happened("lodged_on", "The day of the appeal", not_before=_DECISION)
appeal_has_ended = happened(
    "decided_on", "The day on which the appeal ended", not_before=("appeal_on", "it was lodged")
)
advice_was_sent = happened("circulated_on", "The day on which the advice went out")


def year_9_on(facts: Facts) -> date | None:
    """Return the 1 September on which Year 9 starts: as the import knows it, else as it was said at the start."""
    known: date | None = facts.gathered.get("year9_on")
    return known or stored_day(facts.instance.data, "year9_on")


def adulthood_applies(
    facts: Facts, meeting_on: date | None, school_year: int | None
) -> bool | None:
    """Tell whether the child was in Year 9 or above on the day of the meeting; None where nobody knows.

    A council may begin in an earlier year; in a later one never, since the law says Year 9 (domain A21).
    Judged on the meeting date, not on the day the review was created (domain 3.6).
    """
    begins_on = year_9_on(facts)
    if begins_on is not None and meeting_on is not None:
        return meeting_on >= school_year_on(adulthood_year(facts), begins_on)
    return None if school_year is None else school_year >= adulthood_year(facts)


def adulthood_year(facts: Facts) -> int:
    """Return the school year from which a review prepares for adulthood: Year 9, or an earlier one by choice."""
    return min(YEAR_9, int(facts.gathered["transition_from_year"]))


# ------------------------------------------------------------------ starting, and the meeting
@guard("evidence")
def review_date_is_known(facts: Facts, evidence: Starting) -> Refusal | None:
    """A review has a date: one that is given, or one that an import makes known."""
    if evidence.review_due is not None or facts.gathered.get("period_from") is not None:
        return None
    return Refusal(
        why="No import knows when this plan was issued or last reviewed, and review_due is not given.",
        who="send_caseworker",
    )


@guard("evidence")
def meeting_has_a_day(_facts: Facts, evidence: Booking) -> Refusal | None:
    """People are invited to a meeting on a named day."""
    if evidence.meeting_on is not None:
        return None
    return Refusal(why="The day of the meeting is not given.", who="send_caseworker")


@guard("evidence")
def advice_was_out_in_time(facts: Facts, evidence: Circulation) -> Refusal | None:
    """Advice goes out at least two weeks before the meeting, or it is said why not."""
    meeting_on = stored_day(facts.instance.data, "meeting_on")
    if meeting_on is None or evidence.reason:
        return None
    last = meeting_on - timedelta(days=ADVICE_BEFORE_MEETING)
    if (evidence.circulated_on or facts.today) <= last:
        return None
    return Refusal(
        why=f"Advice goes out two weeks before the meeting, by {last:%d %B %Y}: "
        "book another day for the meeting, or say why there was less time.",
        who="send_caseworker",
    )


views_are_their_own = views_are_the_childs_own(who="send_caseworker", name="views_are_their_own")


@guard("evidence")
def parent_was_invited(_facts: Facts, evidence: Meeting) -> Refusal | None:
    """The parent was invited to the meeting, or it is said why not."""
    if evidence.parent_invited or evidence.not_invited_reason:
        return None
    return Refusal(
        why="It is not said that the parent was invited; if no parent was, say why.",
        who="send_caseworker",
    )


# ------------------------------------------------------------------ the report
def _applies(facts: Facts, evidence: Report) -> bool | None:
    meeting_on = stored_day(facts.instance.data, "meeting_on")
    return adulthood_applies(facts, meeting_on, evidence.school_year)


@guard("evidence")
def school_year_is_known(facts: Facts, evidence: Report) -> Refusal | None:
    """Whether the child was in Year 9 on the day of the meeting is known from the import, or the report says it."""
    if _applies(facts, evidence) is not None:
        return None
    return Refusal(
        why=f"Nobody knows whether the child was in Year {adulthood_year(facts)} or above on the day of the meeting: "
        "give the school year, or import the plan.",
        who="send_caseworker",
    )


@guard("evidence")
def adulthood_was_considered(facts: Facts, evidence: Report) -> Refusal | None:
    """From Year 9 a review considers what prepares the child for adulthood (regs 20(6), 21(6))."""
    if not _applies(facts, evidence) or evidence.adulthood:
        return None
    return Refusal(
        why=f"The child was in Year {adulthood_year(facts)} or above on the day of the meeting, "
        "and the report does not say what was "
        "considered to prepare for adulthood.",
        who="the report's author",
    )


@guard("evidence")
def adult_services_are_named(facts: Facts, evidence: Report) -> Refusal | None:
    """From Year 9 the report names the adult services that take part, or says why there are none."""
    named = any(evidence.adult_services) or evidence.no_adult_services_reason
    if not _applies(facts, evidence) or named:
        return None
    return Refusal(
        why=f"The child was in Year {adulthood_year(facts)} or above on the day of the meeting: "
        "name the adult services that take part, or say why there are none.",
        who="the report's author",
    )


# ------------------------------------------------------------------ the decision
@guard("actor", apart_from=("send_report",))
def decided_by_another_than_the_author(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Four eyes on the person: neither who wrote the report nor who sent it decides."""
    if not facts.eyes.intersection(facts.instance.data.get("report_by", ())):
        return None
    return Refusal(
        why="You wrote or sent the report, so another person must decide.",
        who="send_manager, else send_panel_chair",
    )


@guard("evidence")
def amendments_are_attached(_facts: Facts, evidence: Amending) -> Refusal | None:
    """Notice of the decision and the proposed amendments go together (R (L, M, P) v Devon [2022] EWHC 493)."""
    if any(evidence.amendments):
        return None
    return Refusal(
        why="The proposed amendments are not attached: they go to the family in one notice with the decision.",
        who="send_caseworker",
    )


@guard("evidence")
def reasons_are_given(_facts: Facts, evidence: NoAmendment) -> Refusal | None:
    """The family is told why the plan stays as it is after all."""
    if any(evidence.reasons):
        return None
    return Refusal(why="No reasons are given for not amending.", who="send_manager")


# ------------------------------------------------------------------ ceasing
@guard()
def no_appeal_is_open(facts: Facts, _evidence: Asks) -> Refusal | None:
    """A plan is kept until the appeal against its end is decided."""
    if not facts.instance.data.get("appeal_is_open"):
        return None
    return Refusal(
        why="An appeal is open, so the plan is kept until it is decided.",
        who="send_caseworker (end_appeal)",
    )


@guard()
def an_appeal_is_open(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Only an appeal that was lodged can end."""
    if facts.instance.data.get("appeal_is_open"):
        return None
    return Refusal(why="No appeal is open.", who="send_caseworker (record_appeal)")


@guard("evidence")
def mediation_has_a_day(facts: Facts, evidence: Mediation) -> Refusal | None:
    """A mediation is recorded with the day it was asked for, or the day of its certificate, none before the decision."""
    days = {
        "The day on which mediation was asked for": evidence.requested_on,
        "The day of the certificate": evidence.certificate_on,
    }
    told = {what: day for what, day in days.items() if day is not None}
    if not told:
        return Refusal(
            why="Neither the day of the request nor that of the certificate is given.",
            who="send_caseworker",
        )
    sent_on = stored_day(facts.instance.data, "decision_sent_on")
    for what, day in told.items():
        if future := not_in_the_future(day, facts, what):
            return future
        if sent_on is not None and day < sent_on:
            return Refusal(
                why=f"{what} is {day:%d %B %Y}, before the decision was sent on {sent_on:%d %B %Y}."
            )
    return None


def plan_goes_on(_facts: Facts, evidence: Outcome) -> bool:
    """Choose the way on which the Tribunal has allowed the appeal."""
    return evidence.outcome == "allowed"


def plan_ends(_facts: Facts, evidence: Outcome) -> bool:
    """Choose the way on which the appeal has failed or was withdrawn."""
    return evidence.outcome != "allowed"

"""The dates of an EHC plan that several processes share. All are calendar dates and none ever rolls.

Sources: Children and Families Act 2014 s.44; SEND Regulations 2014 regs 13, 18, 20, 21, 22; SEND Code of
Practice ch. 8 and 9; R (L, M, P) v Devon [2022] EWHC 493 (domain 3.3c, 3.6, 4.1). Reviews of children under
five every three to six months are good practice of which no wording was at hand: not built.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from qa_workflow.engine.definition import EscalationLevel, Ladder
from qa_workflow.engine.working_days import add_months, month_end

YEAR = 12  # months
# Somebody outside keeps silent: blocked on the first working day after the date, under its own reason.
SILENCE = Ladder(
    "silence",
    (
        EscalationLevel("R2", -2, ("owner",)),
        EscalationLevel(
            "L2", 1, ("owner", "service_manager", "ad_people"),
            blocks=True, reason="awaiting_partner_agency",
        ),
        EscalationLevel("L3", 20, ("director",)),
    ),
)  # fmt: skip

# A step of something that was created late is due no earlier than this many days after its creation.
CATCH_UP = timedelta(days=14)


# ------------------------------------------------------------------ twelve months
def review_due(since: date) -> date:
    """Return the last day of the twelve months after *since* as everyone counts them: the same day next year.

    *since* is the day the plan was issued or the last decision was sent; 29 February gives 28 February.
    """
    return add_months(since, YEAR)


def strict_review_due(since: date) -> date:
    """Return the last day of the "period of 12 months starting with" *since* (s.44(1)).

    The day before the anniversary, or the last day of that month where there is no anniversary.
    """
    anniversary = add_months(since, YEAR)
    return anniversary if anniversary.day != since.day else anniversary - timedelta(days=1)


# ------------------------------------------------------------------ the review
MEETING_BEFORE_DUE = timedelta(days=28)  # so that four weeks are left for the decision
INVITE_BEFORE_DUE = timedelta(days=84)  # six weeks for advice, two to read it, four to decide
ADVICE_BEFORE_MEETING = 14  # days, reg 20(4), known practice
REPORT_AFTER_MEETING = 14  # days, regs 20 and 21
DECISION_AFTER_MEETING = 28  # days, regs 20 and 21
RESPONSE_DAYS = 15  # "at least 15 days, beginning with the day" of the notice (reg 22(2)(c))
FINAL_AFTER_NOTICE = 56  # days, reg 22(3)
FINAL_AFTER_MEETING = 84  # days: four weeks for the notice and eight for the plan (Devon)


def last_response_on(notice_on: date) -> date:
    """Return the family's last day to answer a notice, which is itself the first of fifteen."""
    return notice_on + timedelta(days=RESPONSE_DAYS - 1)


def final_plan_by(notice_on: date, meeting_on: date | None) -> date:
    """Return the last day for the final amended plan: eight weeks from the notice, twelve from the meeting."""
    by_notice = notice_on + timedelta(days=FINAL_AFTER_NOTICE)
    if meeting_on is None:
        return by_notice
    return min(by_notice, meeting_on + timedelta(days=FINAL_AFTER_MEETING))


APPEAL_MONTHS = 2  # after the decision was sent
APPEAL_MONTHS_AFTER_CERTIFICATE = 1
MEDIATION_DAYS = 30


def appeal_until(sent_on: date, certificate_on: date | None) -> date:
    """Return the last day to appeal: two months from the decision, one from a certificate, the later."""
    last = add_months(sent_on, APPEAL_MONTHS)
    if certificate_on is None:
        return last
    return max(last, add_months(certificate_on, APPEAL_MONTHS_AFTER_CERTIFICATE))


# ------------------------------------------------------------------ phase transfer
@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """By when the final plan names the next placement: everyone's last day, and that of a strict reading."""

    due_on: date
    strict_on: date


SPRING_TRANSFER, POST_16_TRANSFER, LATER_TRANSFER = "15 February", "31 March", "five months"
# Every move that regulation 18 names, by the word an officer uses, and which of its three dates it has.
PHASES: Mapping[str, str] = MappingProxyType(
    {
        "reception": SPRING_TRANSFER,
        "junior": SPRING_TRANSFER,
        "middle": SPRING_TRANSFER,
        "secondary": SPRING_TRANSFER,
        "post_16": POST_16_TRANSFER,
        "between_post_16": LATER_TRANSFER,
    }
)
LATER_TRANSFER_MONTHS = 5
TRANSFER_MEETING_BEFORE = timedelta(days=84)
TRANSFER_NOTICE_BEFORE = timedelta(days=56)


def transfer_due(phase: str, year: int, moves_on: date | None) -> Transfer:
    """Return the dates of a move into *phase* in *year*; a move between post-16 places counts from *moves_on*.

    Raises:
        KeyError: no such phase. ValueError: a move between post-16 places without its day.
    """
    which = PHASES[phase]
    if which == LATER_TRANSFER:
        if moves_on is None:
            raise ValueError("a move between post-16 places counts from the day of the move")
        due_on = add_months(moves_on, -LATER_TRANSFER_MONTHS)
        return Transfer(
            due_on=due_on, strict_on=due_on
        )  # "at least five months before": one reading
    due_on = date(year, 2, 15) if which == SPRING_TRANSFER else month_end(year, 3)
    return Transfer(due_on=due_on, strict_on=due_on - timedelta(days=1))


# ------------------------------------------------------------------ school years and the way to adulthood
YEAR_9 = 9
RECEPTION_BEFORE_YEAR_9, YEAR_7_BEFORE_YEAR_9, YEAR_12_AFTER_YEAR_9 = 9, 2, 3
ADULT_AFTER_YEAR_9 = 4  # years: the oldest of a cohort turn 18 from the 1 September of Year 13 on


def school_year_on(year: int, year9_on: date) -> date:
    """Return the 1 September on which school year *year* starts, for a child whose Year 9 starts on *year9_on*."""
    return add_months(year9_on, YEAR * (year - YEAR_9))


def first_is_18_on(year9_on: date) -> date:
    """Return the earliest day on which any child of the cohort turns 18: the 1 September of Year 13."""
    return add_months(year9_on, YEAR * ADULT_AFTER_YEAR_9)


def all_are_18_on(year9_on: date) -> date:
    """Return the day on which the youngest of the cohort turns 18: the 31 August that ends Year 13."""
    return end_of_school_year(first_is_18_on(year9_on))


def end_of_school_year(begins_on: date) -> date:
    """Return the 31 August that ends the school year which begins on *begins_on*, a 1 September."""
    return add_months(begins_on, YEAR) - timedelta(days=1)


ASSESSMENT_MONTHS_BEFORE_18 = 6


def assessment_by(year9_on: date) -> date:
    """Return a day that is safe for every child of the cohort: six months before any of them can turn 18.

    No date of birth is kept. Children born from 1 September to 31 August share a cohort, so nobody of it
    turns 18 before the 1 September that lies four years after Year 9 began; for the youngest this is up to
    a year early, and never late for anybody.
    """
    return add_months(first_is_18_on(year9_on), -ASSESSMENT_MONTHS_BEFORE_18)

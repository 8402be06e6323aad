"""What must hold on the way to adult services: Year 9 is known, somebody was told, and nobody goes before 18."""

from datetime import date

from qa_workflow.engine.definition import Facts, Refusal, guard
from qa_workflow.engine.working_days import add_months
from qa_workflow.patterns.ehc import ASSESSMENT_MONTHS_BEFORE_18, YEAR, assessment_by
from qa_workflow.patterns.ehc_acts import happened, stored_day
from qa_workflow.patterns.guards import text_is_given
from qa_workflow.processes.adult_transition.asks import Starting, Transfer

_NOTIFIED = ("notified_on", "adult services were told")
_DECIDED = ("decided_on", "the decision")
_AGREED = ("agreed_on", "the plan was agreed")
adult_services_were_told = happened("notified_on", "The day on which adult services were told")
assessment_was_decided = happened("decided_on", "The day of the decision", not_before=_NOTIFIED)
plan_was_agreed = happened("agreed_on", "The day of the plan", not_before=_DECIDED)
transfer_was_made = happened("transferred_on", "The day of the transfer", not_before=_AGREED)
service_is_named = text_is_given(
    "service", "Which adult service was told is not said.", "send_caseworker"
)
worker_is_named = text_is_given("worker", "No worker is named.", "send_caseworker")
outcome_is_said = text_is_given("outcome", "What was decided is not said.", "send_caseworker")


def known_year_9(facts: Facts, said: date | None) -> date | None:
    """Return the 1 September on which Year 9 starts: as the import knows it, else as it is said."""
    known: date | None = facts.gathered.get("year9_on")
    return known or said


@guard("evidence")
def year_9_is_known(facts: Facts, evidence: Starting) -> Refusal | None:
    """Without the start of Year 9 no date of the transition can be known."""
    begins_on = known_year_9(facts, evidence.year9_on)
    if begins_on is None:
        return Refusal(
            why="No import knows when this child's Year 9 starts, and year9_on is not given.",
            who="send_caseworker",
        )
    if (begins_on.month, begins_on.day) == (9, 1):
        return None
    return Refusal(why="A school year starts on 1 September.", who="send_caseworker")


@guard("evidence")
def true_date_is_of_the_cohort(facts: Facts, evidence: Starting) -> Refusal | None:
    """A true date lies in the twelve months in which the children of that cohort are seventeen and a half."""
    begins_on = known_year_9(facts, evidence.year9_on)
    if begins_on is None or evidence.decide_by_on is None:
        return None
    first = assessment_by(begins_on)
    if first <= evidence.decide_by_on < add_months(first, YEAR):
        return None
    return Refusal(
        why=f"{evidence.decide_by_on:%d %B %Y} is not six months before the 18th birthday of a child whose "
        f"Year 9 started on {begins_on:%d %B %Y}: that lies in the twelve months from {first:%d %B %Y}.",
        who="send_caseworker",
    )


@guard("evidence")
def young_person_is_18(facts: Facts, evidence: Transfer) -> Refusal | None:
    """Adult services take over at 18 or later: not before the earliest day on which that can be."""
    decide_by = stored_day(facts.instance.data, "decide_by")
    if decide_by is None:
        return None
    from_on = add_months(decide_by, ASSESSMENT_MONTHS_BEFORE_18)
    if (evidence.transferred_on or facts.today) >= from_on:
        return None
    return Refusal(why=f"The young person cannot be 18 before {from_on:%d %B %Y}.", from_on=from_on)

"""From when somebody can begin: the opening day of the calendar, or the day on which it was created later than that."""

from datetime import date

from qa_workflow.engine.definition import Effects, Step
from qa_workflow.engine.working_days import month_end

BEGINS_ON = "begins_on"  # the key under which a deadline finds it


def opening_day(step: Step) -> date:
    """Return the day on which the instance of *step* opens by the calendar; today where it stands in none."""
    given = step.before.data.get("opens_on")
    return date.fromisoformat(given) if given else step.today


def begin(step: Step) -> Effects:
    """Keep from which day the first step's working days count: what is created late is not late at once.

    Where the calendar gives no date, it is due on the last day of the month in which it opens.
    """
    opens_on = opening_day(step)
    return Effects(
        data={BEGINS_ON: max(opens_on, step.today).isoformat()},
        due_on=month_end(opens_on.year, opens_on.month),
    )

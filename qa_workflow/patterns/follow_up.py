"""The windows in which recommendations are followed up, and the meetings that sit in them.

Source: "December /January evidence of recommendations being progressed ... Reviewed and signed off in
getting to "outstanding" meeting chaired by AD People", "June July ..." (framework, audit cycle page);
read as A2 of the domain: signed off by 31 January and 31 July, at a meeting held by 31 December and
30 June; what that meeting leaves unsigned, at a second sitting in January or July. A council may choose
other months (`follow_up_months`); each meeting is then held in the month before.
"""

from datetime import date, timedelta

from qa_workflow.engine.instance import Spawn
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.patterns.spans import next_month_of

HIGH_WORKING_DAYS = 10
IMMEDIATE_WORKING_DAYS = 1

MEETING = "getting_to_outstanding"
PAPERS_WORKING_DAYS = 5  # papers close this long before the meeting sits (domain 3.2)


def next_window(day: date, months: tuple[int, ...]) -> date:
    """Return the end of the follow-up window in which a recommendation raised on *day* is signed off.

    *months* (1 to 12) are those by whose last day recommendations are signed off, as the council chooses.
    """
    return next_month_of(months, day)


def meeting_due(window: date) -> date:
    """Return the day by which the Getting to Outstanding meeting of *window* is held: the end of the month before."""
    return window.replace(day=1) - timedelta(days=1)


def due_date(
    priority: str, raised_on: date, wanted: date | None, window: date, calendar: WorkingCalendar
) -> date:
    """Return when a recommendation raised on *raised_on* is due: by its priority, else by the end of its *window*.

    A date that is *wanted* counts as far as it lies between the two.

    Raises:
        BeyondCalendar: the working days of a high priority cannot be counted yet.
    """
    if priority == "immediate":
        return calendar.add(raised_on, IMMEDIATE_WORKING_DAYS, closures=True)
    if priority == "high":
        return calendar.add(raised_on, HIGH_WORKING_DAYS, closures=True)
    return window if wanted is None else max(raised_on, min(wanted, window))


# ------------------------------------------------------------------ the meetings of a window
def first_sitting(window: date) -> str:
    """Return the reference of the meeting that *window* begins with: the one of the month before."""
    return f"{MEETING}:{meeting_due(window):%Y-%m}"


def second_sitting(window: date) -> Spawn:
    """Return the second sitting of *window*, in its own month: what stands already is left as it is."""
    period = f"{window:%Y-%m}"
    return Spawn(
        process=MEETING,
        reference=f"{MEETING}:{period}",
        subject=period,
        title=f"Getting to Outstanding meeting {period}, second sitting",
        due_on=window,
        data={"period": period, "opens_on": window.replace(day=1).isoformat()},
        is_child=False,
    )


def papers_day(sits_on: date, calendar: WorkingCalendar) -> date:
    """Return the last day on which papers reach the meeting that sits on *sits_on*; closure days do not count.

    Raises:
        BeyondCalendar: it lies in a year whose bank holidays are not known.
    """
    return calendar.add(sits_on, -PAPERS_WORKING_DAYS, closures=True)

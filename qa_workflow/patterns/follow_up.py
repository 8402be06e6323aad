"""The windows in which recommendations are followed up, and the meetings that sit in them.

Source: "December /January evidence of recommendations being progressed ... Reviewed and signed off in
getting to "outstanding" meeting chaired by AD People", "June July ..." (framework, audit cycle page);
read as A2 of the domain: signed off by 31 January and 31 July, at a meeting held by 31 December and
30 June; what that meeting leaves unsigned, at a second sitting in January or July.
"""

from datetime import date

from qa_workflow.engine.instance import Spawn
from qa_workflow.engine.working_days import WorkingCalendar

CATEGORIES = ("case_action", "practice_theme", "system")
PRIORITIES = ("standard", "high", "immediate")
HIGH_WORKING_DAYS = 10
IMMEDIATE_WORKING_DAYS = 1

MEETING = "getting_to_outstanding"
PAPERS_WORKING_DAYS = 5  # papers close this long before the meeting sits (domain 3.2)


def next_window(day: date) -> date:
    """Return the end of the follow-up window in which a recommendation raised on *day* is signed off."""
    ends = (date(day.year, 1, 31), date(day.year, 7, 31), date(day.year + 1, 1, 31))
    return next(end for end in ends if day <= end)


def meeting_due(window: date) -> date:
    """Return the day by which the Getting to Outstanding meeting of *window* is held: 31 December or 30 June."""
    return date(window.year - 1, 12, 31) if window.month == 1 else date(window.year, 6, 30)


def due_date(
    priority: str, raised_on: date, wanted: date | None, calendar: WorkingCalendar
) -> date:
    """Return when a recommendation raised on *raised_on* is due: by its priority, else by its window.

    Raises:
        BeyondCalendar: the working days of a high priority cannot be counted yet.
    """
    if priority == "immediate":
        return calendar.add(raised_on, IMMEDIATE_WORKING_DAYS, closures=True)
    if priority == "high":
        return calendar.add(raised_on, HIGH_WORKING_DAYS, closures=True)
    window = next_window(raised_on)
    return window if wanted is None else max(raised_on, min(wanted, window))


# ------------------------------------------------------------------ the meetings of a window
def first_sitting(window: date) -> str:
    """Return the reference of the meeting that *window* begins with: the one of December, or of June."""
    return f"{MEETING}:{meeting_due(window):%Y-%m}"


def second_sitting(window: date) -> Spawn:
    """Return the second sitting of *window*, in its January or July: what stands already is left as it is."""
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

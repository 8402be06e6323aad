"""Learning event: a development day, a deep dive or a challenge event, and what comes of it.

Source: "Development days", "Deep Dives" and "Challenge events" among the sources of impact and outcome
(framework), without a cadence. Domain 3.6: each runs as a meeting, started by hand.
"""

from qa_workflow.patterns.meeting import RecurringMeeting

PROCESS = RecurringMeeting(
    name="learning_event",
    title="Learning event",
    about="A development day, a deep dive or a challenge event: held, written up, and turned into actions.",
    source="the day that was asked for; the framework names development days, deep dives and challenge events",
    chair=("senior_manager", "sm_sqa"),
    organiser=("qa_admin", "sm_sqa"),
    papers_working_days=1,
    topics=("what was learned",),
    kinds=("development_day", "deep_dive", "challenge_event"),
    started_by="person",
    series="L-",
    reference_hint="learning_event:L-0001",
).process()

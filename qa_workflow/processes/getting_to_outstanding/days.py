"""When a Getting to Outstanding meeting sits: a working day of its month, papers five working days before."""

from qa_workflow.patterns.follow_up import PAPERS_WORKING_DAYS
from qa_workflow.patterns.meeting_days import MeetingDays

DAYS = MeetingDays(
    papers_working_days=PAPERS_WORKING_DAYS, organiser="qa_admin", chair="ad_people", span="month"
)

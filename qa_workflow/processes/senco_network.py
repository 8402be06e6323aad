"""SENCO network: those who answer for special needs in schools learn from each other.

Source: "SENCO network, which reviews and promotes good practice through peer support." (framework). It
names neither chair nor cadence: the SEND manager, and once a school term, are product defaults (domain 3.6).
"""

from qa_workflow.patterns.meeting import RecurringMeeting

PROCESS = RecurringMeeting(
    name="senco_network",
    title="SENCO network",
    about="SENCOs review and promote good practice by peer support, once a term.",
    source='Framework: "reviews and promotes good practice through peer support"; once a term is a product default',
    chair="send_manager",
    must_attend=("senco",),
    papers_working_days=1,
    topics=("good practice",),
    service_manager="send_manager",
    reference_hint="senco_network:2026-07 (the last month of its term)",
).process()

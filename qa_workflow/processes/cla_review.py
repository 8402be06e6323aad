"""Review of a looked-after child: within 20 working days, then three months, then every six at the latest.

Source: "Independent Reviewing Officer (IRO) at Child Looked After Review" (framework, monitors); Care
Planning, Placement and Case Review (England) Regulations 2010 reg 33: the first within 20 working days of
becoming looked after, the second not more than three months after it, later ones at intervals of not
more than six months. An earlier review (reg 33(3)) is simply held earlier: the next counts from it.
"""

from qa_workflow.patterns.case_clock import CaseClock

PROCESS = CaseClock(
    name="cla_review",
    title="Looked-after review",
    about="Every looked-after child is reviewed by an independent reviewing officer: 20 working days, 3 months, 6 months.",
    source="Care Planning Regulations 2010 reg 33: 20 working days, then 3 months, then 6 months at the latest",
    owner="iro",
    independent=True,
    service_manager="sm_sqa",
    plan_type="cla",
    first_working_days=20,
    second_months=3,
    later_months=6,
).process()

"""Personal Education Plan of a looked-after child: within ten working days, then once each school term.

Source: "All PEP's are updated within term time and overseen by Virtual Head"; "By quality assuring PEP
meetings with social workers, giving constructive feedback" (framework); statutory guidance on the
education of looked-after children: initiated within ten working days, reviewed each term. Readings A15:
each is due by the last school day of the term after the one before; where no terms are known, by the end
of the framework's next month for it (January, April, June, September).
"""

from qa_workflow.patterns.case_clock import CaseClock
from qa_workflow.patterns.coverage import counted

PROCESS = counted(
    CaseClock(
        name="pep",
        title="Personal Education Plan",
        about="Every looked-after child has an education plan, reviewed each school term; the Virtual School Head checks each.",
        source="statutory guidance on looked-after children's education: 10 working days, then each school term",
        owner="vsh",
        also_by=("practitioner", "team_manager"),
        ladder="standard",
        plan_type="cla",
        list_tells_last=False,
        first_working_days=10,
        each_term=True,
        term_months=(1, 4, 6, 9),
        quality_check_by="vsh",
        unneeded="a child who is under school age",
    ).process()
)

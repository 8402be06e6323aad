"""The ladders of domain 3.0: who is told, and when. All numbers are working days and product defaults.

The framework itself has no escalation rule; these figures are configuration, not law.
"""

from qa_workflow.engine.definition import EscalationLevel, Ladder

_REMINDERS = (
    EscalationLevel("R1", -10, ("owner",)),
    EscalationLevel("R2", -2, ("owner",)),
)

STANDARD = Ladder(
    "standard",
    (
        *_REMINDERS,
        EscalationLevel("L0", 1, ("owner", "line_manager")),
        EscalationLevel("L1", 5, ("service_manager",)),
        EscalationLevel("L2", 10, ("ad_people",), blocks=True),
        EscalationLevel("L3", 20, ("director",)),
    ),
)

STATUTORY = Ladder(
    "statutory",
    (
        *_REMINDERS,
        EscalationLevel("R0", None, ("owner",)),
        EscalationLevel("L0", 1, ("owner", "line_manager")),
        EscalationLevel("L1", 2, ("service_manager",)),
        EscalationLevel("L2", 3, ("ad_people",), blocks=True),
        EscalationLevel("L3", 10, ("director",)),
    ),
    statutory=True,
)

# A concern for a child's safety: not acknowledged within one working day, AD People; two, the Director.
IMMEDIATE_SAFETY = Ladder(
    "immediate_safety",
    (
        EscalationLevel("L2", 1, ("ad_people",), blocks=True),
        EscalationLevel("L3", 2, ("director",)),
    ),
    closures=False,
)

# One reminder on the day itself, and nothing after it: no deadline of its own.
NUDGE = Ladder("nudge", (EscalationLevel("R1", None, ("owner",)),))

BY_NAME = {ladder.name: ladder for ladder in (STANDARD, STATUTORY, IMMEDIATE_SAFETY)}

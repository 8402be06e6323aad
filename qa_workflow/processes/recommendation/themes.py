"""A theme that several recommendations of one audit round share, and the plan line it asks for.

Source: "Reports on Audits, Service Improvement Plan and Workforce Development Plans ..." (framework,
audit cycle page); domain 3.2: a theme shared by three or more proposes a line, or a reason why not.
"""

import re

from qa_workflow.engine.definition import Effects, Related, Step
from qa_workflow.engine.instance import Signal, Spawn

SHARED_BY = 3
GONE = frozenset({"withdrawn", "superseded"})  # no recommendation any more: it bears no theme


def slug(theme: str) -> str:
    """Return what makes two themes one: their words, whatever the case, the spaces and the punctuation."""
    return "-".join(re.findall(r"\w+", theme.casefold()))


def proposed_line(step: Step, theme: str) -> Effects:
    """Propose a plan line for the third recommendation of a round with this theme; add a later one to it."""
    parent, name = step.facts.parent, slug(theme)
    if not name or parent is None or "round" not in parent.data:
        return Effects()
    others: tuple[Related, ...] = step.facts.gathered.get("same_round", ())
    bearing = {
        one.reference
        for one in others
        if one.state not in GONE and slug(one.data.get("theme") or "") == name
    }
    bearing.add(step.before.reference)
    if len(bearing) < SHARED_BY:
        return Effects()
    round_: str = parent.data["round"]
    line = f"plan_line:{round_}:{name}"
    return Effects(
        spawn=(
            Spawn(
                process="plan_line",
                reference=line,
                subject=round_,
                title=f"Plan line for a shared theme: {theme}",
                data={"round": round_, "theme": theme, "recommendations": sorted(bearing)},
                is_child=False,
            ),
        ),
        # Where the line stands already, it takes this one in.
        signals=(
            Signal("add_recommendation", to=line, data={"recommendation": step.before.reference}),
        ),
    )

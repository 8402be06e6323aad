"""Saves what was decided for many instances so that one damaged row does not keep the others from it."""

from collections.abc import Sequence

from qa_workflow.engine.instance import Outcome
from qa_workflow.service.work import Work

# What a row raises that a bad disk, a bad hand or another program has left behind.
DAMAGED = (ValueError, TypeError)


def apply_or_set_aside(work: Work, outcomes: Sequence[Outcome]) -> list[tuple[Outcome, Exception]]:
    """Save *outcomes* with all that follows from them; return those that cannot be, each with its reason.

    They are saved together, and one by one only where that fails: each then is wholly saved or not at all.
    """
    if not outcomes:
        return []
    try:
        with work.connection.begin_nested():
            work.apply(outcomes)
    except DAMAGED as exc:
        if len(outcomes) == 1:
            return [(outcomes[0], exc)]
    else:
        return []
    return [failed for one in outcomes for failed in apply_or_set_aside(work, [one])]

"""Two contents held against each other: whether a deadline means the same, and how far up a ladder somebody is."""

from collections.abc import Sequence

from qa_workflow.engine.definition import Deadline, EscalationLevel, Ladder
from qa_workflow.engine.instance import EXPIRY, LEVELS, Timer
from qa_workflow.engine.kept_rules import terms_of


def same_date(old: Deadline, new: Deadline) -> bool:
    """Tell whether both fall on the same day for every instance."""
    return (terms_of(old), old.at_start) == (terms_of(new), new.at_start)


def alike(old: Deadline, new: Deadline) -> bool:
    """Tell whether both say the same of the date and of who hears of it."""
    expires = (old.on_expiry is None) == (new.on_expiry is None)
    return same_date(old, new) and expires and old.ladder == new.ladder


def fits(timer: Timer, deadline: Deadline, ladder: Ladder | None) -> bool:
    """Tell whether what *timer* waits for is something that *deadline* has: its expiry, or a rung of *ladder*."""
    if timer.level == EXPIRY or deadline.on_expiry is not None:
        return timer.level == EXPIRY and deadline.on_expiry is not None
    return ladder is not None and any(one.name == timer.level for one in ladder.levels)


def first_unclimbed(
    levels: Sequence[EscalationLevel],
    before: Ladder | None,
    timer: Timer | None,
    reached: str | None,
    *,
    is_spent: bool,
) -> int:
    """Return the place of the first rung that has not been climbed.

    Climbed is what stood on the ladder *before* below the rung that waited; all of it, where nothing
    waited any more. Where that ladder is not known, every reminder, and the L levels up to *reached*.
    """
    names = [one.name for one in levels]
    known = [] if before is None else [one.name for one in before.levels]
    if timer is not None and timer.level in known:
        done = known[: known.index(timer.level)]
    elif timer is not None and timer.level in names:
        done = names[: names.index(timer.level)]
    elif timer is None and before is not None:
        done = known if is_spent else []
    else:
        top = reached or ""
        if timer is not None and timer.level in LEVELS:
            top = max((one for one in LEVELS if one < timer.level), default="")
        done = [one for one in names if one not in LEVELS or one <= top]
    highest = max((one for one in done if one in LEVELS), default="")
    passed = [
        number
        for number, name in enumerate(names)
        if name in done or (name in LEVELS and name <= highest)
    ]
    return max(passed, default=-1) + 1

"""Small numbers of children are not shown outside the team that works with them.

Issue 4: "numbers under five suppressed in anything that leaves a team". With few open cases a "1" in a
table is a child whom somebody at the table knows. So a count of one to four is shown as `under 5`; zero
says something about nobody and stays; and where the other figures of a table would give the hidden one
away, further figures are hidden too (`not shown`), in the end the total itself.

Where a number leaves a team: in whatever is written for people who do not work on those cases: the
`shown` part of an audit round's report, the analysis of a survey, an indicator beside an activity, the
pack of a meeting or a board, the self-assessment, an export. Inside stay the data of an instance, which
the auditors, sm_sqa and whoever decides about it work from: counts are kept there as they are, because
nobody can check a report on figures that are hidden from them too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

SMALLEST_SHOWN = 5
UNDER = f"under {SMALLEST_SHOWN}"  # from one to four
NOT_SHOWN = "not shown"  # five or more, hidden for the sake of another

Figure = int | str
_LARGEST_HIDDEN = SMALLEST_SHOWN - 1


def suppressed(number: int) -> Figure:
    """Return a count of children as it may be shown: 1 to 4 are hidden, 0 and from 5 on it stays.

    Raises:
        ValueError: a negative number counts nobody.
    """
    if number < 0:
        raise ValueError(f"{number} counts nobody")
    return UNDER if 0 < number < SMALLEST_SHOWN else number


def hidden(number: int) -> Figure:
    """Return a count that is hidden for the sake of another: 0 stays, and of the rest no number is shown."""
    return NOT_SHOWN if suppressed(number) == number and number else suppressed(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A table as it may be shown: its parts, each under its name, and their total."""

    parts: Mapping[str, Figure]
    total: Figure


def suppressed_table(parts: Mapping[str, int]) -> Shown:
    """Return a table of counts, of which every child is in one part, so that no hidden count can be worked out.

    Counts of 1 to 4 are hidden first. As long as the total and what is still shown fix one of them, the
    smallest count still shown (not 0) is hidden too; when nothing else is left, so is the total.

    Raises:
        ValueError: a negative count.
    """
    shown: dict[str, Figure] = {name: suppressed(count) for name, count in parts.items()}
    whole = sum(parts.values())
    total = suppressed(whole)
    while _gives_away(shown, total):
        left = [(count, name) for name, count in parts.items() if count and shown[name] == count]
        if not left:
            return Shown(parts=shown, total=NOT_SHOWN)
        _, name = min(left)
        shown[name] = NOT_SHOWN
    return Shown(parts=shown, total=total)


def suppressed_share(part: int, whole: int) -> Figure:
    """Return *part* of *whole* in percent, rounded; hidden where it would give away 1 to 4 children on either side."""
    if not whole:
        return 0
    if UNDER in (suppressed(part), suppressed(whole - part)):
        return NOT_SHOWN
    return round(100 * part / whole)


def _gives_away(shown: Mapping[str, Figure], total: Figure) -> bool:
    """Tell whether somebody who knows these rules can name the count behind an `under 5`."""
    small = sum(one == UNDER for one in shown.values())
    if not small or total == NOT_SHOWN:
        return False
    seen = [one for one in shown.values() if isinstance(one, int)]
    covered = sum(one == NOT_SHOWN for one in shown.values())
    least, most = (total, total) if isinstance(total, int) else (1, _LARGEST_HIDDEN)
    # The smallest was covered first, so none that is covered is larger than what is still seen.
    largest_covered = min((one for one in seen if one), default=inf)
    others_least = small - 1 + covered * SMALLEST_SHOWN
    others_most = (small - 1) * _LARGEST_HIDDEN + (covered * largest_covered if covered else 0)
    smallest = max(1, least - sum(seen) - others_most)
    largest = min(_LARGEST_HIDDEN, most - sum(seen) - others_least)
    return smallest >= largest

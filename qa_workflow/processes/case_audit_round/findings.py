"""What a round's audits come to: the figures of its report, as they are and as they may leave the team."""

from collections.abc import Iterable, Mapping
from typing import Any

from qa_workflow.engine.definition import Related
from qa_workflow.patterns.suppression import (
    NOT_SHOWN,
    hidden,
    suppressed,
    suppressed_share,
    suppressed_table,
)

_HEARD, _NOT_HEARD, _NO_GRADE = "heard", "not heard", ""


def figures(audits: Iterable[Related]) -> dict[str, Any]:
    """Return the counts by state, the grades, the coverage of children's voice, and the concerns raised.

    Voice is counted over the audits that were completed; a concern in every audit, however it ended.
    """
    states: dict[str, int] = {}
    grades: dict[str, int] = {}
    heard = concerns = 0
    for audit in sorted(audits, key=lambda one: one.state):
        states[audit.state] = states.get(audit.state, 0) + 1
        concerns += int(audit.data.get("concerns_raised", 0))
        if audit.state != "closed":
            continue
        if grade := audit.data.get("grade"):
            grades[grade] = grades.get(grade, 0) + 1
        heard += bool((audit.data.get("submission") or {}).get("voice"))
    closed = states.get("closed", 0)
    return {
        "counts": states,
        "grades": grades,
        "voice_heard": heard,
        "voice_percent": round(100 * heard / closed) if closed else 0,
        "immediate_concerns": concerns,
    }


def leaving_the_team(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same figures without small numbers of children: what boards, plans and partners are shown.

    How many audits were completed may be hidden for the sake of those that were not; then nothing that
    adds up to it is shown either.
    """
    counts = suppressed_table(found["counts"]).parts
    closed: int = found["counts"].get("closed", 0)
    is_hidden = counts.get("closed", 0) != closed
    heard, grades = found["voice_heard"], found["grades"]
    graded = suppressed_table({**grades, _NO_GRADE: closed - sum(grades.values())}).parts
    voice = suppressed_table({_HEARD: heard, _NOT_HEARD: closed - heard}).parts
    share = suppressed_share(heard, closed)
    return {
        "counts": dict(counts),
        "grades": {
            grade: hidden(count) if is_hidden else graded[grade] for grade, count in grades.items()
        },
        "voice_heard": hidden(heard) if is_hidden else voice[_HEARD],
        "voice_percent": NOT_SHOWN if is_hidden and heard not in (0, closed) else share,
        "immediate_concerns": suppressed(found["immediate_concerns"]),
    }

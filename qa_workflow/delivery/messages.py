"""Message bodies: what a person is told about an instance, in words, by reference and without a child's name."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from qa_workflow.engine.instance import Notice, ProcessInstance

_LEVEL_WORDS = {
    "R1": "Reminder",
    "R2": "Second reminder",
    "R0": "Due today",
    "L0": "Overdue",
    "L1": "Overdue, service manager told",
    "L2": "Overdue, {ad_people} told; now blocked and on the Top three's list",
    "L3": "Overdue, {director} told; listed for the next governance board",
}
_POSTS = {"ad_people": "AD People", "director": "Director"}


@lru_cache(maxsize=1024)
def day_in_words(day: date) -> str:
    """Return a date as people write it: 30 November 2026."""
    return f"{day.day} {day:%B %Y}"


def render(
    instance: ProcessInstance, notices: Sequence[Notice], posts: Mapping[str, str] = _POSTS
) -> tuple[str, str]:
    """Return subject and body of the one message that tells a person all of *notices*.

    Several levels passed in one pass are named in one message, in order. *posts* says by role what a
    post is called in this council, where it is not called as usual.
    """
    first = notices[0]
    if first.template == "immediate_concern":
        return _immediate_concern(instance, first)
    if first.template == "top_three_repeat":
        return _repeat(instance, first)
    highest = max(notices, key=_severity)
    subject = f"{_words(highest.level if highest.level in _LEVEL_WORDS else None, posts)}: {instance.title or instance.reference}"
    lines = [f"{instance.reference} is in state {instance.state.replace('_', ' ')}."]
    for notice in notices:
        words = _words(notice.level, posts)
        due = f", due {day_in_words(notice.due_on)}" if notice.due_on else ""
        when = f" (since {day_in_words(notice.nominal_on)})" if notice.nominal_on else ""
        level = f"{notice.level}: " if notice.level else ""
        text = f" {notice.text}" if notice.text else ""
        lines.append(f"{level}{words}{due}{when}.{text}")
    if any(notice.level == "L1" for notice in notices):
        lines.append(
            f'Please say why it is late: qa-workflow note {instance.reference} "..." --as YOU'
        )
    lines.append(f"What moves it: qa-workflow why {instance.reference}")
    return subject, "\n".join(lines)


def _words(level: str | None, posts: Mapping[str, str]) -> str:
    """Return what a level means, with the posts as this council calls them."""
    return _LEVEL_WORDS.get(level or "", level or "Note").format_map({**_POSTS, **posts})


def _severity(notice: Notice) -> str:
    level = notice.level or ""
    return level if level.startswith("L") else ""


def _immediate_concern(instance: ProcessInstance, notice: Notice) -> tuple[str, str]:
    due = f" by the end of {day_in_words(notice.due_on)}" if notice.due_on else " at once"
    return (
        f"Immediate concern for a child's safety: {instance.reference}",
        (
            f"{instance.reference} was raised. It must be acknowledged{due}.\n"
            f"qa-workflow fire {instance.reference} acknowledge --as YOU"
        ),
    )


def _repeat(meeting: ProcessInstance, notice: Notice) -> tuple[str, str]:
    return (
        f"Blocked and unchanged since the last Top three: {meeting.reference}",
        f"{notice.text}\nThe pack: qa-workflow top-three --meeting {meeting.reference}",
    )

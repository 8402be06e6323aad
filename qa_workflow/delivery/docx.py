"""The Top three pack as a Word document: three cases, the full list behind them, and what became of earlier decisions.

It prints the view that `top-three --json` prints and that a meeting froze: references, posts and officers,
no child's name. A senior manager reads it in the meeting, so every code is said in words.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from qa_workflow.delivery.messages import day_in_words
from qa_workflow.delivery.reasons import reason_in_words
from qa_workflow.delivery.word import NOTHING, WordDocument, plain
from qa_workflow.engine.working_days import LONDON, london_date

View = Mapping[str, Any]

SUBJECT = "Cases whose plan is blocked, for the Top three meeting with the senior manager"
_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}
_FULL = {
    "Rank": 1.5, "Case": 2.3, "What is blocked": 5.2, "Owner": 3.2, "Immediate safety": 2.5,
    "Level": 1.6, "Statutory": 2.4, "Working days": 2.1, "Why": 4.9,
}  # fmt: skip
_DECIDED = {
    "Meeting": 4.3, "Case": 2.0, "What was blocked": 4.2, "Decision": 5.1, "Who": 2.9, "By when": 3.0,
    "Done?": 1.6, "Days to unblocking": 2.6,
}  # fmt: skip


def pack_document(pack: View, titles: Mapping[str, str]) -> bytes:
    """Return the .docx of *pack*: what `top-three --json` prints, or what was frozen on the meeting.

    *titles* says what people and posts are called, by person id and by role; a role that is not in it is
    said in plain words. Days are London days. The same pack and titles give the same bytes.
    """
    word = WordDocument(_title(pack), subject=SUBJECT, at=_instant(pack["as_of"]))
    _write_meeting(word, pack)
    _write_cases(word, pack, titles)
    if pack["full"] or pack["previous"]:
        word.turn()
    _write_full_list(word, pack, titles)
    _write_earlier_decisions(word, pack, titles)
    return word.as_bytes()


# ------------------------------------------------------------------ its parts
def _title(pack: View) -> str:
    if pack["sits_on"] is not None:
        return f"Top three pack for the meeting on {_day(pack['sits_on'])}"
    return f"Top three pack as of {_day(pack['as_of'])}"


def _write_meeting(word: WordDocument, pack: View) -> None:
    word.paragraph(_moment(pack["as_of"]), label="As of")
    if pack["meeting"] is None:
        word.paragraph("none; this pack was asked for between meetings", label="Meeting")
    else:
        sits = "its day is not set" if pack["sits_on"] is None else f"on {_day(pack['sits_on'])}"
        word.paragraph(f"{pack['meeting']}, {sits}", label="Meeting")
        word.paragraph(pack["chair"] or "not named yet", label="Chair")
    if pack["frozen_at"] is None:
        word.paragraph("no; the list may change until the meeting's pack is made", label="Frozen")
    else:
        word.paragraph(
            f"{_moment(pack['frozen_at'])}; nothing in it changed after that", label="Frozen"
        )


def _write_cases(word: WordDocument, pack: View, titles: Mapping[str, str]) -> None:
    entries = pack["pack"]
    number = len(entries)
    one_or_more = "case" if number == 1 else "cases"
    word.heading(1, f"The {_NUMBERS.get(number, number)} {one_or_more}" if number else "The cases")
    if not entries:
        word.paragraph(_no_cases(pack))
        return
    word.paragraph(
        f"{'It leaves' if number == 1 else 'Each leaves'} the meeting with one of two decisions: an action with "
        "an owner and a date, or an acceptance of how it is, with the reason."
    )
    for place, entry in enumerate(entries, start=1):
        _write_case(word, place, entry, pack["previous"], titles)


def _write_case(
    word: WordDocument,
    place: int,
    entry: View,
    decisions: Iterable[View],
    titles: Mapping[str, str],
) -> None:
    word.heading(2, f"{place}. {_case(entry)}")
    if entry["rank"] != place:
        word.paragraph(
            f"Number {entry['rank']} of the full list, which holds what is no case too.",
            label="Place",
        )
    word.paragraph(f"{entry['title'] or NOTHING} ({entry['reference']})", label="What is blocked")
    word.paragraph(_in_words(entry["state"]), label="State")
    word.paragraph(_named(entry["owner"], titles), label="Owner")
    if entry["repeat"]:
        word.paragraph(
            "It was in the pack before and nothing has changed since. Where a pack is frozen, a copy of "
            f"that goes to {_named('ad_people', {'ad_people': 'AD People', **titles})}.",
            label="Repeat",
        )
    word.heading(3, "Why it is here")
    word.paragraph(entry["why"])
    word.bullets(entry["reasons"])
    word.heading(3, "Blocked since")
    blocks = [_block(one, titles) for one in entry["blocked"]]
    word.bullets(blocks or ["It has no block of its own."])
    word.heading(3, "Who was told")
    word.bullets([_told(one, titles) for one in entry["told"]] or ["Nobody was told yet."])
    word.heading(3, "What is asked of you")
    steps = [_step(one, titles) for one in entry["way_out"]]
    if steps:
        word.paragraph("The shortest way out:")
        word.steps(steps)
    else:
        word.paragraph("No step leads on from here. Decide what has to change so that one does.")
    word.heading(3, "Earlier packs and decisions")
    earlier = [_earlier_decision(one, titles) for one in decisions if _is_about(one, entry)]
    packs = ", ".join(entry["previous_packs"])
    word.paragraph(packs or "none; this is its first", label="Earlier packs")
    word.bullets(earlier or ["No decision about it was taken before."])


def _write_full_list(word: WordDocument, pack: View, titles: Mapping[str, str]) -> None:
    word.heading(1, "The full ranked list")
    if not pack["full"]:
        word.paragraph(f"The list is empty. {_no_cases(pack)}")
        return
    word.paragraph(
        "Immediate safety stands first, then the higher level, then statutory before other, then more working "
        "days before fewer, then the case reference."
    )
    posts = {"ad_people": "AD People", "director": "the Director", **titles}
    word.paragraph(
        f"L0 is overdue; at L1 the service manager was told, at L2 {posts['ad_people']}, at L3 {posts['director']}.",
        label="Levels",
    )
    word.table(
        _FULL,
        [
            (
                str(one["rank"]),
                one["case"] or NOTHING,
                f"{one['title'] or NOTHING} ({one['reference']})",
                _named(one["owner"], titles),
                "yes" if one["immediate_safety"] else "no",
                one["level"] or NOTHING,
                "yes" if one["statutory"] else "no",
                str(one["working_days"]),
                " ".join(one["reasons"]) or one["why"],
            )
            for one in pack["full"]
        ],
        name="The full ranked list",
        about=(
            f"All that was blocked as of {_day(pack['as_of'])}, highest rank first: {len(pack['full'])} in all, "
            "one in each row, with its level, its working days and why it stands where it stands."
        ),
    )


def _write_earlier_decisions(word: WordDocument, pack: View, titles: Mapping[str, str]) -> None:
    word.heading(1, "Decisions of earlier meetings")
    if not pack["previous"]:
        word.paragraph("No decision of an earlier meeting is on record.")
        return
    word.paragraph(_how_long(pack["unblocking"]))
    word.table(
        _DECIDED,
        [
            (
                f"{_day(one['sat_on'])} ({one['meeting']})",
                one["case"] or NOTHING,
                one["reference"],
                _decision(one),
                _named(one["owner"], titles),
                "no date" if one["due_on"] is None else _day(one["due_on"]),
                {True: "yes", False: "no", None: "nothing to do"}[one["done"]],
                _days_to_unblocking(one),
            )
            for one in pack["previous"]
        ],
        name="Decisions of earlier meetings",
        about=(
            "What earlier meetings decided about each case, who does it by when, whether it is done, and how many "
            "days after the decision the case was unblocked."
        ),
    )


# ------------------------------------------------------------------ one line each
def _no_cases(pack: View) -> str:
    return f"No cases are blocked as of {_day(pack['as_of'])}."


def _block(block: View, titles: Mapping[str, str]) -> str:
    reason = _in_words(reason_in_words(block["reason"]))
    parts = [f"{_day(block['since'])}: {reason}."]
    if note := plain(block["note"] or ""):
        parts.append(f"Note: {_sentence(note)}")
    if block["waiting_on"]:
        parts.append(f"It waits for: {_named(block['waiting_on'], titles)}.")
    if block["review_on"]:
        parts.append(f"To be looked at again on {_day(block['review_on'])}.")
    return " ".join(parts)


def _told(telling: View, titles: Mapping[str, str]) -> str:
    who = " and ".join(_named(one, titles) for one in telling["to"])
    level = f" ({telling['level']})" if telling["level"] else ""
    return f"{who}, on {_day(telling['at'])}{level}"


def _step(step: View, titles: Mapping[str, str]) -> str:
    """Say a step of the way out; who could take it by name, where the view knows them."""
    who = " or ".join(_named(one, titles) for one in step["who"])
    people = " or ".join(_named(one, titles) for one in step.get("people") or ())
    by = f"{who} ({people})" if people and people != who else who
    needs = (
        f". It needs: {'; '.join(one.rstrip('.') for one in step['needs'])}"
        if step["needs"]
        else ""
    )
    return f"{_in_words(step['trigger'])}, by {by or 'nobody'}{needs}."


def _is_about(decision: View, entry: View) -> bool:
    """Tell whether the decision was about what is blocked: one row stands for a case, whatever blocks it."""
    if entry["case"] is None:
        return bool(decision["reference"] == entry["reference"])
    return bool(decision["case"] == entry["case"])


def _earlier_decision(decision: View, titles: Mapping[str, str]) -> str:
    parts = [f"{_day(decision['sat_on'])}: {_sentence(_decision(decision))}"]
    if decision["decision"] == "action":
        due = "without a date" if decision["due_on"] is None else f"by {_day(decision['due_on'])}"
        done = "done" if decision["done"] else "not done"
        parts.append(f"{_named(decision['owner'], titles)}, {due}: {done}.")
    return " ".join(parts)


def _decision(decision: View) -> str:
    if decision["decision"] == "action":
        action = f" ({decision['action']})" if decision["action"] else ""
        return f"Action: {decision['what'] or NOTHING}{action}"
    if decision["decision"] == "accepted":
        return f"Accepted as it is: {decision['what'] or 'no reason on record'}"
    return "Not decided yet"


def _days_to_unblocking(decision: View) -> str:
    if decision["days_to_unblocking"] is None:
        return "not unblocked"
    return f"{decision['days_to_unblocking']}, on {_day(decision['unblocked_on'])}"


def _how_long(unblocking: View) -> str:
    decided, unblocked = unblocking["decisions"], unblocking["unblocked"]
    counted = f"{decided} {'decision was' if decided == 1 else 'decisions were'} taken"
    if not unblocked:
        return f"{counted}; none of these cases was unblocked yet."
    return (
        f"{counted}; {unblocked} of them led to an unblocked case, half of these within "
        f"{_counted(unblocking['median_days'])} of the decision and the slowest after "
        f"{_counted(unblocking['longest_days'])}."
    )


# ------------------------------------------------------------------ words
def _case(entry: View) -> str:
    return entry["reference"] if entry["case"] is None else f"Case {entry['case']}"


def _named(code: str | None, titles: Mapping[str, str]) -> str:
    """Return what a person or a post is called; a reference stays as it is, so that it can be looked up."""
    if code is None:
        return "nobody"
    return titles.get(code) or (code if ":" in code else code.replace("_", " "))


def _in_words(code: str) -> str:
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]


def _sentence(text: str) -> str:
    """Return what an officer wrote with a full stop at its end, unless it ends as a sentence does."""
    text = plain(text)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _counted(days: float) -> str:
    return f"{days:g} {'day' if days == 1 else 'days'}"


def _instant(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _moment(value: str) -> str:
    return f"{_day(value)}, {_instant(value).astimezone(LONDON):%H:%M} London time"


def _day(value: str) -> str:
    """Return the London day of an instant, or a date, as people write it."""
    is_instant = "T" in value
    return day_in_words(london_date(_instant(value)) if is_instant else date.fromisoformat(value))

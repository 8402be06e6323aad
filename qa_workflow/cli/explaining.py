"""Why one instance is not moving, what each trigger misses, and the shortest way to its end."""

from datetime import date
from typing import Any

import typer

from qa_workflow.cli import session
from qa_workflow.cli.root import add

SYSTEM = ["system"]
SHOWN = 2  # people by name where many may: the first is the nearest
LAST_RESORT = {
    "gives up": "Only as a last resort: it ends this without finishing it, or decides it against somebody.",
    "nobody can": "As things stand nobody can do this.",
}


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    add(app, {"why": why})


def why(ctx: typer.Context, reference: session.Reference) -> None:
    """Say why an instance is not moving, what each trigger misses, and the shortest way out.

    Example: qa-workflow why C07
    """
    from qa_workflow.service.stuck import CLASSES
    from qa_workflow.service.why import why as find

    now = session.now()
    item = find(session.opened(ctx), reference, now=now)
    if session.print_list(ctx, "why", [item], as_of=now):
        return
    class_ = item["class"]
    session.say(f"{item['reference']}{f'  {class_}, {CLASSES[class_]}' if class_ else ''}")
    session.say(item["why"])
    _print_allowed(item["triggers"])
    _print_refused(item["triggers"])
    _print_by_itself(item)
    _print_way_out(item["way_out"])
    _print_what_moves_it(item)


# ------------------------------------------------------------------ the triggers of this state
def _print_allowed(triggers: list[dict[str, Any]]) -> None:
    allowed = [one for one in triggers if one["allowed"] and one["who"] != SYSTEM]
    if not allowed:
        return
    session.say("\nWhat can be done now:")
    session.table(
        ["trigger", "leads to", "who", "asks for"],
        [
            (one["trigger"], _words(one["to"]), _people(one["people"]), "; ".join(one["asks"]))
            for one in sorted(allowed, key=lambda one: one["gives_up"])
        ],
    )


def _print_refused(triggers: list[dict[str, Any]]) -> None:
    refused = [one for one in triggers if one["reasons"] and one["who"] != SYSTEM]
    refused += [one for one in triggers if one["reasons"] and one["who"] == SYSTEM]
    if not refused:
        return
    session.say("\nWhat is refused, and why:")
    session.table(
        ["trigger", "from", "who could mend it", "why"],
        [
            (
                one["trigger"] if number == 0 else "",
                _day(reason["from"]),
                reason["who"],
                reason["why"],
            )
            for one in refused
            for number, reason in enumerate(one["reasons"])
        ],
    )


def _print_by_itself(item: dict[str, Any]) -> None:
    """Say what the system does on its day, where only the day is missing."""
    coming = [
        one
        for one in item["triggers"]
        if one["by_itself_on"] and one["to"] != item["state"]
        if all(reason["from"] for reason in one["reasons"])
    ]
    for one in sorted(coming, key=lambda one: one["by_itself_on"]):
        session.say(
            f"\nIf nobody does anything, the system does {one['trigger']} by itself "
            f"on {_day(one['by_itself_on'])}; it leads to {_words(one['to'])}."
        )


# ------------------------------------------------------------------ the way out
def _print_way_out(steps: list[dict[str, Any]]) -> None:
    if not steps:
        return
    count = "one step" if len(steps) == 1 else f"{len(steps)} steps"
    session.say(f"\nThe shortest way to its end, in {count}:")
    for number, step in enumerate(steps, start=1):
        session.say(f"{number:>3}. {_sentence(step)}")
        for line in _notes(step, is_first=number == 1):
            session.say(f"     {line}")


def _sentence(step: dict[str, Any]) -> str:
    leads = f"leads to {_words(step['to'])}"
    if step["who"] == SYSTEM:
        on = f" on {_day(step['by_itself_on'])}" if step["by_itself_on"] else ""
        return f"{step['trigger']}, by the system itself{on}; {leads}."
    return f"{step['trigger']}, by {_people(step['people'])}; {leads}."


def _notes(step: dict[str, Any], *, is_first: bool) -> list[str]:
    notes = []
    for reason in step["reasons"]:
        when = "Missing" if is_first else "As things stand"
        mend = reason["who"] and not reason["from"]  # what a day mends, nobody else has to
        who = f" Who could mend it: {reason['who']}." if mend else ""
        notes.append(f"{when}: {reason['why']}{who}")
    if step["from"]:
        notes.append(f"Not before {_day(step['from'])}.")
    if step["asks"]:
        notes.append(f"It asks for: {'; '.join(step['asks'])}.")
    if step["by_itself_on"] and step["who"] != SYSTEM:
        notes.append(f"If nobody does, the system does it on {_day(step['by_itself_on'])}.")
    if step["last_resort"]:
        notes.append(LAST_RESORT[step["last_resort"]])
    return notes


def _print_what_moves_it(item: dict[str, Any]) -> None:
    """Give what `stuck` gives; where nothing is wrong, the command of the first step, where a person makes it."""
    if item["repair"] is not None:
        session.say(f"\nWhat moves it: {item['repair']['what']}")
        session.say(f"  {item['repair']['command']}")
        return
    if not item["way_out"] or item["way_out"][0]["command"] is None:
        return
    first = item["way_out"][0]
    lead = "Once nothing is missing any more" if first["reasons"] else "The first step"
    session.say(f"\n{lead}: {first['command']}")


# ------------------------------------------------------------------ words
def _words(state: str) -> str:
    return state.replace("_", " ")


def _people(people: list[str]) -> str:
    if len(people) > SHOWN:
        more = len(people) - SHOWN
        people = [*people[:SHOWN], "1 other" if more == 1 else f"{more} others"]
    return " or ".join(people)


def _day(value: str | None) -> str:
    if value is None:
        return ""
    from qa_workflow.delivery.messages import day_in_words

    return day_in_words(date.fromisoformat(value))

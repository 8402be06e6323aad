"""The Top three on the command line: which cases are blocked most, why these, and what earlier meetings did about theirs."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow.cli import session, writing
from qa_workflow.cli.root import add
from qa_workflow.errors import WrongInput

if TYPE_CHECKING:
    from pathlib import Path

    from qa_workflow.service.context import Context

View = dict[str, Any]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    add(app, {"top-three": top_three})


def top_three(
    ctx: typer.Context,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="As the list stood when that day ended; of a day to come, as it will stand if nothing moves",
        ),
    ] = None,
    meeting: Annotated[
        str | None, typer.Option(metavar="REF", help="The pack that this meeting froze")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Only so many rows of the full list")
    ] = None,
    docx: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write it as a Word document; - for the output"),
    ] = None,
) -> None:
    """Show the pack: the three highest-ranked blocked cases with the reasons, then the full ranked list.

    Without options it is the pack as it would be made now. The order: a child's immediate safety; the
    level reached; a date set by law; the working days; the case.

    Example: qa-workflow top-three --limit 10

    Example: qa-workflow top-three --meeting top_three:2026-01-15 --docx pack.docx
    """
    wanted = session.likely_day(as_of, "--as-of")
    if meeting is not None and wanted is not None:
        raise WrongInput("--meeting and --as-of name two different packs. Ask for one of them.")
    file = None if docx is None else _destination(ctx, docx)
    opened = session.opened(ctx)
    body = _asked(opened, session.named(meeting), wanted, limit)
    if docx is not None:
        _publish(opened, file, body)
        if file is not None:
            session.hint(ctx, f"The pack is written to {docx}.")
    if session.options(ctx).json:
        session.print_json("top-three", body)
    elif docx is None:
        _print(opened, body)


def _asked(opened: "Context", meeting: str | None, day: date | None, limit: int | None) -> View:
    from qa_workflow.service import top_three as service

    now = session.now()
    if meeting is None:
        return service.top_three(opened, now=now, day=day, most=limit)
    body = service.pack_of(opened, meeting, now=now)
    return body if limit is None else {**body, "full": body["full"][:limit], "more": None}


# ------------------------------------------------------------------ Word
def _destination(ctx: typer.Context, name: str) -> "Path | None":
    from qa_workflow.delivery.word import is_document

    return writing.destination(
        ctx, name, option="--docx", kind="Word document", example="pack.docx", fits=is_document
    )


def _publish(opened: "Context", file: "Path | None", body: View) -> None:
    from qa_workflow.delivery.docx import pack_document
    from qa_workflow.service.top_three import titles

    writing.publish(file, pack_document(body, titles(opened)))


# ------------------------------------------------------------------ for people
def _print(opened: "Context", body: View) -> None:
    from qa_workflow.engine.working_days import london_date
    from qa_workflow.service.top_three import titles

    names = titles(opened)
    _print_head(body)
    if body["says"] is not None:
        session.say(body["says"])
        if body["on"] >= london_date(session.now()).isoformat():
            _print_closest(opened, names)
    for number, one in enumerate(body["pack"], start=1):
        _print_case(number, one, names)
    _print_list(body, names)
    _print_decisions("What this meeting decided:", body["decisions"], names)
    _print_decisions("Decisions of earlier meetings:", body["previous"], names)
    _print_unblocking(body["unblocking"])


def _print_head(body: View) -> None:
    if body["meeting"] is None:
        session.say(f"Top three as of {_day(body['on'])}")
    else:
        sits = "its day is not set" if body["sits_on"] is None else f"sits {_day(body['sits_on'])}"
        session.say(f"{body['meeting']}: {sits}; chair: {body['chair'] or 'not named yet'}")
    if body["frozen_at"] is not None:
        session.say(f"Frozen {session.local(body['frozen_at'])}; nothing in it changed after that.")
    elif body["meeting"] is not None:
        session.say("Its pack is not made yet: this is how it would be now.")
    for one in body.get("swaps", ()):
        session.say(f"Swapped {_day(one['on'])}: {one['in']} for {one['out']}. {one['why']}")
    for one in body.get("late_items", ()):
        session.say(f"Late item: {one['reference']}. {one['why']}")


def _print_case(number: int, one: View, names: View) -> None:
    session.say(f"\n{number}. {one['case'] or one['reference']}: {one['title'] or ''}")
    if one["rank"] != number:
        session.say(f"   Number {one['rank']} of the full list, which holds what is no case too.")
    session.say(
        f"   {one['reference']}; owner: {names.get(one['owner'] or '', one['owner'] or 'nobody')}"
    )
    session.say(f"   {one['why']}")
    for reason in one["reasons"]:
        session.say(f"   - {reason}")
    if one["repeat"]:
        session.say("   Again: it was in the last pack, and nothing has changed since.")
    elif one["previous_packs"]:
        session.say(f"   It was in the pack before: {', '.join(one['previous_packs'])}")
    for taken, step in enumerate(one["way_out"]):
        who = " or ".join(names.get(each, each.replace("_", " ")) for each in step["who"])
        needs = (
            f" ({'; '.join(each.rstrip('.') for each in step['needs'])})" if step["needs"] else ""
        )
        way = "What moves it: " if taken == 0 else "then: "
        session.say(f"   {way}{step['trigger'].replace('_', ' ')}, by {who or 'nobody'}{needs}")


def _print_list(body: View, names: View) -> None:
    if not body["full"]:
        return
    session.say("\nThe full list:")
    session.table(
        ["rank", "case", "reference", "owner", "safety", "level", "by law", "days", "why"],
        [
            (
                one["rank"], one["case"], one["reference"],
                names.get(one["owner"] or "", one["owner"]),
                "yes" if one["immediate_safety"] else "", one["level"],
                "yes" if one["statutory"] else "", one["working_days"], " ".join(one["reasons"]),
            )
            for one in body["full"]
        ],
    )  # fmt: skip
    if body["more"]:
        session.say(f"and {body['more']} more.")


def _print_decisions(heading: str, decisions: list[View], names: View) -> None:
    if not decisions:
        return
    session.say(f"\n{heading}")
    session.table(
        ["sat", "case", "reference", "decision", "what", "owner", "due", "done", "days to unblocking"],
        [
            (
                one["sat_on"], one["case"], one["reference"], one["action"] or one["decision"] or "none yet",
                one["what"], names.get(one["owner"] or "", one["owner"]), one["due_on"],
                {True: "yes", False: "no", None: ""}[one["done"]], one["days_to_unblocking"],
            )
            for one in decisions
        ],
    )  # fmt: skip


def _print_unblocking(told: View) -> None:
    if not told["decisions"]:
        return
    how_long = ""
    if told["unblocked"]:
        how_long = (
            f"; from decision to unblocking {told['median_days']:g} working days in the middle, "
            f"{told['longest_days']} at the longest"
        )
    session.say(
        f"\nOf {told['decisions']} decisions {told['unblocked']} led to an unblocked case{how_long}."
    )


def _print_closest(opened: "Context", names: View) -> None:
    from qa_workflow.service.top_three import nearly_blocked

    closest = nearly_blocked(opened, now=session.now())
    if not closest:
        return
    session.say("\nClosest to being blocked, if nothing moves:")
    session.table(
        ["on the list from", "due", "reference", "owner", "title"],
        [
            (one["on"], one["due_on"], one["reference"], names.get(one["owner"] or "", one["owner"]), one["title"])
            for one in closest
        ],
    )  # fmt: skip


def _day(value: str) -> str:
    from qa_workflow.delivery.messages import day_in_words

    return day_in_words(datetime.fromisoformat(value).date())

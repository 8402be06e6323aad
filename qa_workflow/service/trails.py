"""What feeds what: from anything back to what it came from, a child's own words, and on to what it led to."""

from dataclasses import asdict, dataclass
from datetime import datetime

from qa_workflow.engine.instance import BACKWARDS, ProcessInstance
from qa_workflow.errors import InstanceNotFound
from qa_workflow.service import views
from qa_workflow.service.context import Context
from qa_workflow.service.input import find
from qa_workflow.service.views import View
from qa_workflow.service.work import Work
from qa_workflow.store import links, voices
from qa_workflow.store.links import KeptLink
from qa_workflow.store.voices import KeptVoice

MOST = 1000  # things named in one direction; a trail that is longer says so
_VOICE_TITLE = "A child's own words"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stop:
    """A thing on a trail: how far away, and over which link of which nearer thing it was reached."""

    reference: str
    link: str
    via: str
    steps: int


# ------------------------------------------------------------------ trails
def trail(ctx: Context, reference: str, *, now: datetime) -> View:
    """Return everything that led to *reference* (`upstream`) and that it led to (`downstream`), the nearest first.

    *reference* is an instance (a shorter form will do), a voice, or anything a link names. Each thing
    stands once in each direction, however many ways lead there, and a child's voice by its reference
    only. `complete` says whether all is named: a direction ends after 1,000 things.

    Raises:
        InstanceNotFound: there is no such thing.
    """
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        start = _named(work, reference)
        before, all_before = _walk(work, start, upstream=True)
        after, all_after = _walk(work, start, upstream=False)
        told = _told(work, {start, *(one.reference for one in (*before, *after))})
        return {
            **told[start],
            "upstream": [_item(one, told) for one in before],
            "downstream": [_item(one, told) for one in after],
            "complete": all_before and all_after,
        }


def _named(work: Work, reference: str) -> str:
    if (number := voices.number_of(reference)) is not None:
        return _voice(work, reference, number).reference
    try:
        return find(work, reference).reference
    except InstanceNotFound:
        if links.of(work.connection, [reference]):  # such as a line of a plan
            return reference
        raise


def _walk(work: Work, start: str, *, upstream: bool) -> tuple[list[_Stop], bool]:
    """Return what is reached from *start*, nearest first, and whether that is all of it."""
    found: dict[str, _Stop] = {}
    seen, frontier, steps = {start}, [start], 0
    while frontier:
        steps += 1
        reached: dict[str, _Stop] = {}
        here = set(frontier)
        for one in links.of(work.connection, frontier):
            earlier, later = _in_time(one)
            near, far = (later, earlier) if upstream else (earlier, later)
            if near in here and far not in seen:
                seen.add(far)
                reached[far] = _Stop(reference=far, link=one.kind, via=near, steps=steps)
        found |= reached
        if len(found) > MOST:
            return list(found.values())[:MOST], False
        frontier = list(reached)
    return list(found.values()), True


def _in_time(one: KeptLink) -> tuple[str, str]:
    """Return the two ends of a link: what came first, and what it led to."""
    return (one.to_ref, one.from_ref) if one.kind in BACKWARDS else (one.from_ref, one.to_ref)


def _told(work: Work, references: set[str]) -> dict[str, View]:
    """Return what is said of each thing on a trail: of a voice no word, of no instance hardly more than its name."""
    known = links.ends(work.connection, sorted(references))
    found: dict[str, View] = {}
    for reference in references:
        if (one := known.get(reference)) is not None:
            found[reference] = asdict(one)
            continue
        is_voice = voices.number_of(reference) is not None
        found[reference] = {
            "reference": reference,
            "process": reference.partition(":")[0],
            "subject": None,
            "title": _VOICE_TITLE if is_voice else None,
            "state": None,
        }
    return found


def _item(stop: _Stop, told: dict[str, View]) -> View:
    return {**told[stop.reference], "link": stop.link, "via": stop.via, "steps": stop.steps}


def links_of(work: Work, instance: ProcessInstance) -> list[View]:
    """Return the links from and to *instance* itself, the oldest first."""
    return [
        {
            "kind": one.kind,
            "from": one.from_ref,
            "to": one.to_ref,
            "at": views.instant(one.at),
            "by": one.actor,
        }
        for one in links.of(work.connection, [instance.reference])
    ]


# ------------------------------------------------------------------ voices
def list_voices(ctx: Context, *, case_id: str | None = None) -> list[View]:
    """Return the children's voices, of one child or of all, as they were recorded; without their words."""
    with ctx.database.reading() as connection:
        return [_summary(one) for one in voices.find(connection, case_id=case_id)]


def show_voice(ctx: Context, reference: str, *, now: datetime) -> View:
    """Return a child's own words, whole, with the method and the day.

    Raises:
        InstanceNotFound: there is no such voice.
    """
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        found = _voice(work, reference, voices.number_of(reference))
        return {**_summary(found), "words": found.words}


def _voice(work: Work, reference: str, number: int | None) -> KeptVoice:
    found = [] if number is None else voices.find(work.connection, numbers=[number])
    if not found:
        raise InstanceNotFound(reference, kind="voice")
    return found[0]


def _summary(one: KeptVoice) -> View:
    return {
        "reference": one.reference,
        "case": one.case_id,
        "method": one.method,
        "heard_on": views.day(one.heard_on),
        "evidences": one.instance,
        "recorded_by": one.recorded_by,
        "recorded_at": views.instant(one.recorded_at),
    }

"""Why it is stuck, as a manager understands it: what is waited for, since when, who was told, who is told next."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from qa_workflow.delivery.messages import day_in_words
from qa_workflow.delivery.reasons import reason_in_words
from qa_workflow.engine.instance import EXPIRY, Block
from qa_workflow.engine.working_days import LONDON, london_date
from qa_workflow.service.stuck.awaited import waiting_for
from qa_workflow.service.stuck.climbing import Next, last_climb, level_of, told_by, told_on
from qa_workflow.service.stuck.judging import Asked
from qa_workflow.service.stuck.naming import names_of, waited_for
from qa_workflow.store.columns import from_microseconds
from qa_workflow.store.histories import Told
from qa_workflow.store.incidents import INVARIANT

SHORT = 8  # digits of a hash that are shown


def sentence(asked: Asked, told: Sequence[Told], following: Next | None) -> str:
    """Return the whole sentence: why, who was told on which day, and who is told next, on which day."""
    parts = [_SAID[asked.class_](asked).rstrip(".")]
    names = names_of(asked.work)
    climb: dict[date, list[str]] = {}  # two deadlines may be told of on one day
    for one in last_climb(asked.instance, told):
        climb.setdefault(told_on(one), []).extend(one.entry.data["told"])
    if climb:
        days = (f"{names.listed(people)} on {_day(day)}" for day, people in climb.items())
        parts.append(f"told: {', '.join(days)}")
    if following is not None and not (asked.unserved and following.on <= asked.work.today):
        parts.append(f"next: {names.listed(following.to)} on {_day(following.on)}")
    elif following is None and climb:
        parts.append("nobody else is told by itself")
    return "; ".join(parts) + "."


# ------------------------------------------------------------------ each class
def _failing(asked: Asked) -> str:
    found = asked.incident
    if found is None:  # pragma: no cover - the class says that there is one
        return ""
    since = _moment(from_microseconds(found.first_at))
    if found.fingerprint.startswith(
        INVARIANT
    ):  # nothing failed: what was kept of it does not add up
        return (
            f"{found.error.rstrip('.')}; found on {since} (incident {found.id}), somebody must look"
        )
    often = "once" if found.times == 1 else f"{found.times} times"
    again = from_microseconds(found.next_try_at)
    following = (
        "it is tried again at the next pass"
        if again <= asked.work.now
        else f"it is tried again on {_moment(again)}"
    )
    return (
        f"The system has failed on it {often} since {since} "
        f"(incident {found.id}): {found.error.rstrip('.')}; {following}"
    )


def _dead_end(asked: Asked) -> str:
    return f"{(asked.dead_end or '').rstrip('.')}; it has stood there since {_day(asked.instance.entered_on)}"


def _drifted(asked: Asked) -> str:
    one, known = asked.instance, asked.definition
    began = f"version {one.definition_version}{_short(one.definition_hash)}"
    if known is None:
        return f"This program has no process {one.process}; it was started under {began} of it"
    pin = asked.work.ctx.pin(one.process)
    here = f"version {pin.version}{_short(pin.sha256)}"
    if not pin.holds(one):
        lacks = "" if asked.known_state else f", without the state {_state(asked)}"
        return f"It was started under {began} of {known.title}; this program has {here}{lacks}"
    return f"It stands in {_state(asked)}, which {known.title} in {here} does not have"


def _nobody_home(asked: Asked) -> str:
    block, work = asked.absent, asked.work
    if block is None:  # pragma: no cover - the class says that there is one
        return ""
    one, names = asked.instance, names_of(work)
    since = _day(london_date(block.since))
    if block.reason == "owner_inactive":
        owner = block.waiting_on or one.owner or ""
        manager = work.roster.manager_of(owner, work.today)
        successor = "somebody" if manager is None else manager.name
        left = f"{names.of(owner)} owns it and has not been active here since {since} or before"
        if asked.follows_the_lists:
            return f"{left}; whose it is follows from the lists"
        return f"{left}; {successor} should give it to another person"
    if block.waiting_on is None:
        return block.note
    nobody = f"Nobody who works here today is {names.of(block.waiting_on)}"
    if block.waiting_on == one.owner_role and one.owner is None:
        return f"{nobody}, whom it has waited for since {since}"
    return f"{nobody}, so nobody could be told, since {since}"


def _blocked(asked: Asked) -> str:
    block = asked.first_block
    parts = [_because(asked, block)]
    if block.waiting_on:
        parts.append(f"waiting on {names_of(asked.work).of(block.waiting_on)}")
    if block.review_on is not None and block.review_on < asked.work.today:
        parts.append(f"was to be looked at again on {_day(block.review_on)}, which is past")
    elif block.review_on is not None:
        parts.append(f"to be looked at again on {_day(block.review_on)}")
    more = len(asked.instance.blocks) - 1
    if more:
        parts.append(f"blocked for {more} more {'reason' if more == 1 else 'reasons'}")
    return "; ".join(parts)


def _because(asked: Asked, block: Block) -> str:
    since = _since_when(asked, block)
    if block.reason == "overdue_l2":  # its note speaks of the deadline as the definition names it
        return f"{since} ({reason_in_words(block.reason)}): {_waits(asked)}"
    return f"{since} ({reason_in_words(block.reason)}): {block.note.rstrip('.')}"


def _since_when(asked: Asked, block: Block) -> str:
    """Say since when it is blocked; where it was stuck before, since when too: from there its days are counted."""
    blocked = f"blocked since {_day(london_date(block.since))}"
    since = asked.since
    if since is None or london_date(since) >= london_date(block.since):
        return f"{blocked[0].upper()}{blocked[1:]}"
    before = "Late" if since == asked.instance.stuck_at else "Stuck"
    return f"{before} since {_day(london_date(since))}, {blocked}"


def _late_engine(asked: Asked) -> str:
    timer = asked.unserved
    if timer is None:  # pragma: no cover - the class says that there is one
        return ""
    behind = f"The system is {_for_how_long(asked.work.now - timer.due_at)} behind with it"
    on = _day(london_date(timer.due_at))
    known, facts = asked.definition, asked.facts
    if timer.level == EXPIRY or known is None or facts is None:
        return f"{behind}: what was to happen by itself on {on} ({timer.deadline.replace('_', ' ')}) has not happened"
    level = level_of(asked.work, known, asked.instance, timer)
    if level is None:
        return f"{behind}: what was to happen on {on} has not happened"
    told = told_by(level, known, asked.instance, facts)
    what = "reminded" if level.name.startswith("R") else "told that it is late"
    return f"{behind}: {names_of(asked.work).listed(told)} should have been {what} on {on}"


def _undelivered(asked: Asked) -> str:
    found = asked.message
    if found is None:  # pragma: no cover - the class says that there is one
        return ""
    others = "" if not found.others else f" (and {found.others} more)"
    often = "once" if found.attempts == 1 else f"{found.attempts} times"
    return (
        f"A message to {names_of(asked.work).of(found.to)}{others} has not gone out since "
        f'{_day(london_date(from_microseconds(found.created_at)))} ("{found.subject}"): '
        f"{found.error.rstrip('.')}; tried {often}"
    )


def _late(asked: Asked) -> str:
    waits = _waits(asked)
    return f"{waits[0].upper()}{waits[1:]}"


def _to_and_fro(asked: Asked) -> str:
    loop = asked.loop
    if loop is None:  # pragma: no cover - the class says that there is one
        return ""
    before, after = loop.before.replace("_", " "), loop.after.replace("_", " ")
    return (
        f"Sent to and fro: from {before} back to {after} {loop.count} times since "
        f"{_day(london_date(loop.since))} (by {names_of(asked.work).listed(loop.people)})"
    )


def _healthy(asked: Asked) -> str:
    if not asked.instance.is_open:
        return f"It ended: {_state(asked)}"
    return f"Nothing is wrong: {_waits(asked)}"


_SAID: Mapping[str | None, Callable[[Asked], str]] = {
    "S5": _failing,
    "S3": _dead_end,
    "S8": _drifted,
    "S7": _nobody_home,
    "S4": _blocked,
    "S1": _late_engine,
    "S6": _undelivered,
    "S2": _late,
    "S9": _to_and_fro,
    None: _healthy,
}


# ------------------------------------------------------------------ its words
def _waits(asked: Asked) -> str:
    """Return what is waited for, from whom, since when, and by when it was to be there."""
    one, known = asked.instance, asked.definition
    what = f"in {_state(asked)}"
    if known is not None and asked.facts is not None and asked.known_state:
        what = waiting_for(known, one, asked.facts)
        whole = what if what.startswith("to ") else f"for {what}"
        by = f" by {waited_for(asked)}" if " be " in what else _from(asked, what)
        what = f"{whole}{by}"
    due = ""
    if one.stuck_at is not None:
        due = f", due by {_day(london_date(one.stuck_at) - timedelta(days=1))}"
    return f"waiting {what} since {_day(one.entered_on)}{due}"


def _from(asked: Asked, what: str) -> str:
    """Return who is to bring about what nobody simply does: "a decision" is somebody's, the system's own is nobody's."""
    known = asked.definition
    owning = None if known is None else known.owning_transition(asked.instance.state)
    return (
        ""
        if owning is None
        else f" from {waited_for(asked)}"
        if not what.startswith("the ")
        else f" ({waited_for(asked)})"
    )


def _state(asked: Asked) -> str:
    return asked.instance.state.replace("_", " ")


def _short(sha256: str) -> str:
    return f" ({sha256[:SHORT]})" if sha256 else ""


def _day(day: date) -> str:
    return day_in_words(day)


def _moment(instant: datetime) -> str:
    local = instant.astimezone(LONDON)
    return f"{day_in_words(local.date())} at {local:%H:%M}"


def _for_how_long(behind: timedelta) -> str:
    minutes = int(behind.total_seconds() // 60)
    for size, word in ((60 * 24, "day"), (60, "hour")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {word}{'' if count == 1 else 's'}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"

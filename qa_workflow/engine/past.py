"""How an instance stood at an instant that has passed, folded from what its history had told by then.

Nothing is stored for this and nothing is guessed: an entry holds every field that it set. Timers are
not rebuilt, since what was armed then has fired or lapsed; deadlines are counted, and from when it was late.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.engine.instance import HistoryEntry, ProcessInstance
from qa_workflow.engine.record import FOLDED, fold, read_block
from qa_workflow.engine.repairs import PROPOSED
from qa_workflow.engine.visits import armed
from qa_workflow.engine.working_days import WorkingCalendar

# Entries that tell of something but change nothing which a person who looked before must look at again.
_STILL = frozenset({"refused", "note", "resolve_incident", PROPOSED})


def is_still(entry: HistoryEntry) -> bool:
    """Tell whether *entry* left the version of the instance where it was.

    A refusal, also of a repair; a note; an incident resolved; the first of two people's word; and a level
    told at once with a refusal. A process may have a trigger called note, and that is a change: it is
    pulled in a role, and a note is not.
    """
    if entry.action == "note" and entry.role is not None:
        return False
    return entry.action in _STILL or is_told_at_once(entry)


def is_told_at_once(entry: HistoryEntry) -> bool:
    """Tell whether a level was recorded with a refusal, not by a timer: those say why."""
    return entry.action == "escalated" and entry.reason is not None


def as_it_stood(
    entries: Iterable[HistoryEntry], at: datetime, *, of: ProcessInstance
) -> ProcessInstance | None:
    """Return *of* as it stood at *at* (an aware instant), by what had been recorded then; None before its start.

    *entries* is its whole history in order. What counts is when an entry was written, not from when it
    takes effect: a level told late was not known before. Identity, subject and pin are those of *of*
    (an entry carries the version of its definition beside it: the caller says which); the timers are
    not rebuilt, nor what follows from them (`watched_then` gives from when it was late).
    """
    known = list(takewhile(lambda one: one.recorded_at <= at, entries))
    if not known:
        return None
    found = fold(known)
    fields = {name: found[name] for name in FOLDED if name in found}
    return replace(
        of,
        **fields,
        data=found["data"],
        blocks=tuple(read_block(one) for one in found.get("blocks", ())),
        version=1 + sum(not is_still(one) for one in known[1:]),
        seq=len(known),
        head_hash="",
        timers=(),
        stuck_at=None,
        looping_at=None,
        pressing_rank=None,
        pressing_at=None,
    )


def watched_then(
    definition: ProcessDefinition, instance: ProcessInstance, calendar: WorkingCalendar
) -> ProcessInstance:
    """Return an instance of the past with the instant from which it was late, counted by *calendar*.

    What had ended was late for nothing any more; of a state that *definition* does not have nothing is said.
    """
    if not instance.is_open or instance.state not in set(definition.states):
        return instance
    counted = armed(definition, instance, at=instance.entered_at, calendar=calendar)
    return replace(instance, stuck_at=counted.stuck_at)

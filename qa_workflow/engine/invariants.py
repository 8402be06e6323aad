"""What must hold of every record, whatever happened: ten invariants, checked on real data in production.

Pure: each check takes what was kept of one instance and says what does not add up, in a sentence that a
manager understands. Nothing is ever changed by a check.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from qa_workflow.engine.definition import Asks, Facts, ProcessDefinition, Transition
from qa_workflow.engine.explain import explain
from qa_workflow.engine.instance import HistoryEntry, ProcessInstance
from qa_workflow.engine.past import is_still, is_told_at_once
from qa_workflow.engine.people import SYSTEM
from qa_workflow.engine.record import FOLDED, fold, plain, read_block
from qa_workflow.engine.repairs import REPAIRS
from qa_workflow.engine.watching import is_unwatched
from qa_workflow.engine.working_days import WorkingCalendar

INVARIANTS: Mapping[str, str] = {
    "I1": "the history tells the record as it stands",
    "I2": "the history is whole and unchanged",
    "I3": "nobody is told a level twice",
    "I4": "what is due is done",
    "I5": "every change of state was an allowed move or a repair",
    "I6": "every level that was told was written to the people it names",
    "I7": "nothing open stands without a clock",
    "I8": "what can be done is what the rules allow",
    "I9": "two people decided where two must",
    "I10": "versions grow by one",
}
# Another content of its rules took it there: its entry says from which to which.
MIGRATED = frozenset({"migrated", "migration_undone"})
_CLIMBS = frozenset({"escalated", "reminded"})
Edges = frozenset[tuple[str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything that was kept of one instance.

    `versions` are those of the definition, entry by entry; `misfit` is why the chain of its history does
    not hold; `watched_at` what its row says of its first armed timer; `fired` the (deadline, level) of
    each timer that fired; `messages` whom each message about it went to, and its key; `rests`: an
    incident keeps it from being tried before a later instant.
    """

    instance: ProcessInstance
    entries: Sequence[HistoryEntry]
    versions: Sequence[int]
    misfit: str | None = None
    watched_at: datetime | None = None
    fired: Sequence[tuple[str, str]] = ()
    messages: Sequence[tuple[str, str]] = ()
    rests: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a record is judged by. `definition` is None where this program has none that it runs by.

    `edges` gives the moves (trigger, from, to) that a version of its definition allowed; None where
    its content was not kept.
    """

    definition: ProcessDefinition | None
    edges: Callable[[int], Edges | None]
    facts: Facts
    calendar: WorkingCalendar
    now: datetime
    late_after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One thing that does not add up. `place` tells one kind of it from another within the invariant."""

    invariant: str
    place: str
    why: str


Check = Callable[[Record, Rules], Iterator[tuple[str, str]]]


def broken(record: Record, rules: Rules) -> list[Broken]:
    """Return everything about one record that does not add up; nothing in a healthy one."""
    # Of a history that cannot be read nothing else can be said.
    unread = record.misfit is not None and not record.entries
    checks = {"I2": _chained} if unread else CHECKS
    return [
        Broken(invariant=name, place=place, why=f"{why} ({name}).")
        for name, check in checks.items()
        for place, why in check(record, rules)
    ]


# ------------------------------------------------------------------ the history and the row
def _folds(record: Record, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: ARG001 - one shape for all
    """I1: folding the history gives the row: every field, the data, the open blocks, the version of its rules."""
    one, told = record.instance, fold(record.entries)
    row = {name: getattr(one, name) for name in FOLDED} | {
        "data": one.data,
        "blocks": list(one.blocks),
    }
    for name, value in row.items():
        said = told.get(name)
        if (
            name == "blocks"
        ):  # read, not as they were written: the same instant has several spellings
            said = [read_block(block) for block in said or ()]
        if said == value:
            continue
        if isinstance(value, Mapping) and isinstance(said, Mapping):
            keys = sorted(key for key in {*value, *said} if value.get(key) != said.get(key))
            for key in keys:
                yield f"{name}.{key}", _differs(f"{name} {key}", said.get(key), value.get(key))
        elif name == "blocks":
            yield name, _differs("open blocks", _reasons(said), _reasons(row["blocks"]))
        else:
            yield name, _differs(name, said, value)
    if record.versions and record.versions[-1] != one.definition_version:
        yield (
            "definition",
            _differs("version of its rules", record.versions[-1], one.definition_version),
        )
    if record.watched_at != one.next_due_at:
        yield (
            "next_due_at",
            (
                f"Its record does not add up: its first clock is set for {_words(one.next_due_at)}, its row "
                f"says {_words(record.watched_at)}"
            ),
        )


def _differs(what: str, said: object, value: object) -> str:
    return (
        f"Its record does not add up: the history says that {what.replace('_', ' ')} is {_words(said)}, "
        f"its row says {_words(value)}"
    )


def _words(value: object) -> str:
    return "nothing" if value is None or value == "" else str(plain(value))


def _reasons(blocks: object) -> str:
    found = blocks if isinstance(blocks, list) else []
    return ", ".join(one.reason for one in found) or "none"


def _chained(record: Record, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: ARG001
    """I2: each entry's hash covers it and the one before, and none is missing."""
    if record.misfit is not None:
        yield "chain", f"Its history was changed after it was written: {record.misfit}"


def _grows(record: Record, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: ARG001
    """I10: the version began at 1 and grew by one with each change, never by more."""
    moved = [one for one in record.entries[1:] if not is_still(one)]
    # What a person repairs may or may not be a change that others should know of.
    sure = sum(not _is_repair(one) or one.before != one.after for one in moved)
    found = record.instance.version - 1
    if not sure <= found <= len(moved):
        yield (
            "version",
            (
                f"Its version is {record.instance.version}, but its history tells of {len(moved)} changes "
                "since it began"
            ),
        )


def _is_repair(entry: HistoryEntry) -> bool:
    return entry.action in MIGRATED or entry.action in REPAIRS


# ------------------------------------------------------------------ clocks and who was told
def _fired_once(record: Record, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: ARG001
    """I3: a level of a deadline is in the history at most as often as a timer of it fired."""
    climbed = [one for one in record.entries if one.action in _CLIMBS and not is_told_at_once(one)]
    # A migration may give a deadline another name: then the levels alone are counted.
    renamed = any(one.action in MIGRATED for one in record.entries)
    told = Counter(
        ("" if renamed else str(one.data.get("deadline")), str(one.level)) for one in climbed
    )
    fired = Counter(("" if renamed else deadline, level) for deadline, level in record.fired)
    for (deadline, level), count in told.items():
        if count > fired[deadline, level]:
            yield (
                f"{deadline}:{level}",
                (
                    f"Level {level} of {deadline or 'a deadline'} was told {count} times, but its clock "
                    f"came to that only {fired[deadline, level]} times"
                ),
            )


def _fires_in_time(record: Record, rules: Rules) -> Iterator[tuple[str, str]]:
    """I4: what was due a while ago has been done, unless an open incident keeps it from being tried."""
    if record.rests or not record.entries:
        return
    # A reminder of this morning that was armed a minute ago is not late yet.
    changed_at = record.entries[-1].recorded_at
    for timer in record.instance.timers:
        if max(timer.due_at, changed_at) < rules.now - rules.late_after:
            yield (
                f"{timer.deadline}:{timer.level}",
                (
                    f"{timer.deadline} ({timer.level}) was due at {timer.due_at:%Y-%m-%d %H:%M} UTC, and "
                    "nothing happened"
                ),
            )


def _was_written(record: Record, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: ARG001
    """I6: for whomever the history says was told, a message was written; each key only once."""
    written: Counter[tuple[str, str, str]] = Counter()
    start = len(record.instance.reference) + 1
    for to, key in record.messages:
        keys = key[start:].rsplit("|", 2)[0]
        for part in keys.split("+"):
            deadline, _, rest = part.partition(":")
            written[to, deadline, rest.rpartition(":")[2]] += 1
    meant: Counter[tuple[str, str, str]] = Counter()
    for entry in record.entries:
        if entry.action not in _CLIMBS or entry.level is None:
            continue
        for to in entry.data.get("told", ()):
            known = (to, str(entry.data.get("deadline")), entry.level)
            # While one visit lasts, the same refusal is written of once, however often it comes back.
            meant[known] = 1 if is_told_at_once(entry) else meant[known] + 1
    for (to, deadline, level), count in meant.items():
        if written[to, deadline, level] < count:
            yield (
                f"{deadline}:{level}",
                (
                    f"The history says that {to} was told of level {level} of {deadline}, and no message "
                    "was written"
                ),
            )


def _is_watched(record: Record, rules: Rules) -> Iterator[tuple[str, str]]:
    """I7: what is open has an armed timer, or a reason for none.

    A block, a move that waits, children that are waited for; what nothing can move at all is listed
    as such by what is stuck.
    """
    one, definition = record.instance, rules.definition
    if definition is None or one.state in definition.waits_for_children_in:
        return
    if is_unwatched(definition, one, rules.calendar, rules.now) and _enabled(rules):
        yield (
            one.state,
            (
                f"Nothing watches it: it is {one.state.replace('_', ' ')}, no clock is set, and nobody would "
                "ever be told"
            ),
        )


# ------------------------------------------------------------------ moves, and who made them
def _moves_along_edges(record: Record, rules: Rules) -> Iterator[tuple[str, str]]:
    """I5: from each state it went on along a move of the definition it ran by, or a repair took it there."""
    for (last, one), version in zip(pairwise(record.entries), record.versions[1:], strict=False):
        if one.before != last.after:
            yield (
                "gap",
                f"Its history jumps from {_words(last.after)} to {_words(one.before)} without a move",
            )
        if one.before == one.after or _is_repair(one):
            continue
        known = rules.edges(version)
        if known is not None and (one.action, str(one.before), str(one.after)) not in known:
            yield (
                f"{one.before}:{one.action}",
                (
                    f"{one.action} took it from {one.before} to {one.after}, which version {version} of its "
                    "rules does not allow"
                ),
            )


def _enabled(rules: Rules) -> bool:
    """Tell whether any move of the present state is one that the facts do not refuse."""
    definition = rules.definition
    if definition is None:
        return False
    return any(
        all(
            one(rules.facts, Asks()) is None
            for one in move.guards
            if not one.reads & {"actor", "evidence"}
        )
        for move in definition.transitions
        if rules.facts.instance.state in move.sources
    )


def _explained(record: Record, rules: Rules) -> Iterator[tuple[str, str]]:
    """I8: something can be done, as people are told, exactly where the rules allow a move."""
    one, definition = record.instance, rules.definition
    if definition is None or not one.is_open:
        return
    can, _ = explain(definition, one, rules.facts)
    if bool(can) != _enabled(rules):
        says, is_so = ("something", "nothing") if can else ("nothing", "something")
        yield one.state, f"People are told that {says} can be done, but by its rules {is_so} can"


def _four_eyes(record: Record, rules: Rules) -> Iterator[tuple[str, str]]:
    """I9: where another person must have acted before, another one did, also behind a delegation.

    Compared is the last time that the other trigger was pulled; whoever has handed the instance over
    since is out of it.
    """
    definition = rules.definition
    if definition is None:
        return
    hands: dict[str, frozenset[str]] = {}
    for entry, version in zip(record.entries, record.versions, strict=False):
        if entry.action == "reassign":
            gone = entry.data.get("from")
            hands = {trigger: eyes - {gone} for trigger, eyes in hands.items()}
        if entry.actor == SYSTEM:
            continue
        eyes = frozenset(one for one in (entry.actor, entry.on_behalf_of) if one is not None)
        moves = _made(definition, entry) if version == definition.version else ()
        both = [_both_sides(move, eyes, hands) for move in moves]
        if both and all(both):
            other, who = next(iter(both[0]))
            yield (
                f"{entry.action}:{other}",
                f"{who} acted twice where two people must: {other} and {entry.action}",
            )
        hands[entry.action] = _named(entry) or eyes


def _named(entry: HistoryEntry) -> frozenset[str]:
    """Return whom *entry* names as having done what somebody else recorded: the `held_by` of a meeting."""
    return frozenset(
        one for key, one in entry.data.items() if key.endswith("_by") and isinstance(one, str)
    )


def _made(definition: ProcessDefinition, entry: HistoryEntry) -> tuple[Transition, ...]:
    """Return the moves of the definition that *entry* may have been."""
    return tuple(
        move
        for move in definition.leaving(str(entry.before))
        if move.trigger == entry.action
        and (entry.before if move.dest is None else str(move.dest)) == entry.after
    )


def _both_sides(
    move: Transition, eyes: frozenset[str], hands: Mapping[str, frozenset[str]]
) -> list[tuple[str, str]]:
    # A guard that reads no actor is about somebody else than who acts.
    return [
        (trigger, who)
        for guard in move.guards
        if "actor" in guard.reads
        for trigger in guard.apart_from
        for who in sorted(eyes & hands.get(trigger, frozenset()))
    ]


CHECKS: Mapping[str, Check] = {
    "I1": _folds,
    "I2": _chained,
    "I3": _fired_once,
    "I4": _fires_in_time,
    "I5": _moves_along_edges,
    "I6": _was_written,
    "I7": _is_watched,
    "I8": _explained,
    "I9": _four_eyes,
    "I10": _grows,
}

"""A council with as many open instances as asked for: a half-year that was really lived, multiplied.

The simulated council lives from January to June 2026 through the service (see `half_year`): audits, reviews of children's
plans, recommendations, disputes, people on leave and gone, levels climbed, blocks put on. What is then open
and about a child, a plan or a provider is copied until there is as much as asked for: each copy has its own
child or plan, with timers, blocks, messages and a history whose hashes are its own. Whoever is one of
several in a role has colleagues to whom the copies belong. What is about the council as a whole, its rounds
and its meetings, is there once. What is in trouble is copied less often: see `SHARES`.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.half_year import NOW
from qa_workflow.store.chain import HASHED, link
from qa_workflow.store.columns import to_microseconds

PEOPLE = 300
# Of what is open, how much is in which trouble: the first that fits counts.
SHARES = {"blocked": 0.01, "late": 0.015}
# And one of so many has a trouble of the system's.
EVERY = {"failing": 1000, "undelivered": 2000, "unfired": 2000, "looping": 3000, "drifted": 5000}
# Of whom a council has many; everybody else is the only one in their post.
MANY = frozenset(
    {
        "practitioner", "team_manager", "iro", "auditor", "moderator", "send_caseworker", "senco",
        "provider_contact", "qa_admin",
    }
)  # fmt: skip

_MARK = "\x01"  # stands where each copy has its number
_INVENTED = r"SYN-[A-Z]*\d+"  # how the simulation names children, plans and providers
_AT, _HOUR = to_microseconds(NOW), 3_600_000_000
# What lies behind or ahead of now lies further so in each copy, by other days: nothing is all of one day.
_SPREAD = {
    "process_instance": ("entered_at", "stuck_at", "next_due_at", "pressing_at"),
    "timer": ("due_at",),
    "block": ("since",),
}
_DAYS = 61
_ROWS_AT_ONCE = 50_000
Row = tuple[Any, ...]
# What belongs to an instance, and by which column; a number of its own the database gives.
_PARTS = {"timer": "instance_id", "block": "instance_id", "outbox_message": "instance_id"}
# What an instance is about.
_SUBJECTS = {
    "case_record": "case_id",
    "case_assignment": "case_id",
    "plan_holder": "plan_id",
    "provider": "provider_id",
}


# ------------------------------------------------------------------ what is copied
@dataclass(frozen=True, slots=True)
class Stencil:
    """A row of a table as each copy has it: where the copy's number stands, and which numbers move on."""

    row: Row
    marked: tuple[int, ...]
    shifted: tuple[int, ...]

    def copied(self, mark: str, shift: int) -> Row:
        made = list(self.row)
        for place in self.marked:
            made[place] = made[place].replace(_MARK, mark)
        for place in self.shifted:
            made[place] += shift
        return tuple(made)


@dataclass(slots=True)
class Piece:
    """One instance with all that belongs to it, as stencils by table."""

    group: str
    reference: str
    rows: dict[str, list[Stencil]] = field(default_factory=dict)


class Lived:
    """What is copied of the lived half-year, as one of several staffs has it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.columns = {
            table: [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            for table in ("process_instance", "history_entry", "incident", *_PARTS, *_SUBJECTS)
        }
        self.many = [
            row[0]
            for row in db.execute("SELECT person_id, role FROM person_role ORDER BY person_id")
            if row[1] in MANY
        ]
        others = db.execute("SELECT count(*) FROM person").fetchone()[0] - len(self.many)
        self.staffs = round((PEOPLE - others) / len(self.many))
        about = "closed_at IS NULL AND (subject GLOB 'SYN-*' OR case_id IS NOT NULL)"
        self.ids = {row[0] for row in db.execute(f"SELECT id FROM process_instance WHERE {about}")}
        references = db.execute("SELECT reference FROM process_instance WHERE " + about)
        named = "|".join(re.escape(row[0]) for row in references if "SYN-" not in row[0])
        self._named = re.compile(rf"(?:{_INVENTED}|{named})(?!\d)")
        self._people = re.compile(rf'"({"|".join(self.many)})"')
        self.stride = 1 + db.execute("SELECT max(id) FROM process_instance").fetchone()[0]

    def pieces(self, staff: int) -> list[Piece]:
        """Return every open instance that is about somebody, as *staff* has it."""
        groups = self._groups()
        found = []
        for number in sorted(self.ids):
            stencils = {
                "process_instance": self._rows("process_instance", "id", number, staff),
                "history_entry": self._rows("history_entry", "instance_id", number, staff),
            }
            for table, column in _PARTS.items():
                stencils[table] = self._rows(table, column, number, staff)
            reference = self._value(
                "process_instance", stencils["process_instance"][0], "reference"
            )
            found.append(Piece(groups.get(number, "plain"), reference, stencils))
        return found

    def subjects(self, staff: int) -> dict[str, list[Stencil]]:
        """Return the children, plans and providers that the copies are about, as *staff* has them."""
        about = "SELECT subject FROM process_instance WHERE id = ? UNION SELECT case_id FROM process_instance WHERE id = ?"
        names = {name for one in self.ids for (name,) in self.db.execute(about, (one, one))}
        return {
            table: [
                one
                for name in sorted(filter(None, names))
                for one in self._rows(table, column, name, staff)
            ]
            for table, column in _SUBJECTS.items()
        }

    def colleagues(self, staff: int) -> tuple[list[Row], list[Row]]:
        """Return the people of a further *staff* and their roles."""
        people = self.db.execute("SELECT * FROM person").fetchall()
        made = [
            tuple(self._own(value, staff) for value in (one[0], f"{one[1]} {staff + 1}", *one[2:]))
            for one in people
            if one[0] in self.many
        ]
        roles = self.db.execute("SELECT person_id, role FROM person_role").fetchall()
        return made, [(self._own(who, staff), role) for who, role in roles if who in self.many]

    def _groups(self) -> dict[int, str]:
        conditions = {
            "late": f"SELECT id FROM process_instance WHERE stuck_at <= {_AT}",
            "blocked": "SELECT instance_id FROM block WHERE cleared_at IS NULL",
        }
        return {
            row[0]: name for name, asked in conditions.items() for row in self.db.execute(asked)
        }

    def _rows(self, table: str, column: str, key: object, staff: int) -> list[Stencil]:
        order = "1, 2" if table == "history_entry" else "1"
        asked = f"SELECT * FROM {table} WHERE {column} = ? ORDER BY {order}"
        return [self._stencil(table, row, staff) for row in self.db.execute(asked, (key,))]

    def _stencil(self, table: str, row: Row, staff: int) -> Stencil:
        names = self.columns[table]
        made = [self._own(value, staff) for value in row]
        if table in _PARTS or table == "case_assignment":
            made[0] = None  # the database numbers it
        shifted = [
            place
            for place, name in enumerate(names)
            if name in {"id", "parent_id", "instance_id"}
            and made[place] is not None
            and made[place] in self.ids
        ]
        marked = [place for place, one in enumerate(made) if isinstance(one, str) and _MARK in one]
        return Stencil(tuple(made), tuple(marked), tuple(shifted))

    def _own(self, value: Any, staff: int) -> Any:  # noqa: ANN401 - any column
        if not isinstance(value, str):
            return value
        if staff:
            if value in self.many:
                return f"{value}-{staff + 1}"
            value = self._people.sub(rf'"\1-{staff + 1}"', value)
        return self._named.sub(rf"\g<0>.{_MARK}", value)

    def _value(self, table: str, stencil: Stencil, column: str) -> Any:  # noqa: ANN401 - any column
        return stencil.row[self.columns[table].index(column)]


# ------------------------------------------------------------------ copying
class Copies:
    """The rows of as many copies as are asked for, piece by piece, with a few troubles of the system's own."""

    def __init__(self, lived: Lived) -> None:
        self.lived = lived
        self.made: Counter[str] = Counter()
        self._place = {name: place for place, name in enumerate(lived.columns["process_instance"])}

    def rows(self, wanted: int) -> Iterator[tuple[str, Row]]:
        """Yield (table, row) until there are *wanted* open copies."""
        staffs = [self.lived.pieces(staff) for staff in range(self.lived.staffs)]
        subjects = [self.lived.subjects(staff) for staff in range(self.lived.staffs)]
        number = 0
        while self.made["open"] < wanted:
            number += 1
            staff = number % self.lived.staffs
            mark, shift = str(number), number * self.lived.stride
            for table, stencils in subjects[staff].items():
                for one in stencils:
                    yield table, one.copied(mark, shift)
            for piece in self._chosen(staffs[staff], number):
                if self.made["open"] < wanted:
                    yield from self._copied(piece, mark, shift)

    def _chosen(self, pieces: list[Piece], number: int) -> Iterable[Piece]:
        """Return what this copy has: what is plain, and of what is in trouble as many as its share allows."""
        by_group: dict[str, list[Piece]] = {}
        for one in pieces:
            by_group.setdefault(one.group, []).append(one)
        chosen = by_group["plain"]
        for group, share in SHARES.items():
            due = round(share * (self.made["open"] + len(chosen))) - self.made[group]
            some = by_group.get(group, [])
            chosen = chosen + [
                some[(number + each) % len(some)] for each in range(min(due, len(some)))
            ]
        return chosen

    def _copied(self, piece: Piece, mark: str, shift: int) -> Iterator[tuple[str, Row]]:
        self.made["open"] += 1
        self.made[piece.group] += 1
        reference = piece.reference.replace(_MARK, mark)
        head, hashed = "", slice(1, 1 + len(HASHED))
        for one in piece.rows["history_entry"]:
            row = one.copied(mark, shift)
            head = link(head, reference, row[hashed])
            yield "history_entry", (*row[:-1], head)
        instance = list(piece.rows["process_instance"][0].copied(mark, shift))
        instance[self._place["head_hash"]] = head
        parts = {table: [one.copied(mark, shift) for one in piece.rows[table]] for table in _PARTS}
        days = self.made["open"] % _DAYS
        instance = self._spread("process_instance", instance, days)
        for table in ("timer", "block"):
            parts[table] = [tuple(self._spread(table, row, days)) for row in parts[table]]
        for trouble, every in EVERY.items():
            if self.made["open"] % every == every // 2:
                self.made[trouble] += 1
                self._put(trouble, instance, parts)
        yield "process_instance", tuple(instance)
        for table, rows in parts.items():
            for row in rows:
                yield table, row

    def _spread(self, table: str, row: Sequence[Any], days: int) -> list[Any]:
        made = list(row)
        for name in _SPREAD[table]:
            place = self.lived.columns[table].index(name)
            if made[place] is not None:
                made[place] += (days if made[place] > _AT else -days) * 24 * _HOUR
        return made

    def _put(self, trouble: str, instance: list[Any], parts: dict[str, list[Row]]) -> None:
        number, reference = instance[0], instance[1]
        if trouble == "failing":
            made = self._row(
                "incident", instance_id=number, fingerprint="f" * 16, error="KeyError: sits_on", count=3,
                first_at=_AT - 30 * _HOUR, last_at=_AT - _HOUR, next_try_at=_AT + _HOUR,
            )  # fmt: skip
            parts["incident"] = [made]
        elif trouble == "undelivered":
            made = self._row(
                "outbox_message", dedupe_key=f"{reference}|L0|lou|email", instance_id=number, to="lou",
                channel="email", subject="Late", body=f"{reference} is late.", status="pending", attempts=4,
                created_at=_AT - 50 * _HOUR, next_try_at=_AT + _HOUR, error="No address is known for lou",
            )  # fmt: skip
            parts["outbox_message"].append(made)
        elif trouble == "looping":
            instance[self._place["looping_at"]] = _AT - 24 * _HOUR
        elif trouble == "drifted":
            instance[self._place["definition_hash"]] = "0" * 64
        elif trouble == "unfired":
            due_at = instance[self._place["next_due_at"]] = _AT - 2 * _HOUR
            made = self._row(
                "timer", instance_id=number, deadline="act_by", epoch=instance[self._place["epoch"]],
                level="L0", due_at=due_at, fixed=0, status="armed",
            )  # fmt: skip
            parts["timer"].append(made)

    def _row(self, table: str, **values: object) -> Row:
        return tuple(values.get(name) for name in self.lived.columns[table])


def build(lived: Path, path: Path, open_count: int) -> Mapping[str, int]:
    """Make at *path* a database with *open_count* open instances out of the *lived* one; return what is in it."""
    path.write_bytes(lived.read_bytes())
    source, db = sqlite3.connect(lived), sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-524288", "threads=2"):
        db.execute(f"PRAGMA {pragma}")
    # Rows come in the order of their keys; the other indices are made once, sorted, when all are there.
    indices = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    standing = db.execute(
        "SELECT count(*) FROM process_instance WHERE closed_at IS NULL"
    ).fetchone()
    db.execute("BEGIN")
    for name, _ in indices:
        db.execute(f"DROP INDEX {name}")
    half = Lived(source)
    copies = Copies(half)
    for staff in range(1, half.staffs):
        people, roles = half.colleagues(staff)
        db.executemany(f"INSERT INTO person VALUES ({_marks(people[0])})", people)
        db.executemany("INSERT INTO person_role VALUES (?, ?)", roles)
    _insert(db, copies.rows(open_count - standing[0]))
    for _, statement in indices:
        db.execute(statement)
    db.execute(
        "UPDATE numbering SET last = (SELECT max(id) FROM process_instance) WHERE series = 'instance'"
    )
    db.execute("COMMIT")
    db.execute("PRAGMA journal_mode=WAL")
    counts = counted(db)
    db.close()
    source.close()
    return counts


def _marks(row: Row) -> str:
    return ", ".join("?" * len(row))


def _insert(db: sqlite3.Connection, rows: Iterable[tuple[str, Row]]) -> None:
    waiting: dict[str, list[Row]] = {}
    for table, row in rows:
        some = waiting.setdefault(table, [])
        some.append(row)
        if len(some) >= _ROWS_AT_ONCE:
            db.executemany(f"INSERT INTO {table} VALUES ({_marks(row)})", some)
            some.clear()
    for table, some in waiting.items():
        if some:
            db.executemany(f"INSERT INTO {table} VALUES ({_marks(some[0])})", some)


def counted(db: sqlite3.Connection) -> dict[str, int]:
    """Return what is in a database: how much is open, how much in which trouble, and its size."""
    is_open = "SELECT count(*) FROM process_instance WHERE closed_at IS NULL"
    asked = {
        "open": is_open,
        "late": f"{is_open} AND stuck_at <= {_AT}",
        "blocked": "SELECT count(DISTINCT instance_id) FROM block WHERE cleared_at IS NULL",
        "looping": f"{is_open} AND looping_at IS NOT NULL",
        "failing": "SELECT count(*) FROM incident WHERE resolved_at IS NULL",
        "undelivered": "SELECT count(*) FROM outbox_message WHERE status = 'pending' AND error IS NOT NULL",
        "unfired": f"SELECT count(*) FROM timer WHERE status = 'armed' AND due_at < {_AT}",
        "unwatched": f"{is_open} AND next_due_at IS NULL",
        "drifted": f"{is_open} AND definition_hash = '{'0' * 64}'",
        "people": "SELECT count(*) FROM person",
        "history entries": "SELECT count(*) FROM history_entry",
        "timers": "SELECT count(*) FROM timer",
    }
    return {name: db.execute(statement).fetchone()[0] for name, statement in asked.items()}

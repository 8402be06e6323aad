"""Everything at once, for whoever looks at all of it: what stands open today, and what became of everything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import Roster
from qa_workflow.frameworks.lines import Item
from qa_workflow.service.context import Context
from qa_workflow.service.enquiries import PAGE
from qa_workflow.store import histories, incidents, instances, outbox, reports
from qa_workflow.store.database import Database
from qa_workflow.store.histories import Told

__all__ = ["Item", "Life", "OpenInstances", "Told", "Whole", "asked_for", "lives", "on_thrown_away"]


def on_thrown_away(ctx: Context) -> Context:
    """Return the context with a database that need not outlive a power cut: several times faster to write."""
    url = ctx.database.url.render_as_string(hide_password=False)
    return replace(ctx, database=Database(url, thrown_away=True))


class OpenInstances:
    """Every open instance, looked at again and again: one is read anew only once it has changed."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._known: dict[int, ProcessInstance] = {}

    def look(self) -> tuple[Roster, list[ProcessInstance]]:
        """Return everybody of the roster and every open instance, in the order in which they were started."""
        with self.ctx.database.reading() as connection:
            standing = reports.open_seqs(connection)
            changed = [
                number
                for number, seq in standing
                if (known := self._known.get(number)) is None or known.seq != seq
            ]
            for begin in range(0, len(changed), PAGE):
                self._known |= instances.load_many(connection, changed[begin : begin + PAGE])
            roster = self.ctx.roster(connection)
        self._known = {number: self._known[number] for number, _ in standing}
        return roster, list(self._known.values())


# ------------------------------------------------------------------ what became of everything
@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One instance with every level it climbed, and everybody to whom a message about it was written."""

    instance: ProcessInstance
    climbed: Sequence[Told]
    written_to: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """All there is in a database: each instance's life, who is there, how the outbox and the incidents stand."""

    roster: Roster
    lives: Sequence[Life]
    messages: Mapping[str, int]
    incidents: Sequence[str]


def lives(ctx: Context) -> Whole:
    """Return what became of every instance there ever was, in the order in which they were started."""
    with ctx.database.reading() as connection:
        written: dict[int, set[str]] = {}
        counted = {"written": 0, "sent": 0, "waiting": 0}
        for one in outbox.find_messages(connection):
            written.setdefault(one.instance_id, set()).add(one.to)
            counted["written"] += 1
            counted["sent" if one.status == "sent" else "waiting"] += 1
        found = []
        ids = reports.every_id(connection)
        for begin in range(0, len(ids), PAGE):
            page = ids[begin : begin + PAGE]
            loaded = instances.load_many(connection, page)
            climbed = histories.levels_told(connection, page)
            found += [
                Life(
                    instance=loaded[number],
                    climbed=climbed.get(number, ()),
                    written_to=frozenset(written.get(number, ())),
                )
                for number in page
            ]
        return Whole(
            roster=ctx.roster(connection),
            lives=found,
            messages=counted,
            incidents=[f"{one.reference}: {one.error}" for one in incidents.find_open(connection)],
        )


def asked_for(ctx: Context, start: date, end: date) -> list[Item]:
    """Return what the framework calendar asks for with a due date between *start* and *end*, both included."""
    with ctx.database.reading() as connection:
        return list(ctx.items(start, end, ctx.calendar(connection)))

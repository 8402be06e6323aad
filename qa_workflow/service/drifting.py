"""Instances that run by rules which this program has no more: what goes on for them, and how many there are.

Source: a definition is pinned by version and content. Nobody moves an instance by other rules than those
it was started under, and nothing that falls due is lost: people still hear of it, and what would move it
is set aside as an incident (docs/decisions/0011).
"""

from collections import Counter
from dataclasses import dataclass, replace

from qa_workflow.engine.advance import catch_up
from qa_workflow.engine.definition import Facts
from qa_workflow.engine.escalate import is_rung
from qa_workflow.engine.instance import Outcome, ProcessInstance, Timer
from qa_workflow.errors import DefinitionMoved, Refusal
from qa_workflow.service import views
from qa_workflow.service.context import Context
from qa_workflow.service.views import View
from qa_workflow.service.work import Work
from qa_workflow.store import pins
from qa_workflow.store.database import Connection
from qa_workflow.store.pins import Used

SAME_RULES = "runs_by_its_own_rules"


# ------------------------------------------------------------------ what still falls due
def caught_up(work: Work, instance: ProcessInstance, facts: Facts) -> Outcome:
    """Return the Outcome of everything due for *instance* by now.

    Where the program has other rules than it was started under, only people are told, as far as the
    deadline is still one of its state; what would move it stays due.

    Raises:
        DefinitionMoved: nothing is due but what must wait until it has been brought over.
    """
    definition = work.definition(instance.process)
    held: tuple[Timer, ...] = ()
    climbing = instance
    if work.has_moved(instance):
        held = tuple(
            one
            for one in instance.timers
            if one.due_at <= work.now and not is_rung(definition, instance, one)
        )
        climbing = instance.altered(timers=tuple(o for o in instance.timers if o not in held))
    outcome = catch_up(definition, climbing, facts=facts, now=work.now, calendar=work.calendar)
    if not held:
        return outcome
    if not outcome.fired:
        work.definition_for(instance)
    after = outcome.instance.altered(timers=(*outcome.instance.timers, *held))
    return replace(outcome, before=instance, instance=after)


# ------------------------------------------------------------------ what can be done
def withheld(work: Work, instance: ProcessInstance, shown: View) -> View:
    """Return *shown* with nothing that can be done, and why, where nothing may move the instance as it is."""
    try:
        work.definition_for(instance)
    except DefinitionMoved as exc:
        why = views.reason(Refusal(why=str(exc), who="qa_admin", guard=SAME_RULES))
        options = [*shown["can"], *shown["cannot"]]
        refused = [
            {"trigger": one["trigger"], "to": one["to"], "reasons": [why]} for one in options
        ]
        return {**shown, "can": [], "cannot": refused}
    return shown


# ------------------------------------------------------------------ how many there are
@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Open instances that run by a content which this program does not have; `has` is None where it lacks the process."""

    process: str
    version: int
    sha256: str
    count: int
    has: tuple[int, str] | None

    @property
    def command(self) -> str | None:
        """Return what brings them over; None where there is nothing to bring them to."""
        if self.has is None:
            return None
        return (
            f"qa-workflow process migrate {self.process} --from {self.version} --to {self.has[0]}"
        )

    @property
    def sentence(self) -> str:
        """Return it as an operator reads it."""
        runs = "1 open instance runs" if self.count == 1 else f"{self.count} open instances run"
        mine = _pin(self.version, self.sha256)
        if self.has is None:
            return f"{runs} by {mine} of {self.process}, and this program has no such process."
        return f"{runs} by {mine} of {self.process}, and this program has {_pin(*self.has)}: {self.command} --dry-run"

    def plain(self) -> View:
        """Return it as JSON has it."""
        return {
            "process": self.process,
            "version": self.version,
            "hash": self.sha256,
            "count": self.count,
            "has": None if self.has is None else {"version": self.has[0], "hash": self.has[1]},
            "command": self.command,
            "sentence": self.sentence,
        }


def _pin(version: int, sha256: str) -> str:
    return f"version {version} ({sha256[:8]})" if sha256 else f"version {version}"


def is_elsewhere(ctx: Context, used: Used) -> bool:
    """Tell whether what runs by *used* runs by other rules than this program has, or stands where none are."""
    definition = ctx.processes.get(used.process)
    if definition is None:
        return True
    pin = ctx.pin(used.process)
    if used.version != pin.version or used.sha256 not in ("", pin.sha256):
        return True
    return used.state not in set(definition.states)


def drifts(ctx: Context, connection: Connection) -> list[Drift]:
    """Return for each content that open instances run by, and that this program does not have, how many do."""
    found = Counter(
        (one.process, one.version, one.sha256)
        for one in pins.in_use(connection)
        if is_elsewhere(ctx, one)
    )
    told = []
    for process, version, sha256 in sorted(found):
        has = None
        if process in ctx.processes:
            pin = ctx.pin(process)
            has = (pin.version, pin.sha256)
        told.append(
            Drift(
                process=process, version=version, sha256=sha256, has=has,
                count=pins.count_under(connection, process, version, sha256),
            )
        )  # fmt: skip
    return told


def find_drifts(ctx: Context) -> list[Drift]:
    """Return what `drifts` does, in a transaction of its own."""
    with ctx.database.reading() as connection:
        return drifts(ctx, connection)

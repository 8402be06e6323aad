"""One transaction's work: load, gather, decide, save, and what follows for others, all of it or nothing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property

from qa_workflow.delivery.messages import render
from qa_workflow.engine.advance import Fire, advance, evidence_of, start
from qa_workflow.engine.definition import Facts, ProcessDefinition
from qa_workflow.engine.instance import (
    Link,
    Notice,
    Outcome,
    ProcessInstance,
    Signal,
    Spawn,
    is_reference,
)
from qa_workflow.engine.overlay import WAITS_CHANGED, review_waits
from qa_workflow.engine.people import Person, Roster
from qa_workflow.engine.pressing import placed
from qa_workflow.engine.visits import follow_owner
from qa_workflow.engine.working_days import WorkingCalendar, london_date
from qa_workflow.errors import (
    DefinitionFaulty,
    DefinitionMoved,
    NotPermitted,
    TransitionRefused,
    UnknownTrigger,
)
from qa_workflow.service.context import Context
from qa_workflow.service.facts import bare_facts, gather
from qa_workflow.service.pinned import is_same_move
from qa_workflow.store import cases, histories, instances, numbers, reports
from qa_workflow.store.chain import canonical
from qa_workflow.store.database import Connection
from qa_workflow.store.instances import Change, Message

MAX_DEPTH = (
    6  # what follows from what follows ...: a deeper chain is a definition that runs in circles
)

# Sent to and fro: the same move made more often than that within so many days (engine notes 4.8, S9).
MAX_SAME_MOVES = 2
LOOP_WINDOW = timedelta(days=60)


class Work:
    """What one transaction knows and does. Made inside `database.transaction()`, dropped with it."""

    def __init__(self, ctx: Context, connection: Connection, now: datetime) -> None:
        self.ctx = ctx
        self.connection = connection
        self.now = now
        self.created = 0

    @cached_property
    def today(self) -> date:
        return london_date(self.now)

    @cached_property
    def roster(self) -> Roster:
        return self.ctx.roster(self.connection)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        return self.ctx.calendar(self.connection)

    def definition(self, process: str) -> ProcessDefinition:
        """Return the definition of that name; DefinitionFaulty when this program no longer has it."""
        found = self.ctx.processes.get(process)
        if found is None:
            raise DefinitionFaulty(process, ["this program has no such process"])
        return found

    def has_moved(self, instance: ProcessInstance) -> bool:
        """Tell whether this program has other rules than *instance* was started under: another version, or no such state.

        A content that differs within one version goes on working: only `stuck` tells of it.
        """
        definition = self.definition(instance.process)
        if instance.definition_version != definition.version:
            return True
        return instance.state not in set(definition.states) and not definition.ends(instance.state)

    def definition_for(self, instance: ProcessInstance) -> ProcessDefinition:
        """Return the definition by which *instance* may be moved.

        Raises:
            DefinitionFaulty: this program no longer has the process.
            DefinitionMoved: it has other rules than those that the instance was started under.
        """
        if self.has_moved(instance):
            pin = self.ctx.pin(instance.process)
            raise DefinitionMoved(
                instance.reference,
                instance.process,
                state=instance.state,
                runs_by=(instance.definition_version, instance.definition_hash),
                program_has=(pin.version, pin.sha256),
            )
        return self.definition(instance.process)

    def facts(self, some: Sequence[ProcessInstance]) -> dict[int, Facts]:
        return gather(self.ctx, self.connection, some, roster=self.roster, now=self.now)

    def bare(self, instance: ProcessInstance) -> Facts:
        return bare_facts(self.roster, instance, self.now)

    # -------------------------------------------------------------- save, and what follows
    def apply(self, outcomes: Sequence[Outcome]) -> dict[int, ProcessInstance]:
        """Save the outcomes, then start what they spawn and try what they signal, in waves.

        Return every touched instance as it stands at the end. The caller's transaction keeps all of it.
        """
        standing: dict[int, ProcessInstance] = {}
        waves = 0
        while outcomes:
            waves += 1
            if waves > MAX_DEPTH:
                raise RuntimeError(f"more than {MAX_DEPTH} waves follow from one event")
            looping = self._looping(outcomes)
            changes = [self._change(outcome, looping) for outcome in outcomes]
            saved = instances.save(self.connection, changes, now=self.now)
            standing |= {one.id: one for one in saved}
            outcomes = [*self._started(outcomes, standing), *self._signalled(outcomes, standing)]
        return standing

    def _looping(self, outcomes: Sequence[Outcome]) -> set[int]:
        """Return which instances go to and fro: here they make a move that they made too often already."""
        # Somebody who has entered fewer states than that cannot have made one move so often.
        moved = {
            one.instance.id: (one.before.state, one.instance.state)
            for one in outcomes
            if one.before is not None
            and one.instance.epoch > 2 * MAX_SAME_MOVES + 1
            and one.before.state != one.instance.state
        }
        if not moved:
            return set()
        since = self.now - LOOP_WINDOW
        counted = histories.count_moves(self.connection, sorted(moved), since)
        return {
            one for one, move in moved.items() if counted.get((one, *move), 0) >= MAX_SAME_MOVES
        }

    def _change(self, outcome: Outcome, looping: Collection[int]) -> Change:
        after = outcome.instance
        definition = self.ctx.processes.get(after.process)
        if definition is not None:
            after = placed(definition, after)
        if after.id in looping:
            after = after.altered(looping_at=self.now)
        return Change(
            before=outcome.before,
            after=after,
            history=outcome.history,
            fired=outcome.fired,
            messages=self._messages(after, outcome.notices) if outcome.notices else (),
            links=outcome.links,
            voices=outcome.voices,
        )

    def _messages(
        self, instance: ProcessInstance, notices: Iterable[Notice]
    ) -> tuple[Message, ...]:
        """Merge what one pass tells one person about one instance into one message."""
        told: dict[str, list[Notice]] = {}
        for notice in notices:
            told.setdefault(notice.to, []).append(notice)
        channel = self.ctx.default_channel
        messages = []
        rendered: dict[str, tuple[str, str]] = {}  # several people are mostly told the same
        for to, some in told.items():
            keys = "+".join(dict.fromkeys(notice.key for notice in some))
            if keys not in rendered:
                rendered[keys] = render(instance, some, self.ctx.framework.role_titles)
            subject, body = rendered[keys]
            messages.append(
                Message(
                    key=f"{instance.reference}|{keys}|{to}|{channel}",
                    to=to,
                    channel=channel,
                    subject=subject,
                    body=body,
                )
            )
        return tuple(messages)

    # -------------------------------------------------------------- spawned instances
    def _started(
        self, outcomes: Sequence[Outcome], standing: dict[int, ProcessInstance]
    ) -> list[Outcome]:
        wanted = [(standing[one.instance.id], spawn) for one in outcomes for spawn in one.spawned]
        return self.started(
            [spawn for _, spawn in wanted], parents=[parent for parent, _ in wanted]
        )

    def started(
        self,
        spawns: Sequence[Spawn],
        *,
        parents: Sequence[ProcessInstance] = (),
        at: datetime | None = None,
        actor: Person | str | None = None,
    ) -> list[Outcome]:
        """Return the Outcomes of starting *spawns*; what already stands under its key is left as it is."""
        if not spawns:
            return []
        named = [self._named(spawn) for spawn in spawns]
        taken = reports.find_by_reference(self.connection, [spawn.reference for spawn in named])
        known = cases.case_facts(self.connection, {one.case_id for one in named if one.case_id})
        first = numbers.take(self.connection, "instance", len(named))
        fresh: dict[str, tuple[ProcessInstance, tuple[Link, ...]]] = {}
        for number, spawn in enumerate(named):
            if spawn.reference in taken or spawn.reference in fresh:
                continue
            parent = parents[number] if parents else None
            case = known.get(spawn.case_id or "")
            fresh[spawn.reference] = (
                self.new(
                    first + number,
                    spawn,
                    parent,
                    at=at or self.now,
                    team=case.team if case else None,
                ),
                _origins(spawn, parent),
            )
        facts = self.facts([one for one, _ in fresh.values()])
        self.created += len(fresh)
        begun = [
            start(
                self.definition(one.process),
                one,
                facts=facts[one.id],
                now=self.now,
                calendar=self.calendar,
                actor=actor,
            )
            for one, _ in fresh.values()
        ]
        return [
            replace(outcome, links=(*origins, *outcome.links)) if origins else outcome
            for outcome, (_, origins) in zip(begun, fresh.values(), strict=True)
        ]

    def _named(self, spawn: Spawn) -> Spawn:
        if not spawn.numbered:
            return spawn
        number = numbers.take(self.connection, spawn.reference)
        width = "04" if spawn.reference.endswith("-") else ""
        return replace(spawn, reference=f"{spawn.reference}{number:{width}}", numbered=False)

    def new(
        self,
        number: int,
        spawn: Spawn,
        parent: ProcessInstance | None = None,
        *,
        at: datetime,
        team: str | None = None,
    ) -> ProcessInstance:
        """Return the instance that *spawn* asks for, as it is before its start: nothing is saved."""
        definition = self.definition(spawn.process)
        return ProcessInstance(
            id=number,
            reference=spawn.reference,
            process=spawn.process,
            definition_version=definition.version,
            definition_hash=self.ctx.pin(spawn.process).sha256,
            subject=spawn.subject,
            title=spawn.title or f"{definition.title} {spawn.subject}",
            case_id=spawn.case_id,
            team=spawn.team or team,
            state=str(definition.initial),
            opened_at=at,
            entered_at=at,
            entered_on=london_date(at),
            due_on=spawn.due_on,
            owner=spawn.owner,
            parent_id=parent.id if parent is not None and spawn.is_child else None,
            data=spawn.data,
        )

    # -------------------------------------------------------------- owners
    def refresh_owners(self, case_ids: Sequence[str]) -> None:
        """Give what waits for a case's practitioner to the practitioner of today."""
        ids = reports.ids_of_cases(self.connection, case_ids) if case_ids else []
        loaded = instances.load_many(self.connection, ids)
        facts = self.facts(list(loaded.values()))
        outcomes = [
            outcome
            for one in loaded.values()
            if one.process in self.ctx.processes
            and (
                outcome := follow_owner(
                    self.definition(one.process), one, facts[one.id], now=self.now
                )
            )
            is not None
        ]
        self.apply(outcomes)

    # -------------------------------------------------------------- signals
    def _signalled(
        self, outcomes: Sequence[Outcome], standing: dict[int, ProcessInstance]
    ) -> list[Outcome]:
        """Return the Outcomes of the signals; one that is not allowed where it arrives changes nothing."""
        by_reference: dict[str, dict[str, Signal]] = {}
        by_id: dict[int, dict[str, Signal]] = {}
        for outcome in outcomes:
            for signal in outcome.signals:
                # The same told twice is told once; the same trigger with other data is another thing.
                said = f"{signal.trigger}|{canonical(signal.data)}"
                if signal.to != "parent":
                    by_reference.setdefault(signal.to, {})[said] = signal
                elif (parent := standing[outcome.instance.id].parent_id) is not None:
                    by_id.setdefault(parent, {})[said] = signal
        for reference, number in reports.find_by_reference(
            self.connection, list(by_reference)
        ).items():
            by_id.setdefault(number, {}).update(by_reference[reference])
        targets = instances.load_many(self.connection, sorted(by_id))
        facts = self.facts(list(targets.values()))
        found = []
        for number, target in targets.items():
            outcome = self._answered(target, facts[number], by_id[number].values())
            if outcome.history:
                found.append(outcome)
        return found

    def _answered(
        self, target: ProcessInstance, facts: Facts, signals: Iterable[Signal]
    ) -> Outcome:
        definition = self.definition(target.process)
        whole = Outcome(before=target, instance=target)
        for signal in signals:
            step: Outcome | None
            if signal.trigger == WAITS_CHANGED:
                step = review_waits(
                    definition, whole.instance, facts.children, now=self.now, calendar=self.calendar
                )
            else:
                step = self._tried(definition, whole.instance, facts, signal)
            if step is not None:
                whole = whole.followed_by(step)
        return whole

    def _tried(
        self, definition: ProcessDefinition, target: ProcessInstance, facts: Facts, signal: Signal
    ) -> Outcome | None:
        if not target.is_open:
            return None
        if self.has_moved(target) and not is_same_move(
            self.connection, self.ctx.pin(target.process), target, signal.trigger
        ):
            # What is told to it would be lost: whoever tells waits until it has been brought over.
            self.definition_for(target)
        try:
            asks = evidence_of(definition, signal.trigger)
            return advance(
                definition,
                target,
                Fire(
                    trigger=signal.trigger,
                    reason=signal.reason,
                    evidence=asks.model_validate(signal.data),
                ),
                facts=facts,
                now=self.now,
                calendar=self.calendar,
            )
        except (TransitionRefused, NotPermitted, UnknownTrigger):
            return None


def _origins(spawn: Spawn, spawner: ProcessInstance | None) -> tuple[Link, ...]:
    """Return what a new instance came from: what spawned it, and what its data names as `source`.

    The one place where this is written, so that no process can forget it.
    """
    named = spawn.data.get("source") or ()
    sources = [named] if isinstance(named, str) else list(named)
    # A source may also be said in words ("a phone call"): that is no link.
    made = [Link("came_from", one) for one in sources if is_reference(str(one))]
    if spawner is not None:
        made = [one for one in made if one.to != spawner.reference]
        made.append(Link(spawn.link, spawner.reference))
    return tuple(dict.fromkeys(made))

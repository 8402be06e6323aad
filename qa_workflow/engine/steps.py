"""One step that a process allows, as the guards judge it today: who may, what is missing, from when. Changes nothing."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any, TypeVar

from qa_workflow.engine.deadlines import when
from qa_workflow.engine.definition import Asks, Facts, Guard, ProcessDefinition, Transition
from qa_workflow.engine.instance import EXPIRY, ProcessInstance
from qa_workflow.engine.people import SYSTEM
from qa_workflow.engine.permits import NOT_CHOSEN, who_may
from qa_workflow.engine.roads import Cost, gives_up, required, roads_of
from qa_workflow.engine.working_days import WorkingCalendar, london_date
from qa_workflow.errors import BeyondCalendar, Refusal

T = TypeVar("T")

GIVES_UP = "gives up"
NOBODY_CAN = "nobody can"


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """One step that a process allows: on the shortest way to an end, or out of the present state.

    `needs` is what is missing: the guards' refusals in their words, then the titles of the fields
    that a guard demands (`demanded`, by name). `from_on`: the first day on which it could be done,
    where a guard knows one. `by_itself_on`: the day on which the system makes it if nobody does.
    `asked_later`: guards that cannot answer without a person or what is sent. `is_held` is false
    where nobody active could make it. `last_resort` says why the step is advised only for want of a
    better one: it gives up or decides against somebody (`gives up`), or as things stand nobody can
    make it (`nobody can`).
    """

    trigger: str
    source: str
    to: str
    roles: tuple[str, ...]
    who: tuple[str, ...]
    asks: type[Asks]
    needs: tuple[str, ...]
    demanded: tuple[str, ...] = ()
    is_held: bool = True
    refusals: tuple[Refusal, ...] = ()
    asked_later: tuple[str, ...] = ()
    from_on: date | None = None
    by_itself_on: date | None = None
    last_resort: str | None = None


# ------------------------------------------------------------------ one step
@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A move out of one state, as the guards judge it today."""

    move: Transition
    source: str
    refusals: tuple[Refusal, ...]
    demanded: tuple[str, ...]
    asked_later: tuple[str, ...]
    is_held: bool

    @property
    def to(self) -> str:
        return self.source if self.move.dest is None else str(self.move.dest)

    @property
    def titles(self) -> tuple[str, ...]:
        fields = self.move.asks.model_fields
        return tuple(fields[name].title or name for name in self.demanded)

    @property
    def gives_up(self) -> bool:
        return gives_up(self.move)

    @property
    def nobody_can(self) -> bool:
        return not self.is_held or any(not one.who and not one.from_on for one in self.refusals)

    @property
    def cost(self) -> Cost:
        return Cost(
            gives_up=int(self.gives_up),
            nobody_can=int(self.nobody_can),
            refused=int(any(one.from_on is None for one in self.refusals)),
            steps=1,
            missing=len(self.refusals) + len(self.demanded),
        )

    @property
    def last_resort(self) -> str | None:
        if self.gives_up:
            return GIVES_UP
        return NOBODY_CAN if self.nobody_can else None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a guard says to an empty form: nothing, a refusal, the fields it would have read; or it cannot say."""

    refusal: Refusal | None = None
    demanded: tuple[str, ...] = ()
    is_known: bool = True


class Judge:
    """Asks the guards of one instance, each once for each state, and keeps what they said."""

    def __init__(
        self, definition: ProcessDefinition, instance: ProcessInstance, facts: Facts
    ) -> None:
        self.definition = definition
        self.instance = instance
        self.facts = facts
        self._facts: dict[str, Facts] = {}
        self._steps: dict[tuple[int, str], Judged] = {}
        self._answers: dict[tuple[Guard, type[Asks]], dict[str, _Answer]] = {}

    def offered(self, state: str) -> Iterator[Judged]:
        """Yield every move of *state*, those that stay in it too, as the definition names them."""
        for number in roads_of(self.definition).offered.get(state, ()):
            yield self.step(number, state)

    def step(self, number: int, state: str) -> Judged:
        """Return the move of that place, judged as if the instance stood in *state* today."""
        known = self._steps.get((number, state))
        if known is None:
            known = self._steps[number, state] = self._judged(
                self.definition.transitions[number], state
            )
        return known

    def told(self, path: tuple[int, ...], calendar: WorkingCalendar | None) -> tuple[WayOut, ...]:
        """Return the steps of *path* as they are told."""
        state, found = self.instance.state, []
        for number in path:
            step = self.step(number, state)
            found.append(self.told_step(step, calendar))
            state = step.to
        return tuple(found)

    def told_step(self, step: Judged, calendar: WorkingCalendar | None) -> WayOut:
        """Return one step as it is told."""
        move, facts = step.move, self._facts_in(step.source)
        days = [one.from_on for one in step.refusals if one.from_on is not None]
        who = _safely(
            lambda: who_may(self.definition, facts.instance, (move,), facts), otherwise=move.roles
        )
        return WayOut(
            trigger=move.trigger,
            source=step.source,
            to=step.to,
            roles=move.roles,
            who=who,
            asks=move.asks,
            needs=tuple(dict.fromkeys((*(one.why for one in step.refusals), *step.titles))),
            demanded=step.demanded,
            is_held=step.is_held,
            refusals=step.refusals,
            asked_later=step.asked_later,
            from_on=max(days, default=None),
            by_itself_on=self._by_itself_on(step, calendar),
            last_resort=step.last_resort,
        )

    def _judged(self, move: Transition, state: str) -> Judged:
        facts = self._facts_in(state)
        answers = [(one.name, self._answer(one, move.asks, facts)) for one in move.guards]
        refusals = [one.refusal for _, one in answers if one.refusal is not None]
        elsewhere = self._leads_elsewhere(move, facts)
        if elsewhere is not None:
            refusals.append(elsewhere)
        demanded = [*required(move.asks)]
        demanded += [name for _, one in answers for name in one.demanded]
        return Judged(
            move=move,
            source=state,
            refusals=tuple(refusals),
            demanded=tuple(dict.fromkeys(demanded)),
            asked_later=tuple(name for name, one in answers if not one.is_known),
            is_held=any(self._is_there(role, facts) for role in move.roles),
        )

    def _facts_in(self, state: str) -> Facts:
        """Return the facts as nobody in particular sees them, with the instance in *state*."""
        known = self._facts.get(state)
        if known is None:
            instance = self.instance
            if state != instance.state:
                instance = instance.altered(state=state)
            known = replace(self.facts, instance=instance, actor=None, on_behalf_of=None)
            self._facts[state] = known
        return known

    def _answer(self, guard: Guard, asks: type[Asks], facts: Facts) -> _Answer:
        """Return what *guard* says today, asked only once about each state and form."""
        kept = self._answers.setdefault((guard, asks), {})
        state = facts.instance.state
        if state not in kept:
            kept[state] = _asked(guard, asks, facts)
        return kept[state]

    def _leads_elsewhere(self, move: Transition, facts: Facts) -> Refusal | None:
        """Return why this way of the trigger is not chosen today whatever is sent; None where it may be.

        Where a person's trigger stays in the state instead, it has to be pulled once more: they can.
        """
        if move.chosen is None:
            return None
        form = _EmptyForm(move.asks)
        chosen = move.chosen
        is_chosen = _safely(lambda: chosen(facts, form), otherwise=True)
        if is_chosen or form.read:
            return None
        state, name = facts.instance.state, move.trigger.replace("_", " ")
        stays = any(
            one.trigger == move.trigger and one.dest is None
            for one in self.definition.leaving(state)
        )
        where = str(move.dest or state).replace("_", " ")
        if move.is_system or move.dest is None or not stays:
            return Refusal(
                why=f"As things stand, {name} does not lead to {where}.", guard=NOT_CHOSEN
            )
        why = f"It takes more than one: the next {name} does not lead to {where} yet."
        return Refusal(why=why, who=" or ".join(move.roles), guard=NOT_CHOSEN)

    def _is_there(self, role: str, facts: Facts) -> bool:
        """Tell whether somebody could make a move of *role*. Whom a relation will mean later, is not known yet."""
        if role == SYSTEM:
            return True
        relation = self.definition.relations.get(role)
        if relation is None:
            return bool(facts.roster.holders(role, facts.today))
        if facts.instance.state != self.instance.state:
            return True
        nobody: tuple[str, ...] = ()
        meant = _safely(lambda: relation(facts.instance, facts), otherwise=nobody)
        return any(facts.roster.active(one, facts.today) for one in meant)

    def _by_itself_on(self, step: Judged, calendar: WorkingCalendar | None) -> date | None:
        """Return the day on which a deadline of its state makes the step, where that is known."""
        ending = [
            one
            for one in self.definition.deadlines_of(step.source)
            if one.on_expiry == step.move.trigger
        ]
        if not ending:
            return None
        if step.source == self.instance.state:  # there the timer is armed
            names = {one.name for one in ending}
            timers = [
                one for one in self.instance.timers if one.deadline in names and one.level == EXPIRY
            ]
            return min((london_date(one.due_at) for one in timers), default=None)
        if calendar is None:
            return None
        days = []
        for deadline in ending:
            with suppress(BeyondCalendar):
                falls = when(deadline, self.instance, calendar, entered_on=None)
                if falls is not None:
                    days.append(falls.due_on + timedelta(days=0 if deadline.at_start else 1))
        return max(self.facts.today, min(days)) if days else None


# ------------------------------------------------------------------ asking without a person or a form
@cache
def _blank(asks: type[Asks]) -> Asks:
    """Return the empty form: made once, as nothing can be written into it."""
    return asks.model_construct()


class _EmptyForm:
    """The empty form of a trigger: remembers which of its fields a guard wanted to read."""

    def __init__(self, asks: type[Asks]) -> None:
        self._form = _blank(asks)
        self.read: dict[str, None] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the field of any form
        self.read[name] = None
        return getattr(self._form, name)


def _asked(guard: Guard, asks: type[Asks], facts: Facts) -> _Answer:
    """Return what *guard* says without a person and with an empty form.

    Its refusal counts where it reads neither. What reads the form tells by its refusal which fields
    it demands. What needs the person has nothing to say yet; nor has one whose data are not there.
    """
    form = _EmptyForm(asks)
    try:
        refusal = guard(facts, form)
    except Exception:  # noqa: BLE001 - a guard may count on what an earlier step brings: it is asked then
        return _Answer(is_known=False)
    if refusal is None:
        return _Answer(is_known=not guard.reads & {"actor", "evidence"})
    fields = tuple(name for name in form.read if name in asks.model_fields)
    if "actor" in guard.reads:
        return _Answer(demanded=fields, is_known=False)
    if fields:
        return _Answer(demanded=fields, is_known=False)
    # It refuses before it looks at the form, or at no single field of it: then its words say what is missing.
    return _Answer(refusal=refusal)


def _safely(ask: Callable[[], T], *, otherwise: T) -> T:
    """Return the answer; *otherwise* where the data of a later visit are missing."""
    try:
        return ask()
    except Exception:  # noqa: BLE001 - any definition's own function; advice must not fail for it
        return otherwise

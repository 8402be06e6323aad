"""What a change of the rules makes of the deadlines that one instance climbs: kept, re-derived, restarted.

Whatever is decided, a level that has fired never fires again for the same count: what comes next is
looked for above the place that the deadline has reached on its ladder.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from qa_workflow.engine.deadlines import (
    OWN_DATE,
    falls_on,
    next_rung,
    own_date_timer,
    skipped,
    target_basis,
    visit_timer,
)
from qa_workflow.engine.definition import Deadline, Ladder, ProcessDefinition
from qa_workflow.engine.former import Former
from qa_workflow.engine.instance import Json, ProcessInstance, Timer
from qa_workflow.engine.kept_rules import KEPT, kept_terms, renamed, restart_terms, terms_of
from qa_workflow.engine.migration_plan import Plan
from qa_workflow.engine.overlay import PENDING, VISIT, without
from qa_workflow.engine.rule_text import read_rule
from qa_workflow.engine.rungs import alike, first_unclimbed, fits, same_date
from qa_workflow.engine.visits import armed
from qa_workflow.engine.working_days import WorkingCalendar, london_date

NEW, GONE = "new", "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What became of one deadline: how, and its day before and after (None where that is not known).

    `next_from` and `next_to` are the rung (or expiry) that waited to fire, and the one that waits now.
    """

    deadline: str
    was: str | None
    how: str
    from_on: date | None
    to_on: date | None
    next_from: Timer | None = None
    next_to: Timer | None = None

    @property
    def is_changed(self) -> bool:
        """Tell whether its day or its next rung is another one now."""
        rungs = [
            None if one is None else (one.level, one.due_at)
            for one in (self.next_from, self.next_to)
        ]
        return self.from_on != self.to_on or rungs[0] != rungs[1]

    def plain(self) -> Json:
        """Return it as JSON has it."""
        return {
            "deadline": self.deadline,
            "was": self.was,
            "policy": self.how,
            "from": None if self.from_on is None else self.from_on.isoformat(),
            "to": None if self.to_on is None else self.to_on.isoformat(),
            "next_from": _rung(self.next_from),
            "next_to": _rung(self.next_to),
        }


def _rung(timer: Timer | None) -> Json | None:
    if timer is None:
        return None
    return {"level": timer.level, "on": london_date(timer.due_at).isoformat()}


@dataclass(slots=True)
class _Fate:
    """What is decided for one deadline of the new definition, on the way to its timer."""

    deadline: Deadline
    was: str | None
    old: Deadline | None
    how: str
    timer: Timer | None
    waits: bool = False  # its time has come already, and its move waits


class Carrier:
    """Carries the deadlines of one open instance over: *before* as it stands, *after* in its new state."""

    def __init__(
        self,
        definition: ProcessDefinition,
        former: Former,
        plan: Plan,
        *,
        now: datetime,
        calendar: WorkingCalendar,
    ) -> None:
        self.definition = definition
        self.former = former
        self.plan = plan
        self.now = now
        self.today = london_date(now)
        self.calendar = calendar

    def carried(
        self, before: ProcessInstance, after: ProcessInstance
    ) -> tuple[ProcessInstance, tuple[Carried, ...]]:
        """Return *after* with the timers that the plan leaves it, and what became of every deadline.

        Raises:
            ValueError: a deadline is to count from today that counts from nothing.
        """
        fates = [self._decided(before, one) for one in self.definition.deadlines_of(after.state)]
        after = self._with_terms(before, after, fates)
        fixed = self._fixed(before, after)
        timers = [one for fate in fates if (one := self._timer(before, after, fate)) is not None]
        after = self._fresh_epoch(before, after, fates, [*fixed, *timers])
        after = self._free(before, after, fates)
        begun = {one.deadline.name for one in fates if one.how in (NEW, "restart")}
        done = {one.deadline.name for one in fates if one.timer is None} - begun
        after = armed(
            self.definition, after, at=self.now, calendar=self.calendar, anew=begun, done=done
        )
        return after, self._told(before, after, fates)

    # -------------------------------------------------------------- what becomes of each
    def _names_before(self, before: ProcessInstance) -> tuple[str, ...]:
        if self.former.is_known:
            return self.former.in_state(before.state)
        # Nothing is known of its rules: what the new ones name, it may have had.
        named = (one.deadline for one in before.timers if not one.fixed)
        here = (one.name for one in self.definition.deadlines_of(self.plan.state(before.state)))
        return tuple(dict.fromkeys((*named, *here)))

    def _decided(self, before: ProcessInstance, deadline: Deadline) -> _Fate:
        names = self._names_before(before)
        was = next((one for one in names if self.plan.renamed(one) == deadline.name), None)
        said = self.plan.deadlines.get(deadline.name if was is None else was)
        policy = None if said is None else said.policy
        if was is None:
            how = "restart" if policy == "restart" else NEW
            return _Fate(deadline, None, None, how, None)
        old = self.former.deadlines.get(was)
        if old is not None:
            old = replace(old, name=deadline.name, due=renamed(old.due, self.plan.data))
        timer = next((one for one in before.timers if not one.fixed and one.deadline == was), None)
        how = policy or ("keep" if old is None or alike(old, deadline) else "rederive")
        waits = timer is None and None not in (before.pending, deadline.on_expiry)
        waits = waits and (old is None or old.on_expiry == before.pending)
        return _Fate(deadline, was, old, how, timer, waits)

    def _with_terms(
        self, before: ProcessInstance, after: ProcessInstance, fates: Sequence[_Fate]
    ) -> ProcessInstance:
        """Return *after* with what this visit keeps of the rules before, or counts from today."""
        terms: dict[str, Any] = {}
        for one in fates:
            if one.how == "restart":
                terms[one.deadline.name] = restart_terms(one.deadline, after, self.today)
            elif one.how == "keep" and one.was is not None:
                kept = kept_terms(before).get(one.was)
                if kept is None and one.old is not None and not same_date(one.old, one.deadline):
                    kept = terms_of(one.old)
                elif kept is not None and "due" in kept:
                    kept = {**kept, "due": repr(renamed(read_rule(kept["due"]), self.plan.data))}
                if kept is not None:
                    terms[one.deadline.name] = kept
        data = {key: value for key, value in after.data.items() if key != KEPT}
        return replace(after, data={**data, KEPT: terms} if terms else data)

    # -------------------------------------------------------------- timers
    def _timer(self, before: ProcessInstance, after: ProcessInstance, one: _Fate) -> Timer | None:
        """Return what one deadline waits for now; None where nothing is left, or `armed` begins it."""
        was, one.timer = one.timer, None
        if one.how in (NEW, "restart") or one.deadline.name in skipped(after):
            return None
        deadline = one.deadline
        falls = falls_on(deadline, after, self.calendar)
        expires = deadline.on_expiry is not None
        ladder = self.definition.ladder(after, deadline.name, deadline.ladder)
        if was is not None and one.how == "keep" and fits(was, deadline, ladder):
            one.timer = replace(was, deadline=deadline.name)
        elif falls is None or (falls.by_own_date and not expires and self.definition.due_ladder):
            return None
        elif expires:
            one.timer = self._expiry(before, after, one, was)
        elif ladder is not None:
            place = first_unclimbed(ladder.levels, self._ladder_before(one), was, before.visit_level,
                           is_spent=was is None and self._is_spent(before, one))  # fmt: skip
            one.timer = next_rung(
                deadline.name, replace(ladder, levels=ladder.levels[place:]), falls.due_on,
                self.calendar, epoch=after.epoch, fixed=False, not_before=self.today,
            )  # fmt: skip
        return one.timer

    def _expiry(
        self, before: ProcessInstance, after: ProcessInstance, one: _Fate, was: Timer | None
    ) -> Timer | None:
        falls = falls_on(one.deadline, after, self.calendar)
        if falls is None or (was is None and not one.waits and self._is_spent(before, one)):
            return None  # it has expired once; what has fired stays fired
        timer = visit_timer(
            self.definition, one.deadline, falls, after, self.calendar,
            after=None, not_before=self.today,
        )  # fmt: skip
        if timer is None:
            return None
        if not one.waits:
            return timer
        # The move still waits, unless its time is yet to come by the new rule: then it expires again,
        # under a new epoch, since it has once.
        one.waits = one.how == "keep" or timer.due_at <= self.now
        return None if one.waits else replace(timer, epoch=after.epoch + 1)

    def _ladder_before(self, one: _Fate) -> Ladder | None:
        return None if one.old is None else one.old.ladder

    def _is_spent(self, before: ProcessInstance, one: _Fate) -> bool:
        """Tell whether a deadline without a timer had nothing more to fire: not one that had no date yet."""
        old = self.former.deadlines.get(one.was or "")
        if old is None:
            return False
        falls = falls_on(old, before, self.calendar)
        watched = falls is not None and falls.by_own_date and self.former.due_ladder is not None
        return falls is not None and not (watched and old.on_expiry is None)

    def _fixed(self, before: ProcessInstance, after: ProcessInstance) -> list[Timer]:
        """Return the timer of the own date: its rung where the ladder still has it, else the next one."""
        was = next((one for one in before.timers if one.fixed), None)
        ladder = self.definition.ladder(after, OWN_DATE, self.definition.due_ladder)
        if ladder is None or after.due_on is None or after.met_at is not None:
            return []
        names = [one.name for one in ladder.levels]
        old = self.former.due_ladder
        moved = after.due_on != before.due_on or self.definition.due_ladder != old
        said = self.plan.deadlines.get(OWN_DATE)
        kept = not self.former.is_known or (said is not None and said.policy == "keep")
        if was is not None and was.level in names and (kept or not moved):
            return [was]
        if was is None and (old is None or before.met_at is not None):
            timer = own_date_timer(self.definition, after, self.calendar, not_before=self.today)
            return [] if timer is None else [timer]
        place = first_unclimbed(ladder.levels, old, was, before.due_level, is_spent=was is None)
        timer = next_rung(
            OWN_DATE, replace(ladder, levels=ladder.levels[place:]), after.due_on, self.calendar,
            epoch=after.due_epoch, fixed=True, not_before=self.today, target=target_basis(after),
        )  # fmt: skip
        return [] if timer is None else [timer]

    # -------------------------------------------------------------- the visit
    def _fresh_epoch(
        self,
        before: ProcessInstance,
        after: ProcessInstance,
        fates: Sequence[_Fate],
        timers: Sequence[Timer],
    ) -> ProcessInstance:
        """Return *after* with *timers*, under a new epoch where a deadline begins anew, is renamed or goes.

        A level that fired under the old epoch then cannot stand in the way of one that is to fire, now
        or when a deadline of that name comes back.
        """
        same = {one.was for one in fates if one.how != "restart" and one.was == one.deadline.name}
        again = any(not one.fixed and one.epoch != after.epoch for one in timers)
        if set(self._names_before(before)) <= same and not again:
            return replace(after, timers=tuple(timers))
        epoch = after.epoch + 1
        moved = tuple(one if one.fixed else replace(one, epoch=epoch, id=None) for one in timers)
        return replace(after, epoch=epoch, timers=moved)

    def _free(
        self, before: ProcessInstance, after: ProcessInstance, fates: Sequence[_Fate]
    ) -> ProcessInstance:
        """Return *after* without the blocks and the level of what presses no more, and of what begins anew."""
        names = {one.was: one.deadline.name for one in fates if one.was and one.how != "restart"}
        over = set(self._names_before(before)) - set(names)
        blocks = [
            one if names.get(one.cause or "", one.cause) == one.cause
            else replace(one, cause=names[one.cause or ""], id=None)
            for one in without(after, over).blocks
        ]  # fmt: skip
        presses = any(
            one.was is not None and one.how != "restart" and one.deadline.ladder is not None
            for one in fates
        )
        if not presses and self.former.is_known:
            blocks = [one for one in blocks if (one.reason, one.cause) != ("overdue_l2", VISIT)]
            after = replace(after, visit_level=None)
        after = replace(after, blocks=tuple(blocks))
        waited = {
            one.deadline.on_expiry
            for one in fates
            if one.deadline.on_expiry is not None
            and (one.how == "restart" or (one.timer and not one.waits))
        }
        if after.pending is not None and after.pending in waited:
            after = without(replace(after, pending=None), (PENDING,))
        return after

    # -------------------------------------------------------------- what is told
    def _told(
        self, before: ProcessInstance, after: ProcessInstance, fates: Sequence[_Fate]
    ) -> tuple[Carried, ...]:
        found = [
            Carried(
                deadline=one.deadline.name,
                was=one.was,
                how=one.how,
                from_on=self._day(self.former.deadlines.get(one.was or ""), before),
                to_on=self._day(one.deadline, after),
                next_from=_waiting(before, one.was),
                next_to=_waiting(after, one.deadline.name),
            )
            for one in fates
        ]
        goes_on = {one.was for one in fates}
        found += [
            Carried(
                deadline=name, was=name, how=GONE, to_on=None,
                from_on=self._day(self.former.deadlines.get(name), before),
                next_from=_waiting(before, name),
            )
            for name in self._names_before(before)
            if name not in goes_on and (self.former.is_known or _waiting(before, name))
        ]  # fmt: skip
        said = self.plan.deadlines.get(OWN_DATE)
        own = Carried(
            deadline=OWN_DATE,
            was=OWN_DATE,
            how="keep" if said is None or said.policy is None else said.policy,
            from_on=before.due_on,
            to_on=after.due_on,
            next_from=_waiting(before, OWN_DATE, fixed=True),
            next_to=_waiting(after, OWN_DATE, fixed=True),
        )
        return (*([own] if before.due_on or after.due_on else []), *found)

    def _day(self, deadline: Deadline | None, instance: ProcessInstance) -> date | None:
        if deadline is None:
            return None
        falls = falls_on(deadline, instance, self.calendar)
        return None if falls is None else falls.due_on


def _waiting(instance: ProcessInstance, name: str | None, *, fixed: bool = False) -> Timer | None:
    return next(
        (one for one in instance.timers if one.deadline == name and one.fixed == fixed), None
    )

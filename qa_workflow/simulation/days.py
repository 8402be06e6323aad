"""The days of the simulated year: lists come in, the daemon passes, officers act as it is their turn."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.machine import NOT_OFFERED
from qa_workflow.engine.people import Delegation, Roster
from qa_workflow.engine.working_days import LONDON, WorkingCalendar
from qa_workflow.errors import InstanceMoved, NotPermitted, TransitionRefused, WrongInput
from qa_workflow.service.changes import Pull, fire_trigger
from qa_workflow.service.context import Context
from qa_workflow.service.overlays import reassign
from qa_workflow.service.passes import one_pass
from qa_workflow.service.people_changes import deactivate, delegate
from qa_workflow.service.scenes import OpenInstances
from qa_workflow.service.starting import start_process
from qa_workflow.simulation.lists import BY, Lists
from qa_workflow.simulation.people import STAND_INS, Staff
from qa_workflow.simulation.scene import Morning, Scene, Start
from qa_workflow.simulation.scripts import Parts
from qa_workflow.simulation.turns import Turns

LISTS_AT, PASS_AT, OFFICE_AT = time(7), time(8), time(9)
BETWEEN_ACTS = timedelta(seconds=20)
REASSIGN = "reassign"


@dataclass(slots=True)
class Tally:
    """What was done, what was refused by which guard, and what no officer should have tried."""

    days: int = 0
    acts: Counter[tuple[str, str]] = field(default_factory=Counter)  # process, trigger
    refused: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # and guard
    misfits: dict[tuple[str, str], str] = field(default_factory=dict)  # and the first sentence
    overtaken: int = 0


class Days:
    """Lives one day after the other on one database."""

    def __init__(
        self,
        ctx: Context,
        *,
        staff: Staff,
        lists: Lists,
        parts: Parts,
        calendar: WorkingCalendar,
        seed: int,
    ) -> None:
        self.ctx = ctx
        self.staff = staff
        self.lists = lists
        self.parts = parts
        self.calendar = calendar
        self.seed = seed
        self.tally = Tally()
        self.standing = OpenInstances(ctx)
        self.turns = Turns(staff, calendar, seed)
        self._gone: set[str] = set()
        self._dice: dict[str, random.Random] = {}
        # By instance: as it stood when it was looked at, and until when nobody's turn comes.
        self._resting: dict[int, tuple[int, date]] = {}

    # -------------------------------------------------------------- one day
    def live(self, day: date) -> None:
        """Live one day, from the lists of the early morning to the last act of its officers."""
        self.tally.days += 1
        self._take_in(day, at(day, LISTS_AT))
        one_pass(self.ctx, at(day, PASS_AT))
        if self.calendar.is_working_day(day):
            self._work(day)

    def _take_in(self, day: date, now: datetime) -> None:
        """Take in what the early morning brings: the month's list of cases, who left yesterday, who is away."""
        if self.tally.days == 1:
            self.lists.import_all(day, now)
        elif day.day == 1:
            self.lists.live_a_month(day)
            self.lists.import_cases(day, now)
        for who in sorted(self.staff.told_late - self._gone):
            if self.staff.leavers[who] < day:
                deactivate(self.ctx, who, on=day, now=now, actor=BY)
                self._gone.add(who)
        roles = self.lists.roles
        for who, stand_in in STAND_INS.items():
            first, last = self.staff.leave.get(who, (date.max, date.max))
            if first == day:
                lent = Delegation(
                    from_person=who, to_person=stand_in, role=roles[who], from_on=first, until_on=last
                )  # fmt: skip
                delegate(self.ctx, lent, now=now, actor=BY)

    def _work(self, day: date) -> None:
        roster, standing = self.standing.look()
        seen = Morning(
            today=day,
            roster=roster,
            chance=self._chance("starts"),
            away=self.staff.away(day),
            placed=self.lists.placed(),
            states={one.reference: one.state for one in standing},
            choices=self.ctx.framework.choices.model_dump(),
        )
        now = at(day, OFFICE_AT)
        for begins in self.parts.starts:
            self._begin(begins(seen), now)
        random.Random(f"{self.seed}:{day}").shuffle(standing)  # noqa: S311 - a story, not a secret
        for one in standing:
            rested = self._resting.get(one.id)
            if rested is not None and rested[0] == one.seq and day < rested[1]:
                continue
            if self._acted(one, seen, now):
                now += BETWEEN_ACTS

    # -------------------------------------------------------------- one instance
    def _acted(self, one: ProcessInstance, seen: Morning, now: datetime) -> bool:
        """Let whoever's turn it is act on *one*; tell whether somebody did, or tried."""
        if one.owner is not None and seen.roster.active(one.owner, seen.today) is None:
            return self._given_away(one, seen, now)
        script = self.parts.scripts.get(one.process, {}).get(one.state)
        if script is None:
            return False
        move = script(self._scene(one, seen))
        if move is None:
            return False
        trigger, who, data = move
        if who in seen.away or not self._is_turn(one, trigger, who, seen.today):
            return False
        pull = Pull(
            reference=one.reference, trigger=trigger, actor=who, data=data, if_version=one.version
        )
        try:
            fire_trigger(self.ctx, pull, now=now)
        except TransitionRefused as exc:
            self.turns.refused(one, trigger, who, seen.today)
            self._keep_refusal(one.process, trigger, exc)
        except InstanceMoved:
            self.tally.overtaken += 1
        except (NotPermitted, WrongInput) as exc:
            self.turns.refused(one, trigger, who, seen.today)
            self.tally.misfits.setdefault((one.process, trigger), f"{one.reference}: {exc}")
        else:
            self.turns.done(one, trigger, who)
            self.tally.acts[one.process, trigger] += 1
        return True

    def _is_turn(self, one: ProcessInstance, trigger: str, who: str, today: date) -> bool:
        day = self.turns.comes_on(one, trigger, who, today)
        if day > today:
            self._resting[one.id] = (one.seq, day)
        return day <= today

    def _given_away(self, one: ProcessInstance, seen: Morning, now: datetime) -> bool:
        """Let the manager of somebody who has left give *one* to a colleague, if they think of it."""
        manager = seen.roster.manager_of(one.owner, seen.today)
        if one.owner is None or one.owner == self.staff.left_alone or manager is None:
            return False
        if self._follows_the_lists(one):
            return False
        to = self._successor(one, one.owner, seen)
        if to is None or manager.person_id in seen.away:
            return False
        if not self._is_turn(one, REASSIGN, manager.person_id, seen.today):
            return False
        try:
            reassign(
                self.ctx, one.reference, to=to, actor=manager.person_id, reason="Has left.", now=now
            )
        except TransitionRefused as exc:
            self.turns.refused(one, REASSIGN, manager.person_id, seen.today)
            self._keep_refusal(one.process, REASSIGN, exc)
        except (NotPermitted, WrongInput) as exc:
            self.turns.refused(one, REASSIGN, manager.person_id, seen.today)
            self.tally.misfits.setdefault((one.process, REASSIGN), f"{one.reference}: {exc}")
        else:
            self.tally.acts[one.process, REASSIGN] += 1
        return True

    def _follows_the_lists(self, one: ProcessInstance) -> bool:
        """Tell whether the lists say whose it is, such as a case's practitioner: nobody gives that away by hand."""
        definition = self.ctx.processes[one.process]
        by_hand = definition.reassignment
        return one.owner_role in definition.relations and (
            by_hand is None or one.state not in by_hand.states
        )

    def _successor(self, one: ProcessInstance, leaver: str, seen: Morning) -> str | None:
        """Return a colleague who does what the leaver did, of the same team if there is one."""
        gone = seen.roster.get(leaver)
        if gone is None:
            return None
        role = one.owner_role
        roles = [role] if role is not None and role in gone.roles else sorted(gone.roles)
        found = [who for role in roles for who in seen.holders(role)]
        team = [who for who in found if _team(seen.roster, who) == gone.team]
        return self._chance(REASSIGN).choice(team or found) if found else None

    def _scene(self, one: ProcessInstance, seen: Morning) -> Scene:
        return Scene(
            reference=one.reference,
            process=one.process,
            state=one.state,
            subject=one.subject,
            case_id=one.case_id,
            owner=one.owner,
            due_on=one.due_on,
            entered_on=one.entered_on,
            data=one.data,
            today=seen.today,
            roster=seen.roster,
            chance=self._chance(one.process),
            away=seen.away,
            placed=seen.placed,
            states=seen.states,
            choices=seen.choices,
        )

    # -------------------------------------------------------------- begun by hand
    def _begin(self, wanted: Iterable[Start], now: datetime) -> None:
        for one in wanted:
            try:
                start_process(
                    self.ctx, one.process, one.subject,
                    now=now, actor=one.by, as_person=one.by, data=dict(one.data),
                )  # fmt: skip
            except TransitionRefused as exc:
                self._keep_refusal(one.process, "start", exc)
            except (NotPermitted, WrongInput) as exc:
                self.tally.misfits.setdefault((one.process, "start"), f"{one.subject}: {exc}")
            else:
                self.tally.acts[one.process, "start"] += 1

    def _keep_refusal(self, process: str, trigger: str, exc: TransitionRefused) -> None:
        if any(reason.guard == NOT_OFFERED for reason in exc.reasons):
            self.tally.misfits.setdefault((process, trigger), str(exc))
            return
        for reason in exc.reasons:
            self.tally.refused[process, trigger, reason.guard] += 1

    def _chance(self, name: str) -> random.Random:
        """Return the dice of one process: what happens in one leaves the others as they were."""
        if name not in self._dice:
            self._dice[name] = random.Random(f"{self.seed}:{name}")  # noqa: S311 - a story, not a secret
        return self._dice[name]


def _team(roster: Roster, who: str) -> str | None:
    person = roster.get(who)
    return None if person is None else person.team


def at(day: date, hour: time) -> datetime:
    """Return the instant (UTC) at which it is *hour* on *day* in London."""
    return datetime.combine(day, hour, LONDON).astimezone(UTC)

"""Who there is: people, their roles and managers, and who worked on a case. Facts, never claims."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

# The closed list a roster may name (domain 3.0). `system` is the daemon and no person.
ROLES = frozenset(
    {
        "ad_people", "senior_manager", "sm_csc", "sm_sqa", "iro", "vsh", "commissioning", "finance",
        "team_manager", "practitioner", "ap_panel_chair", "senco", "auditor", "moderator", "qa_admin",
        "send_caseworker", "send_manager", "send_panel_chair", "ehe_officer", "ey_lead",
        "provider_contact", "director",
    }
)  # fmt: skip
SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the roster, with the roles they hold and the London dates they are active."""

    person_id: str
    name: str
    roles: frozenset[str]
    email: str | None = None
    team: str | None = None
    manager: str | None = None
    active_from: date | None = None
    active_to: date | None = None

    def is_active(self, day: date) -> bool:
        """Tell whether the person works here on *day* (both ends of the dates included)."""
        return (self.active_from is None or self.active_from <= day) and (
            self.active_to is None or day <= self.active_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Somebody acts in a role for somebody who holds it, from day to day (London dates, ends included)."""

    from_person: str
    to_person: str
    role: str
    from_on: date
    until_on: date

    def covers(self, day: date) -> bool:
        return self.from_on <= day <= self.until_on


MOST_HELD = 1024  # answers of one roster that are kept: every guard of every item asks the same few


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody, looked up by id, by role and by manager; with who acts for whom."""

    people: Mapping[str, Person] = field(default_factory=dict)
    delegations: tuple[Delegation, ...] = ()
    _by_role: Mapping[str, tuple[Person, ...]] = field(init=False, repr=False, compare=False)
    _held: dict[tuple[str, date], tuple[Person, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        by_role: dict[str, list[Person]] = {}
        for person in sorted(self.people.values(), key=lambda one: one.person_id):
            for role in person.roles:
                by_role.setdefault(role, []).append(person)
        object.__setattr__(self, "_by_role", {role: tuple(some) for role, some in by_role.items()})

    def filled(self, by: Mapping[str, tuple[str, ...]]) -> "Roster":
        """Return the roster where whoever holds a role of `by[role]` does what *role* does as well.

        A council without, say, a `senior_manager` names in its framework who does that work.
        """
        if not by:
            return self
        people = {
            name: replace(
                person,
                roles=person.roles
                | {role for role, fillers in by.items() if person.roles.intersection(fillers)},
            )
            for name, person in self.people.items()
        }
        return Roster(people, self.delegations)

    def get(self, person_id: str | None) -> Person | None:
        return self.people.get(person_id) if person_id is not None else None

    def active(self, person_id: str | None, day: date) -> Person | None:
        """Return the person if there is one of that id and they are active on *day*."""
        person = self.get(person_id)
        return person if person is not None and person.is_active(day) else None

    def holders(self, role: str, day: date) -> tuple[Person, ...]:
        """Return everybody active on *day* who holds *role* or acts in it for somebody who does, by id."""
        found = self._held.get((role, day))
        if found is None:
            if len(self._held) >= MOST_HELD:
                self._held.clear()
            found = self._held[role, day] = self._holders(role, day)
        return found

    def _holders(self, role: str, day: date) -> tuple[Person, ...]:
        own = tuple(person for person in self._by_role.get(role, ()) if person.is_active(day))
        if not self.delegations:
            return own
        acting = {
            one.to_person
            for one in self.delegations
            if one.role == role and self.stands(one, day) and self.active(one.to_person, day)
        }
        return own + tuple(self.people[one] for one in sorted(acting - set(ids(own))))

    def acts_for(self, person: Person, role: str, day: date) -> str | None:
        """Return for whom *person* acts in *role* on *day* by a recorded delegation; None when for nobody.

        A delegation stands while whoever gave it is active and holds the role themselves: nobody
        passes on what was only lent to them.
        """
        return next(
            (
                one.from_person
                for one in self.delegations
                if one.to_person == person.person_id and one.role == role and self.stands(one, day)
            ),
            None,
        )

    def has_role(self, person: Person, role: str, day: date) -> bool:
        """Tell whether *person* holds *role*, or acts in it for somebody who does on *day*."""
        return role in person.roles or self.acts_for(person, role, day) is not None

    def stands(self, delegation: Delegation, day: date) -> bool:
        """Tell whether *delegation* counts on *day*: it covers the day, and whoever gave it still holds the role."""
        giver = self.active(delegation.from_person, day)
        return giver is not None and delegation.role in giver.roles and delegation.covers(day)

    def managers_above(self, person_id: str | None) -> Iterator[Person]:
        """Yield the person's manager, that one's manager, and so on; a cycle ends it."""
        seen = {person_id}
        person = self.get(person_id)
        while person is not None and person.manager not in seen:
            seen.add(person.manager)
            person = self.get(person.manager)
            if person is not None:
                yield person

    def manager_of(self, person_id: str | None, day: date) -> Person | None:
        """Return the nearest manager above the person who is active on *day*; None where nobody is."""
        return next((one for one in self.managers_above(person_id) if one.is_active(day)), None)

    def left_to(self, person_id: str, day: date) -> tuple[str, ...]:
        """Return those who are not active on *day* and whose nearest active manager is the person, by id.

        Their open work is listed under that manager, who gives it to somebody else.
        """
        return tuple(
            one
            for one, person in sorted(self.people.items())
            if not person.is_active(day)
            and (manager := self.manager_of(one, day)) is not None
            and manager.person_id == person_id
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Involvement:
    """Who practised, supervised or reviewed a case, from when to when (London dates, ends included)."""

    person_id: str
    role: str
    from_on: date
    to_on: date | None = None

    def touches(self, start: date, end: date) -> bool:
        """Tell whether any day of it lies between *start* and *end*, both included."""
        return self.from_on <= end and (self.to_on is None or self.to_on >= start)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """A case as the last import knows it, with everybody who ever worked on it."""

    case_id: str
    plan_type: str = ""
    team: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    practitioner: str | None = None
    supervisor: str | None = None
    iro: str | None = None
    involvements: tuple[Involvement, ...] = ()

    def involved(
        self, person_id: str, start: date, end: date, roles: Collection[str] | None = None
    ) -> Involvement | None:
        """Return the first involvement of the person between *start* and *end*, in one of *roles* if given."""
        return next(
            (
                one
                for one in self.involvements
                if one.person_id == person_id
                and (roles is None or one.role in roles)
                and one.touches(start, end)
            ),
            None,
        )


def ids(people: Iterable[Person]) -> tuple[str, ...]:
    """Return the ids of *people*, in their order."""
    return tuple(person.person_id for person in people)

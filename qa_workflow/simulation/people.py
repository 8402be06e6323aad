"""Who works in the simulated council, how fast each of them is, and when they are on leave, come or go.

Every name is invented. The table says who there is; the seed says who is slow, who forgets, who is away
when, and which of them leave.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum, auto

PRACTITIONER = "practitioner"
DAYS_OF_A_WEEK = 7
LEAVE_WEEKS = (1, 2, 2, 3)  # how long somebody is away: three weeks are the longest
SHARE_ON_LEAVE = 0.8
LEAVE_BEGINS = (40, 300)  # between these days of the year
# Leavers go between these days of the year: an auditor in the midst of the spring round.
LEAVES_BETWEEN = {"auditor": (112, 135), "send_caseworker": (80, 200), PRACTITIONER: (140, 260)}
DAYS_UNTIL_FOLLOWED = 30

# id, name, roles, team, manager
STAFF = (
    ("dana", "Dana Synthetic", "director", "", ""),
    ("ada", "Ada Synthetic", "ad_people", "", "dana"),
    ("senga", "Senga Synthetic", "senior_manager", "", "ada"),
    ("sandy", "Sandy Synthetic", "sm_sqa", "Quality", "ada"),
    ("cass", "Cass Synthetic", "sm_csc", "Care", "ada"),
    ("max", "Max Synthetic", "send_manager", "SEND", "ada"),
    ("elsie", "Elsie Synthetic", "ey_lead", "Education", "ada"),
    ("vera", "Vera Synthetic", "vsh", "Education", "ada"),
    ("connie", "Connie Synthetic", "commissioning", "Commissioning", "ada"),
    ("fin", "Fin Synthetic", "finance", "Finance", "dana"),
    ("iris", "Iris Synthetic", "iro", "Quality", "sandy"),
    ("ivan", "Ivan Synthetic", "iro", "Quality", "sandy"),
    ("quinn", "Quinn Synthetic", "qa_admin", "Quality", "sandy"),
    ("quill", "Quill Synthetic", "qa_admin", "Quality", "sandy"),
    ("alex", "Alex Synthetic", "auditor", "Quality", "sandy"),
    ("billie", "Billie Synthetic", "auditor", "Quality", "sandy"),
    ("charlie", "Charlie Synthetic", "auditor", "Quality", "sandy"),
    ("devon", "Devon Synthetic", "auditor", "Quality", "sandy"),
    ("mo", "Mo Synthetic", "moderator", "Quality", "sandy"),
    ("mira", "Mira Synthetic", "moderator", "Quality", "sandy"),
    ("noa", "Noa Synthetic", "team_manager", "North", "cass"),
    ("sol", "Sol Synthetic", "team_manager", "South", "cass"),
    ("wynn", "Wynn Synthetic", "team_manager", "West", "cass"),
    ("pat", "Pat Synthetic", "practitioner", "North", "noa"),
    ("robin", "Robin Synthetic", "practitioner", "North", "noa"),
    ("ross", "Ross Synthetic", "practitioner", "North", "noa"),
    ("sasha", "Sasha Synthetic", "practitioner", "South", "sol"),
    ("tess", "Tess Synthetic", "practitioner", "South", "sol"),
    ("toni", "Toni Synthetic", "practitioner", "South", "sol"),
    ("wale", "Wale Synthetic", "practitioner", "West", "wynn"),
    ("will", "Will Synthetic", "practitioner", "West", "wynn"),
    ("wren", "Wren Synthetic", "practitioner", "West", "wynn"),
    ("paula", "Paula Synthetic", "ap_panel_chair", "", "ada"),
    ("chris", "Chris Synthetic", "send_panel_chair", "SEND", "ada"),
    ("eddie", "Eddie Synthetic", "senco", "SEND", "max"),
    ("sue", "Sue Synthetic", "senco", "SEND", "max"),
    ("kay", "Kay Synthetic", "send_caseworker", "SEND", "max"),
    ("kim", "Kim Synthetic", "send_caseworker", "SEND", "max"),
    ("kit", "Kit Synthetic", "send_caseworker", "SEND", "max"),
    ("emery", "Emery Synthetic", "ehe_officer", "Education", "elsie"),
    ("frances", "Frances Synthetic", "provider_contact", "", ""),
    ("lou", "Lou Synthetic", "provider_contact", "", ""),
    ("marek", "Marek Synthetic", "provider_contact", "", ""),
    ("nadia", "Nadia Synthetic", "provider_contact", "", ""),
    ("oona", "Oona Synthetic", "provider_contact", "", ""),
    ("priya", "Priya Synthetic", "provider_contact", "", ""),
)
# Who comes when somebody of that role has left.
STARTERS = (
    ("pippa", "Pippa Synthetic", "practitioner"),
    ("ash", "Ash Synthetic", "auditor"),
    ("kai", "Kai Synthetic", "send_caseworker"),
)
# Who stands in for somebody on leave, in the role that only they hold.
STAND_INS = {
    "ada": "senga",
    "sandy": "mo",
    "cass": "noa",
    "max": "chris",
    "chris": "max",
    "elsie": "vera",
    "vera": "elsie",
    "connie": "fin",
    "emery": "elsie",
}


class Pace(StrEnum):
    """How soon somebody does what is theirs to do."""

    PROMPT = auto()
    SLOW = auto()
    FORGETFUL = auto()


_PACES = {
    "practitioner": (6, 3, 1),
    "auditor": (5, 4, 1),
    "provider_contact": (3, 4, 3),
    "team_manager": (7, 3, 0),
    "senco": (6, 3, 1),
    "send_caseworker": (7, 3, 0),
}  # of ten: prompt, slow, forgetful; everybody else is mostly prompt
_MOSTLY_PROMPT = (9, 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Everybody there is in the year, with what the seed made of them (London dates, ends included)."""

    rows: tuple[tuple[str, ...], ...]  # as the roster's file has them
    pace: Mapping[str, Pace]
    leave: Mapping[str, tuple[date, date]]
    leavers: Mapping[str, date] = field(default_factory=dict)  # their last day
    told_late: frozenset[str] = frozenset()  # whose leaving the roster says only on the day itself
    starters: Mapping[str, date] = field(default_factory=dict)  # their first day
    left_alone: str | None = None  # the leaver whose work nobody gives to anybody

    def away(self, day: date) -> frozenset[str]:
        """Return everybody who is on leave on *day*."""
        return frozenset(who for who, (first, last) in self.leave.items() if first <= day <= last)


def staff(year: int, seed: int, roles: Iterable[str] = ()) -> Staff:
    """Return who works here in *year*, as *seed* makes them; for each of *roles* somebody is there."""
    chance = random.Random(f"{seed}:people")  # noqa: S311 - a story, not a secret
    own = sorted(set(roles) - {row[2] for row in STAFF})  # a council's own roles
    rows = [*STAFF, *((one.replace("_", "-"), f"{one} Synthetic", one, "", "ada") for one in own)]
    held = {row[0]: row[2] for row in rows}
    pace = {
        who: chance.choices(list(Pace), _PACES.get(role, _MOSTLY_PROMPT))[0]
        for who, role in held.items()
    }
    # One of each, whatever the dice say: a year without them would prove less.
    pace |= {"toni": Pace.FORGETFUL, "frances": Pace.FORGETFUL, "charlie": Pace.SLOW}
    begun = date(year, 1, 1)
    followed = {
        chance.choice(sorted(who for who, one in held.items() if one == role)): starter
        for starter, _, role in STARTERS
    }
    left_alone = chance.choice(
        sorted(who for who, role in held.items() if role == PRACTITIONER and who not in followed)
    )
    leavers = {
        who: begun + timedelta(days=chance.randint(*LEAVES_BETWEEN[held[who]]))
        for who in (*followed, left_alone)
    }
    starters = {
        starter: leavers[who] + timedelta(days=DAYS_UNTIL_FOLLOWED)
        for who, starter in followed.items()
    }
    # The roster says of half of the leavers beforehand when they go; of the others somebody says it on the day.
    told_late = frozenset(sorted(leavers)[::2])
    known = {who: last.isoformat() for who, last in leavers.items() if who not in told_late}
    place = {starter: rows[list(held).index(who)][3:] for who, starter in followed.items()}
    return Staff(
        rows=(
            *((*row, "", known.get(row[0], "")) for row in rows),
            *((*row, *place[row[0]], starters[row[0]].isoformat(), "") for row in STARTERS),
        ),
        pace=pace,
        leave=_leave(begun, [who for who in held if who not in leavers], chance),
        leavers=leavers,
        told_late=told_late,
        starters=starters,
        left_alone=left_alone,
    )


def _leave(
    begun: date, people: Sequence[str], chance: random.Random
) -> dict[str, tuple[date, date]]:
    """Return who is away from when to when: most of them for some weeks, one for the longest time there is."""
    longest = chance.choice([who for who in people if who not in STAND_INS])
    found = {}
    for who in people:
        day = begun + timedelta(days=chance.randint(*LEAVE_BEGINS))
        first = day + timedelta(days=-day.weekday() % DAYS_OF_A_WEEK)
        weeks = max(LEAVE_WEEKS) if who == longest else chance.choice(LEAVE_WEEKS)
        if who == longest or chance.random() < SHARE_ON_LEAVE:
            found[who] = (first, first + timedelta(weeks=weeks, days=-1))
    return found

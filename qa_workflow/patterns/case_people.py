"""Who answers for a child's case: its practitioner, and whoever stands above where nobody does. Pure."""

from datetime import date

from qa_workflow.engine.people import CaseFacts, Roster, ids

ABOVE = ("sm_csc", "sm_sqa", "ad_people", "director")  # "team manager of the case, or above"


def practitioner_of(case: CaseFacts | None, roster: Roster, today: date) -> str | None:
    """Return the case's practitioner, if the roster knows them and they work here today."""
    found = None if case is None else roster.active(case.practitioner, today)
    return None if found is None else found.person_id


def managers_of(
    case: CaseFacts | None, roster: Roster, today: date, team: str | None = None
) -> tuple[str, ...]:
    """Return whoever manages the case today, the nearest first: its supervisor, then everybody above.

    Where neither names anybody, the team managers of *team*; then the service's managers in any case.
    """
    found: dict[str, None] = {}
    if case is not None:
        if (supervisor := roster.active(case.supervisor, today)) is not None:
            found[supervisor.person_id] = None
        for start in (case.practitioner, case.supervisor):
            found |= dict.fromkeys(
                one.person_id for one in roster.managers_above(start) if one.is_active(today)
            )
    if not found:
        found |= dict.fromkeys(
            one.person_id
            for one in roster.holders("team_manager", today)
            if team is None or one.team in (None, team)
        )
    for role in ABOVE:
        found |= dict.fromkeys(ids(roster.holders(role, today)))
    return tuple(found)

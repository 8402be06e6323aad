"""Reads what programmes stand for and how far it has come; and for what they stand for, which of them are open."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from qa_workflow.engine.instance import Json, ProcessInstance
from qa_workflow.engine.working_days import london_date
from qa_workflow.patterns.coverage import YEARLY, Covered, counts_for, measured, span
from qa_workflow.patterns.person_cycle import PER_PERSON
from qa_workflow.service.context import Context
from qa_workflow.store import coverage as store
from qa_workflow.store import providers
from qa_workflow.store.database import Connection


def coverage(
    ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each programme how far what it stands for has come, and what is open for people who have left."""
    left = _left(ctx, connection, instances, london_date(now))
    found = {}
    for one in instances:
        months = _months(ctx, one)
        programme = {**one.data, "months": months}
        found[one.id] = {
            "coverage": measured(programme, _covered(connection, programme)),
            "left": left if one.data.get("stands_for") in PER_PERSON else (),
            "months": months,
        }
    return found


def _months(ctx: Context, programme: ProcessInstance) -> list[int]:
    """Return the months in which the calendar has this line, as the instance keeps them from its start."""
    kept: list[int] | None = programme.data.get("months")
    if kept is not None:
        return kept
    named = programme.data.get("code")
    return sorted({month for line in ctx.lines if line.code == named for month in line.months})


def _covered(connection: Connection, programme: Json) -> Sequence[Covered]:
    process = programme.get("stands_for")
    if process is None:
        return ()
    first, last = span(process, date.fromisoformat(programme["opens_on"]), programme["months"])
    return store.covered(connection, process, first, last, _kinds(connection, process))


def _kinds(connection: Connection, process: str) -> dict[str, str]:
    """Return the type of every provider of the list, where the process is about providers."""
    if process not in YEARLY:
        return {}
    return {name: row.type for name, row in providers.find_providers(connection).items()}


def _left(
    ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], today: date
) -> tuple[str, ...]:
    """Return what is open about people who do not work here any more, whichever month it belongs to."""
    if not any(one.data.get("stands_for") in PER_PERSON for one in instances):
        return ()
    roster = ctx.roster(connection)
    return tuple(
        reference
        for reference, person in store.open_subjects(connection, PER_PERSON)
        if roster.active(person, today) is None
    )


def programmes(
    _ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each instance the references of the open programmes for which it counts."""
    standing = store.open_programmes(connection)
    kinds = {
        process: _kinds(connection, process)
        for process in {one.process for one in instances}
        if standing
    }
    return {
        one.id: {
            "programmes": tuple(
                other.reference
                for other in standing
                if counts_for(other.data, _as_covered(one, kinds))
            )
        }
        for one in instances
    }


def _as_covered(instance: ProcessInstance, kinds: dict[str, dict[str, str]]) -> Covered:
    return Covered(
        reference=instance.reference,
        process=instance.process,
        subject=instance.subject,
        state=instance.state,
        is_open=instance.is_open,
        is_met=instance.met_at is not None,
        due_on=instance.due_on,
        kind=kinds.get(instance.process, {}).get(instance.subject),
        data=instance.data,
    )

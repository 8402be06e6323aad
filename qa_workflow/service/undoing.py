"""The way back from a migration: what it has brought over, and what has not moved since, stands as before."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from qa_workflow.engine.migrating import undone
from qa_workflow.engine.people import Person
from qa_workflow.errors import InstanceNotFound, WrongInput
from qa_workflow.service.context import Context
from qa_workflow.service.enquiries import readable
from qa_workflow.service.input import acting
from qa_workflow.service.migrations import RolledBack, in_words
from qa_workflow.service.singly import apply_or_set_aside
from qa_workflow.service.views import DAMAGED, View
from qa_workflow.service.work import Work
from qa_workflow.store import process_migrations as kept


@dataclass(slots=True, kw_only=True)
class Undone:
    """What went back to before a migration, and what could not."""

    migration: int
    process: str
    to_version: int
    restored: list[str] = field(default_factory=list)
    refused: list[View] = field(default_factory=list)
    written: bool = False


def undo(
    ctx: Context,
    number: int,
    *,
    process: str,
    actor: str,
    now: datetime,
    as_person: str | None = None,
    reason: str | None = None,
    dry_run: bool = False,
) -> Undone:
    """Bring back what migration *number* has brought over and what has not moved since; name the others.

    They stand then as before, deadlines and pin included: by rules that this program may not have.

    Raises:
        InstanceNotFound: *process* has had no such migration.
        WrongInput: nothing of it is left to undo.
    """
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        found = kept.find(connection, number)
        if found is None or found.process != process:
            raise InstanceNotFound(str(number), kind=f"migration of {process}")
        by = actor if as_person is None else acting(work, as_person)
        pages = list(kept.step_pages(connection, number, ctx.batch_size))
    if not pages:
        raise WrongInput(f"Nothing of migration {number} is left to undo.")
    done = Undone(
        migration=number, process=process, to_version=found.from_version, written=not dry_run
    )
    why = (reason or "").strip() or f"Migration {number} was undone."
    for ids in pages:
        _undo_batch(ctx, done, ids, by=by, reason=why, now=now)
    if not dry_run:
        with ctx.database.transaction() as connection:
            kept.mark_undone(connection, number, now)
    return done


def _undo_batch(
    ctx: Context, done: Undone, ids: Sequence[int], *, by: Person | str, reason: str, now: datetime
) -> None:
    restored: list[int] = []
    with suppress(RolledBack), ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        steps = kept.steps_of(connection, done.migration, ids)
        loaded, damaged = readable(work, ids)
        done.refused += [{"reference": one.reference, "why": DAMAGED} for one in damaged]
        outcomes = []
        for one in loaded.values():
            step = steps[one.id]
            if one.seq != step.seq:
                done.refused.append({"reference": one.reference, "why": "It has moved on since."})
                continue
            outcomes.append(
                undone(one, step.back, number=done.migration, actor=by, reason=reason, now=now)
            )
        failed = {outcome.instance.id: exc for outcome, exc in apply_or_set_aside(work, outcomes)}
        for outcome in outcomes:
            one = outcome.instance
            if one.id in failed:
                why = in_words(failed[one.id])
                done.refused.append({"reference": one.reference, "why": why})
            else:
                restored.append(one.id)
                done.restored.append(one.reference)
        if not done.written:
            raise RolledBack
        kept.mark_steps_undone(connection, done.migration, restored, now)

"""An instance as it stood at an instant that has passed, rebuilt from its history."""

from dataclasses import replace
from datetime import datetime

from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.past import as_it_stood, watched_then
from qa_workflow.engine.working_days import LONDON
from qa_workflow.errors import InstanceNotFound, WrongInput
from qa_workflow.service import views
from qa_workflow.service.context import Context
from qa_workflow.service.enquiries import visits_in
from qa_workflow.service.input import find
from qa_workflow.service.trails import links_of
from qa_workflow.service.views import View
from qa_workflow.service.work import Work
from qa_workflow.store import histories, reports
from qa_workflow.store.histories import Told


def show_as_of(ctx: Context, reference: str, at: datetime, *, now: datetime) -> View:
    """Return everything about one instance as it stood at *at*, by what had been recorded then.

    The same shape as `show`, with the instant under `as_of`. What could be done then is not said, since
    a guard answers by the facts of today. Where the definition has changed since, deadlines are not
    counted: they would be those of other rules.

    Raises:
        InstanceNotFound: there is none of this reference, or it had not started yet.
        WrongInput: *at* lies in the future.
    """
    if at > now:
        raise WrongInput(f"{_in_words(at)} has not come yet: how it stands then is not known.")
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        today = find(work, reference)
        told = histories.history_of(connection, today.id)
        then = as_it_stood([one.entry for one in told], at, of=today)
        if then is None:
            raise InstanceNotFound(
                today.reference,
                why=f"{today.reference} had not started at {_in_words(at)}: it was started at "
                f"{_in_words(told[0].entry.recorded_at)}.",
            )
        return _shown(work, then, told[: then.seq], at)


def _shown(work: Work, then: ProcessInstance, told: list[Told], at: datetime) -> View:
    version = told[-1].definition_version
    definition = _ruled(work, then, version)
    then = replace(then, definition_version=version)
    if definition is not None:
        then = watched_then(definition, then, work.calendar)
    facts = work.facts([then])[then.id]
    children = reports.children_of(work.connection, [then.id]).get(then.id, ())
    deadlines = []
    if definition is not None:
        left_at = visits_in(one.entry for one in told)
        deadlines = views.deadlines(definition, then, calendar=work.calendar, left_at=left_at)
    instant = views.instant(at)
    return {
        **views.summary(
            work.ctx.processes.get(then.process), then, now=at, calendar=work.calendar,
            parent=None if facts.parent is None else facts.parent.reference,
        ),
        "deadlines": deadlines,
        "can": [],
        "cannot": [],
        "children": [one.reference for one in children if _was_there(work, one.reference, at)],
        "data": dict(then.data),
        "links": [one for one in links_of(work, then) if str(one["at"]) <= str(instant)],
        "indicators": [],
        "as_of": instant,
    }  # fmt: skip


def _ruled(work: Work, then: ProcessInstance, version: int) -> ProcessDefinition | None:
    """Return the definition that it ran by then, where this program still has that very version."""
    found = work.ctx.processes.get(then.process)
    return found if found is not None and found.version == version else None


def _was_there(work: Work, reference: str, at: datetime) -> bool:
    number = reports.find_by_reference(work.connection, [reference])[reference]
    return histories.history_of(work.connection, number)[0].entry.recorded_at <= at


def _in_words(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{local:%H:%M} on {local.day} {local:%B %Y}"

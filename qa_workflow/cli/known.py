"""Makes sure that what a person filters by exists: a misspelt name must not look like "nothing is late"."""

from datetime import datetime
from typing import TYPE_CHECKING

from qa_workflow.errors import UnknownPerson, WrongInput

if TYPE_CHECKING:
    from qa_workflow.service.context import Context


def require(
    opened: "Context",
    now: datetime,
    *,
    process: str | None = None,
    state: str | None = None,
    owner: str | None = None,
) -> None:
    """Make sure that the process, the state and the person or role exist; None is not asked for.

    What the program no longer knows but the database still holds exists too.

    Raises:
        WrongInput: one of them does not; names those that do.
    """
    if process is not None and process not in opened.processes:
        _require_any(
            opened,
            now,
            f"There is no process {process!r}. There are: {', '.join(sorted(opened.processes))}.",
            process=process,
        )
    if state is not None:
        chosen = [one for one in opened.processes.values() if process in {None, one.name}]
        states = sorted({str(one) for definition in chosen for one in definition.states})
        if state not in states:
            where = "any process" if process is None else process
            _require_any(
                opened,
                now,
                f"There is no state {state!r} in {where}. There are: {', '.join(states)}.",
                state=state,
            )
    if owner is not None:
        _require_owner(opened, now, owner)


def _require_owner(opened: "Context", now: datetime, owner: str) -> None:
    from qa_workflow.engine.people import ROLES
    from qa_workflow.service.enquiries import Wanted, list_instances, list_people

    if owner in ROLES or owner in {one.person_id for one in list_people(opened)}:
        return
    if not list_instances(opened, Wanted(owner=owner, include_final=True, limit=1), now=now):
        raise UnknownPerson(owner, why="is neither in the roster nor a role")


def _require_any(
    opened: "Context",
    now: datetime,
    sentence: str,
    *,
    process: str | None = None,
    state: str | None = None,
) -> None:
    from qa_workflow.service.enquiries import Wanted, list_instances

    wanted = Wanted(process=process, state=state, include_final=True, limit=1)
    if not list_instances(opened, wanted, now=now):
        raise WrongInput(sentence)

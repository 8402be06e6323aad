"""Which business keys stand already, so that nothing is planned twice."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from qa_workflow.store.tables import ProcessInstanceRow

_INSTANCE = ProcessInstanceRow.__table__  # type: ignore[attr-defined]


def references(
    connection: Connection, processes: Collection[str], *, state: str | None = None
) -> frozenset[str]:
    """Return the references of every instance of *processes*, ended ones too; or of those that stand in *state*."""
    wanted = select(_INSTANCE.c.reference).where(_INSTANCE.c.process.in_(list(processes)))
    if state is not None:
        wanted = wanted.where(_INSTANCE.c.state == state)
    return frozenset(connection.execute(wanted).scalars())

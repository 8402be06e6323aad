"""Providers the council buys care or a service from, as the imports know them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from qa_workflow.store.cases import CaseRecord, find_cases
from qa_workflow.store.reference_tables import ProviderRow

_PROVIDER = ProviderRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider of the list: the days of its first and last placement, its last audit, and its risk."""

    provider_id: str
    name: str
    type: str
    first_placement_on: date | None
    last_placement_on: date | None
    last_audit_on: date | None
    risk_flag: bool
    commissioner: str | None
    contact: str | None
    ofsted_accepted_on: date | None
    first_seen_on: date


def find_providers(
    connection: Connection, *, ids: Iterable[str] | None = None
) -> dict[str, Provider]:
    """Return providers by id, in the order of their ids: those of *ids*, or all."""
    statement = select(_PROVIDER).order_by(_PROVIDER.c.provider_id)
    if ids is not None:
        statement = statement.where(_PROVIDER.c.provider_id.in_(list(ids)))
    return {row["provider_id"]: Provider(**row) for row in connection.execute(statement).mappings()}


def save_providers(connection: Connection, providers: Sequence[Provider]) -> None:
    """Write each provider anew; when it was first seen stays what the first import said."""
    if not providers:
        return
    statement = insert(_PROVIDER)
    fields = [
        column.name
        for column in _PROVIDER.columns
        if column.name not in {"provider_id", "first_seen_on"}
    ]
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["provider_id"], set_={name: statement.excluded[name] for name in fields}
        ),
        [asdict(provider) for provider in providers],
    )


def placed_cases(connection: Connection, provider_id: str) -> dict[str, CaseRecord]:
    """Return by id the open cases of the children who are placed with the provider."""
    return find_cases(connection, provider_id=provider_id, only_open=True)

"""Reads the list of providers that a council buys care and services from."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from qa_workflow.errors import RejectedFile
from qa_workflow.intake.answers import read_choice, read_flag
from qa_workflow.intake.cells import is_blank
from qa_workflow.intake.rows import Row, in_order_of_rows
from qa_workflow.intake.table import read_table
from qa_workflow.intake.upload import read_upload

PROVIDER_TYPES = ("ifa", "semi_independent", "youth_service", "early_years")
REQUIRED = ("provider_id", "name", "type")
COLUMNS = (
    *REQUIRED,
    *("first_placement_on", "last_placement_on", "last_audit_on", "risk_flag", "commissioner"),
    *("contact", "ofsted_accepted_on"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRow:
    """Holds one checked line of the list of providers; `row` is where it stands in the file.

    `absent`: optional columns that the file does not have; what they would say is unknown, and neither
    None nor "no". They tell of the file and not of the provider, so they do not make two lines differ.
    """

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
    row: int
    absent: frozenset[str] = field(default=frozenset(), compare=False)


def read_providers(path: Path, *, today: date) -> tuple[ProviderRow, ...]:
    """Read a CSV of providers whole, or raise `RejectedFile` with every fault; a header alone is valid.

    A last placement may end after *today*, as planned; nothing else may lie in the future.
    """
    upload = read_upload(path)
    table = read_table(upload, columns=COLUMNS, required=REQUIRED)
    providers: dict[str, ProviderRow] = {}
    faults = list(table.faults)
    absent = frozenset(fault.column for fault in table.absent_columns if fault.column)
    for row in table.rows:
        provider = _provider(row, today, absent)
        if provider.provider_id:
            first = providers.setdefault(provider.provider_id, provider)
            if first is not provider:
                why = f"{provider.provider_id!r} stands on row {first.row} already"
                row.fault("provider_id", why)
        faults += row.faults
    if faults:
        raise RejectedFile(upload.name, in_order_of_rows(faults))
    return tuple(providers.values())


def _provider(row: Row, today: date, absent: frozenset[str]) -> ProviderRow:
    provider = ProviderRow(
        provider_id=row.reference("provider_id", required=True) or "",
        name=row.text("name", required=True) or "",
        type=read_choice(row, "type", known=PROVIDER_TYPES, what="a type of provider"),
        first_placement_on=row.past_day("first_placement_on", today=today),
        last_placement_on=row.day("last_placement_on"),
        last_audit_on=row.past_day("last_audit_on", today=today),
        risk_flag=read_flag(row, "risk_flag"),
        commissioner=row.text("commissioner"),
        contact=row.text("contact"),
        ofsted_accepted_on=row.past_day("ofsted_accepted_on", today=today),
        row=row.number,
        absent=absent,
    )
    _check_placements(row, provider)
    return provider


def _check_placements(row: Row, provider: ProviderRow) -> None:
    first, last = provider.first_placement_on, provider.last_placement_on
    if last is not None and first is not None and last < first:
        row.fault("last_placement_on", "the last placement lies before the first one")
    elif last is not None and is_blank(row.cells.get("first_placement_on", "")):
        row.fault("last_placement_on", "there is a last placement here and no first one")

"""What lists 6 to 9 of an Annex A workbook look like: names, columns, and the spellings councils use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from qa_workflow.intake.cells import normalised

# `List 6`, `List_6`, `list06`, `List 6 - Children in need`, and the `AA_6_…` of dataset extracts.
SHEET_NAME = r"^\W*(?:annex[ _]*a[\W_]*)?(?:list|aa)[\W_]*0?([6-9])(?![0-9])"

REQUIRED = frozenset({"case_id", "opened", "closed", "status"})

_ID = ("Child Unique ID", "Unique Child ID", "Child ID", "Unique ID", "Child Unique Identifier")
_TEAM = ("Allocated Team",)
_WORKER = ("Allocated Worker", "Allocated Social Worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLayout:
    """Describes one list: each kept field with its published header first, then other spellings of it."""

    number: int
    plan_type: str
    strength: int
    columns: Mapping[str, tuple[str, ...]]

    @property
    def name(self) -> str:
        return f"List {self.number}"


def _layout(number: int, plan_type: str, strength: int, **columns: tuple[str, ...]) -> ListLayout:
    kept = {"case_id": _ID, **columns, "team": _TEAM, "worker": _WORKER}
    return ListLayout(
        number=number, plan_type=plan_type, strength=strength, columns=MappingProxyType(kept)
    )


LAYOUTS: Mapping[int, ListLayout] = MappingProxyType(
    {
        6: _layout(
            6,
            "cin",
            1,
            opened=("CIN Start Date", "Child in Need Start Date"),
            seen=("Date Child Was Last Seen", "Date Child Last Seen"),
            closed=("CIN Closure Date", "CIN Close Date", "CIN End Date"),
            status=("Case Status",),
        ),
        7: _layout(
            7,
            "cp",
            2,
            opened=("Child Protection Plan Start Date", "CPP Start Date", "CP Plan Start Date"),
            seen=(
                "Date of the Last Statutory Visit",
                "Date of Last Statutory Visit",
                "Last Statutory Visit Date",
            ),
            review=(
                "Date of latest review conference",
                "Date of Latest Review Conf",
                "Latest Review Conference Date",
            ),
            closed=("Child Protection Plan End Date", "CPP End Date", "CP Plan End Date"),
        ),
        8: _layout(
            8,
            "cla",
            3,
            opened=(
                "Date Started to be Looked After",
                "Looked After Start Date",
                # The dataset's own extract spells it with three o.
                "Loooked After Start Date",
            ),
            review=("Date of Latest Statutory Review", "Latest Statutory Review Date"),
            seen=(
                "Date of Last Social Work Visit",
                "Date of the Last Social Work Visit",
                "Last Social Work Visit Date",
            ),
            closed=("Date Ceased to be Looked After", "Ceased Looked After Date"),
        ),
        9: _layout(
            9,
            "care_leaver",
            0,
            advisor=("Allocated Personal Advisor", "Allocated Personal Adviser"),
            review=(
                "Latest Pathway Plan Review Date",
                "Latest Pathway Plan",
                "Date of Latest Pathway Plan Review",
            ),
            seen=("Latest Date of Contact", "Latest Contact", "Date of Latest Contact"),
        ),
    }
)

_STATUSES = MappingProxyType(
    {
        "lookedafter": "a",
        "childprotection": "b",
        "childinneed": "c",
        "openassessment": "d",
        "closed": "e",
    }
)


def read_status(text: str) -> str | None:
    """Return the letter of a Case Status given as `e) Closed episode`, `e` or `Closed episode`; else None."""
    if letter := re.match(r"([a-e])(?:$|[^a-z0-9])", text.casefold()):
        return letter[1]
    words = normalised(text)
    return next((letter for start, letter in _STATUSES.items() if words.startswith(start)), None)


def list_number(sheet_name: str) -> int | None:
    """Return 6 to 9 for a sheet that is one of the lists we read, else None."""
    match = re.search(SHEET_NAME, sheet_name, re.IGNORECASE)
    return int(match[1]) if match else None

"""Reads lists 6 to 9 of an Annex A workbook into episodes; every other list and column stays unread."""

from dataclasses import dataclass
from datetime import date

from qa_workflow.errors import Fault, RejectedFile
from qa_workflow.intake.columns import Wanted
from qa_workflow.intake.lists import (
    LAYOUTS,
    REQUIRED,
    SHEET_NAME,
    ListLayout,
    list_number,
    read_status,
)
from qa_workflow.intake.rows import Row
from qa_workflow.intake.sheet_table import Sheet, table_in
from qa_workflow.intake.table import Table
from qa_workflow.intake.upload import Upload
from qa_workflow.intake.workbook import sheets_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """Holds one usable row of one list: one stretch of work with one child."""

    layout: ListLayout
    row: int
    case_id: str
    is_open: bool
    opened_on: date | None
    closed_on: date | None
    status: str | None
    team: str | None
    worker: str | None
    last_seen_on: date | None
    last_review_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Holds what the lists of one workbook say, in the order of lists and rows."""

    present: frozenset[int]
    episodes: tuple[Episode, ...]
    rejected: tuple[Fault, ...]
    rejected_cases: frozenset[str]
    absent_columns: tuple[Fault, ...]
    names_nobody: bool = False


def read_annex_a(upload: Upload) -> Reading:
    """Read the lists that are there; raises `RejectedFile` for none of them, one twice, or a column missing."""
    tables = _tables_in(upload)
    episodes: list[Episode] = []
    rejected: list[Fault] = []
    rejected_cases: set[str] = set()
    names_nobody = False
    for number, table in tables.items():
        first_open: dict[str, Episode] = {}
        for row in table.rows:
            case_id = row.reference("case_id", required=True)
            episode = _episode(LAYOUTS[number], row, case_id or "")
            _refuse_contradiction(row, episode, first_open)
            if not row.faults:
                episodes.append(episode)
                continue
            rejected += row.faults
            if case_id:
                rejected_cases.add(case_id)
            else:
                names_nobody = True
    return Reading(
        present=frozenset(tables),
        episodes=tuple(episodes),
        rejected=tuple(rejected),
        rejected_cases=frozenset(rejected_cases),
        absent_columns=tuple(fault for table in tables.values() for fault in table.absent_columns),
        names_nobody=names_nobody,
    )


def _tables_in(upload: Upload) -> dict[int, Table]:
    tables: dict[int, Table] = {}
    faults: list[Fault] = []
    for number, sheet in _lists_in(upload).items():
        layout = LAYOUTS[number]
        wanted = Wanted(columns=layout.columns, required=REQUIRED, list_name=layout.name)
        try:
            tables[number] = table_in(
                sheet, wanted, file=upload.name, or_else="give its columns, or remove the sheet"
            )
        except RejectedFile as rejected:
            faults += rejected.faults
    if faults:
        raise RejectedFile(upload.name, faults)
    return tables


def _lists_in(upload: Upload) -> dict[int, Sheet]:
    lists: dict[int, Sheet] = {}
    for name, sheet in sheets_of(upload, names=SHEET_NAME).items():
        number = list_number(name)
        if number is None:
            continue
        if number in lists:
            why = "two sheets bear this list's name; keep one"
            raise RejectedFile(upload.name, [Fault(why=why, list_name=LAYOUTS[number].name)])
        lists[number] = sheet
    if not lists:
        raise upload.rejected(
            "it has none of the sheets List 6, List 7, List 8 and List 9; send an Annex A workbook"
        )
    return dict(sorted(lists.items()))


def _episode(layout: ListLayout, row: Row, case_id: str) -> Episode:
    opened_on = row.day("opened", required="opened" in layout.columns)
    closed_on = row.day("closed")
    if opened_on and closed_on and closed_on < opened_on:
        row.fault("closed", "the case closes before it opens")
    status = _status(row)
    return Episode(
        layout=layout,
        row=row.number,
        case_id=case_id,
        is_open=closed_on is None and status != "e",
        opened_on=opened_on,
        closed_on=closed_on,
        status=status,
        team=row.text("team"),
        worker=row.text("worker") or row.text("advisor"),
        last_seen_on=row.day("seen"),
        last_review_on=row.day("review"),
    )


def _status(row: Row) -> str | None:
    text = row.text("status")
    if text is None:
        return None
    letter = read_status(text)
    if letter is None:
        row.fault("status", "a status from a) to e) is needed here and other text stands here")
    return letter


def _refuse_contradiction(row: Row, episode: Episode, first_open: dict[str, Episode]) -> None:
    # Several episodes of a child are usual on list 6; on the others a child is open once.
    if row.faults or not episode.is_open or episode.layout is LAYOUTS[6]:
        return
    first = first_open.setdefault(episode.case_id, episode)
    if (first.opened_on, first.team, first.worker) != (
        episode.opened_on,
        episode.team,
        episode.worker,
    ):
        why = f"row {first.row} has this case open with another start, team or worker"
        row.fault("case_id", why)

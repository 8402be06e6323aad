"""Reads the open cases of a council from a workbook or a CSV; a case on several lists becomes one case."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from qa_workflow.intake.annex_a import Episode, read_annex_a
from qa_workflow.intake.case_csv import read_case_csv
from qa_workflow.intake.caseload import PLAN_TYPES, CaseFile, CaseRow
from qa_workflow.intake.container import comes_as_workbook
from qa_workflow.intake.lists import LAYOUTS, ListLayout
from qa_workflow.intake.upload import Upload, read_upload

__all__ = ["PLAN_TYPES", "CaseFile", "CaseRow", "read_cases"]

# The Case Status of list 6 that stands in for a stronger list which the file does not have.
_STANDS_IN = {"a": LAYOUTS[8], "b": LAYOUTS[7]}


def read_cases(path: Path) -> CaseFile:
    """Read an Annex A workbook or a case CSV, told apart by content; bad rows are set aside, each with its place.

    Raises `WrongInput` where there is no readable file, `RejectedFile` when nothing of it can be trusted.
    """
    upload = read_upload(path)
    return _from_annex_a(upload) if comes_as_workbook(upload) else read_case_csv(upload)


def _from_annex_a(upload: Upload) -> CaseFile:
    reading = read_annex_a(upload)
    by_case: dict[str, list[Episode]] = {}
    for episode in reading.episodes:
        by_case.setdefault(episode.case_id, []).append(episode)
    return CaseFile(
        file=upload.name,
        sha256=upload.sha256,
        kind="annex_a",
        rows=tuple(_merged(episodes, reading.present) for episodes in by_case.values()),
        rejected=reading.rejected,
        present=frozenset(LAYOUTS[number].name for number in reading.present),
        rejected_cases=reading.rejected_cases,
        absent_columns=reading.absent_columns,
        names_nobody=reading.names_nobody,
    )


def _merged(episodes: Sequence[Episode], present: frozenset[int]) -> CaseRow:
    still_open = [episode for episode in episodes if episode.is_open]
    speaking = sorted(
        still_open or episodes,
        key=lambda episode: (_layout(episode, present).strength, episode.opened_on or date.min),
        reverse=True,
    )
    # Team and worker come from one row: those of two rows need not belong together.
    leading = next((episode for episode in speaking if episode.team or episode.worker), speaking[0])
    plan_type = _layout(speaking[0], present).plan_type
    # Start and reviews are those of the present plan: a conference is no review of a looked-after child.
    of_plan = [one for one in speaking if _layout(one, present).plan_type == plan_type]
    return CaseRow(
        case_id=episodes[0].case_id,
        plan_type=plan_type,
        is_open=bool(still_open),
        opened_on=min(_known(episode.opened_on for episode in speaking), default=None),
        closed_on=None if still_open else _closed_on(episodes),
        team=leading.team,
        worker=leading.worker,
        supervisor=None,
        iro=None,
        provider_id=None,
        last_seen_on=max(_known(episode.last_seen_on for episode in episodes), default=None),
        last_review_on=max(_known(episode.last_review_on for episode in of_plan), default=None),
        lists=frozenset(episode.layout.name for episode in episodes),
        plan_started_on=min(_known(one.opened_on for one in of_plan), default=None),
    )


def _layout(episode: Episode, present: frozenset[int]) -> ListLayout:
    stronger = _STANDS_IN.get(episode.status or "")
    if stronger is not None and stronger.number not in present:
        return stronger
    return episode.layout


def _closed_on(episodes: Sequence[Episode]) -> date | None:
    latest = max(_known(episode.closed_on for episode in episodes), default=None)
    # An undated end of work that began after every known end is later than all of them.
    undated = _known(episode.opened_on for episode in episodes if episode.closed_on is None)
    if latest is None or any(began > latest for began in undated):
        return None
    return latest


def _known(days: Iterable[date | None]) -> list[date]:
    return [day for day in days if day is not None]

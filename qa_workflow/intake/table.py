"""Opens a CSV that a person sent and keeps only the columns that are asked for."""

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa_workflow.errors import Fault, RejectedFile
from qa_workflow.intake.cells import is_blank, normalised
from qa_workflow.intake.columns import Wanted, header_in
from qa_workflow.intake.container import is_workbook
from qa_workflow.intake.rows import Row
from qa_workflow.intake.upload import Upload

DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Holds the non-blank rows of a file under their field names.

    `faults`: rows that do not fit the header. `absent_columns`: optional columns that the header lacks.
    """

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    absent_columns: tuple[Fault, ...]


def read_table(
    upload: Upload, *, columns: Sequence[str], required: Sequence[str], list_name: str | None = None
) -> Table:
    """Read a CSV (UTF-8 or cp1252; comma, semicolon or tab) under the given columns; others are dropped.

    Raises `RejectedFile` when it is no CSV, is malformed, or lacks or repeats a column; a header alone is valid.
    """
    wanted = Wanted(
        columns={name: (name,) for name in columns}, required=required, list_name=list_name
    )
    fields = wanted.fields
    text = _decoded(upload)
    records = _records(upload, text, _delimiter(text, fields))
    header_at = next(
        (at for at, record in enumerate(records) if not all(map(is_blank, record))), None
    )
    if header_at is None:
        raise upload.rejected("it is empty; it needs at least a header: " + ",".join(columns))
    header = header_in(records[header_at], fields)
    if missing_or_doubled := header.faults(wanted):
        raise RejectedFile(upload.name, missing_or_doubled)
    width = len(records[header_at])
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, record in enumerate(records[header_at + 1 :], start=header_at + 2):
        if any(not is_blank(value) for value in record[width:]):
            faults.append(_too_wide(list_name, number))
        elif not all(map(is_blank, record)):
            rows.append(header.row(number, record, wanted))
    return Table(rows=tuple(rows), faults=tuple(faults), absent_columns=header.absent(wanted))


def _decoded(upload: Upload) -> str:
    content = upload.content
    if is_workbook(upload):
        raise upload.rejected("it is a workbook where a CSV is needed; save its sheet as CSV UTF-8")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content:
        raise upload.rejected("it is not a plain CSV; save it as CSV UTF-8")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise upload.rejected("its characters cannot be read; save it as CSV UTF-8")


def _delimiter(text: str, fields: Mapping[str, str]) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")

    def known(delimiter: str) -> int:
        return sum(normalised(name) in fields for name in first.split(delimiter))

    return max(DELIMITERS, key=known)


def _records(upload: Upload, text: str, delimiter: str) -> list[list[str]]:
    records: list[list[str]] = []
    # Strict: a quote that never closes would swallow the rest of the file without a word.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        records.extend(reader)
    except csv.Error:
        why = (
            "a quotation mark is not closed or stands inside a value, "
            f"or a value has over {csv.field_size_limit()} characters"
        )
        raise RejectedFile(upload.name, [Fault(why=why, row=len(records) + 1)]) from None
    return records


def _too_wide(list_name: str | None, number: int) -> Fault:
    why = "the row has more values than the header; put quotation marks around a value that holds the separator"
    return Fault(why=why, list_name=list_name, row=number)

"""Looks at the outside of a workbook before anything opens it: its kind, its true size, its macros."""

import io
import re
import zipfile
from pathlib import PurePath

from qa_workflow.intake.upload import MEGABYTE, Upload

ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xls", ".ods", ".xlsm", ".xltm", ".xlam", ".xlsb"})

MAX_EXPANDED = 500 * MEGABYTE
MAX_ENTRIES = 5_000
MAX_RATIO = 100
# Below this a high ratio is only a repetitive sheet, and harmless.
RATIO_MATTERS_FROM = 50 * MEGABYTE
CHUNK = MEGABYTE

_MACRO_SUFFIXES = (".xlsm", ".xltm", ".xlam")
_MACRO_ENTRY = re.compile(
    r"(?:^|/)vba(?:project|data)[^/]*$|^xl/macrosheets/.|^(?:basic|scripts)/.", re.IGNORECASE
)
_NOT_A_WORKBOOK = "it is not a workbook; export it as xlsx, xls or ods, or send a CSV"
_DAMAGED = "it is damaged or was cut off; export or copy it again"
_MACROS = "it holds macros, which are never taken; save it as a plain xlsx"
_PASSWORD = "it is protected by a password; save it without one"  # noqa: S105 - a sentence, no secret
_BOMB = "it expands to far more than a workbook needs; export it again from its source"


def is_workbook(upload: Upload) -> bool:
    """Say whether the content is a workbook's container; the name does not matter."""
    return upload.content.startswith((*ZIP_SIGNATURES, OLE_SIGNATURE))


def comes_as_workbook(upload: Upload) -> bool:
    """Say whether to read a file as a workbook, by its content; reject one that only its name calls so."""
    if is_workbook(upload):
        return True
    if PurePath(upload.name).suffix.casefold() in WORKBOOK_SUFFIXES:
        check_container(upload)
    return False


def check_container(upload: Upload) -> None:
    """Pass an xlsx, xls or ods that is safe to open, or raise `RejectedFile` with one sentence."""
    if upload.name.casefold().endswith(_MACRO_SUFFIXES):
        raise upload.rejected(_MACROS)
    if upload.content.startswith(OLE_SIGNATURE):
        why = _fault_of_ole(upload.content)
    elif upload.content.startswith(ZIP_SIGNATURES):
        why = _fault_of_zip(upload.content)
    else:
        why = _NOT_A_WORKBOOK
    if why:
        raise upload.rejected(why)


def _fault_of_ole(content: bytes) -> str | None:
    def names(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if names("EncryptedPackage") or names("EncryptionInfo"):
        return _PASSWORD
    if names("_VBA_PROJECT"):
        return _MACROS
    return None if names("Workbook") or names("Book") else _NOT_A_WORKBOOK


def _fault_of_zip(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _fault_of_entries(archive) or _fault_of_size(archive, len(content))
    except Exception:  # noqa: BLE001 - zipfile raises a dozen kinds on damage, and all mean the same
        return _DAMAGED


def _fault_of_entries(archive: zipfile.ZipFile) -> str | None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        return _BOMB
    if any(entry.flag_bits & 1 for entry in entries):
        return _PASSWORD
    names = {entry.filename.casefold(): entry for entry in entries}
    if len(names) != len(entries):
        return _DAMAGED
    return _MACROS if any(map(_MACRO_ENTRY.search, names)) else _fault_of_kind(archive, names)


def _fault_of_kind(archive: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> str | None:
    if "xl/workbook.bin" in names:
        return "it is a binary workbook (xlsb); save it as xlsx"
    if "xl/workbook.xml" in names:
        types = names.get("[content_types].xml")
        return _MACROS if types and b"macroenabled" in _head(archive, types).lower() else None
    return _fault_of_ods(archive, names)


def _fault_of_ods(archive: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> str | None:
    mimetype = names.get("mimetype")
    if mimetype is None or "content.xml" not in names:
        return _NOT_A_WORKBOOK
    if b"opendocument.spreadsheet" not in _head(archive, mimetype):
        return _NOT_A_WORKBOOK
    manifest = names.get("meta-inf/manifest.xml")
    if manifest and b"encryption-data" in _head(archive, manifest):
        return _PASSWORD
    return None


def _head(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as stream:
        return stream.read(CHUNK)


def _fault_of_size(archive: zipfile.ZipFile, packed: int) -> str | None:
    allowed = min(MAX_EXPANDED, max(RATIO_MATTERS_FROM, packed * MAX_RATIO))
    total = 0
    for entry in archive.infolist():
        # The declared size is the sender's claim: without it zipfile reads to the true end. A chunk
        # more than is allowed, so that too much is seen before zipfile compares its checksum.
        entry.file_size = allowed + 2 * CHUNK
        with archive.open(entry) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > allowed:
                    return _BOMB
    return None

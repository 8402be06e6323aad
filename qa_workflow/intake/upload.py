"""Takes a file from a person: its bytes, read once and within a limit, with their fingerprint."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from qa_workflow.errors import Fault, RejectedFile, WrongInput

MEGABYTE = 1024 * 1024
MAX_BYTES = 50 * MEGABYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Holds one file as it was sent; the content never shows in a representation."""

    name: str
    sha256: str
    content: bytes = field(repr=False)

    def rejected(self, why: str) -> RejectedFile:
        return RejectedFile(self.name, [Fault(why=why)])


def read_upload(path: Path) -> Upload:
    """Read a file whole, or raise `WrongInput` (no such readable file) or `RejectedFile` (empty, over 50 MB)."""
    try:
        if path.is_dir():
            raise WrongInput(f"{path} is a folder. Name the file inside it.")
        if not path.exists():
            raise WrongInput(f"There is no file {path}. Check its name and folder.")
        if not path.is_file():
            raise WrongInput(f"{path} is not an ordinary file. Save it to disk and name that copy.")
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as fault:
        # Even to ask whether there is a file fails in a locked folder, or for a name that is too long.
        reason = fault.strerror or "it is locked"
        raise WrongInput(
            f"{path} cannot be read: {reason}. Close it elsewhere and check who may read it."
        ) from None
    upload = Upload(name=path.name, sha256=hashlib.sha256(content).hexdigest(), content=content)
    if not content:
        raise upload.rejected("it is empty; export it again")
    if len(content) > MAX_BYTES:
        raise upload.rejected(
            f"it is larger than {MAX_BYTES // MEGABYTE} MB; send only the lists that are needed"
        )
    return upload

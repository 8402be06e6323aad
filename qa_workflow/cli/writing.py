"""Writes what a command makes into a file somebody names: whole or not at all, and never over something else."""

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

import typer

from qa_workflow.cli import session
from qa_workflow.errors import WrongInput


def destination(
    ctx: typer.Context,
    name: str,
    *,
    option: str,
    kind: str,
    example: str,
    fits: Callable[[bytes], bool],
) -> Path | None:
    """Return the file to write, None for standard output (`-`); what is there and does not *fit* is left alone.

    *kind* is what it is ("calendar"), *example* a file's name for the advice.

    Raises:
        WrongInput: it cannot or must not be written; says why.
    """
    if name == "-":
        if session.options(ctx).json:
            raise WrongInput(f"--json and {option} - both ask for standard output. Name a file.")
        return None
    if not name.strip():
        raise WrongInput(f"{option} names no file. Name one, or write - for standard output.")
    # Through a link, so that the file it leads to is written and the link stays.
    file = Path(os.path.realpath(Path(name).expanduser()))
    try:
        if file.is_dir():
            raise WrongInput(f"{name} is a folder. Name a file in it, such as {file / example}.")
        if file.exists() and not (file.is_file() and fits(file.read_bytes())):
            raise WrongInput(f"{name} is no {kind}, so it is left alone. Name another file.")
        if not file.parent.is_dir():
            raise WrongInput(f"There is no folder {file.parent} to write {file.name} into.")
    except OSError as exc:
        raise _unwritable(file, exc) from exc
    return file


def publish(file: Path | None, content: bytes) -> None:
    """Put *content* where it was asked for: on standard output, or into the file, whole or not at all."""
    if file is None:
        typer.echo(content, nl=False)
        return
    try:
        _replace(file, content)
    except OSError as exc:
        raise _unwritable(file, exc) from exc


def _unwritable(file: Path, exc: OSError) -> WrongInput:
    return WrongInput(f"{file} cannot be written: {exc.strerror}. Name another file.")


def _replace(file: Path, content: bytes) -> None:
    """Write beside the file, then take its place: whoever reads it meanwhile sees the old one or the new one."""
    mode = stat.S_IMODE(file.stat().st_mode) if file.exists() else None
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if mode is not None:
            beside.chmod(mode)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)

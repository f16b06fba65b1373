"""Compiled files on disk: which of them may be trusted at the next start, and which may not."""

from __future__ import annotations

import atexit
import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec

from bookcar.files import WriteError, sha256, write_bytes

_HERE = Path(__file__).resolve().parent

_SUMS = "kernel.json"


class _Kept(msgspec.Struct, frozen=True):
    """What compiled files of a folder are to be: of these sources, and with this content each."""

    sources: str
    files: dict[str, str]


def _forget_unsound(folder: Path, sources: str) -> None:
    """Delete compiled files of other sources, and those that are not what they were when written.

    numba looks only at the entry's own source file, and reads whatever stands in the folder: a file
    that a full disk or a power cut left empty would end every later start.
    """
    kept = _read(folder / _SUMS)
    for path in _compiled_files(folder):
        sound = kept is not None and kept.sources == sources
        if not sound or kept is None or kept.files.get(path.name) != _digest(path):
            with suppress(OSError):  # where one may not delete, numba could not write either
                path.unlink(missing_ok=True)


def _note_sums(folder: Path, sources: str) -> None:
    """Write down what the compiled files of a folder are, for the next start."""
    found = {path.name: _digest(path) for path in _compiled_files(folder)}
    kept = _Kept(sources, found)
    if found and _read(folder / _SUMS) != kept:
        with suppress(WriteError):
            write_bytes(folder / _SUMS, msgspec.json.encode(kept))


def _read(path: Path) -> _Kept | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _compiled_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.nb[ci]"))


def _digest(path: Path) -> str:
    try:
        return sha256(path)
    except OSError:
        return ""


@cache
def _sources(folder: Path) -> str:
    """Return a digest of the code of a folder and of how it is compiled."""
    digest = hashlib.sha256()
    for path in (*sorted(folder.glob("*.py")), *sorted(_HERE.glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


_watched: dict[Path, str] = {}
"""The folders of compiled files that were looked through, each with the digest of its sources."""


def watch(folder: Path, code: Path) -> None:
    """Look a folder of compiled files through, now and when the program ends.

    ``code``: where the sources are.
    """
    if folder not in _watched:
        sources = _sources(code)
        _forget_unsound(folder, sources)
        _watched[folder] = sources


@atexit.register
def note_compiled() -> None:
    """Write down what the compiled files are, so that the next start trusts them."""
    for folder, sources in _watched.items():
        _note_sums(folder, sources)

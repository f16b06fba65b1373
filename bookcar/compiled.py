"""How kernels are compiled: without the interpreter's lock, bounds checks or division checks.

Indices are unsigned wherever they are read from an array: numba then leaves out the test for a
negative index that Python's meaning of ``a[-1]`` asks for.
"""

from __future__ import annotations

import atexit
import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec
import numba
from numba.core.errors import NumbaError

from bookcar.files import WriteError, sha256, write_bytes

F = TypeVar("F", bound=Callable[..., Any])

_THIS = Path(__file__).resolve()

_SUMS = "kernel.json"


class _Kept(msgspec.Struct, frozen=True):
    """What compiled files of a folder are to be: of these sources, and with this content each."""

    sources: str
    files: dict[str, str]


def _options() -> dict[str, Any]:
    """Return numba's options; kernels allocate nothing, so references need not be counted.

    ``_nrt`` is not part of numba's public options: where it is not known, a kernel is slower.
    """
    options: dict[str, Any] = {"nogil": True, "boundscheck": False, "error_model": "numpy"}
    fastest = {"_nrt": False, **options}
    try:
        numba.njit(**fastest)(_nothing)
    except (KeyError, TypeError, ValueError, NumbaError):
        return options
    return fastest


def _nothing() -> None:
    pass


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
    for path in (*sorted(folder.glob("*.py")), _THIS):
        digest.update(path.read_bytes())
    return digest.hexdigest()


_watched: dict[Path, str] = {}
"""The folders of compiled files that were looked through, each with the digest of its sources."""


def _watch(folder: Path, sources: str) -> None:
    """Look a folder of compiled files through, now and when the program ends."""
    if folder not in _watched:
        _forget_unsound(folder, sources)
        _watched[folder] = sources


@atexit.register
def note_compiled() -> None:
    """Write down what the compiled files are, so that the next start trusts them."""
    for folder, sources in _watched.items():
        _note_sums(folder, sources)


def is_ready(function: Callable[..., Any]) -> bool:
    """Tell whether an entry need not be compiled: it was on this machine before, or never is."""
    stats = getattr(function, "stats", None)
    if stats is None:
        return True
    kept = Path(stats.cache_path).glob(f"*.{function.__name__}-*.nbi") if stats.cache_path else ()
    return any(kept)


_OPTIONS = _options()


def compiled(function: F) -> F:
    """Compile a function of a kernel, for its other functions to call."""
    return cast("F", numba.njit(**_OPTIONS)(function))


def inlined(function: F) -> F:
    """Compile a function into each of its callers: for the few lines that run most."""
    return cast("F", numba.njit(forceinline=True, **_OPTIONS)(function))


def entry(function: F) -> F:
    """Compile a function that Python calls, and keep it on disk for the next start."""
    dispatcher = numba.njit(cache=True, **_OPTIONS)(function)
    stats = getattr(dispatcher, "stats", None)  # there is none where compiling is turned off
    if stats is not None and stats.cache_path:
        _watch(Path(stats.cache_path), _sources(Path(function.__code__.co_filename).parent))
    return cast("F", dispatcher)

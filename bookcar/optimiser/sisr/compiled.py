"""How the kernel is compiled: without the interpreter's lock, bounds checks or division checks.

Indices are unsigned wherever they are read from an array: numba then leaves out the test for a
negative index that Python's meaning of ``a[-1]`` asks for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.errors import NumbaError

F = TypeVar("F", bound=Callable[..., Any])

_THIS = Path(__file__).resolve()
_HERE = _THIS.parent
_FOLDERS = (_HERE, _HERE.parent / "bound")
"""Where compiled functions are, the search's and the bound's: neither calls one of the other's."""


def _options() -> dict[str, Any]:
    """Return numba's options; the kernel allocates nothing, so references need not be counted.

    ``_nrt`` is not part of numba's public options: where it is not known, the kernel is slower.
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


def _forget_stale_kernel(folder: Path) -> None:
    """Delete what was compiled from other sources: numba looks only at the entry's own file."""
    sources = b"".join(path.read_bytes() for path in (*sorted(folder.glob("*.py")), _THIS))
    stamp, digest = folder / "__pycache__" / "kernel.sha256", hashlib.sha256(sources).hexdigest()
    with suppress(OSError):  # a folder one may not write to holds no cache of ours either
        if not stamp.exists() or stamp.read_text("ascii") != digest:
            for compiled_file in stamp.parent.glob("*.nb[ci]"):
                compiled_file.unlink(missing_ok=True)
            stamp.parent.mkdir(exist_ok=True)
            stamp.write_text(digest, "ascii")


def is_ready() -> bool:
    """Tell whether the kernel was compiled on this machine before."""
    return any((_HERE / "__pycache__").glob("*.nbc"))


for _folder in _FOLDERS:
    _forget_stale_kernel(_folder)
_OPTIONS = _options()


def compiled(function: F) -> F:
    """Compile a function of the kernel, for its other functions to call."""
    return cast("F", numba.njit(**_OPTIONS)(function))


def inlined(function: F) -> F:
    """Compile a function into each of its callers: for the few lines that run most."""
    return cast("F", numba.njit(forceinline=True, **_OPTIONS)(function))


def entry(function: F) -> F:
    """Compile a function that Python calls, and keep it on disk for the next start."""
    return cast("F", numba.njit(cache=True, **_OPTIONS)(function))

"""How the kernel is compiled: without the interpreter's lock, bounds checks or division checks.

Indices are unsigned wherever they are read from an array: numba then leaves out the test for a
negative index that Python's meaning of ``a[-1]`` asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS: dict[str, Any] = {
    "nogil": True,
    "boundscheck": False,
    "error_model": "numpy",
    "_nrt": False,
}


def compiled(function: F) -> F:
    """Compile a function of the kernel, for its other functions to call."""
    return cast("F", numba.njit(**_OPTIONS)(function))


def inlined(function: F) -> F:
    """Compile a function into each of its callers: for the few lines that run most."""
    return cast("F", numba.njit(forceinline=True, **_OPTIONS)(function))


def entry(function: F) -> F:
    """Compile a function that Python calls, and keep it on disk for the next start."""
    return cast("F", numba.njit(cache=True, **_OPTIONS)(function))

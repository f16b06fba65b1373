"""How kernels are compiled: without the interpreter's lock, bounds checks or division checks.

Indices are unsigned wherever they are read from an array: numba then leaves out the test for a
negative index that Python's meaning of ``a[-1]`` asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.errors import NumbaError

from bookcar.compiled.kept import watch
from bookcar.compiled.whole import InnerCompiler, OuterCompiler

F = TypeVar("F", bound=Callable[..., Any])


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


def is_ready(function: Callable[..., Any]) -> bool:
    """Tell whether an entry need not be compiled: it was on this machine before, or never is."""
    stats = getattr(function, "stats", None)
    if stats is None:
        return True
    kept = Path(stats.cache_path).glob(f"*.{function.__name__}-*.nbi") if stats.cache_path else ()
    return any(kept)


_OPTIONS = _options()

_INNER = {
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "pipeline_class": InnerCompiler,
    **_OPTIONS,
}

_OUTER = {"no_cfunc_wrapper": True, "pipeline_class": OuterCompiler, **_OPTIONS}


def compiled(function: F) -> F:
    """Compile a function of a kernel, for its other functions to call; Python must not."""
    return cast("F", numba.njit(**_INNER)(function))


def inlined(function: F) -> F:
    """Compile a function into each of its callers: for the few lines that run most."""
    return cast("F", numba.njit(forceinline=True, **_INNER)(function))


def entry(function: F) -> F:
    """Compile a function that Python calls, and keep it on disk for the next start."""
    dispatcher = numba.njit(cache=True, **_OUTER)(function)
    stats = getattr(dispatcher, "stats", None)  # there is none where compiling is turned off
    if stats is not None and stats.cache_path:
        watch(Path(stats.cache_path), Path(function.__code__.co_filename).parent)
    return cast("F", dispatcher)


def called(function: F) -> F:
    """Return an inner function of a kernel for Python to call, as tests do."""

    def outer(*given: Any) -> Any:
        return function(*given)

    return cast("F", numba.njit(**_OUTER)(outer))

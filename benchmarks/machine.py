"""On what, when and beside what other load something was measured."""

from __future__ import annotations

import datetime as dt
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_LIBRARIES = ("numba", "hygese", "ortools", "pyvroom", "pyvrp")


def machine() -> dict[str, Any]:
    """Return cores, processor, load, date, Python and the versions of the methods' libraries."""
    return {
        "cores": os.cpu_count(),
        "cpu": _processor(),
        "load": round(os.getloadavg()[0], 1),
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "python": platform.python_version(),
        "libraries": {name: found for name in _LIBRARIES if (found := _version(name))},
    }


def in_words(given: dict[str, Any]) -> str:
    """Return the same as a line under a table."""
    libraries = ", ".join(f"{name} {number}" for name, number in given["libraries"].items())
    return (
        f"{given['cores']} cores, {given['cpu']}, load {given['load']} at the start, "
        f"{given['date']}, Python {given['python']}; {libraries}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, "unknown processor")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None

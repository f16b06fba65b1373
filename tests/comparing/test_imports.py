"""The benchmarks keep up with what they measure: each can at least be imported."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

import benchmarks

TOP = Path(benchmarks.__file__).parent

OPTIONAL = ("hygese", "matplotlib", "pyvrp", "rustworkx", "vroom", "vrplib")
"""Libraries of the extra ``bench``, by the names they are imported by."""

# What others bring along may warn; it is not what is asked here.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def _modules() -> list[str]:
    """Return the full name of every module under ``benchmarks``."""
    paths = sorted(TOP.rglob("*.py"))
    names = (".".join(path.relative_to(TOP.parent).with_suffix("").parts) for path in paths)
    return [name.removesuffix(".__init__") for name in names]


def test_all_are_found() -> None:
    assert {"benchmarks.maps", "benchmarks.peers", "benchmarks.peers.ours"} <= {*_modules()}


@pytest.mark.parametrize("module", _modules())
def test_a_benchmark_can_be_imported(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])  # some put the tests or the top of the project on
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name not in OPTIONAL:
            raise
        pytest.skip(f"{error.name} is not installed")

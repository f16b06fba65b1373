"""Who may import what, in one direction, and how fast the command line starts."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "bookcar"

# Which parts of bookcar may import a library; the empty set is the top level itself.
OWNERS = {
    "click": {"cli"},
    "folium": {"maps"},
    "branca": {"maps"},
    "opening_hours": {"roads"},
    "osmium": {"roads"},
    "networkx": {"roads"},
    "numba": {"compiled"},
    "ortools": {"batches", "optimiser"},
    "typst": {"manifests"},
    "PIL": {"maps"},
    "dateutil": {"recurrence"},
    "icalendar": {"manifests", "published"},
    "xlsxwriter": {"manifests", "report"},
    "tzfpy": {"time_zones"},
    "openpyxl": {"inputs", "records"},
    "pyproj": {"inputs"},
}

# The flow, upstream first: a part imports only parts that stand before it.
FLOW = (
    "phrases",
    "errors",
    "weeks",
    "earth",
    "countries",
    "time_zones",
    "progress",
    "recurrence",
    "files",
    "compiled",
    "lookups",
    "model",
    "calendars",
    "titles",
    "plan",
    "plan_index",
    "plan_changes",
    "plan_rules",
    "plan_file",
    "timetable",
    "timetable_changes",
    "timetable_file",
    "inputs",
    "records",
    "due",
    "roads",
    "batches",
    "optimiser",
    "planning",
    "adjust",
    "advice",
    "replan",
    "audit",
    "actuals",
    "check",
    "pipeline",
    "timetables",
    "web",
    "manifests",
    "maps",
    "pages",
    "published",
    "report",
    "outputs",
    "cli",
    "__main__",
)

HEAVY = (
    "numpy",
    "pyproj",
    "numba",
    "ortools",
    "osmium",
    "networkx",
    "geopandas",
    "folium",
    "typst",
    "scipy",
)


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _part(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: import absolutely"
            if node.module == "bookcar":
                yield from (f"bookcar.{alias.name}" for alias in node.names)
            yield node.module


@pytest.mark.parametrize("library", OWNERS)
def test_a_library_is_imported_only_where_it_belongs(library: str) -> None:
    users = {_part(p) for p in _modules() if library in {i.split(".")[0] for i in _imports(p)}}
    assert users <= OWNERS[library]


def test_every_part_is_in_the_flow() -> None:
    assert {_part(p) for p in _modules()} - {"__init__"} == set(FLOW)


@pytest.mark.parametrize("part", FLOW)
def test_a_part_imports_only_what_comes_before_it(part: str) -> None:
    before = {*FLOW[: FLOW.index(part) + 1], "__version__"}
    for path in _modules():
        if _part(path) == part:
            names = [i.split(".")[1] for i in _imports(path) if i.startswith("bookcar.")]
            assert set(names) <= before, path


def test_audit_shares_no_code_with_the_search() -> None:
    for path in _modules():
        if _part(path) == "audit":
            parts = {".".join(i.split(".")[:2]) for i in _imports(path)}
            searching = {
                f"bookcar.{p}"
                for p in ("batches", "optimiser", "planning", "adjust", "advice", "timetables")
            }
            assert not parts & searching, path


@pytest.mark.parametrize("call", ["import bookcar", "from bookcar.cli import main"])
def test_start_up_imports_nothing_heavy(call: str) -> None:
    code = f"{call}; import sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not set(HEAVY) & set(loaded)


def test_help_imports_for_less_than_300_ms() -> None:
    """Sum what -X importtime measures; one good run will do, since machines are busy at times."""
    assert any(_import_ms() < 300 for _ in range(12))


def _import_ms() -> float:
    command = [sys.executable, "-X", "importtime", "-c", "import bookcar.cli"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines()
    own = [re.match(r"import time:\s+(\d+) \|", line) for line in lines]
    return sum(int(match[1]) for match in own if match) / 1000

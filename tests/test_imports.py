"""Who may import what, in one direction, and how little the command line loads to start."""

from __future__ import annotations

import ast
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
    "llvmlite": {"compiled"},
    "ortools": {"batches", "optimiser", "siting"},
    "typst": {"manifests"},
    "PIL": {"maps"},
    "dateutil": {"recurrence"},
    "icalendar": {"manifests", "published"},
    "xlsxwriter": {"manifests", "report", "scenarios"},
    "pymarc": {"crates"},
    "astral": {"daylight"},
    "tzfpy": {"time_zones"},
    "openpyxl": {"inputs", "records"},
    "pyproj": {"inputs"},
    "python_calamine": {"importing", "inputs"},
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
    "daylight",
    "calendars",
    "titles",
    "plan",
    "plan_index",
    "plan_changes",
    "plan_rules",
    "plan_file",
    "whys",
    "timetable",
    "timetable_changes",
    "timetable_file",
    "inputs",
    "records",
    "crates",
    "rhythm",
    "due",
    "parts",
    "fairs",
    "as_of",
    "roads",
    "importing",
    "batches",
    "optimiser",
    "planning",
    "campaigns",
    "rota",
    "adjust",
    "advice",
    "why",
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
    "scenarios",
    "siting",
    "outputs",
    "cli",
    "__main__",
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


def _loaded_by(code: str) -> set[str]:
    """Return the modules that a fresh Python has loaded after some code, by their whole names."""
    shown = f"import sys\n{code}\nprint(*sys.modules, sep='|', file=sys.stderr)"
    command = [sys.executable, "-c", shown]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stderr.strip().split("|"))


HELP = """
from bookcar.__main__ import start
sys.argv = ["bookcar", "--help"]
try:
    start()
except SystemExit:
    pass
"""


@pytest.mark.parametrize("code", ["import bookcar", "from bookcar.cli import main", HELP])
def test_start_up_imports_next_to_nothing(code: str) -> None:
    """Beside Python's own modules click, msgspec and bookcar's words; no command, no numpy."""
    loaded = _loaded_by(code) - _loaded_by("")
    others = {name.split(".")[0] for name in loaded} - sys.stdlib_module_names
    assert others <= {"bookcar", "click", "msgspec", "typing_extensions"}
    own = {name for name in loaded if name.startswith("bookcar.")}
    parts = {name.split(".")[1] for name in own}
    assert parts <= {"phrases", "errors", "cli", "__main__"}
    said = {"", ".failures", ".fault_groups", ".helping", ".recovered", ".speech"}
    cli = {name for name in own if name.startswith("bookcar.cli")}
    assert cli <= {f"bookcar.cli{name}" for name in said}


def test_nothing_is_imported_before_ctrl_c_is_heard() -> None:
    """What stands before `bookcar.__main__.start` in its file and the package's is signal alone."""
    loaded = _loaded_by("import bookcar.__main__") - _loaded_by("import signal")
    assert loaded - {"__future__"} == {"bookcar", "bookcar.__main__"}


def test_every_public_name_stays_what_it_is_when_everything_is_imported() -> None:
    """The package `bookcar.audit` once stood in the place of a function of that name."""
    code = (
        "import bookcar, types; names = bookcar.__all__\n"
        "for _ in range(2):\n"
        "    given = [getattr(bookcar, name) for name in names]\n"
        "    print(*(n for n, g in zip(names, given) if isinstance(g, types.ModuleType)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

"""The page on inputs says what the code does, and names are unambiguous."""

from __future__ import annotations

import ast
import re
import typing
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from inputs.cases import CASES

import bookcar
from bookcar.inputs import columns, keys, reference
from bookcar.inputs import text as tx
from bookcar.optimiser.limits import LIMITS
from bookcar.planning.visit_options import Refusal
from bookcar.roads.travel import Unreached

PACKAGE = Path(bookcar.__file__).parent
LATER = "### What the roads and the plan show"

# Rules with tests of their own elsewhere: workbooks, folders, roads.
ELSEWHERE = {
    "formula-without-value",
    "merged-cells",
    "missing-folder",
    "not-a-workbook",
    "several-workbooks",
    "shifted-coordinates",
    "unreadable-file",
}


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "inputs.md").read_text("utf-8")


@pytest.fixture(scope="module")
def board(root: Path) -> str:
    return (root / "docs" / "board.md").read_text("utf-8")


FAMILIES = {
    "missing-": ("extract", "matrix"),
    "no-": ("stops", "vehicles"),
    "override-": tuple(columns.any_table("overrides").columns),
    "route-": tuple(limit.code for limit in LIMITS),
    "stop-": typing.get_args(Refusal),
}
"""How the ids of some rules begin, and every word that may follow."""


def _documented(page: str) -> list[str]:
    return re.findall(r"^\| ([a-z-]+) \| (?:error|warning)", page, re.MULTILINE)


def _in_code(paths: Iterable[Path]) -> set[str]:
    """Return every rule id: literals under ``rule=`` or first in a call that makes a fault."""
    found: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                literals = [k.value for k in node.keywords if k.arg == "rule"]
                if name in ("fault", "file_fault", "_fault", "BadCell", "BadTiles", "note"):
                    literals += node.args[:1]
                found |= {n.value for n in literals if isinstance(n, ast.Constant)}
                found |= {rule for n in literals for rule in _family(n)}
    return found


def _family(node: ast.expr) -> Iterator[str]:
    """Yield every id that a text put together can be, e.g. ``f"route-{code}"``."""
    if isinstance(node, ast.JoinedStr):
        beginning = node.values[0]
        assert isinstance(beginning, ast.Constant)
        yield from (f"{beginning.value}{word}" for word in FAMILIES[beginning.value])


def test_the_generated_tables_are_current(page: str) -> None:
    """If this fails, write ``reference.renewed(page)`` back to the page."""
    assert all(f"<!-- {name} -->" in page for name in reference.blocks())
    assert reference.renewed(page) == page


def test_every_rule_is_documented_once_and_every_documented_rule_exists(page: str) -> None:
    own = _in_code((PACKAGE / "inputs").glob("*.py"))
    assert sorted(_documented(page.partition(LATER)[0])) == sorted(own)


def test_every_rule_of_the_roads_and_the_plan_is_documented(page: str) -> None:
    tables, _, later = page.partition(LATER)
    found = _in_code([*(PACKAGE / "roads").glob("*.py"), *(PACKAGE / "advice").glob("*.py")])
    found |= set(typing.get_args(typing.get_type_hints(Unreached)["reason"]))
    assert sorted(_documented(later)) == sorted(found - set(_documented(tables)))


def test_every_rule_of_routes_fixed_by_hand_and_of_plans_is_documented(
    page: str, board: str
) -> None:
    adjust = (PACKAGE / "adjust").glob("*.py")
    found = _in_code([*adjust, PACKAGE / "plan.py", PACKAGE / "cli" / "replan.py"])
    assert sorted(_documented(board)) == sorted(found - set(_documented(page)))


def test_every_rule_has_a_test(page: str) -> None:
    rules = set(_documented(page.partition(LATER)[0]))
    assert rules == {case.rule for case in CASES} | ELSEWHERE


def test_every_column_and_key_is_described() -> None:
    described = {t: set(c) - {"names"} for t, c in columns.names().items()}
    listed = columns.tables() | columns.lists()
    assert described == {name: set(table.columns) for name, table in listed.items()}
    assert set(keys.abouts()) == set(keys.KEYS)


@pytest.mark.parametrize("table", [*columns.tables(), *columns.lists()])
def test_no_name_stands_for_two_columns(table: str) -> None:
    entries = {n: e for n, e in columns.names()[table].items() if n != "names"}
    spellings = {n: {tx.key(s) for s in (n, e["zh"], *e["also"])} for n, e in entries.items()}
    counts = Counter(s for each in spellings.values() for s in each)
    assert [s for s, count in counts.items() if count > 1] == []


def test_no_name_stands_for_two_tables() -> None:
    counts = Counter(name for table in columns.tables().values() for name in table.names)
    assert max(counts.values()) == 1


@pytest.mark.parametrize("column", reference.VOCABULARIES)
def test_every_word_of_a_vocabulary_is_understood(column: str) -> None:
    table, _, name = column.partition(".")
    parse = columns.any_table(table).columns[name].parse
    words = reference.VOCABULARIES[column]
    for word, also in words.items():
        values = {parse(spelling) for spelling in (word, word.upper(), *also)}
        assert values == {word if name != "required" else word == "yes"}
    spellings = [tx.key(s) for word, also in words.items() for s in (word, *also)]
    assert len(set(spellings)) == len(spellings)

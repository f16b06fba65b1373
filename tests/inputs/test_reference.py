"""The page on inputs says what the code does, and names are unambiguous."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from inputs.cases import CASES

from bookcar.inputs import columns, keys, reference
from bookcar.inputs import text as tx
from bookcar.phrases import FALLBACK, LANGUAGES, Phrases, aliases
from bookcar.phrases.rules import rules

# Rules with tests of their own elsewhere: workbooks, folders, roads.
ELSEWHERE = {
    "formula-without-value",
    "mended-in-future",
    "merged-cells",
    "missing-folder",
    "not-a-workbook",
    "several-workbooks",
    "shifted-coordinates",
    "told-in-future",
    "unreadable-file",
    "visit-in-future",
}


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "inputs.md").read_text("utf-8")


@pytest.fixture(scope="module")
def board(root: Path) -> str:
    return (root / "docs" / "board.md").read_text("utf-8")


def test_every_generated_table_stands_on_one_page(page: str, board: str, root: Path) -> None:
    others = ("records.md", "replan.md", "books.md", "import.md", "what-if.md", "where.md")
    records = "".join((root / "docs" / name).read_text("utf-8") for name in others)
    for name in reference.blocks():
        assert (page + board + records).count(f"<!-- {name} -->") == 1, name


def test_every_rule_has_a_test() -> None:
    assert set(rules()["tables"]) == {case.rule for case in CASES} | ELSEWHERE


def test_every_column_and_key_is_described() -> None:
    listed = columns.tables() | columns.lists()
    every = {f"{name}.{column}" for name, table in listed.items() for column in table.columns}
    assert all(set(aliases(language)) == every for language in LANGUAGES)
    assert set(Phrases(FALLBACK).topic("keys")) == set(keys.KEYS)


@pytest.mark.parametrize("table", [*columns.tables(), *columns.lists()])
def test_no_name_stands_for_two_columns(table: str) -> None:
    spellings = {
        n: {tx.key(s) for s in (n, *columns.headings(table, n), *columns.further(table, n))}
        for n in columns.any_table(table).columns
    }
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

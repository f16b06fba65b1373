"""Every rule that code can raise has its wording, in every language, with the figures it gives."""

from __future__ import annotations

import ast
import string
import typing
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import bookcar
from bookcar.errors import Fault
from bookcar.inputs import columns
from bookcar.optimiser.limits import LIMITS
from bookcar.phrases import FALLBACK, LANGUAGES, Language, Phrases, catalogue
from bookcar.phrases.rules import rules
from bookcar.planning.visit_options import Refusal
from bookcar.roads.travel import Unreached

PACKAGE = Path(bookcar.__file__).parent
MAKERS = ("Fault", "fault", "file_fault", "_fault", "BadCell", "note", "warning", "_refuse")
NO_FIGURES = {
    "at", "column", "file", "key", "reason_of", "row", "rule", "severity", "value", "variant",
    "visit",
}  # fmt: skip
FAMILIES = {
    "calendar-": ("dropped", "halted", "moved"),
    "missing-": ("extract", "matrix"),
    "no-": ("stops", "vehicles"),
    "override-": tuple(columns.any_table("overrides").columns),
    "route-": tuple(limit.code for limit in LIMITS),
    "stop-": typing.get_args(Refusal),
}
"""How the names of some rules begin, and every word that may follow."""
RETURNED = {
    "shifted-tiles",
    "bad-tiles",
    *typing.get_args(typing.get_type_hints(Unreached)["reason"]),
}
"""Rules that a function returns, and another one makes a fault of."""
FILLED = {"empty-required"}
"""Rules whose figures are added where the cell is known."""


def _calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call that makes a fault, with each rule it may be of."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = _name(node)
                said = [k.value for k in node.keywords if k.arg == "rule"]
                if name in MAKERS:
                    said += node.args[:1]
                for rule in said:
                    yield from ((found, node) for found in _rules(rule))


def _name(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def _rules(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.JoinedStr):
        beginning = node.values[0]
        assert isinstance(beginning, ast.Constant)
        yield from (f"{beginning.value}{word}" for word in FAMILIES[str(beginning.value)])


def _in_code() -> set[str]:
    return {rule for rule, _ in _calls()} | RETURNED


def _worded(language: Language) -> dict[str, dict[str, str]]:
    """Return the wordings of each rule by what follows its name."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for key, text in Phrases(language).topic("faults").items():
        rule, _, part = key.partition(".")
        if rule != "at":
            found[rule][part] = text
    return found


def _figures(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_rule_is_listed_and_every_listed_rule_exists() -> None:
    listed = [rule for part in rules().values() for rule in part]
    assert len(listed) == len(set(listed))
    assert set(listed) == _in_code()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_says_what_is_wrong_and_how_to_correct_it(language: Language) -> None:
    worded = _worded(language)
    assert set(worded) == _in_code()
    plain = [rule for rule, parts in worded.items() if {"problem", "fix"} <= parts.keys()]
    assert set(plain) == set(worded)


def test_every_variant_in_code_is_worded_and_every_worded_one_is_in_code() -> None:
    said = {n.value for p in PACKAGE.rglob("*.py") for n in _texts(p)}
    for rule, parts in _worded(FALLBACK).items():
        assert {part.partition(".")[0] for part in parts if "." in part} <= said, rule
    for rule, call in _calls():
        for keyword in call.keywords:
            if keyword.arg == "variant" and isinstance(keyword.value, ast.Constant):
                variant = keyword.value.value
                assert not variant or any(
                    part.startswith(f"{variant}.") for part in _worded(FALLBACK)[rule]
                ), (rule, variant)


def _texts(path: Path) -> Iterator[ast.Constant]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node


def test_code_gives_every_figure_that_a_wording_names() -> None:
    given: dict[str, set[str]] = defaultdict(set)
    opened = set()
    for rule, call in _calls():
        if _name(call) not in MAKERS:
            opened.add(rule)
        for keyword in call.keywords:
            if keyword.arg == "figures" and isinstance(keyword.value, ast.Dict):
                given[rule] |= {k.value for k in keyword.value.keys if isinstance(k, ast.Constant)}
            elif keyword.arg is None or keyword.arg == "figures":
                opened.add(rule)
            elif keyword.arg not in NO_FIGURES:
                given[rule].add(keyword.arg)
    for rule, parts in _worded(FALLBACK).items():
        named = set().union(*map(_figures, parts.values()))
        if (
            rule not in opened
            and not rule.startswith("route-")
            and rule not in (*RETURNED, *FILLED)
        ):
            assert named - {"vehicle", "date"} <= given[rule], rule


def test_a_fault_is_told_in_every_language_and_read_back_the_same() -> None:
    fault = Fault(
        rule="requests-waiting",
        file="requests.csv",
        row=2,
        column="id",
        value="Q1",
        severity="warning",
        figures={"count": 2, "requests": (("Q1", "S1"), ("Q2", "S2"))},
    )
    assert str(fault).startswith("requests.csv row 2, id 'Q1': 2 open requests cannot be brought")
    told = fault.text_in("zh")
    assert told.startswith(
        "requests.csv 第 2 行，id 'Q1'：2 条读者预约本周送不到：Q1（S1）、Q2（S2）。"
    )
    again = msgspec.json.decode(msgspec.json.encode(fault), type=Fault)
    assert again == fault
    assert again.text_in("zh") == told


def test_every_sentence_that_code_keeps_is_in_the_catalogue() -> None:
    keys = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node) == "Sentence":
                said = [k.value for k in node.keywords if k.arg == "key"]
                keys |= {key.value for key in said if isinstance(key, ast.Constant)}
    assert "usage.no-vehicle" in keys
    assert {key for key in keys if key not in catalogue(FALLBACK)} == set()


def test_a_variant_says_only_what_differs() -> None:
    fault = Fault(rule="control-character", variant="tab", file="x", figures={"code": "U+0009"})
    assert fault.problem == "There is a tab in the text."
    assert fault.fix == "Delete it and type the text again."

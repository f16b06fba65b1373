"""What the audit says: a phrase for every breach with its figures, a breach for every phrase."""

from __future__ import annotations

import ast
import pickle
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from audit.clean import clean

from bookcar.audit.breach import breach
from bookcar.errors import AuditError, Finding, finding_in
from bookcar.phrases import LANGUAGES, Language, catalogue

FOLDER = Path(__file__).parents[2] / "bookcar" / "audit"
SPREAD = "**"


def _breaches() -> Iterator[tuple[str, set[str]]]:
    """Yield each key of a breach in the source, ``*`` for what is filled in, and its figures."""
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "breach":
                (key,) = node.args
                parts = key.values if isinstance(key, ast.JoinedStr) else [key]
                said = (str(p.value) if isinstance(p, ast.Constant) else "*" for p in parts)
                yield "".join(said), {keyword.arg or SPREAD for keyword in node.keywords}


def _phrases(language: Language) -> dict[str, str]:
    said = catalogue(language).items()
    return {key.removeprefix("audit."): text for key, text in said if key.startswith("audit.")}


def _figures(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_breach_has_its_phrase_with_its_figures() -> None:
    phrases = _phrases("en")
    for key, figures in _breaches():
        pattern = re.compile(re.escape(key).replace(r"\*", "[a-z-]+"))
        own = [text for name, text in phrases.items() if pattern.fullmatch(name)]
        assert own, key
        for text in own:
            named = _figures(text)
            filled = "*" in key or SPREAD in figures
            assert filled or named == figures, key
            assert SPREAD in figures or named <= figures, key


def test_every_phrase_is_said_somewhere() -> None:
    patterns = [re.compile(re.escape(key).replace(r"\*", "[a-z-]+")) for key, _ in _breaches()]
    for name in _phrases("en"):
        assert any(pattern.fullmatch(name) for pattern in patterns), name


def test_a_finding_is_its_english_text_and_says_itself_in_any_language() -> None:
    finding = Finding("max-stops", breach("max-stops", route="R01", visits=9, limit=8))
    assert finding == "max-stops: R01: 9 stops; the limit is 8."
    assert finding.text_in("zh") == "max-stops: R01：9 站，上限为 8 站。"
    assert finding_in("search: a bug.", "zh") == "search: a bug."
    assert AuditError([finding]).findings == (finding,)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_can_be_said_of_what_breaks_the_plan(language: Language) -> None:
    changed = clean().with_route(0, back=99_999, peak_books=1)
    for finding in changed.findings():
        assert isinstance(finding, Finding)
        assert finding.text_in(language).startswith(f"{finding.rule}: ")


def test_a_finding_can_be_sent_to_another_process() -> None:
    found = Finding("some-rule", breach("books-are-brought", route="R", stop="S1"))
    again = pickle.loads(pickle.dumps(found))
    assert (again, again.rule, again.sentence) == (found, found.rule, found.sentence)

"""What a rule says of a plan that breaks it: a phrase of the catalogue, told in any language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from bookcar.errors import Finding
from bookcar.phrases.sentence import Sentence

T = TypeVar("T")


def breach(key: str, /, **figures: Any) -> Sentence:
    """Return a phrase of ``audit.toml`` with its figures."""
    return Sentence(key=f"audit.{key}", figures=figures)


def breaches(rules: Iterable[Callable[[T], Iterator[Sentence]]], case: T) -> list[Finding]:
    """Return a finding per breach of a rule, in the order of the rules."""
    return [
        Finding(rule.__name__.replace("_", "-"), sentence)
        for rule in rules
        for sentence in rule(case)
    ]

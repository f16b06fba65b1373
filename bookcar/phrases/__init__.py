"""Every word that is printed or drawn, in each language: one catalogue, a file per topic.

A phrase is a table in ``TOPIC.toml`` with one line per language; a third language is one more line
per phrase. Figures stand in braces: ``{km:.1f} km``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "zh")
TOPICS = ("common", "reasons", "maps", "manifests", "pages")


class Phrases:
    """The catalogue in one language.

    Parameters
    ----------
    language
        One of `LANGUAGES`.
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no phrases in language {language!r}; there are {LANGUAGES}")
        self.language = language

    def __call__(self, key: str, /, **figures: Any) -> str:
        """Return a phrase such as ``maps.title`` with its figures filled in.

        The figures are not markup and may hold anything; escaping is the caller's work.
        """
        text = _catalogue()[key][self.language]
        return text.format(**figures) if figures else text

    def reason(self, code: str, figures: Mapping[str, Any], *, made: int = 0) -> str:
        """Return why a stop is unserved, or why it lacks one of two visits if one is ``made``."""
        text = self(f"reasons.{code}", **figures)
        return self("reasons.one-of-two", reason=text) if made else text

    def topic(self, name: str) -> dict[str, str]:
        """Return every phrase of a topic by its key without the topic, for templates."""
        prefix = name + "."
        return {
            key.removeprefix(prefix): texts[self.language]
            for key, texts in _catalogue().items()
            if key.startswith(prefix)
        }


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    folder = resources.files(__name__)
    phrases: dict[str, dict[str, str]] = {}
    for topic in TOPICS:
        table = tomllib.loads((folder / f"{topic}.toml").read_text("utf-8"))
        phrases.update({f"{topic}.{key}": texts for key, texts in table.items()})
    return phrases

"""Every word that is printed, drawn or said, in each language: a folder each, a file per topic.

A phrase is a line ``key = "text"`` of ``LANGUAGE/TOPIC.toml``. Figures stand in braces:
``{km:.1f} km``, ``{day:date}`` (`bookcar.phrases.figures`). Every language
has the same keys with the same figures.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from bookcar.phrases.figures import Figure, Speaker
from bookcar.phrases.languages import FALLBACK, LANGUAGES, Language

__all__ = ["FALLBACK", "LANGUAGES", "TOPICS", "Figure", "Language", "Phrases", "catalogue"]

TOPICS = (
    "language",
    "figures",
    "common",
    "calendar",
    "limits",
    "reasons",
    "why",
    "scenarios",
    "where",
    "records",
    "faults",
    "audit",
    "trouble",
    "maps",
    "manifests",
    "phone",
    "pages",
    "report",
    "rota",
    "campaign",
    "events",
    "timetable",
    "crates",
    "importing",
    "cli",
    "steps",
    "usage",
    "columns",
    "keys",
    "starter",
)

_FAULT = ("problem", "fix")


class Phrases:
    """The catalogue in one language.

    Parameters
    ----------
    language
        One of `LANGUAGES`.
    """

    def __init__(self, language: Language) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no phrases in language {language!r}; there are {LANGUAGES}")
        self.language: Language = language
        self._speaker = Speaker(self)

    def __call__(self, key: str, /, **figures: Any) -> str:
        """Return a phrase such as ``maps.title`` with its figures filled in.

        The figures are not markup and may hold anything; escaping is the caller's work.
        """
        return self.filled(key, figures) if figures else catalogue(self.language)[key]

    def filled(self, key: str, figures: Mapping[str, Any]) -> str:
        """Return a phrase with its figures, also where it has none: ``{{`` is a brace then."""
        return self._speaker.vformat(catalogue(self.language)[key], (), figures)

    def number(self, value: float, form: str = ",") -> str:
        """Return a number as `format` would, with the language's own marks in it: 1 234,5."""
        return self._speaker.number(value, form)

    def __contains__(self, key: str) -> bool:
        return key in catalogue(self.language)

    def topic(self, name: str) -> dict[str, str]:
        """Return every phrase of a topic by its key without the topic, for templates."""
        prefix = name + "."
        return {
            key.removeprefix(prefix): text
            for key, text in catalogue(self.language).items()
            if key.startswith(prefix)
        }


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Return every phrase of a language by ``TOPIC.key``."""
    folder = resources.files(__name__) / language
    phrases: dict[str, str] = {}
    for topic in TOPICS:
        table = tomllib.loads((folder / f"{topic}.toml").read_text("utf-8"))
        phrases.update(_flat(f"{topic}.", table))
        if topic == "limits":
            phrases.update(_flat("faults.", _broken(table)))
    return phrases


def _broken(limits: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what is said of a route that breaks a limit: a fault of the rule route-CODE."""
    return {
        f"route-{code}": {k: v for k, v in words.items() if k in _FAULT or isinstance(v, dict)}
        for code, words in limits.items()
    }


def limit_codes() -> tuple[str, ...]:
    """Return the code of every limit that there are words for, in their order."""
    ends = ("limits.", ".board")
    return tuple(
        key.removeprefix(ends[0]).removesuffix(ends[1])
        for key in catalogue(FALLBACK)
        if key.startswith(ends[0]) and key.endswith(ends[1])
    )


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every phrase of a table and of the tables in it, by its dotted key."""
    for key, value in table.items():
        if isinstance(value, str):
            yield prefix + key, value
        elif isinstance(value, dict):
            yield from _flat(f"{prefix}{key}.", value)


@cache
def aliases(language: Language) -> dict[str, tuple[str, ...]]:
    """Return what a language calls the columns besides their headings, by ``TABLE.COLUMN``."""
    text = (resources.files(__name__) / language / "columns.toml").read_text("utf-8")
    return {
        f"{table}.{column}": tuple(words.get("also", ()))
        for table, columns in tomllib.loads(text).items()
        for column, words in columns.items()
    }

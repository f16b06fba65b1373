"""What ``--help`` says, by language: the source has it in English, other languages in a file each.

``LANGUAGE/help.toml`` has a table for each command, with ``short``, ``about`` and the options by
their names; what several commands share stands in ``common``. What click itself says is translated
by gettext, as click is made for: ``LANGUAGE/LC_MESSAGES/click.po``, compiled to ``click.mo``.
"""

from __future__ import annotations

import gettext
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path

from bookcar.phrases.languages import FALLBACK, Language

DOMAIN = "click"
SOURCE = FALLBACK
"""The language of the source."""


@cache
def helps(language: Language) -> Mapping[str, Mapping[str, str]]:
    """Return the help of each command, by option; that of bookcar itself is that of ``bookcar``."""
    if language == SOURCE:
        return {}
    text = (resources.files("bookcar.phrases") / language / "help.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    return {**tables, "bookcar": {"about": tables["bookcar"]}}


@contextmanager
def click_as_before() -> Iterator[None]:
    """Let click speak afterwards as it did before, whatever it is told meanwhile."""
    language, domain = os.environ.get("LANGUAGE"), gettext.textdomain()
    try:
        yield
    finally:
        gettext.textdomain(domain)
        os.environ.pop("LANGUAGE", None)
        if language is not None:
            os.environ["LANGUAGE"] = language


def translate_click(language: Language) -> None:
    """Let click speak a language from now on, in this process and those that it starts."""
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, Path(__file__).parent)
    gettext.textdomain(DOMAIN)

"""The languages bookcar speaks: the one list of them.

A language is a word in `Language` and a folder of that name beside this file, with the same files
and keys as the others; ``language.toml`` in it says what is special about the language.
"""

from __future__ import annotations

from typing import Literal, get_args

Language = Literal["en", "zh", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
FALLBACK: Language = "en"
"""What is spoken where no district says otherwise."""

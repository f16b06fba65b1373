"""The class of a book for the mix of a batch: by its number, or the collection it stands in.

The six heads are those by which the counties' notices give the mix of a bookhouse: politics and
economy, science and technology, life, culture, children, other.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from bookcar.crates.copies import Copy
from bookcar.phrases import Language, Phrases

_CLC = re.compile(r"[A-Z]{1,2}(?=[0-9/.\-\s]|$)[0-9.\-]*")
_DEWEY = re.compile(r"(?<![0-9])[0-9]{3}(?:\.[0-9]+)?(?![0-9])")


def class_of(copy: Copy) -> str:
    """Return the head of a copy: a key of ``classes.toml``; ``other`` where nothing tells it."""
    rules = _rules()
    place = copy.place.casefold()
    if any(word in place for word in rules["places"]["children"]):
        return "children"
    number = copy.number.strip().upper()
    if copy.clc and (letters := _CLC.match(number)):
        return _longest(rules["clc"], letters[0])
    before = re.split(r"[0-9]", number, maxsplit=1)[0].split()
    if before and before[0] in rules["marks"]:
        return str(rules["marks"][before[0]])
    if digits := _DEWEY.search(number):
        return _longest(rules["dewey"], digits[0])
    return "other"


def class_names(language: Language) -> dict[str, str]:
    """Return what each head is called in a mix."""
    say = Phrases(language)
    return {head: say(f"crates.class-{head}") for head in _rules()["heads"]["all"]}


def _longest(heads: Mapping[str, str], number: str) -> str:
    """Return the head of the longest beginning of a number that has one."""
    for length in range(len(number), 0, -1):
        if number[:length] in heads:
            return heads[number[:length]]
    return "other"


@cache
def _rules() -> dict[str, dict[str, str]]:
    text = (resources.files(__package__) / "classes.toml").read_text("utf-8")
    return tomllib.loads(text)

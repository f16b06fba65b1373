"""When a title on a list is the one that a reader wishes for, and how many copies there are."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from bookcar.model import Title

_EAN = "978"


class Listed(NamedTuple):
    """A list of titles as wishes are held to it: copies by name, and names by ISBN.

    Editions of the same name count together: readers wish for a book, not for one edition of it.
    """

    copies: Mapping[str, int]
    by_isbn: Mapping[str, str]

    @classmethod
    def of(cls, titles: Iterable[Title]) -> Listed:
        """Return the copies of some titles by their names without case, blanks and punctuation."""
        copies: dict[str, int] = {}
        by_isbn: dict[str, str] = {}
        for title in titles:
            name, isbn = _bare(title.title), _digits(title.isbn)
            copies[name] = copies.get(name, 0) + title.copies
            by_isbn.setdefault(isbn, name)
        copies.pop("", None)
        by_isbn.pop("", None)
        return cls(copies, by_isbn)

    def name_of(self, title: str, isbn: str = "") -> str | None:
        """Return the name under which the list has a title, or the ISBN; None if it has neither."""
        name = _bare(title)
        return name if name in self.copies else self.by_isbn.get(_digits(isbn))


@lru_cache(maxsize=100_000)
def _bare(title: str) -> str:
    """Return a title without case, width, blanks and punctuation."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    return "".join(c for c in plain if unicodedata.category(c)[0] not in "PZC")


def _digits(isbn: str) -> str:
    """Return an ISBN without its check digit, as one of 13 digits; empty if it is none."""
    digits = "".join(c for c in isbn if c.isdigit() or c in "xX")
    if len(digits) == 10:
        return _EAN + digits[:9]
    return digits[:12] if len(digits) == 13 else ""

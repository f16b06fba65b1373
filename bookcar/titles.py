"""When a title on a list is the one that a reader wishes for."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

_EAN = "978"


class Wish(NamedTuple):
    """A title in the form in which it is compared, and its ISBN as 12 digits, or empty."""

    name: str
    isbn: str = ""

    @classmethod
    def of(cls, title: str, isbn: str = "") -> Wish:
        """Return a wish for a title, by its ISBN too if that is known."""
        return cls(_bare(title), _digits(isbn))

    def meets(self, title: str, isbn: str = "") -> bool:
        """Tell whether a title is this one: the same ISBN, or the same words.

        Readers wish for a book, not for one edition of it; so another ISBN does not tell apart what
        is called the same.
        """
        same_isbn = bool(self.isbn) and self.isbn == _digits(isbn)
        return same_isbn or (bool(self.name) and self.name == _bare(title))


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

"""Reading ISBNs as library systems and spreadsheets hand them out (ISO 2108)."""

from __future__ import annotations

import re

from bookcar.inputs import text as tx
from bookcar.inputs.rules_cells import digits

_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){8,11}[ -]?[0-9Xx](?![0-9A-Za-z])")
_SHORT = re.compile(r"[1-9][0-9]{6,7}[0-9Xx]")
_LENGTH = 10


def isbn(text: str) -> str:
    """Read an ISBN as text: kept as it is if it is one, else the one that is meant.

    Of a cell with words or several ISBNs (``9788437604947 (rústica) | 8437604947``) it is the first
    whose check digit is right. An ISBN of 10 digits that lost zeros at its front in a spreadsheet
    gets them back if its check digit is right with them. Anything else stays as it is, for the rule
    ``isbn-check`` to tell.
    """
    found = digits(text)
    if is_isbn(found):
        return found
    inside = next((m for m in _IN_TEXT.findall(tx.plain(found)) if is_isbn(m)), None)
    return inside or with_zeros(found) or found


def with_zeros(text: str) -> str | None:
    """Return an ISBN of 10 digits with the one or two zeros it lost at its front, or None."""
    plain = tx.plain(text)
    full = plain.zfill(_LENGTH)
    return full if _SHORT.fullmatch(plain) and is_isbn(full) else None


def is_isbn(text: str) -> bool:
    """Tell whether text is an ISBN of 10 or 13 digits with the right check digit."""
    figures = [10 if c in "xX" else int(c) for c in text if c in "0123456789xX"]
    if any(c not in "0123456789xX -" for c in text) or 10 in figures[:-1]:
        return False
    if len(figures) == _LENGTH:
        return sum(d * (10 - i) for i, d in enumerate(figures)) % 11 == 0
    odd_even = sum(d * (3 if i % 2 else 1) for i, d in enumerate(figures))
    return len(figures) == 13 and figures[-1] < 10 and odd_even % 10 == 0

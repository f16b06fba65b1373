"""Decimal commas and points: what a figure means, by itself, by its column, or by its file.

``1.041,5`` and ``1,041.5`` are the same figure, and ``8,50`` can only have a decimal comma, as
groups have three digits. ``1.041`` may be either; the other figures of its column settle it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from bookcar.inputs import text as tx

Mark = Literal[",", "."]

_FIGURE = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)+")
_OTHER: dict[Mark, Mark] = {",": ".", ".": ","}


def figure(text: str) -> str | None:
    """Return a figure with marks in it, without spaces around; None if it is none."""
    plain = tx.plain(text)
    return plain if _FIGURE.fullmatch(plain) else None


def mark_of(plain: str) -> Mark | None:
    """Return the decimal mark that a figure can only have; None if it may be either."""
    found: list[Mark] = ["," if c == "," else "." for c in plain if c in ",."]
    last = found[-1]
    if len(set(found)) == 2:
        return last if found.count(last) == 1 else None
    if len(found) > 1:
        return _OTHER[last]
    whole, _, rest = plain.lstrip("+-").partition(last)
    grouped = len(rest) == 3 and len(whole) <= 3 and not whole.startswith("0")
    return None if grouped else last


def mark_of_all(texts: Iterable[str]) -> Mark | None:
    """Return the decimal mark of a column: that of all its figures that can have only one."""
    figures = filter(None, map(figure, texts))
    marks = {mark for plain in figures if (mark := mark_of(plain)) is not None}
    return marks.pop() if len(marks) == 1 else None


def with_point(plain: str, mark: Mark) -> str:
    """Return a figure that has a decimal mark with a decimal point and no groups."""
    return plain.replace(_OTHER[mark], "").replace(mark, ".")

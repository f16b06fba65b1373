"""Which copies go into which crate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from bookcar.crates.classes import class_of
from bookcar.crates.copies import Copy


class Crate(msgspec.Struct, frozen=True):
    """Copies that go together, in the order of the shelf.

    ``at`` is the depot or stop where they stand, "" for the store; ``pool`` theirs, if any.
    """

    copies: tuple[Copy, ...]
    at: str = ""
    pool: str = ""

    def shares(self) -> dict[str, float]:
        """Return the share of each head, the largest first; they add up to 1 but for rounding."""
        counts = Counter(map(class_of, self.copies))
        order = sorted(counts, key=lambda head: (-counts[head], head))
        return {head: round(counts[head] / len(self.copies), 3) for head in order}


def packed(copies: Sequence[Copy], books: int, *, by_class: bool = False) -> list[Crate]:
    """Return crates of at most ``books`` copies, as few as there can be, nearly equal in size.

    Copies are dealt out in the order of their classes and call numbers. So each crate has of every
    class as much as any other, to one copy, and copies of a title go into different crates.

    Parameters
    ----------
    by_class
        Deal out each class on its own: a crate holds one class.
    """
    if not by_class:
        return _dealt(sorted(copies, key=_order), books)
    heads: dict[str, list[Copy]] = {}
    for copy in sorted(copies, key=_order):
        heads.setdefault(class_of(copy), []).append(copy)
    return [crate for head in heads for crate in _dealt(heads[head], books)]


def _dealt(copies: Sequence[Copy], books: int) -> list[Crate]:
    count = -(-len(copies) // books)
    return [Crate(tuple(copies[i::count])) for i in range(count)]


def _order(copy: Copy) -> tuple[str, ...]:
    return class_of(copy), copy.number, copy.call_number, copy.title, copy.barcode

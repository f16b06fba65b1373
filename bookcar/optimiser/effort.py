"""How long to search, in iterations that mean the same on every machine."""

from __future__ import annotations

from math import sqrt
from typing import Literal

Effort = Literal["quick", "normal", "thorough"]

EFFORTS: tuple[Effort, ...] = ("quick", "normal", "thorough")

_AT_100_TASKS: dict[Effort, int] = {"quick": 800, "normal": 4_500, "thorough": 27_000}
_LEAST = 500


def iterations(effort: Effort, tasks: int) -> int:
    """Return the iterations for a problem of so many tasks.

    Fewer for a small problem, which needs no more, and fewer again for a large one, whose
    iterations take longer: the time still grows with the size, but less than twofold a doubling.
    """
    size = tasks / 100
    scaled = _AT_100_TASKS[effort] * (size if size <= 1 else 1 / sqrt(size))
    return max(_LEAST, round(scaled))

"""How long to search, in iterations that mean the same on every machine."""

from __future__ import annotations

from math import sqrt
from typing import Literal

Effort = Literal["quick", "normal", "thorough"]

EFFORTS: tuple[Effort, ...] = ("quick", "normal", "thorough")

_AT_300_TASKS: dict[Effort, int] = {"quick": 40_000, "normal": 200_000, "thorough": 1_200_000}
_LEAST = 3_000


def iterations(effort: Effort, tasks: int) -> int:
    """Return the iterations of each chain for a problem of so many tasks.

    They grow with the square root of the size: a larger problem needs more, and each takes about as
    long as in a small one.
    """
    return max(_LEAST, round(_AT_300_TASKS[effort] * sqrt(tasks / 300)))

"""Whether one more stop fits into routes as they are: where, at what cost, and if not, why not.

Every place of every route is tried with all limits at once. What fits nowhere is told by the limits
that forbid it: those of which each lifted alone would let it in, or else the fewest together.
"""

from bookcar.optimiser.insertion.bases import Base, base_of, bases_of, bases_on
from bookcar.optimiser.insertion.joined import joined
from bookcar.optimiser.insertion.search import (
    Lack,
    Places,
    Verdict,
    filled,
    insertions,
)

__all__ = [
    "Base",
    "Lack",
    "Places",
    "Verdict",
    "base_of",
    "bases_of",
    "bases_on",
    "filled",
    "insertions",
    "joined",
]

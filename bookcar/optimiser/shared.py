"""What the routes of a problem have in common: hours to be spread, and supplies that run out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, kw_only=True)
class Level:
    """Hours that are to be alike: of the weeks of a horizon, say, or of its cars.

    The share of a part is as large of all hours as its car-days are of those of all parts.

    Attributes
    ----------
    parts
        For each car-day the part that its hours belong to, from 0; None for none.
    cost
        Of each hour by which a part has more, or less, than its share, in cost units.
    ease
        So much of its share a part may be off it for nothing.
    """

    parts: tuple[int | None, ...]
    cost: float
    ease: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Supply:
    """Something of which each of some visits takes one, and of which there are so many.

    On every day, those that its visits take and those that stayed with earlier ones are no more
    than ``most``.

    Attributes
    ----------
    tasks
        Each in a group, whose patterns put it on one day each, later than the visits before it.
    stays
        Those of the tasks that keep what they take; the others give one back for the next day.
    """

    tasks: tuple[int, ...]
    most: int
    stays: frozenset[int] = frozenset()


def level_faults(levels: Sequence[Level], cars: int) -> Iterator[str]:
    """Yield what is wrong with levels, for a problem of so many car-days."""
    for number, level in enumerate(levels):
        name = f"Level {number}"
        if len(level.parts) != cars:
            yield f"{name} is of {len(level.parts)} car-days, but there are {cars}."
        if any(part is not None and part < 0 for part in level.parts):
            yield f"{name} has a negative part: count them from 0."
        if not 0 <= level.cost < inf or not 0 <= level.ease < inf:
            yield f"{name}: cost {level.cost}, ease {level.ease}: not negative, finite."


def supply_faults(supplies: Sequence[Supply], days_of: Mapping[int, bool]) -> Iterator[str]:
    """Yield what is wrong with supplies.

    ``days_of``: of each task in a group, whether its patterns put it on one day each, in order.
    """
    taken: set[int] = set()
    for number, supply in enumerate(supplies):
        name = f"Supply {number}"
        if supply.most < 0:
            yield f"{name}: {supply.most} of it: give 0 or more."
        if loose := [i for i in supply.tasks if not days_of.get(i, False)]:
            yield f"{name}: tasks {loose} have no pattern, or one that leaves their day open."
        if twice := sorted(taken & set(supply.tasks)):
            yield f"{name}: tasks {twice} take of another supply, too."
        if strange := sorted(supply.stays - set(supply.tasks)):
            yield f"{name}: tasks {strange} keep of it, but take none."
        taken |= set(supply.tasks)

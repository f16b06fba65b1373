"""What the assignment of batches is asked, and what it answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from bookcar.model import Batch, Stop


class Room(NamedTuple):
    """What a car can have aboard for a visit, and the last day on which it comes.

    ``loads`` has the most it may carry of each load, None for any amount.
    """

    loads: tuple[int | None, ...]
    day: dt.date = dt.date.max

    def takes(self, loads: tuple[int, ...]) -> bool:
        """Tell whether so much of each load may be aboard; what is not named is none."""
        pairs = zip(loads, self.loads, strict=False)
        return all(most is None or load <= most for load, most in pairs)

    def covers(self, other: Room) -> bool:
        """Tell whether it takes whatever the other takes."""
        pairs = zip(self.loads, other.loads, strict=True)
        wide = all(mine is None or (its is not None and its <= mine) for mine, its in pairs)
        return wide and other.day <= self.day


class Wished(NamedTuple):
    """A title that some readers of a stop wish for: by batch id, the copies that it has."""

    readers: int
    copies: Mapping[str, int]


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """A stop that wants ``stop.books`` books of the classes of ``stop.mix``.

    No stop that is ``required`` stays without any batch that one which is not required gets.

    Attributes
    ----------
    depots
        Those it may be supplied from, None for any; all its batches come from one of them.
    day
        The day it is visited; None while that is not known.
    rooms
        By depot, the cars that could bring its batches: these fit one of them together, and are
        there by the last day on which it comes. A depot that is not in it sets no limit.
    weight
        What serving it is worth: its prize. Scarce batches go where they matter more.
    wishes
        What its readers wish for: a batch that has it is preferred to one as good.
    marks
        It takes only batches marked with one of these; None for any.
    doubles
        By batch id, its copies of titles that the stop has already: as books of the wrong class.
    """

    stop: Stop
    depots: frozenset[str] | None = None
    day: dt.date | None = None
    rooms: Mapping[str, tuple[Room, ...]] = {}
    weight: float = 1.0
    wishes: tuple[Wished, ...] = ()
    marks: frozenset[str] | None = None
    doubles: Mapping[str, int] = {}

    def takes(self, supply: Supply) -> bool:
        """Tell whether a batch is marked as one of those that it takes."""
        return self.marks is None or supply.mark in self.marks


class Supply(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that can be had at a depot.

    Attributes
    ----------
    since
        The day from whose start it is there, which is the day after it was collected; None if it
        is there already. A demand whose day is known takes only what is there by then.
    loads
        What it adds to each load of a car, in the order of `Room.loads`.
    mark
        Whom it is for, see `bookcar.batches.pools`.
    """

    batch: Batch
    depot: str
    since: dt.date | None = None
    loads: tuple[int, ...] = ()
    mark: str = ""


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """Which batches go to which stop.

    Attributes
    ----------
    drops
        Batch ids, sorted, of every stop that gets any; a stop left without is not in it.
    depot
        Where they come from, for the same stops.
    short
        Books missing of those wanted, of every stop that misses any.
    fit
        How well what is brought suits, from 0 to 1: the mean of the share of the books that are of
        a wanted class and the share whose audience is right. 1 if nothing is brought.
    cost
        Value of the objective in points, see `bookcar.batches.cost`.
    bound
        No choice among the bundles considered costs less; equal to ``cost`` if that is proved.
    """

    drops: Mapping[str, tuple[str, ...]]
    depot: Mapping[str, str]
    short: Mapping[str, int]
    fit: float
    cost: int
    bound: int

    @property
    def proved(self) -> bool:
        """Whether no choice among the bundles considered costs less."""
        return self.cost == self.bound

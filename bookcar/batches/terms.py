"""What the assignment of batches is asked, and what it answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from bookcar.model import Batch, Stop


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """A stop that wants ``stop.books`` books of the classes of ``stop.mix``.

    Attributes
    ----------
    depots
        Those it may be supplied from, None for any; all its batches come from one of them.
    day
        The day it is visited; None while that is not known.
    weight
        What serving it is worth: its prize. Scarce batches go where they matter more.
    """

    stop: Stop
    depots: frozenset[str] | None = None
    day: dt.date | None = None
    weight: float = 1.0


class Supply(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that can be had at a depot.

    Attributes
    ----------
    since
        The day from whose start it is there, which is the day after it was collected; None if it
        is there already. A demand whose day is known takes only what is there by then.
    """

    batch: Batch
    depot: str
    since: dt.date | None = None


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

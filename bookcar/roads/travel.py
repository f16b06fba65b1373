"""Seconds and metres between all depots and stops, by road profile: what every later step asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from bookcar.model import Closure
from bookcar.phrases.sentence import Sentence

UNREACHABLE = -1

Cut = Literal["off-road", "foot-only", "disconnected", "ferry-only"]

Chosen = Literal["nearest", "name", "driveway"]

Beside = Literal["", "side", "one-way", "road-end", "on-the-road"]

Line = list[tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Unreached:
    """Why a place takes no part in the road network of a profile.

    Attributes
    ----------
    reason
        ``off-road``: no usable road within ``max_snap_m``; ``foot-only``: none, but a path is;
        ``disconnected``: its road does not join the depots' roads in both directions;
        ``ferry-only``: it does, over a ferry that the settings do not allow.
    road_m, path_m
        Metres to the nearest road usable by the profile and to the nearest path of any kind; None
        if there is none in the extract.
    """

    reason: Cut
    road_m: int | None
    path_m: int | None


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where a car stands to serve a place.

    Attributes
    ----------
    way, road
        OSM way id and name of the road; the name may be empty.
    metres
        From the place to it.
    across
        Between them lies water or a motorway, and no road within ``max_snap_m`` is on this side.
    private
        The road is private, or what joins it to the roads for all is for callers only.
    chosen
        Why this road: it is the nearest, has the place's name, or is the place's driveway.
    beside
        Of a stop that asks for its own side of the road: it has it (``side``); the road is one-way,
        where a car may stand on either side, or ends there, where it turns round; or the stop lies
        on the very line of the road, where there is no side. Empty for the others.
    """

    way: int
    road: str
    metres: int
    across: bool = False
    private: bool = False
    chosen: Chosen = "nearest"
    beside: Beside = ""


@dataclass(frozen=True, kw_only=True)
class Unclear:
    """A road or gate on a way that may be shut, by words nobody can evaluate."""

    way: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Unclosed:
    """A closure that closes nothing, or not all that it names: cars may be sent over it.

    Attributes
    ----------
    reason
        ``way``: some of its ways are no road for cars in the extract; ``shape``: its shape touches
        none; ``no-roads``: driving comes from figures that no closure changes.
    ways
        Those of its ways.
    """

    closure: Closure
    reason: Literal["way", "shape", "no-roads"]
    ways: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Table:
    """Free-flow driving between all places for one profile.

    Attributes
    ----------
    seconds, metres
        Shape (n, n), int32, row = from, column = to, in the order of `Travel.places`;
        `UNREACHABLE` where no way leads. Metres are those of the fastest way.
    unreached
        The places with no way, by id.
    placed
        Where a car stands for the others, by id; empty where no roads are known.
    """

    seconds: npt.NDArray[np.int32]
    metres: npt.NDArray[np.int32]
    unreached: Mapping[str, Unreached] = field(default_factory=dict)
    placed: Mapping[str, Placed] = field(default_factory=dict)

    def least(self, start: int, end: int) -> tuple[float, float]:
        """Return the fewest seconds, and the fewest metres, by whatever places in between.

        The straight way is none of them where the metres are of the fastest way, or in a table of
        somebody's own; the two need not be of one way. Infinite where no way leads.
        """
        return _least(self.seconds, start, end), _least(self.metres, start, end)

    def with_same(self, same: Mapping[str, str]) -> Table:
        """Return it with what it says of places for further ones that are there."""
        unreached, placed = dict(self.unreached), dict(self.placed)
        unreached |= {one: unreached[at] for one, at in same.items() if at in unreached}
        placed |= {one: placed[at] for one, at in same.items() if at in placed}
        return replace(self, unreached=unreached, placed=placed)


def _least(legs: npt.NDArray[np.int32], start: int, end: int) -> float:
    """Return the least sum of legs from one place to another, by Dijkstra over all places."""
    least = np.full(len(legs), np.inf)
    open_yet = least.copy()  # what is known of those that are not settled
    least[start] = open_yet[start] = 0.0
    while True:
        place = int(open_yet.argmin())
        if place == end or open_yet[place] == np.inf:
            return float(least[end])
        by_it = np.where(legs[place] == UNREACHABLE, np.inf, least[place] + legs[place])
        shorter = by_it < least
        least[shorter] = open_yet[shorter] = by_it[shorter]
        open_yet[place] = np.inf


@dataclass(frozen=True, kw_only=True)
class Footway:
    """A way on foot from one place to another, walked the same way back.

    Attributes
    ----------
    metres
        Along paths and roads, with what lies between a place and its path.
    line
        Its points (lon, lat), both ends included; of an estimate the two ends alone.
    steps
        Its stretches in order: metres along, and metres up, negative for down; all of them level
        where heights are not known.
    climb, descent
        Metres up and down, going there; None where heights are not known.
    """

    metres: int
    line: tuple[tuple[float, float], ...] = ()
    steps: tuple[tuple[float, float], ...] = ()
    climb: int | None = None
    descent: int | None = None

    @property
    def back(self) -> Footway:
        """The same way from its end to its beginning."""
        return Footway(
            metres=self.metres,
            line=self.line[::-1],
            steps=tuple((run, -rise) for run, rise in reversed(self.steps)),
            climb=self.descent,
            descent=self.climb,
        )


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A place on a road where a car may meet whoever carries books to a stop.

    Attributes
    ----------
    row
        Id of the place in the tables: one of its own, or a stop or depot.
    number
        Which of the stop's it is, the nearest to walk to being 1.
    way, road
        OSM way id and name of the road; 0 and empty where no roads are known.
    up
        From it to the stop.
    homes
        By the id of each carrier who can walk there: the ways from home to it, and to the stop.
    """

    row: str
    number: int
    lon: float
    lat: float
    up: Footway
    way: int = 0
    road: str = ""
    homes: Mapping[str, tuple[Footway, Footway]] = field(default_factory=dict)


def _all_clear(_profile: str, _origin: int, _destination: int) -> frozenset[Unclear]:
    return frozenset()


def _straight(_profile: str, _origin: int, _destination: int) -> Line:
    return []


@dataclass(frozen=True, kw_only=True)
class Travel:
    """All tables of a district.

    Attributes
    ----------
    places
        Ids of the depots, then of the stops, both in the district's order; then those of the
        places that are nothing but meeting places.
    tables
        By profile name.
    estimated
        True if the figures come from coordinates alone.
    note
        One sentence on where the figures come from, to be printed with the plan.
    way
        Gives the road from one place (by index) to another as (lon, lat) points, both ends
        included; an empty list where only the figures are known.
    unclear
        Gives what may be shut on the road from one place to another.
    unclosed
        The closures of the days planned that are not, or not wholly, kept to.
    same
        By the id of a further place, the one of ``places`` where it is.
    meetings
        By the id of each stop that no car reaches and that somebody may carry books to: where
        these may meet a car, the shortest walk first.
    met
        By the id of such a stop, at which of them it is met; the first where it is not named.
    """

    places: tuple[str, ...]
    tables: Mapping[str, Table]
    estimated: bool
    note: tuple[Sentence, ...]
    way: Callable[[str, int, int], Line] = _straight
    unclear: Callable[[str, int, int], frozenset[Unclear]] = _all_clear
    unclosed: tuple[Unclosed, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    meetings: Mapping[str, tuple[Meeting, ...]] = field(default_factory=dict)
    met: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each place in the tables, by its id; of a stop met on the way, where that is."""
        own = {place: i for i, place in enumerate(self.places)}
        own |= {place: own[where] for place, where in self.same.items()}
        return own | {stop: own[self.meeting(stop).row] for stop in self.meetings}

    def meeting(self, stop: str) -> Meeting:
        """Return where the carriers of a stop of ``meetings`` meet a car."""
        return self.meetings[stop][self.met.get(stop, 0)]

    def met_as(self, places: Mapping[str, tuple[float, float]]) -> dict[str, int]:
        """Return at which of their meeting places stops are met, by lon and lat of the places."""
        return {
            stop: n
            for stop, place in places.items()
            for n, one in enumerate(self.meetings.get(stop, ()))
            if (one.lon, one.lat) == place
        }

    def meeting_at(self, met: Mapping[str, int]) -> Travel:
        """Return it with some stops met at other places of theirs, as far as they have these."""
        known = {s: n for s, n in met.items() if 0 <= n < len(self.meetings.get(s, ()))}
        return replace(self, met={**self.met, **known}) if known else self

    def with_same(self, same: Mapping[str, str]) -> Travel:
        """Return it with further places where others are."""
        tables = {name: table.with_same(same) for name, table in self.tables.items()}
        return replace(self, tables=tables, same={**self.same, **same})

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

    def with_same(self, same: Mapping[str, str]) -> Table:
        """Return it with what it says of places for further ones that are there."""
        unreached, placed = dict(self.unreached), dict(self.placed)
        unreached |= {one: unreached[at] for one, at in same.items() if at in unreached}
        placed |= {one: placed[at] for one, at in same.items() if at in placed}
        return replace(self, unreached=unreached, placed=placed)


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
        Ids of the depots, then of the stops, both in the district's order.
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
    """

    places: tuple[str, ...]
    tables: Mapping[str, Table]
    estimated: bool
    note: tuple[Sentence, ...]
    way: Callable[[str, int, int], Line] = _straight
    unclear: Callable[[str, int, int], frozenset[Unclear]] = _all_clear
    unclosed: tuple[Unclosed, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each place in the tables, by its id."""
        rows = {place: i for i, place in enumerate(self.places)}
        return rows | {place: rows[where] for place, where in self.same.items()}

    def with_same(self, same: Mapping[str, str]) -> Travel:
        """Return it with further places where others are."""
        tables = {name: table.with_same(same) for name, table in self.tables.items()}
        return replace(self, tables=tables, same={**self.same, **same})

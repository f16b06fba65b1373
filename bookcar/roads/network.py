"""The road network as arrays: pieces of ways between junctions, with every point along them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bookcar.earth import EARTH_M

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Flags = npt.NDArray[np.uint8]

FORWARD, BACKWARD, FOOT, HALT, LAST, FERRY, PRIVATE, DRIVEWAY = 1, 2, 4, 8, 16, 32, 64, 128
LIMITS = ("width", "height", "weight", "length", "axle", "lorry")
"""What a road may limit: m, m, t, m, t, and the t of goods vehicles over 3.5 t alone."""
E7 = 1e-7  # degrees per unit of OpenStreetMap's integer coordinates


@dataclass(frozen=True, kw_only=True)
class Network:
    """Roads and paths of an extract, cut at junctions, ends of ways and barriers.

    Attributes
    ----------
    tail, head
        Junction at each end of a piece, shape (pieces,).
    way, klass, flags
        OSM way id, index into `profile.CLASSES`, and which hold: `FORWARD`, `BACKWARD` for cars,
        `FOOT`; `HALT`: a car may stand there; `LAST`: only to places on it; `FERRY`;
        `PRIVATE`: only by leave of its owner; `DRIVEWAY`: leads to a building.
    name, condition
        Index of its name in ``texts``, and of when cars may use it (`roads.conditions`); 0: none.
    texts
        Every such text once, the empty one first.
    limits
        The most that passes a piece, in the order of `LIMITS`, shape (pieces, 6), float32.
    offset
        Points ``offset[k]`` to ``offset[k + 1]`` belong to piece ``k``, shape (pieces + 1,).
    x, y
        Longitude and latitude of the points in units of `E7` degrees, int32.
    mm, us
        Millimetres and microseconds of driving from the start of the piece to the point, int64;
        whole numbers, so that sums are exact in any order.
    blocked
        Junctions no car passes, shape (junctions,).
    node_limits, node_condition
        As ``limits`` and ``condition``, for junctions.
    turn_steps
        The forbidden turns, a row for each way of one: the turn's number, the way, and the junction
        behind it, -1 behind the last: shape (steps, 3).
    turn_lorry, turn_condition
        Of each turn, whether it is forbidden to lorries alone, and when, as ``condition``.
    """

    tail: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    way: Ints
    klass: npt.NDArray[np.uint8]
    flags: npt.NDArray[np.uint8]
    name: npt.NDArray[np.int32]
    condition: npt.NDArray[np.int32]
    texts: npt.NDArray[np.str_]
    limits: npt.NDArray[np.float32]
    offset: Ints
    x: npt.NDArray[np.int32]
    y: npt.NDArray[np.int32]
    mm: Ints
    us: Ints
    blocked: Bools
    node_limits: npt.NDArray[np.float32]
    node_condition: npt.NDArray[np.int32]
    turn_steps: Ints
    turn_lorry: Bools
    turn_condition: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.tail)

    @property
    def total_mm(self) -> Ints:
        """Length of each piece."""
        return self.mm[self.offset[1:] - 1]

    @property
    def total_us(self) -> Ints:
        """Driving time along each piece."""
        return self.us[self.offset[1:] - 1]

    def lon_lat(self, piece: int) -> Floats:
        """Return the points of a piece, shape (k, 2)."""
        span = slice(self.offset[piece], self.offset[piece + 1])
        return np.column_stack([degrees(self.x[span]), degrees(self.y[span])])

    def turns(self) -> list[tuple[list[int], list[int]]]:
        """Return the ways of each forbidden turn, and the junctions between them."""
        found: dict[int, tuple[list[int], list[int]]] = {}
        for turn, way, node in self.turn_steps.tolist():
            ways, nodes = found.setdefault(turn, ([], []))
            ways.append(way)
            nodes.extend([node] if node >= 0 else [])
        return list(found.values())

    def with_turns(self, kept: Bools) -> Network:
        """Return the network with only some of its forbidden turns."""
        return replace(self, turn_steps=self.turn_steps[kept[self.turn_steps[:, 0]]])

    def box(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north of all roads."""
        lon, lat = degrees(self.x), degrees(self.y)
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    def take(self, pieces: npt.NDArray[np.intp]) -> Network:
        """Return the network with only some of the pieces, in the order given."""
        counts = np.diff(self.offset)[pieces]
        points = ranges(self.offset[pieces], counts)
        return Network(
            tail=self.tail[pieces],
            head=self.head[pieces],
            way=self.way[pieces],
            klass=self.klass[pieces],
            flags=self.flags[pieces],
            name=self.name[pieces],
            condition=self.condition[pieces],
            texts=self.texts,
            limits=self.limits[pieces],
            offset=np.concatenate([[0], np.cumsum(counts)]),
            x=self.x[points],
            y=self.y[points],
            mm=self.mm[points],
            us=self.us[points],
            blocked=self.blocked,
            node_limits=self.node_limits,
            node_condition=self.node_condition,
            turn_steps=self.turn_steps,
            turn_lorry=self.turn_lorry,
            turn_condition=self.turn_condition,
        )


def degrees(units: npt.NDArray[np.int32]) -> Floats:
    """Return OpenStreetMap's integer coordinates in degrees."""
    return np.asarray(units * E7, dtype=np.float64)


def ranges(starts: npt.NDArray[np.integer], counts: npt.NDArray[np.integer]) -> Ints:
    """Return ``start, start + 1, ...`` of each start, ``count`` long, one after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    first = np.repeat(starts - (ends - counts), counts)
    return np.arange(total, dtype=np.int64) + first.astype(np.int64)


def metres_between(lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats) -> Floats:
    """Return great-circle distances in metres: `bookcar.earth.metres` of arrays."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half = np.sin((phi2 - phi1) / 2) ** 2
    half = half + np.cos(phi1) * np.cos(phi2) * np.sin(np.radians(lon2 - lon1) / 2) ** 2
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(half, 1.0))), dtype=np.float64)


def mercator(lon: Floats, lat: Floats) -> Floats:
    """Return points on a plane whose angles are true, shape (n, 2), in metres at the equator.

    Near a point a distance on the plane times the cosine of its latitude is a distance in metres,
    in every direction alike: the nearest road on the plane is the nearest road.
    """
    y = np.log(np.tan(np.pi / 4 + np.radians(np.clip(lat, -89.0, 89.0)) / 2))
    return EARTH_M * np.column_stack([np.radians(lon), y])

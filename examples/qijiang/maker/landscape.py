"""The district's made-up ground: rivers through its real towns, the lattice, the villages on it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from maker.chance import Chance
from maker.facts import Town, Village
from maker.lattice import Lattice, make_lattice
from maker.relief import Point, Relief, River, meander, to_plane

# Each river by the towns it passes, source first, with the height of its water at both ends. That
# these towns lie on water is so; the course between them and the heights are made.
COURSES = (
    ("綦江", ("安稳镇", "赶水镇", "东溪镇", "篆塘镇", "三江街道", "古南街道", "横山镇"), 420, 200),
    ("石壕河", ("石壕镇", "打通镇", "安稳镇"), 640, 430),
    ("扶欢河", ("关坝镇", "扶欢镇", "赶水镇"), 470, 345),
    ("蒲河", ("青年镇", "石角镇", "三江街道"), 400, 255),
    ("永城河", ("隆盛镇", "永城镇", "三角镇", "古南街道"), 480, 240),
    ("郭扶河", ("丁山镇", "郭扶镇", "永新镇"), 700, 330),
)

TOWN_RADIUS = {"古南街道": 1_050, "文龙街道": 650, "三江街道": 600, "通惠街道": 600}
SMALL_TOWN = 430
LAND = 9_500  # metres around a town that belong to the landscape


@dataclass(frozen=True)
class Hamlet:
    """A village with its made-up place: a point of the lattice, and a little beside it."""

    village: Village
    point: int
    place: Point


@dataclass(frozen=True)
class Land:
    """The ground the roads are laid on."""

    relief: Relief
    lattice: Lattice
    towns: dict[str, Town]
    seats: dict[str, int]
    streets: dict[str, list[int]]


def make_land(seed: int, towns: list[Town]) -> Land:
    """Return rivers, heights and lattice around the towns, and where each town's streets lie."""
    by_name = {town.name: town for town in towns}
    relief = Relief(seed, _rivers(Chance(seed, "rivers"), by_name))
    centres = [(to_plane(t.lon, t.lat), LAND if t.ours else LAND / 2) for t in towns]
    lattice = make_lattice(seed, relief, centres)
    seats = {t.name: lattice.nearest(to_plane(t.lon, t.lat)) for t in towns}
    streets = {
        name: lattice.around(lattice.places[seat], TOWN_RADIUS.get(name, SMALL_TOWN))
        for name, seat in seats.items()
        if by_name[name].ours
    }
    return Land(relief, lattice, by_name, seats, streets)


def _rivers(chance: Chance, towns: dict[str, Town]) -> list[River]:
    rivers = []
    for name, passed, high, low in COURSES:
        points = [to_plane(towns[town].lon, towns[town].lat) for town in passed]
        # A town stands beside its river, not in it.
        banks = [(x + chance.between(150, 320), y) for x, y in points]
        rivers.append(River(name, meander(banks, chance, size=1_450, step=200), high, low))
    return rivers


def settle(seed: int, land: Land, villages: Iterable[Village]) -> list[Hamlet]:
    """Give every village a place within its town's land, apart from the others; all of it made."""
    cells = _cells(land)
    by_town: dict[str, list[Village]] = {}
    for village in villages:
        by_town.setdefault(village.town, []).append(village)
    hamlets = []
    for town, here in sorted(by_town.items()):
        chance = Chance(seed, f"settle {town}")
        points = _apart(land.lattice, chance.shuffled(cells[town]), len(here))
        for village, point in zip(chance.shuffled(here), points, strict=True):
            hamlets.append(Hamlet(village, point, beside(land.lattice, point, chance)))
    return sorted(hamlets, key=lambda hamlet: hamlet.village.code)


def beside(lattice: Lattice, point: int, chance: Chance) -> Point:
    """Return a place 15 to 60 m from a point of the lattice."""
    x, y = lattice.places[point]
    angle, away = chance.between(0, 2 * math.pi), chance.between(15, 60)
    return round(x + away * math.cos(angle), 1), round(y + away * math.sin(angle), 1)


def _cells(land: Land) -> dict[str, list[int]]:
    """Return by town the points nearer to it than to any other town, outside its streets."""
    seats = [(town, to_plane(town.lon, town.lat)) for town in land.towns.values()]
    found: dict[str, list[int]] = {}
    for point in range(len(land.lattice.places)):
        away, name = min((land.lattice.away(point, place), town.name) for town, place in seats)
        if TOWN_RADIUS.get(name, SMALL_TOWN) + 350 < away < LAND - 1_200:
            found.setdefault(name, []).append(point)
    return found


def _apart(lattice: Lattice, points: list[int], count: int) -> list[int]:
    """Return the first ``count`` points that keep apart, as far as so many can."""
    apart = 2_300.0
    while True:
        taken: list[int] = []
        for point in points:
            if all(lattice.length(point, other) >= apart for other in taken):
                taken.append(point)
            if len(taken) == count:
                return taken
        apart *= 0.93

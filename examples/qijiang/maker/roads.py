"""The road network of the made-up landscape, from the trunk road to the footpaths."""

from __future__ import annotations

import itertools

from maker.chance import Chance
from maker.landscape import Hamlet, Land
from maker.lattice import Edge, cheapest_way, edge
from maker.network import Network, connected, road_metres

# Which towns a road joins is made after their neighbourhood, and so is its class.
LINKS = (
    ("trunk", "横山镇 古南街道 三江街道 篆塘镇 东溪镇 赶水镇 安稳镇"),
    ("primary", "古南街道 永新镇"),
    ("primary", "三江街道 石角镇 青年镇 南桐镇 万盛街道"),
    ("secondary", "安稳镇 打通镇 石壕镇"),
    ("secondary", "古南街道 三角镇 永城镇 隆盛镇"),
    ("secondary", "永城镇 金桥镇 万盛街道"),
    ("secondary", "石角镇 扶欢镇 赶水镇"),
    ("secondary", "扶欢镇 关坝镇 青年镇"),
    ("secondary", "东溪镇 郭扶镇 永新镇"),
    ("secondary", "永新镇 中峰镇"),
    ("secondary", "篆塘镇 郭扶镇"),
    ("secondary", "东溪镇 丁山镇"),
    ("secondary", "新盛街道 横山镇"),
    ("secondary", "古南街道 新盛街道"),
    ("secondary", "三角镇 石角镇"),
    ("secondary", "东溪镇 扶欢镇"),
    ("tertiary", "三角镇 横山镇"),
    ("tertiary", "打通镇 赶水镇"),
    ("tertiary", "丁山镇 郭扶镇"),
    ("tertiary", "中峰镇 郭扶镇"),
    ("primary", "古南街道 文龙街道 三江街道"),
    ("primary", "古南街道 通惠街道 横山镇"),
)

FOOT_REACH = 950  # metres around a village without a road in which there is none
KEPT_STREETS = 0.72


def build_roads(seed: int, land: Land, hamlets: list[Hamlet], afoot: set[str]) -> Network:
    """Return the whole network; the villages in ``afoot`` (codes) get a footpath only."""
    network = Network(land.lattice)
    _close_round(network, [h for h in hamlets if h.village.code in afoot])
    _join_towns(network, land)
    _lay_streets(network, land, Chance(seed, "streets"))
    by_road = [h for h in hamlets if h.village.code not in afoot]
    _reach_villages(network, by_road)
    _lead_to_town(network, land, by_road)
    _close_loops(network, by_road)
    _raise_busy_roads(network, land, by_road)
    _narrow_last_miles(network, by_road, Chance(seed, "narrow"))
    _add_tracks(network, Chance(seed, "tracks"))
    _add_private_roads(network, Chance(seed, "private"))
    _add_paths(network, [h for h in hamlets if h.village.code in afoot], Chance(seed, "paths"))
    _limit_bridges(network, Chance(seed, "bridges"))
    _make_oneways(network, land, Chance(seed, "oneways"))
    return network


def _close_round(network: Network, hamlets: list[Hamlet]) -> None:
    for hamlet in hamlets:
        network.closed.update(network.lattice.around(hamlet.place, FOOT_REACH))


def _join_towns(network: Network, land: Land) -> None:
    for kind, names in LINKS:
        towns = [land.towns[name] for name in names.split()]
        for a, b in itertools.pairwise(towns):
            name = f"{a.short[0]}{b.short[0]}路"
            network.join(land.seats[a.name], land.seats[b.name], kind, name=name)


def _lay_streets(network: Network, land: Land, chance: Chance) -> None:
    for name, points in land.streets.items():
        inside = set(points)
        wanted = {
            edge(a, b)
            for a in points
            for b in network.lattice.near[a]
            if b in inside and a < b and edge(a, b) not in network.lattice.wet
        }
        kept = {e for e in sorted(wanted) if chance.happens(KEPT_STREETS)}
        kept |= {e for e in wanted if e in network.kinds}
        joined = connected(kept, land.seats[name])
        for a, b in sorted(kept):
            if a in joined:
                network.build([a, b], "residential")
                if network.kinds[edge(a, b)] != "residential":
                    network.traits[edge(a, b)] = {"maxspeed": "40"}


def _reach_villages(network: Network, hamlets: list[Hamlet]) -> None:
    """Join each village to the nearest road, the nearest village first."""
    lattice = network.lattice
    roads = sorted(network.on_road)

    def away(hamlet: Hamlet) -> float:
        return min(lattice.length(hamlet.point, n) for n in roads[::3])

    for hamlet in sorted(hamlets, key=lambda h: (away(h), h.village.code)):
        if hamlet.point not in network.on_road:
            network.reach(hamlet.point, "unclassified")


def _lead_to_town(network: Network, land: Land, hamlets: list[Hamlet]) -> None:
    """Join a village to its own town where the way there goes all round the hills."""
    for hamlet in hamlets:
        seat = land.seats[hamlet.village.town]
        straight = network.lattice.length(hamlet.point, seat)
        if seat not in network.distances(hamlet.point, limit=2.6 * straight + 1_500):
            _link(network, (hamlet.point, seat), "unclassified", limit=5 * straight)


def _close_loops(network: Network, hamlets: list[Hamlet]) -> None:
    """Join neighbours that are far from each other by road."""
    for number, one in enumerate(hamlets):
        metres, _ = road_metres(network, [one.point], limit=4.2 * 2_600)
        for other in hamlets[number + 1 :]:
            straight = network.lattice.length(one.point, other.point)
            if straight < 2_600 and metres.get(other.point, 99_000) > 4.2 * straight:
                _link(network, (one.point, other.point), "unclassified", limit=2.0 * straight + 800)


def _link(network: Network, ends: tuple[int, int], kind: str, *, limit: float) -> None:
    """Build the cheapest road between two points, none if it is too dear."""
    network.build(_plan(network, ends, kind, limit=limit, reuse=0.8), kind)


def _raise_busy_roads(network: Network, land: Land, hamlets: list[Hamlet]) -> None:
    """Make township roads of the village roads that several villages use on the way to town."""
    _, before = road_metres(network, sorted(land.seats.values()))
    uses: dict[Edge, int] = {}
    for hamlet in hamlets:
        here = hamlet.point
        while here in before:
            uses[edge(here, before[here])] = uses.get(edge(here, before[here]), 0) + 1
            here = before[here]
    for e, count in uses.items():
        if count >= 4 and network.kinds[e] == "unclassified":
            network.kinds[e] = "tertiary"


def _narrow_last_miles(network: Network, hamlets: list[Hamlet], chance: Chance) -> None:
    """Give some villages at a road's end a narrow, unpaved or slow last stretch."""
    for hamlet in hamlets:
        stretch = _dead_end(network, hamlet.point)
        if not stretch:
            continue
        fate = chance.unit()
        for e in stretch:
            if fate < 0.07:
                network.traits[e] = {"width": "2.2", "surface": "concrete"}
            elif fate < 0.22:
                network.traits[e] = {"width": "3.5"}
            elif fate < 0.34:
                network.traits[e] = {"width": "3.5", "surface": "gravel"}
            elif fate < 0.42:
                network.kinds[e] = "track"


def _dead_end(network: Network, point: int) -> list[Edge]:
    """Return the edges from a road's end to its first junction, none if it is not an end."""
    stretch: list[Edge] = []
    here, before = point, -1
    while len(stretch) < 30:
        onward = [n for n in network.lattice.near[here] if edge(here, n) in network.kinds]
        onward = [n for n in onward if n != before]
        if len(onward) != 1 or network.kinds[edge(here, onward[0])] != "unclassified":
            break
        stretch.append(edge(here, onward[0]))
        before, here = here, onward[0]
    return stretch


def _add_tracks(network: Network, chance: Chance) -> None:
    """Add tracks into the hills that end nowhere, and some that join two roads."""
    for start in _sample(network, chance, 130):
        goals = network.lattice.around(network.lattice.places[start], chance.between(500, 1_900))
        goal = chance.pick(goals)
        if goal not in network.closed:
            _link(network, (start, goal), "track", limit=6_000)


def _add_private_roads(network: Network, chance: Chance) -> None:
    """Add a mine's roads: private, so that no way may lead over them."""
    for start in _sample(network, chance, 4):
        around = network.lattice.around(network.lattice.places[start], 1_800)
        way = _plan(network, (start, chance.pick(around)), "service", limit=9_000)
        for a, b in itertools.pairwise(way):
            if edge(a, b) not in network.kinds:
                network.kinds[edge(a, b)] = "service"
                network.traits[edge(a, b)] = {"access": "private"}


def _plan(
    network: Network, ends: tuple[int, int], kind: str, *, limit: float, reuse: float = 3.0
) -> list[int]:
    price = network.price(kind, reuse=reuse)
    return cheapest_way(network.lattice, ends[0], lambda n: n == ends[1], price, limit=limit)


def _add_paths(network: Network, hamlets: list[Hamlet], chance: Chance) -> None:
    for hamlet in hamlets:
        network.reach(hamlet.point, "path")
    for start in _sample(network, chance, 90):
        goal = chance.pick(network.lattice.around(network.lattice.places[start], 1_500))
        way = _plan(network, (start, goal), "path", limit=4_000, reuse=2.0)
        for a, b in itertools.pairwise(way):
            network.kinds.setdefault(edge(a, b), "path")


def _sample(network: Network, chance: Chance, count: int) -> list[int]:
    return chance.shuffled(sorted(network.on_road))[:count]


def _limit_bridges(network: Network, chance: Chance) -> None:
    small = ("unclassified", "tertiary")
    for e in sorted(network.lattice.wet & network.kinds.keys()):
        if network.kinds[e] in small and chance.happens(0.5):
            tons = chance.pick(("5", "8", "10"))
            network.traits[e] = {**network.traits.get(e, {}), "maxweight": tons}


def _make_oneways(network: Network, land: Land, chance: Chance) -> None:
    """Make some streets of the county seat one-way; every corner can still be reached and left."""
    seat = "古南街道"
    inside = set(land.streets[seat])
    streets = sorted(e for e in network.kinds if set(e) <= inside)
    two_way = set(streets)
    for e in streets:
        wanted = network.kinds[e] == "residential" and chance.happens(0.3)
        if wanted and e[1] in connected(two_way - {e}, e[0]):
            two_way.remove(e)
            network.traits[e] = {**network.traits.get(e, {}), "oneway": "yes"}

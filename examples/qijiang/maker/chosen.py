"""Which villages get a bookhouse, which the book car serves, and which no road reaches."""

from __future__ import annotations

from maker.chance import Chance
from maker.facts import Village
from maker.landscape import Hamlet, Land
from maker.network import Network
from maker.served import BOOKHOUSES, CARRIED, SCHOOLS

REMOTE = 9
AFOOT = 11


def choose(villages: list[Village], chance: Chance) -> tuple[list[Village], list[Village]]:
    """Return the villages that get a place in the country, and the communities in town.

    All villages, and as many communities as make up 302 bookhouses and nine remote villages.
    """
    rural = [village for village in villages if village.rural]
    seats = [v for v in villages if not v.rural and v.name[:2] == v.town[:2]]
    rest = [v for v in villages if not v.rural and v not in seats]
    apart = {(v.town, v.name): v for v in [*seats, *chance.shuffled(rest)]}
    return rural, list(apart.values())[: BOOKHOUSES + REMOTE - len(rural)]


def carried_villages(land: Land, hamlets: list[Hamlet]) -> set[str]:
    """Return the codes of the villages no road is to reach: high ones, apart from all others."""
    lattice = land.lattice
    named = {*SCHOOLS, CARRIED}

    def apart(hamlet: Hamlet) -> bool:
        others = [h.point for h in hamlets if h is not hamlet] + list(land.seats.values())
        return min(lattice.length(hamlet.point, other) for other in others) > 1_500

    high = sorted(hamlets, key=lambda h: (-lattice.heights[h.point], h.village.code))
    found = [h.village for h in hamlets if (h.village.town, h.village.name) == CARRIED]
    for hamlet in high:
        village = hamlet.village
        fresh = village.town not in {v.town for v in found}
        if fresh and (village.town, village.name) not in named and apart(hamlet):
            found.append(village)
    return {village.code for village in found[:AFOOT]}


def remote_villages(
    land: Land, network: Network, hamlets: list[Hamlet], afoot: set[str]
) -> set[str]:
    """Return the codes of the nine villages furthest by road from their town, one a town."""
    named = {*SCHOOLS, CARRIED}
    from_seat = {name: network.distances(land.seats[name]) for name in land.streets}
    far: dict[str, tuple[float, str]] = {}
    for hamlet in hamlets:
        village = hamlet.village
        if village.code in afoot or (village.town, village.name) in named:
            continue
        metres = from_seat[village.town][hamlet.point]
        far[village.town] = max(far.get(village.town, (0.0, "")), (metres, village.code))
    return {code for _, code in sorted(far.values(), reverse=True)[:REMOTE]}

"""Covering and median problems against every choice there is."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import combinations

import pytest

from bookcar.siting import solve
from bookcar.siting.solve import Near, best_cover, best_median, fewest


def _draw(seed: int, places: int, sites: int) -> tuple[list[int], list[dict[int, int]]]:
    draw = random.Random(seed)
    people = [draw.randrange(0, 40) for _ in range(places)]
    near = [
        {site: draw.randrange(1, 30) for site in range(sites) if draw.random() < 0.4}
        for _ in range(places)
    ]
    return people, near


def _choices(sites: int, most: int) -> Iterable[tuple[int, ...]]:
    return (some for n in range(most + 1) for some in combinations(range(sites), n))


def _best(own: dict[int, int], some: Sequence[int]) -> int | None:
    return min((own[site] for site in some if site in own), default=None)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_cover_reaches_most_people_by_the_shortest_ways(seed: int, count: int) -> None:
    people, near = _draw(seed, places=9, sites=7)

    def value(some: Sequence[int]) -> tuple[int, int]:
        ways = [(n, _best(own, some)) for n, own in zip(people, near, strict=True)]
        reached = sum(n for n, way in ways if way is not None)
        return -reached, sum(n * way for n, way in ways if way is not None)

    found = best_cover(people, near, sites=7, count=count)
    assert found.proven
    assert len(found.sites) <= count
    assert value(found.sites) == min(map(value, _choices(7, count)))
    for own, site, n in zip(near, found.site_of, people, strict=True):
        if site is None:
            assert n == 0 or _best(own, found.sites) is None
        elif n:
            assert site in found.sites
            assert own[site] == _best(own, found.sites)


@pytest.mark.parametrize("tried", [solve.TRIED, 0])
@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_median_saves_most_seconds(
    seed: int, count: int, tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether all choices are tried or searched."""
    monkeypatch.setattr(solve, "TRIED", tried)
    weights, near = _draw(seed, places=9, sites=7)
    draw = random.Random(seed + 1000)
    otherwise = [draw.randrange(0, 35) for _ in weights]

    def cost(some: Sequence[int]) -> int:
        return sum(
            n * min(way, other if (best := _best(own, some)) is None else best)
            for n, own, other in zip(weights, near, otherwise, strict=True)
            for way in [other]
        )

    found = best_median(weights, near, otherwise, sites=7, count=count)
    assert found.proven
    assert len(found.sites) <= count
    assert cost(found.sites) == min(map(cost, _choices(7, count)))


def _both_ways(seed: int, size: int) -> tuple[list[int], list[dict[int, int]]]:
    draw = random.Random(seed)
    people = [draw.randrange(0, 40) for _ in range(size)]
    near: list[dict[int, int]] = [{k: 0} for k in range(size)]
    for a, b in combinations(range(size), 2):
        if draw.random() < 0.3:
            near[a][b] = near[b][a] = draw.randrange(1, 30)
    return people, near


@pytest.mark.parametrize("seed", range(40))
def test_the_fewest_sites_reach_every_place(seed: int) -> None:
    people, near = _both_ways(seed, 8)
    stay = random.Random(seed).sample(range(8), seed % 3)

    def value(some: Sequence[int]) -> tuple[int, int] | None:
        ways = [_best(own, some) for own in near]
        if None in ways or not set(stay) <= set(some):
            return None
        return len(some), sum((n + 1) * (way or 0) for n, way in zip(people, ways, strict=True))

    found = fewest(people, near, stay=stay)
    every = [one for some in _choices(8, 8) if (one := value(some)) is not None]
    assert found.proven
    assert value(found.sites) == min(every)
    assert all(found.site_of[k] == k for k in found.sites)


def test_nothing_in_reach_is_nothing_chosen() -> None:
    none: Near = [{}, {}]
    assert best_cover([5, 6], none, sites=3, count=2).sites == ()
    assert best_median([5, 6], none, [9, 9], sites=3, count=2).sites == ()
    assert best_cover([], [], sites=0, count=1).sites == ()
    assert fewest([], []).sites == ()

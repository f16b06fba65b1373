"""Stops that choose again in groups: nothing is lost, no batch is given twice, and it pays."""

from __future__ import annotations

import random

from builders import batch, stop

from bookcar.batches.again import groups_of
from bookcar.batches.assign import Demand, Supply, assign_batches


def _county(stops: int, batches: int, seed: int) -> tuple[list[Demand], list[Supply]]:
    draw = random.Random(seed)
    classes = ("children", "farming", "culture", "science")

    def mix() -> dict[str, float]:
        one, two = draw.sample(classes, 2)
        share = draw.choice([0.2, 0.35, 0.5, 0.65])
        return {one: share, two: round(1 - share, 2)}

    demands = [
        Demand(stop=stop(f"s{i}", books=draw.choice([50, 100, 136, 200]), mix=mix()))
        for i in range(stops)
    ]
    supplies = [
        Supply(batch=batch(f"B{i}", books=draw.choice([40, 50, 60, 68]), mix=mix()), depot="D")
        for i in range(batches)
    ]
    return demands, supplies


def test_where_the_best_is_not_proved_choosing_again_pays_and_is_repeatable():
    demands, supplies = _county(40, 90, 1)
    without = assign_batches(demands, supplies, had={}, groups=0)
    some = assign_batches(demands, supplies, had={}, groups=8)
    assert not without.proved
    assert some.cost < without.cost
    assert some.cost >= some.bound
    assert some == assign_batches(demands[::-1], supplies[::-1], had={}, groups=8)
    given = [b for drops in some.drops.values() for b in drops]
    assert len(given) == len(set(given))


def test_small_counties_have_no_groups_and_large_ones_a_limit():
    assert groups_of(6) == 0
    assert groups_of(302) == 43
    assert groups_of(100_000) == groups_of(10_000)

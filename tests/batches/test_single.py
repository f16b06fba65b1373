"""Batches given out one to each stop: the best there is, and the prices that prove it."""

import random

import numpy as np
import pytest
from builders import MONDAY, batch, stop
from scipy.optimize import linear_sum_assignment

from bookcar.batches import assign, flow, single
from bookcar.batches.bundles import nothing, search
from bookcar.batches.lots import group
from bookcar.batches.single import each_takes_one, one_each
from bookcar.batches.terms import Demand, Room, Supply, Wished


def _county(seed, *, stops, batches, wanted, equal=1, **fields):
    draw = random.Random(seed)
    mixes = [{}, {"children": 0.5}, {"farming": 1.0}, {"children": 0.3, "life": 0.7}]
    demands = [
        Demand(
            stop=stop(
                f"s{i:03d}", books=draw.choice(wanted), mix=draw.choice(mixes), required=i % 9 == 0
            ),
            weight=draw.choice([60.0, 100.0, 240.0]),
            **fields,
        )
        for i in range(stops)
    ]
    supplies = [
        Supply(
            batch=batch(f"B{k:03d}-{n}", books=size, mix=mix),
            depot="D",
            loads=(size, 0),
        )
        for k in range(batches)
        for size, mix in [(draw.choice([30, 40, 50, 68]), draw.choice(mixes))]
        for n in range(equal)
    ]
    had = {
        d.stop.id: frozenset(f"B{draw.randrange(batches):03d}-0" for _ in range(3)) for d in demands
    }
    return group(demands, supplies, had)


def _uses(bundles, lots):
    return np.bincount([lot for b in bundles for lot in b.lots], minlength=len(lots))


@pytest.mark.parametrize(("stops", "batches", "equal"), [(20, 30, 1), (40, 12, 2), (30, 200, 1)])
def test_where_one_batch_is_enough_it_is_the_best_there_is(stops, batches, equal):
    wants, lots = _county(stops, stops=stops, batches=batches, equal=equal, wanted=(25, 30))
    found = one_each(wants, lots)
    assert each_takes_one(wants, lots)
    assert (_uses(found.bundles, lots) <= lots.counts).all()
    assert sum(b.points for b in found.bundles) == found.bound == _least(wants, lots)
    assert found.enough


def _least(wants, lots):
    """Return the least points of one batch each, by a matching over every pair."""
    owner = np.repeat(np.arange(len(lots)), lots.counts)
    table = np.full((len(wants), len(owner) + len(wants)), 2**40)
    free = np.zeros(len(lots), dtype=np.int64)
    for row, want in enumerate(wants):
        table[row, len(owner) + row] = nothing(want).points
        for bundle in search(want, lots, price=free, left=lots.counts, keep=len(lots)):
            if len(bundle.lots) == 1:
                table[row, : len(owner)][owner == bundle.lots[0]] = bundle.points
    return table[linear_sum_assignment(table)].sum()


@pytest.mark.parametrize("seed", range(4))
def test_at_its_prices_every_stop_likes_best_what_it_got(seed):
    wants, lots = _county(seed, stops=30, batches=25, equal=1 + seed % 2, wanted=(25, 30))
    found = one_each(wants, lots)
    price = found.price
    assert (price >= 0).all()
    assert (price[_uses(found.bundles, lots) < lots.counts] == 0).all()
    for want, own in zip(wants, found.bundles, strict=True):
        paid = own.points + price[list(own.lots)].sum()
        liked = search(want, lots, price=price, left=lots.counts, keep=1)
        best = min([nothing(want).points, *(b.points + price[list(b.lots)].sum() for b in liked)])
        assert paid == best


def test_where_a_stop_could_have_a_second_batch_it_is_not_for_flows():
    assert one_each(*_county(2, stops=8, batches=20, wanted=(60, 100, 150))) is None


def test_where_none_is_left_for_a_second_it_is():
    wants, lots = _county(2, stops=60, batches=20, wanted=(60, 100, 150))
    found = one_each(wants, lots)
    assert sum(len(bundle.lots) for bundle in found.bundles) == 20


def test_a_batch_is_one_that_a_car_can_bring():
    rooms = {"D": (Room((45, None)),)}
    wants, lots = _county(1, stops=60, batches=30, wanted=(68,), rooms=rooms)
    bundles = one_each(wants, lots).bundles
    assert max(lots.books[list(bundle.lots)].sum() for bundle in bundles) == 40


@pytest.mark.parametrize("offers", [1, 4, 12])
@pytest.mark.parametrize(("stops", "batches"), [(40, 60), (40, 25), (25, 90)])
def test_more_lots_than_are_offered_at_first_are_looked_at(monkeypatch, stops, batches, offers):
    wants, lots = _county(stops, stops=stops, batches=batches, wanted=(25, 30))
    monkeypatch.setattr(single, "_OFFERS", offers)
    found = one_each(wants, lots)
    assert sum(b.points for b in found.bundles) == found.bound == _least(wants, lots)


@pytest.mark.parametrize("seed", range(6))
def test_an_assignment_and_a_flow_are_as_good(monkeypatch, seed):
    wants, lots = _county(seed, stops=30, batches=20, equal=2, wanted=(25, 30))
    points = []
    for alike in (0, 1_000):
        monkeypatch.setattr(flow, "_ALIKE", alike)
        points.append(sum(b.points for b in one_each(wants, lots).bundles))
    assert points[0] == points[1] == _least(wants, lots)


@pytest.mark.parametrize("seed", range(8))
def test_wishes_marks_depots_and_days_count_as_they_do_elsewhere(seed):
    draw = random.Random(seed)
    supplies = [
        Supply(
            batch=batch(f"B{k:02d}", books=draw.choice([30, 40]), mix={"life": draw.random()}),
            depot=draw.choice("DE"),
            since=draw.choice([None, MONDAY]),
            mark=draw.choice(["", "T"]),
            loads=(30, 0),
        )
        for k in range(24)
    ]
    demands = [
        Demand(
            stop=stop(f"s{i:02d}", books=30, mix={"life": 0.5}, required=i % 5 == 0),
            weight=draw.choice([60.0, 240.0]),
            depots=draw.choice([None, frozenset("D"), frozenset("DE")]),
            marks=draw.choice([None, frozenset({"T"}), frozenset({"", "T"})]),
            rooms=draw.choice([{}, {"D": (Room((40, None), MONDAY), Room((20, None)))}]),
            wishes=(Wished(1, {f"B{draw.randrange(24):02d}": 1}),),
        )
        for i in range(20)
    ]
    wants, lots = group(demands, supplies, {"s01": frozenset({"B03", "B07"})})
    found = one_each(wants, lots)
    assert sum(b.points for b in found.bundles) == found.bound == _least(wants, lots)


def test_a_large_county_of_one_each_is_proved_best(monkeypatch):
    monkeypatch.setattr(assign, "_FEW", 0)
    demands = [Demand(stop=stop(f"s{i:03d}", books=40 + i % 9)) for i in range(250)]
    supplies = [Supply(batch=batch(f"B{k:03d}", books=35 + k % 31), depot="D") for k in range(200)]
    found = assign.assign_batches(demands, supplies, had={})
    assert found.proved
    assert sum(map(len, found.drops.values())) == 200


def test_a_stop_that_could_use_a_second_batch_is_not_said_to_have_enough():
    """Prices of one each do not say that 40 books are better than 20 and 20."""
    demands = [Demand(stop=stop(f"s{i}", books=40, mix={"life": 1.0})) for i in range(2)]
    supplies = [
        Supply(batch=batch(f"B{k}", books=books, mix=mix), depot="D")
        for k, (books, mix) in enumerate([(20, {"life": 1.0})] * 4)
    ]
    wants, lots = group(demands, supplies, {})
    assert not each_takes_one(wants, lots)
    assert one_each(wants, lots) is None
    assert all(
        len(own) == 2 for own in assign.assign_batches(demands, supplies, had={}).drops.values()
    )

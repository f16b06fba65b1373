import itertools

import numpy as np
import pytest
from builders import batch, stop

from bookcar.batches.bundles import nothing, search
from bookcar.batches.lots import group
from bookcar.batches.terms import Demand, Supply


def _given(wanted, sizes, **fields):
    supplies = [Supply(batch=batch(f"B{i:03d}", books=n), depot="D") for i, n in enumerate(sizes)]
    [want], lots = group([Demand(stop=stop("s1", books=wanted, **fields))], supplies, {})
    return want, lots


def _search(want, lots, price=None, keep=5):
    free = np.zeros(len(lots), dtype=np.int64) if price is None else np.array(price)
    return search(want, lots, price=free, left=lots.counts, keep=keep)


def _sizes(lots, bundle):
    return sorted(int(lots.books[lot]) for lot in bundle.lots)


def test_few_batches_are_listed_in_every_set_worth_having():
    sizes = [10, 20, 30, 40, 55, 60, 70, 80]
    want, lots = _given(90, sizes)
    listed = {tuple(_sizes(lots, bundle)) for bundle in _search(want, lots)}
    expected = {
        some
        for r in range(1, 9)
        for some in itertools.combinations(sizes, r)
        # no batch beyond those that fill it, in at least one order of adding them
        if sum(some) - max(some) < 90
    }
    assert listed == expected


def test_points_of_a_bundle_leave_the_prices_out():
    want, lots = _given(50, [50, 50, 40])
    free = {bundle.lots: bundle.points for bundle in _search(want, lots)}
    dear = {bundle.lots: bundle.points for bundle in _search(want, lots, price=[9_999, 9_999])}
    assert free == dear


def test_prices_turn_a_stop_to_other_batches():
    want, lots = _given(50, [50, 49])
    assert _sizes(lots, _search(want, lots)[0]) == [50]
    assert _sizes(lots, _search(want, lots, price=[10**6, 0])[0]) == [49]


def test_a_lot_is_used_no_more_often_than_it_has_batches():
    want, lots = _given(500, [50] * 3)
    assert max(len(bundle.lots) for bundle in _search(want, lots)) == 3


@pytest.mark.parametrize("wanted", [97, 300, 611])
def test_among_many_sizes_the_exact_sum_is_found(wanted):
    want, lots = _given(wanted, range(31, 431))
    best = _search(want, lots)[0]
    assert sum(_sizes(lots, best)) == wanted


def test_a_stop_of_many_batches_gets_them():
    want, lots = _given(1_200, [40 + i % 7 for i in range(200)])
    total = sum(_sizes(lots, _search(want, lots)[0]))
    assert 1_198 <= total <= 1_210


def test_nothing_costs_more_than_any_listed_bundle():
    want, lots = _given(90, [10, 20, 200])
    assert all(bundle.points < nothing(want).points for bundle in _search(want, lots))

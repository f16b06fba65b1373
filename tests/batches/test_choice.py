import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookcar.batches import choice
from bookcar.batches.bundles import Bundle
from bookcar.batches.prices import Columns, prices

LOTS = 4


@st.composite
def packings(draw):
    """Return columns of up to five stops over four lots, the empty bundle first, and counts."""
    columns = Columns()
    some_lots = st.lists(st.integers(0, LOTS - 1), min_size=1, max_size=3)
    for number in range(draw(st.integers(1, 5))):
        columns.add(number, Bundle(draw(st.integers(500, 900)), ()))
        for lots in draw(st.lists(some_lots, max_size=4)):
            columns.add(number, Bundle(draw(st.integers(0, 400)), tuple(sorted(lots))))
    counts = draw(st.lists(st.integers(1, 2), min_size=LOTS, max_size=LOTS))
    return columns, np.array(counts)


def _empty(columns: Columns) -> list[int]:
    return [j for j, bundle in enumerate(columns.bundles) if not bundle.lots]


def _fits(columns: Columns, counts, taken) -> bool:
    used = [lot for j in taken for lot in columns.bundles[j].lots]
    return all(used.count(lot) <= counts[lot] for lot in range(LOTS))


def _least(columns: Columns, counts) -> int:
    by_stop = [
        [j for j, s in enumerate(columns.stops) if s == stop] for stop in sorted(set(columns.stops))
    ]
    choices = (taken for taken in itertools.product(*by_stop) if _fits(columns, counts, taken))
    return min(map(columns.points, choices))


def _prices(columns: Columns, counts):
    start = np.zeros(LOTS, dtype=np.int64)
    return prices(columns, counts, start=start, target=columns.points(_empty(columns)))


@given(packings())
def test_the_bound_of_the_prices_is_never_above_the_best_choice(packing):
    columns, counts = packing
    found = _prices(columns, counts)
    assert found.bound <= _least(columns, counts)
    assert (found.lots >= 0).all()
    assert found.reduced.min() == 0


@given(packings())
def test_the_best_choice_is_found_and_proved(packing):
    columns, counts = packing
    taken, proved = choice.choose(
        columns, counts, duals=_prices(columns, counts), hint=_empty(columns), seed=0
    )
    assert proved
    assert _fits(columns, counts, taken)
    assert [columns.stops[j] for j in taken] == sorted(set(columns.stops))
    assert columns.points(taken) == _least(columns, counts)


@pytest.mark.parametrize("neighbours", [2, 5])
def test_neighbourhoods_keep_the_counts_and_cost_no_more(monkeypatch, neighbours):
    monkeypatch.setattr(choice, "_WHOLE", 0)
    monkeypatch.setattr(choice, "_NEIGHBOURS", neighbours)

    @settings(max_examples=30)
    @given(packings())
    def check(packing):
        columns, counts = packing
        hint = _empty(columns)
        found = _prices(columns, counts)
        taken, proved = choice.choose(columns, counts, duals=found, hint=hint, seed=0)
        assert _fits(columns, counts, taken)
        assert [columns.stops[j] for j in taken] == sorted(set(columns.stops))
        assert columns.points(taken) <= columns.points(hint)
        assert not proved or columns.points(taken) == _least(columns, counts)
        if neighbours == 5 and len(columns.bundles) <= 20:
            assert columns.points(taken) == _least(columns, counts)

    check()

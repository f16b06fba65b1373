"""How long people walk: Tobler's figures, and longer the steeper and the heavier."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookcar.model import CarrierSettings
from bookcar.roads.pace import kmh, load_pace, unladen_s, walked_s

HERE = CarrierSettings()
SLOPES = st.floats(-0.5, 0.5)


@pytest.mark.parametrize(
    ("slope", "right"), [(0.0, 5.037), (-0.05, 6.0), (0.1, 3.549), (-0.2, 3.549), (0.3, 1.762)]
)
def test_the_pace_is_that_of_tobler(slope: float, right: float) -> None:
    """Figures of 6 exp(-3.5 |slope + 0.05|), worked out by hand."""
    assert kmh(slope) == pytest.approx(right, abs=0.001)


def test_a_kilometre_on_the_flat_with_and_without_a_load() -> None:
    """12 minutes, and 18 with 20 kg; half an hour with a load takes a rest of five minutes."""
    assert walked_s([(1_000, 0)], 0, HERE) == 715
    assert walked_s([(1_000, 0)], 20, HERE) == 1_100
    assert walked_s([(1_000, 0)], 10, HERE) == 867
    assert walked_s([(2_000, 0)], 20, HERE) == 2_200 + 300
    assert walked_s([(2_000, 0)], 0, HERE) == 1_430


@given(up=st.floats(0, 0.5), more=st.floats(0.01, 0.3), kg=st.integers(0, 30))
def test_a_steeper_climb_takes_longer(up: float, more: float, kg: int) -> None:
    gentle, steep = ([(500.0, 500 * slope)] for slope in (up, up + more))
    assert walked_s(steep, kg, HERE) > walked_s(gentle, kg, HERE)


@given(slope=SLOPES, kg=st.integers(0, 30), more=st.integers(1, 10))
def test_a_heavier_load_takes_longer(slope: float, kg: int, more: int) -> None:
    way = [(1_000.0, 1_000 * slope)]
    assert walked_s(way, kg + more, HERE) > walked_s(way, kg, HERE)


def test_nobody_stands_still_under_a_load() -> None:
    assert load_pace(500, HERE) == 0.25
    assert unladen_s([(0.0, 0.0)]) == 0

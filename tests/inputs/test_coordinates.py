"""GCJ-02 and BD-09 against published values and against themselves."""

from __future__ import annotations

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from bookcar.inputs import coordinates as co

INSIDE = st.tuples(st.floats(72.1, 137.8), st.floats(0.9, 55.8))


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_gcj02_agrees_with_the_test_values_of_eviltransform(
    wgs: tuple[float, float], gcj: tuple[float, float]
) -> None:
    """Its authors state half a metre as their accuracy, and take another radius of the Earth."""
    assert co.wgs84_to_gcj02(*wgs) == pytest.approx(gcj, abs=1e-5)
    assert co.gcj02_to_wgs84(*gcj) == pytest.approx(wgs, abs=1e-5)


def test_values_of_coordtransform() -> None:
    assert co.wgs84_to_gcj02(116.404, 39.915) == pytest.approx(
        (116.41024449916938, 39.91640428150164), abs=1e-9
    )
    assert co.gcj02_to_bd09(116.404, 39.915) == pytest.approx(
        (116.41036949371029, 39.92133699351021), abs=1e-9
    )


@over(INSIDE)
def test_there_and_back_is_exact(point: tuple[float, float]) -> None:
    assert co.gcj02_to_wgs84(*co.wgs84_to_gcj02(*point)) == pytest.approx(point, abs=1e-9)
    assert co.bd09_to_gcj02(*co.gcj02_to_bd09(*point)) == pytest.approx(point, abs=1e-9)
    assert co.bd09_to_wgs84(*co.wgs84_to_bd09(*point)) == pytest.approx(point, abs=1e-9)


@pytest.mark.parametrize("point", [(1.52, 42.5), (-122.4, 37.8), (151.2, -33.9), (180.0, 90.0)])
@pytest.mark.parametrize("system", sorted(co.TO_WGS84))
def test_nothing_is_shifted_outside_china(point: tuple[float, float], system: str) -> None:
    assert co.TO_WGS84[system](*point) == point

"""What is told of unserved stops, in some of the random districts that `soak.whys` tries."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from soak.whys import check

CHUNK = 12


@pytest.mark.parametrize("first", range(1, 49, CHUNK))
def test_nothing_that_is_told_is_false(first: int, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    for seed in range(first, first + CHUNK):
        place = tmp_path / str(seed)
        place.mkdir()
        found, own = check(seed, place)
        assert (seed, found) == (seed, [])
        counts += own
    assert counts["stops told of"] > CHUNK
    assert sum(n for name, n in counts.items() if name.startswith("change ")) > CHUNK // 2


MENDED = {
    16: "visits of other depots were put behind the wrong reload",
    1074: "a stop that any car may come to was no longer delivered in parts",
    36: "one more car-day that made a visit worth its way was told only with others",
    131: "one more car-day that made a visit worth its way was told only with others",
    194: "a stop was told to be in the way where there is no room without it either",
    5074: "no reload more was tried on a car-day that others leave",
    5784: "one more car-day changed in how many parts a stop is delivered",
    6077: "a route too full by itself was taken for one to put a visit into",
    10112: "a visit that brings nothing was tied to the depot where its car had loaded",
    1443: "less was enough by a way that no car could drive alone",
}
"""Seeds in which something was wrong, and what it was."""

MENDED_ON_FOOT = {
    21196: "of carriers like two that live apart, one was told to be enough that only the other is",
}
"""The same of districts with stops on foot."""


@pytest.mark.parametrize("seed", MENDED_ON_FOOT)
def test_nothing_is_false_of_those_on_foot(seed: int, tmp_path: Path) -> None:
    assert check(seed, tmp_path, carriers=True)[0] == []


@pytest.mark.parametrize("first", range(1, 25, CHUNK))
def test_nothing_that_is_told_of_carriers_is_false(first: int, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    for seed in range(first, first + CHUNK):
        place = tmp_path / str(seed)
        place.mkdir()
        found, own = check(seed, place, carriers=True)
        assert (seed, found) == (seed, [])
        counts += own
    assert counts["stops told of"] > CHUNK


@pytest.mark.parametrize("seed", MENDED)
def test_nothing_is_false_any_more(seed: int, tmp_path: Path) -> None:
    assert check(seed, tmp_path)[0] == []

"""Some of the random districts that `make soak` tries thousands of."""

from __future__ import annotations

from pathlib import Path

import pytest
from soak.checker import Outcome, check

CHUNK = 20


def _outcomes(first: int, folder: Path) -> list[Outcome]:
    outcomes = []
    for seed in range(first, first + CHUNK):
        place = folder / str(seed)
        place.mkdir()
        outcomes.append(check(seed, place))
    return outcomes


@pytest.mark.parametrize("first", range(1, 121, CHUNK))
def test_nothing_is_wrong_with_random_districts(first: int, tmp_path: Path) -> None:
    outcomes = _outcomes(first, tmp_path)
    wrong = [(outcome.seed, *found) for outcome in outcomes for found in outcome.found]
    assert [found for found in wrong if not found[1].startswith("reason ")] == []
    assert sum(outcome.counts["planned"] for outcome in outcomes) > CHUNK // 2

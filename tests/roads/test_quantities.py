"""Figures in tags."""

from __future__ import annotations

import pytest

from bookcar.roads.quantities import implied_kmh, metres, posted_kmh, tonnes


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("60", 60),
        ("60 km/h", 60),
        ("30 mph", 48.28032),
        ("30mph", 48.28032),
        ("DE:zone30", 30),
        ("DE:zone:30", 30),
        ("FR:50", 50),
        ("50; 30", 50),
        ("none", None),
        ("walk", None),
        ("CN:rural", None),
        ("signals", None),
        ("0", None),
        ("-20", None),
        (None, None),
    ],
)
def test_posted_limits(text: str | None, kmh: float | None) -> None:
    assert posted_kmh(text) == kmh


@pytest.mark.parametrize(
    ("text", "kmh"),
    [("CN:urban", 50), ("CN:rural", 80), ("walk", 6), ("DE:living_street", 20), ("60", None)],
)
def test_limits_in_words(text: str, kmh: float | None) -> None:
    assert implied_kmh(text) == kmh


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("3.2", 3.2),
        ("3,2 m", 3.2),
        ("250 cm", 2.5),
        ("10'6\"", 3.2),
        ("7'", 2.134),
        ("7 ft 6 in", 2.286),
        ("default", None),
        ("below_default", None),
    ],
)
def test_lengths(text: str, figure: float | None) -> None:
    assert metres(text) == figure


@pytest.mark.parametrize(
    ("text", "figure"), [("3.5", 3.5), ("7.5 t", 7.5), ("3500 kg", 3.5), ("heavy", None)]
)
def test_weights(text: str, figure: float | None) -> None:
    assert tonnes(text) == figure

"""Colours that mean something can be told apart, with each of three kinds of colour blindness."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from bookcar.maps.compare import CHANGE_SHADES, CHANGES
from bookcar.maps.coverage import CLASSES
from bookcar.maps.routes import DAY_COLOURS
from bookcar.maps.shading import NEED_SHADES, SHADES

# Machado, Oliveira and Fernandes (2009), "A physiologically-based model for simulation of color
# vision deficiency", severity 1.0; for linear RGB.
SIGHTS = {
    "all colours": np.eye(3),
    "no red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "no green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "no blue": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
}  # fmt: skip
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
WHITE = np.array([0.95047, 1.0, 1.08883])


def lab(colour: str, sight: str) -> np.ndarray:
    """Return a colour in CIE L*a*b* (D65) as somebody with that sight sees it."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(SIGHTS[sight] @ linear, 0, 1) / WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: str, other: str, sight: str) -> float:
    """Return CIE76: about 2.3 can just be seen side by side."""
    return float(np.linalg.norm(lab(one, sight) - lab(other, sight)))


def nearest(colours, sight: str) -> float:
    return min(distance(a, b, sight) for a, b in itertools.combinations(colours, 2))


def test_distance_agrees_with_known_values():
    assert lab("#ffffff", "all colours") == pytest.approx([100, 0, 0], abs=0.01)
    assert lab("#ff0000", "all colours") == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    assert distance("#ff0000", "#00ff00", "no green") < distance("#ff0000", "#00ff00", "no blue")


@pytest.mark.parametrize("sight", SIGHTS)
def test_working_days_differ(sight):
    assert nearest(DAY_COLOURS[:5], sight) >= 21


@pytest.mark.parametrize("sight", SIGHTS)
def test_weekdays_differ(sight):
    assert nearest(DAY_COLOURS, sight) >= 13


@pytest.mark.parametrize("sight", SIGHTS)
def test_stops_of_different_waits_differ(sight):
    assert nearest([colour for colour, _ in CLASSES], sight) >= 20


@pytest.mark.parametrize("sight", SIGHTS)
def test_gained_and_lost_differ(sight):
    assert distance(CHANGES[0][0], CHANGES[1][0], sight) >= 40


@pytest.mark.parametrize("sight", SIGHTS)
def test_shades_of_townships_differ_and_darken(sight):
    assert min(distance(a, b, sight) for a, b in itertools.pairwise(SHADES)) >= 10
    light = [lab(colour, sight)[0] for colour in SHADES]
    assert light == sorted(light, reverse=True)


@pytest.mark.parametrize("sight", SIGHTS)
def test_shades_of_change_differ_and_worse_is_not_taken_for_better(sight):
    assert nearest(CHANGE_SHADES, sight) >= 7
    much_worse, much_better = CHANGE_SHADES[0], CHANGE_SHADES[-1]
    assert distance(much_worse, much_better, sight) >= 40


@pytest.mark.parametrize("sight", SIGHTS)
def test_nine_classes_of_need_and_service_differ(sight):
    assert nearest(NEED_SHADES, sight) >= 8


@pytest.mark.parametrize(
    "shapes",
    [[shape for _, shape in CLASSES], [shape for _, shape in CHANGES]],
    ids=["wait", "change"],
)
def test_colour_is_never_alone(shapes):
    """Every class but the two that are on target has a shape of its own."""
    assert len(set(shapes)) >= 4

"""How long people walk: by the slope, and by what they carry. All of it is estimated.

Without a load by Tobler's hiking function (Tobler, Three presentations on geographical analysis
and modeling, NCGIA report 93-1, 1993): 6 exp(-3.5 |slope + 0.05|) km/h, 5.0 on the flat, fastest
slightly downhill. No such formula has a term for a load; that people with 20 kg go at about two
thirds of their pace, and rest, is a judgement that the settings may change.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from bookcar.model import CarrierSettings

LOADED_KG = 20
"""The load with which `CarrierSettings.load_factor` of the pace is left."""
SLOWEST = 0.25
"""The part of the pace that is left however heavy the load."""
REST_AFTER_S = 1_800


def kmh(slope: float) -> float:
    """Return how fast people walk without a load on a slope, in metres up a metre along."""
    return 6.0 * math.exp(-3.5 * abs(slope + 0.05))


def unladen_s(steps: Iterable[tuple[float, float]]) -> float:
    """Return the seconds of stretches of so many metres along and so many up, without a load."""
    return sum(run * 3.6 / kmh(rise / run) for run, rise in steps if run > 0)


def walked_s(steps: Iterable[tuple[float, float]], kg: float, settings: CarrierSettings) -> int:
    """Return the seconds of a way with a load, rests included, rounded up."""
    seconds = unladen_s(steps) / load_pace(kg, settings)
    rests = int(seconds // REST_AFTER_S) if kg > 0 else 0
    return math.ceil(round(seconds, 6)) + rests * settings.rest_s


def load_pace(kg: float, settings: CarrierSettings) -> float:
    """Return the part of the pace that a load leaves: falling evenly with its weight."""
    return max(SLOWEST, 1.0 - (1.0 - settings.load_factor) * kg / LOADED_KG)

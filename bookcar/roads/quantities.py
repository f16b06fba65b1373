"""Figures as mappers write them in tags: speeds, lengths and weights with or without a unit."""

from __future__ import annotations

import re

_FIGURE = re.compile(r"^\s*(\d+(?:[.,]\d+)?)\s*([a-zA-Z/]*)\s*$")
_FEET = re.compile(r"^\s*(\d+)\s*(?:'|ft)\s*(?:(\d+(?:\.\d+)?)\s*(?:\"|''|in))?\s*$")
_ZONE = re.compile(r"^[A-Z]{2}:(?:zone:?)?(\d+)$")

_CLOCK = re.compile(r"^\s*(\d{1,3}):(\d{2})(?::(\d{2}))?\s*$")
_PERIOD = re.compile(r"^\s*PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?\s*$")
_PARTS = (3_600, 60, 1)

_KMH = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}
_METRES = {"": 1.0, "m": 1.0, "metre": 1.0, "metres": 1.0, "cm": 0.01}
_TONNES = {"": 1.0, "t": 1.0, "kg": 0.001, "lbs": 0.00045359237, "st": 0.90718474}

# Limits that a country sets by the kind of place; only a cap, as they say nothing of the road.
_IMPLIED_KMH = {"urban": 50.0, "rural": 80.0, "trunk": 100.0, "motorway": 120.0}


def posted_kmh(text: str | None) -> float | None:
    """Return a posted limit such as ``60``, ``30 mph`` or ``DE:zone30`` in km/h, else None."""
    if text is None:
        return None
    zone = _ZONE.match(text)
    return float(zone[1]) if zone else _figure(_first(text), _KMH)


def implied_kmh(text: str | None) -> float | None:
    """Return what a word for a limit allows, e.g. ``CN:urban`` or ``walk``, else None."""
    if text is None:
        return None
    word = text.rpartition(":")[2]
    if word in ("walk", "walking_speed"):
        return 6.0
    return 20.0 if word == "living_street" else _IMPLIED_KMH.get(word)


def metres(text: str | None) -> float | None:
    """Return a width or height such as ``3.2``, ``3,2 m`` or ``10'6"`` in metres, else None."""
    if text is None:
        return None
    feet = _FEET.match(_first(text))
    if feet:
        return round(int(feet[1]) * 0.3048 + float(feet[2] or 0) * 0.0254, 3)
    return _figure(_first(text), _METRES)


def tonnes(text: str | None) -> float | None:
    """Return a weight such as ``3.5``, ``7.5 t`` or ``3500 kg`` in tonnes, else None."""
    return None if text is None else _figure(_first(text), _TONNES)


def duration_s(text: str | None) -> int | None:
    """Return how long a crossing lasts, such as ``00:20``, ``1:05:00`` or ``PT20M``, else None."""
    if text is None:
        return None
    found = _CLOCK.match(text) or _PERIOD.match(text)
    parts = found.groups(default="0") if found else ()
    return sum(int(part) * unit for part, unit in zip(parts, _PARTS, strict=False)) or None


def _first(text: str) -> str:
    return text.partition(";")[0]


def _figure(text: str, units: dict[str, float]) -> float | None:
    found = _FIGURE.match(text)
    factor = units.get(found[2].lower()) if found else None
    if found is None or factor is None:
        return None
    figure = float(found[1].replace(",", ".")) * factor
    return round(figure, 6) if figure > 0 else None

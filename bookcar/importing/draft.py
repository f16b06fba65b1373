"""What a list of stops does not say and a plan needs: depot, cars and settings, drafted from it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, pairwise
from typing import Any

from bookcar.earth import Point, metres
from bookcar.importing.stops import Row
from bookcar.inputs import columns as cols
from bookcar.inputs import rules_times
from bookcar.inputs.rules_cells import BadCell
from bookcar.phrases import Language, Phrases
from bookcar.weeks import DAY_NAMES

BOOKS, MAX_KM = 2_000, 300
_HOUR_S = 3_600
_DAY_S = 24 * _HOUR_S
_OFFICE = (8 * _HOUR_S, 17 * _HOUR_S)
_WEEKDAYS = frozenset(range(5))
_FAR_TIMES = 10
DETOUR = 1.35
"""Road metres per straight metre: the median of 762 legs of four UK timetables is 1.29 to 1.42."""
_SHARE, _FEWEST_LEGS = 0.98, 20
_SLOWEST, _FASTEST, _STEP = 30, 60, 5


def depot_rows(
    stops: Sequence[Row], given: Sequence[tuple[str, str, float, float]], language: Language
) -> list[dict[str, Any]]:
    """Return the depots that are given, or one at the stop in the middle of all.

    Parameters
    ----------
    given
        Id in the list, name (empty: "library"), longitude and latitude. Their ids become new ones,
        which no stop has.
    """
    taken = {stop["id"] for stop in stops}
    free = (name for i in count() if (name := f"LIB{i or ''}") not in taken)
    library = Phrases(language)("starter.library")
    return [
        {"id": next(free), "name": name or library, "lon": lon, "lat": lat}
        for _, name, lon, lat in given or [("", "", *_middle(stops))]
    ]


def nearer(first: Point, second: Point, stops: Sequence[Row]) -> Point | None:
    """Return the one of two places that is far nearer to the stops; None if neither is."""
    middle = _middle(stops)
    away = [_metres(middle, point) for point in (first, second)]
    if away[0] * _FAR_TIMES < away[1]:
        return first
    return second if away[1] * _FAR_TIMES < away[0] else None


def vehicle_rows(stops: Sequence[Row], names: Mapping[str, str], language: Language) -> list[Row]:
    """Return a car for each that the list names, or one: with the days and hours of its stops.

    Parameters
    ----------
    names
        Names of the cars by their ids.
    """
    say = Phrases(language)
    rows = []
    for car in sorted(names) or ["V1"]:
        own = [stop for stop in stops if car in stop.get("vehicles", "").split()] or list(stops)
        starts, ends = hours_of(own)
        rows.append(
            {
                "id": car,
                "name": names.get(car) or say("starter.car", number=1),
                "books": str(BOOKS),
                "max_km": str(MAX_KM),
                "max_hours": f"{(ends - starts) / _HOUR_S:g}",
                "starts": rules_times.text_of(starts),
                "ends": rules_times.text_of(ends),
                "days": " ".join(DAY_NAMES[day] for day in sorted(weekdays_of(own) or _WEEKDAYS)),
            }
        )
    return rows


def hours_of(stops: Sequence[Row]) -> tuple[int, int]:
    """Return a working day that begins an hour before the first stop and ends one after the last.

    Nothing less than office hours, and nothing but them where no stop has a time.
    """
    begins = [*_seconds(stops, "arrive"), *_seconds(stops, "opens")]
    ends = [*_seconds(stops, "leave"), *_seconds(stops, "closes")]
    first = min([_OFFICE[0], *(max(0, s - _HOUR_S) // _HOUR_S * _HOUR_S for s in begins)])
    last = max([_OFFICE[1], *(min(_DAY_S, -(-(s + _HOUR_S) // _HOUR_S) * _HOUR_S) for s in ends)])
    return first, last


def pace_of(stops: Sequence[Row]) -> int | None:
    """Return the km/h with which 49 of 50 legs of the list's own times can be driven.

    On roads that are `DETOUR` times as long as straight lines, in steps of 5 from 30 to 60; None
    where fewer than 20 legs are told. A leg leads from a stop to the next of the same car and day.
    """
    days: dict[tuple[str, ...], list[Row]] = {}
    for stop in stops:
        if stop.get("arrive") and stop.get("leave"):
            key = tuple(stop.get(c, "") for c in ("vehicles", "days", "every", "first_visit"))
            days.setdefault(key, []).append(stop)
    needed = sorted(kmh for day in days.values() for kmh in _paces(day))
    if len(needed) < _FEWEST_LEGS:
        return None
    kmh = needed[int(_SHARE * len(needed))]
    return min(_FASTEST, max(_SLOWEST, math.ceil(kmh / _STEP) * _STEP))


def _paces(day: list[Row]) -> Iterator[float]:
    """Yield the km/h that each leg of a day needs, where it has any time."""
    day = sorted(day, key=lambda stop: stop["arrive"])
    for one, other in pairwise(day):
        seconds = rules_times.time(other["arrive"]) - rules_times.time(one["leave"])
        if seconds > 0:
            straight = _metres(*((float(s["lon"]), float(s["lat"])) for s in (one, other)))
            yield straight * DETOUR / seconds * 3.6


def weekdays_of(stops: Sequence[Row]) -> frozenset[int]:
    """Return the weekdays that stops name, Monday 0."""
    found: set[int] = set()
    for stop in stops:
        found |= set(_days(stop.get("days", "")))
    return frozenset(found)


def _days(text: str) -> tuple[int, ...]:
    parse = cols.any_table("stops").columns["days"].parse
    try:
        return tuple(parse(text)[0]) if text else ()
    except BadCell:
        return ()


def _seconds(stops: Sequence[Row], column: str) -> list[int]:
    found: list[int] = []
    for stop in stops:
        found += rules_times.times(stop[column]) if stop.get(column) else ()
    return found


def _middle(stops: Sequence[Row]) -> Point:
    """Return the place of the stop nearest to the medians of longitude and latitude."""
    points = [(float(stop["lon"]), float(stop["lat"])) for stop in stops]
    lon, lat = (statistics.median(values) for values in zip(*points, strict=True))
    return min(points, key=lambda point: (_metres(point, (lon, lat)), point))


def _metres(one: Point, other: Point) -> float:
    return float(metres(one, other))

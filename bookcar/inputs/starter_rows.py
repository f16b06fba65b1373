"""The rows of a starter district: an example, or the places of a map with cars and batches."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from bookcar.inputs.raw_district import KG_PER_BOOK, whole_kg
from bookcar.inputs.text import bare, without_controls
from bookcar.model import Depot, Stop
from bookcar.phrases import Language, Phrases

Row = dict[str, Any]
PlaceLike = Depot | Stop | Mapping[str, Any]

_PLACE = ("id", "name", "name_en", "lon", "lat")
_VISIT = ("every", "first_visit", "days", "arrive", "leave")
_STOP = (*_PLACE, "kind", "area", "people", "books", "access")
_BOOKS = {"school": 100, "bookhouse": 68}
_STOPS_PER_CAR = 75
_MOST_CARS = 6
_SPARE = 0.1

# Towns of Qijiang with GeoNames' coordinates (CC BY 4.0); what stands there is made up.
EXAMPLE_DEPOTS: tuple[Row, ...] = (
    {"id": "LIB", "name": "图书馆", "name_en": "Library", "lon": 106.648, "lat": 29.0231},
)
EXAMPLE_STOPS: tuple[Row, ...] = (
    {"id": "S1", "name": "三江", "name_en": "Sanjiang", "kind": "bookhouse"}
    | {"lon": 106.71056, "lat": 28.94472, "people": 2400, "books": 68},
    {"id": "S2", "name": "石角小学", "name_en": "Shijiao school", "kind": "school"}
    | {"lon": 106.75611, "lat": 28.92444, "people": 600, "books": 100, "every_weeks": 2}
    | {"days": "Mon Tue Wed Thu Fri", "opens": "08:30 14:00", "closes": "11:50 17:00"},
    {"id": "S3", "name": "横山", "name_en": "Hengshan", "kind": "village"}
    | {"lon": 106.67237, "lat": 29.1135, "people": 900, "books": 50, "priority": 3},
    {"id": "S4", "name": "三角茶馆", "name_en": "Sanjiao tea house", "kind": "teahouse"}
    | {"lon": 106.73639, "lat": 29.05028, "people": 300, "books": 40},
    {"id": "S5", "name": "篆塘", "name_en": "Zhuantang", "kind": "village"}
    | {"lon": 106.66835, "lat": 28.8963, "people": 1100, "books": 50, "required": "yes"},
    {"id": "S6", "name": "新盛", "name_en": "Xinsheng", "kind": "village"}
    | {"lon": 106.63274, "lat": 29.10488, "people": 700, "books": 50},
)


def depot_row(place: PlaceLike) -> Row:
    """Return what is known of a depot, by column name."""
    return _row(place, (*_PLACE, "phone"))


def stop_row(place: PlaceLike) -> Row:
    """Return what is known of a stop, by column name; a kind and books wanted always."""
    row = _row(place, (*_STOP, *_VISIT) if isinstance(place, Mapping) else _STOP)
    row.setdefault("kind", "village")
    row.setdefault("books", _BOOKS.get(row["kind"], 50))
    return row


def made_up_depot(stops: Sequence[Row], language: Language) -> Row:
    """Return a depot at the stop in the middle, for a map that shows no library."""
    lon = sorted(stop["lon"] for stop in stops)[len(stops) // 2]
    lat = sorted(stop["lat"] for stop in stops)[len(stops) // 2]
    middle = min(stops, key=lambda s: (math.hypot(s["lon"] - lon, s["lat"] - lat), s["id"]))
    taken = {stop["id"] for stop in stops}
    free = next(name for i in range(len(stops) + 1) if (name := f"LIB{i or ''}") not in taken)
    name = Phrases(language)("starter.library")
    return {"id": free, "name": name, "lon": middle["lon"], "lat": middle["lat"]}


def vehicle_rows(stops: int, language: Language) -> list[Row]:
    """Return book cars for a number of stops."""
    cars = min(_MOST_CARS, max(1, math.ceil(stops / _STOPS_PER_CAR)))
    say = Phrases(language)
    limits = {"books": 1200, "kg": 800, "max_km": 200, "max_hours": 8.5}
    return [
        {"id": f"V{i}", "name": say("starter.car", number=i), **limits} for i in range(1, cars + 1)
    ]


def batch_rows(stops: Sequence[Row], depot: str) -> list[Row]:
    """Return a batch in the store for each stop, as large as it wants, and a tenth to spare."""
    wanted = [stop["books"] for stop in stops if stop["books"] > 0]
    wanted += wanted[: math.ceil(_SPARE * len(wanted))]
    return [
        {"id": f"B{i:03d}", "books": books, "kg": whole_kg(KG_PER_BOOK * books)}
        | {"crates": math.ceil(books / 50), "at": depot}
        for i, books in enumerate(wanted, 1)
    ]


def _row(place: PlaceLike, columns: Sequence[str]) -> Row:
    found = {name: _of(place, name) for name in columns}
    return {n: v for n, v in found.items() if v not in (None, "") and (v or n in ("lon", "lat"))}


def _of(place: PlaceLike, name: str) -> Any:
    value = place.get(name) if isinstance(place, Mapping) else getattr(place, name, None)
    if not isinstance(value, str):
        return value
    clean = bare(without_controls(value))
    return clean.lstrip("#") if name == "id" else clean

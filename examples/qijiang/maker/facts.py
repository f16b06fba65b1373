"""The real facts: towns with their coordinates, villages by name."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

# Wansheng's towns have a library and book car of their own; here they only bound the district.
WANSHENG = ("004", "005", "100", "101", "102", "103", "104", "105", "106", "107")

# GeoNames has no point for these two; both are made: east and north-east of Gunan.
MADE_POINTS = {"文龙街道": (106.6655, 29.0105), "通惠街道": (106.6725, 29.0385)}

# Nor a population; made so that a village there is about as large as elsewhere.
MADE_PEOPLE = {"文龙街道": 52_000, "通惠街道": 31_000}


@dataclass(frozen=True)
class Town:
    """A town or street district: a division of its own, with a point on the map."""

    code: str
    name: str
    name_en: str
    lon: float
    lat: float
    people: int
    ours: bool

    @property
    def short(self) -> str:
        """The name without the word for town or street district."""
        return self.name.removesuffix("街道").removesuffix("镇")


@dataclass(frozen=True)
class Village:
    """A village or a community by name; where it lies is not known."""

    code: str
    name: str
    name_en: str
    town: str

    @property
    def rural(self) -> bool:
        """Whether the division codes call it a village and its name does too."""
        return self.name.endswith("村")


def read_towns(folder: Path) -> list[Town]:
    """Return the towns that have a point, those of Wansheng included, by code."""
    english = _pinyin(folder)
    return [
        _town(row, english[row["code"]])
        for row in _rows(folder / "towns.csv")
        if row["lat"] or row["name_zh"] in MADE_POINTS
    ]


def read_villages(folder: Path) -> list[Village]:
    """Return the villages and communities outside Wansheng, by code."""
    english = _pinyin(folder)
    return [
        Village(
            row["village_code"], _short(row["village"]), english[row["village_code"]], row["town"]
        )
        for row in _rows(folder / "villages.csv")
        if row["town_code"][6:] not in WANSHENG
    ]


def _town(row: dict[str, str], english: str) -> Town:
    name = row["name_zh"]
    lon, lat = MADE_POINTS.get(name) or (float(row["lon"]), float(row["lat"]))
    people = MADE_PEOPLE.get(name) or int(row["population"])
    return Town(row["code"], name, english, lon, lat, people, row["code"][6:] not in WANSHENG)


def _short(name: str) -> str:
    return name.removesuffix("村民委员会").removesuffix("居民委员会")


def _pinyin(folder: Path) -> dict[str, str]:
    return {row["code"]: row["pinyin"] for row in _rows(folder / "pinyin.csv")}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))

"""Writing the tables and the map of a district folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from maker.books import POOL_COLUMNS, POOLS, Batch, mix_text
from maker.drawing import Sheet, draw
from maker.history import Visit
from maker.lattice import Edge
from maker.network import Network
from maker.osm_pbf import write_pbf
from maker.relief import Point, to_plane
from maker.served import Stop
from maker.wishes import Wish

Row = Sequence[object]

STOP_COLUMNS = (
    "id",
    "name",
    "name_en",
    "kind",
    "lon",
    "lat",
    "area",
    "people",
    "books",
    "mix",
    "every_weeks",
    "days",
    "opens",
    "closes",
    "service_min",
    "priority",
    "required",
    "access",
    "contact",
    "phone",
    "landmark",
    "note",
)
BATCH_COLUMNS = ("id", "books", "kg", "crates", "audience", "mix", "at", "since", "pool")
VISIT_COLUMNS = ("date", "stop", "vehicle", "batch", "action", "books", "status", "note")
WISH_COLUMNS = ("id", "date", "stop", "title", "isbn", "reader", "wanted_by", "status")
CLOSURE_COLUMNS = ("from", "to", "ways", "shape", "note")


class Folder:
    """A district folder being written, with columns and words in English or another language.

    The tables begin with a byte order mark, so that a double click opens them rightly in Excel.
    """

    def __init__(
        self,
        path: Path,
        headings: dict[str, dict[str, str]] | None = None,
        words: dict[str, dict[str, str]] | None = None,
    ) -> None:
        self.path = path
        self._headings = headings or {}
        self._words = words or {}
        path.mkdir(parents=True, exist_ok=True)

    def table(self, name: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Write a table."""
        known = self._headings.get(name, {})
        file = self.path / f"{name}.csv"
        with file.open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow([known.get(column, column) for column in columns])
            writer.writerows(self._row(columns, row) for row in rows)

    def _row(self, columns: Sequence[str], row: Row) -> list[object]:
        return [
            self._words.get(column, {}).get(str(cell), cell)
            for column, cell in zip(columns, row, strict=True)
        ]

    def stops(self, stops: Iterable[Stop]) -> None:
        """Write the stops table."""
        self.table("stops", STOP_COLUMNS, (_stop_row(stop) for stop in stops))

    def batches(self, batches: Iterable[Batch]) -> None:
        """Write the batches table."""
        rows = ([getattr(batch, column) for column in BATCH_COLUMNS] for batch in batches)
        self.table("batches", BATCH_COLUMNS, rows)

    def pools(self, stops: Iterable[Stop], *more: Row) -> None:
        """Write the pools table: those of the kinds of stop that there are, and others."""
        kinds = {stop.kind for stop in stops}
        rows: list[Row] = [POOLS[kind] for kind in POOLS if kind in kinds]
        self.table("pools", POOL_COLUMNS, [*rows, *more])

    def visits(self, visits: Iterable[Visit]) -> None:
        """Write the visits table, oldest first."""
        ordered = sorted(visits, key=lambda v: (v.date, v.vehicle, v.stop))
        rows = ([getattr(visit, column) or "" for column in VISIT_COLUMNS] for visit in ordered)
        self.table("visits", VISIT_COLUMNS, rows)

    def wishes(self, wishes: Iterable[Wish]) -> None:
        """Write the requests table."""
        rows = ([getattr(wish, column) for column in WISH_COLUMNS] for wish in wishes)
        self.table("requests", WISH_COLUMNS, rows)

    def text(self, name: str, content: str) -> None:
        """Write a text file."""
        (self.path / name).write_text(content, encoding="utf-8", newline="\n")

    def geojson(self, name: str, collection: dict[str, Any]) -> None:
        """Write a FeatureCollection, a feature a line."""
        lines = [json.dumps(f, ensure_ascii=False) for f in collection["features"]]
        body = ",\n".join(lines)
        self.text(name, f'{{"type": "FeatureCollection", "features": [\n{body}\n]}}\n')


def _stop_row(stop: Stop) -> list[object]:
    lon, lat = stop.degrees
    given = {"lon": f"{lon:.5f}", "lat": f"{lat:.5f}", "mix": mix_text(stop.mix)}
    return [given.get(column, getattr(stop, column, "")) for column in STOP_COLUMNS]


def write_roads(
    path: Path, network: Network, *, stops: Iterable[Stop], places: dict[str, tuple[str, Point]]
) -> dict[Edge, int]:
    """Write the roads as an OSM extract, with towns, villages and schools as named points.

    Returns the way that each edge became part of.
    """
    sheet = Sheet()
    owner = draw(network, sheet)
    for name, (name_en, place) in places.items():
        sheet.node(place, {"place": "town", "name": name, "name:en": name_en})
    for stop in stops:
        tags = _place_tags(stop)
        if tags:
            # As the table says it, so that both name the very same spot.
            sheet.node(to_plane(*stop.degrees), tags)
    write_pbf(path, sheet.nodes, sheet.ways, program="bookcar example")
    return owner


def _place_tags(stop: Stop) -> dict[str, str]:
    english = stop.name_en.split(" ")[0]
    if stop.kind == "school":
        return {"amenity": "school", "name": stop.name, "name:en": stop.name_en}
    for ending in ("农家书屋", "流动服务点"):
        if stop.name.endswith("村" + ending):
            name = stop.name.removesuffix(ending)
            return {"place": "village", "name": name, "name:en": english}
    return {}

"""In which country a list is, by the places of its own stops: that tells its old encodings."""

from __future__ import annotations

import statistics
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bookcar.countries import country_of
from bookcar.earth import Point
from bookcar.importing.files import Sheet
from bookcar.importing.headings import take
from bookcar.importing.layout import lay_out
from bookcar.inputs import grids, rules_degrees
from bookcar.inputs.rules_cells import BadCell
from bookcar.inputs.sources import read_csv
from bookcar.time_zones import zone_at

_ANY = "latin-1"
"""Figures are the same in every encoding that has them: this one reads all bytes."""


def country_at(lon: float, lat: float) -> str:
    """Return the ISO 3166 code of the country of a place; empty at sea."""
    return country_of(zone_at(lon, lat) or "")


def country_of_settings(folder: Path) -> str:
    """Return the country of the ``district.toml`` that stands in a folder; empty if none tells."""
    try:
        settings: dict[str, Any] = tomllib.loads((folder / "district.toml").read_text("utf-8-sig"))
        own = country_of(str(settings.get("time_zone", "")))
        depot = settings["depot"][0]
        return own or country_at(float(depot["lon"]), float(depot["lat"]))
    except (OSError, ValueError, LookupError, TypeError):
        return ""  # whatever is wrong with it, `check` tells


def country_of_list(path: Path, said: Mapping[str, str], coordinates: str = "") -> str:
    """Return the country in the middle of a text's stops; empty if its figures do not tell it.

    Parameters
    ----------
    said
        Fields by heading, as somebody said.
    coordinates
        The system of the figures, as in district.toml.
    """
    data = path.read_bytes().decode(_ANY).encode()
    raw, _ = read_csv(data, name="stops", file=path.name)
    laid = lay_out(Sheet(file=path.name, name=path.stem, rows=raw.rows)) if raw.rows else None
    if laid is None:
        return ""
    bodies = [cells for _, cells in laid.rows]
    places = {one.field: one.place for one in take(laid.header, bodies, said) if one.field}
    points = [*_points(bodies, places, comma_decimal=raw.comma_decimal)]
    if not points:
        return ""
    x, y = (statistics.median(values) for values in zip(*points, strict=True))
    point = grids.to_wgs84(coordinates, x, y) if coordinates.startswith("EPSG:") else (x, y)
    return country_at(*point) if point else ""


def _points(
    rows: Sequence[Sequence[str]], places: Mapping[str, int], *, comma_decimal: bool
) -> Iterator[Point]:
    """Yield the figures of each row that has both; of a pair without a side latitude is first."""
    for cells in rows:
        held = {field: cells[place] for field, place in places.items() if place < len(cells)}
        pair = rules_degrees.pair(held.get("point", ""))
        if pair:
            first, second = float(pair.first), float(pair.second)
            yield (first, second) if pair.axes and pair.axes[0] == "lon" else (second, first)
            continue
        lon, lat = (held.get(axis, "") for axis in ("lon", "lat"))
        if comma_decimal:
            lon, lat = lon.replace(",", "."), lat.replace(",", ".")
        try:
            yield rules_degrees.degrees("lon")(lon), rules_degrees.degrees("lat")(lat)
        except BadCell:
            continue

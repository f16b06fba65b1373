"""Places by name: stops without coordinates looked up on a map, or by a table of postcodes."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from bookcar.earth import Point, metres
from bookcar.errors import Fault, InputError
from bookcar.importing.files import read_file
from bookcar.importing.headings import take
from bookcar.importing.layout import lay_out
from bookcar.importing.stops import Row
from bookcar.inputs.day_words import folded
from bookcar.inputs.rules_cells import BadCell
from bookcar.inputs.rules_degrees import degrees
from bookcar.roads.pois import Sight, SightKind, Sights, read_sights

_KINDS: tuple[SightKind, ...] = ("town", "village", "hamlet", "school", "library")
_SAME_M = 1_500.0
_SHOWN = 6
_POSTCODE = re.compile(
    r"\b([A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}|[0-9]{4,6}|[0-9]{3} ?[0-9]{2})\b"
)


class Places(msgspec.Struct, frozen=True):
    """Names of a map with what bears them, and points of postcodes."""

    names: dict[str, list[tuple[Sight, str]]]
    postcodes: dict[str, Point]

    def __call__(self, row: Row) -> tuple[Point | None, str, tuple[str, ...]]:
        """Return the place of a stop: a point, or why there is none with what bears its name.

        Its name counts first, then the postcode that its address holds. Of several places of one
        name those in the township of the row count; two that are left are not chosen from.
        """
        found = self._by_name(row.get("name", ""), row.get("area", ""))
        if len(found) == 1:
            return (found[0][0].lon, found[0][0].lat), "", ()
        code = self._postcode(row)
        if code is not None:
            return code, "", ()
        if found:
            return None, "several", tuple(_described(*one) for one in found[:_SHOWN])
        return None, "" if not (self.names or self.postcodes) else "none", ()

    def _by_name(self, name: str, area: str) -> list[tuple[Sight, str]]:
        found = self.names.get(_key(name), [])
        own = [one for one in found if area and _key(one[1]) == _key(area)]
        distinct: list[tuple[Sight, str]] = []
        for one in own or found:
            if all(metres(_point(one[0]), _point(other[0])) > _SAME_M for other in distinct):
                distinct.append(one)
        return distinct

    def _postcode(self, row: Row) -> Point | None:
        texts = (row.get(field, "") for field in ("postcode", "landmark", "name"))
        codes = (match[0] for text in texts for match in _POSTCODE.finditer(text.upper()))
        return next(
            (self.postcodes[c] for code in codes if (c := _code(code)) in self.postcodes), None
        )


def places_of(extract: Path | None, postcodes: Path | None) -> Places:
    """Return the places of an OpenStreetMap extract and of a table of postcodes.

    Raises
    ------
    InputError
        If a file cannot be read, or the table lacks postcodes or coordinates.
    """
    names: dict[str, list[tuple[Sight, str]]] = {}
    if extract is not None:
        sights = read_sights(extract)
        for kind in _KINDS:
            for sight in sights.of(kind):
                _add(names, sight, sights)
    return Places(names, _postcodes(postcodes) if postcodes else {})


def _add(names: dict[str, list[tuple[Sight, str]]], sight: Sight, sights: Sights) -> None:
    area = sights.area_of(sight)
    for name in {sight.name, sight.name_en} - {""}:
        names.setdefault(_key(name), []).append((sight, area))


def _postcodes(path: Path) -> dict[str, Point]:
    sheets, faults = read_file(path)
    found: dict[str, Point] = {}
    for sheet in sheets:
        laid = lay_out(sheet)
        if laid is None:
            continue
        bodies = [cells for _, cells in laid.rows]
        places = {one.field: one.place for one in take(laid.header, bodies, {}) if one.field}
        if {"postcode", "lon", "lat"} <= places.keys():
            for cells in bodies:
                point = _point_of(cells[places["lon"]], cells[places["lat"]])
                if point:
                    found[_code(cells[places["postcode"]])] = point
    if not found:
        faults = faults or [Fault(rule="import-missing", variant="postcodes", file=path.name)]
        raise InputError(faults)
    return found


def _point_of(lon: str, lat: str) -> Point | None:
    try:
        return degrees("lon")(lon), degrees("lat")(lat)
    except BadCell:
        return None


def _code(text: str) -> str:
    return re.sub(r"\s+", "", text.upper())


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", folded(name))


def _point(sight: Sight) -> Point:
    return sight.lon, sight.lat


def _described(sight: Sight, area: str) -> str:
    where = f", {area}" if area else ""
    return f"{sight.name} ({sight.kind}{where}, {sight.lon:.4f} {sight.lat:.4f})"

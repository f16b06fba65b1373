"""Where people live: a list as stops.csv has it, or the settlements of the extract."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bookcar.errors import Fault, InputError
from bookcar.inputs import columns as cols
from bookcar.inputs import text as tx
from bookcar.inputs.sources import RawTable, read_csv
from bookcar.model import District
from bookcar.roads.places import find_places
from bookcar.siting.where import Village

_NEEDED = ("lon", "lat", "people")
_MARK = "people:"
"""Before the id of a village, which may be that of a stop, too."""


def villages_in(path: Path) -> list[Village]:
    """Return the villages of a list: CSV with lon, lat, people, and an id or a name.

    Columns have any of the names that those of stops have.

    Raises
    ------
    InputError
        With every fault of the list.
    """
    try:
        data = path.read_bytes()
    except OSError:
        raise InputError([Fault(rule="villages-file", file=path.name)]) from None
    raw, faults = read_csv(data, name="stops", file=path.name)
    errors = [fault for fault in faults if fault.severity == "error"]
    if errors or not raw.rows:
        raise InputError(
            errors or [Fault(rule="villages-columns", file=path.name, figures={"columns": _NEEDED})]
        )
    at = _columns(raw)
    lacking = tuple(name for name in _NEEDED if name not in at)
    if lacking:
        figures = {"columns": lacking}
        raise InputError([Fault(rule="villages-columns", file=path.name, figures=figures)])
    found, faults = [], []
    for number, (row, cells) in enumerate(raw.rows[1:], start=1):
        try:
            found.append(_village(raw, row, cells, at=at, number=number))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return found


def _columns(raw: RawTable) -> dict[str, int]:
    aliases = cols.any_table("stops").aliases
    heads = [aliases.get(tx.key(tx.bare(cell))) for cell in raw.rows[0][1]]
    return {name: k for k, name in reversed(list(enumerate(heads))) if name is not None}


def _village(
    raw: RawTable, row: int, cells: list[str], *, at: Mapping[str, int], number: int
) -> Village:
    def text(column: str) -> str:
        place = at.get(column, len(cells))
        return tx.bare(cells[place]) if place < len(cells) else ""

    faults: list[Fault] = []

    def figure(column: str, least: float, most: float) -> float:
        shown = text(column)
        plain = shown.replace(",", ".") if raw.comma_decimal else shown.replace(",", "")
        try:
            value = float(plain)
        except ValueError:
            value = most + 1
        if not least <= value <= most:
            figures = {"least": least, "most": most}
            faults.append(
                Fault(
                    rule="villages-number",
                    file=raw.file,
                    row=row,
                    column=column,
                    value=shown,
                    figures=figures,
                )
            )
        return value

    lon, lat = figure("lon", -180, 180), figure("lat", -90, 90)
    people = figure("people", 0, 100_000_000)
    if faults:
        raise InputError(faults)
    own = tx.label(text("id")) or str(number)
    return Village(
        id=f"{_MARK}{own}:{number}",
        name=text("name") or own,
        lon=lon,
        lat=lat,
        people=round(people),
    )


def villages_of_map(district: District) -> list[Village]:
    """Return the settlements of a district's extract with the people that the map gives them.

    Raises
    ------
    InputError
        If there is no extract, or it has no settlement with people.
    """
    extract = district.settings.roads.extract
    if extract is None:
        raise InputError([Fault(rule="where-people", file="--villages")])
    return [
        Village(
            id=f"{_MARK}{stop.id}",
            name=stop.name,
            lon=stop.lon,
            lat=stop.lat,
            people=stop.people,
        )
        for stop in find_places(extract).stops
        if stop.kind == "village" and stop.people
    ]

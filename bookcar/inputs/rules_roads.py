"""The rules of where the roads come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bookcar.errors import Fault
from bookcar.inputs.raw_district import RawDistrict

EXTRACT_ENDINGS = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
_TILE = re.compile(r"[NS]\d{1,2}[EW]\d{1,3}\.hgt(\.zip|\.gz)?", re.IGNORECASE)


def two_road_sources(raw: RawDistrict) -> Iterator[Fault]:
    """Report both an extract and a matrix."""
    if raw.given.values["roads.extract"] and raw.given.values["roads.matrix"]:
        yield raw.given.fault("two-road-sources", key="roads.matrix")


def missing_roads(raw: RawDistrict, folder: Path) -> Iterator[Fault]:
    """Report an extract or matrix that is named and is not there."""
    for key, what in (("roads.extract", "extract"), ("roads.matrix", "matrix")):
        name = raw.given.values[key]
        if name and not _is_file(folder / name):
            yield raw.given.fault(f"missing-{what}", key=key, path=(folder / name).as_posix())


def extract_ending(raw: RawDistrict, folder: Path) -> Iterator[Fault]:
    """Report an extract in a format that is not read."""
    name = raw.given.values["roads.extract"]
    if name and _is_file(folder / name) and not name.lower().endswith(EXTRACT_ENDINGS):
        yield raw.given.fault("bad-extract", key="roads.extract")


def missing_heights(raw: RawDistrict, folder: Path) -> Iterator[Fault]:
    """Report heights that are named and are not there."""
    name = raw.given.values["roads.heights"]
    if name and not (_is_file(folder / name) or _is_folder(folder / name)):
        yield raw.given.fault(
            "missing-heights", key="roads.heights", path=(folder / name).as_posix()
        )


def bad_heights(raw: RawDistrict, folder: Path) -> Iterator[Fault]:
    """Report heights that hold no tile, by the names of the files."""
    name = raw.given.values["roads.heights"]
    if not name:
        return
    source = folder / name
    names = [p.name for p in source.iterdir()] if _is_folder(source) else [source.name]
    there = _is_folder(source) or _is_file(source)
    if there and not any(_TILE.fullmatch(file) for file in names):
        yield raw.given.fault("bad-heights", key="roads.heights")


def tiles_of(name: str, folder: Path) -> list[str]:
    """Return the tiles that ``roads.heights`` names, as it names them; none that are not there."""
    if _is_folder(folder / name):
        found = sorted(path.name for path in (folder / name).iterdir())
        return [f"{name}/{file}" for file in found if _TILE.fullmatch(file)]
    return [name] if _is_file(folder / name) else []


def unused_roads(raw: RawDistrict, folder: Path) -> Iterator[Fault]:
    """Warn of an extract in the folder that district.toml does not name."""
    values = raw.given.values
    if values["roads.extract"] or values["roads.matrix"] or not folder.is_dir():
        return
    names = sorted(p.name for p in folder.iterdir())
    found = next((n for n in names if n.lower().endswith((".osm.pbf", ".osm", ".osm.gz"))), None)
    if found or "matrix.csv" in names:
        key = "extract" if found else "matrix"
        yield raw.given.fault(
            "unused-roads",
            key=f"roads.{key}",
            severity="warning",
            name=found or "matrix.csv",
            key_name=key,
        )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False

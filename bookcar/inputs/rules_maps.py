"""The rules of what the maps are drawn on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bookcar.errors import Fault
from bookcar.inputs import tiles as named
from bookcar.inputs.raw_district import RawDistrict


def tiles(raw: RawDistrict, folder: Path) -> Iterator[Fault]:
    """Report tiles that cannot be used: not there, shifted, or without a word whose they are."""
    text, credit = (raw.given.values[f"maps.{key}"] for key in ("tiles", "tiles_credit"))
    if not text:
        return
    if named.is_address(text):
        rule = named.bad_address(text)
        if rule is not None:
            yield raw.given.fault(rule, key="maps.tiles")
            return
    elif not _is_folder(folder / text):
        yield raw.given.fault("missing-tiles", key="maps.tiles", path=(folder / text).as_posix())
        return
    if not credit:
        yield raw.given.fault("tiles-credit", key="maps.tiles_credit")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False

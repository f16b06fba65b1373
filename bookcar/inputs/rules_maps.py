"""The rules of what the maps are drawn on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bookcar.errors import Fault
from bookcar.inputs import tiles as named
from bookcar.inputs.raw_district import Draft


def tiles(draft: Draft, folder: Path) -> Iterator[Fault]:
    """Report tiles that cannot be used: not there, shifted, or without a word whose they are."""
    text, credit = (draft.given.values[f"maps.{key}"] for key in ("tiles", "tiles_credit"))
    if not text:
        return
    if named.is_address(text):
        rule = named.bad_address(text)
        if rule is not None:
            yield draft.given.fault(rule, key="maps.tiles")
            return
    elif not _is_folder(folder / text):
        yield draft.given.fault("missing-tiles", key="maps.tiles", path=(folder / text).as_posix())
        return
    if not credit:
        yield draft.given.fault("tiles-credit", key="maps.tiles_credit")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False

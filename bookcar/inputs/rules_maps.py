"""The rules of what the maps are drawn on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bookcar.errors import Fault
from bookcar.inputs import tiles as named
from bookcar.inputs.raw_district import Draft
from bookcar.inputs.tiles import BadTiles


def tiles(draft: Draft, folder: Path) -> Iterator[Fault]:
    """Report tiles that cannot be used: not there, shifted, or without a word whose they are."""
    text, credit = (draft.given.values[f"maps.{key}"] for key in ("tiles", "tiles_credit"))
    if not text:
        return
    if named.is_address(text):
        wrong = named.bad_address(text)
    else:
        wrong = (
            None if _is_folder(folder / text) else named.missing_folder((folder / text).as_posix())
        )
    if wrong is not None:
        yield _fault(draft, wrong, "maps.tiles")
    elif not credit:
        yield _fault(draft, named.without_credit(), "maps.tiles_credit")


def _fault(draft: Draft, wrong: BadTiles, key: str) -> Fault:
    return draft.given.fault(wrong.rule, wrong.problem, wrong.fix, key=key)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False

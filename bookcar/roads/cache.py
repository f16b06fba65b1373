"""Roads and waters read before, kept on disk under the content of the extract and of the rules."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import platformdirs

from bookcar import files
from bookcar.progress import SILENT, Progress
from bookcar.roads import osm
from bookcar.roads.extract import refusing
from bookcar.roads.network import LIMITS, Network
from bookcar.roads.spans import Spans, read_spans
from bookcar.roads.water import Water, read_water

_RULES = (
    "access.py",
    "conditions.py",
    "edited.py",
    "extract.py",
    "network.py",
    "osm.py",
    "pieces.py",
    "profile.py",
    "quantities.py",
    "speeds.py",
    "turns.py",
    "ways.py",
)
_WATER_RULES = ("edited.py", "extract.py", "network.py", "water.py")
_SPAN_RULES = ("edited.py", "extract.py", "network.py", "profile.py", "spans.py")

Arrays = TypeVar("Arrays", Network, Water, Spans)
Lines = TypeVar("Lines", Water, Spans)


def load_network(
    extract: Path, *, progress: Progress = SILENT, folder: Path | None = None
) -> Network:
    """Return the roads of an extract, from the cache if the very same file was read before.

    The last one is held: the travel, maps and footpaths of a week ask for the same. A cache that is
    broken, or that was made by other rules, is made anew; one that cannot be written is done
    without.

    Raises
    ------
    InputError
        If the extract cannot be used.
    """
    kept = _place(extract, f"-{_rules_version(_RULES)}", folder)
    progress.start("steps.roads")
    network = _LAST.get((kept, _stamp(kept)))
    if network is not None:
        progress.finish("steps.roads-cached", pieces=len(network))
        return network
    network = _read(extract, kept, progress)
    _LAST.clear()  # one at a time: a county's roads may be large
    _LAST[kept, _stamp(kept)] = network
    return network


_LAST: dict[tuple[Path, tuple[int, int] | None], Network] = {}
"""The roads read last, by their file in the cache and what that file was like."""


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another under its name; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _read(extract: Path, kept: Path, progress: Progress) -> Network:
    exists = kept.is_file()
    network = _load(kept, Network) if exists else None
    if network is not None and _is_whole(network):
        progress.finish("steps.roads-cached", pieces=len(network))
        return network
    if exists:
        progress.advance(0, "steps.roads-again")
    network = osm.read_network(extract)
    _save(network, kept)
    progress.finish("steps.roads-read", pieces=len(network))
    return network


def load_water(extract: Path, *, folder: Path | None = None) -> Water:
    """Return the waters of an extract, from the cache as `load_network` does.

    Raises
    ------
    InputError
        If the extract cannot be used.
    """
    kept = _place(extract, f"-water-{_rules_version(_WATER_RULES)}", folder)
    return _lines(extract, kept, Water, read_water)


def load_spans(extract: Path, *, folder: Path | None = None) -> Spans:
    """Return the bridges and tunnels of an extract, from the cache as `load_network` does.

    Raises
    ------
    InputError
        If the extract cannot be used.
    """
    kept = _place(extract, f"-spans-{_rules_version(_SPAN_RULES)}", folder)
    return _lines(extract, kept, Spans, read_spans)


def _lines(extract: Path, kept: Path, kind: type[Lines], read: Callable[[Path], Lines]) -> Lines:
    """Return lines of an extract from the cache, or read them and keep them there."""
    found = _load(kept, kind) if kept.is_file() else None
    if found is None or not _is_whole_line(found):
        found = read(extract)
        _save(found, kept)
    return found


def _place(extract: Path, ending: str, folder: Path | None) -> Path:
    with refusing(extract):
        name = f"{files.sha256(extract)[:24]}{ending}.npz"
    return (cache_folder() if folder is None else folder) / name


def cache_folder() -> Path:
    """Return the folder of the road cache: in ``BOOKCAR_CACHE``, else where the system keeps it."""
    chosen = os.environ.get("BOOKCAR_CACHE")
    return (Path(chosen) if chosen else platformdirs.user_cache_path("bookcar")) / "roads"


@cache
def _rules_version(modules: tuple[str, ...]) -> str:
    """Return a digest of the code that makes arrays of an extract."""
    digest = hashlib.sha256()
    for name in modules:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()[:12]


def _save(made: Network | Water | Spans, path: Path) -> None:
    arrays = {field.name: getattr(made, field.name) for field in fields(made)}
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    try:
        files.write_bytes(path, buffer.getvalue())
    except files.WriteError:
        return  # the next run reads the extract again, no more


def _load(path: Path, kind: type[Arrays]) -> Arrays | None:
    try:
        # the stream is ours: numpy leaves the file open where it is broken
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            return kind(**{field.name: arrays[field.name] for field in fields(kind)})
    except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile):
        return None


def _is_whole(network: Network) -> bool:
    """Tell whether the arrays fit each other, whatever else was put under the name."""
    pieces, junctions, texts = len(network.tail), len(network.blocked), len(network.texts)
    of_pieces = (network.head, network.way, network.klass, network.flags)
    points = int(network.offset[-1]) if len(network.offset) else -1
    return (
        pieces > 0
        and all(len(a) == pieces for a in (*of_pieces, network.name, network.condition))
        and texts > max(network.name.max(), network.condition.max())
        and network.limits.shape == (pieces, len(LIMITS))
        and len(network.offset) == pieces + 1
        and all(len(a) == points for a in (network.x, network.y, network.mm, network.us))
        and network.node_limits.shape == (junctions, len(LIMITS))
        and len(network.node_condition) == junctions
        and network.turn_steps.shape[1:] == (3,)
        and len(network.turn_lorry) == len(network.turn_condition)
        and int(max(network.tail.max(), network.head.max())) < junctions
    )


def _is_whole_line(lines: Water | Spans) -> bool:
    points = int(lines.offset[-1]) if len(lines.offset) else -1
    return len(lines.offset) == len(lines) + 1 and len(lines.x) == len(lines.y) == points

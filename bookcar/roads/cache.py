"""Networks read before, kept on disk under the content of the extract and of the rules."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from dataclasses import fields
from functools import cache
from pathlib import Path

import numpy as np
import platformdirs

from bookcar import files
from bookcar.progress import SILENT, Progress
from bookcar.roads import osm
from bookcar.roads.network import Network

_RULES = ("network.py", "osm.py", "profile.py", "quantities.py")


def load_network(
    extract: Path, *, progress: Progress = SILENT, folder: Path | None = None
) -> Network:
    """Return the roads of an extract, from the cache if the very same file was read before.

    A cache that is broken, or that was made by other rules, is made anew; one that cannot be
    written is done without.

    Raises
    ------
    InputError
        If the extract cannot be used.
    """
    with osm.reading(extract):
        name = f"{files.sha256(extract)[:24]}-{_rules_version()}.npz"
    kept = (cache_folder() if folder is None else folder) / name
    progress.start("roads")
    exists = kept.is_file()
    network = _load(kept) if exists else None
    if network is not None:
        progress.finish(f"{len(network):,} pieces of road and path, cached")
        return network
    if exists:
        progress.advance(0, "the cache is broken, reading the extract again")
    network = osm.read_network(extract)
    _save(network, kept)
    progress.finish(f"{len(network):,} pieces of road and path")
    return network


def cache_folder() -> Path:
    """Return the folder of the road cache: in ``BOOKCAR_CACHE``, else where the system keeps it."""
    chosen = os.environ.get("BOOKCAR_CACHE")
    return (Path(chosen) if chosen else platformdirs.user_cache_path("bookcar")) / "roads"


@cache
def _rules_version() -> str:
    """Return a digest of the code that makes a network of an extract."""
    digest = hashlib.sha256()
    for name in _RULES:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()[:12]


def _save(network: Network, path: Path) -> None:
    arrays = {field.name: getattr(network, field.name) for field in fields(Network)}
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    try:
        files.write_bytes(path, buffer.getvalue())
    except files.WriteError:
        return  # the next run reads the extract again, no more


def _load(path: Path) -> Network | None:
    try:
        # the stream is ours: numpy leaves the file open where it is broken
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            network = Network(**{field.name: arrays[field.name] for field in fields(Network)})
    except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile):
        return None
    return network if _is_whole(network) else None


def _is_whole(network: Network) -> bool:
    """Tell whether the arrays fit each other, whatever else was put under the name."""
    pieces, junctions = len(network.tail), len(network.blocked)
    points = int(network.offset[-1]) if len(network.offset) else -1
    return (
        pieces > 0
        and all(len(a) == pieces for a in (network.head, network.way, network.klass, network.flags))
        and network.limits.shape == (pieces, 3)
        and len(network.offset) == pieces + 1
        and all(len(a) == points for a in (network.x, network.y, network.mm, network.us))
        and network.node_limits.shape == (junctions, 3)
        and int(max(network.tail.max(), network.head.max())) < junctions
    )

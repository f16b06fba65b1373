"""Check a district: its tables, and its stops against its roads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bookcar.advice.closure_warnings import closure_warnings
from bookcar.advice.warnings import road_warnings
from bookcar.errors import Fault, InputError
from bookcar.inputs.reader import read_district
from bookcar.inputs.shift import shifted_coordinates
from bookcar.model import District
from bookcar.progress import SILENT, Progress

if TYPE_CHECKING:
    from bookcar.roads.network import Network


def check_district(
    folder: str | Path, *, roads: bool = True, progress: Progress = SILENT
) -> tuple[District | None, tuple[Fault, ...]]:
    """Return the district (None if it cannot be used) and every fault found.

    Parameters
    ----------
    roads
        Also hold the stops against the roads; takes a few seconds the first time.
    """
    progress.start("read")
    checked = read_district(folder)
    district, faults = checked.district, list(checked.faults)
    if district is None:
        progress.finish("cannot be used")
        return None, tuple(faults)
    progress.finish(
        f"{len(district.stops)} stops, {len(district.vehicles)} vehicles, "
        f"{len(district.batches)} batches, {len(district.visits)} past visits"
    )
    if not roads:
        return district, tuple(faults)
    try:
        return district, (*faults, *_road_faults(district, progress))
    except InputError as error:
        return None, (*faults, *error.faults)


def _road_faults(district: District, progress: Progress) -> list[Fault]:
    from bookcar.roads import sources  # noqa: PLC0415  heavy, and not always wanted

    network = sources.network_of(district, progress=progress)
    unreached = sources.unreached_by(district, network, progress=progress)
    faults = list(road_warnings(district, unreached))
    faults.extend(closure_warnings(district, sources.unclosed_by(district, network)))
    if network is not None:
        faults.extend(_shift_faults(district, network))
    return faults


def _shift_faults(district: District, network: Network) -> list[Fault]:
    from bookcar.roads.nearest import distance_to_road  # noqa: PLC0415  likewise

    shifted = shifted_coordinates(district, distance_to_road(district, network))
    return [shifted] if shifted else []

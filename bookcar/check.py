"""Check a district: its tables, and its stops against its roads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bookcar.advice.closure_warnings import closure_warnings
from bookcar.advice.warnings import road_warnings
from bookcar.errors import Fault, InputError
from bookcar.inputs.reader import Checked, read_district
from bookcar.inputs.shift import shifted_coordinates
from bookcar.model import District
from bookcar.progress import SILENT, Progress

if TYPE_CHECKING:
    from bookcar.roads.network import Network


def check_district(
    folder: str | Path,
    *,
    roads: bool = True,
    today: dt.date | None = None,
    progress: Progress = SILENT,
    on_read: Callable[[Checked], None] = lambda _: None,
) -> Checked:
    """Return the district (None if it cannot be used) and every fault found.

    Parameters
    ----------
    roads
        Also hold the stops against the roads; takes a few seconds the first time.
    today
        The last day on which something can have happened; without it nothing is in the future.
    on_read
        Is given what was read before anything is said of it.
    """
    progress.start("steps.read")
    checked = read_district(folder, today=today)
    on_read(checked)
    district, faults = checked.district, list(checked.faults)
    if district is None:
        progress.finish("steps.unusable")
        return checked
    counts = {
        name: len(getattr(district, name)) for name in ("stops", "vehicles", "batches", "visits")
    }
    progress.finish("steps.read-everything", **counts)
    if not roads:
        return checked
    try:
        found = tuple(_road_faults(district, progress))
    except InputError as error:
        return Checked(None, (*faults, *error.faults), checked.language)
    return Checked(district, (*faults, *found), checked.language)


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

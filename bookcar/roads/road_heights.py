"""Heights along roads: those of the ground, but for bridges and tunnels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bookcar.model import District
from bookcar.roads.cache import load_spans
from bookcar.roads.heights import Heights, heights_of
from bookcar.roads.network import Floats
from bookcar.roads.spans import Spans


@dataclass(frozen=True)
class RoadHeights:
    """Heights of the ground as far as roads lie on it."""

    ground: Heights
    spans: Spans

    def at(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> Floats:
        """Return the metres above the sea at points of roads, shaped as both together.

        The result is nan as `Heights.at` has it, and on bridges and in tunnels: who asks along a
        way goes straight from the last known height to the next.

        Raises
        ------
        InputError
            If a tile cannot be read.
        """
        lon, lat = np.broadcast_arrays(
            np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        )
        return np.where(self.spans.on(lon, lat), np.nan, self.ground.at(lon, lat))


def road_heights_of(district: District, *, cache: Path | None = None) -> RoadHeights | None:
    """Return the heights along a district's roads, or None if its settings name no heights.

    Without an extract nothing is known of bridges and tunnels.

    Raises
    ------
    InputError
        If the heights or the extract cannot be used.
    """
    ground, extract = heights_of(district), district.settings.roads.extract
    if ground is None:
        return None
    nowhere = np.zeros(0, dtype=np.int32)
    nothing = Spans(offset=np.zeros(1, dtype=np.int64), x=nowhere, y=nowhere)
    return RoadHeights(ground, load_spans(extract, folder=cache) if extract else nothing)

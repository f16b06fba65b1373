"""A picture of a district in a page: its roads, its depots, and the signs that the page adds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from bookcar.roads.basemap import Basemap
from bookcar.web.geometry import Paper, height_for
from bookcar.web.markup import Html, each, tag
from bookcar.web.minimap import drawn_roads
from bookcar.web.text import printable

_MARGIN = 24.0


class Picture:
    """A sheet on which places have their spots.

    Parameters
    ----------
    places
        Longitude and latitude of each place that must be on it, one at least.
    width
        In the unit of its signs; the height follows from the places.
    """

    def __init__(self, places: Sequence[tuple[float, float]], *, width: float) -> None:
        every = np.array(places, dtype=float)
        self.width, self.height = width, height_for(every, width)
        self.paper = Paper.around([every], width=width, height=self.height, margin=_MARGIN)

    def spot(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a place is on the sheet."""
        x, y = self.paper.place(np.array([(lon, lat)]))[0]
        return float(x), float(y)

    def house(self, lon: float, lat: float, name: str) -> Html:
        """Return the sign of a depot, which says its name under the pointer."""
        x, y = self.spot(lon, lat)
        path = f"M{x - 6:.1f} {y + 6:.1f}v-7l6 -6l6 6v7z"
        shape = tag("path", d=path, fill="#000", stroke="#fff")
        return tag("g", tag("title", printable(name)), shape)

    def drawn(self, roads: Basemap, signs: Iterable[Html], *, label: str) -> Html:
        """Return the picture: roads below, the signs in their order on top."""
        return tag(
            "svg",
            Html("".join(drawn_roads(self.paper, roads.lines))),
            each(signs),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {self.width:.0f} {self.height:.0f}",
            role="img",
            aria_label=label,
        )

"""In which township each stop lies: by the outlines, or else by the stop's own word for it."""

from __future__ import annotations

from collections.abc import Mapping

from bookcar.model import District


def townships_of(district: District) -> Mapping[str, str]:
    """Return the name of the township of each stop, empty for none.

    With outlines a stop belongs where it lies, whatever its table says, as on the coverage map; one
    outside all of them, where its row says.
    """
    if not district.areas:
        return {stop.id: stop.area for stop in district.stops}
    from bookcar.maps.townships import locate  # noqa: PLC0415  heavy

    inside = locate(district.stops, district.areas).tolist()
    return {
        stop.id: district.areas[i].name if i >= 0 else stop.area
        for stop, i in zip(district.stops, inside, strict=True)
    }

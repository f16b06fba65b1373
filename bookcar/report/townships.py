"""In which township each stop lies: by the outlines, or by the stop's own word for it."""

from __future__ import annotations

from collections.abc import Mapping

from bookcar.model import District


def townships_of(district: District) -> Mapping[str, str]:
    """Return the name of the township of each stop, empty for none.

    With outlines a stop belongs where it lies, whatever its table says, as on the coverage map.
    """
    if not district.areas:
        return {stop.id: stop.area for stop in district.stops}
    from bookcar.maps.townships import locate  # noqa: PLC0415  heavy

    inside = locate(district.stops, district.areas).tolist()
    names = [district.areas[i].name if i >= 0 else "" for i in inside]
    return {stop.id: name for stop, name in zip(district.stops, names, strict=True)}

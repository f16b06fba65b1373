"""What a planner should know of closures that leave their roads open, as warnings."""

from __future__ import annotations

from collections.abc import Sequence

from bookcar.advice.warn import warning
from bookcar.errors import Fault
from bookcar.model import Closure, District
from bookcar.roads.travel import Unclosed

_AGAIN = "If the road is open again, delete the row."


def closure_warnings(district: District, unclosed: Sequence[Unclosed]) -> tuple[Fault, ...]:
    """Return a warning for every closure that does not close what it should.

    Where driving comes from figures that no closure changes, one warning speaks for all of them.
    """
    find = {"way": _unknown_way, "shape": _shape_off_road}
    faults = [find[one.reason](district, one) for one in unclosed if one.reason in find]
    ignored = [one.closure for one in unclosed if one.reason == "no-roads"]
    return (*faults, _unused(district, ignored)) if ignored else tuple(faults)


def _unknown_way(district: District, missed: Unclosed) -> Fault:
    ways = " or ".join(str(way) for way in missed.ways)
    others = [str(way) for way in missed.closure.ways if way not in missed.ways]
    effect, own, again = "this closes nothing, and cars may be sent there.", "", _AGAIN
    if others:
        effect = f"cars may be sent there. {_closed(others)}"
        own = " in a row of its own"
        again = "If that road is open again, delete only its id, not the row."
    return warning(
        district.where("closures", str(missed.closure.row)),
        rule="unknown-way",
        column="ways",
        value=" ".join(str(way) for way in missed.ways),
        problem=f"No road for cars in {_extract(district)} has the way id {ways}: {effect}",
        fix="Correct the id (openstreetmap.org shows it), or draw a line across the road in "
        f"closures.geojson and name it under shape{own}. {again}",
    )


def _closed(ways: Sequence[str]) -> str:
    if len(ways) == 1:
        return f"The other way of this row, {ways[0]}, is closed."
    return f"The other ways of this row, {' and '.join(ways)}, are closed."


def _shape_off_road(district: District, missed: Unclosed) -> Fault:
    return warning(
        district.where("closures", str(missed.closure.row)),
        rule="shape-off-road",
        column="shape",
        value=missed.closure.shape_name,
        problem=f"The shape touches no road for cars in {_extract(district)}: it closes nothing, "
        "and cars may be sent there.",
        fix=f"Draw it right across the road in closures.geojson. {_AGAIN}",
    )


def _unused(district: District, closures: Sequence[Closure]) -> Fault:
    matrix = district.settings.roads.matrix
    more = len(closures) - 1
    others = f" (nor {'does one' if more == 1 else f'do {more}'} more)" if more else ""
    source = f"taken from {matrix.name}" if matrix else "estimated from coordinates"
    mend = "enter the longer way round in the matrix" if matrix else "go over each route by hand"
    return warning(
        district.where("closures", str(closures[0].row)),
        rule="closures-unused",
        column="from",
        value=closures[0].first.isoformat(),
        problem=f"The closure changes nothing{others}, because driving is {source}: cars may be "
        "sent there.",
        fix=f"Name an extract under [roads] in district.toml; until then {mend}.",
    )


def _extract(district: District) -> str:
    extract = district.settings.roads.extract
    return extract.name if extract else "the extract"

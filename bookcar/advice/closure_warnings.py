"""What a planner should know of closures that leave their roads open, as warnings."""

from __future__ import annotations

from collections.abc import Sequence

from bookcar.advice.warn import warning
from bookcar.errors import Fault
from bookcar.model import Closure, District
from bookcar.roads.travel import Unclosed


def closure_warnings(district: District, unclosed: Sequence[Unclosed]) -> tuple[Fault, ...]:
    """Return a warning for every closure that does not close what it should.

    Where driving comes from figures that no closure changes, one warning speaks for all of them.
    """
    find = {"way": _unknown_way, "shape": _shape_off_road}
    faults = [find[one.reason](district, one) for one in unclosed if one.reason in find]
    ignored = [one.closure for one in unclosed if one.reason == "no-roads"]
    return (*faults, _unused(district, ignored)) if ignored else tuple(faults)


def _unknown_way(district: District, missed: Unclosed) -> Fault:
    others = tuple(way for way in missed.closure.ways if way not in missed.ways)
    return warning(
        district.where("closures", str(missed.closure.row)),
        rule="unknown-way",
        column="ways",
        value=" ".join(str(way) for way in missed.ways),
        variant="partly" if others else "",
        extract=_extract(district),
        ways=missed.ways,
        others=others,
    )


def _shape_off_road(district: District, missed: Unclosed) -> Fault:
    return warning(
        district.where("closures", str(missed.closure.row)),
        rule="shape-off-road",
        column="shape",
        value=missed.closure.shape_name,
        extract=_extract(district),
    )


def _unused(district: District, closures: Sequence[Closure]) -> Fault:
    matrix = district.settings.roads.matrix
    return warning(
        district.where("closures", str(closures[0].row)),
        rule="closures-unused",
        column="from",
        value=closures[0].first.isoformat(),
        variant="matrix" if matrix else "",
        count=len(closures),
        matrix=matrix.name if matrix else "",
    )


def _extract(district: District) -> str:
    extract = district.settings.roads.extract
    return extract.name if extract else ""

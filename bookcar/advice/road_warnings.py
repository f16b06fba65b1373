"""What a planner should know of a district's roads: who is not reached, and where cars stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from bookcar.advice.warn import warning
from bookcar.errors import Fault
from bookcar.model import District, Stop, Where
from bookcar.phrases import Figure
from bookcar.planning.visit_options import VisitOption
from bookcar.planning.week import Week
from bookcar.roads.travel import Placed, Table, Travel, Unreached

FAR_M = 100
"""Beyond it people are told how far the car stands from their place."""


def road_warnings(district: District, tables: Mapping[str, Table]) -> tuple[Fault, ...]:
    """Return a warning for every stop no vehicle reaches, and of those that no car comes close to.

    Stops the table itself calls ``foot`` are left out, and those that a path reaches and carriers
    serve: nothing about them is a mistake.

    Parameters
    ----------
    tables
        By profile.
    """
    limit = district.settings.roads.max_snap_m
    carried = {stop for carrier in district.carriers for stop in carrier.stops}
    faults = []
    for stop in district.stops:
        cut = _by_none(tables, stop)
        by_path = cut is not None and cut.reason == "foot-only" and stop.id in carried
        if cut is not None and stop.access != "foot" and not by_path:
            faults.append(_unreached_fault(district, stop, cut, limit))
    return (
        *faults,
        *_across_water(district, tables),
        *_far_from_road(district, tables),
        *_over_private_roads(district, tables),
        *_kerbs_unheeded(district, tables),
    )


def _by_none(tables: Mapping[str, Table], stop: Stop) -> Unreached | None:
    """Return why a stop is cut off from the vehicles of every profile; None if some reaches it."""
    cuts = [table.unreached.get(stop.id) for table in tables.values()]
    return cuts[0] if cuts and all(cuts) else None


def _unreached_fault(district: District, stop: Stop, cut: Unreached, limit: int) -> Fault:
    return warning(
        district.where("stops", stop.id),
        rule=cut.reason,
        column="lon, lat",
        value=f"{stop.lon}, {stop.lat}",
        stop=stop.id,
        name=stop.name,
        limit_m=limit,
        road_m=-1 if cut.road_m is None else cut.road_m,
        path_m=-1 if cut.path_m is None else cut.path_m,
    )


def nearest_stand(tables: Mapping[str, Table], stop: str) -> Placed | None:
    """Return the best place where a car of any profile stands for a stop; None if none does."""
    found = [table.placed[stop] for table in tables.values() if stop in table.placed]
    return min(found, key=lambda p: (p.across, p.private, p.metres), default=None)


def _across_water(district: District, tables: Mapping[str, Table]) -> Iterator[Fault]:
    for stop in district.stops:
        placed = nearest_stand(tables, stop.id)
        if placed is not None and placed.across:
            yield warning(
                district.where("stops", stop.id),
                rule="across-water",
                column="lon, lat",
                value=f"{stop.lon}, {stop.lat}",
                stop=stop.id,
                name=stop.name,
                road=road_words(placed),
                metres=placed.metres,
            )


def _far_from_road(district: District, tables: Mapping[str, Table]) -> Iterator[Fault]:
    """Yield one warning of all the stops that no car comes close to, the farthest first."""
    stands = [(stop, nearest_stand(tables, stop.id)) for stop in district.stops]
    far = [(stop, placed.metres) for stop, placed in stands if placed and placed.metres > FAR_M]
    far.sort(key=lambda pair: -pair[1])
    told = [(stop, f"{metres} m") for stop, metres in far]
    yield from _of_all(district, told, rule="far-from-road", limit_m=FAR_M)


def _over_private_roads(district: District, tables: Mapping[str, Table]) -> Iterator[Fault]:
    """Yield one warning of all the stops on roads that may be closed by a gate or an owner."""
    stands = [(stop, nearest_stand(tables, stop.id)) for stop in district.stops]
    told = [(stop, road_words(placed)) for stop, placed in stands if placed and placed.private]
    yield from _of_all(district, told, rule="over-private-road")


def _of_all(
    district: District, told: Sequence[tuple[Stop, str]], *, rule: str, **figures: Figure
) -> Iterator[Fault]:
    """Yield one warning of several stops, if there are any, at the row of the first one."""
    if told:
        first = told[0][0]
        stops = tuple(f"{stop.id} {stop.name} ({words})" for stop, words in told)
        fault = warning(
            district.where("stops", first.id),
            rule=rule,
            column="lon, lat",
            value=f"{first.lon}, {first.lat}",
            count=len(told),
            stops=stops,
        )
        yield msgspec.structs.replace(fault, figures={**fault.figures, **figures})


def _kerbs_unheeded(district: District, tables: Mapping[str, Table]) -> Iterator[Fault]:
    """Yield one warning of the stops that ask for their side of the road and do not get it."""
    asked = [stop for stop in district.stops if stop.kerb == "side" and stop.access == "road"]
    on_roads = any(table.placed for table in tables.values())
    stands = [(stop, nearest_stand(tables, stop.id)) for stop in asked]
    if on_roads:
        lost = [stop for stop, placed in stands if placed and placed.beside == "on-the-road"]
    else:
        lost = asked
    if lost:
        yield warning(
            district.where("stops", lost[0].id),
            rule="kerb-unheeded",
            variant="" if on_roads else "no-roads",
            column="kerb",
            value=lost[0].kerb,
            count=len(lost),
            stops=tuple(f"{stop.id} {stop.name}" for stop in lost),
        )


def road_words(placed: Placed) -> str:
    """Return a road's name with its way id, or the id alone."""
    return f"{placed.road} ({placed.way})" if placed.road else str(placed.way)


def unclear_roads(district: District, travel: Travel, week: Week) -> Iterator[Fault]:
    """Yield one warning of the roads and gates on the week's routes that may be shut."""
    found = sorted(
        {
            (unclear.way, unclear.words)
            for profile, origin, destination in _legs(week)
            for unclear in travel.unclear(profile, travel.rows[origin], travel.rows[destination])
        }
    )
    if found:
        extract = district.settings.roads.extract
        yield warning(
            Where(extract.name if extract else ""),
            rule="road-times-unclear",
            column="way",
            value=str(found[0][0]),
            count=len(found),
            roads=tuple(f"{way} ({_said(words)})" for way, words in found),
        )


def _legs(week: Week) -> Iterator[tuple[str, str, str]]:
    """Yield profile, origin and destination of every leg of the week."""
    for route in week.routes:
        vehicle = week.fleet.days[route.car_day].vehicle
        calls = (
            call.due.stop.id if isinstance(call, VisitOption) else call.place
            for call in week.calls(route)
        )
        for origin, destination in pairwise((vehicle.depot, *calls, vehicle.depot)):
            yield vehicle.profile, origin, destination


def _said(words: str) -> str:
    """Return the tags of a condition without what holds otherwise."""
    return " ".join(words.splitlines()[1:])

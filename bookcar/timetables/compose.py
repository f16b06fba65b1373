"""What was found as the timetable that is written, with the times as they are driven."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import msgspec

from bookcar.model import Place, Stop
from bookcar.plan import Provenance
from bookcar.planning.compose import areas_en
from bookcar.timetable import (
    Exempted,
    Later,
    Left,
    Rest,
    Timetable,
    TimetableCar,
    TimetableFoot,
    TimetableRoute,
    TimetableStop,
    TimetableVisit,
)
from bookcar.timetables.grid import Grid
from bookcar.timetables.on_foot import loads_told
from bookcar.timetables.options import Option
from bookcar.timetables.times import Day
from bookcar.weeks import weeks_between


def composed(
    grid: Grid,
    *,
    chosen: Mapping[str, Option],
    days: Mapping[int, Day],
    left: Sequence[Left],
    later: Mapping[str, dt.date],
    span: Sequence[dt.date],
    provenance: Provenance,
) -> Timetable:
    """Return the timetable of a span of days, without an id.

    Parameters
    ----------
    days
        The route of every car-day that is used.
    """
    district, travel = grid.district, grid.travel
    routes = tuple(_route(grid, k, days[k]) for k in sorted(days))
    car_days = Counter(weeks_between(span[0], day.date) for day in grid.fleet.days)
    weeks = 1 + weeks_between(span[0], span[-1])
    return Timetable(
        district=district.name,
        district_en=district.name_en,
        language=district.language,
        time_zone=district.time_zone,
        paper=district.settings.printing.paper,
        clock=district.settings.printing.clock,
        dispatch_phone=district.dispatch_phone,
        estimated=travel.estimated,
        road_note=travel.note,
        first=span[0],
        last=span[-1],
        same_time_s=district.settings.timetable.same_time_s,
        depots=tuple(_place(depot) for depot in district.depots),
        vehicles=tuple(TimetableCar(id=v.id, name=v.name) for v in district.vehicles),
        stops=tuple(
            _stop(stop, chosen.get(stop.id), by_car=stop.id not in grid.carrying.crews)
            for stop in district.stops
        ),
        routes=routes,
        exceptions=tuple(_exempted(chosen, span)),
        left=tuple(left),
        later=tuple(Later(stop=stop, monday=monday) for stop, monday in later.items()),
        car_days=tuple(car_days[n] for n in range(weeks)),
        areas_en=areas_en(district, district.stops) or msgspec.UNSET,
        provenance=provenance,
    )


def _place(place: Place) -> Place:
    return Place(id=place.id, name=place.name, lon=place.lon, lat=place.lat, name_en=place.name_en)


def _stop(stop: Stop, option: Option | None, *, by_car: bool) -> TimetableStop:
    by_cycle = option is not None and stop.recurs is None
    return TimetableStop(
        id=stop.id,
        name=stop.name,
        lon=stop.lon,
        lat=stop.lat,
        name_en=stop.name_en,
        kind=stop.kind,
        area=stop.area,
        people=stop.people,
        landmark=stop.landmark,
        every_weeks=stop.every_weeks,
        public=stop.for_all and by_car,
        vehicle=option.vehicle if option else "",
        weekdays=option.pattern.weekdays if option else (),
        begins=option.pattern.begins if option and by_cycle else None,
    )


def _exempted(chosen: Mapping[str, Option], span: Sequence[dt.date]) -> list[Exempted]:
    found = [
        Exempted(
            stop=stop,
            day=one.day,
            fate=one.fate,
            what=one.entry.what,
            note=one.entry.note,
            to=one.to,
        )
        for stop, option in chosen.items()
        for one in option.pattern.series.exempt
        if span[0] <= one.day <= span[-1]
    ]
    return sorted(found, key=lambda one: (one.day, one.stop))


def _foot(grid: Grid, stop: str) -> TimetableFoot | msgspec.UnsetType:
    crew = grid.carrying.crews.get(stop)
    if crew is None:
        return msgspec.UNSET
    loads = loads_told(grid.district.stops_by_id[stop], grid.district)
    return TimetableFoot(
        choice=crew.meeting.number,
        lon=crew.meeting.lon,
        lat=crew.meeting.lat,
        metres=crew.meeting.up.metres,
        waits=crew.visiting(*loads).waits,
        carriers=tuple(carrier.id for carrier in crew.carriers),
    )


def _route(grid: Grid, k: int, day: Day) -> TimetableRoute:
    """Return a car-day with its legs as they are driven, and its begins on the clock."""
    car, fleet_day = grid.car_days[k], grid.fleet.days[k]
    table = grid.tables[car.table]
    tasks = [grid.tasks[stop] for stop in day.order]
    places = [car.start, *(task.location for task in tasks), car.end]
    seconds = [int(table.seconds[a, b]) for a, b in pairwise(places)]
    metres = [int(table.metres[a, b]) for a, b in pairwise(places)]
    rests = tuple(
        Rest(position=one.position, moment=one.moment, begin=one.begin, end=one.end)
        for one in day.times.breaks
    )
    before = {one.position: one for one in rests if one.moment == "before"}
    after = {one.position: one.end for one in rests if one.moment == "after"}
    depart = min(day.times.begin[0], before[0].begin if 0 in before else 86_400) - seconds[0]
    free, visits = depart, []
    for n, stop in enumerate(day.order):
        begin = day.times.begin[n]
        leave = begin + tasks[n].service_s
        visits.append(
            TimetableVisit(
                stop=stop,
                metres=metres[n],
                seconds=seconds[n],
                arrive=free + seconds[n],
                begin=begin,
                leave=leave,
                foot=_foot(grid, stop),
            )
        )
        free = after.get(n, leave)
    return TimetableRoute(
        id=f"{fleet_day.date:%m%d}-{fleet_day.vehicle.id}",
        date=fleet_day.date,
        vehicle=fleet_day.vehicle.id,
        depot=fleet_day.vehicle.depot,
        depart=depart,
        back=free + seconds[-1],
        metres=sum(metres),
        last_metres=metres[-1],
        last_seconds=seconds[-1],
        books=sum(task.delivered(0) for task in tasks),
        visits=tuple(visits),
        rests=rests,
    )

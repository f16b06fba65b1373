"""The timetable as GTFS, the schema of public transport (https://gtfs.org/schedule/reference).

A trip is a day's round of one car; days with the same calls at the same times are one trip with
several dates. All dates stand in ``calendar_dates.txt``, so that no rule has to be guessed. Nobody
gets on or off: the car is a place to go to, so no call takes passengers. The depot begins and ends
each trip.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence

from bookcar.phrases import Language, Phrases
from bookcar.timetable import Timetable, TimetableRoute, TimetableVisit

NO_ADDRESS = "https://example.invalid/"
"""The schema requires an address of the agency's; district.toml has none. To be put right by hand
where the feed is handed on."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_BUS = 3
_NOBODY = 1  # no pickup, no drop off

_FEED = (
    "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date,feed_version"
)

_Rows = Iterable[Sequence[object]]


def gtfs_zip(timetable: Timetable, *, language: Language | None = None) -> bytes:
    """Return the feed of the public stops, always the same bytes."""
    say = Phrases(language or timetable.language)
    trips = _trips(timetable)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, (header, rows) in _tables(timetable, trips, say).items():
            info = zipfile.ZipInfo(f"{name}.txt", _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, _text(header, rows))
    return stream.getvalue()


_Trip = tuple[str, tuple[TimetableRoute, ...]]


def _trips(timetable: Timetable) -> list[_Trip]:
    """Return the routes that call at public stops, those alike together, by an id."""
    alike: dict[object, list[TimetableRoute]] = {}
    for route in sorted(timetable.routes, key=lambda r: (r.date, r.vehicle)):
        calls = tuple((v.stop, v.begin, v.leave) for v in _public(timetable, route))
        if calls:
            key = (route.vehicle, route.date.weekday(), route.depart, route.back, calls)
            alike.setdefault(key, []).append(route)
    return [(own[0].id, tuple(own)) for own in alike.values()]


def _public(timetable: Timetable, route: TimetableRoute) -> list[TimetableVisit]:
    return [v for v in route.visits if timetable.stops_by_id[v.stop].public]


def _tables(
    timetable: Timetable, trips: Sequence[_Trip], say: Phrases
) -> dict[str, tuple[str, _Rows]]:
    language = say("language.tag")
    first, last = f"{timetable.first:%Y%m%d}", f"{timetable.last:%Y%m%d}"
    agency = (timetable.district, NO_ADDRESS, timetable.time_zone, language)
    cars = sorted({own[0].vehicle for _, own in trips})
    return {
        "agency": (
            "agency_id,agency_name,agency_url,agency_timezone,agency_lang,agency_phone",
            [("1", *agency, timetable.dispatch_phone)],
        ),
        "feed_info": (
            _FEED,
            [(timetable.district, NO_ADDRESS, language, first, last, timetable.id)],
        ),
        "stops": ("stop_id,stop_name,stop_lat,stop_lon", _places(timetable, trips)),
        "routes": (
            "route_id,agency_id,route_short_name,route_long_name,route_type",
            [(car, "1", car, timetable.vehicles_by_id[car].name, _BUS) for car in cars],
        ),
        "trips": (
            "route_id,service_id,trip_id",
            [(own[0].vehicle, name, name) for name, own in trips],
        ),
        "stop_times": (
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type",
            _calls(timetable, trips),
        ),
        "calendar_dates": (
            "service_id,date,exception_type",
            [(name, f"{route.date:%Y%m%d}", 1) for name, own in trips for route in own],
        ),
    }


def _places(timetable: Timetable, trips: Sequence[_Trip]) -> Iterator[Sequence[object]]:
    depots = {own[0].depot for _, own in trips}
    called = {v.stop for _, own in trips for v in _public(timetable, own[0])}
    for depot in timetable.depots:
        if depot.id in depots:
            yield f"depot {depot.id}", depot.name, round(depot.lat, 5), round(depot.lon, 5)
    for stop in timetable.stops:
        if stop.id in called:
            yield stop.id, stop.name, round(stop.lat, 5), round(stop.lon, 5)


def _calls(timetable: Timetable, trips: Sequence[_Trip]) -> Iterator[Sequence[object]]:
    for name, own in trips:
        route = own[0]
        home = f"depot {route.depot}"
        times = [(home, route.depart, route.depart)]
        times += [(v.stop, v.begin, v.leave) for v in _public(timetable, route)]
        times.append((home, route.back, route.back))
        for number, (place, arrive, leave) in enumerate(times, start=1):
            yield name, _time(arrive), _time(leave), place, number, _NOBODY, _NOBODY


def _time(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def _text(header: str, rows: _Rows) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return stream.getvalue()

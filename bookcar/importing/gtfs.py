"""A GTFS feed as a list of stops: what a mobile library's timetable says of each of its visits.

A visit is a call of a trip on a date of its service. Those of a stop on one weekday, of one stay
and about one time of day, are a row with a rule; each date with its car and time is a promise. A
route is a car. Calls without a stay at the ends of trips where nobody may get on or off are depots.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from bookcar.errors import Fault
from bookcar.importing.fit import fitted
from bookcar.importing.gtfs_feed import (
    Feed,
    degrees_of,
    read_feed,
    seconds_of,
    service_dates,
)
from bookcar.inputs import text as tx
from bookcar.inputs.rules_times import text_of
from bookcar.weeks import DAY_NAMES

_DAY_S = 86_400
_MINUTE_S = 60
_ABOUT_S = 30 * _MINUTE_S
_MOST_VISITS = 100_000
_NOBODY = "1"
HEADER = (
    *("stop_id", "stop_name", "stop_lon", "stop_lat", "days", "frequency", "first_visit"),
    *("exceptions", "arrival_time", "departure_time", "opens", "closes", "service_min", "vehicles"),
)


class Promise(msgspec.Struct, frozen=True):
    """A date on which a stop has a car, named as in the list; seconds after midnight."""

    date: dt.date
    car: str
    arrive: int
    leave: int


class Service(msgspec.Struct, kw_only=True):
    """What a feed says besides its stops.

    Attributes
    ----------
    promises
        By the number of the row of the stop.
    depots
        Id, name, longitude and latitude, the one with the most trips first.
    homes
        The id of the depot that most trips of a car, named as in the list, begin or end at.
    notes
        What was done with it, as keys of the phrases and figures.
    """

    promises: dict[int, list[Promise]]
    depots: list[tuple[str, str, float, float]]
    homes: dict[str, str]
    time_zone: str
    notes: list[tuple[str, dict[str, Any]]]


class _Visit(msgspec.Struct, frozen=True):
    stop: str
    date: dt.date
    car: str
    arrive: int
    leave: int

    @property
    def group(self) -> tuple[str, int, int]:
        return self.stop, self.date.weekday(), self.leave - self.arrive


class _Call(msgspec.Struct, frozen=True):
    """A call of a trip: where, when, and whether it may be a depot."""

    row: int
    order: int
    stop: str
    arrive: int
    leave: int
    closed: bool


class _Done(msgspec.Struct):
    """Counts what was done with a feed, for the notes."""

    untimed: int = 0
    seconds: int = 0
    no_stay: int = 0
    headways: int = 0


def rows_of_feed(path: Path) -> tuple[list[tuple[int, list[str]]], Service, list[Fault]]:
    """Return a feed as rows below a header, what else it says, and what is wrong with it."""
    feed = read_feed(path)
    service = Service(promises={}, depots=[], homes={}, time_zone=_zone(feed), notes=[])
    if feed.faults:
        return [], service, feed.faults
    dates, cut = service_dates(feed)
    places, cars = _places(feed), _cars(feed)
    done = _Done()
    calls = _calls(feed, places, done)
    depots = _depots(calls)
    every = _visits(feed, calls, depots, dates=dates, cars=cars, done=done)
    visits = list(dict.fromkeys(every))
    if not visits and not feed.faults:
        feed.tell("empty", table="stop_times")
    if feed.faults:
        return [], service, feed.faults
    service.depots = [(name, *places[name]) for name, _ in depots.most_common()]
    at = _homes(feed, calls, cars)
    service.homes = {car: own.most_common(1)[0][0] for car, own in at.items()}
    first, last = min(v.date for v in visits), max(v.date for v in visits)
    rows = [(1, list(HEADER))]
    used: Counter[str] = Counter()
    for number, own in enumerate(_clusters(visits), 2):
        used[own[0].stop] += 1
        rows.append((number, _row(own, places[own[0].stop], used[own[0].stop], last)))
        service.promises[number] = [Promise(v.date, v.car, v.arrive, v.leave) for v in own]
    figures = {
        "visits": len(visits),
        "first": first.isoformat(),
        "last": last.isoformat(),
        "cars": len({visit.car for visit in visits}),
    }
    several = tuple(car for car, own in sorted(at.items()) if len(own) > 1)
    notes = _notes(done, several, cut=cut)
    service.notes = [("importing.gtfs", figures), *notes]
    return rows, service, []


def _notes(
    done: _Done, several: tuple[str, ...], *, cut: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in ("untimed", "seconds", "no_stay", "headways"):
        count = getattr(done, name)
        if count:
            yield f"importing.gtfs-{name.replace('_', '-')}", {"count": count}
    if cut:
        yield "importing.gtfs-cut", {}
    if several:
        yield "importing.gtfs-homes", {"cars": several}


def _zone(feed: Feed) -> str:
    return next((row.get("agency_timezone", "") for _, row in feed.rows("agency")), "")


def _places(feed: Feed) -> dict[str, tuple[str, float, float]]:
    """Return name, longitude and latitude of each stop; a platform has its station's name."""
    names = {row["stop_id"]: row.get("stop_name", "") for _, row in feed.rows("stops")}
    found = {}
    for number, row in feed.rows("stops"):
        lat, lon = degrees_of(row["stop_lat"], 90), degrees_of(row["stop_lon"], 180)
        if lat is None or lon is None:
            if row.get("location_type", "") in ("", "0", "1"):
                column = "stop_lat" if lat is None else "stop_lon"
                feed.tell("cell", table="stops", row=number, column=column, value=row[column])
            continue
        name = row.get("stop_name") or names.get(row.get("parent_station", ""), "")
        found[row["stop_id"]] = (name or row["stop_id"], lon, lat)
    return found


def _cars(feed: Feed) -> dict[str, str]:
    """Return the name of each route; if all have both, the long one with the short in brackets."""
    names = {}
    for _, row in feed.rows("routes"):
        short, long = (
            re.sub(r"[,;|()\s]+", " ", row.get(f"route_{which}_name", "")).strip()
            for which in ("short", "long")
        )
        names[row["route_id"]] = (short.replace(" ", "-"), long)
    if all(short and long for short, long in names.values()):
        return {route: f"{long} ({short})" for route, (short, long) in names.items()}
    return {route: long or short or route for route, (short, long) in names.items()}


def _calls(
    feed: Feed, places: Mapping[str, tuple[str, float, float]], done: _Done
) -> dict[str, list[_Call]]:
    """Return the calls of each trip in their order; those without times are left out."""
    found: dict[str, list[_Call]] = {}
    for number, row in feed.rows("stop_times"):
        if row["stop_id"] not in places:
            value = {"column": "stop_id", "value": row["stop_id"]}
            feed.tell("reference", table="stop_times", row=number, other="stops", **value)
            continue
        texts = [row["arrival_time"] or row["departure_time"], row["departure_time"]]
        texts[1] = texts[1] or texts[0]
        if not texts[0]:
            done.untimed += 1
            continue
        times = [seconds_of(text) for text in texts]
        arrive, leave = times
        if arrive is None or leave is None or leave < arrive:
            column = "arrival_time" if arrive is None else "departure_time"
            feed.tell("cell", table="stop_times", row=number, column=column, value=row[column])
            continue
        done.seconds += bool(arrive % _MINUTE_S or leave % _MINUTE_S)
        order = row.get("stop_sequence", "")
        closed = row.get("pickup_type") == row.get("drop_off_type") == _NOBODY
        call = _Call(
            number,
            int(order) if order.isdecimal() else number,
            row["stop_id"],
            arrive,
            leave,
            closed,
        )
        found.setdefault(row["trip_id"], []).append(call)
    return {trip: sorted(own, key=lambda call: call.order) for trip, own in found.items()}


def _depots(calls: Mapping[str, Sequence[_Call]]) -> Counter[str]:
    """Return the places where trips begin and end without a stay, and nobody gets on or off."""
    return Counter(stop for own in calls.values() for stop in _ends(own))


def _homes(
    feed: Feed, calls: Mapping[str, Sequence[_Call]], cars: Mapping[str, str]
) -> dict[str, Counter[str]]:
    """Return the depots that the trips of each car begin and end at, with how often."""
    found: dict[str, Counter[str]] = {}
    for _, row in feed.rows("trips"):
        ends = [*_ends(calls.get(row["trip_id"], ()))]
        if ends:
            car = cars.get(row["route_id"]) or row["route_id"]
            found.setdefault(car, Counter()).update(ends)
    return found


def _ends(own: Sequence[_Call]) -> Iterator[str]:
    for call in (own[0], own[-1]) if own else ():
        if call.closed and call.arrive == call.leave:
            yield call.stop


def _visits(
    feed: Feed,
    calls: Mapping[str, Sequence[_Call]],
    depots: Mapping[str, int],
    *,
    dates: Mapping[str, set[dt.date]],
    cars: Mapping[str, str],
    done: _Done,
) -> Iterator[_Visit]:
    """Yield every call on every date; a trip with a headway goes as often as that says."""
    trips = {row["trip_id"]: (number, row) for number, row in feed.rows("trips")}
    starts = _starts(feed, calls, done)
    total = 0
    for trip in calls.keys() - trips.keys():
        at = {"column": "trip_id", "value": trip, "other": "trips"}
        feed.tell("reference", table="stop_times", row=calls[trip][0].row, **at)
    for trip, (number, row) in trips.items():
        service = row["service_id"]
        if service not in dates:
            at = {"column": "service_id", "value": service, "other": "calendar"}
            feed.tell("reference", table="trips", row=number, **at)
            continue
        own = [c for c in calls.get(trip, ()) if not (c.stop in depots and c.arrive == c.leave)]
        later = starts.get(trip, [0])
        total += len(own) * len(dates[service]) * len(later)
        if total > _MOST_VISITS:
            feed.tell("large", table="stop_times")
            return
        done.no_stay += sum(call.arrive == call.leave for call in own)
        car = cars.get(row["route_id"]) or row["route_id"]
        for day in sorted(dates[service]):
            for shift in later:
                yield from (_visit(call, car, day, shift) for call in own)


def _visit(call: _Call, car: str, day: dt.date, shift: int) -> _Visit:
    """Return a call on a day; after midnight it is on the next one."""
    arrive, leave = (s // _MINUTE_S * _MINUTE_S for s in (call.arrive + shift, call.leave + shift))
    days = arrive // _DAY_S
    date = day + dt.timedelta(days=days)
    leave = min(leave - days * _DAY_S, _DAY_S)
    return _Visit(call.stop, date, car, arrive - days * _DAY_S, leave)


def _starts(feed: Feed, calls: Mapping[str, Sequence[_Call]], done: _Done) -> dict[str, list[int]]:
    """Return by how many seconds a trip of ``frequencies.txt`` goes later, each time it goes."""
    found: dict[str, list[int]] = {}
    for number, row in feed.rows("frequencies"):
        trip, headway = row["trip_id"], row["headway_secs"]
        starts, ends = seconds_of(row["start_time"]), seconds_of(row["end_time"])
        wrong = next(
            (
                column
                for column, good in (
                    ("start_time", starts is not None),
                    ("end_time", ends is not None),
                    ("headway_secs", headway.isdecimal() and int(headway) >= _MINUTE_S),
                )
                if not good
            ),
            None,
        )
        if trip not in calls:
            value = {"column": "trip_id", "value": trip}
            feed.tell("reference", table="frequencies", row=number, other="stop_times", **value)
        elif wrong or starts is None or ends is None:
            column = wrong or "start_time"
            feed.tell("cell", table="frequencies", row=number, column=column, value=row[column])
        else:
            first = calls[trip][0].arrive
            runs = range(starts, min(ends, 3 * _DAY_S), int(headway))
            found.setdefault(trip, []).extend(run - first for run in runs)
            done.headways += row.get("exact_times") != "1"
    return found


def _clusters(visits: Sequence[_Visit]) -> Iterator[list[_Visit]]:
    """Yield the visits that are one stop of a list: a weekday, a stay, about one time of day.

    Two on one day are two stops. In the order of the feed's stops by id, weekday and time.
    """
    groups: dict[tuple[str, int, int], list[_Visit]] = {}
    for visit in visits:
        groups.setdefault(visit.group, []).append(visit)
    for key in sorted(groups):
        clusters: list[tuple[int, dict[dt.date, _Visit]]] = []
        for visit in sorted(groups[key], key=lambda v: (v.arrive, v.date, v.car)):
            about = (own for first, own in clusters if visit.arrive - first <= _ABOUT_S)
            own = next((own for own in about if visit.date not in own), None)
            if own is None:
                clusters.append((visit.arrive, own := {}))
            own[visit.date] = visit
        yield from ([own[date] for date in sorted(own)] for _, own in clusters)


def _row(
    own: Sequence[_Visit], place: tuple[str, float, float], count: int, last: dt.date
) -> list[str]:
    """Return the cells of a stop, by the header."""
    first = own[0]
    name, lon, lat = place
    rule, left_out = fitted([visit.date for visit in own], last)
    times = {visit.arrive for visit in own}
    stay = first.leave - first.arrive
    begins, ends = min(times), max(times) + stay
    cells = {
        "stop_id": f"{first.stop}-{count}" if count > 1 else first.stop,
        "stop_name": tx.bare(tx.without_controls(name)),
        "stop_lon": f"{lon:.7f}",
        "stop_lat": f"{lat:.7f}",
        "days": DAY_NAMES[first.date.weekday()],
        "frequency": rule,
        "first_visit": first.date.isoformat(),
        "exceptions": " ".join(day.isoformat() for day in left_out),
        "vehicles": "; ".join(sorted({visit.car for visit in own})),
    }
    if len(times) == 1:
        cells |= {"arrival_time": text_of(begins), "departure_time": text_of(ends) if stay else ""}
    else:
        cells |= {"opens": text_of(begins), "closes": text_of(max(ends, begins + _MINUTE_S))}
        cells["service_min"] = f"{stay // _MINUTE_S}" if stay else ""
    return [cells.get(column, "") for column in HEADER]

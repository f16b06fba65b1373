"""Which carriers come for which stops, and on which days: settled before the routes are searched.

A carrier works for one stop a day. Where several stops of a week need the same carrier, its days
are dealt out among them, the stops worth most first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from bookcar.batches.holdings import collectable
from bookcar.daylight import daylight
from bookcar.due import DueStop
from bookcar.model import Carrier, District
from bookcar.plan import FootCode
from bookcar.planning.tours import Crew
from bookcar.roads.travel import Meeting, Travel

TOGETHER = 3
"""So many carriers share a load at most."""
KG_PER_BOOK = 0.35
"""Where no batch has a weight."""


@dataclass(frozen=True)
class CrewLack:
    """Why nobody carries books to a stop in a week, with the figures of its phrase."""

    code: FootCode
    figures: Mapping[str, int | float | str] = field(default_factory=dict)


def crews_of(
    district: District, due: Sequence[DueStop], dates: Sequence[dt.date], travel: Travel
) -> dict[str, Crew]:
    """Return who carries books to each due stop that no car reaches, where somebody can.

    Parameters
    ----------
    dates
        Days on which some car is out.
    """
    found: dict[str, Crew] = {}
    taken: dict[str, int] = {}
    wanting = [one for one in due if one.due and one.stop.id in travel.meetings]
    for one in sorted(wanting, key=_worth):
        able = [crew for crew in _crews(district, one, dates, travel) if crew.dates]
        if able:
            best = min(able, key=lambda crew: _rank(crew, taken))
            found[one.stop.id] = best
            for carrier in best.carriers:
                taken[carrier.id] = taken.get(carrier.id, 0) + 1
    return _dealt(found)


def _worth(due: DueStop) -> tuple[bool, int, int, str]:
    return not due.stop.required, -due.stop.priority, -due.overdue, due.stop.id


def _rank(crew: Crew, taken: Mapping[str, int]) -> tuple[int, int, int, tuple[str, ...]]:
    """Rank crews: few people, those with little to do yet, many days, short ways."""
    busy = sum(taken.get(carrier.id, 0) for carrier in crew.carriers)
    return (
        len(crew.carriers) + busy,
        -len(crew.dates),
        sum(sum(w.metres for w in crew.meeting.homes[c.id]) for c in crew.carriers),
        tuple(carrier.id for carrier in crew.carriers),
    )


def _crews(
    district: District, due: DueStop, dates: Sequence[dt.date], travel: Travel
) -> Iterator[Crew]:
    """Yield the smallest crews that could carry what the stop will get, each on its dates."""
    meeting = travel.meeting(due.stop.id)
    carriers = [c for c in district.carriers if c.id in meeting.homes]
    up, down = loads_of(district, due, dates)
    for size in range(1, TOGETHER + 1):
        found = False
        for some in combinations(carriers, size):
            crew = crew_on(district, due, some, dates=dates, meeting=meeting)
            able = crew.visiting(up, down).windows
            if able:
                found = True
                yield crew.on(sorted(able))
        if found:
            return


def crew_on(
    district: District,
    due: DueStop,
    carriers: Sequence[Carrier],
    *,
    dates: Sequence[dt.date],
    meeting: Meeting,
) -> Crew:
    """Return a crew on the dates on which the stop may be visited and all of them work."""
    stop = due.stop
    free = [
        date
        for date in dates
        if date in due.dates and all(date.weekday() in c.weekdays for c in carriers)
    ]
    light = {date: daylight(stop.lon, stop.lat, date, district.time_zone) for date in free}
    return Crew(
        meeting=meeting,
        carriers=carriers,
        light=light,
        windows=stop.windows,
        settings=district.settings.carriers,
    )


def loads_of(district: District, due: DueStop, dates: Sequence[dt.date]) -> tuple[int, int]:
    """Return about how many kg a visit brings, and how many it collects.

    What it brings is not known before batches are given out: so many books at the mean weight.
    """
    books = sum(batch.books for batch in district.batches if batch.kg)
    kg = sum(batch.kg for batch in district.batches)
    a_book = kg / books if books else KG_PER_BOOK if _weighed(district) else 0.0
    held = collectable(district, due.stop, min(dates)) if dates else ()
    return round(due.stop.books * a_book), sum(batch.kg for batch in held)


def _weighed(district: District) -> bool:
    return any(batch.kg for batch in district.batches)


def _dealt(crews: Mapping[str, Crew]) -> dict[str, Crew]:
    """Return the crews on dates that they have to themselves: each stop in turn takes one."""
    busy: set[tuple[str, dt.date]] = set()
    own: dict[str, list[dt.date]] = {stop: [] for stop in crews}
    going = dict.fromkeys(crews, True)
    while any(going.values()):
        for stop, crew in crews.items():
            free = (
                date
                for date in sorted(crew.dates)
                if date not in own[stop] and not any((c.id, date) in busy for c in crew.carriers)
            )
            date = next(free, None)
            going[stop] = date is not None
            if date is not None:
                own[stop].append(date)
                busy |= {(c.id, date) for c in crew.carriers}
    return {stop: crew.on(sorted(own[stop])) for stop, crew in crews.items() if own[stop]}


def crew_lack(
    district: District, due: DueStop, dates: Sequence[dt.date], travel: Travel
) -> CrewLack:
    """Return why nobody carries books to a stop that no car reaches, on any of the dates.

    Of several carriers the one who is nearest to it counts: tried alone, each limit by itself.
    """
    stop = due.stop
    serving = [c for c in district.carriers if stop.id in c.stops]
    if not serving:
        return CrewLack("foot-only")
    if stop.id not in travel.meetings:
        return CrewLack("no-footpath")
    meeting = travel.meeting(stop.id)
    able = [c for c in serving if c.id in meeting.homes]
    if not able:
        return CrewLack("no-footpath")
    crews = [crew_on(district, due, [c], dates=dates, meeting=meeting) for c in able]
    working = [crew for crew in crews if crew.light]
    if not working:
        return CrewLack("no-carrier-day", {"carrier": able[0].name})
    up, down = loads_of(district, due, dates)
    everybody = _crews(district, due, dates, travel)
    if any(crew.dates for crew in everybody):
        return CrewLack("carrier-taken", {"carrier": working[0].carriers[0].name})
    return min((_lack(crew, up, down) for crew in working), key=_excess)


def _excess(lack: CrewLack) -> float:
    figure, limit = (float(lack.figures[name]) for name in ("figure", "limit"))
    return abs(figure - limit) / max(limit, 1.0)


def _lack(crew: Crew, up: int, down: int) -> CrewLack:
    """Return the limit of a single carrier that a visit breaks however the car meets them."""
    carrier = crew.carriers[0]
    name: dict[str, int | float | str] = {"carrier": carrier.name}
    ways = [crew.tried(up, down, waits=waits) for waits in (False, True)]
    metres = min(way.tours[0].metres for way in ways)
    if metres > carrier.metres:
        km = {"figure": metres / 1000, "limit": carrier.metres / 1000}
        light = min(carrier.kg, up), min(carrier.kg, down)
        one = min(crew.tried(*light, waits=w).tours[0].metres for w in (False, True))
        if one <= carrier.metres:
            trips = max(ways[0].tours[0].up, ways[0].tours[0].down)
            kg = {"kg": max(up, down), "trips": trips, "a_trip": carrier.kg}
            return CrewLack("too-heavy-on-foot", {**name, **kg, **km})
        return CrewLack("too-far-on-foot", {**name, **km})
    needs = min(w.tours[0].before_s + w.service_s + w.tours[0].after_s for w in ways)
    dawn, dusk = next(iter(crew.light.values()))
    light_s = min(carrier.ends, dusk) - max(carrier.starts, dawn)
    hours = {"figure": needs / 3600, "limit": max(light_s, 0) / 3600}
    if needs <= carrier.ends - carrier.starts and needs > light_s:
        return CrewLack("after-dusk", {**name, **hours})
    return CrewLack("carrier-hours", {**name, **hours})

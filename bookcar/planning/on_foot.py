"""Which carriers come for which stops, and on which days: settled before the routes are searched.

Where several stops of a week need the same carrier, its days are dealt out among them, the stops
worth most first; what the routes leave of a day goes to others afterwards (`planning.sharing`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from types import MappingProxyType

from bookcar.batches.holdings import collectable
from bookcar.daylight import daylight
from bookcar.due import DueStop
from bookcar.model import Carrier, District
from bookcar.plan import FootCode, Plan
from bookcar.planning.tours import Crew, Shift
from bookcar.roads.travel import Meeting, Travel

TOGETHER = 3
"""So many carriers share a load at most."""
KG_PER_BOOK = 0.35
"""Where no batch has a weight."""


Kg = tuple[int, int]
"""How many kg a visit brings, and how many it collects."""


@dataclass(frozen=True)
class CrewLack:
    """Why nobody carries books to a stop in a week, with the figures of its phrase."""

    code: FootCode
    figures: Mapping[str, int | float | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What a plan says that a carrier does for a stop on a day."""

    date: dt.date
    carrier: str
    leaves: int
    home: int
    metres: int


def told_in(plan: Plan) -> dict[str, tuple[Told, ...]]:
    """Return what a plan says of who carries to each stop."""
    found: dict[str, list[Told]] = {}
    for route in plan.routes:
        for visit in route.visits:
            for one in visit.foot.tours if visit.foot else ():
                told = Told(route.date, one.carrier, one.leaves, one.home, one.metres)
                found.setdefault(visit.stop, []).append(told)
    return {stop: tuple(own) for stop, own in found.items()}


def crews_of(
    district: District,
    due: Sequence[DueStop],
    dates: Sequence[dt.date],
    travel: Travel,
    *,
    told: Mapping[str, Sequence[Told]] = MappingProxyType({}),
) -> dict[str, Crew]:
    """Return who carries books to each due stop that no car reaches, where somebody can.

    Parameters
    ----------
    dates
        Days on which some car is out.
    told
        By stop, what a plan of these days says that is kept: the same come on the same days.
    """
    found: dict[str, Crew] = {}
    firsts: dict[str, set[dt.date]] = {}
    taken: dict[str, int] = {}
    booked: set[tuple[str, dt.date]] = set()
    wanting = [one for one in due if one.due and one.stop.id in travel.meetings]
    for one in sorted(wanting, key=lambda one: (not _told(one, told), worth(one))):
        stop = one.stop.id
        own = {each.date for each in told.get(stop, ())} | {p.date for p in one.promises}
        if stop in told:
            names = {each.carrier for each in told[stop]}
            able = list(_named(district, one, dates, travel.meeting(stop), names=names))
        else:
            able = [crew for crew in crews_at(district, one, dates, travel) if crew.dates]
        if not able:
            continue
        free = {k: set() if stop not in told else set(own) for k in range(len(able))}
        for k, crew in enumerate(able):
            free[k] |= {d for d in own if not any((c.id, d) in booked for c in crew.carriers)}
            free[k] &= crew.dates
        best = min(range(len(able)), key=lambda k: (-len(free[k]), rank(able[k], taken)))
        found[stop], firsts[stop] = able[best], free[best]
        for carrier in able[best].carriers:
            taken[carrier.id] = taken.get(carrier.id, 0) + 1
            booked |= {(carrier.id, date) for date in free[best]}
    every = dealt(found, firsts)
    return _parted(every, {stop: told[stop] for stop in every if stop in told})


def _told(due: DueStop, told: Mapping[str, Sequence[Told]]) -> bool:
    return due.stop.id in told or bool(due.promises)


def _named(
    district: District,
    due: DueStop,
    dates: Sequence[dt.date],
    meeting: Meeting,
    *,
    names: Collection[str],
) -> Iterator[Crew]:
    """Yield the crew of these names, if they still serve the stop and can walk there."""
    some = [c for c in district.carriers if c.id in names and c.id in meeting.homes]
    if len(some) == len(names) and all(due.stop.id in c.stops for c in some):
        crew = crew_on(district, due, some, dates=dates, meeting=meeting)
        if crew.dates:
            yield crew


def _parted(crews: Mapping[str, Crew], told: Mapping[str, Sequence[Told]]) -> dict[str, Crew]:
    """Return the crews with the days parted on which a plan sends somebody to several stops.

    Each stop has the time halfway to the tours before and after its own, and an equal part of what
    may be walked beyond them.
    """
    tours: dict[tuple[str, dt.date], list[tuple[Told, str]]] = {}
    for stop, own in told.items():
        for one in own:
            if one.date in crews[stop].dates:
                tours.setdefault((one.carrier, one.date), []).append((one, stop))
    shifts: dict[str, dict[tuple[str, dt.date], Shift]] = {stop: {} for stop in crews}
    for key, several in tours.items():
        if len(several) < 2:
            continue
        several.sort(key=lambda pair: (pair[0].leaves, pair[1]))
        carrier = next(c for c in crews[several[0][1]].carriers if c.id == key[0])
        cuts = [(a.home + b.leaves) // 2 for (a, _), (b, _) in pairwise(several)]
        more = (carrier.metres - sum(one.metres for one, _ in several)) // len(several)
        bounds = [carrier.starts, *cuts, carrier.ends]
        for (one, stop), window in zip(several, pairwise(bounds), strict=True):
            shifts[stop][key] = Shift(windows=(window,), metres=one.metres + max(0, more))
    return {
        stop: crew.on(sorted(crew.dates), shifts[stop]) if shifts[stop] else crew
        for stop, crew in crews.items()
    }


def worth(due: DueStop) -> tuple[bool, int, int, str]:
    """Return what orders stops by importance, the most important first."""
    return not due.stop.required, -due.stop.priority, -due.overdue, due.stop.id


def rank(crew: Crew, taken: Mapping[str, int]) -> tuple[int, int, int, tuple[str, ...]]:
    """Rank crews: few people, those with little to do yet, many days, short ways."""
    busy = sum(taken.get(carrier.id, 0) for carrier in crew.carriers)
    return (
        len(crew.carriers) + busy,
        -len(crew.dates),
        sum(sum(w.metres for w in crew.meeting.homes[c.id]) for c in crew.carriers),
        tuple(carrier.id for carrier in crew.carriers),
    )


def crews_at(
    district: District,
    due: DueStop,
    dates: Sequence[dt.date],
    travel: Travel,
    *,
    shifts: Mapping[tuple[str, dt.date], Shift] = MappingProxyType({}),
    loads: tuple[int, int] | None = None,
) -> Iterator[Crew]:
    """Yield the smallest crews that could carry what the stop will get, each on its dates.

    Parameters
    ----------
    shifts
        What carriers have left on days on which they go elsewhere, too.
    loads
        The kg brought and collected; by default what `loads_of` returns.
    """
    meeting = travel.meeting(due.stop.id)
    carriers = [c for c in district.carriers if c.id in meeting.homes]
    up, down = loads or loads_of(district, due, dates)
    for size in range(1, TOGETHER + 1):
        found = False
        for some in combinations(carriers, size):
            crew = crew_on(district, due, some, dates=dates, meeting=meeting)
            crew = crew.on(sorted(crew.dates), shifts) if shifts else crew
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


def dealt(crews: Mapping[str, Crew], firsts: Mapping[str, Collection[dt.date]]) -> dict[str, Crew]:
    """Return the crews on dates that they have to themselves: each stop in turn takes one.

    The ``firsts`` of a stop are its own before that: what a plan or a timetable has told of it.
    """
    own = {stop: sorted(crew.dates & set(firsts[stop])) for stop, crew in crews.items()}
    busy = {
        (c.id, date) for stop, crew in crews.items() for c in crew.carriers for date in own[stop]
    }
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
    district: District,
    due: DueStop,
    dates: Sequence[dt.date],
    travel: Travel,
    *,
    loads: tuple[int, int] | None = None,
) -> CrewLack:
    """Return why nobody carries books to a stop that no car reaches, on any of the dates.

    Of several carriers the one who is nearest to it counts: tried alone, each limit by itself.
    ``loads`` are as for `crews_at`.
    """
    stop = due.stop
    serving = [c for c in district.carriers if stop.id in c.stops]
    if not serving:
        return CrewLack("foot-only")
    places = travel.meetings.get(stop.id, ())
    walking = [(c, place) for place in places for c in serving if c.id in place.homes]
    if not walking:
        return CrewLack("no-footpath")
    crews = [crew_on(district, due, [c], dates=dates, meeting=place) for c, place in walking]
    working = [crew for crew in crews if crew.light]
    if not working:
        return CrewLack("no-carrier-day", {"carrier": walking[0][0].name})
    up, down = loads or loads_of(district, due, dates)
    for n in range(len(places)):
        at = travel.meeting_at({stop.id: n})
        several = crews_at(district, due, dates, at, loads=(up, down))
        able = next((crew for crew in several if crew.dates), None)
        if able is not None:
            names = ", ".join(carrier.name for carrier in able.carriers)
            return CrewLack("carrier-taken", {"carrier": names})
    return min((_lack(crew, up, down) for crew in working), key=_excess)


def load_lack(
    district: District, due: DueStop, crew: Crew, *, dates: Sequence[dt.date], loads: Kg
) -> CrewLack:
    """Return why a crew cannot carry a visit with just these loads on any of the dates.

    ``loads`` are as for `crews_at`. Each of several carriers is tried alone, as in `crew_lack`.
    """
    free = crew_on(district, due, crew.carriers, dates=dates, meeting=crew.meeting)
    if free.visiting(*loads).windows:
        names = ", ".join(carrier.name for carrier in crew.carriers)
        return CrewLack("carrier-taken", {"carrier": names})
    alone = (
        crew_on(district, due, [carrier], dates=dates, meeting=crew.meeting)
        for carrier in crew.carriers
    )
    return min((_lack(one, *loads) for one in alone), key=_excess)


def _excess(lack: CrewLack) -> float:
    if lack.code == "shut-on-foot":
        return 0.0
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
    near = [way for way in ways if way.tours[0].metres <= carrier.metres]
    needs = min(w.tours[0].before_s + w.service_s + w.tours[0].after_s for w in near)
    has = max(
        min(carrier.ends, dusk) - max(carrier.starts, dawn) for dawn, dusk in crew.light.values()
    )
    if needs <= has:
        return CrewLack("shut-on-foot", name)
    hours = {"figure": needs / 3600, "limit": max(has, 0) / 3600}
    if needs <= carrier.ends - carrier.starts:
        return CrewLack("after-dusk", {**name, **hours})
    return CrewLack("carrier-hours", {**name, **hours})

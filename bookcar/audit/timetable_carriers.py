"""Rules on the promises of a timetable that carriers keep: walked again, step by step."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterator

from bookcar.audit.breach import breach
from bookcar.audit.carriers import Load, Walked, walked
from bookcar.audit.timetable_case import TimetableCase
from bookcar.daylight import daylight
from bookcar.model import Carrier, Stop
from bookcar.phrases.sentence import Sentence
from bookcar.roads.travel import Meeting
from bookcar.timetable import TimetableFoot, TimetableRoute, TimetableVisit


def _carried(
    case: TimetableCase,
) -> Iterator[tuple[TimetableRoute, TimetableVisit, TimetableFoot, Meeting]]:
    """Yield the visits on foot that are met where they may be."""
    for route, visit in case.visits():
        places = case.travel.meetings.get(visit.stop, ())
        if visit.foot and 1 <= visit.foot.choice <= len(places):
            yield route, visit, visit.foot, places[visit.foot.choice - 1]


def _tours(
    case: TimetableCase,
) -> Iterator[tuple[TimetableRoute, TimetableVisit, Carrier, Walked]]:
    """Yield what each carrier who is in the tables walks."""
    known, settings = case.district.carriers_by_id, case.district.settings.carriers
    for route, visit, foot, meeting in _carried(case):
        carriers = [known[name] for name in foot.carriers if name in known]
        strength = sum(carrier.kg for carrier in carriers)
        for carrier in carriers:
            if carrier.id in meeting.homes:
                loads = _loads(case, case.stops[visit.stop], carrier.kg, strength)
                way = walked(meeting, carrier.id, loads, settings=settings, waits=foot.waits)
                yield route, visit, carrier, way


def _loads(case: TimetableCase, stop: Stop, own: int, strength: int) -> tuple[Load, Load]:
    """Return the trips of a carrier up and down, and the kg on each: by strength, all as often."""
    weighed = [batch for batch in case.district.batches if batch.kg]
    mean = sum(b.kg for b in weighed) / max(1, sum(b.books for b in weighed))
    up = math.ceil(stop.books * mean)
    down = up if stop.kind in case.district.settings.batches.rotate else 0
    trips = [math.ceil(kg / strength) for kg in (up, down)]
    shares = [own / strength * kg / max(1, n) for kg, n in zip((up, down), trips, strict=True)]
    return (trips[0], shares[0]), (trips[1], shares[1])


def promises_met(case: TimetableCase) -> Iterator[Sentence]:
    """Carriers meet the car at one of the stop's meeting places, always the same."""
    chosen: dict[str, int] = {}
    for route, visit in case.visits():
        foot, places = visit.foot, case.travel.meetings.get(visit.stop, ())
        if not foot:
            if places:
                yield breach("promises-met", route=route.id, stop=visit.stop)
            continue
        if not 1 <= foot.choice <= len(places):
            yield breach("promises-met-2", route=route.id, stop=visit.stop, choice=foot.choice)
            continue
        right = places[foot.choice - 1]
        told, found = (foot.lon, foot.lat, foot.metres), (right.lon, right.lat, right.up.metres)
        if told != found:
            yield breach("promises-met-3", route=route.id, stop=visit.stop, found=found, told=told)
        if chosen.setdefault(visit.stop, foot.choice) != foot.choice:
            yield breach("promises-met-4", route=route.id, stop=visit.stop)


def promised_carriers(case: TimetableCase) -> Iterator[Sentence]:
    """Every carrier serves the stop, works on that day, can walk there, and goes to it alone."""
    out: Counter[tuple[str, dt.date]] = Counter()
    for route, visit, foot, meeting in _carried(case):
        if not foot.carriers:
            yield breach("promised-carriers", route=route.id, stop=visit.stop)
        for name in foot.carriers:
            carrier = case.district.carriers_by_id.get(name)
            out[name, route.date] += 1
            if carrier is None or visit.stop not in carrier.stops or name not in meeting.homes:
                yield breach("promised-carriers-2", route=route.id, stop=visit.stop, name=name)
            elif route.date.weekday() not in carrier.weekdays:
                yield breach(
                    "promised-carriers-3",
                    route=route.id,
                    stop=visit.stop,
                    name=name,
                    date=route.date.isoformat(),
                )
    for (name, date), count in sorted(out.items()):
        if count > 1:
            yield breach("promised-carriers-4", name=name, count=count, date=date.isoformat())


def promised_walks(case: TimetableCase) -> Iterator[Sentence]:
    """Carriers keep their km, their hours and daylight, and are at the stop while it is open."""
    for route, visit, carrier, way in _tours(case):
        where = {"route": route.id, "stop": visit.stop, "carrier": carrier.id}
        stop = case.stops[visit.stop]
        dawn, dusk = daylight(stop.lon, stop.lat, route.date, case.district.time_zone)
        leaves, home = visit.begin - way.before_s, visit.leave + way.after_s
        if way.metres > carrier.metres:
            yield breach("promised-walks", **where, metres=way.metres, limit=carrier.metres)
        if leaves < max(carrier.starts, dawn) or home > min(carrier.ends, dusk):
            yield breach("promised-walks-2", **where, leaves=leaves, home=home)
        for first, last in way.at_stop(visit.begin, visit.leave):
            if not any(o <= first + 1 and last - 1 <= c for o, c in stop.windows):
                yield breach("promised-walks-3", **where, first=first, last=last)


def promised_stands(case: TimetableCase) -> Iterator[Sentence]:
    """The car stands for the hand-over, or until the last carrier is back where it waits."""
    rounds: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for route, visit, _, way in _tours(case):
        rounds[route.id, visit.stop].append(way.round_s)
    for route, visit, foot, _ in _carried(case):
        stays = case.district.settings.carriers.handover_s
        stays += max(rounds[route.id, visit.stop], default=0) if foot.waits else 0
        lasts = visit.leave - visit.begin
        if abs(lasts - stays) > foot.waits:
            yield breach(
                "promised-stands", route=route.id, stop=visit.stop, lasts=lasts, stays=stays
            )


RULES = (promises_met, promised_carriers, promised_walks, promised_stands)

"""Rules on books carried on foot to stops that no car reaches.

What a carrier walks is walked again here, step by step, at a pace worked out here.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.daylight import daylight
from bookcar.model import Carrier, CarrierSettings
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Again, CarrierTour, FootLeg, Reload, Route, Visit
from bookcar.roads.travel import Footway, Meeting

Load = tuple[int, float]
"""Trips, and the kg on each."""


def _carried(case: Case) -> Iterator[tuple[Route, Visit, FootLeg, Meeting]]:
    """Yield the visits with a way on foot from a place where the stop may be met.

    But for those that had been made when the week was planned again: tables may have changed since.
    """
    for route, visit in _to_come(case):
        if not visit.foot:
            continue
        places = case.travel.meetings.get(visit.stop, ())
        if 1 <= visit.foot.choice <= len(places):
            yield route, visit, visit.foot, places[visit.foot.choice - 1]


def _to_come(case: Case) -> Iterator[tuple[Route, Visit]]:
    for route in case.plan.routes:
        for halt in route.halts[route.done :]:
            if isinstance(halt, Visit):
                yield route, halt


def _tours(case: Case) -> Iterator[tuple[Route, Visit, FootLeg, Meeting, CarrierTour, Carrier]]:
    """Yield the tours of carriers in the tables who can walk there."""
    for route, visit, foot, meeting in _carried(case):
        for tour in foot.tours:
            carrier = case.district.carriers_by_id.get(tour.carrier)
            if carrier is not None and carrier.id in meeting.homes:
                yield route, visit, foot, meeting, tour, carrier


def meets_where_it_may(case: Case) -> Iterator[Sentence]:
    """Carriers meet the car at a place that paths from the stop lead to, as far as the plan says.

    All visits to a stop in the week are met at one place.
    """
    chosen: dict[str, int] = {}
    for route, visit in _to_come(case):
        foot, places = visit.foot, case.travel.meetings.get(visit.stop, ())
        if not foot:
            if places:
                yield breach("meets-where-it-may-4", route=route.id, stop=visit.stop)
            continue
        if not 1 <= foot.choice <= len(places):
            yield breach("meets-where-it-may", route=route.id, stop=visit.stop, choice=foot.choice)
            continue
        right = places[foot.choice - 1]
        told = (foot.lon, foot.lat, foot.metres, foot.climb, foot.descent)
        found = (right.lon, right.lat, right.up.metres, right.up.climb, right.up.descent)
        if told != found:
            yield breach(
                "meets-where-it-may-2", route=route.id, stop=visit.stop, found=found, told=told
            )
        if chosen.setdefault(visit.stop, foot.choice) != foot.choice:
            yield breach("meets-where-it-may-3", route=route.id, stop=visit.stop)


def carriers_may_come(case: Case) -> Iterator[Sentence]:
    """Every carrier serves the stop, works on that day and can walk there; none is named twice."""
    for route, visit, foot, meeting in _carried(case):
        names = [tour.carrier for tour in foot.tours]
        if not names or len(set(names)) < len(names):
            yield breach("carriers-may-come", route=route.id, stop=visit.stop, names=tuple(names))
        for name in names:
            carrier = case.district.carriers_by_id.get(name)
            if carrier is None:
                yield breach("carriers-may-come-2", route=route.id, stop=visit.stop, name=name)
            elif visit.stop not in carrier.stops:
                yield breach("carriers-may-come-3", route=route.id, stop=visit.stop, name=name)
            elif route.date.weekday() not in carrier.weekdays:
                yield breach(
                    "carriers-may-come-4",
                    route=route.id,
                    stop=visit.stop,
                    name=name,
                    date=route.date.isoformat(),
                )
            elif name not in meeting.homes:
                yield breach("carriers-may-come-5", route=route.id, stop=visit.stop, name=name)


def carrier_loads(case: Case) -> Iterator[Sentence]:
    """On no trip has a carrier more than may be carried, and the trips together carry it all."""
    for *_, tour, carrier in _tours(case):
        for trips, kg, way in ((tour.up, tour.up_kg, "up"), (tour.down, tour.down_kg, "down")):
            if trips and kg > carrier.kg:
                if way == "up":
                    yield breach("carrier-loads", carrier=carrier.id, kg=kg, carrier_kg=carrier.kg)
                else:
                    yield breach(
                        "carrier-loads-2", carrier=carrier.id, kg=kg, carrier_kg=carrier.kg
                    )
    for route, visit, foot, _ in _carried(case):
        for kg, way in ((_kg(case, visit.drops), "up"), (_kg(case, visit.collects), "down")):
            one = [(getattr(t, way), getattr(t, f"{way}_kg")) for t in foot.tours]
            carried = sum(trips * load for trips, load in one)
            most = sum(trips for trips, _ in one)  # each trip is rounded up
            if not kg <= carried <= kg + most:
                if way == "up":
                    yield breach(
                        "carrier-loads-3", route=route.id, stop=visit.stop, kg=kg, carried=carried
                    )
                else:
                    yield breach(
                        "carrier-loads-4", route=route.id, stop=visit.stop, kg=kg, carried=carried
                    )


def _kg(case: Case, batches: tuple[str, ...]) -> int:
    return sum(case.batches[name].kg for name in batches)


def carrier_km(case: Case) -> Iterator[Sentence]:
    """A carrier walks what the trips make, on no day further than may be walked."""
    metres_of: defaultdict[tuple[str, dt.date], int] = defaultdict(int)
    for route, visit, _, meeting, tour, carrier in _tours(case):
        right = _walked(case, visit, meeting, tour).metres
        if tour.metres != right:
            yield breach(
                "carrier-km",
                route=route.id,
                stop=visit.stop,
                carrier=carrier.id,
                right=right,
                metres=tour.metres,
            )
        metres_of[carrier.id, route.date] += right
    for (name, date), metres in sorted(metres_of.items()):
        limit = case.district.carriers_by_id[name].metres
        if metres > limit:
            yield breach("carrier-km-2", name=name, metres=metres, date=date, limit=limit)


def carrier_clock(case: Case) -> Iterator[Sentence]:
    """A carrier leaves in time for the meeting and is home when all is carried, at the pace told.

    Where the car waits, it does until the last carrier is back; else it hands over and goes on.
    Where it comes by again, who carries is home after the second call.
    """
    for route, visit, _, meeting, tour, carrier in _tours(case):
        way = _walked(case, visit, meeting, tour)
        leaves, home = visit.begin - way.before_s, _ends(route, visit) + way.after_s
        told = (tour.leaves, tour.home, tour.up_s, tour.down_s)
        right = (leaves, home, way.up_s, way.down_s)
        if any(abs(a - b) > 1 for a, b in zip(told, right, strict=True)):
            yield breach(
                "carrier-clock",
                route=route.id,
                stop=visit.stop,
                carrier=carrier.id,
                right=right,
                told=told,
            )
    for route, visit, foot, meeting in _carried(case):
        stays = case.district.settings.carriers.handover_s
        if foot.waits:
            stays += _round_s(case, visit, foot, meeting)
        if abs(visit.depart - visit.begin - stays) > foot.waits:
            yield breach(
                "carrier-clock-2",
                route=route.id,
                depart=visit.depart - visit.begin,
                stop=visit.stop,
                stays=stays,
            )


def _round_s(case: Case, visit: Visit, foot: FootLeg, meeting: Meeting) -> int:
    """Return how long the slowest carrier is away from the meeting place."""
    tours = [t for t in foot.tours if t.carrier in meeting.homes]
    return max((_walked(case, visit, meeting, tour).round_s for tour in tours), default=0)


def _ends(route: Route, visit: Visit) -> int:
    """Return when the carriers are free to go home: after the second call, if there is one."""
    calls = _second_calls(route, visit)
    return calls[0].depart if visit.comes_again and calls else visit.depart


def _second_calls(route: Route, visit: Visit) -> list[Again]:
    """Return the second calls for a visit, behind it and before the next reload."""
    halts = route.halts[route.halts.index(visit) + 1 :]
    reloads = [k for k, halt in enumerate(halts) if isinstance(halt, Reload)]
    there = halts[: reloads[0]] if reloads else halts
    return [halt for halt in there if isinstance(halt, Again) and halt.stop == visit.stop]


def comes_by_again(case: Case) -> Iterator[Sentence]:
    """Where a car comes by again, it does so once, later on the same way, when carriers are back.

    Before it reloads; it takes what the visit collects, and stands as long as handing over takes.
    No car comes by again for nothing, nor where the district does not ask for it.
    """
    yield from _once_each(case)
    stands = case.district.settings.carriers.handover_s
    for route, visit, foot, meeting in _carried(case):
        back = visit.depart + _round_s(case, visit, foot, meeting)
        for call in _second_calls(route, visit) if visit.comes_again else ():
            figures = {"route": route.id, "stop": visit.stop}
            if call.begin < back - 1:
                yield breach("comes-by-again-4", **figures, begin=call.begin, back=back)
            lasts = call.depart - call.begin
            if lasts != stands:
                yield breach("comes-by-again-5", **figures, depart=lasts, stands=stands)


def _once_each(case: Case) -> Iterator[Sentence]:
    """Yield visits without their one second call, and second calls without a visit."""
    for route, visit in _to_come(case):
        calls = _second_calls(route, visit) if visit.comes_again else []
        if visit.comes_again and (len(calls) != 1 or calls[0].takes != visit.collects):
            yield breach("comes-by-again", route=route.id, stop=visit.stop, calls=len(calls))
        if visit.comes_again and not case.district.settings.carriers.again:
            yield breach("comes-by-again-2", route=route.id, stop=visit.stop)
    for route in case.plan.routes:
        right = [_second_calls(route, visit) for visit in route.visits if visit.comes_again]
        known = [call for calls in right for call in calls]
        for call in route.second_calls:
            if call not in known:
                yield breach("comes-by-again-3", route=route.id, stop=call.stop, begin=call.begin)


def carrier_hours(case: Case) -> Iterator[Sentence]:
    """A carrier leaves home no earlier and is back no later than the table says."""
    for route, visit, *_, tour, carrier in _tours(case):
        if tour.leaves < carrier.starts or tour.home > carrier.ends:
            yield breach(
                "carrier-hours",
                route=route.id,
                stop=visit.stop,
                carrier=carrier.id,
                leaves=tour.leaves,
                home=tour.home,
                starts=carrier.starts,
                ends=carrier.ends,
            )


def carrier_daylight(case: Case) -> Iterator[Sentence]:
    """Nobody is on the way before civil dawn or after civil dusk."""
    for route, visit, *_, tour, carrier in _tours(case):
        stop = case.stops[visit.stop]
        dawn, dusk = daylight(stop.lon, stop.lat, route.date, case.district.time_zone)
        if tour.leaves < dawn or tour.home > dusk:
            yield breach(
                "carrier-daylight",
                route=route.id,
                stop=visit.stop,
                carrier=carrier.id,
                leaves=tour.leaves,
                home=tour.home,
                dawn=dawn,
                dusk=dusk,
            )


def carrier_in_one_place(case: Case) -> Iterator[Sentence]:
    """A carrier is home from one visit before leaving for the next."""
    out: defaultdict[tuple[str, dt.date], list[tuple[int, int, str]]] = defaultdict(list)
    for route, visit, *_, tour, carrier in _tours(case):
        out[carrier.id, route.date].append((tour.leaves, tour.home, visit.stop))
    for (name, date), spans in sorted(out.items()):
        spans.sort()
        for (_, home, first), (leaves, _, second) in pairwise(spans):
            if leaves < home:
                yield breach(
                    "carrier-in-one-place", name=name, first=first, second=second, date=date
                )


def carried_while_open(case: Case) -> Iterator[Sentence]:
    """Books are taken up and handed in at the stop while it is open."""
    for route, visit, _, meeting, tour, carrier in _tours(case):
        way = _walked(case, visit, meeting, tour)
        windows = case.stops[visit.stop].windows
        for first, last in way.at_stop(visit.begin, visit.depart):
            if not any(o <= first + 1 and last - 1 <= c for o, c in windows):
                hours = tuple(moment for window in windows for moment in window)
                yield breach(
                    "carried-while-open",
                    route=route.id,
                    stop=visit.stop,
                    hours=hours,
                    carrier=carrier.id,
                    first=first,
                    last=last,
                )


@dataclass
class Walked:
    """A carrier's way walked: what came before the meeting, after it, and what the car waits for.

    ``there_before`` and ``there_after`` are moments at the stop, counted from when the carrier
    leaves home and from the end of the service; ``there_waiting`` from the hand-over.
    """

    settings: CarrierSettings
    metres: int = 0
    before_s: int = 0
    after_s: int = 0
    round_s: int = 0
    up_s: int = 0
    down_s: int = 0
    there_before: list[int] = field(default_factory=list)
    there_after: list[int] = field(default_factory=list)
    there_waiting: list[int] = field(default_factory=list)

    def seconds(self, way: Footway, kg: float) -> int:
        """Return how long a way takes with a load: Tobler's pace, less by the load, and rests."""
        hours = sum(
            run / 1000 / (6 * math.exp(-3.5 * abs(rise / run + 0.05)))
            for run, rise in way.steps
            if run
        )
        left = max(0.25, 1 - (1 - self.settings.load_factor) * kg / 20)
        seconds = hours * 3600 / left
        rests = math.floor(seconds / 1800) * self.settings.rest_s if kg else 0
        return math.ceil(round(seconds, 6)) + rests

    def at_stop(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield from when until when something is done at the stop, by the clock of the day.

        ``begin`` and ``end`` are those of the service at the meeting place.
        """
        handed = begin + self.settings.handover_s
        for start, moments in (
            (begin - self.before_s, self.there_before),
            (end, self.there_after),
            (handed, self.there_waiting),
        ):
            if moments:
                yield start + min(moments), start + max(moments)


def _walked(case: Case, visit: Visit, meeting: Meeting, tour: CarrierTour) -> Walked:
    """Walk a tour step by step."""
    foot = visit.foot
    assert foot
    up_kg, down_kg = (
        _share(case, foot, tour) * kg / trips if trips else 0.0
        for kg, trips in (
            (_kg(case, visit.drops), tour.up),
            (_kg(case, visit.collects), tour.down),
        )
    )
    loads = (tour.up, up_kg), (tour.down, down_kg)
    settings = case.district.settings.carriers
    both = foot.waits or visit.comes_again
    return walked(meeting, tour.carrier, loads, settings=settings, waits=both)


def walked(
    meeting: Meeting,
    carrier: str,
    loads: tuple[Load, Load],
    *,
    settings: CarrierSettings,
    waits: bool,
) -> Walked:
    """Walk what a carrier does for a visit: trips with kg up, and trips with kg down."""
    out = Walked(settings=settings)
    (_, up_kg), (_, down_kg) = loads
    out.up_s, out.down_s = out.seconds(meeting.up, up_kg), out.seconds(meeting.up.back, down_kg)
    to_point, to_stop = meeting.homes[carrier]
    if waits:
        _wait(out, meeting.up, to_point, loads)
    else:
        _hand_over(out, meeting.up, (to_point, to_stop), loads)
    return out


def _share(case: Case, foot: FootLeg, tour: CarrierTour) -> float:
    """Return the part of the load that a carrier has: by strength, as all go as often."""
    known = case.district.carriers_by_id
    strength = {t.carrier: known[t.carrier].kg for t in foot.tours if t.carrier in known}
    return strength[tour.carrier] / sum(strength.values())


def _hand_over(
    out: Walked,
    up: Footway,
    home: tuple[Footway, Footway],
    loads: tuple[Load, Load],
) -> None:
    """Walk down with what is collected before the car comes, and up with what it brings."""
    pause, now = out.settings.handling_s, 0
    to_point, to_stop = home
    brought, taken = loads
    trips, kg = taken
    first = to_stop if trips else to_point
    now, out.metres = out.seconds(first, 0), first.metres
    for n in range(trips):
        if n:
            now, out.metres = now + out.seconds(up, 0), out.metres + up.metres
        out.there_before.append(now)
        now += pause
        out.there_before.append(now)
        now, out.metres = now + out.seconds(up.back, kg), out.metres + up.metres
    out.before_s, now = now, 0
    trips, kg = brought
    for n in range(trips):
        if n:
            now, out.metres = now + out.seconds(up.back, 0), out.metres + up.metres
        now, out.metres = now + out.seconds(up, kg), out.metres + up.metres
        out.there_after.append(now)
        now += pause
        out.there_after.append(now)
    last = (to_stop if trips else to_point).back
    out.after_s, out.metres = now + out.seconds(last, 0), out.metres + last.metres


def _wait(
    out: Walked,
    up: Footway,
    to_point: Footway,
    loads: tuple[Load, Load],
) -> None:
    """Walk up and down between both loads of the car: as often as either load needs."""
    brought, taken = loads
    out.before_s, out.after_s = out.seconds(to_point, 0), out.seconds(to_point.back, 0)
    out.metres, now = 2 * to_point.metres, 0
    for n in range(max(brought[0], taken[0], 1)):
        now += out.seconds(up, brought[1] if n < brought[0] else 0)
        out.there_waiting.append(now)
        now += out.settings.handling_s
        out.there_waiting.append(now)
        now += out.seconds(up.back, taken[1] if n < taken[0] else 0)
        out.metres += 2 * up.metres
    out.round_s = now


RULES = (
    meets_where_it_may,
    carriers_may_come,
    carrier_loads,
    carrier_km,
    carrier_clock,
    comes_by_again,
    carrier_hours,
    carrier_daylight,
    carrier_in_one_place,
    carried_while_open,
)

"""Plans of any size for the tests of everything printed, without planning anything."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import Any

import polyline
from calls import in_order

from bookcar.model import Place, Title
from bookcar.phrases.sentence import Sentence
from bookcar.plan import (
    Break,
    Leg,
    Plan,
    PlanBatch,
    PlanRequest,
    PlanStop,
    PlanVehicle,
    Provenance,
    Route,
    Totals,
    Unserved,
    Visit,
)

MONDAY = dt.date(2026, 11, 30)  # of 2026-W49
LON, LAT = 106.65, 29.02
ZH = {
    "language": "zh",
    "district": "綦江区图书馆",
    "district_en": "Qijiang",
    "time_zone": "Asia/Shanghai",
}

HOSTILE = (
    "{{ cycler.__init__.__globals__.os.getpid() }}",
    "</script><script>alert(1)</script>",
    "`${alert(1)}` back`ticks",
    '#panic("x") $x$ *bold* _it_ @ref <label>',
    "C:\\new\\table \\u{41} // /* comment",
    "abc\u202edef\u2066ghi\u200f",
    "\"double\" 'single' «quotes» “curly” &amp; &#65;",
    "=1+1",
    "a\nb\tc\rd\x00e\x1bf",
    "http://example.org/ mailto:x@y.z",
    "W" * 300,
    "塆塝屲" * 100,
    "%s %n {0} {name!r} ]]>",
    "Sant Julià de Lòria · Ærø Żółć İstanbul",
)


@dataclass
class Week:
    """What a test wants of a plan; everything not named is ordinary."""

    routes: int = 2
    stops: int = 5
    batches: int = 1
    unserved: int = 2
    names: tuple[str, ...] = ()
    stop: dict[str, Any] = field(default_factory=dict)
    vehicle: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)
    titles: tuple[Title, ...] = ()
    lines: bool = True
    rest: bool = True


def make_plan(**wanted: Any) -> Plan:
    """Return a plan whose figures add up: each stop drops and collects ``batches`` of 40 books."""
    week = Week(**wanted)
    served = [_stop(week, k) for k in range(week.routes * week.stops)]
    left = [_stop(week, k) for k in range(len(served), len(served) + week.unserved)]
    vehicles = [_vehicle(week, k) for k in range(max(1, min(2, week.routes)))]
    routes = [_route(week, served, vehicles, number) for number in range(week.routes)]
    fields: dict[str, Any] = {
        "district": "Testshire Library",
        "week": "2026-W49",
        "language": "en",
        "time_zone": "UTC",
        "estimated": False,
        "road_note": (Sentence(key="common.roads-osm", figures={"file": "test.osm.pbf"}),),
        "provenance": Provenance(
            bookcar="0.1.0",
            folder="districts/test",
            inputs={"stops.csv": "ab" * 32, "vehicles.csv": "cd" * 32},
            seed=1,
            effort="normal",
            iterations=1000,
        ),
        "depots": (Place(id="D", name="Main library", name_en="Library", lon=LON, lat=LAT),),
        "vehicles": tuple(vehicles),
        "stops": tuple(served + left),
        "batches": tuple(_batches(week, served)),
        "requests": tuple(_request(stop) for stop in served[::4]),
        "routes": tuple(routes),
        "unserved": tuple(_unserved(stop, k) for k, stop in enumerate(left)),
        "totals": _totals(served, left, routes, week),
        "dispatch_phone": "+86 23 4866 0000",
    }
    return Plan(**fields | week.plan).with_id()


def _stop(week: Week, k: int) -> PlanStop:
    angle, reach = 2.4 * k, 0.02 + 0.11 * ((k * 37) % 101) / 101
    fields: dict[str, Any] = {
        "id": f"S{k + 1:03d}",
        "name": week.names[k % len(week.names)] if week.names else f"花田村{k + 1}",
        "name_en": f"Huatian Village {k + 1}",
        "kind": ("village", "school", "bookhouse")[k % 3],
        "lon": round(LON + reach * math.cos(angle), 5),
        "lat": round(LAT + reach * math.sin(angle), 5),
        "area": "Longxing",
        "people": 400 + k,
        "books": 40 * week.batches,
        "contact": f"Ms Zhao {k + 1}",
        "phone": f"+86 159 4729 {k:04d}",
        "landmark": "village office, by the bridge",
        "note": "Bridge limit 5 t: take the ford" if k % 5 == 1 else "",
        "weeks_since": None if k % 4 == 0 else 5,
        "overdue": k % 7,
        "due": True,
    }
    return PlanStop(**fields | week.stop)


def _vehicle(week: Week, k: int) -> PlanVehicle:
    fields: dict[str, Any] = {
        "id": f"V{k + 1}",
        "name": ("渝B·A3721", "渝B·B8816")[k],
        "driver": ("Wu Haiyan", "Zhou Jianguo")[k],
        "phone": f"139 0000 000{k}",
        "books": 40 * max(30, 2 * week.stops * week.batches),
        "max_metres": 450_000,
        "max_seconds": 14 * 3600,
        "starts": 8 * 3600,
        "ends": 18 * 3600,
        "kg": 2_000,
    }
    return PlanVehicle(**fields | week.vehicle)


def _names(week: Week, stop: PlanStop, action: str) -> tuple[str, ...]:
    return tuple(f"B{action}{stop.id[1:]}-{n + 1}" for n in range(week.batches))


def _batches(week: Week, served: list[PlanStop]) -> list[PlanBatch]:
    return [
        PlanBatch(
            id=name,
            books=40,
            kg=16,
            crates=1 + (k % 2),
            at="D" if action == "1" else stop.id,
            audience=("children", "farming", "culture")[k % 3],
            contents=week.titles,
        )
        for k, stop in enumerate(served)
        for action in "12"
        for name in _names(week, stop, action)
    ]


def _request(stop: PlanStop) -> PlanRequest:
    return PlanRequest(id=f"Q{stop.id}", stop=stop.id, title="To Live", reader="Ms Li")


def _route(week: Week, served: list[PlanStop], vehicles: list[PlanVehicle], number: int) -> Route:
    stops = served[number * week.stops : (number + 1) * week.stops]
    depot = (LON, LAT)
    aboard = 40 * week.batches * len(stops)
    rest_at = len(stops) // 2
    rest: Break | None = None
    now, here, visits = 8 * 3600 + 90, depot, []
    for k, stop in enumerate(stops):
        leg = _leg(week, here, (stop.lon, stop.lat))
        arrive = begin = now + leg.seconds
        if week.rest and k == rest_at:
            rest = Break(moment="before", begin=arrive, end=arrive + 1_800)
            begin = rest.end
        now, here = begin + 900, (stop.lon, stop.lat)
        visits.append(
            Visit(
                stop=stop.id,
                leg=leg,
                arrive=arrive,
                begin=begin,
                depart=now,
                drops=_names(week, stop, "1"),
                collects=_names(week, stop, "2"),
                requests=(f"Q{stop.id}",) if served.index(stop) % 4 == 0 else (),
                books=aboard,
                kg=aboard * 16 // 40,
            )
        )
    last = _leg(week, here, depot)
    drive = sum(visit.leg.seconds for visit in visits) + last.seconds
    back = now + last.seconds
    service = 900 * len(visits)
    return Route(
        id=f"R{number + 1:02d}",
        date=MONDAY + dt.timedelta(days=number // 2 % 5),
        vehicle=vehicles[number % len(vehicles)].id,
        depot="D",
        depart=8 * 3600 + 90,
        back=back,
        calls=in_order(visits, breaks=[(rest_at, rest)] if rest else []),
        last_leg=last,
        metres=sum(visit.leg.metres for visit in visits) + last.metres,
        drive_s=drive,
        service_s=service,
        wait_s=back - (8 * 3600 + 90) - drive - service - (1_800 if rest else 0),
        books_out=aboard,
        kg_out=aboard * 16 // 40,
        peak_books=aboard,
        peak_kg=aboard * 16 // 40,
    )


def _leg(week: Week, here: tuple[float, float], there: tuple[float, float]) -> Leg:
    east = (there[0] - here[0]) * 97_000
    north = (there[1] - here[1]) * 111_195
    metres = round(math.hypot(east, north) * 1.2)
    line = polyline.encode(_winding(here, there), 5) if week.lines else ""
    return Leg(seconds=240 + metres // 9, metres=metres, line=line)


def _winding(here: tuple[float, float], there: tuple[float, float]) -> list[tuple[float, float]]:
    """Return a road with bends between two points, as (lat, lon)."""
    dx, dy = there[0] - here[0], there[1] - here[1]
    points = []
    for k in range(25):
        part = k / 24
        bend = 0.12 * math.sin(math.pi * part) * math.sin(9 * part)
        points.append((here[1] + part * dy + bend * dx, here[0] + part * dx - bend * dy))
    return points


def _unserved(stop: PlanStop, k: int) -> Unserved:
    if k % 2:
        return Unserved(stop=stop.id, reason="off-road", figures={"limit_m": 500, "road": "1.2 km"})
    return Unserved(stop=stop.id, reason="no-vehicle")


def _totals(
    served: list[PlanStop], left: list[PlanStop], routes: list[Route], week: Week
) -> Totals:
    moved = len(served) * week.batches
    return Totals(
        stops=len(served) + len(left),
        due=len(served) + len(left),
        served=len(served),
        unserved=len(left),
        routes=len(routes),
        metres=sum(route.metres for route in routes),
        seconds=sum(route.back - route.depart for route in routes),
        books=40 * moved,
        batches_dropped=moved,
        batches_collected=moved,
    )

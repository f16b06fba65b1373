"""Plans of any size for the tests of the maps: made-up mountains around Qijiang."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import numpy as np
import polyline

from bookcar.maps.measures import Measures, Service
from bookcar.maps.service_level import weeks_since, within_target
from bookcar.model import KINDS, Area, Place
from bookcar.phrases.sentence import Sentence
from bookcar.plan import (
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
from bookcar.roads.basemap import Basemap
from bookcar.roads.walk import ServiceArea

MONDAY = dt.date(2026, 11, 30)
CENTRE = (106.65, 29.02)
HOSTILE = (
    "{{ cycler.__init__.__globals__.os.getpid() }}",
    "{% raw %} {# note",
    "</script><script>document.title = 'owned'</script>",
    "`${document.title = 'owned'}`",
    "\u202eright to left override",
    """"'><svg onload="document.title = 'owned'">""",
    "x" * 300,
    "<img src=x onerror=\"document.title='owned'\">",
    "C:\\20190221\\u003c \\n \\",
    "a & b &amp; &lt;b&gt; <!-- -->",
    "line\u2028separator\u2029 塆塝屲 $& $1",
    "=1+1 \x7f \u0000end",
)

HOSTILE_30 = (
    *HOSTILE,
    "javascript:alert(1)",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>*{display:none}</style>",
    "<!--",
    "]]>",
    "</textarea></title></noscript>",
    "${7*7} #{7*7} <%= 7*7 %> {7*7}",
    "{{constructor.constructor('alert(1)')()}}",
    "{n} of {total} {} {0} %s %(name)s",
    "\u200bzero\u200dwidth\ufeff",
    "\u2066isolate\u2069 \u202aembed\u202c",
    "e\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308",
    "مدرسة القرية الصغيرة",
    "👩‍👩‍👧‍👦 𠮷野家 𪚥",
    "tab\there\r\nand\nlines",
    "__proto__",
    "constructor",
    "null",
)
"""Thirty names that break out of markup, scripts, templates, formats or the reading direction."""

_FIRST = "花石大红竹溪白松马牛羊陈金北岩桃银青柏沙"
_LAST = "田岩坝湾沟坪岭坡寨台塘垭"
_AREAS = {
    "古南镇": "Gunan", "三江镇": "Sanjiang", "石角镇": "Shijiao", "东溪镇": "Dongxi",
    "赶水镇": "Ganshui", "打通镇": "Datong", "石壕镇": "Shihao", "永新镇": "Yongxin",
    "三角镇": "Sanjiao", "隆盛镇": "Longsheng", "郭扶镇": "Guofu", "篆塘镇": "Zhuantang",
}  # fmt: skip


def make_plan(
    *,
    stops: int = 300,
    routes: int = 10,
    visits: int = 6,
    unserved: int = 12,
    seed: int = 1,
    names: tuple[str, ...] = (),
    **fields: Any,
) -> Plan:
    """Return a plan; the first ``names`` replace names, notes, contacts and landmarks."""
    rng = np.random.default_rng(seed)
    places = _stops(rng, stops, names)
    due = routes * visits + unserved
    order = _by_day(places[: routes * visits], routes, visits)
    batches = tuple(
        PlanBatch(id=f"B{i:03d}", books=40 + i % 30, kg=20, crates=2, at="D", audience="children")
        for i in range(routes * visits)
    )
    made = tuple(_route(rng, i, order[i], batches) for i in range(routes))
    served = {v.stop for r in made for v in r.visits}
    left = [s for s in places if s.id not in served][:unserved]
    due_ids = served | {s.id for s in left}
    places = tuple(msgspec.structs.replace(s, due=s.id in due_ids) for s in places)
    reasons = _reasons(left, names)
    metres = sum(r.metres for r in made)
    plan = Plan(
        **{
            "district": names[0] if names else "綦江区",
            "district_en": "Qijiang",
            "week": "2026-W49",
            "language": "zh",
            "time_zone": "Asia/Shanghai",
            "estimated": False,
            "road_note": (Sentence(key="common.roads-osm", figures={"file": "q.osm.pbf"}),),
            "provenance": Provenance(
                bookcar="0.1.0", folder="f", inputs={}, seed=1, effort="quick", iterations=1
            ),
            "depots": (
                Place(
                    id="D",
                    name=names[1] if names else "綦江图书馆",
                    name_en="Qijiang Library",
                    lon=CENTRE[0],
                    lat=CENTRE[1],
                    phone="023-0000 0000",
                ),
            ),
            "vehicles": tuple(
                PlanVehicle(
                    id=f"渝A·{1000 + 37 * i}",
                    books=1200,
                    max_metres=250_000,
                    max_seconds=32_400,
                    starts=28_800,
                    ends=61_200,
                    driver=f"司机{i + 1}",
                )
                for i in range(2)
            ),
            "stops": places,
            "batches": batches,
            "requests": tuple(
                PlanRequest(id=f"Q{i}", stop=v.stop, title=names[3] if names else "活着")
                for i, v in enumerate(made[0].visits[:1] if made else ())
            ),
            "routes": made,
            "unserved": reasons,
            "totals": Totals(
                stops=stops,
                due=due,
                served=len(served),
                unserved=len(left),
                routes=routes,
                metres=metres,
                seconds=sum(r.back - r.depart for r in made),
                books=sum(b.books for b in batches),
                batches_dropped=len(batches),
                batches_collected=0,
            ),
        }
        | fields
    )
    return plan.with_id()


def make_roads(seed: int = 1, towns: int = 14, vertices: int = 60) -> Basemap:
    """Return wandering roads of every class from the centre outwards."""
    rng = np.random.default_rng(seed)
    lines: dict[str, list[np.ndarray[Any, Any]]] = {}
    ends = _towns(rng, towns)
    for i, end in enumerate(ends):
        name = ("trunk", "county", "county", "township")[i % 4]
        lines.setdefault(name, []).append(_wander(rng, np.array(CENTRE), end, vertices))
    for name, number in (("village", 60), ("path", 30)):
        for _ in range(number):
            start = ends[int(rng.integers(towns))]
            end = start + rng.normal(0, 0.035, 2)
            lines.setdefault(name, []).append(_wander(rng, start, end, vertices // 3))
    return Basemap(lines=lines)


def make_areas() -> tuple[Area, ...]:
    """Return a 3 x 4 grid of townships over the middle of the stops."""
    west, south, step_x, step_y = CENTRE[0] - 0.33, CENTRE[1] - 0.24, 0.165, 0.16
    areas = []
    for i, (name, english) in enumerate(_AREAS.items()):
        x, y = west + i % 4 * step_x, south + i // 4 * step_y
        ring = [[x, y], [x + step_x, y], [x + step_x, y + step_y], [x, y + step_y], [x, y]]
        outline = {"type": "Polygon", "coordinates": [ring]}
        areas.append(Area(name=name, name_en=english, people=9_000 + i, outline=outline))
    return tuple(areas)


def make_two(stops: int) -> tuple[Plan, Plan]:
    """Return two plans for one week: the last two of eight routes give way to the first two."""
    whole = make_plan(stops=stops, routes=8, visits=5, unserved=6)
    return _only(whole, whole.routes[2:]), _only(whole, whole.routes[:7])


def _only(plan: Plan, routes: tuple[Route, ...]) -> Plan:
    dropped = [v.stop for r in plan.routes if r not in routes for v in r.visits]
    left = tuple(Unserved(stop=stop, reason="no-vehicle") for stop in dropped) + plan.unserved
    totals = msgspec.structs.replace(
        plan.totals,
        served=sum(len(r.visits) for r in routes),
        unserved=len(left),
        routes=len(routes),
        metres=sum(r.metres for r in routes),
        seconds=sum(r.back - r.depart for r in routes),
    )
    return msgspec.structs.replace(plan, routes=routes, unserved=left, totals=totals).with_id()


def make_measures(plan: Plan, roads: Basemap) -> Measures:
    """Return past visits, and walks along the first stretch of every road."""
    rng = np.random.default_rng(3)
    lines = tuple(line[:12] for group in roads.lines.values() for line in group)
    days = rng.integers(0, 6, len(plan.stops))
    last = len(plan.stops) - 1
    others = [
        tuple(j for j in (i - 1, i + 1) if i % 7 < 5 and j % 7 < 5 and 0 <= j <= last)
        for i in range(last + 1)
    ]
    services = []
    for planned in (False, True):
        kept = within_target(plan.stops, weeks_since(plan, planned=planned))
        near = {
            s.id for i, s in enumerate(plan.stops) if kept[i] or any(kept[j] for j in others[i])
        }
        services.append(
            Service(
                visits=tuple(int(n) + planned for n in days),
                books=tuple(50 * (int(n) + planned) for n in days),
                area=ServiceArea(stops=frozenset(near), lines=lines[: 40 + 20 * planned]),
            )
        )
    return Measures(recorded=services[0], planned=services[1], near=tuple(others))


def _towns(rng: np.random.Generator, number: int) -> np.ndarray[Any, Any]:
    angle = np.arange(number) * 2.399963
    radius = 0.06 + 0.22 * np.sqrt((np.arange(number) + 0.5) / number)
    spot = np.stack([radius * np.cos(angle), 0.85 * radius * np.sin(angle)], axis=1)
    return np.array(CENTRE) + spot + rng.normal(0, 0.01, (number, 2))


def _stops(rng: np.random.Generator, number: int, names: tuple[str, ...]) -> tuple[PlanStop, ...]:
    towns = _towns(rng, len(_AREAS))
    made = []
    for i in range(number):
        area = i % len(_AREAS)
        lon, lat = towns[area] + rng.normal(0, 0.03, 2)
        kind = ("village", "bookhouse", "village", "school", "village", "teahouse")[i % 6]
        if i % 47 == 46:
            kind = KINDS[4 + i % 2]
        weeks = None if i % 13 == 7 else 1 + int(rng.integers(0, 4 + 9 * (area % 4) // 3))
        bad = names[i % len(names)] if names else ""
        word = _FIRST[i % len(_FIRST)] + _LAST[i // len(_FIRST) % len(_LAST)]
        made.append(
            PlanStop(
                id=f"S{i:04d}",
                name=bad or f"{word}{'小学' if kind == 'school' else '村'}",
                name_en=bad or f"Village {i}",
                kind=kind,  # type: ignore[arg-type]
                lon=round(float(lon), 6),
                lat=round(float(lat), 6),
                area=list(_AREAS)[area],
                people=int(rng.integers(80, 4_000)),
                books=50,
                contact=bad or "赵老师",
                phone="159-0000-0000",
                landmark=bad or "村委会门口",
                note=bad,
                weeks_since=weeks,
                overdue=99 if weeks is None else weeks - 4,
            )
        )
    return tuple(made)


def _by_day(stops: tuple[PlanStop, ...], routes: int, visits: int) -> list[list[PlanStop]]:
    """Sort stops by direction from the centre, so that routes are wedges, then outwards."""
    ring = sorted(stops, key=lambda s: np.arctan2(s.lat - CENTRE[1], s.lon - CENTRE[0]))
    wedges = [ring[i * visits : (i + 1) * visits] for i in range(routes)]
    return [sorted(w, key=lambda s: np.hypot(s.lon - CENTRE[0], s.lat - CENTRE[1])) for w in wedges]


def _route(
    rng: np.random.Generator, index: int, stops: list[PlanStop], batches: tuple[PlanBatch, ...]
) -> Route:
    here, clock, metres, visits = np.array(CENTRE), 8 * 3600, 0, []
    for i, stop in enumerate(stops):
        leg = _leg(rng, here, np.array([stop.lon, stop.lat]))
        clock += leg.seconds
        batch = batches[index * len(stops) + i].id
        visits.append(
            Visit(
                stop=stop.id,
                leg=leg,
                arrive=clock,
                begin=clock,
                depart=clock + 1200,
                drops=(batch,),
                collects=(batches[0].id,) if i == 2 else (),
                books=300,
                requests=("Q0",) if index == 0 and i == 0 else (),
            )
        )
        clock, metres, here = clock + 1200, metres + leg.metres, np.array([stop.lon, stop.lat])
    last = _leg(rng, here, np.array(CENTRE))
    return Route(
        id=f"R{index + 1:02d}",
        date=MONDAY + dt.timedelta(days=index // 2 % 7),
        vehicle=f"渝A·{1000 + 37 * (index % 2)}",
        depot="D",
        depart=8 * 3600,
        back=clock + last.seconds,
        calls=tuple(visits),
        last_leg=last,
        metres=metres + last.metres,
        drive_s=0,
        service_s=1200 * len(visits),
        wait_s=0,
        books_out=300,
        kg_out=150,
        peak_books=340,
        peak_kg=160,
    )


def _leg(rng: np.random.Generator, start: Any, end: Any) -> Leg:
    line = _wander(rng, start, end, 40)
    metres = int(np.hypot(*(end - start)) * 111_000 * 1.6)
    return Leg(seconds=metres // 9 + 240, metres=metres, line=polyline.encode(line[:, ::-1]))


def _wander(rng: np.random.Generator, start: Any, end: Any, vertices: int) -> Any:
    """Return a crooked line: a walk tied down at both ends."""
    t = np.linspace(0, 1, vertices)[:, None]
    walk = np.cumsum(rng.normal(0, 1, (vertices, 2)), axis=0)
    bridge = walk - walk[0] - t * (walk[-1] - walk[0])
    length = float(np.hypot(*(np.asarray(end) - start)))
    return start + t * (np.asarray(end) - start) + bridge * length * 0.6 / vertices


def _reasons(left: list[PlanStop], names: tuple[str, ...]) -> tuple[Unserved, ...]:
    kinds: tuple[tuple[Any, dict[str, Any]], ...] = (
        ("no-vehicle", {}),
        ("too-far", {"vehicle": "V1", "km": 212.4, "limit": 200.0}),
        ("off-road", {"limit_m": 500, "road": names[2] if names else "1,240 m"}),
        ("no-day", {}),
    )
    made = (kinds[i % len(kinds)] for i in range(len(left)))
    return tuple(
        Unserved(stop=s.id, reason=code, figures=figures)
        for s, (code, figures) in zip(left, made, strict=True)
    )

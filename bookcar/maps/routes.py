"""The route map: which car goes where on which day, and which due stops are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from bookcar.advice.wording import explanation
from bookcar.maps.coverage import area_data
from bookcar.maps.lines import encode_legs
from bookcar.maps.page import Data, head, map_page, stop_card, without_empty
from bookcar.maps.tiles import Tiles
from bookcar.maps.townships import townships
from bookcar.model import Area
from bookcar.phrases import Language, Phrases
from bookcar.plan import Again, Break, Fetch, Plan, PlanBatch, PlanVehicle, Route, Visit, place_of
from bookcar.plan_index import trips
from bookcar.roads.basemap import Basemap
from bookcar.web.colours import DAY_COLOURS
from bookcar.web.times import time_text

DASHES = (
    *((), (3.0, 1.6), (0.01, 1.9), (6.0, 1.6, 0.01, 1.6), (1.4, 1.4), (8.0, 2.0)),
    *((6.0, 1.6, 0.01, 1.6, 0.01, 1.6), (5.0, 1.4, 1.4, 1.4), (0.01, 1.6, 0.01, 4.0)),
    *((3.0, 1.4, 3.0, 4.0), (8.0, 1.4, 1.4, 1.4, 1.4, 1.4), (1.4, 3.4)),
    *((10.0, 1.6, 3.0, 1.6), (3.0, 1.4, 0.01, 1.4, 0.01, 1.4)),
)
"""Stroke and gap of a vehicle's lines in line widths: solid, dashed, dotted, then mixtures.

With more vehicles they begin again; what tells routes apart then is the name on their line.
"""


def route_map(
    plan: Plan,
    basemap: Basemap | None,
    *,
    areas: Sequence[Area] = (),
    tiles: Tiles | None = None,
    language: Language | None = None,
) -> str:
    """Return a week's route map as a whole HTML page that needs no network.

    Parameters
    ----------
    areas
        Townships, drawn as lines with their names; without them a name stands amid its stops.
    tiles
        A background the user named; by default the page asks nothing of anybody.
    language
        ``zh``, ``en`` or ``fr``; by default the plan's own.
    """
    phrases = Phrases(language or plan.language)
    title = phrases("maps.routes-title")
    data = {"title": title} | head(plan, basemap, phrases, areas=areas) | _week(plan, phrases)
    data |= _outlines(plan, areas)
    return map_page(
        title,
        data,
        language=phrases.language,
        scripts=("cards.js", "lines.js", "find.js", "play.js", "routes.js"),
        tiles=tiles,
    )


def _week(plan: Plan, phrases: Phrases) -> Data:
    at = {stop.id: i for i, stop in enumerate(plan.stops)}
    cars = [car for car in plan.vehicles if any(r.vehicle == car.id for r in plan.routes)]
    time = partial(time_text, say=phrases, style=plan.clock)
    return {
        "stops": _stops(plan, phrases),
        "days": _days(plan),
        "vehicles": [_vehicle(car, i) for i, car in enumerate(cars)],
        "routes": _routes(plan, at, {car.id: i for i, car in enumerate(cars)}, time),
        "unserved": [at[left.stop] for left in plan.unserved],
        "halves": _halves(phrases) if plan.clock == "12h" else None,
        "due": plan.totals.due,
    }


def _halves(phrases: Phrases) -> Data:
    return {half: phrases(f"common.{half}") for half in ("am", "pm")}


def _outlines(plan: Plan, areas: Sequence[Area]) -> Data:
    if not areas:
        return {"outlines": False}
    groups = [group for group in townships(plan.stops, areas) if group.rings]
    return {"outlines": True, "areas": [area_data(group) for group in groups]}


def _stops(plan: Plan, phrases: Phrases) -> list[Data]:
    reasons = {u.stop: explanation(plan, u, phrases) for u in plan.unserved}
    return [
        stop_card(s, phrases.language) | without_empty(reason=reasons.get(s.id)) for s in plan.stops
    ]


def _days(plan: Plan) -> list[Data]:
    dates = sorted({route.date for route in plan.routes})
    return [
        {"day": d.weekday(), "date": d.isoformat(), "colour": DAY_COLOURS[d.weekday()]}
        for d in dates
    ]


def _vehicle(vehicle: PlanVehicle, index: int) -> Data:
    return {"id": vehicle.id, "dash": DASHES[index % len(DASHES)]} | without_empty(
        name=vehicle.name, driver=vehicle.driver, phone=vehicle.phone
    )


def _routes(
    plan: Plan, at: Mapping[str, int], cars: Mapping[str, int], time: Callable[[int], str]
) -> list[Data]:
    batches = plan.batches_by_id
    titles = {request.id: request.title for request in plan.requests}
    depots = {depot.id: i for i, depot in enumerate(plan.depots)}
    legs = [leg.line for route in plan.routes for leg in route.legs]
    lines = iter(encode_legs(legs))
    return [
        {
            "id": route.id,
            "date": route.date.isoformat(),
            "day": route.date.weekday(),
            "vehicle": cars[route.vehicle],
            "depot": depots[route.depot],
            "depart": time(route.depart),
            "back": time(route.back),
            "metres": route.metres,
            "seconds": route.back - route.depart,
            "books": sum(batches[b].books for visit in route.visits for b in visit.drops),
            "visits": [
                {"stop": at[visit.stop], "arrive": time(visit.arrive), "depart": time(visit.depart)}
                | _errands(visit, batches, titles)
                | without_empty(handed=handed.get(number))
                | without_empty(again=_again(route, visit, time))
                for number, visit in enumerate(route.visits)
            ],
            "legs": [next(lines) for _ in route.legs],
            "moves": _moves(route),
        }
        | without_empty(foot=_on_foot(route, at) or None)
        | without_empty(again=_second_calls(route, at) or None)
        | without_empty(reloads=_reloads(route, depots=depots, at=at, batches=batches, time=time))
        for route in plan.routes
        for handed in [_handed_on(route)]
    ]


def _again(route: Route, visit: Visit, time: Callable[[int], str]) -> str | None:
    """Return when the car comes by again for what a visit collects; None if it does not."""
    calls = route.second_calls if visit.comes_again else ()
    return next((time(call.begin) for call in calls if call.stop == visit.stop), None)


def _handed_on(route: Route) -> dict[int, dict[str, int]]:
    """Return by visit, from 0, which batches come from which earlier visit of the route, from 1."""
    numbers = {visit.stop: number for number, visit in enumerate(route.visits)}
    found: dict[int, dict[str, int]] = {}
    for trip in trips(route):
        for batch, (giver, taker) in trip.handed_on.items():
            found.setdefault(numbers[taker.stop], {})[batch] = numbers[giver.stop] + 1
    return found


def _moves(route: Route) -> list[int]:
    """Return leg by leg when the car leaves and when it arrives, in seconds of the day."""
    breaks = dict(_after(route))
    halts = route.halts
    leaves = [route.depart, *(breaks.get(k, halt.depart) for k, halt in enumerate(halts))]
    arrives = [*(halt.arrive for halt in halts), route.back]
    return [second for pair in zip(leaves, arrives, strict=True) for second in pair]


def _after(route: Route) -> Iterator[tuple[int, int]]:
    """Yield the halts after which the crew rests, by number, and when the rest ends."""
    number = -1
    for call in route.calls:
        if not isinstance(call, Break):
            number += 1
        elif call.moment == "after":
            yield number, call.end


def _on_foot(route: Route, at: Mapping[str, int]) -> list[Data]:
    """Return the ways on foot, each with its stop, where the car is met, and its metres."""
    return [
        {
            "stop": at[visit.stop],
            "at": (round(visit.foot.lat, 5), round(visit.foot.lon, 5)),
            "line": visit.foot.line,
            "metres": visit.foot.metres,
        }
        for visit in route.visits
        if visit.foot
    ]


def _second_calls(route: Route, at: Mapping[str, int]) -> list[tuple[int, int]]:
    """Return the second calls where carriers are met: the place of each among the halts, its stop.

    The places count from 0.
    """
    return [
        (place, at[halt.stop]) for place, halt in enumerate(route.halts) if isinstance(halt, Again)
    ]


def _reloads(
    route: Route,
    *,
    depots: Mapping[str, int],
    at: Mapping[str, int],
    batches: Mapping[str, PlanBatch],
    time: Callable[[int], str],
) -> list[Data] | None:
    """Return the reloads and fetches, each with the number of visits before it; None without any.

    A fetch says ``from`` which car; where that stands at a stop, it has ``stop`` for ``depot``.
    """
    found: list[Data] = []
    visits = 0
    for halt in route.halts:
        if isinstance(halt, Visit):
            visits += 1
            continue
        if isinstance(halt, Again):
            continue
        place = place_of(halt)
        where: Data = {"depot": depots[place]} if place in depots else {"stop": at[place]}
        off, on = ((), halt.takes) if isinstance(halt, Fetch) else (halt.unloads, halt.loads)
        times = {"before": visits, "arrive": time(halt.arrive), "depart": time(halt.depart)}
        moves = {"off": [_batch(batches[b]) for b in off], "on": [_batch(batches[b]) for b in on]}
        whose: Data = {"from": halt.vehicle} if isinstance(halt, Fetch) else {}
        found.append(where | times | moves | whose)
    return found or None


def _errands(visit: Visit, batches: Mapping[str, PlanBatch], titles: Mapping[str, str]) -> Data:
    shown = {
        "drops": [_batch(batches[b]) for b in visit.drops],
        "collects": [_batch(batches[b]) for b in visit.collects],
        "requests": [titles[r] for r in visit.requests],
    }
    return {name: rows for name, rows in shown.items() if rows}


def _batch(batch: PlanBatch) -> tuple[str, str, int]:
    return batch.id, batch.audience, batch.books

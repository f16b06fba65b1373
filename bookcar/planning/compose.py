"""The week's routes as the plan that is written, printed and drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
import polyline

from bookcar import __version__
from bookcar.batches.holdings import had_before
from bookcar.calendars.rule_words import rule_of
from bookcar.due import DueStop
from bookcar.errors import Fault
from bookcar.fairs.days import bringing, fetching, held, lenders, weeks_of
from bookcar.files import with_own_name
from bookcar.model import Batch, District, Place, Stop
from bookcar.optimiser.problem import Schedule, SolvedRoute
from bookcar.optimiser.timing import load_profile
from bookcar.plan import (
    Again,
    Break,
    Call,
    CarrierTour,
    EventBatch,
    FootLeg,
    Halt,
    Kept,
    Leg,
    Plan,
    PlanBatch,
    PlanCarrier,
    PlanEvent,
    PlanPool,
    PlanPromise,
    PlanRequest,
    PlanStop,
    PlanVehicle,
    Provenance,
    Reload,
    Route,
    Totals,
    Unserved,
    Visit,
)
from bookcar.plan_changes import promises_of
from bookcar.planning.fleet import Fleet, FleetDay, ReloadOption
from bookcar.planning.objective import objective_of
from bookcar.planning.prepared import Prepared
from bookcar.planning.requests import Deliveries, deliveries
from bookcar.planning.visit_options import VisitOption
from bookcar.planning.week import Week
from bookcar.planning.week_problem import visiting_of
from bookcar.roads.travel import Travel
from bookcar.weeks import week_name

T = TypeVar("T", bound=msgspec.Struct)

_OF_PLACE = ("lon", "lat", "phone", "contact", "landmark")


def compose(
    prepared: Prepared,
    *,
    week: Week,
    unserved: Sequence[Unserved],
    warnings: Sequence[Fault],
    seed: int,
    effort: str,
    by_clock: bool = False,
    promises: tuple[PlanPromise, ...] = (),
) -> Plan:
    """Return the plan of a week with every figure a page may need."""
    district, travel = prepared.district, prepared.travel
    asked = deliveries(district, week)
    routes = _routes(district, travel, week, asked)
    stops = tuple(plan_stop(d) for d in prepared.due)
    batches = _moved(district, routes)
    plan = Plan(
        district=district.name,
        district_en=district.name_en,
        week=week_name(week.fleet.horizon.monday),
        language=district.language,
        time_zone=district.time_zone,
        estimated=travel.estimated,
        road_note=travel.note,
        dispatch_phone=district.dispatch_phone,
        paper=district.settings.printing.paper,
        clock=district.settings.printing.clock,
        provenance=msgspec.structs.replace(
            provenance_of(district, seed=seed, effort=effort, iterations=week.iterations),
            fewest_car_days=week.fewest_car_days,
            interrupted=week.interrupted,
            by_clock=by_clock,
        ),
        depots=tuple(_copy(Place, depot) for depot in district.depots),
        vehicles=tuple(_copy(PlanVehicle, vehicle) for vehicle in district.vehicles),
        stops=stops,
        batches=tuple(_plan_batch(district, batch) for batch in batches),
        pools=_pools(district, batches) or msgspec.UNSET,
        events=tuple(_events(prepared)) or msgspec.UNSET,
        carriers=plan_carriers(district, routes) or msgspec.UNSET,
        areas_en=areas_en(district, stops) or msgspec.UNSET,
        requests=tuple(_requests(district, asked)),
        routes=routes,
        unserved=tuple(unserved),
        totals=_totals(stops, routes, unserved, batches),
        warnings=tuple(warnings),
        objective=objective_of(week),
        kept_near=_kept(prepared.earlier),
        promises=promises,
    )
    return plan.with_id()


def provenance_of(district: District, *, seed: int, effort: str, iterations: int) -> Provenance:
    """Return what a plan of a district says of what it was made from, searched to the end."""
    return Provenance(
        bookcar=__version__,
        folder=with_own_name(district.folder).as_posix(),
        inputs=dict(sorted(district.inputs.items())),
        seed=seed,
        effort=effort,
        iterations=iterations,
        fewest_car_days=district.settings.fewest_car_days,
    )


def _copy(kind: type[T], row: msgspec.Struct, **more: Any) -> T:
    """Return a record of the plan with the fields it shares with a row of the district."""
    shared = [name for name in kind.__struct_fields__ if name not in more]
    return kind(**{name: getattr(row, name) for name in shared}, **more)


def _plan_batch(district: District, batch: Batch) -> PlanBatch:
    titles = district.titles.get(batch.titles, ())
    return _copy(PlanBatch, batch, contents=titles, pool=batch.pool or msgspec.UNSET)


def _pools(district: District, batches: Iterable[Batch]) -> tuple[PlanPool, ...]:
    """Return the pools of some batches, in the order of their table."""
    names = {batch.pool for batch in batches}
    return tuple(_copy(PlanPool, pool) for pool in district.pools if pool.id in names)


def _events(prepared: Prepared) -> Iterator[PlanEvent]:
    """Yield the events whose books come, lie or go in the week."""
    district, monday = prepared.district, prepared.horizon.monday
    for event in district.events:
        loads = [s for s in district.stops if s.load is not None and s.load.event == event.id]
        there = held(district, event)
        if not loads and not there and monday not in weeks_of(district, event):
            continue
        bring, fetch = bringing(district, event), fetching(district, event)
        pools = [district.pools_by_id[name].name for name in lenders(district, event) if name]
        yield _copy(
            PlanEvent,
            event,
            **{name: getattr(event.stop, name) for name in _OF_PLACE},
            bring_from=bring.first,
            bring_by=bring.last,
            fetch_from=fetch.first,
            fetch_by=fetch.last,
            trips=tuple(stop.id for stop in loads),
            brings=any(stop.load.brings for stop in loads if stop.load),
            there=tuple(
                _copy(
                    EventBatch,
                    batch,
                    contents=district.titles.get(batch.titles, ()),
                    pool=batch.pool or msgspec.UNSET,
                )
                for batch in there
            ),
            lent_by=tuple(pools),
        )


def plan_carriers(district: District, routes: Iterable[Route]) -> tuple[PlanCarrier, ...]:
    """Return the carriers who come, in the order of their table."""
    visits = (visit for route in routes for visit in route.visits if visit.foot)
    names = {tour.carrier for visit in visits if visit.foot for tour in visit.foot.tours}
    return tuple(_copy(PlanCarrier, one) for one in district.carriers if one.id in names)


def _kept(earlier: Plan | None) -> Kept | None:
    if earlier is None:
        return None
    return Kept(plan=earlier.id, promises=promises_of(earlier))


def areas_en(district: District, stops: Iterable[PlanStop | Stop]) -> dict[str, str]:
    """Return the English names of the townships of some stops, of those that have one."""
    named = {stop.area for stop in stops}
    found = {a.name: a.name_en for a in district.areas if a.name in named and a.name_en}
    return dict(sorted(found.items()))


def plan_stop(due: DueStop) -> PlanStop:
    """Return what the plan repeats of a stop as its week sees it."""
    seen = {name: getattr(due, name) for name in ("weeks_since", "overdue", "due")}
    told = {"why_not": due.why_not or msgspec.UNSET, "rule": rule_of(due.stop) or msgspec.UNSET}
    return _copy(PlanStop, due.stop, **told, **seen)


def _routes(district: District, travel: Travel, week: Week, asked: Deliveries) -> tuple[Route, ...]:
    """Return the routes by date."""
    solved = sorted(week.routes, key=lambda route: route.car_day)
    had = had_before(district, week.fleet.horizon.monday)
    return tuple(
        _Composer(travel, week, route, asked=asked, had=had).route(f"R{number:02d}")
        for number, route in enumerate(solved, start=1)
    )


class _Composer:
    """Puts one solved route into words; the look-ups it needs are bound once."""

    def __init__(
        self,
        travel: Travel,
        week: Week,
        solved: SolvedRoute,
        *,
        asked: Deliveries,
        had: Mapping[str, frozenset[str]],
    ) -> None:
        self.travel, self.week = travel, week
        self.solved = solved
        self.day: FleetDay = week.fleet.days[solved.car_day]
        self.calls = week.calls(solved)
        self.parts = week.parts(solved)
        self.stays_aboard = [_ids(some) for some in week.stays_aboard(solved)]
        self.loads = load_profile(week.problem, solved.car_day, solved.tasks)
        self.table = week.problem.tables[week.problem.car_days[solved.car_day].table]
        self.asked, self.had = asked, had
        leaving = zip(self.calls, solved.schedule.leave, strict=True)
        self._ends = {
            call.again: leave
            for call, leave in leaving
            if isinstance(call, VisitOption) and call.again
        }

    def route(self, route_id: str) -> Route:
        """Return the route with all its figures."""
        times = self.solved.schedule
        halts = tuple(self._halts(times))
        legs = [*(halt.leg for halt in halts), self._last_leg()]
        books, kg = self.loads
        drive = sum(leg.seconds for leg in legs)
        service = sum(halt.depart - halt.begin for halt in halts)
        rest = sum(taken.end - taken.begin for taken in times.breaks)
        return Route(
            id=route_id,
            date=self.day.date,
            vehicle=self.day.vehicle.id,
            depot=self.day.vehicle.depot,
            depart=times.depart,
            back=times.back,
            calls=tuple(_with_breaks(halts, times)),
            last_leg=legs[-1],
            metres=sum(leg.metres for leg in legs),
            drive_s=drive,
            service_s=service,
            wait_s=times.back - times.depart - drive - service - rest,
            books_out=books[0],
            kg_out=kg[0],
            peak_books=max(books),
            peak_kg=max(kg),
            stays_aboard=self.stays_aboard[0],
        )

    def _halts(self, times: Schedule) -> Iterator[Halt]:
        books, kg = self.loads
        here = self.day.vehicle.depot
        for k, call in enumerate(self.calls):
            there = _place(call)
            common: dict[str, Any] = {
                "leg": self._leg(here, there),
                "arrive": times.arrive[k],
                "begin": times.begin[k],
                "depart": times.leave[k],
                "books": books[k + 1],
                "kg": kg[k + 1],
            }
            if not isinstance(call, VisitOption):
                yield self._reload(k, common)
            elif call.again:
                yield Again(stop=there, takes=_ids(call.collects), **common)
            else:
                yield self._visit(call, common)
            here = there

    def _visit(self, option: VisitOption, common: dict[str, Any]) -> Visit:
        stop = option.due.stop
        return Visit(
            stop=stop.id,
            drops=tuple(batch.id for batch in option.drops),
            collects=_ids(option.later or option.collects),
            requests=self.asked.brought.get(option.key, ()),
            to_find=self.asked.to_find.get(option.key, ()),
            repeats=tuple(
                batch.id for batch in option.drops if batch.id in self.had.get(stop.id, ())
            ),
            foot=foot_leg(
                option,
                self.week.fleet,
                begin=common["begin"],
                end=self._ends.get(option.key, common["depart"]),
            ),
            **common,
        )

    def _reload(self, at: int, common: dict[str, Any]) -> Reload:
        """Return the reload at a place of the route: what since the last one and until the next."""
        number = sum(isinstance(call, ReloadOption) for call in self.calls[:at])
        before, behind = self.parts[number : number + 2]
        stayed, stays = self.stays_aboard[number : number + 2]
        handed = {name for option in before.visits for name in option.handed_on}
        every = (batch for option in before.visits for batch in option.collects)
        collected = _ids(batch for batch in every if batch.id not in handed)
        dropped = _ids(batch for option in behind.visits for batch in option.loads)
        return Reload(
            depot=_place(self.calls[at]),
            unloads=(*collected, *stayed),
            loads=(*dropped, *stays),
            stays_aboard=stays,
            **common,
        )

    def _last_leg(self) -> Leg:
        return self._leg(_place(self.calls[-1]), self.day.vehicle.depot)

    def _leg(self, here: str, there: str) -> Leg:
        i, j = self.travel.rows[here], self.travel.rows[there]
        line = self.travel.way(self.day.vehicle.profile, i, j)
        return Leg(
            seconds=int(self.table.seconds[i, j]),
            metres=int(self.table.metres[i, j]),
            line=polyline.encode([(lat, lon) for lon, lat in line], 5) if line else "",
        )


def foot_leg(
    option: VisitOption, fleet: Fleet, *, begin: int, end: int
) -> FootLeg | msgspec.UnsetType:
    """Return how books come on foot to a stop that no car reaches; unset for another.

    ``begin`` and ``end`` are when the car stands at the meeting place; ``end`` that of its second
    call, if it comes by again.
    """
    crew, visiting = fleet.crews.get(option.due.stop.id), visiting_of(option, fleet)
    if crew is None or visiting is None:
        return msgspec.UNSET
    meeting = crew.meeting
    return FootLeg(
        choice=meeting.number,
        lon=meeting.lon,
        lat=meeting.lat,
        road=meeting.road,
        metres=meeting.up.metres,
        climb=meeting.up.climb,
        descent=meeting.up.descent,
        line=polyline.encode([(lat, lon) for lon, lat in meeting.up.line], 5),
        waits=visiting.waits,
        again=True if option.later else msgspec.UNSET,
        tours=tuple(
            CarrierTour(
                carrier=carrier.id,
                leaves=begin - tour.before_s,
                home=end + tour.after_s,
                metres=tour.metres,
                up=tour.up,
                up_kg=math.ceil(round(tour.up_kg, 6)),
                up_s=tour.up_s,
                down=tour.down,
                down_kg=math.ceil(round(tour.down_kg, 6)),
                down_s=tour.down_s,
            )
            for carrier, tour in zip(crew.carriers, visiting.tours, strict=True)
        ),
    )


def _with_breaks(halts: Sequence[Halt], times: Schedule) -> Iterator[Call]:
    """Yield the halts, and the breaks at those where they are taken."""
    for k, halt in enumerate(halts):
        here = [
            Break(moment=taken.moment, begin=taken.begin, end=taken.end)
            for taken in times.breaks
            if taken.position == k
        ]
        yield from (taken for taken in here if taken.moment == "before")
        yield halt
        yield from (taken for taken in here if taken.moment == "after")


def _ids(batches: Iterable[Batch]) -> tuple[str, ...]:
    return tuple(batch.id for batch in batches)


def _place(call: VisitOption | ReloadOption) -> str:
    return call.due.stop.id if isinstance(call, VisitOption) else call.place


def _moved(district: District, routes: Iterable[Route]) -> list[Batch]:
    """Return the batches that move this week, in the order of the batches table."""
    moved = {b for r in routes for v in r.visits for b in (*v.drops, *v.collects)}
    names = moved | {b for r in routes for b in r.undropped}
    return [batch for batch in district.batches if batch.id in names]


def _requests(district: District, asked: Deliveries) -> Iterator[PlanRequest]:
    """Yield the requests that visits name, in the order of their table."""
    for request in district.requests:
        means = asked.means.get(request.id)
        if means:
            yield _copy(PlanRequest, request, **means._asdict())


def _totals(
    stops: Sequence[PlanStop],
    routes: Sequence[Route],
    unserved: Sequence[Unserved],
    batches: Iterable[Batch],
) -> Totals:
    visits = [visit for route in routes for visit in route.visits]
    due = sum(stop.due for stop in stops)
    size = {batch.id: batch.books for batch in batches}
    dropped = [name for visit in visits for name in visit.drops]
    return Totals(
        stops=len(stops),
        due=due,
        served=due - len(unserved),
        unserved=len(unserved),
        routes=len(routes),
        metres=sum(route.metres for route in routes),
        seconds=sum(route.back - route.depart for route in routes),
        books=sum(size[name] for name in dropped),
        batches_dropped=len(dropped),
        batches_collected=sum(len(visit.collects) for visit in visits),
        visits=len(visits),
    )

"""What the coverage map knows beyond a plan: past visits, books brought, who lives near."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from bookcar import __version__
from bookcar.maps.service_level import weeks_since, within_target
from bookcar.model import District, PastVisit, Stop
from bookcar.plan import Plan, PlanStop, Provenance, Totals
from bookcar.roads.walk import WALK_S, ServiceArea, Walk, service_area, walked_between
from bookcar.weeks import parse_week, week_dates, week_name, weeks_between

WINDOW_WEEKS = 12


@dataclass(frozen=True, kw_only=True)
class Service:
    """What the stops had, in the order of the plan's stops.

    Attributes
    ----------
    visits
        Days with a visit in the twelve weeks that end with the week shown.
    books
        Books dropped in the same weeks.
    area
        What lies within half an hour on foot of a stop visited within its target; None without
        roads to walk.
    """

    visits: tuple[int, ...]
    books: tuple[int, ...]
    area: ServiceArea | None


@dataclass(frozen=True, kw_only=True)
class Measures:
    """The service as recorded, and after the plan.

    Attributes
    ----------
    near
        Of each stop, which others people walk to in half an hour, by their places in the plan's
        stops; None without roads to walk.
    """

    recorded: Service
    planned: Service
    near: tuple[tuple[int, ...], ...] | None = None


def measure(
    plan: Plan, district: District, walk: Walk | None, *, upto: dt.date | None = None
) -> Measures:
    """Return what the stops of a plan had and will have had.

    Records up to the day ``upto`` count; by default those before the plan's week.
    """
    monday = parse_week(plan.week)
    counted = _counted(district.visits, monday, upto or monday - dt.timedelta(days=1))
    days = Counter(stop for stop, _ in {(visit.stop, visit.date) for visit in counted})
    books = Counter[str]()
    for visit in counted:
        books[visit.stop] += visit.books if visit.action == "dropped" else 0
    return Measures(
        recorded=_service(plan, days, books, walk=walk, planned=False),
        planned=_service(
            plan, days + _visits(plan), books + _brought(plan), walk=walk, planned=True
        ),
        near=None if walk is None else _near(plan.stops, walk),
    )


def _near(stops: Sequence[PlanStop], walk: Walk) -> tuple[tuple[int, ...], ...]:
    place = {stop.id: i for i, stop in enumerate(stops)}
    walks = walked_between(walk, seconds=WALK_S)
    others = (walks.get(stop.id, {}) for stop in stops)
    return tuple(tuple(sorted(place[o] for o in ids if o in place)) for ids in others)


def recorded_plan(district: District, as_of: dt.date) -> Plan:
    """Return a plan without an id and routes: the stops as they stand at the end of a day."""
    waited = _weeks_waited(district.visits, as_of, as_of)
    return Plan(
        district=district.name,
        district_en=district.name_en,
        week=week_name(as_of),
        language=district.language,
        time_zone=district.time_zone,
        estimated=False,
        road_note=(),
        provenance=Provenance(
            bookcar=__version__,
            folder=district.folder.as_posix(),
            inputs=district.inputs,
            seed=0,
            effort="",
            iterations=0,
        ),
        depots=district.depots,
        vehicles=(),
        stops=tuple(_plan_stop(stop, waited.get(stop.id)) for stop in district.stops),
        batches=(),
        requests=(),
        routes=(),
        unserved=(),
        totals=Totals(**dict.fromkeys(Totals.__struct_fields__, 0)),
    )


def _plan_stop(stop: Stop, waited: int | None) -> PlanStop:
    known = {k: v for k, v in msgspec.structs.asdict(stop).items() if v is not msgspec.UNSET}
    return msgspec.convert(known | {"weeks_since": waited}, PlanStop)


def with_records(plan: Plan, district: District, upto: dt.date) -> Plan:
    """Return a plan whose stops have waited since the visits recorded up to a day."""
    week = week_dates(parse_week(plan.week))
    waited = _weeks_waited(district.visits, upto, max(week[0], upto))
    stops = (msgspec.structs.replace(stop, weeks_since=waited.get(stop.id)) for stop in plan.stops)
    return msgspec.structs.replace(plan, stops=tuple(stops))


def _weeks_waited(visits: Sequence[PastVisit], upto: dt.date, until: dt.date) -> Mapping[str, int]:
    """Return by stop the weeks from its last visit done up to a day until another day."""
    last: dict[str, dt.date] = {}
    for visit in visits:
        if visit.status == "done" and visit.date <= upto:
            last[visit.stop] = max(visit.date, last.get(visit.stop, visit.date))
    return {stop: weeks_between(day, until) for stop, day in last.items()}


def _counted(visits: Sequence[PastVisit], monday: dt.date, upto: dt.date) -> list[PastVisit]:
    """Return the visits done up to a day, in the twelve weeks that end with a Monday's week."""
    return [
        visit
        for visit in visits
        if visit.status == "done"
        and visit.date <= upto
        and weeks_between(visit.date, monday) < WINDOW_WEEKS
    ]


def _visits(plan: Plan) -> Counter[str]:
    return Counter(visit.stop for route in plan.routes for visit in route.visits)


def _brought(plan: Plan) -> Counter[str]:
    batches = plan.batches_by_id
    brought = Counter[str]()
    for route in plan.routes:
        for visit in route.visits:
            brought[visit.stop] += sum(batches[name].books for name in visit.drops)
    return brought


def _service(
    plan: Plan, days: Counter[str], books: Counter[str], *, walk: Walk | None, planned: bool
) -> Service:
    kept = within_target(plan.stops, weeks_since(plan, planned=planned))
    visited = [stop.id for stop, ok in zip(plan.stops, kept, strict=True) if ok]
    return Service(
        visits=tuple(days[stop.id] for stop in plan.stops),
        books=tuple(books[stop.id] for stop in plan.stops),
        area=None if walk is None else service_area(walk, visited),
    )

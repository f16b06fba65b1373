"""What becomes of readers' requests when visits move, or get other batches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from bookcar.model import District
from bookcar.plan import Call, Carried, Plan, PlanRequest, Route, Visit
from bookcar.planning.requests import of_use, waiting_requests


def books_away(plan: Plan, stood: Sequence[Route], routes: Sequence[Route]) -> tuple[str, ...]:
    """Return the requests whose single books are aboard cars that stand, and come no more.

    A car that fetches from there brings them along.

    Parameters
    ----------
    stood
        The routes of cars that stand since now.
    routes
        As they will be.
    """
    rows = {row.id: row for row in plan.requests}
    planned = {(route.date, route.vehicle): route for route in plan.routes}
    found = [*(plan.replanned.away if plan.replanned else ())]
    for route in stood:
        undone = planned[route.date, route.vehicle].halts[route.done :]
        found += (
            name
            for halt in undone
            if isinstance(halt, Visit)
            for name in halt.requests
            if rows[name].carried == "single" and not _is_fetched(halt.stop, route.vehicle, routes)
        )
    return tuple(dict.fromkeys(found))


def _is_fetched(stop: str, vehicle: str, routes: Sequence[Route]) -> bool:
    """Tell whether a stop is visited by the car that fetches from another, or on a day after."""
    days = [r.date for r in routes if any(call.vehicle == vehicle for call in r.fetches)]
    return bool(days) and any(
        r.date > days[0] or any(call.vehicle == vehicle for call in r.fetches)
        for r in routes
        if any(visit.stop == stop for visit in r.visits)
    )


def with_requests(
    routes: Sequence[Route], plan: Plan, district: District, *, away: Collection[str] = ()
) -> tuple[tuple[Route, ...], tuple[PlanRequest, ...]]:
    """Return the routes with every request that a visit can bring, and the requests named.

    A request goes on as it was to come, with its batch or by itself. One that lost its batch is to
    find, or taken along where no batch has a list; one whose book is ``away`` is to find.
    """
    rows = {row.id: row for row in plan.requests}
    named: set[str] = set()
    gone = frozenset(away)
    kept = [_kept(route, rows, district, named=named, away=gone) for route in routes]
    means: Carried = "none" if district.titles else "along"
    more: dict[tuple[str, str], list[str]] = {}
    for request in waiting_requests(district):
        if request.id in named or request.batch:
            continue
        route = next(
            (
                r
                for r in kept
                if of_use(request, r.date)
                and any(getattr(h, "stop", "") == request.stop for h in r.halts[r.done :])
            ),
            None,
        )
        if route is not None:
            more.setdefault((route.id, request.stop), []).append(request.id)
            shared = {f: getattr(request, f) for f in _SHARED}
            how: Carried = "none" if request.id in gone else means
            rows[request.id] = PlanRequest(**shared, carried=how)
            named.add(request.id)
    along = frozenset(rows) - gone if means == "along" else frozenset()
    found = tuple(_with_more(route, more, along=along) for route in kept)
    order = {request.id: n for n, request in enumerate(district.requests)}
    told = sorted((rows[name] for name in named), key=lambda row: order[row.id])
    return found, tuple(told)


_SHARED = tuple(
    name for name in PlanRequest.__struct_fields__ if name not in ("carried", "in_batch")
)


def _kept(
    route: Route,
    rows: Mapping[str, PlanRequest],
    district: District,
    *,
    named: set[str],
    away: Collection[str],
) -> Route:
    """Return a route with those of its requests that it can still bring; they are then named."""
    known = district.requests_by_id

    def comes(name: str, visit: Visit) -> bool:
        batch = rows[name].in_batch
        ready = batch in visit.drops if batch is not None else name not in away
        return of_use(known[name], route.date) and ready

    calls: list[Call] = []
    for call in route.calls:
        if isinstance(call, Visit):
            brought = tuple(n for n in call.requests if comes(n, call))
            to_find = tuple(n for n in call.to_find if of_use(known[n], route.date))
            named.update((*brought, *to_find))
            calls.append(msgspec.structs.replace(call, requests=brought, to_find=to_find))
        else:
            calls.append(call)
    return msgspec.structs.replace(route, calls=tuple(calls))


def _with_more(
    route: Route, more: Mapping[tuple[str, str], Sequence[str]], *, along: Collection[str]
) -> Route:
    calls: list[Call] = []
    given: set[str] = set()
    for call in route.calls:
        names = more.get((route.id, call.stop), ()) if isinstance(call, Visit) else ()
        if isinstance(call, Visit) and names and call.stop not in given:
            given.add(call.stop)
            brought = (*call.requests, *(name for name in names if name in along))
            to_find = (*call.to_find, *(name for name in names if name not in along))
            calls.append(msgspec.structs.replace(call, requests=brought, to_find=to_find))
        else:
            calls.append(call)
    return msgspec.structs.replace(route, calls=tuple(calls))

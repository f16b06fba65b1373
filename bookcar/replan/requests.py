"""What becomes of readers' requests when visits move, or get other batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from bookcar.model import District
from bookcar.plan import Call, Carried, Plan, PlanRequest, Route, Visit
from bookcar.planning.requests import of_use, waiting_requests


def with_requests(
    routes: Sequence[Route], plan: Plan, district: District
) -> tuple[tuple[Route, ...], tuple[PlanRequest, ...]]:
    """Return the routes with every request that a visit can bring, and the requests named.

    A request goes on as it was to come, with its batch or by itself. One that lost its batch is
    to find; where no batch of the district has a list, it is taken along.
    """
    rows = {row.id: row for row in plan.requests}
    named: set[str] = set()
    kept = [_kept(route, rows, district, named) for route in routes]
    means: Carried = "none" if district.titles else "along"
    more: dict[tuple[str, str], list[str]] = {}
    for request in waiting_requests(district):
        if request.id in named or request.batch:
            continue
        route = next(
            (
                r
                for r in kept
                if of_use(request, r.date) and any(v.stop == request.stop for v in r.visits)
            ),
            None,
        )
        if route is not None:
            more.setdefault((route.id, request.stop), []).append(request.id)
            shared = {f: getattr(request, f) for f in _SHARED}
            rows[request.id] = PlanRequest(**shared, carried=means)
            named.add(request.id)
    found = tuple(_with_more(route, more, along=means == "along") for route in kept)
    order = {request.id: n for n, request in enumerate(district.requests)}
    told = sorted((rows[name] for name in named), key=lambda row: order[row.id])
    return found, tuple(told)


_SHARED = tuple(
    name for name in PlanRequest.__struct_fields__ if name not in ("carried", "in_batch")
)


def _kept(
    route: Route, rows: Mapping[str, PlanRequest], district: District, named: set[str]
) -> Route:
    """Return a route with those of its requests that it can still bring; they are then named."""
    known = district.requests_by_id

    def comes(name: str, visit: Visit) -> bool:
        batch = rows[name].in_batch
        return of_use(known[name], route.date) and (batch is None or batch in visit.drops)

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
    route: Route, more: Mapping[tuple[str, str], Sequence[str]], *, along: bool
) -> Route:
    calls: list[Call] = []
    given: set[str] = set()
    for call in route.calls:
        names = more.get((route.id, call.stop), ()) if isinstance(call, Visit) else ()
        if isinstance(call, Visit) and names and call.stop not in given:
            given.add(call.stop)
            field = "requests" if along else "to_find"
            calls.append(msgspec.structs.replace(call, **{field: (*getattr(call, field), *names)}))
        else:
            calls.append(call)
    return msgspec.structs.replace(route, calls=tuple(calls))

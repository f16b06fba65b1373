"""Rules on reloads during the day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bookcar.audit.case import Case
from bookcar.audit.time import outside_hours
from bookcar.plan import Fetch, Reload, Visit


def reloads_a_day(case: Case) -> Iterator[str]:
    """No car reloads more often a day than its vehicle may."""
    for route in case.plan.routes:
        limit = case.vehicles[route.vehicle].reloads
        if len(route.reloads) > limit:
            yield f"{route.id}: {len(route.reloads)} reloads; the limit is {limit}."


def reload_where_it_may(case: Case) -> Iterator[str]:
    """A car reloads at its own depot, or at a depot that its vehicle names."""
    for route, reload in case.reloads():
        vehicle = case.vehicles[route.vehicle]
        allowed = vehicle.reload_at or (vehicle.depot,)
        if reload.depot not in allowed:
            yield f"{route.id}: reloads at {reload.depot}; it may at {', '.join(allowed)}."


def reload_before_a_visit(case: Case) -> Iterator[str]:
    """After every reload comes a visit before the next one."""
    for route in case.plan.routes:
        for halt, following in pairwise((*route.halts, None)):
            if isinstance(halt, Reload) and not isinstance(following, Visit):
                yield f"{route.id}: no visit of its own follows the reload at {halt.depot}."


def reload_lasts(case: Case) -> Iterator[str]:
    """A reload lasts as long as its vehicle says."""
    for route, reload in case.reloads():
        wanted, took = case.vehicles[route.vehicle].reload_s, reload.depart - reload.begin
        if took != wanted:
            yield f"{route.id}: the reload at {reload.depot} lasts {took} s, not {wanted} s."


def reload_hours(case: Case) -> Iterator[str]:
    """A reload lies wholly inside one of the hours in which its depot is open for it."""
    for route, reload in case.reloads():
        yield from outside_hours(route, reload, case.depots[reload.depot].windows, "reload")


def reload_moves(case: Case) -> Iterator[str]:
    """At a reload goes off all that is aboard, and comes on what is dropped until the next.

    Or, if it is over, what came aboard.
    """
    for route in case.plan.routes:
        loads = iter(case.loads(route))
        aboard = list(next(loads))
        for call in route.halts:
            if isinstance(call, Visit):
                aboard = [batch for batch in aboard if batch not in call.drops]
                aboard += call.collects
                continue
            if isinstance(call, Fetch):
                aboard += call.takes
                continue
            yield from _differ(f"{route.id}: at {call.depot} goes off", aboard, call.unloads)
            aboard = list(next(loads))
            yield from _differ(f"{route.id}: at {call.depot} comes on", aboard, call.loads)


def _differ(what: str, right: Sequence[str], said: Sequence[str]) -> Iterator[str]:
    if sorted(right) != sorted(said):
        yield (
            f"{what} {', '.join(right) or 'nothing'}, the plan has {', '.join(said) or 'nothing'}."
        )

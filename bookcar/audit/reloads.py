"""Rules on reloads during the day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.audit.time import outside_hours
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Again, Fetch, Reload, Route, Visit


def reloads_a_day(case: Case) -> Iterator[Sentence]:
    """No car reloads more often a day than its vehicle may."""
    for route in case.plan.routes:
        limit = case.vehicles[route.vehicle].reloads
        if len(route.reloads) > limit:
            yield breach("reloads-a-day", route=route.id, reloads=len(route.reloads), limit=limit)


def reload_where_it_may(case: Case) -> Iterator[Sentence]:
    """A car reloads at its own depot, or at a depot that its vehicle names."""
    for route, reload in case.reloads():
        vehicle = case.vehicles[route.vehicle]
        allowed = vehicle.reload_at or (vehicle.depot,)
        if reload.depot not in allowed:
            yield breach("reload-where-it-may", route=route.id, depot=reload.depot, allowed=allowed)


def reload_before_a_visit(case: Case) -> Iterator[Sentence]:
    """After every reload comes a visit before the next one."""
    for route in case.plan.routes:
        for halt, following in pairwise((*route.halts, None)):
            if isinstance(halt, Reload) and not isinstance(following, Visit):
                yield breach("reload-before-a-visit", route=route.id, depot=halt.depot)


def reload_lasts(case: Case) -> Iterator[Sentence]:
    """A reload lasts as long as its vehicle says."""
    for route, reload in case.reloads():
        wanted, took = case.vehicles[route.vehicle].reload_s, reload.depart - reload.begin
        if took != wanted:
            yield breach(
                "reload-lasts", route=route.id, depot=reload.depot, took=took, wanted=wanted
            )


def reload_hours(case: Case) -> Iterator[Sentence]:
    """A reload lies wholly inside one of the hours in which its depot is open for it."""
    for route, reload in case.reloads():
        yield from outside_hours(route, reload, case.depots[reload.depot].windows, "reload")


def reload_moves(case: Case) -> Iterator[Sentence]:
    """At a reload goes off all that is aboard, and comes on what is dropped until the next.

    Or, if it is over, what came aboard.
    """
    for route in case.plan.routes:
        loads = iter(case.loads(route))
        aboard = list(next(loads))
        for call in route.halts:
            if isinstance(call, Visit):
                aboard = [batch for batch in aboard if batch not in call.drops]
                aboard += call.collects_now
                continue
            if isinstance(call, Fetch | Again):
                aboard += call.takes
                continue
            yield from _differ(route, call, "unloads", aboard)
            aboard = list(next(loads))
            yield from _differ(route, call, "loads", aboard)


def _differ(route: Route, reload: Reload, moved: str, right: Sequence[str]) -> Iterator[Sentence]:
    """Yield what a reload moves otherwise, ``moved`` being ``loads`` or ``unloads``."""
    shown = getattr(reload, moved)
    if sorted(right) != sorted(shown):
        figures = {"route": route.id, "depot": reload.depot}
        yield breach(f"at-reload-{moved}", **figures, right=tuple(right), shown=tuple(shown))

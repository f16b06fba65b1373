"""Where every batch is, at every moment of the week: in a depot, aboard a car, or at a stop."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Again, Fetch, Halt, Reload, Route, Visit

Event = tuple[tuple[dt.date, int, int, int], partial[Iterator[Sentence]]]


def batch_is_where_it_is_taken(case: Case) -> Iterator[Sentence]:
    """Nothing is loaded or collected that is not there, nothing dropped that is not aboard.

    All routes are walked together by date and time. What is unloaded at a depot may be loaded from
    the next day on; what is loaded is dropped, unless the car has left with it.
    """
    yield from _without_route(case)
    week = _Custody(case)
    for _, happens in sorted(week.events(), key=lambda event: event[0]):
        yield from happens()


def _without_route(case: Case) -> Iterator[Sentence]:
    """Yield the cars that have left, by what is told of them, and have no route."""
    driven = {(route.date, route.vehicle) for route in case.plan.routes}
    for date, vehicle in sorted(case.left_with.keys() - driven):
        names = _listed(frozenset().union(*case.left_with[date, vehicle][:1]))
        yield breach("custody-without-route", vehicle=vehicle, date=date.isoformat(), names=names)


def as_it_left(case: Case) -> Iterator[Sentence]:
    """A car that has left has aboard what it took, on leaving and at each reload since.

    What stays aboard is dropped at no visit until it is unloaded.
    """
    for route in case.plan.routes:
        told = list(case.told(route))
        for known, aboard in zip(case.known(route), told, strict=False):
            if known != frozenset(aboard):
                yield breach(
                    "as-it-left", route=route.id, known=_listed(known), aboard=_listed(aboard)
                )
        for count in map(Counter, told):
            twice = [batch for batch, times in count.items() if times > 1]
            if twice:
                yield breach("as-it-left-2", route=route.id, twice=_listed(twice))


def hands_on_where_allowed(case: Case) -> Iterator[Sentence]:
    """What a car collects it drops again on the same way only where the district hands on.

    That is at a later stop of the same route, before the next reload.
    """
    if case.district.settings.batches.hand_on:
        return
    for route in case.plan.routes:
        collected: set[str] = set()
        for halt in route.halts:
            if isinstance(halt, Reload):
                collected.clear()
            elif isinstance(halt, Visit):
                for batch in halt.drops:
                    if batch in collected:
                        yield breach(
                            "hands-on-where-allowed", route=route.id, batch=batch, stop=halt.stop
                        )
                collected.update(halt.collects_now)
            elif isinstance(halt, Again):
                collected.update(halt.takes)


def _listed(batches: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(batches))


@dataclass(frozen=True)
class _At:
    """Where a batch is, and since which day: ``route`` is the number of the car's if aboard.

    ``car`` is then the car, and its route or the place where it stands.
    """

    where: str
    since: dt.date = dt.date.min
    route: int | None = None
    car: tuple[str, str] | None = None


class _Custody:
    """Follows every batch through the week; routes go by their number in the plan.

    A batch that is not where a route takes it stays where it is, and is not complained of again.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.at = {batch.id: _At(batch.at) for batch in case.district.batches}
        self.brought_back: set[tuple[int, str]] = set()  # need no drop: collected, or left with
        self.told: set[tuple[int, str]] = set()

    def events(self) -> Iterator[Event]:
        """Yield all that moves a batch, with what it is sorted by; a route keeps its order."""
        for number, route in enumerate(self.case.plan.routes):
            time, last = route.depart, len(route.halts) + 1
            yield (route.date, time, number, 0), partial(self._leave, number, route)
            for k, call in enumerate(route.halts, start=1):
                time = max(time, call.begin)
                yield (route.date, time, number, k), self._act(number, route, call)
            end = max(time, route.back)
            yield (route.date, end, number, last), partial(self._come_back, number, route)

    def _act(self, number: int, route: Route, call: Halt) -> partial[Iterator[Sentence]]:
        if isinstance(call, Reload):
            return partial(self._reload, number, route, call)
        if isinstance(call, Fetch):
            return partial(self._fetch, number, route, call)
        if isinstance(call, Again):
            return partial(self._collect, number, route, call.stop, call.takes)
        return partial(self._visit, number, route, call)

    def _leave(self, number: int, route: Route) -> Iterator[Sentence]:
        known = self.case.known(route)
        if known:
            self.brought_back |= {(number, batch) for batch in known[0]}
        self.brought_back |= {(number, batch) for batch in route.stays_aboard}
        for batch in dict.fromkeys(self.case.loads(route)[0]):
            yield from self._load(number, route, batch, route.depot)

    def _reload(self, number: int, route: Route, reload: Reload) -> Iterator[Sentence]:
        at = 1 + route.reloads.index(reload)
        known = self.case.known(route)[at : at + 1]
        for batch in reload.unloads:
            if self._aboard(number, batch):
                self.at[batch] = _At(reload.depot, route.date)
            else:
                yield from self._missing(number, route, batch, moved="unloaded", place=reload.depot)
        self.brought_back |= {(number, b) for some in (*known, reload.stays_aboard) for b in some}
        for batch in sorted(known[0]) if known else reload.loads:
            yield from self._load(number, route, batch, reload.depot)

    def _visit(self, number: int, route: Route, visit: Visit) -> Iterator[Sentence]:
        for batch in visit.drops:
            if self._aboard(number, batch):
                self.at[batch] = _At(visit.stop, route.date)
            else:
                yield from self._missing(number, route, batch, moved="dropped", place=visit.stop)
        yield from self._collect(number, route, visit.stop, visit.collects_now)

    def _collect(
        self, number: int, route: Route, stop: str, batches: Iterable[str]
    ) -> Iterator[Sentence]:
        for batch in batches:
            if self.at[batch].where == stop:
                self._take(number, route, batch)
                self.brought_back.add((number, batch))
            else:
                yield from self._missing(number, route, batch, moved="collected", place=stop)

    def _fetch(self, number: int, route: Route, fetch: Fetch) -> Iterator[Sentence]:
        stands = _stands(fetch.vehicle, fetch.place)
        for batch in fetch.takes:
            if self.at[batch].where == stands:
                self._take(number, route, batch)
                self.brought_back.add((number, batch))
            else:
                yield from self._missing(number, route, batch, moved="fetched", place=stands)

    def _come_back(self, number: int, route: Route) -> Iterator[Sentence]:
        for batch in self.at:
            if self._aboard(number, batch) and route.stands:
                stands = _stands(route.vehicle, route.end)
                self.at[batch] = _At(stands, car=(route.vehicle, route.end))
            elif self._aboard(number, batch):
                self.at[batch] = _At(route.depot, route.date)
                if (number, batch) not in self.brought_back:
                    yield breach("custody-come-back", route=route.id, batch=batch)

    def _load(self, number: int, route: Route, batch: str, depot: str) -> Iterator[Sentence]:
        found = self.at[batch]
        if found.where != depot:
            yield from self._missing(number, route, batch, moved="loaded", place=depot)
        elif found.since >= route.date:
            self.told.add((number, batch))
            yield breach(
                "custody-load",
                route=route.id,
                batch=batch,
                depot=depot,
                since=found.since.isoformat(),
            )
        else:
            self._take(number, route, batch)

    def _take(self, number: int, route: Route, batch: str) -> None:
        car = (route.vehicle, route.id)
        self.at[batch] = _At(_stands(*car), route.date, number, car)

    def _aboard(self, number: int, batch: str) -> bool:
        return self.at[batch].route == number

    def _missing(
        self, number: int, route: Route, batch: str, *, moved: str, place: str
    ) -> Iterator[Sentence]:
        """Yield a batch that is not where it is ``moved`` from, where it stands instead."""
        if (number, batch) not in self.told:
            self.told.add((number, batch))
            found = self.at[batch]
            where = ("id", found.where) if found.car is None else ("aboard", *found.car)
            figures = {"route": route.id, "batch": batch, "place": place}
            yield breach(f"not-there-to-be-{moved}", **figures, where=where)


def _stands(vehicle: str, place: str) -> str:
    """Return where a batch is that lies in a car, which stands at a place or drives a route."""
    return f"{vehicle} ({place})"

"""What the rules look at: a plan beside the district and the travel tables it claims to keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bookcar.due import DueStop, due_stops
from bookcar.model import Batch, Depot, District, PastVisit, Stop, Vehicle
from bookcar.plan import Halt, Leg, Plan, Reload, Route, Visit, place_of
from bookcar.roads.travel import Travel
from bookcar.weeks import parse_week, week_dates

LeftWith = Mapping[tuple[dt.date, str], tuple[frozenset[str], ...]]
"""By date and vehicle id, the batches that came aboard a car that has left, loading by loading: on
leaving, then at each reload that is over."""


def _dropped_until_reload(halts: Sequence[Halt]) -> tuple[str, ...]:
    """Return what is dropped before the next reload, but what is fetched or collected before."""
    found: list[str] = []
    on_the_way: set[str] = set()
    for halt in halts:
        if isinstance(halt, Reload):
            break
        if isinstance(halt, Visit):
            found += (batch for batch in halt.drops if batch not in on_the_way)
            on_the_way.update(halt.collects_now)
        else:
            on_the_way.update(halt.takes)
    return tuple(found)


@dataclass(frozen=True)
class Case:
    """A plan under audit, with look-ups by id."""

    plan: Plan
    district: District
    travel: Travel
    left_with: LeftWith = field(default_factory=dict)
    was: Plan | None = None

    @property
    def stops(self) -> Mapping[str, Stop]:
        """Return the district's stops by id."""
        return self.district.stops_by_id

    @property
    def depots(self) -> Mapping[str, Depot]:
        """Return the district's depots by id."""
        return self.district.depots_by_id

    @property
    def vehicles(self) -> Mapping[str, Vehicle]:
        """Return the district's vehicles by id."""
        return self.district.vehicles_by_id

    @property
    def batches(self) -> Mapping[str, Batch]:
        """Return the district's batches by id."""
        return self.district.batches_by_id

    @cached_property
    def places(self) -> dict[str, int]:
        """Return the row of each place in the travel tables."""
        return self.travel.rows

    @cached_property
    def monday(self) -> dt.date:
        """Return the first day of the plan's week."""
        return parse_week(self.plan.week)

    @cached_property
    def _done(self) -> dict[str, list[PastVisit]]:
        done: dict[str, list[PastVisit]] = {}
        for past in self.district.visits:
            if past.status == "done" and past.date < self.monday:
                done.setdefault(past.stop, []).append(past)
        return done

    def done_before(self, stop: str) -> list[PastVisit]:
        """Return the visits to a stop that were done before the plan's week."""
        return self._done.get(stop, [])

    @cached_property
    def moves(self) -> Mapping[str, int]:
        """Return how often each batch was brought to a stop since it was mended."""
        found: dict[str, int] = {}
        for past in self.district.visits:
            batch = self.batches.get(past.batch)
            moved = past.status == "done" and past.action == "dropped"
            if batch and moved and (batch.mended is None or past.date > batch.mended):
                found[batch.id] = found.get(batch.id, 0) + 1
        return found

    @cached_property
    def due(self) -> dict[str, DueStop]:
        """Return every stop of the district as the plan's week sees it, by id."""
        return {d.stop.id: d for d in due_stops(self.district, self.monday)}

    def due_in(self, monday: dt.date) -> tuple[DueStop, ...]:
        """Return every stop as a week sees it, by what was recorded before the plan's week."""
        return due_stops(self.district, monday)

    def days(self) -> tuple[dt.date, ...]:
        """Return the days of the plan's week."""
        return week_dates(self.monday)

    def visits(self) -> Iterator[tuple[Route, Visit]]:
        """Yield every visit with its route, in the plan's order."""
        for route in self.plan.routes:
            for visit in route.visits:
                yield route, visit

    def known(self, route: Route) -> tuple[frozenset[str], ...]:
        """Return what is known to have come aboard, loading by loading."""
        return self.left_with.get((route.date, route.vehicle), ())

    def is_loaded(self, route: Route, visit: Visit) -> bool:
        """Tell whether a car had left with what it has at a visit when the week was planned.

        Where that is known for no loading of it, the plan's warning that it has left counts for all
        of its route.
        """
        known = self.known(route)
        if known:
            before = route.halts[: route.halts.index(visit)]
            return sum(isinstance(halt, Reload) for halt in before) < len(known)
        own = route.vehicle, route.date.isoformat()
        told = (w.figures for w in self.plan.warnings if w.rule == "has-left")
        return any((figures["vehicle"], figures["date"]) == own for figures in told)

    def told(self, route: Route) -> Iterator[tuple[str, ...]]:
        """Yield what the plan says comes aboard at each loading: what is dropped, what stays."""
        yield (*_dropped_until_reload(route.halts), *route.stays_aboard)
        for place, halt in enumerate(route.halts, start=1):
            if isinstance(halt, Reload):
                yield (*_dropped_until_reload(route.halts[place:]), *halt.stays_aboard)

    def loads(self, route: Route) -> list[tuple[str, ...]]:
        """Return what comes aboard at each loading, what is known of it coming first."""
        known = self.known(route)
        told = list(self.told(route))
        return [*(tuple(sorted(one)) for one in known[: len(told)]), *told[len(known) :]]

    def reloads(self) -> Iterator[tuple[Route, Reload]]:
        """Yield every reload with its route, in the plan's order."""
        for route in self.plan.routes:
            for reload in route.reloads:
                yield route, reload

    def legs(self, route: Route) -> Iterator[tuple[str, str, Leg]]:
        """Yield each leg of a route with the ids of the places it joins, the return last."""
        here = route.depot
        for call in route.halts:
            there = place_of(call)
            yield here, there, call.leg
            here = there
        yield here, route.end, route.last_leg

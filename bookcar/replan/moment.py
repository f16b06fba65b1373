"""A week at a moment: what is driven, the desk for what is not, and the plan made of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import msgspec

from bookcar.advice.changed_visits import brought_by, other_batches, what_changed
from bookcar.advice.promises import missing_visit, promise_faults
from bookcar.due import DueStop, prize
from bookcar.model import District
from bookcar.plan import (
    Kept,
    Plan,
    PlanBatch,
    PlanPromise,
    Promise,
    ReasonCode,
    Route,
    Totals,
    Unserved,
)
from bookcar.plan_changes import promises_kept, promises_of
from bookcar.planning.compose import areas_en, plan_carriers, plan_stop
from bookcar.planning.prepared import Prepared, Scope
from bookcar.progress import SILENT, Progress
from bookcar.replan.cost import objective_of
from bookcar.replan.desk import Desk
from bookcar.replan.events import Events, as_it_is, require_closed
from bookcar.replan.jobs import is_over
from bookcar.replan.ladder import Standing
from bookcar.replan.left import Left, Meeting, left_of
from bookcar.replan.requests import books_away, with_requests
from bookcar.replan.routes import Drawn
from bookcar.weeks import Horizon, parse_week


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A week at a moment: what is driven, and the desk for what is not."""

    plan: Plan
    events: Events
    prepared: Prepared
    whole: District
    left: Left

    @classmethod
    def of(
        cls, district: District, plan: Plan, events: Events, *, progress: Progress = SILENT
    ) -> Moment:
        """Return a plan's week as it stands, with all that is left to be driven."""
        now = as_it_is(district, events.told(plan, ()), plan.week)
        scope = Scope.of(now, Horizon(parse_week(plan.week)), keeping=plan)
        visited = {visit.stop for route in plan.routes for visit in route.visits}
        wanted = visited | {row.stop for row in plan.unserved} | set(events.add)
        prepared = scope.on_roads(wanted, progress=progress)
        prepared = prepared.carried_as_in(plan)
        require_closed(events, prepared.travel.unclosed)
        left = left_of(prepared, plan, events)
        return cls(plan=plan, events=events, prepared=prepared, whole=district, left=left)

    def meeting(self, meeting: Meeting) -> Moment:
        """Return the same moment with a car that fetches."""
        return replace(self, left=left_of(self.prepared, self.plan, self.events, meeting=meeting))

    @cached_property
    def desk(self) -> Desk:
        """The desk for what is left."""
        return Desk(
            self.prepared, self.left.rides, self.left.jobs, self.events.date, self.left.meets
        )

    def plan_of(self, found: Standing) -> Plan:
        """Return the week as a plan; as it was, if nothing has changed."""
        routes = tuple(self._routes(found))
        left = [self.desk.jobs[number] for number in found.left]
        if not left and _same(routes, self.plan.routes):
            return self.plan
        unserved = tuple(self._unserved(routes))
        district, fleet = self.prepared.district, self.prepared.fleet
        away = books_away(self.plan, self.left.stood, routes)
        routes, requests = with_requests(routes, self.plan, district, away=away)
        kept = Kept(plan=self.plan.id, promises=promises_of(self.plan))
        stops = tuple(plan_stop(due) for due in self.prepared.due)
        moved = {b for r in routes for v in r.visits for b in (*v.drops, *v.collects)}
        moved |= {b for r in routes for b in (*r.undropped, *r.fetched)}
        promises = self._promises_kept(routes, unserved)
        told = ("changed-visits", "promises-kept")
        rest = tuple(w for w in self.plan.warnings if w.rule not in told)
        plan = msgspec.structs.replace(
            self.plan,
            provenance=msgspec.structs.replace(
                self.plan.provenance, inputs=dict(sorted(self.whole.inputs.items()))
            ),
            estimated=self.prepared.travel.estimated,
            road_note=self.prepared.travel.note,
            stops=stops,
            batches=tuple(
                _copy(PlanBatch, batch, contents=district.titles.get(batch.titles, ()))
                for batch in district.batches
                if batch.id in moved
            ),
            requests=requests,
            carriers=plan_carriers(district, routes) or msgspec.UNSET,
            areas_en=areas_en(district, stops) or msgspec.UNSET,
            routes=routes,
            unserved=unserved,
            totals=_totals(self.plan, routes, unserved, district),
            warnings=(
                *what_changed(self.plan.id, kept.promises, _promises(routes)),
                *other_batches(brought_by(self.plan.routes), brought_by(routes)),
                *promise_faults(promises),
                *rest,
            ),
            objective=objective_of(
                district, fleet, self.prepared.due, routes=routes, unserved=unserved
            ),
            kept_near=kept,
            promises=promises,
            replanned=self.events.told(self.plan, self.left.lost, away=away),
        )
        return plan.with_id()

    def _routes(self, found: Standing) -> Iterator[Route]:
        """Yield all routes by date and vehicle; one that is new gets the next number."""
        drawn, made = Drawn(self.desk), {}
        for k, ride in self.desk.rides.items():
            name = ride.route.id if ride.route else ""
            route = drawn.route(k, found.orders.get(k, ()), name)
            if route is not None:
                made[ride.date, ride.vehicle] = route
        over = {
            (r.date, r.vehicle): msgspec.structs.replace(r, done=len(r.halts))
            for r in self.plan.routes
            if is_over(r, self.events)
        }
        over |= {(r.date, r.vehicle): r for r in self.left.stood}
        every = {**over, **made}
        numbers = iter(range(len(self.plan.routes) + 1, 10**6))
        for day in self.prepared.fleet.days:
            route = every.get((day.date, day.vehicle.id))
            if route is not None:
                yield (
                    route
                    if route.id
                    else msgspec.structs.replace(route, id=f"R{next(numbers):02d}")
                )

    def _unserved(self, routes: Sequence[Route]) -> Iterator[Unserved]:
        made = Counter(visit.stop for route in routes for visit in route.visits)
        kept = {row.stop: row for row in self.plan.unserved}
        rows = []
        for d in self.prepared.due:
            wanted, got = d.stop.visits_a_week, made[d.stop.id]
            if not d.due or got >= wanted:
                continue
            row = kept.get(d.stop.id)
            if row is not None and row.made == got and not d.told:
                rows.append((d, self._untold(d, row)))
                continue
            weights = self.prepared.district.settings.weights
            lost = 0.0 if d.stop.required else round(prize(d, weights, visit=got + 1), 2)
            reason: ReasonCode = "shut" if d.stop.id in self.events.shut else "fell-away"
            rows.append((d, Unserved(stop=d.stop.id, reason=reason, made=got, lost=lost)))
        rows.sort(key=lambda pair: (not pair[0].stop.required, -pair[0].overdue))
        yield from (row for _, row in rows)

    def _promises_kept(
        self, routes: Sequence[Route], unserved: Iterable[Unserved]
    ) -> tuple[PlanPromise, ...]:
        """Return what becomes of the week's promises now; why, as far as that is known."""
        known = {(p.stop, p.date): p.why for p in self.plan.promises if p.becomes != "gone"}
        left = {(row.stop): missing_visit(row) for row in unserved}
        entries = [entry for due in self.prepared.due for entry in due.promises]
        return tuple(
            msgspec.structs.replace(
                one,
                why=left.get(one.stop, msgspec.UNSET)
                if one.becomes == "gone"
                else known.get((one.stop, one.date), msgspec.UNSET),
            )
            for one in promises_kept(entries, _promises(routes))
        )

    def _untold(self, due: DueStop, row: Unserved) -> Unserved:
        """Return a stop left over as it was, no longer dearer for what people were told.

        That its visit falls away was told with the plan until now.
        """
        kept = self.plan.kept_near
        told = sum(one.stop == row.stop for one in kept.promises) if kept else 0
        more = max(0, min(told, due.stop.visits_a_week) - row.made)
        weight = self.prepared.district.settings.weights.changed_visit
        lost = round(max(0.0, row.lost - weight * more), 2)
        return msgspec.structs.replace(row, lost=lost)


def _same(routes: Sequence[Route], before: Sequence[Route]) -> bool:
    blank = [msgspec.structs.replace(route, done=0) for route in routes]
    return blank == [msgspec.structs.replace(route, done=0) for route in before]


def _promises(routes: Sequence[Route]) -> tuple[Promise, ...]:
    return tuple(
        Promise(stop=v.stop, date=r.date, vehicle=r.vehicle, begin=v.begin)
        for r in routes
        for v in r.visits
    )


def _copy(kind: type, row: msgspec.Struct, **more: object):  # type: ignore[no-untyped-def]
    shared = [name for name in kind.__struct_fields__ if name not in more]  # type: ignore[attr-defined]
    return kind(**{name: getattr(row, name) for name in shared}, **more)


def _totals(
    plan: Plan, routes: Sequence[Route], unserved: Sequence[Unserved], district: District
) -> Totals:
    visits = [visit for route in routes for visit in route.visits]
    made, wanted = Counter(v.stop for v in visits), district.stops_by_id
    served = sum(count >= wanted[stop].visits_a_week for stop, count in made.items())
    dropped = [batch for visit in visits for batch in visit.drops]
    return Totals(
        stops=plan.totals.stops,
        due=served + len(unserved),
        served=served,
        unserved=len(unserved),
        routes=len(routes),
        metres=sum(route.metres for route in routes),
        seconds=sum(route.back - route.depart for route in routes),
        books=sum(district.batches_by_id[name].books for name in dropped),
        batches_dropped=len(dropped),
        batches_collected=sum(len(visit.collects) for visit in visits),
        visits=len(visits),
    )

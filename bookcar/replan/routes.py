"""Rides that go on, as routes of a plan: what was driven stays to the second."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import msgspec
import polyline

from bookcar.model import Batch
from bookcar.plan import Break, Call, Fetch, FootLeg, Halt, Leg, Reload, Route, Visit, place_of
from bookcar.plan_index import trips
from bookcar.planning.compose import foot_leg
from bookcar.planning.visit_options import VisitOption
from bookcar.replan.desk import Desk, Order
from bookcar.replan.jobs import Job, Ride, frozen_calls


@dataclass(frozen=True)
class Drawn:
    """Makes routes of the rides at a desk."""

    desk: Desk

    def route(self, k: int, order: Order, number: str) -> Route | None:
        """Return the route of a car-day; None if nothing is driven on it."""
        ride, driven = self.desk.rides[k], self.desk.driven(k, order)
        assert driven is not None
        if not order and not ride.frozen:
            return None
        if ride.route is not None and self._as_it_was(k, order):
            return msgspec.structs.replace(ride.route, done=ride.done)
        calls = [*(frozen_calls(ride.route, ride.done) if ride.route else ())]
        free = (ride.free + ride.delay) if ride.begun else 0
        if driven.times is None:
            rest, at = self.desk.rest_on_way_home(k), ride.free
            if rest:
                calls.append(Break(moment="after", begin=at, end=at + rest))
                free += rest
            return self._finished(ride, calls, back_from=free, order=order, number=number)
        calls += self._calls(k, order)
        return self._finished(
            ride, calls, back_from=driven.times.back, order=order, number=number, timed=True,
            depart=driven.times.depart,
        )  # fmt: skip

    def _as_it_was(self, k: int, order: Order) -> bool:
        """Tell whether a ride goes on as it was planned, on the roads that it was planned on."""
        ride = self.desk.rides[k]
        jobs = [self.desk.jobs[number] for number in order]
        if ride.delay or ride.route is None:
            return False
        if [job.halt for job in jobs] != [*ride.route.halts[ride.done :]]:
            return False
        if any(isinstance(job.halt, Visit) and job.halt.drops != job.drops for job in jobs):
            return False
        if not ride.begun and ride.route.depart < ride.free:
            return False
        places = [*ride.route.places][ride.done :]
        legs = ride.route.legs[ride.done :]
        mine = (self._leg(ride, a, b) for a, b in pairwise(places))
        return all(
            (old.seconds, old.metres) == (new.seconds, new.metres)
            for old, new in zip(legs, mine, strict=True)
        )

    def _calls(self, k: int, order: Order) -> Iterator[Call]:
        """Yield the calls still to be made; who comes early waits at the door."""
        ride, driven = self.desk.rides[k], self.desk.driven(k, order)
        assert driven is not None
        assert driven.times is not None
        times = driven.times
        here = place_of(ride.frozen[-1]) if ride.frozen else self._home(ride)
        free = ride.free if ride.begun else times.depart
        for place, number in enumerate(order):
            job = self.desk.jobs[number]
            delay = ride.delay if ride.begun and place == 0 else 0
            leg = msgspec.structs.replace(self._leg(ride, here, job.stop), delay=delay)
            rests = [
                Break(moment=rest.moment, begin=rest.begin, end=rest.end)
                for rest in times.breaks
                if rest.position == place
            ]
            behind = [rest for rest in rests if rest.moment == "after"]
            yield from (rest for rest in rests if rest.moment == "before")
            yield self._halt(
                job, leg=leg, arrive=free + leg.seconds + delay,
                begin=times.begin[place], depart=times.leave[place],
            )  # fmt: skip
            yield from behind
            free = behind[-1].end if behind else times.leave[place]
            here = job.stop

    def _halt(self, job: Job, *, leg: Leg, arrive: int, begin: int, depart: int) -> Halt:
        times: dict[str, Any] = {"leg": leg, "arrive": arrive, "begin": begin, "depart": depart}
        if isinstance(job.halt, Reload):
            return msgspec.structs.replace(job.halt, **times)
        if job.fetch:
            return Fetch(place=job.stop, vehicle=job.fetch, takes=job.takes, **times)
        old = job.halt if isinstance(job.halt, Visit) else Visit(stop=job.stop, **times)
        same = old.drops == job.drops
        return msgspec.structs.replace(
            old,
            drops=job.drops,
            collects=job.collects,
            repeats=old.repeats if same else (),
            foot=self._foot(job, begin=begin, end=depart),
            **times,
        )

    def _foot(self, job: Job, *, begin: int, end: int) -> FootLeg | msgspec.UnsetType:
        """Return how books come on foot to a stop that no car reaches."""
        option = VisitOption(
            due=self.desk.by_stop[job.stop],
            prize=0.0,
            fleet=(),
            drops=tuple(self.desk.batches[name] for name in job.drops),
            collects=tuple(self.desk.batches[name] for name in job.collects),
        )
        return foot_leg(option, self.desk.prepared.fleet, begin=begin, end=end)

    def _home(self, ride: Ride) -> str:
        return self.desk.prepared.fleet.days[ride.car_day].vehicle.depot

    def _leg(self, ride: Ride, here: str, there: str) -> Leg:
        travel, vehicle = (
            self.desk.prepared.travel,
            self.desk.prepared.fleet.days[ride.car_day].vehicle,
        )
        table = self.desk.problem.tables[self.desk.problem.car_days[ride.car_day].table]
        i, j = travel.rows[here], travel.rows[there]
        line = travel.way(vehicle.profile, i, j)
        return Leg(
            seconds=int(table.seconds[i, j]),
            metres=int(table.metres[i, j]),
            line=polyline.encode([(lat, lon) for lon, lat in line], 5) if line else "",
        )

    def _finished(
        self,
        ride: Ride,
        calls: Sequence[Call],
        *,
        back_from: int,
        order: Order,
        number: str,
        timed: bool = False,
        depart: int = 0,
    ) -> Route:
        halts = [call for call in calls if not isinstance(call, Break)]
        last = self._leg(ride, place_of(halts[-1]), self._home(ride))
        delay = ride.delay if ride.begun and not order else 0
        last = msgspec.structs.replace(last, delay=delay)
        back = back_from if timed else back_from + last.seconds
        start = ride.route.depart if ride.begun and ride.route else depart
        route = Route(
            id=number, date=ride.date, vehicle=ride.vehicle, depot=self._home(ride),
            depart=start, back=back, calls=tuple(calls), last_leg=last,
            metres=0, drive_s=0, service_s=0, wait_s=0,
            books_out=0, kg_out=0, peak_books=0, peak_kg=0,
            done=ride.done,
        )  # fmt: skip
        if ride.begun and ride.route:
            route = _with_loads(route, ride.route, ride.done)
        return summed(route, self.desk.batches)


def stopped(route: Route, done: int, batches: Mapping[str, Batch]) -> Route:
    """Return the route of a car that stands where it got to."""
    calls = frozen_calls(route, done)
    last = calls[-1]
    cut = msgspec.structs.replace(
        route,
        calls=calls,
        last_leg=Leg(seconds=0, metres=0),
        back=last.end if isinstance(last, Break) else last.depart,
        done=done,
        stands=True,
    )
    return summed(_with_loads(cut, route, done), batches)


def _with_loads(route: Route, planned: Route, done: int) -> Route:
    """Return a route with what came aboard by then still aboard where no visit drops it."""
    loads = [trip.loads for trip in trips(planned)]
    taken = 1 + sum(isinstance(halt, Reload) for halt in planned.halts[:done])
    dropped = {batch for visit in route.visits for batch in visit.drops}
    stay = [tuple(b for b in some if b not in dropped) for some in loads[:taken]]
    calls, number = [], 0
    for call in route.calls:
        if isinstance(call, Reload):
            number += 1
            if number < taken:
                call = msgspec.structs.replace(call, stays_aboard=stay[number])  # noqa: PLW2901
        calls.append(call)
    return msgspec.structs.replace(route, calls=tuple(calls), stays_aboard=stay[0])


def summed(route: Route, batches: Mapping[str, Batch]) -> Route:
    """Return a route with the figures that follow from its calls."""
    drive = sum(leg.seconds for leg in route.legs)
    service = sum(halt.depart - halt.begin for halt in route.halts)
    rest = sum(call.end - call.begin for call in route.breaks)
    first = trips(route)[0].loads
    aboard = {"books": [_of(first, batches, "books")], "kg": [_of(first, batches, "kg")]}
    calls: list[Call] = []
    own, trip = trips(route), 0
    for call in route.calls:
        if isinstance(call, Break):
            calls.append(call)
            continue
        if isinstance(call, Reload):
            trip += 1
            for what, load in aboard.items():
                load.append(_of(own[trip].loads, batches, what))
        else:
            drops = call.drops if isinstance(call, Visit) else ()
            takes = call.collects_now if isinstance(call, Visit) else call.takes
            for what, load in aboard.items():
                more, less = (_of(some, batches, what) for some in (takes, drops))
                load.append(load[-1] - less + more)
        calls.append(
            msgspec.structs.replace(call, **{what: load[-1] for what, load in aboard.items()})
        )
    return msgspec.structs.replace(
        route,
        calls=tuple(calls),
        metres=sum(leg.metres for leg in route.legs),
        drive_s=drive,
        service_s=service,
        wait_s=route.back - route.depart - drive - service - rest,
        books_out=aboard["books"][0],
        kg_out=aboard["kg"][0],
        peak_books=max(aboard["books"]),
        peak_kg=max(aboard["kg"]),
    )


def _of(names: Sequence[str], batches: Mapping[str, Batch], what: str) -> int:
    return sum(getattr(batches[name], what) for name in names)

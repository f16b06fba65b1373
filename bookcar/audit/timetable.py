"""Re-check a timetable from the tables and the travel tables alone, as `bookcar.audit` does a plan.

Nothing here is shared with the search that made it. Each rule is one named function that yields a
sentence per breach.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise

from bookcar.audit import timetable_carriers
from bookcar.audit.breach import breach, breaches
from bookcar.audit.timetable_case import TimetableCase
from bookcar.audit.timetable_copies import timetable_copies
from bookcar.calendars.days import StopDays
from bookcar.calendars.visits import RuleDates
from bookcar.errors import AuditError, Finding
from bookcar.inputs.movements import before
from bookcar.model import Batch, District, Stop, Vehicle
from bookcar.phrases.sentence import Sentence
from bookcar.recurrence import EveryWeeks, IsoWeeks, Rule, days_in_week, names_days
from bookcar.roads.travel import Travel
from bookcar.timetable import Rest, Timetable, TimetableRoute, TimetableStop
from bookcar.weeks import monday_of, weeks_between

STEP_S = 300


TimetableRule = Callable[[TimetableCase], Iterator[Sentence]]


def timetable_id(case: TimetableCase) -> Iterator[Sentence]:
    """The timetable's id is that of its content."""
    if case.timetable.with_id().id != case.timetable.id:
        yield breach("timetable-id", timetable=case.timetable.id)


def timetable_ids_known(case: TimetableCase) -> Iterator[Sentence]:
    """Every stop, vehicle and depot that the timetable names is in the tables."""
    table, given = case.timetable, case.district
    stops = {s.id for s in table.stops} | {visit.stop for _, visit in case.visits()}
    stops |= {one.stop for one in table.left} | {one.stop for one in table.later}
    stops |= {one.stop for one in table.exceptions}
    for name in sorted(stops - given.stops_by_id.keys()):
        yield breach("timetable-ids-known", name=name)
    for route in table.routes:
        if route.vehicle not in given.vehicles_by_id:
            yield breach("timetable-ids-known-2", route=route.id, vehicle=route.vehicle)
        elif route.depot != given.vehicles_by_id[route.vehicle].depot:
            yield breach(
                "timetable-ids-known-3", route=route.id, vehicle=route.vehicle, depot=route.depot
            )


def dates_in_timetable(case: TimetableCase) -> Iterator[Sentence]:
    """Every route is on a day of the timetable, with a visit at least."""
    for route in case.timetable.routes:
        if not case.timetable.first <= route.date <= case.timetable.last:
            yield breach("dates-in-timetable", route=route.id, date=route.date)
        if not route.visits:
            yield breach("dates-in-timetable-2", route=route.id)


def one_route_a_day(case: TimetableCase) -> Iterator[Sentence]:
    """A car has one route a day, and a stop one visit a day."""
    cars = Counter((route.date, route.vehicle) for route in case.timetable.routes)
    stops = Counter((route.date, visit.stop) for route, visit in case.visits())
    for (date, name), count in (*cars.items(), *stops.items()):
        if count > 1:
            yield breach("one-route-a-day", name=name, count=count, date=date)


def stops_accounted(case: TimetableCase) -> Iterator[Sentence]:
    """Every stop has dates, or a reason why it has none, or is due later: one of the three."""
    table = case.timetable
    told = Counter(one.stop for one in table.left)
    told.update(one.stop for one in table.later)
    told.update(table.visits_by_stop.keys())
    for stop in case.district.stops:
        if told[stop.id] != 1:
            yield breach("stops-accounted", stop=stop.id, told=told[stop.id])
    for one in table.later:
        due_in = -case.due[one.stop].overdue
        if monday_of(table.first) + dt.timedelta(weeks=due_in) != one.monday:
            yield breach("stops-accounted-2", stop=one.stop, monday=one.monday)
        elif one.monday <= table.last:
            yield breach("stops-accounted-3", stop=one.stop, monday=one.monday)


def dates_by_rule(case: TimetableCase) -> Iterator[Sentence]:
    """A stop has all dates that its rule or its cycle and the calendar give it, and no other."""
    for stop in case.timetable.served:
        wanted, has = _expected(case, stop), case.dates(stop.id)
        lacks = [str(day) for day in wanted if day not in has]
        more = [str(day) for day in has if day not in wanted]
        if lacks or more:
            yield breach("dates-by-rule", stop=stop.id, lacks=tuple(lacks), more=tuple(more))


def _expected(case: TimetableCase, told: TimetableStop) -> list[dt.date]:
    """Return the dates of a stop from its rule, settled on the weekdays of the timetable."""
    stop, days = case.stops[told.id], case.days[told.id]
    found: set[dt.date] = set()
    for monday in _weeks_about(case, days):
        if stop.recurs is None and stop.month_days:
            begins = told.begins or case.timetable.first
            if days_in_week(EveryWeeks(weeks=stop.every_weeks, first=monday_of(begins)), monday):
                found.update([day for day in days.open_days(monday) if _within(case, day)][:1])
        elif isinstance(stop.recurs, IsoWeeks):
            rules = RuleDates(stop.recurs, days)
            for day in days_in_week(stop.recurs, monday):
                if day.weekday() in told.weekdays:
                    found.update(rules.on_day(day).dates)
        else:
            for due in RuleDates(_rule(stop, told), days).given_in(monday):
                found.update(due.dates)
    return sorted(day for day in found if _within(case, day))


def _rule(stop: Stop, told: TimetableStop) -> Rule:
    if stop.recurs is None:
        assert told.begins is not None
        return EveryWeeks(weeks=stop.every_weeks, first=told.begins, weekdays=told.weekdays)
    if isinstance(stop.recurs, EveryWeeks) and not stop.recurs.weekdays:
        return EveryWeeks(weeks=stop.recurs.weeks, first=stop.recurs.first, weekdays=told.weekdays)
    return stop.recurs


def _weeks_about(case: TimetableCase, days: StopDays) -> list[dt.date]:
    """Return the Mondays of the timetable, and of days that the calendar moves."""
    found = set(case.timetable.mondays)
    found |= {monday_of(day) for entry in days.moves() for day in entry.days}
    return sorted(found)


def _within(case: TimetableCase, day: dt.date) -> bool:
    return case.timetable.first <= day <= case.timetable.last


def cycle_begins_in_time(case: TimetableCase) -> Iterator[Sentence]:
    """A cycle begins when it is due but for a quarter of it; an overdue one within its length.

    But for one that goes on as people were told before.
    """
    known = (
        {c.stop for c in case.timetable.before.changes if c.weekdays_before}
        if case.timetable.before
        else set()
    )
    for told in case.timetable.served:
        if told.begins is None or told.id in known:
            continue
        week = weeks_between(case.timetable.first, told.begins)
        due_in, cycle = -case.due[told.id].overdue, case.stops[told.id].every_weeks
        first = 0 if due_in <= 0 else max(0, due_in - cycle // 4)
        last = cycle - 1 if due_in <= 0 else due_in + cycle // 4
        if not first <= week <= last:
            yield breach("cycle-begins-in-time", told=told.id, week=week, first=first, last=last)


def days_open(case: TimetableCase) -> Iterator[Sentence]:
    """A stop is visited on days that it, the library and the calendar leave open."""
    for route, visit in case.visits():
        days = case.days[visit.stop]
        moved = any(entry.to == route.date for entry in days.moves())
        if route.date in days.open_days(monday_of(route.date)):
            continue
        if not moved or days.closed_by(route.date) is not None:
            yield breach("days-open", route=route.id, stop=visit.stop, date=route.date)


def cars_at_work(case: TimetableCase) -> Iterator[Sentence]:
    """A car goes out on days on which it works, and to stops that admit it and have a road."""
    for route in case.timetable.routes:
        if not case.calendar.works(case.vehicle(route), route.date):
            yield breach("cars-at-work", route=route.id, vehicle=route.vehicle, date=route.date)
    for route, visit in case.visits():
        stop = case.stops[visit.stop]
        if stop.vehicles and route.vehicle not in stop.vehicles:
            yield breach("cars-at-work-2", route=route.id, stop=visit.stop, vehicle=route.vehicle)
        if stop.access == "foot" and not visit.foot:
            yield breach("cars-at-work-3", route=route.id, stop=visit.stop)


def same_weekday(case: TimetableCase) -> Iterator[Sentence]:
    """A stop is visited on its weekdays, but for visits that the calendar moves."""
    moved = {(one.stop, one.to) for one in case.timetable.exceptions if one.to}
    for route, visit in case.visits():
        stop, told = case.stops[visit.stop], case.timetable.stops_by_id[visit.stop]
        if stop.month_days or (visit.stop, route.date) in moved:
            continue
        if route.date.weekday() not in told.weekdays:
            yield breach("same-weekday", route=route.id, stop=visit.stop, date=route.date)
    for told in case.timetable.served:
        if _too_many_days(case.stops[told.id], told):
            yield breach("same-weekday-2", told=told.id, weekdays=len(told.weekdays))


def _too_many_days(stop: Stop, told: TimetableStop) -> bool:
    by_rule = stop.recurs is not None and names_days(stop.recurs)
    pair = told.weekdays
    near = any(b - a < stop.days_between for a, b in pairwise(pair))
    return not (by_rule or stop.month_days) and (len(pair) != stop.visits_a_week or near)


def same_car(case: TimetableCase) -> Iterator[Sentence]:
    """A stop is visited by its car, but on days on which that stays at home."""
    for route, visit in case.visits():
        own = case.timetable.stops_by_id[visit.stop].vehicle
        known = case.district.vehicles_by_id.get(own)
        if route.vehicle != own and (known is None or case.calendar.works(known, route.date)):
            yield breach(
                "same-car", route=route.id, stop=visit.stop, vehicle=route.vehicle, own=own
            )


def same_time(case: TimetableCase) -> Iterator[Sentence]:
    """The visits to a stop begin at times of day no further apart than same_time_min."""
    if case.timetable.same_time_s != case.district.settings.timetable.same_time_s:
        yield breach("same-time")
    for stop, visits in case.timetable.visits_by_stop.items():
        begins = [visit.begin for _, visit in visits]
        if max(begins) - min(begins) > case.timetable.same_time_s:
            yield breach("same-time-2", stop=stop, begins=min(begins), max_begins=max(begins))


def told_in_steps(case: TimetableCase) -> Iterator[Sentence]:
    """What people are told is a multiple of five minutes."""
    for route, visit in case.visits():
        if visit.begin % STEP_S:
            yield breach("told-in-steps", route=route.id, stop=visit.stop, begin=visit.begin)


def legs_are_roads(case: TimetableCase) -> Iterator[Sentence]:
    """Each leg has the metres and seconds of the travel table, at the car's speed, with buffer."""
    for route in case.timetable.routes:
        for here, there, metres, seconds in _legs(route):
            wanted = _driven(case, case.vehicle(route), here, there)
            if wanted != (metres, seconds):
                yield breach(
                    "legs-are-roads",
                    route=route.id,
                    here=here,
                    there=there,
                    wanted_0=wanted[0],
                    wanted_1=wanted[1],
                    metres=metres,
                    seconds=seconds,
                )


def _legs(route: TimetableRoute) -> Iterator[tuple[str, str, int, int]]:
    here = route.depot
    for visit in route.visits:
        yield here, visit.stop, visit.metres, visit.seconds
        here = visit.stop
    yield here, route.depot, route.last_metres, route.last_seconds


def _driven(case: TimetableCase, vehicle: Vehicle, here: str, there: str) -> tuple[int, int]:
    table, rows = case.travel.tables[vehicle.profile], case.travel.rows
    metres = int(table.metres[rows[here], rows[there]])
    seconds = math.ceil(int(table.seconds[rows[here], rows[there]]) / vehicle.speed_factor)
    return metres, seconds + (case.district.settings.buffer_s if metres > 0 else 0)


def times_add_up(case: TimetableCase) -> Iterator[Sentence]:
    """The car arrives when it left plus the leg; it waits until people were told it begins."""
    for route in case.timetable.routes:
        free = route.depart
        for place, visit in enumerate(route.visits):
            if visit.arrive != free + visit.seconds:
                there = free + visit.seconds
                yield breach(
                    "times-add-up-2",
                    route=route.id,
                    stop=visit.stop,
                    arrive=visit.arrive,
                    there=there,
                )
            ready = max([visit.arrive, *(r.end for r in _rests(route, place, "before"))])
            if visit.begin < ready:
                yield breach("times-add-up-3", route=route.id, stop=visit.stop, begin=visit.begin)
            free = max([visit.leave, *(r.end for r in _rests(route, place, "after"))])
        if route.back != free + route.last_seconds:
            yield breach(
                "times-add-up", route=route.id, back=route.back, free=free + route.last_seconds
            )


def _rests(route: TimetableRoute, place: int, moment: str) -> list[Rest]:
    return [one for one in route.rests if (one.position, one.moment) == (place, moment)]


def visits_last(case: TimetableCase) -> Iterator[Sentence]:
    """A visit lasts as long as its stop asks for, wholly inside one of its opening windows.

    Those on foot are for the rules of carriers.
    """
    for route, visit in case.visits():
        stop = case.stops[visit.stop]
        if visit.foot:
            continue
        lasts = visit.leave - visit.begin
        if lasts != stop.service_s:
            yield breach(
                "visits-last",
                route=route.id,
                stop=visit.stop,
                lasts=lasts,
                service_s=stop.service_s,
            )
        if not any(o <= visit.begin and visit.leave <= c for o, c in stop.windows):
            yield breach(
                "visits-last-2",
                route=route.id,
                stop=visit.stop,
                begin=visit.begin,
                leave=visit.leave,
            )


def day_limits(case: TimetableCase) -> Iterator[Sentence]:
    """Every day keeps the car's hours, kilometres, driving and number of stops."""
    for route in case.timetable.routes:
        car = case.vehicle(route)
        metres = sum(leg[2] for leg in _legs(route))
        figures = (
            ("leaves-early", car.starts - route.depart, 0),
            ("back-late", route.back - car.ends, 0),
            ("away", route.back - route.depart, car.max_seconds),
            ("metres", metres, car.max_metres),
            ("driving", sum(leg[3] for leg in _legs(route)), car.max_driving_s),
            ("stops", len(route.visits), car.max_stops),
        )
        for what, figure, most in figures:
            if most is not None and figure > most:
                yield breach(f"over-{what}", route=route.id, figure=figure, most=most)
        if metres != route.metres:
            yield breach("day-limits", route=route.id, metres=metres, route_metres=route.metres)


def breaks_taken(case: TimetableCase) -> Iterator[Sentence]:
    """The crew's breaks are long enough, lie in free time and are never too far apart."""
    by_driving = case.district.settings.break_rule == "driving"
    for route in case.timetable.routes:
        car = case.vehicle(route)
        for rest in route.rests:
            if not _is_free(route, rest) or rest.end - rest.begin < car.break_s:
                yield breach("breaks-taken", route=route.id, begin=rest.begin)
        for begin, end, driven in _stretches(route) if car.break_s else ():
            if (driven if by_driving else end - begin) > car.break_after_s:
                yield breach("breaks-taken-2", route=route.id, begin=begin, end=end)


def _is_free(route: TimetableRoute, rest: Rest) -> bool:
    visit = route.visits[rest.position]
    if rest.moment == "before":
        return visit.arrive <= rest.begin and rest.end <= visit.begin
    return rest.begin == visit.leave


def _stretches(route: TimetableRoute) -> Iterator[tuple[int, int, int]]:
    """Yield begin, end and seconds of driving between breaks, departure and return."""
    begin, driven = route.depart, 0
    for place, visit in enumerate(route.visits):
        driven += visit.seconds
        for rest in (*_rests(route, place, "before"), *_rests(route, place, "after")):
            yield begin, rest.begin, driven
            begin, driven = rest.end, 0
    yield begin, route.back, driven + route.last_seconds


def books_fit(case: TimetableCase) -> Iterator[Sentence]:
    """The books that the stops want fit into the car, also with what comes back, and by weight."""
    weighed = [batch for batch in case.district.batches if batch.kg]
    weight = sum(b.kg for b in weighed) / max(1, sum(b.books for b in weighed))
    for route in case.timetable.routes:
        car, stops = case.vehicle(route), [case.stops[visit.stop] for visit in route.visits]
        brought = sum(stop.books for stop in stops)
        if brought != route.books:
            yield breach("books-fit", route=route.id, brought=brought, books=route.books)
        kg = sum(math.ceil(stop.books * weight) for stop in stops)
        if brought > car.books or (car.kg is not None and kg > car.kg):
            yield breach(
                "books-fit-2",
                route=route.id,
                brought=brought,
                kg=kg,
                books=car.books,
                car_kg=car.kg,
            )


def batches_last(case: TimetableCase) -> Iterator[Sentence]:
    """On no day more batches of a pool are out than its store had when the timetable begins.

    Unless that was not asked for. A visit takes one; a stop that holds one that goes on gives it
    back by the next day, and so do all that rotate from their second visit on.
    """
    if not case.timetable.within_stock or not case.district.batches:
        return
    days = [
        case.timetable.first + dt.timedelta(days=n)
        for n in range((case.timetable.last - case.timetable.first).days + 1)
    ]
    store, out = _stores(case), defaultdict[str, Counter[dt.date]](Counter)
    for stop in case.stops.values():
        if stop.books > 0:
            for number, date in enumerate(case.dates(stop.id)):
                until = date if _gives_back(case, stop, number) else case.timetable.last
                out[_pool(case, stop)].update(day for day in days if date <= day <= until)
    for pool, taken in out.items():
        for day in days:
            if taken[day] > store[pool]:
                name, out_then, of = pool or "-", taken[day], store[pool]
                yield breach("batches-last", out_then=out_then, name=name, day=day, of=of)
                break


def _pool(case: TimetableCase, stop: Stop) -> str:
    for pool in case.district.pools:
        named = stop.kind in pool.kinds or stop.id in pool.stops
        if named and stop.pool in ("", pool.id):
            return pool.id
    return ""


def _stores(case: TimetableCase) -> Counter[str]:
    """Return by pool how many batches lie in depots, neither in reserve nor to be mended."""
    store: Counter[str] = Counter()
    depots = {depot.id for depot in case.district.depots}
    most = {pool.id: pool.mend_after for pool in case.district.pools}
    for batch in case.district.batches:
        since = batch.mended or dt.date.min
        moves = sum(
            v.batch == batch.id and v.action == "dropped" and v.status == "done" and v.date > since
            for v in case.district.visits
        )
        limit = most.get(batch.pool)
        if batch.at in depots and batch.books and (limit is None or moves < limit):
            store[batch.pool] += 1
    for pool in case.district.pools:
        store[pool.id] -= min(pool.reserve, store[pool.id])
    return store


def _gives_back(case: TimetableCase, stop: Stop, number: int) -> bool:
    """Tell whether the visit of this number, from 0, brings a batch back."""
    weeks = next((p.weeks for p in case.district.pools if p.id == _pool(case, stop)), None)
    if weeks is None and stop.kind not in case.district.settings.batches.rotate:
        return False
    if weeks is not None and weeks > stop.every_weeks:
        return False
    return number > 0 or any(_goes_on(case, stop, b) for b in case.district.batches)


def _goes_on(case: TimetableCase, stop: Stop, batch: Batch) -> bool:
    """Tell whether a batch at a stop is collected by its first visit."""
    own = next((p.weeks for p in case.district.pools if p.id == batch.pool), None)
    if own is None:
        return batch.at == stop.id and stop.kind in case.district.settings.batches.rotate
    monday = monday_of(case.timetable.first)
    rested = batch.since is None or weeks_between(batch.since, monday) >= own
    return batch.at == stop.id and rested


TIMETABLE_GROUND: tuple[TimetableRule, ...] = (timetable_ids_known, dates_in_timetable)
TIMETABLE_RULES: tuple[TimetableRule, ...] = (
    timetable_id,
    timetable_copies,
    one_route_a_day,
    stops_accounted,
    dates_by_rule,
    cycle_begins_in_time,
    days_open,
    cars_at_work,
    same_weekday,
    same_car,
    same_time,
    told_in_steps,
    legs_are_roads,
    times_add_up,
    visits_last,
    day_limits,
    breaks_taken,
    books_fit,
    batches_last,
    *timetable_carriers.RULES,
)


def audit_timetable(timetable: Timetable, district: District, travel: Travel) -> list[Finding]:
    """Return one finding per breach of a rule, each begun with the rule's name; empty if clean."""
    then = before(district, monday_of(timetable.first))
    visits = (visit for route in timetable.routes for visit in route.visits)
    travel = travel.meeting_at({v.stop: v.foot.choice - 1 for v in visits if v.foot})
    case = TimetableCase(timetable, then, travel)
    return breaches(TIMETABLE_GROUND, case) or breaches(TIMETABLE_RULES, case)


def require_clean_timetable(timetable: Timetable, district: District, travel: Travel) -> None:
    """Raise unless the timetable keeps every rule.

    Raises
    ------
    AuditError
        With all findings.
    """
    findings = audit_timetable(timetable, district, travel)
    if findings:
        raise AuditError(findings)

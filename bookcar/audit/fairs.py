"""Rules on events, worked out once more from the tables: when books go, how many, whose."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from msgspec import UNSET

from bookcar.audit.breach import breach
from bookcar.audit.calendar import is_open, works
from bookcar.audit.case import Case
from bookcar.model import Batch, Event, Stop
from bookcar.phrases.sentence import Sentence
from bookcar.plan import PlanEvent, Route, Visit

_DAY = dt.timedelta(days=1)


def loads_of_the_week(case: Case) -> Iterator[Sentence]:
    """Every load of an event that the plan names is one that its week brings or fetches."""
    named = [(route.id, visit.stop) for route, visit in case.visits()]
    named += [("unserved.csv", row.stop) for row in case.plan.unserved]
    for where, stop in named:
        if stop not in case.stops:
            event = case.district.place_of(stop)
            yield breach("loads-of-the-week", where=where, stop=stop, event=event)


def brought_before_it_opens(case: Case) -> Iterator[Sentence]:
    """Books are brought to an event on its days for that, before it opens, and only brought then.

    They are fetched after it ends, and nothing is brought then.
    """
    for route, visit, event in _at_events(case):
        if visit.drops:
            last = event.bring_by or event.first - _DAY
            if route.date > last or route.date >= event.first:
                yield breach(
                    "brought-before-it-opens-2",
                    route=route.id,
                    stop=visit.stop,
                    date=route.date,
                    last=last,
                )
            if event.bring_from and route.date < event.bring_from:
                yield breach(
                    "brought-before-it-opens-3",
                    route=route.id,
                    stop=visit.stop,
                    bring_from=event.bring_from,
                )
        if visit.collects:
            first = event.fetch_from or event.last + _DAY
            if route.date < first or route.date <= event.last:
                yield breach(
                    "brought-before-it-opens-4",
                    route=route.id,
                    stop=visit.stop,
                    date=route.date,
                    first=first,
                )
        if visit.drops and visit.collects:
            yield breach("brought-before-it-opens", route=route.id, stop=visit.stop)


def event_gets_no_more(case: Case) -> Iterator[Sentence]:
    """The loads of an event want no more than it lacks, and bring as much but for whole batches."""
    wanted: Counter[str] = Counter()
    for stop in case.stops.values():
        if stop.load is not None:
            wanted[stop.load.event] += stop.books
    brought, most = Counter[str](), Counter[str]()
    for _, visit, event in _at_events(case):
        sizes = [case.batches[name].books for name in visit.drops]
        brought[event.id] += sum(sizes)
        most[event.id] += max(sizes, default=0)
    for event in case.district.events:
        lacks = max(0, event.books - sum(batch.books for batch in _there(case, event)))
        if wanted[event.id] > lacks:
            yield breach("event-gets-no-more", event=event.id, lacks=lacks, wanted=wanted[event.id])
        if brought[event.id] > wanted[event.id] + most[event.id]:
            yield breach(
                "event-gets-no-more-2",
                event=event.id,
                brought=brought[event.id],
                wanted=wanted[event.id],
            )


def pools_lend_what_they_can(case: Case) -> Iterator[Sentence]:
    """An event gets books of the pools that it names, no more than these can do without.

    Of what is in the store when the week begins, a pool keeps its reserve, and what its stops are
    to get until the lent books are back: what the timetable promises them, or where it says
    nothing, what falls due, no more than the cars can visit. What visits bring back serves later
    weeks.
    """
    lent: defaultdict[str, list[str]] = defaultdict(list)
    until: dict[str, dt.date] = {}
    for route, visit, event in _at_events(case):
        own = _lenders(case, event)
        for name in visit.drops:
            pool = case.batches[name].pool
            if pool not in own:
                yield breach(
                    "pools-lend-what-they-can-2",
                    route=route.id,
                    stop=visit.stop,
                    name=name,
                    pool=pool or "-",
                )
            elif case.batches[name].at not in case.depots:
                yield breach(
                    "pools-lend-what-they-can-3", route=route.id, stop=visit.stop, name=name
                )
            lent[pool].append(name)
    for stop in case.stops.values():
        if stop.load is not None and stop.load.brings:
            event = case.district.events_by_id[stop.load.event]
            for pool in _lenders(case, event):
                until[pool] = max(until.get(pool, dt.date.min), back_by(case, event))
    for pool, names in sorted(lent.items()):
        may = may_lend(case, pool, until.get(pool, case.monday))
        if len(names) > may:
            yield breach("pools-lend-what-they-can", pool=pool or "-", names=len(names), may=may)


def staying_car_stays(case: Case) -> Iterator[Sentence]:
    """A car that stays at an event drives nothing on the days of the event."""
    for event in case.district.events:
        for route in case.plan.routes:
            if route.vehicle in event.stays and event.first <= route.date <= event.last:
                yield breach(
                    "staying-car-stays",
                    route=route.id,
                    vehicle=route.vehicle,
                    event=event.id,
                    date=route.date,
                )


def events_are_told(case: Case) -> Iterator[Sentence]:
    """The plan names the events of its week as the table has them, with what is there."""
    said = {} if case.plan.events is UNSET else {event.id: event for event in case.plan.events}
    loads: defaultdict[str, list[str]] = defaultdict(list)
    for stop in case.stops.values():
        if stop.load is not None:
            loads[stop.load.event].append(stop.id)
    for event in case.district.events:
        copy, own = said.pop(event.id, None), _there(case, event)
        if copy is None:
            if loads[event.id] or own:
                yield breach("events-are-told-3", event=event.id)
            continue
        yield from _differ(copy, event)
        yield from _differ_there(copy, own)
        if sorted(copy.trips) != sorted(loads[event.id]):
            yield breach(
                "events-are-told-2",
                event=event.id,
                loads=tuple(loads[event.id]),
                trips=tuple(copy.trips),
            )
    for name in sorted(said):
        yield breach("events-are-told", name=name)


def _differ(copy: PlanEvent, event: Event) -> Iterator[Sentence]:
    names = ("name", "name_en", "first", "last", "books", "opens", "closes", "stays", "note")
    for name in names:
        right = getattr(event, name)
        if getattr(copy, name) != right:
            yield breach(
                "fairs-differ", event=event.id, name=name, right=right, value=getattr(copy, name)
            )
    for name in ("lon", "lat", "phone", "contact", "landmark"):
        right = getattr(event.stop, name)
        if getattr(copy, name) != right:
            yield breach(
                "fairs-differ", event=event.id, name=name, right=right, value=getattr(copy, name)
            )


def _differ_there(copy: PlanEvent, own: list[Batch]) -> Iterator[Sentence]:
    """Yield what the plan says otherwise of the batches that are at an event."""
    rows = {batch.id: batch for batch in own}
    if sorted(batch.id for batch in copy.there) != sorted(rows):
        yield breach("fairs-differ-there", copy=copy.id)
    for batch in copy.there:
        row = rows.get(batch.id)
        if row and (batch.books, batch.kg, batch.crates) != (row.books, row.kg, row.crates):
            yield breach("fairs-differ-there-2", copy=copy.id, batch=batch.id)


def _at_events(case: Case) -> Iterator[tuple[Route, Visit, Event]]:
    for route, visit in case.visits():
        load = case.stops[visit.stop].load
        if load is not None:
            yield route, visit, case.district.events_by_id[load.event]


def _there(case: Case, event: Event) -> list[Batch]:
    """Return what is at an event when the week begins: at its place, or at a load to fetch."""
    places = {event.id}
    places |= {s.id for s in case.stops.values() if s.load is not None and s.load.event == event.id}
    return [batch for batch in case.district.batches if batch.at in places]


def _lenders(case: Case, event: Event) -> set[str]:
    rings = {pool.id for pool in case.district.pools if pool.order == "ring"}
    named = set(event.pools) or {p.id for p in case.district.pools if event.id in p.stops}
    return (named - rings) or {""}


def back_by(case: Case, event: Event) -> dt.date:
    """Return the day by which all is fetched: the one said, or once cars could carry it twice."""
    if event.fetch_by:
        return event.fetch_by
    first = event.fetch_from or event.last + _DAY
    day, room, sundays = first, 0, 0
    while sundays < 13:
        if is_open(case, event.stop, day):
            cars = event.stop.vehicles
            room += sum(
                car.books
                for car in case.vehicles.values()
                if (not cars or car.id in cars) and works(case, car, day)
            )
        if day.weekday() == 6:
            sundays += 1
            if room >= 2 * event.books:
                return day
        day += _DAY
    return first + _DAY * (6 - first.weekday())


def may_lend(case: Case, pool: str, until: dt.date) -> int:
    """Return how many batches a pool can do without until a day."""
    rows = [batch for batch in case.district.batches if batch.pool == pool and batch.books]
    row = case.district.pools_by_id.get(pool)
    mends = row.mend_after if row else None
    there = [
        batch
        for batch in rows
        if batch.at in case.depots and (mends is None or case.moves.get(batch.id, 0) < mends)
    ]
    reserve = row.reserve if row else 0
    return max(0, len(there) - reserve - _needed(case, pool, rows, until))


def _needed(case: Case, pool: str, rows: list[Batch], until: dt.date) -> int:
    """Return the most batches that are out at a time for stops, by what the weeks ask."""
    size = max(1, sum(batch.books for batch in rows) // max(1, len(rows)))
    row = case.district.pools_by_id.get(pool)
    rotate = case.district.settings.batches.rotate
    given: dict[str, int] = {}
    again: dict[str, dt.date] = {}
    monday, balance, peak = case.monday, 0, 0
    while monday <= until:
        back = 0
        for stop in _visited(case, pool, monday, again):
            each = -(-stop.books // size)
            balance += each
            if stop.id not in given:
                given[stop.id] = sum(
                    _leaves(batch, row.weeks if row else None, stop.kind in rotate, monday)
                    for batch in rows
                    if batch.at == stop.id
                )
            back += given[stop.id]
            goes_round = stop.kind in rotate or bool(row and row.weeks)
            given[stop.id] = each if goes_round else 0
        peak = max(peak, balance)
        balance -= back
        monday += 7 * _DAY
    return peak


def _leaves(batch: Batch, weeks: int | None, rotates: bool, monday: dt.date) -> bool:
    if weeks is None or batch.since is None:
        return rotates if weeks is None else True
    came = batch.since - batch.since.weekday() * _DAY
    return (monday - came).days // 7 >= weeks


def _visited(case: Case, pool: str, monday: dt.date, again: dict[str, dt.date]) -> Iterator[Stop]:
    """Yield who gets batches of a pool in a week, as often as it is visited."""
    takes = {stop.id for stop in case.district.stops if _takes(case, pool, stop)}
    week = [monday + n * _DAY for n in range(7)]
    told = [entry.was or entry.date for entry in case.district.timetable]
    if told and min(told) - min(told).weekday() * _DAY <= monday <= max(told):
        for entry in case.district.timetable:
            if entry.status != "cancelled" and entry.date in week and entry.stop in takes:
                yield case.stops[entry.stop]
        return
    due = case.due_in(monday)
    asking = [d for d in due if d.due and d.dates and d.stop.id in takes]
    asking = [d for d in asking if again.get(d.stop.id, monday) <= monday]
    asking.sort(key=lambda d: -d.overdue)
    for one in asking[: _most_visits(case, week)]:
        if one.stop.recurs is None:
            again[one.stop.id] = monday + 7 * one.stop.every_weeks * _DAY
        for _ in range(one.stop.visits_a_week):
            yield one.stop


def _takes(case: Case, pool: str, stop: Stop) -> bool:
    if stop.load is not None or stop.books <= 0 or stop.access == "foot":
        return False
    pools: Mapping[str, object] = {
        p.id: p
        for p in case.district.pools
        if (stop.id in p.stops or stop.kind in p.kinds) and stop.pool in ("", p.id)
    }
    return pool in pools if pool else not pools and not stop.pool


def _most_visits(case: Case, week: list[dt.date]) -> int:
    stays = [stop.service_s for stop in case.district.stops if stop.load is None]
    stay = max(60, min(stays, default=0) + case.district.settings.buffer_s)
    count = 0
    for day in week:
        for car in case.vehicles.values():
            if works(case, car, day):
                fits = car.max_seconds // stay
                count += min(fits, car.max_stops or fits)
    return count

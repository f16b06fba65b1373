"""Rules on the figures and copies a plan carries, and on leaving nothing out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from bookcar.audit.case import Case
from bookcar.calendars.rule_words import rule_of
from bookcar.phrases import FALLBACK
from bookcar.phrases.sentence import told
from bookcar.plan import Route


def every_due_stop_accounted(case: Case) -> Iterator[str]:
    """Every due stop is either served or listed as unserved with its reason, never both."""
    due = {stop for stop, d in case.due.items() if d.due}
    served = _fully_served(case)
    listed = [u.stop for u in case.plan.unserved]
    for stop in sorted(due - served - set(listed)):
        yield f"stop {stop} is due but neither served nor listed as unserved."
    for stop in sorted(served & set(listed)):
        yield f"stop {stop} is both served and listed as unserved."
    for stop in sorted(set(listed) - due):
        yield f"stop {stop} is listed as unserved but is not due."
    if len(set(listed)) != len(listed):
        yield "a stop is listed as unserved twice."
    made = Counter(visit.stop for _, visit in case.visits())
    for row in case.plan.unserved:
        if row.made != made[row.stop] and row.stop not in served:
            yield f"stop {row.stop} gets {made[row.stop]} visits, its row says {row.made}."


def _fully_served(case: Case) -> set[str]:
    """Return the stops that get as many visits as they want in a week."""
    made = Counter(visit.stop for _, visit in case.visits())
    return {stop for stop, count in made.items() if count >= case.stops[stop].visits_a_week}


def due_figures(case: Case) -> Iterator[str]:
    """What the plan says of a stop's last visit and its target is what the visits table says."""
    for right in case.due.values():
        stop = case.plan.stops_by_id.get(right.stop.id)
        if stop is None:
            continue  # the rule on copies reports it
        for name in ("weeks_since", "overdue", "due"):
            if getattr(stop, name) != getattr(right, name):
                yield (
                    f"stop {stop.id}: {name} is {getattr(right, name)}, the plan has "
                    f"{getattr(stop, name)}."
                )
        if (stop.why_not or None) != right.why_not:
            yield f"stop {stop.id}: why it is not due is {right.why_not}, not {stop.why_not}."
        if stop.rule and stop.rule != rule_of(right.stop):  # plans of before say no rules
            yield f"stop {stop.id}: its rule is {rule_of(right.stop)}, not {stop.rule}."


def route_totals(case: Case) -> Iterator[str]:
    """A route's metres, driving, service and waiting are the sums of its parts."""
    for route in case.plan.routes:
        legs = [leg for *_, leg in case.legs(route)]
        service = sum(call.depart - call.begin for call in route.halts)
        drive = sum(leg.seconds for leg in legs)
        rest = sum(call.end - call.begin for call in route.breaks)
        right = {
            "metres": sum(leg.metres for leg in legs),
            "drive_s": drive,
            "service_s": service,
            "wait_s": route.back - route.depart - drive - service - rest,
        }
        yield from _differ(route.id, right, route)


def plan_totals(case: Case) -> Iterator[str]:
    """The week's totals are the sums over its routes and lists."""
    plan = case.plan
    visits = [visit for _, visit in case.visits()]
    dropped = [batch for visit in visits for batch in visit.drops]
    right = {
        "stops": len(case.district.stops),
        "due": len(_fully_served(case)) + len(plan.unserved),
        "served": len(_fully_served(case)),
        "unserved": len(plan.unserved),
        "routes": len(plan.routes),
        "metres": sum(route.metres for route in plan.routes),
        "seconds": sum(route.back - route.depart for route in plan.routes),
        "books": sum(case.batches[batch].books for batch in dropped),
        "batches_dropped": len(dropped),
        "batches_collected": sum(len(visit.collects) for visit in visits),
        "visits": len(visits),
    }
    yield from _differ("the week", right, plan.totals)


def _differ(what: str, right: dict[str, int], said: object) -> Iterator[str]:
    for name, value in right.items():
        if getattr(said, name) != value:
            yield f"{what}: {name} is {value}, the plan has {getattr(said, name)}."


def copies_match_tables(case: Case) -> Iterator[str]:
    """What the plan repeats of the district, to be printed, is what the tables say."""
    plan, district = case.plan, case.district
    yield from _heading(case)
    yield from _copied("stop", plan.stops, district.stops_by_id)
    yield from _copied("vehicle", plan.vehicles, district.vehicles_by_id)
    yield from _copied("batch", plan.batches, district.batches_by_id)
    yield from _copied("depot", plan.depots, district.depots_by_id)
    yield from _copied("pool", plan.pools or (), district.pools_by_id)
    yield from _copied("carrier", plan.carriers or (), district.carriers_by_id)
    yield from _copied("request", plan.requests, district.requests_by_id)
    yield from _contents(case)
    yield from _all_there(case)


def _heading(case: Case) -> Iterator[str]:
    """Yield what the plan says otherwise of the district itself: names, language, phone, paper."""
    district, printing = case.district, case.district.settings.printing
    right: dict[str, object] = {
        "district": district.name,
        "district_en": district.name_en,
        "language": district.language,
        "time_zone": district.time_zone,
        "dispatch_phone": district.dispatch_phone,
        "paper": printing.paper,
        "clock": printing.clock,
    }
    for name, value in right.items():
        said = getattr(case.plan, name)
        if said != value:
            yield f"{name} is {value!r} in the district, the plan has {said!r}."


def _copied(what: str, copies: Iterable[object], rows: Mapping[str, object]) -> Iterator[str]:
    for copy in copies:
        row = rows.get(copy.id)  # type: ignore[attr-defined]
        if row is None:
            yield f"{what} {copy.id} is not in the district."  # type: ignore[attr-defined]
            continue
        for field in copy.__struct_fields__:  # type: ignore[attr-defined]
            value, right = getattr(copy, field), getattr(row, field, msgspec.UNSET)
            left_out = value is msgspec.UNSET and not right
            if right is not msgspec.UNSET and value != right and not left_out:
                yield f"{what} {copy.id}: {field} is {right!r}, the plan has {value!r}."  # type: ignore[attr-defined]


def _contents(case: Case) -> Iterator[str]:
    """Yield batches whose titles are not those of the list that the batches table names."""
    for batch in case.plan.batches:
        row = case.batches.get(batch.id)
        if row and batch.contents != case.district.titles.get(row.titles, ()):
            yield f"batch {batch.id}: its titles are not those of {row.titles or 'its list'}."


def _all_there(case: Case) -> Iterator[str]:
    """Yield what the routes name and the plan's own lists lack: it could not be printed."""
    routes = case.plan.routes
    asked = (name for _, visit in case.visits() for name in (*visit.requests, *visit.to_find))
    called = (reload.depot for _, reload in case.reloads())
    depots = (*(route.depot for route in routes), *called)
    yield from _lacking("depot", depots, case.plan.depots)
    yield from _lacking("stop", (s.id for s in case.district.stops), case.plan.stops)
    yield from _lacking("vehicle", (route.vehicle for route in routes), case.plan.vehicles)
    yield from _lacking("batch", _batches(routes), case.plan.batches)
    yield from _lacking("request", asked, case.plan.requests)
    pools = (batch.pool for batch in case.plan.batches if batch.pool)
    yield from _lacking("pool", pools, case.plan.pools or ())


def _lacking(what: str, needed: Iterable[str], listed: Iterable[object]) -> Iterator[str]:
    ids = {row.id for row in listed}  # type: ignore[attr-defined]
    for name in sorted(set(needed) - ids):
        yield f"{what} {name} is not among the plan's {what} records."


def _batches(routes: tuple[Route, ...]) -> Iterator[str]:
    for route in routes:
        yield from route.undropped
        for visit in route.visits:
            yield from (*visit.drops, *visit.collects)


def estimate_is_said(case: Case) -> Iterator[str]:
    """A plan on estimated distances says so, and only such a plan; its note on roads is right."""
    if case.plan.estimated != case.travel.estimated:
        yield f"estimated should be {case.travel.estimated}: every page depends on it."
    if case.plan.road_note != case.travel.note:
        measured, said = (told(note, FALLBACK) for note in (case.travel.note, case.plan.road_note))
        yield f"its distances are {measured!r}, the plan has {said!r}."

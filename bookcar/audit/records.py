"""Rules on the figures and copies a plan carries, and on leaving nothing out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.calendars.rule_words import rule_of
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Route


def every_due_stop_accounted(case: Case) -> Iterator[Sentence]:
    """Every due stop is either served or listed as unserved with its reason, never both."""
    due = {stop for stop, d in case.due.items() if d.due}
    served = _fully_served(case)
    listed = [u.stop for u in case.plan.unserved]
    for stop in sorted(due - served - set(listed)):
        yield breach("every-due-stop-accounted", stop=stop)
    for stop in sorted(served & set(listed)):
        yield breach("every-due-stop-accounted-2", stop=stop)
    for stop in sorted(set(listed) - due):
        yield breach("every-due-stop-accounted-3", stop=stop)
    if len(set(listed)) != len(listed):
        yield breach("every-due-stop-accounted-4")
    made = Counter(visit.stop for _, visit in case.visits())
    for row in case.plan.unserved:
        if row.made != made[row.stop] and row.stop not in served:
            yield breach(
                "every-due-stop-accounted-5", stop=row.stop, made=made[row.stop], row_made=row.made
            )


def _fully_served(case: Case) -> set[str]:
    """Return the stops that get as many visits as they want in a week."""
    made = Counter(visit.stop for _, visit in case.visits())
    return {stop for stop, count in made.items() if count >= case.stops[stop].visits_a_week}


def due_figures(case: Case) -> Iterator[Sentence]:
    """What the plan says of a stop's last visit and its target is what the visits table says."""
    for right in case.due.values():
        stop = case.plan.stops_by_id.get(right.stop.id)
        if stop is None:
            continue  # the rule on copies reports it
        for name in ("weeks_since", "overdue", "due"):
            if getattr(stop, name) != getattr(right, name):
                yield breach(
                    "due-figures-3",
                    stop=stop.id,
                    name=name,
                    value=getattr(right, name),
                    stop_there=getattr(stop, name),
                )
        if (stop.why_not or None) != right.why_not:
            yield breach(
                "due-figures", stop=stop.id, why_not=right.why_not, stop_why_not=stop.why_not
            )
        if stop.rule and stop.rule != rule_of(right.stop):  # plans of before say no rules
            yield breach("due-figures-2", stop=stop.id, rule_of=rule_of(right.stop), rule=stop.rule)


def route_totals(case: Case) -> Iterator[Sentence]:
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


def plan_totals(case: Case) -> Iterator[Sentence]:
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
    yield from _differ(plan.week, right, plan.totals)


def _differ(where: str, right: dict[str, int], copy: object) -> Iterator[Sentence]:
    for name, value in right.items():
        if getattr(copy, name) != value:
            yield breach(
                "records-differ",
                where=where,
                name=name,
                value=value,
                copy_there=getattr(copy, name),
            )


def copies_match_tables(case: Case) -> Iterator[Sentence]:
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


def _heading(case: Case) -> Iterator[Sentence]:
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
        "areas_en": _areas_en(case),
    }
    for name, value in right.items():
        copy = getattr(case.plan, name)
        if copy not in (value, msgspec.UNSET):  # as plans of before it leave out `areas_en`
            yield breach("records-heading", name=name, value=value, copy=copy)


def _areas_en(case: Case) -> dict[str, str]:
    own = {stop.area for stop in case.plan.stops}
    return {a.name: a.name_en for a in case.district.areas if a.name_en and a.name in own}


def _copied(what: str, copies: Iterable[object], rows: Mapping[str, object]) -> Iterator[Sentence]:
    for copy in copies:
        row = rows.get(copy.id)  # type: ignore[attr-defined]
        if row is None:
            yield breach(f"no-{what}", where="plan.json", item=copy.id)  # type: ignore[attr-defined]
            continue
        for field in copy.__struct_fields__:  # type: ignore[attr-defined]
            value, right = getattr(copy, field), getattr(row, field, msgspec.UNSET)
            left_out = value is msgspec.UNSET and not right
            if right is not msgspec.UNSET and value != right and not left_out:
                figures = {"id": copy.id, "field": field, "right": right, "value": value}  # type: ignore[attr-defined]
                yield breach(f"{what}-differs", **figures)


def _contents(case: Case) -> Iterator[Sentence]:
    """Yield batches whose titles are not those of the list that the batches table names."""
    for batch in case.plan.batches:
        row = case.batches.get(batch.id)
        if row and batch.contents != case.district.titles.get(row.titles, ()):
            yield breach("records-contents", batch=batch.id, titles=row.titles or "-")


def _all_there(case: Case) -> Iterator[Sentence]:
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


def _lacking(what: str, needed: Iterable[str], listed: Iterable[object]) -> Iterator[Sentence]:
    ids = {row.id for row in listed}  # type: ignore[attr-defined]
    for name in sorted(set(needed) - ids):
        yield breach(f"plan-lacks-{what}", name=name)


def _batches(routes: tuple[Route, ...]) -> Iterator[str]:
    for route in routes:
        yield from route.undropped
        for visit in route.visits:
            yield from (*visit.drops, *visit.collects)


def estimate_is_said(case: Case) -> Iterator[Sentence]:
    """A plan on estimated distances says so, and only such a plan; its note on roads is right."""
    if case.plan.estimated != case.travel.estimated:
        value = str(case.travel.estimated).lower()
        yield breach("estimate-is-said", value=value)
    if case.plan.road_note != case.travel.note:
        measured, copy = (_keys(note) for note in (case.travel.note, case.plan.road_note))
        yield breach("estimate-is-said-2", measured=measured, copy=copy)


def _keys(note: Sequence[Sentence]) -> tuple[str, ...]:
    """Return what a note on roads says, as the plan has it: the same in every language."""
    return tuple(f"{one.key} {dict(one.figures)}" for one in note)
